//! A browser without a screen: answers a campaign the way the page does, for the demo, simulations and tests.

use std::sync::Arc;

use domain::answer::{Answers, Sheet};
use domain::ballot::{BallotRequest, Seed};
use domain::seal;
use domain::terms::Terms;

use crate::Service;
use crate::collector::intake::{Refusal, Submission};
use crate::error::{Error, Result};
use crate::secret::random;

/// What a browser knows of a campaign.
#[derive(Clone)]
pub struct Known {
    /// The terms.
    pub terms: Arc<Terms>,
    /// Their hash.
    pub digest: [u8; 32],
    /// What sheets are padded to, in bytes.
    pub size_class: usize,
}

/// A public key in the terms.
pub fn key(hex_text: &str) -> Result<[u8; 32]> {
    let bytes = hex::decode(hex_text).ok().and_then(|b| b.try_into().ok());
    bytes.ok_or_else(|| Error::Damaged("a key in the terms".into()))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Damaged(error.to_string())
}

impl Known {
    /// Reads the terms of a campaign.
    pub async fn read(service: &Service, campaign: &str) -> Result<Self> {
        let found = service.registry.campaign(campaign).await?;
        let asked = service.registry.campaign_questionnaire(&found).await?.questionnaire.clone();
        let terms = service.registry.terms(campaign).await?;
        Ok(Self { terms, digest: found.terms_digest()?, size_class: asked.size_class() })
    }

    /// Gets the person's ballot and seals the sheet with it; in a review, the first of their ballots.
    pub async fn prepare(
        &self,
        service: &Service,
        staff: i64,
        seed: &Seed,
        answers: Answers,
    ) -> Result<Submission> {
        let place = service.registry.enrolment(&self.terms.campaign, staff).await?;
        self.prepare_in(service, place.stratum, staff, seed, answers).await
    }

    /// Gets the person's ballot for one of their strata and seals the sheet with it.
    pub async fn prepare_in(
        &self,
        service: &Service,
        stratum: u32,
        staff: i64,
        seed: &Seed,
        answers: Answers,
    ) -> Result<Submission> {
        let binding = self.terms.binding(self.digest, stratum);
        let request = BallotRequest::new(seed, binding.clone()).map_err(broken)?;
        let now = service.clock.now();
        let evaluation = service
            .registry
            .issue_ballot(&self.terms.campaign, stratum, staff, &request.blinded(), &service.master, now)
            .await?;
        let ballot = request.finish(&evaluation, &key(&self.terms.ballot_key)?).map_err(broken)?;
        let sheet = Sheet { questionnaire: self.terms.questionnaire.clone(), answers };
        let aad = seal::aad(&binding, &ballot.key(&binding));
        let plain = serde_json::to_vec(&sheet)?;
        let counting_key = key(&self.terms.counting_key)?;
        let sealed = seal::seal(&counting_key, &aad, &plain, self.size_class, random()?).map_err(broken)?;
        Ok(Submission { campaign: self.terms.campaign.clone(), stratum, ballot, sealed })
    }

    /// Answers as this person.
    pub async fn answer(&self, service: &Service, staff: i64, seed: &Seed, answers: Answers) -> Result<()> {
        send(service, self.prepare(service, staff, seed, answers).await?).await
    }

    /// Answers as this person in one of their strata.
    pub async fn answer_in(
        &self,
        service: &Service,
        stratum: u32,
        staff: i64,
        seed: &Seed,
        answers: Answers,
    ) -> Result<()> {
        send(service, self.prepare_in(service, stratum, staff, seed, answers).await?).await
    }
}

async fn send(service: &Service, sheet: Submission) -> Result<()> {
    let accepted = service.collector.accept(sheet, &service.master, service.clock.now()).await;
    accepted.map_err(|refusal| match refusal {
        Refusal::Fault(error) => error,
        other => broken(other),
    })
}
