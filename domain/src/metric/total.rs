//! Numbers of several units or months as one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Quantity, State};
use crate::fiscal_year::{FiscalYear, YearMonth};
use crate::indicator::Decimal;

/// How many units are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateCounts {
    /// Units without a plan.
    pub not_planned: u64,
    /// Units with a plan.
    pub planned: u64,
    /// Units that have the system.
    pub introduced: u64,
}

impl StateCounts {
    /// Units in one state.
    pub fn of(&self, state: State) -> u64 {
        match state {
            State::NotPlanned => self.not_planned,
            State::Planned => self.planned,
            State::Introduced => self.introduced,
        }
    }

    /// Units in any state.
    pub fn units(&self) -> u64 {
        self.not_planned + self.planned + self.introduced
    }
}

/// Several quantities of one series as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Amounts added up.
    Amount {
        /// In the unit of the series.
        value: Decimal,
        /// People added up: person-months where the quantities are of several months. Absent where one of the amounts
        /// came without, because an average over the others would be too high.
        people: Option<u64>,
    },
    /// Both counts added up, so that large units weigh more than small ones.
    Rate {
        /// Those who count.
        numerator: u64,
        /// All of them.
        denominator: u64,
    },
    /// Units counted per state.
    States(StateCounts),
}

impl Total {
    /// The total of one quantity.
    pub fn of(quantity: Quantity) -> Self {
        match quantity {
            Quantity::Amount { value, people } => Self::Amount { value, people: people.map(u64::from) },
            Quantity::Rate { numerator, denominator } => {
                Self::Rate { numerator: u64::from(numerator), denominator: u64::from(denominator) }
            }
            Quantity::State(state) => {
                let count = |counted| u64::from(state == counted);
                Self::States(StateCounts {
                    not_planned: count(State::NotPlanned),
                    planned: count(State::Planned),
                    introduced: count(State::Introduced),
                })
            }
        }
    }

    /// Both totals as one; `None` where they are of different kinds, or the sum is too large to be kept.
    pub fn plus(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Amount { value: a, people: m }, Self::Amount { value: b, people: n }) => {
                let people = match (m, n) {
                    (Some(m), Some(n)) => Some(m.checked_add(n)?),
                    _ => None,
                };
                Some(Self::Amount { value: add(a, b)?, people })
            }
            (Self::Rate { numerator: a, denominator: m }, Self::Rate { numerator: b, denominator: n }) => {
                Some(Self::Rate { numerator: a.checked_add(b)?, denominator: m.checked_add(n)? })
            }
            (Self::States(a), Self::States(b)) => Some(Self::States(StateCounts {
                not_planned: a.not_planned.checked_add(b.not_planned)?,
                planned: a.planned.checked_add(b.planned)?,
                introduced: a.introduced.checked_add(b.introduced)?,
            })),
            _ => None,
        }
    }

    /// The sum of amounts over the sum of people; `None` where there is no number of people.
    pub fn per_person(&self) -> Option<f64> {
        match *self {
            Self::Amount { value, people: Some(people) } if people > 0 => {
                Some(value.to_f64() / people as f64)
            }
            _ => None,
        }
    }

    /// The share in per cent; `None` for anything but a rate with a denominator.
    pub fn rate(&self) -> Option<f64> {
        match *self {
            Self::Rate { numerator, denominator } if denominator > 0 => {
                Some(numerator as f64 * 100.0 / denominator as f64)
            }
            _ => None,
        }
    }
}

/// The quantities of several units or months as one. `None` where there is none, where they are of different kinds,
/// and where the sum has more digits than a [`Decimal`] keeps.
pub fn sum<'a>(quantities: impl IntoIterator<Item = &'a Quantity>) -> Option<Total> {
    let mut quantities = quantities.into_iter().map(|quantity| Total::of(*quantity));
    let first = quantities.next()?;
    quantities.try_fold(first, Total::plus)
}

/// Monthly totals by fiscal year, the earliest first: only years of which all twelve months are there, because part of a
/// year stands for no year. Amounts add up over the months and so do the people, to person-months: an amount per person
/// is then the average per person and month. Rates add both counts; of states, March counts. A year whose sum has too many
/// digits is left out.
pub fn by_fiscal_year(months: &[(YearMonth, Total)]) -> Vec<(FiscalYear, Total)> {
    let mut years: BTreeMap<FiscalYear, BTreeMap<YearMonth, Total>> = BTreeMap::new();
    for (month, total) in months {
        years.entry(FiscalYear::of(month.first_day())).or_default().insert(*month, *total);
    }
    let whole = |(year, months): (FiscalYear, BTreeMap<YearMonth, Total>)| {
        let last = months.last_key_value().map(|(_, total)| *total).filter(|_| months.len() == 12)?;
        let total = match last {
            Total::States(_) => last,
            _ => {
                let mut totals = months.into_values();
                let first = totals.next()?;
                totals.try_fold(first, Total::plus)?
            }
        };
        Some((year, total))
    };
    years.into_iter().filter_map(whole).collect()
}

/// The sum with the places of the number that has more; `None` beyond [`Decimal::MAX_DIGITS`].
fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    let decimals = a.decimals().max(b.decimals());
    let scaled = |number: Decimal| {
        let factor = 10i64.checked_pow(u32::from(decimals - number.decimals()))?;
        number.mantissa().checked_mul(factor)
    };
    Decimal::new(scaled(a)?.checked_add(scaled(b)?)?, decimals)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_year_is_all_of_its_months_weighed_by_people() {
        let month = |at: i8| {
            if at <= 9 { YearMonth::new(2024, at + 3) } else { YearMonth::new(2025, at - 9) }.unwrap()
        };
        let total = |hours: i64, people| {
            Total::of(Quantity::Amount { value: Decimal::new(hours, 0).unwrap(), people: Some(people) })
        };
        let mut months: Vec<(YearMonth, Total)> = (1..=11).map(|at| (month(at), total(200, 10))).collect();
        assert!(by_fiscal_year(&months).is_empty(), "March is missing");
        months.push((month(12), total(1_100, 20)));
        months.push((YearMonth::new(2025, 4).unwrap(), total(900, 10)));
        let years = by_fiscal_year(&months);
        assert_eq!(years.len(), 1, "April alone is no year");
        assert_eq!(years[0].0.year(), 2024);
        // 11 · 200 + 1,100 hours over 11 · 10 + 20 person-months.
        assert!((years[0].1.per_person().unwrap() - 3_300.0 / 130.0).abs() < 1e-9);
        let states: Vec<(YearMonth, Total)> = (1..=12)
            .map(|at| {
                let state = if at < 12 { State::Planned } else { State::Introduced };
                (month(at), Total::of(Quantity::State(state)))
            })
            .collect();
        assert_eq!(by_fiscal_year(&states)[0].1, Total::of(Quantity::State(State::Introduced)));
    }

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn amount(value: &str, people: Option<u32>) -> Quantity {
        Quantity::Amount { value: decimal(value), people }
    }

    fn rate(numerator: u32, denominator: u32) -> Quantity {
        Quantity::Rate { numerator, denominator }
    }

    #[test]
    fn averages_are_weighted_by_people_and_rates_by_their_denominators() {
        // (120.5 + 80) hours for (10 + 6) people: 200.5 / 16 = 12.53125, not the mean of 12.05 and 13.33.
        let hours = sum(&[amount("120.5", Some(10)), amount("80", Some(6))]).unwrap();
        assert_eq!(hours, Total::Amount { value: decimal("200.5"), people: Some(16) });
        assert_eq!(hours.per_person(), Some(12.53125));
        assert_eq!(hours.rate(), None);
        // (3 + 1) of (4 + 6): 40 %, not the mean of 75 % and 16.7 %.
        let share = sum(&[rate(3, 4), rate(1, 6)]).unwrap();
        assert_eq!(share, Total::Rate { numerator: 4, denominator: 10 });
        assert_eq!(share.rate(), Some(40.0));
        assert_eq!(share.per_person(), None);
        assert_eq!(amount("45", Some(4)).per_person(), Some(11.25));
        assert_eq!(rate(1, 8).rate(), Some(12.5));
        assert_eq!((amount("45", None).per_person(), rate(0, 0).rate()), (None, None));
    }

    #[test]
    fn states_are_counted() {
        let states = [State::Introduced, State::Planned, State::Introduced].map(Quantity::State);
        let Some(Total::States(counts)) = sum(&states) else { panic!("no states") };
        assert_eq!(State::ALL.map(|state| counts.of(state)), [0, 1, 2]);
        assert_eq!(counts.units(), 3);
    }

    #[test]
    fn what_cannot_be_added_has_no_sum() {
        assert_eq!(sum(&[]), None);
        assert_eq!(sum(&[rate(1, 2), Quantity::State(State::Planned)]), None);
        let most = amount("999999999999999", Some(1));
        assert_eq!(sum(&[most, amount("1", Some(1))]), None, "16 digits");
        assert_eq!(sum(&[most, amount("0.1", Some(1))]), None, "15 digits and a place");
        assert_eq!(
            sum(&[most, amount("0", Some(1))]).and_then(|total| total.per_person()),
            Some(499_999_999_999_999.5)
        );
        let people = |total: Option<Total>| total.and_then(|total| total.per_person());
        assert_eq!(
            people(sum(&[amount("10", Some(1)), amount("10", None)])),
            None,
            "one amount without people"
        );
    }

    #[test]
    fn places_are_kept_when_numbers_are_added() {
        for (a, b, total) in [("1.5", "2.25", "3.75"), ("0.1", "0.2", "0.3"), ("1", "0.000001", "1.000001")] {
            assert_eq!(add(decimal(a), decimal(b)), Some(decimal(total)));
        }
    }

    proptest! {
        #[test]
        fn the_order_of_units_does_not_matter(
            units in prop::collection::vec((0i64..1_000_000, 0u8..=6, 1u32..1000), 1..20),
        ) {
            let mut quantities: Vec<Quantity> = units
                .into_iter()
                .map(|(whole, decimals, people)| Quantity::Amount {
                    value: Decimal::new(whole, decimals).unwrap(),
                    people: Some(people),
                })
                .collect();
            let total = sum(&quantities);
            quantities.reverse();
            prop_assert!(total.is_some());
            prop_assert_eq!(sum(&quantities), total);
        }
    }
}
