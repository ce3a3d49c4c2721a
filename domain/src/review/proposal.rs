//! Who rates whom, as reporting lines propose it; HR looks it over.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Period, Relation, ReviewRules, days};
use crate::text::Lang;

/// What kind of post a reporting line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The post itself.
    Main,
    /// The superior stands in for somebody (代行).
    Acting,
    /// A second post beside the first (兼務).
    Concurrent,
}

impl LineKind {
    /// All kinds.
    pub const ALL: [LineKind; 3] = [Self::Main, Self::Acting, Self::Concurrent];

    /// The name stored in the database and used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Acting => "acting",
            Self::Concurrent => "concurrent",
        }
    }

    /// Reads [`LineKind::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What it is called on screen and in files.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Main => lang.t("本務", "Main post"),
            Self::Acting => lang.t("代行", "Acting"),
            Self::Concurrent => lang.t("兼務", "Concurrent post"),
        }
    }
}

/// Who reported to whom, from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Staff id of who reports.
    pub staff: i64,
    /// Staff id of the superior.
    pub superior: i64,
    /// The kind of post.
    pub kind: LineKind,
    /// The first day; `None` for longer than is known.
    pub since: Option<Date>,
    /// The last day; `None` where it goes on.
    pub until: Option<Date>,
}

/// Why somebody is not asked to rate a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// Less time together than the rules ask for.
    TooShort,
    /// Only an acting post, which does not count.
    Acting,
    /// Only a concurrent post, which does not count.
    Concurrent,
    /// It is over, and that does not count.
    Former,
    /// HR excluded the pair.
    Excluded,
    /// The group of raters would be too small.
    TooFew,
}

impl LeftOut {
    /// All reasons.
    pub const ALL: [LeftOut; 6] =
        [Self::TooShort, Self::Acting, Self::Concurrent, Self::Former, Self::Excluded, Self::TooFew];

    /// The name stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::Acting => "acting",
            Self::Concurrent => "concurrent",
            Self::Former => "former",
            Self::Excluded => "excluded",
            Self::TooFew => "too_few",
        }
    }

    /// Reads [`LeftOut::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The reason, for HR.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::TooShort => lang.t("在籍の重なりが短い", "Too little time together"),
            Self::Acting => lang.t("代行の期間だけ", "Acting post only"),
            Self::Concurrent => lang.t("兼務の期間だけ", "Concurrent post only"),
            Self::Former => lang.t("以前の上司", "Former superior"),
            Self::Excluded => lang.t("人事が除外", "Excluded by HR"),
            Self::TooFew => lang.t("区分の人数が足りない", "Group too small"),
        }
    }
}

/// One pair that reporting lines propose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The subject's staff id.
    pub subject: i64,
    /// The rater's staff id.
    pub rater: i64,
    /// How the rater stands to the subject.
    pub relation: Relation,
    /// `None` where the rater is asked.
    pub left_out: Option<LeftOut>,
}

/// Time together of one who reports and one superior.
#[derive(Default)]
struct Together {
    /// Spans of the lines that count, within the period.
    spans: Vec<(Date, Date)>,
    /// Why other lines do not count.
    not_counted: Option<LeftOut>,
    /// True where a line that counts goes on at the end of the period.
    present: bool,
}

impl Together {
    /// Days that any of the lines covers.
    fn days(&mut self) -> i32 {
        self.spans.sort_unstable();
        let mut total = 0;
        let mut covered_to: Option<Date> = None;
        for (from, to) in &self.spans {
            // What an earlier span covers counts once.
            let from = match covered_to {
                Some(covered) if *from <= covered => covered.tomorrow().unwrap_or(*from),
                _ => *from,
            };
            total += days(from, *to).max(0);
            covered_to = covered_to.max(Some(*to));
        }
        total
    }

    fn left_out(&mut self, rules: &ReviewRules) -> Option<LeftOut> {
        let days = self.days();
        match self.not_counted {
            Some(reason) if self.spans.is_empty() => Some(reason),
            _ if days < i32::from(rules.least_days) => Some(LeftOut::TooShort),
            _ if !self.present && !rules.former => Some(LeftOut::Former),
            _ => None,
        }
    }
}

/// Proposes who rates whom. `present` are the staff ids of everybody in service; nobody else rates or is rated. Subjects
/// are all who had somebody reporting to them within the period.
///
/// Who stands in two relations to a subject is listed once, in the first of [`Relation::ALL`]: nobody's answer may count
/// in two groups.
pub fn propose(present: &BTreeSet<i64>, lines: &[Line], rules: &ReviewRules) -> Vec<Proposed> {
    let here = |line: &&Line| present.contains(&line.staff) && present.contains(&line.superior);
    // (who reports, superior)
    let mut pairs: BTreeMap<(i64, i64), Together> = BTreeMap::new();
    for line in lines.iter().filter(here).filter(|line| line.staff != line.superior) {
        let Some((from, to)) = within(line, rules.period) else { continue };
        let together = pairs.entry((line.staff, line.superior)).or_default();
        match line.kind {
            LineKind::Acting if !rules.acting => together.not_counted = Some(LeftOut::Acting),
            LineKind::Concurrent if !rules.concurrent => together.not_counted = Some(LeftOut::Concurrent),
            _ => {
                together.spans.push((from, to));
                together.present |= to == rules.period.to;
            }
        }
    }
    let judged: BTreeMap<(i64, i64), (Option<LeftOut>, bool)> = pairs
        .iter_mut()
        .map(|(pair, together)| (*pair, (together.left_out(rules), together.present)))
        .collect();
    let subjects: BTreeSet<i64> = judged.keys().map(|(_, superior)| *superior).collect();

    let mut found: BTreeMap<(i64, i64), Proposed> = BTreeMap::new();
    let mut add = |subject, rater, relation, left_out| {
        let proposed = Proposed { subject, rater, relation, left_out };
        let known = found.entry((subject, rater)).or_insert(proposed);
        // Of two relations the one that counts goes before the one that does not, then the first.
        if (left_out.is_some(), relation) < (known.left_out.is_some(), known.relation) {
            *known = proposed;
        }
    };
    for &subject in &subjects {
        if rules.asks(Relation::Own) {
            add(subject, subject, Relation::Own, None);
        }
    }
    for (&(staff, superior), &(left_out, is_present)) in &judged {
        add(superior, staff, Relation::Subordinate, left_out);
        if rules.asks(Relation::Superior) && subjects.contains(&staff) && is_present {
            add(staff, superior, Relation::Superior, left_out);
        }
    }
    if rules.asks(Relation::Peer) {
        for (subject, peer) in peers(&judged, &subjects, rules.most_peers) {
            add(subject, peer, Relation::Peer, None);
        }
    }
    found.into_values().collect()
}

/// Subjects under the same present superior, for long enough. Of many, each rates those who come next in the circle of staff
/// ids, so that everybody rates and is rated by as many.
fn peers(
    judged: &BTreeMap<(i64, i64), (Option<LeftOut>, bool)>,
    subjects: &BTreeSet<i64>,
    most: u16,
) -> BTreeSet<(i64, i64)> {
    let mut under: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (&(staff, superior), &(left_out, is_present)) in judged {
        if is_present && left_out.is_none() && subjects.contains(&staff) {
            under.entry(superior).or_default().push(staff);
        }
    }
    let mut found = BTreeSet::new();
    for people in under.values() {
        let each = usize::from(most).min(people.len().saturating_sub(1));
        for (at, one) in people.iter().enumerate() {
            let next = people.iter().cycle().skip(at + 1).take(each);
            found.extend(next.map(|other| (*one, *other)));
        }
    }
    found
}

/// The part of a line that lies in the period.
fn within(line: &Line, period: Period) -> Option<(Date, Date)> {
    let from = line.since.map_or(period.from, |since| since.max(period.from));
    let to = line.until.map_or(period.to, |until| until.min(period.to));
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const BOSS: i64 = 1;

    fn period() -> Period {
        Period { from: date(2025, 4, 1), to: date(2026, 3, 31) }
    }

    fn line(staff: i64, superior: i64) -> Line {
        Line { staff, superior, kind: LineKind::Main, since: None, until: None }
    }

    fn proposed(lines: &[Line], rules: &ReviewRules) -> Vec<(i64, i64, Relation, Option<LeftOut>)> {
        let present: BTreeSet<i64> = (1..=20).collect();
        let found = propose(&present, lines, rules);
        found.into_iter().map(|p| (p.subject, p.rater, p.relation, p.left_out)).collect()
    }

    fn upward() -> ReviewRules {
        ReviewRules { relations: BTreeSet::from([Relation::Subordinate]), ..ReviewRules::upward(period()) }
    }

    #[test]
    fn subordinates_rate_their_direct_superior() {
        use Relation::Subordinate;
        let lines = [line(2, BOSS), line(3, BOSS), line(4, 2)];
        let found = proposed(&lines, &upward());
        assert_eq!(
            found,
            [(BOSS, 2, Subordinate, None), (BOSS, 3, Subordinate, None), (2, 4, Subordinate, None)]
        );
    }

    #[test]
    fn a_circle_has_self_superior_and_peers_as_well() {
        use Relation::{Own, Peer, Subordinate, Superior};
        // 1 over 2 and 3, who are subjects as well; 6 is under 1 and nobody's superior.
        let lines = [line(2, 1), line(3, 1), line(6, 1), line(4, 2), line(5, 3)];
        let found = proposed(&lines, &ReviewRules::circle(period()));
        let of =
            |subject| found.iter().filter(move |p| p.0 == subject).map(|p| (p.1, p.2)).collect::<Vec<_>>();
        assert_eq!(of(1), [(1, Own), (2, Subordinate), (3, Subordinate), (6, Subordinate)]);
        assert_eq!(of(2), [(1, Superior), (2, Own), (3, Peer), (4, Subordinate)]);
        assert_eq!(of(6), []);
    }

    #[test]
    fn of_many_peers_everybody_rates_and_is_rated_by_as_many() {
        // Twelve managers under 1, each over somebody.
        let managers: Vec<i64> = (2..=13).collect();
        let lines: Vec<Line> = managers
            .iter()
            .flat_map(|manager| {
                [line(*manager, 1), line(if *manager < 8 { manager + 12 } else { 20 }, *manager)]
            })
            .collect();
        let rules = ReviewRules { most_peers: 4, ..ReviewRules::circle(period()) };
        let found = proposed(&lines, &rules);
        for manager in managers {
            let peers = found.iter().filter(|p| p.2 == Relation::Peer);
            assert_eq!(peers.clone().filter(|p| p.0 == manager).count(), 4, "raters of {manager}");
            assert_eq!(peers.filter(|p| p.1 == manager).count(), 4, "rated by {manager}");
        }
    }

    #[test]
    fn time_together_is_counted_in_days_and_no_day_twice() {
        let span = |from, to| Line { since: Some(from), until: Some(to), ..line(2, BOSS) };
        let least = |days| ReviewRules { least_days: days, ..upward() };
        let long = [span(date(2025, 4, 1), date(2025, 5, 30))];
        assert_eq!(proposed(&long, &least(60))[0].3, None);
        assert_eq!(proposed(&long, &least(61))[0].3, Some(LeftOut::TooShort));
        // Days before the period do not count.
        let before = [span(date(2024, 4, 1), date(2025, 4, 10))];
        assert_eq!(proposed(&before, &least(10))[0].3, None);
        assert_eq!(proposed(&before, &least(11))[0].3, Some(LeftOut::TooShort));
        // Two lines that overlap, and one that lies within another.
        let twice = [
            span(date(2025, 4, 1), date(2025, 4, 20)),
            span(date(2025, 4, 11), date(2025, 4, 30)),
            span(date(2025, 4, 5), date(2025, 4, 6)),
        ];
        assert_eq!(proposed(&twice, &least(30))[0].3, None);
        assert_eq!(proposed(&twice, &least(31))[0].3, Some(LeftOut::TooShort));
        // Outside of the period there is no pair at all.
        assert_eq!(proposed(&[span(date(2023, 4, 1), date(2024, 3, 31))], &least(1)), []);
    }

    #[test]
    fn who_moved_during_the_year_rates_both_superiors() {
        let moved = [
            Line { until: Some(date(2025, 9, 30)), ..line(2, BOSS) },
            Line { since: Some(date(2025, 10, 1)), ..line(2, 9) },
        ];
        let found = proposed(&moved, &upward());
        assert_eq!(found.iter().map(|p| (p.0, p.3)).collect::<Vec<_>>(), [(BOSS, None), (9, None)]);
        let found = proposed(&moved, &ReviewRules { former: false, ..upward() });
        assert_eq!(
            found.iter().map(|p| (p.0, p.3)).collect::<Vec<_>>(),
            [(BOSS, Some(LeftOut::Former)), (9, None)]
        );
        // Too late in the year for the new one.
        let late = [
            Line { until: Some(date(2026, 2, 28)), ..line(2, BOSS) },
            Line { since: Some(date(2026, 3, 1)), ..line(2, 9) },
        ];
        let found = proposed(&late, &upward());
        assert_eq!(
            found.iter().map(|p| (p.0, p.3)).collect::<Vec<_>>(),
            [(BOSS, None), (9, Some(LeftOut::TooShort))]
        );
    }

    #[test]
    fn several_superiors_are_each_rated_and_posts_count_as_the_rules_say() {
        let lines = [
            line(2, BOSS),
            Line { kind: LineKind::Concurrent, ..line(2, 8) },
            Line { kind: LineKind::Acting, ..line(2, 9) },
        ];
        let found = proposed(&lines, &upward());
        assert_eq!(found.iter().map(|p| (p.0, p.3)).collect::<Vec<_>>(), [(1, None), (8, None), (9, None)]);
        let strict = ReviewRules { acting: false, concurrent: false, ..upward() };
        let found = proposed(&lines, &strict);
        assert_eq!(
            found.iter().map(|p| (p.0, p.3)).collect::<Vec<_>>(),
            [(1, None), (8, Some(LeftOut::Concurrent)), (9, Some(LeftOut::Acting))]
        );
        // A main line beside an acting one counts.
        let both = [Line { kind: LineKind::Acting, ..line(2, BOSS) }, line(2, BOSS)];
        assert_eq!(proposed(&both, &strict), [(BOSS, 2, Relation::Subordinate, None)]);
    }

    #[test]
    fn nobody_is_in_two_groups_of_one_subject() {
        use Relation::{Subordinate, Superior};
        // 2 reports to 1 in the main post, 1 reports to 2 in a concurrent one.
        let lines = [line(2, 1), Line { kind: LineKind::Concurrent, ..line(1, 2) }, line(3, 1), line(3, 2)];
        let found = proposed(&lines, &ReviewRules::circle(period()));
        let relations: Vec<_> = found.iter().filter(|p| p.0 != p.1).map(|p| (p.0, p.1, p.2)).collect();
        assert_eq!(relations, [(1, 2, Superior), (1, 3, Subordinate), (2, 1, Superior), (2, 3, Subordinate)]);
        let pairs: BTreeSet<(i64, i64)> = found.iter().map(|p| (p.0, p.1)).collect();
        assert_eq!(pairs.len(), found.len());
    }

    #[test]
    fn who_has_left_neither_rates_nor_is_rated() {
        let lines = [line(2, 21), line(22, BOSS), line(3, BOSS)];
        assert_eq!(proposed(&lines, &upward()), [(BOSS, 3, Relation::Subordinate, None)]);
    }
}
