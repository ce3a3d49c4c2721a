//! Sums over units within units: what is told of a unit and of some units within it tells what is left.

use std::collections::BTreeSet;

use super::Count;

/// What is told of a unit with everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NestedCount {
    /// The units it is the sum of; `None` for all there are. Two of these sums are either one within the other, or have
    /// no unit in common.
    pub units: Option<BTreeSet<i64>>,
    /// The people it is of.
    pub count: Count,
}

impl NestedCount {
    fn is_within(&self, other: &Self) -> bool {
        match (&self.units, &other.units) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => mine.is_subset(theirs),
        }
    }
}

/// Which sums, by their place, must not be told. Each sum less those next within it is of nobody, or of at least `k`
/// people who do not all say the same: any other difference of sums is made up of such rests. Where a rest would tell too
/// much, the smallest of the sums within goes, so that its people are part of the rest.
pub fn withheld(sums: &[NestedCount], k: u32) -> BTreeSet<usize> {
    let mut gone = BTreeSet::new();
    while let Some(next) = (0..sums.len()).find_map(|at| gives_away(sums, &gone, at, k)) {
        gone.insert(next);
    }
    gone
}

/// The sum that has to go for the sake of what is left of the one at `at`.
fn gives_away(sums: &[NestedCount], gone: &BTreeSet<usize>, at: usize, k: u32) -> Option<usize> {
    if gone.contains(&at) {
        return None;
    }
    // Of two sums over the same units, the one with the higher place counts as the one within.
    let within = |inner: usize, outer: usize| {
        inner != outer
            && sums[inner].is_within(&sums[outer])
            && (inner > outer || !sums[outer].is_within(&sums[inner]))
    };
    let below: Vec<usize> =
        (0..sums.len()).filter(|inner| !gone.contains(inner) && within(*inner, at)).collect();
    let next: Vec<usize> =
        below.iter().copied().filter(|inner| !below.iter().any(|between| within(*inner, *between))).collect();
    let mut rest = sums[at].count.clone();
    for inner in &next {
        rest.subtract(&sums[*inner].count);
    }
    let tells = rest.n > 0 && (rest.n < k || rest.betrays_everyone(k));
    if tells { next.into_iter().min_by_key(|inner| sums[*inner].count.n) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people(units: &[i64], n: u32) -> NestedCount {
        NestedCount { units: Some(units.iter().copied().collect()), count: Count::people(n) }
    }

    fn share(units: Option<&[i64]>, part: u32, n: u32) -> NestedCount {
        NestedCount {
            units: units.map(|units| units.iter().copied().collect()),
            count: Count { counts: vec![part, n - part], ..Count::people(n) },
        }
    }

    #[test]
    fn a_bureau_less_its_only_division_would_be_its_head() {
        let (bureau, division) = (people(&[1, 2], 9), people(&[2], 8));
        assert_eq!(withheld(&[bureau.clone(), division.clone()], 5), BTreeSet::from([1]));
        assert_eq!(withheld(&[division, bureau], 5), BTreeSet::from([0]));
    }

    #[test]
    fn several_divisions_together_leave_few() {
        let bureau = people(&[1, 2, 3, 4], 15);
        let divisions = [people(&[2], 6), people(&[3], 5)];
        assert_eq!(withheld(&[bureau.clone(), divisions[0].clone()], 5), BTreeSet::new());
        assert_eq!(
            withheld(&[bureau, divisions[0].clone(), divisions[1].clone()], 5),
            BTreeSet::from([2]),
            "15 less 6 and 5 are four"
        );
    }

    #[test]
    fn the_same_units_twice_tell_nothing_more() {
        assert_eq!(withheld(&[people(&[1], 7), people(&[1], 7)], 5), BTreeSet::new());
    }

    #[test]
    fn what_is_left_may_not_be_all_alike() {
        let (all, part) = (share(None, 10, 26), share(Some(&[2]), 10, 20));
        assert_eq!(withheld(&[all, part.clone()], 5), BTreeSet::from([1]), "six of six said no");
        assert_eq!(withheld(&[share(None, 11, 26), part], 5), BTreeSet::new());
    }

    proptest! {
        /// Units 0 to 14 are a tree: unit n has 2n + 1 and 2n + 2 below it.
        #[test]
        fn no_difference_is_of_few(
            sizes in prop::collection::vec(0_u32..8, 15),
            told in prop::collection::btree_set(0_usize..15, 0..10),
        ) {
            fn below(unit: usize) -> BTreeSet<i64> {
                if unit > 14 {
                    return BTreeSet::new();
                }
                let mut units = below(2 * unit + 1);
                units.extend(below(2 * unit + 2));
                units.insert(unit as i64);
                units
            }
            let n = |units: &BTreeSet<i64>| units.iter().map(|unit| sizes[*unit as usize]).sum::<u32>();
            let sums: Vec<NestedCount> = told
                .into_iter()
                .map(below)
                .filter(|units| n(units) >= 5)
                .map(|units| NestedCount { count: Count::people(n(&units)), units: Some(units) })
                .collect();
            let gone = withheld(&sums, 5);
            let left: Vec<&BTreeSet<i64>> =
                (0..sums.len()).filter(|at| !gone.contains(at)).filter_map(|at| sums[at].units.as_ref()).collect();
            // Every sum less any others that lie within it and apart from one another.
            for whole in &left {
                let inner: Vec<&&BTreeSet<i64>> =
                    left.iter().filter(|one| one.is_subset(whole) && **one != *whole).collect();
                for chosen in 0_u32..(1 << inner.len()) {
                    let some: Vec<_> =
                        (0..inner.len()).filter(|at| chosen >> at & 1 == 1).map(|at| inner[at]).collect();
                    let apart = some.iter().enumerate().all(|(at, one)| {
                        some[..at].iter().all(|other| one.is_disjoint(other))
                    });
                    if apart {
                        let rest = n(whole) - some.iter().map(|units| n(units)).sum::<u32>();
                        prop_assert!(rest == 0 || rest >= 5, "{rest} people are left");
                    }
                }
            }
        }
    }
}
