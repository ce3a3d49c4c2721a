//! The tables of a report: groups of raters, areas and items, and how the answers are spread.

use domain::questionnaire::Kind;
use domain::review::RaterGroup;
use domain::review::report::Weight;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::report::Report;
use service::release::report::figures::{Line, Shown};

use super::words::{difference, mean};
use crate::components::{HiddenCell, ScrollTable};

/// Who was asked and how many answered, where that may be said.
pub(super) fn groups(report: &Report, lang: Lang) -> AnyView {
    if report.groups.is_empty() {
        return ().into_any();
    }
    let rows = report
        .groups
        .iter()
        .map(|raters| {
            let answered = match raters.respondents {
                Some(n) => view! { {n} }.into_any(),
                None if raters.group.is_named() => {
                    view! { <span class="muted">{lang.t("回答なし", "No answer")}</span> }.into_any()
                }
                None => view! { <HiddenCell reason=raters.state.label(lang)/> }.into_any(),
            };
            let named = raters.group.is_named().then(|| {
                view! { <span class="cell-note">{lang.t("匿名ではありません", "Not anonymous")}</span> }
            });
            let (label, invited) = (raters.group.label(lang), raters.invited);
            view! {
                <tr>
                    <th scope="row">{label}{named}</th>
                    <td class="num" data-label=lang.t("依頼", "Asked")>{invited}</td>
                    <td class="num" data-label=lang.t("回答", "Answered")>{answered}</td>
                </tr>
            }
        })
        .collect_view();
    let not_asked = report
        .not_asked
        .iter()
        .map(|group| {
            let why = lang.t("人数が少ないため、依頼していません", "Too few to be asked");
            view! { <tr><th scope="row">{group.label(lang)}</th><td colspan="2" class="muted">{why}</td></tr> }
        })
        .collect_view();
    let k = report.campaign.thresholds.scores;
    let rule = match lang {
        Lang::Ja => format!(
            "部下と同僚の結果は、回答した人が{k}人以上の集計だけを、設問ごとに示します。差を取ると{k}人未満になる集計も示しません。"
        ),
        Lang::En => format!(
            "Results of subordinates and peers are shown from {k} raters on, for each item. Nothing is shown whose difference to another result would be of fewer than {k}."
        ),
    };
    view! {
        <section class="section">
            <h2>{lang.t("評価者", "Raters")}</h2>
            <ScrollTable caption=lang.t("評価者区分ごとの人数", "People by group of raters") table_class="table--compact table--stack">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("評価者区分", "Group of raters")}</th>
                        <th scope="col" class="num">{lang.t("依頼", "Asked")}</th>
                        <th scope="col" class="num">{lang.t("回答", "Answered")}</th>
                    </tr>
                </thead>
                <tbody>{rows}{not_asked}</tbody>
            </ScrollTable>
            <p class="small">{rule}</p>
        </section>
    }
    .into_any()
}

/// Every item, and under it how the answers are spread.
pub(super) fn items(report: &Report, items: &[Line], lang: Lang) -> AnyView {
    let caption = lang.t("設問ごとの平均", "Means by item");
    view! {
        <section class="section">
            <h2>{lang.t("設問ごとの結果", "Items")}</h2>
            {line_table(report, items, caption, lang.t("設問", "Item"), lang)}
            {spread(report, items, lang)}
        </section>
    }
    .into_any()
}

/// Lines by group, with the gap, the average over managers, and the last time.
pub(super) fn line_table(
    report: &Report,
    lines: &[Line],
    caption: &'static str,
    what: &'static str,
    lang: Lang,
) -> AnyView {
    // Of a group that shows nothing, the table of raters says so and why; a column of dashes would only hide the rest.
    let shows = |group: &RaterGroup| {
        lines.iter().any(|line| line.groups.get(group).is_some_and(|s| s.mean().is_some()))
    };
    let groups: Vec<RaterGroup> = report.groups.iter().map(|raters| raters.group).filter(shows).collect();
    let heads = groups
        .iter()
        .map(|group| view! { <th scope="col" class="num nowrap">{group.label(lang)}</th> })
        .collect_view();
    let figures = |line: &Line| {
        let gap = line.gap.zip(line.raters).map(|(gap, (_, sample))| {
            let weight = Weight::of(gap, &sample).short(lang);
            view! { {difference(-gap)} <span class="cell-note">{weight}</span> }.into_any()
        });
        let plain = |figure: Option<f64>| figure.map(|figure| mean(figure).into_any());
        [gap, plain(line.average), plain(line.before)]
    };
    let names = [
        lang.t("本人との差", "Gap to self"),
        lang.t("全管理職の平均", "All managers"),
        lang.t("前回", "Last time"),
    ];
    let there = [0, 1, 2].map(|at| lines.iter().any(|line| figures(line)[at].is_some()));
    let more = names
        .into_iter()
        .zip(there)
        .filter(|(_, there)| *there)
        .map(|(name, _)| view! { <th scope="col" class="num">{name}</th> })
        .collect_view();
    let rows = lines
        .iter()
        .map(|line| {
            let cells = groups
                .iter()
                .map(|group| {
                    let cell = match line.groups.get(group) {
                        Some(Shown::Mean(sample)) => {
                            // Of several superiors, how many; one is nobody else.
                            let n = (!group.is_named() || sample.n > 1).then(|| {
                                let n = format!("n={}", sample.n);
                                view! { <span class="cell-note">{n}</span> }
                            });
                            view! { {mean(sample.mean)} {n} }.into_any()
                        }
                        Some(Shown::Hidden(_)) if group.is_named() => {
                            view! { <span class="muted">{lang.t("回答なし", "No answer")}</span> }.into_any()
                        }
                        Some(Shown::Hidden(state)) => {
                            view! { <HiddenCell reason=state.label(lang)/> }.into_any()
                        }
                        None => ().into_any(),
                    };
                    view! { <td class="num" data-label=group.label(lang)>{cell}</td> }
                })
                .collect_view();
            let figures = figures(line)
                .into_iter()
                .zip(there)
                .zip(names)
                .filter(|((_, there), _)| *there)
                .map(|((figure, _), name)| view! { <td class="num" data-label=name>{figure.unwrap_or_else(|| "–".into_any())}</td> })
                .collect_view();
            let text = line.text.get(lang).to_owned();
            view! { <tr><th scope="row" class="text">{text}</th>{cells}{figures}</tr> }
        })
        .collect_view();
    let last = report.before_title.as_ref().map(|title| match lang {
        Lang::Ja => format!("前回は「{}」です。", title.get(lang)),
        Lang::En => format!("Last time means “{}”.", title.get(lang)),
    });
    view! {
        {last.map(|words| view! { <p class="small">{words}</p> })}
        <ScrollTable caption=caption table_class="table--compact table--stack">
            <thead>
                <tr>
                    <th scope="col">{what}</th>
                    {heads}
                    {more}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

/// How often each answer was given, by the widest group that is shown.
fn spread(report: &Report, items: &[Line], lang: Lang) -> AnyView {
    let labels = items.first().and_then(|line| report.questionnaire.questionnaire.item(&line.key));
    let labels: Vec<String> = match labels.map(|item| &item.kind) {
        Some(Kind::Scale { labels, reversed }) => {
            let words = labels.iter().map(|label| label.get(lang).to_owned());
            if *reversed { words.rev().collect() } else { words.collect() }
        }
        _ => Vec::new(),
    };
    let heads =
        labels.iter().map(|label| view! { <th scope="col" class="num">{label.clone()}</th> }).collect_view();
    let rows: Vec<AnyView> = items
        .iter()
        .filter_map(|line| {
            let (group, _) = line.raters?;
            let counts = line.distribution.as_ref()?.counts.clone();
            let cells = counts
                .into_iter()
                .zip(&labels)
                .map(|(n, label)| view! { <td class="num" data-label=label.clone()>{n}</td> })
                .collect_view();
            let text = line.text.get(lang).to_owned();
            Some(
                view! {
                    <tr>
                        <th scope="row" class="text">{text}<span class="cell-note">{group.label(lang)}</span></th>
                        {cells}
                    </tr>
                }
                .into_any(),
            )
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <h3>{lang.t("回答の分布", "How the answers are spread")}</h3>
            <ScrollTable caption=lang.t("回答ごとの人数", "People by answer") table_class="table--compact table--stack">
                <thead><tr><th scope="col">{lang.t("設問", "Item")}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
    }
    .into_any()
}
