//! The record of administrative acts. Answering is never in it.

use domain::text::{Lang, Text};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::entity::event;
use crate::error::{Error, Result};

/// An administrative act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, seconds since 1970 UTC.
    pub at: i64,
    /// Who, or `None` for the schedule.
    pub actor: Option<i64>,
    /// On which campaign, if any.
    pub campaign: Option<String>,
    /// What: a stable word such as `campaign.open`.
    pub what: String,
    /// Details without personal data.
    pub detail: String,
}

impl Event {
    /// A step of a campaign that failed where nobody waited for it; the detail is the reason in both languages, as JSON.
    pub(crate) fn failed(
        at: i64,
        actor: Option<i64>,
        campaign: &str,
        what: &str,
        why: &Error,
    ) -> Result<Self> {
        let detail = serde_json::to_string(&Text::new(why.message(Lang::Ja), why.message(Lang::En)))?;
        Ok(Self { at, actor, campaign: Some(campaign.to_owned()), what: what.to_owned(), detail })
    }
}

/// Writes down an act, inside the transaction that does it.
pub async fn record(db: &impl ConnectionTrait, event: Event) -> Result<()> {
    event::Entity::insert(event::ActiveModel {
        id: NotSet,
        at: Set(event.at),
        actor_id: Set(event.actor),
        campaign_id: Set(event.campaign),
        what: Set(event.what),
        detail: Set(event.detail),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

impl Registry {
    /// The newest acts first; of one campaign where it is named.
    pub async fn events(&self, campaign: Option<&str>, limit: u64) -> Result<Vec<Event>> {
        let mut query = event::Entity::find().order_by_desc(event::Column::Id).limit(limit);
        if let Some(campaign) = campaign {
            query = query.filter(event::Column::CampaignId.eq(campaign));
        }
        let rows = query.all(self.db.get()).await?;
        Ok(rows
            .into_iter()
            .map(|e| Event {
                at: e.at,
                actor: e.actor_id,
                campaign: e.campaign_id,
                what: e.what,
                detail: e.detail,
            })
            .collect())
    }
}
