//! What the page says back: messages, states, progress.

use domain::text::Lang;
use leptos::prelude::*;

use super::icon::{Icon, Sign};
use crate::context::Context;
use crate::language::own_lang;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// Done.
    Success,
    /// Good to know.
    Info,
    /// Needs attention.
    Warning,
    /// Refused or failed.
    Error,
}

impl FlashKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Success => "flash flash--success",
            Self::Info => "flash flash--info",
            Self::Warning => "flash flash--warning",
            Self::Error => "flash flash--error",
        }
    }

    const fn sign(self) -> Sign {
        match self {
            Self::Success => Sign::Check,
            Self::Info => Sign::Info,
            Self::Warning => Sign::Warning,
            Self::Error => Sign::Error,
        }
    }

    const fn word(self, lang: Lang) -> &'static str {
        match self {
            Self::Success => lang.t("完了", "Done"),
            Self::Info => lang.t("お知らせ", "Note"),
            Self::Warning => lang.t("注意", "Please note"),
            Self::Error => lang.t("エラー", "Error"),
        }
    }

    /// Screen readers are interrupted only for what went wrong.
    const fn role(self) -> &'static str {
        match self {
            Self::Error => "alert",
            Self::Success | Self::Info | Self::Warning => "status",
        }
    }
}

/// A message above the content, with its sign and its word.
#[component]
pub fn Flash(
    /// How it is meant.
    kind: FlashKind,
    /// What happened, what was kept, what to do.
    #[prop(into)]
    message: String,
    /// Language of the word.
    lang: Lang,
) -> impl IntoView {
    let (class, role, word) = (kind.class(), kind.role(), kind.word(lang));
    view! {
        <div class=class role=role>
            <Icon sign=kind.sign()/>
            <p>
                <strong class="flash-word">{word}</strong>
                {message}
            </p>
        </div>
    }
}

/// What was typed into a form that is not on the page any more, to be copied from: nothing is lost because somebody else was
/// faster. `fields` are names in the form, with what they are called; nothing where nothing was typed into them.
pub fn unsaved(context: &Context, fields: &[(&str, &'static str)]) -> AnyView {
    let lang = context.lang;
    let typed = |(name, label): &(&str, &'static str)| {
        let text = context.kept(name, "");
        // What stood there when the form was made, where the form says so.
        let before = context.kept(&format!("was_{name}"), "");
        (!text.trim().is_empty() && text != before).then_some((*label, text))
    };
    let typed: Vec<(&str, String)> = fields.iter().filter_map(typed).collect();
    if typed.is_empty() {
        return ().into_any();
    }
    let facts = typed
        .into_iter()
        .map(|(label, text)| {
            let text_lang = own_lang(&text, lang);
            view! { <dt>{label}</dt><dd><blockquote class="comment" lang=text_lang>{text}</blockquote></dd> }
        })
        .collect_view();
    view! {
        <section class="section" id="unsaved" aria-labelledby="unsaved-heading">
            <h2 id="unsaved-heading">{lang.t("保存されなかった入力", "What you typed, which was not saved")}</h2>
            <p class="section-lead">{lang.t(
                "必要な内容は、このページを離れる前に、ここから写してください。",
                "Please copy what you need from here before you leave this page.",
            )}</p>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}

/// In place of a list that has nothing in it yet: what will be here, when, and the one thing to do now.
#[component]
pub fn EmptyState(
    /// What is not there yet.
    #[prop(into)]
    title: String,
    /// What this page will show, and when.
    #[prop(into)]
    text: String,
    /// Words and address of the one thing to do now.
    #[prop(optional_no_strip)]
    action: Option<(String, String)>,
) -> impl IntoView {
    let action = action.map(|(label, href)| {
        view! { <a class="button button--secondary" href=href>{label}</a> }
    });
    view! {
        <div class="empty-state">
            <p class="empty-state-title">{title}</p>
            <p class="empty-state-text">{text}</p>
            {action}
        </div>
    }
}

/// The meaning of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeKind {
    /// Not begun, over, no data.
    Neutral,
    /// Going on, on track.
    Info,
    /// Achieved, released.
    Success,
    /// Behind, needs attention.
    Warning,
    /// Failed.
    Danger,
}

impl BadgeKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge badge--neutral",
            Self::Info => "badge badge--info",
            Self::Success => "badge badge--success",
            Self::Warning => "badge badge--warning",
            Self::Danger => "badge badge--danger",
        }
    }

    const fn sign(self) -> Sign {
        match self {
            Self::Neutral => Sign::Ring,
            Self::Info => Sign::Dot,
            Self::Success => Sign::Check,
            Self::Warning => Sign::Warning,
            Self::Danger => Sign::Error,
        }
    }
}

/// A state in a word, with its sign.
#[component]
pub fn Badge(
    /// What the state means.
    kind: BadgeKind,
    /// The word.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let class = kind.class();
    view! {
        <span class=class>
            <Icon sign=kind.sign()/>
            {label}
        </span>
    }
}

/// How far something has come, in words and as a bar.
#[component]
pub fn ProgressBar(
    /// What is happening, or where one is.
    #[prop(into)]
    label: String,
    /// How many are done.
    value: u32,
    /// Of how many.
    max: u32,
) -> impl IntoView {
    let count = format!("{value} / {max}");
    let name = label.clone();
    let (shown, full) = (value.min(max), max.max(1));
    view! {
        <div class="progress">
            <p class="progress-head">
                <span class="progress-label">{label}</span>
                <span class="progress-count">{count}</span>
            </p>
            <progress aria-label=name value=shown max=full></progress>
        </div>
    }
}
