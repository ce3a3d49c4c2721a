//! What several pages of the follow-up table share: fields for cells, texts as they stand in the table, and the way
//! from a number to its source and to what can be done with a row.

use std::collections::BTreeSet;

use domain::followup::Column;
use domain::indicator::is_dash;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::PlanRow;
use service::registry::headcount::UnitPeople;

use super::detail;
use crate::api::followup::edit::was;
use crate::components::{TextArea, TextField, own_lang};
use crate::context::Context;

/// Longest text that is shown as it is, in characters; longer ones open under their beginning.
const SHORT: usize = 120;

/// Characters of a longer text that stand in sight.
const BEGINNING: usize = 40;

/// The columns of a figure beside its names and texts.
pub(super) const FIGURES: [Column; 6] = [
    Column::Target,
    Column::Deadline,
    Column::Current,
    Column::CurrentAsOf,
    Column::Baseline,
    Column::BaselineAsOf,
];

/// The id of what the table itself says of an indicator, on the indicator's page.
pub(super) const WRITTEN: &str = "written";

/// A number, or the words in its place, as a link to its source.
pub(in crate::pages) fn sourced(href: String, shown: AnyView, lang: Lang) -> AnyView {
    let suffix = lang.t("(出典)", " (source)");
    view! { <a class="number-link" href=href>{shown}<span class="visually-hidden">{suffix}</span></a> }
        .into_any()
}

/// Where the current value of an indicator comes from, on the indicator's page.
pub(in crate::pages) fn current_href(row: &PlanRow) -> String {
    let place = row.current_source().map_or_else(|| WRITTEN.to_owned(), |shown| detail::anchor(shown.id));
    format!("/indicators/{}#{place}", row.id)
}

/// Where target and baseline of an indicator come from, on the indicator's page.
pub(in crate::pages) fn written_href(row: &PlanRow) -> String {
    format!("/indicators/{}#{WRITTEN}", row.id)
}

/// True for a text of a cell that can be a link to its source: a number or a few words. A dash says that there is
/// nothing, and a long text opens under its beginning.
pub(super) fn can_be_link(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !is_dash(text) && text.chars().count() <= SHORT
}

/// A text as it stands in the table, line by line; a long one opens under its beginning. Where `marked`, it is marked
/// as another one than before, and a long one is open.
pub(super) fn written(text: &str, marked: bool, lang: Lang) -> AnyView {
    let text = text.trim();
    if text.is_empty() {
        return view! { <span class="muted">{lang.t("記載なし", "Not stated")}</span> }.into_any();
    }
    let words_lang = own_lang(text, lang);
    let body = if marked {
        view! { <mark class="written" lang=words_lang>{text.to_owned()}</mark> }.into_any()
    } else {
        view! { <span class="written" lang=words_lang>{text.to_owned()}</span> }.into_any()
    };
    let length = text.chars().count();
    if length <= SHORT {
        return body;
    }
    let beginning: String = text.lines().next().unwrap_or_default().chars().take(BEGINNING).collect();
    let count = match lang {
        Lang::Ja => format!("…({length}文字)"),
        Lang::En => format!("… ({length} characters)"),
    };
    view! {
        <details class="disclosure" open=marked>
            <summary><span><span lang=words_lang>{beginning}</span>{count}</span></summary>
            <div>{body}</div>
        </details>
    }
    .into_any()
}

/// The field for a cell, with what was typed into it before it was refused. A text of several lines, or one that may
/// have several, gets room for them.
pub(super) fn field(context: &Context, column: Column, stored: &str) -> AnyView {
    let lang = context.lang;
    let value = context.kept(column.key(), stored);
    let (label, hint) = (column.label(lang), hint(column, lang));
    let required = matches!(column, Column::Section | Column::Item);
    let prose = matches!(column, Column::Initiative | Column::Outcome);
    if prose || value.contains('\n') {
        let rows = if prose { 8 } else { 3 };
        return view! {
            <TextArea name=column.key() label=label value=value hint=hint required=required rows=rows lang=lang/>
        }
        .into_any();
    }
    let short = column == Column::Section;
    view! {
        <TextField name=column.key() label=label value=value hint=hint required=required short=short
            autocomplete="off" lang=lang/>
    }
    .into_any()
}

/// The field for a cell, with what stands in the table: whoever sends the form has seen that and no other text.
pub(super) fn over(context: &Context, column: Column, stored: &str, value: &str) -> AnyView {
    let before = context.kept(was(column), stored);
    view! {
        <input type="hidden" name=was(column) value=before/>
        {field(context, column, value)}
    }
    .into_any()
}

/// How a cell is filled in.
const fn hint(column: Column, lang: Lang) -> &'static str {
    match column {
        Column::Section => lang.t(
            "例: 2、1-2。変更すると、行はその項目のいちばん下に移ります。",
            "For example 2 or 1-2. Where it is changed, the row moves to the end of that section.",
        ),
        Column::Item => lang.t("例: 女性の採用目標", "The table is kept in Japanese."),
        Column::Group => lang.t(
            "内訳がある場合だけ。例: 総合職、男性職員",
            "Only where the item is broken down, such as by grade.",
        ),
        Column::Target => lang.t(
            "例: 毎年度35%以上、1,000人。目標がなければ「-」または空欄。",
            "For example at least 35% every fiscal year, 1,000 people; a dash or nothing where there is no target.",
        ),
        Column::Deadline => lang.t(
            "例: 令和7年度末、毎年度、令和12年4月1日",
            "For example end of FY2025, every fiscal year, 2030-04-01.",
        ),
        Column::Current => lang.t(
            "例: 42.3%、312人。表に書く値です。これより新しい時点の手入力の値や調査の値があれば、そちらが表示されます。",
            "For example 42.3% or 312 people: the value written in the table. A typed value or a survey's figure for a later time is shown instead.",
        ),
        Column::CurrentAsOf | Column::BaselineAsOf => lang.t(
            "例: 令和7年10月、令和6年度、令和7年4月1日",
            "For example October 2025, FY2024, 2025-04-01.",
        ),
        Column::Baseline => lang.t("目標を定めたときの値。例: 30.5%", "The value when the target was set, for example 30.5%."),
        Column::Initiative => lang.t(
            "いつ、何をしたか。行の初めに「・」を付けると箇条書きになります。",
            "What was done, and when. Lines that begin with ・ become a list.",
        ),
        Column::Outcome => lang.t(
            "成果、課題、今後の取組。行の初めに「・」を付けると箇条書きになります。",
            "Results, what is difficult, what is next. Lines that begin with ・ become a list.",
        ),
        Column::Kind => "",
    }
}

/// Units to choose from by id, each indented below the one above it.
pub(super) fn unit_options(units: &[UnitPeople], lang: Lang) -> Vec<(String, String)> {
    let words = |unit: &UnitPeople| {
        let depth = usize::try_from(unit.depth).unwrap_or_default();
        format!("{}{} {}", "\u{3000}".repeat(depth), unit.code, unit.name.get(lang))
    };
    units.iter().map(|unit| (unit.id.to_string(), words(unit))).collect()
}

/// What the reader can do with the rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowLinks {
    /// True for HR, as long as the table is open.
    pub(super) edit: bool,
    /// Rows of units the reader manages.
    pub(super) own: BTreeSet<i64>,
}

impl RowLinks {
    /// The links of a row; nothing where nothing can be done. They stand in the row, which says what they are for.
    pub(super) fn of(&self, row: i64, lang: Lang) -> AnyView {
        let link = |page: &str, words: &'static str| {
            let href = format!("/indicators/{row}/{page}");
            view! { <a class="button button--quiet button--small" href=href>{words}</a> }
        };
        let edit = self.edit.then(|| link("edit", lang.t("編集", "Edit")));
        let draft = self.own.contains(&row).then(|| link("draft", lang.t("下書き", "Draft")));
        if edit.is_none() && draft.is_none() {
            return ().into_any();
        }
        view! { <div class="row-links no-print">{edit}{draft}</div> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Text;

    use super::*;

    #[test]
    fn every_cell_a_person_fills_in_says_how_in_both_languages() {
        for column in Column::ALL {
            let fixed = column == Column::Kind;
            assert_eq!(hint(column, Lang::Ja).is_empty(), fixed, "{column:?}");
            assert_eq!(hint(column, Lang::En).is_empty(), fixed, "{column:?}");
        }
    }

    #[test]
    fn numbers_and_a_few_words_are_links_but_no_dash_and_no_long_text() {
        for text in ["52.1%", "毎年度35%以上", "集計中"] {
            assert!(can_be_link(text), "{text}");
        }
        let long = "長".repeat(SHORT + 1);
        for text in ["", "  ", "-", "―", long.as_str()] {
            assert!(!can_be_link(text), "{text}");
        }
    }

    #[test]
    fn units_are_indented_below_the_one_above() {
        let unit = |id: i64, depth: u32| UnitPeople {
            id,
            code: format!("U{id}"),
            parent: None,
            name: Text::new("課", "Division"),
            kind: "division".into(),
            region: Text::default(),
            time_zone: "Asia/Tokyo".into(),
            people: 1,
            depth,
        };
        let options = unit_options(&[unit(1, 0), unit(7, 2)], Lang::En);
        assert_eq!(options[0], ("1".to_owned(), "U1 Division".to_owned()));
        assert_eq!(options[1], ("7".to_owned(), "\u{3000}\u{3000}U7 Division".to_owned()));
    }
}
