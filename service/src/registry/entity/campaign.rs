//! A campaign.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub series: String,
    pub title_ja: String,
    pub title_en: String,
    pub questionnaire_id: i64,
    pub state: String,
    pub opens_at: i64,
    pub closes_at: i64,
    pub threshold_scores: i32,
    pub threshold_comments: i32,
    pub threshold_response_rate: i32,
    pub terms: Option<String>,
    pub terms_hash: Option<String>,
    pub review: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
