//! The roster: importing units and staff from CSV, all or nothing; and who is on it.

mod download;
mod grants;
mod people;
mod standing;
mod units;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::role::Role;
use domain::roster::{
    self, Changes, Existing, Mail, Report, StaffNumber, StaffRow, UnitCode, holders, holders_after,
};
use domain::text::{Lang, Text};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::Registry;
use super::entity::{role_grant, staff, unit};
use super::event::{self, Event};
use super::line;
use crate::error::{Error, Result};
use crate::text_encoding;

pub use people::{Access, Listed, Search, Show};
pub(super) use standing::keep as keep_standing;
pub use units::UnitPreview;

/// Largest roster file, in bytes.
pub const MAX_FILE: usize = 16 << 20;

/// Rows written by one statement: SQLite takes at most 32,766 parameters.
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
    /// What is stored, of people who left as well.
    pub before: BTreeMap<StaffNumber, StaffRow>,
    /// The day of the import.
    pub today: Date,
}

impl Preview {
    /// The rows compared with what is stored.
    pub fn changes(&self) -> Changes<'_> {
        roster::diff(&self.before, &self.rows, self.today)
    }

    /// People on the roster so far, leavers not counted.
    pub fn people(&self) -> usize {
        self.before.values().filter(|row| !row.has_left(self.today)).count()
    }

    /// True where the person with this staff number is of HR now and would not be afterwards.
    pub fn shuts_out(&self, number: &str) -> bool {
        let among = |people: BTreeSet<&StaffNumber>| people.iter().any(|n| n.as_str() == number);
        among(holders(&self.before, Role::Hr, self.today))
            && !among(holders_after(&self.before, &self.rows, Role::Hr, self.today))
    }

    /// Why the file is refused although each of its rows is sound: nobody would be left who may import the next one.
    pub fn refusal(&self) -> Option<Text> {
        let lost = !holders(&self.before, Role::Hr, self.today).is_empty()
            && holders_after(&self.before, &self.rows, Role::Hr, self.today).is_empty();
        lost.then(|| {
            Text::new(
                "このファイルを取り込むと、権限「人事」を持つ在籍者が一人もいなくなります。だれか一人以上の権限の列に「人事」を入れてください。何も取り込んでいません。",
                "With this file nobody on the roster would have the role hr any more. Please give it to at least one \
                 person in the column for roles. Nothing was imported.",
            )
        })
    }
}

/// How many people an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People who were not on the roster, those who come back included.
    pub new: usize,
    /// People with changes other than a move.
    pub updated: usize,
    /// People in another unit.
    pub moved: usize,
    /// People as before.
    pub unchanged: usize,
    /// People who are not in the file any more, or in it with a last day that is past.
    pub leavers: usize,
}

pub(super) fn text_of(bytes: &[u8]) -> Result<String, Refused> {
    text_encoding::decode(bytes, MAX_FILE)
        .map(|d| d.text)
        .map_err(|e| Refused::File(Text::new(e.message(Lang::Ja), e.message(Lang::En))))
}

fn stored(what: &str) -> Error {
    Error::Damaged(format!("the roster: {what}"))
}

pub(super) fn number_of(text: &str) -> Result<StaffNumber> {
    StaffNumber::parse(text).map_err(|_| stored("a staff number"))
}

fn mail_of(text: &str) -> Result<Mail> {
    Mail::parse(text).map_err(|_| stored("a mail address"))
}

fn code_of(text: &str) -> Result<UnitCode> {
    UnitCode::parse(text).map_err(|_| stored("a unit code"))
}

/// What is stored, read at once.
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
        let (mut units, mut retired) = (BTreeSet::new(), BTreeSet::new());
        for unit in &self.units {
            let which = if unit.active { &mut units } else { &mut retired };
            which.insert(code_of(&unit.code)?);
        }
        let mut known = BTreeMap::new();
        for person in &self.staff {
            known.insert(number_of(&person.number)?, mail_of(&person.mail)?);
        }
        Ok(Existing { units, retired, staff: known, today })
    }

    /// Everybody in the form of a file, people who left included.
    fn rows(&self) -> Result<BTreeMap<StaffNumber, StaffRow>> {
        let codes: HashMap<i64, &str> = self.units.iter().map(|u| (u.id, u.code.as_str())).collect();
        let numbers: HashMap<i64, &str> = self.staff.iter().map(|s| (s.id, s.number.as_str())).collect();
        let mut roles: HashMap<i64, BTreeSet<Role>> = HashMap::new();
        for grant in &self.grants {
            if let Some(role) = Role::parse(&grant.role) {
                roles.entry(grant.staff_id).or_default().insert(role);
            }
        }
        let mut rows = BTreeMap::new();
        for person in &self.staff {
            let unit = codes.get(&person.unit_id).copied().unwrap_or_default();
            let supervisor = person.supervisor_id.and_then(|id| numbers.get(&id).copied());
            let date = |d: &Option<String>| d.as_deref().and_then(|d| d.parse().ok());
            let number = number_of(&person.number)?;
            let row = StaffRow {
                number: number.clone(),
                name: Text::new(&person.name, &person.name_en),
                mail: mail_of(&person.mail)?,
                unit: code_of(unit)?,
                supervisor: supervisor.map(number_of).transpose()?,
                grade: optional(&person.grade),
                job_type: optional(&person.job_type),
                hired_on: date(&person.hired_on),
                left_on: date(&person.left_on),
                roles: Some(roles.get(&person.id).cloned().unwrap_or_default()),
                lang: Lang::from_tag(&person.lang),
            };
            rows.insert(number, row);
        }
        Ok(rows)
    }
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Reads a staff file against what is stored.
fn read(text: &str, current: &Current, today: Date) -> Result<Preview, Refused> {
    let rows = roster::read_staff(text, &current.existing(today)?).map_err(|r| Refused::Rows(Box::new(r)))?;
    Ok(Preview { rows, before: current.rows()?, today })
}

impl Registry {
    /// Reads a staff file and compares it with what is stored; writes nothing.
    pub async fn preview_roster(&self, bytes: &[u8], today: Date) -> Result<Preview, Refused> {
        let text = text_of(bytes)?;
        let current = Current::read(self.db.get()).await?;
        read(&text, &current, today)
    }

    /// Reads a staff file and writes it: new people, changes, moves; people who are not in it any more become
    /// leavers, whose last day was yesterday. Nothing is written unless every row is accepted and somebody of HR is
    /// left.
    pub async fn import_roster(
        &self,
        bytes: &[u8],
        actor: Option<i64>,
        now: i64,
        today: Date,
    ) -> Result<Imported, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        keep_standing(&transaction, now, today).await?;
        let current = Current::read(&transaction).await?;
        let preview = read(&text, &current, today)?;
        if let Some(refusal) = preview.refusal() {
            return Err(Refused::File(refusal));
        }
        let changes = preview.changes();
        let imported = Imported {
            new: changes.new.len() + changes.returning.len(),
            updated: changes.updated.len(),
            moved: changes.moved.len(),
            unchanged: changes.unchanged.len(),
            leavers: changes.leavers.len(),
        };
        write::staff(&transaction, &current, &preview).await?;
        line::follow(&transaction, today).await?;
        let detail = format!("{} rows, {} leavers", preview.rows.len(), imported.leavers);
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
