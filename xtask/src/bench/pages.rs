//! The five main pages of the demo ministry under load, asked by `end2end/bench/pages.mjs`.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::capture_within;
use super::figure::{Figure, from_json};
use crate::background::{Background, Stop, answers, free_port, supervised};
use crate::scratch::Scratch;
use crate::step::{Failure, OrFail, human};
use crate::workspace::{OUTPUT_NAME, Profile, Workspace};

/// The demo's sign-ins get this password; nobody else can reach the server or keeps its data.
const PASSWORD: &str = "Only-for-measuring-7";
/// Creating the demo ministry signs and counts two past waves.
const START: Duration = Duration::from_secs(5 * 60);

/// Asks each page 100 times a second for 20 seconds (`quick`: 3) and returns p50, p99 and the rest.
pub fn measure(workspace: &Workspace, quick: bool) -> Result<Vec<Figure>, Failure> {
    let seconds = if quick { 3 } else { 20 };
    let data = Scratch::new("pages")?;
    let port = free_port()?;
    let mut command = supervised(workspace.binary(Profile::Release), Stop::Terminate, None);
    command
        .args(["demo", "--fresh", "--listen", &format!("127.0.0.1:{port}")])
        .current_dir(data.path())
        .env("SHIRUBE_DATA_DIR", data.path())
        .env("SHIRUBE_DEMO_PASSWORD", PASSWORD)
        .env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME)
        .env_remove("SHIRUBE_REGISTRY_URL")
        .env_remove("SHIRUBE_COLLECTOR_URL");
    let mut server = Background::start(command, "the demo server", &data.path().join("demo.log"))?;
    server.wait_until(START, || answers(port, "/readyz"))?;
    println!("each page for {}", human(Duration::from_secs(seconds)));
    let output = capture_within(
        Command::new("node")
            .arg("bench/pages.mjs")
            .current_dir(workspace.end2end())
            .env("BASE_URL", format!("http://127.0.0.1:{port}"))
            .env("DEMO_LOG", server.log())
            .env("SHIRUBE_DEMO_PASSWORD", PASSWORD)
            .env("SECONDS_EACH", seconds.to_string()),
        Duration::from_secs(60 + 8 * seconds),
    )?;
    read(&output)
}

/// Figures of lines such as `{"page": "home", "p50_ms": 4, …}`.
fn read(output: &str) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for line in output.lines() {
        let value: Value = serde_json::from_str(line).or_fail(
            || format!("bench/pages.mjs printed {line:?}"),
            "It must print one JSON object a line; correct it.",
        )?;
        let page = value.get("page").and_then(Value::as_str).unwrap_or("page");
        figures.extend(from_json(page, &value));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_page() {
        let figures =
            read("{\"page\":\"home\",\"p50_ms\":4}\n{\"page\":\"results\",\"p50_ms\":6}\n").unwrap();
        assert_eq!(
            figures,
            [Figure::new("home", "p50_ms", 4.0, "ms"), Figure::new("results", "p50_ms", 6.0, "ms")]
        );
    }

    #[test]
    fn anything_else_is_a_failure() {
        assert!(read("Listening\n").is_err());
    }
}
