//! Filling the table from reporting lines.

use std::collections::BTreeSet;

use domain::campaign::State;
use domain::review::Relation;
use domain::review::proposal::{LeftOut, Proposed, propose};
use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{ASKED, CHUNK, LEFT_OUT, Origin, write_subjects};
use crate::clock::date_in;
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::campaign::{find, in_state, note};
use crate::registry::entity::{campaign, review_action, review_assignment};
use crate::registry::line;
use crate::registry::staff::present;

/// What a proposal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Pairs that are asked now.
    pub asked: usize,
    /// Pairs left out, with a reason.
    pub left_out: usize,
    /// Pairs that were kept as HR corrected them, or as they were nominated.
    pub kept: usize,
}

impl Registry {
    /// Fills the table of a draft anew from the reporting lines of its period. What HR corrected and what was nominated
    /// stays. Pairs that HR excluded from an earlier review are excluded from this one as well.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the campaign is no draft of a review any more.
    pub async fn propose_raters(&self, id: &str, actor: Option<i64>, now: i64) -> Result<Proposal> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        in_state(&transaction, id, State::Draft).await?;
        let rules = find(&transaction, id).await?.review.ok_or(Error::NotFound)?;
        let here = present(&transaction).await?;
        let mut proposed = propose(&here, &line::all(&transaction).await?, &rules);
        if let Some(review) = &rules.pulse_of {
            let shared = sharing(&transaction, review).await?;
            let team = team(&transaction, date_in(now, "Asia/Tokyo")).await?;
            proposed.retain(|pair| {
                let told = shared.contains(&pair.subject) && team.contains(&(pair.subject, pair.rater));
                told && pair.relation == Relation::Subordinate
            });
        }
        let rows = review_assignment::Entity::find()
            .filter(review_assignment::Column::CampaignId.eq(id))
            .all(&transaction)
            .await?;
        let excluded = excluded_before(&transaction, id).await?;
        review_assignment::Entity::delete_many()
            .filter(review_assignment::Column::CampaignId.eq(id))
            .filter(review_assignment::Column::Origin.eq(Origin::Line.as_str()))
            .exec(&transaction)
            .await?;
        let kept: BTreeSet<(i64, i64)> = rows
            .iter()
            .filter(|row| row.origin != Origin::Line.as_str())
            .map(|row| (row.subject_id, row.rater_id))
            .collect();
        let mut proposal = Proposal { kept: kept.len(), ..Proposal::default() };
        let mut models = Vec::with_capacity(proposed.len());
        for pair in proposed.iter().filter(|pair| !kept.contains(&(pair.subject, pair.rater))) {
            let excluded = excluded.contains(&(pair.subject, pair.rater));
            let left_out = if excluded { Some(LeftOut::Excluded) } else { pair.left_out };
            let count = if left_out.is_none() { &mut proposal.asked } else { &mut proposal.left_out };
            *count += 1;
            models.push(model(id, pair, left_out, excluded));
        }
        for chunk in models.chunks(CHUNK) {
            review_assignment::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(&transaction)
                .await?;
        }
        write_subjects(&transaction, id).await?;
        let detail = format!("{} asked, {} left out", proposal.asked, proposal.left_out);
        note(&transaction, id, actor, now, "review.propose", &detail).await?;
        transaction.commit().await?;
        Ok(proposal)
    }
}

fn model(
    id: &str,
    pair: &Proposed,
    left_out: Option<LeftOut>,
    by_hr: bool,
) -> review_assignment::ActiveModel {
    review_assignment::ActiveModel {
        campaign_id: Set(id.into()),
        subject_id: Set(pair.subject),
        rater_id: Set(pair.rater),
        relation: Set(pair.relation.as_str().into()),
        state: Set(if left_out.is_none() { ASKED } else { LEFT_OUT }.into()),
        origin: Set(if by_hr { Origin::Hr } else { Origin::Line }.as_str().into()),
        reason: Set(left_out.map_or("", LeftOut::as_str).into()),
    }
}

/// Pairs that HR left out of earlier reviews, and did not ask again in a later one.
pub(in crate::registry) async fn excluded_before(
    db: &impl ConnectionTrait,
    id: &str,
) -> Result<BTreeSet<(i64, i64)>> {
    let earlier: Vec<String> = campaign::Entity::find()
        .select_only()
        .column(campaign::Column::Id)
        .filter(campaign::Column::Review.is_not_null())
        .filter(campaign::Column::Id.ne(id))
        .filter(campaign::Column::State.ne(State::Draft.as_str()))
        .order_by_asc(campaign::Column::OpensAt)
        .into_tuple()
        .all(db)
        .await?;
    let mut rows = review_assignment::Entity::find()
        .filter(review_assignment::Column::CampaignId.is_in(earlier.iter().map(String::as_str)))
        .filter(review_assignment::Column::Origin.eq(Origin::Hr.as_str()))
        // HR may have asked somebody whose group then was too small: that is no exclusion.
        .filter(review_assignment::Column::Reason.ne(LeftOut::TooFew.as_str()))
        .all(db)
        .await?;
    rows.sort_by_key(|row| earlier.iter().position(|id| *id == row.campaign_id));
    let mut excluded = BTreeSet::new();
    for row in rows {
        let pair = (row.subject_id, row.rater_id);
        if row.state == LEFT_OUT {
            excluded.insert(pair);
        } else {
            excluded.remove(&pair);
        }
    }
    Ok(excluded)
}

/// Who reports to whom on a day, and so was told what a manager shared with the team: (superior, who reports).
pub(in crate::registry) async fn team(
    db: &impl ConnectionTrait,
    today: Date,
) -> Result<BTreeSet<(i64, i64)>> {
    let lines = line::all(db).await?;
    let goes_on = lines.iter().filter(|line| {
        line.since.is_none_or(|since| since <= today) && line.until.is_none_or(|until| today <= until)
    });
    Ok(goes_on.map(|line| (line.superior, line.staff)).collect())
}

/// Subjects of a review who shared what they mean to do.
async fn sharing(db: &impl ConnectionTrait, review: &str) -> Result<BTreeSet<i64>> {
    let subjects: Vec<i64> = review_action::Entity::find()
        .select_only()
        .column(review_action::Column::SubjectId)
        .filter(review_action::Column::CampaignId.eq(review))
        .filter(review_action::Column::Shared.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(subjects.into_iter().collect())
}
