//! Figures that released surveys feed into the follow-up table.
//!
//! An area's index of the whole organisation, 0 to 100 with one decimal, is taken over from the release: only what is
//! published, so an indicator never tells more than the release does.

use domain::campaign::State;
use domain::fiscal_year::{AsOf, YearMonth};
use domain::followup::Row;
use domain::indicator::{Decimal, Unit, Value};
use domain::questionnaire::{Area, Kind, Questionnaire};
use domain::text::{Lang, Text};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::edit::{figure, note, unit};
use super::stored::{self, SURVEY, area_measure, area_of};
use crate::Service;
use crate::clock::date_in;
use crate::error::{Error, Result};
use crate::registry::campaign::{Campaign, count};
use crate::registry::entity::{followup_row, observation, plan};
use crate::release::results::{AreaScore, Release, area_scores};

/// Where closing dates are kept.
const TIME_ZONE: &str = "Asia/Tokyo";

/// A series an indicator can be linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyChoice {
    /// Its name.
    pub series: String,
    /// The title of its newest questionnaire.
    pub title: Text,
    /// The areas that have an index.
    pub areas: Vec<SurveyArea>,
}

/// An area's index as an indicator's source.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyArea {
    /// What [`Service::link_survey`] takes: `area:` and the area's key.
    pub measure: String,
    /// What the area is called.
    pub label: Text,
}

impl Service {
    /// What a row can be linked to: for each series, the areas of its newest questionnaire.
    pub async fn survey_choices(&self) -> Result<Vec<SurveyChoice>> {
        let mut choices: Vec<SurveyChoice> = Vec::new();
        for stored in self.registry.questionnaires().await? {
            let asked = stored.questionnaire;
            if choices.last().is_some_and(|choice| choice.series == asked.key) {
                // The newest version comes first.
                continue;
            }
            let areas: Vec<SurveyArea> = indexed(&asked)
                .map(|area| SurveyArea { measure: area_measure(&area.key), label: area.label.clone() })
                .collect();
            choices.push(SurveyChoice { series: asked.key.clone(), title: asked.title.clone(), areas });
        }
        choices.retain(|choice| !choice.areas.is_empty());
        Ok(choices)
    }

    /// Feeds a figure row from the releases of a series, `measure` being `area:` and the key of an area, and takes over
    /// what has been released already; without series and measure, ends the link. Figures of an earlier link go.
    ///
    /// # Errors
    /// [`Error::Invalid`] where only one of the two is given, the series has no such area, or the row's figures have a
    /// unit, which an index has not; [`Error::NotFound`] where there is no such figure row.
    pub async fn link_survey(
        &self,
        row_id: i64,
        series: Option<String>,
        measure: Option<String>,
        actor: Option<i64>,
    ) -> Result<()> {
        let link = match (series, measure) {
            (None, None) => None,
            (Some(series), Some(measure)) => Some((series, measure)),
            _ => return Err(unknown_measure()),
        };
        if let Some((series, measure)) = &link {
            self.check_measure(series, measure).await?;
        }
        let now = self.clock.now();
        // Held from here on, so that no release slips in between reading what is released and linking.
        let _writer = self.registry.db.writer().await;
        let waves = match &link {
            Some((series, measure)) => self.released(series, measure).await?,
            None => Vec::new(),
        };
        let transaction = self.registry.db.begin().await?;
        let model = figure(&transaction, row_id).await?;
        if link.is_some() {
            check_unit(&stored::row(&model)?)?;
        }
        observation::Entity::delete_many()
            .filter(observation::Column::RowId.eq(row_id))
            .filter(observation::Column::Source.eq(SURVEY))
            .exec(&transaction)
            .await?;
        for (release, score) in &waves {
            let wave = Wave { campaign: &release.campaign, released_at: release.released_at };
            take_over(&transaction, row_id, wave, score, now).await?;
        }
        let detail = match &link {
            Some((series, measure)) => format!("#{row_id}: {series}, {measure}"),
            None => format!("#{row_id}"),
        };
        let (series, measure) = link.unzip();
        let mut model: followup_row::ActiveModel = model.into();
        model.survey_series = Set(series);
        model.survey_measure = Set(measure);
        model.update(&transaction).await?;
        note(&transaction, now, actor, "followup.link", detail).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn check_measure(&self, series: &str, measure: &str) -> Result<()> {
        let area = area_of(measure).ok_or_else(unknown_measure)?;
        let versions = self.registry.questionnaires().await?;
        let known = versions
            .iter()
            .filter(|stored| stored.questionnaire.key == series)
            .any(|stored| indexed(&stored.questionnaire).any(|found| found.key == area));
        if known { Ok(()) } else { Err(unknown_measure()) }
    }

    /// The released waves of a series that have a figure for the measure, the earliest first.
    pub(super) async fn released(&self, series: &str, measure: &str) -> Result<Vec<(Release, AreaScore)>> {
        let mut waves = Vec::new();
        for campaign in self.registry.campaigns().await?.into_iter().rev() {
            if campaign.series != series || campaign.state != State::Released {
                continue;
            }
            if !self.registry.terms(&campaign.id).await?.feeds_indicators() {
                continue;
            }
            let release = self.registry.release(&campaign.id).await?;
            let questionnaire = self.registry.campaign_questionnaire(&campaign).await?.questionnaire.clone();
            let cells: Vec<(String, Vec<u32>)> = self
                .registry
                .release_cells(&campaign.id, 0)
                .await?
                .iter()
                .filter(|cell| cell.state.is_shown() && cell.part.is_empty())
                .map(|cell| (cell.item.clone(), cell.counts.clone()))
                .collect();
            let scores = area_scores(&questionnaire, &cells);
            let score = scores.into_iter().find(|score| Some(score.area.as_str()) == area_of(measure));
            waves.extend(score.map(|score| (release, score)));
        }
        Ok(waves)
    }
}

/// Areas with a scale item, which is what an index is made of.
fn indexed(questionnaire: &Questionnaire) -> impl Iterator<Item = &Area> {
    let has_scale = move |area: &Area| {
        questionnaire
            .items()
            .any(|(_, item)| item.area.as_ref() == Some(&area.key) && matches!(item.kind, Kind::Scale { .. }))
    };
    questionnaire.areas.iter().filter(move |area| has_scale(area))
}

fn unknown_measure() -> Error {
    Error::invalid(
        "選んだ調査と領域の組合せがありません。一覧から選び直してください。",
        "There is no such survey and area. Please choose from the list.",
    )
}

pub(super) fn check_unit(row: &Row) -> Result<()> {
    match unit(row) {
        None | Some(Unit::Plain) => Ok(()),
        Some(unit) => Err(Error::invalid(
            format!(
                "この指標の単位は「{}」です。調査の指数(0~100、単位なし)とは比べられないため、連携できません。",
                unit.name(Lang::Ja)
            ),
            format!(
                "This indicator is in “{}”. A survey's index (0–100, without a unit) cannot be compared with it, so \
                 they cannot be linked.",
                unit.name(Lang::En)
            ),
        )),
    }
}

/// Writes a wave's figures into the rows of the newest plan that its series feeds. Tables of earlier fiscal years are
/// records and stay as they are. Doing it twice changes nothing.
pub(crate) async fn observe_release(
    db: &impl ConnectionTrait,
    campaign: &Campaign,
    scores: &[AreaScore],
    now: i64,
) -> Result<()> {
    let newest = plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?;
    let Some(newest) = newest else { return Ok(()) };
    let fed: Vec<(i64, Option<String>)> = followup_row::Entity::find()
        .select_only()
        .columns([followup_row::Column::Id, followup_row::Column::SurveyMeasure])
        .filter(followup_row::Column::PlanId.eq(newest.id))
        .filter(followup_row::Column::SurveySeries.eq(campaign.series.as_str()))
        .order_by_asc(followup_row::Column::Position)
        .into_tuple()
        .all(db)
        .await?;
    for (row_id, measure) in fed {
        let area = measure.as_deref().and_then(area_of);
        if let Some(score) = scores.iter().find(|score| Some(score.area.as_str()) == area) {
            take_over(db, row_id, Wave { campaign, released_at: now }, score, now).await?;
        }
    }
    Ok(())
}

/// A campaign and when its results were published, seconds since 1970 UTC.
#[derive(Clone, Copy)]
pub(super) struct Wave<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) released_at: i64,
}

impl Wave<'_> {
    /// The month of closing: answers of several weeks have no day. A campaign that was closed by hand before its closing
    /// date was over, at the latest, when it was published.
    fn as_of(self) -> AsOf {
        let ended = self.campaign.schedule.closes_at.min(self.released_at);
        AsOf::Month(YearMonth::of(date_in(ended, TIME_ZONE)))
    }
}

/// Writes one figure into one row.
pub(super) async fn take_over(
    db: &impl ConnectionTrait,
    row_id: i64,
    wave: Wave<'_>,
    score: &AreaScore,
    now: i64,
) -> Result<()> {
    // An index lies between 0 and 100; one that is no number at all is not published.
    let Some(number) = Decimal::from_f64(score.index, 1) else { return Ok(()) };
    let model = observation::ActiveModel {
        id: NotSet,
        row_id: Set(row_id),
        value: Set(Value::new(number, Unit::Plain).label(Lang::Ja)),
        as_of: Set(wave.as_of().label(Lang::Ja)),
        source: Set(SURVEY.to_owned()),
        campaign_id: Set(Some(wave.campaign.id.clone())),
        measure: Set(Some(area_measure(&score.area))),
        respondents: Set(Some(count(score.n))),
        recorded_at: Set(now),
    };
    let once = [observation::Column::RowId, observation::Column::CampaignId, observation::Column::Measure];
    observation::Entity::insert(model)
        .on_conflict(OnConflict::columns(once).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::campaign::Schedule;
    use domain::disclosure::Thresholds;
    use domain::followup::{RowKind, SectionNumber};

    use super::*;
    use crate::Registry;
    use crate::indicator::import::replace;

    /// 2025-10-31T15:30:00Z: already 1 November in Japan.
    const CLOSES: i64 = 1_761_924_600;

    fn wave(id: &str) -> Campaign {
        Campaign {
            id: id.into(),
            series: "engagement".into(),
            title: Text::new("調査", "Survey"),
            questionnaire_id: 1,
            state: State::Counted,
            schedule: Schedule { opens_at: CLOSES - 86_400, closes_at: CLOSES },
            thresholds: Thresholds::default(),
            terms_hash: None,
            review: None,
        }
    }

    fn score(area: &str, index: f64) -> AreaScore {
        let score = domain::statistics::AreaScore { index, sd: 20.0, n: 321, items: 5, hidden: 0 };
        AreaScore { area: area.into(), label: Text::new("領域", "Area"), index, n: 321, score }
    }

    async fn plan_with(registry: &Registry, year: i32, measures: &[&str]) -> i64 {
        let db = registry.db.get();
        let plan = plan::ActiveModel { id: NotSet, fiscal_year: Set(year) }.insert(db).await.expect("a plan");
        let section = SectionNumber::parse("6").expect("a number");
        let row = |item: &str| Row { item: item.into(), ..Row::new(section, RowKind::Figure) };
        let rows: Vec<Row> = measures.iter().map(|measure| row(measure)).collect();
        replace(db, plan.id, &rows, 0).await.expect("rows");
        let models = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan.id))
            .order_by_asc(followup_row::Column::Position)
            .all(db)
            .await
            .expect("rows");
        for (model, measure) in models.into_iter().zip(measures) {
            let mut model: followup_row::ActiveModel = model.into();
            model.survey_series = Set(Some("engagement".into()));
            model.survey_measure = Set(Some((*measure).to_owned()));
            model.update(db).await.expect("a link");
        }
        plan.id
    }

    #[tokio::test]
    async fn a_release_feeds_each_linked_row_of_the_newest_plan_once() {
        let registry = Registry::open("sqlite::memory:").await.expect("a registry");
        plan_with(&registry, 2024, &["area:engagement"]).await;
        let newest = plan_with(&registry, 2025, &["area:engagement", "area:growth", "area:unknown"]).await;
        let scores = [score("engagement", 62.449), score("growth", 100.0), score("safety", 1.0)];
        let db = registry.db.get();
        for now in [CLOSES + 1, CLOSES + 2] {
            observe_release(db, &wave("a"), &scores, now).await.expect("observed");
        }
        let rows = followup_row::Entity::find().filter(followup_row::Column::PlanId.eq(newest)).all(db).await;
        let items: HashMap<i64, String> =
            rows.expect("rows").into_iter().map(|row| (row.id, row.item)).collect();
        let found =
            observation::Entity::find().order_by_asc(observation::Column::Id).all(db).await.expect("rows");
        let told: Vec<[&str; 3]> =
            found.iter().map(|o| [items[&o.row_id].as_str(), o.value.as_str(), o.as_of.as_str()]).collect();
        let month = "令和7年11月";
        assert_eq!(told, [["area:engagement", "62.4", month], ["area:growth", "100.0", month]]);
        assert!(found.iter().all(|o| o.recorded_at == CLOSES + 1 && o.respondents == Some(321)));

        let other = Campaign { series: "pulse".into(), ..wave("b") };
        observe_release(db, &other, &scores, CLOSES).await.expect("observed");
        observe_release(db, &wave("c"), &scores, CLOSES).await.expect("observed");
        let all = observation::Entity::find().all(db).await.expect("rows");
        assert_eq!(all.len(), 4, "another series feeds nothing, another wave each row once more");
    }

    #[test]
    fn a_survey_closed_before_its_closing_date_was_over_when_it_was_published() {
        let early = Wave { campaign: &wave("a"), released_at: CLOSES - 2 * 86_400 };
        assert_eq!(early.as_of().label(Lang::Ja), "令和7年10月");
        let late = Wave { campaign: &wave("a"), released_at: CLOSES + 60 * 86_400 };
        assert_eq!(late.as_of().label(Lang::Ja), "令和7年11月");
    }

    #[test]
    fn an_index_is_not_compared_with_percentages() {
        let section = SectionNumber::parse("6").expect("a number");
        let row = |target: &str| Row { target: target.into(), ..Row::new(section, RowKind::Figure) };
        assert!(check_unit(&row("65以上")).is_ok() && check_unit(&row("")).is_ok());
        assert!(matches!(check_unit(&row("65%以上")), Err(Error::Invalid(_))));
    }
}
