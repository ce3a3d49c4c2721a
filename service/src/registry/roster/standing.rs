//! People join on their first day and are leavers from the day after their last one, without anybody importing a file.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, UpdateMany,
};

use super::note;
use crate::error::Result;
use crate::registry::Registry;
use crate::registry::entity::{role_grant, staff};
use crate::registry::line;

/// Brings the roster to a day: who is active follows from first and last day of service alone. Leavers keep neither
/// roles nor a place in the line of superiors. Writes down an act where anybody joins or leaves.
pub(in crate::registry) async fn keep(db: &impl ConnectionTrait, now: i64, today: Date) -> Result<()> {
    let day = today.to_string();
    let left = set_active(false).filter(staff::Column::LeftOn.lt(day.as_str())).exec(db).await?;
    // Too early rather than gone, and nothing to write down: an earlier version let people in before their first day.
    set_active(false).filter(staff::Column::HiredOn.gt(day.as_str())).exec(db).await?;
    let joined = set_active(true)
        .filter(staff::Column::HiredOn.lte(day.as_str()))
        .filter(
            Condition::any()
                .add(staff::Column::LeftOn.is_null())
                .add(staff::Column::LeftOn.gte(day.as_str())),
        )
        .exec(db)
        .await?;
    let gone = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(staff::Column::LeftOn.lt(day.as_str()))
        .into_query();
    role_grant::Entity::delete_many()
        .filter(role_grant::Column::StaffId.in_subquery(gone.clone()))
        .exec(db)
        .await?;
    let cleared = staff::Entity::update_many()
        .col_expr(staff::Column::SupervisorId, Expr::value(None::<i64>))
        .filter(staff::Column::SupervisorId.is_not_null())
        .filter(
            Condition::any()
                .add(staff::Column::LeftOn.lt(day.as_str()))
                .add(staff::Column::SupervisorId.in_subquery(gone)),
        )
        .exec(db)
        .await?;
    let (joined, left) = (joined.rows_affected, left.rows_affected);
    if joined > 0 || left > 0 || cleared.rows_affected > 0 {
        line::follow(db, today).await?;
    }
    if joined > 0 || left > 0 {
        note(db, None, now, "roster.day", format!("{joined} joined, {left} left")).await?;
    }
    Ok(())
}

fn set_active(active: bool) -> UpdateMany<staff::Entity> {
    staff::Entity::update_many()
        .col_expr(staff::Column::Active, Expr::value(active))
        .filter(staff::Column::Active.eq(!active))
}

impl Registry {
    /// Lets people join on their first day and makes them leavers after their last one. To be called at least daily.
    pub async fn keep_standing(&self, now: i64, today: Date) -> Result<()> {
        let _writer = self.db.writer().await;
        let transaction = self.db.begin().await?;
        keep(&transaction, now, today).await?;
        transaction.commit().await?;
        Ok(())
    }
}
