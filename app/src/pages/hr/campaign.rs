//! One campaign as the process it is: nine steps from the roster to the release.

mod mails;
mod preparing;
mod running;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::campaign::State;
use domain::terms::Terms;
use domain::text::Lang;
use leptos::prelude::*;
use service::mail::template::Letter;
use service::mail::{Kind, MailCounts, Recipients, sample};
use service::registry::assignment;
use service::registry::campaign::Campaign;
use service::registry::event::Event;
use service::registry::questionnaire::Stored;
use service::release::outlook::Outlook;
use service::release::response::Turnout;
use service::{Error, Service};

use super::campaigns::{BOARD, board_name, state_badge};
use super::live::{keeping, live};
use super::{actor, actors, button_form, section};
use crate::api::hr::campaigns::second_thought;
use crate::components::{ButtonKind, Checklist, ProgressBar, ScrollTable, StepState, SubmitButton, own_lang};
use crate::context::Context;
use crate::format;
use crate::pages::admin::acts;
use crate::pages::{Frame, page, param};

/// Acts shown in the record.
const RECORDED: u64 = 100;

/// Seconds between two looks at long work.
const EVERY: u32 = 3;

/// A reminder that was asked for, before it is sent.
struct Reminder {
    /// Whom it goes to.
    recipients: Recipients,
    /// How many they are.
    people: u32,
    /// The number of the round.
    round: u32,
}

/// What fixing the terms now would give.
enum Forecast {
    Survey(Outlook),
    Review(assignment::Outlook),
}

impl Forecast {
    async fn read(service: &Service, campaign: &Campaign) -> service::Result<Self> {
        if campaign.review.is_none() {
            return Ok(Self::Survey(service.outlook(campaign).await?));
        }
        let outlook = service.registry.review_outlook(&campaign.id, campaign.thresholds.scores).await?;
        if outlook.ballots == 0 {
            return Err(Error::invalid(
                "評価を依頼できる評価者がいません。評価者の表を作り、内容を確かめてください。",
                "There is nobody to ask yet. Please make the table of raters and look it over.",
            ));
        }
        Ok(Self::Review(outlook))
    }
}

/// What came of the reports of a released review; numbers only.
#[derive(Clone, Copy)]
struct Reports {
    seen: u64,
    subjects: u64,
    sharing: usize,
}

/// Everything the steps show.
struct Board {
    lang: Lang,
    campaign: Campaign,
    questionnaire: Arc<Stored>,
    /// People on the roster now.
    people: u64,
    /// What fixing the terms now would give, or why it cannot be done; for a draft.
    outlook: Option<Result<Forecast, String>>,
    /// The terms, once fixed.
    terms: Option<Arc<Terms>>,
    /// Who may answer and has, once the terms are fixed.
    turnout: Turnout,
    /// The newest acts first.
    events: Vec<Event>,
    /// How far long work is.
    progress: Option<(u64, u64)>,
    reminder: Option<Reminder>,
    /// What came of the reports of a released review.
    reports: Option<Reports>,
    /// True for a review of so few subjects that totals would tell of one of them.
    hides_totals: bool,
    /// The mails about this campaign, by kind.
    mails: Vec<(Kind, MailCounts)>,
    /// What the mails that can be sent now say, in both languages.
    letters: Vec<(Kind, Lang, Letter)>,
    /// What was typed as the new closing date and refused.
    extend_to: Option<String>,
}

impl Board {
    async fn read(context: &Context, service: &Service, id: &str) -> service::Result<Self> {
        let lang = context.lang;
        let campaign = service.registry.campaign(id).await?;
        let drafting = campaign.state == State::Draft;
        let outlook = if drafting {
            match Forecast::read(service, &campaign).await {
                Ok(outlook) => Some(Ok(outlook)),
                Err(Error::Invalid(text)) => Some(Err(text.get(lang).to_owned())),
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        let (terms, turnout) = if drafting {
            (None, Turnout::default())
        } else {
            (Some(service.registry.terms(id).await?), service.response_totals(id).await?)
        };
        Ok(Self {
            lang,
            questionnaire: service.registry.campaign_questionnaire(&campaign).await?,
            people: service.registry.staff_count().await?,
            outlook,
            terms,
            turnout,
            events: service.registry.events(Some(id), RECORDED).await?,
            progress: service.progress.get(id),
            reminder: reminder(context, service, &campaign).await?,
            reports: reports(service, &campaign).await?,
            hides_totals: !service.registry.shows_totals(&campaign).await?,
            mails: service.registry.campaign_mail_counts(id).await?,
            letters: letters(service, &campaign)?,
            extend_to: Some(context.kept("extend_closes_at", "")).filter(|typed| !typed.is_empty()),
            campaign,
        })
    }

    fn is_in(&self, state: State) -> bool {
        self.campaign.state == state
    }

    fn has_reached(&self, state: State) -> bool {
        self.campaign.state >= state
    }

    /// The mails of a kind about this campaign.
    fn mails(&self, kind: Kind) -> MailCounts {
        self.mails.iter().find(|(found, _)| *found == kind).map(|(_, counts)| *counts).unwrap_or_default()
    }

    fn was_invited(&self) -> bool {
        self.mails(Kind::Invitation).total() > 0 || self.events.iter().any(|e| e.what == "campaign.invite")
    }

    /// The button that moves the campaign on from where it is; where nothing brings back what that ends, with a tick
    /// to be set first.
    fn advance(&self, label: &str, kind: ButtonKind) -> AnyView {
        let label = label.to_owned();
        let (campaign, from) = (self.campaign.id.clone(), self.campaign.state.as_str());
        let sure = second_thought(self.campaign.state, self.lang).map(|words| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="sure" value="on" required=true/>
                    <span>{words}</span>
                </label>
            }
        });
        view! {
            <form class="stack-s" method="post" action="/api/hr/campaigns/advance">
                <input type="hidden" name="campaign" value=campaign/>
                <input type="hidden" name="from" value=from/>
                {sure}
                <div class="actions">
                    <SubmitButton label=label kind=kind/>
                </div>
            </form>
        }
        .into_any()
    }

    /// The bar of long work under way, in place of its button.
    fn working(&self, label: &str) -> Option<AnyView> {
        let (done, total) = self.progress?;
        let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (label, here) = (label.to_owned(), format!("{BOARD}/{}", self.campaign.id));
        let bar = view! {
            <ProgressBar label=label value=count(done) max=count(total)/>
            {keeping(EVERY, &here, self.lang)}
        };
        Some(bar.into_any())
    }
}

/// The mails that can be sent in the state a campaign is in, as a made-up reader gets them.
fn letters(service: &Service, campaign: &Campaign) -> service::Result<Vec<(Kind, Lang, Letter)>> {
    let kinds: &[Kind] = match campaign.state {
        State::Scheduled | State::Open => &[Kind::Invitation, Kind::Reminder],
        State::Released => &[Kind::Released],
        State::Draft | State::Closed | State::Counted => &[],
    };
    let mut letters = Vec::new();
    for kind in kinds {
        for lang in [Lang::Ja, Lang::En] {
            letters.push((*kind, lang, sample(campaign, *kind, &service.settings, lang)?));
        }
    }
    Ok(letters)
}

/// A step that is done, current, or still to come, by the state in which it is taken.
fn step_state(board: &Board, taken_in: State) -> StepState {
    match board.campaign.state.cmp(&taken_in) {
        std::cmp::Ordering::Less => StepState::Later,
        std::cmp::Ordering::Equal => StepState::Current,
        std::cmp::Ordering::Greater => StepState::Done,
    }
}

async fn reports(service: &Service, campaign: &Campaign) -> service::Result<Option<Reports>> {
    if campaign.review.is_none() || campaign.state != State::Released {
        return Ok(None);
    }
    let (seen, subjects) = service.registry.seen_reports(&campaign.id).await?;
    let sharing = service.registry.sharing_subjects(&campaign.id).await?;
    Ok(Some(Reports { seen, subjects, sharing }))
}

async fn reminder(
    context: &Context,
    service: &Service,
    campaign: &Campaign,
) -> service::Result<Option<Reminder>> {
    let Some(asked) = context.query("remind").filter(|_| campaign.state == State::Open) else {
        return Ok(None);
    };
    let stratum = match asked.as_str() {
        "all" => None,
        number => Some(number.parse().map_err(|_| Error::NotFound)?),
    };
    let with_ballot = context.query("whom").is_some_and(|whom| whom == "everyone");
    let recipients = Recipients { stratum, with_ballot };
    // How many of a subject's few raters a reminder would go to would say how many have a ballot.
    if !service.registry.may_count(campaign, recipients).await? {
        return Err(Error::NotFound);
    }
    let people = service.registry.reminder_audience(&campaign.id, recipients).await?;
    let round = service.registry.reminder_round(&campaign.id).await?;
    Ok(Some(Reminder { recipients, people, round }))
}

/// The checklist of one campaign, and the record of what was done.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let board = Board::read(&context, &service, &campaign).await?;
        let names = actors(&service, &board.events, lang).await?;
        let frame = Frame::new(board.campaign.title.get(lang))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(board_name(lang), BOARD);
        // Made beforehand: what stands between the tags of a component is moved into it.
        let steps = vec![
            preparing::roster(&board),
            preparing::questionnaire(&board),
            preparing::groups(&board),
            preparing::terms(&board),
            mails::invitations(&board),
            running::opening(&board),
            running::closing(&board),
            running::counting(&board),
            running::releasing(&board),
        ];
        let steps = view! { <Checklist>{steps}</Checklist> };
        let view = view! {
            {facts(&board)}
            {section("steps", lang.t("進め方", "Steps"), steps.into_any())}
            {record(&board.events, &names, lang)}
        };
        Ok((frame, live("campaign", board.progress.map(|_| EVERY), view.into_any())))
    })
}

fn facts(board: &Board) -> AnyView {
    let (lang, campaign) = (board.lang, &board.campaign);
    let opens = format::deadline(campaign.schedule.opens_at, "Asia/Tokyo", lang);
    let closes = format::deadline(campaign.schedule.closes_at, "Asia/Tokyo", lang);
    let here = format!("{BOARD}/{}", campaign.id);
    let actions = if board.is_in(State::Draft) {
        let edit = format!("{here}/edit");
        let delete = button_form(
            "/api/hr/campaigns/delete",
            vec![("campaign", campaign.id.clone())],
            view! { <SubmitButton label=lang.t("この調査を削除する", "Delete this campaign") kind=ButtonKind::Danger/> }
                .into_any(),
        );
        view! {
            <a class="button button--secondary" href=edit>{lang.t("内容を編集", "Edit")}</a>
            <details class="disclosure">
                <summary>{lang.t("削除", "Delete")}</summary>
                {delete}
            </details>
        }
        .into_any()
    } else {
        let responses = format!("{here}/responses");
        view! {
            <a class="button button--secondary" href=responses>{lang.t("回答状況を見る", "Watch the responses")}</a>
        }
        .into_any()
    };
    view! {
        <dl class="facts">
            <dt>{lang.t("状態", "State")}</dt>
            <dd><span role="status">{state_badge(campaign.state, lang)}</span></dd>
            <dt>{lang.t("開始", "Opens")}</dt><dd>{opens}</dd>
            <dt>{lang.t("締切", "Closes")}</dt><dd>{closes}</dd>
        </dl>
        <div class="actions">{actions}</div>
    }
    .into_any()
}

fn record(events: &[Event], names: &BTreeMap<i64, String>, lang: Lang) -> AnyView {
    let rows = events
        .iter()
        .map(|event| {
            let when = format::moment(event.at, "Asia/Tokyo", lang);
            let (what, who) = (acts::what(event, lang), actor(event, names, lang));
            let detail = acts::detail(event, "Asia/Tokyo", lang);
            let (detail_lang, who_lang) = (own_lang(&detail, lang), own_lang(&who, lang));
            view! {
                <tr>
                    <td class="nowrap">{when}</td>
                    <th scope="row">{what}</th>
                    <td class="text" lang=detail_lang>{detail}</td>
                    <td lang=who_lang>{who}</td>
                </tr>
            }
        })
        .collect_view();
    let heading = lang.t("操作の記録", "Record of acts");
    let content = view! {
        <p class="section-lead">{lang.t(
            "人事が行った操作の記録です。回答に関することは記録されません。",
            "What HR did. Nothing about answering is ever recorded.",
        )}</p>
        <ScrollTable caption=heading table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("日時(日本時間)", "When (Japan time)")}</th>
                    <th scope="col">{lang.t("操作", "What")}</th>
                    <th scope="col">{lang.t("詳細", "Details")}</th>
                    <th scope="col">{lang.t("操作した人", "Who")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    section("record", heading, content.into_any())
}
