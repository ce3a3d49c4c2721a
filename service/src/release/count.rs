//! The life of a campaign over both databases: schedule, open, close, count.
//!
//! Each step tells the registry and the collector in an order in which a crash in between leaves nothing that the
//! same step, run again, does not complete.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::answer::{self, Answer, Answers, Sheet};
use domain::ballot::Binding;
use domain::campaign::State;
use domain::disclosure::Thresholds;
use domain::questionnaire::Questionnaire;
use domain::review::pulse;
use domain::seal::{self, CountingKey};
use rayon::prelude::*;

use super::tally::{Measure, Tallies, measures};
use super::{End, cuts};
use crate::Service;
use crate::collector::intake::Opening;
use crate::collector::tally::{Counts, Opened, Sealed};
use crate::error::{Error, Result};
use crate::registry::campaign::Campaign;

impl Service {
    /// Fixes the terms of a draft and prepares the collector.
    pub async fn schedule_campaign(&self, id: &str, actor: Option<i64>) -> Result<()> {
        self.registry.freeze(id, &self.master, actor, self.clock.now()).await?;
        Ok(())
    }

    /// Opens a scheduled campaign: the collector first, so that no ballot is out before a sheet can come in.
    pub async fn open_campaign(&self, id: &str, actor: Option<i64>) -> Result<bool> {
        let frozen = self.registry.frozen(id, &self.master).await?;
        self.collector
            .open_intake(Opening {
                campaign: id.into(),
                terms_hash: frozen.terms_hash,
                ballot_seed: frozen.ballot_seed,
                strata: frozen.strata,
                closes_at: frozen.closes_at,
                sheet_size: frozen.sheet_size,
            })
            .await?;
        self.registry.advance_campaign(id, State::Scheduled, actor, self.clock.now()).await
    }

    /// Puts the closing date later, on both sides.
    pub async fn extend_campaign(&self, id: &str, closes_at: i64, actor: Option<i64>) -> Result<()> {
        self.registry.extend_campaign(id, closes_at, actor, self.clock.now()).await?;
        self.collector.extend_intake(id, closes_at).await
    }

    /// Closes an open campaign: no ballot is issued any more, then no sheet is taken in any more.
    pub async fn close_campaign(&self, id: &str, actor: Option<i64>) -> Result<bool> {
        let moved = self.registry.advance_campaign(id, State::Open, actor, self.clock.now()).await?;
        self.collector.close_intake(id).await?;
        Ok(moved)
    }

    /// Opens and counts all sheets of a closed campaign, then destroys sheets, ballots and keys.
    pub async fn count_campaign(&self, id: &str, actor: Option<i64>) -> Result<()> {
        let campaign = self.registry.campaign(id).await?;
        if campaign.state != State::Closed {
            return Err(Error::invalid(
                "締め切った調査だけを集計できます。",
                "Only a closed campaign can be counted.",
            ));
        }
        // Closing may have been cut off between the two databases.
        self.collector.close_intake(id).await?;
        let stored = self.registry.campaign_questionnaire(&campaign).await?;
        let seed = self.registry.counting_seed(id, &self.master).await?;
        let demographics: Vec<String> = stored.questionnaire.demographics().map(|i| i.key.clone()).collect();
        let opener = Arc::new(Opener {
            key: CountingKey::derive(&seed).map_err(|e| Error::Damaged(e.to_string()))?,
            measures: measures(&stored.questionnaire),
            demographics,
            tallies: Mutex::default(),
            thresholds: campaign.thresholds,
            asked: Asked::new(&stored.questionnaire, self.registry.actions_asked(id).await?),
            hash: stored.sha256.clone(),
            campaign: id.into(),
            terms: campaign.terms_digest()?,
        });
        let progress = &self.progress;
        let _end = End(progress.clone(), id.to_owned());
        self.collector
            .count(
                id,
                {
                    let opener = opener.clone();
                    move |chunk| opener.open_all(chunk)
                },
                || opener.counts(),
                |done, total| progress.set(id, done, total),
            )
            .await?;
        self.registry.end_count(id, actor, self.clock.now()).await?;
        Ok(())
    }

    /// Deletes what is left of the answers of released campaigns, and of those that were not released within the days
    /// after closing that their terms promise. What was published stays.
    pub async fn keep_retention(&self) -> Result<u64> {
        let now = self.clock.now();
        let mut deleted = 0;
        for campaign in self.registry.campaigns().await? {
            let over = match campaign.state {
                State::Released => true,
                State::Counted => {
                    let days = i64::from(self.registry.terms(&campaign.id).await?.retention_days);
                    campaign.schedule.closes_at + days * 86_400 <= now
                }
                _ => false,
            };
            if over {
                deleted += self.collector.forget_counted(&campaign.id).await?;
            }
        }
        Ok(deleted)
    }

    /// Does what the clock calls for: moves campaigns, queues the mails about openings and releases, and completes what
    /// was cut off between the two databases. A campaign that cannot be moved is noted and does not keep the others.
    /// Returns how many moved.
    pub async fn run_schedule(&self) -> Result<u32> {
        let now = self.clock.now();
        let mut moved = 0;
        for campaign in self.registry.campaigns().await? {
            match self.keep_schedule(&campaign, now).await {
                Ok(step) => moved += u32::from(step),
                Err(error) => {
                    tracing::error!(%error, campaign = %campaign.id, "the schedule of a campaign could not be kept");
                    self.note_failure(&campaign.id, "campaign.schedule-failed", None, &error).await;
                }
            }
        }
        let wiped = self.registry.wipe_counted().await;
        self.registry.queue_news(&self.settings, now).await?;
        wiped?;
        Ok(moved)
    }

    /// True where the campaign has moved.
    async fn keep_schedule(&self, campaign: &Campaign, now: i64) -> Result<bool> {
        let id = &campaign.id;
        match (campaign.schedule.due(campaign.state, now), campaign.state) {
            (Some(State::Open), _) => self.open_campaign(id, None).await,
            (Some(State::Closed), _) => self.close_campaign(id, None).await,
            // From here on: what the registry knows and the collector may not have been told.
            (_, State::Open) => {
                self.collector.extend_intake(id, campaign.schedule.closes_at).await?;
                Ok(false)
            }
            (_, State::Closed) => {
                self.collector.close_intake(id).await?;
                // And the other way round: counted, and the registry was not told.
                let cut_off = self.progress.get(id).is_none() && self.collector.is_counted(id).await?;
                if cut_off {
                    self.count_campaign(id, None).await?;
                }
                Ok(cut_off)
            }
            _ => Ok(false),
        }
    }
}

/// What each stratum is asked.
struct Asked {
    questionnaire: Arc<Questionnaire>,
    /// In a pulse: by stratum, whose subject shared so many actions.
    actions: BTreeMap<u32, usize>,
    /// And what is asked about so many.
    about: Vec<Questionnaire>,
}

impl Asked {
    fn new(questionnaire: &Arc<Questionnaire>, actions: BTreeMap<u32, usize>) -> Self {
        let about = |count: usize| {
            let mut asked = questionnaire.as_ref().clone();
            pulse::ask(&mut asked, &vec![String::new(); count]);
            asked
        };
        let about = (0..=pulse::MOST_ACTIONS).map(about).collect();
        Self { questionnaire: questionnaire.clone(), actions, about }
    }

    fn of(&self, stratum: u32) -> &Questionnaire {
        let about = self.actions.get(&stratum).and_then(|count| self.about.get(*count));
        about.unwrap_or(&self.questionnaire)
    }
}

struct Opener {
    key: CountingKey,
    asked: Asked,
    hash: String,
    campaign: String,
    terms: [u8; 32],
    measures: Vec<Measure>,
    demographics: Vec<String>,
    thresholds: Thresholds,
    /// Added up while sheets are opened, because none is kept.
    tallies: Mutex<Tallies>,
}

impl Opener {
    fn open_all(&self, chunk: Vec<Sealed>) -> Vec<(u32, Option<Opened>)> {
        let start = || (Vec::new(), Tallies::default());
        let (sheets, added) = chunk
            .into_par_iter()
            .fold(start, |(mut sheets, mut tallies), sheet| {
                let stratum = sheet.stratum;
                let opened = self.open(&sheet).map(|answers| self.split(stratum, answers, &mut tallies));
                sheets.push((stratum, opened));
                (sheets, tallies)
            })
            .reduce(start, |(mut sheets, tallies), (more, others)| {
                sheets.extend(more);
                (sheets, tallies.merge(others))
            });
        if let Ok(mut tallies) = self.tallies.lock() {
            *tallies = std::mem::take(&mut *tallies).merge(added);
        }
        sheets
    }

    /// What is kept: the counts of the strata, and of demographic categories what may be shown.
    fn counts(&self) -> Result<Counts> {
        let tallies = self.tallies.lock().map_err(|_| Error::Damaged("counting stopped".into()))?;
        let cuts = cuts::keep(&self.asked.questionnaire, &self.measures, &tallies, &self.thresholds)?;
        let strata =
            tallies.strata.iter().map(|(stratum, tally)| Ok((*stratum, serde_json::to_string(tally)?)));
        Ok(Counts { strata: strata.collect::<Result<_>>()?, cuts })
    }

    /// `None` is a spoiled sheet: not opened by the key, not JSON, of another questionnaire, or with answers that
    /// the questionnaire does not allow or that were not asked for.
    fn open(&self, sealed: &Sealed) -> Option<Answers> {
        let binding = Binding { campaign: self.campaign.clone(), terms: self.terms, stratum: sealed.stratum };
        let ballot_key = hex::decode(&sealed.ballot_key).ok()?;
        let plain = self.key.open(&sealed.sealed, &seal::aad(&binding, &ballot_key)).ok()?;
        let sheet: Sheet = serde_json::from_slice(&plain).ok()?;
        let asked = self.asked.of(sealed.stratum);
        let fits = sheet.questionnaire == self.hash && answer::check(asked, &sheet.answers).is_empty();
        fits.then_some(sheet.answers)
    }

    /// Takes a sheet apart: what a measure uses is added up, comments go by themselves, and what nobody counts, such as
    /// a date that the registry may know too, is dropped.
    fn split(&self, stratum: u32, answers: Answers, tallies: &mut Tallies) -> Opened {
        tallies.add(&self.measures, &self.demographics, stratum, &answers);
        let comments = answers.into_iter().filter_map(|(item, answer)| match answer {
            Answer::Text(text) if !text.trim().is_empty() => Some((item, text.trim().to_owned())),
            _ => None,
        });
        Opened { comments: comments.collect() }
    }
}
