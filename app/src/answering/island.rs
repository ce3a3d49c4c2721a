//! The island itself: panel → sections → review → sent.

use domain::answer::{self, Answers};
use domain::questionnaire::Item;
use domain::text::Lang;
use leptos::prelude::*;

use super::item::ItemField;
use super::review::Review;
use super::sending::{self, NotSent};
use super::store::{self, Kept};
use super::transfer::{Devices, EnterCode};
use super::{Survey, sending::online};

/// Which screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The privacy panel, before the first question.
    Panel,
    /// A section, by its position in the questionnaire.
    Section(usize),
    /// The last look before sending.
    Review,
    /// Sent.
    Sent,
}

/// How sending goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Nothing is under way.
    Idle,
    /// Under way.
    Busy,
    /// No connection; it is tried again by itself.
    Waiting,
    /// It was refused; the text says why.
    Refused(String),
    /// The ballot is on another device; the text says so.
    OtherDevice(String),
    /// Another device's code was taken over: sending will work now.
    TakenOver,
}

/// Everything the screens share. Cheap to copy: all of it is signals.
#[derive(Clone, Copy)]
pub struct State {
    /// What the server said.
    pub survey: StoredValue<Survey>,
    /// The language.
    pub lang: Lang,
    /// The draft.
    pub answers: RwSignal<Answers>,
    /// The screen.
    pub step: RwSignal<Step>,
    /// How sending goes.
    pub sending: RwSignal<Sending>,
    /// The receipt, once sent.
    pub receipt: RwSignal<String>,
    /// The seed, hexadecimal; empty until it is needed.
    pub seed: RwSignal<String>,
    /// True once the draft could be kept on the device.
    pub saved: RwSignal<bool>,
    /// True while the browser believes to be connected.
    pub connected: RwSignal<bool>,
    /// The item to go to when its section is shown.
    pub target: RwSignal<Option<String>>,
}

impl State {
    /// Positions of the sections that have something to ask, given the answers so far.
    pub fn shown_sections(self) -> Vec<usize> {
        self.survey.with_value(|survey| {
            self.answers.with(|answers| {
                let sections = survey.questionnaire.sections.iter().enumerate();
                sections
                    .filter(|(_, s)| s.items.iter().any(|i| answer::is_shown(s, i, answers)))
                    .map(|(at, _)| at)
                    .collect()
            })
        })
    }

    /// The seed as bytes; drawn when there is none yet.
    pub fn seed_bytes(self) -> Option<[u8; 32]> {
        if let Some(bytes) = hex::decode(self.seed.get_untracked()).ok().and_then(|b| b.try_into().ok()) {
            return Some(bytes);
        }
        let fresh = sending::random()?;
        self.seed.set(hex::encode(fresh));
        self.keep();
        Some(fresh)
    }

    /// Writes everything to the device.
    pub fn keep(self) {
        self.survey.with_value(|survey| {
            if survey.preview {
                return;
            }
            let step = self.step.get_untracked();
            let kept = Kept {
                seed: self.seed.get_untracked(),
                answers: self.answers.get_untracked(),
                section: if let Step::Section(at) = step { at } else { 0 },
                started: step != Step::Panel,
                receipt: self.receipt.get_untracked(),
            };
            self.saved.set(store::save(&survey.device_key, &kept));
        });
    }

    /// Removes everything from the device and starts anew.
    pub fn clear_device(self) {
        self.survey.with_value(|survey| store::clear(&survey.device_key));
        self.answers.set(Answers::new());
        self.seed.set(String::new());
        self.receipt.set(String::new());
        self.saved.set(false);
        self.sending.set(Sending::Idle);
    }

    /// Shows another screen.
    pub fn go(self, step: Step) {
        self.step.set(step);
        self.keep();
    }

    /// Sends the sheet; without a connection it waits and tries again by itself.
    pub fn send(self) {
        if self.sending.get_untracked() == Sending::Busy {
            return;
        }
        let survey = self.survey.get_value();
        if survey.preview {
            return;
        }
        let Some(seed) = self.seed_bytes() else { return };
        let answers = self.answers.get_untracked();
        self.sending.set(Sending::Busy);
        leptos::task::spawn_local(async move {
            match sending::send(&survey, seed, answers).await {
                Ok(receipt) => {
                    self.receipt.set(receipt);
                    self.sending.set(Sending::Idle);
                    self.go(Step::Sent);
                }
                Err(NotSent::Later) => {
                    self.sending.set(Sending::Waiting);
                    set_timeout(move || self.retry(), std::time::Duration::from_secs(10));
                }
                Err(NotSent::SignIn) => self.sending.set(Sending::Refused(signed_out(self.lang))),
                Err(NotSent::Refused(text)) => self.sending.set(Sending::Refused(text)),
                Err(NotSent::OtherDevice(text)) => self.sending.set(Sending::OtherDevice(text)),
            }
        });
    }

    fn retry(self) {
        if self.sending.try_get_untracked() == Some(Sending::Waiting) {
            self.send();
        }
    }
}

/// The questions, from the privacy panel (the children) to the receipt. Without the browser package only the panel
/// and the reason why nothing can be answered are there.
#[island]
pub fn AnswerSheet(survey: Survey, children: Children) -> impl IntoView {
    let lang = survey.lang;
    let preview = survey.preview;
    let state = State {
        survey: StoredValue::new(survey),
        lang,
        answers: RwSignal::new(Answers::new()),
        step: RwSignal::new(Step::Panel),
        sending: RwSignal::new(Sending::Idle),
        receipt: RwSignal::new(String::new()),
        seed: RwSignal::new(String::new()),
        saved: RwSignal::new(false),
        connected: RwSignal::new(true),
        target: RwSignal::new(None),
    };
    let awake = RwSignal::new(false);
    Effect::new(move |_| {
        let kept =
            state.survey.with_value(|s| if s.preview { Kept::default() } else { store::load(&s.device_key) });
        state.answers.set(kept.answers);
        state.seed.set(kept.seed);
        if !kept.receipt.is_empty() {
            state.receipt.set(kept.receipt);
            state.step.set(Step::Sent);
        } else if kept.started {
            state.step.set(Step::Section(kept.section));
        }
        state.connected.set(online());
        awake.set(true);
    });
    watch_connection(state);
    // Drafts are kept after every change; the first run is the load itself.
    Effect::new(move |before: Option<()>| {
        state.answers.track();
        if before.is_some() && state.step.get_untracked() != Step::Panel {
            state.keep();
        }
    });
    Effect::new(move |before: Option<Step>| {
        let step = state.step.get();
        if before.is_some_and(|b| b != step) {
            set_timeout(move || focus(state), std::time::Duration::from_millis(30));
        }
        step
    });
    let on_panel = move || state.step.get() == Step::Panel;
    view! {
        <div class="answer">
            <p class="offline-bar" role="status" hidden=move || state.connected.get()>
                {lang.t(
                    "ネットワークにつながっていません。回答はこの端末に保存されています。つながると送信できます。",
                    "Not connected. Your answers are kept on this device; you can send them once you are connected.",
                )}
            </p>
            <div class="stack" hidden=move || !on_panel()>
                {children()}
                <div class="answer-actions">
                    <button class="button" type="button" id="start" disabled=move || !awake.get()
                        on:click=move |_| state.go(Step::Section(0))>
                        {if preview {
                            lang.t("プレビューを始める", "Start the preview")
                        } else {
                            lang.t("回答を始める", "Start")
                        }}
                    </button>
                </div>
                {(!preview).then(|| view! { <EnterCode state=state/> })}
            </div>
            {move || match state.step.get() {
                Step::Panel => ().into_any(),
                Step::Section(at) => section(state, at),
                Step::Review => view! { <Review state=state/> }.into_any(),
                Step::Sent => sent(state),
            }}
        </div>
    }
}

fn signed_out(lang: Lang) -> String {
    lang.t(
        "ログインの有効期限が切れました。別のタブでログインし直してから、もう一度「送信する」を押してください。回答はこの端末に残っています。",
        "Your sign-in has expired. Sign in again in another tab, then press “Send” once more; your answers are kept on this device.",
    )
    .to_owned()
}

fn watch_connection(state: State) {
    #[cfg(feature = "hydrate")]
    {
        let on = window_event_listener(leptos::ev::online, move |_| {
            state.connected.set(true);
            state.retry();
        });
        let off = window_event_listener(leptos::ev::offline, move |_| state.connected.set(false));
        on_cleanup(move || {
            on.remove();
            off.remove();
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = state;
}

/// After a change of screen, keyboard and screen reader go on at its heading, or at the item that was asked for.
fn focus(state: State) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let id =
            state.target.get_untracked().map_or_else(|| "answer-heading".into(), |key| format!("q-{key}"));
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
    let items: Vec<Item> = section.items.clone();
    let fields = items
        .into_iter()
        .map(|item| {
            let (asked_section, asked) = (section.clone(), item.clone());
            let shown =
                Memo::new(move |_| state.answers.with(|a| answer::is_shown(&asked_section, &asked, a)));
            view! {
                <div hidden=move || !shown.get()>
                    <ItemField state=state item=item/>
                </div>
            }
        })
        .collect_view();
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
                <span class="saved-note" role="status">
                    {move || if state.saved.get() { lang.t("この端末に保存しました", "Saved on this device") } else { "" }}
                </span>
                <span>{closes}</span>
            </div>
            <h2 id="answer-heading" tabindex="-1">{title.clone()}</h2>
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
        </section>
    }
    .into_any()
}

fn sent(state: State) -> AnyView {
    let lang = state.lang;
    let closes = state.survey.with_value(|s| s.closes.clone());
    let again = match lang {
        Lang::Ja => format!("{closes}までは、何度でも送り直せます。送り直すと、前の回答と入れ替わります。"),
        Lang::En => format!("Until {closes} you may send again; the new answers then replace the old ones."),
    };
    view! {
        <section class="answer">
            <h2 id="answer-heading" tabindex="-1">{lang.t("送信しました。ありがとうございました。", "Sent. Thank you.")}</h2>
            <p>
                {lang.t("受付番号 ", "Receipt ")}
                <strong class="code">{move || state.receipt.get()}</strong>
            </p>
            <p>{lang.t(
                "受付番号は、回答が届いたことの控えです。この番号から、だれの回答かは分かりません。",
                "The receipt shows that a sheet arrived. Nobody can tell from it whose sheet it is.",
            )}</p>
            <p>{again}</p>
            <p>{lang.t(
                "締切のあとに集計し、決められた人数以上の集計だけを公表します。公表されるとメールとホームでお知らせします。",
                "After closing, answers are counted and only results of large enough groups are published. You will hear of it by mail and on the home page.",
            )}</p>
            <div class="answer-actions">
                <button class="button button--secondary" type="button" on:click=move |_| state.go(Step::Section(0))>
                    {lang.t("回答を見直す", "Look at my answers again")}
                </button>
                <button class="button button--secondary" type="button" id="clear-device"
                    on:click=move |_| { state.clear_device(); state.step.set(Step::Panel); }>
                    {lang.t("この端末から消す", "Clear this device")}
                </button>
                <a class="button" href="/">{lang.t("ホームへ", "Home")}</a>
            </div>
            <Devices state=state/>
        </section>
    }
    .into_any()
}
