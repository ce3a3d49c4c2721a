//! Reading a file of the form.

use std::collections::HashMap;

use super::entry::{canonical, check_month};
use super::{Actions, Category, Column, Entry, OpenDataError, OpenDataFault, Problem, default_section};
use crate::csv_rows::NumberedRow;
use crate::fiscal_year::{AsOf, DateError, Deadline, fold};
use crate::followup::{self, MAX_ROWS, MAX_TEXT, check};
use crate::text;

/// Most rows that may stand above the header: titles and notes of a printed form.
pub(super) const MAX_PREAMBLE: usize = 20;

/// Reads a file: all of it, or every fault found and nothing.
///
/// The header is the first row with the heading 目標項目; up to 20 rows may stand above it. Columns may stand in any
/// order, but a 時期 belongs to the column before it. Spaces, full-width forms and what stands in parentheses make no
/// difference in a heading: `取組内容 (最大2つまで・100字以内)`, `(時期)`. The category stands in the column 分類; where
/// that cell is empty, the last row above that holds nothing but a category's name counts, as in printed forms. There
/// the header may be repeated. A single column 取組内容 may hold both actions, one a line. Blank rows are left out.
///
/// Cells are taken as they are: the apostrophe that protects a formula-like cell in CSV is taken off by
/// [`crate::csv_rows::rows`].
pub fn read(rows: impl IntoIterator<Item = NumberedRow>) -> Result<Vec<Entry>, Vec<OpenDataFault>> {
    let mut rows = rows.into_iter();
    let mut heading = None;
    let layout = Layout::find(&mut rows, &mut heading)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut faults = Vec::new();
    let mut known = HashMap::new();
    let mut count = 0;
    for (number, cells) in rows {
        if cells.iter().all(|cell| text::is_blank(cell)) || layout.is_header(&cells) {
            continue;
        }
        if let Some((at, cell)) = sole(&cells) {
            if let Some(category) = Category::parse(cell) {
                heading = Some(category);
                continue;
            }
            // Meant as a heading: what else the row lacks would be told to no use.
            if layout.place(Column::Item) != Some(at) {
                let problem = Problem::UnknownCategory;
                faults.push(OpenDataFault::new(number, Some(Column::Category), cell, problem));
                continue;
            }
        }
        count += 1;
        if count > MAX_ROWS {
            faults.push(OpenDataFault::new(number, None, "", Problem::TooManyRows));
            break;
        }
        match layout.entry(number, &cells, heading) {
            Ok(entry) => {
                faults.extend(impossible(number, &entry));
                let first = *known.entry((entry.category, fold(&entry.item))).or_insert(number);
                if first != number {
                    let problem = Problem::SameAs(first);
                    faults.push(OpenDataFault::new(number, Some(Column::Item), &entry.item, problem));
                }
                entries.push(entry);
            }
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

/// What the row says and cannot be: shares above the whole, targets that were over before they were set.
fn impossible(number: usize, entry: &Entry) -> Vec<OpenDataFault> {
    check::row(&entry.row(default_section(entry.category)))
        .into_iter()
        .map(|(column, fault)| {
            let (column, cell) = match column {
                followup::Column::Target => (Column::Target, &entry.target),
                followup::Column::Deadline => (Column::TargetWhen, &entry.target_when),
                followup::Column::Current => (Column::Latest, &entry.latest),
                followup::Column::CurrentAsOf => (Column::LatestWhen, &entry.latest_when),
                followup::Column::Baseline => (Column::Baseline, &entry.baseline),
                followup::Column::BaselineAsOf => (Column::BaselineWhen, &entry.baseline_when),
                _ => (Column::Item, &entry.item),
            };
            OpenDataFault::new(number, Some(column), cell, fault.into())
        })
        .collect()
}

/// The only cell of a row that is not blank, and where it stands.
fn sole(cells: &[String]) -> Option<(usize, &str)> {
    let mut filled = cells.iter().enumerate().filter(|(_, cell)| !text::is_blank(cell));
    match (filled.next(), filled.next()) {
        (Some((at, cell)), None) => Some((at, cell.as_str())),
        _ => None,
    }
}

/// What a heading says on its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    /// One column.
    Of(Column),
    /// 時期: the column before it says of what.
    When,
    /// 取組内容: the first or the second.
    Action,
}

impl Heading {
    fn read(cell: &str) -> Option<Self> {
        let folded = fold(cell);
        let open = folded.strip_prefix('(').unwrap_or(&folded);
        let name = open.split(['(', ')']).next().unwrap_or_default();
        match name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '①' | '②')) {
            "分類" | "区分" => Some(Self::Of(Column::Category)),
            "目標項目" => Some(Self::Of(Column::Item)),
            "数値目標" => Some(Self::Of(Column::Target)),
            "最新値" => Some(Self::Of(Column::Latest)),
            "目標設定時最新値" | "目標設定時の最新値" => Some(Self::Of(Column::Baseline)),
            "公表年月" | "実施状況の公表年月" => Some(Self::Of(Column::Published)),
            "時期" => Some(Self::When),
            "取組内容" => Some(Self::Action),
            _ => None,
        }
    }
}

/// Where each column stands in the file, in the order of [`Column::ALL`].
struct Layout {
    places: [Option<usize>; 11],
}

impl Layout {
    /// Passes over the rows above the header, of which one may name a category, and reads the header.
    fn find(
        rows: &mut impl Iterator<Item = NumberedRow>,
        heading: &mut Option<Category>,
    ) -> Result<Self, Vec<OpenDataFault>> {
        for (number, cells) in rows.take(MAX_PREAMBLE + 1) {
            if cells.iter().any(|cell| Heading::read(cell) == Some(Heading::Of(Column::Item))) {
                return Self::read(number, &cells);
            }
            if let Some(category) = sole(&cells).and_then(|(_, cell)| Category::parse(cell)) {
                *heading = Some(category);
            }
        }
        Err(vec![OpenDataFault::new(1, None, "", Problem::NoHeader)])
    }

    fn read(number: usize, header: &[String]) -> Result<Self, Vec<OpenDataFault>> {
        let mut layout = Self { places: [None; 11] };
        let mut faults = Vec::new();
        let mut before: Option<Column> = None;
        for (at, cell) in header.iter().enumerate() {
            if text::is_blank(cell) {
                continue;
            }
            let column = match Heading::read(cell) {
                None => Err(Problem::UnknownColumn),
                Some(Heading::Of(column)) => Ok(column),
                Some(Heading::When) => before.and_then(Column::when).ok_or(Problem::StrayWhen),
                Some(Heading::Action) if layout.place(Column::FirstAction).is_none() => {
                    Ok(Column::FirstAction)
                }
                Some(Heading::Action) => Ok(Column::SecondAction),
            };
            before = column.as_ref().ok().copied();
            let problem = match column {
                Ok(column) => layout.settle(column, at).err(),
                Err(problem) => Some(problem),
            };
            faults.extend(problem.map(|problem| OpenDataFault::new(number, None, cell, problem)));
        }
        for column in Column::ALL {
            if column.is_required() && layout.place(column).is_none() {
                faults.push(OpenDataFault::new(number, None, "", Problem::MissingColumn(column)));
            }
        }
        if faults.is_empty() { Ok(layout) } else { Err(faults) }
    }

    /// Notes where a column stands; it may stand there only once.
    fn settle(&mut self, column: Column, at: usize) -> Result<(), Problem> {
        match self.places.get_mut(column as usize) {
            Some(place) if place.is_none() => {
                *place = Some(at);
                Ok(())
            }
            _ => Err(Problem::DuplicateColumn),
        }
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.places.get(column as usize).copied().flatten()
    }

    /// The text in a column; a row may end early, as rows of a spreadsheet do.
    fn cell<'c>(&self, column: Column, cells: &'c [String]) -> &'c str {
        let cell = self.place(column).and_then(|at| cells.get(at));
        cell.map_or("", String::as_str)
    }

    /// True where a row repeats the header.
    fn is_header(&self, cells: &[String]) -> bool {
        [Column::Item, Column::Target, Column::Latest]
            .into_iter()
            .all(|column| Heading::read(self.cell(column, cells)) == Some(Heading::Of(column)))
    }

    fn entry(
        &self,
        number: usize,
        cells: &[String],
        heading: Option<Category>,
    ) -> Result<Entry, Vec<OpenDataFault>> {
        let mut faults: Vec<OpenDataFault> = cells
            .iter()
            .enumerate()
            .filter(|(at, cell)| !self.places.contains(&Some(*at)) && !text::is_blank(cell))
            .map(|(_, cell)| OpenDataFault::new(number, None, cell, Problem::OutsideColumns))
            .collect();
        let cell = |column: Column| self.cell(column, cells);
        let mut fault = |column: Column, problem: Problem| {
            faults.push(OpenDataFault::new(number, Some(column), cell(column), problem));
        };
        let category = match category(cell(Column::Category), heading) {
            Ok(category) => Some(category),
            Err(problem) => {
                fault(Column::Category, problem);
                None
            }
        };
        let item = canonical(cell(Column::Item));
        if text::is_blank(&item) {
            fault(Column::Item, OpenDataError::EmptyItem.into());
        }
        for column in Column::ALL {
            if let Err(error) = text::check(cell(column), MAX_TEXT, true) {
                fault(column, error.into());
            } else if let Some(error) = impossible_date(column, cell(column)) {
                fault(column, error.into());
            }
        }
        let actions = match actions(cell(Column::FirstAction), cell(Column::SecondAction)) {
            Ok(actions) => Some(actions),
            Err(found) => {
                for (column, error) in found {
                    fault(column, error.into());
                }
                None
            }
        };
        let published = cell(Column::Published).trim();
        if let Err(error) = check_month(published) {
            fault(Column::Published, error.into());
        }
        let own = |column: Column| cell(column).to_owned();
        match (category, actions) {
            (Some(category), Some(actions)) if faults.is_empty() => Ok(Entry {
                category,
                item,
                target: own(Column::Target),
                target_when: own(Column::TargetWhen),
                latest: own(Column::Latest),
                latest_when: own(Column::LatestWhen),
                baseline: own(Column::Baseline),
                baseline_when: own(Column::BaselineWhen),
                actions,
                published: published.to_owned(),
            }),
            _ => Err(faults),
        }
    }
}

/// The category of a row, from its own cell or else from the heading above.
fn category(cell: &str, heading: Option<Category>) -> Result<Category, Problem> {
    if text::is_blank(cell) {
        return heading.ok_or(Problem::NoCategory);
    }
    Category::parse(cell).ok_or(Problem::UnknownCategory)
}

/// The actions of both cells, or what is wrong with each.
fn actions(first: &str, second: &str) -> Result<Actions, Vec<(Column, OpenDataError)>> {
    let found: Vec<(Column, OpenDataError)> = [(Column::FirstAction, first), (Column::SecondAction, second)]
        .into_iter()
        .filter_map(|(column, cell)| Some((column, Actions::parse(cell).err()?)))
        .collect();
    if !found.is_empty() {
        return Err(found);
    }
    Actions::parse(&format!("{first}\n{second}")).map_err(|error| vec![(Column::SecondAction, error)])
}

/// The error of a cell that is meant as a date and names one that does not exist. Any other text may stand there.
fn impossible_date(column: Column, cell: &str) -> Option<DateError> {
    let error = match column {
        Column::TargetWhen => Deadline::parse(cell).err(),
        Column::LatestWhen | Column::BaselineWhen => AsOf::parse(cell).err(),
        _ => None,
    };
    error.filter(DateError::is_impossible_date)
}
