//! Editing a questionnaire: small operations, each of which leaves it sound or is refused.

mod form;
pub mod item_form;
mod keys;
pub mod lines;
pub mod new_form;
pub mod section_form;

pub use form::FieldError;
pub use keys::key_from;

use super::{Area, Condition, Fault, Item, Questionnaire, Section};
use crate::text::Lang;
use section_form::{Head, SectionHead};

/// Most faults that a message names.
const MAX_NAMED: usize = 20;

/// Where a section or an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

impl Direction {
    /// Reads `up` or `down`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A section with its items.
    Section,
    /// One item.
    Item,
}

impl Part {
    /// Reads `section` or `item`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "section" => Some(Self::Section),
            "item" => Some(Self::Item),
            _ => None,
        }
    }
}

/// Why an operation is refused; the questionnaire stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no section or item with this key, perhaps because somebody else removed it.
    #[error("there is no part with the key “{0}”")]
    Unknown(String),
    /// The result would not be sound.
    #[error("the questionnaire would have {} faults", .0.len())]
    Faults(Vec<Fault>),
}

impl EditError {
    /// The message for the person who edits: one line per fault.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Unknown(key), Lang::Ja) => format!(
                "「{key}」が見つかりません。ほかの人が削除した可能性があります。画面を読み込み直してください。"
            ),
            (Self::Unknown(key), Lang::En) => {
                format!("“{key}” was not found; somebody may have removed it. Please reload the page.")
            }
            (Self::Faults(faults), _) => {
                let line = |fault: &Fault| match fault.at.as_str() {
                    "" => fault.message.get(lang).to_owned(),
                    at => format!("{at}: {}", fault.message.get(lang)),
                };
                let lines: Vec<String> = faults.iter().take(MAX_NAMED).map(line).collect();
                lines.join("\n")
            }
        }
    }
}

impl Questionnaire {
    /// A copy with a change made to it, if it is sound.
    ///
    /// # Errors
    /// What `change` says, and every fault of the result.
    pub fn edited(&self, change: impl FnOnce(&mut Self) -> Result<(), EditError>) -> Result<Self, EditError> {
        let mut edited = self.clone();
        change(&mut edited)?;
        let faults = edited.check();
        if faults.is_empty() { Ok(edited) } else { Err(EditError::Faults(faults)) }
    }

    /// Exchanges title, introduction and areas.
    pub fn set_head(&mut self, head: Head) {
        (self.title, self.introduction, self.areas) = (head.title, head.introduction, head.areas);
    }

    /// Changes the section with the key `old`, or adds one at the end. Without a key it keeps the one it has, or gets
    /// one that is made from its heading.
    ///
    /// # Errors
    /// [`EditError::Unknown`].
    pub fn put_section(&mut self, old: Option<&str>, head: SectionHead) -> Result<(), EditError> {
        let SectionHead { mut key, title, introduction, show_if } = head;
        if key.is_empty() {
            let taken = |key: &str| self.sections.iter().any(|s| s.key == key);
            key = old.map_or_else(|| key_from(&title.en, "section", taken), str::to_owned);
        }
        match old {
            None => self.sections.push(Section { key, title, introduction, show_if, items: Vec::new() }),
            Some(old) => {
                let at = self.section_place(old)?;
                let section = &mut self.sections[at];
                (section.key, section.title) = (key, title);
                (section.introduction, section.show_if) = (introduction, show_if);
            }
        }
        Ok(())
    }

    /// Exchanges the item with the key `old`, wherever it stands, or adds one at the end of `section`. Conditions
    /// follow an item whose key changes. Without a key it keeps the one it has, or gets one that is made from the
    /// question.
    ///
    /// # Errors
    /// [`EditError::Unknown`].
    pub fn put_item(&mut self, section: &str, old: Option<&str>, mut item: Item) -> Result<(), EditError> {
        if item.key.is_empty() {
            let taken = |key: &str| self.item(key).is_some();
            item.key = old.map_or_else(|| key_from(&item.text.en, "q", taken), str::to_owned);
        }
        let Some(old) = old else {
            let at = self.section_place(section)?;
            self.sections[at].items.push(item);
            return Ok(());
        };
        let (at, place) = self.item_place(old)?;
        if item.key != old {
            self.rename_in_conditions(old, &item.key);
        }
        self.sections[at].items[place] = item;
        Ok(())
    }

    /// Moves a section or an item by one place; an item at the edge of its section goes on to the next one. At the
    /// very beginning or end, nothing happens.
    ///
    /// # Errors
    /// [`EditError::Unknown`].
    pub fn shift(&mut self, part: Part, key: &str, direction: Direction) -> Result<(), EditError> {
        match part {
            Part::Section => {
                let at = self.section_place(key)?;
                if let Some(to) = step(at, direction, self.sections.len()) {
                    self.sections.swap(at, to);
                }
            }
            Part::Item => {
                let (at, place) = self.item_place(key)?;
                if let Some(to) = step(place, direction, self.sections[at].items.len()) {
                    self.sections[at].items.swap(place, to);
                } else if let Some(to) = step(at, direction, self.sections.len()) {
                    let item = self.sections[at].items.remove(place);
                    let entry = if direction == Direction::Up { self.sections[to].items.len() } else { 0 };
                    self.sections[to].items.insert(entry, item);
                }
            }
        }
        Ok(())
    }

    /// Removes a section with its items, or an item.
    ///
    /// # Errors
    /// [`EditError::Unknown`].
    pub fn remove(&mut self, part: Part, key: &str) -> Result<(), EditError> {
        match part {
            Part::Section => {
                let at = self.section_place(key)?;
                self.sections.remove(at);
            }
            Part::Item => {
                let (at, place) = self.item_place(key)?;
                self.sections[at].items.remove(place);
            }
        }
        Ok(())
    }

    /// Adds items at the end of `section`, with the areas they belong to. Items whose key is taken already are left
    /// out. Returns how many were added.
    ///
    /// # Errors
    /// [`EditError::Unknown`].
    pub fn add_items(&mut self, section: &str, items: &[Item], areas: &[Area]) -> Result<usize, EditError> {
        let at = self.section_place(section)?;
        let mut added = 0;
        for item in items {
            if self.item(&item.key).is_some() {
                continue;
            }
            if let Some(area) = &item.area {
                self.add_area(area, areas);
            }
            self.sections[at].items.push(item.clone());
            added += 1;
        }
        Ok(added)
    }

    /// Adds the area with this key from `known`, unless it is there already.
    pub fn add_area(&mut self, key: &str, known: &[Area]) {
        if !self.areas.iter().any(|a| a.key == key)
            && let Some(area) = known.iter().find(|a| a.key == key)
        {
            self.areas.push(area.clone());
        }
    }

    fn section_place(&self, key: &str) -> Result<usize, EditError> {
        let place = self.sections.iter().position(|s| s.key == key);
        place.ok_or_else(|| EditError::Unknown(key.to_owned()))
    }

    fn item_place(&self, key: &str) -> Result<(usize, usize), EditError> {
        let found = self
            .sections
            .iter()
            .enumerate()
            .find_map(|(at, section)| Some((at, section.items.iter().position(|i| i.key == key)?)));
        found.ok_or_else(|| EditError::Unknown(key.to_owned()))
    }

    fn rename_in_conditions(&mut self, old: &str, new: &str) {
        let rename = |condition: &mut Option<Condition>| {
            if let Some(condition) = condition.as_mut().filter(|c| c.item == old) {
                new.clone_into(&mut condition.item);
            }
        };
        for section in &mut self.sections {
            rename(&mut section.show_if);
            for item in &mut section.items {
                rename(&mut item.show_if);
            }
        }
    }
}

/// The neighbouring place, if there is one.
fn step(at: usize, direction: Direction, len: usize) -> Option<usize> {
    match direction {
        Direction::Up => at.checked_sub(1),
        Direction::Down => at.checked_add(1).filter(|to| *to < len),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{FORMAT, Kind};
    use super::*;
    use crate::text::Text;

    fn item(key: &str, show_if: Option<&str>) -> Item {
        let labels = vec![Text::new("いいえ", "No"), Text::new("はい", "Yes")];
        Item {
            key: key.into(),
            text: Text::new("設問", "Item"),
            help: Text::default(),
            area: None,
            required: false,
            may_decline: false,
            unobserved: false,
            demographic: false,
            show_if: show_if.map(|item| Condition { item: item.into(), any_of: vec!["2".into()] }),
            kind: Kind::Scale { labels, reversed: false },
        }
    }

    fn section(key: &str, items: Vec<Item>) -> Section {
        Section {
            key: key.into(),
            title: Text::new("区分", "Section"),
            introduction: Text::default(),
            show_if: None,
            items,
        }
    }

    /// One section with q1 and q2, which asks back on q1, and one with q3.
    fn questionnaire() -> Questionnaire {
        Questionnaire {
            format: FORMAT.into(),
            key: "pulse".into(),
            version: 1,
            title: Text::new("調査", "Survey"),
            introduction: Text::default(),
            areas: Vec::new(),
            sections: vec![
                section("a", vec![item("q1", None), item("q2", Some("q1"))]),
                section("b", vec![item("q3", None)]),
            ],
        }
    }

    fn order(q: &Questionnaire) -> String {
        let sections: Vec<String> = q
            .sections
            .iter()
            .map(|s| {
                let items: Vec<&str> = s.items.iter().map(|i| i.key.as_str()).collect();
                format!("{}:{}", s.key, items.join(","))
            })
            .collect();
        sections.join(" ")
    }

    #[test]
    fn items_move_within_and_between_sections() {
        let mut q = questionnaire();
        q.shift(Part::Item, "q2", Direction::Down).expect("moved");
        assert_eq!(order(&q), "a:q1 b:q2,q3");
        q.shift(Part::Item, "q3", Direction::Down).expect("stays");
        assert_eq!(order(&q), "a:q1 b:q2,q3");
        q.shift(Part::Item, "q2", Direction::Up).expect("moved");
        assert_eq!(order(&q), "a:q1,q2 b:q3");
        q.shift(Part::Section, "b", Direction::Up).expect("moved");
        assert_eq!(order(&q), "b:q3 a:q1,q2");
        assert_eq!(q.shift(Part::Item, "q9", Direction::Up), Err(EditError::Unknown("q9".into())));
    }

    #[test]
    fn what_would_break_a_condition_is_refused() {
        let q = questionnaire();
        let moved = q.edited(|q| q.shift(Part::Item, "q1", Direction::Down));
        assert!(matches!(&moved, Err(EditError::Faults(faults)) if faults[0].at == "q2"));
        let removed = q.edited(|q| q.remove(Part::Item, "q1")).expect_err("refused");
        assert!(removed.message(Lang::En).starts_with("q2: "));
        let emptied = q.edited(|q| {
            q.remove(Part::Section, "a")?;
            q.remove(Part::Section, "b")
        });
        assert!(matches!(emptied, Err(EditError::Faults(_))));
    }

    #[test]
    fn conditions_follow_a_renamed_item() {
        let q = questionnaire();
        let edited = q.edited(|q| q.put_item("a", Some("q1"), item("first", None))).expect("sound");
        assert_eq!(
            edited.item("q2").and_then(|i| i.show_if.as_ref()).map(|c| c.item.as_str()),
            Some("first")
        );
    }

    #[test]
    fn a_second_section_or_item_with_the_same_key_is_refused() {
        let q = questionnaire();
        let head = |key: &str| SectionHead {
            key: key.into(),
            title: Text::new("区分", "Section"),
            introduction: Text::default(),
            show_if: None,
        };
        assert!(q.edited(|q| q.put_section(None, head("c"))).is_ok());
        assert!(q.edited(|q| q.put_section(None, head("a"))).is_err());
        assert!(q.edited(|q| q.put_section(Some("b"), head("c"))).is_ok());
        assert!(q.edited(|q| q.put_item("b", None, item("q1", None))).is_err());
        assert!(q.edited(|q| q.put_item("b", None, item("q4", Some("q3")))).is_ok());
    }

    #[test]
    fn what_comes_without_a_key_gets_one() {
        let q = questionnaire();
        let head = |en: &str| SectionHead {
            key: String::new(),
            title: Text::new("区分", en),
            introduction: Text::default(),
            show_if: None,
        };
        let asked = |en: &str| Item { text: Text::new("設問", en), ..item("", None) };
        let edited = q
            .edited(|q| {
                q.put_section(None, head("Your work"))?;
                q.put_section(None, head("Your work!"))?;
                q.put_section(Some("b"), head("Other"))?;
                q.put_item("b", None, asked("How are you?"))?;
                q.put_item("b", None, asked("How are you?"))?;
                q.put_item("b", Some("q3"), asked("Changed"))
            })
            .expect("sound");
        assert_eq!(order(&edited), "a:q1,q2 b:q3,how-are-you,how-are-you-2 your-work: your-work-2:");
    }

    #[test]
    fn items_come_with_their_area_and_only_once() {
        let mut q = questionnaire();
        let area = Area { key: "growth".into(), label: Text::new("成長", "Growth") };
        let bank = [Item { area: Some("growth".into()), ..item("g1", None) }, item("q3", None)];
        assert_eq!(q.add_items("b", &bank, std::slice::from_ref(&area)), Ok(1));
        assert_eq!(q.add_items("b", &bank, std::slice::from_ref(&area)), Ok(0));
        assert_eq!(order(&q), "a:q1,q2 b:q3,g1");
        assert_eq!(q.areas, [area]);
        assert!(q.check().is_empty());
    }

    proptest! {
        #[test]
        fn moving_never_loses_an_item(moves in prop::collection::vec((0usize..5, any::<bool>()), 0..20)) {
            let mut q = questionnaire();
            for (target, up) in moves {
                let direction = if up { Direction::Up } else { Direction::Down };
                let (part, key) = [
                    (Part::Item, "q1"),
                    (Part::Item, "q2"),
                    (Part::Item, "q3"),
                    (Part::Section, "a"),
                    (Part::Section, "b"),
                ][target];
                prop_assert_eq!(q.shift(part, key, direction), Ok(()));
            }
            let mut keys: Vec<String> = q.items().map(|(_, i)| i.key.clone()).collect();
            keys.sort_unstable();
            prop_assert_eq!(keys, ["q1", "q2", "q3"]);
        }
    }
}
