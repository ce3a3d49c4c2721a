//! Reviews (管理者評価・360度評価): subjects (評価対象者) are rated by raters (評価者), who count in rater groups (評価者区分).

pub mod grouping;
pub mod proposal;
pub mod pulse;
pub mod report;
pub mod table;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::terms::Audience;
use crate::text::Lang;

/// Longest minimum time together that can be asked for, in days.
pub const MOST_LEAST_DAYS: u16 = 366;
/// Longest period that a review may look back on, in days.
pub const LONGEST_PERIOD: i32 = 731;
/// How many peers rate each subject, unless HR chooses otherwise: enough for a result, and few enough that nobody rates a
/// score of people.
pub const DEFAULT_PEERS: u16 = 6;
/// Most peers that can be asked for.
pub const MOST_PEERS: u16 = 30;
/// Most peers that a subject may propose.
pub const MOST_NOMINATED: usize = 5;
/// Fewest managers an average over managers may be of: with one less than this, whoever knows their own report would be
/// left with an average over a handful.
pub const LEAST_MANAGERS: u32 = 5;

/// How a rater stands to the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The subject.
    #[serde(rename = "self")]
    Own,
    /// A direct superior of the subject.
    Superior,
    /// Somebody whose direct superior the subject is or was.
    Subordinate,
    /// Somebody under the same superior, or proposed by the subject.
    Peer,
}

impl Relation {
    /// All relations. Who stands in several counts in the first of them.
    pub const ALL: [Relation; 4] = [Self::Own, Self::Superior, Self::Subordinate, Self::Peer];

    /// The name stored in the database and used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Superior => "superior",
            Self::Subordinate => "subordinate",
            Self::Peer => "peer",
        }
    }

    /// Reads [`Relation::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == name)
    }

    /// What it is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Own => lang.t("本人", "Self"),
            Self::Superior => lang.t("上司", "Superior"),
            Self::Subordinate => lang.t("部下", "Subordinate"),
            Self::Peer => lang.t("同僚", "Peer"),
        }
    }
}

/// A group of raters (評価者区分) of one subject, in the order in which reports show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaterGroup {
    /// The subject.
    #[serde(rename = "self")]
    Own,
    /// The direct superiors, who are named.
    Superior,
    /// Subordinates, where there are enough of them.
    Subordinates,
    /// Peers, where there are enough of them.
    Peers,
    /// All raters but the subject and the superior.
    Others,
}

impl RaterGroup {
    /// All groups.
    pub const ALL: [RaterGroup; 5] =
        [Self::Own, Self::Superior, Self::Subordinates, Self::Peers, Self::Others];

    /// The name stored in the database and used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Superior => "superior",
            Self::Subordinates => "subordinates",
            Self::Peers => "peers",
            Self::Others => "others",
        }
    }

    /// Reads [`RaterGroup::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == name)
    }

    /// True where answers are shown with the name of who gave them, whatever the threshold is.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Own | Self::Superior)
    }

    /// What it is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Own => lang.t("本人", "Self"),
            Self::Superior => lang.t("上司", "Superior"),
            Self::Subordinates => lang.t("部下", "Subordinates"),
            Self::Peers => lang.t("同僚", "Peers"),
            Self::Others => lang.t("本人と上司を除く評価者", "All raters but self and superior"),
        }
    }
}

/// The days that a review looks back on, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// Who rates whom: part of what is promised, and fixed with the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// Who is asked about a subject. Subordinates always are.
    pub relations: BTreeSet<Relation>,
    /// The period that is looked back on.
    pub period: Period,
    /// Days within the period that rater and subject must have worked together.
    pub least_days: u16,
    /// Whether lines of acting posts (代行) count.
    pub acting: bool,
    /// Whether lines of concurrent posts (兼務) count.
    pub concurrent: bool,
    /// Whether superiors who are not any more are rated by those who reported to them within the period.
    pub former: bool,
    /// How many peers under the same superior rate each other, at most.
    pub most_peers: u16,
    /// Whether subjects may propose peers, whom their superior then approves.
    pub nomination: bool,
    /// Audiences beside the subject who see single reports. Nobody unless the terms said so beforehand.
    #[serde(default)]
    pub individual: Vec<Audience>,
    /// In a half-year pulse, the review whose shared actions are asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulse_of: Option<String>,
}

/// Why rules are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Nobody would rate from below.
    #[error("subordinates are not asked")]
    NoSubordinates,
    /// The period ends before it begins, or is too long.
    #[error("the period is not usable")]
    Period,
    /// More days together than the period has, or than can be asked for.
    #[error("{0} days together cannot be asked for")]
    LeastDays(u16),
    /// Peers may be proposed, but none are asked.
    #[error("peers may be proposed, but are not asked")]
    Nomination,
    /// More peers than can be asked for.
    #[error("{0} peers cannot be asked for")]
    Peers(u16),
    /// Only HR and executives can be given single reports.
    #[error("single reports are not for this audience")]
    Individual,
}

impl RulesError {
    /// The message for HR.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoSubordinates, lang) => {
                lang.t("部下は必ず評価者に含めてください。", "Subordinates must be among the raters.").into()
            }
            (Self::Period, lang) => lang
                .t(
                    "評価対象期間は、開始日から終了日まで、2年以内で指定してください。",
                    "Please give a period whose first day is before its last, at most two years long.",
                )
                .into(),
            (Self::LeastDays(days), Lang::Ja) => {
                format!("在籍が重なる日数({days}日)は、評価対象期間の日数以内にしてください。")
            }
            (Self::LeastDays(days), Lang::En) => {
                format!("Minimum time together ({days} days) must not be longer than the period.")
            }
            (Self::Nomination, lang) => lang
                .t(
                    "評価対象者が同僚を推薦できるようにするには、評価者に「同僚」を含めてください。",
                    "Where subjects may propose peers, peers must be among the raters.",
                )
                .into(),
            (Self::Peers(peers), Lang::Ja) => {
                format!("同僚の人数({peers}人)は、1人から{MOST_PEERS}人までで指定してください。")
            }
            (Self::Peers(peers), Lang::En) => {
                format!("Please choose from 1 to {MOST_PEERS} peers ({peers} cannot be asked for).")
            }
            (Self::Individual, lang) => lang
                .t(
                    "個々の報告書を見る人は、人事と幹部からだけ選べます。",
                    "Single reports can be opened to HR and executives only.",
                )
                .into(),
        }
    }
}

impl ReviewRules {
    /// An upward review of a period: subordinates rate, and the subject too.
    pub fn upward(period: Period) -> Self {
        Self {
            relations: BTreeSet::from([Relation::Own, Relation::Subordinate]),
            period,
            least_days: 60,
            acting: true,
            concurrent: true,
            former: true,
            most_peers: DEFAULT_PEERS,
            nomination: false,
            individual: Vec::new(),
            pulse_of: None,
        }
    }

    /// A 360-degree review of a period.
    pub fn circle(period: Period) -> Self {
        Self { relations: BTreeSet::from(Relation::ALL), nomination: true, ..Self::upward(period) }
    }

    /// True where others than subordinates and the subject are asked.
    pub fn is_circle(&self) -> bool {
        self.asks(Relation::Peer) || self.asks(Relation::Superior)
    }

    /// True where people of this relation are asked.
    pub fn asks(&self, relation: Relation) -> bool {
        self.relations.contains(&relation)
    }

    /// Checks what HR chose.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn check(&self) -> Result<(), RulesError> {
        if !self.asks(Relation::Subordinate) {
            return Err(RulesError::NoSubordinates);
        }
        let days = days(self.period.from, self.period.to);
        if !(1..=LONGEST_PERIOD).contains(&days) {
            return Err(RulesError::Period);
        }
        if self.least_days > MOST_LEAST_DAYS || i32::from(self.least_days) > days {
            return Err(RulesError::LeastDays(self.least_days));
        }
        if !(1..=MOST_PEERS).contains(&self.most_peers) {
            return Err(RulesError::Peers(self.most_peers));
        }
        if self.nomination && !self.asks(Relation::Peer) {
            return Err(RulesError::Nomination);
        }
        if self.individual.iter().any(|audience| !matches!(audience, Audience::Hr | Audience::Executive)) {
            return Err(RulesError::Individual);
        }
        Ok(())
    }
}

/// Days from one to another, both included; not above 0 where the second is before the first.
pub(crate) fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period() -> Period {
        Period { from: date(2025, 4, 1), to: date(2026, 3, 31) }
    }

    #[test]
    fn names_are_read_back() {
        for relation in Relation::ALL {
            assert_eq!(Relation::parse(relation.as_str()), Some(relation));
            assert_eq!(serde_json::to_string(&relation).expect("JSON"), format!("\"{}\"", relation.as_str()));
        }
        for group in RaterGroup::ALL {
            assert_eq!(RaterGroup::parse(group.as_str()), Some(group));
            assert_eq!(serde_json::to_string(&group).expect("JSON"), format!("\"{}\"", group.as_str()));
            assert_ne!(group.label(Lang::Ja), group.label(Lang::En));
        }
        assert_eq!(Relation::parse("boss"), None);
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let rules = ReviewRules::circle(period());
        assert_eq!(rules.check(), Ok(()));
        assert!(rules.is_circle() && !ReviewRules::upward(period()).is_circle());
        let relations = BTreeSet::from([Relation::Own]);
        assert_eq!(ReviewRules { relations, ..rules.clone() }.check(), Err(RulesError::NoSubordinates));
        let backwards = Period { from: period().to, to: period().from };
        assert_eq!(ReviewRules { period: backwards, ..rules.clone() }.check(), Err(RulesError::Period));
        let long = Period { from: date(2020, 4, 1), ..period() };
        assert_eq!(ReviewRules { period: long, ..rules.clone() }.check(), Err(RulesError::Period));
        assert_eq!(
            ReviewRules { least_days: 366, ..rules.clone() }.check(),
            Err(RulesError::LeastDays(366)),
            "the period has 365 days"
        );
        assert_eq!(ReviewRules { least_days: 365, ..rules.clone() }.check(), Ok(()));
        let upward = ReviewRules { nomination: true, ..ReviewRules::upward(period()) };
        assert_eq!(upward.check(), Err(RulesError::Nomination));
        assert_eq!(ReviewRules { most_peers: 0, ..rules.clone() }.check(), Err(RulesError::Peers(0)));
        let individual = vec![Audience::Staff];
        assert_eq!(ReviewRules { individual, ..rules }.check(), Err(RulesError::Individual));
    }

    #[test]
    fn rules_survive_json() {
        let rules = ReviewRules { individual: vec![Audience::Hr], ..ReviewRules::circle(period()) };
        let json = serde_json::to_string(&rules).expect("JSON");
        assert!(json.contains("\"from\":\"2025-04-01\""), "{json}");
        assert_eq!(serde_json::from_str::<ReviewRules>(&json).expect("rules"), rules);
    }
}
