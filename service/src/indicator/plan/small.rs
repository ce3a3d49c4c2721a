//! Shares of few people are hidden, wherever their values stand.

use std::collections::BTreeMap;

use domain::disclosure::Thresholds;
use domain::fiscal_year::AsOf;
use domain::followup::Row;
use domain::indicator::{Decision, GroupRate, Rate, Reason, Source, Written, hide_small_rates};

use super::{ObservedSource, Part};
use crate::indicator::stored::Identity;

/// When a value holds, so that two ways of writing one time are one; texts that are no time are told apart as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Read(String),
    Words(String),
}

impl Time {
    fn of(as_of: &Written<AsOf>) -> Self {
        match as_of.parsed {
            Some(time) => Self::Read(time.code()),
            None => Self::Words(as_of.text.trim().to_owned()),
        }
    }
}

/// Section, item and time: what shares have in common that are judged together.
type Table = (String, String, Time);

/// A time for which a row's values are not shown.
pub(super) struct HiddenTime {
    row: Identity,
    time: Time,
    reason: Reason,
}

/// Finds shares of few people by the rules of a release, the groups of one item and one time together. Figures of surveys
/// went through disclosure control where they were published.
pub(super) fn small_shares<'a>(
    rows: impl Iterator<Item = (&'a Row, &'a [ObservedSource])>,
) -> Vec<HiddenTime> {
    let k = Thresholds::default().scores;
    let mut tables: BTreeMap<Table, Vec<(&Row, Rate)>> = BTreeMap::new();
    for (row, sources) in rows {
        for source in sources.iter().filter(|source| !is_surveys(source)) {
            if let Some(counts) = source.counts {
                let table = (row.section.to_string(), row.item.clone(), Time::of(&source.as_of));
                tables.entry(table).or_default().push((row, counts));
            }
        }
    }
    let mut hidden = Vec::new();
    for ((_, _, time), shares) in tables {
        let group = |(row, counts): &(&Row, Rate)| GroupRate {
            label: row.group.clone(),
            counts: Some(*counts),
            is_total: row.group.trim().is_empty(),
        };
        let groups: Vec<GroupRate> = shares.iter().map(group).collect();
        for ((row, _), decision) in shares.into_iter().zip(hide_small_rates(&groups, k)) {
            if let Decision::Hidden(reason) = decision {
                hidden.push(HiddenTime { row: Identity::of(row), time: time.clone(), reason });
            }
        }
    }
    hidden
}

/// Hides, with a share of few people, every other value of its row for the same time, counts or none: it says the same. So
/// does the value when the target was set, if it is of that time.
pub(super) fn hide(parts: &mut [Part], hidden: &[HiddenTime]) {
    let mut by_row: BTreeMap<&Identity, Vec<&HiddenTime>> = BTreeMap::new();
    for one in hidden {
        by_row.entry(&one.row).or_default().push(one);
    }
    for part in parts.iter_mut() {
        let identity = Identity::of(&part.cells);
        for HiddenTime { time, reason, .. } in by_row.get(&identity).into_iter().flatten() {
            let same = |source: &&mut ObservedSource| Time::of(&source.as_of) == *time && !is_surveys(source);
            for source in part.sources.iter_mut().filter(same) {
                source.hidden = Some(*reason);
                source.counts = None;
            }
            if Time::of(&part.cells.baseline_as_of()) == *time {
                part.baseline_hidden = Some(*reason);
            }
        }
    }
}

fn is_surveys(source: &ObservedSource) -> bool {
    matches!(source.source, Source::Survey { .. })
}
