//! A value as a table states it: a number with its unit, and how firmly it is stated.

use serde::{Deserialize, Serialize};

use super::{Decimal, Direction, Readable};
use crate::fiscal_year::{EVERY_FISCAL_YEAR_EN, fold, strip_word};
use crate::text::Lang;

/// Words for "about", as they stand before a number.
const ABOUT: [&str; 6] = ["約", "概ね", "おおむね", "およそ", "about", "approximately"];

/// Words behind a unit that make the number a rough one; what they do to it is not defined, so they are refused.
const HEDGES: [&str; 6] = ["程度", "前後", "くらい", "ぐらい", "弱", "強"];

/// Words that make a change, a wish or a beginning of what stands before them. A number before them is no level, and
/// they are no part of a unit.
const TURNS: [&str; 5] = ["増", "減", "目指す", "とする", "以降"];

/// The words that stand behind a unit and bound its number. 以内 says the same as 以下, which is printed for it.
const BEHIND: [(&str, Operator); 5] = [
    (Operator::AtLeast.suffix(), Operator::AtLeast),
    (Operator::AtMost.suffix(), Operator::AtMost),
    ("以内", Operator::AtMost),
    (Operator::MoreThan.suffix(), Operator::MoreThan),
    (Operator::LessThan.suffix(), Operator::LessThan),
];

/// What a number counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Unit {
    /// Nothing: an index or a ratio.
    #[default]
    Plain,
    /// Per cent.
    Percent,
    /// People (人).
    People,
    /// Hours (時間).
    Hours,
    /// Days (日).
    Days,
    /// Cases (件).
    Cases,
    /// Any other unit, as written.
    Other(UnitName),
}

/// The name of a unit this software has no word of its own for: 1 to 20 letters, `/`, `・` or spaces, without words
/// that bound a number (時間を超える) or make it a rough one, a change or a wish (人増). Made by [`Unit::parse`] only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitName(String);

impl Unit {
    /// Longest name of a unit, in characters.
    pub const MAX_CHARS: usize = 20;

    /// Reads a unit in Japanese or English; an empty text is [`Unit::Plain`]. `None` for anything that could not
    /// be told from the words around a number.
    pub fn parse(text: &str) -> Option<Self> {
        let name = fold(text);
        let known = match name.to_ascii_lowercase().as_str() {
            "" => Some(Self::Plain),
            "%" | "パーセント" | "per cent" | "percent" => Some(Self::Percent),
            "人" | "名" | "people" | "person" => Some(Self::People),
            "時間" | "hours" | "hour" => Some(Self::Hours),
            "日" | "days" | "day" => Some(Self::Days),
            "件" | "cases" | "case" => Some(Self::Cases),
            _ => None,
        };
        known.or_else(|| UnitName::new(name).map(Self::Other))
    }

    /// The unit as it stands behind a number.
    pub fn suffix(&self, number: Decimal, lang: Lang) -> String {
        let one = number.is_one();
        match self {
            Self::Plain => String::new(),
            Self::Percent => "%".to_owned(),
            Self::People => lang.t("人", if one { " person" } else { " people" }).to_owned(),
            Self::Hours => lang.t("時間", if one { " hour" } else { " hours" }).to_owned(),
            Self::Days => lang.t("日", if one { " day" } else { " days" }).to_owned(),
            Self::Cases => lang.t("件", if one { " case" } else { " cases" }).to_owned(),
            Self::Other(UnitName(name)) => match lang {
                Lang::Ja => name.clone(),
                Lang::En => format!(" {name}"),
            },
        }
    }

    /// The unit on its own, as in a table's heading.
    pub fn name(&self, lang: Lang) -> &str {
        match self {
            Self::Plain => lang.t("単位なし", "no unit"),
            Self::Percent => "%",
            Self::People => lang.t("人", "people"),
            Self::Hours => lang.t("時間", "hours"),
            Self::Days => lang.t("日", "days"),
            Self::Cases => lang.t("件", "cases"),
            Self::Other(UnitName(name)) => name,
        }
    }
}

impl UnitName {
    /// A name that stays itself when it is printed behind a number and read again.
    fn new(name: String) -> Option<Self> {
        let is_name_char = |c: char| c.is_alphabetic() || matches!(c, '/' | '・' | ' ');
        let length = name.chars().count();
        let fits = (1..=Unit::MAX_CHARS).contains(&length)
            && name.chars().all(is_name_char)
            && BEHIND.iter().all(|(word, _)| !name.contains(*word))
            && HEDGES.iter().chain(&TURNS).all(|word| !name.ends_with(*word))
            && !name.to_ascii_lowercase().ends_with(EVERY_FISCAL_YEAR_EN);
        fits.then_some(Self(name))
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Plain => String::new(),
            other => other.name(Lang::Ja).to_owned(),
        }
    }
}

impl TryFrom<String> for Unit {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(ValueError::Unreadable { text })
    }
}

/// How a number bounds what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// 以上, ≥.
    AtLeast,
    /// 以下, ≤.
    AtMost,
    /// 超, >.
    MoreThan,
    /// 未満, <.
    LessThan,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 4] = [Self::AtLeast, Self::AtMost, Self::MoreThan, Self::LessThan];

    /// The Japanese word, which stands behind the unit.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::AtLeast => "以上",
            Self::AtMost => "以下",
            Self::MoreThan => "超",
            Self::LessThan => "未満",
        }
    }

    /// Takes an operator's word from the end of a folded text.
    pub(super) fn strip_behind(folded: &str) -> (Option<Self>, &str) {
        BEHIND
            .into_iter()
            .find_map(|(word, operator)| Some((Some(operator), folded.strip_suffix(word)?)))
            .unwrap_or((None, folded))
    }

    /// The English words, which stand before the number.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
            Self::MoreThan => "more than",
            Self::LessThan => "less than",
        }
    }

    /// The way a target with this operator points.
    pub const fn direction(self) -> Direction {
        match self {
            Self::AtLeast | Self::MoreThan => Direction::HigherIsBetter,
            Self::AtMost | Self::LessThan => Direction::LowerIsBetter,
        }
    }
}

/// A number with its unit. `1,000人超` is the number 1,000, people, more than.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// The number, with the places it was written with.
    pub number: Decimal,
    /// What it counts.
    #[serde(default)]
    pub unit: Unit,
    /// 約: the number is rounded or estimated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
    /// 超 and the like: the number only bounds the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
}

impl Value {
    /// An exact value.
    pub fn new(number: Decimal, unit: Unit) -> Self {
        Self { number, unit, approximate: false, operator: None }
    }

    /// Reads `11.4%`, `1,000人超`, `45時間以内`, `約32%`, `58.0`, `12.5時間`, `about 1,000 people`,
    /// `more than 3 days`; full-width characters and spaces are accepted.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let folded = fold(text);
        if folded.is_empty() {
            return Err(ValueError::Empty);
        }
        let unreadable = || ValueError::Unreadable { text: text.trim().to_owned() };
        let (before, rest) = Operator::ALL
            .into_iter()
            .find_map(|operator| Some((Some(operator), strip_word(&folded, operator.prefix())?)))
            .unwrap_or((None, folded.as_str()));
        let (approximate, rest) =
            ABOUT.into_iter().find_map(|word| Some((true, strip_word(rest, word)?))).unwrap_or((false, rest));
        let (number, tail) = Decimal::strip(rest).map_err(|error| error.about(text))?;
        let (behind, unit) = Operator::strip_behind(tail);
        if before.is_some() && behind.is_some() {
            return Err(unreadable());
        }
        let unit = Unit::parse(unit).ok_or_else(unreadable)?;
        Ok(Self { number, unit, approximate, operator: before.or(behind) })
    }

    /// The value as people read it: `約1,000人超`, `about 1,000 people`.
    pub fn label(&self, lang: Lang) -> String {
        let number = self.number;
        let unit = self.unit.suffix(number, lang);
        match lang {
            Lang::Ja => {
                let about = if self.approximate { "約" } else { "" };
                format!("{about}{number}{unit}{}", self.operator.map_or("", Operator::suffix))
            }
            Lang::En => {
                let about = if self.approximate { "about " } else { "" };
                match self.operator {
                    Some(operator) => format!("{} {about}{number}{unit}", operator.prefix()),
                    None => format!("{about}{number}{unit}"),
                }
            }
        }
    }
}

impl Readable for Value {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn label(&self, lang: Lang) -> String {
        Value::label(self, lang)
    }
}

/// Why a text is not a value. Each carries the text as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Nothing was typed.
    #[error("the value is empty")]
    Empty,
    /// Not a number with a unit.
    #[error("\"{text}\" cannot be read as a number with a unit")]
    Unreadable {
        /// As typed.
        text: String,
    },
    /// A number with more digits than this software keeps.
    #[error("\"{text}\" has too many digits")]
    TooLong {
        /// As typed.
        text: String,
    },
}

impl ValueError {
    /// The same error about the whole text instead of a part of it.
    fn about(self, whole: &str) -> Self {
        let text = whole.trim().to_owned();
        match self {
            Self::Empty | Self::Unreadable { .. } => Self::Unreadable { text },
            Self::TooLong { .. } => Self::TooLong { text },
        }
    }

    /// The message for the person who typed the value.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, _) => lang.t("値を入力してください。", "Please enter a value.").to_owned(),
            (Self::Unreadable { text }, Lang::Ja) => format!(
                "「{text}」を数値として読み取れません。「11.4%」「約1,000人」「12.5時間」のように入力してください。"
            ),
            (Self::Unreadable { text }, Lang::En) => format!(
                "\"{text}\" cannot be read as a number. Please write it like \"11.4%\", \"about 1,000 people\" or \
                 \"12.5 hours\"."
            ),
            (Self::TooLong { text }, Lang::Ja) => format!(
                "「{text}」は桁数が多すぎます。全体で{}桁、小数点以下{}桁までにしてください。",
                Decimal::MAX_DIGITS,
                Decimal::MAX_DECIMALS
            ),
            (Self::TooLong { text }, Lang::En) => format!(
                "\"{text}\" has too many digits; at most {} in all and {} after the point are kept.",
                Decimal::MAX_DIGITS,
                Decimal::MAX_DECIMALS
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_figure_on_a_follow_up_table_is_read_and_printed_back() {
        for (text, number) in [
            ("42.3%", 42.3),
            ("28.8%", 28.8),
            ("78.7%", 78.7),
            ("52.1%", 52.1),
            ("47.9%", 47.9),
            ("37.1%", 37.1),
            ("16.7%", 16.7),
            ("11.4%", 11.4),
            ("8.4%", 8.4),
            ("31.3%", 31.3),
            ("24.6%", 24.6),
            ("50.8%", 50.8),
            ("49.4%", 49.4),
        ] {
            let value = Value::parse(text).unwrap();
            assert_eq!((value.number.to_f64(), &value.unit), (number, &Unit::Percent));
            assert_eq!((value.approximate, value.operator), (false, None));
            assert_eq!(value.label(Lang::Ja), text);
        }
        let index = Value::parse("58.0").unwrap();
        assert_eq!((index.unit.clone(), index.label(Lang::En)), (Unit::Plain, "58.0".to_owned()));
    }

    #[test]
    fn approximations_and_bounds_are_kept() {
        let crowd = Value::parse("1,000人超").unwrap();
        assert_eq!((crowd.number.to_f64(), &crowd.unit), (1000.0, &Unit::People));
        assert_eq!(crowd.operator, Some(Operator::MoreThan));
        assert_eq!(crowd.label(Lang::En), "more than 1,000 people");
        let share = Value::parse("約32%").unwrap();
        assert!(share.approximate);
        assert_eq!(share.label(Lang::En), "about 32%");
        let days = Value::parse("5日以上").unwrap();
        assert_eq!((days.unit.clone(), days.operator), (Unit::Days, Some(Operator::AtLeast)));
        assert_eq!(days.label(Lang::En), "at least 5 days");
        let hours = Value::parse("45時間以内").unwrap();
        assert_eq!((hours.unit.clone(), hours.operator), (Unit::Hours, Some(Operator::AtMost)));
        assert_eq!(hours.label(Lang::Ja), "45時間以下");
        assert_eq!(hours.label(Lang::En), "at most 45 hours");
        assert_eq!(Value::parse("１日").unwrap().label(Lang::En), "1 day");
    }

    #[test]
    fn units_are_read_in_both_languages() {
        for (text, unit) in [
            ("30時間", Unit::Hours),
            ("30 hours", Unit::Hours),
            ("12名", Unit::People),
            ("3件", Unit::Cases),
            ("42.3 ％", Unit::Percent),
            ("12.5時間/月", Unit::parse("時間/月").unwrap()),
            ("5か国", Unit::parse("か国").unwrap()),
        ] {
            assert_eq!(Value::parse(text).unwrap().unit, unit, "{text}");
        }
        assert_eq!(Unit::parse("か国").unwrap().name(Lang::En), "か国");
        for unit in [
            "以上",
            "人以上",
            "3人",
            "%(速報)",
            "=1",
            "あいうえおかきくけこさしすせそたちつてとな",
            "時間以内",
            "人以上人",
            "時間を超える",
            "時間未満とする",
            "人増",
            "円減",
            "件を目指す",
            "件とする",
            "人程度",
            "年以降",
        ] {
            assert_eq!(Unit::parse(unit), None, "{unit}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_the_text_as_typed() {
        for text in [
            "-",
            "集計中",
            "%",
            "42.3%(速報値)",
            "10~20%",
            "at least 5日以上",
            "at most 5日以内",
            "45時間を超える",
            "5日以上以内",
            "30人程度",
            "5人増",
            "<b>5</b>",
            "=1+1",
        ] {
            assert_eq!(Value::parse(text), Err(ValueError::Unreadable { text: text.into() }));
        }
        assert_eq!(Value::parse(""), Err(ValueError::Empty));
        let long = "約1234567890123456人";
        assert_eq!(Value::parse(long), Err(ValueError::TooLong { text: long.into() }));
        assert!(Value::parse(long).unwrap_err().message(Lang::Ja).contains("桁"));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let units = ["", "%", "人", "時間", "日", "件", "円", "か国", "pt", "時間/月", "per head"];
        (
            -99_999_999i64..99_999_999,
            0u8..=3,
            prop::sample::select(units.to_vec()),
            any::<bool>(),
            prop::option::of(prop::sample::select(Operator::ALL.to_vec())),
        )
            .prop_map(|(mantissa, decimals, unit, approximate, operator)| Value {
                number: Decimal::new(mantissa, decimals).unwrap(),
                unit: Unit::parse(unit).unwrap(),
                approximate,
                operator,
            })
    }

    proptest! {
        #[test]
        fn whatever_is_printed_can_be_read(value in any_value()) {
            prop_assert_eq!(Value::parse(&value.label(Lang::Ja)), Ok(value.clone()));
            prop_assert_eq!(Value::parse(&value.label(Lang::En)), Ok(value.clone()));
            let stored = String::from(value.unit.clone());
            prop_assert_eq!(Unit::try_from(stored), Ok(value.unit));
        }

        #[test]
        fn whatever_is_read_can_be_printed_and_read_again(text in "[約0-9.,%人時間日件超以上下内未満増減a-c /▲-]{0,12}") {
            if let Ok(value) = Value::parse(&text) {
                prop_assert_eq!(Value::parse(&value.label(Lang::Ja)), Ok(value.clone()));
                prop_assert_eq!(Value::parse(&value.label(Lang::En)), Ok(value));
            }
        }
    }
}
