//! Work that keeps a core busy, off the threads that answer requests.

use crate::error::{Error, Result};

/// Does `make` on a thread of its own and waits for it.
///
/// # Errors
/// Those of `make`; [`Error::Damaged`] where it panicked.
pub(crate) async fn work<T: Send + 'static>(make: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let made = tokio::task::spawn_blocking(make).await;
    made.map_err(|e| Error::Damaged(format!("work in the background stopped: {e}")))?
}
