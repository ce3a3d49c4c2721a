//! Every known value of a row and where it comes from.

use std::collections::{BTreeMap, HashMap};

use domain::fiscal_year::AsOf;
use domain::followup::Row;
use domain::indicator::{Observation, Rate, Reason, Source, Value, Written};
use domain::text::Text;

use super::WrittenBy;
use crate::indicator::stored;
use crate::registry::entity::observation;

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedSource {
    /// Its id; `None` for the cell of the table itself.
    pub id: Option<i64>,
    /// The value as written.
    pub value: Written<Value>,
    /// The time it stands for, as written.
    pub as_of: Written<AsOf>,
    /// Where it comes from.
    pub source: Source,
    /// Id and title of the campaign behind it.
    pub campaign: Option<(String, Text)>,
    /// People behind it, for a survey.
    pub respondents: Option<u32>,
    /// True where that campaign is a review of managers.
    pub is_review: bool,
    /// Whose figure it is, for a survey: empty for everybody; see [`SurveyLink::population`].
    pub population: String,
    /// Its counts, for a share of which they are known and may be shown.
    pub counts: Option<Rate>,
    /// Why it is not shown.
    pub hidden: Option<Reason>,
    /// What a typed value can be checked by.
    pub evidence: String,
    /// What should be known about it.
    pub note: String,
    /// Who recorded it, when, and from which file.
    pub written: WrittenBy,
}

/// What rows and values refer to, by id.
#[derive(Default)]
pub(super) struct Names {
    /// Title, and whether it is a review of managers.
    pub(super) campaigns: HashMap<String, (Text, bool)>,
    pub(super) people: BTreeMap<i64, Text>,
    pub(super) units: BTreeMap<i64, Text>,
}

/// Every known value of a row, by time. For one time a superseded cell goes before the row's own cell, that before a
/// typed value, and that before a survey's figure: the later in this order, the closer to the facts.
pub(super) fn sources(
    row: &Row,
    written: &WrittenBy,
    observations: Vec<observation::Model>,
    names: &Names,
) -> Vec<ObservedSource> {
    let cell = ObservedSource {
        id: None,
        value: row.current(),
        as_of: row.current_as_of(),
        source: Source::Imported,
        campaign: None,
        respondents: None,
        is_review: false,
        population: String::new(),
        counts: None,
        hidden: None,
        evidence: String::new(),
        note: String::new(),
        written: written.clone(),
    };
    let stored = observations.into_iter().map(|model| {
        let (value, as_of) = stored::said(&model.value, &model.as_of);
        let source = stored::source(&model);
        let campaign = model.campaign_id.map(|id| {
            let (title, is_review) = names.campaigns.get(&id).cloned().unwrap_or_default();
            (id, title, is_review)
        });
        ObservedSource {
            id: Some(model.id),
            value,
            as_of,
            source,
            is_review: campaign.as_ref().is_some_and(|(_, _, is_review)| *is_review),
            campaign: campaign.map(|(id, title, _)| (id, title)),
            respondents: model.respondents.and_then(|n| u32::try_from(n).ok()),
            population: model.population,
            counts: counts(model.numerator, model.denominator),
            hidden: None,
            evidence: model.evidence,
            note: model.note,
            written: WrittenBy {
                by: model.actor_id.and_then(|id| names.people.get(&id).cloned()),
                at: Some(model.recorded_at),
                file: String::new(),
            },
        }
    });
    // A cell of words is what the row shows; a dash says that there is nothing.
    let says = |source: &ObservedSource| {
        let words = source.id.is_none() && !source.value.is_absent() && !source.value.is_dash();
        source.value.parsed.is_some() || words
    };
    let mut list: Vec<ObservedSource> = stored.chain(std::iter::once(cell)).filter(says).collect();
    list.sort_by_key(|source| {
        let rank = match (&source.source, source.id) {
            (Source::Imported, Some(_)) => 0,
            (Source::Imported, None) => 1,
            (Source::Typed, _) => 2,
            (Source::Survey { .. } | Source::Metric { .. }, _) => 3,
        };
        (source.as_of.parsed.map(AsOf::last_day), rank, source.id)
    });
    list
}

fn counts(numerator: Option<i64>, denominator: Option<i64>) -> Option<Rate> {
    let count = |n: Option<i64>| u32::try_from(n?).ok();
    Rate::new(count(numerator)?, count(denominator)?).ok()
}

pub(super) fn observed(source: &ObservedSource) -> Option<Observation> {
    if source.hidden.is_some() {
        return None;
    }
    Some(Observation {
        value: source.value.parsed.clone()?,
        as_of: source.as_of.parsed,
        source: source.source.clone(),
    })
}
