//! Sums over contributors in tables that cross: by grade and by place, of the same managers.
//!
//! Each table may be safe by itself, and both together not: where all grades but one are found in headquarters only, the
//! missions less nothing and that grade less headquarters leave the few of that grade in the missions. So the contributors
//! are split into *atoms*, in each of which are those who fall into the same part of every table, and nobody may work out
//! from all that is shown, by adding and subtracting as they like, anything about atoms that have fewer than k contributors
//! together ([`rank`] of the shown sums with those atoms and without them; cf. Hundepool et al., *Statistical Disclosure
//! Control*, Wiley 2012, section 4.4, on linked tables). What follows about one atom or two is judged by
//! [`Contributions::betray`] as well.

use std::collections::BTreeSet;

use super::elimination::rank;
use super::{Contributions, Table, dominated};

/// Most parts that are hidden one by one; beyond, all are.
const MOST_HIDDEN: usize = 4;

/// Contributors who fall into the same groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Atom {
    /// The groups, ascending.
    pub groups: Vec<usize>,
    /// How many contributors.
    pub n: u32,
    /// What they contribute.
    pub contributions: Contributions,
}

/// The parts of one item to hide beside those that are hidden already, so that nothing follows from several tables
/// together: of all ways the one that hides the fewest contributors.
pub fn crossed(
    contributions: &[Contributions],
    tables: &[Table],
    atoms: &[Atom],
    k: u32,
    is_shown: impl Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let atoms: Vec<&Atom> = atoms.iter().filter(|atom| atom.n > 0).collect();
    let groups: BTreeSet<usize> = atoms.iter().flat_map(|atom| &atom.groups).copied().collect();
    let shown: Vec<usize> = groups.into_iter().filter(|group| is_shown(*group)).collect();
    if !tells(&atoms, &shown, k) {
        return BTreeSet::new();
    }
    let of = |group: usize| -> u32 {
        atoms.iter().filter(|atom| atom.groups.contains(&group)).map(|atom| atom.n).sum()
    };
    let parts: BTreeSet<usize> = tables.iter().flat_map(|table| &table.parts).copied().collect();
    let parts: Vec<usize> = parts.into_iter().filter(|part| shown.contains(part)).collect();
    let mut ways = vec![Vec::new()];
    for part in &parts {
        let longer: Vec<Vec<usize>> = ways
            .iter()
            .filter(|way| way.len() < MOST_HIDDEN)
            .map(|way| [way.as_slice(), &[*part]].concat())
            .collect();
        ways.extend(longer);
    }
    ways.sort_by_key(|way| way.iter().map(|part| of(*part)).sum::<u32>());
    let safe = |hidden: &Vec<usize>| {
        let left: Vec<usize> = shown.iter().filter(|group| !hidden.contains(group)).copied().collect();
        !tells(&atoms, &left, k) && dominated(contributions, tables, |group| left.contains(&group)).is_empty()
    };
    let found = ways.into_iter().find(safe).unwrap_or(parts);
    found.into_iter().collect()
}

/// True where what is shown tells of few.
fn tells(atoms: &[&Atom], shown: &[usize], k: u32) -> bool {
    let sums: Vec<Vec<usize>> = shown
        .iter()
        .map(|group| (0..atoms.len()).filter(|at| atoms[*at].groups.contains(group)).collect())
        .collect();
    let rank_without = |left_out: &[usize]| rank(sums.iter().map(Vec::as_slice), left_out);
    let whole = rank_without(&[]);
    let follows = |few: &[usize]| rank_without(few) < whole;
    let alone = (0..atoms.len()).map(|at| vec![at]);
    let pairs = (0..atoms.len()).flat_map(|a| (a + 1..atoms.len()).map(move |b| vec![a, b]));
    few_together(atoms, k).iter().any(|few| follows(few))
        || alone.chain(pairs).any(|few| betray(atoms, &few) && follows(&few))
}

fn betray(atoms: &[&Atom], few: &[usize]) -> bool {
    let mut sum = Contributions::default();
    few.iter().for_each(|at| sum.merge(&atoms[*at].contributions));
    sum.betray()
}

/// The sets of atoms with fewer than k contributors together to which none can be added.
fn few_together(atoms: &[&Atom], k: u32) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, u32, Vec<usize>)> = vec![(0, 0, Vec::new())];
    while let Some((from, n, few)) = open.pop() {
        let fits = |at: &usize| n + atoms[*at].n < k;
        let closed = (0..atoms.len()).all(|at| few.contains(&at) || !fits(&at));
        open.extend(
            (from..atoms.len())
                .filter(fits)
                .map(|at| (at + 1, n + atoms[at].n, [few.as_slice(), &[at]].concat())),
        );
        if closed && !few.is_empty() {
            found.push(few);
        }
    }
    found
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
        tables: Vec<Table>,
        sums: Vec<Contributions>,
    }

    /// Contributors of four people each, two for either answer.
    fn grid(rows: usize, columns: usize, n: &[u32]) -> Grid {
        let mut atoms = Vec::new();
        let mut sums = vec![Contributions::default(); 1 + rows + columns];
        for (at, n) in n.iter().enumerate().take(rows * columns) {
            let groups = vec![0, 1 + at / columns, 1 + rows + at % columns];
            let mut contributions = Contributions::default();
            (0..*n).for_each(|_| contributions.add(&Count { n: 4, counts: vec![2, 2], numbers: None }));
            groups.iter().for_each(|group| sums[*group].merge(&contributions));
            atoms.push(Atom { groups, n: *n, contributions });
        }
        let tables = vec![
            Table { total: 0, parts: (1..1 + rows).collect() },
            Table { total: 0, parts: (1 + rows..1 + rows + columns).collect() },
        ];
        Grid { atoms, tables, sums }
    }

    fn hidden(grid: &Grid, shown: &[usize]) -> Vec<usize> {
        crossed(&grid.sums, &grid.tables, &grid.atoms, K, |group| shown.contains(&group))
            .into_iter()
            .collect()
    }

    #[test]
    fn the_one_in_the_missions_is_not_told_by_all_others_of_that_grade() {
        // Headquarters and missions; the first grade has one manager abroad, the others are at home or abroad.
        let grid = grid(2, 3, &[9, 20, 0, 1, 0, 8]);
        // Hiding one grade alone would do nothing: it is what is left of the whole.
        assert_eq!(hidden(&grid, &[0, 1, 2, 3, 4, 5]), [3, 5]);
    }

    #[test]
    fn tables_that_do_not_tell_of_each_other_stay() {
        // Two grades are in both places, with few abroad: which of them, nobody can say.
        assert!(hidden(&grid(2, 3, &[9, 20, 7, 3, 4, 0]), &[0, 1, 2, 3, 4, 5]).is_empty());
        assert!(hidden(&grid(2, 2, &[9, 9, 9, 9]), &[0, 1, 2, 3, 4]).is_empty());
        // One table alone.
        assert!(hidden(&grid(2, 3, &[9, 20, 0, 1, 0, 8]), &[0, 3, 4, 5]).is_empty());
    }

    #[test]
    fn sets_of_few_are_the_widest_there_are() {
        let grid = grid(1, 4, &[1, 2, 3, 9]);
        let atoms: Vec<&Atom> = grid.atoms.iter().collect();
        let mut found = few_together(&atoms, K);
        found.sort();
        assert_eq!(found, [vec![0, 1], vec![0, 2]]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_combination_of_what_is_shown_is_about_few(
            n in prop::collection::vec(prop_oneof![Just(0u32), 1u32..4, 5u32..12], 8), columns in 2usize..5,
        ) {
            let grid = grid(2, columns, &n);
            let of = |group: usize| grid.atoms.iter().filter(|a| a.groups.contains(&group)).map(|a| a.n).sum::<u32>();
            let first: Vec<usize> = (0..3 + columns).filter(|group| of(*group) >= K).collect();
            let hidden = hidden(&grid, &first);
            let shown: Vec<usize> = first.into_iter().filter(|group| !hidden.contains(group)).collect();
            // Every sum with coefficients from -2 to 2.
            for combination in 0..5usize.pow(u32::try_from(shown.len()).unwrap()) {
                let coefficient = |at: usize| (combination / 5usize.pow(u32::try_from(at).unwrap()) % 5) as i64 - 2;
                let about: u32 = grid
                    .atoms
                    .iter()
                    .filter(|atom| {
                        let in_it = shown.iter().enumerate().filter(|(_, group)| atom.groups.contains(group));
                        in_it.map(|(at, _)| coefficient(at)).sum::<i64>() != 0
                    })
                    .map(|atom| atom.n)
                    .sum();
                prop_assert!(about == 0 || about >= K, "{shown:?} {combination}: {about}");
            }
        }
    }
}
