//! Adding up answers: per group of people and per measure, how often each answer was given.

use std::collections::BTreeMap;

use domain::answer::{Answer, Answers};
use domain::questionnaire::{Kind, Questionnaire};
use serde::{Deserialize, Serialize};

/// What is counted of an item: the item itself, or one row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The item's key.
    pub item: String,
    /// The row's key in a matrix, else empty.
    pub part: String,
    /// What an answer is.
    pub form: Form,
}

/// What an answer to a measure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A point of a scale, 1 to n.
    Points(u8),
    /// One of these options.
    One(Vec<String>),
    /// Some of these options.
    Many(Vec<String>),
    /// A number.
    Number,
}

impl Form {
    /// How many counters it needs.
    pub fn width(&self) -> usize {
        match self {
            Self::Points(points) => usize::from(*points),
            Self::One(options) | Self::Many(options) => options.len(),
            Self::Number => 0,
        }
    }
}

/// Everything that is counted of a questionnaire. A demographic is never itself a result; dates are asked for consistency checks only and comments are kept
/// apart; neither is a measure.
pub fn measures(questionnaire: &Questionnaire) -> Vec<Measure> {
    let mut list = Vec::new();
    for (_, item) in questionnaire.items().filter(|(_, item)| !item.demographic) {
        let mut push = |part: &str, form| {
            list.push(Measure { item: item.key.clone(), part: part.to_owned(), form });
        };
        match &item.kind {
            Kind::Scale { .. } => push("", Form::Points(item.kind.points().unwrap_or(0))),
            Kind::Single { options } => push("", Form::One(options.iter().map(|o| o.key.clone()).collect())),
            Kind::Multiple { options, .. } => {
                push("", Form::Many(options.iter().map(|o| o.key.clone()).collect()));
            }
            Kind::Matrix { rows, .. } => {
                for row in rows {
                    push(&row.key, Form::Points(item.kind.points().unwrap_or(0)));
                }
            }
            Kind::Number { .. } => push("", Form::Number),
            Kind::Date { .. } | Kind::ShortText { .. } | Kind::LongText { .. } => {}
        }
    }
    list
}

/// The counts of one measure in one group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// People who answered.
    pub n: u32,
    /// Per point or option, how often it was given.
    pub counts: Vec<u32>,
    /// Sum of the numbers, for [`Form::Number`].
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
}

/// The counts of one group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Sheets counted.
    pub respondents: u32,
    /// In the order of the measures.
    pub measures: Vec<Count>,
}

impl Tally {
    /// An empty tally for these measures.
    pub fn new(measures: &[Measure]) -> Self {
        let empty = |m: &Measure| Count { counts: vec![0; m.form.width()], ..Count::default() };
        Self { respondents: 0, measures: measures.iter().map(empty).collect() }
    }

    /// Adds one sheet.
    pub fn add(&mut self, measures: &[Measure], answers: &Answers) {
        self.respondents += 1;
        for (measure, count) in measures.iter().zip(&mut self.measures) {
            if let Some(answer) = answers.get(&measure.item) {
                count.add(measure, answer);
            }
        }
    }

    /// Forgets what was answered; how many answered stays.
    pub fn without_answers(mut self) -> Self {
        for count in &mut self.measures {
            count.counts.fill(0);
            (count.sum, count.squares) = (0.0, 0.0);
        }
        self
    }

    /// Adds another group's counts.
    pub fn merge(&mut self, other: &Self) {
        self.respondents += other.respondents;
        for (mine, theirs) in self.measures.iter_mut().zip(&other.measures) {
            mine.n += theirs.n;
            mine.sum += theirs.sum;
            mine.squares += theirs.squares;
            for (a, b) in mine.counts.iter_mut().zip(&theirs.counts) {
                *a += b;
            }
        }
    }
}

impl Count {
    fn add(&mut self, measure: &Measure, answer: &Answer) {
        let mut hit = |index: Option<usize>| {
            let slot = index.and_then(|i| self.counts.get_mut(i));
            let found = slot.is_some();
            if let Some(slot) = slot {
                *slot += 1;
            }
            found
        };
        let counted = match (&measure.form, answer) {
            (Form::Points(_), Answer::Scale(point)) => hit(usize::from(*point).checked_sub(1)),
            (Form::Points(_), Answer::Matrix(rows)) => {
                let point = rows.get(&measure.part).copied();
                hit(point.and_then(|p| usize::from(p).checked_sub(1)))
            }
            (Form::One(options), Answer::Single(key)) => hit(options.iter().position(|o| o == key)),
            (Form::Many(options), Answer::Multiple(keys)) => {
                for key in keys {
                    hit(options.iter().position(|o| o == key));
                }
                true
            }
            (Form::Number, Answer::Number(value)) => {
                self.sum += value;
                self.squares += value * value;
                true
            }
            _ => false,
        };
        self.n += u32::from(counted);
    }
}

/// The tallies of a campaign: per stratum, and per option of each demographic over everyone.
#[derive(Clone, Debug, Default)]
pub struct Tallies {
    /// Stratum → counts.
    pub strata: BTreeMap<u32, Tally>,
    /// (demographic item, option or empty for no answer) → counts.
    pub demographics: BTreeMap<(String, String), Tally>,
}

impl Tallies {
    /// Adds one sheet of `stratum`. `cuts` are the keys of the demographic items.
    pub fn add(&mut self, measures: &[Measure], cuts: &[String], stratum: u32, answers: &Answers) {
        self.strata.entry(stratum).or_insert_with(|| Tally::new(measures)).add(measures, answers);
        for cut in cuts {
            let option = match answers.get(cut) {
                Some(Answer::Single(option)) => option.clone(),
                _ => String::new(),
            };
            let tally =
                self.demographics.entry((cut.clone(), option)).or_insert_with(|| Tally::new(measures));
            tally.add(measures, answers);
        }
    }

    /// Adds other tallies.
    pub fn merge(mut self, other: Self) -> Self {
        fn join<K: Ord>(mine: &mut BTreeMap<K, Tally>, theirs: BTreeMap<K, Tally>) {
            for (key, tally) in theirs {
                match mine.entry(key) {
                    std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().merge(&tally),
                    std::collections::btree_map::Entry::Vacant(entry) => {
                        entry.insert(tally);
                    }
                }
            }
        }
        join(&mut self.strata, other.strata);
        join(&mut self.demographics, other.demographics);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(form: Form) -> Measure {
        Measure { item: "q".into(), part: String::new(), form }
    }

    #[test]
    fn each_kind_of_answer_is_counted_once_per_person() {
        let list = [
            measure(Form::Points(5)),
            measure(Form::Many(vec!["a".into(), "b".into()])),
            measure(Form::Number),
        ];
        let mut tally = Tally::new(&list);
        tally.add(&list, &[("q".to_owned(), Answer::Scale(4))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Multiple(vec!["a".into(), "b".into()]))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Number(2.5))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Declined)].into());
        assert_eq!(tally.respondents, 4);
        assert_eq!((tally.measures[0].n, tally.measures[0].counts.clone()), (1, vec![0, 0, 0, 1, 0]));
        assert_eq!((tally.measures[1].n, tally.measures[1].counts.clone()), (1, vec![1, 1]));
        assert_eq!((tally.measures[2].n, tally.measures[2].sum), (1, 2.5));
    }

    #[test]
    fn no_answer_is_a_category_of_its_own_so_that_the_parts_add_up() {
        let list = [measure(Form::Points(2))];
        let cuts = ["age".to_owned()];
        let mut a = Tallies::default();
        a.add(&list, &cuts, 0, &[("age".to_owned(), Answer::Single("young".into()))].into());
        let mut b = Tallies::default();
        b.add(&list, &cuts, 1, &[("age".to_owned(), Answer::Declined)].into());
        let both = a.merge(b);
        let parts: u32 = both.demographics.values().map(|t| t.respondents).sum();
        assert_eq!((parts, both.demographics.len(), both.strata.len()), (2, 2, 2));
    }
}
