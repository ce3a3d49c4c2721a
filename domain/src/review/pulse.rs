//! The half-year pulse (行動の確認): a team is asked how far the actions have come that their superior shared with them.
//!
//! Its questionnaire has one item for each of [`MOST_ACTIONS`] actions, with the keys `action_1` to `action_3`. About a
//! superior who shared fewer, the items beyond are not asked, and a sheet that answers them does not count.

use crate::questionnaire::Questionnaire;
use crate::text::Text;

/// Most actions that one report leads to.
pub const MOST_ACTIONS: usize = 3;

/// The key of the item about an action, counted from 1.
pub fn key(action: usize) -> String {
    format!("action_{action}")
}

/// Whether a questionnaire can ask about as many actions as somebody may have shared.
pub fn can_ask(questionnaire: &Questionnaire) -> bool {
    (1..=MOST_ACTIONS).all(|action| questionnaire.item(&key(action)).is_some())
}

/// Leaves of the items about actions those that there is an action for, each with the action below it.
pub fn ask(questionnaire: &mut Questionnaire, actions: &[String]) {
    for section in &mut questionnaire.sections {
        section.items.retain(|item| (actions.len() + 1..=MOST_ACTIONS).all(|beyond| item.key != key(beyond)));
        for item in &mut section.items {
            let action = (1..).zip(actions).find(|(number, _)| item.key == key(*number));
            if let Some((_, action)) = action {
                item.help = Text::new(action, action);
            }
        }
    }
    questionnaire.sections.retain(|section| !section.items.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{self, Answer, Answers, Problem};
    use crate::questionnaire::{Item, Kind, Section};

    fn item(key: &str) -> Item {
        Item {
            key: key.into(),
            text: Text::new(key, key),
            help: Text::default(),
            area: None,
            required: false,
            may_decline: false,
            unobserved: true,
            demographic: false,
            show_if: None,
            kind: Kind::Scale {
                labels: (1..=5).map(|n| Text::new(n.to_string(), n.to_string())).collect(),
                reversed: false,
            },
        }
    }

    fn section(key: &str, items: Vec<Item>) -> Section {
        Section {
            key: key.into(),
            title: Text::new(key, key),
            introduction: Text::default(),
            show_if: None,
            items,
        }
    }

    fn pulse() -> Questionnaire {
        let mut pulse = Questionnaire::empty("pulse", Text::new("確認", "Pulse"));
        pulse.sections = vec![
            section("first", vec![item("action_1"), item("action_2"), item("action_10")]),
            section("last", vec![item("action_3")]),
        ];
        pulse
    }

    fn keys(questionnaire: &Questionnaire) -> Vec<&str> {
        questionnaire.items().map(|(_, item)| item.key.as_str()).collect()
    }

    #[test]
    fn only_what_was_shared_is_asked_about() {
        assert!(can_ask(&pulse()));
        let mut asked = pulse();
        ask(&mut asked, &["面談する".to_owned()]);
        assert_eq!(keys(&asked), ["action_1", "action_10"], "an item of another name stays");
        assert_eq!(asked.sections.len(), 1, "nor is there an empty page");
        assert_eq!(asked.sections[0].items[0].help, Text::new("面談する", "面談する"));
        assert!(!can_ask(&asked));
        let answers = |key: &str| Answers::from([(key.to_owned(), Answer::Scale(3))]);
        assert!(answer::check(&asked, &answers("action_1")).is_empty());
        assert_eq!(answer::check(&asked, &answers("action_2")), [("action_2".to_owned(), Problem::NotAsked)]);
    }

    #[test]
    fn all_that_was_shared_is_asked_about() {
        let mut asked = pulse();
        ask(&mut asked, &["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        assert_eq!(keys(&asked), keys(&pulse()));
    }
}
