//! The roster (名簿): which units there are and who works in them, read from CSV files.
//!
//! Two files, each with one header row in Japanese or English (the columns are [`UNIT_COLUMNS`] and
//! [`STAFF_COLUMNS`]): units first, then staff. [`read_units`] and [`read_staff`] are the gate: they return
//! either every row of a file without a single fault, or a [`Report`] of what is wrong and where; there is no
//! partial result that could be stored. [`diff_units`] and [`diff`] then say what an accepted file would change.
//! [`write_units`] and [`write_staff`] are the way back.
//!
//! A file states the whole of each row it has: an optional column that the file lacks reads as empty. Only
//! role and language are left as they are stored in that case, so that a file without these columns takes no
//! one's rights away.

mod changes;
mod cycle;
mod ids;
mod problem;
mod report;
mod staff;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod unit;
mod unit_changes;
pub(crate) mod value;
mod write;

pub use changes::{Change, Changes, diff, holders, holders_after};
pub use ids::{Mail, StaffNumber, UnitCode};
pub use problem::Problem;
pub use report::{MAX_LISTED, Report, RowError};
pub use staff::{Existing, STAFF_COLUMNS, StaffRow, Standing, read_staff, template};
pub use table::Column;
pub use unit::{
    DEFAULT_TIME_ZONE, ExistingUnits, UNIT_COLUMNS, UnitKind, UnitRow, read_units, unit_template,
};
pub use unit_changes::{UnitChange, UnitChanges, diff_units};
pub(crate) use write::write;
pub use write::{write_staff, write_units};

/// Longest staff number, in characters.
pub const MAX_NUMBER: usize = 32;
/// Longest unit code, in characters.
pub const MAX_CODE: usize = 32;
/// Longest name of a person or a unit, in characters.
pub const MAX_NAME: usize = 100;
/// Longest mail address, in characters (RFC 5321 with erratum 1690).
pub const MAX_MAIL: usize = 254;
/// Longest grade, job type or region, in characters.
pub const MAX_LABEL: usize = 100;
/// Longest time zone name, in characters.
pub const MAX_TIME_ZONE: usize = 64;
