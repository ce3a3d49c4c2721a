//! Mail. Every mail is first a row of a table, written in the same transaction as what it tells of; a job sends the
//! rows that are due and tries again where it fails. A crash therefore loses none. Nor does it double one: a mail has
//! a key that cannot be queued twice, and one whose sending was interrupted is sent again under the same Message-ID
//! (or into the same file).

mod campaign;
pub mod delivery;
pub mod fault;
pub mod outbox;
pub mod template;

pub use delivery::{Mailer, deliver_due};
pub use fault::Fault;
pub use outbox::{Failure, Kind, MailCounts};
