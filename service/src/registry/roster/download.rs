//! The roster as it is, in the form in which it is imported.

use std::collections::BTreeSet;

use domain::roster::{StaffNumber, StaffRow, write_staff, write_units};
use domain::text::Lang;
use jiff::civil::Date;

use super::{Current, units};
use crate::error::Result;
use crate::registry::Registry;

impl Registry {
    /// A staff file of everybody who has not left. Imported as it is, it changes nothing.
    pub async fn staff_csv(&self, today: Date, lang: Lang) -> Result<String> {
        let rows = Current::read(self.db.get()).await?.rows()?;
        let mut here: Vec<StaffRow> = rows.into_values().filter(|row| !row.has_left(today)).collect();
        let numbers: BTreeSet<StaffNumber> = here.iter().map(|row| row.number.clone()).collect();
        for row in &mut here {
            // Somebody whose last day has just passed is no superior any more; see `standing`.
            row.supervisor = row.supervisor.take().filter(|superior| numbers.contains(superior));
        }
        Ok(write_staff(&here, lang))
    }

    /// A unit file of all units, retired ones included. Imported as it is, it changes nothing.
    pub async fn units_csv(&self, lang: Lang) -> Result<String> {
        let rows = units::rows(&Current::read(self.db.get()).await?)?;
        Ok(write_units(rows.values(), lang))
    }
}
