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
        sql::run_for(manager, SQLITE_ENROLMENT, POSTGRES_ENROLMENT).await?;
        sql::run(manager, TABLES).await?;
        sql::run_for(manager, SQLITE_TRIGGERS, POSTGRES_TRIGGERS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE pulse_action --; DROP TABLE review_action --; DROP TABLE review_group --; DROP TABLE nomination --;
             DROP TABLE review_assignment --; DROP TABLE review_subject --; DROP TABLE reporting_line",
        )
        .await
    }
}

/// The rules of a review, which other campaigns have not; whom a stratum's answers are about.
const COLUMNS: &str = "
ALTER TABLE campaign ADD COLUMN review TEXT
--;
ALTER TABLE stratum ADD COLUMN subject_id BIGINT
--;
ALTER TABLE stratum ADD COLUMN rater_group TEXT
";

/// In a review one person answers about several subjects, with a ballot for each.
const SQLITE_ENROLMENT: &str = "
DROP TRIGGER enrolment_late
--;
DROP TRIGGER enrolment_fixed
--;
DROP TRIGGER enrolment_kept
--;
DROP INDEX enrolment_staff
--;
ALTER TABLE enrolment RENAME TO enrolment_before
--;
CREATE TABLE enrolment (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    stratum INTEGER NOT NULL,
    blinded TEXT,
    PRIMARY KEY (campaign_id, staff_id, stratum)
) WITHOUT ROWID
--;
INSERT INTO enrolment SELECT campaign_id, staff_id, stratum, blinded FROM enrolment_before
--;
DROP TABLE enrolment_before
--;
CREATE INDEX enrolment_staff ON enrolment (staff_id)
--;
CREATE TRIGGER enrolment_late BEFORE INSERT ON enrolment
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
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
CREATE TRIGGER enrolment_kept BEFORE DELETE ON enrolment
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
";

const POSTGRES_ENROLMENT: &str = "
ALTER TABLE enrolment DROP CONSTRAINT enrolment_pkey
--;
ALTER TABLE enrolment ADD CONSTRAINT enrolment_pkey PRIMARY KEY (campaign_id, staff_id, stratum)
";

const TABLES: &str = "
CREATE TABLE reporting_line (
    id {id},
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    superior_id BIGINT NOT NULL REFERENCES staff (id),
    kind TEXT NOT NULL CHECK (kind IN ('main', 'acting', 'concurrent')),
    source TEXT NOT NULL CHECK (source IN ('roster', 'file')),
    since TEXT,
    until TEXT
)
--;
CREATE INDEX reporting_line_staff ON reporting_line (staff_id)
--;
INSERT INTO reporting_line (staff_id, superior_id, kind, source, since)
SELECT id, supervisor_id, 'main', 'roster', hired_on FROM staff WHERE active AND supervisor_id IS NOT NULL
--;
CREATE TABLE review_subject (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    unit_ja TEXT NOT NULL,
    unit_en TEXT NOT NULL,
    grade TEXT NOT NULL,
    abroad BOOLEAN NOT NULL,
    seen BOOLEAN NOT NULL,
    PRIMARY KEY (campaign_id, staff_id)
)
--;
CREATE TABLE review_assignment (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    subject_id BIGINT NOT NULL REFERENCES staff (id),
    rater_id BIGINT NOT NULL REFERENCES staff (id),
    relation TEXT NOT NULL CHECK (relation IN ('self', 'superior', 'subordinate', 'peer')),
    state TEXT NOT NULL CHECK (state IN ('asked', 'left_out')),
    origin TEXT NOT NULL CHECK (origin IN ('line', 'hr', 'nominated')),
    reason TEXT NOT NULL,
    PRIMARY KEY (campaign_id, subject_id, rater_id)
)
--;
CREATE TABLE nomination (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    subject_id BIGINT NOT NULL REFERENCES staff (id),
    rater_id BIGINT NOT NULL REFERENCES staff (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused')),
    decided_by BIGINT REFERENCES staff (id),
    PRIMARY KEY (campaign_id, subject_id, rater_id)
)
--;
CREATE TABLE review_group (
    campaign_id TEXT NOT NULL REFERENCES release (campaign_id),
    number INTEGER NOT NULL,
    subject_id BIGINT NOT NULL,
    rater_group TEXT NOT NULL,
    invited INTEGER NOT NULL,
    respondents INTEGER,
    state TEXT NOT NULL,
    PRIMARY KEY (campaign_id, number)
)
--;
CREATE INDEX review_group_subject ON review_group (campaign_id, subject_id)
--;
CREATE TABLE review_action (
    id {id},
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    subject_id BIGINT NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    action TEXT NOT NULL,
    due_on TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    written_at BIGINT NOT NULL,
    UNIQUE (campaign_id, subject_id, position)
)
--;
CREATE TABLE pulse_action (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    subject_id BIGINT NOT NULL REFERENCES staff (id),
    position INTEGER NOT NULL,
    action TEXT NOT NULL,
    PRIMARY KEY (campaign_id, subject_id, position)
)
";

/// The rules are part of what is promised, and so are who rates whom and what a pulse asks about. Only that a report was seen is noted later.
const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER campaign_review_fixed BEFORE UPDATE ON campaign
WHEN OLD.state <> 'draft' AND NEW.review IS NOT OLD.review
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_subject_late BEFORE INSERT ON review_subject
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_subject_fixed BEFORE UPDATE ON review_subject
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
  AND (NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.name_ja <> OLD.name_ja
       OR NEW.name_en <> OLD.name_en OR NEW.unit_id <> OLD.unit_id OR NEW.unit_ja <> OLD.unit_ja
       OR NEW.unit_en <> OLD.unit_en OR NEW.grade <> OLD.grade OR NEW.abroad <> OLD.abroad)
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_subject_kept BEFORE DELETE ON review_subject
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_assignment_late BEFORE INSERT ON review_assignment
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_assignment_fixed BEFORE UPDATE ON review_assignment
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER review_assignment_kept BEFORE DELETE ON review_assignment
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER pulse_action_late BEFORE INSERT ON pulse_action
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER pulse_action_fixed BEFORE UPDATE ON pulse_action
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER pulse_action_kept BEFORE DELETE ON pulse_action
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
";

const POSTGRES_TRIGGERS: &str = "
CREATE FUNCTION campaign_review_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.review IS DISTINCT FROM OLD.review THEN
        RAISE EXCEPTION 'shirube: the terms are fixed';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER campaign_review_fixed BEFORE UPDATE ON campaign
FOR EACH ROW EXECUTE FUNCTION campaign_review_fixed()
--;
CREATE FUNCTION review_part_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part RECORD;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF (SELECT state FROM campaign WHERE id = part.campaign_id) <> 'draft' THEN
        RAISE EXCEPTION 'shirube: the terms are fixed';
    END IF;
    RETURN part;
END $$
--;
CREATE TRIGGER review_assignment_fixed BEFORE INSERT OR UPDATE OR DELETE ON review_assignment
FOR EACH ROW EXECUTE FUNCTION review_part_fixed()
--;
CREATE TRIGGER pulse_action_fixed BEFORE INSERT OR UPDATE OR DELETE ON pulse_action
FOR EACH ROW EXECUTE FUNCTION review_part_fixed()
--;
CREATE TRIGGER review_subject_kept BEFORE INSERT OR DELETE ON review_subject
FOR EACH ROW EXECUTE FUNCTION review_part_fixed()
--;
CREATE FUNCTION review_subject_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
       AND (NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.name_ja <> OLD.name_ja
            OR NEW.name_en <> OLD.name_en OR NEW.unit_id <> OLD.unit_id OR NEW.unit_ja <> OLD.unit_ja
            OR NEW.unit_en <> OLD.unit_en OR NEW.grade <> OLD.grade OR NEW.abroad <> OLD.abroad) THEN
        RAISE EXCEPTION 'shirube: the terms are fixed';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER review_subject_fixed BEFORE UPDATE ON review_subject
FOR EACH ROW EXECUTE FUNCTION review_subject_fixed()
";
