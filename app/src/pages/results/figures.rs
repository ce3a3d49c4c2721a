//! The published figures of one group, read by item and by area.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::disclosure::CellState;
use domain::questionnaire::{Area, Item, Kind, Questionnaire};
use domain::statistics::{AreaScore, Distribution, ENGAGEMENT_AREA, ItemResult, area_score};
use service::release::results::Cell;

/// The published cells of one group, with the questionnaire they answer.
#[derive(Clone, Debug)]
pub struct Figures {
    questionnaire: Arc<Questionnaire>,
    cells: BTreeMap<String, Vec<Cell>>,
}

/// The score of an area, and the items it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The score.
    pub figures: AreaScore,
    /// Keys of the shown items.
    pub items: BTreeSet<String>,
}

impl Figures {
    /// The figures of one group from its cells.
    pub fn new(questionnaire: Arc<Questionnaire>, list: &[Cell]) -> Self {
        let mut cells: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
        for cell in list {
            cells.entry(cell.item.clone()).or_default().push(cell.clone());
        }
        Self { questionnaire, cells }
    }

    /// The questionnaire.
    pub fn questionnaire(&self) -> &Questionnaire {
        &self.questionnaire
    }

    /// The cell of an item; `part` is the row of a matrix, else empty.
    pub fn cell(&self, item: &str, part: &str) -> Option<&Cell> {
        self.cells.get(item)?.iter().find(|cell| cell.part == part)
    }

    /// What may be shown of an item.
    pub fn state(&self, item: &str, part: &str) -> CellState {
        self.cell(item, part).map(|cell| cell.state).unwrap_or_default()
    }

    /// The answers to a scale or to a row of a matrix, the favourable end last; `None` where they are hidden or nobody
    /// answered.
    pub fn distribution(&self, item: &str, part: &str) -> Option<Distribution> {
        let reversed = match self.questionnaire.item(item)?.kind {
            Kind::Scale { reversed, .. } | Kind::Matrix { reversed, .. } => reversed,
            _ => return None,
        };
        let distribution = self.cell(item, part)?.distribution()?;
        (distribution.n() > 0).then(|| distribution.oriented(reversed))
    }

    /// Areas that have a score: those with a scale item.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.questionnaire.areas.iter().filter(move |area| self.scales(Some(&area.key)).next().is_some())
    }

    /// The scale items of an area, or those without one, in the order they were asked.
    pub fn scales(&self, area: Option<&str>) -> impl Iterator<Item = &Item> {
        scales(&self.questionnaire).filter(move |item| item.area.as_deref() == area)
    }

    /// The score of an area, where enough of it is shown.
    pub fn score(&self, area: &str) -> Option<Score> {
        let items: Vec<(&Item, CellState, Distribution)> = self
            .scales(Some(area))
            .map(|item| {
                let distribution = self.distribution(&item.key, "").unwrap_or_default();
                (item, self.state(&item.key, ""), distribution)
            })
            .collect();
        let results: Vec<ItemResult> = items
            .iter()
            .map(|(_, state, distribution)| ItemResult { area: Some(area), state: *state, distribution })
            .collect();
        let figures = area_score(area, &results)?;
        let scored = |state: &CellState, d: &Distribution| state.is_shown() && d.index_sample().is_some();
        let items = items
            .into_iter()
            .filter(|(_, state, distribution)| scored(state, distribution))
            .map(|(item, _, _)| item.key.clone())
            .collect();
        Some(Score { figures, items })
    }

    /// Why an area has no score.
    pub fn reason(&self, area: &str) -> CellState {
        let states = self.scales(Some(area)).map(|item| self.state(&item.key, ""));
        states.filter(|state| !state.is_shown()).max().unwrap_or_default()
    }

    /// The engagement index.
    pub fn engagement(&self) -> Option<Score> {
        self.score(ENGAGEMENT_AREA)
    }

    /// True where the questionnaire asks for engagement.
    pub fn asks_engagement(&self) -> bool {
        self.scales(Some(ENGAGEMENT_AREA)).next().is_some()
    }
}

/// All scale items that are results.
fn scales(questionnaire: &Questionnaire) -> impl Iterator<Item = &Item> {
    questionnaire
        .items()
        .map(|(_, item)| item)
        .filter(|item| matches!(item.kind, Kind::Scale { .. }) && !item.demographic)
}

/// Keys of the items the engagement index is made of.
pub fn engagement_items(questionnaire: &Questionnaire) -> Vec<String> {
    scales(questionnaire)
        .filter(|item| item.area.as_deref() == Some(ENGAGEMENT_AREA))
        .map(|item| item.key.clone())
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use domain::questionnaire::{FORMAT, Section};
    use domain::text::Text;

    use super::*;

    fn scale(key: &str, area: &str, reversed: bool) -> Item {
        let label = |n: u32| Text::new(format!("{n}段"), format!("Step {n}"));
        Item {
            key: key.into(),
            text: Text::new(format!("設問{key}"), format!("Item {key}")),
            help: Text::default(),
            area: Some(area.into()),
            required: false,
            may_decline: false,
            unobserved: false,
            demographic: false,
            show_if: None,
            kind: Kind::Scale { labels: (1..=5).map(label).collect(), reversed },
        }
    }

    /// Two engagement items, the second reversed, and one of growth.
    pub fn questionnaire() -> Arc<Questionnaire> {
        let area = |key: &str| Area { key: key.into(), label: Text::new(key, key) };
        Arc::new(Questionnaire {
            format: FORMAT.into(),
            key: "engagement".into(),
            version: 1,
            title: Text::new("調査", "Survey"),
            introduction: Text::default(),
            areas: vec![area("engagement"), area("growth"), area("unused")],
            sections: vec![Section {
                key: "s".into(),
                title: Text::new("節", "Section"),
                introduction: Text::default(),
                show_if: None,
                items: vec![
                    scale("a", "engagement", false),
                    scale("b", "engagement", true),
                    scale("c", "growth", false),
                ],
            }],
        })
    }

    /// A cell; without counts it is hidden.
    pub fn cell(item: &str, counts: &[u32]) -> Cell {
        let shown = !counts.is_empty();
        Cell {
            item: item.into(),
            part: String::new(),
            state: if shown { CellState::Shown } else { CellState::Secondary },
            n: shown.then(|| counts.iter().sum()),
            counts: counts.to_vec(),
            number: None,
        }
    }

    #[test]
    fn reversed_items_are_turned_round_before_they_are_scored() {
        let figures =
            Figures::new(questionnaire(), &[cell("a", &[0, 0, 0, 0, 6]), cell("b", &[6, 0, 0, 0, 0])]);
        assert_eq!(figures.distribution("b", "").map(|d| d.counts), Some(vec![0, 0, 0, 0, 6]));
        let score = figures.engagement().expect("a score");
        assert_eq!((score.figures.index, score.figures.n, score.figures.hidden), (100.0, 6, 0));
        assert_eq!(score.items, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(figures.areas().map(|a| a.key.as_str()).collect::<Vec<_>>(), ["engagement", "growth"]);
    }

    #[test]
    fn hidden_items_leave_the_score_and_give_the_reason() {
        let figures =
            Figures::new(questionnaire(), &[cell("a", &[6, 0, 0, 0, 0]), cell("b", &[]), cell("c", &[])]);
        let score = figures.engagement().expect("a score");
        assert_eq!((score.figures.index, score.figures.hidden), (0.0, 1));
        assert_eq!(score.items, BTreeSet::from(["a".to_owned()]));
        assert_eq!(figures.distribution("b", ""), None);
        assert_eq!((figures.score("growth"), figures.reason("growth")), (None, CellState::Secondary));
        assert_eq!(figures.reason("unknown"), CellState::Primary);
    }
}
