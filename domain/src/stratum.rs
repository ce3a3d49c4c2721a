//! Strata (集計区分): the smallest groups an answer sheet is tied to, made by merging units that are too small.
//!
//! # How units are merged
//!
//! Units are settled from the leaves upwards; *k* is the threshold. At each unit there are its own direct people
//! and the *leftovers* of its child units, that is, those of their people who found no stratum further down. All
//! leftovers are smaller than k.
//!
//! 1. **Siblings first.** The leftovers of the children are joined smallest with smallest, only until k people are
//!    together; then the next stratum is begun. If the last one stays too small, it joins the smallest of the strata
//!    just merged, whose units have no result of their own to lose.
//! 2. **Then the parent.** If nothing could be merged, the leftovers join the parent's own direct people. A unit
//!    with k or more direct people is a stratum of its own (with such a leftover, if there is one).
//! 3. **Then upwards.** If the parent's direct people are still too few, they join the smallest stratum merged at
//!    this level; where there is none, all go up together, undivided, as the leftover of the parent.
//! 4. **At the top**, roots are siblings of each other. A last leftover joins the stratum nearest to the top,
//!    the smallest of these. Only here can a unit that has k people lose its own result to people who are not
//!    below it.
//!
//! What follows: everyone is in exactly one stratum; a unit with k direct people never shares its stratum with
//! another such unit; the people of a unit whose whole subtree is too small stay together. The heads of a division
//! whose sections are large enough go up to the heads of its neighbours, so the division's result is that of its
//! sections: a team's result without its manager's own answers is also what employee surveys commonly report.
//!
//! No two strata have the same name: nobody could tell their own group from another one, or see that there is another.
//!
//! The outcome depends on ids and numbers only, never on the order of the input. Ties are broken by the lower id.

mod name;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::text::{Lang, Text};
use name::{label, tell_apart};

/// A unit of the roster as it is when the roster is frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNode {
    /// The unit's id.
    pub id: i64,
    /// The unit above, absent for a root.
    pub parent: Option<i64>,
    /// The unit's name.
    pub label: Text,
    /// People directly in this unit (not in units below it) who may answer.
    pub eligible: u32,
}

/// A stratum: one unit, or several merged ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Ids of the units whose direct people are in it, ascending.
    pub units: Vec<i64>,
    /// What respondents and readers see.
    pub label: Text,
    /// People in it.
    pub size: u32,
}

impl Stratum {
    /// True where people of more than one unit are in it.
    pub fn is_merged(&self) -> bool {
        self.units.len() > 1
    }
}

/// Why a roster cannot be frozen into strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StratumError {
    /// The whole organisation has fewer people than the threshold.
    #[error("{people} people may answer; at least {k} are needed")]
    TooFew {
        /// People who may answer.
        people: u32,
        /// The threshold.
        k: u32,
    },
    /// An id occurs twice.
    #[error("unit {0} occurs twice")]
    Duplicate(i64),
    /// The unit above does not exist.
    #[error("unit {unit} lies under unit {parent}, which does not exist")]
    UnknownParent {
        /// The unit.
        unit: i64,
        /// The parent it names.
        parent: i64,
    },
    /// Units that lie under each other in a circle.
    #[error("unit {0} lies under itself")]
    Circular(i64),
    /// A unit has people but belongs to no stratum.
    #[error("unit {0} has people but belongs to no stratum")]
    Unassigned(i64),
}

impl StratumError {
    /// The message for HR.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TooFew { people, k }, Lang::Ja) => {
                format!("回答できる人が{people}人しかいません。匿名性を守るには、全体で{k}人以上が必要です。")
            }
            (Self::TooFew { people, k }, Lang::En) => format!(
                "Only {people} people may answer. To keep answers anonymous, at least {k} are needed in all."
            ),
            (Self::Duplicate(id), Lang::Ja) => format!("部署(番号{id})が重複しています。"),
            (Self::Duplicate(id), Lang::En) => format!("Unit {id} occurs twice."),
            (Self::UnknownParent { unit, parent }, Lang::Ja) => {
                format!("部署(番号{unit})の上位部署(番号{parent})が見つかりません。")
            }
            (Self::UnknownParent { unit, parent }, Lang::En) => {
                format!("Unit {parent}, above unit {unit}, does not exist.")
            }
            (Self::Circular(id), Lang::Ja) => {
                format!("部署(番号{id})の上位部署をたどると、同じ部署に戻ってしまいます。")
            }
            (Self::Circular(id), Lang::En) => {
                format!("The units above unit {id} lead back to itself.")
            }
            (Self::Unassigned(id), Lang::Ja) => {
                format!("部署(番号{id})の集計区分が決まっていません。")
            }
            (Self::Unassigned(id), Lang::En) => format!("Unit {id} belongs to no stratum."),
        }
    }
}

/// Freezes the units into strata of at least `k` people each (a `k` of 0 counts as 1), sorted by their lowest unit
/// id. Units without people belong to no stratum.
///
/// # Errors
/// [`StratumError::TooFew`] where the whole organisation has fewer than `k` people; the others where the units are
/// no forest.
pub fn freeze(units: &[UnitNode], k: u32) -> Result<Vec<Stratum>, StratumError> {
    let forest = Forest::new(units)?;
    let k = k.max(1);
    let people = units.iter().fold(0u32, |sum, unit| sum.saturating_add(unit.eligible));
    let too_few = StratumError::TooFew { people, k };
    if people < k {
        return Err(too_few);
    }
    let mut strata: Vec<Bundle> = Vec::new();
    let mut leftovers: Vec<Bundle> = vec![Bundle::default(); forest.nodes.len()];
    for &at in forest.order.iter().rev() {
        let small = take_leftovers(&mut leftovers, &forest.children[at]);
        leftovers[at] = settle(Bundle::of(&forest, at), small, k, &mut strata);
    }
    let small = take_leftovers(&mut leftovers, &forest.roots);
    let last = settle(Bundle::default(), small, k, &mut strata);
    let level = |bundle: &Bundle| bundle.nodes.iter().map(|&at| forest.depth[at]).min();
    let nearest = strata.iter_mut().min_by_key(|bundle| (level(bundle), bundle.rank()));
    nearest.ok_or(too_few)?.absorb(last);

    let mut strata: Vec<Stratum> = strata.iter().map(|bundle| bundle.stratum(&forest)).collect();
    strata.sort_by(|a, b| a.units.cmp(&b.units));
    tell_apart(&mut strata, &forest);
    Ok(strata)
}

/// The position in `strata` of the stratum that the direct people of `unit` belong to; `None` for a unit without
/// people.
pub fn stratum_of(strata: &[Stratum], unit: i64) -> Option<usize> {
    strata.iter().position(|stratum| stratum.units.binary_search(&unit).is_ok())
}

/// [`stratum_of`] for all units at once: unit id → position in `strata`.
pub fn by_unit(strata: &[Stratum]) -> BTreeMap<i64, usize> {
    strata.iter().enumerate().flat_map(|(at, s)| s.units.iter().map(move |unit| (*unit, at))).collect()
}

/// The units as a checked forest. Everything is by position in `nodes`, which is sorted by id.
pub(crate) struct Forest<'a> {
    pub(crate) nodes: Vec<&'a UnitNode>,
    pub(crate) parent: Vec<Option<usize>>,
    pub(crate) children: Vec<Vec<usize>>,
    pub(crate) roots: Vec<usize>,
    /// Steps from the root, which has 0.
    pub(crate) depth: Vec<usize>,
    /// Parents before their children.
    pub(crate) order: Vec<usize>,
}

impl<'a> Forest<'a> {
    pub(crate) fn new(units: &'a [UnitNode]) -> Result<Self, StratumError> {
        let mut nodes: Vec<&UnitNode> = units.iter().collect();
        nodes.sort_by_key(|node| node.id);
        if let Some(twice) = nodes.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(StratumError::Duplicate(twice[0].id));
        }
        let mut parent: Vec<Option<usize>> = Vec::with_capacity(nodes.len());
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        let mut roots: Vec<usize> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let Some(id) = node.parent else {
                roots.push(at);
                parent.push(None);
                continue;
            };
            let above = nodes
                .binary_search_by_key(&id, |other| other.id)
                .map_err(|_| StratumError::UnknownParent { unit: node.id, parent: id })?;
            children[above].push(at);
            parent.push(Some(above));
        }
        let mut depth = vec![0usize; nodes.len()];
        let mut reached = vec![false; nodes.len()];
        let mut order = roots.clone();
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            reached[at] = true;
            for &child in &children[at] {
                depth[child] = depth[at] + 1;
                order.push(child);
            }
            next += 1;
        }
        // Whatever no root leads to hangs in a circle.
        match reached.iter().position(|reached| !reached) {
            Some(at) => Err(StratumError::Circular(nodes[at].id)),
            None => Ok(Self { nodes, parent, children, roots, depth, order }),
        }
    }
}

/// People of some units who stay together from here on.
#[derive(Clone, Debug, Default)]
struct Bundle {
    /// Positions in the forest.
    nodes: Vec<usize>,
    size: u32,
}

impl Bundle {
    /// The direct people of one unit.
    fn of(forest: &Forest, at: usize) -> Self {
        match forest.nodes[at].eligible {
            0 => Self::default(),
            size => Self { nodes: vec![at], size },
        }
    }

    fn absorb(&mut self, other: Bundle) {
        self.nodes.extend(other.nodes);
        self.size = self.size.saturating_add(other.size);
    }

    /// Smaller first, then the lower id.
    fn rank(&self) -> (u32, Option<usize>) {
        (self.size, self.nodes.iter().min().copied())
    }

    fn stratum(&self, forest: &Forest) -> Stratum {
        let mut units: Vec<&UnitNode> = self.nodes.iter().map(|&at| forest.nodes[at]).collect();
        units.sort_by_key(|unit| (Reverse(unit.eligible), unit.id));
        let label = label(&units);
        let mut units: Vec<i64> = units.iter().map(|unit| unit.id).collect();
        units.sort_unstable();
        Stratum { units, label, size: self.size }
    }
}

fn take_leftovers(leftovers: &mut [Bundle], nodes: &[usize]) -> Vec<Bundle> {
    nodes.iter().map(|&at| std::mem::take(&mut leftovers[at])).filter(|bundle| bundle.size > 0).collect()
}

/// Settles one level: adds the strata that can be formed, and returns what has to go up.
fn settle(own: Bundle, mut small: Vec<Bundle>, k: u32, strata: &mut Vec<Bundle>) -> Bundle {
    small.sort_by_key(Bundle::rank);
    let mut merged: Vec<Bundle> = Vec::new();
    let mut open = Bundle::default();
    for bundle in small {
        open.absorb(bundle);
        if open.size >= k {
            merged.push(std::mem::take(&mut open));
        }
    }
    join_smallest(&mut merged, &mut open);
    open.absorb(own);
    if open.size >= k {
        merged.push(std::mem::take(&mut open));
    } else {
        join_smallest(&mut merged, &mut open);
    }
    strata.append(&mut merged);
    open
}

/// Empties `open` into the smallest of the strata, if there is one.
fn join_smallest(strata: &mut [Bundle], open: &mut Bundle) {
    if let Some(receiver) = strata.iter_mut().min_by_key(|bundle| bundle.rank()) {
        receiver.absorb(std::mem::take(open));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn unit(id: i64, parent: Option<i64>, eligible: u32) -> UnitNode {
        UnitNode { id, parent, label: Text::new(format!("課{id}"), format!("Division {id}")), eligible }
    }

    fn members(units: &[UnitNode], k: u32) -> Vec<Vec<i64>> {
        freeze(units, k).expect("strata").into_iter().map(|s| s.units).collect()
    }

    #[test]
    fn small_siblings_merge_smallest_with_smallest_and_large_ones_stay() {
        let units = [unit(1, None, 6), unit(2, Some(1), 9), unit(3, Some(1), 2), unit(4, Some(1), 4)];
        assert_eq!(members(&units, 5), [vec![1], vec![2], vec![3, 4]]);
        // 2 + 3 are enough; the 4 is left over and joins them rather than the unit above.
        let units = [unit(1, None, 6), unit(2, Some(1), 2), unit(3, Some(1), 3), unit(4, Some(1), 4)];
        assert_eq!(members(&units, 5), [vec![1], vec![2, 3, 4]]);
    }

    #[test]
    fn a_lone_leftover_joins_its_parent() {
        let units = [unit(1, None, 6), unit(2, Some(1), 9), unit(3, Some(1), 2)];
        assert_eq!(members(&units, 5), [vec![1, 3], vec![2]]);
    }

    #[test]
    fn the_heads_of_divisions_go_up_together() {
        let units = [
            unit(1, None, 20),
            unit(10, Some(1), 3),
            unit(11, Some(10), 7),
            unit(20, Some(1), 3),
            unit(21, Some(20), 8),
        ];
        assert_eq!(members(&units, 5), [vec![1], vec![10, 20], vec![11], vec![21]]);
    }

    #[test]
    fn a_subtree_that_is_too_small_stays_together() {
        let units = [unit(1, None, 0), unit(2, Some(1), 1), unit(3, Some(2), 2), unit(4, Some(1), 3)];
        assert_eq!(members(&units, 5), [vec![2, 3, 4]]);
    }

    #[test]
    fn the_last_leftover_joins_the_stratum_nearest_to_the_top() {
        let units = [unit(1, None, 2), unit(2, Some(1), 8), unit(3, Some(2), 5), unit(4, Some(1), 9)];
        assert_eq!(members(&units, 5), [vec![1, 2], vec![3], vec![4]]);
    }

    #[test]
    fn labels_name_the_largest_first() {
        let units = [unit(1, None, 0), unit(2, Some(1), 2), unit(3, Some(1), 3)];
        let strata = freeze(&units, 5).expect("strata");
        assert_eq!(strata[0].label, Text::new("課3・課2", "Division 3 and Division 2"));
        let units = [unit(1, None, 1), unit(2, Some(1), 3), unit(3, Some(1), 3)];
        let strata = freeze(&units, 5).expect("strata");
        assert_eq!(strata[0].label, Text::new("課2 ほか2部署", "Division 2 and 2 other units"));
        assert!(strata[0].is_merged());
        assert_eq!(strata[0].size, 7);
    }

    #[test]
    fn a_unit_finds_its_stratum() {
        let units = [unit(1, None, 0), unit(2, Some(1), 9), unit(3, Some(1), 6)];
        let strata = freeze(&units, 5).expect("strata");
        assert_eq!(stratum_of(&strata, 3), Some(1));
        assert_eq!(stratum_of(&strata, 1), None);
        assert_eq!(by_unit(&strata), BTreeMap::from([(2, 0), (3, 1)]));
    }

    #[test]
    fn impossible_rosters_are_refused() {
        let few = StratumError::TooFew { people: 4, k: 5 };
        assert_eq!(freeze(&[unit(1, None, 4)], 5), Err(few));
        assert!(few.message(Lang::Ja).contains("4人"));
        assert_eq!(freeze(&[], 5), Err(StratumError::TooFew { people: 0, k: 5 }));
        let twice = [unit(1, None, 9), unit(1, None, 9)];
        assert_eq!(freeze(&twice, 5), Err(StratumError::Duplicate(1)));
        let lost = [unit(1, Some(7), 9)];
        assert_eq!(freeze(&lost, 5), Err(StratumError::UnknownParent { unit: 1, parent: 7 }));
        let circle = [unit(1, None, 9), unit(2, Some(3), 9), unit(3, Some(2), 9)];
        assert_eq!(freeze(&circle, 5), Err(StratumError::Circular(2)));
    }

    /// A random forest; ids are neither dense nor in the order of the tree.
    fn forest() -> impl Strategy<Value = Vec<UnitNode>> {
        proptest::collection::vec((any::<u32>(), 0u32..12), 1..40).prop_map(|seeds| {
            let id = |at: usize| ((at as i64) * 7919) % 1009;
            seeds
                .iter()
                .enumerate()
                .map(|(at, &(seed, eligible))| {
                    let above = seed as usize % (at + 1);
                    let parent = (above < at).then(|| id(above));
                    unit(id(at), parent, eligible)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn everyone_is_in_exactly_one_stratum_of_at_least_k(units in forest(), k in 1u32..9) {
            let people: u32 = units.iter().map(|u| u.eligible).sum();
            let Ok(strata) = freeze(&units, k) else {
                prop_assert!(people < k);
                return Ok(());
            };
            prop_assert!(people >= k);
            let mut assigned: Vec<i64> = strata.iter().flat_map(|s| s.units.clone()).collect();
            assigned.sort_unstable();
            let mut peopled: Vec<i64> = units.iter().filter(|u| u.eligible > 0).map(|u| u.id).collect();
            peopled.sort_unstable();
            prop_assert_eq!(assigned, peopled);
            let sizes = by_unit(&strata).into_iter().fold(vec![0; strata.len()], |mut sizes, (id, at)| {
                sizes[at] += units.iter().find(|u| u.id == id).map_or(0, |u| u.eligible);
                sizes
            });
            for (stratum, size) in strata.iter().zip(sizes) {
                prop_assert!(stratum.size >= k);
                prop_assert_eq!(stratum.size, size);
            }
            prop_assert_eq!(strata.iter().map(|s| s.size).sum::<u32>(), people);
        }

        #[test]
        fn no_two_strata_have_the_same_name(units in forest(), kinds in 1i64..4) {
            let mut units = units;
            for unit in &mut units {
                unit.label = Text::new(format!("課{}", unit.id % kinds), format!("Division {}", unit.id % 2));
            }
            let Ok(strata) = freeze(&units, 5) else { return Ok(()) };
            for lang in [Lang::Ja, Lang::En] {
                let names: BTreeSet<&str> = strata.iter().map(|s| s.label.get(lang)).collect();
                prop_assert_eq!(names.len(), strata.len());
            }
        }

        #[test]
        fn a_large_enough_unit_only_ever_receives_leftovers(units in forest(), k in 1u32..9) {
            let Ok(strata) = freeze(&units, k) else { return Ok(()) };
            let mut top_leftovers = 0;
            for stratum in &strata {
                let of = |id: &i64| units.iter().find(|u| u.id == *id).map_or(0, |u| u.eligible);
                let own: Vec<u32> = stratum.units.iter().map(of).filter(|&people| people >= k).collect();
                prop_assert!(own.len() <= 1, "two units of {k} or more share {stratum:?}");
                if let Some(own) = own.first() {
                    // One leftover of its own subtree, and for a single stratum the one left at the top.
                    let received = stratum.size - own;
                    prop_assert!(received <= 2 * (k - 1));
                    top_leftovers += u32::from(received >= k);
                }
            }
            prop_assert!(top_leftovers <= 1);
        }

        #[test]
        fn units_that_are_all_large_enough_stay_alone(units in forest(), k in 1u32..9) {
            let mut units = units;
            for unit in &mut units {
                unit.eligible = if unit.eligible < k { 0 } else { unit.eligible };
            }
            if let Ok(strata) = freeze(&units, k) {
                prop_assert!(strata.iter().all(|s| !s.is_merged()));
            }
        }

        #[test]
        fn the_order_of_the_input_does_not_matter(
            (units, shuffled) in forest().prop_flat_map(|units| (Just(units.clone()), Just(units).prop_shuffle())),
            k in 1u32..9,
        ) {
            prop_assert_eq!(freeze(&units, k), freeze(&shuffled, k));
        }
    }
}
