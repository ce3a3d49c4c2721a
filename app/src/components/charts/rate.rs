//! A share as a small bar beside its figure.

use leptos::prelude::*;

use super::{along, percent};

/// A share from 0 to 1 as a small bar with its percentage; what lies outside is drawn as 0 or 1.
#[component]
pub fn RateBar(
    /// The share.
    rate: f64,
    /// What the share is, for screen readers; a table's column head may say it already.
    #[prop(optional, into)]
    label: String,
) -> impl IntoView {
    let rate = if rate.is_finite() { rate.clamp(0.0, 1.0) } else { 0.0 };
    let label = (!label.is_empty()).then(|| view! { <span class="visually-hidden">{label}</span> });
    view! {
        <span class="rate">
            {label}
            <svg class="rate-bar" aria-hidden="true" focusable="false">
                <rect class="rate-track" x="0" y="0" width="100%" height="100%"></rect>
                <rect class="rate-fill" x="0" y="0" width=along(rate) height="100%"></rect>
                <rect class="rate-frame" x="0" y="0" width="100%" height="100%"></rect>
            </svg>
            <span class="rate-value">{percent(rate)}</span>
        </span>
    }
}
