//! The questions on their way into the browser: the canonical text that the terms name by its SHA-256. A page cannot ask
//! one person anything else, or in another order, without the browser noticing. Of the text the browser reads what is
//! needed to ask and to judge, and no more.
//!
//! All parts of all kinds stand in one form here. Where kinds are told apart by a `type` among their parts, what serde
//! derives keeps every part until it has found that one, and the code for it weighs on the browser package.

use std::fmt;
use std::ops::Deref;

use domain::questionnaire::{Choice, Condition, FORMAT, Item, Kind, Questionnaire, Section};
use domain::review::pulse;
use domain::text::Text;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A questionnaire as it is asked, with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    text: String,
    read: Questionnaire,
    size_class: usize,
}

impl Asked {
    /// Reads a questionnaire in canonical JSON (RFC 8785); `None` where it is none. What only authors and reports need
    /// is empty in it.
    pub fn new(text: String) -> Option<Self> {
        let document: Document = serde_json::from_str(&text).ok()?;
        let sections: Option<Vec<Section>> = document.sections.into_iter().map(section).collect();
        let read = Questionnaire {
            format: FORMAT.into(),
            key: String::new(),
            version: 0,
            title: Text::default(),
            introduction: Text::default(),
            areas: Vec::new(),
            sections: sections?,
        };
        let size_class = read.size_class();
        Some(Self { text, read, size_class })
    }

    /// In a pulse about these actions, leaves out the items that there is no action for. The text stays what it is.
    pub fn about(&mut self, actions: &[String]) {
        if !actions.is_empty() {
            pulse::ask(&mut self.read, actions);
        }
    }

    /// What sheets are padded to, in bytes: of all items, so that a sheet does not show how many were asked.
    pub fn size_class(&self) -> usize {
        self.size_class
    }

    /// SHA-256 of the text, hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }
}

impl Deref for Asked {
    type Target = Questionnaire;

    fn deref(&self) -> &Questionnaire {
        &self.read
    }
}

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no questionnaire"))
    }
}

#[derive(Deserialize)]
struct Document {
    sections: Vec<Screen>,
}

#[derive(Deserialize)]
struct Screen {
    title: Text,
    #[serde(default)]
    introduction: Text,
    show_if: Option<Condition>,
    items: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    key: String,
    text: Text,
    #[serde(default)]
    help: Text,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    may_decline: bool,
    #[serde(default)]
    unobserved: bool,
    show_if: Option<Condition>,
    kind: Form,
}

/// The parts of every [`Kind`].
#[derive(Deserialize)]
struct Form {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    labels: Vec<Text>,
    #[serde(default)]
    options: Vec<Choice>,
    #[serde(default)]
    rows: Vec<Choice>,
    min: Option<Bound>,
    max: Option<Bound>,
    #[serde(default)]
    decimals: u8,
    #[serde(default)]
    unit: Text,
    #[serde(default)]
    max_chars: u32,
}

/// The end of a range: of numbers, of how many may be chosen, of dates.
enum Bound {
    Number(f64),
    Day(String),
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = Bound;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a number or a date")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Bound, E> {
                Ok(Bound::Number(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Bound, E> {
                Ok(Bound::Number(number as f64))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Bound, E> {
                Ok(Bound::Number(number as f64))
            }

            fn visit_str<E>(self, text: &str) -> Result<Bound, E> {
                Ok(Bound::Day(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

fn section(screen: Screen) -> Option<Section> {
    let items: Option<Vec<Item>> = screen.items.into_iter().map(item).collect();
    Some(Section {
        key: String::new(),
        title: screen.title,
        introduction: screen.introduction,
        show_if: screen.show_if,
        items: items?,
    })
}

fn item(question: Question) -> Option<Item> {
    Some(Item {
        key: question.key,
        text: question.text,
        help: question.help,
        area: None,
        required: question.required,
        may_decline: question.may_decline,
        unobserved: question.unobserved,
        demographic: false,
        show_if: question.show_if,
        kind: kind(question.kind)?,
    })
}

fn kind(form: Form) -> Option<Kind> {
    let Form { kind, labels, options, rows, min, max, decimals, unit, max_chars } = form;
    Some(match kind.as_str() {
        "scale" => Kind::Scale { labels, reversed: false },
        "single" => Kind::Single { options },
        "multiple" => {
            let count = |bound| number(bound).map(|number| number as u32);
            Kind::Multiple { options, min: count(min).unwrap_or(0), max: count(max) }
        }
        "matrix" => Kind::Matrix { rows, labels, reversed: false },
        "number" => Kind::Number { min: number(min)?, max: number(max)?, decimals, unit },
        "date" => Kind::Date { min: day(min), max: day(max) },
        "short_text" => Kind::ShortText { max_chars },
        "long_text" => Kind::LongText { max_chars },
        _ => return None,
    })
}

fn number(bound: Option<Bound>) -> Option<f64> {
    match bound {
        Some(Bound::Number(number)) => Some(number),
        _ => None,
    }
}

fn day(bound: Option<Bound>) -> Option<String> {
    match bound {
        Some(Bound::Day(day)) => Some(day),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: usize, kind: Kind) -> Item {
        let show_if = (number == 2).then(|| Condition { item: "q1".into(), any_of: vec!["3".into()] });
        Item {
            key: format!("q{number}"),
            text: Text::new("問", "Question"),
            help: Text::new("", "Help"),
            area: None,
            required: number.is_multiple_of(2),
            may_decline: number.is_multiple_of(3),
            unobserved: number % 3 == 1,
            demographic: false,
            show_if,
            kind,
        }
    }

    /// Everything a questionnaire can ask, and nothing that the browser does not need.
    fn questionnaire() -> Questionnaire {
        let choice = |key: &str, exclusive| Choice { key: key.into(), label: Text::new(key, ""), exclusive };
        let labels = || vec![Text::new("はい", "Yes"), Text::new("いいえ", "No")];
        let options = || vec![choice("a", false), choice("none", true)];
        let kinds = [
            Kind::Scale { labels: labels(), reversed: false },
            Kind::Single { options: options() },
            Kind::Multiple { options: options(), min: 1, max: Some(2) },
            Kind::Multiple { options: options(), min: 0, max: None },
            Kind::Matrix { rows: options(), labels: labels(), reversed: false },
            Kind::Number { min: -0.5, max: 24.0, decimals: 1, unit: Text::new("時間", "hours") },
            Kind::Date { min: None, max: Some("2025-12-31".into()) },
            Kind::ShortText { max_chars: 20 },
            Kind::LongText { max_chars: 4000 },
        ];
        let section = Section {
            key: String::new(),
            title: Text::new("節", "Section"),
            introduction: Text::new("前書き", "Introduction"),
            show_if: Some(Condition { item: "q0".into(), any_of: vec!["1".into(), "2".into()] }),
            items: kinds.into_iter().enumerate().map(|(number, kind)| item(number, kind)).collect(),
        };
        Questionnaire {
            format: FORMAT.into(),
            key: String::new(),
            version: 0,
            title: Text::default(),
            introduction: Text::default(),
            areas: Vec::new(),
            sections: vec![section],
        }
    }

    /// As the terms name it: keys in the order of the alphabet, whole numbers without a point.
    fn canonical(questionnaire: &Questionnaire) -> String {
        let value = serde_json::to_value(questionnaire).expect("JSON");
        serde_json::to_string(&value).expect("JSON").replace("24.0", "24")
    }

    #[test]
    fn what_is_asked_arrives_as_it_is() {
        let asked = Asked::new(canonical(&questionnaire())).expect("a questionnaire");
        assert_eq!(*asked, questionnaire());
        let json = serde_json::to_string(&asked).expect("JSON");
        assert_eq!(serde_json::from_str::<Asked>(&json).expect("a questionnaire"), asked);
        // People may write the parts in any order.
        let written = serde_json::to_string(&questionnaire()).expect("JSON");
        assert_eq!(Asked::new(written).as_deref(), Some(&questionnaire()));
    }

    #[test]
    fn a_pulse_asks_about_what_was_shared_and_names_the_whole_text() {
        let mut whole = questionnaire();
        for (at, section) in (1..).zip(&mut whole.sections) {
            section.items.truncate(1);
            section.items[0].key = pulse::key(at);
        }
        let asked = Asked::new(canonical(&whole)).expect("a questionnaire");
        let mut about = asked.clone();
        about.about(&["面談する".to_owned()]);
        assert_eq!(about.items().map(|(_, item)| item.key.as_str()).collect::<Vec<_>>(), ["action_1"]);
        assert_eq!((about.sha256(), about.size_class()), (asked.sha256(), asked.size_class()));
        let mut all = asked.clone();
        all.about(&[]);
        assert_eq!(all, asked, "elsewhere all is asked");
    }

    #[test]
    fn what_is_not_needed_stays_in_the_text() {
        let mut whole = questionnaire();
        whole.key = "engagement".into();
        whole.sections[0].key = "first".into();
        whole.sections[0].items[0].kind = Kind::Scale {
            labels: vec![Text::new("はい", "Yes"), Text::new("いいえ", "No")],
            reversed: true,
        };
        whole.sections[0].items[1].area = Some("growth".into());
        whole.sections[0].items[1].demographic = true;
        let asked = Asked::new(canonical(&whole)).expect("a questionnaire");
        assert_eq!(*asked, questionnaire());
        assert_eq!(asked.size_class(), whole.size_class(), "worked out alike by browser and collector");
    }

    #[test]
    fn the_hash_is_that_of_the_text() {
        let text = canonical(&questionnaire());
        let hash = |text: &str| Asked::new(text.to_owned()).expect("a questionnaire").sha256();
        assert_eq!(hash(&text), hex::encode(Sha256::digest(text.as_bytes())));
        assert_ne!(hash(&text), hash(&text.replace("前書き", "前書")));
        assert_ne!(hash(&text), hash(&format!("{text} ")));
    }

    #[test]
    fn what_is_no_questionnaire_is_refused() {
        let text = canonical(&questionnaire());
        for wrong in [
            "",
            "{}",
            "null",
            &text.replace("long_text", "essay"),
            &text.replace("\"min\":-0.5", "\"min\":[]"),
        ] {
            assert_eq!(Asked::new(wrong.to_owned()), None, "{wrong}");
        }
        assert!(serde_json::from_str::<Asked>("\"{}\"").is_err());
    }
}
