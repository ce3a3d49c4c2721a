//! Moving a campaign on by hand: one step, with long work in the background.

use domain::campaign::State;

use super::End;
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::event::{self, Event};

/// Most sheets that are counted or released while somebody waits for the page.
pub const AT_ONCE: u64 = 5_000;

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// It is done; the campaign is in this state now.
    Done(State),
    /// It is under way; [`crate::release::Progress`] tells how far.
    UnderWay,
}

fn moved_on() -> Error {
    Error::invalid(
        "この調査は、すでに次の段階に進んでいます。現在の状態を確かめてください。",
        "This campaign has already moved on. Please look at where it stands now.",
    )
}

impl Service {
    /// Moves a campaign one step on from the state that the person saw: fixes the terms, opens, closes, counts or
    /// releases. Counting and releasing more than [`AT_ONCE`] sheets goes on in the background.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the campaign is in another state by now, or the step is under way already.
    pub async fn advance(&self, id: &str, from: State, actor: Option<i64>) -> Result<Advanced> {
        let campaign = self.registry.campaign(id).await?;
        if campaign.state != from {
            return Err(moved_on());
        }
        if self.progress.get(id).is_some() {
            return Err(Error::invalid(
                "この処理はすでに実行中です。終わるまでお待ちください。",
                "This is already under way. Please wait until it is done.",
            ));
        }
        let to = from.next().ok_or_else(moved_on)?;
        let moved = match from {
            State::Draft => {
                self.schedule_campaign(id, actor).await?;
                true
            }
            State::Scheduled => self.open_campaign(id, actor).await?,
            State::Open => self.close_campaign(id, actor).await?,
            State::Closed => {
                let sheets = self.collector.sealed_sheets(id).await?;
                return self.work(id, from, sheets, actor).await;
            }
            State::Counted => {
                let report = self.collector.count_report(id).await?;
                let sheets = report.iter().map(|r| u64::from(r.counted)).sum();
                return self.work(id, from, sheets, actor).await;
            }
            State::Released => false,
        };
        if moved { Ok(Advanced::Done(to)) } else { Err(moved_on()) }
    }

    async fn work(&self, id: &str, from: State, sheets: u64, actor: Option<i64>) -> Result<Advanced> {
        self.progress.set(id, 0, sheets.max(1));
        let (service, id) = (self.clone(), id.to_owned());
        let awaited = sheets <= AT_ONCE;
        // A task of its own in any case: work over two databases must not stop because a browser hangs up.
        let task = tokio::spawn(async move {
            let _end = End(service.progress.clone(), id.clone());
            let outcome = service.count_or_release(&id, from, actor).await;
            if let Err(error) = &outcome
                && !awaited
            {
                tracing::error!(%error, campaign = %id, "work in the background failed");
                let counting = from == State::Closed;
                let what = if counting { "campaign.counting-failed" } else { "campaign.release-failed" };
                service.note_failure(&id, what, actor, error).await;
            }
            outcome
        });
        if !awaited {
            return Ok(Advanced::UnderWay);
        }
        let outcome = task.await.map_err(|e| Error::Damaged(format!("the work stopped: {e}")))?;
        outcome.map(Advanced::Done)
    }

    async fn count_or_release(&self, id: &str, from: State, actor: Option<i64>) -> Result<State> {
        if from == State::Closed {
            self.count_campaign(id, actor).await?;
            Ok(State::Counted)
        } else {
            self.release_campaign(id, actor).await?;
            Ok(State::Released)
        }
    }

    /// Nobody waits for work in the background, so its failure is written where HR looks next; once, however often the
    /// work is tried.
    pub(super) async fn note_failure(&self, id: &str, what: &str, actor: Option<i64>, error: &Error) {
        if let Err(error) = self.record_failure(id, what, actor, error).await {
            tracing::error!(%error, "a failure could not be recorded");
        }
    }

    async fn record_failure(&self, id: &str, what: &str, actor: Option<i64>, error: &Error) -> Result<()> {
        let failed = Event::failed(self.clock.now(), actor, id, what, error)?;
        let newest = self.registry.events(Some(id), 1).await?;
        if newest.first().is_some_and(|event| event.what == what && event.detail == failed.detail) {
            return Ok(());
        }
        let _writer = self.registry.db.writer().await;
        event::record(self.registry.db.get(), failed).await
    }
}
