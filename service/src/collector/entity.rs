//! The collector's tables. Seen by the collector only; nothing outside `service` knows them.

pub mod count_report;
pub mod counted_comment;
pub mod counted_cut;
pub mod counted_tally;
pub mod intake;
pub mod sealed_sheet;
