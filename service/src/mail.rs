//! Mail. Every mail is first a row of a table: a link's in the transaction that makes the link, a campaign's by the
//! schedule that looks for openings and releases nobody was told of. A job sends the rows that are due and tries again
//! where it fails. A crash therefore loses none. Nor does it double one: a mail has a key that cannot be queued twice,
//! and one whose sending was interrupted is sent again under the same Message-ID (or into the same file).

mod campaign;
mod counts;
pub mod delivery;
pub mod fault;
pub(crate) mod followup;
pub mod outbox;
pub(crate) mod overtime;
mod review;
pub mod template;

pub use campaign::{Recipients, sample};
pub use counts::MailCounts;
pub use delivery::{Mailer, deliver_due};
pub use fault::Fault;
pub use outbox::{Failure, Kind};
