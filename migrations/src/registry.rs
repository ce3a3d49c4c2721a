//! The registry's schema: WHO. Units, staff, accounts, campaigns, ballots handed out, mail, published results.

mod m0001_people;
mod m0002_campaigns;
mod m0003_releases;
mod m0004_indicators;
mod m0005_roster_upload;
mod m0006_ballot_counts;
mod m0007_roster_files;
mod m0008_reviews;
mod m0009_plans;
mod m0010_metrics;

use sea_orm_migration::prelude::*;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_people::Migration),
        Box::new(m0002_campaigns::Migration),
        Box::new(m0003_releases::Migration),
        Box::new(m0004_indicators::Migration),
        Box::new(m0005_roster_upload::Migration),
        Box::new(m0006_ballot_counts::Migration),
        Box::new(m0007_roster_files::Migration),
        Box::new(m0008_reviews::Migration),
        Box::new(m0009_plans::Migration),
        Box::new(m0010_metrics::Migration),
    ]
}
