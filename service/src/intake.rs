//! What the intake of sheets needs, and no more: a process that only takes sheets in opens nothing else.

use std::sync::Arc;

use crate::collector::intake::{Refusal, Submission};
use crate::secret::MasterKey;
use crate::{Clock, Collector, Result, Settings};

/// The collector's database, the key that its ballot keys are sealed under, and the time. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    collector: Collector,
    master: Arc<MasterKey>,
    clock: Clock,
}

impl Intake {
    pub(crate) fn new(collector: Collector, master: Arc<MasterKey>, clock: Clock) -> Self {
        Self { collector, master, clock }
    }

    /// Opens the collector's database alone, brings its schema up to date, and reads or makes the master key. The
    /// registry's address is not looked at.
    pub async fn start(settings: &Settings, clock: Clock) -> Result<Self> {
        settings.prepare()?;
        let master = Arc::new(MasterKey::load(settings)?);
        Ok(Self::new(Collector::open(&settings.collector_url).await?, master, clock))
    }

    /// Says whether the collector's database answers.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.collector.db.get().ping().await?)
    }

    /// Takes a sheet in, or replaces the one sent before with the same ballot. Sending again is harmless.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn accept(&self, sheet: Submission) -> Result<(), Refusal> {
        self.collector.accept(sheet, &self.master, self.clock.now()).await
    }
}
