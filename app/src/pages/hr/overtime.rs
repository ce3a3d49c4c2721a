//! Overtime against its monthly ceilings: who is furthest above, what they are asked, the course over the years, and the
//! formula of the ceilings.

mod explanations;
mod furthest;
mod settings;
mod units;
mod years;

pub use explanations::ExplanationsPage;

use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{ExplanationState, OvertimeMonth, OvertimeYears};

use super::{grouped, section};
use crate::components::{EmptyState, Figure};
use crate::pages::overtime::words::{asked_month, month_code, month_form, month_label};
use crate::pages::{Frame, page};

/// Where the page is.
const HERE: &str = "/hr/overtime";

/// All units in a month (`?month=2025-10`, the newest one with numbers by default), the years, and the formula.
#[component]
pub fn OvertimePage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let month = asked_month(&context)?;
        let found = match service.overtime_month(month, None).await {
            Ok(found) => Some(found),
            Err(service::Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let years = match &found {
            Some(_) => Some(service.overtime_years(None).await?),
            None => None,
        };
        let formula = service.overtime_formula().await?;
        let today = service.clock.today();
        let frame = Frame::new(lang.t("超過勤務", "Overtime"))
            .lead(lang.t(
                "月ごとの目標超過勤務時間上限数と実績を、部署ごと、1人当たりの時間で比べます。",
                "Monthly ceilings against actual overtime, by unit, in hours per person.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(super::metrics::name(lang), "/hr/metrics");
        let settings = settings::part(&context, formula, today);
        let (Some(found), Some(years)) = (found, years) else {
            return Ok((frame, view! { {nothing(lang)} {settings} }.into_any()));
        };
        let asked = context.query("page");
        let view = view! {
            {links(&found, lang)}
            {month_form(HERE, &found.months, Some(found.month), None, lang)}
            {summary(&found, &years, lang)}
            {furthest::part(&context, &found, today)}
            {units::part(&found, asked.as_deref(), lang)}
            {years::part(&years, lang)}
            {settings}
        };
        Ok((frame, view.into_any()))
    })
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("超過勤務の数値がまだありません", "There are no overtime hours yet")
            text=lang.t(
                "超過勤務時間(overtime_hours)と在庁時間(office_hours)を取り込み、下で上限を計算すると、部署ごとの差がここに表示されます。",
                "Import overtime hours (overtime_hours) and hours in the office (office_hours), then work out the ceilings below. The difference of every unit is shown here.",
            )
            action=Some((lang.t("数値を取り込む", "Import numbers").to_owned(), "/hr/metrics#upload".to_owned()))
        />
    }
    .into_any()
}

fn links(found: &OvertimeMonth, lang: Lang) -> AnyView {
    let href = format!("{HERE}/explanations?month={}", month_code(found.month));
    view! {
        <div class="actions">
            <a class="button button--secondary" href=href>{lang.t("説明の一覧", "Explanations")}</a>
            <a class="button button--secondary" href="/hr/metrics/overtime_hours">
                {lang.t("超過勤務時間の系列", "The series of overtime hours")}
            </a>
        </div>
    }
    .into_any()
}

/// The month in a few figures.
fn summary(found: &OvertimeMonth, years: &OvertimeYears, lang: Lang) -> AnyView {
    let compared = found.units.iter().filter_map(|row| row.excess());
    let above = compared.clone().filter(|excess| *excess > 0.0).count();
    let compared = compared.count();
    let average = years.months.iter().find(|(month, _)| *month == found.month).map(|(_, hours)| *hours);
    let waiting = found
        .units
        .iter()
        .filter(|row| row.explanation.is_some_and(|(_, state)| state == ExplanationState::Asked))
        .count();
    let count = |n: usize| Some(grouped(n as u64));
    let of = match lang {
        Lang::Ja => format!("上限と実績のある{}部署のうち", grouped(compared as u64)),
        Lang::En => format!("of {} units with ceiling and hours", grouped(compared as u64)),
    };
    let heading = match lang {
        Lang::Ja => format!("{}の状況", month_label(found.month, lang)),
        Lang::En => month_label(found.month, lang),
    };
    let hidden = lang.t("この月の実績はまだありません", "No hours of this month yet").to_owned();
    let content = view! {
        <div class="figures">
            <Figure label=lang.t("上限を超えた部署", "Units above their ceiling") value=count(above)
                unit=lang.t("部署", "") note=of lang=lang/>
            <Figure label=lang.t("1人当たりの超過勤務", "Overtime per person") value=average.map(written::index)
                unit=lang.t("時間", " h") hidden_reason=Some(hidden) lang=lang/>
            <Figure label=lang.t("説明を待っている部署", "Units whose explanation is awaited") value=count(waiting)
                unit=lang.t("部署", "") lang=lang/>
        </div>
    };
    section("summary", &heading, content.into_any())
}
