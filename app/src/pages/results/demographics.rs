//! The whole organisation by demographic.

use domain::statistics::{ENGAGEMENT_AREA, format as written};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::release::results::Group;
use service::{Result, Service};

use super::figures::{Figures, engagement_items};
use super::wave::Wave;
use crate::components::{HiddenCell, ScrollTable};

/// One demographic with its options.
pub struct Cut {
    text: Text,
    rows: Vec<CutRow>,
}

struct CutRow {
    group: Group,
    figures: Figures,
}

/// Reads every demographic of a release. `groups` are all groups of the release.
pub async fn read(service: &Service, wave: &Wave, groups: &[Group]) -> Result<Vec<Cut>> {
    let asked = engagement_items(&wave.questionnaire);
    let cells = service.registry.release_cells_of(wave.id(), &asked).await?;
    let mut cuts = Vec::new();
    for item in wave.questionnaire.demographics() {
        let of_item = |group: &&Group| group.kind == "demographic" && group.item.as_ref() == Some(&item.key);
        let rows: Vec<CutRow> = groups
            .iter()
            .filter(of_item)
            .map(|group| {
                let cells = cells.get(&group.number).map(Vec::as_slice).unwrap_or_default();
                CutRow { group: group.clone(), figures: Figures::new(wave.questionnaire.clone(), cells) }
            })
            .collect();
        if !rows.is_empty() {
            cuts.push(Cut { text: item.text.clone(), rows });
        }
    }
    Ok(cuts)
}

/// One table for each demographic.
pub fn section(cuts: Vec<Cut>, wave: &Wave, lang: Lang) -> AnyView {
    if cuts.is_empty() {
        return ().into_any();
    }
    let tables: Vec<AnyView> = cuts.into_iter().map(|cut| table(cut, wave.id(), lang)).collect();
    view! {
        <section class="section">
            <h2>{lang.t("属性別の結果", "Results by demographic")}</h2>
            <p class="section-lead">{lang.t(
                "全体を回答者の属性で分けた集計です。部署と属性を掛け合わせた集計はありません。",
                "The whole organisation by what respondents said of themselves. Units are never cut by demographic.",
            )}</p>
            {tables}
        </section>
    }
    .into_any()
}

fn table(cut: Cut, campaign: &str, lang: Lang) -> AnyView {
    let with_index = cut.rows.iter().any(|row| row.figures.asks_engagement());
    let rows: Vec<AnyView> = cut.rows.into_iter().map(|row| line(row, campaign, with_index, lang)).collect();
    let index = with_index.then(|| {
        view! { <th scope="col" class="num">{lang.t("エンゲージメント指数", "Engagement index")}</th> }
    });
    view! {
        <ScrollTable caption=cut.text.get(lang).to_owned()>
            <thead>
                <tr>
                    <th scope="col">{lang.t("区分", "Group")}</th>
                    <th scope="col" class="num">{lang.t("集計した回答", "Sheets counted")}</th>
                    {index}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn line(row: CutRow, campaign: &str, with_index: bool, lang: Lang) -> AnyView {
    let label = row.group.label.get(lang).to_owned();
    let Some(respondents) = row.group.respondents else {
        let columns = 1 + usize::from(with_index);
        let reason = row.group.state.label(lang);
        return view! {
            <tr>
                <th scope="row">{label}</th>
                <td colspan=columns.to_string()><HiddenCell reason=reason/></td>
            </tr>
        }
        .into_any();
    };
    let index = with_index.then(|| {
        let shown = match row.figures.engagement() {
            Some(score) => {
                let n = format!("n={}", score.figures.n);
                let index = written::index(score.figures.index);
                view! { {index} <span class="cell-note">{n}</span> }.into_any()
            }
            None => {
                let reason = row.figures.reason(ENGAGEMENT_AREA).label(lang);
                view! { <HiddenCell reason=reason/> }.into_any()
            }
        };
        view! { <td class="num">{shown}</td> }
    });
    let href = format!("/results/{campaign}/groups/{}", row.group.number);
    view! {
        <tr>
            <th scope="row"><a href=href>{label}</a></th>
            <td class="num">{respondents}</td>
            {index}
        </tr>
    }
    .into_any()
}
