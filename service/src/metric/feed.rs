//! Indicators that are fed by a metric series: each period's total becomes a value.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use domain::disclosure::Thresholds;
use domain::fiscal_year::AsOf;
use domain::indicator::{Decimal, Rate, Unit, Value};
use domain::metric::{Frequency, Measurement, Period, Series, SeriesKey, State, Total, by_fiscal_year};
use domain::text::{Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, NotSet,
    QueryFilter, QueryOrder, Select,
};

use super::series;
use super::total::{find, totals};
use super::withhold::{Fed, Valued, count, withhold};
use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::{
    Act, Doing, METRIC, SURVEY, check_units, end_link, figure, is_open, row_name, row_of, write_changes,
    year_of,
};
use crate::registry::entity::{followup_change, followup_row, observation, plan};

/// Places of a number that is worked out.
const PLACES: u8 = 1;

/// Months of a year.
pub(super) const MONTHS: u32 = 12;

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

/// Which rows are to be brought up to date.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Feeding<'a> {
    /// Those of a table that has just begun: that it began is on record, not every value.
    Edition,
    /// All that are linked to a series.
    All,
    /// Those linked to one of these series.
    Of(&'a BTreeSet<SeriesKey>),
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
        let series_before = model.metric_series.clone();
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
        let series: Vec<String> =
            [series_before, changed.metric_series.clone()].into_iter().flatten().collect();
        let rows = linked_rows(changed.plan_id)
            .filter(followup_row::Column::MetricSeries.is_in(series))
            .all(&transaction)
            .await?;
        // What other rows of the newest table may say depends on this one; an earlier table's stay as they are.
        let is_newest = newest(&transaction).await?.is_some_and(|plan| plan.id == changed.plan_id);
        let only = (!is_newest).then_some(row_id);
        let arriving = Doing { actor: None, act: Act::Value, ..doing };
        let mut changes = self.feed_rows(&transaction, &rows, only, arriving).await?;
        // That the row was linked says it all: not every value of it is put on record.
        changes.retain(|change| change.row_id != Set(Some(row_id)));
        write_changes(&transaction, changes).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Brings the values of linked rows of the newest table up to date, as long as that is neither signed off nor waits for
    /// it. The caller holds the writer.
    pub(crate) async fn feed_indicators(
        &self,
        db: &impl ConnectionTrait,
        feeding: Feeding<'_>,
        now: i64,
    ) -> Result<()> {
        let Some(newest) = newest(db).await?.filter(is_open) else { return Ok(()) };
        let mut linked = linked_rows(newest.id);
        if let Feeding::Of(keys) = feeding {
            let keys = keys.iter().map(SeriesKey::as_str);
            linked = linked.filter(followup_row::Column::MetricSeries.is_in(keys));
        }
        let doing = Doing { fiscal_year: year_of(&newest)?.year(), at: now, actor: None, act: Act::Value };
        let changes = self.feed_rows(db, &linked.all(db).await?, None, doing).await?;
        match feeding {
            Feeding::Edition => Ok(()),
            Feeding::All | Feeding::Of(_) => write_changes(db, changes).await,
        }
    }

    /// Brings the rows that a series feeds up to date, after one of them has gone or is fed by something else: what they may
    /// say depended on it. Without a series nothing is to be done. The caller holds the writer.
    pub(crate) async fn feed_beside(
        &self,
        db: &impl ConnectionTrait,
        series: Option<String>,
        now: i64,
    ) -> Result<()> {
        match series.and_then(|key| SeriesKey::parse(&key).ok()) {
            Some(key) => self.feed_indicators(db, Feeding::Of(&BTreeSet::from([key])), now).await,
            None => Ok(()),
        }
    }

    /// Brings the values of linked rows of one table up to date: of `rows`, which are all that are linked to any of their
    /// series, or of `only` one of them. Returns what is to be put on record.
    async fn feed_rows(
        &self,
        db: &impl ConnectionTrait,
        rows: &[followup_row::Model],
        only: Option<i64>,
        doing: Doing,
    ) -> Result<Vec<followup_change::ActiveModel>> {
        let mut sums = Sums::new();
        let links: Vec<(&followup_row::Model, MetricLink)> =
            rows.iter().filter_map(|row| Some((row, MetricLink::of(row)?))).collect();
        for (_, link) in &links {
            let of = (link.series.clone(), link.unit.clone());
            if let Entry::Vacant(none) = sums.entry(of) {
                none.insert(self.sum(db, link).await?);
            }
        }
        let mut fed = Vec::new();
        for (row, link) in &links {
            if let Some(Some(sum)) = sums.get(&(link.series.clone(), link.unit.clone())) {
                fed.push(Fed { row, link, sum, values: values(row.id, link, sum, doing.at) });
            }
        }
        withhold(&mut fed);
        let mut changes = Vec::new();
        for Fed { row, values, .. } in fed.into_iter().filter(|fed| only.is_none_or(|id| fed.row.id == id)) {
            changes.extend(renew(db, row, values, doing).await?);
        }
        Ok(changes)
    }

    /// What a series says of a link's unit; `None` where nobody can say, because the series or the unit is gone: then what
    /// was taken over stays.
    async fn sum(&self, db: &impl ConnectionTrait, link: &MetricLink) -> Result<Option<Sum>> {
        let found = async {
            let (id, series) = find(db, &link.series).await?;
            let units = match &link.unit {
                Some(code) => Some(self.units_below(code).await?),
                None => None,
            };
            let totals = totals(db, id, &series, units.as_ref()).await?;
            let totals = totals.into_iter().map(|(period, total, _)| (period, total)).collect();
            Ok(Sum { series, units, totals })
        };
        match found.await {
            Ok(sum) => Ok(Some(sum)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The table of the last fiscal year there is.
async fn newest(db: &impl ConnectionTrait) -> Result<Option<plan::Model>> {
    Ok(plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?)
}

/// The rows of a table that are linked to a series.
fn linked_rows(plan: i64) -> Select<followup_row::Entity> {
    followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(plan))
        .filter(followup_row::Column::MetricSeries.is_not_null())
        .order_by_asc(followup_row::Column::Position)
}

/// Puts values in place of those that a row has from its series, as far as they say something else; returns what is to be
/// put on record.
async fn renew(
    db: &impl ConnectionTrait,
    row: &followup_row::Model,
    new: Vec<Valued>,
    doing: Doing,
) -> Result<Vec<followup_change::ActiveModel>> {
    let mut old: HashMap<String, observation::Model> = observation::Entity::find()
        .filter(observation::Column::RowId.eq(row.id))
        .filter(observation::Column::Source.eq(METRIC))
        .all(db)
        .await?
        .into_iter()
        .map(|value| (value.as_of.clone(), value))
        .collect();
    let name = row_name(&row_of(row)?);
    let (mut changes, mut arriving) = (Vec::new(), Vec::new());
    for Valued { model: value, .. } in new {
        let before = old.remove(&value.as_of);
        if before.as_ref().is_some_and(|before| same(before, &value)) {
            continue;
        }
        changes.push(doing.value(row.id, &name, before.as_ref(), Some(&value)));
        if let Some(before) = before {
            observation::Entity::delete_by_id(before.id).exec(db).await?;
        }
        arriving.push(observation::ActiveModel { id: NotSet, ..value.into_active_model().reset_all() });
    }
    for gone in old.into_values() {
        changes.push(doing.value(row.id, &name, Some(&gone), None));
        observation::Entity::delete_by_id(gone.id).exec(db).await?;
    }
    if !arriving.is_empty() {
        observation::Entity::insert_many(arriving).exec_without_returning(db).await?;
    }
    Ok(changes)
}

/// A series and its totals by period, over some units or all.
pub(super) struct Sum {
    pub(super) series: Series,
    pub(super) units: Option<BTreeSet<i64>>,
    pub(super) totals: Vec<(Period, Total)>,
}

impl Sum {
    /// True where the values of a link are each of a year of months.
    pub(super) fn is_by_months(&self, link: &MetricLink) -> bool {
        link.yearly && self.series.frequency == Frequency::Month
    }
}

/// Sums by series and unit: rows that are linked alike, such as one by the month and one by the year, need one.
type Sums = HashMap<(String, Option<String>), Option<Sum>>;

/// A sum as values of a row, by period.
fn values(row: i64, link: &MetricLink, sum: &Sum, now: i64) -> Vec<Valued> {
    // Of a year of months, people are person-months.
    let mut months_each = 1;
    let totals: Vec<(Period, Total)> = if sum.is_by_months(link) {
        months_each = MONTHS;
        let months = sum.totals.iter().filter_map(|(period, total)| match period {
            Period::Month(month) => Some((*month, *total)),
            Period::FiscalYear(_) => None,
        });
        let years = by_fiscal_year(&months.collect::<Vec<_>>());
        years.into_iter().map(|(year, total)| (Period::FiscalYear(year), total)).collect()
    } else {
        sum.totals.clone()
    };
    let late = totals.len().saturating_sub(MAX_PERIODS);
    let values = totals.into_iter().skip(late).filter_map(|(period, total)| {
        let said = value(&sum.series, &total, months_each)?;
        let as_of: AsOf = period.as_of();
        let model = observation::Model {
            id: 0,
            row_id: row,
            value: said.value.label(Lang::Ja),
            as_of: as_of.label(Lang::Ja),
            source: METRIC.to_owned(),
            campaign_id: None,
            measure: Some(link.series.clone()),
            respondents: said.people,
            recorded_at: now,
            population: String::new(),
            numerator: said.counts.map(|(numerator, _)| numerator),
            denominator: said.counts.map(|(_, denominator)| denominator),
            evidence: String::new(),
            note: String::new(),
            actor_id: None,
        };
        Some(Valued { model, count: count(sum, &total) })
    });
    values.collect()
}

/// True where both say the same, whenever it was taken over.
fn same(one: &observation::Model, other: &observation::Model) -> bool {
    let said = |o: &observation::Model| {
        (o.value.clone(), o.measure.clone(), o.respondents, o.numerator, o.denominator)
    };
    said(one) == said(other)
}

/// The units of the values that each series gives an indicator, by its key.
pub(crate) async fn series_units(db: &impl ConnectionTrait) -> Result<HashMap<String, Unit>> {
    let all = series::all(db).await?.into_iter();
    Ok(all.map(|(_, series)| (series.key.to_string(), unit(&series))).collect())
}

/// The unit of a series' values as those of an indicator: states become the share of units where a system is in use.
fn unit(series: &Series) -> Unit {
    match series.measurement {
        Measurement::Amount => series.unit.clone(),
        Measurement::Rate | Measurement::State => Unit::Percent,
    }
}

/// A period's total as a value of an indicator.
struct Said {
    value: Value,
    /// People an average is of.
    people: Option<i32>,
    /// Numerator and denominator of a share of people.
    counts: Option<(i64, i64)>,
}

/// What a period's total says. An average of fewer people than a release tells the scores of says nothing: it would be the
/// hours of somebody. Shares of few people are hidden where the table is shown, which knows the groups beside them.
fn value(series: &Series, total: &Total, months_each: u32) -> Option<Said> {
    let rounded = |number: f64| Decimal::from_f64(number, PLACES);
    let (number, people, counts) = match total {
        Total::Amount { value, .. } if !series.per_person => (Some(*value), None, None),
        Total::Amount { people, .. } => {
            let people = people.map(|n| n / u64::from(months_each))?;
            if people < u64::from(Thresholds::default().scores) {
                return None;
            }
            (rounded(total.per_person()?), i32::try_from(people).ok(), None)
        }
        Total::Rate { numerator, denominator } => {
            let count = |n: u64| i64::try_from(n).ok();
            (rounded(total.rate()?), None, count(*numerator).zip(count(*denominator)))
        }
        // Counted are units, which are nobody's secret.
        Total::States(counts) => {
            let introduced = u32::try_from(counts.of(State::Introduced)).ok()?;
            let rate = Rate::new(introduced, u32::try_from(counts.units()).ok()?).ok()?;
            (rounded(rate.percent()), None, None)
        }
    };
    Some(Said { value: Value::new(number?, unit(series)), people, counts })
}
