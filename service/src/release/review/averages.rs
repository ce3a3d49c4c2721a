//! Averages of a review over managers.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{CellState, Count, GroupCounts, Suppression, Table, Thresholds, suppress};
use domain::review::LEAST_MANAGERS;
use domain::text::{Lang, Text};

use super::OfSubject;
use crate::error::{Error, Result};
use crate::registry::entity::review_subject;
use crate::release::tally::{Measure, Tally, rules};

/// The cut by grade, as `release_group.item`.
pub const GRADE: &str = "grade";
/// The cut by headquarters and missions.
pub const PLACE: &str = "place";

/// An average over managers.
pub(super) struct Average {
    pub(super) kind: &'static str,
    pub(super) item: Option<&'static str>,
    pub(super) label: Text,
    pub(super) tally: Tally,
    /// Managers whose results are in it, per measure.
    managers: Vec<Count>,
    /// Managers in it at all.
    pub(super) all: u32,
    /// Per measure, how many raters the manager with most of them has.
    largest: Vec<u32>,
}

/// Averages over managers, and what may be shown of them.
pub(super) struct Averages {
    /// The whole first.
    pub(super) all: Vec<Average>,
    suppression: Suppression,
    /// Items that one manager would be seen through: (average, item).
    dominated: BTreeSet<(usize, usize)>,
}

impl Averages {
    /// What may be shown of an average.
    pub(super) fn state(&self, average: usize) -> CellState {
        self.suppression.group(average)
    }

    /// What may be shown of an item of an average.
    pub(super) fn item(&self, average: usize, item: usize) -> CellState {
        let state = self.suppression.item(average, item);
        if state.is_shown() && self.dominated.contains(&(average, item)) {
            CellState::Secondary
        } else {
            state
        }
    }
}

/// Averages while they are added up: the whole, then each grade, then headquarters and missions.
pub(super) struct Sums<'a> {
    measures: &'a [Measure],
    whole: Average,
    grades: BTreeMap<String, Average>,
    places: BTreeMap<bool, Average>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(measures: &'a [Measure]) -> Self {
        let whole = Average::new("whole", None, Text::new("全体", "Whole organisation"), measures);
        Self { measures, whole, grades: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// Adds what a subject is shown: of each item, the widest group of raters.
    pub(super) fn add(&mut self, subject: &review_subject::Model, judged: &[OfSubject]) {
        let mut seen = Tally::new(self.measures);
        let widest = |at: usize| {
            let shown = |group: &&OfSubject| group.items.get(at).is_some_and(Result::is_ok);
            judged.iter().rev().filter(|group| !group.group.is_named()).find(shown)
        };
        for (at, count) in seen.measures.iter_mut().enumerate() {
            if let Some(found) = widest(at).and_then(|group| group.tally.measures.get(at)) {
                *count = found.clone();
            }
        }
        let shown = |group: &&OfSubject| !group.group.is_named() && group.whole.is_ok();
        let Some(group) = judged.iter().rev().find(shown) else { return };
        seen.respondents = group.tally.respondents;
        let grade = subject.grade.clone();
        let label =
            if grade.is_empty() { Text::new("職級なし", "No grade") } else { Text::new(&grade, &grade) };
        let place = if subject.abroad {
            Text::new("在外公館", "Missions")
        } else {
            Text::new("本省", "Headquarters")
        };
        let measures = self.measures;
        self.whole.add(&seen);
        self.grades
            .entry(grade)
            .or_insert_with(|| Average::new("demographic", Some(GRADE), label, measures))
            .add(&seen);
        self.places
            .entry(subject.abroad)
            .or_insert_with(|| Average::new("demographic", Some(PLACE), place, measures))
            .add(&seen);
    }

    /// Judges them by managers: how many are in each, and what would follow by subtraction.
    ///
    /// # Errors
    /// [`Error::Invalid`] where disclosure control cannot judge the tables.
    pub(super) fn settle(self) -> Result<Averages> {
        let measures = self.measures;
        let mut all = vec![self.whole];
        let mut tables = Vec::new();
        for cut in [self.grades.into_values().collect::<Vec<_>>(), self.places.into_values().collect()] {
            let first = all.len();
            all.extend(cut);
            if all.len() > first {
                tables.push(Table { total: 0, parts: (first..all.len()).collect() });
            }
        }
        let managers: Vec<GroupCounts> = all
            .iter()
            .map(|average| GroupCounts { respondents: average.all, items: &average.managers })
            .collect();
        let thresholds =
            Thresholds { scores: LEAST_MANAGERS, comments: LEAST_MANAGERS, response_rate: LEAST_MANAGERS };
        let suppression = suppress(&managers, &tables, &rules(measures), &thresholds)
            .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
        let dominated = dominated(&all, &tables, measures.len());
        Ok(Averages { all, suppression, dominated })
    }
}

/// Items of averages through which one manager would be seen. Where there is one in a table, the whole table is hidden for that
/// item, so that nothing of it follows by subtraction.
fn dominated(all: &[Average], tables: &[Table], items: usize) -> BTreeSet<(usize, usize)> {
    let mut hidden = BTreeSet::new();
    for item in 0..items {
        let betrays = |average: &usize| all.get(*average).is_some_and(|found| found.betrays(item));
        if betrays(&0) {
            hidden.extend((0..all.len()).map(|average| (average, item)));
        }
        for table in tables.iter().filter(|table| table.parts.iter().any(betrays)) {
            hidden.extend(table.parts.iter().map(|part| (*part, item)));
        }
    }
    hidden
}

impl Average {
    fn new(kind: &'static str, item: Option<&'static str>, label: Text, measures: &[Measure]) -> Self {
        let managers = vec![Count::default(); measures.len()];
        let largest = vec![0; measures.len()];
        Self { kind, item, label, tally: Tally::new(measures), managers, all: 0, largest }
    }

    fn add(&mut self, seen: &Tally) {
        self.tally.merge(seen);
        self.all += 1;
        for (managers, count) in self.managers.iter_mut().zip(&seen.measures) {
            managers.n += u32::from(count.n > 0);
        }
        for (largest, count) in self.largest.iter_mut().zip(&seen.measures) {
            *largest = (*largest).max(count.n);
        }
    }

    /// True where one manager has more than half of the raters of an item, or where all raters agree and so tell each
    /// manager's result.
    fn betrays(&self, item: usize) -> bool {
        let (Some(count), Some(largest)) = (self.tally.measures.get(item), self.largest.get(item)) else {
            return false;
        };
        largest.saturating_mul(2) > count.n || count.is_unanimous()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::tally::Form;

    fn average(raters: &[u32], counts: &[u32]) -> Average {
        let measure =
            Measure { item: "q".into(), part: String::new(), form: Form::Points(5), conditions: Vec::new() };
        let measures = [measure];
        let mut average = Average::new("whole", None, Text::default(), &measures);
        for n in raters {
            let mut seen = Tally::new(&measures);
            seen.measures[0].n = *n;
            average.add(&seen);
        }
        average.tally.measures[0].counts = counts.to_vec();
        average
    }

    #[test]
    fn nobody_is_seen_through_an_average() {
        assert!(!average(&[4, 4, 4, 4, 4], &[0, 5, 5, 5, 5]).betrays(0));
        assert!(average(&[40, 3, 3, 3, 3], &[0, 5, 5, 40, 2]).betrays(0), "one has most of the raters");
        assert!(average(&[4, 4, 4, 4, 4], &[0, 0, 0, 0, 20]).betrays(0), "all said the same of each");
    }

    #[test]
    fn a_table_with_such_a_part_is_hidden_as_a_whole() {
        let fine = || average(&[4; 5], &[0, 5, 5, 5, 5]);
        let seen_through = || average(&[40, 3, 3, 3, 3], &[0, 5, 5, 40, 2]);
        let tables = [Table { total: 0, parts: vec![1, 2] }, Table { total: 0, parts: vec![3] }];
        let all = [fine(), seen_through(), fine(), fine()];
        assert_eq!(dominated(&all, &tables, 1), BTreeSet::from([(1, 0), (2, 0)]));
        let all = [seen_through(), fine(), fine(), fine()];
        assert_eq!(dominated(&all, &tables, 1).len(), 4, "of the whole, everything");
    }
}
