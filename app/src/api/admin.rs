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

/// Makes a token for a program. Its text is kept in memory for the page that comes next: it is neither in an address nor in
/// the session. `series` are the keys of the series it may write; none stands for all.
#[server(prefix = "/api", endpoint = "admin/tokens/issue")]
pub async fn issue_token(
    name: String,
    days: String,
    #[server(default)] series: Vec<String>,
) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::metric::SeriesKey;
    use domain::role::Role;
    use service::metric::Scope;
    const PAGE: &str = "/admin/tokens#issue";
    let context = Context::now();
    let person = match context.require(&[Role::Administrator]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    let kept = [("name", name.clone()), ("days", days.clone()), ("series", series.join(","))];
    // A key that cannot be read must not be left out: a token without series may write all of them.
    let read = series.iter().map(|key| SeriesKey::parse(key)).collect::<Result<_, _>>();
    let Ok(keys) = read else {
        let error = service::Error::invalid(
            "統計系列を一覧から選んでください。",
            "Please choose the series from the list.",
        );
        return flash::refused(error, kept, PAGE).await;
    };
    let service = context.service();
    // What is no number is refused like a number out of bounds.
    let days = days.trim().parse().unwrap_or(0);
    match service.issue_token(&name, Scope { series: keys }, days, person.id).await {
        Ok(issued) => {
            let page = format!("/admin/tokens?new={}", issued.id);
            service.keep_token_text(issued, person.id);
            flash::done("トークンを発行しました。", "The token has been made.", &page).await
        }
        Err(error) => flash::refused(error, kept, PAGE).await,
    }
}

/// Ends a token at once.
#[server(prefix = "/api", endpoint = "admin/tokens/revoke")]
pub async fn revoke_token(id: i64) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::role::Role;
    const PAGE: &str = "/admin/tokens";
    let context = Context::now();
    let person = match context.require(&[Role::Administrator]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    match context.service().revoke_token(id, person.id).await {
        Ok(()) => {
            flash::done(
                "トークンを失効させました。このトークンによる送信は、もう受け付けません。",
                "The token has been revoked. Nothing sent with it is taken any more.",
                PAGE,
            )
            .await
        }
        Err(service::Error::NotFound) => {
            let error = service::Error::Conflict(domain::text::Text::new(
                "このトークンは、すでに失効しています。",
                "This token has been revoked already.",
            ));
            flash::refused(error, [], PAGE).await
        }
        Err(error) => flash::refused(error, [], PAGE).await,
    }
}
