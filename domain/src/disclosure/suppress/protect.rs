//! Secondary suppression of one item: which further cells have to be hidden.

use super::{Cell, Given};
use crate::disclosure::{Count, Table, determined};

/// Hides cells until those hidden from the start cannot be worked out.
pub(super) struct Suppressor<'a> {
    tables: &'a [Table],
    /// Group → the tables that it is the total of.
    splits: Vec<Vec<usize>>,
    /// Group → its answers.
    counts: &'a [&'a Count],
    /// Group → what was decided before its own answers were looked at.
    given: &'a [Given],
    /// Group → what was decided by its own answers.
    cells: &'a [Cell],
    /// Group → whether it is hidden.
    hidden: Vec<bool>,
    k: u32,
}

/// What a table's total is made of, as far as a reader can take it apart.
#[derive(Default)]
struct Apart {
    /// Shown cells, which can be subtracted.
    shown: Vec<usize>,
    /// The hidden cells that are left over together.
    hidden: Vec<usize>,
}

impl<'a> Suppressor<'a> {
    pub(super) fn new(
        tables: &'a [Table],
        counts: &'a [&'a Count],
        given: &'a [Given],
        cells: &'a [Cell],
        k: u32,
    ) -> Self {
        let mut splits = vec![Vec::new(); counts.len()];
        for (at, table) in tables.iter().enumerate() {
            splits[table.total].push(at);
        }
        let hidden = cells.iter().map(|cell| !cell.state.is_shown()).collect();
        Self { tables, splits, counts, given, cells, hidden, k }
    }

    pub(super) fn protect(mut self) -> Vec<bool> {
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

    fn n(&self, cell: usize) -> u32 {
        self.counts[cell].n
    }

    fn is_shown(&self, cell: usize) -> bool {
        !self.hidden[cell] && self.n(cell) > 0
    }

    /// Hidden, and with someone in it to protect.
    fn is_secret(&self, cell: usize) -> bool {
        self.hidden[cell] && self.cells[cell].peopled
    }

    /// The cell to hide next for the sake of one table; `None` where that table gives nothing away.
    fn next_in_table(&self, table: usize) -> Option<usize> {
        let Table { total, parts } = &self.tables[table];
        if self.hidden[*total] {
            return None;
        }
        let shown: Vec<usize> = match parts.iter().filter(|&&part| self.is_secret(part)).count() {
            0 => return None,
            1 => parts.iter().copied().filter(|&part| self.is_shown(part)).collect(),
            _ => {
                let apart = self.apart(table, self.tables.len());
                if self.is_safe(*total, &apart) {
                    return None;
                }
                apart.shown
            }
        };
        // With nothing left to hide below, the total itself has to go.
        self.smallest(shown).or(Some(*total))
    }

    /// Takes the total of a table apart, also below its hidden parts. `depth` bounds the descent: tables that split
    /// into each other in a circle are no reason to hang.
    fn apart(&self, table: usize, depth: usize) -> Apart {
        let mut apart = Apart::default();
        for &part in &self.tables[table].parts {
            if self.is_shown(part) {
                apart.shown.push(part);
            } else if self.is_secret(part) {
                match self.narrowed(part, depth) {
                    Some(below) => {
                        apart.shown.extend(below.shown);
                        apart.hidden.extend(below.hidden);
                    }
                    None => apart.hidden.push(part),
                }
            }
        }
        apart
    }

    /// A hidden part taken apart by the table that leaves the fewest people over; `None` where it has none.
    fn narrowed(&self, part: usize, depth: usize) -> Option<Apart> {
        let depth = depth.checked_sub(1)?;
        let people = |apart: &Apart| apart.hidden.iter().map(|&cell| u64::from(self.n(cell))).sum::<u64>();
        self.splits[part].iter().map(|&table| self.apart(table, depth)).min_by_key(people)
    }

    /// True where what is left over of `total` may be known.
    fn is_safe(&self, total: usize, apart: &Apart) -> bool {
        let mut rest = self.counts[total].clone();
        for &cell in &apart.shown {
            rest.subtract(self.counts[cell]);
        }
        match rest.n {
            // Hidden cells that nobody is in, though no reader knows; otherwise all that is hidden can be worked out.
            0 => !apart.hidden.is_empty(),
            n if n < self.k => false,
            _ if rest.is_unanimous() => !rest.betrays_everyone(self.k),
            _ => self.has_other_reasons(&rest, &apart.hidden),
        }
    }

    /// True where the reason for hiding anything is plain to see, or could be another one. A reader who finds no cell
    /// of few people knows that some hidden cell is unanimous; where only one is small enough to be, and only one
    /// answer was given often enough, they would know which, and what it is. Sums of numbers can be made up in many
    /// ways.
    fn has_other_reasons(&self, rest: &Count, hidden: &[usize]) -> bool {
        let is_plain =
            |&cell: &usize| !matches!(self.given[cell], Given::Open) || (1..self.k).contains(&self.n(cell));
        let reasons = |&cell: &usize| {
            let n = self.n(cell);
            if n < self.k.saturating_mul(2) { rest.counts.iter().filter(|&&c| c >= n).count() } else { 0 }
        };
        rest.counts.is_empty() || hidden.iter().any(is_plain) || hidden.iter().map(reasons).sum::<usize>() > 1
    }

    fn smallest(&self, cells: impl IntoIterator<Item = usize>) -> Option<usize> {
        cells.into_iter().min_by_key(|&cell| (self.n(cell), cell))
    }

    /// The cell to hide next because of a combination of tables; `None` where no hidden cell is determined.
    fn next_by_elimination(&self) -> Option<usize> {
        let secret: Vec<bool> = (0..self.counts.len()).map(|cell| self.is_secret(cell)).collect();
        let found = determined(self.tables, &secret);
        if found.is_empty() {
            return None;
        }
        let mut reached = vec![false; self.counts.len()];
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
                .filter(|&cell| self.cells[cell].peopled)
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
