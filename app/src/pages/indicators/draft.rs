//! Drafts: what the units that own rows propose for them, and what HR says to it.

use std::collections::BTreeMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::{Column, Row, RowKind};
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Cells, DRAFTED, Draft, DraftState, OwnRow, Plan, PlanRow, PlanState};
use service::{Result, Service};

use super::parts::{over, written};
use super::{below_row, below_table, ja_text, title_of, year_label};
use crate::components::{
    Badge, BadgeKind, ButtonKind, EmptyState, ScrollTable, SubmitButton, TextArea, own_lang, unsaved,
};
use crate::context::Context;
use crate::format;
use crate::pages::{page, param};

/// Longest comment on a returned draft, in characters.
const MAX_COMMENT: u32 = 1_000;

/// A draft that waits for HR.
struct Waiting {
    draft: Draft,
    /// What it is for.
    row: PlanRow,
    /// True where the table waits for its sign-off, so that nothing can be taken into it.
    shut: bool,
}

/// The drafts that wait for HR. One reading of a table gives all of its rows.
async fn waiting(service: &Service) -> Result<Vec<Waiting>> {
    let drafts = service.submitted_drafts().await?;
    let mut known = BTreeMap::new();
    if !drafts.is_empty() {
        know(service, service.followup(None).await?, &mut known).await?;
    }
    let mut waiting = Vec::with_capacity(drafts.len());
    for draft in drafts {
        if !known.contains_key(&draft.row) {
            // Of an earlier table than the newest one.
            let year = service.followup_row(draft.row).await?.fiscal_year;
            know(service, service.followup(Some(year)).await?, &mut known).await?;
        }
        if let Some((row, shut)) = known.get(&draft.row).cloned() {
            waiting.push(Waiting { draft, row, shut });
        }
    }
    Ok(waiting)
}

/// Adds the rows of a table to those that are `known`, each with whether the table waits for its sign-off.
async fn know(service: &Service, plan: Plan, known: &mut BTreeMap<i64, (PlanRow, bool)>) -> Result<()> {
    let shut = is_submitted(service, plan.fiscal_year).await?;
    let rows = plan.sections.into_iter().flat_map(|section| section.rows);
    known.extend(rows.map(|row| (row.id, (row, shut))));
    Ok(())
}

/// True where the table of a year waits for its sign-off.
async fn is_submitted(service: &Service, year: i16) -> Result<bool> {
    let year = FiscalYear::new(year).ok_or(service::Error::NotFound)?;
    Ok(matches!(service.followup_state(year).await?, PlanState::Submitted { .. }))
}

/// For HR the drafts that wait for a decision, for managers the rows of their units with the state of each draft.
#[component]
pub fn DraftsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let waiting = if person.has(Role::Hr) { Some(waiting(&service).await?) } else { None };
        let own =
            if person.has(Role::Manager) { Some(service.own_followup_rows(&person).await?) } else { None };
        let frame = below_table(lang.t("下書き", "Drafts"), lang).lead(lang.t(
            "担当部署が書いた現状・取組・成果を、人事担当が確認して表に反映します。",
            "Units that own rows draft current values, initiatives and results; the personnel division looks at them and takes them into the table.",
        ));
        let waiting = waiting.map(|waiting| to_decide(&context, waiting, &person.time_zone));
        // Of those who are both, only managers of units with rows have anything to read here.
        let own = own
            .filter(|rows| waiting.is_none() || !rows.is_empty())
            .map(|rows| own_rows(rows, &person.time_zone, lang));
        let unsaved = unsaved(&context, &typed(lang));
        Ok((frame, view! { {unsaved} {waiting} {own} }.into_any()))
    })
}

/// The fields of the form, with what they are called.
fn typed(lang: Lang) -> [(&'static str, &'static str); 4] {
    DRAFTED.map(|column| (column.key(), column.label(lang)))
}

fn state_badge(draft: Option<&Draft>, lang: Lang) -> AnyView {
    let Some(draft) = draft else {
        let words = lang.t("まだありません", "None yet");
        return view! { <Badge kind=BadgeKind::Neutral label=words/> }.into_any();
    };
    let kind = match draft.state {
        DraftState::Draft => BadgeKind::Info,
        DraftState::Submitted => BadgeKind::Neutral,
        DraftState::Returned => BadgeKind::Warning,
        DraftState::Accepted => BadgeKind::Success,
    };
    view! { <Badge kind=kind label=draft.state.label(lang)/> }.into_any()
}

/// The rows of the units the person manages.
fn own_rows(rows: Vec<OwnRow>, zone: &str, lang: Lang) -> AnyView {
    let heading = lang.t("自部署の行", "Rows of your units");
    if rows.is_empty() {
        let title = lang.t("下書きを書く行はありません", "There is no row to draft for");
        let text = lang.t(
            "人事担当が、あなたの部署を行の担当部署に設定すると、ここに表示されます。確定した表には下書きを書けません。",
            "Once the personnel division sets your unit as the owner of a row, it is shown here. There are no drafts for a table that is signed off.",
        );
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    }
    let lines = rows.iter().map(|row| own_line(row, zone, lang)).collect_view();
    view! {
        <section class="section" id="own" aria-labelledby="own-heading">
            <h2 id="own-heading">{heading}</h2>
            <ScrollTable caption=heading table_class="table--stack">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("項目(区分)", "Item (group)")}</th>
                        <th scope="col">{lang.t("年度", "Fiscal year")}</th>
                        <th scope="col">{lang.t("担当部署", "Owned by")}</th>
                        <th scope="col">{lang.t("下書きの状態", "State of the draft")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        </section>
    }
    .into_any()
}

fn own_line(row: &OwnRow, zone: &str, lang: Lang) -> AnyView {
    let href = format!("/indicators/{}/draft", row.id);
    let title = format!("{} {}", row.row.section, title_of(&row.row, lang));
    let owner = row.owner.get(lang).to_owned();
    let owner_lang = own_lang(&owner, lang);
    let written = row.draft.as_ref().map(|draft| {
        let author = draft.author.get(lang).to_owned();
        let words = match lang {
            Lang::Ja => format!("{}、{author}", format::moment(draft.written_at, zone, lang)),
            Lang::En => format!("{}, {author}", format::moment(draft.written_at, zone, lang)),
        };
        let words_lang = own_lang(&words, lang);
        view! { <span class="cell-note" lang=words_lang>{words}</span> }
    });
    view! {
        <tr>
            <th scope="row"><a href=href lang=ja_text(lang)>{title}</a></th>
            <td data-label=lang.t("年度", "Fiscal year")>{year_label(row.fiscal_year, lang)}</td>
            <td data-label=lang.t("担当部署", "Owned by") lang=owner_lang>{owner}</td>
            <td>{state_badge(row.draft.as_ref(), lang)}{written}</td>
        </tr>
    }
    .into_any()
}

/// The drafts that HR has to look at.
fn to_decide(context: &Context, waiting: Vec<Waiting>, zone: &str) -> AnyView {
    let lang = context.lang;
    let heading = lang.t("確認を待つ下書き", "Drafts that wait for you");
    if waiting.is_empty() {
        let title = lang.t("確認を待つ下書きはありません", "No draft waits for you");
        let text = lang.t(
            "担当部署が下書きを提出すると、変更前と変更後が並んでここに表示されます。担当部署は、行の編集ページで設定します。",
            "Once a unit submits a draft, it is shown here beside what the table says. Which unit owns a row is set on the row’s page.",
        );
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    }
    let cards = waiting.iter().map(|one| card(context, one, zone)).collect_view();
    view! {
        <section class="section" id="waiting" aria-labelledby="waiting-heading">
            <h2 id="waiting-heading">{heading}</h2>
            <div class="stack-l">{cards}</div>
        </section>
    }
    .into_any()
}

/// One draft beside what the table says, and HR's answer.
fn card(context: &Context, waiting: &Waiting, zone: &str) -> AnyView {
    let lang = context.lang;
    let Waiting { draft, row, shut } = waiting;
    let title = format!("{} {}", row.cells.section, title_of(&row.cells, lang));
    let caption = title.clone();
    let author = draft.author.get(lang);
    let owner = row.owner.as_ref().map(|owner| owner.get(lang)).unwrap_or_default();
    let at = format::moment(draft.written_at, zone, lang);
    let by = match lang {
        Lang::Ja => format!("{owner} {author}、{at}提出"),
        Lang::En => format!("Submitted by {author} ({owner}) on {at}"),
    };
    let (by_lang, edit) = (own_lang(&by, lang), format!("/indicators/{}/edit", row.id));
    let lines = DRAFTED
        .into_iter()
        .filter_map(|column| comparison(column, &row.cells, &draft.cells, lang))
        .collect_view();
    let id = draft.id.to_string();
    let refused = context.kept("draft", "") == id;
    let comment = if refused { context.kept("comment", "") } else { String::new() };
    let (again, field_id, anchor) = (id.clone(), format!("comment-{id}"), format!("draft-{id}"));
    let accept = if *shut {
        let href = format!("/indicators?year={}#state", row.fiscal_year);
        view! {
            <p>{lang.t(
                "表は確定を依頼しているため、採用できません。依頼を取り下げると採用できます。",
                "The table waits for its sign-off, so nothing can be taken into it. Once it is taken back, this can.",
            )}</p>
            <a class="button button--quiet" href=href>{lang.t("表を開く", "Open the table")}</a>
        }
        .into_any()
    } else {
        view! {
            <form method="post" action="/api/hr/followup/decide-draft">
                <input type="hidden" name="draft" value=id/>
                <input type="hidden" name="decision" value="accept"/>
                <SubmitButton label=lang.t("採用して表に反映する", "Take it into the table")/>
            </form>
            <a class="button button--quiet" href=edit>{lang.t("行を開く", "Open the row")}</a>
        }
        .into_any()
    };
    view! {
        <article class="card" id=anchor>
            <h3 class="card-title" lang=ja_text(lang)>{title}</h3>
            <p class="muted" lang=by_lang>{by}</p>
            <ScrollTable caption=caption caption_lang=ja_text(lang) table_class="compare-table">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("欄", "Column")}</th>
                        <th scope="col">{lang.t("今の表", "In the table now")}</th>
                        <th scope="col">{lang.t("下書き", "Draft")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
            <div class="card-foot">{accept}</div>
            <details class="disclosure" open=refused>
                <summary>{lang.t("差し戻す", "Return it")}</summary>
                <form class="form" method="post" action="/api/hr/followup/decide-draft">
                    <input type="hidden" name="draft" value=again/>
                    <input type="hidden" name="decision" value="return"/>
                    <TextArea name="comment" id=field_id label=lang.t("直してほしいこと", "What should be changed")
                        value=comment required=true max_length=MAX_COMMENT rows=4 lang=lang/>
                    <SubmitButton label=lang.t("コメントを付けて差し戻す", "Return it with this comment")
                        kind=ButtonKind::Secondary/>
                </form>
            </details>
        </article>
    }
    .into_any()
}

/// One cell before and after; nothing where neither says anything.
fn comparison(column: Column, now: &Row, draft: &Cells, lang: Lang) -> Option<AnyView> {
    let before = now.cell(column);
    // What the draft does not speak of stays.
    let after = draft.get(&column).map_or(before.as_ref(), String::as_str);
    if before.trim().is_empty() && after.trim().is_empty() {
        return None;
    }
    let changed = before != after;
    let badge = changed.then(|| view! { <Badge kind=BadgeKind::Info label=lang.t("変更", "Changed")/> });
    let class = changed.then_some("is-changed");
    let line = view! {
        <tr class=class>
            <th scope="row">{column.label(lang)}" "{badge}</th>
            <td class="text">{written(&before, false, lang)}</td>
            <td class="text">{written(after, changed, lang)}</td>
        </tr>
    };
    Some(line.into_any())
}

/// The draft for one row of a unit the person manages.
#[component]
pub fn DraftPage() -> impl IntoView {
    let id = param("row");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let own = service.own_followup_row(&person, id).await?;
        let title = lang.t("下書き", "Draft").to_owned();
        let frame = below_row(title, own.fiscal_year, &own.row, lang)
            .crumb(lang.t("下書きの一覧", "All drafts"), "/indicators/drafts")
            .lead(title_of(&own.row, lang));
        let submitted = own.draft.as_ref().is_some_and(|draft| draft.state == DraftState::Submitted);
        let closed = if submitted {
            Some(with_hr(&own, lang))
        } else if is_submitted(&service, own.fiscal_year).await? {
            Some(shut(lang))
        } else {
            None
        };
        let body = match closed {
            Some(notice) => view! { {unsaved(&context, &typed(lang))}{notice} }.into_any(),
            None => form(&context, &own),
        };
        let view = view! {
            {standing(&own, &person.time_zone, lang)}
            {given(&own.row, lang)}
            {body}
        };
        Ok((frame, view.into_any()))
    })
}

/// The state of the draft, and what HR said when it was returned.
fn standing(own: &OwnRow, zone: &str, lang: Lang) -> AnyView {
    let said =
        own.draft.as_ref().map(|draft| draft.comment.trim().to_owned()).filter(|said| !said.is_empty());
    let said = said.map(|said| {
        let said_lang = own_lang(&said, lang);
        view! {
            <p>{lang.t("差戻しのコメント:", "Why it was returned:")}</p>
            <blockquote class="comment" lang=said_lang>{said}</blockquote>
        }
    });
    let saved = own.draft.as_ref().map(|draft| {
        let at = format::moment(draft.written_at, zone, lang);
        match lang {
            Lang::Ja => format!("最後の保存: {at}"),
            Lang::En => format!("Last saved on {at}"),
        }
    });
    view! {
        <section class="section" id="standing" aria-labelledby="standing-heading">
            <h2 id="standing-heading">{lang.t("下書きの状態", "State of the draft")}</h2>
            <p>{state_badge(own.draft.as_ref(), lang)}" "{saved}</p>
            {said}
        </section>
    }
    .into_any()
}

/// What the table says and a draft does not change.
fn given(row: &Row, lang: Lang) -> AnyView {
    const GIVEN: [Column; 4] = [Column::Target, Column::Deadline, Column::Baseline, Column::BaselineAsOf];
    let facts: Vec<_> = GIVEN
        .into_iter()
        .filter(|column| !row.cell(*column).trim().is_empty())
        .map(|column| {
            view! { <dt>{column.label(lang)}</dt><dd>{written(&row.cell(column), false, lang)}</dd> }
        })
        .collect();
    if facts.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="section" id="given" aria-labelledby="given-heading">
            <h2 id="given-heading">{lang.t("目標", "The target")}</h2>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}

/// What the draft says of a column, or else the table.
fn drafted(own: &OwnRow, column: Column) -> String {
    let draft = own.draft.as_ref().and_then(|draft| draft.cells.get(&column).cloned());
    draft.unwrap_or_else(|| own.row.cell(column).into_owned())
}

/// What the table says of a column, where that is something else by now than when the draft was written.
fn moved_on(own: &OwnRow, column: Column, lang: Lang) -> Option<AnyView> {
    let was = own.draft.as_ref()?.was.get(&column)?;
    let now = own.row.cell(column);
    if *was == now {
        return None;
    }
    let label = column.label(lang);
    let said = match lang {
        Lang::Ja => format!("下書きの後に、表の「{label}」が変わりました。今の表の内容:"),
        Lang::En => format!("Since the draft was written, the table has changed ({label}). It says now:"),
    };
    let now = written(&now, false, lang);
    let badge = lang.t("表が変わりました", "Table changed");
    Some(
        view! {
            <div>
                <p><Badge kind=BadgeKind::Warning label=badge/>" "{said}</p>
                {now}
            </div>
        }
        .into_any(),
    )
}

/// What the draft says of a column, where something else was typed into the form and not kept.
fn saved_meanwhile(context: &Context, own: &OwnRow, column: Column) -> Option<AnyView> {
    let lang = context.lang;
    let saved = own.draft.as_ref()?.cells.get(&column)?;
    if context.kept(column.key(), saved).replace("\r\n", "\n") == *saved {
        return None;
    }
    let said = lang.t("保存されている下書きの内容:", "The draft that is saved says:");
    Some(view! { <div><p class="muted">{said}</p>{written(saved, false, lang)}</div> }.into_any())
}

fn form(context: &Context, own: &OwnRow) -> AnyView {
    let lang = context.lang;
    let one = |column: Column| {
        let moved = [moved_on(own, column, lang), saved_meanwhile(context, own, column)];
        let field = over(context, column, &own.row.cell(column), &drafted(own, column));
        view! { {moved}{field} }
    };
    let values = vec![one(Column::Current), one(Column::CurrentAsOf)];
    let values = if own.row.kind == RowKind::Figure {
        values.into_any()
    } else {
        let used = |column: Column| !context.kept(column.key(), &drafted(own, column)).trim().is_empty();
        let open = used(Column::Current) || used(Column::CurrentAsOf);
        view! {
            <details class="disclosure" open=open>
                <summary>{lang.t("現状の欄", "Current value")}</summary>
                <div class="form">{values}</div>
            </details>
        }
        .into_any()
    };
    let (id, seen) = (own.id.to_string(), own.draft.as_ref().map(Draft::version));
    view! {
        <section class="section" id="draft" aria-labelledby="draft-heading">
            <h2 id="draft-heading">{lang.t("下書きの内容", "What you propose")}</h2>
            <p class="section-lead">{lang.t(
                "提出して人事担当が採用すると、表に反映されます。それまで表は変わりません。",
                "The table changes once you submit the draft and the personnel division takes it over, and not before.",
            )}</p>
            <form class="form" method="post" action="/api/followup/draft">
                <input type="hidden" name="row" value=id/>
                <input type="hidden" name="seen" value=seen/>
                {values}
                {one(Column::Initiative)}
                {one(Column::Outcome)}
                <div class="actions">
                    <SubmitButton label=lang.t("下書きを保存", "Save the draft") kind=ButtonKind::Secondary
                        name="step" value="save"/>
                    <SubmitButton label=lang.t("人事担当へ提出", "Submit to the personnel division")
                        name="step" value="submit"/>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// In place of the form, while the table waits for its sign-off.
fn shut(lang: Lang) -> AnyView {
    let text = lang.t(
        "表は幹部の確定を待っているため、今は下書きを書けません。差し戻されるか依頼が取り下げられると、書けるようになります。",
        "The table waits for its sign-off, so no draft can be written now. It can again once the table is returned or taken back.",
    );
    view! {
        <section class="section" id="draft" aria-labelledby="draft-heading">
            <h2 id="draft-heading">{lang.t("下書きの内容", "What you propose")}</h2>
            <p>{text}</p>
        </section>
    }
    .into_any()
}

/// In place of the form, while the draft is with HR.
fn with_hr(own: &OwnRow, lang: Lang) -> AnyView {
    let facts = DRAFTED
        .into_iter()
        .map(|column| {
            view! { <dt>{column.label(lang)}</dt><dd>{written(&drafted(own, column), false, lang)}</dd> }
        })
        .collect_view();
    view! {
        <section class="section" id="draft" aria-labelledby="draft-heading">
            <h2 id="draft-heading">{lang.t("提出した内容", "What you submitted")}</h2>
            <p class="section-lead">{lang.t(
                "人事担当が確認しています。採用されるか差し戻されるまで、変更できません。",
                "The personnel division is looking at it. It cannot be changed until they take it over or return it.",
            )}</p>
            <dl class="facts">{facts}</dl>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::followup::SectionNumber;
    use domain::text::Text;

    use super::*;

    #[test]
    fn the_form_begins_with_the_draft_and_else_with_the_table() {
        let section = SectionNumber::parse("4").expect("a number");
        let row =
            Row { current: "1%".into(), outcome: "成果".into(), ..Row::new(section, RowKind::Figure) };
        let draft = Draft {
            id: 1,
            row: 2,
            author: Text::default(),
            state: DraftState::Returned,
            cells: Cells::from([(Column::Current, "2%".to_owned())]),
            was: Cells::from([(Column::Current, "0%".to_owned())]),
            comment: String::new(),
            written_at: 0,
        };
        let own = OwnRow { id: 2, fiscal_year: 2025, row, owner: Text::default(), draft: Some(draft) };
        assert_eq!(
            (drafted(&own, Column::Current), drafted(&own, Column::Outcome)),
            ("2%".into(), "成果".into())
        );
        assert!(moved_on(&own, Column::Current, Lang::Ja).is_some(), "it was 0% then");
        assert!(moved_on(&own, Column::Outcome, Lang::Ja).is_none());
    }
}
