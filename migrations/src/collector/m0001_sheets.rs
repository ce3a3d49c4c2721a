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
        sql::run(manager, TABLES).await?;
        sql::run_for(manager, SQLITE_TRIGGERS, POSTGRES_TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE count_report --; DROP TABLE counted_cut --; DROP TABLE counted_comment --; DROP TABLE counted_sheet --;
             DROP TABLE sealed_sheet --; DROP TABLE intake",
        )
        .await
    }
}

const TABLES: &str = "
CREATE TABLE intake (
    campaign_id TEXT PRIMARY KEY NOT NULL,
    terms_hash TEXT NOT NULL,
    ballot_seed {blob},
    strata INTEGER NOT NULL,
    closes_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'counted'))
) {without_rowid}
--;
CREATE TABLE sealed_sheet (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    ballot_key TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    sealed {blob} NOT NULL,
    PRIMARY KEY (campaign_id, ballot_key)
) {without_rowid}
--;
CREATE INDEX sealed_sheet_stratum ON sealed_sheet (campaign_id, stratum)
--;
CREATE TABLE counted_sheet (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    id TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (campaign_id, id)
) {without_rowid}
--;
CREATE TABLE counted_comment (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    id TEXT NOT NULL,
    stratum INTEGER NOT NULL,
    item TEXT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (campaign_id, id)
) {without_rowid}
--;
CREATE TABLE counted_cut (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    item TEXT NOT NULL,
    choice TEXT NOT NULL,
    tally TEXT NOT NULL,
    complete BOOLEAN NOT NULL,
    PRIMARY KEY (campaign_id, item, choice)
) {without_rowid}
--;
CREATE TABLE count_report (
    campaign_id TEXT NOT NULL REFERENCES intake (campaign_id),
    stratum INTEGER NOT NULL,
    received INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    spoiled INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, stratum)
) {without_rowid}
";

/// Once the intake is closed nothing is taken in any more, whatever the application believes; its closing only ever
/// moves later and its state only forward.
const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER sealed_sheet_only_while_open_insert BEFORE INSERT ON sealed_sheet
WHEN (SELECT state FROM intake WHERE campaign_id = NEW.campaign_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'shirube: the intake is closed'); END
--;
CREATE TRIGGER sealed_sheet_only_while_open_update BEFORE UPDATE ON sealed_sheet
WHEN (SELECT state FROM intake WHERE campaign_id = NEW.campaign_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'shirube: the intake is closed'); END
--;
CREATE TRIGGER intake_only_forward BEFORE UPDATE ON intake
WHEN NEW.terms_hash <> OLD.terms_hash OR NEW.closes_at < OLD.closes_at
  OR (OLD.state = 'counted' AND NEW.state <> 'counted') OR (OLD.state = 'closed' AND NEW.state = 'open')
BEGIN SELECT RAISE(ABORT, 'shirube: an intake only moves forward'); END
";

const POSTGRES_TRIGGERS: &str = "
CREATE FUNCTION sealed_sheet_only_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM intake WHERE campaign_id = NEW.campaign_id) <> 'open' THEN
        RAISE EXCEPTION 'shirube: the intake is closed';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER sealed_sheet_only_while_open BEFORE INSERT OR UPDATE ON sealed_sheet
FOR EACH ROW EXECUTE FUNCTION sealed_sheet_only_while_open()
--;
CREATE FUNCTION intake_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.terms_hash <> OLD.terms_hash OR NEW.closes_at < OLD.closes_at
       OR (OLD.state = 'counted' AND NEW.state <> 'counted') OR (OLD.state = 'closed' AND NEW.state = 'open') THEN
        RAISE EXCEPTION 'shirube: an intake only moves forward';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER intake_only_forward BEFORE UPDATE ON intake
FOR EACH ROW EXECUTE FUNCTION intake_only_forward()
";
