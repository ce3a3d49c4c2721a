//! Shares of few people are hidden, wherever their values stand.

use std::collections::{BTreeMap, HashMap};

use domain::disclosure::Thresholds;
use domain::fiscal_year::AsOf;
use domain::followup::Row;
use domain::indicator::{Decision, GroupRate, Rate, Reason, Source, Written, hide_small_rates};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::source::{Names, sources};
use super::{ObservedSource, Part, WrittenBy};
use crate::error::Result;
use crate::indicator::stored::{self, Identity};
use crate::registry::entity::{followup_row, observation};

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
    id: i64,
    row: Identity,
    time: Time,
    reason: Reason,
}

/// Finds shares of few people by the rules of a release, the groups of one item and one time together. Figures of surveys
/// went through disclosure control where they were published.
pub(super) fn small_shares<'a>(
    rows: impl Iterator<Item = (i64, &'a Row, &'a [ObservedSource])>,
) -> Vec<HiddenTime> {
    let k = Thresholds::default().scores;
    let mut tables: BTreeMap<Table, Vec<(i64, &Row, Rate)>> = BTreeMap::new();
    for (id, row, sources) in rows {
        for source in sources.iter().filter(|source| !is_surveys(source)) {
            if let Some(counts) = source.counts {
                let table = (row.section.to_string(), row.item.clone(), Time::of(&source.as_of));
                tables.entry(table).or_default().push((id, row, counts));
            }
        }
    }
    let mut hidden = Vec::new();
    for ((_, _, time), shares) in tables {
        let group = |(_, row, counts): &(i64, &Row, Rate)| GroupRate {
            label: row.group.clone(),
            counts: Some(*counts),
            is_total: row.group.trim().is_empty(),
        };
        let groups: Vec<GroupRate> = shares.iter().map(group).collect();
        for ((id, row, _), decision) in shares.into_iter().zip(hide_small_rates(&groups, k)) {
            if let Decision::Hidden(reason) = decision {
                hidden.push(HiddenTime { id, row: Identity::of(row), time: time.clone(), reason });
            }
        }
    }
    hidden
}

/// Finds such shares among rows of any tables, each table by itself.
pub(super) async fn judge(
    db: &impl ConnectionTrait,
    models: Vec<followup_row::Model>,
) -> Result<Vec<HiddenTime>> {
    if models.is_empty() {
        return Ok(Vec::new());
    }
    let values = observation::Entity::find()
        .filter(observation::Column::RowId.is_in(models.iter().map(|model| model.id)))
        .filter(observation::Column::Denominator.is_not_null())
        .all(db)
        .await?;
    let (unknown, nobody) = (Names::default(), WrittenBy::default());
    let mut by_plan: BTreeMap<i64, Vec<(i64, Row, Vec<ObservedSource>)>> = BTreeMap::new();
    for model in models {
        let row = stored::row(&model)?;
        let own = values.iter().filter(|value| value.row_id == model.id).cloned().collect();
        let sources = sources(&row, &nobody, own, &unknown);
        by_plan.entry(model.plan_id).or_default().push((model.id, row, sources));
    }
    let judged = by_plan
        .values()
        .flat_map(|rows| small_shares(rows.iter().map(|(id, row, own)| (*id, row, own.as_slice()))));
    Ok(judged.collect())
}

/// True where a share of few people keeps values of this time from being shown, of the row or of one beside it, by what its
/// own table knows. Then all counts of the time are needed: those of a total say that another group has to be hidden, too.
pub(in crate::indicator) async fn hides_any(
    db: &impl ConnectionTrait,
    row: &followup_row::Model,
    as_of: &Written<AsOf>,
) -> Result<bool> {
    let beside = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(row.plan_id))
        .filter(followup_row::Column::Section.eq(row.section.as_str()))
        .filter(followup_row::Column::Item.eq(row.item.as_str()))
        .all(db)
        .await?;
    let time = Time::of(as_of);
    Ok(judge(db, beside).await?.into_iter().any(|hidden| hidden.time == time))
}

/// Which row of an earlier table each row goes on from, whatever it was called there.
pub(super) struct Lineage(HashMap<i64, i64>);

impl Lineage {
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        let rows: Vec<(i64, Option<i64>)> = followup_row::Entity::find()
            .select_only()
            .columns([followup_row::Column::Id, followup_row::Column::CameFrom])
            .filter(followup_row::Column::CameFrom.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self(rows.into_iter().filter_map(|(id, before)| Some((id, before?))).collect()))
    }

    /// The first row of the line that a row belongs to. A row goes on from one that was there before it, so lines end.
    fn first(&self, row: i64) -> i64 {
        let mut at = row;
        while let Some(before) = self.0.get(&at).copied().filter(|before| *before < at) {
            at = before;
        }
        at
    }
}

/// Hides, with a share of few people, every other value of its row for the same time, counts or none: it says the same. So
/// does the value when the target was set, if it is of that time. The row of another year is the same row where it has the
/// same name, or where one goes on from the other.
pub(super) fn hide(parts: &mut [Part], hidden: &[HiddenTime], lineage: &Lineage) {
    let mut by_name: BTreeMap<&Identity, Vec<&HiddenTime>> = BTreeMap::new();
    let mut by_first: HashMap<i64, Vec<&HiddenTime>> = HashMap::new();
    for one in hidden {
        by_name.entry(&one.row).or_default().push(one);
        by_first.entry(lineage.first(one.id)).or_default().push(one);
    }
    for part in parts.iter_mut() {
        let identity = Identity::of(&part.cells);
        let of_name = by_name.get(&identity).into_iter().flatten();
        let of_line = by_first.get(&lineage.first(part.model.id)).into_iter().flatten();
        for HiddenTime { time, reason, .. } in of_name.chain(of_line) {
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
