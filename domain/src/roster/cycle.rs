//! Circles in a relation where everyone has at most one superior.

use std::collections::BTreeMap;

/// Every circle that contains at least one of `starts`, each once and beginning with the member that comes
/// first in `starts`, every member followed by the one above it. `above` gives the superior of a member.
///
/// Each member is visited once over all walks, so the time is that of one map look-up per member.
pub(super) fn circles<'a, K: Ord>(
    starts: impl IntoIterator<Item = &'a K>,
    above: impl Fn(&'a K) -> Option<&'a K>,
) -> Vec<Vec<&'a K>> {
    let mut walk_of: BTreeMap<&'a K, usize> = BTreeMap::new();
    let mut rank: BTreeMap<&'a K, usize> = BTreeMap::new();
    let mut found: Vec<Vec<&'a K>> = Vec::new();
    for (walk, start) in starts.into_iter().enumerate() {
        rank.entry(start).or_insert(walk);
        let mut path: Vec<&'a K> = Vec::new();
        let mut next = Some(start);
        while let Some(member) = next {
            match walk_of.get(member) {
                Some(earlier) => {
                    if *earlier == walk {
                        let from = path.iter().position(|m| *m == member).unwrap_or_default();
                        found.push(path.split_off(from));
                    }
                    break;
                }
                None => {
                    walk_of.insert(member, walk);
                    path.push(member);
                    next = above(member);
                }
            }
        }
    }
    let first_ranked = |circle: &Vec<&'a K>| {
        circle.iter().enumerate().filter_map(|(at, m)| rank.get(*m).map(|rank| (*rank, at))).min()
    };
    found
        .into_iter()
        .filter_map(|mut circle| {
            let (_, at) = first_ranked(&circle)?;
            circle.rotate_left(at);
            Some(circle)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(starts: &[u32], links: &[(u32, u32)]) -> Vec<Vec<u32>> {
        let above: BTreeMap<u32, u32> = links.iter().copied().collect();
        circles(starts, |member| above.get(member))
            .into_iter()
            .map(|circle| circle.into_iter().copied().collect())
            .collect()
    }

    #[test]
    fn a_tree_has_no_circle() {
        assert!(of(&[1, 2, 3, 4], &[(2, 1), (3, 1), (4, 3)]).is_empty());
    }

    #[test]
    fn each_circle_is_found_once_and_begins_with_its_first_start() {
        let links = [(1, 2), (2, 3), (3, 1), (4, 1), (5, 6), (6, 5)];
        assert_eq!(of(&[4, 3, 2, 1, 6, 5], &links), [vec![3, 1, 2], vec![6, 5]]);
    }

    #[test]
    fn a_circle_of_strangers_is_not_reported() {
        assert!(of(&[1], &[(1, 2), (2, 3), (3, 2)]).is_empty());
        assert_eq!(of(&[1, 3], &[(1, 2), (2, 3), (3, 2)]), [vec![3, 2]]);
    }

    #[test]
    fn a_long_chain_takes_linear_time() {
        let links: Vec<(u32, u32)> = (0..100_000).map(|n| (n, n + 1)).collect();
        let starts: Vec<u32> = (0..=100_000).rev().collect();
        assert!(of(&starts, &links).is_empty());
        let starts: Vec<u32> = (0..=100_000).collect();
        assert!(of(&starts, &links).is_empty());
    }
}
