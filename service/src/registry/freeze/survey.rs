//! The strata of a survey: everybody on the roster, in units that are merged until each is large enough.

use std::collections::HashMap;

use domain::stratum::{self, Stratum, UnitNode};
use domain::text::{Lang, Text};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Population, Promised};
use crate::error::{Error, Result};
use crate::registry::entity::{campaign_unit, staff, unit};

/// The roster as it is now.
pub(super) struct Roster {
    units: Vec<unit::Model>,
    /// (staff id, unit id) of everyone who may answer.
    people: Vec<(i64, i64)>,
}

impl Roster {
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        use sea_orm::QuerySelect;
        let units = unit::Entity::find()
            .filter(unit::Column::Active.eq(true))
            .order_by_asc(unit::Column::Id)
            .all(db)
            .await?;
        let people = staff::Entity::find()
            .select_only()
            .columns([staff::Column::Id, staff::Column::UnitId])
            .filter(staff::Column::Active.eq(true))
            .order_by_asc(staff::Column::Id)
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self { units, people })
    }

    pub(super) fn strata(&self, k: u32) -> Result<Vec<Stratum>> {
        let mut eligible: HashMap<i64, u32> = HashMap::new();
        for (_, unit) in &self.people {
            *eligible.entry(*unit).or_default() += 1;
        }
        let nodes: Vec<UnitNode> = self
            .units
            .iter()
            .map(|u| UnitNode {
                id: u.id,
                parent: u.parent_id,
                label: Text::new(&u.name_ja, &u.name_en),
                eligible: eligible.get(&u.id).copied().unwrap_or(0),
            })
            .collect();
        stratum::freeze(&nodes, k).map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))
    }
}

/// Everybody, each in the stratum of their unit.
pub(super) async fn population(db: &impl ConnectionTrait, id: &str, k: u32) -> Result<Population> {
    let roster = Roster::read(db).await?;
    let strata = roster.strata(k)?;
    let stratum_of: HashMap<i64, usize> =
        strata.iter().enumerate().flat_map(|(number, s)| s.units.iter().map(move |u| (*u, number))).collect();
    let mut eligible: HashMap<i64, i32> = HashMap::new();
    for (_, unit) in &roster.people {
        *eligible.entry(*unit).or_default() += 1;
    }
    let units = roster
        .units
        .iter()
        .map(|u| campaign_unit::ActiveModel {
            campaign_id: Set(id.into()),
            unit_id: Set(u.id),
            parent_id: Set(u.parent_id),
            name_ja: Set(u.name_ja.clone()),
            name_en: Set(u.name_en.clone()),
            kind: Set(u.kind.clone()),
            region: Set(u.region.clone()),
            region_en: Set(u.region_en.clone()),
            stratum: Set(stratum_of.get(&u.id).and_then(|number| i32::try_from(*number).ok())),
            eligible: Set(eligible.get(&u.id).copied().unwrap_or(0)),
        })
        .collect();
    let place = |(person, unit): &(i64, i64)| {
        let stratum = stratum_of.get(unit).ok_or_else(|| Error::Damaged("a unit without stratum".into()))?;
        Ok((*person, *stratum))
    };
    let places = roster.people.iter().map(place).collect::<Result<_>>()?;
    let promised = |s: &Stratum| Promised { label: s.label.clone(), size: s.size, named: false, about: None };
    Ok(Population { strata: strata.iter().map(promised).collect(), places, units })
}
