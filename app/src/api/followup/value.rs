//! Values of an indicator: typed, taken back, or fed by a survey or a metric series.

use leptos::prelude::*;
use service::indicator::{NewValue, SurveyLink};
use service::metric::MetricLink;

use super::TABLE;
use crate::api::hr::Desk;
use crate::flash;

fn page_of(row: i64) -> String {
    format!("{TABLE}/{row}")
}

/// Records a value of an indicator, with its counts (`8/19`), what it can be checked by, and what should be known of
/// it.
#[server(prefix = "/api", endpoint = "hr/followup/value")]
pub async fn set_followup_value(
    row: i64,
    #[server(default)] value: String,
    as_of: String,
    #[server(default)] counts: String,
    #[server(default)] evidence: String,
    #[server(default)] note: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = page_of(row);
    let new = NewValue { value, as_of, counts, evidence, note };
    match desk.service.set_value(row, &new, Some(desk.actor)).await {
        Ok(()) => flash::done("実績値を記録しました。", "The value has been recorded.", &page).await,
        Err(error) => {
            let NewValue { value, as_of, counts, evidence, note } = new;
            let typed = [
                ("value", value),
                ("as_of", as_of),
                ("counts", counts),
                ("evidence", evidence),
                ("note", note),
            ];
            flash::refused(error, typed, &page).await
        }
    }
}

/// Takes a typed or earlier imported value of an indicator back.
#[server(prefix = "/api", endpoint = "hr/followup/withdraw")]
pub async fn withdraw_followup_value(row: i64, observation: i64) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = page_of(row);
    match desk.service.withdraw_value(row, observation, Some(desk.actor)).await {
        Ok(()) => flash::done("実績値を取り消しました。", "The value has been taken back.", &page).await,
        Err(error) => flash::refused(error, [], &page).await,
    }
}

/// Links an indicator to a survey: `figure` is series and figure with a space between them, and ends the link where
/// it is empty; `population` says whose figure, and is empty for everybody.
#[server(prefix = "/api", endpoint = "hr/followup/link")]
pub async fn link_followup(
    row: i64,
    #[server(default)] figure: String,
    #[server(default)] population: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = page_of(row);
    let link = (!figure.is_empty()).then(|| {
        let (series, figure) = figure.split_once(' ').unwrap_or((figure.as_str(), ""));
        SurveyLink { series: series.to_owned(), figure: figure.to_owned(), population: population.clone() }
    });
    let linked = link.is_some();
    match desk.service.link_survey(row, link, Some(desk.actor)).await {
        Ok(()) if linked => {
            flash::done(
                "調査と連携しました。公表済みの回の結果のうち、全職員に示されるものを取り込みました。今後の公表時には自動で反映します。",
                "Linked to the survey. What released waves show to all staff has been taken over; later waves follow by themselves.",
                &page,
            )
            .await
        }
        Ok(()) => {
            flash::done(
                "調査との連携を解除し、調査から取り込んだ実績値を外しました。",
                "The link has been ended, and the values taken over from the survey have been removed.",
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [("figure", figure), ("population", population)], &page).await,
    }
}

/// The value of `every` for one value a fiscal year.
pub const YEARLY: &str = "year";

/// Links an indicator to a metric series, of one unit (by its code) and everything below it or, without one, of all
/// units; without a series, ends the link. `every` is [`YEARLY`] where a monthly series gives a value a fiscal year.
#[server(prefix = "/api", endpoint = "hr/followup/metric-link")]
pub async fn link_followup_metric(
    row: i64,
    #[server(default)] series: String,
    #[server(default)] unit: String,
    #[server(default)] every: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = page_of(row);
    let link = (!series.is_empty()).then(|| MetricLink {
        series: series.clone(),
        unit: (!unit.is_empty()).then(|| unit.clone()),
        yearly: every == YEARLY,
    });
    let linked = link.is_some();
    match desk.service.link_metric(row, link, Some(desk.actor)).await {
        Ok(()) if linked => {
            flash::done(
                "統計系列と連携しました。今ある期間の値を取り込み、今後の更新も自動で反映します。",
                "Linked to the metric series. The periods there are have been taken over; later ones follow by themselves.",
                &page,
            )
            .await
        }
        Ok(()) => {
            flash::done(
                "統計系列との連携を解除し、系列から取り込んだ実績値を外しました。",
                "The link has been ended, and the values taken over from the metric series have been removed.",
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [("series", series), ("unit", unit), ("every", every)], &page).await,
    }
}
