//! Making and editing questionnaires, and the bank of items and the template that new ones are made from.

use std::collections::BTreeSet;

use domain::questionnaire::editing::new_form::Beginning;
use domain::questionnaire::editing::{EditError, key_from};
use domain::questionnaire::{Area, Item, Questionnaire, is_key};
use domain::text::Lang;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use serde::Deserialize;

use super::Registry;
use super::entity::questionnaire as entity;
use super::questionnaire::{locked, newest_version, next_version, note, store};
use crate::error::{Error, Result};

/// Items to choose from, with the areas they belong to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Always `shirube-bank/1`.
    pub format: String,
    /// The areas, in the order they are shown.
    pub areas: Vec<Area>,
    /// The items.
    pub items: Vec<Item>,
}

/// The bank for surveys of staff that comes with the software.
///
/// # Errors
/// [`Error::Damaged`] where the embedded file is not a bank, which a test rules out.
pub fn bank() -> Result<Bank> {
    Ok(serde_json::from_str(include_str!("../../demo/bank.json"))?)
}

/// The bank for reviews: what managers do, as [`Template::Review`] asks about it.
///
/// # Errors
/// [`Error::Damaged`] where the embedded file is no questionnaire, which a test rules out.
pub fn behaviours() -> Result<Bank> {
    let review = Template::Review.questionnaire()?;
    let items = review.sections.into_iter().flat_map(|section| section.items).collect();
    Ok(Bank { format: "shirube-bank/1".into(), areas: review.areas, items })
}

/// Both banks.
///
/// # Errors
/// As of [`bank`] and [`behaviours`].
pub fn banks() -> Result<[Bank; 2]> {
    Ok([bank()?, behaviours()?])
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        Self::invalid(error.message(Lang::Ja), error.message(Lang::En))
    }
}

/// The questionnaires that come with the software, to begin from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// The engagement survey.
    Engagement,
    /// Behaviours of managers, for upward and 360-degree reviews.
    Review,
    /// How far the actions that a manager shared have come.
    ActionPulse,
    /// How much people teleworked in a month, for indicators of telework.
    TeleworkMonth,
    /// What people think of a training they took part in, for indicators of training.
    TrainingFeedback,
}

impl Template {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] =
        [Self::Engagement, Self::Review, Self::ActionPulse, Self::TeleworkMonth, Self::TrainingFeedback];

    /// The word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Engagement => "engagement",
            Self::Review => "review",
            Self::ActionPulse => "action_pulse",
            Self::TeleworkMonth => "telework_month",
            Self::TrainingFeedback => "training_feedback",
        }
    }

    /// The template of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == word)
    }

    /// The template itself.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the embedded file is no questionnaire, which a test rules out.
    pub fn questionnaire(self) -> Result<Questionnaire> {
        let file = match self {
            Self::Engagement => include_str!("../../demo/engagement.json"),
            Self::Review => include_str!("../../demo/review.json"),
            Self::ActionPulse => include_str!("../../demo/pulse-actions.json"),
            Self::TeleworkMonth => include_str!("../../demo/pulse-telework-month.json"),
            Self::TrainingFeedback => include_str!("../../demo/pulse-training.json"),
        };
        Ok(serde_json::from_str(file)?)
    }
}

/// All keys that are taken.
async fn taken_keys(db: &impl ConnectionTrait) -> Result<BTreeSet<String>> {
    let keys: Vec<String> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Key)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(keys.into_iter().collect())
}

impl Registry {
    /// Makes an empty questionnaire: one section, no item. Without a key it gets one made from its title. Returns its
    /// id.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the key cannot be one or is taken, or the title has faults.
    pub async fn create_questionnaire(
        &self,
        beginning: Beginning,
        actor: Option<i64>,
        now: i64,
    ) -> Result<i64> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let taken = taken_keys(&transaction).await?;
        let Beginning { title, mut key } = beginning;
        if key.is_empty() {
            key = key_from(&title.en, "survey", |key| taken.contains(key));
        } else {
            check_new_key(&key, taken.contains(&key))?;
        }
        let saved = store(&transaction, &Questionnaire::empty(key, title)).await?;
        note(&transaction, "questionnaire.create", &saved, actor, now).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }

    /// Makes a questionnaire from a template, under its key or, where that is taken, under a free one. Returns its id.
    pub async fn create_from_template(&self, from: Template, actor: Option<i64>, now: i64) -> Result<i64> {
        let mut questionnaire = from.questionnaire()?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let taken = taken_keys(&transaction).await?;
        if taken.contains(&questionnaire.key) {
            questionnaire.key = key_from(&questionnaire.key, "survey", |key| taken.contains(key));
        }
        let saved = store(&transaction, &questionnaire).await?;
        note(&transaction, "questionnaire.create", &saved, actor, now).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }

    /// Changes a version that no campaign uses, and returns its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the version is used, or where the result would have faults; nothing is stored then.
    pub async fn edit_questionnaire(
        &self,
        id: i64,
        change: impl FnOnce(&mut Questionnaire) -> std::result::Result<(), EditError> + Send,
        actor: Option<i64>,
        now: i64,
    ) -> Result<i64> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let stored = locked(&transaction, id).await?;
        if stored.frozen {
            return Err(Error::invalid(
                "この版は調査で使われているため、変更できません。「新しい版として編集」を使ってください。",
                "This version is used by a campaign and cannot be changed. Please use “Edit as a new version”.",
            ));
        }
        let edited = stored.questionnaire.edited(change)?;
        let saved = store(&transaction, &edited).await?;
        note(&transaction, "questionnaire.edit", &saved, actor, now).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }

    /// Copies a questionnaire: as its next version, or, where `key` is not empty, as the first version of another
    /// questionnaire. Returns the id of the copy.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `key` cannot be one or is taken, or where version numbers have come to their end.
    pub async fn copy_questionnaire(&self, id: i64, key: &str, actor: Option<i64>, now: i64) -> Result<i64> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let mut copy = Questionnaire::clone(&locked(&transaction, id).await?.questionnaire);
        let key = key.trim();
        if key.is_empty() {
            copy.version = next_version(newest_version(&transaction, &copy.key).await?)?;
        } else {
            check_new_key(key, newest_version(&transaction, key).await?.is_some())?;
            copy.version = 1;
            key.clone_into(&mut copy.key);
        }
        let saved = store(&transaction, &copy).await?;
        note(&transaction, "questionnaire.copy", &saved, actor, now).await?;
        transaction.commit().await?;
        Ok(saved.id)
    }
}

fn check_new_key(key: &str, taken: bool) -> Result<()> {
    if !is_key(key) {
        return Err(Error::invalid(
            format!("キー「{key}」は使えません(半角英小文字、数字、-、_ で64文字まで)。"),
            format!("Key “{key}” cannot be used (lower-case letters, digits, - and _; at most 64)."),
        ));
    }
    if taken {
        return Err(Error::invalid(
            format!("キー「{key}」の調査票は既にあります。別のキーにしてください。"),
            format!("There already is a questionnaire with the key “{key}”. Please choose another one."),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bank_is_sound() {
        let bank = bank().expect("the embedded bank");
        assert_eq!(bank.format, "shirube-bank/1");
        let areas: BTreeSet<&str> = bank.areas.iter().map(|a| a.key.as_str()).collect();
        let keys: BTreeSet<&str> = bank.items.iter().map(|i| i.key.as_str()).collect();
        assert_eq!(keys.len(), bank.items.len());
        for item in &bank.items {
            assert!(item.area.as_deref().is_none_or(|a| areas.contains(a)), "{}", item.key);
            assert!(item.demographic || item.area.is_some(), "{}", item.key);
        }
    }

    #[test]
    fn every_item_of_the_bank_fits_into_a_questionnaire() {
        let bank = bank().expect("the embedded bank");
        let json = r#"{"format":"shirube-questionnaire/1","key":"k","version":1,"title":{"ja":"調査","en":"Survey"},
            "sections":[{"key":"a","title":{"ja":"区分","en":"Section"},"items":[]}]}"#;
        let empty: Questionnaire = serde_json::from_str(json).expect("a questionnaire");
        let full = empty.edited(|q| q.add_items("a", &bank.items, &bank.areas).map(|_| ()));
        assert_eq!(full.map(|q| q.items().count()), Ok(bank.items.len()));
    }

    #[test]
    fn the_templates_are_sound_and_ready() {
        for which in Template::ALL {
            assert_eq!(Template::parse(which.as_str()), Some(which));
            let template = which.questionnaire().expect("the embedded questionnaire");
            assert_eq!((template.check(), template.unfinished()), (vec![], vec![]), "{which:?}");
            assert!(is_key(&template.key));
        }
        assert_eq!(Template::parse("other"), None);
    }

    #[test]
    fn keys_of_copies_are_checked() {
        assert!(check_new_key("pulse-2026", false).is_ok());
        assert!(check_new_key("pulse-2026", true).is_err());
        assert!(check_new_key("Pulse 2026", false).is_err());
    }
}
