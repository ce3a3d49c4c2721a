//! The demo ministry is what the README promises.

use domain::campaign::State;
use service::{Settings, demo};

#[tokio::test(flavor = "multi_thread")]
async fn two_waves_released_one_open_and_an_indicator_fed() {
    let folder =
        std::env::temp_dir().join(format!("shirube-demo-{}", service::secret::random_id().expect("an id")));
    let service = demo::prepare(Settings::local(&folder), false, |_| {}).await.expect("the demo");
    let staff = service.registry.staff_count().await.expect("a count");
    assert!((500..=700).contains(&staff), "{staff} people");
    let states: Vec<State> =
        service.registry.campaigns().await.expect("campaigns").iter().map(|c| c.state).collect();
    assert_eq!(states, [State::Open, State::Released, State::Released]);
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
    // A second start finds everything there.
    drop(service);
    let again = demo::prepare(Settings::local(&folder), false, |_| {}).await.expect("the demo");
    assert_eq!(again.registry.staff_count().await.expect("a count"), staff);
    let _ = std::fs::remove_dir_all(folder);
}
