//! In which order units are shown.

use std::cmp::Ordering;

use domain::text::Lang;
use service::release::response::UnitTurnout;

/// An order of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As a tree.
    Tree,
    /// The lowest response rate first; hidden ones last.
    Rate,
    /// The largest first.
    Size,
}

impl Order {
    /// All orders.
    pub(super) const ALL: [Self; 3] = [Self::Tree, Self::Rate, Self::Size];

    /// The name in the query.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Rate => "rate",
            Self::Size => "size",
        }
    }

    /// Reads [`Order::as_str`]; anything else is the tree.
    pub(super) fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|o| o.as_str() == name).unwrap_or(Self::Tree)
    }

    /// What the order is called on screen.
    pub(super) const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Tree => lang.t("組織の順", "By organisation"),
            Self::Rate => lang.t("回答率の低い順", "Lowest response rate first"),
            Self::Size => lang.t("人数の多い順", "Largest first"),
        }
    }

    /// Sorts units that come in the order of the tree. In any other order nothing is indented.
    pub(super) fn sort(self, units: &mut [UnitTurnout]) {
        match self {
            Self::Tree => return,
            Self::Rate => units.sort_by(by_rate),
            Self::Size => units.sort_by_key(|unit| std::cmp::Reverse(unit.turnout.eligible)),
        }
        units.iter_mut().for_each(|unit| unit.depth = 0);
    }
}

fn by_rate(a: &UnitTurnout, b: &UnitTurnout) -> Ordering {
    let rate = |unit: &UnitTurnout| unit.turnout.rate().filter(|_| unit.shown);
    match (rate(a), rate(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y),
        (x, y) => y.is_some().cmp(&x.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use domain::disclosure::Standing;
    use domain::text::Text;
    use service::release::response::Turnout;

    use super::*;

    fn unit(name: &str, eligible: u32, received: u32, shown: bool) -> UnitTurnout {
        UnitTurnout {
            name: Text::new(name, name),
            kind: "division".into(),
            depth: 1,
            standing: Standing::Own,
            together: None,
            people: eligible,
            turnout: Turnout { eligible, issued: received, received },
            shown,
        }
    }

    fn sorted(order: Order) -> Vec<(String, u32)> {
        let mut units =
            [unit("a", 10, 9, true), unit("b", 20, 5, true), unit("c", 4, 4, false), unit("d", 6, 2, true)];
        order.sort(&mut units);
        units.into_iter().map(|unit| (unit.name.en, unit.depth)).collect()
    }

    #[test]
    fn hidden_rates_go_last_and_tell_nothing() {
        let names = |order| sorted(order).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(Order::Tree), ["a", "b", "c", "d"]);
        assert_eq!(names(Order::Rate), ["b", "d", "a", "c"]);
        assert_eq!(names(Order::Size), ["b", "a", "d", "c"]);
    }

    #[test]
    fn only_the_tree_is_indented() {
        assert!(sorted(Order::Tree).iter().all(|(_, depth)| *depth == 1));
        assert!(sorted(Order::Size).iter().all(|(_, depth)| *depth == 0));
    }

    #[test]
    fn orders_are_read_back() {
        for order in Order::ALL {
            assert_eq!(Order::parse(order.as_str()), order);
        }
        assert_eq!(Order::parse("name"), Order::Tree);
    }
}
