//! Importing a follow-up table, as a workbook or as CSV.

use domain::text::{Lang, Text};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};
use service::indicator::{Imported, OpenDataImported, TableFile};

use super::{TABLE, read_year};
use crate::api::hr::Desk;
use crate::flash;

/// The value of `form` for the Cabinet Office's form.
const OPEN_DATA: &str = "open_data";

/// Most remarks that are told with the message.
const TOLD: usize = 10;

/// Imports a table: the fields `file`, `fiscal_year` (`2025`, `令和7年度`) and `form` (`open_data` for the Cabinet Office's form,
/// else the table itself).
#[server(prefix = "/api", endpoint = "hr/followup/import", input = MultipartFormData)]
pub async fn import_followup(data: MultipartData) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let lost = || {
        service::Error::invalid(
            "ファイルを最後まで受け取れませんでした。大きさ(8 MB以内)を確かめて、もう一度送信してください。",
            "The file did not arrive completely. Please check its size (at most 8 MB) and send it again.",
        )
    };
    let Some(mut data) = data.into_inner() else { return flash::refused(lost(), [], TABLE).await };
    let (mut file, mut file_name, mut typed) = (Vec::new(), String::new(), String::new());
    let mut form = String::new();
    loop {
        let field = match data.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return refused(lost(), typed, form).await,
        };
        let name = field.name().unwrap_or_default().to_owned();
        let called = field.file_name().map(str::to_owned);
        let Ok(content) = field.bytes().await else {
            return refused(lost(), typed, form).await;
        };
        match name.as_str() {
            "file" => {
                file = content.to_vec();
                file_name = called.unwrap_or_default();
            }
            "fiscal_year" => typed = String::from_utf8_lossy(&content).trim().to_owned(),
            "form" => form = String::from_utf8_lossy(&content).trim().to_owned(),
            _ => {}
        }
    }
    if file.is_empty() {
        let error = service::Error::invalid(
            "取り込むファイルを選んでください。空のファイルは取り込めません。",
            "Please choose a file to import. An empty file cannot be imported.",
        );
        return refused(error, typed, form).await;
    }
    let year = match read_year(&typed) {
        Ok(year) => year,
        Err(error) => return refused(error, typed, form).await,
    };
    let table = TableFile { bytes: &file, name: &file_name };
    let page = format!("{TABLE}?year={}", year.year());
    if form == OPEN_DATA {
        return match desk.service.import_open_data(table, Some(year.year()), Some(desk.actor)).await {
            Ok(imported) => {
                let told = |lang: Lang| figures_told(&imported, &year.label(lang), lang);
                flash::done(told(Lang::Ja), told(Lang::En), &page).await
            }
            Err(error) => refused(error, typed, form).await,
        };
    }
    match desk.service.import_followup(table, Some(year.year()), Some(desk.actor)).await {
        Ok(imported) => {
            let told = |lang: Lang| told(&imported, &year.label(lang), lang);
            flash::done(told(Lang::Ja), told(Lang::En), &page).await
        }
        Err(error) => refused(error, typed, form).await,
    }
}

/// Ends a refused import with the year that was typed and the form that was chosen.
async fn refused(error: service::Error, typed: String, form: String) -> Result<(), ServerFnError> {
    flash::refused(error, [("fiscal_year", typed), ("form", form)], TABLE).await
}

/// What the import did, and what should be looked at, one line each.
fn told(imported: &Imported, year: &str, lang: Lang) -> String {
    let (rows, links) = (imported.rows, imported.links);
    let mut text = match lang {
        Lang::Ja => format!("{year}のフォローアップ表を取り込みました({rows}行)。"),
        Lang::En => format!("The follow-up table of {year} has been imported ({rows} rows)."),
    };
    if links > 0 {
        text.push_str(&match lang {
            Lang::Ja => format!("調査との連携は、前年度までの表から引き継ぎました({links}行)。"),
            Lang::En => format!(" Links to surveys were taken over from the last table ({links} rows)."),
        });
    }
    text.push_str(&remarked(&imported.remarks, lang));
    text
}

/// The same of a file in the open-data form.
fn figures_told(imported: &OpenDataImported, year: &str, lang: Lang) -> String {
    let OpenDataImported { updated, added, remarks } = imported;
    let text = match lang {
        Lang::Ja => format!("{year}の数値目標を取り込みました(更新{updated}件、追加{added}件)。"),
        Lang::En => format!("Figures of {year} have been imported ({updated} updated, {added} added)."),
    };
    text + &remarked(remarks, lang)
}

/// What should be looked at, from the next line on; nothing where there is nothing.
fn remarked(remarks: &[Text], lang: Lang) -> String {
    let mut text = String::new();
    if remarks.is_empty() {
        return text;
    }
    text.push('\n');
    text.push_str(
        lang.t("取り込んだ内容のうち、次の点を確認してください。", "Of what was imported, please check:"),
    );
    for remark in remarks.iter().take(TOLD) {
        text.push('\n');
        text.push_str(remark.get(lang));
    }
    let more = remarks.len().saturating_sub(TOLD);
    if more > 0 {
        text.push_str(&match lang {
            Lang::Ja => format!("\nほか{more}件。"),
            Lang::En => format!("\nAnd {more} more."),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_should_be_looked_at_is_told_line_by_line() {
        let plain = Imported { rows: 30, links: 0, remarks: Vec::new() };
        assert_eq!(
            told(&plain, "令和7年度", Lang::Ja),
            "令和7年度のフォローアップ表を取り込みました(30行)。"
        );
        let late = Imported { links: 2, remarks: vec![Text::new("期限切れ", "Late"); TOLD + 3], ..plain };
        let text = told(&late, "FY2025", Lang::En);
        assert_eq!(text.lines().count(), 2 + TOLD + 1, "{text}");
        assert!(text.contains("(2 rows)") && text.ends_with("And 3 more."), "{text}");
    }
}
