//! The form of a new questionnaire that begins empty.

use serde::{Deserialize, Serialize};

use super::form::{FieldError, Reader};
use crate::text::Text;

/// The form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewForm {
    /// The title in Japanese.
    pub title_ja: String,
    /// The title in English.
    pub title_en: String,
    /// The key, or empty for one made from the title.
    pub key: String,
}

/// What a questionnaire begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Shown above the first section.
    pub title: Text,
    /// The key; empty where it is to be made from the title.
    pub key: String,
}

impl NewForm {
    /// What was typed.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn parse(&self) -> Result<Beginning, Vec<FieldError>> {
        let mut reader = Reader::default();
        let beginning = Beginning {
            title: reader.line_pair(["title_ja", "title_en"], [&self.title_ja, &self.title_en], true),
            key: reader.key("key", &self.key),
        };
        if reader.errors.is_empty() { Ok(beginning) } else { Err(reader.errors) }
    }

    /// Every field by name, to give back what was typed.
    pub fn fields(self) -> [(&'static str, String); 3] {
        [("title_ja", self.title_ja), ("title_en", self.title_en), ("key", self.key)]
    }

    /// The form with every field exchanged for what `kept` gives for its name and present text.
    pub fn kept(&self, kept: impl Fn(&str, &str) -> String) -> Self {
        Self {
            title_ja: kept("title_ja", &self.title_ja),
            title_en: kept("title_en", &self.title_en),
            key: kept("key", &self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_both_languages_is_enough() {
        let form = NewForm { title_ja: " 調査 ".into(), title_en: "Survey".into(), key: String::new() };
        let beginning = form.parse().expect("a beginning");
        assert_eq!(beginning, Beginning { title: Text::new("調査", "Survey"), key: String::new() });

        let wrong = NewForm { title_ja: "調\u{202e}査".into(), title_en: " ".into(), key: "A b".into() };
        let fields: Vec<&str> = wrong.parse().expect_err("faults").iter().map(|e| e.field).collect();
        assert_eq!(fields, ["title_ja", "title_en", "key"]);
        let typed = wrong.clone().fields();
        let find = |name: &str| typed.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        assert_eq!(NewForm::default().kept(|n, _| find(n).unwrap_or_default()), wrong);
    }
}
