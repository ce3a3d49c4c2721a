//! The mails of a campaign: invitations, reminders, the news of the release.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;

use super::{Board, Reminder};
use crate::components::{ButtonKind, ChecklistStep, Flash, FlashKind, SelectField, StepState, SubmitButton};
use crate::pages::hr::campaigns::BOARD;
use crate::pages::hr::{button_form, grouped};

pub(super) fn invitations(board: &Board) -> AnyView {
    let lang = board.lang;
    let sendable = board.is_in(State::Scheduled) || board.is_in(State::Open);
    let state = match (board.was_invited(), board.campaign.state) {
        (true, _) => StepState::Done,
        (false, State::Draft) => StepState::Later,
        (false, State::Scheduled) => StepState::Current,
        (false, State::Open) => StepState::Blocked,
        (false, _) => StepState::Done,
    };
    let text = match (board.was_invited(), board.campaign.state, lang) {
        (true, State::Scheduled | State::Open, Lang::Ja) => {
            "案内メールは送信済みです。もう一度押しても、同じ人に二度送ることはありません。".to_owned()
        }
        (true, State::Scheduled | State::Open, Lang::En) => {
            "The invitations have been sent. Pressing again never writes to anybody twice.".to_owned()
        }
        (true, _, _) => lang.t("案内メールを送りました。", "The invitations have been sent.").to_owned(),
        (false, State::Draft, _) => lang
            .t(
                "実施条件を確定すると、対象者全員に案内メールを送れます。",
                "Once the terms are fixed, everybody who may answer can be invited by mail.",
            )
            .to_owned(),
        (false, State::Scheduled | State::Open, Lang::Ja) => format!(
            "対象者{}人に、回答ページのリンクと実施条件のハッシュ値を送ります。",
            grouped(u64::from(board.turnout.eligible))
        ),
        (false, State::Scheduled | State::Open, Lang::En) => format!(
            "{} people get the link to the survey and the hash of the terms.",
            grouped(u64::from(board.turnout.eligible))
        ),
        (false, _, _) => lang.t("案内メールは送りませんでした。", "No invitations were sent.").to_owned(),
    };
    let button = sendable.then(|| {
        let kind = if board.was_invited() { ButtonKind::Secondary } else { ButtonKind::Primary };
        let button =
            view! { <SubmitButton label=lang.t("案内メールを送る", "Send the invitations") kind=kind/> };
        button_form(
            "/api/hr/campaigns/invite",
            vec![("campaign", board.campaign.id.clone())],
            button.into_any(),
        )
    });
    view! {
        <ChecklistStep number=5 title=lang.t("案内", "Invitations") state=state lang=lang>
            <p>{text}</p>
            {button}
        </ChecklistStep>
    }
    .into_any()
}

/// Choosing whom to remind; then how many they are, and sending.
pub(super) fn reminders(board: &Board) -> AnyView {
    let lang = board.lang;
    let action = format!("{BOARD}/{}", board.campaign.id);
    let mut options = vec![("all".to_owned(), lang.t("全体", "Everybody").to_owned())];
    let strata = board.terms.iter().flat_map(|terms| &terms.strata);
    options.extend(strata.map(|s| (s.number.to_string(), s.label.get(lang).to_owned())));
    let chosen =
        board.reminder.as_ref().and_then(|r| r.stratum).map_or_else(|| "all".to_owned(), |s| s.to_string());
    let ready = board.reminder.as_ref().map(|reminder| confirmation(board, reminder));
    view! {
        <details class="disclosure" open=board.reminder.is_some()>
            <summary>{lang.t("督促メールを送る", "Send reminders")}</summary>
            <p>{lang.t(
                "回答券をまだ受け取っていない人に送ります。回答したかどうかは、だれにも分からないためです。受け取った後に送信していない人には届きません。",
                "Reminders go to people to whom no ballot was issued, since nobody can know who has answered. Those who got a ballot but did not send a sheet are not reached.",
            )}</p>
            <form class="toolbar" method="get" action=action>
                <SelectField name="remind" label=lang.t("送る範囲", "Whom to remind") options=options selected=chosen lang=lang/>
                <SubmitButton label=lang.t("人数を確かめる", "See how many") kind=ButtonKind::Secondary/>
            </form>
            {ready}
        </details>
    }
    .into_any()
}

fn confirmation(board: &Board, reminder: &Reminder) -> AnyView {
    let lang = board.lang;
    let place = match reminder.stratum {
        None => lang.t("全体", "everybody").to_owned(),
        Some(number) => board
            .terms
            .as_ref()
            .and_then(|terms| terms.stratum(number))
            .map(|s| s.label.get(lang).to_owned())
            .unwrap_or_default(),
    };
    let people = reminder.people;
    if people == 0 {
        let message = match lang {
            Lang::Ja => format!("「{place}」では、全員が回答券を受け取っています。"),
            Lang::En => format!("Ballots have been issued to everyone ({place})."),
        };
        return view! { <Flash kind=FlashKind::Info message=message lang=lang/> }.into_any();
    }
    let (text, label) = match lang {
        Lang::Ja => (
            format!(
                "「{place}」で回答券をまだ受け取っていない{people}人に送ります({}回目の督促)。",
                reminder.round
            ),
            format!("{people}人に督促メールを送る"),
        ),
        Lang::En => (
            format!("To {people} people without a ballot ({place}); reminder number {}.", reminder.round),
            format!("Send reminders to {people} people"),
        ),
    };
    let hidden = vec![
        ("campaign", board.campaign.id.clone()),
        ("round", reminder.round.to_string()),
        ("stratum", reminder.stratum.map(|s| s.to_string()).unwrap_or_default()),
    ];
    let form =
        button_form("/api/hr/campaigns/remind", hidden, view! { <SubmitButton label=label/> }.into_any());
    view! { <p>{text}</p> {form} }.into_any()
}

/// The news that the results are out.
pub(super) fn release_notice(board: &Board) -> AnyView {
    let lang = board.lang;
    let button = view! {
        <SubmitButton label=lang.t("公表のお知らせを送る", "Tell everybody by mail") kind=ButtonKind::Secondary/>
    };
    let form = button_form(
        "/api/hr/campaigns/invite",
        vec![("campaign", board.campaign.id.clone())],
        button.into_any(),
    );
    let text = lang.t(
        "対象者に、結果のページのリンクを送ります。すでに送った人には送りません。",
        "Everybody who could answer gets a link to the results, once.",
    );
    view! { <p>{text}</p> {form} }.into_any()
}
