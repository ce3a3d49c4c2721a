//! Publishing a review: of each subject what may be shown of each group of raters, and over all subjects averages.
//!
//! An average is a sum of cells that subjects are shown themselves, and of nothing else: whoever had every report could
//! not work out anything more from it. And it is of [`domain::review::LEAST_MANAGERS`] managers or more, by itself and by subtraction
//! from the others, so that, by `domain/src/disclosure/dominance.rs`, it tells nothing of any single one.

mod averages;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::disclosure::{
    CellState, GroupCells, Judgement, RaterCounts, Thresholds, named_cells, review_cells,
};
use domain::questionnaire::Questionnaire;
use domain::review::RaterGroup;
use domain::terms::Terms;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use self::averages::{Averages, Sums};
pub use self::averages::{GRADE, PLACE};
use super::comments::{Commented, Comments};
use super::publish::published;
use super::tally::{Form, Measure, Tally, measures, rules};
use crate::error::{Error, Result};
use crate::registry::campaign::count;
use crate::registry::entity::{
    release_cell, release_group, review_group, review_subject, stratum as stratum_entity,
};
use crate::registry::staff::present;

/// Rows written by one statement.
const CHUNK: usize = 2_000;

/// A group of raters of one subject.
struct OfSubject {
    subject: i64,
    group: RaterGroup,
    invited: u32,
    /// Its strata, for comments.
    strata: Vec<usize>,
    tally: Tally,
    whole: Judgement,
    items: Vec<Judgement>,
}

/// What a review's release is made of, before it is written.
pub(super) struct Review {
    subjects: Vec<OfSubject>,
    averages: Averages,
    measures: Vec<Measure>,
}

/// Who is rated, by which groups, as it was frozen.
pub(super) struct Frozen {
    subjects: Vec<review_subject::Model>,
    strata: Vec<stratum_entity::Model>,
}

impl Frozen {
    /// Subjects who have left since get no report, and are in no average.
    pub(super) async fn read(db: &impl ConnectionTrait, id: &str) -> Result<Self> {
        let here = present(db).await?;
        let mut subjects = review_subject::Entity::find()
            .filter(review_subject::Column::CampaignId.eq(id))
            .order_by_asc(review_subject::Column::StaffId)
            .all(db)
            .await?;
        subjects.retain(|subject| here.contains(&subject.staff_id));
        let strata = stratum_entity::Entity::find()
            .filter(stratum_entity::Column::CampaignId.eq(id))
            .order_by_asc(stratum_entity::Column::Number)
            .all(db)
            .await?;
        Ok(Self { subjects, strata })
    }
}

impl Review {
    /// Settles what may be shown.
    ///
    /// # Errors
    /// [`Error::Invalid`] where disclosure control cannot judge the tables; [`Error::Damaged`] where what was frozen does
    /// not fit together.
    pub(super) fn draft(
        terms: &Terms,
        questionnaire: &Questionnaire,
        frozen: &Frozen,
        counts: &BTreeMap<u32, Tally>,
    ) -> Result<Self> {
        let measures = measures(questionnaire);
        let mut of: HashMap<i64, BTreeMap<RaterGroup, (usize, u32)>> = HashMap::new();
        for row in &frozen.strata {
            let group = row.rater_group.as_deref().and_then(RaterGroup::parse);
            let (Some(subject), Some(group), Ok(number)) =
                (row.subject_id, group, usize::try_from(row.number))
            else {
                return Err(Error::Damaged("the stratum of a review".into()));
            };
            let size = u32::try_from(row.size).unwrap_or(0);
            of.entry(subject).or_default().insert(group, (number, size));
        }
        let none = Tally::new(&measures);
        let mut subjects = Vec::new();
        let mut sums = Sums::new(&measures);
        for subject in &frozen.subjects {
            let Some(groups) = of.get(&subject.staff_id) else { continue };
            let judged = judge(subject.staff_id, groups, counts, &none, &measures, &terms.thresholds);
            sums.add(subject, &judged);
            subjects.extend(judged);
        }
        let averages = sums.settle()?;
        Ok(Self { subjects, averages, measures })
    }

    /// Writes groups and cells.
    pub(super) async fn write(&self, db: &impl ConnectionTrait, id: &str) -> Result<()> {
        let groups: Vec<release_group::ActiveModel> = self
            .averages
            .all
            .iter()
            .enumerate()
            .map(|(number, average)| {
                let state = self.averages.state(number);
                release_group::ActiveModel {
                    campaign_id: Set(id.into()),
                    number: Set(position(number)),
                    kind: Set(average.kind.into()),
                    item: Set(average.item.map(str::to_owned)),
                    label_ja: Set(average.label.ja.clone()),
                    label_en: Set(average.label.en.clone()),
                    eligible: Set(None),
                    issued: Set(None),
                    received: Set(None),
                    respondents: Set(state.is_shown().then(|| count(average.all))),
                    state: Set(state.as_str().into()),
                }
            })
            .collect();
        for chunk in groups.chunks(CHUNK) {
            release_group::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        let rows: Vec<review_group::ActiveModel> = (self.averages.all.len()..)
            .zip(&self.subjects)
            .map(|(number, group)| review_group::ActiveModel {
                campaign_id: Set(id.into()),
                number: Set(position(number)),
                subject_id: Set(group.subject),
                rater_group: Set(group.group.as_str().into()),
                invited: Set(count(group.invited)),
                respondents: Set(group.whole.is_ok().then(|| count(group.tally.respondents))),
                state: Set(state(group.whole).as_str().into()),
            })
            .collect();
        for chunk in rows.chunks(CHUNK) {
            review_group::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        self.write_cells(db, id).await
    }

    async fn write_cells(&self, db: &impl ConnectionTrait, id: &str) -> Result<()> {
        let averages = self.averages.all.iter().enumerate().map(|(number, average)| {
            let states = (0..self.measures.len()).map(|item| self.averages.item(number, item)).collect();
            (number, &average.tally, states)
        });
        let subjects = (self.averages.all.len()..).zip(&self.subjects).map(|(number, group)| {
            (number, &group.tally, group.items.iter().map(|judged| state(*judged)).collect::<Vec<_>>())
        });
        let mut rows = Vec::with_capacity(CHUNK);
        for (number, tally, states) in averages.chain(subjects) {
            for (at, measure) in self.measures.iter().enumerate().filter(|(_, m)| m.form != Form::Text) {
                let found = tally.measures.get(at).cloned().unwrap_or_default();
                let state = states.get(at).copied().unwrap_or_default();
                rows.push(release_cell::ActiveModel {
                    campaign_id: Set(id.into()),
                    group_number: Set(position(number)),
                    item: Set(measure.item.clone()),
                    part: Set(measure.part.clone()),
                    state: Set(state.as_str().into()),
                    n: Set(state.is_shown().then(|| count(found.n))),
                    counts: Set(state.is_shown().then(|| published(measure, &found)).transpose()?),
                });
                if rows.len() == CHUNK {
                    release_cell::Entity::insert_many(std::mem::take(&mut rows))
                        .exec_without_returning(db)
                        .await?;
                }
            }
        }
        if !rows.is_empty() {
            release_cell::Entity::insert_many(rows).exec_without_returning(db).await?;
        }
        Ok(())
    }

    /// Writes comments: of each subject those of the superiors and of oneself, and of the others those of the widest group
    /// that may show them, so that a comment is not shown twice and told apart by where it is missing.
    pub(super) async fn write_comments(
        &self,
        db: &impl ConnectionTrait,
        id: &str,
        comments: &[(u32, String, String)],
    ) -> Result<()> {
        let texts: Vec<(usize, &str)> = self
            .measures
            .iter()
            .enumerate()
            .filter(|(_, measure)| measure.form == Form::Text)
            .map(|(at, measure)| (at, measure.item.as_str()))
            .collect();
        let mut taken: BTreeSet<(i64, &str)> = BTreeSet::new();
        let mut shown = Vec::new();
        // Widest first.
        for (at, group) in self.subjects.iter().enumerate().rev() {
            let mut items = Vec::new();
            for (position, item) in &texts {
                let may = group.items.get(*position).is_some_and(Result::is_ok);
                if may && (group.group.is_named() || taken.insert((group.subject, item))) {
                    items.push(*item);
                }
            }
            if !items.is_empty() {
                shown.push(Commented { number: self.averages.all.len() + at, strata: &group.strata, items });
            }
        }
        Comments::new(comments).write(db, id, shown).await
    }
}

fn position(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn state(judged: Judgement) -> CellState {
    judged.map_or_else(CellState::from, |()| CellState::Shown)
}

/// All groups of one subject, in the order of [`RaterGroup::ALL`].
fn judge(
    subject: i64,
    groups: &BTreeMap<RaterGroup, (usize, u32)>,
    counts: &BTreeMap<u32, Tally>,
    none: &Tally,
    measures: &[Measure],
    thresholds: &Thresholds,
) -> Vec<OfSubject> {
    let tally = |group: RaterGroup| {
        let (number, _) = groups.get(&group)?;
        Some(u32::try_from(*number).ok().and_then(|number| counts.get(&number)).unwrap_or(none))
    };
    let of = |group: RaterGroup| tally(group).map(Tally::group_counts);
    let raters = RaterCounts {
        subordinates: of(RaterGroup::Subordinates),
        peers: of(RaterGroup::Peers),
        others: of(RaterGroup::Others),
    };
    let cells = review_cells(&raters, &rules(measures), thresholds);
    let mut found = Vec::new();
    for group in RaterGroup::ALL {
        let members: Vec<RaterGroup> = match group {
            RaterGroup::Others => vec![RaterGroup::Subordinates, RaterGroup::Peers, RaterGroup::Others],
            group => vec![group],
        };
        let strata: Vec<(usize, u32)> =
            members.iter().filter_map(|member| groups.get(member).copied()).collect();
        let judged = match group {
            RaterGroup::Own | RaterGroup::Superior => {
                of(group).map(|counts| cells_of(&named_cells(&counts), measures))
            }
            RaterGroup::Subordinates => cells.subordinates.as_ref().map(|cells| cells_of(cells, measures)),
            RaterGroup::Peers => cells.peers.as_ref().map(|cells| cells_of(cells, measures)),
            RaterGroup::Others => cells.others.as_ref().map(|cells| cells_of(cells, measures)),
        };
        let Some((whole, items)) = judged else { continue };
        let mut sum = none.clone();
        for tally in members.iter().filter_map(|member| tally(*member)) {
            sum.merge(tally);
        }
        found.push(OfSubject {
            subject,
            group,
            invited: strata.iter().map(|(_, size)| size).sum(),
            strata: strata.into_iter().map(|(number, _)| number).collect(),
            tally: sum,
            whole,
            items,
        });
    }
    found
}

fn cells_of(cells: &GroupCells, measures: &[Measure]) -> (Judgement, Vec<Judgement>) {
    (cells.whole, (0..measures.len()).map(|item| cells.item(item)).collect())
}
