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
            "DROP TABLE release_comment --; DROP TABLE release_cell --; DROP TABLE release_unit --; DROP TABLE release_group --;
             DROP TABLE release",
        )
        .await
    }
}

const TABLES: &str = "
CREATE TABLE release (
    campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES campaign (id),
    released_at BIGINT NOT NULL,
    eligible INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    received INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    spoiled INTEGER NOT NULL
)
--;
CREATE TABLE release_group (
    campaign_id TEXT NOT NULL REFERENCES release (campaign_id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('whole', 'unit', 'stratum', 'demographic')),
    item TEXT,
    label_ja TEXT NOT NULL,
    label_en TEXT NOT NULL,
    eligible INTEGER,
    issued INTEGER,
    received INTEGER,
    respondents INTEGER,
    state TEXT NOT NULL,
    PRIMARY KEY (campaign_id, number)
)
--;
CREATE TABLE release_unit (
    campaign_id TEXT NOT NULL REFERENCES release (campaign_id),
    unit_id BIGINT NOT NULL,
    parent_id BIGINT,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    group_number INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('own', 'partial', 'merged')),
    people INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id)
)
--;
CREATE TABLE release_cell (
    campaign_id TEXT NOT NULL REFERENCES release (campaign_id),
    group_number INTEGER NOT NULL,
    item TEXT NOT NULL,
    part TEXT NOT NULL,
    state TEXT NOT NULL,
    n INTEGER,
    counts TEXT,
    PRIMARY KEY (campaign_id, group_number, item, part)
)
--;
CREATE TABLE release_comment (
    campaign_id TEXT NOT NULL REFERENCES release (campaign_id),
    group_number INTEGER NOT NULL,
    item TEXT NOT NULL,
    position INTEGER NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (campaign_id, group_number, item, position)
)
";
