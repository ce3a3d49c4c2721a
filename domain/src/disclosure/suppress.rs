//! Primary and secondary suppression (一次・二次秘匿) over all tables of a release.
//!
//! # Method
//!
//! 1. Hidden are cells with fewer than k people ([`CellState::Primary`]), and those whose answers are alike and fewer
//!    than 2k ([`Count::betrays_everyone`]).
//! 2. In each table whose total is shown, what is left of the total when everything shown is subtracted, directly or
//!    through the tables of its hidden parts, is published as well, and is judged like a cell: it must be two hidden
//!    parts at the least, k people or more, and not betray them. Nor may it leave only one hidden cell, and one answer,
//!    as the reason for hiding anything. Otherwise the smallest shown cell among them is hidden as well
//!    ([`CellState::Secondary`]; of equal ones the first), and so on until nothing changes, since a group occurs in
//!    several tables.
//! 3. Gaussian elimination looks for hidden cells that still follow from the shown ones by any combination of tables
//!    ([`super::determined`]). While there is one, the smallest shown cell near it is hidden, and step 2 is done again.
//!
//! Groups of the reporting tree lie within each other or apart, so what is left over of different totals has no people
//! in common, and whatever follows from the shown cells is made up of such remainders. Where each of them is safe, so
//! is their sum.
//!
//! All this is done for the groups as a whole, then for each item in the order asked. A hidden group hides all its
//! items. Empty cells are hidden but need no protection and give none, for their emptiness is no secret.
//!
//! How many people answered a *conditional* item tells what they answered before. So a cell of it is hidden wherever
//! the cell of an item that it depends on is, and says no more than that one does: the same state, whatever its own n
//! is, even where nobody was asked.

mod protect;

use protect::Suppressor;

use super::group::Table;
use super::{CellState, Count, Thresholds};
use crate::text::Lang;

/// The answers of a group.
#[derive(Clone, Copy, Debug)]
pub struct GroupCounts<'a> {
    /// Counted sheets of the group.
    pub respondents: u32,
    /// Per item; what is missing nobody answered.
    pub items: &'a [Count],
}

impl<'a> GroupCounts<'a> {
    fn item(&self, item: usize) -> &'a Count {
        static NOBODY: Count = Count { n: 0, counts: Vec::new(), numbers: None };
        self.items.get(item).unwrap_or(&NOBODY)
    }
}

/// How an item is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemRule {
    /// Free text: its n is how many people were asked, and the threshold that of comments.
    pub comments: bool,
    /// Positions of the earlier items whose answers decide whether this one is asked. A position that is not an earlier
    /// item's hides the item everywhere.
    pub depends_on: Vec<usize>,
}

/// What may be shown of every group. Positions are those of the groups and items passed to [`suppress`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Per group: [`CellState::Shown`] where anything of it may be.
    groups: Vec<CellState>,
    /// Per item and group.
    items: Vec<Vec<CellState>>,
}

impl Suppression {
    /// The state of a group; hidden where there is no such group.
    pub fn group(&self, group: usize) -> CellState {
        self.groups.get(group).copied().unwrap_or_default()
    }

    /// The state of an item in a group; hidden where there is no such cell.
    pub fn item(&self, group: usize, item: usize) -> CellState {
        self.items.get(item).and_then(|groups| groups.get(group)).copied().unwrap_or_default()
    }

    /// Hides what is still shown of a group, for a reason of the caller's own.
    pub fn hide(&mut self, group: usize) {
        let of_group = std::iter::once(&mut self.groups).chain(&mut self.items);
        for state in of_group.filter_map(|states| states.get_mut(group)).filter(|state| state.is_shown()) {
            *state = CellState::Secondary;
        }
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

/// Decides what may be shown of each group and of its items, which are in the order asked.
///
/// ```
/// use domain::disclosure::{CellState, Count, GroupCounts, ItemRule, Table, Thresholds, suppress};
/// // A division of 19 with sections of 3, 7 and 9 respondents, and one question that all answered with yes or no.
/// let answers = [[12, 7], [2, 1], [4, 3], [6, 3]];
/// let counts = answers.map(|[yes, no]| [Count { counts: vec![yes, no], ..Count::people(yes + no) }]);
/// let groups: Vec<GroupCounts> =
///     counts.iter().map(|items| GroupCounts { respondents: items[0].n, items }).collect();
/// let tables = [Table { total: 0, parts: vec![1, 2, 3] }];
/// let found = suppress(&groups, &tables, &[ItemRule::default()], &Thresholds::default()).unwrap();
/// // Showing both 7 and 9 would give the 3 away: the 7 is hidden too.
/// let states = [0, 1, 2, 3].map(|group| found.item(group, 0));
/// assert_eq!(states, [CellState::Shown, CellState::Primary, CellState::Secondary, CellState::Shown]);
/// ```
///
/// # Errors
/// Where a table names a group that does not exist, or its parts do not add up to its total, for respondents and for
/// every item.
pub fn suppress(
    groups: &[GroupCounts],
    tables: &[Table],
    items: &[ItemRule],
    thresholds: &Thresholds,
) -> Result<Suppression, TableError> {
    check(groups, tables, items.len())?;
    let people: Vec<Count> = groups.iter().map(|group| Count::people(group.respondents)).collect();
    let people: Vec<&Count> = people.iter().collect();
    let of_groups = decide(tables, &people, &vec![Given::Open; groups.len()], thresholds.scores);
    let mut of_items: Vec<Vec<Cell>> = Vec::with_capacity(items.len());
    for (item, rule) in items.iter().enumerate() {
        let counts: Vec<&Count> = groups.iter().map(|group| group.item(item)).collect();
        let given: Vec<Given> = of_groups
            .iter()
            .enumerate()
            .map(|(group, cell)| match strictest(rule, group, &of_items) {
                Some(before) => Given::Before(before),
                None if cell.state.is_shown() => Given::Open,
                None => Given::Group,
            })
            .collect();
        let k = if rule.comments { thresholds.comments } else { thresholds.scores };
        of_items.push(decide(tables, &counts, &given, k));
    }
    let states = |cells: Vec<Cell>| cells.into_iter().map(|cell| cell.state).collect::<Vec<CellState>>();
    Ok(Suppression { groups: states(of_groups), items: of_items.into_iter().map(states).collect() })
}

/// Of the hidden cells that an item depends on in a group, the one that tells most about how many were asked.
fn strictest(rule: &ItemRule, group: usize, of_items: &[Vec<Cell>]) -> Option<Cell> {
    let unknown = Cell { state: CellState::Secondary, peopled: true };
    rule.depends_on
        .iter()
        .map(|&item| of_items.get(item).and_then(|cells| cells.get(group)).copied().unwrap_or(unknown))
        .filter(|cell| !cell.state.is_shown())
        .min_by_key(|cell| (cell.state, cell.peopled))
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
            && (0..items).all(|item| adds_up(&|group: &GroupCounts| group.item(item).n));
        if !exact {
            return Err(TableError::NotExact { table: at });
        }
    }
    Ok(())
}

/// What is decided of a cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    state: CellState,
    /// False where a reader knows that nobody is in it.
    peopled: bool,
}

/// What is decided of a cell before its own answers are looked at.
#[derive(Clone, Copy, Debug)]
enum Given {
    /// Nothing.
    Open,
    /// Its group is hidden.
    Group,
    /// An item that decides whether this one is asked is hidden there, as this cell says.
    Before(Cell),
}

impl Given {
    /// Primary suppression.
    fn judge(self, count: &Count, k: u32) -> Cell {
        let state = match self {
            Self::Before(cell) => return cell,
            _ if count.n < k => CellState::Primary,
            Self::Open if !count.betrays_everyone(k) => CellState::Shown,
            Self::Open | Self::Group => CellState::Secondary,
        };
        Cell { state, peopled: count.n > 0 }
    }
}

/// One round of suppression: the counts of one item per group, and what is already decided of them.
fn decide(tables: &[Table], counts: &[&Count], given: &[Given], k: u32) -> Vec<Cell> {
    let mut cells: Vec<Cell> = counts.iter().zip(given).map(|(count, given)| given.judge(count, k)).collect();
    let hidden = Suppressor::new(tables, counts, given, &cells, k).protect();
    for (cell, hidden) in cells.iter_mut().zip(hidden) {
        if hidden && cell.state.is_shown() {
            cell.state = CellState::Secondary;
        }
    }
    cells
}

#[cfg(test)]
mod tests;
