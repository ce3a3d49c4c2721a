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
        sql::run_for(manager, SQLITE_OBSERVATION, POSTGRES_OBSERVATION).await?;
        sql::run(manager, TABLES).await?;
        sql::run_for(manager, SQLITE_TRIGGERS, POSTGRES_TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE followup_draft --; DROP TABLE followup_change").await
    }
}

/// A plan goes from being worked on to being asked to sign to being signed. A row knows the row of the last edition that
/// it goes on from, the unit that owns it, and what the published table has no column for.
const COLUMNS: &str = "
ALTER TABLE plan ADD COLUMN submitted_at BIGINT
--;
ALTER TABLE plan ADD COLUMN signed_at BIGINT
--;
ALTER TABLE plan ADD COLUMN signed_by BIGINT REFERENCES staff (id)
--;
ALTER TABLE plan ADD COLUMN comment TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE followup_row ADD COLUMN owner_unit_id BIGINT REFERENCES unit (id)
--;
ALTER TABLE followup_row ADD COLUMN came_from BIGINT
--;
ALTER TABLE followup_row ADD COLUMN direction TEXT
--;
ALTER TABLE followup_row ADD COLUMN category TEXT
--;
ALTER TABLE followup_row ADD COLUMN survey_population TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE followup_row ADD COLUMN metric_series TEXT
--;
ALTER TABLE followup_row ADD COLUMN metric_unit TEXT
--;
ALTER TABLE followup_row ADD COLUMN metric_yearly BOOLEAN NOT NULL DEFAULT FALSE
--;
ALTER TABLE followup_row ADD COLUMN file TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE followup_row ADD COLUMN written_by BIGINT
--;
ALTER TABLE followup_row ADD COLUMN written_at BIGINT
";

/// A value has its evidence, its counts, and who wrote it; figures of metric series are values, too.
const SQLITE_OBSERVATION: &str = "
ALTER TABLE observation RENAME TO observation_before
--;
CREATE TABLE observation (
    id {id},
    row_id BIGINT NOT NULL REFERENCES followup_row (id),
    value TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('typed', 'imported', 'survey', 'metric')),
    campaign_id TEXT,
    measure TEXT,
    respondents INTEGER,
    recorded_at BIGINT NOT NULL,
    population TEXT NOT NULL DEFAULT '',
    numerator BIGINT,
    denominator BIGINT,
    evidence TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    actor_id BIGINT,
    UNIQUE (row_id, campaign_id, measure)
)
--;
INSERT INTO observation (id, row_id, value, as_of, source, campaign_id, measure, respondents, recorded_at)
SELECT id, row_id, value, as_of, source, campaign_id, measure, respondents, recorded_at FROM observation_before
--;
DROP TABLE observation_before
--;
CREATE INDEX observation_row ON observation (row_id)
";

const POSTGRES_OBSERVATION: &str = "
ALTER TABLE observation DROP CONSTRAINT observation_source_check
--;
ALTER TABLE observation ADD CONSTRAINT observation_source_check
CHECK (source IN ('typed', 'imported', 'survey', 'metric'))
--;
ALTER TABLE observation ADD COLUMN population TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE observation ADD COLUMN numerator BIGINT
--;
ALTER TABLE observation ADD COLUMN denominator BIGINT
--;
ALTER TABLE observation ADD COLUMN evidence TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE observation ADD COLUMN note TEXT NOT NULL DEFAULT ''
--;
ALTER TABLE observation ADD COLUMN actor_id BIGINT
--;
CREATE INDEX observation_row ON observation (row_id)
";

/// A change outlives the row and the person it is about, so neither is a reference.
const TABLES: &str = "
CREATE TABLE followup_change (
    id {id},
    fiscal_year INTEGER NOT NULL,
    row_id BIGINT,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_id BIGINT,
    act TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
)
--;
CREATE INDEX followup_change_year ON followup_change (fiscal_year, id)
--;
CREATE INDEX followup_change_row ON followup_change (row_id, id)
--;
CREATE TABLE followup_draft (
    id {id},
    row_id BIGINT NOT NULL REFERENCES followup_row (id),
    author_id BIGINT NOT NULL REFERENCES staff (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'accepted')),
    cells TEXT NOT NULL,
    comment TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    decided_by BIGINT REFERENCES staff (id),
    decided_at BIGINT
)
--;
CREATE INDEX followup_draft_row ON followup_draft (row_id, state)
";

/// What is signed off stays as it is, and what is written into the record of changes stays, too.
const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER followup_row_signed_new BEFORE INSERT ON followup_row
WHEN (SELECT signed_at FROM plan WHERE id = NEW.plan_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER followup_row_signed BEFORE UPDATE ON followup_row
WHEN (SELECT signed_at FROM plan WHERE id = OLD.plan_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER followup_row_signed_gone BEFORE DELETE ON followup_row
WHEN (SELECT signed_at FROM plan WHERE id = OLD.plan_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER observation_signed_new BEFORE INSERT ON observation
WHEN (SELECT signed_at FROM plan JOIN followup_row ON plan.id = plan_id WHERE followup_row.id = NEW.row_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER observation_signed BEFORE UPDATE ON observation
WHEN (SELECT signed_at FROM plan JOIN followup_row ON plan.id = plan_id WHERE followup_row.id = OLD.row_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER observation_signed_gone BEFORE DELETE ON observation
WHEN (SELECT signed_at FROM plan JOIN followup_row ON plan.id = plan_id WHERE followup_row.id = OLD.row_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'shirube: the table is signed off'); END
--;
CREATE TRIGGER followup_change_fixed BEFORE UPDATE ON followup_change
BEGIN SELECT RAISE(ABORT, 'shirube: the record of changes is not changed'); END
--;
CREATE TRIGGER followup_change_kept BEFORE DELETE ON followup_change
BEGIN SELECT RAISE(ABORT, 'shirube: the record of changes is not changed'); END
";

const POSTGRES_TRIGGERS: &str = "
CREATE FUNCTION followup_row_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part RECORD;
BEGIN
    IF TG_OP = 'INSERT' THEN part := NEW; ELSE part := OLD; END IF;
    IF (SELECT signed_at FROM plan WHERE id = part.plan_id) IS NOT NULL THEN
        RAISE EXCEPTION 'shirube: the table is signed off';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER followup_row_signed BEFORE INSERT OR UPDATE OR DELETE ON followup_row
FOR EACH ROW EXECUTE FUNCTION followup_row_signed()
--;
CREATE FUNCTION observation_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part RECORD;
BEGIN
    IF TG_OP = 'INSERT' THEN part := NEW; ELSE part := OLD; END IF;
    IF (SELECT signed_at FROM plan JOIN followup_row ON plan.id = plan_id
        WHERE followup_row.id = part.row_id) IS NOT NULL THEN
        RAISE EXCEPTION 'shirube: the table is signed off';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER observation_signed BEFORE INSERT OR UPDATE OR DELETE ON observation
FOR EACH ROW EXECUTE FUNCTION observation_signed()
--;
CREATE FUNCTION followup_change_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'shirube: the record of changes is not changed';
END $$
--;
CREATE TRIGGER followup_change_fixed BEFORE UPDATE OR DELETE ON followup_change
FOR EACH ROW EXECUTE FUNCTION followup_change_fixed()
";
