//! Handing out ballots: each person on the frozen roster gets one evaluation, and the same one again when asked
//! again with the same blinded element.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use domain::ballot::{Binding, Evaluation, IssuingKey};
use domain::campaign::State;
use domain::text::Text;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Registry;
use super::campaign::Campaign;
use super::entity::{campaign, campaign_secret, enrolment};
use super::freeze::ballot_purpose;
use crate::error::{Error, Result};
use crate::secret::{MasterKey, random};

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
    /// True once they were given a ballot. Whether they used it, nobody knows.
    pub issued: bool,
}

fn not_open() -> Error {
    Error::invalid(
        "この調査は現在、回答を受け付けていません。",
        "This survey is not taking answers at the moment.",
    )
}

impl Registry {
    /// The campaigns a person may answer or could have answered, newest first.
    pub async fn enrolments(&self, staff: i64) -> Result<Vec<Enrolment>> {
        let rows =
            enrolment::Entity::find().filter(enrolment::Column::StaffId.eq(staff)).all(self.db.get()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for campaign in self.campaigns().await? {
            if let Some(row) = rows.iter().find(|r| r.campaign_id == campaign.id) {
                found.push(Enrolment {
                    campaign,
                    stratum: u32::try_from(row.stratum).unwrap_or(0),
                    issued: row.blinded.is_some(),
                });
            }
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

    /// A person's place in one campaign.
    pub async fn enrolment(&self, campaign: &str, staff: i64) -> Result<Enrolment> {
        let row = enrolment::Entity::find_by_id((campaign.to_owned(), staff)).one(self.db.get()).await?;
        let row = row.ok_or(Error::NotFound)?;
        Ok(Enrolment {
            campaign: self.campaign(campaign).await?,
            stratum: u32::try_from(row.stratum).unwrap_or(0),
            issued: row.blinded.is_some(),
        })
    }

    /// Evaluates a person's blinded element. The first one is remembered; only the same one is evaluated again.
    pub async fn issue_ballot(
        &self,
        campaign_id: &str,
        staff: i64,
        blinded: &[u8; 32],
        master: &MasterKey,
        now: i64,
    ) -> Result<Evaluation> {
        let place = self.enrolment(campaign_id, staff).await?;
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
        let text = hex::encode(blinded);
        let _writer = self.db.writer().await;
        let written = enrolment::Entity::update_many()
            .col_expr(enrolment::Column::Blinded, Expr::value(text.clone()))
            .filter(enrolment::Column::CampaignId.eq(campaign_id))
            .filter(enrolment::Column::StaffId.eq(staff))
            .filter(enrolment::Column::Blinded.is_null())
            .exec(self.db.get())
            .await?;
        if written.rows_affected == 0 {
            let row =
                enrolment::Entity::find_by_id((campaign_id.to_owned(), staff)).one(self.db.get()).await?;
            if row.and_then(|r| r.blinded) != Some(text) {
                return Err(Error::Conflict(Text::new(
                    "回答券は別の端末ですでに受け取っています。その端末で続けるか、「引き継ぎコード」をこの端末に入力してください。",
                    "Your ballot was already issued to another device. Please continue there, or enter its transfer code here.",
                )));
            }
        }
        Ok(evaluation)
    }

    async fn issuing_key(&self, campaign: &str, master: &MasterKey) -> Result<Arc<IssuingKey>> {
        if let Some(key) = self.keys.get(campaign) {
            return Ok(key);
        }
        let secret = campaign_secret::Entity::find_by_id(campaign).one(self.db.get()).await?;
        let seed = master.open(&ballot_purpose(campaign), &secret.ok_or(Error::NotFound)?.ballot_seed)?;
        self.keys.put(campaign, &seed)
    }

    /// Destroys what is left of the ballots once a campaign is counted: keys and blinded elements. That a ballot was
    /// issued stays known, as a mark without content.
    pub(crate) async fn destroy_ballots(&self, campaign_id: &str) -> Result<()> {
        self.keys.forget(campaign_id);
        {
            let _writer = self.db.writer().await;
            let state = campaign::Entity::find_by_id(campaign_id).one(self.db.get()).await?;
            if state.is_none_or(|c| c.state == State::Open.as_str()) {
                return Err(Error::Damaged("ballots of an open campaign are not destroyed".into()));
            }
            enrolment::Entity::update_many()
                .col_expr(enrolment::Column::Blinded, Expr::value("issued"))
                .filter(enrolment::Column::CampaignId.eq(campaign_id))
                .filter(enrolment::Column::Blinded.is_not_null())
                .exec(self.db.get())
                .await?;
            campaign_secret::Entity::delete_by_id(campaign_id).exec(self.db.get()).await?;
        }
        self.db.rewrite(&["enrolment", "campaign_secret"]).await
    }

    /// The seed of the counting key, while it exists.
    pub(crate) async fn counting_seed(&self, campaign: &str, master: &MasterKey) -> Result<[u8; 32]> {
        let secret = campaign_secret::Entity::find_by_id(campaign).one(self.db.get()).await?;
        master.open(&super::freeze::counting_purpose(campaign), &secret.ok_or(Error::NotFound)?.counting_seed)
    }
}
