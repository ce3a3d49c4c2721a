//! A CSV file as rows under known columns: what every roster file is read through.

use std::borrow::Cow;

use crate::csv_cell;
use crate::text::Lang;

use super::{Problem, Report, RowError, value};

/// A column of a file and the two headings it is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The Japanese heading.
    pub ja: &'static str,
    /// The English heading.
    pub en: &'static str,
    /// The file must have the column, and every row a value in it.
    pub required: bool,
}

impl Column {
    pub(crate) const fn required(ja: &'static str, en: &'static str) -> Self {
        Self { ja, en, required: true }
    }

    pub(crate) const fn optional(ja: &'static str, en: &'static str) -> Self {
        Self { ja, en, required: false }
    }

    /// The heading in `lang`.
    pub const fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// One record: its row in a spreadsheet and its cells, restored and trimmed.
struct Record {
    line: u64,
    cells: Vec<String>,
}

/// A file whose header is sound.
pub(crate) struct Table {
    /// Headings as they stand in the file.
    header: Vec<String>,
    /// Where each known column stands in the file.
    places: Vec<Option<usize>>,
    records: Vec<Record>,
}

impl Table {
    /// Takes a file apart. Faults of the file as a whole or of its header end here: rows read under a
    /// doubtful header would only produce misleading faults.
    pub(crate) fn read(text: &str, columns: &[Column]) -> Result<Self, Report> {
        let mut records = records(&with_line_feeds(text)).map_err(Report::of)?.into_iter();
        let Some(Record { line, cells: header }) = records.next() else {
            return Err(Report::of(RowError::new(1, None, "", Problem::EmptyFile)));
        };
        let places = places(line, &header, columns).map_err(Report::new)?;
        let table = Self { header, places, records: records.collect() };
        if table.records.is_empty() {
            return Err(Report::of(RowError::new(line, None, "", Problem::NoRows)));
        }
        Ok(table)
    }

    /// The rows under the header that are not blank.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row { table: self, record })
    }
}

/// One row under the header.
#[derive(Clone, Copy)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    record: &'t Record,
}

impl<'t> Row<'t> {
    /// The row in a spreadsheet, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.record.line
    }

    /// The fault of a row whose cells cannot be told apart, because there are more or fewer than headings.
    pub(crate) fn wrong_count(&self) -> Option<RowError> {
        let (found, expected) = (self.record.cells.len(), self.table.header.len());
        (found != expected)
            .then(|| RowError::new(self.line(), None, "", Problem::WrongCellCount { found, expected }))
    }

    /// The text under a column; `None` where the file does not have the column.
    pub(crate) fn cell(&self, column: usize) -> Option<&'t str> {
        self.record.cells.get(self.place(column)?).map(String::as_str)
    }

    /// A fault of the cell under a column.
    pub(crate) fn fault(&self, column: usize, problem: Problem) -> RowError {
        let heading = self.place(column).and_then(|place| self.table.header.get(place));
        let value = self.cell(column).unwrap_or_default();
        RowError::new(self.line(), heading.map(String::as_str), value, problem)
    }

    /// Reads the cell under a column, or notes the fault.
    pub(crate) fn required<T>(
        &self,
        column: usize,
        faults: &mut Vec<RowError>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        match parse(self.cell(column).unwrap_or_default()) {
            Ok(value) => Some(value),
            Err(problem) => {
                faults.push(self.fault(column, problem));
                None
            }
        }
    }

    /// Like [`Row::required`], but an empty cell or an absent column is no fault.
    pub(crate) fn optional<T>(
        &self,
        column: usize,
        faults: &mut Vec<RowError>,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        match self.cell(column) {
            None | Some("") => None,
            Some(_) => self.required(column, faults, parse),
        }
    }

    fn place(&self, column: usize) -> Option<usize> {
        self.table.places.get(column).copied().flatten()
    }
}

/// The text without a byte order mark and with every line ending as a line feed, so that line feeds alone
/// tell rows apart, whichever system wrote the file.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// All records that are not blank. The CSV reader skips empty lines and counts line breaks inside quoted
/// cells, a spreadsheet does the opposite, so rows are counted here.
fn records(text: &str) -> Result<Vec<Record>, RowError> {
    let bytes = text.as_bytes();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut found = Vec::new();
    let mut line = 0;
    let mut last: &[u8] = &[];
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let rest = bytes.get(start..).unwrap_or_default();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(RowError::new(line + 1, None, "", Problem::Unreadable)),
        }
        line += 1 + rest.iter().take_while(|byte| **byte == b'\n').count() as u64;
        last = rest;
        let cells: Vec<String> =
            record.iter().map(|cell| value::trim(csv_cell::restore(cell)).to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            found.push(Record { line, cells });
        }
    }
    if ends_inside_quotes(last) {
        return Err(RowError::new(line, None, "", Problem::UnclosedQuote));
    }
    Ok(found)
}

/// True where a record stops in the middle of a quoted cell. The CSV reader takes the rest of the file for
/// that cell without a word, which would hide every later row.
fn ends_inside_quotes(record: &[u8]) -> bool {
    #[derive(Clone, Copy)]
    enum At {
        CellStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::CellStart;
    for byte in record {
        at = match (at, *byte) {
            (At::Quoted, b'"') => At::QuoteInQuoted,
            (At::Quoted, _) | (At::CellStart | At::QuoteInQuoted, b'"') => At::Quoted,
            (_, b',' | b'\n') => At::CellStart,
            _ => At::Plain,
        };
    }
    matches!(at, At::Quoted)
}

/// Finds every known column in the header, or says what is wrong with the header.
fn places(line: u64, header: &[String], columns: &[Column]) -> Result<Vec<Option<usize>>, Vec<RowError>> {
    if let [only] = header
        && only.contains(['\t', ';'])
    {
        return Err(vec![RowError::new(line, None, only, Problem::NotCommaSeparated)]);
    }
    let mut places = vec![None; columns.len()];
    let mut faults = Vec::new();
    for (at, heading) in header.iter().enumerate() {
        let key = value::half_width(heading).to_lowercase();
        let known = columns.iter().position(|column| key == column.ja || key == column.en);
        let problem = match known.and_then(|column| places.get_mut(column)) {
            Some(place) if place.is_none() => {
                *place = Some(at);
                continue;
            }
            Some(_) => Problem::DuplicateColumn,
            None if heading.is_empty() => Problem::UnnamedColumn(at + 1),
            None => Problem::UnknownColumn,
        };
        let name = (!heading.is_empty()).then_some(heading.as_str());
        faults.push(RowError::new(line, name, "", problem));
    }
    for (column, place) in columns.iter().zip(&places) {
        if column.required && place.is_none() {
            let name = format!("{} / {}", column.ja, column.en);
            faults.push(RowError::new(line, Some(&name), "", Problem::MissingColumn));
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::required("番号", "number"),
        Column::required("氏名", "name"),
        Column::optional("英(英)", "en"),
    ];

    fn read(text: &str) -> Result<Table, Report> {
        Table::read(text, &COLUMNS)
    }

    fn fault(text: &str) -> (u64, Problem) {
        match read(text) {
            Ok(_) => panic!("accepted: {text:?}"),
            Err(report) => (report.rows[0].line, report.rows[0].problem.clone()),
        }
    }

    fn lines(text: &str) -> Vec<u64> {
        read(text).map(|table| table.rows().map(|row| row.line()).collect()).unwrap_or_default()
    }

    #[test]
    fn headings_are_read_in_both_languages_and_any_order() {
        for header in [
            "番号,氏名,英(英)",
            "番号,氏名,英（英）",
            "Number,NAME,en",
            " number ,氏名,EN",
            "ｎｕｍｂｅｒ,name,en",
        ] {
            let table = read(&format!("{header}\n1,花子,Hanako\n")).expect(header);
            let row = table.rows().next().expect("one row");
            assert_eq!((row.cell(0), row.cell(1), row.cell(2)), (Some("1"), Some("花子"), Some("Hanako")));
        }
        let table = read("\u{feff}氏名,番号\n花子,1").expect("byte order mark");
        let row = table.rows().next().expect("one row");
        assert_eq!((row.cell(0), row.cell(1), row.cell(2)), (Some("1"), Some("花子"), None));
    }

    #[test]
    fn a_file_without_rows_is_refused() {
        for text in ["", "\n\n", "\u{feff}", " \r\n,,\r\n"] {
            assert_eq!(fault(text), (1, Problem::EmptyFile), "{text:?}");
        }
        assert_eq!(fault("番号,氏名\n"), (1, Problem::NoRows));
        assert_eq!(fault("番号,氏名\n,\n\n"), (1, Problem::NoRows));
    }

    #[test]
    fn a_wrong_header_is_told_column_by_column() {
        let Err(report) = read("番号,number,血液型,\n1,2,3,4") else { panic!("accepted") };
        let told: Vec<(Option<&str>, &Problem)> =
            report.rows.iter().map(|row| (row.column.as_deref(), &row.problem)).collect();
        assert_eq!(
            told,
            [
                (Some("number"), &Problem::DuplicateColumn),
                (Some("血液型"), &Problem::UnknownColumn),
                (None, &Problem::UnnamedColumn(4)),
                (Some("氏名 / name"), &Problem::MissingColumn),
            ]
        );
        assert_eq!(fault("番号\t氏名\n1\t花子"), (1, Problem::NotCommaSeparated));
        assert_eq!(fault("番号;氏名\n1;花子"), (1, Problem::NotCommaSeparated));
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        assert_eq!(lines("番号,氏名\n1,a\n2,b\n"), [2, 3]);
        assert_eq!(lines("番号,氏名\r\n1,\"a\r\nb\r\nc\"\r\n2,b\r\n"), [2, 3]);
        assert_eq!(lines("番号,氏名\r1,a\r2,b"), [2, 3]);
        assert_eq!(lines("\n番号,氏名\n\n\n1,\"a\n\nb\"\n,\n\n2,b"), [5, 8]);
        assert_eq!(lines("番号,\"氏名\"\n\"1\",\"say \"\"hi\"\"\"\n2,b\"c"), [2, 3]);
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        assert_eq!(fault("番号,氏名\n1,a\n2,\"b\n3,c\n"), (3, Problem::UnclosedQuote));
        assert_eq!(fault("\"番号,氏名\n1,a"), (1, Problem::UnclosedQuote));
    }

    #[test]
    fn cells_are_restored_and_trimmed() {
        let table = read("番号,氏名\n\"'=1+1\",　花子 \n''=2,'a\n").expect("sound");
        let cells: Vec<_> = table.rows().map(|row| (row.cell(0), row.cell(1))).collect();
        assert_eq!(cells, [(Some("=1+1"), Some("花子")), (Some("'=2"), Some("'a"))]);
    }

    #[test]
    fn rows_with_other_cell_counts_are_told() {
        let table = read("番号,氏名\n1\n1,2\n1,2,3\n").expect("sound header");
        let told: Vec<_> = table.rows().map(|row| row.wrong_count().map(|fault| fault.problem)).collect();
        let wrong = |found| Some(Problem::WrongCellCount { found, expected: 2 });
        assert_eq!(told, [wrong(1), None, wrong(3)]);
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(chars in prop::collection::vec(any::<char>(), 0..80)) {
            let text: String = chars.into_iter().collect();
            let _ = read(&text);
        }

        #[test]
        fn rows_lie_within_the_file(body in "[a\",'=\r\n ]{0,60}") {
            let text = format!("番号,氏名\n{body}");
            let most = text.chars().filter(|c| matches!(c, '\r' | '\n')).count() as u64 + 1;
            if let Ok(table) = read(&text) {
                let lines: Vec<u64> = table.rows().map(|row| row.line()).collect();
                prop_assert!(lines.is_sorted_by(|a, b| a < b));
                prop_assert!(lines.iter().all(|line| (2..=most).contains(line)));
            }
        }
    }
}
