//! What strata are called.

use std::collections::BTreeSet;

use super::{Forest, Stratum, UnitNode};
use crate::terms::as_read;
use crate::text::{Lang, Text};

/// The name of a stratum of these units, the largest first.
pub(super) fn label(units: &[&UnitNode]) -> Text {
    match units {
        [] => Text::default(),
        [only] => only.label.clone(),
        [first, second] => Text::new(
            format!("{}・{}", first.label.get(Lang::Ja), second.label.get(Lang::Ja)),
            format!("{} and {}", first.label.get(Lang::En), second.label.get(Lang::En)),
        ),
        [first, others @ ..] => {
            let count = others.len();
            Text::new(
                format!("{} ほか{count}部署", first.label.get(Lang::Ja)),
                format!("{} and {count} other units", first.label.get(Lang::En)),
            )
        }
    }
}

/// Makes the names of the strata different in each language: those that are alike get the name of the unit above in
/// front, and where that is not enough, a number behind.
pub(super) fn tell_apart(strata: &mut [Stratum], forest: &Forest) {
    let twice = repeated(strata);
    for stratum in strata.iter_mut().filter(|stratum| is_in(&twice, &stratum.label)) {
        if let Some(above) = above(stratum, forest) {
            let named = |lang| format!("{} {}", above.get(lang), stratum.label.get(lang));
            stratum.label = Text::new(named(Lang::Ja), named(Lang::En));
        }
    }
    // Names that are alike all get a number, so that none looks as if there were no other.
    let twice = repeated(strata);
    let mut taken: BTreeSet<(Lang, String)> = strata
        .iter()
        .filter(|stratum| !is_in(&twice, &stratum.label))
        .flat_map(|stratum| names(&stratum.label))
        .collect();
    for stratum in strata.iter_mut().filter(|stratum| is_in(&twice, &stratum.label)) {
        let numbered = |n: usize| {
            Text::new(
                format!("{} ({n})", stratum.label.get(Lang::Ja)),
                format!("{} ({n})", stratum.label.get(Lang::En)),
            )
        };
        let free = |label: &Text| names(label).iter().all(|name| !taken.contains(name));
        let Some(label) = (1..).map(numbered).find(free) else { continue };
        taken.extend(names(&label));
        stratum.label = label;
    }
}

/// The name of the unit above the stratum's units: of one unit its parent's, of several that of the first's parent.
fn above<'a>(stratum: &Stratum, forest: &Forest<'a>) -> Option<&'a Text> {
    let first = stratum.units.first()?;
    let at = forest.nodes.binary_search_by_key(first, |node| node.id).ok()?;
    let parent = forest.parent.get(at).copied().flatten()?;
    forest.nodes.get(parent).map(|node| &node.label)
}

/// A label as it is read, in each language.
fn names(label: &Text) -> [(Lang, String); 2] {
    [Lang::Ja, Lang::En].map(|lang| (lang, as_read(label.get(lang))))
}

/// Names that more than one stratum has.
fn repeated(strata: &[Stratum]) -> BTreeSet<(Lang, String)> {
    let mut seen = BTreeSet::new();
    strata
        .iter()
        .flat_map(|stratum| names(&stratum.label))
        .filter(|name| !seen.insert(name.clone()))
        .collect()
}

fn is_in(names_of_several: &BTreeSet<(Lang, String)>, label: &Text) -> bool {
    names(label).iter().any(|name| names_of_several.contains(name))
}

#[cfg(test)]
mod tests {
    use super::super::freeze;
    use super::*;

    #[test]
    fn strata_of_the_same_name_are_told_apart() {
        let unit = |id, parent, ja: &str, en: &str, eligible| UnitNode {
            id,
            parent,
            label: Text::new(ja, en),
            eligible,
        };
        let units = [
            unit(1, None, "省", "Ministry", 0),
            unit(2, Some(1), "経済局", "Economic Bureau", 0),
            unit(3, Some(1), "領事局", "Consular Bureau", 0),
            unit(4, Some(2), "総務課", "General Affairs", 6),
            unit(5, Some(3), "総務課", "", 6),
            unit(6, Some(3), "官房", "Secretariat", 6),
            unit(7, Some(3), "官房", "Secretariat", 6),
            unit(8, Some(3), "領事局\u{3000}官房 (1)", "One", 6),
            unit(9, Some(1), "会計課", "Accounts", 6),
        ];
        let labels: Vec<Text> = freeze(&units, 5).expect("strata").into_iter().map(|s| s.label).collect();
        let expected = [
            ("経済局 総務課", "Economic Bureau General Affairs"),
            ("領事局 総務課", "Consular Bureau 総務課"),
            ("領事局 官房 (2)", "Consular Bureau Secretariat (2)"),
            ("領事局 官房 (3)", "Consular Bureau Secretariat (3)"),
            ("領事局\u{3000}官房 (1)", "One"),
            ("会計課", "Accounts"),
        ];
        assert_eq!(labels, expected.map(|(ja, en)| Text::new(ja, en)));
    }
}
