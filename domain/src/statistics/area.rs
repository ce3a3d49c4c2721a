//! Scores of areas: several items reported as one figure.

use super::distribution::{Distribution, Sample};
use super::interval::{Interval, confidence_interval};
use crate::disclosure::CellState;

/// The key of the area whose score is the engagement index.
pub const ENGAGEMENT_AREA: &str = "engagement";

/// One item in one group, as far as area scores are concerned.
#[derive(Clone, Copy, Debug)]
pub struct ItemResult<'a> {
    /// The item's area, if it has one.
    pub area: Option<&'a str>,
    /// What may be shown of the cell.
    pub state: CellState,
    /// Its answers, with the last point the favourable end; see [`Distribution::oriented`].
    pub distribution: &'a Distribution,
}

/// The score of an area in one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaScore {
    /// From 0 to 100: the mean of the indices of the items.
    pub index: f64,
    /// An upper bound of the standard deviation of people's own area scores; see [`area_score`].
    pub sd: f64,
    /// The smallest n among the items.
    pub n: u32,
    /// How many items went in.
    pub items: u32,
    /// How many items of the area were left out because they are hidden. Where this is not 0, the score is not
    /// strictly comparable with that of another group, and the page must say so.
    pub hidden: u32,
}

impl AreaScore {
    /// The score as a sample, for [`super::compare`].
    pub fn sample(&self) -> Sample {
        Sample { n: self.n, mean: self.index, sd: self.sd }
    }

    /// The 95 % interval of the score, within 0 to 100; see [`confidence_interval`].
    pub fn interval(&self, population: Option<u32>) -> Interval {
        confidence_interval(&self.sample(), population).within(0.0, 100.0)
    }
}

/// The score of an area: the unweighted mean of the indices (0–100) of its *shown* items. Hidden items stay out,
/// since the score would otherwise tell what they are; so do items with fewer than two answers. `None` where no item is
/// left.
///
/// Every item weighs the same, however many answered it, so that the score means what its items say it means. Scales
/// of different length meet on the index.
///
/// A person's answers to several items are not kept together in a published cell, so the standard deviation of
/// people's area scores is not known. It is at most the mean of the items' standard deviations (triangle inequality
/// for the L² norm, with equality where all items move together), and that bound is used: intervals are rather too
/// wide than too narrow.
pub fn area_score(area: &str, items: &[ItemResult]) -> Option<AreaScore> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut hidden = 0;
    for item in items.iter().filter(|item| item.area == Some(area)) {
        match item.distribution.index_sample() {
            Some(sample) if item.state.is_shown() => samples.push(sample),
            _ => hidden += 1,
        }
    }
    let items = u32::try_from(samples.len()).ok()?;
    let n = samples.iter().map(|sample| sample.n).min()?;
    let mean = |value: fn(&Sample) -> f64| samples.iter().map(value).sum::<f64>() / f64::from(items);
    Some(AreaScore { index: mean(|sample| sample.mean), sd: mean(|sample| sample.sd), n, items, hidden })
}

/// The engagement index: the score of the area [`ENGAGEMENT_AREA`].
pub fn engagement_index(items: &[ItemResult]) -> Option<AreaScore> {
    area_score(ENGAGEMENT_AREA, items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(counts: &[u32]) -> Distribution {
        Distribution { counts: counts.to_vec() }
    }

    fn shown<'a>(area: &'a str, distribution: &'a Distribution) -> ItemResult<'a> {
        ItemResult { area: Some(area), state: CellState::Shown, distribution }
    }

    #[test]
    fn the_score_is_the_mean_of_the_item_indices() {
        // Indices 50 (5 points), 75 (2 points, 3 of 4) and, in another area, 100.
        let (five, two, other) = (of(&[1, 2, 4, 2, 1]), of(&[1, 3]), of(&[0, 0, 9]));
        let items = [shown("engagement", &five), shown("engagement", &two), shown("growth", &other)];
        let score = engagement_index(&items).expect("two items");
        assert!((score.index - 62.5).abs() < 1e-9);
        assert_eq!((score.n, score.items, score.hidden), (4, 2, 0));
        // Standard deviations √(12/9) · 25 and √(3/12) · 100.
        assert!((score.sd - ((12.0f64 / 9.0).sqrt() * 25.0 + 50.0) / 2.0).abs() < 1e-9);
        assert!(score.interval(None).contains(62.5));
        assert_eq!(area_score("management", &items), None);
    }

    #[test]
    fn hidden_items_do_not_enter_the_score() {
        let (low, high) = (of(&[9, 1, 0, 0, 0]), of(&[0, 0, 0, 0, 7]));
        for state in [CellState::Primary, CellState::Secondary] {
            let items = [shown("engagement", &low), ItemResult { state, ..shown("engagement", &high) }];
            let score = engagement_index(&items).expect("one item");
            assert!((score.index - 2.5).abs() < 1e-9);
            assert_eq!((score.n, score.items, score.hidden), (10, 1, 1));
        }
        let all_hidden = [ItemResult { state: CellState::Primary, ..shown("engagement", &low) }];
        assert_eq!(engagement_index(&all_hidden), None);
    }

    proptest! {
        #[test]
        fn the_standard_deviation_is_an_upper_bound(
            answers in proptest::collection::vec(proptest::collection::vec(1u8..=5, 3), 2..40),
        ) {
            let mut items = vec![Distribution::new(5); 3];
            for person in &answers {
                for (item, point) in items.iter_mut().zip(person) {
                    prop_assert!(item.record(*point));
                }
            }
            let results: Vec<ItemResult> = items.iter().map(|d| shown(ENGAGEMENT_AREA, d)).collect();
            let score = engagement_index(&results).expect("three items");
            let own = |person: &Vec<u8>| person.iter().map(|p| (f64::from(*p) - 1.0) * 25.0).sum::<f64>() / 3.0;
            let n = answers.len() as f64;
            let mean = answers.iter().map(own).sum::<f64>() / n;
            let sd = (answers.iter().map(|p| (own(p) - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            prop_assert!((score.index - mean).abs() < 1e-9);
            prop_assert!(score.sd >= sd - 1e-9);
        }
    }
}
