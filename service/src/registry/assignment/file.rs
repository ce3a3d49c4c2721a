//! The table as a file, for a spreadsheet and back.

use std::collections::{BTreeMap, BTreeSet};

use domain::campaign::State;
use domain::review::proposal::LeftOut;
use domain::review::table::{self, RaterRow};
use domain::roster::StaffNumber;
use domain::text::Lang;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{ASKED, CHUNK, LEFT_OUT, Origin, write_subjects};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::campaign::{find, in_state, note};
use crate::registry::entity::review_assignment;
use crate::registry::line;
use crate::registry::roster::{Refused, number_of, text_of};

/// What a file changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Pairs that were not there.
    pub added: usize,
    /// Pairs that were there and read otherwise.
    pub changed: usize,
    /// Pairs that are gone.
    pub removed: usize,
}

impl Registry {
    /// The table as a file that [`Registry::import_raters`] reads back; imported as it is, it changes nothing.
    pub async fn raters_csv(&self, id: &str, lang: Lang) -> Result<String> {
        let table = self.assignments(id).await?;
        let mut rows = Vec::with_capacity(table.len());
        for one in &table {
            rows.push(RaterRow {
                subject: number_of(&one.subject.number)?,
                rater: number_of(&one.rater.number)?,
                relation: one.relation,
                asked: one.asked,
                reason: one.reason_in(lang),
            });
        }
        let named = rows
            .iter()
            .zip(&table)
            .map(|(row, one)| (row, one.subject.name.get(lang), one.rater.name.get(lang)));
        Ok(table::write_raters(named, lang))
    }

    /// Replaces the table of a draft by a file's. Pairs that read as before stay what they were; all others are HR's.
    /// Nothing is written unless every row is accepted.
    ///
    /// # Errors
    /// [`Refused`], with every fault.
    pub async fn import_raters(
        &self,
        id: &str,
        bytes: &[u8],
        actor: Option<i64>,
        now: i64,
    ) -> Result<Corrected, Refused> {
        let text = text_of(bytes)?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        in_state(&transaction, id, State::Draft).await?;
        let rules = find(&transaction, id).await?.review.ok_or(Error::NotFound)?;
        let ids = line::numbers(&transaction, true).await?;
        let present: BTreeSet<StaffNumber> = ids.keys().cloned().collect();
        let rows = table::read_raters(&text, &present, &rules.relations)
            .map_err(|report| Refused::Rows(Box::new(report)))?;
        let stored: BTreeMap<(i64, i64), review_assignment::Model> = review_assignment::Entity::find()
            .filter(review_assignment::Column::CampaignId.eq(id))
            .all(&transaction)
            .await?
            .into_iter()
            .map(|row| ((row.subject_id, row.rater_id), row))
            .collect();
        let person = |number: &StaffNumber| {
            ids.get(number).copied().ok_or_else(|| Error::Damaged("a person of a review".into()))
        };
        let mut corrected = Corrected::default();
        let mut models = Vec::with_capacity(rows.len());
        let mut left = stored.keys().copied().collect::<BTreeSet<_>>();
        for row in &rows {
            let pair = (person(&row.subject)?, person(&row.rater)?);
            left.remove(&pair);
            let before = stored.get(&pair);
            let same = before.is_some_and(|before| reads_as(row, before));
            match (before, same) {
                (None, _) => corrected.added += 1,
                (Some(_), false) => corrected.changed += 1,
                (Some(_), true) => {}
            }
            models.push(match before.filter(|_| same) {
                Some(before) => before.clone().into(),
                None => model(id, pair, row),
            });
        }
        corrected.removed = left.len();
        review_assignment::Entity::delete_many()
            .filter(review_assignment::Column::CampaignId.eq(id))
            .exec(&transaction)
            .await?;
        for chunk in models.chunks(CHUNK) {
            review_assignment::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(&transaction)
                .await?;
        }
        write_subjects(&transaction, id).await?;
        let Corrected { added, changed, removed } = corrected;
        let detail = format!("{added} added, {changed} changed, {removed} removed");
        note(&transaction, id, actor, now, "review.import", &detail).await?;
        transaction.commit().await?;
        Ok(corrected)
    }
}

fn reads_as(row: &RaterRow, before: &review_assignment::Model) -> bool {
    let reason = [Lang::Ja, Lang::En].into_iter().any(|lang| {
        let standing = LeftOut::parse(&before.reason).map(|reason| reason.label(lang));
        row.reason == standing.unwrap_or(&before.reason)
    });
    before.relation == row.relation.as_str() && (before.state == ASKED) == row.asked && (row.asked || reason)
}

fn model(id: &str, (subject, rater): (i64, i64), row: &RaterRow) -> review_assignment::ActiveModel {
    let known = LeftOut::ALL
        .into_iter()
        .find(|reason| [Lang::Ja, Lang::En].into_iter().any(|lang| reason.label(lang) == row.reason));
    let reason = match (row.asked, known) {
        (true, _) => "",
        (false, Some(reason)) => reason.as_str(),
        (false, None) if row.reason.is_empty() => LeftOut::Excluded.as_str(),
        (false, None) => row.reason.as_str(),
    };
    review_assignment::ActiveModel {
        campaign_id: Set(id.into()),
        subject_id: Set(subject),
        rater_id: Set(rater),
        relation: Set(row.relation.as_str().into()),
        state: Set(if row.asked { ASKED } else { LEFT_OUT }.into()),
        origin: Set(Origin::Hr.as_str().into()),
        reason: Set(reason.into()),
    }
}
