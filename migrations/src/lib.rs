//! The database schema: one migrator for the registry (who), one for the collector (what).
//!
//! The two are separate databases on purpose and share no key but campaign ids and stratum numbers.

mod collector;
mod registry;
mod sql;

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

/// Migrations of the registry.
pub struct RegistryMigrator;

impl MigratorTrait for RegistryMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        registry::migrations()
    }
}

/// Migrations of the collector.
pub struct CollectorMigrator;

impl MigratorTrait for CollectorMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        collector::migrations()
    }
}
