//! What the screens of the island share, and what they do with it.

use std::time::Duration;

use domain::answer::{self, Answers, Problem};
use domain::text::Lang;
use leptos::prelude::*;

use super::Survey;
use super::sending::{self, NotSent};
use super::store::{self, Kept};

/// When a sheet that did not get through is sent again.
const AGAIN: Duration = Duration::from_secs(10);

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
    /// Another device's code was taken over: it goes on now.
    TakenOver,
}

/// Whether the draft is on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Nothing has been written yet.
    NotYet,
    /// It is.
    Yes,
    /// The browser refuses to keep anything.
    No,
}

impl Saved {
    /// Where the answers are, for the end of every message about something that failed.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::NotYet | Self::Yes => {
                lang.t("回答はこの端末に残っています。", "Your answers are kept on this device.")
            }
            Self::No => lang.t(
                "回答はこのページにだけ残っています。閉じると消えます。",
                "Your answers are on this page only, and gone when it is closed.",
            ),
        }
    }
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
    /// Fingerprint of what was sent last.
    sent: RwSignal<String>,
    /// True where the draft is no longer what was sent.
    pub changed: Memo<bool>,
    /// The seed, hexadecimal; empty until it is needed.
    pub seed: RwSignal<String>,
    /// The ballot, once it was given; empty before.
    pub ballot: RwSignal<String>,
    /// Whether the draft is on the device.
    pub saved: RwSignal<Saved>,
    /// True after everything was removed from the device.
    pub cleared: RwSignal<bool>,
    /// True while the browser believes to be connected.
    pub connected: RwSignal<bool>,
    /// The item to go to when its section is shown.
    pub target: RwSignal<Option<String>>,
}

/// What keeps the answers from being sent, judged as the sheet will be when it is counted.
pub fn faults(survey: &Survey, answers: &Answers) -> Vec<(String, Problem)> {
    let mut shown = answers.clone();
    answer::prune(&survey.questionnaire, &mut shown);
    answer::check(&survey.questionnaire, &shown)
}

impl State {
    /// The beginning: the panel, and nothing from the device yet, since the server does not know what is on it.
    pub fn new(mut survey: Survey) -> Self {
        survey.questionnaire.about(&survey.actions);
        let lang = survey.lang;
        let survey = StoredValue::new(survey);
        let answers = RwSignal::new(Answers::new());
        let [receipt, sent, seed, ballot] = [(); 4].map(|()| RwSignal::new(String::new()));
        let changed = Memo::new(move |_| {
            sent.with(|sent| {
                !sent.is_empty()
                    && answers
                        .with(|a| survey.with_value(|s| store::fingerprint(&s.questionnaire, a) != *sent))
            })
        });
        Self {
            survey,
            lang,
            answers,
            step: RwSignal::new(Step::Panel),
            sending: RwSignal::new(Sending::Idle),
            receipt,
            sent,
            changed,
            seed,
            ballot,
            saved: RwSignal::new(Saved::NotYet),
            cleared: RwSignal::new(false),
            connected: RwSignal::new(true),
            target: RwSignal::new(None),
        }
    }

    /// True where nothing is kept and nothing can be sent.
    pub fn preview(self) -> bool {
        self.survey.with_value(|s| s.preview)
    }

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

    /// True where leaving the page would lose something.
    #[cfg(feature = "hydrate")]
    pub fn would_be_lost(self) -> bool {
        let sent = self.receipt.with_untracked(|r| !r.is_empty()) && !self.changed.get_untracked();
        self.saved.get_untracked() == Saved::No && !sent && !self.answers.with_untracked(Answers::is_empty)
    }

    /// Takes over what the device has kept, and goes on where it was left.
    pub fn load(self) {
        self.connected.set(sending::online());
        if self.preview() {
            return;
        }
        if !store::works() {
            self.saved.set(Saved::No);
        }
        let kept = self.stored();
        self.take(&kept);
        let sent = !kept.receipt.is_empty();
        self.answers.set(kept.answers);
        if !self.is_usable(&kept.ballot) {
            return self.refuse(sending::other_questions(self.lang));
        }
        if sent {
            self.step.set(if self.changed.get_untracked() { Step::Review } else { Step::Sent });
        } else if kept.started {
            self.step.set(Step::Section(kept.section));
        }
    }

    /// False for a ballot of other questions than the page shows.
    fn is_usable(self, ballot: &str) -> bool {
        ballot.is_empty() || self.survey.with_value(|s| sending::is_for(s, ballot))
    }

    /// Another tab has written, or has `removed` everything: its answers are shown here too, and its ballot is used.
    #[cfg(feature = "hydrate")]
    pub fn adopt(self, removed: bool) {
        if removed {
            return self.forget();
        }
        let kept = self.stored();
        self.take(&kept);
        if self.answers.with_untracked(|a| *a != kept.answers) {
            self.answers.set(kept.answers);
        }
        self.cleared.set(false);
        self.saved.set(Saved::Yes);
    }

    fn stored(self) -> Kept {
        self.survey.with_value(|s| store::load(&s.device_key))
    }

    fn held(self) -> Kept {
        let step = self.step.get_untracked();
        Kept {
            seed: self.seed.get_untracked(),
            ballot: self.ballot.get_untracked(),
            answers: self.answers.get_untracked(),
            section: if let Step::Section(at) = step { at } else { 0 },
            started: step != Step::Panel,
            receipt: self.receipt.get_untracked(),
            sent: self.sent.get_untracked(),
        }
    }

    /// The right to answer as it is on the device.
    fn take(self, kept: &Kept) {
        let parts = [
            (self.seed, &kept.seed),
            (self.ballot, &kept.ballot),
            (self.receipt, &kept.receipt),
            (self.sent, &kept.sent),
        ];
        for (signal, value) in parts {
            if signal.with_untracked(|held| held != value) {
                signal.set(value.clone());
            }
        }
    }

    fn write(self, kept: &Kept) {
        self.take(kept);
        let written = self.survey.with_value(|s| store::save(&s.device_key, kept));
        self.saved.set(if written { Saved::Yes } else { Saved::No });
    }

    /// Writes everything to the device.
    pub fn keep(self) {
        if !self.preview() {
            self.write(&self.held().over(self.stored()));
        }
    }

    /// Writes the draft after a change, unless it is the one another tab has just written.
    pub fn keep_draft(self) {
        if self.preview() || self.step.get_untracked() == Step::Panel {
            return;
        }
        let stored = self.stored();
        if !stored.started || self.answers.with_untracked(|a| *a != stored.answers) {
            self.write(&self.held().over(stored));
        }
    }

    /// Removes everything from the device.
    pub fn clear_device(self) {
        self.survey.with_value(|survey| store::clear(&survey.device_key));
        self.forget();
    }

    fn forget(self) {
        self.step.set(Step::Panel);
        self.take(&Kept::default());
        self.answers.set(Answers::new());
        self.saved.set(Saved::NotYet);
        self.sending.set(Sending::Idle);
        self.cleared.set(true);
    }

    /// Goes on with the right to answer of another device, by its seed in hexadecimal.
    pub fn take_over(self, seed: String) {
        let none = String::new;
        self.write(&Kept { seed, ballot: none(), receipt: none(), sent: none(), ..self.held() });
        self.cleared.set(false);
        self.sending.set(Sending::TakenOver);
    }

    /// Shows another screen. Whoever goes back to change something no longer wants sent what was waiting.
    pub fn go(self, step: Step) {
        if self.sending.get_untracked() != Sending::Busy {
            self.sending.set(Sending::Idle);
        }
        self.step.set(step);
        self.keep();
    }

    /// Gets the ballot, unless it is here already, and shows the first question.
    pub fn start(self) {
        if self.sending.get_untracked() == Sending::Busy {
            return;
        }
        if self.preview() {
            return self.go(Step::Section(0));
        }
        self.sending.set(Sending::Busy);
        leptos::task::spawn_local(async move {
            match self.obtain_ballot().await {
                Ok(_) => {
                    self.sending.set(Sending::Idle);
                    self.go(Step::Section(0));
                }
                Err(NotSent::Later) => self.refuse(self.lang.t(
                    "サーバーに接続できませんでした。始めるときは接続が必要です。接続を確かめて、もう一度ボタンを押してください。",
                    "The server could not be reached. To start you need a connection; please check it and press the button once more.",
                )),
                Err(other) => self.not_sent(other),
            }
        });
    }

    /// The seed as bytes: the device's, which another tab may have drawn, or else a fresh one.
    fn seed_bytes(self) -> Option<[u8; 32]> {
        let kept = self.held().over(self.stored());
        if let Some(bytes) = hex::decode(&kept.seed).ok().and_then(|b| b.try_into().ok()) {
            self.take(&kept);
            return Some(bytes);
        }
        let fresh = sending::random()?;
        self.write(&Kept { seed: hex::encode(fresh), ..kept });
        Some(fresh)
    }

    async fn obtain_ballot(self) -> Result<String, NotSent> {
        let seed = self.seed_bytes().ok_or(NotSent::Later)?;
        let held = self.ballot.get_untracked();
        if !self.is_usable(&held) {
            return Err(NotSent::Refused(sending::other_questions(self.lang).to_owned()));
        }
        if !held.is_empty() {
            return Ok(held);
        }
        let ballot = sending::ballot(&self.survey.get_value(), seed).await?;
        let mut kept = self.held().over(self.stored());
        // Unless another code was taken over in the meantime.
        if kept.seed == hex::encode(seed) {
            kept.ballot.clone_from(&ballot);
            self.write(&kept);
        }
        Ok(ballot)
    }

    /// Sends the sheet if it will count; without a connection it waits and tries again by itself.
    pub fn send(self) {
        let survey = self.survey.get_value();
        if survey.preview || self.sending.get_untracked() == Sending::Busy {
            return;
        }
        let answers = self.answers.get_untracked();
        if !faults(&survey, &answers).is_empty() {
            return self.sending.set(Sending::Idle);
        }
        let fingerprint = store::fingerprint(&survey.questionnaire, &answers);
        self.sending.set(Sending::Busy);
        leptos::task::spawn_local(async move {
            // It is here since the start, except after a transfer code was entered.
            let sent = match self.obtain_ballot().await {
                Ok(ballot) => sending::send(&survey, &ballot, answers).await,
                Err(problem) => Err(problem),
            };
            match sent {
                Ok(receipt) => self.arrived(receipt, fingerprint),
                Err(problem) => self.not_sent(problem),
            }
        });
    }

    fn arrived(self, receipt: String, sent: String) {
        self.write(&Kept { receipt, sent, ..self.held().over(self.stored()) });
        self.sending.set(Sending::Idle);
        // Who has gone back in the meantime is not interrupted.
        if self.step.get_untracked() == Step::Review {
            self.go(Step::Sent);
        }
    }

    fn not_sent(self, problem: NotSent) {
        match problem {
            NotSent::Later if self.step.get_untracked() != Step::Review => self.sending.set(Sending::Idle),
            NotSent::Later => {
                set_timeout(move || self.retry(), AGAIN);
                self.sending.set(Sending::Waiting);
            }
            NotSent::SignIn => self.refuse(self.lang.t(
                "ログインの有効期限が切れました。別のタブでログインし直してから、もう一度ボタンを押してください。",
                "Your sign-in has expired. Sign in again in another tab, then press the button once more.",
            )),
            NotSent::Refused(text) => self.refuse(&text),
            NotSent::OtherDevice(text) => {
                self.sending.set(Sending::OtherDevice(self.and_what_was_kept(&text)));
            }
        }
    }

    fn refuse(self, text: &str) {
        self.sending.set(Sending::Refused(self.and_what_was_kept(text)));
    }

    fn and_what_was_kept(self, text: &str) -> String {
        if self.answers.with_untracked(Answers::is_empty) {
            return text.to_owned();
        }
        [text, self.lang.t("", " "), self.saved.get_untracked().sentence(self.lang)].concat()
    }

    /// Tries again if a sheet is waiting.
    pub fn retry(self) {
        if self.sending.try_get_untracked() == Some(Sending::Waiting) {
            self.send();
        }
    }
}
