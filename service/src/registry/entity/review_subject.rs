//! A subject (評価対象者) of a review, as they were when it was prepared.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_subject")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: i64,
    pub name_ja: String,
    pub name_en: String,
    pub unit_id: i64,
    pub unit_ja: String,
    pub unit_en: String,
    pub grade: String,
    pub abroad: bool,
    pub seen: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
