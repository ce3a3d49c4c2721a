//! One-time links: activating an account, and resetting a password.
//!
//! A link is 32 random bytes. The database has their SHA-256 only; the mail that carries them waits in the queue with
//! the bytes sealed under the master key, so that a copy of the database opens nobody's account.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::text::Lang;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::Registry;
use super::account::{find_by_login, password, require_active, store_password};
use super::entity::{account, mail, one_time_link, staff};
use super::person::display_name;
use crate::error::{Error, Result};
use crate::mail::outbox::{self, Kind, NewMail};
use crate::mail::template::{self, Letter};
use crate::secret::{MasterKey, random, sha256_hex};
use crate::settings::Settings;

/// Mails about a reset that an account gets at most: one in this many seconds.
const RESET_EVERY: i64 = 300;
/// Invitations to activate are made anew once a day at most, in seconds.
const INVITE_EVERY: i64 = 86_400;
/// People invited by one transaction.
const CHUNK: usize = 500;
/// A request for a reset is answered after this time, whether or not there was anything to do.
const ANSWER_AFTER: Duration = Duration::from_millis(250);

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first password.
    Activate,
    /// A new password for a forgotten one.
    Reset,
}

impl Purpose {
    /// The name stored in the database and used in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reset => "reset",
        }
    }

    /// Reads [`Purpose::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Activate, Self::Reset].into_iter().find(|p| p.as_str() == name)
    }

    /// How long a link is valid, in seconds: 72 hours to activate, one hour to reset.
    pub const fn lifetime(self) -> i64 {
        match self {
            Self::Activate => 72 * 3_600,
            Self::Reset => 3_600,
        }
    }
}

/// The bytes of a link as they stand in its address.
pub(crate) fn token(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn void() -> Error {
    Error::invalid(
        "このリンクは期限が切れているか、すでに使われています。もう一度、手続きをはじめからお願いします。",
        "This link has expired or was already used. Please start again.",
    )
}

fn row(staff: i64, purpose: Purpose, bytes: &[u8; 32], now: i64) -> one_time_link::ActiveModel {
    one_time_link::ActiveModel {
        token_hash: Set(sha256_hex(token(bytes).as_bytes())),
        staff_id: Set(staff),
        purpose: Set(purpose.as_str().into()),
        expires_at: Set(now.saturating_add(purpose.lifetime())),
    }
}

/// Writes links, each in place of the person's older one for the same purpose.
async fn replace(
    db: &impl ConnectionTrait,
    purpose: Purpose,
    people: Vec<i64>,
    rows: Vec<one_time_link::ActiveModel>,
) -> Result<()> {
    one_time_link::Entity::delete_many()
        .filter(one_time_link::Column::StaffId.is_in(people))
        .filter(one_time_link::Column::Purpose.eq(purpose.as_str()))
        .exec(db)
        .await?;
    one_time_link::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// A mail with a link that is not yet in the database, and the link.
struct Pending {
    staff: i64,
    bytes: [u8; 32],
    mail: NewMail,
}

fn pending(
    person: &staff::Model,
    purpose: Purpose,
    dedupe: String,
    settings: &Settings,
    master: &MasterKey,
) -> Result<Pending> {
    let bytes = random()?;
    let lang = Lang::from_tag(&person.lang).unwrap_or_default();
    let name = display_name(&person.name, &person.name_en, lang);
    let link = format!("{}/{}/{}", settings.base_url, purpose.as_str(), outbox::TOKEN);
    let (kind, Letter { subject, body }) = match purpose {
        Purpose::Activate => (Kind::Activate, template::activation(lang, name, &link)),
        Purpose::Reset => (Kind::Reset, template::reset(lang, name, &link)),
    };
    let sealed = master.seal(&outbox::token_purpose(&dedupe), &bytes)?;
    let recipient = person.mail.clone();
    let mail = NewMail { dedupe, campaign: None, kind, recipient, subject, body, sealed_token: Some(sealed) };
    Ok(Pending { staff: person.id, bytes, mail })
}

impl Registry {
    /// Makes a link for a person and returns its token: 32 random bytes, base64url. An older link for the same
    /// purpose is void from then on.
    pub async fn create_link(&self, staff: i64, purpose: Purpose, now: i64) -> Result<String> {
        require_active(self.db.get(), staff).await?;
        let bytes = random()?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        replace(&transaction, purpose, vec![staff], vec![row(staff, purpose, &bytes, now)]).await?;
        transaction.commit().await?;
        Ok(token(&bytes))
    }

    /// Whose link this is and what for; `None` where it is unknown, used or expired. Looking does not use it.
    pub async fn peek_link(&self, token: &str, now: i64) -> Result<Option<(i64, Purpose)>> {
        let db = self.db.get();
        let found = one_time_link::Entity::find_by_id(sha256_hex(token.as_bytes())).one(db).await?;
        let Some(found) = found.filter(|link| link.expires_at > now) else {
            return Ok(None);
        };
        match require_active(db, found.staff_id).await {
            Ok(person) => Ok(Purpose::parse(&found.purpose).map(|purpose| (person.id, purpose))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets a password by a link. The link is used up only if the password is accepted; all links and sessions of the
    /// person are void afterwards.
    pub async fn use_link(&self, token: &str, password: &str, now: i64) -> Result<()> {
        let (staff, _) = self.peek_link(token, now).await?.ok_or_else(void)?;
        let person = require_active(self.db.get(), staff).await?;
        password::check(password, &person)?;
        let hash = password::hash(password).await?;
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        let used = one_time_link::Entity::delete_many()
            .filter(one_time_link::Column::TokenHash.eq(sha256_hex(token.as_bytes())))
            .filter(one_time_link::Column::ExpiresAt.gt(now))
            .exec(&transaction)
            .await?;
        if used.rows_affected != 1 {
            return Err(void());
        }
        store_password(&transaction, staff, hash, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Mails a link for a new password to the person with this number or address. Outwardly it always goes the same
    /// way and takes the same time, whether there is such a person or not; one account gets at most one such mail
    /// in five minutes.
    pub async fn request_reset(
        &self,
        login: &str,
        settings: &Settings,
        master: &MasterKey,
        now: i64,
    ) -> Result<()> {
        let answer = tokio::time::Instant::now() + ANSWER_AFTER;
        let outcome = self.mail_reset(login, settings, master, now).await;
        tokio::time::sleep_until(answer).await;
        outcome
    }

    async fn mail_reset(&self, login: &str, settings: &Settings, master: &MasterKey, now: i64) -> Result<()> {
        let Some(person) = find_by_login(self.db.get(), login).await? else {
            return Ok(());
        };
        // The dedupe key alone would let two through on either side of a boundary.
        let recent = now.saturating_add(Purpose::Reset.lifetime() - RESET_EVERY);
        let fresh = one_time_link::Entity::find()
            .filter(one_time_link::Column::StaffId.eq(person.id))
            .filter(one_time_link::Column::Purpose.eq(Purpose::Reset.as_str()))
            .filter(one_time_link::Column::ExpiresAt.gt(recent))
            .one(self.db.get())
            .await?;
        if fresh.is_some() {
            return Ok(());
        }
        let dedupe = format!("reset/{}/{}", person.id, now.div_euclid(RESET_EVERY));
        let made = pending(&person, Purpose::Reset, dedupe, settings, master)?;
        let link = row(made.staff, Purpose::Reset, &made.bytes, now);
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        if outbox::queue(&transaction, made.mail, now).await? {
            replace(&transaction, Purpose::Reset, vec![made.staff], vec![link]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Mails a link to activate their account to every active person who has neither a password nor a valid link;
    /// returns how many mails were queued. Doing it again is harmless.
    pub async fn invite_all(&self, settings: &Settings, master: &MasterKey, now: i64) -> Result<u32> {
        let mut queued = 0;
        let mut after = 0;
        loop {
            let people = self.without_password(after, now).await?;
            let Some(last) = people.last() else {
                return Ok(queued);
            };
            after = last.id;
            let day = now.div_euclid(INVITE_EVERY);
            let made = people
                .iter()
                .map(|p| pending(p, Purpose::Activate, format!("activate/{}/{day}", p.id), settings, master))
                .collect::<Result<Vec<_>>>()?;
            queued += self.queue_activations(made, now).await?;
        }
    }

    /// The next people in the order of their ids who have to be invited.
    async fn without_password(&self, after: i64, now: i64) -> Result<Vec<staff::Model>> {
        let with_password = account::Entity::find()
            .select_only()
            .column(account::Column::StaffId)
            .filter(account::Column::PasswordHash.is_not_null())
            .into_query();
        let invited = one_time_link::Entity::find()
            .select_only()
            .column(one_time_link::Column::StaffId)
            .filter(one_time_link::Column::Purpose.eq(Purpose::Activate.as_str()))
            .filter(one_time_link::Column::ExpiresAt.gt(now))
            .into_query();
        let people = staff::Entity::find()
            .filter(staff::Column::Active.eq(true))
            .filter(staff::Column::Id.gt(after))
            .filter(staff::Column::Id.not_in_subquery(with_password))
            .filter(staff::Column::Id.not_in_subquery(invited))
            .order_by_asc(staff::Column::Id)
            .limit(CHUNK as u64)
            .all(self.db.get())
            .await?;
        Ok(people)
    }

    async fn queue_activations(&self, made: Vec<Pending>, now: i64) -> Result<u32> {
        let mut links = Vec::with_capacity(made.len());
        let mut mails = Vec::with_capacity(made.len());
        for one in made {
            links.push((one.mail.dedupe.clone(), one.mail.stored_body(), one.staff, one.bytes));
            mails.push(one.mail);
        }
        let dedupes: Vec<String> = links.iter().map(|link| link.0.clone()).collect();
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        outbox::queue_many(&transaction, mails, now).await?;
        // Somebody pressing the same button elsewhere may have queued some of them: a link belongs to the mail
        // that carries it, which is known by its sealed token.
        let stored: Vec<(String, String)> = mail::Entity::find()
            .select_only()
            .column(mail::Column::Dedupe)
            .column(mail::Column::Body)
            .filter(mail::Column::Dedupe.is_in(dedupes))
            .into_tuple()
            .all(&transaction)
            .await?;
        let stored: std::collections::HashMap<String, String> = stored.into_iter().collect();
        links.retain(|(dedupe, body, ..)| stored.get(dedupe) == Some(body));
        if !links.is_empty() {
            let people = links.iter().map(|link| link.2).collect();
            let rows = links.iter().map(|link| row(link.2, Purpose::Activate, &link.3, now)).collect();
            replace(&transaction, Purpose::Activate, people, rows).await?;
        }
        transaction.commit().await?;
        Ok(u32::try_from(links.len()).unwrap_or(u32::MAX))
    }

    /// Removes links that have expired; returns how many.
    pub async fn delete_expired_links(&self, now: i64) -> Result<u64> {
        let _writer = self.db.writer().await;
        let deleted = one_time_link::Entity::delete_many()
            .filter(one_time_link::Column::ExpiresAt.lte(now))
            .exec(self.db.get())
            .await?;
        Ok(deleted.rows_affected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_read_back_and_differ() {
        for purpose in [Purpose::Activate, Purpose::Reset] {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::parse("staff"), None);
        assert!(Purpose::Activate.lifetime() > Purpose::Reset.lifetime());
    }

    #[test]
    fn a_token_has_every_bit_and_needs_no_escaping() {
        let text = token(&[0xff; 32]);
        assert_eq!(text.len(), 43);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
        assert_ne!(text, token(&[0xfe; 32]));
    }
}
