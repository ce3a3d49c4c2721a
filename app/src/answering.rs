//! Answering (回答): the one page whose work must be done in the browser, since nobody else may see it.

pub mod island;
mod item;
mod review;
mod sending;
mod store;
mod transfer;

pub use island::AnswerSheet;

use domain::questionnaire::Questionnaire;
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
    /// The questions.
    pub questionnaire: Questionnaire,
    /// SHA-256 of the canonical questionnaire, hexadecimal.
    pub questionnaire_hash: String,
    /// When answering ends, as text.
    pub closes: String,
    /// Where sheets go: empty for the same server.
    pub collector: String,
    /// Keeps drafts of several people on one device apart.
    pub device_key: String,
    /// A preview asks for no ballot and sends nothing.
    pub preview: bool,
}
