//! Overtime: the monthly ceilings of the units, what was worked against them, and the course over the years.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::indicator::Decimal;
use domain::metric::overtime::{
    Deviation, Formula, YearAverage, ceiling, furthest_above, shown_hours, yearly,
};
use domain::metric::{Frequency, Period, Total};
use domain::text::{Lang, Text};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
};

use super::explanation::ExplanationState;
use super::store::quantity;
use super::total::{find, periods, totals, values};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{explanation, metric_value, overtime_ceiling, overtime_formula, unit};
use crate::registry::event::{self, Event};

/// The series of overtime worked.
pub(super) const OVERTIME: &str = "overtime_hours";
/// The series the ceilings are worked out from.
const OFFICE: &str = "office_hours";

/// Rows written by one statement.
const CHUNK: usize = 5_000;

/// A unit in one month.
#[derive(Clone, Debug, PartialEq)]
pub struct CeilingRow {
    /// The unit's id.
    pub unit: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Overtime hours per person; `None` where nothing has been imported.
    pub actual: Option<f64>,
    /// The people that is of.
    pub people: Option<u32>,
    /// Hours per person that should not be passed; `None` where none was set.
    pub ceiling: Option<Decimal>,
    /// How the ceiling came about.
    pub basis: Text,
    /// The explanation that was asked for, and how it stands.
    pub explanation: Option<(i64, ExplanationState)>,
}

impl CeilingRow {
    /// Hours per person above the ceiling (below it: negative), of the actual hours as they are shown; where both are
    /// known.
    pub fn excess(&self) -> Option<f64> {
        Some(shown_hours(self.actual?)?.to_f64() - self.ceiling?.to_f64())
    }

    /// True where the hours, as they are shown, are above the ceiling.
    pub fn is_above(&self) -> bool {
        self.excess().is_some_and(|excess| excess > 0.0)
    }
}

/// All units in one month.
#[derive(Clone, Debug, PartialEq)]
pub struct OvertimeMonth {
    /// The month.
    pub month: YearMonth,
    /// By unit code.
    pub units: Vec<CeilingRow>,
    /// The months that have numbers or ceilings, the newest first.
    pub months: Vec<YearMonth>,
}

impl OvertimeMonth {
    /// The units furthest above their ceiling, at most so many, the furthest first.
    pub fn furthest_above(&self, most: usize) -> Vec<&CeilingRow> {
        let deviations = self.units.iter().enumerate().filter_map(|(at, row)| {
            let (actual, ceiling) = (row.actual?, row.ceiling?.to_f64());
            Some(Deviation { key: at, actual, ceiling, people: row.people.unwrap_or(0) })
        });
        let found = furthest_above(deviations, most);
        found.into_iter().filter_map(|deviation| self.units.get(deviation.key)).collect()
    }
}

/// The course over the years.
#[derive(Clone, Debug, PartialEq)]
pub struct OvertimeYears {
    /// By fiscal year, the earliest first.
    pub years: Vec<YearAverage>,
    /// By month, the earliest first: hours per person.
    pub months: Vec<(YearMonth, f64)>,
}

impl Service {
    /// The formula of the ceilings.
    pub async fn overtime_formula(&self) -> Result<Formula> {
        let newest = overtime_formula::Entity::find()
            .order_by_desc(overtime_formula::Column::Id)
            .one(self.registry.db.get())
            .await?;
        match newest {
            Some(stored) => Ok(serde_json::from_str(&stored.formula)?),
            None => Ok(Formula::default()),
        }
    }

    /// Sets another formula. Ceilings that are set already stay until they are worked out anew.
    pub async fn set_overtime_formula(&self, formula: Formula, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let stored = serde_json::to_string(&formula)?;
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let row = overtime_formula::ActiveModel {
            id: NotSet,
            formula: Set(stored.clone()),
            actor_id: Set(actor),
            at: Set(now),
        };
        overtime_formula::Entity::insert(row).exec_without_returning(&transaction).await?;
        let act = Event { at: now, actor, campaign: None, what: "overtime.formula".into(), detail: stored };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Works out the ceilings of a fiscal year from the formula and the hours in the office of the years before, for every
    /// unit that has such hours. Ceilings set before are replaced. Returns how many there are.
    ///
    /// # Errors
    /// [`Error::Invalid`] where no unit has hours in the office for the years before.
    pub async fn set_ceilings(&self, year: FiscalYear, actor: Option<i64>) -> Result<usize> {
        let formula = self.overtime_formula().await?;
        let db = self.registry.db.get();
        let (id, _) = find(db, OFFICE).await?;
        let mut past: BTreeMap<i64, Vec<(YearMonth, f64)>> = BTreeMap::new();
        // Years before the formula's reach are never looked at.
        let first = year.year().saturating_sub(i16::from(formula.settings().years));
        let reach = i32::from(first) * 100..=i32::from(year.year() + 1) * 100 + 12;
        for row in values(db, id, reach, None).await? {
            let (Some(month), Some(hours)) = (month_of(row.period), Total::of(quantity(&row)?).per_person())
            else {
                continue;
            };
            past.entry(row.unit_id).or_default().push((month, hours));
        }
        let months = months_of(year);
        let mut rows = Vec::new();
        for (unit, past) in &past {
            for month in &months {
                let Some(found) = ceiling(&formula, *month, past) else { continue };
                let basis = Text::new(found.explain(Lang::Ja), found.explain(Lang::En));
                rows.push(overtime_ceiling::ActiveModel {
                    unit_id: Set(*unit),
                    period: Set(number(*month)),
                    hours: Set(found.hours.to_string()),
                    basis: Set(serde_json::to_string(&basis)?),
                });
            }
        }
        if rows.is_empty() {
            return Err(Error::invalid(
                "過去の在庁時間がまだ取り込まれていないため、上限を計算できません。「office_hours」の系列を取り込んでください。",
                "There are no hours in the office of earlier years to work the ceilings out from. Please import the series \
                 office_hours.",
            ));
        }
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        overtime_ceiling::Entity::delete_many()
            .filter(overtime_ceiling::Column::Period.is_in(months.iter().map(|month| number(*month))))
            .exec(&transaction)
            .await?;
        for chunk in rows.chunks(CHUNK) {
            overtime_ceiling::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(&transaction)
                .await?;
        }
        let detail = format!("{}: {}", year.year(), rows.len());
        let act = Event { at: now, actor, campaign: None, what: "overtime.ceilings".into(), detail };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }

    /// Overtime against its ceilings in one month, or in the newest month with numbers; of some units, or of all.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is neither a number nor a ceiling at all.
    pub async fn overtime_month(
        &self,
        month: Option<YearMonth>,
        units: Option<&BTreeSet<i64>>,
    ) -> Result<OvertimeMonth> {
        let db = self.registry.db.get();
        let (id, _) = find(db, OVERTIME).await?;
        let numbers = periods(db, id, units).await?;
        let set: Vec<i32> = overtime_ceiling::Entity::find()
            .select_only()
            .column(overtime_ceiling::Column::Period)
            .distinct()
            .order_by_asc(overtime_ceiling::Column::Period)
            .into_tuple()
            .all(db)
            .await?;
        let newest = numbers.last().or(set.first()).and_then(|period| month_of(*period));
        let month = month.or(newest).ok_or(Error::NotFound)?;
        let known: BTreeSet<i32> = numbers.into_iter().chain(set).collect();
        let months: Vec<YearMonth> = known.iter().rev().filter_map(|period| month_of(*period)).collect();
        let period = number(month);
        let ceilings: HashMap<i64, overtime_ceiling::Model> = overtime_ceiling::Entity::find()
            .filter(overtime_ceiling::Column::Period.eq(period))
            .all(db)
            .await?
            .into_iter()
            .filter(|row| units.is_none_or(|units| units.contains(&row.unit_id)))
            .map(|row| (row.unit_id, row))
            .collect();
        let worked: HashMap<i64, metric_value::Model> =
            values(db, id, period..=period, units).await?.into_iter().map(|row| (row.unit_id, row)).collect();
        let asked = asked(db, period).await?;
        let mut list = Vec::new();
        for found in unit::Entity::find().order_by_asc(unit::Column::Code).all(db).await? {
            let (worked, ceiling) = (worked.get(&found.id), ceilings.get(&found.id));
            if worked.is_none() && ceiling.is_none() {
                continue;
            }
            let total = worked.map(|row| Ok::<_, Error>(Total::of(quantity(row)?))).transpose()?;
            list.push(CeilingRow {
                unit: found.id,
                actual: total.and_then(|total| total.per_person()),
                people: worked.and_then(|row| u32::try_from(row.people?).ok()),
                ceiling: ceiling.and_then(|row| Decimal::parse(&row.hours).ok()),
                basis: ceiling.map(|row| serde_json::from_str(&row.basis)).transpose()?.unwrap_or_default(),
                explanation: asked.get(&found.id).copied(),
                code: found.code,
                name: Text::new(found.name_ja, found.name_en),
            });
        }
        Ok(OvertimeMonth { month, units: list, months })
    }

    /// Average overtime per person and month, by fiscal year and by month, of some units or of all.
    pub async fn overtime_years(&self, units: Option<&BTreeSet<i64>>) -> Result<OvertimeYears> {
        let db = self.registry.db.get();
        let (id, series) = find(db, OVERTIME).await?;
        let totals = totals(db, id, &series, units).await?;
        let mut monthly = Vec::new();
        for (period, total, _) in totals {
            if let (Period::Month(month), Total::Amount { value, people: Some(people) }) = (period, total) {
                monthly.push((month, value.to_f64(), u32::try_from(people).unwrap_or(u32::MAX)));
            }
        }
        let per_person = |(month, hours, people): &(YearMonth, f64, u32)| {
            (*people > 0).then(|| (*month, hours / f64::from(*people)))
        };
        Ok(OvertimeYears { years: yearly(&monthly), months: monthly.iter().filter_map(per_person).collect() })
    }
}

/// The explanations asked for in a month, by unit.
async fn asked(db: &impl ConnectionTrait, period: i32) -> Result<HashMap<i64, (i64, ExplanationState)>> {
    let rows = explanation::Entity::find().filter(explanation::Column::Period.eq(period)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.unit_id, (row.id, ExplanationState::of(&row)))).collect())
}

pub(super) fn number(month: YearMonth) -> i32 {
    Period::Month(month).number()
}

pub(super) fn month_of(period: i32) -> Option<YearMonth> {
    match Period::from_number(Frequency::Month, period) {
        Some(Period::Month(month)) => Some(month),
        _ => None,
    }
}

/// April to March.
fn months_of(year: FiscalYear) -> Vec<YearMonth> {
    let months =
        (4..=12).map(|month| (year.year(), month)).chain((1..=3).map(|month| (year.year() + 1, month)));
    months.filter_map(|(year, month)| YearMonth::new(year, month)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, hours: f64, people: u32, ceiling: &str) -> CeilingRow {
        CeilingRow {
            unit: 1,
            code: code.into(),
            name: Text::default(),
            actual: Some(hours / f64::from(people)),
            people: Some(people),
            ceiling: Some(Decimal::parse(ceiling).expect("a number")),
            basis: Text::default(),
            explanation: None,
        }
    }

    #[test]
    fn a_unit_that_is_shown_at_its_ceiling_is_not_above_it() {
        let (at, above, below) =
            (row("A", 363.2, 11, "33.0"), row("B", 364.0, 11, "33.0"), row("C", 362.0, 11, "33.0"));
        assert_eq!((at.excess(), at.is_above()), (Some(0.0), false));
        assert!(above.is_above() && !below.is_above());
        let unknown = CeilingRow { actual: None, ..at.clone() };
        assert_eq!((unknown.excess(), unknown.is_above()), (None, false));
        let month = YearMonth::new(2025, 10).expect("a month");
        let month = OvertimeMonth { month, units: vec![at, above, below, unknown], months: vec![month] };
        let listed: Vec<&str> = month.furthest_above(9).iter().map(|row| row.code.as_str()).collect();
        assert_eq!(listed, ["B"]);
    }
}
