//! The units of a release as a tree.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::Standing;
use service::release::results::{Group, Unit};

use super::compare::standing;

/// Units with their depth, each followed by those below it. A unit whose parent is not among them stands at the top.
pub fn in_order<'a>(units: &[&'a Unit]) -> Vec<(usize, &'a Unit)> {
    let ids: BTreeSet<i64> = units.iter().map(|unit| unit.id).collect();
    let mut children: BTreeMap<Option<i64>, Vec<&'a Unit>> = BTreeMap::new();
    for &unit in units {
        let above = unit.parent.filter(|parent| ids.contains(parent));
        children.entry(above).or_default().push(unit);
    }
    let mut ordered = Vec::with_capacity(units.len());
    let mut open: Vec<(usize, &'a Unit)> = Vec::new();
    let mut push = |open: &mut Vec<(usize, &'a Unit)>, above: Option<i64>, depth: usize| {
        let below = children.remove(&above).unwrap_or_default();
        open.extend(below.into_iter().rev().map(|unit| (depth, unit)));
    };
    push(&mut open, None, 0);
    while let Some((depth, unit)) = open.pop() {
        ordered.push((depth, unit));
        push(&mut open, Some(unit.id), depth + 1);
    }
    ordered
}

/// The units among `units` that lie under none of the others.
pub fn tops<'a>(units: &[&'a Unit]) -> Vec<&'a Unit> {
    in_order(units).into_iter().filter(|(depth, _)| *depth == 0).map(|(_, unit)| unit).collect()
}

/// The units above a unit, the highest first.
pub fn above<'a>(unit: &Unit, units: &'a [Unit]) -> Vec<&'a Unit> {
    let mut path: Vec<&Unit> = Vec::new();
    let mut next = unit.parent;
    while let Some(parent) = next.and_then(|id| units.iter().find(|u| u.id == id)) {
        // A chain longer than there are units would go in a circle.
        if path.len() == units.len() {
            break;
        }
        path.push(parent);
        next = parent.parent;
    }
    path.reverse();
    path
}

/// The units that lie below a unit, without the unit itself.
pub fn below<'a>(unit: &Unit, units: &'a [Unit]) -> Vec<&'a Unit> {
    let all: Vec<&Unit> = units.iter().collect();
    let mut found = Vec::new();
    let mut inside: Option<usize> = None;
    for (depth, other) in in_order(&all) {
        if other.id == unit.id {
            inside = Some(depth);
        } else if inside.is_some_and(|top| depth > top) {
            found.push(other);
        } else {
            inside = None;
        }
    }
    found
}

/// How many units have results of their own, and how many people work in one that has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Units with people.
    pub units: u32,
    /// Those whose own results are shown.
    pub own: u32,
    /// People directly in any unit.
    pub people: u32,
    /// People directly in a unit whose own results are shown.
    pub covered: u32,
}

/// Counts the units whose own results (or those of most of their people) are shown.
pub fn coverage(units: &[Unit], groups: &[Group]) -> Coverage {
    let shown: BTreeSet<u32> = groups.iter().filter(|g| g.state.is_shown()).map(|g| g.number).collect();
    let mut below: BTreeMap<i64, u32> = BTreeMap::new();
    for unit in units {
        if let Some(parent) = unit.parent {
            *below.entry(parent).or_default() += unit.people;
        }
    }
    let mut coverage = Coverage { units: 0, own: 0, people: 0, covered: 0 };
    for unit in units.iter().filter(|unit| unit.people > 0) {
        let direct = unit.people.saturating_sub(below.get(&unit.id).copied().unwrap_or(0));
        coverage.units += 1;
        coverage.people += direct;
        if standing(unit) != Standing::Merged && shown.contains(&unit.group) {
            coverage.own += 1;
            coverage.covered += direct;
        }
    }
    coverage
}

#[cfg(test)]
mod tests {
    use domain::disclosure::CellState;
    use domain::text::Text;

    use super::*;

    fn unit(id: i64, parent: Option<i64>, people: u32, group: u32, standing: &str) -> Unit {
        Unit {
            id,
            parent,
            name: Text::default(),
            kind: String::new(),
            region: Text::default(),
            group,
            standing: standing.into(),
            people,
        }
    }

    fn ministry() -> Vec<Unit> {
        vec![
            unit(1, None, 30, 1, "own"),
            unit(2, Some(1), 12, 2, "own"),
            unit(3, Some(1), 3, 4, "merged"),
            unit(4, Some(2), 7, 3, "partial"),
            unit(5, None, 9, 5, "own"),
        ]
    }

    #[test]
    fn units_follow_the_one_they_belong_to() {
        let units = ministry();
        let all: Vec<&Unit> = units.iter().collect();
        let order: Vec<(usize, i64)> =
            in_order(&all).into_iter().map(|(depth, unit)| (depth, unit.id)).collect();
        assert_eq!(order, [(0, 1), (1, 2), (2, 4), (1, 3), (0, 5)]);
        let ids = |list: Vec<&Unit>| list.iter().map(|unit| unit.id).collect::<Vec<_>>();
        assert_eq!(ids(tops(&[all[1], all[2], all[3]])), [2, 3]);
        assert_eq!(ids(above(&units[3], &units)), [1, 2]);
        assert_eq!(ids(below(&units[0], &units)), [2, 4, 3]);
        assert_eq!(ids(below(&units[4], &units)), Vec::<i64>::new());
    }

    #[test]
    fn a_circle_ends() {
        let units = [unit(1, Some(2), 5, 1, "own"), unit(2, Some(1), 5, 1, "own")];
        assert!(in_order(&[&units[0], &units[1]]).is_empty());
        assert_eq!(above(&units[0], &units).len(), 2);
    }

    #[test]
    fn coverage_counts_people_where_they_work() {
        let group = |number, state| Group {
            number,
            kind: "unit".into(),
            item: None,
            label: Text::default(),
            eligible: None,
            issued: None,
            received: None,
            respondents: None,
            state,
        };
        let groups = [
            group(1, CellState::Shown),
            group(2, CellState::Shown),
            group(3, CellState::Primary),
            group(4, CellState::Shown),
            group(5, CellState::Secondary),
        ];
        // 30 − 12 − 3 people directly in unit 1, 12 − 7 in unit 2.
        let found = coverage(&ministry(), &groups);
        assert_eq!(found, Coverage { units: 5, own: 2, people: 39, covered: 20 });
    }
}
