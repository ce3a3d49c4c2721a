//! Two years' tables side by side.

use std::collections::BTreeMap;

use domain::followup::{Column, RowKind, SectionNumber};
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Compared, PlanRow};

use super::parts::{can_be_link, current_href, sourced, written, written_href};
use super::{asked_year, below_table, ja_text, row_title, status_badge, table, year_label};
use crate::components::{
    Badge, BadgeKind, ButtonKind, EmptyState, HiddenCell, ScrollTable, SelectField, SubmitButton,
};
use crate::pages::page;

/// What became of a row from one year to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Same,
    Changed,
    Added,
    Dropped,
}

impl Fate {
    const ALL: [Self; 4] = [Self::Changed, Self::Added, Self::Dropped, Self::Same];

    fn of(pair: &Compared) -> Self {
        match (&pair.before, &pair.after) {
            (None, _) => Self::Added,
            (_, None) => Self::Dropped,
            _ if pair.changed.is_empty() => Self::Same,
            _ => Self::Changed,
        }
    }

    const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Same => lang.t("変更なし", "Unchanged"),
            Self::Changed => lang.t("変更", "Changed"),
            Self::Added => lang.t("新しい行", "New row"),
            Self::Dropped => lang.t("なくなった行", "Dropped row"),
        }
    }

    const fn kind(self) -> BadgeKind {
        match self {
            Self::Same => BadgeKind::Neutral,
            Self::Changed => BadgeKind::Info,
            Self::Added => BadgeKind::Success,
            Self::Dropped => BadgeKind::Warning,
        }
    }

    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Same => None,
            Self::Changed => Some("is-changed"),
            Self::Added => Some("is-added"),
            Self::Dropped => Some("is-removed"),
        }
    }
}

/// The tables of two years (`?before=2024&after=2025`, the two newest by default), row beside row.
#[component]
pub fn ComparePage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let years = service.followup_years().await?;
        let frame = below_table(lang.t("年度比較", "Two years side by side"), lang);
        let (Some(newest), Some(previous)) = (years.first().copied(), years.get(1).copied()) else {
            let title = lang.t("比べる表がまだありません", "There is nothing to compare yet");
            let text = lang.t(
                "二つの年度の表があると、変わったところをここで見比べられます。新しい年度の版は、取組と指標のページで作ります。",
                "Once there are tables of two fiscal years, what has changed is shown here. A new edition is begun on the page of initiatives and indicators.",
            );
            let action =
                (lang.t("取組と指標へ", "Initiatives and indicators").to_owned(), "/indicators".to_owned());
            let view = view! { <EmptyState title=title text=text action=Some(action)/> };
            return Ok((frame, view.into_any()));
        };
        let one = asked_year(&context, "before")?.unwrap_or(previous);
        let other = asked_year(&context, "after")?.unwrap_or(newest);
        // Whichever way round they were chosen, the earlier one comes first.
        let (before, after) = (one.min(other), one.max(other));
        let pairs = service.compare_followup(before, after).await?;
        let lead = match lang {
            Lang::Ja => format!(
                "{}の表と{}の表を、行ごとに並べています。変わったところに印を付けています。",
                year_label(before, lang),
                year_label(after, lang)
            ),
            Lang::En => format!(
                "The tables of {} and {}, row beside row. What has changed is marked.",
                year_label(before, lang),
                year_label(after, lang)
            ),
        };
        let choice = choice(&years, before, after, lang);
        let summary = summary(&pairs, lang);
        let sections = sections(pairs, before, after, lang);
        Ok((frame.lead(lead), view! { <div class="stack">{choice}{summary}</div> {sections} }.into_any()))
    })
}

fn choice(years: &[i16], before: i16, after: i16, lang: Lang) -> AnyView {
    let options = || -> Vec<(String, String)> {
        years.iter().map(|year| (year.to_string(), year_label(*year, lang))).collect()
    };
    view! {
        <form class="toolbar no-print" method="get" action="/indicators/compare">
            <SelectField name="before" label=lang.t("前の年度", "Earlier year") options=options()
                selected=before.to_string() lang=lang/>
            <SelectField name="after" label=lang.t("後の年度", "Later year") options=options()
                selected=after.to_string() lang=lang/>
            <SubmitButton label=lang.t("比べる", "Compare") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}

/// How many rows are changed, new, dropped and unchanged.
fn summary(pairs: &[Compared], lang: Lang) -> AnyView {
    let counts = Fate::ALL
        .into_iter()
        .map(|fate| {
            let count = pairs.iter().filter(|pair| Fate::of(pair) == fate).count();
            let count = match lang {
                Lang::Ja => format!("{count}行"),
                Lang::En => format!("{count} rows"),
            };
            view! { <dt><Badge kind=fate.kind() label=fate.label(lang)/></dt><dd>{count}</dd> }
        })
        .collect_view();
    view! { <dl class="facts">{counts}</dl> }.into_any()
}

/// A table for each section, in the order people count.
fn sections(pairs: Vec<Compared>, before: i16, after: i16, lang: Lang) -> Vec<AnyView> {
    let mut by_number: BTreeMap<SectionNumber, Vec<Compared>> = BTreeMap::new();
    for pair in pairs {
        if let Some(row) = shown(&pair) {
            by_number.entry(row.row.section).or_default().push(pair);
        }
    }
    by_number.into_iter().map(|(number, pairs)| section(number, &pairs, before, after, lang)).collect()
}

/// The row as the later table has it; of a row that was dropped, as the earlier one had it.
fn shown(pair: &Compared) -> Option<&PlanRow> {
    pair.after.as_ref().or(pair.before.as_ref())
}

fn section(number: SectionNumber, pairs: &[Compared], before: i16, after: i16, lang: Lang) -> AnyView {
    let rows = || pairs.iter().filter_map(shown);
    let first = rows().find(|row| row.row.kind == RowKind::Initiative).or_else(|| rows().next());
    let title = first.map(|row| row.row.item.clone()).unwrap_or_default();
    let (id, name) = (table::anchor(number), format!("{number} {title}"));
    let (heading, labelled_by) = (format!("{id}-heading"), format!("{id}-heading"));
    let caption = match lang {
        Lang::Ja => name.clone(),
        Lang::En => format!("Section {number}"),
    };
    let lines = pairs.iter().map(|pair| line(pair, lang)).collect_view();
    view! {
        <section class="section" id=id aria-labelledby=labelled_by>
            <h2 id=heading lang=ja_text(lang)>{name}</h2>
            <ScrollTable caption=caption table_class="compare-table table--lined">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("項目(区分)", "Item (group)")}</th>
                        <th scope="col">{year_label(before, lang)}</th>
                        <th scope="col">{year_label(after, lang)}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        </section>
    }
    .into_any()
}

fn line(pair: &Compared, lang: Lang) -> AnyView {
    let Some(row) = shown(pair) else { return ().into_any() };
    let fate = Fate::of(pair);
    let (class, kind) = (fate.class(), row.row.kind.label(lang));
    let title = row_title(row, lang);
    let name = if row.indicator.is_some() {
        let href = format!("/indicators/{}", row.id);
        view! { <a href=href lang=ja_text(lang)>{title}</a> }.into_any()
    } else {
        view! { <span lang=ja_text(lang)>{title}</span> }.into_any()
    };
    view! {
        <tr class=class>
            <th scope="row">
                {name}
                {pair.after.as_ref().and(pair.before.as_ref()).and_then(|before| earlier(before, lang))}
                <span class="cell-note">{kind}</span>
                <Badge kind=fate.kind() label=fate.label(lang)/>
            </th>
            <td class="text">{side(pair.before.as_ref(), pair, false, lang)}</td>
            <td class="text">{side(pair.after.as_ref(), pair, true, lang)}</td>
        </tr>
    }
    .into_any()
}

/// The way to the row of the earlier year, beside the title, which leads to that of the later one.
fn earlier(before: &PlanRow, lang: Lang) -> Option<AnyView> {
    before.indicator.as_ref()?;
    let href = format!("/indicators/{}", before.id);
    let year = year_label(before.fiscal_year, lang);
    let words = match lang {
        Lang::Ja => format!("{year}の行"),
        Lang::En => format!("the row of {year}"),
    };
    Some(view! { <span class="cell-note"><a href=href>{words}</a></span> }.into_any())
}

/// What one year says of a row. In the `later` one, what differs from the earlier one is marked.
fn side(row: Option<&PlanRow>, pair: &Compared, later: bool, lang: Lang) -> AnyView {
    let Some(row) = row else {
        let words = lang.t("この年度の表にはありません。", "Not in the table of this year.");
        return view! { <span class="muted">{words}</span> }.into_any();
    };
    let both = pair.before.is_some() && pair.after.is_some();
    let cells = Column::ALL
        .into_iter()
        .filter(|column| {
            let changed = both && pair.changed.contains(column);
            match column {
                // The names stand beside, in the first column.
                Column::Section | Column::Kind | Column::Item | Column::Group => changed,
                _ => changed || !words(row, *column, lang).trim().is_empty(),
            }
        })
        .map(|column| {
            let marked = later && both && pair.changed.contains(&column);
            let badge = marked.then(|| {
                view! { " " <Badge kind=BadgeKind::Info label=lang.t("変更", "Changed")/> }
            });
            view! { <dt>{column.label(lang)}{badge}</dt><dd>{cell(row, column, marked, lang)}</dd> }
        })
        .collect::<Vec<_>>();
    let status = row.status.as_ref().map(|(status, _)| *status);
    let was = pair.before.as_ref().and_then(|before| before.status.as_ref()).map(|(status, _)| *status);
    let moved = later && both && status != was;
    let status = status.map(|status| {
        let badge = moved.then(|| {
            view! { " " <Badge kind=BadgeKind::Info label=lang.t("変更", "Changed")/> }
        });
        view! { <dt>{lang.t("状況", "Status")}{badge}</dt><dd>{status_badge(status, lang)}</dd> }
    });
    view! { <dl class="facts">{cells}{status}</dl> }.into_any()
}

/// A cell as it is read in the language of the page; the numbers of an indicator are links to their sources.
fn cell(row: &PlanRow, column: Column, marked: bool, lang: Lang) -> AnyView {
    let hidden = match column {
        Column::Current => row.hidden,
        Column::Baseline => row.baseline_hidden,
        _ => None,
    };
    if let Some(reason) = hidden {
        return view! { <HiddenCell reason=reason.label(lang)/> }.into_any();
    }
    let words = words(row, column, lang);
    let shown = written(&words, marked, lang);
    match source(row, column).filter(|_| can_be_link(&words)) {
        Some(href) => sourced(href, shown, lang),
        None => shown,
    }
}

/// Where a number of an indicator comes from.
fn source(row: &PlanRow, column: Column) -> Option<String> {
    row.indicator.as_ref()?;
    match column {
        Column::Target | Column::Baseline => Some(written_href(row)),
        Column::Current => Some(current_href(row)),
        _ => None,
    }
}

fn words(row: &PlanRow, column: Column, lang: Lang) -> String {
    let cells = &row.row;
    match column {
        Column::Kind => cells.kind.label(lang).to_owned(),
        Column::Target => cells.target().label(lang),
        Column::Deadline => cells.deadline().label(lang),
        Column::Current => cells.current().label(lang),
        Column::CurrentAsOf => cells.current_as_of().label(lang),
        Column::Baseline => cells.baseline().label(lang),
        Column::BaselineAsOf => cells.baseline_as_of().label(lang),
        Column::Section | Column::Item | Column::Group | Column::Initiative | Column::Outcome => {
            cells.cell(column).into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_one_year_only_is_new_or_dropped() {
        let pair = |changed: Vec<Column>| Compared { before: None, after: None, changed };
        assert_eq!(Fate::of(&pair(vec![Column::Item])), Fate::Added);
        for fate in Fate::ALL {
            assert_ne!(fate.label(Lang::Ja), fate.label(Lang::En));
            assert_eq!(fate.class().is_none(), fate == Fate::Same);
        }
    }
}
