//! The life of a year's table: begun from the last one, submitted, signed off, and set beside another year's.

use domain::fiscal_year::FiscalYear;
use domain::followup::{self, Column, Row, check};
use domain::text::{Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::draft::checked_comment;
use super::edit::{delete_rows, is_open, note, open_plan};
use super::history::{self, Act, Doing};
use super::import::{CHUNK, insert_rows, plan_year};
use super::inherit::inherit;
use super::plan::PlanRow;
use super::stored;
use super::supersede::rows_gone;
use super::survey::feed_surveys;
use crate::Service;
use crate::error::{Error, Result};
use crate::metric::Feeding;
use crate::registry::entity::{followup_row, plan};

/// Where a year's table stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanState {
    /// Being worked on; with what was said when it was last returned or reopened.
    Open {
        /// Why it was returned or reopened; empty where it never was.
        comment: String,
    },
    /// With those who sign off.
    Submitted {
        /// Since when, seconds since 1970 UTC.
        at: i64,
    },
    /// Signed off: nothing changes any more.
    Signed {
        /// When, seconds since 1970 UTC.
        at: i64,
        /// By whom.
        by: Text,
    },
}

/// A step in the sign-off of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// HR asks for the sign-off.
    Submit,
    /// An executive signs off the table that was submitted at this time, seconds since 1970 UTC: not one that was taken back,
    /// changed and submitted again while they were reading.
    Sign(i64),
    /// An executive returns it, saying why.
    Return(String),
    /// HR takes a submitted table back to change it.
    TakeBack,
    /// HR reopens a signed table, saying why.
    Reopen(String),
}

/// Something to settle before a table is signed off; no obstacle, but seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The row.
    pub row: i64,
    /// What the row is called.
    pub name: String,
    /// What is to be settled.
    pub what: Text,
}

/// A row of one year beside that of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The earlier year's row.
    pub before: Option<PlanRow>,
    /// The later year's row.
    pub after: Option<PlanRow>,
    /// The columns whose texts differ.
    pub changed: Vec<Column>,
}

impl Service {
    /// Where a year's table stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such table.
    pub async fn followup_state(&self, year: FiscalYear) -> Result<PlanState> {
        let db = self.registry.db.get();
        let number = i32::from(year.year());
        let found = plan::Entity::find().filter(plan::Column::FiscalYear.eq(number)).one(db).await?;
        let found = found.ok_or(Error::NotFound)?;
        Ok(match (found.signed_at, found.submitted_at) {
            (Some(at), _) => {
                let names = self.registry.names_of(found.signed_by.into_iter().collect()).await?;
                PlanState::Signed { at, by: names.into_values().next().unwrap_or_default() }
            }
            (None, Some(at)) => PlanState::Submitted { at },
            (None, None) => PlanState::Open { comment: found.comment },
        })
    }

    /// Begins the table of a fiscal year from the newest one before it: every row with its owner, links and values, its
    /// cells as they stand there. Returns the number of rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the year has a table already or there is none before it.
    pub async fn begin_edition(&self, year: i16, actor: Option<i64>) -> Result<usize> {
        let year = plan_year(year, self.clock.today())?;
        let number = i32::from(year.year());
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let inherited = self.inherited(year).await?;
        let transaction = self.registry.db.begin().await?;
        let there =
            plan::Entity::find().filter(plan::Column::FiscalYear.eq(number)).one(&transaction).await?;
        if there.is_some() {
            return Err(Error::invalid(
                format!("{}の表はすでにあります。", year.label(Lang::Ja)),
                format!("There is a table of {} already.", year.label(Lang::En)),
            ));
        }
        let last = plan::Entity::find()
            .filter(plan::Column::FiscalYear.lt(number))
            .order_by_desc(plan::Column::FiscalYear)
            .one(&transaction)
            .await?
            .ok_or_else(|| {
                Error::invalid(
                    "元になる前年度までの表がありません。表を取り込んでください。",
                    "There is no table of an earlier fiscal year to begin from. Please import one.",
                )
            })?;
        let models = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(last.id))
            .order_by_asc(followup_row::Column::Position)
            .all(&transaction)
            .await?;
        // What the last table shows is where the new one begins, and that may be newer than its cells.
        let shown = self.plan_rows(Some(stored::year(&last)?.year())).await?.1;
        let rows: Vec<Row> = shown.iter().map(PlanRow::known).collect();
        let plan = plan::ActiveModel { id: NotSet, fiscal_year: Set(number), ..Default::default() };
        let plan = plan.insert(&transaction).await?;
        insert_rows(&transaction, plan.id, &rows).await?;
        inherit(&transaction, plan.id, inherited, now).await?;
        self.feed_indicators(&transaction, Feeding::Edition, now).await?;
        followup_row::Entity::update_many()
            .col_expr(followup_row::Column::WrittenBy, Expr::value(actor))
            .col_expr(followup_row::Column::WrittenAt, Expr::value(now))
            .filter(followup_row::Column::PlanId.eq(plan.id))
            .exec(&transaction)
            .await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Edition };
        let from = stored::year(&last)?.label(Lang::Ja);
        history::write(&transaction, vec![doing.change(None, "", "edition", from, year.label(Lang::Ja))])
            .await?;
        let detail = format!("{number} from {}: {}", last.fiscal_year, models.len());
        note(&transaction, now, actor, "followup.edition", detail).await?;
        transaction.commit().await?;
        Ok(models.len())
    }

    /// Removes the table of a fiscal year, such as one that was begun for a year by mistake, with its values and drafts. The
    /// record of changes keeps what it said. Returns the number of rows.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the table is signed off or waits for it; [`Error::NotFound`] where there is no such table.
    pub async fn remove_followup(&self, year: FiscalYear, actor: Option<i64>) -> Result<usize> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        // The table before the newest one becomes the newest, and gets what has come in since.
        let newest = plan::Entity::find()
            .order_by_desc(plan::Column::FiscalYear)
            .limit(2)
            .all(self.registry.db.get())
            .await?;
        let before = match newest.as_slice() {
            [newest, before] if newest.fiscal_year == i32::from(year.year()) && is_open(before) => {
                Some(before)
            }
            _ => None,
        };
        let released = match before {
            Some(before) => self.linked_rows(before.id).await?,
            None => Vec::new(),
        };
        let transaction = self.registry.db.begin().await?;
        let plan = open_plan(&transaction, year).await?;
        let rows = followup_row::Entity::find()
            .filter(followup_row::Column::PlanId.eq(plan.id))
            .order_by_asc(followup_row::Column::Position)
            .all(&transaction)
            .await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Remove };
        let mut changes = rows_gone(&transaction, &rows, doing).await?;
        changes.push(doing.change(None, "", "edition", year.label(Lang::Ja), ""));
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        for some in ids.chunks(CHUNK) {
            delete_rows(&transaction, some).await?;
        }
        // Rows that went on from these go on from those before them; what is signed off stays as it is.
        let open = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(plan::Column::SignedAt.is_null());
        for row in &rows {
            followup_row::Entity::update_many()
                .col_expr(followup_row::Column::CameFrom, Expr::value(row.came_from))
                .filter(followup_row::Column::CameFrom.eq(row.id))
                .filter(followup_row::Column::PlanId.in_subquery(open.clone().into_query()))
                .exec(&transaction)
                .await?;
        }
        plan::Entity::delete_by_id(plan.id).exec(&transaction).await?;
        if let Some(before) = before {
            self.feed_indicators(&transaction, Feeding::All, now).await?;
            let fiscal_year = stored::year(before)?.year();
            feed_surveys(
                &transaction,
                released,
                Doing { fiscal_year, at: now, actor: None, act: Act::Value },
            )
            .await?;
        }
        history::write(&transaction, changes).await?;
        let detail = format!("{}: {}", year.year(), rows.len());
        note(&transaction, now, actor, "followup.remove", detail).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }

    /// What should be settled before a table is signed off: drafts with HR, deadlines that are over, figures whose value is
    /// that of the last edition.
    pub async fn followup_remarks(&self, year: FiscalYear) -> Result<Vec<Remark>> {
        let (_, rows) = self.plan_rows(Some(year.year())).await?;
        let drafts = self.submitted_drafts().await?;
        let (_, last) = match self.followup_years().await?.into_iter().find(|other| *other < year.year()) {
            Some(last) => self.plan_rows(Some(last)).await?,
            None => (0, Vec::new()),
        };
        let mut remarks = Vec::new();
        for row in rows {
            let name = history::row_name(&row.row);
            let mut remark = |ja: String, en: String| {
                remarks.push(Remark { row: row.id, name: name.clone(), what: Text::new(ja, en) });
            };
            if drafts.iter().any(|draft| draft.row == row.id) {
                remark("確認を待つ下書きがあります。".into(), "A draft waits for a decision.".into());
            }
            if let Some(fault) = check::deadline(&row.row, year) {
                remark(fault.message(Lang::Ja), fault.message(Lang::En));
            }
            let before = row.came_from.and_then(|id| last.iter().find(|old| old.id == id));
            let same = |old: &&PlanRow| {
                old.row.current == row.row.current && old.row.current_as_of == row.row.current_as_of
            };
            if row.indicator.is_some()
                && !row.row.current.trim().is_empty()
                && before.is_some_and(|old| same(&old))
            {
                remark(
                    "現状の値が前年度の表と同じです。".into(),
                    "The current value is that of the last table.".into(),
                );
            }
        }
        Ok(remarks)
    }

    /// Takes a table one step through its sign-off. Who may do which step is settled by the caller.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the table does not stand where the step begins; [`Error::Invalid`] where a return or a
    /// reopening has no reason; [`Error::NotFound`] where there is no such table.
    pub async fn step_followup(&self, year: FiscalYear, step: Step, actor: i64) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let opens = matches!(step, Step::Return(_) | Step::TakeBack | Step::Reopen(_));
        let released = if opens { self.released_for(year).await? } else { Vec::new() };
        let transaction = self.registry.db.begin().await?;
        let number = i32::from(year.year());
        let found = plan::Entity::find()
            .filter(plan::Column::FiscalYear.eq(number))
            .one(&transaction)
            .await?
            .ok_or(Error::NotFound)?;
        let (submitted, signed) = (found.submitted_at.is_some(), found.signed_at.is_some());
        let fits = match step {
            Step::Submit => !submitted && !signed,
            Step::Sign(seen) => found.submitted_at == Some(seen) && !signed,
            Step::Return(_) | Step::TakeBack => submitted && !signed,
            Step::Reopen(_) => signed,
        };
        if !fits {
            return Err(Error::Conflict(Text::new(
                "表の状態が変わっています。ページを開き直して、今の状態を確認してください。",
                "The table no longer stands where it did. Please open the page again and look at its present state.",
            )));
        }
        let state = |plan: &plan::Model| match (plan.signed_at, plan.submitted_at) {
            (Some(_), _) => "確定",
            (None, Some(_)) => "確定依頼中",
            (None, None) => "作成中",
        };
        let before = state(&found);
        let mut changed: plan::ActiveModel = found.into();
        let (what, detail) = match step {
            Step::Submit => {
                changed.submitted_at = Set(Some(now));
                changed.comment = Set(String::new());
                ("followup.submit", String::new())
            }
            Step::Sign(_) => {
                changed.signed_at = Set(Some(now));
                changed.signed_by = Set(Some(actor));
                ("followup.sign", String::new())
            }
            Step::TakeBack => {
                changed.submitted_at = Set(None);
                ("followup.take-back", String::new())
            }
            Step::Return(comment) => {
                let comment = checked_comment(&comment)?;
                changed.submitted_at = Set(None);
                changed.comment = Set(comment.clone());
                ("followup.return", comment)
            }
            Step::Reopen(reason) => {
                let reason = checked_comment(&reason)?;
                changed.submitted_at = Set(None);
                changed.signed_at = Set(None);
                changed.signed_by = Set(None);
                changed.comment = Set(reason.clone());
                ("followup.reopen", reason)
            }
        };
        let changed = changed.update(&transaction).await?;
        if opens {
            // What was released and what came in while nothing could be written.
            self.feed_indicators(&transaction, Feeding::All, now).await?;
            let arriving = Doing { fiscal_year: year.year(), at: now, actor: None, act: Act::Value };
            feed_surveys(&transaction, released, arriving).await?;
        }
        let doing = Doing { fiscal_year: year.year(), at: now, actor: Some(actor), act: Act::SignOff };
        let after = if detail.is_empty() {
            state(&changed).to_owned()
        } else {
            format!("{}({detail})", state(&changed))
        };
        history::write(&transaction, vec![doing.change(None, "", "state", before, after)]).await?;
        note(&transaction, now, Some(actor), what, number.to_string()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Two years' tables, row beside row.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of the years has no table.
    pub async fn compare_followup(&self, before: i16, after: i16) -> Result<Vec<Compared>> {
        let (_, earlier) = self.plan_rows(Some(before)).await?;
        let (_, later) = self.plan_rows(Some(after)).await?;
        let cells = |rows: &[PlanRow]| rows.iter().map(|row| row.row.clone()).collect::<Vec<Row>>();
        // Only the next edition knows where its rows come from; over several years it is the names that pair them.
        let came_from: Vec<Option<usize>> = later
            .iter()
            .map(|row| row.came_from.and_then(|id| earlier.iter().position(|old| old.id == id)))
            .collect();
        let pairs = followup::compare(&cells(&earlier), &cells(&later), &came_from);
        let take = |rows: &[PlanRow], at: Option<usize>| at.and_then(|at| rows.get(at)).cloned();
        Ok(pairs
            .into_iter()
            .map(|pair| Compared {
                before: take(&earlier, pair.before),
                after: take(&later, pair.after),
                changed: pair.changed,
            })
            .collect())
    }
}
