//! Mails to everybody on a campaign's frozen roster, or to those without a ballot.

use std::collections::{HashMap, HashSet};

use domain::campaign::State;
use domain::text::Lang;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::outbox::{self, Kind, NewMail};
use super::review;
use super::template::{self, Letter, Reader, Survey};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::campaign::Campaign;
use crate::registry::entity::{enrolment, event as event_entity, review_subject, staff, unit};
use crate::registry::event::{self, Event};
use crate::registry::person::display_name;
use crate::settings::Settings;

/// Mails written by one statement.
const CHUNK: u64 = 1_000;

/// The act recorded when invitations are queued.
const INVITE: &str = "campaign.invite";
/// … when reminders are.
const REMIND: &str = "campaign.remind";
/// … when the news of a release is.
const TELL: &str = "campaign.tell";

/// For how long after a campaign has opened or was released its mails go out by themselves, in seconds. What happened
/// longer ago, perhaps before there was this server, is no news.
const NEWS: i64 = 86_400;

/// Whom a mailing goes to: active people on the frozen roster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Those of one stratum, or of the whole campaign.
    pub stratum: Option<u32>,
    /// Also those who have a ballot already: they may have begun without sending, which nobody can know.
    pub with_ballot: bool,
}

impl Recipients {
    const EVERYBODY: Self = Self { stratum: None, with_ballot: true };
}

/// What goes to whom.
struct Mailing<'a> {
    campaign: &'a Campaign,
    kind: Kind,
    /// What the key of each mail begins with; the person's id follows.
    key: String,
    /// How the act is recorded.
    what: &'static str,
    /// Whom it goes to.
    recipients: Recipients,
}

impl<'a> Mailing<'a> {
    fn invitation(campaign: &'a Campaign) -> Self {
        let key = format!("invite/{}", campaign.id);
        Self { campaign, kind: Kind::Invitation, key, what: INVITE, recipients: Recipients::EVERYBODY }
    }

    fn reminder(campaign: &'a Campaign, round: u32, recipients: Recipients) -> Self {
        let key = format!("remind/{}/{round}", campaign.id);
        Self { campaign, kind: Kind::Reminder, key, what: REMIND, recipients }
    }

    fn release(campaign: &'a Campaign) -> Self {
        let key = format!("released/{}", campaign.id);
        Self { campaign, kind: Kind::Released, key, what: TELL, recipients: Recipients::EVERYBODY }
    }
}

/// Who they are: the news of a review's release goes to those who were rated, everything else to those who may answer.
fn readers(mailing: &Mailing<'_>) -> Select<staff::Entity> {
    if mailing.campaign.review.is_none() || mailing.kind != Kind::Released {
        return people(&mailing.campaign.id, mailing.recipients);
    }
    let subjects = review_subject::Entity::find()
        .select_only()
        .column(review_subject::Column::StaffId)
        .filter(review_subject::Column::CampaignId.eq(mailing.campaign.id.as_str()));
    staff::Entity::find()
        .filter(staff::Column::Active.eq(true))
        .filter(staff::Column::Id.in_subquery(subjects.into_query()))
}

/// Those who may answer.
fn people(campaign: &str, recipients: Recipients) -> Select<staff::Entity> {
    let mut enrolled = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::StaffId)
        .filter(enrolment::Column::CampaignId.eq(campaign));
    if let Some(stratum) = recipients.stratum {
        enrolled = enrolled.filter(enrolment::Column::Stratum.eq(i32::try_from(stratum).unwrap_or(-1)));
    }
    if !recipients.with_ballot {
        enrolled = enrolled.filter(enrolment::Column::Blinded.is_null());
    }
    staff::Entity::find()
        .filter(staff::Column::Active.eq(true))
        .filter(staff::Column::Id.in_subquery(enrolled.into_query()))
}

fn require(campaign: &Campaign, states: &[State], now: i64) -> Result<()> {
    let open = campaign.state == State::Released || now < campaign.schedule.closes_at;
    if states.contains(&campaign.state) && open {
        return Ok(());
    }
    Err(Error::invalid(
        "この調査は、このメールを送る段階にありません。画面を読み込み直してください。",
        "This campaign is not at the stage for this mail. Please reload the page.",
    ))
}

impl Registry {
    /// Queues an invitation to everybody on the frozen roster, from the moment the terms are fixed until closing;
    /// returns how many were not invited before. Doing it again is harmless.
    pub async fn queue_invitations(
        &self,
        campaign_id: &str,
        settings: &Settings,
        actor: Option<i64>,
        now: i64,
    ) -> Result<u32> {
        let campaign = self.campaign(campaign_id).await?;
        require(&campaign, &[State::Scheduled, State::Open], now)?;
        self.queue_mailing(&Mailing::invitation(&campaign), settings, actor, now).await
    }

    /// Queues a reminder while a campaign is open; returns how many. In the same `round` nobody is reminded twice, so
    /// that pressing a button twice is harmless; see [`Registry::reminder_round`].
    ///
    /// # Errors
    /// [`Error::NotFound`] where the number of these people must not be told: of a subject's few raters, how many get a
    /// reminder would say how many have a ballot.
    pub async fn queue_reminders(
        &self,
        campaign_id: &str,
        round: u32,
        recipients: Recipients,
        settings: &Settings,
        actor: Option<i64>,
        now: i64,
    ) -> Result<u32> {
        let campaign = self.campaign(campaign_id).await?;
        require(&campaign, &[State::Open], now)?;
        if !self.may_count(&campaign, recipients).await? {
            return Err(Error::NotFound);
        }
        self.queue_mailing(&Mailing::reminder(&campaign, round, recipients), settings, actor, now).await
    }

    /// Queues the news that the results are out to everybody who could answer; returns how many were not told before.
    pub async fn queue_release_notices(
        &self,
        campaign_id: &str,
        settings: &Settings,
        actor: Option<i64>,
        now: i64,
    ) -> Result<u32> {
        let campaign = self.campaign(campaign_id).await?;
        require(&campaign, &[State::Released], now)?;
        self.queue_mailing(&Mailing::release(&campaign), settings, actor, now).await
    }

    /// Queues what people are told without anybody pressing a button: the invitations of campaigns that have opened, and
    /// the news of those that were released, within a day of it and unless it was done before. Returns how many mails.
    pub(crate) async fn queue_news(&self, settings: &Settings, now: i64) -> Result<u32> {
        let mut queued = 0;
        for (id, told) in self.untold(now).await? {
            let campaign = self.campaign(&id).await?;
            let mailing = match (told, campaign.state) {
                (INVITE, State::Open) if now < campaign.schedule.closes_at => Mailing::invitation(&campaign),
                (TELL, State::Released) => Mailing::release(&campaign),
                // It has moved on since.
                _ => continue,
            };
            let written = self.queue_mailing(&mailing, settings, None, now).await?;
            if written == 0 {
                // Recorded all the same: that is how it is known to be done.
                self.record_mailing(&mailing, 0, None, now).await?;
            }
            queued += written;
        }
        Ok(queued)
    }

    /// Campaigns of whose opening or release, within the last day, nobody was told, each with the act of telling it.
    async fn untold(&self, now: i64) -> Result<Vec<(String, &'static str)>> {
        let act = |state: State| format!("campaign.{}", state.as_str());
        let news = [(act(State::Open), INVITE), (act(State::Released), TELL)];
        let happened: Vec<(String, String)> = event_entity::Entity::find()
            .select_only()
            .columns([event_entity::Column::CampaignId, event_entity::Column::What])
            .filter(event_entity::Column::What.is_in(news.iter().map(|(what, _)| what.as_str())))
            .filter(event_entity::Column::CampaignId.is_not_null())
            .filter(event_entity::Column::At.gt(now.saturating_sub(NEWS)))
            .order_by_asc(event_entity::Column::Id)
            .into_tuple()
            .all(self.db.get())
            .await?;
        if happened.is_empty() {
            return Ok(Vec::new());
        }
        let told: HashSet<(String, String)> = event_entity::Entity::find()
            .select_only()
            .columns([event_entity::Column::CampaignId, event_entity::Column::What])
            .filter(event_entity::Column::What.is_in([INVITE, TELL]))
            .filter(event_entity::Column::CampaignId.is_in(happened.iter().map(|(id, _)| id.as_str())))
            .into_tuple::<(String, String)>()
            .all(self.db.get())
            .await?
            .into_iter()
            .collect();
        let telling = |what: &str| news.iter().find(|(happened, _)| happened == what).map(|(_, act)| *act);
        let of_whom = |(id, what): (String, String)| Some((id, telling(&what)?));
        let is_untold = |(id, act): &(String, &str)| !told.contains(&(id.clone(), (*act).to_owned()));
        Ok(happened.into_iter().filter_map(of_whom).filter(is_untold).collect())
    }

    /// How many people a reminder would go to now.
    pub async fn reminder_audience(&self, campaign_id: &str, recipients: Recipients) -> Result<u32> {
        let people = people(campaign_id, recipients).count(self.db.get()).await?;
        Ok(u32::try_from(people).unwrap_or(u32::MAX))
    }

    /// The number of the next round of reminders, from 1. To be fetched when the button is shown and sent along with
    /// it: then a second press belongs to the same round.
    pub async fn reminder_round(&self, campaign_id: &str) -> Result<u32> {
        let rounds = event_entity::Entity::find()
            .filter(event_entity::Column::CampaignId.eq(campaign_id))
            .filter(event_entity::Column::What.eq(REMIND))
            .count(self.db.get())
            .await?;
        Ok(u32::try_from(rounds).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// Queues a mailing in chunks, each of them whole. A crash in between is mended by doing it again.
    async fn queue_mailing(
        &self,
        mailing: &Mailing<'_>,
        settings: &Settings,
        actor: Option<i64>,
        now: i64,
    ) -> Result<u32> {
        let zones: HashMap<i64, String> = unit::Entity::find()
            .select_only()
            .columns([unit::Column::Id, unit::Column::TimeZone])
            .into_tuple::<(i64, String)>()
            .all(self.db.get())
            .await?
            .into_iter()
            .collect();
        let link = link(mailing.campaign, mailing.kind, settings);
        let mut survey = survey(mailing.campaign, &link)?;
        if mailing.campaign.state == State::Open {
            // HR may have opened it early.
            survey.opens_at = survey.opens_at.min(now);
        }
        let (mut after, mut queued) = (0, 0u64);
        loop {
            let people = readers(mailing)
                .filter(staff::Column::Id.gt(after))
                .order_by_asc(staff::Column::Id)
                .limit(CHUNK)
                .all(self.db.get())
                .await?;
            let Some(last) = people.last() else {
                break;
            };
            after = last.id;
            let mails = people.iter().map(|p| new_mail(p, &zones, mailing, survey)).collect();
            let _writer = self.db.writer().await;
            queued += outbox::queue_many(self.db.get(), mails, now).await?;
        }
        let queued = u32::try_from(queued).unwrap_or(u32::MAX);
        if queued > 0 {
            self.record_mailing(mailing, queued, actor, now).await?;
        }
        Ok(queued)
    }

    async fn record_mailing(
        &self,
        mailing: &Mailing<'_>,
        queued: u32,
        actor: Option<i64>,
        now: i64,
    ) -> Result<()> {
        let act = Event {
            at: now,
            actor,
            campaign: Some(mailing.campaign.id.clone()),
            what: mailing.what.into(),
            detail: queued.to_string(),
        };
        let _writer = self.db.writer().await;
        event::record(self.db.get(), act).await?;
        tracing::info!(campaign = %mailing.campaign.id, kind = mailing.kind.as_str(), queued, "mails were queued");
        Ok(())
    }
}

/// What a mail of this kind about a campaign says to a made-up reader in Japan, for HR to look at before it goes out.
///
/// # Errors
/// [`Error::NotFound`] before the terms are fixed: their hash is in the mail.
pub fn sample(campaign: &Campaign, kind: Kind, settings: &Settings, lang: Lang) -> Result<Letter> {
    let link = link(campaign, kind, settings);
    let reader = Reader { name: lang.t("見本 花子", "MIHON Hanako"), lang, time_zone: "Asia/Tokyo" };
    Ok(letter(campaign, kind, Recipients::default(), reader, survey(campaign, &link)?))
}

/// The page that a mail of this kind leads to.
fn link(campaign: &Campaign, kind: Kind, settings: &Settings) -> String {
    let page = match (kind == Kind::Released, campaign.review.is_some()) {
        (true, true) => "feedback",
        (true, false) => "results",
        (false, true) => "review",
        (false, false) => "answer",
    };
    format!("{}/{page}/{}", settings.base_url, campaign.id)
}

fn survey<'a>(campaign: &'a Campaign, link: &'a str) -> Result<Survey<'a>> {
    Ok(Survey {
        title: &campaign.title,
        opens_at: campaign.schedule.opens_at,
        closes_at: campaign.schedule.closes_at,
        terms_hash: campaign.terms_hash.as_deref().ok_or(Error::NotFound)?,
        link,
    })
}

fn letter(
    campaign: &Campaign,
    kind: Kind,
    recipients: Recipients,
    reader: Reader<'_>,
    survey: Survey<'_>,
) -> Letter {
    match kind {
        Kind::Released if campaign.review.is_some() => review::report(reader, survey),
        Kind::Invitation if campaign.review.is_some() => review::invitation(reader, survey),
        Kind::Reminder if campaign.review.is_some() => {
            review::reminder(reader, survey, recipients.with_ballot)
        }
        Kind::Reminder => template::reminder(reader, survey, recipients.with_ballot),
        Kind::Released => template::released(reader, survey),
        _ => template::invitation(reader, survey),
    }
}

fn new_mail(
    person: &staff::Model,
    zones: &HashMap<i64, String>,
    mailing: &Mailing<'_>,
    survey: Survey<'_>,
) -> NewMail {
    let lang = Lang::from_tag(&person.lang).unwrap_or_default();
    let reader = Reader {
        name: display_name(&person.name, &person.name_en, lang),
        lang,
        time_zone: zones.get(&person.unit_id).map_or("Asia/Tokyo", String::as_str),
    };
    let Letter { subject, body } = letter(mailing.campaign, mailing.kind, mailing.recipients, reader, survey);
    NewMail {
        dedupe: format!("{}/{}", mailing.key, person.id),
        campaign: Some(mailing.campaign.id.clone()),
        kind: mailing.kind,
        recipient: person.mail.clone(),
        subject,
        body,
        sealed_token: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::campaign::Schedule;
    use domain::disclosure::Thresholds;
    use domain::text::Text;

    use super::*;

    fn campaign(state: State) -> Campaign {
        Campaign {
            id: "c".into(),
            series: "s".into(),
            title: Text::new("調査", "Survey"),
            questionnaire_id: 1,
            state,
            schedule: Schedule { opens_at: 100, closes_at: 200 },
            thresholds: Thresholds { scores: 5, comments: 10, response_rate: 5 },
            terms_hash: None,
            review: None,
        }
    }

    #[test]
    fn a_sample_says_what_the_mail_will_say() {
        let settings = Settings::local("data");
        let fixed = Campaign { terms_hash: Some("ab".repeat(32)), ..campaign(State::Scheduled) };
        for (kind, page) in [
            (Kind::Invitation, "/answer/c\n"),
            (Kind::Reminder, "/answer/c\n"),
            (Kind::Released, "/results/c\n"),
        ] {
            let ja = sample(&fixed, kind, &settings, Lang::Ja).expect("a letter");
            let en = sample(&fixed, kind, &settings, Lang::En).expect("a letter");
            assert!(ja.subject.contains("調査") && en.subject.contains("Survey"), "{kind:?}");
            assert!(ja.body.contains(page) && en.body.contains(page), "{kind:?}");
        }
        assert!(matches!(
            sample(&campaign(State::Draft), Kind::Invitation, &settings, Lang::Ja),
            Err(Error::NotFound)
        ));
    }

    #[test]
    fn mails_go_out_at_their_stage_only() {
        let invited = [State::Scheduled, State::Open];
        assert!(require(&campaign(State::Scheduled), &invited, 50).is_ok());
        assert!(require(&campaign(State::Open), &invited, 199).is_ok());
        assert!(require(&campaign(State::Open), &invited, 200).is_err());
        assert!(require(&campaign(State::Draft), &invited, 50).is_err());
        assert!(require(&campaign(State::Closed), &invited, 150).is_err());
        assert!(require(&campaign(State::Released), &[State::Released], 1_000).is_ok());
    }
}
