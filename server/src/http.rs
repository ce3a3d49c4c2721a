//! The HTTP server: routes, layers, and their order.

use std::net::SocketAddr;
use std::time::Duration;

use app::shell::shell;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, middleware};
use axum_login::AuthManagerLayerBuilder;
use leptos::config::LeptosOptions;
use service::{Clock, Error, Intake, Service, Settings};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::auth::Backend;
use crate::session_store::{self, Store};
use crate::{api, assets, body, collector, csrf, downloads, form_fault, refusal, request, sign_in};

/// Which half of the system a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Both halves.
    All,
    /// Pages, accounts, ballots: everything but the intake of sheets.
    Registry,
    /// Only the intake of sheets, to be run by other hands.
    Collector,
}

/// What a process runs, with what it needs for that and no more.
#[derive(Clone)]
pub enum Half {
    /// Both halves.
    All(Service),
    /// Everything but the intake of sheets.
    Registry(Service),
    /// Only the intake of sheets.
    Collector(Intake),
}

impl Half {
    /// Opens what the role needs.
    pub async fn start(role: Role, settings: Settings) -> service::Result<Self> {
        Ok(match role {
            Role::All => Self::All(Service::start(settings, Clock::System).await?),
            Role::Registry => Self::Registry(Service::start(settings, Clock::System).await?),
            Role::Collector => Self::Collector(Intake::start(&settings, Clock::System).await?),
        })
    }

    async fn ready(&self) -> service::Result<()> {
        match self {
            Self::All(service) | Self::Registry(service) => service.ready().await,
            Self::Collector(intake) => intake.ready().await,
        }
    }
}

/// All routes.
pub fn router(half: Half) -> Router {
    let health = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .with_state(half.clone());
    let routes = match half {
        Half::All(service) => health.merge(collector::router(service.intake())).merge(pages(service)),
        Half::Registry(service) => health.merge(pages(service)),
        Half::Collector(intake) => health.merge(collector::router(intake)),
    };
    // A defect in one request must not end the connection without an answer.
    routes.layer(CatchPanicLayer::custom(refusal::panicked)).layer(middleware::map_response(request::harden))
}

fn pages(service: Service) -> Router {
    // Leptos spawns through this; a second router in one process finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let sessions = session_store::layer(Store(service.clone()), service.settings.is_https());
    let auth = AuthManagerLayerBuilder::new(Backend(service.clone()), sessions).build();
    let options = leptos_options();
    let render = leptos_axum::render_app_async_with_context(|| {}, move || shell(options.clone()));
    downloads::router()
        .merge(api::router())
        .merge(sign_in::router())
        .route(
            "/api/{*path}",
            get(leptos_axum::handle_server_fns)
                .post(leptos_axum::handle_server_fns)
                .layer(middleware::from_fn(form_fault::in_words))
                .layer(middleware::from_fn(request::require_boundary)),
        )
        .fallback(render)
        .layer(middleware::from_fn_with_state(service, request::enter))
        .layer(auth)
        .layer(middleware::from_fn(csrf::guard))
        .layer(RequestBodyLimitLayer::new(body::MAX_UPLOAD))
        .layer(middleware::from_fn(body::limit))
        // Files and the favicon need neither session nor person.
        .route("/pkg/{*path}", get(assets::package))
        .route("/favicon.svg", get(assets::favicon))
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(middleware::from_fn(refusal::in_words))
}

fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("shirube").site_pkg_dir("pkg").build()
}

async fn ready(State(half): State<Half>) -> impl IntoResponse {
    match half.ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}

/// Takes the address to listen on.
///
/// # Errors
/// [`Error::Invalid`] where it cannot be had, which most often means that another server has it.
pub async fn listen(address: SocketAddr) -> service::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        Error::invalid(
            format!(
                "{address} では待ち受けできません({error})。ほかのサーバーが使っていないか確かめるか、--listen で別のアドレスかポートを指定してください。"
            ),
            format!(
                "cannot listen on {address} ({error}). See whether another server runs there, or name another address or port with --listen."
            ),
        )
    })
}

/// Serves until the process is told to stop, then lets requests under way finish.
pub async fn serve(half: Half, listener: TcpListener) -> service::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "serving");
    let stop = tokio::sync::watch::channel(false);
    let jobs = match &half {
        Half::All(service) | Half::Registry(service) => {
            Some(tokio::spawn(crate::jobs::run(service.clone(), stop.1)))
        }
        Half::Collector(_) => None,
    };
    axum::serve(listener, router(half)).with_graceful_shutdown(told_to_stop()).await?;
    let _ = stop.0.send(true);
    if let Some(jobs) = jobs {
        let _ = tokio::time::timeout(Duration::from_secs(20), jobs).await;
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping");
}
