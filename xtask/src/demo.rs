//! `cargo xtask demo`: builds what is missing, then becomes the server of the demo ministry.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::build;
use crate::step::{Failure, OrFail, Plan};
use crate::workspace::{OUTPUT_NAME, Profile, Workspace};

/// Builds, then serves the demo ministry on `port` of 127.0.0.1; returns only where that fails.
pub fn serve(workspace: &Workspace, fresh: bool, port: u16, profile: Profile) -> Result<(), Failure> {
    // Minutes may lie between this and the server: better to hear of it now.
    probe(port)?;
    let mut plan = Plan::new(4);
    build(workspace, &mut plan, profile)?;
    let binary = workspace.binary(profile);
    let mut server = Command::new(&binary);
    server.args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
    if fresh {
        server.arg("--fresh");
    }
    server.current_dir(workspace.root()).env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME);
    plan.announce(&format!("Serving the demo ministry at http://127.0.0.1:{port} (Ctrl-C ends it)"));
    // Becoming the server, instead of starting it, forwards every signal and the exit status as they are.
    let error = server.exec();
    Err(Failure::new(
        format!("could not start {}: {error}", binary.display()),
        "Run `cargo xtask build` and look at what it says.",
    ))
}

/// Fails where the port cannot be listened on, most often because another server has it.
fn probe(port: u16) -> Result<(), Failure> {
    let other = if port == 8080 { 8081 } else { 8080 };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop).or_fail(
        || format!("cannot listen on port {port} of 127.0.0.1"),
        &format!("End the server that runs there, or take another port: `cargo xtask demo --port {other}`."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::free_port;

    #[test]
    fn a_taken_port_is_told_with_what_to_do() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let failure = probe(port).unwrap_err().to_string();
        assert!(failure.contains(&port.to_string()) && failure.contains("--port"), "{failure}");
        probe(free_port().unwrap()).unwrap();
    }
}
