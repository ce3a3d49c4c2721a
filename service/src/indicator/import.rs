//! Reading a follow-up table into the plan of its fiscal year, and writing it out again.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use domain::csv_rows::{self, NumberedRow};
use domain::fiscal_year::FiscalYear;
use domain::followup::{self, CellError, Row, RowError, RowKind, SectionNumber, check};
use domain::text::{Lang, Text};
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder,
};

use super::edit::{delete_rows, note, unsigned};
use super::history::{self, Act, Doing};
use super::inherit::inherit;
use super::stored::{self, Identity};
use super::supersede::{keep_hidden, rows_gone, supersede};
use crate::Service;
use crate::error::{Error, Result};
use crate::metric::Feeding;
use crate::registry::entity::{followup_change, followup_row, plan};
use crate::spreadsheet::{self, Limits};
use crate::text_encoding;
use crate::work::work;

/// Largest table accepted, in bytes.
pub const MAX_FILE: usize = 8 << 20;

/// What a workbook may hold.
pub(super) const LIMITS: Limits =
    Limits { max_bytes: MAX_FILE, max_rows: followup::MAX_ROWS + 1, max_columns: 100 };

/// Most errors that are listed at once.
const MAX_LISTED: usize = 20;

/// Rows written by one statement: SQLite takes at most 32,766 parameters.
pub(super) const CHUNK: usize = 500;

/// Most characters of an order of rows that the record of changes keeps.
const MAX_ORDER: usize = 1_000;

/// The first fiscal year of Heisei: a table of an earlier one is a slip of the hand.
const FIRST_YEAR: i16 = 1989;

/// A file as it was uploaded.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// Its content.
    pub bytes: &'a [u8],
    /// Its name; may be empty.
    pub name: &'a str,
}

impl<'a, B: AsRef<[u8]> + ?Sized> From<&'a B> for TableFile<'a> {
    fn from(bytes: &'a B) -> Self {
        Self { bytes: bytes.as_ref(), name: "" }
    }
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the table.
    pub rows: usize,
    /// Rows of a new plan that took over the survey link of the last one.
    pub links: usize,
    /// What was accepted and should be looked at, such as deadlines that are over.
    pub remarks: Vec<Text>,
}

impl Service {
    /// Imports a follow-up table (a workbook, or CSV in UTF-8, with or without a byte order mark, or CP932) as the plan of
    /// `fiscal_year`, or of the current fiscal year.
    ///
    /// Everything is accepted or nothing. A plan of the same year is replaced. Rows that match by section, kind, item and
    /// group keep their address, their links and their observations; a cell that the table moves on from (a current
    /// value for a later time) stays as an observation. Rows that no longer stand in the table go, with everything that
    /// belongs to them. A plan of a new year takes owners, links and values over from the matching rows of the last plan
    /// before it, with what has been released.
    ///
    /// # Errors
    /// [`Error::Invalid`] with up to 20 lines that name row, column, value and what is expected; [`Error::Conflict`] where
    /// the plan is signed off.
    pub async fn import_followup<'a>(
        &self,
        file: impl Into<TableFile<'a>>,
        fiscal_year: Option<i16>,
        actor: Option<i64>,
    ) -> Result<Imported> {
        let file = file.into();
        let year = match fiscal_year {
            Some(year) => plan_year(year, self.clock.today())?,
            None => FiscalYear::of(self.clock.today()),
        };
        let bytes = file.bytes.to_vec();
        let rows = work(move || read(&bytes)).await?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let inherited = self.inherited(year).await?;
        let transaction = self.registry.db.begin().await?;
        let plan = plan_of(&transaction, year).await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Import };
        replace(&transaction, plan, &rows, doing).await?;
        let feeding = if inherited.is_empty() { Feeding::All } else { Feeding::Edition };
        let links = inherit(&transaction, plan, inherited, now).await?;
        self.feed_indicators(&transaction, feeding, now).await?;
        followup_row::Entity::update_many()
            .col_expr(followup_row::Column::File, Expr::value(file_name(file.name)))
            .col_expr(followup_row::Column::WrittenBy, Expr::value(actor))
            .col_expr(followup_row::Column::WrittenAt, Expr::value(now))
            .filter(followup_row::Column::PlanId.eq(plan))
            .exec(&transaction)
            .await?;
        let said = format!("{} ({})", file_name(file.name), rows.len());
        history::write(&transaction, vec![doing.change(None, "", "file", "", said.trim())]).await?;
        let detail = format!("{}: {}", i32::from(year.year()), rows.len());
        note(&transaction, now, actor, "followup.import", detail).await?;
        transaction.commit().await?;
        Ok(Imported { rows: rows.len(), links, remarks: remarks(&rows, year) })
    }
}

/// Targets whose time was over before the year began: to be looked at, and no fault, because the table tells of them.
pub(super) fn remarks(rows: &[Row], year: FiscalYear) -> Vec<Text> {
    let told = |row: &Row| {
        let fault = check::deadline(row, year)?;
        let name = history::row_name(row);
        Some(Text::new(
            format!("{name}: {}", fault.message(Lang::Ja)),
            format!("{name}: {}", fault.message(Lang::En)),
        ))
    };
    rows.iter().filter_map(told).collect()
}

/// A file's name fit for the screen, without the folders some browsers send.
pub(crate) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

/// The fiscal year of a table that is imported or begun: up to the next one, because the newest table is the one that
/// everything goes to.
pub(super) fn plan_year(year: i16, today: Date) -> Result<FiscalYear> {
    let last = FiscalYear::of(today).year().saturating_add(1);
    let found = FiscalYear::new(year).filter(|_| (FIRST_YEAR..=last).contains(&year));
    found.ok_or_else(|| {
        Error::invalid(
            format!(
                "年度は、令和7年度なら「2025」のように西暦で、{FIRST_YEAR}から翌年度の{last}までで入力してください({year})。"
            ),
            format!(
                "Please give the fiscal year as the calendar year it begins in, such as 2025, from {FIRST_YEAR} to next year, \
                 {last} ({year})."
            ),
        )
    })
}

/// Decodes and reads a table.
fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    let refused =
        |errors: Vec<RowError>| Error::invalid(listed(&errors, Lang::Ja), listed(&errors, Lang::En));
    let rows = followup::read_rows(table_rows(bytes, LIMITS)?).map_err(refused)?;
    if rows.is_empty() {
        return Err(Error::invalid(
            "見出しの下に行がありません。取り込む表を確認してください。",
            "There is no row below the header. Please check the table.",
        ));
    }
    Ok(rows)
}

/// The rows of a file, whether it is a workbook or CSV.
pub(crate) fn table_rows(bytes: &[u8], limits: Limits) -> Result<Vec<NumberedRow>> {
    if spreadsheet::is_workbook(bytes) {
        let rows = spreadsheet::read_xlsx(bytes, limits)
            .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
        // A workbook does not say where a row ends: its empty cells at the end are there all the same.
        let width = rows.first().map_or(0, |row| row.cells.len());
        let padded = rows.into_iter().map(|mut row| {
            let wide = row.cells.len().max(width);
            row.cells.resize(wide, String::new());
            (row.number, row.cells)
        });
        return Ok(padded.collect());
    }
    let decoded = text_encoding::decode(bytes, limits.max_bytes)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    csv_rows::rows(&decoded.text).map_err(|unclosed| {
        let fault = CellError::UnclosedQuote;
        let row = unclosed.0;
        Error::invalid(
            format!("{row}行目: {}", fault.message(Lang::Ja)),
            format!("Row {row}: {}", fault.message(Lang::En)),
        )
    })
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
pub(super) async fn plan_of(db: &impl ConnectionTrait, year: FiscalYear) -> Result<i64> {
    let year = i32::from(year.year());
    let found = plan::Entity::find().filter(plan::Column::FiscalYear.eq(year)).one(db).await?;
    if let Some(found) = found {
        return Ok(unsigned(found)?.id);
    }
    let plan = plan::ActiveModel { id: NotSet, fiscal_year: Set(year), ..Default::default() };
    Ok(plan.insert(db).await?.id)
}

/// Makes `rows` the rows of the plan.
pub(super) async fn replace(db: &impl ConnectionTrait, plan: i64, rows: &[Row], doing: Doing) -> Result<()> {
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
    let anew = before.is_empty();
    let mut changes = Vec::new();
    let mut known: HashMap<Identity, VecDeque<followup_row::Model>> = HashMap::new();
    let order = before
        .iter()
        .map(|model| Ok((model.id, stored::row(model)?)))
        .collect::<Result<Vec<(i64, Row)>>>()?;
    for model in before {
        known.entry(Identity::of_stored(&model)).or_default().push_back(model);
    }
    let before_by_section = places(&order);
    let mut after: Vec<(i64, Row)> = Vec::new();
    let mut added = Vec::new();
    for (position, row) in (0i32..).zip(rows) {
        match known.get_mut(&Identity::of(row)).and_then(VecDeque::pop_front) {
            Some(model) => {
                if row.kind == RowKind::Figure {
                    changes.extend(supersede(db, &model, row, doing).await?);
                }
                // The table does not tell a value that is not shown: what stands here stays.
                let row = &keep_hidden(row.clone(), &stored::row(&model)?);
                after.push((model.id, row.clone()));
                changes.extend(doing.cells(Some(model.id), Some(&stored::row(&model)?), Some(row)));
                let mut model: followup_row::ActiveModel = model.into();
                stored::fill(&mut model, row, position);
                model.update(db).await?;
            }
            None => {
                // Of a table that is new as a whole, that it was imported says all.
                if !anew {
                    changes.extend(doing.cells(None, None, Some(row)));
                }
                added.push(stored::new_row(plan, row, position));
            }
        }
    }
    let gone: Vec<followup_row::Model> = known.into_values().flatten().collect();
    changes.extend(rows_gone(db, &gone, doing).await?);
    changes.extend(reordered(&before_by_section, &places(&after), doing));
    let gone: Vec<i64> = gone.iter().map(|model| model.id).collect();
    for ids in gone.chunks(CHUNK) {
        delete_rows(db, ids).await?;
    }
    for chunk in added.chunks(CHUNK) {
        followup_row::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    history::write(db, changes).await
}

/// The rows of each section, in their order.
fn places(rows: &[(i64, Row)]) -> BTreeMap<SectionNumber, Vec<(i64, String)>> {
    let mut sections: BTreeMap<SectionNumber, Vec<(i64, String)>> = BTreeMap::new();
    for (id, row) in rows {
        sections.entry(row.section).or_default().push((*id, history::row_name(row)));
    }
    sections
}

/// One change for each section in which rows that stay have another order; rows that came or went are told of by
/// themselves.
fn reordered(
    before: &BTreeMap<SectionNumber, Vec<(i64, String)>>,
    after: &BTreeMap<SectionNumber, Vec<(i64, String)>>,
    doing: Doing,
) -> Vec<followup_change::ActiveModel> {
    let mut changes = Vec::new();
    for (section, after) in after {
        let stay: HashSet<i64> = after.iter().map(|(id, _)| *id).collect();
        let before: Vec<&(i64, String)> =
            before.get(section).into_iter().flatten().filter(|(id, _)| stay.contains(id)).collect();
        let moved = before
            .iter()
            .map(|(id, _)| id)
            .ne(after.iter().map(|(id, _)| id).filter(|id| before.iter().any(|(was, _)| was == *id)));
        if moved {
            let named = |names: Vec<&str>| names.join("、").chars().take(MAX_ORDER).collect::<String>();
            let (was, is) = (
                named(before.iter().map(|(_, name)| name.as_str()).collect()),
                named(after.iter().map(|(_, name)| name.as_str()).collect()),
            );
            changes.push(doing.change(None, &section.to_string(), history::PLACE, was, is));
        }
    }
    changes
}

/// Writes rows into a new plan.
pub(super) async fn insert_rows(db: &impl ConnectionTrait, plan: i64, rows: &[Row]) -> Result<()> {
    let rows: Vec<followup_row::ActiveModel> =
        (0i32..).zip(rows).map(|(position, row)| stored::new_row(plan, row, position)).collect();
    for chunk in rows.chunks(CHUNK) {
        followup_row::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_for_a_year_people_plan_for() {
        let today = jiff::civil::date(2025, 11, 22);
        for year in [1989, 2025, 2026] {
            assert_eq!(plan_year(year, today).ok().map(FiscalYear::year), Some(year));
        }
        for year in [0, -7, 7, 1988, 2027, 2088, i16::MAX, i16::MIN] {
            assert!(matches!(plan_year(year, today), Err(Error::Invalid(_))), "{year}");
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
