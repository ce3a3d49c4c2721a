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
        sql::run(
            manager,
            "DROP TABLE followup_notice --; DROP TABLE explanation --; DROP TABLE overtime_ceiling --;
             DROP TABLE overtime_formula --; DROP TABLE api_call --; DROP TABLE api_token --;
             DROP TABLE metric_upload --; DROP TABLE metric_value --; DROP TABLE metric_batch --;
             DROP TABLE metric_series",
        )
        .await
    }
}

/// Amounts are whole numbers of millionths, so that the database adds them exactly; `decimals` is how many places they
/// were written with. A period is 202504 for a month and 2025 for a fiscal year.
const TABLES: &str = "
CREATE TABLE metric_series (
    id {id},
    series_key TEXT NOT NULL UNIQUE,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit TEXT NOT NULL,
    frequency TEXT NOT NULL CHECK (frequency IN ('month', 'fiscal_year')),
    measurement TEXT NOT NULL CHECK (measurement IN ('amount', 'rate', 'state')),
    per_person BOOLEAN NOT NULL
)
--;
CREATE TABLE metric_batch (
    id {id},
    at BIGINT NOT NULL,
    actor_id BIGINT,
    token_id BIGINT,
    file TEXT NOT NULL,
    rows BIGINT NOT NULL
)
--;
CREATE TABLE metric_value (
    series_id BIGINT NOT NULL REFERENCES metric_series (id),
    period INTEGER NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    amount BIGINT,
    decimals INTEGER NOT NULL,
    people BIGINT,
    numerator BIGINT,
    denominator BIGINT,
    state TEXT,
    batch_id BIGINT NOT NULL REFERENCES metric_batch (id),
    PRIMARY KEY (series_id, period, unit_id)
) {without_rowid}
--;
CREATE TABLE metric_upload (
    staff_id BIGINT PRIMARY KEY NOT NULL REFERENCES staff (id),
    bytes {blob} NOT NULL,
    name TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
)
--;
CREATE TABLE api_token (
    id {id},
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    used_at BIGINT
)
--;
CREATE TABLE api_call (
    token_id BIGINT NOT NULL REFERENCES api_token (id),
    call_key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    response TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (token_id, call_key)
)
--;
CREATE TABLE overtime_formula (
    id {id},
    formula TEXT NOT NULL,
    actor_id BIGINT,
    at BIGINT NOT NULL
)
--;
CREATE TABLE overtime_ceiling (
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    period INTEGER NOT NULL,
    hours TEXT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (unit_id, period)
)
--;
CREATE TABLE explanation (
    id {id},
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    period INTEGER NOT NULL,
    actual TEXT NOT NULL,
    ceiling TEXT NOT NULL,
    people BIGINT NOT NULL,
    asked_by BIGINT REFERENCES staff (id),
    asked_at BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    question TEXT NOT NULL,
    reply TEXT NOT NULL,
    replied_by BIGINT REFERENCES staff (id),
    replied_at BIGINT,
    decision TEXT NOT NULL,
    decided_by BIGINT REFERENCES staff (id),
    decided_at BIGINT,
    reminded_at BIGINT,
    UNIQUE (unit_id, period)
)
--;
CREATE TABLE followup_notice (
    row_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('deadline', 'behind')),
    about TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (row_id, kind, about)
)
";
