//! The rules of Shirube: what a questionnaire may ask, what an answer may say, who may answer once,
//! which number may be published, and how a number becomes an indicator.
//!
//! Nothing here reads a file, a clock or a random source of its own; what is needed is passed in. The crate
//! builds natively and for the browser, so both sides judge by the same code.

pub mod answer;
pub mod ballot;
pub mod campaign;
pub mod csv_cell;
pub mod csv_rows;
pub mod disclosure;
pub mod fiscal_year;
pub mod followup;
pub mod indicator;
pub mod metric;
pub mod questionnaire;
pub mod review;
pub mod role;
pub mod roster;
pub mod seal;
pub mod statistics;
pub mod stratum;
pub mod terms;
pub mod text;
