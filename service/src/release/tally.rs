//! Adding up answers: per group of people and per measure, how often each answer was given.

use std::collections::BTreeMap;

use domain::answer::{Answer, Answers, holds};
use domain::disclosure::{Count, GroupCounts, ItemRule, Numbers};
use domain::questionnaire::{Condition, Kind, Questionnaire};
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
    /// The item is asked only where all of these hold.
    pub conditions: Vec<Condition>,
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
    /// A number of so many digits after the decimal point.
    Number {
        /// 0 to 3.
        decimals: u8,
    },
    /// Free text: not counted but for how many people were asked.
    Text,
}

impl Form {
    /// How many counters it needs.
    pub fn width(&self) -> usize {
        match self {
            Self::Points(points) => usize::from(*points),
            Self::One(options) | Self::Many(options) => options.len(),
            Self::Number { .. } | Self::Text => 0,
        }
    }
}

/// Everything that is counted of a questionnaire, in the order asked. A demographic is never itself a result, and dates
/// are asked for consistency checks only.
pub fn measures(questionnaire: &Questionnaire) -> Vec<Measure> {
    let mut list = Vec::new();
    for (section, item) in questionnaire.items().filter(|(_, item)| !item.demographic) {
        let conditions: Vec<Condition> = section.show_if.iter().chain(&item.show_if).cloned().collect();
        let mut push = |part: &str, form| {
            let (item, part, conditions) = (item.key.clone(), part.to_owned(), conditions.clone());
            list.push(Measure { item, part, form, conditions });
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
            Kind::Number { decimals, .. } => push("", Form::Number { decimals: *decimals }),
            Kind::ShortText { .. } | Kind::LongText { .. } => push("", Form::Text),
            Kind::Date { .. } => {}
        }
    }
    list
}

/// How disclosure control judges each measure.
pub fn rules(measures: &[Measure]) -> Vec<ItemRule> {
    // Where a condition looks at something that is not counted, nobody can judge what it tells: no position, all hidden.
    let position = |condition: &Condition| {
        measures.iter().position(|measure| measure.item == condition.item).unwrap_or(usize::MAX)
    };
    let rule = |measure: &Measure| ItemRule {
        comments: measure.form == Form::Text,
        depends_on: measure.conditions.iter().map(position).collect(),
    };
    measures.iter().map(rule).collect()
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
        let empty = |m: &Measure| Count {
            counts: vec![0; m.form.width()],
            numbers: matches!(m.form, Form::Number { .. }).then(Numbers::default),
            ..Count::default()
        };
        Self { respondents: 0, measures: measures.iter().map(empty).collect() }
    }

    /// Adds one sheet.
    pub fn add(&mut self, measures: &[Measure], answers: &Answers) {
        self.respondents += 1;
        for (measure, count) in measures.iter().zip(&mut self.measures) {
            measure.count(answers, count);
        }
    }

    /// Forgets what was answered; how many answered stays.
    pub fn without_answers(mut self) -> Self {
        for count in &mut self.measures {
            *count = Count::people(count.n);
        }
        self
    }

    /// Adds another group's counts.
    pub fn merge(&mut self, other: &Self) {
        self.respondents += other.respondents;
        for (mine, theirs) in self.measures.iter_mut().zip(&other.measures) {
            mine.add(theirs);
        }
    }

    /// The same for disclosure control.
    pub fn group_counts(&self) -> GroupCounts<'_> {
        GroupCounts { respondents: self.respondents, items: &self.measures }
    }
}

impl Measure {
    fn count(&self, answers: &Answers, count: &mut Count) {
        let answer = answers.get(&self.item);
        let Count { n, counts, numbers } = count;
        let mut hit = |index: Option<usize>| {
            let slot = index.and_then(|i| counts.get_mut(i));
            let found = slot.is_some();
            if let Some(slot) = slot {
                *slot += 1;
            }
            found
        };
        let counted = match (&self.form, answer) {
            (Form::Points(_), Some(Answer::Scale(point))) => hit(usize::from(*point).checked_sub(1)),
            (Form::Points(_), Some(Answer::Matrix(rows))) => {
                let point = rows.get(&self.part).copied();
                hit(point.and_then(|p| usize::from(p).checked_sub(1)))
            }
            (Form::One(options), Some(Answer::Single(key))) => hit(options.iter().position(|o| o == key)),
            (Form::Many(options), Some(Answer::Multiple(keys))) => {
                for key in keys {
                    hit(options.iter().position(|o| o == key));
                }
                // Nothing chosen is no answer; "none of these" is an option.
                !keys.is_empty()
            }
            (Form::Number { decimals }, Some(Answer::Number(value))) => {
                let number = Numbers::of(*value, *decimals);
                let total = numbers.get_or_insert_default();
                total.sum = total.sum.saturating_add(number.sum);
                total.squares = total.squares.saturating_add(number.squares);
                true
            }
            // Whoever was asked and wrote nothing is one of those that a comment may be from.
            (Form::Text, _) => self.conditions.iter().all(|condition| holds(condition, answers)),
            _ => false,
        };
        *n += u32::from(counted);
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
        Measure { item: "q".into(), part: String::new(), form, conditions: Vec::new() }
    }

    #[test]
    fn each_kind_of_answer_is_counted_once_per_person() {
        let list = [
            measure(Form::Points(5)),
            measure(Form::Many(vec!["a".into(), "b".into()])),
            measure(Form::Number { decimals: 1 }),
            measure(Form::Text),
        ];
        let mut tally = Tally::new(&list);
        tally.add(&list, &[("q".to_owned(), Answer::Scale(4))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Multiple(vec!["a".into(), "b".into()]))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Multiple(Vec::new()))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Number(2.5))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Declined)].into());
        assert_eq!(tally.respondents, 5);
        assert_eq!((tally.measures[0].n, tally.measures[0].counts.clone()), (1, vec![0, 0, 0, 1, 0]));
        assert_eq!((tally.measures[1].n, tally.measures[1].counts.clone()), (1, vec![1, 1]));
        assert_eq!(tally.measures[2].n, 1);
        assert_eq!(tally.measures[2].numbers, Some(Numbers { sum: 25, squares: 625 }));
        assert_eq!(tally.measures[3].n, 5, "everybody was asked");
        let mut twice = tally.clone();
        twice.merge(&tally);
        assert_eq!(twice.measures[2].numbers, Some(Numbers { sum: 50, squares: 1250 }));
        let json = serde_json::to_string(&twice).expect("JSON");
        assert_eq!(serde_json::from_str::<Tally>(&json).expect("a tally"), twice);
        assert_eq!(twice.without_answers().measures[1], Count::people(2));
    }

    #[test]
    fn of_a_text_those_are_counted_who_were_asked() {
        let after = |item: &str| Condition { item: item.into(), any_of: vec!["1".into()] };
        let list = [
            measure(Form::Points(2)),
            Measure { item: "why".into(), conditions: vec![after("q")], ..measure(Form::Text) },
            Measure {
                item: "how".into(),
                conditions: vec![after("q"), after("age")],
                ..measure(Form::Number { decimals: 0 })
            },
        ];
        let mut tally = Tally::new(&list);
        tally.add(&list, &[("q".to_owned(), Answer::Scale(1))].into());
        tally.add(&list, &[("q".to_owned(), Answer::Scale(2))].into());
        tally.add(&list, &Answers::new());
        assert_eq!(tally.measures[1], Count::people(1));
        let rules = rules(&list);
        assert_eq!(rules[0], ItemRule::default());
        assert_eq!(rules[1], ItemRule { comments: true, depends_on: vec![0] });
        assert_eq!(rules[2].depends_on, [0, usize::MAX], "what is not counted");
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
