use std::collections::BTreeSet;

use axum::http::Method;
use domain::metric::SeriesKey;
use service::metric::{Scope, SeriesTotals};
use tower::ServiceExt;

use super::*;
use crate::testing::{Answer, Site};

async fn call(site: &Site, token: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let mut all = vec![("authorization", bearer.as_str()), ("idempotency-key", "k1")];
    all.extend(headers);
    site.ask(Method::POST, METRICS, &all, body).await
}

async fn token(site: &Site) -> String {
    let staff = site.service.registry.active_staff().await.expect("staff");
    site.service.issue_token("勤怠", Scope::default(), 30, staff[0]).await.expect("a token").text
}

const JSON: (&str, &str) = ("content-type", "application/json");
const ROW: &str =
    r#"{"rows":[{"unit":"R","series":"overtime_hours","period":"2025-04","value":"36.5","people":3}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_come_in_with_a_token_and_a_key() {
    let site = Site::open().await;
    let token = token(&site).await;
    let first = call(&site, &token, &[JSON], ROW).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert_eq!(first.body, r#"{"rows":1,"batch":1}"#);
    let again = call(&site, &token, &[JSON], ROW).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::OK, first.body.as_str()));
    let other = call(&site, &token, &[JSON], &ROW.replace("36.5", "37")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let csv = "unit,series,period,value,people\nR,overtime_hours,2025-05,12,3\n";
    let table =
        call(&site, &token, &[("content-type", "text/csv; charset=utf-8"), ("idempotency-key", "k2")], csv)
            .await;
    assert_eq!(table.status, StatusCode::CREATED, "{}", table.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_a_problem_in_words() {
    let site = Site::open().await;
    let token = token(&site).await;
    for wrong in ["", "shirube_unknown", "Basic x"] {
        let answer = call(&site, wrong, &[JSON], ROW).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let session = site.sign_in(crate::testing::HR, "").await;
    let signed_in = site.ask(Method::POST, METRICS, &[("cookie", &session), JSON], ROW).await;
    assert_eq!(signed_in.status, StatusCode::UNAUTHORIZED, "a session is no token");
    for (kind, body, status) in [
        ("application/json", "{", StatusCode::BAD_REQUEST),
        ("application/json", r#"{"rows":[{"unit":"R"}]}"#, StatusCode::BAD_REQUEST),
        ("application/json", r#"{"rows":[]}"#, StatusCode::BAD_REQUEST),
        ("application/json", r#"{"rows":[],"more":1}"#, StatusCode::BAD_REQUEST),
        ("text/csv", "unit,series\n\"R", StatusCode::BAD_REQUEST),
        ("text/plain", ROW, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let answer = call(&site, &token, &[("content-type", kind)], body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert_eq!(answer.header("content-type"), PROBLEM);
        assert!(!answer.body.contains(&token));
    }
    let bad = ROW.replace("overtime_hours", "overtime").replace("\"R\"", "\"X\"");
    let answer = call(&site, &token, &[JSON, ("accept-language", "en")], &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [r#""total":2"#, r#""row":1"#, r#""value":"X""#, "nothing was written"] {
        assert!(answer.body.contains(part), "{part}: {}", answer.body);
    }
    let keyless =
        site.ask(Method::POST, METRICS, &[("authorization", &format!("Bearer {token}")), JSON], ROW).await;
    assert_eq!(keyless.status, StatusCode::BAD_REQUEST);
    let from_elsewhere = call(&site, &token, &[JSON, ("sec-fetch-site", "cross-site")], ROW).await;
    assert_eq!(from_elsewhere.status, StatusCode::FORBIDDEN, "no other site's page sends for its visitors");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_every_way_in_and_every_answer() {
    let site = Site::open().await;
    let answer = site.ask(Method::GET, "/api/v1/openapi.json", &[], "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let read: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert!(read["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let answers = &read["paths"][METRICS]["post"]["responses"];
    for status in ["200", "201", "400", "401", "403", "409", "413", "415", "422"] {
        assert!(answers[status].is_object(), "{status}");
    }
    assert_eq!(read["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");

    let token = token(&site).await;
    let bearer = format!("Bearer {token}");
    let list = site.ask(Method::GET, "/api/v1/series", &[("authorization", bearer.as_str())], "").await;
    assert!(list.body.contains(r#""key":"overtime_hours""#), "{}", list.body);
    assert_eq!(site.ask(Method::GET, "/api/v1/series", &[], "").await.status, StatusCode::UNAUTHORIZED);
}

/// A program's header; browsers ask for pages, and get refusals as pages.
const PROGRAM: (&str, &str) = ("accept", "application/json");
/// A sound number beside those that cannot be.
const MAY: &str = r#"{"unit":"R","series":"overtime_hours","period":"2025-05","value":"30","people":3}"#;

async fn call_with(site: &Site, token: &str, key: &str, body: &str) -> Answer {
    call(site, token, &[JSON, PROGRAM, ("idempotency-key", key)], body).await
}

/// A request whose body is no text.
async fn send(site: &Site, token: &str, kind: &str, body: &[u8]) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(METRICS)
        .header("host", "shirube.example")
        .header("accept-language", "ja")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", "k9")
        .header("content-type", kind)
        .body(Body::from(body.to_vec()))
        .expect("a request");
    let router = crate::http::router(crate::http::Half::All(site.service.clone()));
    let (parts, body) = router.oneshot(request).await.expect("an answer").into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// What is said of a call that was refused.
fn problem(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.header("content-type"), PROBLEM, "{}", answer.body);
    let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(problem["status"], answer.status.as_u16());
    problem
}

fn detail(answer: &Answer) -> String {
    problem(answer)["detail"].as_str().expect("words").to_owned()
}

/// Everything that is written of some series.
async fn totals(site: &Site) -> Vec<SeriesTotals> {
    let mut all = Vec::new();
    for key in ["overtime_hours", "leave_days", "recruits_women"] {
        all.push(site.service.metric_totals(key, None).await.expect("totals"));
    }
    all
}

/// A site with the number of [`ROW`] and what is then written.
async fn with_a_number() -> (Site, String, Vec<SeriesTotals>) {
    let site = Site::open().await;
    let token = token(&site).await;
    let taken = call_with(&site, &token, "k1", ROW).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    let written = totals(&site).await;
    (site, token, written)
}

/// Nothing is written, no batch was left half done, and a key that was refused is free.
async fn nothing_is_written(site: &Site, token: &str, key: &str, before: &[SeriesTotals]) {
    assert_eq!(totals(site).await, before);
    let taken = call_with(site, token, key, &format!(r#"{{"rows":[{MAY}]}}"#)).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    assert_eq!(taken.body, r#"{"rows":1,"batch":2}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_is_named_and_nothing_is_written() {
    let (site, token, written) = with_a_number().await;
    let hours = |unit: &str, period: &str, value: &str| {
        format!(
            r#"{{"unit":"{unit}","series":"overtime_hours","period":"{period}","value":"{value}","people":3}}"#
        )
    };
    let rate = |numerator: u32, denominator: u32| {
        format!(
            r#"{{"unit":"R","series":"recruits_women","period":"FY2024","numerator":{numerator},"denominator":{denominator}}}"#
        )
    };
    for (row, column, value, told) in [
        (hours("R", "2025-13", "1"), "period", "2025-13", "暦にない"),
        (hours("R", "令和0年4月", "1"), "period", "令和0年4月", "令和の期間に含まれません"),
        (hours("R", "昭和65年4月", "1"), "period", "昭和65年4月", "昭和の期間に含まれません"),
        (hours("R", "令和7年2月31日", "1"), "period", "令和7年2月31日", "暦にない"),
        (hours("R", "2025-06", "9000"), "value", "9000", "744時間"),
        (hours("R", "2025-05", "1"), "period", "2025-05", "1行目と部署、系列、期間が同じ"),
        (hours("X", "2025-06", "1"), "unit", "X", "登録されていない部署コード"),
        (rate(0, 0), "denominator", "0", "0では割れません"),
        (rate(3, 2), "numerator", "3", "分母(2)を超えています"),
    ] {
        let answer = call_with(&site, &token, "k2", &format!(r#"{{"rows":[{MAY},{row}]}}"#)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{row}: {}", answer.body);
        let said = problem(&answer);
        assert_eq!(said["total"], 1, "{said}");
        let error = &said["errors"][0];
        assert_eq!(error["row"], 2, "{error}");
        assert_eq!(error["column"], column, "{error}");
        assert_eq!(error["value"], value, "{error}");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(told)), "{error}");
        assert_eq!(totals(&site).await, written, "{row}");
    }
    // In CSV the header is row 1.
    let csv =
        "unit,series,period,value,people\nR,overtime_hours,2025-05,30,3\nR,overtime_hours,令和0年,1,3\n";
    let kind = ("content-type", "text/csv");
    let answer = call(&site, &token, &[kind, PROGRAM, ("idempotency-key", "k2")], csv).await;
    let said = problem(&answer);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert_eq!(said["errors"][0]["row"], 3, "{said}");
    nothing_is_written(&site, &token, "k2", &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_outside_of_the_scope_is_named() {
    let (site, all, written) = with_a_number().await;
    let staff = site.service.registry.active_staff().await.expect("staff");
    let scope = Scope { series: BTreeSet::from([SeriesKey::parse("overtime_hours").expect("a key")]) };
    let token = site.service.issue_token("勤怠", scope, 30, staff[0]).await.expect("a token").text;
    let leave = r#"{"unit":"R","series":"leave_days","period":"2025-05","value":"2","people":3}"#;
    for lang in ["ja", "en"] {
        let headers = [JSON, PROGRAM, ("accept-language", lang)];
        let answer = call(&site, &token, &headers, &format!(r#"{{"rows":[{MAY},{leave}]}}"#)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert!(detail(&answer).contains("leave_days"), "{}", answer.body);
    }
    nothing_is_written(&site, &all, "k3", &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_over_or_revoked_lets_nobody_in() {
    let (site, token, written) = with_a_number().await;
    let staff = site.service.registry.active_staff().await.expect("staff");
    let revoked = site.service.issue_token("勤怠", Scope::default(), 30, staff[0]).await.expect("a token");
    let over = site.service.issue_token("勤怠", Scope::default(), 1, staff[0]).await.expect("a token");
    site.service.revoke_token(revoked.id, staff[0]).await.expect("revoked");
    site.service.clock.set(site.service.clock.now() + 86_400);
    for text in [&revoked.text, &over.text] {
        let answer = call_with(&site, text, "k2", &format!(r#"{{"rows":[{MAY}]}}"#)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert!(detail(&answer).contains("有効なトークン"), "which of the two is nobody's business");
        assert!(!answer.body.contains(text.as_str()));
        let bearer = format!("Bearer {text}");
        let headers = [("authorization", bearer.as_str()), PROGRAM];
        let list = site.ask(Method::GET, "/api/v1/series", &headers, "").await;
        assert_eq!(list.status, StatusCode::UNAUTHORIZED);
    }
    nothing_is_written(&site, &token, "k2", &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_a_problem_like_any_other() {
    let (site, token, written) = with_a_number().await;
    // 50 MB are refused by what is announced, 18 MB without a word about it as soon as they are too many.
    let announced = [JSON, PROGRAM, ("content-length", "50000000")];
    let announced = call(&site, &token, &announced, ROW).await;
    let unannounced = call_with(&site, &token, "k2", &" ".repeat(18 << 20)).await;
    for answer in [announced, unannounced] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
        assert!(detail(&answer).contains("16 MB以内"), "{}", answer.body);
    }
    nothing_is_written(&site, &token, "k2", &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_nothing_or_cannot_be_read_is_refused() {
    let (site, token, written) = with_a_number().await;
    let half = "unit,series,period,value,people\nR,overtime_hours,2025-05,30,3\n部署".as_bytes();
    let bodies: [(&str, &[u8], &str); 6] = [
        ("application/json", b"", "JSONを読み取れません(1行0列)"),
        ("application/json", b"{\"rows\":[{\"unit\":\"\xff\"}]}", "JSONを読み取れません(1行"),
        ("text/csv", b"", "行です(0行)"),
        ("text/csv", b"unit,series,period,value,people\n", "行です(0行)"),
        ("text/csv", b"unit,series,period,value,people\nR,overtime_hours,2025-05,30,3\n\x83\x5c,", "UTF-8"),
        ("text/csv", &half[..half.len() - 1], "UTF-8"),
    ];
    for (kind, body, told) in bodies {
        let answer = send(&site, &token, kind, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind}: {}", answer.body);
        assert!(detail(&answer).contains(told), "{kind}, {told}: {}", answer.body);
        assert_eq!(totals(&site).await, written, "{told}");
    }
    nothing_is_written(&site, &token, "k9", &written).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_used_takes_no_other_content() {
    let (site, token, written) = with_a_number().await;
    for (lang, words) in [("ja", "別の内容"), ("en", "other content")] {
        let headers = [JSON, PROGRAM, ("accept-language", lang)];
        let answer = call(&site, &token, &headers, &ROW.replace("36.5", "40")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
        assert!(detail(&answer).contains(words), "{}", answer.body);
    }
    // As a table it is other content as well.
    let csv = "unit,series,period,value,people\nR,overtime_hours,2025-04,36.5,3\n";
    let answer = call(&site, &token, &[("content-type", "text/csv"), PROGRAM], csv).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    nothing_is_written(&site, &token, "k2", &written).await;
}
