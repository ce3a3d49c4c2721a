//! Superseded cells, submitted tables, files, and tables of a wrong year.

use domain::followup::{Column, open_data};
use domain::indicator::Source;
use service::Error;
use service::indicator::{Act, Edits, NewValue, PLACE, PlanState, RowSettings, Step, TableFile, VALUE};

use crate::common::{NOW, both, seed_staff};
use crate::{
    DAY, arrived, edit, figure, give, import, is_conflict, link, month, numbers, refused, row, rows, table,
    values, year,
};

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
        step(Step::Sign(service.clock.now()), staff[2]).await.expect("signed");
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
