//! A change to a follow-up table: who, when, before, after.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "followup_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub fiscal_year: i32,
    pub row_id: Option<i64>,
    pub name: String,
    pub at: i64,
    pub actor_id: Option<i64>,
    pub act: String,
    pub field: String,
    pub before: String,
    pub after: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
