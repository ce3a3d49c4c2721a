//! What managers say about the overtime of their units.

use leptos::prelude::*;

/// Gives the explanation that was asked for, or another one in place of the one that was given at `seen`.
#[server(prefix = "/api", endpoint = "overtime/reply")]
pub async fn reply_explanation(
    id: i64,
    reply: String,
    #[server(default)] seen: Option<i64>,
) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    let context = Context::now();
    let Some(person) = context.person() else {
        return Err(context.refuse(&service::Error::Forbidden));
    };
    let page = format!("/overtime/{id}");
    match context.service().reply_explanation(&person, id, &reply, seen).await {
        Ok(()) => {
            flash::done(
                "説明を送りました。対応が決まるまでは、書き直せます。",
                "Your explanation has been sent. Until something is decided, you can write it anew.",
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [("reply", reply)], &page).await,
    }
}
