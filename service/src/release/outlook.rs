//! What a campaign's terms and release would look like if they were fixed now, for HR to look at beforehand.

use domain::disclosure::reporting_tree;
use domain::questionnaire::Kind;
use domain::stratum::{UnitNode, by_unit};
use domain::text::Lang;

use super::tally::{Form, measures};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::campaign::Campaign;
use crate::registry::freeze::Preview;

/// The groups and cells that a release would have.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The strata, and how many people are in groups of their own.
    pub strata: Preview,
    /// Groups of the reporting tree: the whole, units, merged strata.
    pub groups: usize,
    /// Groups by demographic, those without an answer included.
    pub demographic_groups: usize,
    /// What is counted in each group: items, and rows of matrices.
    pub measures: usize,
}

impl Outlook {
    /// Cells of the release: each group with each measure.
    pub fn cells(&self) -> usize {
        (self.groups + self.demographic_groups) * self.measures
    }
}

impl Service {
    /// What fixing the terms of a draft now would give.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the roster has too few people for the threshold.
    pub async fn outlook(&self, campaign: &Campaign) -> Result<Outlook> {
        let strata = self.registry.preview_strata(campaign.thresholds.scores).await?;
        let questionnaire = self.registry.campaign_questionnaire(campaign).await?.questionnaire.clone();
        let nodes: Vec<UnitNode> = self
            .registry
            .headcount()
            .await?
            .into_iter()
            .map(|u| UnitNode { id: u.id, parent: u.parent, label: u.name, eligible: u.people })
            .collect();
        let tree = reporting_tree(&nodes, &by_unit(&strata.strata))
            .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
        let options = |kind: &Kind| match kind {
            Kind::Single { options } => options.len() + 1,
            _ => 0,
        };
        Ok(Outlook {
            groups: tree.groups.len(),
            demographic_groups: questionnaire.demographics().map(|item| options(&item.kind)).sum(),
            measures: measures(&questionnaire).iter().filter(|measure| measure.form != Form::Text).count(),
            strata,
        })
    }
}
