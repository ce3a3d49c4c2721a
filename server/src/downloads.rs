//! Plain files: tables as CSV, questionnaires and terms as JSON. Who may have them is in `app::routes::ENDPOINTS`.

use app::context::RequestInfo;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::fiscal_year::{AsOf, YearMonth};
use domain::role::Role;
use domain::roster;
use domain::terms::Audience;
use service::Error;

use crate::refusal::Refusal;

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json; charset=utf-8";
const JSON_SCHEMA: &str = "application/schema+json; charset=utf-8";

/// Tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The routes of all plain files.
pub fn router() -> Router {
    Router::new()
        .route("/hr/questionnaires/{id}/questionnaire.json", get(questionnaire))
        .route("/hr/questionnaire.schema.json", get(questionnaire_schema))
        .route("/hr/roster/template.csv", get(staff_template))
        .route("/hr/roster/units-template.csv", get(unit_template))
        .route("/hr/roster/staff.csv", get(staff))
        .route("/hr/roster/units.csv", get(units))
        .route("/hr/roster/lines.csv", get(lines))
        .route("/hr/campaigns/{campaign}/raters.csv", get(raters))
        .route("/feedback/{campaign}/report.xlsx", get(report))
        .route("/terms/{campaign}/terms.json", get(terms))
        .route("/indicators/followup.csv", get(followup))
        .route("/indicators/followup.xlsx", get(followup_workbook))
        .route("/indicators/open-data.csv", get(open_data))
        .route("/indicators/open-data.xlsx", get(open_data_workbook))
        .route("/hr/metrics/template.csv", get(metric_template))
        .route("/results/{campaign}/release.csv", get(release))
}

/// A file to be saved.
struct File {
    kind: &'static str,
    /// What it is saved as; only characters that need no quoting.
    name: String,
    body: Vec<u8>,
}

impl File {
    fn new(kind: &'static str, name: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { kind, name: name.into(), body: body.into() }
    }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename=\"{}\"", file_name(&self.name));
        let mut response = ([(header::CONTENT_TYPE, self.kind)], self.body).into_response();
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}

/// The name with everything but letters, digits, `.`, `-` and `_` left out, as a header needs it.
fn file_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect()
}

/// Answers with the file, or with what is wrong, in words.
async fn send(info: RequestInfo, file: impl Future<Output = service::Result<File>>) -> Response {
    if info.denied {
        return Refusal::from(&Error::Forbidden).into_response();
    }
    match file.await {
        Ok(file) => file.into_response(),
        Err(error) => Refusal::from(&error).into_response(),
    }
}

async fn questionnaire(Extension(info): Extension<RequestInfo>, Path(id): Path<String>) -> Response {
    let service = info.service.clone();
    send(info, async move {
        let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
        let stored = service.registry.questionnaire(id).await?.questionnaire;
        let name = format!("{}-v{}.json", stored.key, stored.version);
        Ok(File::new(JSON, name, serde_json::to_string_pretty(&stored)?))
    })
    .await
}

async fn questionnaire_schema(Extension(info): Extension<RequestInfo>) -> Response {
    send(info, async {
        let schema = service::registry::questionnaire_schema::questionnaire_schema();
        Ok(File::new(JSON_SCHEMA, "questionnaire.schema.json", serde_json::to_string_pretty(&schema)?))
    })
    .await
}

async fn staff_template(Extension(info): Extension<RequestInfo>) -> Response {
    send(info, async { Ok(File::new(CSV, "staff.csv", marked(roster::template()))) }).await
}

async fn unit_template(Extension(info): Extension<RequestInfo>) -> Response {
    send(info, async { Ok(File::new(CSV, "units.csv", marked(roster::unit_template()))) }).await
}

/// Everybody on the roster, as a file that can be imported again.
async fn staff(Extension(info): Extension<RequestInfo>) -> Response {
    let (service, lang) = (info.service.clone(), info.lang);
    send(info, async move {
        let today = service.clock.today();
        let table = service.registry.staff_csv(today, lang).await?;
        Ok(File::new(CSV, format!("staff-{today}.csv"), marked(table)))
    })
    .await
}

/// All units, as a file that can be imported again.
async fn units(Extension(info): Extension<RequestInfo>) -> Response {
    let (service, lang) = (info.service.clone(), info.lang);
    send(info, async move {
        let table = service.registry.units_csv(lang).await?;
        Ok(File::new(CSV, format!("units-{}.csv", service.clock.today()), marked(table)))
    })
    .await
}

/// Reporting lines beside those of the roster, as a file that can be imported again.
async fn lines(Extension(info): Extension<RequestInfo>) -> Response {
    let (service, lang) = (info.service.clone(), info.lang);
    send(info, async move {
        let table = service.registry.lines_csv(lang).await?;
        Ok(File::new(CSV, format!("lines-{}.csv", service.clock.today()), marked(table)))
    })
    .await
}

/// Who rates whom in a review, as a file that can be imported again.
async fn raters(Extension(info): Extension<RequestInfo>, Path(campaign): Path<String>) -> Response {
    let (service, lang) = (info.service.clone(), info.lang);
    send(info, async move {
        service.registry.campaign(&campaign).await?.review.ok_or(Error::NotFound)?;
        let table = service.registry.raters_csv(&campaign, lang).await?;
        Ok(File::new(CSV, format!("raters-{campaign}.csv"), marked(table)))
    })
    .await
}

/// A person's own report as a workbook.
async fn report(Extension(info): Extension<RequestInfo>, Path(campaign): Path<String>) -> Response {
    let (service, lang, person) = (info.service.clone(), info.lang, info.person.clone());
    send(info, async move {
        let person = person.ok_or(Error::Forbidden)?;
        let report = service.registry.review_report(&campaign, person.id, &person).await?;
        if !report.has_results() {
            return Err(Error::NotFound);
        }
        service.registry.note_seen(&campaign, person.id).await?;
        Ok(File::new(XLSX, format!("report-{campaign}.xlsx"), report.workbook(lang)?))
    })
    .await
}

/// The text behind one byte order mark.
fn marked(text: String) -> String {
    if text.starts_with(BYTE_ORDER_MARK) { text } else { format!("{BYTE_ORDER_MARK}{text}") }
}

/// The terms byte for byte as they were hashed.
async fn terms(Extension(info): Extension<RequestInfo>, Path(campaign): Path<String>) -> Response {
    let service = info.service.clone();
    send(info, async move {
        let terms = service.registry.terms_json(&campaign).await?;
        Ok(File::new(JSON, format!("terms-{campaign}.json"), terms))
    })
    .await
}

async fn followup(Extension(info): Extension<RequestInfo>) -> Response {
    send(info.clone(), async move {
        let year = followup_year(&info).await?;
        let table = info.service.export_followup(Some(year)).await?;
        Ok(File::new(CSV, format!("followup-fy{year}.csv"), table))
    })
    .await
}

async fn followup_workbook(Extension(info): Extension<RequestInfo>) -> Response {
    send(info.clone(), async move {
        let year = followup_year(&info).await?;
        let book = info.service.followup_workbook(Some(year)).await?;
        Ok(File::new(XLSX, format!("followup-fy{year}.xlsx"), book))
    })
    .await
}

/// The figures in the Cabinet Office's form; `published` is the month of their publication.
async fn open_data(Extension(info): Extension<RequestInfo>) -> Response {
    send(info.clone(), async move {
        let (year, month) = (followup_year(&info).await?, published(&info)?);
        let table = info.service.open_data_csv(Some(year), month).await?;
        Ok(File::new(CSV, format!("open-data-fy{year}.csv"), table))
    })
    .await
}

async fn open_data_workbook(Extension(info): Extension<RequestInfo>) -> Response {
    send(info.clone(), async move {
        let (year, month) = (followup_year(&info).await?, published(&info)?);
        let book = info.service.open_data_workbook(Some(year), month).await?;
        Ok(File::new(XLSX, format!("open-data-fy{year}.xlsx"), book))
    })
    .await
}

/// The fiscal year asked for, or the newest one.
async fn followup_year(info: &RequestInfo) -> service::Result<i16> {
    match info.query.get("year").filter(|year| !year.is_empty()) {
        Some(year) => year.parse::<i16>().map_err(|_| Error::NotFound),
        None => info.service.followup_years().await?.first().copied().ok_or(Error::NotFound),
    }
}

fn published(info: &RequestInfo) -> service::Result<YearMonth> {
    let typed = info.query.get("published").map(String::as_str).unwrap_or_default();
    match AsOf::parse(typed) {
        Ok(AsOf::Month(month)) => Ok(month),
        _ => Err(Error::invalid(
            "公表年月を「令和7年12月」または「2025-12」のように入力してください。",
            "Please write the month of publication like \"December 2025\" or \"2025-12\".",
        )),
    }
}

/// A file of numbers to be filled in.
async fn metric_template(Extension(info): Extension<RequestInfo>) -> Response {
    send(info.clone(), async move {
        Ok(File::new(CSV, "metrics.csv", info.service.metric_template(info.lang).await?))
    })
    .await
}

async fn release(Extension(info): Extension<RequestInfo>, Path(campaign): Path<String>) -> Response {
    let (service, lang) = (info.service.clone(), info.lang);
    let has = |role| info.person.as_ref().is_some_and(|person| person.has(role));
    let audiences: Vec<Audience> = [(Role::Hr, Audience::Hr), (Role::Executive, Audience::Executive)]
        .into_iter()
        .filter_map(|(role, audience)| has(role).then_some(audience))
        .collect();
    send(info, async move {
        let table = service.registry.release_csv(&campaign, &audiences, lang).await?;
        Ok(File::new(CSV, format!("release-{campaign}.csv"), table))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_never_leaves_its_quotes() {
        assert_eq!(file_name("followup-fy2025.csv"), "followup-fy2025.csv");
        assert_eq!(file_name("a\"; b\r\nSet-Cookie: x/..\\調査.csv"), "abSet-Cookiex...csv");
    }

    #[test]
    fn a_template_has_one_byte_order_mark() {
        assert_eq!(marked("a".into()), "\u{feff}a");
        assert_eq!(marked("\u{feff}a".into()), "\u{feff}a");
        assert!(marked(roster::template()).starts_with(BYTE_ORDER_MARK));
    }

    #[test]
    fn a_file_is_saved_under_its_name() {
        let response = File::new(CSV, "staff.csv", "a").into_response();
        let said = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(said(header::CONTENT_TYPE), Some("text/csv; charset=utf-8"));
        assert_eq!(said(header::CONTENT_DISPOSITION), Some("attachment; filename=\"staff.csv\""));
    }

    #[test]
    fn every_file_is_in_the_table_of_who_may_enter() {
        for path in [
            "/hr/questionnaires/1/questionnaire.json",
            "/hr/questionnaire.schema.json",
            "/hr/roster/template.csv",
            "/hr/roster/units-template.csv",
            "/hr/roster/staff.csv",
            "/hr/roster/units.csv",
            "/hr/roster/lines.csv",
            "/hr/campaigns/c/raters.csv",
            "/feedback/c/report.xlsx",
            "/terms/c/terms.json",
            "/indicators/followup.csv",
            "/indicators/followup.xlsx",
            "/indicators/open-data.csv",
            "/indicators/open-data.xlsx",
            "/hr/metrics/template.csv",
            "/results/c/release.csv",
        ] {
            let rule = app::routes::rule_for(path).map(|rule| rule.path).unwrap_or_default();
            assert!(rule.ends_with(path.rsplit('/').next().unwrap_or_default()), "{path}: {rule}");
        }
    }
}
