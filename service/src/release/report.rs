//! The report of one subject of a review: what was published of each group of raters. Nothing here sees a sheet.

pub mod figures;
mod workbook;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::campaign::State;
use domain::disclosure::CellState;
use domain::review::proposal::LeftOut;
use domain::review::{RaterGroup, Relation, ReviewRules, pulse};
use domain::role::Role;
use domain::terms::{Audience, Content, Terms};
use domain::text::{Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::results::{Cell, cell};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::action::is_report;
use crate::registry::campaign::Campaign;
use crate::registry::entity::{
    release_cell, release_comment, review_assignment, review_group, review_subject, staff,
};
use crate::registry::person::Person;
use crate::registry::questionnaire::Stored;
use crate::secret::is_id;

/// The subject, as the review was prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Staff id.
    pub id: i64,
    /// Name.
    pub name: Text,
    /// Name of the unit.
    pub unit: Text,
}

impl From<review_subject::Model> for Subject {
    fn from(row: review_subject::Model) -> Self {
        Self {
            id: row.staff_id,
            name: Text::new(row.name_ja, row.name_en),
            unit: Text::new(row.unit_ja, row.unit_en),
        }
    }
}

/// One group of raters.
#[derive(Clone, Debug, PartialEq)]
pub struct Raters {
    /// Which.
    pub group: RaterGroup,
    /// How many could answer; the terms say so too.
    pub invited: u32,
    /// How many answered, where that may be shown.
    pub respondents: Option<u32>,
    /// Whether anything of it is shown.
    pub state: CellState,
    /// Its cells, in the order of the questionnaire's items where the page asks by item.
    pub cells: Vec<Cell>,
    /// (item, comment) in random order.
    pub comments: Vec<(String, String)>,
}

impl Raters {
    /// The cell of an item.
    pub fn cell(&self, item: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.item == item && cell.part.is_empty())
    }
}

/// A subject's report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The review.
    pub campaign: Campaign,
    /// Whom it is about.
    pub subject: Subject,
    /// What was asked.
    pub questionnaire: Arc<Stored>,
    /// In a pulse read by its subject, the actions that were asked about.
    pub actions: Vec<String>,
    /// The groups of raters, in the order of [`RaterGroup::ALL`]; none where nobody was asked, because there were too few.
    pub groups: Vec<Raters>,
    /// Groups nobody of whom was asked, because they were too few to be shown.
    pub not_asked: Vec<RaterGroup>,
    /// The average over all managers.
    pub average: Arc<Vec<Cell>>,
    /// The groups of the last review of the same series in which the subject was rated, where it may be read.
    pub before: Vec<Raters>,
    /// What that review was called.
    pub before_title: Option<Text>,
}

impl Report {
    /// A group of raters.
    pub fn raters(&self, group: RaterGroup) -> Option<&Raters> {
        self.groups.iter().find(|raters| raters.group == group)
    }

    /// True where a superior has answered, which is shown whatever the others have.
    pub fn has_superior(&self) -> bool {
        self.raters(RaterGroup::Superior).is_some_and(|raters| raters.state.is_shown())
    }

    /// True where anything of the raters is shown. Otherwise there is no report, only why not.
    pub fn has_results(&self) -> bool {
        self.groups.iter().any(|raters| !raters.group.is_named() && raters.state.is_shown())
    }

    /// The widest group, without self and superior, that shows this item; of this review or of the one before it.
    pub fn widest<'a>(groups: &'a [Raters], item: &str) -> Option<(&'a Raters, &'a Cell)> {
        let shown = |raters: &'a Raters| {
            let cell = raters.cell(item).filter(|cell| cell.state.is_shown())?;
            Some((raters, cell))
        };
        groups.iter().rev().filter(|raters| !raters.group.is_named()).find_map(shown)
    }
}

/// Whose comments are said to be a group's: of people who are not named, only that they are not.
pub fn of_comments(group: RaterGroup, rules: Option<&ReviewRules>, lang: Lang) -> &'static str {
    match group {
        RaterGroup::Own | RaterGroup::Superior => group.label(lang),
        _ if rules.is_some_and(|rules| !rules.asks(Relation::Peer)) => RaterGroup::Subordinates.label(lang),
        _ => lang.t("部下・同僚", "Subordinates and peers"),
    }
}

/// True where somebody may read the report about a subject: the subject, and whom the terms said beforehand.
pub fn may_read(person: &Person, terms: &Terms, subject: i64) -> bool {
    let audiences = [(Role::Hr, Audience::Hr), (Role::Executive, Audience::Executive)];
    let promised =
        |(role, audience): (Role, Audience)| person.has(role) && terms.lets(audience, Content::EveryReport);
    (person.id == subject && terms.lets(Audience::Subject, Content::OwnReport))
        || audiences.into_iter().any(promised)
}

impl Registry {
    /// Released reviews in which somebody was a subject, newest first.
    pub async fn reports_of(&self, subject: i64) -> Result<Vec<Campaign>> {
        let ids: Vec<String> = review_subject::Entity::find()
            .select_only()
            .column(review_subject::Column::CampaignId)
            .filter(review_subject::Column::StaffId.eq(subject))
            .into_tuple()
            .all(self.db.get())
            .await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let all = self.campaigns().await?;
        Ok(all.into_iter().filter(|c| c.state == State::Released && ids.contains(&c.id)).collect())
    }

    /// A subject's report, as somebody reads it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such released review, the person was no subject of it, or the reader may not
    /// read it: whether there is a report is told to nobody else.
    pub async fn review_report(&self, campaign: &str, subject: i64, reader: &Person) -> Result<Report> {
        let release = self.release(campaign).await?;
        let campaign = release.campaign;
        if campaign.review.is_none() || !may_read(reader, &*self.terms(&campaign.id).await?, subject) {
            return Err(Error::NotFound);
        }
        let row =
            review_subject::Entity::find_by_id((campaign.id.clone(), subject)).one(self.db.get()).await?;
        let row = row.ok_or(Error::NotFound)?;
        // The actions of another pulse were others.
        let before =
            if is_report(&campaign) { self.last_review(&campaign, subject, reader).await? } else { None };
        let (before_title, before) = before.unzip();
        let (questionnaire, actions) = self.asked_about(&campaign, subject, reader).await?;
        Ok(Report {
            subject: row.into(),
            questionnaire,
            actions,
            groups: self.raters_of(&campaign.id, subject).await?,
            not_asked: self.too_few_to_ask(&campaign.id, subject).await?,
            average: self.release_cells(&campaign.id, 0).await?,
            before: before.unwrap_or_default(),
            before_title,
            campaign,
        })
    }

    /// What was asked about a subject: in a pulse, only about as many actions as they shared. Their words are theirs and the
    /// team's, so they are left out for other readers.
    async fn asked_about(
        &self,
        campaign: &Campaign,
        subject: i64,
        reader: &Person,
    ) -> Result<(Arc<Stored>, Vec<String>)> {
        let stored = self.campaign_questionnaire(campaign).await?;
        if is_report(campaign) {
            return Ok((stored, Vec::new()));
        }
        let mut actions =
            self.pulse_actions(&campaign.id, vec![subject]).await?.remove(&subject).unwrap_or_default();
        if actions.is_empty() {
            return Ok((stored, actions));
        }
        let own = reader.id == subject;
        if !own {
            actions.fill(String::new());
        }
        let mut asked = Stored::clone(&stored);
        pulse::ask(Arc::make_mut(&mut asked.questionnaire), &actions);
        Ok((Arc::new(asked), if own { actions } else { Vec::new() }))
    }

    /// The last review of the same series in which the subject was rated. Its own terms say who reads it.
    async fn last_review(
        &self,
        campaign: &Campaign,
        subject: i64,
        reader: &Person,
    ) -> Result<Option<(Text, Vec<Raters>)>> {
        let earlier = self.reports_of(subject).await?.into_iter().filter(|before| {
            before.series == campaign.series && before.schedule.opens_at < campaign.schedule.opens_at
        });
        for before in earlier {
            let raters = self.raters_of(&before.id, subject).await?;
            if !raters.is_empty() && may_read(reader, &*self.terms(&before.id).await?, subject) {
                return Ok(Some((before.title, raters)));
            }
        }
        Ok(None)
    }

    /// Of a subject's subordinates and peers, those who were too few to be asked.
    async fn too_few_to_ask(&self, campaign: &str, subject: i64) -> Result<Vec<RaterGroup>> {
        let relations: Vec<String> = review_assignment::Entity::find()
            .select_only()
            .column(review_assignment::Column::Relation)
            .filter(review_assignment::Column::CampaignId.eq(campaign))
            .filter(review_assignment::Column::SubjectId.eq(subject))
            .filter(review_assignment::Column::Reason.eq(LeftOut::TooFew.as_str()))
            .distinct()
            .into_tuple()
            .all(self.db.get())
            .await?;
        let there = |relation: Relation| relations.iter().any(|stored| stored == relation.as_str());
        let groups = [(Relation::Subordinate, RaterGroup::Subordinates), (Relation::Peer, RaterGroup::Peers)];
        Ok(groups.into_iter().filter(|(relation, _)| there(*relation)).map(|(_, group)| group).collect())
    }

    async fn raters_of(&self, campaign: &str, subject: i64) -> Result<Vec<Raters>> {
        let db = self.db.get();
        let rows = review_group::Entity::find()
            .filter(review_group::Column::CampaignId.eq(campaign))
            .filter(review_group::Column::SubjectId.eq(subject))
            .order_by_asc(review_group::Column::Number)
            .all(db)
            .await?;
        let numbers: Vec<i32> = rows.iter().map(|row| row.number).collect();
        let mut cells: HashMap<i32, Vec<Cell>> = HashMap::new();
        let found = release_cell::Entity::find()
            .filter(release_cell::Column::CampaignId.eq(campaign))
            .filter(release_cell::Column::GroupNumber.is_in(numbers.clone()))
            .all(db)
            .await?;
        for row in found {
            cells.entry(row.group_number).or_default().push(cell(row)?);
        }
        let mut comments: HashMap<i32, Vec<(String, String)>> = HashMap::new();
        let found = release_comment::Entity::find()
            .filter(release_comment::Column::CampaignId.eq(campaign))
            .filter(release_comment::Column::GroupNumber.is_in(numbers))
            .order_by_asc(release_comment::Column::Position)
            .all(db)
            .await?;
        for row in found {
            comments.entry(row.group_number).or_default().push((row.item, row.comment));
        }
        let damaged = || Error::Damaged("a group of raters".into());
        let raters = |row: review_group::Model| {
            Ok(Raters {
                group: RaterGroup::parse(&row.rater_group).ok_or_else(damaged)?,
                invited: u32::try_from(row.invited).unwrap_or(0),
                respondents: row.respondents.and_then(|n| u32::try_from(n).ok()),
                state: CellState::parse(&row.state).ok_or_else(damaged)?,
                cells: cells.remove(&row.number).unwrap_or_default(),
                comments: comments.remove(&row.number).unwrap_or_default(),
            })
        };
        rows.into_iter().map(raters).collect()
    }

    /// Notes that a subject has opened the report; HR gets to know how many have, and no more.
    pub async fn note_seen(&self, campaign: &str, subject: i64) -> Result<()> {
        let key = (campaign.to_owned(), subject);
        let seen =
            review_subject::Entity::find_by_id(key).one(self.db.get()).await?.is_none_or(|row| row.seen);
        if seen {
            return Ok(());
        }
        let _writer = self.db.writer().await;
        review_subject::Entity::update_many()
            .col_expr(review_subject::Column::Seen, Expr::value(true))
            .filter(review_subject::Column::CampaignId.eq(campaign))
            .filter(review_subject::Column::StaffId.eq(subject))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// How many subjects have opened their reports, of how many who are still on the roster.
    pub async fn seen_reports(&self, campaign: &str) -> Result<(u64, u64)> {
        let here = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(staff::Column::Active.eq(true))
            .into_query();
        let of = || {
            review_subject::Entity::find()
                .filter(review_subject::Column::CampaignId.eq(campaign))
                .filter(review_subject::Column::StaffId.in_subquery(here.clone()))
        };
        let seen = of().filter(review_subject::Column::Seen.eq(true)).count(self.db.get()).await?;
        Ok((seen, of().count(self.db.get()).await?))
    }

    /// Subjects of a released review with a report of their own, by name of unit: for those whom the terms let read it.
    pub async fn reported_subjects(&self, campaign: &str) -> Result<Vec<Subject>> {
        if !is_id(campaign) {
            return Err(Error::NotFound);
        }
        let with_report: BTreeSet<i64> = review_group::Entity::find()
            .select_only()
            .column(review_group::Column::SubjectId)
            .filter(review_group::Column::CampaignId.eq(campaign))
            .distinct()
            .into_tuple::<i64>()
            .all(self.db.get())
            .await?
            .into_iter()
            .collect();
        let rows = review_subject::Entity::find()
            .filter(review_subject::Column::CampaignId.eq(campaign))
            .order_by_asc(review_subject::Column::UnitId)
            .order_by_asc(review_subject::Column::StaffId)
            .all(self.db.get())
            .await?;
        let rows = rows.into_iter().filter(|row| with_report.contains(&row.staff_id));
        Ok(rows.map(Subject::from).collect())
    }
}
