//! Adding a row to a year's table.

use domain::fiscal_year::FiscalYear;
use domain::followup::{Column, RowKind};
use domain::text::Lang;
use leptos::prelude::*;

use super::edit::closed;
use super::parts::{FIGURES, field};
use super::{asked_year, below_table, year_label};
use crate::components::{EmptyState, RadioField, SubmitButton, TextField};
use crate::context::Context;
use crate::pages::page;

/// A new row for the table of `?year=2025`, the newest one by default; `?section=5-1` fills the section in.
#[component]
pub fn NewRowPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let frame = below_table(lang.t("行の追加", "Add a row"), lang);
        let newest = service.followup_years().await?.first().copied();
        let Some(year) = asked_year(&context, "year")?.or(newest) else {
            let title = lang.t("フォローアップ表はまだありません", "There is no follow-up table yet");
            let text = lang.t(
                "行を追加するには、先に表を取り込んでください。",
                "To add a row, please import a table first.",
            );
            let action =
                (lang.t("表の取込みへ", "Import a table").to_owned(), "/indicators#import".to_owned());
            let view = view! { <EmptyState title=title text=text action=Some(action)/> };
            return Ok((frame, view.into_any()));
        };
        let fiscal_year = FiscalYear::new(year).ok_or(service::Error::NotFound)?;
        let frame = frame.lead(match lang {
            Lang::Ja => format!("{}の表に行を追加します。", year_label(year, lang)),
            Lang::En => format!("A row for the table of {}.", year_label(year, lang)),
        });
        let state = service.followup_state(fiscal_year).await?;
        if let Some(notice) = closed(&context, &state, year) {
            return Ok((frame, notice));
        }
        Ok((frame, form(&context, year)))
    })
}

fn form(context: &Context, year: i16) -> AnyView {
    let lang = context.lang;
    let kinds = RowKind::ALL.map(|kind| {
        let what = match kind {
            RowKind::Initiative => lang.t("取り組んだことと、その成果", "what was done and what came of it"),
            RowKind::Survey => {
                lang.t("様式の質問への文章での回答", "an answer in words to a question of the form")
            }
            RowKind::Figure => lang.t("目標や実績値のある指標", "an indicator with target and values"),
        };
        let words = match lang {
            Lang::Ja => format!("{}({what})", kind.label(lang)),
            Lang::En => format!("{} ({what})", kind.label(lang)),
        };
        // The word of the table names the kind in both languages.
        (kind.label(Lang::Ja).to_owned(), words)
    });
    let kind = context.kept("kind", RowKind::Figure.label(Lang::Ja));
    let section = context.kept("section", &context.query("section").unwrap_or_default());
    let fields =
        |columns: &[Column]| columns.iter().map(|column| field(context, *column, "")).collect::<Vec<_>>();
    view! {
        <form class="form" method="post" action="/api/hr/followup/add">
            <input type="hidden" name="year" value=year.to_string()/>
            <RadioField name="kind" label=Column::Kind.label(lang) options=Vec::from(kinds) selected=kind required=true lang=lang/>
            <TextField name="section" label=Column::Section.label(lang) value=section
                hint=lang.t(
                    "例: 2、1-2。行は、その項目のいちばん下に加わります。",
                    "For example 2 or 1-2. The row is added at the end of that section.",
                )
                required=true short=true autocomplete="off" lang=lang/>
            {fields(&[Column::Item, Column::Group])}
            <fieldset class="field-group">
                <legend class="field-label">{lang.t("数値の欄(種別が「数値」の場合)", "For figures only")}</legend>
                {fields(&FIGURES)}
            </fieldset>
            {fields(&[Column::Initiative, Column::Outcome])}
            <SubmitButton label=lang.t("追加する", "Add the row")/>
        </form>
    }
    .into_any()
}
