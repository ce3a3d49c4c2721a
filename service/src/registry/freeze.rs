//! Fixing the terms: the roster is frozen into strata, keys are made, and from then on nothing promised can change.

use std::collections::HashMap;

use domain::ballot::IssuingKey;
use domain::campaign::State;
use domain::questionnaire::Questionnaire;
use domain::seal::{CountingKey, OVERHEAD};
use domain::stratum::{self, Stratum, UnitNode};
use domain::terms::{self, StratumTerms, TableTerms, Terms};
use domain::text::{Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::Registry;
use super::campaign::{advance, count, in_state};
use super::entity::{
    campaign, campaign_secret, campaign_unit, enrolment, questionnaire, staff, stratum as stratum_entity,
    unit,
};
use super::roster::keep_standing;
use crate::clock::date_in;
use crate::error::{Error, Result};
use crate::secret::{MasterKey, random, sha256_hex};

/// Days after closing that counts wait for a release.
pub const RETENTION_DAYS: u32 = 365;

/// Rows written by one statement: SQLite takes at most 32,766 parameters.
const CHUNK: usize = 2_000;

/// What freezing would give, for HR to look at before the terms are fixed.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// People who may answer.
    pub eligible: u32,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// People whose own unit is a stratum of its own.
    pub in_own_unit: u32,
    /// People whose unit is merged with others.
    pub merged: u32,
}

/// What the collector has to know to take sheets in.
#[derive(Clone)]
pub struct Frozen {
    /// SHA-256 of the terms, hexadecimal.
    pub terms_hash: String,
    /// The ballot key's seed, sealed for the collector.
    pub ballot_seed: Vec<u8>,
    /// How many strata there are.
    pub strata: u32,
    /// When the intake ends.
    pub closes_at: i64,
    /// How long every sealed sheet is, in bytes.
    pub sheet_size: u32,
}

/// The purpose a campaign's ballot key is sealed for.
pub fn ballot_purpose(campaign: &str) -> String {
    format!("{campaign}/ballot")
}

/// The purpose a campaign's counting key is sealed for.
pub fn counting_purpose(campaign: &str) -> String {
    format!("{campaign}/counting")
}

struct Roster {
    units: Vec<unit::Model>,
    /// (staff id, unit id) of everyone who may answer.
    people: Vec<(i64, i64)>,
}

impl Roster {
    async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        use sea_orm::QuerySelect;
        let units = unit::Entity::find()
            .filter(unit::Column::Active.eq(true))
            .order_by_asc(unit::Column::Id)
            .all(db)
            .await?;
        let people = staff::Entity::find()
            .select_only()
            .columns([staff::Column::Id, staff::Column::UnitId])
            .filter(staff::Column::Active.eq(true))
            .order_by_asc(staff::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self { units, people })
    }

    fn strata(&self, k: u32) -> Result<Vec<Stratum>> {
        let mut eligible: HashMap<i64, u32> = HashMap::new();
        for (_, unit) in &self.people {
            *eligible.entry(*unit).or_default() += 1;
        }
        let nodes: Vec<UnitNode> = self
            .units
            .iter()
            .map(|u| UnitNode {
                id: u.id,
                parent: u.parent_id,
                label: Text::new(&u.name_ja, &u.name_en),
                eligible: eligible.get(&u.id).copied().unwrap_or(0),
            })
            .collect();
        stratum::freeze(&nodes, k).map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))
    }
}

impl Registry {
    /// What freezing the roster now would give with threshold `k`.
    pub async fn preview_strata(&self, k: u32) -> Result<Preview> {
        let roster = Roster::read(self.db.get()).await?;
        let strata = roster.strata(k)?;
        let total = |own: bool| strata.iter().filter(|s| (s.units.len() == 1) == own).map(|s| s.size).sum();
        let (in_own_unit, merged) = (total(true), total(false));
        Ok(Preview { eligible: in_own_unit + merged, strata, in_own_unit, merged })
    }

    /// Fixes the terms of a draft: strata, enrolments, keys, hash. All or nothing. Returns what the collector needs.
    pub async fn freeze(&self, id: &str, master: &MasterKey, actor: Option<i64>, now: i64) -> Result<Frozen> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let row = in_state(&transaction, id, State::Draft).await?;
        let draft = super::campaign::find(&transaction, id).await?;
        draft.schedule.check(now).map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
        // Whoever left yesterday is not asked, whether or not the hourly look has come by since.
        keep_standing(&transaction, now, date_in(now, "Asia/Tokyo")).await?;
        let roster = Roster::read(&transaction).await?;
        let strata = roster.strata(draft.thresholds.scores)?;

        let (ballot_seed, counting_seed) = (random()?, random()?);
        let keys = write_keys(&transaction, id, master, &ballot_seed, &counting_seed).await?;
        write_strata(&transaction, id, &strata).await?;
        write_roster(&transaction, id, &roster, &strata).await?;

        let asked = freeze_questionnaire(&transaction, draft.questionnaire_id).await?;
        let sheet_size = sheet_size(&asked.questionnaire);
        let terms = Terms {
            format: terms::FORMAT.into(),
            campaign: id.into(),
            title: draft.title.clone(),
            opens_at: draft.schedule.opens_at,
            closes_at: draft.schedule.closes_at,
            questionnaire: asked.sha256,
            thresholds: draft.thresholds,
            strata: (0u32..)
                .zip(&strata)
                .map(|(number, s)| StratumTerms { number, label: s.label.clone(), size: s.size })
                .collect(),
            tables: asked.tables,
            audiences: Terms::default_audiences(),
            retention_days: RETENTION_DAYS,
            ballot_key: hex::encode(keys.0),
            counting_key: hex::encode(keys.1),
        };
        // Browsers check the same and would refuse to answer under such terms.
        terms.check().map_err(|fault| Error::Damaged(format!("the terms of {id}: {fault}")))?;
        let json = serde_json_canonicalizer::to_string(&terms)?;
        let terms_hash = sha256_hex(json.as_bytes());
        let mut model: campaign::ActiveModel = row.into();
        model.terms = Set(Some(json));
        model.terms_hash = Set(Some(terms_hash.clone()));
        model.update(&transaction).await?;
        advance(&transaction, id, State::Draft, State::Scheduled, actor, now).await?;
        transaction.commit().await?;
        Ok(Frozen {
            terms_hash,
            ballot_seed: master.seal(&ballot_purpose(id), &ballot_seed)?,
            strata: u32::try_from(strata.len()).unwrap_or(u32::MAX),
            closes_at: draft.schedule.closes_at,
            sheet_size,
        })
    }

    /// What the collector needs of a campaign whose terms are fixed, made anew: a crash between the two databases
    /// is mended by telling the collector again.
    pub async fn frozen(&self, id: &str, master: &MasterKey) -> Result<Frozen> {
        let found = self.campaign(id).await?;
        let secret = campaign_secret::Entity::find_by_id(id).one(self.db.get()).await?;
        let seed = master.open(&ballot_purpose(id), &secret.ok_or(Error::NotFound)?.ballot_seed)?;
        Ok(Frozen {
            terms_hash: found.terms_hash.clone().ok_or(Error::NotFound)?,
            ballot_seed: master.seal(&ballot_purpose(id), &seed)?,
            strata: u32::try_from(self.terms(id).await?.strata.len()).unwrap_or(u32::MAX),
            closes_at: found.schedule.closes_at,
            sheet_size: sheet_size(&self.campaign_questionnaire(&found).await?.questionnaire),
        })
    }
}

async fn write_keys(
    db: &impl ConnectionTrait,
    id: &str,
    master: &MasterKey,
    ballot_seed: &[u8; 32],
    counting_seed: &[u8; 32],
) -> Result<([u8; 32], [u8; 32])> {
    let ballot = IssuingKey::derive(ballot_seed).map_err(|e| Error::Damaged(e.to_string()))?;
    let counting = CountingKey::derive(counting_seed).map_err(|e| Error::Damaged(e.to_string()))?;
    campaign_secret::ActiveModel {
        campaign_id: Set(id.into()),
        ballot_seed: Set(master.seal(&ballot_purpose(id), ballot_seed)?),
        counting_seed: Set(master.seal(&counting_purpose(id), counting_seed)?),
    }
    .insert(db)
    .await?;
    Ok((ballot.public(), counting.public()))
}

async fn write_strata(db: &impl ConnectionTrait, id: &str, strata: &[Stratum]) -> Result<()> {
    let rows: Vec<stratum_entity::ActiveModel> = (0i32..)
        .zip(strata)
        .map(|(number, s)| stratum_entity::ActiveModel {
            campaign_id: Set(id.into()),
            number: Set(number),
            label_ja: Set(s.label.ja.clone()),
            label_en: Set(s.label.en.clone()),
            size: Set(count(s.size)),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        stratum_entity::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_roster(
    db: &impl ConnectionTrait,
    id: &str,
    roster: &Roster,
    strata: &[Stratum],
) -> Result<()> {
    let stratum_of: HashMap<i64, i32> =
        (0i32..).zip(strata).flat_map(|(number, s)| s.units.iter().map(move |u| (*u, number))).collect();
    let mut eligible: HashMap<i64, i32> = HashMap::new();
    for (_, unit) in &roster.people {
        *eligible.entry(*unit).or_default() += 1;
    }
    let units: Vec<campaign_unit::ActiveModel> = roster
        .units
        .iter()
        .map(|u| campaign_unit::ActiveModel {
            campaign_id: Set(id.into()),
            unit_id: Set(u.id),
            parent_id: Set(u.parent_id),
            name_ja: Set(u.name_ja.clone()),
            name_en: Set(u.name_en.clone()),
            kind: Set(u.kind.clone()),
            region: Set(u.region.clone()),
            region_en: Set(u.region_en.clone()),
            stratum: Set(stratum_of.get(&u.id).copied()),
            eligible: Set(eligible.get(&u.id).copied().unwrap_or(0)),
        })
        .collect();
    for chunk in units.chunks(CHUNK) {
        campaign_unit::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    let mut people = Vec::with_capacity(roster.people.len());
    for (person, unit) in &roster.people {
        let stratum = *stratum_of.get(unit).ok_or_else(|| Error::Damaged("a unit without stratum".into()))?;
        people.push(enrolment::ActiveModel {
            campaign_id: Set(id.into()),
            staff_id: Set(*person),
            stratum: Set(stratum),
            blinded: Set(None),
        });
    }
    for chunk in people.chunks(CHUNK) {
        enrolment::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn sheet_size(questionnaire: &Questionnaire) -> u32 {
    u32::try_from(questionnaire.size_class() + OVERHEAD).unwrap_or(u32::MAX)
}

/// A questionnaire that no longer changes.
struct Asked {
    questionnaire: Questionnaire,
    /// SHA-256 of its canonical form, hexadecimal.
    sha256: String,
    /// The tables its demographics make.
    tables: Vec<TableTerms>,
}

/// Freezes the questionnaire's version.
async fn freeze_questionnaire(db: &impl ConnectionTrait, id: i64) -> Result<Asked> {
    let row = questionnaire::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let questionnaire: Questionnaire = serde_json::from_str(&row.body)?;
    super::questionnaire::ready(&questionnaire)?;
    let sha256 = row.sha256.clone();
    let mut model: questionnaire::ActiveModel = row.into();
    model.frozen = Set(true);
    model.update(db).await?;
    let cuts = questionnaire.demographics().map(|item| TableTerms::Demographic { item: item.key.clone() });
    let tables = std::iter::once(TableTerms::Units).chain(cuts).collect();
    Ok(Asked { tables, sha256, questionnaire })
}
