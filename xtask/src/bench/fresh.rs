//! Minutes from a fresh clone to the first page: cold with nothing downloaded or built, then warm.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::figure::Figure;
use crate::background::{Background, Stop, answers, free_port, supervised};
use crate::scratch::Scratch;
use crate::step::{Failure, OrFail, capture, human};
use crate::workspace::Workspace;

const COLD: Duration = Duration::from_secs(60 * 60);
const WARM: Duration = Duration::from_secs(10 * 60);

/// Clones the last commit of this checkout into an empty folder, with empty caches of cargo and npm,
/// and runs `cargo xtask demo` there twice.
pub fn measure(workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let scratch = Scratch::new("fresh")?;
    let checkout = scratch.path().join("shirube");
    let home = cargo_home(scratch.path())?;
    let start = Instant::now();
    capture(
        Command::new("git").args(["clone", "--quiet", "--no-hardlinks"]).arg(workspace.root()).arg(&checkout),
        "Commit first: a clone holds only what is committed.",
    )?;
    let cloned = start.elapsed();
    let cold = cloned + first_page(&scratch, &checkout, &home, "cold", COLD)?;
    println!("cold: {}", human(cold));
    let warm = first_page(&scratch, &checkout, &home, "warm", WARM)?;
    println!("warm: {}", human(warm));
    let minutes = |duration: Duration| duration.as_secs_f64() / 60.0;
    Ok(vec![
        Figure::new("fresh clone to first page", "cold", minutes(cold), "min"),
        Figure::new("fresh clone to first page", "warm", minutes(warm), "min"),
    ])
}

/// An empty cargo home with the settings of ours, such as a mirror, so that crates are downloaded anew.
fn cargo_home(folder: &Path) -> Result<PathBuf, Failure> {
    let home = folder.join("cargo-home");
    let ours = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    fs::create_dir_all(&home)
        .and_then(|()| match ours.map(|ours| ours.join("config.toml")) {
            Some(settings) if settings.is_file() => fs::copy(settings, home.join("config.toml")).map(drop),
            _ => Ok(()),
        })
        .or_fail(|| format!("could not fill {}", home.display()), "Check that the disk has room.")?;
    Ok(home)
}

/// Time until the server says that it is ready to answer.
fn first_page(
    scratch: &Scratch,
    checkout: &Path,
    home: &Path,
    name: &str,
    limit: Duration,
) -> Result<Duration, Failure> {
    let log = scratch.path().join(format!("{name}.log"));
    println!("{name}: building and serving; its output is in {}", log.display());
    let port = free_port()?;
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = supervised(program, Stop::TerminateAll, None);
    command
        .args(["xtask", "demo", "--port", &port.to_string()])
        .current_dir(checkout)
        .env("CARGO_HOME", home)
        .env("npm_config_cache", scratch.path().join("npm-cache"))
        .env_remove("CARGO_TARGET_DIR");
    let start = Instant::now();
    let mut server = Background::start(command, "`cargo xtask demo`", &log)?;
    server.wait_until(limit, || answers(port, "/readyz"))?;
    Ok(start.elapsed())
}
