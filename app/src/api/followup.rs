//! What HR does with the follow-up table: import it, type a value, take one back, link a row to a survey.

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

/// Imports a table: the fields `file` and `fiscal_year` (`2025`, `令和7年度`).
#[server(prefix = "/api", endpoint = "hr/followup/import", input = MultipartFormData)]
pub async fn import_followup(data: MultipartData) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::fiscal_year::FiscalYear;
    use domain::role::Role;
    use domain::text::Lang;
    const PAGE: &str = "/indicators";
    let context = Context::now();
    let person = match context.require(&[Role::Hr]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    let lost = || {
        service::Error::invalid(
            "ファイルを最後まで受け取れませんでした。大きさ(8 MB以内)を確かめて、もう一度送信してください。",
            "The file did not arrive completely. Please check its size (at most 8 MB) and send it again.",
        )
    };
    let Some(mut data) = data.into_inner() else { return flash::refused(lost(), [], PAGE).await };
    let (mut file, mut typed) = (Vec::new(), String::new());
    loop {
        let field = match data.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return flash::refused(lost(), [("fiscal_year", typed)], PAGE).await,
        };
        let name = field.name().unwrap_or_default().to_owned();
        let Ok(content) = field.bytes().await else {
            return flash::refused(lost(), [("fiscal_year", typed)], PAGE).await;
        };
        match name.as_str() {
            "file" => file = content.to_vec(),
            "fiscal_year" => typed = String::from_utf8_lossy(&content).trim().to_owned(),
            _ => {}
        }
    }
    if file.is_empty() {
        let error = service::Error::invalid(
            "取り込むファイルを選んでください。空のファイルは取り込めません。",
            "Please choose a file to import. An empty file cannot be imported.",
        );
        return flash::refused(error, [("fiscal_year", typed)], PAGE).await;
    }
    let year = match FiscalYear::parse(&typed) {
        Ok(year) => year,
        Err(e) => {
            let error = service::Error::invalid(
                format!("年度: {}", e.message(Lang::Ja)),
                format!("Fiscal year: {}", e.message(Lang::En)),
            );
            return flash::refused(error, [("fiscal_year", typed)], PAGE).await;
        }
    };
    let service = context.service();
    match service.import_followup(&file, Some(year.year()), Some(person.id)).await {
        Ok(service::indicator::Imported { rows, links }) => {
            let (mut ja, mut en) = (
                format!("{}のフォローアップ表を取り込みました({rows}行)。", year.label(Lang::Ja)),
                format!("The follow-up table of {} has been imported ({rows} rows).", year.label(Lang::En)),
            );
            if links > 0 {
                ja.push_str(&format!("調査との連携は、前年度までの表から引き継ぎました({links}行)。"));
                en.push_str(&format!(
                    " Links to surveys were taken over from the last table ({links} rows)."
                ));
            }
            flash::done(ja, en, &format!("/indicators?year={}", year.year())).await
        }
        Err(error) => flash::refused(error, [("fiscal_year", typed)], PAGE).await,
    }
}

/// Records a value of an indicator.
#[server(prefix = "/api", endpoint = "hr/followup/value")]
pub async fn set_followup_value(row: i64, value: String, as_of: String) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::role::Role;
    let context = Context::now();
    let person = match context.require(&[Role::Hr]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    let page = format!("/indicators/{row}");
    match context.service().set_value(row, &value, &as_of, Some(person.id)).await {
        Ok(()) => flash::done("実績値を記録しました。", "The value has been recorded.", &page).await,
        Err(error) => flash::refused(error, [("value", value), ("as_of", as_of)], &page).await,
    }
}

/// Takes a typed or earlier imported value of an indicator back.
#[server(prefix = "/api", endpoint = "hr/followup/withdraw")]
pub async fn withdraw_followup_value(row: i64, observation: i64) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::role::Role;
    let context = Context::now();
    let person = match context.require(&[Role::Hr]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    let page = format!("/indicators/{row}");
    match context.service().withdraw_value(row, observation, Some(person.id)).await {
        Ok(()) => flash::done("実績値を取り消しました。", "The value has been taken back.", &page).await,
        Err(error) => flash::refused(error, [], &page).await,
    }
}

/// Links an indicator to a survey: `figure` is series and measure with a space between them; empty ends the link.
#[server(prefix = "/api", endpoint = "hr/followup/link")]
pub async fn link_followup(row: i64, #[server(default)] figure: String) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    use domain::role::Role;
    let context = Context::now();
    let person = match context.require(&[Role::Hr]) {
        Ok(person) => person,
        Err(error) => return Err(context.refuse(&error)),
    };
    let (series, measure) = match figure.split_once(' ') {
        Some((series, measure)) => (Some(series.to_owned()), Some(measure.to_owned())),
        None if figure.is_empty() => (None, None),
        None => (Some(figure.clone()), None),
    };
    let linked = series.is_some();
    let page = format!("/indicators/{row}");
    match context.service().link_survey(row, series, measure, Some(person.id)).await {
        Ok(()) if linked => {
            flash::done(
                "調査と連携しました。公表済みの回の結果を取り込み、今後の公表時には自動で反映します。",
                "Linked to the survey. Waves released so far have been taken over; later ones follow by themselves.",
                &page,
            )
            .await
        }
        Ok(()) => {
            flash::done(
                "調査との連携を解除し、調査から取り込んだ実績値を外しました。",
                "The link has been ended, and the values taken over from the survey have been removed.",
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [("figure", figure)], &page).await,
    }
}
