//! Mails to everybody on a campaign's frozen roster, or to those without a ballot.

use std::collections::HashMap;

use domain::campaign::State;
use domain::text::Lang;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::outbox::{self, Kind, NewMail};
use super::template::{self, Letter, Reader, Survey};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::campaign::Campaign;
use crate::registry::entity::{enrolment, event as event_entity, staff, unit};
use crate::registry::event::{self, Event};
use crate::registry::person::display_name;
use crate::settings::Settings;

/// Mails written by one statement.
const CHUNK: u64 = 1_000;

/// The act recorded when reminders are queued.
const REMIND: &str = "campaign.remind";

/// What goes to whom.
struct Mailing<'a> {
    campaign: &'a Campaign,
    kind: Kind,
    /// What the key of each mail begins with; the person's id follows.
    key: String,
    /// The page it leads to.
    link: String,
    /// How the act is recorded.
    what: &'static str,
}

/// Active people enrolled in a campaign, all or those of one stratum, all or those without a ballot.
fn audience(campaign: &str, stratum: Option<u32>, without_ballot: bool) -> Select<staff::Entity> {
    let mut enrolled = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::StaffId)
        .filter(enrolment::Column::CampaignId.eq(campaign));
    if let Some(stratum) = stratum {
        enrolled = enrolled.filter(enrolment::Column::Stratum.eq(i32::try_from(stratum).unwrap_or(-1)));
    }
    if without_ballot {
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
        let mailing = Mailing {
            campaign: &campaign,
            kind: Kind::Invitation,
            key: format!("invite/{campaign_id}"),
            link: format!("{}/answer/{campaign_id}", settings.base_url),
            what: "campaign.invite",
        };
        self.queue_mailing(&mailing, audience(campaign_id, None, false), actor, now).await
    }

    /// Queues a reminder to those to whom no ballot was issued, of the whole campaign or of one stratum, while it is
    /// open; returns how many. In the same `round` nobody is reminded twice, so that pressing a button twice is
    /// harmless; see [`Registry::reminder_round`].
    pub async fn queue_reminders(
        &self,
        campaign_id: &str,
        round: u32,
        stratum: Option<u32>,
        settings: &Settings,
        actor: Option<i64>,
        now: i64,
    ) -> Result<u32> {
        let campaign = self.campaign(campaign_id).await?;
        require(&campaign, &[State::Open], now)?;
        let mailing = Mailing {
            campaign: &campaign,
            kind: Kind::Reminder,
            key: format!("remind/{campaign_id}/{round}"),
            link: format!("{}/answer/{campaign_id}", settings.base_url),
            what: REMIND,
        };
        self.queue_mailing(&mailing, audience(campaign_id, stratum, true), actor, now).await
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
        let mailing = Mailing {
            campaign: &campaign,
            kind: Kind::Released,
            key: format!("released/{campaign_id}"),
            link: format!("{}/results/{campaign_id}", settings.base_url),
            what: "campaign.tell",
        };
        self.queue_mailing(&mailing, audience(campaign_id, None, false), actor, now).await
    }

    /// How many people a reminder would go to now.
    pub async fn reminder_audience(&self, campaign_id: &str, stratum: Option<u32>) -> Result<u32> {
        let people = audience(campaign_id, stratum, true).count(self.db.get()).await?;
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
        audience: Select<staff::Entity>,
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
        let terms_hash = mailing.campaign.terms_hash.clone().ok_or(Error::NotFound)?;
        let survey = Survey {
            title: &mailing.campaign.title,
            opens_at: mailing.campaign.schedule.opens_at,
            closes_at: mailing.campaign.schedule.closes_at,
            terms_hash: &terms_hash,
            link: &mailing.link,
        };
        let (mut after, mut queued) = (0, 0u64);
        loop {
            let people = audience
                .clone()
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
    let Letter { subject, body } = match mailing.kind {
        Kind::Reminder => template::reminder(reader, survey),
        Kind::Released => template::released(reader, survey),
        _ => template::invitation(reader, survey),
    };
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
            terms_json: None,
            terms_hash: None,
        }
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
