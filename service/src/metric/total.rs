//! Totals of a series: by period over units, and by unit for one period.

use std::collections::{BTreeMap, BTreeSet};

use domain::fiscal_year::YearMonth;
use domain::metric::{Period, Quantity, Series, SeriesKey, Total, table_form};
use domain::text::{Lang, Text};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::series;
use super::store::quantity;
use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::csv_of;
use crate::registry::entity::{metric_value, unit};
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
        let rows = values(db, id, units.as_ref()).await?;
        Ok(SeriesTotals { periods: by_period(&series, &rows)?, series })
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
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(unit) = units.get(&row.unit_id) else { continue };
            list.push(UnitQuantity {
                unit: unit.id,
                code: unit.code.clone(),
                name: Text::new(&unit.name_ja, &unit.name_en),
                quantity: quantity(&row)?,
            });
        }
        list.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(list)
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

/// The numbers of a series, of some units or of all, in the order of their periods.
pub(super) async fn values(
    db: &impl ConnectionTrait,
    series: i64,
    units: Option<&BTreeSet<i64>>,
) -> Result<Vec<metric_value::Model>> {
    let rows = metric_value::Entity::find()
        .filter(metric_value::Column::SeriesId.eq(series))
        .order_by_asc(metric_value::Column::Period)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter(|row| units.is_none_or(|units| units.contains(&row.unit_id))).collect())
}

/// Totals by period. A sum that is too large to keep is damage, not a number to leave out.
pub(super) fn by_period(
    series: &Series,
    rows: &[metric_value::Model],
) -> Result<Vec<(Period, Total, usize)>> {
    let mut list: Vec<(Period, Total, usize)> = Vec::new();
    for row in rows {
        let damaged = || Error::Damaged(format!("metric series {}, period {}", series.key, row.period));
        let period = Period::from_number(series.frequency, row.period).ok_or_else(damaged)?;
        let one = Total::of(quantity(row)?);
        match list.last_mut() {
            Some((last, total, units)) if *last == period => {
                *total = total.plus(one).ok_or_else(damaged)?;
                *units += 1;
            }
            _ => list.push((period, one, 1)),
        }
    }
    Ok(list)
}
