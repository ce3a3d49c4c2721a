//! The end of a form, and what stands above it when it was refused.

use domain::text::Lang;
use leptos::prelude::*;

use crate::components::icon::{Icon, Sign};

/// The weight of a button. One primary button a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The thing to do here.
    #[default]
    Primary,
    /// Something else that can be done.
    Secondary,
    /// Destroys something.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Secondary => "button button--secondary",
            Self::Danger => "button button--danger",
        }
    }
}

/// Sends the form it is in.
#[component]
pub fn SubmitButton(
    /// What happens.
    #[prop(into)]
    label: String,
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// Name in the form, where a form has several buttons.
    #[prop(optional, into)]
    name: Option<String>,
    /// Value in the form, where a form has several buttons.
    #[prop(optional, into)]
    value: Option<String>,
) -> impl IntoView {
    view! { <button class=kind.class() type="submit" name=name value=value>{label}</button> }
}

/// Everything that is wrong with a form, above it, with a link to each field. Nothing where nothing is wrong.
#[component]
pub fn ErrorSummary(
    /// Id of the field (its name, unless it was given another) and what is wrong.
    errors: Vec<(String, String)>,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items = errors
            .into_iter()
            .map(|(field, message)| {
                let href = format!("#{field}");
                view! { <li><a href=href>{message}</a></li> }
            })
            .collect_view();
        let title = lang.t("入力内容を確認してください", "Please check what you entered");
        view! {
            <div class="error-summary" role="alert">
                <p class="error-summary-title">
                    <Icon sign=Sign::Error/>
                    {title}
                </p>
                <ul class="error-summary-list">{items}</ul>
            </div>
        }
    })
}
