//! Values that metric series bring, and what they came in with.

use domain::indicator::Status;
use domain::metric::Period;
use service::Service;
use service::indicator::Step;
use service::metric::{ApiRow, Batch, MetricLink, Posted, Scope};

use crate::common::{NOW, both, seed_staff};
use crate::{
    DAY, METRICS, arrived, figure, import, link, month, numbers, pair, recorded, row, rows, values, year,
};

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_five_people_or_more_arrive_and_each_change_of_them_is_on_record() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        import(&service, &[figure("2", "一人当たり超過勤務", "30時間以下", "", "")]).await;
        let id = row(&service, "一人当たり超過勤務").await.id;
        numbers(&service, hr, "A,overtime_hours,2025-05,90,6,,\n").await;
        link(&service, id, "overtime_hours").await;
        assert!(recorded(&service, 2025, id).await.is_empty(), "that it was linked says it");

        let file = "A,overtime_hours,2025-06,100,5,,\n\
                    A,overtime_hours,2025-07,60,2,,\nB,overtime_hours,2025-07,50,2,,\n\
                    A,overtime_hours,2025-08,120,6,,\nB,overtime_hours,2025-08,96,6,,\n";
        numbers(&service, hr, file).await;
        let one = service.followup_row(id).await.expect("the row");
        let expected = [("15.0時間", "令和7年5月"), ("20.0時間", "令和7年6月"), ("18.0時間", "令和7年8月")];
        assert_eq!(values(&one), expected, "in July it was four people");
        let people: Vec<Option<u32>> = one.sources.iter().map(|source| source.respondents).collect();
        assert_eq!(people, [Some(6), Some(5), Some(12)]);
        assert_eq!((one.row.current.as_str(), one.row.current_as_of.as_str()), ("18.0時間", "令和7年8月"));
        let told = vec![pair("", "20.0時間 (令和7年6月)"), pair("", "18.0時間 (令和7年8月)")];
        assert_eq!(recorded(&service, 2025, id).await, told);

        // The same once more, and numbers of another series, change nothing.
        let count = async || service.followup_changes_count(year(2025), None).await.expect("counted");
        let before = count().await;
        numbers(&service, hr, file).await;
        numbers(&service, hr, "A,leave_days,2025-08,12,6,,\n").await;
        assert_eq!(service.followup_row(id).await.expect("the row"), one);
        assert_eq!(count().await, before);

        numbers(&service, hr, "A,overtime_hours,2025-08,132,6,,\n").await;
        assert_eq!(service.followup_row(id).await.expect("the row").row.current, "19.0時間");
        let told = [told, vec![pair("18.0時間 (令和7年8月)", "19.0時間 (令和7年8月)")]].concat();
        assert_eq!(recorded(&service, 2025, id).await, told);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_to_the_newest_table_and_wait_while_it_is_signed_off() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (hr, executive) = (staff[1], staff[2]);
        import(&service, &[figure("2", "一人当たり超過勤務", "30時間以下", "", "")]).await;
        let first = row(&service, "一人当たり超過勤務").await.id;
        link(&service, first, "overtime_hours").await;
        numbers(&service, hr, "A,overtime_hours,2025-07,90,6,,\nA,overtime_hours,2025-08,108,6,,\n").await;
        assert_eq!(service.begin_edition(2026, Some(hr)).await.expect("begun"), 1);
        let next = rows(&service, 2026).await.remove(0);
        assert_eq!((next.came_from, next.metric.is_some()), (Some(first), true));
        let both = [("15.0時間", "令和7年7月"), ("18.0時間", "令和7年8月")];
        assert_eq!(arrived(&next), both);
        assert!(recorded(&service, 2026, next.id).await.is_empty(), "that the table was begun says it");

        numbers(&service, hr, "A,overtime_hours,2025-09,120,6,,\n").await;
        let three = [both[0], both[1], ("20.0時間", "令和7年9月")];
        assert_eq!(arrived(&service.followup_row(next.id).await.expect("the row")), three);
        assert_eq!(arrived(&service.followup_row(first).await.expect("the row")), both);
        assert_eq!(recorded(&service, 2026, next.id).await, [pair("", "20.0時間 (令和7年9月)")]);

        service.step_followup(year(2026), Step::Submit, hr).await.expect("submitted");
        let submitted = rows(&service, 2026).await;
        numbers(&service, hr, "A,overtime_hours,2025-09,123,6,,\n").await;
        assert_eq!(rows(&service, 2026).await, submitted, "what is signed off is what was submitted");
        service.step_followup(year(2026), Step::Return("確認".into()), executive).await.expect("returned");
        let corrected = [both[0], both[1], ("20.5時間", "令和7年9月")];
        assert_eq!(arrived(&service.followup_row(next.id).await.expect("the row")), corrected);
        numbers(&service, hr, "A,overtime_hours,2025-09,120,6,,\n").await;

        service.step_followup(year(2026), Step::Submit, hr).await.expect("submitted");
        service.step_followup(year(2026), Step::Sign(service.clock.now()), executive).await.expect("signed");
        let signed = rows(&service, 2026).await;
        numbers(&service, hr, "A,overtime_hours,2025-09,126,6,,\nA,overtime_hours,2025-10,60,6,,\n").await;
        assert_eq!(rows(&service, 2026).await, signed);
        service.step_followup(year(2026), Step::Reopen("訂正".into()), hr).await.expect("reopened");
        let four = [both[0], both[1], ("21.0時間", "令和7年9月"), ("10.0時間", "令和7年10月")];
        assert_eq!(arrived(&service.followup_row(next.id).await.expect("the row")), four);
        let told = recorded(&service, 2026, next.id).await;
        assert_eq!(told[3], pair("20.0時間 (令和7年9月)", "21.0時間 (令和7年9月)"));
        assert_eq!(told[4..], [pair("", "10.0時間 (令和7年10月)")]);
        assert_eq!(arrived(&service.followup_row(first).await.expect("the row")), both);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_share_of_units_that_have_a_system_is_nobodys_secret() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service, &[figure("1-1", "システムの導入率", "100%", "", "")]).await;
        let id = row(&service, "システムの導入率").await.id;
        link(&service, id, "system_rollout").await;
        let states = "R,system_rollout,2025-09,introduced,,,\nA,system_rollout,2025-09,導入済み,,,\n\
                      B,system_rollout,2025-09,planned,,,\n";
        numbers(&service, staff[1], states).await;
        let one = service.followup_row(id).await.expect("the row");
        assert_eq!(arrived(&one), [("66.7%", "令和7年9月")]);
        assert_eq!((one.row.current.as_str(), one.hidden), ("66.7%", None), "two of three units");
        let source = one.current_source().expect("its source");
        assert_eq!((source.counts, source.respondents, source.hidden), (None, None, None));
        assert_eq!(one.status.map(|status| status.0), Some(Status::Behind));
    })
    .await;
}

async fn token(service: &Service, administrator: i64) -> String {
    service.issue_token("勤怠", Scope::default(), 90, administrator).await.expect("a token").text
}

/// A call of a program with the overtime of one unit in August 2025.
async fn call(service: &Service, token: &str, key: &str, unit: &str) -> Posted {
    let holder = service.holder(token).await.expect("a holder");
    let row = ApiRow {
        unit: unit.into(),
        series: "overtime_hours".into(),
        period: "2025-08".into(),
        value: "96".into(),
        people: Some(6),
        ..ApiRow::default()
    };
    service.post_metrics(&holder, key, unit.as_bytes(), Batch::Rows(vec![row])).await.expect("answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_call_is_known_for_thirty_days() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let token = token(&service, staff[3]).await;
        let again = async || call(&service, &token, "k1", "A").await;
        let Posted::Taken(first) = again().await else { panic!("not taken") };
        service.clock.set(NOW + 30 * DAY);
        service.delete_old_api_calls().await.expect("deleted");
        let Posted::Again(known) = again().await else { panic!("forgotten") };
        assert_eq!(known, first);
        service.clock.set(NOW + 30 * DAY + 1);
        service.delete_old_api_calls().await.expect("deleted");
        let Posted::Taken(anew) = again().await else { panic!("still known") };
        assert_ne!(anew.batch, first.batch);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_says_what_it_came_in_with() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let token = token(&service, staff[3]).await;
        let file = format!("{METRICS}A,overtime_hours,2025-08,120,6,,\n");
        service.import_metrics(file.as_bytes(), "表/8月.csv", Some(staff[1])).await.expect("imported");
        service.clock.set(NOW + DAY);
        call(&service, &token, "k1", "B").await;
        let origins = async || {
            let found = service.metric_by_unit("overtime_hours", Period::Month(month(2025, 8))).await;
            let told = found.expect("numbers").into_iter().map(|one| {
                let by = one.batch.by.map(|name| name.ja);
                (one.code, one.batch.at, by, one.batch.file, one.batch.by_program)
            });
            told.collect::<Vec<_>>()
        };
        let program = |code: &str| (code.to_owned(), NOW + DAY, None, String::new(), true);
        let person = ("A".to_owned(), NOW, Some("職員1002".to_owned()), "8月.csv".to_owned(), false);
        assert_eq!(origins().await, [person, program("B")]);
        call(&service, &token, "k2", "A").await;
        assert_eq!(origins().await, [program("A"), program("B")], "the number is another one now");
    })
    .await;
}

/// Two rows that are fed by a monthly series: of all units, and of A.
async fn all_and_one(service: &Service) -> (i64, i64) {
    let lines = ["全体", "甲課"].map(|item| figure("2", item, "30時間以下", "", ""));
    import(service, &lines).await;
    (row(service, "全体").await.id, row(service, "甲課").await.id)
}

async fn feed(service: &Service, row: i64, unit: Option<&str>, yearly: bool) {
    let link = MetricLink { series: "overtime_hours".into(), unit: unit.map(str::to_owned), yearly };
    service.link_metric(row, Some(link), None).await.expect("linked");
}

/// The months of FY2024, as a file has them.
fn months() -> impl Iterator<Item = String> {
    let months = (4..=12).map(|month| (2024, month)).chain((1..=3).map(|month| (2025, month)));
    months.map(|(year, month)| format!("{year}-{month:02}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_within_another_does_not_tell_what_is_left_of_few() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (all, one) = all_and_one(&service).await;
        let file = "A,overtime_hours,2025-07,120,6,,\nB,overtime_hours,2025-07,30,1,,\n\
                    A,overtime_hours,2025-08,120,6,,\nB,overtime_hours,2025-08,90,5,,\n";
        numbers(&service, staff[1], file).await;
        feed(&service, one, Some("A"), false).await;
        let of = async |id: i64| service.followup_row(id).await.expect("the row");
        let (july, august) = (("20.0時間", "令和7年7月"), ("20.0時間", "令和7年8月"));
        assert_eq!(arrived(&of(one).await), [july, august]);

        feed(&service, all, None, false).await;
        assert_eq!(arrived(&of(all).await), [("21.4時間", "令和7年7月"), ("19.1時間", "令和7年8月")]);
        assert_eq!(arrived(&of(one).await), [august], "one person would be left of July");
        assert_eq!(recorded(&service, 2025, one).await, [pair("20.0時間 (令和7年7月)", "")]);

        service.link_metric(all, None, None).await.expect("ended");
        assert_eq!(arrived(&of(one).await), [july, august], "beside nothing it tells of nobody else");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_beside_its_months_does_not_tell_of_a_month_of_few() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (by_year, by_month) = all_and_one(&service).await;
        let file: String = months()
            .map(|month| {
                let (hours, people) = if month == "2024-08" { (40, 4) } else { (120, 6) };
                format!("A,overtime_hours,{month},{hours},{people},,\n")
            })
            .collect();
        numbers(&service, staff[1], &file).await;
        feed(&service, by_year, None, true).await;
        let of = async |id: i64| service.followup_row(id).await.expect("the row");
        assert_eq!(arrived(&of(by_year).await).len(), 1, "its months are nowhere");
        feed(&service, by_month, None, false).await;
        assert_eq!((arrived(&of(by_month).await).len(), arrived(&of(by_year).await).len()), (11, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_left_out_for_a_unit_does_not_follow_from_its_year() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let items = ["全体", "甲課", "甲課の年"];
        import(&service, &items.map(|item| figure("2", item, "30時間以下", "", ""))).await;
        let file: String = months()
            .map(|month| {
                let others = if month == "2024-08" { 1 } else { 6 };
                let key = format!("overtime_hours,{month}");
                format!("A,{key},120,6,,\nB,{key},{},{others},,\n", 10 * others)
            })
            .collect();
        numbers(&service, staff[1], &file).await;
        for (item, unit, yearly) in [(2, Some("A"), true), (1, Some("A"), false), (0, None, false)] {
            feed(&service, row(&service, items[item]).await.id, unit, yearly).await;
        }
        let count = async |item: &str| arrived(&row(&service, item).await).len();
        assert_eq!([count(items[0]).await, count(items[1]).await], [12, 11], "in August one would be left");
        assert_eq!(count(items[2]).await, 0, "the year less eleven months is August");

        // Whoever does not feed from the series any more keeps nothing from the others.
        let all = row(&service, items[0]).await.id;
        service.remove_followup_row(all, None).await.expect("removed");
        assert_eq!([count(items[1]).await, count(items[2]).await], [12, 1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_a_unit_within_another_is_counted_in_person_months() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (all, one) = all_and_one(&service).await;
        // Of B one person, for seven months.
        let file: String = months()
            .map(|month| format!("A,overtime_hours,{month},120,6,,\n"))
            .chain(months().take(7).map(|month| format!("B,overtime_hours,{month},30,1,,\n")))
            .collect();
        numbers(&service, staff[1], &file).await;
        feed(&service, one, Some("A"), true).await;
        let of = async |id: i64| arrived(&service.followup_row(id).await.expect("the row")).len();
        assert_eq!(of(one).await, 1);
        feed(&service, all, None, true).await;
        assert_eq!([of(all).await, of(one).await], [1, 0], "seven person-months are no seven people");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_edition_has_the_value_of_a_series_with_its_link_only() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (all, one) = all_and_one(&service).await;
        numbers(&service, staff[1], "A,overtime_hours,2025-07,120,6,,\nB,overtime_hours,2025-07,30,1,,\n")
            .await;
        feed(&service, one, Some("A"), false).await;
        service.begin_edition(2026, Some(staff[1])).await.expect("begun");
        let of = async |before: i64| {
            let rows = rows(&service, 2026).await;
            rows.into_iter().find(|row| row.came_from == Some(before)).expect("the row")
        };
        let next = of(one).await;
        assert_eq!((next.row.current.as_str(), next.cells.current.as_str()), ("20.0時間", ""));
        feed(&service, of(all).await.id, None, false).await;
        assert_eq!(of(one).await.row.current, "", "one person would be left of July");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_of_another_unit_is_not_taken_over_into_the_next_table() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (all, _) = all_and_one(&service).await;
        feed(&service, all, None, false).await;
        numbers(&service, staff[1], "A,overtime_hours,2025-07,120,6,,\n").await;
        let next = ["100%", "40時間以下"].map(|target| figure("2", "全体", target, "", ""));
        service.clock.set(NOW + 200 * DAY);
        for (line, linked) in next.iter().zip([false, true]) {
            let file = crate::table(std::slice::from_ref(line));
            service.import_followup(&file, Some(2026), Some(staff[1])).await.expect("imported");
            let row = rows(&service, 2026).await.remove(0);
            assert_eq!((row.metric.is_some(), arrived(&row).len()), (linked, usize::from(linked)));
            service.remove_followup(year(2026), Some(staff[1])).await.expect("removed");
        }
    })
    .await;
}
