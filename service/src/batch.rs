//! Writing in batches: what many requests want to write at the same moment goes into one transaction, because a commit
//! costs nearly as much for one row as for many. Nobody is answered before the transaction with their row is committed.

use async_trait::async_trait;
use sea_orm::{DatabaseTransaction, DbErr};
use tokio::sync::{mpsc, oneshot};

use crate::db::Db;
use crate::error::{Error, Result};

/// Most writes of one transaction.
const MOST: usize = 64;
/// Most writes that wait; whoever comes then waits to be let in.
const WAITING: usize = 1_024;

/// Something that is written together with others of its kind.
#[async_trait]
pub(crate) trait Write: Send + Sync + Sized + 'static {
    /// What its caller gets to know.
    type Outcome: Send + 'static;

    /// Writes all of them, in the order in which they came, and says what became of each. An error undoes all of them;
    /// each is then written by itself.
    async fn write(all: &[Self], db: &DatabaseTransaction) -> Result<Vec<Self::Outcome>>;
}

type Waiting<W> = (W, oneshot::Sender<Result<<W as Write>::Outcome>>);

/// The way in to a task that writes. The task ends with the last clone.
pub(crate) struct Batch<W: Write>(mpsc::Sender<Waiting<W>>);

impl<W: Write> Clone for Batch<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W: Write> Batch<W> {
    /// Starts the task. Must be called within a Tokio runtime.
    pub(crate) fn start(db: Db) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(run(db, receiver));
        Self(sender)
    }

    /// Writes, and comes back once it is committed.
    ///
    /// # Errors
    /// Those of the write itself, not those of others in the same batch; doing it again is safe.
    pub(crate) async fn write(&self, one: W) -> Result<W::Outcome> {
        let (reply, outcome) = oneshot::channel();
        self.0.send((one, reply)).await.map_err(|_| unwritten())?;
        outcome.await.map_err(|_| unwritten())?
    }
}

fn unwritten() -> Error {
    DbErr::Custom("nothing was written".into()).into()
}

async fn run<W: Write>(db: Db, mut receiver: mpsc::Receiver<Waiting<W>>) {
    let mut waiting = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut waiting, MOST).await > 0 {
        let (writes, replies): (Vec<W>, Vec<_>) = waiting.drain(..).unzip();
        // A task of its own: should it panic, this batch is lost to its callers, and not all writing from then on.
        let Ok(outcomes) = tokio::spawn(together(db.clone(), writes)).await else { continue };
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // Whoever asked may have gone in the meantime.
            let _ = reply.send(outcome);
        }
    }
}

/// Writes a batch; where that fails, each by itself, so that one that cannot be written does not take others with it.
/// Gives fewer outcomes than there are writes only where the database is away.
async fn together<W: Write>(db: Db, writes: Vec<W>) -> Vec<Result<W::Outcome>> {
    let _writer = db.writer().await;
    match commit(&db, &writes).await {
        Ok(outcomes) => return outcomes.into_iter().map(Ok).collect(),
        Err(error) if writes.len() == 1 || is_away(&error) => return vec![Err(error)],
        Err(_) => {}
    }
    let mut outcomes = Vec::with_capacity(writes.len());
    for one in writes.chunks(1) {
        let outcome = commit(&db, one).await.and_then(|mut only| only.pop().ok_or_else(unwritten));
        let away = outcome.as_ref().is_err_and(is_away);
        outcomes.push(outcome);
        if away {
            break;
        }
    }
    outcomes
}

/// True where other writes would fare no better, and would have to wait for that as long.
fn is_away(error: &Error) -> bool {
    matches!(error, Error::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)))
}

async fn commit<W: Write>(db: &Db, writes: &[W]) -> Result<Vec<W::Outcome>> {
    let transaction = db.begin().await?;
    match W::write(writes, &transaction).await {
        Ok(outcomes) => {
            transaction.commit().await?;
            Ok(outcomes)
        }
        Err(error) => {
            // The error of the write is the one to report.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;
    use sea_orm::{ConnectionTrait, Statement};

    use super::*;

    struct Row(&'static str);

    #[async_trait]
    impl Write for Row {
        /// How many were written together.
        type Outcome = usize;

        async fn write(all: &[Self], db: &DatabaseTransaction) -> Result<Vec<usize>> {
            for Self(id) in all {
                assert_ne!(*id, "panic");
                db.execute_unprepared(&format!(
                    "INSERT INTO intake (campaign_id, terms_hash, strata, closes_at, state) \
                     VALUES ('{id}', '', 1, 0, 'open')"
                ))
                .await?;
            }
            Ok(vec![all.len(); all.len()])
        }
    }

    async fn batch() -> (Db, Batch<Row>) {
        let db = Db::open::<migrations::CollectorMigrator>("sqlite::memory:").await.expect("a database");
        (db.clone(), Batch::start(db))
    }

    async fn rows(db: &Db) -> i64 {
        let count = "SELECT COUNT(*) FROM intake";
        let count = Statement::from_string(db.get().get_database_backend(), count);
        let row = db.get().query_one_raw(count).await.expect("a count").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    #[tokio::test]
    async fn what_comes_at_the_same_time_is_written_together() {
        let (db, batch) = batch().await;
        let ids = ["a", "b", "c", "d", "e"];
        let outcomes = join_all(ids.map(|id| batch.write(Row(id)))).await;
        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(|together| *together == 5)));
        assert_eq!(rows(&db).await, 5);
        assert_eq!(batch.write(Row("f")).await.expect("written"), 1, "one that comes alone does not wait");
    }

    #[tokio::test]
    async fn one_that_cannot_be_written_does_not_take_others_with_it() {
        let (db, batch) = batch().await;
        let outcomes = join_all(["a", "b", "a", "c"].map(|id| batch.write(Row(id)))).await;
        let written: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(written, [true, true, false, true]);
        assert!(matches!(outcomes[2], Err(Error::Database(_))));
        assert_eq!(rows(&db).await, 3);
    }

    #[tokio::test]
    async fn a_panic_does_not_end_writing() {
        let (db, batch) = batch().await;
        assert!(batch.write(Row("panic")).await.is_err());
        assert_eq!(batch.write(Row("a")).await.expect("written"), 1);
        assert_eq!(rows(&db).await, 1);
    }
}
