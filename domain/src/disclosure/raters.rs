//! Which numbers about the subject of a review may be shown: one rule for every number that anyone can see.
//!
//! The raters are given as disjoint *atoms*, one per stratum, and what could be shown as sets of atoms, one after
//! the other. [`Published`] judges each by what is shown already: for any two published groups, neither their
//! difference nor what is left of the whole may be smaller than the threshold, or tell the answer of each of a few
//! people.
//!
//! # Why nothing else follows
//!
//! What is shown is at any time a number of disjoint *blocks* of atoms whose answers are known, and no more than that:
//!
//! - A set that shares nobody with the blocks becomes a block, and one that goes beyond some of them makes a block of
//!   the people it adds: k or more, whose answers do not betray them ([`Count::betrays_everyone`]).
//! - A set that ends within one block splits it, where there are 2k people or more on either side.
//! - A set that ends within several blocks, or within one and goes beyond it, is refused. Of *crossing* sets such as
//!   {1, 2} and {2, 3}, sums and differences are not all that can be worked out: what nobody in {1, 2} said, nobody
//!   in 2 said. Tables that cross belong to [`super::suppress()`].
//!
//! So every published set is a union of blocks, and whatever follows from all of them by any combination is one as
//! well: at least k people for one block, 2k for more. How the answers of a block spread over its people is not known.
//!
//! # What a refusal tells
//!
//! Whoever knows the rule and how many people answered learns from a refusal as well (Kenthapadi, Mishra and Nissim,
//! "Denials leak information: Simulatable auditing", *Journal of Computer and System Sciences* 79, 2013). Therefore a
//! refusal depends on what was answered only where it is about people of whom nothing is shown. It then tells that
//! they agree. They are *kept back*: nothing that has any of them in it is shown either, so it is not told on what.
//! (With four peers kept back, two subordinates, and all six shown together, the answer that four or more gave would
//! be that of the peers.) The exception are several groups kept back that all said the same, 2k people or more: that is
//! a finding about all of them. That they did not says little of what they did say where there are more than two
//! answers, and with two the exception is not made.
//!
//! All other refusals follow from the numbers of people, which are no secret (see [`crate::disclosure`]).

mod cells;

pub use cells::{GroupCells, RaterCounts, ReviewCells, named_cells, review_cells, shows_totals};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{CellState, Count};
use crate::text::Lang;

/// A group of raters, by the positions of its atoms.
pub type AtomSet = BTreeSet<usize>;

/// Whether something may be shown, or why not.
pub type Judgement = Result<(), Withheld>;

/// Why a group of raters is not shown. That their answers are all alike is no reason of its own: agreement that is
/// announced is an answer that is told.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Fewer people than the threshold, or nobody.
    #[error("fewer raters than the threshold")]
    Few,
    /// The answers of a few people would follow from it, by itself or by subtraction.
    #[error("the answers of a few raters could follow")]
    Protected,
}

impl Withheld {
    /// All reasons.
    pub const ALL: [Withheld; 2] = [Self::Few, Self::Protected];

    /// The name stored in the database and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Protected => "protected",
        }
    }

    /// Reads [`Withheld::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// Why, in a sentence for the subject. It does not tell how many answered.
    pub const fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Few => lang.t(
                "回答した評価者が最小集計人数に満たないため、表示していません。",
                "Fewer raters answered than the threshold, so nothing is shown.",
            ),
            Self::Protected => lang.t(
                "表示すると、少人数の評価者の回答がそのまま、またはほかの数値との引き算によって分かってしまうおそれがあるため、表示していません。",
                "This is not shown, because the answers of a few raters could follow from it, by itself or by subtraction from other numbers.",
            ),
        }
    }
}

impl From<Withheld> for CellState {
    fn from(reason: Withheld) -> Self {
        match reason {
            Withheld::Few => Self::Primary,
            Withheld::Protected => Self::Secondary,
        }
    }
}

/// What is shown of the answers to one item.
///
/// ```
/// use domain::disclosure::{AtomSet, Count, Published, Withheld};
/// // Four subordinates and one peer.
/// let atoms = [4, 1].map(Count::people);
/// let mut published = Published::new(&atoms, 3);
/// assert_eq!(published.judge(&AtomSet::from([0])), Ok(()));
/// assert_eq!(published.judge(&AtomSet::from([1])), Err(Withheld::Few));
/// // All five less the four would be the peer.
/// assert_eq!(published.judge(&AtomSet::from([0, 1])), Err(Withheld::Protected));
/// ```
#[derive(Clone, Debug)]
pub struct Published<'a> {
    atoms: &'a [Count],
    k: u32,
    /// Disjoint; without atoms where a block has become part of another one.
    blocks: Vec<Block>,
    /// Atom → its block.
    homes: Vec<Option<usize>>,
}

/// Atoms of which something is known together.
#[derive(Clone, Debug)]
struct Block {
    atoms: Vec<usize>,
    /// True where the answers are known. Otherwise they are kept back, and no more may be known than what that tells.
    published: bool,
}

impl<'a> Published<'a> {
    /// Nothing is shown yet. Nobody is in two atoms; `k` people or more may be shown.
    pub fn new(atoms: &'a [Count], k: u32) -> Self {
        Self { atoms, k, blocks: Vec::new(), homes: vec![None; atoms.len()] }
    }

    /// Judges a set, and remembers it as shown where it may be. The sets that matter most come first, but parts before
    /// their whole: once shown, a whole is taken apart only into parts of 2k people. Atoms without people make no
    /// difference, for their emptiness is no secret.
    ///
    /// # Errors
    /// Why the set must not be shown; also where it names an atom that does not exist.
    pub fn judge(&mut self, set: &AtomSet) -> Judgement {
        let mut free = Vec::new();
        let mut touched: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &atom in set {
            let count = self.atoms.get(atom).ok_or(Withheld::Protected)?;
            match self.homes[atom] {
                _ if count.n == 0 => {}
                Some(block) => touched.entry(block).or_default().push(atom),
                None => free.push(atom),
            }
        }
        if self.count(touched.values().flatten().chain(&free)).n < self.k {
            return Err(Withheld::Few);
        }
        // What is left of the set without the published blocks that lie in it.
        let (mut kept, mut cut) = (Vec::new(), Vec::new());
        for (id, members) in touched {
            match &self.blocks[id] {
                block if members.len() < block.atoms.len() => cut.push((id, members)),
                block if block.published => {}
                _ => kept.push(id),
            }
        }
        match (free.is_empty(), kept.as_slice(), cut.as_slice()) {
            (true, [], []) => Ok(()),
            (false, [], []) => self.add(free),
            (true, [_, ..], []) => self.join(&kept),
            (true, [], [(id, members)]) => self.split(*id, members),
            _ => Err(Withheld::Protected),
        }
    }

    /// Shows people of whom nothing is known so far.
    fn add(&mut self, atoms: Vec<usize>) -> Judgement {
        let count = self.count(&atoms);
        if count.n < self.k {
            return Err(Withheld::Protected);
        }
        self.settle(atoms, !count.betrays_everyone(self.k))
    }

    /// Shows blocks that were kept back, where all their people agree.
    fn join(&mut self, kept: &[usize]) -> Judgement {
        let mut atoms = Vec::new();
        for &id in kept {
            atoms.append(&mut self.blocks[id].atoms);
        }
        let count = self.count(&atoms);
        // Of two answers, not to have given the same means to have given the other.
        let more_than_two = count.counts.len() != 2;
        let published = more_than_two && count.is_unanimous() && !count.betrays_everyone(self.k);
        self.settle(atoms, published)
    }

    /// Shows some of the people of a block. The whole block is known, so a refusal must not depend on its answers.
    fn split(&mut self, id: usize, members: &[usize]) -> Judgement {
        let block = &self.blocks[id];
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            block.atoms.iter().copied().partition(|atom| members.contains(atom));
        let least = self.k.saturating_mul(2);
        if !block.published || self.count(&inside).n < least || self.count(&outside).n < least {
            return Err(Withheld::Protected);
        }
        self.blocks[id].atoms = outside;
        self.settle(inside, true)
    }

    fn settle(&mut self, atoms: Vec<usize>, published: bool) -> Judgement {
        for &atom in &atoms {
            self.homes[atom] = Some(self.blocks.len());
        }
        self.blocks.push(Block { atoms, published });
        if published { Ok(()) } else { Err(Withheld::Protected) }
    }

    /// The answers of atoms taken together.
    fn count<'b>(&self, atoms: impl IntoIterator<Item = &'b usize>) -> Count {
        let mut counts = atoms.into_iter().filter_map(|&atom| self.atoms.get(atom));
        let mut total = counts.next().cloned().unwrap_or_default();
        counts.for_each(|count| total.add(count));
        total
    }
}

#[cfg(test)]
mod tests;
