//! The life of a campaign, from draft to release, on both engines.

mod common;

use std::sync::Arc;

use common::{NOW, answers, both, column, connect, execute, open_campaign, questionnaire, seed_staff};
use domain::answer::{Answer, Sheet};
use domain::ballot::{BallotRequest, IssuingKey, Seed};
use domain::campaign::{Schedule, State};
use domain::disclosure::{CellState, Thresholds};
use domain::seal;
use domain::text::Text;
use futures::future::join_all;
use sea_orm::ConnectionTrait;
use service::browser::{Known, key};
use service::collector::intake::{Refusal, Submission};
use service::registry::campaign::Draft;
use service::registry::freeze::ballot_purpose;
use service::secret::sha256_hex;
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
        let canonical = service.registry.terms_json(&id).await.expect("the terms");
        let hash = service.registry.campaign(&id).await.expect("it").terms_hash;
        assert_eq!(hash, Some(sha256_hex(canonical.as_bytes())));
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
        let comments = async |group| service.registry.release_comments_from(&id, group, "free", 0, 100).await;
        let whole = comments(0).await.expect("comments");
        assert_eq!(whole.len(), 11, "everybody's but the one that was replaced");
        let groups = service.registry.release_groups(&id).await.expect("groups");
        for unit in groups.iter().filter(|g| g.kind == "unit") {
            let theirs = comments(unit.number).await.expect("comments");
            assert!(theirs.is_empty(), "six people are too few for comments");
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
        for group in service.registry.release_groups(&id).await.expect("groups").iter() {
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
        let broken = service.registry.issue_ballot(&id, 0, staff[1], &[0xff; 32], &service.master, now).await;
        assert!(matches!(broken, Err(Error::Invalid(_))));
        answer(&service, &known, staff[1], 4, 3).await;
        assert_eq!(service.registry.issued(&id).await.expect("counts"), [(0, 6, 2), (1, 6, 0)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_answer_at_the_same_moment() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        // Of two devices of one person, one gets the ballot.
        let seeds = [Seed::new([201; 32]), Seed::new([202; 32])];
        let two = join_all(seeds.iter().map(|s| known.prepare(&service, staff[0], s, answers(1, 1)))).await;
        assert_eq!(two.iter().filter(|sheet| sheet.is_ok()).count(), 1);
        assert_eq!(two.iter().filter(|sheet| matches!(sheet, Err(Error::Conflict(_)))).count(), 1);

        let seeds: Vec<Seed> = (0..12).map(|n| Seed::new([n; 32])).collect();
        let prepared =
            staff[1..].iter().zip(&seeds).map(|(p, s)| known.prepare(&service, *p, s, answers(4, 4)));
        let mut sheets: Vec<Submission> =
            join_all(prepared).await.into_iter().map(|sheet| sheet.expect("a sheet")).collect();
        assert_eq!(service.registry.issued(&id).await.expect("counts"), [(0, 6, 6), (1, 6, 6)]);
        // One of them twice, and one that is not accepted among them.
        sheets.push(sheets[0].clone());
        let mut forged = sheets[1].clone();
        forged.ballot.output[0] ^= 1;
        sheets.push(forged);
        let now = service.clock.now();
        let sent = sheets.into_iter().map(|sheet| service.collector.accept(sheet, &service.master, now));
        let outcomes = join_all(sent).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 12);
        assert!(matches!(outcomes[12], Err(Refusal::Ballot)));
        assert_eq!(service.collector.received(&id).await.expect("counts"), [(0, 5), (1, 6)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_sheets_than_ballots_are_not_released() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        for (n, person) in (0u8..).zip(&staff[..5]) {
            answer(&service, &known, *person, n, 3).await;
        }
        // Whoever has the master key and both databases makes a ballot that was never issued.
        let registry = service.settings.registry_url.as_str();
        let kept: Vec<Vec<u8>> = column(registry, "SELECT ballot_seed FROM campaign_secret").await;
        let seed = service.master.open(&ballot_purpose(&id), &kept[0]).expect("the seed");
        let issuing = IssuingKey::derive(&seed).expect("a key");
        let binding = known.terms.binding(known.digest, 0);
        let request = BallotRequest::new(&Seed::new([99; 32]), binding.clone()).expect("a request");
        let evaluation = issuing.evaluate(&request.blinded(), &binding, [7; 32]).expect("an evaluation");
        let ballot = request.finish(&evaluation, &issuing.public()).expect("a ballot");
        let sheet = Sheet { questionnaire: known.terms.questionnaire.clone(), answers: answers(5, 5) };
        let plain = serde_json::to_vec(&sheet).expect("JSON");
        let aad = seal::aad(&binding, &ballot.key(&binding));
        let counting = key(&known.terms.counting_key).expect("a key");
        let sealed = seal::seal(&counting, &aad, &plain, known.size_class, [8; 32]).expect("sealed");
        let forged = Submission { campaign: id.clone(), stratum: 0, ballot, sealed };
        let accepted = service.collector.accept(forged, &service.master, service.clock.now()).await;
        accepted.expect("nothing tells it from the others");

        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        assert_eq!(service.collector.count_report(&id).await.expect("a report")[0].received, 6);
        assert_eq!(service.registry.issued(&id).await.expect("counts")[0], (0, 6, 5));
        let released = service.release_campaign(&id, None).await;
        assert!(matches!(released, Err(Error::Invalid(_))), "{released:?}");
        assert!(matches!(service.registry.release(&id).await, Err(Error::NotFound)));
        assert_eq!(service.registry.campaign(&id).await.expect("it").state, State::Counted);
        for table in ["release", "release_group", "release_unit", "release_cell", "release_comment"] {
            let written = column::<String>(registry, &format!("SELECT campaign_id FROM {table}")).await;
            assert!(written.is_empty(), "{table}");
        }
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
        let mut larger = good.clone();
        larger.sealed.resize((16 << 10) + seal::OVERHEAD, 0);
        assert!(seal::is_sealed_length(larger.sealed.len()) && larger.sealed.len() != good.sealed.len());
        assert!(matches!(send(larger).await, Err(Refusal::Length)), "of another questionnaire");

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
        let right = std::mem::replace(&mut Arc::make_mut(&mut known.terms).questionnaire, "0".repeat(64));
        answer(&service, &known, staff[6], 6, 3).await;
        Arc::make_mut(&mut known.terms).questionnaire = right;
        // A sheet sealed to somebody else.
        let key = domain::seal::CountingKey::derive(&[9; 32]).expect("a key");
        let right =
            std::mem::replace(&mut Arc::make_mut(&mut known.terms).counting_key, hex::encode(key.public()));
        answer(&service, &known, staff[7], 7, 3).await;
        Arc::make_mut(&mut known.terms).counting_key = right;
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        let report = service.collector.count_report(&id).await.expect("a report");
        let figures: Vec<_> = report.iter().map(|r| (r.received, r.counted, r.spoiled)).collect();
        assert_eq!(figures, [(6, 5, 1), (2, 0, 2)]);

        service.release_campaign(&id, None).await.expect("released");
        let groups = service.registry.release_groups(&id).await.expect("groups");
        let receipts = |kind: &str| -> Vec<_> {
            let of_kind = groups.iter().filter(|g| g.kind == kind);
            of_kind.map(|g| (g.issued, g.received, g.counted(), g.spoiled())).collect()
        };
        assert_eq!(receipts("whole"), [(Some(8), Some(8), Some(5), Some(3))]);
        // Of the second division nobody's sheet was counted, so that n is hidden; its receipts are not.
        assert_eq!(receipts("unit"), [(Some(6), Some(6), Some(5), Some(1)), (Some(2), Some(2), None, None)]);
        assert!(receipts("demographic").iter().all(|found| *found == (None, None, None, None)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_opening_the_database_itself_refuses_changes() {
    both(|service| async move {
        seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let db = connect(&service.settings.registry_url).await;
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
async fn the_database_itself_refuses_sheets_after_closing() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        answer(&service, &known, staff[0], 1, 3).await;
        let run = async |sql: &str| execute(&service.settings.collector_url, sql).await;
        let refuse = async |sql: &str| {
            let refused = run(sql).await.expect_err(sql).to_string();
            assert!(refused.contains("shirube:"), "{sql}: {refused}");
        };
        let sheet = |key: &str| {
            format!(
                "INSERT INTO sealed_sheet (campaign_id, ballot_key, stratum, sealed) \
                 VALUES ('{id}', '{key}', 0, '')"
            )
        };
        run(&sheet("a")).await.expect("it is open");
        refuse("UPDATE intake SET closes_at = closes_at - 1").await;
        refuse("UPDATE intake SET terms_hash = 'x'").await;
        run("UPDATE intake SET closes_at = closes_at + 1").await.expect("later");

        service.close_campaign(&id, None).await.expect("closed");
        refuse(&sheet("b")).await;
        refuse("UPDATE sealed_sheet SET stratum = 1").await;
        refuse("UPDATE intake SET state = 'open'").await;
        refuse("UPDATE intake SET closes_at = closes_at - 1").await;

        service.count_campaign(&id, None).await.expect("counted");
        refuse(&sheet("c")).await;
        refuse("UPDATE intake SET state = 'closed'").await;
        refuse("UPDATE intake SET state = 'open'").await;
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
        let thresholds = Thresholds::default();
        let draft = Draft { title, questionnaire_id, schedule, thresholds, review: None };
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
