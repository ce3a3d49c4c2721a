//! A file of numbers: looked at first, then accepted. Between the two it waits in the database, a day at most.

use std::collections::{BTreeMap, HashMap};

use domain::metric::table_form::{self, Record};
use domain::metric::{Period, Quantity, Series, SeriesKey};
use domain::text::Lang;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::feed::Feeding;
use super::store::{self, Names, Origin, quantity};
use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::{file_name, table_rows};
use crate::registry::entity::{metric_upload, metric_value};
use crate::registry::event::{self, Event};
use crate::secret::sha256_hex;
use crate::spreadsheet::Limits;
use crate::work::work;

/// Largest file accepted, in bytes.
pub const MAX_FILE: usize = 16 << 20;

/// Seconds that a file waits for its acceptance.
const KEPT_SECONDS: i64 = 86_400;

const LIMITS: Limits = Limits { max_bytes: MAX_FILE, max_rows: table_form::MAX_ROWS + 1, max_columns: 50 };

/// What a file would do.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricPreview {
    /// The file's name.
    pub name: String,
    /// What tells this file from every other one.
    pub digest: String,
    /// Its rows.
    pub rows: usize,
    /// By series, in the order of their keys.
    pub series: Vec<SeriesPreview>,
}

/// What a file would do to a series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesPreview {
    /// The series.
    pub series: Series,
    /// The first and the last period.
    pub periods: (Period, Period),
    /// Units.
    pub units: usize,
    /// Numbers for which there is none yet.
    pub new: usize,
    /// Numbers that take the place of others.
    pub changed: usize,
    /// Numbers that are there already.
    pub same: usize,
}

impl Service {
    /// Keeps a file until it is accepted; it takes the place of the person's last one.
    ///
    /// # Errors
    /// [`Error::Invalid`] with up to 100 lines that name row, column, value and what is expected.
    pub async fn stage_metrics(&self, staff: i64, name: &str, bytes: Vec<u8>) -> Result<()> {
        self.read_metrics(&bytes).await?;
        let now = self.clock.now();
        let row = metric_upload::ActiveModel {
            staff_id: Set(staff),
            bytes: Set(bytes),
            name: Set(file_name(name)),
            uploaded_at: Set(now),
        };
        let replace = OnConflict::column(metric_upload::Column::StaffId)
            .update_columns([
                metric_upload::Column::Bytes,
                metric_upload::Column::Name,
                metric_upload::Column::UploadedAt,
            ])
            .to_owned();
        self.delete_expired_metric_uploads().await?;
        let _writer = self.registry.db.writer().await;
        let db = self.registry.db.get();
        metric_upload::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
        Ok(())
    }

    /// What the person's waiting file would do; `None` where none waits.
    ///
    /// # Errors
    /// As for [`Self::stage_metrics`], where units or series have changed meanwhile.
    pub async fn preview_metrics(&self, staff: i64) -> Result<Option<MetricPreview>> {
        let Some(upload) = self.waiting(staff).await? else { return Ok(None) };
        let (names, records) = self.read_metrics(&upload.bytes).await?;
        let mut by_series: BTreeMap<&SeriesKey, Vec<&Record>> = BTreeMap::new();
        for record in &records {
            by_series.entry(&record.series).or_default().push(record);
        }
        let mut list = Vec::with_capacity(by_series.len());
        for (key, records) in by_series {
            let Some((id, series)) = names.series.get(key) else { continue };
            list.extend(self.compare(*id, series, &names, &records).await?);
        }
        Ok(Some(MetricPreview {
            digest: sha256_hex(&upload.bytes),
            name: upload.name,
            rows: records.len(),
            series: list,
        }))
    }

    async fn compare(
        &self,
        id: i64,
        series: &Series,
        names: &Names,
        records: &[&Record],
    ) -> Result<Option<SeriesPreview>> {
        let periods = records.iter().map(|record| record.period);
        let (Some(first), Some(last)) = (periods.clone().min(), periods.max()) else { return Ok(None) };
        let there = metric_value::Entity::find()
            .filter(metric_value::Column::SeriesId.eq(id))
            .filter(metric_value::Column::Period.between(first.number(), last.number()))
            .all(self.registry.db.get())
            .await?;
        let mut known: HashMap<(i32, i64), Quantity> = HashMap::with_capacity(there.len());
        for row in there {
            known.insert((row.period, row.unit_id), quantity(&row)?);
        }
        let mut preview = SeriesPreview {
            series: series.clone(),
            periods: (first, last),
            units: 0,
            new: 0,
            changed: 0,
            same: 0,
        };
        let mut units = std::collections::HashSet::new();
        for record in records {
            let Some(unit) = names.units.get(&record.unit) else { continue };
            units.insert(*unit);
            match known.get(&(record.period.number(), *unit)) {
                None => preview.new += 1,
                Some(before) if *before == record.quantity => preview.same += 1,
                Some(_) => preview.changed += 1,
            }
        }
        preview.units = units.len();
        Ok(Some(preview))
    }

    /// Writes the numbers of the person's waiting file, all of them; `digest` is that of the file whose preview was seen.
    ///
    /// # Errors
    /// [`Error::Conflict`] where that file does not wait any more; otherwise as for [`Self::stage_metrics`].
    pub async fn accept_metrics(&self, staff: i64, digest: &str) -> Result<usize> {
        let upload = self.waiting(staff).await?.filter(|upload| sha256_hex(&upload.bytes) == digest);
        let upload = upload.ok_or_else(|| {
            Error::Conflict(domain::text::Text::new(
                "確認したファイルが見つかりません。もう一度ファイルを選んでください。",
                "The file you looked at is not there any more. Please choose it again.",
            ))
        })?;
        let rows = self.import_metrics(&upload.bytes, &upload.name, Some(staff)).await?;
        let _writer = self.registry.db.writer().await;
        metric_upload::Entity::delete_by_id(staff).exec(self.registry.db.get()).await?;
        Ok(rows)
    }

    /// Writes the numbers of a file, all of them or none.
    ///
    /// # Errors
    /// As for [`Self::stage_metrics`].
    pub async fn import_metrics(&self, bytes: &[u8], name: &str, actor: Option<i64>) -> Result<usize> {
        let (names, records) = self.read_metrics(bytes).await?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let origin = Origin { at: now, actor, token: None, file: file_name(name) };
        store::write(&transaction, &names, &records, origin).await?;
        let series = records.iter().map(|record| record.series.clone()).collect();
        self.feed_indicators(&transaction, Feeding::Of(&series), now).await?;
        let act = Event {
            at: now,
            actor,
            campaign: None,
            what: "metric.import".into(),
            detail: records.len().to_string(),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(records.len())
    }

    /// Throws away what has waited too long.
    pub async fn delete_expired_metric_uploads(&self) -> Result<()> {
        let _writer = self.registry.db.writer().await;
        metric_upload::Entity::delete_many()
            .filter(metric_upload::Column::UploadedAt.lt(self.clock.now() - KEPT_SECONDS))
            .exec(self.registry.db.get())
            .await?;
        Ok(())
    }

    /// Throws the person's waiting file away, if there is one.
    pub async fn discard_metrics(&self, staff: i64) -> Result<()> {
        let _writer = self.registry.db.writer().await;
        metric_upload::Entity::delete_by_id(staff).exec(self.registry.db.get()).await?;
        Ok(())
    }

    async fn waiting(&self, staff: i64) -> Result<Option<metric_upload::Model>> {
        let row = metric_upload::Entity::find_by_id(staff).one(self.registry.db.get()).await?;
        Ok(row.filter(|row| self.clock.now() - row.uploaded_at <= KEPT_SECONDS))
    }

    async fn read_metrics(&self, bytes: &[u8]) -> Result<(Names, Vec<Record>)> {
        let names = Names::read(self.registry.db.get()).await?;
        let (known, today, bytes) = (names.known(), self.clock.today(), bytes.to_vec());
        let read = work(move || {
            let rows = table_rows(&bytes, LIMITS)?;
            table_form::read(rows, &known, today).map_err(|faults| {
                Error::invalid(faults.messages(Lang::Ja).join("\n"), faults.messages(Lang::En).join("\n"))
            })
        });
        let records = read.await?;
        if records.is_empty() {
            return Err(Error::invalid(
                "見出しの下に行がありません。取り込むファイルを確認してください。",
                "There is no row below the header. Please check the file.",
            ));
        }
        Ok((names, records))
    }
}
