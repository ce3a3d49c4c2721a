//! Bearer tokens of programs: 256 random bits, shown once. The database has the SHA-256 only, so that a copy of it lets
//! nobody in.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::metric::SeriesKey;
use domain::text::{self, Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::api_token;
use crate::registry::event::{self, Event};
use crate::registry::link;
use crate::secret::{random, sha256_hex};

/// What a token begins with, so that whoever finds one in a log or a repository knows what it is.
const PREFIX: &str = "shirube_";

/// Longest name of a token, in characters.
const MAX_NAME: usize = 80;

/// Days a token may be valid at most.
const MAX_DAYS: i64 = 400;

const DAY: i64 = 86_400;

/// Seconds between two notes of when a token was used: a program that sends every second is not to write each time.
const NOTE_EVERY: i64 = 60;

/// How long the text of a new token waits for the page that shows it.
const SHOWN_WITHIN: Duration = Duration::from_secs(600);

/// The texts of new tokens that have not been shown yet.
///
/// They are in the memory of this process and nowhere else: a message for the next page would lie in the session table,
/// and so would the token. Where several server processes serve the pages, the page after the form must reach the process
/// that took the form; otherwise the text is lost, and the administrator revokes the token and makes another one.
static UNSHOWN: LazyLock<Mutex<OnceSecrets>> = LazyLock::new(Mutex::default);

fn unshown() -> MutexGuard<'static, OnceSecrets> {
    // Nothing in here can be left half done.
    UNSHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose text it is: database, administrator, token. One process may have several databases in tests.
type Owner = (String, i64, i64);

/// Secrets that can be taken out once.
#[derive(Default)]
struct OnceSecrets(HashMap<Owner, (String, Instant)>);

impl OnceSecrets {
    fn keep(&mut self, owner: Owner, secret: String, now: Instant) {
        self.0.retain(|_, (_, kept)| now.saturating_duration_since(*kept) <= SHOWN_WITHIN);
        self.0.insert(owner, (secret, now));
    }

    fn take(&mut self, owner: &Owner, now: Instant) -> Option<String> {
        let (secret, kept) = self.0.remove(owner)?;
        (now.saturating_duration_since(kept) <= SHOWN_WITHIN).then_some(secret)
    }
}

/// What a token may do: write numbers of these series, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The series; none stands for all.
    pub series: BTreeSet<SeriesKey>,
}

impl Scope {
    /// True where numbers of the series may be written.
    pub fn allows(&self, series: &SeriesKey) -> bool {
        self.series.is_empty() || self.series.contains(series)
    }
}

/// Whether a token lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A token, as the administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Who made it.
    pub created_by: Text,
    /// When it ends, seconds since 1970 UTC.
    pub expires_at: i64,
    /// When it was last used, seconds since 1970 UTC.
    pub used_at: Option<i64>,
    /// Whether it lets in.
    pub state: TokenState,
}

/// A new token. Its text is nowhere else.
pub struct IssuedToken {
    /// Its id.
    pub id: i64,
    /// The text a program sends.
    pub text: String,
}

/// Who calls: a token that lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The token's id.
    pub id: i64,
    /// What it may do.
    pub scope: Scope,
}

impl Service {
    /// Makes a token that is valid for `days` days.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the name is empty or too long, or the days are not between 1 and 400.
    pub async fn issue_token(&self, name: &str, scope: Scope, days: i64, actor: i64) -> Result<IssuedToken> {
        if let Err(e) = text::required_line(name, MAX_NAME) {
            return Err(Error::invalid(
                format!("用途: {}", e.message(Lang::Ja)),
                format!("What it is for: {}", e.message(Lang::En)),
            ));
        }
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(Error::invalid(
                format!("有効日数は1~{MAX_DAYS}の数字にしてください。"),
                format!("The days must be a number from 1 to {MAX_DAYS}."),
            ));
        }
        let secret = format!("{PREFIX}{}", link::token(&random::<32>()?));
        let now = self.clock.now();
        let row = api_token::ActiveModel {
            id: NotSet,
            name: Set(name.trim().to_owned()),
            hash: Set(sha256_hex(secret.as_bytes())),
            scope: Set(serde_json::to_string(&scope)?),
            created_by: Set(actor),
            created_at: Set(now),
            expires_at: Set(now + days * DAY),
            revoked_at: Set(None),
            used_at: Set(None),
        };
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let id = api_token::Entity::insert(row).exec(&transaction).await?.last_insert_id;
        let act = Event {
            at: now,
            actor: Some(actor),
            campaign: None,
            what: "token.issue".into(),
            detail: format!("#{id}"),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(IssuedToken { id, text: secret })
    }

    /// Keeps the text of a new token for ten minutes, for the administrator who made it and for one look at it.
    pub fn keep_token_text(&self, issued: IssuedToken, staff: i64) {
        unshown().keep((self.settings.registry_url.clone(), staff, issued.id), issued.text, Instant::now());
    }

    /// Takes the text of a new token out; `None` where it was taken before, its time is over, another process has it, or
    /// somebody else made it.
    pub fn take_token_text(&self, id: i64, staff: i64) -> Option<String> {
        unshown().take(&(self.settings.registry_url.clone(), staff, id), Instant::now())
    }

    /// All tokens, the newest first.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>> {
        let rows = api_token::Entity::find()
            .order_by_desc(api_token::Column::Id)
            .all(self.registry.db.get())
            .await?;
        let names = self.registry.names_of(rows.iter().map(|row| row.created_by).collect()).await?;
        let now = self.clock.now();
        rows.into_iter()
            .map(|row| {
                Ok(ApiToken {
                    id: row.id,
                    state: state(&row, now),
                    scope: serde_json::from_str(&row.scope)?,
                    created_by: names.get(&row.created_by).cloned().unwrap_or_default(),
                    name: row.name,
                    expires_at: row.expires_at,
                    used_at: row.used_at,
                })
            })
            .collect()
    }

    /// Ends a token at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such token that lets in.
    pub async fn revoke_token(&self, id: i64, actor: i64) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let changed = api_token::Entity::update_many()
            .col_expr(api_token::Column::RevokedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(id))
            .filter(api_token::Column::RevokedAt.is_null())
            .exec(&transaction)
            .await?;
        if changed.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let act = Event {
            at: now,
            actor: Some(actor),
            campaign: None,
            what: "token.revoke".into(),
            detail: format!("#{id}"),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Who holds this token.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a token that is unknown, expired or revoked: which of these is nobody's business.
    pub async fn holder(&self, token: &str) -> Result<Holder> {
        if !token.starts_with(PREFIX) {
            return Err(Error::Forbidden);
        }
        // The hash is looked up, not the token: how long the search takes says nothing about a token that is not known.
        let hash = sha256_hex(token.as_bytes());
        let db = self.registry.db.get();
        let found = api_token::Entity::find().filter(api_token::Column::Hash.eq(hash)).one(db).await?;
        let now = self.clock.now();
        let found = found.filter(|row| state(row, now) == TokenState::Valid).ok_or(Error::Forbidden)?;
        if found.used_at.is_none_or(|used| now - used >= NOTE_EVERY) {
            let _writer = self.registry.db.writer().await;
            api_token::Entity::update_many()
                .col_expr(api_token::Column::UsedAt, Expr::value(now))
                .filter(api_token::Column::Id.eq(found.id))
                .exec(db)
                .await?;
        }
        Ok(Holder { id: found.id, scope: serde_json::from_str(&found.scope)? })
    }
}

fn state(row: &api_token::Model, now: i64) -> TokenState {
    if row.revoked_at.is_some() {
        TokenState::Revoked
    } else if row.expires_at <= now {
        TokenState::Expired
    } else {
        TokenState::Valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(staff: i64, id: i64) -> Owner {
        ("sqlite://registry".to_owned(), staff, id)
    }

    #[test]
    fn a_text_is_taken_out_once_and_only_by_whoever_made_the_token() {
        let mut secrets = OnceSecrets::default();
        let now = Instant::now();
        secrets.keep(owner(1, 7), "shirube_x".into(), now);
        assert_eq!(secrets.take(&owner(2, 7), now), None);
        assert_eq!(secrets.take(&owner(1, 8), now), None);
        assert_eq!(secrets.take(&owner(1, 7), now).as_deref(), Some("shirube_x"));
        assert_eq!(secrets.take(&owner(1, 7), now), None, "it was shown already");
    }

    #[test]
    fn a_text_that_nobody_asked_for_is_forgotten() {
        let mut secrets = OnceSecrets::default();
        let now = Instant::now();
        let later = now + SHOWN_WITHIN + Duration::from_secs(1);
        secrets.keep(owner(1, 7), "shirube_x".into(), now);
        assert_eq!(secrets.take(&owner(1, 7), later), None);
        secrets.keep(owner(1, 8), "shirube_y".into(), now);
        secrets.keep(owner(1, 9), "shirube_z".into(), later);
        assert_eq!(secrets.0.len(), 1, "what is too old goes when something new comes");
    }
}
