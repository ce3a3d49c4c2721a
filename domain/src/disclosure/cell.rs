//! The state of one cell, and the words for it.

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// What may be shown of a cell (セル): one item in one group, or a group as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Everything: n, distribution, mean, shares.
    Shown,
    /// Only n and the statement that the answers agree; see [`coarsen`].
    Coarsened,
    /// Nothing: fewer people than the threshold. Also what is said of a cell nobody knows anything about.
    #[default]
    Primary,
    /// Nothing: it would give another cell away.
    Secondary,
}

impl CellState {
    /// All states.
    pub const ALL: [CellState; 4] = [Self::Shown, Self::Coarsened, Self::Primary, Self::Secondary];

    /// True where distribution, mean and shares may be shown.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shown)
    }

    /// True where n may be shown.
    pub const fn shows_n(self) -> bool {
        matches!(self, Self::Shown | Self::Coarsened)
    }

    /// The name stored in the database and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Coarsened => "coarsened",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// Reads [`CellState::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// What stands in the cell instead of a number.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Shown => lang.t("表示", "Shown"),
            Self::Coarsened => {
                lang.t("回答がそろっているため分布は非表示", "Distribution hidden: all answers are alike")
            }
            Self::Primary => lang.t("回答者が少ないため非表示", "Hidden: too few respondents"),
            Self::Secondary => lang.t("他の部署を守るため非表示", "Hidden to protect another group"),
        }
    }

    /// Why, in a sentence, for the explanation behind the cell.
    pub const fn explanation(self, lang: Lang) -> &'static str {
        match self {
            Self::Shown => lang.t("この数値は表示できます。", "This number can be shown."),
            Self::Coarsened => lang.t(
                "少人数の全員が同じ回答だったため、一人ひとりの回答が分からないよう、分布を表示していません。",
                "A small group all gave the same answer. The distribution is not shown, so that nobody's answer becomes known.",
            ),
            Self::Primary => lang.t(
                "回答者が最小集計人数に満たないため、表示していません。",
                "Fewer people answered than the threshold, so nothing is shown.",
            ),
            Self::Secondary => lang.t(
                "この数値を表示すると、引き算によって人数の少ない別の集計が分かってしまうため、表示していません。",
                "This number is not shown, because a smaller group's result could be worked out from it by subtraction.",
            ),
        }
    }
}

/// True where a distribution must not be published because it betrays everyone: fewer than 2`k` people answered, and
/// all of them alike ("group disclosure" in Hundepool et al. 2012). From 2`k` people on, agreement is a
/// finding about the group rather than about its members.
///
/// `distribution` has one count per possible answer.
pub fn coarsen(distribution: &[u32], k: u32) -> bool {
    let n: u64 = distribution.iter().map(|&count| u64::from(count)).sum();
    let answers_given = distribution.iter().filter(|&&count| count > 0).count();
    answers_given == 1 && n < 2 * u64::from(k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_alike_are_coarsened_and_ten_are_not() {
        assert!(coarsen(&[0, 0, 0, 9, 0], 5));
        assert!(!coarsen(&[0, 0, 0, 10, 0], 5));
        assert!(!coarsen(&[0, 0, 1, 8, 0], 5));
        assert!(!coarsen(&[0, 0, 0], 5));
    }

    #[test]
    fn states_have_a_name_and_words_of_their_own() {
        for state in CellState::ALL {
            assert_eq!(CellState::parse(state.as_str()), Some(state));
            assert_ne!(state.label(Lang::Ja), state.label(Lang::En));
            assert_eq!(serde_json::to_string(&state).expect("JSON"), format!("\"{}\"", state.as_str()));
        }
        assert_eq!(CellState::parse("hidden"), None);
        assert_eq!(CellState::Primary.label(Lang::Ja), "回答者が少ないため非表示");
        assert!(CellState::Coarsened.shows_n() && !CellState::Coarsened.is_shown());
    }
}
