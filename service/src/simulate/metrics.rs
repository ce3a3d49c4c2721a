//! Numbers of metric series by the hundred thousand, as another system would send them, and follow-up tables as large as
//! they may be.

use std::time::Instant;

use domain::fiscal_year::YearMonth;
use domain::followup::{self, MAX_ROWS, Row, RowKind, SectionNumber};
use domain::metric::Period;
use serde::Serialize;

use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::TableFile;
use crate::metric::{Batch, MAX_ROWS_PER_CALL, MetricLink, Posted, Scope};
use crate::registry::roster::Refused;

/// Rows of the follow-up table that the series feeds.
const LINKED: usize = 20;

/// Seconds and counts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Units.
    pub units: u32,
    /// Rows of a follow-up table that the series feeds meanwhile.
    pub linked: usize,
    /// Rows of metric series, sent in calls of at most 200,000.
    pub rows: usize,
    /// Reading, checking and writing all of them.
    pub metrics_seconds: f64,
    /// Rows per second.
    pub metrics_per_second: f64,
    /// The same rows once more, as changes of what is there.
    pub again_seconds: f64,
    /// Rows of a follow-up table.
    pub table_rows: usize,
    /// Importing it as CSV.
    pub table_csv_seconds: f64,
    /// Importing it as a workbook, over the same rows.
    pub table_xlsx_seconds: f64,
    /// Writing it as a workbook.
    pub table_export_seconds: f64,
}

/// Sends `rows` rows for `units` units into databases that hold nothing yet.
///
/// # Errors
/// [`Error::Invalid`] where the plan makes no sense, or the registry holds anything.
pub async fn run(service: &Service, units: u32, rows: u32) -> Result<Figures> {
    if units == 0 || rows == 0 {
        return Err(Error::invalid(
            "部署と行は1以上にしてください。",
            "Please give at least one unit and one row.",
        ));
    }
    super::require_empty(service).await?;
    let administrator = organisation(service, units).await?;
    let mut figures = Figures {
        database: if service.registry.db.is_postgres() { "postgres" } else { "sqlite" },
        units,
        ..Figures::default()
    };
    figures.linked = linked_table(service).await?;
    let token = service.issue_token("simulate", Scope::default(), 1, administrator).await?;
    let holder = service.holder(&token.text).await?;
    for (round, seconds) in [(0u32, &mut figures.metrics_seconds), (1, &mut figures.again_seconds)] {
        let start = Instant::now();
        let mut sent = 0;
        while sent < rows {
            let count = (rows - sent).min(u32::try_from(MAX_ROWS_PER_CALL).unwrap_or(u32::MAX));
            let body = csv(units, sent, count, round);
            let table = domain::csv_rows::rows(&body).map_err(|e| Error::Damaged(e.to_string()))?;
            let key = format!("{round}/{sent}");
            match service.post_metrics(&holder, &key, body.as_bytes(), Batch::Table(table)).await? {
                Posted::Taken(taken) if round == 0 => figures.rows += taken.rows,
                Posted::Taken(_) => {}
                other => return Err(Error::Damaged(format!("a simulated call ended as {other:?}"))),
            }
            sent += count;
        }
        *seconds = start.elapsed().as_secs_f64();
    }
    figures.metrics_per_second = figures.rows as f64 / figures.metrics_seconds;
    table(service, &mut figures).await?;
    Ok(figures)
}

/// Units in one level under the root, and somebody to make a token. Returns their id.
async fn organisation(service: &Service, units: u32) -> Result<i64> {
    let mut file =
        String::from("unit_code,name,name_en,parent_code,kind\nR,模擬省,Simulated Ministry,,headquarters\n");
    for n in 0..units {
        file.push_str(&format!("U{n},{n}課,Division {n},R,division\n"));
    }
    let refused = |refused: Refused| match refused {
        Refused::Fault(error) => error,
        other => Error::Damaged(format!("the simulated units: {other:?}")),
    };
    let (now, today) = (service.clock.now(), service.clock.today());
    service.registry.import_units(file.as_bytes(), None, now).await.map_err(refused)?;
    let staff = "staff_number,name,mail,unit_code,role\n1,模擬 一,n1@example.org,R,administrator\n";
    service.registry.import_roster(staff.as_bytes(), None, now, today).await.map_err(refused)?;
    service.registry.active_staff().await?.first().copied().ok_or(Error::NotFound)
}

/// A table with rows that the series feeds, of which one in two is by the fiscal year. Returns how many.
async fn linked_table(service: &Service) -> Result<usize> {
    let section = SectionNumber::parse("2").ok_or_else(|| Error::Damaged("a section".into()))?;
    let row = |n: usize| Row {
        item: format!("超過勤務{n}"),
        target: "30時間以下".into(),
        deadline: "令和7年度末".into(),
        ..Row::new(section, RowKind::Figure)
    };
    let table = followup::write(&(0..LINKED).map(row).collect::<Vec<_>>());
    // A year before the large table, which takes nothing over.
    service
        .import_followup(TableFile { bytes: table.as_bytes(), name: "linked.csv" }, Some(2024), None)
        .await?;
    let plan = service.followup(Some(2024)).await?;
    let rows = plan.sections.into_iter().flat_map(|section| section.rows);
    for (n, row) in rows.enumerate() {
        let link = MetricLink { series: "overtime_hours".into(), unit: None, yearly: n % 2 == 1 };
        service.link_metric(row.id, Some(link), None).await?;
    }
    Ok(LINKED)
}

/// `count` rows from the `first` on: all units of a month, then the month before, from last month back; amounts differ from
/// round to round.
fn csv(units: u32, first: u32, count: u32, round: u32) -> String {
    let mut csv = String::from("unit,series,period,value,people\n");
    let mut at = u32::MAX;
    let mut period = String::new();
    for row in first..first + count {
        let back = row / units;
        if back != at {
            (at, period) = (back, month(back).map(|month| Period::Month(month).code()).unwrap_or_default());
        }
        let unit = row % units;
        csv.push_str(&format!("U{unit},overtime_hours,{period},{}.5,12\n", 100 + (row + round) % 300));
    }
    csv
}

/// The month `back` months before January 2025.
fn month(back: u32) -> Option<YearMonth> {
    let months = 2025 * 12 - i32::try_from(back).ok()?;
    YearMonth::new(i16::try_from(months / 12).ok()?, i8::try_from(months % 12 + 1).ok()?)
}

async fn table(service: &Service, figures: &mut Figures) -> Result<()> {
    let section = SectionNumber::parse("4").ok_or_else(|| Error::Damaged("a section".into()))?;
    let rows: Vec<Row> = (0..MAX_ROWS)
        .map(|n| Row {
            item: format!("指標{n}"),
            target: "毎年度35%以上".into(),
            current: "52.1%".into(),
            current_as_of: "令和7年4月1日".into(),
            baseline: "47.9%".into(),
            baseline_as_of: "令和3年4月1日".into(),
            initiative: "・手引を改め、様式を一枚にした。\n・端末を配った。".into(),
            ..Row::new(section, RowKind::Figure)
        })
        .collect();
    figures.table_rows = rows.len();
    let csv = followup::write(&rows);
    let start = Instant::now();
    service.import_followup(TableFile { bytes: csv.as_bytes(), name: "a.csv" }, Some(2025), None).await?;
    figures.table_csv_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let book = service.followup_workbook(Some(2025)).await?;
    figures.table_export_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    service.import_followup(TableFile { bytes: &book, name: "a.xlsx" }, Some(2025), None).await?;
    figures.table_xlsx_seconds = start.elapsed().as_secs_f64();
    Ok(())
}
