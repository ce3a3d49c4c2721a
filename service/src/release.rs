//! From sealed sheets to published figures. The only code that holds registry and collector together.

pub mod advance;
mod comments;
pub mod count;
mod cuts;
pub mod export;
pub mod outlook;
pub mod publish;
pub mod queries;
pub mod report;
pub mod response;
pub mod results;
pub mod review;
pub mod tally;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How far long work has come, for progress bars: campaign → (done, total).
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<String, (u64, u64)>>>);

impl Progress {
    /// Says how far it is.
    pub fn set(&self, campaign: &str, done: u64, total: u64) {
        if let Ok(mut map) = self.0.lock() {
            map.insert(campaign.into(), (done, total));
        }
    }

    /// How far it is, while it runs.
    pub fn get(&self, campaign: &str) -> Option<(u64, u64)> {
        self.0.lock().ok()?.get(campaign).copied()
    }

    /// It is over.
    pub fn clear(&self, campaign: &str) {
        if let Ok(mut map) = self.0.lock() {
            map.remove(campaign);
        }
    }
}

/// Takes a campaign's progress bar away, however the work ends.
struct End(Progress, String);

impl Drop for End {
    fn drop(&mut self) {
        self.0.clear(&self.1);
    }
}
