//! What is kept on the device, and only there: the seed, the draft, the receipt.

use domain::answer::Answers;
use serde::{Deserialize, Serialize};

/// The content of the browser's storage for one survey.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The ballot's seed, hexadecimal; empty until it is needed.
    #[serde(default)]
    pub seed: String,
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
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

#[cfg(feature = "hydrate")]
fn name(device_key: &str) -> String {
    format!("shirube/answer/{device_key}")
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

/// On the server nothing is kept.
#[cfg(not(feature = "hydrate"))]
pub fn clear(_: &str) {}
