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
use axum_login::tower_sessions::cookie::SameSite;
use axum_login::tower_sessions::cookie::time::Duration as CookieDuration;
use axum_login::tower_sessions::{Expiry, SessionManagerLayer};
use leptos::config::LeptosOptions;
use service::Service;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::auth::Backend;
use crate::session_store::Store;
use crate::{assets, collector, csrf, downloads, request, sign_in};

/// Largest body of a form or an uploaded file, in bytes: a roster of 20,000 rows has about 4 MB.
pub const MAX_BODY: usize = 16 << 20;

/// Hours without a request after which a sign-in ends.
const SESSION_HOURS: i64 = 8;

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

/// All routes.
pub fn router(service: Service, role: Role) -> Router {
    let health = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .with_state(service.clone());
    let mut routes = health;
    if role != Role::Registry {
        routes = routes.merge(collector::router(service.clone()));
    }
    if role != Role::Collector {
        routes = routes.merge(pages(service));
    }
    // A defect in one request must not end the connection without an answer.
    routes.layer(CatchPanicLayer::new()).layer(middleware::map_response(request::harden))
}

fn pages(service: Service) -> Router {
    // Leptos spawns through this; a second router in one process finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let secure = service.settings.base_url.starts_with("https://");
    let sessions = SessionManagerLayer::new(Store(service.clone()))
        .with_name("shirube")
        .with_secure(secure)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_expiry(Expiry::OnInactivity(CookieDuration::hours(SESSION_HOURS)));
    let auth = AuthManagerLayerBuilder::new(Backend(service.clone()), sessions).build();
    let options = leptos_options();
    let render = leptos_axum::render_app_async_with_context(|| {}, move || shell(options.clone()));
    downloads::router()
        .merge(sign_in::router())
        .route(
            "/api/{*path}",
            get(leptos_axum::handle_server_fns)
                .post(leptos_axum::handle_server_fns)
                .layer(middleware::map_response(request::client_fault))
                .layer(middleware::from_fn(request::require_boundary)),
        )
        .fallback(render)
        .layer(middleware::from_fn_with_state(service, request::enter))
        .layer(auth)
        .layer(middleware::from_fn(csrf::guard))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        // Files and the favicon need neither session nor person.
        .route("/pkg/{*path}", get(assets::package))
        .route("/favicon.svg", get(assets::favicon))
}

fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("shirube").site_pkg_dir("pkg").build()
}

async fn ready(State(service): State<Service>) -> impl IntoResponse {
    match service.ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}

/// Serves until the process is told to stop, then lets requests under way finish.
pub async fn serve(service: Service, listen: SocketAddr, role: Role) -> service::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let stop = tokio::sync::watch::channel(false);
    let jobs = (role != Role::Collector).then(|| tokio::spawn(crate::jobs::run(service.clone(), stop.1)));
    axum::serve(listener, router(service, role)).with_graceful_shutdown(told_to_stop()).await?;
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
