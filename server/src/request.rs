//! Around every page and server function: who asks, in which language, may they, and the headers of the answer.

use std::collections::BTreeMap;

use app::context::RequestInfo;
use app::flash::{self, Flash};
use app::routes::{Entry, rule_for};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::text::Lang;
use service::Service;
use tower_sessions::Session;

use crate::auth::AuthSession;

/// The cookie with the language of people who are not signed in.
pub const LANG_COOKIE: &str = "lang";

/// Finds person, language and message, refuses who may not enter, and hands the rest on.
pub async fn enter(
    State(service): State<Service>,
    auth: AuthSession,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let person = match &auth.user {
        Some(account) => service.registry.person(account.staff).await.ok(),
        None => None,
    };
    let lang = person.as_ref().map_or_else(|| browser_lang(request.headers()), |p| p.lang);
    let rule = rule_for(&path);
    let form = path.starts_with("/api/");
    let allowed = match (rule.map(|r| r.entry), &person) {
        (None, _) => !form,
        (Some(Entry::Public), _) => true,
        (Some(_), None) => return turn_away(&request, form, lang),
        (Some(Entry::SignedIn), Some(_)) => true,
        (Some(Entry::Roles(roles)), Some(person)) => roles.iter().any(|role| person.has(*role)),
    };
    if !allowed && form {
        return refuse(
            StatusCode::FORBIDDEN,
            lang.t("この操作を行う権限がありません。", "You are not allowed to do this."),
        );
    }
    // The message is for the page that comes next, not for an endpoint in between.
    let flash = if request.method() == Method::GET && rule.is_some() && !form {
        session.remove::<Flash>(flash::KEY).await.ok().flatten()
    } else {
        None
    };
    let query = query_of(request.uri().query().unwrap_or_default());
    request.extensions_mut().insert(RequestInfo {
        service,
        person,
        lang,
        flash,
        path,
        query,
        denied: !allowed,
    });
    next.run(request).await
}

/// Nobody is signed in: pages lead to the sign-in and back, forms say so.
fn turn_away(request: &Request, form: bool, lang: Lang) -> Response {
    if form || request.method() != Method::GET {
        let text = lang.t(
            "ログインの有効期限が切れました。ブラウザーの「戻る」で入力内容に戻り、別のタブでログインしてからもう一度送信してください。",
            "Your sign-in has expired. Go back to what you typed, sign in again in another tab, then send it once more.",
        );
        return refuse(StatusCode::UNAUTHORIZED, text);
    }
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let next: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

fn refuse(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_owned()).into_response()
}

fn query_of(query: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn browser_lang(headers: &HeaderMap) -> Lang {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let cookie = text(header::COOKIE).and_then(|cookies| {
        cookies
            .split(';')
            .find_map(|c| Lang::from_tag(c.trim().strip_prefix(LANG_COOKIE)?.strip_prefix('=')?))
    });
    cookie
        .or_else(|| {
            text(header::ACCEPT_LANGUAGE)?
                .split(',')
                .find_map(|l| Lang::from_tag(l.split(';').next()?.trim()))
        })
        .unwrap_or_default()
}

/// Endpoints that take a file, which must come as `multipart/form-data` with a boundary: leptos takes that for granted.
const UPLOADS: [&str; 3] =
    ["/api/hr/roster/upload", "/api/hr/questionnaires/import", "/api/hr/followup/import"];

/// Refuses an upload in any other form.
pub async fn require_boundary(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let multipart = kind.starts_with("multipart/form-data") && kind.contains("boundary=");
    if UPLOADS.contains(&request.uri().path()) && !multipart {
        return refuse(StatusCode::BAD_REQUEST, "multipart/form-data expected");
    }
    next.run(request).await
}

/// A form whose fields cannot be read is the sender's fault; leptos answers it as if it were ours.
pub async fn client_fault(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let theirs = ["Args|", "MissingArg|", "Deserialization|"];
    if theirs.iter().any(|kind| bytes.starts_with(kind.as_bytes())) {
        parts.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(parts, bytes.into())
}

/// What a browser must know of every answer. The nonce of the page's own script is in its `Content-Security-Policy`
/// already; everything else gets the policy without scripts.
pub async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let set = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_goes_before_the_browsers_language() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("fr, en-GB;q=0.8"));
        assert_eq!(browser_lang(&headers), Lang::En);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=ja"));
        assert_eq!(browser_lang(&headers), Lang::Ja);
        assert_eq!(browser_lang(&HeaderMap::new()), Lang::Ja);
    }

    #[test]
    fn a_path_survives_the_way_through_the_sign_in() {
        let next: String = form_urlencoded::byte_serialize(b"/a?b=c d").collect();
        assert_eq!(query_of(&format!("next={next}")).get("next").map(String::as_str), Some("/a?b=c d"));
        assert_eq!(query_of("next=%2Fa%3Fb%3Dc%20d").get("next").map(String::as_str), Some("/a?b=c d"));
    }
}
