//! Answering (回答): the one page whose work must be done in the browser, since nobody else may see it.

#[cfg(feature = "hydrate")]
mod fetch;
pub mod island;
mod item;
mod list;
mod review;
mod sending;
mod sent;
mod state;
mod store;
#[cfg(any(feature = "hydrate", test))]
mod terms;
mod transfer;
mod wire;

pub use island::AnswerSheet;
pub use list::{Listed, RatingList};
pub use wire::Asked;

use domain::text::{Lang, Text};
use serde::{Deserialize, Serialize};

/// What the server tells the browser about a survey. Everything that matters is checked against the terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// The language of the page.
    pub lang: Lang,
    /// The campaign's id; empty in a preview.
    pub campaign: String,
    /// SHA-256 of the terms, hexadecimal.
    pub terms_hash: String,
    /// Number of the stratum the person was put in.
    pub stratum: u32,
    /// What it is called.
    pub stratum_label: Text,
    /// How many people are in it.
    pub stratum_size: u32,
    /// The questions, with the text that the terms name by its hash.
    pub questionnaire: Asked,
    /// When answering ends, as text.
    pub closes: String,
    /// Where sheets go: empty for the same server.
    pub collector: String,
    /// Keeps drafts of several people on one device apart.
    pub device_key: String,
    /// Whom the answers are about, in words; empty in a survey.
    pub about: String,
    /// In a pulse, what the subject told the team they would do: the only items about actions are about those.
    pub actions: Vec<String>,
    /// True where the answers are shown with the name of who gave them.
    pub named: bool,
    /// The page of others to rate, in a review; else empty.
    pub list: String,
    /// A preview asks for no ballot and sends nothing.
    pub preview: bool,
}
