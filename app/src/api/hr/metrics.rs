//! Numbers from other systems: upload, look, accept; and new series.

use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{Desk, read_upload};
#[cfg(feature = "ssr")]
use crate::flash;

/// Where the series are.
#[cfg(feature = "ssr")]
const METRICS: &str = "/hr/metrics";
/// Where the preview is.
#[cfg(feature = "ssr")]
const PREVIEW: &str = "/hr/metrics/preview";

/// Takes a file of numbers and shows what it would change.
#[server(prefix = "/api", endpoint = "hr/metrics/upload", input = MultipartFormData)]
pub async fn upload_metrics(data: MultipartData) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let upload = match read_upload(data).await {
        Ok(upload) => upload,
        Err(error) => return flash::refused(error, [], METRICS).await,
    };
    if upload.bytes.is_empty() {
        let error = service::Error::invalid(
            "取り込むファイルを選んでください。空のファイルは取り込めません。",
            "Please choose a file to import. An empty file cannot be imported.",
        );
        return flash::refused(error, [], METRICS).await;
    }
    match desk.service.stage_metrics(desk.actor, &upload.name, upload.bytes).await {
        Ok(()) => {
            flash::done(
                "ファイルを読み取りました。まだ何も登録していません。内容を確認して、取り込んでください。",
                "The file has been read. Nothing has been changed yet: please look through it and accept it.",
                PREVIEW,
            )
            .await
        }
        Err(error) => flash::refused(error, [], METRICS).await,
    }
}

/// Writes the file that was previewed, all of it or nothing. `file` is the digest of the file the person saw.
#[server(prefix = "/api", endpoint = "hr/metrics/accept")]
pub async fn accept_metrics(file: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    match desk.service.accept_metrics(desk.actor, &file).await {
        Ok(rows) => {
            flash::done(
                format!("{rows}行を取り込みました。連携している指標の実績値も更新しました。"),
                format!("{rows} rows have been imported. Linked indicators are up to date."),
                METRICS,
            )
            .await
        }
        Err(error) => flash::refused(error, [], PREVIEW).await,
    }
}

/// Throws the waiting file away.
#[server(prefix = "/api", endpoint = "hr/metrics/discard")]
pub async fn discard_metrics() -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    match desk.service.discard_metrics(desk.actor).await {
        Ok(()) => {
            flash::done(
                "取込みをやめ、ファイルを破棄しました。何も変更していません。",
                "The file has been thrown away. Nothing was changed.",
                METRICS,
            )
            .await
        }
        Err(error) => flash::refused(error, [], PREVIEW).await,
    }
}

/// A new series as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesForm {
    /// Its key.
    pub key: String,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// What its amounts count.
    pub unit: String,
    /// `month` or `fiscal_year`.
    pub frequency: String,
    /// `amount`, `rate` or `state`.
    pub measurement: String,
    /// Anything where amounts come with the number of people they are for.
    pub per_person: String,
}

/// Adds a series.
#[server(prefix = "/api", endpoint = "hr/metrics/series")]
pub async fn add_metric_series(#[server(flatten)] form: SeriesForm) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let SeriesForm { key, name_ja, name_en, unit, frequency, measurement, per_person } = form;
    let new = service::metric::NewSeries {
        key,
        name_ja,
        name_en,
        unit,
        frequency,
        measurement,
        per_person: !per_person.is_empty(),
    };
    match desk.service.add_metric_series(&new, Some(desk.actor)).await {
        Ok(()) => {
            flash::done(
                format!("統計系列「{}」を追加しました。数値を取り込めます。", new.name_ja.trim()),
                format!("The series \"{}\" has been added and takes numbers now.", new.name_en.trim()),
                METRICS,
            )
            .await
        }
        Err(error) => {
            let kept = [
                ("form", "series".to_owned()),
                ("key", new.key),
                ("name_ja", new.name_ja),
                ("name_en", new.name_en),
                ("unit", new.unit),
                ("frequency", new.frequency),
                ("measurement", new.measurement),
                ("per_person", per_person),
            ];
            flash::refused(error, kept, "/hr/metrics#new").await
        }
    }
}
