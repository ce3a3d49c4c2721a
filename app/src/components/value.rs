//! Single figures, and what stands where a figure is hidden.

use domain::text::Lang;
use leptos::prelude::*;

/// A dash with the reason in words, on the cell itself.
#[component]
pub fn HiddenCell(
    /// Why nothing is shown.
    #[prop(into)]
    reason: String,
) -> impl IntoView {
    view! {
        <span class="hidden-value">
            <span class="hidden-value-dash" aria-hidden="true">"—"</span>
            <span class="hidden-value-reason">{reason}</span>
        </span>
    }
}

/// A tile with one figure and the number of people it rests on.
#[component]
pub fn Figure(
    /// What the figure is.
    #[prop(into)]
    label: String,
    /// The figure; absent when hidden or unknown.
    #[prop(optional_no_strip)]
    value: Option<String>,
    /// Its unit, such as `%`.
    #[prop(optional, into)]
    unit: String,
    /// How many people answered.
    #[prop(optional_no_strip)]
    n: Option<u32>,
    /// Why the figure is hidden; the threshold when nothing is said.
    #[prop(optional_no_strip, into)]
    hidden_reason: Option<String>,
    /// A comparison or an interval, in words.
    #[prop(optional, into)]
    note: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let shown = match value {
        Some(value) => {
            let n = n.map(|n| view! { <p class="figure-n">{format!("n={n}")}</p> });
            let note = (!note.is_empty()).then(|| view! { <p class="figure-note">{note}</p> });
            view! {
                <p class="figure-value">
                    {value}
                    <span class="figure-unit">{unit}</span>
                </p>
                {n}
                {note}
            }
            .into_any()
        }
        None => {
            let reason = hidden_reason.unwrap_or_else(|| {
                lang.t("回答者が少ないため非表示", "Hidden: too few respondents").to_owned()
            });
            view! { <p><HiddenCell reason=reason/></p> }.into_any()
        }
    };
    view! {
        <div class="figure-tile">
            <p class="figure-label">{label}</p>
            {shown}
        </div>
    }
}
