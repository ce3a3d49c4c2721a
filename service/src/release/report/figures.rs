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
    /// How much lower those raters see the subject than the subject; of an area, over the items that both answered.
    pub gap: Option<f64>,
    /// The mean over all managers, where it is shown.
    pub average: Option<f64>,
    /// The mean of the same group in the review before.
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
    /// answers any of them has. All its figures are over the items that the widest group shows, so that they can be compared.
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
        let raters = Report::widest(&self.groups, key).and_then(|(raters, cell)| {
            let found = asked.distribution(cell)?;
            Some((raters.group, sample(&found)?, found))
        });
        let before = raters.as_ref().and_then(|(group, _, _)| {
            let same = self.before.iter().find(|raters| raters.group == *group)?;
            asked.of(same).mean()
        });
        let groups: BTreeMap<RaterGroup, Shown> =
            self.groups.iter().map(|raters| (raters.group, asked.of(raters))).collect();
        let own = groups.get(&RaterGroup::Own).and_then(Shown::mean);
        let gap = own.zip(raters.as_ref()).map(|(own, (_, sample, _))| own - sample.mean);
        let average = self.average.iter().find(|cell| cell.item == key && cell.part.is_empty());
        Line {
            key: key.to_owned(),
            text: asked.item.text.clone(),
            groups,
            gap,
            raters: raters.as_ref().map(|(group, sample, _)| (*group, *sample)),
            distribution: raters.map(|(_, _, found)| found),
            average: average.and_then(|cell| asked.distribution(cell)).and_then(|found| found.mean()),
            before,
        }
    }
}

/// Mean and spread; of a single answer, such as one's own, there is no spread.
fn sample(found: &Distribution) -> Option<Sample> {
    Some(Sample { n: found.n(), mean: found.mean()?, sd: found.sd().unwrap_or_default() })
}

/// Several items as one line, over those items that the widest group shows. A group that is not named and does not show all of
/// these shows none: means over different items would look like a difference between people.
fn together(key: String, text: Text, items: &[&Line]) -> Line {
    let widest = items.iter().filter_map(|line| line.raters.map(|(group, _)| group)).max();
    let of_widest = |line: &&&Line| line.raters.map(|(group, _)| group) == widest;
    let compared: Vec<&Line> = items.iter().filter(of_widest).copied().collect();
    let mut groups = BTreeMap::new();
    for group in RaterGroup::ALL {
        let found: Vec<&Shown> = compared.iter().filter_map(|line| line.groups.get(&group)).collect();
        let samples: Vec<Sample> = found
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
        let shown = match (mean_of(&samples), hidden) {
            (Some(sample), None) => Shown::Mean(sample),
            (Some(sample), Some(_)) if group.is_named() => Shown::Mean(sample),
            (_, Some(state)) => Shown::Hidden(state),
            (None, None) => continue,
        };
        groups.insert(group, shown);
    }
    let samples: Vec<Sample> =
        compared.iter().filter_map(|line| line.raters.map(|(_, sample)| sample)).collect();
    let gaps: Vec<f64> = compared.iter().filter_map(|line| line.gap).collect();
    // Of some of the items only, it would be another figure.
    let of_all = |figure: fn(&Line) -> Option<f64>| {
        plain(&compared.iter().filter_map(|line| figure(line)).collect::<Vec<f64>>())
            .filter(|_| compared.iter().all(|line| figure(line).is_some()))
    };
    Line {
        key,
        text,
        groups,
        raters: widest.zip(mean_of(&samples)),
        distribution: None,
        gap: plain(&gaps),
        average: of_all(|line| line.average),
        before: of_all(|line| line.before),
    }
}

fn plain(figures: &[f64]) -> Option<f64> {
    (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
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
            gap: own.zip(others).map(|(own, (_, mean))| own - mean),
            average: Some(4.0),
            before: None,
        }
    }

    #[test]
    fn an_area_is_the_mean_of_the_items_it_shows() {
        let items = [
            line(Some(4.0), Some((5, 3.0))),
            line(Some(2.0), Some((4, 4.0))),
            line(Some(5.0), None),
            line(None, None),
        ];
        let area = together("area".into(), Text::default(), &items.each_ref().map(|line| line));
        assert_eq!(
            area.own(),
            Some(3.0),
            "of the items that the raters show, or the two could not be compared"
        );
        assert_eq!(area.gap, Some(-0.5));
        assert_eq!(area.raters, Some((RaterGroup::Subordinates, Sample { n: 4, mean: 3.5, sd: 0.5 })));
        assert_eq!(area.average, Some(4.0));
        assert_eq!(area.before, None);
        let halves = [line(Some(4.0), Some((5, 3.0))), line(None, Some((4, 4.0)))];
        let area = together("area".into(), Text::default(), &halves.each_ref().map(|line| line));
        assert_eq!(area.gap, Some(1.0), "over the one that both answered");
        let mut old = line(Some(4.0), Some((5, 3.0)));
        old.before = Some(2.0);
        let area = together("area".into(), Text::default(), &[&old, &halves[0]]);
        assert_eq!(area.before, None, "last year it was of one item only");
        let nothing = together("area".into(), Text::default(), &[&line(None, None)]);
        assert_eq!(nothing.raters, None);
        assert_eq!(nothing.groups[&RaterGroup::Subordinates], Shown::Hidden(CellState::Primary));
        assert!(!nothing.groups.contains_key(&RaterGroup::Peers), "a group that there is not stays absent");
    }
}
