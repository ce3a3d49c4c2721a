//! Averages over managers: for whom, of how many, and what they feed.

use domain::disclosure::CellState;
use domain::review::ReviewRules;
use domain::terms::Audience;
use domain::text::Lang;

use super::ministry::{UNITS, open, period, questionnaire, rate, release, roster, sheet, team_rates};
use crate::common::{NOW, both};

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
        let link = service::indicator::SurveyLink {
            series: "review".into(),
            figure: "area:direction".into(),
            population: String::new(),
        };
        service.link_survey(figure().await.id, Some(link), None).await.expect("linked");
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
async fn a_grade_and_a_place_together_tell_of_no_single_manager() {
    both(|service| async move {
        // Five heads of division at home, one abroad with five ministers: missions less ministers would be that one.
        let grades = [("A", "課長", 5), ("M", "課長", 1), ("M", "公使", 5)];
        let managers = grades.iter().flat_map(|(unit, grade, n)| (0..*n).map(move |_| (*unit, *grade)));
        let mut csv = String::from("staff_number,name,name_en,mail,unit_code,supervisor_number,grade,role\n");
        csv.push_str("100,長官,HEAD,n100@example.org,R,,局長,manager\n");
        for (number, (unit, grade)) in (101..).zip(managers) {
            csv.push_str(&format!(
                "{number},管理職{number},D{number},n{number}@example.org,{unit},100,{grade},manager\n"
            ));
            for rater in number * 10..number * 10 + 4 {
                csv.push_str(&format!(
                    "{rater},職員{rater},S{rater},n{rater}@example.org,{unit},{number},係員,\n"
                ));
            }
        }
        let today = service.clock.today();
        service.registry.import_units(UNITS.as_bytes(), None, NOW).await.expect("units");
        service.registry.import_roster(csv.as_bytes(), None, NOW, today).await.expect("staff");
        let review = open(&service, ReviewRules::upward(period())).await;
        for director in 101..112 {
            for (point, rater) in (2u8..).zip(director * 10..director * 10 + 4) {
                rate(&service, &review, rater, director, sheet(point, Some(7 - point), "")).await;
            }
        }
        release(&service, &review).await;
        let mut shown = Vec::new();
        for group in service.registry.release_groups(&review).await.expect("groups").iter() {
            let cells = service.registry.release_cells(&review, group.number).await.expect("cells");
            let q1 = cells.iter().find(|cell| cell.item == "q1").expect("the item");
            shown.push((group.label.ja.clone(), group.respondents, q1.state.is_shown()));
        }
        // Each is five or more by itself. Both grades are hidden: one alone would be what is left of the whole.
        let expected = [
            ("全体", 11, true),
            ("公使", 5, false),
            ("課長", 6, false),
            ("本省", 5, true),
            ("在外公館", 6, true),
        ];
        assert_eq!(shown, expected.map(|(label, n, shown)| (label.to_owned(), Some(n), shown)));
    })
    .await;
}
