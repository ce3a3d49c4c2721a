//! The collector's schema: WHAT was answered. No name, no staff id, no time of day, no address, ever.

mod m0001_sheets;

use sea_orm_migration::prelude::*;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m0001_sheets::Migration)]
}
