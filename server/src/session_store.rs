//! Sessions: their cookie, and their store over the registry.

use axum_login::tower_sessions::cookie::SameSite;
use axum_login::tower_sessions::cookie::time::Duration;
use axum_login::tower_sessions::session::{Id, Record};
use axum_login::tower_sessions::session_store::{Error, Result};
use axum_login::tower_sessions::{Expiry, SessionManagerLayer, SessionStore};
use service::Service;

/// The cookie's name.
const COOKIE: &str = "shirube";
/// Hours without a page after which a sign-in ends, at the latest.
const HOURS: i64 = 8;

/// Sessions over a store; `https` where people reach the site that way.
pub fn layer<S: SessionStore>(store: S, https: bool) -> SessionManagerLayer<S> {
    SessionManagerLayer::new(store)
        .with_name(COOKIE)
        .with_secure(https)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_expiry(Expiry::OnInactivity(Duration::hours(HOURS)))
}

/// Sessions in the registry's database.
#[derive(Clone)]
pub struct Store(pub Service);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(record).map_err(|e| Error::Encode(e.to_string()))
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not collide; the loop is there because the trait asks for it.
        for _ in 0..4 {
            let expires = record.expiry_date.unix_timestamp();
            let id = record.id.to_string();
            if self.0.registry.create_session(&id, &encode(record)?, expires).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(backend("no free session id"))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let expires = record.expiry_date.unix_timestamp();
        let id = record.id.to_string();
        self.0.registry.save_session(&id, &encode(record)?, expires).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.0.clock.now();
        let data = self.0.registry.load_session(&id.to_string(), now).await.map_err(backend)?;
        let record: Option<Record> = data
            .map(|json| serde_json::from_str(&json).map_err(|e| Error::Decode(e.to_string())))
            .transpose()?;
        Ok(record.map(|mut r| {
            // Only the hash of the id is stored; what was asked for is the id.
            r.id = *id;
            r
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.registry.delete_session(&id.to_string()).await.map_err(backend)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::{Request, header};
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_sessions::{MemoryStore, Session};

    use super::*;

    async fn cookie(https: bool) -> String {
        let write = |session: Session| async move {
            session.insert("x", 1).await.expect("written");
        };
        let router = Router::new().route("/", get(write)).layer(layer(MemoryStore::default(), https));
        let response = router.oneshot(Request::new(Body::empty())).await.expect("an answer");
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|v| v.to_str().ok());
        cookie.expect("a cookie").to_owned()
    }

    #[tokio::test]
    async fn the_cookie_is_for_our_own_pages_and_for_no_script() {
        let plain = cookie(false).await;
        assert!(plain.starts_with("shirube="), "{plain}");
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=28800"] {
            assert!(plain.contains(part), "{part} is missing in {plain}");
        }
        assert!(!plain.contains("Secure") && !plain.contains("Domain"), "{plain}");
        assert!(cookie(true).await.contains("; Secure"), "by https only, where people use https");
    }
}
