//! Numbers of series between the domain and the database.

use std::collections::HashMap;

use domain::indicator::Decimal;
use domain::metric::table_form::{Known, Record};
use domain::metric::{Quantity, Series, SeriesKey, State};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QuerySelect,
};

use super::series;
use crate::error::{Error, Result};
use crate::registry::entity::{metric_batch, metric_value, unit};

/// Rows written by one statement: SQLite takes at most 32,766 parameters, eleven for each row.
const CHUNK: usize = 2_900;

/// Amounts are kept as whole numbers of millionths, so that the database adds them exactly.
const SCALE: u8 = Decimal::MAX_DECIMALS;

/// Series and units by the names files give them.
pub(super) struct Names {
    pub(super) series: HashMap<SeriesKey, (i64, Series)>,
    pub(super) units: HashMap<String, i64>,
}

impl Names {
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        let series =
            series::all(db).await?.into_iter().map(|(id, series)| (series.key.clone(), (id, series)));
        let units: Vec<(String, i64)> = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Code, unit::Column::Id])
            .filter(unit::Column::Active.eq(true))
            .into_tuple()
            .all(db)
            .await?;
        Ok(Self { series: series.collect(), units: units.into_iter().collect() })
    }

    pub(super) fn known(&self) -> Known {
        Known {
            series: self.series.values().map(|(_, series)| series.clone()).collect(),
            units: self.units.keys().cloned().collect(),
        }
    }
}

/// Where numbers come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) at: i64,
    pub(super) actor: Option<i64>,
    pub(super) token: Option<i64>,
    pub(super) file: String,
}

/// Writes numbers; one for the same series, unit and period takes the place of the old one.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    names: &Names,
    records: &[Record],
    origin: Origin,
) -> Result<i64> {
    let batch = metric_batch::ActiveModel {
        id: NotSet,
        at: Set(origin.at),
        actor_id: Set(origin.actor),
        token_id: Set(origin.token),
        file: Set(origin.file),
        rows: Set(i64::try_from(records.len()).unwrap_or(i64::MAX)),
    };
    let batch = metric_batch::Entity::insert(batch).exec(db).await?.last_insert_id;
    let replace = OnConflict::columns([
        metric_value::Column::SeriesId,
        metric_value::Column::Period,
        metric_value::Column::UnitId,
    ])
    .update_columns([
        metric_value::Column::Amount,
        metric_value::Column::Decimals,
        metric_value::Column::People,
        metric_value::Column::Numerator,
        metric_value::Column::Denominator,
        metric_value::Column::State,
        metric_value::Column::BatchId,
    ])
    .to_owned();
    for chunk in records.chunks(CHUNK) {
        let rows: Result<Vec<metric_value::ActiveModel>> =
            chunk.iter().map(|record| row(names, record, batch)).collect();
        metric_value::Entity::insert_many(rows?)
            .on_conflict(replace.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(batch)
}

fn row(names: &Names, record: &Record, batch: i64) -> Result<metric_value::ActiveModel> {
    let unknown = || Error::Damaged("a number of a series or unit that is not there".into());
    let (series, _) = names.series.get(&record.series).ok_or_else(unknown)?;
    let unit = names.units.get(&record.unit).ok_or_else(unknown)?;
    let mut row = metric_value::ActiveModel {
        series_id: Set(*series),
        period: Set(record.period.number()),
        unit_id: Set(*unit),
        amount: Set(None),
        decimals: Set(0),
        people: Set(None),
        numerator: Set(None),
        denominator: Set(None),
        state: Set(None),
        batch_id: Set(batch),
    };
    match record.quantity {
        Quantity::Amount { value, people } => {
            row.amount = Set(Some(scaled(value)?));
            row.decimals = Set(i32::from(value.decimals()));
            row.people = Set(people.map(i64::from));
        }
        Quantity::Rate { numerator, denominator } => {
            row.numerator = Set(Some(i64::from(numerator)));
            row.denominator = Set(Some(i64::from(denominator)));
        }
        Quantity::State(state) => row.state = Set(Some(state.as_str().to_owned())),
    }
    Ok(row)
}

/// In millionths.
fn scaled(value: Decimal) -> Result<i64> {
    let more = u32::from(SCALE.saturating_sub(value.decimals()));
    value.mantissa().checked_mul(10i64.pow(more)).ok_or_else(|| {
        Error::invalid(format!("「{value}」は大きすぎて扱えません。"), format!("\"{value}\" is too large."))
    })
}

/// Reads an amount with the places it was written with.
pub(super) fn unscaled(amount: i64, decimals: i32) -> Option<Decimal> {
    let decimals = u8::try_from(decimals).ok().filter(|d| *d <= SCALE)?;
    Decimal::new(amount / 10i64.pow(u32::from(SCALE - decimals)), decimals)
}

/// A stored number.
pub(super) fn quantity(row: &metric_value::Model) -> Result<Quantity> {
    let count = |n: Option<i64>| u32::try_from(n?).ok();
    let read = match (row.amount, row.state.as_deref()) {
        (Some(amount), _) => {
            unscaled(amount, row.decimals).map(|value| Quantity::Amount { value, people: count(row.people) })
        }
        (None, Some(state)) => State::parse(state).map(Quantity::State),
        (None, None) => count(row.numerator)
            .zip(count(row.denominator))
            .map(|(numerator, denominator)| Quantity::Rate { numerator, denominator }),
    };
    read.ok_or_else(|| Error::Damaged(format!("a number of metric series {}", row.series_id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_places() {
        for text in ["0", "12", "12.50", "0.000001", "999999999", "38.5"] {
            let value = Decimal::parse(text).expect("a number");
            let stored = scaled(value).expect("it fits");
            assert_eq!(unscaled(stored, i32::from(value.decimals())), Some(value), "{text}");
        }
        assert!(scaled(Decimal::parse("99999999999999").expect("a number")).is_err());
        assert_eq!(unscaled(1, 9), None);
    }
}
