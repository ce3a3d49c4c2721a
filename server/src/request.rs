//! Around every page and server function: who asks, in which language, may they, and the headers of the answer.

use std::collections::BTreeMap;

use app::context::RequestInfo;
use app::flash::Flash;
use app::pages::notice::Form;
use app::routes::{Entry, rule_for};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::text::Lang;
use service::registry::person::Person;
use service::{Error, Service};
use tower_sessions::Session;

use crate::auth::AuthSession;
use crate::body;
use crate::refusal::{Refusal, wants_page};

/// The cookie with the language of people who are not signed in.
pub const LANG_COOKIE: &str = "lang";

/// Sent by `app/script/live.js`, which asks for a page again while a person looks at it.
const LIVE: &str = "x-live";

/// Where the session has when it was last renewed, in seconds since 1970 UTC.
const RENEWED: &str = "renewed";
/// Seconds after which looking at a page renews the session: looking at pages is not to write each time.
const RENEW_AFTER: i64 = 3_600;

/// Finds person, language and message, refuses who may not enter, and hands the rest on.
pub async fn enter(
    State(service): State<Service>,
    auth: AuthSession,
    session: Session,
    request: Request,
    next: Next,
) -> Response {
    let person = match &auth.user {
        Some(account) => service.registry.person(account.staff).await.ok(),
        None => None,
    };
    let lang = person.as_ref().map_or_else(|| browser_lang(request.headers()), |p| p.lang);
    let mut response = let_in(service, person, lang, session, request, next).await;
    response.extensions_mut().insert(lang);
    response
}

async fn let_in(
    service: Service,
    person: Option<Person>,
    lang: Lang,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let rule = rule_for(&path);
    let form = path.starts_with("/api/");
    let allowed = match (rule.map(|r| r.entry), &person) {
        // Deny by default: a file or page that is not in the table of who may enter is nobody's.
        (None, _) => false,
        // Who calls with a token is not signed in; the interface itself looks at the token.
        (Some(Entry::Public | Entry::Token), _) => true,
        (Some(_), None) => return turn_away(request, form).await,
        (Some(Entry::SignedIn), Some(_)) => true,
        (Some(Entry::Roles(roles)), Some(person)) => roles.iter().any(|role| person.has(*role)),
    };
    if !allowed && form {
        return Refusal::from(&Error::Forbidden).into_response();
    }
    // The message is for the page that comes next and that a person sees, not for an endpoint in between. Nor does a
    // page that keeps itself up to date keep a sign-in alive.
    let live = request.headers().contains_key(LIVE);
    let page = request.method() == Method::GET && rule.is_some() && !form && !live;
    let flash = if page { Flash::take(&session).await } else { None };
    if page && person.is_some() {
        renew(&session, service.clock.now()).await;
    }
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let query = query_of(request.uri().query().unwrap_or_default());
    request.extensions_mut().insert(RequestInfo {
        service,
        person,
        lang,
        flash,
        path,
        here,
        query,
        denied: !allowed,
    });
    next.run(request).await
}

/// Lets the session last from now on again, if it was long enough ago that this was done.
async fn renew(session: &Session, now: i64) {
    let last = session.get::<i64>(RENEWED).await.ok().flatten();
    if last.is_some_and(|last| (0..RENEW_AFTER).contains(&now.saturating_sub(last))) {
        return;
    }
    // What is changed is saved, and what is saved lasts from now on.
    if let Err(error) = session.insert(RENEWED, now).await {
        tracing::warn!(%error, "a session was not renewed");
    }
}

/// Nobody is signed in: pages lead to the sign-in and back, forms say so and keep what was typed.
async fn turn_away(request: Request, form: bool) -> Response {
    if form || request.method() != Method::GET {
        let back = page_before(request.headers());
        let action = request.uri().path().to_owned();
        let typed = if wants_page(request.headers()) { body::fields(request).await.1 } else { None };
        let unsent = typed.filter(|fields| !has_secret(fields)).map(|fields| Form { action, fields });
        return Refusal::signed_out(unsent, &back).into_response();
    }
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
    Redirect::to(&sign_in_address(here)).into_response()
}

/// True for forms with a password or a link's secret in them: they are not sent back to the browser.
fn has_secret(fields: &[(String, String)]) -> bool {
    fields.iter().any(|(name, _)| matches!(name.as_str(), "password" | "again" | "token"))
}

/// The sign-in that leads to `next` afterwards.
pub fn sign_in_address(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// Longest address that is come back to, in bytes.
const MAX_ADDRESS: usize = 2_000;

/// A path on this site, or the home page: what comes in a form must not lead elsewhere.
pub fn local_path(next: &str) -> String {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
        && next.len() <= MAX_ADDRESS;
    if local { next.to_owned() } else { "/".to_owned() }
}

/// The page of this site from which a form was sent, with its query; the home page where there is none.
pub fn page_before(headers: &HeaderMap) -> String {
    let host = header_text(headers, &header::HOST);
    let referer = header_text(headers, &header::REFERER).split_once("://").map_or("", |(_, rest)| rest);
    let path = local_path(referer.strip_prefix(host).unwrap_or_default());
    let bare = path.split(['?', '#']).next().unwrap_or_default();
    let is_page = rule_for(bare).is_some_and(|rule| !rule.path.starts_with("/api/"));
    if is_page { path } else { "/".to_owned() }
}

/// The text of a header; empty where there is none.
pub fn header_text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn query_of(query: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The language of somebody who is not signed in: chosen here before, else the browser's.
pub fn browser_lang(headers: &HeaderMap) -> Lang {
    let cookie = header_text(headers, &header::COOKIE)
        .split(';')
        .find_map(|c| Lang::from_tag(c.trim().strip_prefix(LANG_COOKIE)?.strip_prefix('=')?));
    let accepted = || {
        header_text(headers, &header::ACCEPT_LANGUAGE)
            .split(',')
            .find_map(|l| Lang::from_tag(l.split(';').next()?.trim()))
    };
    cookie.or_else(accepted).unwrap_or_default()
}

/// Endpoints that take a file, which must come as `multipart/form-data` with a boundary: leptos takes that for granted.
pub const UPLOADS: [&str; 6] = [
    "/api/hr/roster/upload",
    "/api/hr/questionnaires/import",
    "/api/hr/followup/import",
    "/api/hr/metrics/upload",
    "/api/hr/reviews/raters",
    "/api/hr/reviews/lines",
];

/// Refuses an upload in any other form.
pub async fn require_boundary(request: Request, next: Next) -> Response {
    let kind = header_text(request.headers(), &header::CONTENT_TYPE);
    let multipart = kind.starts_with("multipart/form-data") && kind.contains("boundary=");
    if UPLOADS.contains(&request.uri().path()) && !multipart {
        return Refusal::from(StatusCode::BAD_REQUEST).into_response();
    }
    next.run(request).await
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
    use crate::testing::{HR, Site};

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
        assert_eq!(sign_in_address("/a?b=c d"), format!("/sign-in?next={next}"));
    }

    #[test]
    fn after_the_sign_in_nobody_is_led_elsewhere() {
        assert_eq!(local_path("/answer/1?x=y"), "/answer/1?x=y");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(local_path(elsewhere), "/");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(MAX_ADDRESS))), "/");
    }

    #[test]
    fn the_page_before_is_one_of_ours() {
        let before = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("shirube.example:3000"));
            headers.insert(header::REFERER, HeaderValue::from_str(referer).expect("a value"));
            page_before(&headers)
        };
        let page = "/hr/questionnaires/1/items/new?section=a&kind=scale";
        assert_eq!(before(&format!("http://shirube.example:3000{page}")), page);
        for elsewhere in [
            "https://evil.example/hr/roster",
            "http://shirube.example:3000.evil.example/hr/roster",
            "http://shirube.example:3000//evil.example/",
            "http://shirube.example:3000/api/hr/campaigns/create",
            "http://shirube.example:3000/no/such/page",
            "/hr/roster",
            "",
        ] {
            assert_eq!(before(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(page_before(&HeaderMap::new()), "/");
    }

    #[test]
    fn a_form_with_a_secret_is_not_sent_back() {
        let fields = |name: &str| vec![("id".to_owned(), "1".to_owned()), (name.to_owned(), "x".to_owned())];
        for secret in ["password", "again", "token"] {
            assert!(has_secret(&fields(secret)));
        }
        assert!(!has_secret(&fields("title_ja")));
        assert!(!has_secret(&fields("old")), "the key an item had before");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lost_sign_in_loses_nothing_that_was_typed() {
        let site = Site::open().await;
        let page = "/hr/campaigns/new";
        let form = "title_ja=%E7%81%AF%E5%8F%B0+%3Cb%3E&title_en=&old=q1";
        let answer = site.post("/api/hr/campaigns/create", page, "", form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.cookie().is_none(), "nothing is written for somebody unknown");
        for part in [
            "<!DOCTYPE html>",
            "ログインの有効期限が切れました",
            "action=\"/api/hr/campaigns/create\"",
            "value=\"灯台 &lt;b&gt;\"",
            "name=\"title_en\"",
            "name=\"old\"",
            "href=\"/sign-in\"",
        ] {
            assert!(answer.body.contains(part), "{part} is missing in {}", answer.body);
        }
        // Sent again as it is after the sign-in, it is taken like any other form.
        let hr = site.sign_in(HR, "").await;
        let again = site.post("/api/hr/campaigns/create", "/api/hr/campaigns/create", &hr, form).await;
        assert_eq!((again.status, again.header("location")), (StatusCode::FOUND, page));
        assert!(site.get(page, &hr).await.body.contains("value=\"灯台 &lt;b&gt;\""));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_or_a_file_is_not_sent_back() {
        let site = Site::open().await;
        let form = "old=secret-one&new=secret-two&again=secret-two";
        let answer = site.post("/api/account/password", "/account", "", form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(!answer.body.contains("secret") && answer.body.contains("/sign-in?next=%2Faccount"));
        let headers = [
            ("content-type", "multipart/form-data; boundary=x"),
            ("referer", "http://shirube.example/hr/roster"),
            ("accept-language", "en"),
        ];
        let answer = site.ask(Method::POST, "/api/hr/roster/upload", &headers, "--x--\r\n").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("/sign-in?next=%2Fhr%2Froster"), "{}", answer.body);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn looking_at_pages_renews_the_sign_in_now_and_then() {
        let site = Site::open().await;
        let cookie = site.sign_in(HR, "").await;
        assert!(site.get("/account", &cookie).await.cookie().is_some(), "the first page");
        assert!(
            site.get("/account", &cookie).await.cookie().is_none(),
            "and nothing is written for the second"
        );
        site.service.clock.set(site.service.clock.now() + RENEW_AFTER);
        let live = [("cookie", cookie.as_str()), (LIVE, "1")];
        let alone = site.ask(Method::GET, "/account", &live, "").await;
        assert!(alone.cookie().is_none(), "a page that asks by itself is no sign of life");
        assert_eq!(site.get("/account", &cookie).await.cookie(), Some(cookie.clone()));
        assert!(site.get("/account", &cookie).await.cookie().is_none());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_body_that_is_too_large_is_refused_in_words() {
        let site = Site::open().await;
        for (path, length) in [("/api/hr/roster/upload", "18000000"), ("/api/sign-in", "20000")] {
            let headers = [("content-length", length), ("content-type", "text/plain")];
            let answer = site.ask(Method::POST, path, &headers, "").await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            assert!(answer.header("content-type").starts_with("text/html"));
            assert!(answer.body.contains("16 MB以内"), "{}", answer.body);
        }
        let other = [("content-length", "20000"), ("accept-language", "en"), ("accept", "*/*")];
        let answer = site.ask(Method::POST, "/api/sign-in", &other, "").await;
        assert!(answer.body.starts_with("A file may have at most 16 MB"), "{}", answer.body);
    }
}
