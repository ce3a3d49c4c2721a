//! Steps: what is being done, how long it took, what failed and what to do about it.

use std::fmt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Why a step failed, and what to do.
#[derive(Debug)]
pub struct Failure {
    step: Option<String>,
    what: String,
    advice: String,
}

impl Failure {
    /// `what` failed; `advice` is the next thing to do, as a sentence.
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { step: None, what: what.into(), advice: advice.into() }
    }

    fn at(mut self, step: &str) -> Self {
        if self.step.is_none() {
            self.step = Some(step.to_owned());
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(step) = &self.step {
            write!(formatter, "{step}: ")?;
        }
        write!(formatter, "{}\n  → {}", self.what, self.advice)
    }
}

impl std::error::Error for Failure {}

/// Turns any error into a [`Failure`].
pub trait OrFail<T> {
    /// Says what was being done, then the error's own words.
    fn or_fail(self, what: impl FnOnce() -> String, advice: &str) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> OrFail<T> for Result<T, E> {
    fn or_fail(self, what: impl FnOnce() -> String, advice: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("{}: {error:#}", what()), advice))
    }
}

#[derive(Debug)]
struct Outcome {
    title: String,
    passed: bool,
    took: Duration,
}

/// Numbered steps, timed as they run.
#[derive(Debug)]
pub struct Plan {
    total: usize,
    started: Instant,
    outcomes: Vec<Outcome>,
}

impl Plan {
    /// A plan of `total` steps, begun now.
    pub fn new(total: usize) -> Self {
        Self { total, started: Instant::now(), outcomes: Vec::with_capacity(total) }
    }

    /// Prints the heading of the next step.
    pub fn announce(&self, title: &str) {
        println!("\n[{}/{}] {title} …", self.outcomes.len() + 1, self.total);
    }

    /// Runs a step the rest depends on.
    pub fn need<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.announce(title);
        let label = format!("[{}/{}] {title}", self.outcomes.len() + 1, self.total);
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let passed = result.is_ok();
        println!("{} {}", if passed { "done in" } else { "failed after" }, human(took));
        self.outcomes.push(Outcome { title: title.to_owned(), passed, took });
        result.map_err(|failure| failure.at(&label))
    }

    /// Runs a step the rest does not depend on: a failure is shown and remembered, and the next step runs.
    pub fn check(&mut self, title: &str, work: impl FnOnce() -> Result<(), Failure>) {
        if let Err(failure) = self.need(title, work) {
            eprintln!("error: {failure}");
        }
    }

    /// Prints every step with its result and time.
    pub fn summarise(&self) {
        println!("\nSummary ({} in all)", human(self.started.elapsed()));
        for outcome in &self.outcomes {
            let verdict = if outcome.passed { "ok    " } else { "FAILED" };
            println!("  {verdict} {:>12}  {}", human(outcome.took), outcome.title);
        }
        let left = self.total.saturating_sub(self.outcomes.len());
        if left > 0 {
            println!("  not run: {left} more");
        }
    }

    /// Fails when any step failed.
    pub fn verdict(&self) -> Result<(), Failure> {
        let failed: Vec<&str> =
            self.outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| &*outcome.title).collect();
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(
            format!("{} of {} steps failed: {}", failed.len(), self.outcomes.len(), failed.join(", ")),
            "Read the message of each above; `cargo xtask test --only NAME` repeats one.",
        ))
    }
}

/// A duration for people: tenths below ten seconds, minutes from two on.
pub fn human(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = duration.as_secs() + u64::from(duration.subsec_millis() >= 500);
    if whole < 120 { format!("{whole} s") } else { format!("{} min {} s", whole / 60, whole % 60) }
}

/// Runs a command with its output shown as it comes.
pub fn run(command: &mut Command, advice: &str) -> Result<(), Failure> {
    let shown = describe(command);
    let status = command.status().or_fail(|| format!("could not start `{shown}`"), advice)?;
    ended(&shown, status, advice)
}

/// Fails where a command, described by `shown`, did not end well.
pub fn ended(shown: &str, status: ExitStatus, advice: &str) -> Result<(), Failure> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{shown}` ended with {status}"), advice))
    }
}

/// Runs a command and returns its standard output; all its output is shown when it fails.
pub fn capture(command: &mut Command, advice: &str) -> Result<String, Failure> {
    let shown = describe(command);
    let output =
        command.stdin(Stdio::null()).output().or_fail(|| format!("could not start `{shown}`"), advice)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("`{shown}` ended with {}\n{text}{errors}", output.status), advice))
}

/// The command as a person would type it, with long arguments cut.
pub fn describe(command: &Command) -> String {
    let mut shown = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        shown.push(' ');
        if argument.contains('\n') || argument.len() > 120 {
            shown.push('…');
        } else {
            shown.push_str(&argument);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(human(Duration::from_millis(3_440)), "3.4 s");
        assert_eq!(human(Duration::from_millis(9_990)), "10 s");
        assert_eq!(human(Duration::from_millis(40_600)), "41 s");
        assert_eq!(human(Duration::from_secs(200)), "3 min 20 s");
    }

    #[test]
    fn a_failed_command_shows_its_output_and_the_advice() {
        let failure = capture(Command::new("sh").args(["-c", "echo seen; echo why >&2; exit 3"]), "Do this.")
            .expect_err("it exits with 3")
            .to_string();
        for part in ["seen", "why", "3", "→ Do this."] {
            assert!(failure.contains(part), "{part:?} is missing in {failure:?}");
        }
    }

    #[test]
    fn a_failed_check_lets_the_rest_run_and_spoils_the_verdict() {
        let mut plan = Plan::new(2);
        plan.check("first", || Err(Failure::new("broken", "Mend it.")));
        plan.check("second", || Ok(()));
        let verdict = plan.verdict().expect_err("the first failed").to_string();
        assert!(verdict.contains("1 of 2 steps failed: first"));
    }

    #[test]
    fn a_failure_names_the_innermost_step_once() {
        let mut plan = Plan::new(3);
        let failure = plan.need::<()>("Building", || Err(Failure::new("broken", "Mend it."))).unwrap_err();
        assert_eq!(failure.at("outer").to_string(), "[1/3] Building: broken\n  → Mend it.");
    }

    #[test]
    fn scripts_are_cut_in_messages() {
        assert_eq!(describe(Command::new("node").args(["-e", "a\nb", "file"])), "node -e … file");
    }
}
