//! An observation of an indicator and where it comes from.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "observation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub row_id: i64,
    pub value: String,
    pub as_of: String,
    pub source: String,
    pub campaign_id: Option<String>,
    pub measure: Option<String>,
    pub respondents: Option<i32>,
    pub recorded_at: i64,
    pub population: String,
    pub numerator: Option<i64>,
    pub denominator: Option<i64>,
    pub evidence: String,
    pub note: String,
    pub actor_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
