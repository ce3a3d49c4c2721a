//! Decimal numbers that keep the places they were written with: 58.0 stays 58.0.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ValueError;
use crate::fiscal_year::fold;

/// A decimal number of at most [`Decimal::MAX_DIGITS`] digits. Two numbers are the same only with the same
/// number of places; compare amounts by [`Decimal::to_f64`]. Serialised as text, so that no place is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// The number without its decimal point.
    mantissa: i64,
    /// How many of the last digits stand after the point.
    decimals: u8,
}

impl Decimal {
    /// Most digits in all; below 2⁵³, so that every number turns into the nearest `f64`.
    pub const MAX_DIGITS: usize = 15;
    /// Most digits after the point.
    pub const MAX_DECIMALS: u8 = 6;

    /// `mantissa` / 10^`decimals`; `None` beyond [`Self::MAX_DIGITS`] or [`Self::MAX_DECIMALS`].
    pub fn new(mantissa: i64, decimals: u8) -> Option<Self> {
        (mantissa.unsigned_abs() < 10u64.pow(15) && decimals <= Self::MAX_DECIMALS)
            .then_some(Self { mantissa, decimals })
    }

    /// `number` rounded to `decimals` places, halves away from zero; `None` where it is not finite or too large.
    pub fn from_f64(number: f64, decimals: u8) -> Option<Self> {
        let scaled = (number * 10f64.powi(i32::from(decimals))).round();
        if !scaled.is_finite() || scaled.abs() >= 1e15 {
            return None;
        }
        Self::new(scaled as i64, decimals)
    }

    /// Reads `11.4`, `1,000`, `-3`, `▲3.5` (the sign Japanese tables use for minus), full-width digits too.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let folded = fold(text);
        if folded.is_empty() {
            return Err(ValueError::Empty);
        }
        match Self::strip(&folded)? {
            (number, "") => Ok(number),
            _ => Err(ValueError::Unreadable { text: text.trim().to_owned() }),
        }
    }

    /// Takes the number from the front of a folded text.
    pub(super) fn strip(folded: &str) -> Result<(Self, &str), ValueError> {
        let unreadable = || ValueError::Unreadable { text: folded.to_owned() };
        let minus = folded.strip_prefix(['-', '−', '▲', '△']);
        let unsigned = minus.or_else(|| folded.strip_prefix('+')).unwrap_or(folded);
        let end = unsigned
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .unwrap_or(unsigned.len());
        let (digits, tail) = unsigned.split_at(end);
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return Err(unreadable()),
            None => (digits, ""),
        };
        let whole = ungroup(whole).ok_or_else(unreadable)?;
        let too_long = || ValueError::TooLong { text: folded.to_owned() };
        let decimals = u8::try_from(fraction.len()).map_err(|_| too_long())?;
        let all: i64 = format!("{whole}{fraction}").parse().map_err(|_| too_long())?;
        let mantissa = if minus.is_some() { -all } else { all };
        Self::new(mantissa, decimals).map(|number| (number, tail)).ok_or_else(too_long)
    }

    /// The number without its decimal point.
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The number of digits after the point.
    pub fn decimals(self) -> u8 {
        self.decimals
    }

    /// The nearest `f64`. Equal amounts give equal results, however many places they were written with, because
    /// both operands are exact and division rounds correctly (IEEE 754).
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10f64.powi(i32::from(self.decimals))
    }

    /// True for exactly 1, written without places: what English takes the singular for.
    pub(super) fn is_one(self) -> bool {
        self.mantissa == 1 && self.decimals == 0
    }
}

/// Prints with a comma between groups of three digits: `1,000`, `-3.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.decimals);
        let digits = format!("{:0width$}", self.mantissa.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if self.mantissa < 0 {
            f.write_str("-")?;
        }
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if decimals > 0 {
            write!(f, ".{fraction}")?;
        }
        Ok(())
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for Decimal {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits without their grouping commas; `None` where a comma stands in the wrong place.
fn ungroup(whole: &str) -> Option<String> {
    let Some((first, rest)) = whole.split_once(',') else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let grouped = (1..=3).contains(&first.len())
        && is_digits(first)
        && rest.split(',').all(|group| group.len() == 3 && is_digits(group));
    grouped.then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_kept() {
        for (text, printed) in [
            ("58.0", "58.0"),
            ("65", "65"),
            ("0.05", "0.05"),
            ("４２．３", "42.3"),
            ("1,000", "1,000"),
            ("1000", "1,000"),
            ("1234567.5", "1,234,567.5"),
            ("-3", "-3"),
            ("▲3.5", "-3.5"),
            ("+12", "12"),
            ("007", "7"),
            ("0", "0"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(Decimal::parse(" "), Err(ValueError::Empty));
        for text in ["-", ".", ".5", "5.", "1,00", "1,0000", ",100", "1.2.3", "1e5", "abc", "--1", "1.5%"] {
            assert!(matches!(Decimal::parse(text), Err(ValueError::Unreadable { .. })), "{text}");
        }
        for text in ["1234567890123456", "0.1234567", "99999999999999999999999"] {
            assert!(matches!(Decimal::parse(text), Err(ValueError::TooLong { .. })), "{text}");
        }
    }

    #[test]
    fn equal_amounts_compare_equal_whatever_their_places() {
        for (a, b) in [("35", "35.0"), ("50.8", "50.800"), ("0.1", "0.100000")] {
            assert_eq!(Decimal::parse(a).unwrap().to_f64(), Decimal::parse(b).unwrap().to_f64());
        }
    }

    #[test]
    fn computed_numbers_are_rounded_to_their_places() {
        assert_eq!(Decimal::from_f64(61.26, 1).unwrap().to_string(), "61.3");
        assert_eq!(Decimal::from_f64(-0.5, 0).unwrap().to_string(), "-1");
        assert_eq!(Decimal::from_f64(58.0, 1).unwrap().to_string(), "58.0");
        assert_eq!(Decimal::from_f64(f64::NAN, 1), None);
        assert_eq!(Decimal::from_f64(1e15, 0), None);
    }

    proptest! {
        #[test]
        fn whatever_is_printed_can_be_read(
            mantissa in -999_999_999_999_999i64..1_000_000_000_000_000,
            decimals in 0u8..=6,
        ) {
            let number = Decimal::new(mantissa, decimals).unwrap();
            prop_assert_eq!(Decimal::parse(&number.to_string()), Ok(number));
        }
    }
}
