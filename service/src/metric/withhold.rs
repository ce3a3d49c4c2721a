//! Which values of metric series are not taken over, because together they would tell what each alone does not: of a unit
//! and of units within it, and of a year and of its months.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{Count, NestedCount, Thresholds, withheld};
use domain::fiscal_year::FiscalYear;
use domain::metric::{Period, Total};
use domain::text::Lang;

use super::feed::{MONTHS, MetricLink, Sum};
use crate::registry::entity::{followup_row, observation};

/// A value that a row would have.
pub(super) struct Valued {
    pub(super) model: observation::Model,
    /// The people it is of: of the average of a year of months, person-months; `None` where it is of no people.
    pub(super) count: Option<Count>,
}

/// A linked row, what feeds it, and the values it would have.
pub(super) struct Fed<'a> {
    pub(super) row: &'a followup_row::Model,
    pub(super) link: &'a MetricLink,
    pub(super) sum: &'a Sum,
    pub(super) values: Vec<Valued>,
}

/// Takes out of the values of all rows of a table what must not be told beside the others.
pub(super) fn withhold(rows: &mut [Fed<'_>]) {
    let told = |rows: &[Fed<'_>]| rows.iter().map(|row| row.values.len()).sum::<usize>();
    // What goes for the sake of units hides months, for whose sake years go, which are values of units.
    loop {
        let before = told(rows);
        units(rows);
        years(rows);
        if told(rows) == before {
            return;
        }
    }
}

fn k() -> u32 {
    Thresholds::default().scores
}

/// A year goes where one less the months that are told would tell of those that are not.
fn years(rows: &mut [Fed<'_>]) {
    let of = |link: &MetricLink| (link.series.clone(), link.unit.clone());
    let mut by_month: BTreeMap<(String, Option<String>), BTreeSet<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.link.yearly) {
        let shown = row.values.iter().filter(|value| value.count.as_ref().is_none_or(is_shown));
        by_month.entry(of(row.link)).or_default().extend(shown.map(|value| value.model.as_of.clone()));
    }
    for row in rows.iter_mut().filter(|row| row.link.yearly) {
        if let Some(told) = by_month.get(&of(row.link)) {
            let telling = telling(row.sum, told);
            row.values.retain(|value| !telling.contains(&value.model.as_of));
        }
    }
}

/// The years of which some months are told, and that would tell too much of the others.
fn telling(sum: &Sum, told: &BTreeSet<String>) -> BTreeSet<String> {
    #[derive(Default)]
    struct Year {
        told: bool,
        rest: Vec<Count>,
    }
    let mut years: BTreeMap<FiscalYear, Year> = BTreeMap::new();
    for (period, total) in &sum.totals {
        if let (Period::Month(month), Some(count)) = (period, count(sum, total)) {
            let year = years.entry(FiscalYear::of(month.first_day())).or_default();
            if told.contains(&period.as_of().label(Lang::Ja)) {
                year.told = true;
            } else {
                year.rest.push(count);
            }
        }
    }
    let tells = |year: &Year| {
        // An average is of the same people month after month, a share of others in each. A month that is large enough is
        // left out for the sake of units beside it.
        let alone = year.rest.iter().any(|month| month.counts.is_empty() || is_shown(month));
        let mut all = Count { counts: vec![0, 0], ..Count::default() };
        year.rest.iter().for_each(|month| all.add(month));
        year.told && !year.rest.is_empty() && (alone || !is_shown(&all))
    };
    let telling = years.into_iter().filter(|(_, year)| tells(year));
    telling.map(|(year, _)| Period::FiscalYear(year).as_of().label(Lang::Ja)).collect()
}

/// The people behind a total; `None` where it is of no people, or of nobody.
pub(super) fn count(sum: &Sum, total: &Total) -> Option<Count> {
    let number = |n: u64| u32::try_from(n).ok();
    let count = match *total {
        Total::Amount { people: Some(people), .. } if sum.series.per_person => Count::people(number(people)?),
        Total::Rate { numerator, denominator } => {
            let (part, n) = (number(numerator)?, number(denominator)?);
            Count { counts: vec![part, n.saturating_sub(part)], ..Count::people(n) }
        }
        Total::Amount { .. } | Total::States(_) => return None,
    };
    (count.n > 0).then_some(count)
}

fn is_shown(count: &Count) -> bool {
    count.n >= k() && !count.betrays_everyone(k())
}

/// Of units within units, the values go that would tell of the few that are left.
fn units(rows: &mut [Fed<'_>]) {
    // Averages of a year of months count person-months, so they are judged apart.
    type Alike = (String, String, bool);
    let mut told: BTreeMap<Alike, Vec<(usize, NestedCount)>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for Valued { model, count } in &row.values {
            if let Some(count) = count.clone().filter(is_shown) {
                let months = count.counts.is_empty() && row.sum.is_by_months(row.link);
                let alike = (row.link.series.clone(), model.as_of.clone(), months);
                let units = row.sum.units.clone();
                told.entry(alike).or_default().push((at, NestedCount { units, count }));
            }
        }
    }
    for ((_, as_of, months), sums) in told {
        let (places, sums): (Vec<usize>, Vec<NestedCount>) = sums.into_iter().unzip();
        let least = if months { k().saturating_mul(MONTHS) } else { k() };
        for gone in withheld(&sums, least) {
            rows[places[gone]].values.retain(|value| value.model.as_of != as_of);
        }
    }
}
