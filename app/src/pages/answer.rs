//! The answering page: who will see what, then the questions.

use domain::campaign::State;
use domain::questionnaire::Questionnaire;
use domain::terms::Terms;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::ballot::Enrolment;
use service::registry::questionnaire::Stored;

use super::{Frame, page, param, terms};
use crate::answering::{AnswerSheet, Asked, Survey};
use crate::format;

/// Answers a campaign.
#[component]
pub fn AnswerPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let place = service.registry.enrolment(&campaign, person.id).await?;
        let title = place.campaign.title.get(lang).to_owned();
        if place.campaign.state != State::Open || service.clock.now() >= place.campaign.schedule.closes_at {
            return Ok((Frame::new(title), not_open(&place, &person.time_zone, lang)));
        }
        let stored = service.registry.campaign_questionnaire(&place.campaign).await?;
        let fixed = service.registry.terms(&campaign).await?;
        let stratum = fixed.stratum(place.stratum).cloned().ok_or(service::Error::NotFound)?;
        let hash = place.campaign.terms_hash.clone().unwrap_or_default();
        let closes = format::deadline(place.campaign.schedule.closes_at, &person.time_zone, lang);
        let panel = panel(&fixed, &hash, &closes, &place, &stored.questionnaire, lang);
        let survey = Survey {
            lang,
            campaign: campaign.clone(),
            terms_hash: hash,
            stratum: place.stratum,
            stratum_label: stratum.label,
            stratum_size: stratum.size,
            questionnaire: asked(&stored)?,
            closes,
            collector: service.settings.collector_public_url.clone().unwrap_or_default(),
            device_key: device_key(&campaign, &person.number),
            preview: false,
        };
        let view = view! { <AnswerSheet survey=survey>{panel}</AnswerSheet> };
        Ok((Frame::new(title).crumb(lang.t("ホーム", "Home"), "/"), view.into_any()))
    })
}

/// The questionnaire as the browser gets it.
pub(super) fn asked(stored: &Stored) -> service::Result<Asked> {
    let Stored { id, text, .. } = stored;
    Asked::new(text.clone()).ok_or_else(|| service::Error::Damaged(format!("questionnaire {id}")))
}

/// Keeps the drafts of several people on one device apart without naming them.
fn device_key(campaign: &str, number: &str) -> String {
    service::secret::sha256_hex(format!("shirube-device/1 {campaign} {number}").as_bytes())[..24].to_owned()
}

fn not_open(place: &Enrolment, time_zone: &str, lang: Lang) -> AnyView {
    let schedule = place.campaign.schedule;
    let text = match (place.campaign.state, lang) {
        (State::Draft | State::Scheduled, Lang::Ja) => {
            format!("この調査は{}に始まります。", format::deadline(schedule.opens_at, time_zone, lang))
        }
        (State::Draft | State::Scheduled, Lang::En) => {
            format!("This survey opens on {}.", format::deadline(schedule.opens_at, time_zone, lang))
        }
        (_, Lang::Ja) => format!(
            "この調査は{}に締め切られました。結果は、公表されるとホームに表示されます。",
            format::deadline(schedule.closes_at, time_zone, lang)
        ),
        (_, Lang::En) => format!(
            "This survey closed on {}. Results will appear on the home page once they are published.",
            format::deadline(schedule.closes_at, time_zone, lang)
        ),
    };
    view! { <p>{text}</p><p><a href="/">{lang.t("ホームへ戻る", "Back to the home page")}</a></p> }.into_any()
}

/// What the survey is for, in the words of its questionnaire; nothing where it has none.
pub(super) fn introduction(questionnaire: &Questionnaire, lang: Lang) -> AnyView {
    let text = questionnaire.introduction.get(lang).to_owned();
    if text.is_empty() { ().into_any() } else { view! { <p class="section-lead">{text}</p> }.into_any() }
}

/// "Who will see what", in plain words, before the first question.
fn panel(
    fixed: &Terms,
    hash: &str,
    closes: &str,
    place: &Enrolment,
    questionnaire: &Questionnaire,
    lang: Lang,
) -> AnyView {
    let minutes = questionnaire.minutes();
    let stratum = fixed.stratum(place.stratum);
    let (label, size) = stratum.map_or_else(Default::default, |s| (s.label.get(lang).to_owned(), s.size));
    let group = match lang {
        Lang::Ja => format!(
            "あなたの回答は「{label}」の{size}人の一人として数えられます。これより細かい区分は記録されません。"
        ),
        Lang::En => format!(
            "Your answer will count as one of the {size} people of “{label}”. Nothing finer is recorded."
        ),
    };
    let time = match lang {
        Lang::Ja => format!("締切は{closes}です。回答にかかる時間は{minutes}分ほどです。"),
        Lang::En => format!("Open until {closes}. It takes about {minutes} minutes."),
    };
    let issued = place.issued.then(|| {
        view! {
            <p class="flash flash--warning">{lang.t(
                "あなたの回答券は発行済みです。前と同じ端末では、続きから回答できます。別の端末では、引き継ぎコードを入力してください。",
                "Your ballot has been issued. On the same device you can go on from where you were; on another one, enter its transfer code.",
            )}</p>
        }
    });
    let href = format!("/terms/{}", fixed.campaign);
    let short: String = hash.chars().take(16).collect();
    view! {
        {introduction(questionnaire, lang)}
        <div class="privacy">
            <h2>{lang.t("答える前に:だれが何を見るか", "Before you answer: who will see what")}</h2>
            {terms::audience_table(fixed, lang)}
            <p><strong>{group}</strong></p>
            <p>{lang.t(
                "回答はこの端末で封をしてから、ログイン情報なしで送られます。だれの回答かは記録されません。",
                "Your answers are sealed on this device and sent without your sign-in. Whose they are is not recorded.",
            )}</p>
            {terms::after_counting(lang)}
            {terms::while_open(lang)}
            <p>{lang.t(
                "自由記述は、書いた内容から、あなたと分かることがあります。全員が同じ回答をすれば、その回答は知られます。",
                "What you write in a comment may show who you are. If everybody answers alike, that answer becomes known.",
            )}</p>
            <p>{time}</p>
            <p>
                <a href=href>{lang.t("実施条件の全文を確かめる", "Read the terms in full")}</a>
                " "
                <span class="mono small">{format!("SHA-256 {short}…")}</span>
                " · "
                <a href="/anonymity">{lang.t("匿名性のしくみ", "How anonymity works")}</a>
            </p>
            {issued}
            <noscript>
                <p class="flash flash--warning">{lang.t(
                    "このブラウザーではJavaScriptとWebAssemblyが使えないため、回答できません。回答に封をする作業は、サーバーではなくお使いの端末で行う必要があるからです。別のブラウザーをお使いください。",
                    "This browser does not run JavaScript and WebAssembly, so you cannot answer here: sealing your answers must happen on your device, not on our server. Please use another browser.",
                )}</p>
            </noscript>
        </div>
    }
    .into_any()
}
