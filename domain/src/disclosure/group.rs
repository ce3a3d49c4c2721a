//! The groups of the reporting tree and the tables that tie them together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::stratum::{Forest, StratumError, UnitNode};
use crate::text::Lang;

/// Says that group `total` is the disjoint union of the groups `parts`, with nothing left out: for every count,
/// the parts add up to the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The union.
    pub total: usize,
    /// The groups it consists of.
    pub parts: Vec<usize>,
}

/// How the group shown for a unit relates to the unit's people (those of the units below it included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Exactly the unit's people.
    Own,
    /// Only people of the unit, but not all: the others are in strata shared with units elsewhere.
    Partial,
    /// The unit has no stratum to itself: its people, or most of them, together with people of other units.
    Merged,
}

impl Standing {
    /// Whose results these are, in words.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Own => lang.t("この部署の結果", "Results of this unit"),
            Self::Partial => lang.t(
                "この部署の結果(他の部署とまとめて集計した人を除く)",
                "Results of this unit, without those counted together with other units",
            ),
            Self::Merged => lang.t(
                "人数が少ないため、他の部署とまとめた結果",
                "Results together with other units, because this unit is small",
            ),
        }
    }
}

/// The group that is shown for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitGroup {
    /// Position in [`ReportingTree::groups`].
    pub group: usize,
    /// How the group relates to the unit.
    pub standing: Standing,
    /// People of the unit and the units below it who may answer.
    pub people: u32,
    /// Those of them who are in the group.
    pub covered: u32,
}

/// Every group the reporting tree publishes, and how they add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingTree {
    /// Per group, the strata it consists of, ascending. Group 0 is the whole organisation; no two groups are equal.
    pub groups: Vec<Vec<usize>>,
    /// Each group of more than one stratum as the union of the groups below it. Tables of demographics over the whole
    /// organisation (`total: 0`) can be added with group numbers from `groups.len()` on.
    pub tables: Vec<Table>,
    /// Unit id → what is shown for it. Units without people are absent.
    pub units: BTreeMap<i64, UnitGroup>,
}

/// Builds the reporting tree.
///
/// A unit's group consists of the strata that lie wholly within the unit and those below it; its parts are the groups
/// of the units directly below and the strata that have their place at the unit itself. Every single stratum is a
/// group as well. Units with the same strata share one group.
///
/// `strata` gives the stratum of each unit that has people of its own, counted from 0 without gaps; see
/// [`crate::stratum::by_unit`].
///
/// # Errors
/// Where the units are no forest, or one with people has no stratum.
pub fn reporting_tree(
    units: &[UnitNode],
    strata: &BTreeMap<i64, usize>,
) -> Result<ReportingTree, StratumError> {
    let forest = Forest::new(units)?;
    let places = Places::new(&forest, strata)?;
    let mut groups = Groups::default();
    let whole = groups.intern(places.all.clone());
    let of_node: Vec<Option<usize>> = places
        .inside
        .iter()
        .map(|inside| (!inside.is_empty()).then(|| groups.intern(inside.clone())))
        .collect();
    for &stratum in &places.all {
        groups.intern(vec![stratum]);
    }

    let mut tables = Vec::new();
    let mut tabulate = |total: usize, below: &[usize], here: &[usize]| {
        let nodes = below.iter().filter_map(|&at| of_node[at]);
        let mut parts: Vec<usize> = nodes.chain(here.iter().filter_map(|&s| groups.of_stratum(s))).collect();
        parts.sort_unstable();
        // A single part is the group itself under another name.
        if parts.len() > 1 {
            tables.push(Table { total, parts });
        }
    };
    tabulate(whole, &forest.roots, &places.at_top);
    for &at in &forest.order {
        if let Some(total) = of_node[at] {
            tabulate(total, &forest.children[at], &places.at_node[at]);
        }
    }

    let mut shown = BTreeMap::new();
    for (at, node) in forest.nodes.iter().enumerate() {
        let people = places.people[at];
        let found = match of_node[at] {
            Some(group) => {
                let covered = places.covered[at];
                let standing = if covered == people { Standing::Own } else { Standing::Partial };
                Some(UnitGroup { group, standing, people, covered })
            }
            None => main_stratum(&forest, strata, at).and_then(|(stratum, covered)| {
                let group = groups.of_stratum(stratum)?;
                Some(UnitGroup { group, standing: Standing::Merged, people, covered })
            }),
        };
        if let Some(found) = found {
            shown.insert(node.id, found);
        }
    }
    Ok(ReportingTree { groups: groups.list, tables, units: shown })
}

/// Groups without repetition.
#[derive(Default)]
struct Groups {
    list: Vec<Vec<usize>>,
    known: BTreeMap<Vec<usize>, usize>,
}

impl Groups {
    fn intern(&mut self, strata: Vec<usize>) -> usize {
        let next = self.list.len();
        *self.known.entry(strata).or_insert_with_key(|strata| {
            self.list.push(strata.clone());
            next
        })
    }

    fn of_stratum(&self, stratum: usize) -> Option<usize> {
        self.known.get([stratum].as_slice()).copied()
    }
}

/// Where the strata lie in the forest. Per node unless said otherwise.
struct Places {
    /// All strata, ascending.
    all: Vec<usize>,
    /// Strata whose units have this node as their lowest common unit.
    at_node: Vec<Vec<usize>>,
    /// Strata whose units have no unit in common above them.
    at_top: Vec<usize>,
    /// Strata that lie wholly within the subtree, ascending.
    inside: Vec<Vec<usize>>,
    /// People of the subtree.
    people: Vec<u32>,
    /// People of the strata inside.
    covered: Vec<u32>,
}

impl Places {
    fn new(forest: &Forest, strata: &BTreeMap<i64, usize>) -> Result<Self, StratumError> {
        let count = forest.nodes.len();
        let mut people: Vec<u32> = forest.nodes.iter().map(|node| node.eligible).collect();
        // Stratum → the lowest unit that all its units lie in (none: only the organisation as a whole), and its size.
        let mut homes: BTreeMap<usize, (Option<usize>, u32)> = BTreeMap::new();
        for (at, node) in forest.nodes.iter().enumerate().filter(|(_, node)| node.eligible > 0) {
            let stratum = *strata.get(&node.id).ok_or(StratumError::Unassigned(node.id))?;
            homes
                .entry(stratum)
                .and_modify(|(home, size)| {
                    *home = home.and_then(|home| common(forest, home, at));
                    *size = size.saturating_add(node.eligible);
                })
                .or_insert((Some(at), node.eligible));
        }
        let mut at_node: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut at_top = Vec::new();
        let mut covered = vec![0u32; count];
        for (&stratum, &(home, size)) in &homes {
            match home {
                Some(at) => {
                    at_node[at].push(stratum);
                    covered[at] = covered[at].saturating_add(size);
                }
                None => at_top.push(stratum),
            }
        }
        let mut inside = at_node.clone();
        for &at in forest.order.iter().rev() {
            inside[at].sort_unstable();
            if let Some(above) = forest.parent[at] {
                let below = inside[at].clone();
                inside[above].extend(below);
                people[above] = people[above].saturating_add(people[at]);
                covered[above] = covered[above].saturating_add(covered[at]);
            }
        }
        Ok(Self { all: homes.into_keys().collect(), at_node, at_top, inside, people, covered })
    }
}

/// The stratum that most people of a subtree are in, and how many they are; `None` for a subtree without people.
fn main_stratum(forest: &Forest, strata: &BTreeMap<i64, usize>, root: usize) -> Option<(usize, u32)> {
    let mut people: BTreeMap<usize, u32> = BTreeMap::new();
    let mut open = vec![root];
    while let Some(at) = open.pop() {
        let node = forest.nodes[at];
        if node.eligible > 0
            && let Some(&stratum) = strata.get(&node.id)
        {
            let sum = people.entry(stratum).or_default();
            *sum = sum.saturating_add(node.eligible);
        }
        open.extend(&forest.children[at]);
    }
    people.into_iter().max_by_key(|&(stratum, people)| (people, Reverse(stratum)))
}

/// The lowest node that both lie in (each lies in itself).
fn common(forest: &Forest, a: usize, b: usize) -> Option<usize> {
    let (mut a, mut b) = (a, b);
    while a != b {
        if forest.depth[a] >= forest.depth[b] {
            a = forest.parent[a]?;
        } else {
            b = forest.parent[b]?;
        }
    }
    Some(a)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stratum::{by_unit, freeze};
    use crate::text::Text;

    fn unit(id: i64, parent: Option<i64>, eligible: u32) -> UnitNode {
        UnitNode { id, parent, label: Text::new("課", "Division"), eligible }
    }

    /// Bureau 1 with two divisions, whose heads (3 + 3) form a stratum of their own at the bureau.
    fn bureau() -> Vec<UnitNode> {
        vec![
            unit(1, None, 20),
            unit(10, Some(1), 3),
            unit(11, Some(10), 7),
            unit(12, Some(10), 2),
            unit(13, Some(10), 3),
            unit(20, Some(1), 3),
            unit(21, Some(20), 8),
            unit(30, Some(1), 2),
        ]
    }

    #[test]
    fn tables_follow_the_tree_and_say_whose_results_are_shown() {
        let units = bureau();
        // Strata: [1], [10, 12, 13], [11], [20, 30], [21].
        let strata = freeze(&units, 5).expect("strata");
        assert_eq!(strata.len(), 5);
        let tree = reporting_tree(&units, &by_unit(&strata)).expect("tree");
        assert_eq!(tree.groups[0], [0, 1, 2, 3, 4]);
        let at = |strata: &[usize]| tree.groups.iter().position(|group| group == strata).expect("group");
        let mut below = vec![at(&[0]), at(&[1, 2]), at(&[3]), at(&[4])];
        below.sort_unstable();
        assert_eq!(
            tree.tables,
            [Table { total: 0, parts: below }, Table { total: at(&[1, 2]), parts: vec![at(&[2]), at(&[1])] },]
        );
        let own = |group, people| UnitGroup { group, standing: Standing::Own, people, covered: people };
        assert_eq!(tree.units[&1], own(0, 48));
        assert_eq!(tree.units[&10], own(at(&[1, 2]), 15));
        assert_eq!(tree.units[&11], own(at(&[2]), 7));
        assert_eq!(tree.units[&12], UnitGroup { standing: Standing::Merged, ..own(at(&[1]), 2) });
        let partial = UnitGroup { group: at(&[4]), standing: Standing::Partial, people: 11, covered: 8 };
        assert_eq!(tree.units[&20], partial);
        assert_eq!(tree.units[&30], UnitGroup { standing: Standing::Merged, ..own(at(&[3]), 2) });
    }

    #[test]
    fn two_roots_add_up_to_the_whole() {
        let units = [unit(1, None, 6), unit(2, None, 7), unit(3, None, 0)];
        let tree = reporting_tree(&units, &BTreeMap::from([(1, 0), (2, 1)])).expect("tree");
        assert_eq!(tree.groups, [vec![0, 1], vec![0], vec![1]]);
        assert_eq!(tree.tables, [Table { total: 0, parts: vec![1, 2] }]);
        assert!(!tree.units.contains_key(&3));
    }

    #[test]
    fn people_without_a_stratum_are_refused() {
        let units = [unit(1, None, 6)];
        assert_eq!(reporting_tree(&units, &BTreeMap::new()), Err(StratumError::Unassigned(1)));
    }

    proptest! {
        #[test]
        fn every_table_is_an_exact_partition(
            seeds in proptest::collection::vec((any::<u32>(), 0u32..12), 1..30),
            k in 1u32..7,
        ) {
            let units: Vec<UnitNode> = (0i64..)
                .zip(&seeds)
                .map(|(id, &(seed, eligible))| {
                    let above = i64::from(seed) % (id + 1);
                    unit(id, (above < id).then_some(above), eligible)
                })
                .collect();
            let Ok(strata) = freeze(&units, k) else { return Ok(()) };
            let tree = reporting_tree(&units, &by_unit(&strata)).expect("tree");
            for table in &tree.tables {
                prop_assert!(table.parts.len() > 1);
                let mut union: Vec<usize> = table.parts.iter().flat_map(|&p| tree.groups[p].clone()).collect();
                union.sort_unstable();
                prop_assert_eq!(&union, &tree.groups[table.total]);
            }
            // Every group of several strata is split, and split once.
            for (group, strata) in tree.groups.iter().enumerate() {
                let splits = tree.tables.iter().filter(|t| t.total == group).count();
                prop_assert_eq!(splits, usize::from(strata.len() > 1));
            }
            for shown in tree.units.values() {
                let size: u32 = tree.groups[shown.group].iter().map(|&s| strata[s].size).sum();
                prop_assert!(size >= k && shown.covered <= shown.people && shown.covered <= size);
                match shown.standing {
                    Standing::Own => prop_assert_eq!(size, shown.people),
                    Standing::Partial => prop_assert!(size == shown.covered && size < shown.people),
                    Standing::Merged => prop_assert!(size > shown.covered && shown.covered > 0),
                }
            }
        }
    }
}
