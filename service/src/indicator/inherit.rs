//! A new year's plan goes on where the last one stood: the rows that are the same keep owner, settings, links and values.

use std::collections::HashMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::Row;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, NotSet,
    QueryFilter, QueryOrder,
};

use super::figure::{Figure, SurveyFigure};
use super::stored::{self, IMPORTED, Identity, METRIC, SURVEY};
use super::supersede::keep_hidden;
use super::survey::{Wave, check_unit, check_units, take_over};
use crate::Service;
use crate::error::Result;
use crate::metric::series_units;
use crate::registry::entity::{followup_notice, followup_row, observation, plan};
use crate::release::results::Release;

/// What a row of a new plan takes over from the row of the last one that it goes on from.
pub(super) struct Inherited {
    row: Identity,
    model: followup_row::Model,
    /// Values that come from no link.
    values: Vec<observation::Model>,
    /// What has been released of the survey it is linked to, the earliest first.
    waves: Vec<(Release, SurveyFigure)>,
}

impl Service {
    /// The rows of the last plan before `year` with what belongs to them; none where `year` has a plan already. The caller
    /// holds the writer.
    pub(super) async fn inherited(&self, year: FiscalYear) -> Result<Vec<Inherited>> {
        let db = self.registry.db.get();
        let year = i32::from(year.year());
        let last = plan::Entity::find()
            .filter(plan::Column::FiscalYear.lte(year))
            .order_by_desc(plan::Column::FiscalYear)
            .one(db)
            .await?;
        let Some(last) = last.filter(|plan| plan.fiscal_year < year) else { return Ok(Vec::new()) };
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(last.id))
            .order_by_asc(followup_row::Column::Position)
            .all(db)
            .await?;
        let mut values: HashMap<i64, Vec<observation::Model>> = HashMap::new();
        let theirs = observation::Column::RowId.is_in(rows.iter().map(|row| row.id));
        let found = observation::Entity::find()
            .filter(theirs)
            .filter(observation::Column::Source.is_not_in([SURVEY, METRIC]))
            .order_by_asc(observation::Column::Id)
            .all(db)
            .await?;
        for value in found {
            values.entry(value.row_id).or_default().push(value);
        }
        let mut list = Vec::with_capacity(rows.len());
        for model in rows {
            let waves = match (&model.survey_series, &model.survey_measure) {
                (Some(series), Some(measure)) => {
                    self.released(series, measure, &model.survey_population).await?
                }
                _ => Vec::new(),
            };
            let values = values.remove(&model.id).unwrap_or_default();
            list.push(Inherited { row: Identity::of_stored(&model), model, values, waves });
        }
        Ok(list)
    }
}

/// Gives the rows of a new plan what those they go on from had: owner, settings, links and values; returns how many keep
/// a link to a survey. A row whose figures have another unit by now is not linked, to a survey or a series.
pub(super) async fn inherit(
    db: &impl ConnectionTrait,
    plan: i64,
    mut last: Vec<Inherited>,
    now: i64,
) -> Result<usize> {
    if last.is_empty() {
        return Ok(0);
    }
    let rows = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(plan))
        .order_by_asc(followup_row::Column::Position)
        .all(db)
        .await?;
    let units = series_units(db).await?;
    let mut linked = 0;
    for model in rows {
        let identity = Identity::of_stored(&model);
        let Some(at) = last.iter().position(|old| old.row == identity) else { continue };
        let Inherited { model: old, values, waves, .. } = last.remove(at);
        let (id, told) = (model.id, stored::row(&model)?);
        // A file does not tell values that are not shown.
        let row = keep_hidden(told.clone(), &stored::row(&old)?);
        keep_values(db, id, &row, &old, values).await?;
        keep_notices(db, id, old.id).await?;
        let mut model: followup_row::ActiveModel = model.into();
        if row != told {
            let position = model.position.clone().take().unwrap_or_default();
            stored::fill(&mut model, &row, position);
        }
        model.came_from = Set(Some(old.id));
        model.owner_unit_id = Set(old.owner_unit_id);
        model.direction = Set(old.direction);
        model.category = Set(old.category);
        let fits = |key: &String| units.get(key).is_some_and(|unit| check_units(&row, unit).is_ok());
        if let Some(series) = old.metric_series.filter(fits) {
            model.metric_series = Set(Some(series));
            model.metric_unit = Set(old.metric_unit);
            model.metric_yearly = Set(old.metric_yearly);
        }
        let measure = old.survey_measure.as_deref().and_then(Figure::parse);
        if let Some(measure) = measure.filter(|measure| check_unit(&row, measure).is_ok()) {
            for (release, figure) in &waves {
                let wave = Wave { campaign: &release.campaign, released_at: release.released_at };
                take_over(db, id, wave, &measure, &old.survey_population, figure, now).await?;
            }
            model.survey_series = Set(old.survey_series);
            model.survey_measure = Set(old.survey_measure);
            model.survey_population = Set(old.survey_population);
            linked += 1;
        }
        model.update(db).await?;
    }
    Ok(linked)
}

/// Values that the last plan's row had, and its cell, as far as the new row's own cell does not say the same.
async fn keep_values(
    db: &impl ConnectionTrait,
    id: i64,
    row: &Row,
    old: &followup_row::Model,
    values: Vec<observation::Model>,
) -> Result<()> {
    let same_as_cell = |value: &str, as_of: &str| row.current == value && row.current_as_of == as_of;
    let mut kept: Vec<observation::ActiveModel> = values
        .into_iter()
        .filter(|value| value.source != IMPORTED || !same_as_cell(&value.value, &value.as_of))
        .map(|value| {
            let mut value: observation::ActiveModel = value.into();
            value.id = NotSet;
            value.row_id = Set(id);
            value.reset_all()
        })
        .collect();
    let (value, time) = stored::said(&old.current, &old.current_when);
    let newer = row.current_as_of().parsed;
    if let (Some(_), Some(past)) = (&value.parsed, time.parsed)
        && newer.is_none_or(|newer| past.last_day() < newer.last_day())
    {
        kept.push(stored::from_cell(old, id));
    }
    if kept.is_empty() {
        return Ok(());
    }
    observation::Entity::insert_many(kept).exec_without_returning(db).await?;
    Ok(())
}

/// What the owner was told of the row that this one goes on from need not be told again.
async fn keep_notices(db: &impl ConnectionTrait, id: i64, old: i64) -> Result<()> {
    let told = followup_notice::Entity::find().filter(followup_notice::Column::RowId.eq(old)).all(db).await?;
    let again: Vec<followup_notice::ActiveModel> = told
        .into_iter()
        .map(|notice| followup_notice::Model { row_id: id, ..notice }.into_active_model().reset_all())
        .collect();
    if !again.is_empty() {
        followup_notice::Entity::insert_many(again).exec_without_returning(db).await?;
    }
    Ok(())
}
