//! The island itself: panel → sections → review → sent.

use std::time::Duration;

use domain::answer;
use domain::text::Lang;
use leptos::prelude::*;

use super::Survey;
use super::item::item_field;
use super::review::{outcome, review};
use super::sent::sent;
use super::state::{Saved, Sending, State, Step};
use super::transfer::{devices, enter_code};
use crate::language::own_lang;

/// The questions, from the privacy panel (the children) to the receipt. Without the browser package only the panel
/// and the reason why nothing can be answered are there.
#[island]
pub fn AnswerSheet(survey: Survey, children: Children) -> impl IntoView {
    let state = State::new(survey);
    let lang = state.lang;
    let about = state.survey.with_value(|survey| survey.about.clone());
    let about_lang = own_lang(&about, lang);
    let awake = RwSignal::new(false);
    Effect::new(move |_| {
        state.load();
        awake.set(true);
    });
    watch_window(state);
    // Drafts are kept after every change; the first run is the load itself.
    Effect::new(move |before: Option<()>| {
        state.answers.track();
        if before.is_some() {
            state.keep_draft();
        }
    });
    Effect::new(move |before: Option<Step>| {
        let step = state.step.get();
        if before.is_some_and(|b| b != step) {
            set_timeout(move || focus(state), Duration::from_millis(30));
        }
        step
    });
    view! {
        <div class="answer">
            <p class="offline-bar" role="status" hidden=move || state.connected.get()>
                {move || [
                    lang.t("ネットワークにつながっていません。", "Not connected. "),
                    state.saved.get().sentence(lang),
                    lang.t("つながると送信できます。", " You can send them once you are connected."),
                ].concat()}
            </p>
            <p class="flash flash--warning" role="status" id="not-kept" hidden=move || state.saved.get() != Saved::No>
                {lang.t(
                    "この端末のブラウザーには、回答を保存できません(プライベートモードや、ブラウザーの設定のためです)。回答はできますが、送信し終わるまで、このページを閉じないでください。",
                    "This browser does not let us keep your answers (private mode, or a setting). You can answer all the same, but please do not close this page before you have sent.",
                )}
            </p>
            <div class="stack" hidden=move || state.step.get() != Step::Panel>
                {children()}
                {start(state, awake)}
            </div>
            {(!about.is_empty()).then(|| view! {
                <p class="answer-about" lang=about_lang hidden=move || state.step.get() == Step::Panel>{about}</p>
            })}
            {move || match state.step.get() {
                Step::Panel => ().into_any(),
                Step::Section(at) => section(state, at),
                Step::Review => review(state),
                Step::Sent => sent(state),
            }}
        </div>
    }
}

/// What stands below the panel: how to begin, or why one cannot.
fn start(state: State, awake: RwSignal<bool>) -> AnyView {
    let lang = state.lang;
    let preview = state.preview();
    view! {
        <p class="muted" role="status" id="waking" hidden=move || awake.get()>
            {lang.t(
                "回答の画面を準備しています。この表示が消えないときは、お使いのブラウザーで回答用のプログラム(WebAssembly)が動いていません。ページを読み込み直すか、別のブラウザーをお使いください。",
                "The questions are being prepared. If this does not go away, your browser does not run the program for answering (WebAssembly): please reload the page, or use another browser.",
            )}
        </p>
        <p class="flash flash--success" role="status" id="cleared" tabindex="-1" hidden=move || !state.cleared.get()>
            {lang.t(
                "この端末から消しました。送った回答は、そのまま数えられます。送り直すときは、引き継ぎコードを下に入力してください。",
                "Removed from this device. What you sent still counts. To send again, enter your transfer code below.",
            )}
        </p>
        <div class="answer-actions" hidden=move || state.cleared.get()>
            <button class="button" type="button" id="start"
                disabled=move || !awake.get() || state.sending.get() == Sending::Busy
                on:click=move |_| state.start()>
                {move || match (preview, state.sending.get() == Sending::Busy) {
                    (true, _) => lang.t("プレビューを始める", "Start the preview"),
                    (false, true) => lang.t("回答券を受け取っています…", "Getting your ballot …"),
                    (false, false) => lang.t("回答を始める", "Start"),
                }}
            </button>
        </div>
        {move || if state.step.get() == Step::Panel { outcome(state) } else { ().into_any() }}
        {(!preview).then(|| enter_code(state))}
    }
    .into_any()
}

/// Follows the connection, other tabs, and people who are about to leave.
fn watch_window(state: State) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::ev;

        let name = state.survey.with_value(|s| super::store::name(&s.device_key));
        let handles = [
            window_event_listener(ev::online, move |_| {
                state.connected.set(true);
                state.retry();
            }),
            window_event_listener(ev::offline, move |_| state.connected.set(false)),
            window_event_listener(ev::storage, move |event| {
                // Without a key everything of this site was removed.
                if event.key().is_none_or(|key| key == name) {
                    state.adopt(event.new_value().is_none());
                }
            }),
            window_event_listener(ev::beforeunload, move |event| {
                if state.would_be_lost() {
                    event.prevent_default();
                }
            }),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = state;
}

/// After a change of screen, keyboard and screen reader go on at its heading, or at the item that was asked for.
fn focus(state: State) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let place = match (state.step.get_untracked(), state.cleared.get_untracked()) {
            (Step::Panel, true) => "cleared",
            (Step::Panel, false) => "start",
            _ => "answer-heading",
        };
        let id = state.target.get_untracked().map_or_else(|| place.to_owned(), |key| format!("q-{key}"));
        state.target.set(None);
        let element = leptos::prelude::document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
            element.scroll_into_view();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = state;
}

fn section(state: State, at: usize) -> AnyView {
    let lang = state.lang;
    let Some(section) = state.survey.with_value(|s| s.questionnaire.sections.get(at).cloned()) else {
        return ().into_any();
    };
    let place = move || {
        let shown = state.shown_sections();
        let number = shown.iter().position(|s| *s == at).map_or(1, |p| p + 1);
        (number, shown.len())
    };
    let before = move || state.shown_sections().into_iter().rfind(|s| *s < at);
    let after = move || state.shown_sections().into_iter().find(|s| *s > at);
    let title = section.title.get(lang).to_owned();
    let introduction = section.introduction.get(lang).to_owned();
    let closes = state.survey.with_value(|s| match lang {
        _ if s.preview => String::new(),
        Lang::Ja => format!("締切 {}", s.closes),
        Lang::En => format!("Open until {}", s.closes),
    });
    let fields: Vec<AnyView> = section
        .items
        .iter()
        .map(|item| {
            let (asked_section, asked) = (section.clone(), item.clone());
            let shown =
                Memo::new(move |_| state.answers.with(|a| answer::is_shown(&asked_section, &asked, a)));
            view! { <div hidden=move || !shown.get()>{item_field(state, item)}</div> }.into_any()
        })
        .collect();
    view! {
        <section class="answer">
            <div class="answer-progress"><div class="progress">
                <p class="progress-head">
                    <span class="progress-label">{title.clone()}</span>
                    <span class="progress-count">{move || { let (n, of) = place(); format!("{n} / {of}") }}</span>
                </p>
                <progress aria-label=lang.t("進み具合", "Progress") max=move || place().1.to_string()
                    value=move || place().0.to_string()></progress>
            </div></div>
            <div class="answer-notes">
                <span class="saved-note" role="status">{move || match (state.saved.get(), state.changed.get()) {
                    (Saved::NotYet | Saved::No, _) => "",
                    (Saved::Yes, false) => lang.t("この端末に保存しました", "Saved on this device"),
                    (Saved::Yes, true) => lang.t(
                        "この端末に保存しました(まだ送り直していません)",
                        "Saved on this device (not sent again yet)",
                    ),
                }}</span>
                <span>{closes}</span>
            </div>
            <h2 id="answer-heading" tabindex="-1">{title}</h2>
            {(!introduction.is_empty()).then(|| view! { <p>{introduction}</p> })}
            {fields}
            <div class="answer-actions">
                <button class="button button--secondary" type="button"
                    on:click=move |_| state.go(before().map_or(Step::Panel, Step::Section))>
                    {lang.t("戻る", "Back")}
                </button>
                <button class="button" type="button"
                    on:click=move |_| state.go(after().map_or(Step::Review, Step::Section))>
                    {lang.t("次へ", "Next")}
                </button>
            </div>
            {devices(state)}
        </section>
    }
    .into_any()
}
