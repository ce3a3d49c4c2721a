//! A ministry small enough to be looked through, and what is done in it again and again.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use domain::answer::{Answer, Answers};
use domain::ballot::Seed;
use domain::campaign::Schedule;
use domain::disclosure::{CellState, Thresholds};
use domain::questionnaire::{Area, FORMAT, Item, Kind, Questionnaire, Section};
use domain::review::{Period, RaterGroup, ReviewRules};
use domain::text::Text;
use jiff::civil::date;
use service::Service;
use service::browser::Known;
use service::registry::campaign::Draft;
use service::registry::editing::Template;
use service::registry::person::Person;
use service::release::report::Report;

use crate::common::{NOW, column};

pub const UNITS: &str = "unit_code,name,name_en,parent_code,kind,region,time_zone
R,試験省,Test Ministry,,headquarters,,
A,甲課,Division A,R,division,,
M,在試験国大使館,Embassy,R,mission,,Asia/Tokyo
";

/// 100 heads the ministry, over the directors 101 to 106; each has so many subordinates, numbered from 1010, 1020 …
pub const TEAMS: [u32; 6] = [5, 2, 4, 4, 4, 4];

pub async fn roster(service: &Service) {
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

pub async fn id(service: &Service, number: u32) -> i64 {
    let ids: Vec<i64> =
        column(&service.settings.registry_url, &format!("SELECT id FROM staff WHERE number = '{number}'"))
            .await;
    ids[0]
}

pub async fn person(service: &Service, number: u32) -> Person {
    service.registry.person(id(service, number).await).await.expect("a person")
}

pub fn questionnaire() -> Questionnaire {
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

pub fn sheet(q1: u8, q2: Option<u8>, keep: &str) -> Answers {
    let q2 = q2.map_or(Answer::Declined, Answer::Scale);
    let mut answers = Answers::from([("q1".to_owned(), Answer::Scale(q1)), ("q2".to_owned(), q2)]);
    if !keep.is_empty() {
        answers.insert("keep".into(), Answer::Text(keep.into()));
    }
    answers
}

/// A sheet of somebody who had no opportunity to observe anything, or takes back what they sent before.
pub fn blank() -> Answers {
    Answers::from(["q1", "q2"].map(|item| (item.to_owned(), Answer::Declined)))
}

pub fn period() -> Period {
    Period { from: date(2024, 10, 1), to: date(2025, 9, 30) }
}

pub async fn draft(service: &Service, rules: ReviewRules) -> String {
    let asked = match rules.pulse_of {
        Some(_) => Template::ActionPulse.questionnaire().expect("a template"),
        None => questionnaire(),
    };
    let questionnaire_id = service.registry.save_questionnaire(&asked).await.expect("a questionnaire");
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
pub async fn open(service: &Service, rules: ReviewRules) -> String {
    let review = draft(service, rules).await;
    service.registry.propose_raters(&review, None, NOW).await.expect("a table");
    service.schedule_campaign(&review, None).await.expect("terms");
    assert!(service.open_campaign(&review, None).await.expect("opened"));
    review
}

/// Somebody answers about a subject, and may send other answers later, as a device does.
pub async fn rate(service: &Service, review: &str, rater: u32, subject: u32, answers: Answers) {
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

pub async fn release(service: &Service, review: &str) {
    service.close_campaign(review, None).await.expect("closed");
    service.count_campaign(review, None).await.expect("counted");
    service.release_campaign(review, None).await.expect("released");
}

pub async fn report(service: &Service, review: &str, subject: u32) -> Report {
    service
        .registry
        .review_report(review, id(service, subject).await, &person(service, subject).await)
        .await
        .expect("a report")
}

pub fn state(report: &Report, group: RaterGroup, item: &str) -> Option<CellState> {
    report.raters(group).and_then(|raters| raters.cell(item)).map(|cell| cell.state)
}

/// What stands in a workbook: by sheet, its rows as texts.
pub fn sheets(workbook: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).expect("a workbook");
    let rows =
        |range: Range<Data>| range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    book.worksheets().into_iter().map(|(name, range)| (name, rows(range))).collect()
}

/// Everybody of a director's team answers about them, each a little differently.
pub async fn team_rates(service: &Service, review: &str, director: u32) {
    for n in 0..TEAMS[(director - 101) as usize] {
        let point = 2 + u8::try_from(n % 3).expect("a point");
        rate(service, review, director * 10 + n, director, sheet(point, Some(5 - point), "")).await;
    }
}
