//! The cells of a worksheet as texts.

use std::borrow::Cow;
use std::mem::take;

use quick_xml::events::{BytesStart, Event};

use super::number_format::NumberFormat;
use super::package::Book;
use super::xml::{Xml, attribute, attributes, each_element, flag, rich_text, skip, text, unescape};
use super::{Limits, Place, SHEET_COLUMNS, SHEET_ROWS, SheetError, SheetRow, damaged, push_row};

/// Most characters of an error value that are repeated.
const MAX_ERROR: usize = 20;

/// Reads the worksheet of `book`; the texts of its cells may have `max_text` bytes in all, because many cells can
/// share one long text.
pub(super) fn read(book: &Book, limits: Limits, max_text: usize) -> Result<Vec<SheetRow>, SheetError> {
    let mut scan = Scan {
        book,
        limits,
        max_text,
        text: 0,
        rows: Vec::new(),
        number: 0,
        cells: Vec::new(),
        column: 0,
        hidden: false,
        hidden_columns: Vec::new(),
        used: None,
    };
    each_element(&book.sheet, "worksheet", |xml, element| scan.visit(xml, element))?;
    scan.finish_row()?;
    Ok(scan.rows)
}

/// A worksheet while it is read. Its elements come in the order columns, rows, merged cells.
struct Scan<'a> {
    book: &'a Book,
    limits: Limits,
    max_text: usize,
    /// Bytes of text so far.
    text: usize,
    rows: Vec<SheetRow>,
    /// The row under way; 0 before the first.
    number: usize,
    cells: Vec<String>,
    /// The last column seen in it.
    column: usize,
    /// True where the row is hidden.
    hidden: bool,
    /// Whether each column from the first on is hidden; none beyond the end.
    hidden_columns: Vec<bool>,
    /// The corners of the range that holds something.
    used: Option<(Place, Place)>,
}

impl Scan<'_> {
    fn visit(&mut self, xml: &mut Xml<'_>, element: &BytesStart<'_>) -> Result<(), SheetError> {
        match element.local_name().into_inner() {
            "cols" | "sheetData" | "mergeCells" => Ok(()),
            "col" => self.columns(element),
            "row" => self.start_row(element),
            "c" => self.cell(xml, element),
            "mergeCell" => self.merged(element),
            // Passed over as a whole: drawings within have rows and columns of their own.
            _ => skip(xml, element),
        }
    }

    fn columns(&mut self, element: &BytesStart<'_>) -> Result<(), SheetError> {
        if !flag(element, "hidden")? {
            return Ok(());
        }
        let bound = |name: &str| -> Result<usize, SheetError> {
            attribute(element, name)?.ok_or(SheetError::Damaged)?.parse().map_err(damaged)
        };
        let (first, last) = (bound("min")?, bound("max")?);
        // The standard wants the columns in order.
        if first <= self.hidden_columns.len() || first > last || first > SHEET_COLUMNS {
            return Err(SheetError::Damaged);
        }
        self.hidden_columns.resize(first - 1, false);
        self.hidden_columns.resize(last.min(SHEET_COLUMNS), true);
        Ok(())
    }

    fn start_row(&mut self, element: &BytesStart<'_>) -> Result<(), SheetError> {
        self.finish_row()?;
        let number: usize = match attribute(element, "r")? {
            Some(number) => number.parse().map_err(damaged)?,
            None => self.number + 1,
        };
        if number <= self.number || number > SHEET_ROWS {
            return Err(SheetError::Damaged);
        }
        self.number = number;
        self.column = 0;
        self.hidden = flag(element, "hidden")?;
        Ok(())
    }

    fn finish_row(&mut self) -> Result<(), SheetError> {
        push_row(&mut self.rows, self.number, take(&mut self.cells));
        if self.rows.len() > self.limits.max_rows {
            return Err(SheetError::TooManyRows { row: self.number, max: self.limits.max_rows });
        }
        Ok(())
    }

    fn cell(&mut self, xml: &mut Xml<'_>, element: &BytesStart<'_>) -> Result<(), SheetError> {
        let mut place = Place { row: self.number, column: self.column + 1 };
        let mut kind = Cow::Borrowed("n");
        let mut style: usize = 0;
        for attribute in attributes(element) {
            let (key, value) = attribute?;
            match key {
                "r" => place.column = Place::parse(&value).ok_or(SheetError::Damaged)?.column,
                "s" => style = value.parse().map_err(damaged)?,
                "t" => kind = value,
                _ => {}
            }
        }
        self.column = place.column;
        let mut value = None;
        let mut is_formula = false;
        loop {
            match xml.read_event().map_err(damaged)? {
                Event::Start(child) => match child.local_name().into_inner() {
                    "v" => value = Some(text(xml)?),
                    "is" => value = Some(rich_text(xml)?),
                    name => {
                        is_formula |= name == "f";
                        skip(xml, &child)?;
                    }
                },
                Event::End(_) => break,
                Event::Eof => return Err(SheetError::Damaged),
                _ => {}
            }
        }
        let shown = match value {
            // An empty text is a result, but an empty number is none.
            Some(value) if !value.is_empty() || kind == "str" => self.show(place, &kind, style, value),
            _ if is_formula => Err(SheetError::NotCalculated(place)),
            _ => return Ok(()),
        };
        self.store(place, shown)
    }

    /// The text of a cell's stored value.
    fn show(&self, place: Place, kind: &str, style: usize, value: String) -> Result<String, SheetError> {
        let general = NumberFormat::default();
        let format = self.book.formats.get(style).unwrap_or(&general);
        match kind {
            "s" => {
                let index: usize = value.trim().parse().map_err(damaged)?;
                self.book.strings.get(index).cloned().ok_or(SheetError::Damaged)
            }
            "str" => Ok(unescape(&value)),
            "inlineStr" => Ok(value),
            "b" => Ok(if matches!(value.trim(), "1" | "true") { "TRUE" } else { "FALSE" }.to_owned()),
            "e" => {
                Err(SheetError::ErrorValue { cell: place, value: value.chars().take(MAX_ERROR).collect() })
            }
            "d" => Ok(format.show_iso(&value)),
            _ => {
                let number: f64 = value.trim().parse().map_err(damaged)?;
                if !number.is_finite() {
                    return Err(SheetError::Damaged);
                }
                Ok(format.show(number, self.book.date1904))
            }
        }
    }

    /// Keeps what a cell shows. Hidden cells come first among the errors, because nobody sees what they show.
    fn store(&mut self, place: Place, shown: Result<String, SheetError>) -> Result<(), SheetError> {
        if shown.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            return Ok(());
        }
        if self.hidden {
            return Err(SheetError::HiddenRow(place.row));
        }
        if self.hidden_columns.get(place.column - 1) == Some(&true) {
            return Err(SheetError::HiddenColumn(place.column));
        }
        if place.column > self.limits.max_columns {
            return Err(SheetError::TooManyColumns { cell: place, max: self.limits.max_columns });
        }
        let shown = shown?;
        self.text += shown.len();
        if self.text > self.max_text {
            return Err(SheetError::Unpacked { max: self.max_text });
        }
        if self.cells.len() < place.column {
            self.cells.resize(place.column, String::new());
        }
        if let Some(cell) = self.cells.get_mut(place.column - 1) {
            *cell = shown;
        }
        let (first, last) = self.used.get_or_insert((place, place));
        first.column = first.column.min(place.column);
        *last = Place { row: place.row, column: last.column.max(place.column) };
        Ok(())
    }

    /// Refuses merged cells that touch the range that holds something.
    fn merged(&self, element: &BytesStart<'_>) -> Result<(), SheetError> {
        let area = attribute(element, "ref")?.ok_or(SheetError::Damaged)?;
        let Some((from, to)) = area.split_once(':') else { return Ok(()) };
        let (Some(from), Some(to)) = (Place::parse(from), Place::parse(to)) else {
            return Err(SheetError::Damaged);
        };
        let touches = self.used.is_some_and(|(first, last)| {
            from.row <= last.row
                && to.row >= first.row
                && from.column <= last.column
                && to.column >= first.column
        });
        if touches { Err(SheetError::Merged { from, to }) } else { Ok(()) }
    }
}
