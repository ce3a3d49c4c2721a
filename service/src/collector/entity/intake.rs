//! Whether sheets of a campaign are taken in, and with which key ballots are checked.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: String,
    pub terms_hash: String,
    pub ballot_seed: Option<Vec<u8>>,
    pub strata: i32,
    pub closes_at: i64,
    pub state: String,
    pub sheet_size: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
