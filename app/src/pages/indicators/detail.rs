//! One indicator: facts, course, values with their sources, and the forms of HR.

use domain::followup::Column;
use domain::indicator::Source;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{ObservedSource, PlanRow, SurveyChoice};

use super::table::dated;
use super::{chart, row_title, status_badge};
use crate::components::{
    ButtonKind, EmptyState, ScrollTable, SelectField, SubmitButton, TextField, own_lang,
};
use crate::context::Context;

/// What is to be reached, where it stands, and why.
pub(super) fn facts(row: &PlanRow, lang: Lang) -> AnyView {
    let cells = &row.row;
    let status = row.status.as_ref().map(|(status, reason)| {
        let reason = reason.get(lang).to_owned();
        view! {
            <dt>{lang.t("状況", "Status")}</dt>
            <dd>{status_badge(*status, lang)}<p>{reason}</p></dd>
        }
    });
    let direction = row.indicator.as_ref().map(|indicator| {
        view! { <dt>{lang.t("向き", "Direction")}</dt><dd>{indicator.direction.label(lang)}</dd> }
    });
    view! {
        <dl class="facts">
            {status}
            <dt>{Column::Target.label(lang)}</dt>
            <dd>{dated(&cells.target(), &cells.deadline(), lang)}</dd>
            <dt>{Column::Current.label(lang)}</dt>
            <dd>{dated(&cells.current(), &cells.current_as_of(), lang)}</dd>
            <dt>{Column::Baseline.label(lang)}</dt>
            <dd>{dated(&cells.baseline(), &cells.baseline_as_of(), lang)}</dd>
            {direction}
        </dl>
    }
    .into_any()
}

/// The chart, with its table behind it.
pub(super) fn course(row: &PlanRow, lang: Lang) -> AnyView {
    let title = row_title(row, lang);
    let chart = row.indicator.as_ref().and_then(|indicator| chart::course(indicator, title, false, lang));
    let chart = chart.unwrap_or_else(|| {
        let words = lang.t(
            "時点のある値が二つ以上になると、推移の図を表示します。",
            "A chart is shown as soon as there are two values with a time.",
        );
        view! { <p class="muted">{words}</p> }.into_any()
    });
    view! {
        <section class="section" aria-labelledby="course-heading">
            <h2 id="course-heading">{lang.t("推移", "Course")}</h2>
            {chart}
        </section>
    }
    .into_any()
}

/// Every known value, the newest first, with where it comes from.
pub(super) fn observations(row: &PlanRow, hr: bool, lang: Lang) -> AnyView {
    let heading = lang.t("実績値と出典", "Values and their sources");
    let body = if row.sources.is_empty() {
        let title = lang.t("実績値はまだありません", "There is no value yet");
        let text = lang.t(
            "表の取込み、手入力、または連携した調査の公表によって、ここに表示されます。",
            "Values appear here when a table is imported, a value is typed, or a linked survey is released.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let id = row.id;
        let lines = row.sources.iter().rev().map(|source| line(id, source, hr, lang)).collect_view();
        let withdraw = hr.then(|| view! { <th scope="col">{lang.t("操作", "Action")}</th> });
        view! {
            <ScrollTable caption=heading>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("時点", "As of")}</th>
                        <th scope="col" class="num">{lang.t("実績値", "Value")}</th>
                        <th scope="col">{lang.t("出典", "Source")}</th>
                        {withdraw}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="values-heading">
            <h2 id="values-heading">{heading}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn line(row: i64, source: &ObservedSource, hr: bool, lang: Lang) -> AnyView {
    let time = if source.as_of.is_absent() {
        lang.t("記載なし", "Not stated").to_owned()
    } else {
        source.as_of.label(lang)
    };
    let value = source.value.label(lang);
    let (time_lang, value_lang) = (own_lang(&time, lang), own_lang(&value, lang));
    let action = hr.then(|| view! { <td>{withdrawal(row, source, lang)}</td> });
    view! {
        <tr>
            <th scope="row" lang=time_lang>{time}</th>
            <td class="num" lang=value_lang>{value}</td>
            <td class="text">{origin(source, lang)}</td>
            {action}
        </tr>
    }
    .into_any()
}

/// The survey with its n and its terms, or who else says so.
fn origin(source: &ObservedSource, lang: Lang) -> AnyView {
    let label = source.source.label(lang);
    let Some((campaign, title)) = &source.campaign else {
        let label = match (&source.source, source.id) {
            (Source::Imported, Some(_)) => lang.t("以前に取り込んだ表", "A table imported earlier"),
            _ => label,
        };
        return view! { <span>{label}</span> }.into_any();
    };
    let name = if title.is_empty() { label.to_owned() } else { title.get(lang).to_owned() };
    let (results, terms) = (format!("/results/{campaign}"), format!("/terms/{campaign}"));
    let n = source.respondents.map(|n| match lang {
        Lang::Ja => format!("(回答者{n}人)"),
        Lang::En => format!(" ({n} respondents)"),
    });
    view! {
        <a href=results>{name}</a>
        {n}
        <span class="cell-note">
            {label}{lang.t("、", ", ")}<a href=terms>{lang.t("実施条件", "terms")}</a>
        </span>
    }
    .into_any()
}

/// A button for values that were typed or kept from an earlier import. The table's own cell changes with the table, and a
/// survey's figure goes with its link.
fn withdrawal(row: i64, source: &ObservedSource, lang: Lang) -> AnyView {
    let Some(id) = source.id.filter(|_| !matches!(source.source, Source::Survey { .. })) else {
        return ().into_any();
    };
    let label = match lang {
        Lang::Ja => format!("{}の値を取り消す", source.as_of.label(lang)),
        Lang::En => format!("Take back the value as of {}", source.as_of.label(lang)),
    };
    view! {
        <form method="post" action="/api/hr/followup/withdraw">
            <input type="hidden" name="row" value=row.to_string()/>
            <input type="hidden" name="observation" value=id.to_string()/>
            <button class="button button--quiet button--small" type="submit" aria-label=label>
                {lang.t("取り消す", "Take back")}
            </button>
        </form>
    }
    .into_any()
}

/// A new value, and the survey that feeds the row.
pub(super) fn forms(context: &Context, row: &PlanRow, choices: Vec<SurveyChoice>) -> AnyView {
    let lang = context.lang;
    view! {
        <div class="grid-2 no-print">
            {value_form(row.id, context.kept("value", ""), context.kept("as_of", ""), lang)}
            {link_form(context, row, choices)}
        </div>
    }
    .into_any()
}

fn value_form(row: i64, value: String, as_of: String, lang: Lang) -> AnyView {
    view! {
        <section class="section" id="value-form" aria-labelledby="value-heading">
            <h2 id="value-heading">{lang.t("実績値の入力", "Enter a value")}</h2>
            <form class="form" method="post" action="/api/hr/followup/value">
                <input type="hidden" name="row" value=row.to_string()/>
                <TextField
                    name="value"
                    label=lang.t("実績値", "Value")
                    value=value
                    hint=lang.t("例: 42.3%、1,000人、62.4", "For example 42.3%, 1,000 people, 62.4")
                    required=true
                    short=true
                    autocomplete="off"
                    lang=lang
                />
                <TextField
                    name="as_of"
                    label=lang.t("時点", "As of")
                    value=as_of
                    hint=lang.t(
                        "例: 令和7年10月、令和6年度、2025-04-01。同じ時点の手入力の値は置き換わります。",
                        "For example October 2025, FY2024, 2025-04-01. A value typed for the same time is replaced.",
                    )
                    required=true
                    short=true
                    autocomplete="off"
                    lang=lang
                />
                <SubmitButton label=lang.t("記録する", "Record")/>
            </form>
        </section>
    }
    .into_any()
}

fn link_form(context: &Context, row: &PlanRow, choices: Vec<SurveyChoice>) -> AnyView {
    let lang = context.lang;
    let heading = lang.t("調査との連携", "Link to a survey");
    let linked = match (&row.survey_series, &row.survey_measure) {
        (Some(series), Some(measure)) => format!("{series} {measure}"),
        _ => String::new(),
    };
    let mut options = vec![(String::new(), lang.t("連携しない", "No link").to_owned())];
    for choice in choices {
        let survey = choice.title.get(lang).to_owned();
        options.extend(choice.areas.into_iter().map(|area| {
            let words = format!("{survey} / {}", area.label.get(lang));
            (format!("{} {}", choice.series, area.measure), words)
        }));
    }
    if !options.iter().any(|(value, _)| *value == linked) {
        options.push((linked.clone(), linked.clone()));
    }
    let now = row.sources.iter().any(|source| matches!(source.source, Source::Survey { .. }));
    let note = match (linked.is_empty(), now) {
        (true, _) => lang.t(
            "連携すると、公表済みの回と、これから公表される回の全体の指数(0~100)が実績値になります。",
            "Once linked, the index of the whole organisation (0–100) of every released wave becomes a value.",
        ),
        (false, true) => lang.t(
            "連携しています。新しい回が公表されると、実績値が加わります。",
            "Linked. A value is added whenever a new wave is released.",
        ),
        (false, false) => lang.t(
            "連携しています。公表された回はまだありません。",
            "Linked. No wave has been released yet.",
        ),
    };
    let selected = context.kept("figure", &linked);
    let id = row.id;
    view! {
        <section class="section" id="link-form" aria-labelledby="link-heading">
            <h2 id="link-heading">{heading}</h2>
            <form class="form" method="post" action="/api/hr/followup/link">
                <input type="hidden" name="row" value=id.to_string()/>
                <SelectField
                    name="figure"
                    label=lang.t("調査と領域", "Survey and area")
                    options=options
                    selected=selected
                    hint=note
                    lang=lang
                />
                <SubmitButton label=lang.t("連携を保存", "Save the link") kind=ButtonKind::Secondary/>
            </form>
        </section>
    }
    .into_any()
}
