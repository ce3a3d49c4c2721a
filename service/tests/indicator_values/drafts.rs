//! What owning units propose.

use domain::followup::Column;
use service::indicator::{Cells, Decision, TableFile, edits_of};

use crate::common::{NOW, both, seed_staff};
use crate::{DAY, edit, figure, give, import, is_conflict, row, table, values};

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
async fn a_draft_does_not_take_the_place_of_one_that_was_not_seen() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service, &[figure("4", "取得率", "100%", "42.3%", "令和5年度")]).await;
        let one = row(&service, "取得率").await;
        give(&service, one.id, "A").await;
        let head = service.registry.person(staff[0]).await.expect("a person");
        let version = async || {
            let draft = service.row_draft(one.id).await.expect("read");
            draft.map(|draft| draft.version()).unwrap_or_default()
        };
        let none = version().await;
        let (first, second) = (edit(&one, Column::Outcome, "一つ目"), edit(&one, Column::Outcome, "二つ目"));
        service.save_draft_over(&head, one.id, &first, false, Some(&none)).await.expect("kept");
        service.clock.set(NOW + DAY);
        assert!(is_conflict(service.save_draft_over(&head, one.id, &second, true, Some(&none)).await));
        let kept = service.row_draft(one.id).await.expect("read").expect("a draft");
        assert_eq!(kept.cells.get(&Column::Outcome).map(String::as_str), Some("一つ目"));

        let seen = version().await;
        assert_ne!(seen, none);
        service.save_draft_over(&head, one.id, &second, true, Some(&seen)).await.expect("sent");
        let sent = service.submitted_drafts().await.expect("drafts");
        assert_eq!(sent[0].cells.get(&Column::Outcome).map(String::as_str), Some("二つ目"));
    })
    .await;
}
