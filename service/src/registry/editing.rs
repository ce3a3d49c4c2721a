//! Editing stored questionnaires, and the bank of items that new ones are made from.

use domain::questionnaire::editing::EditError;
use domain::questionnaire::{Area, Item, Questionnaire, is_key};
use domain::text::Lang;
use serde::Deserialize;

use super::Registry;
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

/// The bank that comes with the software.
///
/// # Errors
/// [`Error::Damaged`] where the embedded file is not a bank, which a test rules out.
pub fn bank() -> Result<Bank> {
    Ok(serde_json::from_str(include_str!("../../demo/bank.json"))?)
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        Self::invalid(error.message(Lang::Ja), error.message(Lang::En))
    }
}

impl Registry {
    /// Changes a version that no campaign uses, and returns its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the version is used, or where the result would have faults; nothing is stored then.
    pub async fn edit_questionnaire(
        &self,
        id: i64,
        change: impl FnOnce(&mut Questionnaire) -> std::result::Result<(), EditError> + Send,
    ) -> Result<i64> {
        let stored = self.questionnaire(id).await?;
        if stored.frozen {
            return Err(Error::invalid(
                "この版は調査で使われているため、変更できません。「新しい版として編集」を使ってください。",
                "This version is used by a campaign and cannot be changed. Please use “Edit as a new version”.",
            ));
        }
        let edited = stored.questionnaire.edited(change)?;
        self.save_questionnaire(&edited).await
    }

    /// Copies a questionnaire: as its next version, or, where `key` is not empty, as the first version of another
    /// questionnaire. Returns the id of the copy.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `key` cannot be one or is taken.
    pub async fn copy_questionnaire(&self, id: i64, key: &str) -> Result<i64> {
        let mut copy = self.questionnaire(id).await?.questionnaire;
        let key = key.trim();
        let versions = |key: &str, all: &[super::questionnaire::Stored]| {
            all.iter().filter(|s| s.questionnaire.key == key).map(|s| s.questionnaire.version).max()
        };
        let all = self.questionnaires().await?;
        if key.is_empty() {
            copy.version = versions(&copy.key, &all).unwrap_or(0).saturating_add(1);
        } else {
            check_new_key(key, versions(key, &all).is_some())?;
            copy.version = 1;
            key.clone_into(&mut copy.key);
        }
        self.save_questionnaire(&copy).await
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
    use std::collections::BTreeSet;

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
    fn keys_of_copies_are_checked() {
        assert!(check_new_key("pulse-2026", false).is_ok());
        assert!(check_new_key("pulse-2026", true).is_err());
        assert!(check_new_key("Pulse 2026", false).is_err());
    }
}
