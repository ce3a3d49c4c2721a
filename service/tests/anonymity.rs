//! What is in the databases once a campaign is counted, and what is not, on both engines.

mod common;

use std::collections::HashSet;

use common::{
    NOW, answers, both, column, connect, execute, files, is_sqlite, open_campaign, questionnaire, seed_staff,
};
use domain::answer::Answer;
use domain::ballot::Seed;
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::questionnaire::{Item, Kind};
use domain::text::Text;
use sea_orm::ConnectionTrait;
use service::browser::Known;
use service::mail::Recipients;
use service::registry::campaign::Draft;

/// How many of the secrets, known by their first 16 bytes, occur.
fn occurring(bytes: &[u8], secrets: &[Vec<u8>]) -> usize {
    let starts: HashSet<&[u8]> = secrets.iter().map(|secret| &secret[..16]).collect();
    bytes.windows(16).filter_map(|window| starts.get(window)).collect::<HashSet<_>>().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_measure_uses_is_not_kept() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let mut asked = questionnaire();
        let joined = Item {
            key: "joined".into(),
            area: None,
            kind: Kind::Date { min: None, max: None },
            ..asked.sections[0].items[1].clone()
        };
        asked.sections[0].items.push(joined);
        let draft = Draft {
            title: Text::new("日付のある調査", "A survey with a date"),
            questionnaire_id: service.registry.save_questionnaire(&asked).await.expect("a questionnaire"),
            schedule: Schedule { opens_at: NOW + 60, closes_at: NOW + 86_400 },
            thresholds: Thresholds::default(),
            review: None,
        };
        let id = service.registry.create_campaign(&draft, None, NOW).await.expect("a draft");
        service.schedule_campaign(&id, None).await.expect("terms");
        service.open_campaign(&id, None).await.expect("opened");
        let known = Known::read(&service, &id).await.expect("terms");
        for (n, person) in (0u8..).zip(&staff[..5]) {
            let mut given = answers(3, 4);
            given.insert("joined".into(), Answer::Date("2019-04-01".into()));
            given.insert("free".into(), Answer::Text("a comment".into()));
            known.answer(&service, *person, &Seed::new([n; 32]), given).await.expect("an accepted sheet");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        let collector = service.settings.collector_url.as_str();
        let kept: Vec<String> = column(collector, "SELECT tally FROM counted_tally").await;
        assert_eq!(kept.len(), 1, "sums of the one stratum that answered: {kept:?}");
        assert!(!kept[0].contains("2019") && !kept[0].contains("a comment"), "{}", kept[0]);
        let kept: serde_json::Value = serde_json::from_str(&kept[0]).expect("JSON");
        assert_eq!(kept["respondents"], 5);
        assert_eq!(kept["measures"][0]["counts"], serde_json::json!([0, 0, 5, 0, 0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn demographics_are_counted_and_not_kept_with_answers() {
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
        let collector = connect(&service.settings.collector_url).await;
        let read = async |sql: &str, column: &str| -> Vec<String> {
            let statement = sea_orm::Statement::from_string(collector.get_database_backend(), sql);
            let rows = collector.query_all_raw(statement).await.expect("rows");
            rows.iter().map(|r| r.try_get("", column).expect("text")).collect()
        };
        let strata = read("SELECT tally FROM counted_tally", "tally").await;
        assert_eq!(strata.len(), 2, "no single sheet is kept");
        assert!(strata.iter().all(|s| !s.contains("place") && !s.contains("mission")));
        // What the two answered is in no tally either; how many they are is.
        let tallies = read("SELECT tally FROM counted_cut WHERE choice = 'mission'", "tally").await;
        let small: serde_json::Value = serde_json::from_str(&tallies[0]).expect("JSON");
        assert_eq!(small["respondents"], 2);
        let counts = small["measures"][0]["counts"].as_array().expect("counts");
        assert!(counts.iter().all(|c| c == 0));

        service.release_campaign(&id, None).await.expect("released");
        for group in service.registry.release_groups(&id).await.expect("groups").iter() {
            let cells = service.registry.release_cells(&id, group.number).await.expect("cells");
            assert!(cells.iter().all(|c| c.item != "place"), "a demographic is never itself a result");
            if group.label.en == "mission" || group.label.en == "hq" {
                assert!(!group.state.is_shown(), "the two, and the ten that would give them away");
                assert!(cells.iter().all(|c| c.counts.is_empty() && c.n.is_none()));
            }
        }
        // What was published is all that stays.
        for table in ["counted_tally", "counted_comment", "counted_cut"] {
            let left = read(&format!("SELECT campaign_id FROM {table}"), "campaign_id").await;
            assert!(left.is_empty(), "{table}");
        }
        assert!(service.registry.release(&id).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_released_goes_after_the_promised_days() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        for (n, person) in (0u8..).zip(&staff) {
            let sent = known.answer(&service, *person, &Seed::new([n; 32]), answers(3, 3)).await;
            sent.expect("an accepted sheet");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        assert_eq!(service.keep_retention().await.expect("nothing due"), 0);
        let days = i64::from(service.registry.terms(&id).await.expect("terms").retention_days);
        service.clock.set(NOW + (days + 30) * 86_400);
        assert!(service.keep_retention().await.expect("deleted") >= 2);
        let collector = service.settings.collector_url.as_str();
        let left: Vec<String> = column(collector, "SELECT tally FROM counted_tally").await;
        assert!(left.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_either_database_links_a_person_to_a_sheet() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        let (registry, collector) =
            (service.settings.registry_url.as_str(), service.settings.collector_url.as_str());
        let (now, everybody) = (service.clock.now(), Recipients::default());
        let reminded =
            service.registry.queue_reminders(&id, 1, everybody, &service.settings, None, now).await;
        assert_eq!(reminded.expect("reminded"), 12);
        let (mut sheets, mut sent) = (Vec::new(), Vec::new());
        for (n, person) in (0u8..).zip(&staff[..11]) {
            let mut given = answers(1 + n % 5, 1 + n / 5);
            let mut kept = given.clone();
            kept.remove("place");
            sent.push(serde_json::to_string(&kept).expect("JSON"));
            given.insert("free".into(), Answer::Text(format!("意見{n:02}")));
            let sheet = known.prepare(&service, *person, &Seed::new([n; 32]), given).await.expect("a sheet");
            sheets.push(sheet.clone());
            service.collector.accept(sheet, &service.master, now).await.expect("accepted");
        }
        let blinded: Vec<String> =
            column(registry, "SELECT blinded FROM enrolment WHERE blinded IS NOT NULL").await;
        assert_eq!(blinded.len(), 11);
        let mut secrets: Vec<Vec<u8>> = column(registry, "SELECT ballot_seed FROM campaign_secret").await;
        secrets.extend(column::<Vec<u8>>(registry, "SELECT counting_seed FROM campaign_secret").await);
        secrets.extend(column::<Vec<u8>>(collector, "SELECT ballot_seed FROM intake").await);
        secrets.extend(blinded.iter().map(|element| element.clone().into_bytes()));
        for sheet in &sheets {
            let nonce = hex::encode(sheet.ballot.nonce);
            let key = hex::encode(sheet.ballot.key(&known.terms.binding(known.digest, sheet.stratum)));
            assert!(blinded.iter().all(|b| *b != nonce && *b != key));
            secrets.extend([key.into_bytes(), sheet.sealed.clone()]);
        }
        if is_sqlite(&service) {
            assert_eq!(occurring(&files(&service), &secrets), secrets.len(), "there while it is open");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");

        // Afterwards a sheet is one of its whole stratum: nothing says who took a ballot, and no key is left.
        for (url, table, mark) in [
            (registry, "enrolment", "blinded IS NOT NULL"),
            (registry, "campaign_secret", "1 = 1"),
            (registry, "mail", "kind = 'reminder'"),
            (collector, "intake", "ballot_seed IS NOT NULL"),
            (collector, "sealed_sheet", "1 = 1"),
        ] {
            let left = column::<String>(url, &format!("SELECT 'left' FROM {table} WHERE {mark}")).await;
            assert!(left.is_empty(), "{table}: {mark}");
        }
        for person in [staff[0], staff[11]] {
            let place = service.registry.enrolment(&id, person).await.expect("an enrolment");
            assert!(!place.issued, "it is forgotten to whom ballots were issued");
        }
        assert_eq!(service.registry.issued(&id).await.expect("counts"), [(0, 6, 6), (1, 6, 5)]);
        for change in [
            "UPDATE ballot_count SET issued = 5",
            "DELETE FROM ballot_count",
            "UPDATE enrolment SET blinded = 'x'",
        ] {
            let refused = execute(registry, change).await.expect_err(change).to_string();
            assert!(refused.contains("shirube:"), "{refused}");
        }
        if is_sqlite(&service) {
            secrets.extend(sheets.iter().map(|sheet| sheet.ballot.nonce.to_vec()));
            assert_eq!(occurring(&files(&service), &secrets), 0, "not in the files either");
        } else {
            // Neither the rows' versions nor their places tell who had a ballot.
            let versions: Vec<i64> =
                column(registry, "SELECT COUNT(DISTINCT xmin::text) FROM enrolment").await;
            assert_eq!(versions, [1]);
            let places: Vec<i64> = column(registry, "SELECT staff_id FROM enrolment ORDER BY ctid").await;
            assert!(places.is_sorted(), "{places:?}");
        }

        // No sheet is kept, and comments lie in no order of arrival.
        for order in ["", "ORDER BY id"] {
            let comments: Vec<String> =
                column(collector, &format!("SELECT comment FROM counted_comment {order}")).await;
            assert_eq!(comments.len(), sent.len());
            assert!(!comments.is_sorted(), "{order}");
        }
    })
    .await;
}
