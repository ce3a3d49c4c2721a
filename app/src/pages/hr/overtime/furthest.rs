//! The units above their ceilings, the furthest first, and asking them why.

use std::collections::BTreeSet;

use domain::statistics::format as written;
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
use service::metric::{CeilingRow, OvertimeMonth, explanation_questions};

use crate::components::{EmptyState, ScrollTable, SubmitButton, TextArea, TextField, encoded, own_lang};
use crate::context::Context;
use crate::pages::hr::{grouped, section};
use crate::pages::indicators::sourced;
use crate::pages::overtime::words::{hours_or_dash, month_code, state_badge};

/// Units in sight; those after them open under their number.
const IN_SIGHT: usize = 10;
/// Days that a unit has for its reply, unless HR says otherwise.
const DAYS: i64 = 14;

/// The list, with a form for those who have not been asked.
pub(super) fn part(context: &Context, found: &OvertimeMonth, today: Date) -> AnyView {
    let lang = context.lang;
    let heading = lang.t("上限を大きく超えた部署", "Units furthest above their ceilings");
    let list = found.furthest_above(found.units.len());
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
    let month = month_code(found.month);
    let (first, rest) = list.split_at(list.len().min(IN_SIGHT));
    let caption = match lang {
        Lang::Ja => format!("上限との差が大きい順に{}部署", first.len()),
        Lang::En => format!("The {} units furthest above", first.len()),
    };
    let first = table(caption, first, &ticked, &month, lang);
    let rest = (!rest.is_empty()).then(|| others(rest, &ticked, &month, lang));
    if !open {
        let words = lang.t(
            "ここにある部署には、すべて説明を求めています。",
            "All of these units have been asked for an explanation.",
        );
        return section("furthest", heading, view! { <p>{words}</p> {first} {rest} }.into_any());
    }
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
            {first}
            {rest}
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

/// The units after those in sight, open where one of them was ticked.
fn others(rest: &[&CeilingRow], ticked: &BTreeSet<i64>, month: &str, lang: Lang) -> AnyView {
    let open = rest.iter().any(|row| ticked.contains(&row.unit));
    let count = grouped(rest.len() as u64);
    let words = match lang {
        Lang::Ja => format!("上限を超えたほかの{count}部署"),
        Lang::En => format!("{count} more units above their ceilings"),
    };
    let caption = words.clone();
    view! {
        <details class="disclosure" open=open>
            <summary>{words}</summary>
            {table(caption, rest, ticked, month, lang)}
        </details>
    }
    .into_any()
}

fn table(caption: String, list: &[&CeilingRow], ticked: &BTreeSet<i64>, month: &str, lang: Lang) -> AnyView {
    let rows = list.iter().map(|row| line(row, ticked.contains(&row.unit), month, lang)).collect_view();
    view! {
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
    .into_any()
}

/// The page of a series for a unit, with the numbers of the month. The ceilings are worked out from the hours in the
/// office, everything else is of the overtime.
fn series_href(series: &str, code: &str, month: Option<&str>) -> String {
    let month = month.map(|month| format!("&period={month}")).unwrap_or_default();
    format!("/hr/metrics/{series}?unit={}{month}", encoded(code))
}

fn line(row: &CeilingRow, ticked: bool, month: &str, lang: Lang) -> AnyView {
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
    let worked = |shown: AnyView| sourced(series_href("overtime_hours", &row.code, Some(month)), shown, lang);
    let people = match row.people {
        Some(people) => worked(people.to_string().into_any()),
        None => "–".into_any(),
    };
    let ceiling = row.ceiling.map(|ceiling| ceiling.to_f64());
    let ceiling =
        sourced(series_href("office_hours", &row.code, None), hours_or_dash(ceiling, lang).into_any(), lang);
    let excess = row.excess().map_or_else(|| written::NO_NUMBER.to_owned(), written::difference);
    view! {
        <tr>
            <th scope="row" class="text">{name}</th>
            <td class="num">{people}</td>
            <td class="num">{worked(hours_or_dash(row.actual, lang).into_any())}</td>
            <td class="num">{ceiling}</td>
            <td class="num">{worked(excess.into_any())}</td>
            <td>{explanation}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_to_its_unit_and_month() {
        assert_eq!(
            series_href("overtime_hours", "A 1", Some("2025-10")),
            "/hr/metrics/overtime_hours?unit=A%201&period=2025-10"
        );
        assert_eq!(series_href("office_hours", "S100", None), "/hr/metrics/office_hours?unit=S100");
    }
}
