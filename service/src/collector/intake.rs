//! Taking sealed sheets in: the ballot is checked, the sheet is kept under the ballot's hash, and nothing else about
//! the request is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::ballot::{Ballot, Binding, IssuingKey};
use domain::seal::is_sealed_length;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::Collector;
use super::entity::{intake, sealed_sheet};
use crate::batch::Write;
use crate::error::{Error, Result};
use crate::secret::{MasterKey, is_id};

/// What opens an intake.
#[derive(Clone)]
pub struct Opening {
    /// The campaign's id.
    pub campaign: String,
    /// SHA-256 of its terms, hexadecimal.
    pub terms_hash: String,
    /// The ballot key's seed, sealed under the master key for this campaign.
    pub ballot_seed: Vec<u8>,
    /// How many strata there are.
    pub strata: u32,
    /// When the intake ends, seconds since 1970 UTC.
    pub closes_at: i64,
    /// How long every sealed sheet is, in bytes.
    pub sheet_size: u32,
}

/// A sealed sheet with its ballot.
#[derive(Clone)]
pub struct Submission {
    /// The campaign's id.
    pub campaign: String,
    /// The stratum the ballot is bound to.
    pub stratum: u32,
    /// The ballot.
    pub ballot: Ballot,
    /// The sealed sheet.
    pub sealed: Vec<u8>,
}

/// Why a sheet is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No such campaign takes sheets here.
    #[error("no such intake")]
    Unknown,
    /// Too early, or closed.
    #[error("the intake is closed")]
    Closed,
    /// Not a ballot of this campaign and stratum.
    #[error("the ballot is not valid")]
    Ballot,
    /// Not of the length that all sheets of the campaign have.
    #[error("the sealed sheet has a wrong length")]
    Length,
    /// Something else went wrong; sending again is safe.
    #[error(transparent)]
    Fault(#[from] Error),
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        if error.to_string().contains("shirube: the intake is closed") {
            return Self::Closed;
        }
        Self::Fault(error.into())
    }
}

/// A sheet whose ballot has been checked, to be kept.
pub(super) struct Checked {
    campaign: String,
    /// The hash of the ballot, hexadecimal.
    ballot_key: String,
    stratum: i32,
    sealed: Vec<u8>,
}

#[async_trait]
impl Write for Checked {
    type Outcome = ();

    async fn write(all: &[Self], db: &DatabaseTransaction) -> Result<Vec<()>> {
        // By ballot, which is not the order of arrival; and where a sheet was sent twice, the one that came last.
        let mut last = BTreeMap::new();
        for sheet in all {
            last.insert((sheet.campaign.as_str(), sheet.ballot_key.as_str()), sheet);
        }
        let rows = last.into_values().map(|sheet| sealed_sheet::ActiveModel {
            campaign_id: Set(sheet.campaign.clone()),
            ballot_key: Set(sheet.ballot_key.clone()),
            stratum: Set(sheet.stratum),
            sealed: Set(sheet.sealed.clone()),
        });
        let replace =
            OnConflict::columns([sealed_sheet::Column::CampaignId, sealed_sheet::Column::BallotKey])
                .update_column(sealed_sheet::Column::Sealed)
                .to_owned();
        sealed_sheet::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(db).await?;
        Ok(vec![(); all.len()])
    }
}

impl Collector {
    /// Opens the intake of a campaign. Telling it twice is harmless; another terms hash is refused.
    pub async fn open_intake(&self, opening: Opening) -> Result<()> {
        let _writer = self.db.writer().await;
        let row = intake::ActiveModel {
            campaign_id: Set(opening.campaign.clone()),
            terms_hash: Set(opening.terms_hash.clone()),
            ballot_seed: Set(Some(opening.ballot_seed)),
            strata: Set(i32::try_from(opening.strata).unwrap_or(i32::MAX)),
            closes_at: Set(opening.closes_at),
            state: Set("open".into()),
            sheet_size: Set(i32::try_from(opening.sheet_size).unwrap_or(i32::MAX)),
        };
        let on_conflict = OnConflict::column(intake::Column::CampaignId).do_nothing().to_owned();
        intake::Entity::insert(row).on_conflict(on_conflict).exec_without_returning(self.db.get()).await?;
        match intake::Entity::find_by_id(&opening.campaign).one(self.db.get()).await? {
            Some(kept) if kept.terms_hash == opening.terms_hash => Ok(()),
            _ => Err(Error::Damaged("the collector knows this campaign under other terms".into())),
        }
    }

    /// Puts the end of the intake later; where it is as late already, does nothing.
    pub async fn extend_intake(&self, campaign: &str, closes_at: i64) -> Result<()> {
        let found = intake::Entity::find_by_id(campaign).one(self.db.get()).await?;
        if found.is_none_or(|found| found.closes_at >= closes_at) {
            return Ok(());
        }
        let _writer = self.db.writer().await;
        intake::Entity::update_many()
            .col_expr(intake::Column::ClosesAt, Expr::value(closes_at))
            .filter(intake::Column::CampaignId.eq(campaign))
            .filter(intake::Column::ClosesAt.lt(closes_at))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Ends the intake: from here on the database itself refuses sheets. Where it has ended, does nothing.
    pub async fn close_intake(&self, campaign: &str) -> Result<()> {
        let found = intake::Entity::find_by_id(campaign).one(self.db.get()).await?;
        if found.is_none_or(|found| found.state != "open") {
            return Ok(());
        }
        let _writer = self.db.writer().await;
        intake::Entity::update_many()
            .col_expr(intake::Column::State, Expr::value("closed"))
            .filter(intake::Column::CampaignId.eq(campaign))
            .filter(intake::Column::State.eq("open"))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Takes a sheet in, or replaces the one sent before with the same ballot; once this returns, it is committed. Sending
    /// again is harmless.
    pub async fn accept(&self, sheet: Submission, master: &MasterKey, now: i64) -> Result<(), Refusal> {
        if !is_id(&sheet.campaign) {
            return Err(Refusal::Unknown);
        }
        let found = intake::Entity::find_by_id(&sheet.campaign).one(self.db.get()).await?;
        let found = found.ok_or(Refusal::Unknown)?;
        if found.state != "open" || now >= found.closes_at {
            return Err(Refusal::Closed);
        }
        if !fits(&found, sheet.sealed.len()) {
            return Err(Refusal::Length);
        }
        let stratum = i32::try_from(sheet.stratum).map_err(|_| Refusal::Ballot)?;
        if stratum >= found.strata {
            return Err(Refusal::Ballot);
        }
        let key = self.checking_key(&found, master)?;
        let binding =
            Binding { campaign: sheet.campaign.clone(), terms: terms_of(&found)?, stratum: sheet.stratum };
        if !key.accepts(&sheet.ballot, &binding) {
            return Err(Refusal::Ballot);
        }
        let ballot_key = hex::encode(sheet.ballot.key(&binding));
        let checked = Checked { campaign: sheet.campaign, ballot_key, stratum, sealed: sheet.sealed };
        self.sheets.write(checked).await.map_err(|error| match error {
            Error::Database(error) => error.into(),
            other => Refusal::Fault(other),
        })
    }

    /// Sheets received so far, per stratum.
    pub async fn received(&self, campaign: &str) -> Result<Vec<(u32, u32)>> {
        let rows: Vec<(i32, i64)> = sealed_sheet::Entity::find()
            .select_only()
            .column(sealed_sheet::Column::Stratum)
            .column_as(sealed_sheet::Column::BallotKey.count(), "received")
            .filter(sealed_sheet::Column::CampaignId.eq(campaign))
            .group_by(sealed_sheet::Column::Stratum)
            .into_tuple()
            .all(self.db.get())
            .await?;
        if rows.is_empty() {
            // Counted already: the sheets are gone, the report has the figures.
            let report = self.count_report(campaign).await?;
            return Ok(report.into_iter().map(|r| (r.stratum, r.received)).collect());
        }
        let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(rows.into_iter().map(|(s, n)| (number(i64::from(s)), number(n))).collect())
    }

    /// How many sealed sheets are kept.
    pub async fn sealed_sheets(&self, campaign: &str) -> Result<u64> {
        let query = sealed_sheet::Entity::find().filter(sealed_sheet::Column::CampaignId.eq(campaign));
        Ok(query.count(self.db.get()).await?)
    }

    fn checking_key(&self, found: &intake::Model, master: &MasterKey) -> Result<Arc<IssuingKey>> {
        let damaged = || Error::Damaged("the key cache of the collector".into());
        if let Some(key) = self.keys.lock().map_err(|_| damaged())?.get(&found.campaign_id) {
            return Ok(key.clone());
        }
        let sealed = found.ballot_seed.as_deref().ok_or(Error::NotFound)?;
        let seed = master.open(&format!("{}/ballot", found.campaign_id), sealed)?;
        let key = Arc::new(IssuingKey::derive(&seed).map_err(|e| Error::Damaged(e.to_string()))?);
        self.keys.lock().map_err(|_| damaged())?.insert(found.campaign_id.clone(), key.clone());
        Ok(key)
    }

    /// Forgets the key of a campaign that has been counted.
    pub(crate) fn forget_key(&self, campaign: &str) {
        if let Ok(mut keys) = self.keys.lock() {
            keys.remove(campaign);
        }
    }
}

/// True for the length of a sealed sheet of the campaign; 0 is noted where any that sealing gives is taken.
fn fits(found: &intake::Model, length: usize) -> bool {
    match found.sheet_size {
        0 => is_sealed_length(length),
        size => usize::try_from(size).is_ok_and(|size| size == length),
    }
}

fn terms_of(found: &intake::Model) -> Result<[u8; 32]> {
    let bytes = hex::decode(&found.terms_hash).ok().and_then(|b| b.try_into().ok());
    bytes.ok_or_else(|| Error::Damaged("the terms hash of an intake".into()))
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    async fn collector() -> Collector {
        let collector = Collector::open("sqlite::memory:").await.expect("a collector");
        for campaign in ["a", "b"] {
            let opening = Opening {
                campaign: campaign.into(),
                terms_hash: "00".repeat(32),
                ballot_seed: vec![1],
                strata: 1,
                closes_at: 10,
                sheet_size: 0,
            };
            collector.open_intake(opening).await.expect("opened");
        }
        collector
    }

    fn sheet(campaign: &str, ballot_key: &str, content: u8) -> Checked {
        Checked {
            campaign: campaign.into(),
            ballot_key: ballot_key.into(),
            stratum: 0,
            sealed: vec![content],
        }
    }

    #[tokio::test]
    async fn a_closed_intake_refuses_its_own_sheets_only() {
        let collector = collector().await;
        collector.close_intake("b").await.expect("closed");
        let sheets = [sheet("a", "1", 1), sheet("b", "2", 2), sheet("a", "3", 3), sheet("b", "4", 4)];
        let outcomes = join_all(sheets.map(|sheet| collector.sheets.write(sheet))).await;
        let closed = |outcome: Result<()>| match outcome {
            Ok(()) => false,
            Err(Error::Database(error)) => matches!(Refusal::from(error), Refusal::Closed),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(outcomes.into_iter().map(closed).collect::<Vec<_>>(), [false, true, false, true]);
        assert_eq!(collector.sealed_sheets("a").await.expect("a count"), 2);
        assert_eq!(collector.sealed_sheets("b").await.expect("a count"), 0);
    }

    #[tokio::test]
    async fn of_two_sheets_with_one_ballot_the_later_one_stays() {
        let collector = collector().await;
        let sheets = [sheet("a", "1", 1), sheet("a", "2", 2), sheet("a", "1", 3)];
        let outcomes = join_all(sheets.map(|sheet| collector.sheets.write(sheet))).await;
        assert!(outcomes.iter().all(Result::is_ok));
        let kept = sealed_sheet::Entity::find().all(collector.db.get()).await.expect("sheets");
        let kept: Vec<(&str, u8)> = kept.iter().map(|s| (s.ballot_key.as_str(), s.sealed[0])).collect();
        assert_eq!(kept, [("1", 3), ("2", 2)]);
    }
}
