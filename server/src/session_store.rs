//! The store of tower-sessions over the registry.

use axum_login::tower_sessions::SessionStore;
use axum_login::tower_sessions::session::{Id, Record};
use axum_login::tower_sessions::session_store::{Error, Result};
use service::Service;

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
