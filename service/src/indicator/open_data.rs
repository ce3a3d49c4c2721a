//! Reading the Cabinet Office's open-data form into a year's table.

use std::collections::HashSet;

use domain::fiscal_year::FiscalYear;
use domain::followup::open_data::{self, Category, Entry, OpenDataFault, default_section};
use domain::followup::{Row, RowKind};
use domain::text::{Lang, Text};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::edit::{note, place_last};
use super::export::category;
use super::history::{self, Act, Doing, row_name};
use super::import::{LIMITS, TableFile, file_name, plan_of, plan_year, table_rows};
use super::stored::{self, Identity};
use super::supersede::{keep_hidden, supersede};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::followup_row;
use crate::work::work;

/// Most faults that are listed at once.
const MAX_LISTED: usize = 20;

/// What an import of the open-data form did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDataImported {
    /// Figures that were there and have the form's cells now.
    pub updated: usize,
    /// Figures that were added.
    pub added: usize,
    /// What was accepted and should be looked at, such as deadlines that are over.
    pub remarks: Vec<Text>,
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
            Some(year) => plan_year(year, self.clock.today())?,
            None => FiscalYear::of(self.clock.today()),
        };
        let bytes = file.bytes.to_vec();
        let entries = work(move || read(&bytes)).await?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let inherited = self.inherited(year).await?;
        let transaction = self.registry.db.begin().await?;
        if !inherited.is_empty() {
            return Err(Error::invalid(
                format!(
                    "{}の表がまだありません。先に「新しい年度の版」を作成してから取り込んでください。担当部署や連携が引き継がれます。",
                    year.label(Lang::Ja)
                ),
                format!(
                    "There is no table of {} yet. Please begin the new edition first, which takes over owners and links, and \
                     import then.",
                    year.label(Lang::En)
                ),
            ));
        }
        let plan = plan_of(&transaction, year).await?;
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan))
            .order_by_asc(followup_row::Column::Position)
            .all(&transaction)
            .await?;
        let mut position = rows.last().map_or(0, |row| row.position + 1);
        let mut known = Known::of(rows)?;
        // Those of the right category first, so that none takes the row of another.
        let found: Vec<Option<followup_row::Model>> =
            entries.iter().map(|entry| known.exact(entry)).collect();
        let pairs: Vec<(&Entry, Option<followup_row::Model>)> = entries
            .iter()
            .zip(found)
            .map(|(entry, found)| (entry, found.or_else(|| known.by_item(entry))))
            .collect();
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Import };
        let mut done = OpenDataImported { updated: 0, added: 0, remarks: Vec::new() };
        let mut changes = Vec::new();
        for (entry, found) in pairs {
            let id = match found {
                Some(model) => {
                    let before = stored::row(&model)?;
                    let after = merged(entry, &before);
                    changes.extend(supersede(&transaction, &model, &after, doing).await?);
                    let after = keep_hidden(after, &before);
                    changes.extend(doing.cells(Some(model.id), Some(&before), Some(&after)));
                    let (id, at) = (model.id, model.position);
                    let (was, category) =
                        (model.category.clone().unwrap_or_default(), entry.category.as_str());
                    if was != category {
                        let name = history::row_name(&after);
                        changes.push(doing.change(Some(id), &name, "category", was, category));
                    }
                    let mut model: followup_row::ActiveModel = model.into();
                    stored::fill(&mut model, &after, at);
                    model.category = Set(Some(category.to_owned()));
                    model.update(&transaction).await?;
                    done.updated += 1;
                    id
                }
                None => {
                    let section = default_section(entry.category);
                    let row = entry.row(section);
                    known.add(&row)?;
                    let mut model = stored::new_row(plan, &row, position);
                    model.category = Set(Some(entry.category.as_str().to_owned()));
                    let id = model.insert(&transaction).await?.id;
                    place_last(&transaction, plan, id, section).await?;
                    changes.extend(doing.cells(Some(id), None, Some(&row)));
                    position += 1;
                    done.added += 1;
                    id
                }
            };
            stored::written(&transaction, id, &file_name(file.name), actor, now).await?;
        }
        history::write(&transaction, changes).await?;
        let detail = format!("{}: {}", year.year(), entries.len());
        note(&transaction, now, actor, "followup.import", detail).await?;
        transaction.commit().await?;
        done.remarks = remarks(&entries, year);
        Ok(done)
    }
}

/// The rows of a table by what the form calls them.
struct Known {
    figures: Vec<(Category, String, Option<followup_row::Model>)>,
    identities: HashSet<Identity>,
}

impl Known {
    fn of(rows: Vec<followup_row::Model>) -> Result<Self> {
        let mut known = Self { figures: Vec::new(), identities: HashSet::new() };
        for model in rows {
            let row = stored::row(&model)?;
            known.identities.insert(Identity::of(&row));
            if row.kind == RowKind::Figure {
                let category = category(model.category.as_deref().and_then(Category::parse), &row);
                known.figures.push((category, Entry::item_of(&row), Some(model)));
            }
        }
        Ok(known)
    }

    /// The row of an entry, by category and item; taken once.
    fn exact(&mut self, entry: &Entry) -> Option<followup_row::Model> {
        let same = |(category, item, model): &&mut (Category, String, Option<followup_row::Model>)| {
            *category == entry.category && *item == entry.item && model.is_some()
        };
        self.figures.iter_mut().find(same).and_then(|(_, _, model)| model.take())
    }

    /// The row of an entry whose category has changed, by item alone; taken once.
    fn by_item(&mut self, entry: &Entry) -> Option<followup_row::Model> {
        let same = |(_, item, model): &&mut (Category, String, Option<followup_row::Model>)| {
            *item == entry.item && model.is_some()
        };
        self.figures.iter_mut().find(same).and_then(|(_, _, model)| model.take())
    }

    /// Notes a row that is added. Two rows that nothing tells apart could not be read back from the table's own file.
    fn add(&mut self, row: &Row) -> Result<()> {
        if self.identities.insert(Identity::of(row)) {
            return Ok(());
        }
        let (name, section) = (row_name(row), row.section);
        Err(Error::invalid(
            format!(
                "「{name}」は、項目番号{section}に同じ項目・区分の行がすでにあります。項目名か分類を変えてから取り込んでください。"
            ),
            format!(
                "\"{name}\": section {section} has a row with this item and group already. Please change the item or the \
                 category and import again."
            ),
        ))
    }
}

/// Targets whose time was over before the year began: to be looked at, and no fault, because the form tells of them.
fn remarks(entries: &[Entry], year: FiscalYear) -> Vec<Text> {
    let rows: Vec<Row> = entries.iter().map(|entry| entry.row(default_section(entry.category))).collect();
    super::import::remarks(&rows, year)
}

/// The row with the form's cells in place of its own; its section, name and results stay.
fn merged(entry: &Entry, row: &Row) -> Row {
    let new = entry.row(row.section);
    Row { item: row.item.clone(), group: row.group.clone(), outcome: row.outcome.clone(), ..new }
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>> {
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
    let entries = open_data::read(table_rows(bytes, LIMITS)?)
        .map_err(|faults| refuse(faults.iter().map(said).collect()))?;
    if entries.is_empty() {
        return Err(Error::invalid(
            "見出しの下に行がありません。取り込む表を確認してください。",
            "There is no row below the header. Please check the table.",
        ));
    }
    Ok(entries)
}
