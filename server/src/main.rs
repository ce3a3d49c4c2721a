//! The binary `shirube`: configuration, HTTP, sessions, jobs, command line.

mod api;
mod assets;
mod auth;
mod body;
mod cli;
mod collector;
mod csrf;
mod downloads;
mod form_fault;
mod http;
mod jobs;
mod refusal;
mod request;
mod session_store;
mod sign_in;
#[cfg(test)]
mod testing;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SHIRUBE_LOG")
                .unwrap_or_else(|_| "info,sqlx=warn,sea_orm_migration=warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shirube: {error}");
            ExitCode::FAILURE
        }
    }
}
