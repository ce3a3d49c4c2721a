//! The follow-up table as it is shown: sections, rows, indicators with their observations and status.

use std::collections::{BTreeMap, HashMap};

use domain::fiscal_year::{AsOf, FiscalYear};
use domain::followup::{self, Row, SectionNumber};
use domain::indicator::{Indicator, Observation, Source, Status, Value, Written, status};
use domain::text::Text;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::stored;
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{campaign, followup_row, observation, plan};

/// The plan of one fiscal year.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The calendar year the fiscal year begins in.
    pub fiscal_year: i16,
    /// In the order people count: 1-1, 1-2, 2 … 10.
    pub sections: Vec<PlanSection>,
}

/// One section of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanSection {
    /// Its number.
    pub number: SectionNumber,
    /// The item of its first initiative, as written.
    pub title: String,
    /// In the order of the table.
    pub rows: Vec<PlanRow>,
}

/// One row of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// Its id; stays the same when the table is imported again.
    pub id: i64,
    /// The fiscal year of its plan.
    pub fiscal_year: i16,
    /// Its cells as they were written, except that the current value and its time are those of the newest observation
    /// that was typed or taken over from a survey, unless the written cell stands for a later time.
    pub row: Row,
    /// What a figure row states; the observations are those of `sources`, in the same order.
    pub indicator: Option<Indicator>,
    /// How the indicator stands, and why.
    pub status: Option<(Status, Text)>,
    /// Every known value with its origin, by time; of two for the same time the one that counts comes last.
    pub sources: Vec<ObservedSource>,
    /// The series whose releases feed the row.
    pub survey_series: Option<String>,
    /// Which figure of them: `area:` and the key of an area.
    pub survey_measure: Option<String>,
}

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
}

impl Service {
    /// The fiscal years that have a plan, the newest first.
    pub async fn followup_years(&self) -> Result<Vec<i16>> {
        let plans =
            plan::Entity::find().order_by_desc(plan::Column::FiscalYear).all(self.registry.db.get()).await?;
        plans.iter().map(year_of).collect()
    }

    /// The plan of a fiscal year, or the newest one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such plan.
    pub async fn followup(&self, fiscal_year: Option<i16>) -> Result<Plan> {
        let (fiscal_year, rows) = self.plan_rows(fiscal_year).await?;
        let cells: Vec<Row> = rows.iter().map(|row| row.row.clone()).collect();
        let titles: Vec<(SectionNumber, String)> = followup::sections(&cells)
            .into_iter()
            .map(|section| (section.number, section.title.to_owned()))
            .collect();
        let mut by_section: BTreeMap<SectionNumber, Vec<PlanRow>> = BTreeMap::new();
        for row in rows {
            by_section.entry(row.row.section).or_default().push(row);
        }
        let sections = titles
            .into_iter()
            .map(|(number, title)| {
                let rows = by_section.remove(&number).unwrap_or_default();
                PlanSection { number, title, rows }
            })
            .collect();
        Ok(Plan { fiscal_year, sections })
    }

    /// One row of a plan.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such row.
    pub async fn followup_row(&self, id: i64) -> Result<PlanRow> {
        let db = self.registry.db.get();
        let model = followup_row::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
        let plan = plan::Entity::find_by_id(model.plan_id).one(db).await?.ok_or(Error::NotFound)?;
        let observations = observation::Entity::find()
            .filter(observation::Column::RowId.eq(id))
            .order_by_asc(observation::Column::Id)
            .all(db)
            .await?;
        let titles = self.titles(&observations).await?;
        self.assemble(year_of(&plan)?, model, observations, &titles)
    }

    /// The rows of a plan in the order of the table, and the fiscal year of the plan.
    pub(super) async fn plan_rows(&self, fiscal_year: Option<i16>) -> Result<(i16, Vec<PlanRow>)> {
        let db = self.registry.db.get();
        let mut query = plan::Entity::find().order_by_desc(plan::Column::FiscalYear);
        if let Some(year) = fiscal_year {
            query = query.filter(plan::Column::FiscalYear.eq(i32::from(year)));
        }
        let plan = query.one(db).await?.ok_or(Error::NotFound)?;
        let year = year_of(&plan)?;
        let models = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan.id))
            .order_by_asc(followup_row::Column::Position)
            .all(db)
            .await?;
        let ids: Vec<i64> = models.iter().map(|model| model.id).collect();
        let observations = observation::Entity::find()
            .filter(observation::Column::RowId.is_in(ids))
            .order_by_asc(observation::Column::Id)
            .all(db)
            .await?;
        let titles = self.titles(&observations).await?;
        let mut by_row: HashMap<i64, Vec<observation::Model>> = HashMap::new();
        for model in observations {
            by_row.entry(model.row_id).or_default().push(model);
        }
        let rows: Result<Vec<PlanRow>> = models
            .into_iter()
            .map(|model| {
                let observations = by_row.remove(&model.id).unwrap_or_default();
                self.assemble(year, model, observations, &titles)
            })
            .collect();
        Ok((year, rows?))
    }

    /// Titles of the campaigns behind some observations.
    async fn titles(&self, observations: &[observation::Model]) -> Result<HashMap<String, Text>> {
        let mut ids: Vec<String> = observations.iter().filter_map(|o| o.campaign_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, String, String)> = campaign::Entity::find()
            .select_only()
            .columns([campaign::Column::Id, campaign::Column::TitleJa, campaign::Column::TitleEn])
            .filter(campaign::Column::Id.is_in(ids))
            .into_tuple()
            .all(self.registry.db.get())
            .await?;
        Ok(rows.into_iter().map(|(id, ja, en)| (id, Text::new(ja, en))).collect())
    }

    fn assemble(
        &self,
        fiscal_year: i16,
        model: followup_row::Model,
        observations: Vec<observation::Model>,
        titles: &HashMap<String, Text>,
    ) -> Result<PlanRow> {
        let written = stored::row(&model)?;
        let sources = sources(&written, observations, titles);
        let indicator = written.indicator().map(|indicator| Indicator {
            observations: sources.iter().filter_map(observed).collect(),
            ..indicator
        });
        let status = indicator.as_ref().map(|indicator| status(indicator, self.clock.today()));
        Ok(PlanRow {
            id: model.id,
            fiscal_year,
            row: with_current(written, &sources),
            indicator,
            status,
            sources,
            survey_series: model.survey_series,
            survey_measure: model.survey_measure,
        })
    }
}

fn year_of(plan: &plan::Model) -> Result<i16> {
    let year = i16::try_from(plan.fiscal_year).ok().and_then(FiscalYear::new);
    year.map(FiscalYear::year).ok_or_else(|| Error::Damaged(format!("the fiscal year of plan {}", plan.id)))
}

/// Every known value of a row, by time. For one time a superseded cell goes before the row's own cell, that before a
/// typed value, and that before a survey's figure: the later in this order, the closer to the facts.
fn sources(
    row: &Row,
    observations: Vec<observation::Model>,
    titles: &HashMap<String, Text>,
) -> Vec<ObservedSource> {
    let cell = ObservedSource {
        id: None,
        value: row.current(),
        as_of: row.current_as_of(),
        source: Source::Imported,
        campaign: None,
        respondents: None,
    };
    let stored = observations.into_iter().map(|model| {
        let (value, as_of) = stored::said(&model.value, &model.as_of);
        let source = stored::source(&model);
        let title = |id: String| {
            let title = titles.get(&id).cloned().unwrap_or_default();
            (id, title)
        };
        ObservedSource {
            id: Some(model.id),
            value,
            as_of,
            source,
            campaign: model.campaign_id.map(title),
            respondents: model.respondents.and_then(|n| u32::try_from(n).ok()),
        }
    });
    let mut list: Vec<ObservedSource> =
        stored.chain(std::iter::once(cell)).filter(|source| source.value.parsed.is_some()).collect();
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

fn observed(source: &ObservedSource) -> Option<Observation> {
    Some(Observation {
        value: source.value.parsed.clone()?,
        as_of: source.as_of.parsed,
        source: source.source.clone(),
    })
}

/// The row with the current value it shows; see [`PlanRow::row`].
fn with_current(row: Row, sources: &[ObservedSource]) -> Row {
    let newest = sources.iter().rfind(|source| source.source != Source::Imported);
    let Some(newest) = newest else { return row };
    let time = |as_of: &Written<AsOf>| as_of.parsed.map(AsOf::last_day);
    let cell = row.current_as_of();
    if row.current().parsed.is_some() && time(&cell) > time(&newest.as_of) {
        return row;
    }
    Row { current: newest.value.text.clone(), current_as_of: newest.as_of.text.clone(), ..row }
}

#[cfg(test)]
mod tests {
    use domain::followup::RowKind;

    use super::*;

    fn row(current: &str, as_of: &str) -> Row {
        let section = SectionNumber::parse("6").expect("a number");
        Row {
            item: "指数".into(),
            target: "65以上".into(),
            current: current.into(),
            current_as_of: as_of.into(),
            ..Row::new(section, RowKind::Figure)
        }
    }

    fn kept(id: i64, source: &str, value: &str, as_of: &str) -> observation::Model {
        let survey = source == stored::SURVEY;
        observation::Model {
            id,
            row_id: 1,
            value: value.into(),
            as_of: as_of.into(),
            source: source.into(),
            campaign_id: survey.then(|| "c".into()),
            measure: survey.then(|| "area:engagement".into()),
            respondents: survey.then_some(321),
            recorded_at: id,
        }
    }

    fn shown(row: Row, observations: Vec<observation::Model>) -> (String, String, Vec<String>) {
        let sources = sources(&row, observations, &HashMap::new());
        let values = sources.iter().map(|s| s.value.text.clone()).collect();
        let row = with_current(row, &sources);
        (row.current, row.current_as_of, values)
    }

    #[test]
    fn without_observations_the_cells_stay_as_written() {
        for (current, as_of) in [("", ""), ("集計中", "秋"), ("58.0", ""), ("58.0", "令和4年度")] {
            let (value, time, _) =
                shown(row(current, as_of), vec![kept(1, stored::IMPORTED, "55.0", "令和3年度")]);
            assert_eq!((value.as_str(), time.as_str()), (current, as_of));
        }
    }

    #[test]
    fn the_newest_survey_figure_is_the_current_value_unless_the_cell_is_newer() {
        let waves = || {
            vec![
                kept(2, stored::SURVEY, "62.4", "令和7年10月"),
                kept(1, stored::SURVEY, "60.1", "令和6年10月"),
            ]
        };
        let (value, time, values) = shown(row("", ""), waves());
        assert_eq!((value.as_str(), time.as_str()), ("62.4", "令和7年10月"));
        assert_eq!(values, ["60.1", "62.4"]);
        let (value, _, values) = shown(row("61.0", "令和7年4月"), waves());
        assert_eq!((value.as_str(), values), ("62.4", vec!["60.1".into(), "61.0".into(), "62.4".into()]));
        let (value, time, _) = shown(row("63.0", "令和8年4月"), waves());
        assert_eq!((value.as_str(), time.as_str()), ("63.0", "令和8年4月"));
    }

    #[test]
    fn for_one_time_the_survey_counts_then_what_was_typed_then_the_cell() {
        let same = "令和7年10月";
        let typed = || kept(9, stored::TYPED, "62.0", same);
        let survey = kept(1, stored::SURVEY, "62.4", same);
        let (value, _, values) = shown(row("61.9", same), vec![typed(), survey]);
        assert_eq!((value.as_str(), values), ("62.4", vec!["61.9".into(), "62.0".into(), "62.4".into()]));
        assert_eq!(shown(row("61.9", same), vec![typed()]).0, "62.0");
    }

    #[test]
    fn the_status_follows_the_value_that_is_shown() {
        let row = row("", "");
        let sources = sources(&row, vec![kept(1, stored::SURVEY, "66.0", "令和7年10月")], &HashMap::new());
        let indicator = row.indicator().expect("a figure");
        let indicator =
            Indicator { observations: sources.iter().filter_map(observed).collect(), ..indicator };
        let today = FiscalYear::new(2025).expect("a year").end();
        assert_eq!(status(&indicator, today).0, Status::Achieved);
        assert_eq!(sources.first().and_then(|s| s.respondents), Some(321));
    }
}
