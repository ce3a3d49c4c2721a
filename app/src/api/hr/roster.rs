//! Importing the roster: upload, preview, accept; and the mails that let people in.

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use domain::roster::Report;

/// Where the roster page is.
#[cfg(feature = "ssr")]
const ROSTER: &str = "/hr/roster";
/// Where the preview is.
#[cfg(feature = "ssr")]
const PREVIEW: &str = "/hr/roster/preview";
/// Most bytes of a report that travel to the next page.
#[cfg(feature = "ssr")]
const MAX_REPORT: usize = 18_000;

/// Takes a roster file. Units (`kind` = `units`) are written at once if every row is sound; staff (`kind` = `staff`)
/// is kept and shown in a preview first.
#[server(prefix = "/api", endpoint = "hr/roster/upload", input = MultipartFormData)]
pub async fn upload_roster(data: MultipartData) -> Result<(), ServerFnError> {
    use crate::api::hr::{Desk, read_upload};
    use crate::flash;
    let desk = Desk::enter()?;
    let upload = match read_upload(data).await {
        Ok(upload) => upload,
        Err(error) => return flash::refused(error, [], ROSTER).await,
    };
    if upload.fields.get("kind").is_some_and(|kind| kind == "units") {
        return import_units(&desk, &upload.bytes).await;
    }
    match desk.service.registry.stage_roster(desk.actor, &upload.name, upload.bytes, desk.now).await {
        Ok(()) => {
            desk.context.redirect(PREVIEW);
            Ok(())
        }
        Err(error) => flash::refused(error, [], ROSTER).await,
    }
}

#[cfg(feature = "ssr")]
async fn import_units(desk: &super::Desk, bytes: &[u8]) -> Result<(), ServerFnError> {
    use crate::flash;
    use service::Error;
    use service::registry::roster::Refused;
    use service::registry::upload::check_file;
    if let Err(error) = check_file(bytes) {
        return flash::refused(error, [], ROSTER).await;
    }
    match desk.service.registry.import_units(bytes, Some(desk.actor), desk.now).await {
        Ok(rows) => {
            flash::done(
                format!("部署を取り込みました({rows}行)。"),
                format!("The units have been imported ({rows} rows)."),
                ROSTER,
            )
            .await
        }
        Err(Refused::Rows(report)) => {
            let (error, json) = (refusal(&report), portable(*report));
            flash::refused(error, [("report", json)], ROSTER).await
        }
        Err(Refused::File(text)) => flash::refused(Error::Invalid(text), [], ROSTER).await,
        Err(Refused::Fault(error)) => flash::refused(error, [], ROSTER).await,
    }
}

/// The sentence above a report, as an error.
#[cfg(feature = "ssr")]
fn refusal(report: &Report) -> service::Error {
    use domain::text::Lang;
    service::Error::invalid(report.message(Lang::Ja), report.message(Lang::En))
}

/// The report as JSON, with as many rows as fit into a session.
#[cfg(feature = "ssr")]
fn portable(mut report: Report) -> String {
    loop {
        let json = serde_json::to_string(&report).unwrap_or_default();
        if json.len() <= MAX_REPORT || report.rows.is_empty() {
            return json;
        }
        let fewer = report.rows.len() * 3 / 4;
        report.more += report.rows.len() - fewer;
        report.rows.truncate(fewer);
    }
}

/// Writes the file that was previewed, all of it or nothing. `uploaded_at` names the file the person saw.
#[server(prefix = "/api", endpoint = "hr/roster/accept")]
pub async fn accept_roster(uploaded_at: i64) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    use service::Error;
    use service::registry::roster::Refused;
    let desk = Desk::enter()?;
    let registry = &desk.service.registry;
    let staged = match registry.staged_roster(desk.actor, desk.now).await {
        Ok(staged) => staged.filter(|s| s.uploaded_at == uploaded_at),
        Err(error) => return flash::refused(error, [], ROSTER).await,
    };
    let Some(staged) = staged else {
        let error = Error::invalid(
            "確認したファイルは、もう保管されていません(1日経ったか、別のファイルに置き換わりました)。もう一度アップロードしてください。",
            "The file you looked at is no longer kept: a day has passed, or another file took its place. Please upload it again.",
        );
        return flash::refused(error, [], ROSTER).await;
    };
    let today = desk.service.clock.today();
    match registry.import_roster(&staged.bytes, Some(desk.actor), desk.now, today).await {
        Ok(done) => {
            if let Err(error) = registry.discard_staged_roster(desk.actor).await {
                tracing::warn!(%error, "an accepted roster file is still kept");
            }
            let (new, updated, moved, leavers) = (done.new, done.updated, done.moved, done.leavers);
            flash::done(
                format!("名簿を取り込みました。新規{new}人、変更{updated}人、異動{moved}人、転出・退職{leavers}人。"),
                format!(
                    "The roster has been imported: {new} new, {updated} changed, {moved} moved, {leavers} leavers."
                ),
                ROSTER,
            )
            .await
        }
        Err(Refused::Rows(report)) => flash::refused(refusal(&report), [], PREVIEW).await,
        Err(Refused::File(text)) => flash::refused(Error::Invalid(text), [], ROSTER).await,
        Err(Refused::Fault(error)) => flash::refused(error, [], PREVIEW).await,
    }
}

/// Queues a mail with an activation link for everybody who cannot sign in yet.
#[server(prefix = "/api", endpoint = "hr/roster/invite")]
pub async fn invite_staff() -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let service = &desk.service;
    match service.registry.invite_all(&service.settings, &service.master, desk.now).await {
        Ok(0) => {
            flash::done(
                "送る相手はいませんでした。全員が利用を始めているか、有効な案内メールを受け取っています。",
                "There was nobody to write to: everybody can sign in already or has a valid link.",
                ROSTER,
            )
            .await
        }
        Ok(count) => {
            flash::done(
                format!("{count}人への利用開始の案内メールを送信待ちにしました。順に送られます。"),
                format!(
                    "Activation mails to {count} people have been queued and will leave one after another."
                ),
                ROSTER,
            )
            .await
        }
        Err(error) => flash::refused(error, [], ROSTER).await,
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::roster::{Problem, RowError};

    #[test]
    fn a_long_report_is_cut_to_fit_and_says_so() {
        let row = |line| RowError {
            line,
            column: Some("メール".into()),
            value: "x".repeat(40),
            problem: Problem::Mail,
        };
        let report = Report { rows: (2..=201).map(row).collect(), more: 5 };
        let json = portable(report.clone());
        assert!(json.len() <= MAX_REPORT);
        let back: Report = serde_json::from_str(&json).expect("a report");
        assert_eq!(back.total(), report.total());
        assert!(!back.rows.is_empty() && back.rows.len() < 200);
        assert_eq!(portable(Report { rows: vec![row(2)], more: 0 }).matches("line").count(), 1);
    }
}
