//! HR's corrections of single pairs.

use domain::campaign::State;
use domain::review::Relation;
use domain::review::proposal::LeftOut;
use domain::review::table::MAX_REASON;
use domain::roster::StaffNumber;
use domain::text::{self, Lang};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{ASKED, LEFT_OUT, Origin, write_subjects};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::campaign::{find, in_state, note};
use crate::registry::entity::{review_assignment, staff};

/// What HR changes of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The rater is asked, in this relation.
    Ask(Relation),
    /// The rater is not asked, for this reason; empty for none given.
    LeaveOut(String),
}

impl Registry {
    /// Corrects one pair of a draft, which need not have been there. People are named by their staff numbers.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a number is nobody's, the relation does not fit, or the terms are fixed.
    pub async fn correct_rater(
        &self,
        id: &str,
        subject: &str,
        rater: &str,
        correction: Correction,
        actor: Option<i64>,
        now: i64,
    ) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        in_state(&transaction, id, State::Draft).await?;
        let rules = find(&transaction, id).await?.review.ok_or(Error::NotFound)?;
        let (subject, rater) =
            (by_typed_number(&transaction, subject).await?, by_typed_number(&transaction, rater).await?);
        let known =
            review_assignment::Entity::find_by_id((id.to_owned(), subject, rater)).one(&transaction).await?;
        let (relation, state, reason) = match correction {
            Correction::Ask(relation) => {
                if !rules.asks(relation) {
                    return Err(not_promised());
                }
                if (subject == rater) != (relation == Relation::Own) {
                    return Err(Error::invalid(
                        "関係「本人」は、自分自身を評価する場合にだけ使えます。",
                        "The relation \"self\" is for people rating themselves only.",
                    ));
                }
                (relation.as_str().to_owned(), ASKED, String::new())
            }
            Correction::LeaveOut(reason) => {
                let known = known.ok_or(Error::NotFound)?;
                (known.relation, LEFT_OUT, reason_of(&reason)?)
            }
        };
        let row = review_assignment::ActiveModel {
            campaign_id: Set(id.into()),
            subject_id: Set(subject),
            rater_id: Set(rater),
            relation: Set(relation),
            state: Set(state.into()),
            origin: Set(Origin::Hr.as_str().into()),
            reason: Set(reason),
        };
        upsert(&transaction, row).await?;
        write_subjects(&transaction, id).await?;
        note(&transaction, id, actor, now, "review.correct", "").await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Asking people whom the rules do not ask would break what the terms say.
pub(in crate::registry) fn not_promised() -> Error {
    Error::invalid(
        "評価者の表に、この評価では依頼しないことになっている関係の組があります。調査の「内容を編集」で依頼する関係を加えるか、表から外してください。",
        "The table asks people in a relation that this review does not ask. Add the relation under \"Edit\", or take them off the table.",
    )
}

pub(super) async fn upsert(db: &impl ConnectionTrait, row: review_assignment::ActiveModel) -> Result<()> {
    use review_assignment::Column;
    let replace = OnConflict::columns([Column::CampaignId, Column::SubjectId, Column::RaterId])
        .update_columns([Column::Relation, Column::State, Column::Origin, Column::Reason])
        .to_owned();
    review_assignment::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// HR's words for a pair that is left out, or the standing ones.
fn reason_of(typed: &str) -> Result<String> {
    if typed.trim().is_empty() {
        return Ok(LeftOut::Excluded.as_str().into());
    }
    text::required_line(typed, MAX_REASON)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))
}

/// Who is on the roster under a staff number that somebody typed.
pub(in crate::registry) async fn by_typed_number(db: &impl ConnectionTrait, typed: &str) -> Result<i64> {
    let unknown = || {
        Error::invalid(
            "この職員番号の在籍者はいません。番号を確かめてください。",
            "Nobody on the roster has this staff number. Please check it.",
        )
    };
    let number = StaffNumber::parse(typed).map_err(|_| unknown())?;
    let found: Option<i64> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::Column::Active.eq(true))
        .filter(staff::Column::Number.eq(number.as_str()))
        .into_tuple()
        .one(db)
        .await?;
    found.ok_or_else(unknown)
}
