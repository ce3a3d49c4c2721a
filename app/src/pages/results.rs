//! Released results (公表結果): everything a person may see of a wave, from the whole organisation down to one group.
//!
//! [`access`] decides who sees what, [`figures`] and [`report`] read what is published, the others show it. Of a hidden
//! cell nothing is known here but that it is hidden, and why.

mod access;
mod choices;
mod comments;
mod compare;
mod demographics;
pub(super) mod figures;
mod group;
mod items;
mod list;
mod managers;
mod my_unit;
mod overview;
mod ranking;
mod receipts;
mod report;
mod scales;
mod summary;
mod tabs;
mod tree;
mod unit_table;
mod units;
pub(super) mod wave;

pub use group::GroupPage;
pub use items::ItemsPage;
pub use list::ResultsPage;
pub use my_unit::MyUnitPage;
pub use overview::OverviewPage;
pub use units::UnitsPage;

pub(super) use access::Viewer;
pub(super) use list::{Headline, headlines};
