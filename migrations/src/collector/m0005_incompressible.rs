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
        sql::run_for(manager, "", POSTGRES_STORAGE).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

/// A sealed sheet cannot be compressed, and PostgreSQL is told not to try.
const POSTGRES_STORAGE: &str = "ALTER TABLE sealed_sheet ALTER COLUMN sealed SET STORAGE EXTERNAL";
