//! Fixing the terms: the roster is frozen into strata, keys are made, and from then on nothing promised can change.

mod review;
mod survey;

use domain::ballot::IssuingKey;
use domain::campaign::State;
use domain::questionnaire::Questionnaire;
use domain::review::RaterGroup;
use domain::seal::{CountingKey, OVERHEAD};
use domain::stratum::Stratum;
use domain::terms::{self, StratumTerms, TableTerms, Terms};
use domain::text::{Lang, Text};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait};

use self::survey::Roster;
use super::Registry;
use super::campaign::{Campaign, advance, count, in_state};
use super::entity::{
    campaign, campaign_secret, campaign_unit, enrolment, questionnaire, stratum as stratum_entity,
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

/// Who answers in which stratum.
struct Population {
    strata: Vec<Promised>,
    /// (person, position of their stratum); in a review a person may have several.
    places: Vec<(i64, usize)>,
    /// The organisation as it was, for a survey's release.
    units: Vec<campaign_unit::ActiveModel>,
}

/// A stratum as the terms promise it.
struct Promised {
    label: Text,
    size: u32,
    /// True where answers are shown with the name of who gave them.
    named: bool,
    /// Whom the answers are about, in a review, and in which group of raters.
    about: Option<(i64, RaterGroup)>,
}

impl Registry {
    /// What freezing the roster now would give with threshold `k`.
    pub async fn preview_strata(&self, k: u32) -> Result<Preview> {
        let strata = Roster::read(self.db.get()).await?.strata(k)?;
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
        let today = date_in(now, "Asia/Tokyo");
        keep_standing(&transaction, now, today).await?;
        let k = draft.thresholds.scores;
        let population = match &draft.review {
            None => survey::population(&transaction, id, k).await?,
            Some(rules) => review::population(&transaction, id, rules, k, today).await?,
        };

        let (ballot_seed, counting_seed) = (random()?, random()?);
        let keys = write_keys(&transaction, id, master, &ballot_seed, &counting_seed).await?;
        let strata: Vec<StratumTerms> = (0u32..)
            .zip(&population.strata)
            .map(|(number, s)| StratumTerms { number, label: s.label.clone(), size: s.size, named: s.named })
            .collect();
        population.write(&transaction, id).await?;

        let asked = freeze_questionnaire(&transaction, &draft).await?;
        let sheet_size = sheet_size(&asked.questionnaire);
        let terms = Terms {
            format: terms::FORMAT.into(),
            campaign: id.into(),
            title: draft.title.clone(),
            opens_at: draft.schedule.opens_at,
            closes_at: draft.schedule.closes_at,
            questionnaire: asked.sha256,
            thresholds: draft.thresholds,
            strata,
            tables: match draft.review {
                None => asked.tables,
                Some(_) => vec![TableTerms::Subjects, TableTerms::Aggregates],
            },
            audiences: draft.review.as_ref().map_or_else(Terms::default_audiences, Terms::review_audiences),
            review: draft.review.clone(),
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
            strata: u32::try_from(population.strata.len()).unwrap_or(u32::MAX),
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

impl Population {
    async fn write(&self, db: &impl ConnectionTrait, id: &str) -> Result<()> {
        let strata = (0i32..).zip(&self.strata).map(|(number, s)| stratum_entity::ActiveModel {
            campaign_id: Set(id.into()),
            number: Set(number),
            label_ja: Set(s.label.ja.clone()),
            label_en: Set(s.label.en.clone()),
            size: Set(count(s.size)),
            subject_id: Set(s.about.map(|(subject, _)| subject)),
            rater_group: Set(s.about.map(|(_, group)| group.as_str().to_owned())),
        });
        let strata: Vec<_> = strata.collect();
        for chunk in strata.chunks(CHUNK) {
            stratum_entity::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        for chunk in self.units.chunks(CHUNK) {
            campaign_unit::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        let places = self.places.iter().map(|(person, stratum)| enrolment::ActiveModel {
            campaign_id: Set(id.into()),
            staff_id: Set(*person),
            stratum: Set(i32::try_from(*stratum).unwrap_or(i32::MAX)),
            blinded: Set(None),
        });
        let places: Vec<_> = places.collect();
        for chunk in places.chunks(CHUNK) {
            enrolment::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        Ok(())
    }
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
async fn freeze_questionnaire(db: &impl ConnectionTrait, draft: &Campaign) -> Result<Asked> {
    let row =
        questionnaire::Entity::find_by_id(draft.questionnaire_id).one(db).await?.ok_or(Error::NotFound)?;
    let questionnaire: Questionnaire = serde_json::from_str(&row.body)?;
    super::questionnaire::ready(&questionnaire, draft.review.as_ref())?;
    let sha256 = row.sha256.clone();
    let mut model: questionnaire::ActiveModel = row.into();
    model.frozen = Set(true);
    model.update(db).await?;
    let cuts = questionnaire.demographics().map(|item| TableTerms::Demographic { item: item.key.clone() });
    let tables = std::iter::once(TableTerms::Units).chain(cuts).collect();
    Ok(Asked { tables, sha256, questionnaire })
}
