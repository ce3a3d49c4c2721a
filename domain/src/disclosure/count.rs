//! What a release knows of the answers in one cell, in a form that adds up.

use serde::{Deserialize, Serialize};

/// The answers of a group of people to one item.
///
/// Counts add up over disjoint groups. So what is published of some parts of a table, taken from what is published of
/// its total, is exactly the count of the people left over, and that one must not tell more than a published cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// People who answered; of free text, people who were asked.
    pub n: u32,
    /// Per point or option, how many people gave it. In a multiple choice one person may give several.
    pub counts: Vec<u32>,
    /// For a number item, the numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
}

/// Numbers that were answered, added up as whole multiples of their last decimal place: floating point would round,
/// and equal numbers would seem to differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Their sum.
    pub sum: i128,
    /// The sum of their squares.
    pub squares: i128,
}

impl Numbers {
    /// One number of at most `decimals` digits after the decimal point.
    pub fn of(value: f64, decimals: u8) -> Self {
        let sum = (value * 10f64.powi(i32::from(decimals))).round() as i128;
        Self { sum, squares: sum.saturating_mul(sum) }
    }

    /// n times the sum of squared deviations from the mean: 0 where all n numbers are equal, and only there.
    fn spread(&self, n: u32) -> i128 {
        i128::from(n).saturating_mul(self.squares).saturating_sub(self.sum.saturating_mul(self.sum))
    }
}

impl Count {
    /// People of whom nothing but their number is known.
    pub fn people(n: u32) -> Self {
        Self { n, ..Self::default() }
    }

    /// Adds the count of other people.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, u32::saturating_add, i128::saturating_add);
    }

    /// Takes away the count of some of the people.
    pub fn subtract(&mut self, some: &Self) {
        self.combine(some, u32::saturating_sub, i128::saturating_sub);
    }

    fn combine(&mut self, other: &Self, people: fn(u32, u32) -> u32, number: fn(i128, i128) -> i128) {
        self.n = people(self.n, other.n);
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = people(*mine, *theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.numbers, &other.numbers) {
            mine.sum = number(mine.sum, theirs.sum);
            mine.squares = number(mine.squares, theirs.squares);
        }
    }

    /// True where everybody is known to have given the same point, option or number. In a multiple choice one option
    /// that everybody ticked is enough, whatever else they ticked.
    pub fn is_unanimous(&self) -> bool {
        let same_number = self.numbers.is_some_and(|numbers| numbers.spread(self.n) == 0);
        self.n > 0 && (same_number || self.counts.contains(&self.n))
    }

    /// True where publishing the count would tell the answer of each of a few people: fewer than 2`k`, and all alike
    /// ("group disclosure" in Hundepool et al., *Statistical Disclosure Control*, 2012). From 2`k` people on,
    /// agreement is a finding about the group rather than about its members.
    pub fn betrays_everyone(&self, k: u32) -> bool {
        self.n < k.saturating_mul(2) && self.is_unanimous()
    }

    /// Mean and standard deviation (divisor n − 1; 0 for one answer) of numbers of so many `decimals`. `None` where
    /// nobody answered or it is no number item.
    pub fn mean_and_sd(&self, decimals: u8) -> Option<(f64, f64)> {
        let numbers = self.numbers.filter(|_| self.n > 0)?;
        let (n, unit) = (f64::from(self.n), 10f64.powi(i32::from(decimals)));
        let variance = numbers.spread(self.n).max(0) as f64 / (n * (n - 1.0).max(1.0));
        Some((numbers.sum as f64 / n / unit, variance.sqrt() / unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: u32, counts: &[u32]) -> Count {
        Count { counts: counts.to_vec(), ..Count::people(n) }
    }

    fn numbers(values: &[f64], decimals: u8) -> Count {
        let mut count = Count { numbers: Some(Numbers::default()), ..Count::default() };
        for value in values {
            count.add(&Count { numbers: Some(Numbers::of(*value, decimals)), ..Count::people(1) });
        }
        count
    }

    #[test]
    fn nine_alike_betray_themselves_and_ten_do_not() {
        assert!(of(9, &[0, 0, 0, 9, 0]).betrays_everyone(5));
        assert!(!of(10, &[0, 0, 0, 10, 0]).betrays_everyone(5));
        assert!(!of(9, &[0, 0, 1, 8, 0]).betrays_everyone(5));
        assert!(!of(0, &[0, 0, 0]).betrays_everyone(5));
        assert!(!Count::people(6).betrays_everyone(5));
    }

    #[test]
    fn an_option_that_everybody_ticked_betrays_them_whatever_else_they_ticked() {
        assert!(of(6, &[6, 3, 0]).betrays_everyone(5));
        assert!(of(6, &[6, 6, 0]).betrays_everyone(5));
        assert!(!of(6, &[5, 3, 1]).betrays_everyone(5));
    }

    #[test]
    fn equal_numbers_are_equal_in_any_number_of_decimals() {
        // In floating point the variance of these is 3.8e-14.
        let alike = numbers(&[12.1; 7], 1);
        assert!(alike.betrays_everyone(5));
        assert_eq!(alike.mean_and_sd(1), Some((12.1, 0.0)));
        for n in 5..10 {
            for tenths in 0..1000 {
                let value = f64::from(tenths) / 10.0;
                assert!(numbers(&vec![value; n], 1).betrays_everyone(5), "{n} times {value}");
            }
        }
        assert!(!numbers(&[12.1, 12.1, 12.1, 12.1, 12.2], 1).is_unanimous());
        assert!(numbers(&[-3.125; 5], 3).is_unanimous());
        assert!(!numbers(&[], 0).is_unanimous());
    }

    #[test]
    fn mean_and_standard_deviation_are_the_usual_ones() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32.
        let (mean, sd) =
            numbers(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0).mean_and_sd(0).expect("numbers");
        assert!((mean - 5.0).abs() < 1e-12 && (sd - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(numbers(&[0.125], 3).mean_and_sd(3), Some((0.125, 0.0)));
        assert_eq!(numbers(&[], 0).mean_and_sd(0), None);
        assert_eq!(of(3, &[1, 2]).mean_and_sd(0), None);
    }

    #[test]
    fn what_is_left_over_is_the_count_of_those_left_over() {
        let (some, others) = (numbers(&[1.5, 2.5], 1), numbers(&[4.0; 3], 1));
        let mut all = some.clone();
        all.add(&others);
        let json = serde_json::to_string(&all).expect("JSON");
        assert_eq!(serde_json::from_str::<Count>(&json).expect("a count"), all);
        all.subtract(&some);
        assert_eq!(all, others);
        let mut all = of(9, &[5, 4]);
        all.subtract(&of(4, &[0, 4]));
        assert_eq!(all, of(5, &[5, 0]));
    }
}
