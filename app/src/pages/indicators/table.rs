//! The follow-up table by section: initiatives with their results, survey rows, and figures.

use domain::followup::{Column, RowKind, SectionNumber};
use domain::indicator::{Readable, Written};
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Plan, PlanRow, PlanSection};

use super::filter::Filter;
use super::parts::{RowLinks, can_be_link, current_href, sourced, written_href};
use super::{chart, ja_text, row_title, status_badge};
use crate::components::{EmptyState, HiddenCell, ScrollTable, own_lang};

/// The id of a section on the page.
pub(super) fn anchor(number: SectionNumber) -> String {
    format!("section-{number}")
}

/// All sections with links to each, of those rows that were chosen. `can` says what the reader can
/// do with each row.
pub(super) fn sections(plan: Plan, chosen: &Filter, can: &RowLinks, lang: Lang) -> AnyView {
    let shown: Vec<PlanSection> = plan
        .sections
        .into_iter()
        .filter_map(|section| if chosen.is_empty() { Some(section) } else { only(section, chosen) })
        .collect();
    if shown.is_empty() {
        let title = lang.t("当てはまる行はありません", "No row fits");
        let text = lang.t("ほかの条件を選んでください。", "Please choose something else.");
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    }
    let links = shown
        .iter()
        .map(|section| {
            let href = format!("#{}", anchor(section.number));
            let words = format!("{} {}", section.number, section.title);
            view! { <li><a href=href lang=ja_text(lang)>{words}</a></li> }
        })
        .collect_view();
    let name = lang.t("項目", "Sections");
    let bodies = shown.into_iter().map(|section| one(section, can, lang)).collect_view();
    view! {
        <nav class="section no-print" aria-label=name>
            <ul class="link-list">{links}</ul>
        </nav>
        <div class="print-landscape">{bodies}</div>
    }
    .into_any()
}

/// The section with the rows that were chosen only.
fn only(section: PlanSection, chosen: &Filter) -> Option<PlanSection> {
    let rows: Vec<PlanRow> = section.rows.into_iter().filter(|row| chosen.shows(row)).collect();
    (!rows.is_empty()).then_some(PlanSection { rows, ..section })
}

fn one(section: PlanSection, can: &RowLinks, lang: Lang) -> AnyView {
    let id = anchor(section.number);
    let heading = format!("{id}-heading");
    let labelled_by = heading.clone();
    let name = format!("{} {}", section.number, section.title);
    let of = |kind: RowKind| -> Vec<PlanRow> {
        section.rows.iter().filter(|row| row.row.kind == kind).cloned().collect()
    };
    let initiatives = of(RowKind::Initiative)
        .into_iter()
        .map(|row| initiative(&row, row.row.item != section.title, can, lang))
        .collect_view();
    // The title of a section is Japanese, its number is not.
    let called = match lang {
        Lang::Ja => name.clone(),
        Lang::En => format!("Section {}", section.number),
    };
    let surveys = survey_rows(of(RowKind::Survey), &called, can, lang);
    let figures = figure_rows(of(RowKind::Figure), &called, can, lang);
    view! {
        <section class="section" id=id aria-labelledby=labelled_by>
            <h2 id=heading lang=ja_text(lang)>{name}</h2>
            {initiatives}
            {surveys}
            {figures}
        </section>
    }
    .into_any()
}

/// What was done beside what came of it.
fn initiative(row: &PlanRow, named: bool, can: &RowLinks, lang: Lang) -> AnyView {
    let name = named.then(|| {
        let item = row.row.item.clone();
        view! { <p lang=ja_text(lang)><strong>{item}</strong></p> }
    });
    let part = |column: Column| {
        let text = row.row.cell(column).into_owned();
        (!text.trim().is_empty()).then(|| {
            view! {
                <div class="card card--quiet">
                    <h3 class="card-title">{column.label(lang)}</h3>
                    {prose(&text, lang)}
                </div>
            }
        })
    };
    view! {
        {name}
        <div class="grid-2">
            {part(Column::Initiative)}
            {part(Column::Outcome)}
        </div>
        {other_cells(row, true, lang)}
        {can.of(row.id, lang)}
    }
    .into_any()
}

/// Cells that such a row has no place of its own for, named: nothing of the table is left out.
fn other_cells(row: &PlanRow, with_group: bool, lang: Lang) -> AnyView {
    const FIGURES: [Column; 6] = [
        Column::Target,
        Column::Deadline,
        Column::Current,
        Column::CurrentAsOf,
        Column::Baseline,
        Column::BaselineAsOf,
    ];
    let group = with_group.then_some(Column::Group);
    let facts = group
        .into_iter()
        .chain(FIGURES)
        .filter_map(|column| {
            let text = row.row.cell(column).into_owned();
            (!text.trim().is_empty()).then(|| {
                view! { <dt>{column.label(lang)}</dt><dd lang=ja_text(lang)>{text}</dd> }
            })
        })
        .collect::<Vec<_>>();
    if facts.is_empty() {
        return ().into_any();
    }
    view! { <dl class="facts">{facts}</dl> }.into_any()
}

fn survey_rows(rows: Vec<PlanRow>, section: &str, can: &RowLinks, lang: Lang) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let caption = match lang {
        Lang::Ja => format!("{section}: 調査項目"),
        Lang::En => format!("{section}: survey questions"),
    };
    let lines = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">
                        <span lang=ja_text(lang)>{row_title(row, lang)}</span>
                        {can.of(row.id, lang)}
                    </th>
                    <td class="text">
                        {prose(&row.row.initiative, lang)}
                        {other_cells(row, false, lang)}
                    </td>
                    <td class="text">{prose(&row.row.outcome, lang)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <ScrollTable caption=caption>
            <thead>
                <tr>
                    <th scope="col">{Column::Item.label(lang)}</th>
                    <th scope="col">{Column::Initiative.label(lang)}</th>
                    <th scope="col">{Column::Outcome.label(lang)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn figure_rows(rows: Vec<PlanRow>, section: &str, can: &RowLinks, lang: Lang) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let caption = match lang {
        Lang::Ja => format!("{section}: 数値"),
        Lang::En => format!("{section}: figures"),
    };
    let lines = rows.iter().map(|row| figure_row(row, can, lang)).collect_view();
    let and_time = move |column: Column, time: Column| match lang {
        Lang::Ja => format!("{}({})", column.label(lang), time.label(lang)),
        Lang::En => format!("{} ({})", column.label(lang), time.label(lang).to_lowercase()),
    };
    view! {
        <ScrollTable caption=caption table_class="followup-table table--lined">
            <thead>
                <tr>
                    <th scope="col">{lang.t("項目(区分)", "Item (group)")}</th>
                    <th scope="col">{and_time(Column::Target, Column::Deadline)}</th>
                    <th scope="col" class="num">{and_time(Column::Current, Column::CurrentAsOf)}</th>
                    <th scope="col" class="num">{and_time(Column::Baseline, Column::BaselineAsOf)}</th>
                    <th scope="col">{lang.t("状況", "Status")}</th>
                    <th scope="col">{lang.t("推移", "Course")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn figure_row(row: &PlanRow, can: &RowLinks, lang: Lang) -> AnyView {
    let title = row_title(row, lang);
    let href = format!("/indicators/{}", row.id);
    let cells = &row.row;
    let status = row.status.as_ref().map(|(status, reason)| {
        let reason = reason.get(lang).to_owned();
        view! { {status_badge(*status, lang)}<span class="cell-note">{reason}</span> }
    });
    let course =
        row.indicator.as_ref().and_then(|indicator| chart::course(indicator, title.clone(), true, lang));
    let course = course.unwrap_or_else(|| {
        let words = lang.t("値が一つ以下のため、なし", "None: fewer than two values");
        view! { <span class="muted small">{words}</span> }.into_any()
    });
    view! {
        <tr>
            <th scope="row">
                <a href=href lang=ja_text(lang)>{title}</a>
                {can.of(row.id, lang)}
                {prose(&cells.initiative, lang)}
                {prose(&cells.outcome, lang)}
            </th>
            <td>{dated(&cells.target(), &cells.deadline(), Some(written_href(row)), lang)}</td>
            <td class="num">
                {current(row, lang)}
                {current_source(row, lang)}
            </td>
            <td class="num">
                {baseline(row, Some(written_href(row)), lang)}
            </td>
            <td class="text">{status}</td>
            <td class="trend-cell">{course}</td>
        </tr>
    }
    .into_any()
}

/// A figure over its time; a link where it has an address to lead to.
pub(super) fn dated<V: Readable, T: Readable>(
    value: &Written<V>,
    time: &Written<T>,
    source: Option<String>,
    lang: Lang,
) -> AnyView {
    let shown = if value.is_absent() {
        view! { <span class="muted">{lang.t("記載なし", "Not stated")}</span> }.into_any()
    } else {
        let words = value.label(lang);
        let words_lang = own_lang(&words, lang);
        let source = source.filter(|_| can_be_link(&words));
        let shown = view! { <span lang=words_lang>{words}</span> }.into_any();
        match source {
            Some(href) => sourced(href, shown, lang),
            None => shown,
        }
    };
    let words = time.label(lang);
    let time = (!words.trim().is_empty()).then(|| {
        let words_lang = own_lang(&words, lang);
        view! { <span class="as-of" lang=words_lang>{words}</span> }
    });
    view! { {shown}{time} }.into_any()
}

/// The latest value of an indicator as a link to its source, or why it is not shown.
pub(super) fn current(row: &PlanRow, lang: Lang) -> AnyView {
    match row.hidden {
        Some(reason) => view! { <HiddenCell reason=reason.label(lang)/> }.into_any(),
        None => dated(&row.row.current(), &row.row.current_as_of(), Some(current_href(row)), lang),
    }
}

/// The value when the target was set, or why it is not shown.
pub(super) fn baseline(row: &PlanRow, source: Option<String>, lang: Lang) -> AnyView {
    match row.baseline_hidden {
        Some(reason) => view! { <HiddenCell reason=reason.label(lang)/> }.into_any(),
        None => dated(&row.row.baseline(), &row.row.baseline_as_of(), source, lang),
    }
}

/// Where the current value comes from, in words: a hidden one, which is no link itself, leads to its source from here,
/// and a survey's figure to the release. The results of a review are not for everybody, its terms are.
fn current_source(row: &PlanRow, lang: Lang) -> AnyView {
    let Some(shown) = row.current_source() else { return ().into_any() };
    let label = shown.source.label(lang);
    let label = if row.hidden.is_some() {
        view! { <a href=current_href(row)>{label}</a> }.into_any()
    } else {
        label.into_any()
    };
    let n = shown.respondents.map(|n| format!(" n={n}"));
    let counts = shown.counts.map(|rate| format!(" {}", rate.label(lang)));
    let behind = shown.campaign.as_ref().map(|(campaign, _)| {
        let (href, words) = if shown.is_review {
            (format!("/terms/{campaign}"), lang.t("実施条件", "terms"))
        } else {
            (format!("/results/{campaign}"), lang.t("結果のページ", "results page"))
        };
        view! { {lang.t("、", ", ")}<a href=href>{words}</a> }
    });
    view! { <span class="cell-note">{label}{n}{counts}{behind}</span> }.into_any()
}

/// A text of the table: lines that begin with ・ become a list, every other line a paragraph.
pub(super) fn prose(text: &str, lang: Lang) -> AnyView {
    let blocks = blocks(text);
    if blocks.is_empty() {
        return ().into_any();
    }
    let parts = blocks
        .into_iter()
        .map(|block| match block {
            Block::Line(line) => view! { <p>{line}</p> }.into_any(),
            Block::List(entries) => {
                let entries = entries.into_iter().map(|entry| view! { <li>{entry}</li> }).collect_view();
                view! { <ul>{entries}</ul> }.into_any()
            }
        })
        .collect::<Vec<_>>();
    view! { <div class="prose" lang=ja_text(lang)>{parts}</div> }.into_any()
}

#[derive(Debug, PartialEq)]
enum Block {
    Line(String),
    List(Vec<String>),
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (line.strip_prefix('・'), blocks.last_mut()) {
            (Some(entry), Some(Block::List(entries))) => entries.push(entry.trim().to_owned()),
            (Some(entry), _) => blocks.push(Block::List(vec![entry.trim().to_owned()])),
            (None, _) => blocks.push(Block::Line(line.to_owned())),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_become_lists_and_other_lines_paragraphs() {
        let list = |entries: &[&str]| Block::List(entries.iter().map(|e| (*e).to_owned()).collect());
        assert_eq!(
            blocks("【育成】\n・一\r\n・ 二\n\n続き\n・三"),
            [Block::Line("【育成】".into()), list(&["一", "二"]), Block::Line("続き".into()), list(&["三"])]
        );
        assert!(blocks(" \n ").is_empty());
    }

    #[test]
    fn a_section_has_an_anchor_of_its_own() {
        let number = SectionNumber::parse("5-2").expect("a number");
        assert_eq!(anchor(number), "section-5-2");
    }
}
