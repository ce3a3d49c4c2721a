//! What becomes of the values that were there when a row's cell says something new, or the row goes.

use domain::followup::Row;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::history::{self, Doing};
use super::import::CHUNK;
use super::plan::{HIDDEN, hides_any};
use super::stored::{self, METRIC, SURVEY, TYPED};
use crate::error::Result;
use crate::registry::entity::{followup_change, followup_row, observation};

/// The row as it is to be kept: a table does not tell a value that is not shown, so what is known of it stays.
pub(super) fn keep_hidden(row: Row, known: &Row) -> Row {
    let mut row = row;
    if row.current == HIDDEN && known.current != HIDDEN {
        (row.current, row.current_as_of) = (known.current.clone(), known.current_as_of.clone());
    }
    if row.baseline == HIDDEN && known.baseline != HIDDEN {
        row.baseline.clone_from(&known.baseline);
    }
    row
}

/// Settles what a row's cell says from now on against what was known; `row` is as the file or form has it, and where that
/// does not tell a value, such as one that is not shown, or says what it said, nothing is settled. Values typed for the
/// same time and older imports' values for the same or a later time give way to it, but not counts by which values of that
/// time are hidden; the cell before it stays as a value where the row has moved on to a later time. Returns the changes to
/// be recorded.
pub(super) async fn supersede(
    db: &impl ConnectionTrait,
    before: &followup_row::Model,
    row: &Row,
    doing: Doing,
) -> Result<Vec<followup_change::ActiveModel>> {
    let (value, as_of) = (row.current().parsed, row.current_as_of().parsed);
    let (Some(_), Some(as_of)) = (value, as_of) else { return Ok(Vec::new()) };
    if (&before.current, &before.current_when) == (&row.current, &row.current_as_of) {
        return Ok(Vec::new());
    }
    let stands = observation::Entity::find()
        .filter(observation::Column::RowId.eq(before.id))
        .filter(observation::Column::Source.is_not_in([SURVEY, METRIC]))
        .all(db)
        .await?;
    let hidden =
        stands.iter().any(|o| o.denominator.is_some()) && hides_any(db, before, &row.current_as_of()).await?;
    let gives_way = |o: &&observation::Model| {
        stored::said(&o.value, &o.as_of).1.parsed.is_some_and(|time| match o.source.as_str() {
            TYPED => time == as_of && !(hidden && o.denominator.is_some()),
            _ => time.last_day() >= as_of.last_day(),
        })
    };
    let gone: Vec<&observation::Model> = stands.iter().filter(gives_way).collect();
    let name = history::row_name(row);
    let changes = gone.iter().map(|o| doing.value(before.id, &name, Some(o), None)).collect();
    if !gone.is_empty() {
        let ids = observation::Column::Id.is_in(gone.iter().map(|o| o.id));
        observation::Entity::delete_many().filter(ids).exec(db).await?;
    }
    let (value, time) = stored::said(&before.current, &before.current_when);
    if let (Some(_), Some(past)) = (value.parsed, time.parsed)
        && past.last_day() < as_of.last_day()
    {
        let superseded = stored::from_cell(before, before.id);
        observation::Entity::insert(superseded).exec_without_returning(db).await?;
    }
    Ok(changes)
}

/// What is to be recorded of rows that go, with the values that go with them.
pub(super) async fn rows_gone(
    db: &impl ConnectionTrait,
    rows: &[followup_row::Model],
    doing: Doing,
) -> Result<Vec<followup_change::ActiveModel>> {
    let mut changes = Vec::new();
    for some in rows.chunks(CHUNK) {
        let theirs = observation::Column::RowId.is_in(some.iter().map(|row| row.id));
        let values =
            observation::Entity::find().filter(theirs).order_by_asc(observation::Column::Id).all(db).await?;
        for model in some {
            let row = stored::row(model)?;
            let name = history::row_name(&row);
            changes.extend(doing.cells(Some(model.id), Some(&row), None));
            let own = values.iter().filter(|value| value.row_id == model.id);
            changes.extend(own.map(|value| doing.value(model.id, &name, Some(value), None)));
        }
    }
    Ok(changes)
}

impl Doing {
    /// A value that came or went. What is of a number of people is for HR's eyes only: see [`history::COUNTED`].
    pub(crate) fn value(
        self,
        row: i64,
        name: &str,
        before: Option<&observation::Model>,
        after: Option<&observation::Model>,
    ) -> followup_change::ActiveModel {
        let of_people =
            |o: &observation::Model| o.numerator.is_some() || (o.source == METRIC && o.respondents.is_some());
        let counted = [before, after].into_iter().flatten().any(of_people);
        // The time may stand in the cell of the value.
        let one = |o: &observation::Model| {
            if o.as_of.trim().is_empty() { o.value.clone() } else { format!("{} ({})", o.value, o.as_of) }
        };
        let said = |o: Option<&observation::Model>| o.map(one).unwrap_or_default();
        let field = if counted { history::COUNTED } else { history::VALUE };
        self.change(Some(row), name, field, said(before), said(after))
    }
}
