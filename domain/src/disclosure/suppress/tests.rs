mod attack;

use std::slice::from_ref;

use attack::{Reader, Release};

use super::CellState::{Primary, Secondary, Shown};
use super::*;
use crate::disclosure::Numbers;

fn table(total: usize, parts: &[usize]) -> Table {
    Table { total, parts: parts.to_vec() }
}

/// Answers to a single choice.
fn choice(counts: &[u32]) -> Count {
    Count { counts: counts.to_vec(), ..Count::people(counts.iter().sum()) }
}

/// Numbers without decimals.
fn numbers(values: &[f64]) -> Count {
    let count = |value: &f64| Count { numbers: Some(Numbers::of(*value, 0)), ..Count::people(1) };
    sum(&values.iter().map(count).collect::<Vec<Count>>())
}

fn sum<'a>(counts: impl IntoIterator<Item = &'a Count>) -> Count {
    let mut counts = counts.into_iter();
    let mut total = counts.next().cloned().unwrap_or_default();
    counts.for_each(|count| total.add(count));
    total
}

/// A total, and its parts.
fn whole(parts: &[Count]) -> Vec<Count> {
    std::iter::once(sum(parts)).chain(parts.iter().cloned()).collect()
}

/// The states of groups.
fn states(n: &[u32], tables: &[Table]) -> Vec<CellState> {
    let groups: Vec<GroupCounts> =
        n.iter().map(|&respondents| GroupCounts { respondents, items: &[] }).collect();
    suppress(&groups, tables, &[], &Thresholds::default()).expect("exact tables").groups
}

/// The states of several items that everybody answered to whom they were put, the first one everybody in the group.
fn states_of(rows: &[Vec<Count>], tables: &[Table], rules: &[ItemRule]) -> Vec<Vec<CellState>> {
    let groups: Vec<GroupCounts> =
        rows.iter().map(|items| GroupCounts { respondents: items[0].n, items }).collect();
    suppress(&groups, tables, rules, &Thresholds::default()).expect("exact tables").items
}

/// The states of an item that everybody answered.
fn states_of_one(counts: &[Count], tables: &[Table]) -> Vec<CellState> {
    let rows: Vec<Vec<Count>> = counts.iter().map(|count| vec![count.clone()]).collect();
    states_of(&rows, tables, &[ItemRule::default()]).remove(0)
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
    // The total 0 is hidden already; both ways of splitting it would give it away.
    let counts = [14, 6, 8, 5, 9].map(Count::people);
    let counts: Vec<&Count> = counts.iter().collect();
    let tables = [table(0, &[1, 2]), table(0, &[3, 4])];
    let given = [Given::Group, Given::Open, Given::Open, Given::Open, Given::Open];
    let found = decide(&tables, &counts, &given, 5);
    let found: Vec<CellState> = found.iter().map(|cell| cell.state).collect();
    assert_eq!(found, [Secondary, Secondary, Shown, Secondary, Shown]);
}

#[test]
fn items_are_judged_by_their_own_n() {
    let rows = [[26, 21], [6, 4], [8, 7], [12, 10]].map(|n| n.map(Count::people).to_vec());
    let found = states_of(&rows, &[table(0, &[1, 2, 3])], &<[ItemRule; 2]>::default());
    assert_eq!(found[0], [Shown; 4]);
    assert_eq!(found[1], [Shown, Primary, Secondary, Shown]);
}

#[test]
fn what_there_is_not_is_hidden() {
    let mut found = Suppression { groups: vec![Shown], items: vec![vec![Shown], vec![Primary]] };
    assert_eq!((found.group(1), found.item(0, 2), found.item(1, 0)), (Primary, Primary, Primary));
    found.hide(0);
    found.hide(1);
    assert_eq!((found.group(0), found.item(0, 0), found.item(0, 1)), (Secondary, Secondary, Primary));
}

#[test]
fn a_hidden_group_hides_its_items() {
    // Item 1 was answered by 5 of the 6 in group 2, but the group is hidden to protect group 1.
    let rows = [[29, 15], [3, 0], [6, 5], [20, 10]].map(|n| n.map(Count::people).to_vec());
    let tables = [table(0, &[1, 2, 3])];
    assert_eq!(states(&[29, 3, 6, 20], &tables), [Shown, Primary, Secondary, Shown]);
    let found = states_of(&rows, &tables, &<[ItemRule; 2]>::default());
    assert_eq!(found[1][2], Secondary);
}

#[test]
fn comments_need_more_people_and_are_protected_like_scores() {
    let rows = [38, 7, 15, 16].map(|n| vec![Count::people(n); 2]);
    let comments = ItemRule { comments: true, ..ItemRule::default() };
    let found = states_of(&rows, &[table(0, &[1, 2, 3])], &[ItemRule::default(), comments]);
    assert_eq!(found[0], [Shown; 4]);
    assert_eq!(found[1], [Shown, Primary, Secondary, Shown]);
}

#[test]
fn what_is_left_over_is_judged_like_a_cell() {
    let tables = [table(0, &[1, 2, 3, 4])];
    let hidden_too = [Shown, Primary, Primary, Secondary, Shown];
    // 2 + 3 people are enough, but all five said the same.
    let others = [choice(&[2, 1, 3]), choice(&[3, 4, 2])];
    let with = |a: Count, b: Count, others: &[Count; 2]| {
        states_of_one(&whole(&[a, b, others[0].clone(), others[1].clone()]), &tables)
    };
    assert_eq!(with(choice(&[0, 2, 0]), choice(&[0, 3, 0]), &others), hidden_too);
    let alright = with(choice(&[0, 2, 0]), choice(&[1, 2, 0]), &others);
    assert_eq!(alright, [Shown, Primary, Primary, Shown, Shown]);
    // All five ticked the second option, some of them others as well.
    let ticked = |n: u32, counts: [u32; 3]| Count { counts: counts.to_vec(), ..Count::people(n) };
    let found =
        with(ticked(2, [1, 2, 0]), ticked(3, [2, 3, 1]), &[ticked(6, [5, 4, 3]), ticked(9, [8, 7, 1])]);
    assert_eq!(found, hidden_too);
    // All five gave the same number.
    let others =
        [numbers(&[0.0, 1.0, 2.0, 2.0, 3.0, 5.0]), numbers(&[0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 4.0, 4.0, 5.0])];
    assert_eq!(with(numbers(&[4.0; 2]), numbers(&[4.0; 3]), &others), hidden_too);
    assert_eq!(with(numbers(&[4.0; 2]), numbers(&[4.0, 4.0, 3.0]), &others)[3], Shown);
}

#[test]
fn agreement_looks_like_secondary_suppression_and_leaves_two_readings() {
    let parts = [choice(&[0, 0, 0, 7, 0]), choice(&[1, 1, 2, 1, 1]), choice(&[1, 2, 4, 2, 2])];
    let release = Release::flat(&parts);
    let found = states_of_one(&release.cells, &release.tables);
    assert_eq!(found, [Secondary, Secondary, Shown, Shown]);
    // Either the seven or the six may have said 4 all together.
    let possible = Reader::read(&release, &found, 5);
    assert!(possible[0].contains([1, 1, 2, 2, 1].as_slice()));
    assert!(possible[1].contains([0, 0, 0, 6, 0].as_slice()));
}

#[test]
fn agreement_is_not_the_only_possible_reason_in_its_place() {
    // Hiding the nine with the seven would leave eight who said 4: the nine cannot be those who agree. So the eleven
    // are hidden as well.
    let parts = [choice(&[0, 0, 0, 7, 0]), choice(&[2, 2, 2, 1, 2]), choice(&[1, 2, 4, 2, 2])];
    let release = Release::flat(&parts);
    let found = states_of_one(&release.cells, &release.tables);
    assert_eq!(found, [Secondary, Secondary, Secondary, Shown]);
    let possible = Reader::read(&release, &[Secondary, Secondary, Shown, Shown], 5);
    assert_eq!(possible[0].len(), 1, "what could be read from the seven and the nine alone");
}

#[test]
fn a_conditional_item_is_hidden_where_the_item_before_it_is() {
    let tables = [table(0, &[1, 2])];
    let rules = [ItemRule::default(), ItemRule { depends_on: vec![0], ..ItemRule::default() }];
    // May you telework: yes, partly, no. In the first division nobody may, so none of them is asked on how many days.
    let may = whole(&[choice(&[0, 0, 6]), choice(&[3, 2, 3])]);
    let nobody = Count { numbers: Some(Numbers::default()), ..Count::default() };
    let days = whole(&[nobody, numbers(&[0.0, 1.0, 2.0, 2.0, 3.0])]);
    let rows = |days: &[Count]| -> Vec<Vec<Count>> {
        may.iter().zip(days).map(|(may, days)| vec![may.clone(), days.clone()]).collect()
    };
    let found = states_of(&rows(&days), &tables, &rules);
    assert_eq!(found[0], [Shown, Secondary, Secondary]);
    assert_eq!(found[1], [Shown, Secondary, Secondary], "the empty cell looks like the other one");
    let alone = states_of(&rows(&days), &tables, &<[ItemRule; 2]>::default());
    assert_eq!(alone[1], [Shown, Primary, Shown], "which would have told what the six said");
    // Where the five who were asked gave the same number, the whole does not show it either.
    let days = whole(&[days[1].clone(), numbers(&[2.0; 5])]);
    assert_eq!(states_of(&rows(&days), &tables, &rules)[1], [Secondary; 3]);
}

#[test]
fn a_condition_on_a_conditional_item_is_handed_down() {
    let tables = [table(0, &[1, 2])];
    let after = |item| ItemRule { depends_on: vec![item], ..ItemRule::default() };
    let rules = [ItemRule::default(), after(0), after(1), after(3)];
    let first = whole(&[choice(&[7, 0]), choice(&[4, 4])]);
    let later = whole(&[choice(&[4, 3]), choice(&[2, 3])]);
    let rows: Vec<Vec<Count>> = first
        .iter()
        .zip(&later)
        .map(|(first, later)| vec![first.clone(), later.clone(), later.clone(), later.clone()])
        .collect();
    let found = states_of(&rows, &tables, &rules);
    for item in &found[..3] {
        assert_eq!(item[..], [Shown, Secondary, Secondary]);
    }
    assert_eq!(found[3], [Secondary; 3], "a condition on what is not asked before");
}

#[test]
fn tables_that_do_not_add_up_are_refused() {
    let thresholds = Thresholds::default();
    let refused = |n: &[(u32, u32)], tables: &[Table]| {
        let items: Vec<Count> = n.iter().map(|(_, answered)| Count::people(*answered)).collect();
        let groups: Vec<GroupCounts> = n
            .iter()
            .zip(&items)
            .map(|((respondents, _), item)| GroupCounts { respondents: *respondents, items: from_ref(item) })
            .collect();
        suppress(&groups, tables, &[ItemRule::default()], &thresholds).expect_err("refused")
    };
    assert_eq!(refused(&[(9, 9)], &[table(0, &[1])]), TableError::UnknownGroup { table: 0 });
    let tables = [table(0, &[1, 2])];
    assert_eq!(refused(&[(12, 13), (6, 6), (7, 7)], &tables), TableError::NotExact { table: 0 });
    let error = refused(&[(13, 12), (6, 6), (7, 7)], &tables);
    assert!(error.message(Lang::Ja).contains("集計表1"), "the item does not add up");
}

#[test]
fn tables_in_a_circle_do_not_hang() {
    let tables = [table(0, &[1, 2]), table(1, &[0, 2])];
    assert_eq!(states(&[6, 6, 0], &tables), [Shown, Shown, Primary]);
    assert_eq!(states(&[4, 4, 0], &tables), [Primary; 3]);
}
