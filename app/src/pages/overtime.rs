//! Overtime as managers see it: their units against the ceilings, and what they are asked.

mod explanation;
pub(super) mod words;

pub use explanation::ExplanationPage;

use std::collections::BTreeSet;

use domain::role::Role;
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
use service::metric::{CeilingRow, Explanation, OvertimeMonth};

use self::words::{
    asked_month, badges, difference_of, due, hours_or_dash, month_form, month_label, state_badge,
};
use super::{Frame, page};
use crate::components::{EmptyState, ScrollTable, own_lang};

/// Where the page is.
const HERE: &str = "/overtime";

/// The manager's units against their ceilings in a month (`?month=2025-10`, the newest by default), and the explanations
/// they are asked for.
#[component]
pub fn OvertimeUnitsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let month = asked_month(&context)?;
        let units: BTreeSet<i64> = service.registry.scope(&person, Role::Manager).await?;
        let found = match service.overtime_month(month, Some(&units)).await {
            Ok(found) => Some(found),
            Err(service::Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let asked = service.my_explanations(&person).await?;
        let today = service.clock.today();
        let frame = Frame::new(lang.t("担当部署の超過勤務", "Overtime of my units"))
            .lead(lang.t(
                "月ごとの目標超過勤務時間上限数と実績を、1人当たりの時間で比べます。",
                "Monthly ceilings and actual overtime, in hours per person.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/");
        let view = view! {
            {requests(asked, today, &person.time_zone, lang)}
            {of_month(found, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn requests(asked: Vec<Explanation>, today: Date, zone: &str, lang: Lang) -> AnyView {
    let heading = lang.t("説明のお願い", "Explanations asked for");
    let body = if asked.is_empty() {
        let title = lang.t("説明のお願いはありません", "Nothing is asked for");
        let text = lang.t(
            "上限を超えた月について人事担当から説明を求められると、ここに表示されます。メールでもお知らせします。",
            "When the personnel division asks about a month above the ceiling, it is shown here. You also get a mail.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let items = asked.iter().map(|one| request(one, today, zone, lang)).collect_view();
        view! { <ul class="link-list">{items}</ul> }.into_any()
    };
    view! {
        <section class="section" id="asked" aria-labelledby="asked-heading">
            <h2 id="asked-heading">{heading}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn request(one: &Explanation, today: Date, zone: &str, lang: Lang) -> AnyView {
    let href = format!("{HERE}/{}", one.id);
    let unit = one.unit_name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let month = month_label(one.month, lang);
    let until = due(one.due_on, zone, lang);
    let until = match lang {
        Lang::Ja => format!("回答期限 {until}"),
        Lang::En => format!("Reply by {until}"),
    };
    view! {
        <li>
            <a href=href><span lang=unit_lang>{unit}</span>" "{month}</a>
            <span class="muted small">{until}</span>
            <span>{badges(one, today, lang)}</span>
        </li>
    }
    .into_any()
}

fn of_month(found: Option<OvertimeMonth>, lang: Lang) -> AnyView {
    let heading = match &found {
        Some(found) => match lang {
            Lang::Ja => format!("{}の状況", month_label(found.month, lang)),
            Lang::En => format!("Overtime in {}", month_label(found.month, lang)),
        },
        None => lang.t("月ごとの状況", "Overtime by month").to_owned(),
    };
    let caption = heading.clone();
    let choice = found
        .as_ref()
        .filter(|found| !found.months.is_empty())
        .map(|found| month_form(HERE, &found.months, Some(found.month), None, lang));
    let units = found.map(|found| found.units).unwrap_or_default();
    let body = if units.is_empty() { nothing(lang) } else { table(caption, units, lang) };
    view! {
        <section class="section" id="month-of" aria-labelledby="month-heading">
            <h2 id="month-heading">{heading}</h2>
            {choice}
            {body}
        </section>
    }
    .into_any()
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("担当部署の数値がまだありません", "There are no numbers of your units yet")
            text=lang.t(
                "人事担当が超過勤務時間を取り込み、上限を計算すると、ここに表示されます。ほかの月も選べます。",
                "Once the personnel division has imported overtime and set ceilings, they are shown here. Other months can be chosen.",
            )
            action=None
        />
    }
    .into_any()
}

fn table(caption: String, units: Vec<CeilingRow>, lang: Lang) -> AnyView {
    let rows = units.iter().map(|row| unit_row(row, lang)).collect_view();
    view! {
        <ScrollTable caption=caption table_class="table--stack">
            <thead>
                <tr>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col" class="num">{lang.t("上限(1人当たり)", "Ceiling, per person")}</th>
                    <th scope="col" class="num">{lang.t("実績(1人当たり)", "Actual, per person")}</th>
                    <th scope="col">{lang.t("差", "Difference")}</th>
                    <th scope="col">{lang.t("説明", "Explanation")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn unit_row(row: &CeilingRow, lang: Lang) -> AnyView {
    let unit = row.name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let explanation = match row.explanation {
        Some((id, state)) => {
            let (href, words) = (format!("{HERE}/{id}"), lang.t("開く", "Open"));
            let of = unit.clone();
            view! {
                {state_badge(state, lang)}
                " "
                <a href=href>{words}<span class="visually-hidden">" "{of}</span></a>
            }
            .into_any()
        }
        None => "–".into_any(),
    };
    let people = row.people.map(|people| match lang {
        Lang::Ja => format!("{people}人"),
        Lang::En => format!("{people} people"),
    });
    let note = people.map(|people| view! { <span class="cell-note">{people}</span> });
    let ceiling = row.ceiling.map(|ceiling| ceiling.to_f64());
    let (ceiling_label, actual_label) = (lang.t("上限", "Ceiling"), lang.t("実績", "Actual"));
    view! {
        <tr>
            <th scope="row" lang=unit_lang>{unit}</th>
            <td class="num" data-label=ceiling_label>{hours_or_dash(ceiling, lang)}</td>
            <td class="num" data-label=actual_label>{hours_or_dash(row.actual, lang)} {note}</td>
            <td class="text" data-label=lang.t("差", "Difference")>{difference_of(row, lang)}</td>
            <td data-label=lang.t("説明", "Explanation")>{explanation}</td>
        </tr>
    }
    .into_any()
}
