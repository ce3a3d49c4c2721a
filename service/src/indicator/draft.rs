//! What the units that own rows propose for them, and what HR does with it.

use std::collections::BTreeMap;

use domain::followup::{Column, MAX_TEXT, Row};
use domain::role::Role;
use domain::text::{self, Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::edit::{Cells, open_row, write_cells};
use super::history::{Act, Doing};
use super::stored;
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{followup_draft, followup_row, plan};
use crate::registry::person::Person;

/// The columns an owning unit writes: what the yearly report asks it for. Targets and names are HR's.
pub const DRAFTED: [Column; 4] = [Column::Current, Column::CurrentAsOf, Column::Initiative, Column::Outcome];

/// Longest comment on a returned draft, in characters.
const MAX_COMMENT: usize = 1_000;

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftState {
    /// Being written.
    Draft,
    /// With HR.
    Submitted,
    /// Back at the unit, with a comment.
    Returned,
    /// Taken into the table.
    Accepted,
}

impl DraftState {
    const ALL: [Self; 4] = [Self::Draft, Self::Submitted, Self::Returned, Self::Accepted];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == name);
        found.ok_or_else(|| Error::Damaged("the state of a draft".into()))
    }

    /// What the state is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Draft => lang.t("作成中", "Being written"),
            Self::Submitted => lang.t("人事担当が確認中", "With the personnel division"),
            Self::Returned => lang.t("差戻し", "Returned"),
            Self::Accepted => lang.t("採用済み", "Accepted"),
        }
    }
}

/// A proposal for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: i64,
    /// The row.
    pub row: i64,
    /// Who wrote it.
    pub author: Text,
    /// Where it stands.
    pub state: DraftState,
    /// The proposed texts, by column.
    pub cells: Cells,
    /// What HR said when it was returned.
    pub comment: String,
    /// When it was last written, seconds since 1970 UTC.
    pub written_at: i64,
}

/// A row that a person may draft for, with the newest draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRow {
    /// Its id.
    pub id: i64,
    /// The fiscal year of its table.
    pub fiscal_year: i16,
    /// What stands in the table now.
    pub row: Row,
    /// The unit that owns it.
    pub owner: Text,
    /// The newest draft, unless that has been accepted.
    pub draft: Option<Draft>,
}

impl Service {
    /// The rows of the newest table, as long as it is not signed off, that belong to a unit the person manages.
    pub async fn own_followup_rows(&self, person: &Person) -> Result<Vec<OwnRow>> {
        let db = self.registry.db.get();
        let units: Vec<i64> = self.registry.scope(person, Role::Manager).await?.into_iter().collect();
        let newest = plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?;
        let Some(newest) = newest.filter(|plan| plan.signed_at.is_none() && !units.is_empty()) else {
            return Ok(Vec::new());
        };
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(newest.id))
            .filter(followup_row::Column::OwnerUnitId.is_in(units))
            .order_by_asc(followup_row::Column::Position)
            .all(db)
            .await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut drafts = self.open_drafts(Some(&ids)).await?;
        let owners =
            stored::unit_texts(db, rows.iter().filter_map(|row| row.owner_unit_id).collect()).await?;
        let mut list = Vec::with_capacity(rows.len());
        for model in rows {
            list.push(OwnRow {
                id: model.id,
                fiscal_year: stored::year(&newest)?.year(),
                owner: model.owner_unit_id.and_then(|id| owners.get(&id).cloned()).unwrap_or_default(),
                row: stored::row(&model)?,
                draft: drafts.iter().position(|draft| draft.row == model.id).map(|at| drafts.swap_remove(at)),
            });
        }
        Ok(list)
    }

    /// One of [`Self::own_followup_rows`].
    ///
    /// # Errors
    /// [`Error::NotFound`] where the row does not belong to a unit the person manages.
    pub async fn own_followup_row(&self, person: &Person, id: i64) -> Result<OwnRow> {
        let rows = self.own_followup_rows(person).await?;
        rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)
    }

    /// Drafts that HR has to look at, for tables that are not signed off, the oldest first.
    pub async fn submitted_drafts(&self) -> Result<Vec<Draft>> {
        let open = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(plan::Column::SignedAt.is_null());
        let rows: Vec<i64> = followup_row::Entity::find()
            .select_only()
            .column(followup_row::Column::Id)
            .filter(followup_row::Column::PlanId.in_subquery(open.into_query()))
            .filter(followup_row::Column::Id.in_subquery(waiting().into_query()))
            .into_tuple()
            .all(self.registry.db.get())
            .await?;
        let mut drafts = self.open_drafts(Some(&rows)).await?;
        drafts.retain(|draft| draft.state == DraftState::Submitted);
        drafts.sort_by_key(|draft| (draft.written_at, draft.id));
        Ok(drafts)
    }

    /// The newest draft of a row, unless it has been accepted.
    pub async fn row_draft(&self, row: i64) -> Result<Option<Draft>> {
        Ok(self.open_drafts(Some(&[row])).await?.pop())
    }

    async fn open_drafts(&self, rows: Option<&[i64]>) -> Result<Vec<Draft>> {
        let mut query = followup_draft::Entity::find()
            .filter(followup_draft::Column::State.ne(DraftState::Accepted.as_str()));
        if let Some(rows) = rows {
            query = query.filter(followup_draft::Column::RowId.is_in(rows.iter().copied()));
        }
        let found = query.order_by_asc(followup_draft::Column::Id).all(self.registry.db.get()).await?;
        let names = self.registry.names_of(found.iter().map(|draft| draft.author_id).collect()).await?;
        found
            .into_iter()
            .map(|draft| {
                Ok(Draft {
                    id: draft.id,
                    row: draft.row_id,
                    author: names.get(&draft.author_id).cloned().unwrap_or_default(),
                    state: DraftState::parse(&draft.state)?,
                    cells: read_cells(&draft.cells)?,
                    comment: draft.comment,
                    written_at: draft.written_at,
                })
            })
            .collect()
    }

    /// Keeps a draft for a row, and sends it to HR where `submit` is true. A row has one draft at a time.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the row is not the person's to draft for; [`Error::Invalid`] where a text is too long;
    /// [`Error::Conflict`] where a draft is with HR already, or the table is signed off.
    pub async fn save_draft(&self, person: &Person, row: i64, cells: &Cells, submit: bool) -> Result<()> {
        let own = self.own_followup_row(person, row).await?;
        let cells: Cells = DRAFTED
            .into_iter()
            .map(|column| {
                let typed = cells.get(&column).map(|text| text.replace("\r\n", "\n"));
                (column, typed.unwrap_or_else(|| own.row.cell(column).into_owned()))
            })
            .collect();
        check(&own.row, &cells)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        open_row(&transaction, row).await?;
        let state = if submit { DraftState::Submitted } else { DraftState::Draft };
        let open = open_draft(&transaction, row).await?;
        if open.as_ref().is_some_and(|draft| draft.state == DraftState::Submitted.as_str()) {
            return Err(Error::Conflict(Text::new(
                "この行の下書きは人事担当が確認しています。確認が終わるまで変更できません。",
                "A draft of this row is with the personnel division and cannot be changed until they have answered.",
            )));
        }
        let comment = open.as_ref().map(|draft| draft.comment.clone()).unwrap_or_default();
        if let Some(draft) = open {
            followup_draft::Entity::delete_by_id(draft.id).exec(&transaction).await?;
        }
        let draft = followup_draft::ActiveModel {
            id: NotSet,
            row_id: Set(row),
            author_id: Set(person.id),
            state: Set(state.as_str().to_owned()),
            cells: Set(written_cells(&cells)?),
            comment: Set(comment),
            written_at: Set(now),
            decided_by: Set(None),
            decided_at: Set(None),
        };
        followup_draft::Entity::insert(draft).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a submitted draft into the table, or returns it with a comment.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such draft with HR; [`Error::Invalid`] where it is returned without a comment
    /// or its texts cannot stand in the table; [`Error::Conflict`] where the table is signed off.
    pub async fn decide_draft(&self, id: i64, decision: Decision, actor: i64) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let draft = followup_draft::Entity::find_by_id(id)
            .filter(followup_draft::Column::State.eq(DraftState::Submitted.as_str()))
            .one(&transaction)
            .await?
            .ok_or(Error::NotFound)?;
        let (state, comment) = match decision {
            Decision::Accept => {
                let (model, year) = open_row(&transaction, draft.row_id).await?;
                let doing = Doing {
                    fiscal_year: year.year(),
                    at: now,
                    actor: Some(draft.author_id),
                    act: Act::Draft,
                };
                let cells = read_cells(&draft.cells)?;
                write_cells(&transaction, model, year, &cells, doing).await?;
                (DraftState::Accepted, String::new())
            }
            Decision::Return(comment) => (DraftState::Returned, checked_comment(&comment)?),
        };
        let mut draft: followup_draft::ActiveModel = draft.into();
        draft.state = Set(state.as_str().to_owned());
        draft.comment = Set(comment);
        draft.decided_by = Set(Some(actor));
        draft.decided_at = Set(Some(now));
        draft.update(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// What HR says to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes into the table.
    Accept,
    /// It goes back, with what should be changed.
    Return(String),
}

/// A comment that says something.
pub(super) fn checked_comment(typed: &str) -> Result<String> {
    let comment = typed.trim();
    if comment.is_empty() {
        return Err(Error::invalid(
            "何を直してほしいか、理由を入力してください。",
            "Please say why, so that the other side knows what to do.",
        ));
    }
    match text::check(comment, MAX_COMMENT, true) {
        Ok(()) => Ok(comment.to_owned()),
        Err(e) => Err(Error::invalid(e.message(Lang::Ja), e.message(Lang::En))),
    }
}

/// The rows that a draft waits for.
fn waiting() -> Select<followup_draft::Entity> {
    followup_draft::Entity::find()
        .select_only()
        .column(followup_draft::Column::RowId)
        .filter(followup_draft::Column::State.eq(DraftState::Submitted.as_str()))
}

fn check(row: &Row, cells: &Cells) -> Result<()> {
    let mut faults: Vec<(Column, String, String)> = Vec::new();
    let mut proposed = row.clone();
    for (column, typed) in cells {
        if let Err(e) = text::check(typed, MAX_TEXT, true) {
            faults.push((*column, e.message(Lang::Ja), e.message(Lang::En)));
        }
        proposed = proposed.with(*column, typed.clone());
    }
    let content = domain::followup::check::row(&proposed).into_iter().filter(|(c, _)| DRAFTED.contains(c));
    faults.extend(content.map(|(c, fault)| (c, fault.message(Lang::Ja), fault.message(Lang::En))));
    if faults.is_empty() {
        return Ok(());
    }
    let ja: Vec<String> = faults.iter().map(|(c, ja, _)| format!("{}: {ja}", c.label(Lang::Ja))).collect();
    let en: Vec<String> = faults.iter().map(|(c, _, en)| format!("{}: {en}", c.label(Lang::En))).collect();
    Err(Error::invalid(ja.join("\n"), en.join("\n")))
}

async fn open_draft(db: &impl ConnectionTrait, row: i64) -> Result<Option<followup_draft::Model>> {
    let open = followup_draft::Entity::find()
        .filter(followup_draft::Column::RowId.eq(row))
        .filter(followup_draft::Column::State.ne(DraftState::Accepted.as_str()));
    Ok(open.order_by_desc(followup_draft::Column::Id).one(db).await?)
}

fn written_cells(cells: &Cells) -> Result<String> {
    let by_key: BTreeMap<&str, &String> = cells.iter().map(|(column, text)| (column.key(), text)).collect();
    Ok(serde_json::to_string(&by_key)?)
}

fn read_cells(stored: &str) -> Result<Cells> {
    let by_key: BTreeMap<String, String> = serde_json::from_str(stored)?;
    Ok(by_key.into_iter().filter_map(|(key, text)| Some((Column::from_key(&key)?, text))).collect())
}
