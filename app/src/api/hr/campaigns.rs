//! Drafting campaigns, moving them on, and the mails about them.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A campaign's draft as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignForm {
    /// The title in Japanese.
    pub title_ja: String,
    /// The title in English.
    pub title_en: String,
    /// The questionnaire's id.
    pub questionnaire: String,
    /// When it opens, as `YYYY-MM-DDThh:mm` in Japan's time.
    pub opens_at: String,
    /// When it closes, likewise.
    pub closes_at: String,
    /// From how many people scores are shown.
    pub scores: String,
    /// From how many people comments are shown.
    pub comments: String,
    /// Who rates whom, for a review.
    #[serde(flatten)]
    pub review: ReviewForm,
}

/// The rules of a review as typed; all empty for a survey.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    /// `review` for a review, empty for a survey.
    pub kind: String,
    /// The first day that is looked back on, `YYYY-MM-DD`.
    pub period_from: String,
    /// The last day.
    pub period_to: String,
    /// Days that rater and subject must have worked together.
    pub least_days: String,
    /// Anything where subjects rate themselves.
    pub asks_self: String,
    /// Anything where superiors are asked.
    pub asks_superior: String,
    /// Anything where peers are asked.
    pub asks_peers: String,
    /// How many peers rate each other.
    pub most_peers: String,
    /// Anything where subjects may propose peers.
    pub nomination: String,
    /// Anything where acting posts count.
    pub acting: String,
    /// Anything where concurrent posts count.
    pub concurrent: String,
    /// Anything where former superiors are rated.
    pub former: String,
    /// Anything where HR reads single reports.
    pub hr_reads: String,
    /// Anything where executives read single reports.
    pub executives_read: String,
    /// For a half-year pulse, the review whose shared actions are asked about.
    pub pulse_of: String,
}

#[cfg(feature = "ssr")]
impl ReviewForm {
    /// The form of rules that are there.
    pub fn of(rules: &domain::review::ReviewRules) -> Self {
        use domain::review::Relation;
        use domain::terms::Audience;
        let tick = |ticked: bool| if ticked { "true".to_owned() } else { String::new() };
        Self {
            kind: "review".into(),
            period_from: rules.period.from.to_string(),
            period_to: rules.period.to.to_string(),
            least_days: rules.least_days.to_string(),
            asks_self: tick(rules.asks(Relation::Own)),
            asks_superior: tick(rules.asks(Relation::Superior)),
            asks_peers: tick(rules.asks(Relation::Peer)),
            most_peers: rules.most_peers.to_string(),
            nomination: tick(rules.nomination),
            acting: tick(rules.acting),
            concurrent: tick(rules.concurrent),
            former: tick(rules.former),
            hr_reads: tick(rules.individual.contains(&Audience::Hr)),
            executives_read: tick(rules.individual.contains(&Audience::Executive)),
            pulse_of: rules.pulse_of.clone().unwrap_or_default(),
        }
    }

    /// The rules that were typed; `None` for a survey.
    ///
    /// # Errors
    /// [`service::Error::Invalid`] where a field cannot be read.
    fn rules(&self) -> service::Result<Option<domain::review::ReviewRules>> {
        use domain::review::{Period, Relation, ReviewRules};
        use domain::terms::Audience;
        use service::Error;
        if self.kind.is_empty() {
            return Ok(None);
        }
        let day = |typed: &str| {
            crate::format::day(typed).ok_or_else(|| {
                Error::invalid(
                    "評価対象期間の開始日と終了日を入力してください。",
                    "Please enter the first and the last day of the period.",
                )
            })
        };
        let least_days = self.least_days.trim().parse().map_err(|_| {
            Error::invalid(
                "在籍が重なる日数は半角の整数で入力してください。",
                "Please enter the days together as a whole number.",
            )
        })?;
        let most_peers = self.most_peers.trim().parse().map_err(|_| {
            Error::invalid(
                "同僚の人数は半角の整数で入力してください。",
                "Please enter the number of peers as a whole number.",
            )
        })?;
        let asked = [
            (Relation::Own, &self.asks_self),
            (Relation::Superior, &self.asks_superior),
            (Relation::Peer, &self.asks_peers),
        ];
        let ticked = asked.into_iter().filter(|(_, tick)| !tick.is_empty()).map(|(relation, _)| relation);
        let readers = [(Audience::Hr, &self.hr_reads), (Audience::Executive, &self.executives_read)];
        let pulse_of = Some(self.pulse_of.trim()).filter(|id| service::secret::is_id(id)).map(str::to_owned);
        Ok(Some(ReviewRules {
            relations: ticked.chain([Relation::Subordinate]).collect(),
            period: Period { from: day(&self.period_from)?, to: day(&self.period_to)? },
            least_days,
            most_peers,
            acting: !self.acting.is_empty(),
            concurrent: !self.concurrent.is_empty(),
            former: !self.former.is_empty(),
            nomination: !self.nomination.is_empty(),
            individual: readers
                .into_iter()
                .filter(|(_, tick)| !tick.is_empty())
                .map(|(who, _)| who)
                .collect(),
            pulse_of,
        }))
    }

    fn fields(self) -> [(&'static str, String); 15] {
        [
            ("kind", self.kind),
            ("period_from", self.period_from),
            ("period_to", self.period_to),
            ("least_days", self.least_days),
            ("asks_self", self.asks_self),
            ("asks_superior", self.asks_superior),
            ("asks_peers", self.asks_peers),
            ("most_peers", self.most_peers),
            ("nomination", self.nomination),
            ("acting", self.acting),
            ("concurrent", self.concurrent),
            ("former", self.former),
            ("hr_reads", self.hr_reads),
            ("executives_read", self.executives_read),
            ("pulse_of", self.pulse_of),
        ]
    }
}

#[cfg(feature = "ssr")]
impl CampaignForm {
    /// The draft that was typed.
    ///
    /// # Errors
    /// [`service::Error::Invalid`] where a field cannot be read. Response rates follow the threshold of scores: a
    /// higher one could be undone by subtracting one rate from another.
    pub fn draft(&self) -> service::Result<service::registry::campaign::Draft> {
        use crate::format::field_moment;
        use domain::campaign::Schedule;
        use domain::disclosure::Thresholds;
        use domain::text::Text;
        use service::Error;
        let moment = |typed: &str, ja: &str, en: &str| {
            field_moment(typed).ok_or_else(|| {
                Error::invalid(
                    format!("{ja}の日時を入力してください。"),
                    format!("Please enter the date and time of {en}."),
                )
            })
        };
        let people = |typed: &str| {
            typed.trim().parse::<u32>().map_err(|_| {
                Error::invalid(
                    "最小集計人数は半角の整数で入力してください。",
                    "Please enter the thresholds as whole numbers.",
                )
            })
        };
        let questionnaire_id = self
            .questionnaire
            .trim()
            .parse()
            .map_err(|_| Error::invalid("調査票を選んでください。", "Please choose a questionnaire."))?;
        let scores = people(&self.scores)?;
        Ok(service::registry::campaign::Draft {
            title: Text::new(&self.title_ja, &self.title_en),
            questionnaire_id,
            schedule: Schedule {
                opens_at: moment(&self.opens_at, "開始", "opening")?,
                closes_at: moment(&self.closes_at, "締切", "closing")?,
            },
            thresholds: Thresholds { scores, comments: people(&self.comments)?, response_rate: scores },
            review: self.review.rules()?,
        })
    }

    /// Every field by name, to give back what was typed.
    pub fn fields(self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("title_ja", self.title_ja),
            ("title_en", self.title_en),
            ("questionnaire", self.questionnaire),
            ("opens_at", self.opens_at),
            ("closes_at", self.closes_at),
            ("scores", self.scores),
            ("comments", self.comments),
        ];
        fields.extend(self.review.fields());
        fields
    }
}

/// The address of a campaign's page. Ids go into addresses only after this.
#[cfg(feature = "ssr")]
fn campaign_page(desk: &super::Desk, id: &str) -> Result<String, ServerFnError> {
    if service::secret::is_id(id) {
        Ok(format!("/hr/campaigns/{id}"))
    } else {
        Err(desk.context.refuse(&service::Error::NotFound))
    }
}

/// Makes a draft.
#[server(prefix = "/api", endpoint = "hr/campaigns/create")]
pub async fn create_campaign(#[server(flatten)] form: CampaignForm) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let outcome = match form.draft() {
        Ok(draft) => desk.service.registry.create_campaign(&draft, Some(desk.actor), desk.now).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => {
            flash::done(
                "調査を作成しました。下の一覧の順に準備を進めてください。",
                "The campaign has been created. Please go through the steps below.",
                &format!("/hr/campaigns/{id}"),
            )
            .await
        }
        Err(error) => flash::refused(error, form.fields(), "/hr/campaigns/new").await,
    }
}

/// Changes a draft.
#[server(prefix = "/api", endpoint = "hr/campaigns/edit")]
pub async fn edit_campaign(
    campaign: String,
    #[server(flatten)] form: CampaignForm,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    let outcome = match form.draft() {
        Ok(draft) => {
            desk.service.registry.update_campaign(&campaign, &draft, Some(desk.actor), desk.now).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => flash::done("変更を保存しました。", "The changes have been saved.", &page).await,
        Err(error) => flash::refused(error, form.fields(), &format!("{page}/edit")).await,
    }
}

/// Throws a draft away.
#[server(prefix = "/api", endpoint = "hr/campaigns/delete")]
pub async fn delete_campaign(campaign: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    match desk.service.registry.delete_campaign(&campaign, Some(desk.actor), desk.now).await {
        Ok(()) => {
            flash::done("準備中の調査を削除しました。", "The draft has been deleted.", "/hr/campaigns").await
        }
        Err(error) => flash::refused(error, [], &page).await,
    }
}

/// What must be ticked before a campaign is moved on from this state, where nothing brings back what that ends.
pub(crate) const fn second_thought(from: State, lang: Lang) -> Option<&'static str> {
    Some(match from {
        State::Draft => lang.t(
            "確定した後は、締切を遅らせることしかできないことを確認しました",
            "I know that afterwards only the closing date can be put later",
        ),
        State::Open => lang.t(
            "約束した締切より前に締め切ることを確認しました",
            "I know that this is before the closing date that was promised",
        ),
        State::Closed => lang.t(
            "回答券と封をした回答票が破棄され、元に戻せないことを確認しました",
            "I know that ballots and sealed sheets are destroyed, and that this cannot be undone",
        ),
        State::Counted => lang.t(
            "公表は一度だけで、取り消せないことを確認しました",
            "I know that there is one release, and that it cannot be taken back",
        ),
        State::Scheduled | State::Released => return None,
    })
}

/// Moves a campaign one step on from the state `from` that the person saw. `sure` is the tick against
/// what `second_thought` says.
#[server(prefix = "/api", endpoint = "hr/campaigns/advance")]
pub async fn advance_campaign(
    campaign: String,
    from: String,
    #[server(default)] sure: String,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    use service::release::advance::Advanced;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    let Some(from) = State::parse(&from) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    if sure.is_empty() && second_thought(from, desk.context.lang).is_some() {
        let unsure = service::Error::invalid(
            "確認のチェックが入っていないため、何も変更していません。内容を確かめてチェックを入れ、もう一度押してください。",
            "The box to confirm was not ticked, so nothing has been changed. Please read it, tick the box, and press again.",
        );
        return flash::refused(unsure, [], &page).await;
    }
    match desk.service.advance(&campaign, from, Some(desk.actor)).await {
        Ok(Advanced::Done(state)) => {
            let (ja, en) = done_text(state);
            flash::done(ja, en, &page).await
        }
        Ok(Advanced::UnderWay) => {
            flash::done(
                "処理を始めました。回答票が多いため、少し時間がかかります。進み具合は、このページに表示します。",
                "This has been started. There are many sheets, so it takes a while; this page shows how far it is.",
                &page,
            )
            .await
        }
        Err(error) => flash::refused(error, [], &page).await,
    }
}

/// What is said once a campaign has come to this state.
#[cfg(feature = "ssr")]
const fn done_text(state: State) -> (&'static str, &'static str) {
    match state {
        State::Draft => ("準備中に戻りました。", "It is a draft."),
        State::Scheduled => (
            "実施条件を確定しました。ここからは締切を遅らせることだけができます。",
            "The terms are fixed. From here on, only the closing date can be put later.",
        ),
        State::Open => ("回答の受付を始めました。", "The campaign is open for answers."),
        State::Closed => ("回答を締め切りました。", "The campaign has been closed."),
        State::Counted => (
            "集計しました。回答券と封をした回答票は破棄しました。",
            "The sheets have been counted; ballots and sealed sheets have been destroyed.",
        ),
        State::Released => ("結果を公表しました。", "The results have been released."),
    }
}

/// Puts the closing date later.
#[server(prefix = "/api", endpoint = "hr/campaigns/extend")]
pub async fn extend_campaign(campaign: String, closes_at: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    let outcome = match crate::format::field_moment(&closes_at) {
        Some(moment) => desk.service.extend_campaign(&campaign, moment, Some(desk.actor)).await,
        None => Err(service::Error::invalid(
            "新しい締切の日時を入力してください。",
            "Please enter the new closing date and time.",
        )),
    };
    match outcome {
        Ok(()) => flash::done("締切を延ばしました。", "The closing date has been put later.", &page).await,
        Err(error) => flash::refused(error, [("extend_closes_at", closes_at)], &page).await,
    }
}

/// Queues the invitations, or, once the results are out, the news of them.
#[server(prefix = "/api", endpoint = "hr/campaigns/invite")]
pub async fn invite(campaign: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    let (registry, settings) = (&desk.service.registry, &desk.service.settings);
    let actor = Some(desk.actor);
    let outcome = match registry.campaign(&campaign).await {
        Ok(found) if found.state == State::Released => {
            registry.queue_release_notices(&campaign, settings, actor, desk.now).await
        }
        Ok(_) => registry.queue_invitations(&campaign, settings, actor, desk.now).await,
        Err(error) => Err(error),
    };
    queued(outcome, &page).await
}

/// Queues reminders to those to whom no ballot was issued, or with `everyone` to all: of the whole campaign, or of one
/// `stratum`. `round` is the number shown with the button, so that pressing it twice reminds nobody twice.
#[server(prefix = "/api", endpoint = "hr/campaigns/remind")]
pub async fn remind(
    campaign: String,
    round: u32,
    #[server(default)] stratum: String,
    #[server(default)] everyone: String,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use service::mail::Recipients;
    let desk = Desk::enter()?;
    let page = campaign_page(&desk, &campaign)?;
    let stratum = match stratum.as_str() {
        "" => None,
        number => match number.parse::<u32>() {
            Ok(number) => Some(number),
            Err(_) => return Err(desk.context.refuse(&service::Error::NotFound)),
        },
    };
    let (registry, settings) = (&desk.service.registry, &desk.service.settings);
    let recipients = Recipients { stratum, with_ballot: !everyone.is_empty() };
    let outcome =
        registry.queue_reminders(&campaign, round, recipients, settings, Some(desk.actor), desk.now).await;
    if let Err(error @ service::Error::NotFound) = outcome {
        return Err(desk.context.refuse(&error));
    }
    queued(outcome, &page).await
}

#[cfg(feature = "ssr")]
async fn queued(outcome: service::Result<u32>, page: &str) -> Result<(), ServerFnError> {
    use crate::flash;
    match outcome {
        Ok(0) => {
            flash::done("新たに送る相手はいませんでした。", "There was nobody left to write to.", page).await
        }
        Ok(count) => {
            flash::done(
                format!("{count}通のメールを送信待ちにしました。順に送られます。"),
                format!("{count} mails have been queued and will leave one after another."),
                page,
            )
            .await
        }
        Err(error) => flash::refused(error, [], page).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CampaignForm {
        CampaignForm {
            title_ja: "意識調査".into(),
            title_en: "Survey".into(),
            questionnaire: "3".into(),
            opens_at: "2025-10-01T09:00".into(),
            closes_at: "2025-10-31T17:00".into(),
            scores: " 5 ".into(),
            comments: "10".into(),
            review: ReviewForm::default(),
        }
    }

    #[test]
    fn the_rules_of_a_review_come_back_as_they_were_typed() {
        use domain::review::{Period, ReviewRules};
        use domain::terms::Audience;
        let day = |text: &str| text.parse().expect("a day");
        let period = Period { from: day("2025-04-01"), to: day("2026-03-31") };
        for rules in [
            ReviewRules::upward(period),
            ReviewRules { individual: vec![Audience::Executive], ..ReviewRules::circle(period) },
            ReviewRules {
                pulse_of: Some("0123456789abcdef0123456789abcdef".into()),
                ..ReviewRules::upward(period)
            },
        ] {
            let form = CampaignForm { review: ReviewForm::of(&rules), ..form() };
            assert_eq!(form.draft().expect("a draft").review, Some(rules));
        }
        assert_eq!(form().draft().expect("a draft").review, None);
        let unread = ReviewForm { period_to: "soon".into(), ..ReviewForm::of(&ReviewRules::upward(period)) };
        assert!(CampaignForm { review: unread, ..form() }.draft().is_err());
    }

    #[test]
    fn a_form_becomes_a_draft_in_japans_time() {
        let draft = form().draft().expect("a draft");
        assert_eq!(draft.questionnaire_id, 3);
        assert_eq!(draft.schedule.opens_at, 1_759_276_800);
        assert_eq!((draft.thresholds.scores, draft.thresholds.response_rate), (5, 5));
    }

    #[test]
    fn what_cannot_be_undone_takes_a_second_thought() {
        let asked = State::ALL.map(|state| second_thought(state, Lang::Ja).is_some());
        assert_eq!(asked, [true, false, true, true, true, false]);
        for state in State::ALL {
            let (ja, en) = (second_thought(state, Lang::Ja), second_thought(state, Lang::En));
            assert!(ja.is_none() || ja != en, "{state:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for broken in [
            CampaignForm { questionnaire: String::new(), ..form() },
            CampaignForm { opens_at: "soon".into(), ..form() },
            CampaignForm { closes_at: String::new(), ..form() },
            CampaignForm { scores: "五".into(), ..form() },
            CampaignForm { comments: "-1".into(), ..form() },
        ] {
            assert!(matches!(broken.draft(), Err(service::Error::Invalid(_))));
        }
    }
}
