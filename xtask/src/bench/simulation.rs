//! Whole campaigns by `shirube simulate`: every simulated browser blinds, gets its ballot, seals and submits.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::capture_within;
use super::figure::{Figure, from_json};
use crate::postgres::{Cluster, Durability};
use crate::scratch::Scratch;
use crate::step::Failure;
use crate::workspace::{Profile, Workspace};

/// Items on a sheet, as in the aims of docs/performance.md.
const ITEMS: u32 = 40;
/// People to a unit: a section of a ministry.
const UNIT: u32 = 20;
/// Blinding, issuing and sealing take about 2 ms of a core for each sheet; the rest is room for slow disks.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Managers of the simulated review, and subordinates of each in their unit: with three peers, eight raters. Beside them the
/// superior and the manager answer.
const MANAGERS: u32 = 2_000;
const SUBORDINATES: u32 = 5;

/// Simulates a review (`quick`: of 100 managers) on each engine; one figure for each number printed.
pub fn reviews(workspace: &Workspace, quick: bool) -> Result<Vec<Figure>, Failure> {
    let managers = if quick { 100 } else { MANAGERS };
    let run = Run {
        name: format!("review of {managers} managers"),
        kind: "review",
        staff: managers * (1 + SUBORDINATES),
        units: managers,
        // As many as the template has.
        items: 24,
    };
    println!("{} on SQLite", run.name);
    let mut figures = campaign(workspace, &run, None)?;
    println!("{} on PostgreSQL", run.name);
    let cluster = Cluster::start(Durability::On)?;
    figures.extend(campaign(workspace, &run, Some(&cluster))?);
    Ok(figures)
}

/// Rows of metric series, and the units they are for.
const ROWS: u32 = 1_000_000;
const METRIC_UNITS: u32 = 5_000;

/// Imports a million rows of metric series (`quick`: 10,000) on each engine; one figure for each number printed.
pub fn metrics(workspace: &Workspace, quick: bool) -> Result<Vec<Figure>, Failure> {
    let rows = if quick { 10_000 } else { ROWS };
    let name = format!("{rows} rows of metrics");
    let (units, rows) = (METRIC_UNITS.to_string(), rows.to_string());
    let asked = ["--kind", "metrics", "--units", &units, "--rows", &rows];
    println!("{name} on SQLite");
    let mut figures = simulate(workspace, &name, &asked, None)?;
    println!("{name} on PostgreSQL");
    let cluster = Cluster::start(Durability::On)?;
    figures.extend(simulate(workspace, &name, &asked, Some(&cluster))?);
    Ok(figures)
}

/// What `shirube simulate` is asked for.
struct Run {
    name: String,
    kind: &'static str,
    staff: u32,
    units: u32,
    items: u32,
}

/// Simulates 10,000 and 100,000 sheets (`quick`: 1,000) on each engine; one figure for each number printed.
pub fn measure(workspace: &Workspace, quick: bool) -> Result<Vec<Figure>, Failure> {
    let sheets: &[u32] = if quick { &[1_000] } else { &[10_000, 100_000] };
    let mut figures = Vec::new();
    for &count in sheets {
        let run = Run {
            name: format!("{count} sheets"),
            kind: "survey",
            staff: count,
            units: count.div_ceil(UNIT),
            items: ITEMS,
        };
        println!("{} on SQLite", run.name);
        figures.extend(campaign(workspace, &run, None)?);
        println!("{} on PostgreSQL", run.name);
        // Durable, as in production.
        let cluster = Cluster::start(Durability::On)?;
        figures.extend(campaign(workspace, &run, Some(&cluster))?);
    }
    Ok(figures)
}

fn campaign(workspace: &Workspace, run: &Run, cluster: Option<&Cluster>) -> Result<Vec<Figure>, Failure> {
    let (staff, units, items) = (run.staff.to_string(), run.units.to_string(), run.items.to_string());
    let asked = ["--kind", run.kind, "--staff", &staff, "--units", &units, "--items", &items];
    let drawn = ["--rate", "1.0", "--seed", "7"];
    simulate(workspace, &run.name, &[&asked[..], &drawn].concat(), cluster)
}

fn simulate(
    workspace: &Workspace,
    name: &str,
    asked: &[&str],
    cluster: Option<&Cluster>,
) -> Result<Vec<Figure>, Failure> {
    let data = Scratch::new("simulate")?;
    let mut command = Command::new(workspace.binary(Profile::Release));
    command
        .arg("simulate")
        .args(asked)
        .current_dir(data.path())
        .env("SHIRUBE_DATA_DIR", data.path())
        .env_remove("SHIRUBE_REGISTRY_URL")
        .env_remove("SHIRUBE_COLLECTOR_URL");
    if let Some(cluster) = cluster {
        for (name, variable) in
            [("shirube_registry", "SHIRUBE_REGISTRY_URL"), ("shirube_collector", "SHIRUBE_COLLECTOR_URL")]
        {
            cluster.create_database(name)?;
            command.env(variable, cluster.url(name));
        }
    }
    let engine = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
    read(&format!("{name}, {engine}"), &capture_within(&mut command, LIMIT)?)
}

/// Figures of every JSON line of an output; other lines are left aside.
fn read(group: &str, output: &str) -> Result<Vec<Figure>, Failure> {
    let figures: Vec<Figure> = output
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(Value::is_object)
        .flat_map(|line| from_json(group, &line))
        .collect();
    if figures.is_empty() {
        return Err(Failure::new(
            format!("`shirube simulate` printed no JSON line:\n{output}"),
            "Run `shirube simulate --help` and compare.",
        ));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_read_and_others_left_aside() {
        let figures = read("g", "starting …\n{\"issue_seconds\": 2.5}\n7\n").unwrap();
        assert_eq!(figures, [Figure::new("g", "issue_seconds", 2.5, "s")]);
    }

    #[test]
    fn an_output_without_figures_is_a_failure() {
        assert!(read("g", "done\n").is_err());
    }
}
