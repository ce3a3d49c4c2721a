//! The use cases of Shirube, and the only crate that knows SeaORM.
//!
//! `registry` knows WHO, `collector` knows WHAT; they never import each other. Only `release` holds both.

mod batch;
pub mod browser;
pub mod clock;
pub mod collector;
pub mod db;
pub mod demo;
pub mod error;
pub mod indicator;
pub mod intake;
mod kept;
pub mod mail;
pub mod metric;
pub mod registry;
pub mod release;
pub mod secret;
pub mod settings;
pub mod simulate;
pub mod spreadsheet;
pub mod text_encoding;
mod work;

use std::sync::Arc;

pub use clock::Clock;
pub use collector::Collector;
pub use error::{Error, Result};
pub use intake::Intake;
pub use registry::Registry;
pub use settings::Settings;

/// Everything a request handler or a job needs. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Parts>);

/// What a [`Service`] is made of.
pub struct Parts {
    /// Who.
    pub registry: Registry,
    /// What.
    pub collector: Collector,
    /// Seals campaign keys at rest.
    pub master: Arc<secret::MasterKey>,
    /// The time.
    pub clock: Clock,
    /// Where things are and how mail leaves.
    pub settings: Settings,
    /// Long work under way, for progress bars.
    pub progress: release::Progress,
}

impl std::ops::Deref for Service {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Service {
    /// Opens both databases, brings their schema up to date, and reads or makes the master key.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self> {
        settings.prepare()?;
        std::fs::create_dir_all(settings.outbox())?;
        let master = Arc::new(secret::MasterKey::load(&settings)?);
        let registry = Registry::open(&settings.registry_url).await?;
        let collector = Collector::open(&settings.collector_url).await?;
        let progress = release::Progress::default();
        let service = Self(Arc::new(Parts { registry, collector, master, clock, settings, progress }));
        service.keep_standard_series().await?;
        Ok(service)
    }

    /// What of it takes sheets in, and no more.
    pub fn intake(&self) -> Intake {
        Intake::new(self.collector.clone(), self.master.clone(), self.clock.clone())
    }

    /// Says whether both databases answer.
    pub async fn ready(&self) -> Result<()> {
        self.registry.db.get().ping().await?;
        self.collector.db.get().ping().await?;
        Ok(())
    }
}
