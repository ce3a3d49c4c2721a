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
        sql::run_for(manager, SQLITE_TRIGGERS, POSTGRES_TRIGGERS).await?;
        sql::run(manager, FORGET).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE ballot_count").await
    }
}

/// What stays of the ballots of a counted campaign: how many were issued in each stratum, and not to whom. Campaigns
/// that were counted before this table existed get theirs from the marks that are then forgotten.
const TABLES: &str = "
CREATE TABLE ballot_count (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    stratum INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, stratum)
)
--;
INSERT INTO ballot_count (campaign_id, stratum, issued)
SELECT campaign_id, stratum, COUNT(blinded) FROM enrolment
WHERE campaign_id IN (SELECT id FROM campaign WHERE state IN ('counted', 'released'))
GROUP BY campaign_id, stratum
";

const FORGET: &str = "
UPDATE enrolment SET blinded = NULL
WHERE campaign_id IN (SELECT id FROM campaign WHERE state IN ('counted', 'released'))
--;
DELETE FROM mail
WHERE kind = 'reminder' AND campaign_id IN (SELECT id FROM campaign WHERE state IN ('counted', 'released'))
";

/// A ballot is handed out once, while the campaign is open, and neither exchanged nor taken back before it is counted;
/// then it is forgotten who took one: all rows are written anew at once, so that no row version tells one from another.
/// The counts are written then and stay.
const SQLITE_TRIGGERS: &str = "
DROP TRIGGER enrolment_fixed
--;
CREATE TRIGGER enrolment_fixed BEFORE UPDATE ON enrolment
WHEN NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.stratum <> OLD.stratum
  OR (OLD.blinded IS NOT NULL AND NEW.blinded IS NOT OLD.blinded
      AND NOT (NEW.blinded IS NULL
               AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) IN ('counted', 'released')))
  OR (OLD.blinded IS NULL AND NEW.blinded IS NOT NULL
      AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'open')
BEGIN SELECT RAISE(ABORT, 'shirube: a ballot is handed out once, while the campaign is open'); END
--;
CREATE TRIGGER ballot_count_timely BEFORE INSERT ON ballot_count
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'counted'
BEGIN SELECT RAISE(ABORT, 'shirube: ballots are counted once'); END
--;
CREATE TRIGGER ballot_count_fixed BEFORE UPDATE ON ballot_count
BEGIN SELECT RAISE(ABORT, 'shirube: ballots are counted once'); END
--;
CREATE TRIGGER ballot_count_kept BEFORE DELETE ON ballot_count
BEGIN SELECT RAISE(ABORT, 'shirube: ballots are counted once'); END
";

const POSTGRES_TRIGGERS: &str = "
CREATE OR REPLACE FUNCTION enrolment_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.stratum <> OLD.stratum
       OR (OLD.blinded IS NOT NULL AND NEW.blinded IS DISTINCT FROM OLD.blinded
           AND NOT (NEW.blinded IS NULL
                    AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) IN ('counted', 'released')))
       OR (OLD.blinded IS NULL AND NEW.blinded IS NOT NULL
           AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'open') THEN
        RAISE EXCEPTION 'shirube: a ballot is handed out once, while the campaign is open';
    END IF;
    RETURN NEW;
END $$
--;
CREATE FUNCTION ballot_count_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'counted' THEN
        RAISE EXCEPTION 'shirube: ballots are counted once';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER ballot_count_fixed BEFORE INSERT OR UPDATE OR DELETE ON ballot_count
FOR EACH ROW EXECUTE FUNCTION ballot_count_fixed()
";
