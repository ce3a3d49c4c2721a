use proptest::prelude::*;

use super::CellState::{Coarsened, Primary, Secondary, Shown};
use super::*;

fn table(total: usize, parts: &[usize]) -> Table {
    Table { total, parts: parts.to_vec() }
}

/// Groups with one item that every respondent answered.
fn groups(n: &[u32]) -> Vec<GroupCounts> {
    n.iter().map(|&n| GroupCounts::new(n, vec![n])).collect()
}

fn states(n: &[u32], tables: &[Table]) -> Vec<CellState> {
    suppress(&groups(n), tables, &Thresholds::default()).expect("exact tables").groups
}

#[test]
fn primary_fewer_than_k_and_empty_cells_are_hidden() {
    assert_eq!(states(&[5, 4, 0], &[]), [Shown, Primary, Primary]);
}

#[test]
fn secondary_a_lone_hidden_part_takes_the_smallest_shown_one_with_it() {
    let tables = [table(0, &[1, 2, 3])];
    assert_eq!(states(&[19, 3, 9, 7], &tables), [Shown, Primary, Shown, Secondary]);
    // Of equal ones the first.
    assert_eq!(states(&[19, 3, 8, 8], &tables), [Shown, Primary, Secondary, Shown]);
}

#[test]
fn secondary_hidden_parts_together_must_be_at_least_k() {
    // 2 + 2 are hidden, but as a group of 4 they could be worked out.
    let tables = [table(0, &[1, 2, 3, 4])];
    assert_eq!(states(&[20, 2, 2, 6, 10], &tables), [Shown, Primary, Primary, Secondary, Shown]);
    // 2 + 3 are enough.
    assert_eq!(states(&[20, 2, 3, 5, 10], &tables), [Shown, Primary, Primary, Shown, Shown]);
}

#[test]
fn secondary_empty_cells_need_no_protection_and_give_none() {
    let tables = [table(0, &[1, 2, 3])];
    assert_eq!(states(&[15, 0, 6, 9], &tables), [Shown, Primary, Shown, Shown]);
    let tables = [table(0, &[1, 2, 3, 4])];
    assert_eq!(states(&[18, 0, 3, 6, 9], &tables), [Shown, Primary, Primary, Secondary, Shown]);
}

#[test]
fn secondary_a_hidden_total_is_of_no_use_while_its_parts_are_shown() {
    // 1 is hidden for the sake of 2, and one of its own parts for the sake of both.
    let tables = [table(0, &[1, 2, 3]), table(1, &[4, 5])];
    let found = states(&[40, 12, 3, 25, 5, 7], &tables);
    assert_eq!(found, [Shown, Secondary, Primary, Shown, Secondary, Shown]);
}

#[test]
fn secondary_the_total_goes_where_nothing_is_left_to_hide_below() {
    // Group 1 has the same people as group 2, which has to be hidden with group 3.
    let tables = [table(0, &[1, 3]), table(1, &[2, 4])];
    let found = states(&[9, 6, 6, 3, 0], &tables);
    assert_eq!(found, [Shown, Secondary, Secondary, Primary, Primary]);
}

#[test]
fn elimination_a_hidden_total_is_worked_out_from_shown_parts_elsewhere() {
    // The total 0 is hidden already (coarsened); both ways of splitting it would give it away.
    let mut groups = groups(&[14, 6, 8, 5, 9]);
    groups[0].coarsened = vec![true];
    let tables = [table(0, &[1, 2]), table(0, &[3, 4])];
    let found = suppress(&groups, &tables, &Thresholds::default()).expect("exact tables");
    let of_item: Vec<CellState> = (0..5).map(|group| found.item(group, 0)).collect();
    assert_eq!(of_item, [Coarsened, Secondary, Shown, Secondary, Shown]);
    assert_eq!(found.groups, [Shown; 5]);
}

#[test]
fn items_are_judged_by_their_own_n() {
    let groups = [
        GroupCounts::new(26, vec![26, 21]),
        GroupCounts::new(6, vec![6, 4]),
        GroupCounts::new(8, vec![8, 7]),
        GroupCounts::new(12, vec![12, 10]),
    ];
    let found = suppress(&groups, &[table(0, &[1, 2, 3])], &Thresholds::default()).expect("exact tables");
    assert_eq!(found.groups, [Shown; 4]);
    let item = |item| (0..4).map(|group| found.item(group, item)).collect::<Vec<_>>();
    assert_eq!(item(0), [Shown; 4]);
    assert_eq!(item(1), [Shown, Primary, Secondary, Shown]);
    assert_eq!(found.item(0, 2), Primary);
    assert_eq!(found.item(4, 0), Primary);
}

#[test]
fn a_hidden_group_hides_its_items() {
    // Item 1 was answered by 5 of the 6 in group 2, but the group is hidden to protect group 1.
    let groups = [
        GroupCounts::new(29, vec![29, 15]),
        GroupCounts::new(3, vec![3, 0]),
        GroupCounts::new(6, vec![6, 5]),
        GroupCounts::new(20, vec![20, 10]),
    ];
    let found = suppress(&groups, &[table(0, &[1, 2, 3])], &Thresholds::default()).expect("exact tables");
    assert_eq!(found.groups, [Shown, Primary, Secondary, Shown]);
    assert_eq!(found.item(2, 1), Secondary);
}

#[test]
fn comments_need_more_people_and_are_protected_like_scores() {
    let tables = [table(0, &[1, 2, 3])];
    let found = suppress(&groups(&[38, 7, 15, 16]), &tables, &Thresholds::default()).expect("exact tables");
    assert_eq!(found.groups, [Shown; 4]);
    assert_eq!(found.comments, [Shown, Primary, Secondary, Shown]);
}

#[test]
fn coarsened_distributions_cannot_be_worked_out_either() {
    let thresholds = Thresholds::default();
    let of = |n, distribution: &[u32]| GroupCounts::from_distributions(n, [distribution], &thresholds);
    let whole = of(24, &[2, 3, 6, 10, 3]);
    let parts = [of(7, &[0, 0, 0, 7, 0]), of(6, &[1, 1, 2, 1, 1]), of(11, &[1, 2, 4, 2, 2])];
    let groups: Vec<GroupCounts> = std::iter::once(whole).chain(parts).collect();
    assert_eq!(groups[1].items, [7]);
    let found = suppress(&groups, &[table(0, &[1, 2, 3])], &thresholds).expect("exact tables");
    let of_item: Vec<CellState> = (0..4).map(|group| found.item(group, 0)).collect();
    assert_eq!(of_item, [Shown, Coarsened, Secondary, Shown]);
}

#[test]
fn tables_that_do_not_add_up_are_refused() {
    let thresholds = Thresholds::default();
    let unknown = suppress(&groups(&[9]), &[table(0, &[1])], &thresholds);
    assert_eq!(unknown, Err(TableError::UnknownGroup { table: 0 }));
    let tables = [table(0, &[1, 2])];
    let inexact = suppress(&groups(&[12, 6, 7]), &tables, &thresholds);
    assert_eq!(inexact, Err(TableError::NotExact { table: 0 }));
    let mut groups = groups(&[13, 6, 7]);
    groups[0].items = vec![12];
    let error = suppress(&groups, &tables, &thresholds).expect_err("the item does not add up");
    assert!(error.message(Lang::Ja).contains("集計表1"));
}

#[test]
fn tables_in_a_circle_do_not_hang() {
    let tables = [table(0, &[1, 2]), table(1, &[0, 2])];
    assert_eq!(states(&[6, 6, 0], &tables), [Shown, Shown, Primary]);
    assert_eq!(states(&[4, 4, 0], &tables), [Primary; 3]);
}

/// The span of integer vectors, by fraction-free elimination: the test's own arithmetic.
#[derive(Default)]
struct Span(Vec<Vec<i128>>);

impl Span {
    fn of(vectors: impl IntoIterator<Item = Vec<i128>>) -> Self {
        let mut span = Self::default();
        for vector in vectors {
            let rest = span.reduce(vector);
            if rest.iter().any(|&x| x != 0) {
                span.0.push(rest);
            }
        }
        span
    }

    fn contains(&self, vector: Vec<i128>) -> bool {
        self.reduce(vector).iter().all(|&x| x == 0)
    }

    fn reduce(&self, mut vector: Vec<i128>) -> Vec<i128> {
        for row in &self.0 {
            let pivot = row.iter().position(|&x| x != 0).expect("rows are not zero");
            let (a, b) = (row[pivot], vector[pivot]);
            if b != 0 {
                for (x, y) in vector.iter_mut().zip(row) {
                    *x = *x * a - *y * b;
                }
                let divisor = vector.iter().fold(0, |d, &x| gcd(d, x.abs())).max(1);
                vector.iter_mut().for_each(|x| *x /= divisor);
            }
        }
        vector
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A random release: a tree of up to four levels over at most 12 strata, and up to two demographics of the whole.
#[derive(Clone, Debug)]
struct Release {
    groups: Vec<GroupCounts>,
    tables: Vec<Table>,
    /// Group of the tree → its strata; demographics have none.
    strata: Vec<Option<Vec<usize>>>,
    leaves: usize,
}

impl Release {
    fn build(leaves: &[(u32, u32, bool)], sizes: &[usize], cuts: &[Vec<u32>]) -> Self {
        let mut groups: Vec<GroupCounts> = leaves
            .iter()
            .map(|&(n, unanswered, coarsened)| GroupCounts {
                respondents: n,
                items: vec![n.saturating_sub(unanswered)],
                coarsened: vec![coarsened],
            })
            .collect();
        let mut strata: Vec<Option<Vec<usize>>> = (0..leaves.len()).map(|leaf| Some(vec![leaf])).collect();
        let mut tables = Vec::new();
        let mut level: Vec<usize> = (0..leaves.len()).collect();
        let mut sizes = sizes.iter().copied().cycle();
        for step in 0..4 {
            let mut above = Vec::new();
            while !level.is_empty() {
                let size = if step < 3 { sizes.next().unwrap_or(1) } else { level.len() };
                let parts: Vec<usize> = level.drain(..size.min(level.len())).collect();
                if let [only] = parts[..] {
                    above.push(only);
                    continue;
                }
                let sum =
                    |n: &dyn Fn(&GroupCounts) -> u32| parts.iter().map(|&part| n(&groups[part])).sum::<u32>();
                let respondents = sum(&|group: &GroupCounts| group.respondents);
                let answered = sum(&|group: &GroupCounts| group.items[0]);
                strata
                    .push(Some(parts.iter().flat_map(|&p| strata[p].clone().unwrap_or_default()).collect()));
                above.push(groups.len());
                tables.push(Table { total: groups.len(), parts });
                groups.push(GroupCounts::new(respondents, vec![answered]));
            }
            level = above;
        }
        let whole = level[0];
        for cut in cuts {
            let (mut respondents, mut answered) = (groups[whole].respondents, groups[whole].items[0]);
            let mut parts = Vec::new();
            for &category in cut.iter().chain([&u32::MAX]) {
                let n = category.min(respondents);
                let item = n.min(answered);
                respondents -= n;
                answered -= item;
                parts.push(groups.len());
                strata.push(None);
                groups.push(GroupCounts::new(n, vec![item]));
            }
            tables.push(Table { total: whole, parts });
        }
        Self { groups, tables, strata, leaves: leaves.len() }
    }

    /// What an attacker can work out from the cells shown, by brute force.
    fn attack(&self, n: &[u32], states: &[CellState], k: u32) -> Result<(), TestCaseError> {
        let shown: Vec<bool> = states.iter().map(|state| state.is_shown()).collect();
        for table in self.tables.iter().filter(|table| shown[table.total]) {
            let hidden: u32 = table.parts.iter().filter(|&&part| !shown[part]).map(|&part| n[part]).sum();
            prop_assert!(hidden == 0 || hidden >= k, "{hidden} people hidden in {table:?}");
        }
        // No hidden cell follows from the equations.
        let secret: Vec<usize> = (0..n.len()).filter(|&cell| !shown[cell] && n[cell] > 0).collect();
        let equations = Span::of(self.tables.iter().map(|table| {
            let coefficient = |cell: &usize| {
                let part = i128::from(table.parts.contains(cell));
                part - i128::from(table.total == *cell)
            };
            secret.iter().map(coefficient).collect::<Vec<i128>>()
        }));
        for cell in &secret {
            let unit = secret.iter().map(|other| i128::from(other == cell)).collect();
            prop_assert!(!equations.contains(unit), "cell {cell} is determined");
        }
        // No union of strata of fewer than k people follows from the shown groups of the tree.
        let peopled: Vec<usize> = (0..self.leaves).filter(|&leaf| n[leaf] > 0).collect();
        let indicator = |strata: &Vec<usize>| {
            peopled.iter().map(|leaf| i128::from(strata.contains(leaf))).collect::<Vec<i128>>()
        };
        let published =
            (0..n.len()).filter(|&group| shown[group]).filter_map(|group| self.strata[group].as_ref());
        let published = Span::of(published.map(indicator));
        for subset in 1u32..(1 << peopled.len()) {
            let chosen = |at: usize| (subset >> at) & 1;
            let people: u32 = peopled.iter().enumerate().map(|(at, &leaf)| chosen(at) * n[leaf]).sum();
            if people < k {
                let vector = (0..peopled.len()).map(|at| i128::from(chosen(at))).collect();
                prop_assert!(!published.contains(vector), "{people} people can be singled out");
            }
        }
        Ok(())
    }
}

fn release() -> impl Strategy<Value = Release> {
    let leaf = (0u32..=15, prop_oneof![3 => Just(0u32), 1 => 0u32..=4], proptest::bool::weighted(0.05));
    let leaves = proptest::collection::vec(leaf, 1..=12);
    let sizes = proptest::collection::vec(1usize..=4, 1..=8);
    let cuts = proptest::collection::vec(proptest::collection::vec(0u32..=12, 1..=5), 0..=2);
    (leaves, sizes, cuts).prop_map(|(leaves, sizes, cuts)| Release::build(&leaves, &sizes, &cuts))
}

proptest! {
    #[test]
    fn nothing_hidden_can_be_worked_out(release in release(), k in 3u32..=8) {
        let thresholds = Thresholds { scores: k, comments: 2 * k, response_rate: k };
        let found = suppress(&release.groups, &release.tables, &thresholds).expect("exact tables");
        let respondents: Vec<u32> = release.groups.iter().map(|group| group.respondents).collect();
        let answered: Vec<u32> = release.groups.iter().map(|group| group.items[0]).collect();
        let of_item: Vec<CellState> = (0..release.groups.len()).map(|group| found.item(group, 0)).collect();
        release.attack(&respondents, &found.groups, k)?;
        release.attack(&respondents, &found.comments, 2 * k)?;
        release.attack(&answered, &of_item, k)?;
    }

    #[test]
    fn states_say_why(release in release(), k in 3u32..=8) {
        let thresholds = Thresholds { scores: k, comments: 2 * k, response_rate: k };
        let found = suppress(&release.groups, &release.tables, &thresholds).expect("exact tables");
        for (at, group) in release.groups.iter().enumerate() {
            prop_assert_eq!(found.group(at) == Primary, group.respondents < k);
            prop_assert_eq!(found.comments(at) == Primary, group.respondents < 2 * k);
            let item = found.item(at, 0);
            prop_assert_eq!(item == Primary, group.items[0] < k);
            if !found.group(at).is_shown() {
                prop_assert!(!item.shows_n() && !found.comments(at).is_shown());
            } else if group.is_coarsened(0) && group.items[0] >= k {
                prop_assert_eq!(item, Coarsened);
            }
        }
        // Nothing is hidden without need.
        if release.groups.iter().all(|g| g.respondents == 0 || g.respondents >= k) {
            for (state, group) in found.groups.iter().zip(&release.groups) {
                prop_assert!(state.is_shown() || group.respondents == 0);
            }
        }
    }
}
