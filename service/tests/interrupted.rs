//! A crash between the two databases, a step that cannot be taken: nothing is left halfway, and nothing else waits for
//! it. Each test does the half of a step that came before the crash.

mod common;

use common::{
    NOW, answers, both, column, execute, files, is_sqlite, open_campaign, scheduled_campaign, seed_staff,
};
use domain::ballot::Seed;
use domain::campaign::State;
use domain::text::Text;
use service::browser::Known;
use service::collector::intake::{Opening, Refusal, Submission};
use service::collector::tally::{Counts, Sealed};
use service::{Error, Service};

const MARK: &str = "what stood here before it was deleted";

async fn state(service: &Service, id: &str) -> State {
    service.registry.campaign(id).await.expect("it").state
}

async fn sheet(service: &Service, id: &str, person: i64, seed: u8) -> Submission {
    let known = Known::read(service, id).await.expect("terms");
    known.prepare(service, person, &Seed::new([seed; 32]), answers(3, 3)).await.expect("a sheet")
}

async fn send(service: &Service, sheet: Submission) -> Result<(), Refusal> {
    service.collector.accept(sheet, &service.master, service.clock.now()).await
}

/// The collector's half of counting. Every sheet is spoiled, so that it can be told from the whole step.
async fn count_without_the_registry(service: &Service, id: &str) {
    let spoil = |chunk: Vec<Sealed>| chunk.into_iter().map(|sheet| (sheet.stratum, None)).collect::<Vec<_>>();
    service.collector.count(id, spoil, || Ok(Counts::default()), |_, _| {}).await.expect("counted");
}

fn contains_mark(service: &Service) -> bool {
    files(service).windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_is_completed() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = scheduled_campaign(&service).await;
        let frozen = service.registry.frozen(&id, &service.master).await.expect("frozen");
        let opening = Opening {
            campaign: id.clone(),
            terms_hash: frozen.terms_hash,
            ballot_seed: frozen.ballot_seed,
            strata: frozen.strata,
            closes_at: frozen.closes_at,
            sheet_size: frozen.sheet_size,
        };
        service.collector.open_intake(opening).await.expect("opened");
        assert_eq!(service.run_schedule().await.expect("not yet"), 0);
        assert_eq!(state(&service, &id).await, State::Scheduled);
        service.clock.set(NOW + 60);
        assert_eq!(service.run_schedule().await.expect("opened"), 1);
        let sheet = sheet(&service, &id, staff[0], 1).await;
        send(&service, sheet).await.expect("accepted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_is_completed() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let (first, second) =
            (sheet(&service, &id, staff[0], 1).await, sheet(&service, &id, staff[1], 2).await);
        let closed = service.registry.advance_campaign(&id, State::Open, None, NOW).await;
        assert!(closed.expect("closed"));
        send(&service, first).await.expect("the collector does not know yet");
        service.run_schedule().await.expect("looked");
        assert!(matches!(send(&service, second).await, Err(Refusal::Closed)));
        assert_eq!(state(&service, &id).await, State::Closed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_closing_date_reaches_the_collector() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let closes = service.registry.campaign(&id).await.expect("it").schedule.closes_at;
        let sheet = sheet(&service, &id, staff[0], 1).await;
        service.registry.extend_campaign(&id, closes + 3_600, None, NOW).await.expect("later");
        service.clock.set(closes + 60);
        let refused = send(&service, sheet.clone()).await;
        assert!(matches!(refused, Err(Refusal::Closed)), "the collector does not know yet");
        assert_eq!(service.run_schedule().await.expect("looked"), 0);
        send(&service, sheet).await.expect("accepted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_is_completed() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = service.settings.registry_url.as_str();
        for by_hand in [true, false] {
            let id = open_campaign(&service).await;
            for (n, person) in (1u8..).zip(&staff[..3]) {
                let sheet = sheet(&service, &id, *person, n).await;
                send(&service, sheet).await.expect("accepted");
            }
            service.close_campaign(&id, None).await.expect("closed");
            count_without_the_registry(&service, &id).await;
            assert_eq!(state(&service, &id).await, State::Closed);
            // As the deletion of the sheets may have been, this one is not followed by rewriting the tables.
            let collector = service.settings.collector_url.as_str();
            let write = format!(
                "INSERT INTO counted_comment (campaign_id, id, stratum, item, comment) \
                 VALUES ('{id}', 'mark', 0, 'free', '{MARK}')"
            );
            execute(collector, &write).await.expect("written");
            execute(collector, "DELETE FROM counted_comment WHERE id = 'mark'").await.expect("deleted");
            assert!(contains_mark(&service) || !is_sqlite(&service));

            if by_hand {
                service.count_campaign(&id, None).await.expect("completed");
            } else {
                assert_eq!(service.run_schedule().await.expect("completed"), 1);
            }
            assert_eq!(state(&service, &id).await, State::Counted);
            assert!(!contains_mark(&service));
            let report = service.collector.count_report(&id).await.expect("a report");
            assert_eq!((report[0].received, report[0].spoiled), (3, 3), "counted once");
            assert_eq!(service.registry.issued(&id).await.expect("counts"), [(0, 6, 3), (1, 6, 0)]);
            let left = "SELECT campaign_id FROM enrolment WHERE blinded IS NOT NULL";
            assert!(column::<String>(registry, left).await.is_empty());
            let keys = column::<String>(registry, "SELECT campaign_id FROM campaign_secret").await;
            assert!(keys.is_empty(), "{keys:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_is_rewritten_after_counting_even_if_late() {
    both(|service| async move {
        seed_staff(&service).await;
        let id = open_campaign(&service).await;
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        // As it is where the crash comes after everything was forgotten and before the tables were rewritten.
        let registry = service.settings.registry_url.as_str();
        let row = format!(
            "INSERT INTO campaign_secret (campaign_id, ballot_seed, counting_seed) VALUES ('{id}', '', '')"
        );
        execute(registry, &row).await.expect("an emptied row");
        let act = format!("INSERT INTO event (at, what, detail) VALUES (0, 'mark', '{MARK}')");
        execute(registry, &act).await.expect("written");
        execute(registry, "DELETE FROM event WHERE what = 'mark'").await.expect("deleted");
        assert!(contains_mark(&service) || !is_sqlite(&service));
        service.run_schedule().await.expect("looked");
        assert!(!contains_mark(&service));
        let keys = column::<String>(registry, "SELECT campaign_id FROM campaign_secret").await;
        assert!(keys.is_empty(), "done once: {keys:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_cannot_be_opened_does_not_keep_the_others() {
    both(|service| async move {
        seed_staff(&service).await;
        scheduled_campaign(&service).await;
        scheduled_campaign(&service).await;
        let ids: Vec<String> =
            service.registry.campaigns().await.expect("campaigns").into_iter().map(|c| c.id).collect();
        // The key of the one that comes first is not the one the master key sealed for this purpose.
        let broken = format!(
            "UPDATE campaign_secret SET ballot_seed = counting_seed WHERE campaign_id = '{}'",
            ids[0]
        );
        execute(&service.settings.registry_url, &broken).await.expect("broken");
        service.clock.set(NOW + 60);
        assert_eq!(service.run_schedule().await.expect("looked"), 1);
        assert_eq!(state(&service, &ids[0]).await, State::Scheduled);
        assert_eq!(state(&service, &ids[1]).await, State::Open);
        for _ in 0..3 {
            assert_eq!(service.run_schedule().await.expect("looked"), 0);
        }
        let acts = service.registry.events(Some(&ids[0]), 100).await.expect("acts");
        let failures: Vec<_> = acts.iter().filter(|act| act.what == "campaign.schedule-failed").collect();
        assert_eq!(failures.len(), 1, "noted once");
        let why: Text = serde_json::from_str(&failures[0].detail).expect("both languages");
        assert!(!why.ja.is_empty() && !why.en.is_empty() && why.ja != why.en);
        let other = service.registry.events(Some(&ids[1]), 100).await.expect("acts");
        assert!(other.iter().all(|act| !act.what.ends_with("-failed")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_campaign_is_not_counted() {
    both(|service| async move {
        seed_staff(&service).await;
        let id = open_campaign(&service).await;
        assert!(matches!(service.count_campaign(&id, None).await, Err(Error::Invalid(_))));
        let early = |_: Vec<Sealed>| Vec::new();
        assert!(service.collector.count(&id, early, || Ok(Counts::default()), |_, _| {}).await.is_err());
        assert!(service.registry.frozen(&id, &service.master).await.is_ok(), "the keys are still there");
    })
    .await;
}
