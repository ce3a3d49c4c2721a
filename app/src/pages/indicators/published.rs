//! The follow-up table as it is published: one table, as the ministry knows it, for the screen, for paper (A4 landscape,
//! headings on every sheet, no row torn apart) and as files.

use domain::followup::{Column, RowKind};
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Plan, PlanRow, PlanSection};

use super::parts::written_href;
use super::table::{baseline, current, dated, prose};
use super::{ja_text, year_label};
use crate::components::{ButtonKind, ScrollTable, SubmitButton, TextField};
use crate::pages::{Frame, page};

/// `?year=2025`, the newest one by default.
#[component]
pub fn PublishedPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let year = match context.query("year").filter(|year| !year.is_empty()) {
            Some(year) => Some(year.parse::<i16>().map_err(|_| service::Error::NotFound)?),
            None => None,
        };
        let plan = service.followup(year).await?;
        let year = plan.fiscal_year;
        let title = match lang {
            Lang::Ja => format!("{}フォローアップ表", year_label(year, lang)),
            Lang::En => format!("Follow-up table of {}", year_label(year, lang)),
        };
        let lead = lang.t(
            "公表用の形です。このまま印刷すると、A4横の用紙に見出し付きで収まります(PDFとして保存できます)。",
            "The form that is published. Printed, it fits A4 landscape with headings on every sheet, and can be saved as PDF. \
             The table itself is kept in Japanese.",
        );
        let frame = Frame::new(title.clone())
            .lead(lead)
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(lang.t("取組と指標", "Initiatives and indicators"), format!("/indicators?year={year}"));
        let view = view! {
            {files(year, lang)}
            <div class="print-landscape">{table(&plan, title, lang)}</div>
        };
        Ok((frame, view.into_any()))
    })
}

/// The files, the open-data form among them, which names the month of its publication.
fn files(year: i16, lang: Lang) -> AnyView {
    let link = |file: &str, words: &'static str| {
        let href = format!("/indicators/{file}?year={year}");
        view! { <a class="button button--secondary" href=href download="">{words}</a> }
    };
    view! {
        <div class="actions">
            {link("followup.xlsx", lang.t("Excel(XLSX)", "Excel (XLSX)"))}
            {link("followup.csv", lang.t("CSV", "CSV"))}
        </div>
        <details class="disclosure no-print">
            <summary>{lang.t("内閣府オープンデータの様式", "The Cabinet Office's open-data form")}</summary>
            <p>
                {lang.t(
                    "数値目標を、目標項目・数値目標・時期・最新値・目標設定時最新値・取組内容(2件まで、各100字以内)・公表年月の様式で書き出します。",
                    "Writes the figures with item, target, time, latest value, value when the target was set, at most two \
                     initiatives of 100 characters each, and the month of publication.",
                )}
            </p>
            <form class="toolbar" method="get" action="/indicators/open-data.xlsx">
                <input type="hidden" name="year" value=year.to_string()/>
                <TextField
                    name="published"
                    label=lang.t("公表年月", "Month of publication")
                    hint=lang.t("例: 令和7年12月、2025-12", "For example December 2025 or 2025-12")
                    required=true
                    short=true
                    lang=lang
                />
                <SubmitButton label=lang.t("XLSXで保存", "Save as XLSX") kind=ButtonKind::Secondary/>
                <button class="button button--secondary" type="submit" formaction="/indicators/open-data.csv">
                    {lang.t("CSVで保存", "Save as CSV")}
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn table(plan: &Plan, title: String, lang: Lang) -> AnyView {
    let sections = plan.sections.iter().map(|section| body(section, lang)).collect_view();
    let dated_heading = move |column: Column, time: Column| match lang {
        Lang::Ja => format!("{}({})", column.label(lang), time.label(lang)),
        Lang::En => format!("{} ({})", column.label(lang), time.label(lang).to_lowercase()),
    };
    view! {
        <ScrollTable caption=title table_class="followup-table published-table table--lined">
            <thead>
                <tr>
                    <th scope="col">{lang.t("項目(区分)", "Item (group)")}</th>
                    <th scope="col">{dated_heading(Column::Target, Column::Deadline)}</th>
                    <th scope="col" class="num">{dated_heading(Column::Current, Column::CurrentAsOf)}</th>
                    <th scope="col" class="num">{dated_heading(Column::Baseline, Column::BaselineAsOf)}</th>
                    <th scope="col">{Column::Initiative.label(lang)}</th>
                    <th scope="col">{Column::Outcome.label(lang)}</th>
                </tr>
            </thead>
            {sections}
        </ScrollTable>
    }
    .into_any()
}

/// A group of rows under the number and title of its section.
fn body(section: &PlanSection, lang: Lang) -> AnyView {
    let heading = format!("{} {}", section.number, section.title);
    let rows = section.rows.iter().map(|row| line(row, section, lang)).collect_view();
    view! {
        <tbody>
            <tr class="followup-section">
                <th scope="rowgroup" colspan="6" lang=ja_text(lang)>{heading}</th>
            </tr>
            {rows}
        </tbody>
    }
    .into_any()
}

fn line(row: &PlanRow, section: &PlanSection, lang: Lang) -> AnyView {
    let cells = &row.row;
    let name = match (cells.kind, cells.item == section.title, cells.group.trim()) {
        (RowKind::Initiative, true, "") => lang.t("取組", "Initiatives").to_owned(),
        (_, _, "") => cells.item.clone(),
        (_, _, group) => format!("{}({group})", cells.item),
    };
    let figures = if cells.kind == RowKind::Figure {
        let written = || Some(written_href(row));
        view! {
            <td>{dated(&cells.target(), &cells.deadline(), written(), lang)}</td>
            <td class="num">{current(row, lang)}</td>
            <td class="num">{baseline(row, written(), lang)}</td>
        }
        .into_any()
    } else {
        let words = [Column::Target, Column::Current, Column::Baseline].map(|column| {
            let text = cells.cell(column).into_owned();
            view! { <td lang=ja_text(lang)>{text}</td> }
        });
        view! { {words.into_iter().collect_view()} }.into_any()
    };
    view! {
        <tr>
            <th scope="row" lang=ja_text(lang)>{name}</th>
            {figures}
            <td class="text">{prose(&cells.initiative, lang)}</td>
            <td class="text">{prose(&cells.outcome, lang)}</td>
        </tr>
    }
    .into_any()
}
