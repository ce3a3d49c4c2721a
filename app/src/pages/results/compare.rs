//! Comparing a group with itself in the last wave.

use std::collections::BTreeSet;

use domain::disclosure::Standing;
use domain::statistics::{Change, Distribution, compare, format as written};
use domain::text::Lang;
use service::release::results::{Group, Unit};

use super::figures::Score;

/// What became of a figure since the last wave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// In words.
    pub change: Change,
    /// In points of the index, 0 to 100, where both waves have a figure.
    pub difference: Option<f64>,
    /// True where the same items were asked and shown in both.
    pub alike: bool,
}

impl Compared {
    /// The scores of an area.
    pub fn scores(now: Option<&Score>, before: Option<&Score>) -> Self {
        let both = now.zip(before);
        let compared =
            both.and_then(|(now, before)| compare(&now.figures.sample(), &before.figures.sample()));
        Self {
            change: compared.map_or(Change::Unknown, |c| c.change()),
            difference: compared.map(|c| c.difference),
            alike: both.is_none_or(|(now, before)| now.items == before.items),
        }
    }

    /// The answers to one item, which may have had another number of points.
    pub fn distributions(now: Option<&Distribution>, before: Option<&Distribution>) -> Self {
        let samples =
            now.and_then(Distribution::index_sample).zip(before.and_then(Distribution::index_sample));
        let compared = samples.and_then(|(now, before)| compare(&now, &before));
        Self {
            change: compared.map_or(Change::Unknown, |c| c.change()),
            difference: compared.map(|c| c.difference),
            alike: true,
        }
    }

    /// True where the figure has moved by more than chance explains.
    pub fn moved(&self) -> bool {
        matches!(self.change, Change::Higher | Change::Lower)
    }

    /// The words with the difference, such as `↑ 前回より高い(+3.2)`.
    pub fn words(&self, lang: Lang) -> String {
        let words = format!("{} {}", self.change.sign(), self.change.label(lang));
        let Some(difference) = self.difference.map(written::difference) else { return words };
        match (lang, self.alike) {
            (Lang::Ja, true) => format!("{words}({difference})"),
            (Lang::Ja, false) => format!("{words}({difference}、設問が一部異なるため目安)"),
            (Lang::En, true) => format!("{words} ({difference})"),
            (Lang::En, false) => format!("{words} ({difference}; some items differ, so only a rough guide)"),
        }
    }
}

/// How the group shown for a unit relates to its people.
pub fn standing(unit: &Unit) -> Standing {
    match unit.standing.as_str() {
        "own" => Standing::Own,
        "partial" => Standing::Partial,
        _ => Standing::Merged,
    }
}

/// The units that a group is shown for, the highest first.
pub fn units_of(group: u32, units: &[Unit]) -> Vec<&Unit> {
    let mut found: Vec<&Unit> = units.iter().filter(|unit| unit.group == group).collect();
    let ids: BTreeSet<i64> = found.iter().map(|unit| unit.id).collect();
    found.sort_by_key(|unit| (unit.parent.is_some_and(|parent| ids.contains(&parent)), unit.id));
    found
}

/// The group of the last wave that consists of the same people, as far as a reorganisation lets one say so: the whole,
/// the same unit, a stratum of the same units, the same option of the same demographic.
pub fn same_group<'a>(
    group: &Group,
    units: &[Unit],
    last_groups: &'a [Group],
    last_units: &[Unit],
) -> Option<&'a Group> {
    match group.kind.as_str() {
        "whole" => last_groups.iter().find(|last| last.kind == "whole"),
        "demographic" => last_groups
            .iter()
            .find(|last| last.kind == "demographic" && last.item == group.item && last.label == group.label),
        "unit" => {
            let unit = units_of(group.number, units)
                .into_iter()
                .filter(|unit| standing(unit) != Standing::Merged)
                .find_map(|unit| last_units.iter().find(|last| last.id == unit.id))?;
            let own = standing(unit) != Standing::Merged;
            last_groups.iter().find(|last| own && last.number == unit.group)
        }
        _ => {
            let merged = merged_units(group.number, units);
            last_groups.iter().find(|last| {
                last.kind == "stratum"
                    && last.label == group.label
                    && !merged.is_empty()
                    && merged == merged_units(last.number, last_units)
            })
        }
    }
}

fn merged_units(group: u32, units: &[Unit]) -> BTreeSet<i64> {
    let merged = |unit: &&Unit| unit.group == group && standing(unit) == Standing::Merged;
    units.iter().filter(merged).map(|unit| unit.id).collect()
}

#[cfg(test)]
mod tests {
    use domain::disclosure::CellState;
    use domain::text::Text;

    use super::super::figures::Figures;
    use super::super::figures::tests::{cell, questionnaire};
    use super::*;

    fn group(number: u32, kind: &str, label: &str) -> Group {
        Group {
            number,
            kind: kind.into(),
            item: None,
            label: Text::new(label, ""),
            eligible: None,
            issued: None,
            received: None,
            respondents: None,
            state: CellState::Shown,
        }
    }

    fn unit(id: i64, parent: Option<i64>, group: u32, standing: &str) -> Unit {
        Unit {
            id,
            parent,
            name: Text::default(),
            kind: String::new(),
            region: Text::default(),
            group,
            standing: standing.into(),
            people: 9,
        }
    }

    #[test]
    fn a_unit_is_compared_with_itself_unless_it_was_merged() {
        let units = [unit(1, None, 0, "own"), unit(3, Some(2), 4, "own"), unit(2, Some(1), 4, "partial")];
        assert_eq!(units_of(4, &units).iter().map(|u| u.id).collect::<Vec<_>>(), [2, 3]);
        let last_groups = [group(0, "whole", "全体"), group(7, "unit", "課"), group(8, "stratum", "課ほか")];
        let now = group(4, "unit", "課");
        let last = [unit(2, Some(1), 7, "own")];
        assert_eq!(same_group(&now, &units, &last_groups, &last).map(|g| g.number), Some(7));
        // Unit 2 did not exist yet, so unit 3 stands for the group.
        let last = [unit(3, Some(1), 7, "own")];
        assert_eq!(same_group(&now, &units, &last_groups, &last).map(|g| g.number), Some(7));
        let last = [unit(2, Some(1), 8, "merged")];
        assert_eq!(same_group(&now, &units, &last_groups, &last), None);
        let whole = group(0, "whole", "全体");
        assert_eq!(same_group(&whole, &units, &last_groups, &[]).map(|g| g.number), Some(0));
    }

    #[test]
    fn a_merged_stratum_is_compared_only_with_the_same_units() {
        let units = [unit(5, Some(1), 3, "merged"), unit(6, Some(1), 3, "merged")];
        let now = group(3, "stratum", "五・六");
        let last_groups = [group(2, "stratum", "五・六"), group(4, "stratum", "五・七")];
        let last = [unit(5, None, 2, "merged"), unit(6, None, 2, "merged"), unit(7, None, 4, "merged")];
        assert_eq!(same_group(&now, &units, &last_groups, &last).map(|g| g.number), Some(2));
        let moved = [unit(5, None, 2, "merged"), unit(6, None, 4, "merged"), unit(7, None, 4, "merged")];
        assert_eq!(same_group(&now, &units, &last_groups, &moved), None);
    }

    #[test]
    fn the_words_carry_the_difference_and_say_when_items_differ() {
        let of =
            |counts: &[u32]| Figures::new(questionnaire(), &[cell("a", counts), cell("b", &[])]).engagement();
        let (now, before) = (of(&[0, 0, 2, 10, 48]), of(&[20, 20, 10, 5, 5]));
        let compared = Compared::scores(now.as_ref(), before.as_ref());
        assert!(compared.moved() && compared.alike);
        assert!(compared.words(Lang::Ja).starts_with("↑ 前回より高い(+"));
        let same = Compared::scores(now.as_ref(), now.as_ref());
        assert_eq!(same.words(Lang::En), "→ About the same as last time (±0.0)");
        let none = Compared::scores(now.as_ref(), None);
        assert_eq!((none.change, none.difference), (Change::Unknown, None));
        assert_eq!(none.words(Lang::Ja), "– 前回と比べられません");
        let mut other = before;
        if let Some(other) = &mut other {
            other.items.insert("b".into());
        }
        assert!(Compared::scores(now.as_ref(), other.as_ref()).words(Lang::Ja).contains("目安"));
    }
}
