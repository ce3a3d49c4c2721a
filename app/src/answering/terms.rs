//! The browser's check of the terms. Of the whole document it reads only what a ballot and a sheet need, and the
//! person's own group.

use domain::terms::{StratumTerms, check_strata};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Survey;

/// The part of [`domain::terms::Terms`] that is read.
#[derive(Deserialize)]
struct Published {
    campaign: String,
    questionnaire: String,
    thresholds: Least,
    strata: Vec<StratumTerms>,
    ballot_key: String,
    counting_key: String,
}

/// The part of [`domain::disclosure::Thresholds`] that is read.
#[derive(Deserialize)]
struct Least {
    scores: u32,
}

/// What follows from terms that were found to be the ones the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// SHA-256 of the document.
    pub digest: [u8; 32],
    /// Public key of the ballots.
    pub ballot_key: [u8; 32],
    /// Public key that sheets are sealed to.
    pub counting_key: [u8; 32],
}

/// Checks that `document` is what this page and the invitation name by its hash, that it is of this survey with these
/// questions, whose text is hashed here, that the person's own group is in it, called and as large as the page says, and
/// that no group is too small or bears the name of another. `None` where it is not.
pub fn check(survey: &Survey, document: &str) -> Option<Checked> {
    let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
    let terms: Published = serde_json::from_str(document).ok()?;
    let own = terms.strata.iter().find(|stratum| stratum.number == survey.stratum)?;
    let agreed = hex::encode(digest) == survey.terms_hash
        && terms.campaign == survey.campaign
        && terms.questionnaire == survey.questionnaire.sha256()
        && check_strata(&terms.strata, terms.thresholds.scores).is_ok()
        && own.label == survey.stratum_label
        && own.size == survey.stratum_size
        && own.named == survey.named;
    let key = |text: &str| hex::decode(text).ok()?.try_into().ok();
    let checked =
        Checked { digest, ballot_key: key(&terms.ballot_key)?, counting_key: key(&terms.counting_key)? };
    agreed.then_some(checked)
}

#[cfg(test)]
mod tests {
    use domain::disclosure::Thresholds;
    use domain::questionnaire::Questionnaire;
    use domain::terms::{self, TableTerms, Terms};
    use domain::text::{Lang, Text};

    use super::*;
    use crate::answering::Asked;
    use crate::answering::sending::is_for;

    fn questions() -> String {
        let mut questionnaire = Questionnaire::empty("k", Text::new("調査", "Survey"));
        questionnaire.sections[0].introduction = Text::new("右がよい", "Right is good");
        serde_json::to_string(&questionnaire).expect("JSON")
    }

    fn stratum(number: u32, name: &str, size: u32) -> StratumTerms {
        StratumTerms {
            number,
            label: Text::new(format!("{name}課"), format!("Division {name}")),
            size,
            named: false,
        }
    }

    fn terms() -> Terms {
        Terms {
            format: terms::FORMAT.into(),
            campaign: "c".into(),
            title: Text::new("調査", "Survey"),
            opens_at: 0,
            closes_at: 1,
            questionnaire: hex::encode(Sha256::digest(questions().as_bytes())),
            thresholds: Thresholds::default(),
            strata: vec![stratum(0, "A", 7), stratum(1, "B", 9)],
            tables: vec![TableTerms::Units, TableTerms::Demographic { item: "age".into() }],
            audiences: Terms::default_audiences(),
            review: None,
            retention_days: 365,
            ballot_key: "01".repeat(32),
            counting_key: "02".repeat(32),
        }
    }

    fn survey(document: &str) -> Survey {
        Survey {
            lang: Lang::En,
            campaign: "c".into(),
            terms_hash: hex::encode(Sha256::digest(document.as_bytes())),
            stratum: 1,
            stratum_label: stratum(1, "B", 9).label,
            stratum_size: 9,
            about: String::new(),
            actions: Vec::new(),
            named: false,
            questionnaire: Asked::new(questions()).expect("a questionnaire"),
            closes: String::new(),
            collector: String::new(),
            device_key: String::new(),
            list: String::new(),
            preview: false,
        }
    }

    #[test]
    fn the_terms_the_page_shows_are_taken_and_no_others() {
        let document = serde_json::to_string(&terms()).expect("JSON");
        let shown = survey(&document);
        let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        let checked = Checked { digest, ballot_key: [1; 32], counting_key: [2; 32] };
        assert_eq!(check(&shown, &document), Some(checked));
        assert_eq!(check(&shown, &format!("{document} ")), None, "one byte more");
        assert_eq!(check(&shown, "{}"), None);
        let others = [
            Survey { campaign: "d".into(), ..shown.clone() },
            Survey { terms_hash: "0".repeat(64), ..shown.clone() },
            Survey { questionnaire: turned_round(), ..shown.clone() },
            Survey { stratum: 0, ..shown.clone() },
            Survey { stratum: 2, ..shown.clone() },
            Survey { stratum_size: 10, ..shown.clone() },
            Survey { named: true, ..shown.clone() },
            Survey { stratum_label: Text::new("局", "Bureau"), ..shown },
        ];
        for other in others {
            assert_eq!(check(&other, &document), None, "{other:?}");
        }
    }

    /// The same questions but for one word, which nobody else is shown.
    fn turned_round() -> Asked {
        Asked::new(questions().replace("Right is good", "Left is good")).expect("a questionnaire")
    }

    #[test]
    fn groups_that_cannot_be_told_apart_or_are_too_small_are_refused() {
        let shown = |strata: Vec<StratumTerms>| {
            let document = serde_json::to_string(&Terms { strata, ..terms() }).expect("JSON");
            check(&survey(&document), &document).is_some()
        };
        let own = || stratum(1, "B", 9);
        assert!(shown(vec![own(), stratum(2, "A", 5)]));
        assert!(!shown(vec![own(), stratum(2, "B", 9)]), "twins");
        assert!(!shown(vec![own(), stratum(2, "A", 4)]), "below the threshold");
    }

    #[test]
    fn a_kept_ballot_is_for_the_terms_and_questions_it_was_given_with() {
        let shown = survey(&serde_json::to_string(&terms()).expect("JSON"));
        let ballot = ["00".repeat(128), shown.terms_hash.clone(), shown.questionnaire.sha256()].concat();
        assert!(is_for(&shown, &ballot));
        let turned = Survey { questionnaire: turned_round(), ..shown.clone() };
        assert!(!is_for(&turned, &ballot));
        assert!(!is_for(&Survey { terms_hash: "0".repeat(64), ..shown }, &ballot));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        for key in ["", "01", "zz"] {
            let document = serde_json::to_string(&Terms { ballot_key: key.into(), ..terms() }).expect("JSON");
            assert_eq!(check(&survey(&document), &document), None);
        }
    }
}
