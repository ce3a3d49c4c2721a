//! Overtime averages by fiscal year.

use std::collections::BTreeMap;

use crate::fiscal_year::{FiscalYear, YearMonth};

/// The average of one fiscal year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearAverage {
    /// The fiscal year.
    pub year: FiscalYear,
    /// How many of its months there are, 1 to 12.
    pub months: u8,
    /// Hours per person and month: all hours over all person-months.
    pub hours_per_person_month: f64,
    /// By how many hours the average differs from the year before, over the months present in both years; negative
    /// where it fell. Absent where there is no such month.
    pub change_from_previous: Option<f64>,
    /// How many months the change compares.
    pub compared_months: u8,
}

/// Hours and people of each month, by the number of the month.
type Months = BTreeMap<i8, (f64, u64)>;

/// Average hours per person and month by fiscal year, the earliest first, from months with their hours in total and
/// the people these are for:
///
/// ```text
/// average = Σ hours / Σ people over the months of the year
/// ```
///
/// The sum of people over months is the number of person-months, so a month with more people weighs more. The change
/// compares like with like: where a year is incomplete, only the months present in both years are averaged, because a
/// spring against a whole year would show the season and not the change. Several entries of one month, such as those
/// of several units, add up. Entries without people, and hours that are no number, are passed over.
pub fn yearly(monthly: &[(YearMonth, f64, u32)]) -> Vec<YearAverage> {
    let mut years: BTreeMap<FiscalYear, Months> = BTreeMap::new();
    for (month, hours, people) in monthly.iter().copied() {
        if people == 0 || !hours.is_finite() {
            continue;
        }
        let year = years.entry(FiscalYear::of(month.first_day())).or_default();
        let sums = year.entry(month.month()).or_default();
        sums.0 += hours;
        sums.1 += u64::from(people);
    }
    let before = |year: FiscalYear| year.previous().and_then(|previous| years.get(&previous));
    let average_of = |(year, months): (&FiscalYear, &Months)| {
        let (compared_months, change_from_previous) = match before(*year) {
            Some(previous) => change(months, previous),
            None => (0, None),
        };
        Some(YearAverage {
            year: *year,
            months: count(months),
            hours_per_person_month: average(months.values())?,
            change_from_previous,
            compared_months,
        })
    };
    years.iter().filter_map(average_of).collect()
}

/// The months present in both years, and how the average over them changed.
fn change(months: &Months, previous: &Months) -> (u8, Option<f64>) {
    let common = |of: &Months, other: &Months| -> Months {
        of.iter()
            .filter(|(month, _)| other.contains_key(*month))
            .map(|(month, sums)| (*month, *sums))
            .collect()
    };
    let (now, then) = (common(months, previous), common(previous, months));
    let difference = average(now.values()).zip(average(then.values())).map(|(now, then)| now - then);
    (count(&now), difference)
}

fn count(months: &Months) -> u8 {
    u8::try_from(months.len()).unwrap_or(u8::MAX)
}

/// All hours over all people; `None` where there are no people.
fn average<'a>(months: impl Iterator<Item = &'a (f64, u64)>) -> Option<f64> {
    let (hours, people) = months.fold((0.0_f64, 0_u64), |sums, month| (sums.0 + month.0, sums.1 + month.1));
    (people > 0).then(|| hours / people as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(year: i16, month: i8) -> YearMonth {
        YearMonth::new(year, month).unwrap()
    }

    /// Calendar year of the start, months, average, change, months compared.
    fn averages(monthly: &[(YearMonth, f64, u32)]) -> Vec<(i16, u8, f64, Option<f64>, u8)> {
        let tuple = |a: YearAverage| {
            (a.year.year(), a.months, a.hours_per_person_month, a.change_from_previous, a.compared_months)
        };
        yearly(monthly).into_iter().map(tuple).collect()
    }

    #[test]
    fn an_incomplete_year_is_compared_over_the_same_months() {
        let monthly = [
            // FY2024, so far April only: 240 hours for 12 people.
            (month(2024, 4), 240.0, 12),
            // FY2023: 500 hours in 20 person-months.
            (month(2023, 4), 300.0, 10),
            (month(2023, 5), 200.0, 10),
        ];
        // 240/12 = 20 against 300/10 = 30 in the same month, not against the year's 25.
        assert_eq!(averages(&monthly), [(2023, 2, 25.0, None, 0), (2024, 1, 20.0, Some(-10.0), 1)]);
    }

    #[test]
    fn months_with_more_people_weigh_more() {
        // (100 + 600) / (10 + 30) = 17.5, not the mean of 10 and 20.
        let monthly = [(month(2024, 4), 100.0, 10), (month(2024, 5), 600.0, 30)];
        assert_eq!(averages(&monthly), [(2024, 2, 17.5, None, 0)]);
    }

    #[test]
    fn entries_of_one_month_add_up() {
        // Two units: (100 + 50) / (10 + 5) = 10.
        let monthly = [(month(2024, 4), 100.0, 10), (month(2024, 4), 50.0, 5)];
        assert_eq!(averages(&monthly), [(2024, 1, 10.0, None, 0)]);
    }

    #[test]
    fn march_belongs_to_the_fiscal_year_before() {
        let monthly = [(month(2025, 3), 30.0, 2), (month(2025, 4), 20.0, 2)];
        assert_eq!(
            averages(&monthly),
            [(2024, 1, 15.0, None, 0), (2025, 1, 10.0, None, 0)],
            "no month is present in both years"
        );
    }

    #[test]
    fn a_year_left_out_is_not_the_year_before() {
        let monthly = [(month(2022, 4), 30.0, 1), (month(2024, 4), 20.0, 1)];
        assert_eq!(averages(&monthly), [(2022, 1, 30.0, None, 0), (2024, 1, 20.0, None, 0)]);
    }

    #[test]
    fn entries_that_say_nothing_are_passed_over() {
        assert!(averages(&[]).is_empty());
        let monthly = [(month(2023, 4), 10.0, 0), (month(2024, 4), f64::NAN, 3), (month(2024, 5), 10.0, 4)];
        assert_eq!(averages(&monthly), [(2024, 1, 2.5, None, 0)]);
    }

    #[test]
    fn two_whole_years_are_compared_over_twelve_months() {
        let year = |first: i16, hours: f64| {
            (0i8..12).map(move |at| {
                let number = (at + 3) % 12 + 1;
                (month(if number >= 4 { first } else { first + 1 }, number), hours, 4)
            })
        };
        let monthly: Vec<_> = year(2023, 120.0).chain(year(2024, 100.0)).collect();
        assert_eq!(averages(&monthly), [(2023, 12, 30.0, None, 0), (2024, 12, 25.0, Some(-5.0), 12)]);
    }
}
