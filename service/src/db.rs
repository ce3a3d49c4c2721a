//! Opening a database, whichever engine its URL names.

use std::sync::Arc;
use std::time::Duration;

use migrations::MigratorTrait;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::Result;

/// A database, and for SQLite the queue of its writers.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    /// SQLite takes one writer at a time and lets the others poll; a fair queue is several times faster.
    writers: Option<Arc<Mutex<()>>>,
}

/// Held while writing; see [`Db::writer`].
pub struct Writer(#[allow(dead_code)] Option<OwnedMutexGuard<()>>);

impl Db {
    /// Connects and brings the schema up to date.
    pub async fn open<M: MigratorTrait>(url: &str) -> Result<Self> {
        let sqlite = url.starts_with("sqlite:");
        let memory = sqlite && url.contains(":memory:");
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .max_connections(if memory { 1 } else { 16 })
            .acquire_timeout(Duration::from_secs(20));
        if sqlite {
            // Deleted pages are overwritten: a destroyed ballot must not be found in the file's free space.
            options.map_sqlx_sqlite_opts(|o| {
                o.pragma("journal_mode", "WAL")
                    .pragma("synchronous", "NORMAL")
                    .pragma("foreign_keys", "ON")
                    .pragma("busy_timeout", "15000")
                    .pragma("secure_delete", "ON")
                    .pragma("cache_size", "-16000")
            });
        }
        let connection = Database::connect(options).await?;
        M::up(&connection, None).await?;
        Ok(Self { connection, writers: sqlite.then(|| Arc::new(Mutex::new(()))) })
    }

    /// The connection, for reading.
    pub fn get(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Waits for this process's turn to write. Hold it over the whole write.
    pub async fn writer(&self) -> Writer {
        match &self.writers {
            Some(queue) => Writer(Some(queue.clone().lock_owned().await)),
            None => Writer(None),
        }
    }

    /// True for PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.connection.get_database_backend() == DatabaseBackend::Postgres
    }

    /// Rewrites tables after deletions, so that neither free pages, page order nor row versions tell what stood
    /// there and in which order it came. On SQLite this rewrites the whole file and empties the WAL.
    pub async fn rewrite(&self, tables: &[&str]) -> Result<()> {
        let _writer = self.writer().await;
        if self.is_postgres() {
            for table in tables {
                self.connection.execute_unprepared(&format!("VACUUM FULL {table}")).await?;
            }
        } else {
            self.connection.execute_unprepared("VACUUM").await?;
            self.connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }
}
