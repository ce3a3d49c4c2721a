//! Drafts of the units that own rows, and what HR says to them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use service::indicator::Decision;

use super::TABLE;
use super::edit::{edits_in, was};
use crate::api::hr::Desk;
use crate::context::Context;
use crate::flash;

/// Where drafts are listed.
const DRAFTS: &str = "/indicators/drafts";

/// Keeps a draft for a row of a unit the person manages, with fields as [`super::edit::edit_followup_row`] has them; `step`
/// is `save`, or `submit` to send it to HR, and `seen` the draft that the form was made from.
#[server(prefix = "/api", endpoint = "followup/draft")]
pub async fn save_followup_draft(
    row: i64,
    #[server(default)] step: String,
    #[server(default)] seen: String,
    #[server(flatten)] form: BTreeMap<String, String>,
) -> Result<(), ServerFnError> {
    let context = Context::now();
    let person = context.person().ok_or_else(|| context.refuse(&service::Error::Forbidden))?;
    let page = format!("{TABLE}/{row}/draft");
    let edits = edits_in(&form);
    let submit = step == "submit";
    match context.service().save_draft_over(&person, row, &edits, submit, Some(&seen)).await {
        Ok(()) if submit => {
            flash::done(
                "人事担当へ提出しました。確認の結果は、この一覧に表示されます。",
                "The draft has been sent to the personnel division. Their answer will be shown in this list.",
                DRAFTS,
            )
            .await
        }
        Ok(()) => {
            flash::done(
                "下書きを保存しました。まだ人事担当へは提出していません。",
                "The draft has been saved. It has not been sent to the personnel division yet.",
                &page,
            )
            .await
        }
        Err(error) => {
            // Unchanged cells, too: what was put back as it stands in the table would begin with the draft again.
            let kept = edits
                .into_iter()
                .flat_map(|(column, edit)| [(column.key(), edit.now), (was(column), edit.was)]);
            // Of a row that is not the person's any more there is no page to go back to.
            let to = if matches!(error, service::Error::NotFound) { DRAFTS } else { page.as_str() };
            flash::refused(error, kept.collect::<Vec<_>>(), to).await
        }
    }
}

/// HR's word on a submitted draft: `decision` is `accept`, or `return` with a comment.
#[server(prefix = "/api", endpoint = "hr/followup/decide-draft")]
pub async fn decide_followup_draft(
    draft: i64,
    decision: String,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let (decision, (ja, en)) = match decision.as_str() {
        "accept" => (
            Decision::Accept,
            ("下書きを採用し、表に反映しました。", "The draft has been taken into the table."),
        ),
        "return" => (
            Decision::Return(comment.clone()),
            ("コメントを付けて差し戻しました。", "The draft has been returned with your comment."),
        ),
        _ => return Err(desk.context.refuse(&service::Error::NotFound)),
    };
    match desk.service.decide_draft(draft, decision, desk.actor).await {
        Ok(()) => flash::done(ja, en, DRAFTS).await,
        Err(error) => {
            let kept = [("draft", draft.to_string()), ("comment", comment)];
            flash::refused(error, kept, &format!("{DRAFTS}#draft-{draft}")).await
        }
    }
}
