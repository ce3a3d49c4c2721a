//! One indicator: facts, course, values with their sources, and the forms of HR.

mod forms;

use std::collections::{BTreeMap, BTreeSet};

use domain::followup::Column;
use domain::indicator::{Indicator, Source};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::indicator::{ObservedSource, PlanRow, WrittenBy};
use service::{Error, Result, Service};

pub(super) use forms::{Choices, forms};

use super::state::Standing;
use super::table::dated;
use super::{chart, row_title, status_badge};
use crate::components::{EmptyState, HiddenCell, ScrollTable, own_lang};
use crate::format;

/// What the values of a row rest on, and what it is called.
pub(super) struct Backing {
    /// The threshold of scores in the terms of each campaign behind a value.
    thresholds: BTreeMap<String, u32>,
    /// Groups of people behind survey figures, by their stored name.
    populations: BTreeMap<String, Text>,
    /// Metric series behind values, by their key.
    metrics: BTreeMap<String, Text>,
}

impl Backing {
    /// Reads what the values of a row rest on.
    pub(super) async fn read(service: &Service, row: &PlanRow) -> Result<Self> {
        let mut campaigns = BTreeSet::new();
        let (mut by_unit, mut by_group, mut by_metric) = (false, false, false);
        for source in &row.sources {
            campaigns.extend(source.campaign.as_ref().map(|(id, _)| id.clone()));
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
        Ok(Self { thresholds, populations, metrics })
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

/// What is to be reached, where it stands, and why.
pub(super) fn facts(row: &PlanRow, lang: Lang) -> AnyView {
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
        None => dated(&cells.current(), &cells.current_as_of(), lang),
    };
    view! {
        <dl class="facts">
            {status}
            <dt>{Column::Target.label(lang)}</dt>
            <dd>{dated(&cells.target(), &cells.deadline(), lang)}</dd>
            <dt>{Column::Current.label(lang)}</dt>
            <dd>{current}</dd>
            <dt>{Column::Baseline.label(lang)}</dt>
            <dd>{dated(&cells.baseline(), &cells.baseline_as_of(), lang)}</dd>
            {forecast}
            {direction}
            {owner}
        </dl>
    }
    .into_any()
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

/// The id of a value on its page; that of the table's own cell has none of its own.
pub(super) fn anchor(observation: Option<i64>) -> String {
    observation.map_or_else(|| "value-table".to_owned(), |id| format!("value-{id}"))
}

/// Every known value, the newest first, with where it comes from. Whoever can `edit` takes values back and sees what
/// hidden ones rest on; times are in `zone`.
pub(super) fn observations(row: &PlanRow, backing: &Backing, edit: bool, zone: &str, lang: Lang) -> AnyView {
    let heading = lang.t("実績値と出典", "Values and their sources");
    let body = if row.sources.is_empty() {
        let title = lang.t("実績値はまだありません", "There is no value yet");
        let text = lang.t(
            "表の取込み、手入力、または連携した調査・統計系列によって、ここに表示されます。",
            "Values appear here when a table is imported, a value is typed, or a linked survey or metric series has one.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let id = row.id;
        let lines =
            row.sources.iter().rev().map(|source| line(id, source, backing, edit, zone, lang)).collect_view();
        let withdraw = edit.then(|| view! { <th scope="col">{lang.t("操作", "Action")}</th> });
        view! {
            <ScrollTable caption=heading>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("時点", "As of")}</th>
                        <th scope="col" class="num">{lang.t("実績値", "Value")}</th>
                        <th scope="col">{lang.t("出典", "Source")}</th>
                        {withdraw}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="values-heading">
            <h2 id="values-heading">{heading}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn line(row: i64, source: &ObservedSource, backing: &Backing, edit: bool, zone: &str, lang: Lang) -> AnyView {
    let time = if source.as_of.is_absent() {
        lang.t("記載なし", "Not stated").to_owned()
    } else {
        source.as_of.label(lang)
    };
    let time_lang = own_lang(&time, lang);
    let value = match source.hidden {
        Some(reason) => view! { <HiddenCell reason=reason.label(lang)/> }.into_any(),
        None => {
            let value = source.value.label(lang);
            let value_lang = own_lang(&value, lang);
            let counts = source.counts.map(|counts| {
                view! { <span class="cell-note">{counts.label(lang)}</span> }
            });
            view! { <span lang=value_lang>{value}</span>{counts} }.into_any()
        }
    };
    // What a hidden value rests on could tell of it.
    let told = edit || source.hidden.is_none();
    let action = edit.then(|| view! { <td>{withdrawal(row, source, lang)}</td> });
    view! {
        <tr id=anchor(source.id)>
            <th scope="row" lang=time_lang>{time}</th>
            <td class="num">{value}</td>
            <td class="text">
                {origin(source, backing, lang)}
                {told.then(|| said("根拠", "Evidence", &source.evidence, lang))}
                {told.then(|| said("備考", "Note", &source.note, lang))}
                {recorded(&source.written, zone, lang)}
            </td>
            {action}
        </tr>
    }
    .into_any()
}

/// What was typed beside a value.
fn said(ja: &'static str, en: &'static str, text: &str, lang: Lang) -> AnyView {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return ().into_any();
    }
    let text_lang = own_lang(&text, lang);
    view! {
        <span class="cell-note">
            {lang.t(ja, en)}": "<span class="written" lang=text_lang>{text}</span>
        </span>
    }
    .into_any()
}

/// Who recorded it, when, and from which file.
fn recorded(written: &WrittenBy, zone: &str, lang: Lang) -> AnyView {
    let by = written.by.as_ref().map(|by| by.get(lang).to_owned()).filter(|by| !by.is_empty());
    let at = written.at.map(|at| format::moment(at, zone, lang));
    let file = (!written.file.is_empty()).then(|| match lang {
        Lang::Ja => format!("ファイル「{}」", written.file),
        Lang::En => format!("file “{}”", written.file),
    });
    let parts: Vec<String> = [by, at, file].into_iter().flatten().collect();
    if parts.is_empty() {
        return ().into_any();
    }
    let words = match lang {
        Lang::Ja => format!("記録: {}", parts.join("、")),
        Lang::En => format!("Recorded: {}", parts.join(", ")),
    };
    let words_lang = own_lang(&words, lang);
    view! { <span class="cell-note" lang=words_lang>{words}</span> }.into_any()
}

/// The survey with its group, n, threshold and terms; the metric series; or who else says so.
fn origin(source: &ObservedSource, backing: &Backing, lang: Lang) -> AnyView {
    let label = source.source.label(lang);
    let Some((campaign, title)) = &source.campaign else {
        let words = match (&source.source, source.id) {
            (Source::Imported, Some(_)) => {
                lang.t("以前に取り込んだ表", "A table imported earlier").to_owned()
            }
            (Source::Imported, None) => lang.t("この表の「現状」の欄", "The table’s own cell").to_owned(),
            (Source::Metric { series }, _) => match backing.metrics.get(series) {
                Some(name) => format!("{label}{}{}", lang.t(": ", ": "), name.get(lang)),
                None => label.to_owned(),
            },
            _ => label.to_owned(),
        };
        let words_lang = own_lang(&words, lang);
        return view! { <span lang=words_lang>{words}</span> }.into_any();
    };
    let name = if title.is_empty() { label.to_owned() } else { title.get(lang).to_owned() };
    let name_lang = own_lang(&name, lang);
    let (results, terms) = (format!("/results/{campaign}"), format!("/terms/{campaign}"));
    let n = source.respondents.map(|n| match lang {
        Lang::Ja => format!("(回答者{n}人)"),
        Lang::En => format!(" ({n} respondents)"),
    });
    let threshold = backing.thresholds.get(campaign).map(|k| match lang {
        Lang::Ja => format!("、最小集計人数{k}人"),
        Lang::En => format!(", shown from {k} people on"),
    });
    let population = population(&source.population, backing, lang);
    let population_lang = own_lang(&population, lang);
    view! {
        <a href=results lang=name_lang>{name}</a>
        {n}
        <span class="cell-note">
            {label}{lang.t("、対象: ", ", of ")}<span lang=population_lang>{population}</span>{threshold}
            {lang.t("、", ", ")}<a href=terms>{lang.t("実施条件", "terms")}</a>
        </span>
    }
    .into_any()
}

/// Whose figure it is, in words.
fn population(stored: &str, backing: &Backing, lang: Lang) -> String {
    if let Some(name) = backing.populations.get(stored) {
        return name.get(lang).to_owned();
    }
    let mut parts = stored.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("cut"), Some(_), Some(label)) => label.to_owned(),
        (Some("unit"), _, _) => lang.t("今はない部署", "a unit that is no more").to_owned(),
        _ => lang.t("全体", "everybody").to_owned(),
    }
}

/// A button for values that were typed or kept from an earlier import. The table's own cell changes with the table,
/// and a figure of a survey or a metric series goes with its link.
fn withdrawal(row: i64, source: &ObservedSource, lang: Lang) -> AnyView {
    let linked = matches!(source.source, Source::Survey { .. } | Source::Metric { .. });
    let Some(id) = source.id.filter(|_| !linked) else {
        return ().into_any();
    };
    let label = match lang {
        Lang::Ja => format!("{}の値を取り消す", source.as_of.label(lang)),
        Lang::En => format!("Take back the value as of {}", source.as_of.label(lang)),
    };
    view! {
        <form method="post" action="/api/hr/followup/withdraw">
            <input type="hidden" name="row" value=row.to_string()/>
            <input type="hidden" name="observation" value=id.to_string()/>
            <button class="button button--quiet button--small" type="submit" aria-label=label>
                {lang.t("取り消す", "Take back")}
            </button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place_of_its_own() {
        assert_eq!((anchor(Some(12)).as_str(), anchor(None).as_str()), ("value-12", "value-table"));
    }

    #[test]
    fn a_group_is_told_by_its_name_and_never_by_its_number() {
        let unit = ("unit:3".to_owned(), Text::new("人事課", "Personnel Division"));
        let backing = Backing {
            thresholds: BTreeMap::new(),
            populations: BTreeMap::from([unit]),
            metrics: BTreeMap::new(),
        };
        let told = |stored: &str| population(stored, &backing, Lang::Ja);
        assert_eq!([told(""), told("unit:3"), told("cut:sex:女性")], ["全体", "人事課", "女性"]);
        assert_eq!(told("unit:4"), "今はない部署");
    }
}
