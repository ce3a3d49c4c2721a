//! Totals of a series: by period over units, and by unit for one period.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use domain::fiscal_year::YearMonth;
use domain::metric::{Period, Quantity, Series, SeriesKey, State, StateCounts, Total, table_form};
use domain::text::{Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::series;
use super::store::{quantity, unscaled};
use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::csv_of;
use crate::registry::entity::{metric_batch, metric_value, unit};
use crate::registry::headcount::UnitPeople;

/// The totals of a series over some units.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesTotals {
    /// The series.
    pub series: Series,
    /// By period, the earliest first, with the number of units behind each.
    pub periods: Vec<(Period, Total, usize)>,
}

/// The number of one unit for one period.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitQuantity {
    /// The unit's id.
    pub unit: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The number.
    pub quantity: Quantity,
    /// What it came in with.
    pub batch: BatchInfo,
}

/// A file or call of a program that brought numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchInfo {
    /// When, seconds since 1970 UTC.
    pub at: i64,
    /// Who imported the file; `None` for programs and the command line.
    pub by: Option<Text>,
    /// The file; empty for a call.
    pub file: String,
    /// True for a call of a program.
    pub by_program: bool,
}

impl Service {
    /// The totals of a series by period, over all units or over one and everything below it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such series or unit.
    pub async fn metric_totals(&self, key: &str, unit: Option<&str>) -> Result<SeriesTotals> {
        let db = self.registry.db.get();
        let (id, series) = find(db, key).await?;
        let units = match unit {
            Some(code) => Some(self.units_below(code).await?),
            None => None,
        };
        Ok(SeriesTotals { periods: totals(db, id, &series, units.as_ref()).await?, series })
    }

    /// The numbers of every unit for one period, by unit code.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such series.
    pub async fn metric_by_unit(&self, key: &str, period: Period) -> Result<Vec<UnitQuantity>> {
        let db = self.registry.db.get();
        let (id, _) = find(db, key).await?;
        let rows = metric_value::Entity::find()
            .filter(metric_value::Column::SeriesId.eq(id))
            .filter(metric_value::Column::Period.eq(period.number()))
            .all(db)
            .await?;
        let units: BTreeMap<i64, unit::Model> =
            unit::Entity::find().all(db).await?.into_iter().map(|unit| (unit.id, unit)).collect();
        let batches = self.batches(rows.iter().map(|row| row.batch_id).collect()).await?;
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(unit) = units.get(&row.unit_id) else { continue };
            let batch = batches.get(&row.batch_id).cloned();
            let batch = batch.ok_or_else(|| Error::Damaged(format!("metric batch {}", row.batch_id)))?;
            list.push(UnitQuantity {
                unit: unit.id,
                code: unit.code.clone(),
                name: Text::new(&unit.name_ja, &unit.name_en),
                quantity: quantity(&row)?,
                batch,
            });
        }
        list.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(list)
    }

    /// What numbers came in with, by the number of the batch.
    async fn batches(&self, ids: BTreeSet<i64>) -> Result<BTreeMap<i64, BatchInfo>> {
        let db = self.registry.db.get();
        let found = metric_batch::Entity::find().filter(metric_batch::Column::Id.is_in(ids)).all(db).await?;
        let people =
            self.registry.names_of(found.iter().filter_map(|batch| batch.actor_id).collect()).await?;
        let read = |batch: metric_batch::Model| {
            let by = batch.actor_id.and_then(|id| people.get(&id).cloned());
            let by_program = batch.token_id.is_some();
            (batch.id, BatchInfo { at: batch.at, by, file: batch.file, by_program })
        };
        Ok(found.into_iter().map(read).collect())
    }

    /// The newest period with numbers of each series that has any.
    pub async fn metric_last_periods(&self) -> Result<BTreeMap<SeriesKey, Period>> {
        let db = self.registry.db.get();
        let rows: Vec<(i64, Option<i32>)> = metric_value::Entity::find()
            .select_only()
            .column(metric_value::Column::SeriesId)
            .column_as(metric_value::Column::Period.max(), "newest")
            .group_by(metric_value::Column::SeriesId)
            .into_tuple()
            .all(db)
            .await?;
        let newest: BTreeMap<i64, i32> = rows.into_iter().filter_map(|(id, n)| Some((id, n?))).collect();
        let all = series::all(db).await?.into_iter();
        Ok(all
            .filter_map(|(id, one)| {
                let period = Period::from_number(one.frequency, *newest.get(&id)?)?;
                Some((one.key, period))
            })
            .collect())
    }

    /// The rows of a file that can be filled in and imported: the headings, and an example for each unit in use.
    pub async fn metric_template(&self, lang: Lang) -> Result<String> {
        let header = table_form::header(lang).map(str::to_owned).to_vec();
        let month = Period::Month(YearMonth::of(self.clock.today())).previous();
        let period = month.map(Period::code).unwrap_or_default();
        let example = |unit: UnitPeople| {
            let people = unit.people.to_string();
            [unit.code.as_str(), "overtime_hours", &period, "", &people, "", ""].map(str::to_owned).to_vec()
        };
        let units = self.registry.headcount().await?.into_iter().filter(|unit| unit.people > 0);
        Ok(csv_of(&std::iter::once(header).chain(units.map(example)).collect::<Vec<_>>()))
    }

    /// The ids of a unit and everything below it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such unit.
    pub(super) async fn units_below(&self, code: &str) -> Result<BTreeSet<i64>> {
        let db = self.registry.db.get();
        let root = unit::Entity::find().filter(unit::Column::Code.eq(code)).one(db).await?;
        let root = root.ok_or(Error::NotFound)?;
        self.registry.below(root.id).await
    }
}

/// A series and its id.
pub(super) async fn find(db: &impl ConnectionTrait, key: &str) -> Result<(i64, Series)> {
    let found = series::all(db).await?.into_iter().find(|(_, series)| series.key.as_str() == key);
    found.ok_or(Error::NotFound)
}

/// The numbers of a series in some periods, of some units or of all, in the order of their periods.
pub(super) async fn values(
    db: &impl ConnectionTrait,
    series: i64,
    periods: RangeInclusive<i32>,
    units: Option<&BTreeSet<i64>>,
) -> Result<Vec<metric_value::Model>> {
    let query = of_series(series, units)
        .filter(metric_value::Column::Period.between(*periods.start(), *periods.end()));
    Ok(query.order_by_asc(metric_value::Column::Period).all(db).await?)
}

/// The periods of which there is a number, the earliest first.
pub(super) async fn periods(
    db: &impl ConnectionTrait,
    series: i64,
    units: Option<&BTreeSet<i64>>,
) -> Result<Vec<i32>> {
    let query = of_series(series, units).select_only().column(metric_value::Column::Period).distinct();
    Ok(query.order_by_asc(metric_value::Column::Period).into_tuple().all(db).await?)
}

fn of_series(series: i64, units: Option<&BTreeSet<i64>>) -> Select<metric_value::Entity> {
    let query = metric_value::Entity::find().filter(metric_value::Column::SeriesId.eq(series));
    match units {
        Some(units) => query.filter(metric_value::Column::UnitId.is_in(units.iter().copied())),
        None => query,
    }
}

/// What the database adds up of a period and, for states, of one state.
#[derive(FromQueryResult)]
struct Sum {
    period: i32,
    state: Option<String>,
    rows: i64,
    decimals: i32,
    amount: Option<i64>,
    counted: i64,
    people: Option<i64>,
    numerator: Option<i64>,
    denominator: Option<i64>,
}

/// Totals by period, the earliest first, with the number of units behind each; added up by the database, which has amounts
/// as whole numbers. A sum that is too large to keep is damage, not a number to leave out.
pub(super) async fn totals(
    db: &impl ConnectionTrait,
    id: i64,
    series: &Series,
    units: Option<&BTreeSet<i64>>,
) -> Result<Vec<(Period, Total, usize)>> {
    // PostgreSQL adds up to a type of its own.
    let whole = |of: &str| Expr::cust(format!("CAST({of} AS BIGINT)"));
    let sums: Vec<Sum> = of_series(id, units)
        .select_only()
        .columns([metric_value::Column::Period, metric_value::Column::State])
        .column_as(whole("COUNT(*)"), "rows")
        .column_as(Expr::cust("MAX(decimals)"), "decimals")
        .column_as(whole("SUM(amount)"), "amount")
        .column_as(whole("COUNT(people)"), "counted")
        .column_as(whole("SUM(people)"), "people")
        .column_as(whole("SUM(numerator)"), "numerator")
        .column_as(whole("SUM(denominator)"), "denominator")
        .group_by(metric_value::Column::Period)
        .group_by(metric_value::Column::State)
        .order_by_asc(metric_value::Column::Period)
        .into_model()
        .all(db)
        .await?;
    let mut list: Vec<(Period, Total, usize)> = Vec::new();
    for sum in sums {
        let damaged = || Error::Damaged(format!("metric series {}, period {}", series.key, sum.period));
        let period = Period::from_number(series.frequency, sum.period).ok_or_else(damaged)?;
        let units = usize::try_from(sum.rows).map_err(|_| damaged())?;
        let one = sum.total().ok_or_else(damaged)?;
        match list.last_mut() {
            Some((last, total, behind)) if *last == period => {
                *total = total.plus(one).ok_or_else(damaged)?;
                *behind += units;
            }
            _ => list.push((period, one, units)),
        }
    }
    Ok(list)
}

impl Sum {
    fn total(&self) -> Option<Total> {
        let count = |n: Option<i64>| u64::try_from(n?).ok();
        if let Some(state) = &self.state {
            let mut counts = StateCounts::default();
            let units = u64::try_from(self.rows).ok()?;
            match State::parse(state)? {
                State::NotPlanned => counts.not_planned = units,
                State::Planned => counts.planned = units,
                State::Introduced => counts.introduced = units,
            }
            return Some(Total::States(counts));
        }
        match self.amount {
            Some(amount) => {
                let value = unscaled(amount, self.decimals)?;
                // Where one amount came without people, an average over the others would be too high.
                let people = if self.counted == self.rows { count(self.people) } else { None };
                Some(Total::Amount { value, people })
            }
            None => {
                Some(Total::Rate { numerator: count(self.numerator)?, denominator: count(self.denominator)? })
            }
        }
    }
}
