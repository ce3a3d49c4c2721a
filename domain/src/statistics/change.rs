//! Comparing a figure with the one of the last wave.

use super::distribution::Sample;
use super::interval::Interval;
use super::student::{t_cdf, t_quantile};
use crate::text::Lang;

/// A difference less likely than this by chance alone is called one.
const SIGNIFICANCE: f64 = 0.05;

/// What became of a figure since the last wave, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The difference is no larger than chance alone would explain.
    AboutTheSame,
    /// The figure is higher than before.
    Higher,
    /// The figure is lower than before.
    Lower,
    /// There is nothing to compare with, or too few answers.
    Unknown,
}

impl Change {
    /// The words shown beside a figure.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::AboutTheSame => lang.t("前回とほぼ同じ", "About the same as last time"),
            Self::Higher => lang.t("前回より高い", "Higher than last time"),
            Self::Lower => lang.t("前回より低い", "Lower than last time"),
            Self::Unknown => lang.t("前回と比べられません", "Cannot be compared with last time"),
        }
    }

    /// A sign to stand beside the words, so that the meaning never hangs on colour.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AboutTheSame => "→",
            Self::Higher => "↑",
            Self::Lower => "↓",
            Self::Unknown => "–",
        }
    }
}

/// The size of a difference in standard deviations, in the words of Cohen (1988, pp. 24–27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectSize {
    /// |d| below 0.2.
    Negligible,
    /// |d| from 0.2.
    Small,
    /// |d| from 0.5.
    Medium,
    /// |d| from 0.8.
    Large,
}

impl EffectSize {
    /// The word for a standardised difference `d`, whatever its sign.
    pub fn of(d: f64) -> Self {
        match d.abs() {
            size if size >= 0.8 => Self::Large,
            size if size >= 0.5 => Self::Medium,
            size if size >= 0.2 => Self::Small,
            _ => Self::Negligible,
        }
    }

    /// What it is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Negligible => lang.t("ごく小さい差", "Negligible difference"),
            Self::Small => lang.t("小さい差", "Small difference"),
            Self::Medium => lang.t("中程度の差", "Medium difference"),
            Self::Large => lang.t("大きい差", "Large difference"),
        }
    }
}

/// The difference between two waves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// This wave's mean minus the last one's.
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: Interval,
    /// Welch's degrees of freedom.
    pub df: f64,
    /// Two-sided probability of a difference at least this large if nothing had changed.
    pub p_value: f64,
    /// Cohen's d; `None` where nobody differs from anybody within the waves.
    pub effect_size: Option<f64>,
}

impl Comparison {
    /// The difference in words.
    pub fn change(&self) -> Change {
        if self.p_value >= SIGNIFICANCE {
            Change::AboutTheSame
        } else if self.difference > 0.0 {
            Change::Higher
        } else {
            Change::Lower
        }
    }
}

/// Compares this wave with the last one; `None` where either has fewer than two answers.
///
/// Difference of two means with unequal variances (Satterthwaite 1946, Welch 1947): standard error √(s₁²/n₁ + s₂²/n₂),
/// degrees of freedom (s₁²/n₁ + s₂²/n₂)² / ((s₁²/n₁)²/(n₁−1) + (s₂²/n₂)²/(n₂−1)). Effect size: Cohen's d with the
/// pooled standard deviation (Cohen 1988, pp. 66–67).
///
/// There is no finite population correction: the question is whether what lies behind the answers has changed, not
/// whether these very people differ, and for that it is left out (Cochran 1977, chapter 2, "Comparisons between domain
/// means"). Ballots are anonymous, so the waves are taken as independent, although mostly the same people answer both;
/// the true uncertainty is therefore rather smaller than stated.
pub fn compare(now: &Sample, before: &Sample) -> Option<Comparison> {
    if now.n < 2 || before.n < 2 {
        return None;
    }
    let difference = now.mean - before.mean;
    let (n1, n2) = (f64::from(now.n), f64::from(before.n));
    let (v1, v2) = (now.sd.powi(2) / n1, before.sd.powi(2) / n2);
    let pooled = ((n1 - 1.0) * now.sd.powi(2) + (n2 - 1.0) * before.sd.powi(2)) / (n1 + n2 - 2.0);
    let effect_size = (pooled > 0.0).then(|| difference / pooled.sqrt());
    let variance = v1 + v2;
    if variance <= 0.0 {
        // Everyone agreed both times: any difference is beyond chance.
        let p_value = if difference == 0.0 { 1.0 } else { 0.0 };
        let interval = Interval { low: difference, high: difference };
        return Some(Comparison { difference, interval, df: n1 + n2 - 2.0, p_value, effect_size });
    }
    let error = variance.sqrt();
    // Never below the smaller of n₁ − 1 and n₂ − 1, but for rounding.
    let df = (variance.powi(2) / (v1.powi(2) / (n1 - 1.0) + v2.powi(2) / (n2 - 1.0))).max(1.0);
    let half = t_quantile(1.0 - SIGNIFICANCE / 2.0, df) * error;
    let interval = Interval { low: difference - half, high: difference + half };
    let p_value = 2.0 * t_cdf(-(difference / error).abs(), df);
    Some(Comparison { difference, interval, df, p_value, effect_size })
}

/// [`compare`] in one word, where either wave may have nothing to show.
pub fn change(now: Option<&Sample>, before: Option<&Sample>) -> Change {
    let compared = now.zip(before).and_then(|(now, before)| compare(now, before));
    compared.map_or(Change::Unknown, |comparison| comparison.change())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) -> bool {
        (found - expected).abs() < tolerance
    }

    #[test]
    fn welch_agrees_with_the_nist_handbook() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3, data set AUTO83B: t = −12.946, 136.875 degrees of
        // freedom, pooled standard deviation 6.3426.
        let american = Sample { n: 249, mean: 20.14458, sd: 6.41470 };
        let japanese = Sample { n: 79, mean: 30.48101, sd: 6.10771 };
        let found = compare(&american, &japanese).expect("two samples");
        assert!(near(found.df, 136.875, 1e-3));
        let half = found.interval.high - found.difference;
        let t = found.difference / (half / t_quantile(0.975, found.df));
        assert!(near(t, -12.946_27, 1e-4));
        assert!(found.effect_size.is_some_and(|d| near(d, -10.33643 / 6.342_601, 1e-5)));
        assert_eq!(found.change(), Change::Lower);
        assert_eq!(EffectSize::of(-1.63), EffectSize::Large);
    }

    #[test]
    fn welch_agrees_with_r() {
        // R: t.test(extra ~ group, data = sleep) gives t = -1.8608, df = 17.776, p-value = 0.07939 and the interval
        // -3.3654832 to 0.2054832.
        let first = Sample { n: 10, mean: 0.75, sd: 1.789_009_7 };
        let second = Sample { n: 10, mean: 2.33, sd: 2.002_248_7 };
        let found = compare(&first, &second).expect("two samples");
        assert!(near(found.df, 17.776, 1e-3));
        assert!(near(found.p_value, 0.07939, 1e-5));
        assert!(near(found.interval.low, -3.365_483, 1e-5));
        assert!(near(found.interval.high, 0.205_483, 1e-5));
        assert_eq!(found.change(), Change::AboutTheSame);
    }

    #[test]
    fn without_answers_nothing_is_said() {
        let many = Sample { n: 40, mean: 60.0, sd: 20.0 };
        assert_eq!(change(Some(&many), None), Change::Unknown);
        assert_eq!(change(None, Some(&many)), Change::Unknown);
        let one = Sample { n: 1, mean: 60.0, sd: 0.0 };
        assert_eq!(change(Some(&many), Some(&one)), Change::Unknown);
        let higher = Sample { n: 40, mean: 75.0, sd: 20.0 };
        assert_eq!(change(Some(&higher), Some(&many)), Change::Higher);
    }

    #[test]
    fn agreement_of_all_in_both_waves_is_certain() {
        let low = Sample { n: 12, mean: 4.0, sd: 0.0 };
        let high = Sample { n: 15, mean: 5.0, sd: 0.0 };
        assert_eq!(change(Some(&high), Some(&low)), Change::Higher);
        assert_eq!(change(Some(&low), Some(&low)), Change::AboutTheSame);
        assert_eq!(compare(&high, &low).and_then(|c| c.effect_size), None);
    }

    #[test]
    fn effect_sizes_have_cohens_words() {
        let words = [0.0, -0.19, 0.2, -0.5, 0.8].map(EffectSize::of);
        assert_eq!(words[..2], [EffectSize::Negligible; 2]);
        assert_eq!(words[2..], [EffectSize::Small, EffectSize::Medium, EffectSize::Large]);
        for change in [Change::AboutTheSame, Change::Higher, Change::Lower, Change::Unknown] {
            assert_ne!(change.label(Lang::Ja), change.label(Lang::En));
        }
    }

    fn sample() -> impl Strategy<Value = Sample> {
        (2u32..300, 0.0f64..100.0, 0.0f64..40.0).prop_map(|(n, mean, sd)| Sample { n, mean, sd })
    }

    proptest! {
        #[test]
        fn the_word_the_interval_and_the_order_agree(a in sample(), b in sample()) {
            let found = compare(&a, &b).expect("two samples");
            let turned = compare(&b, &a).expect("two samples");
            prop_assert!((found.difference + turned.difference).abs() < 1e-9);
            prop_assert!((found.p_value - turned.p_value).abs() < 1e-9);
            // At the very edge rounding may decide either way.
            if (found.p_value - SIGNIFICANCE).abs() > 1e-9 {
                let same = found.change() == Change::AboutTheSame;
                prop_assert_eq!(same, found.interval.contains(0.0));
                let opposite = match found.change() {
                    Change::Higher => Change::Lower,
                    Change::Lower => Change::Higher,
                    other => other,
                };
                prop_assert_eq!(turned.change(), opposite);
            }
        }
    }
}
