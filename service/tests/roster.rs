//! Importing the roster, on both engines.

mod common;

use std::time::{Duration, Instant};

use common::{NOW, both, seed_staff};
use domain::role::Role;
use domain::roster::Problem;
use service::Service;
use service::registry::roster::{Imported, Refused};

const HEADER: &str = "職員番号,氏名,メール,部署コード,上司職員番号,権限\n";
const SHORT_HEADER: &str = "職員番号,氏名,メール,部署コード,上司職員番号\n";

async fn import(service: &Service, csv: &str) -> Result<Imported, Refused> {
    service.registry.import_roster(csv.as_bytes(), None, NOW, service.clock.today()).await
}

/// The lines of [`seed_staff`]'s people, so that a test can change one of them.
fn lines() -> Vec<String> {
    (1001..=1012)
        .map(|n| {
            let (unit, boss) = if n <= 1006 { ("A", 1001) } else { ("B", 1007) };
            let boss = if n == boss { String::new() } else { boss.to_string() };
            let role = match n {
                1001 | 1007 => "manager",
                1002 => "hr",
                1003 => "executive",
                1004 => "administrator",
                _ => "",
            };
            format!("{n},職員{n},n{n}@example.org,{unit},{boss},{role}\n")
        })
        .collect()
}

/// The same without the column for roles.
fn without_roles() -> Vec<String> {
    let cut = |line: &String| line.rsplit_once(',').map(|(rest, _)| format!("{rest}\n"));
    lines().iter().filter_map(cut).collect()
}

fn file(lines: &[String]) -> String {
    format!("{HEADER}{}", lines.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_the_same_file_again_changes_nothing() {
    both(|service| async move {
        seed_staff(&service).await;
        let again = import(&service, &file(&lines())).await.expect("accepted");
        assert_eq!(again, Imported { unchanged: 12, ..Imported::default() });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_updated_moved_added_and_marked_as_leavers() {
    both(|service| async move {
        let before = seed_staff(&service).await;
        let mut lines = lines();
        lines[5] = "1006,職員1006,n1006@example.org,B,1007,\n".into();
        lines[4] = "1005,新姓 花子,n1005@example.org,A,1001,manager\n".into();
        lines.remove(11);
        lines.push("1013,職員1013,n1013@example.org,B,1007,\n".into());
        let changes = import(&service, &file(&lines)).await.expect("accepted");
        assert_eq!((changes.new, changes.updated, changes.moved, changes.leavers), (1, 1, 1, 1));
        assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
        let moved = service.registry.person(before[5]).await.expect("a person");
        assert_eq!(moved.unit_name.ja, "乙課");
        let renamed = service.registry.person(before[4]).await.expect("a person");
        assert_eq!(renamed.name, "新姓 花子");
        assert!(renamed.has(Role::Manager));
        let left = service.registry.person(before[11]).await;
        assert!(matches!(left, Err(service::Error::NotFound)), "a leaver cannot be looked up, nor sign in");
        // Who comes back is the same person.
        let back = import(&service, &file(&self::lines())).await.expect("accepted");
        assert_eq!(back.leavers, 1, "1013 is not in the file any more");
        assert_eq!(service.registry.person(before[11]).await.expect("back").number, "1012");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_may_exchange_their_addresses() {
    both(|service| async move {
        let before = seed_staff(&service).await;
        let mut lines = lines();
        lines[4] = lines[4].replace("n1005@", "n1006@");
        lines[5] = lines[5].replace("n1006@", "n1005@");
        import(&service, &file(&lines)).await.expect("accepted");
        assert_eq!(service.registry.person(before[4]).await.expect("a person").mail, "n1006@example.org");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_row_and_nothing_is_written() {
    both(|service| async move {
        seed_staff(&service).await;
        for (row, column) in [
            ("1014,職員,n1001@example.org,A,,\n", "メール"),
            ("1014,職員,n1014@example.org,Z,,\n", "部署コード"),
            ("1014,職員,n1014@example.org,A,9999,\n", "上司職員番号"),
            ("1001,職員,n1014@example.org,A,,\n", "職員番号"),
            ("1014,,n1014@example.org,A,,\n", "氏名"),
            ("1014,職員\u{7},n1014@example.org,A,,\n", "氏名"),
            ("1014,職員,n1014@example.org,A,,王\n", "権限"),
        ] {
            let mut lines = lines();
            lines[0] = lines[0].replace("職員1001", "変わった名前");
            lines.push(row.to_owned());
            match import(&service, &file(&lines)).await {
                Err(Refused::Rows(report)) => {
                    let lang = domain::text::Lang::Ja;
                    let text: String = report.rows.iter().map(|r| r.message(lang)).collect();
                    assert!(text.contains("14") && text.contains(column), "{column}: {text}");
                }
                other => panic!("{row}: {other:?}"),
            }
            assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
            let unchanged = service.registry.events(None, 50).await.expect("events");
            assert_eq!(unchanged.iter().filter(|e| e.what == "roster.import").count(), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn japanese_excel_and_other_encodings() {
    both(|service| async move {
        seed_staff(&service).await;
        let text = file(&lines());
        let today = service.clock.today();
        let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
        assert!(!lossy);
        let with_bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [cp932.as_ref(), with_bom.as_slice(), text.replace('\n', "\r\n").as_bytes()] {
            let read = service.registry.import_roster(bytes, None, NOW, today).await.expect("accepted");
            assert_eq!(read.unchanged, 12);
        }
        let utf16: Vec<u8> =
            std::iter::once(0xfeffu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in
            [utf16.as_slice(), b"".as_slice(), b"\x00\x01\x02".as_slice(), b"PK\x03\x04xlsx".as_slice()]
        {
            let refused = service.registry.import_roster(bytes, None, NOW, today).await;
            assert!(matches!(refused, Err(Refused::File(_) | Refused::Rows(_))), "{bytes:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_who_moves_manages_the_new_unit() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let manager = service.registry.person(staff[0]).await.expect("a person");
        let scope = service.registry.scope(&manager, Role::Manager).await.expect("a scope");
        assert_eq!(Vec::from_iter(scope), [manager.unit_id]);
        // A file that says nothing of roles leaves them, and takes them along.
        let mut lines = without_roles();
        lines[0] = "1001,職員1001,n1001@example.org,B,\n".into();
        import(&service, &format!("{SHORT_HEADER}{}", lines.concat())).await.expect("accepted");
        let moved = service.registry.person(staff[0]).await.expect("a person");
        assert_ne!(moved.unit_id, manager.unit_id);
        let scope = service.registry.scope(&moved, Role::Manager).await.expect("a scope");
        assert_eq!(Vec::from_iter(scope), [moved.unit_id]);
        assert!(service.registry.person(staff[1]).await.expect("a person").has(Role::Hr));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_comes_back_without_roles() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let mut fewer = lines();
        fewer[2] = fewer[2].replace("executive", "executive;hr");
        fewer.remove(1);
        assert_eq!(import(&service, &file(&fewer)).await.expect("accepted").leavers, 1);
        let everybody = format!("{SHORT_HEADER}{}", without_roles().concat());
        let today = service.clock.today();
        let preview = service.registry.preview_roster(everybody.as_bytes(), today).await.expect("sound");
        assert_eq!(preview.changes().returning.len(), 1);
        assert_eq!(import(&service, &everybody).await.expect("accepted").new, 1);
        let back = service.registry.person(staff[1]).await.expect("a person");
        assert_eq!((back.number.as_str(), back.roles.len()), ("1002", 0));
        // With a file that names them, roles are given again.
        import(&service, &file(&lines())).await.expect("accepted");
        assert!(service.registry.person(staff[1]).await.expect("a person").has(Role::Hr));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_may_keep_people_who_left() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let dated = |last_day: &str| {
            let lines: Vec<String> = lines()
                .iter()
                .map(|line| {
                    let last_day = if line.starts_with("1012,") { last_day } else { "" };
                    format!("{},{last_day}\n", line.trim_end())
                })
                .collect();
            format!("{},退職日\n{}", HEADER.trim_end(), lines.concat())
        };
        // Somebody whom the file itself makes a leaver counts as one, once.
        let first = import(&service, &dated("2025-09-30")).await.expect("accepted");
        assert_eq!(first, Imported { unchanged: 11, leavers: 1, ..Imported::default() });
        assert!(service.registry.person(staff[11]).await.is_err());
        let again = import(&service, &dated("2025-09-30")).await.expect("accepted");
        assert_eq!(again, Imported { unchanged: 12, ..Imported::default() });
        let back = import(&service, &dated("2025-10-01")).await.expect("accepted");
        assert_eq!(back, Imported { new: 1, unchanged: 11, ..Imported::default() }, "until tonight");
        assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_left_under_a_superior_who_leaves() {
    both(|service| async move {
        seed_staff(&service).await;
        match import(&service, &file(&lines()[1..])).await {
            Err(Refused::Rows(report)) => {
                assert_eq!(report.total(), 5);
                assert!(report.rows.iter().all(|row| row.problem == Problem::SupervisorLeaves));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_hr_is_always_left() {
    both(|service| async move {
        seed_staff(&service).await;
        let today = service.clock.today();
        let mut absent = lines();
        absent.remove(1);
        let revoked: Vec<String> = lines().iter().map(|line| line.replace(",hr", ",")).collect();
        for refused in [&absent, &revoked] {
            let file = file(refused);
            assert!(matches!(import(&service, &file).await, Err(Refused::File(_))));
            let preview = service.registry.preview_roster(file.as_bytes(), today).await.expect("sound");
            assert!(preview.refusal().is_some() && preview.shuts_out("1002"));
            assert_eq!(service.registry.staff_count().await.expect("a count"), 12);
        }
        // Handing over is fine, and whoever hands over is told.
        let mut handed_over = revoked;
        handed_over[2] = handed_over[2].replace("executive", "hr");
        let file = file(&handed_over);
        let preview = service.registry.preview_roster(file.as_bytes(), today).await.expect("sound");
        assert!(preview.refusal().is_none() && preview.shuts_out("1002") && !preview.shuts_out("1003"));
        import(&service, &file).await.expect("accepted");
    })
    .await;
}

/// A file of everybody of [`lines`] and 20,000 more, all of one grade.
fn many(grade: &str, more: std::ops::Range<u32>) -> String {
    let mut csv = format!("{},職級\n", HEADER.trim_end());
    for line in lines() {
        csv.push_str(&format!("{},{grade}\n", line.trim_end()));
    }
    for n in more {
        let unit = if n % 2 == 0 { "A" } else { "B" };
        csv.push_str(&format!("{},職員{n},s{n}@example.org,{unit},1001,,{grade}\n", 100_000 + n));
    }
    csv
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_rows() {
    both(|service| async move {
        seed_staff(&service).await;
        // Generous, for a busy machine and an unoptimised build: one statement per person takes longer.
        let limit = Duration::from_secs(60);
        for (what, csv, expected) in [
            ("new", many("", 0..20_000), Imported { new: 20_000, unchanged: 12, ..Imported::default() }),
            ("regraded", many("係長", 0..20_000), Imported { updated: 20_012, ..Imported::default() }),
            (
                "half gone",
                many("係長", 0..10_000),
                Imported { unchanged: 10_012, leavers: 10_000, ..Imported::default() },
            ),
            (
                "back",
                many("課長", 0..20_000),
                Imported { new: 10_000, updated: 10_012, ..Imported::default() },
            ),
        ] {
            let started = Instant::now();
            assert_eq!(import(&service, &csv).await.expect("accepted"), expected, "{what}");
            assert!(started.elapsed() < limit, "{what}: {:?}", started.elapsed());
        }
        assert_eq!(service.registry.staff_count().await.expect("a count"), 20_012);
    })
    .await;
}
