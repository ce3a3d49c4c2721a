//! Uploaded Excel workbooks (.xlsx) turned into rows of texts as a person sees them in the spreadsheet. CSV files become
//! such rows in `domain::csv_rows`.
//!
//! A workbook follows ECMA-376 (Office Open XML), part 1, chapter 18; its first visible
//! worksheet is read in one pass. Whatever a person would not see, or not see as one value in one cell, is refused
//! with its place: hidden rows and columns, merged cells, error values, formulas that were never calculated.

mod number_format;
mod package;
mod sheet;
mod xml;

use std::fmt;

use domain::text::{Lang, Text};

use crate::text_encoding::EncodingError;

/// How a ZIP archive begins, and so a workbook.
const ZIP_MARK: &[u8] = b"PK\x03\x04";
/// How an OLE compound file begins: a workbook with a password, or one in the old format (.xls).
const OLE_MARK: &[u8] = b"\xd0\xcf\x11\xe0";

/// Most times the allowed size that a workbook may have when it is unpacked.
const MAX_EXPANSION: usize = 20;
/// Most bytes of an unpacked workbook, whatever size is allowed.
const MAX_UNPACKED: usize = 300_000_000;
/// Rows and columns of an Excel worksheet.
const SHEET_ROWS: usize = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;

/// A row that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// The row as the spreadsheet counts it, from 1.
    pub number: usize,
    /// The texts of the cells from column A on. Line breaks are `\n`; a cell of nothing but white space is empty.
    /// The last one is not empty.
    pub cells: Vec<String>,
}

/// How large an uploaded workbook may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the file.
    pub max_bytes: usize,
    /// Most rows that hold something, the header among them.
    pub max_rows: usize,
    /// The last column, from 1, that may hold something.
    pub max_columns: usize,
}

/// A cell's place, written as in `B3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row, from 1.
    pub row: usize,
    /// The column, from 1.
    pub column: usize,
}

impl Place {
    /// Reads a place such as `B3`.
    fn parse(text: &str) -> Option<Self> {
        let (letters, digits) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        let row = digits.parse::<usize>().ok().filter(|row| (1..=SHEET_ROWS).contains(row))?;
        let column = letters.bytes().try_fold(0_usize, |column, letter| match letter {
            b'A'..=b'Z' => Some(column.saturating_mul(26).saturating_add(usize::from(letter - b'A') + 1)),
            _ => None,
        })?;
        (1..=SHEET_COLUMNS).contains(&column).then_some(Self { row, column })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.column), self.row)
    }
}

/// The letters of a column: `A` for 1, `AA` for 27.
fn column_name(column: usize) -> String {
    let mut name = String::new();
    let mut rest = column;
    while let Some(left) = rest.checked_sub(1) {
        name.insert(0, char::from(b'A' + (left % 26) as u8));
        rest = left / 26;
    }
    name
}

/// Why a table is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// More bytes than allowed.
    #[error("the file has {size} bytes; at most {max} are allowed")]
    TooLarge {
        /// Bytes found.
        size: usize,
        /// Most bytes allowed.
        max: usize,
    },
    /// Not a ZIP archive, not a workbook, or one that is incomplete.
    #[error("the file cannot be read as an Excel workbook (.xlsx)")]
    Damaged,
    /// A workbook with a password, or one in the old format.
    #[error("the workbook has a password or is in the old format (.xls)")]
    Encrypted,
    /// Too much content for a table, packed into a small file.
    #[error("the unpacked workbook has more than {max} bytes")]
    Unpacked {
        /// Most bytes allowed.
        max: usize,
    },
    /// Every worksheet is hidden, or there is none.
    #[error("there is no visible worksheet")]
    NoSheet,
    /// More rows than allowed.
    #[error("row {row} is one more than the {max} rows allowed")]
    TooManyRows {
        /// The first row too many.
        row: usize,
        /// Most rows allowed.
        max: usize,
    },
    /// Something stands right of the last column allowed.
    #[error("cell {cell} is beyond the {max} columns allowed")]
    TooManyColumns {
        /// The first such cell.
        cell: Place,
        /// Most columns allowed.
        max: usize,
    },
    /// Merged cells in the table.
    #[error("the cells {from}:{to} are merged")]
    Merged {
        /// The upper left cell.
        from: Place,
        /// The lower right cell.
        to: Place,
    },
    /// A hidden or filtered row holds something; its number.
    #[error("row {0} is hidden")]
    HiddenRow(usize),
    /// A hidden column holds something; its number, from 1.
    #[error("column number {0} is hidden")]
    HiddenColumn(usize),
    /// A cell shows an error such as `#REF!`.
    #[error("cell {cell} is the error {value}")]
    ErrorValue {
        /// The cell.
        cell: Place,
        /// The error as Excel shows it.
        value: String,
    },
    /// The result of a formula is not stored.
    #[error("the formula in cell {0} has no result")]
    NotCalculated(Place),
}

impl SheetError {
    /// The message for the person who chose the file: the place, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::TooLarge { size, max } => {
                return EncodingError::TooLarge { size: *size, max: *max }.message(lang);
            }
            Self::Damaged => Text::new(
                "Excelブック(.xlsx)として読み取れません。Excelで開き、「Excelブック(.xlsx)」で保存し直してください。",
                "The file cannot be read as an Excel workbook (.xlsx). Please open it in Excel and save it \
                 again as “Excel Workbook (.xlsx)”.",
            ),
            Self::Encrypted => Text::new(
                "パスワード付き、または古い形式(.xls)のブックです。パスワードを解除し、\
                 「Excelブック(.xlsx)」で保存し直してください。",
                "The workbook has a password or is in the old format (.xls). Please remove the password and \
                 save it as “Excel Workbook (.xlsx)”.",
            ),
            Self::Unpacked { max } => {
                let megabytes = max.div_ceil(1_000_000);
                Text::new(
                    format!(
                        "ブックの内容が大きすぎます(展開後{megabytes} MBまで)。\
                         表だけを新しいブックに移すか、CSVで保存し直してください。"
                    ),
                    format!(
                        "The workbook holds too much (at most {megabytes} MB when unpacked). Please move the \
                         table alone to a new workbook, or save it as CSV."
                    ),
                )
            }
            Self::NoSheet => Text::new(
                "表示されているワークシートがありません。取り込む表のシートを再表示してください。",
                "There is no visible worksheet. Please unhide the worksheet with the table.",
            ),
            Self::TooManyRows { row, max } => Text::new(
                format!("行が多すぎます({row}行目で{max}行を超えます)。{max}行までにしてください。"),
                format!("There are too many rows (row {row} is one too many); at most {max} are allowed."),
            ),
            Self::TooManyColumns { cell, max } => {
                let last = column_name(*max);
                Text::new(
                    format!(
                        "{cell}のセルに値があります。取り込めるのは{last}列までです。\
                         これより右の値を削除してください。"
                    ),
                    format!(
                        "Cell {cell} holds a value, but only columns up to {last} can be read. Please delete \
                         what stands right of it."
                    ),
                )
            }
            Self::Merged { from, to } => Text::new(
                format!(
                    "{from}:{to}のセルが結合されています。結合を解除し、それぞれの行に値を入れてください。"
                ),
                format!(
                    "The cells {from}:{to} are merged. Please unmerge them and enter the value in each row."
                ),
            ),
            Self::HiddenRow(row) => Text::new(
                format!(
                    "{row}行目が非表示になっています。\
                     フィルターを解除して再表示するか、不要な行を削除してください。"
                ),
                format!(
                    "Row {row} is hidden. Please clear the filter and unhide the row, or delete it if it is \
                     not needed."
                ),
            ),
            Self::HiddenColumn(column) => {
                let name = column_name(*column);
                Text::new(
                    format!("{name}列が非表示になっています。再表示するか、不要な列を削除してください。"),
                    format!("Column {name} is hidden. Please unhide it, or delete it if it is not needed."),
                )
            }
            Self::ErrorValue { cell, value } => Text::new(
                format!("{cell}のセルがエラー値({value})です。数式を直すか、正しい値を入れてください。"),
                format!(
                    "Cell {cell} is an error ({value}). Please correct the formula or enter the right value."
                ),
            ),
            Self::NotCalculated(cell) => Text::new(
                format!(
                    "{cell}のセルの数式に計算結果がありません。\
                     Excelで開いて保存し直すか、値を入れてください。"
                ),
                format!(
                    "The formula in cell {cell} has no stored result. Please open the file in Excel and save \
                     it again, or enter the value."
                ),
            ),
        };
        text.get(lang).to_owned()
    }
}

/// For errors of libraries, which would tell the person nothing more.
fn damaged<E>(_: E) -> SheetError {
    SheetError::Damaged
}

/// True for a file that begins like a workbook, so that [`read_xlsx`] is to read it, or to say why it cannot.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP_MARK) || bytes.starts_with(OLE_MARK)
}

/// Reads the first visible worksheet of a workbook. Rows that hold nothing are left out.
///
/// # Errors
///
/// See [`SheetError`].
pub fn read_xlsx(bytes: &[u8], limits: Limits) -> Result<Vec<SheetRow>, SheetError> {
    if bytes.len() > limits.max_bytes {
        return Err(SheetError::TooLarge { size: bytes.len(), max: limits.max_bytes });
    }
    if bytes.starts_with(OLE_MARK) {
        return Err(SheetError::Encrypted);
    }
    let max_unpacked = limits.max_bytes.saturating_mul(MAX_EXPANSION).min(MAX_UNPACKED);
    let book = package::read(bytes, max_unpacked)?;
    sheet::read(&book, limits, max_unpacked)
}

/// Adds a row without its trailing empty cells, if anything is left.
fn push_row(rows: &mut Vec<SheetRow>, number: usize, mut cells: Vec<String>) {
    for cell in cells.iter_mut().filter(|cell| cell.trim().is_empty()) {
        cell.clear();
    }
    let length = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    cells.truncate(length);
    if !cells.is_empty() {
        rows.push(SheetRow { number, cells });
    }
}

#[cfg(test)]
mod tests;
