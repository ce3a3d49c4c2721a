//! A review over all managers, by grade and by headquarters and missions: never one manager's results.

use domain::review::LEAST_MANAGERS;
use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::report::Subject;
use service::release::results::Group;
use service::release::review::{GRADE, PLACE};
use service::{Result, Service};

use super::figures::Figures;
use super::wave::Wave;
use crate::components::{
    ButtonKind, HiddenCell, ScrollTable, SubmitButton, TextField, encoded, matches, own_lang, page_of, pager,
};
use crate::context::Context;

/// Reports on one page.
const PER_PAGE: usize = 50;

/// One cut: what it is by, and its groups.
pub struct Cut {
    item: &'static str,
    rows: Vec<(Group, Figures)>,
}

/// The cuts of a review; none of a survey. `groups` are all groups of the release.
pub async fn read(service: &Service, wave: &Wave, groups: &[Group]) -> Result<Vec<Cut>> {
    if wave.release.campaign.review.is_none() {
        return Ok(Vec::new());
    }
    let mut cuts = Vec::new();
    for item in [PLACE, GRADE] {
        let mut rows = Vec::new();
        for group in groups.iter().filter(|group| group.item.as_deref() == Some(item)) {
            let cells = service.registry.release_cells(wave.id(), group.number).await?;
            rows.push((group.clone(), Figures::new(wave.questionnaire.clone(), &cells)));
        }
        if !rows.is_empty() {
            cuts.push(Cut { item, rows });
        }
    }
    Ok(cuts)
}

/// One table for each cut, with the index of each area.
pub fn section(cuts: &[Cut], lang: Lang) -> AnyView {
    if cuts.is_empty() {
        return ().into_any();
    }
    let tables = cuts.iter().map(|cut| table(cut, lang)).collect_view();
    let lead = match lang {
        Lang::Ja => format!(
            "管理職{LEAST_MANAGERS}人以上の平均だけを示します。差を取ると{LEAST_MANAGERS}人未満になる区分も示しません。指数は0(最も否定的)から100(最も肯定的)です。"
        ),
        Lang::En => format!(
            "Averages over {LEAST_MANAGERS} managers or more, and none that subtraction would bring below that. The index runs from 0 (least favourable) to 100 (most favourable)."
        ),
    };
    view! {
        <section class="section">
            <h2>{lang.t("管理職の区分ごとの結果", "Results by group of managers")}</h2>
            <p class="section-lead">{lead}</p>
            {tables}
        </section>
    }
    .into_any()
}

/// Links to the reports of single managers, for those of whom the terms said beforehand that they read them.
pub fn reports(context: &Context, subjects: &[Subject], campaign: &str) -> AnyView {
    let lang = context.lang;
    let wanted = context.query("q").unwrap_or_default();
    let found: Vec<&Subject> = subjects.iter().filter(|subject| matches(&wanted, &texts(subject))).collect();
    let (current, pages) = page_of(context.query("page").as_deref(), found.len(), PER_PAGE);
    let rows = found
        .iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|subject| {
            let href = format!("/feedback/{campaign}/{}", subject.id);
            let (name, unit) = (subject.name.get(lang).to_owned(), subject.unit.get(lang).to_owned());
            let (name_lang, unit_lang) = (own_lang(&name, lang), own_lang(&unit, lang));
            view! {
                <li><a href=href lang=name_lang>{name}</a> " " <span class="muted" lang=unit_lang>{unit}</span></li>
            }
        })
        .collect_view();
    let here = format!("/results/{campaign}");
    let path = if wanted.is_empty() { here.clone() } else { format!("{here}?q={}", encoded(&wanted)) };
    let count = match lang {
        Lang::Ja => format!("{}人の報告書", found.len()),
        Lang::En => format!("Reports: {}", found.len()),
    };
    let action = format!("{here}#reports");
    view! {
        <section class="section" id="reports">
            <h2>{lang.t("一人ひとりの報告書", "Single reports")}</h2>
            <p class="section-lead">{lang.t(
                "実施条件で、あなたの役割に見せることを回答者に約束した報告書です。",
                "The terms told everybody beforehand that your role reads these reports.",
            )}</p>
            <form class="toolbar" method="get" action=action>
                <TextField name="q" label=lang.t("氏名・部署で探す", "Search by name or unit") value=wanted lang=lang/>
                <SubmitButton label=lang.t("探す", "Search") kind=ButtonKind::Secondary/>
            </form>
            <p role="status">{count}</p>
            <ul class="link-list">{rows}</ul>
            {pager(&path, current, pages, "reports", lang)}
        </section>
    }
    .into_any()
}

/// What a report can be searched by.
fn texts(subject: &Subject) -> [&str; 4] {
    [&subject.name.ja, &subject.name.en, &subject.unit.ja, &subject.unit.en]
}

/// What a cut is by.
fn name(item: &str, lang: Lang) -> &'static str {
    match item {
        PLACE => lang.t("本省・在外公館別", "By headquarters and missions"),
        _ => lang.t("職級別", "By grade"),
    }
}

fn table(cut: &Cut, lang: Lang) -> AnyView {
    let areas: Vec<(String, String)> = cut.rows.first().map_or_else(Vec::new, |(_, figures)| {
        figures.areas().map(|area| (area.key.clone(), area.label.get(lang).to_owned())).collect()
    });
    let heads = areas
        .iter()
        .map(|(_, label)| view! { <th scope="col" class="num">{label.clone()}</th> })
        .collect_view();
    let rows = cut
        .rows
        .iter()
        .map(|(group, figures)| {
            let label = group.label.get(lang).to_owned();
            let label_lang = own_lang(&label, lang);
            let cells = match group.respondents {
                Some(managers) => {
                    let cells =
                        areas.iter().map(|(key, label)| cell(figures, key, label, lang)).collect_view();
                    view! { <td class="num" data-label=lang.t("管理職", "Managers")>{managers}</td> {cells} }
                        .into_any()
                }
                None => {
                    let columns = (areas.len() + 1).to_string();
                    let reason = lang.t("管理職が少ないため非表示", "Hidden: too few managers");
                    view! { <td colspan=columns><HiddenCell reason=reason/></td> }.into_any()
                }
            };
            view! { <tr><th scope="row" lang=label_lang>{label}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <ScrollTable caption=name(cut.item, lang) table_class="table--compact table--stack">
            <thead>
                <tr>
                    <th scope="col">{lang.t("区分", "Group")}</th>
                    <th scope="col" class="num">{lang.t("管理職", "Managers")}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn cell(figures: &Figures, area: &str, label: &str, lang: Lang) -> AnyView {
    let label = label.to_owned();
    let shown = match figures.score(area) {
        Some(score) => view! { {written::index(score.figures.index)} }.into_any(),
        None => view! { <HiddenCell reason=figures.reason(area).label(lang)/> }.into_any(),
    };
    view! { <td class="num" data-label=label>{shown}</td> }.into_any()
}
