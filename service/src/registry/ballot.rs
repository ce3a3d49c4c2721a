//! Handing out ballots: each person on the frozen roster gets one evaluation, and the same one again when asked
//! again with the same blinded element.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::ballot::{Binding, Evaluation, IssuingKey};
use domain::campaign::State;
use domain::text::Text;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::Registry;
use super::campaign::{Campaign, advance, count};
use super::entity::{ballot_count, campaign, campaign_secret, enrolment};
use super::freeze::ballot_purpose;
use crate::batch::Write;
use crate::error::{Error, Result};
use crate::mail::outbox;
use crate::secret::{MasterKey, is_id, random};

/// Rows written by one statement.
const CHUNK: usize = 2_000;

/// Issuing keys in use, opened once.
#[derive(Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<HashMap<String, Arc<IssuingKey>>>>);

impl Keys {
    pub(crate) fn get(&self, campaign: &str) -> Option<Arc<IssuingKey>> {
        self.0.lock().ok()?.get(campaign).cloned()
    }

    pub(crate) fn put(&self, campaign: &str, seed: &[u8; 32]) -> Result<Arc<IssuingKey>> {
        let key = Arc::new(IssuingKey::derive(seed).map_err(|e| Error::Damaged(e.to_string()))?);
        if let Ok(mut keys) = self.0.lock() {
            keys.insert(campaign.into(), key.clone());
        }
        Ok(key)
    }

    pub(crate) fn forget(&self, campaign: &str) {
        if let Ok(mut keys) = self.0.lock() {
            keys.remove(campaign);
        }
    }
}

/// A person's place in a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// The campaign.
    pub campaign: Campaign,
    /// The stratum their answer will count in.
    pub stratum: u32,
    /// True once they were given a ballot, until the campaign is counted: then it is forgotten who was. Whether they
    /// used it, nobody knows.
    pub issued: bool,
}

/// A person's blinded element, to be remembered.
pub(super) struct Issue {
    campaign: String,
    staff: i64,
    stratum: i32,
    blinded: String,
}

#[async_trait]
impl Write for Issue {
    /// False where another element was remembered before.
    type Outcome = bool;

    async fn write(all: &[Self], db: &DatabaseTransaction) -> Result<Vec<bool>> {
        let mut remembered = Vec::with_capacity(all.len());
        for issue in all {
            let written = enrolment::Entity::update_many()
                .col_expr(enrolment::Column::Blinded, Expr::value(issue.blinded.as_str()))
                .filter(enrolment::Column::CampaignId.eq(issue.campaign.as_str()))
                .filter(enrolment::Column::StaffId.eq(issue.staff))
                .filter(enrolment::Column::Stratum.eq(issue.stratum))
                .filter(enrolment::Column::Blinded.is_null())
                .exec(db)
                .await?;
            remembered.push(written.rows_affected == 1 || issue.is_known(db).await?);
        }
        Ok(remembered)
    }
}

impl Issue {
    async fn is_known(&self, db: &DatabaseTransaction) -> Result<bool> {
        let key = (self.campaign.clone(), self.staff, self.stratum);
        let row = enrolment::Entity::find_by_id(key).one(db).await?;
        Ok(row.and_then(|row| row.blinded).is_some_and(|blinded| blinded == self.blinded))
    }
}

fn place(campaign: Campaign, row: &enrolment::Model) -> Enrolment {
    Enrolment { campaign, stratum: u32::try_from(row.stratum).unwrap_or(0), issued: row.blinded.is_some() }
}

fn not_open() -> Error {
    Error::invalid(
        "この調査は現在、回答を受け付けていません。",
        "This survey is not taking answers at the moment.",
    )
}

impl Registry {
    /// The campaigns a person may answer or could have answered, newest first; a review once for each subject.
    pub async fn enrolments(&self, staff: i64) -> Result<Vec<Enrolment>> {
        let rows = enrolment::Entity::find()
            .filter(enrolment::Column::StaffId.eq(staff))
            .order_by_asc(enrolment::Column::Stratum)
            .all(self.db.get())
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for campaign in self.campaigns().await? {
            let of_campaign = rows.iter().filter(|row| row.campaign_id == campaign.id);
            found.extend(of_campaign.map(|row| place(campaign.clone(), row)));
        }
        Ok(found)
    }

    /// Everyone on the frozen roster of a campaign with their stratum, for simulations.
    pub(crate) async fn enrolled(&self, campaign: &str) -> Result<Vec<(i64, u32)>> {
        let rows = enrolment::Entity::find()
            .filter(enrolment::Column::CampaignId.eq(campaign))
            .order_by_asc(enrolment::Column::StaffId)
            .all(self.db.get())
            .await?;
        Ok(rows.into_iter().map(|r| (r.staff_id, u32::try_from(r.stratum).unwrap_or(0))).collect())
    }

    /// A person's place in one campaign; in a review the first one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they have none.
    pub async fn enrolment(&self, campaign: &str, staff: i64) -> Result<Enrolment> {
        self.enrolments_in(campaign, staff).await?.into_iter().next().ok_or(Error::NotFound)
    }

    /// A person's place in one stratum of a campaign.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they have none.
    pub async fn enrolment_in(&self, campaign: &str, stratum: u32, staff: i64) -> Result<Enrolment> {
        let places = self.enrolments_in(campaign, staff).await?;
        places.into_iter().find(|place| place.stratum == stratum).ok_or(Error::NotFound)
    }

    /// All places of a person in one campaign, by stratum.
    pub async fn enrolments_in(&self, campaign: &str, staff: i64) -> Result<Vec<Enrolment>> {
        if !is_id(campaign) {
            return Err(Error::NotFound);
        }
        let rows = enrolment::Entity::find()
            .filter(enrolment::Column::CampaignId.eq(campaign))
            .filter(enrolment::Column::StaffId.eq(staff))
            .order_by_asc(enrolment::Column::Stratum)
            .all(self.db.get())
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let campaign = self.campaign(campaign).await?;
        Ok(rows.iter().map(|row| place(campaign.clone(), row)).collect())
    }

    /// Evaluates a person's blinded element for one of their strata. The first one is remembered; only the same one is evaluated again.
    pub async fn issue_ballot(
        &self,
        campaign_id: &str,
        stratum: u32,
        staff: i64,
        blinded: &[u8; 32],
        master: &MasterKey,
        now: i64,
    ) -> Result<Evaluation> {
        let place = self.enrolment_in(campaign_id, stratum, staff).await?;
        let open = place.campaign.state == State::Open && now < place.campaign.schedule.closes_at;
        if !open {
            return Err(not_open());
        }
        let binding = Binding {
            campaign: campaign_id.into(),
            terms: place.campaign.terms_digest()?,
            stratum: place.stratum,
        };
        let key = self.issuing_key(campaign_id, master).await?;
        // Evaluated before it is remembered: an element that is no group element must not use up the ballot.
        let evaluation = key.evaluate(blinded, &binding, random()?).map_err(|_| {
            Error::invalid(
                "回答券の要求が正しくありません。ページを読み込み直してください。",
                "The request for a ballot is not valid. Please reload the page.",
            )
        })?;
        let issue = Issue {
            campaign: campaign_id.into(),
            staff,
            stratum: count(stratum),
            blinded: hex::encode(blinded),
        };
        match self.ballots.write(issue).await {
            Ok(true) => Ok(evaluation),
            Ok(false) => Err(Error::Conflict(Text::new(
                "回答券は別の端末ですでに受け取っています。その端末で続けるか、「引き継ぎコード」をこの端末に入力してください。",
                "Your ballot was already issued to another device. Please continue there, or enter its transfer code here.",
            ))),
            // Closed in the meantime, and the database saw it first.
            Err(Error::Database(e)) if e.to_string().contains("shirube: a ballot is handed out once") => {
                Err(not_open())
            }
            Err(error) => Err(error),
        }
    }

    async fn issuing_key(&self, campaign: &str, master: &MasterKey) -> Result<Arc<IssuingKey>> {
        if let Some(key) = self.keys.get(campaign) {
            return Ok(key);
        }
        let secret = campaign_secret::Entity::find_by_id(campaign).one(self.db.get()).await?;
        let seed = master.open(&ballot_purpose(campaign), &secret.ok_or(Error::NotFound)?.ballot_seed)?;
        self.keys.put(campaign, &seed)
    }

    /// Ends the count of a closed campaign: keeps how many ballots were issued in each stratum, forgets to whom,
    /// destroys the keys, and moves the campaign on, all at once. Reminders are forgotten too, since they went to those
    /// who had no ballot. Then the tables are rewritten. False when the campaign had moved on before.
    pub(crate) async fn end_count(&self, campaign_id: &str, actor: Option<i64>, now: i64) -> Result<bool> {
        let issued = self.issued(campaign_id).await?;
        {
            let _writer = self.db.writer().await;
            let transaction = self.db.begin().await?;
            if !advance(&transaction, campaign_id, State::Closed, State::Counted, actor, now).await? {
                return Ok(false);
            }
            let counts = issued.iter().map(|(stratum, _, issued)| ballot_count::ActiveModel {
                campaign_id: Set(campaign_id.into()),
                stratum: Set(count(*stratum)),
                issued: Set(count(*issued)),
            });
            let counts: Vec<_> = counts.collect();
            for chunk in counts.chunks(CHUNK) {
                ballot_count::Entity::insert_many(chunk.to_vec())
                    .exec_without_returning(&transaction)
                    .await?;
            }
            // Everybody's row, so that on PostgreSQL not even the rows' versions tell who had a ballot.
            enrolment::Entity::update_many()
                .col_expr(enrolment::Column::Blinded, Expr::value(sea_orm::Value::String(None)))
                .filter(enrolment::Column::CampaignId.eq(campaign_id))
                .exec(&transaction)
                .await?;
            // The row stays, empty, until the tables are rewritten: see `wipe_counted`.
            let empty = || Expr::value(Vec::<u8>::new());
            campaign_secret::Entity::update_many()
                .col_expr(campaign_secret::Column::BallotSeed, empty())
                .col_expr(campaign_secret::Column::CountingSeed, empty())
                .filter(campaign_secret::Column::CampaignId.eq(campaign_id))
                .exec(&transaction)
                .await?;
            outbox::forget_reminders(&transaction, campaign_id).await?;
            transaction.commit().await?;
        }
        self.keys.forget(campaign_id);
        self.wipe_counted().await?;
        Ok(true)
    }

    /// Rewrites the tables that ballots and keys of counted campaigns were in, where that has not been done, be it that
    /// a crash or a reader came between. That a row of keys is still there says so; it goes last.
    pub(crate) async fn wipe_counted(&self) -> Result<()> {
        let counted = campaign::Entity::find()
            .select_only()
            .column(campaign::Column::Id)
            .filter(campaign::Column::State.is_in([State::Counted.as_str(), State::Released.as_str()]));
        let left: Vec<String> = campaign_secret::Entity::find()
            .select_only()
            .column(campaign_secret::Column::CampaignId)
            .filter(campaign_secret::Column::CampaignId.in_subquery(counted.into_query()))
            .into_tuple()
            .all(self.db.get())
            .await?;
        if left.is_empty() {
            return Ok(());
        }
        self.db.rewrite(&["enrolment", "campaign_secret", "mail"]).await?;
        let _writer = self.db.writer().await;
        campaign_secret::Entity::delete_many()
            .filter(campaign_secret::Column::CampaignId.is_in(left))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// The seed of the counting key, while it exists.
    pub(crate) async fn counting_seed(&self, campaign: &str, master: &MasterKey) -> Result<[u8; 32]> {
        let secret = campaign_secret::Entity::find_by_id(campaign).one(self.db.get()).await?;
        master.open(&super::freeze::counting_purpose(campaign), &secret.ok_or(Error::NotFound)?.counting_seed)
    }
}
