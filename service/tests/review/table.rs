//! Who rates whom: the table of raters, reporting lines, nominated peers.

use domain::review::{Relation, ReviewRules};
use domain::text::Lang;
use service::Error;
use service::registry::assignment::Correction;
use service::registry::campaign::Draft;
use service::registry::editing::Template;
use service::registry::roster::Refused;

use super::ministry::{draft, id, period, roster};
use crate::common::{NOW, both, column, execute};

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_corrected_by_hand_and_by_file_until_the_terms_are_fixed() {
    both(|service| async move {
        roster(&service).await;
        let review = draft(&service, ReviewRules::upward(period())).await;
        let proposal = service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        // Seven managers rate themselves; 6 + 23 subordinates.
        assert_eq!((proposal.asked, proposal.left_out, proposal.kept), (7 + 6 + 23, 0, 0));
        let correct = async |subject: &str, rater: &str, correction: Correction| {
            service.registry.correct_rater(&review, subject, rater, correction, None, NOW).await
        };
        correct("101", "1010", Correction::LeaveOut("家族".into())).await.expect("left out");
        correct("102", "1030", Correction::Ask(Relation::Subordinate)).await.expect("added");
        for (rater, relation) in [
            ("9999", Relation::Subordinate),
            ("101", Relation::Subordinate),
            // An upward review asks no peers, and its terms will say so.
            ("1031", Relation::Peer),
        ] {
            let refused = correct("101", rater, Correction::Ask(relation)).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{rater} {relation:?}");
        }
        let again = service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        assert_eq!(again.kept, 2, "what HR corrected stays");

        let file = service.registry.raters_csv(&review, Lang::Ja).await.expect("a file");
        let same =
            service.registry.import_raters(&review, file.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));
        let shorter: String =
            file.lines().filter(|line| !line.contains("1031")).map(|line| format!("{line}\r\n")).collect();
        let changed = shorter.replace("家族", "親族");
        let done =
            service.registry.import_raters(&review, changed.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!((done.added, done.changed, done.removed), (0, 1, 1));
        let wrong = changed.replace("1032", "7777");
        match service.registry.import_raters(&review, wrong.as_bytes(), None, NOW).await {
            Err(Refused::Rows(report)) => assert_eq!(report.total(), 1),
            other => panic!("{other:?}"),
        }

        service.schedule_campaign(&review, None).await.expect("terms");
        assert!(correct("101", "1011", Correction::LeaveOut(String::new())).await.is_err());
        assert!(service.registry.import_raters(&review, file.as_bytes(), None, NOW).await.is_err());
        assert!(service.registry.propose_raters(&review, None, NOW).await.is_err());
        let behind = "UPDATE review_assignment SET state = 'asked'";
        assert!(execute(&service.settings.registry_url, behind).await.is_err(), "the database refuses, too");
        // What HR excluded is excluded the next time.
        let next = draft(&service, ReviewRules::upward(period())).await;
        let first = service.registry.correct_rater(
            &next,
            "103",
            "1030",
            Correction::Ask(Relation::Subordinate),
            None,
            NOW,
        );
        first.await.expect("a pair by hand, before there is a table");
        service.registry.propose_raters(&next, None, NOW).await.expect("a table");
        let table = service.registry.assignments(&next).await.expect("the table");
        let pair = table.iter().find(|one| one.rater.number == "1010").expect("the pair");
        assert!(!pair.asked);
        // Nor can they come back as a peer whom the subject proposes.
        let third = draft(&service, ReviewRules::circle(period())).await;
        let first = service.registry.correct_rater(
            &third,
            "101",
            "1011",
            Correction::Ask(Relation::Subordinate),
            None,
            NOW,
        );
        first.await.expect("a subject");
        let subject = id(&service, 101).await;
        assert!(matches!(service.registry.nominate(&third, subject, "1010").await, Err(Error::Invalid(_))));
        service.registry.nominate(&third, subject, "1012").await.expect("another one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reporting_lines_follow_the_roster_and_a_file() {
    both(|service| async move {
        roster(&service).await;
        let lines = async || -> Vec<String> {
            let sql = "SELECT s.number || '>' || b.number || ' ' || l.kind || ' ' || COALESCE(l.until, '') \
                       FROM reporting_line l JOIN staff s ON s.id = l.staff_id JOIN staff b ON b.id = l.superior_id \
                       WHERE s.number IN ('1010', '1011') ORDER BY l.id";
            column(&service.settings.registry_url, sql).await
        };
        assert_eq!(lines().await, ["1010>101 main ", "1011>101 main "]);
        service.clock.set(NOW + 10 * 86_400);
        let today = service.clock.today();
        let csv = service.registry.staff_csv(today, Lang::En).await.expect("the roster");
        let moved: String = csv
            .lines()
            .map(|line| format!("{}\n", if line.starts_with("1010,") { line.replace(",101,", ",103,") } else { line.into() }))
            .collect();
        service.registry.import_roster(moved.as_bytes(), None, service.clock.now(), today).await.expect("moved");
        let yesterday = today.yesterday().expect("a day");
        assert_eq!(lines().await, [&format!("1010>101 main {yesterday}"), "1011>101 main ", "1010>103 main "]);

        let file = "職員番号,上司職員番号,種類,開始日,終了日\n1011,104,兼務,2025-04-01,\n";
        let rows = service.registry.import_lines(file.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!(rows, 1);
        let review = draft(&service, ReviewRules::upward(period())).await;
        service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        let table = service.registry.assignments(&review).await.expect("the table");
        let subjects: Vec<&str> =
            table.iter().filter(|one| one.rater.number == "1011" && one.asked).map(|one| one.subject.number.as_str()).collect();
        assert_eq!(subjects, ["101", "104"], "several superiors are each rated");
        assert!(matches!(
            service.registry.import_lines(b"staff_number,supervisor_number,kind\n1011,1011,main\n", None, NOW).await,
            Err(Refused::Rows(_))
        ));
        assert!(service.registry.lines_csv(Lang::Ja).await.expect("a file").contains("1011,104,兼務,2025-04-01,"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_are_proposed_by_the_subject_and_approved_by_the_superior() {
    both(|service| async move {
        roster(&service).await;
        let review = draft(&service, ReviewRules::circle(period())).await;
        service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        let registry = &service.registry;
        let (subject, superior, peer) =
            (id(&service, 101).await, id(&service, 100).await, id(&service, 1030).await);
        assert_eq!(registry.nominating(subject).await.expect("reviews").len(), 1);
        registry.nominate(&review, subject, "1030").await.expect("proposed");
        assert!(registry.nominate(&review, subject, "1030").await.is_err(), "once");
        assert!(registry.nominate(&review, subject, "102").await.is_err(), "is on the table");
        assert!(registry.nominate(&review, subject, "101").await.is_err(), "oneself");
        assert!(matches!(registry.nominate(&review, peer, "1031").await, Err(Error::NotFound)), "no subject");
        for number in ["1031", "1032", "1033", "1040"] {
            registry.nominate(&review, subject, number).await.expect("proposed");
        }
        assert!(registry.nominate(&review, subject, "1041").await.is_err(), "five at most");
        let waiting = registry.nominations_to_decide(superior).await.expect("proposals");
        assert_eq!(waiting.len(), 5);
        assert_eq!(
            registry.nominations_waiting(&review).await.expect("proposals").len(),
            5,
            "HR sees them, too"
        );
        let decide = async |rater: i64, approve: bool, by: i64| {
            registry.decide_nomination(&review, subject, rater, approve, by, NOW).await
        };
        assert!(matches!(decide(peer, true, subject).await, Err(Error::NotFound)), "not one's own");
        decide(peer, true, superior).await.expect("approved");
        decide(id(&service, 1031).await, false, superior).await.expect("refused");
        assert!(decide(peer, false, superior).await.is_err(), "decided once");
        registry.withdraw_nomination(&review, subject, id(&service, 1032).await).await.expect("taken back");
        assert_eq!(registry.nominations_waiting(&review).await.expect("proposals").len(), 2);
        let table = registry.assignments(&review).await.expect("the table");
        let nominated: Vec<&str> = table
            .iter()
            .filter(|one| {
                one.subject.id == subject && one.origin == service::registry::assignment::Origin::Nominated
            })
            .map(|one| one.rater.number.as_str())
            .collect();
        assert_eq!(nominated, ["1030"]);
        service.schedule_campaign(&review, None).await.expect("terms");
        assert!(registry.nominate(&review, subject, "1042").await.is_err(), "the terms are fixed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_asks_what_its_report_shows_and_a_file_only_whom_it_may() {
    both(|service| async move {
        roster(&service).await;
        let review = draft(&service, ReviewRules::upward(period())).await;
        let found = service.registry.campaign(&review).await.expect("it");
        // The engagement survey has demographics and choices, which no report of a manager shows.
        let engagement = Template::Engagement.questionnaire().expect("a template");
        let questionnaire_id =
            service.registry.save_questionnaire(&engagement).await.expect("a questionnaire");
        let (title, schedule, thresholds) = (found.title, found.schedule, found.thresholds);
        let survey = Draft { title, questionnaire_id, schedule, thresholds, review: None };
        service.registry.create_campaign(&survey, None, NOW).await.expect("a survey may ask it");
        let asked = Draft { review: Some(ReviewRules::upward(period())), ..survey };
        let refused = service.registry.create_campaign(&asked, None, NOW).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        let changed = service.registry.update_campaign(&review, &asked, None, NOW).await;
        assert!(matches!(changed, Err(Error::Invalid(_))), "{changed:?}");

        service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        let file = service.registry.raters_csv(&review, Lang::En).await.expect("a file");
        let peer = format!("{file}101,,1030,,peer,yes,\r\n");
        match service.registry.import_raters(&review, peer.as_bytes(), None, NOW).await {
            Err(Refused::Rows(report)) => assert_eq!(report.total(), 1, "an upward review asks no peers"),
            other => panic!("{other:?}"),
        }
        // One rater stands in one relation to a subject: a second line is a fault, whatever it says.
        let twice = format!("{file}101,,1010,,superior,no,\r\n");
        match service.registry.import_raters(&review, twice.as_bytes(), None, NOW).await {
            Err(Refused::Rows(report)) => assert_eq!(report.total(), 1),
            other => panic!("{other:?}"),
        }
    })
    .await;
}
