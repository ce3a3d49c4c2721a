//! In which group of how many people each answer about a subject counts.
//!
//! - The subject and the superiors are groups of their own, and named.
//! - Subordinates are a group of their own where there are k of them or more; peers likewise.
//! - Fewer than k subordinates are put together with the peers, where both make k or more: their view is what a review
//!   is for, and without the peers it would be lost.
//! - Fewer than k peers beside k subordinates or more are not asked: together with the subordinates they would hide
//!   what those said by themselves, and beside them their own answers would follow by subtraction.
//! - Whoever is left is not asked. Nobody should answer what nobody can be shown.

use std::collections::BTreeMap;

use super::{RaterGroup, Relation};

/// One rater of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The subject's staff id.
    pub subject: i64,
    /// The rater's staff id.
    pub rater: i64,
    /// How the rater stands to the subject.
    pub relation: Relation,
}

/// One group of raters of one subject: a stratum of the campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The subject's staff id.
    pub subject: i64,
    /// Which group.
    pub group: RaterGroup,
    /// The raters' staff ids, in order.
    pub raters: Vec<i64>,
}

/// All groups of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// By subject, then by group.
    pub strata: Vec<Group>,
    /// Raters in groups too small, who are not asked.
    pub not_asked: Vec<Asked>,
}

impl Grouping {
    /// How many subjects have a group of raters that is not named.
    pub fn reported(&self) -> usize {
        let mut subjects: Vec<i64> =
            self.strata.iter().filter(|group| !group.group.is_named()).map(|group| group.subject).collect();
        subjects.dedup();
        subjects.len()
    }
}

/// Puts raters into groups of at least `k`. A rater is listed once for each subject.
pub fn group(asked: &[Asked], k: u32) -> Grouping {
    let mut subjects: BTreeMap<i64, BTreeMap<Relation, Vec<i64>>> = BTreeMap::new();
    for one in asked {
        subjects.entry(one.subject).or_default().entry(one.relation).or_default().push(one.rater);
    }
    let mut grouping = Grouping::default();
    for (subject, mut relations) in subjects {
        let mut take = |relation| {
            let mut raters = relations.remove(&relation).unwrap_or_default();
            raters.sort_unstable();
            raters.dedup();
            raters
        };
        let [own, superiors, subordinates, peers] = Relation::ALL.map(&mut take);
        let enough = |raters: &[i64]| u32::try_from(raters.len()).is_ok_and(|n| n >= k);
        let mut add = |group, raters: Vec<i64>| {
            if !raters.is_empty() {
                grouping.strata.push(Group { subject, group, raters });
            }
        };
        let mut not_asked = |relation, raters: Vec<i64>| {
            grouping.not_asked.extend(raters.into_iter().map(|rater| Asked { subject, rater, relation }));
        };
        // A view of oneself that stands alone compares with nothing.
        let both: Vec<i64> = subordinates.iter().chain(&peers).copied().collect();
        if !enough(&both) {
            not_asked(Relation::Own, own);
            not_asked(Relation::Superior, superiors);
            not_asked(Relation::Subordinate, subordinates);
            not_asked(Relation::Peer, peers);
            continue;
        }
        add(RaterGroup::Own, own);
        add(RaterGroup::Superior, superiors);
        if !enough(&subordinates) && !subordinates.is_empty() {
            add(RaterGroup::Others, both);
            continue;
        }
        add(RaterGroup::Subordinates, subordinates);
        if enough(&peers) {
            add(RaterGroup::Peers, peers);
        } else {
            not_asked(Relation::Peer, peers);
        }
    }
    grouping
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(subject: i64, relation: Relation, raters: std::ops::Range<i64>) -> Vec<Asked> {
        raters.map(|rater| Asked { subject, rater, relation }).collect()
    }

    /// Groups and their sizes, of one subject with so many subordinates and peers, a superior and a view of oneself.
    fn of(subordinates: i64, peers: i64) -> Vec<(RaterGroup, usize)> {
        let all = [
            asked(1, Relation::Own, 1..2),
            asked(1, Relation::Superior, 2..3),
            asked(1, Relation::Subordinate, 100..100 + subordinates),
            asked(1, Relation::Peer, 200..200 + peers),
        ]
        .concat();
        let grouping = group(&all, 3);
        let kept: usize = grouping.strata.iter().map(|group| group.raters.len()).sum();
        assert_eq!(kept + grouping.not_asked.len(), all.len(), "nobody is lost");
        grouping.strata.iter().map(|group| (group.group, group.raters.len())).collect()
    }

    #[test]
    fn groups_are_put_together_only_where_their_own_are_too_small() {
        use RaterGroup::{Others, Own, Peers, Subordinates, Superior};
        assert_eq!(of(4, 3), [(Own, 1), (Superior, 1), (Subordinates, 4), (Peers, 3)]);
        assert_eq!(of(4, 0), [(Own, 1), (Superior, 1), (Subordinates, 4)]);
        assert_eq!(of(4, 1), [(Own, 1), (Superior, 1), (Subordinates, 4)], "the peer is not asked");
        assert_eq!(of(2, 5), [(Own, 1), (Superior, 1), (Others, 7)]);
        assert_eq!(of(2, 1), [(Own, 1), (Superior, 1), (Others, 3)]);
        assert_eq!(of(0, 3), [(Own, 1), (Superior, 1), (Peers, 3)]);
        assert_eq!(of(2, 0), [], "nobody is asked about somebody of whom nothing could be shown");
        assert_eq!(of(1, 1), []);
    }

    #[test]
    fn subjects_are_counted_and_kept_apart() {
        let all = [asked(1, Relation::Subordinate, 10..14), asked(2, Relation::Subordinate, 10..12)].concat();
        let grouping = group(&all, 3);
        assert_eq!(grouping.reported(), 1);
        assert_eq!(grouping.not_asked, asked(2, Relation::Subordinate, 10..12));
        // Somebody listed twice counts once.
        let twice =
            [asked(1, Relation::Subordinate, 10..12), asked(1, Relation::Subordinate, 10..12)].concat();
        assert_eq!(group(&twice, 3).strata, []);
    }

    proptest! {
        #[test]
        fn no_group_that_is_not_named_is_below_the_threshold(
            pairs in proptest::collection::btree_map((0i64..4, 0i64..12), 0usize..4, 0..40),
            k in 3u32..6,
        ) {
            let all: Vec<Asked> = pairs
                .into_iter()
                .map(|((subject, rater), at)| Asked { subject, rater, relation: Relation::ALL[at] })
                .collect();
            let grouping = group(&all, k);
            let kept: usize = grouping.strata.iter().map(|group| group.raters.len()).sum();
            prop_assert_eq!(kept + grouping.not_asked.len(), all.len());
            for one in grouping.strata {
                prop_assert!(one.group.is_named() || one.raters.len() >= k as usize);
            }
        }
    }
}
