//! The mails of a campaign: invitations, reminders, the news of the release.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;
use service::mail::Kind;
use service::mail::template::Letter;

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
        (false, State::Scheduled | State::Open) => StepState::Current,
        (false, _) => StepState::Done,
    };
    let text = match (board.was_invited(), board.campaign.state, lang) {
        (true, State::Scheduled | State::Open, _) => lang
            .t(
                "対象者への案内を始めています。もう一度押しても、同じ人に二度送ることはありません。",
                "Inviting has begun. Pressing again never writes to anybody twice.",
            )
            .to_owned(),
        (true, _, _) => lang
            .t(
                "案内は終わりました。締切の時点で送信待ちだったものは取り消しています。",
                "Inviting is over. What was still waiting at closing was withdrawn.",
            )
            .to_owned(),
        (false, State::Draft, _) => lang
            .t(
                "実施条件を確定すると、対象者全員に案内メールを送れます。",
                "Once the terms are fixed, everybody who may answer can be invited by mail.",
            )
            .to_owned(),
        (false, State::Scheduled | State::Open, lang) if board.campaign.review.is_some() => lang
            .t(
                "評価を依頼する全員に、評価の対象となる方の一覧のリンクと実施条件のハッシュ値を送ります。受付を始めると自動で送られます。その前に送ることもできます。",
                "Everybody who is asked to rate gets the link to their list and the hash of the terms. They leave by themselves when the review opens; you can also send them before.",
            )
            .to_owned(),
        (false, State::Scheduled | State::Open, Lang::Ja) => format!(
            "対象者{}人に、回答ページのリンクと実施条件のハッシュ値を送ります。受付を始めると自動で送られます。その前に送ることもできます。",
            grouped(u64::from(board.turnout.eligible))
        ),
        (false, State::Scheduled | State::Open, Lang::En) => format!(
            "{} people get the link to the survey and the hash of the terms. They leave by themselves when the survey opens; you can also send them before.",
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
    let (counts, letter) = (sent(board, Kind::Invitation), preview(board, Kind::Invitation));
    view! {
        <ChecklistStep number=5 title=lang.t("案内", "Invitations") state=state lang=lang>
            <p>{text}</p>
            {counts}
            {letter}
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
    // Of a review, how many of one person's raters have no ballot is shown to nobody.
    if board.campaign.review.is_none() {
        options.extend(strata.map(|s| (s.number.to_string(), s.label.get(lang).to_owned())));
    }
    let recipients = board.reminder.as_ref().map(|reminder| reminder.recipients).unwrap_or_default();
    let chosen = recipients.stratum.map_or_else(|| "all".to_owned(), |s| s.to_string());
    let mut whom = vec![("everyone".to_owned(), lang.t("対象者全員", "All who may answer").to_owned())];
    // Of a review of a few subjects, not even how many of all have no ballot.
    if !board.hides_totals {
        let without = lang.t("回答券を受け取っていない人", "Those without a ballot").to_owned();
        whom.insert(0, ("no-ballot".to_owned(), without));
    }
    let whom_chosen = if recipients.with_ballot { "everyone" } else { "no-ballot" };
    let ready = board.reminder.as_ref().map(|reminder| confirmation(board, reminder));
    view! {
        <details class="disclosure" open=board.reminder.is_some()>
            <summary>{lang.t("督促メールを送る", "Send reminders")}</summary>
            <p>{lang.t(
                "ふつうは、回答券をまだ受け取っていない人に送ります。回答したかどうかは、だれにも分からないためです。回答券は回答を始めるときに渡されるので、始めたまま送信していない人にも届けるには「対象者全員」を選びます。",
                "Reminders usually go to people to whom no ballot was issued, since nobody can know who has answered. A ballot is issued when somebody begins; to reach those who began and have not sent, choose all who may answer.",
            )}</p>
            {sent(board, Kind::Reminder)}
            {preview(board, Kind::Reminder)}
            <form class="toolbar" method="get" action=action>
                <SelectField name="remind" label=lang.t("送る範囲", "Whom to remind") options=options selected=chosen lang=lang/>
                <SelectField name="whom" label=lang.t("送る相手", "Of them") options=whom selected=whom_chosen lang=lang/>
                <SubmitButton label=lang.t("人数を確かめる", "See how many") kind=ButtonKind::Secondary/>
            </form>
            {ready}
        </details>
    }
    .into_any()
}

fn confirmation(board: &Board, reminder: &Reminder) -> AnyView {
    let lang = board.lang;
    let recipients = reminder.recipients;
    let place = match recipients.stratum {
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
    let round = reminder.round;
    let text = match (recipients.with_ballot, lang) {
        (false, Lang::Ja) => {
            format!("「{place}」で回答券をまだ受け取っていない{people}人に送ります({round}回目の督促)。")
        }
        (false, Lang::En) => {
            format!("To {people} people without a ballot ({place}); reminder number {round}.")
        }
        (true, Lang::Ja) => format!("「{place}」の対象者全員、{people}人に送ります({round}回目の督促)。"),
        (true, Lang::En) => format!("To all {people} people ({place}); reminder number {round}."),
    };
    let label = match lang {
        Lang::Ja => format!("{people}人に督促メールを送る"),
        Lang::En => format!("Send reminders to {people} people"),
    };
    let hidden = vec![
        ("campaign", board.campaign.id.clone()),
        ("round", round.to_string()),
        ("stratum", recipients.stratum.map(|s| s.to_string()).unwrap_or_default()),
        ("everyone", if recipients.with_ballot { "on".to_owned() } else { String::new() }),
    ];
    let form =
        button_form("/api/hr/campaigns/remind", hidden, view! { <SubmitButton label=label/> }.into_any());
    view! { <p>{text}</p> {form} }.into_any()
}

/// How far the mails of a kind are: what is queued has not left yet.
fn sent(board: &Board, kind: Kind) -> AnyView {
    let (lang, counts) = (board.lang, board.mails(kind));
    if counts.total() == 0 {
        return ().into_any();
    }
    let number = |mails: u64| match lang {
        Lang::Ja => format!("{}通", grouped(mails)),
        Lang::En => grouped(mails),
    };
    let help = (counts.failed > 0).then(|| {
        let words = lang.t(
            "送信できなかったメールは、システム管理者が送り直せます。",
            "The administrator can have the mails that failed sent again.",
        );
        view! { <p>{words}</p> }
    });
    view! {
        <dl class="facts">
            <dt>{lang.t("送信済み", "Sent")}</dt><dd>{number(counts.sent)}</dd>
            <dt>{lang.t("送信待ち", "Waiting to be sent")}</dt><dd>{number(counts.queued + counts.sending)}</dd>
            <dt>{lang.t("送信できなかったもの", "Failed")}</dt><dd>{number(counts.failed)}</dd>
        </dl>
        {help}
    }
    .into_any()
}

/// The mail as a made-up reader gets it, in both languages.
fn preview(board: &Board, kind: Kind) -> AnyView {
    let lang = board.lang;
    let letters: Vec<AnyView> = board
        .letters
        .iter()
        .filter(|(found, _, _)| *found == kind)
        .map(|(_, written, letter)| letter_view(*written, letter, lang))
        .collect();
    if letters.is_empty() {
        return ().into_any();
    }
    let summary = match lang {
        Lang::Ja => format!("「{}」の文面を見る", kind.label(lang)),
        Lang::En => format!("Preview of the mail: {}", kind.label(lang)),
    };
    view! {
        <details class="disclosure">
            <summary>{summary}</summary>
            <p>{lang.t(
                "架空の人に宛てた例です。それぞれの人には、その人の言語で、日時は勤務地の時刻で届きます。",
                "An example to a made-up reader. Everybody gets it in their own language, with the times of their post.",
            )}</p>
            {letters}
        </details>
    }
    .into_any()
}

/// A letter in the language it is `written` in, on a page in `lang`.
fn letter_view(written: Lang, letter: &Letter, lang: Lang) -> AnyView {
    let name = match written {
        Lang::Ja => lang.t("日本語", "In Japanese"),
        Lang::En => lang.t("英語", "In English"),
    };
    let (subject, body) = (letter.subject.clone(), letter.body.clone());
    view! {
        <h4>{name}</h4>
        <div class="letter" lang=written.tag()>
            <p class="letter-subject">{subject}</p>
            <p class="letter-body">{body}</p>
        </div>
    }
    .into_any()
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
    let text = if board.campaign.review.is_some() {
        lang.t(
            "公表すると、評価対象者に報告書のページのリンクが自動で送られます。結果そのものはメールに書きません。",
            "After the release, every subject gets a link to their report by itself. No result is in the mail.",
        )
    } else {
        lang.t(
            "公表すると、対象者に結果のページのリンクが自動で送られます。すでに送った人には送りません。",
            "After the release, everybody who could answer gets a link to the results by itself, once.",
        )
    };
    let (counts, letter) = (sent(board, Kind::Released), preview(board, Kind::Released));
    view! { <p>{text}</p> {counts} {letter} {form} }.into_any()
}
