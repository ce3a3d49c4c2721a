//! The units furthest above their ceilings, and asking them why.

use std::collections::BTreeSet;

use domain::statistics::format as written;
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
use service::metric::{CeilingRow, OvertimeMonth, explanation_questions};

use crate::components::{EmptyState, ScrollTable, SubmitButton, TextArea, TextField, own_lang};
use crate::context::Context;
use crate::pages::hr::section;
use crate::pages::overtime::words::{hours_or_dash, month_code, state_badge};

/// Units in the list.
const MOST: usize = 10;
/// Days that a unit has for its reply, unless HR says otherwise.
const DAYS: i64 = 14;

/// The list, with a form for those who have not been asked.
pub(super) fn part(context: &Context, found: &OvertimeMonth, today: Date) -> AnyView {
    let lang = context.lang;
    let heading = lang.t("上限を大きく超えた部署", "Units furthest above their ceilings");
    let list = found.furthest_above(MOST);
    if list.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("上限を超えた部署はありません", "No unit is above its ceiling")
                text=lang.t(
                    "上限と実績の両方がある部署を比べています。上限がまだなければ、下で計算してください。",
                    "Units with both a ceiling and hours are compared. Where there are no ceilings yet, work them out below.",
                )
                action=None
            />
        };
        return section("furthest", heading, content.into_any());
    }
    let ticked: BTreeSet<i64> =
        context.kept("units", "").split(',').filter_map(|id| id.parse().ok()).collect();
    let open = list.iter().any(|row| row.explanation.is_none());
    let rows = list.iter().map(|row| line(row, ticked.contains(&row.unit), lang)).collect_view();
    let caption = match lang {
        Lang::Ja => format!("上限との差が大きい順に{}部署", list.len()),
        Lang::En => format!("The {} units furthest above", list.len()),
    };
    let table = view! {
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col" class="num">{lang.t("人数", "People")}</th>
                    <th scope="col" class="num">{lang.t("実績", "Actual")}</th>
                    <th scope="col" class="num">{lang.t("上限", "Ceiling")}</th>
                    <th scope="col" class="num">{lang.t("差", "Difference")}</th>
                    <th scope="col">{lang.t("説明", "Explanation")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any();
    if !open {
        let words = lang.t(
            "ここにある部署には、すべて説明を求めています。",
            "All of these units have been asked for an explanation.",
        );
        return section("furthest", heading, view! { <p>{words}</p> {table} }.into_any());
    }
    let month = month_code(found.month);
    let usual = today.checked_add(jiff::Span::new().days(DAYS)).unwrap_or(today);
    let due_on = context.kept("due_on", &usual.to_string());
    let question = context.kept("question", explanation_questions().get(lang));
    let content = view! {
        <p class="section-lead">{lang.t(
            "説明を求める部署を選んでください。部署の管理職にメールが届き、回答期限の2日前にもう一度お知らせします。",
            "Tick the units to ask. Their managers get a mail, and another one two days before the deadline.",
        )}</p>
        <form class="stack" method="post" action="/api/hr/overtime/ask">
            <input type="hidden" name="month" value=month/>
            {table}
            <div class="form">
                <TextArea name="question" label=lang.t("質問", "Question") value=question rows=4 max_length=4000
                    required=true lang=lang/>
                <TextField name="due_on" label=lang.t("回答期限", "Reply by") kind="date" value=due_on
                    min=today.to_string() required=true
                    hint=lang.t("その日の終わり(日本時間)までです。", "Until the end of that day in Japan.") lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("選んだ部署に説明を求める", "Ask the ticked units")/>
                </div>
            </div>
        </form>
    };
    section("furthest", heading, content.into_any())
}

fn line(row: &CeilingRow, ticked: bool, lang: Lang) -> AnyView {
    let unit = row.name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let (name, explanation) = match row.explanation {
        Some((id, state)) => {
            let (href, of) = (format!("/overtime/{id}"), unit.clone());
            let link = view! {
                {state_badge(state, lang)}
                " "
                <a href=href>{lang.t("開く", "Open")}<span class="visually-hidden">" "{of}</span></a>
            };
            (view! { <span lang=unit_lang>{unit}</span> }.into_any(), link.into_any())
        }
        None => {
            let label = lang.t("説明を求める:", "Ask for an explanation:");
            let choice = view! {
                <label class="choice">
                    <input type="checkbox" name="units[]" value=row.unit.to_string() checked=ticked/>
                    <span><span class="visually-hidden">{label}" "</span><span lang=unit_lang>{unit}</span></span>
                </label>
            };
            (choice.into_any(), lang.t("まだ求めていません", "Not asked yet").into_any())
        }
    };
    let people = row.people.map_or_else(|| "–".to_owned(), |people| people.to_string());
    let ceiling = row.ceiling.map(|ceiling| ceiling.to_f64());
    let excess = row.excess().map_or_else(|| written::NO_NUMBER.to_owned(), written::difference);
    view! {
        <tr>
            <th scope="row" class="text">{name}</th>
            <td class="num">{people}</td>
            <td class="num">{hours_or_dash(row.actual, lang)}</td>
            <td class="num">{hours_or_dash(ceiling, lang)}</td>
            <td class="num">{excess}</td>
            <td>{explanation}</td>
        </tr>
    }
    .into_any()
}
