//! The steps before anybody is invited: roster, questionnaire, groups, terms.

use domain::campaign::State;
use domain::terms::Terms;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::outlook::Outlook;

use super::{Board, Forecast, step_state};
use crate::components::{ButtonKind, ChecklistStep, ScrollTable, SelectField, StepState, SubmitButton};
use crate::pages::hr::campaigns::BOARD;
use crate::pages::hr::grouped;
use crate::pages::hr::questionnaires::{LIST, version_label};
use crate::pages::hr::raters::facts;
use crate::pages::terms::rules_of;

/// Groups listed before the terms are fixed; all of them are in the terms.
const LISTED: usize = 300;

pub(super) fn roster(board: &Board) -> AnyView {
    let lang = board.lang;
    let state = match (board.has_reached(State::Scheduled), board.people) {
        (true, _) => StepState::Done,
        (false, 0) => StepState::Blocked,
        (false, _) => StepState::Done,
    };
    let people = grouped(board.people);
    let review = board.campaign.review.is_some();
    let text = match (board.terms.is_some(), lang) {
        (true, Lang::Ja) if review => format!(
            "依頼した回答票は{}枚です。確定した時点の表で、その後の異動は影響しません。",
            grouped(u64::from(board.turnout.eligible))
        ),
        (true, Lang::En) if review => format!(
            "{} sheets are asked for, by the table as it was when the terms were fixed. Later moves change nothing.",
            grouped(u64::from(board.turnout.eligible))
        ),
        (false, Lang::Ja) => {
            format!("在籍者は現在{people}人です。実施条件を確定した時点の名簿が対象になります。")
        }
        (false, Lang::En) => {
            format!("{people} people are on the roster now. It is frozen when the terms are fixed.")
        }
        (true, Lang::Ja) => format!(
            "対象者は{}人です。確定した時点の名簿で、その後の異動は影響しません。",
            grouped(u64::from(board.turnout.eligible))
        ),
        (true, Lang::En) => format!(
            "{} people may answer: the roster as it was when the terms were fixed. Later moves change nothing.",
            grouped(u64::from(board.turnout.eligible))
        ),
    };
    view! {
        <ChecklistStep number=1 title=lang.t("名簿", "Roster") state=state lang=lang>
            <p>{text}</p>
            <p><a href="/hr/roster">{lang.t("名簿を見る", "Look at the roster")}</a></p>
        </ChecklistStep>
    }
    .into_any()
}

pub(super) fn questionnaire(board: &Board) -> AnyView {
    let (lang, stored) = (board.lang, &board.questionnaire);
    let q = &stored.questionnaire;
    let items = q.items().count();
    let text = match lang {
        Lang::Ja => format!("{items}問、回答時間は約{}分です。", q.minutes()),
        Lang::En => format!("{items} items, about {} minutes.", q.minutes()),
    };
    let title = format!("{} {}", q.title.get(lang), version_label(q.version, lang));
    let (href, preview) = (format!("{LIST}/{}", stored.id), format!("{LIST}/{}/preview", stored.id));
    view! {
        <ChecklistStep number=2 title=lang.t("調査票", "Questionnaire") state=StepState::Done lang=lang>
            <p><a href=href>{title}</a></p>
            <p>{text}</p>
            <p><a href=preview>{lang.t("回答者としてプレビュー", "Preview as a respondent")}</a></p>
        </ChecklistStep>
    }
    .into_any()
}

pub(super) fn groups(board: &Board) -> AnyView {
    let lang = board.lang;
    let thresholds = board.campaign.thresholds;
    let promise = match lang {
        Lang::Ja => format!(
            "点数は{}人以上、自由記述は{}人以上、回答率は{}人以上の集計だけを表示します。",
            thresholds.scores, thresholds.comments, thresholds.response_rate
        ),
        Lang::En => format!(
            "Scores are shown from {} people, comments from {}, response rates from {}.",
            thresholds.scores, thresholds.comments, thresholds.response_rate
        ),
    };
    let (state, details) = match (&board.outlook, &board.terms) {
        (Some(Ok(Forecast::Survey(outlook))), _) => (StepState::Done, forecast(outlook, lang)),
        (Some(Ok(Forecast::Review(outlook))), _) => (StepState::Done, facts(outlook, &board.campaign, lang)),
        (Some(Err(reason)), _) => {
            let reason = reason.clone();
            (StepState::Blocked, view! { <p>{reason}</p> }.into_any())
        }
        (None, Some(terms)) => (StepState::Done, fixed_groups(terms, lang)),
        (None, None) => (StepState::Done, ().into_any()),
    };
    let raters = board.campaign.review.is_some().then(|| {
        let href = format!("{BOARD}/{}/raters", board.campaign.id);
        let label = if board.is_in(State::Draft) {
            lang.t("評価者の表を作る・直す", "Make and correct the table of raters")
        } else {
            lang.t("評価者の表を見る", "Look at the table of raters")
        };
        view! { <p><a href=href>{label}</a></p> }
    });
    view! {
        <ChecklistStep number=3 title=lang.t("集計区分と最小集計人数", "Groups and thresholds") state=state lang=lang>
            <p>{promise}</p>
            {details}
            {raters}
        </ChecklistStep>
    }
    .into_any()
}

fn forecast(outlook: &Outlook, lang: Lang) -> AnyView {
    let strata = &outlook.strata;
    let count = |n: usize| grouped(n as u64);
    let people = |n: u32| match lang {
        Lang::Ja => format!("{}人", grouped(u64::from(n))),
        Lang::En => format!("{} people", grouped(u64::from(n))),
    };
    let cells = match lang {
        Lang::Ja => format!(
            "{}(部署などの区分{}と属性{} × 項目{})",
            count(outlook.cells()),
            count(outlook.groups),
            count(outlook.demographic_groups),
            count(outlook.measures)
        ),
        Lang::En => format!(
            "{} ({} groups of units and {} by demographic × {} items)",
            count(outlook.cells()),
            count(outlook.groups),
            count(outlook.demographic_groups),
            count(outlook.measures)
        ),
    };
    let rows = strata.strata.iter().take(LISTED).map(|s| {
        let (label, size, merged) = (s.label.get(lang).to_owned(), s.size, s.is_merged());
        let note = if merged {
            lang.t("まとめた区分", "Merged")
        } else {
            lang.t("単独の部署", "One unit")
        };
        view! { <tr><th scope="row">{label}</th><td>{note}</td><td class="num">{size}</td></tr> }
    });
    let rows = rows.collect_view();
    let caption = lang.t("今の名簿での集計区分", "Groups with the roster as it is now");
    view! {
        <dl class="facts">
            <dt>{lang.t("対象者", "May answer")}</dt><dd>{people(strata.eligible)}</dd>
            <dt>{lang.t("自部署だけの区分に入る人", "In a group of their own unit")}</dt><dd>{people(strata.in_own_unit)}</dd>
            <dt>{lang.t("他の部署とまとめる人", "Merged with other units")}</dt><dd>{people(strata.merged)}</dd>
            <dt>{lang.t("集計区分の数", "Number of groups")}</dt><dd>{count(strata.strata.len())}</dd>
            <dt>{lang.t("公表するセルの数", "Cells of the release")}</dt><dd>{cells}</dd>
        </dl>
        <details class="disclosure">
            <summary>{lang.t("集計区分の一覧", "List of the groups")}</summary>
            <ScrollTable caption=caption table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("集計区分", "Group")}</th>
                        <th scope="col">{lang.t("種類", "Kind")}</th>
                        <th scope="col" class="num">{lang.t("人数", "People")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}

fn fixed_groups(terms: &Terms, lang: Lang) -> AnyView {
    let count = terms.strata.len();
    let text = match lang {
        Lang::Ja => format!("集計区分は{count}です。一覧は実施条件にあります。"),
        Lang::En => format!("There are {count} groups; they are listed in the terms."),
    };
    view! { <p>{text}</p> }.into_any()
}

pub(super) fn terms(board: &Board) -> AnyView {
    let lang = board.lang;
    let ready = matches!(&board.outlook, Some(Ok(_)));
    let details = match &board.terms {
        Some(terms) => fixed_terms(board, terms),
        None if ready => to_fix(board),
        None => {
            let text = lang.t(
                "上の不足が解消すると、確定できます。",
                "This can be done once what is missing above is there.",
            );
            view! { <p>{text}</p> }.into_any()
        }
    };
    let state = match step_state(board, State::Draft) {
        StepState::Current if !ready => StepState::Later,
        state => state,
    };
    view! {
        <ChecklistStep number=4 title=lang.t("実施条件の確定", "Fixing the terms") state=state lang=lang>
            {details}
        </ChecklistStep>
    }
    .into_any()
}

fn to_fix(board: &Board) -> AnyView {
    let lang = board.lang;
    let preview = format!("{LIST}/{}/preview", board.questionnaire.id);
    view! {
        <p>{lang.t(
            "名簿・調査票・集計区分・公表する表を固定し、鍵を作ります。回答者への約束になるため、確定した後は締切を遅らせることしかできません。",
            "Roster, questionnaire, groups and tables of the release are fixed, and keys are made. This is the promise to respondents: afterwards only the closing date can be put later.",
        )}</p>
        {board.campaign.review.as_ref().map(|rules| rules_of(rules, lang))}
        <p><a href=preview>{lang.t("確定する前に、回答者としてプレビューする", "Preview as a respondent before fixing")}</a></p>
        {board.advance(lang.t("実施条件を確定する", "Fix the terms"), ButtonKind::Primary)}
    }
    .into_any()
}

fn fixed_terms(board: &Board, terms: &Terms) -> AnyView {
    let lang = board.lang;
    let hash = board.campaign.terms_hash.clone().unwrap_or_default();
    let href = format!("/terms/{}", board.campaign.id);
    let preview = format!("{LIST}/{}/preview", board.questionnaire.id);
    let review = board.campaign.review.is_some();
    let strata: Vec<(String, String)> =
        terms.strata.iter().map(|s| (s.number.to_string(), s.label.get(lang).to_owned())).collect();
    let campaign = board.campaign.id.clone();
    let back = format!("{BOARD}/{campaign}/responses");
    let responses = if review {
        lang.t("回答状況", "Responses")
    } else {
        lang.t("区分ごとの回答状況", "Responses by group")
    };
    view! {
        <p>
            <a href=href>{lang.t("実施条件を見る", "Read the terms")}</a>
            " · "
            <a href=back>{responses}</a>
        </p>
        <p class="code code--small">{format!("SHA-256 {hash}")}</p>
        {(!review).then(|| view! { <form class="toolbar" method="get" action=preview>
            <input type="hidden" name="campaign" value=campaign/>
            <SelectField name="stratum" label=lang.t("この区分の回答者としてプレビュー", "Preview as a respondent of")
                options=strata lang=lang/>
            <SubmitButton label=lang.t("プレビューする", "Preview") kind=ButtonKind::Secondary/>
        </form> })}
    }
    .into_any()
}
