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
        sql::run_for(manager, "", POSTGRES_TRIGGERS).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

/// Taking a sheet in locks the state of its intake until it is committed, so that closing waits for sheets under way:
/// otherwise one could be acknowledged after the count had read the table, and be lost. SQLite has one writer at a
/// time and needs no lock.
const POSTGRES_TRIGGERS: &str = "
CREATE OR REPLACE FUNCTION sealed_sheet_only_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_in TEXT;
BEGIN
    SELECT state INTO now_in FROM intake WHERE campaign_id = NEW.campaign_id FOR SHARE;
    IF now_in <> 'open' THEN
        RAISE EXCEPTION 'shirube: the intake is closed';
    END IF;
    RETURN NEW;
END $$
";
