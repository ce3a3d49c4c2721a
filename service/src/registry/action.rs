//! What a manager means to do after reading a report: up to three things, each with a date, for themselves or, if they
//! choose, for their team.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::campaign::State;
use domain::review::pulse::MOST_ACTIONS;
use domain::text::{self, Lang, Text};
use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::campaign::Campaign;
use super::entity::{pulse_action, review_action, review_subject, staff, stratum};
use super::person::names;
use crate::error::{Error, Result};

/// Longest action, in characters.
pub const MAX_ACTION: usize = 200;
/// Rows written by one statement.
const CHUNK: usize = 1_000;
/// How far ahead the date of an action may be, in years.
const YEARS_AHEAD: i16 = 2;

/// One intended action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub text: String,
    /// By when.
    pub due_on: Date,
    /// True where the team sees it.
    pub shared: bool,
}

/// What a superior told their team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamActions {
    /// The superior's name.
    pub superior: Text,
    /// What they mean to do, in their order.
    pub actions: Vec<Action>,
}

/// An action as typed: text, date, shared.
pub type Typed = (String, String, bool);

/// Reads what was typed; rows without text are left out. What was there before may have a date that is past.
fn read(typed: &[Typed], before: &[Action], today: Date) -> Result<Vec<Action>> {
    let mut actions = Vec::new();
    for (at, (text, due_on, shared)) in typed.iter().enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        let place = at + 1;
        let text = text::required_line(text, MAX_ACTION).map_err(|e| {
            Error::invalid(
                format!("{place}つ目の行動: {}", e.message(Lang::Ja)),
                format!("Action {place}: {}", e.message(Lang::En)),
            )
        })?;
        let latest = today.year().saturating_add(YEARS_AHEAD);
        let was_there = |day: Date| before.iter().any(|action| action.text == text && action.due_on == day);
        let due_on = due_on.trim().parse::<Date>().ok();
        let due_on = due_on.filter(|day| (*day >= today && day.year() <= latest) || was_there(*day));
        let due_on = due_on.ok_or_else(|| {
            Error::invalid(
                format!("{place}つ目の行動の期日に、今日から{latest}年末までの日付を入力してください。"),
                format!("Action {place}: please enter a date from today to the end of {latest}."),
            )
        })?;
        actions.push(Action { text, due_on, shared: *shared });
    }
    if actions.len() > MOST_ACTIONS {
        return Err(Error::invalid(
            format!("行動は{MOST_ACTIONS}つまでです。"),
            format!("There can be at most {MOST_ACTIONS} actions."),
        ));
    }
    Ok(actions)
}

fn stored(row: &review_action::Model) -> Result<Action> {
    let due_on = row.due_on.parse().map_err(|_| Error::Damaged("the date of an action".into()))?;
    Ok(Action { text: row.action.clone(), due_on, shared: row.shared })
}

/// Copies what subjects of a review share into the pulse that asks about it. From then on it may change on their pages, and the
/// question stays what it was. Returns who shares any.
pub(super) async fn fix_for_pulse(
    db: &impl ConnectionTrait,
    pulse: &str,
    review: &str,
) -> Result<HashSet<i64>> {
    let rows = review_action::Entity::find()
        .filter(review_action::Column::CampaignId.eq(review))
        .filter(review_action::Column::Shared.eq(true))
        .order_by_asc(review_action::Column::SubjectId)
        .order_by_asc(review_action::Column::Position)
        .all(db)
        .await?;
    let mut places: HashMap<i64, i32> = HashMap::new();
    let fixed: Vec<pulse_action::ActiveModel> = rows
        .into_iter()
        .map(|row| {
            let place = places.entry(row.subject_id).or_default();
            *place += 1;
            pulse_action::ActiveModel {
                campaign_id: Set(pulse.into()),
                subject_id: Set(row.subject_id),
                position: Set(*place),
                action: Set(row.action),
            }
        })
        .collect();
    for chunk in fixed.chunks(CHUNK) {
        pulse_action::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(places.into_keys().collect())
}

impl Registry {
    /// In a pulse, how many actions each stratum is asked about; empty in anything else.
    pub async fn actions_asked(&self, pulse: &str) -> Result<BTreeMap<u32, usize>> {
        let mut shared: HashMap<i64, usize> = HashMap::new();
        for row in pulse_action::Entity::find()
            .filter(pulse_action::Column::CampaignId.eq(pulse))
            .all(self.db.get())
            .await?
        {
            *shared.entry(row.subject_id).or_default() += 1;
        }
        if shared.is_empty() {
            return Ok(BTreeMap::new());
        }
        let strata: Vec<(i32, Option<i64>)> = stratum::Entity::find()
            .select_only()
            .columns([stratum::Column::Number, stratum::Column::SubjectId])
            .filter(stratum::Column::CampaignId.eq(pulse))
            .into_tuple()
            .all(self.db.get())
            .await?;
        let asked = |(number, subject): (i32, Option<i64>)| {
            Some((u32::try_from(number).ok()?, shared.get(&subject?).copied()?))
        };
        Ok(strata.into_iter().filter_map(asked).collect())
    }

    /// What a pulse asks about each of these subjects, numbered as its questions are.
    pub async fn pulse_actions(&self, pulse: &str, subjects: Vec<i64>) -> Result<HashMap<i64, Vec<String>>> {
        let rows = pulse_action::Entity::find()
            .filter(pulse_action::Column::CampaignId.eq(pulse))
            .filter(pulse_action::Column::SubjectId.is_in(subjects))
            .order_by_asc(pulse_action::Column::Position)
            .all(self.db.get())
            .await?;
        let mut fixed: HashMap<i64, Vec<String>> = HashMap::new();
        for row in rows {
            fixed.entry(row.subject_id).or_default().push(row.action);
        }
        Ok(fixed)
    }

    /// What a subject wrote after a review.
    pub async fn actions(&self, campaign: &str, subject: i64) -> Result<Vec<Action>> {
        let rows = review_action::Entity::find()
            .filter(review_action::Column::CampaignId.eq(campaign))
            .filter(review_action::Column::SubjectId.eq(subject))
            .order_by_asc(review_action::Column::Position)
            .all(self.db.get())
            .await?;
        rows.iter().map(stored).collect()
    }

    /// Replaces what a subject wrote after a review. An action that stays as it was may have a date that is past.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the person is no subject of such a released review; [`Error::Invalid`] where something
    /// typed cannot be taken.
    pub async fn save_actions(
        &self,
        campaign: &str,
        subject: i64,
        typed: &[Typed],
        now: i64,
        today: Date,
    ) -> Result<()> {
        let found = self.campaign(campaign).await?;
        let key = (campaign.to_owned(), subject);
        let is_subject = review_subject::Entity::find_by_id(key).one(self.db.get()).await?.is_some();
        if found.state != State::Released || !is_subject || !is_report(&found) {
            return Err(Error::NotFound);
        }
        let before = self.actions(campaign, subject).await?;
        let actions = read(typed, &before, today)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        review_action::Entity::delete_many()
            .filter(review_action::Column::CampaignId.eq(campaign))
            .filter(review_action::Column::SubjectId.eq(subject))
            .exec(&transaction)
            .await?;
        let rows: Vec<review_action::ActiveModel> = (1i32..)
            .zip(actions)
            .map(|(position, action)| review_action::ActiveModel {
                id: NotSet,
                campaign_id: Set(campaign.into()),
                subject_id: Set(subject),
                position: Set(position),
                action: Set(action.text),
                due_on: Set(action.due_on.to_string()),
                shared: Set(action.shared),
                written_at: Set(now),
            })
            .collect();
        if !rows.is_empty() {
            review_action::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What a person's direct superior told the team after the last review.
    pub async fn team_actions(&self, person: i64) -> Result<Option<TeamActions>> {
        let db = self.db.get();
        let superior = staff::Entity::find_by_id(person).one(db).await?.and_then(|row| row.supervisor_id);
        let Some(superior) = superior else { return Ok(None) };
        let Some(who) = staff::Entity::find_by_id(superior).one(db).await? else { return Ok(None) };
        // Of the last report only: what was taken back there does not bring an older one to light.
        let Some(last) = self.reports_of(superior).await?.into_iter().find(is_report) else {
            return Ok(None);
        };
        let actions = self.actions(&last.id, superior).await?;
        let actions: Vec<Action> = actions.into_iter().filter(|action| action.shared).collect();
        if actions.is_empty() {
            return Ok(None);
        }
        Ok(Some(TeamActions { superior: names(&who), actions }))
    }

    /// Subjects of a review who shared any action: whom a pulse can ask about.
    pub async fn sharing_subjects(&self, campaign: &str) -> Result<usize> {
        let rows = review_action::Entity::find()
            .filter(review_action::Column::CampaignId.eq(campaign))
            .filter(review_action::Column::Shared.eq(true))
            .all(self.db.get())
            .await?;
        Ok(rows.iter().map(|row| row.subject_id).collect::<HashSet<_>>().len())
    }
}

/// True of reviews after which subjects write down what they mean to do: a pulse asks about that, and is none.
pub fn is_report(campaign: &Campaign) -> bool {
    campaign.review.as_ref().is_some_and(|rules| rules.pulse_of.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 4, 1);

    fn typed(text: &str, due_on: &str) -> Typed {
        (text.into(), due_on.into(), false)
    }

    #[test]
    fn rows_without_text_are_left_out() {
        let found = read(&[typed(" 週一回、面談する ", "2026-06-30"), typed(" ", "")], &[], TODAY)
            .expect("one action");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].text.as_str(), found[0].due_on), ("週一回、面談する", date(2026, 6, 30)));
        assert!(read(&[], &[], TODAY).expect("none").is_empty());
    }

    #[test]
    fn what_cannot_be_taken_is_named_by_its_place() {
        let refused = |typed: &[Typed]| read(typed, &[], TODAY).expect_err("refused").message(Lang::En);
        assert!(refused(&[typed("a", "2026-03-31")]).contains("Action 1"), "past");
        assert!(refused(&[typed("", ""), typed("a", "soon")]).contains("Action 2"));
        assert!(refused(&[typed("a", "2029-01-01")]).contains("2028"), "too far ahead");
        assert!(refused(&[typed(&"a".repeat(201), "2026-06-30")]).contains("200"));
        let kept = Action { text: "a".into(), due_on: date(2026, 3, 31), shared: false };
        assert!(read(&[typed("a", "2026-03-31")], &[kept], TODAY).is_ok(), "as it was before");
        let four = vec![typed("a", "2026-06-30"); 4];
        assert!(refused(&four).contains("at most 3"));
    }
}
