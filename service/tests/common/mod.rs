//! Each test runs on SQLite and, where `SHIRUBE_TEST_POSTGRES` names a server (as `cargo xtask test` sees to), on
//! PostgreSQL, with databases of its own.
#![allow(dead_code)]

use std::future::Future;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use domain::answer::{Answer, Answers};
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::questionnaire::{Area, Choice, FORMAT, Item, Kind, Questionnaire, Section};
use domain::text::Text;
use domain::{csv_cell, csv_rows};
use rust_xlsxwriter::{Workbook, Worksheet};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, Statement, TryGetable};
use service::registry::campaign::Draft;
use service::secret::random_id;
use service::{Clock, Service, Settings};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// 2025-10-01T00:00:00Z.
pub const NOW: i64 = 1_759_276_800;

/// What a test has on each engine: many times what any of them takes on a busy machine. One that waits for ever fails
/// and says what for.
const LIMIT: Duration = Duration::from_secs(600);

/// What deleting a database may take; what is left of it goes with the server.
const CLEARING: Duration = Duration::from_secs(60);

/// Runs `test` on both engines.
pub async fn both<F, Fut>(test: F)
where
    F: Fn(Service) -> Fut,
    Fut: Future<Output = ()>,
{
    let id = random_id().expect("an id");
    let folder = std::env::temp_dir().join(format!("shirube-test-{id}"));
    let on_sqlite = async { test(start(Settings::local(folder.join("sqlite"))).await).await };
    tokio::time::timeout(LIMIT, on_sqlite).await.expect("an end on SQLite");
    if let Ok(server) = std::env::var("SHIRUBE_TEST_POSTGRES") {
        let names = [format!("r{id}"), format!("c{id}")];
        let on_postgres = async {
            let mut settings = Settings::local(folder.join("postgres"));
            settings.registry_url = fresh_database(&server, &names[0]).await;
            settings.collector_url = fresh_database(&server, &names[1]).await;
            test(start(settings).await).await;
        };
        if tokio::time::timeout(LIMIT, on_postgres).await.is_err() {
            panic!("no end on PostgreSQL, which is at: {}", activity(&server).await);
        }
        for name in names {
            let _ = tokio::time::timeout(CLEARING, drop_database(&server, &name)).await;
        }
    }
    remove(folder);
}

/// What the server's connections do and wait for.
async fn activity(server: &str) -> String {
    let all = "SELECT COALESCE(string_agg(concat_ws(' ', datname, state, wait_event_type, wait_event, \
               left(query, 200)), chr(10)), '') FROM pg_stat_activity";
    column::<String>(server, all).await.concat()
}

async fn start(settings: Settings) -> Service {
    Service::start(settings, Clock::manual(NOW)).await.expect("a service")
}

/// A connection to a database beside the service's own.
pub async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(service::db::options(url)).await.expect("a connection")
}

async fn fresh_database(server: &str, name: &str) -> String {
    let admin = connect(server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{base}/{name}")
}

async fn drop_database(server: &str, name: &str) {
    let admin = connect(server).await;
    let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

fn remove(folder: PathBuf) {
    let _ = std::fs::remove_dir_all(folder);
}

const UNITS: &str = "unit_code,name,name_en,parent_code,kind,region,time_zone
R,試験省,Test Ministry,,headquarters,,
A,甲課,Division A,R,division,,
B,乙課,Division B,R,division,,
";

/// A small organisation: a root, two divisions, staff 1001 to 1012, six in each division, everybody active. 1001 heads
/// A and 1007 heads B; 1002 is HR, 1003 executive, 1004 administrator.
pub async fn seed_staff(service: &Service) -> Vec<i64> {
    let mut csv = String::from("staff_number,name,mail,unit_code,supervisor_number,role\n");
    for n in 1001..=1012 {
        let (unit, boss) = if n <= 1006 { ("A", 1001) } else { ("B", 1007) };
        let boss = if n == boss { String::new() } else { boss.to_string() };
        let role = match n {
            1001 | 1007 => "manager",
            1002 => "hr",
            1003 => "executive",
            1004 => "administrator",
            _ => "",
        };
        csv.push_str(&format!("{n},職員{n},n{n}@example.org,{unit},{boss},{role}\n"));
    }
    let today = service.clock.today();
    service.registry.import_units(UNITS.as_bytes(), None, NOW).await.expect("units");
    service.registry.import_roster(csv.as_bytes(), None, NOW, today).await.expect("staff");
    service.registry.active_staff().await.expect("staff")
}

fn item(key: &str, kind: Kind) -> Item {
    Item {
        key: key.into(),
        text: Text::new(format!("設問{key}"), format!("Item {key}")),
        help: Text::default(),
        area: None,
        required: false,
        may_decline: false,
        unobserved: false,
        demographic: false,
        show_if: None,
        kind,
    }
}

/// Two scale items of the area engagement, a comment, a demographic.
pub fn questionnaire() -> Questionnaire {
    let labels = || (1..=5).map(|n| Text::new(format!("{n}"), format!("{n}"))).collect();
    let scale = |key: &str| Item {
        area: Some("engagement".into()),
        required: key == "q1",
        ..item(key, Kind::Scale { labels: labels(), reversed: false })
    };
    let option = |key: &str| Choice { key: key.into(), label: Text::new(key, key), exclusive: false };
    let place = Item {
        demographic: true,
        may_decline: true,
        ..item("place", Kind::Single { options: vec![option("hq"), option("mission")] })
    };
    Questionnaire {
        format: FORMAT.into(),
        key: "engagement".into(),
        version: 1,
        title: Text::new("試験調査", "Test survey"),
        introduction: Text::default(),
        areas: vec![Area { key: "engagement".into(), label: Text::new("働きがい", "Engagement") }],
        sections: vec![Section {
            key: "all".into(),
            title: Text::new("設問", "Items"),
            introduction: Text::default(),
            show_if: None,
            items: vec![scale("q1"), scale("q2"), item("free", Kind::LongText { max_chars: 200 }), place],
        }],
    }
}

/// Answers to [`questionnaire`].
pub fn answers(q1: u8, q2: u8) -> Answers {
    Answers::from([
        ("q1".into(), Answer::Scale(q1)),
        ("q2".into(), Answer::Scale(q2)),
        ("place".into(), Answer::Single("hq".into())),
    ])
}

/// A campaign of [`questionnaire`] that is open now, over [`seed_staff`]'s people.
pub async fn open_campaign(service: &Service) -> String {
    let id = scheduled_campaign(service).await;
    assert!(service.open_campaign(&id, None).await.expect("opened"));
    id
}

/// The same, a minute before it opens by itself.
pub async fn scheduled_campaign(service: &Service) -> String {
    let questionnaire_id =
        service.registry.save_questionnaire(&questionnaire()).await.expect("a questionnaire");
    let now = service.clock.now();
    let draft = Draft {
        title: Text::new("試験調査", "Test survey"),
        questionnaire_id,
        schedule: Schedule { opens_at: now + 60, closes_at: now + 86_400 },
        thresholds: Thresholds::default(),
        review: None,
    };
    let id = service.registry.create_campaign(&draft, None, now).await.expect("a draft");
    service.schedule_campaign(&id, None).await.expect("terms");
    id
}

/// Runs SQL behind the service's back.
pub async fn execute(url: &str, sql: &str) -> Result<(), DbErr> {
    let db = connect(url).await;
    let outcome = db.execute_unprepared(sql).await.map(drop);
    db.close().await.expect("closed");
    outcome
}

/// The first column of what a database holds.
pub async fn column<T: TryGetable>(url: &str, query: &str) -> Vec<T> {
    let db = connect(url).await;
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.expect("rows");
    let values = rows.iter().map(|row| row.try_get_by_index(0).expect("a value")).collect();
    db.close().await.expect("closed");
    values
}

/// True where the service keeps its databases in files of its own.
pub fn is_sqlite(service: &Service) -> bool {
    service.settings.registry_url.starts_with("sqlite:")
}

/// The bytes of these files, write-ahead logs included.
pub fn files(service: &Service) -> Vec<u8> {
    let entries = std::fs::read_dir(&service.settings.data).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let databases = paths.filter(|path| path.to_string_lossy().contains(".sqlite"));
    databases.flat_map(|path| std::fs::read(path).expect("a file")).collect()
}

/// The rows of a CSV text.
pub fn table(csv: &str) -> Vec<Vec<String>> {
    csv_rows::rows(csv).expect("a table").into_iter().map(|(_, cells)| cells).collect()
}

/// Rows as CSV.
pub fn csv(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        csv_cell::push_record(&mut text, row.iter().map(|cell| csv_cell::neutralise(cell)));
    }
    text
}

/// Rows as a workbook, as a spreadsheet would save them.
pub fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    workbook_with(rows, |_| {})
}

/// Rows as a workbook, with something done to its sheet before it is saved.
pub fn workbook_with(rows: &[Vec<String>], change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (number, row) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            sheet.write_string(number, column, cell).expect("a cell");
        }
    }
    change(sheet);
    book.save_to_buffer().expect("a workbook")
}

/// The workbook with other XML in its first sheet: what other programs write and the library cannot.
pub fn resaved(book: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(book)).expect("an archive");
    let mut saved = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("a text");
        if name == "xl/worksheets/sheet1.xml" {
            let changed = change(&text);
            assert_ne!(changed, text, "the sheet was to be changed");
            text = changed;
        }
        saved.start_file(name, SimpleFileOptions::default()).expect("a part");
        saved.write_all(text.as_bytes()).expect("written");
    }
    saved.finish().expect("an archive").into_inner()
}
