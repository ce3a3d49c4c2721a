//! The registry's tables. Seen by the registry only; nothing outside `service` knows them.

pub mod account;
pub mod ballot_count;
pub mod campaign;
pub mod campaign_secret;
pub mod campaign_unit;
pub mod enrolment;
pub mod event;
pub mod followup_row;
pub mod mail;
pub mod observation;
pub mod one_time_link;
pub mod plan;
pub mod questionnaire;
pub mod release;
pub mod release_cell;
pub mod release_comment;
pub mod release_group;
pub mod release_unit;
pub mod role_grant;
pub mod roster_upload;
pub mod session;
pub mod staff;
pub mod stratum;
pub mod unit;
