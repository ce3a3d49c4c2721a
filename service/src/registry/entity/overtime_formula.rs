//! The formula of the overtime ceilings; the newest one holds.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "overtime_formula")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub formula: String,
    pub actor_id: Option<i64>,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
