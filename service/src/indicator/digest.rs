//! Telling the owners of indicators: when a deadline nears, and when a value has fallen behind. Once for each deadline,
//! and once until the value has recovered; all that is new in one mail.

use std::collections::BTreeMap;

use domain::fiscal_year::{AsOf, Deadline, FiscalYear};
use domain::indicator::Status;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::history::row_name;
use super::import::CHUNK;
use super::plan::PlanRow;
use crate::Service;
use crate::error::{Error, Result};
use crate::mail::followup::{Noticed, digest};
use crate::mail::outbox::{self, Kind, NewMail};
use crate::mail::template::Reader;
use crate::metric::managers;
use crate::registry::entity::{followup_notice, staff, unit};
use crate::registry::person::display_name;

/// Days before a deadline at which its owner is told.
const NEAR_DAYS: i32 = 60;

/// The kind of news that a value has fallen behind.
const BEHIND: &str = "behind";

/// What is new about an indicator.
struct News {
    kind: &'static str,
    /// What tells this news from what was told before.
    about: String,
    why: Text,
}

impl Service {
    /// Queues a mail to each manager of a unit whose indicators have news, in the newest table as long as it is not signed
    /// off. Returns how many mails.
    pub async fn queue_digests(&self) -> Result<u64> {
        let rows = match self.plan_rows(None).await {
            Ok((year, rows)) => {
                let year = FiscalYear::new(year).ok_or(Error::NotFound)?;
                if matches!(self.followup_state(year).await?, super::PlanState::Signed { .. }) {
                    return Ok(0);
                }
                rows
            }
            Err(Error::NotFound) => return Ok(0),
            Err(error) => return Err(error),
        };
        let (now, today) = (self.clock.now(), self.clock.today());
        let mut candidates = Vec::new();
        for row in &rows {
            if let Some(owner) = row.settings.owner {
                candidates.extend(news(row, today).into_iter().map(|news| (owner, row, news)));
            }
        }
        // Whoever has recovered is told again when it falls behind again.
        let behind = |row: &PlanRow| row.status.as_ref().is_some_and(|(status, _)| is_behind(*status));
        let recovered: Vec<i64> = rows.iter().filter(|row| !behind(row)).map(|row| row.id).collect();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        for ids in recovered.chunks(CHUNK) {
            followup_notice::Entity::delete_many()
                .filter(followup_notice::Column::Kind.eq(BEHIND))
                .filter(followup_notice::Column::RowId.is_in(ids.iter().copied()))
                .exec(&transaction)
                .await?;
        }
        let mut by_person: BTreeMap<i64, (staff::Model, String, Vec<Noticed>)> = BTreeMap::new();
        for (owner, row, news) in candidates {
            let Some(unit) = unit::Entity::find_by_id(owner).one(&transaction).await? else { continue };
            let managers = managers(&transaction, unit.clone()).await?;
            if managers.is_empty() {
                // To be told when there is somebody to tell.
                continue;
            }
            let notice = followup_notice::ActiveModel {
                row_id: Set(row.id),
                kind: Set(news.kind.to_owned()),
                about: Set(news.about),
                at: Set(now),
            };
            let once = OnConflict::columns([
                followup_notice::Column::RowId,
                followup_notice::Column::Kind,
                followup_notice::Column::About,
            ])
            .do_nothing()
            .to_owned();
            let written = followup_notice::Entity::insert(notice)
                .on_conflict(once)
                .exec_without_returning(&transaction)
                .await?;
            if written == 0 {
                continue;
            }
            let noticed = Noticed {
                name: row_name(&row.row),
                why: news.why,
                link: format!("{}/indicators/{}", self.settings.base_url, row.id),
            };
            for person in managers {
                let known = by_person
                    .entry(person.id)
                    .or_insert_with(|| (person, unit.time_zone.clone(), Vec::new()));
                known.2.push(noticed.clone());
            }
        }
        let mails = by_person.into_values().map(|(person, time_zone, noticed)| {
            let lang = Lang::from_tag(&person.lang).unwrap_or_default();
            let name = display_name(&person.name, &person.name_en, lang);
            let reader = Reader { name, lang, time_zone: &time_zone };
            let letter = digest(reader, &noticed.iter().collect::<Vec<_>>());
            NewMail {
                dedupe: format!("digest/{now}/{}", person.id),
                campaign: None,
                kind: Kind::Digest,
                recipient: person.mail,
                subject: letter.subject,
                body: letter.body,
                sealed_token: None,
            }
        });
        let queued = outbox::queue_many(&transaction, mails.collect(), now).await?;
        transaction.commit().await?;
        Ok(queued)
    }
}

const fn is_behind(status: Status) -> bool {
    matches!(status, Status::Behind | Status::WorseThanBaseline)
}

/// When a target is due in the table of a fiscal year: one of every fiscal year at the end of that one.
fn due(deadline: Deadline, fiscal_year: i16) -> Deadline {
    match (deadline, FiscalYear::new(fiscal_year)) {
        (Deadline::EveryFiscalYear, Some(year)) => Deadline::At(AsOf::FiscalYearEnd(year)),
        _ => deadline,
    }
}

/// True where a row has a value of its table's fiscal year or later.
fn has_value_of_year(row: &PlanRow) -> bool {
    let start = FiscalYear::new(row.fiscal_year).map(FiscalYear::start);
    let known = row.indicator.iter().flat_map(|indicator| &indicator.observations);
    known.filter_map(|value| value.as_of).any(|as_of| Some(as_of.last_day()) >= start)
}

/// What the owner of a row should be told on this day.
fn news(row: &PlanRow, today: Date) -> Vec<News> {
    let Some((status, reason)) = &row.status else { return Vec::new() };
    let mut list = Vec::new();
    let deadline = row.row.effective_deadline();
    let is_yearly = deadline == Some(Deadline::EveryFiscalYear);
    let deadline = deadline.map(|deadline| due(deadline, row.fiscal_year));
    let days = deadline
        .and_then(Deadline::last_day)
        .and_then(|due| today.until(due).ok())
        .map(|span| span.get_days());
    // A target of every fiscal year that was reached in the last one is not reached in this one yet.
    let reached = *status == Status::Achieved && (!is_yearly || has_value_of_year(row));
    if let (Some(deadline), Some(days)) = (deadline, days)
        && (0..=NEAR_DAYS).contains(&days)
        && !reached
        && *status != Status::NoTarget
    {
        list.push(News {
            kind: "deadline",
            about: deadline.label(Lang::Ja),
            why: Text::new(
                format!("目標時期({})まであと{days}日です。{}", deadline.label(Lang::Ja), reason.ja),
                format!(
                    "{days} days are left until the deadline ({}). {}",
                    deadline.label(Lang::En),
                    reason.en
                ),
            ),
        });
    }
    if is_behind(*status) {
        list.push(News {
            kind: BEHIND,
            about: String::new(),
            why: Text::new(
                format!("{}: {}", status.label(Lang::Ja), reason.ja),
                format!("{}: {}", status.label(Lang::En), reason.en),
            ),
        });
    }
    list
}
