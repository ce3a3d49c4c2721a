//! Preparing a review: who rates whom.

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use super::Desk;
#[cfg(feature = "ssr")]
use crate::flash;

/// The page of a review's raters. Ids go into addresses only after this.
#[cfg(feature = "ssr")]
fn raters_page(desk: &Desk, id: &str) -> Result<String, ServerFnError> {
    if service::secret::is_id(id) {
        Ok(format!("/hr/campaigns/{id}/raters"))
    } else {
        Err(desk.context.refuse(&service::Error::NotFound))
    }
}

/// Fills the table from the reporting lines.
#[server(prefix = "/api", endpoint = "hr/reviews/propose")]
pub async fn propose_raters(campaign: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = raters_page(&desk, &campaign)?;
    match desk.service.registry.propose_raters(&campaign, Some(desk.actor), desk.now).await {
        Ok(done) => {
            let (asked, left_out, kept) = (done.asked, done.left_out, done.kept);
            flash::done(
                format!("名簿の上司・部下の関係から表を作りました。候補{asked}組、対象外{left_out}組。人数が足りず依頼しない組は、下の表に示します。人事の修正と推薦の{kept}組は、そのままにしました。"),
                format!("The table has been made from the reporting lines: {asked} pairs proposed, {left_out} left out; those in groups too small to be asked are counted below. {kept} pairs that HR corrected or that were nominated stay as they were."),
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [], &page).await,
    }
}

/// Corrects one pair: `relation` asks the rater in it; empty leaves the rater out, for `reason`.
#[server(prefix = "/api", endpoint = "hr/reviews/correct")]
pub async fn correct_rater(
    campaign: String,
    subject: String,
    rater: String,
    #[server(default)] relation: String,
    #[server(default)] reason: String,
) -> Result<(), ServerFnError> {
    use domain::review::Relation;
    use service::registry::assignment::Correction;
    let desk = Desk::enter()?;
    let page = raters_page(&desk, &campaign)?;
    let correction = match (relation.as_str(), Relation::parse(&relation)) {
        ("", _) => Correction::LeaveOut(reason.clone()),
        (_, Some(relation)) => Correction::Ask(relation),
        (_, None) => return Err(desk.context.refuse(&service::Error::NotFound)),
    };
    let registry = &desk.service.registry;
    let outcome =
        registry.correct_rater(&campaign, &subject, &rater, correction, Some(desk.actor), desk.now).await;
    let back = if is_number(&subject) { format!("{page}?subject={subject}") } else { page };
    match outcome {
        Ok(()) => flash::done("表を修正しました。", "The table has been corrected.", &back).await,
        Err(error) => {
            let typed = [("subject", subject), ("rater", rater), ("relation", relation), ("reason", reason)];
            flash::refused(error, typed, &back).await
        }
    }
}

/// True for what can stand in an address as it is.
#[cfg(feature = "ssr")]
fn is_number(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Replaces the table by a file's.
#[server(prefix = "/api", endpoint = "hr/reviews/raters", input = MultipartFormData)]
pub async fn upload_raters(data: MultipartData) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let upload = match crate::api::hr::read_upload(data).await {
        Ok(upload) => upload,
        Err(error) => return flash::refused(error, [], "/hr/campaigns").await,
    };
    let campaign = upload.fields.get("campaign").cloned().unwrap_or_default();
    let page = raters_page(&desk, &campaign)?;
    let registry = &desk.service.registry;
    match registry.import_raters(&campaign, &upload.bytes, Some(desk.actor), desk.now).await {
        Ok(done) => {
            let (added, changed, removed) = (done.added, done.changed, done.removed);
            flash::done(
                format!("表を取り込みました。追加{added}組、変更{changed}組、削除{removed}組。"),
                format!(
                    "The table has been imported: {added} pairs added, {changed} changed, {removed} removed."
                ),
                &page,
            )
            .await
        }
        Err(refused) => flash::refused(super::listed(refused), [], &page).await,
    }
}

/// Replaces the reporting lines beside those of the roster by a file's.
#[server(prefix = "/api", endpoint = "hr/reviews/lines", input = MultipartFormData)]
pub async fn upload_lines(data: MultipartData) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let upload = match crate::api::hr::read_upload(data).await {
        Ok(upload) => upload,
        Err(error) => return flash::refused(error, [], "/hr/campaigns").await,
    };
    let campaign = upload.fields.get("campaign").cloned().unwrap_or_default();
    let page = raters_page(&desk, &campaign)?;
    match desk.service.registry.import_lines(&upload.bytes, Some(desk.actor), desk.now).await {
        Ok(rows) => {
            flash::done(
                format!("兼務・代行などの関係を取り込みました({rows}行)。表に反映するには、もう一度表を作ってください。"),
                format!("The further reporting lines have been imported ({rows} rows). Make the table again for them to count."),
                &page,
            )
            .await
        }
        Err(refused) => flash::refused(super::listed(refused), [], &page).await,
    }
}
