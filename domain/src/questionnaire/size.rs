//! How long a sheet can get. A sealed sheet has a greatest size, and nobody may find out only on sending that their
//! answers do not fit into it. All sheets of a questionnaire are padded to one length, so that a long comment cannot be
//! told from none.

use super::{Choice, Kind, Questionnaire};
use crate::seal;

/// A sheet without answers: `{"questionnaire":"<64 digits>","answers":{}}`.
const FRAME: usize = 97;

/// "Prefer not to say" as JSON.
const DECLINED: usize = r#""declined""#.len();

/// The longest number as JSON, such as `-1.2345678901234567e-300`.
const NUMBER: usize = 24;

/// Bytes of a character in UTF-8, at most. The characters that JSON writes as two (quotation mark, backslash, line
/// break) are shorter.
const CHARACTER: usize = 4;

impl Questionnaire {
    /// The length of the longest sheet with answers to this questionnaire, in bytes of its JSON form.
    pub fn largest_sheet(&self) -> usize {
        // "key":answer,
        self.items().map(|(_, item)| item.key.len() + 4 + item.kind.longest_answer()).sum::<usize>() + FRAME
    }

    /// The size class that every sheet with answers to this questionnaire is padded to, in bytes. Browser and collector
    /// both work it out from the questionnaire.
    pub fn size_class(&self) -> usize {
        seal::size_class(self.largest_sheet())
    }
}

impl Kind {
    /// The length of the longest answer, in bytes of its JSON form.
    fn longest_answer(&self) -> usize {
        let length = match self {
            Self::Scale { labels, .. } => r#"{"scale":}"#.len() + digits(labels.len()),
            Self::Single { options } => {
                r#"{"single":""}"#.len() + options.iter().map(|o| o.key.len()).max().unwrap_or(0)
            }
            Self::Multiple { options, .. } => r#"{"multiple":[]}"#.len() + keys(options, 3),
            Self::Matrix { rows, labels, .. } => {
                r#"{"matrix":{}}"#.len() + keys(rows, 4 + digits(labels.len()))
            }
            Self::Number { .. } => r#"{"number":}"#.len() + NUMBER,
            Self::Date { .. } => r#"{"date":"2025-04-01"}"#.len(),
            Self::ShortText { max_chars } | Self::LongText { max_chars } => {
                r#"{"text":""}"#.len() + CHARACTER * *max_chars as usize
            }
        };
        length.max(DECLINED)
    }
}

/// All keys, with so many bytes around each: quotation marks, comma and what belongs to it.
fn keys(choices: &[Choice], around: usize) -> usize {
    choices.iter().map(|c| c.key.len() + around).sum()
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::answer::{Answer, Answers, Sheet, check};
    use crate::questionnaire::{Item, MAX_LONG_TEXT, sample};
    use crate::seal::{CountingKey, MAX_SHEET, seal};
    use crate::text::Text;

    fn item(key: &str, kind: Kind) -> Item {
        Item { may_decline: true, ..sample::item(key, kind) }
    }

    fn questionnaire(items: Vec<Item>) -> Questionnaire {
        let mut q = Questionnaire::empty("size", Text::new("長さ", "Length"));
        q.sections[0].items = items;
        q
    }

    fn sheet(answers: Answers) -> Vec<u8> {
        serde_json::to_vec(&Sheet { questionnaire: "0".repeat(64), answers }).expect("JSON")
    }

    fn options() -> Vec<Choice> {
        ["a", "bcd", "ef"]
            .map(|key| Choice { key: key.into(), label: Text::new(key, key), exclusive: false })
            .to_vec()
    }

    #[test]
    fn no_sheet_is_longer_than_the_bound() {
        let labels: Vec<Text> = (1..=11).map(|n| Text::new(n.to_string(), n.to_string())).collect();
        let q = questionnaire(vec![
            item("scale", Kind::Scale { labels: labels.clone(), reversed: false }),
            item("single", Kind::Single { options: options() }),
            item("multiple", Kind::Multiple { options: options(), min: 0, max: None }),
            item("matrix", Kind::Matrix { rows: options(), labels, reversed: false }),
            item("number", Kind::Number { min: -1.0, max: 1.0, decimals: 3, unit: Text::default() }),
            item("date", Kind::Date { min: None, max: None }),
            item("short", Kind::ShortText { max_chars: 7 }),
            item("long", Kind::LongText { max_chars: 9 }),
        ]);
        assert_eq!(q.check(), vec![]);
        let rows = options().into_iter().map(|o| (o.key, 11)).collect();
        let answers = Answers::from([
            ("scale".into(), Answer::Scale(11)),
            ("single".into(), Answer::Single("bcd".into())),
            ("multiple".into(), Answer::Multiple(options().into_iter().map(|o| o.key).collect())),
            ("matrix".into(), Answer::Matrix(rows)),
            ("number".into(), Answer::Number(-(0.1 + 0.2))),
            ("date".into(), Answer::Date("2025-04-01".into())),
            ("short".into(), Answer::Text("𠮷".repeat(7))),
            ("long".into(), Answer::Text("𠮷".repeat(9))),
        ]);
        assert_eq!(check(&q, &answers), vec![]);
        let (found, bound) = (sheet(answers).len(), q.largest_sheet());
        assert!(found <= bound && bound <= found + 10, "{found} of {bound}");
        assert_eq!(sheet(Answers::new()).len(), FRAME);
    }

    #[test]
    fn what_could_not_be_sealed_is_refused_beforehand() {
        let texts = |count: usize| {
            let text = |n| item(&format!("t{n}"), Kind::LongText { max_chars: MAX_LONG_TEXT });
            questionnaire((0..count).map(text).collect())
        };
        let fits = texts(16);
        assert!(fits.largest_sheet() <= MAX_SHEET);
        assert_eq!(fits.check(), vec![]);
        let longest = fits.items().map(|(_, i)| (i.key.clone(), Answer::Text("𠮷".repeat(4_000)))).collect();
        let key = CountingKey::derive(&[1; 32]).expect("a key");
        assert!(seal(&key.public(), b"", &sheet(longest), fits.size_class(), [2; 32]).is_ok());

        let faults = texts(17).check();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.en.contains("longest answers"), "{}", faults[0].message.en);
        // Choices are short: even this many of them fit.
        let choices = (0..200).map(|n| {
            let option =
                |m| Choice { key: format!("option-{m}"), label: Text::new("選", "o"), exclusive: false };
            item(
                &format!("m{n}"),
                Kind::Multiple { options: (0..50).map(option).collect(), min: 0, max: None },
            )
        });
        assert_eq!(questionnaire(choices.collect()).check(), vec![]);
    }

    /// One item of each kind; `long` characters make it fall into one size class or another.
    fn every_kind(long: u32) -> Questionnaire {
        let labels: Vec<Text> = (1..=5).map(|n| Text::new(n.to_string(), n.to_string())).collect();
        questionnaire(vec![
            item("scale", Kind::Scale { labels: labels.clone(), reversed: false }),
            item("multiple", Kind::Multiple { options: options(), min: 0, max: None }),
            item("matrix", Kind::Matrix { rows: options(), labels, reversed: false }),
            item("number", Kind::Number { min: -1e3, max: 1e3, decimals: 3, unit: Text::default() }),
            item("short", Kind::ShortText { max_chars: 200 }),
            item("long", Kind::LongText { max_chars: long }),
        ])
    }

    prop_compose! {
        fn valid_answers(long: u32)(
            scale in proptest::option::of(1u8..=5),
            ticked in proptest::collection::vec(any::<bool>(), 3),
            rows in proptest::collection::vec(proptest::option::of(1u8..=5), 3),
            thousandths in proptest::option::of(-1_000_000i32..=1_000_000),
            short in proptest::option::of("[a-z\"ア𠮷]{0,200}"),
            share in 0u32..=4,
            character in prop_oneof![Just('x'), Just('"'), Just('あ'), Just('𠮷'), Just('\n')],
        ) -> Answers {
            let keys = || options().into_iter().map(|o| o.key);
            let chosen = keys().zip(ticked).filter(|(_, on)| *on).map(|(key, _)| key).collect();
            let points = keys().zip(rows).filter_map(|(key, point)| Some((key, point?))).collect();
            let text = character.to_string().repeat((long * share / 4) as usize);
            let list = [
                ("scale", scale.map(Answer::Scale)),
                ("multiple", Some(Answer::Multiple(chosen))),
                ("matrix", Some(Answer::Matrix(points))),
                ("number", thousandths.map(|n| Answer::Number(f64::from(n) / 1e3))),
                ("short", short.map(Answer::Text)),
                ("long", Some(Answer::Text(text))),
            ];
            list.into_iter().filter_map(|(key, answer)| Some((key.to_owned(), answer?))).collect()
        }
    }

    proptest! {
        #[test]
        fn all_sheets_of_a_questionnaire_seal_to_one_length(
            (long, one, other) in prop_oneof![Just(10u32), Just(1_000), Just(MAX_LONG_TEXT)]
                .prop_flat_map(|long| (Just(long), valid_answers(long), valid_answers(long))),
        ) {
            let q = every_kind(long);
            let key = CountingKey::derive(&[1; 32]).expect("a key");
            for answers in [one, other] {
                prop_assert_eq!(check(&q, &answers), vec![]);
                let sealed = seal(&key.public(), b"", &sheet(answers), q.size_class(), [2; 32]);
                prop_assert_eq!(sealed.map(|s| s.len()), Ok(q.size_class() + crate::seal::OVERHEAD));
            }
        }
    }
}
