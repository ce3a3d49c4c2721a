//! The columns of the table, and where they stand in a file.

use super::{Fault, Faults, Problem};
use crate::fiscal_year::fold;
use crate::metric::QuantityError;
use crate::text::Lang;

/// Some programs put it before the first heading of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Code of the unit.
    Unit,
    /// Name of the unit, for people; not read.
    UnitName,
    /// Key of the series.
    Series,
    /// Month or fiscal year.
    Period,
    /// The amount or the state.
    Value,
    /// How many people the amount is for.
    People,
    /// Those who count.
    Numerator,
    /// All of whom they are a part.
    Denominator,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 8] = [
        Self::Unit,
        Self::UnitName,
        Self::Series,
        Self::Period,
        Self::Value,
        Self::People,
        Self::Numerator,
        Self::Denominator,
    ];

    /// The columns a file must have. The others may be absent where no row needs them.
    pub const REQUIRED: [Self; 3] = [Self::Unit, Self::Series, Self::Period];

    /// The columns that are written.
    pub const WRITTEN: [Self; 7] = [
        Self::Unit,
        Self::Series,
        Self::Period,
        Self::Value,
        Self::People,
        Self::Numerator,
        Self::Denominator,
    ];

    /// The heading; either is read, in any case and width.
    pub const fn heading(self, lang: Lang) -> &'static str {
        match self {
            Self::Unit => lang.t("部署コード", "unit"),
            Self::UnitName => lang.t("部署名", "unit_name"),
            Self::Series => lang.t("系列", "series"),
            Self::Period => lang.t("期間", "period"),
            Self::Value => lang.t("値", "value"),
            Self::People => lang.t("人数", "people"),
            Self::Numerator => lang.t("分子", "numerator"),
            Self::Denominator => lang.t("分母", "denominator"),
        }
    }

    fn named(heading: &str) -> Option<Self> {
        let heading = fold(heading).to_ascii_lowercase();
        let is_named =
            |column: &Self| [Lang::Ja, Lang::En].iter().any(|lang| column.heading(*lang) == heading);
        Self::ALL.into_iter().find(is_named)
    }

    /// The column at fault where a quantity is refused.
    pub(super) fn of(error: QuantityError) -> Self {
        match error {
            QuantityError::WrongKind { .. }
            | QuantityError::Negative
            | QuantityError::TooManyHours { .. }
            | QuantityError::TooManyDays { .. } => Self::Value,
            QuantityError::PeopleMissing | QuantityError::NoPeople => Self::People,
            QuantityError::AboveWhole { .. } => Self::Numerator,
            QuantityError::NoDenominator => Self::Denominator,
        }
    }
}

/// Where each column stands in the file.
pub(super) struct Layout {
    /// The column of every cell; none where there is no heading.
    columns: Vec<Option<Column>>,
    /// The cell of every column, in the order of [`Column::ALL`].
    positions: [Option<usize>; 8],
}

impl Layout {
    pub(super) fn read(number: usize, header: &[String]) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(header.len());
        for heading in header {
            let heading = heading.trim_start_matches(BYTE_ORDER_MARK).trim();
            let column = Column::named(heading);
            if column.is_none() && !heading.is_empty() {
                faults.push(Fault::new(number, None, heading, Problem::UnknownColumn));
            }
            if column.is_some() && columns.contains(&column) {
                faults.push(Fault::new(number, None, heading, Problem::DuplicateColumn));
            }
            columns.push(column);
        }
        for column in Column::REQUIRED {
            if !columns.contains(&Some(column)) {
                faults.push(Fault::new(number, None, "", Problem::MissingColumn(column)));
            }
        }
        let positions = Column::ALL.map(|column| columns.iter().position(|found| *found == Some(column)));
        if faults.total == 0 { Ok(Self { columns, positions }) } else { Err(faults) }
    }

    /// True where there is a heading over the cell, counted from 0.
    pub(super) fn is_headed(&self, at: usize) -> bool {
        self.columns.get(at).is_some_and(Option::is_some)
    }

    /// The cells of a row under their columns.
    pub(super) fn row<'c>(&self, number: usize, cells: &'c [String]) -> Row<'c> {
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        Row { number, cells: self.positions.map(cell) }
    }
}

/// One row under the header.
pub(super) struct Row<'c> {
    /// The row as a spreadsheet counts it.
    pub(super) number: usize,
    /// Trimmed, in the order of [`Column::ALL`].
    cells: [&'c str; 8],
}

impl<'c> Row<'c> {
    /// The text under a column, trimmed; empty where the file lacks the column.
    pub(super) fn cell(&self, column: Column) -> &'c str {
        self.cells.get(column as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(headings: &[&str]) -> Result<Layout, Vec<Problem>> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Layout::read(1, &headings).map_err(|faults| faults.listed.iter().map(|fault| fault.problem).collect())
    }

    #[test]
    fn every_column_stands_at_its_own_place() {
        for (at, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, at);
            assert_eq!(Column::named(column.heading(Lang::Ja)), Some(column));
            assert_eq!(Column::named(&column.heading(Lang::En).to_uppercase()), Some(column));
        }
        assert_eq!(Column::named("ｕｎｉｔ＿ｎａｍｅ"), Some(Column::UnitName));
        assert_eq!(Column::named(""), None);
    }

    #[test]
    fn columns_are_found_in_any_order_and_either_language() {
        let layout = layout(&["\u{feff}値", "Period", "", "部署名", "系列", " UNIT "]).unwrap();
        let cells = ["1", "2", "x", "4", " 5 "].map(String::from);
        let row = layout.row(7, &cells);
        assert_eq!(row.number, 7);
        let found = Column::ALL.map(|column| row.cell(column));
        assert_eq!(found, ["", "4", "5", "2", "1", "", "", ""]);
        assert_eq!([1, 2, 5, 6].map(|at| layout.is_headed(at)), [true, false, true, false]);
    }

    #[test]
    fn a_wrong_header_is_told_column_by_column() {
        let problems = layout(&["unit", "部署コード", "期間", "血液型"]).err();
        let expected =
            [Problem::DuplicateColumn, Problem::UnknownColumn, Problem::MissingColumn(Column::Series)];
        assert_eq!(problems.as_deref(), Some(expected.as_slice()));
    }
}
