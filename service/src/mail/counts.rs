//! How many mails are in which state: all of them, or those about one campaign.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::outbox::{FAILED, Kind, QUEUED, SENDING, SENT};
use crate::error::Result;
use crate::registry::Registry;
use crate::registry::entity::mail;

/// How many mails are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Waiting, for the first time or to be tried again.
    pub queued: u64,
    /// Being sent.
    pub sending: u64,
    /// Sent.
    pub sent: u64,
    /// Failed for good.
    pub failed: u64,
}

impl MailCounts {
    /// All of them together.
    pub const fn total(self) -> u64 {
        self.queued + self.sending + self.sent + self.failed
    }

    fn add(&mut self, state: &str, mails: i64) {
        let mails = u64::try_from(mails).unwrap_or(0);
        match state {
            QUEUED => self.queued += mails,
            SENDING => self.sending += mails,
            SENT => self.sent += mails,
            FAILED => self.failed += mails,
            _ => {}
        }
    }
}

impl Registry {
    /// How many mails of every kind are in which state.
    pub async fn mail_counts(&self) -> Result<MailCounts> {
        let mut counts = MailCounts::default();
        for (_, state, mails) in self.count_mail(None).await? {
            counts.add(&state, mails);
        }
        Ok(counts)
    }

    /// How many mails about a campaign are in which state, by kind; kinds without any are left out. What was withdrawn
    /// at closing, or forgotten as reminders are after counting, is in no state.
    pub async fn campaign_mail_counts(&self, campaign: &str) -> Result<Vec<(Kind, MailCounts)>> {
        let rows = self.count_mail(Some(campaign)).await?;
        let of = |kind: Kind| {
            let mut counts = MailCounts::default();
            for (_, state, mails) in rows.iter().filter(|row| row.0 == kind.as_str()) {
                counts.add(state, *mails);
            }
            (kind, counts)
        };
        Ok(Kind::ALL.into_iter().map(of).filter(|(_, counts)| counts.total() > 0).collect())
    }

    /// (kind, state, mails), of one campaign where it is named.
    async fn count_mail(&self, campaign: Option<&str>) -> Result<Vec<(String, String, i64)>> {
        let mut query = mail::Entity::find()
            .select_only()
            .column(mail::Column::Kind)
            .column(mail::Column::State)
            .column_as(mail::Column::Id.count(), "mails")
            .group_by(mail::Column::Kind)
            .group_by(mail::Column::State);
        if let Some(campaign) = campaign {
            query = query.filter(mail::Column::CampaignId.eq(campaign));
        }
        Ok(query.into_tuple().all(self.db.get()).await?)
    }
}
