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
        sql::run(manager, "DROP TABLE observation --; DROP TABLE followup_row --; DROP TABLE plan").await
    }
}

const TABLES: &str = "
CREATE TABLE plan (
    id {id},
    fiscal_year INTEGER NOT NULL UNIQUE
)
--;
CREATE TABLE followup_row (
    id {id},
    plan_id BIGINT NOT NULL REFERENCES plan (id),
    position INTEGER NOT NULL,
    section TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    breakdown TEXT NOT NULL,
    target TEXT NOT NULL,
    target_when TEXT NOT NULL,
    current TEXT NOT NULL,
    current_when TEXT NOT NULL,
    baseline TEXT NOT NULL,
    baseline_when TEXT NOT NULL,
    initiatives TEXT NOT NULL,
    results TEXT NOT NULL,
    survey_series TEXT,
    survey_measure TEXT,
    UNIQUE (plan_id, position)
)
--;
CREATE TABLE observation (
    id {id},
    row_id BIGINT NOT NULL REFERENCES followup_row (id),
    value TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('typed', 'imported', 'survey')),
    campaign_id TEXT,
    measure TEXT,
    respondents INTEGER,
    recorded_at BIGINT NOT NULL,
    UNIQUE (row_id, campaign_id, measure)
)
";
