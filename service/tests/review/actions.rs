//! What managers mean to do, and the pulse that asks about it.

use domain::answer::{Answer, Answers};
use domain::campaign::State;
use domain::disclosure::CellState;
use domain::review::{RaterGroup, Relation, ReviewRules};
use domain::text::Lang;
use service::Error;
use service::mail::Recipients;
use service::registry::assignment::Correction;
use service::registry::campaign::Draft;

use super::ministry::{
    draft, id, open, period, questionnaire, rate, release, report, roster, state, team_rates,
};
use crate::common::{NOW, both};

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_for_oneself_until_they_are_shared_and_a_pulse_asks_about_those() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        team_rates(&service, &review, 103).await;
        let (subject, member) = (id(&service, 103).await, id(&service, 1030).await);
        let today = service.clock.today();
        let typed = [
            ("面談を月に一度".to_owned(), "2026-03-31".to_owned(), true),
            ("自分だけの目標".to_owned(), "2026-03-31".to_owned(), false),
        ];
        let registry = &service.registry;
        let save = async |who: i64| registry.save_actions(&review, who, &typed, NOW, today).await;
        assert!(matches!(save(subject).await, Err(Error::NotFound)), "before there is a report");
        release(&service, &review).await;
        save(subject).await.expect("saved");
        assert!(matches!(save(member).await, Err(Error::NotFound)), "no subject");
        assert_eq!(registry.actions(&review, subject).await.expect("actions").len(), 2);
        let team = registry.team_actions(member).await.expect("asked").expect("shared");
        assert_eq!(team.actions.len(), 1, "what is not shared is nobody else's");
        assert_eq!(team.actions[0].text, "面談を月に一度");
        assert!(registry.team_actions(id(&service, 1010).await).await.expect("asked").is_none());

        let rules = ReviewRules {
            relations: [Relation::Subordinate].into(),
            pulse_of: Some(review.clone()),
            ..ReviewRules::upward(period())
        };
        let pulse = open(&service, rules).await;
        let ratings = registry.ratings(&pulse, member).await.expect("ratings");
        assert_eq!(ratings.len(), 1);
        assert_eq!(ratings[0].actions, ["面談を月に一度"]);
        assert!(registry.ratings(&pulse, id(&service, 1010).await).await.expect("ratings").is_empty());
        // What is asked stays what it was, whatever the manager writes now.
        let other = [("別の目標".to_owned(), "2026-03-31".to_owned(), true)];
        registry.save_actions(&review, subject, &other, NOW, today).await.expect("changed");
        let ratings = registry.ratings(&pulse, member).await.expect("ratings");
        assert_eq!(ratings[0].actions, ["面談を月に一度"]);
        let asked = registry.pulse_actions(&pulse, vec![subject]).await.expect("actions");
        assert_eq!(asked.get(&subject).map(Vec::as_slice), Some(["面談を月に一度".to_owned()].as_slice()));
        // Of a pulse about one manager, not even totals are told.
        let everybody = Recipients { stratum: None, with_ballot: true };
        let waiting = Recipients { stratum: None, with_ballot: false };
        let (large, small) =
            (registry.campaign(&review).await.expect("it"), registry.campaign(&pulse).await.expect("it"));
        assert_eq!(small.state, State::Open);
        let may = async |campaign, whom| registry.may_count(campaign, whom).await.expect("asked");
        assert_eq!((may(&small, everybody).await, may(&small, waiting).await), (true, false));
        assert_eq!((may(&large, everybody).await, may(&large, waiting).await), (true, true));
        assert!(
            !may(&large, Recipients { stratum: Some(0), with_ballot: true }).await,
            "of nobody's few raters"
        );
        let remind = async |review: &str, whom: Recipients| {
            registry.queue_reminders(review, 1, whom, &service.settings, None, service.clock.now()).await
        };
        assert!(matches!(remind(&pulse, waiting).await, Err(Error::NotFound)));
        let of_one = Recipients { stratum: Some(0), with_ballot: true };
        assert!(matches!(remind(&pulse, of_one).await, Err(Error::NotFound)));
        remind(&pulse, everybody).await.expect("everybody may be reminded");
        // One action was shared: a sheet with an answer about a second one was not made by the page, and does not count.
        for (n, rater) in (0u8..).zip(1030..1034) {
            let mut answers = Answers::from([("action_1".to_owned(), Answer::Scale(2 + n))]);
            if rater == 1033 {
                answers.insert("action_2".into(), Answer::Scale(3));
            }
            rate(&service, &pulse, rater, 103, answers).await;
        }
        // A pulse is no report: the team still sees what was shared, and nothing is written down after it.
        release(&service, &pulse).await;
        let counted = service.collector.count_report(&pulse).await.expect("a count");
        assert_eq!(counted.iter().map(|one| (one.counted, one.spoiled)).collect::<Vec<_>>(), [(3, 1)]);
        let found = report(&service, &pulse, 103).await;
        assert_eq!(state(&found, RaterGroup::Subordinates, "action_1"), Some(CellState::Shown));
        assert_eq!(state(&found, RaterGroup::Subordinates, "action_2"), Some(CellState::Primary));
        let items: Vec<String> = found.items().into_iter().map(|line| line.key).collect();
        assert_eq!(items, ["action_1"], "nothing is said of actions that there are not");
        assert!(registry.team_actions(member).await.expect("asked").is_some());
        let after = registry.save_actions(&pulse, subject, &other, NOW, today).await;
        assert!(matches!(after, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulse_asks_about_actions_and_only_teams_who_were_told_any() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        for director in [103, 104] {
            team_rates(&service, &review, director).await;
        }
        release(&service, &review).await;
        let today = service.clock.today();
        let registry = &service.registry;
        let share = async |director: u32, shared: bool| {
            let typed = [("面談を月に一度".to_owned(), "2026-03-31".to_owned(), shared)];
            registry.save_actions(&review, id(&service, director).await, &typed, NOW, today).await
        };
        share(103, true).await.expect("shared");
        share(104, true).await.expect("shared");
        let rules = || ReviewRules {
            relations: [Relation::Subordinate].into(),
            pulse_of: Some(review.clone()),
            ..ReviewRules::upward(period())
        };
        let pulse = draft(&service, rules()).await;
        // The questionnaire of the review asks about no action.
        let found = registry.campaign(&pulse).await.expect("it");
        let other = Draft {
            title: found.title.clone(),
            questionnaire_id: registry.save_questionnaire(&questionnaire()).await.expect("a questionnaire"),
            schedule: found.schedule,
            thresholds: found.thresholds,
            review: Some(rules()),
        };
        assert!(matches!(registry.create_campaign(&other, None, NOW).await, Err(Error::Invalid(_))));
        assert!(matches!(registry.update_campaign(&pulse, &other, None, NOW).await, Err(Error::Invalid(_))));
        registry.propose_raters(&pulse, None, NOW).await.expect("a table");
        share(104, false).await.expect("taken back");
        let refused = service.schedule_campaign(&pulse, None).await;
        assert!(
            matches!(refused, Err(Error::Invalid(_))),
            "one of them has nothing to be asked about: {refused:?}"
        );
        registry.propose_raters(&pulse, None, NOW).await.expect("a new table");
        // Nobody of another team is asked what a team was told, whoever puts them on the table.
        let add = Correction::Ask(Relation::Subordinate);
        registry.correct_rater(&pulse, "103", "1010", add, None, NOW).await.expect("on the table");
        let refused = service.schedule_campaign(&pulse, None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        let out = Correction::LeaveOut(String::new());
        registry.correct_rater(&pulse, "103", "1010", out, None, NOW).await.expect("off the table");
        service.schedule_campaign(&pulse, None).await.expect("terms");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_the_team_is_not_asked_about_its_superior_any_more() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        team_rates(&service, &review, 103).await;
        release(&service, &review).await;
        let registry = &service.registry;
        let typed = [("面談を月に一度".to_owned(), "2026-03-31".to_owned(), true)];
        let subject = id(&service, 103).await;
        registry.save_actions(&review, subject, &typed, NOW, service.clock.today()).await.expect("shared");
        // 1030 moves under 105. The rules count former superiors, as those of the review did.
        service.clock.set(service.clock.now() + 10 * 86_400);
        let (now, today) = (service.clock.now(), service.clock.today());
        let csv = registry.staff_csv(today, Lang::En).await.expect("the roster");
        let moves =
            |line: &str| if line.starts_with("1030,") { line.replace(",103,", ",105,") } else { line.into() };
        let moved: String = csv.lines().map(|line| format!("{}\n", moves(line))).collect();
        registry.import_roster(moved.as_bytes(), None, now, today).await.expect("moved");
        let rules = ReviewRules {
            relations: [Relation::Subordinate].into(),
            pulse_of: Some(review.clone()),
            ..ReviewRules::upward(period())
        };
        assert!(rules.former);
        let pulse = draft(&service, rules).await;
        registry.propose_raters(&pulse, None, now).await.expect("a table");
        let table = registry.assignments(&pulse).await.expect("the table");
        let raters: Vec<&str> = table.iter().map(|one| one.rater.number.as_str()).collect();
        assert_eq!(raters, ["1031", "1032", "1033"]);
        // Nor by hand: what was shared is for those who are in the team.
        let add = Correction::Ask(Relation::Subordinate);
        registry.correct_rater(&pulse, "103", "1030", add, None, now).await.expect("on the table");
        let refused = service.schedule_campaign(&pulse, None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    })
    .await;
}
