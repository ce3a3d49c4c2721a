//! Metric series: what there is, files of numbers, and new series.

mod columns;
mod preview;
mod series;
pub(super) mod words;

pub use preview::MetricsPreviewPage;
pub use series::SeriesPage;

use std::collections::BTreeMap;

use domain::metric::{Frequency, Measurement, Period, Series, SeriesKey};
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::MetricPreview;

use super::{grouped, section};
use crate::components::{
    ButtonKind, CheckField, EmptyState, FileField, ScrollTable, SelectField, SubmitButton, TextField,
    own_lang,
};
use crate::context::Context;
use crate::pages::{Frame, page};

/// Where the list is.
const HERE: &str = "/hr/metrics";

/// Kinds of file that are taken.
const ACCEPT: &str = ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What the pages of series are called.
pub(super) const fn name(lang: Lang) -> &'static str {
    lang.t("統計系列", "Metric series")
}

/// A file that waits for its acceptance.
enum Waiting {
    /// What it would do.
    Sound(MetricPreview),
    /// Units or series have changed since it came, and now it cannot be taken.
    Refused,
}

/// The series, a form for a file, and a form for a new series.
#[component]
pub fn MetricsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let series = service.metric_series().await?;
        let newest = service.metric_last_periods().await?;
        let waiting = match service.preview_metrics(person.id).await {
            Ok(preview) => preview.map(Waiting::Sound),
            Err(service::Error::Invalid(_)) => Some(Waiting::Refused),
            Err(error) => return Err(error),
        };
        let frame = Frame::new(name(lang))
            .lead(lang.t(
                "超過勤務や休暇など、ほかのシステムにある月ごと・年度ごとの数値を、部署別に取り込みます。",
                "Monthly and yearly numbers by unit from other systems, such as overtime and leave.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/");
        let view = view! {
            {waiting.map(|waiting| strip(&waiting, lang))}
            <div class="actions">
                <a class="button button--secondary" href="/hr/overtime">{lang.t("超過勤務", "Overtime")}</a>
                <a class="button button--secondary" href="/developers">
                    {lang.t("システム連携(API)の説明", "Sending numbers by program (API)")}
                </a>
            </div>
            {list(series, &newest, lang)}
            {upload(lang)}
            {new_series(&context)}
        };
        Ok((frame, view.into_any()))
    })
}

fn strip(waiting: &Waiting, lang: Lang) -> AnyView {
    let words = match (waiting, lang) {
        (Waiting::Sound(preview), Lang::Ja) => {
            format!("「{}」({}行)が、取込みの確認を待っています。", preview.name, grouped(preview.rows as u64))
        }
        (Waiting::Sound(preview), Lang::En) => format!(
            "The file \"{}\" ({} rows) waits for you to look through it and accept it.",
            preview.name,
            grouped(preview.rows as u64)
        ),
        (Waiting::Refused, _) => lang
            .t(
                "アップロードしたファイルは、その後の変更により取り込めなくなりました。理由を確認してください。",
                "The file you uploaded can no longer be imported because something changed since. Please see why.",
            )
            .to_owned(),
    };
    view! {
        <section class="section card card--key" aria-labelledby="waiting-heading">
            <h2 class="card-title" id="waiting-heading">{lang.t("確認を待つファイル", "A file is waiting")}</h2>
            <p>{words}</p>
            <p><a class="button" href="/hr/metrics/preview">{lang.t("内容を確認する", "Look through it")}</a></p>
        </section>
    }
    .into_any()
}

fn list(series: Vec<Series>, newest: &BTreeMap<SeriesKey, Period>, lang: Lang) -> AnyView {
    let heading = lang.t("系列の一覧", "Series");
    if series.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("系列がまだありません", "There are no series yet")
                text=lang.t(
                    "下の「系列を追加する」から、名称・単位・周期を決めて追加してください。",
                    "Add one with the form below: its name, its unit and how often it has a number.",
                )
                action=None
            />
        };
        return section("series", heading, content.into_any());
    }
    let rows = series.into_iter().map(|one| row(&one, newest.get(&one.key).copied(), lang)).collect_view();
    let content = view! {
        <ScrollTable caption=lang.t("統計系列", "Metric series") table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("名称", "Name")}</th>
                    <th scope="col">{lang.t("単位", "Unit")}</th>
                    <th scope="col">{lang.t("周期", "Frequency")}</th>
                    <th scope="col">{lang.t("種類", "Kind")}</th>
                    <th scope="col">{lang.t("最新の期間", "Newest period")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    section("series", heading, content.into_any())
}

fn row(series: &Series, newest: Option<Period>, lang: Lang) -> AnyView {
    let href = format!("{HERE}/{}", series.key);
    let (called, unit) = (series.name.get(lang).to_owned(), words::unit_name(series, lang));
    let (called_lang, unit_lang) = (own_lang(&called, lang), own_lang(&unit, lang));
    let newest = newest
        .map_or_else(|| lang.t("まだありません", "None so far").to_owned(), |period| period.label(lang));
    let kind = match (series.measurement, series.per_person) {
        (Measurement::Amount, true) => lang.t("量(1人当たりも計算)", "Amount, also per person"),
        (measurement, _) => measurement.label(lang),
    };
    let key = series.key.to_string();
    view! {
        <tr>
            <th scope="row" class="text">
                <a href=href lang=called_lang>{called}</a>
                <span class="cell-note mono">{key}</span>
            </th>
            <td lang=unit_lang>{unit}</td>
            <td class="nowrap">{series.frequency.label(lang)}</td>
            <td>{kind}</td>
            <td class="nowrap">{newest}</td>
        </tr>
    }
    .into_any()
}

fn upload(lang: Lang) -> AnyView {
    let content = view! {
        <p class="section-lead">{lang.t(
            "アップロードすると、まず、増える行と変わる行が表示されます。同じ部署・系列・期間の数値は置き換わります。一行でも誤りがあれば、何も取り込みません。",
            "After the upload you see which rows are new and which change. A number for the same unit, series and period is replaced. If a single row is wrong, nothing is imported.",
        )}</p>
        <form class="form" method="post" action="/api/hr/metrics/upload" enctype="multipart/form-data">
            <FileField name="file" label=lang.t("数値のファイル(CSVまたはExcel)", "File of numbers (CSV or Excel)")
                accept=ACCEPT required=true
                hint=lang.t(
                    "CSVはUTF-8またはShift_JIS、Excelは.xlsxの最初のシート。16 MBまで。列は、部署コード、系列、期間、値、人数、分子、分母。",
                    "CSV in UTF-8 or Shift_JIS, or the first sheet of an .xlsx file; at most 16 MB. Columns: unit, series, period, value, people, numerator, denominator.",
                ) lang=lang/>
            <div class="actions"><SubmitButton label=lang.t("アップロードする", "Upload")/></div>
        </form>
        {columns::help(lang)}
    };
    section("upload", lang.t("数値の取込み", "Import numbers"), content.into_any())
}

fn new_series(context: &Context) -> AnyView {
    let lang = context.lang;
    let refused = context.kept("form", "") == "series";
    let kept = |field: &str| context.kept(field, "");
    let frequencies = Vec::from(Frequency::ALL.map(|f| (f.as_str().to_owned(), f.label(lang).to_owned())));
    let measurements =
        Vec::from(Measurement::ALL.map(|m| (m.as_str().to_owned(), measurement_words(m, lang))));
    let frequency = context.kept("frequency", Frequency::Month.as_str());
    let measurement = context.kept("measurement", Measurement::Amount.as_str());
    // Where the form was refused, an empty box was left empty on purpose.
    let per_person = !refused || !kept("per_person").is_empty();
    let content = view! {
        <details class="disclosure" open=refused>
            <summary>{lang.t("系列を追加する", "Add a series")}</summary>
            <form class="form" method="post" action="/api/hr/metrics/series">
                <TextField name="name_ja" label=lang.t("名称(日本語)", "Name (Japanese)") value=kept("name_ja")
                    max_length=80 required=true lang=lang/>
                <TextField name="name_en" label=lang.t("名称(英語)", "Name (English)") value=kept("name_en")
                    max_length=80 required=true lang=lang/>
                <TextField name="key" label=lang.t("系列キー", "Key") value=kept("key") max_length=40 required=true
                    autocomplete="off"
                    hint=lang.t(
                        "ファイルやAPIで系列を指す名前。半角英小文字で始め、英小文字・数字・_ だけを使います。例: training_days。あとから変えられません。",
                        "What files and programs call the series: a letter first, then lower-case letters, digits and _, such as training_days. It cannot be changed later.",
                    ) lang=lang/>
                <SelectField name="measurement" label=lang.t("種類", "Kind") options=measurements
                    selected=measurement required=true lang=lang/>
                <TextField name="unit" label=lang.t("単位(量のとき)", "Unit (of amounts)") value=kept("unit") max_length=20
                    short=true
                    hint=lang.t(
                        "例: 時間、日、人、件。割合と状態では使いません。",
                        "Such as hours, days, people, cases. Rates and states have none.",
                    ) lang=lang/>
                <SelectField name="frequency" label=lang.t("周期", "Frequency") options=frequencies
                    selected=frequency required=true lang=lang/>
                <CheckField name="per_person" label=lang.t("人数とともに取り込み、1人当たりを計算する(量のとき)", "Comes with the number of people, for averages per person (amounts)")
                    checked=per_person/>
                <div class="actions">
                    <SubmitButton label=lang.t("追加する", "Add") kind=ButtonKind::Secondary/>
                </div>
            </form>
        </details>
    };
    section("new", lang.t("新しい系列", "New series"), content.into_any())
}

fn measurement_words(measurement: Measurement, lang: Lang) -> String {
    let words = match measurement {
        Measurement::Amount => lang.t("量(時間、日数など。足し合わせます)", "Amount (hours, days; adds up)"),
        Measurement::Rate => lang.t("割合(分子と分母を取り込みます)", "Rate (so many out of so many)"),
        Measurement::State => {
            lang.t("状態(導入予定なし・導入予定・導入済み)", "State (not planned, planned, introduced)")
        }
    };
    words.to_owned()
}
