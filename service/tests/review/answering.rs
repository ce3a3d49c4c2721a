//! One sitting, several subjects; people who leave or move meanwhile.

use domain::ballot::Seed;
use domain::review::{RaterGroup, ReviewRules};
use domain::text::Lang;
use service::Error;
use service::browser::Known;

use super::ministry::{draft, id, open, period, person, rate, release, report, roster, sheet, team_rates};
use crate::common::{NOW, both};

#[tokio::test(flavor = "multi_thread")]
async fn one_rater_has_a_ballot_for_each_subject_and_no_sheet_tells_of_another() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::circle(period())).await;
        let rater = id(&service, 103).await;
        let ratings = service.registry.ratings(&review, rater).await.expect("ratings");
        // The superior, self, and five peers.
        assert_eq!(ratings.len(), 7);
        assert_eq!(ratings[0].group, RaterGroup::Own, "oneself first");
        let known = Known::read(&service, &review).await.expect("terms");
        let mut sheets = Vec::new();
        for (n, rating) in (0u8..).zip(&ratings) {
            let seed = Seed::new([n; 32]);
            let sheet = known
                .prepare_in(&service, rating.place.stratum, rater, &seed, sheet(3, Some(3), ""))
                .await
                .expect("a sheet");
            sheets.push(sheet);
        }
        let nonces: std::collections::BTreeSet<_> = sheets.iter().map(|sheet| sheet.ballot.nonce).collect();
        assert_eq!(nonces.len(), sheets.len());
        // A stratum in which the person is not asked gives no ballot.
        let mine: Vec<u32> = ratings.iter().map(|rating| rating.place.stratum).collect();
        let other = (0..).find(|stratum| !mine.contains(stratum)).expect("a stratum");
        let refused =
            known.prepare_in(&service, other, rater, &Seed::new([99; 32]), sheet(3, Some(3), "")).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_and_who_moves_in_mid_campaign() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        team_rates(&service, &review, 103).await;
        team_rates(&service, &review, 104).await;
        // 104 leaves; 1030, who has answered, moves under 105.
        let today = service.clock.today();
        let csv = service.registry.staff_csv(today, Lang::En).await.expect("the roster");
        let moved: String = csv
            .lines()
            .filter(|line| !line.starts_with("104,"))
            .map(|line| {
                let line =
                    if line.starts_with("1030,") { line.replace(",103,", ",105,") } else { line.to_owned() };
                format!("{}\n", line.replace(",104,", ",105,"))
            })
            .collect();
        service.registry.import_roster(moved.as_bytes(), None, NOW, today).await.expect("imported");
        let rater = id(&service, 1040).await;
        let ratings = service.registry.ratings(&review, rater).await.expect("ratings");
        assert!(ratings[0].gone, "there will be no report");
        release(&service, &review).await;
        let stayed = report(&service, &review, 103).await;
        assert_eq!(stayed.raters(RaterGroup::Subordinates).and_then(|raters| raters.respondents), Some(4));
        let subjects = service.registry.reported_subjects(&review).await.expect("subjects");
        let gone = id(&service, 104).await;
        assert!(subjects.iter().all(|subject| subject.id != gone), "nothing is published about who has left");
        let hr = person(&service, 106).await;
        assert!(service.registry.review_report(&review, gone, &hr).await.is_err(), "to nobody");
        let whole = service.registry.release_cells(&review, 0).await.expect("cells");
        assert!(whole.iter().all(|cell| cell.n.is_none()), "one manager with a report is no average");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rater_who_moves_before_answering_still_rates_whom_they_worked_with() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        // 1030 moves under 105, 1031 leaves, and neither has answered yet.
        let today = service.clock.today();
        let csv = service.registry.staff_csv(today, Lang::En).await.expect("the roster");
        let moved: String = csv
            .lines()
            .filter(|line| !line.starts_with("1031,"))
            .map(|line| {
                let moves = line.starts_with("1030,");
                format!("{}\n", if moves { line.replace(",103,", ",105,") } else { line.to_owned() })
            })
            .collect();
        service.registry.import_roster(moved.as_bytes(), None, NOW, today).await.expect("imported");
        let rater = id(&service, 1030).await;
        let ratings = service.registry.ratings(&review, rater).await.expect("ratings");
        assert_eq!(ratings.len(), 1, "nobody is added to those whom the terms name");
        assert_eq!(ratings[0].subject, id(&service, 103).await);
        assert_eq!((ratings[0].size, ratings[0].gone), (4, false), "as it was promised");
        for (n, rater) in (0u8..).zip([1030, 1032, 1033]) {
            rate(&service, &review, rater, 103, sheet(2 + n, Some(4 - n), "")).await;
        }
        let left = id(&service, 1031).await;
        assert!(service.registry.person(left).await.is_err(), "who has left cannot sign in");
        release(&service, &review).await;
        let found = report(&service, &review, 103).await;
        let raters = found.raters(RaterGroup::Subordinates).expect("the group");
        assert_eq!((raters.invited, raters.respondents), (4, Some(3)));
        let under = report(&service, &review, 105).await;
        let raters = under.raters(RaterGroup::Subordinates).expect("the group");
        assert_eq!((raters.invited, raters.respondents), (4, None), "nor one more where they went");
        // The next review looks back: they rate both superiors where they were long enough with each.
        let next = draft(&service, ReviewRules::upward(period())).await;
        service.registry.propose_raters(&next, None, NOW).await.expect("a table");
        let table = service.registry.assignments(&next).await.expect("the table");
        let pairs = table.iter().filter(|one| one.rater.id == rater);
        let of: Vec<(&str, bool)> = pairs.map(|one| (one.subject.number.as_str(), one.asked)).collect();
        assert!(of.contains(&("103", true)), "{of:?}");
    })
    .await;
}
