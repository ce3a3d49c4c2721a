//! Where the values of indicators come from, on both engines: superseded cells, drafts, metric series; shares of
//! few people, the record of what arrived, and what owners are told.

mod common;

use common::{NOW, both, column, execute, seed_staff};
use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::followup::{self, Column, open_data};
use domain::indicator::{Direction, Source, Status};
use domain::metric::Period;
use domain::text::Text;
use service::indicator::{
    Act, Cells, Change, Decision, Edit, Edits, HIDDEN, NewValue, PLACE, PlanRow, PlanState, RowSettings,
    Step, TableFile, VALUE, edits_of,
};
use service::metric::{ApiRow, Batch, MetricLink, Posted, Scope};
use service::{Error, Service};

const DAY: i64 = 86_400;
const METRICS: &str = "部署コード,系列,期間,値,人数,分子,分母\n";

fn year(year: i16) -> FiscalYear {
    FiscalYear::new(year).expect("a year")
}

fn month(year: i16, month: i8) -> YearMonth {
    YearMonth::new(year, month).expect("a month")
}

/// A line of the table with a figure: section, item, target, current value and its time.
fn figure(section: &str, item: &str, target: &str, current: &str, as_of: &str) -> String {
    format!("{section},数値,{item},,{target},令和9年度末,{current},{as_of},,,,\r\n")
}

fn table(lines: &[String]) -> String {
    format!("{}{}", followup::write(&[]), lines.concat())
}

async fn import(service: &Service, lines: &[String]) {
    service.import_followup(&table(lines), Some(2025), None).await.expect("imported");
}

/// Numbers of metric series, as HR imports them.
async fn numbers(service: &Service, hr: i64, lines: &str) {
    let file = format!("{METRICS}{lines}");
    service.import_metrics(file.as_bytes(), "x.csv", Some(hr)).await.expect("imported");
}

async fn rows(service: &Service, year: i16) -> Vec<PlanRow> {
    let plan = service.followup(Some(year)).await.expect("a plan");
    plan.sections.into_iter().flat_map(|section| section.rows).collect()
}

async fn row(service: &Service, item: &str) -> PlanRow {
    rows(service, 2025).await.into_iter().find(|row| row.cells.item == item).expect("the row")
}

fn values(row: &PlanRow) -> Vec<(&str, &str)> {
    row.sources.iter().map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect()
}

/// Those of [`values`] that a metric series brought.
fn arrived(row: &PlanRow) -> Vec<(&str, &str)> {
    let told = row.sources.iter().filter(|source| matches!(source.source, Source::Metric { .. }));
    told.map(|source| (source.value.text.as_str(), source.as_of.text.as_str())).collect()
}

/// What is on record of values that came by themselves, before and after, the earliest first.
async fn recorded(service: &Service, of: i16, row: i64) -> Vec<(String, String)> {
    let changes = service.followup_changes(year(of), Some(row), 0, 100).await.expect("changes");
    let values = changes.into_iter().rev().filter(|change| change.act == Some(Act::Value));
    let said = |change: Change| {
        assert_eq!((change.actor, change.field.as_str()), (None, VALUE));
        (change.before, change.after)
    };
    values.map(said).collect()
}

fn pair(before: &str, after: &str) -> (String, String) {
    (before.to_owned(), after.to_owned())
}

async fn unit_id(service: &Service, code: &str) -> i64 {
    let units = service.registry.headcount().await.expect("units");
    units.into_iter().find(|unit| unit.code == code).expect("the unit").id
}

async fn give(service: &Service, row: i64, unit: &str) {
    let owner = Some(unit_id(service, unit).await);
    let settings = RowSettings { owner, ..RowSettings::default() };
    service.set_followup_settings(row, settings, None).await.expect("set");
}

async fn link(service: &Service, row: i64, series: &str) {
    let link = MetricLink { series: series.into(), unit: None, yearly: false };
    service.link_metric(row, Some(link), None).await.expect("linked");
}

fn edit(row: &PlanRow, column: Column, now: &str) -> Edits {
    Edits::from([(column, Edit { was: row.cells.cell(column).into_owned(), now: now.into() })])
}

fn refused<T: std::fmt::Debug>(result: service::Result<T>) -> Text {
    match result {
        Err(Error::Invalid(text) | Error::Conflict(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn is_conflict<T>(result: service::Result<T>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}

/// Recipients and texts of the mails of a kind.
async fn mails(service: &Service, kind: &str) -> Vec<String> {
    let sql = format!("SELECT recipient || ' ' || body FROM mail WHERE kind = '{kind}' ORDER BY id");
    column(&service.settings.registry_url, &sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_of_few_people_hides_whatever_else_says_it_and_stays_hidden_after_an_import() {
    both(|service| async move {
        import(&service, &[figure("5-1", "女性の割合", "30%以上", "66.7%", "2025-04")]).await;
        let id = row(&service, "女性の割合").await.id;
        let few = NewValue { counts: "2/3".into(), ..NewValue::plain("", "令和7年4月") };
        service.set_value(id, &NewValue::plain("50.0%", "令和6年4月"), None).await.expect("recorded");
        assert_eq!(service.followup_row(id).await.expect("the row").row.current, "66.7%", "nothing to hide");
        service.set_value(id, &few, None).await.expect("recorded");

        let month = month(2025, 12);
        let files = async |when: &str| {
            let one = service.followup_row(id).await.expect("the row");
            assert_eq!((one.hidden.is_some(), one.row.current.as_str()), (true, HIDDEN), "{when}");
            assert_eq!(one.status.as_ref().map(|status| status.0), Some(Status::NoData), "{when}");
            let cell = (one.cells.current.as_str(), one.cells.current_as_of.as_str());
            assert_eq!(cell, ("66.7%", "2025-04"), "{when}");
            let told = one.sources.iter().filter(|source| source.hidden.is_none());
            let told: Vec<&str> = told.map(|source| source.value.text.as_str()).collect();
            assert_eq!((told, one.sources.len()), (vec!["50.0%"], 3), "{when}");
            assert!(one.sources.iter().all(|source| source.counts.is_none()), "{when}");
            let table = service.export_followup(Some(2025)).await.expect("a table");
            let form = service.open_data_csv(Some(2025), month).await.expect("a file");
            for file in [&table, &form] {
                assert!(file.contains(HIDDEN) && !file.contains("66.7%"), "{when}: {file}");
            }
            (table, form)
        };
        let (table, form) = files("typed").await;
        service.import_followup(&table, Some(2025), None).await.expect("imported");
        files("the table was imported").await;
        service.import_open_data(&form, Some(2025), None).await.expect("imported");
        files("the open-data form was imported").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_that_an_import_moves_on_from_stays_as_a_value_with_its_origin() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let import = async |value: &str, time: &str, name: &str, actor: i64| {
            let table = table(&[figure("4", "取得率", "100%", value, time)]);
            let file = TableFile { bytes: table.as_bytes(), name };
            service.import_followup(file, Some(2025), Some(actor)).await.expect("imported");
        };
        import("42.3%", "令和5年度", "r6.csv", staff[1]).await;
        service.clock.set(NOW + DAY);
        import("50.0%", "令和6年度", "r7.csv", staff[2]).await;
        let one = row(&service, "取得率").await;
        assert_eq!(values(&one), [("42.3%", "令和5年度"), ("50.0%", "令和6年度")]);
        let (old, new) = (&one.sources[0], &one.sources[1]);
        assert_eq!(old.source, Source::Imported);
        assert_eq!((old.evidence.as_str(), old.written.at), ("r6.csv", Some(NOW)));
        assert_eq!(old.written.by.as_ref().map(|name| name.ja.as_str()), Some("職員1002"));
        assert_eq!((new.id, new.written.file.as_str(), new.written.at), (None, "r7.csv", Some(NOW + DAY)));
        assert_eq!(new.written.by.as_ref().map(|name| name.ja.as_str()), Some("職員1003"));

        // What was typed for the same time gives way to the file, what was typed for another time does not.
        for (value, time) in [("44.0%", "令和6年7月"), ("50.5%", "令和6年度")] {
            service.set_value(one.id, &NewValue::plain(value, time), Some(staff[1])).await.expect("recorded");
        }
        assert_eq!(row(&service, "取得率").await.row.current, "50.5%");
        import("51.0%", "FY2024", "r7b.csv", staff[1]).await;
        let one = row(&service, "取得率").await;
        assert_eq!(values(&one), [("42.3%", "令和5年度"), ("44.0%", "令和6年7月"), ("51.0%", "FY2024")]);
        let changes = service.followup_changes(year(2025), Some(one.id), 0, 50).await.expect("changes");
        let gone: Vec<(&str, &str)> = changes
            .iter()
            .filter(|change| change.act == Some(Act::Import) && change.field == VALUE)
            .map(|change| (change.before.as_str(), change.after.as_str()))
            .collect();
        assert_eq!(gone, [("50.5% (令和6年度)", "")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_draft_with_a_later_value_leaves_the_earlier_one() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let file = table(&[figure("4", "取得率", "100%", "42.3%", "令和5年度")]);
        let file = TableFile { bytes: file.as_bytes(), name: "r6.csv" };
        service.import_followup(file, Some(2025), Some(staff[1])).await.expect("imported");
        let id = row(&service, "取得率").await.id;
        give(&service, id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        let cells = [(Column::Current, "45.0%"), (Column::CurrentAsOf, "令和6年度")];
        let cells: Cells = cells.into_iter().map(|(column, text)| (column, text.to_owned())).collect();
        let edits = edits_of(&row(&service, "取得率").await.cells, &cells);
        service.save_draft(&head, id, &edits, true).await.expect("sent");
        assert_eq!(values(&row(&service, "取得率").await), [("42.3%", "令和5年度")], "not in the table yet");
        let sent = service.submitted_drafts().await.expect("drafts");
        service.decide_draft(sent[0].id, Decision::Accept, staff[1]).await.expect("accepted");

        let one = row(&service, "取得率").await;
        assert_eq!(values(&one), [("42.3%", "令和5年度"), ("45.0%", "令和6年度")]);
        let by = |at: usize| one.sources[at].written.by.as_ref().map(|name| name.ja.as_str());
        assert_eq!((by(0), one.sources[0].evidence.as_str()), (Some("職員1002"), "r6.csv"));
        assert_eq!((by(1), one.sources[1].written.file.as_str()), (Some("職員1001"), ""), "its author");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_changes_what_it_speaks_of_and_nothing_that_has_moved_on() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        import(&service, &[figure("4", "取得率", "100%", "42.3%", "令和5年度")]).await;
        let one = row(&service, "取得率").await;
        give(&service, one.id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        service.save_draft(&head, one.id, &edit(&one, Column::Outcome, "試行中"), true).await.expect("sent");
        // HR corrects another cell meanwhile: it stays.
        let corrected = edit(&one, Column::Current, "42.8%");
        service.edit_followup_row(one.id, &corrected, Some(hr)).await.expect("edited");
        let sent = service.submitted_drafts().await.expect("drafts");
        assert_eq!(sent[0].cells.keys().collect::<Vec<_>>(), [&Column::Outcome]);
        service.decide_draft(sent[0].id, Decision::Accept, hr).await.expect("accepted");
        let after = row(&service, "取得率").await;
        assert_eq!((after.cells.current.as_str(), after.cells.outcome.as_str()), ("42.8%", "試行中"));

        // The same cell: nobody's text is lost, and HR is told which.
        service
            .save_draft(&head, one.id, &edit(&after, Column::Outcome, "二年目"), true)
            .await
            .expect("sent");
        let again = edit(&after, Column::Outcome, "人事が書いた");
        service.edit_followup_row(one.id, &again, Some(hr)).await.expect("edited");
        let sent = service.submitted_drafts().await.expect("drafts");
        let refused = service.decide_draft(sent[0].id, Decision::Accept, hr).await;
        assert!(is_conflict(refused));
        assert_eq!(row(&service, "取得率").await.cells.outcome, "人事が書いた");
        assert_eq!(service.submitted_drafts().await.expect("drafts").len(), 1, "it still waits");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_an_open_table_is_not_lost_to_the_next_edition() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let lines = ["取得率", "実施率"].map(|item| figure("4", item, "100%", "42.3%", "令和5年度"));
        import(&service, &lines).await;
        let one = row(&service, "取得率").await;
        for item in ["取得率", "実施率"] {
            give(&service, row(&service, item).await.id, "A").await;
        }
        let head = service.registry.person(staff[0]).await.expect("a person");
        service
            .save_draft(&head, one.id, &edit(&one, Column::Outcome, "書きかけ"), false)
            .await
            .expect("kept");
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        let own = service.own_followup_rows(&head).await.expect("rows");
        let shown: Vec<(i16, &str, bool)> =
            own.iter().map(|own| (own.fiscal_year, own.row.item.as_str(), own.draft.is_some())).collect();
        assert_eq!(shown, [(2026, "取得率", false), (2026, "実施率", false), (2025, "取得率", true)]);
        service
            .save_draft(&head, one.id, &edit(&one, Column::Outcome, "書き上げ"), true)
            .await
            .expect("sent");
        let sent = service.submitted_drafts().await.expect("drafts");
        service.decide_draft(sent[0].id, Decision::Accept, hr).await.expect("accepted");
        assert_eq!(service.followup_row(one.id).await.expect("the row").cells.outcome, "書き上げ");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_share_is_in_no_baseline_and_in_no_draft() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let line = "4,数値,取得率,,100%,令和9年度末,50%,令和4年度,50%,令和4年度,,\r\n".to_owned();
        import(&service, std::slice::from_ref(&line)).await;
        let one = row(&service, "取得率").await;
        let small = NewValue { counts: "2/4".into(), ..NewValue::plain("", "2022年度") };
        service.set_value(one.id, &small, Some(hr)).await.expect("recorded");
        let hidden = row(&service, "取得率").await;
        assert!(hidden.hidden.is_some() && hidden.baseline_hidden.is_some());
        assert_eq!((hidden.row.current.as_str(), hidden.row.baseline.as_str()), (HIDDEN, HIDDEN));
        assert!(hidden.indicator.as_ref().is_some_and(|indicator| indicator.baseline.is_none()));
        let csv = service.export_followup(Some(2025)).await.expect("a table");
        assert!(!csv.contains("50%"), "{csv}");
        let open = service.open_data_csv(Some(2025), month(2025, 12)).await.expect("a file");
        assert!(!open.contains("50%"), "{open}");

        give(&service, one.id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        let own = service.own_followup_row(&head, one.id).await.expect("the row");
        assert_eq!((own.row.current.as_str(), own.row.baseline.as_str()), (HIDDEN, HIDDEN));
        // Left alone, it is no change; another value in its place is one.
        let alone = Edits::from([(Column::Current, Edit { was: HIDDEN.into(), now: HIDDEN.into() })]);
        service.save_draft(&head, one.id, &alone, false).await.expect("kept");
        assert!(service.row_draft(one.id).await.expect("read").expect("a draft").cells.is_empty());
        let other = Edits::from([
            (Column::Current, Edit { was: HIDDEN.into(), now: "60%".into() }),
            (Column::CurrentAsOf, Edit { was: "令和4年度".into(), now: "令和6年度".into() }),
        ]);
        service.save_draft(&head, one.id, &other, true).await.expect("sent");
        let sent = service.submitted_drafts().await.expect("drafts");
        service.decide_draft(sent[0].id, Decision::Accept, hr).await.expect("accepted");
        assert_eq!(row(&service, "取得率").await.cells.current, "60%");

        service.import_followup(csv.as_bytes(), Some(2025), Some(hr)).await.expect("imported");
        let after = row(&service, "取得率").await;
        assert_eq!(after.cells.baseline, "50%", "what the file does not tell stays");
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        assert_eq!(row(&service, "取得率").await.cells.baseline, "50%");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_in_one_year_is_hidden_in_all_and_its_time_cannot_be_moved() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let line = "4,数値,超過率,,10%,令和9年度末,12%,令和6年度,50%,令和4年度,,\r\n".to_owned();
        import(&service, &[line]).await;
        let first = row(&service, "超過率").await;
        assert_eq!(first.indicator.as_ref().map(|one| one.direction), Some(Direction::LowerIsBetter));
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        let next = rows(&service, 2026).await.remove(0);
        let small = NewValue { counts: "2/4".into(), ..NewValue::plain("", "令和4年度") };
        service.set_value(next.id, &small, Some(hr)).await.expect("recorded");
        for one in [row(&service, "超過率").await, rows(&service, 2026).await.remove(0)] {
            assert_eq!((one.row.baseline.as_str(), one.row.current.as_str()), (HIDDEN, "12%"));
            // Which way is better is not turned round by what is not shown.
            assert_eq!(one.indicator.map(|one| one.direction), Some(Direction::LowerIsBetter));
            assert_eq!(one.status.map(|status| status.0), Some(Status::Behind));
        }
        let pairs = service.compare_followup(2025, 2026).await.expect("compared");
        for one in pairs.iter().flat_map(|pair| [&pair.before, &pair.after]).flatten() {
            assert_eq!(one.row.baseline, HIDDEN);
        }

        // A file with what is not shown, taken for the year after: nothing is lost.
        let exported = service.export_followup(Some(2026)).await.expect("a table");
        service.clock.set(service.clock.now() + 200 * DAY);
        service.import_followup(&exported, Some(2027), Some(hr)).await.expect("imported");
        let later = rows(&service, 2027).await.remove(0);
        assert_eq!((later.cells.baseline.as_str(), later.row.baseline.as_str()), ("50%", HIDDEN));

        // A hidden current value does not come to light under another time.
        let small = NewValue { counts: "1/4".into(), ..NewValue::plain("", "令和6年度") };
        service.set_value(later.id, &small, Some(hr)).await.expect("recorded");
        give(&service, later.id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        let moved = Edit { was: "令和6年度".into(), now: "令和7年度".into() };
        let alone = Edits::from([(Column::CurrentAsOf, moved)]);
        assert!(refused(service.save_draft(&head, later.id, &alone, true).await).ja.contains("時点だけ"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_wrong_edition_is_removed_the_one_before_has_what_came_meanwhile() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        import(&service, &[figure("2", "一人当たり超過勤務", "30時間以下", "", "")]).await;
        let first = row(&service, "一人当たり超過勤務").await.id;
        link(&service, first, "overtime_hours").await;
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        numbers(&service, hr, "A,overtime_hours,2025-09,120,6,,\n").await;
        assert!(arrived(&service.followup_row(first).await.expect("the row")).is_empty());
        service.remove_followup(year(2026), Some(hr)).await.expect("removed");
        assert_eq!(
            arrived(&service.followup_row(first).await.expect("the row")),
            [("20.0時間", "令和7年9月")]
        );
        assert_eq!(service.followup_change_years().await.expect("years"), [2026, 2025], "the record stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_for_a_later_time_are_what_a_row_says() {
    both(|service| async move {
        seed_staff(&service).await;
        import(&service, &[figure("4", "取得率", "100%", "集計中", "令和7年度")]).await;
        let id = row(&service, "取得率").await.id;
        service.set_value(id, &NewValue::plain("およそ４２．３％", "R7.4.1"), None).await.expect("recorded");
        let one = row(&service, "取得率").await;
        assert_eq!((one.row.current.as_str(), one.row.current_as_of.as_str()), ("集計中", "令和7年度"));
        assert_eq!(
            values(&one),
            [("およそ４２．３％", "R7.4.1"), ("集計中", "令和7年度")],
            "as it was typed"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_takes_away_is_on_record_and_a_table_of_a_wrong_year_can_go() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let all = ["取得率", "実施率", "充足率"].map(|item| figure("4", item, "100%", "42.3%", "令和5年度"));
        import(&service, &all).await;
        let gone = row(&service, "充足率").await.id;
        service.set_value(gone, &NewValue::plain("44%", "令和6年度"), Some(hr)).await.expect("recorded");
        let turned = [all[1].clone(), all[0].clone()];
        import(&service, &turned).await;
        let told = service.followup_changes(year(2025), Some(gone), 0, 50).await.expect("changes");
        let of_value = told.iter().find(|change| change.field == VALUE && change.after.is_empty());
        assert_eq!(of_value.map(|change| change.before.as_str()), Some("44% (令和6年度)"));
        let changes = service.followup_changes(year(2025), None, 0, 50).await.expect("changes");
        let order = changes.iter().find(|change| change.field == PLACE).expect("another order");
        assert_eq!(
            (order.name.as_str(), order.before.as_str(), order.after.as_str()),
            ("4", "取得率、実施率", "実施率、取得率")
        );
        import(&service, &turned).await;
        let again = service.followup_changes(year(2025), None, 0, 50).await.expect("changes");
        assert_eq!(again.iter().filter(|change| change.field == PLACE).count(), 1, "nothing has moved");

        assert!(matches!(service.begin_edition(2088, Some(hr)).await, Err(Error::Invalid(_))));
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        service.step_followup(year(2026), Step::Submit, hr).await.expect("submitted");
        assert!(
            is_conflict(service.remove_followup(year(2026), Some(hr)).await),
            "it waits for its sign-off"
        );
        service.step_followup(year(2026), Step::TakeBack, hr).await.expect("taken back");
        assert_eq!(service.remove_followup(year(2026), Some(hr)).await.expect("removed"), 2);
        assert_eq!(service.followup_years().await.expect("years"), [2025]);
        assert!(service.followup_changes_count(year(2026), None).await.expect("counted") > 2, "on record");
        assert!(matches!(service.remove_followup(year(2026), Some(hr)).await, Err(Error::NotFound)));
    })
    .await;
}

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
        service.step_followup(year(2026), Step::Sign, executive).await.expect("signed");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_submitted_table_is_edited_only_after_it_was_taken_back() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        let lines = [figure("4", "取得率", "100%", "42.3%", "令和5年度")];
        import(&service, &lines).await;
        let one = row(&service, "取得率").await;
        give(&service, one.id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        let step = async |step: Step, actor: i64| service.step_followup(year(2025), step, actor).await;
        assert!(is_conflict(step(Step::TakeBack, hr).await), "nobody has submitted it");
        step(Step::Submit, hr).await.expect("submitted");

        let (change, value) = (edit(&one, Column::Outcome, "試行中"), NewValue::plain("50.0%", "令和6年度"));
        assert!(is_conflict(service.edit_followup_row(one.id, &change, Some(hr)).await));
        assert!(is_conflict(service.set_value(one.id, &value, Some(hr)).await));
        assert!(is_conflict(service.remove_followup_row(one.id, Some(hr)).await));
        assert!(is_conflict(service.set_followup_settings(one.id, RowSettings::default(), Some(hr)).await));
        assert!(is_conflict(service.link_metric(one.id, None, Some(hr)).await));
        assert!(is_conflict(service.save_draft(&head, one.id, &Edits::new(), true).await));
        assert!(is_conflict(service.import_followup(&table(&lines), Some(2025), Some(hr)).await));
        assert_eq!(row(&service, "取得率").await.cells, one.cells);

        step(Step::TakeBack, hr).await.expect("taken back");
        let state = service.followup_state(year(2025)).await.expect("a state");
        assert_eq!(state, PlanState::Open { comment: String::new() });
        assert!(is_conflict(step(Step::TakeBack, hr).await), "it is taken back already");
        service.edit_followup_row(one.id, &change, Some(hr)).await.expect("edited");
        service.set_value(one.id, &value, Some(hr)).await.expect("recorded");
        let after = row(&service, "取得率").await;
        assert_eq!((after.cells.outcome.as_str(), after.row.current.as_str()), ("試行中", "50.0%"));
        step(Step::Submit, hr).await.expect("submitted");
        step(Step::Sign, staff[2]).await.expect("signed");
        assert!(is_conflict(step(Step::TakeBack, hr).await), "what is signed off is reopened with a reason");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_do_not_differ_by_spaces_alone() {
    both(|service| async move {
        let other = figure("4", "別の率", "100%", "", "");
        import(&service, &[figure("4", "取得率", "100%", "", ""), other]).await;
        let one = row(&service, "別の率").await;
        for item in ["取得率", " 取得率", "取得率\u{3000}", "\u{3000}取得率 "] {
            let same = edit(&one, Column::Item, item);
            let told = refused(service.edit_followup_row(one.id, &same, None).await);
            assert!(told.ja.contains("項目番号・種別・項目・区分が同じ行"), "{item:?}: {}", told.ja);
        }
        assert_eq!(row(&service, "別の率").await.id, one.id);
        service.edit_followup_row(one.id, &edit(&one, Column::Item, "取得 率"), None).await.expect("edited");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_told_of_falling_behind_once_until_it_has_recovered() {
    both(|service| async move {
        seed_staff(&service).await;
        import(&service, &[figure("4", "取得率", "100%", "30.0%", "令和5年度")]).await;
        let id = row(&service, "取得率").await.id;
        give(&service, id, "A").await;
        let days = [
            (None, 1, "it is behind"),
            (Some(("31.0%", "令和6年度")), 0, "it is still behind"),
            (Some(("100%", "令和7年8月")), 0, "it has recovered"),
            (Some(("40.0%", "令和7年9月")), 1, "it has fallen behind again"),
            (None, 0, "and that was told"),
        ];
        for (day, (value, told, why)) in (0i64..).zip(days) {
            service.clock.set(NOW + day * DAY);
            if let Some((value, time)) = value {
                service.set_value(id, &NewValue::plain(value, time), None).await.expect("recorded");
            }
            assert_eq!(service.queue_digests().await.expect("queued"), told, "{why}");
        }
        let sent = mails(&service, "digest").await;
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|mail| mail.starts_with("n1001@example.org ") && mail.contains("取得率")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_could_be_told_is_told_once_there_is_a_manager() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let lines = ["取得率", "実施率"].map(|item| figure("4", item, "100%", "30.0%", "令和5年度"));
        import(&service, &lines).await;
        give(&service, row(&service, "取得率").await.id, "A").await;
        give(&service, row(&service, "実施率").await.id, "R").await;
        assert_eq!(service.queue_digests().await.expect("queued"), 1, "nobody manages the ministry");
        let sent = mails(&service, "digest").await;
        assert!(sent[0].contains("取得率") && !sent[0].contains("実施率"), "{}", sent[0]);

        service.clock.set(NOW + DAY);
        let root = unit_id(&service, "R").await;
        let grant = format!("INSERT INTO role_grant VALUES ({}, 'manager', {root})", staff[2]);
        execute(&service.settings.registry_url, &grant).await.expect("granted");
        assert_eq!(service.queue_digests().await.expect("queued"), 1);
        let sent = mails(&service, "digest").await;
        assert!(sent[1].starts_with("n1003@example.org ") && sent[1].contains("実施率"), "{}", sent[1]);
        service.clock.set(NOW + 2 * DAY);
        assert_eq!(service.queue_digests().await.expect("queued"), 0, "both were told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_asked_today_is_reminded_a_day_later_and_once() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let past = ["2022", "2023", "2024"].map(|year| format!("A,office_hours,{year}-09,240,6,,\n"));
        numbers(&service, staff[1], &(past.concat() + "A,overtime_hours,2025-09,300,6,,\n")).await;
        service.set_ceilings(year(2025), None).await.expect("set");
        let (units, question) = ([unit_id(&service, "A").await], "首脳会談のほかに要因はありますか。");
        let asked = service.ask_explanations(month(2025, 9), &units, "2025-10-02", question, staff[1]).await;
        assert_eq!(asked.expect("asked").mails, 1);
        for (seconds, told) in [(0, 0), (DAY - 1, 0), (DAY, 1), (DAY + 1, 0), (2 * DAY, 0)] {
            service.clock.set(NOW + seconds);
            assert_eq!(service.remind_explanations().await.expect("reminded"), told, "after {seconds} s");
        }
        let sent = mails(&service, "explanation").await;
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|mail| mail.starts_with("n1001@example.org ") && mail.contains(question)));
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

#[tokio::test(flavor = "multi_thread")]
async fn the_open_data_form_finds_its_rows_and_begins_no_edition() {
    both(|service| async move {
        let lines = [
            figure("6", "女性の割合（全体）", "30%", "25.0%", "令和6年度"),
            figure("5-1", "指標X", "30%", "12.0%", "令和6年度"),
        ];
        import(&service, &lines).await;
        // Its own file with one number changed: the same row, although the form writes its name otherwise.
        let own = service.open_data_csv(Some(2025), month(2025, 12)).await.expect("a file");
        let changed = own.replace("25.0%", "26.0%");
        let done = service.import_open_data(&changed, Some(2025), None).await.expect("imported");
        assert_eq!((done.updated, done.added), (2, 0));
        let one = row(&service, "女性の割合（全体）").await;
        assert_eq!((one.cells.group.as_str(), one.cells.current.as_str()), ("", "26.0%"));
        assert_eq!(rows(&service, 2025).await.len(), 2);

        // The first line is the row in 5-1; the second one would stand beside it under the same name.
        let before = service.export_followup(Some(2025)).await.expect("a table");
        let count = service.followup_changes_count(year(2025), None).await.expect("counted");
        let twice = format!(
            "{}その他,指標X,30%,令和9年度末,13.0%,令和7年4月,,,,,令和7年12月\r\n\
             採用関係,指標X,30%,令和9年度末,,,,,,,令和7年12月\r\n",
            open_data::csv(&[])
        );
        let told = refused(service.import_open_data(&twice, Some(2025), None).await);
        assert!(told.ja.contains("指標X") && told.ja.contains("項目番号5-1"), "{}", told.ja);
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), before);
        assert_eq!(service.followup_changes_count(year(2025), None).await.expect("counted"), count);

        let told = refused(service.import_open_data(&own, Some(2026), None).await);
        assert!(told.ja.contains("新しい年度の版") && told.en.contains("new edition"), "{told:?}");
        assert_eq!(service.followup_years().await.expect("years"), [2025]);
    })
    .await;
}
