//! Ballot, seal, submit. Runs in the browser only; the server's half knows nothing of it.
//!
//! The ballot is fetched when answering starts and used when the sheet is sent: minutes or days lie in between, other
//! people's requests too, and sending needs no sign-in any more.

use domain::answer::Answers;
use domain::text::Lang;

use super::Survey;

/// True where a ballot that the device has kept was given for the terms and the questions that the page names now. They
/// were checked when it was given; a page that shows others later is not to be trusted.
pub fn is_for(survey: &Survey, ballot: &str) -> bool {
    ballot.ends_with(&[survey.terms_hash.as_str(), &survey.questionnaire.sha256()].concat())
}

/// What is said where [`is_for`] is not the case.
pub const fn other_questions(lang: Lang) -> &'static str {
    lang.t(
        "設問または実施条件が、回答を始めたときのものと違うため、中止しました。何も送信していません。人事担当に連絡してください。",
        "The questions or the terms are not those you started with. Nothing was sent. Please tell the personnel division.",
    )
}

/// Why a sheet did not arrive. Texts say what happened and what to do; what was kept the page adds, since it knows.
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

/// Checks the terms and gets the ballot of `seed`: hexadecimal, to be kept until the sheet is sent.
#[cfg(feature = "hydrate")]
pub async fn ballot(survey: &Survey, seed: [u8; 32]) -> Result<String, NotSent> {
    browser::ballot(survey, seed).await
}

/// Seals the sheet and sends it with the ballot that [`ballot`] gave. Returns the receipt.
#[cfg(feature = "hydrate")]
pub async fn send(survey: &Survey, ballot: &str, answers: Answers) -> Result<String, NotSent> {
    browser::send(survey, ballot, answers).await
}

/// The server asks for no ballot.
#[cfg(not(feature = "hydrate"))]
pub async fn ballot(_: &Survey, _: [u8; 32]) -> Result<String, NotSent> {
    Err(NotSent::Later)
}

/// The server never sends.
#[cfg(not(feature = "hydrate"))]
pub async fn send(_: &Survey, _: &str, _: Answers) -> Result<String, NotSent> {
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

#[cfg(any(feature = "hydrate", test))]
fn too_large(lang: Lang) -> &'static str {
    lang.t(
        "自由記述が長すぎて、送信できません。合わせておよそ8万文字までに短くしてください。",
        "Your comments are too long to be sent. Please shorten them to about 80,000 characters in all.",
    )
}

/// What a status of the collector means for the person; `None` where trying again later is right.
#[cfg(any(feature = "hydrate", test))]
fn refusal(status: u16, lang: Lang) -> Option<&'static str> {
    let text = match status {
        408 | 429 | 500.. => return None,
        400 => lang.t(
            "送った内容の形式が合わず、受け付けられませんでした。ページを読み込み直して、もう一度送信してください。",
            "What was sent was not in the expected form and was not accepted. Please reload the page and send again.",
        ),
        403 => lang.t(
            "回答券が認められず、受け付けられませんでした。人事担当に連絡してください。",
            "Your ballot was not recognised, so nothing was accepted. Please tell the personnel division.",
        ),
        404 => lang.t(
            "この調査の受け付け先が見つからず、送信できませんでした。人事担当に連絡してください。",
            "The place that takes the answers of this survey was not found. Please tell the personnel division.",
        ),
        409 | 410 => lang.t(
            "この調査は締め切られたため、送信できませんでした。先に送った回答があれば、それが数えられます。",
            "This survey has closed, so nothing was sent. An answer you sent before still counts.",
        ),
        413 => too_large(lang),
        _ => lang.t(
            "回答を受け付けられませんでした。人事担当に連絡してください。",
            "Your answers were not accepted. Please tell the personnel division.",
        ),
    };
    Some(text)
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::answer::{Answers, Sheet, prune};
    use domain::ballot::{Ballot, BallotRequest, Binding, Evaluation, Seed};
    use domain::seal::{self, SealError};
    use leptos::server_fn::ServerFn;

    use super::{NotSent, Survey, random, refusal, too_large};
    use crate::answering::fetch::{Body, Unanswered, request};
    use crate::answering::terms::{self, Checked};
    use crate::api::ballot::{IssueBallot, Issued};

    fn refused(survey: &Survey, ja: &str, en: &str) -> NotSent {
        NotSent::Refused(survey.lang.t(ja, en).to_owned())
    }

    fn unanswered(why: Unanswered) -> NotSent {
        match why {
            Unanswered::Cut => NotSent::Later,
            Unanswered::Redirected => NotSent::SignIn,
        }
    }

    fn bytes<const N: usize>(hex_text: &str) -> Option<[u8; N]> {
        hex::decode(hex_text).ok()?.try_into().ok()
    }

    /// The terms as published, after checking that they are the ones this page and the invitation name.
    async fn checked_terms(survey: &Survey) -> Result<Checked, NotSent> {
        let url = format!("/terms/{}/terms.json", survey.campaign);
        let reply = request("GET", &url, Body::Nothing, true).await.map_err(unanswered)?;
        if reply.status != 200 {
            return Err(NotSent::Later);
        }
        terms::check(survey, &reply.text).ok_or_else(|| {
            refused(
                survey,
                "実施条件がこのページの表示と一致しないため、中止しました。何も送信していません。人事担当に連絡してください。",
                "The terms do not match what this page shows. Nothing was sent. Please tell the personnel division.",
            )
        })
    }

    fn broken(survey: &Survey) -> NotSent {
        refused(
            survey,
            "回答券を作れませんでした。ページを読み込み直してください。",
            "The ballot could not be made. Please reload the page.",
        )
    }

    /// Asks the registry, the one request that says who asks.
    async fn issued(survey: &Survey, blinded: &[u8; 32]) -> Result<Issued, NotSent> {
        // Hexadecimal and a number, so nothing has to be escaped.
        let (campaign, stratum, blinded) = (&survey.campaign, survey.stratum, hex::encode(blinded));
        let body = format!(r#"{{"campaign":"{campaign}","stratum":{stratum},"blinded":"{blinded}"}}"#);
        let reply = request("POST", IssueBallot::PATH, Body::Json(&body), true).await.map_err(unanswered)?;
        if reply.status == 200 {
            return serde_json::from_str(&reply.text).map_err(|_| broken(survey));
        }
        // Server functions put the kind of the error before its text.
        let text = reply.text.strip_prefix("ServerError|").ok_or(NotSent::Later)?;
        Err(match text.strip_prefix("other-device:") {
            Some(text) => NotSent::OtherDevice(text.to_owned()),
            None => NotSent::Refused(text.to_owned()),
        })
    }

    /// A ballot and all that its sheet needs: nonce (32) ‖ output (64) ‖ counting key (32) ‖ terms hash (32) ‖
    /// questionnaire hash (32), checked.
    pub async fn ballot(survey: &Survey, seed: [u8; 32]) -> Result<String, NotSent> {
        let terms = checked_terms(survey).await?;
        let broken = || broken(survey);
        let binding =
            Binding { campaign: survey.campaign.clone(), terms: terms.digest, stratum: survey.stratum };
        let request = BallotRequest::new(&Seed::new(seed), binding).map_err(|_| broken())?;
        let issued = issued(survey, &request.blinded()).await?;
        let evaluation = Evaluation {
            element: bytes(&issued.element).ok_or_else(broken)?,
            proof: bytes(&issued.proof).ok_or_else(broken)?,
        };
        let ballot = request.finish(&evaluation, &terms.ballot_key).map_err(|_| {
            refused(
                survey,
                "回答券の証明が実施条件の公開鍵と合いません。中止しました。人事担当に連絡してください。",
                "The ballot's proof does not match the public key in the terms, so nothing is sent. Please tell the personnel division.",
            )
        })?;
        let parts = [&ballot.nonce[..], &ballot.output, &terms.counting_key, &terms.digest].map(hex::encode);
        Ok(parts.concat() + &survey.questionnaire.sha256())
    }

    fn held(ballot: &str) -> Option<(Ballot, [u8; 32], [u8; 32])> {
        let all = hex::decode(ballot).ok()?;
        let (nonce, rest) = all.split_first_chunk::<32>()?;
        let (output, rest) = rest.split_first_chunk::<64>()?;
        let (counting_key, rest) = rest.split_first_chunk::<32>()?;
        let (terms, _) = rest.split_first_chunk::<32>()?;
        Some((Ballot { nonce: *nonce, output: *output }, *counting_key, *terms))
    }

    pub async fn send(survey: &Survey, ballot: &str, mut answers: Answers) -> Result<String, NotSent> {
        let broken = || broken(survey);
        let (ballot, counting_key, terms) = held(ballot).ok_or_else(broken)?;
        let binding = Binding { campaign: survey.campaign.clone(), terms, stratum: survey.stratum };
        prune(&survey.questionnaire, &mut answers);
        let sheet = Sheet { questionnaire: survey.questionnaire.sha256(), answers };
        let plain = serde_json::to_vec(&sheet).map_err(|_| broken())?;
        let key = ballot.key(&binding);
        let entropy = random().ok_or_else(broken)?;
        let (aad, class) = (seal::aad(&binding, &key), survey.questionnaire.size_class());
        let sealed = seal::seal(&counting_key, &aad, &plain, class, entropy);
        let sealed = sealed.map_err(|error| match error {
            SealError::TooLarge => NotSent::Refused(too_large(survey.lang).to_owned()),
            _ => broken(),
        })?;

        // nonce ‖ output ‖ stratum ‖ sealed: see the collector's route. In the address there is nothing of the ballot, since
        // others on the way may note addresses, with who asked.
        let mut body = ballot.nonce.to_vec();
        body.extend_from_slice(&ballot.output);
        body.extend_from_slice(&survey.stratum.to_be_bytes());
        body.extend_from_slice(&sealed);
        let url = format!("{}/collector/v1/campaigns/{}/sheets", survey.collector, survey.campaign);
        // Without cookies, to whatever host. The collector leads nowhere else; a proxy before it might.
        let reply = request("PUT", &url, Body::Bytes(&body), false).await.map_err(|_| NotSent::Later)?;
        if (200..300).contains(&reply.status) {
            return Ok(ballot.receipt(&binding));
        }
        Err(refusal(reply.status, survey.lang)
            .map_or(NotSent::Later, |text| NotSent::Refused(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_status_of_the_collector_has_a_sentence_in_both_languages() {
        let known = [400, 403, 404, 409, 413, 418];
        for lang in [Lang::Ja, Lang::En] {
            let said: BTreeSet<&str> = known.iter().filter_map(|status| refusal(*status, lang)).collect();
            assert_eq!(said.len(), known.len(), "each its own");
            for text in said {
                assert_eq!(text.is_ascii(), lang == Lang::En, "{text}");
            }
        }
        assert_eq!(refusal(410, Lang::En), refusal(409, Lang::En));
    }

    #[test]
    fn a_server_in_trouble_is_asked_again() {
        for status in [408, 429, 500, 503] {
            assert_eq!(refusal(status, Lang::Ja), None);
        }
    }
}
