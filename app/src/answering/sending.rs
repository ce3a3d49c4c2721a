//! Ballot, seal, submit. Runs in the browser only; the server's half knows nothing of it.

use domain::answer::Answers;

use super::Survey;

/// Why a sheet did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
pub enum NotSent {
    /// No connection, or the server did not answer: trying again later is right.
    Later,
    /// It will not go through by trying again; the text says why.
    Refused(String),
    /// The sign-in has expired.
    SignIn,
    /// The ballot was given to another device of the same person.
    OtherDevice(String),
}

/// Gets the ballot, checks the terms, seals the sheet and sends it. Returns the receipt.
#[cfg(feature = "hydrate")]
pub async fn send(survey: &Survey, seed: [u8; 32], answers: Answers) -> Result<String, NotSent> {
    browser::send(survey, seed, answers).await
}

/// The server never sends.
#[cfg(not(feature = "hydrate"))]
pub async fn send(_: &Survey, _: [u8; 32], _: Answers) -> Result<String, NotSent> {
    Err(NotSent::Later)
}

/// 32 random bytes from the browser.
#[cfg(feature = "hydrate")]
pub fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// The server draws no seeds.
#[cfg(not(feature = "hydrate"))]
pub fn random() -> Option<[u8; 32]> {
    None
}

/// True where the browser believes to be connected.
pub fn online() -> bool {
    #[cfg(feature = "hydrate")]
    {
        web_sys::window().is_none_or(|w| w.navigator().on_line())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        true
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::answer::{Answers, Sheet, prune};
    use domain::ballot::{BallotRequest, Evaluation, Seed};
    use domain::seal;
    use domain::terms::Terms;
    use domain::text::Lang;
    use leptos::prelude::ServerFnError;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    use super::{NotSent, Survey, random};
    use crate::api::ballot::issue_ballot;

    fn refused(lang: Lang, ja: &str, en: &str) -> NotSent {
        NotSent::Refused(lang.t(ja, en).to_owned())
    }

    fn bytes<const N: usize>(hex_text: &str) -> Option<[u8; N]> {
        hex::decode(hex_text).ok()?.try_into().ok()
    }

    /// The terms as published, after checking that they are the ones this page and the invitation name, and that the
    /// person's own group is in them as shown.
    async fn checked_terms(survey: &Survey) -> Result<(Terms, [u8; 32]), NotSent> {
        use sha2::{Digest, Sha256};
        let text = fetch("GET", &format!("/terms/{}/terms.json", survey.campaign), None, true).await?;
        let digest: [u8; 32] = Sha256::digest(text.1.as_bytes()).into();
        let terms: Option<Terms> = serde_json::from_str(&text.1).ok();
        let terms = terms.filter(|t| {
            hex::encode(digest) == survey.terms_hash
                && t.campaign == survey.campaign
                && t.questionnaire == survey.questionnaire_hash
                && t.stratum(survey.stratum)
                    .is_some_and(|s| s.label == survey.stratum_label && s.size == survey.stratum_size)
        });
        let terms = terms.ok_or_else(|| {
            refused(
                survey.lang,
                "実施条件がこのページの表示と一致しません。送信を中止しました。人事担当に連絡してください。",
                "The terms do not match what this page shows. Nothing was sent. Please tell the personnel division.",
            )
        })?;
        Ok((terms, digest))
    }

    pub async fn send(survey: &Survey, seed: [u8; 32], mut answers: Answers) -> Result<String, NotSent> {
        let lang = survey.lang;
        let (terms, digest) = checked_terms(survey).await?;
        let binding = terms.binding(digest, survey.stratum);
        let broken = || {
            refused(
                lang,
                "回答券を作れませんでした。ページを読み込み直してください。回答はこの端末に残っています。",
                "The ballot could not be made. Please reload the page; your answers are kept on this device.",
            )
        };
        let request = BallotRequest::new(&Seed::new(seed), binding.clone()).map_err(|_| broken())?;
        let issued = issue_ballot(survey.campaign.clone(), hex::encode(request.blinded())).await;
        let issued = issued.map_err(|error| match error {
            ServerFnError::ServerError(text) => match text.strip_prefix("other-device:") {
                Some(text) => NotSent::OtherDevice(text.to_owned()),
                None => NotSent::Refused(text),
            },
            _ => NotSent::Later,
        })?;
        let evaluation = Evaluation {
            element: bytes(&issued.element).ok_or_else(broken)?,
            proof: bytes(&issued.proof).ok_or_else(broken)?,
        };
        let ballot_key = bytes(&terms.ballot_key).ok_or_else(broken)?;
        let ballot = request.finish(&evaluation, &ballot_key).map_err(|_| {
            refused(
                lang,
                "回答券の証明が実施条件の公開鍵と合いません。送信を中止しました。人事担当に連絡してください。",
                "The ballot's proof does not match the public key in the terms. Nothing was sent. Please tell the personnel division.",
            )
        })?;

        prune(&survey.questionnaire, &mut answers);
        let sheet = Sheet { questionnaire: survey.questionnaire_hash.clone(), answers };
        let plain = serde_json::to_vec(&sheet).map_err(|_| broken())?;
        let counting_key = bytes(&terms.counting_key).ok_or_else(broken)?;
        let key = ballot.key(&binding);
        let entropy = random().ok_or_else(broken)?;
        let sealed =
            seal::seal(&counting_key, &seal::aad(&binding, &key), &plain, entropy).map_err(|_| broken())?;

        // nonce ‖ output ‖ stratum ‖ sealed: see the collector's route.
        let mut body = ballot.nonce.to_vec();
        body.extend_from_slice(&ballot.output);
        body.extend_from_slice(&survey.stratum.to_be_bytes());
        body.extend_from_slice(&sealed);
        let url = format!(
            "{}/collector/v1/campaigns/{}/sheets/{}",
            survey.collector,
            survey.campaign,
            hex::encode(key)
        );
        let (status, text) = fetch("PUT", &url, Some(&body), false).await?;
        match status {
            200..=299 => Ok(ballot.receipt(&binding)),
            409 | 410 => Err(refused(
                lang,
                "この調査は締め切られました。回答は送信されませんでした。",
                "This survey has closed. Your answers were not sent.",
            )),
            400..=499 => Err(NotSent::Refused(format!(
                "{} ({status} {text})",
                lang.t(
                    "回答を受け付けられませんでした。回答はこの端末に残っています。",
                    "The sheet was not accepted. Your answers are kept on this device."
                )
            ))),
            _ => Err(NotSent::Later),
        }
    }

    /// One request. `credentials` decides whether cookies go along: to the collector, never.
    async fn fetch(
        method: &str,
        url: &str,
        body: Option<&[u8]>,
        credentials: bool,
    ) -> Result<(u16, String), NotSent> {
        let later = |_: JsValue| NotSent::Later;
        let init = web_sys::RequestInit::new();
        init.set_method(method);
        init.set_credentials(if credentials {
            web_sys::RequestCredentials::SameOrigin
        } else {
            web_sys::RequestCredentials::Omit
        });
        // A page that wants a sign-in answers with a redirect; followed, it would look like other terms.
        init.set_redirect(web_sys::RequestRedirect::Manual);
        if let Some(body) = body {
            init.set_body(&js_sys::Uint8Array::from(body));
        }
        let request = web_sys::Request::new_with_str_and_init(url, &init).map_err(later)?;
        let window = web_sys::window().ok_or(NotSent::Later)?;
        let response = JsFuture::from(window.fetch_with_request(&request)).await.map_err(later)?;
        let response: web_sys::Response = response.dyn_into().map_err(later)?;
        if response.type_() == web_sys::ResponseType::Opaqueredirect {
            return Err(NotSent::SignIn);
        }
        let text = JsFuture::from(response.text().map_err(later)?).await.map_err(later)?;
        if method == "GET" && !response.ok() {
            return Err(NotSent::Later);
        }
        Ok((response.status(), text.as_string().unwrap_or_default()))
    }
}
