//! A new year's plan goes on where the last one stood: the rows that are the same stay linked to their surveys.

use domain::fiscal_year::FiscalYear;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::stored::{self, Identity};
use super::survey::{Wave, check_unit, take_over};
use crate::Service;
use crate::error::Result;
use crate::registry::entity::{followup_row, plan};
use crate::release::results::{AreaScore, Release};

/// A survey link that a plan takes over from the last one.
pub(super) struct Inherited {
    row: Identity,
    series: String,
    measure: String,
    /// What has been released, the earliest first.
    waves: Vec<(Release, AreaScore)>,
}

impl Service {
    /// The survey links of the last plan before `year`, with what has been released; none where `year` has a plan already.
    /// The caller holds the writer.
    pub(super) async fn inherited(&self, year: FiscalYear) -> Result<Vec<Inherited>> {
        let year = i32::from(year.year());
        let last = plan::Entity::find()
            .filter(plan::Column::FiscalYear.lte(year))
            .order_by_desc(plan::Column::FiscalYear)
            .one(self.registry.db.get())
            .await?;
        let Some(last) = last.filter(|plan| plan.fiscal_year < year) else { return Ok(Vec::new()) };
        let linked = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(last.id))
            .filter(followup_row::Column::SurveySeries.is_not_null())
            .order_by_asc(followup_row::Column::Position)
            .all(self.registry.db.get())
            .await?;
        let mut links = Vec::with_capacity(linked.len());
        for model in linked {
            let row = Identity::of_stored(&model);
            if let (Some(series), Some(measure)) = (model.survey_series, model.survey_measure) {
                let waves = self.released(&series, &measure).await?;
                links.push(Inherited { row, series, measure, waves });
            }
        }
        Ok(links)
    }
}

/// Links the rows of a new plan that are those of the last one, and takes over what has been released; returns how
/// many. A row whose figures have a unit by now is left alone.
pub(super) async fn inherit(
    db: &impl ConnectionTrait,
    plan: i64,
    mut links: Vec<Inherited>,
    now: i64,
) -> Result<usize> {
    if links.is_empty() {
        return Ok(0);
    }
    let rows = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(plan))
        .order_by_asc(followup_row::Column::Position)
        .all(db)
        .await?;
    let mut linked = 0;
    for model in rows {
        let row = Identity::of_stored(&model);
        let Some(at) = links.iter().position(|link| link.row == row) else { continue };
        let Inherited { series, measure, waves, .. } = links.remove(at);
        if check_unit(&stored::row(&model)?).is_err() {
            continue;
        }
        for (release, score) in &waves {
            let wave = Wave { campaign: &release.campaign, released_at: release.released_at };
            take_over(db, model.id, wave, score, now).await?;
        }
        let mut model: followup_row::ActiveModel = model.into();
        model.survey_series = Set(Some(series));
        model.survey_measure = Set(Some(measure));
        model.update(db).await?;
        linked += 1;
    }
    Ok(linked)
}
