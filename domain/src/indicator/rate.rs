//! A share with the counts it was computed from: 8 of 19 people.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Decimal, Operator, Unit, Value};
use crate::fiscal_year::{fold, strip_word};
use crate::text::Lang;

/// Words that count people.
const COUNTERS: [&str; 2] = ["人", "名"];

/// Words of a comparison or of a degree of attainment, which may well exceed 100 %; a wage gap (賃金の差異) is one
/// group's wage in per cent of another's.
const COMPARISONS_JA: [&str; 21] = [
    "前年比",
    "前年度比",
    "対前年",
    "比較",
    "差異",
    "増減率",
    "伸び率",
    "増加率",
    "減少率",
    "上昇率",
    "低下率",
    "成長率",
    "変化率",
    "改善率",
    "削減率",
    "達成率",
    "達成度",
    "進捗率",
    "充足率",
    "充足度",
    "倍率",
];

/// The same in English, as whole words.
const COMPARISONS_EN: [&str; 7] =
    ["growth", "change", "changes", "attainment", "year on year", "compared", "pay gap"];

/// A part of a whole, in people. The whole is not empty and the part not larger than it.
///
/// Serialised as `8/19`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    numerator: u32,
    denominator: u32,
}

impl Rate {
    /// `numerator` people of `denominator`.
    ///
    /// # Errors
    /// Of nobody there is no share, and a share cannot exceed 100 %.
    pub fn new(numerator: u32, denominator: u32) -> Result<Self, RateError> {
        if denominator == 0 {
            return Err(RateError::ZeroDenominator);
        }
        if numerator > denominator {
            return Err(RateError::AboveWhole { numerator, denominator });
        }
        Ok(Self { numerator, denominator })
    }

    /// Reads `8/19`, `8人/19人`, `19人中8人` and `8 of 19`; full-width characters, commas between thousands, and 名 for
    /// 人 are accepted.
    ///
    /// # Errors
    /// Anything else, and what [`Rate::new`] refuses.
    pub fn parse(text: &str) -> Result<Self, RateError> {
        let folded = fold(text);
        if folded.is_empty() {
            return Err(RateError::Empty);
        }
        let unreadable = || RateError::Unreadable { text: text.trim().to_owned() };
        let (first, rest) = count(&folded).ok_or_else(unreadable)?;
        let whole_first = rest.strip_prefix('中');
        let tail = whole_first
            .or_else(|| rest.strip_prefix('/'))
            .or_else(|| strip_word(rest.trim_start(), "of"))
            .ok_or_else(unreadable)?;
        let (second, "") = count(tail).ok_or_else(unreadable)? else { return Err(unreadable()) };
        if whole_first.is_some() { Self::new(second, first) } else { Self::new(first, second) }
    }

    /// The part.
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// The whole; never 0.
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// The share in per cent, from 0 to 100, not rounded.
    pub fn percent(self) -> f64 {
        // The product is exact, so the quotient is the nearest number there is (IEEE 754).
        f64::from(self.numerator) * 100.0 / f64::from(self.denominator)
    }

    /// The share in per cent with so many `places` (at most [`Decimal::MAX_DECIMALS`]), halves rounded away from
    /// zero.
    pub fn value(self, places: u8) -> Value {
        let places = places.min(Decimal::MAX_DECIMALS);
        let number = Decimal::new(self.rounded(places), places).expect("a share has nine digits at most");
        Value::new(number, Unit::Percent)
    }

    /// The share in per cent as a whole multiple of its last place. Computed in whole numbers, so that a half is
    /// one.
    fn rounded(self, places: u8) -> i64 {
        let whole = u64::from(self.denominator);
        let part = u64::from(self.numerator) * 100 * 10u64.pow(u32::from(places));
        ((2 * part + whole) / (2 * whole)) as i64
    }

    /// True where a stated percentage is that of the counts, rounded to the places it is stated with. An approximate
    /// one may be off by 1 in its last place; one with an operator (30%以上) has to bound the share. A value in
    /// another unit never agrees.
    pub fn agrees_with(self, value: &Value) -> bool {
        if value.unit != Unit::Percent {
            return false;
        }
        let (share, stated) = (self.percent(), value.number.to_f64());
        match value.operator {
            Some(Operator::AtLeast) => share >= stated,
            Some(Operator::AtMost) => share <= stated,
            Some(Operator::MoreThan) => share > stated,
            Some(Operator::LessThan) => share < stated,
            None => {
                let places = value.number.decimals();
                let slack = i64::from(value.approximate);
                let near = (-slack..=slack).map(|step| self.rounded(places) + step);
                near.filter(|number| *number >= 0).any(|n| Decimal::new(n, places) == Some(value.number))
            }
        }
    }

    /// The counts as people read them: `19人中8人`, `8 of 19`. [`Rate::parse`] reads them back.
    pub fn label(self, lang: Lang) -> String {
        let (part, whole) = (grouped(self.numerator), grouped(self.denominator));
        match lang {
            Lang::Ja => format!("{whole}人中{part}人"),
            Lang::En => format!("{part} of {whole}"),
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: u32) -> String {
    Decimal::new(i64::from(number), 0).map_or_else(|| number.to_string(), |decimal| decimal.to_string())
}

/// The whole number a folded text begins with, its counter left out, and what follows.
fn count(folded: &str) -> Option<(u32, &str)> {
    // No sign: people are not counted below zero.
    if !folded.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (number, rest) = Decimal::strip(folded).ok()?;
    let is_count = number.decimals() == 0 && number.to_f64() <= f64::from(u32::MAX);
    let rest = COUNTERS.into_iter().find_map(|counter| rest.strip_prefix(counter)).unwrap_or(rest);
    is_count.then_some((number.to_f64() as u32, rest))
}

/// `8/19`, without commas: for storage and exchange.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// Why counts are no share.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Nothing was typed.
    #[error("the counts are empty")]
    Empty,
    /// Not two counts.
    #[error("\"{text}\" cannot be read as a part of a whole")]
    Unreadable {
        /// As typed.
        text: String,
    },
    /// Of nobody there is no share.
    #[error("the denominator is 0")]
    ZeroDenominator,
    /// A share cannot exceed 100 %.
    #[error("the numerator {numerator} is above the denominator {denominator}")]
    AboveWhole {
        /// The part.
        numerator: u32,
        /// The whole.
        denominator: u32,
    },
}

impl RateError {
    /// The message for the person who typed the counts.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, _) => lang.t("人数を入力してください。", "Please enter the counts.").to_owned(),
            (Self::Unreadable { text }, Lang::Ja) => format!(
                "「{text}」を人数の割合として読み取れません。「8/19」「19人中8人」のように入力してください。"
            ),
            (Self::Unreadable { text }, Lang::En) => format!(
                "\"{text}\" cannot be read as a part of a whole. Please write it like \"8/19\" or \
                 \"8 of 19\"."
            ),
            (Self::ZeroDenominator, Lang::Ja) => "分母が0人のため、割合を計算できません。".to_owned(),
            (Self::ZeroDenominator, Lang::En) => {
                "The denominator is 0, and of nobody there is no share.".to_owned()
            }
            (Self::AboveWhole { numerator, denominator }, Lang::Ja) => format!(
                "分子({}人)が分母({}人)を超えています。割合は100%を超えません。分子と分母を確認してください。",
                grouped(*numerator),
                grouped(*denominator)
            ),
            (Self::AboveWhole { numerator, denominator }, Lang::En) => format!(
                "The numerator ({}) is above the denominator ({}), but a share cannot exceed 100%. Please check \
                 both.",
                grouped(*numerator),
                grouped(*denominator)
            ),
        }
    }
}

/// True where a percentage of this name, with this target, is a share, which lies within 0 and 100. It is none where
/// the name or the target says that it compares (前年度比, 男女比, 伸び率, `growth`) or that it is a degree of attainment
/// (達成率, 充足率). Where in doubt it is taken for none, so that no right figure is called wrong.
pub fn is_share(title: &str, target: &str) -> bool {
    ![title, target].into_iter().any(|text| compares(&fold(text)))
}

fn compares(folded: &str) -> bool {
    let lower = folded.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let english = format!(" {} ", words.join(" "));
    COMPARISONS_JA.iter().any(|word| folded.contains(*word))
        || ends_in_ratio(folded)
        || COMPARISONS_EN.iter().any(|phrase| english.contains(&format!(" {phrase} ")))
}

/// True where a word ends in 比, as in 男女比. 比率 is another word for a share, and so is 構成比.
fn ends_in_ratio(folded: &str) -> bool {
    let is_kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    folded.match_indices('比').any(|(at, sign)| {
        let (before, rest) = folded.split_at(at);
        let after = rest.strip_prefix(sign).unwrap_or(rest);
        !before.ends_with("構成") && !after.starts_with(is_kanji)
    })
}

/// True where a percentage says that a `share` ([`is_share`]) is more than the whole.
pub fn exceeds_whole(value: &Value, share: bool) -> bool {
    let number = value.number.to_f64();
    let above = match value.operator {
        None | Some(Operator::AtLeast) => number > 100.0,
        Some(Operator::MoreThan) => number >= 100.0,
        Some(Operator::AtMost | Operator::LessThan) => false,
    };
    share && value.unit == Unit::Percent && above
}

/// True where a percentage says that a `share` ([`is_share`]) is less than nothing.
pub fn below_zero(value: &Value, share: bool) -> bool {
    let number = value.number.to_f64();
    let below = match value.operator {
        None | Some(Operator::AtMost) => number < 0.0,
        Some(Operator::LessThan) => number <= 0.0,
        Some(Operator::AtLeast | Operator::MoreThan) => false,
    };
    share && value.unit == Unit::Percent && below
}

#[cfg(test)]
mod tests;
