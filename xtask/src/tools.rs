//! Setting up: what building and testing need, installed where it may be, or asked for in clear words.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::postgres;
use crate::stamp;
use crate::step::{Failure, OrFail, capture, run};
use crate::workspace::Workspace;

const WASM: &str = "wasm32-unknown-unknown";
const NODE: u32 = 20;

/// A thing of the system that tests need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// The browser of the end-to-end tests.
    Chromium,
    /// Fonts with Japanese glyphs, for legible screenshots.
    JapaneseFonts,
    /// The programs `initdb` and `postgres`.
    PostgreSql,
}

impl System {
    fn package(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::JapaneseFonts => "fonts-noto-cjk",
            Self::PostgreSql => "postgresql",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::Chromium => chromium().is_file(),
            Self::JapaneseFonts => japanese_fonts(),
            Self::PostgreSql => postgres::programs().is_some(),
        }
    }
}

/// What every build needs: the wasm target, Node, and the npm packages.
pub fn for_building(workspace: &Workspace) -> Result<(), Failure> {
    wasm_target()?;
    node()?;
    packages(workspace)
}

/// Debian packages for what is missing, installed by apt when we are root.
pub fn for_testing(needed: &[System]) -> Result<(), Failure> {
    let missing: Vec<&str> =
        needed.iter().filter(|system| !system.present()).map(|system| system.package()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("As root: apt-get update && apt-get install --no-install-recommends {list}");
    if !is_root() || !on_path("apt-get") {
        return Err(Failure::new(format!("not installed: {list}"), by_hand));
    }
    println!("installing the Debian packages {list}");
    run(apt().arg("update"), &by_hand)?;
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(&missing), &by_hand)
}

/// The compiler's formatter and lints, which rustup leaves out of its smallest profile.
pub fn for_linting() -> Result<(), Failure> {
    let programs = sysroot()?.join("bin");
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !programs.join(program).is_file() {
            println!("adding the compiler's component {component}");
            run(
                Command::new("rustup").args(["component", "add", component]),
                &format!(
                    "Run `rustup component add {component}`, or install {program} beside your compiler."
                ),
            )?;
        }
    }
    Ok(())
}

/// The browser: `SHIRUBE_CHROMIUM`, or Debian's.
pub fn chromium() -> PathBuf {
    env::var_os("SHIRUBE_CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from)
}

/// Whether this process may act for other users.
pub fn is_root() -> bool {
    capture(Command::new("id").arg("-u"), "").is_ok_and(|id| id.trim() == "0")
}

/// Whether `PATH` has a program of this name.
pub fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn sysroot() -> Result<PathBuf, Failure> {
    let sysroot =
        capture(Command::new("rustc").args(["--print", "sysroot"]), "Install Rust from https://rustup.rs.")?;
    Ok(PathBuf::from(sysroot.trim()))
}

fn wasm_target() -> Result<(), Failure> {
    if sysroot()?.join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    println!("adding the compiler's target {WASM}");
    run(
        Command::new("rustup").args(["target", "add", WASM]),
        &format!(
            "Run `rustup target add {WASM}`; without rustup, install the Rust standard library for {WASM} beside your compiler."
        ),
    )
}

fn node() -> Result<(), Failure> {
    let advice = format!(
        "Install Node.js {NODE} or newer with npm, from https://nodejs.org or your system's packages (Debian 13: apt-get install nodejs npm)."
    );
    let version = capture(Command::new("node").arg("--version"), &advice)?;
    if major(&version).is_none_or(|major| major < NODE) {
        return Err(Failure::new(format!("Node.js {} is too old", version.trim()), advice));
    }
    if on_path("npm") { Ok(()) } else { Err(Failure::new("npm is not installed", advice)) }
}

/// 20 of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs exactly what `package-lock.json` names, when that is not what is there.
fn packages(workspace: &Workspace) -> Result<(), Failure> {
    let folder = workspace.end2end();
    let modules = folder.join("node_modules");
    let stamp = modules.join(".xtask-stamp");
    let wanted = stamp::fingerprint(&folder, &["package.json", "package-lock.json", ".npmrc"], &[])
        .or_fail(|| format!("could not read {}", folder.display()), "Check out end2end/ whole.")?;
    if stamp::matches(&stamp, &wanted) {
        return Ok(());
    }
    println!("installing the npm packages of end2end/");
    run(
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            // Tests use the system's Chromium.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        "Check that the npm registry can be reached, then run `npm ci` in end2end/ to see it alone.",
    )?;
    stamp::store(&stamp, &wanted)
        .or_fail(|| format!("could not write {}", stamp.display()), "Check the folder's permissions.")
}

/// By fontconfig where it is installed, else by the files of Debian's packages.
fn japanese_fonts() -> bool {
    match capture(Command::new("fc-list").args([":lang=ja", "family"]), "") {
        Ok(list) => !list.trim().is_empty(),
        Err(_) => fs::read_dir("/usr/share/fonts/opentype/noto").is_ok_and(|mut entries| {
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().contains("CJK")))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("20.1"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn programs_are_looked_for_on_the_path() {
        assert!(on_path("sh"));
        assert!(!on_path("no-program-has-this-name"));
    }
}
