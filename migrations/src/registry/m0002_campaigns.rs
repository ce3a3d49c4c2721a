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
            "DROP TABLE enrolment --; DROP TABLE campaign_unit --; DROP TABLE stratum --;
             DROP TABLE campaign_secret --; DROP TABLE campaign --; DROP TABLE questionnaire",
        )
        .await
    }
}

const TABLES: &str = "
CREATE TABLE questionnaire (
    id {id},
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    title_ja TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    frozen BOOLEAN NOT NULL,
    UNIQUE (key, version)
)
--;
CREATE TABLE campaign (
    id TEXT PRIMARY KEY NOT NULL,
    series TEXT NOT NULL,
    title_ja TEXT NOT NULL,
    title_en TEXT NOT NULL,
    questionnaire_id BIGINT NOT NULL REFERENCES questionnaire (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'scheduled', 'open', 'closed', 'counted', 'released')),
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    threshold_scores INTEGER NOT NULL,
    threshold_comments INTEGER NOT NULL,
    threshold_response_rate INTEGER NOT NULL,
    terms TEXT,
    terms_hash TEXT
)
--;
CREATE TABLE campaign_secret (
    campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES campaign (id),
    ballot_seed {blob} NOT NULL,
    counting_seed {blob} NOT NULL
)
--;
CREATE TABLE stratum (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    number INTEGER NOT NULL,
    label_ja TEXT NOT NULL,
    label_en TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, number)
)
--;
CREATE TABLE campaign_unit (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    parent_id BIGINT,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    stratum INTEGER,
    eligible INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, unit_id)
)
--;
CREATE TABLE enrolment (
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    stratum INTEGER NOT NULL,
    blinded TEXT,
    PRIMARY KEY (campaign_id, staff_id)
) {without_rowid}
--;
CREATE INDEX enrolment_staff ON enrolment (staff_id)
";

/// What was promised cannot be changed behind the application's back either. From the moment the terms are fixed only
/// the state may move (forward) and the closing date (later); strata, frozen units and enrolments stay as they are,
/// and a ballot that was handed out is never taken back or exchanged.
const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER campaign_fixed BEFORE UPDATE ON campaign
WHEN OLD.state <> 'draft' AND (
    NEW.id <> OLD.id OR NEW.series <> OLD.series OR NEW.title_ja <> OLD.title_ja OR NEW.title_en <> OLD.title_en
    OR NEW.questionnaire_id <> OLD.questionnaire_id OR NEW.opens_at <> OLD.opens_at
    OR NEW.closes_at < OLD.closes_at
    OR (NEW.closes_at > OLD.closes_at AND OLD.state NOT IN ('scheduled', 'open'))
    OR NEW.threshold_scores <> OLD.threshold_scores OR NEW.threshold_comments <> OLD.threshold_comments
    OR NEW.threshold_response_rate <> OLD.threshold_response_rate
    OR NEW.terms IS NOT OLD.terms OR NEW.terms_hash IS NOT OLD.terms_hash)
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER campaign_forward BEFORE UPDATE OF state ON campaign
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN
    ('draft>scheduled', 'scheduled>open', 'open>closed', 'closed>counted', 'counted>released')
BEGIN SELECT RAISE(ABORT, 'shirube: a campaign only moves forward'); END
--;
CREATE TRIGGER campaign_kept BEFORE DELETE ON campaign WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER stratum_fixed BEFORE UPDATE ON stratum
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER stratum_late BEFORE INSERT ON stratum
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER stratum_kept BEFORE DELETE ON stratum
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER campaign_unit_fixed BEFORE UPDATE ON campaign_unit
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER campaign_unit_late BEFORE INSERT ON campaign_unit
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER campaign_unit_kept BEFORE DELETE ON campaign_unit
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER enrolment_late BEFORE INSERT ON enrolment
WHEN (SELECT state FROM campaign WHERE id = NEW.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER enrolment_fixed BEFORE UPDATE ON enrolment
WHEN NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.stratum <> OLD.stratum
  OR (OLD.blinded IS NOT NULL AND NEW.blinded IS NOT OLD.blinded
      AND (NEW.blinded IS NULL OR (SELECT state FROM campaign WHERE id = OLD.campaign_id) = 'open'))
  OR (OLD.blinded IS NULL AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'open')
BEGIN SELECT RAISE(ABORT, 'shirube: a ballot is handed out once, while the campaign is open'); END
--;
CREATE TRIGGER enrolment_kept BEFORE DELETE ON enrolment
WHEN (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'draft'
BEGIN SELECT RAISE(ABORT, 'shirube: the terms are fixed'); END
--;
CREATE TRIGGER questionnaire_frozen BEFORE UPDATE ON questionnaire
WHEN OLD.frozen AND (NEW.body <> OLD.body OR NEW.sha256 <> OLD.sha256 OR NOT NEW.frozen)
BEGIN SELECT RAISE(ABORT, 'shirube: this version has been used'); END
--;
CREATE TRIGGER questionnaire_kept BEFORE DELETE ON questionnaire WHEN OLD.frozen
BEGIN SELECT RAISE(ABORT, 'shirube: this version has been used'); END
";

const POSTGRES_TRIGGERS: &str = "
CREATE FUNCTION campaign_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN RAISE EXCEPTION 'shirube: the terms are fixed'; END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        NEW.id <> OLD.id OR NEW.series <> OLD.series OR NEW.title_ja <> OLD.title_ja OR NEW.title_en <> OLD.title_en
        OR NEW.questionnaire_id <> OLD.questionnaire_id OR NEW.opens_at <> OLD.opens_at
        OR NEW.closes_at < OLD.closes_at
        OR (NEW.closes_at > OLD.closes_at AND OLD.state NOT IN ('scheduled', 'open'))
        OR NEW.threshold_scores <> OLD.threshold_scores OR NEW.threshold_comments <> OLD.threshold_comments
        OR NEW.threshold_response_rate <> OLD.threshold_response_rate
        OR NEW.terms IS DISTINCT FROM OLD.terms OR NEW.terms_hash IS DISTINCT FROM OLD.terms_hash) THEN
        RAISE EXCEPTION 'shirube: the terms are fixed';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN
        ('draft>scheduled', 'scheduled>open', 'open>closed', 'closed>counted', 'counted>released') THEN
        RAISE EXCEPTION 'shirube: a campaign only moves forward';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER campaign_fixed BEFORE UPDATE OR DELETE ON campaign
FOR EACH ROW EXECUTE FUNCTION campaign_fixed()
--;
CREATE FUNCTION campaign_part_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part RECORD;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF TG_OP = 'UPDATE' OR (SELECT state FROM campaign WHERE id = part.campaign_id) <> 'draft' THEN
        RAISE EXCEPTION 'shirube: the terms are fixed';
    END IF;
    RETURN part;
END $$
--;
CREATE TRIGGER stratum_fixed BEFORE INSERT OR UPDATE OR DELETE ON stratum
FOR EACH ROW EXECUTE FUNCTION campaign_part_fixed()
--;
CREATE TRIGGER campaign_unit_fixed BEFORE INSERT OR UPDATE OR DELETE ON campaign_unit
FOR EACH ROW EXECUTE FUNCTION campaign_part_fixed()
--;
CREATE TRIGGER enrolment_kept BEFORE INSERT OR DELETE ON enrolment
FOR EACH ROW EXECUTE FUNCTION campaign_part_fixed()
--;
CREATE FUNCTION enrolment_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.campaign_id <> OLD.campaign_id OR NEW.staff_id <> OLD.staff_id OR NEW.stratum <> OLD.stratum
       OR (OLD.blinded IS NOT NULL AND NEW.blinded IS DISTINCT FROM OLD.blinded
           AND (NEW.blinded IS NULL OR (SELECT state FROM campaign WHERE id = OLD.campaign_id) = 'open'))
       OR (OLD.blinded IS NULL AND (SELECT state FROM campaign WHERE id = OLD.campaign_id) <> 'open') THEN
        RAISE EXCEPTION 'shirube: a ballot is handed out once, while the campaign is open';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER enrolment_fixed BEFORE UPDATE ON enrolment
FOR EACH ROW EXECUTE FUNCTION enrolment_fixed()
--;
CREATE FUNCTION questionnaire_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.frozen THEN RAISE EXCEPTION 'shirube: this version has been used'; END IF;
        RETURN OLD;
    END IF;
    IF OLD.frozen AND (NEW.body <> OLD.body OR NEW.sha256 <> OLD.sha256 OR NOT NEW.frozen) THEN
        RAISE EXCEPTION 'shirube: this version has been used';
    END IF;
    RETURN NEW;
END $$
--;
CREATE TRIGGER questionnaire_frozen BEFORE UPDATE OR DELETE ON questionnaire
FOR EACH ROW EXECUTE FUNCTION questionnaire_frozen()
";
