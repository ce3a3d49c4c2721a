//! Rates of few people, hidden by the rules of a release ([`crate::disclosure`]).
//!
//! A rate is a question with two answers: those who are counted in the numerator gave one, all others the other. So
//! the groups of one indicator are the cells of one item, and the rules are these:
//!
//! 1. *Primary.* Fewer than k people ([`crate::disclosure::CellState::Primary`]), and fewer than 2k of whom all or
//!    none are counted ([`Count::betrays_everyone`]). As in a release, a numerator of 1 among k or more people is
//!    shown: the threshold is on the people a figure is about, not on each answer.
//! 2. *Secondary*, as in [`crate::disclosure::suppress()`]. What is left of a shown total when everything shown is
//!    subtracted is published as well. It must be two cells at the least, k people or more, and not betray them; nor
//!    may it leave only one cell, and one answer, as the reason for hiding anything. Otherwise the smallest shown
//!    group is hidden as well, and so on; where hiding all of them would not do, the total is hidden instead.
//! 3. What a total has beyond its groups is a cell of its own that is never printed. It protects a hidden group, and
//!    where it is small itself, it is protected like one. Where a group is stated without counts, these may be known
//!    from elsewhere, and the remainder protects nothing.
//! 4. Groups that have more people, or more counted ones, than their total overlap in a way that nobody stated, so
//!    nothing can be said of what follows by subtraction. A release publishes nothing then
//!    ([`crate::disclosure::TableError::NotExact`]); here, once one group is hidden, only the total stays.
//!
//! That how many people are in a group is no secret, but what is counted is, holds here too.

use serde::{Deserialize, Serialize};

use super::Rate;
use crate::disclosure::{Count, LEAST_THRESHOLD};
use crate::fiscal_year::fold;
use crate::text::Lang;

/// Names of the group that all others are part of.
const TOTALS: [&str; 7] = ["全体", "合計", "総計", "計", "全府省", "All", "Total"];

/// One group's rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRate {
    /// Name of the group.
    pub label: String,
    /// The counts; absent where only a percentage is stated.
    pub counts: Option<Rate>,
    /// True where the other groups are part of this one. A group named 全体, 合計, 総計, 計, 全府省, All or Total is a
    /// total in any case.
    pub is_total: bool,
}

impl GroupRate {
    fn is_whole(&self) -> bool {
        let name = fold(&self.label);
        self.is_total || TOTALS.iter().any(|total| name.eq_ignore_ascii_case(total))
    }
}

/// Whether a group's rate may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// With its counts.
    Shown,
    /// Neither the rate nor its counts.
    Hidden(Reason),
}

impl Decision {
    /// True where the rate and its counts may be shown.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shown)
    }
}

/// Why a rate is hidden. That all or none are counted is no reason of its own: whoever is told so can find out
/// which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Too few people.
    FewPeople,
    /// It would tell something about each of a few people, by itself or by giving another group away.
    Protection,
}

impl Reason {
    /// What stands in place of the rate; the words of [`crate::disclosure::CellState::label`], for people who are
    /// counted instead of asked.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::FewPeople => lang.t("人数が少ないため非表示", "Hidden: too few people"),
            Self::Protection => {
                lang.t("一人ひとりの情報を守るため非表示", "Hidden to protect people's information")
            }
        }
    }
}

/// Decides what may be shown of each group of one indicator at one time, in the order given. The `threshold` k is
/// that of scores ([`crate::disclosure::Thresholds`]); one below [`LEAST_THRESHOLD`] is
/// raised to it. A group without counts cannot be judged and is shown as it was stated.
pub fn hide_small_rates(groups: &[GroupRate], threshold: u32) -> Vec<Decision> {
    let k = threshold.max(LEAST_THRESHOLD);
    let counts: Vec<Count> =
        groups.iter().map(|group| group.counts.map_or_else(Count::default, count)).collect();
    let splits = splits(groups, &counts);
    // Without a total nothing follows by subtraction, and the other reason would say that all or none are counted.
    let alike = if splits.is_empty() { Reason::FewPeople } else { Reason::Protection };
    let judge = |count: &Count| match count.n {
        0 => Decision::Shown,
        n if n < k => Decision::Hidden(Reason::FewPeople),
        _ if count.betrays_everyone(k) => Decision::Hidden(alike),
        _ => Decision::Shown,
    };
    let found = counts.iter().map(judge).collect();
    let uncounted = groups.iter().any(|group| group.counts.is_none() && !group.is_whole());
    Suppressor { counts, found, uncounted, k }.protect(&splits)
}

fn count(rate: Rate) -> Count {
    let (part, whole) = (rate.numerator(), rate.denominator());
    Count { counts: vec![part, whole - part], ..Count::people(whole) }
}

/// A total and the groups with counts that are part of it; it may have more people than they have together.
struct Split {
    total: usize,
    parts: Vec<usize>,
}

/// Every total over all groups, and over each smaller total.
fn splits(groups: &[GroupRate], counts: &[Count]) -> Vec<Split> {
    let counted = (0..groups.len()).filter(|&at| counts[at].n > 0);
    let (mut totals, parts): (Vec<usize>, Vec<usize>) = counted.partition(|&at| groups[at].is_whole());
    totals.sort_by_key(|&at| counts[at].n);
    let mut splits = Vec::new();
    for (at, &total) in totals.iter().enumerate() {
        splits.push(Split { total, parts: parts.clone() });
        splits.extend(totals[..at].iter().map(|&smaller| Split { total, parts: vec![smaller] }));
    }
    splits.retain(|split| !split.parts.is_empty());
    splits
}

struct Suppressor {
    /// Group → its counts; nobody where it has none.
    counts: Vec<Count>,
    found: Vec<Decision>,
    /// True where a group that is no total has no counts.
    uncounted: bool,
    k: u32,
}

impl Suppressor {
    fn protect(mut self, splits: &[Split]) -> Vec<Decision> {
        loop {
            let next = splits.iter().map(|split| self.next(split)).find(|groups| !groups.is_empty());
            let Some(groups) = next else { return self.found };
            for group in groups {
                self.found[group] = Decision::Hidden(Reason::Protection);
            }
        }
    }

    fn is_hidden(&self, group: usize) -> bool {
        !self.found[group].is_shown()
    }

    /// The shown groups to hide for the sake of one total; none where it gives nothing away.
    fn next(&self, split: &Split) -> Vec<usize> {
        if self.is_hidden(split.total) {
            return Vec::new();
        }
        let (mut hidden, mut shown): (Vec<usize>, Vec<usize>) =
            split.parts.iter().partition(|part| self.is_hidden(**part));
        let Some(remainder) = self.remainder(split) else {
            return if hidden.is_empty() { hidden } else { shown };
        };
        shown.sort_by_key(|&part| self.counts[part].n);
        let before = hidden.len();
        let mut smallest_first = shown.into_iter();
        while !self.is_safe(&hidden, &remainder) {
            match smallest_first.next() {
                Some(part) => hidden.push(part),
                None => return vec![split.total],
            }
        }
        hidden.split_off(before)
    }

    /// What a total has beyond its parts; `None` where they have more than it has.
    fn remainder(&self, split: &Split) -> Option<Count> {
        let mut rest = self.counts[split.total].clone();
        for &part in &split.parts {
            let part = &self.counts[part];
            if rest.counts.iter().zip(&part.counts).any(|(all, some)| all < some) {
                return None;
            }
            rest.subtract(part);
        }
        Some(rest)
    }

    /// True where what is left over of a total may be known: the hidden parts and the remainder, together.
    fn is_safe(&self, hidden: &[usize], remainder: &Count) -> bool {
        if hidden.is_empty() {
            return remainder.n == 0 || self.may_be_known(remainder);
        }
        let mut left: Vec<&Count> = hidden.iter().map(|&part| &self.counts[part]).collect();
        if remainder.n > 0 && !self.uncounted {
            left.push(remainder);
        }
        let mut sum = Count { counts: vec![0, 0], ..Count::default() };
        for count in &left {
            sum.add(count);
        }
        left.len() > 1
            && self.may_be_known(&sum)
            && (sum.is_unanimous() || self.has_other_reasons(&sum, &left))
    }

    fn may_be_known(&self, count: &Count) -> bool {
        count.n >= self.k && !count.betrays_everyone(self.k)
    }

    /// True where the reason for hiding anything is plain to see, or could be another one. A reader who finds no
    /// cell of few people knows that in some hidden cell all or none are counted; where only one is small enough,
    /// and only one answer was given often enough, they would know which, and what it is.
    fn has_other_reasons(&self, sum: &Count, left: &[&Count]) -> bool {
        let reasons = |cell: &&Count| {
            let may_be_alike = cell.n < self.k.saturating_mul(2);
            if may_be_alike { sum.counts.iter().filter(|answer| **answer >= cell.n).count() } else { 0 }
        };
        left.iter().any(|cell| cell.n < self.k) || left.iter().map(reasons).sum::<usize>() > 1
    }
}

#[cfg(test)]
mod tests;
