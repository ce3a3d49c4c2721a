//! The answering page: who will see what, then the questions.

use domain::campaign::State;
use domain::questionnaire::Questionnaire;
use domain::review::RaterGroup;
use domain::terms::Terms;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::ballot::Enrolment;
use service::registry::questionnaire::Stored;
use service::registry::rating::Rating;

use super::{Frame, anonymity, page, param, terms};
use crate::answering::{AnswerSheet, Asked, Survey};
use crate::components::own_lang;
use crate::context::Context;
use crate::format;

/// Answers a survey.
#[component]
pub fn AnswerPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let place = service.registry.enrolment(&campaign, person.id).await?;
        if place.campaign.review.is_some() {
            // There is one page for each subject.
            return Err(service::Error::NotFound);
        }
        let about = About::default();
        sheet(&context, place, about).await
    })
}

/// Answers about one subject of a review.
#[component]
pub fn RatePage() -> impl IntoView {
    let (campaign, stratum) = (param("campaign"), param("stratum"));
    page(|context| async move {
        let (lang, service) = (context.lang, context.service());
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let stratum = stratum.parse().map_err(|_| service::Error::NotFound)?;
        let rating = service.registry.rating(&campaign, stratum, person.id).await?;
        let list = format!("/review/{campaign}");
        let title = rating.place.campaign.title.get(lang).to_owned();
        if rating.gone {
            let view = view! { <p>{gone(lang)}</p><p><a href=list>{lang.t("一覧へ戻る", "Back to the list")}</a></p> };
            return Ok((Frame::new(title), view.into_any()));
        }
        let about = About { list, rating: Some(rating.clone()) };
        sheet(&context, rating.place, about).await
    })
}

/// Whom a sheet is about, in a review.
#[derive(Default)]
struct About {
    /// The page to go on with.
    list: String,
    rating: Option<Rating>,
}

/// Why there is nothing to answer about somebody who has left.
pub(super) fn gone(lang: Lang) -> &'static str {
    lang.t(
        "この方は異動または退職されたため、評価は不要になりました。",
        "This person has left, so there is nothing to be rated any more.",
    )
}

async fn sheet(context: &Context, place: Enrolment, about: About) -> service::Result<(Frame, AnyView)> {
    let (lang, service) = (context.lang, context.service());
    let person = context.person().ok_or(service::Error::Forbidden)?;
    let campaign = place.campaign.id.clone();
    let title = place.campaign.title.get(lang).to_owned();
    if place.campaign.state != State::Open || service.clock.now() >= place.campaign.schedule.closes_at {
        return Ok((Frame::new(title), not_open(&place, &person.time_zone, lang)));
    }
    let stored = service.registry.campaign_questionnaire(&place.campaign).await?;
    let fixed = service.registry.terms(&campaign).await?;
    let stratum = fixed.stratum(place.stratum).cloned().ok_or(service::Error::NotFound)?;
    let hash = place.campaign.terms_hash.clone().unwrap_or_default();
    let closes = format::deadline(place.campaign.schedule.closes_at, &person.time_zone, lang);
    let panel = panel(&fixed, &hash, &closes, &place, &about, &stored.questionnaire, lang);
    let mut frame = Frame::new(title).crumb(lang.t("ホーム", "Home"), "/");
    if !about.list.is_empty() {
        frame = frame.crumb(lang.t("評価の対象となる方の一覧", "People to rate"), about.list.clone());
    }
    let survey = Survey {
        lang,
        device_key: device_key(&campaign, place.stratum, &person.number, &about),
        campaign,
        terms_hash: hash,
        stratum: place.stratum,
        stratum_label: stratum.label,
        stratum_size: stratum.size,
        about: about.rating.as_ref().map(|rating| in_words(rating, lang)).unwrap_or_default(),
        actions: about.rating.as_ref().map(|rating| rating.actions.clone()).unwrap_or_default(),
        named: about.rating.as_ref().is_some_and(|rating| rating.group.is_named()),
        questionnaire: asked(&stored)?,
        closes,
        collector: service.settings.collector_public_url.clone().unwrap_or_default(),
        list: about.list,
        preview: false,
    };
    Ok((frame, view! { <AnswerSheet survey=survey>{panel}</AnswerSheet> }.into_any()))
}

/// The questionnaire as the browser gets it.
pub(super) fn asked(stored: &Stored) -> service::Result<Asked> {
    let Stored { id, text, .. } = stored;
    Asked::new(text.clone()).ok_or_else(|| service::Error::Damaged(format!("questionnaire {id}")))
}

fn device_key(campaign: &str, stratum: u32, number: &str, about: &About) -> String {
    match about.rating {
        None => device_key_of(campaign, number),
        Some(_) => rating_key(campaign, stratum, number),
    }
}

/// Keeps the drafts of several people on one device apart without naming them.
fn device_key_of(campaign: &str, number: &str) -> String {
    service::secret::sha256_hex(format!("shirube-device/1 {campaign} {number}").as_bytes())[..24].to_owned()
}

/// And of one person about several subjects.
pub(super) fn rating_key(campaign: &str, stratum: u32, number: &str) -> String {
    device_key_of(&format!("{campaign}/{stratum}"), number)
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
    about: &About,
    questionnaire: &Questionnaire,
    lang: Lang,
) -> AnyView {
    let minutes = questionnaire.minutes();
    let stratum = fixed.stratum(place.stratum);
    let (label, size) = stratum.map_or_else(Default::default, |s| (s.label.get(lang).to_owned(), s.size));
    let named = about.rating.as_ref().is_some_and(|rating| rating.group.is_named());
    let group = match (&about.rating, lang) {
        (Some(rating), lang) => rating_group(rating, lang),
        (None, Lang::Ja) => format!(
            "あなたの回答は「{label}」の{size}人の一人として数えられます。これより細かい区分は記録されません。"
        ),
        (None, Lang::En) => format!(
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
            {about.rating.as_ref().map(|rating| subject(rating, lang))}
            <h2>{lang.t("答える前に:だれが何を見るか", "Before you answer: who will see what")}</h2>
            {terms::audience_table(fixed, lang)}
            <p><strong>{group}</strong></p>
            {if named { ().into_any() } else { anonymous(lang) }}
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

/// What keeps an answer anonymous, and what cannot.
fn anonymous(lang: Lang) -> AnyView {
    view! {
            <p>{lang.t(
                "回答はこの端末で封をしてから、ログイン情報なしで送られます。だれの回答かは記録されません。",
                "Your answers are sealed on this device and sent without your sign-in. Whose they are is not recorded.",
            )}</p>
            {anonymity::after_counting(lang)}
            {anonymity::while_open(lang)}
            <p>{lang.t(
                "自由記述は、書いた内容から、あなたと分かることがあります。全員が同じ回答をすれば、その回答は知られます。",
                "What you write in a comment may show who you are. If everybody answers alike, that answer becomes known.",
            )}</p>
    }
    .into_any()
}

/// Whom a sheet is about, on every screen of it: sheets about several people must not be mixed up.
fn in_words(rating: &Rating, lang: Lang) -> String {
    let name = rating.name.get(lang);
    match (rating.group, lang) {
        (RaterGroup::Own, Lang::Ja) => "ご自身についての振り返り".to_owned(),
        (RaterGroup::Own, Lang::En) => "About yourself".to_owned(),
        (_, Lang::Ja) => format!("{name}さんについての回答"),
        (_, Lang::En) => format!("About {name}"),
    }
}

/// Whom the questions are about, and in a pulse, what they mean to do.
fn subject(rating: &Rating, lang: Lang) -> AnyView {
    let (name, unit) = (rating.name.get(lang).to_owned(), rating.unit.get(lang).to_owned());
    let row = |action: &String| {
        let text_lang = own_lang(action, lang);
        view! { <li lang=text_lang>{action.clone()}</li> }
    };
    let actions = rating.actions.iter().map(row).collect_view();
    let actions = (!rating.actions.is_empty()).then(|| {
        view! {
            <h3>{lang.t("この方がチームに伝えた行動", "What this person told the team they would do")}</h3>
            <ol>{actions}</ol>
        }
    });
    view! {
        <h2>{lang.t("評価の対象となる方", "Whom you rate")}</h2>
        <p><strong lang=own_lang(&name, lang)>{name.clone()}</strong> " " <span class="muted" lang=own_lang(&unit, lang)>{unit.clone()}</span></p>
        {actions}
    }
    .into_any()
}

/// In which group an answer about a subject counts.
pub(super) fn rating_group(rating: &Rating, lang: Lang) -> String {
    let (group, size) = (rating.group.label(lang), rating.size);
    match (rating.group, lang) {
        (RaterGroup::Own, Lang::Ja) => "これはあなた自身の振り返りです。設問の「この方」は、あなたご自身のことです。結果では「本人」として、あなたの報告書にそのまま示されます。匿名ではありません。".to_owned(),
        (RaterGroup::Own, Lang::En) => "This is your own view of yourself: “this person” in the questions is you. Your report shows it as it is, under “Self”. It is not anonymous.".to_owned(),
        (RaterGroup::Superior, Lang::Ja) => "あなたの回答は「上司」の回答として、評価を受ける本人にそのまま示されます。匿名ではありません。".to_owned(),
        (RaterGroup::Superior, Lang::En) => "Your answer is shown to the person rated as that of the superior, as it is. It is not anonymous.".to_owned(),
        (_, Lang::Ja) => format!("あなたの回答は「{group}」の{size}人の一人として数えられます。これより細かい区分は記録されません。"),
        (_, Lang::En) => format!("Your answer will count as one of {size} people: {group}. Nothing finer is recorded."),
    }
}
