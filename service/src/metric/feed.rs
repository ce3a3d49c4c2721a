//! Indicators that are fed by a metric series: each period's total becomes a value.

use domain::fiscal_year::AsOf;
use domain::indicator::{Decimal, Rate, Unit, Value};
use domain::metric::{Frequency, Measurement, Period, Series, Total, by_fiscal_year};
use domain::text::{Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::total::{find, totals};
use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::{
    Act, Doing, METRIC, SURVEY, by_hand, check_units, end_link, figure, row_name, row_of, write_changes,
};
use crate::registry::entity::{followup_row, observation, plan};

/// Places of a number that is worked out.
const PLACES: u8 = 1;

/// Most periods of one series that become values of an indicator: twenty years of months.
const MAX_PERIODS: usize = 240;

/// A series an indicator can be linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricChoice {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub name: Text,
    /// The unit of its values as an indicator.
    pub unit: Unit,
}

/// What feeds a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricLink {
    /// The key of the series.
    pub series: String,
    /// The code of a unit, which counts with everything below it; `None` for all units together.
    pub unit: Option<String>,
    /// True where a monthly series gives one value for each whole fiscal year instead of one for each month.
    pub yearly: bool,
}

impl MetricLink {
    /// As it stands in the record of changes: `overtime_hours (A100) yearly`.
    fn said(&self) -> String {
        let unit = self.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        format!("{}{unit}{}", self.series, if self.yearly { " yearly" } else { "" })
    }

    /// The link of a stored row.
    pub(crate) fn of(row: &followup_row::Model) -> Option<Self> {
        let series = row.metric_series.clone()?;
        Some(Self { series, unit: row.metric_unit.clone(), yearly: row.metric_yearly })
    }
}

impl Service {
    /// The series an indicator can be linked to.
    pub async fn metric_choices(&self) -> Result<Vec<MetricChoice>> {
        let series = self.metric_series().await?;
        let choice = |series: Series| MetricChoice {
            key: series.key.to_string(),
            unit: unit(&series),
            name: series.name,
        };
        Ok(series.into_iter().map(choice).collect())
    }

    /// Feeds a figure row from a metric series, of one unit and everything below it or of all units, and takes over what
    /// is there; without a series, ends the link. Values of an earlier link go.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such series or unit, or the row's values are in another unit of measure;
    /// [`Error::Conflict`] where the table is signed off; [`Error::NotFound`] where there is no such figure row.
    pub async fn link_metric(&self, row_id: i64, link: Option<MetricLink>, actor: Option<i64>) -> Result<()> {
        let unknown = || {
            Error::invalid(
                "選んだ統計系列または部署がありません。",
                "There is no such metric series or unit.",
            )
        };
        if let Some(link) = &link {
            find(self.registry.db.get(), &link.series).await.map_err(|_| unknown())?;
            if let Some(code) = &link.unit {
                self.units_below(code).await.map_err(|_| unknown())?;
            }
        }
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = figure(&transaction, row_id).await?;
        let before = MetricLink::of(&model).map(|link| link.said()).unwrap_or_default();
        let after = link.as_ref().map(MetricLink::said).unwrap_or_default();
        if let Some(link) = &link {
            let (_, series) = find(&transaction, &link.series).await?;
            check_units(&row_of(&model)?, &unit(&series))?;
            end_link(&transaction, row_id, &[SURVEY, METRIC]).await?;
        } else {
            end_link(&transaction, row_id, &[METRIC]).await?;
        }
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Link };
        let change = doing.change(Some(row_id), &row_name(&row_of(&model)?), "metric", before, after);
        write_changes(&transaction, vec![change]).await?;
        let mut changed: followup_row::ActiveModel = model.into();
        if link.is_some() {
            changed.survey_series = Set(None);
            changed.survey_measure = Set(None);
            changed.survey_population = Set(String::new());
        }
        let MetricLink { series, unit, yearly } = link.clone().unwrap_or_default();
        changed.metric_series = Set(link.is_some().then_some(series));
        changed.metric_unit = Set(unit);
        changed.metric_yearly = Set(yearly);
        let changed = changed.update(&transaction).await?;
        self.feed_row(&transaction, &changed, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Brings the values of every linked row of the newest table up to date, as long as that is not signed off. The caller
    /// holds the writer.
    pub(super) async fn feed_indicators(&self, db: &impl ConnectionTrait, now: i64) -> Result<()> {
        let newest = plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?;
        let Some(newest) = newest.filter(|plan| plan.signed_at.is_none()) else { return Ok(()) };
        let linked = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(newest.id))
            .filter(followup_row::Column::MetricSeries.is_not_null())
            .all(db)
            .await?;
        for row in linked {
            end_link(db, row.id, &[METRIC]).await?;
            self.feed_row(db, &row, now).await?;
        }
        Ok(())
    }

    async fn feed_row(&self, db: &impl ConnectionTrait, row: &followup_row::Model, now: i64) -> Result<()> {
        let Some(key) = &row.metric_series else { return Ok(()) };
        let Ok((id, series)) = find(db, key).await else { return Ok(()) };
        let units = match &row.metric_unit {
            Some(code) => match self.units_below(code).await {
                Ok(units) => Some(units),
                // The unit is gone: its numbers are still there, but nobody can say which these are.
                Err(Error::NotFound) => return Ok(()),
                Err(error) => return Err(error),
            },
            None => None,
        };
        let totals = totals(db, id, &series, units.as_ref()).await?;
        let totals: Vec<(Period, Total)> = if row.metric_yearly && series.frequency == Frequency::Month {
            let months = totals.into_iter().filter_map(|(period, total, _)| match period {
                Period::Month(month) => Some((month, total)),
                Period::FiscalYear(_) => None,
            });
            let years = by_fiscal_year(&months.collect::<Vec<_>>());
            years.into_iter().map(|(year, total)| (Period::FiscalYear(year), total)).collect()
        } else {
            totals.into_iter().map(|(period, total, _)| (period, total)).collect()
        };
        let late = totals.len().saturating_sub(MAX_PERIODS);
        let new: Vec<observation::ActiveModel> = totals
            .into_iter()
            .skip(late)
            .filter_map(|(period, total)| value(row.id, key, &series, period, &total, now))
            .collect();
        if !new.is_empty() {
            observation::Entity::insert_many(new).exec_without_returning(db).await?;
        }
        Ok(())
    }
}

/// The unit of a series' values as those of an indicator: states become the share of units where a system is in use.
fn unit(series: &Series) -> Unit {
    match series.measurement {
        Measurement::Amount => series.unit.clone(),
        Measurement::Rate | Measurement::State => Unit::Percent,
    }
}

/// A period's total as a value of an indicator.
fn value(
    row: i64,
    key: &str,
    series: &Series,
    period: Period,
    total: &Total,
    now: i64,
) -> Option<observation::ActiveModel> {
    let rounded = |number: f64| Decimal::from_f64(number, PLACES);
    let (number, counts) = match total {
        Total::Amount { value, .. } if !series.per_person => (Some(*value), None),
        Total::Amount { .. } => (rounded(total.per_person()?), None),
        Total::Rate { numerator, denominator } => (rounded(total.rate()?), Some((*numerator, *denominator))),
        Total::States(counts) => {
            let introduced = counts.of(domain::metric::State::Introduced);
            let rate =
                Rate::new(u32::try_from(introduced).ok()?, u32::try_from(counts.units()).ok()?).ok()?;
            (rounded(rate.percent()), Some((introduced, counts.units())))
        }
    };
    let value = Value::new(number?, unit(series)).label(Lang::Ja);
    let as_of: AsOf = period.as_of();
    let count = |n: u64| i64::try_from(n).ok();
    Some(observation::ActiveModel {
        measure: Set(Some(key.to_owned())),
        numerator: Set(counts.and_then(|(numerator, _)| count(numerator))),
        denominator: Set(counts.and_then(|(_, denominator)| count(denominator))),
        ..by_hand(row, METRIC, value, as_of.label(Lang::Ja), now)
    })
}
