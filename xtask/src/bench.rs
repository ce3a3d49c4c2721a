//! `cargo xtask bench`: the figures of docs/performance.md, measured on this machine.

mod figure;
mod fresh;
mod pages;
mod simulation;

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use self::figure::Figure;
use crate::step::{Failure, OrFail, Plan, describe, human};
use crate::workspace::{OUTPUT_NAME, Profile, Workspace};
use crate::{build, tools};

/// What can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Size of the browser package
    Size,
    /// Whole campaigns through the real code, on SQLite and PostgreSQL
    Simulate,
    /// A review of 2,000 managers by eight raters each, with all reports, on both engines
    Reviews,
    /// A million rows of metric series and a follow-up table of 2,000 rows, on both engines
    Metrics,
    /// Time of the five main pages under load
    Pages,
}

/// Measures `only`, or every part when it is empty; with `fresh`, a fresh clone instead.
pub fn measure(workspace: &Workspace, quick: bool, fresh: bool, only: &[Part]) -> Result<(), Failure> {
    if fresh {
        let mut plan = Plan::new(1);
        let figures = plan.need("Timing a fresh clone", || fresh::measure(workspace))?;
        return report(workspace, "fresh", &figures);
    }
    let chosen = |part: &Part| only.is_empty() || only.contains(part);
    let parts: Vec<Part> = Part::value_variants().iter().copied().filter(chosen).collect();
    let mut plan = Plan::new(3 + parts.len());
    build(workspace, &mut plan, Profile::Release)?;
    for part in parts {
        let (name, figures) = match part {
            Part::Size => ("size", plan.need("Weighing the browser package", || size(workspace))?),
            Part::Simulate => (
                "simulate",
                plan.need("Simulating campaigns", || {
                    tools::for_testing(&[tools::System::PostgreSql])?;
                    simulation::measure(workspace, quick)
                })?,
            ),
            Part::Reviews => (
                "reviews",
                plan.need("Simulating a review", || {
                    tools::for_testing(&[tools::System::PostgreSql])?;
                    simulation::reviews(workspace, quick)
                })?,
            ),
            Part::Metrics => (
                "metrics",
                plan.need("Importing metrics", || {
                    tools::for_testing(&[tools::System::PostgreSql])?;
                    simulation::metrics(workspace, quick)
                })?,
            ),
            Part::Pages => {
                ("pages", plan.need("Loading the main pages", || pages::measure(workspace, quick))?)
            }
        };
        report(workspace, name, &figures)?;
    }
    Ok(())
}

/// Prints the table of one part and keeps it as `target/bench/NAME.json`, one JSON object a line.
fn report(workspace: &Workspace, name: &str, figures: &[Figure]) -> Result<(), Failure> {
    println!("\n{}", figure::table(figures));
    let folder = workspace.artefacts().join("bench");
    let file = folder.join(format!("{name}.json"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, figure::lines(figures)))
        .or_fail(|| format!("could not write {}", file.display()), "Check the folder's permissions.")
}

fn size(workspace: &Workspace) -> Result<Vec<Figure>, Failure> {
    let pkg = workspace.site().join("pkg");
    let mut figures = Vec::new();
    for kind in ["wasm", "js", "css"] {
        for (name, suffix) in [("raw", ""), ("brotli", ".br")] {
            let file = pkg.join(format!("{OUTPUT_NAME}.{kind}{suffix}"));
            let data = fs::metadata(&file)
                .or_fail(|| format!("could not read {}", file.display()), "Run `cargo xtask site`.")?;
            figures.push(Figure::new(kind, name, data.len() as f64 / 1000.0, "kB"));
        }
    }
    Ok(figures)
}

/// Runs a command with its errors shown as they come, and returns its standard output; kills it after `limit`.
fn capture_within(command: &mut Command, limit: Duration) -> Result<String, Failure> {
    let shown = describe(command);
    let advice = "Read the messages above.";
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .or_fail(|| format!("could not start `{shown}`"), advice)?;
    let output = child.stdout.take();
    // Read beside waiting, since a full pipe would stop the child for ever.
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut output) = output {
            let _ = output.read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().or_fail(|| format!("lost sight of `{shown}`"), advice)? {
            break status;
        }
        if start.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::new(
                format!("`{shown}` was stopped after {}", human(limit)),
                "Measure on an idle machine, or with --quick.",
            ));
        }
        thread::sleep(Duration::from_millis(50));
    };
    let text = reader.join().unwrap_or_default();
    if status.success() {
        Ok(text)
    } else {
        Err(Failure::new(format!("`{shown}` ended with {status}\n{text}"), advice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_pipe_holds_is_captured() {
        let text = capture_within(
            Command::new("sh").args(["-c", "head -c 300000 /dev/zero | tr '\\0' x"]),
            Duration::from_secs(30),
        );
        assert_eq!(text.unwrap().len(), 300_000);
    }

    #[test]
    fn what_takes_too_long_is_stopped() {
        let start = Instant::now();
        let failure =
            capture_within(Command::new("sleep").arg("600"), Duration::from_millis(200)).unwrap_err();
        assert!(failure.to_string().contains("was stopped"));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_failing_measurement_is_a_failure() {
        let failure =
            capture_within(Command::new("sh").args(["-c", "echo half; exit 4"]), Duration::from_secs(30));
        assert!(failure.unwrap_err().to_string().contains("half"));
    }
}
