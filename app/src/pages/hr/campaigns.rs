//! Campaigns: the board, and the form of a draft.

mod review;

use domain::campaign::State;
use domain::disclosure::{LEAST_THRESHOLD, MOST_THRESHOLD, Thresholds};
use domain::review::pulse;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::campaign::Campaign;
use service::registry::questionnaire::Stored;
use service::release::response::Turnout;

use super::questionnaires::version_label;
use super::{grouped, section};
use crate::api::hr::campaigns::{CampaignForm, ReviewForm};
use crate::components::{
    Badge, BadgeKind, DateTimeField, EmptyState, Flash, FlashKind, RateBar, ScrollTable, SelectField,
    SubmitButton, TextField,
};
use crate::context::Context;
use crate::format;
use crate::pages::{Frame, page, param};

/// Where the board is.
pub(super) const BOARD: &str = "/hr/campaigns";

const DAY: i64 = 86_400;

/// The board of campaigns.
pub(super) const fn board_name(lang: Lang) -> &'static str {
    lang.t("調査", "Campaigns")
}

/// Every campaign with its state, dates, responses, and what comes next.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let campaigns = service.registry.campaigns().await?;
        let mut entries = Vec::with_capacity(campaigns.len());
        for campaign in campaigns {
            let turnout = match campaign.state {
                State::Draft => None,
                _ if !service.registry.shows_totals(&campaign).await? => None,
                _ => Some(service.response_totals(&campaign.id).await?),
            };
            entries.push((campaign, turnout));
        }
        let lead = lang.t(
            "調査の準備から公表までを、順を追って進めます。",
            "From preparing a survey to releasing its results, step by step.",
        );
        let frame = Frame::new(board_name(lang)).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        let view = view! {
            <div class="actions">
                <a class="button" href="/hr/campaigns/new">{lang.t("調査を作成", "New campaign")}</a>
                <a class="button button--secondary" href="/hr/campaigns/new?kind=review">
                    {lang.t("管理者評価・360度評価を作成", "New manager review")}
                </a>
                <a class="button button--secondary" href=super::questionnaires::LIST>{lang.t("調査票", "Questionnaires")}</a>
                <a class="button button--secondary" href="/hr/roster">{lang.t("名簿", "Roster")}</a>
            </div>
            {board(entries, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn board(entries: Vec<(Campaign, Option<Turnout>)>, lang: Lang) -> AnyView {
    if entries.is_empty() {
        return view! {
            <EmptyState
                title=lang.t("調査がまだありません", "There are no campaigns yet")
                text=lang.t(
                    "名簿と調査票を用意したら、調査を作成してください。ここに状況と次の作業が並びます。",
                    "With a roster and a questionnaire in place, create a campaign. Its state and next step are shown here.",
                )
                action=Some((lang.t("調査を作成", "New campaign").to_owned(), "/hr/campaigns/new".to_owned()))
            />
        }
        .into_any();
    }
    let rows = entries.into_iter().map(|(campaign, turnout)| row(campaign, turnout, lang)).collect_view();
    let asked = asked_for(lang);
    section(
        "board",
        lang.t("すべての調査", "All campaigns"),
        view! {
            <ScrollTable caption=lang.t("調査の状況", "State of the campaigns") table_class="table--stack">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("題名", "Title")}</th>
                        <th scope="col">{lang.t("状態", "State")}</th>
                        <th scope="col">{lang.t("期間(日本時間)", "Dates (Japan time)")}</th>
                        <th scope="col" class="num">{asked}</th>
                        <th scope="col">{lang.t("回答率", "Response rate")}</th>
                        <th scope="col">{lang.t("次の作業", "Next step")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        }
        .into_any(),
    )
}

fn row(campaign: Campaign, turnout: Option<Turnout>, lang: Lang) -> AnyView {
    let (href, title) = (format!("{BOARD}/{}", campaign.id), campaign.title.get(lang).to_owned());
    let opens = format::moment(campaign.schedule.opens_at, "Asia/Tokyo", lang);
    let closes = format::moment(campaign.schedule.closes_at, "Asia/Tokyo", lang);
    let review = campaign.review.is_some();
    let people = turnout.map_or_else(
        || "–".to_owned(),
        |turnout| {
            let n = grouped(u64::from(turnout.eligible));
            match (review, lang) {
                (false, Lang::Ja) => format!("{n}人"),
                (true, Lang::Ja) => format!("{n}枚"),
                (false, Lang::En) => format!("{n} people"),
                (true, Lang::En) => format!("{n} sheets"),
            }
        },
    );
    let begun = campaign.state > State::Scheduled;
    let rate = turnout.filter(|_| begun).and_then(Turnout::rate);
    let rate = match rate {
        Some(rate) => view! { <RateBar rate=rate/> }.into_any(),
        None => view! { <span class="muted">{lang.t("開始前", "Not open yet")}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="text"><a href=href>{title}</a></th>
            <td>{state_badge(campaign.state, lang)}</td>
            <td><span class="nowrap">{opens}</span>" – "<span class="nowrap">{closes}</span></td>
            <td class="num" data-label=asked_for(lang)>{people}</td>
            <td>{rate}</td>
            <td data-label=lang.t("次の作業", "Next step")>{next_step(campaign.state, lang)}</td>
        </tr>
    }
    .into_any()
}

/// People of a survey, sheets of a review: who rates three people is asked for three.
const fn asked_for(lang: Lang) -> &'static str {
    lang.t("依頼", "Asked for")
}

/// The state in a word.
pub(super) fn state_badge(state: State, lang: Lang) -> AnyView {
    let kind = match state {
        State::Draft => BadgeKind::Neutral,
        State::Scheduled | State::Open => BadgeKind::Info,
        State::Closed | State::Counted => BadgeKind::Warning,
        State::Released => BadgeKind::Success,
    };
    view! { <Badge kind=kind label=state.label(lang)/> }.into_any()
}

/// What HR does next.
const fn next_step(state: State, lang: Lang) -> &'static str {
    match state {
        State::Draft => lang.t("内容を確かめ、実施条件を確定する", "Check it and fix the terms"),
        State::Scheduled => {
            lang.t("案内メールを送る(開始は自動)", "Send the invitations; it opens by itself")
        }
        State::Open => lang.t("回答状況を見て、必要なら督促する", "Watch the responses; remind where needed"),
        State::Closed => lang.t("集計する", "Count the sheets"),
        State::Counted => lang.t("結果を公表する", "Release the results"),
        State::Released => lang.t("結果を見る", "Look at the results"),
    }
}

/// The form of a new campaign.
#[component]
pub fn NewCampaignPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let review = context.kept("kind", &context.query("kind").unwrap_or_default()) == "review";
        let is_pulse = !context.kept("pulse_of", &context.query("pulse").unwrap_or_default()).is_empty();
        let questionnaires = choices(service.registry.questionnaires().await?, review, is_pulse);
        let name = if review {
            lang.t("管理者評価・360度評価の作成", "New manager review")
        } else {
            lang.t("調査の作成", "New campaign")
        };
        let frame = Frame::new(name).crumb(lang.t("ホーム", "Home"), "/").crumb(board_name(lang), BOARD);
        if questionnaires.is_empty() {
            let view = view! {
                <EmptyState
                    title=lang.t("先に調査票を用意してください", "A questionnaire is needed first")
                    text=if is_pulse {
                        lang.t(
                            "行動の確認には、ひな形「管理者の行動の確認」から作った調査票を使います。",
                            "A pulse needs a questionnaire made from the template “Pulse on intended actions”.",
                        )
                    } else {
                        lang.t("調査は、調査票を一つ選んで作成します。", "A campaign is made from one questionnaire.")
                    }
                    action=Some((
                        lang.t("調査票へ", "To the questionnaires").to_owned(),
                        super::questionnaires::LIST.to_owned(),
                    ))
                />
            };
            return Ok((frame, view.into_any()));
        }
        let mut form = proposal(service.clock.now());
        if review {
            form = review::proposal(form, &service, &context).await?;
        }
        Ok((frame, form_view(&context, "/api/hr/campaigns/create", None, form, &questionnaires)))
    })
}

/// The questionnaires that a campaign can use, those made for it first: a pulse asks about actions, and a review what not
/// everybody has an opportunity to observe.
fn choices(questionnaires: Vec<Stored>, review: bool, is_pulse: bool) -> Vec<Stored> {
    let fits = |stored: &Stored| !is_pulse || pulse::can_ask(&stored.questionnaire);
    let mut choices: Vec<Stored> = questionnaires.into_iter().filter(fits).collect();
    choices.sort_by_key(|Stored { questionnaire, .. }| {
        let observes = questionnaire.items().any(|(_, item)| item.unobserved);
        is_pulse || (observes && !pulse::can_ask(questionnaire)) != review
    });
    choices
}

/// An empty form that proposes two weeks from tomorrow morning, in Japan's time.
fn proposal(now: i64) -> CampaignForm {
    let japan = 9 * 3_600;
    let midnight = (now + japan).div_euclid(DAY) * DAY - japan;
    let opens_at = midnight + DAY + 9 * 3_600;
    let closes_at = midnight + 15 * DAY + 17 * 3_600;
    let thresholds = Thresholds::default();
    CampaignForm {
        opens_at: format::field_value(opens_at),
        closes_at: format::field_value(closes_at),
        scores: thresholds.scores.to_string(),
        comments: thresholds.comments.to_string(),
        ..CampaignForm::default()
    }
}

/// The form of a draft.
#[component]
pub fn EditCampaignPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let registry = context.service().registry.clone();
        let found = registry.campaign(&campaign).await?;
        let frame = Frame::new(lang.t("調査の編集", "Edit the campaign"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(board_name(lang), BOARD)
            .crumb(found.title.get(lang), format!("{BOARD}/{campaign}"));
        if found.state != State::Draft {
            let message = lang.t(
                "実施条件を確定したため、内容は変更できません。締切だけは、調査のページで遅らせることができます。",
                "The terms are fixed, so nothing can be changed here. Only the closing date can be put later, on the campaign's page.",
            );
            return Ok((frame, view! { <Flash kind=FlashKind::Info message=message lang=lang/> }.into_any()));
        }
        let is_pulse = found.review.as_ref().is_some_and(|rules| rules.pulse_of.is_some());
        let questionnaires = choices(registry.questionnaires().await?, found.review.is_some(), is_pulse);
        let form = CampaignForm {
            title_ja: found.title.ja,
            title_en: found.title.en,
            questionnaire: found.questionnaire_id.to_string(),
            opens_at: format::field_value(found.schedule.opens_at),
            closes_at: format::field_value(found.schedule.closes_at),
            scores: found.thresholds.scores.to_string(),
            comments: found.thresholds.comments.to_string(),
            review: found.review.as_ref().map(ReviewForm::of).unwrap_or_default(),
        };
        let view = form_view(&context, "/api/hr/campaigns/edit", Some(campaign), form, &questionnaires);
        Ok((frame, view))
    })
}

fn form_view(
    context: &Context,
    action: &'static str,
    campaign: Option<String>,
    form: CampaignForm,
    questionnaires: &[Stored],
) -> AnyView {
    let lang = context.lang;
    let kept = |name: &str, text: &str| context.kept(name, text);
    let options: Vec<(String, String)> = questionnaires
        .iter()
        .map(|stored| {
            let q = &stored.questionnaire;
            let label = format!("{} {}", q.title.get(lang), version_label(q.version, lang));
            (stored.id.to_string(), label)
        })
        .collect();
    let back = campaign.as_ref().map_or_else(|| BOARD.to_owned(), |id| format!("{BOARD}/{id}"));
    let hidden = campaign.map(|id| view! { <input type="hidden" name="campaign" value=id/> });
    let (least, most) = (LEAST_THRESHOLD.to_string(), MOST_THRESHOLD.to_string());
    let scores_hint = match lang {
        Lang::Ja => format!(
            "これより少ない人数の点数は表示しません。部署をまとめる最小の人数でもあり、回答率もこの人数から表示します。{least}〜{most}。"
        ),
        Lang::En => format!(
            "Scores of fewer people are never shown. Units are merged up to this number, and response rates are shown from it. {least} to {most}."
        ),
    };
    let comments_hint = lang.t(
        "これより少ない人数の自由記述は表示しません。点数の人数以上にします。",
        "Comments of fewer people are never shown. At least the number for scores.",
    );
    let japan = lang.t("日本時間", "Japan time");
    let closes_hint = lang.t(
        "日本時間。確定した後は、遅らせることだけができます。",
        "Japan time. Once fixed, it can only be put later.",
    );
    let rules = (!form.review.kind.is_empty()).then(|| review::fields(context, &form.review));
    view! {
        <form class="form" method="post" action=action>
            {hidden}
            <TextField name="title_ja" label=lang.t("題名(日本語)", "Title (Japanese)")
                value=kept("title_ja", &form.title_ja) required=true max_length=100 lang=lang/>
            <TextField name="title_en" label=lang.t("題名(英語)", "Title (English)")
                value=kept("title_en", &form.title_en) required=true max_length=100 lang=lang/>
            <SelectField name="questionnaire" label=lang.t("調査票", "Questionnaire") options=options
                selected=kept("questionnaire", &form.questionnaire) required=true
                hint=lang.t(
                    "同じ調査票の前の版で行った調査とは、結果を比べられます。",
                    "Results are compared with campaigns on earlier versions of the same questionnaire.",
                ) lang=lang/>
            <DateTimeField name="opens_at" label=lang.t("開始", "Opens") hint=japan
                value=kept("opens_at", &form.opens_at) required=true lang=lang/>
            <DateTimeField name="closes_at" label=lang.t("締切", "Closes") hint=closes_hint
                value=kept("closes_at", &form.closes_at) required=true lang=lang/>
            <TextField name="scores" label=lang.t("最小集計人数(点数)", "Threshold for scores") kind="number"
                min=least.clone() max=most.clone() value=kept("scores", &form.scores) hint=scores_hint
                required=true short=true lang=lang/>
            <TextField name="comments" label=lang.t("最小集計人数(自由記述)", "Threshold for comments") kind="number"
                min=least max=most value=kept("comments", &form.comments) hint=comments_hint
                required=true short=true lang=lang/>
            {rules}
            <div class="actions">
                <SubmitButton label=lang.t("保存する", "Save")/>
                <a class="button button--secondary" href=back>{lang.t("保存せずに戻る", "Back without saving")}</a>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_campaign_is_proposed_for_the_next_morning_in_japan() {
        // 30 September 2025, 23:30 in Japan is 14:30 UTC.
        let now = format::field_moment("2025-09-30T23:30").expect("a moment");
        let form = proposal(now);
        assert_eq!(
            (form.opens_at.as_str(), form.closes_at.as_str()),
            ("2025-10-01T09:00", "2025-10-15T17:00")
        );
    }

    #[test]
    fn every_state_has_a_next_step() {
        for state in State::ALL {
            assert_ne!(next_step(state, Lang::Ja), next_step(state, Lang::En));
        }
    }
}
