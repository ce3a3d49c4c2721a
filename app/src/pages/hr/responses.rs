//! The response map of a campaign: who has answered, unit by unit and region by region, as it happens.

mod order;
mod table;

use domain::campaign::State;
use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::response::{Responses, Turnout};

use self::order::Order;
use super::campaigns::{BOARD, board_name, state_badge};
use super::grouped;
use super::live::{keeping, live};
use crate::components::{EmptyState, Figure};
use crate::format;
use crate::pages::{Frame, page, param};

/// Seconds between two looks at the figures of an open campaign.
const EVERY: u32 = 10;

/// Totals, units and regions of one campaign.
#[component]
pub fn ResponsesPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let found = service.registry.campaign(&campaign).await?;
        let here = format!("{BOARD}/{}", found.id);
        let frame = Frame::new(lang.t("回答状況", "Responses"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(board_name(lang), BOARD)
            .crumb(found.title.get(lang), here.clone());
        if found.state == State::Draft {
            return Ok((frame, not_yet(here, lang)));
        }
        if found.review.is_some() {
            if !service.registry.shows_totals(&found).await? {
                let text = lang.t(
                    "評価対象者が少ないため、回答の数は表示しません。一人の評価者のうち何人が回答したかが分かってしまうからです。",
                    "There are few subjects, so how many sheets have come is not shown: it would tell how many of one person's raters have answered.",
                );
                return Ok((
                    frame,
                    view! { <p>{state_badge(found.state, lang)}</p> <p>{text}</p> }.into_any(),
                ));
            }
            let totals = service.response_totals(&campaign).await?;
            let every = (found.state == State::Open).then_some(EVERY);
            let keeping = every.map(|every| keeping(every, &format!("{here}/responses"), lang));
            let view = view! { <p>{state_badge(found.state, lang)}</p> {of_review(totals, keeping, lang)} };
            return Ok((frame, live("responses", every, view.into_any())));
        }
        let responses = service.responses(&found).await?;
        let order = Order::parse(&context.query("sort").unwrap_or_default());
        let every = (found.state == State::Open).then_some(EVERY);
        let address = |order: Order| format!("{here}/responses?sort={}", order.as_str());
        let keeping = every.map(|every| keeping(every, &address(order), lang));
        let view = view! {
            <p>{state_badge(found.state, lang)}</p>
            <p class="section-lead">{explanation(responses.threshold, lang)}</p>
            {orders(address, order, lang)}
            {map(responses, order, service.clock.now(), keeping, lang)}
        };
        Ok((frame, live("responses", every, view.into_any())))
    })
}

/// A review's totals. How many of one subject's raters have answered is shown to nobody: they are few.
fn of_review(totals: Turnout, keeping: Option<AnyView>, lang: Lang) -> AnyView {
    let figure = |label: &'static str, n: u32| {
        view! { <Figure label=label value=Some(grouped(u64::from(n))) lang=lang/> }.into_any()
    };
    let rate = totals.rate().map(written::percent);
    view! {
        <p class="section-lead">{lang.t(
            "評価者は少人数の区分に分かれているため、評価対象者ごとの回答状況は、だれにも示しません。全体の数だけを示します。",
            "Raters are in small groups, so how many have answered about one subject is shown to nobody. Only totals are shown.",
        )}</p>
        <div class="figures">
            {figure(lang.t("依頼した回答票", "Sheets asked for"), totals.eligible)}
            {figure(lang.t("発行した回答券", "Ballots issued"), totals.issued)}
            {figure(lang.t("受け取った回答票", "Sheets received"), totals.received)}
            <Figure label=lang.t("回答率", "Response rate") value=rate lang=lang/>
        </div>
        {keeping}
    }
    .into_any()
}

fn not_yet(back: String, lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("まだ始まっていません", "It has not begun")
            text=lang.t(
                "実施条件を確定して調査を始めると、部署ごとの回答状況がここに表示されます。",
                "Once the terms are fixed and the campaign is open, responses by unit are shown here.",
            )
            action=Some((lang.t("調査のページへ", "To the campaign").to_owned(), back))
        />
    }
    .into_any()
}

fn explanation(threshold: u32, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!(
            "受け取った回答票の数から計算します。だれが回答したかは、システムにも分かりません。対象者が{threshold}人に満たない区分の数は表示しません。"
        ),
        Lang::En => format!(
            "Calculated from the sheets received. Who has answered, not even the system knows. Groups of fewer than {threshold} people are not shown."
        ),
    }
}

fn orders(address: impl Fn(Order) -> String, order: Order, lang: Lang) -> AnyView {
    let links = Order::ALL
        .into_iter()
        .map(|o| {
            let href = address(o);
            let current = (o == order).then_some("page");
            view! { <li><a href=href aria-current=current>{o.label(lang)}</a></li> }
        })
        .collect_view();
    let name = lang.t("並べ方", "Order");
    view! { <nav class="tabs" aria-label=name><ul class="tabs-list">{links}</ul></nav> }.into_any()
}

/// Totals and tables as of `now`, in seconds since 1970 UTC.
fn map(responses: Responses, order: Order, now: i64, keeping: Option<AnyView>, lang: Lang) -> AnyView {
    let Responses { whole, mut units, regions, .. } = responses;
    order.sort(&mut units);
    let regions = (!regions.is_empty()).then(|| {
        view! {
            <h2>{lang.t("在外公館(地域別)", "Missions abroad, by region")}</h2>
            {table::regions(regions, lang)}
        }
    });
    view! {
        <div class="stack-l">
            {totals(whole, lang)}
            <p class="visually-hidden" role="status">{summary(whole, lang)}</p>
            <p class="muted small">{as_of(now, lang)}</p>
            {keeping}
            <h2>{lang.t("部署別", "By unit")}</h2>
            {table::units(units, lang)}
            {regions}
        </div>
    }
    .into_any()
}

fn totals(whole: Turnout, lang: Lang) -> AnyView {
    let count = |n: u32| Some(grouped(u64::from(n)));
    let rate = whole.rate().map(written::percent);
    view! {
        <div class="figures">
            <Figure label=lang.t("対象者", "May answer") value=count(whole.eligible) lang=lang/>
            <Figure label=lang.t("回答券の発行", "Ballots issued") value=count(whole.issued) lang=lang/>
            <Figure label=lang.t("回答票の受領", "Sheets received") value=count(whole.received) lang=lang/>
            <Figure
                label=lang.t("回答率", "Response rate")
                value=rate.or_else(|| Some(written::NO_NUMBER.to_owned()))
                lang=lang
            />
        </div>
    }
    .into_any()
}

/// What a screen reader says whenever the figures have changed.
fn summary(whole: Turnout, lang: Lang) -> String {
    let rate = whole.rate().map_or_else(|| written::NO_NUMBER.to_owned(), written::percent);
    let (eligible, received) = (whole.eligible, whole.received);
    match lang {
        Lang::Ja => {
            format!("回答率は{rate}です。対象{eligible}人のうち、{received}人分の回答票を受け取りました。")
        }
        Lang::En => format!("The response rate is {rate}: {received} sheets from {eligible} people."),
    }
}

fn as_of(now: i64, lang: Lang) -> String {
    let moment = format::moment(now, "Asia/Tokyo", lang);
    match lang {
        Lang::Ja => format!("{moment}(日本時間)現在。"),
        Lang::En => format!("As of {moment} (Japan time)."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_tells_the_rate_in_both_languages() {
        let whole = Turnout { eligible: 26, issued: 17, received: 13 };
        assert!(summary(whole, Lang::Ja).contains("50.0%"));
        assert_eq!(summary(whole, Lang::En), "The response rate is 50.0%: 13 sheets from 26 people.");
        assert!(summary(Turnout::default(), Lang::En).contains(written::NO_NUMBER));
    }
}
