//! Demographic categories as they are kept between counting and release.
//!
//! Disclosure control is applied before anything is written: what was answered in a category that will be hidden is
//! forgotten at once, so that not even the collector's database tells it. How many answered which item stays, since
//! the tables have to add up.

use std::collections::BTreeMap;

use domain::disclosure::{GroupCounts, Table, Thresholds, suppress};
use domain::questionnaire::{Kind, Questionnaire};
use domain::text::Lang;

use super::tally::{Measure, Tallies, Tally, rules};
use crate::collector::tally::Cut;
use crate::error::{Error, Result};

/// Options of a demographic item and, last, the empty one for no answer.
pub fn choices(questionnaire: &Questionnaire, item: &str) -> Vec<String> {
    let mut keys: Vec<String> = match questionnaire.item(item).map(|i| &i.kind) {
        Some(Kind::Single { options }) => options.iter().map(|o| o.key.clone()).collect(),
        _ => Vec::new(),
    };
    keys.push(String::new());
    keys
}

/// What is kept of the demographic tallies.
pub fn keep(
    questionnaire: &Questionnaire,
    measures: &[Measure],
    tallies: &Tallies,
    thresholds: &Thresholds,
) -> Result<Vec<Cut>> {
    let mut whole = Tally::new(measures);
    for tally in tallies.strata.values() {
        whole.merge(tally);
    }
    let mut groups = vec![(String::new(), String::new(), whole)];
    let mut tables = Vec::new();
    for item in questionnaire.demographics() {
        let first = groups.len();
        for choice in choices(questionnaire, &item.key) {
            let found = tallies.demographics.get(&(item.key.clone(), choice.clone())).cloned();
            groups.push((item.key.clone(), choice, found.unwrap_or_else(|| Tally::new(measures))));
        }
        tables.push(Table { total: 0, parts: (first..groups.len()).collect() });
    }
    let counts: Vec<GroupCounts> = groups.iter().map(|(_, _, tally)| tally.group_counts()).collect();
    let states = suppress(&counts, &tables, &rules(measures), thresholds)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    let mut kept = Vec::with_capacity(groups.len());
    for (number, (item, choice, tally)) in groups.into_iter().enumerate().skip(1) {
        let complete = states.group(number).is_shown();
        let tally = if complete { tally } else { tally.without_answers() };
        kept.push(Cut { item, choice, tally: serde_json::to_string(&tally)?, complete });
    }
    Ok(kept)
}

/// The kept tallies by (item, choice), with whether they are complete.
pub fn read(cuts: Vec<Cut>) -> Result<BTreeMap<(String, String), (Tally, bool)>> {
    cuts.into_iter()
        .map(|cut| Ok(((cut.item, cut.choice), (serde_json::from_str(&cut.tally)?, cut.complete))))
        .collect()
}
