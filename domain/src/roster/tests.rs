//! Whole files of staff, from text to accepted rows or a report.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::role::Role;
use crate::text::{Lang, Text};

const HEADER: &str =
    "職員番号,氏名,氏名(英),メール,部署コード,上司職員番号,職級,職種,採用日,退職日,権限,言語";
const SAMPLE: &str = include_str!("../../../service/demo/roster-sample.csv");

fn number(text: &str) -> StaffNumber {
    StaffNumber::parse(text).expect("a staff number")
}

fn mail(text: &str) -> Mail {
    Mail::parse(text).expect("a mail address")
}

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).expect("a code")
}

/// Units 1000, 1100, 1200, 5100, and 4000 that is retired; 900 and 901; today is 1 October 2025.
fn existing() -> Existing {
    Existing {
        units: ["1000", "1100", "1200", "5100"].map(code).into(),
        retired: [code("4000")].into(),
        staff: [(number("900"), mail("head@example.jp")), (number("901"), mail("deputy@example.jp"))].into(),
        today: date(2025, 10, 1),
    }
}

fn read(rows: &str) -> Result<Vec<StaffRow>, Report> {
    read_staff(&format!("{HEADER}\n{rows}\n"), &existing())
}

fn faults(rows: &str) -> Vec<(u64, Option<String>, Problem)> {
    match read(rows) {
        Ok(_) => Vec::new(),
        Err(report) => report.rows.into_iter().map(|row| (row.line, row.column, row.problem)).collect(),
    }
}

/// The single fault of a file, with its row and column.
fn fault(rows: &str) -> (u64, String, Problem) {
    let mut found = faults(rows);
    assert_eq!(found.len(), 1, "{rows}: {found:?}");
    let (line, column, problem) = found.remove(0);
    (line, column.unwrap_or_default(), problem)
}

/// A sound row with one cell replaced; cells count from 0.
fn row_with(at: usize, value: &str) -> String {
    let mut cells =
        ["1", "見本 花子", "", "a@example.jp", "1000", "", "係員", "一般職", "2020-04-01", "", "", "ja"];
    cells[at] = value;
    cells.join(",")
}

/// Rows `number,supervisor`, otherwise sound.
fn reporting_lines(links: &[(&str, &str)]) -> String {
    let row = |(number, supervisor): &(&str, &str)| {
        format!("{number},名,,p{number}@example.jp,1000,{supervisor},,,,,,")
    };
    links.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sound_file_is_read() {
    let rows = read(
        "００１,外務　花子,GAIMU Hanako,Hanako@Example.jp,1000,,課長,一般職,2001/4/1,,管理職;HR,ja\n\
         2,<script>alert(1)</script>,,b@example.jp,1100,1,,,令和7年4月1日,2030-03-31,,\n\
         1,別名,,c@localhost,1200,001,,,,,幹部；administrator,EN",
    )
    .expect("sound");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].number, number("001"));
    assert_eq!(rows[0].name, Text::new("外務　花子", "GAIMU Hanako"));
    assert_eq!(rows[0].mail.as_str(), "hanako@example.jp");
    assert_eq!(rows[0].hired_on, Some(date(2001, 4, 1)));
    assert_eq!(rows[0].roles, Some([Role::Manager, Role::Hr].into()));
    assert_eq!(rows[0].lang, Some(Lang::Ja));
    assert_eq!(rows[1].name.ja, "<script>alert(1)</script>");
    assert_eq!(rows[1].supervisor, Some(number("1")));
    assert_eq!(rows[1].hired_on, Some(date(2025, 4, 1)));
    assert_eq!(rows[1].left_on, Some(date(2030, 3, 31)));
    assert_eq!((rows[1].roles.as_ref().map(|roles| roles.len()), rows[1].lang), (Some(0), None));
    assert_eq!(rows[2].supervisor, Some(number("001")));
    assert_eq!(rows[2].roles, Some([Role::Executive, Role::Administrator].into()));
    assert_eq!(rows[2].lang, Some(Lang::En));
}

#[test]
fn the_required_columns_suffice() {
    let rows =
        read_staff("name,unit_code,mail,staff_number\n花子,1000,a@example.jp,1", &existing()).expect("sound");
    assert_eq!((rows[0].name.en.as_str(), rows[0].grade.as_ref(), rows[0].hired_on), ("", None, None));
    assert_eq!((rows[0].roles.as_ref(), rows[0].lang), (None, None));
}

#[test]
fn required_values_must_be_there() {
    for (at, column) in [(0, "職員番号"), (1, "氏名"), (3, "メール"), (4, "部署コード")] {
        for empty in ["", " 　"] {
            assert_eq!(fault(&row_with(at, empty)), (2, column.to_owned(), Problem::Required));
        }
    }
    for at in [2, 5, 6, 7, 8, 9, 10, 11] {
        assert!(faults(&row_with(at, "")).is_empty(), "column {at}");
    }
}

#[test]
fn long_values_and_control_characters_are_refused() {
    for (at, max) in [(0, 32), (1, 100), (2, 100), (3, 254), (4, 32), (5, 32), (6, 100), (7, 100)] {
        let (line, _, problem) = fault(&row_with(at, &"9".repeat(max + 1)));
        assert_eq!((line, problem), (2, Problem::TooLong { length: max + 1, max }), "column {at}");
        let (_, _, problem) = fault(&row_with(at, "1\u{7}2"));
        assert_eq!(problem, Problem::Control(7), "column {at}");
    }
    assert_eq!(fault(&row_with(1, "\"花\n子\"")).2, Problem::Control(10));
    assert!(faults(&row_with(1, &"名".repeat(100))).is_empty());
}

#[test]
fn mail_addresses_are_checked() {
    assert_eq!(fault(&row_with(3, "a b@example.jp")), (2, "メール".to_owned(), Problem::Mail));
    assert_eq!(fault(&row_with(3, "a@example")).2, Problem::Mail);
    assert_eq!(fault(&row_with(3, "\"a@example.jp\r\nBcc: b@example.jp\"")).2, Problem::Control(10));
}

#[test]
fn duplicates_in_the_file_are_told_at_the_later_row() {
    let rows = "1,a,,a@example.jp,1000,,,,,,,\n2,b,,b@example.jp,1000,,,,,,,\n";
    assert_eq!(
        fault(&format!("{rows}１,c,,c@example.jp,1000,,,,,,,")),
        (4, "職員番号".to_owned(), Problem::DuplicateNumber(2))
    );
    assert_eq!(
        fault(&format!("{rows}3,c,,B@EXAMPLE.jp,1000,,,,,,,")),
        (4, "メール".to_owned(), Problem::DuplicateMail(3))
    );
}

#[test]
fn a_mail_address_of_someone_else_is_refused() {
    assert_eq!(fault(&row_with(3, "HEAD@example.jp")).2, Problem::MailTaken("900".into()));
    assert!(faults("900,a,,head@example.jp,1000,,,,,,,").is_empty());
    assert!(faults("900,a,,deputy@example.jp,1000,,,,,,,\n901,b,,head@example.jp,1000,,,,,,,").is_empty());
}

#[test]
fn units_must_be_known() {
    assert_eq!(fault(&row_with(4, "9999")), (2, "部署コード".to_owned(), Problem::UnknownUnit));
    assert!(faults(&row_with(4, "１１００")).is_empty());
    assert_eq!(fault(&row_with(4, "4000")), (2, "部署コード".to_owned(), Problem::RetiredUnit));
    // Who has left may have worked anywhere.
    assert!(faults("1,a,,a@example.jp,4000,,,,,2025-09-30,,").is_empty());
    assert_eq!(fault("1,a,,a@example.jp,4000,,,,,2025-10-01,,").2, Problem::RetiredUnit);
}

#[test]
fn supervisors_must_be_known_and_someone_else() {
    assert_eq!(fault(&row_with(5, "77")), (2, "上司職員番号".to_owned(), Problem::UnknownSupervisor));
    assert_eq!(fault(&row_with(5, "1")).2, Problem::OwnSupervisor);
    assert!(faults(&reporting_lines(&[("2", "1"), ("1", "")])).is_empty());
}

#[test]
fn a_supervisor_who_leaves_is_refused() {
    // Not in the file, which is the whole roster.
    assert_eq!(fault(&row_with(5, "901")), (2, "上司職員番号".to_owned(), Problem::SupervisorLeaves));
    assert!(faults(&reporting_lines(&[("1", "901"), ("901", "")])).is_empty());
    // In the file, with a last day that is past.
    let under = |last_day: &str, own_last_day: &str| {
        faults(&format!(
            "1,a,,a@example.jp,1000,,,,,{last_day},,\n2,b,,b@example.jp,1000,1,,,,{own_last_day},,"
        ))
    };
    let told = (3, Some("上司職員番号".to_owned()), Problem::SupervisorLeaves);
    assert_eq!(under("2025-09-30", ""), [told]);
    assert!(under("2025-10-01", "").is_empty());
    assert!(under("2025-09-30", "2025-09-30").is_empty());
}

#[test]
fn people_who_left_have_neither_supervisor_nor_roles() {
    let rows =
        read("1,a,,a@example.jp,1000,77,,,,2025-09-30,人事,\n2,b,,b@example.jp,1000,,,,,2025-10-01,人事,")
            .expect("sound");
    assert_eq!((rows[0].supervisor.as_ref(), rows[0].roles.as_ref()), (None, Some(&Default::default())));
    assert_eq!(rows[1].roles, Some([Role::Hr].into()));
}

#[test]
fn circular_supervisors_are_told_with_the_circle() {
    let circle =
        |members: &[&str]| Problem::CircularSupervisors(members.iter().map(|m| m.to_string()).collect());
    let rows = reporting_lines(&[("4", "1"), ("1", "2"), ("2", "3"), ("3", "1")]);
    assert_eq!(fault(&rows), (3, "上司職員番号".to_owned(), circle(&["1", "2", "3"])));
    assert_eq!(fault(&reporting_lines(&[("900", "901"), ("901", "900")])).2, circle(&["900", "901"]));
    assert!(faults(&reporting_lines(&[("900", "901"), ("901", "")])).is_empty());
}

#[test]
fn dates_are_checked() {
    for at in [8, 9] {
        for text in ["2025-02-30", "2025/13/1", "yesterday"] {
            assert_eq!(fault(&row_with(at, text)).2, Problem::Date, "{text}");
        }
        assert_eq!(fault(&row_with(at, "1899-12-31")).2, Problem::DateTooEarly);
    }
    assert_eq!(
        fault(&row_with(9, "2020-03-31")),
        (2, "退職日".to_owned(), Problem::LeftBeforeHired(date(2020, 4, 1)))
    );
    assert!(faults(&row_with(9, "2020-04-01")).is_empty());
    assert_eq!(fault(&row_with(8, "2028-04-01")).2, Problem::HiredTooLate(2027));
    assert!(faults(&row_with(8, "2027-12-31")).is_empty());
}

#[test]
fn roles_and_languages_are_checked() {
    assert_eq!(
        fault(&row_with(10, "manager;king")),
        (2, "権限".to_owned(), Problem::UnknownRole("king".into()))
    );
    assert!(faults(&row_with(10, " 人事 ; ;ｍａｎａｇｅｒ;")).is_empty());
    assert_eq!(fault(&row_with(11, "fr")), (2, "言語".to_owned(), Problem::UnknownLang));
    assert_eq!(fault(&row_with(10, "staff")).2, Problem::UnknownRole("staff".into()));
    for (text, role) in [
        ("manager", Role::Manager),
        ("管理職", Role::Manager),
        ("hr", Role::Hr),
        ("人事", Role::Hr),
        ("executive", Role::Executive),
        ("幹部", Role::Executive),
        ("administrator", Role::Administrator),
        ("管理者", Role::Administrator),
    ] {
        let rows = read(&row_with(10, text)).expect(text);
        assert_eq!(rows[0].roles, Some([role].into()), "{text}");
    }
}

#[test]
fn rows_of_the_wrong_length_are_told_without_further_faults() {
    let rows = "1,a,,a@example.jp\n2,b,,b@example.jp,1000,1,,,,,,";
    assert_eq!(fault(rows), (2, String::new(), Problem::WrongCellCount { found: 4, expected: 12 }));
}

#[test]
fn the_report_names_the_row_of_the_spreadsheet() {
    let rows = "1,a,,a@example.jp,1000,,\"x\ny\",,,,,\n\n2,b,,b@example.jp,9999,,,,,,,";
    let told: Vec<_> = faults(rows).into_iter().map(|(line, _, problem)| (line, problem)).collect();
    assert_eq!(told, [(2, Problem::Control(10)), (4, Problem::UnknownUnit)]);
    let Err(report) = read(rows) else { panic!("accepted") };
    assert_eq!(report.rows[1].value, "9999");
}

#[test]
fn every_fault_of_a_row_is_told_in_order() {
    let columns: Vec<_> =
        faults(",,,bad,9999,77,,,x,y,king,fr").into_iter().filter_map(|(_, c, _)| c).collect();
    assert_eq!(
        columns,
        ["職員番号", "氏名", "メール", "部署コード", "採用日", "退職日", "権限", "言語", "上司職員番号"]
    );
}

#[test]
fn at_most_two_hundred_faults_are_listed() {
    let rows: Vec<String> = (1..=300).map(|n| format!("{n},名,,p{n}@example.jp,9999,,,,,,,")).collect();
    let Err(report) = read(&rows.join("\n")) else { panic!("accepted") };
    assert_eq!((report.rows.len(), report.more), (MAX_LISTED, 100));
    assert_eq!((report.rows[0].line, report.rows[199].line), (2, 201));
}

#[test]
fn headers_and_empty_files_are_told() {
    let problem = |text: &str| match read_staff(text, &existing()) {
        Ok(_) => panic!("accepted: {text}"),
        Err(report) => report.rows[0].problem.clone(),
    };
    assert_eq!(problem(""), Problem::EmptyFile);
    assert_eq!(problem(HEADER), Problem::NoRows);
    assert_eq!(problem("職員番号,氏名,メール\n1,a,a@example.jp"), Problem::MissingColumn);
    assert_eq!(problem(&format!("{HEADER},血液型\n1")), Problem::UnknownColumn);
    assert_eq!(problem(&format!("{HEADER},mail\n1")), Problem::DuplicateColumn);
}

#[test]
fn the_template_and_the_sample_are_sound() {
    assert_eq!(read_staff(&template(), &existing()).map(|rows| rows.len()), Ok(1));
    let rows = read_staff(SAMPLE, &existing()).expect("sound");
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0].hired_on, Some(date(1993, 4, 1)));
    assert_eq!(rows[8].name.ja, "Tremblay, Camille");
}

#[test]
fn twenty_thousand_rows_take_linear_time() {
    let mut text = String::from(HEADER);
    for n in 0..20_000_u32 {
        let supervisor = if n == 0 { String::new() } else { (n - 1).to_string() };
        text.push_str(&format!(
            "\n{n},見本 {n},MIHON {n},p{n}@example.jp,1000,{supervisor},係員,一般職,2020-04-01,,manager;hr,ja"
        ));
    }
    let started = std::time::Instant::now();
    let rows = read_staff(&text, &existing()).expect("sound");
    assert_eq!(rows.len(), 20_000);
    let stored = rows.iter().map(|row| (row.number.clone(), row.clone())).collect();
    let changes = diff(&stored, &rows, date(2025, 10, 1));
    assert_eq!(changes.unchanged.len(), 20_000);
    // Generous, for a busy machine and an unoptimised build; comparing all rows with all others takes
    // minutes.
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
}

fn no_units() -> ExistingUnits {
    ExistingUnits {
        parents: Default::default(),
        retired: Default::default(),
        occupied: Default::default(),
        is_time_zone: |_| true,
    }
}

#[test]
fn units_are_written_as_they_are_read() {
    let text = "\u{feff}部署コード,部署名,部署名(英),上位部署コード,種別,地域,地域(英),タイムゾーン,廃止\r\n\
                1,\"課, 新\",\"Division, new\",2,室・係,,,Asia/Tokyo,はい\r\n\
                2,'=局,,,在外公館,欧州,Europe,Europe/Paris,\r\n";
    let rows = read_units(text, &no_units()).expect("sound");
    assert_eq!(rows[1].name.ja, "=局");
    assert_eq!(write_units(&rows, Lang::Ja), text);
    let english = write_units(&rows, Lang::En);
    assert!(english.contains(",section,") && english.contains(",yes\r\n"), "{english}");
    assert_eq!(read_units(&english, &no_units()), Ok(rows));
}

/// Every part of a row that can be told from others, among them names that a spreadsheet would take for formulas.
fn any_row() -> impl Strategy<Value = (String, String, u8, bool, bool)> {
    ("[-=+@'＝,\"a-z花]{1,12}", "[-=+@'＝,\"0-9]{0,8}", 0..16_u8, any::<bool>(), any::<bool>())
}

fn rows_of(parts: Vec<(String, String, u8, bool, bool)>) -> Vec<StaffRow> {
    let build =
        |(n, (name, grade, roles, english, dated)): (usize, (String, String, u8, bool, bool))| StaffRow {
            number: number(&format!("={n}")),
            name: Text::new(&name, if english { name.as_str() } else { "" }),
            mail: mail(&format!("p{n}@example.jp")),
            unit: code("1000"),
            supervisor: (n > 0).then(|| number(&format!("={}", n - 1))),
            grade: (!grade.is_empty()).then(|| grade.clone()),
            job_type: (!grade.is_empty()).then_some(grade),
            hired_on: dated.then(|| date(2001, 4, 1)),
            left_on: dated.then(|| date(2030, 3, 31)),
            roles: Some(
                (1..5).filter(|bit| (roles >> (bit - 1)) & 1 == 1).map(|bit| Role::ALL[bit]).collect(),
            ),
            lang: Some(if english { Lang::En } else { Lang::Ja }),
        };
    parts.into_iter().enumerate().map(build).collect()
}

/// Rows that are sound, or nearly so, as a regular expression.
const ROWS: &str =
    "([0-3]?,[a-c=']?,,[ab]@b\\.c,(1000)?,[0-3]?,,,(2020-0[0-9]-3[01])?,,[a;]?,(ja)?[\r\n]){1,8}";

proptest! {
    #[test]
    fn no_text_makes_reading_panic(chars in prop::collection::vec(any::<char>(), 0..120)) {
        let text: String = chars.into_iter().collect();
        let _ = read_staff(&text, &existing());
        let _ = read(&text);
        let _ = read_units(&text, &no_units());
    }

    #[test]
    fn no_table_makes_reading_panic(rows in ROWS) {
        match read(&rows) {
            Ok(accepted) => prop_assert!(accepted.len() <= 8),
            Err(report) => {
                prop_assert!(!report.rows.is_empty());
                for row in &report.rows {
                    prop_assert!((1..=10).contains(&row.line));
                    prop_assert!(row.value.chars().count() <= 40);
                    prop_assert!(!row.message(Lang::Ja).is_empty() && !row.message(Lang::En).is_empty());
                }
            }
        }
    }

    #[test]
    fn what_is_exported_imports_as_it_was(parts in prop::collection::vec(any_row(), 1..12)) {
        let rows = rows_of(parts);
        for lang in [Lang::Ja, Lang::En] {
            let read = read_staff(&write_staff(&rows, lang), &existing());
            let read = read.map_err(|report| TestCaseError::fail(report.message(Lang::En)))?;
            prop_assert_eq!(&read, &rows);
        }
    }
}
