//! Figures that released surveys feed into the follow-up table.
//!
//! An index, a share or a mean ([`Figure`]) is taken over from the release: only what is published there for everybody, so
//! an indicator never tells more than the release does.

use domain::campaign::State;
use domain::fiscal_year::{AsOf, FiscalYear, YearMonth};
use domain::followup::Row;
use domain::indicator::{Rate, Unit};
use domain::questionnaire::{Kind, Questionnaire};
use domain::terms::Terms;
use domain::text::{Lang, Text};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::edit::{figure as figure_row, is_open, note, unit as unit_of};
use super::figure::{self, Figure, FigureChoice, SurveyFigure};
use super::history::{self, Act, Doing};
use super::stored::{self, METRIC, SURVEY};
use crate::Service;
use crate::clock::date_in;
use crate::error::{Error, Result};
use crate::registry::campaign::{Campaign, count};
use crate::registry::entity::{followup_change, followup_row, observation, plan, unit};
use crate::release::results::Release;

/// Where closing dates are kept.
const TIME_ZONE: &str = "Asia/Tokyo";

/// A series an indicator can be linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyChoice {
    /// Its name.
    pub series: String,
    /// The title of its newest questionnaire.
    pub title: Text,
    /// Its figures.
    pub figures: Vec<FigureChoice>,
    /// Groups of people a figure may be of, beside everybody: the stored name and what it is called.
    pub populations: Vec<(String, Text)>,
}

/// What feeds a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyLink {
    /// The series.
    pub series: String,
    /// [`Figure::code`].
    pub figure: String,
    /// Whose figure: empty for everybody, `unit:` and an id, or `cut:`, a demographic item, `:` and its label.
    pub population: String,
}

impl Service {
    /// What a row can be linked to: for each series, the figures of its newest questionnaire.
    pub async fn survey_choices(&self) -> Result<Vec<SurveyChoice>> {
        let mut choices: Vec<SurveyChoice> = Vec::new();
        for stored in self.registry.questionnaires().await? {
            let asked = stored.questionnaire;
            if choices.last().is_some_and(|choice| choice.series == asked.key) {
                // The newest version comes first.
                continue;
            }
            choices.push(SurveyChoice {
                series: asked.key.clone(),
                title: asked.title.clone(),
                figures: figure::choices(&asked),
                populations: demographic_groups(&asked),
            });
        }
        choices.retain(|choice| !choice.figures.is_empty());
        Ok(choices)
    }

    /// Feeds a figure row from the releases of a series, and takes over what has been released already; without a link,
    /// ends it. Figures of an earlier link go.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the series has no such figure, or its values are in another unit than the row's;
    /// [`Error::Conflict`] where the table is signed off; [`Error::NotFound`] where there is no such figure row.
    pub async fn link_survey(&self, row_id: i64, link: Option<SurveyLink>, actor: Option<i64>) -> Result<()> {
        let figure = match &link {
            Some(link) => Some(self.check_figure(link).await?),
            None => None,
        };
        let now = self.clock.now();
        // Held from here on, so that no release slips in between reading what is released and linking.
        let _writer = self.registry.db.writer().await;
        let waves = match &link {
            Some(link) => self.released(&link.series, &link.figure, &link.population).await?,
            None => Vec::new(),
        };
        let transaction = self.registry.db.begin().await?;
        let (model, year) = figure_row(&transaction, row_id).await?;
        let row = stored::row(&model)?;
        if let Some((figure, unit)) = &figure {
            check_units(&row, unit)?;
            end_link(&transaction, row_id, &[SURVEY, METRIC]).await?;
            for (release, found) in &waves {
                let wave = Wave { campaign: &release.campaign, released_at: release.released_at };
                let population = link.as_ref().map_or("", |link| link.population.as_str());
                take_over(&transaction, row_id, wave, figure, population, found, now).await?;
            }
        } else {
            end_link(&transaction, row_id, &[SURVEY]).await?;
        }
        let name =
            |series: &Option<String>, measure: &Option<String>, population: &str| match (series, measure) {
                (Some(series), Some(measure)) => {
                    format!("{series}, {measure} {population}").trim().to_owned()
                }
                _ => String::new(),
            };
        let before = name(&model.survey_series, &model.survey_measure, &model.survey_population);
        let after = link
            .as_ref()
            .map(|link| format!("{}, {} {}", link.series, link.figure, link.population).trim().to_owned())
            .unwrap_or_default();
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Link };
        let change = doing.change(Some(row_id), &history::row_name(&row), "survey", before, after.as_str());
        history::write(&transaction, vec![change]).await?;
        let linked = link.is_some();
        let (series, figure, population) =
            link.map(|link| (Some(link.series), Some(link.figure), link.population)).unwrap_or_default();
        let fed_before = model.metric_series.clone().filter(|_| linked);
        let mut model: followup_row::ActiveModel = model.into();
        model.survey_series = Set(series);
        model.survey_measure = Set(figure);
        model.survey_population = Set(population);
        if linked {
            model.metric_series = Set(None);
            model.metric_unit = Set(None);
            model.metric_yearly = Set(false);
        }
        model.update(&transaction).await?;
        self.feed_beside(&transaction, fed_before, now).await?;
        note(&transaction, now, actor, "followup.link", format!("#{row_id}: {after}")).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The figure a link names, and the unit of its values.
    async fn check_figure(&self, link: &SurveyLink) -> Result<(Figure, Unit)> {
        let figure = Figure::parse(&link.figure).ok_or_else(unknown_figure)?;
        let versions = self.registry.questionnaires().await?;
        let asked = versions
            .iter()
            .map(|stored| &stored.questionnaire)
            .filter(|questionnaire| questionnaire.key == link.series)
            .find(|questionnaire| figure::choices(questionnaire).iter().any(|choice| choice.figure == figure))
            .ok_or_else(unknown_figure)?;
        let known = link.population.is_empty()
            || demographic_groups(asked).iter().any(|(population, _)| *population == link.population)
            || self.is_unit(&link.population).await?;
        if known { Ok((figure.clone(), figure.unit(asked))) } else { Err(unknown_figure()) }
    }

    async fn is_unit(&self, population: &str) -> Result<bool> {
        let Some(id) = population.strip_prefix("unit:").and_then(|id| id.parse::<i64>().ok()) else {
            return Ok(false);
        };
        Ok(unit::Entity::find_by_id(id).one(self.registry.db.get()).await?.is_some())
    }

    /// The rows of a year's table that surveys feed, with what was released; none where there is a newer table, because an
    /// earlier year's is a record. The caller holds the writer.
    pub(super) async fn released_for(&self, year: FiscalYear) -> Result<Vec<LinkedRow>> {
        let db = self.registry.db.get();
        let newest = plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?;
        match newest.filter(|plan| plan.fiscal_year == i32::from(year.year())) {
            Some(newest) => self.linked_rows(newest.id).await,
            None => Ok(Vec::new()),
        }
    }

    /// The rows of a table that surveys feed, with what was released. The caller holds the writer.
    pub(super) async fn linked_rows(&self, plan: i64) -> Result<Vec<LinkedRow>> {
        let db = self.registry.db.get();
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan))
            .filter(followup_row::Column::SurveySeries.is_not_null())
            .all(db)
            .await?;
        let mut linked = Vec::with_capacity(rows.len());
        for row in rows {
            let (Some(series), Some(measure)) = (&row.survey_series, &row.survey_measure) else { continue };
            let Some(figure) = Figure::parse(measure) else { continue };
            let waves = self.released(series, measure, &row.survey_population).await?;
            linked.push(LinkedRow { row, figure, waves });
        }
        Ok(linked)
    }

    /// The released waves of a series that have this figure for everybody to see, the earliest first.
    pub(super) async fn released(
        &self,
        series: &str,
        figure: &str,
        population: &str,
    ) -> Result<Vec<(Release, SurveyFigure)>> {
        let mut waves = Vec::new();
        let Some(figure) = Figure::parse(figure) else { return Ok(waves) };
        for campaign in self.registry.campaigns().await?.into_iter().rev() {
            if campaign.series != series || campaign.state != State::Released {
                continue;
            }
            let terms = self.registry.terms(&campaign.id).await?;
            if !figure.is_for_everybody(population, &terms) {
                continue;
            }
            let release = self.registry.release(&campaign.id).await?;
            let questionnaire = self.registry.campaign_questionnaire(&campaign).await?;
            let cells = figure::published(self.registry.db.get(), &campaign.id, population).await?;
            let found = cells.and_then(|cells| figure.of(&questionnaire.questionnaire, &cells));
            waves.extend(found.map(|found| (release, found)));
        }
        Ok(waves)
    }
}

/// The groups a questionnaire's demographics make, as populations.
fn demographic_groups(questionnaire: &Questionnaire) -> Vec<(String, Text)> {
    let groups = questionnaire.demographics().flat_map(|item| {
        let options = match &item.kind {
            Kind::Single { options } => options.as_slice(),
            _ => &[],
        };
        options.iter().map(move |option| {
            let label = Text::new(
                format!("{}: {}", item.text.ja, option.label.ja),
                format!("{}: {}", item.text.get(Lang::En), option.label.get(Lang::En)),
            );
            (format!("cut:{}:{}", item.key, option.label.ja), label)
        })
    });
    groups.collect()
}

/// Takes away the values that a link brought.
pub(crate) async fn end_link(db: &impl ConnectionTrait, row_id: i64, sources: &[&str]) -> Result<()> {
    observation::Entity::delete_many()
        .filter(observation::Column::RowId.eq(row_id))
        .filter(observation::Column::Source.is_in(sources.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

fn unknown_figure() -> Error {
    Error::invalid(
        "選んだ調査・数値・対象の組合せがありません。一覧から選び直してください。",
        "There is no such survey, figure or group. Please choose from the list.",
    )
}

/// True where a row can take the values of a figure of no questionnaire at hand: the unit alone says so.
pub(super) fn check_unit(row: &Row, figure: &Figure) -> Result<()> {
    let unit = match figure {
        Figure::Index | Figure::Area(_) | Figure::Item(_) => Unit::Plain,
        Figure::Favourable(_) | Figure::Share(_, _) => Unit::Percent,
        Figure::Average(_) => return Ok(()),
    };
    check_units(row, &unit)
}

/// Refuses to mix units.
pub(crate) fn check_units(row: &Row, theirs: &Unit) -> Result<()> {
    match unit_of(row) {
        Some(ours) if ours != *theirs => Err(Error::invalid(
            format!(
                "この指標の単位は「{}」ですが、選んだデータの単位は「{}」です。比べられないため、連携できません。",
                ours.name(Lang::Ja),
                theirs.name(Lang::Ja)
            ),
            format!(
                "This indicator is in “{}”, and what you chose is in “{}”. They cannot be compared, so they cannot be linked.",
                ours.name(Lang::En),
                theirs.name(Lang::En)
            ),
        )),
        _ => Ok(()),
    }
}

/// Writes a wave's figures into the rows of the newest plan that its series feeds. Tables that are signed off or wait for it,
/// and those of earlier fiscal years, stay as they are: what was released meanwhile is taken over when the table is open
/// again or the next edition begins. Doing it twice changes nothing.
pub(crate) async fn observe_release(
    db: &impl ConnectionTrait,
    campaign: &Campaign,
    questionnaire: &Questionnaire,
    terms: &Terms,
    now: i64,
) -> Result<()> {
    let newest = plan::Entity::find().order_by_desc(plan::Column::FiscalYear).one(db).await?;
    let Some(newest) = newest.filter(is_open) else { return Ok(()) };
    let fed = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(newest.id))
        .filter(followup_row::Column::SurveySeries.eq(campaign.series.as_str()))
        .order_by_asc(followup_row::Column::Position)
        .all(db)
        .await?;
    let doing = Doing { fiscal_year: stored::year(&newest)?.year(), at: now, actor: None, act: Act::Value };
    let mut changes = Vec::new();
    for row in fed {
        let (figure, population) =
            (row.survey_measure.as_deref().and_then(Figure::parse), &row.survey_population);
        let Some(figure) = figure.filter(|figure| figure.is_for_everybody(population, terms)) else {
            continue;
        };
        let cells = figure::published(db, &campaign.id, population).await?;
        if let Some(found) = cells.and_then(|cells| figure.of(questionnaire, &cells)) {
            let wave = Wave { campaign, released_at: now };
            if take_over(db, row.id, wave, &figure, population, &found, now).await? {
                changes.push(arrived(doing, &row, wave, &found)?);
            }
        }
    }
    history::write(db, changes).await
}

/// What is put on record when a figure arrives.
fn arrived(
    doing: Doing,
    row: &followup_row::Model,
    wave: Wave<'_>,
    found: &SurveyFigure,
) -> Result<followup_change::ActiveModel> {
    let value = format!("{} ({})", found.value.label(Lang::Ja), wave.as_of().label(Lang::Ja));
    Ok(doing.change(Some(row.id), &history::row_name(&stored::row(row)?), history::VALUE, "", value))
}

/// Writes what was released into the rows of a table that is open again; what they have already stays.
pub(super) async fn feed_surveys(
    db: &impl ConnectionTrait,
    waves: Vec<LinkedRow>,
    doing: Doing,
) -> Result<()> {
    let mut changes = Vec::new();
    for LinkedRow { row, figure, waves } in waves {
        for (release, found) in &waves {
            let wave = Wave { campaign: &release.campaign, released_at: release.released_at };
            if take_over(db, row.id, wave, &figure, &row.survey_population, found, doing.at).await? {
                changes.push(arrived(doing, &row, wave, found)?);
            }
        }
    }
    history::write(db, changes).await
}

/// A row that a survey feeds, and what was released of it.
pub(super) struct LinkedRow {
    row: followup_row::Model,
    figure: Figure,
    waves: Vec<(Release, SurveyFigure)>,
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

/// Writes one figure into one row; false where it is there already.
pub(super) async fn take_over(
    db: &impl ConnectionTrait,
    row_id: i64,
    wave: Wave<'_>,
    figure: &Figure,
    population: &str,
    found: &SurveyFigure,
    now: i64,
) -> Result<bool> {
    let part = |of: fn(Rate) -> u32| found.counts.map(|rate| i64::from(of(rate)));
    let model = observation::ActiveModel {
        campaign_id: Set(Some(wave.campaign.id.clone())),
        measure: Set(Some(figure.code())),
        population: Set(population.to_owned()),
        respondents: Set(Some(count(found.n))),
        numerator: Set(part(Rate::numerator)),
        denominator: Set(part(Rate::denominator)),
        ..stored::by_hand(row_id, SURVEY, found.value.label(Lang::Ja), wave.as_of().label(Lang::Ja), now)
    };
    let once = [observation::Column::RowId, observation::Column::CampaignId, observation::Column::Measure];
    let written = observation::Entity::insert(model)
        .on_conflict(OnConflict::columns(once).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(written > 0)
}

#[cfg(test)]
mod tests {
    use domain::campaign::Schedule;
    use domain::disclosure::Thresholds;
    use domain::followup::{RowKind, SectionNumber};

    use super::*;

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
        let index = Figure::Area("engagement".into());
        assert!(check_unit(&row("65以上"), &index).is_ok() && check_unit(&row(""), &index).is_ok());
        assert!(matches!(check_unit(&row("65%以上"), &index), Err(Error::Invalid(_))));
        let share = Figure::Favourable("eng1".into());
        assert!(check_unit(&row("65%以上"), &share).is_ok());
        assert!(matches!(check_unit(&row("65以上"), &share), Err(Error::Invalid(_))));
    }
}
