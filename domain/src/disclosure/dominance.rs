//! Sums over few who contribute much: averages over managers must not tell the result of any single one, not even to
//! another of them, who knows their own.
//!
//! A prior–posterior rule for sums of counts, after the (n, k) dominance and the p% rule (Hundepool et al., *Statistical
//! Disclosure Control*, Wiley 2012, section 4.2): with any one contributor taken away, nobody has more than half of what is left, and
//! what is left is not all in one point.

use std::collections::BTreeSet;

use super::{Count, Table};

/// What is known of a sum over contributors: enough to judge it, and to judge it together with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contributions {
    sum: Count,
    /// People of the two largest contributors.
    largest: [u32; 2],
    /// Per point, the most people of one contributor who did not choose it.
    outside: Vec<u32>,
}

impl Contributions {
    /// Adds one contributor, of whom `count` is shown. One of whom nothing is shown is none.
    pub fn add(&mut self, count: &Count) {
        let outside = count.counts.iter().map(|chose| count.n.saturating_sub(*chose)).collect();
        self.merge(&Self { sum: count.clone(), largest: [count.n, 0], outside });
    }

    /// Adds other contributors.
    pub fn merge(&mut self, others: &Self) {
        // A sum has as many points as there are in what is added.
        self.sum.counts.resize(self.sum.counts.len().max(others.sum.counts.len()), 0);
        self.sum.add(&others.sum);
        let mut largest = [self.largest, others.largest].concat();
        largest.sort_unstable_by(|a, b| b.cmp(a));
        self.largest = [largest[0], largest[1]];
        let points = self.outside.len().max(others.outside.len());
        self.outside.resize(points, 0);
        for (most, other) in self.outside.iter_mut().zip(&others.outside) {
            *most = (*most).max(*other);
        }
    }

    /// True where the sum tells one contributor's result to another of them, or to anybody.
    pub fn betray(&self) -> bool {
        let [first, second] = self.largest;
        let dominated = first.saturating_mul(2) > self.sum.n.saturating_sub(second);
        let alike = self.sum.counts.iter().zip(&self.outside).any(|(chose, most)| {
            // All who did not choose the point are of one contributor.
            self.sum.n.saturating_sub(*chose) <= *most
        });
        self.sum.n > 0 && (dominated || alike)
    }
}

/// The cells of one item to hide in `tables` beside those that are hidden already. Where a part betrays somebody, or what
/// is left of the total when all parts that are shown are taken from it, all parts are hidden; where a total does, everything
/// that belongs to it.
pub fn dominated(
    contributions: &[Contributions],
    tables: &[Table],
    is_shown: impl Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let betrays = |group: usize| contributions.get(group).is_some_and(Contributions::betray);
    let mut hidden = BTreeSet::new();
    for table in tables {
        let (shown, left): (Vec<usize>, Vec<usize>) = table.parts.iter().partition(|part| is_shown(**part));
        let mut rest = Contributions::default();
        left.iter().filter_map(|part| contributions.get(*part)).for_each(|part| rest.merge(part));
        if betrays(table.total) {
            hidden.insert(table.total);
        }
        if betrays(table.total) || rest.betray() || shown.into_iter().any(betrays) {
            hidden.extend(&table.parts);
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(counts: &[u32]) -> Count {
        Count { n: counts.iter().sum(), counts: counts.to_vec(), numbers: None }
    }

    fn all(contributors: &[Vec<u32>]) -> Contributions {
        let mut sum = Contributions::default();
        contributors.iter().for_each(|one| sum.add(&count(one)));
        sum
    }

    /// The rule by its words: with nobody, or any one, taken away.
    fn by_brute_force(contributors: &[Vec<u32>]) -> bool {
        let people = |one: &Vec<u32>| one.iter().sum::<u32>();
        let seen = |rest: &[&Vec<u32>]| {
            let total: u32 = rest.iter().map(|one| people(one)).sum();
            let most = rest.iter().any(|one| 2 * people(one) > total);
            let points = rest.first().map_or(0, |one| one.len());
            let alike = (0..points).any(|at| rest.iter().map(|one| one[at]).sum::<u32>() == total);
            most || alike
        };
        let everybody: Vec<&Vec<u32>> = contributors.iter().collect();
        seen(&everybody)
            || (0..everybody.len()).any(|without| {
                let mut rest = everybody.clone();
                rest.remove(without);
                seen(&rest)
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn nobody_is_seen_through_a_sum(
            // Many zeros, or answers would hardly ever be alike.
            contributors in prop::collection::vec(prop::collection::vec((0u32..3, 0u32..8).prop_map(|(some, n)| some / 2 * n), 3), 1..7)
        ) {
            let contributors: Vec<Vec<u32>> =
                contributors.into_iter().filter(|one| one.iter().sum::<u32>() > 0).collect();
            let betrays = !contributors.is_empty() && by_brute_force(&contributors);
            prop_assert_eq!(all(&contributors).betray(), betrays);
        }

        #[test]
        fn parts_are_judged_like_their_whole(
            contributors in prop::collection::vec(prop::collection::vec(0u32..7, 3), 2..9), at in 1usize..8
        ) {
            let at = at.min(contributors.len() - 1);
            let mut merged = all(&contributors[..at]);
            merged.merge(&all(&contributors[at..]));
            prop_assert_eq!(merged, all(&contributors));
        }
    }

    #[test]
    fn who_knows_their_own_result_learns_nothing_of_the_next_one() {
        assert!(!all(&[vec![4, 4], vec![4, 4], vec![4, 4], vec![4, 4], vec![4, 4]]).betray());
        let two_large = [vec![15, 15], vec![15, 15], vec![1, 2], vec![2, 1], vec![1, 2]];
        assert!(all(&two_large).betray(), "each of the two large ones knows most of the rest");
        let one_differs = [vec![2, 6], vec![0, 8], vec![0, 8], vec![0, 8], vec![0, 8]];
        assert!(all(&one_differs).betray(), "to that one all others are alike");
    }

    #[test]
    fn what_is_left_of_a_total_is_judged_as_well() {
        let fine = || all(&[vec![4, 4], vec![4, 4], vec![4, 4], vec![4, 4], vec![4, 4]]);
        let few = all(&[vec![0, 40]]);
        let others = all(&[vec![1, 2], vec![2, 1], vec![1, 2], vec![2, 1]]);
        let mut total = fine();
        [&fine(), &few, &others].into_iter().for_each(|part| total.merge(part));
        let groups = [total.clone(), fine(), few, others];
        let tables = [Table { total: 0, parts: vec![1, 2, 3] }];
        // Two small parts are hidden: together they are five, but nearly all of one.
        assert_eq!(dominated(&groups, &tables, |group| group < 2), BTreeSet::from([1, 2, 3]));
        let sound = [total, fine(), fine(), fine()];
        assert_eq!(dominated(&sound, &tables, |_| true), BTreeSet::new());
        let seen_through = [all(&[vec![1, 1]]), fine(), fine(), fine()];
        assert_eq!(dominated(&seen_through, &tables, |_| true), BTreeSet::from([0, 1, 2, 3]));
    }
}
