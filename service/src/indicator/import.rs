//! Reading a follow-up table into the plan of its fiscal year, and writing it out again.

use std::collections::{HashMap, VecDeque};

use domain::fiscal_year::FiscalYear;
use domain::followup::{self, Row, RowError, RowKind};
use domain::text::Lang;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder,
};

use super::inherit::inherit;
use super::stored::{self, IMPORTED, Identity, SURVEY, TYPED};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::{followup_row, observation, plan};
use crate::registry::event::{self, Event};
use crate::text_encoding;

/// Largest table accepted, in bytes.
pub const MAX_FILE: usize = 8 << 20;

/// Most errors that are listed at once.
const MAX_LISTED: usize = 20;

/// Rows written by one statement: SQLite takes at most 32,766 parameters.
const CHUNK: usize = 500;

/// Fiscal years a plan may be for: anything else is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the table.
    pub rows: usize,
    /// Rows of a new plan that took over the survey link of the last one.
    pub links: usize,
}

impl Service {
    /// Imports a follow-up table (CSV in UTF-8, with or without a byte order mark, or CP932) as the plan of
    /// `fiscal_year`, or of the current fiscal year.
    ///
    /// Everything is accepted or nothing. A plan of the same year is replaced. Rows that match by section, kind, item and
    /// group keep their address, their survey link and their observations; a cell that the table moves on from (a current
    /// value for a later time) stays as an observation. Rows that no longer stand in the table go, with everything that
    /// belongs to them. A plan of a new year takes the survey links over from the matching rows of the last plan before it,
    /// with what has been released.
    ///
    /// # Errors
    /// [`Error::Invalid`] with up to 20 lines that name row, column, value and what is expected.
    pub async fn import_followup(
        &self,
        bytes: &[u8],
        fiscal_year: Option<i16>,
        actor: Option<i64>,
    ) -> Result<Imported> {
        let year = match fiscal_year {
            Some(year) => plan_year(year)?,
            None => FiscalYear::of(self.clock.today()),
        };
        let rows = read(bytes)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let inherited = self.inherited(year).await?;
        let transaction = self.registry.db.begin().await?;
        let plan = plan_of(&transaction, year).await?;
        replace(&transaction, plan, &rows, now).await?;
        let links = inherit(&transaction, plan, inherited, now).await?;
        let act = Event {
            at: now,
            actor,
            campaign: None,
            what: "followup.import".into(),
            detail: format!("{year}: {}", rows.len()),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(Imported { rows: rows.len(), links })
    }

    /// The follow-up table of a fiscal year, or of the newest plan, as CSV (UTF-8 with a byte order mark). 現状 and
    /// 現状時点 are those of [`super::PlanRow::row`]; without observations the table leaves cell for cell as it came.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such plan.
    pub async fn export_followup(&self, fiscal_year: Option<i16>) -> Result<String> {
        let (_, rows) = self.plan_rows(fiscal_year).await?;
        let rows: Vec<Row> = rows.into_iter().map(|row| row.row).collect();
        Ok(followup::write(&rows))
    }
}

fn plan_year(year: i16) -> Result<FiscalYear> {
    let found = FiscalYear::new(year).filter(|_| YEARS.contains(&year));
    found.ok_or_else(|| {
        Error::invalid(
            format!("年度は、令和7年度なら「2025」のように西暦で入力してください({year})。"),
            format!("Please give the fiscal year as the calendar year it begins in, such as 2025 ({year})."),
        )
    })
}

/// Decodes and reads a table.
fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let decoded = text_encoding::decode(bytes, MAX_FILE)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    let rows = followup::read(&decoded.text)
        .map_err(|errors| Error::invalid(listed(&errors, Lang::Ja), listed(&errors, Lang::En)))?;
    if rows.is_empty() {
        return Err(Error::invalid(
            "見出しの下に行がありません。取り込む表を確認してください。",
            "There is no row below the header. Please check the table.",
        ));
    }
    Ok(rows)
}

/// One line per error, as many as a person reads.
fn listed(errors: &[RowError], lang: Lang) -> String {
    let mut lines: Vec<String> = errors.iter().take(MAX_LISTED).map(|error| error.message(lang)).collect();
    let more = errors.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        lines.push(match lang {
            Lang::Ja => format!("ほか{more}件"),
            Lang::En => format!("and {more} more"),
        });
    }
    lines.join("\n")
}

/// The plan of a fiscal year, made where there is none.
async fn plan_of(db: &impl ConnectionTrait, year: FiscalYear) -> Result<i64> {
    let year = i32::from(year.year());
    let found = plan::Entity::find().filter(plan::Column::FiscalYear.eq(year)).one(db).await?;
    if let Some(found) = found {
        return Ok(found.id);
    }
    Ok(plan::ActiveModel { id: NotSet, fiscal_year: Set(year) }.insert(db).await?.id)
}

/// Makes `rows` the rows of the plan.
pub(super) async fn replace(db: &impl ConnectionTrait, plan: i64, rows: &[Row], now: i64) -> Result<()> {
    let before = followup_row::Entity::find()
        .filter(followup_row::Column::PlanId.eq(plan))
        .order_by_asc(followup_row::Column::Position)
        .all(db)
        .await?;
    // No two rows may have one position, not even between two statements: out of the way first.
    followup_row::Entity::update_many()
        .col_expr(followup_row::Column::Position, Expr::cust("-1 - \"position\""))
        .filter(followup_row::Column::PlanId.eq(plan))
        .exec(db)
        .await?;
    let mut known: HashMap<Identity, VecDeque<followup_row::Model>> = HashMap::new();
    for model in before {
        known.entry(Identity::of_stored(&model)).or_default().push_back(model);
    }
    let mut added = Vec::new();
    for (position, row) in (0i32..).zip(rows) {
        match known.get_mut(&Identity::of(row)).and_then(VecDeque::pop_front) {
            Some(model) => {
                if row.kind == RowKind::Figure {
                    supersede(db, &model, row, now).await?;
                }
                let mut model: followup_row::ActiveModel = model.into();
                stored::fill(&mut model, row, position);
                model.update(db).await?;
            }
            None => added.push(new_row(plan, row, position)),
        }
    }
    let gone: Vec<i64> = known.into_values().flatten().map(|model| model.id).collect();
    for ids in gone.chunks(CHUNK) {
        let theirs = observation::Column::RowId.is_in(ids.iter().copied());
        observation::Entity::delete_many().filter(theirs).exec(db).await?;
        let rows = followup_row::Column::Id.is_in(ids.iter().copied());
        followup_row::Entity::delete_many().filter(rows).exec(db).await?;
    }
    for chunk in added.chunks(CHUNK) {
        followup_row::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn new_row(plan: i64, row: &Row, position: i32) -> followup_row::ActiveModel {
    let mut model = followup_row::ActiveModel {
        id: NotSet,
        plan_id: Set(plan),
        survey_series: Set(None),
        survey_measure: Set(None),
        ..Default::default()
    };
    stored::fill(&mut model, row, position);
    model
}

/// Settles what an imported row says against what was known of it: values typed for the same time and older imports'
/// values for the same or a later time give way to it; the cell before it stays as an observation where the table has
/// moved on to a later time.
async fn supersede(
    db: &impl ConnectionTrait,
    before: &followup_row::Model,
    row: &Row,
    now: i64,
) -> Result<()> {
    let (value, as_of) = (row.current().parsed, row.current_as_of().parsed);
    let (Some(_), Some(as_of)) = (value, as_of) else { return Ok(()) };
    let stands = observation::Entity::find()
        .filter(observation::Column::RowId.eq(before.id))
        .filter(observation::Column::Source.ne(SURVEY))
        .all(db)
        .await?;
    let gives_way = |o: &observation::Model| {
        stored::said(&o.value, &o.as_of).1.parsed.is_some_and(|time| match o.source.as_str() {
            TYPED => time == as_of,
            _ => time.last_day() >= as_of.last_day(),
        })
    };
    let ids: Vec<i64> = stands.iter().filter(|o| gives_way(o)).map(|o| o.id).collect();
    if !ids.is_empty() {
        observation::Entity::delete_many().filter(observation::Column::Id.is_in(ids)).exec(db).await?;
    }
    let (value, time) = stored::said(&before.current, &before.current_when);
    if let (Some(_), Some(past)) = (value.parsed, time.parsed)
        && past.last_day() < as_of.last_day()
    {
        let superseded = stored::by_hand(before.id, IMPORTED, value.text, time.text, now);
        observation::Entity::insert(superseded).exec_without_returning(db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_for_a_year_people_plan_for() {
        assert_eq!(plan_year(2025).ok().map(FiscalYear::year), Some(2025));
        for year in [0, -7, 7, 1899, 2200, i16::MAX, i16::MIN] {
            assert!(matches!(plan_year(year), Err(Error::Invalid(_))), "{year}");
        }
    }

    #[test]
    fn every_fault_is_named_up_to_twenty() {
        let header = followup::write(&[]);
        let bad = format!("x,取組,a{}\r\n", ",".repeat(9)).repeat(30);
        let Err(Error::Invalid(text)) = read(format!("{header}{bad}").as_bytes()) else {
            panic!("a bad section number was accepted");
        };
        assert_eq!(text.ja.lines().count(), MAX_LISTED + 1);
        assert!(text.ja.starts_with("2行目・項目番号列: 「x」: "), "{}", text.ja);
        assert!(text.ja.ends_with("ほか10件"), "{}", text.ja);
        assert!(text.en.contains("Row 2, column \"Section\": \"x\": "), "{}", text.en);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\xff\xfea\x00", b"a\x00b", followup::write(&[]).as_bytes()] {
            assert!(matches!(read(bytes), Err(Error::Invalid(_))), "{bytes:?}");
        }
    }
}
