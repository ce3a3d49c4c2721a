//! The follow-up table as it is shown: sections, rows, indicators with their observations and status.

mod small;
mod source;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::fiscal_year::AsOf;
use domain::followup::open_data::Category;
use domain::followup::{self, Row, SectionNumber};
use domain::indicator::{Forecast, Indicator, Reason, Source, Status, Written, is_share, status};
use domain::text::{Lang, Text};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

pub(super) use self::small::hides_any;
use self::small::{HiddenTime, Lineage, hide, judge, small_shares};
use self::source::{Names, observed, sources};
use super::edit::RowSettings;
use super::stored;
use super::survey::SurveyLink;
use crate::Service;
use crate::error::{Error, Result};
use crate::metric::MetricLink;
use crate::registry::entity::{campaign, followup_row, observation, plan};

pub use source::ObservedSource;

/// What stands in a table in place of a value that is not shown.
pub const HIDDEN: &str = "非公表";

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
    /// that was typed or taken over from a survey, unless the written cell stands for a later time; in place of values that
    /// are not shown stands [`HIDDEN`].
    pub row: Row,
    /// Its cells as they were written, hidden values included: for those who edit them.
    pub cells: Row,
    /// Why the current value is not shown; then the row says [`HIDDEN`] in its place.
    pub hidden: Option<Reason>,
    /// Why the value when the target was set is not shown; then the row says [`HIDDEN`] in its place, too.
    pub baseline_hidden: Option<Reason>,
    /// What a figure row states; the observations are those of `sources` that are shown, in the same order.
    pub indicator: Option<Indicator>,
    /// How the indicator stands, and why.
    pub status: Option<(Status, Text)>,
    /// Where the value will be at the deadline, where enough values are known to say.
    pub forecast: Option<Forecast>,
    /// Every known value with its origin, by time; of two for the same time the one that counts comes last.
    pub sources: Vec<ObservedSource>,
    /// The survey that feeds the row.
    pub survey: Option<SurveyLink>,
    /// The metric series that feeds the row.
    pub metric: Option<MetricLink>,
    /// What it has beside its cells.
    pub settings: RowSettings,
    /// The unit that owns it.
    pub owner: Option<Text>,
    /// The row of the last edition that it goes on from.
    pub came_from: Option<i64>,
    /// Where its cells come from.
    pub written: WrittenBy,
}

/// Who wrote the cells of a row, when, and from which file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenBy {
    /// Who; `None` for the command line and for what was written before this was noted.
    pub by: Option<Text>,
    /// When, seconds since 1970 UTC.
    pub at: Option<i64>,
    /// The file it was imported from; empty where it was typed.
    pub file: String,
}

impl Service {
    /// The fiscal years that have a plan, the newest first.
    pub async fn followup_years(&self) -> Result<Vec<i16>> {
        let plans =
            plan::Entity::find().order_by_desc(plan::Column::FiscalYear).all(self.registry.db.get()).await?;
        plans.iter().map(|plan| Ok(stored::year(plan)?.year())).collect()
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
        // What is hidden of a row depends on the rows beside it.
        let (_, rows) = self.plan_rows(Some(stored::year(&plan)?.year())).await?;
        rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)
    }

    /// The rows of a plan in the order of the table, and the fiscal year of the plan.
    pub(super) async fn plan_rows(&self, fiscal_year: Option<i16>) -> Result<(i16, Vec<PlanRow>)> {
        let db = self.registry.db.get();
        let mut query = plan::Entity::find().order_by_desc(plan::Column::FiscalYear);
        if let Some(year) = fiscal_year {
            query = query.filter(plan::Column::FiscalYear.eq(i32::from(year)));
        }
        let plan = query.one(db).await?.ok_or(Error::NotFound)?;
        let year = stored::year(&plan)?.year();
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
        let names = self.names(&models, &observations).await?;
        let mut by_row: HashMap<i64, Vec<observation::Model>> = HashMap::new();
        for model in observations {
            by_row.entry(model.row_id).or_default().push(model);
        }
        let mut parts = Vec::with_capacity(models.len());
        for model in models {
            let observations = by_row.remove(&model.id).unwrap_or_default();
            let cells = stored::row(&model)?;
            let written = WrittenBy {
                by: model.written_by.and_then(|id| names.people.get(&id).cloned()),
                at: model.written_at,
                file: model.file.clone(),
            };
            let sources = sources(&cells, &written, observations, &names);
            parts.push(Part { model, cells, written, sources, baseline_hidden: None });
        }
        let own = parts.iter().map(|part| (part.model.id, &part.cells, part.sources.as_slice()));
        let mut small = small_shares(own);
        small.extend(self.small_shares_beside(plan.id).await?);
        if !small.is_empty() {
            hide(&mut parts, &small, &Lineage::read(db).await?);
        }
        let rows = parts.into_iter().map(|part| self.assemble(year, part, &names)).collect();
        Ok((year, rows))
    }

    /// What is not shown in tables of other years: a value that is hidden in one is hidden in all.
    async fn small_shares_beside(&self, plan: i64) -> Result<Vec<HiddenTime>> {
        let db = self.registry.db.get();
        let counted = observation::Entity::find()
            .select_only()
            .column(observation::Column::RowId)
            .filter(observation::Column::Denominator.is_not_null())
            .filter(observation::Column::Source.ne(stored::SURVEY));
        let models = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.ne(plan))
            .filter(followup_row::Column::Id.in_subquery(counted.into_query()))
            .all(db)
            .await?;
        judge(db, models).await
    }

    /// What the campaigns, people and units behind some rows and values are called.
    async fn names(&self, rows: &[followup_row::Model], values: &[observation::Model]) -> Result<Names> {
        let people = rows.iter().filter_map(|row| row.written_by);
        let people = people.chain(values.iter().filter_map(|value| value.actor_id));
        let owners: BTreeSet<i64> = rows.iter().filter_map(|row| row.owner_unit_id).collect();
        Ok(Names {
            campaigns: self.titles(values).await?,
            people: self.registry.names_of(people.collect()).await?,
            units: stored::unit_texts(self.registry.db.get(), owners).await?,
        })
    }

    /// Titles of the campaigns behind some observations.
    async fn titles(&self, observations: &[observation::Model]) -> Result<HashMap<String, (Text, bool)>> {
        let mut ids: Vec<String> = observations.iter().filter_map(|o| o.campaign_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, String, String, Option<String>)> = campaign::Entity::find()
            .select_only()
            .columns([
                campaign::Column::Id,
                campaign::Column::TitleJa,
                campaign::Column::TitleEn,
                campaign::Column::Review,
            ])
            .filter(campaign::Column::Id.is_in(ids))
            .into_tuple()
            .all(self.registry.db.get())
            .await?;
        Ok(rows.into_iter().map(|(id, ja, en, review)| (id, (Text::new(ja, en), review.is_some()))).collect())
    }

    fn assemble(&self, fiscal_year: i16, part: Part, names: &Names) -> PlanRow {
        let Part { model, cells, written, sources, baseline_hidden } = part;
        let direction = model.direction.as_deref().and_then(stored::direction_of);
        let baseline = if baseline_hidden.is_some() { HIDDEN.to_owned() } else { cells.baseline.clone() };
        let told = Row { baseline, ..cells.clone() };
        // Which way is better follows from all that is known; that tells nothing of a value.
        let indicator = cells.indicator().map(|indicator| Indicator {
            observations: sources.iter().filter_map(observed).collect(),
            direction: direction.unwrap_or(indicator.direction),
            baseline: indicator.baseline.filter(|_| baseline_hidden.is_none()),
            ..indicator
        });
        let today = self.clock.today();
        let share = is_share(&cells.item, &cells.target);
        let forecast = indicator.as_ref().and_then(|indicator| indicator.forecast(share, today));
        let row = with_current(told, &sources);
        let hidden = current_source(&row, &sources).and_then(|source| source.hidden);
        // How a hidden value stands would tell of it.
        let status = indicator.as_ref().map(|indicator| match hidden {
            Some(reason) => (Status::NoData, reason_text(reason)),
            None => status(indicator, today),
        });
        let row = if hidden.is_some() { Row { current: HIDDEN.to_owned(), ..row } } else { row };
        let metric = MetricLink::of(&model);
        let survey = model.survey_series.zip(model.survey_measure);
        PlanRow {
            id: model.id,
            fiscal_year,
            cells,
            row,
            hidden,
            baseline_hidden,
            indicator,
            status,
            forecast,
            sources,
            survey: survey.map(|(series, figure)| SurveyLink {
                series,
                figure,
                population: model.survey_population,
            }),
            metric,
            settings: RowSettings {
                owner: model.owner_unit_id,
                direction,
                category: model.category.as_deref().and_then(Category::parse),
            },
            owner: model.owner_unit_id.and_then(|id| names.units.get(&id).cloned()),
            came_from: model.came_from,
            written,
        }
    }
}

fn reason_text(reason: Reason) -> Text {
    Text::new(format!("{}。", reason.label(Lang::Ja)), format!("{}.", reason.label(Lang::En)))
}

impl PlanRow {
    /// The cells as they were written, as everybody may see them.
    pub fn cells_shown(&self) -> Row {
        let cell = self.sources.iter().find(|source| source.id.is_none());
        let mut row = self.cells.clone();
        if cell.is_some_and(|cell| cell.hidden.is_some()) {
            row.current = HIDDEN.to_owned();
        }
        if self.baseline_hidden.is_some() {
            row.baseline = HIDDEN.to_owned();
        }
        row
    }

    /// True where anything that is known of the row is not shown, because it would tell of few people.
    pub fn hides(&self) -> bool {
        self.baseline_hidden.is_some() || self.sources.iter().any(|source| source.hidden.is_some())
    }

    /// What the row says, with the values that are not shown, and without that of a series: it comes and goes with its link.
    pub(super) fn known(&self) -> Row {
        let mut row = self.row.clone();
        let of_series =
            self.current_source().is_some_and(|source| matches!(source.source, Source::Metric { .. }));
        if self.hidden.is_some() || of_series {
            (row.current, row.current_as_of) = (self.cells.current.clone(), self.cells.current_as_of.clone());
        }
        row.baseline = self.cells.baseline.clone();
        row
    }

    /// The source of the value that the row shows.
    pub fn current_source(&self) -> Option<&ObservedSource> {
        let time = |source: &&ObservedSource| source.as_of.text == self.row.current_as_of;
        if self.hidden.is_some() {
            return self.sources.iter().filter(time).rfind(|source| source.hidden.is_some());
        }
        current_source(&self.row, &self.sources)
    }
}

fn current_source<'a>(row: &Row, sources: &'a [ObservedSource]) -> Option<&'a ObservedSource> {
    sources.iter().rfind(|source| source.value.text == row.current && source.as_of.text == row.current_as_of)
}

/// A row on its way to be shown.
struct Part {
    model: followup_row::Model,
    cells: Row,
    written: WrittenBy,
    sources: Vec<ObservedSource>,
    /// Why the value when the target was set is not shown: it is of the time of a hidden share.
    baseline_hidden: Option<Reason>,
}

/// The row with the current value it shows; see [`PlanRow::row`].
fn with_current(row: Row, sources: &[ObservedSource]) -> Row {
    let newest = sources.iter().rfind(|source| source.source != Source::Imported);
    let Some(newest) = newest else { return row };
    let time = |as_of: &Written<AsOf>| as_of.parsed.map(AsOf::last_day);
    let cell = row.current_as_of();
    // Words, such as that the value is being worked out, count as well; a dash and nothing do not.
    let says = row.current();
    if !says.is_absent() && !says.is_dash() && time(&cell) > time(&newest.as_of) {
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
            population: String::new(),
            numerator: None,
            denominator: None,
            evidence: String::new(),
            note: String::new(),
            actor_id: None,
        }
    }

    fn shown(row: Row, observations: Vec<observation::Model>) -> (String, String, Vec<String>) {
        let sources = sources(&row, &WrittenBy::default(), observations, &Names::default());
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
        let sources = sources(
            &row,
            &WrittenBy::default(),
            vec![kept(1, stored::SURVEY, "66.0", "令和7年10月")],
            &Names::default(),
        );
        let indicator = row.indicator().expect("a figure");
        let indicator =
            Indicator { observations: sources.iter().filter_map(observed).collect(), ..indicator };
        let today = domain::fiscal_year::FiscalYear::new(2025).expect("a year").end();
        assert_eq!(status(&indicator, today).0, Status::Achieved);
        assert_eq!(sources.first().and_then(|s| s.respondents), Some(321));
    }
}
