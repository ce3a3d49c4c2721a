//! The follow-up table by section: initiatives with their results, survey rows, and figures.

use domain::followup::{Column, RowKind, SectionNumber};
use domain::indicator::{Readable, Source, Status, Written};
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Plan, PlanRow, PlanSection};

use super::{chart, ja_text, row_title, status_badge};
use crate::components::{EmptyState, ScrollTable, own_lang};

/// The id of a section on the page.
pub(super) fn anchor(number: SectionNumber) -> String {
    format!("section-{number}")
}

/// All sections with links to each; where a status is asked for, only indicators that have it.
pub(super) fn sections(plan: Plan, wanted: Option<Status>, lang: Lang) -> AnyView {
    let shown: Vec<PlanSection> = plan
        .sections
        .into_iter()
        .filter_map(|section| match wanted {
            None => Some(section),
            Some(status) => only(section, status),
        })
        .collect();
    if shown.is_empty() {
        let title = lang.t("この状況の指標はありません", "No indicator has this status");
        let text = lang.t("ほかの状況を選んでください。", "Please choose another status.");
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
    let bodies = shown.into_iter().map(|section| one(section, lang)).collect_view();
    view! {
        <nav class="section no-print" aria-label=name>
            <ul class="link-list">{links}</ul>
        </nav>
        <div class="print-landscape">{bodies}</div>
    }
    .into_any()
}

/// The section with the figures of one status only.
fn only(section: PlanSection, status: Status) -> Option<PlanSection> {
    let rows: Vec<PlanRow> = section
        .rows
        .into_iter()
        .filter(|row| row.status.as_ref().is_some_and(|(found, _)| *found == status))
        .collect();
    (!rows.is_empty()).then_some(PlanSection { rows, ..section })
}

fn one(section: PlanSection, lang: Lang) -> AnyView {
    let id = anchor(section.number);
    let heading = format!("{id}-heading");
    let labelled_by = heading.clone();
    let name = format!("{} {}", section.number, section.title);
    let of = |kind: RowKind| -> Vec<PlanRow> {
        section.rows.iter().filter(|row| row.row.kind == kind).cloned().collect()
    };
    let initiatives = of(RowKind::Initiative)
        .into_iter()
        .map(|row| initiative(&row, row.row.item != section.title, lang))
        .collect_view();
    // The title of a section is Japanese, its number is not.
    let called = match lang {
        Lang::Ja => name.clone(),
        Lang::En => format!("Section {}", section.number),
    };
    let surveys = survey_rows(of(RowKind::Survey), &called, lang);
    let figures = figure_rows(of(RowKind::Figure), &called, lang);
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
fn initiative(row: &PlanRow, named: bool, lang: Lang) -> AnyView {
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

fn survey_rows(rows: Vec<PlanRow>, section: &str, lang: Lang) -> AnyView {
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
                    <th scope="row" lang=ja_text(lang)>{row_title(row, lang)}</th>
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

fn figure_rows(rows: Vec<PlanRow>, section: &str, lang: Lang) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let caption = match lang {
        Lang::Ja => format!("{section}: 数値"),
        Lang::En => format!("{section}: figures"),
    };
    let lines = rows.iter().map(|row| figure_row(row, lang)).collect_view();
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

fn figure_row(row: &PlanRow, lang: Lang) -> AnyView {
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
                {prose(&cells.initiative, lang)}
                {prose(&cells.outcome, lang)}
            </th>
            <td>{dated(&cells.target(), &cells.deadline(), lang)}</td>
            <td class="num">
                {dated(&cells.current(), &cells.current_as_of(), lang)}
                {current_source(row, lang)}
            </td>
            <td class="num">{dated(&cells.baseline(), &cells.baseline_as_of(), lang)}</td>
            <td class="text">{status}</td>
            <td class="trend-cell">{course}</td>
        </tr>
    }
    .into_any()
}

/// A figure over its time.
pub(super) fn dated<V: Readable, T: Readable>(value: &Written<V>, time: &Written<T>, lang: Lang) -> AnyView {
    let shown = if value.is_absent() {
        view! { <span class="muted">{lang.t("記載なし", "Not stated")}</span> }.into_any()
    } else {
        let words = value.label(lang);
        let words_lang = own_lang(&words, lang);
        view! { <span lang=words_lang>{words}</span> }.into_any()
    };
    let time = (!time.is_absent()).then(|| {
        let words = time.label(lang);
        let words_lang = own_lang(&words, lang);
        view! { <span class="as-of" lang=words_lang>{words}</span> }
    });
    view! { {shown}{time} }.into_any()
}

/// Where the current value comes from, unless it is the table's own.
fn current_source(row: &PlanRow, lang: Lang) -> AnyView {
    let shown = row
        .sources
        .iter()
        .rfind(|source| source.value.text == row.row.current && source.as_of.text == row.row.current_as_of);
    let Some(shown) = shown else { return ().into_any() };
    match (&shown.source, &shown.campaign) {
        (Source::Imported, _) => ().into_any(),
        (source, Some((campaign, _))) => {
            let href = format!("/results/{campaign}");
            let n = shown.respondents.map(|n| format!(" n={n}"));
            let words = source.label(lang);
            view! { <span class="cell-note"><a href=href>{words}</a>{n}</span> }.into_any()
        }
        (source, None) => view! { <span class="cell-note">{source.label(lang)}</span> }.into_any(),
    }
}

/// A text of the table: lines that begin with ・ become a list, every other line a paragraph.
fn prose(text: &str, lang: Lang) -> AnyView {
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
