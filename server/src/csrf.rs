//! Cross-site request forgery: a request that changes something must come from our own pages.
//!
//! Browsers say where a request comes from (`Sec-Fetch-Site`; `Origin` in older ones). Source: OWASP Cross-Site
//! Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers". Cookies are `SameSite=Lax` besides.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::text::Text;

use crate::refusal::Refusal;

/// Refuses unsafe requests from other sites.
pub async fn guard(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_ours(&request) {
        return next.run(request).await;
    }
    let text = Text::new(
        "他のサイトからの操作は受け付けません。何も変更していません。この画面を、このサイトのページから開き直してください。",
        "Cross-site request refused: this did not come from a page of this site. Nothing was changed. Please start from this site's own pages.",
    );
    Refusal::new(StatusCode::FORBIDDEN, text).into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_ours(request: &Request) -> bool {
    let text = |name| request.headers().get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text(header::HOST.as_str()).unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, o)| o.eq_ignore_ascii_case(host))
        }
        // Neither header: not a browser, so there is no ambient session to abuse but the one sent on purpose.
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn post(headers: &[(&str, &str)]) -> Request {
        let mut builder = axum::http::Request::builder().method("POST").header("host", "shirube.example");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Body::empty()).expect("a request")
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        assert!(is_ours(&post(&[("sec-fetch-site", "same-origin")])));
        assert!(!is_ours(&post(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_ours(&post(&[("sec-fetch-site", "same-site")])));
        assert!(!is_ours(&post(&[("sec-fetch-site", "cross-site"), ("origin", "https://shirube.example")])));
        assert!(is_ours(&post(&[("origin", "https://shirube.example")])));
        assert!(!is_ours(&post(&[("origin", "https://evil.example")])));
        assert!(!is_ours(&post(&[("origin", "null")])));
    }
}
