//! Counting: sealed sheets become counted sheets and comments, and are then destroyed.

use rand::seq::SliceRandom;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
};

use super::Collector;
use super::entity::{count_report, counted_comment, counted_cut, counted_sheet, intake, sealed_sheet};
use crate::error::{Error, Result};
use crate::secret::random_id;

/// Sheets opened and written at a time.
const CHUNK: u64 = 4_000;
/// Rows of one INSERT.
const ROWS: usize = 1_000;

/// A sheet as the collector keeps it until it is counted.
pub struct Sealed {
    /// The hash of its ballot, hexadecimal.
    pub ballot_key: String,
    /// Its stratum.
    pub stratum: u32,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// What a sheet gives once opened.
pub struct Opened {
    /// Its stratum.
    pub stratum: u32,
    /// The answers without comments and demographics, as JSON.
    pub answers: String,
    /// (item, comment).
    pub comments: Vec<(String, String)>,
}

/// How a stratum's sheets fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StratumCount {
    /// The stratum.
    pub stratum: u32,
    /// Sheets received.
    pub received: u32,
    /// Sheets counted.
    pub counted: u32,
    /// Sheets that could not be opened or did not fit the questionnaire.
    pub spoiled: u32,
}

/// The counts of one demographic category over the whole organisation.
///
/// Demographics are added up while the sheets are opened and never kept with them: stratum and demographics together
/// would single out most people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The demographic item.
    pub item: String,
    /// Its option; empty for no answer.
    pub choice: String,
    /// The counts, as JSON.
    pub tally: String,
    /// False where only numbers of answers are kept, because the category is too small for anything else.
    pub complete: bool,
}

/// A counted sheet as read for a release.
pub struct CountedSheet {
    /// Its stratum.
    pub stratum: u32,
    /// The answers, as JSON.
    pub answers: String,
}

impl Collector {
    /// Opens all sheets of a closed intake with `open`, which gives `None` for a spoiled one, writes what they held
    /// under fresh random ids, and destroys sheets and key. One transaction: either all is counted or nothing is.
    ///
    /// Sheets are read in the order of the ballots' hashes, which is independent of the order of arrival, and every
    /// chunk is shuffled once more before it is written. `progress` hears (done, total).
    /// `cuts` is asked once, after the last sheet.
    pub async fn count<F>(
        &self,
        campaign: &str,
        open: F,
        cuts: impl FnOnce() -> Result<Vec<Cut>>,
        progress: impl Fn(u64, u64),
    ) -> Result<()>
    where
        F: Fn(Vec<Sealed>) -> Vec<(u32, Option<Opened>)> + Send + Sync + Clone + 'static,
    {
        let total = self.sealed_sheets(campaign).await?;
        let writer = self.db.writer().await;
        let transaction = self.db.get().begin().await?;
        let found = intake::Entity::find_by_id(campaign).one(&transaction).await?.ok_or(Error::NotFound)?;
        match found.state.as_str() {
            "counted" => return Ok(()),
            "closed" => {}
            _ => return Err(Error::Damaged("an open intake is not counted".into())),
        }
        let mut report: std::collections::BTreeMap<u32, StratumCount> = (0..found.strata)
            .filter_map(|s| u32::try_from(s).ok())
            .map(|stratum| (stratum, StratumCount { stratum, ..StratumCount::default() }))
            .collect();
        let (mut last, mut done) = (String::new(), 0);
        loop {
            let chunk = next_chunk(&transaction, campaign, &last).await?;
            let Some(end) = chunk.last() else { break };
            last.clone_from(&end.ballot_key);
            done += chunk.len() as u64;
            let open = open.clone();
            let opened = tokio::task::spawn_blocking(move || open(chunk))
                .await
                .map_err(|e| Error::Damaged(format!("counting stopped: {e}")))?;
            write(&transaction, campaign, opened, &mut report).await?;
            progress(done, total);
        }
        write_report(&transaction, campaign, report.into_values()).await?;
        write_cuts(&transaction, campaign, cuts()?).await?;
        sealed_sheet::Entity::delete_many()
            .filter(sealed_sheet::Column::CampaignId.eq(campaign))
            .exec(&transaction)
            .await?;
        intake::Entity::update_many()
            .col_expr(intake::Column::State, Expr::value("counted"))
            .col_expr(intake::Column::BallotSeed, Expr::value(sea_orm::Value::Bytes(None)))
            .filter(intake::Column::CampaignId.eq(campaign))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        drop(writer);
        self.forget_key(campaign);
        self.db.rewrite(&["sealed_sheet", "counted_sheet", "counted_comment", "counted_cut", "intake"]).await
    }

    /// How the strata's sheets fared, once counted.
    pub async fn count_report(&self, campaign: &str) -> Result<Vec<StratumCount>> {
        let rows = count_report::Entity::find()
            .filter(count_report::Column::CampaignId.eq(campaign))
            .order_by_asc(count_report::Column::Stratum)
            .all(self.db.get())
            .await?;
        let n = |v: i32| u32::try_from(v).unwrap_or(0);
        Ok(rows
            .into_iter()
            .map(|r| StratumCount {
                stratum: n(r.stratum),
                received: n(r.received),
                counted: n(r.counted),
                spoiled: n(r.spoiled),
            })
            .collect())
    }

    /// All counted sheets. Only a release may ask.
    pub(crate) async fn counted_sheets(&self, campaign: &str) -> Result<Vec<CountedSheet>> {
        let rows: Vec<(i32, String)> = counted_sheet::Entity::find()
            .select_only()
            .columns([counted_sheet::Column::Stratum, counted_sheet::Column::Answers])
            .filter(counted_sheet::Column::CampaignId.eq(campaign))
            .into_tuple()
            .all(self.db.get())
            .await?;
        let read = |(s, answers)| CountedSheet { stratum: u32::try_from(s).unwrap_or(0), answers };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The counts of every demographic category. Only a release may ask.
    pub(crate) async fn counted_cuts(&self, campaign: &str) -> Result<Vec<Cut>> {
        let rows = counted_cut::Entity::find()
            .filter(counted_cut::Column::CampaignId.eq(campaign))
            .all(self.db.get())
            .await?;
        let read = |r: counted_cut::Model| Cut {
            item: r.item,
            choice: r.choice,
            tally: r.tally,
            complete: r.complete,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Deletes what is kept of a campaign whose retention has ended.
    pub(crate) async fn forget_counted(&self, campaign: &str) -> Result<u64> {
        let deleted = {
            let _writer = self.db.writer().await;
            let sheets = counted_sheet::Entity::delete_many()
                .filter(counted_sheet::Column::CampaignId.eq(campaign))
                .exec(self.db.get())
                .await?;
            let comments = counted_comment::Entity::delete_many()
                .filter(counted_comment::Column::CampaignId.eq(campaign))
                .exec(self.db.get())
                .await?;
            let cuts = counted_cut::Entity::delete_many()
                .filter(counted_cut::Column::CampaignId.eq(campaign))
                .exec(self.db.get())
                .await?;
            sheets.rows_affected + comments.rows_affected + cuts.rows_affected
        };
        if deleted > 0 {
            self.db.rewrite(&["counted_sheet", "counted_comment", "counted_cut"]).await?;
        }
        Ok(deleted)
    }

    /// All comments: (stratum, item, comment), in the order of their random ids. Only a release may ask.
    pub(crate) async fn counted_comments(&self, campaign: &str) -> Result<Vec<(u32, String, String)>> {
        let rows = counted_comment::Entity::find()
            .filter(counted_comment::Column::CampaignId.eq(campaign))
            .order_by_asc(counted_comment::Column::Id)
            .all(self.db.get())
            .await?;
        let read = |r: counted_comment::Model| (u32::try_from(r.stratum).unwrap_or(0), r.item, r.comment);
        Ok(rows.into_iter().map(read).collect())
    }
}

async fn next_chunk(db: &DatabaseTransaction, campaign: &str, last: &str) -> Result<Vec<Sealed>> {
    let rows = sealed_sheet::Entity::find()
        .filter(sealed_sheet::Column::CampaignId.eq(campaign))
        .filter(sealed_sheet::Column::BallotKey.gt(last))
        .order_by_asc(sealed_sheet::Column::BallotKey)
        .limit(CHUNK)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Sealed {
            ballot_key: r.ballot_key,
            stratum: u32::try_from(r.stratum).unwrap_or(0),
            sealed: r.sealed,
        })
        .collect())
}

async fn write(
    db: &impl ConnectionTrait,
    campaign: &str,
    mut opened: Vec<(u32, Option<Opened>)>,
    report: &mut std::collections::BTreeMap<u32, StratumCount>,
) -> Result<()> {
    opened.shuffle(&mut rand::rng());
    let (mut sheets, mut comments) = (Vec::with_capacity(opened.len()), Vec::new());
    for (stratum, sheet) in opened {
        let count = report.entry(stratum).or_insert(StratumCount { stratum, ..StratumCount::default() });
        count.received += 1;
        let Some(sheet) = sheet else {
            count.spoiled += 1;
            continue;
        };
        count.counted += 1;
        let stratum = i32::try_from(sheet.stratum).unwrap_or(i32::MAX);
        sheets.push(counted_sheet::ActiveModel {
            campaign_id: Set(campaign.into()),
            id: Set(random_id()?),
            stratum: Set(stratum),
            answers: Set(sheet.answers),
        });
        for (item, comment) in sheet.comments {
            comments.push(counted_comment::ActiveModel {
                campaign_id: Set(campaign.into()),
                id: Set(random_id()?),
                stratum: Set(stratum),
                item: Set(item),
                comment: Set(comment),
            });
        }
    }
    // Comments get an order of their own, so that they do not line up with the sheets they came from.
    comments.shuffle(&mut rand::rng());
    for rows in sheets.chunks(ROWS) {
        counted_sheet::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    for rows in comments.chunks(ROWS) {
        counted_comment::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_cuts(db: &impl ConnectionTrait, campaign: &str, cuts: Vec<Cut>) -> Result<()> {
    let rows: Vec<counted_cut::ActiveModel> = cuts
        .into_iter()
        .map(|cut| counted_cut::ActiveModel {
            campaign_id: Set(campaign.into()),
            item: Set(cut.item),
            choice: Set(cut.choice),
            tally: Set(cut.tally),
            complete: Set(cut.complete),
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        counted_cut::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_report(
    db: &impl ConnectionTrait,
    campaign: &str,
    report: impl Iterator<Item = StratumCount>,
) -> Result<()> {
    let n = |v: u32| i32::try_from(v).unwrap_or(i32::MAX);
    let rows: Vec<count_report::ActiveModel> = report
        .map(|r| count_report::ActiveModel {
            campaign_id: Set(campaign.into()),
            stratum: Set(n(r.stratum)),
            received: Set(n(r.received)),
            counted: Set(n(r.counted)),
            spoiled: Set(n(r.spoiled)),
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        count_report::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
