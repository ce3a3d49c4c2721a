//! What is kept on the device, and only there: the seed, the ballot, the draft, the receipt.

use domain::answer::{self, Answers};
use domain::questionnaire::Questionnaire;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The content of the browser's storage for one survey.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The ballot's seed, hexadecimal; empty until it is needed.
    #[serde(default)]
    pub seed: String,
    /// The ballot, once it was given; see `sending::ballot`.
    #[serde(default)]
    pub ballot: String,
    /// The draft.
    #[serde(default)]
    pub answers: Answers,
    /// The section last looked at.
    #[serde(default)]
    pub section: usize,
    /// True once "start" was pressed.
    #[serde(default)]
    pub started: bool,
    /// The receipt, once a sheet was sent.
    #[serde(default)]
    pub receipt: String,
    /// [`fingerprint`] of what was sent last.
    #[serde(default)]
    pub sent: String,
}

impl Kept {
    /// What a tab writes that holds `self` and finds `stored` on the device, perhaps from another tab. The draft is the
    /// tab's own. The right to answer is the device's: a tab that knows nothing of it, or of a sheet that was sent
    /// meanwhile, must not wipe it out, and the parts of two rights must not be mixed.
    pub fn over(self, stored: Self) -> Self {
        if stored.seed.is_empty() {
            return self;
        }
        let same = stored.seed == self.seed;
        let either = |stored: String, own: String| if stored.is_empty() && same { own } else { stored };
        Self {
            ballot: either(stored.ballot, self.ballot),
            receipt: either(stored.receipt, self.receipt),
            sent: either(stored.sent, self.sent),
            seed: stored.seed,
            ..self
        }
    }
}

/// What tells one sheet from another: SHA-256 of the answers as they would be sent, hexadecimal.
pub fn fingerprint(questionnaire: &Questionnaire, answers: &Answers) -> String {
    let mut shown = answers.clone();
    answer::prune(questionnaire, &mut shown);
    hex::encode(Sha256::digest(serde_json::to_vec(&shown).unwrap_or_default()))
}

/// The name under which a survey is kept.
#[cfg(feature = "hydrate")]
pub fn name(device_key: &str) -> String {
    format!("shirube/answer/{device_key}")
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Reads what is kept; nothing where there is nothing or it cannot be read.
#[cfg(feature = "hydrate")]
pub fn load(device_key: &str) -> Kept {
    storage()
        .and_then(|s| s.get_item(&name(device_key)).ok()?)
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// Keeps it; false where the browser does not let us (private mode, full).
#[cfg(feature = "hydrate")]
pub fn save(device_key: &str, kept: &Kept) -> bool {
    let json = serde_json::to_string(kept).unwrap_or_default();
    storage().is_some_and(|s| s.set_item(&name(device_key), &json).is_ok())
}

/// True where the browser lets us keep something.
#[cfg(feature = "hydrate")]
pub fn works() -> bool {
    const PROBE: &str = "shirube/probe";
    storage().is_some_and(|s| s.set_item(PROBE, "1").is_ok() && s.remove_item(PROBE).is_ok())
}

/// Removes everything kept for this survey.
#[cfg(feature = "hydrate")]
pub fn clear(device_key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name(device_key));
    }
}

/// On the server nothing is kept.
#[cfg(not(feature = "hydrate"))]
pub fn load(_: &str) -> Kept {
    Kept::default()
}

/// On the server nothing is kept.
#[cfg(not(feature = "hydrate"))]
pub fn save(_: &str, _: &Kept) -> bool {
    false
}

/// On the server nothing is kept, and nobody is warned of it.
#[cfg(not(feature = "hydrate"))]
pub fn works() -> bool {
    true
}

/// On the server nothing is kept.
#[cfg(not(feature = "hydrate"))]
pub fn clear(_: &str) {}

#[cfg(test)]
mod tests {
    use domain::answer::Answer;
    use domain::questionnaire::{Condition, FORMAT, Item, Kind, Section};
    use domain::text::Text;

    use super::*;

    fn answers(point: u8) -> Answers {
        Answers::from([("q".to_owned(), Answer::Scale(point))])
    }

    fn kept(seed: &str, point: u8) -> Kept {
        Kept { seed: seed.into(), answers: answers(point), section: 2, started: true, ..Kept::default() }
    }

    fn sent(seed: &str) -> Kept {
        let text = |what: &str| format!("{what} of {seed}");
        Kept { ballot: text("ballot"), receipt: text("receipt"), sent: text("print"), ..kept(seed, 5) }
    }

    #[test]
    fn a_tab_opened_before_the_other_one_sent_loses_neither_seed_nor_receipt() {
        // It has a draft, and no idea that there is a ballot by now.
        let written = kept("", 1).over(sent("a"));
        assert_eq!(written, Kept { answers: answers(1), ..sent("a") });
        // It was there at the start, and does not know of the sheet.
        let started = Kept { ballot: "ballot of a".into(), ..kept("a", 1) };
        assert_eq!(started.over(sent("a")), Kept { answers: answers(1), ..sent("a") });
    }

    #[test]
    fn what_the_device_does_not_have_yet_is_written() {
        assert_eq!(sent("a").over(Kept::default()), sent("a"));
        assert_eq!(sent("a").over(kept("a", 1)), sent("a"));
        assert_eq!(kept("", 3).over(kept("", 1)), kept("", 3));
    }

    #[test]
    fn parts_of_two_rights_are_not_mixed() {
        // Another tab has taken over the code of another device, which has no ballot here yet.
        let written = sent("a").over(kept("b", 1));
        assert_eq!(written, kept("b", 5));
    }

    #[test]
    fn what_is_not_asked_does_not_count_as_a_change() {
        let item = |key: &str, show_if| Item {
            key: key.into(),
            text: Text::new("問", "Q"),
            help: Text::default(),
            area: None,
            required: false,
            may_decline: false,
            unobserved: false,
            demographic: false,
            show_if,
            kind: Kind::LongText { max_chars: 100 },
        };
        let only_if = Condition { item: "q".into(), any_of: vec!["1".into()] };
        let questionnaire = Questionnaire {
            format: FORMAT.into(),
            key: "k".into(),
            version: 1,
            title: Text::default(),
            introduction: Text::default(),
            areas: Vec::new(),
            sections: vec![Section {
                key: "s".into(),
                title: Text::default(),
                introduction: Text::default(),
                show_if: None,
                items: vec![item("q", None), item("why", Some(only_if))],
            }],
        };
        let print = |answers: &Answers| fingerprint(&questionnaire, answers);
        let mut more = answers(5);
        more.insert("why".into(), Answer::Text("hidden again".into()));
        assert_eq!(print(&more), print(&answers(5)));
        assert_ne!(print(&answers(4)), print(&answers(5)));
    }
}
