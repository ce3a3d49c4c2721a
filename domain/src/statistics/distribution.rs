//! The distribution of the answers to one item, and what describes it.

use std::iter::Sum;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::interval::{Interval, confidence_interval};
use super::side::Side;

/// How many people chose each point of a scale: index 0 counts the first point.
///
/// Where an item is reversed (its *first* label is the favourable end), turn the distribution round with
/// [`Distribution::oriented`] before asking for anything that has a direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Distribution {
    /// People per point.
    pub counts: Vec<u32>,
}

/// Size, mean and standard deviation of a set of answers, in whatever unit they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Number of answers.
    pub n: u32,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n − 1).
    pub sd: f64,
}

/// Shares of the answers, from 0 to 1; together 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// Answers at the favourable end.
    pub favourable: f64,
    /// Answers in the middle.
    pub neutral: f64,
    /// Answers at the unfavourable end.
    pub unfavourable: f64,
}

impl Distribution {
    /// An empty distribution over a scale of so many points.
    pub fn new(points: usize) -> Self {
        Self { counts: vec![0; points] }
    }

    /// Counts one answer, a point from 1. Returns false, counting nothing, where the scale has no such point.
    #[must_use]
    pub fn record(&mut self, point: u8) -> bool {
        let Some(at) = usize::from(point).checked_sub(1) else { return false };
        let Some(count) = self.counts.get_mut(at) else { return false };
        *count = count.saturating_add(1);
        true
    }

    /// Number of points of the scale.
    pub fn points(&self) -> usize {
        self.counts.len()
    }

    /// Number of answers.
    pub fn n(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The distribution with the points counted from the other end.
    pub fn reversed(&self) -> Self {
        Self { counts: self.counts.iter().rev().copied().collect() }
    }

    /// The distribution with its last point the favourable end, given whether the item is reversed.
    pub fn oriented(&self, reversed: bool) -> Self {
        if reversed { self.reversed() } else { self.clone() }
    }

    /// The share of each point, from 0 to 1; `None` without answers.
    pub fn proportions(&self) -> Option<Vec<f64>> {
        let n = self.n();
        (n > 0).then(|| self.counts.iter().map(|&count| f64::from(count) / f64::from(n)).collect())
    }

    /// The mean point, from 1 to the number of points; `None` without answers.
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        let sum: f64 = self.weighted().map(|(point, count)| point * count).sum();
        (n > 0).then(|| sum / f64::from(n))
    }

    /// The sample standard deviation in points, with divisor n − 1 (Cochran 1977, chapter 2); `None` with fewer
    /// than two answers.
    pub fn sd(&self) -> Option<f64> {
        let mean = self.mean()?;
        let squares: f64 = self.weighted().map(|(point, count)| count * (point - mean).powi(2)).sum();
        let n = self.n();
        (n > 1).then(|| (squares / f64::from(n - 1)).sqrt())
    }

    /// n, mean and standard deviation in points; `None` with fewer than two answers.
    pub fn sample(&self) -> Option<Sample> {
        Some(Sample { n: self.n(), mean: self.mean()?, sd: self.sd()? })
    }

    /// The mean on a scale from 0 (everybody at the first point) to 100 (everybody at the last):
    /// (mean − 1) / (points − 1) · 100, the "percent of maximum possible" score (Cohen, P., et al. 1999,
    /// *Multivariate Behavioral Research*, 34(3), 315–346). `None` without answers or with fewer than two points.
    pub fn index(&self) -> Option<f64> {
        Some((self.mean()? - 1.0) * self.index_unit()?)
    }

    /// As [`Distribution::sample`], on the scale of [`Distribution::index`].
    pub fn index_sample(&self) -> Option<Sample> {
        let unit = self.index_unit()?;
        let Sample { n, mean, sd } = self.sample()?;
        Some(Sample { n, mean: (mean - 1.0) * unit, sd: sd * unit })
    }

    /// The 95 % interval of [`Distribution::mean`] within the scale; see [`confidence_interval`].
    pub fn mean_interval(&self, population: Option<u32>) -> Option<Interval> {
        let last = u32::try_from(self.points()).ok()?;
        Some(confidence_interval(&self.sample()?, population).within(1.0, f64::from(last)))
    }

    /// The 95 % interval of [`Distribution::index`], within 0 to 100; see [`confidence_interval`].
    pub fn index_interval(&self, population: Option<u32>) -> Option<Interval> {
        Some(confidence_interval(&self.index_sample()?, population).within(0.0, 100.0))
    }

    /// Favourable, neutral and unfavourable shares, by the rule of [`Side`]; `None` without answers or with fewer than
    /// two points.
    pub fn shares(&self) -> Option<Shares> {
        let proportions = self.proportions().filter(|proportions| proportions.len() > 1)?;
        let of = |side: Side| {
            let points = proportions.iter().enumerate();
            let on_it = points.filter(|(index, _)| Side::of(*index, proportions.len()) == side);
            // Not `sum`, which makes a negative zero of nothing.
            on_it.fold(0.0f64, |sum, (_, share)| sum + share)
        };
        Some(Shares {
            favourable: of(Side::Favourable),
            neutral: of(Side::Neutral),
            unfavourable: of(Side::Unfavourable),
        })
    }

    fn weighted(&self) -> impl Iterator<Item = (f64, f64)> {
        (1u32..).zip(&self.counts).map(|(point, &count)| (f64::from(point), f64::from(count)))
    }

    /// Index points per point of the scale.
    fn index_unit(&self) -> Option<f64> {
        let steps = u32::try_from(self.points()).ok()?.checked_sub(1)?;
        (steps > 0).then(|| 100.0 / f64::from(steps))
    }
}

/// Adds the answers of another group to the same item. Where the scales differ in length, the longer one is kept.
impl AddAssign<&Distribution> for Distribution {
    fn add_assign(&mut self, other: &Distribution) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
    }
}

/// The distribution of a group that is the union of disjoint groups.
impl<'a> Sum<&'a Distribution> for Distribution {
    fn sum<I: Iterator<Item = &'a Distribution>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum += part;
            sum
        })
    }
}

/// The response rate, from 0 to 1: sheets counted, incomplete ones included, over people who were eligible. This is
/// RR2 of AAPOR's *Standard Definitions*, and RR4 and RR6 as well, since eligibility is known for everyone on the
/// roster. `None` where nobody was eligible, or where there are more sheets than people, which no valid count gives.
pub fn response_rate(counted: u32, eligible: u32) -> Option<f64> {
    (eligible > 0 && counted <= eligible).then(|| f64::from(counted) / f64::from(eligible))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(counts: &[u32]) -> Distribution {
        Distribution { counts: counts.to_vec() }
    }

    fn close(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-9)
    }

    #[test]
    fn a_small_distribution_agrees_with_calculation_by_hand() {
        // 2, 4, 4, 4, 5, 5, 7, 9 on a 9-point scale: sum 40, sum of squared deviations 32.
        let d = of(&[0, 1, 0, 3, 2, 0, 1, 0, 1]);
        assert_eq!((d.n(), d.points()), (8, 9));
        assert!(close(d.mean(), 5.0));
        assert!(close(d.sd(), (32.0f64 / 7.0).sqrt()));
        assert!(close(d.index(), 50.0));
        let sample = d.index_sample().expect("eight answers");
        assert!(close(Some(sample.sd), (32.0f64 / 7.0).sqrt() * 12.5));
    }

    #[test]
    fn too_few_answers_give_no_figure() {
        let none = Distribution::new(5);
        assert_eq!((none.mean(), none.sd(), none.index(), none.shares()), (None, None, None, None));
        let one = of(&[0, 0, 0, 1, 0]);
        assert!(close(one.mean(), 4.0));
        assert_eq!(one.sd(), None);
        assert_eq!(of(&[3]).index(), None);
        assert_eq!(of(&[3]).shares(), None);
        assert_eq!(Distribution::default().mean(), None);
    }

    #[test]
    fn only_points_of_the_scale_are_counted() {
        let mut d = Distribution::new(5);
        assert!(d.record(1) && d.record(5) && d.record(5));
        assert!(!d.record(0) && !d.record(6));
        assert_eq!(d.counts, [1, 0, 0, 0, 2]);
    }

    #[test]
    fn shares_follow_the_table() {
        let shares = |counts: &[u32]| {
            let n = counts.iter().sum::<u32>();
            let shares = of(counts).shares().expect("answers");
            [shares.unfavourable, shares.neutral, shares.favourable]
                .map(|s| (s * f64::from(n)).round() as u32)
        };
        assert_eq!(shares(&[3, 4]), [3, 0, 4]);
        assert_eq!(shares(&[3, 4, 5]), [3, 4, 5]);
        assert_eq!(shares(&[1, 2, 4, 8]), [3, 0, 12]);
        assert_eq!(shares(&[1, 2, 4, 8, 16]), [3, 4, 24]);
        assert_eq!(shares(&[1, 2, 4, 8, 16, 32, 64]), [7, 8, 112]);
        assert_eq!(shares(&[1, 1, 1, 1, 1, 1, 1, 1, 1]), [4, 1, 4]);
        assert_eq!(shares(&[1, 1, 1, 1, 1, 10, 1, 10, 20, 300, 400]), [5, 10, 731]);
    }

    #[test]
    fn reversed_items_are_turned_round() {
        let d = of(&[6, 3, 1, 0, 0]);
        assert!(close(d.oriented(true).shares().map(|s| s.favourable), 0.9));
        assert!(close(d.oriented(false).shares().map(|s| s.favourable), 0.0));
        assert!(close(d.index().zip(d.reversed().index()).map(|(a, b)| a + b), 100.0));
    }

    #[test]
    fn intervals_stay_within_the_scale() {
        let d = of(&[0, 0, 0, 1, 7]);
        let interval = d.mean_interval(None).expect("eight answers");
        assert!(interval.high <= 5.0 && interval.low < 4.875);
        let interval = d.index_interval(None).expect("eight answers");
        assert!(interval.high <= 100.0);
    }

    #[test]
    fn response_rates_need_someone_to_ask() {
        assert_eq!(response_rate(30, 40), Some(0.75));
        assert_eq!(response_rate(0, 40), Some(0.0));
        assert_eq!(response_rate(0, 0), None);
        assert_eq!(response_rate(41, 40), None);
    }

    #[test]
    fn json_is_the_plain_list_of_counts() {
        assert_eq!(serde_json::to_string(&of(&[1, 2])).expect("JSON"), "[1,2]");
    }

    fn distribution() -> impl Strategy<Value = Distribution> {
        proptest::collection::vec(0u32..50, 5).prop_map(|counts| Distribution { counts })
    }

    proptest! {
        #[test]
        fn merging_adds_people_and_answers(parts in proptest::collection::vec(distribution(), 0..5)) {
            let whole: Distribution = parts.iter().sum();
            prop_assert_eq!(whole.n(), parts.iter().map(Distribution::n).sum::<u32>());
            let points: f64 = parts.iter().filter_map(|d| d.mean().map(|mean| mean * f64::from(d.n()))).sum();
            if let Some(mean) = whole.mean() {
                prop_assert!((mean * f64::from(whole.n()) - points).abs() < 1e-6);
            }
        }

        #[test]
        fn shares_add_up_and_figures_stay_in_range(counts in proptest::collection::vec(0u32..50, 2..=11)) {
            let d = Distribution { counts };
            if let (Some(shares), Some(index)) = (d.shares(), d.index()) {
                prop_assert!((shares.favourable + shares.neutral + shares.unfavourable - 1.0).abs() < 1e-9);
                prop_assert!((-1e-9..=100.0 + 1e-9).contains(&index));
                // No deviation is larger than that of two halves at the ends.
                let n = f64::from(d.n());
                let most = if n > 1.0 { 50.0 * (n / (n - 1.0)).sqrt() } else { 0.0 };
                prop_assert!(d.index_sample().is_none_or(|s| s.sd <= most + 1e-9));
            } else {
                prop_assert_eq!(d.n(), 0);
            }
        }
    }
}
