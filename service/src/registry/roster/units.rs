//! Importing units: new ones, renamed ones, moved ones, and those that retire.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::roster::{self, ExistingUnits, UnitChanges, UnitCode, UnitKind, UnitRow};
use domain::text::Text;
use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, NotSet};

use super::{Current, Refused, code_of, grants, note, stored, text_of};
use crate::clock::date_in;
use crate::error::Result;
use crate::registry::Registry;
use crate::registry::entity::unit;

/// What a unit file would change.
#[derive(Debug)]
pub struct UnitPreview {
    /// The rows as read.
    pub rows: Vec<UnitRow>,
    /// What is stored, retired units included.
    pub before: BTreeMap<UnitCode, UnitRow>,
}

impl UnitPreview {
    /// The rows compared with what is stored.
    pub fn changes(&self) -> UnitChanges<'_> {
        roster::diff_units(&self.before, &self.rows)
    }
}

/// All units in the form of a file, retired ones included.
pub(super) fn rows(current: &Current) -> Result<BTreeMap<UnitCode, UnitRow>> {
    let codes: HashMap<i64, &str> = current.units.iter().map(|u| (u.id, u.code.as_str())).collect();
    let mut rows = BTreeMap::new();
    for unit in &current.units {
        let code = code_of(&unit.code)?;
        let row = UnitRow {
            code: code.clone(),
            name: Text::new(&unit.name_ja, &unit.name_en),
            parent: unit.parent_id.and_then(|id| codes.get(&id).copied()).map(code_of).transpose()?,
            kind: UnitKind::parse(&unit.kind).map_err(|_| stored("a kind of unit"))?,
            region: Text::new(&unit.region, &unit.region_en),
            time_zone: unit.time_zone.clone(),
            retired: !unit.active,
        };
        rows.insert(code, row);
    }
    Ok(rows)
}

fn read(text: &str, current: &Current, today: Date) -> Result<UnitPreview, Refused> {
    let before = rows(current)?;
    let codes: HashMap<i64, &str> = current.units.iter().map(|u| (u.id, u.code.as_str())).collect();
    let day = today.to_string();
    let mut occupied = BTreeSet::new();
    // Whoever has not left is there, or will be.
    for person in current.staff.iter().filter(|p| p.left_on.as_ref().is_none_or(|last| *last >= day)) {
        if let Some(code) = codes.get(&person.unit_id) {
            occupied.insert(code_of(code)?);
        }
    }
    let existing = ExistingUnits {
        parents: before.iter().map(|(code, row)| (code.clone(), row.parent.clone())).collect(),
        retired: before.values().filter(|row| row.retired).map(|row| row.code.clone()).collect(),
        occupied,
        is_time_zone: |name| jiff::tz::TimeZone::get(name).is_ok(),
    };
    let rows = roster::read_units(text, &existing).map_err(|r| Refused::Rows(Box::new(r)))?;
    Ok(UnitPreview { rows, before })
}

impl Registry {
    /// Reads a unit file and compares it with what is stored; writes nothing.
    pub async fn preview_units(&self, bytes: &[u8], now: i64) -> Result<UnitPreview, Refused> {
        let text = text_of(bytes)?;
        let current = Current::read(self.db.get()).await?;
        read(&text, &current, date_in(now, "Asia/Tokyo"))
    }

    /// Reads a unit file and writes it: new units, renamed ones, moved ones, retired ones. Units that are not in the
    /// file stay. Returns how many rows the file has.
    pub async fn import_units(&self, bytes: &[u8], actor: Option<i64>, now: i64) -> Result<usize, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let current = Current::read(&transaction).await?;
        let rows = read(&text, &current, date_in(now, "Asia/Tokyo"))?.rows;
        write(&transaction, &current, &rows).await?;
        // What the top of the tree is may have changed, and with it where roles hold.
        let after = Current::read(&transaction).await?;
        let unit_of = after.staff.iter().map(|person| (person.id, person.unit_id)).collect();
        let roles = grants::roles(&after.grants);
        grants::write(&transaction, &after.units, &unit_of, &after.grants, &roles).await?;
        note(&transaction, actor, now, "units.import", format!("{} rows", rows.len())).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }
}

/// Two passes: first every unit without its parent, then the parents, since a file may name a child first.
async fn write(db: &impl ConnectionTrait, current: &Current, rows: &[UnitRow]) -> Result<()> {
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
            region: Set(row.region.ja.clone()),
            region_en: Set(row.region.en.clone()),
            time_zone: Set(row.time_zone.clone()),
            active: Set(!row.retired),
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
