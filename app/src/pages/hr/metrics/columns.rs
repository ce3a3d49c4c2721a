//! What the columns of a file of numbers mean.

use domain::metric::table_form::Column;
use domain::text::Lang;
use leptos::prelude::*;

use crate::components::{ScrollTable, own_lang};

/// A template and an explanation, folded away.
pub(super) fn help(lang: Lang) -> AnyView {
    let caption = lang.t("数値のファイルの列", "Columns of a file of numbers");
    let rows = Column::WRITTEN.into_iter().map(|column| row(column, lang)).collect_view();
    view! {
        <ul class="link-list">
            <li><a href="/hr/metrics/template.csv" download="">{lang.t("見本ファイル(CSV)", "Template (CSV)")}</a></li>
        </ul>
        <details class="disclosure">
            <summary>{caption}</summary>
            <ScrollTable caption=caption table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("見出し(どちらでも可)", "Heading (either one)")}</th>
                        <th scope="col">{lang.t("要否", "Needed")}</th>
                        <th scope="col">{lang.t("内容", "What it holds")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}

fn row(column: Column, lang: Lang) -> AnyView {
    let (ja, en) = (column.heading(Lang::Ja), column.heading(Lang::En));
    let needed = if Column::REQUIRED.contains(&column) {
        lang.t("必須", "Required")
    } else {
        lang.t("系列の種類による", "Depends on the kind of series")
    };
    view! {
        <tr>
            <th scope="row"><span lang=own_lang(ja, lang)>{ja}</span>" / "{en}</th>
            <td>{needed}</td>
            <td class="text">{note(column, lang)}</td>
        </tr>
    }
    .into_any()
}

fn note(column: Column, lang: Lang) -> &'static str {
    match column {
        Column::Unit => lang.t("名簿に登録した部署のコード。", "Code of a unit on the roster."),
        Column::UnitName => {
            lang.t("見やすくするための部署名。取込みでは使いません。", "For people to read; not imported.")
        }
        Column::Series => {
            lang.t("上の一覧にある系列キー。例: overtime_hours。", "The key in the list above, such as overtime_hours.")
        }
        Column::Period => lang.t(
            "月次は2025-04や令和7年4月、年度ごとはFY2024や令和6年度。これから始まる期間は取り込めません。",
            "2025-04 or April 2025 for monthly series, FY2024 for yearly ones. Periods to come are refused.",
        ),
        Column::Value => lang.t(
            "量は部署全体の合計(1人当たりではありません)。状態は導入予定なし・導入予定・導入済みのいずれか。",
            "An amount is the total of the unit, not per person. A state is one of not_planned, planned, introduced.",
        ),
        Column::People => {
            lang.t("量の対象となった人数。1人当たりの計算に使います。", "People the amount is for, for averages per person.")
        }
        Column::Numerator => {
            lang.t("割合の分子。例: 取得した人数。", "Of a rate: those who count, such as those who took leave.")
        }
        Column::Denominator => {
            lang.t("割合の分母。例: 取得できる人数。", "Of a rate: all of them, such as those entitled to leave.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_explained_in_both_languages() {
        for column in Column::ALL {
            assert!(!note(column, Lang::Ja).is_empty() && !note(column, Lang::En).is_empty());
        }
    }
}
