use proptest::prelude::*;

use super::entry::{canonical, split_group};
use super::fault::MAX_EXCERPT;
use super::read::MAX_PREAMBLE;
use super::*;
use crate::csv_rows::{self, NumberedRow};
use crate::fiscal_year::{DateError, Era};
use crate::followup::{MAX_ROWS, Row, RowKind, SectionNumber, check};
use crate::text::{Lang, TextError};

const HEADER: [&str; 11] = [
    "分類",
    "目標項目",
    "数値目標",
    "時期",
    "最新値",
    "時期",
    "目標設定時最新値",
    "時期",
    "取組内容",
    "取組内容",
    "公表年月",
];

const PUBLISHED: &str = "令和7年7月";

fn section(text: &str) -> SectionNumber {
    SectionNumber::parse(text).unwrap()
}

fn figure() -> Row {
    Row {
        item: "女性の採用目標".into(),
        group: "総合職".into(),
        target: "毎年度35%以上".into(),
        deadline: "毎年度".into(),
        current: "37.1%".into(),
        current_as_of: "令和7年4月1日".into(),
        baseline: "-".into(),
        initiative: "・説明会を開いた。\r\n\r\n ・ 採用案内を改めた。\n".into(),
        ..Row::new(section("5-1"), RowKind::Figure)
    }
}

fn entry() -> Entry {
    Entry::of(&figure(), Category::Recruitment, PUBLISHED).unwrap()
}

/// Rows as a file has them, numbered from 1.
fn numbered<R: AsRef<[&'static str]>>(rows: impl IntoIterator<Item = R>) -> Vec<NumberedRow> {
    let cells = |row: R| -> Vec<String> { row.as_ref().iter().map(|cell| (*cell).to_owned()).collect() };
    (1..).zip(rows.into_iter().map(cells)).collect()
}

/// The faults of a file with the standard header and these rows.
fn faults(rows: &[[&'static str; 11]]) -> Vec<OpenDataFault> {
    read(numbered(std::iter::once(&HEADER).chain(rows))).unwrap_err()
}

/// The places and values of faults.
fn places(faults: &[OpenDataFault]) -> Vec<(usize, Option<Column>, &str)> {
    faults.iter().map(|fault| (fault.row, fault.column, fault.value.as_str())).collect()
}

#[test]
fn categories_are_named_as_on_the_cabinet_offices_page() {
    let names = Category::ALL.map(|category| category.label(Lang::Ja));
    assert_eq!(
        names,
        [
            "採用関係",
            "継続就業及び仕事と家庭の両立関係",
            "長時間勤務関係",
            "配置・育成・教育訓練及び評価・登用関係",
            "その他"
        ]
    );
    for category in Category::ALL {
        for name in [category.label(Lang::Ja), category.label(Lang::En), category.as_str()] {
            assert_eq!(Category::parse(name), Some(category), "{name}");
        }
        let stored = serde_json::to_value(category).unwrap();
        assert_eq!(stored, category.as_str());
    }
}

#[test]
fn a_category_is_read_in_every_usual_form() {
    for (cell, category) in [
        ("ア.採用関係", Category::Recruitment),
        ("１　採用 関係", Category::Recruitment),
        ("(2) 継続就業および仕事と家庭の両立関係", Category::Continuation),
        ("イ．継続就業・仕事と家庭の両立", Category::Continuation),
        ("継続勤務・両立支援関係", Category::Continuation),
        ("③長時間勤務関係", Category::WorkingHours),
        ("long working hours", Category::WorkingHours),
        ("エ、登用関係", Category::Promotion),
        ("配置･育成･教育訓練･登用", Category::Promotion),
        ("オ.その他", Category::Other),
    ] {
        assert_eq!(Category::parse(cell), Some(category), "{cell}");
    }
    for cell in ["", " ", "関係", "1", "採用の拡大", "その他の取組", "=採用"] {
        assert_eq!(Category::parse(cell), None, "{cell}");
    }
}

#[test]
fn what_a_row_cannot_say_is_refused_with_row_and_column() {
    let above = [
        "その他",
        "女性の割合",
        "35%",
        "令和7年度末",
        "137.1%",
        "令和7年4月",
        "20%",
        "令和3年4月",
        "",
        "",
        PUBLISHED,
    ];
    let over = [
        "その他",
        "女性の割合",
        "35%",
        "令和2年度末",
        "37.1%",
        "令和7年4月",
        "20%",
        "令和4年4月",
        "",
        "",
        PUBLISHED,
    ];
    let found = faults(&[above]);
    assert_eq!(places(&found), [(2, Some(Column::Latest), "137.1%")]);
    assert!(found[0].message(Lang::En).contains("above 100%"), "{}", found[0].message(Lang::En));
    assert_eq!(places(&faults(&[over])), [(2, Some(Column::TargetWhen), "令和2年度末")]);
}

#[test]
fn a_category_is_inferred_from_the_words_of_the_item() {
    for (item, category) in [
        ("女性の採用目標", Category::Recruitment),
        ("女性の登用目標(係長相当職(本省))", Category::Promotion),
        ("本省課室長相当職に占める女性の割合", Category::Promotion),
        ("管理職の女性割合", Category::Promotion),
        ("月の超過勤務が45時間を超える職員の割合", Category::WorkingHours),
        ("平均在庁時間", Category::WorkingHours),
        ("男性職員の育児休業取得率", Category::Continuation),
        ("年次休暇の取得日数", Category::Continuation),
        ("テレワーク実施率", Category::Continuation),
        ("職員満足度", Category::Other),
        ("", Category::Other),
        ("管理職への中途採用", Category::Recruitment),
    ] {
        assert_eq!(Category::infer(item), category, "{item}");
    }
}

#[test]
fn every_category_has_its_usual_section() {
    let sections = Category::ALL.map(|category| default_section(category).to_string());
    assert_eq!(sections, ["5-1", "4", "2", "5-2", "6"]);
    for number in sections {
        assert!(SectionNumber::parse(&number).is_some(), "{number}");
    }
}

#[test]
fn a_figure_row_becomes_an_entry_with_its_cells_as_written() {
    let entry = entry();
    assert_eq!(entry.item, "女性の採用目標(総合職)");
    assert_eq!((entry.target.as_str(), entry.target_when.as_str()), ("毎年度35%以上", "毎年度"));
    assert_eq!((entry.latest.as_str(), entry.latest_when.as_str()), ("37.1%", "令和7年4月1日"));
    assert_eq!((entry.baseline.as_str(), entry.baseline_when.as_str()), ("-", ""));
    assert_eq!(entry.actions[..], ["説明会を開いた。", "採用案内を改めた。"]);
    assert_eq!(entry.published, PUBLISHED);
}

#[test]
fn an_entry_becomes_a_figure_row_again() {
    let row = entry().row(section("5-1"));
    let expected =
        Row { initiative: "・説明会を開いた。\n・採用案内を改めた。".into(), ..figure() };
    assert_eq!(row, expected);
}

#[test]
fn a_group_is_the_part_in_the_last_parentheses() {
    for (item, head, group) in [
        ("女性の登用目標(係長相当職(本省))", "女性の登用目標", "係長相当職(本省)"),
        ("女性の採用目標（全体）", "女性の採用目標", "全体"),
        ("女性の採用目標 ( 全体） ", "女性の採用目標", "全体"),
        (
            "「男の産休」(配偶者出産休暇・育児参加のための休暇)取得率",
            "「男の産休」(配偶者出産休暇・育児参加のための休暇)取得率",
            "",
        ),
        ("割合(a)(b)", "割合(a)", "b"),
        ("(全体)", "(全体)", ""),
        ("割合()", "割合()", ""),
        ("割合)", "割合)", ""),
        (")", ")", ""),
        ("", "", ""),
    ] {
        assert_eq!(split_group(item), (head, group), "{item}");
    }
    let wide = Row { item: "女性の採用目標（全体）".into(), group: String::new(), ..figure() };
    let entry = Entry::of(&wide, Category::Recruitment, PUBLISHED).unwrap();
    assert_eq!(entry.item, "女性の採用目標(全体)");
}

#[test]
fn only_a_figure_with_an_item_and_a_month_makes_an_entry() {
    let of = |row: &Row, published: &str| Entry::of(row, Category::Other, published);
    let survey = Row { kind: RowKind::Survey, ..figure() };
    assert_eq!(of(&survey, PUBLISHED), Err(OpenDataError::NotAFigure));
    let nameless = Row { item: "　\u{200b}".into(), ..figure() };
    assert_eq!(of(&nameless, PUBLISHED), Err(OpenDataError::EmptyItem));
    for month in ["2025-07", "2025年7月", "R7.7", " July 2025 ", "(2018年6月)"] {
        assert!(of(&figure(), month).is_ok(), "{month}");
    }
    for other in ["", "令和7年", "令和7年度", "令和7年7月1日", "夏", "-"] {
        assert_eq!(of(&figure(), other), Err(OpenDataError::NotAMonth), "{other}");
    }
    let text = "令和7年13月".to_owned();
    assert_eq!(
        of(&figure(), &text),
        Err(OpenDataError::Date(DateError::NotInCalendar { text: text.clone() }))
    );
}

#[test]
fn no_action_is_cut() {
    let longest = "あ".repeat(Actions::MAX_CHARS);
    assert_eq!(Actions::parse(&format!("・{longest}\n")).unwrap()[..], [longest.as_str()]);
    let error = Actions::parse(&format!("短い取組\n・{longest}い")).unwrap_err();
    let OpenDataError::ActionTooLong { action, length } = &error else { panic!("{error:?}") };
    assert_eq!((*length, action.chars().count()), (101, MAX_EXCERPT));
    assert!(error.message(Lang::Ja).contains("101文字あります。100文字以内"));
    assert!(error.message(Lang::En).contains("has 101 characters; at most 100"));
    let error = Actions::parse("一\n二\n\n三").unwrap_err();
    assert_eq!(error, OpenDataError::TooManyActions(3));
    assert!(error.message(Lang::Ja).starts_with("取組内容が3つあります。"));
    assert_eq!(Actions::parse(" \n・\r\n").unwrap(), Actions::default());
    let row = Row { initiative: "一\n二\n三".into(), ..figure() };
    assert_eq!(Entry::of(&row, Category::Other, PUBLISHED), Err(error));
}

#[test]
fn the_form_is_a_flat_table_under_its_headings() {
    let rows = write(&[entry()]);
    assert_eq!(rows[0], HEADER);
    assert_eq!(
        rows[1],
        [
            "採用関係",
            "女性の採用目標(総合職)",
            "毎年度35%以上",
            "毎年度",
            "37.1%",
            "令和7年4月1日",
            "-",
            "",
            "説明会を開いた。",
            "採用案内を改めた。",
            PUBLISHED
        ]
    );
    assert_eq!(write(&[]).len(), 1);
}

#[test]
fn the_csv_form_is_safe_to_open() {
    let mut entry = entry();
    entry.item = "=HYPERLINK(\"x\",1)の前年度比".into();
    entry.latest = "-3.5%".into();
    let text = csv(std::slice::from_ref(&entry));
    assert!(text.starts_with("\u{feff}分類,目標項目,数値目標,時期,最新値,時期,"), "{text}");
    assert!(text.ends_with(",令和7年7月\r\n"), "{text}");
    assert!(text.contains(",\"'=HYPERLINK(\"\"x\"\",1)の前年度比\","), "{text}");
    assert!(text.contains(",-3.5%,"), "{text}");
    assert_eq!(read(csv_rows::rows(&text).unwrap()), Ok(vec![entry]));
}

#[test]
fn a_printed_form_is_read_with_its_headings_as_categories() {
    let head = [
        "(目標項目)",
        "数 値 目 標",
        "（時期）",
        "最新値",
        "(時期)",
        "目標設定時最新値",
        "(時期)",
        "取組内容 (最大2つまで・１００字以内)",
        "実施状況の公表年月",
    ];
    let rows: Vec<Vec<&str>> = vec![
        vec!["行動計画の実施状況"],
        vec!["ア.採用関係", "", ""],
        head.to_vec(),
        vec![
            "採用者の女性割合",
            "35%以上",
            "(毎年度)",
            "39.3%",
            "(2018年度)",
            "39%",
            "(2015年度)",
            "・一\n・二",
            "2018年6月",
        ],
        vec![],
        vec!["", "", "オ．その他"],
        head.to_vec(),
        vec!["満足度", "3.5", "", "", "", "", "", "", "2018年6月"],
    ];
    let found = read(numbered(rows)).unwrap();
    let told: Vec<(Category, &str, &str)> =
        found.iter().map(|e| (e.category, e.item.as_str(), e.target_when.as_str())).collect();
    assert_eq!(
        told,
        [(Category::Recruitment, "採用者の女性割合", "(毎年度)"), (Category::Other, "満足度", "")]
    );
    assert_eq!(found[0].actions[..], ["一", "二"]);
    assert_eq!(found[0].published, "2018年6月");
}

#[test]
fn columns_are_found_by_name_and_a_time_belongs_to_the_column_before_it() {
    let rows = [
        [
            "公表年月",
            "目標設定時最新値",
            "時期",
            "取組内容①",
            "数値目標",
            "時期",
            "目標項目",
            "分類",
            "最新値",
            "時期",
            "取組内容②",
        ],
        [
            "2025-07",
            "8.4%",
            "令和2年",
            "一",
            "13%",
            "令和7年度末",
            "登用",
            "登用関係",
            "11.4%",
            "令和6年7月",
            "二",
        ],
    ];
    let found = read(numbered(rows)).unwrap();
    let cells = Column::ALL.map(|column| found[0].cell(column));
    assert_eq!(
        cells,
        [
            "配置・育成・教育訓練及び評価・登用関係",
            "登用",
            "13%",
            "令和7年度末",
            "11.4%",
            "令和6年7月",
            "8.4%",
            "令和2年",
            "一",
            "二",
            "2025-07"
        ]
    );
}

#[test]
fn a_header_that_does_not_fit_is_refused() {
    let told = |header: Vec<&'static str>| -> Vec<(Problem, String)> {
        let found = read(numbered([header])).unwrap_err();
        found.into_iter().map(|fault| (fault.problem, fault.value)).collect()
    };
    assert_eq!(told(vec!["分類", "項目"]), [(Problem::NoHeader, String::new())]);
    assert_eq!(read(Vec::new()).unwrap_err()[0].problem, Problem::NoHeader);
    let mut header = HEADER.to_vec();
    header[3] = "期日";
    assert_eq!(
        told(header),
        [
            (Problem::UnknownColumn, "期日".to_owned()),
            (Problem::MissingColumn(Column::TargetWhen), String::new())
        ]
    );
    let mut header = HEADER.to_vec();
    header.extend(["時期", "取組内容", "最新値"]);
    assert_eq!(
        told(header),
        [
            (Problem::StrayWhen, "時期".to_owned()),
            (Problem::DuplicateColumn, "取組内容".to_owned()),
            (Problem::DuplicateColumn, "最新値".to_owned())
        ]
    );
    let found = read(numbered([vec!["目標項目"]])).unwrap_err();
    assert!(found.iter().any(|fault| fault.message(Lang::Ja).contains("見出し「公表年月」")));
    let mut late = vec![vec!["注"]; MAX_PREAMBLE + 1];
    late.push(HEADER.to_vec());
    assert_eq!(read(numbered(late)).unwrap_err()[0].problem, Problem::NoHeader);
}

#[test]
fn every_fault_is_told_with_row_column_and_value() {
    let found = faults(&[
        ["研修関係", "", "", "", "", "", "", "", "", "", "令和7年7月1日"],
        ["採用関係", "率", "1%", "平成32年度末", "", "令和7年2月30日", "", "(2017年13月)", "", "", "2025-07"],
        ["", "", "", "", "", "", "", "", "", "", ""],
        ["その他", "率", "", "未定", "", "集計後", "", "-", "一\n二", "三", "令和7年"],
        ["", "割合", "", "", "", "", "", "", "", "", "2025-07"],
    ]);
    assert_eq!(
        places(&found),
        [
            (2, Some(Column::Category), "研修関係"),
            (2, Some(Column::Item), ""),
            (2, Some(Column::Published), "令和7年7月1日"),
            (3, Some(Column::TargetWhen), "平成32年度末"),
            (3, Some(Column::LatestWhen), "令和7年2月30日"),
            (3, Some(Column::BaselineWhen), "(2017年13月)"),
            (5, Some(Column::SecondAction), "三"),
            (5, Some(Column::Published), "令和7年"),
            (6, Some(Column::Category), ""),
        ]
    );
    let problems: Vec<Problem> = found.iter().map(|fault| fault.problem.clone()).collect();
    assert_eq!(problems[0], Problem::UnknownCategory);
    assert_eq!(problems[1], Problem::Entry(OpenDataError::EmptyItem));
    let text = "平成32年度末".to_owned();
    assert_eq!(problems[3], Problem::from(DateError::OutsideEra { text, era: Era::Heisei }));
    assert_eq!(problems[6], Problem::Entry(OpenDataError::TooManyActions(3)));
    assert_eq!(problems[8], Problem::NoCategory);
    assert_eq!(
        found[7].message(Lang::Ja),
        "5行目・公表年月列: 「令和7年」: 公表年月は「令和7年7月」または「2025-07」のように年と月で入力してください。"
    );
    assert_eq!(
        found[1].message(Lang::En),
        "Row 2, column \"Target item\": Please enter the item of the target."
    );
    assert!(found[0].message(Lang::Ja).contains("「長時間勤務関係」"));
    assert!(found[0].message(Lang::En).contains("長時間勤務関係, "));
}

#[test]
fn a_lone_cell_that_names_no_category_is_told_once() {
    let mut heading = [""; 11];
    heading[0] = "研修関係";
    let found = faults(&[heading]);
    assert_eq!(places(&found), [(2, Some(Column::Category), "研修関係")]);
    assert_eq!(found[0].problem, Problem::UnknownCategory);
}

#[test]
fn an_item_may_stand_once_in_a_category() {
    let row = |category, item| [category, item, "", "", "", "", "", "", "", "", "2025-07"];
    let found = faults(&[
        row("採用関係", "女性の割合(全体)"),
        row("登用関係", "女性の割合(全体)"),
        row("採用", " 女性の割合（全体） "),
    ]);
    assert_eq!(places(&found), [(4, Some(Column::Item), "女性の割合(全体)")]);
    assert_eq!(found[0].problem, Problem::SameAs(2));
    assert!(found[0].message(Lang::Ja).contains("2行目と"));
    assert!(found[0].message(Lang::En).contains("as in row 2"));
}

#[test]
fn long_actions_stray_texts_and_control_characters_are_refused() {
    let long: String = "長".repeat(101);
    let mut rows = write(&[entry()]);
    rows[1][8].clone_from(&long);
    rows[1][4] = "1\u{0}%".into();
    rows[1].push("欄外".into());
    let found = read((1..).zip(rows)).unwrap_err();
    let excerpt = format!("{}…", "長".repeat(39));
    assert_eq!(
        places(&found),
        [
            (2, None, "欄外"),
            (2, Some(Column::Latest), "1 %"),
            (2, Some(Column::FirstAction), excerpt.as_str())
        ]
    );
    assert_eq!(found[0].problem, Problem::OutsideColumns);
    assert_eq!(found[1].problem, Problem::Text(TextError::Control(0)));
    let error = OpenDataError::ActionTooLong { action: excerpt, length: 101 };
    assert_eq!(found[2].problem, Problem::Entry(error));
}

#[test]
fn a_file_with_too_many_rows_is_refused() {
    let entries: Vec<Entry> =
        (0..=MAX_ROWS).map(|index| Entry { item: format!("率{index}"), ..entry() }).collect();
    let longest = (1..).zip(write(&entries[1..]));
    assert_eq!(read(longest).map(|read| read.len()), Ok(MAX_ROWS));
    let found = read((1..).zip(write(&entries))).unwrap_err();
    assert_eq!(places(&found), [(MAX_ROWS + 2, None, "")]);
    assert_eq!(found[0].problem, Problem::TooManyRows);
    assert!(found[0].message(Lang::En).contains("2000"));
}

#[test]
fn every_problem_has_a_message_in_both_languages() {
    let problems = [
        Problem::NoHeader,
        Problem::MissingColumn(Column::Published),
        Problem::UnknownColumn,
        Problem::StrayWhen,
        Problem::DuplicateColumn,
        Problem::OutsideColumns,
        Problem::TooManyRows,
        Problem::NoCategory,
        Problem::UnknownCategory,
        Problem::SameAs(2),
        Problem::Entry(OpenDataError::NotAFigure),
        Problem::Entry(OpenDataError::EmptyItem),
        Problem::Entry(OpenDataError::TooManyActions(3)),
        Problem::Entry(OpenDataError::NotAMonth),
        Problem::Text(TextError::Control(0)),
    ];
    for problem in problems {
        assert!(problem.message(Lang::Ja).ends_with('。'), "{problem:?}");
        assert!(problem.message(Lang::En).ends_with('.'), "{problem:?}");
        assert!(!problem.to_string().is_empty());
    }
}

#[test]
fn column_labels_tell_columns_of_one_heading_apart() {
    for lang in [Lang::Ja, Lang::En] {
        for (index, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
            let alike = Column::ALL.into_iter().filter(|other| other.label(lang) == column.label(lang));
            assert_eq!(alike.count(), 1, "{}", column.label(lang));
        }
    }
}

fn any_row() -> impl Strategy<Value = Row> {
    let text = || "[a-c0-9=+@'%(（あ-う・\n ）)-]{0,12}";
    let when = || {
        prop::sample::select(vec!["", "-", "毎年度", "令和7年度末", "(2017年度)", "2025-04-01", "未定", "=1"])
            .prop_map(str::to_owned)
    };
    let lines = prop::collection::vec("[ ・]{0,2}[a-cあ-う、。=' ]{0,90}", 0..=2);
    (text(), text(), [text(), text(), text()], [when(), when(), when()], lines).prop_map(
        |(item, group, values, times, lines)| {
            let [target, current, baseline] = values;
            let [deadline, current_as_of, baseline_as_of] = times;
            Row {
                item,
                group,
                target,
                deadline,
                current,
                current_as_of,
                baseline,
                baseline_as_of,
                initiative: lines.join("\n\n"),
                ..Row::new(section("6"), RowKind::Figure)
            }
        },
    )
}

fn any_published() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["令和7年7月", "2025年7月", "2025-07", "R7.7", "July 2025", "(2018年6月)"])
}

/// The cells of a row that often makes an entry, and sometimes none.
fn any_cells() -> impl Strategy<Value = Vec<String>> {
    let piece = prop::sample::select(vec!["", " ", "率", "(全体)", "（再掲）", "・", "\n", "'=", "1%"]);
    let cell = prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat());
    let category = prop::sample::select(vec!["採用", "ウ.長時間勤務関係", "登用関係", "その他", "研修"]);
    (category, prop::array::uniform9(cell), any_published()).prop_map(|(category, cells, published)| {
        let ends = (category.to_owned(), published.to_owned());
        std::iter::once(ends.0).chain(cells).chain([ends.1]).collect::<Vec<String>>()
    })
}

fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    let one = (any_row(), prop::sample::select(Category::ALL.to_vec()), any_published());
    prop::collection::vec(one, 0..6).prop_map(|drawn| {
        let numbered = (1..).zip(drawn);
        numbered
            .map(|(number, (row, category, published))| {
                // The number keeps items from being blank or alike.
                let row = Row { item: format!("{number}番{}", row.item), ..row };
                Entry::of(&row, category, published).unwrap()
            })
            .filter(|entry| check::row(&entry.row(default_section(entry.category))).is_empty())
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_is_written_in_csv_is_read_back(entries in any_entries()) {
        let rows = csv_rows::rows(&csv(&entries)).unwrap();
        prop_assert_eq!(read(rows), Ok(entries));
    }

    #[test]
    fn whatever_is_written_as_cells_is_read_back(entries in any_entries()) {
        prop_assert_eq!(read((1..).zip(write(&entries))), Ok(entries));
    }

    #[test]
    fn a_row_made_of_an_entry_makes_the_same_entry(entries in any_entries()) {
        for entry in entries {
            let row = entry.row(default_section(entry.category));
            prop_assert_eq!(Entry::of(&row, entry.category, &entry.published), Ok(entry));
        }
    }

    #[test]
    fn splitting_and_joining_a_group_changes_nothing_twice(item in "[a-b(（)） あ\u{200b}]{0,10}") {
        let once = canonical(&item);
        prop_assert_eq!(canonical(&once), once);
    }

    #[test]
    fn whatever_is_accepted_is_written_without_loss(drawn in prop::collection::vec(any_cells(), 0..4)) {
        let rows = std::iter::once(HEADER.map(str::to_owned).to_vec()).chain(drawn);
        if let Ok(entries) = read((1..).zip(rows)) {
            let rows = csv_rows::rows(&csv(&entries)).unwrap();
            prop_assert_eq!(read(rows), Ok(entries));
        }
    }
}
