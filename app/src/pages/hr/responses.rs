//! The response map of a campaign: who has answered, unit by unit and region by region, as it happens.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;

use super::campaigns::{BOARD, board_name, state_badge};
use crate::components::EmptyState;
use crate::live::{LiveResponses, Order, ResponseMap};
use crate::pages::{Frame, page, param};

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
        let responses = service.responses(&found).await?;
        let order = Order::parse(&context.query("sort").unwrap_or_default());
        let open = found.state == State::Open;
        let map = ResponseMap::of(&responses, order, open, service.clock.now(), lang);
        let threshold = responses.threshold;
        let view = view! {
            <p>{state_badge(found.state, lang)}</p>
            <p class="section-lead">{explanation(threshold, lang)}</p>
            {orders(&here, order, lang)}
            <LiveResponses campaign=campaign initial=map lang=lang/>
        };
        Ok((frame, view.into_any()))
    })
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

fn orders(here: &str, order: Order, lang: Lang) -> AnyView {
    let links = Order::ALL
        .into_iter()
        .map(|o| {
            let href = format!("{here}/responses?sort={}", o.as_str());
            let current = (o == order).then_some("page");
            view! { <li><a href=href aria-current=current>{o.label(lang)}</a></li> }
        })
        .collect_view();
    let name = lang.t("並べ方", "Order");
    view! { <nav class="tabs" aria-label=name><ul class="tabs-list">{links}</ul></nav> }.into_any()
}
