//! Values typed by hand, and taking them back.

use domain::fiscal_year::AsOf;
use domain::followup::{Row, RowKind};
use domain::indicator::{Unit, Value};
use domain::text::Lang;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::stored::{self, SURVEY, TYPED};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{followup_row, observation};
use crate::registry::event::{self, Event};

impl Service {
    /// Records a value of a figure row for the time it stands for; a value typed earlier for the same time gives way.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the value or the time cannot be read, the time has not begun yet, or the value has
    /// another unit than the target or the values before; [`Error::NotFound`] where there is no such figure row.
    pub async fn set_value(&self, row_id: i64, value: &str, as_of: &str, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let row = stored::row(&figure(&transaction, row_id).await?)?;
        let (value, as_of) = check(&row, value, as_of, self.clock.today())?;
        let typed = observation::Entity::find()
            .filter(observation::Column::RowId.eq(row_id))
            .filter(observation::Column::Source.eq(TYPED))
            .all(&transaction)
            .await?;
        let same_time = |o: &&observation::Model| AsOf::parse(&o.as_of).ok() == Some(as_of);
        let ids: Vec<i64> = typed.iter().filter(same_time).map(|o| o.id).collect();
        if !ids.is_empty() {
            let given_way = observation::Column::Id.is_in(ids);
            observation::Entity::delete_many().filter(given_way).exec(&transaction).await?;
        }
        // The table is Japanese, whatever language the value was typed in.
        let (value, as_of) = (value.label(Lang::Ja), as_of.label(Lang::Ja));
        let detail = format!("#{row_id}: {value} ({as_of})");
        let typed = stored::by_hand(row_id, TYPED, value, as_of, now);
        observation::Entity::insert(typed).exec_without_returning(&transaction).await?;
        note(&transaction, now, actor, "followup.value", detail).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a typed value, or one kept from an earlier import, back. A survey's figure stays as long as the row is linked
    /// to the survey.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the row has no such value.
    pub async fn withdraw_value(&self, row_id: i64, observation_id: i64, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let found = observation::Entity::find_by_id(observation_id)
            .filter(observation::Column::RowId.eq(row_id))
            .filter(observation::Column::Source.ne(SURVEY))
            .one(&transaction)
            .await?
            .ok_or(Error::NotFound)?;
        observation::Entity::delete_by_id(found.id).exec(&transaction).await?;
        let detail = format!("#{row_id}: {} ({})", found.value, found.as_of);
        note(&transaction, now, actor, "followup.withdraw", detail).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The figure row with this id.
pub(super) async fn figure(db: &impl ConnectionTrait, id: i64) -> Result<followup_row::Model> {
    let model = followup_row::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    if RowKind::parse(&model.kind) == Some(RowKind::Figure) { Ok(model) } else { Err(Error::NotFound) }
}

/// Writes down an act on the follow-up table.
pub(super) async fn note(
    db: &impl ConnectionTrait,
    at: i64,
    actor: Option<i64>,
    what: &str,
    detail: String,
) -> Result<()> {
    event::record(db, Event { at, actor, campaign: None, what: what.into(), detail }).await
}

/// The unit the row's figures are in: that of its target, else of its baseline, else of its current value.
pub(super) fn unit(row: &Row) -> Option<Unit> {
    let target = row.target().parsed.and_then(|target| target.level().map(|level| level.unit.clone()));
    target.or_else(|| Some(row.baseline().parsed?.unit)).or_else(|| Some(row.current().parsed?.unit))
}

/// Reads what was typed; all that is wrong with it is said at once.
fn check(row: &Row, value: &str, as_of: &str, today: Date) -> Result<(Value, AsOf)> {
    let mut faults: Vec<(String, String)> = Vec::new();
    let value = Value::parse(value).map_err(|e| {
        faults.push((format!("値: {}", e.message(Lang::Ja)), format!("Value: {}", e.message(Lang::En))));
    });
    if let (Ok(value), Some(unit)) = (&value, unit(row))
        && value.unit != unit
    {
        faults.push((
            format!(
                "値: この指標の単位は「{}」ですが、「{}」の値が入力されました。",
                unit.name(Lang::Ja),
                value.unit.name(Lang::Ja)
            ),
            format!(
                "Value: this indicator is in “{}”, but the value is in “{}”.",
                unit.name(Lang::En),
                value.unit.name(Lang::En)
            ),
        ));
    }
    let as_of = AsOf::parse(as_of).map_err(|e| {
        faults.push((format!("時点: {}", e.message(Lang::Ja)), format!("As of: {}", e.message(Lang::En))));
    });
    if let Ok(as_of) = as_of
        && as_of.first_day() > today
    {
        faults.push((
            format!("時点: {}はまだ来ていません。実績のある時点を入力してください。", as_of.label(Lang::Ja)),
            format!("As of: {} is yet to come. Please give a time that has a value.", as_of.label(Lang::En)),
        ));
    }
    match (value, as_of) {
        (Ok(value), Ok(as_of)) if faults.is_empty() => Ok((value, as_of)),
        _ => {
            let (ja, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
            Err(Error::invalid(ja.join("\n"), en.join("\n")))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::followup::SectionNumber;
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2025, 11, 22);

    fn row(target: &str) -> Row {
        let section = SectionNumber::parse("4").expect("a number");
        Row { target: target.into(), ..Row::new(section, RowKind::Figure) }
    }

    fn refused(value: &str, as_of: &str) -> String {
        match check(&row("30%"), value, as_of, TODAY) {
            Err(Error::Invalid(text)) => text.ja,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_value_is_read_in_either_language() {
        let (value, as_of) = check(&row("30%"), "４２．３％", "July 2025", TODAY).expect("a value");
        assert_eq!((value.label(Lang::Ja), as_of.label(Lang::Ja)), ("42.3%".into(), "令和7年7月".into()));
        assert!(check(&row("取得率の向上"), "3人", "令和7年度", TODAY).is_ok(), "no unit to keep to");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let both = refused("多い", "きのう");
        assert_eq!(both.lines().count(), 2, "{both}");
        assert!(refused("", "令和7年度").starts_with("値: 値を入力してください"));
        assert!(refused("42.3", "令和7年度").contains("単位は「%」"));
        assert!(refused("42.3%", "令和7年2月30日").contains("暦にない"));
        assert!(refused("42.3%", "令和7年度末").contains("まだ来ていません"), "31 March 2026 is yet to come");
        assert!(refused("<script>alert(1)</script>", "令和7年度").contains("読み取れません"));
    }

    #[test]
    fn the_unit_comes_from_the_target_then_the_baseline_then_the_value() {
        assert_eq!(unit(&row("65以上")), Some(Unit::Plain));
        assert_eq!(unit(&Row { baseline: "3時間".into(), ..row("-") }), Some(Unit::Hours));
        assert_eq!(unit(&Row { current: "3人".into(), ..row("") }), Some(Unit::People));
        assert_eq!(unit(&row("")), None);
    }
}
