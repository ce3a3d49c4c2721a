//! The row-by-row report of a refused file.

use domain::roster::{Report, RowError};
use domain::text::Lang;
use leptos::prelude::*;

use crate::components::{ScrollTable, own_lang};
use crate::pages::hr::section;

/// What is wrong, and where.
pub(super) fn table(report: &Report, lang: Lang) -> AnyView {
    let rows = report.rows.iter().map(|row| fault(row, lang)).collect_view();
    let heading = lang.t("取り込めなかった行", "Rows that could not be imported");
    let content = view! {
        <p>{report.message(lang)}</p>
        <ScrollTable caption=heading table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col" class="num">{lang.t("行", "Row")}</th>
                    <th scope="col">{lang.t("列", "Column")}</th>
                    <th scope="col">{lang.t("入力値", "Value")}</th>
                    <th scope="col">{lang.t("誤りと直し方", "What is wrong")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    section("report", heading, content.into_any())
}

fn fault(row: &RowError, lang: Lang) -> AnyView {
    let column = row.column.clone().unwrap_or_else(|| "–".to_owned());
    let (line, value, problem) = (row.line, row.value.clone(), row.problem.message(lang));
    let (column_lang, value_lang) = (own_lang(&column, lang), own_lang(&value, lang));
    view! {
        <tr class="has-error">
            <td class="num">{line}</td>
            <td lang=column_lang>{column}</td>
            <td lang=value_lang>{value}</td>
            <td class="text">{problem}</td>
        </tr>
    }
    .into_any()
}
