//! Shares of few people are hidden, wherever their values stand.

use std::collections::BTreeMap;

use domain::disclosure::Thresholds;
use domain::fiscal_year::AsOf;
use domain::indicator::{Decision, GroupRate, Source, Written, hide_small_rates};

use super::{ObservedSource, Part};

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

/// Hides shares of few people by the rules of a release, the groups of one item and one time together, and with a hidden
/// share every other value of its row for the same time, counts or none: it says the same. Figures of surveys went through
/// disclosure control where they were published. The value when the target was set is hidden with a share of its time.
pub(super) fn hide_small(parts: &mut [Part]) {
    let k = Thresholds::default().scores;
    let mut tables: BTreeMap<(String, String, Time), Vec<(usize, usize)>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        for (number, source) in part.sources.iter().enumerate() {
            if source.counts.is_some() && !is_surveys(source) {
                let (section, item) = (part.cells.section.to_string(), part.cells.item.clone());
                tables.entry((section, item, Time::of(&source.as_of))).or_default().push((at, number));
            }
        }
    }
    for ((_, _, time), places) in tables {
        let group = |(at, number): &(usize, usize)| {
            let part = parts.get(*at)?;
            let counts = part.sources.get(*number)?.counts;
            Some(GroupRate {
                label: part.cells.group.clone(),
                counts,
                is_total: part.cells.group.trim().is_empty(),
            })
        };
        let groups: Vec<GroupRate> = places.iter().filter_map(group).collect();
        for ((at, _), decision) in places.into_iter().zip(hide_small_rates(&groups, k)) {
            let (Some(part), Decision::Hidden(reason)) = (parts.get_mut(at), decision) else { continue };
            let same = |source: &&mut ObservedSource| Time::of(&source.as_of) == time && !is_surveys(source);
            for source in part.sources.iter_mut().filter(same) {
                source.hidden = Some(reason);
                source.counts = None;
            }
            if Time::of(&part.cells.baseline_as_of()) == time {
                part.baseline_hidden = Some(reason);
            }
        }
    }
}

fn is_surveys(source: &ObservedSource) -> bool {
    matches!(source.source, Source::Survey { .. })
}
