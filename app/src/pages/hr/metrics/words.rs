//! Periods, totals and units of metric series in words.

use domain::fiscal_year::Era;
use domain::indicator::{Decimal, Unit, Value};
use domain::metric::{Measurement, Period, Quantity, Series, State, Total};
use domain::text::Lang;
use jiff::civil::Date;

/// A period in a few characters, as under a chart: `R7.10`, `R5年度`; `2025-10`, `FY2023`.
pub(in crate::pages::hr) fn short(period: Period, lang: Lang) -> String {
    match (period, lang) {
        (_, Lang::En) => period.code(),
        (Period::Month(month), Lang::Ja) => {
            format!("{}.{}", era_year(Era::of(month.last_day()), month.year()), month.month())
        }
        // A fiscal year is named after the era of 1 October.
        (Period::FiscalYear(year), Lang::Ja) => {
            let era = Date::new(year.year(), 10, 1).ok().and_then(Era::of);
            format!("{}年度", era_year(era, year.year()))
        }
    }
}

fn era_year(era: Option<Era>, year: i16) -> String {
    match era {
        Some(era) => format!("{}{}", era.letter(), year - era.start().year() + 1),
        None => year.to_string(),
    }
}

/// What a series' numbers count: `時間`, `%`, or nothing for states.
pub(super) fn unit_name(series: &Series, lang: Lang) -> String {
    match series.measurement {
        Measurement::Amount | Measurement::Rate => series.unit.name(lang).to_owned(),
        Measurement::State => "–".to_owned(),
    }
}

/// A total as people read it: `1,234.5時間`, `75.0%(3/4)`, `導入済み 3、導入予定 1、導入予定なし 0`.
pub(super) fn total(total: &Total, series: &Series, lang: Lang) -> String {
    match *total {
        Total::Amount { value, .. } => Value::new(value, series.unit.clone()).label(lang),
        Total::Rate { numerator, denominator } => {
            match (total.rate().and_then(|rate| Decimal::from_f64(rate, 1)), lang) {
                (Some(share), Lang::Ja) => format!("{share}%({numerator}/{denominator})"),
                (Some(share), Lang::En) => format!("{share}% ({numerator}/{denominator})"),
                (None, _) => format!("{numerator}/{denominator}"),
            }
        }
        Total::States(counts) => {
            let each: Vec<String> = State::ALL
                .into_iter()
                .rev()
                .map(|state| format!("{} {}", state.label(lang), counts.of(state)))
                .collect();
            each.join(lang.t("、", ", "))
        }
    }
}

/// An average per person, with its unit; a dash where there is none.
pub(super) fn average(per_person: Option<f64>, series: &Series, lang: Lang) -> String {
    let number = per_person.and_then(|hours| Decimal::from_f64(hours, 1));
    number.map_or_else(|| "–".to_owned(), |number| Value::new(number, series.unit.clone()).label(lang))
}

/// How many people a number is for; a dash where it does not say.
pub(super) fn people(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Amount { people: Some(people), .. } => people.to_string(),
        Quantity::Amount { people: None, .. } | Quantity::Rate { .. } | Quantity::State(_) => "–".to_owned(),
    }
}

/// The number of a total that a chart shows: the average per person, the amount, the share in per cent, or the share of
/// units where a system is in use.
pub(super) fn chart_value(total: &Total, series: &Series) -> Option<f64> {
    match *total {
        Total::Amount { .. } if series.per_person => total.per_person(),
        Total::Amount { value, .. } => Some(value.to_f64()),
        Total::Rate { .. } => total.rate(),
        Total::States(counts) if counts.units() == 0 => None,
        Total::States(counts) => Some(counts.of(State::Introduced) as f64 * 100.0 / counts.units() as f64),
    }
}

/// What the chart shows.
pub(super) fn chart_title(series: &Series, lang: Lang) -> String {
    let name = series.name.get(lang);
    match (series.measurement, series.per_person, lang) {
        (Measurement::Amount, true, Lang::Ja) => format!("{name}(1人当たり)"),
        (Measurement::Amount, true, Lang::En) => format!("{name}, per person"),
        (Measurement::State, _, Lang::Ja) => format!("{name}(導入済みの部署の割合)"),
        (Measurement::State, _, Lang::En) => format!("{name}: units that have introduced it"),
        _ => name.to_owned(),
    }
}

/// The unit as it stands behind a number in a chart.
pub(super) fn chart_unit(series: &Series, lang: Lang) -> String {
    match (series.measurement, &series.unit, lang) {
        (Measurement::Rate | Measurement::State, _, _) | (Measurement::Amount, Unit::Percent, _) => {
            "%".to_owned()
        }
        (Measurement::Amount, Unit::Plain, _) => String::new(),
        (Measurement::Amount, unit, Lang::Ja) => unit.name(lang).to_owned(),
        (Measurement::Amount, unit, Lang::En) => format!(" {}", unit.name(lang)),
    }
}

#[cfg(test)]
mod tests {
    use domain::metric::StateCounts;

    use super::*;

    fn series(key: &str) -> Series {
        Series::standard().into_iter().find(|series| series.key.as_str() == key).expect("a standard series")
    }

    #[test]
    fn periods_are_written_in_a_few_characters() {
        for (text, ja, en) in
            [("2025-10", "R7.10", "2025-10"), ("FY2019", "R1年度", "FY2019"), ("2019-04", "H31.4", "2019-04")]
        {
            let period = Period::parse(text).expect("a period");
            assert_eq!((short(period, Lang::Ja).as_str(), short(period, Lang::En).as_str()), (ja, en));
        }
    }

    #[test]
    fn totals_are_told_with_their_units() {
        let hours = Total::Amount { value: Decimal::parse("1234.5").expect("a number"), people: Some(100) };
        let overtime = series("overtime_hours");
        assert_eq!(total(&hours, &overtime, Lang::Ja), "1,234.5時間");
        assert_eq!(average(hours.per_person(), &overtime, Lang::En), "12.3 hours");
        assert_eq!(average(None, &overtime, Lang::En), "–");
        assert_eq!(chart_value(&hours, &overtime), Some(12.345));

        let rate = Total::Rate { numerator: 3, denominator: 4 };
        assert_eq!(total(&rate, &series("childcare_leave_men"), Lang::En), "75.0% (3/4)");

        let states = Total::States(StateCounts { not_planned: 1, planned: 0, introduced: 3 });
        let rollout = series("system_rollout");
        assert_eq!(total(&states, &rollout, Lang::Ja), "導入済み 3、導入予定 0、導入予定なし 1");
        assert_eq!(chart_value(&states, &rollout), Some(75.0));
    }
}
