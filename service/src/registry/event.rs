//! The record of administrative acts. Answering is never in it.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::entity::event;
use crate::error::Result;

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
