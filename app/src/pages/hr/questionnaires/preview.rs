//! The questionnaire as a respondent sees it.

use domain::questionnaire::Questionnaire;
use domain::terms::Terms;
use domain::text::{Lang, Text};
use leptos::prelude::*;

use super::{LIST, list_name};
use crate::answering::{AnswerSheet, Survey};
use crate::components::{Flash, FlashKind};
use crate::format;
use crate::pages::answer::introduction;
use crate::pages::terms::audience_table;
use crate::pages::{Frame, page, param};

/// The answering page without a ballot: nothing is kept and nothing can be sent. `?campaign=…&stratum=…` shows it as a
/// respondent of that group would see it.
#[component]
pub fn PreviewPage() -> impl IntoView {
    let id = param("id");
    page(|context| async move {
        let lang = context.lang;
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let registry = context.service().registry.clone();
        let stored = registry.questionnaire(id).await?;
        let campaign = match context.query("campaign") {
            Some(campaign) => Some(registry.campaign(&campaign).await?),
            None => None,
        };
        let asked = context.query("stratum").and_then(|s| s.parse().ok()).unwrap_or(0);
        let terms = match campaign.as_ref().filter(|c| c.terms_hash.is_some()) {
            Some(campaign) => Some(registry.terms(&campaign.id).await?),
            None => None,
        };
        let group = group(terms.as_deref(), asked)?;
        let closes = campaign.as_ref().map(|c| format::deadline(c.schedule.closes_at, "Asia/Tokyo", lang));
        let panel = panel(terms.as_deref(), &group, &stored.questionnaire, lang);
        let frame = Frame::new(lang.t("回答者としてのプレビュー", "Preview as a respondent"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(list_name(lang), LIST)
            .crumb(stored.questionnaire.title.get(lang), format!("{LIST}/{id}"));
        let survey = Survey {
            lang,
            campaign: String::new(),
            terms_hash: String::new(),
            stratum: group.number,
            stratum_label: group.label,
            stratum_size: group.size,
            about: String::new(),
            actions: Vec::new(),
            named: false,
            questionnaire: crate::pages::answer::asked(&stored)?,
            closes: closes.unwrap_or_else(|| lang.t("(プレビュー)", "(preview)").to_owned()),
            collector: String::new(),
            device_key: format!("preview-{id}"),
            list: String::new(),
            preview: true,
        };
        Ok((frame, view! { <AnswerSheet survey=survey>{panel}</AnswerSheet> }.into_any()))
    })
}

struct Group {
    number: u32,
    label: Text,
    size: u32,
}

/// The stratum of a campaign whose terms are fixed, or an example.
fn group(terms: Option<&Terms>, asked: u32) -> service::Result<Group> {
    let example =
        Group { number: 0, label: Text::new("(集計区分の例)", "(an example group)"), size: 12 };
    let Some(terms) = terms else { return Ok(example) };
    let found = terms.stratum(asked).ok_or(service::Error::NotFound)?;
    Ok(Group { number: found.number, label: found.label.clone(), size: found.size })
}

fn panel(terms: Option<&Terms>, group: &Group, questionnaire: &Questionnaire, lang: Lang) -> AnyView {
    let minutes = questionnaire.minutes();
    let (label, size) = (group.label.get(lang).to_owned(), group.size);
    let place = match lang {
        Lang::Ja => format!("あなたの回答は「{label}」の{size}人の一人として数えられます。"),
        Lang::En => format!("Your answer will count as one of the {size} people of “{label}”."),
    };
    let time = match lang {
        Lang::Ja => format!("回答にかかる時間は{minutes}分ほどです。"),
        Lang::En => format!("It takes about {minutes} minutes."),
    };
    let audiences = terms.map(|terms| audience_table(terms, lang));
    let message = lang.t(
        "プレビューです。入力した内容は保存も送信もされません。",
        "This is a preview: nothing you enter is kept or sent.",
    );
    view! {
        <Flash kind=FlashKind::Info message=message lang=lang/>
        {introduction(questionnaire, lang)}
        <section class="privacy">
            <h2>{lang.t("答える前に:だれが何を見るか", "Before you answer: who will see what")}</h2>
            {audiences}
            <p><strong>{place}</strong></p>
            <p>{time}</p>
        </section>
    }
    .into_any()
}
