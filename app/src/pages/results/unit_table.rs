//! Units side by side: people, response rate, engagement index, and whose results are shown for each.

use std::collections::BTreeMap;

use domain::disclosure::{CellState, Standing};
use domain::statistics::{ENGAGEMENT_AREA, format as written, response_rate};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::release::results::{Group, Unit};
use service::{Result, Service};

use super::compare::standing;
use super::figures::{Figures, engagement_items};
use super::tree::{above, in_order};
use super::wave::Wave;
use crate::components::{HiddenCell, RateBar, ScrollTable, own_lang};

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: Text,
    /// Names of the units above it, the highest first.
    pub path: Vec<Text>,
    /// Steps below the highest unit of the table.
    pub depth: usize,
    /// People in it and below.
    pub people: u32,
    /// The group that shows its results.
    pub group: u32,
    /// What that group is called.
    pub group_label: Text,
    /// How the group relates to the unit.
    pub standing: Standing,
    /// The group's response rate, 0 to 1, where shown.
    pub rate: Option<f64>,
    /// The group's engagement index and the people it rests on, where shown.
    pub index: Option<(f64, u32)>,
    /// Why there is no index.
    pub reason: CellState,
}

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The tree of the organisation.
    #[default]
    Tree,
    /// Names.
    Name,
    /// Response rate, the highest first.
    Rate,
    /// Engagement index, the highest first.
    Index,
}

impl Order {
    /// Reads the query `sort`.
    pub fn parse(name: Option<&str>) -> Self {
        match name {
            Some("name") => Self::Name,
            Some("rate") => Self::Rate,
            Some("index") => Self::Index,
            _ => Self::Tree,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Name => "name",
            Self::Rate => "rate",
            Self::Index => "index",
        }
    }

    const fn direction(self) -> &'static str {
        match self {
            Self::Tree | Self::Name => "ascending",
            Self::Rate | Self::Index => "descending",
        }
    }
}

/// Reads the chosen units of a wave, in the order of their tree. `units` are all units of the release.
pub async fn read(service: &Service, wave: &Wave, units: &[Unit], chosen: &[&Unit]) -> Result<Vec<Row>> {
    let groups = service.registry.release_groups(wave.id()).await?;
    let groups: BTreeMap<u32, &Group> = groups.iter().map(|group| (group.number, group)).collect();
    let asked = engagement_items(&wave.questionnaire);
    let cells = service.registry.release_cells_of(wave.id(), &asked).await?;
    let rows = in_order(chosen).into_iter().filter_map(|(depth, unit)| {
        let group = groups.get(&unit.group)?;
        let figures = cells.get(&unit.group).map(|cells| Figures::new(wave.questionnaire.clone(), cells));
        Some(row(unit, depth, units, group, figures.as_ref()))
    });
    Ok(rows.collect())
}

fn row(unit: &Unit, depth: usize, units: &[Unit], group: &Group, figures: Option<&Figures>) -> Row {
    let score = figures.and_then(Figures::engagement);
    let reason = match figures {
        Some(figures) if group.state.is_shown() => figures.reason(ENGAGEMENT_AREA),
        _ => group.state,
    };
    Row {
        name: unit.name.clone(),
        path: above(unit, units).into_iter().map(|above| above.name.clone()).collect(),
        depth,
        people: unit.people,
        group: group.number,
        group_label: group.label.clone(),
        standing: standing(unit),
        rate: group
            .received
            .zip(group.eligible)
            .and_then(|(received, eligible)| response_rate(received, eligible)),
        index: score.map(|score| (score.figures.index, score.figures.n)),
        reason,
    }
}

/// Sorts rows that come in the order of the tree; those without a figure go last.
pub fn sort(rows: &mut [Row], order: Order, lang: Lang) {
    let descending = |a: Option<f64>, b: Option<f64>| {
        let key = |value: Option<f64>| value.unwrap_or(f64::NEG_INFINITY);
        key(b).total_cmp(&key(a))
    };
    match order {
        Order::Tree => {}
        Order::Name => rows.sort_by(|a, b| a.name.get(lang).cmp(b.name.get(lang))),
        Order::Rate => rows.sort_by(|a, b| descending(a.rate, b.rate)),
        Order::Index => rows.sort_by(|a, b| descending(a.index.map(|i| i.0), b.index.map(|i| i.0))),
    }
}

/// Whose results are shown for a unit, in words.
pub fn standing_words(standing: Standing, group_label: &Text, lang: Lang) -> String {
    match (standing, lang) {
        (Standing::Own | Standing::Partial, _) => standing.label(lang).to_owned(),
        (Standing::Merged, Lang::Ja) => {
            format!("人数が少ないため、「{}」としてまとめた結果", group_label.get(lang))
        }
        (Standing::Merged, Lang::En) => {
            format!("Results counted together as “{}”, because this unit is small", group_label.get(lang))
        }
    }
}

/// The table. With an order its columns can be sorted by.
pub fn view(mut rows: Vec<Row>, wave: &Wave, order: Option<Order>, lang: Lang) -> AnyView {
    let with_index = !engagement_items(&wave.questionnaire).is_empty();
    let current = order.unwrap_or_default();
    sort(&mut rows, current, lang);
    let lines: Vec<AnyView> =
        rows.into_iter().map(|row| line(row, wave.id(), current, with_index, lang)).collect();
    let index = with_index
        .then(|| head(Order::Index, order, lang.t("エンゲージメント指数", "Engagement index"), lang));
    view! {
        <ScrollTable caption=lang.t("部署ごとの結果", "Results by unit")>
            <thead>
                <tr>
                    {head(Order::Name, order, lang.t("部署", "Unit"), lang)}
                    <th scope="col" class="num">{lang.t("対象者", "People")}</th>
                    {head(Order::Rate, order, lang.t("回答率", "Response rate"), lang)}
                    {index}
                    <th scope="col">{lang.t("だれの結果か", "Whose results")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn head(column: Order, order: Option<Order>, label: &'static str, lang: Lang) -> AnyView {
    let class = (column != Order::Name).then_some("num");
    let Some(order) = order else {
        return view! { <th scope="col" class=class>{label}</th> }.into_any();
    };
    let sorted = (order == column).then(|| column.direction());
    let href = format!("?sort={}", column.name());
    let name = match lang {
        Lang::Ja => format!("{label}(並べ替え)"),
        Lang::En => format!("{label} (sort)"),
    };
    view! { <th scope="col" class=class aria-sort=sorted><a href=href aria-label=name>{label}</a></th> }
        .into_any()
}

fn line(row: Row, campaign: &str, order: Order, with_index: bool, lang: Lang) -> AnyView {
    let href = format!("/results/{campaign}/groups/{}", row.group);
    let depth = match row.depth {
        _ if order != Order::Tree => None,
        0 => None,
        1 => Some("depth-1"),
        2 => Some("depth-2"),
        3 => Some("depth-3"),
        _ => Some("depth-4"),
    };
    // Within the tree the units above stand in the table already, except those above its highest ones.
    let path: Vec<&str> = row.path.iter().map(|name| name.get(lang)).collect();
    let path =
        (order != Order::Tree || row.depth == 0).then(|| path.join(" › ")).filter(|path| !path.is_empty());
    let path = path.map(|path| {
        let path_lang = own_lang(&path, lang);
        view! { <span class="cell-note" lang=path_lang>{path}</span> }
    });
    let name = row.name.get(lang).to_owned();
    let name_lang = own_lang(&name, lang);
    let rate = match row.rate {
        Some(rate) => view! { <RateBar rate=rate/> }.into_any(),
        None => {
            let reason = lang.t("対象者が少ないため非表示", "Hidden: too few people");
            view! { <HiddenCell reason=reason/> }.into_any()
        }
    };
    let index = with_index.then(|| {
        let shown = match row.index {
            Some((index, n)) => {
                let n = format!("n={n}");
                view! { {written::index(index)} <span class="cell-note">{n}</span> }.into_any()
            }
            None => view! { <HiddenCell reason=row.reason.label(lang)/> }.into_any(),
        };
        view! { <td class="num">{shown}</td> }
    });
    let whose = standing_words(row.standing, &row.group_label, lang);
    view! {
        <tr>
            <th scope="row" class=depth>
                <a href=href lang=name_lang>{name}</a>
                {path}
            </th>
            <td class="num">{row.people}</td>
            <td class="num">{rate}</td>
            {index}
            <td>{whose}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::{cell, questionnaire};
    use super::*;

    fn group(state: CellState) -> Group {
        Group {
            number: 3,
            kind: "unit".into(),
            item: None,
            label: Text::new("課", "Division"),
            eligible: Some(10),
            issued: Some(9),
            received: Some(8),
            respondents: Some(8),
            state,
        }
    }

    fn unit(id: i64, name: &str) -> Unit {
        Unit {
            id,
            parent: None,
            name: Text::new(name, name),
            kind: String::new(),
            region: Text::default(),
            group: 3,
            standing: "own".into(),
            people: 10,
        }
    }

    #[test]
    fn a_row_has_figures_only_where_they_are_shown() {
        let units = [unit(1, "課")];
        let figures = Figures::new(questionnaire(), &[cell("a", &[0, 0, 0, 0, 8]), cell("b", &[])]);
        let shown = row(&units[0], 0, &units, &group(CellState::Shown), Some(&figures));
        assert_eq!((shown.index, shown.rate), (Some((100.0, 8)), Some(0.8)));
        let hidden = Figures::new(questionnaire(), &[cell("a", &[]), cell("b", &[])]);
        let one = row(&units[0], 0, &units, &group(CellState::Shown), Some(&hidden));
        assert_eq!((one.index, one.reason), (None, CellState::Secondary));
        let other = row(&units[0], 0, &units, &group(CellState::Primary), Some(&hidden));
        assert_eq!((other.index, other.reason), (None, CellState::Primary));
    }

    #[test]
    fn rows_without_a_figure_go_last() {
        let units = [unit(1, "う"), unit(2, "あ"), unit(3, "い")];
        let mut rows: Vec<Row> =
            units.iter().map(|unit| row(unit, 0, &units, &group(CellState::Shown), None)).collect();
        rows[1].index = Some((50.0, 9));
        rows[2].index = Some((70.0, 9));
        let names = |rows: &[Row]| rows.iter().map(|r| r.name.ja.clone()).collect::<Vec<_>>();
        sort(&mut rows, Order::parse(Some("index")), Lang::Ja);
        assert_eq!(names(&rows), ["い", "あ", "う"]);
        sort(&mut rows, Order::parse(Some("name")), Lang::Ja);
        assert_eq!(names(&rows), ["あ", "い", "う"]);
        assert_eq!((Order::parse(Some("rate")), Order::parse(Some("x"))), (Order::Rate, Order::Tree));
    }
}
