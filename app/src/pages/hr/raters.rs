//! Who rates whom in a review: the table that reporting lines propose and HR looks over.

mod pairs;

use std::collections::BTreeMap;

use domain::campaign::State;
use domain::review::Relation;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::assignment::{Assignment, Outlook, Someone};
use service::registry::campaign::Campaign;
use service::registry::nomination::Nomination;

use super::campaigns::{BOARD, board_name};
use super::{button_form, grouped, section};
use crate::components::{
    ButtonKind, EmptyState, FileField, ScrollTable, SelectField, SubmitButton, TextField, encoded, matches,
    own_lang, page_of, pager,
};
use crate::context::Context;
use crate::pages::{Frame, page, param};

/// Subjects on one page.
const PER_PAGE: usize = 100;

/// What a spreadsheet program offers.
const CSV: &str = ".csv,text/csv";

/// The table by subject, or with a subject in the query, that subject's raters.
#[component]
pub fn RatersPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let (lang, service) = (context.lang, context.service());
        let found = service.registry.campaign(&campaign).await?;
        if found.review.is_none() {
            return Err(service::Error::NotFound);
        }
        let table = service.registry.assignments(&campaign).await?;
        let frame = Frame::new(lang.t("評価者の表", "Table of raters"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(board_name(lang), BOARD)
            .crumb(found.title.get(lang), format!("{BOARD}/{campaign}"));
        if let Some(number) = context.query("subject") {
            let frame =
                frame.crumb(lang.t("評価者の表", "Table of raters"), format!("{BOARD}/{campaign}/raters"));
            return pairs::of_subject(frame, &context, &found, &table, &number);
        }
        let outlook = service.registry.review_outlook(&campaign, found.thresholds.scores).await?;
        let drafting = found.state == State::Draft;
        let lead = if drafting {
            lang.t(
                "名簿の関係から表を作り、実際の仕事の関係に合うように直します。実施条件を確定すると変えられません。",
                "Make the table from the reporting lines, then correct it to how people really work together. Once the terms are fixed it stays as it is.",
            )
        } else {
            lang.t("実施条件とともに確定した表です。", "The table as it was fixed with the terms.")
        };
        let waiting =
            if drafting { service.registry.nominations_waiting(&campaign).await? } else { Vec::new() };
        let view = view! {
            {drafting.then(|| make(&campaign, table.is_empty(), lang))}
            {(!table.is_empty()).then(|| facts(&outlook, &found, lang))}
            {proposals(waiting, lang)}
            {subjects(&context, &campaign, &table, lang)}
            {drafting.then(|| corrections(&context, &campaign, lang))}
        };
        Ok((frame.lead(lead), view.into_any()))
    })
}

/// The button that fills the table.
fn make(campaign: &str, empty: bool, lang: Lang) -> AnyView {
    let label = if empty {
        lang.t("名簿から表を作る", "Make the table from the roster")
    } else {
        lang.t("名簿から作り直す", "Make it again from the roster")
    };
    let kind = if empty { ButtonKind::Primary } else { ButtonKind::Secondary };
    let button = view! { <SubmitButton label=label kind=kind/> }.into_any();
    let form = button_form("/api/hr/reviews/propose", vec![("campaign", campaign.to_owned())], button);
    let text = lang.t(
        "作り直しても、人事が修正した組と、推薦されて承認された組は変わりません。",
        "Pairs that HR corrected, and those that were nominated and approved, stay as they are.",
    );
    view! { <div class="actions">{form}</div><p class="muted">{text}</p> }.into_any()
}

pub(super) fn facts(outlook: &Outlook, campaign: &Campaign, lang: Lang) -> AnyView {
    let n = |count: usize| grouped(count as u64);
    let k = campaign.thresholds.scores;
    let alone = outlook.subjects.saturating_sub(outlook.reported);
    let few = match lang {
        Lang::Ja => format!("{}人(評価者が{k}人に満たないため)", n(alone)),
        Lang::En => format!("{} (fewer than {k} raters)", n(alone)),
    };
    view! {
        <dl class="facts">
            <dt>{lang.t("評価対象者", "Subjects")}</dt><dd>{n(outlook.subjects)}</dd>
            <dt>{lang.t("うち報告書ができる人", "Of these, with a report")}</dt><dd>{n(outlook.reported)}</dd>
            <dt>{lang.t("報告書ができない人", "Without a report")}</dt><dd>{few}</dd>
            <dt>{lang.t("評価を依頼する人", "People asked to rate")}</dt><dd>{n(outlook.raters)}</dd>
            <dt>{lang.t("回答票の数", "Sheets asked for")}</dt><dd>{n(outlook.ballots)}</dd>
            <dt>{lang.t("区分が小さく依頼しない組", "Pairs not asked: group too small")}</dt><dd>{n(outlook.too_few)}</dd>
            <dt>{lang.t("ほかの理由で依頼しない組", "Pairs left out for other reasons")}</dt><dd>{n(outlook.left_out)}</dd>
        </dl>
    }
    .into_any()
}

/// Peers that were proposed and that nobody has decided on: once the terms are fixed they are not asked.
fn proposals(waiting: Vec<Nomination>, lang: Lang) -> Option<AnyView> {
    if waiting.is_empty() {
        return None;
    }
    let count = waiting.len();
    let (summary, lead) = match lang {
        Lang::Ja => (
            format!("上司の承認を待つ推薦が{count}件あります"),
            "承認されないまま実施条件を確定すると、推薦された人には依頼しません。急ぐときは上司に知らせてください。",
        ),
        Lang::En => (
            format!("Proposed peers waiting for the superior: {count}"),
            "Once the terms are fixed, those not approved are not asked. Remind the superiors where it is urgent.",
        ),
    };
    let rows = waiting
        .into_iter()
        .map(|one| {
            let (subject, peer) = (one.subject_name.get(lang).to_owned(), one.name.get(lang).to_owned());
            let (subject_lang, peer_lang) = (own_lang(&subject, lang), own_lang(&peer, lang));
            view! {
                <li>
                    <span lang=subject_lang>{subject}</span> " → " <span lang=peer_lang>{peer}</span> " "
                    <span class="muted mono">{one.number}</span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <details class="disclosure">
                <summary>{summary}</summary>
                <p>{lead}</p>
                <ul>{rows}</ul>
            </details>
        }
        .into_any(),
    )
}

/// How many raters of each relation a subject has.
#[derive(Default)]
struct Counted {
    asked: BTreeMap<Relation, usize>,
    left_out: usize,
}

fn subjects(context: &Context, campaign: &str, table: &[Assignment], lang: Lang) -> AnyView {
    if table.is_empty() {
        let text = lang.t(
            "上の「名簿から表を作る」を押すと、上司・部下の関係から評価者の案ができます。",
            "Press the button above to have raters proposed from the reporting lines.",
        );
        return view! {
            <EmptyState title=lang.t("表はまだありません", "There is no table yet") text=text action=None/>
        }
        .into_any();
    }
    let wanted = context.query("q").unwrap_or_default();
    let mut found: BTreeMap<(String, i64), (&Someone, Counted)> = BTreeMap::new();
    for one in table {
        let key = (one.subject.number.clone(), one.subject.id);
        let (_, counted) = found.entry(key).or_insert_with(|| (&one.subject, Counted::default()));
        if one.asked && !one.too_few {
            *counted.asked.entry(one.relation).or_default() += 1;
        } else {
            counted.left_out += 1;
        }
    }
    let listed: Vec<(&Someone, Counted)> =
        found.into_values().filter(|(someone, _)| matches(&wanted, &texts(someone))).collect();
    let (current, pages) = page_of(context.query("page").as_deref(), listed.len(), PER_PAGE);
    let rows = listed
        .iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|(someone, counted)| subject_row(campaign, someone, counted, lang))
        .collect_view();
    let here = format!("{BOARD}/{campaign}/raters");
    let path = if wanted.is_empty() { here.clone() } else { format!("{here}?q={}", encoded(&wanted)) };
    let heads = Relation::ALL
        .into_iter()
        .map(|relation| view! { <th scope="col" class="num">{relation.label(lang)}</th> })
        .collect_view();
    let content = view! {
        <form class="toolbar" method="get" action=here>
            <TextField name="q" label=lang.t("氏名・職員番号・部署で探す", "Search by name, number or unit") value=wanted lang=lang/>
            <SubmitButton label=lang.t("探す", "Search") kind=ButtonKind::Secondary/>
        </form>
        <ScrollTable caption=lang.t("評価対象者と、依頼する評価者の数", "Subjects, and how many raters are asked") table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("評価対象者", "Subject")}</th>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    {heads}
                    <th scope="col" class="num">{lang.t("依頼しない", "Left out")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {pager(&path, current, pages, "", lang)}
    };
    section("subjects", lang.t("評価対象者", "Subjects"), content.into_any())
}

/// What a subject can be searched by.
fn texts(someone: &Someone) -> [&str; 5] {
    [&someone.number, &someone.name.ja, &someone.name.en, &someone.unit.ja, &someone.unit.en]
}

fn subject_row(campaign: &str, someone: &Someone, counted: &Counted, lang: Lang) -> AnyView {
    let href = format!("{BOARD}/{campaign}/raters?subject={}", encoded(&someone.number));
    let (name, unit) = (someone.name.get(lang).to_owned(), someone.unit.get(lang).to_owned());
    let (name_lang, unit_lang) = (own_lang(&name, lang), own_lang(&unit, lang));
    let cells = Relation::ALL
        .into_iter()
        .map(|relation| {
            let n = counted.asked.get(&relation).copied().unwrap_or(0);
            view! { <td class="num">{n}</td> }
        })
        .collect_view();
    let left_out = counted.left_out;
    let code = someone.number.clone();
    view! {
        <tr>
            <th scope="row" class="text"><a href=href lang=name_lang>{name}</a> <span class="cell-note mono">{code}</span></th>
            <td class="text" lang=unit_lang>{unit}</td>
            {cells}
            <td class="num">{left_out}</td>
        </tr>
    }
    .into_any()
}

/// Adding a pair, and the files.
fn corrections(context: &Context, campaign: &str, lang: Lang) -> AnyView {
    let raters_csv = format!("{BOARD}/{campaign}/raters.csv");
    let upload = |action: &'static str, id: &'static str, label: &str, button: &str| {
        let (label, button, campaign) = (label.to_owned(), button.to_owned(), campaign.to_owned());
        view! {
            <form class="form" method="post" action=action enctype="multipart/form-data">
                <input type="hidden" name="campaign" value=campaign/>
                <FileField name="file" id=id label=label accept=CSV required=true lang=lang/>
                <SubmitButton label=button kind=ButtonKind::Secondary/>
            </form>
        }
        .into_any()
    };
    let table = upload(
        "/api/hr/reviews/raters",
        "raters-file",
        lang.t("直した表(CSV)", "The corrected table (CSV)"),
        lang.t("表を取り込む", "Import the table"),
    );
    let lines = upload(
        "/api/hr/reviews/lines",
        "lines-file",
        lang.t("兼務・代行・以前の上司(CSV)", "Concurrent and acting posts, former superiors (CSV)"),
        lang.t("関係を取り込む", "Import these lines"),
    );
    let content = view! {
        {pairs::add(context, campaign, "", lang)}
        <h3>{lang.t("表計算ソフトで直す", "Correct it in a spreadsheet")}</h3>
        <p>{lang.t(
            "ファイルは表の全体です。ファイルにない組は、取り込むと表から消えます。誤りが一つでもあれば、何も取り込みません。",
            "The file is the whole table: pairs that are not in it are gone afterwards. With a single fault nothing is imported.",
        )}</p>
        <p><a href=raters_csv download="">{lang.t("今の表をCSVで保存する", "Save the present table as CSV")}</a></p>
        {table}
        <h3>{lang.t("名簿にない上司・部下の関係", "Reporting lines that the roster does not have")}</h3>
        <p>{lang.t(
            "兼務先や代行の上司、導入前にいた部署の上司などを、期間とともに取り込めます。取り込んだファイルが、前のファイルに置き換わります。",
            "Superiors in concurrent or acting posts, or from before the roster was kept here, with their dates. Each file takes the place of the last one.",
        )}</p>
        <p><a href="/hr/roster/lines.csv" download="">{lang.t("今の内容をCSVで保存する", "Save the present ones as CSV")}</a></p>
        {lines}
    };
    section("corrections", lang.t("表を直す", "Correct the table"), content.into_any())
}

/// The relations a pair can be added in.
fn relations(lang: Lang) -> Vec<(String, String)> {
    Relation::ALL.iter().map(|r| (r.as_str().to_owned(), r.label(lang).to_owned())).collect()
}

/// A choice of relation.
fn relation_field(id: String, selected: &str, lang: Lang) -> AnyView {
    let selected = selected.to_owned();
    view! {
        <SelectField name="relation" id=id label=lang.t("関係", "Relation") options=relations(lang) selected=selected
            required=true lang=lang/>
    }
    .into_any()
}
