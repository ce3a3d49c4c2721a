//! A questionnaire (調査票): sections of items, in both languages, as one documented JSON document.
//!
//! The JSON form is [`Questionnaire`] itself; its JSON Schema is served by the application and printed by
//! `schemars`. [`Questionnaire::check`] says everything the schema cannot.

mod check;
pub mod editing;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(feature = "schema")]
mod schema;
mod size;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::{Lang, Text};

/// The value of [`Questionnaire::format`] that this software writes and reads.
pub const FORMAT: &str = "shirube-questionnaire/1";

/// Most items one questionnaire may have; a longer one is no longer a survey people finish.
pub const MAX_ITEMS: usize = 200;
/// Longest label, title or item text, in characters.
pub const MAX_TEXT: usize = 1_000;
/// Largest number of a version.
pub const MAX_VERSION: u32 = 1_000_000;
/// Fewest and most points of a scale.
pub const POINTS: (usize, usize) = (2, 11);
/// Fewest and most options of a choice.
pub const OPTIONS: (usize, usize) = (2, 100);
/// Fewest and most rows of a matrix.
pub const ROWS: (usize, usize) = (1, 30);
/// Most digits after the decimal point of a number.
pub const MAX_DECIMALS: u8 = 3;
/// Longest text that one line of free text may be limited to, in characters.
pub const MAX_SHORT_TEXT: u32 = 200;
/// Longest text that several lines of free text may be limited to, in characters.
pub const MAX_LONG_TEXT: u32 = 4_000;

/// A questionnaire in one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Always `shirube-questionnaire/1`.
    #[cfg_attr(feature = "schema", schemars(extend("const" = FORMAT)))]
    pub format: String,
    /// Stays the same over all versions: `a`–`z`, `0`–`9`, `-`, `_`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub key: String,
    /// Counts up from 1 with every change that has been used in a campaign.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_VERSION)))]
    pub version: u32,
    /// What it is called; respondents see the title of the campaign.
    #[cfg_attr(feature = "schema", schemars(with = "schema::RequiredText"))]
    pub title: Text,
    /// What the survey is for, in a sentence or two; shown before the first question.
    #[cfg_attr(feature = "schema", schemars(with = "schema::OptionalText"))]
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub introduction: Text,
    /// Groups of items that are reported together, such as "growth and career".
    #[serde(default)]
    pub areas: Vec<Area>,
    /// One screen each, in order.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub sections: Vec<Section>,
}

/// A group of scale items that is reported as one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Referred to by [`Item::area`].
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub key: String,
    /// Shown in reports.
    #[cfg_attr(feature = "schema", schemars(with = "schema::RequiredText"))]
    pub label: Text,
}

/// One screen of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique among sections.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub key: String,
    /// The heading of the screen.
    #[cfg_attr(feature = "schema", schemars(with = "schema::RequiredText"))]
    pub title: Text,
    /// Shown under the heading.
    #[cfg_attr(feature = "schema", schemars(with = "schema::OptionalText"))]
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub introduction: Text,
    /// The section is shown only where this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
    /// In the order they are asked.
    pub items: Vec<Item>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique in the questionnaire and stable over versions, so that waves can be compared.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub key: String,
    /// The question itself.
    #[cfg_attr(feature = "schema", schemars(with = "schema::RequiredText"))]
    pub text: Text,
    /// A short explanation under the question.
    #[cfg_attr(feature = "schema", schemars(with = "schema::OptionalText"))]
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub help: Text,
    /// The area whose score this item is part of.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// An answer (or "prefer not to say", or "no opportunity to observe") is needed before sending.
    #[serde(default)]
    pub required: bool,
    /// Offers "prefer not to say".
    #[serde(default)]
    pub may_decline: bool,
    /// Offers "no opportunity to observe": a rater need not know everything about the person rated. Who chooses it is
    /// not among those who answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unobserved: bool,
    /// A demographic: results may be cut by it, and it is never itself a result.
    #[serde(default)]
    pub demographic: bool,
    /// The item is shown only where this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
    /// What kind of answer is asked for.
    pub kind: Kind,
}

/// The kind of answer an item asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// One point of an ordered scale. Answers count from 1 (the first label) to n.
    Scale {
        /// One label per point, from the least to the most favourable: 2 to 11 of them.
        #[cfg_attr(feature = "schema", schemars(with = "Vec<schema::RequiredText>", length(min = POINTS.0, max = POINTS.1)))]
        labels: Vec<Text>,
        /// True where the *first* label is the favourable end.
        #[serde(default)]
        reversed: bool,
    },
    /// Exactly one option.
    Single {
        /// 2 to 100 options.
        #[cfg_attr(feature = "schema", schemars(length(min = OPTIONS.0, max = OPTIONS.1)))]
        options: Vec<Choice>,
    },
    /// Any number of options between `min` and `max`.
    Multiple {
        /// 2 to 100 options.
        #[cfg_attr(feature = "schema", schemars(length(min = OPTIONS.0, max = OPTIONS.1)))]
        options: Vec<Choice>,
        /// Fewest that must be chosen when the item is answered.
        #[serde(default)]
        min: u32,
        /// Most that may be chosen; absent means all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// Several rows answered on one scale.
    Matrix {
        /// 1 to 30 rows.
        #[cfg_attr(feature = "schema", schemars(length(min = ROWS.0, max = ROWS.1)))]
        rows: Vec<Choice>,
        /// As in `scale`.
        #[cfg_attr(feature = "schema", schemars(with = "Vec<schema::RequiredText>", length(min = POINTS.0, max = POINTS.1)))]
        labels: Vec<Text>,
        /// As in `scale`.
        #[serde(default)]
        reversed: bool,
    },
    /// A whole or decimal number within a range.
    Number {
        /// Smallest value allowed.
        min: f64,
        /// Largest value allowed.
        max: f64,
        /// How many digits after the decimal point may be typed (0 to 3).
        #[cfg_attr(feature = "schema", schemars(range(max = MAX_DECIMALS)))]
        #[serde(default)]
        decimals: u8,
        /// Shown behind the field, such as 日 / days.
        #[cfg_attr(feature = "schema", schemars(with = "schema::OptionalText"))]
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        unit: Text,
    },
    /// A calendar date, `YYYY-MM-DD`.
    Date {
        /// Earliest date allowed.
        #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::DAY)))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<String>,
        /// Latest date allowed.
        #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::DAY)))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<String>,
    },
    /// One line of free text; treated as a comment in results.
    ShortText {
        /// Longest text, in characters (1 to 200).
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_SHORT_TEXT)))]
        max_chars: u32,
    },
    /// Several lines of free text; treated as a comment in results.
    LongText {
        /// Longest text, in characters (1 to 4000).
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_LONG_TEXT)))]
        max_chars: u32,
    },
}

/// An option of a choice, or a row of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the item; stored in the answer.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub key: String,
    /// What people read.
    #[cfg_attr(feature = "schema", schemars(with = "schema::RequiredText"))]
    pub label: Text,
    /// In a multiple choice: cannot be chosen together with any other ("none of these").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusive: bool,
}

/// When a section or an item is shown: the answer to an *earlier* item is one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Key of an earlier scale, single-choice or multiple-choice item that is no demographic.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::KEY)))]
    pub item: String,
    /// Option keys, or scale points written as numbers ("1", "2" …).
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub any_of: Vec<String>,
}

/// One fault of a questionnaire: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The section or item key the fault is in, or empty for the whole document.
    pub at: String,
    /// What is wrong, in both languages.
    pub message: Text,
}

/// True for a key this software accepts: 1 to 64 of `a`–`z`, `0`–`9`, `-`, `_`.
pub fn is_key(key: &str) -> bool {
    (1..=64).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// Reads a date written `YYYY-MM-DD`, the only form that dates have in questionnaires and answers.
///
/// Taken apart by hand: the browser judges answers with it, and jiff's own reader would bring all that jiff can read and
/// say, time zones included, into the browser package.
pub fn day(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let written = (year.len(), month.len(), day.len()) == (4, 2, 2)
        && [year, month, day].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if !written {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl Kind {
    /// The number of scale points, for scales and matrices.
    pub fn points(&self) -> Option<u8> {
        match self {
            Kind::Scale { labels, .. } | Kind::Matrix { labels, .. } => u8::try_from(labels.len()).ok(),
            _ => None,
        }
    }

    /// True for free text, which is kept apart from scores when sheets are counted.
    pub fn is_text(&self) -> bool {
        matches!(self, Kind::ShortText { .. } | Kind::LongText { .. })
    }

    /// What the kind is called on screen.
    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Kind::Scale { .. } => lang.t("尺度", "Scale"),
            Kind::Single { .. } => lang.t("単一選択", "Single choice"),
            Kind::Multiple { .. } => lang.t("複数選択", "Multiple choice"),
            Kind::Matrix { .. } => lang.t("マトリクス", "Matrix"),
            Kind::Number { .. } => lang.t("数値", "Number"),
            Kind::Date { .. } => lang.t("日付", "Date"),
            Kind::ShortText { .. } => lang.t("短い自由記述", "Short text"),
            Kind::LongText { .. } => lang.t("長い自由記述", "Long text"),
        }
    }
}

impl Questionnaire {
    /// Every item with the section it stands in, in the order asked.
    pub fn items(&self) -> impl Iterator<Item = (&Section, &Item)> {
        self.sections.iter().flat_map(|s| s.items.iter().map(move |i| (s, i)))
    }

    /// The item with this key.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items().map(|(_, i)| i).find(|i| i.key == key)
    }

    /// Items that results may be cut by: demographics with a single choice.
    pub fn demographics(&self) -> impl Iterator<Item = &Item> {
        self.items().map(|(_, i)| i).filter(|i| i.demographic && matches!(i.kind, Kind::Single { .. }))
    }

    /// Minutes an average person takes: 8 seconds per choice, 60 per comment (our own measured habit of
    /// rounding up; shown as "about").
    pub fn minutes(&self) -> u32 {
        let seconds: usize = self
            .items()
            .map(|(_, item)| match &item.kind {
                Kind::Matrix { rows, .. } => 6 * rows.len(),
                Kind::LongText { .. } => 60,
                Kind::ShortText { .. } => 20,
                _ => 8,
            })
            .sum();
        u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX).max(1)
    }

    /// A questionnaire with one section and nothing in it yet, to go on from in the editor.
    pub fn empty(key: impl Into<String>, title: Text) -> Self {
        let section = Section {
            key: "section".into(),
            title: Text::new("設問", "Questions"),
            introduction: Text::default(),
            show_if: None,
            items: Vec::new(),
        };
        Self {
            format: FORMAT.into(),
            key: key.into(),
            version: 1,
            title,
            introduction: Text::default(),
            areas: Vec::new(),
            sections: vec![section],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_only() {
        assert_eq!(day("2024-02-29"), Date::new(2024, 2, 29).ok());
        for text in
            ["", "2025-1-01", "+025-01-01", "2025-01-+1", "2025-01-01-", "2025-01-01T00:00", "２５-01-01"]
        {
            assert_eq!(day(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn days_are_those_of_the_calendar(year in 0i16..=9999, month in 0i8..=13, of_month in 0i8..=32) {
            let text = format!("{year:04}-{month:02}-{of_month:02}");
            prop_assert_eq!(day(&text), text.parse::<Date>().ok());
        }
    }
}
