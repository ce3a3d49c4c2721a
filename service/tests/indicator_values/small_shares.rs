//! Shares of few people, wherever else they stand.

use domain::followup::Column;
use domain::indicator::{Direction, Status};
use service::indicator::{Decision, Edit, Edits, HIDDEN, NewValue};

use crate::common::{both, seed_staff};
use crate::{DAY, figure, give, import, month, refused, row, rows};

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
            assert!(one.hides(), "its record is not for everybody");
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
async fn a_number_without_counts_does_not_bring_a_hidden_share_to_light() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let line = figure("5-1", "女性の割合", "30%以上", "66.7%", "2025-04");
        import(&service, std::slice::from_ref(&line)).await;
        let id = row(&service, "女性の割合").await.id;
        let evidence = "人事台帳".to_owned();
        let few = NewValue { counts: "2/3".into(), evidence, ..NewValue::plain("", "令和7年4月") };
        service.set_value(id, &few, Some(staff[1])).await.expect("recorded");
        let hidden = async |when: &str| {
            let one = service.followup_row(id).await.expect("the row");
            assert_eq!((one.row.current.as_str(), one.hides()), (HIDDEN, true), "{when}");
            assert!(one.sources.iter().all(|source| source.hidden.is_some()), "{when}");
            assert!(one.sources.iter().any(|source| source.evidence == "人事台帳"), "{when}");
            one
        };
        hidden("typed").await;
        import(&service, &[line]).await;
        hidden("the same file once more").await;
        import(&service, &[figure("5-1", "女性の割合", "30%以上", "67%", "令和7年4月")]).await;
        hidden("a file that says it otherwise").await;
        let again = Edits::from([(Column::Current, Edit { was: "67%".into(), now: "66.6%".into() })]);
        service.edit_followup_row(id, &again, Some(staff[1])).await.expect("edited");
        assert_eq!(hidden("edited").await.cells.current, "66.6%");

        // Counts of many people give way, as any typed value does.
        let many = NewValue { counts: "20/30".into(), ..NewValue::plain("", "令和7年4月") };
        service.set_value(id, &many, Some(staff[1])).await.expect("recorded");
        import(&service, &[figure("5-1", "女性の割合", "30%以上", "65.0%", "2025-04")]).await;
        let one = service.followup_row(id).await.expect("the row");
        assert_eq!((one.row.current.as_str(), one.sources.len()), ("65.0%", 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_in_a_later_table_does_not_bring_a_hidden_share_to_light() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        import(&service, &[figure("5-1", "女性の割合", "30%以上", "66.7%", "2025-04")]).await;
        service.begin_edition(2026, Some(hr)).await.expect("begun");
        let next = rows(&service, 2026).await.remove(0);
        let renamed = Edits::from([
            (Column::Item, Edit { was: "女性の割合".into(), now: "女性職員の割合".into() }),
            (Column::Section, Edit { was: "5-1".into(), now: "5-2".into() }),
        ]);
        service.edit_followup_row(next.id, &renamed, Some(hr)).await.expect("edited");
        assert_eq!(row(&service, "女性の割合").await.row.current, "66.7%");
        let few = NewValue { counts: "2/3".into(), ..NewValue::plain("", "令和7年4月") };
        service.set_value(next.id, &few, Some(hr)).await.expect("recorded");
        assert_eq!(rows(&service, 2026).await[0].row.current, HIDDEN);
        assert_eq!(row(&service, "女性の割合").await.row.current, HIDDEN);
        let csv = service.export_followup(Some(2025)).await.expect("a table");
        assert!(!csv.contains("66.7%"), "{csv}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_a_total_stay_as_long_as_they_hide_one_of_its_groups() {
    both(|service| async move {
        seed_staff(&service).await;
        let groups = [("", "66.7%", "22/33"), ("総合職", "66.7%", "2/3"), ("一般職", "66.7%", "20/30")];
        let line = |group: &str, current: &str| {
            format!("5-1,数値,採用,{group},30%以上,令和9年度末,{current},2025-04,,,,\r\n")
        };
        let lines: Vec<String> = groups.iter().map(|(group, current, _)| line(group, current)).collect();
        import(&service, &lines).await;
        for (row, (_, _, counts)) in rows(&service, 2025).await.into_iter().zip(groups) {
            let counts = NewValue { counts: counts.into(), ..NewValue::plain("", "令和7年4月") };
            service.set_value(row.id, &counts, None).await.expect("recorded");
        }
        let shown = async || -> Vec<String> {
            rows(&service, 2025).await.into_iter().map(|row| row.row.current).collect()
        };
        let before = shown().await;
        assert_eq!(before[1..], [HIDDEN, HIDDEN]);
        import(&service, &[line("", "67%"), lines[1].clone(), lines[2].clone()]).await;
        assert_eq!(shown().await[1..], [HIDDEN, HIDDEN], "the total still has its counts");
    })
    .await;
}
