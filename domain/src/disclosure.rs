//! Disclosure control (秘匿): which numbers of a release may be shown.
//!
//! A release is a set of *groups* (the whole organisation, the units of the reporting tree, the categories of each
//! demographic) and the *tables* that say which group is the disjoint union of which others. A *cell* is one item in
//! one group. What happens to a cell:
//!
//! - **Primary suppression**: fewer than k people answered.
//! - **Secondary suppression**: it would tell the answer of each of a few people; by itself, where fewer than 2k
//!   answered and all alike, or by giving another cell, or several taken together, away by subtraction. Which of these
//!   it is, is not published: agreement that is announced is an answer that is told.
//!
//! Terms and method follow Hundepool et al., *Statistical Disclosure Control* (Wiley, 2012), and Langsrud, "Secondary
//! Cell Suppression by Gaussian Elimination", *Privacy in Statistical Databases* (2024).
//!
//! # What an attacker is taken to know
//!
//! All that is shown, the tables, and which groups are empty (the receipts of a campaign say so). How many people
//! answered is no secret; what they answered is. An attacker who is a respondent sees in any group of k what the
//! k − 1 others said taken together: that is what the threshold promises, no more.

mod cell;
mod count;
mod crossing;
mod dominance;
mod elimination;
mod group;
mod nested;
mod raters;
mod suppress;

pub use cell::CellState;
pub use count::{Count, Numbers};
pub use crossing::{Atom, crossed};
pub use dominance::{Contributions, dominated};
pub use elimination::determined;
pub use group::{ReportingTree, Standing, Table, UnitGroup, reporting_tree};
pub use nested::{NestedCount, withheld};
pub use raters::{
    AtomSet, GroupCells, Judgement, Published, RaterCounts, ReviewCells, Withheld, named_cells, review_cells,
    shows_totals,
};
pub use suppress::{GroupCounts, ItemRule, Suppression, TableError, suppress};

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// The lowest threshold for scores that can be chosen: with two, each of two people knows the other's answer.
pub const LEAST_THRESHOLD: u32 = 3;
/// The highest threshold that can be chosen; a higher one would leave nothing to show.
pub const MOST_THRESHOLD: u32 = 100;

/// From how many people anything is shown (最小集計人数).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Respondents to an item, for its distribution, mean and shares; also the least size of a stratum.
    pub scores: u32,
    /// Respondents in a group who were asked, for its comments.
    pub comments: u32,
    /// People who may answer in a group, for its response rate; not more than for scores.
    pub response_rate: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { scores: 5, comments: 10, response_rate: 5 }
    }
}

impl Thresholds {
    /// Checks the numbers HR chose.
    ///
    /// # Errors
    /// Each must be from [`LEAST_THRESHOLD`] to [`MOST_THRESHOLD`]. Comments need at least as many people as scores,
    /// since wording betrays more than a tick. Response rates need no more than scores: every stratum has as many people
    /// as scores need, so that each has a rate; were some hidden, subtraction would give them away.
    pub fn check(&self) -> Result<(), ThresholdError> {
        let allowed = LEAST_THRESHOLD..=MOST_THRESHOLD;
        let chosen = [self.scores, self.comments, self.response_rate];
        if let Some(value) = chosen.into_iter().find(|value| !allowed.contains(value)) {
            return Err(ThresholdError::Range(value));
        }
        if self.comments < self.scores {
            return Err(ThresholdError::Comments { comments: self.comments, scores: self.scores });
        }
        if self.response_rate > self.scores {
            return Err(ThresholdError::Rate { rate: self.response_rate, scores: self.scores });
        }
        Ok(())
    }

    /// True where the response rate of a group of this many eligible people may be shown.
    pub fn shows_response_rate(&self, eligible: u32) -> bool {
        eligible >= self.response_rate
    }
}

/// Why thresholds are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// One lies outside the range allowed.
    #[error("a threshold of {0} is out of range")]
    Range(u32),
    /// Comments would be shown from fewer people than scores.
    #[error("the threshold of comments ({comments}) is below that of scores ({scores})")]
    Comments {
        /// Threshold chosen for comments.
        comments: u32,
        /// Threshold chosen for scores.
        scores: u32,
    },
    /// Response rates would be hidden where subtraction gives them away.
    #[error("the threshold of response rates ({rate}) is above that of scores ({scores})")]
    Rate {
        /// Threshold chosen for response rates.
        rate: u32,
        /// Threshold chosen for scores.
        scores: u32,
    },
}

impl ThresholdError {
    /// The message for HR.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Range(value), Lang::Ja) => format!(
                "最小集計人数{value}人は使えません。{LEAST_THRESHOLD}人から{MOST_THRESHOLD}人までで指定してください。"
            ),
            (Self::Range(value), Lang::En) => format!(
                "A threshold of {value} cannot be used. Please choose from {LEAST_THRESHOLD} to {MOST_THRESHOLD}."
            ),
            (Self::Comments { comments, scores }, Lang::Ja) => format!(
                "自由記述の最小集計人数({comments}人)は、点数の最小集計人数({scores}人)以上にしてください。"
            ),
            (Self::Comments { comments, scores }, Lang::En) => format!(
                "The threshold for comments ({comments}) must be at least that for scores ({scores})."
            ),
            (Self::Rate { rate, scores }, Lang::Ja) => format!(
                "回答率の最小集計人数({rate}人)は、点数の最小集計人数({scores}人)以下にしてください。"
            ),
            (Self::Rate { rate, scores }, Lang::En) => format!(
                "The threshold for response rates ({rate}) must not be above that for scores ({scores})."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_survive_json() {
        let thresholds = Thresholds::default();
        assert_eq!(thresholds.check(), Ok(()));
        let json = serde_json::to_string(&thresholds).expect("JSON");
        assert_eq!(json, r#"{"scores":5,"comments":10,"response_rate":5}"#);
        assert_eq!(serde_json::from_str::<Thresholds>(&json).expect("thresholds"), thresholds);
        assert!(serde_json::from_str::<Thresholds>(r#"{"scores":5,"comments":10}"#).is_err());
    }

    #[test]
    fn thresholds_out_of_range_are_refused() {
        let with = |scores, comments, response_rate| Thresholds { scores, comments, response_rate }.check();
        assert_eq!(with(3, 3, 3), Ok(()));
        assert_eq!(with(100, 100, 100), Ok(()));
        assert_eq!(with(2, 10, 5), Err(ThresholdError::Range(2)));
        assert_eq!(with(5, 101, 5), Err(ThresholdError::Range(101)));
        assert_eq!(with(5, 10, 0), Err(ThresholdError::Range(0)));
        let error = ThresholdError::Comments { comments: 5, scores: 8 };
        assert_eq!(with(8, 5, 5), Err(error));
        assert!(error.message(Lang::En).contains("(5)"));
        assert_eq!(with(5, 10, 4), Ok(()));
        let error = ThresholdError::Rate { rate: 6, scores: 5 };
        assert_eq!(with(5, 10, 6), Err(error));
        assert!(error.message(Lang::Ja).contains("(6人)") && error.message(Lang::En).contains("(6)"));
        assert!(ThresholdError::Range(2).message(Lang::Ja).contains("3人から100人"));
    }

    #[test]
    fn response_rates_need_enough_eligible_people() {
        assert!(Thresholds::default().shows_response_rate(5));
        assert!(!Thresholds::default().shows_response_rate(4));
    }
}
