//! Standard errors and intervals of a mean.

use super::distribution::Sample;
use super::student::t_quantile;

/// An interval, in the unit of the figure it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// The part of the interval that lies between the lowest and highest value the figure can have.
    pub fn within(self, least: f64, most: f64) -> Self {
        Self { low: self.low.max(least).min(most), high: self.high.min(most).max(least) }
    }

    /// True where the value lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The standard error of the mean: sd / √n · √(1 − n/N), with the finite population correction where the population
/// N is given (Cochran 1977, chapter 2: v(ȳ) = (s²/n)(1 − f)).
///
/// It treats those who answered as a random sample of those who could. Who answers is no accident, so the interval
/// says how much the figure could move by chance alone. Where everyone answered, nothing is left to chance and the
/// error is 0; so it is for a `population` given as smaller than n.
pub fn standard_error(sample: &Sample, population: Option<u32>) -> f64 {
    let n = f64::from(sample.n.max(1));
    let left_out = match population {
        Some(population) if population > sample.n => 1.0 - n / f64::from(population),
        Some(_) => 0.0,
        None => 1.0,
    };
    sample.sd / n.sqrt() * left_out.sqrt()
}

/// The 95 % interval of the mean: mean ± t · standard error, with Student's t of n − 1 degrees of freedom (Cochran
/// 1977, chapter 2, "Confidence limits"). With fewer than two answers nothing is known: the interval has no ends.
pub fn confidence_interval(sample: &Sample, population: Option<u32>) -> Interval {
    if sample.n < 2 {
        return Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    }
    let half = t_quantile(0.975, f64::from(sample.n - 1)) * standard_error(sample, population);
    Interval { low: sample.mean - half, high: sample.mean + half }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_standard_error_shrinks_with_the_share_that_answered() {
        let sample = Sample { n: 25, mean: 3.0, sd: 2.0 };
        assert!((standard_error(&sample, None) - 0.4).abs() < 1e-12);
        // 0.4 · √0.75
        assert!((standard_error(&sample, Some(100)) - 0.346_410_161_5).abs() < 1e-9);
        assert_eq!(standard_error(&sample, Some(25)), 0.0);
        assert_eq!(standard_error(&sample, Some(20)), 0.0);
    }

    #[test]
    fn the_interval_uses_students_t() {
        // t(0.975, 9) = 2.262157; 10 / √10 = 3.162278.
        let interval = confidence_interval(&Sample { n: 10, mean: 50.0, sd: 10.0 }, None);
        assert!((interval.high - 57.153_57).abs() < 1e-4);
        assert!((interval.low - 42.846_43).abs() < 1e-4);
        assert!(interval.contains(50.0) && !interval.contains(57.2));
        let unknown = confidence_interval(&Sample { n: 1, mean: 50.0, sd: 0.0 }, None);
        assert_eq!(unknown.within(0.0, 100.0), Interval { low: 0.0, high: 100.0 });
    }

    proptest! {
        #[test]
        fn more_answers_never_widen_the_interval(n in 2u32..200, sd in 0.0f64..40.0) {
            let width = |n, population| {
                let interval = confidence_interval(&Sample { n, mean: 50.0, sd }, population);
                interval.high - interval.low
            };
            prop_assert!(width(n + 1, None) <= width(n, None) + 1e-9);
            prop_assert!(width(n, Some(2 * n)) <= width(n, None) + 1e-9);
        }
    }
}
