//! A follow-up table that is imported leaves again exactly as it came.
//!
//! The table tried is, in this order: the file named by `SHIRUBE_FOLLOWUP_CSV`; a ministry's own table at
//! `seed/followup-r7.csv` in a folder beside the checkout; the demo ministry's. The first two are not part of
//! the repository, so that the test has work to do wherever it runs.

use std::path::{Path, PathBuf};
use std::{env, fs};

use domain::followup::{self, Column, Row, RowKind};
use domain::indicator::{Readable, Written};
use domain::text::Lang;

/// The table to try.
fn table() -> PathBuf {
    if let Some(path) = env::var_os("SHIRUBE_FOLLOWUP_CSV") {
        return PathBuf::from(path);
    }
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let beside = fs::read_dir(checkout.join(".."))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("seed/followup-r7.csv"))
        .find(|path| path.is_file());
    beside.unwrap_or_else(|| demo(&checkout))
}

fn demo(checkout: &Path) -> PathBuf {
    checkout.join("service/demo/followup.csv")
}

fn rows_of(path: &Path) -> (String, Vec<Row>) {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match followup::read(&text) {
        Ok(rows) => (text, rows),
        Err(errors) => {
            let messages: Vec<String> = errors.iter().map(|e| e.message(Lang::En)).collect();
            panic!("{}: {}", path.display(), messages.join("\n"));
        }
    }
}

/// Asserts that a cell is empty, a dash, or says something this software can print and read.
fn assert_readable<T: Readable + PartialEq + std::fmt::Debug>(row: &Row, column: Column, cell: &Written<T>) {
    assert!(
        cell.is_absent() || cell.is_dash() || cell.parsed.is_some(),
        "section {}, {}: {:?}",
        row.section,
        column.header(),
        cell.text
    );
    assert_eq!(cell.label(Lang::Ja), cell.text);
    if let Some(parsed) = &cell.parsed {
        for lang in [Lang::Ja, Lang::En] {
            assert_eq!(T::read(&parsed.label(lang)).as_ref(), Some(parsed));
        }
    }
}

#[test]
fn an_imported_table_is_exported_cell_for_cell() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in [table(), demo(&checkout)] {
        let (text, rows) = rows_of(&path);
        assert!(!rows.is_empty());
        assert_eq!(followup::write(&rows), text, "{}", path.display());
    }
}

#[test]
fn every_figure_and_date_of_the_table_is_read() {
    let (_, rows) = rows_of(&table());
    let mut indicators = 0;
    for row in &rows {
        assert_readable(row, Column::Target, &row.target());
        assert_readable(row, Column::Deadline, &row.deadline());
        assert_readable(row, Column::Current, &row.current());
        assert_readable(row, Column::CurrentAsOf, &row.current_as_of());
        assert_readable(row, Column::Baseline, &row.baseline());
        assert_readable(row, Column::BaselineAsOf, &row.baseline_as_of());
        indicators += usize::from(row.indicator().is_some());
    }
    assert_eq!(indicators, rows.iter().filter(|row| row.kind == RowKind::Figure).count());
    assert!(indicators >= 9);
}

/// The demo plan has the figures of the real one and one more: the index its own survey feeds.
#[test]
fn the_demo_plan_has_its_sections_and_the_index_of_the_engagement_survey() {
    let (_, rows) = rows_of(&demo(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")));
    let sections = followup::sections(&rows);
    let numbers: Vec<String> = sections.iter().map(|s| s.number.to_string()).collect();
    assert_eq!(numbers, ["1-1", "1-2", "2", "3", "4", "5-1", "5-2", "6"]);
    let index = rows.iter().find(|row| row.item == "職員エンゲージメント指数").expect("the index row");
    assert_eq!((index.section.to_string().as_str(), index.kind), ("6", RowKind::Figure));
    assert_eq!((index.target.as_str(), index.deadline.as_str()), ("65以上", "令和9年度末"));
    assert_eq!((index.current.as_str(), index.current_as_of.as_str()), ("", ""));
    assert_eq!((index.baseline.as_str(), index.baseline_as_of.as_str()), ("58.0", "令和4年度"));
}

/// Where the ministry's own table is at hand, the demo plan has its figures as they are; the texts are our own.
#[test]
fn the_demo_plan_has_the_figures_of_the_real_one() {
    let demo = demo(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let figures = |path: &Path| -> Vec<[String; 7]> {
        let (_, rows) = rows_of(path);
        let figures = rows.into_iter().filter(|row| row.kind == RowKind::Figure);
        let cells = figures.map(|row| {
            let Row { section, target, deadline, current, current_as_of, baseline, baseline_as_of, .. } = row;
            [section.to_string(), target, deadline, current, current_as_of, baseline, baseline_as_of]
        });
        cells.collect()
    };
    let ours = figures(&demo);
    for figure in figures(&table()) {
        assert!(ours.contains(&figure), "{figure:?}");
    }
}
