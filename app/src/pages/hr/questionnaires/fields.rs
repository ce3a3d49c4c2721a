//! What the editing forms share: faults by field, and the choice of a condition.

use std::collections::BTreeMap;

use domain::questionnaire::editing::FieldError;
use domain::questionnaire::{Item, Kind};
use domain::text::Lang;

/// Longest part of a question shown in a list to choose from, in characters.
const SHORT: usize = 40;

/// The faults of a form by field.
#[derive(Clone, Debug, Default)]
pub(in crate::pages::hr) struct Errors(BTreeMap<&'static str, String>);

impl Errors {
    /// The faults found on reading a form; none where it could be read.
    pub(in crate::pages::hr) fn of<T>(parsed: Result<T, Vec<FieldError>>, lang: Lang) -> Self {
        let errors = parsed.err().unwrap_or_default();
        Self(errors.into_iter().map(|e| (e.field, e.message.get(lang).to_owned())).collect())
    }

    /// What is wrong with a field.
    pub(in crate::pages::hr) fn get(&self, field: &str) -> Option<String> {
        self.0.get(field).cloned()
    }

    /// All of them with the ids of their controls, for the summary above the form.
    pub(in crate::pages::hr) fn summary(&self, prefix: &str) -> Vec<(String, String)> {
        self.0.iter().map(|(field, message)| (format!("{prefix}{field}"), message.clone())).collect()
    }
}

/// The items that a condition can look at, to choose from, after "always".
pub(in crate::pages::hr) fn condition_options<'a>(
    earlier: impl IntoIterator<Item = &'a Item>,
    lang: Lang,
) -> Vec<(String, String)> {
    let always = (String::new(), lang.t("いつも表示する", "Always show").to_owned());
    let fits =
        |item: &&Item| matches!(item.kind, Kind::Scale { .. } | Kind::Single { .. } | Kind::Multiple { .. });
    let option = |item: &Item| {
        let text: String = item.text.get(lang).chars().take(SHORT).collect();
        (item.key.clone(), format!("{}: {text}", item.key))
    };
    std::iter::once(always).chain(earlier.into_iter().filter(fits).map(option)).collect()
}
