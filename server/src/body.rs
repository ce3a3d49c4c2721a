//! How much a request may bring, and reading the fields of a form without using it up.

use std::time::Duration;

use app::routes::{Entry, rule_for};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

use crate::api::{METRICS, too_large};
use crate::refusal::Refusal;
use crate::request::{UPLOADS, browser_lang, header_text};

/// Largest upload, in bytes: a file of 16 MB and what a form puts around it.
pub const MAX_UPLOAD: usize = 17 << 20;
/// Largest form of people who are signed in, in bytes.
const MAX_FORM: usize = 1 << 20;
/// Largest form that needs no sign-in, in bytes: what it brings may end up in a session row.
const MAX_PUBLIC: usize = 16 << 10;
/// How much of a body that is too large is read and forgotten, in bytes, and for how long. A browser looks at the answer
/// only once it has sent everything.
const MAX_DISCARDED: usize = 256 << 20;
const DISCARDING: Duration = Duration::from_secs(60);

/// Largest body a path takes, in bytes.
fn most(path: &str) -> usize {
    if UPLOADS.contains(&path) || path == METRICS {
        return MAX_UPLOAD;
    }
    match rule_for(path).map(|rule| rule.entry) {
        Some(Entry::SignedIn | Entry::Roles(_)) => MAX_FORM,
        Some(Entry::Public | Entry::Token) | None => MAX_PUBLIC,
    }
}

/// Refuses bodies that are too large: by their declared length at once, else as soon as they become so. Uploads are
/// handed on as they come; `RequestBodyLimitLayer` counts those without a declared length.
pub async fn limit(request: Request, next: Next) -> Response {
    let most = most(request.uri().path());
    let declared = header_text(request.headers(), &header::CONTENT_LENGTH).parse::<u64>().ok();
    if declared.is_some_and(|length| length > most as u64) {
        let (program, lang) = (request.uri().path() == METRICS, browser_lang(request.headers()));
        tokio::spawn(discard(request.into_body()));
        if program {
            return too_large(lang);
        }
        return Refusal::from(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    if most == MAX_UPLOAD {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, most).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Refusal::from(StatusCode::PAYLOAD_TOO_LARGE).into_response(),
    }
}

async fn discard(body: Body) {
    let reading = async {
        let (mut chunks, mut read) = (body.into_data_stream(), 0usize);
        while let Some(Ok(chunk)) = chunks.next().await {
            read = read.saturating_add(chunk.len());
            if read > MAX_DISCARDED {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARDING, reading).await;
}

/// The fields of a form in the order they came, and the request as it was; no fields where it is no form that browsers
/// send as text.
pub async fn fields(request: Request) -> (Request, Option<Vec<(String, String)>>) {
    if !is_form(request.headers()) {
        return (request, None);
    }
    let (parts, body) = request.into_parts();
    // [`limit`] has read it already.
    let bytes = to_bytes(body, MAX_FORM).await.unwrap_or_default();
    let fields = form_urlencoded::parse(&bytes).into_owned().collect();
    (Request::from_parts(parts, Body::from(bytes)), Some(fields))
}

fn is_form(headers: &HeaderMap) -> bool {
    header_text(headers, &header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_may_send_is_small_and_only_uploads_are_large() {
        assert_eq!(most("/api/sign-in"), MAX_PUBLIC);
        assert_eq!(most("/api/forgot"), MAX_PUBLIC);
        assert_eq!(most("/api/ballots"), MAX_PUBLIC);
        assert_eq!(most("/no/such/page"), MAX_PUBLIC);
        assert_eq!(most("/api/hr/campaigns/create"), MAX_FORM);
        for path in UPLOADS {
            assert_eq!(most(path), MAX_UPLOAD);
            assert!(rule_for(path).is_some_and(|rule| rule.entry != Entry::Public), "{path}");
        }
        let roster = most("/api/hr/roster/upload");
        assert!(roster > service::registry::roster::MAX_FILE, "so that the file's own message is reached");
    }

    #[tokio::test]
    async fn fields_are_read_and_stay() {
        let request = Request::builder()
            .method("POST")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
            .body(Body::from("a=1&b=%E9%A1%8C&a=2"))
            .expect("a request");
        let (request, read) = fields(request).await;
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read, Some(vec![typed("a", "1"), typed("b", "題"), typed("a", "2")]));
        let bytes = to_bytes(request.into_body(), 100).await.expect("the body");
        assert_eq!(&bytes[..], b"a=1&b=%E9%A1%8C&a=2");

        let upload = Request::builder().body(Body::from("--x")).expect("a request");
        assert!(fields(upload).await.1.is_none());
    }
}
