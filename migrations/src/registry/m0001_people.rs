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
            "DROP TABLE event --; DROP TABLE mail --; DROP TABLE one_time_link --; DROP TABLE session --;
             DROP TABLE role_grant --; DROP TABLE account --; DROP TABLE staff --; DROP TABLE unit",
        )
        .await
    }
}

const TABLES: &str = "
CREATE TABLE unit (
    id {id},
    code TEXT NOT NULL UNIQUE,
    parent_id BIGINT REFERENCES unit (id),
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    active BOOLEAN NOT NULL
)
--;
CREATE TABLE staff (
    id {id},
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    mail TEXT NOT NULL UNIQUE,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    supervisor_id BIGINT REFERENCES staff (id),
    grade TEXT NOT NULL,
    job_type TEXT NOT NULL,
    hired_on TEXT,
    left_on TEXT,
    lang TEXT NOT NULL,
    active BOOLEAN NOT NULL
)
--;
CREATE INDEX staff_unit ON staff (unit_id)
--;
CREATE TABLE account (
    staff_id BIGINT PRIMARY KEY NOT NULL REFERENCES staff (id),
    password_hash TEXT,
    epoch BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT NOT NULL
)
--;
CREATE TABLE role_grant (
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL CHECK (role IN ('manager', 'hr', 'executive', 'administrator')),
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    PRIMARY KEY (staff_id, role, unit_id)
)
--;
CREATE TABLE session (
    id TEXT PRIMARY KEY NOT NULL,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
)
--;
CREATE INDEX session_expiry ON session (expires_at)
--;
CREATE TABLE one_time_link (
    token_hash TEXT PRIMARY KEY NOT NULL,
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('activate', 'reset')),
    expires_at BIGINT NOT NULL
)
--;
CREATE TABLE mail (
    id {id},
    dedupe TEXT NOT NULL UNIQUE,
    campaign_id TEXT,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    last_error TEXT NOT NULL
)
--;
CREATE INDEX mail_state ON mail (state, next_at)
--;
CREATE TABLE event (
    id {id},
    at BIGINT NOT NULL,
    actor_id BIGINT REFERENCES staff (id),
    campaign_id TEXT,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
)
--;
CREATE INDEX event_campaign ON event (campaign_id, id)
";
