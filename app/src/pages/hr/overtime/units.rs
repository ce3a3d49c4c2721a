//! Every unit in the month, with how its ceiling came about.

use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{CeilingRow, OvertimeMonth};

use super::HERE;
use crate::components::{EmptyState, ScrollTable, own_lang, page_of, pager};
use crate::pages::hr::section;
use crate::pages::overtime::words::{hours_or_dash, month_code, month_label, state_badge};

/// Units on one page.
const PER_PAGE: usize = 100;

/// The table, in pages.
pub(super) fn part(found: &OvertimeMonth, asked: Option<&str>, lang: Lang) -> AnyView {
    let heading = lang.t("すべての部署", "All units");
    if found.units.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("この月の数値はありません", "There is nothing for this month")
                text=lang.t(
                    "ほかの月を選ぶか、この月の超過勤務時間を取り込んでください。",
                    "Please choose another month, or import the overtime of this one.",
                )
                action=None
            />
        };
        return section("units", heading, content.into_any());
    }
    let (current, pages) = page_of(asked, found.units.len(), PER_PAGE);
    let rows = found
        .units
        .iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|row| line(row, lang))
        .collect_view();
    let month = month_label(found.month, lang);
    let caption = match lang {
        Lang::Ja => format!("{month}の超過勤務(1人当たりの時間)"),
        Lang::En => format!("Overtime in {month}, hours per person"),
    };
    let path = format!("{HERE}?month={}", month_code(found.month));
    let content = view! {
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col" class="num">{lang.t("人数", "People")}</th>
                    <th scope="col" class="num">{lang.t("実績", "Actual")}</th>
                    <th scope="col" class="num">{lang.t("上限", "Ceiling")}</th>
                    <th scope="col" class="num">{lang.t("差", "Difference")}</th>
                    <th scope="col">{lang.t("上限の根拠", "How the ceiling came about")}</th>
                    <th scope="col">{lang.t("説明", "Explanation")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {pager(&path, current, pages, "units", lang)}
    };
    section("units", heading, content.into_any())
}

fn line(row: &CeilingRow, lang: Lang) -> AnyView {
    let unit = row.name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let basis = if row.basis.is_empty() {
        "–".into_any()
    } else {
        let (text, of) = (row.basis.get(lang).to_owned(), unit.clone());
        view! {
            <details class="disclosure">
                <summary>{lang.t("見る", "Show")}<span class="visually-hidden">" "{of}</span></summary>
                <p>{text}</p>
            </details>
        }
        .into_any()
    };
    let explanation = match row.explanation {
        Some((id, state)) => {
            let (href, of) = (format!("/overtime/{id}"), unit.clone());
            view! {
                {state_badge(state, lang)}
                " "
                <a href=href>{lang.t("開く", "Open")}<span class="visually-hidden">" "{of}</span></a>
            }
            .into_any()
        }
        None => "–".into_any(),
    };
    let above = row.excess().is_some_and(|excess| excess > 0.0);
    let note = above.then(|| view! { <span class="cell-note">{lang.t("上限超過", "above")}</span> });
    let people = row.people.map_or_else(|| "–".to_owned(), |people| people.to_string());
    let ceiling = row.ceiling.map(|ceiling| ceiling.to_f64());
    let excess = row.excess().map_or_else(|| written::NO_NUMBER.to_owned(), written::difference);
    let code = row.code.clone();
    view! {
        <tr>
            <th scope="row" class="text">
                <span lang=unit_lang>{unit}</span>
                <span class="cell-note mono">{code}</span>
            </th>
            <td class="num">{people}</td>
            <td class="num">{hours_or_dash(row.actual, lang)}</td>
            <td class="num">{hours_or_dash(ceiling, lang)}</td>
            <td class="num">{excess}{note}</td>
            <td class="text">{basis}</td>
            <td>{explanation}</td>
        </tr>
    }
    .into_any()
}
