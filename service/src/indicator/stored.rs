//! Between the tables of the registry and the domain's rows and observations.

use domain::fiscal_year::AsOf;
use domain::followup::{Row, RowKind, SectionNumber};
use domain::indicator::{Measure, Source, Value, Written};
use domain::text::Lang;
use sea_orm::ActiveValue::Set;
use sea_orm::NotSet;

use crate::error::{Error, Result};
use crate::registry::entity::{followup_row, observation};

/// The value of `observation.source` for a value typed by a person.
pub(super) const TYPED: &str = "typed";
/// … for a cell that a later import superseded.
pub(super) const IMPORTED: &str = "imported";
/// … for a released figure of a survey.
pub(super) const SURVEY: &str = "survey";

/// The prefix of a stored measure that names an area's index.
const AREA: &str = "area:";

/// The stored name of an area's index.
pub(super) fn area_measure(area: &str) -> String {
    format!("{AREA}{area}")
}

/// The area a stored measure names; `None` for a measure this version does not take over.
pub(super) fn area_of(measure: &str) -> Option<&str> {
    measure.strip_prefix(AREA).filter(|area| domain::questionnaire::is_key(area))
}

/// A row as it was written.
pub(super) fn row(model: &followup_row::Model) -> Result<Row> {
    let damaged = || Error::Damaged(format!("section or kind of follow-up row {}", model.id));
    Ok(Row {
        section: SectionNumber::parse(&model.section).ok_or_else(damaged)?,
        kind: RowKind::parse(&model.kind).ok_or_else(damaged)?,
        item: model.item.clone(),
        group: model.breakdown.clone(),
        target: model.target.clone(),
        deadline: model.target_when.clone(),
        current: model.current.clone(),
        current_as_of: model.current_when.clone(),
        baseline: model.baseline.clone(),
        baseline_as_of: model.baseline_when.clone(),
        initiative: model.initiatives.clone(),
        outcome: model.results.clone(),
    })
}

/// Puts the cells of `row` into `model`; its id, plan and survey link stay.
pub(super) fn fill(model: &mut followup_row::ActiveModel, row: &Row, position: i32) {
    model.position = Set(position);
    model.section = Set(row.section.to_string());
    model.kind = Set(row.kind.label(Lang::Ja).to_owned());
    model.item = Set(row.item.clone());
    model.breakdown = Set(row.group.clone());
    model.target = Set(row.target.clone());
    model.target_when = Set(row.deadline.clone());
    model.current = Set(row.current.clone());
    model.current_when = Set(row.current_as_of.clone());
    model.baseline = Set(row.baseline.clone());
    model.baseline_when = Set(row.baseline_as_of.clone());
    model.initiatives = Set(row.initiative.clone());
    model.results = Set(row.outcome.clone());
}

/// What says that two rows, of an earlier and a later import, are the same: section, kind, item, group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity(String, String, String, String);

impl Identity {
    pub(super) fn of(row: &Row) -> Self {
        Self(
            row.section.to_string(),
            row.kind.label(Lang::Ja).to_owned(),
            row.item.clone(),
            row.group.clone(),
        )
    }

    pub(super) fn of_stored(model: &followup_row::Model) -> Self {
        Self(model.section.clone(), model.kind.clone(), model.item.clone(), model.breakdown.clone())
    }
}

/// An observation that no campaign stands behind.
pub(super) fn by_hand(
    row_id: i64,
    source: &str,
    value: String,
    as_of: String,
    now: i64,
) -> observation::ActiveModel {
    observation::ActiveModel {
        id: NotSet,
        row_id: Set(row_id),
        value: Set(value),
        as_of: Set(as_of),
        source: Set(source.to_owned()),
        campaign_id: Set(None),
        measure: Set(None),
        respondents: Set(None),
        recorded_at: Set(now),
    }
}

/// What stored texts say: the value, and the time it stands for.
pub(super) fn said(value: &str, as_of: &str) -> (Written<Value>, Written<AsOf>) {
    (Written::new(value), Written::new(as_of))
}

/// Where a stored observation comes from.
pub(super) fn source(model: &observation::Model) -> Source {
    match (model.source.as_str(), &model.campaign_id, model.measure.as_deref().and_then(area_of)) {
        (SURVEY, Some(campaign), Some(area)) => {
            Source::Survey { campaign: campaign.clone(), measure: Measure::Area(area.to_owned()) }
        }
        (TYPED, _, _) => Source::Typed,
        _ => Source::Imported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_names_an_area_and_nothing_else() {
        assert_eq!(area_of(&area_measure("work_reform")), Some("work_reform"));
        for measure in ["index", "area:", "area:Engagement", "item:eng1", "area:a b"] {
            assert_eq!(area_of(measure), None, "{measure}");
        }
    }
}
