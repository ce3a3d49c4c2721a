//! Form fields: a label, a hint, the control, and what is wrong with it, tied together for screen readers.

pub mod choice;
pub mod submit;
pub mod text;

pub use choice::{CheckField, OptionGroup, RadioField, SelectField};
pub use submit::{ButtonKind, ErrorSummary, SubmitButton};
pub use text::{DateTimeField, FileField, TextArea, TextField};

use domain::text::Lang;
use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// The texts around one control, and the ids that tie them to it.
struct Around {
    /// Id of the control; the target of links in the error summary.
    id: String,
    /// A hint, or nothing.
    hint: String,
    /// What is wrong, if anything.
    error: Option<String>,
}

impl Around {
    /// The texts of the field `name`, whose control has the id `id` or, without one, its name.
    fn new(id: String, name: &str, hint: String, error: Option<String>) -> Self {
        let id = if id.is_empty() { name.to_owned() } else { id };
        Self { id, hint, error: error.filter(|text| !text.is_empty()) }
    }

    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// The value of `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| self.hint_id());
        let error = self.error.is_some().then(|| self.error_id());
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }

    /// The value of `aria-invalid`.
    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn hint_view(&self) -> AnyView {
        if self.hint.is_empty() {
            return ().into_any();
        }
        let (id, hint) = (self.hint_id(), self.hint.clone());
        view! { <p class="field-hint" id=id>{hint}</p> }.into_any()
    }

    fn error_view(&self) -> AnyView {
        let Some(error) = self.error.clone() else {
            return ().into_any();
        };
        let id = self.error_id();
        view! {
            <p class="field-error" id=id>
                <Icon sign=Sign::Error/>
                <span>{error}</span>
            </p>
        }
        .into_any()
    }
}

/// The word beside the label of a field that must be filled in.
fn required_mark(required: bool, lang: Lang) -> AnyView {
    if !required {
        return ().into_any();
    }
    view! { <span class="field-required">{lang.t("必須", "Required")}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_described_by_what_is_there() {
        let none = Around::new(String::new(), "title", String::new(), None);
        assert_eq!((none.id.as_str(), none.described_by(), none.invalid()), ("title", None, None));

        let both = Around::new("t".into(), "title", "hint".into(), Some("wrong".into()));
        assert_eq!(both.described_by().as_deref(), Some("t-hint t-error"));
        assert_eq!(both.invalid(), Some("true"));

        let empty = Around::new(String::new(), "title", "hint".into(), Some(String::new()));
        assert_eq!(empty.described_by().as_deref(), Some("title-hint"));
        assert_eq!(empty.invalid(), None);
    }
}
