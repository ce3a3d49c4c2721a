use proptest::prelude::*;

use super::*;
use crate::fiscal_year::{DateError, Era};

const HEADER: &str = "項目番号,種別,項目,区分,目標,目標時期,現状,現状時点,目標設定時,目標設定時点,\
                      具体的な取組時期・内容,具体的な成果・課題・今後の取組";

/// A table with the standard header and these lines.
fn table(lines: &[&str]) -> String {
    let mut text = String::from(HEADER);
    for line in lines {
        text.push_str("\r\n");
        text.push_str(line);
    }
    text
}

fn errors(lines: &[&str]) -> Vec<RowError> {
    read(&table(lines)).unwrap_err()
}

#[test]
fn a_table_is_written_as_spreadsheets_expect_it() {
    let text = format!(
        "\u{feff}{HEADER}\r\n\
         1-1,取組,見直し,,,,,,,,\"一つ目\n二つ目, 三つ目\",\"「\"\"引用\"\"」\"\r\n\
         5-1,数値,採用,総合職,-,,37.1%,令和7年4月1日,-,,,\r\n"
    );
    let rows = read(&text).unwrap();
    assert_eq!(rows[0].initiative, "一つ目\n二つ目, 三つ目");
    assert_eq!(rows[0].outcome, "「\"引用\"」");
    assert_eq!(rows[1].target, "-");
    assert_eq!(write(&rows), text);
}

#[test]
fn columns_are_found_by_name_and_rows_without_text_left_out() {
    let text = "種別,項目番号,具体的な成果・課題・今後の取組,項目,区分,目標,目標時期,現状,現状時点,目標設定時,\
                目標設定時点,具体的な取組時期・内容\n取組,2,成果,題,,,,,,,,内容\n,,,,,,,,,,,\n\n";
    let rows = read(text).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].item.as_str(), rows[0].outcome.as_str()), ("題", "成果"));
    assert_eq!(rows[0].initiative, "内容");
}

#[test]
fn formulas_are_made_harmless_and_come_back() {
    let mut row = Row::new(SectionNumber::parse("1").unwrap(), RowKind::Initiative);
    row.item = "=HYPERLINK(\"x\")".into();
    row.outcome = "-".into();
    row.current = "-3.5%".into();
    let text = write(std::slice::from_ref(&row));
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    assert!(text.contains(",-3.5%,"), "{text}");
    assert_eq!(read(&text), Ok(vec![row]));
}

#[test]
fn a_file_without_the_right_columns_is_refused() {
    let only_error = |text: &str| match read(text) {
        Err(errors) => errors,
        Ok(rows) => panic!("{rows:?}"),
    };
    assert_eq!(only_error("")[0].error, CellError::Empty);
    assert_eq!(only_error("\u{feff}\r\n\r\n")[0].error, CellError::Empty);
    let missing = only_error(&HEADER.replace(",区分", ""));
    assert_eq!(missing[0].error, CellError::MissingColumn(Column::Group));
    assert!(missing[0].message(Lang::Ja).contains("「区分」の列がありません"));
    let unknown = only_error(&format!("{HEADER},備考"));
    assert_eq!((unknown[0].error.clone(), unknown[0].value.as_str()), (CellError::UnknownColumn, "備考"));
    let twice = only_error(&format!("{HEADER},区分"));
    assert_eq!((twice[0].error.clone(), twice[0].row), (CellError::DuplicateColumn, 1));
}

#[test]
fn every_fault_is_reported_with_row_column_and_value() {
    let found = errors(&[
        "1-1,取組,\"題\n二行目\",,,,,,,,,",
        "",
        ",取組,題,,,,,,,,,",
        "1月2日,取組,題,,,,,,,,,",
        "2,その他,題,,,,,,,,,",
        "2,取組,題",
        "5-1,数値,題,,30%,平成32年度末,1%,令和7年2月30日,,,,",
    ]);
    let places: Vec<(usize, Option<Column>)> = found.iter().map(|e| (e.row, e.column)).collect();
    assert_eq!(
        places,
        [
            (4, Some(Column::Section)),
            (5, Some(Column::Section)),
            (6, Some(Column::Kind)),
            (7, None),
            (8, Some(Column::Deadline)),
            (8, Some(Column::CurrentAsOf)),
        ],
        "the empty line is row 3, and a cell of two lines is still one row"
    );
    assert_eq!(found[0].error, CellError::NoSection);
    assert_eq!(found[1].error, CellError::Section);
    assert_eq!(found[3].error, CellError::Width { found: 3, expected: 12 });
    let text = "平成32年度末".to_owned();
    assert_eq!(found[4].error, CellError::Content(DateError::OutsideEra { text, era: Era::Heisei }.into()));
    assert_eq!(
        found[2].message(Lang::Ja),
        "6行目・種別列: 「その他」: 種別は「取組」「調査」「数値」のいずれかにしてください。"
    );
    assert!(found[2].message(Lang::En).starts_with("Row 6, column \"Kind\": \"その他\": "));
    assert!(found[1].message(Lang::Ja).contains("日付に変えて"));
}

#[test]
fn long_cells_control_characters_and_open_quotes_are_refused() {
    let long = "あ".repeat(MAX_TEXT + 1);
    let found = errors(&[&format!("1,取組,題,,,,,,,,{long},")]);
    assert_eq!(found[0].error, CellError::Text(TextError::TooLong { length: MAX_TEXT + 1, max: MAX_TEXT }));
    assert_eq!(found[0].value.chars().count(), 41);
    let longest = "あ".repeat(MAX_TEXT);
    assert!(read(&table(&[&format!("1,取組,題,,,,,,,,{longest},")])).is_ok());
    let found = errors(&["1,取組,題\u{0}名,,,,,,,,,"]);
    assert_eq!(found[0].error, CellError::Text(TextError::Control(0)));
    assert_eq!((found[0].column, found[0].value.as_str()), (Some(Column::Item), "題 名"));
    let found = errors(&["1,取組,題,,,,,,,,,", "2,取組,\"題,,,,,,,,,", "3,取組,題,,,,,,,,,"]);
    assert_eq!((found[0].row, found[0].error.clone()), (3, CellError::UnclosedQuote));
}

#[test]
fn markup_is_only_text_and_words_may_stand_where_a_date_is_usual() {
    let rows = read(&table(&["1,取組,<script>alert(1)</script>,,,,,,,,,", "1,数値,題,,,検討中,,集計後,,,,"]))
        .unwrap();
    assert_eq!(rows[0].item, "<script>alert(1)</script>");
    assert_eq!((rows[1].deadline.as_str(), rows[1].current_as_of.as_str()), ("検討中", "集計後"));
}

#[test]
fn a_table_with_too_many_rows_is_refused() {
    let line = "1,取組,題,,,,,,,,,";
    assert_eq!(read(&table(&vec![line; MAX_ROWS])).map(|rows| rows.len()), Ok(MAX_ROWS));
    let found = errors(&vec![line; MAX_ROWS + 1]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].row, found[0].error.clone()), (MAX_ROWS + 2, CellError::TooManyRows));
}

#[test]
fn two_figures_of_one_name_are_refused() {
    let figure = "5-1,数値,女性の採用目標,総合職,,,37.1%,令和7年4月1日,,,,";
    let found = errors(&[figure, "5-1,数値,女性の採用目標,全体,,,52.1%,令和7年4月1日,,,,", figure]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].row, found[0].error.clone()), (4, CellError::SameAs(2)));
    assert!(found[0].message(Lang::Ja).contains("2行目と"), "{}", found[0].message(Lang::Ja));
    let work = "1-1,取組,見直し,,,,,,,,一,";
    assert_eq!(read(&table(&[work, work])).map(|rows| rows.len()), Ok(2), "work goes on under one name");
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    let found = errors(&[
        "4,数値,育児休業取得率,,100%,令和7年度末,104.2%,令和6年度,,,,",
        "5-2,数値,登用,課室長,13%,令和元年度末,11.4%,令和6年7月,8.4%,令和3年,,",
    ]);
    let places: Vec<(usize, Option<Column>)> = found.iter().map(|e| (e.row, e.column)).collect();
    assert_eq!(places, [(2, Some(Column::Current)), (3, Some(Column::Deadline))]);
    assert!(found[0].message(Lang::Ja).starts_with("2行目・現状列: 「104.2%」: "));
}

fn any_row() -> impl Strategy<Value = Row> {
    let cell = || "[a-c0-9=+@'\"<>,;・。あ-お令和年月日%\n\r\t -]{0,24}";
    let time = || prop::sample::select(vec!["", "-", "令和7年度末", "令和2年", "2025-04-01", "未定", "=1"]);
    let number = (1u8..=99, prop::option::of(1u8..=99));
    (
        number,
        prop::sample::select(RowKind::ALL.to_vec()),
        [cell(), cell(), cell(), cell(), cell(), cell(), cell()],
        [time(), time(), time()],
    )
        .prop_map(|((major, minor), kind, texts, times)| {
            let [item, group, target, current, baseline, initiative, outcome] = texts;
            let [deadline, current_as_of, baseline_as_of] = times.map(str::to_owned);
            let section = SectionNumber { major, minor };
            Row {
                section,
                kind,
                item,
                group,
                target,
                deadline,
                current,
                current_as_of,
                baseline,
                baseline_as_of,
                initiative,
                outcome,
            }
        })
        .prop_filter("what cannot be is not accepted", |row| check::row(row).is_empty())
}

/// Pieces that often make rows, and often spoil them.
fn any_piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "1,取組,",
        "2-1,数値,",
        "題",
        ",,,,,,,,,",
        ",,,,,,,,,",
        ",",
        "\"",
        "\"題\n目\"",
        "\n",
        "\r\n",
        "'=1",
        "令和7年",
        "\u{0}",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_written_is_read_back(rows in prop::collection::vec(any_row(), 0..6)) {
        prop_assert_eq!(read(&write(&rows)), Ok(rows));
    }

    #[test]
    fn whatever_is_accepted_is_exported_without_loss(pieces in prop::collection::vec(any_piece(), 0..24)) {
        if let Ok(rows) = read(&format!("{HEADER}\n{}", pieces.concat())) {
            prop_assert_eq!(read(&write(&rows)), Ok(rows));
        }
    }
}
