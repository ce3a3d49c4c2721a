//! What people in the demo ministry answer: moods differ by unit and by person, areas differ, and it gets a little
//! better every year.

use std::collections::HashMap;

use domain::answer::{Answer, Answers, prune};
use domain::questionnaire::{Item, Kind, Questionnaire};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::people::{Comments, Ministry};
use crate::Service;
use crate::error::Result;

/// How people feel.
pub struct Moods {
    people: HashMap<i64, Mood>,
    comments: Comments,
}

struct Mood {
    /// −1 … 1: the unit's and the person's own together.
    level: f64,
    /// How likely they answer, around 1.
    keenness: f64,
    grade: String,
    job: String,
    abroad: bool,
    seed: u32,
}

/// How an area stands against the others, in points of a five-point scale.
fn area_shift(area: &str) -> f64 {
    match area {
        "engagement" => 0.35,
        "work_reform" => 0.05,
        "flexible_work" => 0.15,
        "overtime" => -0.45,
        "management" => 0.3,
        "growth" => -0.05,
        "safety" => 0.2,
        "retention" => 0.1,
        _ => 0.0,
    }
}

impl Moods {
    /// Draws the moods of everyone on the roster.
    pub async fn draw(service: &Service, rng: &mut StdRng) -> Result<Self> {
        let ministry = Ministry::read()?;
        let mut units: HashMap<i64, f64> = HashMap::new();
        let mut people = HashMap::new();
        for person in service.registry.demo_people().await? {
            let unit = *units.entry(person.unit_id).or_insert_with(|| rng.random_range(-0.5..0.5));
            people.insert(
                person.id,
                Mood {
                    level: unit + rng.random_range(-0.6..0.6),
                    keenness: rng.random_range(0.75..1.25),
                    grade: ministry.code(&person.grade),
                    job: ministry.code(&person.job_type),
                    abroad: person.abroad,
                    seed: rng.random(),
                },
            );
        }
        Ok(Self { people, comments: ministry.comments() })
    }

    /// How likely a person answers, around 1.
    pub fn keenness(&self, staff: i64) -> f64 {
        self.people.get(&staff).map_or(1.0, |m| m.keenness)
    }

    /// A person's answers, `lift` points better than in the first wave.
    pub fn answers(&self, staff: i64, questionnaire: &Questionnaire, lift: f64, rng: &mut StdRng) -> Answers {
        let mut answers = Answers::new();
        let Some(mood) = self.people.get(&staff) else { return answers };
        for (_, item) in questionnaire.items() {
            if let Some(answer) = self.answer(mood, item, lift, rng) {
                answers.insert(item.key.clone(), answer);
            }
        }
        prune(questionnaire, &mut answers);
        answers
    }

    fn answer(&self, mood: &Mood, item: &Item, lift: f64, rng: &mut StdRng) -> Option<Answer> {
        if item.may_decline && rng.random::<f64>() < 0.03 {
            return Some(Answer::Declined);
        }
        let mut point = |points: usize, shift: f64| {
            let middle = (points as f64 + 1.0) / 2.0;
            let value = middle + 0.25 + mood.level + shift + lift + rng.random_range(-1.1..1.1);
            value.round().clamp(1.0, points as f64) as u8
        };
        match &item.kind {
            Kind::Scale { labels, .. } => {
                Some(Answer::Scale(point(labels.len(), item.area.as_deref().map_or(0.0, area_shift))))
            }
            Kind::Matrix { rows, labels, .. } => {
                Some(Answer::Matrix(rows.iter().map(|r| (r.key.clone(), point(labels.len(), 0.0))).collect()))
            }
            Kind::Single { options } => {
                let keys: Vec<&str> = options.iter().map(|o| o.key.as_str()).collect();
                let fixed = match item.key.as_str() {
                    "grade-band" => Some(mood.grade.as_str()),
                    "job-type" => Some(mood.job.as_str()),
                    "location" => Some(if mood.abroad { "mission" } else { "hq" }),
                    // A person's age and gender stay what they are from wave to wave.
                    "age-band" => keys.get([0, 1, 1, 2, 2, 2, 3, 3][mood.seed as usize % 8]).copied(),
                    "gender" => {
                        keys.get([0, 0, 0, 0, 1, 1, 1, 1, 1, 2][mood.seed as usize / 8 % 10]).copied()
                    }
                    _ => None,
                };
                let key = fixed.filter(|k| keys.contains(k)).or_else(|| keys.choose(rng).copied())?;
                Some(Answer::Single(key.to_owned()))
            }
            Kind::Multiple { options, min, max } => {
                let most = max.unwrap_or(u32::try_from(options.len()).ok()?).min(3);
                let count = rng.random_range((*min).max(1)..=most) as usize;
                let offered: Vec<_> = options.iter().filter(|o| !o.exclusive).collect();
                let chosen: Vec<&str> = offered.sample(rng, count).map(|o| o.key.as_str()).collect();
                let ordered = options.iter().filter(|o| chosen.contains(&o.key.as_str()));
                Some(Answer::Multiple(ordered.map(|o| o.key.clone()).collect()))
            }
            Kind::Number { min, max, .. } => Some(Answer::Number(rng.random_range(*min..=*max).floor())),
            Kind::LongText { .. } if rng.random::<f64>() < 0.15 => {
                let list = if item.key == "keep" { &self.comments.keep } else { &self.comments.change };
                Some(Answer::Text(list.choose(rng)?.clone()))
            }
            Kind::Date { .. } | Kind::ShortText { .. } | Kind::LongText { .. } => None,
        }
    }
}
