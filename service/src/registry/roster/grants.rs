//! Which roles people hold, and below which units.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::role::Role;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::CHUNK;
use crate::error::Result;
use crate::registry::entity::{role_grant, unit};

/// Roles by the id of the person, as stored.
pub(super) type Roles = BTreeMap<i64, BTreeSet<String>>;

/// The roles that are stored.
pub(super) fn roles(grants: &[role_grant::Model]) -> Roles {
    let mut roles = Roles::new();
    for grant in grants {
        roles.entry(grant.staff_id).or_default().insert(grant.role.clone());
    }
    roles
}

/// Makes people hold exactly the roles that are wanted; whoever is not among the wanted holds none. A manager's role
/// holds below their own unit, every other one below the root, wherever it was held before: people move, and units are
/// put under others.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    units: &[unit::Model],
    unit_of: &HashMap<i64, i64>,
    had: &[role_grant::Model],
    wanted: &Roles,
) -> Result<()> {
    let parents: HashMap<i64, Option<i64>> = units.iter().map(|u| (u.id, u.parent_id)).collect();
    let mut stored: BTreeMap<i64, BTreeSet<(String, i64)>> = BTreeMap::new();
    for grant in had {
        stored.entry(grant.staff_id).or_default().insert((grant.role.clone(), grant.unit_id));
    }
    let nothing = BTreeSet::new();
    let mut void = Vec::new();
    let mut grants = Vec::new();
    let people: BTreeSet<i64> = stored.keys().chain(wanted.keys()).copied().collect();
    for person in people {
        let roles = wanted.get(&person).unwrap_or(&nothing);
        let held: BTreeSet<(String, i64)> = match unit_of.get(&person) {
            Some(unit) => {
                roles.iter().map(|role| (role.clone(), held_below(role, *unit, &parents))).collect()
            }
            None => BTreeSet::new(),
        };
        if stored.get(&person).cloned().unwrap_or_default() == held {
            continue;
        }
        void.push(person);
        grants.extend(held.into_iter().map(|(role, unit)| role_grant::ActiveModel {
            staff_id: Set(person),
            role: Set(role),
            unit_id: Set(unit),
        }));
    }
    for chunk in void.chunks(CHUNK) {
        role_grant::Entity::delete_many()
            .filter(role_grant::Column::StaffId.is_in(chunk.to_vec()))
            .exec(db)
            .await?;
    }
    for chunk in grants.chunks(CHUNK) {
        role_grant::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The unit below which somebody of `unit` holds a role.
fn held_below(role: &str, unit: i64, parents: &HashMap<i64, Option<i64>>) -> i64 {
    if role == Role::Manager.as_str() {
        return unit;
    }
    let mut root = unit;
    // Bounded by the number of units: a circle cannot have been imported, but must not hang the import either.
    for _ in 0..parents.len() {
        match parents.get(&root).copied().flatten() {
            Some(parent) => root = parent,
            None => break,
        }
    }
    root
}
