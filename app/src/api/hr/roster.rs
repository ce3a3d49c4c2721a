//! Importing the roster: upload, preview, accept; and the mails that let people in.

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use super::Desk;
#[cfg(feature = "ssr")]
use crate::flash;
#[cfg(feature = "ssr")]
use service::registry::roster::Refused;
#[cfg(feature = "ssr")]
use service::registry::upload::{Kind, Upload};

/// Where the roster page is.
#[cfg(feature = "ssr")]
const ROSTER: &str = "/hr/roster";
/// Where the preview is.
#[cfg(feature = "ssr")]
const PREVIEW: &str = "/hr/roster/preview";

/// Takes a roster file of units or of staff (`kind`), and shows what it would change.
#[server(prefix = "/api", endpoint = "hr/roster/upload", input = MultipartFormData)]
pub async fn upload_roster(data: MultipartData) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let upload = match crate::api::hr::read_upload(data).await {
        Ok(upload) => upload,
        Err(error) => return flash::refused(error, [], ROSTER).await,
    };
    let Some(kind) = upload.fields.get("kind").and_then(|kind| Kind::parse(kind)) else {
        let error = service::Error::invalid(
            "ファイルの種類(部署か職員か)を選んでください。",
            "Please choose what the file holds: units or staff.",
        );
        return flash::refused(error, [], ROSTER).await;
    };
    match desk.service.registry.stage_roster(desk.actor, kind, &upload.name, upload.bytes, desk.now).await {
        Ok(()) => {
            desk.context.redirect(PREVIEW);
            Ok(())
        }
        Err(error) => flash::refused(error, [], ROSTER).await,
    }
}

/// Writes the file that was previewed, all of it or nothing. `file` is the digest of the file the person saw; `confirm` is
/// `true` where they know that it ends their own access to these pages.
#[server(prefix = "/api", endpoint = "hr/roster/accept")]
pub async fn accept_roster(file: String, #[server(default)] confirm: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let staged = match desk.service.registry.staged_roster(desk.actor, desk.now).await {
        Ok(staged) => staged.filter(|s| s.digest() == file),
        Err(error) => return flash::refused(error, [], ROSTER).await,
    };
    let Some(staged) = staged else {
        let error = service::Error::invalid(
            "確認したファイルは、もう保管されていません(1日経ったか、別のファイルに置き換わりました)。もう一度アップロードしてください。",
            "The file you looked at is no longer kept: a day has passed, or another file took its place. Please upload it again.",
        );
        return flash::refused(error, [], ROSTER).await;
    };
    match staged.kind {
        Kind::Units => accept_units(&desk, &staged).await,
        Kind::Staff => accept_staff(&desk, &staged, confirm == "true").await,
    }
}

#[cfg(feature = "ssr")]
async fn accept_units(desk: &Desk, staged: &Upload) -> Result<(), ServerFnError> {
    match desk.service.registry.import_units(&staged.bytes, Some(desk.actor), desk.now).await {
        Ok(rows) => {
            discard(desk).await;
            flash::done(
                format!("部署を取り込みました({rows}行)。"),
                format!("The units have been imported ({rows} rows)."),
                ROSTER,
            )
            .await
        }
        Err(refused) => flash::refused(reason(refused), [], PREVIEW).await,
    }
}

#[cfg(feature = "ssr")]
async fn accept_staff(desk: &Desk, staged: &Upload, confirmed: bool) -> Result<(), ServerFnError> {
    let registry = &desk.service.registry;
    let today = desk.service.clock.today();
    let number = desk.context.person().map(|person| person.number).unwrap_or_default();
    let shut_out = match registry.preview_roster(&staged.bytes, today).await {
        Ok(preview) => preview.shuts_out(&number),
        Err(refused) => return flash::refused(reason(refused), [], PREVIEW).await,
    };
    if shut_out && !confirmed {
        let error = service::Error::invalid(
            "この取込みで、あなた自身が人事の権限を失います。よければ、確認の欄に印を付けて取り込んでください。まだ何も取り込んでいません。",
            "This import ends your own access as HR. If that is right, please tick the box and import. Nothing has been imported yet.",
        );
        return flash::refused(error, [], PREVIEW).await;
    }
    match registry.import_roster(&staged.bytes, Some(desk.actor), desk.now, today).await {
        Ok(done) => {
            discard(desk).await;
            let (new, updated, moved, leavers) = (done.new, done.updated, done.moved, done.leavers);
            flash::done(
                format!("名簿を取り込みました。新規{new}人、変更{updated}人、異動{moved}人、転出・退職{leavers}人。"),
                format!(
                    "The roster has been imported: {new} new, {updated} changed, {moved} moved, {leavers} leavers."
                ),
                if shut_out { "/" } else { ROSTER },
            )
            .await
        }
        Err(refused) => flash::refused(reason(refused), [], PREVIEW).await,
    }
}

/// Throws the accepted file away. It is gone after a day anyway.
#[cfg(feature = "ssr")]
async fn discard(desk: &Desk) {
    if let Err(error) = desk.service.registry.discard_staged_roster(desk.actor).await {
        tracing::warn!(%error, "an accepted roster file is still kept");
    }
}

/// Why a file is refused, in a sentence; the preview lists the rows.
#[cfg(feature = "ssr")]
fn reason(refused: Refused) -> service::Error {
    use domain::text::Lang;
    match refused {
        Refused::File(text) => service::Error::Invalid(text),
        Refused::Rows(report) => service::Error::invalid(report.message(Lang::Ja), report.message(Lang::En)),
        Refused::Fault(error) => error,
    }
}

/// Queues a mail with an activation link for everybody who cannot sign in yet.
#[server(prefix = "/api", endpoint = "hr/roster/invite")]
pub async fn invite_staff() -> Result<(), ServerFnError> {
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
