//! Sums over contributors in two tables that cross: by grade and by place, of the same managers.
//!
//! Each table may be safe by itself, and both together not: where all grades but one are found in headquarters only, the
//! missions and that grade, added and subtracted, leave the few of that grade in the missions. So the contributors are
//! split into *atoms*, in each of which are those who fall into the same part of both tables, and whatever follows from
//! all that is shown must be about k contributors or more, and must not be one of which [`Contributions::betray`] is true.
//!
//! # What follows
//!
//! With x for each shown row, and −y for each shown column, a combination weighs the atom in row r and column c with
//! x(r) − y(c), where rows that are not shown have one x in common, that of the total, and columns that are not shown have
//! y = 0. Such weights are the tensions of a graph whose vertices are rows and columns and whose edges are the atoms. A
//! tension that is not zero everywhere is not zero on all edges of some cut, and cuts are the tensions of potentials 0 and 1
//! (Diestel, *Graph Theory*, section 1.9). So it is enough to look at the cuts: whatever is about fewer than k contains one
//! that is.

use std::collections::BTreeSet;

use super::{Contributions, Table, dominated};

/// Most parts that are hidden one by one; beyond, all of the larger table are.
const MOST_HIDDEN: usize = 4;
/// Most parts of which every combination is looked at.
const MOST_SHOWN: usize = 16;
/// Most combinations that are looked at while a way of hiding is sought.
const MOST_COMBINATIONS: usize = 1 << 20;

/// Contributors who fall into the same part of both tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Atom {
    /// Their part of each table, as a group.
    pub parts: [usize; 2],
    /// How many contributors.
    pub n: u32,
    /// What they contribute.
    pub contributions: Contributions,
}

/// The parts of one item to hide beside those that are hidden already, so that nothing follows from two tables of the same
/// total together: of the ways to do so one that hides few contributors.
pub fn crossed(
    contributions: &[Contributions],
    tables: &[Table; 2],
    atoms: &[Atom],
    k: u32,
    is_shown: impl Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let atoms: Vec<&Atom> = atoms.iter().filter(|atom| atom.n > 0).collect();
    let [rows, columns] = [0, 1].map(|side: usize| {
        tables[side].parts.iter().copied().filter(|part| is_shown(*part)).collect::<Vec<usize>>()
    });
    let total = is_shown(tables[0].total);
    let safe = |hidden: &[usize]| {
        let left = |parts: &[usize]| -> Vec<usize> {
            parts.iter().filter(|part| !hidden.contains(part)).copied().collect()
        };
        let shown = Shown { rows: left(&rows), columns: left(&columns), total };
        let still = |group: usize| {
            shown.rows.contains(&group)
                || shown.columns.contains(&group)
                || (total && group == tables[0].total)
        };
        !shown.tells(&atoms, k) && dominated(contributions, tables, still).is_empty()
    };
    let larger = if rows.len() > columns.len() { &rows } else { &columns };
    let all = || rows.iter().chain(&columns).copied().collect();
    if rows.len() + columns.len() > MOST_SHOWN {
        return if safe(larger) { larger.iter().copied().collect() } else { all() };
    }
    // Whatever is hidden already is judged by the caller, table by table.
    if !(Shown { rows: rows.clone(), columns: columns.clone(), total }).tells(&atoms, k) {
        return BTreeSet::new();
    }
    let of = |part: usize| -> u32 {
        atoms.iter().filter(|atom| atom.parts.contains(&part)).map(|atom| atom.n).sum()
    };
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    for part in rows.iter().chain(&columns) {
        let longer: Vec<Vec<usize>> = ways
            .iter()
            .filter(|way| way.len() < MOST_HIDDEN)
            .map(|way| [way.as_slice(), &[*part]].concat())
            .collect();
        ways.extend(longer);
    }
    ways.sort_by_key(|way| way.iter().map(|part| of(*part)).sum::<u32>());
    ways.truncate((MOST_COMBINATIONS >> (rows.len() + columns.len())).max(1));
    ways.push(larger.clone());
    ways.into_iter().find(|way| safe(way)).map_or_else(all, |way| way.into_iter().collect())
}

/// What is shown of two tables.
struct Shown {
    rows: Vec<usize>,
    columns: Vec<usize>,
    total: bool,
}

/// A potential: that of a shown part, that of all rows that are not shown, or the one that is always 0.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Part(usize),
    Total,
    Ground,
}

impl Shown {
    /// True where some cut is about few, or tells of one of those it is about.
    fn tells(&self, atoms: &[&Atom], k: u32) -> bool {
        let rest = if self.total { End::Total } else { End::Ground };
        let end = |parts: &[usize], part: usize, other: End| {
            if parts.contains(&part) { End::Part(part) } else { other }
        };
        let mut edges: Vec<(End, End, &Atom)> = atoms
            .iter()
            .map(|atom| {
                (end(&self.rows, atom.parts[0], rest), end(&self.columns, atom.parts[1], End::Ground), *atom)
            })
            .collect();
        // The side with fewer parts is gone through whole; of the other, each part adds its atoms by itself.
        if self.columns.len() < self.rows.len() {
            edges.iter_mut().for_each(|(row, column, _)| std::mem::swap(row, column));
        }
        let vertices = |side: &dyn Fn(&(End, End, &Atom)) -> End| -> Vec<End> {
            let mut found = Vec::new();
            for end in edges.iter().map(side).filter(|end| *end != End::Ground) {
                if !found.contains(&end) {
                    found.push(end);
                }
            }
            found
        };
        let (few, many) = (vertices(&|edge| edge.0), vertices(&|edge| edge.1));
        (0u32..1 << few.len()).any(|cut| {
            let high =
                |end: End| few.iter().position(|one| *one == end).is_some_and(|bit| cut & (1 << bit) != 0);
            // What an end on the side of many adds to the cut with either potential.
            let adds = |end: End, potential: bool| {
                let mut sum = Cut::default();
                let crossing = edges.iter().filter(|(from, to, _)| *to == end && high(*from) != potential);
                crossing.for_each(|(_, _, atom)| sum.add(atom.n, &atom.contributions));
                sum
            };
            let choices: Vec<[Cut; 2]> =
                many.iter().map(|end| [false, true].map(|potential| adds(*end, potential))).collect();
            any_tells(&choices, adds(End::Ground, false), k)
        })
    }
}

/// The atoms that a cut goes through.
#[derive(Clone, Default)]
struct Cut {
    n: u32,
    sum: Contributions,
}

impl Cut {
    fn add(&mut self, n: u32, contributions: &Contributions) {
        self.n += n;
        self.sum.merge(contributions);
    }
}

/// Whether a cut that adds one of each pair of choices is about few, or tells of one.
fn any_tells(choices: &[[Cut; 2]], cut: Cut, k: u32) -> bool {
    let Some((first, others)) = choices.split_first() else {
        return cut.n > 0 && (cut.n < k || cut.sum.betray());
    };
    first.iter().any(|choice| {
        let mut longer = cut.clone();
        longer.add(choice.n, &choice.sum);
        any_tells(others, longer, k)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Count;
    use super::*;

    const K: u32 = 5;

    /// The whole is group 0, rows and columns follow.
    struct Grid {
        atoms: Vec<Atom>,
        tables: [Table; 2],
        sums: Vec<Contributions>,
    }

    /// Of each atom, the people of each of its contributors, half of them for either of two answers.
    fn grid(rows: usize, columns: usize, people: &[&[u32]]) -> Grid {
        let mut atoms = Vec::new();
        let mut sums = vec![Contributions::default(); 1 + rows + columns];
        for (at, of) in people.iter().enumerate().take(rows * columns) {
            let parts = [1 + at / columns, 1 + rows + at % columns];
            let mut contributions = Contributions::default();
            for n in *of {
                contributions.add(&Count { n: *n, counts: vec![n / 2, n - n / 2], numbers: None });
            }
            [0, parts[0], parts[1]].iter().for_each(|group| sums[*group].merge(&contributions));
            atoms.push(Atom { parts, n: u32::try_from(of.len()).unwrap(), contributions });
        }
        let tables = [
            Table { total: 0, parts: (1..1 + rows).collect() },
            Table { total: 0, parts: (1 + rows..1 + rows + columns).collect() },
        ];
        Grid { atoms, tables, sums }
    }

    /// So many contributors of four people each.
    fn counts(rows: usize, columns: usize, n: &[usize]) -> Grid {
        let people: Vec<Vec<u32>> = n.iter().map(|n| vec![4; *n]).collect();
        grid(rows, columns, &people.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn hidden(grid: &Grid, shown: &[usize]) -> Vec<usize> {
        crossed(&grid.sums, &grid.tables, &grid.atoms, K, |group| shown.contains(&group))
            .into_iter()
            .collect()
    }

    #[test]
    fn the_one_in_the_missions_is_not_told_by_all_others_of_that_grade() {
        // Headquarters and missions; the first grade has one manager abroad, the others are at home or abroad.
        let grid = counts(2, 3, &[9, 20, 0, 1, 0, 8]);
        // Hiding one grade alone would do nothing: it is what is left of the whole.
        assert_eq!(hidden(&grid, &[0, 1, 2, 3, 4, 5]), [3, 5]);
    }

    #[test]
    fn tables_that_do_not_tell_of_each_other_stay() {
        // Two grades are in both places, with few abroad: which of them, nobody can say.
        assert!(hidden(&counts(2, 3, &[9, 20, 7, 3, 4, 0]), &[0, 1, 2, 3, 4, 5]).is_empty());
        assert!(hidden(&counts(2, 2, &[9, 9, 9, 9]), &[0, 1, 2, 3, 4]).is_empty());
        // One table alone.
        assert!(hidden(&counts(2, 3, &[9, 20, 0, 1, 0, 8]), &[0, 3, 4, 5]).is_empty());
    }

    #[test]
    fn what_follows_is_not_nearly_all_of_one() {
        // Missions less the last grade are five managers, one of whom has 60 of 72 raters.
        let home: &[u32] = &[20; 6];
        let abroad: [&[u32]; 4] = [&[60], &[3, 3], &[3, 3], &[20; 5]];
        let people = [home, home, home, &[], abroad[0], abroad[1], abroad[2], abroad[3]];
        assert!(!hidden(&grid(2, 4, &people), &[0, 1, 2, 3, 4, 5, 6]).is_empty());
    }

    #[test]
    fn of_very_many_parts_the_larger_table_is_hidden() {
        let grid = counts(2, 20, &[6; 40]);
        let shown: Vec<usize> = (0..23).collect();
        assert_eq!(hidden(&grid, &shown), (3..23).collect::<Vec<_>>());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_combination_of_what_is_shown_is_about_few_or_tells_of_one(
            people in prop::collection::vec(
                prop::collection::vec(prop_oneof![3 => Just(4u32), 1 => 1u32..40], 0..9), 8
            ),
            columns in 2usize..5, total in any::<bool>(),
        ) {
            let people: Vec<&[u32]> = people.iter().map(|of| if of.len() < 2 { &[] } else { of.as_slice() }).collect();
            let grid = grid(2, columns, &people);
            let of = |group: usize| -> u32 {
                grid.atoms.iter().filter(|a| group == 0 || a.parts.contains(&group)).map(|a| a.n).sum()
            };
            let first: Vec<usize> =
                (usize::from(!total)..3 + columns).filter(|group| of(*group) >= K && !grid.sums[*group].betray()).collect();
            let hidden = hidden(&grid, &first);
            let shown: Vec<usize> = first.iter().filter(|group| !hidden.contains(group)).copied().collect();
            // Every sum with coefficients from -2 to 2.
            for combination in 0..5usize.pow(u32::try_from(shown.len()).unwrap()) {
                let coefficient = |at: usize| (combination / 5usize.pow(u32::try_from(at).unwrap()) % 5) as i64 - 2;
                let weight = |atom: &Atom| -> i64 {
                    let in_it = |group: usize| group == 0 || atom.parts.contains(&group);
                    shown.iter().enumerate().filter(|(_, group)| in_it(**group)).map(|(at, _)| coefficient(at)).sum()
                };
                let about: Vec<(&Atom, i64)> =
                    grid.atoms.iter().filter(|atom| atom.n > 0).map(|atom| (atom, weight(atom))).filter(|(_, w)| *w != 0).collect();
                let n: u32 = about.iter().map(|(atom, _)| atom.n).sum();
                prop_assert!(n == 0 || n >= K, "{shown:?} {combination}: {n}");
                // A plain sum of atoms.
                if n > 0 && about.iter().all(|(_, weight)| *weight == 1) {
                    let mut sum = Contributions::default();
                    about.iter().for_each(|(atom, _)| sum.merge(&atom.contributions));
                    prop_assert!(!sum.betray(), "{shown:?} {combination}: {about:?}");
                }
            }
        }
    }
}
