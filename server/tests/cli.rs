//! The commands as they are typed, and the two halves of a server as two processes.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const UNITS: &str = "unit_code,name,name_en,parent_code,kind\n\
    R,試験省,Test Ministry,,headquarters\n\
    A,甲課,Division A,R,division\n";
const STAFF: &str = "staff_number,name,mail,unit_code,role\n\
    1001,職員1001,n1001@example.org,A,manager\n\
    1002,職員1002,n1002@example.org,A,hr\n\
    1003,職員1003,n1003@example.org,R,\n";
/// The follow-up table of the demo ministry, in the form in which tables leave again.
const FOLLOWUP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/demo/followup.csv");

/// A folder of the test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("shirube-cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// The data folder of the commands.
    fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The binary with a data folder, and without settings of the machine's own.
fn shirube(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shirube"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SHIRUBE_") {
            command.env_remove(name);
        }
    }
    command
        .env("LANG", "en_GB.UTF-8")
        .env("SHIRUBE_LOG", "warn")
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null());
    command
}

fn run(data: &Path, words: &[&str]) -> Output {
    shirube(data).args(words).output().expect("the binary")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard output of a command that must succeed.
fn done(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What a command that must fail says.
fn failed(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A server that ends with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts `serve` in a role and waits until it says that it is ready.
    fn start(mut command: Command, role: &str) -> Self {
        let port = free_port();
        command.args(["serve", "--role", role, "--listen", &format!("127.0.0.1:{port}")]);
        let mut server = Self { child: command.spawn().expect("the binary"), port };
        let began = Instant::now();
        while server.ask("GET", "/readyz", &[], b"").is_none_or(|answer| answer.status != 200) {
            let ended = server.child.try_wait().expect("a state");
            assert!(ended.is_none(), "the {role} ended: {ended:?}");
            assert!(began.elapsed() < Duration::from_secs(60), "the {role} is not ready");
            sleep(Duration::from_millis(50));
        }
        server
    }

    fn get(&self, path: &str) -> u16 {
        self.ask("GET", path, &[], b"").expect("an answer").status
    }

    /// A request by hand; `None` where there is no answer.
    fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Option<Answer> {
        let limit = Duration::from_secs(20);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, limit).ok()?;
        stream.set_read_timeout(Some(limit)).ok()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        for header in headers {
            head.push_str(&format!("{header}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = text(&answer);
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, text: answer.to_lowercase() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    /// Head and body, in lower case.
    text: String,
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new();
    let commands: [&[&str]; 11] = [
        &[],
        &["serve"],
        &["demo"],
        &["migrate"],
        &["roster"],
        &["roster", "import"],
        &["followup"],
        &["followup", "import"],
        &["followup", "export"],
        &["simulate"],
        &["health"],
    ];
    for command in commands {
        let words: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        assert!(done(&folder.data(), &words).contains("Usage: shirube"), "{words:?}");
    }
    assert!(!folder.data().exists(), "and does nothing else");
}

#[test]
fn migrating_makes_both_databases_and_is_harmless_twice() {
    let folder = Folder::new();
    for _ in 0..2 {
        done(&folder.data(), &["migrate"]);
    }
    for name in ["registry.sqlite", "collector.sqlite", "master.key"] {
        assert!(folder.data().join(name).is_file(), "{name}");
    }
}

#[test]
fn a_roster_is_imported_or_the_file_at_fault_is_named() {
    let folder = Folder::new();
    let (units, staff) = (folder.write("units.csv", UNITS), folder.write("staff.csv", STAFF));
    let (units, staff, data) = (path(&units), path(&staff), folder.data());
    let missing = failed(&data, &["roster", "import", "no-such-file.csv", "--units", units]);
    assert!(missing.contains("no-such-file.csv cannot be read"), "{missing}");
    // Nothing was written: without the units, the staff file is refused.
    failed(&data, &["roster", "import", staff]);

    let imported = run(&data, &["roster", "import", staff, "--units", units]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let said = text(&imported.stderr);
    assert!(said.contains("2 units imported") && said.contains("3 new"), "{said}");
    let again = text(&run(&data, &["roster", "import", staff]).stderr);
    assert!(again.contains("0 new") && again.contains("3 unchanged"), "{again}");
}

#[test]
fn the_follow_up_table_leaves_as_it_came() {
    let folder = Folder::new();
    let data = folder.data();
    let missing = failed(&data, &["followup", "import", "no-such-table.csv"]);
    assert!(missing.contains("no-such-table.csv cannot be read"), "{missing}");
    failed(&data, &["followup", "export"]);
    let imported = run(&data, &["followup", "import", FOLLOWUP, "--fiscal-year", "2025"]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    assert!(text(&imported.stderr).contains("rows imported"));
    let table = fs::read_to_string(FOLLOWUP).expect("the table");
    assert_eq!(done(&data, &["followup", "export"]), table);
    assert_eq!(done(&data, &["followup", "export", "--format", "csv", "--fiscal-year", "2025"]), table);
}

#[test]
fn a_simulation_prints_its_figures_and_needs_an_empty_folder() {
    let folder = Folder::new();
    let data = folder.data();
    let words = ["simulate", "--staff", "60", "--units", "6", "--items", "5", "--rate", "1", "--seed", "3"];
    let printed = done(&data, &words);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let figures: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    for (name, value) in [("staff", 60), ("items", 5), ("sheets", 60), ("counted", 60), ("spoiled", 0)] {
        assert_eq!(figures[name], value, "{name}");
    }
    assert_eq!(figures["database"], "sqlite");
    for name in [
        "strata",
        "import_seconds",
        "schedule_seconds",
        "blind_seconds",
        "issue_seconds",
        "issued_per_second",
        "seal_seconds",
        "accept_seconds",
        "accepted_per_second",
        "count_seconds",
        "release_seconds",
    ] {
        assert!(figures[name].is_number(), "{name}: {}", figures[name]);
    }
    let refused = failed(&data, &words);
    assert!(refused.contains("--data"), "{refused}");
    let refused = failed(&data, &["demo", "--no-serve", "--fresh"]);
    assert!(refused.contains("did not make"), "{refused}");
}

#[test]
fn a_taken_port_is_told_before_anything_is_done() {
    let folder = Folder::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for command in ["serve", "demo"] {
        let said = failed(&folder.data(), &[command, "--listen", &address]);
        assert!(said.contains(&address) && said.contains("--listen"), "{said}");
        assert!(!folder.data().join("registry.sqlite").exists(), "{command}");
    }
}

#[test]
fn the_two_halves_run_apart() {
    let folder = Folder::new();
    let (units, staff) = (folder.write("units.csv", UNITS), folder.write("staff.csv", STAFF));
    done(&folder.data(), &["roster", "import", path(&staff), "--units", path(&units)]);

    // The collector gets the address of its own database and the master key, and nothing of the registry.
    let apart = folder.0.join("apart");
    let key = fs::read_to_string(folder.data().join("master.key")).expect("the master key");
    let database = format!("sqlite://{}", folder.data().join("collector.sqlite").display());
    let mut command = shirube(&apart);
    command.env("SHIRUBE_MASTER_KEY", key).env("SHIRUBE_COLLECTOR_URL", database);
    let registry = Server::start(shirube(&folder.data()), "registry");
    let collector = Server::start(command, "collector");
    let left: Vec<_> = fs::read_dir(&apart).expect("the folder").collect();
    assert!(left.is_empty(), "no registry, no outbox, no key of its own: {left:?}");

    let sheet = format!("/collector/v1/campaigns/{}/sheets", "0".repeat(32));
    for page in ["/", "/sign-in", "/anonymity", "/hr/roster", "/pkg/shirube.css", "/api/sign-in"] {
        assert_eq!(collector.get(page), 404, "{page}");
    }
    assert_eq!(collector.ask("POST", "/api/sign-in", &[], b"").map(|a| a.status), Some(404));
    let origin = "origin: https://survey.example.go.jp";
    let asks = [origin, "access-control-request-method: PUT"];
    let preflight = collector.ask("OPTIONS", &sheet, &asks, b"").expect("an answer");
    assert_eq!(preflight.status, 204);
    assert!(preflight.text.contains("access-control-allow-origin: *\r\n"), "{}", preflight.text);
    assert!(preflight.text.contains("access-control-allow-methods: put\r\n"), "{}", preflight.text);
    let wrong = collector.ask("PUT", &sheet, &[origin], b"no sheet").expect("an answer");
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert!(!wrong.text.contains("set-cookie"), "{}", wrong.text);
    let unknown = collector.ask("PUT", &sheet, &[origin], &[0; 200]).expect("an answer");
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    let large = collector.ask("PUT", &sheet, &[origin], &vec![0; 600_000]);
    assert!(large.is_none_or(|answer| answer.status == 413), "refused, or cut off while sending");

    assert_eq!(registry.get("/sign-in"), 200);
    let refused = registry.ask("PUT", &sheet, &[], &[0; 200]).expect("an answer");
    assert_eq!(refused.status, 404, "{}", refused.text);
    let refused = registry.ask("OPTIONS", &sheet, &[origin], b"").expect("an answer");
    assert!(!refused.text.contains("access-control-allow-origin"), "{}", refused.text);

    for server in [&registry, &collector] {
        done(&folder.data(), &["health", "--url", &format!("http://127.0.0.1:{}", server.port)]);
    }
    let port = collector.port;
    drop(collector);
    let said = failed(&folder.data(), &["health", "--url", &format!("http://127.0.0.1:{port}")]);
    assert!(said.contains("does not answer"), "{said}");
}
