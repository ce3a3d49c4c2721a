//! The forms of a questionnaire's head and of one section.

use serde::{Deserialize, Serialize};

use super::form::{FieldError, Reader};
use super::lines;
use crate::questionnaire::{Area, Condition, Questionnaire, Section};
use crate::text::Text;

/// What stands above the sections, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeadForm {
    /// The title in Japanese.
    pub title_ja: String,
    /// The title in English.
    pub title_en: String,
    /// The introduction in Japanese.
    pub introduction_ja: String,
    /// The introduction in English.
    pub introduction_en: String,
    /// The areas, one a line.
    pub areas: String,
}

/// What stands above the sections.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Shown above the first section.
    pub title: Text,
    /// What the survey is for.
    pub introduction: Text,
    /// Groups of items that are reported together.
    pub areas: Vec<Area>,
}

impl HeadForm {
    /// The form that stands for a questionnaire's head.
    pub fn of(questionnaire: &Questionnaire) -> Self {
        Self {
            title_ja: questionnaire.title.ja.clone(),
            title_en: questionnaire.title.en.clone(),
            introduction_ja: questionnaire.introduction.ja.clone(),
            introduction_en: questionnaire.introduction.en.clone(),
            areas: lines::write_areas(&questionnaire.areas),
        }
    }

    /// The head that was typed.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn parse(&self) -> Result<Head, Vec<FieldError>> {
        let mut reader = Reader::default();
        let head = Head {
            title: reader.line_pair(["title_ja", "title_en"], [&self.title_ja, &self.title_en], true),
            introduction: reader.text_pair(
                ["introduction_ja", "introduction_en"],
                [&self.introduction_ja, &self.introduction_en],
                false,
            ),
            areas: reader.lines("areas", lines::parse_areas(&self.areas)),
        };
        if reader.errors.is_empty() { Ok(head) } else { Err(reader.errors) }
    }

    /// Every field by name, to give back what was typed.
    pub fn fields(self) -> [(&'static str, String); 5] {
        [
            ("title_ja", self.title_ja),
            ("title_en", self.title_en),
            ("introduction_ja", self.introduction_ja),
            ("introduction_en", self.introduction_en),
            ("areas", self.areas),
        ]
    }

    /// The form with every field exchanged for what `kept` gives for its name and present text.
    pub fn kept(&self, kept: impl Fn(&str, &str) -> String) -> Self {
        Self {
            title_ja: kept("title_ja", &self.title_ja),
            title_en: kept("title_en", &self.title_en),
            introduction_ja: kept("introduction_ja", &self.introduction_ja),
            introduction_en: kept("introduction_en", &self.introduction_en),
            areas: kept("areas", &self.areas),
        }
    }
}

/// A section without its items, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SectionForm {
    /// The section's key, or empty for one made from the heading.
    pub key: String,
    /// The heading in Japanese.
    pub heading_ja: String,
    /// The heading in English.
    pub heading_en: String,
    /// What stands under it, in Japanese.
    pub lead_ja: String,
    /// What stands under it, in English.
    pub lead_en: String,
    /// The item that the condition looks at, or empty.
    pub show_item: String,
    /// The answers it takes, separated by commas.
    pub show_values: String,
}

/// A section without its items.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionHead {
    /// Unique among sections; empty where it is to be made from the heading.
    pub key: String,
    /// The heading of the screen.
    pub title: Text,
    /// Shown under the heading.
    pub introduction: Text,
    /// The section is shown only where this holds.
    pub show_if: Option<Condition>,
}

impl SectionForm {
    /// The form that stands for a section.
    pub fn of(section: &Section) -> Self {
        let condition = section.show_if.as_ref();
        Self {
            key: section.key.clone(),
            heading_ja: section.title.ja.clone(),
            heading_en: section.title.en.clone(),
            lead_ja: section.introduction.ja.clone(),
            lead_en: section.introduction.en.clone(),
            show_item: condition.map(|c| c.item.clone()).unwrap_or_default(),
            show_values: condition.map(|c| c.any_of.join(", ")).unwrap_or_default(),
        }
    }

    /// The section that was typed, without its items.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn parse(&self) -> Result<SectionHead, Vec<FieldError>> {
        let mut reader = Reader::default();
        let section = SectionHead {
            key: reader.key("key", &self.key),
            title: reader.line_pair(["heading_ja", "heading_en"], [&self.heading_ja, &self.heading_en], true),
            introduction: reader.text_pair(["lead_ja", "lead_en"], [&self.lead_ja, &self.lead_en], false),
            show_if: reader.condition(&self.show_item, &self.show_values),
        };
        if reader.errors.is_empty() { Ok(section) } else { Err(reader.errors) }
    }

    /// Every field by name, to give back what was typed.
    pub fn fields(self) -> [(&'static str, String); 7] {
        [
            ("key", self.key),
            ("heading_ja", self.heading_ja),
            ("heading_en", self.heading_en),
            ("lead_ja", self.lead_ja),
            ("lead_en", self.lead_en),
            ("show_item", self.show_item),
            ("show_values", self.show_values),
        ]
    }

    /// The form with every field exchanged for what `kept` gives for its name and present text.
    pub fn kept(&self, kept: impl Fn(&str, &str) -> String) -> Self {
        Self {
            key: kept("key", &self.key),
            heading_ja: kept("heading_ja", &self.heading_ja),
            heading_en: kept("heading_en", &self.heading_en),
            lead_ja: kept("lead_ja", &self.lead_ja),
            lead_en: kept("lead_en", &self.lead_en),
            show_item: kept("show_item", &self.show_item),
            show_values: kept("show_values", &self.show_values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_survives_its_form() {
        let section = Section {
            key: "work".into(),
            title: Text::new("仕事", "Work"),
            introduction: Text::new("この一年について。", "About the past year."),
            show_if: Some(Condition { item: "telework".into(), any_of: vec!["yes".into()] }),
            items: Vec::new(),
        };
        let head = SectionForm::of(&section).parse().expect("a section");
        assert_eq!((head.key, head.title, head.show_if), (section.key, section.title, section.show_if));
        let faults = SectionForm::default().parse().expect_err("faults");
        let fields: Vec<&str> = faults.iter().map(|e| e.field).collect();
        assert_eq!(fields, ["heading_ja", "heading_en"], "a key is made where none is typed");
        let turned = SectionForm {
            heading_ja: "見\u{202e}出し".into(),
            heading_en: "H".into(),
            ..SectionForm::default()
        };
        assert_eq!(turned.parse().expect_err("a fault").len(), 1);
    }

    #[test]
    fn what_was_typed_comes_back_by_name() {
        let form = SectionForm { key: "a".into(), lead_en: "b".into(), ..SectionForm::default() };
        let fields = form.clone().fields();
        let find = |name: &str, _: &str| fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        assert_eq!(SectionForm::default().kept(|n, t| find(n, t).unwrap_or_default()), form);

        let head = HeadForm { title_ja: "調査".into(), areas: "x".into(), ..HeadForm::default() };
        let fields = head.clone().fields();
        let find = |name: &str| fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        assert_eq!(HeadForm::default().kept(|n, _| find(n).unwrap_or_default()), head);
        let faults: Vec<&str> = head.parse().expect_err("faults").iter().map(|e| e.field).collect();
        assert_eq!(faults, ["title_en", "areas"]);
    }
}
