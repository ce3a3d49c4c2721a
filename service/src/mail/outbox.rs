//! The table of mails: queued, sending, sent, failed.

use domain::text::Lang;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::fault::Fault;
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::entity::mail;

/// How long a mail that is being sent is left alone, in seconds. Later its sender is taken for dead.
pub const LEASE: i64 = 300;
/// How often a mail is tried before it has failed for good.
pub const MAX_ATTEMPTS: i32 = 8;
/// What stands in a body for the one-time token, which is put in when the mail is sent.
pub const TOKEN: &str = "{token}";
/// Rows written by one statement: SQLite takes at most 32,766 parameters.
const CHUNK: usize = 1_000;

pub(super) const QUEUED: &str = "queued";
pub(super) const SENDING: &str = "sending";
pub(super) const SENT: &str = "sent";
pub(super) const FAILED: &str = "failed";

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A link to activate an account.
    Activate,
    /// A link to a new password.
    Reset,
    /// A survey begins.
    Invitation,
    /// A survey is still open.
    Reminder,
    /// Results are out.
    Released,
    /// Overtime is to be explained.
    Explanation,
    /// How the indicators of an owner stand.
    Digest,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Activate,
        Self::Reset,
        Self::Invitation,
        Self::Reminder,
        Self::Released,
        Self::Explanation,
        Self::Digest,
    ];

    /// The name stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reset => "reset",
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::Released => "released",
            Self::Explanation => "explanation",
            Self::Digest => "digest",
        }
    }

    /// Reads [`Kind::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == name)
    }

    /// What the kind is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Activate => lang.t("利用開始の案内", "Account activation"),
            Self::Reset => lang.t("パスワードの再設定", "Password reset"),
            Self::Invitation => lang.t("回答のお願い", "Invitation"),
            Self::Reminder => lang.t("回答期限のお知らせ", "Reminder"),
            Self::Released => lang.t("結果公表のお知らせ", "Release of results"),
            Self::Explanation => lang.t("超過勤務の説明のお願い", "Explanation of overtime"),
            Self::Digest => lang.t("指標の状況のお知らせ", "Digest of indicators"),
        }
    }

    const fn carries_token(self) -> bool {
        matches!(self, Self::Activate | Self::Reset)
    }
}

/// A mail to be queued.
#[derive(Clone)]
pub struct NewMail {
    /// What it is queued under: a second mail with the same key is not queued. Never a personal datum, because it
    /// outlives the mail.
    pub dedupe: String,
    /// The campaign it is about.
    pub campaign: Option<String>,
    /// What it is about.
    pub kind: Kind,
    /// The address.
    pub recipient: String,
    /// The subject; one line.
    pub subject: String,
    /// The text, with [`TOKEN`] where the one-time token goes.
    pub body: String,
    /// The 32 bytes of the token, sealed under the master key for [`token_purpose`]. Exactly the kinds
    /// [`Kind::Activate`] and [`Kind::Reset`] have one.
    pub sealed_token: Option<Vec<u8>>,
}

/// A mail that is ours to send until its lease ends.
#[derive(Clone)]
pub struct Claimed {
    /// The row.
    pub id: i64,
    /// Its key.
    pub dedupe: String,
    /// The address.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text, with [`TOKEN`] where the one-time token goes.
    pub body: String,
    /// The sealed token, for kinds that carry one.
    pub sealed_token: Option<Vec<u8>>,
    /// Which attempt this is, counted from 1. Tells this claim from a later one.
    pub attempt: i32,
}

/// A mail that failed, as the administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The row.
    pub id: i64,
    /// What it is about; `None` for a kind this version does not know.
    pub kind: Option<Kind>,
    /// The campaign it is about.
    pub campaign: Option<String>,
    /// The address, masked.
    pub recipient: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it failed last; `None` for a reason this version does not know.
    pub fault: Option<Fault>,
    /// True where it will not be tried again by itself.
    pub for_good: bool,
    /// When it is tried again, seconds since 1970 UTC.
    pub next_at: i64,
}

/// The purpose a mail's token is sealed for, so that it cannot be moved into another mail.
pub fn token_purpose(dedupe: &str) -> String {
    format!("mail/{dedupe}")
}

/// `a***@example.org`: enough to tell mails apart, not enough to tell who.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => {
            let first = local.chars().next().map(String::from).unwrap_or_default();
            format!("{first}***@{host}")
        }
        None => "***".into(),
    }
}

/// Seconds until the next attempt after this many: one minute, then four times as long each time, at most six hours.
/// Eight attempts span a night without a mail server.
fn backoff(attempts: i32) -> i64 {
    let steps = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(5);
    (60 * 4i64.pow(steps)).min(6 * 3_600)
}

impl NewMail {
    /// The body as stored: a sealed token goes before it on a line of its own.
    pub(crate) fn stored_body(&self) -> String {
        match &self.sealed_token {
            Some(sealed) => format!("{}\n{}", hex::encode(sealed), self.body),
            None => self.body.clone(),
        }
    }

    fn row(self, now: i64) -> mail::ActiveModel {
        let body = self.stored_body();
        mail::ActiveModel {
            id: NotSet,
            dedupe: Set(self.dedupe),
            campaign_id: Set(self.campaign),
            kind: Set(self.kind.as_str().into()),
            recipient: Set(self.recipient),
            subject: Set(self.subject),
            body: Set(body),
            state: Set(QUEUED.into()),
            attempts: Set(0),
            next_at: Set(now),
            last_error: Set(String::new()),
        }
    }
}

/// The stored body's parts: sealed token and text.
fn split_body(kind: &str, stored: String) -> (Option<Vec<u8>>, String) {
    if Kind::parse(kind).is_some_and(Kind::carries_token)
        && let Some((sealed, body)) = stored.split_once('\n')
    {
        // Damaged hexadecimal gives an empty token, which does not open: the mail fails instead of going out.
        return (Some(hex::decode(sealed).unwrap_or_default()), body.to_owned());
    }
    (None, stored)
}

fn claimed(row: mail::Model) -> Claimed {
    let (sealed_token, body) = split_body(&row.kind, row.body);
    Claimed {
        id: row.id,
        dedupe: row.dedupe,
        recipient: row.recipient,
        subject: row.subject,
        body,
        sealed_token,
        attempt: row.attempts.saturating_add(1),
    }
}

fn no_twice() -> OnConflict {
    OnConflict::column(mail::Column::Dedupe).do_nothing().to_owned()
}

/// Matches a row only as it was read, so that of two who want it one gets it.
fn unchanged(row: &mail::Model) -> Condition {
    Condition::all()
        .add(mail::Column::Id.eq(row.id))
        .add(mail::Column::State.eq(row.state.as_str()))
        .add(mail::Column::Attempts.eq(row.attempts))
        .add(mail::Column::NextAt.eq(row.next_at))
}

/// Queues a mail, within the transaction that makes it necessary; false where it was queued before. The caller holds
/// the writer.
pub async fn queue(db: &impl ConnectionTrait, new: NewMail, now: i64) -> Result<bool> {
    let written =
        mail::Entity::insert(new.row(now)).on_conflict(no_twice()).exec_without_returning(db).await?;
    Ok(written == 1)
}

/// Queues many mails like [`queue`]; returns how many were not queued before.
pub async fn queue_many(db: &impl ConnectionTrait, new: Vec<NewMail>, now: i64) -> Result<u64> {
    let rows: Vec<mail::ActiveModel> = new.into_iter().map(|m| m.row(now)).collect();
    let mut written = 0;
    for chunk in rows.chunks(CHUNK) {
        written += mail::Entity::insert_many(chunk.to_vec())
            .on_conflict(no_twice())
            .exec_without_returning(db)
            .await?;
    }
    Ok(written)
}

/// Forgets every reminder of a campaign: who got one had no ballot at that moment.
pub(crate) async fn forget_reminders(db: &impl ConnectionTrait, campaign: &str) -> Result<()> {
    mail::Entity::delete_many()
        .filter(mail::Column::CampaignId.eq(campaign))
        .filter(mail::Column::Kind.eq(Kind::Reminder.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Withdraws the invitations and reminders of a campaign that still wait: it has closed.
pub(crate) async fn withdraw_waiting(db: &impl ConnectionTrait, campaign: &str) -> Result<()> {
    mail::Entity::delete_many()
        .filter(mail::Column::CampaignId.eq(campaign))
        .filter(mail::Column::Kind.is_in([Kind::Invitation.as_str(), Kind::Reminder.as_str()]))
        .filter(mail::Column::State.eq(QUEUED))
        .exec(db)
        .await?;
    Ok(())
}

impl Registry {
    /// Takes up to `limit` mails that are due, each for [`LEASE`] seconds. Mails whose sender died are due again when
    /// its lease has ended.
    pub async fn claim_mail(&self, now: i64, limit: u64) -> Result<Vec<Claimed>> {
        let due = mail::Entity::find()
            .filter(mail::Column::State.is_in([QUEUED, SENDING]))
            .filter(mail::Column::NextAt.lte(now))
            .order_by_asc(mail::Column::NextAt)
            .order_by_asc(mail::Column::Id)
            .limit(limit)
            .all(self.db.get())
            .await?;
        let mut ours = Vec::with_capacity(due.len());
        if due.is_empty() {
            return Ok(ours);
        }
        let _writer = self.db.writer().await;
        for row in due {
            if row.state == SENDING && row.attempts >= MAX_ATTEMPTS {
                self.give_up(&row).await?;
                continue;
            }
            let taken = mail::Entity::update_many()
                .col_expr(mail::Column::State, Expr::value(SENDING))
                .col_expr(mail::Column::Attempts, Expr::value(row.attempts.saturating_add(1)))
                .col_expr(mail::Column::NextAt, Expr::value(now.saturating_add(LEASE)))
                .filter(unchanged(&row))
                .exec(self.db.get())
                .await?;
            if taken.rows_affected == 1 {
                ours.push(claimed(row));
            }
        }
        Ok(ours)
    }

    /// A mail whose sender died on every attempt may be what kills it. The caller holds the writer.
    async fn give_up(&self, row: &mail::Model) -> Result<()> {
        mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value(FAILED))
            .col_expr(mail::Column::LastError, Expr::value(Fault::Interrupted.to_string()))
            .filter(unchanged(row))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Notes that a mail was sent. Address and text are not needed any more and go; the key stays.
    pub async fn mark_mail_sent(&self, id: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value(SENT))
            .col_expr(mail::Column::Recipient, Expr::value(""))
            .col_expr(mail::Column::Body, Expr::value(""))
            .col_expr(mail::Column::LastError, Expr::value(""))
            .filter(mail::Column::Id.eq(id))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Notes that an attempt failed: the mail is tried again later, or has failed for good after
    /// [`MAX_ATTEMPTS`]. Without effect where the lease ended and another sender has the mail.
    pub async fn mark_mail_failed(&self, tried: &Claimed, fault: Fault, now: i64) -> Result<()> {
        let state = if tried.attempt >= MAX_ATTEMPTS { FAILED } else { QUEUED };
        let next_at = now.saturating_add(backoff(tried.attempt));
        let _writer = self.db.writer().await;
        mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value(state))
            .col_expr(mail::Column::NextAt, Expr::value(next_at))
            .col_expr(mail::Column::LastError, Expr::value(fault.to_string()))
            .filter(mail::Column::Id.eq(tried.id))
            .filter(mail::Column::State.eq(SENDING))
            .filter(mail::Column::Attempts.eq(tried.attempt))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Puts a mail that failed for good back into the queue, to be sent at once.
    pub async fn requeue_failed(&self, id: i64, now: i64) -> Result<()> {
        if self.requeue(Some(id), now).await? == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Puts every mail that failed for good back into the queue; returns how many.
    pub async fn requeue_all_failed(&self, now: i64) -> Result<u64> {
        self.requeue(None, now).await
    }

    async fn requeue(&self, id: Option<i64>, now: i64) -> Result<u64> {
        let mut update = mail::Entity::update_many()
            .col_expr(mail::Column::State, Expr::value(QUEUED))
            .col_expr(mail::Column::Attempts, Expr::value(0))
            .col_expr(mail::Column::NextAt, Expr::value(now))
            .filter(mail::Column::State.eq(FAILED));
        if let Some(id) = id {
            update = update.filter(mail::Column::Id.eq(id));
        }
        let _writer = self.db.writer().await;
        Ok(update.exec(self.db.get()).await?.rows_affected)
    }

    /// Mails that failed for good, then those that failed and are tried again; the newest first.
    pub async fn mail_failures(&self, limit: u64) -> Result<Vec<Failure>> {
        let rows = mail::Entity::find()
            .filter(mail::Column::State.is_in([QUEUED, FAILED]))
            .filter(mail::Column::LastError.ne(""))
            .order_by_asc(mail::Column::State)
            .order_by_desc(mail::Column::Id)
            .limit(limit)
            .all(self.db.get())
            .await?;
        let failure = |row: mail::Model| Failure {
            id: row.id,
            kind: Kind::parse(&row.kind),
            campaign: row.campaign_id,
            recipient: masked(&row.recipient),
            attempts: row.attempts,
            fault: Fault::parse(&row.last_error),
            for_good: row.state == FAILED,
            next_at: row.next_at,
        };
        Ok(rows.into_iter().map(failure).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new(kind: Kind, sealed_token: Option<Vec<u8>>, body: &str) -> NewMail {
        NewMail {
            dedupe: "test/1".into(),
            campaign: None,
            kind,
            recipient: "a@example.org".into(),
            subject: "s".into(),
            body: body.into(),
            sealed_token,
        }
    }

    #[test]
    fn an_address_is_masked() {
        assert_eq!(masked("hanako.mihon@example.org"), "h***@example.org");
        assert_eq!(masked("花子@example.org"), "花***@example.org");
        assert_eq!(masked("@example.org"), "***@example.org");
        assert_eq!(masked("no address"), "***");
        assert_eq!(masked(""), "***");
    }

    #[test]
    fn waiting_grows_and_ends() {
        let waits: Vec<i64> = (1..=MAX_ATTEMPTS).map(backoff).collect();
        assert_eq!(waits, [60, 240, 960, 3_840, 15_360, 21_600, 21_600, 21_600]);
        assert_eq!(backoff(i32::MAX), 21_600);
        assert_eq!(backoff(i32::MIN), 60);
    }

    #[test]
    fn kinds_are_read_back_and_named_in_both_languages() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_ne!(kind.label(Lang::Ja), kind.label(Lang::En));
        }
        assert_eq!(Kind::parse("spam"), None);
    }

    #[test]
    fn a_token_does_not_stand_in_the_body() {
        let mail = new(Kind::Reset, Some(vec![1, 2, 255]), "first\nsecond {token}");
        let (sealed, body) = split_body(Kind::Reset.as_str(), mail.stored_body());
        assert_eq!(sealed, Some(vec![1, 2, 255]));
        assert_eq!(body, "first\nsecond {token}");
        let (damaged, _) = split_body(Kind::Reset.as_str(), "not hexadecimal\nbody".into());
        assert_eq!(damaged, Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn whatever_is_queued_comes_back(
            body in "\\PC{0,20}\n?\\PC{0,20}",
            token in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..80)),
        ) {
            let kind = if token.is_some() { Kind::Activate } else { Kind::Invitation };
            let mail = new(kind, token.clone(), &body);
            prop_assert_eq!(split_body(kind.as_str(), mail.stored_body()), (token, body));
        }

        #[test]
        fn a_masked_address_hides_the_local_part(local in "[a-z]{2,20}", host in "[a-z]{1,10}\\.jp") {
            let hidden = masked(&format!("{local}@{host}"));
            prop_assert_eq!(hidden, format!("{}***@{}", &local[..1], host));
        }
    }
}
