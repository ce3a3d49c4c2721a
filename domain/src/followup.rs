//! The yearly follow-up table (フォローアップ): what a plan set out to do, what came of it, and its figures.
//!
//! The table is kept as it is written, cell for cell; what a cell says is read when it is asked for, by
//! [`Row::target`] and its neighbours. [`read()`] and [`write()`] are its CSV form, [`Column`] its columns.
//!
//! Most rows carry their texts in Japanese only. On an English page the texts stay as they are, while figures,
//! units and dates are printed in English by [`Written::label`].

pub mod check;
mod compare;
pub mod open_data;
mod table_form;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fiscal_year::{AsOf, Deadline};
use crate::indicator::{Direction, Indicator, Observation, Source, Target, Value, Written, dated_cells};
use crate::text::{Lang, Text};

pub use compare::{Pair, changed, compare};
pub use table_form::{CellError, MAX_ROWS, MAX_TEXT, RowError, read, read_rows, write};

/// A column of the table. The order of [`Column::ALL`] is the order of the CSV form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 項目番号.
    Section,
    /// 種別.
    Kind,
    /// 項目.
    Item,
    /// 区分.
    Group,
    /// 目標.
    Target,
    /// 目標時期.
    Deadline,
    /// 現状.
    Current,
    /// 現状時点.
    CurrentAsOf,
    /// 目標設定時.
    Baseline,
    /// 目標設定時点.
    BaselineAsOf,
    /// 具体的な取組時期・内容.
    Initiative,
    /// 具体的な成果・課題・今後の取組.
    Outcome,
}

impl Column {
    /// Every column, in the order of the CSV form.
    pub const ALL: [Self; 12] = [
        Self::Section,
        Self::Kind,
        Self::Item,
        Self::Group,
        Self::Target,
        Self::Deadline,
        Self::Current,
        Self::CurrentAsOf,
        Self::Baseline,
        Self::BaselineAsOf,
        Self::Initiative,
        Self::Outcome,
    ];

    /// Its name in forms and in the record of changes.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Kind => "kind",
            Self::Item => "item",
            Self::Group => "group",
            Self::Target => "target",
            Self::Deadline => "deadline",
            Self::Current => "current",
            Self::CurrentAsOf => "current_as_of",
            Self::Baseline => "baseline",
            Self::BaselineAsOf => "baseline_as_of",
            Self::Initiative => "initiative",
            Self::Outcome => "outcome",
        }
    }

    /// Reads [`Column::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// The heading of the column in the CSV form.
    pub const fn header(self) -> &'static str {
        self.label(Lang::Ja)
    }

    /// The heading on screen; the Japanese one is that of the CSV form.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Section => lang.t("項目番号", "Section"),
            Self::Kind => lang.t("種別", "Kind"),
            Self::Item => lang.t("項目", "Item"),
            Self::Group => lang.t("区分", "Group"),
            Self::Target => lang.t("目標", "Target"),
            Self::Deadline => lang.t("目標時期", "Deadline"),
            Self::Current => lang.t("現状", "Current value"),
            Self::CurrentAsOf => lang.t("現状時点", "As of"),
            Self::Baseline => lang.t("目標設定時", "Baseline"),
            Self::BaselineAsOf => lang.t("目標設定時点", "Baseline as of"),
            Self::Initiative => lang.t("具体的な取組時期・内容", "Initiatives"),
            Self::Outcome => lang.t("具体的な成果・課題・今後の取組", "Results, challenges and next steps"),
        }
    }
}

/// What a row is about (種別).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// 取組: what was done and what came of it.
    Initiative,
    /// 調査: a question of the form, answered in words.
    Survey,
    /// 数値: an indicator.
    Figure,
}

impl RowKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Initiative, Self::Survey, Self::Figure];

    /// The word in the table, which is also the Japanese one on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Initiative => lang.t("取組", "Initiative"),
            Self::Survey => lang.t("調査", "Survey"),
            Self::Figure => lang.t("数値", "Figure"),
        }
    }

    /// The kind a cell names.
    pub fn parse(cell: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label(Lang::Ja) == cell.trim())
    }
}

/// The number of a section: `2` or `1-2`, each part from 1 to 99. Ordered as people count: 1-1, 1-2, 2, 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SectionNumber {
    major: u8,
    minor: Option<u8>,
}

impl SectionNumber {
    /// Reads `2` or `1-2`: ASCII digits without a leading zero, so that it is printed as it was written.
    pub fn parse(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        match cell.split_once('-') {
            None => Some(Self { major: count(cell)?, minor: None }),
            Some((major, minor)) => Some(Self { major: count(major)?, minor: Some(count(minor)?) }),
        }
    }
}

/// A number from 1 to 99 without sign or leading zero.
fn count(text: &str) -> Option<u8> {
    let plain = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for SectionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            None => write!(f, "{}", self.major),
            Some(minor) => write!(f, "{}-{minor}", self.major),
        }
    }
}

impl From<SectionNumber> for String {
    fn from(number: SectionNumber) -> Self {
        number.to_string()
    }
}

/// A text that is no section number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a section number such as 2 or 1-2")]
pub struct NotASectionNumber(String);

impl TryFrom<String> for SectionNumber {
    type Error = NotASectionNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NotASectionNumber(text))
    }
}

/// One row, every cell as it was written. Cells may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The section it belongs to.
    pub section: SectionNumber,
    /// What it is about.
    pub kind: RowKind,
    /// Its title; that of a section's first initiative is the section's own.
    pub item: String,
    /// The group a figure or an answer is for.
    pub group: String,
    /// What is to be reached.
    pub target: String,
    /// When it is to be reached.
    pub deadline: String,
    /// The latest value.
    pub current: String,
    /// The time of the latest value.
    pub current_as_of: String,
    /// The value when the target was set.
    pub baseline: String,
    /// The time of that value.
    pub baseline_as_of: String,
    /// What was done, and when.
    pub initiative: String,
    /// What came of it, what is difficult, what is next.
    pub outcome: String,
}

impl Row {
    /// A row with nothing in it but its place and kind.
    pub fn new(section: SectionNumber, kind: RowKind) -> Self {
        Self {
            section,
            kind,
            item: String::new(),
            group: String::new(),
            target: String::new(),
            deadline: String::new(),
            current: String::new(),
            current_as_of: String::new(),
            baseline: String::new(),
            baseline_as_of: String::new(),
            initiative: String::new(),
            outcome: String::new(),
        }
    }

    /// The text in a column.
    pub fn cell(&self, column: Column) -> Cow<'_, str> {
        match column {
            Column::Section => Cow::Owned(self.section.to_string()),
            Column::Kind => Cow::Borrowed(self.kind.label(Lang::Ja)),
            Column::Item => Cow::Borrowed(&self.item),
            Column::Group => Cow::Borrowed(&self.group),
            Column::Target => Cow::Borrowed(&self.target),
            Column::Deadline => Cow::Borrowed(&self.deadline),
            Column::Current => Cow::Borrowed(&self.current),
            Column::CurrentAsOf => Cow::Borrowed(&self.current_as_of),
            Column::Baseline => Cow::Borrowed(&self.baseline),
            Column::BaselineAsOf => Cow::Borrowed(&self.baseline_as_of),
            Column::Initiative => Cow::Borrowed(&self.initiative),
            Column::Outcome => Cow::Borrowed(&self.outcome),
        }
    }

    /// The row with another text in a column that holds text as it is written: every column but section and kind.
    #[must_use]
    pub fn with(mut self, column: Column, text: String) -> Self {
        match column {
            Column::Section | Column::Kind => {}
            Column::Item => self.item = text,
            Column::Group => self.group = text,
            Column::Target => self.target = text,
            Column::Deadline => self.deadline = text,
            Column::Current => self.current = text,
            Column::CurrentAsOf => self.current_as_of = text,
            Column::Baseline => self.baseline = text,
            Column::BaselineAsOf => self.baseline_as_of = text,
            Column::Initiative => self.initiative = text,
            Column::Outcome => self.outcome = text,
        }
        self
    }

    /// The target as written, and as read.
    pub fn target(&self) -> Written<Target> {
        Written::new(self.target.as_str())
    }

    /// The cell of the deadline as written, and as read. [`Row::effective_deadline`] also knows one behind the target.
    pub fn deadline(&self) -> Written<Deadline> {
        Written::new(self.deadline.as_str())
    }

    /// When the target is to be reached: what its own cell says, or where that is empty or a dash, what the target's
    /// cell says ([`Target::deadline`]): `30%(令和7年度まで)`.
    pub fn effective_deadline(&self) -> Option<Deadline> {
        match self.deadline_column() {
            Column::Target => self.target().parsed.as_ref().and_then(Target::deadline),
            _ => self.deadline().parsed,
        }
    }

    /// The column that says when the target is to be reached: [`Column::Target`] where [`Row::effective_deadline`]
    /// comes from there, otherwise [`Column::Deadline`].
    pub fn deadline_column(&self) -> Column {
        let in_target = || self.target().parsed.is_some_and(|target| target.deadline().is_some());
        if self.deadline().states_nothing() && in_target() { Column::Target } else { Column::Deadline }
    }

    /// The latest value as written, and as read.
    pub fn current(&self) -> Written<Value> {
        dated_cells(&self.current, &self.current_as_of).0
    }

    /// The time of the latest value as written, and as read. Where the cell is empty or a dash, it may be read from the
    /// value's ([`dated_cells`]).
    pub fn current_as_of(&self) -> Written<AsOf> {
        dated_cells(&self.current, &self.current_as_of).1
    }

    /// The value when the target was set as written, and as read.
    pub fn baseline(&self) -> Written<Value> {
        dated_cells(&self.baseline, &self.baseline_as_of).0
    }

    /// The time of the baseline as written, and as read. Where the cell is empty or a dash, it may be read from the
    /// value's ([`dated_cells`]).
    pub fn baseline_as_of(&self) -> Written<AsOf> {
        dated_cells(&self.baseline, &self.baseline_as_of).1
    }

    /// The indicator a figure row states, with the row's current value as its only observation; `None` for other
    /// kinds of row. The direction is inferred ([`Direction::infer`]), because the table has no column for it.
    pub fn indicator(&self) -> Option<Indicator> {
        if self.kind != RowKind::Figure {
            return None;
        }
        let target = self.target().parsed;
        let baseline = imported(self.baseline(), self.baseline_as_of());
        Some(Indicator {
            title: Text::new(self.item.as_str(), ""),
            group: Text::new(self.group.as_str(), ""),
            direction: Direction::infer(target.as_ref(), baseline.as_ref().map(|b| &b.value)),
            target,
            deadline: self.effective_deadline(),
            baseline,
            observations: imported(self.current(), self.current_as_of()).into_iter().collect(),
        })
    }
}

/// An observation from its two cells, where the first one states a value.
fn imported(value: Written<Value>, as_of: Written<AsOf>) -> Option<Observation> {
    Some(Observation { value: value.parsed?, as_of: as_of.parsed, source: Source::Imported })
}

/// The rows of one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// Its number.
    pub number: SectionNumber,
    /// The item of its first initiative row; where it has none, of its first row.
    pub title: &'a str,
    /// Its rows, in the order of the table.
    pub rows: Vec<&'a Row>,
}

/// The table by section, in the order people count (1-1, 1-2, 2 … 6); rows keep their order within a section.
pub fn sections(rows: &[Row]) -> Vec<Section<'_>> {
    let mut by_number: BTreeMap<SectionNumber, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_number.entry(row.section).or_default().push(row);
    }
    by_number
        .into_iter()
        .map(|(number, rows)| {
            let first = rows.iter().find(|row| row.kind == RowKind::Initiative).or(rows.first()).copied();
            Section { number, title: first.map_or("", |row| row.item.as_str()), rows }
        })
        .collect()
}

#[cfg(test)]
mod tests;
