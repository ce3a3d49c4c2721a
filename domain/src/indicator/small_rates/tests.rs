use proptest::prelude::*;

use super::*;
use crate::disclosure::{Table, determined};

const FEW: Decision = Decision::Hidden(Reason::FewPeople);
const PROTECTED: Decision = Decision::Hidden(Reason::Protection);
const SHOWN: Decision = Decision::Shown;

/// Decides over groups given as name and counts; no counts for an empty text.
fn decide(groups: &[(&str, &str)]) -> Vec<Decision> {
    let group = |&(label, counts): &(&str, &str)| GroupRate {
        label: label.into(),
        counts: Rate::parse(counts).ok(),
        is_total: false,
    };
    hide_small_rates(&groups.iter().map(group).collect::<Vec<GroupRate>>(), 5)
}

#[test]
fn a_small_group_is_hidden_together_with_the_next_smallest() {
    // The example of `disclosure::suppress`: showing both 7 and 9 would give the 3 away.
    let found = decide(&[("全体", "8/19"), ("総合職", "1/3"), ("一般職", "3/7"), ("技術系区分", "4/9")]);
    assert_eq!(found, [SHOWN, FEW, PROTECTED, SHOWN]);
}

#[test]
fn without_a_total_nothing_follows_by_subtraction() {
    assert_eq!(decide(&[("総合職", "1/3"), ("一般職", "3/7"), ("技術系区分", "4/9")]), [FEW, SHOWN, SHOWN]);
    // Nine alike betray themselves and ten do not.
    assert_eq!(decide(&[("a", "0/9"), ("b", "9/9"), ("c", "0/10"), ("d", "1/9")]), [FEW, FEW, SHOWN, SHOWN]);
    assert!(decide(&[]).is_empty());
}

#[test]
fn a_numerator_of_one_is_shown_among_enough_people() {
    assert_eq!(decide(&[("全体", "2/12"), ("a", "1/6"), ("b", "1/6")]), [SHOWN; 3]);
}

#[test]
fn hidden_groups_are_enough_people_together() {
    let found = decide(&[("All", "9/20"), ("a", "1/1"), ("b", "1/2"), ("c", "7/17")]);
    assert_eq!(found, [SHOWN, FEW, FEW, PROTECTED]);
}

#[test]
fn what_a_total_has_beyond_its_groups_is_a_cell_of_its_own() {
    // It hides a group, here 3 of 6 people,
    assert_eq!(decide(&[("合計", "9/20"), ("a", "1/2"), ("b", "5/12")]), [SHOWN, FEW, SHOWN]);
    // and must not follow where it is small, here 1 of 3.
    assert_eq!(decide(&[("合計", "9/20"), ("a", "4/8"), ("b", "4/9")]), [SHOWN, PROTECTED, SHOWN]);
    assert_eq!(decide(&[("合計", "9/20"), ("a", "2/6"), ("b", "4/9")]), [SHOWN; 3]);
}

#[test]
fn groups_without_counts_are_shown_and_protect_nobody() {
    assert_eq!(decide(&[("全体", "8/19"), ("a", "1/3")]), [SHOWN, FEW]);
    assert_eq!(decide(&[("全体", "8/19"), ("a", "1/3"), ("b", "")]), [PROTECTED, FEW, SHOWN]);
    assert_eq!(decide(&[("全体", ""), ("a", "1/3"), ("b", "3/7")]), [SHOWN, FEW, SHOWN]);
}

#[test]
fn a_single_possible_reason_hides_the_total_instead_of_everything() {
    // Only the 7 could be alike, and only by none being counted: 4 of 47 would tell so.
    assert_eq!(decide(&[("全体", "4/47"), ("a", "0/7"), ("b", "4/40")]), [PROTECTED, PROTECTED, SHOWN]);
    // With the 8 hidden as well, it could be either.
    let found = decide(&[("全体", "6/55"), ("a", "0/7"), ("b", "2/8"), ("c", "4/40")]);
    assert_eq!(found, [SHOWN, PROTECTED, PROTECTED, SHOWN]);
}

#[test]
fn overlapping_groups_leave_only_the_total_once_one_is_hidden() {
    let found = decide(&[("全体", "10/19"), ("a", "1/4"), ("b", "8/12"), ("c", "6/9")]);
    assert_eq!(found, [SHOWN, FEW, PROTECTED, PROTECTED]);
    assert_eq!(decide(&[("全体", "10/19"), ("b", "8/12"), ("c", "6/9")]), [SHOWN; 3]);
}

#[test]
fn what_one_total_has_beyond_another_is_judged_too() {
    let groups = [("全府省", "12/22"), ("全体", "10/20"), ("a", "4/9"), ("b", "6/11")];
    let found = decide(&groups);
    assert_eq!(found[..2], [SHOWN, PROTECTED]);
    assert_eq!(decide(&[("全府省", "40/90"), groups[1], groups[2], groups[3]]), [SHOWN; 4]);
}

#[test]
fn totals_are_known_by_their_name_or_by_being_marked() {
    let group = |label: &str, is_total| GroupRate { label: label.into(), counts: None, is_total };
    for label in ["全体", "　全 体", "全府省", "合計", "TOTAL", "all"] {
        assert!(group(label, false).is_whole(), "{label}");
    }
    assert!(!group("総合職", false).is_whole() && group("総合職", true).is_whole());
}

#[test]
fn a_threshold_that_protects_nobody_is_raised() {
    let two = GroupRate { label: "a".into(), counts: Rate::new(1, 2).ok(), is_total: false };
    assert_eq!(hide_small_rates(&[two], 0), [FEW]);
}

#[test]
fn reasons_have_words_of_their_own() {
    assert_eq!(Reason::FewPeople.label(Lang::Ja), "人数が少ないため非表示");
    assert_ne!(Reason::FewPeople.label(Lang::En), Reason::Protection.label(Lang::En));
    let json = serde_json::to_string(&FEW).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), FEW);
}

/// Numerator and denominator, the latter within `least` and `most`.
fn any_cell(least: u32, most: u32) -> impl Strategy<Value = (u32, u32)> {
    (least..=most).prop_flat_map(|whole| (0..=whole, Just(whole)))
}

/// Every way to have `sum` people counted in cells of these sizes.
fn fills(sizes: &[u32], sum: u32) -> Vec<Vec<u32>> {
    let Some((&first, others)) = sizes.split_first() else {
        return if sum == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let with = |n: u32| {
        fills(others, sum - n).into_iter().map(move |mut fill| {
            fill.insert(0, n);
            fill
        })
    };
    (0..=first.min(sum)).flat_map(with).collect()
}

fn plus(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
    (a.0 + b.0, a.1 + b.1)
}

proptest! {
    /// The attacker knows how many people are in every group and in every remainder, and sees all that is shown.
    #[test]
    fn nothing_hidden_follows_from_what_is_shown(
        parts in prop::collection::vec(any_cell(1, 12), 1..=4),
        rest in any_cell(0, 6),
        above in prop::option::of(any_cell(0, 6)),
        k in 3u32..=6,
    ) {
        let sum = |cells: &[(u32, u32)]| cells.iter().copied().fold((0, 0), plus);
        let named = parts.len();
        let all = plus(sum(&parts), rest);
        let mut cells = parts.clone();
        cells.push(all);
        cells.extend(above.map(|above| plus(all, above)));
        let group = |(at, &(part, whole)): (usize, &(u32, u32))| GroupRate {
            label: String::new(),
            counts: Rate::new(part, whole).ok(),
            is_total: at >= named,
        };
        let found = hide_small_rates(&cells.iter().enumerate().map(group).collect::<Vec<GroupRate>>(), k);

        for (decision, &(part, whole)) in found.iter().zip(&cells) {
            let enough = if part == 0 || part == whole { 2 * k } else { k };
            prop_assert!(!decision.is_shown() || whole >= enough);
        }

        // By trying out every numerator of the hidden groups.
        let of = |shown: bool| -> Vec<(u32, u32)> {
            (0..named).filter(|&at| found[at].is_shown() == shown).map(|at| cells[at]).collect()
        };
        let (shown, hidden) = (of(true), of(false));
        for total in (named..cells.len()).filter(|&at| found[at].is_shown() && !hidden.is_empty()) {
            let known = sum(&shown);
            let (part, whole) = (cells[total].0 - known.0, cells[total].1 - known.1);
            let mut sizes: Vec<u32> = hidden.iter().map(|cell| cell.1).collect();
            sizes.push(whole - sum(&hidden).1);
            let ways = fills(&sizes, part);
            let is_open = |at: usize| ways.iter().any(|fill| fill[at] != ways[0][at]);
            prop_assert!(whole >= k);
            if part == 0 || part == whole {
                prop_assert!(whole >= 2 * k, "few people, and all alike");
            } else {
                prop_assert!((0..hidden.len()).all(is_open), "{cells:?} {found:?}");
            }
        }

        // By solving the linear equations, in which a remainder that has people is one more unknown.
        let mut unknown: Vec<bool> = found.iter().map(|decision| !decision.is_shown()).collect();
        let mut tables = Vec::new();
        for total in named..cells.len() {
            tables.push((total, (0..named).collect::<Vec<usize>>()));
        }
        if cells.len() > named + 1 {
            tables.push((named + 1, vec![named]));
        }
        let mut equations = Vec::new();
        for (total, mut parts) in tables {
            let people: u32 = parts.iter().map(|&at| cells[at].1).sum();
            if people < cells[total].1 {
                parts.push(unknown.len());
                unknown.push(true);
            }
            equations.push(Table { total, parts });
        }
        let solved = determined(&equations, &unknown);
        prop_assert!(solved.iter().all(|&at| at >= cells.len()), "{cells:?} {found:?} {solved:?}");
    }
}
