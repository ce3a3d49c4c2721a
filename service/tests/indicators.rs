//! The follow-up table on both engines: import, export, re-import, typed values, and figures fed by a survey.

mod common;

use common::{answers, both, open_campaign, seed_staff};
use domain::answer::{Answer, Answers};
use domain::ballot::Seed;
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::fiscal_year::FiscalYear;
use domain::followup::{self, Row};
use domain::indicator::{Source, Status};
use domain::terms::Audience;
use domain::text::{Lang, Text};
use service::browser::Known;
use service::indicator::{NewValue, PlanRow, SurveyLink};
use service::registry::campaign::Draft;
use service::registry::editing::Template;
use service::{Error, Service};

const DEMO: &str = include_str!("../demo/followup.csv");
const INDEX: &str = "職員エンゲージメント指数";
const DAY: i64 = 86_400;

fn header() -> String {
    followup::write(&[])
}

/// A table with one figure: item, target, current value and its time.
fn figure(item: &str, target: &str, current: &str, as_of: &str) -> String {
    format!("{}4,数値,{item},,{target},令和9年度末,{current},{as_of},28.8%,令和2年度,,\r\n", header())
}

async fn import(service: &Service, table: &str) -> service::Result<usize> {
    Ok(service.import_followup(table.as_bytes(), None, None).await?.rows)
}

async fn row(service: &Service, item: &str) -> PlanRow {
    let plan = service.followup(None).await.expect("a plan");
    let mut rows = plan.sections.into_iter().flat_map(|section| section.rows);
    rows.find(|row| row.row.item == item).expect("the row")
}

fn values(row: &PlanRow) -> Vec<(&str, &str)> {
    row.sources.iter().map(|s| (s.value.text.as_str(), s.as_of.text.as_str())).collect()
}

/// What is refused, in Japanese.
fn refused<T: std::fmt::Debug>(result: service::Result<T>) -> String {
    match result {
        Err(Error::Invalid(text)) => {
            assert!(!text.en.is_empty());
            text.ja
        }
        other => panic!("{other:?}"),
    }
}

fn link(series: &str, figure: &str) -> Option<SurveyLink> {
    Some(SurveyLink { series: series.into(), figure: figure.into(), population: String::new() })
}

/// Twelve people answer, half of them 1 and half of them 5 on every item: an index of 50.
async fn released_wave(service: &Service, staff: &[i64]) -> String {
    let id = open_campaign(service).await;
    let known = Known::read(service, &id).await.expect("terms");
    for (n, person) in (0u8..).zip(staff) {
        let point = if n % 2 == 0 { 1 } else { 5 };
        let seed = Seed::new([n + 1; 32]);
        known.answer(service, *person, &seed, answers(point, point)).await.expect("a sheet");
    }
    service.close_campaign(&id, None).await.expect("closed");
    service.count_campaign(&id, None).await.expect("counted");
    service.clock.set(service.clock.now() + 40 * DAY);
    service.release_campaign(&id, None).await.expect("released");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_leaves_cell_for_cell_as_it_came() {
    both(|service| async move {
        assert!(matches!(service.followup(None).await, Err(Error::NotFound)));
        assert!(matches!(service.export_followup(None).await, Err(Error::NotFound)));
        let rows = import(&service, DEMO).await.expect("imported");
        assert_eq!(service.export_followup(None).await.expect("a table"), DEMO);
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), DEMO);
        assert_eq!(service.followup_years().await.expect("years"), [2025], "October 2025 is FY2025");

        let plan = service.followup(Some(2025)).await.expect("the plan");
        let numbers: Vec<String> = plan.sections.iter().map(|s| s.number.to_string()).collect();
        assert_eq!(numbers, ["1-1", "1-2", "2", "3", "4", "5-1", "5-2", "6"]);
        assert_eq!(plan.sections.iter().map(|s| s.rows.len()).sum::<usize>(), rows);
        let women = plan.sections.iter().flat_map(|s| &s.rows).find(|r| r.row.group == "本省課室長相当職");
        let (status, reason) = women.and_then(|r| r.status.clone()).expect("a status");
        assert_eq!(status, Status::Behind);
        assert!(reason.ja.contains("11.4%") && reason.en.contains("11.4%"), "{reason:?}");
        assert_eq!(row(&service, INDEX).await.status.map(|s| s.0), Some(Status::NoData));

        // The same table once more changes nothing, the addresses of the rows included.
        let before = row(&service, INDEX).await;
        import(&service, DEMO).await.expect("imported");
        assert_eq!(row(&service, INDEX).await, before);
        assert_eq!(service.export_followup(None).await.expect("a table"), DEMO);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_japanese_spreadsheets_are_read_and_formulas_are_not_exported() {
    both(|service| async move {
        let table = figure("男性職員の育児休業取得率", "100%", "42.3%", "令和5年度");
        let (bytes, _, unmappable) = encoding_rs::SHIFT_JIS.encode(table.trim_start_matches('\u{feff}'));
        assert!(!unmappable);
        service.import_followup(&bytes, Some(2024), None).await.expect("imported");
        assert_eq!(service.export_followup(Some(2024)).await.expect("a table"), table);

        let risky = format!("{}1,取組,'=1+1,,-,,,,,,<script>alert(1)</script>,\r\n", header());
        service.import_followup(risky.as_bytes(), Some(2023), None).await.expect("imported");
        let plan = service.followup(Some(2023)).await.expect("the plan");
        assert_eq!(plan.sections[0].rows[0].row.item, "=1+1", "undone on import");
        assert_eq!(service.export_followup(Some(2023)).await.expect("a table"), risky, "and done on export");
        assert_eq!(service.followup_years().await.expect("years"), [2024, 2023]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_a_fault_changes_nothing() {
    both(|service| async move {
        import(&service, DEMO).await.expect("imported");
        let good = "4,数値,率,,30%,,16.7%,令和7年4月1日,,,,";
        for (line, expected) in [
            ("1月1日,数値,率,,,,,,,,,", "2行目・項目番号列"),
            ("4,すうち,率,,,,,,,,,", "2行目・種別列"),
            ("4,数値,率,,30%,令和7年2月30日,,,,,,", "2行目・目標時期列"),
            ("4,数値,率", "2行目"),
            ("4,数値,\"率,,,,,,,,,", "2行目"),
            ("4,数値,率\u{7},,,,,,,,,", "2行目・項目列"),
        ] {
            let told = refused(import(&service, &format!("{}{line}\r\n{good}\r\n", header())).await);
            assert!(told.starts_with(expected), "{line}: {told}");
        }
        let long = format!("{}4,数値,{},,,,,,,,,\r\n", header(), "長".repeat(followup::MAX_TEXT + 1));
        assert!(refused(import(&service, &long).await).contains("文字以内"));
        refused(import(&service, "").await);
        refused(import(&service, &header()).await);
        refused(service.import_followup(b"\xff\xfe4\x00", None, None).await);
        refused(service.import_followup(DEMO.as_bytes(), Some(7), None).await);
        let huge = vec![b'a'; service::indicator::MAX_FILE + 1];
        assert!(refused(service.import_followup(&huge, None, None).await).contains("大きすぎます"));
        assert_eq!(service.export_followup(None).await.expect("a table"), DEMO);
        assert_eq!(service.followup_years().await.expect("years"), [2025]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_values_are_checked_shown_and_taken_back() {
    both(|service| async move {
        let table = figure("率", "100%", "42.3%", "令和5年度");
        import(&service, &table).await.expect("imported");
        let id = row(&service, "率").await.id;

        assert_eq!(refused(service.set_value(id, &NewValue::plain("", ""), None).await).lines().count(), 2);
        assert!(
            refused(service.set_value(id, &NewValue::plain("50人", "令和6年度"), None).await)
                .contains("単位")
        );
        assert!(
            refused(service.set_value(id, &NewValue::plain("50%", "令和8年1月"), None).await)
                .contains("まだ来ていません")
        );
        assert!(matches!(
            service.set_value(id + 999, &NewValue::plain("50%", "令和6年度"), None).await,
            Err(Error::NotFound)
        ));

        service.set_value(id, &NewValue::plain("50.0%", "FY2024"), None).await.expect("recorded");
        let typed = service.followup_row(id).await.expect("the row");
        assert_eq!((typed.row.current.as_str(), typed.row.current_as_of.as_str()), ("50.0%", "令和6年度"));
        assert_eq!(values(&typed), [("42.3%", "令和5年度"), ("50.0%", "令和6年度")]);
        let latest = typed.indicator.as_ref().and_then(|i| i.latest()).expect("a value");
        assert_eq!(latest.source, Source::Typed);
        let exported = service.export_followup(None).await.expect("a table");
        assert!(exported.contains(",50.0%,令和6年度,"), "{exported}");

        // For the same time the later value counts; for an earlier one it is history.
        service.set_value(id, &NewValue::plain("51.5%", "令和6年度"), None).await.expect("recorded");
        service.set_value(id, &NewValue::plain("35.0%", "令和4年度"), None).await.expect("recorded");
        let typed = service.followup_row(id).await.expect("the row");
        assert_eq!(values(&typed), [("35.0%", "令和4年度"), ("42.3%", "令和5年度"), ("51.5%", "令和6年度")]);
        assert_eq!(typed.row.current, "51.5%");

        let newest = typed.sources.last().and_then(|s| s.id).expect("an id");
        assert!(matches!(service.withdraw_value(id + 1, newest, None).await, Err(Error::NotFound)));
        service.withdraw_value(id, newest, None).await.expect("taken back");
        assert!(matches!(service.withdraw_value(id, newest, None).await, Err(Error::NotFound)));
        let earlier = typed.sources.first().and_then(|s| s.id).expect("an id");
        service.withdraw_value(id, earlier, None).await.expect("taken back");
        assert_eq!(service.export_followup(None).await.expect("a table"), table);
        let acts = service.registry.events(None, 100).await.expect("acts");
        let count = |what: &str| acts.iter().filter(|act| act.what == what).count();
        assert_eq!(
            (count("followup.value"), count("followup.withdraw"), count("followup.import")),
            (3, 2, 1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_import_keeps_what_belongs_to_a_row_and_the_course_of_its_figure() {
    both(|service| async move {
        import(&service, &figure("率", "100%", "42.3%", "令和5年度")).await.expect("imported");
        let first = row(&service, "率").await;
        service.set_value(first.id, &NewValue::plain("35.0%", "令和4年度"), None).await.expect("recorded");
        service.set_value(first.id, &NewValue::plain("49.0%", "令和6年度"), None).await.expect("recorded");

        import(&service, &figure("率", "100%", "50.0%", "令和6年度")).await.expect("imported");
        let second = row(&service, "率").await;
        assert_eq!(second.id, first.id);
        assert_eq!(
            values(&second),
            [("35.0%", "令和4年度"), ("42.3%", "令和5年度"), ("50.0%", "令和6年度")],
            "the cell before stays, a value typed for the time of the new cell gives way to it"
        );
        assert_eq!(second.row.current, "50.0%");

        // A correction of the time withdraws what was imported for a later one.
        import(&service, &figure("率", "100%", "42.0%", "令和5年度")).await.expect("imported");
        assert_eq!(values(&row(&service, "率").await), [("35.0%", "令和4年度"), ("42.0%", "令和5年度")]);

        // Another title is another row; what belonged to the old one goes with it.
        import(&service, &figure("別の率", "100%", "1.0%", "令和5年度")).await.expect("imported");
        let other = row(&service, "別の率").await;
        assert_eq!(values(&other), [("1.0%", "令和5年度")]);
        assert!(matches!(service.followup_row(first.id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_may_change_places_and_appear_twice() {
    both(|service| async move {
        let table = |order: [&str; 4]| {
            let lines: Vec<String> = order.iter().map(|item| format!("2,取組,{item},,,,,,,,,\r\n")).collect();
            format!("{}{}", header(), lines.concat())
        };
        for order in [["a", "b", "c", "a"], ["a", "a", "c", "b"], ["c", "d", "b", "a"], ["a", "b", "c", "d"]]
        {
            let wanted = table(order);
            assert_eq!(import(&service, &wanted).await.expect("imported"), 4);
            assert_eq!(service.export_followup(None).await.expect("a table"), wanted);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_survey_becomes_this_years_value() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service, DEMO).await.expect("imported");
        let id = row(&service, INDEX).await.id;

        // Nothing to link to yet; then only to what there is, and only figures without a unit.
        refused(service.link_survey(id, link("engagement", "area:engagement"), None).await);
        service.registry.save_questionnaire(&common::questionnaire()).await.expect("a questionnaire");
        let choices = service.survey_choices().await.expect("choices");
        assert_eq!(choices.len(), 1);
        assert_eq!(
            (choices[0].series.as_str(), choices[0].figures[0].figure.code()),
            ("engagement", "area:engagement".into())
        );
        for (series, measure) in
            [("engagement", "area:growth"), ("engagement", "q1"), ("pulse", "area:engagement")]
        {
            refused(service.link_survey(id, link(series, measure), None).await);
        }
        let elsewhere = link("engagement", "area:engagement")
            .map(|link| SurveyLink { population: "unit:999".into(), ..link });
        refused(service.link_survey(id, elsewhere, None).await);
        let share = row(&service, "男性職員の育児休業取得率").await.id;
        let index = link("engagement", "area:engagement");
        assert!(refused(service.link_survey(share, index, None).await).contains("単位"));

        service.link_survey(id, link("engagement", "area:engagement"), None).await.expect("linked");
        assert_eq!(service.export_followup(None).await.expect("a table"), DEMO, "nothing has been released");

        let campaign = released_wave(&service, &staff).await;
        let fed = service.followup_row(id).await.expect("the row");
        assert_eq!(values(&fed), [("50.0", "令和7年10月")], "the month of closing, not that of the release");
        assert_eq!((fed.row.current.as_str(), fed.row.current_as_of.as_str()), ("50.0", "令和7年10月"));
        let source = fed.sources.last().expect("a source");
        assert_eq!(source.campaign.as_ref().map(|(id, _)| id), Some(&campaign));
        assert_eq!(source.campaign.as_ref().map(|(_, title)| title.en.as_str()), Some("Test survey"));
        assert_eq!(source.respondents, Some(12));
        assert_eq!(fed.status.as_ref().map(|s| s.0), Some(Status::WorseThanBaseline), "58.0 when it was set");
        let exported = service.export_followup(None).await.expect("a table");
        let rows = followup::read(&exported).expect("a table");
        let original = followup::read(DEMO).expect("a table");
        let changed: Vec<(&Row, &Row)> = rows.iter().zip(&original).filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1, "one row, and of it only the current value and its time");
        let back = Row { current: String::new(), current_as_of: String::new(), ..changed[0].0.clone() };
        assert_eq!(&back, changed[0].1);

        // A survey's figure is not taken back by hand; it goes and comes with the link, and stays over an import.
        let observed = source.id.expect("an id");
        assert!(matches!(service.withdraw_value(id, observed, None).await, Err(Error::NotFound)));
        import(&service, &exported).await.expect("imported");
        assert_eq!(service.export_followup(None).await.expect("a table"), exported);
        import(&service, DEMO).await.expect("imported");
        assert_eq!(values(&service.followup_row(id).await.expect("the row")), [("50.0", "令和7年10月")]);
        service.link_survey(id, None, None).await.expect("unlinked");
        assert_eq!(service.export_followup(None).await.expect("a table"), DEMO);
        service.link_survey(id, link("engagement", "area:engagement"), None).await.expect("linked");
        let again = service.followup_row(id).await.expect("the row");
        assert_eq!(values(&again), values(&fed), "what has been released is taken over");
        assert_eq!(again.sources[0].respondents, Some(12));
        let year = FiscalYear::of(service.clock.today());
        assert_eq!(again.fiscal_year, year.year());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_exported_cell_by_cell() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = released_wave(&service, &staff).await;
        let hr = service.registry.release_csv(&id, &[Audience::Hr], Lang::En).await.expect("a table");
        let mut reader = csv::Reader::from_reader(hr.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().expect("a header").clone();
        let at = |name: &str| header.iter().position(|heading| heading == name).expect("a column");
        let records: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a record")).collect();
        let whole =
            records.iter().find(|r| &r[at("group")] == "0" && &r[at("item")] == "q1").expect("a cell");
        assert_eq!((&whole[at("n")], &whole[at("count_1")], &whole[at("count_5")]), ("12", "6", "6"));
        assert!(records.iter().any(|r| &r[at("group_kind")] == "unit"));
        for record in records.iter().filter(|r| &r[at("state")] != "shown") {
            assert_eq!((&record[at("n")], &record[at("count_1")]), ("", ""), "{record:?}");
            assert!(!record[at("state_label")].is_empty());
        }
        let everyone =
            service.registry.release_csv(&id, &[Audience::Staff], Lang::Ja).await.expect("a table");
        assert!(everyone.lines().skip(1).all(|line| line.starts_with("0,全体,")), "{everyone}");
        assert!(matches!(
            service.registry.release_csv("none", &[Audience::Hr], Lang::Ja).await,
            Err(Error::NotFound)
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_years_table_stays_linked_to_its_surveys() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let table = async |text: &str, year| service.import_followup(text.as_bytes(), Some(year), None).await;
        assert_eq!(table(DEMO, 2025).await.expect("imported").links, 0);
        let first = row(&service, INDEX).await.id;
        service.registry.save_questionnaire(&common::questionnaire()).await.expect("a questionnaire");
        service.link_survey(first, link("engagement", "area:engagement"), None).await.expect("linked");
        let wave = released_wave(&service, &staff).await;

        let imported = table(DEMO, 2026).await.expect("imported");
        assert_eq!((imported.rows, imported.links), (followup::read(DEMO).expect("a table").len(), 1));
        let next = row(&service, INDEX).await;
        assert_eq!((next.fiscal_year, &next.survey), (2026, &link("engagement", "area:engagement")));
        assert_eq!(next.came_from, Some(first));
        assert_eq!(values(&next), [("50.0", "令和7年10月")], "what has been released is taken over");

        // This year's survey feeds this year's table.
        let later = released_wave(&service, &staff).await;
        let fed = service.followup_row(next.id).await.expect("the row");
        assert_eq!(values(&fed), [("50.0", "令和7年10月"), ("50.0", "令和7年11月")]);
        assert_eq!(values(&service.followup_row(first).await.expect("the row")), [("50.0", "令和7年10月")]);
        let later = service.registry.release(&later).await.expect("a release");
        let before = service.registry.wave_before(&later).await.expect("looked").expect("the first wave");
        assert_eq!(before.campaign.id, wave);
        assert!(service.registry.wave_before(&before).await.expect("looked").is_none());

        // A row that has a unit by now is not linked, and a link that was ended does not come back.
        let with_unit = DEMO.replace("65以上", "65%以上");
        assert_ne!(with_unit, DEMO);
        service.clock.set(service.clock.now() + 200 * DAY);
        assert_eq!(table(&with_unit, 2027).await.expect("imported").links, 0);
        assert_eq!(row(&service, INDEX).await.survey, None);
        service.link_survey(next.id, None, None).await.expect("unlinked");
        assert_eq!(table(DEMO, 2026).await.expect("imported").links, 0);
        assert_eq!(service.followup_row(next.id).await.expect("the row").survey, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_takes_over_only_what_everybody_may_see() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let table = format!(
            "{}6,数値,肯定的な回答,全体,60%以上,令和9年度末,,,,,,\r\n6,数値,肯定的な回答,本省,60%以上,令和9年度末,,,,,,\r\n6,数値,肯定的な回答,甲課,60%以上,令和9年度末,,,,,,\r\n",
            header()
        );
        import(&service, &table).await.expect("imported");
        service.registry.save_questionnaire(&common::questionnaire()).await.expect("a questionnaire");
        let unit = service.registry.headcount().await.expect("units").into_iter().find(|unit| unit.code == "A");
        let unit = format!("unit:{}", unit.expect("the unit").id);
        let row = async |group: &str| {
            let plan = service.followup(None).await.expect("a plan");
            let mut rows = plan.sections.into_iter().flat_map(|section| section.rows);
            rows.find(|row| row.row.group == group).expect("the row")
        };
        let populations = [("全体", ""), ("本省", "cut:place:hq"), ("甲課", unit.as_str())];
        for (group, population) in populations {
            let link = SurveyLink {
                series: "engagement".into(),
                figure: "favourable:q1".into(),
                population: population.into(),
            };
            service.link_survey(row(group).await.id, Some(link), None).await.expect("linked");
        }
        let index = link("engagement", "item:q1");
        assert!(refused(service.link_survey(row("全体").await.id, index, None).await).contains("単位"));
        let campaign = released_wave(&service, &staff).await;
        let whole = row("全体").await;
        let source = whole.current_source().expect("its source");
        assert_eq!(whole.row.current, "50.0%");
        assert_eq!((source.respondents, source.counts.map(|rate| rate.label(Lang::Ja))), (Some(12), Some("12人中6人".into())));
        assert_eq!(source.campaign.as_ref().map(|(id, _)| id), Some(&campaign));
        // By its terms, all staff see results of the whole, and HR those of units and demographics.
        for group in ["本省", "甲課"] {
            assert!(row(group).await.sources.is_empty(), "{group}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_telework_month_feeds_a_share_and_a_mean() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let table = format!(
            "{}1-2,数値,週1回以上テレワークをした職員の割合,,30%以上,令和9年度末,,,,,,\r\n1-2,数値,一人当たりテレワーク日数,,5日以上,令和9年度末,,,,,,\r\n",
            header()
        );
        import(&service, &table).await.expect("imported");
        let asked = Template::TeleworkMonth.questionnaire().expect("the template");
        let questionnaire_id = service.registry.save_questionnaire(&asked).await.expect("a questionnaire");
        let share = row(&service, "週1回以上テレワークをした職員の割合").await.id;
        let days = row(&service, "一人当たりテレワーク日数").await.id;
        service.link_survey(share, link("telework_month", "share:frequency:weekly"), None).await.expect("linked");
        service.link_survey(days, link("telework_month", "average:days"), None).await.expect("linked");
        let now = service.clock.now();
        let draft = Draft {
            title: Text::new("テレワーク月間", "Telework month"),
            questionnaire_id,
            schedule: Schedule { opens_at: now + 60, closes_at: now + DAY },
            thresholds: Thresholds::default(),
            review: None,
        };
        let id = service.registry.create_campaign(&draft, None, now).await.expect("a draft");
        service.schedule_campaign(&id, None).await.expect("terms");
        service.open_campaign(&id, None).await.expect("opened");
        let known = Known::read(&service, &id).await.expect("terms");
        // Nine of twelve at least weekly; days 0, 2, 4, 8 in turn.
        let answered = [("never", 0.0), ("weekly", 2.0), ("twice", 4.0), ("four", 8.0)];
        for (n, person) in (0u8..).zip(&staff) {
            let (frequency, days) = answered[usize::from(n) % 4];
            let mut answers = Answers::from([
                ("frequency".into(), Answer::Single(frequency.into())),
                ("days".into(), Answer::Number(days)),
                ("possible".into(), Answer::Single("yes".into())),
            ]);
            if frequency != "never" {
                let asked = ["concentrate", "contact", "procedures"];
                answers.extend(asked.map(|item| (item.to_owned(), Answer::Scale(4))));
            }
            known.answer(&service, *person, &Seed::new([n + 1; 32]), answers).await.expect("a sheet");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        service.release_campaign(&id, None).await.expect("released");
        let fed = service.followup_row(share).await.expect("the row");
        assert_eq!((fed.row.current.as_str(), fed.row.current_as_of.as_str()), ("75.0%", "令和7年10月"));
        assert_eq!(fed.status.map(|status| status.0), Some(Status::Achieved));
        let fed = service.followup_row(days).await.expect("the row");
        assert_eq!(fed.row.current, "3.5日");
        assert_eq!(fed.current_source().and_then(|source| source.respondents), Some(12));
    })
    .await;
}
