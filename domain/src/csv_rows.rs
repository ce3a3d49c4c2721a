//! The rows of a CSV text (RFC 4180) with the numbers a spreadsheet gives them.
//!
//! CSV and XLSX files become the same thing, numbered rows of cells, before any table is read from them. What is particular
//! to CSV ends here: the apostrophe that protects a formula-like cell ([`csv_cell`]) is taken off.

use csv::ReaderBuilder;

use crate::csv_cell;

/// Tells a spreadsheet that a file is UTF-8.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// A row with its number: the first row is 1, and a cell with line breaks is still one row.
pub type NumberedRow = (usize, Vec<String>);

/// A quotation mark is opened in this row and never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quotation mark opened in row {0} is not closed")]
pub struct UnclosedQuote(pub usize);

/// The rows of a CSV text with their numbers. A byte order mark is taken off; empty lines count, but are left out.
pub fn rows(text: &str) -> Result<Vec<NumberedRow>, UnclosedQuote> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let numbers = numbers(text)?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    // The bytes come from a string, so a record that cannot be read is one that is not there.
    let records = reader.records().map_while(Result::ok);
    let row = |(index, record): (usize, csv::StringRecord)| {
        let number = numbers.get(index).copied().unwrap_or(index + 1);
        (number, record.iter().map(|cell| csv_cell::restore(cell).to_owned()).collect())
    };
    Ok(records.enumerate().map(row).collect())
}

/// The number of each row that is not an empty line, because the reader passes over empty lines.
fn numbers(text: &str) -> Result<Vec<usize>, UnclosedQuote> {
    /// Where the scanner stands: before a cell, in an unquoted one, in a quoted one, after a quotation mark in a
    /// quoted one (which either closes it or doubles the next).
    enum At {
        Start,
        Plain,
        Quoted,
        Quote,
    }
    let mut numbers = Vec::new();
    let mut row = 1;
    let mut empty = true;
    let mut at = At::Start;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        at = match (at, c) {
            (At::Quoted, '"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (At::Start | At::Quote, '"') => At::Quoted,
            (_, ',') => At::Start,
            (_, '\r' | '\n') => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                if !empty {
                    numbers.push(row);
                }
                row += 1;
                empty = true;
                at = At::Start;
                continue;
            }
            _ => At::Plain,
        };
        empty = false;
    }
    if matches!(at, At::Quoted) {
        return Err(UnclosedQuote(row));
    }
    if !empty {
        numbers.push(row);
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_are_numbered_as_spreadsheets_do() {
        let found = rows("\u{feff}a,b\r\n\r\n\"c\nd\",\"e\"\"f\"\nlast").unwrap();
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [(1, cells(&["a", "b"])), (3, cells(&["c\nd", "e\"f"])), (4, cells(&["last"]))],
            "the empty line is row 2, and a cell of two lines is still one row"
        );
        assert_eq!(rows(""), Ok(Vec::new()));
        assert_eq!(rows("a\n\"b,c\nd"), Err(UnclosedQuote(2)));
    }

    proptest! {
        #[test]
        fn every_row_has_its_number_whatever_its_cells_hold(
            table in prop::collection::vec(prop::collection::vec("[a-c\"\n\r, ='@]{0,5}x", 1..4), 0..6),
        ) {
            let mut text = String::new();
            for row in &table {
                csv_cell::push_record(&mut text, row.iter().map(|cell| csv_cell::neutralise(cell)));
            }
            let expected: Vec<NumberedRow> = (1..).zip(table).collect();
            prop_assert_eq!(rows(&text), Ok(expected));
        }
    }
}
