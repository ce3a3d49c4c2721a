//! What a page or a server function knows of its request.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::Service;
use service::registry::person::Person;

use crate::flash::Flash;

/// Put into every request by the server before pages and server functions run.
#[derive(Clone)]
pub struct RequestInfo {
    /// The services.
    pub service: Service,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The language: the person's, else the browser's.
    pub lang: Lang,
    /// The message left by the last form, shown once.
    pub flash: Option<Flash>,
    /// The path asked for.
    pub path: String,
    /// The path asked for with its query, to come back to.
    pub here: String,
    /// The query asked for.
    pub query: BTreeMap<String, String>,
    /// True where the person's roles do not give access to this path.
    pub denied: bool,
}

/// The request at hand.
#[derive(Clone)]
pub struct Context {
    info: Option<RequestInfo>,
    response: Option<ResponseOptions>,
    /// The language.
    pub lang: Lang,
}

impl Context {
    /// The context of the request being answered.
    pub fn now() -> Self {
        let info = use_context::<Parts>().and_then(|p| p.extensions.get::<RequestInfo>().cloned());
        let lang = info.as_ref().map_or(Lang::Ja, |i| i.lang);
        Self { info, response: use_context::<ResponseOptions>(), lang }
    }

    /// The services.
    ///
    /// # Panics
    /// Never in a running server: its outermost layer puts [`RequestInfo`] into every request.
    pub fn service(&self) -> Service {
        self.info().service.clone()
    }

    fn info(&self) -> &RequestInfo {
        // An invariant of the server: see `server::http::request_info`.
        #[allow(clippy::expect_used)]
        self.info.as_ref().expect("the server puts RequestInfo into every request")
    }

    /// Who is signed in.
    pub fn person(&self) -> Option<Person> {
        self.info.as_ref()?.person.clone()
    }

    /// The signed-in person, if they have one of the roles.
    pub fn require(&self, roles: &[Role]) -> service::Result<Person> {
        let person = self.person().ok_or(service::Error::Forbidden)?;
        if roles.iter().any(|role| person.has(*role)) { Ok(person) } else { Err(service::Error::Forbidden) }
    }

    /// The message left by the last form.
    pub fn flash(&self) -> Option<Flash> {
        self.info.as_ref()?.flash.clone()
    }

    /// What the person typed into `field` of a form that was refused, or `stored`.
    pub fn kept(&self, field: &str, stored: &str) -> String {
        self.flash().and_then(|f| f.fields.get(field).cloned()).unwrap_or_else(|| stored.to_owned())
    }

    /// The path asked for.
    pub fn path(&self) -> String {
        self.info.as_ref().map(|i| i.path.clone()).unwrap_or_default()
    }

    /// The path asked for with its query, to come back to.
    pub fn here(&self) -> String {
        self.info.as_ref().map(|i| i.here.clone()).unwrap_or_default()
    }

    /// True where the person's roles do not give access to this path.
    pub fn denied(&self) -> bool {
        self.info.as_ref().is_some_and(|i| i.denied)
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        self.info.as_ref()?.query.get(name).cloned()
    }

    /// Sets the status of the response.
    pub fn status(&self, status: u16) {
        if let (Some(response), Ok(status)) = (&self.response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }

    /// Lets the page's own script run, and it alone: the browser package is named by a script with this nonce, and
    /// WebAssembly needs `wasm-unsafe-eval`. Sheets go to the collector, wherever it is.
    pub fn content_security_policy(&self, nonce: &str) {
        let collector = self.info.as_ref().and_then(|i| i.service.settings.collector_public_url.clone());
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; connect-src 'self' {}; \
             style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            collector.unwrap_or_default()
        );
        if let (Some(response), Ok(value)) = (&self.response, axum::http::HeaderValue::from_str(&policy)) {
            response.insert_header(axum::http::header::CONTENT_SECURITY_POLICY, value);
        }
    }

    /// Answers with a redirect, as after every form.
    pub fn redirect(&self, to: &str) {
        leptos_axum::redirect(to);
    }

    /// The error of a server function called by an island, with its status.
    pub fn api_error(&self, status: u16, text: &str) -> ServerFnError {
        self.status(status);
        ServerFnError::ServerError(text.to_owned())
    }

    /// A service's error as the error of a server function, with the status it calls for.
    pub fn refuse(&self, error: &service::Error) -> ServerFnError {
        self.api_error(status_of(error), &error.message(self.lang))
    }
}

/// The HTTP status an error calls for; faults of the system are logged here, once.
pub fn status_of(error: &service::Error) -> u16 {
    use service::Error;
    match error {
        Error::Invalid(_) => 400,
        Error::Conflict(_) => 409,
        Error::NotFound => 404,
        Error::Forbidden => 403,
        Error::Database(_) | Error::File(_) | Error::Damaged(_) => {
            tracing::error!(%error, "a request failed");
            500
        }
    }
}
