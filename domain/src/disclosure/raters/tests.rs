use proptest::prelude::*;

use super::Withheld::{Few, Protected};
use super::*;
use crate::disclosure::{Table, determined};

/// Answers to a single choice.
pub(super) fn choice(counts: &[u32]) -> Count {
    Count { counts: counts.to_vec(), ..Count::people(counts.iter().sum()) }
}

/// Every way in which `n` people may answer an item of three points.
pub(super) fn splits(n: u32) -> Vec<Count> {
    let with_first = |a: u32| (0..=n - a).map(move |b| choice(&[a, b, n - a - b]));
    (0..=n).flat_map(with_first).collect()
}

/// What a reader sees of several sets.
pub(super) type Seen = Vec<Result<Vec<u32>, Withheld>>;

fn judge(atoms: &[Count], sets: &[&[usize]]) -> Vec<Judgement> {
    let mut published = Published::new(atoms, 3);
    sets.iter().map(|set| published.judge(&set.iter().copied().collect())).collect()
}

fn judge_people<const N: usize>(n: [u32; N], sets: &[&[usize]]) -> Vec<Judgement> {
    judge(&n.map(Count::people), sets)
}

#[test]
fn reasons_have_a_name_and_words_of_their_own() {
    for reason in Withheld::ALL {
        assert_eq!(Withheld::parse(reason.as_str()), Some(reason));
        assert_eq!(serde_json::to_string(&reason).expect("JSON"), format!("\"{}\"", reason.as_str()));
        assert!(!CellState::from(reason).is_shown());
    }
    assert_eq!(Withheld::parse("alike"), None);
    for lang in [Lang::Ja, Lang::En] {
        assert_ne!(Few.message(lang), Protected.message(lang));
        // Nobody is told how many answered.
        assert!(Withheld::ALL.iter().all(|reason| !reason.message(lang).contains(char::is_numeric)));
    }
}

#[test]
fn a_difference_is_not_smaller_than_the_threshold() {
    let sets: [&[usize]; 3] = [&[0], &[1], &[0, 1]];
    assert_eq!(judge_people([4, 3], &sets), [Ok(()), Ok(()), Ok(())]);
    assert_eq!(judge_people([4, 2], &sets), [Ok(()), Err(Few), Err(Protected)]);
    assert_eq!(judge_people([2, 4], &sets), [Err(Few), Ok(()), Err(Protected)]);
    assert_eq!(judge_people([2, 2], &sets), [Err(Few), Err(Few), Ok(())]);
    assert_eq!(judge_people([1, 1], &sets), [Err(Few); 3]);
}

#[test]
fn atoms_without_people_make_no_difference() {
    let sets: [&[usize]; 3] = [&[0], &[1], &[0, 1]];
    assert_eq!(judge_people([4, 0], &sets), [Ok(()), Err(Few), Ok(())]);
    assert_eq!(judge_people([0, 0], &sets), [Err(Few); 3]);
    assert_eq!(judge_people([4], &[&[], &[0, 1], &[0]]), [Err(Few), Err(Protected), Ok(())]);
}

#[test]
fn what_is_left_of_a_whole_is_large_enough_whatever_was_answered() {
    let sets: [&[usize]; 3] = [&[0, 1, 2], &[0], &[1]];
    // 15 − 6 = 9, and 9 − 7 = 2.
    assert_eq!(judge_people([6, 7, 2], &sets), [Ok(()), Ok(()), Err(Protected)]);
    // Nine people of whom some agree; refusing only then would tell on what.
    assert_eq!(judge_people([4, 4, 1], &sets), [Ok(()), Err(Protected), Err(Protected)]);
    // The other way round nothing is known yet of those who are left.
    assert_eq!(judge_people([4, 4, 1], &[&[0], &[1], &[0, 1, 2], &[0, 1]])[2..], [Err(Protected), Ok(())]);
    assert_eq!(judge_people([4, 4, 3], &[&[0], &[0, 1], &[0, 1, 2]]), [Ok(()); 3]);
}

#[test]
fn sets_that_cross_are_refused_unless_they_are_known_already() {
    assert_eq!(judge_people([9, 9, 9], &[&[0, 1], &[1, 2]]), [Ok(()), Err(Protected)]);
    assert_eq!(judge_people([9, 9, 9, 9], &[&[0, 1], &[2, 3], &[1, 2]])[2], Err(Protected));
    // With 2 shown, {1, 2} takes {0, 1} apart, and {0, 2} follows.
    assert_eq!(judge_people([6, 6, 6], &[&[0, 1], &[2], &[1, 2], &[0, 2]]), [Ok(()); 4]);
}

#[test]
fn those_who_agree_are_not_given_away_by_a_larger_group() {
    let sets: [&[usize]; 3] = [&[0], &[1], &[0, 1]];
    // Four or more of all six gave the last answer: that would be the four.
    let found = judge(&[choice(&[0, 0, 4]), choice(&[1, 1, 0])], &sets);
    assert_eq!(found, [Err(Protected), Err(Few), Err(Protected)]);
    // A difference does the same.
    let found = judge(&[choice(&[0, 0, 4]), choice(&[1, 1, 1])], &sets);
    assert_eq!(found, [Err(Protected), Ok(()), Err(Protected)]);
    let found = judge(&[choice(&[1, 1, 1]), choice(&[0, 0, 4])], &[&[0], &[0, 1], &[1]]);
    assert_eq!(found, [Ok(()), Err(Protected), Err(Protected)]);
}

#[test]
fn agreement_of_many_is_a_finding() {
    let sets: [&[usize]; 3] = [&[0], &[1], &[0, 1]];
    assert_eq!(judge(&[choice(&[0, 0, 6])], &sets[..1]), [Ok(())]);
    let found = judge(&[choice(&[0, 0, 3]), choice(&[0, 0, 3])], &sets);
    assert_eq!(found, [Err(Protected), Err(Protected), Ok(())]);
    let found = judge(&[choice(&[0, 0, 3]), choice(&[3, 0, 0])], &sets);
    assert_eq!(found, [Err(Protected); 3]);
    // With two answers, hiding it only where the groups differ would tell each of them what the other said.
    assert_eq!(judge(&[choice(&[0, 3]), choice(&[0, 3])], &sets), [Err(Protected); 3]);
    assert_eq!(judge(&[choice(&[0, 3]), choice(&[3, 0])], &sets), [Err(Protected); 3]);
    // Five who agree only together.
    let found = judge(&[choice(&[0, 0, 2]), choice(&[0, 0, 2])], &sets);
    assert_eq!(found, [Err(Few), Err(Few), Err(Protected)]);
}

#[test]
fn groups_that_were_found_to_differ_stay_hidden() {
    let atoms = [choice(&[0, 0, 3]), choice(&[0, 3, 0]), choice(&[0, 0, 3])];
    assert_eq!(judge(&atoms, &[&[0], &[1], &[2], &[0, 2]])[3], Ok(()));
    let found = judge(&atoms, &[&[0], &[1], &[2], &[0, 1], &[0, 2], &[0, 1, 2], &[2]]);
    assert_eq!(found, [Err(Protected); 7]);
}

/// Up to `most` people over three points, often all at the same.
fn points(most: u32) -> impl Strategy<Value = Count> {
    prop_oneof![
        (0usize..3, 0..=most).prop_map(|(at, n)| {
            let mut points = [0; 3];
            points[at] = n;
            choice(&points)
        }),
        proptest::collection::vec(0..=most / 3, 3).prop_map(|points| choice(&points)),
    ]
}

/// The set whose bits are set, of so many atoms.
fn members(bits: u32, atoms: usize) -> AtomSet {
    (0..atoms).filter(|at| (bits >> at) & 1 == 1).collect()
}

/// True where the answers of a set may be known.
fn may_be_known(count: &Count, k: u32) -> bool {
    count.n == 0 || (count.n >= k && !count.betrays_everyone(k))
}

/// True where the count of `union` is a combination of those of the sets shown.
fn follows(atoms: &[Count], shown: &[AtomSet], union: &AtomSet) -> bool {
    // Atoms, then the sets shown, then the one in question.
    let tables: Vec<Table> = (atoms.len()..)
        .zip(shown.iter().chain([union]))
        .map(|(total, set)| Table { total, parts: set.iter().copied().collect() })
        .collect();
    let last = atoms.len() + shown.len();
    let hidden: Vec<bool> =
        (0..=last).map(|group| atoms.get(group).map_or(group == last, |atom| atom.n > 0)).collect();
    determined(&tables, &hidden).contains(&last)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_follows_from_what_is_shown_may_be_known(
        atoms in proptest::collection::vec(points(15), 1..=5),
        sets in proptest::collection::vec(1u32..32, 1..=10),
        k in 3u32..=5,
    ) {
        let mut published = Published::new(&atoms, k);
        let sets: Vec<AtomSet> = sets.into_iter().map(|bits| members(bits, atoms.len())).collect();
        let shown: Vec<AtomSet> = sets.iter().filter(|set| published.judge(set).is_ok()).cloned().collect();
        for set in &sets {
            let n = published.count(set).n;
            prop_assert_eq!(published.judge(set) == Err(Few), n < k);
        }
        for bits in 1u32..(1 << atoms.len()) {
            let union = members(bits, atoms.len());
            let count = published.count(&union);
            if !may_be_known(&count, k) {
                prop_assert!(!follows(&atoms, &shown, &union), "{union:?} follows from {shown:?}");
            }
        }
        // Nothing is hidden without need: of groups that share nobody, each is judged by itself.
        let mut published = Published::new(&atoms, k);
        for (at, atom) in atoms.iter().enumerate() {
            let judged = published.judge(&AtomSet::from([at]));
            prop_assert_eq!(judged.is_ok(), atom.n > 0 && may_be_known(atom, k));
        }
    }
}

/// Every way in which groups of these sizes may answer an item of three points.
fn worlds(sizes: &[u32]) -> Vec<Vec<Count>> {
    let mut worlds = vec![Vec::new()];
    for &n in sizes {
        let with = |world: &Vec<Count>| -> Vec<Vec<Count>> {
            splits(n).into_iter().map(|count| [world.as_slice(), &[count]].concat()).collect()
        };
        worlds = worlds.iter().flat_map(with).collect();
    }
    worlds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn who_knows_the_rule_and_the_sizes_learns_no_more(
        sizes in proptest::collection::vec(0u32..=4, 2..=3),
        sets in proptest::collection::vec(1u32..8, 1..=6),
    ) {
        let sets: Vec<AtomSet> = sets.into_iter().map(|bits| members(bits, sizes.len())).collect();
        let worlds = worlds(&sizes);
        // What is seen → the worlds in which it is seen.
        let mut seen: BTreeMap<Seen, Vec<Published>> = BTreeMap::new();
        for atoms in &worlds {
            let mut published = Published::new(atoms, 3);
            let cells = sets.iter().map(|set| published.judge(set).map(|()| published.count(set).counts));
            let cells = cells.collect();
            seen.entry(cells).or_default().push(published);
        }
        for (cells, possible) in &seen {
            let first = &possible[0];
            // That six people or more agree may be known, and with it the answer of each.
            let known = first.blocks.iter().filter(|block| block.published);
            let agreed: AtomSet = known
                .filter(|block| first.count(&block.atoms).is_unanimous())
                .flat_map(|block| block.atoms.iter().copied())
                .collect();
            for bits in 1u32..(1 << sizes.len()) {
                let union = members(bits, sizes.len());
                let count = first.count(&union);
                if union.is_disjoint(&agreed) && !may_be_known(&count, 3) {
                    let is_certain = possible.iter().all(|world| world.count(&union) == count);
                    prop_assert!(!is_certain, "{union:?} can be told from {cells:?}");
                }
            }
        }
    }
}
