//! What HR edits in a follow-up table: cells, rows, and what the table has no column for.

use std::collections::BTreeMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::{Column, MAX_TEXT, Row, RowKind, SectionNumber, check};
use domain::indicator::{Direction, Unit};
use domain::text::{self, Lang};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::history::{self, Act, Doing};
use super::stored::{self, Identity};
use super::supersede::{rows_gone, supersede};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{followup_draft, followup_row, observation, plan, unit};
use crate::registry::event::{self, Event};

/// Texts for cells, by column.
pub type Cells = BTreeMap<Column, String>;

/// What a row has beside its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSettings {
    /// The unit that owns the row and may propose texts and values for it.
    pub owner: Option<i64>,
    /// Which way is better, where neither target nor baseline says so.
    pub direction: Option<Direction>,
    /// Its category in the open-data form; by its words where none is chosen.
    pub category: Option<domain::followup::open_data::Category>,
}

/// A cell as somebody found it, and what they made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// What stood there when the form was opened.
    pub was: String,
    /// What stands in the form.
    pub now: String,
}

/// Edits of cells, by column.
pub type Edits = BTreeMap<Column, Edit>;

impl Edit {
    /// True where the person changed something. Browsers send line breaks as CR LF.
    pub fn is_change(&self) -> bool {
        lines(&self.was) != lines(&self.now)
    }
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Edits that put texts over what stands in a row.
pub fn edits_of(row: &Row, cells: &Cells) -> Edits {
    let edit = |(column, now): (&Column, &String)| {
        (*column, Edit { was: row.cell(*column).into_owned(), now: now.clone() })
    };
    cells.iter().map(edit).collect()
}

/// The columns that were changed where the row says something else by now than what was found there, and not the same.
pub(super) fn overtaken(row: &Row, edits: &Edits) -> Vec<Column> {
    let moved = |(column, edit): &(&Column, &Edit)| {
        let there = lines(&row.cell(**column));
        edit.is_change() && there != lines(&edit.was) && there != lines(&edit.now)
    };
    edits.iter().filter(moved).map(|(column, _)| *column).collect()
}

impl Service {
    /// Puts texts into those cells of a row that were changed. What somebody else did to other cells meanwhile stays.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a line for each cell that cannot be accepted; [`Error::Conflict`] where somebody else has
    /// changed one of the same cells since, or the table is signed off; [`Error::NotFound`] where there is no such row.
    pub async fn edit_followup_row(&self, id: i64, edits: &Edits, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = open_row(&transaction, id).await?;
        let stored = stored::row(&model)?;
        let changed: Vec<(Column, &Edit)> =
            edits.iter().filter(|(_, edit)| edit.is_change()).map(|(column, edit)| (*column, edit)).collect();
        let conflicts = overtaken(&stored, edits);
        if !conflicts.is_empty() {
            return Err(overtaken_by(&conflicts));
        }
        let cells: Cells = changed.into_iter().map(|(column, edit)| (column, edit.now.clone())).collect();
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Edit };
        write_cells(&transaction, model, year, &cells, doing).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Adds a row at the end of its section and returns its id.
    ///
    /// # Errors
    /// As for [`Self::edit_followup_row`]; [`Error::NotFound`] where the year has no table.
    pub async fn add_followup_row(
        &self,
        year: FiscalYear,
        kind: RowKind,
        section: &str,
        cells: &Cells,
        actor: Option<i64>,
    ) -> Result<i64> {
        let section = self::section(section)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let plan = open_plan(&transaction, year).await?;
        let row = filled(Row::new(section, kind), cells);
        let all: Vec<Column> = Column::ALL.to_vec();
        accept(&transaction, plan.id, None, &row, &all, year).await?;
        let last = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan.id))
            .order_by_desc(followup_row::Column::Position)
            .one(&transaction)
            .await?;
        let end = last.map_or(0, |row| row.position + 1);
        let added = stored::new_row(plan.id, &row, end).insert(&transaction).await?;
        place_last(&transaction, plan.id, added.id, section).await?;
        stored::written(&transaction, added.id, "", actor, now).await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Add };
        history::write(&transaction, doing.cells(Some(added.id), None, Some(&row))).await?;
        transaction.commit().await?;
        Ok(added.id)
    }

    /// Removes a row with its values and drafts. The record of changes keeps what it said.
    pub async fn remove_followup_row(&self, id: i64, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = open_row(&transaction, id).await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Remove };
        let fed_by = model.metric_series.clone();
        let changes = rows_gone(&transaction, &[model], doing).await?;
        delete_rows(&transaction, &[id]).await?;
        history::write(&transaction, changes).await?;
        self.feed_beside(&transaction, fed_by, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Moves a row one place up or down among the rows of its section; at the end of the section nothing happens.
    pub async fn move_followup_row(&self, id: i64, up: bool, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = open_row(&transaction, id).await?;
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(model.plan_id))
            .filter(followup_row::Column::Section.eq(model.section.as_str()))
            .order_by_asc(followup_row::Column::Position)
            .all(&transaction)
            .await?;
        let at = rows.iter().position(|row| row.id == id).unwrap_or_default();
        let beside = if up { at.checked_sub(1) } else { at.checked_add(1) };
        if let Some((to, other)) = beside.and_then(|to| Some((to, rows.get(to)?))) {
            move_to(&transaction, id, -1).await?;
            move_to(&transaction, other.id, model.position).await?;
            move_to(&transaction, id, other.position).await?;
            let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Edit };
            let change = doing.moved(id, &stored::row(&model)?, at + 1, to + 1);
            history::write(&transaction, vec![change]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Sets what a row has beside its cells.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such unit.
    pub async fn set_followup_settings(
        &self,
        id: i64,
        settings: RowSettings,
        actor: Option<i64>,
    ) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = open_row(&transaction, id).await?;
        if let Some(owner) = settings.owner {
            unit::Entity::find_by_id(owner)
                .one(&transaction)
                .await?
                .ok_or_else(|| Error::invalid("選んだ部署がありません。", "There is no such unit."))?;
        }
        let name = history::row_name(&stored::row(&model)?);
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Setting };
        let direction = settings.direction.map(|direction| stored::direction_key(direction).to_owned());
        let category = settings.category.map(|category| category.as_str().to_owned());
        let unit_name = |id: Option<i64>| stored::unit_name(&transaction, id);
        let owners = (unit_name(model.owner_unit_id).await?, unit_name(settings.owner).await?);
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let changes = [
            ("owner", owners.0, owners.1),
            ("direction", said(&model.direction), said(&direction)),
            ("category", said(&model.category), said(&category)),
        ];
        let changes = changes.into_iter().filter(|(_, before, after)| before != after);
        let changes =
            changes.map(|(field, before, after)| doing.change(Some(id), &name, field, before, after));
        history::write(&transaction, changes.collect()).await?;
        let mut model: followup_row::ActiveModel = model.into();
        model.owner_unit_id = Set(settings.owner);
        model.direction = Set(direction);
        model.category = Set(category);
        model.update(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn overtaken_by(columns: &[Column]) -> Error {
    let named = |lang: Lang| columns.iter().map(|column| column.label(lang)).collect::<Vec<_>>();
    Error::Conflict(text::Text::new(
        format!(
            "編集している間に、ほかの人が「{}」を変更しました。入力した内容は下に残してあります。表の今の内容と見比べて、もう一度保存してください。",
            named(Lang::Ja).join("」「")
        ),
        format!(
            "Somebody else has changed this in the meantime: {}. What you typed is kept below; please compare it with what \
             stands there now and save again.",
            named(Lang::En).join(", ")
        ),
    ))
}

/// Writes texts into the cells of a row and records the changes. The caller holds the writer.
pub(super) async fn write_cells(
    db: &impl ConnectionTrait,
    model: followup_row::Model,
    year: FiscalYear,
    cells: &Cells,
    doing: Doing,
) -> Result<()> {
    let before = stored::row(&model)?;
    let mut after = filled(before.clone(), cells);
    if let Some(typed) = cells.get(&Column::Section) {
        after.section = section(typed)?;
    }
    let changed = domain::followup::changed(Some(&before), Some(&after));
    if changed.is_empty() {
        return Ok(());
    }
    accept(db, model.plan_id, Some(model.id), &after, &changed, year).await?;
    let mut changes = doing.cells(Some(model.id), Some(&before), Some(&after));
    if after.kind == RowKind::Figure
        && (changed.contains(&Column::Current) || changed.contains(&Column::CurrentAsOf))
    {
        changes.extend(supersede(db, &model, &after, doing).await?);
    }
    history::write(db, changes).await?;
    let (id, plan, position) = (model.id, model.plan_id, model.position);
    let mut model: followup_row::ActiveModel = model.into();
    stored::fill(&mut model, &after, position);
    model.update(db).await?;
    if changed.contains(&Column::Section) {
        place_last(db, plan, id, after.section).await?;
    }
    stored::written(db, id, "", doing.actor, doing.at).await
}

fn section(typed: &str) -> Result<SectionNumber> {
    SectionNumber::parse(typed).ok_or_else(|| {
        Error::invalid(
            "項目番号: 「2」または「1-2」の形で入力してください。",
            "Section: please enter a number such as \"2\" or \"1-2\".",
        )
    })
}

/// Puts a row behind the last other row of its section; of a section that has none, behind all rows.
pub(super) async fn place_last(
    db: &impl ConnectionTrait,
    plan: i64,
    id: i64,
    section: SectionNumber,
) -> Result<()> {
    let rows = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(plan))
        .order_by_asc(followup_row::Column::Position)
        .all(db)
        .await?;
    let number = section.to_string();
    let mut order: Vec<(i64, i32)> =
        rows.iter().filter(|row| row.id != id).map(|row| (row.id, row.position)).collect();
    let others: Vec<&followup_row::Model> = rows.iter().filter(|row| row.id != id).collect();
    let beside = others.iter().rposition(|row| row.section == number);
    let own = rows.iter().find(|row| row.id == id).map_or(-1, |row| row.position);
    order.insert(beside.map_or(order.len(), |last| last + 1), (id, own));
    let moved: Vec<(i64, i32)> = (0i32..)
        .zip(order)
        .filter(|(position, (_, before))| position != before)
        .map(|(position, (row, _))| (row, position))
        .collect();
    // No two rows may have one position, not even between two statements: out of the way first.
    for (row, position) in &moved {
        move_to(db, *row, -1 - position).await?;
    }
    for (row, position) in moved {
        move_to(db, row, position).await?;
    }
    Ok(())
}

/// Texts in place of those of the row. The table has LF as line breaks.
fn filled(row: Row, cells: &Cells) -> Row {
    cells.iter().fold(row, |row, (column, text)| row.with(*column, lines(text)))
}

/// Refuses a row that cannot be: said with a line for each cell.
async fn accept(
    db: &impl ConnectionTrait,
    plan: i64,
    id: Option<i64>,
    row: &Row,
    changed: &[Column],
    year: FiscalYear,
) -> Result<()> {
    let mut faults: Vec<(Column, String, String)> = Vec::new();
    for column in Column::ALL {
        if let Err(error) = text::check(&row.cell(column), MAX_TEXT, true) {
            faults.push((column, error.message(Lang::Ja), error.message(Lang::En)));
        }
    }
    if row.item.trim().is_empty() {
        faults.push((Column::Item, "項目を入力してください。".into(), "Please name the item.".into()));
    }
    let mut content = check::row(row);
    let deadline = row.deadline_column();
    if changed.contains(&Column::Deadline) || changed.contains(&deadline) {
        content.extend(check::deadline(row, year).map(|fault| (deadline, fault)));
    }
    faults
        .extend(content.into_iter().map(|(c, fault)| (c, fault.message(Lang::Ja), fault.message(Lang::En))));
    if row.kind != RowKind::Initiative && has_same(db, plan, id, row).await? {
        faults.push((
            Column::Item,
            "項目番号・種別・項目・区分が同じ行がすでにあります。".into(),
            "There is a row with the same section, kind, item and group already.".into(),
        ));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let ja: Vec<String> = faults.iter().map(|(c, ja, _)| format!("{}: {ja}", c.label(Lang::Ja))).collect();
    let en: Vec<String> = faults.iter().map(|(c, _, en)| format!("{}: {en}", c.label(Lang::En))).collect();
    Err(Error::invalid(ja.join("\n"), en.join("\n")))
}

async fn has_same(db: &impl ConnectionTrait, plan: i64, id: Option<i64>, row: &Row) -> Result<bool> {
    let others = followup_row::Entity::find().filter(followup_row::Column::PlanId.eq(plan)).all(db).await?;
    let wanted = Identity::of(row);
    Ok(others.iter().any(|other| Some(other.id) != id && Identity::of_stored(other) == wanted))
}

async fn move_to(db: &impl ConnectionTrait, id: i64, position: i32) -> Result<()> {
    followup_row::Entity::update_many()
        .col_expr(followup_row::Column::Position, Expr::value(position))
        .filter(followup_row::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes rows with everything that belongs to them.
pub(super) async fn delete_rows(db: &impl ConnectionTrait, ids: &[i64]) -> Result<()> {
    let theirs = observation::Column::RowId.is_in(ids.iter().copied());
    observation::Entity::delete_many().filter(theirs).exec(db).await?;
    let drafts = followup_draft::Column::RowId.is_in(ids.iter().copied());
    followup_draft::Entity::delete_many().filter(drafts).exec(db).await?;
    let rows = followup_row::Column::Id.is_in(ids.iter().copied());
    followup_row::Entity::delete_many().filter(rows).exec(db).await?;
    Ok(())
}

/// The table of a fiscal year, as long as it is not signed off.
pub(super) async fn open_plan(db: &impl ConnectionTrait, year: FiscalYear) -> Result<plan::Model> {
    let year = i32::from(year.year());
    let found = plan::Entity::find().filter(plan::Column::FiscalYear.eq(year)).one(db).await?;
    unsigned(found.ok_or(Error::NotFound)?)
}

/// A row and the fiscal year of its table, as long as that is not signed off.
pub(super) async fn open_row(
    db: &impl ConnectionTrait,
    id: i64,
) -> Result<(followup_row::Model, FiscalYear)> {
    let model = followup_row::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let plan = plan::Entity::find_by_id(model.plan_id).one(db).await?.ok_or(Error::NotFound)?;
    let year = stored::year(&unsigned(plan)?)?;
    Ok((model, year))
}

/// True where a table may change: who signs it off signs what stood there when that was asked for.
pub(crate) fn is_open(plan: &plan::Model) -> bool {
    plan.signed_at.is_none() && plan.submitted_at.is_none()
}

/// Refuses a table that is signed off, or that those who sign off are looking at.
pub(super) fn unsigned(plan: plan::Model) -> Result<plan::Model> {
    if is_open(&plan) {
        return Ok(plan);
    }
    if plan.signed_at.is_none() {
        return Err(Error::Conflict(text::Text::new(
            "この年度の表は確定を依頼しています。変更するには、先に依頼を取り下げてください。",
            "The table of this fiscal year waits for its sign-off. To change it, please take it back first.",
        )));
    }
    Err(Error::Conflict(domain::text::Text::new(
        "この年度の表は確定しています。変更するには、先に理由を付けて確定を取り消してください。",
        "The table of this fiscal year is signed off. To change it, please reopen it first, with a reason.",
    )))
}

/// The figure row with this id, as long as its table is not signed off.
pub(crate) async fn figure(db: &impl ConnectionTrait, id: i64) -> Result<(followup_row::Model, FiscalYear)> {
    let (model, year) = open_row(db, id).await?;
    if RowKind::parse(&model.kind) == Some(RowKind::Figure) {
        Ok((model, year))
    } else {
        Err(Error::NotFound)
    }
}

/// Writes down an act on the follow-up table.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    at: i64,
    actor: Option<i64>,
    what: &str,
    detail: String,
) -> Result<()> {
    event::record(db, Event { at, actor, campaign: None, what: what.into(), detail }).await
}

/// The unit the row's figures are in: that of its target, else of its baseline, else of its current value.
pub(super) fn unit(row: &Row) -> Option<Unit> {
    let target = row.target().parsed.and_then(|target| target.level().map(|level| level.unit.clone()));
    target.or_else(|| Some(row.baseline().parsed?.unit)).or_else(|| Some(row.current().parsed?.unit))
}
