//! Primary and secondary suppression (一次・二次秘匿) over all tables of a release.
//!
//! # Method
//!
//! 1. Cells with fewer than k people are hidden ([`CellState::Primary`]).
//! 2. In each table whose total is shown, the hidden parts must be at least two, and what is left of the total when
//!    everything shown is subtracted, directly or through the tables of its hidden parts, must be k people or more.
//!    Otherwise the smallest shown cell among them is hidden as well ([`CellState::Secondary`]; of equal ones the
//!    first), and so on until nothing changes, since a group occurs in several tables.
//! 3. Gaussian elimination looks for hidden cells that still follow from the shown ones by any combination of tables
//!    ([`determined`]). While there is one, the smallest shown cell near it is hidden, and step 2 is done again.
//!
//! This is done once for the groups as a whole, then for the comments, then for each item, whose n may be smaller.
//! A hidden group hides all its items. Empty cells are hidden but need no protection and give none, for their
//! emptiness is no secret. A coarsened distribution is a hidden one as far as subtraction goes.

use super::elimination::determined;
use super::group::Table;
use super::{CellState, Thresholds, coarsen};
use crate::text::Lang;

/// How many people answered in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupCounts {
    /// Counted sheets of the group.
    pub respondents: u32,
    /// Per item, how many answered it (its n).
    pub items: Vec<u32>,
    /// Per item, whether its distribution has to be coarsened by itself; see [`coarsen`]. May be shorter than
    /// `items`: what is missing does not have to.
    pub coarsened: Vec<bool>,
}

impl GroupCounts {
    /// Counts without any distribution to coarsen.
    pub fn new(respondents: u32, items: Vec<u32>) -> Self {
        Self { respondents, items, coarsened: Vec::new() }
    }

    /// Counts of items that have one answer per person, from their distributions.
    pub fn from_distributions<'a>(
        respondents: u32,
        distributions: impl IntoIterator<Item = &'a [u32]>,
        thresholds: &Thresholds,
    ) -> Self {
        let mut counts = Self::new(respondents, Vec::new());
        for distribution in distributions {
            counts.items.push(distribution.iter().fold(0, |sum, count| sum.saturating_add(*count)));
            counts.coarsened.push(coarsen(distribution, thresholds.scores));
        }
        counts
    }

    fn n(&self, item: usize) -> u32 {
        self.items.get(item).copied().unwrap_or(0)
    }

    fn is_coarsened(&self, item: usize) -> bool {
        self.coarsened.get(item).copied().unwrap_or(false)
    }
}

/// What may be shown of every group. Positions are those of the groups and items passed to [`suppress`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Per group: [`CellState::Shown`] where anything of it may be.
    pub groups: Vec<CellState>,
    /// Per group and item.
    pub items: Vec<Vec<CellState>>,
    /// Per group, for the list of its comments.
    pub comments: Vec<CellState>,
}

impl Suppression {
    /// The state of a group; hidden where there is no such group.
    pub fn group(&self, group: usize) -> CellState {
        self.groups.get(group).copied().unwrap_or_default()
    }

    /// The state of an item in a group; hidden where there is no such cell.
    pub fn item(&self, group: usize, item: usize) -> CellState {
        self.items.get(group).and_then(|items| items.get(item)).copied().unwrap_or_default()
    }

    /// The state of the comments of a group; hidden where there is no such group.
    pub fn comments(&self, group: usize) -> CellState {
        self.comments.get(group).copied().unwrap_or_default()
    }
}

/// Why a release's tables cannot be judged. Nothing may be published from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A table names a group that does not exist.
    #[error("table {table} names a group that does not exist")]
    UnknownGroup {
        /// Position of the table.
        table: usize,
    },
    /// The parts do not add up to the total, so the table is not the equation it claims to be.
    #[error("the parts of table {table} do not add up to its total")]
    NotExact {
        /// Position of the table.
        table: usize,
    },
}

impl TableError {
    /// The message for HR.
    pub fn message(&self, lang: Lang) -> String {
        let (Self::UnknownGroup { table } | Self::NotExact { table }) = self;
        let number = table + 1;
        match lang {
            Lang::Ja => format!("集計表{number}の内訳が全体と一致しないため、公表を中止しました。"),
            Lang::En => {
                format!("Nothing was released: the parts of table {number} do not add up to its total.")
            }
        }
    }
}

/// Decides what may be shown of each group, of its items, and of its comments.
///
/// ```
/// use domain::disclosure::{CellState, GroupCounts, Table, Thresholds, suppress};
/// // A division of 19 with sections of 3, 7 and 9 respondents and one item that all answered.
/// let groups = [19, 3, 7, 9].map(|n| GroupCounts::new(n, vec![n]));
/// let tables = [Table { total: 0, parts: vec![1, 2, 3] }];
/// let states = suppress(&groups, &tables, &Thresholds::default()).unwrap().groups;
/// // Showing both 7 and 9 would give the 3 away: the 7 is hidden too.
/// assert_eq!(states, [CellState::Shown, CellState::Primary, CellState::Secondary, CellState::Shown]);
/// ```
///
/// # Errors
/// Where a table names a group that does not exist, or its parts do not add up to its total, for respondents and for
/// every item.
pub fn suppress(
    groups: &[GroupCounts],
    tables: &[Table],
    thresholds: &Thresholds,
) -> Result<Suppression, TableError> {
    let items = groups.iter().map(|group| group.items.len()).max().unwrap_or(0);
    check(groups, tables, items)?;
    let respondents: Vec<u32> = groups.iter().map(|group| group.respondents).collect();
    let open = vec![CellState::Shown; groups.len()];
    let of_groups = decide(tables, &respondents, &open, thresholds.scores);
    let of_comments = decide(tables, &respondents, &of_groups, thresholds.comments);
    let mut of_items: Vec<Vec<CellState>> = vec![Vec::with_capacity(items); groups.len()];
    for item in 0..items {
        let n: Vec<u32> = groups.iter().map(|group| group.n(item)).collect();
        let given: Vec<CellState> = groups
            .iter()
            .zip(&of_groups)
            .map(|(group, &state)| match state {
                CellState::Shown if group.is_coarsened(item) => CellState::Coarsened,
                _ => state,
            })
            .collect();
        let decided = decide(tables, &n, &given, thresholds.scores);
        for (states, state) in of_items.iter_mut().zip(decided) {
            states.push(state);
        }
    }
    Ok(Suppression { groups: of_groups, items: of_items, comments: of_comments })
}

/// Every table must be the equation that the reasoning relies on.
fn check(groups: &[GroupCounts], tables: &[Table], items: usize) -> Result<(), TableError> {
    for (at, table) in tables.iter().enumerate() {
        let find = |group: usize| groups.get(group).ok_or(TableError::UnknownGroup { table: at });
        let total = find(table.total)?;
        let parts = table.parts.iter().map(|&part| find(part)).collect::<Result<Vec<_>, _>>()?;
        let adds_up = |n: &dyn Fn(&GroupCounts) -> u32| {
            parts.iter().map(|part| u64::from(n(part))).sum::<u64>() == u64::from(n(total))
        };
        let exact = adds_up(&|group: &GroupCounts| group.respondents)
            && (0..items).all(|item| adds_up(&|group: &GroupCounts| group.n(item)));
        if !exact {
            return Err(TableError::NotExact { table: at });
        }
    }
    Ok(())
}

/// One round of suppression. `n` and `given` are per group: how many people, and what is already decided.
fn decide(tables: &[Table], n: &[u32], given: &[CellState], k: u32) -> Vec<CellState> {
    let primary = |(&n, &state): (&u32, &CellState)| if n < k { CellState::Primary } else { state };
    let mut states: Vec<CellState> = n.iter().zip(given).map(primary).collect();
    let hidden = states.iter().map(|state| !state.is_shown()).collect();
    let hidden = Suppressor::new(tables, n, hidden, k).protect();
    for (state, hidden) in states.iter_mut().zip(hidden) {
        if hidden && state.is_shown() {
            *state = CellState::Secondary;
        }
    }
    states
}

/// Hides cells until those hidden from the start cannot be worked out.
struct Suppressor<'a> {
    tables: &'a [Table],
    /// Group → the tables that it is the total of.
    splits: Vec<Vec<usize>>,
    /// Group → people.
    n: &'a [u32],
    /// Group → whether it is hidden.
    hidden: Vec<bool>,
    k: u32,
}

impl<'a> Suppressor<'a> {
    fn new(tables: &'a [Table], n: &'a [u32], hidden: Vec<bool>, k: u32) -> Self {
        let mut splits = vec![Vec::new(); n.len()];
        for (at, table) in tables.iter().enumerate() {
            splits[table.total].push(at);
        }
        Self { tables, splits, n, hidden, k }
    }

    fn protect(mut self) -> Vec<bool> {
        loop {
            let mut settled = true;
            for table in 0..self.tables.len() {
                while let Some(cell) = self.next_in_table(table) {
                    self.hidden[cell] = true;
                    settled = false;
                }
            }
            if !settled {
                continue;
            }
            match self.next_by_elimination() {
                Some(cell) => self.hidden[cell] = true,
                None => return self.hidden,
            }
        }
    }

    fn is_shown(&self, cell: usize) -> bool {
        !self.hidden[cell] && self.n[cell] > 0
    }

    /// Hidden, and with someone in it to protect.
    fn is_secret(&self, cell: usize) -> bool {
        self.hidden[cell] && self.n[cell] > 0
    }

    /// The cell to hide next for the sake of one table; `None` where that table gives nothing away.
    fn next_in_table(&self, table: usize) -> Option<usize> {
        let Table { total, parts } = &self.tables[table];
        if self.hidden[*total] {
            return None;
        }
        let secrets = parts.iter().filter(|&&part| self.is_secret(part)).count();
        if secrets == 0 {
            return None;
        }
        let depth = self.tables.len();
        if secrets > 1 && self.remainder(table, depth) >= self.k {
            return None;
        }
        let mut shown: Vec<usize> = Vec::new();
        if secrets > 1 {
            self.collect_shown(table, depth, &mut shown);
        } else {
            shown.extend(parts.iter().filter(|&&part| self.is_shown(part)));
        }
        // With nothing left to hide below, the total itself has to go.
        self.smallest(shown).or(Some(*total))
    }

    /// People left of a table's total when everything shown is subtracted, also below its hidden parts.
    fn remainder(&self, table: usize, depth: usize) -> u32 {
        let secrets = self.tables[table].parts.iter().filter(|&&part| self.is_secret(part));
        secrets.fold(0, |sum, &part| sum.saturating_add(self.narrowed(part, depth)))
    }

    /// The fewest people that a hidden part can be narrowed down to by subtracting what is shown of its own parts.
    /// `depth` bounds the descent: tables that split into each other in a circle are no reason to hang.
    fn narrowed(&self, part: usize, depth: usize) -> u32 {
        let n = self.n[part];
        let Some(depth) = depth.checked_sub(1) else { return n };
        self.splits[part]
            .iter()
            .map(|&table| self.remainder(table, depth))
            .min()
            .map_or(n, |least| least.min(n))
    }

    /// The shown cells whose subtraction makes up [`Suppressor::remainder`].
    fn collect_shown(&self, table: usize, depth: usize, shown: &mut Vec<usize>) {
        for &part in &self.tables[table].parts {
            if self.is_shown(part) {
                shown.push(part);
            } else if let Some(depth) = depth.checked_sub(1) {
                for &below in &self.splits[part] {
                    self.collect_shown(below, depth, shown);
                }
            }
        }
    }

    fn smallest(&self, cells: impl IntoIterator<Item = usize>) -> Option<usize> {
        cells.into_iter().min_by_key(|&cell| (self.n[cell], cell))
    }

    /// The cell to hide next because of a combination of tables; `None` where no hidden cell is determined.
    fn next_by_elimination(&self) -> Option<usize> {
        let secret: Vec<bool> = (0..self.n.len()).map(|cell| self.is_secret(cell)).collect();
        let found = determined(self.tables, &secret);
        if found.is_empty() {
            return None;
        }
        let mut reached = vec![false; self.n.len()];
        for cell in found {
            reached[cell] = true;
        }
        // In widening rings: the cells of tables that share a cell with what was reached.
        loop {
            let touched = |table: &&Table| reached[table.total] || table.parts.iter().any(|&p| reached[p]);
            let ring: Vec<usize> = self
                .tables
                .iter()
                .filter(touched)
                .flat_map(|table| table.parts.iter().copied().chain([table.total]))
                .filter(|&cell| self.n[cell] > 0)
                .collect();
            if let Some(cell) = self.smallest(ring.iter().copied().filter(|&cell| self.is_shown(cell))) {
                return Some(cell);
            }
            let before = reached.iter().filter(|&&reached| reached).count();
            for cell in ring {
                reached[cell] = true;
            }
            if reached.iter().filter(|&&reached| reached).count() == before {
                // Everything connected is hidden; then no combination determines a cell, and this is not reached.
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
