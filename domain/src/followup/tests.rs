use jiff::civil::date;

use super::*;
use crate::indicator::{Status, status};

fn number(text: &str) -> SectionNumber {
    SectionNumber::parse(text).unwrap()
}

fn row(section: &str, kind: RowKind, item: &str) -> Row {
    Row { item: item.to_owned(), ..Row::new(number(section), kind) }
}

#[test]
fn section_numbers_are_read_as_they_are_written() {
    for text in ["1", "1-1", "5-2", "10", "99-99"] {
        assert_eq!(number(text).to_string(), text);
        assert_eq!(SectionNumber::try_from(text.to_owned()), Ok(number(text)));
    }
    for text in ["", "0", "01", "1-", "-1", "1-0", "1-1-1", "100", "１-１", "1月1日", "1.1", "+1", "a"] {
        assert_eq!(SectionNumber::parse(text), None, "{text}");
    }
}

#[test]
fn sections_stand_in_the_order_people_count() {
    let rows = [
        row("10", RowKind::Survey, "十"),
        row("5-1", RowKind::Figure, "採用の指標"),
        row("2", RowKind::Initiative, "二"),
        row("5-2", RowKind::Initiative, "登用"),
        row("1-2", RowKind::Initiative, "一の二"),
        row("5-1", RowKind::Initiative, "採用"),
        row("5-1", RowKind::Initiative, "採用の続き"),
        row("1-1", RowKind::Initiative, "一の一"),
    ];
    let sections = sections(&rows);
    let numbers: Vec<String> = sections.iter().map(|s| s.number.to_string()).collect();
    assert_eq!(numbers, ["1-1", "1-2", "2", "5-1", "5-2", "10"]);
    let recruitment = &sections[3];
    assert_eq!(recruitment.title, "採用", "the first initiative names the section");
    let items: Vec<&str> = recruitment.rows.iter().map(|r| r.item.as_str()).collect();
    assert_eq!(items, ["採用の指標", "採用", "採用の続き"]);
    assert_eq!(sections[5].title, "十", "without an initiative the first row does");
}

#[test]
fn a_figure_row_states_an_indicator() {
    let figure = Row {
        group: "本省課室長相当職".into(),
        target: "13%".into(),
        deadline: "令和7年度末".into(),
        current: "11.4%".into(),
        current_as_of: "令和6年7月".into(),
        baseline: "8.4%".into(),
        baseline_as_of: "令和2年".into(),
        ..row("5-2", RowKind::Figure, "女性の登用目標")
    };
    let indicator = figure.indicator().unwrap();
    assert_eq!(indicator.group.get(Lang::En), "本省課室長相当職");
    assert_eq!(indicator.latest().map(|o| o.source.clone()), Some(Source::Imported));
    assert_eq!(status(&indicator, date(2025, 10, 1)).0, Status::Behind);
    assert_eq!(figure.current_as_of().label(Lang::En), "July 2024");
    assert_eq!(figure.deadline().label(Lang::En), "end of FY2025");
    assert_eq!(figure.deadline().label(Lang::Ja), "令和7年度末");
    assert_eq!(row("1", RowKind::Survey, "調査").indicator(), None);
}

#[test]
fn a_deadline_and_times_in_parentheses_are_read_and_left_as_they_are() {
    let mut figure = Row {
        target: "30%（令和7年度まで）".into(),
        current: "16.7%(令和7年4月1日)".into(),
        baseline: "12.1%(令和3年度)".into(),
        baseline_as_of: "令和2年度".into(),
        ..row("5-1", RowKind::Figure, "女性の採用目標")
    };
    let indicator = figure.indicator().unwrap();
    assert_eq!(indicator.deadline, Deadline::parse("令和7年度まで").ok());
    let time = |observation: Option<&Observation>| observation.and_then(|o| o.as_of);
    assert_eq!(time(indicator.latest()), AsOf::parse("令和7年4月1日").ok());
    assert_eq!(time(indicator.baseline.as_ref()), AsOf::parse("令和2年度").ok(), "its own cell goes first");
    let (found, reason) = status(&indicator, date(2025, 10, 1));
    assert_eq!(found, Status::Behind);
    assert!(
        reason.ja.starts_with("目標は30%(令和7年度まで)、現状は16.7%(令和7年4月1日)です。"),
        "{}",
        reason.ja
    );
    assert_eq!(figure.deadline_column(), Column::Target);
    assert_eq!(figure.target().label(Lang::Ja), "30%（令和7年度まで）");
    assert_eq!(figure.target().label(Lang::En), "30% (by FY2025)");
    assert_eq!(figure.current().label(Lang::Ja), "16.7%(令和7年4月1日)");
    let labels = |lang| (figure.current().label(lang), figure.current_as_of().label(lang));
    assert_eq!(labels(Lang::En), ("16.7%".to_owned(), "1 April 2025".to_owned()));
    assert_eq!(labels(Lang::Ja).1, "", "nothing stands in that cell");

    for (cell, deadline, column) in [
        ("-", "令和7年度まで", Column::Target),
        ("令和9年度末", "令和9年度末", Column::Deadline),
        ("未定", "", Column::Deadline),
    ] {
        figure.deadline = cell.into();
        assert_eq!(figure.effective_deadline(), Deadline::parse(deadline).ok(), "{cell}");
        assert_eq!(figure.indicator().and_then(|i| i.deadline), figure.effective_deadline(), "{cell}");
        assert_eq!(figure.deadline_column(), column, "{cell}");
    }
    figure.target = "35%以上(毎年度)".into();
    figure.deadline = String::new();
    assert_eq!(figure.effective_deadline(), Some(Deadline::EveryFiscalYear));
    figure.current = "42.3%(速報値)".into();
    assert_eq!(figure.current().parsed, None);
}

#[test]
fn dashes_and_empty_cells_state_nothing() {
    let figure = Row { target: "-".into(), baseline: "-".into(), ..row("5-1", RowKind::Figure, "採用") };
    let indicator = figure.indicator().unwrap();
    assert_eq!((indicator.target, indicator.baseline), (None, None));
    assert!(figure.target().is_dash() && !figure.target().is_absent());
    assert!(figure.deadline().is_absent());
}
