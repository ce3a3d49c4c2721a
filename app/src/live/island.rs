//! The island of the response map: totals, units and regions, asked for again every ten seconds.

use std::cell::Cell;
use std::time::Duration;

use domain::text::Lang;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Figures, ResponseMap, Row, percent};
use crate::api::responses::live_responses;

/// How often it asks.
const EVERY: Duration = Duration::from_secs(10);
/// How often it asks at most: a page left open for two hours must not keep a sign-in alive for ever.
const MOST: u32 = 720;

/// Whether the figures keep themselves up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    /// The browser package does not run, or not yet.
    Still,
    /// They do.
    Live,
    /// The server did not answer last time.
    Cut,
    /// Long enough, or nothing can change any more.
    Over,
}

impl Keeping {
    const fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Still => lang.t(
                "最新の状況は、このページを読み込み直すと表示されます。",
                "Reload this page for the latest figures.",
            ),
            Self::Live => lang.t("10秒ごとに自動で更新しています。", "Updated by itself every ten seconds."),
            Self::Cut => lang.t(
                "更新できませんでした。表示は前回のものです。引き続き試しています。",
                "The last update failed; these are earlier figures. Still trying.",
            ),
            Self::Over => lang.t(
                "自動更新を終えました。最新の状況は、このページを読み込み直すと表示されます。",
                "Automatic updates have ended. Reload this page for the latest figures.",
            ),
        }
    }
}

/// Totals and tables of a campaign's response map.
#[island]
pub fn LiveResponses(
    /// The campaign's id.
    campaign: String,
    /// What the server knew when it made the page.
    initial: ResponseMap,
    /// The language.
    lang: Lang,
) -> impl IntoView {
    let ResponseMap { figures, units, regions } = initial;
    let figures = RwSignal::new(figures);
    let keeping = RwSignal::new(Keeping::Still);
    keep_up(campaign, figures, keeping);

    let summary = Memo::new(move |_| figures.with(|f| summary(f, lang)));
    let at = move || figures.with(|f| moment(&f.at, lang));
    let units_caption = lang.t("部署ごとの回答状況", "Responses by unit");
    let regions_caption = lang.t("在外公館の地域ごとの回答状況", "Responses of missions abroad by region");
    let regions = (!regions.is_empty()).then(|| {
        view! {
            <h2>{lang.t("在外公館(地域別)", "Missions abroad, by region")}</h2>
            {table(regions_caption, lang.t("地域", "Region"), regions, figures, lang)}
        }
    });
    view! {
        <div class="stack-l">
            <div class="figures">
                {tile(lang.t("対象者", "May answer"), move || figures.with(|f| f.eligible.to_string()))}
                {tile(lang.t("回答券の発行", "Ballots issued"), move || figures.with(|f| f.issued.to_string()))}
                {tile(lang.t("回答票の受領", "Sheets received"), move || figures.with(|f| f.received.to_string()))}
                {tile(lang.t("回答率", "Response rate"), move || figures.with(|f| percent(f.received, f.eligible)))}
            </div>
            <p class="visually-hidden" role="status" aria-live="polite">{move || summary.get()}</p>
            <p class="muted small">{at} " " {move || keeping.get().text(lang)}</p>
            <h2>{lang.t("部署別", "By unit")}</h2>
            {table(units_caption, lang.t("部署", "Unit"), units, figures, lang)}
            {regions}
        </div>
    }
}

/// Asks for the figures again and again, in the browser only.
fn keep_up(campaign: String, figures: RwSignal<Figures>, keeping: RwSignal<Keeping>) {
    Effect::new(move |_| {
        if !figures.with_untracked(|f| f.open) {
            return;
        }
        keeping.set(Keeping::Live);
        let campaign = campaign.clone();
        let asked = Cell::new(0);
        let ask = move || {
            // Nobody looks at a page in the background.
            if keeping.get_untracked() == Keeping::Over || document().hidden() {
                return;
            }
            asked.set(asked.get() + 1);
            let campaign = campaign.clone();
            let last = asked.get() >= MOST;
            spawn_local(async move {
                let found = live_responses(campaign).await;
                let next = match &found {
                    Ok(f) if last || !f.open => Keeping::Over,
                    Ok(_) => Keeping::Live,
                    Err(_) if last => Keeping::Over,
                    Err(_) => Keeping::Cut,
                };
                if let Ok(found) = found {
                    figures.set(found);
                }
                keeping.set(next);
            });
        };
        set_interval(ask, EVERY);
    });
}

fn summary(figures: &Figures, lang: Lang) -> String {
    let rate = percent(figures.received, figures.eligible);
    let (eligible, received) = (figures.eligible, figures.received);
    match lang {
        Lang::Ja => {
            format!("回答率は{rate}です。対象{eligible}人のうち、{received}人分の回答票を受け取りました。")
        }
        Lang::En => format!("The response rate is {rate}: {received} sheets from {eligible} people."),
    }
}

fn moment(at: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{at}(日本時間)現在。"),
        Lang::En => format!("As of {at} (Japan time)."),
    }
}

fn tile(label: &'static str, value: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
    view! {
        <div class="figure-tile">
            <p class="figure-label">{label}</p>
            <p class="figure-value">{value}</p>
        </div>
    }
}

fn table(
    caption: &'static str,
    first: &'static str,
    rows: Vec<Row>,
    figures: RwSignal<Figures>,
    lang: Lang,
) -> impl IntoView {
    let rows = rows.into_iter().map(|row| row_view(row, figures, lang)).collect_view();
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=caption>
            <table class="table table--compact">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{first}</th>
                        <th scope="col" class="num">{lang.t("対象者", "May answer")}</th>
                        <th scope="col" class="num">{lang.t("回答券の発行", "Ballots issued")}</th>
                        <th scope="col" class="num">{lang.t("回答票の受領", "Sheets received")}</th>
                        <th scope="col">{lang.t("回答率", "Response rate")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row_view(row: Row, figures: RwSignal<Figures>, lang: Lang) -> impl IntoView {
    let Row { number, label, note, depth, eligible } = row;
    let found = Memo::new(move |_| figures.with(|f| f.rows.get(number).copied().flatten()));
    let depth = match depth {
        0 => None,
        1 => Some("depth-1"),
        2 => Some("depth-2"),
        3 => Some("depth-3"),
        _ => Some("depth-4"),
    };
    let note = (!note.is_empty()).then(|| view! { <span class="cell-note">{note}</span> });
    let issued = move || found.get().map(|(issued, _)| issued.to_string()).unwrap_or_else(|| "—".to_owned());
    let received =
        move || found.get().map(|(_, received)| received.to_string()).unwrap_or_else(|| "—".to_owned());
    let rate = move || match found.get() {
        Some((_, received)) => rate_view(received, eligible).into_any(),
        None => view! {
            <span class="hidden-value">
                <span class="hidden-value-dash" aria-hidden="true">"—"</span>
                <span class="hidden-value-reason">
                    {lang.t("対象者が少ないため非表示", "Hidden: too few people")}
                </span>
            </span>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row" class=depth>{label}{note}</th>
            <td class="num">{eligible}</td>
            <td class="num">{issued}</td>
            <td class="num">{received}</td>
            <td>{rate}</td>
        </tr>
    }
}

fn rate_view(received: u32, eligible: u32) -> impl IntoView {
    let share = percent(received.min(eligible), eligible);
    view! {
        <span class="rate">
            <svg class="rate-bar" aria-hidden="true" focusable="false">
                <rect class="rate-track" x="0" y="0" width="100%" height="100%"></rect>
                <rect class="rate-fill" x="0" y="0" width=share height="100%"></rect>
                <rect class="rate-frame" x="0" y="0" width="100%" height="100%"></rect>
            </svg>
            <span class="rate-value">{percent(received, eligible)}</span>
        </span>
    }
}
