//! A row of the follow-up table, as written.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "followup_row")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub plan_id: i64,
    pub position: i32,
    pub section: String,
    pub kind: String,
    pub item: String,
    pub breakdown: String,
    pub target: String,
    pub target_when: String,
    pub current: String,
    pub current_when: String,
    pub baseline: String,
    pub baseline_when: String,
    pub initiatives: String,
    pub results: String,
    pub survey_series: Option<String>,
    pub survey_measure: Option<String>,
    pub owner_unit_id: Option<i64>,
    pub came_from: Option<i64>,
    pub direction: Option<String>,
    pub category: Option<String>,
    pub survey_population: String,
    pub metric_series: Option<String>,
    pub metric_unit: Option<String>,
    pub metric_yearly: bool,
    pub file: String,
    pub written_by: Option<i64>,
    pub written_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
