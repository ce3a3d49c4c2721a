//! The series that take numbers.

use domain::indicator::Unit;
use domain::metric::{Frequency, Measurement, Series, SeriesKey};
use domain::text::{self, Lang, Text};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, NotSet, QueryOrder};

use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::metric_series;
use crate::registry::event::{self, Event};

/// Longest name of a series, in characters.
const MAX_NAME: usize = 80;

/// A series as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSeries {
    /// Its key.
    pub key: String,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// What its amounts count, such as 時間 or hours.
    pub unit: String,
    /// `month` or `fiscal_year`.
    pub frequency: String,
    /// `amount`, `rate` or `state`.
    pub measurement: String,
    /// Amounts come with the number of people they are for.
    pub per_person: bool,
}

impl Service {
    /// All series, in the order of their keys.
    pub async fn metric_series(&self) -> Result<Vec<Series>> {
        Ok(all(self.registry.db.get()).await?.into_iter().map(|(_, series)| series).collect())
    }

    /// One series.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none with this key.
    pub async fn one_metric_series(&self, key: &str) -> Result<Series> {
        let found = self.metric_series().await?.into_iter().find(|series| series.key.as_str() == key);
        found.ok_or(Error::NotFound)
    }

    /// Adds a series.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a line for each field that cannot be accepted, or where the key is taken.
    pub async fn add_metric_series(&self, new: &NewSeries, actor: Option<i64>) -> Result<()> {
        let series = check(new)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let row = stored(&series);
        let once = OnConflict::column(metric_series::Column::SeriesKey).do_nothing().to_owned();
        let written =
            metric_series::Entity::insert(row).on_conflict(once).exec_without_returning(&transaction).await?;
        if written == 0 {
            return Err(Error::invalid(
                format!("「{}」という系列キーはすでにあります。", series.key),
                format!("There is a series with the key \"{}\" already.", series.key),
            ));
        }
        let act = Event {
            at: now,
            actor,
            campaign: None,
            what: "metric.series".into(),
            detail: series.key.to_string(),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes sure that the standard series are there.
    pub(crate) async fn keep_standard_series(&self) -> Result<()> {
        let rows: Vec<metric_series::ActiveModel> = Series::standard().iter().map(stored).collect();
        let _writer = self.registry.db.writer().await;
        let once = OnConflict::column(metric_series::Column::SeriesKey).do_nothing().to_owned();
        metric_series::Entity::insert_many(rows)
            .on_conflict(once)
            .exec_without_returning(self.registry.db.get())
            .await?;
        Ok(())
    }
}

fn check(new: &NewSeries) -> Result<Series> {
    let mut faults: Vec<(String, String)> = Vec::new();
    let mut refuse = |ja: String, en: String| faults.push((ja, en));
    let key = SeriesKey::parse(&new.key).map_err(|e| refuse(e.message(Lang::Ja), e.message(Lang::En))).ok();
    for (field, typed) in
        [(("名称", "Name"), &new.name_ja), (("名称(英語)", "Name in English"), &new.name_en)]
    {
        if let Err(e) = text::required_line(typed, MAX_NAME) {
            refuse(
                format!("{}: {}", field.0, e.message(Lang::Ja)),
                format!("{}: {}", field.1, e.message(Lang::En)),
            );
        }
    }
    let unit = Unit::parse(&new.unit);
    if unit.is_none() {
        refuse(
            "単位を読み取れません。「時間」「日」「人」などを入力してください。".into(),
            "The unit cannot be read. Please write something like hours, days or people.".into(),
        );
    }
    let frequency = Frequency::parse(&new.frequency);
    let measurement = Measurement::parse(&new.measurement);
    match (key, unit, frequency, measurement) {
        (Some(key), Some(unit), Some(frequency), Some(measurement)) if faults.is_empty() => Ok(Series {
            key,
            name: Text::new(new.name_ja.trim(), new.name_en.trim()),
            unit: if measurement == Measurement::Amount { unit } else { Unit::Plain },
            frequency,
            measurement,
            per_person: new.per_person && measurement == Measurement::Amount,
        }),
        _ if faults.is_empty() => Err(Error::invalid(
            "周期と種類を一覧から選んでください。",
            "Please choose frequency and kind from the lists.",
        )),
        _ => {
            let (ja, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
            Err(Error::invalid(ja.join("\n"), en.join("\n")))
        }
    }
}

fn stored(series: &Series) -> metric_series::ActiveModel {
    metric_series::ActiveModel {
        id: NotSet,
        series_key: Set(series.key.to_string()),
        name_ja: Set(series.name.ja.clone()),
        name_en: Set(series.name.en.clone()),
        unit: Set(String::from(series.unit.clone())),
        frequency: Set(series.frequency.as_str().to_owned()),
        measurement: Set(series.measurement.as_str().to_owned()),
        per_person: Set(series.per_person),
    }
}

/// All series with their ids.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<(i64, Series)>> {
    let rows = metric_series::Entity::find().order_by_asc(metric_series::Column::SeriesKey).all(db).await?;
    rows.into_iter().map(|row| Ok((row.id, read(row)?))).collect()
}

fn read(row: metric_series::Model) -> Result<Series> {
    let damaged = || Error::Damaged(format!("metric series {}", row.id));
    Ok(Series {
        key: SeriesKey::parse(&row.series_key).map_err(|_| damaged())?,
        unit: Unit::parse(&row.unit).ok_or_else(damaged)?,
        frequency: Frequency::parse(&row.frequency).ok_or_else(damaged)?,
        measurement: Measurement::parse(&row.measurement).ok_or_else(damaged)?,
        name: Text::new(row.name_ja, row.name_en),
        per_person: row.per_person,
    })
}
