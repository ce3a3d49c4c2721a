//! How figures are written: one decimal, rounded half up (四捨五入), the same in both languages.

use super::interval::Interval;

/// What stands where there is no number (U+2013).
pub const NO_NUMBER: &str = "–";

/// A share from 0 to 1 as a percentage: `52.1%`.
pub fn percent(share: f64) -> String {
    match tenths(share * 100.0) {
        Some(value) => format!("{}%", signed(value)),
        None => NO_NUMBER.into(),
    }
}

/// A mean or an index: `63.3`.
pub fn index(value: f64) -> String {
    tenths(value).map_or_else(|| NO_NUMBER.into(), signed)
}

/// A difference with its sign: `+1.2`, `−0.8` (with U+2212, as wide as the plus), `±0.0` where it rounds to nothing.
pub fn difference(value: f64) -> String {
    match tenths(value) {
        Some(0.0) => "±0.0".into(),
        Some(value) if value > 0.0 => format!("+{value:.1}"),
        Some(value) => signed(value),
        None => NO_NUMBER.into(),
    }
}

/// An interval: `60.1–65.3`; with the words "to" or から instead of a dash it would not fit a table cell.
pub fn interval(interval: &Interval) -> String {
    match (tenths(interval.low), tenths(interval.high)) {
        (Some(low), Some(high)) => format!("{}–{}", signed(low), signed(high)),
        _ => NO_NUMBER.into(),
    }
}

/// The value rounded to one decimal, never −0; `None` where it is no finite number. Adding a trifle makes up for
/// decimal ties that have no exact binary form (0.0295 · 100 is 2.94999…).
fn tenths(value: f64) -> Option<f64> {
    let scaled = value * 10.0;
    let rounded = (scaled + scaled.signum() * 1e-9).round() / 10.0;
    value.is_finite().then_some(rounded + 0.0)
}

fn signed(value: f64) -> String {
    if value < 0.0 { format!("\u{2212}{:.1}", value.abs()) } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!(percent(0.521), "52.1%");
        assert_eq!(percent(0.0295), "3.0%");
        assert_eq!(percent(0.5215), "52.2%");
        assert_eq!(percent(1.0 / 3.0), "33.3%");
        assert_eq!(percent(0.0), "0.0%");
        assert_eq!(percent(-0.0), "0.0%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn indices_round_half_up() {
        assert_eq!(index(63.25), "63.3");
        assert_eq!(index(63.349), "63.3");
        assert_eq!(index(100.0), "100.0");
        assert_eq!(index(f64::INFINITY), "–");
    }

    #[test]
    fn differences_carry_a_sign() {
        assert_eq!(difference(1.2), "+1.2");
        assert_eq!(difference(-0.8), "\u{2212}0.8");
        assert_eq!(difference(0.04), "±0.0");
        assert_eq!(difference(-0.04), "±0.0");
        assert_eq!(difference(-0.05), "\u{2212}0.1");
        assert_eq!(difference(f64::NAN), "–");
    }

    #[test]
    fn intervals_have_two_ends() {
        assert_eq!(interval(&Interval { low: 60.12, high: 65.3 }), "60.1–65.3");
        assert_eq!(interval(&Interval { low: -1.25, high: 0.5 }), "\u{2212}1.3–0.5");
        assert_eq!(interval(&Interval { low: f64::NEG_INFINITY, high: 1.0 }), "–");
    }

    proptest! {
        #[test]
        fn what_is_written_is_within_half_a_tenth(value in -200.0f64..200.0) {
            let written: f64 = difference(value)
                .replace('\u{2212}', "-")
                .trim_start_matches(['+', '±'])
                .parse()
                .expect("a number");
            prop_assert!((written - value).abs() <= 0.05 + 1e-6);
        }
    }
}
