//! A unit as it was when the roster was frozen.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign_unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_id: i64,
    pub parent_id: Option<i64>,
    pub name_ja: String,
    pub name_en: String,
    pub kind: String,
    pub region: String,
    pub region_en: String,
    pub stratum: Option<i32>,
    pub eligible: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
