//! One released wave with what is needed to read its figures.

use std::sync::Arc;

use domain::questionnaire::Questionnaire;
use domain::statistics::response_rate;
use domain::terms::Terms;
use service::release::results::Release;
use service::{Result, Service};

use super::figures::Figures;

/// A release, its terms and its questionnaire.
#[derive(Clone, Debug)]
pub struct Wave {
    /// The release.
    pub release: Release,
    /// What was promised to respondents.
    pub terms: Arc<Terms>,
    /// What was asked.
    pub questionnaire: Arc<Questionnaire>,
}

impl Wave {
    /// Reads the wave of a campaign.
    ///
    /// # Errors
    /// [`service::Error::NotFound`] where it is not released.
    pub async fn read(service: &Service, campaign: &str) -> Result<Self> {
        Self::of(service, service.registry.release(campaign).await?).await
    }

    /// Reads what belongs to a release.
    pub async fn of(service: &Service, release: Release) -> Result<Self> {
        let terms = service.registry.terms(&release.campaign.id).await?;
        let stored = service.registry.campaign_questionnaire(&release.campaign).await?;
        Ok(Self { release, terms, questionnaire: stored.questionnaire.clone() })
    }

    /// The wave before it in the same series.
    pub async fn before(&self, service: &Service) -> Result<Option<Self>> {
        match service.registry.wave_before(&self.release).await? {
            Some(release) => Ok(Some(Self::of(service, release).await?)),
            None => Ok(None),
        }
    }

    /// The campaign's id.
    pub fn id(&self) -> &str {
        &self.release.campaign.id
    }

    /// The published figures of one group.
    pub async fn figures(&self, service: &Service, group: u32) -> Result<Figures> {
        let cells = service.registry.release_cells(self.id(), group).await?;
        Ok(Figures::new(self.questionnaire.clone(), &cells))
    }

    /// Sheets received over people who could answer, 0 to 1.
    pub fn response_rate(&self) -> Option<f64> {
        response_rate(self.release.received, self.release.eligible)
    }
}
