//! Peers whom a subject proposes as raters, and their superior's word on it; both before the terms are fixed.

use std::collections::HashMap;

use domain::campaign::State;
use domain::review::{MOST_NOMINATED, Relation};
use domain::text::Text;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::assignment::{ASKED, Origin, by_typed_number, excluded_before};
use super::campaign::{Campaign, find, in_state, note};
use super::entity::{nomination, review_assignment, review_subject, staff};
use super::person::names;
use crate::error::{Error, Result};

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The superior has not decided.
    Waiting,
    /// The peer is among the raters.
    Approved,
    /// The superior did not agree.
    Refused,
}

impl Standing {
    const ALL: [Standing; 3] = [Self::Waiting, Self::Approved, Self::Refused];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == name)
    }
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nomination {
    /// Staff id of who proposes.
    pub subject: i64,
    /// Their name.
    pub subject_name: Text,
    /// Staff id of the peer.
    pub rater: i64,
    /// The peer's staff number.
    pub number: String,
    /// The peer's name.
    pub name: Text,
    /// Where it stands.
    pub standing: Standing,
}

fn over() -> Error {
    Error::invalid(
        "推薦は、実施条件が確定するまで受け付けています。この評価では、受付を終了しました。",
        "Peers can be proposed until the terms are fixed. For this review that is over.",
    )
}

impl Registry {
    /// Reviews in preparation in which a person may propose peers.
    pub async fn nominating(&self, subject: i64) -> Result<Vec<Campaign>> {
        let ids: Vec<String> = review_subject::Entity::find()
            .select_only()
            .column(review_subject::Column::CampaignId)
            .filter(review_subject::Column::StaffId.eq(subject))
            .into_tuple()
            .all(self.db.get())
            .await?;
        let drafts = self.campaigns().await?.into_iter().filter(|campaign| {
            let nominates = campaign.review.as_ref().is_some_and(|rules| rules.nomination);
            campaign.state == State::Draft && nominates && ids.contains(&campaign.id)
        });
        Ok(drafts.collect())
    }

    /// Whom a subject has proposed.
    pub async fn nominations(&self, campaign: &str, subject: i64) -> Result<Vec<Nomination>> {
        let rows = nomination::Entity::find()
            .filter(nomination::Column::CampaignId.eq(campaign))
            .filter(nomination::Column::SubjectId.eq(subject))
            .order_by_asc(nomination::Column::RaterId)
            .all(self.db.get())
            .await?;
        self.named(rows).await
    }

    /// Proposals of a review that wait for the superior of the subject.
    pub async fn nominations_waiting(&self, campaign: &str) -> Result<Vec<Nomination>> {
        let rows = nomination::Entity::find()
            .filter(nomination::Column::CampaignId.eq(campaign))
            .filter(nomination::Column::State.eq(Standing::Waiting.as_str()))
            .order_by_asc(nomination::Column::SubjectId)
            .order_by_asc(nomination::Column::RaterId)
            .all(self.db.get())
            .await?;
        self.named(rows).await
    }

    /// Proposals of drafts on which a superior has still to decide: (review, proposal).
    pub async fn nominations_to_decide(&self, superior: i64) -> Result<Vec<(Campaign, Nomination)>> {
        let below: Vec<i64> = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(staff::Column::SupervisorId.eq(superior))
            .filter(staff::Column::Active.eq(true))
            .into_tuple()
            .all(self.db.get())
            .await?;
        if below.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for campaign in self.campaigns().await?.into_iter().filter(|c| c.state == State::Draft) {
            let rows = nomination::Entity::find()
                .filter(nomination::Column::CampaignId.eq(campaign.id.as_str()))
                .filter(nomination::Column::SubjectId.is_in(below.clone()))
                .filter(nomination::Column::State.eq(Standing::Waiting.as_str()))
                .order_by_asc(nomination::Column::SubjectId)
                .order_by_asc(nomination::Column::RaterId)
                .all(self.db.get())
                .await?;
            found.extend(self.named(rows).await?.into_iter().map(|one| (campaign.clone(), one)));
        }
        Ok(found)
    }

    async fn named(&self, rows: Vec<nomination::Model>) -> Result<Vec<Nomination>> {
        let ids: Vec<i64> = rows.iter().flat_map(|row| [row.subject_id, row.rater_id]).collect();
        let people: HashMap<i64, staff::Model> = staff::Entity::find()
            .filter(staff::Column::Id.is_in(ids))
            .all(self.db.get())
            .await?
            .into_iter()
            .map(|person| (person.id, person))
            .collect();
        let read = |row: nomination::Model| {
            let (subject, rater) = (people.get(&row.subject_id)?, people.get(&row.rater_id)?);
            Some(Nomination {
                subject: row.subject_id,
                subject_name: names(subject),
                rater: row.rater_id,
                number: rater.number.clone(),
                name: names(rater),
                standing: Standing::parse(&row.state)?,
            })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Proposes a peer by staff number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the person is no subject of such a draft; [`Error::Invalid`] where the number is nobody's,
    /// the peer is among the raters already, or as many were proposed as can be.
    pub async fn nominate(&self, campaign: &str, subject: i64, number: &str) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        of_subject(&transaction, campaign, subject).await?;
        let rater = by_typed_number(&transaction, number).await?;
        let there = review_assignment::Entity::find_by_id((campaign.to_owned(), subject, rater))
            .one(&transaction)
            .await?;
        // One message for all: whom HR has left out, and why, is not for the subject to find out.
        let excluded = excluded_before(&transaction, campaign).await?.contains(&(subject, rater));
        if rater == subject || there.is_some() || excluded {
            return Err(Error::invalid(
                "この方は推薦できません。すでに評価者の表にあるか、この評価では評価者にならない方です。ほかの方を推薦してください。",
                "This person cannot be proposed: they are on the table of raters already, or do not rate in this review. Please propose somebody else.",
            ));
        }
        let key = (campaign.to_owned(), subject, rater);
        if nomination::Entity::find_by_id(key).one(&transaction).await?.is_some() {
            return Err(Error::invalid("この方は推薦済みです。", "You have proposed this person already."));
        }
        let proposed = nomination::Entity::find()
            .filter(nomination::Column::CampaignId.eq(campaign))
            .filter(nomination::Column::SubjectId.eq(subject))
            .count(&transaction)
            .await?;
        if usize::try_from(proposed).unwrap_or(usize::MAX) >= MOST_NOMINATED {
            return Err(Error::invalid(
                format!("推薦できるのは{MOST_NOMINATED}人までです。"),
                format!("At most {MOST_NOMINATED} people can be proposed."),
            ));
        }
        nomination::ActiveModel {
            campaign_id: Set(campaign.into()),
            subject_id: Set(subject),
            rater_id: Set(rater),
            state: Set(Standing::Waiting.as_str().into()),
            decided_by: Set(None),
        }
        .insert(&transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes back a proposal on which nobody has decided.
    pub async fn withdraw_nomination(&self, campaign: &str, subject: i64, rater: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        of_subject(&transaction, campaign, subject).await?;
        let deleted = nomination::Entity::delete_many()
            .filter(nomination::Column::CampaignId.eq(campaign))
            .filter(nomination::Column::SubjectId.eq(subject))
            .filter(nomination::Column::RaterId.eq(rater))
            .filter(nomination::Column::State.eq(Standing::Waiting.as_str()))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// A superior's word on a proposal of somebody who reports to them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such proposal to decide, or it is not theirs to decide.
    pub async fn decide_nomination(
        &self,
        campaign: &str,
        subject: i64,
        rater: i64,
        approve: bool,
        superior: i64,
        now: i64,
    ) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        of_subject(&transaction, campaign, subject).await?;
        let reports = staff::Entity::find_by_id(subject)
            .filter(staff::Column::SupervisorId.eq(superior))
            .one(&transaction)
            .await?;
        if reports.is_none() {
            return Err(Error::NotFound);
        }
        let standing = if approve { Standing::Approved } else { Standing::Refused };
        let decided = nomination::Entity::update_many()
            .col_expr(nomination::Column::State, Expr::value(standing.as_str()))
            .col_expr(nomination::Column::DecidedBy, Expr::value(superior))
            .filter(nomination::Column::CampaignId.eq(campaign))
            .filter(nomination::Column::SubjectId.eq(subject))
            .filter(nomination::Column::RaterId.eq(rater))
            .filter(nomination::Column::State.eq(Standing::Waiting.as_str()))
            .exec(&transaction)
            .await?;
        if decided.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let there = review_assignment::Entity::find_by_id((campaign.to_owned(), subject, rater))
            .one(&transaction)
            .await?;
        let key = (subject, rater);
        if approve && there.is_none() && !excluded_before(&transaction, campaign).await?.contains(&key) {
            review_assignment::ActiveModel {
                campaign_id: Set(campaign.into()),
                subject_id: Set(subject),
                rater_id: Set(rater),
                relation: Set(Relation::Peer.as_str().into()),
                state: Set(ASKED.into()),
                origin: Set(Origin::Nominated.as_str().into()),
                reason: Set(String::new()),
            }
            .insert(&transaction)
            .await?;
        }
        note(&transaction, campaign, Some(superior), now, "review.nomination", standing.as_str()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Refuses where a person is no subject of a draft in which peers can be proposed.
async fn of_subject(db: &impl ConnectionTrait, campaign: &str, subject: i64) -> Result<()> {
    let rules = find(db, campaign).await?.review.ok_or(Error::NotFound)?;
    let key = (campaign.to_owned(), subject);
    let there = review_subject::Entity::find_by_id(key).one(db).await?;
    if !rules.nomination || there.is_none() {
        return Err(Error::NotFound);
    }
    in_state(db, campaign, State::Draft).await.map(drop).map_err(|_| over())
}
