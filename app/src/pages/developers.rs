//! How programs send numbers: the interface in plain words, with examples.

use domain::metric::Series;
use domain::metric::table_form::Column;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{MAX_FILE, MAX_ROWS_PER_CALL};

use super::{Frame, page};
use crate::components::{ScrollTable, own_lang};

/// Documentation of `POST /api/v1/metrics`.
#[component]
pub fn DevelopersPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let base = service.settings.base_url.clone();
        let series = match context.person() {
            Some(_) => Some(service.metric_series().await?),
            None => None,
        };
        let frame = Frame::new(lang.t("システム連携(API)", "Sending numbers by program (API)"))
            .lead(lang.t(
                "勤怠管理などのシステムから、月ごと・年度ごとの数値を送信する方法です。",
                "How other systems, such as attendance management, send monthly and yearly numbers.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/");
        let view = view! {
            {overview(&base, lang)}
            {authentication(lang)}
            {idempotency(lang)}
            {body(lang)}
            {examples(&base, lang)}
            {answers(lang)}
            {limits(lang)}
            {known(series, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn part(id: &'static str, heading: &'static str, content: AnyView) -> AnyView {
    let named = format!("{id}-heading");
    let names = named.clone();
    view! {
        <section class="section" id=id aria-labelledby=names>
            <h2 id=named>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// Something to copy. It scrolls in a region of its own.
fn code(label: &str, text: String) -> AnyView {
    let label = label.to_owned();
    view! { <pre tabindex="0" role="region" aria-label=label><code>{text}</code></pre> }.into_any()
}

fn overview(base: &str, lang: Lang) -> AnyView {
    let address = format!("POST {base}/api/v1/metrics");
    let content = view! {
        <p>{lang.t(
            "数値の送信先は一つだけです。JSONまたはCSVで、部署・系列・期間ごとの数値を送ります。同じ部署・系列・期間の数値は置き換わります。",
            "There is one address to send to. Numbers by unit, series and period are sent as JSON or CSV. A number for the same unit, series and period takes the place of the old one.",
        )}</p>
        {code(lang.t("送信先", "Address"), address)}
        <p><a href="/api/v1/openapi.json">{lang.t("OpenAPI形式の定義(JSON)", "Definition in OpenAPI form (JSON)")}</a></p>
    };
    part("overview", lang.t("概要", "Overview"), content.into_any())
}

fn authentication(lang: Lang) -> AnyView {
    let content = view! {
        <p>{lang.t(
            "システム管理者が発行したトークンを、Authorizationヘッダーで送ります。トークンは発行のときに一度だけ表示され、期限があり、いつでも失効させられます。送信できる系列を限ることもできます。",
            "Send a token made by the administrator in the header Authorization. A token is shown once when it is made, ends on a date, and can be revoked at any time. It may be limited to some series.",
        )}</p>
        {code(lang.t("認証のヘッダー", "Header for authentication"), "Authorization: Bearer YOUR_TOKEN".to_owned())}
        <p>{lang.t(
            "トークンは、プログラムや設定ファイルに書き込まず、秘密情報を保管する場所に置いてください。",
            "Keep the token where your system keeps its secrets, not in a program or its settings.",
        )}</p>
    };
    part("authentication", lang.t("認証", "Authentication"), content.into_any())
}

fn idempotency(lang: Lang) -> AnyView {
    let content = view! {
        <p>{lang.t(
            "送信ごとに、Idempotency-Keyヘッダーで200文字以内のキーを付けます。通信が切れて結果が分からないときは、同じキーで同じ内容をもう一度送ってください。すでに登録されていれば、前回と同じ応答を返し、二重には登録しません。同じキーで別の内容を送ると、拒否します。",
            "Give every call a key of at most 200 characters in the header Idempotency-Key. If the connection breaks and you do not know what happened, send the same content under the same key again: what was done is not done twice, and the answer is the same. Other content under the same key is refused.",
        )}</p>
        {code(lang.t("キーのヘッダー", "Header for the key"), "Idempotency-Key: overtime-2025-10-run-1".to_owned())}
    };
    part("idempotency", lang.t("二重登録を防ぐキー", "Idempotency key"), content.into_any())
}

fn body(lang: Lang) -> AnyView {
    let rows = Column::WRITTEN.into_iter().map(|column| column_row(column, lang)).collect_view();
    let caption = lang.t("項目(CSVの列、JSONの名前)", "Fields: columns of CSV, names in JSON");
    let content = view! {
        <p>{lang.t(
            "Content-Typeは、JSONならapplication/json、CSVならtext/csvです。CSVの1行目は見出しで、列の順番は自由です。JSONのvalueは、小数の桁を失わないように、数ではなく文字列で送ります。",
            "The Content-Type is application/json for JSON and text/csv for CSV. The first row of CSV is its header; columns come in any order. In JSON, value is a text and not a number, so that no decimal place is lost.",
        )}</p>
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("名前", "Name")}</th>
                    <th scope="col">{lang.t("JSONの型", "Type in JSON")}</th>
                    <th scope="col">{lang.t("内容", "What it holds")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        <p>{lang.t(
            "量の系列はvalueとpeople、割合の系列はnumeratorとdenominator、状態の系列はvalueだけを使います。使わない項目は省いてください。一行でも誤りがあれば、何も登録しません。",
            "Amounts need value and people, rates numerator and denominator, states value only. Leave the others out. If a single row is wrong, nothing is written.",
        )}</p>
    };
    part("body", lang.t("送信する内容", "What is sent"), content.into_any())
}

fn column_row(column: Column, lang: Lang) -> AnyView {
    let number = matches!(column, Column::People | Column::Numerator | Column::Denominator);
    let kind = if number { lang.t("整数", "integer") } else { lang.t("文字列", "string") };
    view! {
        <tr>
            <th scope="row" class="mono">{column.heading(Lang::En)}</th>
            <td class="nowrap">{kind}</td>
            <td class="text">{note(column, lang)}</td>
        </tr>
    }
    .into_any()
}

fn note(column: Column, lang: Lang) -> &'static str {
    match column {
        Column::Unit => lang.t("部署コード。名簿のコードと同じもの。", "Code of the unit, as on the roster."),
        Column::UnitName => lang.t("部署名。読み取りません。", "Name of the unit; not read."),
        Column::Series => lang.t("系列キー。下の一覧を参照。", "Key of the series; see the list below."),
        Column::Period => lang.t(
            "月は2025-10、年度はFY2025。これから始まる期間は拒否します。",
            "2025-10 for a month, FY2025 for a fiscal year. Periods to come are refused.",
        ),
        Column::Value => lang.t(
            "量(部署全体の合計)、または状態(not_planned、planned、introduced)。",
            "An amount, as the total of the unit, or a state: not_planned, planned or introduced.",
        ),
        Column::People => lang.t("量の対象となった人数。", "People the amount is for."),
        Column::Numerator => lang.t("割合の分子。", "Numerator of a rate."),
        Column::Denominator => lang.t("割合の分母。1以上。", "Denominator of a rate, from 1."),
    }
}

fn examples(base: &str, lang: Lang) -> AnyView {
    let json = format!(
        "curl -X POST '{base}/api/v1/metrics' \\\n  \
         -H \"Authorization: Bearer $SHIRUBE_TOKEN\" \\\n  \
         -H 'Idempotency-Key: overtime-2025-10-run-1' \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         --data '{{\"rows\": [\n    \
         {{\"unit\": \"UNIT_CODE\", \"series\": \"overtime_hours\", \"period\": \"2025-10\", \"value\": \"512.5\", \"people\": 23}},\n    \
         {{\"unit\": \"UNIT_CODE\", \"series\": \"childcare_leave_men\", \"period\": \"FY2024\", \"numerator\": 3, \"denominator\": 4}}\n  \
         ]}}'"
    );
    let table = "unit,series,period,value,people\n\
                 UNIT_CODE,overtime_hours,2025-10,512.5,23\n\
                 OTHER_UNIT_CODE,overtime_hours,2025-10,1048,41\n"
        .to_owned();
    let csv = format!(
        "curl -X POST '{base}/api/v1/metrics' \\\n  \
         -H \"Authorization: Bearer $SHIRUBE_TOKEN\" \\\n  \
         -H 'Idempotency-Key: overtime-2025-10-run-2' \\\n  \
         -H 'Content-Type: text/csv; charset=utf-8' \\\n  \
         --data-binary @overtime.csv"
    );
    let content = view! {
        <p>{lang.t(
            "UNIT_CODEは部署コードに、SHIRUBE_TOKENは環境変数に置いたトークンに替えてください。",
            "Put codes of your units in place of UNIT_CODE, and the token into the environment variable SHIRUBE_TOKEN.",
        )}</p>
        <h3>"JSON"</h3>
        {code(lang.t("JSONの例", "Example with JSON"), json)}
        <h3>"CSV"</h3>
        <p>{lang.t("ファイル overtime.csv の内容:", "The file overtime.csv:")}</p>
        {code(lang.t("CSVファイルの例", "Example of a CSV file"), table)}
        {code(lang.t("CSVを送る例", "Example with CSV"), csv)}
    };
    part("examples", lang.t("送信の例", "Examples"), content.into_any())
}

/// Statuses with what they mean, and what to do.
fn statuses(lang: Lang) -> [(&'static str, &'static str, &'static str); 9] {
    [
        (
            "201",
            lang.t("登録しました。", "The numbers have been written."),
            lang.t(
                "応答のrowsは行数、batchは控えの番号です。",
                "rows is how many, batch the number they are kept under.",
            ),
        ),
        (
            "200",
            lang.t(
                "同じキーの送信が、すでに登録されています。",
                "A call with the same key was done earlier.",
            ),
            lang.t("何もする必要はありません。", "Nothing needs to be done."),
        ),
        (
            "400",
            lang.t(
                "本文を読み取れないか、Idempotency-Keyがありません。",
                "The body cannot be read, or the Idempotency-Key is missing.",
            ),
            lang.t("形式とヘッダーを直して送ってください。", "Mend the form or the header."),
        ),
        (
            "401",
            lang.t(
                "トークンがないか、使えません(期限切れ、失効を含みます)。",
                "The token is missing or lets nobody in: unknown, expired or revoked.",
            ),
            lang.t(
                "システム管理者に新しいトークンを依頼してください。",
                "Ask the administrator for a new token.",
            ),
        ),
        (
            "403",
            lang.t(
                "このトークンでは送信できない系列が含まれています。",
                "The token may not send one of the series.",
            ),
            lang.t(
                "系列を確かめるか、システム管理者に相談してください。",
                "Check the series, or ask the administrator.",
            ),
        ),
        (
            "409",
            lang.t(
                "同じキーで、別の内容がすでに送信されています。",
                "Other content was sent under the same key.",
            ),
            lang.t("新しいキーで送ってください。", "Send it under a new key."),
        ),
        (
            "413",
            lang.t("大きすぎます。", "The call is too large."),
            lang.t("分けて送ってください。", "Send it in parts."),
        ),
        (
            "415",
            lang.t("Content-TypeがJSONでもCSVでもありません。", "The Content-Type is neither JSON nor CSV."),
            lang.t("ヘッダーを直してください。", "Mend the header."),
        ),
        (
            "422",
            lang.t(
                "登録できない行があります。何も登録していません。",
                "Some rows cannot be taken; nothing was written.",
            ),
            lang.t(
                "応答にある行・列・理由を見て直してください。",
                "The answer names row, column and reason.",
            ),
        ),
    ]
}

fn answers(lang: Lang) -> AnyView {
    let rows = statuses(lang)
        .into_iter()
        .map(|(status, meaning, action)| {
            view! {
                <tr>
                    <th scope="row" class="num">{status}</th>
                    <td class="text">{meaning}</td>
                    <td class="text">{action}</td>
                </tr>
            }
        })
        .collect_view();
    let caption = lang.t("応答の状態コード", "Statuses of the answer");
    let content = view! {
        <p>{lang.t(
            "応答はすべてJSONです。詳しい形は、OpenAPI形式の定義にあります。500番台の応答や、応答がないときは、少し待って、同じキーで送り直してください。",
            "All answers are JSON; their exact form is in the OpenAPI definition. After a status from 500, or without an answer, wait a moment and send the same again under the same key.",
        )}</p>
        {code(lang.t("成功した応答の例", "Example of an answer"), "{\"rows\": 2, \"batch\": 17}".to_owned())}
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col" class="num">{lang.t("コード", "Status")}</th>
                    <th scope="col">{lang.t("意味", "Meaning")}</th>
                    <th scope="col">{lang.t("対処", "What to do")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    part("answers", lang.t("応答とエラー", "Answers and errors"), content.into_any())
}

fn limits(lang: Lang) -> AnyView {
    let (rows, megabytes) = (MAX_ROWS_PER_CALL / 1_000, MAX_FILE >> 20);
    let size = match lang {
        Lang::Ja => format!("1回の送信は{rows},000行、{megabytes} MBまでです。"),
        Lang::En => format!("One call has at most {rows},000 rows and {megabytes} MB."),
    };
    let content = view! {
        <ul>
            <li>{size}</li>
            <li>{lang.t("1回の送信は、すべて登録されるか、何も登録されないかのどちらかです。", "A call is written as a whole or not at all.")}</li>
            <li>{lang.t("部署と系列は、あらかじめ登録されている必要があります。", "Units and series must be there beforehand.")}</li>
            <li>{lang.t("この送信先から、数値や名簿を読み出すことはできません。", "Neither numbers nor the roster can be read here.")}</li>
        </ul>
    };
    part("limits", lang.t("制限", "Limits"), content.into_any())
}

fn known(series: Option<Vec<Series>>, lang: Lang) -> AnyView {
    let heading = lang.t("系列の一覧", "Series");
    let content = match series {
        None => {
            let words = lang.t(
                "ログインすると、送信できる系列の一覧がここに表示されます。",
                "Sign in to see the series that can be sent.",
            );
            view! { <p>{words}" "<a href="/sign-in?next=%2Fdevelopers">{lang.t("ログイン", "Sign in")}</a></p> }.into_any()
        }
        Some(series) if series.is_empty() => {
            let words = lang.t(
                "系列がまだありません。人事担当が追加すると、ここに表示されます。",
                "There are no series yet. They are shown here once the personnel division has added them.",
            );
            view! { <p>{words}</p> }.into_any()
        }
        Some(series) => {
            let rows = series.into_iter().map(|one| series_row(&one, lang)).collect_view();
            view! {
                <ScrollTable caption=lang.t("送信できる系列", "Series that can be sent") table_class="table--compact">
                    <thead>
                        <tr>
                            <th scope="col">{lang.t("系列キー", "Key")}</th>
                            <th scope="col">{lang.t("名称", "Name")}</th>
                            <th scope="col">{lang.t("周期", "Frequency")}</th>
                            <th scope="col">{lang.t("種類", "Kind")}</th>
                            <th scope="col">{lang.t("単位", "Unit")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </ScrollTable>
            }
            .into_any()
        }
    };
    part("series", heading, content)
}

fn series_row(series: &Series, lang: Lang) -> AnyView {
    let (key, name) = (series.key.to_string(), series.name.get(lang).to_owned());
    let (unit, name_lang) = (series.unit.name(lang).to_owned(), own_lang(&name, lang));
    let unit_lang = own_lang(&unit, lang);
    view! {
        <tr>
            <th scope="row" class="mono">{key}</th>
            <td class="text" lang=name_lang>{name}</td>
            <td class="nowrap">{series.frequency.label(lang)}</td>
            <td class="nowrap">{series.measurement.label(lang)}</td>
            <td lang=unit_lang>{unit}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_and_column_is_explained_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            assert!(
                statuses(lang).iter().all(|(_, meaning, action)| !meaning.is_empty() && !action.is_empty())
            );
            assert!(Column::ALL.iter().all(|column| !note(*column, lang).is_empty()));
        }
    }
}
