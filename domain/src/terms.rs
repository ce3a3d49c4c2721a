//! The terms (実施条件) of a campaign: what is promised to respondents, fixed before opening.
//!
//! One canonical JSON document (RFC 8785). Its SHA-256 is on the invitation and on the page, and is bound into every
//! ballot, so that nobody can be shown other terms than the ones that count.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ballot::Binding;
use crate::disclosure::{LEAST_THRESHOLD, Thresholds};
use crate::review::ReviewRules;
use crate::text::{Lang, Text, is_forbidden};

/// The value of [`Terms::format`].
pub const FORMAT: &str = "shirube-terms/1";

/// Everything a respondent may rely on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Always `shirube-terms/1`.
    pub format: String,
    /// The campaign's id.
    pub campaign: String,
    /// The campaign's title.
    pub title: Text,
    /// When answering begins, seconds since 1970 UTC.
    pub opens_at: i64,
    /// When answering ends as planned; it may be put later, never earlier.
    pub closes_at: i64,
    /// SHA-256 of the canonical questionnaire, hexadecimal.
    pub questionnaire: String,
    /// From how many people anything is shown.
    pub thresholds: Thresholds,
    /// Every group an answer can be tied to.
    pub strata: Vec<StratumTerms>,
    /// The tables that will be published, and no others.
    pub tables: Vec<TableTerms>,
    /// Who sees what.
    pub audiences: Vec<AudienceTerms>,
    /// Who rates whom, where subjects are rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewRules>,
    /// Days after closing that counts and comments wait for a release; with it they go. Sealed sheets and ballots go
    /// when they are counted.
    pub retention_days: u32,
    /// Public key of the ballots: RFC 9497 POPRF(ristretto255, SHA-512), hexadecimal.
    pub ballot_key: String,
    /// Public key sheets are sealed to: RFC 9180 DHKEM(X25519, HKDF-SHA256), hexadecimal.
    pub counting_key: String,
}

/// One stratum as promised: an answer in it is one of `size`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumTerms {
    /// Counts from 0; the only thing about a person that their sheet carries.
    pub number: u32,
    /// What the group is called.
    pub label: Text,
    /// People in it.
    pub size: u32,
    /// True where whoever answers is named with their answers, as in the views of a subject and of the superior in a
    /// review: such a group may be of one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
}

/// A table that will be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "table", deny_unknown_fields)]
pub enum TableTerms {
    /// Every unit of the reporting tree, all respondents.
    Units,
    /// The whole organisation, cut by one demographic item.
    Demographic {
        /// The item's key.
        item: String,
    },
    /// Every subject of a review, by group of raters.
    Subjects,
    /// All subjects of a review together, by grade, and by headquarters and missions.
    Aggregates,
}

/// What one audience gets to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceTerms {
    /// Who.
    pub audience: Audience,
    /// What.
    pub sees: Vec<Content>,
}

/// Who may see results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone on the roster.
    Staff,
    /// Managers, for the units in their scope.
    Manager,
    /// Subjects of a review, for themselves.
    Subject,
    /// The personnel division.
    Hr,
    /// The executives.
    Executive,
}

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Results of the whole organisation.
    Whole,
    /// Results of the units in one's scope.
    OwnUnits,
    /// Results of every unit.
    AllUnits,
    /// Results of the whole organisation by demographic.
    Demographics,
    /// Comments, shuffled, where the group is large enough.
    Comments,
    /// The report of one's own review.
    OwnReport,
    /// The report of any single subject of a review.
    EveryReport,
    /// Scores of the areas over all subjects of a review, where an indicator is fed by them: indicators are for everybody.
    Indicators,
}

/// Why terms cannot be relied on, whatever their hash says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsFault {
    /// The threshold for scores is below [`LEAST_THRESHOLD`].
    #[error("the threshold for scores is {0}")]
    Threshold(u32),
    /// Two strata have the same number.
    #[error("two strata have the number {0}")]
    Number(u32),
    /// The stratum is called what another one is called.
    #[error("stratum {0} cannot be told from another one by its name")]
    Label(u32),
    /// The stratum has fewer people than the threshold.
    #[error("stratum {number} has {size} people")]
    Size {
        /// Its number.
        number: u32,
        /// Its people.
        size: u32,
    },
}

/// What of a name can be told apart on a screen.
pub fn as_read(label: &str) -> String {
    label.chars().filter(|c| !c.is_whitespace() && !is_forbidden(*c)).collect()
}

/// The faults that terms can have though everyone is shown the same: a group of one's own under a name that others see
/// too, or a group that is too small. `scores` is the threshold. Called when terms are fixed, and by every browser.
pub fn check_strata(strata: &[StratumTerms], scores: u32) -> Result<(), TermsFault> {
    if scores < LEAST_THRESHOLD {
        return Err(TermsFault::Threshold(scores));
    }
    let mut numbers = BTreeSet::new();
    let mut labels = BTreeSet::new();
    for StratumTerms { number, label, size, named } in strata {
        if !numbers.insert(*number) {
            return Err(TermsFault::Number(*number));
        }
        if [Lang::Ja, Lang::En].into_iter().any(|lang| !labels.insert((lang, as_read(label.get(lang))))) {
            return Err(TermsFault::Label(*number));
        }
        if *size < scores && !named {
            return Err(TermsFault::Size { number: *number, size: *size });
        }
    }
    Ok(())
}

impl Terms {
    /// What must hold of terms before anybody answers under them; see [`check_strata`].
    pub fn check(&self) -> Result<(), TermsFault> {
        check_strata(&self.strata, self.thresholds.scores)
    }

    /// What a ballot for `stratum` is bound to, given the hash of these terms.
    pub fn binding(&self, hash: [u8; 32], stratum: u32) -> Binding {
        Binding { campaign: self.campaign.clone(), terms: hash, stratum }
    }

    /// The stratum with this number.
    pub fn stratum(&self, number: u32) -> Option<&StratumTerms> {
        self.strata.iter().find(|s| s.number == number)
    }

    /// True where the terms let this audience see this.
    pub fn lets(&self, audience: Audience, content: Content) -> bool {
        self.audiences.iter().any(|a| a.audience == audience && a.sees.contains(&content))
    }

    /// True where area scores may become the values of indicators, which everybody reads.
    pub fn feeds_indicators(&self) -> bool {
        self.lets(Audience::Staff, Content::Whole) || self.lets(Audience::Staff, Content::Indicators)
    }

    /// Who sees what of a review: everybody what feeds indicators, subjects their own report, HR and executives averages over many; single reports of
    /// others only whom the rules name.
    pub fn review_audiences(rules: &ReviewRules) -> Vec<AudienceTerms> {
        let beside = |audience: Audience| {
            let every =
                rules.individual.contains(&audience).then_some([Content::EveryReport, Content::Comments]);
            let averages = [Content::Whole, Content::Demographics];
            let sees = averages.into_iter().chain(every.into_iter().flatten()).collect();
            AudienceTerms { audience, sees }
        };
        let own = vec![Content::OwnReport, Content::Whole, Content::Comments];
        vec![
            AudienceTerms { audience: Audience::Staff, sees: vec![Content::Indicators] },
            AudienceTerms { audience: Audience::Subject, sees: own },
            beside(Audience::Hr),
            beside(Audience::Executive),
        ]
    }

    /// What is shared unless HR decides otherwise: everyone the whole, managers their units, HR and executives
    /// everything that is published.
    pub fn default_audiences() -> Vec<AudienceTerms> {
        let all = vec![
            Content::Whole,
            Content::OwnUnits,
            Content::AllUnits,
            Content::Demographics,
            Content::Comments,
        ];
        vec![
            AudienceTerms { audience: Audience::Staff, sees: vec![Content::Whole] },
            AudienceTerms {
                audience: Audience::Manager,
                sees: vec![Content::Whole, Content::OwnUnits, Content::Comments],
            },
            AudienceTerms { audience: Audience::Hr, sees: all.clone() },
            AudienceTerms { audience: Audience::Executive, sees: all },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            format: FORMAT.into(),
            campaign: "c".into(),
            title: Text::new("調査", "Survey"),
            opens_at: 0,
            closes_at: 1,
            questionnaire: String::new(),
            thresholds: Thresholds::default(),
            strata: vec![StratumTerms {
                number: 0, label: Text::new("全体", "All"), size: 9, named: false
            }],
            tables: vec![TableTerms::Units, TableTerms::Demographic { item: "age".into() }],
            audiences: Terms::default_audiences(),
            review: None,
            retention_days: 365,
            ballot_key: String::new(),
            counting_key: String::new(),
        }
    }

    #[test]
    fn a_group_of_ones_own_under_anothers_name_is_refused() {
        let stratum = |number, label: Text, size| StratumTerms { number, label, size, named: false };
        let label = || Text::new("領事課 ほか2部署", "Consular Division and 2 other units");
        let check = |strata: Vec<StratumTerms>| Terms { strata, ..terms() }.check();
        let first = || stratum(12, label(), 7);
        assert_eq!(check(vec![first()]), Ok(()));
        assert_eq!(check(vec![first(), stratum(13, Text::new("局", "Bureau"), 7)]), Ok(()));
        let twins = [
            label(),
            Text::new("領事課 ほか2部署", "Consulates"),
            Text::new("領事課", "Consular Division and 2 other units"),
            Text::new("領事課\u{3000}ほか2部署", "Consulates"),
            Text::new("領事課", "Consular Division and 2\u{200b} other units "),
        ];
        for twin in twins {
            assert_eq!(
                check(vec![first(), stratum(13, twin.clone(), 7)]),
                Err(TermsFault::Label(13)),
                "{twin:?}"
            );
        }
        let twice = stratum(12, Text::new("局", "Bureau"), 7);
        assert_eq!(check(vec![first(), twice]), Err(TermsFault::Number(12)));
    }

    #[test]
    fn groups_below_the_threshold_are_refused() {
        let sized = |size, scores| {
            let strata =
                vec![StratumTerms { number: 0, label: Text::new("全体", "All"), size, named: false }];
            let thresholds = Thresholds { scores, ..Thresholds::default() };
            Terms { strata, thresholds, ..terms() }.check()
        };
        assert_eq!(sized(5, 5), Ok(()));
        assert_eq!(sized(4, 5), Err(TermsFault::Size { number: 0, size: 4 }));
        assert_eq!(sized(3, 3), Ok(()));
        assert_eq!(sized(9, 2), Err(TermsFault::Threshold(2)));
        let named = StratumTerms { number: 0, label: Text::new("本人", "Self"), size: 1, named: true };
        assert_eq!(
            Terms { strata: vec![named], ..terms() }.check(),
            Ok(()),
            "shown by name, and promised so"
        );
    }

    #[test]
    fn staff_see_the_whole_and_nothing_else_by_default() {
        let terms = terms();
        assert!(terms.lets(Audience::Staff, Content::Whole));
        assert!(!terms.lets(Audience::Staff, Content::OwnUnits));
        assert!(!terms.lets(Audience::Manager, Content::AllUnits));
        assert_eq!(terms.stratum(0).map(|s| s.size), Some(9));
        let text = serde_json::to_string(&terms).expect("JSON");
        assert_eq!(serde_json::from_str::<Terms>(&text).expect("terms"), terms);
    }
}
