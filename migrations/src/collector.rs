//! The collector's schema: WHAT was answered. No name, no staff id, no time of day, no address, ever.

mod m0001_sheets;
mod m0002_closing_waits;
mod m0003_sheet_size;
mod m0004_tallies;
mod m0005_incompressible;

use sea_orm_migration::prelude::*;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_sheets::Migration),
        Box::new(m0002_closing_waits::Migration),
        Box::new(m0003_sheet_size::Migration),
        Box::new(m0004_tallies::Migration),
        Box::new(m0005_incompressible::Migration),
    ]
}
