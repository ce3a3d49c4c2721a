//! Scale items and matrices as diverging bars, each area with its changes since the last wave.

use domain::questionnaire::{Item, Kind, Questionnaire};
use domain::statistics::{Distribution, format as written};
use domain::text::{Lang, Text};
use leptos::prelude::*;

use super::compare::Compared;
use super::figures::Figures;
use super::report::Report;
use crate::components::{DivergingChart, DivergingRow, HiddenCell, ScrollTable};

/// Items under one heading: an area, or a matrix.
struct Block {
    title: String,
    charts: Vec<Chart>,
}

/// Items that are answered on the same points.
struct Chart {
    /// The points, the least favourable first.
    labels: Vec<String>,
    lines: Vec<Line>,
}

/// One bar, with what it is compared with.
struct Line {
    label: String,
    now: Option<Distribution>,
    /// Why there is no distribution; `None` where nobody answered.
    hidden: Option<String>,
    last: Option<Distribution>,
    whole: Option<Distribution>,
}

/// Every scale item and every matrix of the questionnaire.
pub fn sections(report: &Report, lang: Lang) -> AnyView {
    let mut number = 0;
    let views: Vec<AnyView> = blocks(report, lang)
        .into_iter()
        .map(|block| {
            let charts: Vec<AnyView> = block
                .charts
                .into_iter()
                .map(|chart| {
                    number += 1;
                    chart_view(format!("chart-{number}"), chart, report, lang)
                })
                .collect();
            view! {
                <section class="section">
                    <h3>{block.title}</h3>
                    {charts}
                </section>
            }
            .into_any()
        })
        .collect();
    view! { <div>{views}</div> }.into_any()
}

fn blocks(report: &Report, lang: Lang) -> Vec<Block> {
    let questionnaire = report.figures.questionnaire();
    let mut blocks = Vec::new();
    for area in &questionnaire.areas {
        let items: Vec<&Item> = report.figures.scales(Some(&area.key)).collect();
        blocks.push(Block { title: area.label.get(lang).to_owned(), charts: charts(&items, report, lang) });
    }
    let others: Vec<&Item> = report.figures.scales(None).collect();
    let title = lang.t("その他の設問", "Other items").to_owned();
    blocks.push(Block { title, charts: charts(&others, report, lang) });
    blocks.extend(matrices(questionnaire, report, lang));
    blocks.retain(|block| !block.charts.is_empty());
    blocks
}

/// One chart for each run of items with the same points.
fn charts(items: &[&Item], report: &Report, lang: Lang) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for item in items {
        let Kind::Scale { labels, reversed } = &item.kind else { continue };
        let labels = points(labels, *reversed, lang);
        let line = line(report, &item.key, "", item.text.get(lang).to_owned(), lang);
        match charts.last_mut().filter(|chart| chart.labels == labels) {
            Some(chart) => chart.lines.push(line),
            None => charts.push(Chart { labels, lines: vec![line] }),
        }
    }
    charts
}

fn matrices(questionnaire: &Questionnaire, report: &Report, lang: Lang) -> Vec<Block> {
    questionnaire
        .items()
        .filter_map(|(_, item)| {
            let Kind::Matrix { rows, labels, reversed } = &item.kind else { return None };
            let lines = rows
                .iter()
                .map(|row| line(report, &item.key, &row.key, row.label.get(lang).to_owned(), lang))
                .collect();
            let chart = Chart { labels: points(labels, *reversed, lang), lines };
            Some(Block { title: item.text.get(lang).to_owned(), charts: vec![chart] })
        })
        .collect()
}

/// The points of a scale, the least favourable first.
fn points(labels: &[Text], reversed: bool, lang: Lang) -> Vec<String> {
    let mut labels: Vec<String> = labels.iter().map(|label| label.get(lang).to_owned()).collect();
    if reversed {
        labels.reverse();
    }
    labels
}

fn line(report: &Report, item: &str, part: &str, label: String, lang: Lang) -> Line {
    let of = |figures: &Figures| figures.distribution(item, part);
    Line {
        label,
        now: of(&report.figures),
        hidden: hidden(&report.figures, item, part, lang),
        last: report.last.figures().and_then(of),
        whole: report.whole.as_ref().and_then(of),
    }
}

/// Why the answers to an item are hidden; `None` where they are not.
pub fn hidden(figures: &Figures, item: &str, part: &str, lang: Lang) -> Option<String> {
    let state = figures.state(item, part);
    (!state.is_shown()).then(|| state.label(lang).to_owned())
}

fn chart_view(id: String, chart: Chart, report: &Report, lang: Lang) -> AnyView {
    let rows: Vec<DivergingRow> = chart
        .lines
        .iter()
        .map(|line| DivergingRow {
            label: line.label.clone(),
            counts: line.now.as_ref().map(|d| d.counts.clone()).unwrap_or_default(),
            hidden: line.hidden.clone(),
        })
        .collect();
    let caption = lang.t("設問ごとの回答の割合", "Answers by item");
    let moved = report.last.figures().map(|_| moved(&chart.lines, lang));
    let compared = compared(&chart.lines, report, lang);
    view! {
        <DivergingChart id=id caption=caption rows=rows labels=chart.labels lang=lang/>
        {moved}
        {compared}
    }
    .into_any()
}

/// Which items have changed since the last wave.
fn moved(lines: &[Line], lang: Lang) -> AnyView {
    let items: Vec<String> = lines
        .iter()
        .filter_map(|line| {
            let compared = Compared::distributions(line.now.as_ref(), line.last.as_ref());
            compared.moved().then(|| match lang {
                Lang::Ja => format!("{}:{}", line.label, compared.words(lang)),
                Lang::En => format!("{} {}", line.label, compared.words(lang)),
            })
        })
        .collect();
    if items.is_empty() {
        let none = lang
            .t("前回からはっきり変わった設問はありません。", "No item has clearly changed since last time.");
        return view! { <p class="muted">{none}</p> }.into_any();
    }
    let items = items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
    view! {
        <p>{lang.t("前回から変わった設問", "Changed since last time")}</p>
        <ul>{items}</ul>
    }
    .into_any()
}

/// Index, change and difference from the whole of each item, folded away until asked for.
fn compared(lines: &[Line], report: &Report, lang: Lang) -> AnyView {
    let (with_last, with_whole) = (report.last.figures().is_some(), report.whole.is_some());
    if !with_last && !with_whole {
        return ().into_any();
    }
    let columns = 2 + usize::from(with_last) + usize::from(with_whole);
    let rows: Vec<AnyView> =
        lines.iter().map(|line| compared_row(line, with_last, with_whole, columns, lang)).collect();
    let last = with_last.then(|| {
        view! { <th scope="col">{lang.t("前回との比較", "Compared with last time")}</th> }
    });
    let whole = with_whole.then(|| {
        view! { <th scope="col" class="num">{lang.t("全体との差", "From the whole")}</th> }
    });
    view! {
        <details class="disclosure">
            <summary>{lang.t("前回・全体との比較を表で見る", "Show comparisons as table")}</summary>
            <ScrollTable caption=lang.t("設問ごとの指数(0~100)と比較", "Index (0–100) by item, compared")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("設問", "Item")}</th>
                        <th scope="col" class="num">{lang.t("指数", "Index")}</th>
                        <th scope="col" class="num">"n"</th>
                        {last}
                        {whole}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}

fn compared_row(line: &Line, with_last: bool, with_whole: bool, columns: usize, lang: Lang) -> AnyView {
    let label = line.label.clone();
    let Some((now, index)) = line.now.as_ref().and_then(|now| Some((now, now.index()?))) else {
        let none = || lang.t("回答がありません", "No answers").to_owned();
        let reason = line.hidden.clone().unwrap_or_else(none);
        return view! {
            <tr>
                <th scope="row" class="text">{label}</th>
                <td colspan=columns.to_string()><HiddenCell reason=reason/></td>
            </tr>
        }
        .into_any();
    };
    let last = with_last.then(|| {
        let words = Compared::distributions(Some(now), line.last.as_ref()).words(lang);
        view! { <td>{words}</td> }
    });
    let whole = with_whole.then(|| {
        let whole = line.whole.as_ref().and_then(Distribution::index);
        let difference = whole.map(|whole| written::difference(index - whole));
        view! { <td class="num">{difference.unwrap_or_else(|| written::NO_NUMBER.to_owned())}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="text">{label}</th>
            <td class="num">{written::index(index)}</td>
            <td class="num">{now.n()}</td>
            {last}
            {whole}
        </tr>
    }
    .into_any()
}
