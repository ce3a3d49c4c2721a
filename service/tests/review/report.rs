//! What a report shows, to whom, and what averages are made of.

use domain::disclosure::CellState;
use domain::review::{RaterGroup, Relation, ReviewRules};
use domain::role::Role;
use domain::terms::{Audience, Content, Terms};
use domain::text::Lang;
use service::Error;
use service::registry::person::Person;
use service::release::report::may_read;

use super::ministry::{
    blank, id, open, period, person, rate, release, report, roster, sheet, sheets, state, team_rates,
};
use crate::common::{both, column};

#[tokio::test(flavor = "multi_thread")]
async fn from_the_table_of_raters_to_the_report() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::circle(period())).await;
        // Five subordinates; one had no opportunity to observe the second item.
        for (n, (q1, q2)) in
            [(4, Some(4)), (5, Some(4)), (4, None), (3, Some(5)), (4, Some(2))].into_iter().enumerate()
        {
            let comment = format!("意見{n}");
            rate(&service, &review, 1010 + n as u32, 101, sheet(q1, q2, &comment)).await;
        }
        rate(&service, &review, 101, 101, sheet(5, Some(1), "自分のこと")).await;
        rate(&service, &review, 100, 101, sheet(3, Some(3), "上司から")).await;
        // One of five peers.
        rate(&service, &review, 102, 101, sheet(2, Some(2), "同僚から")).await;
        release(&service, &review).await;

        let found = report(&service, &review, 101).await;
        let shown = |group| found.raters(group).map(|raters| (raters.invited, raters.respondents));
        assert_eq!(shown(RaterGroup::Own), Some((1, Some(1))));
        assert_eq!(shown(RaterGroup::Superior), Some((1, Some(1))));
        assert_eq!(shown(RaterGroup::Subordinates), Some((5, Some(5))));
        assert_eq!(shown(RaterGroup::Peers), Some((5, None)), "one of them: not even how many");
        assert_eq!(shown(RaterGroup::Others), Some((10, None)), "less the five, that would be the one");
        let q1 = found.raters(RaterGroup::Subordinates).and_then(|raters| raters.cell("q1")).expect("a cell");
        assert_eq!((q1.n, q1.counts.as_slice()), (Some(5), [0, 0, 1, 3, 1].as_slice()));
        assert_eq!(state(&found, RaterGroup::Subordinates, "q2"), Some(CellState::Shown), "four of five");
        assert_eq!(state(&found, RaterGroup::Others, "q1"), Some(CellState::Secondary));
        let comments: Vec<(RaterGroup, Vec<&str>)> = found
            .groups
            .iter()
            .filter(|raters| !raters.comments.is_empty())
            .map(|raters| (raters.group, raters.comments.iter().map(|(_, text)| text.as_str()).collect()))
            .collect();
        assert_eq!(comments[0], (RaterGroup::Own, vec!["自分のこと"]));
        assert_eq!(comments[1], (RaterGroup::Superior, vec!["上司から"]));
        let (group, mut texts) = comments[2].clone();
        texts.sort_unstable();
        assert_eq!(
            (group, texts),
            (RaterGroup::Subordinates, vec!["意見0", "意見1", "意見2", "意見3", "意見4"])
        );
        assert_eq!(comments.len(), 3, "the peer's is shown nowhere");

        let items = found.items();
        assert_eq!(items[0].own(), Some(5.0));
        assert_eq!(
            items[0].raters.map(|(group, sample)| (group, sample.n, sample.mean)),
            Some((RaterGroup::Subordinates, 5, 4.0))
        );
        assert_eq!(found.highlights().blind_spots, [0], "5 against 4.0");
        assert_eq!(found.areas().len(), 1);
        let workbook = found.workbook(Lang::Ja).expect("a workbook");
        let items = &sheets(&workbook)["設問"];
        let row = |what: &str| items.iter().find(|row| row[0] == what).expect("a row").join("|");
        assert_eq!(
            row("内容"),
            "内容|本人|上司|部下|部下の回答数|同僚|同僚の回答数|本人と上司を除く評価者|本人と上司を除く評価者の回答数|本人との差|全管理職の平均|前回"
        );
        assert_eq!(row("設問q1"), "設問q1|5|3|4|5|回答者が少ないため非表示||一人ひとりの回答を守るため非表示||-1||");
        assert_eq!(row("設問q2"), "設問q2|1|3|3.75|4|回答者が少ないため非表示||一人ひとりの回答を守るため非表示||2.8||");
        let texts: Vec<String> = sheets(&workbook).into_values().flatten().flatten().collect();
        assert!(texts.iter().any(|text| text == "意見3") && !texts.iter().any(|text| text.contains("同僚から")));

        // Only the notice of it is mailed, to those who were rated, with a link and no figure.
        let told: Vec<String> =
            column(&service.settings.registry_url, "SELECT recipient FROM mail WHERE kind = 'released'")
                .await;
        assert!(told.is_empty(), "the schedule sends it");
        service.run_schedule().await.expect("looked");
        let told: Vec<String> =
            column(&service.settings.registry_url, "SELECT recipient FROM mail WHERE kind = 'released'")
                .await;
        assert_eq!(told.len(), 7, "seven managers: {told:?}");
        let bodies: Vec<String> =
            column(&service.settings.registry_url, "SELECT body FROM mail WHERE kind = 'released'").await;
        assert!(
            bodies.iter().all(|body| body.contains(&format!("/feedback/{review}")) && !body.contains("4.0"))
        );
        assert_eq!(service.registry.seen_reports(&review).await.expect("a count"), (0, 7));
        let subject = id(&service, 101).await;
        for _ in 0..2 {
            service.registry.note_seen(&review, subject).await.expect("seen");
        }
        assert_eq!(service.registry.seen_reports(&review).await.expect("a count"), (1, 7));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_with_two_subordinates_learns_nothing_but_why() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        let rater = id(&service, 1020).await;
        let asked = service.registry.ratings(&review, rater).await.expect("ratings");
        assert!(asked.is_empty(), "nobody is asked what nobody can be shown");
        let table = service.registry.assignments(&review).await.expect("the table");
        let pair = table.iter().find(|one| one.rater.id == rater).expect("the pair");
        assert!(!pair.asked && pair.reason_in(Lang::En) == "Group too small");
        team_rates(&service, &review, 101).await;
        release(&service, &review).await;
        let subject = id(&service, 102).await;
        let found = service
            .registry
            .review_report(&review, subject, &person(&service, 102).await)
            .await
            .expect("a report");
        assert!(found.groups.is_empty());
        assert!(found.items().iter().all(|line| line.raters.is_none() && line.own().is_none()));
        assert_eq!(
            service.registry.reports_of(subject).await.expect("reports").len(),
            1,
            "there is a page that says why"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_drops_below_the_threshold_is_withheld() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        // Of four, two answer; of another four, all say the same.
        for rater in [1030, 1031] {
            rate(&service, &review, rater, 103, sheet(4, Some(4), "")).await;
        }
        for rater in 1040..1044 {
            rate(&service, &review, rater, 104, sheet(5, Some(5), "")).await;
        }
        // Of a third team three answer, and one of them takes the second answer back.
        for (n, rater) in (0u8..).zip(1050..1053) {
            rate(&service, &review, rater, 105, sheet(2 + n, Some(2 + n), "")).await;
        }
        rate(&service, &review, 1052, 105, sheet(4, None, "")).await;
        release(&service, &review).await;
        let few = report(&service, &review, 103).await;
        let raters = few.raters(RaterGroup::Subordinates).expect("the group");
        assert_eq!((raters.respondents, raters.state), (None, CellState::Primary));
        assert!(raters.cells.iter().all(|cell| cell.n.is_none() && cell.counts.is_empty()));
        let alike = report(&service, &review, 104).await;
        let raters = alike.raters(RaterGroup::Subordinates).expect("the group");
        assert_eq!(raters.respondents, Some(4));
        assert_eq!(
            state(&alike, RaterGroup::Subordinates, "q1"),
            Some(CellState::Secondary),
            "agreement is an answer"
        );
        let taken_back = report(&service, &review, 105).await;
        let raters = taken_back.raters(RaterGroup::Subordinates).expect("the group");
        assert_eq!(raters.respondents, Some(3), "a replaced sheet is not a fourth one");
        assert_eq!(state(&taken_back, RaterGroup::Subordinates, "q1"), Some(CellState::Shown));
        let q2 = raters.cell("q2").expect("a cell");
        assert_eq!((q2.state, q2.n), (CellState::Primary, None), "two are left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_has_the_average_over_managers_and_the_same_group_of_last_time() {
    both(|service| async move {
        roster(&service).await;
        let mut means = Vec::new();
        for point in [2, 3] {
            let review = open(&service, ReviewRules::upward(period())).await;
            for director in [101, 103, 104, 105, 106] {
                team_rates(&service, &review, director).await;
            }
            // One of them says something else the second time.
            rate(&service, &review, 1030, 103, sheet(point, Some(4), "")).await;
            release(&service, &review).await;
            let found = report(&service, &review, 103).await;
            let line = found.items().into_iter().next().expect("q1");
            means.push((line.raters.map(|(_, sample)| sample.mean), line.before, line.average));
            service.clock.set(service.clock.now() + 7 * 86_400);
        }
        // Of the team of 103 four say 2, 3, 4, 2, and then 3, 3, 4, 2; of the others three teams of four say the former, and one
        // of five 2, 3, 4, 2, 3.
        let others = f64::from(3 * 11 + 14);
        assert_eq!(means[0], (Some(2.75), None, Some((others + 11.0) / 21.0)));
        assert_eq!(means[1], (Some(3.0), Some(2.75), Some((others + 12.0) / 21.0)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_superior_answered_is_shown_and_who_were_too_few_is_said() {
    both(|service| async move {
        roster(&service).await;
        // Two peers beside four subordinates: they are not asked.
        let review = open(&service, ReviewRules { most_peers: 2, ..ReviewRules::circle(period()) }).await;
        rate(&service, &review, 100, 103, sheet(4, Some(4), "上司から")).await;
        rate(&service, &review, 1030, 103, sheet(3, Some(3), "部下から")).await;
        release(&service, &review).await;
        let found = report(&service, &review, 103).await;
        assert!(!found.has_results() && found.has_superior());
        assert_eq!(found.not_asked, [RaterGroup::Peers]);
        let q1 = &found.items()[0];
        assert_eq!(q1.groups[&RaterGroup::Superior].mean(), Some(4.0), "as it was told before answering");
        assert_eq!((q1.raters, q1.gap), (None, None));
        let comments: Vec<&str> =
            found.groups.iter().flat_map(|raters| &raters.comments).map(|(_, text)| text.as_str()).collect();
        assert_eq!(comments, ["上司から"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn single_reports_are_for_the_subject_and_whom_the_terms_named() {
    both(|service| async move {
        roster(&service).await;
        let closed = open(&service, ReviewRules::upward(period())).await;
        let named = ReviewRules { individual: vec![Audience::Hr], ..ReviewRules::upward(period()) };
        service.clock.set(service.clock.now() + 3_600);
        let opened = open(&service, named).await;
        let (subject, hr, other) =
            (person(&service, 101).await, person(&service, 106).await, person(&service, 103).await);
        assert!(hr.has(Role::Hr));
        for (review, hr_reads) in [(&closed, false), (&opened, true)] {
            let terms = service.registry.terms(review).await.expect("terms");
            assert!(may_read(&subject, &terms, subject.id));
            assert!(!may_read(&other, &terms, subject.id), "another manager never");
            assert_eq!(may_read(&hr, &terms, subject.id), hr_reads);
            assert_eq!(terms.lets(Audience::Hr, Content::EveryReport), hr_reads);
            assert!(!terms.lets(Audience::Staff, Content::Whole));
            assert!(terms.feeds_indicators(), "and everybody is told so");
            assert!(!terms.lets(Audience::Executive, Content::EveryReport));
            let read = |reader: Person| {
                let (registry, review, subject) = (service.registry.clone(), review.clone(), subject.id);
                async move { registry.review_report(&review, subject, &reader).await }
            };
            assert!(read(other.clone()).await.is_err(), "not by its address either");
            assert!(read(hr.clone()).await.is_err(), "nobody before the release");
        }
        // And executives where the terms name those.
        let rules = ReviewRules { individual: vec![Audience::Executive], ..ReviewRules::upward(period()) };
        let mut terms = (*service.registry.terms(&opened).await.expect("terms")).clone();
        terms.audiences = Terms::review_audiences(&rules);
        let executive = Person { roles: vec![(Role::Executive, other.unit_id)], ..other.clone() };
        assert!(may_read(&executive, &terms, subject.id) && !may_read(&hr, &terms, subject.id));
        for review in [&closed, &opened] {
            for rater in 1010..1015 {
                rate(&service, review, rater, 101, sheet(3, Some(3), "")).await;
            }
            release(&service, review).await;
        }
        let read = async |review: &str, reader: &Person| {
            service
                .registry
                .review_report(review, subject.id, reader)
                .await
                .map(|report| !report.before.is_empty())
        };
        assert!(matches!(read(&closed, &hr).await, Err(Error::Forbidden | Error::NotFound)));
        assert!(matches!(read(&opened, &other).await, Err(Error::Forbidden | Error::NotFound)));
        assert!(read(&opened, &subject).await.expect("one's own"));
        assert!(!read(&opened, &hr).await.expect("named"), "nor the one before it, whose terms named nobody");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_who_withdraw_take_nothing_of_the_subordinates_with_them() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::circle(period())).await;
        for (n, rater) in (0u8..).zip(1030..1033) {
            rate(&service, &review, rater, 103, sheet(2 + n, Some(2 + n), "部下の意見")).await;
        }
        for (n, rater) in (0u8..).zip([101, 102, 104]) {
            rate(&service, &review, rater, 103, sheet(2 + n, Some(4 - n), "同僚の意見")).await;
        }
        // One of the three peers takes everything back.
        rate(&service, &review, 104, 103, blank()).await;
        release(&service, &review).await;
        let found = report(&service, &review, 103).await;
        for item in ["q1", "q2"] {
            assert_eq!(state(&found, RaterGroup::Subordinates, item), Some(CellState::Shown), "{item}");
            assert_eq!(
                state(&found, RaterGroup::Peers, item),
                Some(CellState::Primary),
                "{item}: two are left"
            );
            let others = state(&found, RaterGroup::Others, item);
            assert!(
                others.is_some_and(|state| !state.is_shown()),
                "{item}: less the three, those two: {others:?}"
            );
        }
        // Six sheets came in, and their comments are shown as what all of them said: whose group, is not.
        for raters in &found.groups {
            let mut texts: Vec<&str> = raters.comments.iter().map(|(_, text)| text.as_str()).collect();
            texts.sort_unstable();
            let expected = if raters.group == RaterGroup::Others {
                vec!["同僚の意見", "同僚の意見", "部下の意見", "部下の意見", "部下の意見"]
            } else {
                Vec::new()
            };
            assert_eq!(texts, expected, "{:?}", raters.group);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_subordinates_and_three_peers_are_one_group_from_the_question_to_the_report() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules { most_peers: 3, ..ReviewRules::circle(period()) }).await;
        let table = service.registry.assignments(&review).await.expect("the table");
        let raters = |relation: Relation| -> Vec<u32> {
            let pairs = table.iter().filter(|one| one.subject.number == "102" && one.asked);
            let pairs = pairs.filter(|one| one.relation == relation);
            pairs.map(|one| one.rater.number.parse().expect("a number")).collect()
        };
        let (subordinates, peers) = (raters(Relation::Subordinate), raters(Relation::Peer));
        assert_eq!((subordinates.len(), peers.len()), (2, 3));
        let subject = id(&service, 102).await;
        for rater in subordinates.iter().chain(&peers) {
            let ratings =
                service.registry.ratings(&review, id(&service, *rater).await).await.expect("ratings");
            let rating = ratings.iter().find(|rating| rating.subject == subject).expect("asked");
            assert_eq!((rating.group, rating.size), (RaterGroup::Others, 5), "told before answering");
        }
        for (n, rater) in (0u8..).zip(subordinates.iter().chain(&peers)) {
            rate(&service, &review, *rater, 102, sheet(1 + n, Some(5 - n), &format!("意見{n}"))).await;
        }
        rate(&service, &review, 102, 102, sheet(4, Some(4), "")).await;
        release(&service, &review).await;
        let found = report(&service, &review, 102).await;
        let groups: Vec<(RaterGroup, Option<u32>)> =
            found.groups.iter().map(|raters| (raters.group, raters.respondents)).collect();
        assert_eq!(
            groups,
            [(RaterGroup::Own, Some(1)), (RaterGroup::Superior, None), (RaterGroup::Others, Some(5))],
            "neither of the two groups is there by itself"
        );
        let q1 = found.raters(RaterGroup::Others).and_then(|raters| raters.cell("q1")).expect("a cell");
        assert_eq!((q1.n, q1.counts.as_slice()), (Some(5), [1, 1, 1, 1, 1].as_slice()));
        let comments = &found.raters(RaterGroup::Others).expect("the group").comments;
        assert_eq!(comments.len(), 5);
        assert_eq!(
            found.items()[0].raters.map(|(group, sample)| (group, sample.n, sample.mean)),
            Some((RaterGroup::Others, 5, 3.0))
        );
    })
    .await;
}
