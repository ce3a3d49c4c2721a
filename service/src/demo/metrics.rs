//! The demo's metric series: four years of hours in the office, two of overtime with ceilings and explanations, telework
//! days, leave and recruits.

use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::metric::Period;
use domain::role::Role;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::plan::first;
use crate::Service;
use crate::error::Result;
use crate::registry::headcount::UnitPeople;

const SEED: u64 = 20_250_402;

/// Units asked for an explanation in the newest month.
const ASKED: usize = 3;

pub async fn run(service: &Service, today: Date) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let units: Vec<UnitPeople> = service.registry.headcount().await?;
    let this_year = FiscalYear::of(today);
    let mut file = String::from("部署コード,系列,期間,値,人数,分子,分母\n");
    for unit in units.iter().filter(|unit| unit.people >= 3) {
        hours(&mut file, unit, this_year, today, &mut rng);
    }
    shares(&mut file, &units, this_year, &mut rng);
    let hr = first(service, Role::Hr).await?;
    service.import_metrics(file.as_bytes(), "demo.csv", Some(hr)).await?;
    service.set_ceilings(this_year, Some(hr)).await?;
    explanations(service, today, hr).await
}

/// Hours of one unit: falling a little from year to year, with more in the months before the budget and the new year.
fn hours(file: &mut String, unit: &UnitPeople, this_year: FiscalYear, today: Date, rng: &mut StdRng) {
    let usual = 24.0 + 18.0 * rng.random::<f64>();
    let people = f64::from(unit.people);
    for back in (0..=3).rev() {
        let year = this_year.year() - back;
        let busy = 1.0 + 0.04 * f64::from(back);
        for step in 0..12i8 {
            let month =
                if step < 9 { YearMonth::new(year, step + 4) } else { YearMonth::new(year + 1, step - 8) };
            let Some(month) = month.filter(|month| month.last_day() < today) else { continue };
            let season = if matches!(month.month(), 1..=3 | 8 | 12) { 1.15 } else { 1.0 };
            let spread = 0.92 + 0.16 * rng.random::<f64>();
            let each = usual * busy * season * spread;
            let period = Period::Month(month).code();
            let code = &unit.code;
            file.push_str(&format!("{code},office_hours,{period},{:.1},{},,\n", each * people, unit.people));
            if back > 1 {
                continue;
            }
            // Some units have a hard month now and then.
            let strain = if rng.random::<f64>() < 0.08 { 1.35 } else { 0.93 };
            file.push_str(&format!(
                "{code},overtime_hours,{period},{:.1},{},,\n",
                each * strain * people,
                unit.people
            ));
            if back == 0 {
                let days = (2.0 + 3.0 * rng.random::<f64>()) * people;
                file.push_str(&format!("{code},telework_days,{period},{days:.0},{},,\n", unit.people));
            }
        }
    }
}

/// Yearly shares of the whole ministry.
fn shares(file: &mut String, units: &[UnitPeople], this_year: FiscalYear, rng: &mut StdRng) {
    let Some(root) = units.iter().find(|unit| unit.parent.is_none()) else { return };
    for back in (1..=4).rev() {
        let year = format!("FY{}", this_year.year() - back);
        let recruits = 110 + rng.random_range(0..20);
        let women = recruits * (53 - u32::try_from(back).unwrap_or(0) * 2) / 100;
        file.push_str(&format!("{},recruits_women,{year},,,{women},{recruits}\n", root.code));
        let fathers = 90 + rng.random_range(0..15);
        let taken = fathers * (50 - u32::try_from(back).unwrap_or(0) * 6) / 100;
        file.push_str(&format!("{},childcare_leave_men,{year},,,{taken},{fathers}\n", root.code));
    }
}

/// The units furthest above their ceiling are asked; one has replied, and of that something was decided.
async fn explanations(service: &Service, today: Date, hr: i64) -> Result<()> {
    let month = service.overtime_month(None, None).await?;
    let units: Vec<i64> = month.furthest_above(ASKED).iter().map(|row| row.unit).collect();
    if units.is_empty() {
        return Ok(());
    }
    let due = today.checked_add(jiff::Span::new().days(10)).unwrap_or(today);
    let question = crate::metric::explanation_questions().ja;
    service.ask_explanations(month.month, &units, &due.to_string(), &question, hr).await?;
    let asked = service.explanations(Some(month.month)).await?;
    let Some(one) = asked.first() else { return Ok(()) };
    for id in service.registry.active_staff().await? {
        let person = service.registry.person(id).await?;
        if person.has(Role::Manager)
            && service.explanation(&person, one.id).await.is_ok()
            && !person.has(Role::Hr)
        {
            let reply = "国際会議の準備が重なり、月の後半に業務が集中しました。一時的なもので、翌月は減る見込みです。資料作成の分担を見直しています。";
            service.reply_explanation(&person, one.id, reply, None).await?;
            return service
                .decide_explanation(one.id, "翌月の実績を確認する。会議期間中は隣の課から応援を1名出す。", hr)
                .await;
        }
    }
    Ok(())
}
