//! Response figures that keep themselves up to date while the page is open. Without the browser package the table is
//! there all the same, as of the moment the page was made.

pub mod island;

pub use island::LiveResponses;

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use domain::text::Lang;
#[cfg(feature = "ssr")]
use service::release::response::{RegionTurnout, Responses, Turnout, UnitTurnout};

/// The figures that change: of everyone, and of each row by its number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// People who may answer.
    pub eligible: u32,
    /// Ballots handed out.
    pub issued: u32,
    /// Sheets received.
    pub received: u32,
    /// When this was so, as text.
    pub at: String,
    /// True while sheets may still come in.
    pub open: bool,
    /// Ballots handed out and sheets received, by the number of the row; absent where they are hidden.
    pub rows: Vec<Option<(u32, u32)>>,
}

/// What stays as it is of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place in [`Figures::rows`].
    pub number: usize,
    /// The unit or region.
    pub label: String,
    /// Whose figures these are, where that is not plain.
    pub note: String,
    /// Steps from the top of the tree.
    pub depth: u32,
    /// People who may answer.
    pub eligible: u32,
}

/// Everything the island begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseMap {
    /// The figures now.
    pub figures: Figures,
    /// Units, in the order shown.
    pub units: Vec<Row>,
    /// Regions of missions, in the order shown.
    pub regions: Vec<Row>,
}

/// A share of people as a percentage with one decimal, such as `62.3%`; `0.0%` of nobody.
pub fn percent(part: u32, whole: u32) -> String {
    let tenths = (u64::from(part) * 2_000 + u64::from(whole)).checked_div(u64::from(whole) * 2).unwrap_or(0);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(feature = "ssr")]
fn counts(shown: bool, turnout: Turnout) -> Option<(u32, u32)> {
    shown.then_some((turnout.issued, turnout.received))
}

#[cfg(feature = "ssr")]
impl Figures {
    /// The figures of a response map at `now`, in seconds since 1970 UTC.
    pub fn of(responses: &Responses, open: bool, now: i64, lang: Lang) -> Self {
        let units = responses.units.iter().map(|u| counts(u.shown, u.turnout));
        let regions = responses.regions.iter().map(|r| counts(r.shown, r.turnout));
        Self {
            eligible: responses.whole.eligible,
            issued: responses.whole.issued,
            received: responses.whole.received,
            at: crate::format::moment(now, "Asia/Tokyo", lang),
            open,
            rows: units.chain(regions).collect(),
        }
    }
}

/// In which order units are shown.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As a tree.
    Tree,
    /// The lowest response rate first; hidden ones last.
    Rate,
    /// The largest first.
    Size,
}

#[cfg(feature = "ssr")]
impl Order {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::Tree, Self::Rate, Self::Size];

    /// The name in the query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Rate => "rate",
            Self::Size => "size",
        }
    }

    /// Reads [`Order::as_str`]; anything else is the tree.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|o| o.as_str() == name).unwrap_or(Self::Tree)
    }

    /// What the order is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Tree => lang.t("組織の順", "By organisation"),
            Self::Rate => lang.t("回答率の低い順", "Lowest response rate first"),
            Self::Size => lang.t("人数の多い順", "Largest first"),
        }
    }
}

#[cfg(feature = "ssr")]
impl ResponseMap {
    /// The response map for the page.
    pub fn of(responses: &Responses, order: Order, open: bool, now: i64, lang: Lang) -> Self {
        let figures = Figures::of(responses, open, now, lang);
        let mut units: Vec<Row> =
            responses.units.iter().enumerate().map(|(number, u)| unit_row(number, u, lang)).collect();
        let received =
            |row: &Row| figures.rows.get(row.number).copied().flatten().map(|(_, received)| received);
        match order {
            Order::Tree => {}
            Order::Rate => units.sort_by(|a, b| match (received(a), received(b)) {
                // Compared crosswise, without fractions: a/b < c/d where a·d < c·b.
                (Some(x), Some(y)) => {
                    let (left, right) =
                        (u64::from(x) * u64::from(b.eligible), u64::from(y) * u64::from(a.eligible));
                    left.cmp(&right)
                }
                (x, y) => y.is_some().cmp(&x.is_some()),
            }),
            Order::Size => units.sort_by_key(|row| std::cmp::Reverse(row.eligible)),
        }
        if order != Order::Tree {
            units.iter_mut().for_each(|row| row.depth = 0);
        }
        let regions = (responses.units.len()..)
            .zip(&responses.regions)
            .map(|(number, region)| region_row(number, region, lang))
            .collect();
        Self { figures, units, regions }
    }
}

#[cfg(feature = "ssr")]
fn unit_row(number: usize, unit: &UnitTurnout, lang: Lang) -> Row {
    use domain::disclosure::Standing;
    let people = unit.people;
    let note = match (unit.standing, unit.together.as_ref(), lang) {
        (Standing::Own, _, _) => String::new(),
        (Standing::Merged, Some(label), Lang::Ja) => {
            format!("「{}」としてまとめた数(この部署は{people}人)", label.ja)
        }
        (Standing::Merged, Some(label), Lang::En) => {
            format!("Counted together as “{}” ({people} people in this unit)", label.get(lang))
        }
        (standing, _, _) => standing.label(lang).to_owned(),
    };
    Row {
        number,
        label: unit.name.get(lang).to_owned(),
        note,
        depth: unit.depth,
        eligible: unit.turnout.eligible,
    }
}

#[cfg(feature = "ssr")]
fn region_row(number: usize, region: &RegionTurnout, lang: Lang) -> Row {
    let (missions, elsewhere) = (region.missions, region.elsewhere);
    let note = match (lang, elsewhere) {
        (Lang::Ja, 0) => format!("{missions}公館"),
        (Lang::Ja, _) => {
            format!("{missions}公館(うち{elsewhere}人は、ほかの地域とまとめて集計するため含みません)")
        }
        (Lang::En, 0) => format!("{missions} missions"),
        (Lang::En, _) => {
            format!("{missions} missions, without {elsewhere} people counted together with other regions")
        }
    };
    Row { number, label: region.name.clone(), note, depth: 0, eligible: region.turnout.eligible }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::disclosure::Standing;
    use domain::text::Text;

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

    fn responses() -> Responses {
        Responses {
            whole: Turnout { eligible: 40, issued: 30, received: 20 },
            threshold: 5,
            units: vec![
                unit("a", 10, 9, true),
                unit("b", 20, 5, true),
                unit("c", 4, 4, false),
                unit("d", 6, 2, true),
            ],
            regions: vec![RegionTurnout {
                name: "欧州".into(),
                missions: 2,
                elsewhere: 3,
                turnout: Turnout { eligible: 7, issued: 4, received: 3 },
                shown: true,
            }],
        }
    }

    fn order(order: Order) -> Vec<String> {
        let map = ResponseMap::of(&responses(), order, true, 0, Lang::En);
        map.units.into_iter().map(|row| row.label).collect()
    }

    #[test]
    fn rows_keep_their_figures_in_every_order() {
        assert_eq!(order(Order::Tree), ["a", "b", "c", "d"]);
        assert_eq!(order(Order::Rate), ["b", "d", "a", "c"]);
        assert_eq!(order(Order::Size), ["b", "a", "d", "c"]);
        let map = ResponseMap::of(&responses(), Order::Rate, true, 0, Lang::Ja);
        assert_eq!(map.figures.rows[map.units[0].number], Some((5, 5)));
        assert_eq!(map.figures.rows[map.units[3].number], None);
        assert_eq!(map.figures.rows[map.regions[0].number], Some((4, 3)));
        assert!(map.regions[0].note.contains("3人"));
    }

    #[test]
    fn percentages_are_rounded_half_up() {
        assert_eq!(percent(13, 26), "50.0%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(1, 8), "12.5%");
        assert_eq!(percent(0, 0), "0.0%");
        assert_eq!(percent(7, 7), "100.0%");
    }
}
