//! A review from the table of raters to the report, on both engines.

mod common;

use common::{NOW, both, column};
use domain::answer::{Answer, Answers};
use domain::ballot::Seed;
use domain::campaign::{Schedule, State};
use domain::disclosure::{CellState, Thresholds};
use domain::questionnaire::{Area, FORMAT, Item, Kind, Questionnaire, Section};
use domain::review::{Period, RaterGroup, Relation, ReviewRules};
use domain::role::Role;
use domain::terms::{Audience, Content};
use domain::text::{Lang, Text};
use jiff::civil::date;
use service::browser::Known;
use service::mail::Recipients;
use service::registry::assignment::Correction;
use service::registry::campaign::Draft;
use service::registry::person::Person;
use service::registry::roster::Refused;
use service::release::report::{Report, may_read};
use service::{Error, Service};

const UNITS: &str = "unit_code,name,name_en,parent_code,kind,region,time_zone
R,試験省,Test Ministry,,headquarters,,
A,甲課,Division A,R,division,,
M,在試験国大使館,Embassy,R,mission,,Asia/Tokyo
";

/// 100 heads the ministry, over the directors 101 to 106; each has so many subordinates, numbered from 1010, 1020 …
const TEAMS: [u32; 6] = [5, 2, 4, 4, 4, 4];

async fn roster(service: &Service) {
    let mut csv = String::from("staff_number,name,name_en,mail,unit_code,supervisor_number,grade,role\n");
    csv.push_str("100,長官,HEAD,n100@example.org,R,,局長,manager\n");
    for (at, size) in (0u32..).zip(TEAMS) {
        let director = 101 + at;
        let unit = if at % 2 == 0 { "A" } else { "M" };
        let role = if at == 5 { "manager;hr" } else { "manager" };
        csv.push_str(&format!(
            "{director},課長{director},D{director},n{director}@example.org,{unit},100,課長,{role}\n"
        ));
        for n in 0..size {
            let number = director * 10 + n;
            csv.push_str(&format!(
                "{number},職員{number},S{number},n{number}@example.org,{unit},{director},係員,\n"
            ));
        }
    }
    let today = service.clock.today();
    service.registry.import_units(UNITS.as_bytes(), None, NOW).await.expect("units");
    service.registry.import_roster(csv.as_bytes(), None, NOW, today).await.expect("staff");
}

async fn id(service: &Service, number: u32) -> i64 {
    let ids: Vec<i64> =
        column(&service.settings.registry_url, &format!("SELECT id FROM staff WHERE number = '{number}'"))
            .await;
    ids[0]
}

async fn person(service: &Service, number: u32) -> Person {
    service.registry.person(id(service, number).await).await.expect("a person")
}

fn questionnaire() -> Questionnaire {
    let label = |n: u32| Text::new(n.to_string(), n.to_string());
    let item = |key: &str, kind: Kind| Item {
        key: key.into(),
        text: Text::new(format!("設問{key}"), format!("Item {key}")),
        help: Text::default(),
        area: matches!(kind, Kind::Scale { .. }).then(|| "direction".into()),
        required: false,
        may_decline: false,
        unobserved: matches!(kind, Kind::Scale { .. }),
        demographic: false,
        show_if: None,
        kind,
    };
    let scale = || Kind::Scale { labels: (1..=5).map(label).collect(), reversed: false };
    Questionnaire {
        format: FORMAT.into(),
        key: "review".into(),
        version: 1,
        title: Text::new("管理者評価", "Manager review"),
        introduction: Text::default(),
        areas: vec![Area { key: "direction".into(), label: Text::new("方針", "Direction") }],
        sections: vec![Section {
            key: "all".into(),
            title: Text::new("設問", "Items"),
            introduction: Text::default(),
            show_if: None,
            items: vec![
                item("q1", scale()),
                item("q2", scale()),
                item("keep", Kind::LongText { max_chars: 200 }),
            ],
        }],
    }
}

fn sheet(q1: u8, q2: Option<u8>, keep: &str) -> Answers {
    let q2 = q2.map_or(Answer::Declined, Answer::Scale);
    let mut answers = Answers::from([("q1".to_owned(), Answer::Scale(q1)), ("q2".to_owned(), q2)]);
    if !keep.is_empty() {
        answers.insert("keep".into(), Answer::Text(keep.into()));
    }
    answers
}

fn period() -> Period {
    Period { from: date(2024, 10, 1), to: date(2025, 9, 30) }
}

async fn draft(service: &Service, rules: ReviewRules) -> String {
    let questionnaire_id =
        service.registry.save_questionnaire(&questionnaire()).await.expect("a questionnaire");
    let now = service.clock.now();
    let draft = Draft {
        title: Text::new("管理者評価", "Manager review"),
        questionnaire_id,
        schedule: Schedule { opens_at: now + 60, closes_at: now + 86_400 },
        thresholds: Thresholds { scores: 3, comments: 5, response_rate: 3 },
        review: Some(rules),
    };
    service.registry.create_campaign(&draft, None, now).await.expect("a draft")
}

/// A review whose table was proposed, open.
async fn open(service: &Service, rules: ReviewRules) -> String {
    let review = draft(service, rules).await;
    service.registry.propose_raters(&review, None, NOW).await.expect("a table");
    service.schedule_campaign(&review, None).await.expect("terms");
    assert!(service.open_campaign(&review, None).await.expect("opened"));
    review
}

/// Somebody answers about a subject, and may send other answers later, as a device does.
async fn rate(service: &Service, review: &str, rater: u32, subject: u32, answers: Answers) {
    let (rater, subject) = (id(service, rater).await, id(service, subject).await);
    let ratings = service.registry.ratings(review, rater).await.expect("ratings");
    let rating = ratings.iter().find(|rating| rating.subject == subject).expect("asked about the subject");
    let known = Known::read(service, review).await.expect("terms");
    let mut secret = [0; 32];
    secret[..8].copy_from_slice(&rater.to_be_bytes());
    secret[8..16].copy_from_slice(&subject.to_be_bytes());
    let seed = Seed::new(secret);
    known.answer_in(service, rating.place.stratum, rater, &seed, answers).await.expect("accepted");
}

async fn release(service: &Service, review: &str) {
    service.close_campaign(review, None).await.expect("closed");
    service.count_campaign(review, None).await.expect("counted");
    service.release_campaign(review, None).await.expect("released");
}

async fn report(service: &Service, review: &str, subject: u32) -> Report {
    service
        .registry
        .review_report(review, id(service, subject).await, &person(service, subject).await)
        .await
        .expect("a report")
}

fn state(report: &Report, group: RaterGroup, item: &str) -> Option<CellState> {
    report.raters(group).and_then(|raters| raters.cell(item)).map(|cell| cell.state)
}

/// Everybody of a director's team answers about them, each a little differently.
async fn team_rates(service: &Service, review: &str, director: u32) {
    for n in 0..TEAMS[(director - 101) as usize] {
        let point = 2 + u8::try_from(n % 3).expect("a point");
        rate(service, review, director * 10 + n, director, sheet(point, Some(5 - point), "")).await;
    }
}

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
        assert!(workbook.starts_with(b"PK"), "a zip");

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
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn averages_are_over_five_managers_or_more_and_feed_nothing_else() {
    both(|service| async move {
        roster(&service).await;
        let table = format!(
            "{}3,数値,方針の示し方,,60以上,令和9年度末,,,50.0,令和4年度,,\r\n",
            domain::followup::write(&[])
        );
        service.import_followup(table.as_bytes(), None, None).await.expect("a plan");
        let figure = async || {
            let plan = service.followup(None).await.expect("the plan");
            plan.sections.into_iter().flat_map(|section| section.rows).next().expect("the row")
        };
        service.registry.save_questionnaire(&questionnaire()).await.expect("a questionnaire");
        let (series, measure) = (Some("review".to_owned()), Some("area:direction".to_owned()));
        service.link_survey(figure().await.id, series, measure, None).await.expect("linked");
        let review = open(&service, ReviewRules::upward(period())).await;
        for director in [101, 103, 104, 105, 106] {
            team_rates(&service, &review, director).await;
        }
        for director in 101..=106 {
            rate(&service, &review, director, 100, sheet(3, Some(4), "")).await;
        }
        release(&service, &review).await;
        let groups = service.registry.release_groups(&review).await.expect("groups");
        let told: Vec<(&str, CellState, Option<u32>)> =
            groups.iter().map(|group| (group.label.en.as_str(), group.state, group.respondents)).collect();
        // Six managers with a report: one of the highest grade, who would follow from the other five by subtraction.
        assert_eq!(told[0], ("Whole organisation", CellState::Shown, Some(6)));
        assert!(told[1..].iter().all(|(_, state, n)| !state.is_shown() && n.is_none()), "{told:?}");
        let whole = service.registry.release_cells(&review, 0).await.expect("cells");
        assert_eq!(whole.iter().find(|cell| cell.item == "q1").and_then(|cell| cell.n), Some(21 + 6));
        // The area score of all managers is the value of the indicator, with its source.
        let fed = figure().await;
        let source = fed.sources.iter().find(|source| source.campaign.is_some()).expect("an observation");
        assert_eq!(source.campaign.as_ref().map(|(campaign, _)| campaign.as_str()), Some(review.as_str()));
        // HR's file has averages only.
        let csv = service.registry.release_csv(&review, &[Audience::Hr], Lang::En).await.expect("a file");
        assert_eq!(csv.lines().skip(1).filter(|line| line.starts_with("0,")).count(), 2, "{csv}");
        let numbers: std::collections::BTreeSet<&str> =
            csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert!(numbers.len() <= groups.len(), "no group of a single manager: {numbers:?}");
        assert!(!csv.contains("D101") && !csv.contains("課長101"));
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
            let read = |reader: Person| {
                let (registry, review, subject) = (service.registry.clone(), review.clone(), subject.id);
                async move { registry.review_report(&review, subject, &reader).await }
            };
            assert!(read(other.clone()).await.is_err(), "not by its address either");
            assert!(read(hr.clone()).await.is_err(), "nobody before the release");
        }
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
async fn the_table_is_corrected_by_hand_and_by_file_until_the_terms_are_fixed() {
    both(|service| async move {
        roster(&service).await;
        let review = draft(&service, ReviewRules::upward(period())).await;
        let proposal = service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        // Seven managers rate themselves; 6 + 23 subordinates.
        assert_eq!((proposal.asked, proposal.left_out, proposal.kept), (7 + 6 + 23, 0, 0));
        let correct = async |subject: &str, rater: &str, correction: Correction| {
            service.registry.correct_rater(&review, subject, rater, correction, None, NOW).await
        };
        correct("101", "1010", Correction::LeaveOut("家族".into())).await.expect("left out");
        correct("102", "1030", Correction::Ask(Relation::Subordinate)).await.expect("added");
        for (rater, relation) in [
            ("9999", Relation::Subordinate),
            ("101", Relation::Subordinate),
            // An upward review asks no peers, and its terms will say so.
            ("1031", Relation::Peer),
        ] {
            let refused = correct("101", rater, Correction::Ask(relation)).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{rater} {relation:?}");
        }
        let again = service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        assert_eq!(again.kept, 2, "what HR corrected stays");

        let file = service.registry.raters_csv(&review, Lang::Ja).await.expect("a file");
        let same =
            service.registry.import_raters(&review, file.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));
        let shorter: String =
            file.lines().filter(|line| !line.contains("1031")).map(|line| format!("{line}\r\n")).collect();
        let changed = shorter.replace("家族", "親族");
        let done =
            service.registry.import_raters(&review, changed.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!((done.added, done.changed, done.removed), (0, 1, 1));
        let wrong = changed.replace("1032", "7777");
        match service.registry.import_raters(&review, wrong.as_bytes(), None, NOW).await {
            Err(Refused::Rows(report)) => assert_eq!(report.total(), 1),
            other => panic!("{other:?}"),
        }

        service.schedule_campaign(&review, None).await.expect("terms");
        assert!(correct("101", "1011", Correction::LeaveOut(String::new())).await.is_err());
        assert!(service.registry.import_raters(&review, file.as_bytes(), None, NOW).await.is_err());
        assert!(service.registry.propose_raters(&review, None, NOW).await.is_err());
        let behind = "UPDATE review_assignment SET state = 'asked'";
        assert!(
            common::execute(&service.settings.registry_url, behind).await.is_err(),
            "the database refuses, too"
        );
        // What HR excluded is excluded the next time.
        let next = draft(&service, ReviewRules::upward(period())).await;
        let first = service.registry.correct_rater(
            &next,
            "103",
            "1030",
            Correction::Ask(Relation::Subordinate),
            None,
            NOW,
        );
        first.await.expect("a pair by hand, before there is a table");
        service.registry.propose_raters(&next, None, NOW).await.expect("a table");
        let table = service.registry.assignments(&next).await.expect("the table");
        let pair = table.iter().find(|one| one.rater.number == "1010").expect("the pair");
        assert!(!pair.asked);
        // Nor can they come back as a peer whom the subject proposes.
        let third = draft(&service, ReviewRules::circle(period())).await;
        let first = service.registry.correct_rater(
            &third,
            "101",
            "1011",
            Correction::Ask(Relation::Subordinate),
            None,
            NOW,
        );
        first.await.expect("a subject");
        let subject = id(&service, 101).await;
        assert!(matches!(service.registry.nominate(&third, subject, "1010").await, Err(Error::Invalid(_))));
        service.registry.nominate(&third, subject, "1012").await.expect("another one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reporting_lines_follow_the_roster_and_a_file() {
    both(|service| async move {
        roster(&service).await;
        let lines = async || -> Vec<String> {
            let sql = "SELECT s.number || '>' || b.number || ' ' || l.kind || ' ' || COALESCE(l.until, '') \
                       FROM reporting_line l JOIN staff s ON s.id = l.staff_id JOIN staff b ON b.id = l.superior_id \
                       WHERE s.number IN ('1010', '1011') ORDER BY l.id";
            column(&service.settings.registry_url, sql).await
        };
        assert_eq!(lines().await, ["1010>101 main ", "1011>101 main "]);
        service.clock.set(NOW + 10 * 86_400);
        let today = service.clock.today();
        let csv = service.registry.staff_csv(today, Lang::En).await.expect("the roster");
        let moved: String = csv
            .lines()
            .map(|line| format!("{}\n", if line.starts_with("1010,") { line.replace(",101,", ",103,") } else { line.into() }))
            .collect();
        service.registry.import_roster(moved.as_bytes(), None, service.clock.now(), today).await.expect("moved");
        let yesterday = today.yesterday().expect("a day");
        assert_eq!(lines().await, [&format!("1010>101 main {yesterday}"), "1011>101 main ", "1010>103 main "]);

        let file = "職員番号,上司職員番号,種類,開始日,終了日\n1011,104,兼務,2025-04-01,\n";
        let rows = service.registry.import_lines(file.as_bytes(), None, NOW).await.expect("imported");
        assert_eq!(rows, 1);
        let review = draft(&service, ReviewRules::upward(period())).await;
        service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        let table = service.registry.assignments(&review).await.expect("the table");
        let subjects: Vec<&str> =
            table.iter().filter(|one| one.rater.number == "1011" && one.asked).map(|one| one.subject.number.as_str()).collect();
        assert_eq!(subjects, ["101", "104"], "several superiors are each rated");
        assert!(matches!(
            service.registry.import_lines(b"staff_number,supervisor_number,kind\n1011,1011,main\n", None, NOW).await,
            Err(Refused::Rows(_))
        ));
        assert!(service.registry.lines_csv(Lang::Ja).await.expect("a file").contains("1011,104,兼務,2025-04-01,"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_are_proposed_by_the_subject_and_approved_by_the_superior() {
    both(|service| async move {
        roster(&service).await;
        let review = draft(&service, ReviewRules::circle(period())).await;
        service.registry.propose_raters(&review, None, NOW).await.expect("a table");
        let registry = &service.registry;
        let (subject, superior, peer) =
            (id(&service, 101).await, id(&service, 100).await, id(&service, 1030).await);
        assert_eq!(registry.nominating(subject).await.expect("reviews").len(), 1);
        registry.nominate(&review, subject, "1030").await.expect("proposed");
        assert!(registry.nominate(&review, subject, "1030").await.is_err(), "once");
        assert!(registry.nominate(&review, subject, "102").await.is_err(), "is on the table");
        assert!(registry.nominate(&review, subject, "101").await.is_err(), "oneself");
        assert!(matches!(registry.nominate(&review, peer, "1031").await, Err(Error::NotFound)), "no subject");
        for number in ["1031", "1032", "1033", "1040"] {
            registry.nominate(&review, subject, number).await.expect("proposed");
        }
        assert!(registry.nominate(&review, subject, "1041").await.is_err(), "five at most");
        let waiting = registry.nominations_to_decide(superior).await.expect("proposals");
        assert_eq!(waiting.len(), 5);
        assert_eq!(
            registry.nominations_waiting(&review).await.expect("proposals").len(),
            5,
            "HR sees them, too"
        );
        let decide = async |rater: i64, approve: bool, by: i64| {
            registry.decide_nomination(&review, subject, rater, approve, by, NOW).await
        };
        assert!(matches!(decide(peer, true, subject).await, Err(Error::NotFound)), "not one's own");
        decide(peer, true, superior).await.expect("approved");
        decide(id(&service, 1031).await, false, superior).await.expect("refused");
        assert!(decide(peer, false, superior).await.is_err(), "decided once");
        registry.withdraw_nomination(&review, subject, id(&service, 1032).await).await.expect("taken back");
        assert_eq!(registry.nominations_waiting(&review).await.expect("proposals").len(), 2);
        let table = registry.assignments(&review).await.expect("the table");
        let nominated: Vec<&str> = table
            .iter()
            .filter(|one| {
                one.subject.id == subject && one.origin == service::registry::assignment::Origin::Nominated
            })
            .map(|one| one.rater.number.as_str())
            .collect();
        assert_eq!(nominated, ["1030"]);
        service.schedule_campaign(&review, None).await.expect("terms");
        assert!(registry.nominate(&review, subject, "1042").await.is_err(), "the terms are fixed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_for_oneself_until_they_are_shared_and_a_pulse_asks_about_those() {
    both(|service| async move {
        roster(&service).await;
        let review = open(&service, ReviewRules::upward(period())).await;
        team_rates(&service, &review, 103).await;
        let (subject, member) = (id(&service, 103).await, id(&service, 1030).await);
        let today = service.clock.today();
        let typed = [
            ("面談を月に一度".to_owned(), "2026-03-31".to_owned(), true),
            ("自分だけの目標".to_owned(), "2026-03-31".to_owned(), false),
        ];
        let registry = &service.registry;
        let save = async |who: i64| registry.save_actions(&review, who, &typed, NOW, today).await;
        assert!(matches!(save(subject).await, Err(Error::NotFound)), "before there is a report");
        release(&service, &review).await;
        save(subject).await.expect("saved");
        assert!(matches!(save(member).await, Err(Error::NotFound)), "no subject");
        assert_eq!(registry.actions(&review, subject).await.expect("actions").len(), 2);
        let team = registry.team_actions(member).await.expect("asked").expect("shared");
        assert_eq!(team.actions.len(), 1, "what is not shared is nobody else's");
        assert_eq!(team.actions[0].text, "面談を月に一度");
        assert!(registry.team_actions(id(&service, 1010).await).await.expect("asked").is_none());

        let rules = ReviewRules {
            relations: [Relation::Subordinate].into(),
            pulse_of: Some(review.clone()),
            ..ReviewRules::upward(period())
        };
        let pulse = open(&service, rules).await;
        let ratings = registry.ratings(&pulse, member).await.expect("ratings");
        assert_eq!(ratings.len(), 1);
        assert_eq!(ratings[0].actions, ["面談を月に一度"]);
        assert!(registry.ratings(&pulse, id(&service, 1010).await).await.expect("ratings").is_empty());
        // What is asked stays what it was, whatever the manager writes now.
        let other = [("別の目標".to_owned(), "2026-03-31".to_owned(), true)];
        registry.save_actions(&review, subject, &other, NOW, today).await.expect("changed");
        let ratings = registry.ratings(&pulse, member).await.expect("ratings");
        assert_eq!(ratings[0].actions, ["面談を月に一度"]);
        let asked = registry.pulse_actions(&pulse, vec![subject]).await.expect("actions");
        assert_eq!(asked.get(&subject).map(Vec::as_slice), Some(["面談を月に一度".to_owned()].as_slice()));
        // Of a pulse about one manager, not even totals are told.
        let everybody = Recipients { stratum: None, with_ballot: true };
        let waiting = Recipients { stratum: None, with_ballot: false };
        let (large, small) =
            (registry.campaign(&review).await.expect("it"), registry.campaign(&pulse).await.expect("it"));
        assert_eq!(small.state, State::Open);
        let may = async |campaign, whom| registry.may_count(campaign, whom).await.expect("asked");
        assert_eq!((may(&small, everybody).await, may(&small, waiting).await), (true, false));
        assert_eq!((may(&large, everybody).await, may(&large, waiting).await), (true, true));
        assert!(
            !may(&large, Recipients { stratum: Some(0), with_ballot: true }).await,
            "of nobody's few raters"
        );
        // A pulse is no report: the team still sees what was shared, and nothing is written down after it.
        release(&service, &pulse).await;
        assert!(registry.team_actions(member).await.expect("asked").is_some());
        let after = registry.save_actions(&pulse, subject, &other, NOW, today).await;
        assert!(matches!(after, Err(Error::NotFound)));
    })
    .await;
}
