//! Who rates whom in a review, while it is prepared: proposed from reporting lines, looked over by HR, fixed with the
//! terms.

pub(super) mod correct;
mod file;
pub(super) mod propose;

use std::collections::{BTreeSet, HashMap};

use domain::campaign::State;
use domain::disclosure::shows_totals;
use domain::review::grouping::{self, Asked};
use domain::review::proposal::LeftOut;
use domain::review::{RaterGroup, Relation};
use domain::text::{Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::Registry;
use super::campaign::Campaign;
use super::entity::{nomination, review_assignment, review_subject, staff, stratum, unit};
use super::person::names;
use super::staff::present;
use crate::error::{Error, Result};
use crate::mail::Recipients;

pub use correct::Correction;
pub(in crate::registry) use correct::by_typed_number;
pub use file::Corrected;
pub use propose::Proposal;
pub(in crate::registry) use propose::excluded_before;

/// Rows written by one statement.
const CHUNK: usize = 1_000;

pub(in crate::registry) const ASKED: &str = "asked";
const LEFT_OUT: &str = "left_out";

/// Where a pair comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The reporting lines.
    Line,
    /// HR.
    Hr,
    /// The subject proposed the rater, and the superior approved.
    Nominated,
}

impl Origin {
    const ALL: [Origin; 3] = [Self::Line, Self::Hr, Self::Nominated];

    pub(in crate::registry) const fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Hr => "hr",
            Self::Nominated => "nominated",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == name)
    }

    /// What it is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Line => lang.t("名簿から", "From the roster"),
            Self::Hr => lang.t("人事が修正", "Corrected by HR"),
            Self::Nominated => lang.t("本人の推薦", "Proposed by the subject"),
        }
    }
}

/// Somebody on a review's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Someone {
    /// Staff id.
    pub id: i64,
    /// Staff number.
    pub number: String,
    /// Japanese and English name; the Japanese one where there is no other.
    pub name: Text,
    /// Name of the unit.
    pub unit: Text,
}

/// One pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Who is rated.
    pub subject: Someone,
    /// Who rates.
    pub rater: Someone,
    /// How the rater stands to the subject.
    pub relation: Relation,
    /// True where the rater is asked.
    pub asked: bool,
    /// Where the pair comes from.
    pub origin: Origin,
    /// Why the rater is not asked: a [`LeftOut`], or HR's own words.
    pub reason: String,
    /// In a draft, true of those on the table who will not be asked because their group is too small.
    pub too_few: bool,
}

impl Assignment {
    /// The reason in words.
    pub fn reason_in(&self, lang: Lang) -> String {
        LeftOut::parse(&self.reason)
            .map_or_else(|| self.reason.clone(), |reason| reason.label(lang).to_owned())
    }
}

/// What the table would become if the terms were fixed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Subjects on the table.
    pub subjects: usize,
    /// Of these, who will have a report: enough raters for a group that is not named.
    pub reported: usize,
    /// Ballots: one for each rater and subject.
    pub ballots: usize,
    /// People who are asked to rate anybody.
    pub raters: usize,
    /// Groups of raters that are not named.
    pub groups: usize,
    /// Pairs that will not be asked, because their group is too small.
    pub too_few: usize,
    /// Pairs left out for other reasons.
    pub left_out: usize,
}

/// A subject as the report will name them.
pub(super) struct Subject {
    pub(super) id: i64,
    pub(super) number: String,
    pub(super) name: Text,
    pub(super) unit: Text,
}

/// The subjects of a review, brought to what the roster says of them now.
pub(super) async fn subjects(db: &impl ConnectionTrait, id: &str) -> Result<HashMap<i64, Subject>> {
    write_subjects(db, id).await?;
    let numbers: HashMap<i64, String> = staff::Entity::find()
        .select_only()
        .columns([staff::Column::Id, staff::Column::Number])
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let rows =
        review_subject::Entity::find().filter(review_subject::Column::CampaignId.eq(id)).all(db).await?;
    let subject = |row: review_subject::Model| {
        let subject = Subject {
            id: row.staff_id,
            number: numbers.get(&row.staff_id).cloned().unwrap_or_default(),
            name: Text::new(row.name_ja, row.name_en),
            unit: Text::new(row.unit_ja, row.unit_en),
        };
        (row.staff_id, subject)
    };
    Ok(rows.into_iter().map(subject).collect())
}

/// Who is asked about whom. Whoever has left since is not.
pub(super) async fn asked(db: &impl ConnectionTrait, id: &str) -> Result<Vec<Asked>> {
    let here: BTreeSet<i64> = present(db).await?;
    let rows = review_assignment::Entity::find()
        .filter(review_assignment::Column::CampaignId.eq(id))
        .filter(review_assignment::Column::State.eq(ASKED))
        .order_by_asc(review_assignment::Column::SubjectId)
        .order_by_asc(review_assignment::Column::RaterId)
        .all(db)
        .await?;
    let rows = rows.iter().filter(|row| here.contains(&row.subject_id) && here.contains(&row.rater_id));
    rows.map(|row| {
        Ok(Asked { subject: row.subject_id, rater: row.rater_id, relation: relation(&row.relation)? })
    })
    .collect()
}

fn relation(stored: &str) -> Result<Relation> {
    Relation::parse(stored).ok_or_else(|| Error::Damaged("the relation of a rater".into()))
}

/// Notes who is not asked because their group is too small.
pub(super) async fn note_too_few(db: &impl ConnectionTrait, id: &str, pairs: &[Asked]) -> Result<()> {
    for chunk in pairs.chunks(CHUNK / 4) {
        let pair = |asked: &Asked| {
            Condition::all()
                .add(review_assignment::Column::SubjectId.eq(asked.subject))
                .add(review_assignment::Column::RaterId.eq(asked.rater))
        };
        let any = chunk.iter().map(pair).fold(Condition::any(), Condition::add);
        review_assignment::Entity::update_many()
            .col_expr(review_assignment::Column::State, Expr::value(LEFT_OUT))
            .col_expr(review_assignment::Column::Reason, Expr::value(LeftOut::TooFew.as_str()))
            .filter(review_assignment::Column::CampaignId.eq(id))
            .filter(any)
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Deletes all that belongs to the preparation of a draft.
pub(super) async fn forget(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    nomination::Entity::delete_many().filter(nomination::Column::CampaignId.eq(id)).exec(db).await?;
    review_assignment::Entity::delete_many()
        .filter(review_assignment::Column::CampaignId.eq(id))
        .exec(db)
        .await?;
    review_subject::Entity::delete_many().filter(review_subject::Column::CampaignId.eq(id)).exec(db).await?;
    Ok(())
}

/// Writes down the subjects of all pairs as the roster has them now.
async fn write_subjects(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    let subjects: Vec<i64> = review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::SubjectId)
        .filter(review_assignment::Column::CampaignId.eq(id))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let wanted: BTreeSet<i64> = subjects.into_iter().collect();
    let units: HashMap<i64, unit::Model> =
        unit::Entity::find().all(db).await?.into_iter().map(|unit| (unit.id, unit)).collect();
    let people = staff::Entity::find().order_by_asc(staff::Column::Id).all(db).await?;
    review_subject::Entity::delete_many().filter(review_subject::Column::CampaignId.eq(id)).exec(db).await?;
    let mut rows = Vec::with_capacity(wanted.len());
    for person in people.into_iter().filter(|person| wanted.contains(&person.id)) {
        let unit =
            units.get(&person.unit_id).ok_or_else(|| Error::Damaged("the unit of a subject".into()))?;
        let name = names(&person);
        rows.push(review_subject::ActiveModel {
            campaign_id: Set(id.into()),
            staff_id: Set(person.id),
            name_ja: Set(name.ja),
            name_en: Set(name.en),
            unit_id: Set(unit.id),
            unit_ja: Set(unit.name_ja.clone()),
            unit_en: Set(unit.name_en.clone()),
            abroad: Set(is_abroad(unit, &units)),
            grade: Set(person.grade),
            seen: Set(false),
        });
    }
    for chunk in rows.chunks(CHUNK) {
        review_subject::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// True for a mission and for what belongs to one.
fn is_abroad(unit: &unit::Model, units: &HashMap<i64, unit::Model>) -> bool {
    let mut at = Some(unit);
    for _ in 0..units.len() {
        match at {
            Some(unit) if unit.kind == "mission" => return true,
            Some(unit) => at = unit.parent_id.and_then(|parent| units.get(&parent)),
            None => break,
        }
    }
    false
}

impl Registry {
    /// The table of a review: every pair, by subject, then by relation.
    pub async fn assignments(&self, campaign: &str) -> Result<Vec<Assignment>> {
        let db = self.db.get();
        let rows = review_assignment::Entity::find()
            .filter(review_assignment::Column::CampaignId.eq(campaign))
            .all(db)
            .await?;
        let review = self.campaign(campaign).await?;
        let too_few: BTreeSet<(i64, i64)> = if review.state == State::Draft {
            let grouping = grouping::group(&asked(db, campaign).await?, review.thresholds.scores);
            grouping.not_asked.into_iter().map(|one| (one.subject, one.rater)).collect()
        } else {
            BTreeSet::new()
        };
        let units: HashMap<i64, unit::Model> =
            unit::Entity::find().all(db).await?.into_iter().map(|unit| (unit.id, unit)).collect();
        let named: BTreeSet<i64> = rows.iter().flat_map(|row| [row.subject_id, row.rater_id]).collect();
        let people: HashMap<i64, Someone> = staff::Entity::find()
            .all(db)
            .await?
            .into_iter()
            .filter(|person| named.contains(&person.id))
            .map(|person| {
                let unit = units.get(&person.unit_id);
                let unit = unit.map(|unit| Text::new(&unit.name_ja, &unit.name_en)).unwrap_or_default();
                (person.id, Someone { id: person.id, name: names(&person), unit, number: person.number })
            })
            .collect();
        let person =
            |id: i64| people.get(&id).cloned().ok_or_else(|| Error::Damaged("a person of a review".into()));
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(Assignment {
                subject: person(row.subject_id)?,
                rater: person(row.rater_id)?,
                relation: relation(&row.relation)?,
                asked: row.state == ASKED,
                origin: Origin::parse(&row.origin).ok_or_else(|| Error::Damaged("a review's pair".into()))?,
                too_few: too_few.contains(&(row.subject_id, row.rater_id)),
                reason: row.reason,
            });
        }
        found.sort_by(|a, b| {
            let key = |one: &Assignment| {
                (one.subject.number.clone(), one.subject.id, one.relation, one.rater.number.clone())
            };
            key(a).cmp(&key(b))
        });
        Ok(found)
    }

    /// True where totals of a campaign may be shown while it runs and after. See [`shows_totals`] for
    /// those of a review.
    pub async fn shows_totals(&self, campaign: &Campaign) -> Result<bool> {
        if campaign.review.is_none() {
            return Ok(true);
        }
        let subjects: Vec<i64> = stratum::Entity::find()
            .select_only()
            .column(stratum::Column::SubjectId)
            .filter(stratum::Column::CampaignId.eq(campaign.id.as_str()))
            .filter(stratum::Column::SubjectId.is_not_null())
            .distinct()
            .into_tuple()
            .all(self.db.get())
            .await?;
        Ok(shows_totals(subjects.len()))
    }

    /// True where it may be told how many people these are. Of a review it is told of no stratum, and of those without a ballot
    /// only where totals are shown.
    pub async fn may_count(&self, campaign: &Campaign, recipients: Recipients) -> Result<bool> {
        let all = recipients.stratum.is_none();
        Ok(campaign.review.is_none()
            || (all && (recipients.with_ballot || self.shows_totals(campaign).await?)))
    }

    /// What fixing the terms now would make of the table, with threshold `k`.
    pub async fn review_outlook(&self, campaign: &str, k: u32) -> Result<Outlook> {
        let db = self.db.get();
        let rows = review_assignment::Entity::find()
            .filter(review_assignment::Column::CampaignId.eq(campaign))
            .all(db)
            .await?;
        let subjects: BTreeSet<i64> = rows.iter().map(|row| row.subject_id).collect();
        let asked = asked(db, campaign).await?;
        let grouping = grouping::group(&asked, k);
        let raters: BTreeSet<i64> = grouping.strata.iter().flat_map(|group| group.raters.clone()).collect();
        let is_group = |group: &RaterGroup| !group.is_named();
        let is_too_few = |row: &review_assignment::Model| row.reason == LeftOut::TooFew.as_str();
        Ok(Outlook {
            subjects: subjects.len(),
            reported: grouping.reported(),
            ballots: grouping.strata.iter().map(|group| group.raters.len()).sum(),
            raters: raters.len(),
            groups: grouping.strata.iter().filter(|group| is_group(&group.group)).count(),
            too_few: grouping.not_asked.len() + rows.iter().filter(|row| is_too_few(row)).count(),
            left_out: rows.iter().filter(|row| row.state == LEFT_OUT && !is_too_few(row)).count(),
        })
    }
}
