//! What HR does with single rows: edit their cells, add, remove and move them, and say whose they are.

use std::collections::BTreeMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::open_data::Category;
use domain::followup::{Column, RowKind};
use domain::indicator::Direction;
use leptos::prelude::*;
use service::indicator::{Edit, Edits, RowSettings};

use super::{TABLE, cells_in, table, typed};
use crate::api::hr::Desk;
use crate::flash;

/// The names of directions in forms.
pub const DIRECTIONS: [(&str, Direction); 2] =
    [("higher", Direction::HigherIsBetter), ("lower", Direction::LowerIsBetter)];

fn page_of(row: i64) -> String {
    format!("{TABLE}/{row}/edit")
}

/// Puts texts into the cells of a row: each field is named after its column, and `was_` and the same name is what stood
/// there when the form was made. Another section number moves the row to that section.
#[server(prefix = "/api", endpoint = "hr/followup/edit")]
pub async fn edit_followup_row(
    row: i64,
    #[server(flatten)] form: BTreeMap<String, String>,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = page_of(row);
    let mut edits = edits_in(&form);
    edits.retain(|_, edit| edit.is_change());
    match desk.service.edit_followup_row(row, &edits, Some(desk.actor)).await {
        Ok(()) => flash::done("行を保存しました。", "The row has been saved.", &page).await,
        Err(error) => {
            // After a conflict the form shows what stands there now, and is saved over that. In any other case nobody
            // has been told of a later text yet.
            let again = matches!(error, service::Error::Conflict(_));
            let kept = edits.into_iter().flat_map(|(column, edit)| {
                let before = (!again).then_some((was(column), edit.was));
                std::iter::once((column.key(), edit.now)).chain(before)
            });
            flash::refused(error, kept.collect::<Vec<_>>(), &page).await
        }
    }
}

/// Every cell in a form, with what stood in the table when the form was made.
pub(super) fn edits_in(form: &BTreeMap<String, String>) -> Edits {
    cells_in(form)
        .into_iter()
        .map(|(column, now)| {
            let was = form.get(was(column)).cloned().unwrap_or_default();
            (column, Edit { was, now })
        })
        .collect()
}

/// The name of the field with what stood in a column when the form was made.
pub const fn was(column: Column) -> &'static str {
    match column {
        Column::Section => "was_section",
        Column::Kind => "was_kind",
        Column::Item => "was_item",
        Column::Group => "was_group",
        Column::Target => "was_target",
        Column::Deadline => "was_deadline",
        Column::Current => "was_current",
        Column::CurrentAsOf => "was_current_as_of",
        Column::Baseline => "was_baseline",
        Column::BaselineAsOf => "was_baseline_as_of",
        Column::Initiative => "was_initiative",
        Column::Outcome => "was_outcome",
    }
}

/// Adds a row: `kind` is the word of the table (取組, 調査, 数値), the other fields are named after their columns.
#[server(prefix = "/api", endpoint = "hr/followup/add")]
pub async fn add_followup_row(
    year: i16,
    kind: String,
    section: String,
    #[server(flatten)] cells: BTreeMap<String, String>,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let cells = cells_in(&cells);
    let (Some(fiscal_year), Some(row_kind)) = (FiscalYear::new(year), RowKind::parse(&kind)) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    match desk.service.add_followup_row(fiscal_year, row_kind, &section, &cells, Some(desk.actor)).await {
        Ok(id) => {
            flash::done(
                "行を追加しました。続けて、担当部署などを設定できます。",
                "The row has been added. You can go on to set the unit that owns it.",
                &page_of(id),
            )
            .await
        }
        Err(error) => {
            let mut kept = typed(cells);
            kept.extend([("kind", kind), ("section", section)]);
            flash::refused(error, kept, &format!("{TABLE}/new?year={year}")).await
        }
    }
}

/// Removes a row with its values and drafts.
#[server(prefix = "/api", endpoint = "hr/followup/remove")]
pub async fn remove_followup_row(row: i64) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let found = match desk.service.followup_row(row).await {
        Ok(found) => found,
        Err(error) => return flash::refused(error, [], TABLE).await,
    };
    match desk.service.remove_followup_row(row, Some(desk.actor)).await {
        Ok(()) => {
            let place = format!("section-{}", found.cells.section);
            flash::done(
                "行を削除しました。削除前の内容は変更履歴に残っています。",
                "The row has been removed. What it said is kept in the record of changes.",
                &table(found.fiscal_year, &place),
            )
            .await
        }
        Err(error) => flash::refused(error, [], &page_of(row)).await,
    }
}

/// Moves a row one place within its section: `to` is `up` or `down`.
#[server(prefix = "/api", endpoint = "hr/followup/move")]
pub async fn move_followup_row(row: i64, to: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let up = match to.as_str() {
        "up" => true,
        "down" => false,
        _ => return Err(desk.context.refuse(&service::Error::NotFound)),
    };
    match desk.service.move_followup_row(row, up, Some(desk.actor)).await {
        Ok(()) => flash::done("行を移動しました。", "The row has been moved.", &page_of(row)).await,
        Err(error) => flash::refused(error, [], &page_of(row)).await,
    }
}

/// Sets what a row has beside its cells: the unit that owns it, which way is better (one of [`DIRECTIONS`]), and the
/// category of the open-data form. An empty field stands for none.
#[server(prefix = "/api", endpoint = "hr/followup/settings")]
pub async fn set_followup_settings(
    row: i64,
    #[server(default)] owner: String,
    #[server(default)] direction: String,
    #[server(default)] category: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let unit = match owner.as_str() {
        "" => None,
        id => match id.parse::<i64>() {
            Ok(id) => Some(id),
            Err(_) => return Err(desk.context.refuse(&service::Error::NotFound)),
        },
    };
    let settings = RowSettings {
        owner: unit,
        direction: DIRECTIONS.into_iter().find(|(key, _)| *key == direction).map(|(_, direction)| direction),
        category: Category::parse(&category),
    };
    match desk.service.set_followup_settings(row, settings, Some(desk.actor)).await {
        Ok(()) => flash::done("設定を保存しました。", "The settings have been saved.", &page_of(row)).await,
        Err(error) => {
            let kept = [("owner", owner), ("direction", direction), ("category", category)];
            flash::refused(error, kept, &page_of(row)).await
        }
    }
}
