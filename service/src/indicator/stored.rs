//! Between the tables of the registry and the domain's rows and observations.

use std::collections::{BTreeMap, BTreeSet};

use domain::fiscal_year::{AsOf, FiscalYear};
use domain::followup::{Row, RowKind, SectionNumber};
use domain::indicator::{Direction, Measure, Source, Value, Written, dated_cells};
use domain::text::{Lang, Text};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter};

use super::figure::Figure;
use crate::error::{Error, Result};
use crate::registry::entity::{followup_row, observation, plan, unit};

/// The value of `observation.source` for a value typed by a person.
pub(super) const TYPED: &str = "typed";
/// … for a cell that a later import superseded.
pub(super) const IMPORTED: &str = "imported";
/// … for a released figure of a survey.
pub(crate) const SURVEY: &str = "survey";

/// … for a value of a metric series.
pub(crate) const METRIC: &str = "metric";

/// A row as it was written.
pub(crate) fn row(model: &followup_row::Model) -> Result<Row> {
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

/// The fiscal year of a plan.
pub(crate) fn year(plan: &plan::Model) -> Result<FiscalYear> {
    let year = i16::try_from(plan.fiscal_year).ok().and_then(FiscalYear::new);
    year.ok_or_else(|| Error::Damaged(format!("the fiscal year of plan {}", plan.id)))
}

/// The stored name of a direction.
pub(super) const fn direction_key(direction: Direction) -> &'static str {
    match direction {
        Direction::HigherIsBetter => "higher",
        Direction::LowerIsBetter => "lower",
    }
}

/// Reads [`direction_key`].
pub(super) fn direction_of(key: &str) -> Option<Direction> {
    [Direction::HigherIsBetter, Direction::LowerIsBetter]
        .into_iter()
        .find(|direction| direction_key(*direction) == key)
}

/// The names of some units, by id.
pub(super) async fn unit_texts(db: &impl ConnectionTrait, ids: BTreeSet<i64>) -> Result<BTreeMap<i64, Text>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = unit::Entity::find().filter(unit::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|unit| (unit.id, Text::new(unit.name_ja, unit.name_en))).collect())
}

/// The Japanese name of a unit, or nothing.
pub(super) async fn unit_name(db: &impl ConnectionTrait, id: Option<i64>) -> Result<String> {
    let found = unit_texts(db, id.into_iter().collect()).await?;
    Ok(found.into_values().next().map(|name| name.ja).unwrap_or_default())
}

/// A new row of a plan.
pub(super) fn new_row(plan: i64, row: &Row, position: i32) -> followup_row::ActiveModel {
    let mut model = followup_row::ActiveModel {
        id: NotSet,
        plan_id: Set(plan),
        survey_population: Set(String::new()),
        file: Set(String::new()),
        metric_yearly: Set(false),
        ..Default::default()
    };
    fill(&mut model, row, position);
    model
}

/// Notes who wrote the cells of a row, when, and from which file; an empty name stands for none.
pub(super) async fn written(
    db: &impl ConnectionTrait,
    id: i64,
    file: &str,
    actor: Option<i64>,
    at: i64,
) -> Result<()> {
    followup_row::Entity::update_many()
        .col_expr(followup_row::Column::File, Expr::value(file))
        .col_expr(followup_row::Column::WrittenBy, Expr::value(actor))
        .col_expr(followup_row::Column::WrittenAt, Expr::value(at))
        .filter(followup_row::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
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

/// What says that two rows, of an earlier and a later import, are the same: section, kind, item, group; spaces around them
/// say nothing, as in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identity(String, String, String, String);

impl Identity {
    pub(super) fn of(row: &Row) -> Self {
        Self(
            row.section.to_string(),
            row.kind.label(Lang::Ja).to_owned(),
            row.item.trim().to_owned(),
            row.group.trim().to_owned(),
        )
    }

    pub(super) fn of_stored(model: &followup_row::Model) -> Self {
        let (item, group) = (model.item.trim().to_owned(), model.breakdown.trim().to_owned());
        Self(model.section.clone(), model.kind.clone(), item, group)
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
        population: Set(String::new()),
        numerator: Set(None),
        denominator: Set(None),
        evidence: Set(String::new()),
        note: Set(String::new()),
        actor_id: Set(None),
    }
}

/// The cell of a row as a value of its own, with who wrote it, when, and from which file. It keeps when it was written, not
/// when it was moved on from.
pub(super) fn from_cell(row: &followup_row::Model, row_id: i64) -> observation::ActiveModel {
    let written_at = row.written_at.unwrap_or_default();
    observation::ActiveModel {
        evidence: Set(row.file.clone()),
        actor_id: Set(row.written_by),
        ..by_hand(row_id, IMPORTED, row.current.clone(), row.current_when.clone(), written_at)
    }
}

/// What stored texts say: the value, and the time it stands for.
pub(super) fn said(value: &str, as_of: &str) -> (Written<Value>, Written<AsOf>) {
    dated_cells(value, as_of)
}

/// Where a stored observation comes from.
pub(super) fn source(model: &observation::Model) -> Source {
    match (model.source.as_str(), &model.campaign_id, &model.measure) {
        (SURVEY, Some(campaign), Some(measure)) => {
            let measure = match Figure::parse(measure) {
                Some(Figure::Area(area)) => Measure::Area(area),
                Some(
                    Figure::Item(item)
                    | Figure::Favourable(item)
                    | Figure::Share(item, _)
                    | Figure::Average(item),
                ) => Measure::Item(item),
                Some(Figure::Index) | None => Measure::Index,
            };
            Source::Survey { campaign: campaign.clone(), measure }
        }
        (METRIC, _, Some(series)) => Source::Metric { series: series.clone() },
        (TYPED, _, _) => Source::Typed,
        _ => Source::Imported,
    }
}
