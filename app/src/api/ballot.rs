//! The one request of answering that knows who asks.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// The registry's answer, hexadecimal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Issued {
    /// The evaluated element.
    pub element: String,
    /// The DLEQ proof.
    pub proof: String,
}

/// Evaluates the signed-in person's blinded element for one of their strata. The text of an error is for the person; `other-device:` in
/// front of it tells the page to offer the transfer code. What was kept on the device only the page knows, and adds.
#[server(prefix = "/api", endpoint = "ballots", input = Json, output = Json)]
pub async fn issue_ballot(campaign: String, stratum: u32, blinded: String) -> Result<Issued, ServerFnError> {
    use crate::context::Context;
    let context = Context::now();
    let lang = context.lang;
    let service = context.service();
    let Some(person) = context.person() else {
        return Err(context.api_error(401, lang.t(
            "ログインの有効期限が切れました。別のタブでログインし直してから、もう一度ボタンを押してください。",
            "Your sign-in has expired. Sign in again in another tab, then press the button once more.",
        )));
    };
    let Some(blinded) = hex::decode(&blinded).ok().and_then(|b| <[u8; 32]>::try_from(b).ok()) else {
        return Err(
            context.api_error(400, lang.t("要求の形式が正しくありません。", "The request is malformed."))
        );
    };
    let issued = service
        .registry
        .issue_ballot(&campaign, stratum, person.id, &blinded, &service.master, service.clock.now())
        .await;
    match issued {
        Ok(e) => Ok(Issued { element: hex::encode(e.element), proof: hex::encode(e.proof) }),
        Err(service::Error::Conflict(text)) => {
            Err(context.api_error(409, &format!("other-device:{}", text.get(lang))))
        }
        Err(error) => Err(context.refuse(&error)),
    }
}
