//! The collector's HTTP interface. It reads no cookie, knows no session and logs nothing about a request.
//!
//! `PUT /collector/v1/campaigns/{campaign}/sheets` with the body
//! nonce (32 bytes) ‖ output (64) ‖ stratum (u32, big-endian) ‖ sealed sheet (see `domain::seal`).
//! Address, headers and length are the same for everybody who answers a campaign, so that no log along the way can tell
//! one ballot from another.
//! 204 taken in · 400 malformed · 403 ballot not valid · 404 unknown campaign · 409 not open · 413 too large.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use axum::{Router, middleware};
use domain::ballot::Ballot;
use domain::seal;
use service::Intake;
use service::collector::intake::{Refusal, Submission};

/// nonce, output and stratum.
const HEAD: usize = 32 + 64 + 4;

/// The routes of the collector.
pub fn router(intake: Intake) -> Router {
    Router::new()
        .route("/collector/v1/campaigns/{campaign}/sheets", put(accept).options(preflight))
        .layer(DefaultBodyLimit::max(HEAD + seal::MAX_SEALED))
        .layer(middleware::map_response(open_to_pages))
        .with_state(intake)
}

/// The collector may run under another name than the pages, which then send sheets from there, without credentials.
async fn open_to_pages(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("PUT"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A browser asks before it sends a sheet to another host.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn accept(
    State(intake): State<Intake>,
    method: Method,
    Path(campaign): Path<String>,
    body: Bytes,
) -> Response {
    debug_assert_eq!(method, Method::PUT);
    let Some(sheet) = parse(&campaign, &body) else {
        return refuse(StatusCode::BAD_REQUEST, "malformed");
    };
    match intake.accept(sheet).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Refusal::Unknown) => refuse(StatusCode::NOT_FOUND, "unknown campaign"),
        Err(Refusal::Closed) => refuse(StatusCode::CONFLICT, "not open"),
        Err(Refusal::Ballot) => refuse(StatusCode::FORBIDDEN, "the ballot is not valid"),
        Err(Refusal::Length) => refuse(StatusCode::BAD_REQUEST, "the sealed sheet has a wrong length"),
        Err(Refusal::Fault(error)) => fault(&error),
    }
}

fn refuse(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

fn fault(error: &service::Error) -> Response {
    tracing::error!(%error, "the collector failed");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "failed; sending again is safe")
}

fn parse(campaign: &str, body: &[u8]) -> Option<Submission> {
    let (nonce, rest) = body.split_first_chunk::<32>()?;
    let (output, rest) = rest.split_first_chunk::<64>()?;
    let (stratum, sealed) = rest.split_first_chunk::<4>()?;
    Some(Submission {
        campaign: campaign.to_owned(),
        stratum: u32::from_be_bytes(*stratum),
        ballot: Ballot { nonce: *nonce, output: *output },
        sealed: sealed.to_vec(),
    })
}
