//! Metric series on both engines: files with a preview, the interface for programs, indicators that are fed by them,
//! overtime against its ceilings, and the explanations that are asked for.

mod common;

use std::collections::BTreeSet;

use common::{NOW, both, column, seed_staff};
use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::indicator::Source;
use domain::metric::overtime::{Formula, Settings};
use domain::metric::{Period, SeriesKey, Total};
use domain::role::Role;
use domain::text::Lang;
use service::metric::{ApiRow, Batch, ExplanationState, MetricLink, NewSeries, Posted, Scope, TokenState};
use service::{Error, Service};

const DAY: i64 = 86_400;
const HEADER: &str = "部署コード,系列,期間,値,人数,分子,分母\n";

fn month(year: i16, month: i8) -> YearMonth {
    YearMonth::new(year, month).expect("a month")
}

fn refused<T: std::fmt::Debug>(result: service::Result<T>) -> String {
    match result {
        Err(Error::Invalid(text) | Error::Conflict(text)) => {
            assert!(!text.en.is_empty());
            text.ja
        }
        other => panic!("{other:?}"),
    }
}

async fn total(service: &Service, series: &str, unit: Option<&str>) -> Vec<(String, Total, usize)> {
    let totals = service.metric_totals(series, unit).await.expect("totals");
    totals.periods.into_iter().map(|(period, total, units)| (period.code(), total, units)).collect()
}

fn series(key: &str, unit: Option<&str>) -> Option<MetricLink> {
    Some(MetricLink { series: key.into(), unit: unit.map(str::to_owned), yearly: false })
}

fn api_row(unit: &str, series: &str, period: &str, value: &str, people: u32) -> ApiRow {
    ApiRow {
        unit: unit.into(),
        series: series.into(),
        period: period.into(),
        value: value.into(),
        people: Some(people),
        ..ApiRow::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_looked_at_and_then_accepted() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let file =
            format!("{HEADER}A,overtime_hours,令和7年8月,120.5,6,,\nB,overtime_hours,2025-08,96,6,,\n");
        service.stage_metrics(hr, "../8月.csv", file.clone().into_bytes()).await.expect("staged");
        let preview = service.preview_metrics(hr).await.expect("read").expect("a preview");
        assert_eq!((preview.name.as_str(), preview.rows), ("8月.csv", 2));
        let one = &preview.series[0];
        assert_eq!((one.new, one.changed, one.same, one.units), (2, 0, 0, 2));
        assert!(total(&service, "overtime_hours", None).await.is_empty(), "only looked at");
        assert!(matches!(service.accept_metrics(hr, "another").await, Err(Error::Conflict(_))));
        assert!(
            service.preview_metrics(staff[2]).await.expect("read").is_none(),
            "each person has their own"
        );
        assert_eq!(service.accept_metrics(hr, &preview.digest).await.expect("accepted"), 2);
        assert!(service.preview_metrics(hr).await.expect("read").is_none());

        let all = total(&service, "overtime_hours", None).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].0.as_str(), all[0].2), ("2025-08", 2));
        assert!((all[0].1.per_person().expect("hours") - 216.5 / 12.0).abs() < 1e-9);
        assert_eq!(total(&service, "overtime_hours", Some("B")).await[0].2, 1);
        assert!(matches!(service.metric_totals("overtime_hours", Some("X")).await, Err(Error::NotFound)));
        assert!(matches!(service.metric_totals("none", None).await, Err(Error::NotFound)));

        // Once more with one number changed and one new.
        let next = file.replace("120.5", "121.0") + "B,overtime_hours,2025-09,90,6,,\n";
        service.stage_metrics(hr, "9月.csv", next.into_bytes()).await.expect("staged");
        let preview = service.preview_metrics(hr).await.expect("read").expect("a preview");
        let one = &preview.series[0];
        assert_eq!((one.new, one.changed, one.same), (1, 1, 1));
        service.clock.set(NOW + 2 * DAY);
        assert!(service.preview_metrics(hr).await.expect("read").is_none(), "a day is over");
        assert!(matches!(service.accept_metrics(hr, &preview.digest).await, Err(Error::Conflict(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_fault_writes_nothing() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let good = "A,overtime_hours,2025-08,120.5,6,,\n";
        for (line, expected) in [
            ("X,overtime_hours,2025-08,1,1,,", "3行目・部署コード列: 「X」"),
            ("B,overtime,2025-08,1,1,,", "3行目・系列列: 「overtime」"),
            ("B,overtime_hours,令和7年13月,1,1,,", "3行目・期間列: 「令和7年13月」"),
            ("B,overtime_hours,昭和65年4月,1,1,,", "3行目・期間列: 「昭和65年4月」"),
            ("B,overtime_hours,令和7年度,1,1,,", "3行目・期間列"),
            ("B,overtime_hours,2025-12,1,1,,", "3行目・期間列"),
            ("B,overtime_hours,2025-08,多い,1,,", "3行目・値列: 「多い」"),
            ("B,overtime_hours,2025-08,-1,1,,", "3行目・値列"),
            ("B,overtime_hours,2025-08,9000,1,,", "3行目・値列"),
            ("B,overtime_hours,2025-08,1,,,", "3行目・人数列"),
            ("B,overtime_hours,2025-08,1,0,,", "3行目・人数列"),
            ("B,recruits_women,2024,,,1,2", "3行目・期間列"),
            ("B,recruits_women,FY2024,,,3,2", "3行目・分子列"),
            ("B,recruits_women,FY2024,,,0,0", "3行目・分母列"),
            ("A,overtime_hours,2025-08,1,1,,", "3行目"),
            ("B,overtime_hours,2025-08,1,1,,,,9", "3行目"),
        ] {
            let told = refused(
                service.import_metrics(format!("{HEADER}{good}{line}\n").as_bytes(), "x.csv", None).await,
            );
            assert!(told.starts_with(expected), "{line}: {told}");
        }
        refused(service.import_metrics(b"", "x.csv", None).await);
        refused(service.import_metrics(HEADER.as_bytes(), "x.csv", None).await);
        refused(service.stage_metrics(staff[1], "x.csv", "a,b\n1,2\n".into()).await);
        assert!(total(&service, "overtime_hours", None).await.is_empty());
        let batches: Vec<i64> = column(&service.settings.registry_url, "SELECT id FROM metric_batch").await;
        assert!(batches.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_added_once() {
    both(|service| async move {
        let new = |key: &str, unit: &str| NewSeries {
            key: key.into(),
            name_ja: "研修時間".into(),
            name_en: "Training hours".into(),
            unit: unit.into(),
            frequency: "month".into(),
            measurement: "amount".into(),
            per_person: true,
        };
        let standard = service.metric_series().await.expect("series").len();
        for (key, unit) in
            [("Training", "時間"), ("", "時間"), ("training_hours", "4時間"), ("overtime_hours", "時間")]
        {
            refused(service.add_metric_series(&new(key, unit), None).await);
        }
        refused(
            service.add_metric_series(&NewSeries { frequency: "week".into(), ..new("a", "日") }, None).await,
        );
        refused(service.add_metric_series(&NewSeries { name_en: " ".into(), ..new("a", "日") }, None).await);
        service.add_metric_series(&new("training_hours", "hours"), None).await.expect("added");
        let series = service.one_metric_series("training_hours").await.expect("the series");
        assert_eq!(series.unit.name(Lang::Ja), "時間");
        assert_eq!(service.metric_series().await.expect("series").len(), standard + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_kept_as_its_hash_and_ends() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let admin = staff[3];
        refused(service.issue_token(" ", Scope::default(), 90, admin).await.map(|token| token.id));
        refused(service.issue_token("勤怠", Scope::default(), 0, admin).await.map(|token| token.id));
        refused(service.issue_token("勤怠", Scope::default(), 401, admin).await.map(|token| token.id));
        let first = service.issue_token("勤怠", Scope::default(), 1, admin).await.expect("a token");
        let second = service.issue_token("勤怠", Scope::default(), 90, admin).await.expect("a token");
        assert!(first.text.len() > 43 && first.text != second.text, "256 bits and what it begins with");
        assert_eq!(service.holder(&first.text).await.expect("a holder").id, first.id);
        for wrong in ["", "shirube_", &first.text[..first.text.len() - 1], &first.text[8..]] {
            assert!(matches!(service.holder(wrong).await, Err(Error::Forbidden)), "{wrong}");
        }
        let stored: Vec<String> =
            column(&service.settings.registry_url, "SELECT name || hash || scope FROM api_token ORDER BY id")
                .await;
        assert!(stored.iter().all(|row| !row.contains(&first.text[8..]) && !row.contains(&second.text[8..])));
        assert!(stored[0].contains(&service::secret::sha256_hex(first.text.as_bytes())));

        service.revoke_token(second.id, admin).await.expect("revoked");
        assert!(matches!(service.revoke_token(second.id, admin).await, Err(Error::NotFound)));
        assert!(matches!(service.holder(&second.text).await, Err(Error::Forbidden)));
        service.clock.set(NOW + DAY);
        assert!(matches!(service.holder(&first.text).await, Err(Error::Forbidden)), "a day is over");
        let states: Vec<TokenState> =
            service.tokens().await.expect("tokens").iter().map(|token| token.state).collect();
        assert_eq!(states, [TokenState::Revoked, TokenState::Expired]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_taken_once_and_as_a_whole() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let scope = Scope { series: BTreeSet::from([SeriesKey::parse("overtime_hours").expect("a key")]) };
        let token = service.issue_token("勤怠", scope, 90, staff[3]).await.expect("a token");
        let holder = service.holder(&token.text).await.expect("a holder");
        let rows = || {
            vec![
                api_row("A", "overtime_hours", "2025-08", "120.5", 6),
                api_row("B", "overtime_hours", "2025-08", "96", 6),
            ]
        };
        let post = async |key: &str, body: &str, rows: Vec<ApiRow>| {
            service.post_metrics(&holder, key, body.as_bytes(), Batch::Rows(rows)).await
        };
        for key in ["", " ", "a\nb", &"k".repeat(201)] {
            refused(post(key, "1", rows()).await.map(|_| ()));
        }
        refused(post("k0", "0", Vec::new()).await.map(|_| ()));
        let Posted::Taken(first) = post("k1", "1", rows()).await.expect("taken") else { panic!("not taken") };
        assert_eq!(first.rows, 2);
        let Posted::Again(again) = post("k1", "1", rows()).await.expect("again") else {
            panic!("taken twice")
        };
        assert_eq!(again, first);
        assert!(
            matches!(post("k1", "2", rows()).await, Err(Error::Conflict(_))),
            "the same key with other content"
        );
        let batches: Vec<i64> = column(&service.settings.registry_url, "SELECT id FROM metric_batch").await;
        assert_eq!(batches.len(), 1);

        // One bad row, and nothing of the call is written.
        let mut bad = vec![api_row("A", "overtime_hours", "2025-09", "1", 6)];
        bad.push(api_row("C", "overtime_hours", "2025-09", "1", 6));
        let Posted::Refused(faults) = post("k2", "3", bad).await.expect("refused") else { panic!("taken") };
        assert_eq!(faults.total, 1);
        assert!(
            faults.listed[0].message(Lang::En).contains("ow 2"),
            "{}",
            faults.listed[0].message(Lang::En)
        );
        let other = vec![api_row("A", "leave_days", "2025-08", "3", 6)];
        let Ok(Posted::OutOfScope(series)) = post("k3", "4", other).await else {
            panic!("outside of its scope")
        };
        assert_eq!(series.iter().map(SeriesKey::as_str).collect::<Vec<_>>(), ["leave_days"]);
        assert_eq!(total(&service, "overtime_hours", None).await.len(), 1);
        // A refused call leaves its key free.
        assert!(matches!(
            post("k2", "5", vec![api_row("A", "overtime_hours", "2025-09", "1", 6)]).await,
            Ok(Posted::Taken(_))
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_feeds_an_indicator() {
    both(|service| async move {
        seed_staff(&service).await;
        let table = format!(
            "{}5-1,数値,女性の採用目標,全体,毎年度35%以上,,,,47.9%,令和3年4月1日,,\r\n2,数値,一人当たり超過勤務,,30時間以下,令和9年度末,,,,,,\r\n",
            domain::followup::write(&[])
        );
        service.import_followup(&table, None, None).await.expect("imported");
        let rows = async || {
            let plan = service.followup(None).await.expect("the plan");
            plan.sections.into_iter().flat_map(|section| section.rows).collect::<Vec<_>>()
        };
        let id = async |item: &str| rows().await.into_iter().find(|row| row.row.item == item).expect("the row").id;
        let (women, overtime) = (id("女性の採用目標").await, id("一人当たり超過勤務").await);
        let import = async |lines: &str| service.import_metrics(format!("{HEADER}{lines}").as_bytes(), "x.csv", None).await;
        import("A,recruits_women,FY2023,,,6,20\nB,recruits_women,FY2023,,,10,20\nA,recruits_women,FY2024,,,9,20\n").await.expect("imported");

        assert!(refused(service.link_metric(women, series("overtime_hours", None), None).await).contains("単位"));
        refused(service.link_metric(women, series("none", None), None).await);
        refused(service.link_metric(women, series("recruits_women", Some("X")), None).await);
        service.link_metric(women, series("recruits_women", None), None).await.expect("linked");
        let fed = service.followup_row(women).await.expect("the row");
        let values: Vec<(&str, &str)> =
            fed.sources.iter().map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect();
        assert_eq!(values, [("40.0%", "令和5年度"), ("45.0%", "令和6年度")]);
        let source = fed.current_source().expect("its source");
        assert_eq!(source.source, Source::Metric { series: "recruits_women".into() });
        assert_eq!(source.counts.map(|rate| rate.label(Lang::En)), Some("9 of 20".into()));
        let (_, reason) = fed.status.clone().expect("a status");
        assert!(reason.ja.contains("年度別: 令和5年度 40.0%(達成)、令和6年度 45.0%(達成)"), "{}", reason.ja);

        // New numbers arrive by themselves, of one unit only where that was asked for.
        service.link_metric(overtime, series("overtime_hours", Some("A")), None).await.expect("linked");
        import("A,overtime_hours,2025-08,180,6,,\nB,overtime_hours,2025-08,600,6,,\nB,recruits_women,FY2024,,,11,20\n").await.expect("imported");
        let fed = service.followup_row(overtime).await.expect("the row");
        assert_eq!((fed.row.current.as_str(), fed.row.current_as_of.as_str()), ("30.0時間", "令和7年8月"));
        // By the year, only whole years count, each as the average per person and month.
        let mut year = String::new();
        for n in 0..12 {
            let month = if n < 9 { format!("2024-{:02}", n + 4) } else { format!("2025-{:02}", n - 8) };
            year.push_str(&format!("A,overtime_hours,{month},{},6,,\n", 120 + 10 * n));
        }
        import(&year).await.expect("imported");
        let yearly = MetricLink { yearly: true, ..series("overtime_hours", Some("A")).expect("a link") };
        service.link_metric(overtime, Some(yearly.clone()), None).await.expect("linked");
        let fed = service.followup_row(overtime).await.expect("the row");
        assert_eq!(fed.metric, Some(yearly));
        let values: Vec<(&str, &str)> =
            fed.sources.iter().map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect();
        assert_eq!(values, [("29.2時間", "令和6年度")], "2,100 hours over 72 person-months");
        let fed = service.followup_row(women).await.expect("the row");
        assert_eq!(fed.row.current, "50.0%");
        assert!(matches!(service.withdraw_value(women, fed.sources[0].id.expect("an id"), None).await, Err(Error::NotFound)));
        service.link_metric(women, None, None).await.expect("ended");
        assert!(service.followup_row(women).await.expect("the row").sources.is_empty());
    })
    .await;
}

/// Overtime of two months and three years of hours in the office before them: A has 36 hours per person, B 18.
async fn overtime(service: &Service) {
    let mut file = String::from(HEADER);
    for year in [2022, 2023, 2024] {
        for month in ["08", "09"] {
            file.push_str(&format!(
                "A,office_hours,{year}-{month},240,6,,\nB,office_hours,{year}-{month},120,6,,\n"
            ));
        }
    }
    file.push_str("A,overtime_hours,2025-08,216,6,,\nB,overtime_hours,2025-08,108,6,,\n");
    file.push_str("A,overtime_hours,2025-09,300,6,,\nB,overtime_hours,2025-09,132,6,,\n");
    service.import_metrics(file.as_bytes(), "x.csv", None).await.expect("imported");
}

#[tokio::test(flavor = "multi_thread")]
async fn ceilings_follow_from_the_past_by_the_formula() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let year = FiscalYear::new(2025).expect("a year");
        assert!(matches!(service.overtime_month(None, None).await, Err(Error::NotFound)));
        assert!(refused(service.set_ceilings(year, None).await).contains("在庁時間"));
        overtime(&service).await;
        assert_eq!(
            service.set_ceilings(year, Some(staff[1])).await.expect("set"),
            4,
            "two units, two months"
        );
        let now = service.overtime_month(None, None).await.expect("the newest month");
        assert_eq!(now.month, month(2025, 9));
        let told: Vec<(&str, Option<f64>, Option<String>)> = now
            .units
            .iter()
            .map(|row| (row.code.as_str(), row.actual, row.ceiling.map(|hours| hours.to_string())))
            .collect();
        // 40 hours less 5 %, 20 hours less 5 %.
        assert_eq!(told, [("A", Some(50.0), Some("38.0".into())), ("B", Some(22.0), Some("19.0".into()))]);
        assert!(
            now.units[0].basis.ja.contains("40") && now.units[0].basis.en.contains("40"),
            "{:?}",
            now.units[0].basis
        );
        let above: Vec<&str> = now.furthest_above(5).iter().map(|row| row.code.as_str()).collect();
        assert_eq!(above, ["A", "B"]);

        let settings = Settings { reduction_percent: 0, ..Formula::default().settings() };
        service
            .set_overtime_formula(Formula::new(settings).expect("a formula"), Some(staff[1]))
            .await
            .expect("set");
        assert_eq!(service.overtime_formula().await.expect("the formula").settings(), settings);
        service.set_ceilings(year, None).await.expect("set");
        let august = service.overtime_month(Some(month(2025, 8)), None).await.expect("a month");
        assert_eq!(august.units[0].ceiling.map(|hours| hours.to_string()), Some("40.0".into()));
        assert!(august.furthest_above(5).is_empty(), "36 of 40, 18 of 20");
        assert_eq!(august.months, [month(2025, 9), month(2025, 8)]);

        let years = service.overtime_years(None).await.expect("years");
        assert_eq!(years.years.len(), 1);
        assert!((years.years[0].hours_per_person_month - 756.0 / 24.0).abs() < 1e-9);
        assert_eq!(
            years.months.iter().map(|(month, _)| *month).collect::<Vec<_>>(),
            [month(2025, 8), month(2025, 9)]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_is_asked_for_given_and_decided_on() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let person = async |n: usize| service.registry.person(staff[n]).await.expect("a person");
        let (head_a, head_b) = (person(0).await, person(6).await);
        overtime(&service).await;
        service.set_ceilings(FiscalYear::new(2025).expect("a year"), None).await.expect("set");
        let (september, august) = (month(2025, 9), month(2025, 8));
        let units: Vec<i64> = service
            .overtime_month(None, None)
            .await
            .expect("a month")
            .units
            .iter()
            .map(|row| row.unit)
            .collect();
        let ask = async |month, units: &[i64], due: &str, question: &str| {
            service.ask_explanations(month, units, due, question, hr).await
        };
        refused(ask(september, &units, "あした", "なぜ").await);
        refused(ask(september, &units, "2025-09-30", "なぜ").await);
        refused(ask(september, &units, "2025-10-10", " ").await);
        refused(ask(september, &[], "2025-10-10", "なぜ").await);
        assert!(refused(ask(august, &units, "2025-10-10", "なぜ").await).contains("上限を超えていない"));
        let asked =
            ask(september, &units[..1], "令和7年10月10日", "要因を教えてください").await.expect("asked");
        assert_eq!((asked.units, asked.mails, asked.without_manager), (1, 1, 0));
        let asked = ask(september, &units[..1], "2025-10-20", "もう一度").await.expect("asked");
        assert_eq!((asked.units, asked.mails), (0, 0), "once");
        let mails = async || {
            let sql = "SELECT recipient || ' ' || body FROM mail WHERE kind = 'explanation' ORDER BY id";
            column::<String>(&service.settings.registry_url, sql).await
        };
        let sent = mails().await;
        assert_eq!(sent.len(), 1);
        assert!(
            sent[0].starts_with("n1001@example.org") && sent[0].contains("甲課") && sent[0].contains("50.0")
        );

        // Its own manager and HR see it, nobody else.
        let mine = service.my_explanations(&head_a).await.expect("mine");
        assert_eq!(mine.len(), 1);
        let id = mine[0].id;
        assert!(sent[0].contains(&format!("/overtime/{id}\n")), "{}", sent[0]);
        assert!(service.my_explanations(&head_b).await.expect("none").is_empty());
        assert!(matches!(service.explanation(&head_b, id).await, Err(Error::NotFound)));
        assert!(head_b.has(Role::Manager) && service.explanation(&person(1).await, id).await.is_ok());
        assert!(matches!(
            service.reply_explanation(&head_b, id, "通りすがり", None).await,
            Err(Error::NotFound)
        ));

        // The deadline nears: one reminder, and no second one.
        assert_eq!(service.remind_explanations().await.expect("reminded"), 0);
        service.clock.set(NOW + 8 * DAY);
        assert_eq!(service.remind_explanations().await.expect("reminded"), 1);
        assert_eq!(service.remind_explanations().await.expect("reminded"), 0);
        assert_eq!(mails().await.len(), 2);
        service.clock.set(NOW + 12 * DAY);
        assert!(service.explanation(&head_a, id).await.expect("it").is_overdue(service.clock.today()));

        refused(service.reply_explanation(&head_a, id, " ", None).await);
        service.reply_explanation(&head_a, id, "首脳会談の準備\r\n来月は戻る", None).await.expect("replied");
        let all = service.explanations(Some(september)).await.expect("all");
        assert_eq!((all.len(), all[0].state), (1, ExplanationState::Replied));
        assert_eq!(all[0].reply, "首脳会談の準備\n来月は戻る");
        assert_eq!(all[0].replied.as_ref().map(|(name, _)| name.ja.as_str()), Some("職員1001"));
        assert!(service.explanations(Some(august)).await.expect("none").is_empty());

        // Another window, in which none had been given yet, does not write over it unseen.
        assert!(matches!(
            service.reply_explanation(&head_a, id, "別の画面から", None).await,
            Err(Error::Conflict(_))
        ));
        let given = service.explanation(&head_a, id).await.expect("it").replied.map(|(_, at)| at);
        assert_eq!(given, Some(NOW + 12 * DAY));
        let anew = "首脳会談の準備。来月は戻る";
        service.reply_explanation(&head_a, id, anew, given).await.expect("replied");
        assert_eq!(service.explanation(&head_a, id).await.expect("it").reply, anew);
        refused(service.decide_explanation(id, "", hr).await);
        service.decide_explanation(id, "応援を1名出す", hr).await.expect("decided");
        assert!(matches!(
            service.reply_explanation(&head_a, id, "追加", given).await,
            Err(Error::Conflict(_))
        ));
        let seen = service.explanation(&head_a, id).await.expect("it");
        assert_eq!((seen.state, seen.decision.as_str()), (ExplanationState::Decided, "応援を1名出す"));
        let shown = service.overtime_month(Some(september), None).await.expect("a month");
        assert_eq!(shown.units[0].explanation, Some((id, ExplanationState::Decided)));
        assert_eq!(Period::Month(september).code(), "2025-09");
    })
    .await;
}
