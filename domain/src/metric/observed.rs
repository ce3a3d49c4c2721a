//! A number of a series for one unit and one period.

use serde::{Deserialize, Serialize};

use super::{Frequency, Measurement, Series, Total};
use crate::indicator::{Decimal, Unit, Value};
use crate::text::Lang;

/// How far a system is rolled out in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 導入予定なし.
    NotPlanned,
    /// 導入予定.
    Planned,
    /// 導入済み.
    Introduced,
}

impl State {
    /// Every state, the furthest last.
    pub const ALL: [Self; 3] = [Self::NotPlanned, Self::Planned, Self::Introduced];

    /// The form for storage and files: `not_planned`, `planned`, `introduced`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotPlanned => "not_planned",
            Self::Planned => "planned",
            Self::Introduced => "introduced",
        }
    }

    /// What the state is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::NotPlanned => lang.t("導入予定なし", "Not planned"),
            Self::Planned => lang.t("導入予定", "Planned"),
            Self::Introduced => lang.t("導入済み", "Introduced"),
        }
    }

    /// Reads the stored form or either label, in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let names = |state: Self| [state.as_str(), state.label(Lang::Ja), state.label(Lang::En)];
        Self::ALL.into_iter().find(|state| names(*state).iter().any(|name| name.eq_ignore_ascii_case(text)))
    }
}

/// A number of a series. Whether it fits its series is for [`Quantity::check`] to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Quantity {
    /// A sum over all people of the unit.
    Amount {
        /// In the unit of the series.
        value: Decimal,
        /// How many people the sum is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<u32>,
    },
    /// So many out of so many.
    Rate {
        /// Those who count, such as those who took leave.
        numerator: u32,
        /// All of whom they are a part, such as those entitled to it.
        denominator: u32,
    },
    /// A word out of the list.
    State(State),
}

impl Quantity {
    /// Checks that the quantity can stand in a series.
    ///
    /// Nobody works more hours or takes more days than a period has: 31 · 24 = 744 hours and 31 days in a month,
    /// 366 · 24 = 8,784 hours and 366 days in a fiscal year.
    pub fn check(&self, series: &Series) -> Result<(), QuantityError> {
        let (expected, found) = (series.measurement, self.measurement());
        if expected != found {
            return Err(QuantityError::WrongKind { expected, found });
        }
        match *self {
            Self::Amount { value, people } => check_amount(value, people, series),
            Self::Rate { denominator: 0, .. } => Err(QuantityError::NoDenominator),
            Self::Rate { numerator, denominator } if numerator > denominator => {
                Err(QuantityError::AboveWhole { numerator, denominator })
            }
            Self::Rate { .. } | Self::State(_) => Ok(()),
        }
    }

    /// The kind of number this is.
    pub fn measurement(&self) -> Measurement {
        match self {
            Self::Amount { .. } => Measurement::Amount,
            Self::Rate { .. } => Measurement::Rate,
            Self::State(_) => Measurement::State,
        }
    }

    /// The amount divided by the number of people; `None` where there is no such number.
    pub fn per_person(&self) -> Option<f64> {
        Total::of(*self).per_person()
    }

    /// The share in per cent; `None` for anything but a rate with a denominator.
    pub fn rate(&self) -> Option<f64> {
        Total::of(*self).rate()
    }

    /// The quantity as people read it: `1,234.5時間`, `75.0%(3/4)`, `導入済み`.
    pub fn label(&self, series: &Series, lang: Lang) -> String {
        match *self {
            Self::Amount { value, .. } => Value::new(value, series.unit.clone()).label(lang),
            Self::Rate { numerator, denominator } => {
                let share = self.rate().and_then(|rate| Decimal::from_f64(rate, 1));
                match (share, lang) {
                    (Some(share), Lang::Ja) => format!("{share}%({numerator}/{denominator})"),
                    (Some(share), Lang::En) => format!("{share}% ({numerator}/{denominator})"),
                    (None, _) => format!("{numerator}/{denominator}"),
                }
            }
            Self::State(state) => state.label(lang).to_owned(),
        }
    }
}

fn check_amount(value: Decimal, people: Option<u32>, series: &Series) -> Result<(), QuantityError> {
    if value.to_f64() < 0.0 {
        return Err(QuantityError::Negative);
    }
    if !series.per_person {
        return Ok(());
    }
    let people = match people {
        None => return Err(QuantityError::PeopleMissing),
        Some(0) => return Err(QuantityError::NoPeople),
        Some(people) => people,
    };
    let days = match series.frequency {
        Frequency::Month => 31,
        Frequency::FiscalYear => 366,
    };
    let above = |limit: u32| {
        let most = i128::from(limit) * i128::from(people) * 10i128.pow(u32::from(value.decimals()));
        i128::from(value.mantissa()) > most
    };
    match series.unit {
        Unit::Hours if above(days * 24) => Err(QuantityError::TooManyHours { limit: days * 24 }),
        Unit::Days if above(days) => Err(QuantityError::TooManyDays { limit: days }),
        _ => Ok(()),
    }
}

/// Why a quantity cannot stand in a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Another kind of number than the series has.
    #[error("{found:?} instead of {expected:?}")]
    WrongKind {
        /// The kind the series has.
        expected: Measurement,
        /// The kind that was given.
        found: Measurement,
    },
    /// An amount below zero.
    #[error("the amount is negative")]
    Negative,
    /// The series is one of amounts per person, and the number of people is missing.
    #[error("the number of people is missing")]
    PeopleMissing,
    /// The same, and the number of people is 0.
    #[error("the number of people is 0")]
    NoPeople,
    /// A share above 100 %.
    #[error("{numerator} of {denominator} is more than all")]
    AboveWhole {
        /// Those who count.
        numerator: u32,
        /// All of them.
        denominator: u32,
    },
    /// Nobody of whom there could be a share.
    #[error("the denominator is 0")]
    NoDenominator,
    /// More hours per person than the period has.
    #[error("more than {limit} hours per person")]
    TooManyHours {
        /// Hours of the longest such period.
        limit: u32,
    },
    /// More days per person than the period has.
    #[error("more than {limit} days per person")]
    TooManyDays {
        /// Days of the longest such period.
        limit: u32,
    },
}

impl QuantityError {
    /// The message for the person who entered the quantity.
    pub fn message(self, lang: Lang) -> String {
        let plain = match self {
            Self::WrongKind { expected, found } => {
                let (expected, found) = (expected.label(lang), found.label(lang));
                return match lang {
                    Lang::Ja => format!("この系列の種類は「{expected}」です。「{found}」は登録できません。"),
                    Lang::En => format!("The series is of the kind \"{expected}\", not \"{found}\"."),
                };
            }
            Self::Negative => {
                lang.t("負の値は登録できません。0以上の数にしてください。", "This must not be less than 0.")
            }
            Self::PeopleMissing => lang.t(
                "1人当たりの平均を求めるため、人数が必要です。1以上の整数を入力してください。",
                "The number of people is needed for the average per person. Please enter a whole number from 1.",
            ),
            Self::NoPeople => lang.t(
                "人数が0では1人当たりの平均を求められません。対象者がいない場合は、この行を除いてください。",
                "There is no average per person for 0 people. Where there is nobody, please leave the row out.",
            ),
            Self::AboveWhole { numerator, denominator } => {
                return match lang {
                    Lang::Ja => format!(
                        "分子({numerator})が分母({denominator})を超えています。割合は100%以下になるようにしてください。"
                    ),
                    Lang::En => format!(
                        "The numerator ({numerator}) is larger than the denominator ({denominator}); a share is at \
                         most 100%."
                    ),
                };
            }
            Self::NoDenominator => lang.t(
                "分母が0では割合を求められません(0では割れません)。対象者がいない場合は、この行を除いてください。",
                "There is no rate with a denominator of 0, because nothing can be divided by zero. Where there is \
                 nobody, please leave the row out.",
            ),
            Self::TooManyHours { limit } => {
                return match lang {
                    Lang::Ja => format!(
                        "1人当たり{limit}時間(期間の全時間)を超えています。値と人数、単位を確認してください。"
                    ),
                    Lang::En => format!(
                        "This is more than {limit} hours per person, all the hours there are. Please check the value, \
                         the number of people and the unit."
                    ),
                };
            }
            Self::TooManyDays { limit } => {
                return match lang {
                    Lang::Ja => format!(
                        "1人当たり{limit}日(期間の全日数)を超えています。値と人数、単位を確認してください。"
                    ),
                    Lang::En => format!(
                        "This is more than {limit} days per person, all the days there are. Please check the value, \
                         the number of people and the unit."
                    ),
                };
            }
        };
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests;
