//! Reporting lines (指揮系統): who reports to whom, from when to when. The main lines follow the roster; acting and
//! concurrent posts, and lines from before the roster was kept here, come from a file of their own.

use std::collections::{BTreeSet, HashMap};

use domain::review::proposal::{Line, LineKind};
use domain::review::table::{self, LineRow};
use domain::roster::StaffNumber;
use domain::text::Lang;
use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::entity::{reporting_line, staff};
use super::event::{self, Event};
use super::roster::{Refused, number_of, text_of};
use crate::error::{Error, Result};

const ROSTER: &str = "roster";
const FILE: &str = "file";
/// Rows written by one statement.
const CHUNK: usize = 1_000;

/// One active person's place in the roster: id, superior, first day.
type Placed = (i64, Option<i64>, Option<String>);

/// Brings the main lines to where the roster is: one that ended ends yesterday, a new one begins today. The first line of
/// somebody reaches back to their first day, since nothing else is known.
pub(super) async fn follow(db: &impl ConnectionTrait, today: Date) -> Result<()> {
    let lines =
        reporting_line::Entity::find().filter(reporting_line::Column::Source.eq(ROSTER)).all(db).await?;
    let known: BTreeSet<i64> = lines.iter().map(|line| line.staff_id).collect();
    let open: HashMap<i64, reporting_line::Model> =
        lines.into_iter().filter(|line| line.until.is_none()).map(|line| (line.staff_id, line)).collect();
    let placed: Vec<Placed> = staff::Entity::find()
        .select_only()
        .columns([staff::Column::Id, staff::Column::SupervisorId, staff::Column::HiredOn])
        .filter(staff::Column::Active.eq(true))
        .order_by_asc(staff::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let superior: HashMap<i64, Option<i64>> =
        placed.iter().map(|(id, superior, _)| (*id, *superior)).collect();
    let over = open.values().filter(|line| superior.get(&line.staff_id) != Some(&Some(line.superior_id)));
    end(db, over, today).await?;
    let begun = placed.into_iter().filter_map(|(id, superior, hired_on)| {
        let superior = superior?;
        if open.get(&id).is_some_and(|line| line.superior_id == superior) {
            return None;
        }
        let since = if known.contains(&id) { Some(today.to_string()) } else { hired_on };
        Some(reporting_line::ActiveModel {
            id: NotSet,
            staff_id: Set(id),
            superior_id: Set(superior),
            kind: Set(LineKind::Main.as_str().into()),
            source: Set(ROSTER.into()),
            since: Set(since),
            until: Set(None),
        })
    });
    insert(db, begun.collect()).await
}

async fn end(
    db: &impl ConnectionTrait,
    lines: impl Iterator<Item = &reporting_line::Model>,
    today: Date,
) -> Result<()> {
    let (mut ended, mut undone) = (Vec::new(), Vec::new());
    for line in lines {
        // One that began today has not been for a day.
        let list = if line.since.as_deref() == Some(&today.to_string()) { &mut undone } else { &mut ended };
        list.push(line.id);
    }
    let yesterday = today.yesterday().unwrap_or(today).to_string();
    for chunk in ended.chunks(CHUNK) {
        reporting_line::Entity::update_many()
            .col_expr(reporting_line::Column::Until, sea_orm::sea_query::Expr::value(yesterday.as_str()))
            .filter(reporting_line::Column::Id.is_in(chunk.to_vec()))
            .exec(db)
            .await?;
    }
    for chunk in undone.chunks(CHUNK) {
        reporting_line::Entity::delete_many()
            .filter(reporting_line::Column::Id.is_in(chunk.to_vec()))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn insert(db: &impl ConnectionTrait, rows: Vec<reporting_line::ActiveModel>) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        reporting_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// All lines, for a proposal. A main line of the file takes the place of what the roster says of the same two people: the roster
/// knows a change only from the day it was imported.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Line>> {
    let rows = reporting_line::Entity::find().order_by_asc(reporting_line::Column::Id).all(db).await?;
    let dated: BTreeSet<(i64, i64)> = rows
        .iter()
        .filter(|row| row.source == FILE && row.kind == LineKind::Main.as_str())
        .map(|row| (row.staff_id, row.superior_id))
        .collect();
    let counts = |row: &&reporting_line::Model| {
        row.source == FILE || !dated.contains(&(row.staff_id, row.superior_id))
    };
    rows.iter().filter(counts).map(read).collect()
}

fn read(row: &reporting_line::Model) -> Result<Line> {
    Ok(Line {
        staff: row.staff_id,
        superior: row.superior_id,
        kind: LineKind::parse(&row.kind).ok_or_else(|| Error::Damaged("a reporting line".into()))?,
        since: date(row.since.as_deref())?,
        until: date(row.until.as_deref())?,
    })
}

fn date(stored: Option<&str>) -> Result<Option<Date>> {
    let damaged = |_| Error::Damaged("the date of a reporting line".into());
    stored.map(|day| day.parse().map_err(damaged)).transpose()
}

/// Everybody's number and id.
pub(super) async fn numbers(
    db: &impl ConnectionTrait,
    active_only: bool,
) -> Result<HashMap<StaffNumber, i64>> {
    let mut query = staff::Entity::find().select_only().columns([staff::Column::Number, staff::Column::Id]);
    if active_only {
        query = query.filter(staff::Column::Active.eq(true));
    }
    let rows: Vec<(String, i64)> = query.into_tuple().all(db).await?;
    rows.into_iter().map(|(number, id)| Ok((number_of(&number)?, id))).collect()
}

impl Registry {
    /// Lines beside those of the roster, in the form in which they are imported.
    pub async fn lines_csv(&self, lang: Lang) -> Result<String> {
        let db = self.db.get();
        let names: HashMap<i64, StaffNumber> =
            numbers(db, false).await?.into_iter().map(|(number, id)| (id, number)).collect();
        let stored = reporting_line::Entity::find()
            .filter(reporting_line::Column::Source.eq(FILE))
            .order_by_asc(reporting_line::Column::Id)
            .all(db)
            .await?;
        let number = |id: i64| {
            names.get(&id).cloned().ok_or_else(|| Error::Damaged("the person of a reporting line".into()))
        };
        let mut rows = Vec::with_capacity(stored.len());
        for row in &stored {
            let Line { staff, superior, kind, since, until } = read(row)?;
            rows.push(LineRow { staff: number(staff)?, superior: number(superior)?, kind, since, until });
        }
        Ok(table::write_lines(&rows, lang))
    }

    /// Replaces the lines beside those of the roster by a file's. Nothing is written unless every row is accepted.
    /// Returns how many there are.
    ///
    /// # Errors
    /// [`Refused`], with every fault.
    pub async fn import_lines(&self, bytes: &[u8], actor: Option<i64>, now: i64) -> Result<usize, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let ids = numbers(&transaction, false).await?;
        let known = ids.keys().cloned().collect();
        let rows = table::read_lines(&text, &known).map_err(|report| Refused::Rows(Box::new(report)))?;
        reporting_line::Entity::delete_many()
            .filter(reporting_line::Column::Source.eq(FILE))
            .exec(&transaction)
            .await?;
        let id = |number: &StaffNumber| {
            ids.get(number).copied().ok_or_else(|| Error::Damaged("the person of a reporting line".into()))
        };
        let mut models = Vec::with_capacity(rows.len());
        for row in &rows {
            models.push(reporting_line::ActiveModel {
                id: NotSet,
                staff_id: Set(id(&row.staff)?),
                superior_id: Set(id(&row.superior)?),
                kind: Set(row.kind.as_str().into()),
                source: Set(FILE.into()),
                since: Set(row.since.map(|day| day.to_string())),
                until: Set(row.until.map(|day| day.to_string())),
            });
        }
        insert(&transaction, models).await?;
        let detail = format!("{} rows", rows.len());
        let event = Event { at: now, actor, campaign: None, what: "roster.lines".into(), detail };
        event::record(&transaction, event).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }
}
