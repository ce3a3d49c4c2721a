//! The life of a year's table: a new edition, its submission, the sign-off, and reopening it.

use domain::fiscal_year::FiscalYear;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::Step;

use super::{TABLE, read_year, table};
use crate::api::hr::Desk;
use crate::context::Context;
use crate::flash;

/// The step of HR's form that takes back what it has asked to be signed off.
pub const TAKE_BACK: &str = "take_back";

/// Takes the table of a fiscal year one step on, says so, and goes back to where its state is shown.
async fn advance(
    context: &Context,
    actor: i64,
    year: i16,
    step: Step,
    (ja, en): (&str, &str),
    typed: Vec<(&'static str, String)>,
) -> Result<(), ServerFnError> {
    let page = table(year, "state");
    let outcome = match FiscalYear::new(year) {
        Some(year) => context.service().step_followup(year, step, actor).await,
        None => Err(service::Error::NotFound),
    };
    match outcome {
        Ok(()) => flash::done(ja, en, &page).await,
        Err(error) => flash::refused(error, typed, &page).await,
    }
}

/// The request at hand and the id of the executive who acts.
fn executive() -> Result<(Context, i64), ServerFnError> {
    let context = Context::now();
    let person = context.require(&[Role::Executive]).map_err(|error| context.refuse(&error))?;
    Ok((context, person.id))
}

/// Begins the table of a fiscal year (`2026`, `令和8年度`) from the newest one before it.
#[server(prefix = "/api", endpoint = "hr/followup/edition")]
pub async fn begin_followup_edition(edition_year: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let outcome = match read_year(&edition_year) {
        Ok(year) => {
            let rows = desk.service.begin_edition(year.year(), Some(desk.actor)).await;
            rows.map(|rows| (year, rows))
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((year, rows)) => {
            flash::done(
                format!(
                    "{}の表を作りました({rows}行)。前の表の内容・担当部署・連携・実績値を引き継いでいます。",
                    year.label(Lang::Ja)
                ),
                format!(
                    "The table of {} has been begun ({rows} rows), with the texts, owners, links and values of the last one.",
                    year.label(Lang::En)
                ),
                &table(year.year(), "state"),
            )
            .await
        }
        Err(error) => {
            flash::refused(error, [("edition_year", edition_year)], &format!("{TABLE}#edition")).await
        }
    }
}

/// HR removes the table of a fiscal year that is neither signed off nor submitted; `removed_year` is that year once more, so that no
/// slip of the hand takes a table away.
#[server(prefix = "/api", endpoint = "hr/followup/remove-table")]
pub async fn remove_followup_table(
    year: i16,
    #[server(default)] removed_year: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let Some(fiscal_year) = FiscalYear::new(year) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    let outcome = match read_year(&removed_year) {
        Ok(typed) if typed == fiscal_year => {
            desk.service.remove_followup(fiscal_year, Some(desk.actor)).await
        }
        Ok(_) => Err(service::Error::invalid(
            format!("削除する表の年度({})を入力してください。", fiscal_year.label(Lang::Ja)),
            format!("Please type the year of the table to be removed ({}).", fiscal_year.label(Lang::En)),
        )),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(rows) => {
            flash::done(
                format!("{}の表を削除しました({rows}行)。", fiscal_year.label(Lang::Ja)),
                format!("The table of {} has been removed ({rows} rows).", fiscal_year.label(Lang::En)),
                TABLE,
            )
            .await
        }
        Err(error) => flash::refused(error, [("removed_year", removed_year)], &table(year, "state")).await,
    }
}

/// HR asks for the sign-off of a table, or takes that back where `step` is [`TAKE_BACK`].
#[server(prefix = "/api", endpoint = "hr/followup/submit")]
pub async fn submit_followup(year: i16, #[server(default)] step: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let (step, told) = match step.as_str() {
        "" => (
            Step::Submit,
            (
                "確定を依頼しました。幹部が確定するか、コメントを付けて差し戻します。",
                "The sign-off has been asked for. An executive will sign the table off, or return it with a comment.",
            ),
        ),
        TAKE_BACK => (
            Step::TakeBack,
            (
                "確定の依頼を取り下げました。表を変更できます。変更を終えたら、もう一度確定を依頼してください。",
                "The table has been taken back and can be changed. Please ask for the sign-off again when you are done.",
            ),
        ),
        _ => return Err(desk.context.refuse(&service::Error::NotFound)),
    };
    advance(&desk.context, desk.actor, year, step, told, Vec::new()).await
}

/// HR reopens a table that was signed off, saying why.
#[server(prefix = "/api", endpoint = "hr/followup/reopen")]
pub async fn reopen_followup(year: i16, #[server(default)] reason: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let told = (
        "確定を取り消しました。表を変更できます。変更を終えたら、もう一度確定を依頼してください。",
        "The table has been reopened and can be changed. Please ask for the sign-off again when you are done.",
    );
    let step = Step::Reopen(reason.clone());
    advance(&desk.context, desk.actor, year, step, told, vec![("reason", reason)]).await
}

/// An executive signs off the table that was `submitted` at that time, seconds since 1970 UTC.
#[server(prefix = "/api", endpoint = "executive/followup/sign")]
pub async fn sign_followup(year: i16, #[server(default)] submitted: i64) -> Result<(), ServerFnError> {
    let (context, actor) = executive()?;
    let told = ("表を確定しました。", "The table has been signed off.");
    advance(&context, actor, year, Step::Sign(submitted), told, Vec::new()).await
}

/// An executive returns a submitted table, saying what should be changed.
#[server(prefix = "/api", endpoint = "executive/followup/return")]
pub async fn return_followup(year: i16, #[server(default)] comment: String) -> Result<(), ServerFnError> {
    let (context, actor) = executive()?;
    let told = ("コメントを付けて差し戻しました。", "The table has been returned with your comment.");
    let step = Step::Return(comment.clone());
    advance(&context, actor, year, step, told, vec![("comment", comment)]).await
}
