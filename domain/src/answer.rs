//! Answer sheets (回答票): what a person answered, and whether it fits the questionnaire.
//!
//! The browser and the counting step call the same [`check`], so a sheet that could be sent can be counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::questionnaire::{Choice, Condition, Item, Kind, Questionnaire, Section, day};
use crate::text::{self, Lang};

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The chosen point of a scale, from 1.
    Scale(u8),
    /// The key of the chosen option.
    Single(String),
    /// The keys of the chosen options, in the order of the questionnaire.
    Multiple(Vec<String>),
    /// Row key → chosen point, from 1.
    Matrix(BTreeMap<String, u8>),
    /// A number.
    Number(f64),
    /// `YYYY-MM-DD`.
    Date(String),
    /// Free text.
    Text(String),
    /// "Prefer not to say", or "no opportunity to observe".
    Declined,
}

impl Answer {
    /// True for what an emptied field leaves behind: a text with nothing to read, a choice of nothing. It counts as no
    /// answer.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text::is_blank(text),
            Self::Multiple(keys) => keys.is_empty(),
            _ => false,
        }
    }
}

/// Item key → answer. An item without an entry was not answered.
pub type Answers = BTreeMap<String, Answer>;

/// The plaintext of one sealed sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// SHA-256 of the canonical questionnaire, in hexadecimal.
    pub questionnaire: String,
    /// The answers.
    pub answers: Answers,
}

/// What is wrong with the answer to one item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A required item has no answer.
    #[error("no answer to a required item")]
    Missing,
    /// The questionnaire has no such item, or it is not shown given the other answers.
    #[error("not asked")]
    NotAsked,
    /// "Prefer not to say" where it is not offered.
    #[error("may not be declined")]
    MayNotDecline,
    /// An answer of another kind, or an option, row or point that does not exist.
    #[error("not one of the possible answers")]
    NotPossible,
    /// Fewer than the least or more than the most options.
    #[error("{chosen} options chosen; {min} to {max} allowed")]
    Count {
        /// How many were chosen.
        chosen: usize,
        /// Fewest allowed.
        min: u32,
        /// Most allowed.
        max: u32,
    },
    /// An exclusive option together with others.
    #[error("an exclusive option is chosen together with others")]
    Exclusive,
    /// A number or date outside its range.
    #[error("outside the range {0}")]
    Range(String),
    /// Some rows of a required matrix have no answer.
    #[error("some rows have no answer")]
    RowsMissing,
    /// A text that is too long or has control characters.
    #[error(transparent)]
    Text(#[from] text::TextError),
}

impl Problem {
    /// The message for the person answering.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Missing => lang.t("まだ回答していません。", "Not answered yet.").into(),
            Self::NotAsked => lang.t("この設問は対象外です。", "This question is not asked here.").into(),
            Self::MayNotDecline => lang
                .t("この設問では「答えない」を選べません。", "“Prefer not to say” is not offered here.")
                .into(),
            Self::NotPossible => {
                lang.t("選択肢にない回答です。", "This is not one of the possible answers.").into()
            }
            Self::Count { chosen, min, max } => match lang {
                Lang::Ja => format!("{chosen}個選んでいます。{min}個以上{max}個以下にしてください。"),
                Lang::En => format!("You chose {chosen}; please choose from {min} to {max}."),
            },
            Self::Exclusive => lang
                .t(
                    "この選択肢はほかと一緒に選べません。",
                    "This option cannot be chosen together with others.",
                )
                .into(),
            Self::Range(range) => match lang {
                Lang::Ja => format!("{range}の範囲で入力してください。"),
                Lang::En => format!("Please enter a value in the range {range}."),
            },
            Self::RowsMissing => {
                lang.t("まだ答えていない行があります。", "Some rows are not answered yet.").into()
            }
            Self::Text(error) => error.message(lang),
        }
    }
}

/// True where a condition holds given the answers so far.
pub fn holds(condition: &Condition, answers: &Answers) -> bool {
    let any = |value: &str| condition.any_of.iter().any(|v| v == value);
    match answers.get(&condition.item) {
        Some(Answer::Scale(point)) => any(&point.to_string()),
        Some(Answer::Single(key)) => any(key),
        Some(Answer::Multiple(keys)) => keys.iter().any(|k| any(k)),
        _ => false,
    }
}

/// True where the item is shown to a person who gave these answers.
pub fn is_shown(section: &Section, item: &Item, answers: &Answers) -> bool {
    section.show_if.as_ref().is_none_or(|c| holds(c, answers))
        && item.show_if.as_ref().is_none_or(|c| holds(c, answers))
}

/// Drops answers to items that are not shown, until nothing more is dropped: hiding one item may hide another.
pub fn prune(questionnaire: &Questionnaire, answers: &mut Answers) {
    loop {
        let before = answers.len();
        let shown: Vec<String> = questionnaire
            .items()
            .filter(|(section, item)| is_shown(section, item, answers))
            .map(|(_, item)| item.key.clone())
            .collect();
        answers.retain(|key, _| shown.contains(key));
        if answers.len() == before {
            return;
        }
    }
}

/// Every fault of the answers, in the order of the questionnaire; an empty list means the sheet counts.
pub fn check(questionnaire: &Questionnaire, answers: &Answers) -> Vec<(String, Problem)> {
    let mut faults = Vec::new();
    let mut known = 0;
    for (section, item) in questionnaire.items() {
        let answer = answers.get(&item.key);
        known += usize::from(answer.is_some());
        let problem = match (is_shown(section, item, answers), answer) {
            (false, None) => Ok(()),
            (false, Some(_)) => Err(Problem::NotAsked),
            (true, None) if item.required => Err(Problem::Missing),
            (true, None) => Ok(()),
            (true, Some(answer)) => check_answer(item, answer),
        };
        if let Err(problem) = problem {
            faults.push((item.key.clone(), problem));
        }
    }
    if known < answers.len() {
        let unknown = answers.keys().filter(|key| questionnaire.item(key).is_none());
        faults.extend(unknown.map(|key| (key.clone(), Problem::NotAsked)));
    }
    faults
}

/// Checks one answer against its item, whatever the other answers are. A blank one is no answer, which only a required
/// item minds.
pub fn check_answer(item: &Item, answer: &Answer) -> Result<(), Problem> {
    match (&item.kind, answer) {
        (Kind::Multiple { .. }, Answer::Multiple(keys)) if keys.is_empty() => unanswered(item),
        (_, Answer::Declined) if item.may_decline || item.unobserved => Ok(()),
        (_, Answer::Declined) => Err(Problem::MayNotDecline),
        (Kind::Scale { labels, .. }, Answer::Scale(point)) => check_point(*point, labels.len()),
        (Kind::Single { options }, Answer::Single(key)) => check_key(options, key),
        (Kind::Multiple { options, min, max }, Answer::Multiple(keys)) => {
            check_multiple(options, *min, *max, keys)
        }
        (Kind::Matrix { rows, labels, .. }, Answer::Matrix(points)) => {
            for (row, point) in points {
                check_key(rows, row)?;
                check_point(*point, labels.len())?;
            }
            if item.required && points.len() < rows.len() {
                return Err(Problem::RowsMissing);
            }
            Ok(())
        }
        (Kind::Number { min, max, decimals, .. }, Answer::Number(value)) => {
            let scale = 10f64.powi(i32::from(*decimals));
            let fits = value.is_finite() && ((value * scale).round() - value * scale).abs() < 1e-6;
            if fits && (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(Problem::Range(format!("{min}–{max}")))
            }
        }
        (Kind::Date { min, max }, Answer::Date(value)) => check_date(min.as_deref(), max.as_deref(), value),
        (Kind::ShortText { max_chars }, Answer::Text(value)) => {
            text::check(value, *max_chars as usize, false)?;
            if answer.is_blank() { unanswered(item) } else { Ok(()) }
        }
        (Kind::LongText { max_chars }, Answer::Text(value)) => {
            text::check(value, *max_chars as usize, true)?;
            if answer.is_blank() { unanswered(item) } else { Ok(()) }
        }
        _ => Err(Problem::NotPossible),
    }
}

fn unanswered(item: &Item) -> Result<(), Problem> {
    if item.required { Err(Problem::Missing) } else { Ok(()) }
}

fn check_point(point: u8, points: usize) -> Result<(), Problem> {
    if (1..=points).contains(&usize::from(point)) { Ok(()) } else { Err(Problem::NotPossible) }
}

fn check_key(options: &[Choice], key: &str) -> Result<(), Problem> {
    if options.iter().any(|o| o.key == key) { Ok(()) } else { Err(Problem::NotPossible) }
}

fn check_multiple(options: &[Choice], min: u32, max: Option<u32>, keys: &[String]) -> Result<(), Problem> {
    // Each key lies behind the one before: in another order, the same ticks could carry a mark.
    let mut left = options.iter();
    for key in keys {
        if !left.any(|option| option.key == *key) {
            return Err(Problem::NotPossible);
        }
    }
    let exclusive = options.iter().any(|o| o.exclusive && keys.contains(&o.key));
    if exclusive {
        return if keys.len() == 1 { Ok(()) } else { Err(Problem::Exclusive) };
    }
    let max = max.unwrap_or(u32::try_from(options.len()).unwrap_or(u32::MAX));
    if keys.len() < min as usize || keys.len() > max as usize {
        return Err(Problem::Count { chosen: keys.len(), min, max });
    }
    Ok(())
}

fn check_date(min: Option<&str>, max: Option<&str>, value: &str) -> Result<(), Problem> {
    let date = day(value).ok_or(Problem::NotPossible)?;
    let bound = |text: Option<&str>| text.and_then(day);
    if bound(min).is_some_and(|m| date < m) || bound(max).is_some_and(|m| date > m) {
        return Err(Problem::Range(format!("{}–{}", min.unwrap_or(""), max.unwrap_or(""))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::sample::item;
    use crate::questionnaire::{FORMAT, Section};
    use crate::text::Text;
    use proptest::prelude::*;

    fn choice(key: &str, exclusive: bool) -> Choice {
        Choice { key: key.into(), label: Text::new(key, key), exclusive }
    }

    fn labels(n: usize) -> Vec<Text> {
        (1..=n).map(|i| Text::new(i.to_string(), i.to_string())).collect()
    }

    fn questionnaire() -> Questionnaire {
        let mut follow_up = item("why", Kind::LongText { max_chars: 10 });
        follow_up.show_if = Some(Condition { item: "scale".into(), any_of: vec!["1".into()] });
        let mut scale = item("scale", Kind::Scale { labels: labels(5), reversed: false });
        scale.required = true;
        scale.may_decline = true;
        let items = vec![
            scale,
            follow_up,
            item(
                "multi",
                Kind::Multiple {
                    options: vec![
                        choice("a", false),
                        choice("b", false),
                        choice("c", false),
                        choice("none", true),
                    ],
                    min: 1,
                    max: Some(2),
                },
            ),
            item(
                "matrix",
                Kind::Matrix {
                    rows: vec![choice("r", false), choice("s", false)],
                    labels: labels(3),
                    reversed: false,
                },
            ),
            item("number", Kind::Number { min: 0.0, max: 5.0, decimals: 1, unit: Text::default() }),
            item("date", Kind::Date { min: Some("2025-04-01".into()), max: None }),
        ];
        Questionnaire {
            format: FORMAT.into(),
            key: "test".into(),
            version: 1,
            title: Text::new("試験", "Test"),
            introduction: Text::default(),
            areas: vec![],
            sections: vec![Section {
                key: "s".into(),
                title: Text::new("節", "Section"),
                introduction: Text::default(),
                show_if: None,
                items,
            }],
        }
    }

    fn check_one(key: &str, answer: Answer) -> Result<(), Problem> {
        let q = questionnaire();
        check_answer(q.item(key).expect("an item of the test"), &answer)
    }

    #[test]
    fn the_test_questionnaire_itself_is_sound() {
        assert_eq!(questionnaire().check(), vec![]);
    }

    #[test]
    fn a_required_item_must_be_answered_or_declined() {
        let q = questionnaire();
        assert_eq!(check(&q, &Answers::new()), vec![("scale".into(), Problem::Missing)]);
        assert_eq!(check(&q, &Answers::from([("scale".into(), Answer::Declined)])), vec![]);
        assert_eq!(check_one("number", Answer::Declined), Err(Problem::MayNotDecline));
    }

    #[test]
    fn an_answer_to_a_hidden_item_is_not_asked_and_is_pruned() {
        let q = questionnaire();
        let mut answers = Answers::from([
            ("scale".into(), Answer::Scale(5)),
            ("why".into(), Answer::Text("…".into())),
            ("other".into(), Answer::Scale(1)),
        ]);
        let faults = check(&q, &answers);
        assert_eq!(faults, vec![("why".into(), Problem::NotAsked), ("other".into(), Problem::NotAsked)]);
        prune(&q, &mut answers);
        assert_eq!(check(&q, &answers), vec![]);
        assert_eq!(answers.len(), 1);
    }

    #[test]
    fn each_kind_refuses_what_it_does_not_offer() {
        assert_eq!(check_one("scale", Answer::Scale(0)), Err(Problem::NotPossible));
        assert_eq!(check_one("scale", Answer::Scale(6)), Err(Problem::NotPossible));
        assert_eq!(check_one("scale", Answer::Text("3".into())), Err(Problem::NotPossible));
        assert_eq!(
            check_one("multi", Answer::Multiple(vec!["a".into(), "a".into()])),
            Err(Problem::NotPossible)
        );
        assert_eq!(
            check_one("multi", Answer::Multiple(vec!["a".into(), "none".into()])),
            Err(Problem::Exclusive)
        );
        assert_eq!(
            check_one("multi", Answer::Multiple(vec!["b".into(), "a".into()])),
            Err(Problem::NotPossible),
            "the order of ticking would be a mark"
        );
        assert_eq!(check_one("multi", Answer::Multiple(vec!["a".into(), "b".into()])), Ok(()));
        assert_eq!(
            check_one("multi", Answer::Multiple(vec!["a".into(), "b".into(), "c".into()])),
            Err(Problem::Count { chosen: 3, min: 1, max: 2 })
        );
        assert_eq!(check_one("matrix", Answer::Matrix([("x".into(), 1)].into())), Err(Problem::NotPossible));
        assert_eq!(check_one("number", Answer::Number(5.1)), Err(Problem::Range("0–5".into())));
        assert_eq!(check_one("number", Answer::Number(1.25)), Err(Problem::Range("0–5".into())));
        assert_eq!(check_one("number", Answer::Number(f64::NAN)), Err(Problem::Range("0–5".into())));
        assert_eq!(check_one("date", Answer::Date("2025-02-31".into())), Err(Problem::NotPossible));
        assert_eq!(check_one("date", Answer::Date("20250401".into())), Err(Problem::NotPossible));
        assert!(matches!(check_one("date", Answer::Date("2025-03-31".into())), Err(Problem::Range(_))));
        assert_eq!(check_one("date", Answer::Date("2025-04-01".into())), Ok(()));
        assert!(matches!(check_one("why", Answer::Text("12345678901".into())), Err(Problem::Text(_))));
    }

    #[test]
    fn an_emptied_field_is_no_answer() {
        let mut short = item("short", Kind::ShortText { max_chars: 5 });
        let mut long = item("long", Kind::LongText { max_chars: 5 });
        let mut multi = item(
            "m",
            Kind::Multiple { options: vec![choice("a", false), choice("b", false)], min: 1, max: None },
        );
        let blanks = |required| if required { Err(Problem::Missing) } else { Ok(()) };
        for required in [false, true] {
            (short.required, long.required, multi.required) = (required, required, required);
            for text in ["", "  ", "\u{3000}"] {
                assert_eq!(check_answer(&short, &Answer::Text(text.into())), blanks(required), "{text:?}");
                assert_eq!(check_answer(&long, &Answer::Text(text.into())), blanks(required), "{text:?}");
            }
            assert_eq!(check_answer(&long, &Answer::Text(" \n\u{200b}".into())), blanks(required));
            assert_eq!(check_answer(&multi, &Answer::Multiple(vec![])), blanks(required));
            assert_eq!(check_answer(&short, &Answer::Text(" a ".into())), Ok(()));
        }
        // Blank or not, a text keeps its limit, and an answer of another kind stays impossible.
        assert!(matches!(check_answer(&long, &Answer::Text(" ".repeat(6))), Err(Problem::Text(_))));
        assert_eq!(check_answer(&multi, &Answer::Text(String::new())), Err(Problem::NotPossible));
        assert_eq!(check_answer(&short, &Answer::Multiple(vec![])), Err(Problem::NotPossible));

        let mut q = questionnaire();
        q.sections[0].items[1].required = true;
        let sheet = |text: &str| {
            Answers::from([("scale".into(), Answer::Scale(1)), ("why".into(), Answer::Text(text.into()))])
        };
        assert_eq!(check(&q, &sheet("   ")), vec![("why".into(), Problem::Missing)]);
        assert_eq!(check(&q, &sheet("I know")), vec![]);
    }

    proptest! {
        #[test]
        fn any_json_object_is_judged_without_panic(text in ".{0,200}", point in 0u8..=255) {
            let q = questionnaire();
            let answers = Answers::from([
                ("scale".into(), Answer::Scale(point)),
                ("why".into(), Answer::Text(text)),
            ]);
            let faults = check(&q, &answers);
            prop_assert_eq!(faults.iter().any(|(key, _)| key == "scale"), !(1..=5).contains(&point));
        }
    }
}
