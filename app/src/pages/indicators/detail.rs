//! One indicator: facts, course, values with their sources, and the forms of HR.

mod forms;

use std::collections::{BTreeMap, BTreeSet};

use domain::followup::Column;
use domain::indicator::{Indicator, Source};
use domain::review::LEAST_MANAGERS;
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::indicator::{ObservedSource, PlanRow, WrittenBy};
use service::metric::MetricLink;
use service::{Error, Result, Service};

pub(super) use forms::{Choices, forms};

use super::parts::{WRITTEN, current_href};
use super::state::Standing;
use super::table::dated;
use super::{chart, row_title, status_badge, year_label};
use crate::components::{EmptyState, HiddenCell, ScrollTable, encoded, own_lang};
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
            <dd>{dated(&cells.baseline(), &cells.baseline_as_of(), None, lang)}</dd>
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

/// The id of a value on its page; that of the table's own cell has none of its own.
pub(super) fn anchor(observation: Option<i64>) -> String {
    observation.map_or_else(|| "value-table".to_owned(), |id| format!("value-{id}"))
}

/// Every known value, the newest first, with where it comes from. Whoever can edit takes values back, and HR sees what
/// hidden ones rest on.
pub(super) fn observations(row: &PlanRow, backing: &Backing, reader: &Reader, lang: Lang) -> AnyView {
    let heading = lang.t("実績値と出典", "Values and their sources");
    let body = if row.sources.is_empty() {
        let title = lang.t("実績値はまだありません", "There is no value yet");
        let text = lang.t(
            "表の取込み、手入力、または連携した調査・統計系列によって、ここに表示されます。",
            "Values appear here when a table is imported, a value is typed, or a linked survey or metric series has one.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let lines =
            row.sources.iter().rev().map(|source| line(row, source, backing, reader, lang)).collect_view();
        let withdraw = reader.edit.then(|| view! { <th scope="col">{lang.t("操作", "Action")}</th> });
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

fn line(row: &PlanRow, source: &ObservedSource, backing: &Backing, reader: &Reader, lang: Lang) -> AnyView {
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
    let told = reader.hr || source.hidden.is_none();
    let action = reader.edit.then(|| view! { <td>{withdrawal(row.id, source, lang)}</td> });
    // A cell of the table may be words, which need more than one line.
    let class = if source.value.parsed.is_some() { "num" } else { "text" };
    view! {
        <tr id=anchor(source.id)>
            <th scope="row" lang=time_lang>{time}</th>
            <td class=class>{value}</td>
            <td class="text">
                {origin(row, source, backing, reader.hr, lang)}
                {told.then(|| said("根拠", "Evidence", &source.evidence, lang))}
                {told.then(|| said("備考", "Note", &source.note, lang))}
                {recorded(&source.written, &reader.zone, lang)}
            </td>
            {action}
        </tr>
    }
    .into_any()
}

/// What was typed beside a value; an address on the web is a link.
fn said(ja: &'static str, en: &'static str, text: &str, lang: Lang) -> AnyView {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return ().into_any();
    }
    let text_lang = own_lang(&text, lang);
    let shown = if is_address(&text) {
        let href = text.clone();
        view! { <a href=href rel="noopener noreferrer" lang=text_lang>{text}</a> }.into_any()
    } else {
        view! { <span class="written" lang=text_lang>{text}</span> }.into_any()
    };
    view! { <span class="cell-note">{lang.t(ja, en)}": "{shown}</span> }.into_any()
}

/// True for an address on the web and nothing else.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
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

/// The survey with its group, n, threshold and terms; the metric series, which HR can open; or who else says so. The
/// results of a review are not for everybody, its terms are.
fn origin(row: &PlanRow, source: &ObservedSource, backing: &Backing, hr: bool, lang: Lang) -> AnyView {
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
        return match &source.source {
            Source::Metric { series } if hr => {
                let href = series_href(row.metric.as_ref(), series);
                view! { <a href=href lang=words_lang>{words}</a> }.into_any()
            }
            _ => view! { <span lang=words_lang>{words}</span> }.into_any(),
        };
    };
    let name = if title.is_empty() { label.to_owned() } else { title.get(lang).to_owned() };
    let name_lang = own_lang(&name, lang);
    let (results, terms) = (format!("/results/{campaign}"), format!("/terms/{campaign}"));
    let named = if source.is_review {
        view! { <span lang=name_lang>{name}</span> }.into_any()
    } else {
        view! { <a href=results lang=name_lang>{name}</a> }.into_any()
    };
    let n = source.respondents.map(|n| people(n, source.is_review, lang));
    let least =
        if source.is_review { Some(LEAST_MANAGERS) } else { backing.thresholds.get(campaign).copied() };
    let threshold = least.map(|k| threshold(k, source.is_review, lang));
    let population = population(&source.population, backing, lang);
    let population_lang = own_lang(&population, lang);
    view! {
        {named}
        {n}
        <span class="cell-note">
            {label}{lang.t("、対象: ", ", of ")}<span lang=population_lang>{population}</span>{threshold}
            {lang.t("、", ", ")}<a href=terms>{lang.t("実施条件", "terms")}</a>
        </span>
    }
    .into_any()
}

/// The page of the metric series behind a value, for the unit whose numbers it adds up.
fn series_href(link: Option<&MetricLink>, series: &str) -> String {
    let link = link.filter(|link| link.series == series);
    let unit = link.and_then(|link| link.unit.as_deref());
    let unit = unit.map(|code| format!("?unit={}", encoded(code))).unwrap_or_default();
    format!("/hr/metrics/{series}{unit}")
}

/// How many people a figure rests on. A review is of managers, whoever rated them.
fn people(n: u32, managers: bool, lang: Lang) -> String {
    match (managers, lang) {
        (false, Lang::Ja) => format!("(回答者{n}人)"),
        (false, Lang::En) => format!(" ({n} respondents)"),
        (true, Lang::Ja) => format!("(管理職{n}人)"),
        (true, Lang::En) => format!(" ({n} managers)"),
    }
}

/// From how many people on a figure is shown.
fn threshold(k: u32, managers: bool, lang: Lang) -> String {
    match (managers, lang) {
        (false, Lang::Ja) => format!("、最小集計人数{k}人"),
        (false, Lang::En) => format!(", shown from {k} people on"),
        (true, Lang::Ja) => format!("、最小集計人数は管理職{k}人"),
        (true, Lang::En) => format!(", shown from {k} managers on"),
    }
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
            edition: None,
        };
        let told = |stored: &str| population(stored, &backing, Lang::Ja);
        assert_eq!([told(""), told("unit:3"), told("cut:sex:女性")], ["全体", "人事課", "女性"]);
        assert_eq!(told("unit:4"), "今はない部署");
    }

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

    #[test]
    fn only_an_address_on_the_web_is_a_link() {
        for text in ["https://example.go.jp/a?b=1#c", "http://intra/統計"] {
            assert!(is_address(text), "{text}");
        }
        for text in
            ["javascript:alert(1)", "人事統計 https://example.go.jp", "https://", "https://a b", "ftp://a"]
        {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn a_value_of_a_series_leads_to_the_series_and_its_unit() {
        let link = |series: &str, unit: Option<&str>| MetricLink {
            series: series.to_owned(),
            unit: unit.map(str::to_owned),
            yearly: false,
        };
        let leads = |link: Option<&MetricLink>| series_href(link, "overtime_hours");
        assert_eq!(leads(None), "/hr/metrics/overtime_hours");
        assert_eq!(
            leads(Some(&link("overtime_hours", Some("A 1")))),
            "/hr/metrics/overtime_hours?unit=A%201"
        );
        assert_eq!(leads(Some(&link("training", Some("A1")))), "/hr/metrics/overtime_hours");
    }

    #[test]
    fn figures_of_a_review_count_managers() {
        assert_eq!(people(7, true, Lang::En), " (7 managers)");
        assert_eq!(people(7, false, Lang::Ja), "(回答者7人)");
        assert_ne!(threshold(5, true, Lang::Ja), threshold(5, false, Lang::Ja));
    }
}
