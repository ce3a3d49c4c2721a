//! Overtime: monthly ceilings per division from past hours in the office, who is furthest above them, and averages by
//! fiscal year.
//!
//! The ceilings follow the ministry's method: a target ceiling of overtime for each month and division, computed from
//! past average hours in the office (過去の平均在庁時間を基に算出した月ごとの目標超過勤務時間上限数を課室ごとに設定).
//! The numbers in the formula are [`Settings`], so that they can be adjusted without a change of the software.

mod average;
mod formula;

use crate::fiscal_year::{AsOf, YearMonth};
use crate::indicator::Decimal;
use crate::text::Lang;

pub use average::{YearAverage, yearly};
pub use formula::{Formula, FormulaError, Settings};

/// Slack for numbers computed in floating point: far below a tenth of an hour, far above rounding errors.
const SLACK: f64 = 1e-9;

/// The side on which a ceiling is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// The computed number is below the least ceiling.
    Lower,
    /// The computed number is above the greatest ceiling.
    Upper,
}

/// The ceiling of one division for one month, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Ceiling {
    /// The month it holds for.
    pub month: YearMonth,
    /// Hours of overtime per person, with one place.
    pub hours: Decimal,
    /// The past months and their hours per person, the earliest first. Never empty.
    pub basis: Vec<(YearMonth, f64)>,
    /// Where the computed number lies outside the bounds.
    pub held: Option<Bound>,
    /// What it was computed with.
    pub formula: Formula,
}

/// The ceiling for `month` from `past` hours in the office per person:
///
/// ```text
/// c = round(min(max(m · (100 − r) / 100, lower), upper))
/// ```
///
/// where `m` is the mean of the same calendar month in the [`Settings::years`] fiscal years before (of those that are
/// there), `r` the reduction in per cent, and `round` rounds to the nearest step, halves up. `None` where none of
/// these months is there.
///
/// `past` may have any months in any order, each once; those that do not count are passed over, and so are hours that
/// are negative or no number.
pub fn ceiling(formula: &Formula, month: YearMonth, past: &[(YearMonth, f64)]) -> Option<Ceiling> {
    let settings = formula.settings();
    let years = i32::from(settings.years);
    let counts = |(past, hours): &(YearMonth, f64)| {
        let ago = i32::from(month.year()) - i32::from(past.year());
        past.month() == month.month() && (1..=years).contains(&ago) && hours.is_finite() && *hours >= 0.0
    };
    let mut basis: Vec<(YearMonth, f64)> = past.iter().copied().filter(counts).collect();
    basis.sort_by_key(|(month, _)| *month);
    if basis.is_empty() {
        return None;
    }
    let computed = formula.reduced(mean(&basis));
    let (lower, upper) = (f64::from(settings.min_hours), f64::from(settings.max_hours));
    let held = if computed < lower - SLACK {
        Some(Bound::Lower)
    } else if computed > upper + SLACK {
        Some(Bound::Upper)
    } else {
        None
    };
    let hours = formula.rounded(computed.clamp(lower, upper))?;
    Some(Ceiling { month, hours, basis, held, formula: *formula })
}

fn mean(basis: &[(YearMonth, f64)]) -> f64 {
    basis.iter().map(|(_, hours)| hours).sum::<f64>() / basis.len() as f64
}

impl Ceiling {
    /// How the ceiling came about, in words and with every number.
    pub fn explain(&self, lang: Lang) -> String {
        let Settings { years, reduction_percent, max_hours, min_hours, .. } = self.formula.settings();
        let month = AsOf::Month(self.month).label(lang);
        let (hours, count) = (self.hours, self.basis.len());
        let step = self.formula.step();
        let mean = mean(&self.basis);
        let reduced = self.formula.reduced(mean);
        let past = |(month, hours): &(YearMonth, f64)| match lang {
            Lang::Ja => format!("{} {hours:.2}時間", AsOf::Month(*month).label(lang)),
            Lang::En => format!("{} {hours:.2} h", AsOf::Month(*month).label(lang)),
        };
        let basis: Vec<String> = self.basis.iter().map(past).collect();
        match lang {
            Lang::Ja => {
                let end = match self.held {
                    None => format!("これを{step}時間単位に丸めました(端数は四捨五入)。"),
                    Some(Bound::Upper) => {
                        format!("これは最大値の{max_hours}時間を超えるため、{max_hours}時間としました。")
                    }
                    Some(Bound::Lower) => {
                        format!("これは最小値の{min_hours}時間に満たないため、{min_hours}時間としました。")
                    }
                };
                format!(
                    "{month}の上限は1人当たり{hours}時間です。過去{years}年度の同じ月のうち実績のある{count}か年({})\
                     の1人当たり在庁時間の平均は{mean:.2}時間で、{reduction_percent}%減らすと{reduced:.2}時間になります。\
                     {end}",
                    basis.join("、")
                )
            }
            Lang::En => {
                let end = match self.held {
                    None => format!("That is rounded to the nearest {step} h."),
                    Some(Bound::Upper) => {
                        format!("That is above the greatest ceiling, so {max_hours} h is set.")
                    }
                    Some(Bound::Lower) => {
                        format!("That is below the least ceiling, so {min_hours} h is set.")
                    }
                };
                format!(
                    "The ceiling for {month} is {hours} h per person. Of the same month in the {years} fiscal years \
                     before, {count} can be used ({}). Their mean is {mean:.2} h in the office per person, \
                     {reduced:.2} h when reduced by {reduction_percent}%. {end}",
                    basis.join(", ")
                )
            }
        }
    }
}

/// Hours per person as they are shown: rounded to one place, halves up, just as [`index`] writes them. `None` where
/// they are no number, or too large for a [`Decimal`].
///
/// Hours are compared with a ceiling in this form: whoever is shown 33.0 hours is not above a ceiling of 33.0.
///
/// [`index`]: crate::statistics::format::index
pub fn shown_hours(hours: f64) -> Option<Decimal> {
    let tenths = hours * 10.0;
    let rounded = (tenths + tenths.signum() * SLACK).round();
    if rounded.is_finite() { Decimal::new(rounded as i64, 1) } else { None }
}

/// The overtime of one division against its ceiling.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation<K> {
    /// Which division, and whatever else the caller tells deviations apart by.
    pub key: K,
    /// Hours per person.
    pub actual: f64,
    /// Hours per person that were to be kept.
    pub ceiling: f64,
    /// People of the division.
    pub people: u32,
}

impl<K> Deviation<K> {
    /// Hours per person above the ceiling, of the actual hours as they are [shown](shown_hours); negative below it.
    /// No number (NaN) where the actual hours are none.
    pub fn excess(&self) -> f64 {
        shown_hours(self.actual).map_or(f64::NAN, Decimal::to_f64) - self.ceiling
    }

    /// The excess in millionths of an hour, so that equal excesses are equal in spite of rounding errors.
    fn millionths(&self) -> f64 {
        (self.excess() * 1e6).round()
    }
}

/// The `most` deviations furthest above their ceilings, the furthest first. Of equal ones the division with more
/// people comes first, then the one that stands first in the list. A division whose hours are shown as its ceiling is
/// not above it.
pub fn furthest_above<K>(list: impl IntoIterator<Item = Deviation<K>>, most: usize) -> Vec<Deviation<K>> {
    let mut above: Vec<Deviation<K>> =
        list.into_iter().filter(|deviation| deviation.millionths() > 0.0).collect();
    above.sort_by(|a, b| b.millionths().total_cmp(&a.millionths()).then(b.people.cmp(&a.people)));
    above.truncate(most);
    above
}

#[cfg(test)]
mod tests;
