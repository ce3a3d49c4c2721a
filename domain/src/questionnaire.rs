//! A questionnaire (調査票): sections of items, in both languages, as one documented JSON document.
//!
//! The JSON form is [`Questionnaire`] itself; its JSON Schema is served by the application and printed by
//! `schemars`. [`Questionnaire::check`] says everything the schema cannot.

pub mod editing;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::text::{self, Lang, Text};

/// The value of [`Questionnaire::format`] that this software writes and reads.
pub const FORMAT: &str = "shirube-questionnaire/1";

/// Most items one questionnaire may have; a longer one is no longer a survey people finish.
pub const MAX_ITEMS: usize = 200;
/// Longest label, title or item text, in characters.
pub const MAX_TEXT: usize = 1_000;

/// A questionnaire in one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Always `shirube-questionnaire/1`.
    pub format: String,
    /// Stays the same over all versions: `a`–`z`, `0`–`9`, `-`, `_`.
    pub key: String,
    /// Counts up from 1 with every change that has been used in a campaign.
    pub version: u32,
    /// Shown above the first section.
    pub title: Text,
    /// What the survey is for, in a sentence or two.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub introduction: Text,
    /// Groups of items that are reported together, such as "growth and career".
    #[serde(default)]
    pub areas: Vec<Area>,
    /// One screen each, in order.
    pub sections: Vec<Section>,
}

/// A group of scale items that is reported as one score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Referred to by [`Item::area`].
    pub key: String,
    /// Shown in reports.
    pub label: Text,
}

/// One screen of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique among sections.
    pub key: String,
    /// The heading of the screen.
    pub title: Text,
    /// Shown under the heading.
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
    pub key: String,
    /// The question itself.
    pub text: Text,
    /// A short explanation under the question.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub help: Text,
    /// The area whose score this item is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// An answer (or "prefer not to say") is needed before sending.
    #[serde(default)]
    pub required: bool,
    /// Offers "prefer not to say".
    #[serde(default)]
    pub may_decline: bool,
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
        labels: Vec<Text>,
        /// True where the *first* label is the favourable end.
        #[serde(default)]
        reversed: bool,
    },
    /// Exactly one option.
    Single {
        /// 2 to 100 options.
        options: Vec<Choice>,
    },
    /// Any number of options between `min` and `max`.
    Multiple {
        /// 2 to 100 options.
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
        rows: Vec<Choice>,
        /// As in `scale`.
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
        #[serde(default)]
        decimals: u8,
        /// Shown behind the field, such as 日 / days.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        unit: Text,
    },
    /// A calendar date, `YYYY-MM-DD`.
    Date {
        /// Earliest date allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<String>,
        /// Latest date allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<String>,
    },
    /// One line of free text; treated as a comment in results.
    ShortText {
        /// Longest text, in characters (1 to 200).
        max_chars: u32,
    },
    /// Several lines of free text; treated as a comment in results.
    LongText {
        /// Longest text, in characters (1 to 4000).
        max_chars: u32,
    },
}

/// An option of a choice, or a row of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the item; stored in the answer.
    pub key: String,
    /// What people read.
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
    /// Key of an earlier scale, single-choice or multiple-choice item.
    pub item: String,
    /// Option keys, or scale points written as numbers ("1", "2" …).
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

    /// Everything that is wrong with the questionnaire; an empty list means it can be used.
    pub fn check(&self) -> Vec<Fault> {
        let mut check = Check::default();
        check.document(self);
        check.faults
    }
}

#[derive(Default)]
struct Check<'q> {
    faults: Vec<Fault>,
    /// Items already seen, so that a condition can only look back.
    seen: BTreeMap<&'q str, &'q Kind>,
    areas: BTreeSet<&'q str>,
}

impl<'q> Check<'q> {
    fn fault(&mut self, at: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.faults.push(Fault { at: at.to_owned(), message: Text::new(ja, en) });
    }

    fn document(&mut self, q: &'q Questionnaire) {
        if q.format != FORMAT {
            self.fault(
                "",
                format!("formatは「{FORMAT}」でなければなりません。"),
                format!("format must be \"{FORMAT}\"."),
            );
        }
        self.key("", &q.key);
        self.text(&q.key, &q.title, true);
        self.text(&q.key, &q.introduction, false);
        for area in &q.areas {
            self.key(&area.key, &area.key);
            self.text(&area.key, &area.label, true);
            if !self.areas.insert(&area.key) {
                self.duplicate(&area.key);
            }
        }
        if q.sections.is_empty() {
            self.fault("", "セクションが一つもありません。", "There is no section.");
        }
        let count = q.items().count();
        if count == 0 {
            self.fault("", "設問が一つもありません。", "There is no item.");
        } else if count > MAX_ITEMS {
            self.fault(
                "",
                format!("設問が{count}あります。{MAX_ITEMS}までです。"),
                format!("There are {count} items; at most {MAX_ITEMS} are allowed."),
            );
        }
        let mut sections = BTreeSet::new();
        for section in &q.sections {
            self.key(&section.key, &section.key);
            self.text(&section.key, &section.title, true);
            self.text(&section.key, &section.introduction, false);
            if !sections.insert(&section.key) {
                self.duplicate(&section.key);
            }
            if let Some(condition) = &section.show_if {
                self.condition(&section.key, condition);
            }
            for item in &section.items {
                self.item(item);
            }
        }
    }

    fn item(&mut self, item: &'q Item) {
        self.key(&item.key, &item.key);
        self.text(&item.key, &item.text, true);
        self.text(&item.key, &item.help, false);
        if let Some(area) = &item.area
            && !self.areas.contains(area.as_str())
        {
            self.fault(
                &item.key,
                format!("領域「{area}」が定義されていません。"),
                format!("Area \"{area}\" is not defined."),
            );
        }
        if item.demographic && !matches!(item.kind, Kind::Single { .. }) {
            self.fault(
                &item.key,
                "属性は単一選択でなければなりません。",
                "A demographic must be a single choice.",
            );
        }
        if let Some(condition) = &item.show_if {
            self.condition(&item.key, condition);
        }
        self.kind(&item.key, &item.kind);
        if self.seen.insert(&item.key, &item.kind).is_some() {
            self.duplicate(&item.key);
        }
    }

    fn kind(&mut self, at: &str, kind: &Kind) {
        match kind {
            Kind::Scale { labels, .. } => self.labels(at, labels),
            Kind::Single { options } => self.options(at, options, 2, 100),
            Kind::Multiple { options, min, max } => {
                self.options(at, options, 2, 100);
                let most = max.unwrap_or(u32::try_from(options.len()).unwrap_or(u32::MAX));
                if most == 0 || *min > most || most as usize > options.len() {
                    self.fault(
                        at,
                        "選択数の上限と下限が合いません。",
                        "The limits on how many options may be chosen do not fit.",
                    );
                }
            }
            Kind::Matrix { rows, labels, .. } => {
                self.options(at, rows, 1, 30);
                self.labels(at, labels);
            }
            Kind::Number { min, max, decimals, unit } => {
                self.text(at, unit, false);
                if !min.is_finite() || !max.is_finite() || min > max || *decimals > 3 {
                    self.fault(at, "数値の範囲が正しくありません。", "The range of the number is not valid.");
                }
            }
            Kind::Date { min, max } => {
                let parsed = [min, max].map(|d| d.as_deref().map(str::parse::<jiff::civil::Date>));
                let bad = parsed.iter().any(|d| matches!(d, Some(Err(_))));
                let crossed = matches!(&parsed, [Some(Ok(a)), Some(Ok(b))] if a > b);
                if bad || crossed {
                    self.fault(at, "日付の範囲が正しくありません。", "The range of dates is not valid.");
                }
            }
            Kind::ShortText { max_chars } => self.chars(at, *max_chars, 200),
            Kind::LongText { max_chars } => self.chars(at, *max_chars, 4_000),
        }
    }

    fn chars(&mut self, at: &str, max_chars: u32, most: u32) {
        if !(1..=most).contains(&max_chars) {
            self.fault(
                at,
                format!("文字数の上限は1から{most}までです。"),
                format!("The longest length must be from 1 to {most}."),
            );
        }
    }

    fn labels(&mut self, at: &str, labels: &[Text]) {
        if !(2..=11).contains(&labels.len()) {
            self.fault(at, "尺度は2から11段階までです。", "A scale has from 2 to 11 points.");
        }
        for label in labels {
            self.text(at, label, true);
        }
    }

    fn options(&mut self, at: &str, options: &[Choice], least: usize, most: usize) {
        if !(least..=most).contains(&options.len()) {
            self.fault(
                at,
                format!("選択肢は{least}から{most}までです。"),
                format!("There must be from {least} to {most} options."),
            );
        }
        let mut keys = BTreeSet::new();
        for option in options {
            self.key(at, &option.key);
            self.text(at, &option.label, true);
            if !keys.insert(&option.key) {
                self.duplicate(at);
            }
        }
    }

    fn condition(&mut self, at: &str, condition: &Condition) {
        let known: Vec<String> = match self.seen.get(condition.item.as_str()) {
            None => {
                self.fault(
                    at,
                    format!("表示条件の設問「{}」が、これより前にありません。", condition.item),
                    format!("The condition names item \"{}\", which does not come earlier.", condition.item),
                );
                return;
            }
            Some(Kind::Scale { labels, .. }) => (1..=labels.len()).map(|p| p.to_string()).collect(),
            Some(Kind::Single { options } | Kind::Multiple { options, .. }) => {
                options.iter().map(|o| o.key.clone()).collect()
            }
            Some(_) => {
                self.fault(
                    at,
                    "表示条件に使えるのは、尺度と選択の設問だけです。",
                    "A condition can only look at a scale or a choice.",
                );
                return;
            }
        };
        if condition.any_of.is_empty() || condition.any_of.iter().any(|v| !known.contains(v)) {
            self.fault(
                at,
                format!("表示条件の値が、設問「{}」の選択肢にありません。", condition.item),
                format!("The condition's values are not options of item \"{}\".", condition.item),
            );
        }
    }

    fn key(&mut self, at: &str, key: &str) {
        if !is_key(key) {
            self.fault(
                at,
                format!("キー「{key}」は使えません(半角英小文字、数字、-、_ で64文字まで)。"),
                format!("Key \"{key}\" cannot be used (lower-case letters, digits, -, _; at most 64)."),
            );
        }
    }

    fn duplicate(&mut self, at: &str) {
        self.fault(at, "同じキーが二度使われています。", "A key is used twice.");
    }

    fn text(&mut self, at: &str, text: &Text, required: bool) {
        for (half, lang) in [(&text.ja, Lang::Ja), (&text.en, Lang::En)] {
            let found = if required && half.trim().is_empty() {
                Err(text::TextError::Empty)
            } else {
                text::check(half, MAX_TEXT, true)
            };
            if let Err(error) = found {
                let name = match lang {
                    Lang::Ja => ("日本語", "Japanese"),
                    Lang::En => ("英語", "English"),
                };
                self.fault(
                    at,
                    format!("{}の文: {}", name.0, error.message(Lang::Ja)),
                    format!("{} text: {}", name.1, error.message(Lang::En)),
                );
            }
        }
    }
}
