//! Campaigns: drafting, and moving from state to state.

use std::collections::HashMap;
use std::sync::Arc;

use domain::campaign::{Schedule, ScheduleError, State};
use domain::disclosure::Thresholds;
use domain::review::ReviewRules;
use domain::terms::Terms;
use domain::text::{self, Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::Registry;
use super::assignment;
use super::entity::{ballot_count, campaign, enrolment};
use super::event::{self, Event};
use super::questionnaire::Stored;
use crate::error::{Error, Result};
use crate::kept::kept;
use crate::mail::outbox;
use crate::secret::{is_id, random_id};

/// A campaign as HR and respondents know it, without its terms: that document has an entry for every stratum, and is
/// read only where it is needed, see [`Registry::terms`].
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// The series whose waves are compared.
    pub series: String,
    /// Its title.
    pub title: Text,
    /// The questionnaire's id.
    pub questionnaire_id: i64,
    /// Where it stands.
    pub state: State,
    /// When it opens and closes.
    pub schedule: Schedule,
    /// From how many people anything is shown.
    pub thresholds: Thresholds,
    /// SHA-256 of its canonical terms, hexadecimal, once they are fixed.
    pub terms_hash: Option<String>,
    /// Who rates whom, where subjects are rated; `None` for a survey.
    pub review: Option<ReviewRules>,
}

/// The columns of a [`Campaign`].
#[derive(DerivePartialModel)]
#[sea_orm(entity = "campaign::Entity")]
struct Head {
    id: String,
    series: String,
    title_ja: String,
    title_en: String,
    questionnaire_id: i64,
    state: String,
    opens_at: i64,
    closes_at: i64,
    threshold_scores: i32,
    threshold_comments: i32,
    threshold_response_rate: i32,
    terms_hash: Option<String>,
    review: Option<String>,
}

/// What HR types for a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its title.
    pub title: Text,
    /// The questionnaire's id.
    pub questionnaire_id: i64,
    /// When it opens and closes.
    pub schedule: Schedule,
    /// From how many people anything is shown.
    pub thresholds: Thresholds,
    /// Who rates whom, where subjects are rated; `None` for a survey.
    pub review: Option<ReviewRules>,
}

impl Campaign {
    /// The hash of the terms as bytes, once fixed.
    pub fn terms_digest(&self) -> Result<[u8; 32]> {
        let hash = self.terms_hash.as_deref().ok_or(Error::NotFound)?;
        hex::decode(hash)
            .ok()
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| Error::Damaged("the terms hash of a campaign".into()))
    }
}

fn read(row: Head) -> Result<Campaign> {
    let threshold = |n: i32| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Campaign {
        state: State::parse(&row.state).ok_or_else(|| Error::Damaged("the state of a campaign".into()))?,
        id: row.id,
        series: row.series,
        title: Text::new(row.title_ja, row.title_en),
        questionnaire_id: row.questionnaire_id,
        schedule: Schedule { opens_at: row.opens_at, closes_at: row.closes_at },
        thresholds: Thresholds {
            scores: threshold(row.threshold_scores),
            comments: threshold(row.threshold_comments),
            response_rate: threshold(row.threshold_response_rate),
        },
        terms_hash: row.terms_hash,
        review: row.review.map(|rules| serde_json::from_str(&rules)).transpose()?,
    })
}

/// One campaign, as it is within a transaction.
pub(crate) async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Campaign> {
    if !is_id(id) {
        return Err(Error::NotFound);
    }
    let row = campaign::Entity::find_by_id(id).into_partial_model::<Head>().one(db).await?;
    read(row.ok_or(Error::NotFound)?)
}

fn refuse(error: ScheduleError) -> Error {
    Error::invalid(error.message(Lang::Ja), error.message(Lang::En))
}

fn check(draft: &Draft, now: i64) -> Result<Draft> {
    let title = |t: &str, name: (&str, &str)| {
        text::required_line(t, 100).map_err(|e| {
            Error::invalid(
                format!("{}: {}", name.0, e.message(Lang::Ja)),
                format!("{}: {}", name.1, e.message(Lang::En)),
            )
        })
    };
    let ja = title(&draft.title.ja, ("題名(日本語)", "Title (Japanese)"))?;
    let en = title(&draft.title.en, ("題名(英語)", "Title (English)"))?;
    draft.schedule.check(now).map_err(refuse)?;
    draft.thresholds.check().map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    if let Some(rules) = &draft.review {
        rules.check().map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    }
    Ok(Draft { title: Text::new(ja, en), ..draft.clone() })
}

fn rules(draft: &Draft) -> Result<Option<String>> {
    Ok(draft.review.as_ref().map(serde_json::to_string).transpose()?)
}

impl Registry {
    /// All campaigns, the latest opening first.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>> {
        let rows = campaign::Entity::find()
            .order_by_desc(campaign::Column::OpensAt)
            .order_by_asc(campaign::Column::Id)
            .into_partial_model::<Head>()
            .all(self.db.get())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// One campaign.
    pub async fn campaign(&self, id: &str) -> Result<Campaign> {
        find(self.db.get(), id).await
    }

    /// The canonical terms of a campaign, byte for byte as they were hashed.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not fixed yet.
    pub async fn terms_json(&self, id: &str) -> Result<String> {
        if !is_id(id) {
            return Err(Error::NotFound);
        }
        let found: Option<Option<String>> = campaign::Entity::find_by_id(id)
            .select_only()
            .column(campaign::Column::Terms)
            .into_tuple()
            .one(self.db.get())
            .await?;
        found.flatten().ok_or(Error::NotFound)
    }

    /// The terms of a campaign.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not fixed yet.
    pub async fn terms(&self, id: &str) -> Result<Arc<Terms>> {
        let read = async { Ok(serde_json::from_str(&self.terms_json(id).await?)?) };
        kept(&self.kept.terms, id.to_owned(), |_| true, read).await
    }

    /// The last released wave of the same series that opened before this one.
    pub(crate) async fn released_before(&self, campaign: &Campaign) -> Result<Option<Campaign>> {
        let row = campaign::Entity::find()
            .filter(campaign::Column::Series.eq(campaign.series.as_str()))
            .filter(campaign::Column::State.eq(State::Released.as_str()))
            .filter(campaign::Column::OpensAt.lt(campaign.schedule.opens_at))
            .order_by_desc(campaign::Column::OpensAt)
            .into_partial_model::<Head>()
            .one(self.db.get())
            .await?;
        row.map(read).transpose()
    }

    /// The questionnaire of a campaign.
    pub async fn campaign_questionnaire(&self, campaign: &Campaign) -> Result<Arc<Stored>> {
        let id = campaign.questionnaire_id;
        kept(&self.kept.questionnaires, id, |stored| stored.frozen, self.questionnaire(id)).await
    }

    /// Makes a draft and returns its id. The series is the questionnaire's key, so that waves find each other.
    pub async fn create_campaign(&self, draft: &Draft, actor: Option<i64>, now: i64) -> Result<String> {
        let draft = check(draft, now)?;
        let stored = self.questionnaire(draft.questionnaire_id).await?;
        super::questionnaire::ready(&stored.questionnaire, draft.review.as_ref())?;
        let review = rules(&draft)?;
        let id = random_id()?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        campaign::ActiveModel {
            id: Set(id.clone()),
            series: Set(stored.questionnaire.key.clone()),
            title_ja: Set(draft.title.ja),
            title_en: Set(draft.title.en),
            questionnaire_id: Set(draft.questionnaire_id),
            state: Set(State::Draft.as_str().into()),
            opens_at: Set(draft.schedule.opens_at),
            closes_at: Set(draft.schedule.closes_at),
            threshold_scores: Set(count(draft.thresholds.scores)),
            threshold_comments: Set(count(draft.thresholds.comments)),
            threshold_response_rate: Set(count(draft.thresholds.response_rate)),
            terms: Set(None),
            terms_hash: Set(None),
            review: Set(review),
        }
        .insert(&transaction)
        .await?;
        note(&transaction, &id, actor, now, "campaign.create", "").await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Changes a draft.
    pub async fn update_campaign(&self, id: &str, draft: &Draft, actor: Option<i64>, now: i64) -> Result<()> {
        let draft = check(draft, now)?;
        let review = rules(&draft)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let found = in_state(&transaction, id, State::Draft).await?;
        let stored = super::entity::questionnaire::Entity::find_by_id(draft.questionnaire_id)
            .one(&transaction)
            .await?
            .ok_or(Error::NotFound)?;
        super::questionnaire::ready(&serde_json::from_str(&stored.body)?, draft.review.as_ref())?;
        let mut model: campaign::ActiveModel = found.into();
        model.series = Set(stored.key);
        model.title_ja = Set(draft.title.ja);
        model.title_en = Set(draft.title.en);
        model.questionnaire_id = Set(draft.questionnaire_id);
        model.opens_at = Set(draft.schedule.opens_at);
        model.closes_at = Set(draft.schedule.closes_at);
        model.threshold_scores = Set(count(draft.thresholds.scores));
        model.threshold_comments = Set(count(draft.thresholds.comments));
        model.threshold_response_rate = Set(count(draft.thresholds.response_rate));
        model.review = Set(review);
        model.update(&transaction).await?;
        note(&transaction, id, actor, now, "campaign.edit", "").await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Throws a draft away.
    pub async fn delete_campaign(&self, id: &str, actor: Option<i64>, now: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        in_state(&transaction, id, State::Draft).await?;
        assignment::forget(&transaction, id).await?;
        campaign::Entity::delete_by_id(id).exec(&transaction).await?;
        note(&transaction, id, actor, now, "campaign.delete", "").await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Puts the closing date later and records it; the only thing that may change after the terms are fixed.
    pub async fn extend_campaign(
        &self,
        id: &str,
        closes_at: i64,
        actor: Option<i64>,
        now: i64,
    ) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let found = find(&transaction, id).await?;
        let extended = found.schedule.extend(found.state, closes_at).map_err(refuse)?;
        campaign::Entity::update_many()
            .col_expr(campaign::Column::ClosesAt, Expr::value(extended.closes_at))
            .filter(campaign::Column::Id.eq(id))
            .exec(&transaction)
            .await?;
        let detail = format!("{} -> {}", found.schedule.closes_at, closes_at);
        note(&transaction, id, actor, now, "campaign.extend", &detail).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Moves a campaign one state forward. `from` guards against two people pressing at once; returns false where
    /// somebody was faster.
    pub async fn advance_campaign(
        &self,
        id: &str,
        from: State,
        actor: Option<i64>,
        now: i64,
    ) -> Result<bool> {
        let to = from.next().ok_or(Error::NotFound)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let moved = advance(&transaction, id, from, to, actor, now).await?;
        if moved && to == State::Closed {
            outbox::withdraw_waiting(&transaction, id).await?;
        }
        transaction.commit().await?;
        Ok(moved)
    }

    /// How many ballots have been handed out, and of how many people, per stratum: (stratum, people, issued). While a
    /// campaign runs they are counted, afterwards only their number is known.
    pub async fn issued(&self, campaign: &str) -> Result<Vec<(u32, u32, u32)>> {
        let rows: Vec<(i32, i64, i64)> = enrolment::Entity::find()
            .select_only()
            .column(enrolment::Column::Stratum)
            .column_as(enrolment::Column::StaffId.count(), "people")
            .column_as(enrolment::Column::Blinded.count(), "issued")
            .filter(enrolment::Column::CampaignId.eq(campaign))
            .group_by(enrolment::Column::Stratum)
            .order_by_asc(enrolment::Column::Stratum)
            .into_tuple()
            .all(self.db.get())
            .await?;
        let kept: HashMap<i32, i32> = ballot_count::Entity::find()
            .filter(ballot_count::Column::CampaignId.eq(campaign))
            .all(self.db.get())
            .await?
            .into_iter()
            .map(|row| (row.stratum, row.issued))
            .collect();
        let n = |v: i64| u32::try_from(v).unwrap_or(u32::MAX);
        let issued = |stratum, marked| kept.get(&stratum).map_or(marked, |issued| i64::from(*issued));
        Ok(rows.into_iter().map(|(s, p, i)| (u32::try_from(s).unwrap_or(0), n(p), n(issued(s, i)))).collect())
    }
}

/// Thresholds and sizes fit a database integer.
pub(crate) fn count(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

pub(super) async fn in_state(db: &impl ConnectionTrait, id: &str, state: State) -> Result<campaign::Model> {
    let row = campaign::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    if row.state == state.as_str() {
        return Ok(row);
    }
    Err(Error::invalid(
        "この調査は、すでに次の段階に進んでいます。画面を読み込み直してください。",
        "This campaign has already moved on. Please reload the page.",
    ))
}

pub(crate) async fn advance(
    db: &impl ConnectionTrait,
    id: &str,
    from: State,
    to: State,
    actor: Option<i64>,
    now: i64,
) -> Result<bool> {
    let moved = campaign::Entity::update_many()
        .col_expr(campaign::Column::State, Expr::value(to.as_str()))
        .filter(campaign::Column::Id.eq(id))
        .filter(campaign::Column::State.eq(from.as_str()))
        .exec(db)
        .await?;
    if moved.rows_affected == 1 {
        note(db, id, actor, now, &format!("campaign.{}", to.as_str()), "").await?;
    }
    Ok(moved.rows_affected == 1)
}

pub(super) async fn note(
    db: &impl ConnectionTrait,
    id: &str,
    actor: Option<i64>,
    at: i64,
    what: &str,
    detail: &str,
) -> Result<()> {
    let campaign = Some(id.to_owned());
    event::record(db, Event { at, actor, campaign, what: what.into(), detail: detail.into() }).await
}
