//! The life of a year's follow-up table on both engines: edited, drafted by its owners, signed off, begun anew, compared;
//! every change on record; values with their evidence; files in both forms.

mod common;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use common::{both, execute, seed_staff, table, workbook, workbook_with};
use domain::fiscal_year::{FiscalYear, YearMonth};
use domain::followup::{Column, RowKind};
use domain::indicator::{Direction, Status};
use domain::text::Lang;
use rust_xlsxwriter::Format;
use service::indicator::{
    Act, Cells, Decision, DraftState, Edit, Edits, NewValue, PlanRow, PlanState, RowSettings, Step,
    TableFile, edits_of,
};
use service::registry::person::Person;
use service::{Error, Service};

const DEMO: &str = include_str!("../demo/followup.csv");

fn year(year: i16) -> FiscalYear {
    FiscalYear::new(year).expect("a year")
}

async fn import(service: &Service) {
    service.import_followup(DEMO, Some(2025), None).await.expect("imported");
}

async fn rows(service: &Service, year: i16) -> Vec<PlanRow> {
    let plan = service.followup(Some(year)).await.expect("a plan");
    plan.sections.into_iter().flat_map(|section| section.rows).collect()
}

async fn row(service: &Service, group: &str) -> PlanRow {
    let rows = rows(service, 2025).await;
    rows.into_iter().find(|row| row.row.group == group).expect("the row")
}

/// The person with the staff number.
async fn person(service: &Service, staff: &[i64], number: usize) -> Person {
    service.registry.person(staff[number - 1001]).await.expect("a person")
}

fn cells<const N: usize>(cells: [(Column, &str); N]) -> Cells {
    cells.into_iter().map(|(column, text)| (column, text.to_owned())).collect()
}

/// What somebody who sees `row` makes of it.
fn edits(row: &PlanRow, cells: &Cells) -> Edits {
    let edit = |(column, now): (&Column, &String)| {
        (*column, Edit { was: row.cells.cell(*column).into_owned(), now: now.clone() })
    };
    cells.iter().map(edit).collect()
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

/// Rows as a workbook, as a spreadsheet would save them.
#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_imported_as_the_csv_is_and_leaves_cell_for_cell() {
    both(|service| async move {
        let book = workbook(&table(DEMO));
        service
            .import_followup(TableFile { bytes: &book, name: "C:\\表\\r7.xlsx" }, Some(2025), None)
            .await
            .expect("imported");
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), DEMO);
        assert_eq!(rows(&service, 2025).await[0].written.file, "r7.xlsx");

        let saved = service.followup_workbook(Some(2025)).await.expect("a workbook");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&saved)).expect("a workbook");
        let sheet = book.worksheet_range_at(0).expect("a sheet").expect("cells");
        let read: Vec<Vec<String>> = sheet
            .rows()
            .map(|row| {
                row.iter()
                    .map(|cell| if let Data::String(text) = cell { text.clone() } else { String::new() })
                    .collect()
            })
            .collect();
        assert_eq!(read, table(DEMO), "as another program reads it");
        service.import_followup(&saved, Some(2026), None).await.expect("imported");
        assert_eq!(service.export_followup(Some(2026)).await.expect("a table"), DEMO);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_with_a_fault_changes_nothing() {
    both(|service| async move {
        import(&service).await;
        let rows = table(DEMO);
        let merged = workbook_with(&rows, |sheet| {
            sheet.merge_range(4, 3, 5, 3, "結合", &Format::new()).expect("merged");
        });
        let hidden = workbook_with(&rows, |sheet| {
            sheet.set_row_hidden(6).expect("hidden");
        });
        let above = workbook_with(&rows, |sheet| {
            sheet
                .write_number_with_format(12, 6, 1.042, &Format::new().set_num_format("0.0%"))
                .expect("a number");
        });
        for (bytes, expected) in [(merged, "D5:D6"), (hidden, "7行目"), (above, "13行目・現状列: 「104.2%」")]
        {
            let told = refused(service.import_followup(&bytes, Some(2025), None).await);
            assert!(told.contains(expected), "{told}");
        }
        let huge = vec![b'P'; service::indicator::MAX_FILE + 1];
        let zip: Vec<u8> = b"PK\x03\x04".iter().copied().chain(huge).collect();
        assert!(refused(service.import_followup(&zip, Some(2025), None).await).contains("大きすぎます"));
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), DEMO);
        let changes = service.followup_changes_count(year(2025), None).await.expect("counted");
        assert_eq!(changes, 1, "only that the table was imported");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_are_edited_with_a_record_of_who_when_before_and_after() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        import(&service).await;
        let before = row(&service, "本省課室長相当職").await;
        let edit = async |seen: &PlanRow, cells: Cells| {
            service.edit_followup_row(before.id, &edits(seen, &cells), Some(hr)).await
        };
        for (cell, expected) in [
            (
                (Column::Deadline, "令和2年度末"),
                "目標時期: 目標時期(令和2年度末)は、令和7年度が始まる前に過ぎています",
            ),
            ((Column::CurrentAsOf, "令和7年2月30日"), "現状時点: 「令和7年2月30日」は暦にない"),
            ((Column::Current, "113%"), "現状: 割合は100%を超えません"),
            ((Column::Item, " "), "項目: 項目を入力してください"),
            ((Column::Group, "係長相当職(本省)"), "項目: 項目番号・種別・項目・区分が同じ行"),
        ] {
            let told = refused(edit(&before, cells([cell])).await);
            assert!(told.contains(expected), "{told}");
        }
        let new = cells([
            (Column::Current, "12.0%"),
            (Column::CurrentAsOf, "令和7年7月"),
            (Column::Outcome, "一行目\r\n二行目"),
        ]);
        edit(&before, new.clone()).await.expect("edited");
        let after = row(&service, "本省課室長相当職").await;
        assert_eq!((after.cells.current.as_str(), after.cells.outcome.as_str()), ("12.0%", "一行目\n二行目"));
        assert_eq!(after.written.by.as_ref().map(|name| name.ja.as_str()), Some("職員1002"));
        edit(&after, new.clone()).await.expect("nothing to do");
        edit(&before, new).await.expect("what somebody else did already is no conflict");
        // Somebody who opened the row before changes other cells: what was done meanwhile stays.
        let mut late =
            edits(&before, &cells([(Column::Initiative, "手引を配る"), (Column::Current, "11.4%")]));
        service.edit_followup_row(before.id, &late, Some(hr)).await.expect("edited");
        let both = row(&service, "本省課室長相当職").await;
        assert_eq!((both.cells.current.as_str(), both.cells.initiative.as_str()), ("12.0%", "手引を配る"));
        late.insert(Column::Current, Edit { was: "11.4%".into(), now: "13.1%".into() });
        let told = refused(service.edit_followup_row(before.id, &late, Some(hr)).await);
        assert!(told.contains("ほかの人が「現状」を変更"), "{told}");
        service
            .edit_followup_row(before.id, &edits(&both, &cells([(Column::Initiative, "")])), Some(hr))
            .await
            .expect("taken back");

        let changes = service.followup_changes(year(2025), Some(before.id), 2, 10).await.expect("changes");
        let told: Vec<(&str, &str, &str)> =
            changes.iter().map(|c| (c.field.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(
            told,
            [
                ("outcome", before.cells.outcome.as_str(), "一行目\n二行目"),
                ("current_as_of", "令和6年7月", "令和7年7月"),
                ("current", "11.4%", "12.0%"),
            ]
        );
        assert!(changes.iter().all(|c| c.act == Some(Act::Edit) && c.at == service.clock.now()));
        assert!(changes.iter().all(|c| c.actor.as_ref().is_some_and(|name| name.ja == "職員1002")));
        // What is on record stays, whoever asks.
        for sql in ["UPDATE followup_change SET after = 'x'", "DELETE FROM followup_change"] {
            let error = execute(&service.settings.registry_url, sql).await.expect_err("refused");
            assert!(error.to_string().contains("the record of changes is not changed"), "{error}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_added_moved_settled_and_removed() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service).await;
        let names = async || {
            let rows = rows(&service, 2025).await;
            let of = |row: &PlanRow| (row.row.section.to_string() == "5-2").then(|| row.row.group.clone());
            rows.iter().filter_map(of).collect::<Vec<_>>()
        };
        let count = rows(&service, 2025).await.len();
        let new =
            cells([(Column::Item, "女性の登用目標"), (Column::Group, "指定職相当"), (Column::Target, "8%")]);
        refused(service.add_followup_row(year(2025), RowKind::Figure, "5月2日", &new, None).await);
        assert!(matches!(
            service.add_followup_row(year(2031), RowKind::Figure, "5-2", &new, None).await,
            Err(Error::NotFound)
        ));
        let id = service
            .add_followup_row(year(2025), RowKind::Figure, "5-2", &new, Some(staff[1]))
            .await
            .expect("added");
        refused(service.add_followup_row(year(2025), RowKind::Figure, "5-2", &new, None).await);
        assert_eq!(rows(&service, 2025).await.len(), count + 1);
        assert_eq!(names().await.last().map(String::as_str), Some("指定職相当"));
        service.move_followup_row(id, true, None).await.expect("moved");
        service.move_followup_row(id, true, None).await.expect("moved");
        let there = names().await;
        assert_eq!(there.iter().rposition(|name| name == "指定職相当"), Some(there.len() - 3));
        service.move_followup_row(id, false, None).await.expect("moved");

        let unit =
            service.registry.headcount().await.expect("units").into_iter().find(|unit| unit.code == "A");
        let owner = unit.map(|unit| unit.id);
        let settings = RowSettings { owner, direction: Some(Direction::LowerIsBetter), category: None };
        service.set_followup_settings(id, settings.clone(), Some(staff[1])).await.expect("set");
        let row = service.followup_row(id).await.expect("the row");
        assert_eq!(row.settings, settings);
        assert_eq!(row.owner.map(|name| name.ja), Some("甲課".into()));
        assert_eq!(row.indicator.map(|indicator| indicator.direction), Some(Direction::LowerIsBetter));
        let nowhere = RowSettings { owner: Some(9_999), ..RowSettings::default() };
        refused(service.set_followup_settings(id, nowhere, None).await);

        service.set_value(id, &NewValue::plain("5.0%", "令和6年度"), None).await.expect("recorded");
        service.remove_followup_row(id, Some(staff[1])).await.expect("removed");
        assert!(matches!(service.followup_row(id).await, Err(Error::NotFound)));
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), DEMO);
        let changes = service.followup_changes(year(2025), Some(id), 0, 50).await.expect("changes");
        assert!(changes.iter().any(|change| change.act == Some(Act::Remove) && change.before == "8%"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owning_unit_drafts_and_hr_accepts_or_returns() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service).await;
        let hr = staff[1];
        let (head, other) = (person(&service, &staff, 1001).await, person(&service, &staff, 1007).await);
        let target = row(&service, "本省課室長相当職").await;
        assert!(service.own_followup_rows(&head).await.expect("rows").is_empty(), "nobody owns anything yet");
        let unit =
            service.registry.headcount().await.expect("units").into_iter().find(|unit| unit.code == "A");
        let settings = RowSettings { owner: unit.map(|unit| unit.id), ..RowSettings::default() };
        service.set_followup_settings(target.id, settings, Some(hr)).await.expect("set");

        let own = service.own_followup_rows(&head).await.expect("rows");
        assert_eq!(own.iter().map(|row| row.id).collect::<Vec<_>>(), [target.id]);
        let draft =
            cells([(Column::Current, "12.5%"), (Column::CurrentAsOf, "令和7年7月"), (Column::Target, "1%")]);
        let draft = edits_of(&target.cells, &draft);
        assert!(matches!(service.save_draft(&other, target.id, &draft, true).await, Err(Error::NotFound)));
        let bad = edits_of(&target.cells, &cells([(Column::CurrentAsOf, "令和7年13月")]));
        assert!(refused(service.save_draft(&head, target.id, &bad, false).await).contains("現状時点"));
        service.save_draft(&head, target.id, &draft, false).await.expect("kept");
        assert!(service.submitted_drafts().await.expect("drafts").is_empty(), "it is not sent yet");
        service.save_draft(&head, target.id, &draft, true).await.expect("sent");
        refused(service.save_draft(&head, target.id, &draft, true).await);
        let sent = service.submitted_drafts().await.expect("drafts");
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].cells.get(&Column::Target), None, "targets are not the unit's to set");
        assert_eq!(row(&service, "本省課室長相当職").await.cells.current, "11.4%", "not in the table yet");

        refused(service.decide_draft(sent[0].id, Decision::Return(" ".into()), hr).await);
        service.decide_draft(sent[0].id, Decision::Return("時点を確認".into()), hr).await.expect("returned");
        let own = service.own_followup_row(&head, target.id).await.expect("the row");
        let returned = own.draft.expect("a draft");
        assert_eq!((returned.state, returned.comment.as_str()), (DraftState::Returned, "時点を確認"));
        service.save_draft(&head, target.id, &draft, true).await.expect("sent again");
        let sent = service.submitted_drafts().await.expect("drafts");
        service.decide_draft(sent[0].id, Decision::Accept, hr).await.expect("accepted");
        assert!(matches!(service.decide_draft(sent[0].id, Decision::Accept, hr).await, Err(Error::NotFound)));
        let after = row(&service, "本省課室長相当職").await;
        assert_eq!((after.cells.current.as_str(), after.cells.target.as_str()), ("12.5%", "13%"));
        let change = &service.followup_changes(year(2025), Some(target.id), 0, 1).await.expect("changes")[0];
        assert_eq!(change.act, Some(Act::Draft));
        assert_eq!(change.actor.as_ref().map(|name| name.ja.as_str()), Some("職員1001"), "its author");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_off_stays_until_it_is_reopened() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let (hr, executive) = (staff[1], staff[2]);
        import(&service).await;
        let row = row(&service, "本省課室長相当職").await;
        refused(service.step_followup(year(2025), Step::Sign(service.clock.now()), executive).await);
        service.step_followup(year(2025), Step::Submit, hr).await.expect("submitted");
        refused(service.step_followup(year(2025), Step::Submit, hr).await);
        refused(service.step_followup(year(2025), Step::Return(String::new()), executive).await);
        service.step_followup(year(2025), Step::Return("2を見直す".into()), executive).await.expect("returned");
        assert_eq!(
            service.followup_state(year(2025)).await.expect("a state"),
            PlanState::Open { comment: "2を見直す".into() }
        );
        // What was taken back and changed while an executive was reading is not what they sign off.
        service.step_followup(year(2025), Step::Submit, hr).await.expect("submitted");
        let read = service.clock.now();
        service.step_followup(year(2025), Step::TakeBack, hr).await.expect("taken back");
        service.clock.set(read + 60);
        service.step_followup(year(2025), Step::Submit, hr).await.expect("submitted");
        refused(service.step_followup(year(2025), Step::Sign(read), executive).await);
        service.step_followup(year(2025), Step::Sign(read + 60), executive).await.expect("signed");
        let state = service.followup_state(year(2025)).await.expect("a state");
        assert!(matches!(state, PlanState::Signed { by, .. } if by.ja == "職員1003"));

        // Neither the service nor the database changes anything now.
        let one = edits(&row, &cells([(Column::Current, "1%")]));
        refused(service.edit_followup_row(row.id, &one, Some(hr)).await);
        refused(service.set_value(row.id, &NewValue::plain("1%", "令和6年度"), Some(hr)).await);
        refused(service.remove_followup_row(row.id, Some(hr)).await);
        refused(service.import_followup(DEMO, Some(2025), Some(hr)).await);
        refused(service.import_open_data(DEMO, Some(2025), Some(hr)).await);
        for sql in [
            "UPDATE followup_row SET current = '1%'",
            "DELETE FROM followup_row",
            "INSERT INTO observation (row_id, value, as_of, source, recorded_at) SELECT id, '1%', '', 'typed', 0 FROM followup_row",
        ] {
            let error = execute(&service.settings.registry_url, sql).await.expect_err("refused");
            assert!(error.to_string().contains("the table is signed off"), "{error}");
        }
        assert_eq!(service.export_followup(Some(2025)).await.expect("a table"), DEMO);

        refused(service.step_followup(year(2025), Step::Reopen(String::new()), hr).await);
        service.step_followup(year(2025), Step::Reopen("誤記の訂正".into()), hr).await.expect("reopened");
        service.set_value(row.id, &NewValue::plain("12.1%", "令和7年7月"), Some(hr)).await.expect("recorded");
        let changes = service.followup_changes(year(2025), None, 0, 50).await.expect("changes");
        let steps: Vec<&str> =
            changes.iter().rev().filter(|c| c.act == Some(Act::SignOff)).map(|c| c.after.as_str()).collect();
        let returned = ["確定依頼中", "作成中(2を見直す)"];
        assert_eq!(steps[..2], returned);
        assert_eq!(steps[2..], ["確定依頼中", "作成中", "確定依頼中", "確定", "作成中(誤記の訂正)"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_edition_starts_from_the_last_one_and_is_compared_with_it() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let hr = staff[1];
        refused(service.begin_edition(2026, Some(hr)).await);
        import(&service).await;
        let last = row(&service, "本省課室長相当職").await;
        let unit =
            service.registry.headcount().await.expect("units").into_iter().find(|unit| unit.code == "A");
        let settings = RowSettings { owner: unit.map(|unit| unit.id), ..RowSettings::default() };
        service.set_followup_settings(last.id, settings.clone(), Some(hr)).await.expect("set");
        service
            .set_value(last.id, &NewValue::plain("10.1%", "令和5年7月"), Some(hr))
            .await
            .expect("recorded");
        service
            .set_value(last.id, &NewValue::plain("12.4%", "令和7年7月"), Some(hr))
            .await
            .expect("recorded");

        let rows_before = rows(&service, 2025).await;
        assert_eq!(service.begin_edition(2026, Some(hr)).await.expect("begun"), rows_before.len());
        refused(service.begin_edition(2026, Some(hr)).await);
        let next: PlanRow = rows(&service, 2026)
            .await
            .into_iter()
            .find(|row| row.came_from == Some(last.id))
            .expect("the row that goes on");
        assert_eq!((next.row.current.as_str(), next.row.current_as_of.as_str()), ("12.4%", "令和7年7月"));
        assert_eq!(next.settings, settings);
        let course: Vec<&str> = next.sources.iter().map(|source| source.value.text.as_str()).collect();
        assert_eq!(course, ["10.1%", "11.4%", "12.4%", "12.4%"], "with the course so far");
        let remarks = service.followup_remarks(year(2026)).await.expect("remarks");
        let mine: Vec<&str> = remarks
            .iter()
            .filter(|remark| remark.row == next.id)
            .map(|remark| remark.what.ja.as_str())
            .collect();
        assert!(mine.iter().any(|what| what.contains("始まる前に過ぎています")), "{mine:?}");
        assert!(mine.contains(&"現状の値が前年度の表と同じです。"), "{mine:?}");

        // The years are apart: what is edited now changes the new one only.
        let new = cells([
            (Column::Item, "女性職員の登用"),
            (Column::Target, "15%"),
            (Column::Deadline, "令和12年度末"),
        ]);
        service.edit_followup_row(next.id, &edits(&next, &new), Some(hr)).await.expect("edited");
        let added = cells([(Column::Item, "新しい指標")]);
        service.add_followup_row(year(2026), RowKind::Figure, "6", &added, Some(hr)).await.expect("added");
        let dropped =
            rows(&service, 2026).await.into_iter().find(|row| row.row.group == "総合職").expect("a row");
        service.remove_followup_row(dropped.id, Some(hr)).await.expect("removed");
        let pairs = service.compare_followup(2025, 2026).await.expect("compared");
        let pair = pairs
            .iter()
            .find(|pair| pair.after.as_ref().is_some_and(|row| row.id == next.id))
            .expect("a pair");
        assert_eq!(
            pair.before.as_ref().map(|row| row.id),
            Some(last.id),
            "although it is called otherwise now"
        );
        assert_eq!(pair.changed, [Column::Item, Column::Target, Column::Deadline]);
        let count =
            |is: fn(&service::indicator::Compared) -> bool| pairs.iter().filter(|pair| is(pair)).count();
        assert_eq!((count(|p| p.before.is_none()), count(|p| p.after.is_none())), (1, 1));
        assert_eq!(count(|p| p.changed.is_empty()), rows_before.len() - 2);
        assert_eq!(row(&service, "本省課室長相当職").await.row.item, last.row.item);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_has_its_evidence_and_few_people_are_not_shown() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service).await;
        let figures: BTreeMap<String, i64> = rows(&service, 2025)
            .await
            .into_iter()
            .filter(|row| row.row.item == "女性の採用目標")
            .map(|row| (row.row.group.clone(), row.id))
            .collect();
        let set = async |group: &str, counts: &str| {
            let new = NewValue {
                counts: counts.into(),
                evidence: "採用実績表 令和7年10月".into(),
                note: "速報".into(),
                ..NewValue::plain("", "令和7年10月")
            };
            service.set_value(figures[group], &new, Some(staff[1])).await
        };
        assert!(refused(set("全体", "60/50").await).contains("分子/分母"));
        set("全体", "26/50").await.expect("recorded");
        set("総合職", "17/47").await.expect("recorded");
        set("技術系区分", "1/3").await.expect("recorded");
        let one = service.followup_row(figures["技術系区分"]).await.expect("the row");
        assert_eq!((one.row.current.as_str(), one.hidden.is_some()), ("非公表", true), "three people");
        assert_eq!(
            one.status.as_ref().map(|status| status.0),
            Some(Status::NoData),
            "how it stands would tell"
        );
        let kept = one.current_source().expect("its source");
        assert!(kept.hidden.is_some() && kept.counts.is_none());
        // Whoever knows the whole and the other group could subtract.
        let shown: Vec<bool> = {
            let mut shown = Vec::new();
            for group in ["全体", "総合職"] {
                shown.push(service.followup_row(figures[group]).await.expect("the row").hidden.is_none());
            }
            shown
        };
        assert!(shown.contains(&false), "{shown:?}");
        let exported = service.export_followup(Some(2025)).await.expect("a table");
        assert!(!exported.contains("33.3%"), "in no file either");
        // A table that does not tell it does not take it away.
        service.import_followup(&exported, Some(2025), Some(staff[1])).await.expect("imported");
        let again = service.followup_row(figures["技術系区分"]).await.expect("the row");
        assert_eq!(again.sources.iter().filter(|source| source.hidden.is_some()).count(), 1);
        assert_eq!(again.cells.current, one.cells.current);

        // Of enough people everything is shown, with what it can be checked by.
        set("技術系区分", "10/30").await.expect("recorded");
        set("総合職", "20/60").await.expect("recorded");
        set("全体", "30/90").await.expect("recorded");
        let whole = service.followup_row(figures["全体"]).await.expect("the row");
        let source = whole.current_source().expect("its source");
        assert_eq!(whole.row.current, "33.3%");
        assert_eq!(source.counts.map(|rate| rate.label(Lang::Ja)), Some("90人中30人".into()));
        assert_eq!((source.evidence.as_str(), source.note.as_str()), ("採用実績表 令和7年10月", "速報"));
        assert_eq!(source.written.by.as_ref().map(|name| name.ja.as_str()), Some("職員1002"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forecast_needs_three_values_and_says_how_wide_it_is() {
    both(|service| async move {
        import(&service).await;
        let target = row(&service, "本省課室長相当職").await;
        assert_eq!(target.forecast, None, "one value so far");
        for (value, time) in [("10.0%", "令和5年7月"), ("10.6%", "令和4年7月")] {
            service.set_value(target.id, &NewValue::plain(value, time), None).await.expect("recorded");
        }
        let forecast = row(&service, "本省課室長相当職").await.forecast.expect("a forecast");
        assert_eq!(forecast.points, 4, "with the value when the target was set");
        assert!(forecast.low < forecast.value && forecast.value < forecast.high, "{forecast:?}");
        assert!(forecast.low >= 0.0 && forecast.high <= 100.0, "a share: {forecast:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_data_form_is_written_and_read() {
    both(|service| async move {
        import(&service).await;
        let month = YearMonth::new(2025, 12).expect("a month");
        let figures = rows(&service, 2025).await.into_iter().filter(|row| row.indicator.is_some()).count();
        let csv = service.open_data_csv(Some(2025), month).await.expect("a file");
        let rows_of = table(&csv);
        assert_eq!(rows_of.len(), figures + 1);
        assert_eq!(
            rows_of[0][1..],
            [
                "目標項目",
                "数値目標",
                "時期",
                "最新値",
                "時期",
                "目標設定時最新値",
                "時期",
                "取組内容",
                "取組内容",
                "公表年月"
            ]
        );
        assert!(rows_of[1..].iter().all(|row| row[10] == "令和7年12月"));
        let book = service.open_data_workbook(Some(2025), month).await.expect("a workbook");

        // Read into another year's table, the figures come out as they went in.
        for (file, year) in [(csv.clone().into_bytes(), 2023), (book, 2024)] {
            if year == 2024 {
                let early = refused(service.import_open_data(&file, Some(year), None).await);
                assert!(early.contains("新しい年度の版"), "{early}");
                continue;
            }
            let done = service.import_open_data(&file, Some(year), None).await.expect("imported");
            assert_eq!((done.updated, done.added), (0, figures));
            assert_eq!(service.open_data_csv(Some(year), month).await.expect("a file"), csv);
        }
        let done = service.import_open_data(&csv, Some(2025), None).await.expect("imported");
        assert_eq!((done.updated, done.added), (figures, 0));
        assert_eq!(
            service.export_followup(Some(2025)).await.expect("a table"),
            DEMO,
            "it says what was there"
        );

        let bad = csv.replacen("令和7年12月", "令和0年12月", 1);
        assert!(refused(service.import_open_data(&bad, Some(2025), None).await).contains("公表年月"));
        let long = row(&service, "本省課室長相当職").await;
        let text = format!("・{}", "長".repeat(101));
        let new = cells([(Column::Initiative, text.as_str())]);
        service.edit_followup_row(long.id, &edits(&long, &new), None).await.expect("edited");
        let told = refused(service.open_data_csv(Some(2025), month).await);
        assert!(told.contains("本省課室長相当職") && told.contains("101"), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_told_once_of_deadlines_and_of_falling_behind() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service).await;
        assert_eq!(service.queue_digests().await.expect("queued"), 0, "nobody owns anything");
        let target = row(&service, "本省課室長相当職").await;
        let unit =
            service.registry.headcount().await.expect("units").into_iter().find(|unit| unit.code == "A");
        let settings = RowSettings { owner: unit.map(|unit| unit.id), ..RowSettings::default() };
        service.set_followup_settings(target.id, settings, Some(staff[1])).await.expect("set");
        assert_eq!(service.queue_digests().await.expect("queued"), 1, "it is behind");
        assert_eq!(service.queue_digests().await.expect("queued"), 0, "and that was told");
        let mails: Vec<String> = common::column(
            &service.settings.registry_url,
            "SELECT recipient || body FROM mail WHERE kind = 'digest'",
        )
        .await;
        assert_eq!(mails.len(), 1);
        assert!(
            mails[0].starts_with("n1001@")
                && mails[0].contains("本省課室長相当職")
                && mails[0].contains("遅れ")
        );
        // Sixty days before the deadline, 31 March 2026, and once more.
        service.clock.set(common::NOW + 140 * 86_400);
        assert_eq!(service.queue_digests().await.expect("queued"), 1);
        assert_eq!(service.queue_digests().await.expect("queued"), 0);
    })
    .await;
}
