//! Which figure of a released survey an indicator takes over, and how it follows from what is published.
//!
//! An indicator is for everybody. So it takes over only what the terms let everybody see: of the whole organisation what
//! may feed indicators, of a unit or a demographic group only where all staff see results of that kind.

use domain::indicator::{Decimal, Rate, Unit, Value};
use domain::questionnaire::{Area, Choice, Item, Kind, Questionnaire, is_key};
use domain::terms::{Audience, Content, Terms};
use domain::text::Text;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Result;
use crate::registry::entity::{release_cell, release_group, release_unit};
use crate::release::results::{Cell, area_scores, cell};

/// A figure of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The index over all areas, 0 to 100: the mean of the areas' indices.
    Index,
    /// The index of an area, 0 to 100.
    Area(String),
    /// The index of a scale item, 0 to 100.
    Item(String),
    /// Of a scale item, the percentage of favourable answers.
    Favourable(String),
    /// The percentage that chose this option or one after it; of several choices, this option.
    Share(String, String),
    /// The mean of a number, in its unit.
    Average(String),
}

/// A figure as it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyFigure {
    /// Its value.
    pub value: Value,
    /// The people behind it: of several items the fewest.
    pub n: u32,
    /// Its counts, where it is a share.
    pub counts: Option<Rate>,
}

impl Figure {
    /// The stored name.
    pub fn code(&self) -> String {
        match self {
            Self::Index => "index".into(),
            Self::Area(area) => format!("area:{area}"),
            Self::Item(item) => format!("item:{item}"),
            Self::Favourable(item) => format!("favourable:{item}"),
            Self::Share(item, option) => format!("share:{item}:{option}"),
            Self::Average(item) => format!("average:{item}"),
        }
    }

    /// Reads [`Figure::code`]; `None` for a name this version does not know.
    pub fn parse(code: &str) -> Option<Self> {
        if code == "index" {
            return Some(Self::Index);
        }
        let (kind, rest) = code.split_once(':')?;
        let key = || is_key(rest).then(|| rest.to_owned());
        Some(match kind {
            "area" => Self::Area(key()?),
            "item" => Self::Item(key()?),
            "favourable" => Self::Favourable(key()?),
            "average" => Self::Average(key()?),
            "share" => {
                let (item, option) = rest.split_once(':').filter(|(a, b)| is_key(a) && is_key(b))?;
                Self::Share(item.to_owned(), option.to_owned())
            }
            _ => return None,
        })
    }

    /// The unit its values are in.
    pub fn unit(&self, questionnaire: &Questionnaire) -> Unit {
        match self {
            Self::Index | Self::Area(_) | Self::Item(_) => Unit::Plain,
            Self::Favourable(_) | Self::Share(_, _) => Unit::Percent,
            Self::Average(item) => match questionnaire.item(item).map(|item| &item.kind) {
                Some(Kind::Number { unit, .. }) => Unit::parse(&unit.ja).unwrap_or_default(),
                _ => Unit::Plain,
            },
        }
    }

    /// True for a figure that a review may give: averages over many managers, of areas only.
    fn is_of_areas(&self) -> bool {
        matches!(self, Self::Index | Self::Area(_))
    }

    /// True where the terms let everybody see this figure of this population.
    pub fn is_for_everybody(&self, population: &str, terms: &Terms) -> bool {
        let staff = |content| terms.lets(Audience::Staff, content);
        match population.split(':').next().unwrap_or_default() {
            "" => staff(Content::Whole) || (terms.feeds_indicators() && self.is_of_areas()),
            "unit" => staff(Content::AllUnits),
            "cut" => staff(Content::Demographics),
            _ => false,
        }
    }

    /// The figure, from the published cells of one group; `None` where what it needs is hidden or not asked.
    pub fn of(&self, questionnaire: &Questionnaire, cells: &[Cell]) -> Option<SurveyFigure> {
        let shown =
            |key: &str| cells.iter().find(|c| c.item == key && c.part.is_empty() && c.state.is_shown());
        match self {
            Self::Index | Self::Area(_) => {
                let counts: Vec<(String, Vec<u32>)> = cells
                    .iter()
                    .filter(|cell| cell.state.is_shown() && cell.part.is_empty())
                    .map(|cell| (cell.item.clone(), cell.counts.clone()))
                    .collect();
                let scores = area_scores(questionnaire, &counts);
                let wanted = |area: &str| matches!(self, Self::Index) || *self == Self::Area(area.to_owned());
                let scores: Vec<_> = scores.into_iter().filter(|score| wanted(&score.area)).collect();
                let n = scores.iter().map(|score| score.n).min()?;
                let sum: f64 = scores.iter().map(|score| score.index).sum();
                plain(sum / scores.len() as f64, n)
            }
            Self::Item(item) => {
                let distribution = oriented(questionnaire, item, shown(item)?)?;
                plain(distribution.index()?, distribution.n())
            }
            Self::Favourable(item) => {
                let distribution = oriented(questionnaire, item, shown(item)?)?;
                let n = distribution.n();
                share((distribution.shares()?.favourable * f64::from(n)).round() as u32, n)
            }
            Self::Share(item, option) => {
                let (cell, item) = (shown(item)?, questionnaire.item(item)?);
                let n = cell.n.filter(|_| !cell.counts.is_empty())?;
                let chosen = match &item.kind {
                    Kind::Single { options } => {
                        let from = options.iter().position(|choice| choice.key == *option)?;
                        cell.counts.iter().skip(from).sum()
                    }
                    Kind::Multiple { options, .. } => {
                        let at = options.iter().position(|choice| choice.key == *option)?;
                        *cell.counts.get(at)?
                    }
                    _ => return None,
                };
                share(chosen, n)
            }
            Self::Average(item) => {
                let cell = shown(item)?;
                let number = Decimal::from_f64(cell.number?.0, 1)?;
                Some(SurveyFigure {
                    value: Value::new(number, self.unit(questionnaire)),
                    n: cell.n?,
                    counts: None,
                })
            }
        }
    }
}

/// An index lies between 0 and 100; one that is no number at all is not published.
fn plain(index: f64, n: u32) -> Option<SurveyFigure> {
    Some(SurveyFigure { value: Value::new(Decimal::from_f64(index, 1)?, Unit::Plain), n, counts: None })
}

fn share(chosen: u32, n: u32) -> Option<SurveyFigure> {
    let rate = Rate::new(chosen, n).ok()?;
    Some(SurveyFigure { value: rate.value(1), n, counts: Some(rate) })
}

fn oriented(
    questionnaire: &Questionnaire,
    item: &str,
    cell: &Cell,
) -> Option<domain::statistics::Distribution> {
    let Kind::Scale { reversed, .. } = questionnaire.item(item)?.kind else { return None };
    Some(cell.distribution()?.oriented(reversed))
}

/// One figure that a row can be linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureChoice {
    /// Which one.
    pub figure: Figure,
    /// What it is called.
    pub label: Text,
}

/// Every figure a questionnaire has.
pub(super) fn choices(questionnaire: &Questionnaire) -> Vec<FigureChoice> {
    let choice = |figure: Figure, ja: String, en: String| FigureChoice { figure, label: Text::new(ja, en) };
    let areas: Vec<&Area> = indexed(questionnaire).collect();
    let mut list = Vec::new();
    if areas.len() > 1 {
        list.push(choice(Figure::Index, "全領域の指数".into(), "Index over all areas".into()));
    }
    list.extend(areas.into_iter().map(|area| {
        let figure = Figure::Area(area.key.clone());
        choice(figure, format!("{}(指数)", area.label.ja), format!("{} (index)", area.label.en))
    }));
    for (_, item) in questionnaire.items().filter(|(_, item)| !item.demographic) {
        list.extend(item_choices(item));
    }
    list
}

fn item_choices(item: &Item) -> Vec<FigureChoice> {
    let key = || item.key.clone();
    let (ja, en) = (&item.text.ja, &item.text.en);
    let choice = |figure: Figure, ja: String, en: String| FigureChoice { figure, label: Text::new(ja, en) };
    let option = |chosen: &Choice, more: (&str, &str)| {
        choice(
            Figure::Share(item.key.clone(), chosen.key.clone()),
            format!("{ja}:「{}」{}の割合", chosen.label.ja, more.0),
            format!("{en}: share of “{}”{}", chosen.label.en, more.1),
        )
    };
    match &item.kind {
        Kind::Scale { .. } => vec![
            choice(
                Figure::Favourable(key()),
                format!("{ja}:肯定的な回答の割合"),
                format!("{en}: favourable answers"),
            ),
            choice(Figure::Item(key()), format!("{ja}(指数)"), format!("{en} (index)")),
        ],
        // From the first option on, everybody has chosen it or one after it.
        Kind::Single { options } => {
            let last = options.len().saturating_sub(1);
            let word = |at: usize| if at == last { ("", "") } else { ("以降", " or an option after it") };
            options.iter().enumerate().skip(1).map(|(at, chosen)| option(chosen, word(at))).collect()
        }
        Kind::Multiple { options, .. } => options.iter().map(|chosen| option(chosen, ("", ""))).collect(),
        Kind::Number { .. } => {
            vec![choice(Figure::Average(key()), format!("{ja}:平均"), format!("{en}: mean"))]
        }
        Kind::Matrix { .. } | Kind::Date { .. } | Kind::ShortText { .. } | Kind::LongText { .. } => {
            Vec::new()
        }
    }
}

/// Areas with a scale item, which is what an index is made of.
fn indexed(questionnaire: &Questionnaire) -> impl Iterator<Item = &Area> {
    let has_scale = move |area: &Area| {
        questionnaire
            .items()
            .any(|(_, item)| item.area.as_ref() == Some(&area.key) && matches!(item.kind, Kind::Scale { .. }))
    };
    questionnaire.areas.iter().filter(move |area| has_scale(area))
}

/// The published cells of a population; `None` where the release has no such group.
pub(super) async fn published(
    db: &impl ConnectionTrait,
    campaign: &str,
    population: &str,
) -> Result<Option<Vec<Cell>>> {
    let Some(group) = group_of(db, campaign, population).await? else { return Ok(None) };
    let rows = release_cell::Entity::find()
        .filter(release_cell::Column::CampaignId.eq(campaign))
        .filter(release_cell::Column::GroupNumber.eq(group))
        .all(db)
        .await?;
    rows.into_iter().map(cell).collect::<Result<Vec<Cell>>>().map(Some)
}

async fn group_of(db: &impl ConnectionTrait, campaign: &str, population: &str) -> Result<Option<i32>> {
    if population.is_empty() {
        return Ok(Some(0));
    }
    if let Some(id) = population.strip_prefix("unit:").and_then(|id| id.parse::<i64>().ok()) {
        let unit = release_unit::Entity::find_by_id((campaign.to_owned(), id)).one(db).await?;
        // A merged unit is shown by a group that is not itself.
        return Ok(unit.filter(|unit| unit.standing != "merged").map(|unit| unit.group_number));
    }
    let Some((item, label)) = population.strip_prefix("cut:").and_then(|rest| rest.split_once(':')) else {
        return Ok(None);
    };
    let group = release_group::Entity::find()
        .filter(release_group::Column::CampaignId.eq(campaign))
        .filter(release_group::Column::Item.eq(item))
        .filter(release_group::Column::LabelJa.eq(label))
        .one(db)
        .await?;
    Ok(group.map(|group| group.number))
}

#[cfg(test)]
mod tests {
    use domain::disclosure::CellState;
    use domain::text::Lang;

    use super::*;
    use crate::registry::editing::Template;

    fn asked(template: Template) -> Questionnaire {
        template.questionnaire().expect("an embedded questionnaire")
    }

    fn cell(item: &str, n: u32, counts: &[u32], number: Option<(f64, f64)>) -> Cell {
        Cell {
            item: item.into(),
            part: String::new(),
            state: CellState::Shown,
            n: Some(n),
            counts: counts.to_vec(),
            number,
        }
    }

    #[test]
    fn a_figure_has_a_name_that_is_read_back() {
        for code in
            ["index", "area:work_reform", "item:q1", "favourable:q1", "share:days:weekly", "average:days"]
        {
            assert_eq!(Figure::parse(code).map(|figure| figure.code()).as_deref(), Some(code));
        }
        for code in ["", "area:", "area:Engagement", "share:days", "share:days:a b", "item", "sum:days"] {
            assert_eq!(Figure::parse(code), None, "{code}");
        }
    }

    #[test]
    fn the_pulse_templates_have_the_figures_they_are_made_for() {
        let codes = |template: Template| -> Vec<String> {
            choices(&asked(template)).iter().map(|choice| choice.figure.code()).collect()
        };
        let telework = codes(Template::TeleworkMonth);
        for code in ["average:days", "share:frequency:weekly", "share:possible:partly", "area:telework"] {
            assert!(telework.iter().any(|found| found == code), "{code}: {telework:?}");
        }
        let first = "share:frequency:never";
        assert!(telework.iter().all(|found| found != first), "everybody chose it or one after it");
        let training = codes(Template::TrainingFeedback);
        for code in ["area:training", "favourable:will_use", "share:new:half", "average:hours"] {
            assert!(training.iter().any(|found| found == code), "{code}: {training:?}");
        }
    }

    #[test]
    fn the_telework_pulse_gives_the_share_of_once_a_week_or_more_and_the_mean_of_days() {
        let asked = asked(Template::TeleworkMonth);
        let cells =
            [cell("frequency", 40, &[5, 10, 15, 6, 4], None), cell("days", 40, &[], Some((5.25, 3.0)))];
        let found =
            |code: &str| Figure::parse(code).and_then(|figure| figure.of(&asked, &cells)).expect(code);
        let share = found("share:frequency:weekly");
        assert_eq!((share.value.label(Lang::Ja), share.n), ("62.5%".to_owned(), 40));
        assert_eq!(share.counts.map(|rate| (rate.numerator(), rate.denominator())), Some((25, 40)));
        let days = found("average:days");
        assert_eq!((days.value.label(Lang::En), days.n, days.counts), ("5.3 days".to_owned(), 40, None));
    }
}
