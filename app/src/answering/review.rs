//! The last look before sending.

use domain::answer::{self, Answer, Problem};
use domain::text::{self, Lang};
use leptos::prelude::*;

use super::island::{Sending, State, Step};
use super::transfer::EnterCode;

/// Where an item stands and what it asks, for a link back to it.
#[derive(Clone, PartialEq)]
struct Place {
    section: usize,
    key: String,
    text: String,
    note: String,
}

fn places(state: State, pick: impl Fn(&str, &str) -> Option<String>) -> Vec<Place> {
    let lang = state.lang;
    state.survey.with_value(|survey| {
        let sections = survey.questionnaire.sections.iter().enumerate();
        sections
            .flat_map(|(at, s)| s.items.iter().map(move |i| (at, s, i)))
            .filter(|(_, s, i)| state.answers.with(|a| answer::is_shown(s, i, a)))
            .filter_map(|(at, _, i)| {
                let text = i.text.get(lang).to_owned();
                Some(Place { section: at, key: i.key.clone(), note: pick(&i.key, &text)?, text })
            })
            .collect()
    })
}

fn links(state: State, places: Vec<Place>) -> impl IntoView {
    places
        .into_iter()
        .map(|place| {
            let (section, key) = (place.section, StoredValue::new(place.key));
            let go = move |_| {
                state.target.set(Some(key.get_value()));
                state.go(Step::Section(section));
            };
            view! {
                <li>
                    <button type="button" on:click=go>{place.text}</button>
                    " "
                    <span>{place.note}</span>
                </li>
            }
        })
        .collect_view()
}

/// Unanswered questions, comments, and one button.
#[component]
pub fn Review(state: State) -> impl IntoView {
    let lang = state.lang;
    let faults = Memo::new(move |_| {
        state.survey.with_value(|s| {
            state.answers.with(|a| {
                let mut shown = a.clone();
                answer::prune(&s.questionnaire, &mut shown);
                answer::check(&s.questionnaire, &shown)
            })
        })
    });
    let wrong = move || {
        let faults = faults.get();
        places(state, |key, _| {
            faults.iter().find(|(k, _)| k == key).map(|(_, problem)| match problem {
                Problem::Missing => lang.t("(必須・未回答)", "(required, not answered)").to_owned(),
                other => other.message(lang),
            })
        })
    };
    let open = move || {
        let faults = faults.get();
        places(state, |key, _| {
            let unanswered = state.answers.with(|a| !a.contains_key(key));
            let required = faults.iter().any(|(k, _)| k == key);
            (unanswered && !required).then(|| lang.t("(任意・未回答)", "(optional, not answered)").to_owned())
        })
    };
    let comments = move || {
        places(state, |key, _| {
            state.answers.with(|a| match a.get(key) {
                Some(Answer::Text(t)) if !t.trim().is_empty() => Some(t.clone()),
                _ => None,
            })
        })
    };
    let preview = state.survey.with_value(|s| s.preview);
    let ready = move || faults.with(Vec::is_empty) && !preview;
    let busy = move || state.sending.get() == Sending::Busy;
    let last = move || state.shown_sections().last().copied().unwrap_or(0);
    view! {
        <section class="answer">
            <h2 id="answer-heading" tabindex="-1">{lang.t("送信前の確認", "Before you send")}</h2>
            {move || {
                let wrong = wrong();
                (!wrong.is_empty()).then(|| view! {
                    <div class="error-summary" role="alert">
                        <h3 class="error-summary-title">{lang.t("回答が必要な設問", "Still needed")}</h3>
                        <ul class="review-list">{links(state, wrong)}</ul>
                    </div>
                })
            }}
            {move || {
                let open = open();
                (!open.is_empty()).then(|| view! {
                    <div>
                        <h3>{lang.t("まだ答えていない設問(このままでも送信できます)", "Not answered (you may send as it is)")}</h3>
                        <ul class="review-list">{links(state, open)}</ul>
                    </div>
                })
            }}
            {move || {
                let comments = comments();
                (!comments.is_empty()).then(|| view! { <Comments state=state comments=comments/> })
            }}
            <p>{lang.t(
                "送信すると、回答はこの端末で封をしてから届けられます。だれの回答かは記録されません。",
                "When you send, your answers are sealed on this device first. Whose they are is not recorded.",
            )}</p>
            <div class="answer-actions">
                <button class="button button--secondary" type="button"
                    on:click=move |_| state.go(Step::Section(last()))>{lang.t("戻る", "Back")}</button>
                <button class="button" type="button" id="send"
                    disabled=move || !ready() || busy() on:click=move |_| state.send()>
                    {move || if busy() { lang.t("送信しています…", "Sending …") } else { lang.t("送信する", "Send") }}
                </button>
            </div>
            {preview.then(|| view! {
                <p>{lang.t("プレビューのため、送信はできません。", "This is a preview: nothing can be sent.")}</p>
            })}
            <Outcome state=state/>
        </section>
    }
}

#[component]
fn Comments(state: State, comments: Vec<Place>) -> impl IntoView {
    let lang = state.lang;
    let list = comments
        .into_iter()
        .map(|place| {
            let warning = text::may_identify(&place.note).then(|| {
                view! {
                    <p class="comment-warning">{lang.t(
                        "名前・電話番号・メールアドレスなどが含まれているかもしれません。",
                        "This may contain a name, telephone number or mail address.",
                    )}</p>
                }
            });
            view! {
                <dt>{place.text}</dt>
                <dd><p class="review-comment">{place.note}</p>{warning}</dd>
            }
        })
        .collect_view();
    view! {
        <h3>{lang.t("自由記述", "Your comments")}</h3>
        <p>{lang.t(
            "自由記述は、だれが書いたか分からないように順番を入れ替え、原文のまま見られることがあります。",
            "Comments are shuffled and may be read word for word.",
        )}</p>
        <dl>{list}</dl>
    }
}

/// What came of sending, when it did not go through.
#[component]
fn Outcome(state: State) -> impl IntoView {
    let lang = state.lang;
    move || {
        match state.sending.get() {
        Sending::Waiting => view! {
            <p class="offline-bar" role="status">{match lang {
                Lang::Ja => "サーバーに届きませんでした。回答はこの端末に残っています。つながりしだい自動で送信しますので、このページを開いたままにしてください。",
                Lang::En => "The server could not be reached. Your answers are kept here and will be sent by themselves; please leave this page open.",
            }}</p>
        }.into_any(),
        Sending::Refused(text) => view! { <p class="flash flash--error" role="alert">{text}</p> }.into_any(),
        Sending::OtherDevice(text) => view! {
            <p class="flash flash--error" role="alert">{text}</p>
            <EnterCode state=state/>
        }.into_any(),
        Sending::TakenOver => view! {
            <p class="flash flash--success" role="status">{lang.t(
                "引き継ぎました。この端末から送信できます。",
                "Taken over. You can send from this device.",
            )}</p>
        }.into_any(),
        Sending::Idle | Sending::Busy => ().into_any(),
    }
    }
}
