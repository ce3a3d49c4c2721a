//! The follow-up table as a file: twelve columns under their headings, in CSV or in a workbook.
//!
//! The CSV form is UTF-8 with a byte order mark, lines ended by CR LF, line feeds within cells, quotes only where they
//! are needed (RFC 4180).

use std::collections::HashMap;

use super::check::{self, RowFault};
use super::{Column, Row, RowKind, SectionNumber};
use crate::csv_cell;
use crate::csv_rows::{self, BYTE_ORDER_MARK, NumberedRow, UnclosedQuote};
use crate::text::{self, Lang, TextError};

/// Longest cell, in characters.
pub const MAX_TEXT: usize = 10_000;
/// Most rows of one table.
pub const MAX_ROWS: usize = 2_000;
/// Most characters of a cell that an error repeats.
const MAX_EXCERPT: usize = 40;

/// What is wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {error}")]
pub struct RowError {
    /// The row as a spreadsheet counts it: the header is row 1, a cell with line breaks is still one row.
    pub row: usize,
    /// The column, where one cell is at fault.
    pub column: Option<Column>,
    /// What stands there: the first 40 characters, with spaces for control characters.
    pub value: String,
    /// What is wrong with it, and what is expected.
    pub error: CellError,
}

/// What is wrong with a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// The file has no header row.
    #[error("the file is empty")]
    Empty,
    /// A quoted cell is never closed.
    #[error("a quotation mark is not closed")]
    UnclosedQuote,
    /// More rows than [`MAX_ROWS`].
    #[error("more than {} rows", MAX_ROWS)]
    TooManyRows,
    /// The header lacks a column.
    #[error("the column {} is missing", .0.label(Lang::En))]
    MissingColumn(Column),
    /// The header has a column of another name.
    #[error("the column is unknown")]
    UnknownColumn,
    /// The header has a column twice.
    #[error("the column stands twice")]
    DuplicateColumn,
    /// The row has more or fewer cells than the header.
    #[error("{found} cells instead of {expected}")]
    Width {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// The section number is empty.
    #[error("the section number is empty")]
    NoSection,
    /// Not a section number.
    #[error("not a section number such as 2 or 1-2")]
    Section,
    /// Not a kind of row.
    #[error("not one of the three kinds")]
    Kind,
    /// What the cell says cannot be.
    #[error(transparent)]
    Content(#[from] RowFault),
    /// Too long, or with a control character.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The same figure or question stands in an earlier row.
    #[error("the same as row {0}")]
    SameAs(usize),
}

impl RowError {
    fn new(row: usize, column: Option<Column>, value: &str, error: CellError) -> Self {
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let mut excerpt: String = value.chars().take(MAX_EXCERPT).map(visible).collect();
        if value.chars().nth(MAX_EXCERPT).is_some() {
            excerpt.push('…');
        }
        Self { row, column, value: excerpt, error }
    }

    /// The message for the person who imports the table: row, column, what stands there, what is expected.
    pub fn message(&self, lang: Lang) -> String {
        let problem = self.error.message(lang);
        let column = self.column.map(|column| column.label(lang));
        let value = match (self.value.is_empty(), lang) {
            (true, _) => String::new(),
            (false, Lang::Ja) => format!("「{}」: ", self.value),
            (false, Lang::En) => format!("\"{}\": ", self.value),
        };
        match (column, lang) {
            (Some(column), Lang::Ja) => format!("{}行目・{column}列: {value}{problem}", self.row),
            (Some(column), Lang::En) => format!("Row {}, column \"{column}\": {value}{problem}", self.row),
            (None, Lang::Ja) => format!("{}行目: {value}{problem}", self.row),
            (None, Lang::En) => format!("Row {}: {value}{problem}", self.row),
        }
    }
}

impl CellError {
    /// What is wrong and what is expected, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let plain = match self {
            Self::Empty => lang.t("ファイルに見出しの行がありません。", "The file has no header row."),
            Self::UnclosedQuote => lang.t(
                "引用符(\")が閉じられていません。",
                "A quotation mark (\") opened in this row is not closed.",
            ),
            Self::TooManyRows => {
                return match lang {
                    Lang::Ja => format!("行が多すぎます。{MAX_ROWS}行までにしてください。"),
                    Lang::En => format!("There are too many rows; at most {MAX_ROWS} are allowed."),
                };
            }
            Self::MissingColumn(column) => {
                return match lang {
                    Lang::Ja => format!("「{}」の列がありません。", column.header()),
                    Lang::En => {
                        format!("The column \"{}\" ({}) is missing.", column.header(), column.label(lang))
                    }
                };
            }
            Self::UnknownColumn => lang.t(
                "この見出しの列はフォローアップ表にありません。",
                "The follow-up table has no column with this heading.",
            ),
            Self::DuplicateColumn => lang.t("同じ見出しの列が二つあります。", "This heading stands twice."),
            Self::Width { found, expected } => {
                return match lang {
                    Lang::Ja => format!("セルが{found}個あります。見出しと同じ{expected}個にしてください。"),
                    Lang::En => {
                        format!("The row has {found} cells; it must have {expected}, like the header.")
                    }
                };
            }
            Self::NoSection => lang.t(
                "項目番号を「2」または「1-2」の形で入力してください。",
                "Please enter a section number such as \"2\" or \"1-2\".",
            ),
            Self::Section => lang.t(
                "項目番号は半角で「2」または「1-2」の形にしてください(表計算ソフトが日付に変えていないか確認してください)。",
                "A section number has the form \"2\" or \"1-2\" (please check that the spreadsheet has not turned it \
                 into a date).",
            ),
            Self::Kind => lang.t(
                "種別は「取組」「調査」「数値」のいずれかにしてください。",
                "The kind must be 取組 (initiative), 調査 (survey) or 数値 (figure).",
            ),
            Self::Content(fault) => return fault.message(lang),
            Self::Text(error) => return error.message(lang),
            Self::SameAs(row) => {
                return match lang {
                    Lang::Ja => {
                        format!("{row}行目と項目番号・種別・項目・区分が同じです。どちらかを直すか、削除してください。")
                    }
                    Lang::En => format!(
                        "Section, kind, item and group are the same as in row {row}. Please change or delete one of them."
                    ),
                };
            }
        };
        plain.to_owned()
    }
}

/// Reads a table in CSV; see [`read_rows`].
pub fn read(text: &str) -> Result<Vec<Row>, Vec<RowError>> {
    let rows = csv_rows::rows(text).map_err(|UnclosedQuote(row)| only(row, CellError::UnclosedQuote))?;
    read_rows(rows)
}

/// Reads a table: all of it, or every error found and nothing.
///
/// Columns may stand in any order and are found by their headings. Rows with no text in any cell are left out,
/// as spreadsheets leave such rows at the end.
/// Cells of figures and dates may be any text, but one that says what cannot be is refused ([`check::row`]:
/// 令和7年2月30日), and so are two figures, or two questions, of one name.
pub fn read_rows(rows: impl IntoIterator<Item = NumberedRow>) -> Result<Vec<Row>, Vec<RowError>> {
    let mut records = rows.into_iter();
    let Some((number, header)) = records.next() else { return Err(only(1, CellError::Empty)) };
    let layout = Layout::read(number, &header)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut errors = Vec::new();
    let mut known = HashMap::new();
    for (index, (number, record)) in (1..).zip(records) {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if index > MAX_ROWS {
            errors.push(RowError::new(number, None, "", CellError::TooManyRows));
            break;
        }
        match layout.row(number, record) {
            Ok(row) => {
                if let Some(first) = same_as(&mut known, &row, number) {
                    let error = CellError::SameAs(first);
                    errors.push(RowError::new(number, Some(Column::Item), &row.item, error));
                }
                rows.push(row);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// The earlier row that states the same figure or asks the same question. Initiatives of one name may stand side by side.
fn same_as(known: &mut HashMap<(String, String, String), usize>, row: &Row, number: usize) -> Option<usize> {
    if row.kind == RowKind::Initiative || row.item.trim().is_empty() {
        return None;
    }
    let place = format!("{} {:?}", row.section, row.kind);
    let key = (place, row.item.trim().to_owned(), row.group.trim().to_owned());
    let first = *known.entry(key).or_insert(number);
    (first != number).then_some(first)
}

/// Writes a table that [`read()`] reads back: cells that a spreadsheet would take for a formula are made harmless.
pub fn write(rows: &[Row]) -> String {
    let mut csv = String::from(BYTE_ORDER_MARK);
    csv_cell::push_record(&mut csv, Column::ALL.map(Column::header));
    for row in rows {
        let cells = Column::ALL.map(|column| row.cell(column));
        csv_cell::push_record(&mut csv, cells.each_ref().map(|cell| csv_cell::neutralise(cell)));
    }
    csv
}

fn only(row: usize, error: CellError) -> Vec<RowError> {
    vec![RowError::new(row, None, "", error)]
}

/// Where each column stands in the file.
struct Layout {
    positions: [usize; 12],
    width: usize,
}

impl Layout {
    fn read(number: usize, header: &[String]) -> Result<Self, Vec<RowError>> {
        let mut positions = [None; 12];
        let mut errors = Vec::new();
        for (position, heading) in header.iter().enumerate() {
            let heading = heading.trim();
            let place = Column::ALL.iter().position(|column| column.header() == heading);
            match place.and_then(|place| positions.get_mut(place)) {
                None => errors.push(RowError::new(number, None, heading, CellError::UnknownColumn)),
                Some(Some(_)) => {
                    errors.push(RowError::new(number, None, heading, CellError::DuplicateColumn))
                }
                Some(slot) => *slot = Some(position),
            }
        }
        for (column, position) in Column::ALL.into_iter().zip(positions) {
            if position.is_none() {
                errors.push(RowError::new(number, None, "", CellError::MissingColumn(column)));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self { positions: positions.map(Option::unwrap_or_default), width: header.len() })
    }

    fn row(&self, number: usize, record: Vec<String>) -> Result<Row, Vec<RowError>> {
        if record.len() != self.width {
            let error = CellError::Width { found: record.len(), expected: self.width };
            return Err(only(number, error));
        }
        let cells = self.positions.map(|at| record.get(at).cloned().unwrap_or_default());
        let mut errors: Vec<RowError> = Column::ALL
            .into_iter()
            .zip(&cells)
            .filter_map(|(column, cell)| {
                let error = cell_error(cell)?;
                Some(RowError::new(number, Some(column), cell, error))
            })
            .collect();
        let [section, kind, item, group, target, deadline, current, current_as_of, rest @ ..] = cells;
        let [baseline, baseline_as_of, initiative, outcome] = rest;
        let section = named(number, Column::Section, &section, SectionNumber::parse, &mut errors);
        let kind = named(number, Column::Kind, &kind, RowKind::parse, &mut errors);
        let row = match (section, kind) {
            (Some(section), Some(kind)) if errors.is_empty() => Row {
                section,
                kind,
                item,
                group,
                target,
                deadline,
                current,
                current_as_of,
                baseline,
                baseline_as_of,
                initiative,
                outcome,
            },
            _ => return Err(errors),
        };
        let faults = check::row(&row);
        if faults.is_empty() {
            return Ok(row);
        }
        let told = faults.into_iter().map(|(column, fault)| {
            RowError::new(number, Some(column), &row.cell(column), CellError::from(fault))
        });
        Err(told.collect())
    }
}

/// What is wrong with a cell as a text.
fn cell_error(cell: &str) -> Option<CellError> {
    text::check(cell, MAX_TEXT, true).err().map(CellError::from)
}

/// Reads the cell of a column that must be one of a few forms.
fn named<T>(
    number: usize,
    column: Column,
    cell: &str,
    parse: impl FnOnce(&str) -> Option<T>,
    errors: &mut Vec<RowError>,
) -> Option<T> {
    let found = parse(cell);
    if found.is_none() {
        let error = match column {
            Column::Section if cell.trim().is_empty() => CellError::NoSection,
            Column::Section => CellError::Section,
            _ => CellError::Kind,
        };
        errors.push(RowError::new(number, Some(column), cell, error));
    }
    found
}

#[cfg(test)]
mod tests;
