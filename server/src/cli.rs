//! The command line.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::text::Lang;
use service::indicator::TableFile;
use service::registry::roster::Refused;
use service::{Clock, Service, Settings, demo, simulate};

use crate::http;

/// 標 Shirube: anonymous staff surveys that become indicators.
#[derive(Parser)]
#[command(name = "shirube", version, about, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    settings: SettingArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct SettingArgs {
    /// Folder for databases, keys and the outbox
    #[arg(long, global = true, env = "SHIRUBE_DATA_DIR", default_value = "data")]
    data: PathBuf,
    /// Database of the registry (sqlite://… or postgres://…); SQLite below the data folder by default
    #[arg(long, global = true, env = "SHIRUBE_REGISTRY_URL", hide_env_values = true)]
    registry_url: Option<String>,
    /// Database of the collector; must be another one than the registry's
    #[arg(long, global = true, env = "SHIRUBE_COLLECTOR_URL", hide_env_values = true)]
    collector_url: Option<String>,
    /// How people reach the site; used in mails, and https here makes cookies secure
    #[arg(long, global = true, env = "SHIRUBE_BASE_URL")]
    base_url: Option<String>,
    /// How browsers reach the collector, where another process under another name runs it
    #[arg(long, global = true, env = "SHIRUBE_COLLECTOR_PUBLIC_URL")]
    collector_public_url: Option<String>,
    /// SMTP server, as smtp://user:password@host:587?tls=required or smtps://…; without it mail goes to data/outbox
    #[arg(long, global = true, env = "SHIRUBE_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of mails
    #[arg(long, global = true, env = "SHIRUBE_MAIL_FROM")]
    mail_from: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site
    Serve {
        /// Address and port to listen on
        #[arg(long, env = "SHIRUBE_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// Which half of the system this process runs
        #[arg(long, env = "SHIRUBE_ROLE", value_enum, default_value = "all")]
        role: http::Role,
    },
    /// Fill an empty data folder with the demo ministry, print one sign-in per role, and serve it
    Demo {
        /// Address and port to listen on
        #[arg(long, default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// Throw the demo's data away first; what the demo did not make is left alone
        #[arg(long)]
        fresh: bool,
        /// Only fill the data folder
        #[arg(long)]
        no_serve: bool,
    },
    /// Bring both databases to the current schema
    Migrate,
    /// The roster
    #[command(subcommand)]
    Roster(Roster),
    /// The yearly follow-up table
    #[command(subcommand)]
    Followup(Followup),
    /// Metric series
    #[command(subcommand)]
    Metrics(Metrics),
    /// Run a whole campaign through the real code and print a JSON line of timings and counts
    Simulate {
        /// A survey of everybody, a review of the managers of all units, or numbers of metric series
        #[arg(long, value_enum, default_value_t = SimulatedKind::Survey)]
        kind: SimulatedKind,
        /// People on the roster
        #[arg(long, default_value_t = 1_000)]
        staff: u32,
        /// Units
        #[arg(long, default_value_t = 40)]
        units: u32,
        /// Items of the questionnaire
        #[arg(long, default_value_t = 40)]
        items: u32,
        /// Share of people who answer, 0 to 1
        #[arg(long, default_value_t = 0.65)]
        rate: f64,
        /// Seed of everything that is drawn
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Rows of metric series, for the kind `metrics`
        #[arg(long, default_value_t = 100_000)]
        rows: u32,
    },
    /// Ask a running server whether it is ready (for container health checks)
    Health {
        /// Address and port it listens on
        #[arg(long, default_value = "http://127.0.0.1:3000")]
        url: String,
    },
}

/// What `simulate` runs.
#[derive(Clone, Copy, ValueEnum)]
enum SimulatedKind {
    Survey,
    Review,
    Metrics,
}

#[derive(Subcommand)]
enum Roster {
    /// Import staff (and, with --units, units first) from CSV: UTF-8, with or without BOM, or Shift_JIS (CP932)
    Import {
        /// The staff file
        file: PathBuf,
        /// The unit file
        #[arg(long)]
        units: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Metrics {
    /// Import numbers from CSV or a workbook (.xlsx), all rows or none
    Import {
        /// The file, with the columns unit, series, period, value, people, numerator, denominator
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Followup {
    /// Import the table from CSV or a workbook (.xlsx), all or nothing
    Import {
        /// The file
        file: PathBuf,
        /// Fiscal year of the plan, such as 2025 for 令和7年度; the current one by default
        #[arg(long)]
        fiscal_year: Option<i16>,
    },
    /// Print the table
    Export {
        /// The form
        #[arg(long, value_parser = ["csv", "xlsx"], default_value = "csv")]
        format: String,
        /// Fiscal year of the plan; the newest by default
        #[arg(long)]
        fiscal_year: Option<i16>,
    },
}

/// What ends the program with a message.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl SettingArgs {
    fn settings(&self) -> Settings {
        let mut settings = Settings::local(&self.data);
        if let Some(url) = &self.registry_url {
            settings.registry_url.clone_from(url);
        }
        if let Some(url) = &self.collector_url {
            settings.collector_url.clone_from(url);
        }
        if let Some(url) = &self.base_url {
            settings.base_url = url.trim_end_matches('/').to_owned();
        }
        settings.collector_public_url.clone_from(&self.collector_public_url);
        settings.smtp_url.clone_from(&self.smtp_url);
        if let Some(from) = &self.mail_from {
            settings.mail_from.clone_from(from);
        }
        settings
    }
}

/// Reads the command line and does what it says.
pub async fn run() -> Result<(), Failure> {
    let cli = Cli::parse();
    let settings = cli.settings.settings();
    let start = |settings: Settings| Service::start(settings, Clock::System);
    match cli.command {
        Command::Serve { listen, role } => {
            let listener = http::listen(listen).await.map_err(said)?;
            let half = http::Half::start(role, settings).await.map_err(said)?;
            Ok(http::serve(half, listener).await?)
        }
        Command::Demo { listen, fresh, no_serve } => {
            let mut settings = settings;
            if cli.settings.base_url.is_none() {
                settings.base_url = format!("http://{listen}");
            }
            if !no_serve {
                // Filling takes a while: better to hear of a taken port before it. Nobody is to wait on it until then.
                drop(http::listen(listen).await.map_err(said)?);
            }
            let service = demo::prepare(settings, fresh, |line| eprintln!("{line}")).await.map_err(said)?;
            print!("{}", demo::sign_ins(&service).await?);
            if no_serve {
                return Ok(());
            }
            let listener = http::listen(listen).await.map_err(said)?;
            println!("http://{listen}");
            Ok(http::serve(http::Half::All(service), listener).await?)
        }
        Command::Migrate => {
            start(settings).await?;
            eprintln!("both databases are up to date");
            Ok(())
        }
        Command::Roster(Roster::Import { file, units }) => {
            // Both files before anything is written.
            let (staff, units) = (read(&file)?, units.as_deref().map(read).transpose()?);
            roster(&start(settings).await?, &staff, units.as_deref()).await
        }
        Command::Followup(Followup::Import { file, fiscal_year }) => {
            let bytes = read(&file)?;
            let service = start(settings).await?;
            let name = name_of(&file);
            let table = TableFile { bytes: &bytes, name: &name };
            let imported = service.import_followup(table, fiscal_year, None).await.map_err(said)?;
            eprintln!("{} rows imported", imported.rows);
            for remark in &imported.remarks {
                eprintln!("note: {}", remark.get(lang()));
            }
            if imported.links > 0 {
                eprintln!("{} survey links taken over from the last year's table", imported.links);
            }
            Ok(())
        }
        Command::Followup(Followup::Export { format, fiscal_year }) => {
            let service = start(settings).await?;
            if format == "xlsx" {
                let book = service.followup_workbook(fiscal_year).await.map_err(said)?;
                std::io::stdout().write_all(&book)?;
            } else {
                print!("{}", service.export_followup(fiscal_year).await.map_err(said)?);
            }
            Ok(())
        }
        Command::Metrics(Metrics::Import { file }) => {
            let bytes = read(&file)?;
            let service = start(settings).await?;
            let rows = service.import_metrics(&bytes, &name_of(&file), None).await.map_err(said)?;
            eprintln!("{rows} rows imported");
            Ok(())
        }
        Command::Simulate { kind, staff, units, items, rate, seed, rows } => {
            let service = start(settings).await?;
            let kind = match kind {
                SimulatedKind::Survey => simulate::Kind::Survey,
                SimulatedKind::Review => simulate::Kind::Review,
                SimulatedKind::Metrics => {
                    let figures = simulate::metrics::run(&service, units, rows).await.map_err(said)?;
                    println!("{}", serde_json::to_string(&figures)?);
                    return Ok(());
                }
            };
            let plan = simulate::Plan { kind, staff, units, items, rate, seed };
            let figures = simulate::run(&service, plan).await.map_err(said)?;
            println!("{}", serde_json::to_string(&figures)?);
            Ok(())
        }
        Command::Health { url } => health(&url).await,
    }
}

fn name_of(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn lang() -> Lang {
    std::env::var("LANG").ok().and_then(|l| Lang::from_tag(&l)).unwrap_or(Lang::En)
}

fn said(error: service::Error) -> Failure {
    match error {
        service::Error::Database(_) | service::Error::File(_) | service::Error::Damaged(_) => error.into(),
        other => other.message(lang()).into(),
    }
}

fn refused(refused: Refused) -> Failure {
    match refused {
        Refused::File(text) => text.get(lang()).to_owned().into(),
        Refused::Rows(report) => {
            let rows = report.rows.iter().map(|row| format!("\n  {}", row.message(lang())));
            format!("{}{}", report.message(lang()), rows.collect::<String>()).into()
        }
        Refused::Fault(error) => said(error),
    }
}

/// The content of a file that was named on the command line.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| {
        let name = file.display();
        match lang() {
            Lang::Ja => format!("{name} を読めません: {error}").into(),
            Lang::En => format!("{name} cannot be read: {error}").into(),
        }
    })
}

async fn roster(service: &Service, staff: &[u8], units: Option<&[u8]>) -> Result<(), Failure> {
    let (now, today) = (service.clock.now(), service.clock.today());
    if let Some(units) = units {
        let count = service.registry.import_units(units, None, now).await.map_err(refused)?;
        eprintln!("{count} units imported");
    }
    let changes = service.registry.import_roster(staff, None, now, today).await.map_err(refused)?;
    eprintln!(
        "{} new, {} updated, {} moved, {} unchanged, {} leavers",
        changes.new, changes.updated, changes.moved, changes.unchanged, changes.leavers
    );
    Ok(())
}

/// How long a server may take to say whether it is ready.
const HEALTHY_WITHIN: Duration = Duration::from_secs(5);

/// A plain HTTP request by hand: a health check must not need more than the binary.
async fn health(url: &str) -> Result<(), Failure> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<String, std::io::Error>(answer)
    };
    let answer = match tokio::time::timeout(HEALTHY_WITHIN, ask).await {
        Ok(answer) => answer.map_err(|error| format!("{address} does not answer: {error}"))?,
        Err(_) => return Err(format!("{address} does not answer").into()),
    };
    if answer.split_whitespace().nth(1) == Some("200") { Ok(()) } else { Err("not ready".into()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read(Path::new("/no/such/staff.csv")).expect_err("there is none").to_string();
        assert!(error.contains("/no/such/staff.csv"), "{error}");
    }

    /// What [`health`] says to a server that answers in this way.
    async fn healthy(answer: &'static str) -> bool {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = [0; 512];
            let read = stream.read(&mut request).await.expect("a request");
            assert!(request[..read].starts_with(b"GET /readyz HTTP/1.0\r\n"));
            stream.write_all(answer.as_bytes()).await.expect("an answer");
        });
        let outcome = health(&url).await;
        server.await.expect("the server ended");
        outcome.is_ok()
    }

    #[tokio::test]
    async fn only_a_server_that_is_ready_is_healthy() {
        assert!(healthy("HTTP/1.0 200 OK\r\n\r\nready").await);
        assert!(!healthy("HTTP/1.0 503 Service Unavailable\r\n\r\nnot ready").await);
        assert!(!healthy("").await);
    }

    #[tokio::test]
    async fn where_nobody_listens_the_address_is_named() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let error = health(&format!("http://{address}/")).await.expect_err("nobody listens").to_string();
        assert!(error.contains(&address), "{error}");
    }
}
