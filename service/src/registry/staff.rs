//! Small questions about who and what is in the registry.

use std::collections::BTreeSet;

use domain::campaign::State;
use domain::role::Role;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::Registry;
use super::entity::{campaign, enrolment, plan, questionnaire, role_grant, staff, unit};
use crate::error::{Error, Result};

/// What the demo needs to know of a person to answer for them.
pub(crate) struct DemoPerson {
    pub id: i64,
    pub unit_id: i64,
    pub grade: String,
    pub job_type: String,
    pub abroad: bool,
}

/// Everybody in service, by id.
pub(crate) async fn present(db: &impl ConnectionTrait) -> Result<BTreeSet<i64>> {
    let ids: Vec<i64> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::Column::Active.eq(true))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}

impl Registry {
    /// True where nobody has put anything in yet: no unit, no person, no questionnaire, no campaign, no plan.
    pub async fn is_empty(&self) -> Result<bool> {
        let db = self.db.get();
        Ok(unit::Entity::find().one(db).await?.is_none()
            && staff::Entity::find().one(db).await?.is_none()
            && questionnaire::Entity::find().one(db).await?.is_none()
            && campaign::Entity::find().one(db).await?.is_none()
            && plan::Entity::find().one(db).await?.is_none())
    }

    /// People on the roster, leavers not counted.
    pub async fn staff_count(&self) -> Result<u64> {
        Ok(staff::Entity::find().filter(staff::Column::Active.eq(true)).count(self.db.get()).await?)
    }

    /// The ids of everyone active.
    pub async fn active_staff(&self) -> Result<Vec<i64>> {
        Ok(present(self.db.get()).await?.into_iter().collect())
    }

    /// The number of the first person with this role; for `Staff`, the last person who has no other role and no ballot
    /// yet, who is in a mission abroad in the demo.
    pub async fn first_with_role(&self, role: Role) -> Result<String> {
        let granted =
            role_grant::Entity::find().order_by_asc(role_grant::Column::StaffId).all(self.db.get()).await?;
        let people = staff::Entity::find()
            .filter(staff::Column::Active.eq(true))
            .order_by_asc(staff::Column::Id)
            .all(self.db.get())
            .await?;
        let has = |id: i64, role: Role| granted.iter().any(|g| g.staff_id == id && g.role == role.as_str());
        let issued: Vec<i64> = enrolment::Entity::find()
            .select_only()
            .column(enrolment::Column::StaffId)
            .filter(enrolment::Column::Blinded.is_not_null())
            .filter(enrolment::Column::CampaignId.in_subquery(open_campaigns()))
            .into_tuple()
            .all(self.db.get())
            .await?;
        let plain = |id: i64| granted.iter().all(|g| g.staff_id != id) && !issued.contains(&id);
        let found = match role {
            Role::Staff => people.iter().rev().find(|p| plain(p.id)),
            // A manager of a division with people below, not the head of the whole.
            Role::Manager => people.iter().filter(|p| has(p.id, role)).nth(1),
            _ => people.iter().find(|p| has(p.id, role)),
        };
        found.map(|p| p.number.clone()).ok_or(Error::NotFound)
    }

    pub(crate) async fn demo_people(&self) -> Result<Vec<DemoPerson>> {
        let units = unit::Entity::find().all(self.db.get()).await?;
        let people = staff::Entity::find().order_by_asc(staff::Column::Id).all(self.db.get()).await?;
        let abroad = |id: i64| units.iter().any(|u| u.id == id && u.kind == "mission");
        Ok(people
            .into_iter()
            .map(|p| DemoPerson {
                id: p.id,
                unit_id: p.unit_id,
                abroad: abroad(p.unit_id),
                grade: p.grade,
                job_type: p.job_type,
            })
            .collect())
    }
}

fn open_campaigns() -> sea_orm::sea_query::SelectStatement {
    campaign::Entity::find()
        .select_only()
        .column(campaign::Column::Id)
        .filter(campaign::Column::State.eq(State::Open.as_str()))
        .into_query()
}
