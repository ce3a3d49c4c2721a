//! The demo ministry is what the README promises.

mod common;

use std::path::PathBuf;

use common::{NOW, seed_staff};
use domain::campaign::State;
use service::{Clock, Error, Service, Settings, demo};

fn empty_folder() -> PathBuf {
    std::env::temp_dir().join(format!("shirube-demo-{}", service::secret::random_id().expect("an id")))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_waves_released_one_open_and_an_indicator_fed() {
    let folder = empty_folder();
    // A demo that was cut off: begun, and its database is torn. It is made anew, without being asked to.
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("demo"), "begun sqlite").expect("a mark");
    std::fs::write(folder.join("registry.sqlite"), "torn").expect("a file");
    let service = demo::prepare(Settings::local(&folder), false, |_| {}).await.expect("the demo");
    let staff = service.registry.staff_count().await.expect("a count");
    assert!((570..=630).contains(&staff), "{staff} people");
    let states: Vec<State> =
        service.registry.campaigns().await.expect("campaigns").iter().map(|c| c.state).collect();
    // Of surveys; and of reviews of managers, one open and one with reports.
    assert_eq!(states.iter().filter(|state| **state == State::Open).count(), 2);
    assert_eq!(states.iter().filter(|state| **state == State::Released).count(), 3);
    let reviews =
        service.registry.campaigns().await.expect("campaigns").into_iter().filter(|c| c.review.is_some());
    for review in reviews.filter(|c| c.state == State::Released) {
        let subjects = service.registry.reported_subjects(&review.id).await.expect("subjects");
        assert!(subjects.len() > 30, "{} reports", subjects.len());
    }
    for release in service.registry.releases().await.expect("releases") {
        assert_eq!(release.spoiled, 0);
        assert!(release.counted > 250 && release.counted < release.eligible, "{} counted", release.counted);
    }
    let plan = service.followup(None).await.expect("the plan");
    let row = plan
        .sections
        .iter()
        .flat_map(|s| &s.rows)
        .find(|r| r.row.item == "職員エンゲージメント指数")
        .expect("the engagement indicator");
    assert_eq!(
        row.sources.iter().filter(|s| s.campaign.is_some()).count(),
        2,
        "one observation per released wave"
    );
    let sign_ins = demo::sign_ins(&service).await.expect("sign-ins");
    assert_eq!(sign_ins.lines().count(), 5);
    // A second start finds everything there, and an open survey in it.
    drop(service);
    let said = std::sync::Mutex::new(Vec::new());
    let hear = |line: &str| said.lock().expect("the lines").push(line.to_owned());
    let again = demo::prepare(Settings::local(&folder), false, hear).await.expect("the demo");
    assert_eq!(again.registry.staff_count().await.expect("a count"), staff);
    assert_eq!(*said.lock().expect("the lines"), ["The demo ministry is there already."]);
    // Once it is over, the next start says how to get another one.
    for campaign in again.registry.campaigns().await.expect("campaigns") {
        if campaign.state == State::Open {
            again.close_campaign(&campaign.id, None).await.expect("closed");
        }
    }
    drop(again);
    demo::prepare(Settings::local(&folder), false, hear).await.expect("the demo");
    assert!(said.lock().expect("the lines").iter().any(|line| line.contains("--fresh")));
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_demo_did_not_make_is_neither_emptied_nor_taken_for_it() {
    let folder = empty_folder();
    let service = Service::start(Settings::local(&folder), Clock::manual(NOW)).await.expect("a service");
    seed_staff(&service).await;
    for fresh in [true, false] {
        let refused = demo::prepare(Settings::local(&folder), fresh, |_| {}).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "fresh: {fresh}");
        assert!(!folder.join("demo").exists(), "and it is not marked");
        assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
    }
    let _ = std::fs::remove_dir_all(folder);
}
