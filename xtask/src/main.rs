//! `cargo xtask`: the one place that sets up, builds, runs, tests and measures.

mod background;
mod bench;
mod check;
mod css;
mod demo;
mod islands;
mod postgres;
mod scratch;
mod site;
mod stamp;
mod step;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::bench::Part;
use crate::check::Check;
use crate::step::{Failure, Plan, run};
use crate::workspace::{Profile, Workspace};

/// Sets up, builds, runs, tests and measures Shirube.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Set up and build what is missing, then serve the demo ministry
    Demo {
        /// Make the demo ministry anew instead of keeping what was done in it
        #[arg(long)]
        fresh: bool,
        /// Port on 127.0.0.1
        #[arg(long, default_value_t = 3000)]
        port: u16,
        /// Optimise the server (a longer build)
        #[arg(long)]
        release: bool,
    },
    /// Set up what tests need and run them all
    Test {
        /// Run only these checks; may be repeated
        #[arg(long, value_enum)]
        only: Vec<Check>,
        /// Arguments for Playwright, after `--`
        #[arg(last = true)]
        playwright: Vec<String>,
    },
    /// Build the browser package and the server
    Build {
        /// Optimise the server, and embed the site in it
        #[arg(long)]
        release: bool,
    },
    /// Build only the browser package: WASM, JavaScript and CSS
    Site,
    /// Measure, and print the figures as a Markdown table
    Bench {
        /// Smaller numbers and shorter load, to see that measuring works
        #[arg(long)]
        quick: bool,
        /// Time a fresh clone up to its first page instead, cold and warm
        #[arg(long, conflicts_with = "only")]
        fresh: bool,
        /// Measure only these parts; may be repeated
        #[arg(long, value_enum)]
        only: Vec<Part>,
    },
    /// Take the screenshots of the tour
    Shots,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match Workspace::find().and_then(|workspace| perform(&workspace, arguments.task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(workspace: &Workspace, task: Task) -> Result<(), Failure> {
    match task {
        Task::Demo { fresh, port, release } => demo::serve(workspace, fresh, port, Profile::new(release)),
        Task::Test { only, playwright } => check::test(workspace, &only, &playwright),
        Task::Build { release } => {
            let mut plan = Plan::new(3);
            build(workspace, &mut plan, Profile::new(release))
        }
        Task::Site => {
            let mut plan = Plan::new(2);
            plan.need("Setting up the build tools", || tools::for_building(workspace))?;
            plan.need("Building the browser package", || site::build(workspace))
        }
        Task::Bench { quick, fresh, only } => bench::measure(workspace, quick, fresh, &only),
        Task::Shots => check::shots(workspace),
    }
}

/// The three steps every runnable server needs: tools, browser package, binary.
fn build(workspace: &Workspace, plan: &mut Plan, profile: Profile) -> Result<(), Failure> {
    plan.need("Setting up the build tools", || tools::for_building(workspace))?;
    plan.need("Building the browser package", || site::build(workspace))?;
    plan.need("Building the server", || {
        build_server(workspace, profile)?;
        islands::check(workspace, profile)
    })
}

fn build_server(workspace: &Workspace, profile: Profile) -> Result<(), Failure> {
    workspace.create_site_folder()?;
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "server", "--bin", "shirube"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    run(&mut cargo, "Read the compiler's message above.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn checks_may_be_repeated_and_playwright_gets_the_rest() {
        let parsed = Arguments::parse_from([
            "xtask", "test", "--only", "unit", "--only", "e2e", "--", "--grep", "roster",
        ]);
        let Task::Test { only, playwright } = parsed.task else { panic!("not the test task") };
        assert_eq!(only, [Check::Unit, Check::E2e]);
        assert_eq!(playwright, ["--grep", "roster"]);
    }
}
