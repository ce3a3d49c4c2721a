//! What the units that own rows propose for them, and what HR does with it.

use std::collections::BTreeMap;

use domain::followup::{Column, MAX_TEXT, Row};
use domain::role::Role;
use domain::text::{self, Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};

use super::edit::{Cells, Edit, Edits, open_row, overtaken, write_cells};
use super::history::{Act, Doing};
use super::plan::{HIDDEN, PlanRow};
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
    /// The proposed texts, of those columns that are to change.
    pub cells: Cells,
    /// What stood in the table in their place when they were proposed.
    pub was: Cells,
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
    /// What stands in the table now, as the person may see it.
    pub row: Row,
    /// The unit that owns it.
    pub owner: Text,
    /// The newest draft, unless that has been accepted.
    pub draft: Option<Draft>,
}

impl Service {
    /// The rows that belong to a unit the person manages, of tables that are not signed off: all of the newest table, and
    /// those of earlier ones that have a draft, which is not lost because a new edition has begun.
    pub async fn own_followup_rows(&self, person: &Person) -> Result<Vec<OwnRow>> {
        let units = self.registry.scope(person, Role::Manager).await?;
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let plans =
            plan::Entity::find().order_by_desc(plan::Column::FiscalYear).all(self.registry.db.get()).await?;
        let mut list = Vec::new();
        for (number, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.signed_at.is_none()) {
            let (fiscal_year, rows) = self.plan_rows(Some(stored::year(plan)?.year())).await?;
            let own = |row: &PlanRow| row.settings.owner.is_some_and(|owner| units.contains(&owner));
            let rows: Vec<PlanRow> = rows.into_iter().filter(own).collect();
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            let mut drafts = self.open_drafts(Some(&ids)).await?;
            for row in rows {
                let at = drafts.iter().position(|draft| draft.row == row.id);
                let mut draft = at.map(|at| drafts.swap_remove(at));
                let shown = row.cells_shown();
                for (column, was) in draft.iter_mut().flat_map(|draft| &mut draft.was) {
                    if shown.cell(*column) == HIDDEN {
                        *was = HIDDEN.to_owned();
                    }
                }
                if number == 0 || draft.is_some() {
                    let owner = row.owner.unwrap_or_default();
                    list.push(OwnRow { id: row.id, fiscal_year, row: shown, owner, draft });
                }
            }
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
                let edits = read_edits(&draft.cells)?;
                let was = edits.iter().map(|(column, edit)| (*column, edit.was.clone())).collect();
                let cells = edits.into_iter().map(|(column, edit)| (column, edit.now)).collect();
                Ok(Draft {
                    id: draft.id,
                    row: draft.row_id,
                    author: names.get(&draft.author_id).cloned().unwrap_or_default(),
                    state: DraftState::parse(&draft.state)?,
                    cells,
                    was,
                    comment: draft.comment,
                    written_at: draft.written_at,
                })
            })
            .collect()
    }

    /// [`Self::save_draft_over`] whatever draft there is.
    ///
    /// # Errors
    /// As there.
    pub async fn save_draft(&self, person: &Person, row: i64, edits: &Edits, submit: bool) -> Result<()> {
        self.save_draft_over(person, row, edits, submit, None).await
    }

    /// Keeps a draft for a row, and sends it to HR where `submit` is true. A row has one draft at a time; `seen` is the
    /// [`Draft::version`] of the one that the person had before them, which this one takes the place of, and empty for none.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the row is not the person's to draft for; [`Error::Invalid`] where a text is too long;
    /// [`Error::Conflict`] where there is another draft by now, or one is with HR already, or the table is signed off.
    pub async fn save_draft_over(
        &self,
        person: &Person,
        row: i64,
        edits: &Edits,
        submit: bool,
        seen: Option<&str>,
    ) -> Result<()> {
        let own = self.own_followup_row(person, row).await?;
        let mut edits: Edits = edits
            .iter()
            .filter(|(column, edit)| DRAFTED.contains(column) && edit.is_change())
            .map(|(column, edit)| (*column, Edit { now: edit.now.replace("\r\n", "\n"), ..edit.clone() }))
            .collect();
        check(&own.row, &edits)?;
        if own.row.current == HIDDEN
            && edits.contains_key(&Column::CurrentAsOf)
            && !edits.contains_key(&Column::Current)
        {
            return Err(Error::invalid(
                "現状の値が非公表のため、時点だけを変えることはできません。その時点の値も入力してください。",
                "The current value is not shown, so its time cannot be changed alone. Please give the value of that time as well.",
            ));
        }
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, _) = open_row(&transaction, row).await?;
        // Whoever was not shown a value has seen that there is one, and not that it has changed.
        let known = stored::row(&model)?;
        for (column, edit) in &mut edits {
            if edit.was == HIDDEN && own.row.cell(*column) == HIDDEN {
                edit.was = known.cell(*column).into_owned();
            }
        }
        let state = if submit { DraftState::Submitted } else { DraftState::Draft };
        let open = open_draft(&transaction, row).await?;
        if open.as_ref().is_some_and(|draft| draft.state == DraftState::Submitted.as_str()) {
            return Err(Error::Conflict(Text::new(
                "この行の下書きは人事担当が確認しています。確認が終わるまで変更できません。",
                "A draft of this row is with the personnel division and cannot be changed until they have answered.",
            )));
        }
        let there = open.as_ref().map(|draft| version_of(draft.id, draft.written_at)).unwrap_or_default();
        if seen.is_some_and(|seen| seen != there) {
            return Err(Error::Conflict(Text::new(
                "入力している間に、この行の下書きが、ほかの画面または部署のほかの管理職によって保存されました。入力した内容は下に残してあります。保存されている下書きと見比べて、もう一度保存してください。",
                "While you were typing, another draft of this row was saved, in another window or by another manager of the unit. What you typed is kept below; please compare it with that draft and save again.",
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
            cells: Set(written_edits(&edits)?),
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
                let edits = read_edits(&draft.cells)?;
                let conflicts = overtaken(&stored::row(&model)?, &edits);
                if !conflicts.is_empty() {
                    return Err(moved_on(&conflicts));
                }
                let cells: Cells = edits.into_iter().map(|(column, edit)| (column, edit.now)).collect();
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

impl Draft {
    /// What tells a draft from the one before it.
    pub fn version(&self) -> String {
        version_of(self.id, self.written_at)
    }
}

fn version_of(id: i64, written_at: i64) -> String {
    format!("{id}-{written_at}")
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

/// The table says something else by now than what the unit has seen when it proposed to change it.
fn moved_on(columns: &[Column]) -> Error {
    let named = |lang: Lang| columns.iter().map(|column| column.label(lang)).collect::<Vec<_>>();
    Error::Conflict(Text::new(
        format!(
            "下書きが書かれた後に、表の「{}」が変わりました。今の表と見比べて、差し戻すか、行を編集してください。",
            named(Lang::Ja).join("」「")
        ),
        format!(
            "Since the draft was written, the table has changed: {}. Please compare it with the table, and return the draft or \
             edit the row.",
            named(Lang::En).join(", ")
        ),
    ))
}

fn check(row: &Row, edits: &Edits) -> Result<()> {
    let mut faults: Vec<(Column, String, String)> = Vec::new();
    let mut proposed = row.clone();
    for (column, typed) in edits.iter().map(|(column, edit)| (column, &edit.now)) {
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

/// A cell as it is kept with a draft.
#[derive(Serialize, Deserialize)]
struct KeptEdit {
    was: String,
    now: String,
}

fn written_edits(edits: &Edits) -> Result<String> {
    let kept = |edit: &Edit| KeptEdit { was: edit.was.clone(), now: edit.now.clone() };
    let by_key: BTreeMap<&str, KeptEdit> =
        edits.iter().map(|(column, edit)| (column.key(), kept(edit))).collect();
    Ok(serde_json::to_string(&by_key)?)
}

fn read_edits(stored: &str) -> Result<Edits> {
    let by_key: BTreeMap<String, KeptEdit> = serde_json::from_str(stored)?;
    let read =
        |(key, KeptEdit { was, now }): (String, KeptEdit)| Some((Column::from_key(&key)?, Edit { was, now }));
    Ok(by_key.into_iter().filter_map(read).collect())
}
