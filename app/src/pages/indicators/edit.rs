//! Editing one row of the follow-up table: its cells, whose it is, its place, and removing it.

use domain::fiscal_year::FiscalYear;
use domain::followup::open_data::Category;
use domain::followup::{Column, Row, RowKind};
use domain::indicator::Direction;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{PlanRow, PlanState};
use service::registry::headcount::UnitPeople;

use super::parts::{FIGURES, over, unit_options, written};
use super::{below_row, ja_text, row_title, year_label};
use crate::api::followup::edit::DIRECTIONS;
use crate::components::{ButtonKind, SelectField, SubmitButton, unsaved};
use crate::context::Context;
use crate::flash::Mood;
use crate::pages::{page, param};

/// A row with everything HR can change of it.
#[component]
pub fn EditRowPage() -> impl IntoView {
    let id = param("row");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let row = service.followup_row(id).await?;
        let year = FiscalYear::new(row.fiscal_year).ok_or(service::Error::NotFound)?;
        let title = lang.t("行の編集", "Edit a row").to_owned();
        let frame = below_row(title, row.fiscal_year, &row.cells, lang).lead(row_title(&row, lang));
        let state = service.followup_state(year).await?;
        if let Some(notice) = closed(&context, &state, row.fiscal_year) {
            return Ok((frame, notice));
        }
        let units = service.registry.headcount().await?;
        let plan = service.followup(Some(row.fiscal_year)).await?;
        let section = plan.sections.iter().find(|section| section.number == row.cells.section);
        let beside: Vec<i64> = section.map(|s| s.rows.iter().map(|row| row.id).collect()).unwrap_or_default();
        let view = view! {
            {links(&row, lang)}
            {differences(&context, &row.cells, lang)}
            {cells(&context, &row, lang)}
            {settings(&context, &row, &units)}
            {place(id, &beside, lang)}
            {removal(&row, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

/// In place of forms, where the table is signed off or waits for that, with what was typed into one of them before; nothing
/// where it can be changed.
pub(super) fn closed(context: &Context, state: &PlanState, year: i16) -> Option<AnyView> {
    let lang = context.lang;
    let name = year_label(year, lang);
    let text = match (state, lang) {
        (PlanState::Open { .. }, _) => return None,
        (PlanState::Submitted { .. }, Lang::Ja) => format!(
            "{name}の表は確定を依頼しているため、変更できません。変更が必要な場合は、表のページで、依頼を取り下げてください。"
        ),
        (PlanState::Submitted { .. }, Lang::En) => format!(
            "The table of {name} waits for its sign-off and cannot be changed. If it has to be, take it back on its page."
        ),
        (PlanState::Signed { .. }, Lang::Ja) => format!(
            "{name}の表は確定しているため、変更できません。変更が必要な場合は、表のページで、理由を付けて確定を取り消してください。"
        ),
        (PlanState::Signed { .. }, Lang::En) => format!(
            "The table of {name} is signed off and cannot be changed. If it has to be, reopen it on its page, with a reason."
        ),
    };
    let href = format!("/indicators?year={year}#state");
    let notice = view! {
        <div class="stack">
            <p>{text}</p>
            <div class="actions">
                <a class="button button--secondary" href=href>{lang.t("表を開く", "Open the table")}</a>
            </div>
        </div>
        {unsaved(context, &Column::ALL.map(|column| (column.key(), column.label(lang))))}
    };
    Some(notice.into_any())
}

/// Other pages about the row.
fn links(row: &PlanRow, lang: Lang) -> AnyView {
    let history = format!("/indicators/history?year={}&row={}", row.fiscal_year, row.id);
    let values = row.indicator.is_some().then(|| {
        let href = format!("/indicators/{}", row.id);
        let words = lang.t("実績値と連携", "Values and links");
        view! { <a class="button button--secondary" href=href>{words}</a> }
    });
    view! {
        <div class="actions">
            {values}
            <a class="button button--secondary" href=history>{lang.t("この行の変更履歴", "Record of changes")}</a>
        </div>
    }
    .into_any()
}

/// After a form was refused: the cells in which the table says something else than was typed, so that both can be
/// compared.
fn differences(context: &Context, cells: &Row, lang: Lang) -> AnyView {
    let Some(flash) = context.flash().filter(|flash| flash.mood == Mood::Error) else {
        return ().into_any();
    };
    let differing: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| {
            let typed = flash.fields.get(column.key());
            typed.is_some_and(|typed| typed.replace("\r\n", "\n") != cells.cell(*column))
        })
        .collect();
    if differing.is_empty() {
        return ().into_any();
    }
    let facts = differing
        .into_iter()
        .map(|column| {
            view! { <dt>{column.label(lang)}</dt><dd>{written(&cells.cell(column), false, lang)}</dd> }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="differences-heading">
            <h2 id="differences-heading">{lang.t("まだ保存していない変更", "Not saved yet")}</h2>
            <p class="section-lead">{lang.t(
                "次の欄は、表の今の内容が、下のフォームに入力した内容と違います。表には今、このように書かれています。",
                "In these cells the table says something else than you typed into the form below. This is what stands there now.",
            )}</p>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}

/// The form of the cells.
fn cells(context: &Context, row: &PlanRow, lang: Lang) -> AnyView {
    let one = |column: Column| {
        let stored = row.cells.cell(column);
        over(context, column, &stored, &stored)
    };
    let of = |columns: &[Column]| columns.iter().map(|column| one(*column)).collect::<Vec<_>>();
    let figures = of(&FIGURES);
    let figures = if row.cells.kind == RowKind::Figure {
        figures.into_any()
    } else {
        let used = |column: &Column| !context.kept(column.key(), &row.cells.cell(*column)).trim().is_empty();
        let open = FIGURES.iter().any(used);
        view! {
            <details class="disclosure" open=open>
                <summary>{lang.t("目標・現状などの欄", "Target, current value and the like")}</summary>
                <div class="form">{figures}</div>
            </details>
        }
        .into_any()
    };
    let (kind, id) = (row.cells.kind.label(lang), row.id.to_string());
    view! {
        <section class="section" id="cells" aria-labelledby="cells-heading">
            <h2 id="cells-heading">{lang.t("表の内容", "What the table says")}</h2>
            <dl class="facts">
                <dt>{Column::Kind.label(lang)}</dt><dd>{kind}</dd>
            </dl>
            <form class="form" method="post" action="/api/hr/followup/edit">
                <input type="hidden" name="row" value=id/>
                {of(&[Column::Section, Column::Item, Column::Group])}
                {figures}
                {of(&[Column::Initiative, Column::Outcome])}
                <SubmitButton label=lang.t("保存する", "Save")/>
            </form>
        </section>
    }
    .into_any()
}

/// The form of what a row has beside its cells.
fn settings(context: &Context, row: &PlanRow, units: &[UnitPeople]) -> AnyView {
    let lang = context.lang;
    let owner = row.settings.owner.map(|id| id.to_string()).unwrap_or_default();
    let mut owners = vec![(String::new(), lang.t("担当部署なし", "No unit").to_owned())];
    owners.extend(unit_options(units, lang));
    if !owners.iter().any(|(id, _)| *id == owner) {
        let name = row.owner.as_ref().map(|name| name.get(lang).to_owned()).unwrap_or_default();
        let words = match lang {
            Lang::Ja => format!("{name}(今は使われていない部署)"),
            Lang::En => format!("{name} (no longer in use)"),
        };
        owners.push((owner.clone(), words));
    }
    let figure = (row.cells.kind == RowKind::Figure).then(|| of_a_figure(context, row));
    let (selected, id) = (context.kept("owner", &owner), row.id.to_string());
    view! {
        <section class="section" id="settings" aria-labelledby="settings-heading">
            <h2 id="settings-heading">{lang.t("設定", "Settings")}</h2>
            <form class="form" method="post" action="/api/hr/followup/settings">
                <input type="hidden" name="row" value=id/>
                <SelectField name="owner" label=lang.t("担当部署", "Unit that owns the row") options=owners selected=selected
                    hint=lang.t(
                        "この部署とその上位の部署の管理職が、現状と取組・成果の下書きを書けます。",
                        "Managers of this unit and of those above it can draft current values, initiatives and results.",
                    ) lang=lang/>
                {figure}
                <SubmitButton label=lang.t("設定を保存", "Save the settings") kind=ButtonKind::Secondary/>
            </form>
        </section>
    }
    .into_any()
}

/// Direction and category, which only figures have.
fn of_a_figure(context: &Context, row: &PlanRow) -> AnyView {
    let lang = context.lang;
    let key = |wanted: Direction| {
        DIRECTIONS.into_iter().find(|(_, direction)| *direction == wanted).map(|(key, _)| key)
    };
    let stored = row.settings.direction.and_then(key).unwrap_or_default();
    let direction = context.kept("direction", stored);
    let mut directions = vec![(
        String::new(),
        lang.t("目標と目標設定時の値から判断する", "As target and baseline say").to_owned(),
    )];
    directions.extend(DIRECTIONS.map(|(key, direction)| (key.to_owned(), direction.label(lang).to_owned())));
    let category = row.settings.category.map(Category::as_str).unwrap_or_default();
    let category = context.kept("category", category);
    let inferred = Category::infer(&row.cells.item).label(lang);
    let by_words = match lang {
        Lang::Ja => format!("項目名から判断する(今は「{inferred}」)"),
        Lang::En => format!("As the words of the item say (now “{inferred}”)"),
    };
    let mut categories = vec![(String::new(), by_words)];
    categories.extend(Category::ALL.map(|one| (one.as_str().to_owned(), one.label(lang).to_owned())));
    view! {
        <SelectField name="direction" label=lang.t("向き", "Which way is better") options=directions selected=direction
            hint=lang.t(
                "「以上」「以下」の付いた目標では、目標に従います。",
                "A target of “at least” or “at most” goes its own way.",
            ) lang=lang/>
        <SelectField name="category" label=lang.t("オープンデータ様式の分類", "Category in the open-data form") options=categories
            selected=category lang=lang/>
    }
    .into_any()
}

/// Moving the row among those of its section.
fn place(id: i64, beside: &[i64], lang: Lang) -> AnyView {
    if beside.len() < 2 {
        return ().into_any();
    }
    let button = |to: &'static str, words: &'static str| {
        view! {
            <form method="post" action="/api/hr/followup/move">
                <input type="hidden" name="row" value=id.to_string()/>
                <input type="hidden" name="to" value=to/>
                <SubmitButton label=words kind=ButtonKind::Secondary/>
            </form>
        }
    };
    let up = (beside.first() != Some(&id)).then(|| button("up", lang.t("一つ上へ", "One place up")));
    let down = (beside.last() != Some(&id)).then(|| button("down", lang.t("一つ下へ", "One place down")));
    let at = beside.iter().position(|other| *other == id).map_or(0, |at| at + 1);
    let text = match lang {
        Lang::Ja => format!(
            "この項目番号の{}行のうち、{at}行目です。画面では種別ごとにまとめて表示します。",
            beside.len()
        ),
        Lang::En => format!(
            "Row {at} of {} in its section. On screen, rows of one kind stand together.",
            beside.len()
        ),
    };
    view! {
        <section class="section" id="place" aria-labelledby="place-heading">
            <h2 id="place-heading">{lang.t("並び順", "Place")}</h2>
            <p>{text}</p>
            <div class="actions">{up}{down}</div>
        </section>
    }
    .into_any()
}

/// Removing the row, in two steps.
fn removal(row: &PlanRow, lang: Lang) -> AnyView {
    let title = row_title(row, lang);
    let id = row.id.to_string();
    view! {
        <section class="section" id="removal" aria-labelledby="removal-heading">
            <h2 id="removal-heading">{lang.t("行の削除", "Remove the row")}</h2>
            <details class="disclosure">
                <summary>{lang.t("この行を削除する", "Remove this row")}</summary>
                <p><strong lang=ja_text(lang)>{title}</strong></p>
                <p>{lang.t(
                    "実績値、下書き、連携とともに削除され、元に戻すことはできません。表の文言は変更履歴に残ります。",
                    "It goes with its values, drafts and links, and cannot be brought back. What it said stays in the record of changes.",
                )}</p>
                <form method="post" action="/api/hr/followup/remove">
                    <input type="hidden" name="row" value=id/>
                    <SubmitButton label=lang.t("削除する", "Remove it") kind=ButtonKind::Danger/>
                </form>
            </details>
        </section>
    }
    .into_any()
}
