//! `cargo xtask test` and `shots`: everything that must hold before a change goes in.

use std::fs;
use std::time::Duration;

use clap::ValueEnum;

use crate::background::run_within;
use crate::build_server;
use crate::postgres::{Cluster, Durability};
use crate::site;
use crate::step::{Failure, OrFail, Plan, run};
use crate::tools::{self, System};
use crate::workspace::{Profile, Workspace};

/// One kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Check {
    /// Formatting
    Fmt,
    /// The browser package builds
    Site,
    /// Lints of both halves, warnings refused
    Clippy,
    /// Unit, property and service tests, the last on SQLite and PostgreSQL
    Unit,
    /// The stories in Chromium, with an accessibility check
    E2e,
}

const FIX: &str = "Read the messages above.";

/// What the tests of the code may take, a cold build included, and what those in the browser may: more than twice what either
/// does.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Runs the checks of `only`, or all when it is empty; `playwright` are arguments for the browser tests.
pub fn test(workspace: &Workspace, only: &[Check], playwright: &[String]) -> Result<(), Failure> {
    let checks = selected(only);
    let mut plan = Plan::new(steps(&checks));
    let result = perform(workspace, &mut plan, &checks, playwright);
    plan.summarise();
    result?;
    plan.verdict()
}

/// Takes the screenshots of the tour into `target/screenshots`.
pub fn shots(workspace: &Workspace) -> Result<(), Failure> {
    let mut plan = Plan::new(4);
    plan.need("Setting up the tools", || set_up(workspace, &[Check::E2e]))?;
    plan.need("Building the browser package", || site::build(workspace))?;
    plan.need("Building the server", || build_server(workspace, Profile::Dev))?;
    plan.need("Taking screenshots in Chromium", || browse(workspace, &["--project=tour".to_owned()]))?;
    println!("{}", workspace.artefacts().join("screenshots").display());
    Ok(())
}

/// In the order of running, each once.
fn selected(only: &[Check]) -> Vec<Check> {
    let mut checks = Check::value_variants().to_vec();
    checks.retain(|check| only.is_empty() || only.contains(check));
    // The browser needs the package its pages load.
    if checks.contains(&Check::E2e) && !checks.contains(&Check::Site) {
        checks.insert(checks.len() - 1, Check::Site);
    }
    checks
}

/// Set-up, the checks, and the server the browser tests start.
fn steps(checks: &[Check]) -> usize {
    1 + checks.len() + usize::from(checks.contains(&Check::E2e))
}

fn perform(
    workspace: &Workspace,
    plan: &mut Plan,
    checks: &[Check],
    playwright: &[String],
) -> Result<(), Failure> {
    plan.need("Setting up the tools", || set_up(workspace, checks))?;
    for check in checks {
        match check {
            Check::Fmt => plan.check("Formatting", || {
                run(workspace.cargo().args(["fmt", "--all", "--check"]), "Run `cargo fmt --all`.")
            }),
            Check::Site => plan.need("Building the browser package", || site::build(workspace))?,
            Check::Clippy => plan.check("Lints", || lint(workspace)),
            Check::Unit => plan.check("Unit, property and service tests", || unit(workspace)),
            Check::E2e => {
                plan.need("Building the server", || build_server(workspace, Profile::Dev))?;
                plan.check("Stories in Chromium", || browse(workspace, playwright));
            }
        }
    }
    Ok(())
}

fn set_up(workspace: &Workspace, checks: &[Check]) -> Result<(), Failure> {
    let mut needed = Vec::new();
    if checks.contains(&Check::E2e) {
        needed.extend([System::Chromium, System::JapaneseFonts]);
    }
    if checks.contains(&Check::Unit) {
        needed.push(System::PostgreSql);
    }
    tools::for_building(workspace)?;
    if checks.contains(&Check::Fmt) || checks.contains(&Check::Clippy) {
        tools::for_linting()?;
    }
    tools::for_testing(&needed)
}

fn lint(workspace: &Workspace) -> Result<(), Failure> {
    workspace.create_site_folder()?;
    run(workspace.cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]), FIX)?;
    // The browser's half is compiled for no other target; its own profile shares the build with the package.
    run(
        workspace.cargo().args([
            "clippy",
            "--package",
            "app",
            "--lib",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            "wasm-release",
            "--no-default-features",
            "--features",
            "hydrate",
            "--",
            "--deny",
            "warnings",
        ]),
        FIX,
    )
}

fn unit(workspace: &Workspace) -> Result<(), Failure> {
    workspace.create_site_folder()?;
    let cluster = Cluster::start(Durability::Off)?;
    // Apart from xtask, whose dependencies would change the features, and so the build, of everyone's.
    run_within(
        workspace
            .cargo()
            .args(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast"])
            .env("SHIRUBE_TEST_POSTGRES", cluster.url("postgres")),
        LIMIT,
        FIX,
    )?;
    run(workspace.cargo().args(["test", "--package", "xtask"]), FIX)
}

/// Runs Playwright; each test starts the servers it needs.
fn browse(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    let screenshots = workspace.artefacts().join("screenshots");
    // A run of everything leaves no picture of what is no longer there.
    if arguments.is_empty() && screenshots.exists() {
        fs::remove_dir_all(&screenshots).or_fail(
            || format!("could not empty {}", screenshots.display()),
            "Check the folder's permissions.",
        )?;
    }
    let report = workspace.artefacts().join("e2e/report/index.html");
    run_within(
        workspace
            .node_tool("@playwright/test/cli.js")
            .arg("test")
            .args(arguments)
            .env("SHIRUBE_BIN", workspace.binary(Profile::Dev))
            .env("SHIRUBE_CHROMIUM", tools::chromium())
            .env("SHIRUBE_SCREENSHOTS", screenshots),
        LIMIT,
        &format!("Read the messages above, or open {} with traces and pictures.", report.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_named_means_everything_in_order() {
        let all = [Check::Fmt, Check::Site, Check::Clippy, Check::Unit, Check::E2e];
        assert_eq!(selected(&[]), all);
        assert_eq!(steps(&all), 7);
    }

    #[test]
    fn named_checks_run_once_in_order() {
        assert_eq!(selected(&[Check::Unit, Check::Fmt, Check::Unit]), [Check::Fmt, Check::Unit]);
        assert_eq!(steps(&[Check::Fmt, Check::Unit]), 3);
    }

    #[test]
    fn the_browser_tests_bring_the_package_they_load() {
        assert_eq!(selected(&[Check::E2e]), [Check::Site, Check::E2e]);
        assert_eq!(selected(&[Check::Fmt, Check::E2e]), [Check::Fmt, Check::Site, Check::E2e]);
    }
}
