//! Questionnaires: stored as their canonical JSON, one row per version.

mod file;

use std::sync::Arc;

use domain::questionnaire::{Fault, Item, MAX_VERSION, Questionnaire};
use domain::review::{ReviewRules, pulse};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::Registry;
use super::entity::questionnaire as entity;
use super::event::{self, Event};
use crate::error::{Error, Result};
use crate::secret::sha256_hex;

pub use file::{MAX_FILE, parse};

/// A stored questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its id.
    pub id: i64,
    /// True once a campaign uses this version; it never changes again.
    pub frozen: bool,
    /// The canonical JSON (RFC 8785).
    pub text: String,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// The questionnaire.
    pub questionnaire: Arc<Questionnaire>,
}

/// What became of a questionnaire that was to be stored.
pub(super) struct Saved {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) version: i32,
    /// False where it was stored already, word for word.
    pub(super) changed: bool,
}

/// The canonical JSON (RFC 8785) of a questionnaire and its SHA-256.
pub fn canonical(questionnaire: &Questionnaire) -> Result<(String, String)> {
    let body = serde_json_canonicalizer::to_string(questionnaire)?;
    let hash = sha256_hex(body.as_bytes());
    Ok((body, hash))
}

/// Refuses a questionnaire with faults; every one is named, up to twenty.
fn check(questionnaire: &Questionnaire) -> Result<()> {
    refuse(&questionnaire.check())
}

/// Refuses a questionnaire that the campaign cannot use yet: one with faults, or with sections that ask nothing; in a review,
/// one that asks what no report shows; in a pulse, one that does not ask about actions.
pub(super) fn ready(questionnaire: &Questionnaire, review: Option<&ReviewRules>) -> Result<()> {
    check(questionnaire)?;
    refuse(&questionnaire.unfinished())?;
    let no_report_shows =
        |item: &Item| item.demographic || (item.kind.points().is_none() && !item.kind.is_text());
    if review.is_some() && questionnaire.items().any(|(_, item)| no_report_shows(item)) {
        return Err(Error::invalid(
            "管理者評価で使えるのは、段階で答える設問と自由記述の設問だけです。この調査票には、報告書に示せない設問(選択肢・数値・日付・属性など)があります。",
            "A review can ask scales and comments only. This questionnaire has items that no report shows (choices, numbers, dates, demographics).",
        ));
    }
    let is_pulse = review.is_some_and(|rules| rules.pulse_of.is_some());
    if is_pulse && !pulse::can_ask(questionnaire) {
        return Err(Error::invalid(
            "この調査票には、行動を一つずつ尋ねる設問(キー action_1 から action_3)がありません。調査票の画面で、ひな形「管理者の行動の確認」から作成してください。",
            "This questionnaire does not ask about each action (items with the keys action_1 to action_3). Please make one from the template \"Pulse on intended actions\".",
        ));
    }
    Ok(())
}

fn refuse(faults: &[Fault]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let join = |pick: fn(&Fault) -> &str| {
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
        questionnaire: Arc::new(serde_json::from_str(&model.body)?),
        text: model.body,
    })
}

/// The number after the newest version's; 1 where there is none.
pub(super) fn next_version(newest: Option<i32>) -> Result<u32> {
    let next = newest.unwrap_or(0).checked_add(1).and_then(|next| u32::try_from(next).ok());
    next.filter(|next| *next <= MAX_VERSION).ok_or_else(|| {
        Error::invalid(
            format!("この調査票には、もう新しい版を作れません(版の番号は{MAX_VERSION}までです)。"),
            format!(
                "No more versions of this questionnaire can be made; their numbers end at {MAX_VERSION}."
            ),
        )
    })
}

/// The number of the newest version of a questionnaire, if there is one.
pub(super) async fn newest_version(db: &impl ConnectionTrait, key: &str) -> Result<Option<i32>> {
    let newest = entity::Entity::find()
        .filter(entity::Column::Key.eq(key))
        .order_by_desc(entity::Column::Version)
        .one(db)
        .await?;
    Ok(newest.map(|row| row.version))
}

/// One questionnaire, which nobody else changes until the transaction ends.
pub(super) async fn locked(db: &impl ConnectionTrait, id: i64) -> Result<Stored> {
    let row = entity::Entity::find_by_id(id).lock_exclusive().one(db).await?;
    read(row.ok_or(Error::NotFound)?)
}

/// Checks and stores: over the unused version with the same key and number, else as a new version (the number then
/// follows the newest one).
pub(super) async fn store(db: &impl ConnectionTrait, questionnaire: &Questionnaire) -> Result<Saved> {
    check(questionnaire)?;
    let same = entity::Entity::find()
        .filter(entity::Column::Key.eq(&questionnaire.key))
        .filter(entity::Column::Version.eq(number(questionnaire.version)?))
        .one(db)
        .await?;
    let mut stored = questionnaire.clone();
    let (mut body, mut sha256) = canonical(&stored)?;
    let kept = same.as_ref().is_some_and(|row| row.sha256 == sha256);
    let id = match same {
        Some(row) if kept => {
            return Ok(Saved { id: row.id, key: row.key, version: row.version, changed: false });
        }
        Some(row) if !row.frozen => Some(row.id),
        Some(_) => {
            stored.version = next_version(newest_version(db, &stored.key).await?)?;
            (body, sha256) = canonical(&stored)?;
            None
        }
        None => None,
    };
    let version = number(stored.version)?;
    let model = entity::ActiveModel {
        id: id.map_or(NotSet, Set),
        key: Set(stored.key.clone()),
        version: Set(version),
        title_ja: Set(stored.title.ja),
        title_en: Set(stored.title.en),
        body: Set(body),
        sha256: Set(sha256),
        frozen: Set(false),
    };
    let saved = if id.is_some() { model.update(db).await? } else { model.insert(db).await? };
    Ok(Saved { id: saved.id, key: stored.key, version, changed: true })
}

/// The number of a version as it is stored. [`check`] has refused every number that does not fit.
fn number(version: u32) -> Result<i32> {
    i32::try_from(version).map_err(|_| Error::Damaged("the version of a questionnaire".into()))
}

/// Writes down an act on a questionnaire, where it changed something.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    what: &str,
    saved: &Saved,
    actor: Option<i64>,
    now: i64,
) -> Result<()> {
    if !saved.changed {
        return Ok(());
    }
    let detail = format!("{} {}", saved.key, saved.version);
    event::record(db, Event { at: now, actor, campaign: None, what: what.into(), detail }).await
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

    /// Stores a questionnaire that nobody brought (the demo's, a simulation's): over the unused version with the same
    /// key and number, else as a new version. Returns its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it has faults.
    pub async fn save_questionnaire(&self, questionnaire: &Questionnaire) -> Result<i64> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let saved = store(&transaction, questionnaire).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }

    /// Stores the questionnaire of a file, as [`Registry::save_questionnaire`] does, and puts it on record.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it has faults.
    pub async fn import_questionnaire(
        &self,
        questionnaire: &Questionnaire,
        actor: Option<i64>,
        now: i64,
    ) -> Result<i64> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let saved = store(&transaction, questionnaire).await?;
        note(&transaction, "questionnaire.import", &saved, actor, now).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }

    /// Removes a version that no campaign uses.
    ///
    /// # Errors
    /// [`Error::Invalid`] where one does, [`Error::NotFound`].
    pub async fn delete_questionnaire(&self, id: i64, actor: Option<i64>, now: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let stored = locked(&transaction, id).await?;
        let used = super::entity::campaign::Entity::find()
            .filter(super::entity::campaign::Column::QuestionnaireId.eq(id))
            .one(&transaction)
            .await?;
        if stored.frozen || used.is_some() {
            return Err(Error::invalid(
                "この版は調査で使われているため、削除できません。",
                "This version is used by a campaign and cannot be deleted.",
            ));
        }
        entity::Entity::delete_by_id(id).exec(&transaction).await?;
        let Questionnaire { key, version, .. } = &*stored.questionnaire;
        let gone = Saved { id, key: key.clone(), version: number(*version)?, changed: true };
        note(&transaction, "questionnaire.delete", &gone, actor, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_up_to_their_end_and_no_further() {
        assert_eq!(next_version(None).ok(), Some(1));
        assert_eq!(next_version(Some(41)).ok(), Some(42));
        for newest in [MAX_VERSION as i32, i32::MAX] {
            assert!(matches!(next_version(Some(newest)), Err(Error::Invalid(_))), "{newest}");
        }
    }
}
