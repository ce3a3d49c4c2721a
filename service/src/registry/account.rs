//! Accounts: signing in by password, and changing it.

pub mod password;
mod throttle;

use domain::roster::{Mail, StaffNumber};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::Registry;
use super::entity::{account, one_time_link, staff};
use super::event::{self, Event};
use crate::error::{Error, Result};

pub use throttle::FREE_FAILURES;

/// Attempts to count a failure before giving way to others on the same account.
const ROUNDS: usize = 8;
/// Rows written by one statement.
const CHUNK: usize = 1_000;

/// What became of an attempt to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The password is right.
    Ok {
        /// The person.
        staff_id: i64,
    },
    /// There is no such person, or they have another password, or none, or have left: nobody learns which.
    Wrong,
    /// Too many wrong passwords.
    Locked {
        /// Until when, seconds since 1970 UTC.
        until: i64,
    },
}

/// The active person with this staff number or mail address.
pub(super) async fn find_by_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<staff::Model>> {
    let number = StaffNumber::parse(login).ok();
    let mail = Mail::parse(login).ok();
    let mut either = Condition::any();
    if let Some(number) = &number {
        either = either.add(staff::Column::Number.eq(number.as_str()));
    }
    if let Some(mail) = &mail {
        either = either.add(staff::Column::Mail.eq(mail.as_str()));
    }
    if either.is_empty() {
        return Ok(None);
    }
    let found = staff::Entity::find().filter(either).filter(staff::Column::Active.eq(true)).all(db).await?;
    // One person's number may be another one's address; the number goes first, whatever order the rows come in.
    let wanted = number.as_ref().map_or("", |n| n.as_str());
    let by_number = found.iter().position(|s| s.number == wanted);
    Ok(found.into_iter().nth(by_number.unwrap_or(0)))
}

/// The active person with this id; [`Error::NotFound`] also for people who have left.
pub(super) async fn require_active(db: &impl ConnectionTrait, staff: i64) -> Result<staff::Model> {
    let found = staff::Entity::find_by_id(staff).one(db).await?;
    found.filter(|person| person.active).ok_or(Error::NotFound)
}

/// Stores the hash of a new password, within the transaction. Every session and every link of the person is void
/// from then on, and the account is no longer locked.
pub(super) async fn store_password(
    db: &impl ConnectionTrait,
    staff: i64,
    hash: String,
    now: i64,
) -> Result<()> {
    account::Entity::insert(with_password(staff, hash))
        .on_conflict(new_password())
        .exec_without_returning(db)
        .await?;
    one_time_link::Entity::delete_many().filter(one_time_link::Column::StaffId.eq(staff)).exec(db).await?;
    let (what, detail) = ("account.password".to_owned(), String::new());
    event::record(db, Event { at: now, actor: Some(staff), campaign: None, what, detail }).await
}

fn with_password(staff: i64, hash: String) -> account::ActiveModel {
    account::ActiveModel {
        staff_id: Set(staff),
        password_hash: Set(Some(hash)),
        epoch: Set(1),
        failures: Set(0),
        locked_until: Set(0),
    }
}

fn new_password() -> OnConflict {
    OnConflict::column(account::Column::StaffId)
        .update_columns([
            account::Column::PasswordHash,
            account::Column::Failures,
            account::Column::LockedUntil,
        ])
        .value(account::Column::Epoch, Expr::cust("account.epoch + 1"))
        .to_owned()
}

fn locked(until: i64, now: i64) -> Error {
    let minutes = until.saturating_sub(now).max(1).saturating_add(59) / 60;
    Error::invalid(
        format!("続けて間違えたため、しばらく受け付けません。約{minutes}分後にもう一度お試しください。"),
        format!("Too many wrong passwords. Please try again in about {minutes} minute(s)."),
    )
}

impl Registry {
    /// Signs a person in by staff number or mail address.
    pub async fn sign_in(&self, number: &str, password: &str, now: i64) -> Result<SignIn> {
        let db = self.db.get();
        let person = find_by_login(db, number).await?;
        let found = match &person {
            Some(person) => account::Entity::find_by_id(person.id).one(db).await?,
            None => None,
        };
        match found {
            Some(found) if found.password_hash.is_some() => self.verify(found.staff_id, password, now).await,
            _ => unknown(number, password, now).await,
        }
    }

    /// Compares a password with the stored one. The failure is counted before the password is looked at, so that
    /// many attempts at once are no way around the lock; the right password takes the count back.
    async fn verify(&self, staff: i64, password: &str, now: i64) -> Result<SignIn> {
        for _ in 0..ROUNDS {
            let found = account::Entity::find_by_id(staff).one(self.db.get()).await?;
            let found = found.ok_or(Error::NotFound)?;
            if found.locked_until > now {
                return Ok(SignIn::Locked { until: found.locked_until });
            }
            let failures = found.failures.saturating_add(1);
            let until = throttle::lock_after(failures, now);
            if !self.count_failure(&found, failures, until).await? {
                continue;
            }
            let right = password::matches(password, found.password_hash.as_deref()).await?;
            if right && self.clear_failures(&found).await? {
                return Ok(SignIn::Ok { staff_id: staff });
            }
            return Ok(if until > now { SignIn::Locked { until } } else { SignIn::Wrong });
        }
        // Somebody is trying on many connections at once.
        Ok(SignIn::Locked { until: now.saturating_add(1) })
    }

    /// False where another attempt was counted in between.
    async fn count_failure(&self, found: &account::Model, failures: i32, until: i64) -> Result<bool> {
        let _writer = self.db.writer().await;
        let counted = account::Entity::update_many()
            .col_expr(account::Column::Failures, Expr::value(failures))
            .col_expr(account::Column::LockedUntil, Expr::value(until))
            .filter(account::Column::StaffId.eq(found.staff_id))
            .filter(account::Column::Failures.eq(found.failures))
            .filter(account::Column::LockedUntil.eq(found.locked_until))
            .exec(self.db.get())
            .await?;
        Ok(counted.rows_affected == 1)
    }

    /// False where the password was changed in between: what was compared is then no longer the password.
    async fn clear_failures(&self, found: &account::Model) -> Result<bool> {
        let _writer = self.db.writer().await;
        let cleared = account::Entity::update_many()
            .col_expr(account::Column::Failures, Expr::value(0))
            .col_expr(account::Column::LockedUntil, Expr::value(0i64))
            .filter(account::Column::StaffId.eq(found.staff_id))
            .filter(account::Column::Epoch.eq(found.epoch))
            .exec(self.db.get())
            .await?;
        Ok(cleared.rows_affected == 1)
    }

    /// Gives a person a new password; signs them out everywhere and voids their links.
    pub async fn set_password(&self, staff: i64, new: &str, now: i64) -> Result<()> {
        let person = require_active(self.db.get(), staff).await?;
        password::check(new, &person)?;
        let hash = password::hash(new).await?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        store_password(&transaction, staff, hash, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Changes a password by one who knows the present one; wrong ones count as at sign-in. Signs the person out
    /// everywhere, this session included unless it is renewed.
    pub async fn change_password(&self, staff: i64, old: &str, new: &str, now: i64) -> Result<()> {
        let person = require_active(self.db.get(), staff).await?;
        password::check(new, &person)?;
        match self.verify(staff, old, now).await? {
            SignIn::Ok { .. } if old == new => Err(Error::invalid(
                "新しいパスワードが現在のパスワードと同じです。別のパスワードにしてください。",
                "The new password is the present one. Please choose another one.",
            )),
            SignIn::Ok { .. } => self.set_password(staff, new, now).await,
            SignIn::Wrong => {
                Err(Error::invalid("現在のパスワードが違います。", "The present password is not right."))
            }
            SignIn::Locked { until } => Err(locked(until, now)),
        }
    }

    /// Voids every session of a person.
    pub async fn sign_out_everywhere(&self, staff: i64) -> Result<()> {
        require_active(self.db.get(), staff).await?;
        let row = account::ActiveModel {
            staff_id: Set(staff),
            password_hash: Set(None),
            epoch: Set(1),
            failures: Set(0),
            locked_until: Set(0),
        };
        let next_epoch = OnConflict::column(account::Column::StaffId)
            .value(account::Column::Epoch, Expr::cust("account.epoch + 1"))
            .to_owned();
        let _writer = self.db.writer().await;
        account::Entity::insert(row).on_conflict(next_epoch).exec_without_returning(self.db.get()).await?;
        Ok(())
    }

    /// What a session is bound to: 32 bytes that change with the password and with
    /// [`Registry::sign_out_everywhere`], and tell nothing of the password's hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] for people who have left, so that their sessions end.
    pub async fn auth_hash(&self, staff: i64) -> Result<Vec<u8>> {
        let db = self.db.get();
        require_active(db, staff).await?;
        let found = account::Entity::find_by_id(staff).one(db).await?;
        let (epoch, hash) = found.map_or((0, None), |a| (a.epoch, a.password_hash));
        let bound = format!("{staff}:{epoch}:{}", hash.unwrap_or_default());
        Ok(Sha256::digest(bound.as_bytes()).to_vec())
    }

    /// Gives many people the same password with one hash, without the rules for new ones: for demo and tests.
    pub async fn set_demo_password(&self, staff: &[i64], password: &str) -> Result<()> {
        let hash = password::hash(password).await?;
        for chunk in staff.chunks(CHUNK) {
            let rows: Vec<_> = chunk.iter().map(|id| with_password(*id, hash.clone())).collect();
            let _writer = self.db.writer().await;
            account::Entity::insert_many(rows)
                .on_conflict(new_password())
                .exec_without_returning(self.db.get())
                .await?;
        }
        Ok(())
    }
}

/// The answer for a name that nobody signs in by: it costs as much, and is locked alike.
async fn unknown(name: &str, password: &str, now: i64) -> Result<SignIn> {
    let until = match throttle::count_unknown(name, now) {
        Ok(until) => until,
        Err(until) => return Ok(SignIn::Locked { until }),
    };
    password::matches(password, None).await?;
    Ok(if until > now { SignIn::Locked { until } } else { SignIn::Wrong })
}
