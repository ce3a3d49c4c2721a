//! Where the values of indicators come from, on both engines: superseded cells, drafts, metric series; shares of few
//! people, the record of what arrived, and what owners are told.

#[path = "../common/mod.rs"]
mod common;

mod drafts;
mod notices;
mod series;
mod small_shares;
mod tables;

use common::column;
use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::followup::{self, Column};
use domain::indicator::Source;
use domain::text::Text;
use service::indicator::{Act, COUNTED, Change, Edit, Edits, PlanRow, RowSettings};
use service::metric::MetricLink;
use service::{Error, Service};

const DAY: i64 = 86_400;
const METRICS: &str = "部署コード,系列,期間,値,人数,分子,分母\n";

fn year(year: i16) -> FiscalYear {
    FiscalYear::new(year).expect("a year")
}

fn month(year: i16, month: i8) -> YearMonth {
    YearMonth::new(year, month).expect("a month")
}

/// A line of the table with a figure: section, item, target, current value and its time.
fn figure(section: &str, item: &str, target: &str, current: &str, as_of: &str) -> String {
    format!("{section},数値,{item},,{target},令和9年度末,{current},{as_of},,,,\r\n")
}

fn table(lines: &[String]) -> String {
    format!("{}{}", followup::write(&[]), lines.concat())
}

async fn import(service: &Service, lines: &[String]) {
    service.import_followup(&table(lines), Some(2025), None).await.expect("imported");
}

/// Numbers of metric series, as HR imports them.
async fn numbers(service: &Service, hr: i64, lines: &str) {
    let file = format!("{METRICS}{lines}");
    service.import_metrics(file.as_bytes(), "x.csv", Some(hr)).await.expect("imported");
}

async fn rows(service: &Service, year: i16) -> Vec<PlanRow> {
    let plan = service.followup(Some(year)).await.expect("a plan");
    plan.sections.into_iter().flat_map(|section| section.rows).collect()
}

async fn row(service: &Service, item: &str) -> PlanRow {
    rows(service, 2025).await.into_iter().find(|row| row.cells.item == item).expect("the row")
}

fn values(row: &PlanRow) -> Vec<(&str, &str)> {
    row.sources.iter().map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect()
}

/// Those of [`values`] that a metric series brought.
fn arrived(row: &PlanRow) -> Vec<(&str, &str)> {
    let told = row.sources.iter().filter(|source| matches!(source.source, Source::Metric { .. }));
    told.map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect()
}

/// What is on record of values that came by themselves, before and after, the earliest first.
async fn recorded(service: &Service, of: i16, row: i64) -> Vec<(String, String)> {
    let changes = service.followup_changes(year(of), Some(row), 0, 100).await.expect("changes");
    let values = changes.into_iter().rev().filter(|change| change.act == Some(Act::Value));
    let said = |change: Change| {
        assert_eq!((change.actor, change.field.as_str()), (None, COUNTED), "it is of people");
        (change.before, change.after)
    };
    values.map(said).collect()
}

fn pair(before: &str, after: &str) -> (String, String) {
    (before.to_owned(), after.to_owned())
}

async fn unit_id(service: &Service, code: &str) -> i64 {
    let units = service.registry.headcount().await.expect("units");
    units.into_iter().find(|unit| unit.code == code).expect("the unit").id
}

async fn give(service: &Service, row: i64, unit: &str) {
    let owner = Some(unit_id(service, unit).await);
    let settings = RowSettings { owner, ..RowSettings::default() };
    service.set_followup_settings(row, settings, None).await.expect("set");
}

async fn link(service: &Service, row: i64, series: &str) {
    let link = MetricLink { series: series.into(), unit: None, yearly: false };
    service.link_metric(row, Some(link), None).await.expect("linked");
}

fn edit(row: &PlanRow, column: Column, now: &str) -> Edits {
    Edits::from([(column, Edit { was: row.cells.cell(column).into_owned(), now: now.into() })])
}

fn refused<T: std::fmt::Debug>(result: service::Result<T>) -> Text {
    match result {
        Err(Error::Invalid(text) | Error::Conflict(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn is_conflict<T>(result: service::Result<T>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}

/// Recipients and texts of the mails of a kind.
async fn mails(service: &Service, kind: &str) -> Vec<String> {
    let sql = format!("SELECT recipient || ' ' || body FROM mail WHERE kind = '{kind}' ORDER BY id");
    column(&service.settings.registry_url, &sql).await
}
