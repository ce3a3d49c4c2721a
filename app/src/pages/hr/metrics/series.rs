//! One series: its totals over time, and the numbers of every unit for one period.

use std::collections::BTreeSet;

use domain::metric::{Period, Series, Total};
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{BatchInfo, SeriesTotals, UnitQuantity};
use service::registry::headcount::UnitPeople;

use super::{HERE, name, words};
use crate::components::{
    ButtonKind, EmptyState, ScrollTable, SelectField, SubmitButton, TrendChart, TrendPoint, encoded,
    own_lang, page_of, pager,
};
use crate::format;
use crate::pages::hr::{grouped, section};
use crate::pages::{Frame, page, param};

/// Most periods of the chart, and of the table that is not folded away.
const SHOWN: usize = 24;
/// Units on one page.
const PER_PAGE: usize = 100;

/// Totals of a series: `?unit=CODE` for one unit and everything below it, `?period=2025-04` for the period by unit.
#[component]
pub fn SeriesPage() -> impl IntoView {
    let key = param("series");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let unit = context.query("unit").filter(|code| !code.is_empty());
        let found = service.metric_totals(&key, unit.as_deref()).await?;
        let period = match context.query("period").filter(|text| !text.is_empty()) {
            Some(text) => {
                let read = Period::parse(&text).ok();
                let fits = read.filter(|period| period.frequency() == found.series.frequency);
                Some(fits.ok_or(service::Error::NotFound)?)
            }
            None => found.periods.last().map(|(period, _, _)| *period),
        };
        let units = service.registry.headcount().await?;
        let mut numbers = match period {
            Some(period) => service.metric_by_unit(&key, period).await?,
            None => Vec::new(),
        };
        if let Some(code) = &unit {
            let inside = below(&units, code);
            numbers.retain(|number| inside.contains(&number.unit) || number.code == *code);
        }
        let asked = context.query("page");
        let zone = context.person().map_or_else(|| "Asia/Tokyo".to_owned(), |person| person.time_zone);
        let called = found.series.name.get(lang).to_owned();
        let frame = Frame::new(called)
            .lead(lead(&found.series, lang))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(name(lang), HERE);
        if found.periods.is_empty() && unit.is_none() {
            return Ok((frame, nothing(lang)));
        }
        let address = address(&found.series, unit.as_deref(), period);
        let list = Listing { asked: asked.as_deref(), address: &address, zone: &zone };
        let view = view! {
            {choice(&found, units, unit.as_deref(), period, lang)}
            {totals(&found, lang)}
            {period.map(|period| by_unit(&found.series, period, numbers, &list, lang))}
        };
        Ok((frame, view.into_any()))
    })
}

fn lead(series: &Series, lang: Lang) -> String {
    let (unit, frequency) = (words::unit_name(series, lang), series.frequency.label(lang));
    let kind = series.measurement.label(lang);
    match lang {
        Lang::Ja => format!("{frequency}、{kind}、単位: {unit}"),
        Lang::En => format!("{frequency}; {}; unit: {unit}", kind.to_lowercase()),
    }
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("数値がまだありません", "There are no numbers yet")
            text=lang.t(
                "ファイルを取り込むか、APIで送信すると、期間ごとの合計と部署別の数値がここに表示されます。",
                "Once a file is imported or a program sends numbers, totals by period and numbers by unit are shown here.",
            )
            action=Some((lang.t("ファイルを取り込む", "Import a file").to_owned(), format!("{HERE}#upload")))
        />
    }
    .into_any()
}

/// The address of what is shown, without the page of the list.
fn address(series: &Series, unit: Option<&str>, period: Option<Period>) -> String {
    let unit = unit.map(|code| format!("unit={}", encoded(code)));
    let period = period.map(|period| format!("period={}", period.code()));
    let query: Vec<String> = unit.into_iter().chain(period).collect();
    let joint = if query.is_empty() { "" } else { "?" };
    format!("{HERE}/{}{joint}{}", series.key, query.join("&"))
}

/// Which units, and which period by unit.
fn choice(
    found: &SeriesTotals,
    units: Vec<UnitPeople>,
    unit: Option<&str>,
    period: Option<Period>,
    lang: Lang,
) -> AnyView {
    let action = format!("{HERE}/{}", found.series.key);
    let every = (String::new(), lang.t("すべての部署", "All units").to_owned());
    let mut options = vec![every];
    options.extend(units.into_iter().map(|unit| {
        let indent = "\u{3000}".repeat(usize::try_from(unit.depth).unwrap_or(0).min(4));
        (unit.code, format!("{indent}{}", unit.name.get(lang)))
    }));
    let unit = unit.unwrap_or_default().to_owned();
    // A unit that is not used any more still has its numbers.
    if !options.iter().any(|(code, _)| *code == unit) {
        options.push((unit.clone(), unit.clone()));
    }
    let mut periods: Vec<(String, String)> =
        found.periods.iter().rev().map(|(period, _, _)| (period.code(), period.label(lang))).collect();
    let chosen = period.map(Period::code).unwrap_or_default();
    if let Some(period) = period
        && !periods.iter().any(|(code, _)| *code == chosen)
    {
        periods.insert(0, (period.code(), period.label(lang)));
    }
    view! {
        <form class="toolbar" method="get" action=action>
            <SelectField name="unit" label=lang.t("部署(下の部署を含む)", "Unit, with all below it") options=options
                selected=unit lang=lang/>
            <SelectField name="period" label=lang.t("部署別に見る期間", "Period by unit") options=periods
                selected=chosen lang=lang/>
            <SubmitButton label=lang.t("表示する", "Show") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}

fn totals(found: &SeriesTotals, lang: Lang) -> AnyView {
    let heading = lang.t("期間ごとの合計", "Totals by period");
    let series = &found.series;
    if found.periods.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("この部署の数値はまだありません", "There are no numbers of this unit yet")
                text=lang.t("ほかの部署を選んでください。", "Please choose another unit.")
                action=None
            />
        };
        return section("totals", heading, content.into_any());
    }
    let late = found.periods.len().saturating_sub(SHOWN);
    let points: Vec<TrendPoint> = found
        .periods
        .iter()
        .skip(late)
        .filter_map(|(period, total, _)| {
            let value = words::chart_value(total, series)?;
            Some(TrendPoint { label: words::short(*period, lang), value, low: None, high: None })
        })
        .collect();
    let chart = (points.len() > 1).then(|| {
        let (title, unit) = (words::chart_title(series, lang), words::chart_unit(series, lang));
        view! { <TrendChart points=points unit=unit title=title lang=lang/> }
    });
    let newest: Vec<&(Period, Total, usize)> = found.periods.iter().rev().take(SHOWN).collect();
    let older: Vec<&(Period, Total, usize)> = found.periods.iter().rev().skip(SHOWN).collect();
    let earlier = (!older.is_empty()).then(|| {
        let words = lang.t("それより前の期間", "Earlier periods");
        view! {
            <details class="disclosure">
                <summary>{words}</summary>
                {table(words, &older, series, lang)}
            </details>
        }
    });
    let content = view! { {chart} {table(heading, &newest, series, lang)} {earlier} };
    section("totals", heading, content.into_any())
}

fn table(caption: &'static str, periods: &[&(Period, Total, usize)], series: &Series, lang: Lang) -> AnyView {
    let per_person = series.per_person;
    let rows = periods
        .iter()
        .map(|(period, total, units)| {
            let average = per_person
                .then(|| view! { <td class="num">{words::average(total.per_person(), series, lang)}</td> });
            view! {
                <tr>
                    <th scope="row" class="nowrap">{period.label(lang)}</th>
                    <td class="num">{words::total(total, series, lang)}</td>
                    {average}
                    <td class="num">{grouped(*units as u64)}</td>
                </tr>
            }
        })
        .collect_view();
    let head =
        per_person.then(|| view! { <th scope="col" class="num">{lang.t("1人当たり", "Per person")}</th> });
    view! {
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("期間", "Period")}</th>
                    <th scope="col" class="num">{lang.t("合計", "Total")}</th>
                    {head}
                    <th scope="col" class="num">{lang.t("数値のある部署", "Units with a number")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

/// How the list of units is read.
struct Listing<'a> {
    /// The page that was asked for.
    asked: Option<&'a str>,
    /// The address without that page.
    address: &'a str,
    /// The reader's time zone.
    zone: &'a str,
}

fn by_unit(
    series: &Series,
    period: Period,
    numbers: Vec<UnitQuantity>,
    list: &Listing<'_>,
    lang: Lang,
) -> AnyView {
    let heading = match lang {
        Lang::Ja => format!("部署別({})", period.label(lang)),
        Lang::En => format!("By unit, {}", period.label(lang)),
    };
    if numbers.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("この期間の数値はありません", "There are no numbers for this period")
                text=lang.t("ほかの期間を選んでください。", "Please choose another period.")
                action=None
            />
        };
        return section("units", &heading, content.into_any());
    }
    let (current, pages) = page_of(list.asked, numbers.len(), PER_PAGE);
    let rows = numbers
        .into_iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|number| unit_row(number, series, list.zone, lang))
        .collect_view();
    let head = series.per_person.then(|| {
        view! {
            <th scope="col" class="num">{lang.t("1人当たり", "Per person")}</th>
            <th scope="col" class="num">{lang.t("人数", "People")}</th>
        }
    });
    let content = view! {
        <ScrollTable caption=heading.clone() table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("コード", "Code")}</th>
                    <th scope="col" class="num">{lang.t("数値", "Number")}</th>
                    {head}
                    <th scope="col">{lang.t("取込み", "Imported")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {pager(list.address, current, pages, "units", lang)}
    };
    section("units", &heading, content.into_any())
}

fn unit_row(number: UnitQuantity, series: &Series, zone: &str, lang: Lang) -> AnyView {
    let called = number.name.get(lang).to_owned();
    let called_lang = own_lang(&called, lang);
    let origin = imported(&number.batch, zone, lang);
    let origin_lang = own_lang(&origin, lang);
    let more = series.per_person.then(|| {
        view! {
            <td class="num">{words::average(number.quantity.per_person(), series, lang)}</td>
            <td class="num">{words::people(&number.quantity)}</td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="text" lang=called_lang>{called}</th>
            <td class="mono">{number.code}</td>
            <td class="num">{number.quantity.label(series, lang)}</td>
            {more}
            <td class="text" lang=origin_lang>{origin}</td>
        </tr>
    }
    .into_any()
}

/// When a number came in, who brought it, and in which file.
fn imported(batch: &BatchInfo, zone: &str, lang: Lang) -> String {
    let at = format::moment(batch.at, zone, lang);
    let person = batch.by.as_ref().map(|by| by.get(lang).to_owned()).filter(|by| !by.is_empty());
    let by = if batch.by_program {
        Some(lang.t("プログラム(API)", "a program (API)").to_owned())
    } else {
        person
    };
    let file = (!batch.file.is_empty()).then(|| batch.file.clone());
    let parts: Vec<String> = [Some(at), by, file].into_iter().flatten().collect();
    parts.join(lang.t("、", ", "))
}

/// The ids of a unit and those below it. In the list, a unit stands after the one above it.
fn below(units: &[UnitPeople], code: &str) -> BTreeSet<i64> {
    let mut rest = units.iter().skip_while(|unit| unit.code != code);
    let Some(root) = rest.next() else { return BTreeSet::new() };
    let inside = rest.take_while(|unit| unit.depth > root.depth).map(|unit| unit.id);
    std::iter::once(root.id).chain(inside).collect()
}

#[cfg(test)]
mod tests {
    use domain::text::Text;

    use super::*;

    fn unit(id: i64, depth: u32) -> UnitPeople {
        UnitPeople {
            id,
            code: format!("U{id}"),
            parent: None,
            name: Text::new("課", "Division"),
            kind: "division".into(),
            region: Text::default(),
            time_zone: "Asia/Tokyo".into(),
            people: 5,
            depth,
        }
    }

    #[test]
    fn a_unit_is_taken_with_all_below_it_and_no_other() {
        let units = [unit(1, 0), unit(2, 1), unit(3, 2), unit(4, 1), unit(5, 2)];
        assert_eq!(below(&units, "U2"), BTreeSet::from([2, 3]));
        assert_eq!(below(&units, "U1"), BTreeSet::from([1, 2, 3, 4, 5]));
        assert_eq!(below(&units, "U5"), BTreeSet::from([5]));
        assert_eq!(below(&units, "U9"), BTreeSet::new());
    }

    #[test]
    fn a_number_says_when_it_came_in_and_from_whom() {
        let at = format::field_moment("2025-12-01T10:00").expect("a moment");
        let by = Some(Text::new("岩瀬 純", "Jun Iwase"));
        let file = BatchInfo { at, by, file: "hours.csv".into(), by_program: false };
        let told = |batch: &BatchInfo| imported(batch, "Asia/Tokyo", Lang::Ja);
        assert_eq!(told(&file), "令和7年12月1日(月) 10時、岩瀬 純、hours.csv");
        let program = BatchInfo { at, by: None, file: String::new(), by_program: true };
        assert_eq!(told(&program), "令和7年12月1日(月) 10時、プログラム(API)");
        let nobody = BatchInfo { by_program: false, ..program };
        assert_eq!(told(&nobody), "令和7年12月1日(月) 10時");
    }

    #[test]
    fn the_address_keeps_what_was_chosen() {
        let series = Series::standard().into_iter().next().expect("a series");
        let period = Period::parse("2025-04").ok();
        assert_eq!(address(&series, None, None), "/hr/metrics/overtime_hours");
        assert_eq!(
            address(&series, Some("A 1"), period),
            "/hr/metrics/overtime_hours?unit=A%201&period=2025-04"
        );
    }
}
