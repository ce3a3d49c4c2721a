//! What a release tells of two divisions of six, one of which agrees on everything.

mod common;

use common::{both, column, questionnaire, seed_staff};
use domain::answer::{Answer, Answers};
use domain::ballot::Seed;
use domain::campaign::Schedule;
use domain::disclosure::{CellState, Thresholds};
use domain::questionnaire::{Choice, Condition, Item, Kind, Questionnaire};
use domain::terms::Audience;
use domain::text::{Lang, Text};
use service::Service;
use service::browser::Known;
use service::registry::campaign::Draft;

const CHOICES: [&str; 3] = ["yes", "partly", "no"];
/// Days of telework of those in the second division who may.
const DAYS: [f64; 5] = [0.0, 1.0, 2.0, 2.0, 3.0];

/// May you telework; if so, on how many days; if not, why. Hours at work, support, and anything else.
fn telework() -> Questionnaire {
    let mut asked = questionnaire();
    let base = Item { area: None, required: false, ..asked.sections[0].items[0].clone() };
    let item = |key: &str, kind: Kind| Item { key: key.into(), kind, ..base.clone() };
    let options = || -> Vec<Choice> {
        let option =
            |key: &&str| Choice { key: (*key).into(), label: Text::new(*key, *key), exclusive: false };
        CHOICES.iter().map(option).collect()
    };
    let only_if = |answers: &[&str], item: Item| {
        let any_of = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Item { show_if: Some(Condition { item: "may".into(), any_of }), ..item }
    };
    let number =
        |max: f64, decimals: u8| Kind::Number { min: 0.0, max, decimals, unit: Text::new("単位", "units") };
    asked.areas.clear();
    asked.sections[0].items = vec![
        Item { required: true, ..item("may", Kind::Single { options: options() }) },
        only_if(&["yes", "partly"], Item { required: true, ..item("days", number(5.0, 0)) }),
        only_if(&["no"], item("why", Kind::LongText { max_chars: 100 })),
        item("hours", number(99.0, 1)),
        item("support", Kind::Multiple { options: options(), min: 0, max: None }),
        item("free", Kind::LongText { max_chars: 100 }),
    ];
    asked
}

/// In the first division nobody may telework, all work 12.1 hours, and all ticked the first option, half of them
/// another one as well. In the second division they differ.
fn answers(person: usize) -> Answers {
    let single = |key: &str| Answer::Single(key.into());
    let multiple = |keys: &[&str]| Answer::Multiple(keys.iter().map(|key| (*key).to_owned()).collect());
    let comment = |about: &str| Answer::Text(format!("{about}{person}"));
    let mut given = Answers::from([("free".to_owned(), comment("free"))]);
    let mut give = |key: &str, answer: Answer| given.insert(key.to_owned(), answer);
    if person < 6 {
        give("may", single("no"));
        give("why", comment("why"));
        give("hours", Answer::Number(12.1));
        give("support", if person < 3 { multiple(&["yes", "partly"]) } else { multiple(&["yes"]) });
    } else {
        let days = DAYS.get(person - 6);
        give("may", single(if days.is_none() { "no" } else { CHOICES[person % 2] }));
        match days {
            Some(days) => give("days", Answer::Number(*days)),
            None => give("why", comment("why")),
        };
        give("hours", Answer::Number(7.5 + person as f64));
        give("support", multiple(&[CHOICES[person % 3]]));
    }
    given
}

async fn released(service: &Service) -> String {
    let staff = seed_staff(service).await;
    let questionnaire_id = service.registry.save_questionnaire(&telework()).await.expect("a questionnaire");
    let now = service.clock.now();
    let draft = Draft {
        title: Text::new("在宅勤務", "Telework"),
        questionnaire_id,
        schedule: Schedule { opens_at: now + 60, closes_at: now + 86_400 },
        thresholds: Thresholds::default(),
        review: None,
    };
    let id = service.registry.create_campaign(&draft, None, now).await.expect("a draft");
    service.schedule_campaign(&id, None).await.expect("terms");
    assert!(service.open_campaign(&id, None).await.expect("opened"));
    let known = Known::read(service, &id).await.expect("terms");
    for (place, person) in staff.iter().enumerate() {
        let seed = Seed::new([u8::try_from(place).expect("twelve people"); 32]);
        known.answer(service, *person, &seed, answers(place)).await.expect("an accepted sheet");
    }
    service.close_campaign(&id, None).await.expect("closed");
    service.count_campaign(&id, None).await.expect("counted");
    service.release_campaign(&id, None).await.expect("released");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn agreement_is_published_like_any_other_hidden_cell() {
    both(|service| async move {
        let id = released(&service).await;
        let groups = service.registry.release_groups(&id).await.expect("groups");
        assert_eq!(groups.len(), 3, "the whole and two divisions");
        for group in groups.iter() {
            assert_eq!(group.state, CellState::Shown);
            let cells = service.registry.release_cells(&id, group.number).await.expect("cells");
            assert_eq!(cells.len(), 4, "comments are no cells");
            for cell in cells.iter() {
                let shown = group.kind == "whole";
                let state = if shown { CellState::Shown } else { CellState::Secondary };
                assert_eq!(
                    (cell.state, cell.n.is_some()),
                    (state, shown),
                    "{} in {}",
                    cell.item,
                    group.label.en
                );
                assert_eq!(cell.counts.is_empty() && cell.number.is_none(), !shown, "{}", cell.item);
            }
        }
        let registry = service.settings.registry_url.as_str();
        let mut states: Vec<String> = column(registry, "SELECT DISTINCT state FROM release_cell").await;
        states.sort();
        assert_eq!(states, ["secondary", "shown"]);
        let told =
            "SELECT item FROM release_cell WHERE state <> 'shown' AND (n IS NOT NULL OR counts IS NOT NULL)";
        assert!(column::<String>(registry, told).await.is_empty());

        let table = service.registry.release_csv(&id, &[Audience::Hr], Lang::En).await.expect("a table");
        let hidden: Vec<&str> = table.lines().filter(|line| line.contains("secondary")).collect();
        assert_eq!(hidden.len(), 8, "four items of two divisions");
        let words = CellState::Secondary.label(Lang::En);
        assert!(hidden.iter().all(|line| line.contains(words)), "{table}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_added_up_without_rounding() {
    both(|service| async move {
        let id = released(&service).await;
        let cells = service.registry.release_cells(&id, 0).await.expect("cells");
        let hours = cells.iter().find(|cell| cell.item == "hours").expect("the cell");
        let (mean, sd) = hours.number.expect("shown");
        let all: Vec<f64> = (0..12).map(|n| if n < 6 { 12.1 } else { 7.5 + f64::from(n) }).collect();
        let expected = all.iter().sum::<f64>() / 12.0;
        let squares: f64 = all.iter().map(|value| (value - expected).powi(2)).sum();
        assert!((mean - expected).abs() < 1e-9 && (sd - (squares / 11.0).sqrt()).abs() < 1e-9, "{mean} {sd}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_need_ten_people_who_were_asked() {
    both(|service| async move {
        let id = released(&service).await;
        let comments = service.registry.release_comment_counts(&id, 0).await.expect("comments");
        assert_eq!(comments, [("free".to_owned(), 12)], "only seven were asked why");
    })
    .await;
}
