//! The figures of a report, by item and by area: what the page and the workbook both show.

use std::collections::BTreeMap;

use domain::disclosure::CellState;
use domain::questionnaire::{Item, Kind};
use domain::review::RaterGroup;
use domain::review::report::{Highlights, Rated, highlights};
use domain::statistics::{Distribution, Sample};
use domain::text::Text;

use super::{Raters, Report};
use crate::release::results::Cell;

/// A figure, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// Mean and n.
    Mean(Sample),
    /// Nothing is shown.
    Hidden(CellState),
}

impl Shown {
    /// The mean, where it is shown.
    pub fn mean(&self) -> Option<f64> {
        match self {
            Self::Mean(sample) => Some(sample.mean),
            Self::Hidden(_) => None,
        }
    }
}

/// One item, or one area as the mean of its items.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The key of the item or area.
    pub key: String,
    /// What it is called.
    pub text: Text,
    /// Per group of raters that there is.
    pub groups: BTreeMap<RaterGroup, Shown>,
    /// The widest group without self and superior that is shown.
    pub raters: Option<(RaterGroup, Sample)>,
    /// Of that group, how often each point was given; none for an area.
    pub distribution: Option<Distribution>,
    /// The mean over all managers, where it is shown.
    pub average: Option<f64>,
    /// The mean of the widest group in the review before.
    pub before: Option<f64>,
}

impl Line {
    /// What the subject answered.
    pub fn own(&self) -> Option<f64> {
        self.groups.get(&RaterGroup::Own).and_then(Shown::mean)
    }

    /// Self and raters, for what stands out.
    pub fn rated(&self) -> Rated {
        Rated { own: self.own(), raters: self.raters.map(|(_, sample)| sample) }
    }
}

/// A scale item of the questionnaire.
struct Asked<'a> {
    item: &'a Item,
    reversed: bool,
}

impl Asked<'_> {
    fn distribution(&self, cell: &Cell) -> Option<Distribution> {
        Some(cell.distribution()?.oriented(self.reversed)).filter(|found| found.n() > 0)
    }

    fn of(&self, raters: &Raters) -> Shown {
        let cell = raters.cell(&self.item.key);
        let hidden = Shown::Hidden(cell.map_or(raters.state, |cell| cell.state));
        cell.and_then(|cell| self.distribution(cell))
            .and_then(|found| sample(&found))
            .map_or(hidden, Shown::Mean)
    }
}

impl Report {
    /// Every scale item, in the order asked.
    pub fn items(&self) -> Vec<Line> {
        self.asked().iter().map(|asked| self.line(asked)).collect()
    }

    /// Every area that has a scale item, in the order of the questionnaire: the mean of its items' means, and the fewest
    /// answers any of them has.
    pub fn areas(&self) -> Vec<Line> {
        let items = self.asked();
        let lines: Vec<(Option<&str>, Line)> =
            items.iter().map(|asked| (asked.item.area.as_deref(), self.line(asked))).collect();
        let areas = self.questionnaire.questionnaire.areas.iter();
        areas
            .filter_map(|area| {
                let of: Vec<&Line> = lines
                    .iter()
                    .filter(|(key, _)| *key == Some(area.key.as_str()))
                    .map(|(_, line)| line)
                    .collect();
                (!of.is_empty()).then(|| together(area.key.clone(), area.label.clone(), &of))
            })
            .collect()
    }

    /// Positions among [`Report::items`] of what stands out.
    pub fn highlights(&self) -> Highlights {
        let rated: Vec<Rated> = self.items().iter().map(Line::rated).collect();
        highlights(&rated)
    }

    fn asked(&self) -> Vec<Asked<'_>> {
        let items = self.questionnaire.questionnaire.items();
        items
            .filter_map(|(_, item)| match item.kind {
                Kind::Scale { reversed, .. } => Some(Asked { item, reversed }),
                _ => None,
            })
            .collect()
    }

    fn line(&self, asked: &Asked<'_>) -> Line {
        let key = asked.item.key.as_str();
        let widest = |groups: &[Raters]| {
            let (raters, cell) = Report::widest(groups, key)?;
            let found = asked.distribution(cell)?;
            Some((raters.group, sample(&found)?, found))
        };
        let raters = widest(&self.groups);
        let average = self.average.iter().find(|cell| cell.item == key && cell.part.is_empty());
        Line {
            key: key.to_owned(),
            text: asked.item.text.clone(),
            groups: self.groups.iter().map(|raters| (raters.group, asked.of(raters))).collect(),
            raters: raters.as_ref().map(|(group, sample, _)| (*group, *sample)),
            distribution: raters.map(|(_, _, found)| found),
            average: average.and_then(|cell| asked.distribution(cell)).and_then(|found| found.mean()),
            before: widest(&self.before).map(|(_, sample, _)| sample.mean),
        }
    }
}

/// Mean and spread; of a single answer, such as one's own, there is no spread.
fn sample(found: &Distribution) -> Option<Sample> {
    Some(Sample { n: found.n(), mean: found.mean()?, sd: found.sd().unwrap_or_default() })
}

/// Several items as one line. A group that does not show all of them shows the mean of those it shows.
fn together(key: String, text: Text, items: &[&Line]) -> Line {
    let mut groups = BTreeMap::new();
    for group in RaterGroup::ALL {
        let found: Vec<&Shown> = items.iter().filter_map(|line| line.groups.get(&group)).collect();
        let shown: Vec<Sample> = found
            .iter()
            .filter_map(|shown| match shown {
                Shown::Mean(sample) => Some(*sample),
                Shown::Hidden(_) => None,
            })
            .collect();
        let hidden = found.iter().find_map(|shown| match shown {
            Shown::Hidden(state) => Some(*state),
            Shown::Mean(_) => None,
        });
        match (mean_of(&shown), hidden) {
            (Some(sample), _) => groups.insert(group, Shown::Mean(sample)),
            (None, Some(state)) => groups.insert(group, Shown::Hidden(state)),
            (None, None) => None,
        };
    }
    let raters: Vec<(RaterGroup, Sample)> = items.iter().filter_map(|line| line.raters).collect();
    let samples: Vec<Sample> = raters.iter().map(|(_, sample)| *sample).collect();
    let widest = raters.iter().map(|(group, _)| *group).max();
    let plain = |figures: Vec<f64>| {
        let n = figures.len();
        (n > 0).then(|| figures.iter().sum::<f64>() / n as f64)
    };
    Line {
        key,
        text,
        groups,
        raters: widest.zip(mean_of(&samples)),
        distribution: None,
        average: plain(items.iter().filter_map(|line| line.average).collect()),
        before: plain(items.iter().filter_map(|line| line.before).collect()),
    }
}

/// The mean of means, with the fewest answers and the widest spread of any of them.
fn mean_of(samples: &[Sample]) -> Option<Sample> {
    let n = samples.iter().map(|sample| sample.n).min()?;
    let mean = samples.iter().map(|sample| sample.mean).sum::<f64>() / samples.len() as f64;
    let sd = samples.iter().map(|sample| sample.sd).fold(0.0, f64::max);
    Some(Sample { n, mean, sd })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(own: Option<f64>, others: Option<(u32, f64)>) -> Line {
        let mut groups = BTreeMap::new();
        if let Some(mean) = own {
            groups.insert(RaterGroup::Own, Shown::Mean(Sample { n: 1, mean, sd: 0.0 }));
        }
        let sample = others.map(|(n, mean)| Sample { n, mean, sd: 0.5 });
        let shown = sample.map_or(Shown::Hidden(CellState::Primary), Shown::Mean);
        groups.insert(RaterGroup::Subordinates, shown);
        Line {
            key: "a".into(),
            text: Text::default(),
            groups,
            raters: sample.map(|sample| (RaterGroup::Subordinates, sample)),
            distribution: None,
            average: Some(4.0),
            before: None,
        }
    }

    #[test]
    fn an_area_is_the_mean_of_the_items_it_shows() {
        let items = [line(Some(4.0), Some((5, 3.0))), line(Some(2.0), Some((4, 4.0))), line(None, None)];
        let area = together("area".into(), Text::default(), &items.each_ref().map(|line| line));
        assert_eq!(area.own(), Some(3.0));
        assert_eq!(area.raters, Some((RaterGroup::Subordinates, Sample { n: 4, mean: 3.5, sd: 0.5 })));
        assert_eq!(area.average, Some(4.0));
        assert_eq!(area.before, None);
        let nothing = together("area".into(), Text::default(), &[&line(None, None)]);
        assert_eq!(nothing.raters, None);
        assert_eq!(nothing.groups[&RaterGroup::Subordinates], Shown::Hidden(CellState::Primary));
        assert!(!nothing.groups.contains_key(&RaterGroup::Peers), "a group that there is not stays absent");
    }
}
