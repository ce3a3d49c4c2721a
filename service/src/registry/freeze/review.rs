//! The strata of a review: for each subject, the groups of raters that are large enough.

use std::collections::{BTreeMap, BTreeSet};

use domain::review::{RaterGroup, ReviewRules, grouping};
use domain::terms::as_read;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use sea_orm::ConnectionTrait;

use super::{Population, Promised};
use crate::error::{Error, Result};
use crate::registry::action;
use crate::registry::assignment::correct::not_promised;
use crate::registry::assignment::propose::team;
use crate::registry::assignment::{self, Subject};

/// All who are asked, in the groups their answers count in. Who is in a group that is too small is not asked, and noted so.
pub(super) async fn population(
    db: &impl ConnectionTrait,
    id: &str,
    rules: &ReviewRules,
    k: u32,
    today: Date,
) -> Result<Population> {
    let subjects = assignment::subjects(db, id).await?;
    let asked = assignment::asked(db, id).await?;
    // The rules may have been changed since the table was made.
    if asked.iter().any(|one| !rules.asks(one.relation)) {
        return Err(not_promised());
    }
    if let Some(review) = &rules.pulse_of {
        let shared = action::fix_for_pulse(db, id, review).await?;
        let team = team(db, today).await?;
        let told =
            |one: &grouping::Asked| shared.contains(&one.subject) && team.contains(&(one.subject, one.rater));
        if !asked.iter().all(told) {
            return Err(not_told());
        }
    }
    let grouping = grouping::group(&asked, k);
    if grouping.strata.is_empty() {
        return Err(Error::invalid(
            "評価を依頼できる評価者がいません。評価者の表を作成し、内容を確かめてください。",
            "There is nobody to ask. Please make the table of raters and look it over.",
        ));
    }
    assignment::note_too_few(db, id, &grouping.not_asked).await?;
    let mut names = Names::default();
    let (mut strata, mut places) = (Vec::new(), Vec::new());
    for (number, group) in grouping.strata.iter().enumerate() {
        let subject =
            subjects.get(&group.subject).ok_or_else(|| Error::Damaged("a review's subject".into()))?;
        strata.push(Promised {
            label: names.label(subject, group.group),
            size: u32::try_from(group.raters.len()).unwrap_or(u32::MAX),
            named: group.group.is_named(),
            about: Some((group.subject, group.group)),
        });
        places.extend(group.raters.iter().map(|rater| (*rater, number)));
    }
    Ok(Population { strata, places, units: Vec::new() })
}

/// What a manager shared is for their team: nobody else is asked about it. It may have been taken back since the table was
/// made, too.
fn not_told() -> Error {
    Error::invalid(
        "評価者の表に、行動をチームに伝えていない人か、いまはそのチームにいない評価者が含まれています。行動の確認は、行動を伝えられた部下にだけ依頼できます。名簿から表を作り直してください。",
        "The table has somebody who shares no action with the team, or a rater who is not in that team now. Only those who were told of the actions can be asked. Please make the table anew.",
    )
}

/// Names of strata, which must be told apart on screen.
#[derive(Default)]
struct Names {
    taken: BTreeSet<(Lang, String)>,
    /// What is added to the name of a subject who shares it with another one.
    added: BTreeMap<i64, String>,
}

impl Names {
    fn label(&mut self, subject: &Subject, group: RaterGroup) -> Text {
        let plain = label(subject, self.added.get(&subject.id).map_or("", String::as_str), group);
        if self.take(&plain) {
            return plain;
        }
        let number = format!(" {}", subject.number);
        let told_apart = label(subject, &number, group);
        self.added.insert(subject.id, number);
        self.take(&told_apart);
        told_apart
    }

    fn take(&mut self, label: &Text) -> bool {
        let mut read = |lang: Lang| self.taken.insert((lang, as_read(label.get(lang))));
        let (ja, en) = (read(Lang::Ja), read(Lang::En));
        ja && en
    }
}

fn label(subject: &Subject, added: &str, group: RaterGroup) -> Text {
    Text::new(
        format!("{}({}){added} {}", subject.name.ja, subject.unit.ja, group.label(Lang::Ja)),
        format!("{} ({}){added}, {}", subject.name.en, subject.unit.en, group.label(Lang::En)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(id: i64, name: &str) -> Subject {
        Subject {
            id,
            number: format!("100{id}"),
            name: Text::new(name, name),
            unit: Text::new("総務課", "General Affairs"),
        }
    }

    #[test]
    fn subjects_of_the_same_name_are_told_apart() {
        let mut names = Names::default();
        let (first, second) = (subject(1, "佐藤"), subject(2, "佐藤"));
        let labels = [
            names.label(&first, RaterGroup::Subordinates),
            names.label(&first, RaterGroup::Peers),
            names.label(&second, RaterGroup::Subordinates),
            names.label(&second, RaterGroup::Peers),
        ];
        let read: BTreeSet<String> = labels.iter().map(|label| as_read(&label.ja)).collect();
        assert_eq!(read.len(), 4, "{labels:?}");
        assert!(labels[2].ja.contains("1002") && labels[3].ja.contains("1002"));
        assert!(!labels[0].ja.contains("1001"));
    }
}
