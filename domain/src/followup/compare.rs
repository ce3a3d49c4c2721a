//! Two editions of the follow-up table side by side.

use std::collections::HashMap;

use super::{Column, Row, SectionNumber};

/// A row of one edition beside the row of the other that it goes on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Where it stands in the earlier edition; `None` for a new row.
    pub before: Option<usize>,
    /// Where it stands in the later edition; `None` for a row that was dropped.
    pub after: Option<usize>,
    /// The columns whose texts differ; all that hold something where there is only one row.
    pub changed: Vec<Column>,
}

/// Pairs the rows of two editions: by `came_from` (for each later row, the place of the earlier one, where that is known),
/// else by section, kind, item and group. The order is that of the later edition; rows that were dropped follow after the
/// last row of their section or of the sections before it.
pub fn compare(before: &[Row], after: &[Row], came_from: &[Option<usize>]) -> Vec<Pair> {
    let mut free: Vec<bool> = vec![true; before.len()];
    let mut take = |index: usize| free.get_mut(index).is_some_and(|free| std::mem::replace(free, false));
    let mut partner: Vec<Option<usize>> = came_from.iter().map(|from| from.filter(|i| take(*i))).collect();
    partner.resize(after.len(), None);
    let mut named: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, row) in before.iter().enumerate().rev() {
        named.entry(identity(row)).or_default().push(index);
    }
    for (row, found) in after.iter().zip(&mut partner) {
        while found.is_none() {
            let Some(index) = named.get_mut(&identity(row)).and_then(Vec::pop) else { break };
            *found = Some(index).filter(|index| take(*index));
        }
    }
    let mut pairs: Vec<(SectionNumber, Pair)> = after
        .iter()
        .zip(partner)
        .enumerate()
        .map(|(index, (row, partner))| {
            let changed = changed(partner.and_then(|i| before.get(i)), Some(row));
            (row.section, Pair { before: partner, after: Some(index), changed })
        })
        .collect();
    for (index, row) in before.iter().enumerate().filter(|(index, _)| free.get(*index) == Some(&true)) {
        let pair = Pair { before: Some(index), after: None, changed: changed(Some(row), None) };
        let at = pairs.iter().rposition(|(section, _)| *section <= row.section).map_or(0, |last| last + 1);
        pairs.insert(at, (row.section, pair));
    }
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

fn identity(row: &Row) -> (SectionNumber, super::RowKind, &str, &str) {
    (row.section, row.kind, row.item.as_str(), row.group.as_str())
}

/// The columns in which two rows differ.
pub fn changed(before: Option<&Row>, after: Option<&Row>) -> Vec<Column> {
    let cell = |row: Option<&Row>, column| row.map(|row| row.cell(column).into_owned()).unwrap_or_default();
    Column::ALL.into_iter().filter(|column| cell(before, *column) != cell(after, *column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::followup::RowKind;

    fn row(section: &str, item: &str, current: &str) -> Row {
        let section = SectionNumber::parse(section).unwrap();
        Row { item: item.into(), current: current.into(), ..Row::new(section, RowKind::Figure) }
    }

    #[test]
    fn rows_are_paired_by_where_they_came_from_and_else_by_name() {
        let before = [row("1-1", "甲", "1%"), row("2", "乙", "2%"), row("4", "丙", "3%")];
        let after = [row("1-1", "甲", "1%"), row("2", "乙(改称)", "5%"), row("4", "丁", "")];
        let pairs = compare(&before, &after, &[None, Some(1), None]);
        let places: Vec<_> = pairs.iter().map(|pair| (pair.before, pair.after)).collect();
        assert_eq!(places, [(Some(0), Some(0)), (Some(1), Some(1)), (None, Some(2)), (Some(2), None)]);
        assert_eq!(pairs[0].changed, []);
        assert_eq!(pairs[1].changed, [Column::Item, Column::Current]);
        assert_eq!(pairs[2].changed, [Column::Section, Column::Kind, Column::Item]);
    }

    #[test]
    fn no_row_is_paired_twice_and_none_is_lost() {
        let before = [row("2", "同", "1"), row("2", "同", "2"), row("3", "別", "3")];
        let after = [row("2", "同", "1"), row("2", "同", "2"), row("2", "同", "4")];
        let pairs = compare(&before, &after, &[Some(1), Some(1), None]);
        let places: Vec<_> = pairs.iter().map(|pair| (pair.before, pair.after)).collect();
        assert_eq!(places, [(Some(1), Some(0)), (Some(0), Some(1)), (None, Some(2)), (Some(2), None)]);
        assert_eq!(compare(&before, &[], &[]).len(), 3);
        assert!(compare(&[], &[], &[Some(7)]).is_empty());
    }
}
