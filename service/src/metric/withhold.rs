//! Which values of metric series are not taken over, because together they would tell what each alone does not: of a unit
//! and of units within it, and of a year and of its months.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{Count, NestedCount, Thresholds, withheld};
use domain::fiscal_year::FiscalYear;
use domain::metric::{Period, Total};

use super::feed::{MetricLink, Sum};
use crate::registry::entity::observation;

/// A linked row, what feeds it, and the values it would have.
pub(super) struct Fed<'a> {
    pub(super) link: &'a MetricLink,
    pub(super) sum: &'a Sum,
    pub(super) values: Vec<observation::Model>,
}

/// Takes out of the values of all rows of a table what must not be told beside the others.
pub(super) fn withhold(rows: &mut [Fed<'_>]) {
    years(rows);
    units(rows);
}

fn k() -> u32 {
    Thresholds::default().scores
}

/// A year goes where one less its months would tell of the months that are not shown.
fn years(rows: &mut [Fed<'_>]) {
    let by_month: BTreeSet<(String, Option<String>)> =
        rows.iter().filter(|row| !row.link.yearly).map(|row| of(row.link)).collect();
    for row in rows.iter_mut().filter(|row| row.link.yearly && by_month.contains(&of(row.link))) {
        let telling: BTreeSet<String> = telling(row.sum).into_iter().map(said).collect();
        row.values.retain(|value| !telling.contains(&value.as_of));
    }
}

fn of(link: &MetricLink) -> (String, Option<String>) {
    (link.series.clone(), link.unit.clone())
}

fn said(year: FiscalYear) -> String {
    Period::FiscalYear(year).as_of().label(domain::text::Lang::Ja)
}

/// The years with months that are not shown and that a year's value would tell too much of.
fn telling(sum: &Sum) -> BTreeSet<FiscalYear> {
    let mut hidden: BTreeMap<FiscalYear, Vec<Count>> = BTreeMap::new();
    for (period, total) in &sum.totals {
        if let (Period::Month(month), Some(count)) = (period, count(sum, total))
            && !is_shown(&count)
        {
            hidden.entry(FiscalYear::of(month.first_day())).or_default().push(count);
        }
    }
    let tells = |months: &[Count]| {
        // An average: the same people, month after month. A share: other people in each.
        let averages = months.iter().any(|month| month.counts.is_empty());
        let mut all = Count::default();
        for month in months {
            if all.counts.is_empty() {
                all.counts = vec![0; month.counts.len()];
            }
            all.add(month);
        }
        averages || !is_shown(&all)
    };
    hidden.into_iter().filter(|(_, months)| tells(months)).map(|(year, _)| year).collect()
}

/// The people behind a total; `None` where it is of no people, or of nobody.
fn count(sum: &Sum, total: &Total) -> Option<Count> {
    let count = match total {
        Total::Amount { people: Some(people), .. } if sum.series.per_person => {
            Count::people(u32::try_from(*people).ok()?)
        }
        Total::Rate { numerator, denominator } => {
            share(u32::try_from(*numerator).ok()?, u32::try_from(*denominator).ok()?)
        }
        Total::Amount { .. } | Total::States(_) => return None,
    };
    (count.n > 0).then_some(count)
}

fn share(part: u32, n: u32) -> Count {
    Count { counts: vec![part, n.saturating_sub(part)], ..Count::people(n) }
}

fn is_shown(count: &Count) -> bool {
    count.n >= k() && !count.betrays_everyone(k())
}

/// Of units within units, the values go that would tell of the few that are left.
fn units(rows: &mut [Fed<'_>]) {
    let mut told: BTreeMap<(String, bool, String), Vec<(usize, NestedCount)>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for value in &row.values {
            if let Some(count) = counted(value).filter(is_shown) {
                let alike = (row.link.series.clone(), row.link.yearly, value.as_of.clone());
                let units = row.sum.units.clone();
                told.entry(alike).or_default().push((at, NestedCount { units, count }));
            }
        }
    }
    for ((_, _, as_of), sums) in told {
        let (places, sums): (Vec<usize>, Vec<NestedCount>) = sums.into_iter().unzip();
        for gone in withheld(&sums, k()) {
            rows[places[gone]].values.retain(|value| value.as_of != as_of);
        }
    }
}

/// The people behind a value.
fn counted(value: &observation::Model) -> Option<Count> {
    let number = |n: Option<i64>| u32::try_from(n?).ok();
    if let (Some(part), Some(n)) = (number(value.numerator), number(value.denominator)) {
        return Some(share(part, n));
    }
    value.respondents.and_then(|n| u32::try_from(n).ok()).map(Count::people)
}
