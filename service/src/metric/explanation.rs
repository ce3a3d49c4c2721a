//! Explanations of overtime: asked for by mail, given on a page, decided on by HR.

use std::collections::BTreeMap;

use domain::fiscal_year::{YearMonth, parse_date};
use domain::indicator::Decimal;
use domain::metric::overtime::shown_hours;
use domain::role::Role;
use domain::text::{self, Lang, Text};
use jiff::civil::Date;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter,
    QueryOrder,
};

use super::overtime::{month_of, number};
use crate::Service;
use crate::error::{Error, Result};
use crate::mail::outbox::{self, Kind, NewMail};
use crate::mail::overtime::{Asking, asked, reminder};
use crate::mail::template::Reader;
use crate::registry::entity::{explanation, role_grant, staff, unit};
use crate::registry::event::{self, Event};
use crate::registry::person::{Person, display_name};

/// Longest reply or decision, in characters.
const MAX_TEXT: usize = 4_000;

/// Units asked at once.
const MAX_UNITS: usize = 1_000;

/// Days before the deadline at which whoever has not replied is reminded, once.
const REMIND_DAYS: i32 = 2;

const DAY: i64 = 86_400;

/// What a unit is asked, unless HR asks something else.
pub fn explanation_questions() -> Text {
    Text::new(
        "上限を超えた主な要因、一時的なものか続くものか、今後の見通しと減らすための取組を教えてください。",
        "What were the main causes of exceeding the ceiling, are they passing or lasting, and what will you do to reduce \
         overtime?",
    )
}

/// How an explanation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplanationState {
    /// Asked for.
    Asked,
    /// Given.
    Replied,
    /// Decided on.
    Decided,
}

impl ExplanationState {
    pub(super) fn of(row: &explanation::Model) -> Self {
        match (row.replied_at, row.decided_at) {
            (_, Some(_)) => Self::Decided,
            (Some(_), None) => Self::Replied,
            (None, None) => Self::Asked,
        }
    }

    /// What the state is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Asked => lang.t("回答待ち", "Waiting for a reply"),
            Self::Replied => lang.t("回答あり", "Replied"),
            Self::Decided => lang.t("対応決定済み", "Decided"),
        }
    }
}

/// An explanation of a unit's overtime in one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Its id.
    pub id: i64,
    /// The unit's id.
    pub unit: i64,
    /// The unit's name.
    pub unit_name: Text,
    /// The month.
    pub month: YearMonth,
    /// Hours per person when it was asked for.
    pub actual: Decimal,
    /// The ceiling then.
    pub ceiling: Decimal,
    /// The people that is of.
    pub people: u32,
    /// What is asked.
    pub question: String,
    /// When, seconds since 1970 UTC.
    pub asked_at: i64,
    /// The last day for a reply.
    pub due_on: Date,
    /// The reply; empty where there is none yet.
    pub reply: String,
    /// Who replied, and when.
    pub replied: Option<(Text, i64)>,
    /// What was decided; empty where nothing was yet.
    pub decision: String,
    /// Who decided, and when.
    pub decided: Option<(Text, i64)>,
    /// How it stands.
    pub state: ExplanationState,
}

impl Explanation {
    /// True where the deadline has passed without a reply.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == ExplanationState::Asked && self.due_on < today
    }
}

/// What an asking did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Units that were asked now.
    pub units: usize,
    /// Mails that go out.
    pub mails: u64,
    /// Units nobody manages, so that nobody could be written to.
    pub without_manager: usize,
}

impl Service {
    /// Asks units for an explanation of a month's overtime. Those that were asked already are left alone.
    ///
    /// # Errors
    /// [`Error::Invalid`] where no unit is chosen, a unit is not above its ceiling, the deadline cannot be read or is over,
    /// or the question is empty or too long.
    pub async fn ask_explanations(
        &self,
        month: YearMonth,
        units: &[i64],
        due_on: &str,
        question: &str,
        actor: i64,
    ) -> Result<Asked> {
        let due_on = self.due(due_on)?;
        let question = checked("質問", "Question", question)?;
        if units.is_empty() || units.len() > MAX_UNITS {
            return Err(Error::invalid(
                "説明を求める部署を選んでください。",
                "Please choose the units to ask.",
            ));
        }
        let found = self.overtime_month(Some(month), Some(&units.iter().copied().collect())).await?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let mut done = Asked { units: 0, mails: 0, without_manager: 0 };
        for row in found.units {
            let (Some(actual), Some(ceiling), true) = (row.actual, row.ceiling, row.is_above()) else {
                return Err(Error::invalid(
                    format!("{}は上限を超えていないため、説明を求められません。", row.name.ja),
                    format!(
                        "{} is not above its ceiling, so there is nothing to explain.",
                        row.name.get(Lang::En)
                    ),
                ));
            };
            // Looked up in here: somebody else may have asked since the month was read.
            let known = explanation::Entity::find()
                .filter(explanation::Column::UnitId.eq(row.unit))
                .filter(explanation::Column::Period.eq(number(month)))
                .one(&transaction)
                .await?;
            if known.is_some() {
                continue;
            }
            let actual = shown_hours(actual).ok_or_else(|| Error::Damaged("overtime".into()))?;
            let new = explanation::ActiveModel {
                id: NotSet,
                unit_id: Set(row.unit),
                period: Set(number(month)),
                actual: Set(actual.to_string()),
                ceiling: Set(ceiling.to_string()),
                people: Set(i64::from(row.people.unwrap_or(0))),
                asked_by: Set(Some(actor)),
                asked_at: Set(now),
                due_on: Set(due_on.to_string()),
                question: Set(question.clone()),
                reply: Set(String::new()),
                decision: Set(String::new()),
                ..Default::default()
            };
            let new = new.insert(&transaction).await?;
            let mails = self.mails(&transaction, &new, false).await?;
            done.units += 1;
            if mails.is_empty() {
                done.without_manager += 1;
            }
            done.mails += outbox::queue_many(&transaction, mails, now).await?;
        }
        let detail = format!("{}: {}", number(month), done.units);
        let act = Event { at: now, actor: Some(actor), campaign: None, what: "overtime.ask".into(), detail };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// All explanations, the newest month first; of one month where it is given.
    pub async fn explanations(&self, month: Option<YearMonth>) -> Result<Vec<Explanation>> {
        let mut query = explanation::Entity::find();
        if let Some(month) = month {
            query = query.filter(explanation::Column::Period.eq(number(month)));
        }
        let rows = query
            .order_by_desc(explanation::Column::Period)
            .order_by_asc(explanation::Column::UnitId)
            .all(self.registry.db.get())
            .await?;
        self.read(rows).await
    }

    /// The explanations a person is asked for, as the manager of a unit, the newest first.
    pub async fn my_explanations(&self, person: &Person) -> Result<Vec<Explanation>> {
        let units = self.registry.scope(person, Role::Manager).await?;
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let rows = explanation::Entity::find()
            .filter(explanation::Column::UnitId.is_in(units))
            .order_by_desc(explanation::Column::Period)
            .order_by_asc(explanation::Column::UnitId)
            .all(self.registry.db.get())
            .await?;
        self.read(rows).await
    }

    /// One explanation, for HR or for a manager of the unit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn explanation(&self, person: &Person, id: i64) -> Result<Explanation> {
        let list = if person.has(Role::Hr) {
            self.explanations(None).await?
        } else {
            self.my_explanations(person).await?
        };
        list.into_iter().find(|explanation| explanation.id == id).ok_or(Error::NotFound)
    }

    /// Gives an explanation, or another one in its place, as long as nothing is decided. `seen` is when the one was given
    /// that the person had before them, seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the person does not manage the unit; [`Error::Invalid`] where the reply is empty or too
    /// long; [`Error::Conflict`] where it is decided, or another one was given meanwhile.
    pub async fn reply_explanation(
        &self,
        person: &Person,
        id: i64,
        reply: &str,
        seen: Option<i64>,
    ) -> Result<()> {
        let reply = checked("説明", "Explanation", reply)?;
        let mine = self.my_explanations(person).await?;
        mine.iter().find(|explanation| explanation.id == id).ok_or(Error::NotFound)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let row = explanation::Entity::find_by_id(id).one(&transaction).await?.ok_or(Error::NotFound)?;
        if row.decided_at.is_some() {
            return Err(Error::Conflict(Text::new(
                "この説明については対応が決まっているため、変更できません。",
                "What follows from this explanation has been decided, so it cannot be changed.",
            )));
        }
        if row.replied_at != seen {
            return Err(Error::Conflict(Text::new(
                "入力している間に、この説明が、ほかの画面またはほかの管理職によって送られました。入力した内容は下に残してあります。送られている説明と見比べて、もう一度送ってください。",
                "While you were typing, this explanation was given in another window or by another manager. What you typed is kept below; please compare it with that one and send it again.",
            )));
        }
        let mut row: explanation::ActiveModel = row.into();
        row.reply = Set(reply);
        row.replied_by = Set(Some(person.id));
        row.replied_at = Set(Some(now));
        row.update(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes what follows from an explanation.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; [`Error::Invalid`] where the decision is empty or too long.
    pub async fn decide_explanation(&self, id: i64, decision: &str, actor: i64) -> Result<()> {
        let decision = checked("対応", "Decision", decision)?;
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let row = explanation::Entity::find_by_id(id).one(&transaction).await?.ok_or(Error::NotFound)?;
        let mut row: explanation::ActiveModel = row.into();
        row.decision = Set(decision);
        row.decided_by = Set(Some(actor));
        row.decided_at = Set(Some(now));
        row.update(&transaction).await?;
        let act = Event {
            at: now,
            actor: Some(actor),
            campaign: None,
            what: "overtime.decide".into(),
            detail: format!("#{id}"),
        };
        event::record(&transaction, act).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Reminds everybody whose reply is due within two days or over and who was asked a day ago at least, once each. Returns how many mails.
    pub async fn remind_explanations(&self) -> Result<u64> {
        let today = self.clock.today();
        let waiting = explanation::Entity::find()
            .filter(explanation::Column::RepliedAt.is_null())
            .filter(explanation::Column::DecidedAt.is_null())
            .filter(explanation::Column::RemindedAt.is_null())
            // Whoever was asked today for tomorrow has just had a mail.
            .filter(explanation::Column::AskedAt.lte(self.clock.now() - DAY))
            .all(self.registry.db.get())
            .await?;
        let near = |row: &explanation::Model| {
            let due: Option<Date> = row.due_on.parse().ok();
            due.is_some_and(|due| today.until(due).is_ok_and(|span| span.get_days() <= REMIND_DAYS))
        };
        let near: Vec<explanation::Model> = waiting.into_iter().filter(near).collect();
        if near.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let mut queued = 0;
        for row in near {
            let mails = self.mails(&transaction, &row, true).await?;
            queued += outbox::queue_many(&transaction, mails, now).await?;
            let mut row: explanation::ActiveModel = row.into();
            row.reminded_at = Set(Some(now));
            row.update(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(queued)
    }

    fn due(&self, typed: &str) -> Result<Date> {
        let date = parse_date(typed).ok_or_else(|| {
            Error::invalid(
                "回答期限を「令和7年12月10日」「2025-12-10」のように入力してください。",
                "Please write the deadline like \"10 December 2025\" or \"2025-12-10\".",
            )
        })?;
        if date < self.clock.today() {
            return Err(Error::invalid("回答期限が過去の日付です。", "The deadline is in the past."));
        }
        Ok(date)
    }

    /// A mail to each manager of the unit; where it has none, to those of the nearest unit above that has.
    async fn mails(
        &self,
        db: &impl ConnectionTrait,
        row: &explanation::Model,
        again: bool,
    ) -> Result<Vec<NewMail>> {
        let unit = unit::Entity::find_by_id(row.unit_id).one(db).await?.ok_or(Error::NotFound)?;
        let month =
            month_of(row.period).ok_or_else(|| Error::Damaged("the month of an explanation".into()))?;
        let due_on =
            row.due_on.parse().map_err(|_| Error::Damaged("the deadline of an explanation".into()))?;
        let name = Text::new(&unit.name_ja, &unit.name_en);
        let link = format!("{}/overtime/{}", self.settings.base_url, row.id);
        let (actual, ceiling, question) = (&row.actual, &row.ceiling, &row.question);
        let asking = Asking { unit: &name, month, actual, ceiling, question, due_on, link: &link };
        let mut mails = Vec::new();
        for person in managers(db, unit).await? {
            let lang = Lang::from_tag(&person.lang).unwrap_or_default();
            // The reader's own post: whoever manages a unit may sit elsewhere.
            let home = unit::Entity::find_by_id(person.unit_id).one(db).await?;
            let reader = Reader {
                name: display_name(&person.name, &person.name_en, lang),
                lang,
                time_zone: home.as_ref().map_or("Asia/Tokyo", |home| home.time_zone.as_str()),
            };
            let (letter, key) =
                if again { (reminder(reader, asking), "again") } else { (asked(reader, asking), "ask") };
            mails.push(NewMail {
                dedupe: format!("explanation/{key}/{}/{}", row.id, person.id),
                campaign: None,
                kind: Kind::Explanation,
                recipient: person.mail,
                subject: letter.subject,
                body: letter.body,
                sealed_token: None,
            });
        }
        Ok(mails)
    }

    async fn read(&self, rows: Vec<explanation::Model>) -> Result<Vec<Explanation>> {
        let people = rows.iter().flat_map(|row| [row.replied_by, row.decided_by]).flatten();
        let names = self.registry.names_of(people.collect()).await?;
        let units: BTreeMap<i64, Text> = unit::Entity::find()
            .filter(unit::Column::Id.is_in(rows.iter().map(|row| row.unit_id)))
            .all(self.registry.db.get())
            .await?
            .into_iter()
            .map(|unit| (unit.id, Text::new(unit.name_ja, unit.name_en)))
            .collect();
        let by = |who: Option<i64>, at: Option<i64>| {
            at.map(|at| (who.and_then(|id| names.get(&id).cloned()).unwrap_or_default(), at))
        };
        rows.into_iter()
            .map(|row| {
                let damaged = || Error::Damaged(format!("explanation {}", row.id));
                Ok(Explanation {
                    id: row.id,
                    unit: row.unit_id,
                    unit_name: units.get(&row.unit_id).cloned().unwrap_or_default(),
                    month: month_of(row.period).ok_or_else(damaged)?,
                    actual: Decimal::parse(&row.actual).map_err(|_| damaged())?,
                    ceiling: Decimal::parse(&row.ceiling).map_err(|_| damaged())?,
                    people: u32::try_from(row.people).unwrap_or(0),
                    asked_at: row.asked_at,
                    due_on: row.due_on.parse().map_err(|_| damaged())?,
                    replied: by(row.replied_by, row.replied_at),
                    decided: by(row.decided_by, row.decided_at),
                    state: ExplanationState::of(&row),
                    question: row.question,
                    reply: row.reply,
                    decision: row.decision,
                })
            })
            .collect()
    }
}

fn checked(ja: &str, en: &str, typed: &str) -> Result<String> {
    let typed = typed.trim().replace("\r\n", "\n");
    if typed.is_empty() {
        return Err(Error::invalid(
            format!("{ja}を入力してください。"),
            format!("{en}: please fill this in."),
        ));
    }
    match text::check(&typed, MAX_TEXT, true) {
        Ok(()) => Ok(typed),
        Err(e) => Err(Error::invalid(
            format!("{ja}: {}", e.message(Lang::Ja)),
            format!("{en}: {}", e.message(Lang::En)),
        )),
    }
}

/// The active managers of a unit; where it has none, those of the nearest unit above that has.
pub(crate) async fn managers(db: &impl ConnectionTrait, unit: unit::Model) -> Result<Vec<staff::Model>> {
    let mut at = Some(unit);
    // Deeper than any organisation, so that a circle in stored data ends.
    for _ in 0..50 {
        let Some(unit) = at else { break };
        let ids: Vec<i64> = role_grant::Entity::find()
            .filter(role_grant::Column::Role.eq(Role::Manager.as_str()))
            .filter(role_grant::Column::UnitId.eq(unit.id))
            .all(db)
            .await?
            .into_iter()
            .map(|grant| grant.staff_id)
            .collect();
        let found = staff::Entity::find()
            .filter(staff::Column::Id.is_in(ids))
            .filter(staff::Column::Active.eq(true))
            .order_by_asc(staff::Column::Id)
            .all(db)
            .await?;
        if !found.is_empty() {
            return Ok(found);
        }
        at = match unit.parent_id {
            Some(parent) => unit::Entity::find_by_id(parent).one(db).await?,
            None => None,
        };
    }
    Ok(Vec::new())
}
