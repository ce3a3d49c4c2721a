//! Importing the roster, on both engines.

mod common;

use common::{NOW, both, seed_staff};
use domain::role::Role;
use service::Service;
use service::registry::roster::{Imported, Refused};

const HEADER: &str = "職員番号,氏名,メール,部署コード,上司職員番号,権限\n";

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
async fn twenty_thousand_rows() {
    both(|service| async move {
        seed_staff(&service).await;
        let mut csv = file(&lines());
        for n in 0..20_000 {
            csv.push_str(&format!(
                "{},職員{n},s{n}@example.org,{},1001,\n",
                100_000 + n,
                if n % 2 == 0 { "A" } else { "B" }
            ));
        }
        let changes = import(&service, &csv).await.expect("accepted");
        assert_eq!((changes.new, changes.unchanged), (20_000, 12));
        assert_eq!(service.registry.staff_count().await.expect("a count"), 20_012);
    })
    .await;
}
