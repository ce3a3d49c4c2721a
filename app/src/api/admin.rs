//! What the administrator does.

use leptos::prelude::*;

/// Puts a mail that failed for good back into the queue; all of them where none is named.
#[server(prefix = "/api", endpoint = "admin/mail/retry")]
pub async fn retry_mail(#[server(default)] id: Option<i64>) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::role::Role;
    const PAGE: &str = "/admin";
    let context = Context::now();
    if let Err(error) = context.require(&[Role::Administrator]) {
        return Err(context.refuse(&error));
    }
    let service = context.service();
    let now = service.clock.now();
    let queued = match id {
        Some(id) => service.registry.requeue_failed(id, now).await.map(|()| 1),
        None => service.registry.requeue_all_failed(now).await,
    };
    match queued {
        Ok(count) => {
            flash::done(
                format!("{count}通を送信待ちに戻しました。まもなく送信されます。"),
                format!("{count} put back into the queue; sending begins shortly."),
                PAGE,
            )
            .await
        }
        Err(service::Error::NotFound) => {
            let error = service::Error::Conflict(domain::text::Text::new(
                "このメールは、すでに送信待ちに戻されているか、送信されています。",
                "This mail has already been put back into the queue, or sent.",
            ));
            flash::refused(error, [], PAGE).await
        }
        Err(error) => flash::refused(error, [], PAGE).await,
    }
}
