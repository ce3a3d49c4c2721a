//! Ids that nobody made name nothing. PostgreSQL would refuse some of them as a fault of ours.

mod common;

use common::{both, open_campaign, seed_staff};
use domain::ballot::Ballot;
use domain::seal::is_sealed_length;
use service::Error;
use service::collector::intake::{Refusal, Submission};

const STRANGE: [&str; 5] = ["\0", "", "c\u{0}ampaign", "' or 1=1", "ffffffffffffffffffffffffffffffffff"];

fn not_found<T>(outcome: service::Result<T>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strange_id_is_not_found() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        open_campaign(&service).await;
        let length = (0..).find(|n| is_sealed_length(*n)).expect("a length");
        for id in STRANGE {
            let registry = &service.registry;
            assert!(not_found(registry.campaign(id).await), "{id:?}");
            assert!(not_found(registry.terms_json(id).await), "{id:?}");
            assert!(not_found(registry.enrolment(id, staff[0]).await), "{id:?}");
            assert!(not_found(registry.release(id).await), "{id:?}");
            assert!(not_found(registry.release_group(id, 0).await), "{id:?}");
            let ballot =
                registry.issue_ballot(id, 0, staff[0], &[0; 32], &service.master, service.clock.now()).await;
            assert!(not_found(ballot), "{id:?}");

            let intake = service.intake();
            let ballot = Ballot { nonce: [0; 32], output: [0; 64] };
            let sheet = Submission { campaign: id.into(), stratum: 0, ballot, sealed: vec![0; length] };
            assert!(matches!(intake.accept(sheet).await, Err(Refusal::Unknown)), "{id:?}");
        }
    })
    .await;
}
