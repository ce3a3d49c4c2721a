use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, SIZE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "ALTER TABLE intake DROP COLUMN sheet_size").await
    }
}

/// The length of every sealed sheet of the campaign, in bytes: another one would tell something of what is in it. 0 for
/// campaigns from before, which take sheets of any length that sealing gives.
const SIZE: &str = "ALTER TABLE intake ADD COLUMN sheet_size INTEGER NOT NULL DEFAULT 0";
