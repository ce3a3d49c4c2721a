use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::metric::{Frequency, QuantityError};

const HEADER: [&str; 7] = ["部署コード", "系列", "期間", "値", "人数", "分子", "分母"];

/// The last day of a fiscal year.
const TODAY: Date = date(2026, 3, 31);

fn known() -> Known {
    Known { series: Series::standard(), units: ["A1", "A2", "B"].map(String::from).into() }
}

fn table(rows: &[&[&str]]) -> Vec<(usize, Vec<String>)> {
    let cells = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
    (1..).zip(cells).collect()
}

/// Reads rows under the usual header, which is row 1.
fn read_rows(rows: &[&[&str]]) -> Result<Vec<Record>, Faults> {
    let mut all: Vec<&[&str]> = vec![&HEADER];
    all.extend(rows);
    read(table(&all), &known(), TODAY)
}

/// Row, column and problem of every fault.
fn faults(rows: &[&[&str]]) -> Vec<(usize, Option<Column>, Problem)> {
    let faults = read_rows(rows).expect_err("the table is accepted");
    assert_eq!(faults.total, faults.listed.len());
    faults.listed.into_iter().map(|fault| (fault.row, fault.column, fault.problem)).collect()
}

fn record(unit: &str, series: &str, period: &str, quantity: Quantity) -> Record {
    Record {
        unit: unit.to_owned(),
        series: SeriesKey::parse(series).unwrap(),
        period: Period::parse(period).unwrap(),
        quantity,
    }
}

#[test]
fn amounts_rates_and_states_are_read() {
    let records = read_rows(&[
        &["A1", "overtime_hours", "令和7年4月", "1,234.50", "42"],
        &["A2", "childcare_leave_men", "FY2024", "", "", "３", "4.0"],
        &["", " ", "", "", "", "", "", ""],
        &[" B ", "system_rollout", "April 2025", "導入予定"],
    ]);
    let value = Decimal::new(123_450, 2).unwrap();
    assert_eq!(
        records.unwrap(),
        [
            record("A1", "overtime_hours", "2025-04", Quantity::Amount { value, people: Some(42) }),
            record("A2", "childcare_leave_men", "令和6年度", Quantity::Rate { numerator: 3, denominator: 4 }),
            record("B", "system_rollout", "2025-04", Quantity::State(State::Planned)),
        ]
    );
}

#[test]
fn columns_are_found_in_any_order_and_names_are_not_read() {
    let rows: [&[&str]; 3] = [
        &[],
        &["People", "UNIT_NAME", "Value", "Period", "Series", "Unit"],
        &["2", "どこか", "3", "2025-04", "leave_days", "A1"],
    ];
    let quantity = Quantity::Amount { value: Decimal::new(3, 0).unwrap(), people: Some(2) };
    assert_eq!(
        read(table(&rows), &known(), TODAY).unwrap(),
        [record("A1", "leave_days", "2025-04", quantity)]
    );
}

#[test]
fn a_table_without_a_header_or_with_a_wrong_one_is_refused() {
    let problems = |rows: &[&[&str]]| -> Vec<(usize, Problem)> {
        let faults = read(table(rows), &known(), TODAY).expect_err("the table is accepted");
        faults.listed.into_iter().map(|fault| (fault.row, fault.problem)).collect()
    };
    assert_eq!(problems(&[]), [(1, Problem::NoHeader)]);
    assert_eq!(problems(&[&[], &["", " "]]), [(1, Problem::NoHeader)]);
    assert_eq!(
        problems(&[&[], &["unit", "series", "値段"]]),
        [(2, Problem::UnknownColumn), (2, Problem::MissingColumn(Column::Period))]
    );
    assert_eq!(read_rows(&[]), Ok(Vec::new()));
}

#[test]
fn unknown_units_and_series_and_empty_cells_are_told_together() {
    assert_eq!(
        faults(&[&["a1", "overtime", "2025-04", "1", "1"], &["", "", "", "1", "1"]]),
        [
            (2, Some(Column::Unit), Problem::UnknownUnit),
            (2, Some(Column::Series), Problem::UnknownSeries),
            (3, Some(Column::Unit), Problem::Required),
            (3, Some(Column::Series), Problem::Required),
            (3, Some(Column::Period), Problem::Required),
        ]
    );
}

#[test]
fn periods_must_exist_have_begun_and_suit_the_series() {
    let problem = |series: &str, period: &str| {
        let rate = series == "recruits_women";
        let row = [
            "A1",
            series,
            period,
            if rate { "" } else { "1" },
            if rate { "" } else { "1" },
            if rate { "1" } else { "" },
            if rate { "1" } else { "" },
        ];
        match read_rows(&[&row]) {
            Ok(_) => None,
            Err(faults) => faults.listed.first().map(|fault| fault.problem),
        }
    };
    assert_eq!(problem("overtime_hours", "令和7年13月"), Some(Problem::Period(PeriodError::NotInCalendar)));
    assert_eq!(problem("overtime_hours", "2025-04-01"), Some(Problem::Period(PeriodError::Day)));
    assert_eq!(problem("overtime_hours", "FY2025"), Some(Problem::WrongFrequency(Frequency::Month)));
    assert_eq!(problem("recruits_women", "2025-04"), Some(Problem::WrongFrequency(Frequency::FiscalYear)));
    // Today is 31 March 2026: the month is not over, the next one has not begun.
    assert_eq!(problem("overtime_hours", "2026-03"), None);
    assert_eq!(problem("overtime_hours", "2026-04"), Some(Problem::NotBegun));
    assert_eq!(problem("recruits_women", "FY2025"), None);
    assert_eq!(problem("recruits_women", "FY2026"), Some(Problem::NotBegun));
}

#[test]
fn numbers_that_cannot_be_are_refused_in_their_column() {
    for (row, column, problem) in [
        (["overtime_hours", "2025-04", "abc", "1", "", ""], Column::Value, Problem::Number),
        (["overtime_hours", "2025-04", "", "1", "", ""], Column::Value, Problem::Required),
        (["overtime_hours", "2025-04", "0.1234567", "1", "", ""], Column::Value, Problem::TooLong),
        (["overtime_hours", "2025-04", "1", "1.5", "", ""], Column::People, Problem::Count),
        (["overtime_hours", "2025-04", "1", "-1", "", ""], Column::People, Problem::Count),
        (
            ["overtime_hours", "2025-04", "1", "", "", ""],
            Column::People,
            Problem::Quantity(QuantityError::PeopleMissing),
        ),
        (
            ["overtime_hours", "2025-04", "-1", "1", "", ""],
            Column::Value,
            Problem::Quantity(QuantityError::Negative),
        ),
        (
            ["overtime_hours", "2025-04", "745", "1", "", ""],
            Column::Value,
            Problem::Quantity(QuantityError::TooManyHours { limit: 744 }),
        ),
        (
            ["overtime_hours", "2025-04", "1", "1", "1", ""],
            Column::Numerator,
            Problem::Unused(Measurement::Amount),
        ),
        (
            ["recruits_women", "FY2024", "50%", "", "1", "2"],
            Column::Value,
            Problem::Unused(Measurement::Rate),
        ),
        (["recruits_women", "FY2024", "", "", "", "2"], Column::Numerator, Problem::Required),
        (
            ["recruits_women", "FY2024", "", "", "3", "2"],
            Column::Numerator,
            Problem::Quantity(QuantityError::AboveWhole { numerator: 3, denominator: 2 }),
        ),
        (
            ["recruits_women", "FY2024", "", "", "0", "0"],
            Column::Denominator,
            Problem::Quantity(QuantityError::NoDenominator),
        ),
        (["system_rollout", "2025-04", "完了", "", "", ""], Column::Value, Problem::State),
    ] {
        let row: Vec<&str> = ["A1"].into_iter().chain(row).collect();
        assert_eq!(faults(&[&row]), [(2, Some(column), problem)], "{row:?}");
    }
}

#[test]
fn the_same_unit_series_and_period_cannot_stand_twice() {
    assert_eq!(
        faults(&[
            &["A1", "leave_days", "2025-04", "1", "1"],
            &["A2", "leave_days", "2025-04", "1", "1"],
            &["A1", "telework_days", "2025-04", "1", "1"],
            &["A1", "leave_days", "R7.4", "2", "1"],
            &["A1", "leave_days", "2025-05", "1", "1"],
            &["A1", "leave_days", "令和7年4月", "3", "1"],
        ]),
        [
            (5, Some(Column::Period), Problem::Duplicate { first: 2 }),
            (7, Some(Column::Period), Problem::Duplicate { first: 2 }),
        ]
    );
}

#[test]
fn text_under_no_heading_is_refused_but_empty_cells_are_not() {
    let row = ["A1", "leave_days", "2025-04", "1", "1", "", "", "", "備考"];
    assert_eq!(faults(&[&row]), [(2, None, Problem::ExtraCell { position: 9 })]);
    assert!(read_rows(&[&row[..8]]).is_ok());
}

#[test]
fn messages_name_the_row_the_column_the_value_and_what_is_expected() {
    let message = |value: &str, lang| {
        let faults = read_rows(&[&["A1", "leave_days", "2025-04", value, "1"]]).expect_err("accepted");
        faults.listed.first().map(|fault| fault.message(lang)).unwrap()
    };
    assert_eq!(
        message("abc", Lang::Ja),
        "2行目・値列: 「abc」: 数値として読み取れません。「12.5」「1,234」のように単位を付けずに入力してください。"
    );
    assert_eq!(
        message("a\u{7}b", Lang::En),
        "Row 2, column \"value\": \"a b\": This cannot be read as a number. Please write it like \"12.5\" or \
         \"1,234\", without a unit."
    );
    assert_eq!(message("", Lang::Ja), "2行目・値列: 入力してください。");
    let long = message(&"あ".repeat(41), Lang::Ja);
    assert!(long.contains(&format!("「{}…」", "あ".repeat(39))), "{long}");
    let whole = message(&"あ".repeat(40), Lang::Ja);
    assert!(whole.contains(&format!("「{}」", "あ".repeat(40))), "{whole}");
}

#[test]
fn every_fault_is_counted_but_only_some_are_listed() {
    let rows: Vec<[&str; 5]> = vec![["X", "leave_days", "2025-04", "1", "1"]; 130];
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    let faults = read_rows(&rows).expect_err("accepted");
    assert_eq!((faults.listed.len(), faults.total), (Faults::MAX_LISTED, 130));
    let messages = faults.messages(Lang::Ja);
    assert_eq!(messages.len(), 101);
    assert_eq!(messages.last().map(String::as_str), Some("ほかに30件の誤りがあります。"));
}

#[test]
fn too_many_rows_are_refused() {
    let rows: [&[&str]; 4] = [
        &["unit", "series", "period", "value", "people"],
        &["A1", "leave_days", "2025-04", "1", "1"],
        &[],
        &["A1", "leave_days", "2025-05", "1", "1"],
    ];
    assert_eq!(read_at_most(2, table(&rows), &known(), TODAY).map(|records| records.len()), Ok(2));
    let faults = read_at_most(1, table(&rows), &known(), TODAY).expect_err("accepted");
    assert_eq!(faults.listed, [Fault::new(4, None, "", Problem::TooManyRows { most: 1 })]);
}

#[test]
fn the_header_can_be_read_in_both_languages() {
    assert_eq!(header(Lang::Ja), HEADER);
    for lang in [Lang::Ja, Lang::En] {
        assert_eq!(read(table(&[&header(lang)]), &known(), TODAY), Ok(Vec::new()));
    }
}

/// A row of any standard series, for one of three units, in the ten years before [`TODAY`].
fn any_record() -> impl Strategy<Value = Record> {
    let numbers = (0i64..31_000, 0u8..=6, 1u32..10_000, 0u32..10_000);
    (0usize..3, 0usize..10, 0i16..120, numbers).prop_map(|(unit, series, ago, numbers)| {
        let series = &Series::standard()[series];
        let (whole, decimals, all, some) = numbers;
        let period = match series.frequency {
            Frequency::Month => format!("{}-{:02}", 2016 + ago / 12, ago % 12 + 1),
            Frequency::FiscalYear => format!("FY{}", 2016 + ago % 10),
        };
        let quantity = match series.measurement {
            // At most 31 per person: whole numbers are for as many people as they have thousands, and more.
            Measurement::Amount => {
                Quantity::Amount { value: Decimal::new(whole, decimals).unwrap(), people: Some(all + 1_000) }
            }
            Measurement::Rate => Quantity::Rate { numerator: some.min(all), denominator: all },
            Measurement::State => Quantity::State(State::ALL[usize::from(decimals % 3)]),
        };
        record(["A1", "A2", "B"][unit], series.key.as_str(), &period, quantity)
    })
}

proptest! {
    #[test]
    fn whatever_is_written_can_be_read(
        mut records in prop::collection::vec(any_record(), 0..20),
        lang in prop::sample::select(vec![Lang::Ja, Lang::En]),
    ) {
        let mut seen = HashSet::new();
        records.retain(|r| seen.insert((r.unit.clone(), r.series.clone(), r.period)));
        let rows = std::iter::once(header(lang).map(String::from)).chain(records.iter().map(cells));
        let rows = (1..).zip(rows.map(|cells| cells.to_vec()));
        prop_assert_eq!(read(rows, &known(), TODAY), Ok(records.clone()));
    }

    #[test]
    fn no_cells_make_reading_panic(
        rows in prop::collection::vec(prop::collection::vec(any::<String>(), 0..9), 0..6),
    ) {
        let header = header(Lang::En).map(String::from).to_vec();
        let rows = std::iter::once(header).chain(rows);
        let _ = read((1..).zip(rows), &known(), TODAY);
    }
}
