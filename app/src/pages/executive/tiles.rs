//! One tile for each indicator: value, target, course, and how it stands in words.

use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Plan, PlanRow};

use super::counts;
use crate::components::{EmptyState, HiddenCell, own_lang};
use crate::pages::indicators::filter::{self, Filter};
use crate::pages::indicators::{
    chart, current_href, ja_text, row_title, sourced, status_badge, written_href, year_label,
};

/// How many indicators stand how, in a sentence; the filter; the tiles.
pub fn section(plan: Option<Plan>, chosen: &Filter, lang: Lang) -> AnyView {
    let Some(plan) = plan else {
        let title = lang.t("フォローアップ表はまだありません", "There is no follow-up table yet");
        let text = lang.t(
            "人事担当がフォローアップ表を取り込むと、指標の状況がここに表示されます。",
            "Once the personnel division has imported the follow-up table, the indicators are shown here.",
        );
        return view! { <section class="section"><EmptyState title=title text=text action=None/></section> }
            .into_any();
    };
    let (year, rows) = (plan.fiscal_year, figures(&plan));
    let all: Vec<&PlanRow> = rows.iter().collect();
    let title = match lang {
        Lang::Ja => format!("{}の指標の状況", year_label(year, lang)),
        Lang::En => format!("Indicators of {}", year_label(year, lang)),
    };
    let sentence = counts::sentence(&rows, chosen, lang);
    let form = filter::form("/executive", year, chosen, &all, lang);
    let shown: Vec<AnyView> =
        rows.iter().filter(|row| chosen.shows(row)).map(|row| tile(row, lang)).collect();
    let body = if shown.is_empty() {
        let title = lang.t("当てはまる指標はありません", "No indicator fits");
        let text = lang.t("ほかの条件を選んでください。", "Please choose something else.");
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        view! { <ul class="tiles">{shown}</ul> }.into_any()
    };
    let table = format!("/indicators?year={year}");
    view! {
        <section class="section" aria-labelledby=counts::HEADING>
            <h2 id=counts::HEADING>{title}</h2>
            {sentence}
            {form}
            {body}
            <p><a href=table>{lang.t("フォローアップ表を開く", "Open the follow-up table")}</a></p>
        </section>
    }
    .into_any()
}

/// The figures, those that need a decision first.
fn figures(plan: &Plan) -> Vec<PlanRow> {
    use domain::indicator::Status;
    let rows = plan.sections.iter().flat_map(|section| &section.rows);
    let mut figures: Vec<PlanRow> = rows.filter(|row| row.indicator.is_some()).cloned().collect();
    figures.sort_by_key(|row| match row.status.as_ref().map(|(status, _)| *status) {
        Some(Status::WorseThanBaseline) => 0,
        Some(Status::Behind) => 1,
        Some(Status::OnTrack) => 2,
        Some(Status::Achieved) => 3,
        Some(Status::NoData) => 4,
        Some(Status::NoTarget) | None => 5,
    });
    figures
}

fn tile(row: &PlanRow, lang: Lang) -> AnyView {
    let href = format!("/indicators/{}", row.id);
    let title = row_title(row, lang);
    let value = match (row.hidden, row.row.current.trim().is_empty()) {
        (Some(reason), _) => view! { <HiddenCell reason=reason.label(lang)/> }.into_any(),
        (None, true) => {
            view! { <span class="muted">{lang.t("実績値なし", "No value yet")}</span> }.into_any()
        }
        (None, false) => {
            let (value, time) = (row.row.current().label(lang), row.row.current_as_of().label(lang));
            let (value_lang, time_lang) = (own_lang(&value, lang), own_lang(&time, lang));
            let value = view! { <span class="tile-value" lang=value_lang>{value}</span> }.into_any();
            view! {
                {sourced(current_href(row), value, lang)}
                <span class="as-of" lang=time_lang>{time}</span>
            }
            .into_any()
        }
    };
    let target = (!row.row.target.trim().is_empty() && !row.row.target().is_dash()).then(|| {
        let (words, time) = (row.row.target().label(lang), row.row.deadline().label(lang));
        let words_lang = own_lang(&words, lang);
        let time = (!time.trim().is_empty()).then(|| view! { <span class="as-of">{time}</span> });
        let words = view! { <span lang=words_lang>{words}</span> }.into_any();
        view! {
            <p class="figure-n">
                {lang.t("目標: ", "Target: ")}
                {sourced(written_href(row), words, lang)}
                {time}
            </p>
        }
    });
    let course =
        row.indicator.as_ref().and_then(|indicator| chart::course(indicator, title.clone(), true, lang));
    let status = row.status.as_ref().map(|(status, reason)| {
        let reason = reason.get(lang).to_owned();
        view! { <p>{status_badge(*status, lang)}</p><p class="figure-note">{reason}</p> }
    });
    let owner = row.owner.as_ref().map(|name| {
        let name = name.get(lang).to_owned();
        view! { <p class="figure-note">{lang.t("担当: ", "Owner: ")}{name}</p> }
    });
    view! {
        <li class="card tile">
            <h3 class="card-title"><a href=href lang=ja_text(lang)>{title}</a></h3>
            <p>{value}</p>
            {target}
            {status}
            {course}
            {owner}
        </li>
    }
    .into_any()
}
