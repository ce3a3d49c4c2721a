//! A person on the roster.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub number: String,
    pub name: String,
    pub name_en: String,
    pub mail: String,
    pub unit_id: i64,
    pub supervisor_id: Option<i64>,
    pub grade: String,
    pub job_type: String,
    pub hired_on: Option<String>,
    pub left_on: Option<String>,
    pub lang: String,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
