//! A group of people that a release shows figures for. A hidden one holds no figure.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub kind: String,
    pub item: Option<String>,
    pub label_ja: String,
    pub label_en: String,
    pub eligible: Option<i32>,
    pub issued: Option<i32>,
    pub received: Option<i32>,
    pub respondents: Option<i32>,
    pub state: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
