//! Servers that run while something else is done, and never longer.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::step::{Failure, OrFail, describe, ended, human};

/// Stops its process as soon as our end of its standard input closes, which happens however we end:
/// Rust runs no `Drop` on Ctrl-C or a kill signal.
const SUPERVISOR: &str = include_str!("supervise.sh");
const POLL: Duration = Duration::from_millis(50);
const GRACE: Duration = Duration::from_secs(20);

/// How a background process is asked to end.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// SIGINT to the process alone; PostgreSQL's fast shutdown.
    Interrupt,
    /// SIGTERM to the process alone.
    Terminate,
    /// SIGTERM to it and everything it started.
    TerminateAll,
}

impl Stop {
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Interrupt => ["INT", "process"],
            Self::Terminate => ["TERM", "process"],
            Self::TerminateAll => ["TERM", "group"],
        }
    }
}

/// A command that runs `program` under the supervisor; add arguments and environment as usual.
/// `remove` is a folder the supervisor deletes once the process has ended.
pub fn supervised(program: impl AsRef<OsStr>, stop: Stop, remove: Option<&Path>) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", SUPERVISOR, "supervise"])
        .args(stop.words())
        .arg(remove.map_or(OsStr::new(""), Path::as_os_str))
        .arg(program)
        .process_group(0)
        .stdin(Stdio::piped());
    command
}

/// A running background process, stopped when dropped.
#[derive(Debug)]
pub struct Background {
    child: Child,
    name: String,
    log: PathBuf,
}

impl Background {
    /// Starts a command made by [`supervised`]; its output goes to the file `log`.
    pub fn start(mut command: Command, name: &str, log: &Path) -> Result<Self, Failure> {
        let advice = "Check that the disk has room and that `sh` is installed.";
        let output = File::create(log).or_fail(|| format!("could not create {}", log.display()), advice)?;
        let errors = output.try_clone().or_fail(|| format!("could not share {}", log.display()), advice)?;
        let child = command
            .stdout(output)
            .stderr(errors)
            .spawn()
            .or_fail(|| format!("could not start {name}"), advice)?;
        Ok(Self { child, name: name.to_owned(), log: log.to_path_buf() })
    }

    /// Waits until `ready` says so; fails when the process ends first, or after `limit`.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), Failure> {
        let start = Instant::now();
        while !ready() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.failure(&format!("ended with {status} before it was ready")));
            }
            if start.elapsed() > limit {
                return Err(self.failure(&format!("was not ready after {}", human(limit))));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// The file its output goes to.
    pub fn log(&self) -> &Path {
        &self.log
    }

    fn failure(&self, what: &str) -> Failure {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(40)..].join("\n");
        Failure::new(format!("{} {what}\n{end}", self.name), "Read the end of its log above.")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a process made by [`supervised`], by force where it does not end in time.
fn end(child: &mut Child) {
    drop(child.stdin.take());
    let start = Instant::now();
    while start.elapsed() < GRACE {
        match child.try_wait() {
            Ok(None) => thread::sleep(POLL),
            _ => return,
        }
    }
    let _ = Command::new("sh").args(["-c", "kill -s KILL -- -$1", "kill", &child.id().to_string()]).status();
    let _ = child.wait();
}

/// Runs a command with its output shown as it comes. Where it takes longer than `limit`, it is stopped with everything it
/// started: what waits for ever is told as a failure and does not keep the rest from running.
pub fn run_within(command: &Command, limit: Duration, advice: &str) -> Result<(), Failure> {
    let shown = describe(command);
    let mut watched = supervised(command.get_program(), Stop::TerminateAll, None);
    watched.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => watched.env(name, value),
            None => watched.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        watched.current_dir(folder);
    }
    let mut child = watched.spawn().or_fail(|| format!("could not start `{shown}`"), advice)?;
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait().or_fail(|| format!("could not wait for `{shown}`"), advice)? {
            Some(status) => return ended(&shown, status, advice),
            None => thread::sleep(POLL),
        }
    }
    end(&mut child);
    Err(Failure::new(format!("`{shown}` was stopped: it had not ended after {}", human(limit)), advice))
}

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .or_fail(|| "no free port on 127.0.0.1".into(), "Check that the loopback interface is up.")
}

/// Whether 127.0.0.1:`port` answers a GET of `path` with 200.
pub fn answers(port: u16, path: &str) -> bool {
    let limit = Duration::from_secs(5);
    let ask = || -> std::io::Result<[u8; 12]> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
        stream.set_read_timeout(Some(limit))?;
        stream.set_write_timeout(Some(limit))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status)
    };
    ask().is_ok_and(|status| status.starts_with(b"HTTP/1.") && status.ends_with(b" 200"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn start(scratch: &Scratch, script: &str, remove: Option<&Path>) -> Background {
        let mut command = supervised("sh", Stop::Terminate, remove);
        command.args(["-c", script]);
        Background::start(command, "the script", &scratch.path().join("log")).unwrap()
    }

    #[test]
    fn it_is_stopped_and_its_folder_removed_when_dropped() {
        let scratch = Scratch::new("background").unwrap();
        let folder = scratch.path().join("data");
        fs::create_dir(&folder).unwrap();
        let script =
            format!("echo $$ > {0}/pid.new; mv {0}/pid.new {0}/pid; exec sleep 600", folder.display());
        let mut background = start(&scratch, &script, Some(&folder));
        background.wait_until(Duration::from_secs(10), || folder.join("pid").exists()).unwrap();
        let pid = fs::read_to_string(folder.join("pid")).unwrap();
        let process = PathBuf::from(format!("/proc/{}", pid.trim()));
        assert!(process.exists());
        drop(background);
        assert!(!process.exists());
        assert!(!folder.exists());
    }

    #[test]
    fn an_early_end_is_told_with_the_log() {
        let scratch = Scratch::new("background").unwrap();
        let mut background = start(&scratch, "echo the disk is full; exit 9", None);
        let failure = background.wait_until(Duration::from_secs(10), || false).unwrap_err().to_string();
        assert!(failure.contains("the script ended with exit status: 9"), "{failure}");
        assert!(failure.contains("the disk is full"), "{failure}");
    }

    #[test]
    fn waiting_has_a_limit() {
        let scratch = Scratch::new("background").unwrap();
        let mut background = start(&scratch, "exec sleep 600", None);
        let failure = background.wait_until(Duration::from_millis(120), || false).unwrap_err().to_string();
        assert!(failure.contains("was not ready"), "{failure}");
    }

    #[test]
    fn what_takes_too_long_is_stopped_with_what_it_started() {
        let scratch = Scratch::new("limit").unwrap();
        let pid = scratch.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        let failure = run_within(&command, Duration::from_secs(2), "Look why.").unwrap_err().to_string();
        assert!(failure.contains("had not ended after 2.0 s"), "{failure}");
        let process = PathBuf::from(format!("/proc/{}", fs::read_to_string(pid).unwrap().trim()));
        let gone = || fs::read_to_string(process.join("stat")).map_or(true, |stat| stat.contains(") Z "));
        assert!((0..100).any(|_| gone() || {
            thread::sleep(POLL);
            false
        }));
    }

    #[test]
    fn what_ends_in_time_tells_how() {
        let limit = Duration::from_secs(60);
        let mut command = Command::new("sh");
        command.args(["-c", "test \"$WORD\" = here && exit 7"]).env("WORD", "here");
        let failure = run_within(&command, limit, "Look why.").unwrap_err().to_string();
        assert!(failure.contains("exit status: 7"), "{failure}");
        run_within(&Command::new("true"), limit, "").unwrap();
    }

    #[test]
    fn only_a_200_is_an_answer() {
        for (reply, expected) in
            [("HTTP/1.1 200 OK\r\n\r\n", true), ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false)]
        {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 512];
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(reply.as_bytes()).unwrap();
            });
            assert_eq!(answers(port, "/readyz"), expected);
            server.join().unwrap();
        }
        assert!(!answers(free_port().unwrap(), "/readyz"));
    }
}
