//! The registry: WHO. Units, staff, accounts, campaigns, ballots handed out.

pub mod account;
pub mod action;
pub mod assignment;
pub mod ballot;
pub mod campaign;
pub mod editing;
pub(crate) mod entity;
pub mod event;
pub mod freeze;
pub mod headcount;
pub mod line;
pub mod link;
pub mod nomination;
pub mod person;
pub mod questionnaire;
pub mod questionnaire_schema;
pub mod rating;
pub mod roster;
pub mod session;
pub mod staff;
pub mod upload;

use std::sync::Arc;

use crate::batch::Batch;
use crate::db::Db;
use crate::error::Result;
use crate::kept::Kept;

/// The registry's database.
#[derive(Clone)]
pub struct Registry {
    pub(crate) db: Db,
    keys: ballot::Keys,
    ballots: Batch<ballot::Issue>,
    pub(crate) kept: Arc<Kept>,
}

impl Registry {
    /// Connects and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::open::<migrations::RegistryMigrator>(url).await?;
        Ok(Self {
            ballots: Batch::start(db.clone()),
            keys: ballot::Keys::default(),
            kept: Arc::default(),
            db,
        })
    }
}
