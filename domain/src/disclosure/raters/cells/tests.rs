use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::tests::{Seen, choice, splits};
use super::*;
use crate::disclosure::Numbers;

const THRESHOLDS: Thresholds = Thresholds { scores: 3, comments: 5, response_rate: 3 };
const SHOWN: Option<Judgement> = Some(Ok(()));
const FEW: Option<Judgement> = Some(Err(Withheld::Few));
const PROTECTED: Option<Judgement> = Some(Err(Withheld::Protected));

fn group(respondents: u32, items: &[Count]) -> Option<GroupCounts<'_>> {
    Some(GroupCounts { respondents, items })
}

/// Subordinates, peers, others.
fn each(cells: &ReviewCells, judged: impl Fn(&GroupCells) -> Judgement) -> [Option<Judgement>; 3] {
    [&cells.subordinates, &cells.peers, &cells.others].map(|group| group.as_ref().map(&judged))
}

fn wholes(cells: &ReviewCells) -> [Option<Judgement>; 3] {
    each(cells, |group| group.whole)
}

fn items(cells: &ReviewCells, item: usize) -> [Option<Judgement>; 3] {
    each(cells, |group| group.item(item))
}

/// Subordinates and peers of whom only these answered.
fn of_people(subordinates: u32, peers: u32) -> [Option<Judgement>; 3] {
    let raters =
        RaterCounts { subordinates: group(subordinates, &[]), peers: group(peers, &[]), others: None };
    wholes(&review_cells(&raters, &[], &THRESHOLDS))
}

/// An item that these subordinates and peers answered, of six each.
fn of_answers(subordinates: &Count, peers: &Count) -> [Option<Judgement>; 3] {
    let raters = RaterCounts {
        subordinates: group(6, std::slice::from_ref(subordinates)),
        peers: group(6, std::slice::from_ref(peers)),
        others: None,
    };
    items(&review_cells(&raters, &[ItemRule::default()], &THRESHOLDS), 0)
}

#[test]
fn groups_are_shown_where_no_difference_is_too_small() {
    assert_eq!(of_people(4, 3), [SHOWN; 3]);
    assert_eq!(of_people(4, 1), [SHOWN, FEW, PROTECTED]);
    assert_eq!(of_people(2, 4), [FEW, SHOWN, PROTECTED]);
    assert_eq!(of_people(2, 2), [FEW, FEW, SHOWN]);
    assert_eq!(of_people(1, 1), [FEW; 3]);
    assert_eq!(of_people(0, 0), [FEW; 3]);
    assert_eq!(of_people(4, 0), [SHOWN, FEW, SHOWN]);
}

#[test]
fn there_are_only_the_groups_that_were_asked() {
    let answers = [choice(&[1, 2, 1])];
    let judged = |raters: RaterCounts| {
        let cells = review_cells(&raters, &[ItemRule::default()], &THRESHOLDS);
        assert_eq!(wholes(&cells), items(&cells, 0));
        wholes(&cells)
    };
    let none = RaterCounts::default();
    assert_eq!(judged(RaterCounts { subordinates: group(4, &answers), ..none }), [SHOWN, None, None]);
    assert_eq!(judged(RaterCounts { others: group(4, &answers), ..none }), [None, None, SHOWN]);
    assert_eq!(judged(none), [None; 3]);
}

#[test]
fn items_are_judged_by_those_who_could_observe() {
    let people = |subordinates, peers| of_answers(&Count::people(subordinates), &Count::people(peers));
    assert_eq!(people(6, 6), [SHOWN; 3]);
    assert_eq!(people(6, 2), [SHOWN, FEW, PROTECTED]);
    assert_eq!(people(2, 2), [FEW, FEW, SHOWN]);
    assert_eq!(people(0, 5), [FEW, SHOWN, SHOWN]);
    assert_eq!(people(0, 0), [FEW; 3]);
}

#[test]
fn a_hidden_group_hides_its_items() {
    // Of the item alone, both together could be shown.
    let (subordinates, peers) = ([choice(&[1, 1, 0])], [choice(&[0, 1, 1])]);
    let raters = RaterCounts { subordinates: group(4, &subordinates), peers: group(2, &peers), others: None };
    let cells = review_cells(&raters, &[ItemRule::default()], &THRESHOLDS);
    assert_eq!(wholes(&cells), [SHOWN, FEW, PROTECTED]);
    assert_eq!(items(&cells, 0), [FEW, FEW, PROTECTED]);
    // There is no second item.
    assert_eq!(items(&cells, 1), [FEW; 3]);
}

#[test]
fn a_group_that_agrees_is_hidden_and_not_given_away() {
    let judged =
        |subordinates: [u32; 3], peers: [u32; 3]| of_answers(&choice(&subordinates), &choice(&peers));
    assert_eq!(judged([0, 0, 4], [1, 2, 1]), [PROTECTED, SHOWN, PROTECTED]);
    assert_eq!(judged([1, 2, 1], [0, 0, 4]), [SHOWN, PROTECTED, PROTECTED]);
    assert_eq!(judged([0, 0, 4], [1, 1, 0]), [PROTECTED, FEW, PROTECTED]);
    assert_eq!(judged([0, 0, 4], [4, 0, 0]), [PROTECTED; 3]);
    // 2k people: together a finding.
    assert_eq!(judged([0, 0, 4], [0, 0, 3]), [PROTECTED, PROTECTED, SHOWN]);
    assert_eq!(judged([0, 0, 6], [0, 0, 6]), [SHOWN; 3]);
    assert_eq!(judged([0, 0, 2], [0, 0, 2]), [FEW, FEW, PROTECTED]);
}

#[test]
fn comments_need_more_people() {
    let rules = [ItemRule::default(), ItemRule { comments: true, ..ItemRule::default() }];
    let judged = |subordinates: u32, peers: u32| {
        let [of_subordinates, of_peers] = [subordinates, peers].map(|n| [Count::people(n), Count::people(n)]);
        let raters = RaterCounts {
            subordinates: group(subordinates, &of_subordinates),
            peers: group(peers, &of_peers),
            others: None,
        };
        let cells = review_cells(&raters, &rules, &THRESHOLDS);
        assert_eq!(items(&cells, 0), wholes(&cells));
        items(&cells, 1)
    };
    assert_eq!(judged(5, 5), [SHOWN; 3]);
    assert_eq!(judged(5, 4), [SHOWN, FEW, PROTECTED]);
    assert_eq!(judged(4, 4), [FEW, FEW, SHOWN]);
    assert_eq!(judged(5, 2), [SHOWN, FEW, PROTECTED]);
    // Enough people in all, but the group of both is hidden.
    assert_eq!(judged(4, 2), [FEW, FEW, PROTECTED]);
}

#[test]
fn a_conditional_item_is_hidden_where_the_item_before_it_is() {
    let after = |item| ItemRule { depends_on: vec![item], ..ItemRule::default() };
    let rules = [ItemRule::default(), after(0), after(1), after(3)];
    let mixed = choice(&[1, 2, 1]);
    let subordinates = [choice(&[0, 0, 4]), mixed.clone(), mixed.clone(), mixed.clone()];
    let peers = [mixed.clone(), mixed.clone(), choice(&[1, 1, 0]), mixed];
    let raters = RaterCounts { subordinates: group(4, &subordinates), peers: group(4, &peers), others: None };
    let cells = review_cells(&raters, &rules, &THRESHOLDS);
    assert_eq!(items(&cells, 0), [PROTECTED, SHOWN, PROTECTED]);
    assert_eq!(items(&cells, 1), [PROTECTED, SHOWN, PROTECTED]);
    assert_eq!(items(&cells, 2), [PROTECTED, FEW, PROTECTED]);
    assert_eq!(items(&cells, 3), [PROTECTED; 3], "a condition on what is not asked before");
}

#[test]
fn a_manager_who_knows_the_rule_cannot_tell_what_a_hidden_group_said() {
    for (subordinates, peers) in (0u32..=6).flat_map(|n| (0u32..=6).map(move |m| (n, m))) {
        // What is seen → the answers that either group may have given.
        let mut seen: BTreeMap<Seen, [Vec<Count>; 2]> = BTreeMap::new();
        for first in splits(subordinates) {
            for second in splits(peers) {
                let mut both = first.clone();
                both.add(&second);
                let judged = of_answers(&first, &second).into_iter().flatten();
                let cells = judged.zip([&first, &second, &both]);
                let cells = cells.map(|(judged, count)| judged.map(|()| count.counts.clone())).collect();
                let possible = seen.entry(cells).or_default();
                for (possible, count) in possible.iter_mut().zip([&first, &second]) {
                    if !possible.contains(count) {
                        possible.push(count.clone());
                    }
                }
            }
        }
        for (cells, possible) in &seen {
            let all_agree = cells[2].as_ref().is_ok_and(|counts| choice(counts).is_unanimous());
            for (cell, possible) in cells.iter().zip(possible) {
                if cell.is_err() && possible[0].n > 0 && !all_agree {
                    assert!(possible.len() > 1, "{possible:?} is all that fits {cells:?}");
                }
            }
        }
    }
}

/// How an item of a random review is answered: one of three points, several options, a number, or in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    One,
    Many,
    Number,
    Words,
}

impl Form {
    const ALL: [Form; 4] = [Self::One, Self::Many, Self::Number, Self::Words];

    /// What somebody whose answer is this point says. Of several options, they tick the one before as well.
    fn says(self, point: usize) -> Vec<usize> {
        match self {
            Self::Many => (point.saturating_sub(1)..=point).collect(),
            Self::One | Self::Number => vec![point],
            Self::Words => Vec::new(),
        }
    }

    fn count(self, said: &[&Vec<usize>]) -> Count {
        let mut total = Count {
            counts: vec![0; if matches!(self, Self::One | Self::Many) { 3 } else { 0 }],
            numbers: (self == Self::Number).then(Numbers::default),
            ..Count::default()
        };
        for said in said {
            let number = said.first().map_or(0.0, |&point| point as f64);
            total.add(&Count {
                counts: (0..3).map(|option| u32::from(said.contains(&option))).collect(),
                numbers: Some(Numbers::of(number, 0)),
                ..Count::people(1)
            });
        }
        total
    }
}

/// Somebody who rated the subject.
#[derive(Clone, Debug)]
struct Rater {
    is_peer: bool,
    /// Per item, the point; none where there was no opportunity to observe.
    points: Vec<Option<usize>>,
}

/// Raters who often agree, within their group more than across.
fn raters() -> impl Strategy<Value = Vec<Rater>> {
    let point = prop_oneof![6 => Just(Some(0usize)), 1 => (0usize..3).prop_map(Some), 1 => Just(None)];
    let rater = (any::<bool>(), proptest::collection::vec(point, Form::ALL.len()));
    (proptest::collection::vec(rater, 0..=16), 0usize..3).prop_map(|(raters, apart)| {
        let rater = |(is_peer, points): (bool, Vec<Option<usize>>)| {
            let shift = if is_peer { apart } else { 0 };
            let points = points.into_iter().map(|point| point.map(|point| (point + shift) % 3)).collect();
            Rater { is_peer, points }
        };
        raters.into_iter().map(rater).collect()
    })
}

/// Every set of raters, but that of nobody, that is a sum or difference of some of these sets.
fn combinations(sets: &[&Vec<usize>], raters: usize) -> Vec<Vec<usize>> {
    let mut sums = vec![vec![0i32; raters]];
    for set in sets {
        let with = |sum: &Vec<i32>| {
            [-1, 0, 1].map(|coefficient| {
                let mut sum = sum.clone();
                set.iter().for_each(|&rater| sum[rater] += coefficient);
                sum
            })
        };
        sums = sums.iter().flat_map(with).collect();
    }
    sums.retain(|sum| sum.iter().all(|times| (0..=1).contains(times)) && sum.contains(&1));
    sums.iter().map(|sum| (0..raters).filter(|&rater| sum[rater] == 1).collect()).collect()
}

/// One round of judgements on actual raters.
struct Round {
    /// Rater → what they said; none of those who did not answer.
    said: Vec<Option<Vec<usize>>>,
    k: usize,
}

impl Round {
    fn betrays(&self, raters: &[usize]) -> bool {
        let said: Vec<&Vec<usize>> = raters.iter().filter_map(|&rater| self.said[rater].as_ref()).collect();
        raters.len() < 2 * self.k && (0..3).any(|option| said.iter().all(|said| said.contains(&option)))
    }

    fn is_safe(&self, sets: &[&Vec<usize>]) -> bool {
        let unsafe_set = |set: &Vec<usize>| set.len() < self.k || self.betrays(set);
        !combinations(sets, self.said.len()).iter().any(unsafe_set)
    }

    /// Checks what is shown of groups of raters; of these, those may be shown that are `open`.
    fn check(&self, groups: &[Vec<usize>], open: &[bool], judged: &[Judgement]) -> Result<(), TestCaseError> {
        let of_round = |set: &Vec<usize>| -> Vec<usize> {
            set.iter().copied().filter(|&rater| self.said[rater].is_some()).collect()
        };
        let groups: Vec<Vec<usize>> = groups.iter().map(of_round).collect();
        let at = 0..groups.len();
        let shown: Vec<&Vec<usize>> =
            at.clone().filter(|&at| judged[at].is_ok()).map(|at| &groups[at]).collect();
        prop_assert!(self.is_safe(&shown), "{shown:?} betray somebody");
        prop_assert!(shown.iter().all(|set| set.len() >= self.k));
        // Nothing is hidden without need: it would betray somebody, or on what a hidden group agrees.
        let kept: Vec<&Vec<usize>> = at
            .clone()
            .filter(|&at| open[at] && judged[at].is_err() && groups[at].len() >= self.k)
            .map(|at| &groups[at])
            .filter(|set| self.betrays(set))
            .collect();
        for at in at.filter(|&at| open[at] && judged[at].is_err() && groups[at].len() >= self.k) {
            let set = &groups[at];
            let mut more = shown.clone();
            more.push(set);
            let tells = kept.iter().any(|kept| kept.iter().all(|rater| set.contains(rater)));
            prop_assert!(tells || !self.is_safe(&more), "{set:?} could be shown beside {shown:?}");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_combination_of_what_is_shown_betrays_anybody(
        raters in raters(),
        merged in prop_oneof![4 => Just(false), 1 => Just(true)],
        k in 3u32..=4,
    ) {
        let thresholds = Thresholds { scores: k, comments: k + 2, response_rate: k };
        let some = |wanted: &dyn Fn(&Rater) -> bool| -> Vec<usize> {
            (0..raters.len()).filter(|&at| wanted(&raters[at])).collect()
        };
        let everybody = some(&|_: &Rater| true);
        let groups = if merged {
            vec![everybody]
        } else {
            vec![some(&|rater: &Rater| !rater.is_peer), some(&|rater: &Rater| rater.is_peer), everybody]
        };
        let said = |at: usize, form: Form| -> Vec<Option<Vec<usize>>> {
            let of = |rater: &Rater| match form {
                // Everybody was asked.
                Form::Words => Some(Vec::new()),
                _ => rater.points[at].map(|point| form.says(point)),
            };
            raters.iter().map(of).collect()
        };
        let rounds: Vec<Vec<Option<Vec<usize>>>> =
            Form::ALL.into_iter().enumerate().map(|(at, form)| said(at, form)).collect();
        let counts: Vec<Vec<Count>> = groups
            .iter()
            .map(|group| {
                let of = |(form, said): (Form, &Vec<Option<Vec<usize>>>)| {
                    let said: Vec<&Vec<usize>> = group.iter().filter_map(|&at| said[at].as_ref()).collect();
                    form.count(&said)
                };
                Form::ALL.into_iter().zip(&rounds).map(of).collect()
            })
            .collect();
        let stratum = |at: usize| group(groups[at].len() as u32, &counts[at]);
        let given = if merged {
            RaterCounts { others: stratum(0), ..RaterCounts::default() }
        } else {
            RaterCounts { subordinates: stratum(0), peers: stratum(1), others: None }
        };
        let rules = Form::ALL.map(|form| ItemRule { comments: form == Form::Words, ..ItemRule::default() });
        let cells = review_cells(&given, &rules, &thresholds);

        let flat = |judged: [Option<Judgement>; 3]| judged.into_iter().flatten().collect::<Vec<Judgement>>();
        let whole = flat(wholes(&cells));
        let people = Round { said: vec![Some(Vec::new()); raters.len()], k: k as usize };
        people.check(&groups, &vec![true; groups.len()], &whole)?;
        let open: Vec<bool> = whole.iter().map(Result::is_ok).collect();
        for (item, (form, said)) in Form::ALL.into_iter().zip(rounds).enumerate() {
            let k = if form == Form::Words { k + 2 } else { k };
            let judged = flat(items(&cells, item));
            prop_assert!(judged.iter().zip(&open).all(|(judged, &open)| open || judged.is_err()));
            Round { said, k: k as usize }.check(&groups, &open, &judged)?;
        }
    }
}
