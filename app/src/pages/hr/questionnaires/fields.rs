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

/// The items that a condition can look at, to choose from, after "always": scales and choices that are no
/// demographics, with the answers that a condition can name.
pub(in crate::pages::hr) fn condition_options<'a>(
    earlier: impl IntoIterator<Item = &'a Item>,
    lang: Lang,
) -> Vec<(String, String)> {
    let always = (String::new(), lang.t("いつも表示する", "Always show").to_owned());
    let option = |item: &Item| {
        let answers = answers(item)?;
        let text: String = item.text.get(lang).chars().take(SHORT).collect();
        let answers: String = answers.chars().take(SHORT).collect();
        Some((item.key.clone(), format!("{}: {text} [{answers}]", item.key)))
    };
    std::iter::once(always).chain(earlier.into_iter().filter_map(option)).collect()
}

/// The answers that a condition on this item can name; `None` where there can be no condition on it.
fn answers(item: &Item) -> Option<String> {
    if item.demographic {
        return None;
    }
    match &item.kind {
        Kind::Scale { labels, .. } => Some(format!("1–{}", labels.len())),
        Kind::Single { options } | Kind::Multiple { options, .. } => {
            let keys: Vec<&str> = options.iter().map(|o| o.key.as_str()).collect();
            Some(keys.join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Text;

    use super::*;

    #[test]
    fn conditions_are_offered_on_scales_and_choices_but_not_on_demographics() {
        let item = |key: &str, demographic, kind| Item {
            key: key.into(),
            text: Text::new("問", "Question"),
            help: Text::default(),
            area: None,
            required: false,
            may_decline: false,
            unobserved: false,
            demographic,
            show_if: None,
            kind,
        };
        let option = |key: &str| domain::questionnaire::Choice {
            key: key.into(),
            label: Text::new(key, key),
            exclusive: false,
        };
        let single = || Kind::Single { options: vec![option("hq"), option("mission")] };
        let items = [
            item("q", false, Kind::Scale { labels: vec![Text::default(); 5], reversed: false }),
            item("place", false, single()),
            item("grade", true, single()),
            item("free", false, Kind::LongText { max_chars: 10 }),
        ];
        let offered = condition_options(&items, Lang::En);
        let words: Vec<&str> = offered.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["Always show", "q: Question [1–5]", "place: Question [hq, mission]"]);
    }
}
