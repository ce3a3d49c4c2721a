//! Random releases, and what a reader can make of what is shown of them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

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

/// How the answers to a random item are written down.
#[derive(Clone, Copy, Debug)]
enum Form {
    One,
    Many,
    Number,
}

impl Form {
    /// The count of so many people per point. Of several options, a person ticks that of their point and the one
    /// before it.
    fn count(self, points: &[u32]) -> Count {
        match self {
            Self::One => choice(points),
            Self::Many => {
                let mut count = choice(points);
                for (at, next) in points.iter().skip(1).enumerate() {
                    count.counts[at] += next;
                }
                count
            }
            Self::Number => {
                let people = (0u32..).zip(points);
                let values = people.flat_map(|(point, &n)| vec![f64::from(point); n as usize]);
                numbers(&values.collect::<Vec<f64>>())
            }
        }
    }
}

/// A random release: a tree of up to four levels over at most 12 strata, and up to two demographics of the whole.
#[derive(Clone, Debug)]
pub(super) struct Release {
    respondents: Vec<u32>,
    /// Group → its answers to the one item.
    pub(super) cells: Vec<Count>,
    pub(super) tables: Vec<Table>,
    /// Group of the tree → its strata; demographics have none.
    strata: Vec<Option<Vec<usize>>>,
    leaves: usize,
}

impl Release {
    /// `leaves` are people per point, and people who did not answer.
    fn build(form: Form, leaves: &[(Vec<u32>, u32)], sizes: &[usize], cuts: &[Vec<u32>]) -> Self {
        let mut points: Vec<Vec<u32>> = leaves.iter().map(|(points, _)| points.clone()).collect();
        let mut respondents: Vec<u32> =
            leaves.iter().map(|(points, unanswered)| points.iter().sum::<u32>() + unanswered).collect();
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
                let of = |at: usize| parts.iter().map(|&part| points[part][at]).sum::<u32>();
                let total: Vec<u32> = (0..points[0].len()).map(of).collect();
                strata
                    .push(Some(parts.iter().flat_map(|&p| strata[p].clone().unwrap_or_default()).collect()));
                respondents.push(parts.iter().map(|&part| respondents[part]).sum());
                above.push(points.len());
                tables.push(Table { total: points.len(), parts });
                points.push(total);
            }
            level = above;
        }
        let root = level[0];
        for cut in cuts {
            let (mut people, mut left) = (respondents[root], points[root].clone());
            let mut parts = Vec::new();
            for &category in cut.iter().chain([&u32::MAX]) {
                let n = category.min(people);
                people -= n;
                parts.push(points.len());
                strata.push(None);
                respondents.push(n);
                points.push(take(&mut left, n));
            }
            tables.push(Table { total: root, parts });
        }
        let cells = points.iter().map(|points| form.count(points)).collect();
        Self { respondents, cells, tables, strata, leaves: leaves.len() }
    }

    /// One table over these parts, all of whom answered; its total comes last.
    pub(super) fn flat(parts: &[Count]) -> Self {
        let leaves: Vec<(Vec<u32>, u32)> = parts.iter().map(|part| (part.counts.clone(), 0)).collect();
        Self::build(Form::One, &leaves, &[parts.len()], &[])
    }

    fn groups(&self) -> Vec<GroupCounts<'_>> {
        let group = |(&respondents, cell)| GroupCounts { respondents, items: from_ref(cell) };
        self.respondents.iter().zip(&self.cells).map(group).collect()
    }

    fn suppress(&self, rule: ItemRule, k: u32) -> Suppression {
        let thresholds = Thresholds { scores: k, comments: 2 * k, response_rate: k };
        suppress(&self.groups(), &self.tables, &[rule], &thresholds).expect("exact tables")
    }

    /// What an attacker can work out from the cells shown, by brute force.
    fn attack(&self, cells: &[Count], states: &[CellState], k: u32) -> Result<(), TestCaseError> {
        let shown: Vec<bool> = states.iter().map(|state| state.is_shown()).collect();
        let may_be_known = |count: &Count| count.n >= k && !count.betrays_everyone(k);
        for table in self.tables.iter().filter(|table| shown[table.total]) {
            let hidden = sum(table.parts.iter().filter(|&&part| !shown[part]).map(|&part| &cells[part]));
            prop_assert!(hidden.n == 0 || may_be_known(&hidden), "{hidden:?} is hidden in {table:?}");
        }
        // No hidden cell follows from the equations.
        let secret: Vec<usize> = (0..cells.len()).filter(|&cell| !shown[cell] && cells[cell].n > 0).collect();
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
        // No union of strata follows from the shown groups of the tree that could not be shown itself.
        let peopled: Vec<usize> = (0..self.leaves).filter(|&leaf| cells[leaf].n > 0).collect();
        let indicator = |strata: &Vec<usize>| {
            peopled.iter().map(|leaf| i128::from(strata.contains(leaf))).collect::<Vec<i128>>()
        };
        let published =
            (0..cells.len()).filter(|&group| shown[group]).filter_map(|group| self.strata[group].as_ref());
        let published = Span::of(published.map(indicator));
        for subset in 1u32..(1 << peopled.len()) {
            let chosen = |at: usize| (subset >> at) & 1 == 1;
            let members =
                peopled.iter().enumerate().filter(|(at, _)| chosen(*at)).map(|(_, &leaf)| &cells[leaf]);
            let union = sum(members);
            if !may_be_known(&union) {
                let vector = (0..peopled.len()).map(|at| i128::from(chosen(at))).collect();
                prop_assert!(!published.contains(vector), "{union:?} can be singled out");
            }
        }
        Ok(())
    }
}

/// The first `n` people.
fn take(points: &mut [u32], n: u32) -> Vec<u32> {
    let mut left = n;
    let taken = points.iter_mut().map(|point| {
        let taken = left.min(*point);
        *point -= taken;
        left -= taken;
        taken
    });
    taken.collect()
}

/// A reader who knows how many people answered where, and why cells are hidden, and who tries every way in which the
/// people of a tree may have answered.
pub(super) struct Reader<'a> {
    release: &'a Release,
    states: &'a [CellState],
    k: u32,
    /// Shown group → the hidden strata that are left over of it.
    left_over: BTreeMap<usize, Vec<usize>>,
    /// Group → the counts it may have.
    possible: Vec<BTreeSet<Vec<u32>>>,
}

impl<'a> Reader<'a> {
    pub(super) fn read(release: &'a Release, states: &'a [CellState], k: u32) -> Vec<BTreeSet<Vec<u32>>> {
        let possible = vec![BTreeSet::new(); states.len()];
        let mut reader = Self { release, states, k, left_over: left_over(release, states), possible };
        reader.go_on(&mut Vec::new());
        reader.possible
    }

    fn go_on(&mut self, world: &mut Vec<Vec<u32>>) {
        let leaf = world.len();
        if leaf == self.release.leaves {
            if self.explains(world) {
                self.note(world);
            }
            return;
        }
        let cell = &self.release.cells[leaf];
        let candidates = match self.states[leaf] {
            Shown => vec![cell.counts.clone()],
            _ => splits(cell.n, cell.counts.len()),
        };
        for candidate in candidates {
            world.push(candidate);
            if self.fits(world) {
                self.go_on(world);
            }
            world.pop();
        }
    }

    /// The answers of a group's strata so far, and whether these are all.
    fn so_far(&self, world: &[Vec<u32>], group: usize) -> (Vec<u32>, bool) {
        let strata = self.release.strata[group].as_deref().unwrap_or_default();
        let known: Vec<&Vec<u32>> = strata.iter().filter_map(|&leaf| world.get(leaf)).collect();
        let at = |point: usize| known.iter().map(|counts| counts[point]).sum::<u32>();
        ((0..world[0].len()).map(at).collect(), known.len() == strata.len())
    }

    /// True where the answers so far agree with all that is shown.
    fn fits(&self, world: &[Vec<u32>]) -> bool {
        let mut shown = (0..self.states.len()).filter(|&group| self.states[group].is_shown());
        shown.all(|group| {
            let (sum, all) = self.so_far(world, group);
            let published = &self.release.cells[group].counts;
            if all { sum == *published } else { sum.iter().zip(published).all(|(sum, shown)| sum <= shown) }
        })
    }

    /// True where something is hidden for a reason, wherever anything is.
    fn explains(&self, world: &[Vec<u32>]) -> bool {
        self.left_over.values().all(|leaves| {
            leaves.iter().any(|&leaf| {
                let count = choice(&world[leaf]);
                count.n < self.k || count.betrays_everyone(self.k)
            })
        })
    }

    fn note(&mut self, world: &[Vec<u32>]) {
        for group in 0..self.states.len() {
            let (sum, _) = self.so_far(world, group);
            self.possible[group].insert(sum);
        }
    }
}

/// Shown group → the strata with people that are in it and in no shown group below it, and are hidden themselves.
fn left_over(release: &Release, states: &[CellState]) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for leaf in (0..release.leaves).filter(|&leaf| release.cells[leaf].n > 0) {
        let strata = |group: usize| release.strata[group].as_deref().unwrap_or_default();
        let around = (0..states.len()).filter(|&g| states[g].is_shown() && strata(g).contains(&leaf));
        match around.min_by_key(|&group| strata(group).len()) {
            Some(group) if group != leaf => found.entry(group).or_default().push(leaf),
            _ => {}
        }
    }
    found
}

/// Every way in which `n` people may spread over so many points.
fn splits(n: u32, points: usize) -> Vec<Vec<u32>> {
    if points == 1 {
        return vec![vec![n]];
    }
    let with = |first: u32| {
        let rest = splits(n - first, points - 1).into_iter();
        rest.map(move |rest| std::iter::once(first).chain(rest).collect::<Vec<u32>>())
    };
    (0..=n).flat_map(with).collect()
}

/// Up to `most` people over three points, often all at the same.
fn points(most: u32) -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![
        (0usize..3, 0..=most).prop_map(|(at, n)| {
            let mut points = vec![0; 3];
            points[at] = n;
            points
        }),
        proptest::collection::vec(0..=most / 3, 3),
    ]
}

fn release() -> impl Strategy<Value = Release> {
    let form = prop_oneof![Just(Form::One), Just(Form::Many), Just(Form::Number)];
    let leaf = (points(15), prop_oneof![3 => Just(0u32), 1 => 0u32..=4]);
    let leaves = proptest::collection::vec(leaf, 1..=12);
    let sizes = proptest::collection::vec(1usize..=4, 1..=8);
    let cuts = proptest::collection::vec(proptest::collection::vec(0u32..=12, 1..=5), 0..=2);
    (form, leaves, sizes, cuts)
        .prop_map(|(form, leaves, sizes, cuts)| Release::build(form, &leaves, &sizes, &cuts))
}

proptest! {
    #[test]
    fn nothing_hidden_can_be_worked_out(release in release(), k in 3u32..=8) {
        let respondents: Vec<Count> = release.respondents.iter().map(|&n| Count::people(n)).collect();
        let found = release.suppress(ItemRule::default(), k);
        release.attack(&respondents, &found.groups, k)?;
        release.attack(&release.cells, &found.items[0], k)?;
        let asked = Release { cells: respondents.clone(), ..release.clone() };
        let found = asked.suppress(ItemRule { comments: true, ..ItemRule::default() }, k);
        release.attack(&respondents, &found.items[0], 2 * k)?;
    }

    #[test]
    fn every_hidden_cell_may_have_been_answered_in_two_ways(
        leaves in proptest::collection::vec(points(6), 2..=4),
        sizes in proptest::collection::vec(1usize..=4, 1..=6),
    ) {
        let leaves: Vec<(Vec<u32>, u32)> = leaves.into_iter().map(|points| (points, 0)).collect();
        let release = Release::build(Form::One, &leaves, &sizes, &[]);
        let found = release.suppress(ItemRule::default(), 3);
        let states = &found.items[0];
        let possible = Reader::read(&release, states, 3);
        // That six people or more left over agree may be known, as it may of a cell.
        let agreed: Vec<usize> = left_over(&release, states)
            .into_values()
            .filter(|leaves| sum(leaves.iter().map(|&leaf| &release.cells[leaf])).is_unanimous())
            .flatten()
            .collect();
        for group in (0..states.len()).filter(|&group| release.cells[group].n > 0) {
            let strata = release.strata[group].as_deref().unwrap_or_default();
            prop_assert!(possible[group].contains(&release.cells[group].counts), "the truth is possible");
            if !states[group].is_shown() && !strata.iter().any(|leaf| agreed.contains(leaf)) {
                prop_assert!(possible[group].len() > 1, "{:?} is all that fits", possible[group]);
            }
        }
    }

    #[test]
    fn states_say_why(release in release(), k in 3u32..=8) {
        let found = release.suppress(ItemRule::default(), k);
        for (group, cell) in release.cells.iter().enumerate() {
            let (respondents, item) = (release.respondents[group], found.item(group, 0));
            prop_assert_eq!(found.group(group) == Primary, respondents < k);
            prop_assert_eq!(item == Primary, cell.n < k);
            if !found.group(group).is_shown() || cell.betrays_everyone(k) {
                prop_assert!(!item.is_shown());
            }
        }
        // Nothing is hidden without need.
        let enough = |n: u32| n == 0 || n >= k;
        if release.respondents.iter().all(|&n| enough(n)) {
            for (state, &n) in found.groups.iter().zip(&release.respondents) {
                prop_assert!(state.is_shown() || n == 0);
            }
            if release.cells.iter().all(|cell| enough(cell.n) && !cell.betrays_everyone(k)) {
                for (state, cell) in found.items[0].iter().zip(&release.cells) {
                    prop_assert!(state.is_shown() || cell.n == 0);
                }
            }
        }
    }
}
