//! The organisation as the roster has it now: its units, and how many people work in each.

use std::collections::{BTreeMap, HashMap};

use domain::text::Text;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Registry;
use super::entity::{event as event_entity, staff, unit};
use super::event::Event;
use crate::error::Result;

/// A unit and the people directly in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPeople {
    /// Its id.
    pub id: i64,
    /// Its code in the roster files.
    pub code: String,
    /// The unit above, absent at the top.
    pub parent: Option<i64>,
    /// Its name.
    pub name: Text,
    /// Its kind, as stored; see [`domain::roster::UnitKind`].
    pub kind: String,
    /// The region of a mission, or empty.
    pub region: Text,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Active people directly in it.
    pub people: u32,
    /// Steps from the top of the tree.
    pub depth: u32,
}

impl Registry {
    /// All units in use, each after the unit above it, siblings by code, with their active people.
    pub async fn headcount(&self) -> Result<Vec<UnitPeople>> {
        let units = unit::Entity::find()
            .filter(unit::Column::Active.eq(true))
            .order_by_asc(unit::Column::Code)
            .all(self.db.get())
            .await?;
        let counts: Vec<(i64, i64)> = staff::Entity::find()
            .select_only()
            .column(staff::Column::UnitId)
            .column_as(staff::Column::Id.count(), "people")
            .filter(staff::Column::Active.eq(true))
            .group_by(staff::Column::UnitId)
            .into_tuple()
            .all(self.db.get())
            .await?;
        let people: HashMap<i64, u32> =
            counts.into_iter().map(|(unit, n)| (unit, u32::try_from(n).unwrap_or(u32::MAX))).collect();
        let list = units
            .into_iter()
            .map(|u| UnitPeople {
                people: people.get(&u.id).copied().unwrap_or(0),
                id: u.id,
                code: u.code,
                parent: u.parent_id,
                name: Text::new(u.name_ja, u.name_en),
                kind: u.kind,
                region: Text::new(u.region, u.region_en),
                time_zone: u.time_zone,
                depth: 0,
            })
            .collect();
        Ok(in_tree_order(list))
    }

    /// How many units are not in use any more.
    pub async fn retired_units(&self) -> Result<u64> {
        Ok(unit::Entity::find().filter(unit::Column::Active.eq(false)).count(self.db.get()).await?)
    }

    /// The last time units or staff were imported.
    pub async fn last_import(&self) -> Result<Option<Event>> {
        let row = event_entity::Entity::find()
            .filter(event_entity::Column::What.is_in(["roster.import", "units.import"]))
            .order_by_desc(event_entity::Column::Id)
            .one(self.db.get())
            .await?;
        Ok(row.map(|e| Event {
            at: e.at,
            actor: e.actor_id,
            campaign: e.campaign_id,
            what: e.what,
            detail: e.detail,
        }))
    }
}

/// Puts every unit after the one above it. A unit that hangs in a circle, which the import refuses, comes last.
fn in_tree_order(units: Vec<UnitPeople>) -> Vec<UnitPeople> {
    let mut below: BTreeMap<Option<i64>, Vec<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate().rev() {
        below.entry(unit.parent).or_default().push(at);
    }
    let mut units: Vec<Option<UnitPeople>> = units.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(units.len());
    let mut stack: Vec<(usize, u32)> = below.get(&None).into_iter().flatten().map(|at| (*at, 0)).collect();
    while let Some((at, depth)) = stack.pop() {
        if let Some(mut unit) = units[at].take() {
            unit.depth = depth;
            stack.extend(below.get(&Some(unit.id)).into_iter().flatten().map(|at| (*at, depth + 1)));
            ordered.push(unit);
        }
    }
    ordered.extend(units.into_iter().flatten());
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: i64, parent: Option<i64>) -> UnitPeople {
        UnitPeople {
            id,
            code: id.to_string(),
            parent,
            name: Text::new("課", "Division"),
            kind: "division".into(),
            region: Text::default(),
            time_zone: "Asia/Tokyo".into(),
            people: 1,
            depth: 0,
        }
    }

    #[test]
    fn every_unit_comes_after_the_one_above() {
        let units = vec![unit(1, Some(3)), unit(2, Some(3)), unit(3, None), unit(4, Some(2)), unit(5, None)];
        let order: Vec<(i64, u32)> = in_tree_order(units).iter().map(|u| (u.id, u.depth)).collect();
        assert_eq!(order, [(3, 0), (1, 1), (2, 1), (4, 2), (5, 0)]);
    }

    #[test]
    fn nothing_is_lost_in_a_circle() {
        let units = vec![unit(1, Some(2)), unit(2, Some(1)), unit(3, None)];
        let order: Vec<i64> = in_tree_order(units).iter().map(|u| u.id).collect();
        assert_eq!(order, [3, 1, 2]);
    }
}
