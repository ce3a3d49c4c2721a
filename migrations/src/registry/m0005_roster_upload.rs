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
        sql::run(manager, TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE roster_upload").await
    }
}

/// One staff file per person who imports, between its preview and its acceptance.
const TABLES: &str = "
CREATE TABLE roster_upload (
    staff_id BIGINT PRIMARY KEY NOT NULL REFERENCES staff (id),
    bytes {blob} NOT NULL,
    name TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
)
";
