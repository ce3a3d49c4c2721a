//! A simulated campaign goes through the real code, and leaves alone what is there already.

mod common;

use common::{both, seed_staff};
use service::Error;
use service::simulate::{Kind, Plan, run};

const PLAN: Plan = Plan { kind: Kind::Survey, staff: 60, units: 6, items: 5, rate: 1.0, seed: 1 };

#[tokio::test(flavor = "multi_thread")]
async fn every_sheet_is_counted() {
    both(|service| async move {
        let figures = run(&service, PLAN).await.expect("figures");
        assert_eq!((figures.staff, figures.sheets, figures.counted, figures.spoiled), (60, 60, 60, 0));
        assert!((1..=6).contains(&figures.strata), "{} strata", figures.strata);
        assert_eq!(service.registry.releases().await.expect("releases").len(), 1);
        let again = run(&service, PLAN).await;
        assert!(matches!(again, Err(Error::Invalid(_))), "there is a campaign already");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_manager_of_a_review_gets_a_report() {
    both(|service| async move {
        // Six managers with nine subordinates each, who rate themselves as well. Five of them report to the sixth, who rates
        // them and is rated by them, and rate three of each other: 6 + 54 + 5 + 5 + 15.
        let figures = run(&service, Plan { kind: Kind::Review, ..PLAN }).await.expect("figures");
        assert_eq!((figures.sheets, figures.counted, figures.strata), (85, 85, 22));
        assert_eq!(figures.reports, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_is_there_stays() {
    both(|service| async move {
        seed_staff(&service).await;
        assert!(matches!(run(&service, PLAN).await, Err(Error::Invalid(_))));
        assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
    })
    .await;
}
