//! One page for executives: engagement and areas over the waves, response rates, a tile for each indicator, and
//! what was decided.

mod counts;
mod decisions;
mod tiles;

use std::collections::BTreeSet;

use domain::fiscal_year::{AsOf, FiscalYear, YearMonth, date_label};
use domain::questionnaire::Area;
use domain::role::Role;
use domain::statistics::{ENGAGEMENT_AREA, format as written};
use domain::terms::Content;
use domain::text::Lang;
use leptos::prelude::*;
use service::clock::date_in;
use service::{Result, Service};

use super::indicators::filter::Filter;
use super::results::figures::Figures;
use super::results::wave::Wave;
use super::results::{Headline, Viewer, headlines};
use super::{Frame, page};
use crate::components::{EmptyState, HiddenCell, RateBar, ScrollTable, TrendChart, TrendPoint};

/// Most waves shown in a trend.
const WAVES: usize = 8;

/// A wave with the figures of the whole organisation.
struct Point {
    wave: Wave,
    figures: Figures,
    /// When, in a few characters.
    label: String,
}

/// The dashboard.
#[component]
pub fn ExecutivePage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let viewer = Viewer::of(&service, &person).await?;
        let points = series(&service, &viewer, lang).await?;
        let newest = headlines(&service, &viewer, 1).await?.into_iter().next();
        let plan = match service.followup(None).await {
            Ok(plan) => Some(plan),
            Err(service::Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let explanations = service.explanations(None).await?;
        let chosen = Filter::of(&context);
        let lead = lang.t(
            "調査の結果の推移、指標の状況、決まったことをまとめています。このページはそのまま印刷できます。",
            "Survey results over the years, how the indicators stand, and what was decided. The page can be \
             printed as it is.",
        );
        let frame =
            Frame::new(lang.t("全体の状況", "Dashboard")).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        let view = view! {
            {survey(&points, newest, lang)}
            {rates(&points, &person.time_zone, lang)}
            {tiles::section(plan, &chosen, lang)}
            {decisions::section(explanations, person.has(Role::Hr), &person.time_zone, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

/// The waves of the series that was last asked about engagement, the oldest first.
async fn series(service: &Service, viewer: &Viewer, lang: Lang) -> Result<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    for release in service.registry.releases().await? {
        let other = points.first().is_some_and(|p| p.wave.release.campaign.series != release.campaign.series);
        if other || points.len() == WAVES {
            continue;
        }
        let wave = Wave::of(service, release).await?;
        if !viewer.sees(&wave.terms, Content::Whole) {
            continue;
        }
        let figures = wave.figures(service, 0).await?;
        if figures.asks_engagement() {
            points.push(Point { wave, figures, label: String::new() });
        }
    }
    points.reverse();
    label(&mut points, lang);
    Ok(points)
}

/// Waves are called by their fiscal year; where two share one, by their month.
fn label(points: &mut [Point], lang: Lang) {
    let closed = |point: &Point| date_in(point.wave.release.campaign.schedule.closes_at, "Asia/Tokyo");
    let years: Vec<String> = points.iter().map(|point| FiscalYear::of(closed(point)).label(lang)).collect();
    let by_year = years.iter().collect::<BTreeSet<_>>().len() == years.len();
    let labels: Vec<String> = if by_year {
        years
    } else {
        points.iter().map(|point| AsOf::Month(YearMonth::of(closed(point))).label(lang)).collect()
    };
    for (point, label) in points.iter_mut().zip(labels) {
        point.label = label;
    }
}

fn survey(points: &[Point], newest: Option<Headline>, lang: Lang) -> AnyView {
    let Some(last) = points.last() else {
        let title = lang.t("公表された調査はまだありません", "No survey has been released yet");
        let text = lang.t(
            "調査の結果が公表されると、エンゲージメント指数と各領域の推移がここに表示されます。",
            "Once a survey is released, the engagement index and the areas are shown here over the years.",
        );
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    };
    let sentence = newest.map(|headline| {
        let title = headline.title.get(lang).to_owned();
        view! { <p><a href=headline.href>{title}</a> " — " {headline.sentence.get(lang).to_owned()}</p> }
    });
    let title = lang.t("エンゲージメント指数(0~100)", "Engagement index (0–100)");
    let engagement = trend(points, ENGAGEMENT_AREA, title, false, lang);
    let areas: Vec<AnyView> = last
        .figures
        .areas()
        .filter(|area| area.key != ENGAGEMENT_AREA)
        .map(|area| trend(points, &area.key, area.label.get(lang), true, lang))
        .collect();
    view! {
        <section class="section">
            <h2>{lang.t("エンゲージメント", "Engagement")}</h2>
            {sentence}
            {engagement}
        </section>
        <section class="section">
            <h2>{lang.t("領域ごとの推移", "Areas over the years")}</h2>
            <div class="grid-3">{areas}</div>
            {area_table(points, lang)}
        </section>
    }
    .into_any()
}

/// The course of one area's index.
fn trend(points: &[Point], area: &str, title: &str, compact: bool, lang: Lang) -> AnyView {
    let values: Vec<TrendPoint> = points
        .iter()
        .filter_map(|point| {
            let score = point.figures.score(area)?.figures;
            let interval = score.interval(Some(point.wave.release.eligible));
            Some(TrendPoint {
                label: point.label.clone(),
                value: (score.index * 10.0).round() / 10.0,
                low: Some(interval.low),
                high: Some(interval.high),
            })
        })
        .collect();
    let unit = lang.t("ポイント", "pt");
    view! {
        <TrendChart points=values target=None unit=unit title=title.to_owned() compact=compact lang=lang/>
    }
    .into_any()
}

/// The table behind the small charts.
fn area_table(points: &[Point], lang: Lang) -> AnyView {
    let Some(last) = points.last() else { return ().into_any() };
    let heads = points
        .iter()
        .map(|point| view! { <th scope="col" class="num">{point.label.clone()}</th> })
        .collect_view();
    let rows: Vec<AnyView> = last.figures.areas().map(|area| area_row(points, area, lang)).collect();
    view! {
        <details class="disclosure">
            <summary>{lang.t("表で見る", "Show as table")}</summary>
            <ScrollTable caption=lang.t("領域ごとの指数の推移", "Index by area over the years")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("領域", "Area")}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}

fn area_row(points: &[Point], area: &Area, lang: Lang) -> AnyView {
    let cells: Vec<AnyView> = points
        .iter()
        .map(|point| {
            let asked = point.figures.scales(Some(&area.key)).next().is_some();
            let shown = match point.figures.score(&area.key) {
                Some(score) => {
                    let n = format!("n={}", score.figures.n);
                    let index = written::index(score.figures.index);
                    view! { {index} <span class="cell-note">{n}</span> }.into_any()
                }
                None if asked => {
                    let reason = point.figures.reason(&area.key).label(lang);
                    view! { <HiddenCell reason=reason/> }.into_any()
                }
                None => view! { <HiddenCell reason=lang.t("設問なし", "Not asked")/> }.into_any(),
            };
            view! { <td class="num">{shown}</td> }.into_any()
        })
        .collect();
    view! { <tr><th scope="row">{area.label.get(lang).to_owned()}</th>{cells}</tr> }.into_any()
}

/// Response rates, the newest wave first.
fn rates(points: &[Point], zone: &str, lang: Lang) -> AnyView {
    if points.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = points
        .iter()
        .rev()
        .map(|point| {
            let release = &point.wave.release;
            let href = format!("/results/{}", release.campaign.id);
            let title = release.campaign.title.get(lang).to_owned();
            let date = date_label(date_in(release.released_at, zone), lang);
            let rate = point.wave.response_rate().map(|rate| view! { <RateBar rate=rate/> });
            view! {
                <tr>
                    <th scope="row"><a href=href>{title}</a></th>
                    <td>{date}</td>
                    <td class="num">{release.eligible}</td>
                    <td class="num">{release.received}</td>
                    <td class="num">{rate}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="section">
            <h2>{lang.t("回答率", "Response rates")}</h2>
            <ScrollTable caption=lang.t("回ごとの回答率", "Response rate by wave")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("調査", "Survey")}</th>
                        <th scope="col">{lang.t("公表日", "Released on")}</th>
                        <th scope="col" class="num">{lang.t("対象者", "People")}</th>
                        <th scope="col" class="num">{lang.t("受け取った回答票", "Sheets received")}</th>
                        <th scope="col" class="num">{lang.t("回答率", "Response rate")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </section>
    }
    .into_any()
}
