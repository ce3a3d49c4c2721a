//! Bad input on both engines: eras and days that never were, shares above the whole, numbers that stand twice, sheets
//! with cells that nobody sees, and files that are no table at all. Each is refused in words that name the place, and
//! nothing is half-written.

mod common;

use std::fmt::Debug;

use common::{both, column, csv, resaved, seed_staff, table, workbook, workbook_with};
use domain::fiscal_year::{AsOf, FiscalYear};
use domain::followup::{Column, RowKind};
use rust_xlsxwriter::{FilterCondition, Format, Formula};
use service::indicator::{Cells, Edit, Edits, NewValue, PlanRow};
use service::metric::SeriesTotals;
use service::{Error, Service};

const DEMO: &str = include_str!("../demo/followup.csv");

const OPEN_DATA: &str = "分類,目標項目,数値目標,時期,最新値,時期,目標設定時最新値,時期,取組内容,取組内容,公表年月
登用関係,女性の登用目標(本省課室長相当職),13%,令和7年度末,12.0%,令和7年7月,8.4%,令和2年,手引を配った。,面談を設けた。,令和7年12月
採用関係,女性の採用目標(全体),毎年度35%以上,毎年度,52.1%,令和7年4月1日,47.9%,令和3年4月1日,,,令和7年12月
";

const METRICS: &str = "部署コード,系列,期間,値,人数,分子,分母
A,overtime_hours,2025-08,120.5,6,,
B,overtime_hours,2025-08,96,6,,
A,recruits_women,FY2024,,,9,20
";

/// The tables that a file or a form may write to.
const TABLES: [&str; 9] = [
    "plan",
    "followup_row",
    "followup_change",
    "followup_draft",
    "observation",
    "metric_batch",
    "metric_value",
    "metric_upload",
    "event",
];

/// What a file is read as.
#[derive(Clone, Copy, Debug)]
enum Form {
    Followup,
    OpenData,
    Metrics,
    /// Metrics that this person looks at first.
    Preview(i64),
}

impl Form {
    async fn import(self, service: &Service, file: &[u8]) -> service::Result<()> {
        match self {
            Self::Followup => service.import_followup(file, Some(2025), None).await.map(drop),
            Self::OpenData => service.import_open_data(file, Some(2025), None).await.map(drop),
            Self::Metrics => service.import_metrics(file, "x.csv", None).await.map(drop),
            Self::Preview(staff) => service.stage_metrics(staff, "x.csv", file.to_vec()).await,
        }
    }
}

/// A file that cannot be taken, and what is told of it: how a line begins, and what else is said.
struct Bad {
    what: String,
    file: Vec<u8>,
    line: String,
    also: String,
}

fn bad(what: &str, file: Vec<u8>, line: &str, also: &str) -> Bad {
    Bad { what: what.into(), file, line: line.into(), also: also.into() }
}

/// The same rows as CSV and as a workbook.
fn both_forms(what: &str, rows: &[Vec<String>], line: &str, also: &str) -> [Bad; 2] {
    [
        bad(&format!("{what} in CSV"), csv(rows).into_bytes(), line, also),
        bad(&format!("{what} in a workbook"), workbook(rows), line, also),
    ]
}

/// The rows with one cell changed; rows are counted from 1, columns from 0.
fn with_cell(rows: &[Vec<String>], row: usize, column: usize, text: &str) -> Vec<Vec<String>> {
    let mut rows = rows.to_vec();
    rows[row - 1][column] = text.into();
    rows
}

/// Sheets that do not show what they hold, or not as one value in one cell.
fn sheets(rows: &[Vec<String>]) -> Vec<Bad> {
    let merged = workbook_with(rows, |sheet| {
        sheet.merge_range(1, 2, 2, 2, "結合", &Format::new()).expect("merged");
    });
    let hidden_row = workbook_with(rows, |sheet| {
        sheet.set_row_hidden(2).expect("hidden");
    });
    let hidden_column = workbook_with(rows, |sheet| {
        sheet.set_column_hidden(2).expect("hidden");
    });
    let filtered = workbook_with(rows, |sheet| {
        sheet.autofilter(0, 0, 2, 1).expect("a filter");
        sheet.filter_column(1, &FilterCondition::new().add_list_filter("ほかの値")).expect("filtered");
    });
    let error = workbook_with(rows, |sheet| {
        sheet.write_formula(2, 3, Formula::new("=1/0").set_result("#DIV/0!")).expect("a formula");
    });
    let formula = workbook_with(rows, |sheet| {
        sheet.write_formula(2, 3, Formula::new("=A1")).expect("a formula");
    });
    let never_calculated = resaved(&formula, |sheet| sheet.replace("</f><v>0</v>", "</f>"));
    vec![
        bad("merged cells", merged, "C2:C3のセルが結合されています", "結合を解除"),
        bad("a hidden row", hidden_row, "3行目が非表示", "再表示"),
        bad("a hidden column", hidden_column, "C列が非表示", "再表示"),
        bad("filtered rows", filtered, "2行目が非表示", "フィルターを解除"),
        bad("an error value", error, "D3のセルがエラー値(#DIV/0!)", "数式を直す"),
        bad(
            "a formula without a value",
            never_calculated,
            "D3のセルの数式に計算結果がありません",
            "保存し直す",
        ),
    ]
}

/// Files that are no table, or too much of one; `empty` is told where there is no header.
fn files(rows: &[Vec<String>], max: usize, empty: &str) -> Vec<Bad> {
    let book = workbook(rows);
    let large = [b"PK\x03\x04".as_slice(), &vec![0_u8; max]].concat();
    let with_password = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0_u8; 504]].concat();
    let truncated = book[..book.len() / 2].to_vec();
    let mut cases = vec![
        bad("a large table", vec![b'a'; max + 1], "ファイルが大きすぎます", "以内にしてください"),
        bad("a large workbook", large, "ファイルが大きすぎます", "以内にしてください"),
        bad("a workbook with a password", with_password, "パスワード付き、または古い形式", "解除"),
        bad("half a workbook", truncated, "Excelブック(.xlsx)として読み取れません", "保存し直して"),
        bad("a workbook without a cell", workbook(&[]), empty, ""),
        bad("no byte", Vec::new(), empty, ""),
        bad("UTF-16", b"\xff\xfea\x00".to_vec(), "文字コードがUTF-16です", ""),
        bad("no text", b"a\x00b".to_vec(), "1行目にNULバイト", ""),
    ];
    cases.extend(both_forms("a header alone", &rows[..1], "見出しの下に行がありません", ""));
    cases
}

/// Everything that a file or a form may write.
#[derive(PartialEq)]
struct Written {
    table: String,
    totals: Vec<SeriesTotals>,
    counts: Vec<String>,
}

async fn written(service: &Service) -> Written {
    let mut totals = Vec::new();
    for key in ["overtime_hours", "recruits_women"] {
        totals.push(service.metric_totals(key, None).await.expect("totals"));
    }
    let count = |table: &str| format!("CAST((SELECT COUNT(*) FROM {table}) AS TEXT)");
    let counts = format!("SELECT {}", TABLES.map(count).join(" || ' ' || "));
    Written {
        table: service.export_followup(Some(2025)).await.expect("a table"),
        totals,
        counts: column(&service.settings.registry_url, &counts).await,
    }
}

/// What is amiss with a refusal: one line of it must begin with `line`, `also` must be said, and the English text has
/// as many lines and names the same row.
fn amiss<T: Debug>(result: &service::Result<T>, line: &str, also: &str) -> Option<String> {
    let text = match result {
        Err(Error::Invalid(text)) => text,
        other => return Some(format!("{other:?}")),
    };
    let row: String = line.chars().take_while(char::is_ascii_digit).collect();
    let in_japanese = text.ja.lines().any(|told| told.starts_with(line)) && text.ja.contains(also);
    let in_english =
        !text.en.is_empty() && text.en.contains(&row) && text.en.lines().count() == text.ja.lines().count();
    if in_japanese && in_english { None } else { Some(format!("{} / {}", text.ja, text.en)) }
}

/// None of the files is taken; each is refused as it should be and leaves everything as it was.
async fn refuses(service: &Service, form: Form, cases: &[Bad]) {
    let before = written(service).await;
    let mut found = Vec::new();
    for Bad { what, file, line, also } in cases {
        let result = form.import(service, file).await;
        found.extend(amiss(&result, line, also).map(|told| format!("{what}, {line}: {told}")));
        if written(service).await != before {
            found.push(format!("{what}: something was written"));
        }
    }
    assert!(found.is_empty(), "{form:?}:\n{}", found.join("\n"));
}

/// A good table and good metrics; returns the staff.
async fn begin(service: &Service) -> Vec<i64> {
    let staff = seed_staff(service).await;
    Form::Followup.import(service, DEMO.as_bytes()).await.expect("imported");
    Form::Metrics.import(service, METRICS.as_bytes()).await.expect("imported");
    staff
}

async fn row(service: &Service, group: &str) -> PlanRow {
    let plan = service.followup(Some(2025)).await.expect("a plan");
    let mut rows = plan.sections.into_iter().flat_map(|section| section.rows);
    rows.find(|row| row.row.group == group).expect("the row")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followup_table_that_cannot_be_changes_nothing() {
    both(|service| async move {
        begin(&service).await;
        let rows = table(DEMO);
        let mut cases = Vec::new();
        for (row, column, text, line, also) in [
            (
                16,
                Column::CurrentAsOf,
                "令和0年",
                "16行目・現状時点列: 「令和0年」: ",
                "令和の期間に含まれません",
            ),
            (16, Column::BaselineAsOf, "昭和65年", "16行目・目標設定時点列: 「昭和65年」: ", "昭和の期間"),
            (
                16,
                Column::CurrentAsOf,
                "平成31年5月1日",
                "16行目・現状時点列: 「平成31年5月1日」: ",
                "平成の期間",
            ),
            (
                16,
                Column::CurrentAsOf,
                "令和元年4月30日",
                "16行目・現状時点列: 「令和元年4月30日」: ",
                "令和の期間",
            ),
            (
                16,
                Column::CurrentAsOf,
                "令和7年2月31日",
                "16行目・現状時点列: 「令和7年2月31日」: ",
                "暦にない",
            ),
            (16, Column::BaselineAsOf, "2025-02-29", "16行目・目標設定時点列: 「2025-02-29」: ", "暦にない"),
            (16, Column::Deadline, "令和7年13月", "16行目・目標時期列: 「令和7年13月」: ", "暦にない"),
            (10, Column::Current, "104%", "10行目・現状列: 「104%」: ", "割合は100%を超えません"),
            (16, Column::Target, "104%", "16行目・目標列: 「104%」: ", "割合は100%を超えません"),
            (16, Column::Baseline, "-8.4%", "16行目・目標設定時列: 「-8.4%」: ", "割合は0%を下回りません"),
            (
                16,
                Column::Deadline,
                "平成30年度末",
                "16行目・目標時期列: 「平成30年度末」: ",
                "より前に終わって",
            ),
            (
                17,
                Column::Group,
                "本省課室長相当職",
                "17行目・項目列: 「女性の登用目標」: ",
                "16行目と項目番号",
            ),
            (16, Column::Section, "5月2日", "16行目・項目番号列: 「5月2日」: ", "日付に変えていないか"),
        ] {
            cases.extend(both_forms(text, &with_cell(&rows, row, column as usize, text), line, also));
        }
        cases.extend(sheets(&rows));
        cases.extend(files(&rows, service::indicator::MAX_FILE, "1行目: ファイルに見出しの行がありません"));
        // Numbers and dates count as the cell shows them.
        let share = workbook_with(&rows, |sheet| {
            let percent = Format::new().set_num_format("0.0%");
            sheet.write_number_with_format(9, 6, 1.042, &percent).expect("a number");
        });
        cases.push(bad("1.042 shown as %", share, "10行目・現状列: 「104.2%」: ", "割合は100%を超えません"));
        let section = workbook_with(&rows, |sheet| {
            let day = Format::new().set_num_format("m\"月\"d\"日\"");
            sheet.write_number_with_format(15, 0, 45_779.0, &day).expect("2 May 2025");
        });
        let line = "16行目・項目番号列: 「2025-05-02」: ";
        cases.push(bad("5-2 turned into a date", section, line, "日付に変えていないか"));
        refuses(&service, Form::Followup, &cases).await;
        Form::Followup.import(&service, &workbook(&rows)).await.expect("the table as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_faults_are_told_at_once() {
    both(|service| async move {
        begin(&service).await;
        let rows = with_cell(&table(DEMO), 16, Column::CurrentAsOf as usize, "令和0年");
        let rows = with_cell(&rows, 10, Column::Current as usize, "104%");
        let before = written(&service).await;
        let result = Form::Followup.import(&service, csv(&rows).as_bytes()).await;
        let Err(Error::Invalid(text)) = &result else { panic!("{result:?}") };
        let lines: Vec<&str> = text.ja.lines().collect();
        assert_eq!(lines.len(), 2, "{}", text.ja);
        assert!(
            lines[0].starts_with("10行目・現状列") && lines[1].starts_with("16行目・現状時点列"),
            "{lines:?}"
        );
        assert!(written(&service).await == before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_in_a_sheet_is_read_as_the_day_it_is() {
    both(|service| async move {
        begin(&service).await;
        let book = workbook_with(&table(DEMO), |sheet| {
            let day = Format::new().set_num_format("yyyy/m/d");
            sheet.write_number_with_format(13, 7, 45_748.0, &day).expect("1 April 2025");
        });
        Form::Followup.import(&service, &book).await.expect("imported");
        let found = row(&service, "総合職").await;
        assert_eq!(found.cells.current_as_of, "2025-04-01");
        let time = found.row.current_as_of().parsed;
        assert!(matches!(time, Some(AsOf::Day(_))), "{time:?}");
        assert_eq!(time, AsOf::parse("令和7年4月1日").ok());
        let exported = service.export_followup(Some(2025)).await.expect("a table");
        assert!(exported.contains(",37.1%,2025-04-01,"), "and leaves as it came");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_data_form_that_cannot_be_changes_nothing() {
    both(|service| async move {
        begin(&service).await;
        let rows = table(OPEN_DATA);
        let long = "長".repeat(101);
        let mut cases = Vec::new();
        for (column, text, line, also) in [
            (0, "研修関係", "2行目・分類列: 「研修関係」: ", "分類は「採用関係」"),
            (1, "", "2行目・目標項目列: ", "目標項目を入力"),
            (3, "令和0年", "2行目・数値目標の時期列: 「令和0年」: ", "令和の期間に含まれません"),
            (5, "昭和65年", "2行目・最新値の時期列: 「昭和65年」: ", "昭和の期間に含まれません"),
            (5, "平成31年5月1日", "2行目・最新値の時期列: 「平成31年5月1日」: ", "平成の期間に含まれません"),
            (5, "(令和7年13月)", "2行目・最新値の時期列: 「(令和7年13月)」: ", "暦にない"),
            (7, "令和7年2月31日", "2行目・目標設定時最新値の時期列: 「令和7年2月31日」: ", "暦にない"),
            (8, long.as_str(), "2行目・取組内容(1つ目)列: 「長長", "101文字あります。100文字以内"),
            (8, "一\n二\n三", "2行目・取組内容(1つ目)列: 「一 二 三」: ", "取組内容が3つあります"),
            (9, "面談\n研修", "2行目・取組内容(2つ目)列: 「面談 研修」: ", "取組内容が3つあります"),
            (10, "", "2行目・公表年月列: ", "年と月で入力"),
            (10, "来月", "2行目・公表年月列: 「来月」: ", "年と月で入力"),
            (10, "令和7年", "2行目・公表年月列: 「令和7年」: ", "年と月で入力"),
            (10, "令和7年13月", "2行目・公表年月列: 「令和7年13月」: ", "暦にない"),
            (10, "令和0年12月", "2行目・公表年月列: 「令和0年12月」: ", "令和の期間に含まれません"),
        ] {
            cases.extend(both_forms(text, &with_cell(&rows, 2, column, text), line, also));
        }
        let twice = [&rows[..2], &rows[1..2]].concat();
        let line = "3行目・目標項目列: 「女性の登用目標(本省課室長相当職)」: ";
        cases.extend(both_forms("a figure twice", &twice, line, "2行目と分類・目標項目が同じ"));
        let mut narrow = rows.clone();
        for row in &mut narrow {
            row.remove(5);
        }
        let line = "1行目: 最新値の時期の列(見出し「時期」)がありません";
        cases.extend(both_forms("a missing column", &narrow, line, ""));
        cases.extend(sheets(&rows));
        cases.extend(files(&rows, service::indicator::MAX_FILE, "1行目: 「目標項目」を含む見出しの行"));
        let day = workbook_with(&rows, |sheet| {
            let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
            sheet.write_number_with_format(1, 10, 45_992.0, &day).expect("1 December 2025");
        });
        cases.push(bad("a day of publication", day, "2行目・公表年月列: 「2025-12-01」: ", "年と月で入力"));
        refuses(&service, Form::OpenData, &cases).await;
        Form::OpenData.import(&service, &workbook(&rows)).await.expect("the form as it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_of_the_open_data_form_that_cannot_be_is_told_with_its_row_and_column() {
    both(|service| async move {
        begin(&service).await;
        let rows = table(OPEN_DATA);
        let mut cases = Vec::new();
        for (column, text, line, also) in [
            (2, "104%", "2行目・数値目標列: 「104%」: ", "割合は100%を超えません"),
            (4, "104%", "2行目・最新値列: 「104%」: ", "割合は100%を超えません"),
            (6, "-8.4%", "2行目・目標設定時最新値列: 「-8.4%」: ", "割合は0%を下回りません"),
            (3, "平成30年度末", "2行目・数値目標の時期列: 「平成30年度末」: ", "より前に終わって"),
        ] {
            cases.extend(both_forms(text, &with_cell(&rows, 2, column, text), line, also));
        }
        let share = workbook_with(&rows, |sheet| {
            let percent = Format::new().set_num_format("0.0%");
            sheet.write_number_with_format(1, 4, 1.042, &percent).expect("a number");
        });
        cases.push(bad("1.042 shown as %", share, "2行目・最新値列: 「104.2%」: ", "割合は100%を超えません"));
        refuses(&service, Form::OpenData, &cases).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_that_cannot_be_change_nothing() {
    both(|service| async move {
        let staff = begin(&service).await;
        let rows = table(METRICS);
        let mut cases = Vec::new();
        for (cells, line, also) in [
            (
                "B,overtime_hours,令和0年4月,1,1,,",
                "5行目・期間列: 「令和0年4月」: ",
                "令和の期間に含まれません",
            ),
            (
                "B,overtime_hours,昭和65年4月,1,1,,",
                "5行目・期間列: 「昭和65年4月」: ",
                "昭和の期間に含まれません",
            ),
            (
                "B,overtime_hours,平成31年5月,1,1,,",
                "5行目・期間列: 「平成31年5月」: ",
                "平成の期間に含まれません",
            ),
            ("B,overtime_hours,2025年13月,1,1,,", "5行目・期間列: 「2025年13月」: ", "暦にない"),
            ("B,overtime_hours,令和7年2月31日,1,1,,", "5行目・期間列: 「令和7年2月31日」: ", "暦にない"),
            ("B,overtime_hours,2025-07,9000,1,,", "5行目・値列: 「9000」: ", "744時間"),
            ("B,recruits_women,FY2024,,,3,2", "5行目・分子列: 「3」: ", "分母(2)を超えています"),
            ("B,recruits_women,FY2024,,,0,0", "5行目・分母列: 「0」: ", "0では割れません"),
            (
                "A,overtime_hours,令和7年8月,1,1,,",
                "5行目・期間列: 「令和7年8月」: ",
                "2行目と部署、系列、期間が同じ",
            ),
        ] {
            let wrong = [rows.as_slice(), &table(cells)].concat();
            cases.extend(both_forms(cells, &wrong, line, also));
        }
        cases.extend(sheets(&rows));
        cases.extend(files(&rows, service::metric::MAX_FILE, "1行目: ファイルに見出しの行がありません"));
        let day = workbook_with(&rows, |sheet| {
            let day = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_number_with_format(1, 2, 45_870.0, &day).expect("1 August 2025");
        });
        cases.push(bad("a month turned into a day", day, "2行目・期間列: 「2025-08-01」: ", "日ではなく"));
        for form in [Form::Metrics, Form::Preview(staff[1])] {
            refuses(&service, form, &cases).await;
            form.import(&service, &workbook(&rows)).await.expect("the numbers as they were");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_changes_nothing() {
    both(|service| async move {
        let hr = begin(&service).await[1];
        let year = FiscalYear::new(2025).expect("a year");
        let there = row(&service, "本省課室長相当職").await;
        let mut added: Cells =
            Column::ALL.map(|column| (column, there.cells.cell(column).into_owned())).into();
        added.insert(Column::Group, "指定職相当".into());
        let before = written(&service).await;
        let mut found = Vec::new();
        for (column, text, line, also) in [
            (Column::CurrentAsOf, "令和0年", "現状時点: 「令和0年」", "令和の期間に含まれません"),
            (Column::BaselineAsOf, "昭和65年", "目標設定時点: 「昭和65年」", "昭和の期間に含まれません"),
            (
                Column::CurrentAsOf,
                "平成31年5月1日",
                "現状時点: 「平成31年5月1日」",
                "平成の期間に含まれません",
            ),
            (Column::CurrentAsOf, "令和7年2月31日", "現状時点: 「令和7年2月31日」", "暦にない"),
            (Column::Deadline, "令和7年13月", "目標時期: 「令和7年13月」", "暦にない"),
            (Column::Current, "104%", "現状: 割合は100%を超えません(104%)", ""),
            (Column::Target, "104%", "目標: 割合は100%を超えません(104%)", ""),
            (
                Column::Deadline,
                "令和2年度末",
                "目標時期: 目標時期(令和2年度末)は、令和7年度が始まる前",
                "過ぎています",
            ),
            (
                Column::Deadline,
                "平成30年度末",
                "目標時期: 目標時期(平成30年度末)が、目標設定時点(令和2年)",
                "より前に",
            ),
            (Column::Item, " ", "項目: 項目を入力してください", ""),
            (Column::Group, "係長相当職(本省)", "項目: 項目番号・種別・項目・区分が同じ行", ""),
        ] {
            let was = there.cells.cell(column).into_owned();
            let edits = Edits::from([(column, Edit { was, now: text.into() })]);
            let edited = service.edit_followup_row(there.id, &edits, Some(hr)).await;
            found.extend(amiss(&edited, line, also).map(|told| format!("edited, {line}: {told}")));
            let mut cells = added.clone();
            cells.insert(column, text.into());
            let new = service.add_followup_row(year, RowKind::Figure, "5-2", &cells, Some(hr)).await;
            found.extend(amiss(&new, line, also).map(|told| format!("added, {line}: {told}")));
            if written(&service).await != before {
                found.push(format!("{line}: something was written"));
            }
        }
        let counted =
            |counts: &str| NewValue { counts: counts.into(), ..NewValue::plain("", "令和7年7月") };
        for (value, line, also) in [
            (NewValue::plain("104%", "令和7年7月"), "値: 割合は100%を超えません(104%)", ""),
            (NewValue::plain("12%", "令和0年"), "時点: 「令和0年」", "令和の期間に含まれません"),
            (NewValue::plain("12%", "昭和65年"), "時点: 「昭和65年」", "昭和の期間に含まれません"),
            (NewValue::plain("12%", "令和7年2月31日"), "時点: 「令和7年2月31日」", "暦にない"),
            (counted("3/0"), "分子/分母: 分母が0人のため", "割合を計算できません"),
            (counted("3/2"), "分子/分母: 分子(3人)が分母(2人)を超えています", ""),
        ] {
            let set = service.set_value(there.id, &value, Some(hr)).await;
            found.extend(amiss(&set, line, also).map(|told| format!("typed, {line}: {told}")));
            if written(&service).await != before {
                found.push(format!("{line}: something was written"));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
        service.add_followup_row(year, RowKind::Figure, "5-2", &added, Some(hr)).await.expect("a sound row");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_form_takes_the_file_takes_back() {
    both(|service| async move {
        begin(&service).await;
        let there = row(&service, "本省課室長相当職").await;
        // A space around a name makes no other figure of it.
        for (column, text) in [(Column::Group, "係長相当職(本省) "), (Column::Group, " 係長相当職(本省)")]
        {
            let was = there.cells.cell(column).into_owned();
            let edits = Edits::from([(column, Edit { was, now: text.into() })]);
            let told = amiss(
                &service.edit_followup_row(there.id, &edits, None).await,
                "項目: 項目番号・種別・項目・区分が同じ行",
                "",
            );
            assert_eq!(told, None, "{text:?}");
        }
        let exported = service.export_followup(Some(2025)).await.expect("a table");
        Form::Followup.import(&service, exported.as_bytes()).await.expect("read back");
    })
    .await;
}
