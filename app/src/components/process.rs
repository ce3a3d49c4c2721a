//! A process as a vertical checklist: every step with its state and what it still needs.

use domain::text::Lang;
use leptos::prelude::*;

use super::icon::{Icon, Sign};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// To be done now.
    Current,
    /// Something is missing.
    Blocked,
    /// Comes after others.
    Later,
}

impl StepState {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "checklist-step is-done",
            Self::Current => "checklist-step is-current",
            Self::Blocked => "checklist-step is-blocked",
            Self::Later => "checklist-step is-later",
        }
    }

    const fn word(self, lang: Lang) -> &'static str {
        match self {
            Self::Done => lang.t("済み", "Done"),
            Self::Current => lang.t("今の段階", "Current step"),
            Self::Blocked => lang.t("不足があります", "Something is missing"),
            Self::Later => lang.t("これから", "To come"),
        }
    }
}

/// The list around [`ChecklistStep`]s.
#[component]
pub fn Checklist(
    /// The steps in order.
    children: Children,
) -> impl IntoView {
    view! { <ol class="checklist">{children()}</ol> }
}

/// One step of a [`Checklist`]; its children say what it needs and what can be done.
#[component]
pub fn ChecklistStep(
    /// Counts from 1.
    number: u32,
    /// What the step is called.
    #[prop(into)]
    title: String,
    /// Where it stands.
    state: StepState,
    /// Language of the state.
    lang: Lang,
    /// Facts and actions.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = state.class();
    let current = (state == StepState::Current).then_some("step");
    let sign = match state {
        StepState::Done => view! { <Icon sign=Sign::Check/> }.into_any(),
        StepState::Blocked => "!".into_any(),
        StepState::Current | StepState::Later => number.into_any(),
    };
    let body = children.map(|children| view! { <div class="checklist-body">{children()}</div> });
    view! {
        <li class=class aria-current=current>
            <span class="checklist-sign" aria-hidden="true">{sign}</span>
            <div class="checklist-content">
                <div class="checklist-head">
                    <h3 class="checklist-title">{title}</h3>
                    <span class="checklist-state">{state.word(lang)}</span>
                </div>
                {body}
            </div>
        </li>
    }
}
