//! Making, importing, editing, copying and deleting questionnaires, on both engines.

mod common;

use common::{both, open_campaign, questionnaire, seed_staff};
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::questionnaire::editing::item_form::ItemForm;
use domain::questionnaire::editing::new_form::{Beginning, NewForm};
use domain::questionnaire::editing::{Direction, EditError, Part};
use domain::questionnaire::{Condition, Item, Kind, MAX_LONG_TEXT, MAX_VERSION, Questionnaire};
use domain::text::{Lang, Text};
use service::registry::campaign::Draft;
use service::registry::editing::{Template, bank};
use service::registry::questionnaire::parse;
use service::{Error, Service};

fn beginning(title: &str, key: &str) -> Beginning {
    let form = NewForm { title_ja: "調査".into(), title_en: title.into(), key: key.into() };
    form.parse().expect("a title and a key")
}

/// What was put on record, the oldest first, with its detail.
async fn record(service: &Service) -> Vec<(String, Option<i64>)> {
    let events = service.registry.events(None, 1_000).await.expect("events");
    let ours = events.into_iter().rev().filter(|e| e.what.starts_with("questionnaire."));
    ours.map(|e| (format!("{} {}", e.what.trim_start_matches("questionnaire."), e.detail), e.actor)).collect()
}

/// Key, version and whether it is used, of all that is stored.
async fn stored(service: &Service) -> Vec<(String, u32, bool)> {
    let all = service.registry.questionnaires().await.expect("questionnaires");
    all.into_iter().map(|s| (s.questionnaire.key.clone(), s.questionnaire.version, s.frozen)).collect()
}

fn refused<T: std::fmt::Debug>(result: service::Result<T>, words: &str) {
    match result {
        Err(error @ Error::Invalid(_)) => {
            let message = error.message(Lang::En);
            assert!(message.contains(words), "{message}");
            assert_ne!(message, error.message(Lang::Ja));
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn draft(questionnaire_id: i64, now: i64) -> Draft {
    Draft {
        title: Text::new("試験調査", "Test survey"),
        questionnaire_id,
        schedule: Schedule { opens_at: now + 60, closes_at: now + 86_400 },
        thresholds: Thresholds::default(),
        review: None,
    }
}

#[tokio::test]
async fn an_empty_database_is_no_dead_end() {
    both(|service| async move {
        let now = service.clock.now();
        let actor = seed_staff(&service).await.first().copied();
        let registry = &service.registry;
        assert!(stored(&service).await.is_empty());

        let id = registry.create_questionnaire(beginning("Staff voice", ""), actor, now).await.expect("made");
        registry.create_questionnaire(beginning("Staff voice!", ""), actor, now).await.expect("made");
        let typed = beginning("Staff voice", "staff-voice");
        refused(registry.create_questionnaire(typed, actor, now).await, "already is a questionnaire");
        let from_template =
            registry.create_from_template(Template::Engagement, actor, now).await.expect("made");
        registry
            .create_from_template(Template::Engagement, actor, now)
            .await
            .expect("made under another key");
        assert_eq!(
            stored(&service).await,
            ["engagement", "engagement-2", "staff-voice", "staff-voice-2"].map(|key| (
                key.to_owned(),
                1,
                false
            ))
        );
        for which in
            [Template::Review, Template::ActionPulse, Template::TeleworkMonth, Template::TrainingFeedback]
        {
            let id = registry.create_from_template(which, actor, now).await.expect("made");
            let made = registry.questionnaire(id).await.expect("stored").questionnaire;
            assert_eq!(*made, which.questionnaire().expect("the template"));
        }
        let made = registry.questionnaire(from_template).await.expect("stored").questionnaire;
        assert_eq!(*made, Template::Engagement.questionnaire().expect("the template"));

        // An empty one can be kept, but nobody can be asked nothing.
        refused(registry.create_campaign(&draft(id, now), actor, now).await, "has no item");
        let bank = bank().expect("the bank");
        let id = registry
            .edit_questionnaire(
                id,
                |q| q.add_items("section", &bank.items[..2], &bank.areas).map(|_| ()),
                actor,
                now,
            )
            .await
            .expect("edited");
        let campaign = registry.create_campaign(&draft(id, now), actor, now).await.expect("a draft");
        // What was emptied since is found when the terms are to be fixed.
        let emptied = |q: &mut Questionnaire| -> Result<(), EditError> {
            for item in &bank.items[..2] {
                q.remove(Part::Item, &item.key)?;
            }
            Ok(())
        };
        registry.edit_questionnaire(id, emptied, actor, now).await.expect("edited");
        refused(service.schedule_campaign(&campaign, None).await, "has no item");
        refused(registry.update_campaign(&campaign, &draft(id, now), actor, now).await, "has no item");
        assert!(!registry.questionnaire(id).await.expect("stored").frozen);

        let record = record(&service).await;
        assert!(record.iter().all(|(_, who)| *who == actor && who.is_some()));
        let words: Vec<&str> = record.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "create staff-voice 1",
                "create staff-voice-2 1",
                "create engagement 1",
                "create engagement-2 1",
                "create manager_review 1",
                "create manager_actions 1",
                "create telework_month 1",
                "create training_feedback 1",
                "edit staff-voice 1",
                "edit staff-voice 1",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_version_that_was_used_never_changes() {
    both(|service| async move {
        seed_staff(&service).await;
        let (registry, now) = (&service.registry, service.clock.now());
        open_campaign(&service).await;
        let original = questionnaire();
        let used = registry.questionnaires().await.expect("stored").remove(0);
        assert_eq!((used.frozen, &*used.questionnaire), (true, &original));

        let retitle = |q: &mut Questionnaire| -> Result<(), EditError> {
            q.title.en = "Changed".into();
            Ok(())
        };
        refused(registry.edit_questionnaire(used.id, retitle, None, now).await, "cannot be changed");
        refused(registry.delete_questionnaire(used.id, None, now).await, "cannot be deleted");
        let again = registry.import_questionnaire(&original, None, now).await.expect("the same");
        assert_eq!(again, used.id);

        // The copy is the next version, and is what changes.
        let copy = registry.copy_questionnaire(used.id, "", None, now).await.expect("a copy");
        assert_eq!(registry.edit_questionnaire(copy, retitle, None, now).await.expect("edited"), copy);
        // A file that says version 1 is another version now, and the number after the newest is its own.
        let mut revised = original.clone();
        revised.title.en = "Revised".into();
        let third = registry.import_questionnaire(&revised, None, now).await.expect("imported");
        let stored_third = registry.questionnaire(third).await.expect("stored").questionnaire;
        assert_eq!((stored_third.version, stored_third.title.en.as_str()), (3, "Revised"));
        // Version 2 is unused: a file with its number takes its place.
        revised.version = 2;
        assert_eq!(registry.import_questionnaire(&revised, None, now).await.expect("imported"), copy);

        let key = |version: u32, frozen: bool| ("engagement".to_owned(), version, frozen);
        assert_eq!(stored(&service).await, [key(3, false), key(2, false), key(1, true)]);
        registry.delete_questionnaire(third, None, now).await.expect("deleted");
        assert!(matches!(registry.delete_questionnaire(third, None, now).await, Err(Error::NotFound)));
        assert_eq!(registry.questionnaire(used.id).await.expect("stored"), used);

        let words: Vec<String> = record(&service).await.into_iter().map(|(words, _)| words).collect();
        assert_eq!(
            words,
            [
                "copy engagement 2",
                "edit engagement 2",
                "import engagement 3",
                "import engagement 2",
                "delete engagement 3",
            ],
            "what changed nothing is not put on record"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_exported_can_be_imported() {
    both(|service| async move {
        let (registry, now) = (&service.registry, service.clock.now());
        let id = registry.create_from_template(Template::Engagement, None, now).await.expect("made");
        let before = registry.questionnaire(id).await.expect("stored");
        let file = serde_json::to_string_pretty(&before.questionnaire).expect("JSON");
        let read = parse(&file).expect("a questionnaire");
        assert_eq!(registry.import_questionnaire(&read, None, now).await.expect("imported"), id);
        assert_eq!(registry.questionnaire(id).await.expect("stored"), before);
        assert_eq!(record(&service).await.len(), 1, "only the making is an act");

        let other = registry.copy_questionnaire(id, " other-survey ", None, now).await.expect("a copy");
        let other = registry.questionnaire(other).await.expect("stored").questionnaire;
        assert_eq!((other.key.as_str(), other.version), ("other-survey", 1));
        refused(registry.copy_questionnaire(id, "other-survey", None, now).await, "already is");
        refused(registry.copy_questionnaire(id, "Other survey", None, now).await, "cannot be used");
        assert!(matches!(registry.copy_questionnaire(id + 1_000, "", None, now).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    both(|service| async move {
        let (registry, now) = (&service.registry, service.clock.now());
        let id = registry.import_questionnaire(&questionnaire(), None, now).await.expect("imported");
        let before = registry.questionnaire(id).await.expect("stored");
        let ask_place = |show_if: &str| {
            let form = ItemForm {
                text_ja: "理由".into(),
                text_en: "Why?".into(),
                show_item: show_if.into(),
                show_values: "hq".into(),
                ..ItemForm::new("short_text")
            };
            form.parse().expect("an item")
        };
        // "place" is a demographic: who is asked more would tell what they are.
        let why: Item = ask_place("place");
        refused(
            registry.edit_questionnaire(id, move |q| q.put_item("all", None, why), None, now).await,
            "demographic",
        );
        let nobody = registry.edit_questionnaire(id, |q| q.remove(Part::Item, "none"), None, now).await;
        refused(nobody, "was not found");
        let long = |q: &mut Questionnaire| -> Result<(), EditError> {
            for n in 0..17 {
                let form = ItemForm {
                    text_ja: "意見".into(),
                    text_en: format!("Opinion {n}"),
                    max_chars: MAX_LONG_TEXT.to_string(),
                    ..ItemForm::new("long_text")
                };
                q.put_item("all", None, form.parse().expect("an item"))?;
            }
            Ok(())
        };
        refused(registry.edit_questionnaire(id, long, None, now).await, "can be sent");
        for version in [0, MAX_VERSION + 1, u32::MAX] {
            let numbered = Questionnaire { version, ..questionnaire() };
            refused(registry.import_questionnaire(&numbered, None, now).await, "from 1 to");
        }
        let mut turned = questionnaire();
        turned.title.en = "Survey \u{202e}yevruS".into();
        refused(registry.import_questionnaire(&turned, None, now).await, "U+202E");
        assert_eq!(registry.questionnaire(id).await.expect("stored"), before);
        assert_eq!(record(&service).await.len(), 1);

        // Moving what is at the edge already is allowed, and is no act.
        let up = |q: &mut Questionnaire| q.shift(Part::Item, "q1", Direction::Up);
        assert_eq!(registry.edit_questionnaire(id, up, None, now).await.expect("nothing to do"), id);
        assert_eq!(record(&service).await.len(), 1);

        let last = Questionnaire { version: MAX_VERSION, key: "last".into(), ..questionnaire() };
        let last = registry.import_questionnaire(&last, None, now).await.expect("imported");
        refused(registry.copy_questionnaire(last, "", None, now).await, "No more versions");
    })
    .await;
}

#[tokio::test]
async fn a_questionnaire_is_built_in_the_editor() {
    both(|service| async move {
        let (registry, now) = (&service.registry, service.clock.now());
        let id = registry.create_questionnaire(beginning("Lunch", ""), None, now).await.expect("made");
        for (kind, question, labels) in [
            ("scale", "I get enough rest.", ""),
            ("single", "Where do you eat?", "食堂 | Canteen\n席 | Desk"),
            ("multiple", "What do you miss?", "椅子 | Chairs\nなし | Nothing | exclusive"),
            ("matrix", "How is it?", "味 | Taste\n量 | Size"),
            ("number", "How many minutes?", ""),
            ("date", "Since when?", ""),
            ("short_text", "In a word?", ""),
            ("long_text", "Anything else?", ""),
        ] {
            let form = ItemForm {
                text_ja: "設問".into(),
                text_en: question.into(),
                options: labels.into(),
                rows: labels.into(),
                ..ItemForm::new(kind)
            };
            let item = form.parse().expect("an item");
            let put = move |q: &mut Questionnaire| q.put_item("section", None, item);
            registry.edit_questionnaire(id, put, None, now).await.expect("edited");
        }
        let asked = ItemForm {
            text_ja: "どこで".into(),
            text_en: "Which desk?".into(),
            show_item: "where-do-you-eat".into(),
            show_values: "desk".into(),
            ..ItemForm::new("short_text")
        };
        let asked = asked.parse().expect("an item");
        let put = move |q: &mut Questionnaire| q.put_item("section", None, asked);
        registry.edit_questionnaire(id, put, None, now).await.expect("edited");

        let q = registry.questionnaire(id).await.expect("stored").questionnaire;
        let keys: Vec<&str> = q.items().map(|(_, i)| i.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "i-get-enough-rest",
                "where-do-you-eat",
                "what-do-you-miss",
                "how-is-it",
                "how-many-minutes",
                "since-when",
                "in-a-word",
                "anything-else",
                "which-desk",
            ]
        );
        let shown_if = q.item("which-desk").and_then(|i| i.show_if.clone());
        assert_eq!(
            shown_if,
            Some(Condition { item: "where-do-you-eat".into(), any_of: vec!["desk".into()] })
        );
        let Some(Kind::Multiple { options, .. }) = q.item("what-do-you-miss").map(|i| &i.kind) else {
            panic!("a multiple choice");
        };
        assert_eq!(options.iter().map(|o| o.exclusive).collect::<Vec<_>>(), [false, true]);
        assert_eq!((q.check(), q.unfinished()), (vec![], vec![]));
    })
    .await;
}
