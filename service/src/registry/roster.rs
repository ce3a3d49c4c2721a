//! Importing the roster: units and staff from CSV, all or nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::roster::{
    self, Changes, Existing, ExistingUnits, KnownStaff, Mail, Report, StaffNumber, StaffRow, UnitCode,
    UnitRow,
};
use domain::text::{Lang, Text};
use jiff::civil::Date;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, NotSet, QueryOrder, TransactionTrait,
};

use super::Registry;
use super::entity::{account, role_grant, staff, unit};
use super::event::{self, Event};
use crate::error::{Error, Result};
use crate::text_encoding;

/// Largest roster file, in bytes.
pub const MAX_FILE: usize = 16 << 20;

/// Rows written by one statement.
const CHUNK: usize = 1_000;

/// Why a file is not accepted.
#[derive(Debug)]
pub enum Refused {
    /// The file as a whole.
    File(Text),
    /// Rows of it.
    Rows(Box<Report>),
    /// The database.
    Fault(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

/// What a staff file would change.
#[derive(Debug)]
pub struct Preview {
    /// The rows as read.
    pub rows: Vec<StaffRow>,
    /// What is stored of everyone who is active.
    pub before: BTreeMap<StaffNumber, StaffRow>,
    today: Date,
}

impl Preview {
    /// The rows compared with what is stored.
    pub fn changes(&self) -> Changes<'_> {
        roster::diff(&self.before, &self.rows, self.today)
    }
}

/// How many rows an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People who were not on the roster.
    pub new: usize,
    /// People with changes other than a move.
    pub updated: usize,
    /// People in another unit.
    pub moved: usize,
    /// People as before.
    pub unchanged: usize,
    /// People who are not in the file any more.
    pub leavers: usize,
}

fn text_of(bytes: &[u8]) -> Result<String, Refused> {
    text_encoding::decode(bytes, MAX_FILE)
        .map(|d| d.text)
        .map_err(|e| Refused::File(Text::new(e.message(Lang::Ja), e.message(Lang::En))))
}

fn stored(what: &str) -> Error {
    Error::Damaged(format!("the roster: {what}"))
}

struct Current {
    units: Vec<unit::Model>,
    staff: Vec<staff::Model>,
    grants: Vec<role_grant::Model>,
}

impl Current {
    async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self {
            units: unit::Entity::find().order_by_asc(unit::Column::Id).all(db).await?,
            staff: staff::Entity::find().order_by_asc(staff::Column::Id).all(db).await?,
            grants: role_grant::Entity::find().all(db).await?,
        })
    }

    fn existing(&self, today: Date) -> Result<Existing> {
        let code = |c: &str| UnitCode::parse(c).map_err(|_| stored("a unit code"));
        let numbers: HashMap<i64, &str> = self.staff.iter().map(|s| (s.id, s.number.as_str())).collect();
        let number = |n: &str| StaffNumber::parse(n).map_err(|_| stored("a staff number"));
        let mut known = BTreeMap::new();
        for person in &self.staff {
            let supervisor = person.supervisor_id.and_then(|id| numbers.get(&id).copied());
            let mail = Mail::parse(&person.mail).map_err(|_| stored("a mail address"))?;
            let supervisor = supervisor.map(number).transpose()?;
            known.insert(number(&person.number)?, KnownStaff { mail, supervisor });
        }
        let units: BTreeSet<UnitCode> =
            self.units.iter().filter(|u| u.active).map(|u| code(&u.code)).collect::<Result<_>>()?;
        Ok(Existing { units, staff: known, today })
    }

    fn rows(&self) -> Result<BTreeMap<StaffNumber, StaffRow>> {
        let codes: HashMap<i64, &str> = self.units.iter().map(|u| (u.id, u.code.as_str())).collect();
        let numbers: HashMap<i64, &str> = self.staff.iter().map(|s| (s.id, s.number.as_str())).collect();
        let mut roles: HashMap<i64, BTreeSet<domain::role::Role>> = HashMap::new();
        for grant in &self.grants {
            if let Some(role) = domain::role::Role::parse(&grant.role) {
                roles.entry(grant.staff_id).or_default().insert(role);
            }
        }
        let number = |n: &str| StaffNumber::parse(n).map_err(|_| stored("a staff number"));
        let mut rows = BTreeMap::new();
        for person in self.staff.iter().filter(|s| s.active) {
            let unit = codes.get(&person.unit_id).copied().unwrap_or_default();
            let supervisor = person.supervisor_id.and_then(|id| numbers.get(&id).copied());
            let date = |d: &Option<String>| d.as_deref().and_then(|d| d.parse().ok());
            rows.insert(
                number(&person.number)?,
                StaffRow {
                    number: number(&person.number)?,
                    name: Text::new(&person.name, &person.name_en),
                    mail: Mail::parse(&person.mail).map_err(|_| stored("a mail address"))?,
                    unit: UnitCode::parse(unit).map_err(|_| stored("a unit code"))?,
                    supervisor: supervisor.map(number).transpose()?,
                    grade: optional(&person.grade),
                    job_type: optional(&person.job_type),
                    hired_on: date(&person.hired_on),
                    left_on: date(&person.left_on),
                    roles: Some(roles.get(&person.id).cloned().unwrap_or_default()),
                    lang: Lang::from_tag(&person.lang),
                },
            );
        }
        Ok(rows)
    }
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Registry {
    /// Reads a staff file and compares it with what is stored; writes nothing.
    pub async fn preview_roster(&self, bytes: &[u8], today: Date) -> Result<Preview, Refused> {
        let text = text_of(bytes)?;
        let current = Current::read(self.db.get()).await?;
        let rows =
            roster::read_staff(&text, &current.existing(today)?).map_err(|r| Refused::Rows(Box::new(r)))?;
        Ok(Preview { rows, before: current.rows()?, today })
    }

    /// Reads a unit file and writes it: new units, renamed ones, moved ones. Units that are not in the file stay.
    pub async fn import_units(&self, bytes: &[u8], actor: Option<i64>, now: i64) -> Result<usize, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.get().begin().await?;
        let current = Current::read(&transaction).await?;
        let rows =
            roster::read_units(&text, &existing_units(&current)?).map_err(|r| Refused::Rows(Box::new(r)))?;
        write_units(&transaction, &current, &rows).await?;
        note(&transaction, actor, now, "units.import", format!("{} rows", rows.len())).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }

    /// Reads a staff file and writes it: new people, changes, moves; people who are not in it any more become
    /// leavers. Nothing is written unless every row is accepted.
    pub async fn import_roster(
        &self,
        bytes: &[u8],
        actor: Option<i64>,
        now: i64,
        today: Date,
    ) -> Result<Imported, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.get().begin().await?;
        let current = Current::read(&transaction).await?;
        let rows =
            roster::read_staff(&text, &current.existing(today)?).map_err(|r| Refused::Rows(Box::new(r)))?;
        let before = current.rows()?;
        let changes = roster::diff(&before, &rows, today);
        let imported = Imported {
            new: changes.new.len(),
            updated: changes.updated.len(),
            moved: changes.moved.len(),
            unchanged: changes.unchanged.len(),
            leavers: changes.leavers.len(),
        };
        write_staff(&transaction, &current, &rows, today).await?;
        let detail = format!("{} rows, {} leavers", rows.len(), imported.leavers);
        note(&transaction, actor, now, "roster.import", detail).await?;
        transaction.commit().await?;
        Ok(imported)
    }
}

async fn note(
    db: &impl ConnectionTrait,
    actor: Option<i64>,
    at: i64,
    what: &str,
    detail: String,
) -> Result<()> {
    event::record(db, Event { at, actor, campaign: None, what: what.into(), detail }).await
}

fn existing_units(current: &Current) -> Result<ExistingUnits> {
    let codes: HashMap<i64, &str> = current.units.iter().map(|u| (u.id, u.code.as_str())).collect();
    let code = |c: &str| UnitCode::parse(c).map_err(|_| stored("a unit code"));
    let mut parents = BTreeMap::new();
    for unit in &current.units {
        let parent = unit.parent_id.and_then(|id| codes.get(&id).copied()).map(code).transpose()?;
        parents.insert(code(&unit.code)?, parent);
    }
    Ok(ExistingUnits { parents, is_time_zone: |name| jiff::tz::TimeZone::get(name).is_ok() })
}

/// Two passes: first every unit without its parent, then the parents, since a file may name a child first.
async fn write_units(db: &impl ConnectionTrait, current: &Current, rows: &[UnitRow]) -> Result<()> {
    let mut ids: HashMap<String, i64> = current.units.iter().map(|u| (u.code.clone(), u.id)).collect();
    for row in rows {
        let id = ids.get(row.code.as_str()).copied();
        let model = unit::ActiveModel {
            id: id.map_or(NotSet, Set),
            code: Set(row.code.to_string()),
            parent_id: NotSet,
            name_ja: Set(row.name.ja.clone()),
            name_en: Set(row.name.en.clone()),
            kind: Set(row.kind.key().to_owned()),
            region: Set(row.region.clone().unwrap_or_default()),
            time_zone: Set(row.time_zone.clone()),
            active: Set(true),
        };
        let saved = if id.is_some() { model.update(db).await? } else { model.insert(db).await? };
        ids.insert(saved.code, saved.id);
    }
    for row in rows {
        let parent = row.parent.as_ref().and_then(|p| ids.get(p.as_str()).copied());
        if let Some(id) = ids.get(row.code.as_str()) {
            let model = unit::ActiveModel { id: Set(*id), parent_id: Set(parent), ..Default::default() };
            model.update(db).await?;
        }
    }
    Ok(())
}

/// Rows that change are written; a person who is not in the file any more becomes a leaver. Mail addresses of changed
/// rows are cleared first, because two people may exchange theirs in one file.
async fn write_staff(
    db: &impl ConnectionTrait,
    current: &Current,
    rows: &[StaffRow],
    today: Date,
) -> Result<()> {
    let units: HashMap<&str, i64> = current.units.iter().map(|u| (u.code.as_str(), u.id)).collect();
    let known: HashMap<&str, &staff::Model> = current.staff.iter().map(|s| (s.number.as_str(), s)).collect();
    let before = current.rows()?;
    let listed: BTreeSet<&str> = rows.iter().map(|r| r.number.as_str()).collect();

    for person in current.staff.iter().filter(|s| s.active && !listed.contains(s.number.as_str())) {
        let model = staff::ActiveModel {
            id: Set(person.id),
            active: Set(false),
            left_on: Set(person.left_on.clone().or_else(|| Some(today.to_string()))),
            supervisor_id: Set(None),
            ..Default::default()
        };
        model.update(db).await?;
    }
    let changed: Vec<&StaffRow> = rows
        .iter()
        .filter(|r| {
            known.contains_key(r.number.as_str()) && before.get(&r.number).is_none_or(|b| differs(b, r))
        })
        .collect();
    for row in &changed {
        if let Some(person) = known.get(row.number.as_str()).filter(|p| p.mail != row.mail.as_str()) {
            let model = staff::ActiveModel {
                id: Set(person.id),
                mail: Set(format!("{}@moving.invalid", person.id)),
                ..Default::default()
            };
            model.update(db).await?;
        }
    }
    let new: Vec<&StaffRow> = rows.iter().filter(|r| !known.contains_key(r.number.as_str())).collect();
    let build = |row: &StaffRow, id: Option<i64>| -> Result<staff::ActiveModel> {
        let unit = units.get(row.unit.as_str()).copied().ok_or_else(|| stored("a unit"))?;
        let old = known.get(row.number.as_str());
        let lang = row.lang.map(|l| l.tag().to_owned()).or_else(|| old.map(|o| o.lang.clone()));
        Ok(staff::ActiveModel {
            id: id.map_or(NotSet, Set),
            number: Set(row.number.to_string()),
            name: Set(row.name.ja.clone()),
            name_en: Set(row.name.en.clone()),
            mail: Set(row.mail.to_string()),
            unit_id: Set(unit),
            supervisor_id: Set(None),
            grade: Set(row.grade.clone().unwrap_or_default()),
            job_type: Set(row.job_type.clone().unwrap_or_default()),
            hired_on: Set(row.hired_on.map(|d| d.to_string())),
            left_on: Set(row.left_on.map(|d| d.to_string())),
            lang: Set(lang.unwrap_or_else(|| Lang::Ja.tag().into())),
            active: Set(row.is_active(today)),
        })
    };
    for row in &changed {
        let id = known.get(row.number.as_str()).map(|p| p.id);
        build(row, id)?.update(db).await?;
    }
    let models: Vec<staff::ActiveModel> = new.iter().map(|r| build(r, None)).collect::<Result<_>>()?;
    for chunk in models.chunks(CHUNK) {
        staff::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    write_links(db, current, rows, &changed, &new).await
}

fn differs(before: &StaffRow, after: &StaffRow) -> bool {
    let roles = after.roles.is_some() && after.roles != before.roles;
    let lang = after.lang.is_some() && after.lang != before.lang;
    let same = StaffRow { roles: before.roles.clone(), lang: before.lang, ..after.clone() };
    roles || lang || same != *before
}

/// Supervisors, accounts and roles, now that everyone has an id.
async fn write_links(
    db: &impl ConnectionTrait,
    current: &Current,
    rows: &[StaffRow],
    changed: &[&StaffRow],
    new: &[&StaffRow],
) -> Result<()> {
    use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
    let ids: Vec<(i64, String, i64)> = staff::Entity::find()
        .select_only()
        .columns([staff::Column::Id, staff::Column::Number, staff::Column::UnitId])
        .into_tuple()
        .all(db)
        .await?;
    let ids: HashMap<String, (i64, i64)> =
        ids.into_iter().map(|(id, number, unit)| (number, (id, unit))).collect();
    let id_of = |number: &StaffNumber| ids.get(number.as_str()).copied();

    // One statement per supervisor sets all their subordinates.
    let mut subordinates: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let touched: BTreeSet<&str> = changed.iter().chain(new).map(|r| r.number.as_str()).collect();
    for row in rows.iter().filter(|r| touched.contains(r.number.as_str())) {
        if let (Some((id, _)), Some((boss, _))) =
            (id_of(&row.number), row.supervisor.as_ref().and_then(id_of))
        {
            subordinates.entry(boss).or_default().push(id);
        }
    }
    for (boss, people) in subordinates {
        for chunk in people.chunks(CHUNK) {
            staff::Entity::update_many()
                .col_expr(staff::Column::SupervisorId, sea_orm::sea_query::Expr::value(boss))
                .filter(staff::Column::Id.is_in(chunk.to_vec()))
                .exec(db)
                .await?;
        }
    }
    let accounts: Vec<account::ActiveModel> = new
        .iter()
        .filter_map(|r| id_of(&r.number))
        .map(|(id, _)| account::ActiveModel {
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
    write_roles(db, current, rows, &ids).await
}

/// A manager's role holds below their own unit, every other one below the root.
async fn write_roles(
    db: &impl ConnectionTrait,
    current: &Current,
    rows: &[StaffRow],
    ids: &HashMap<String, (i64, i64)>,
) -> Result<()> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let root = |mut unit: i64| {
        // Bounded by the number of units: a circle cannot have been imported, but must not hang the import either.
        for _ in 0..current.units.len() {
            match current.units.iter().find(|u| u.id == unit).and_then(|u| u.parent_id) {
                Some(parent) => unit = parent,
                None => break,
            }
        }
        unit
    };
    let had: HashMap<i64, BTreeSet<(String, i64)>> =
        current.grants.iter().fold(HashMap::new(), |mut map, g| {
            map.entry(g.staff_id).or_insert_with(BTreeSet::new).insert((g.role.clone(), g.unit_id));
            map
        });
    let mut grants = Vec::new();
    for row in rows {
        let (Some(roles), Some((id, unit))) = (&row.roles, ids.get(row.number.as_str()).copied()) else {
            continue;
        };
        let wanted: BTreeSet<(String, i64)> = roles
            .iter()
            .map(|role| {
                let unit = if *role == domain::role::Role::Manager { unit } else { root(unit) };
                (role.as_str().to_owned(), unit)
            })
            .collect();
        let had = had.get(&id).cloned().unwrap_or_default();
        if had == wanted {
            continue;
        }
        if !had.is_empty() {
            role_grant::Entity::delete_many().filter(role_grant::Column::StaffId.eq(id)).exec(db).await?;
        }
        grants.extend(wanted.into_iter().map(|(role, unit)| role_grant::ActiveModel {
            staff_id: Set(id),
            role: Set(role),
            unit_id: Set(unit),
        }));
    }
    for chunk in grants.chunks(CHUNK) {
        role_grant::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
