//! The demo's follow-up tables: last year's, signed off, and this year's, which goes on from it.

use std::collections::BTreeMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::{Column, RowKind};
use domain::role::Role;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::Service;
use crate::error::{Error, Result};
use crate::indicator::{Cells, NewValue, PlanRow, RowSettings, Step, SurveyLink, TableFile, edits_of};
use crate::metric::MetricLink;
use crate::registry::entity::staff;

const FOLLOWUP: &str = include_str!("../../demo/followup.csv");

/// The units that own the sections, by unit code.
const OWNERS: [(&str, &str); 6] =
    [("1-1", "1200"), ("1-2", "1200"), ("2", "1200"), ("4", "1100"), ("5-1", "1100"), ("5-2", "1100")];

/// Values of earlier years, so that there is a course: group or item, value, time.
const EARLIER: [(&str, &str, &str); 6] = [
    ("本省課室長相当職", "9.4%", "令和4年7月"),
    ("本省課室長相当職", "10.2%", "令和5年7月"),
    ("地方機関課長・本省課長補佐級相当職", "27.9%", "令和4年7月"),
    ("係長相当職(本省)", "49.9%", "令和4年7月"),
    ("男性職員の育児休業取得率", "29.6%", "令和3年度"),
    ("男性職員の育児休業取得率", "36.8%", "令和4年度"),
];

/// The indicator that the metric series of overtime feeds.
const OVERTIME: &str = "職員一人当たりの月平均超過勤務時間";

pub async fn run(service: &Service, today: Date) -> Result<()> {
    let this_year = FiscalYear::of(today);
    let last_year = this_year.previous().unwrap_or(this_year);
    let hr = first(service, Role::Hr).await?;
    let executive = first(service, Role::Executive).await?;
    let file = TableFile { bytes: FOLLOWUP.as_bytes(), name: "followup.csv" };
    service.import_followup(file, Some(last_year.year()), Some(hr)).await?;
    let units: BTreeMap<String, i64> =
        service.registry.headcount().await?.into_iter().map(|unit| (unit.code, unit.id)).collect();
    for row in rows(service, last_year).await? {
        let section = row.row.section.to_string();
        let code = OWNERS.iter().find(|(number, _)| *number == section).map(|(_, code)| *code);
        if let Some(owner) = code.and_then(|code| units.get(code)) {
            let settings = RowSettings { owner: Some(*owner), ..RowSettings::default() };
            service.set_followup_settings(row.id, settings, Some(hr)).await?;
        }
        for (name, value, time) in EARLIER {
            if row.indicator.is_some() && (row.row.group == name || row.row.item == name) {
                let new = NewValue { evidence: "人事統計".into(), ..NewValue::plain(value, time) };
                service.set_value(row.id, &new, Some(hr)).await?;
            }
        }
        if row.row.item == "職員エンゲージメント指数" {
            let link = SurveyLink {
                series: "engagement".into(),
                figure: "area:engagement".into(),
                population: String::new(),
            };
            service.link_survey(row.id, Some(link), Some(hr)).await?;
        }
    }
    service.step_followup(last_year, Step::Submit, hr).await?;
    service.step_followup(last_year, Step::Sign(service.clock.now()), executive).await?;
    service.begin_edition(this_year.year(), Some(hr)).await?;

    let cells = Cells::from([
        (Column::Item, OVERTIME.to_owned()),
        (Column::Target, "30時間以下".to_owned()),
        (Column::Deadline, "令和9年度末".to_owned()),
        (Column::Baseline, "38.5時間".to_owned()),
        (Column::BaselineAsOf, "令和4年度".to_owned()),
    ]);
    let overtime = service.add_followup_row(this_year, RowKind::Figure, "2", &cells, Some(hr)).await?;
    let overtime_series =
        MetricLink { series: "overtime_hours".into(), yearly: true, ..MetricLink::default() };
    let owner = units.get("1200").copied();
    service
        .set_followup_settings(overtime, RowSettings { owner, ..RowSettings::default() }, Some(hr))
        .await?;
    service.link_metric(overtime, Some(overtime_series), Some(hr)).await?;
    draft(service, this_year).await
}

/// The head of the personnel division proposes a text.
async fn draft(service: &Service, year: FiscalYear) -> Result<()> {
    let rows = rows(service, year).await?;
    let wanted = |row: &&PlanRow| row.row.kind == RowKind::Initiative && row.row.section.to_string() == "4";
    let Some(row) = rows.iter().find(wanted) else { return Ok(()) };
    let everyone = service.registry.active_staff().await?;
    for id in everyone {
        let person = service.registry.person(id).await?;
        if person.has(Role::Manager) && service.own_followup_row(&person, row.id).await.is_ok() {
            let text =
                format!("{}\n・今年度は、介護と両立する職員の相談窓口を夜間にも開いた。", row.row.initiative);
            let cells = Cells::from([(Column::Initiative, text)]);
            return service.save_draft(&person, row.id, &edits_of(&row.cells, &cells), true).await;
        }
    }
    Ok(())
}

async fn rows(service: &Service, year: FiscalYear) -> Result<Vec<PlanRow>> {
    let plan = service.followup(Some(year.year())).await?;
    Ok(plan.sections.into_iter().flat_map(|section| section.rows).collect())
}

/// The first person with a role, by staff number.
pub async fn first(service: &Service, role: Role) -> Result<i64> {
    let number = service.registry.first_with_role(role).await?;
    let found =
        staff::Entity::find().filter(staff::Column::Number.eq(number)).one(service.registry.db.get()).await?;
    found.map(|person| person.id).ok_or(Error::NotFound)
}
