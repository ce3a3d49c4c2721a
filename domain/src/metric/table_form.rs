//! The table form of metrics: one row per unit, series and period. Rows come as cells, so that CSV files and
//! spreadsheets are read by the same rules.

mod column;
mod fault;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{Measurement, Period, PeriodError, Quantity, Series, SeriesKey, State};
use crate::indicator::{Decimal, ValueError};
use crate::text::Lang;

use column::{Layout, Row};

pub use column::Column;
pub use fault::{Fault, Faults, Problem};

/// Most rows under the header.
pub const MAX_ROWS: usize = 1_000_000;

/// Most period texts that are remembered: far more than there are months to report on.
const MAX_CACHED: usize = 10_000;

/// What rows may refer to.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The series that take numbers.
    pub series: Vec<Series>,
    /// Codes of the units.
    pub units: HashSet<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Code of the unit.
    pub unit: String,
    /// The series.
    pub series: SeriesKey,
    /// The month or fiscal year.
    pub period: Period,
    /// The number.
    pub quantity: Quantity,
}

/// Reads a table: all of it, or what is wrong with it and nothing.
///
/// Each row comes with its number as a spreadsheet counts it. The first row that is not empty is the header; columns
/// are found by their headings, in any order. Rows without any text are left out. A row may have fewer cells than the
/// header, the missing ones are empty; text under no heading is a fault. A period may have begun on `today` at the
/// latest.
pub fn read(
    rows: impl IntoIterator<Item = (usize, Vec<String>)>,
    known: &Known,
    today: Date,
) -> Result<Vec<Record>, Faults> {
    read_at_most(MAX_ROWS, rows, known, today)
}

/// The headings of a table that [`read()`] reads.
pub fn header(lang: Lang) -> [&'static str; 7] {
    Column::WRITTEN.map(|column| column.heading(lang))
}

/// The cells of a record, in the order of [`header()`]. Numbers have no commas, so that a spreadsheet takes them for
/// numbers. Whoever writes CSV must still neutralise the cells, because a unit's code may be any text.
pub fn cells(record: &Record) -> [String; 7] {
    let [value, people, numerator, denominator] = match record.quantity {
        Quantity::Amount { value, people } => {
            let people = people.map_or_else(String::new, |people| people.to_string());
            [value.to_string().replace(',', ""), people, String::new(), String::new()]
        }
        Quantity::Rate { numerator, denominator } => {
            [String::new(), String::new(), numerator.to_string(), denominator.to_string()]
        }
        Quantity::State(state) => [state.as_str().to_owned(), String::new(), String::new(), String::new()],
    };
    let series = record.series.as_str().to_owned();
    [record.unit.clone(), series, record.period.code(), value, people, numerator, denominator]
}

fn read_at_most(
    most: usize,
    rows: impl IntoIterator<Item = (usize, Vec<String>)>,
    known: &Known,
    today: Date,
) -> Result<Vec<Record>, Faults> {
    let mut rows = rows.into_iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some((number, header)) = rows.next() else {
        return Err(Faults::of(Fault::new(1, None, "", Problem::NoHeader)));
    };
    let mut reader = Reader::new(Layout::read(number, &header)?, known, today);
    let mut records = Vec::new();
    for (index, (number, cells)) in rows.enumerate() {
        if index >= most {
            reader.faults.push(Fault::new(number, None, "", Problem::TooManyRows { most }));
            break;
        }
        if let Some(record) = reader.record(number, &cells)
            && reader.faults.total == 0
        {
            records.push(record);
        }
    }
    if reader.faults.total == 0 { Ok(records) } else { Err(reader.faults) }
}

/// Reads row by row and remembers what was read.
struct Reader<'k> {
    layout: Layout,
    units: HashMap<&'k str, usize>,
    series: HashMap<&'k str, (usize, &'k Series)>,
    today: Date,
    /// Texts of periods that were read before: a file has few of them, and each takes long to read.
    periods: HashMap<String, Result<Period, PeriodError>>,
    /// The row in which each unit, series and period stands first.
    first_rows: HashMap<(usize, usize, Period), usize>,
    faults: Faults,
}

impl<'k> Reader<'k> {
    fn new(layout: Layout, known: &'k Known, today: Date) -> Self {
        let units = known.units.iter().enumerate().map(|(index, unit)| (unit.as_str(), index)).collect();
        let series = known.series.iter().enumerate().map(|(at, series)| (series.key.as_str(), (at, series)));
        Self {
            layout,
            units,
            series: series.collect(),
            today,
            periods: HashMap::new(),
            first_rows: HashMap::new(),
            faults: Faults::default(),
        }
    }

    fn record(&mut self, number: usize, cells: &[String]) -> Option<Record> {
        for (position, cell) in (1..).zip(cells) {
            if !self.layout.is_headed(position - 1) && !cell.trim().is_empty() {
                self.faults.push(Fault::new(number, None, cell, Problem::ExtraCell { position }));
            }
        }
        let row = self.layout.row(number, cells);
        let unit = self.unit(&row);
        let series = self.series(&row);
        let period = self.period(&row, series.map(|(_, series)| series));
        let quantity = series.and_then(|(_, series)| self.quantity(&row, series));
        let (unit_at, unit) = unit?;
        let (series_at, series) = series?;
        let period = period?;
        if let Some(first) = earlier(&mut self.first_rows, (unit_at, series_at, period), number) {
            self.refuse(&row, Column::Period, Problem::Duplicate { first });
            return None;
        }
        Some(Record { unit: unit.to_owned(), series: series.key.clone(), period, quantity: quantity? })
    }

    fn unit(&mut self, row: &Row<'_>) -> Option<(usize, &'k str)> {
        let cell = row.cell(Column::Unit);
        let found = self.units.get_key_value(cell).map(|(unit, index)| (*index, *unit));
        self.known(row, Column::Unit, found, Problem::UnknownUnit)
    }

    fn series(&mut self, row: &Row<'_>) -> Option<(usize, &'k Series)> {
        let found = self.series.get(row.cell(Column::Series)).copied();
        self.known(row, Column::Series, found, Problem::UnknownSeries)
    }

    /// What a cell refers to; notes the fault where that is nothing.
    fn known<T>(&mut self, row: &Row<'_>, column: Column, found: Option<T>, unknown: Problem) -> Option<T> {
        let empty = row.cell(column).is_empty();
        if empty || found.is_none() {
            self.refuse(row, column, if empty { Problem::Required } else { unknown });
            return None;
        }
        found
    }

    fn period(&mut self, row: &Row<'_>, series: Option<&Series>) -> Option<Period> {
        let cell = row.cell(Column::Period);
        let remembered = self.periods.get(cell).copied();
        let read = remembered.unwrap_or_else(|| Period::parse(cell));
        if remembered.is_none() && self.periods.len() < MAX_CACHED {
            self.periods.insert(cell.to_owned(), read);
        }
        let problem = match (read, series) {
            (Err(PeriodError::Empty), _) => Problem::Required,
            (Err(error), _) => Problem::Period(error),
            (Ok(period), Some(series)) if series.frequency != period.frequency() => {
                Problem::WrongFrequency(series.frequency)
            }
            (Ok(period), _) if period.first_day() > self.today => Problem::NotBegun,
            (Ok(period), _) => return Some(period),
        };
        self.refuse(row, Column::Period, problem);
        None
    }

    fn quantity(&mut self, row: &Row<'_>, series: &Series) -> Option<Quantity> {
        let unused: &[Column] = match series.measurement {
            Measurement::Amount => &[Column::Numerator, Column::Denominator],
            Measurement::Rate => &[Column::Value, Column::People],
            Measurement::State => &[Column::People, Column::Numerator, Column::Denominator],
        };
        for column in unused.iter().filter(|column| !row.cell(**column).is_empty()) {
            self.refuse(row, *column, Problem::Unused(series.measurement));
        }
        let quantity = match series.measurement {
            Measurement::Amount => {
                let value = self.required(row, Column::Value, number);
                let people = match row.cell(Column::People) {
                    "" => Some(None),
                    _ => self.required(row, Column::People, count).map(Some),
                };
                Quantity::Amount { value: value?, people: people? }
            }
            Measurement::Rate => {
                let numerator = self.required(row, Column::Numerator, count);
                let denominator = self.required(row, Column::Denominator, count);
                Quantity::Rate { numerator: numerator?, denominator: denominator? }
            }
            Measurement::State => Quantity::State(self.required(row, Column::Value, state)?),
        };
        if let Err(error) = quantity.check(series) {
            self.refuse(row, Column::of(error), Problem::Quantity(error));
            return None;
        }
        Some(quantity)
    }

    /// Reads a cell that must not be empty, or notes the fault.
    fn required<T>(
        &mut self,
        row: &Row<'_>,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let cell = row.cell(column);
        let read = if cell.is_empty() { Err(Problem::Required) } else { parse(cell) };
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse(row, column, problem);
                None
            }
        }
    }

    fn refuse(&mut self, row: &Row<'_>, column: Column, problem: Problem) {
        self.faults.push(Fault::new(row.number, Some(column), row.cell(column), problem));
    }
}

/// The row in which the key stood before; otherwise remembers this one.
fn earlier<K: Eq + std::hash::Hash>(rows: &mut HashMap<K, usize>, key: K, row: usize) -> Option<usize> {
    match rows.entry(key) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(place) => {
            place.insert(row);
            None
        }
    }
}

fn number(cell: &str) -> Result<Decimal, Problem> {
    Decimal::parse(cell).map_err(|error| match error {
        ValueError::TooLong { .. } => Problem::TooLong,
        ValueError::Empty | ValueError::Unreadable { .. } => Problem::Number,
    })
}

/// A whole number. Spreadsheets may write one with places (12.0), which says the same.
fn count(cell: &str) -> Result<u32, Problem> {
    if let Ok(count) = cell.parse() {
        return Ok(count);
    }
    let number = Decimal::parse(cell).map_err(|_| Problem::Count)?.to_f64();
    let is_count = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    if is_count { Ok(number as u32) } else { Err(Problem::Count) }
}

fn state(cell: &str) -> Result<State, Problem> {
    State::parse(cell).ok_or(Problem::State)
}

#[cfg(test)]
mod tests;
