//! Forms that leptos cannot read, or whose function refuses. Left to itself it answers a browser with its own notation,
//! or puts the error into the address of the page before.

use app::flash::Flash;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::text::Text;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use tower_sessions::Session;

use crate::body::fields;
use crate::refusal::{Refusal, wants_page};
use crate::request::page_before;

/// Kinds of error that are the sender's: leptos counts them among the server's own.
const UNREADABLE: [&str; 3] = ["Args", "MissingArg", "Deserialization"];
/// Longest error that is read, in bytes.
const MAX_ERROR: usize = 1 << 20;

/// Puts the errors of server functions into words where a browser shows the answer. What was typed into a form that
/// cannot be read is kept for the page before. To islands the error goes as it is, with its status.
pub async fn in_words(session: Session, request: Request, next: Next) -> Response {
    let page = wants_page(request.headers());
    let back = page_before(request.headers());
    let (request, typed) = if page { fields(request).await } else { (request, None) };
    let response = next.run(request).await;
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let error = to_bytes(body, MAX_ERROR).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&error).into_owned();
    let (kind, text) = said.split_once('|').unwrap_or(("", said.as_str()));
    let unreadable = UNREADABLE.contains(&kind);
    if !page {
        if unreadable {
            parts.status = StatusCode::BAD_REQUEST;
        }
        return Response::from_parts(parts, Body::from(said));
    }
    if unreadable {
        let message = Text::new(
            "フォームを読み取れなかったため、何も変更していません。内容を確かめて、もう一度送信してください。",
            "The form could not be read, so nothing was changed. Please check it and send it again.",
        );
        Flash::refusal(message, typed.unwrap_or_default()).leave(&session).await;
        return (StatusCode::FOUND, [(header::LOCATION, back)]).into_response();
    }
    // The text is for the person already, in their language; the redirect is leptos's.
    let status = if parts.status.is_redirection() { StatusCode::INTERNAL_SERVER_ERROR } else { parts.status };
    Refusal::new(status, Text::new(text, text)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};

    use crate::testing::{HR, Site};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_form_that_cannot_be_read_comes_back_with_words_and_with_what_was_typed() {
        let site = Site::open().await;
        let hr = site.sign_in(HR, "").await;
        // The field `round` is missing.
        let page = "/hr/campaigns/new?x=y";
        let form = "campaign=1&title_ja=%E7%81%AF%E5%8F%B0&password=secret";
        let answer = site.post("/api/hr/campaigns/remind", page, &hr, form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, page));
        let back = site.get(page, &hr).await.body;
        assert!(back.contains("フォームを読み取れなかった") && back.contains("灯台"), "{back}");
        assert!(!back.contains("secret"), "{back}");
        let later = site.get(page, &hr).await.body;
        assert!(!later.contains("フォームを読み取れなかった"), "it is said once");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_refusal_is_a_page_for_a_browser_and_a_status_for_a_program() {
        let site = Site::open().await;
        let hr = site.sign_in(HR, "").await;
        let (path, form) = ("/api/hr/campaigns/advance", "campaign=none&from=draft");
        let answer = site.post(path, "/hr/campaigns", &hr, form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::NOT_FOUND, ""));
        assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.body);
        assert!(answer.body.contains("見つかりません") && answer.body.contains("href=\"/hr/campaigns\""));
        assert!(!answer.body.contains("ServerError|"), "{}", answer.body);

        let headers = [
            ("cookie", hr.as_str()),
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let missing = site.ask(Method::POST, path, &headers, "campaign=none").await;
        assert_eq!(missing.status, StatusCode::BAD_REQUEST);
        assert!(missing.body.contains('|'), "as leptos's own client reads it: {}", missing.body);
    }
}
