//! What a manager means to do after reading a report: up to three things, each with a date, for themselves or, if they
//! choose, for their team.

use std::collections::HashSet;

use domain::campaign::State;
use domain::text::{self, Lang, Text};
use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder};

use super::Registry;
use super::entity::{review_action, review_subject, staff};
use crate::error::{Error, Result};

/// Most actions of one report.
pub const MOST_ACTIONS: usize = 3;
/// Longest action, in characters.
pub const MAX_ACTION: usize = 200;
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

/// Reads what was typed; rows without text are left out.
fn read(typed: &[Typed], today: Date) -> Result<Vec<Action>> {
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
        let due_on = due_on.trim().parse::<Date>().ok().filter(|day| *day >= today && day.year() <= latest);
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

impl Registry {
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
        if found.state != State::Released || !is_subject {
            return Err(Error::NotFound);
        }
        let before = self.actions(campaign, subject).await?;
        let earliest = before.iter().map(|action| action.due_on).min().map_or(today, |due| due.min(today));
        let actions = read(typed, earliest)?;
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
        let rows = review_action::Entity::find()
            .filter(review_action::Column::SubjectId.eq(superior))
            .filter(review_action::Column::Shared.eq(true))
            .order_by_desc(review_action::Column::WrittenAt)
            .order_by_asc(review_action::Column::Position)
            .all(db)
            .await?;
        let Some(last) = rows.first().map(|row| row.campaign_id.clone()) else { return Ok(None) };
        let of_last = rows.iter().filter(|row| row.campaign_id == last);
        let actions: Vec<Action> = of_last.map(stored).collect::<Result<_>>()?;
        let en = if who.name_en.trim().is_empty() { &who.name } else { &who.name_en };
        Ok(Some(TeamActions { superior: Text::new(&who.name, en), actions }))
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
        let found =
            read(&[typed(" 週一回、面談する ", "2026-06-30"), typed(" ", "")], TODAY).expect("one action");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].text.as_str(), found[0].due_on), ("週一回、面談する", date(2026, 6, 30)));
        assert!(read(&[], TODAY).expect("none").is_empty());
    }

    #[test]
    fn what_cannot_be_taken_is_named_by_its_place() {
        let refused = |typed: &[Typed]| read(typed, TODAY).expect_err("refused").message(Lang::En);
        assert!(refused(&[typed("a", "2026-03-31")]).contains("Action 1"), "past");
        assert!(refused(&[typed("", ""), typed("a", "soon")]).contains("Action 2"));
        assert!(refused(&[typed("a", "2029-01-01")]).contains("2028"), "too far ahead");
        assert!(refused(&[typed(&"a".repeat(201), "2026-06-30")]).contains("200"));
        let four = vec![typed("a", "2026-06-30"); 4];
        assert!(refused(&four).contains("at most 3"));
    }
}
