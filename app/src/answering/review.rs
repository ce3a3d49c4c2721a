//! The last look before sending.

use domain::answer::{self, Answer, Problem};
use domain::text;
use leptos::prelude::*;

use super::sent::changed;
use super::state::{Sending, State, Step, faults};
use super::transfer::{devices, enter_code};

/// Where an item stands and what it asks, for a link back to it.
#[derive(Clone, PartialEq)]
struct Place {
    section: usize,
    key: String,
    text: String,
    note: String,
}

/// The items shown for which `pick` has a note, given their answer.
fn places(state: State, pick: &dyn Fn(&str, Option<&Answer>) -> Option<String>) -> Vec<Place> {
    let lang = state.lang;
    let mut found = Vec::new();
    state.survey.with_value(|survey| {
        state.answers.with(|answers| {
            for (section, part) in survey.questionnaire.sections.iter().enumerate() {
                for item in part.items.iter().filter(|item| answer::is_shown(part, item, answers)) {
                    if let Some(note) = pick(&item.key, answers.get(&item.key)) {
                        let text = item.text.get(lang).to_owned();
                        found.push(Place { section, key: item.key.clone(), text, note });
                    }
                }
            }
        });
    });
    found
}

fn links(state: State, places: Vec<Place>) -> Vec<AnyView> {
    places
        .into_iter()
        .map(|Place { section, key, text, note }| {
            let go = move |_| {
                state.target.set(Some(key.clone()));
                state.go(Step::Section(section));
            };
            view! {
                <li>
                    <button type="button" on:click=go>{text}</button>
                    " "
                    <span>{note}</span>
                </li>
            }
            .into_any()
        })
        .collect()
}

/// What is still needed.
fn needed(state: State, faults: &[(String, Problem)]) -> AnyView {
    let lang = state.lang;
    let wrong = places(state, &|key, _| {
        faults.iter().find(|(k, _)| k == key).map(|(_, problem)| match problem {
            Problem::Missing => lang.t("(必須・未回答)", "(required, not answered)").to_owned(),
            other => other.message(lang),
        })
    });
    if wrong.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="error-summary" role="alert">
            <h3 class="error-summary-title">{lang.t("回答が必要な設問", "Still needed")}</h3>
            <ul class="review-list">{links(state, wrong)}</ul>
        </div>
    }
    .into_any()
}

/// What may be left open.
fn open(state: State, faults: &[(String, Problem)]) -> AnyView {
    let lang = state.lang;
    let open = places(state, &|key, answer| {
        let required = faults.iter().any(|(k, _)| k == key);
        let unanswered = answer.is_none_or(Answer::is_blank) && !required;
        unanswered.then(|| lang.t("(任意・未回答)", "(optional, not answered)").to_owned())
    });
    if open.is_empty() {
        return ().into_any();
    }
    view! {
        <div>
            <h3>{lang.t("まだ答えていない設問(このままでも送信できます)", "Not answered (you may send as it is)")}</h3>
            <ul class="review-list">{links(state, open)}</ul>
        </div>
    }
    .into_any()
}

/// What was written, once more, with a calm warning where it seems to name somebody.
fn comments(state: State) -> AnyView {
    let lang = state.lang;
    let comments = places(state, &|_, answer| match answer {
        Some(Answer::Text(text)) if !text::is_blank(text) => Some(text.clone()),
        _ => None,
    });
    if comments.is_empty() {
        return ().into_any();
    }
    let list: Vec<AnyView> = comments
        .into_iter()
        .map(|place| {
            let warning = text::may_identify(&place.note).then(|| {
                view! {
                    <p class="comment-warning">{lang.t(
                        "名前・電話番号・メールアドレスなどが含まれているかもしれません。",
                        "This may contain a name, telephone number or mail address.",
                    )}</p>
                }
                .into_any()
            });
            view! {
                <dt>{place.text}</dt>
                <dd><p class="review-comment">{place.note}</p>{warning}</dd>
            }
            .into_any()
        })
        .collect();
    view! {
        <h3>{lang.t("自由記述", "Your comments")}</h3>
        <p>{if state.survey.with_value(|survey| survey.named) {
            lang.t("自由記述は、原文のまま示されます。", "Comments are read word for word.")
        } else {
            lang.t(
                "自由記述は、だれが書いたか分からないように順番を入れ替え、原文のまま見られることがあります。",
                "Comments are shuffled and may be read word for word.",
            )
        }}</p>
        <dl>{list}</dl>
    }
    .into_any()
}

/// Unanswered questions, comments, and one button.
pub fn review(state: State) -> AnyView {
    let lang = state.lang;
    let faults = Memo::new(move |_| state.survey.with_value(|s| state.answers.with(|a| faults(s, a))));
    let preview = state.preview();
    let named = state.survey.with_value(|survey| survey.named);
    let last = move || state.shown_sections().last().copied().unwrap_or(0);
    view! {
        <section class="answer">
            <h2 id="answer-heading" tabindex="-1">{lang.t("送信前の確認", "Before you send")}</h2>
            {changed(state)}
            {move || faults.with(|f| needed(state, f))}
            {move || faults.with(|f| open(state, f))}
            {move || comments(state)}
            <p>{if named {
                lang.t(
                    "送信すると、回答はこの端末で封をしてから届けられます。匿名ではなく、あなたの回答として、そのまま本人に示されます。",
                    "When you send, your answers are sealed on this device first. They are not anonymous: the person rated sees them as yours.",
                )
            } else {
                lang.t(
                    "送信すると、回答はこの端末で封をしてから届けられます。だれの回答かは記録されません。",
                    "When you send, your answers are sealed on this device first. Whose they are is not recorded.",
                )
            }}</p>
            <div class="answer-actions">
                <button class="button button--secondary" type="button"
                    on:click=move |_| state.go(Step::Section(last()))>{lang.t("戻る", "Back")}</button>
                <button class="button" type="button" id="send"
                    disabled=move || preview || state.sending.get() == Sending::Busy || !faults.with(Vec::is_empty)
                    on:click=move |_| state.send()>
                    {move || if state.sending.get() == Sending::Busy {
                        lang.t("送信しています…", "Sending …")
                    } else {
                        lang.t("送信する", "Send")
                    }}
                </button>
            </div>
            {preview.then(|| view! {
                <p>{lang.t("プレビューのため、送信はできません。", "This is a preview: nothing can be sent.")}</p>
            })}
            {move || outcome(state)}
            {devices(state)}
        </section>
    }
    .into_any()
}

fn note(class: &'static str, role: &'static str, text: String) -> AnyView {
    view! { <p class=class role=role>{text}</p> }.into_any()
}

/// What came of starting or sending, when it did not go through.
pub fn outcome(state: State) -> AnyView {
    let lang = state.lang;
    match state.sending.get() {
        Sending::Waiting => {
            let text = [
                lang.t("サーバーに届きませんでした。", "The server could not be reached. "),
                state.saved.get_untracked().sentence(lang),
                lang.t(
                    "つながりしだい自動で送信しますので、このページを開いたままにしてください。前の画面に戻って直すときは、もう一度「送信する」を押すまで送信しません。",
                    " They will be sent by themselves once it can; please leave this page open. If you go back to change something, nothing is sent until you press “Send” again.",
                ),
            ];
            note("offline-bar", "status", text.concat())
        }
        Sending::Refused(text) => note("flash flash--error", "alert", text),
        // On the panel the field for the code stands below anyway.
        Sending::OtherDevice(text) if state.step.get_untracked() == Step::Panel => {
            note("flash flash--error", "alert", text)
        }
        Sending::OtherDevice(text) => {
            view! { {note("flash flash--error", "alert", text)} {enter_code(state)} }.into_any()
        }
        Sending::TakenOver => {
            let text = lang
                .t("引き継ぎました。この端末で続けられます。", "Taken over. You can go on from this device.");
            note("flash flash--success", "status", text.to_owned())
        }
        Sending::Idle | Sending::Busy => ().into_any(),
    }
}
