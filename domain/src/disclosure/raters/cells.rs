//! What may be shown to the subject of a review, of each group of raters and each item.

use super::{AtomSet, Judgement, Published, Withheld};
use crate::disclosure::{Count, GroupCounts, ItemRule, Thresholds};
use crate::review::LEAST_MANAGERS;

/// Positions of the strata among the atoms.
const SUBORDINATES: usize = 0;
const PEERS: usize = 1;
const MERGED: usize = 2;

/// The answers about one subject, per stratum; `None` where there is no such stratum. Nobody is in two of them. The
/// subject and the superior are shown by name, and are in none.
#[derive(Clone, Copy, Debug, Default)]
pub struct RaterCounts<'a> {
    /// Subordinates.
    pub subordinates: Option<GroupCounts<'a>>,
    /// Peers.
    pub peers: Option<GroupCounts<'a>>,
    /// Subordinates and peers in one stratum, because neither were enough for their own.
    pub others: Option<GroupCounts<'a>>,
}

/// What may be shown of one group of raters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCells {
    /// The group as a whole: how many answered, and that anything is shown.
    pub whole: Judgement,
    items: Vec<Judgement>,
}

impl GroupCells {
    /// An item, by its position among those passed to [`review_cells`].
    ///
    /// # Errors
    /// Why the item must not be shown. An item that does not exist nobody answered.
    pub fn item(&self, item: usize) -> Judgement {
        self.items.get(item).copied().unwrap_or(Err(Withheld::Few))
    }

    /// What is decided of an item before its own answers are looked at. How many people answered a conditional item
    /// tells what they answered before, so where that is hidden, the item is hidden for the same reason, whatever its
    /// own n is.
    fn before(&self, rule: &ItemRule) -> Judgement {
        self.whole?;
        let earlier = |&item: &usize| self.items.get(item).copied().unwrap_or(Err(Withheld::Protected));
        rule.depends_on.iter().map(earlier).filter_map(Result::err).min().map_or(Ok(()), Err)
    }
}

/// What is shown of people who are named, as they were told before they answered: all that they answered.
pub fn named_cells(counts: &GroupCounts<'_>) -> GroupCells {
    let any = |n: u32| if n > 0 { Ok(()) } else { Err(Withheld::Few) };
    GroupCells {
        whole: any(counts.respondents),
        items: counts.items.iter().map(|count| any(count.n)).collect(),
    }
}

/// True where totals of a review of so many subjects may be shown, such as how many sheets have come in. Of a few
/// subjects they would tell how many of one subject's raters have answered.
pub fn shows_totals(subjects: usize) -> bool {
    u32::try_from(subjects).unwrap_or(u32::MAX) >= LEAST_MANAGERS
}

/// What may be shown to one subject; `None` where there is no such group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewCells {
    /// Subordinates.
    pub subordinates: Option<GroupCells>,
    /// Peers.
    pub peers: Option<GroupCells>,
    /// All raters but the subject and the superior: subordinates and peers together.
    pub others: Option<GroupCells>,
}

/// Decides what may be shown of each group of raters and of its items, which are in the order asked.
///
/// The groups as a whole are judged first, by how many answered; a hidden group hides all its items. Then each item is
/// judged by its own counts, from which those who had no opportunity to observe are left out. Subordinates come first,
/// then peers, then both together, who are shown only where nothing follows from it about either.
///
/// ```
/// use domain::disclosure::{Count, GroupCounts, ItemRule, RaterCounts, Thresholds, Withheld, review_cells};
/// // Four subordinates and three peers; one of the peers had no opportunity to observe.
/// let subordinates = [Count { counts: vec![0, 1, 1, 2, 0], ..Count::people(4) }];
/// let peers = [Count { counts: vec![0, 0, 1, 1, 0], ..Count::people(2) }];
/// let raters = RaterCounts {
///     subordinates: Some(GroupCounts { respondents: 4, items: &subordinates }),
///     peers: Some(GroupCounts { respondents: 3, items: &peers }),
///     others: None,
/// };
/// let thresholds = Thresholds { scores: 3, comments: 5, response_rate: 3 };
/// let cells = review_cells(&raters, &[ItemRule::default()], &thresholds);
/// let [subordinates, peers, others] = [cells.subordinates, cells.peers, cells.others].map(Option::unwrap);
/// assert_eq!([subordinates.whole, peers.whole, others.whole], [Ok(()); 3]);
/// assert_eq!(subordinates.item(0), Ok(()));
/// assert_eq!(peers.item(0), Err(Withheld::Few));
/// // All six less the four would be the two peers.
/// assert_eq!(others.item(0), Err(Withheld::Protected));
/// ```
pub fn review_cells(raters: &RaterCounts, items: &[ItemRule], thresholds: &Thresholds) -> ReviewCells {
    let strata = [raters.subordinates, raters.peers, raters.others];
    let both = raters.subordinates.is_some() && raters.peers.is_some();
    let sets = [
        raters.subordinates.map(|_| AtomSet::from([SUBORDINATES])),
        raters.peers.map(|_| AtomSet::from([PEERS])),
        (both || raters.others.is_some()).then(|| AtomSet::from([SUBORDINATES, PEERS, MERGED])),
    ];
    let people = strata.map(|stratum| Count::people(stratum.map_or(0, |stratum| stratum.respondents)));
    let mut published = Published::new(&people, thresholds.scores);
    let mut groups = sets.map(|set| {
        set.map(|set| {
            let whole = published.judge(&set);
            (set, GroupCells { whole, items: Vec::with_capacity(items.len()) })
        })
    });
    for (item, rule) in items.iter().enumerate() {
        let answers = strata
            .map(|stratum| stratum.and_then(|stratum| stratum.items.get(item)).cloned().unwrap_or_default());
        let k = if rule.comments { thresholds.comments } else { thresholds.scores };
        let mut published = Published::new(&answers, k);
        for (set, cells) in groups.iter_mut().flatten() {
            let judged = cells.before(rule).and_then(|()| published.judge(set));
            cells.items.push(judged);
        }
    }
    let [subordinates, peers, others] = groups.map(|group| group.map(|(_, cells)| cells));
    ReviewCells { subordinates, peers, others }
}

#[cfg(test)]
mod tests;
