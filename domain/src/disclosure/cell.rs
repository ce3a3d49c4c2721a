//! The state of one cell, and the words for it.

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// What may be shown of a cell (セル): one item in one group, or a group as a whole.
///
/// That the answers in a cell are all alike is no state of its own: whoever is told so, and how many they are, can find
/// out what they answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Everything: n, distribution, mean, shares.
    Shown,
    /// Nothing: fewer people than the threshold. Also what is said of a cell nobody knows anything about.
    #[default]
    Primary,
    /// Nothing: it would tell the answer of each of a few people, by itself or by giving another cell away.
    Secondary,
}

impl CellState {
    /// All states.
    pub const ALL: [CellState; 3] = [Self::Shown, Self::Primary, Self::Secondary];

    /// True where anything may be shown: n, distribution, mean and shares.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shown)
    }

    /// The name stored in the database and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
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
            Self::Primary => lang.t("回答者が少ないため非表示", "Hidden: too few respondents"),
            Self::Secondary => {
                lang.t("一人ひとりの回答を守るため非表示", "Hidden to protect people's answers")
            }
        }
    }

    /// Why, in a sentence, for the explanation behind the cell.
    pub const fn explanation(self, lang: Lang) -> &'static str {
        match self {
            Self::Shown => lang.t("この数値は表示できます。", "This number can be shown."),
            Self::Primary => lang.t(
                "回答者が最小集計人数に満たないため、表示していません。",
                "Fewer people answered than the threshold, so nothing is shown.",
            ),
            Self::Secondary => lang.t(
                "この数値を表示すると、少人数の回答がそのまま、または引き算によって分かってしまうおそれがあるため、表示していません。",
                "This number is not shown, because the answers of a few people could follow from it, by itself or by subtraction.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_a_name_and_words_of_their_own() {
        for state in CellState::ALL {
            assert_eq!(CellState::parse(state.as_str()), Some(state));
            assert_ne!(state.label(Lang::Ja), state.label(Lang::En));
            assert_eq!(serde_json::to_string(&state).expect("JSON"), format!("\"{}\"", state.as_str()));
        }
        assert_eq!(CellState::parse("hidden"), None);
        assert_eq!(CellState::Primary.label(Lang::Ja), "回答者が少ないため非表示");
    }
}
