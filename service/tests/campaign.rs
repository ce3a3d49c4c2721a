//! The life of a campaign, from draft to release, on both engines.

mod common;

use common::{NOW, answers, both, open_campaign, questionnaire, seed_staff};
use domain::answer::Answer;
use domain::ballot::Seed;
use domain::campaign::{Schedule, State};
use domain::disclosure::{CellState, Thresholds};
use domain::text::Text;
use sea_orm::{ConnectionTrait, Database};
use service::browser::Known;
use service::collector::intake::Refusal;
use service::registry::campaign::Draft;
use service::{Error, Service};

async fn answer(service: &Service, known: &Known, staff: i64, seed: u8, q1: u8) {
    known.answer(service, staff, &Seed::new([seed; 32]), answers(q1, 3)).await.expect("an accepted sheet");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_roster_to_release() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        assert_eq!(known.terms.strata.len(), 2, "two divisions of six");
        for (n, person) in (0u8..).zip(&staff) {
            let mut given = answers(1 + n % 5, 3);
            given.insert("free".into(), Answer::Text(format!("意見{n}")));
            known.answer(&service, *person, &Seed::new([n; 32]), given).await.expect("an accepted sheet");
        }
        assert_eq!(service.collector.received(&id).await.expect("counts"), [(0, 6), (1, 6)]);
        // Sent again: replaced, not doubled.
        answer(&service, &known, staff[0], 0, 5).await;
        assert_eq!(service.collector.sealed_sheets(&id).await.expect("a count"), 12);

        assert!(service.close_campaign(&id, None).await.expect("closed"));
        service.count_campaign(&id, None).await.expect("counted");
        assert_eq!(
            service.collector.sealed_sheets(&id).await.expect("a count"),
            0,
            "sealed sheets are destroyed"
        );
        let report = service.collector.count_report(&id).await.expect("a report");
        assert!(report.iter().all(|r| (r.received, r.counted, r.spoiled) == (6, 6, 0)));

        service.release_campaign(&id, None).await.expect("released");
        let release = service.registry.release(&id).await.expect("a release");
        assert_eq!((release.eligible, release.issued, release.received, release.counted), (12, 12, 12, 12));
        assert_eq!(release.campaign.state, State::Released);
        let cells = service.registry.release_cells(&id, 0).await.expect("cells");
        let q1 = cells.iter().find(|c| c.item == "q1").expect("the cell of q1");
        assert_eq!((q1.state, q1.n), (CellState::Shown, Some(12)));
        assert_eq!(q1.counts.iter().sum::<u32>(), 12);
        assert_eq!(q1.counts, [2, 3, 2, 2, 3], "the replaced answer counts, the first one does not");
        let comments = service.registry.release_comments(&id, 0).await.expect("comments");
        assert_eq!(comments.len(), 11, "everybody's but the one that was replaced");
        let groups = service.registry.release_groups(&id).await.expect("groups");
        for unit in groups.iter().filter(|g| g.kind == "unit") {
            assert!(
                service.registry.release_comments(&id, unit.number).await.expect("comments").is_empty(),
                "six people are too few for comments"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_division_hides_the_other_one_too() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        // Six of A, three of B: B is below five, and A would give it away.
        for (n, person) in (0u8..).zip(&staff[..9]) {
            answer(&service, &known, *person, n, 1 + n % 5).await;
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        service.release_campaign(&id, None).await.expect("released");
        for group in service.registry.release_groups(&id).await.expect("groups") {
            let cells = service.registry.release_cells(&id, group.number).await.expect("cells");
            let q1 = cells.iter().find(|c| c.item == "q1").expect("the cell of q1");
            match (group.kind.as_str(), group.label.en.as_str()) {
                ("whole", _) => assert_eq!((q1.state, q1.n), (CellState::Shown, Some(9))),
                (_, "Division A") => {
                    assert_eq!(group.state, CellState::Secondary);
                    assert_eq!((q1.state, q1.n, q1.counts.len()), (CellState::Secondary, None, 0));
                }
                (_, "Division B") => {
                    assert_eq!((q1.state, q1.n, q1.counts.len()), (CellState::Primary, None, 0));
                }
                _ => {}
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_gets_one_ballot() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        answer(&service, &known, staff[0], 1, 3).await;
        // The same seed again is a lost reply, another seed is a second ballot.
        answer(&service, &known, staff[0], 1, 4).await;
        let second = known.prepare(&service, staff[0], &Seed::new([2; 32]), answers(1, 1)).await;
        assert!(matches!(second, Err(Error::Conflict(_))));
        // Nobody who is not on the frozen roster gets one.
        let stranger = known.prepare(&service, 999_999, &Seed::new([3; 32]), answers(1, 1)).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        // An element that is no group element does not use the ballot up.
        let now = service.clock.now();
        let broken = service.registry.issue_ballot(&id, staff[1], &[0xff; 32], &service.master, now).await;
        assert!(matches!(broken, Err(Error::Invalid(_))));
        answer(&service, &known, staff[1], 4, 3).await;
        assert_eq!(service.registry.issued(&id).await.expect("counts"), [(0, 6, 2), (1, 6, 0)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_or_misplaced_ballot_is_refused() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        let good =
            known.prepare(&service, staff[0], &Seed::new([1; 32]), answers(3, 3)).await.expect("a sheet");
        let now = service.clock.now();
        let send = async |sheet| service.collector.accept(sheet, &service.master, now).await;

        let mut forged = good.clone();
        forged.ballot.output[0] ^= 1;
        assert!(matches!(send(forged).await, Err(Refusal::Ballot)));
        let mut elsewhere = good.clone();
        elsewhere.stratum = 1;
        assert!(matches!(send(elsewhere).await, Err(Refusal::Ballot)), "another stratum");
        let mut nowhere = good.clone();
        nowhere.stratum = 7;
        assert!(matches!(send(nowhere).await, Err(Refusal::Ballot)), "no such stratum");
        let mut unknown = good.clone();
        unknown.campaign = "none".into();
        assert!(matches!(send(unknown).await, Err(Refusal::Unknown)));
        let mut odd = good.clone();
        odd.sealed.push(0);
        assert!(matches!(send(odd).await, Err(Refusal::Length)));

        let other = open_campaign(&service).await;
        let mut moved = good.clone();
        moved.campaign = other;
        assert!(matches!(send(moved).await, Err(Refusal::Ballot)), "another campaign");

        service.clock.set(NOW + 90_000);
        let late = service.collector.accept(good.clone(), &service.master, service.clock.now()).await;
        assert!(matches!(late, Err(Refusal::Closed)), "after the closing date");
        service.close_campaign(&id, None).await.expect("closed");
        assert!(matches!(send(good).await, Err(Refusal::Closed)), "after closing, whatever the clock says");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_that_do_not_fit_are_spoiled_and_reported() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let mut known = Known::read(&service, &id).await.expect("terms");
        for (n, person) in (0u8..).zip(&staff[..5]) {
            answer(&service, &known, *person, n, 3).await;
        }
        // A point that does not exist.
        answer(&service, &known, staff[5], 5, 9).await;
        // A sheet of another questionnaire.
        let right = std::mem::replace(&mut known.terms.questionnaire, "0".repeat(64));
        answer(&service, &known, staff[6], 6, 3).await;
        known.terms.questionnaire = right;
        // A sheet sealed to somebody else.
        let key = domain::seal::CountingKey::derive(&[9; 32]).expect("a key");
        let right = std::mem::replace(&mut known.terms.counting_key, hex::encode(key.public()));
        answer(&service, &known, staff[7], 7, 3).await;
        known.terms.counting_key = right;
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        let report = service.collector.count_report(&id).await.expect("a report");
        let figures: Vec<_> = report.iter().map(|r| (r.received, r.counted, r.spoiled)).collect();
        assert_eq!(figures, [(6, 5, 1), (2, 0, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_opening_the_database_itself_refuses_changes() {
    both(|service| async move {
        seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let db = Database::connect(service.settings.registry_url.as_str()).await.expect("the registry");
        let attempts = [
            format!("UPDATE campaign SET terms = '{{}}' WHERE id = '{id}'"),
            format!("UPDATE campaign SET terms_hash = 'x' WHERE id = '{id}'"),
            format!("UPDATE campaign SET title_en = 'x' WHERE id = '{id}'"),
            format!("UPDATE campaign SET threshold_scores = 1 WHERE id = '{id}'"),
            format!("UPDATE campaign SET closes_at = closes_at - 1 WHERE id = '{id}'"),
            format!("UPDATE campaign SET opens_at = opens_at + 1 WHERE id = '{id}'"),
            format!("UPDATE campaign SET state = 'draft' WHERE id = '{id}'"),
            format!("UPDATE campaign SET state = 'released' WHERE id = '{id}'"),
            format!("DELETE FROM campaign WHERE id = '{id}'"),
            format!("UPDATE stratum SET size = 1 WHERE campaign_id = '{id}'"),
            format!("DELETE FROM stratum WHERE campaign_id = '{id}'"),
            format!("UPDATE campaign_unit SET stratum = 0 WHERE campaign_id = '{id}'"),
            format!("UPDATE enrolment SET stratum = 1 - stratum WHERE campaign_id = '{id}'"),
            format!("DELETE FROM enrolment WHERE campaign_id = '{id}'"),
            "UPDATE questionnaire SET body = '{}'".to_owned(),
            "DELETE FROM questionnaire".to_owned(),
        ];
        for sql in attempts {
            let refused = db.execute_unprepared(&sql).await.expect_err(&sql);
            assert!(refused.to_string().contains("shirube:"), "{sql}: {refused}");
        }
        let later = format!("UPDATE campaign SET closes_at = closes_at + 1 WHERE id = '{id}'");
        db.execute_unprepared(&later).await.expect("the closing date may move later");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn demographics_are_counted_and_not_kept_with_sheets() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        // Ten at headquarters, two in missions: too few to show, and "no answer" has nobody to hide them among.
        for (n, person) in (0u8..).zip(&staff) {
            let mut given = answers(1 + n % 5, 3);
            let place = if n < 10 { "hq" } else { "mission" };
            given.insert("place".into(), Answer::Single(place.into()));
            known.answer(&service, *person, &Seed::new([n; 32]), given).await.expect("an accepted sheet");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        let collector =
            Database::connect(service.settings.collector_url.as_str()).await.expect("the collector");
        let read = async |sql: &str, column: &str| -> Vec<String> {
            let statement = sea_orm::Statement::from_string(collector.get_database_backend(), sql);
            let rows = collector.query_all_raw(statement).await.expect("rows");
            rows.iter().map(|r| r.try_get("", column).expect("text")).collect()
        };
        let sheets = read("SELECT answers FROM counted_sheet", "answers").await;
        assert_eq!(sheets.len(), 12);
        assert!(sheets.iter().all(|s| !s.contains("place") && !s.contains("mission")));
        // What the two answered is in no tally either; how many they are is.
        let tallies = read("SELECT tally FROM counted_cut WHERE choice = 'mission'", "tally").await;
        let small: serde_json::Value = serde_json::from_str(&tallies[0]).expect("JSON");
        assert_eq!(small["respondents"], 2);
        let counts = small["measures"][0]["counts"].as_array().expect("counts");
        assert!(counts.iter().all(|c| c == 0));

        service.release_campaign(&id, None).await.expect("released");
        for group in service.registry.release_groups(&id).await.expect("groups") {
            let cells = service.registry.release_cells(&id, group.number).await.expect("cells");
            assert!(cells.iter().all(|c| c.item != "place"), "a demographic is never itself a result");
            if group.label.en == "mission" || group.label.en == "hq" {
                assert!(!group.state.is_shown(), "the two, and the ten that would give them away");
                assert!(cells.iter().all(|c| c.counts.is_empty() && c.n.is_none()));
            }
        }
        // After the promised years the sheets go too; what was published stays.
        assert_eq!(service.keep_retention().await.expect("nothing due"), 0);
        service.clock.set(NOW + 6 * 366 * 86_400);
        assert!(service.keep_retention().await.expect("deleted") >= 12);
        assert!(read("SELECT answers FROM counted_sheet", "answers").await.is_empty());
        assert!(service.registry.release(&id).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_closing_date_moves_later_only_and_is_recorded() {
    both(|service| async move {
        seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let closes = service.registry.campaign(&id).await.expect("it").schedule.closes_at;
        let earlier = service.extend_campaign(&id, closes - 60, None).await;
        assert!(matches!(earlier, Err(Error::Invalid(_))));
        service.extend_campaign(&id, closes + 3_600, None).await.expect("later");
        assert_eq!(service.registry.campaign(&id).await.expect("it").schedule.closes_at, closes + 3_600);
        let events = service.registry.events(Some(&id), 10).await.expect("events");
        assert!(events.iter().any(|e| e.what == "campaign.extend" && e.detail.contains("->")));
        // The collector knows: a sheet between the old and the new closing date is taken in.
        let staff = service.registry.active_staff().await.expect("staff");
        let known = Known::read(&service, &id).await.expect("terms");
        service.clock.set(closes + 60);
        answer(&service, &known, staff[0], 1, 3).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_opens_and_closes() {
    both(|service| async move {
        seed_staff(&service).await;
        let questionnaire_id = service.registry.save_questionnaire(&questionnaire()).await.expect("saved");
        let schedule = Schedule { opens_at: NOW + 100, closes_at: NOW + 1_000 };
        let title = Text::new("予定", "Planned");
        let draft = Draft { title, questionnaire_id, schedule, thresholds: Thresholds::default() };
        let id = service.registry.create_campaign(&draft, None, NOW).await.expect("a draft");
        service.schedule_campaign(&id, None).await.expect("terms");
        let state = async || service.registry.campaign(&id).await.expect("it").state;
        assert_eq!(service.run_schedule().await.expect("nothing due"), 0);
        service.clock.set(NOW + 100);
        assert_eq!(service.run_schedule().await.expect("opened"), 1);
        assert_eq!(state().await, State::Open);
        service.clock.set(NOW + 1_000);
        service.run_schedule().await.expect("closed");
        assert_eq!(state().await, State::Closed);
        let edit = service.registry.update_campaign(&id, &draft, None, NOW).await;
        assert!(matches!(edit, Err(Error::Invalid(_))), "nothing can be edited any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_either_database_links_a_person_to_a_sheet() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        let mut sheets = Vec::new();
        for (n, person) in (0u8..).zip(&staff[..6]) {
            let sheet =
                known.prepare(&service, *person, &Seed::new([n; 32]), answers(3, 3)).await.expect("a sheet");
            sheets.push(sheet.clone());
            service.collector.accept(sheet, &service.master, service.clock.now()).await.expect("accepted");
        }
        let registry = Database::connect(service.settings.registry_url.as_str()).await.expect("the registry");
        let rows = registry
            .query_all_raw(sea_orm::Statement::from_string(
                registry.get_database_backend(),
                "SELECT blinded FROM enrolment WHERE blinded IS NOT NULL",
            ))
            .await
            .expect("rows");
        let blinded: Vec<String> = rows.iter().map(|r| r.try_get("", "blinded").expect("text")).collect();
        assert_eq!(blinded.len(), 6);
        for sheet in &sheets {
            let nonce = hex::encode(sheet.ballot.nonce);
            let key = hex::encode(sheet.ballot.key(&known.terms.binding(known.digest, sheet.stratum)));
            assert!(blinded.iter().all(|b| *b != nonce && *b != key));
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        let left = registry
            .query_all_raw(sea_orm::Statement::from_string(
                registry.get_database_backend(),
                "SELECT blinded FROM enrolment WHERE blinded IS NOT NULL AND blinded <> 'issued'",
            ))
            .await
            .expect("rows");
        assert!(left.is_empty(), "ballots are destroyed when they are counted");
        let again = service.registry.enrolment(&id, staff[0]).await.expect("an enrolment");
        assert!(again.issued, "that a ballot was issued stays known");
    })
    .await;
}
