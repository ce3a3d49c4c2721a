//! Rating people: the list of those somebody is asked to rate.

use domain::campaign::State;
use domain::review::RaterGroup;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::rating::Rating;

use super::answer::{gone, rating_key};
use super::{Frame, page, param};
use crate::answering::{Listed, RatingList};
use crate::components::{EmptyState, own_lang};
use crate::format;

/// Everybody the person is asked to rate.
#[component]
pub fn RatingsPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let (lang, service) = (context.lang, context.service());
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let found = service.registry.campaign(&campaign).await?;
        let ratings = service.registry.ratings(&campaign, person.id).await?;
        let open = found.state == State::Open && service.clock.now() < found.schedule.closes_at;
        let closes = format::deadline(found.schedule.closes_at, &person.time_zone, lang);
        let lead = match (open, lang) {
            (true, Lang::Ja) => format!("締切は{closes}です。"),
            (true, Lang::En) => format!("Open until {closes}."),
            (false, lang) => lang
                .t("この評価は、いまは受け付けていません。", "This review takes no answers now.")
                .to_owned(),
        };
        let frame = Frame::new(found.title.get(lang)).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        if ratings.is_empty() {
            return Ok((frame, nobody(lang)));
        }
        let people = ratings.iter().map(|rating| listed(rating, open, &person.number, lang)).collect();
        let terms = format!("/terms/{campaign}");
        let view = view! {
            <p>{lang.t(
                "一人ずつ、別々の回答券で封をして送ります。ある人への回答と、ほかの人への回答が同じ人のものだとは、記録から分かりません。全員に続けて答えることも、日を分けて答えることもできます。",
                "Each person is rated on a sheet of its own, with a ballot of its own: nothing recorded tells that two sheets are by the same hand. You may answer about all of them in one sitting, or on different days.",
            )}</p>
            <RatingList lang=lang people=people/>
            <p><a href=terms>{lang.t("実施条件の全文を確かめる", "Read the terms in full")}</a> " · "
                <a href="/anonymity">{lang.t("匿名性のしくみ", "How anonymity works")}</a></p>
        };
        Ok((frame, view.into_any()))
    })
}

/// In which group an answer counts, in a few words; the page of each person says it in full.
fn short_group(rating: &Rating, lang: Lang) -> String {
    let (group, size) = (rating.group.label(lang), rating.size);
    match (rating.group, lang) {
        (RaterGroup::Own, lang) => {
            lang.t("本人の振り返り(匿名ではありません)", "Your own view (not anonymous)").to_owned()
        }
        (RaterGroup::Superior, lang) => {
            lang.t("上司として(匿名ではありません)", "As the superior (not anonymous)").to_owned()
        }
        (_, Lang::Ja) => format!("「{group}」{size}人の一人として"),
        (_, Lang::En) => format!("As one of {size} people: {group}"),
    }
}

fn nobody(lang: Lang) -> AnyView {
    let title = lang.t("評価をお願いしている人はいません", "You are not asked to rate anybody");
    let text = lang.t(
        "この評価では、あなたは評価者になっていません。心当たりがないときは、人事担当にお尋ねください。",
        "You are not a rater in this review. If you think you should be, please ask the personnel division.",
    );
    view! { <EmptyState title=title text=text action=None/> }.into_any()
}

fn listed(rating: &Rating, open: bool, number: &str, lang: Lang) -> Listed {
    let (campaign, stratum) = (&rating.place.campaign.id, rating.place.stratum);
    let closed = match (rating.gone, open) {
        (true, _) => gone(lang).to_owned(),
        (false, true) => String::new(),
        (false, false) => lang.t("受付時間外", "Not open").to_owned(),
    };
    Listed {
        href: format!("/answer/{campaign}/{stratum}"),
        name: rating.name.get(lang).to_owned(),
        name_lang: own_lang(rating.name.get(lang), lang).map(str::to_owned),
        unit: rating.unit.get(lang).to_owned(),
        unit_lang: own_lang(rating.unit.get(lang), lang).map(str::to_owned),
        group: short_group(rating, lang),
        issued: rating.place.issued,
        device_key: rating_key(campaign, stratum, number),
        closed,
    }
}
