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
        sql::run(manager, "DROP TABLE counted_tally").await
    }
}

/// Counting keeps sums, not sheets: with single sheets in hand, those of a small demographic category can be found
/// again from its published counts. A campaign that was counted before and not yet released has to be held again; its
/// sheets are not kept for that either.
const TABLES: &str = "
CREATE TABLE counted_tally (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    stratum INTEGER NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (campaign_id, stratum)
) {without_rowid}
--;
DROP TABLE counted_sheet
";
