//! The interface for programs: numbers of metric series come in here, with a bearer token (RFC 6750) and an idempotency
//! key. Its description (OpenAPI 3.1) is made from this file; `/developers` says the same in words.
//!
//! Faults are told as `application/problem+json` (RFC 9457), row by row where they are in the rows. Neither a token nor a
//! number is ever in a log.

use app::context::{RequestInfo, status_of};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use domain::csv_rows;
use domain::metric::SeriesKey;
use domain::metric::table_form::Faults;
use domain::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use service::metric::{ApiRow, Batch, Holder, Posted};
use service::{Error, Service};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::body::MAX_UPLOAD;
use crate::request::header_text;

/// Where numbers are sent to.
pub const METRICS: &str = "/api/v1/metrics";

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub const PROBLEM: &str = "application/problem+json; charset=utf-8";

/// The routes of the interface.
pub fn router() -> Router {
    Router::new()
        .route(METRICS, post(post_metrics))
        .route("/api/v1/series", get(list_series))
        .route("/api/v1/openapi.json", get(openapi))
}

/// The description of the interface.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Shirube metrics",
        version = "1",
        description = "Monthly and yearly numbers by unit, such as overtime hours, sent by other systems.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(post_metrics, list_series),
    components(schemas(MetricRow, MetricCall, Taken, SeriesInfo, Problem, RowProblem)),
    modifiers(&Bearer)
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token made by the administrator, of 256 random bits."))
            .build();
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

async fn openapi() -> Response {
    Json(Description::openapi()).into_response()
}

/// One number. Amounts and states are texts, so that no place after the point is lost.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MetricRow {
    /// Code of the unit, as on the roster.
    #[schema(example = "A100")]
    unit: String,
    /// Key of the series; see `GET /api/v1/series`.
    #[schema(example = "overtime_hours")]
    series: String,
    /// A month (`2025-04`) or a fiscal year (`FY2024`), as the series asks for.
    #[schema(example = "2025-04")]
    period: String,
    /// An amount in the unit of the series, summed over the people of the unit; or a state: `not_planned`, `planned`,
    /// `introduced`. Left out for a rate.
    #[serde(default)]
    #[schema(example = "412.5")]
    value: String,
    /// The people an amount is for.
    #[schema(example = 12)]
    people: Option<u32>,
    /// Of a rate: those who count.
    numerator: Option<u32>,
    /// Of a rate: all of whom they are a part; at least 1.
    denominator: Option<u32>,
}

/// A call: all of its rows are written, or none.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MetricCall {
    /// 1 to 200,000 rows; one unit, series and period stands once. A number that is there already is replaced.
    rows: Vec<MetricRow>,
}

/// What was written.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Taken {
    /// Rows written by the call, or by the earlier one with its key.
    rows: usize,
    /// The number they are kept under.
    batch: i64,
}

/// A series that takes numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SeriesInfo {
    /// Its key.
    key: String,
    /// Its name in Japanese.
    name_ja: String,
    /// Its name in English.
    name_en: String,
    /// What its amounts count, in English; `%` for a rate.
    unit: String,
    /// `month` or `fiscal_year`.
    frequency: String,
    /// `amount`, `rate` or `state`.
    measurement: String,
    /// True where an amount needs `people`.
    per_person: bool,
    /// True where this token may write it.
    writable: bool,
}

/// Why nothing was written (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Problem {
    /// The HTTP status.
    status: u16,
    /// What happened, in a few words.
    title: String,
    /// What to do, in the language of the header Accept-Language.
    detail: String,
    /// Faults by row, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<RowProblem>,
    /// How many faults there are in all, where there are faults by row.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct RowProblem {
    /// The row: in JSON the first one is 1, in CSV the header is 1.
    row: usize,
    /// The column, where one is at fault.
    column: Option<String>,
    /// What stands there, cut short.
    value: String,
    /// What is wrong with it, and what is expected.
    detail: String,
}

/// Writes numbers.
#[utoipa::path(
    post,
    path = "/api/v1/metrics",
    request_body(
        description = "JSON, or CSV in UTF-8 with the columns unit, series, period, value, people, numerator, denominator. \
                       At most 16 MB.",
        content((MetricCall = "application/json"), (String = "text/csv"))
    ),
    params((
        "Idempotency-Key" = String, Header,
        description = "1 to 200 characters, made by the caller and known for 30 days. The same key with the same content \
                       is answered as before and writes nothing."
    )),
    responses(
        (status = 201, description = "All rows were written.", body = Taken),
        (status = 200, description = "An earlier call with this key wrote them.", body = Taken),
        (status = 400, description = "The call cannot be read, or has no idempotency key.", body = Problem),
        (status = 401, description = "No token, or one that is unknown, expired or revoked.", body = Problem),
        (status = 403, description = "The token may not write one of the series, which are named.", body = Problem),
        (status = 409, description = "The key was used with other content.", body = Problem),
        (status = 413, description = "More than 16 MB.", body = Problem),
        (status = 415, description = "Neither JSON nor CSV.", body = Problem),
        (status = 422, description = "A row cannot be; none was written.", body = Problem)
    ),
    security(("bearer" = []))
)]
async fn post_metrics(Extension(info): Extension<RequestInfo>, request: Request) -> Response {
    let lang = info.lang;
    let (parts, body) = request.into_parts();
    match take(&info.service, &parts.headers, body, lang).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn take(service: &Service, headers: &HeaderMap, body: Body, lang: Lang) -> Result<Response, Problem> {
    // Before the body is read: nobody without a token makes the server read 16 MB.
    let holder = holder(service, headers, lang).await?;
    let bytes = to_bytes(body, MAX_UPLOAD).await.map_err(|_| Problem::too_large(lang))?;
    let batch = batch(headers, &bytes, lang)?;
    let key = header_text(headers, &IDEMPOTENCY_KEY);
    let posted = service.post_metrics(&holder, key, &bytes, batch).await;
    match posted.map_err(|error| Problem::of(&error, lang))? {
        Posted::Taken(taken) => Ok(answer(StatusCode::CREATED, &taken)),
        Posted::Again(taken) => Ok(answer(StatusCode::OK, &taken)),
        Posted::Refused(faults) => Err(Problem::of_rows(&faults, lang)),
        Posted::OutOfScope(series) => Err(Problem::out_of_scope(&series, lang)),
    }
}

/// The answer to a body that is too large, before anything of it is read.
pub fn too_large(lang: Lang) -> Response {
    Problem::too_large(lang).into_response()
}

fn answer(status: StatusCode, taken: &service::metric::Taken) -> Response {
    (status, Json(Taken { rows: taken.rows, batch: taken.batch })).into_response()
}

/// Lists the series.
#[utoipa::path(
    get,
    path = "/api/v1/series",
    responses(
        (status = 200, description = "All series.", body = Vec<SeriesInfo>),
        (status = 401, description = "No token, or one that is unknown, expired or revoked.", body = Problem)
    ),
    security(("bearer" = []))
)]
async fn list_series(Extension(info): Extension<RequestInfo>, headers: HeaderMap) -> Response {
    let list = async {
        let holder = holder(&info.service, &headers, info.lang).await?;
        let series = info.service.metric_series().await.map_err(|error| Problem::of(&error, info.lang))?;
        let shown = series.into_iter().map(|series| SeriesInfo {
            writable: holder.scope.allows(&series.key),
            key: series.key.to_string(),
            unit: match series.measurement {
                domain::metric::Measurement::Rate => "%".to_owned(),
                _ => series.unit.name(Lang::En).to_owned(),
            },
            frequency: series.frequency.as_str().to_owned(),
            measurement: series.measurement.as_str().to_owned(),
            per_person: series.per_person,
            name_ja: series.name.ja,
            name_en: series.name.en,
        });
        Ok::<Vec<SeriesInfo>, Problem>(shown.collect())
    };
    match list.await {
        Ok(list) => Json(list).into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// Who calls.
async fn holder(service: &Service, headers: &HeaderMap, lang: Lang) -> Result<Holder, Problem> {
    let sent = header_text(headers, &header::AUTHORIZATION);
    let token = sent.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let refused = || {
        let text = Text::new(
            "有効なトークンを Authorization: Bearer ヘッダーで送ってください。トークンはシステム管理者が発行します。",
            "Please send a valid token in the header Authorization: Bearer. The administrator issues tokens.",
        );
        Problem::new(StatusCode::UNAUTHORIZED, &text, lang)
    };
    match service.holder(token.map_or("", |(_, token)| token.trim())).await {
        Ok(holder) => Ok(holder),
        Err(Error::Forbidden) => Err(refused()),
        Err(error) => Err(Problem::of(&error, lang)),
    }
}

/// What the body brings.
fn batch(headers: &HeaderMap, bytes: &[u8], lang: Lang) -> Result<Batch, Problem> {
    let kind = header_text(headers, &header::CONTENT_TYPE);
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bad = |ja: String, en: String| Problem::new(StatusCode::BAD_REQUEST, &Text::new(ja, en), lang);
    match kind.as_str() {
        "application/json" => {
            let call: MetricCall = serde_json::from_slice(bytes).map_err(|e| {
                let (line, column) = (e.line(), e.column());
                bad(
                    format!("JSONを読み取れません({line}行{column}列)。/developers の形を確認してください。"),
                    format!("The JSON cannot be read (line {line}, column {column}). Please see /developers for its form."),
                )
            })?;
            Ok(Batch::Rows(call.rows.into_iter().map(ApiRow::from).collect()))
        }
        "text/csv" => {
            let text = std::str::from_utf8(bytes).map_err(|_| {
                bad("CSVはUTF-8で送ってください。".into(), "Please send CSV in UTF-8.".into())
            })?;
            let rows = csv_rows::rows(text).map_err(|unclosed| {
                let row = unclosed.0;
                bad(
                    format!("{row}行目: 引用符(\")が閉じられていません。"),
                    format!("Row {row}: a quotation mark (\") is not closed."),
                )
            })?;
            Ok(Batch::Table(rows))
        }
        _ => {
            let text = Text::new(
                "Content-Typeは application/json または text/csv にしてください。",
                "The Content-Type must be application/json or text/csv.",
            );
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text, lang))
        }
    }
}

impl From<MetricRow> for ApiRow {
    fn from(row: MetricRow) -> Self {
        let MetricRow { unit, series, period, value, people, numerator, denominator } = row;
        Self { unit, series, period, value, people, numerator, denominator }
    }
}

impl Problem {
    fn new(status: StatusCode, detail: &Text, lang: Lang) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            detail: detail.get(lang).to_owned(),
            errors: Vec::new(),
            total: None,
        }
    }

    fn of(error: &Error, lang: Lang) -> Self {
        let status = StatusCode::from_u16(status_of(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, &Text::new(error.message(Lang::Ja), error.message(Lang::En)), lang)
    }

    fn too_large(lang: Lang) -> Self {
        let text = Text::new(
            "本文は16 MB以内にしてください。何も保存していません。",
            "The body may have at most 16 MB. Nothing was written.",
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &text, lang)
    }

    fn out_of_scope(series: &[SeriesKey], lang: Lang) -> Self {
        let keys: Vec<&str> = series.iter().map(SeriesKey::as_str).collect();
        let keys = keys.join(", ");
        let text = Text::new(
            format!("このトークンでは送信できない系列があるため、何も保存していません: {keys}"),
            format!("This token may not write some of the series, so nothing was written: {keys}"),
        );
        Self::new(StatusCode::FORBIDDEN, &text, lang)
    }

    fn of_rows(faults: &Faults, lang: Lang) -> Self {
        let text = Text::new(
            "受け取れない行があるため、何も保存していません。",
            "Some rows cannot be taken, so nothing was written.",
        );
        let errors = faults.listed.iter().map(|fault| RowProblem {
            row: fault.row,
            column: fault.column.map(|column| column.heading(Lang::En).to_owned()),
            value: fault.value.clone(),
            detail: fault.problem.message(lang),
        });
        Self {
            errors: errors.collect(),
            total: Some(faults.total),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, &text, lang)
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests;
