//! The course: averages by fiscal year, and the last two years month by month.

use domain::metric::Period;
use domain::metric::overtime::YearAverage;
use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::OvertimeYears;

use crate::components::{ScrollTable, TrendChart, TrendPoint};
use crate::pages::hr::metrics::words::short;
use crate::pages::hr::section;
use crate::pages::overtime::words::hours;

/// Months in the chart.
const MONTHS: usize = 24;

/// The table of years, the newest first, and the chart.
pub(super) fn part(years: &OvertimeYears, lang: Lang) -> AnyView {
    if years.years.is_empty() {
        return ().into_any();
    }
    let heading = lang.t("年度ごとの推移", "Course over the years");
    let late = years.months.len().saturating_sub(MONTHS);
    let points: Vec<TrendPoint> = years
        .months
        .iter()
        .skip(late)
        .map(|(month, value)| TrendPoint {
            label: short(Period::Month(*month), lang),
            value: *value,
            low: None,
            high: None,
        })
        .collect();
    let title = lang.t("月別の1人当たり超過勤務時間", "Overtime per person by month");
    let unit = lang.t("時間", " h");
    let chart =
        (points.len() > 1).then(|| view! { <TrendChart points=points unit=unit title=title lang=lang/> });
    let rows = years.years.iter().rev().map(|year| line(year, lang)).collect_view();
    let caption = lang.t("1人1か月当たりの超過勤務時間", "Overtime per person and month");
    let content = view! {
        <p class="section-lead">{lang.t(
            "年度の途中では、前年度の同じ月どうしを比べます。季節による違いを、変化と取り違えないためです。",
            "A year that is not complete is compared over the same months of the year before, so that a season is not taken for a change.",
        )}</p>
        <ScrollTable caption=caption>
            <thead>
                <tr>
                    <th scope="col">{lang.t("年度", "Fiscal year")}</th>
                    <th scope="col" class="num">{lang.t("数値のある月", "Months with numbers")}</th>
                    <th scope="col" class="num">{lang.t("平均", "Average")}</th>
                    <th scope="col" class="num">{lang.t("前年度との差", "Change from the year before")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {chart}
    };
    section("course", heading, content.into_any())
}

fn line(year: &YearAverage, lang: Lang) -> AnyView {
    let months = match lang {
        Lang::Ja => format!("{}か月", year.months),
        Lang::En => year.months.to_string(),
    };
    let change = match year.change_from_previous {
        Some(change) => format!("{}{}", written::difference(change), lang.t("時間", " h")),
        None => written::NO_NUMBER.to_owned(),
    };
    let compared = year.change_from_previous.filter(|_| year.compared_months < 12).map(|_| {
        let n = year.compared_months;
        let words = match lang {
            Lang::Ja => format!("同じ{n}か月で比較"),
            Lang::En => format!("over the same {n} months"),
        };
        view! { <span class="cell-note">{words}</span> }
    });
    view! {
        <tr>
            <th scope="row">{year.year.label(lang)}</th>
            <td class="num">{months}</td>
            <td class="num">{hours(year.hours_per_person_month, lang)}</td>
            <td class="num">{change}{compared}</td>
        </tr>
    }
    .into_any()
}
