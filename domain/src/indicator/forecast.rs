//! Where an indicator's value will be at its deadline, if the present pace continues.
//!
//! Sources:
//!
//! - Draper, N. R., & Smith, H. (1998). *Applied Regression Analysis* (3rd ed.), section 1.4. Wiley.
//! - NIST/SEMATECH *e-Handbook of Statistical Methods*, section 4.5.1.2.
//! - JCGM 100:2008. *Evaluation of measurement data: Guide to the expression of uncertainty in measurement* (GUM),
//!   section 4.3.7. Joint Committee for Guides in Metrology.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Decimal, Direction, Unit, Value};
use crate::statistics::t_quantile;
use crate::text::{Lang, Text};

/// Fewest days with a value: a straight line through two says nothing of how far values lie from it.
const LEAST_POINTS: usize = 3;

/// Slack for the comparison with a target, relative to its size: far below any place a figure is written with, far
/// above rounding errors.
const SLACK: f64 = 1e-9;

/// A value that is expected, in the unit of the values it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The value of the straight line.
    pub value: f64,
    /// Lower end of the 95 % prediction interval.
    pub low: f64,
    /// Upper end of the 95 % prediction interval.
    pub high: f64,
    /// Days with a value that the line is drawn through.
    pub points: usize,
}

/// The value on the day `at`, by the straight line of least squares of value on days, with the 95 % prediction
/// interval for one new observation:
///
/// ```text
/// ŷ ± t(0.975, n − 2) · s · √(1 + 1/n + (x − x̄)² / Sxx),   s² = max(SSE / (n − 2), u²)
/// ```
///
/// `x` are calendar days, `n` the number of different days; of several values for one day the last one given counts.
///
/// `u` is the standard deviation of a value that was rounded, so that few values that happen to lie on a line do not
/// look certain. The value lies within half a unit of its last place, `a = 10^(−d) / 2`, and everything there is as
/// likely: `u² = a² / 3`, or `u = 10^(−d) / √12` (GUM, JCGM 100:2008, 4.3.7). `d` is the least number of places among
/// the values.
///
/// The interval holds where values scatter about a straight line independently of each other and alike at all times.
/// It knows nothing of what has changed since.
///
/// `None` with values on fewer than three different days, and where `at` is not after the last of them.
pub fn forecast(points: &[(Date, Decimal)], at: Date) -> Option<Forecast> {
    let mut by_day = BTreeMap::new();
    for &(day, value) in points {
        by_day.insert(day, value);
    }
    let (&first, _) = by_day.first_key_value()?;
    let (&last, _) = by_day.last_key_value()?;
    if by_day.len() < LEAST_POINTS || at <= last {
        return None;
    }
    let days = |day: Date| (first.duration_until(day).as_hours() / 24) as f64;
    let n = by_day.len() as f64;
    let mean_x = by_day.keys().map(|&day| days(day)).sum::<f64>() / n;
    let mean_y = by_day.values().map(|value| value.to_f64()).sum::<f64>() / n;
    let centred: Vec<(f64, f64)> =
        by_day.iter().map(|(&day, value)| (days(day) - mean_x, value.to_f64() - mean_y)).collect();
    let sxx: f64 = centred.iter().map(|(x, _)| x * x).sum();
    let sxy: f64 = centred.iter().map(|(x, y)| x * y).sum();
    let slope = sxy / sxx;
    let sse: f64 = centred.iter().map(|(x, y)| (y - slope * x).powi(2)).sum();
    let x = days(at) - mean_x;
    let places = by_day.values().map(|value| value.decimals()).min()?;
    let s = (sse / (n - 2.0)).sqrt().max(rounding(places));
    let half = t_quantile(0.975, n - 2.0) * s * (1.0 + 1.0 / n + x * x / sxx).sqrt();
    let value = mean_y + slope * x;
    Some(Forecast { value, low: value - half, high: value + half, points: by_day.len() })
}

/// The standard deviation of a value that was rounded to so many places; see [`forecast()`].
fn rounding(places: u8) -> f64 {
    10f64.powi(-i32::from(places)) / 12f64.sqrt()
}

impl Forecast {
    /// The forecast held within the values that are possible, such as 0 and 100 for a share. A straight line knows
    /// no such ends.
    pub fn bounded(self, low: Option<f64>, high: Option<f64>) -> Self {
        let hold = |value: f64| {
            let value = low.map_or(value, |low| value.max(low));
            high.map_or(value, |high| value.min(high))
        };
        Self { value: hold(self.value), low: hold(self.low), high: hold(self.high), points: self.points }
    }

    /// What the forecast says of a target in the same unit.
    pub fn verdict(&self, target: f64, direction: Direction) -> Verdict {
        let slack = SLACK * (1.0 + target.abs());
        let (worst, best, mark) = match direction {
            Direction::HigherIsBetter => (self.low, self.high, target - slack),
            Direction::LowerIsBetter => (self.high, self.low, target + slack),
        };
        if direction.reaches(worst, mark) {
            Verdict::WillReach
        } else if direction.reaches(best, mark) {
            Verdict::MayReach
        } else {
            Verdict::WillMiss
        }
    }

    /// What the forecast means, in words, with so many `decimals`. `deadline` is the label of the day it is made
    /// for: `令和7年度末`, `end of FY2025`.
    pub fn text(&self, unit: &Unit, decimals: u8, deadline: &Text) -> Text {
        let write = |number, approximate, lang| amount(number, decimals, unit, approximate, lang);
        let parts = |lang| {
            (write(self.value, true, lang), write(self.low, false, lang), write(self.high, false, lang))
        };
        let points = self.points;
        let (value, low, high) = parts(Lang::Ja);
        let ja = format!(
            "今のペースが続くと、期限({})には{value}(95%の予測区間 {low}~{high}、実績{points}点による直線)",
            deadline.get(Lang::Ja)
        );
        let (value, low, high) = parts(Lang::En);
        let en = format!(
            "If the present pace continues, {value} at the deadline ({}): 95% prediction interval {low} to \
             {high}, straight line through {points} values",
            deadline.get(Lang::En)
        );
        Text::new(ja, en)
    }
}

/// A computed number with its unit.
fn amount(number: f64, decimals: u8, unit: &Unit, approximate: bool, lang: Lang) -> String {
    match Decimal::from_f64(number, decimals.min(Decimal::MAX_DECIMALS)) {
        Some(number) => Value { approximate, ..Value::new(number, unit.clone()) }.label(lang),
        None => number.to_string(),
    }
}

/// What a forecast says of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole prediction interval reaches it.
    WillReach,
    /// The prediction interval includes it.
    MayReach,
    /// No part of the prediction interval reaches it.
    WillMiss,
}

impl Verdict {
    /// Every verdict, the best first.
    pub const ALL: [Self; 3] = [Self::WillReach, Self::MayReach, Self::WillMiss];

    /// What the verdict is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::WillReach => lang.t("期限までに達成する見込み", "Expected to be reached by the deadline"),
            Self::MayReach => lang.t("達成するかどうかは言い切れない", "May or may not be reached"),
            Self::WillMiss => {
                lang.t("このままでは届かない見込み", "Not expected to be reached at the present pace")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Span;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn day(at: i64) -> Date {
        date(2020, 1, 1).checked_add(Span::new().days(at)).unwrap()
    }

    fn through(points: &[(i64, &str)], at: i64) -> Option<Forecast> {
        let points: Vec<(Date, Decimal)> =
            points.iter().map(|&(x, y)| (day(x), Decimal::parse(y).unwrap())).collect();
        forecast(&points, day(at))
    }

    /// The same through values in hundredths.
    fn through_hundredths(points: &[(i64, i64)], at: i64) -> Option<Forecast> {
        let points: Vec<(Date, Decimal)> =
            points.iter().map(|&(x, y)| (day(x), Decimal::new(y, 2).unwrap())).collect();
        forecast(&points, day(at))
    }

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-6
    }

    #[test]
    fn a_line_through_five_points_is_the_one_computed_by_hand() {
        // Means 3 and 4, Sxx = 10, Sxy = 6: slope 0.6, intercept 2.2. Residuals −0.8, 0.6, 1, −0.6, −0.2: SSE = 2.4,
        // s² = 0.8. At x = 6: 5.8 ± 3.182446305 · √(0.8 · (1 + 1/5 + 9/10)) = 5.8 ± 3.182446305 · 1.296148139.
        let found = through(&[(1, "2"), (2, "4"), (3, "5"), (4, "4"), (5, "5")], 6).unwrap();
        assert_eq!(found.points, 5);
        assert!(close(found.value, 5.8), "{found:?}");
        assert!(close(found.low, 5.8 - 4.124921858) && close(found.high, 5.8 + 4.124921858), "{found:?}");
    }

    #[test]
    fn a_share_measured_every_july_is_carried_on_to_the_end_of_the_fiscal_year() {
        // Computed in exact fractions: slope 0.0027923292 per day, s² = 0.0288057101, 13.0286306668 on the day;
        // t(0.975, 2) = 0.95 · √(2 / (1 − 0.95²)) = 4.3026527297, half width 1.3172394425.
        let july = |year, value| (date(year, 7, 31), Decimal::parse(value).unwrap());
        let points = [july(2024, "11.4"), july(2021, "8.4"), july(2023, "10.3"), july(2022, "9.1")];
        let found = forecast(&points, date(2026, 3, 31)).unwrap();
        assert!(close(found.value, 13.0286306668), "{found:?}");
        assert!(close(found.low, 11.7113912243) && close(found.high, 14.3458701093), "{found:?}");
        assert_eq!(found.verdict(11.5, Direction::HigherIsBetter), Verdict::WillReach);
        assert_eq!(found.verdict(13.0, Direction::HigherIsBetter), Verdict::MayReach);
        assert_eq!(found.verdict(15.0, Direction::HigherIsBetter), Verdict::WillMiss);
        assert_eq!(found.verdict(15.0, Direction::LowerIsBetter), Verdict::WillReach);
        assert_eq!(found.verdict(11.5, Direction::LowerIsBetter), Verdict::WillMiss);
    }

    #[test]
    fn too_little_is_no_ground_for_a_forecast() {
        assert_eq!(through(&[], 9), None);
        assert_eq!(through(&[(1, "2.0"), (2, "4.0")], 9), None);
        assert_eq!(through(&[(1, "2.0"), (2, "4.0"), (2, "5.0")], 9), None);
        assert_eq!(through(&[(1, "2.0"), (1, "4.0"), (1, "5.0")], 9), None);
        let three = [(1, "2.0"), (2, "4.0"), (3, "5.0")];
        assert_eq!(through(&three, 3), None);
        assert!(through(&three, 4).is_some());
    }

    #[test]
    fn of_several_values_on_one_day_the_last_given_counts() {
        let found = through(&[(2, "99.0"), (1, "1.0"), (3, "3.0"), (2, "2.0")], 4).unwrap();
        assert!(close(found.value, 4.0) && found.points == 3);
    }

    #[test]
    fn values_exactly_on_a_line_leave_open_what_rounding_took_away() {
        // Mean of x 7/3, Sxx = 14/3; x = 9 is 20/3 from the mean: (x − x̄)² / Sxx = 200/21. u² = 0.1² / 12;
        // t(0.975, 1) = tan(0.475 π) = 12.7062047362.
        let found = through(&[(1, "10.1"), (2, "10.2"), (4, "10.4")], 9).unwrap();
        let variance: f64 = 0.01 / 12.0 * (1.0 + 1.0 / 3.0 + 200.0 / 21.0);
        let half = 12.7062047362 * variance.sqrt();
        assert!(close(found.value, 10.9), "{found:?}");
        assert!(close(found.low, 10.9 - half) && close(found.high, 10.9 + half), "{found:?}");
        assert_eq!(found.verdict(10.9, Direction::HigherIsBetter), Verdict::MayReach);
        assert_eq!(found.verdict(10.9, Direction::LowerIsBetter), Verdict::MayReach);
        assert_eq!(found.verdict(9.0, Direction::HigherIsBetter), Verdict::WillReach);
    }

    #[test]
    fn the_least_exact_of_the_values_counts() {
        let width = |values: [&str; 3]| {
            let found = through(&[(1, values[0]), (2, values[1]), (4, values[2])], 9).unwrap();
            found.high - found.low
        };
        let (tenths, mixed) = (width(["10.1", "10.2", "10.4"]), width(["10.10", "10.2", "10.400"]));
        assert!(close(tenths, mixed), "{tenths} {mixed}");
        assert!(close(tenths, 10.0 * width(["10.10", "10.20", "10.40"])));
        assert!(close(10.0 * tenths, width(["10", "11", "13"])));
        // What scatters by more than its rounding is not touched: SSE = 1/14 = 0.0714 is above 0.01 / 12.
        let scattered = width(["10.0", "11.0", "12.0"]);
        assert!(close(scattered, width(["10.0000", "11.0000", "12.0000"])));
    }

    #[test]
    fn the_words_give_value_interval_and_ground() {
        let found = Forecast { value: 12.94, low: 11.0, high: 14.8, points: 4 };
        let text = found.text(&Unit::Percent, 1, &Text::new("令和7年度末", "end of FY2025"));
        assert_eq!(
            text.ja,
            "今のペースが続くと、期限(令和7年度末)には約12.9%(95%の予測区間 11.0%~14.8%、実績4点による直線)"
        );
        assert_eq!(
            text.en,
            "If the present pace continues, about 12.9% at the deadline (end of FY2025): 95% prediction \
             interval 11.0% to 14.8%, straight line through 4 values"
        );
    }

    #[test]
    fn a_share_stays_within_0_and_100() {
        let found = Forecast { value: 101.0, low: -2.0, high: 140.0, points: 3 };
        let expected = Forecast { value: 100.0, low: 0.0, high: 100.0, points: 3 };
        assert_eq!(found.bounded(Some(0.0), Some(100.0)), expected);
        assert_eq!(found.bounded(None, None), found);
    }

    #[test]
    fn verdicts_have_words_of_their_own() {
        for lang in [Lang::Ja, Lang::En] {
            let labels: std::collections::BTreeSet<&str> = Verdict::ALL.map(|v| v.label(lang)).into();
            assert_eq!(labels.len(), Verdict::ALL.len());
        }
        assert_eq!(Verdict::WillReach.label(Lang::Ja), "期限までに達成する見込み");
    }

    /// Days, and values in hundredths.
    fn any_points() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::btree_map(0i64..2000, -5_000i64..15_000, 3..8)
            .prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn the_interval_contains_the_value_and_widens_with_distance(
            points in any_points(),
            at in 2000i64..4000,
            further in 1i64..1000,
        ) {
            let near = through_hundredths(&points, at).unwrap();
            let far = through_hundredths(&points, at + further).unwrap();
            prop_assert!(near.low <= near.value && near.value <= near.high);
            // t(0.975, n − 2) is above 1.95 for every n, and the root above 1.
            prop_assert!(near.high - near.low > 2.0 * 1.95 * 0.01 / 12f64.sqrt());
            prop_assert!(far.high - far.low >= (near.high - near.low) * (1.0 - 1e-9));
        }

        #[test]
        fn shifting_all_values_shifts_the_forecast(
            points in any_points(),
            at in 2000i64..4000,
            shift in -10_000i64..10_000,
        ) {
            let found = through_hundredths(&points, at).unwrap();
            let shifted: Vec<(i64, i64)> = points.iter().map(|&(x, y)| (x, y + shift)).collect();
            let shifted = through_hundredths(&shifted, at).unwrap();
            let shift = shift as f64 / 100.0;
            let slack = 1e-7 * (1.0 + found.value.abs() + found.high - found.low);
            for (one, other) in
                [(found.value, shifted.value), (found.low, shifted.low), (found.high, shifted.high)]
            {
                prop_assert!((one + shift - other).abs() < slack);
            }
        }

        #[test]
        fn what_is_possible_changes_no_verdict(
            points in any_points(),
            at in 2000i64..4000,
            target in 1.0f64..99.0,
        ) {
            let found = through_hundredths(&points, at).unwrap();
            let bounded = found.bounded(Some(0.0), Some(100.0));
            prop_assert!(bounded.low <= bounded.value && bounded.value <= bounded.high);
            for direction in [Direction::HigherIsBetter, Direction::LowerIsBetter] {
                prop_assert_eq!(bounded.verdict(target, direction), found.verdict(target, direction));
            }
        }
    }
}
