//! Reviews, from the table of raters to what is done after the report, on both engines.

#[path = "../common/mod.rs"]
mod common;

mod actions;
mod answering;
mod averages;
mod ministry;
mod report;
mod table;
