//! Reading the Cabinet Office's open-data form into a year's table.

use std::collections::HashMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::open_data::{self, Entry, OpenDataFault, default_section};
use domain::followup::{Row, RowKind, check};
use domain::text::Lang;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::history::{self, Act, Doing, row_name};
use super::import::{LIMITS, TableFile, file_name, plan_of, plan_year, table_rows};
use super::stored;
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::followup_row;

/// Most faults that are listed at once.
const MAX_LISTED: usize = 20;

/// What an import of the open-data form did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDataImported {
    /// Figures that were there and have the form's cells now.
    pub updated: usize,
    /// Figures that were added.
    pub added: usize,
}

impl Service {
    /// Reads figures in the open-data form into the table of a fiscal year: those that are there by item and group get the
    /// form's cells, the others are added to the section of their category. Nothing is removed. All or nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] with up to 20 lines that name row, column, value and what is expected; [`Error::Conflict`] where
    /// the table is signed off.
    pub async fn import_open_data<'a>(
        &self,
        file: impl Into<TableFile<'a>>,
        fiscal_year: Option<i16>,
        actor: Option<i64>,
    ) -> Result<OpenDataImported> {
        let file = file.into();
        let year = match fiscal_year {
            Some(year) => plan_year(year)?,
            None => FiscalYear::of(self.clock.today()),
        };
        let entries = read(file)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let plan = plan_of(&transaction, year).await?;
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan))
            .order_by_asc(followup_row::Column::Position)
            .all(&transaction)
            .await?;
        let mut position = rows.last().map_or(0, |row| row.position + 1);
        let mut known: HashMap<String, followup_row::Model> = HashMap::new();
        for row in rows {
            let cells = stored::row(&row)?;
            if cells.kind == RowKind::Figure {
                known.entry(row_name(&cells)).or_insert(row);
            }
        }
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Import };
        let mut done = OpenDataImported { updated: 0, added: 0 };
        let mut changes = Vec::new();
        for entry in &entries {
            let id = match known.remove(&entry.item) {
                Some(model) => {
                    let before = stored::row(&model)?;
                    let after = merged(entry, &before);
                    changes.extend(doing.cells(Some(model.id), Some(&before), Some(&after)));
                    let (id, at) = (model.id, model.position);
                    let mut model: followup_row::ActiveModel = model.into();
                    stored::fill(&mut model, &after, at);
                    model.category = Set(Some(entry.category.as_str().to_owned()));
                    model.update(&transaction).await?;
                    done.updated += 1;
                    id
                }
                None => {
                    let row = entry.row(default_section(entry.category));
                    let mut model = stored::new_row(plan, &row, position);
                    model.category = Set(Some(entry.category.as_str().to_owned()));
                    let id = model.insert(&transaction).await?.id;
                    changes.extend(doing.cells(Some(id), None, Some(&row)));
                    position += 1;
                    done.added += 1;
                    id
                }
            };
            stored::written(&transaction, id, &file_name(file.name), actor, now).await?;
        }
        history::write(&transaction, changes).await?;
        transaction.commit().await?;
        Ok(done)
    }
}

/// The row with the form's cells in place of its own; its section, name and results stay.
fn merged(entry: &Entry, row: &Row) -> Row {
    let new = entry.row(row.section);
    Row { item: row.item.clone(), group: row.group.clone(), outcome: row.outcome.clone(), ..new }
}

fn read(file: TableFile<'_>) -> Result<Vec<Entry>> {
    let refuse = |faults: Vec<(String, String)>| {
        let (mut ja, mut en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
        let more = ja.len().saturating_sub(MAX_LISTED);
        ja.truncate(MAX_LISTED);
        en.truncate(MAX_LISTED);
        if more > 0 {
            ja.push(format!("ほか{more}件"));
            en.push(format!("and {more} more"));
        }
        Error::invalid(ja.join("\n"), en.join("\n"))
    };
    let said = |fault: &OpenDataFault| (fault.message(Lang::Ja), fault.message(Lang::En));
    let entries = open_data::read(table_rows(file.bytes, LIMITS)?)
        .map_err(|faults| refuse(faults.iter().map(said).collect()))?;
    if entries.is_empty() {
        return Err(Error::invalid(
            "見出しの下に行がありません。取り込む表を確認してください。",
            "There is no row below the header. Please check the table.",
        ));
    }
    let faults: Vec<(String, String)> = entries
        .iter()
        .flat_map(|entry| {
            let row = entry.row(default_section(entry.category));
            let told = |(column, fault): (domain::followup::Column, check::RowFault)| {
                let of =
                    |lang: Lang| format!("{} {}: {}", entry.item, column.label(lang), fault.message(lang));
                (of(Lang::Ja), of(Lang::En))
            };
            check::row(&row).into_iter().map(told).collect::<Vec<_>>()
        })
        .collect();
    if faults.is_empty() { Ok(entries) } else { Err(refuse(faults)) }
}
