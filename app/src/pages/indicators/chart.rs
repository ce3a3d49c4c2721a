//! The course of an indicator as a small chart.

use domain::fiscal_year::{AsOf, Era, FiscalYear};
use domain::indicator::{Indicator, Unit};
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::components::{TrendChart, TrendPoint};

/// The baseline and every value since, with the target's line; `None` where there are fewer than two to compare.
pub(in crate::pages) fn course(
    indicator: &Indicator,
    title: String,
    compact: bool,
    lang: Lang,
) -> Option<AnyView> {
    let unit = unit(indicator)?;
    let points = points(indicator, &unit, lang);
    if points.len() < 2 {
        return None;
    }
    let target = indicator
        .target
        .as_ref()
        .and_then(|target| target.level())
        .filter(|level| level.unit == unit)
        .map(|level| level.number.to_f64());
    let unit = unit_label(&unit, lang);
    let chart = view! {
        <TrendChart points=points target=target unit=unit title=title compact=compact lang=lang/>
    };
    Some(chart.into_any())
}

/// The unit of the chart: that of the target, else of the latest value.
fn unit(indicator: &Indicator) -> Option<Unit> {
    let target = indicator.target.as_ref().and_then(|target| target.level()).map(|level| level.unit.clone());
    target.or_else(|| Some(indicator.latest()?.value.unit.clone()))
}

/// The unit as it stands behind a number. A number without a unit is an index, which is counted in points.
fn unit_label(unit: &Unit, lang: Lang) -> String {
    match (unit, lang) {
        (Unit::Plain, _) => lang.t("ポイント", "pt").to_owned(),
        (Unit::Percent, _) | (_, Lang::Ja) => unit.name(lang).to_owned(),
        (_, Lang::En) => format!(" {}", unit.name(lang)),
    }
}

/// Values with a time, the earliest first; of several for one time the last counts.
fn points(indicator: &Indicator, unit: &Unit, lang: Lang) -> Vec<TrendPoint> {
    let mut values: Vec<(AsOf, f64)> = indicator
        .baseline
        .iter()
        .chain(&indicator.observations)
        .filter(|observation| observation.value.unit == *unit)
        .filter_map(|observation| Some((observation.as_of?, observation.value.number.to_f64())))
        .collect();
    values.sort_by_key(|(as_of, _)| as_of.last_day());
    let mut points: Vec<(AsOf, f64)> = Vec::with_capacity(values.len());
    for (as_of, value) in values {
        match points.last_mut() {
            Some(last) if last.0 == as_of => last.1 = value,
            _ => points.push((as_of, value)),
        }
    }
    points
        .into_iter()
        .map(|(as_of, value)| TrendPoint { label: short(as_of, lang), value, low: None, high: None })
        .collect()
}

/// A time in a few characters: `R7.10`, `R5年度`; `2025-10`, `FY2023`.
fn short(as_of: AsOf, lang: Lang) -> String {
    if lang == Lang::En {
        return match as_of {
            AsOf::FiscalYearEnd(year) => format!("{} end", year.label(lang)),
            other => other.code(),
        };
    }
    // A fiscal year is named after the era of 1 October.
    let fiscal =
        |year: FiscalYear| era_year(Date::new(year.year(), 10, 1).ok().and_then(Era::of), year.year());
    let last = as_of.last_day();
    let year = era_year(Era::of(last), last.year());
    match as_of {
        AsOf::Day(day) => format!("{year}.{}.{}", day.month(), day.day()),
        AsOf::Month(month) => format!("{year}.{}", month.month()),
        AsOf::Year(_) => format!("{year}年"),
        AsOf::FiscalYear(year) => format!("{}年度", fiscal(year)),
        AsOf::FiscalYearEnd(year) => format!("{}年度末", fiscal(year)),
    }
}

fn era_year(era: Option<Era>, year: i16) -> String {
    match era {
        Some(era) => format!("{}{}", era.letter(), year - era.start().year() + 1),
        None => year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use domain::indicator::{Direction, Observation, Source, Target, Value};
    use domain::text::Text;

    use super::*;

    fn observation(value: &str, as_of: &str) -> Observation {
        Observation {
            value: Value::parse(value).expect("a value"),
            as_of: AsOf::parse(as_of).ok(),
            source: Source::Typed,
        }
    }

    #[test]
    fn times_are_written_in_a_few_characters() {
        for (text, ja, en) in [
            ("令和7年10月", "R7.10", "2025-10"),
            ("令和7年4月1日", "R7.4.1", "2025-04-01"),
            ("令和2年", "R2年", "2020"),
            ("令和5年度", "R5年度", "FY2023"),
            ("令和元年度", "R1年度", "FY2019"),
            ("平成30年度", "H30年度", "FY2018"),
            ("令和7年度末", "R7年度末", "FY2025 end"),
        ] {
            let as_of = AsOf::parse(text).expect("a time");
            assert_eq!((short(as_of, Lang::Ja).as_str(), short(as_of, Lang::En).as_str()), (ja, en));
        }
    }

    #[test]
    fn the_course_begins_with_the_baseline_and_has_one_value_for_each_time() {
        let indicator = Indicator {
            title: Text::new("指数", "Index"),
            group: Text::default(),
            direction: Direction::default(),
            target: Target::read("65以上"),
            deadline: None,
            baseline: Some(observation("58.0", "令和4年度")),
            observations: vec![
                observation("60.1", "令和6年10月"),
                observation("61.0", "令和7年10月"),
                observation("62.4", "令和7年10月"),
                observation("70%", "令和7年11月"),
                observation("50.0", ""),
            ],
        };
        let unit = unit(&indicator).expect("a unit");
        let points = points(&indicator, &unit, Lang::Ja);
        let told: Vec<(&str, f64)> = points.iter().map(|p| (p.label.as_str(), p.value)).collect();
        assert_eq!(told, [("R4年度", 58.0), ("R6.10", 60.1), ("R7.10", 62.4)]);
    }
}
