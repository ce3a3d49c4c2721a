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
        sql::run(manager, COLUMNS).await?;
        sql::run_for(manager, SQLITE_LAST_DAYS, POSTGRES_LAST_DAYS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "ALTER TABLE roster_upload DROP COLUMN kind --; ALTER TABLE release_unit DROP COLUMN region_en --;
             ALTER TABLE campaign_unit DROP COLUMN region_en --; ALTER TABLE unit DROP COLUMN region_en",
        )
        .await
    }
}

/// Regions in English, and files of units that wait for their acceptance as files of staff do.
const COLUMNS: &str = "
ALTER TABLE unit ADD COLUMN region_en TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE campaign_unit ADD COLUMN region_en TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE release_unit ADD COLUMN region_en TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE roster_upload ADD COLUMN kind TEXT NOT NULL DEFAULT 'staff' CHECK (kind IN ('units', 'staff'))
";

/// From here on, first and last day alone say who is active. People who were leavers for another reason get a last day
/// that is past, as seen from Japan.
const SQLITE_LAST_DAYS: &str = "
UPDATE staff SET left_on = date('now', '+9 hours', '-1 day')
WHERE NOT active AND (left_on IS NULL OR left_on >= date('now', '+9 hours'))
";

const POSTGRES_LAST_DAYS: &str = "
UPDATE staff SET left_on = to_char((now() AT TIME ZONE 'Asia/Tokyo') - interval '1 day', 'YYYY-MM-DD')
WHERE NOT active AND (left_on IS NULL OR left_on >= to_char(now() AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD'))
";
