//! One indicator: facts, course, values with their sources, and the forms of HR.

mod forms;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use domain::followup::Column;
use domain::indicator::{Indicator, Source};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::indicator::{PlanRow, WrittenBy};
use service::{Error, Result, Service};

pub(super) use forms::{Choices, forms, value_fields};
pub(super) use values::{anchor, observations};

use super::parts::{WRITTEN, current_href};
use super::state::Standing;
use super::table::{baseline, dated};
use super::{chart, row_title, status_badge, year_label};
use crate::components::{HiddenCell, own_lang};
use crate::format;

/// Who reads the page.
pub(super) struct Reader {
    /// True for HR.
    pub(super) hr: bool,
    /// True where the reader can change the row now.
    pub(super) edit: bool,
    /// Their time zone.
    pub(super) zone: String,
}

/// What the values of a row rest on, and what it is called.
pub(super) struct Backing {
    /// The threshold of scores in the terms of each campaign behind a value.
    thresholds: BTreeMap<String, u32>,
    /// Groups of people behind survey figures, by their stored name.
    populations: BTreeMap<String, Text>,
    /// Metric series behind values, by their key.
    metrics: BTreeMap<String, Text>,
    /// The edition that the cells were taken over from, where they came from no file.
    edition: Option<Text>,
}

impl Backing {
    /// Reads what the values of a row rest on.
    pub(super) async fn read(service: &Service, row: &PlanRow) -> Result<Self> {
        let mut campaigns = BTreeSet::new();
        let (mut by_unit, mut by_group, mut by_metric) = (false, false, false);
        for source in &row.sources {
            if !source.is_review {
                campaigns.extend(source.campaign.as_ref().map(|(id, _)| id.clone()));
            }
            by_unit |= source.population.starts_with("unit:");
            by_group |= source.population.starts_with("cut:");
            by_metric |= matches!(source.source, Source::Metric { .. });
        }
        let mut thresholds = BTreeMap::new();
        for id in campaigns {
            match service.registry.terms(&id).await {
                Ok(terms) => {
                    thresholds.insert(id, terms.thresholds.scores);
                }
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let mut populations = BTreeMap::new();
        if by_unit {
            let units = service.registry.headcount().await?;
            populations.extend(units.into_iter().map(|unit| (format!("unit:{}", unit.id), unit.name)));
        }
        if by_group {
            let choices = service.survey_choices().await?;
            populations.extend(choices.into_iter().flat_map(|choice| choice.populations));
        }
        let mut metrics = BTreeMap::new();
        if by_metric {
            let choices = service.metric_choices().await?;
            metrics.extend(choices.into_iter().map(|choice| (choice.key, choice.name)));
        }
        let edition = match row.came_from.filter(|_| row.written.file.is_empty()) {
            Some(before) => Some(taken_over(service, before).await?),
            None => None,
        };
        Ok(Self { thresholds, populations, metrics, edition })
    }
}

/// The edition that a row of it has gone on from, in words.
async fn taken_over(service: &Service, before: i64) -> Result<Text> {
    match service.followup_row(before).await {
        Ok(row) => {
            let year = |lang: Lang| year_label(row.fiscal_year, lang);
            Ok(Text::new(
                format!("{}の版から引き継ぎ", year(Lang::Ja)),
                format!("taken over from the edition of {}", year(Lang::En)),
            ))
        }
        Err(Error::NotFound) => Ok(Text::new("前の版から引き継ぎ", "taken over from the last edition")),
        Err(error) => Err(error),
    }
}

/// What else the reader can do with the row.
pub(super) fn links(row: &PlanRow, standing: &Standing, lang: Lang) -> AnyView {
    let links = standing
        .links_of(row.id, lang)
        .into_iter()
        .map(|(href, words)| view! { <a class="button button--secondary" href=href>{words}</a> })
        .collect::<Vec<_>>();
    if links.is_empty() {
        return ().into_any();
    }
    view! { <div class="actions no-print">{links}</div> }.into_any()
}

/// What is to be reached, where it stands, and why; and who wrote that into the table, when, and from what.
pub(super) fn facts(row: &PlanRow, backing: &Backing, reader: &Reader, lang: Lang) -> AnyView {
    let cells = &row.row;
    let status = row.status.as_ref().map(|(status, reason)| {
        let reason = reason.get(lang).to_owned();
        view! {
            <dt>{lang.t("状況", "Status")}</dt>
            <dd>{status_badge(*status, lang)}<p>{reason}</p></dd>
        }
    });
    let forecast = row.indicator.as_ref().and_then(|indicator| forecast(row, indicator, lang));
    let direction = row.indicator.as_ref().map(|indicator| {
        view! { <dt>{lang.t("向き", "Direction")}</dt><dd>{indicator.direction.label(lang)}</dd> }
    });
    let owner = row.owner.as_ref().map(|owner| {
        let name = owner.get(lang).to_owned();
        let name_lang = own_lang(&name, lang);
        view! { <dt>{lang.t("担当部署", "Owned by")}</dt><dd lang=name_lang>{name}</dd> }
    });
    let current = match row.hidden {
        Some(reason) => view! { <HiddenCell reason=reason.label(lang)/> }.into_any(),
        None => {
            let source = row.current_source().map(|_| current_href(row));
            dated(&cells.current(), &cells.current_as_of(), source, lang)
        }
    };
    let edition = backing.edition.as_ref().map(|words| words.get(lang));
    let origin = cells_from(&row.written, edition, &reader.zone, lang);
    let origin_lang = own_lang(&origin, lang);
    view! {
        <dl class="facts" id=WRITTEN>
            {status}
            <dt>{Column::Target.label(lang)}</dt>
            <dd>{dated(&cells.target(), &cells.deadline(), None, lang)}</dd>
            <dt>{Column::Current.label(lang)}</dt>
            <dd>{current}</dd>
            <dt>{Column::Baseline.label(lang)}</dt>
            <dd>{baseline(row, None, lang)}</dd>
            <dt>{lang.t("表の記載", "Written in the table")}</dt>
            <dd lang=origin_lang>{origin}</dd>
            {forecast}
            {direction}
            {owner}
        </dl>
    }
    .into_any()
}

/// Where the cells of a row come from: the file or the edition before, when, and by whom.
fn cells_from(written: &WrittenBy, edition: Option<&str>, zone: &str, lang: Lang) -> String {
    let origin = if written.file.is_empty() { edition } else { Some(written.file.as_str()) };
    let at = written.at.map(|at| format::moment(at, zone, lang));
    let by = written.by.as_ref().map(|by| by.get(lang).to_owned()).filter(|by| !by.is_empty());
    let parts: Vec<String> = [origin.map(str::to_owned), at, by].into_iter().flatten().collect();
    if parts.is_empty() {
        return lang.t("記録なし", "Not recorded").to_owned();
    }
    parts.join(lang.t("、", ", "))
}

/// Where the value will be at the deadline, with its interval.
fn forecast(row: &PlanRow, indicator: &Indicator, lang: Lang) -> Option<AnyView> {
    let forecast = row.forecast?;
    let level = indicator.target.as_ref()?.level()?;
    let deadline = indicator.deadline?;
    let decimals = indicator.latest().map_or(0, |latest| latest.value.number.decimals());
    let deadline = Text::new(deadline.label(Lang::Ja), deadline.label(Lang::En));
    let text = forecast.text(&level.unit, decimals, &deadline).get(lang).to_owned();
    let direction = level.operator.map_or(indicator.direction, |operator| operator.direction());
    let verdict = forecast.verdict(level.number.to_f64(), direction).label(lang);
    let view = view! {
        <dt>{lang.t("見通し", "Outlook")}</dt>
        <dd><strong>{verdict}</strong><p>{text}</p></dd>
    };
    Some(view.into_any())
}

/// The chart, with its table behind it.
pub(super) fn course(row: &PlanRow, lang: Lang) -> AnyView {
    let title = row_title(row, lang);
    let chart = row.indicator.as_ref().and_then(|indicator| chart::course(indicator, title, false, lang));
    let chart = chart.unwrap_or_else(|| {
        let words = lang.t(
            "時点のある値が二つ以上になると、推移の図を表示します。",
            "A chart is shown as soon as there are two values with a time.",
        );
        view! { <p class="muted">{words}</p> }.into_any()
    });
    view! {
        <section class="section" aria-labelledby="course-heading">
            <h2 id="course-heading">{lang.t("推移", "Course")}</h2>
            {chart}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_say_their_file_their_time_and_their_author() {
        let at = format::field_moment("2025-12-01T10:00");
        let by = Some(Text::new("岩瀬 純", "Jun Iwase"));
        let typed = WrittenBy { by, at, file: String::new() };
        let imported = WrittenBy { file: "followup.xlsx".into(), ..typed.clone() };
        let edition = Some("令和6年度の版から引き継ぎ");
        let told = |by: &WrittenBy, edition| cells_from(by, edition, "Asia/Tokyo", Lang::Ja);
        assert_eq!(told(&imported, edition), "followup.xlsx、令和7年12月1日(月) 10時、岩瀬 純");
        assert_eq!(told(&typed, edition), "令和6年度の版から引き継ぎ、令和7年12月1日(月) 10時、岩瀬 純");
        assert_eq!(told(&WrittenBy::default(), None), "記録なし");
    }
}
