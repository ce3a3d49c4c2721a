//! Every known value of an indicator and where it comes from.

use domain::indicator::Source;
use domain::review::LEAST_MANAGERS;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{ObservedSource, PlanRow, WrittenBy};
use service::metric::MetricLink;

use super::{Backing, Reader};
use crate::components::{EmptyState, HiddenCell, ScrollTable, encoded, own_lang};
use crate::format;

/// The id of a value on its page; that of the table's own cell has none of its own.
pub(in crate::pages::indicators) fn anchor(observation: Option<i64>) -> String {
    observation.map_or_else(|| "value-table".to_owned(), |id| format!("value-{id}"))
}

/// Every known value, the newest first, with where it comes from. Whoever can edit takes values back, and HR sees what
/// hidden ones rest on.
pub(in crate::pages::indicators) fn observations(
    row: &PlanRow,
    backing: &Backing,
    reader: &Reader,
    lang: Lang,
) -> AnyView {
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

/// The time a value stands for, also where it stands in the cell of the value: `42.3%(令和5年度)`.
fn time(source: &ObservedSource, lang: Lang) -> String {
    let words = source.as_of.label(lang);
    match source.as_of.parsed {
        Some(time) if words.trim().is_empty() => time.label(lang),
        None if words.trim().is_empty() => lang.t("記載なし", "Not stated").to_owned(),
        _ => words,
    }
}

fn line(row: &PlanRow, source: &ObservedSource, backing: &Backing, reader: &Reader, lang: Lang) -> AnyView {
    let time = time(source, lang);
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
            (Source::Metric { series }, _) => {
                let name = backing.metrics.get(series).map(|name| format!(": {}", name.get(lang)));
                let n = source.respondents.map(|n| averaged(n, lang));
                format!("{label}{}{}", name.unwrap_or_default(), n.unwrap_or_default())
            }
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

/// How many people an average of a series is of.
fn averaged(n: u32, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("({n}人の平均)"),
        Lang::En => format!(" (mean of {n} people)"),
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
        Lang::Ja => format!("{}の値を取り消す", time(source, lang)),
        Lang::En => format!("Take back the value as of {}", time(source, lang)),
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
    use std::collections::BTreeMap;

    use domain::text::Text;

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
