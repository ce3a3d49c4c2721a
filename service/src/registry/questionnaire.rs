//! Questionnaires: stored as their canonical JSON, one row per version.

use domain::questionnaire::Questionnaire;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder,
};

use super::Registry;
use super::entity::questionnaire as entity;
use crate::error::{Error, Result};
use crate::secret::sha256_hex;

/// A stored questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its id.
    pub id: i64,
    /// True once a campaign uses this version; it never changes again.
    pub frozen: bool,
    /// SHA-256 of the canonical JSON, hexadecimal.
    pub sha256: String,
    /// The questionnaire.
    pub questionnaire: Questionnaire,
}

/// Longest questionnaire file accepted, in bytes.
pub const MAX_FILE: usize = 1 << 20;

/// The canonical JSON (RFC 8785) of a questionnaire and its SHA-256.
pub fn canonical(questionnaire: &Questionnaire) -> Result<(String, String)> {
    let body = serde_json_canonicalizer::to_string(questionnaire)?;
    let hash = sha256_hex(body.as_bytes());
    Ok((body, hash))
}

/// Reads a questionnaire file; every fault is named.
pub fn parse(json: &str) -> Result<Questionnaire> {
    if json.len() > MAX_FILE {
        return Err(Error::invalid(
            "ファイルが大きすぎます。1 MB以内にしてください。",
            "The file is too large; at most 1 MB is allowed.",
        ));
    }
    let json = json.trim_start_matches('\u{feff}');
    let questionnaire: Questionnaire = serde_json::from_str(json).map_err(|e| {
        Error::invalid(
            format!("調査票の形式が正しくありません({}行{}列): {e}", e.line(), e.column()),
            format!("This is not a questionnaire file (line {}, column {}): {e}", e.line(), e.column()),
        )
    })?;
    check(&questionnaire)?;
    Ok(questionnaire)
}

fn check(questionnaire: &Questionnaire) -> Result<()> {
    let faults = questionnaire.check();
    if faults.is_empty() {
        return Ok(());
    }
    let join = |pick: fn(&domain::questionnaire::Fault) -> &str| {
        let lines: Vec<String> = faults
            .iter()
            .take(20)
            .map(|f| if f.at.is_empty() { pick(f).to_owned() } else { format!("{}: {}", f.at, pick(f)) })
            .collect();
        lines.join("\n")
    };
    Err(Error::invalid(join(|f| &f.message.ja), join(|f| &f.message.en)))
}

fn read(model: entity::Model) -> Result<Stored> {
    Ok(Stored {
        id: model.id,
        frozen: model.frozen,
        sha256: model.sha256,
        questionnaire: serde_json::from_str(&model.body)?,
    })
}

impl Registry {
    /// All questionnaires, newest version first within each key.
    pub async fn questionnaires(&self) -> Result<Vec<Stored>> {
        let rows = entity::Entity::find()
            .order_by_asc(entity::Column::Key)
            .order_by_desc(entity::Column::Version)
            .all(self.db.get())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// One questionnaire.
    pub async fn questionnaire(&self, id: i64) -> Result<Stored> {
        let row = entity::Entity::find_by_id(id).one(self.db.get()).await?;
        read(row.ok_or(Error::NotFound)?)
    }

    /// Stores a questionnaire: over the unused version with the same key and number, else as a new version (the
    /// number then follows the newest one).
    pub async fn save_questionnaire(&self, questionnaire: &Questionnaire) -> Result<i64> {
        check(questionnaire)?;
        let _writer = self.db.writer().await;
        let db = self.db.get();
        let versions = entity::Entity::find()
            .filter(entity::Column::Key.eq(&questionnaire.key))
            .order_by_desc(entity::Column::Version)
            .all(db)
            .await?;
        let wanted = i32::try_from(questionnaire.version).unwrap_or(i32::MAX);
        let same = versions.iter().find(|v| v.version == wanted);
        let mut stored = questionnaire.clone();
        let id = match same {
            Some(row) if !row.frozen => Some(row.id),
            Some(row) if canonical(questionnaire)?.1 == row.sha256 => return Ok(row.id),
            Some(_) => {
                let newest = versions.first().map_or(0, |v| v.version);
                stored.version = u32::try_from(newest + 1).unwrap_or(1);
                None
            }
            None => None,
        };
        let (body, sha256) = canonical(&stored)?;
        let model = entity::ActiveModel {
            id: id.map_or(NotSet, Set),
            key: Set(stored.key.clone()),
            version: Set(i32::try_from(stored.version).unwrap_or(i32::MAX)),
            title_ja: Set(stored.title.ja.clone()),
            title_en: Set(stored.title.en.clone()),
            body: Set(body),
            sha256: Set(sha256),
            frozen: Set(false),
        };
        let saved = if id.is_some() { model.update(db).await? } else { model.insert(db).await? };
        Ok(saved.id)
    }

    /// Removes a version that no campaign uses.
    pub async fn delete_questionnaire(&self, id: i64) -> Result<()> {
        let stored = self.questionnaire(id).await?;
        let used = super::entity::campaign::Entity::find()
            .filter(super::entity::campaign::Column::QuestionnaireId.eq(id))
            .one(self.db.get())
            .await?;
        if stored.frozen || used.is_some() {
            return Err(Error::invalid(
                "この版は調査で使われているため、削除できません。",
                "This version is used by a campaign and cannot be deleted.",
            ));
        }
        let _writer = self.db.writer().await;
        entity::Entity::delete_by_id(id).exec(self.db.get()).await?;
        Ok(())
    }
}
