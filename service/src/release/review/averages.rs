//! Averages of a review over managers.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{
    Atom, CellState, Contributions, Count, GroupCounts, Suppression, Table, Thresholds, crossed, dominated,
    suppress,
};
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
    /// Per measure, what the sum would tell of its managers.
    contributions: Vec<Contributions>,
}

/// Averages over managers, and what may be shown of them.
pub(super) struct Averages {
    /// The whole first.
    pub(super) all: Vec<Average>,
    suppression: Suppression,
    /// Items that one manager, or few, would be seen through: (average, item).
    telling: BTreeSet<(usize, usize)>,
}

impl Averages {
    /// What may be shown of an average.
    pub(super) fn state(&self, average: usize) -> CellState {
        self.suppression.group(average)
    }

    /// What may be shown of an item of an average.
    pub(super) fn item(&self, average: usize, item: usize) -> CellState {
        let state = self.suppression.item(average, item);
        if state.is_shown() && self.telling.contains(&(average, item)) { CellState::Secondary } else { state }
    }
}

/// Averages while they are added up: the whole, then each grade, then headquarters and missions.
pub(super) struct Sums<'a> {
    measures: &'a [Measure],
    whole: Average,
    grades: BTreeMap<String, Average>,
    places: BTreeMap<bool, Average>,
    /// Managers of one grade in one place: no table shows them, but both cuts together might tell of them.
    crossings: BTreeMap<(String, bool), Average>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(measures: &'a [Measure]) -> Self {
        let whole = Average::new("whole", None, Text::new("全体", "Whole organisation"), measures);
        Self { measures, whole, grades: BTreeMap::new(), places: BTreeMap::new(), crossings: BTreeMap::new() }
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
        self.crossings
            .entry((grade.clone(), subject.abroad))
            .or_insert_with(|| Average::new("crossing", None, Text::default(), measures))
            .add(&seen);
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
        let grade_of: Vec<String> = self.grades.keys().cloned().collect();
        let place_of: Vec<bool> = self.places.keys().copied().collect();
        let crossings: Vec<([usize; 2], Average)> = self
            .crossings
            .into_iter()
            .filter_map(|((grade, abroad), average)| {
                let grade = 1 + grade_of.iter().position(|one| *one == grade)?;
                let place = 1 + grade_of.len() + place_of.iter().position(|one| *one == abroad)?;
                Some(([grade, place], average))
            })
            .collect();
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
        let mut telling = BTreeSet::new();
        for item in 0..measures.len() {
            let sums: Vec<Contributions> =
                all.iter().map(|average| average.contributions[item].clone()).collect();
            let found = dominated(&sums, &tables, |average| suppression.item(average, item).is_shown());
            let atoms: Vec<Atom> = crossings
                .iter()
                .map(|(parts, average)| Atom {
                    parts: *parts,
                    n: average.managers[item].n,
                    contributions: average.contributions[item].clone(),
                })
                .collect();
            let shown =
                |average: usize| suppression.item(average, item).is_shown() && !found.contains(&average);
            telling.extend(found.iter().map(|average| (*average, item)));
            if let Some(tables) = tables.first_chunk() {
                let crossing = crossed(&sums, tables, &atoms, LEAST_MANAGERS, shown);
                telling.extend(crossing.into_iter().map(|average| (average, item)));
            }
        }
        Ok(Averages { all, suppression, telling })
    }
}

impl Average {
    fn new(kind: &'static str, item: Option<&'static str>, label: Text, measures: &[Measure]) -> Self {
        let managers = vec![Count::default(); measures.len()];
        let contributions = vec![Contributions::default(); measures.len()];
        Self { kind, item, label, tally: Tally::new(measures), managers, all: 0, contributions }
    }

    fn add(&mut self, seen: &Tally) {
        self.tally.merge(seen);
        self.all += 1;
        for (managers, count) in self.managers.iter_mut().zip(&seen.measures) {
            managers.n += u32::from(count.n > 0);
        }
        for (sum, count) in self.contributions.iter_mut().zip(&seen.measures) {
            sum.add(count);
        }
    }
}
