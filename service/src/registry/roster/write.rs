//! Writing a staff file: only what changes, and that in as few statements as there may be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::roster::{Change, StaffRow};
use domain::text::Lang;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QuerySelect,
};

use super::{CHUNK, Current, Preview, grants, stored};
use crate::error::Result;
use crate::registry::entity::{account, staff};

/// Writes the rows of an accepted file over what was read in the same transaction.
pub(super) async fn staff(db: &impl ConnectionTrait, current: &Current, preview: &Preview) -> Result<()> {
    let known: HashMap<&str, &staff::Model> = current.staff.iter().map(|s| (s.number.as_str(), s)).collect();
    let (mut changed, mut new) = (Vec::new(), Vec::new());
    for row in &preview.rows {
        match (known.get(row.number.as_str()), preview.before.get(&row.number)) {
            (Some(person), Some(before)) => {
                let change = Change { before, after: row };
                if !change.columns().is_empty() {
                    changed.push((*person, row));
                }
            }
            _ => new.push(row),
        }
    }
    let units: HashMap<&str, i64> = current.units.iter().map(|u| (u.code.as_str(), u.id)).collect();
    let models = |rows: &[&StaffRow]| -> Result<Vec<staff::ActiveModel>> {
        rows.iter().map(|row| model(row, preview, &units, &known)).collect()
    };
    let there: Vec<&StaffRow> = changed.iter().map(|(_, row)| *row).collect();
    let (updates, insertions) = (models(&there)?, models(&new)?);
    let under_new: Vec<&StaffRow> = there
        .into_iter()
        .chain(new.iter().copied())
        .filter(|row| row.supervisor.as_ref().is_some_and(|s| !known.contains_key(s.as_str())))
        .collect();

    write_absent(db, preview, &known).await?;
    free_addresses(db, &changed).await?;
    for chunk in updates.chunks(CHUNK) {
        staff::Entity::insert_many(chunk.to_vec())
            .on_conflict(overwrite())
            .exec_without_returning(db)
            .await?;
    }
    for chunk in insertions.chunks(CHUNK) {
        staff::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    let ids = Ids::read(db).await?;
    link(db, &ids, under_new).await?;
    open_accounts(db, new.iter().filter_map(|row| ids.of(row)).collect()).await?;

    let mut wanted = grants::Roles::new();
    let had = grants::roles(&current.grants);
    for row in preview.rows.iter().filter(|row| !row.has_left(preview.today)) {
        let Some(id) = ids.of(row) else { continue };
        let roles = match &row.roles {
            Some(roles) => roles.iter().map(|role| role.as_str().to_owned()).collect(),
            None => had.get(&id).cloned().unwrap_or_default(),
        };
        wanted.insert(id, roles);
    }
    grants::write(db, &current.units, &ids.units, &current.grants, &wanted).await
}

/// People who are not in the file: since yesterday they have left.
async fn write_absent(
    db: &impl ConnectionTrait,
    preview: &Preview,
    known: &HashMap<&str, &staff::Model>,
) -> Result<()> {
    let yesterday = preview.today.yesterday().unwrap_or(preview.today).to_string();
    let listed: BTreeSet<&str> = preview.rows.iter().map(|row| row.number.as_str()).collect();
    let absent: Vec<i64> = preview
        .before
        .values()
        .filter(|row| !row.has_left(preview.today) && !listed.contains(row.number.as_str()))
        .filter_map(|row| known.get(row.number.as_str()).map(|person| person.id))
        .collect();
    for chunk in absent.chunks(CHUNK) {
        staff::Entity::update_many()
            .col_expr(staff::Column::Active, Expr::value(false))
            .col_expr(staff::Column::LeftOn, Expr::value(yesterday.as_str()))
            .col_expr(staff::Column::SupervisorId, Expr::value(None::<i64>))
            .filter(staff::Column::Id.is_in(chunk.to_vec()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Mail addresses that change are given up first, because two people may exchange theirs in one file.
async fn free_addresses(db: &impl ConnectionTrait, changed: &[(&staff::Model, &StaffRow)]) -> Result<()> {
    let differing: Vec<i64> =
        changed.iter().filter(|(p, row)| p.mail != row.mail.as_str()).map(|(p, _)| p.id).collect();
    for chunk in differing.chunks(CHUNK) {
        staff::Entity::update_many()
            .col_expr(staff::Column::Mail, Expr::cust("CAST(id AS TEXT) || '@moving.invalid'"))
            .filter(staff::Column::Id.is_in(chunk.to_vec()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// A row as it is stored. A superior who is new has no id yet; see [`link`].
fn model(
    row: &StaffRow,
    preview: &Preview,
    units: &HashMap<&str, i64>,
    known: &HashMap<&str, &staff::Model>,
) -> Result<staff::ActiveModel> {
    let unit = units.get(row.unit.as_str()).copied().ok_or_else(|| stored("a unit"))?;
    let old = known.get(row.number.as_str());
    let lang = row.lang.map(|l| l.tag().to_owned()).or_else(|| old.map(|o| o.lang.clone()));
    let supervisor = row.supervisor.as_ref().and_then(|s| known.get(s.as_str())).map(|s| s.id);
    Ok(staff::ActiveModel {
        id: old.map_or(NotSet, |o| Set(o.id)),
        number: Set(row.number.to_string()),
        name: Set(row.name.ja.clone()),
        name_en: Set(row.name.en.clone()),
        mail: Set(row.mail.to_string()),
        unit_id: Set(unit),
        supervisor_id: Set(supervisor),
        grade: Set(row.grade.clone().unwrap_or_default()),
        job_type: Set(row.job_type.clone().unwrap_or_default()),
        hired_on: Set(row.hired_on.map(|d| d.to_string())),
        left_on: Set(row.left_on.map(|d| d.to_string())),
        lang: Set(lang.unwrap_or_else(|| Lang::Ja.tag().into())),
        active: Set(row.is_active(preview.today)),
    })
}

/// Turns the insertion of people who are there already into an update of all of them at once.
fn overwrite() -> OnConflict {
    OnConflict::column(staff::Column::Id)
        .update_columns([
            staff::Column::Name,
            staff::Column::NameEn,
            staff::Column::Mail,
            staff::Column::UnitId,
            staff::Column::SupervisorId,
            staff::Column::Grade,
            staff::Column::JobType,
            staff::Column::HiredOn,
            staff::Column::LeftOn,
            staff::Column::Lang,
            staff::Column::Active,
        ])
        .to_owned()
}

/// The ids of everybody, now that all are written.
struct Ids {
    by_number: HashMap<String, i64>,
    /// The unit of each.
    units: HashMap<i64, i64>,
}

impl Ids {
    async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        let rows: Vec<(i64, String, i64)> = staff::Entity::find()
            .select_only()
            .columns([staff::Column::Id, staff::Column::Number, staff::Column::UnitId])
            .into_tuple()
            .all(db)
            .await?;
        let units = rows.iter().map(|(id, _, unit)| (*id, *unit)).collect();
        Ok(Self { by_number: rows.into_iter().map(|(id, number, _)| (number, id)).collect(), units })
    }

    fn of(&self, row: &StaffRow) -> Option<i64> {
        self.by_number.get(row.number.as_str()).copied()
    }
}

/// Puts people under superiors who are new themselves: one statement per superior.
async fn link(db: &impl ConnectionTrait, ids: &Ids, rows: Vec<&StaffRow>) -> Result<()> {
    let mut subordinates: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for row in rows {
        let superior = row.supervisor.as_ref().and_then(|s| ids.by_number.get(s.as_str()).copied());
        if let (Some(id), Some(superior)) = (ids.of(row), superior) {
            subordinates.entry(superior).or_default().push(id);
        }
    }
    for (superior, people) in subordinates {
        for chunk in people.chunks(CHUNK) {
            staff::Entity::update_many()
                .col_expr(staff::Column::SupervisorId, Expr::value(superior))
                .filter(staff::Column::Id.is_in(chunk.to_vec()))
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

async fn open_accounts(db: &impl ConnectionTrait, people: Vec<i64>) -> Result<()> {
    let accounts: Vec<account::ActiveModel> = people
        .into_iter()
        .map(|id| account::ActiveModel {
            staff_id: Set(id),
            password_hash: Set(None),
            epoch: Set(0),
            failures: Set(0),
            locked_until: Set(0),
        })
        .collect();
    for chunk in accounts.chunks(CHUNK) {
        account::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
