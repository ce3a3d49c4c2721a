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

/// Fields that hold a secret, by name. They are never written down.
const SECRETS: [&str; 5] = ["password", "old", "new", "again", "token"];

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

impl Flash {
    /// What is wrong with a form, with what was typed into it: everything but secrets and what is too long, and if
    /// something is too long, the message says so.
    pub fn refusal(message: Text, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut kept, mut message) = (BTreeMap::new(), message);
        let mut whole = true;
        for (name, value) in fields {
            if value.len() > MAX_KEPT {
                whole = false;
            } else if !SECRETS.contains(&name.as_str()) {
                kept.insert(name, value);
            }
        }
        if !whole {
            message.ja.push_str("長すぎる入力欄の内容は、残せませんでした。");
            message.en.push_str(" What was typed into a field that is too long could not be kept.");
        }
        Self { mood: Mood::Error, message, fields: kept }
    }

    /// Leaves it in the session for the next page.
    pub async fn leave(self, session: &Session) {
        if let Err(error) = session.insert(KEY, self).await {
            tracing::warn!(%error, "a message for the next page was not kept");
        }
    }

    /// Takes it out of the session, where there is one. A session without one is left as it is, so that looking at a
    /// page writes nothing.
    pub async fn take(session: &Session) -> Option<Self> {
        session.get_value(KEY).await.ok().flatten()?;
        session.remove::<Self>(KEY).await.ok().flatten()
    }
}

async fn leave(flash: Flash) {
    match leptos_axum::extract::<Session>().await {
        Ok(session) => flash.leave(&session).await,
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
    let message = Text::new(error.message(Lang::Ja), error.message(Lang::En));
    leave(Flash::refusal(message, fields.into_iter().map(|(name, value)| (name.to_owned(), value)))).await;
    context.redirect(to);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_what_is_too_long_are_not_kept() {
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let flash = Flash::refusal(
            Text::new("だめ。", "No."),
            [typed("title_ja", "題"), typed("password", "secret"), typed("old", "secret")],
        );
        assert_eq!(flash.fields, BTreeMap::from([typed("title_ja", "題")]));
        assert_eq!(flash.message, Text::new("だめ。", "No."));

        let long = "長".repeat(MAX_KEPT / 3 + 1);
        let flash = Flash::refusal(Text::new("だめ。", "No."), [typed("a", &long), typed("b", "x")]);
        assert_eq!(flash.fields, BTreeMap::from([typed("b", "x")]));
        assert!(flash.message.ja.contains("長すぎる") && flash.message.en.contains("too long"));
    }
}
