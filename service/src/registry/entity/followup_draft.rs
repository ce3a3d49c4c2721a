//! What an owning unit proposes for a row of the follow-up table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "followup_draft")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub row_id: i64,
    pub author_id: i64,
    pub state: String,
    pub cells: String,
    pub comment: String,
    pub written_at: i64,
    pub decided_by: Option<i64>,
    pub decided_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
