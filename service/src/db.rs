//! Opening a database, whichever engine its URL names.

use std::sync::Arc;
use std::time::Duration;

use migrations::MigratorTrait;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction,
    DbErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::Result;

/// How often emptying the write-ahead log is tried, and how long is waited in between; each try itself waits for
/// readers as long as the busy timeout says.
const TRIES: u32 = 4;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// A database, and for SQLite the queue of its writers.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    /// SQLite takes one writer at a time and lets the others poll; a fair queue is several times faster.
    writers: Option<Arc<Mutex<()>>>,
}

/// Held while writing; see [`Db::writer`].
pub struct Writer(#[allow(dead_code)] Option<OwnedMutexGuard<()>>);

/// What every connection to a database is made with. Nobody closes idle ones: in sqlx 0.9.0 the count of them can fall below
/// zero for a moment, and whoever goes by it to close them then never ends (transact-rs/sqlx#3645, decision 13).
pub fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options
}

impl Db {
    /// Connects and brings the schema up to date.
    pub async fn open<M: MigratorTrait>(url: &str) -> Result<Self> {
        let sqlite = url.starts_with("sqlite:");
        let memory = sqlite && url.contains(":memory:");
        let mut options = options(url);
        options.max_connections(if memory { 1 } else { 16 }).acquire_timeout(Duration::from_secs(20));
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

    /// Begins a transaction that will write. On SQLite it takes the write lock at once: one that reads first and then
    /// finds that another process has written in between could only fail.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.connection.begin_with_options(options).await?)
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

    /// Rewrites tables after deletions, so that neither free pages nor page order tell what stood there and in which
    /// order it came: rows are put in the order of their keys. On SQLite this rewrites the whole file and empties the WAL.
    ///
    /// # Errors
    /// Also where a reader keeps the WAL from being emptied; doing it again is safe.
    pub async fn rewrite(&self, tables: &[&str]) -> Result<()> {
        let _writer = self.writer().await;
        if self.is_postgres() {
            for table in tables {
                // VACUUM FULL would leave the rows in the order in which they were written.
                self.connection.execute_unprepared(&format!("CLUSTER {table} USING {table}_pkey")).await?;
            }
        } else {
            self.connection.execute_unprepared("VACUUM").await?;
            self.empty_wal().await?;
        }
        Ok(())
    }

    async fn empty_wal(&self) -> Result<()> {
        for attempt in 1..=TRIES {
            let pragma = Statement::from_string(DatabaseBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
            let row = self.connection.query_one_raw(pragma).await?;
            // That a reader kept it from ending is no error to SQLite: the row's first column says so.
            let busy: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
            if busy == Some(0) {
                return Ok(());
            }
            if attempt < TRIES {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
        }
        Err(DbErr::Custom("the write-ahead log could not be emptied, because somebody reads from it".into())
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::random_id;

    #[tokio::test(flavor = "multi_thread")]
    async fn two_processes_on_one_sqlite_file_wait_for_each_other() {
        let folder = std::env::temp_dir().join(format!("shirube-db-{}", random_id().unwrap()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}/c.sqlite?mode=rwc", folder.display());
        // Two pools with queues of their own, as in a server and a command beside it.
        let ours = Db::open::<migrations::CollectorMigrator>(&url).await.unwrap();
        let other = Db::open::<migrations::CollectorMigrator>(&url).await.unwrap();
        let row = |id: &str| {
            format!(
                "INSERT INTO intake (campaign_id, terms_hash, strata, closes_at, state) VALUES ('{id}', '', 1, 0, 'open')"
            )
        };
        let transaction = ours.begin().await.unwrap();
        transaction.execute_unprepared("SELECT COUNT(*) FROM intake").await.unwrap();
        let (their_row, second) = (row("b"), other.clone());
        let theirs = tokio::spawn(async move { second.get().execute_unprepared(&their_row).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        transaction.execute_unprepared(&row("a")).await.unwrap();
        transaction.commit().await.unwrap();
        theirs.await.unwrap().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_log_that_a_reader_keeps_is_not_taken_for_emptied() {
        let folder = std::env::temp_dir().join(format!("shirube-db-{}", random_id().unwrap()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}/c.sqlite?mode=rwc", folder.display());
        let other = Db::open::<migrations::CollectorMigrator>(&url).await.unwrap();
        // A single connection, so that its patience can be set.
        let mut options = options(&url);
        options.max_connections(1);
        let ours = Db { connection: Database::connect(options).await.unwrap(), writers: None };
        ours.get().execute_unprepared("PRAGMA busy_timeout = 10").await.unwrap();
        let reading = other.get().begin().await.unwrap();
        reading.execute_unprepared("SELECT COUNT(*) FROM intake").await.unwrap();
        let row = "INSERT INTO intake (campaign_id, terms_hash, strata, closes_at, state) VALUES ('a', '', 1, 0, 'open')";
        ours.get().execute_unprepared(row).await.unwrap();
        assert!(ours.rewrite(&["intake"]).await.is_err(), "somebody still reads what was there before");
        reading.rollback().await.unwrap();
        ours.rewrite(&["intake"]).await.unwrap();
        assert_eq!(std::fs::metadata(folder.join("c.sqlite-wal")).unwrap().len(), 0);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
