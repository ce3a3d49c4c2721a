//! A PostgreSQL of our own for one run: fresh, on a free port of 127.0.0.1, deleted afterwards.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::background::{Background, Stop, free_port, supervised};
use crate::scratch::Scratch;
use crate::step::{Failure, OrFail, capture};
use crate::tools;

const INSTALL: &str = "Install PostgreSQL (Debian: apt-get install postgresql).";

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It does not: for tests, whose data may be lost.
    Off,
    /// It does: for figures that hold in production.
    On,
}

/// A running cluster, stopped and deleted when dropped. Fields drop in this order.
#[derive(Debug)]
pub struct Cluster {
    server: Background,
    scratch: Scratch,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Creates a cluster and waits until it accepts connections.
    pub fn start(durability: Durability) -> Result<Self, Failure> {
        let programs = programs().ok_or_else(|| Failure::new("PostgreSQL is not installed", INSTALL))?;
        let owner = owner()?;
        // The other user may not be able to pass through a private temporary folder of ours.
        let parent = if owner.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        let scratch = Scratch::inside(&parent, "postgres")?;
        if let Some((user, group)) = owner {
            chown(scratch.path(), Some(user), Some(group)).or_fail(
                || format!("could not give {} to the user postgres", scratch.path().display()),
                INSTALL,
            )?;
        }
        let data = scratch.path().join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .current_dir(scratch.path());
        as_owner(&mut initdb, owner);
        capture(&mut initdb, "Check that the disk has room, and that PostgreSQL is installed whole.")?;

        let port = free_port()?;
        let mut postgres = supervised(programs.join("postgres"), Stop::Interrupt, Some(scratch.path()));
        postgres
            .arg("-D")
            .arg(&data)
            .args(settings(port, durability).iter().flat_map(|setting| ["-c", setting.as_str()]))
            .current_dir(scratch.path());
        as_owner(&mut postgres, owner);
        let server = Background::start(postgres, "PostgreSQL", &scratch.path().join("log"))?;
        let mut cluster = Self { server, scratch, programs, port };
        let mut probe = Command::new(cluster.programs.join("pg_isready"));
        probe.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]).stdout(Stdio::null());
        cluster
            .server
            .wait_until(Duration::from_secs(60), || probe.status().is_ok_and(|status| status.success()))?;
        Ok(cluster)
    }

    /// The URL of a database of this cluster; no password is asked for.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database.
    pub fn create_database(&self, name: &str) -> Result<(), Failure> {
        capture(
            Command::new(self.programs.join("createdb"))
                .args(["--host=127.0.0.1", "--username=postgres", &format!("--port={}", self.port), name])
                .current_dir(self.scratch.path()),
            INSTALL,
        )
        .map(drop)
    }
}

/// The folder with `initdb`, `postgres` and the rest: the newest version of Debian, or where `pg_config` says.
pub fn programs() -> Option<PathBuf> {
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready", "createdb"].iter().all(|name| folder.join(name).is_file())
    };
    let debian = Path::new("/usr/lib/postgresql");
    let versions = fs::read_dir(debian)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        })
        .unwrap_or_default();
    newest_first(versions).iter().map(|version| debian.join(version).join("bin")).find(whole).or_else(|| {
        let folder = capture(Command::new("pg_config").arg("--bindir"), INSTALL).ok()?;
        Some(PathBuf::from(folder.trim())).filter(whole)
    })
}

/// Versions by number, the highest first; names that are no version are left out.
fn newest_first(names: Vec<String>) -> Vec<String> {
    let mut versions: Vec<(u32, String)> =
        names.into_iter().filter_map(|name| Some((name.parse::<u32>().ok()?, name))).collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, name)| name).collect()
}

/// The user and group PostgreSQL runs as, when we are root, as which it refuses to run.
fn owner() -> Result<Option<(u32, u32)>, Failure> {
    if !tools::is_root() {
        return Ok(None);
    }
    let id = |which: &str| {
        let advice = "Install Debian's package postgresql, which creates the user postgres, or do not run this as root.";
        capture(Command::new("id").args([which, "postgres"]), advice)?
            .trim()
            .parse::<u32>()
            .or_fail(|| "the user postgres has no number".into(), advice)
    };
    Ok(Some((id("-u")?, id("-g")?)))
}

fn as_owner(command: &mut Command, owner: Option<(u32, u32)>) {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
}

fn settings(port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        "unix_socket_directories=".to_owned(),
        "max_connections=300".to_owned(),
    ];
    if durability == Durability::Off {
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            settings.push(format!("{setting}=off"));
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_by_number_not_by_letter() {
        let names = ["9", "15", "common", "17"].map(str::to_owned).to_vec();
        assert_eq!(newest_first(names), ["17", "15", "9"]);
    }

    #[test]
    fn only_tests_give_up_durability() {
        assert!(settings(5432, Durability::Off).contains(&"fsync=off".to_owned()));
        assert!(!settings(5432, Durability::On).iter().any(|setting| setting.ends_with("=off")));
    }

    #[test]
    fn it_listens_on_the_loopback_address_only() {
        let settings = settings(5433, Durability::On);
        assert!(settings.contains(&"listen_addresses=127.0.0.1".to_owned()));
        assert!(settings.contains(&"unix_socket_directories=".to_owned()));
        assert!(settings.contains(&"port=5433".to_owned()));
    }

    #[test]
    fn a_cluster_serves_a_database_and_leaves_nothing() {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed");
            return;
        };
        let cluster = Cluster::start(Durability::Off).unwrap();
        cluster.create_database("example").unwrap();
        let answer = capture(
            Command::new(programs.join("psql")).arg(cluster.url("example")).args(["-tAc", "select 40 + 2"]),
            INSTALL,
        );
        assert_eq!(answer.unwrap().trim(), "42");
        let folder = cluster.scratch.path().to_path_buf();
        drop(cluster);
        assert!(!folder.exists());
    }
}
