//! The steps from opening to release.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;

use super::{Board, Reports, mails, step_state};
use crate::components::{ButtonKind, ChecklistStep, DateTimeField, RateBar, StepState, SubmitButton};
use crate::format;
use crate::pages::hr::campaigns::BOARD;
use crate::pages::hr::grouped;

pub(super) fn opening(board: &Board) -> AnyView {
    let lang = board.lang;
    let opens = format::deadline(board.campaign.schedule.opens_at, "Asia/Tokyo", lang);
    let state = match step_state(board, State::Scheduled) {
        // One step at a time: the invitations come first.
        StepState::Current if !board.was_invited() => StepState::Later,
        state => state,
    };
    let details = if board.is_in(State::Scheduled) {
        let text = match lang {
            Lang::Ja => format!("{opens}に自動で始まります。すぐに始めることもできます。"),
            Lang::En => format!("It opens by itself on {opens}. You can also open it now."),
        };
        let open = board.advance(lang.t("今すぐ開始する", "Open it now"), ButtonKind::Primary);
        view! { <p>{text}</p> {open} }.into_any()
    } else {
        let text = match (board.has_reached(State::Open), lang) {
            (false, Lang::Ja) => format!("{opens}に始める予定です。"),
            (false, Lang::En) => format!("Planned for {opens}."),
            (true, _) => lang.t("回答の受付を始めました。", "It was opened.").to_owned(),
        };
        view! { <p>{text}</p> }.into_any()
    };
    view! {
        <ChecklistStep number=6 title=lang.t("開始", "Opening") state=state lang=lang>{details}</ChecklistStep>
    }
    .into_any()
}

pub(super) fn closing(board: &Board) -> AnyView {
    let lang = board.lang;
    let closes = format::deadline(board.campaign.schedule.closes_at, "Asia/Tokyo", lang);
    let responses = board.has_reached(State::Open).then(|| response_line(board));
    let extend = (board.is_in(State::Scheduled) || board.is_in(State::Open)).then(|| extension(board));
    let details = if board.is_in(State::Open) {
        let text = match lang {
            Lang::Ja => format!("{closes}に自動で締め切ります。"),
            Lang::En => format!("It closes by itself on {closes}."),
        };
        view! { <p>{text}</p> {mails::reminders(board)} {close_now(board)} }.into_any()
    } else {
        let text = match (board.has_reached(State::Closed), lang) {
            (false, Lang::Ja) => format!("{closes}に締め切る予定です。"),
            (false, Lang::En) => format!("Planned for {closes}."),
            (true, _) => lang.t("回答を締め切りました。", "It is closed.").to_owned(),
        };
        view! { <p>{text}</p> }.into_any()
    };
    view! {
        <ChecklistStep number=7 title=lang.t("締切", "Closing") state=step_state(board, State::Open) lang=lang>
            {responses}
            {details}
            {extend}
        </ChecklistStep>
    }
    .into_any()
}

fn response_line(board: &Board) -> AnyView {
    let (lang, turnout) = (board.lang, board.turnout);
    let (received, eligible) = (grouped(u64::from(turnout.received)), grouped(u64::from(turnout.eligible)));
    let review = board.campaign.review.is_some();
    if board.hides_totals {
        let text = lang.t(
            "評価対象者が少ないため、回答の数は表示しません。",
            "There are few subjects, so how many sheets have come is not shown.",
        );
        return view! { <p>{text}</p> }.into_any();
    }
    let text = match lang {
        Lang::Ja if review => format!("依頼した{eligible}枚のうち、{received}枚の回答票を受け取りました。"),
        Lang::En if review => format!("{received} sheets received of {eligible} asked for."),
        Lang::Ja => format!("対象{eligible}人のうち、{received}人分の回答票を受け取りました。"),
        Lang::En => format!("{received} sheets received from {eligible} people."),
    };
    let rate = turnout.rate().unwrap_or(0.0);
    let href = format!("{BOARD}/{}/responses", board.campaign.id);
    view! {
        <p>{text}</p>
        <p><RateBar rate=rate label=lang.t("回答率", "Response rate")/></p>
        <p><a href=href>{if review {
            lang.t("回答状況", "Responses")
        } else {
            lang.t("部署ごとの回答状況", "Responses by unit")
        }}</a></p>
    }
    .into_any()
}

fn extension(board: &Board) -> AnyView {
    let lang = board.lang;
    let campaign = board.campaign.id.clone();
    let refused = board.extend_to.is_some();
    let planned = || format::field_value(board.campaign.schedule.closes_at);
    let value = board.extend_to.clone().unwrap_or_else(planned);
    view! {
        <details class="disclosure" open=refused>
            <summary>{lang.t("締切を延ばす", "Put the closing date later")}</summary>
            <form class="form" method="post" action="/api/hr/campaigns/extend">
                <input type="hidden" name="campaign" value=campaign/>
                <DateTimeField name="closes_at" label=lang.t("新しい締切", "New closing date") value=value required=true
                    hint=lang.t(
                        "日本時間。今の締切より後だけを指定でき、記録に残ります。",
                        "Japan time. Only later than now planned; it is put on record.",
                    ) lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("延ばす", "Put it later") kind=ButtonKind::Secondary/>
                </div>
            </form>
        </details>
    }
    .into_any()
}

/// Closing by hand, before the date that was promised.
fn close_now(board: &Board) -> AnyView {
    let lang = board.lang;
    view! {
        <details class="disclosure">
            <summary>{lang.t("今すぐ締め切る", "Close it now")}</summary>
            <p>{lang.t(
                "締め切ると、書きかけの回答はもう送れません。元に戻すことはできません。",
                "Unfinished answers cannot be sent any more. This cannot be undone.",
            )}</p>
            {board.advance(lang.t("締め切る", "Close"), ButtonKind::Danger)}
        </details>
    }
    .into_any()
}

pub(super) fn counting(board: &Board) -> AnyView {
    let lang = board.lang;
    let details = if board.is_in(State::Closed) {
        let button = board
            .working(lang.t("回答票を開いて集計しています", "Opening and counting the sheets"))
            .unwrap_or_else(|| board.advance(lang.t("集計する", "Count the sheets"), ButtonKind::Primary));
        view! {
            <p>{lang.t(
                "封をした回答票を順不同に開き、自由記述を切り離してから、回答券と封書を破棄します。元に戻すことはできません。",
                "Sealed sheets are opened in random order, comments are split off, and ballots and sealed sheets are destroyed. This cannot be undone.",
            )}</p>
            {button}
        }
        .into_any()
    } else {
        let text = if board.has_reached(State::Counted) {
            lang.t(
                "集計し、回答券と封をした回答票を破棄しました。",
                "The sheets have been counted; ballots and sealed sheets have been destroyed.",
            )
        } else {
            lang.t("締め切った後に行います。", "After closing.")
        };
        view! { <p>{text}</p> }.into_any()
    };
    view! {
        <ChecklistStep number=8 title=lang.t("集計", "Counting") state=step_state(board, State::Closed) lang=lang>
            {details}
        </ChecklistStep>
    }
    .into_any()
}

/// How many have opened their reports, and asking the teams about what was shared.
fn after_review(board: &Board) -> AnyView {
    let (lang, Some(reports)) = (board.lang, board.reports) else { return ().into_any() };
    let Reports { seen, subjects, sharing } = reports;
    let text = match lang {
        Lang::Ja if board.hides_totals => {
            "評価対象者が少ないため、報告書を開いた人の数は示しません。".to_owned()
        }
        Lang::En if board.hides_totals => {
            "There are too few subjects to show how many have opened their reports.".to_owned()
        }
        Lang::Ja => format!(
            "評価対象者{subjects}人のうち{seen}人が、報告書のページを開きました(だれが開いたかは表示しません)。取り組むことをチームに示したのは{sharing}人です。"
        ),
        Lang::En => format!(
            "{seen} of {subjects} subjects have opened their reports (who, is not shown). {sharing} shared what they mean to do with their teams."
        ),
    };
    let pulse = (sharing > 0).then(|| {
        let href = format!("{BOARD}/new?kind=review&pulse={}", board.campaign.id);
        view! {
            <p><a href=href>{lang.t(
                "半年後の確認(パルス)を作る:チームに示された行動について、部下に尋ねる",
                "Make a half-year pulse: ask the teams about what was shared with them",
            )}</a></p>
        }
    });
    view! { <p>{text}</p> {pulse} }.into_any()
}

pub(super) fn releasing(board: &Board) -> AnyView {
    let lang = board.lang;
    let (details, state) = match board.campaign.state {
        State::Counted => {
            let button =
                board.working(lang.t("公表の準備をしています", "Preparing the release")).unwrap_or_else(
                    || board.advance(lang.t("結果を公表する", "Release the results"), ButtonKind::Primary),
                );
            let view = view! {
                <p>{lang.t(
                    "実施条件で約束した表だけを公表します。人数の少ない集計と、引き算で分かってしまう数値は、自動で非表示になります。公表は一度だけです。",
                    "Only the tables declared in the terms are published. Small groups, and figures from which they could be worked out, are hidden by themselves. There is one release.",
                )}</p>
                {button}
            };
            (view.into_any(), StepState::Current)
        }
        State::Released => {
            let href = format!("/results/{}", board.campaign.id);
            let view = view! {
                <p><a class="button" href=href>{lang.t("結果を見る", "Look at the results")}</a></p>
                {after_review(board)}
                {mails::release_notice(board)}
            };
            (view.into_any(), StepState::Done)
        }
        _ => {
            let text = lang.t("集計した後に行います。", "After counting.");
            (view! { <p>{text}</p> }.into_any(), StepState::Later)
        }
    };
    view! {
        <ChecklistStep number=9 title=lang.t("公表", "Release") state=state lang=lang>{details}</ChecklistStep>
    }
    .into_any()
}
