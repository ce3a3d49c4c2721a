//! The message that a form leaves for the next page, with what was typed, so that nothing is lost.

use std::collections::BTreeMap;

use domain::text::Text;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::context::{Context, status_of};

/// The name it has in the session.
pub const KEY: &str = "flash";

/// Longest value of a field that is kept, in bytes; a longer text would not fit a session row.
const MAX_KEPT: usize = 20_000;

/// How the message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mood {
    /// Done.
    Success,
    /// Refused.
    Error,
}

/// A message for the next page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// How it is meant.
    pub mood: Mood,
    /// What happened, in both languages.
    pub message: Text,
    /// What was typed into the form, by field name; never passwords.
    pub fields: BTreeMap<String, String>,
}

async fn leave(flash: Flash) {
    match leptos_axum::extract::<Session>().await {
        Ok(session) => {
            if let Err(error) = session.insert(KEY, flash).await {
                tracing::warn!(%error, "a message for the next page was not kept");
            }
        }
        Err(error) => tracing::warn!(%error, "no session for a message"),
    }
}

/// Ends a form: leaves the message and sends the browser on.
pub async fn done(ja: impl Into<String>, en: impl Into<String>, to: &str) -> Result<(), ServerFnError> {
    leave(Flash { mood: Mood::Success, message: Text::new(ja, en), fields: BTreeMap::new() }).await;
    Context::now().redirect(to);
    Ok(())
}

/// Ends a refused form: leaves what is wrong and what was typed, and sends the browser back to the form.
pub async fn refused(
    error: service::Error,
    fields: impl IntoIterator<Item = (&'static str, String)>,
    to: &str,
) -> Result<(), ServerFnError> {
    use domain::text::Lang;
    let status = status_of(&error);
    let context = Context::now();
    if status == 403 {
        return Err(context.refuse(&error));
    }
    let fields =
        fields.into_iter().filter(|(_, v)| v.len() <= MAX_KEPT).map(|(k, v)| (k.to_owned(), v)).collect();
    let message = Text::new(error.message(Lang::Ja), error.message(Lang::En));
    leave(Flash { mood: Mood::Error, message, fields }).await;
    context.redirect(to);
    Ok(())
}
