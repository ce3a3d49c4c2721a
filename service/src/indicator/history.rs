//! The record of changes to the follow-up table: who, when, what stood there before and after.

use domain::fiscal_year::FiscalYear;
use domain::followup::{Column, Row, changed};
use domain::text::Text;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::import::CHUNK;
use crate::Service;
use crate::error::Result;
use crate::registry::entity::followup_change;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A table was imported.
    Import,
    /// A new edition was begun from the last one.
    Edition,
    /// A cell was edited.
    Edit,
    /// A row was added.
    Add,
    /// A row was removed.
    Remove,
    /// A unit's draft was accepted.
    Draft,
    /// A value was recorded.
    Value,
    /// A value was taken back.
    Withdraw,
    /// A row was linked to a source of values, or a link ended.
    Link,
    /// Something the table has no column for: owner, direction, category.
    Setting,
    /// The table was submitted for sign-off, signed off, returned or reopened.
    SignOff,
}

impl Act {
    const ALL: [Self; 11] = [
        Self::Import,
        Self::Edition,
        Self::Edit,
        Self::Add,
        Self::Remove,
        Self::Draft,
        Self::Value,
        Self::Withdraw,
        Self::Link,
        Self::Setting,
        Self::SignOff,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Edition => "edition",
            Self::Edit => "edit",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Draft => "draft",
            Self::Value => "value",
            Self::Withdraw => "withdraw",
            Self::Link => "link",
            Self::Setting => "setting",
            Self::SignOff => "sign_off",
        }
    }

    /// What the act is called on screen.
    pub fn label(self) -> Text {
        let (ja, en) = match self {
            Self::Import => ("表の取込み", "Import"),
            Self::Edition => ("新年度の版の作成", "New edition"),
            Self::Edit => ("編集", "Edit"),
            Self::Add => ("行の追加", "Row added"),
            Self::Remove => ("行の削除", "Row removed"),
            Self::Draft => ("下書きの採用", "Draft accepted"),
            Self::Value => ("実績値の記録", "Value recorded"),
            Self::Withdraw => ("実績値の取消し", "Value taken back"),
            Self::Link => ("データ元との連携", "Link to a source"),
            Self::Setting => ("設定", "Setting"),
            Self::SignOff => ("確定の手続", "Sign-off"),
        };
        Text::new(ja, en)
    }
}

/// The field of a change of a value.
pub const VALUE: &str = "value";
/// … of a value whose counts are known, or of an average over people: beside what is shown now it may tell of few, so it is not
/// for everybody who reads the record.
pub const COUNTED: &str = "counted_value";
/// … of the place of a row in its section.
pub const PLACE: &str = "place";

/// One change, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fiscal year of the table.
    pub fiscal_year: i16,
    /// The row, which may be gone by now.
    pub row: Option<i64>,
    /// What the row was called then.
    pub name: String,
    /// When, seconds since 1970 UTC.
    pub at: i64,
    /// Who; `None` for what happened by itself or on the command line.
    pub actor: Option<Text>,
    /// What was done; `None` for an act this version does not know.
    pub act: Option<Act>,
    /// The column, or a word for what is no column.
    pub field: String,
    /// What stood there before.
    pub before: String,
    /// What stands there since.
    pub after: String,
}

/// Who does what, when, to which table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    pub(crate) fiscal_year: i16,
    pub(crate) at: i64,
    pub(crate) actor: Option<i64>,
    pub(crate) act: Act,
}

impl Doing {
    /// A change of one field of one row.
    pub(crate) fn change(
        self,
        row: Option<i64>,
        name: &str,
        field: &str,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> followup_change::ActiveModel {
        followup_change::ActiveModel {
            id: NotSet,
            fiscal_year: Set(i32::from(self.fiscal_year)),
            row_id: Set(row),
            name: Set(name.to_owned()),
            at: Set(self.at),
            actor_id: Set(self.actor),
            act: Set(self.act.as_str().to_owned()),
            field: Set(field.to_owned()),
            before: Set(before.into()),
            after: Set(after.into()),
        }
    }

    /// The changes from one state of a row to another, one for each column. Neither stands for nothing.
    pub(crate) fn cells(
        self,
        id: Option<i64>,
        before: Option<&Row>,
        after: Option<&Row>,
    ) -> Vec<followup_change::ActiveModel> {
        let name = after.or(before).map(row_name).unwrap_or_default();
        let cell =
            |row: Option<&Row>, column: Column| row.map(|r| r.cell(column).into_owned()).unwrap_or_default();
        changed(before, after)
            .into_iter()
            .map(|column| self.change(id, &name, column.key(), cell(before, column), cell(after, column)))
            .collect()
    }
}

impl Doing {
    /// A row that was moved among those of its section.
    pub(crate) fn moved(self, id: i64, row: &Row, from: usize, to: usize) -> followup_change::ActiveModel {
        self.change(Some(id), &row_name(row), PLACE, from.to_string(), to.to_string())
    }
}

/// `女性の採用目標(総合職)`: what a row is called, in the table's own language.
pub(crate) fn row_name(row: &Row) -> String {
    if row.group.trim().is_empty() { row.item.clone() } else { format!("{}({})", row.item, row.group) }
}

/// Writes changes down, inside the transaction that makes them.
pub(crate) async fn write(
    db: &impl ConnectionTrait,
    changes: Vec<followup_change::ActiveModel>,
) -> Result<()> {
    for chunk in changes.chunks(CHUNK) {
        followup_change::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

impl Service {
    /// How many changes are recorded for a fiscal year's table, or for one of its rows.
    pub async fn followup_changes_count(&self, fiscal_year: FiscalYear, row: Option<i64>) -> Result<u64> {
        Ok(changes_of(fiscal_year, row).count(self.registry.db.get()).await?)
    }

    /// The fiscal years of which there are changes, the newest first: also those whose table was removed.
    pub async fn followup_change_years(&self) -> Result<Vec<i16>> {
        let years: Vec<i32> = followup_change::Entity::find()
            .select_only()
            .column(followup_change::Column::FiscalYear)
            .distinct()
            .order_by_desc(followup_change::Column::FiscalYear)
            .into_tuple()
            .all(self.registry.db.get())
            .await?;
        Ok(years.into_iter().filter_map(|year| i16::try_from(year).ok()).collect())
    }

    /// Changes to a fiscal year's table, or to one of its rows, the newest first.
    pub async fn followup_changes(
        &self,
        fiscal_year: FiscalYear,
        row: Option<i64>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Change>> {
        let found = changes_of(fiscal_year, row)
            .order_by_desc(followup_change::Column::Id)
            .offset(skip)
            .limit(limit)
            .all(self.registry.db.get())
            .await?;
        let names =
            self.registry.names_of(found.iter().filter_map(|change| change.actor_id).collect()).await?;
        let read = |change: followup_change::Model| Change {
            fiscal_year: fiscal_year.year(),
            row: change.row_id,
            name: change.name,
            at: change.at,
            actor: change.actor_id.and_then(|id| names.get(&id).cloned()),
            act: Act::ALL.into_iter().find(|act| act.as_str() == change.act),
            field: change.field,
            before: change.before,
            after: change.after,
        };
        Ok(found.into_iter().map(read).collect())
    }
}

fn changes_of(fiscal_year: FiscalYear, row: Option<i64>) -> sea_orm::Select<followup_change::Entity> {
    let year = i32::from(fiscal_year.year());
    let query = followup_change::Entity::find().filter(followup_change::Column::FiscalYear.eq(year));
    match row {
        Some(row) => query.filter(followup_change::Column::RowId.eq(row)),
        None => query,
    }
}
