//! Counting: sealed sheets become sums and comments, and are then destroyed. No single sheet outlives the count.

use rand::seq::SliceRandom;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::Collector;
use super::entity::{count_report, counted_comment, counted_cut, counted_tally, intake, sealed_sheet};
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

/// What a sheet gives once opened, beside what it adds to the counts.
pub struct Opened {
    /// (item, comment).
    pub comments: Vec<(String, String)>,
}

/// What is kept of the answers once all sheets are opened.
#[derive(Debug, Default)]
pub struct Counts {
    /// (stratum, its counts as JSON).
    pub strata: Vec<(u32, String)>,
    /// Every demographic category over the whole organisation.
    pub cuts: Vec<Cut>,
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

impl Collector {
    /// Opens all sheets of a closed intake with `open`, which gives `None` for a spoiled one, writes their comments
    /// under fresh random ids and the sums of their answers, and destroys sheets and key. One transaction: either all is counted or nothing is. The
    /// tables are rewritten afterwards; an intake that is counted already is only rewritten, since a crash or a reader may
    /// have kept that from being done.
    ///
    /// Sheets are read in the order of the ballots' hashes, which is independent of the order of arrival, and every
    /// chunk is shuffled once more before it is written. `progress` hears (done, total).
    /// `counts` is asked once, after the last sheet.
    pub async fn count<F>(
        &self,
        campaign: &str,
        open: F,
        counts: impl FnOnce() -> Result<Counts>,
        progress: impl Fn(u64, u64),
    ) -> Result<()>
    where
        F: Fn(Vec<Sealed>) -> Vec<(u32, Option<Opened>)> + Send + Sync + Clone + 'static,
    {
        let total = self.sealed_sheets(campaign).await?;
        let writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let found = intake::Entity::find_by_id(campaign).one(&transaction).await?.ok_or(Error::NotFound)?;
        match found.state.as_str() {
            "counted" => {
                transaction.rollback().await?;
                drop(writer);
                return self.wipe_counted(campaign).await;
            }
            "closed" => {}
            _ => return Err(Error::Damaged("an open intake is not counted".into())),
        }
        let mut report: std::collections::BTreeMap<u32, StratumCount> = (0..found.strata)
            .filter_map(|s| u32::try_from(s).ok())
            .map(|stratum| (stratum, StratumCount { stratum, ..StratumCount::default() }))
            .collect();
        let start = |chunk: Vec<Sealed>| {
            let open = open.clone();
            tokio::task::spawn_blocking(move || open(chunk))
        };
        let mut done = 0;
        let mut chunk = next_chunk(&transaction, campaign, "").await?;
        let mut last = last_of(&chunk);
        let mut opening = last.is_some().then(|| start(chunk));
        while let (Some(under_way), Some(read_to)) = (opening.take(), last.take()) {
            // The database reads and writes while sheets are opened.
            chunk = next_chunk(&transaction, campaign, &read_to).await?;
            let opened = under_way.await.map_err(|e| Error::Damaged(format!("counting stopped: {e}")))?;
            last = last_of(&chunk);
            opening = last.is_some().then(|| start(chunk));
            done += opened.len() as u64;
            write(&transaction, campaign, opened, &mut report).await?;
            progress(done, total);
        }
        write_report(&transaction, campaign, report.into_values()).await?;
        let Counts { strata, cuts } = counts()?;
        write_tallies(&transaction, campaign, strata).await?;
        write_cuts(&transaction, campaign, cuts).await?;
        delete_sheets(&transaction, campaign).await?;
        intake::Entity::update_many()
            .col_expr(intake::Column::State, Expr::value("counted"))
            .col_expr(intake::Column::BallotSeed, Expr::value(sea_orm::Value::Bytes(None)))
            .filter(intake::Column::CampaignId.eq(campaign))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        drop(writer);
        self.wipe_counted(campaign).await
    }

    /// Leaves nothing of sheets and key, in memory or on disk, once they are deleted.
    async fn wipe_counted(&self, campaign: &str) -> Result<()> {
        self.forget_key(campaign);
        self.db.rewrite(&["sealed_sheet", "counted_tally", "counted_comment", "counted_cut", "intake"]).await
    }

    /// True once the sheets of a campaign are counted.
    pub(crate) async fn is_counted(&self, campaign: &str) -> Result<bool> {
        let found = intake::Entity::find_by_id(campaign).one(self.db.get()).await?;
        Ok(found.is_some_and(|found| found.state == "counted"))
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

    /// The counts of every stratum: (stratum, JSON). Only a release may ask.
    pub(crate) async fn counted_tallies(&self, campaign: &str) -> Result<Vec<(u32, String)>> {
        let rows = counted_tally::Entity::find()
            .filter(counted_tally::Column::CampaignId.eq(campaign))
            .all(self.db.get())
            .await?;
        Ok(rows.into_iter().map(|r| (u32::try_from(r.stratum).unwrap_or(0), r.tally)).collect())
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

    /// Deletes the counts and comments of a campaign: it is released, or will never be.
    pub(crate) async fn forget_counted(&self, campaign: &str) -> Result<u64> {
        let deleted = {
            let _writer = self.db.writer().await;
            let tallies = counted_tally::Entity::delete_many()
                .filter(counted_tally::Column::CampaignId.eq(campaign))
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
            tallies.rows_affected + comments.rows_affected + cuts.rows_affected
        };
        if deleted > 0 {
            self.db.rewrite(&["counted_tally", "counted_comment", "counted_cut"]).await?;
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

/// Deletes the sheets of a campaign.
///
/// Overwriting each of them first, as everything else that is deleted is, would take longer than opening them, and gain
/// nothing: the tables are rewritten right after, and without the counting key, which goes too, a sealed sheet is noise.
async fn delete_sheets(db: &DatabaseTransaction, campaign: &str) -> Result<()> {
    let others = sealed_sheet::Entity::find().filter(sealed_sheet::Column::CampaignId.ne(campaign)).limit(1);
    let delete = match others.one(db).await? {
        Some(_) => sealed_sheet::Entity::delete_many().filter(sealed_sheet::Column::CampaignId.eq(campaign)),
        // Emptying a table is many times faster than deleting every row of it.
        None => sealed_sheet::Entity::delete_many(),
    };
    let sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
    if sqlite {
        db.execute_unprepared("PRAGMA secure_delete = FAST").await?;
    }
    let deleted = delete.exec(db).await;
    if sqlite {
        db.execute_unprepared("PRAGMA secure_delete = ON").await?;
    }
    deleted?;
    Ok(())
}

fn last_of(chunk: &[Sealed]) -> Option<String> {
    chunk.last().map(|sheet| sheet.ballot_key.clone())
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
    let mut comments = Vec::new();
    for (stratum, sheet) in opened {
        let count = report.entry(stratum).or_insert(StratumCount { stratum, ..StratumCount::default() });
        count.received += 1;
        let Some(sheet) = sheet else {
            count.spoiled += 1;
            continue;
        };
        count.counted += 1;
        let stratum = i32::try_from(stratum).unwrap_or(i32::MAX);
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
    // Comments of one sheet do not lie side by side.
    comments.shuffle(&mut rand::rng());
    for rows in comments.chunks(ROWS) {
        counted_comment::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_tallies(db: &impl ConnectionTrait, campaign: &str, strata: Vec<(u32, String)>) -> Result<()> {
    let rows: Vec<counted_tally::ActiveModel> = strata
        .into_iter()
        .map(|(stratum, tally)| counted_tally::ActiveModel {
            campaign_id: Set(campaign.into()),
            stratum: Set(i32::try_from(stratum).unwrap_or(i32::MAX)),
            tally: Set(tally),
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        counted_tally::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
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
