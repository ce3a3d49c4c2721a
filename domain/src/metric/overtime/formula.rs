//! The adjustable numbers of the ceiling formula.

use serde::{Deserialize, Serialize};

use super::SLACK;
use crate::indicator::Decimal;
use crate::text::Lang;

/// The numbers of a formula, as they are entered. [`Formula::new`] checks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many fiscal years back the same month counts.
    pub years: u8,
    /// By how many per cent the mean is reduced.
    pub reduction_percent: u8,
    /// The greatest ceiling, in hours. At first the general limit of overtime in a month, 45 hours (Rule of the
    /// National Personnel Authority 15-14, article 16-2-2).
    pub max_hours: u16,
    /// The least ceiling, in hours.
    pub min_hours: u16,
    /// What ceilings are rounded to, in tenths of an hour: 5 for half hours.
    pub step_tenths: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { years: 3, reduction_percent: 5, max_hours: 45, min_hours: 5, step_tenths: 5 }
    }
}

/// A formula whose numbers are sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Settings", into = "Settings")]
pub struct Formula(Settings);

impl Formula {
    /// Most fiscal years that count.
    pub const MAX_YEARS: u8 = 5;
    /// Largest reduction in per cent.
    pub const MAX_REDUCTION: u8 = 50;
    /// Highest value of the greatest ceiling, in hours: the same rule wants overtime to stay under 100 hours a month
    /// even where work cannot be planned.
    pub const MAX_HOURS: u16 = 100;
    /// Largest step, in tenths of an hour.
    pub const MAX_STEP: u16 = 100;

    /// Checks the numbers. Both bounds must be multiples of the step, so that rounding never crosses them.
    pub fn new(settings: Settings) -> Result<Self, FormulaError> {
        let Settings { years, reduction_percent, max_hours, min_hours, step_tenths } = settings;
        if !(1..=Self::MAX_YEARS).contains(&years) {
            return Err(FormulaError::Years(years));
        }
        if reduction_percent > Self::MAX_REDUCTION {
            return Err(FormulaError::Reduction(reduction_percent));
        }
        if !(1..=Self::MAX_HOURS).contains(&max_hours) {
            return Err(FormulaError::MaxHours(max_hours));
        }
        if min_hours > max_hours {
            return Err(FormulaError::Crossed { min_hours, max_hours });
        }
        if !(1..=Self::MAX_STEP).contains(&step_tenths) {
            return Err(FormulaError::Step(step_tenths));
        }
        let misfit =
            [min_hours, max_hours].into_iter().find(|hours| !(hours * 10).is_multiple_of(step_tenths));
        match misfit {
            Some(hours) => Err(FormulaError::StepMisfit { step_tenths, hours }),
            None => Ok(Self(settings)),
        }
    }

    /// The numbers.
    pub fn settings(self) -> Settings {
        self.0
    }

    /// A mean after the reduction, in hours.
    pub(super) fn reduced(self, mean: f64) -> f64 {
        mean * f64::from(100 - self.0.reduction_percent) / 100.0
    }

    /// Hours rounded to the nearest step, halves up; `None` beyond what a [`Decimal`] keeps.
    pub(super) fn rounded(self, hours: f64) -> Option<Decimal> {
        let step = i64::from(self.0.step_tenths);
        let steps = (hours * 10.0 / step as f64 + 0.5 + SLACK).floor();
        Decimal::new((steps as i64).checked_mul(step)?, 1)
    }

    /// The step in hours, for people.
    pub(super) fn step(self) -> String {
        let tenths = self.0.step_tenths;
        if tenths.is_multiple_of(10) {
            (tenths / 10).to_string()
        } else {
            format!("{}.{}", tenths / 10, tenths % 10)
        }
    }
}

impl From<Formula> for Settings {
    fn from(formula: Formula) -> Self {
        formula.0
    }
}

impl TryFrom<Settings> for Formula {
    type Error = FormulaError;

    fn try_from(settings: Settings) -> Result<Self, Self::Error> {
        Self::new(settings)
    }
}

/// Which number of a formula cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// No year, or more than [`Formula::MAX_YEARS`].
    #[error("{0} years instead of 1 to {max}", max = Formula::MAX_YEARS)]
    Years(u8),
    /// More than [`Formula::MAX_REDUCTION`].
    #[error("a reduction of {0} %, more than {max} %", max = Formula::MAX_REDUCTION)]
    Reduction(u8),
    /// No hour, or more than [`Formula::MAX_HOURS`].
    #[error("a greatest ceiling of {0} hours instead of 1 to {max}", max = Formula::MAX_HOURS)]
    MaxHours(u16),
    /// The least ceiling is above the greatest.
    #[error("the least ceiling {min_hours} is above the greatest {max_hours}")]
    Crossed {
        /// The least.
        min_hours: u16,
        /// The greatest.
        max_hours: u16,
    },
    /// No step, or more than [`Formula::MAX_STEP`].
    #[error("a step of {0} tenths instead of 1 to {max}", max = Formula::MAX_STEP)]
    Step(u16),
    /// A bound is not a multiple of the step.
    #[error("{hours} hours is not a multiple of {step_tenths} tenths")]
    StepMisfit {
        /// The step.
        step_tenths: u16,
        /// The bound.
        hours: u16,
    },
}

impl FormulaError {
    /// The message for the person who entered the numbers.
    pub fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Years(years), Lang::Ja) => {
                format!("遡る年数は1から{}までにしてください(入力: {years})。", Formula::MAX_YEARS)
            }
            (Self::Years(years), Lang::En) => {
                format!("The number of past years must be from 1 to {}, not {years}.", Formula::MAX_YEARS)
            }
            (Self::Reduction(percent), Lang::Ja) => {
                format!("減らす割合は0%から{}%までにしてください(入力: {percent}%)。", Formula::MAX_REDUCTION)
            }
            (Self::Reduction(percent), Lang::En) => {
                format!("The reduction must be from 0% to {}%, not {percent}%.", Formula::MAX_REDUCTION)
            }
            (Self::MaxHours(hours), Lang::Ja) => {
                format!("最大値は1時間から{}時間までにしてください(入力: {hours}時間)。", Formula::MAX_HOURS)
            }
            (Self::MaxHours(hours), Lang::En) => {
                format!("The greatest ceiling must be from 1 to {} hours, not {hours}.", Formula::MAX_HOURS)
            }
            (Self::Crossed { min_hours, max_hours }, Lang::Ja) => {
                format!("最小値({min_hours}時間)は最大値({max_hours}時間)以下にしてください。")
            }
            (Self::Crossed { min_hours, max_hours }, Lang::En) => {
                format!("The least ceiling ({min_hours} h) must not be above the greatest ({max_hours} h).")
            }
            (Self::Step(tenths), Lang::Ja) => {
                format!("丸めの単位は0.1時間から10時間までにしてください(入力: 0.1時間の{tenths}倍)。")
            }
            (Self::Step(tenths), Lang::En) => {
                format!("The step must be from 0.1 to 10 hours, not {tenths} times 0.1 hours.")
            }
            (Self::StepMisfit { step_tenths, hours }, Lang::Ja) => format!(
                "{hours}時間は丸めの単位(0.1時間の{step_tenths}倍)で割り切れません。最小値と最大値は単位の倍数にしてください。"
            ),
            (Self::StepMisfit { step_tenths, hours }, Lang::En) => format!(
                "{hours} hours is not a multiple of the step ({step_tenths} times 0.1 hours). Both the least and the \
                 greatest ceiling must be."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_formula_is_sound() {
        assert_eq!(Formula::new(Settings::default()), Ok(Formula::default()));
        let json = serde_json::to_string(&Formula::default()).unwrap();
        assert_eq!(json, r#"{"years":3,"reduction_percent":5,"max_hours":45,"min_hours":5,"step_tenths":5}"#);
        assert_eq!(serde_json::from_str::<Formula>(&json).unwrap(), Formula::default());
        assert_eq!(serde_json::from_str::<Formula>("{}").unwrap(), Formula::default());
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        let usual = Settings::default();
        for (settings, error) in [
            (Settings { years: 0, ..usual }, FormulaError::Years(0)),
            (Settings { years: 6, ..usual }, FormulaError::Years(6)),
            (Settings { reduction_percent: 51, ..usual }, FormulaError::Reduction(51)),
            (Settings { max_hours: 0, ..usual }, FormulaError::MaxHours(0)),
            (Settings { max_hours: 101, ..usual }, FormulaError::MaxHours(101)),
            (Settings { min_hours: 46, ..usual }, FormulaError::Crossed { min_hours: 46, max_hours: 45 }),
            (Settings { step_tenths: 0, ..usual }, FormulaError::Step(0)),
            (Settings { step_tenths: 101, ..usual }, FormulaError::Step(101)),
            (Settings { step_tenths: 20, ..usual }, FormulaError::StepMisfit { step_tenths: 20, hours: 5 }),
            (
                Settings { step_tenths: 20, min_hours: 4, ..usual },
                FormulaError::StepMisfit { step_tenths: 20, hours: 45 },
            ),
        ] {
            assert_eq!(Formula::new(settings), Err(error));
            assert!(!error.message(Lang::Ja).is_empty() && !error.message(Lang::En).is_empty());
        }
        for settings in [
            Settings { years: 5, reduction_percent: 0, min_hours: 45, ..usual },
            Settings { years: 1, reduction_percent: 50, max_hours: 100, min_hours: 0, step_tenths: 100 },
        ] {
            assert_eq!(Formula::new(settings).map(Formula::settings), Ok(settings));
        }
        assert!(serde_json::from_str::<Formula>(r#"{"years":6}"#).is_err());
        assert!(serde_json::from_str::<Formula>(r#"{"months":6}"#).is_err());
    }

    #[test]
    fn hours_are_rounded_to_the_step_halves_up() {
        let rounded = |step_tenths, hours| {
            let formula = Formula::new(Settings { step_tenths, ..Settings::default() }).unwrap();
            formula.rounded(hours).unwrap().to_string()
        };
        for (step, hours, expected) in [
            (5, 23.74, "23.5"),
            (5, 23.75, "24.0"),
            (5, 24.25, "24.5"),
            (1, 23.74, "23.7"),
            (1, 0.05, "0.1"),
            (10, 22.5, "23.0"),
            (10, 22.49, "22.0"),
            (50, 12.5, "15.0"),
        ] {
            assert_eq!(rounded(step, hours), expected, "{hours} to {step} tenths");
        }
    }

    #[test]
    fn the_step_is_printed_in_hours() {
        for (step_tenths, printed) in [(1, "0.1"), (5, "0.5"), (10, "1"), (25, "2.5"), (50, "5")] {
            let settings = Settings { step_tenths, ..Settings::default() };
            assert_eq!(Formula::new(settings).unwrap().step(), printed);
        }
    }
}
