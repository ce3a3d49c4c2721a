//! Metric series (統計系列): monthly or yearly numbers per organisational unit that come from other systems.
//!
//! A [`Series`] says what is measured, how often, and how numbers of several units become one. A [`Period`] is the
//! month or fiscal year a number stands for, a [`Quantity`] the number itself. [`table_form`] reads them from a
//! table; [`overtime`] sets the monthly ceilings for overtime.

mod observed;
pub mod overtime;
mod period;
pub mod table_form;
mod total;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::indicator::Unit;
use crate::text::{Lang, Text};

pub use observed::{Quantity, QuantityError, State};
pub use period::{Period, PeriodError};
pub use total::{StateCounts, Total, by_fiscal_year, sum};

/// The name a series is known by in files and in storage: 1 to 40 characters of `a-z`, `0-9` and `_`, beginning
/// with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SeriesKey(String);

impl SeriesKey {
    /// Longest key, in characters.
    pub const MAX_CHARS: usize = 40;

    /// Reads a key; spaces around it are dropped.
    pub fn parse(text: &str) -> Result<Self, SeriesKeyError> {
        let text = text.trim();
        let is_key_char = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
        if let Some(wrong) = text.chars().find(|c| !is_key_char(*c)) {
            return Err(SeriesKeyError::Character(wrong));
        }
        match text.chars().next() {
            None => Err(SeriesKeyError::Empty),
            Some(first) if !first.is_ascii_lowercase() => Err(SeriesKeyError::Beginning),
            Some(_) if text.len() > Self::MAX_CHARS => Err(SeriesKeyError::TooLong { length: text.len() }),
            Some(_) => Ok(Self(text.to_owned())),
        }
    }

    /// The key as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<SeriesKey> for String {
    fn from(key: SeriesKey) -> Self {
        key.0
    }
}

impl TryFrom<String> for SeriesKey {
    type Error = SeriesKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// Why a text is not the key of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeriesKeyError {
    /// Nothing was typed.
    #[error("the key is empty")]
    Empty,
    /// More than [`SeriesKey::MAX_CHARS`] characters.
    #[error("the key has {length} characters; at most {max} are allowed", max = SeriesKey::MAX_CHARS)]
    TooLong {
        /// Characters found.
        length: usize,
    },
    /// It begins with a digit or `_`.
    #[error("the key does not begin with a letter")]
    Beginning,
    /// A character that a key cannot have.
    #[error("the key has the character {0:?}")]
    Character(char),
}

impl SeriesKeyError {
    /// The message for the person who typed the key.
    pub fn message(self, lang: Lang) -> String {
        let max = SeriesKey::MAX_CHARS;
        match (self, lang) {
            (Self::Empty, _) => {
                lang.t("系列キーを入力してください。", "Please enter a series key.").to_owned()
            }
            (Self::TooLong { length }, Lang::Ja) => {
                format!("系列キーが{length}文字あります。{max}文字以内にしてください。")
            }
            (Self::TooLong { length }, Lang::En) => {
                format!("The series key has {length} characters; at most {max} are allowed.")
            }
            (Self::Beginning, _) => lang
                .t(
                    "系列キーは英小文字で始めてください。",
                    "A series key must begin with a letter from a to z.",
                )
                .to_owned(),
            (Self::Character(c), Lang::Ja) => format!(
                "系列キーに使えない文字(U+{:04X})があります。半角の英小文字、数字、下線(_)だけを使ってください。",
                u32::from(c)
            ),
            (Self::Character(c), Lang::En) => format!(
                "The series key has a character (U+{:04X}) that cannot be used; it may have a to z, 0 to 9 and _ only.",
                u32::from(c)
            ),
        }
    }
}

/// How often a series has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every month.
    Month,
    /// Every fiscal year.
    FiscalYear,
}

impl Frequency {
    /// Every frequency.
    pub const ALL: [Self; 2] = [Self::Month, Self::FiscalYear];

    /// The form for storage: `month`, `fiscal_year`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::FiscalYear => "fiscal_year",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.as_str() == text)
    }

    /// What the frequency is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Month => lang.t("月次", "Monthly"),
            Self::FiscalYear => lang.t("年度ごと", "Every fiscal year"),
        }
    }
}

/// What kind of number a series has, and so how numbers of several units become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measurement {
    /// A number that adds up over units and months, such as hours.
    Amount,
    /// So many out of so many, such as those who took leave out of those entitled to it. Both counts add up; the
    /// share is printed as per cent.
    Rate,
    /// A word out of a fixed list: [`State`]. Units are counted per state.
    State,
}

impl Measurement {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Amount, Self::Rate, Self::State];

    /// The form for storage: `amount`, `rate`, `state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Rate => "rate",
            Self::State => "state",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measurement| measurement.as_str() == text)
    }

    /// What the kind is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Amount => lang.t("量", "Amount"),
            Self::Rate => lang.t("割合", "Rate"),
            Self::State => lang.t("状態", "State"),
        }
    }
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The name in files and in storage.
    pub key: SeriesKey,
    /// The name on screen.
    pub name: Text,
    /// What an amount counts. [`Unit::Percent`] for rates, [`Unit::Plain`] for states.
    pub unit: Unit,
    /// How often there is a number.
    pub frequency: Frequency,
    /// The kind of number.
    pub measurement: Measurement,
    /// The amount comes with the number of people it is for, so that the average per person over several units is the
    /// sum of amounts over the sum of people. Says nothing about rates and states.
    #[serde(default)]
    pub per_person: bool,
}

impl Series {
    /// The series every installation begins with.
    ///
    /// `office_hours` are hours in the office beyond the regular working time; they are what [`overtime::ceiling`] is
    /// computed from. `childcare_leave_month_men` counts leave of one month or longer within a year of the birth.
    pub fn standard() -> Vec<Self> {
        let series = |key: &str, name: Text, unit, frequency, measurement| Self {
            key: SeriesKey(key.to_owned()),
            name,
            unit,
            frequency,
            measurement,
            per_person: measurement == Measurement::Amount,
        };
        let amount = |key, name, unit| series(key, name, unit, Frequency::Month, Measurement::Amount);
        let rate = |key, name| series(key, name, Unit::Percent, Frequency::FiscalYear, Measurement::Rate);
        vec![
            amount("overtime_hours", Text::new("超過勤務時間", "Overtime hours"), Unit::Hours),
            amount(
                "office_hours",
                Text::new("在庁時間(正規の勤務時間外)", "Hours in the office beyond regular working time"),
                Unit::Hours,
            ),
            amount("telework_days", Text::new("テレワーク実施日数", "Telework days"), Unit::Days),
            amount("leave_days", Text::new("年次休暇の取得日数", "Annual leave days taken"), Unit::Days),
            rate("childcare_leave_men", Text::new("育児休業の取得率(男性)", "Men who took childcare leave")),
            rate(
                "childcare_leave_women",
                Text::new("育児休業の取得率(女性)", "Women who took childcare leave"),
            ),
            rate(
                "childcare_leave_month_men",
                Text::new(
                    "子の出生後1年以内に1か月以上の育児休業等を取得した割合(男性)",
                    "Men who took one month or more of childcare leave within a year of the birth",
                ),
            ),
            rate("recruits_women", Text::new("採用者に占める女性の割合", "Women among recruits")),
            rate("promotions_women", Text::new("役職者に占める女性の割合", "Women among post holders")),
            series(
                "system_rollout",
                Text::new("システムの導入状況", "System roll-out"),
                Unit::Plain,
                Frequency::Month,
                Measurement::State,
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_lower_case_words_that_begin_with_a_letter() {
        assert_eq!(SeriesKey::parse(" leave_days2 ").unwrap().as_str(), "leave_days2");
        let longest = "a".repeat(40);
        assert_eq!(SeriesKey::parse(&longest).unwrap().to_string(), longest);
        for (text, error) in [
            ("", SeriesKeyError::Empty),
            ("  ", SeriesKeyError::Empty),
            ("2days", SeriesKeyError::Beginning),
            ("_days", SeriesKeyError::Beginning),
            ("Days", SeriesKeyError::Character('D')),
            ("leave-days", SeriesKeyError::Character('-')),
            ("leave days", SeriesKeyError::Character(' ')),
            ("残業", SeriesKeyError::Character('残')),
        ] {
            assert_eq!(SeriesKey::parse(text), Err(error), "{text}");
            assert!(!error.message(Lang::Ja).is_empty() && !error.message(Lang::En).is_empty());
        }
        assert_eq!(SeriesKey::parse(&"a".repeat(41)), Err(SeriesKeyError::TooLong { length: 41 }));
    }

    #[test]
    fn a_stored_key_is_checked_when_it_is_read() {
        let key: SeriesKey = serde_json::from_str("\"overtime_hours\"").unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"overtime_hours\"");
        assert!(serde_json::from_str::<SeriesKey>("\"Overtime\"").is_err());
    }

    #[test]
    fn the_standard_series_are_sound() {
        let all = Series::standard();
        assert_eq!(all.len(), 10);
        let keys: HashSet<&str> = all.iter().map(|series| series.key.as_str()).collect();
        assert_eq!(keys.len(), all.len(), "every key stands once");
        for series in &all {
            assert_eq!(SeriesKey::parse(series.key.as_str()).as_ref(), Ok(&series.key));
            assert!(!series.name.ja.is_empty() && !series.name.en.is_empty(), "{}", series.key);
            assert_eq!(series.per_person, series.measurement == Measurement::Amount, "{}", series.key);
            let yearly = series.measurement == Measurement::Rate;
            assert_eq!(series.frequency == Frequency::FiscalYear, yearly, "{}", series.key);
            let json = serde_json::to_string(series).unwrap();
            assert_eq!(&serde_json::from_str::<Series>(&json).unwrap(), series);
        }
    }

    #[test]
    fn words_for_storage_can_be_read_back() {
        for frequency in Frequency::ALL {
            assert_eq!(Frequency::parse(frequency.as_str()), Some(frequency));
            assert_eq!(serde_json::to_value(frequency).unwrap(), frequency.as_str());
        }
        for measurement in Measurement::ALL {
            assert_eq!(Measurement::parse(measurement.as_str()), Some(measurement));
            assert_eq!(serde_json::to_value(measurement).unwrap(), measurement.as_str());
        }
        assert_eq!(Frequency::parse("week"), None);
        assert_eq!(Measurement::parse(""), None);
    }

    proptest! {
        #[test]
        fn whatever_has_the_form_of_a_key_is_one(text in "[a-z][a-z0-9_]{0,39}") {
            prop_assert_eq!(SeriesKey::parse(&text).map(String::from), Ok(text));
        }
    }
}
