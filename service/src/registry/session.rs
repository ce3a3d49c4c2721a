//! Sessions of signed-in browsers. The database has the SHA-256 of a session's id, never the id itself: a copy of the
//! database lets nobody take a session over.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::Registry;
use super::entity::session;
use crate::error::Result;
use crate::secret::sha256_hex;

fn stored_id(id: &str) -> String {
    sha256_hex(id.as_bytes())
}

fn row(id: &str, data: &str, expires_at: i64) -> session::ActiveModel {
    session::ActiveModel { id: Set(stored_id(id)), data: Set(data.to_owned()), expires_at: Set(expires_at) }
}

impl Registry {
    /// Stores a new session; false where the id is taken. `expires_at` in seconds since 1970 UTC.
    pub async fn create_session(&self, id: &str, data: &str, expires_at: i64) -> Result<bool> {
        let _writer = self.db.writer().await;
        let written = session::Entity::insert(row(id, data, expires_at))
            .on_conflict(OnConflict::column(session::Column::Id).do_nothing().to_owned())
            .exec_without_returning(self.db.get())
            .await?;
        Ok(written == 1)
    }

    /// Stores a session, in place of what it held before.
    pub async fn save_session(&self, id: &str, data: &str, expires_at: i64) -> Result<()> {
        let replace = OnConflict::column(session::Column::Id)
            .update_columns([session::Column::Data, session::Column::ExpiresAt])
            .to_owned();
        let _writer = self.db.writer().await;
        session::Entity::insert(row(id, data, expires_at))
            .on_conflict(replace)
            .exec_without_returning(self.db.get())
            .await?;
        Ok(())
    }

    /// What a session holds; `None` where there is none or it has expired.
    pub async fn load_session(&self, id: &str, now: i64) -> Result<Option<String>> {
        let found = session::Entity::find_by_id(stored_id(id)).one(self.db.get()).await?;
        Ok(found.filter(|s| s.expires_at > now).map(|s| s.data))
    }

    /// Ends a session. One that is not there is no error.
    pub async fn delete_session(&self, id: &str) -> Result<()> {
        let _writer = self.db.writer().await;
        session::Entity::delete_by_id(stored_id(id)).exec(self.db.get()).await?;
        Ok(())
    }

    /// Removes sessions that have expired; returns how many.
    pub async fn delete_expired_sessions(&self, now: i64) -> Result<u64> {
        let _writer = self.db.writer().await;
        let deleted = session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lte(now))
            .exec(self.db.get())
            .await?;
        Ok(deleted.rows_affected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_id_is_not_the_sessions_id() {
        let id = "k3Jq2nT0";
        assert_eq!(stored_id(id).len(), 64);
        assert!(!stored_id(id).contains(id));
        assert_ne!(stored_id(id), stored_id("k3Jq2nT1"));
    }
}
