//! A row of the form, its way to and from a row of the follow-up table, and the form in cells and in CSV.

use std::ops::Deref;

use super::fault::excerpt;
use super::{Category, Column, OpenDataError};
use crate::csv_cell;
use crate::csv_rows::BYTE_ORDER_MARK;
use crate::fiscal_year::AsOf;
use crate::followup::{Row, RowKind, SectionNumber};
use crate::text::{self, Lang};

/// The actions of an entry (取組内容): at most [`Actions::MAX`] lines of at most [`Actions::MAX_CHARS`] characters, none
/// empty, none with a bullet in front. They are read like any slice of strings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions(Vec<String>);

impl Actions {
    /// Most actions of one entry.
    pub const MAX: usize = 2;
    /// Longest action, in characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 100;

    /// Reads the lines of a cell. Bullets (・) and spaces before a line and spaces behind it are taken off, empty
    /// lines left out.
    ///
    /// # Errors
    ///
    /// [`OpenDataError::TooManyActions`] and [`OpenDataError::ActionTooLong`]: nothing is cut.
    pub fn parse(cell: &str) -> Result<Self, OpenDataError> {
        let bullet = |c: char| matches!(c, '・' | '･') || c.is_whitespace();
        let lines: Vec<&str> = cell
            .split(['\n', '\r'])
            .map(|line| line.trim_start_matches(bullet).trim_end())
            .filter(|line| !line.is_empty())
            .collect();
        if lines.len() > Self::MAX {
            return Err(OpenDataError::TooManyActions(lines.len()));
        }
        for line in &lines {
            let length = line.chars().count();
            if length > Self::MAX_CHARS {
                return Err(OpenDataError::ActionTooLong { action: excerpt(line), length });
            }
        }
        Ok(Self(lines.into_iter().map(str::to_owned).collect()))
    }

    /// The actions as one cell, each on a line of its own behind a ・. [`Actions::parse`] reads it back.
    fn lines(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(|action| format!("・{action}")).collect();
        lines.join("\n")
    }
}

impl Deref for Actions {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

/// A row of the form. Values and times are kept as they are written and may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub category: Category,
    /// What is measured (目標項目), with the group in parentheses where there is one: `女性の採用目標(総合職)`. Not blank;
    /// no spaces around it; parentheses around a group at the end are half-width.
    pub item: String,
    /// What is to be reached (数値目標).
    pub target: String,
    /// When it is to be reached.
    pub target_when: String,
    /// The latest value (最新値).
    pub latest: String,
    /// The time of the latest value.
    pub latest_when: String,
    /// The value when the target was set (目標設定時最新値).
    pub baseline: String,
    /// The time of that value.
    pub baseline_when: String,
    /// What was done (取組内容).
    pub actions: Actions,
    /// The month of publication (公表年月), as written.
    pub published: String,
}

impl Entry {
    /// The entry a figure row makes, published in the month `published` (any form that [`AsOf::parse`] reads as
    /// a month). The actions are the lines of the row's initiative cell.
    ///
    /// # Errors
    ///
    /// A row of another kind, without an item, or whose initiative cell does not fit the form; a month that is
    /// none. Nothing is cut.
    pub fn of(row: &Row, category: Category, published: &str) -> Result<Self, OpenDataError> {
        if row.kind != RowKind::Figure {
            return Err(OpenDataError::NotAFigure);
        }
        if text::is_blank(&row.item) {
            return Err(OpenDataError::EmptyItem);
        }
        check_month(published)?;
        Ok(Self {
            category,
            item: Self::item_of(row),
            target: row.target.clone(),
            target_when: row.deadline.clone(),
            latest: row.current.clone(),
            latest_when: row.current_as_of.clone(),
            baseline: row.baseline.clone(),
            baseline_when: row.baseline_as_of.clone(),
            actions: Actions::parse(&row.initiative)?,
            published: published.trim().to_owned(),
        })
    }

    /// The item of the entry a row makes: its item and group as one text, written in the one way [`read()`](super::read())
    /// brings items to.
    pub fn item_of(row: &Row) -> String {
        canonical(&with_group(&row.item, &row.group))
    }

    /// The figure row the entry becomes. A group in parentheses at the end of the item gets a cell of its own, and
    /// the actions become lines of the initiative cell, so that [`Entry::of`] makes the same entry again.
    pub fn row(&self, section: SectionNumber) -> Row {
        let (item, group) = split_group(&self.item);
        Row {
            item: item.to_owned(),
            group: group.to_owned(),
            target: self.target.clone(),
            deadline: self.target_when.clone(),
            current: self.latest.clone(),
            current_as_of: self.latest_when.clone(),
            baseline: self.baseline.clone(),
            baseline_as_of: self.baseline_when.clone(),
            initiative: self.actions.lines(),
            ..Row::new(section, RowKind::Figure)
        }
    }

    /// The text in a column.
    pub fn cell(&self, column: Column) -> &str {
        match column {
            Column::Category => self.category.label(Lang::Ja),
            Column::Item => &self.item,
            Column::Target => &self.target,
            Column::TargetWhen => &self.target_when,
            Column::Latest => &self.latest,
            Column::LatestWhen => &self.latest_when,
            Column::Baseline => &self.baseline,
            Column::BaselineWhen => &self.baseline_when,
            Column::FirstAction => self.actions.first().map_or("", String::as_str),
            Column::SecondAction => self.actions.get(1).map_or("", String::as_str),
            Column::Published => &self.published,
        }
    }
}

/// Item and group as one text: `女性の採用目標(総合職)`.
fn with_group(item: &str, group: &str) -> String {
    let (item, group) = (item.trim(), group.trim());
    if text::is_blank(group) { item.to_owned() } else { format!("{item}({group})") }
}

/// Splits a group in parentheses off the end: the part from the parenthesis that the last one closes. The group is
/// empty where there is none.
pub(super) fn split_group(item: &str) -> (&str, &str) {
    let item = item.trim();
    if !item.ends_with([')', '）']) {
        return (item, "");
    }
    let mut depth = 0_usize;
    for (at, c) in item.char_indices().rev() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (head, tail) = item.split_at(at);
            let mut inner = tail.chars();
            inner.next();
            inner.next_back();
            let (head, group) = (head.trim_end(), inner.as_str().trim());
            let splits = !text::is_blank(head) && !text::is_blank(group);
            return if splits { (head, group) } else { (item, "") };
        }
    }
    (item, "")
}

/// The one way an item with its group is written, so that splitting and joining leaves it as it is.
pub(super) fn canonical(item: &str) -> String {
    let (item, group) = split_group(item);
    with_group(item, group)
}

pub(super) fn check_month(text: &str) -> Result<(), OpenDataError> {
    match AsOf::parse(text) {
        Ok(AsOf::Month(_)) => Ok(()),
        Err(error) if error.is_impossible_date() => Err(error.into()),
        Ok(_) | Err(_) => Err(OpenDataError::NotAMonth),
    }
}

/// The form as rows of cells: the header, then one row for every entry. Cells are not yet made harmless for a
/// spreadsheet that opens a CSV file; [`csv()`] does that.
pub fn write(entries: &[Entry]) -> Vec<Vec<String>> {
    let header = Column::ALL.map(|column| column.header().to_owned()).to_vec();
    let row = |entry: &Entry| Column::ALL.map(|column| entry.cell(column).to_owned()).to_vec();
    std::iter::once(header).chain(entries.iter().map(row)).collect()
}

/// The form in CSV: UTF-8 with a byte order mark, lines ended by CR LF (RFC 4180), and cells that a spreadsheet
/// would take for a formula made harmless.
pub fn csv(entries: &[Entry]) -> String {
    let mut csv = String::from(BYTE_ORDER_MARK);
    for row in write(entries) {
        csv_cell::push_record(&mut csv, row.iter().map(|cell| csv_cell::neutralise(cell)));
    }
    csv
}
