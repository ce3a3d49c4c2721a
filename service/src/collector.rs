//! The collector: WHAT. Sealed sheets, their sums, comments. It knows no name, no staff id, no time of day and
//! no address, and never imports the registry.

pub(crate) mod entity;
pub mod intake;
pub mod tally;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::batch::Batch;
use crate::db::Db;
use crate::error::Result;

/// The collector's database.
#[derive(Clone)]
pub struct Collector {
    pub(crate) db: Db,
    keys: Arc<Mutex<HashMap<String, Arc<domain::ballot::IssuingKey>>>>,
    sheets: Batch<intake::Checked>,
}

impl Collector {
    /// Connects and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::open::<migrations::CollectorMigrator>(url).await?;
        Ok(Self { sheets: Batch::start(db.clone()), keys: Arc::default(), db })
    }
}
