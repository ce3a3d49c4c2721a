//! The roster as files: what is stored, in the form in which it is imported.

use super::{Column, STAFF_COLUMNS, StaffRow, UNIT_COLUMNS, UnitRow, staff, unit};
use crate::csv_cell;
use crate::text::Lang;

/// Tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file of staff that [`super::read_staff`] reads back as these rows: headings and words in `lang`, cells that a
/// spreadsheet would take for a formula made harmless.
pub fn write_staff<'a>(rows: impl IntoIterator<Item = &'a StaffRow>, lang: Lang) -> String {
    write(&STAFF_COLUMNS, rows.into_iter().map(|row| staff::cells(row, lang)), lang)
}

/// A file of units that [`super::read_units`] reads back as these rows; see [`write_staff`].
pub fn write_units<'a>(rows: impl IntoIterator<Item = &'a UnitRow>, lang: Lang) -> String {
    write(&UNIT_COLUMNS, rows.into_iter().map(|row| unit::cells(row, lang)), lang)
}

/// A file with these columns; see [`write_staff`].
pub(crate) fn write<const N: usize>(
    columns: &[Column; N],
    rows: impl Iterator<Item = [String; N]>,
    lang: Lang,
) -> String {
    let mut csv = String::from(BYTE_ORDER_MARK);
    csv_cell::push_record(&mut csv, columns.each_ref().map(|column| column.label(lang)));
    for cells in rows {
        csv_cell::push_record(&mut csv, cells.each_ref().map(|cell| csv_cell::neutralise(cell)));
    }
    csv
}
