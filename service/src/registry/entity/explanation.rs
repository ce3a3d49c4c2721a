//! An explanation of overtime that a unit was asked for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "explanation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub unit_id: i64,
    pub period: i32,
    pub actual: String,
    pub ceiling: String,
    pub people: i64,
    pub asked_by: Option<i64>,
    pub asked_at: i64,
    pub due_on: String,
    pub question: String,
    pub reply: String,
    pub replied_by: Option<i64>,
    pub replied_at: Option<i64>,
    pub decision: String,
    pub decided_by: Option<i64>,
    pub decided_at: Option<i64>,
    pub reminded_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
