//! Numbers from other systems through the interface for programs: all rows of a call or none, and a call that is sent
//! again under the same key is answered as before without being done again.

use std::collections::BTreeSet;

use domain::csv_rows::NumberedRow;
use domain::metric::SeriesKey;
use domain::metric::table_form::{self, Faults, Record};
use domain::text::Lang;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::feed::Feeding;
use super::store::{self, Names, Origin};
use super::token::Holder;
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::api_call;
use crate::secret::sha256_hex;
use crate::work::work;

/// Most rows of one call.
pub const MAX_ROWS_PER_CALL: usize = 200_000;

/// Longest idempotency key, in characters.
const MAX_KEY: usize = 200;

/// Days an idempotency key is known; after that, the same call counts as a new one.
pub const KEYS_KEPT_DAYS: i64 = 30;

/// One number, as a program sends it. All texts, so that no place after the point is lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiRow {
    /// Code of the unit.
    pub unit: String,
    /// Key of the series.
    pub series: String,
    /// `2025-04` or `FY2024`.
    pub period: String,
    /// An amount or a state.
    #[serde(default)]
    pub value: String,
    /// People the amount is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// Of a rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<u32>,
    /// Of a rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<u32>,
}

/// What a call brings.
#[derive(Clone, Debug)]
pub enum Batch {
    /// Rows by name.
    Rows(Vec<ApiRow>),
    /// A table whose first row is its header.
    Table(Vec<NumberedRow>),
}

/// What a call did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Rows written.
    pub rows: usize,
    /// The number they are kept under.
    pub batch: i64,
}

/// How a call ended.
#[derive(Debug)]
pub enum Posted {
    /// Done now.
    Taken(Taken),
    /// Done by an earlier call with the same key.
    Again(Taken),
    /// Nothing was written: these rows cannot be.
    Refused(Faults),
    /// Nothing was written: the token may not write these series.
    OutOfScope(Vec<SeriesKey>),
}

impl Service {
    /// Takes the numbers of a call. `key` makes it idempotent: the same key with the same content does nothing more.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key that cannot be used; [`Error::Conflict`] where the key was used with other content.
    pub async fn post_metrics(
        &self,
        holder: &Holder,
        key: &str,
        body: &[u8],
        batch: Batch,
    ) -> Result<Posted> {
        let key = key.trim();
        if key.is_empty() || key.chars().count() > MAX_KEY || key.chars().any(char::is_control) {
            return Err(Error::invalid(
                format!("Idempotency-Keyヘッダーに、1~{MAX_KEY}文字のキーを指定してください。"),
                format!("Please send a key of 1 to {MAX_KEY} characters in the header Idempotency-Key."),
            ));
        }
        let hash = sha256_hex(body);
        if let Some(earlier) = earlier(self.registry.db.get(), holder, key, &hash).await? {
            return Ok(Posted::Again(earlier));
        }
        let sent = match &batch {
            Batch::Rows(rows) => rows.len(),
            Batch::Table(rows) => rows.len().saturating_sub(1),
        };
        if !(1..=MAX_ROWS_PER_CALL).contains(&sent) {
            return Err(Error::invalid(
                format!("1回に送信できるのは1~{MAX_ROWS_PER_CALL}行です({sent}行)。分けて送信してください。"),
                format!(
                    "A call brings 1 to {MAX_ROWS_PER_CALL} rows ({sent}). Please send them in several calls."
                ),
            ));
        }
        let names = Names::read(self.registry.db.get()).await?;
        let today = self.clock.today();
        let known = names.known();
        let read = work(move || {
            let rows = match batch {
                Batch::Rows(rows) => table_of(rows),
                Batch::Table(rows) => rows,
            };
            Ok(table_form::read(rows, &known, today))
        });
        let read = read.await?;
        let records: Vec<Record> = match read {
            Ok(records) => records,
            Err(faults) => return Ok(Posted::Refused(faults)),
        };
        let series: BTreeSet<SeriesKey> = records.iter().map(|record| record.series.clone()).collect();
        let outside = series.iter().filter(|series| !holder.scope.allows(series));
        let outside: Vec<SeriesKey> = outside.cloned().collect();
        if !outside.is_empty() {
            return Ok(Posted::OutOfScope(outside));
        }
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        // Somebody may have been faster with the same key.
        if let Some(earlier) = earlier(&transaction, holder, key, &hash).await? {
            return Ok(Posted::Again(earlier));
        }
        let origin = Origin { at: now, token: Some(holder.id), ..Origin::default() };
        let batch = store::write(&transaction, &names, &records, origin).await?;
        let taken = Taken { rows: records.len(), batch };
        let call = api_call::ActiveModel {
            token_id: Set(holder.id),
            call_key: Set(key.to_owned()),
            body_hash: Set(hash.clone()),
            status: Set(201),
            response: Set(serde_json::to_string(&taken)?),
            at: Set(now),
        };
        let once = OnConflict::columns([api_call::Column::TokenId, api_call::Column::CallKey])
            .do_nothing()
            .to_owned();
        let kept =
            api_call::Entity::insert(call).on_conflict(once).exec_without_returning(&transaction).await?;
        if kept == 0 {
            // Another process took the same call while this one was at it: its numbers stand, not these.
            transaction.rollback().await?;
            let earlier = earlier(self.registry.db.get(), holder, key, &hash).await?;
            return earlier
                .map(Posted::Again)
                .ok_or_else(|| Error::Damaged("a call that is kept twice".into()));
        }
        self.feed_indicators(&transaction, Feeding::Of(&series), now).await?;
        transaction.commit().await?;
        Ok(Posted::Taken(taken))
    }
}

impl Service {
    /// Forgets the keys of calls that are over long ago.
    pub async fn delete_old_api_calls(&self) -> Result<()> {
        let _writer = self.registry.db.writer().await;
        api_call::Entity::delete_many()
            .filter(api_call::Column::At.lt(self.clock.now() - KEYS_KEPT_DAYS * 86_400))
            .exec(self.registry.db.get())
            .await?;
        Ok(())
    }
}

/// What an earlier call with this key did.
async fn earlier(db: &impl ConnectionTrait, holder: &Holder, key: &str, hash: &str) -> Result<Option<Taken>> {
    let found = api_call::Entity::find_by_id((holder.id, key.to_owned())).one(db).await?;
    match found {
        None => Ok(None),
        Some(call) if call.body_hash == hash => Ok(Some(serde_json::from_str(&call.response)?)),
        Some(_) => Err(Error::Conflict(domain::text::Text::new(
            "このIdempotency-Keyは、別の内容の送信ですでに使われています。新しいキーで送信してください。",
            "This Idempotency-Key was already used with other content. Please send it with a new key.",
        ))),
    }
}

/// The rows as a table, the header in row 0, so that the first row of the call is row 1.
fn table_of(rows: Vec<ApiRow>) -> Vec<NumberedRow> {
    let header = table_form::header(Lang::En).map(str::to_owned).to_vec();
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let cells = |row: ApiRow| {
        let (people, numerator, denominator) =
            (number(row.people), number(row.numerator), number(row.denominator));
        vec![row.unit, row.series, row.period, row.value, people, numerator, denominator]
    };
    std::iter::once((0, header)).chain((1..).zip(rows.into_iter().map(cells))).collect()
}
