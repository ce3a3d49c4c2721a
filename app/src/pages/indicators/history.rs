//! The record of changes to the follow-up table: who, when, what stood there before and after.

mod words;

use std::collections::BTreeSet;

use domain::fiscal_year::FiscalYear;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{COUNTED, Change, HIDDEN, VALUE};
use service::{Error, Result, Service};

use self::words::Words;
use super::parts::written;
use super::{asked_year, below_table, ja_text, year_label};
use crate::components::{EmptyState, ScrollTable, own_lang, page_of, pager};
use crate::format;
use crate::pages::page;

/// Changes on one page.
const PER_PAGE: usize = 50;

/// The changes to the table of a year (`?year=2025`, the newest one by default), or to one of its rows (`&row=12`),
/// the newest first.
#[component]
pub fn HistoryPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(Error::Forbidden)?;
        let frame = below_table(lang.t("変更履歴", "Record of changes"), lang);
        let years = service.followup_change_years().await?;
        let Some(year) = asked_year(&context, "year")?.or(years.first().copied()) else {
            let title = lang.t("変更はまだありません", "Nothing has changed yet");
            let text = lang.t(
                "表を取り込むと、それからの変更が、だれが・いつ・何を変えたかとともに、ここに残ります。",
                "Once a table is imported, every change is kept here: who, when, and what stood there before and after.",
            );
            let action =
                (lang.t("取組と指標へ", "Initiatives and indicators").to_owned(), "/indicators".to_owned());
            let view = view! { <EmptyState title=title text=text action=Some(action)/> };
            return Ok((frame, view.into_any()));
        };
        if !years.contains(&year) {
            return Err(Error::NotFound);
        }
        let fiscal_year = FiscalYear::new(year).ok_or(Error::NotFound)?;
        let row: Option<i64> = match context.query("row").filter(|row| !row.is_empty()) {
            Some(row) => Some(row.parse().map_err(|_| Error::NotFound)?),
            None => None,
        };
        let count = service.followup_changes_count(fiscal_year, row).await?;
        let entries = usize::try_from(count).unwrap_or(usize::MAX);
        let (current, pages) = page_of(context.query("page").as_deref(), entries, PER_PAGE);
        let skip = (current - 1).saturating_mul(PER_PAGE) as u64;
        let changes = service.followup_changes(fiscal_year, row, skip, PER_PAGE as u64).await?;
        let shown = if person.has(Role::Hr) { None } else { Some(shown_rows(&service, year).await?) };
        let words = Words::read(&service, &changes).await?;
        let path = match row {
            Some(row) => format!("/indicators/history?year={year}&row={row}"),
            None => format!("/indicators/history?year={year}"),
        };
        let view = view! {
            {other_years(&years, year, lang)}
            <div class="stack">
                {row.map(|_| of_one_row(&changes, year, lang))}
                {list(&changes, &words, shown.as_ref(), &person.time_zone, lang)}
                {pager(&path, current, pages, "", lang)}
            </div>
        };
        let lead = match lang {
            Lang::Ja => {
                format!("{}の表の変更を、新しい順に示します。記録は消せません。", year_label(year, lang))
            }
            Lang::En => format!(
                "Changes to the table of {}, the newest first. The record cannot be deleted.",
                year_label(year, lang)
            ),
        };
        Ok((frame.lead(lead), view.into_any()))
    })
}

/// Rows of which every value is shown. What was typed in others, where few people are behind a value, is for HR only; so is
/// what stood in a row that is gone, of which nobody can say that any more.
async fn shown_rows(service: &Service, year: i16) -> Result<BTreeSet<i64>> {
    let plan = match service.followup(Some(year)).await {
        Ok(plan) => plan,
        // The table was removed.
        Err(Error::NotFound) => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let rows = plan.sections.into_iter().flat_map(|section| section.rows);
    let shown = rows.filter(|row| !row.hides());
    Ok(shown.map(|row| row.id).collect())
}

fn other_years(years: &[i16], year: i16, lang: Lang) -> AnyView {
    if years.len() < 2 {
        return ().into_any();
    }
    let links = years
        .iter()
        .map(|other| {
            let current = (*other == year).then_some("page");
            let href = format!("/indicators/history?year={other}");
            view! { <li><a href=href aria-current=current>{year_label(*other, lang)}</a></li> }
        })
        .collect_view();
    let name = lang.t("年度", "Fiscal year");
    view! { <nav class="tabs" aria-label=name><ul class="tabs-list">{links}</ul></nav> }.into_any()
}

/// Which row the list is about, and the way to all of them.
fn of_one_row(changes: &[Change], year: i16, lang: Lang) -> AnyView {
    let href = format!("/indicators/history?year={year}");
    let name =
        changes.first().map(|change| change.name.clone()).filter(|name| !name.is_empty()).map(|name| {
            view! { <strong lang=ja_text(lang)>{name}</strong> }
        });
    view! {
        <p>{lang.t("一つの行だけを表示しています。", "Changes to one row only. ")}{name}</p>
        <div class="actions no-print">
            <a class="button button--secondary" href=href>{lang.t("表全体の変更履歴", "All changes to the table")}</a>
        </div>
    }
    .into_any()
}

fn list(changes: &[Change], words: &Words, shown: Option<&BTreeSet<i64>>, zone: &str, lang: Lang) -> AnyView {
    if changes.is_empty() {
        let title = lang.t("変更はまだありません", "Nothing has changed yet");
        let text = lang.t(
            "表や実績値が変わると、ここに残ります。",
            "Whenever the table or a value changes, it is kept here.",
        );
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    }
    let lines =
        changes.iter().map(|change| line(change, words, hides(change, shown), zone, lang)).collect_view();
    view! {
        <ScrollTable caption=lang.t("変更の一覧", "Changes") table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("日時", "When")}</th>
                    <th scope="col">{lang.t("だれが", "Who")}</th>
                    <th scope="col">{lang.t("行", "Row")}</th>
                    <th scope="col">{lang.t("何を", "What")}</th>
                    <th scope="col">{lang.t("欄", "Field")}</th>
                    <th scope="col">{lang.t("変更前", "Before")}</th>
                    <th scope="col">{lang.t("変更後", "After")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </ScrollTable>
    }
    .into_any()
}

/// True where somebody who is not HR is not told what stood there: values of rows that are not among those `shown`, and
/// every value that came with its counts. Whether such a value may be shown depends on the groups beside it, which are not
/// what they were. HR, for whom there is no such set, is told everything.
fn hides(change: &Change, shown: Option<&BTreeSet<i64>>) -> bool {
    let Some(shown) = shown else { return false };
    let of_shown = change.row.is_some_and(|row| shown.contains(&row));
    change.field == COUNTED || (!of_shown && matches!(change.field.as_str(), VALUE | "current" | "baseline"))
}

fn line(change: &Change, words: &Words, hides: bool, zone: &str, lang: Lang) -> AnyView {
    let at = format::moment(change.at, zone, lang);
    let nobody = lang.t("自動(または管理用コマンド)", "By itself, or by a command of the administrator");
    let who = change.actor.as_ref().map_or_else(|| nobody.to_owned(), |who| who.get(lang).to_owned());
    let who_lang = own_lang(&who, lang);
    let what = change.act.map_or_else(
        || lang.t("その他の変更", "Another change").to_owned(),
        |act| act.label().get(lang).to_owned(),
    );
    let row = match change.row {
        _ if change.name.is_empty() => {
            view! { <span class="muted">{lang.t("表全体", "The table")}</span> }.into_any()
        }
        Some(row) => {
            let href = format!("/indicators/history?year={}&row={row}", change.fiscal_year);
            view! { <a href=href lang=ja_text(lang)>{change.name.clone()}</a> }.into_any()
        }
        None => view! { <span lang=ja_text(lang)>{change.name.clone()}</span> }.into_any(),
    };
    let before = value(change, &change.before, words, hides, lang);
    let after = value(change, &change.after, words, hides, lang);
    view! {
        <tr>
            <td class="nowrap">{at}</td>
            <td lang=who_lang>{who}</td>
            <th scope="row">{row}</th>
            <td>{what}</td>
            <td>{words::field(&change.field, lang)}</td>
            <td class="text">{before}</td>
            <td class="text">{after}</td>
        </tr>
    }
    .into_any()
}

/// What stood there, in words; nothing is a dash.
fn value(change: &Change, stored: &str, words: &Words, hides: bool, lang: Lang) -> AnyView {
    if stored.trim().is_empty() {
        let nothing = lang.t("なし", "nothing");
        return view! { <span aria-hidden="true">"–"</span><span class="visually-hidden">{nothing}</span> }
            .into_any();
    }
    if hides {
        return view! { <span class="muted">{lang.t(HIDDEN, "Not public")}</span> }.into_any();
    }
    written(&words.value(&change.field, stored, lang), false, lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(row: i64, field: &str) -> Change {
        Change {
            fiscal_year: 2025,
            row: Some(row),
            name: String::new(),
            at: 0,
            actor: None,
            act: None,
            field: field.into(),
            before: String::new(),
            after: "42.1%".into(),
        }
    }

    #[test]
    fn what_few_people_are_behind_is_for_hr_alone() {
        let shown = BTreeSet::from([8]);
        for (row, field) in [(7, VALUE), (7, "current"), (7, "baseline"), (7, COUNTED), (8, COUNTED)] {
            assert!(hides(&change(row, field), Some(&shown)), "{row} {field}");
            assert!(!hides(&change(row, field), None), "HR sees {row} {field}");
        }
        for (row, field) in [(8, VALUE), (8, "current"), (7, "current_as_of"), (7, "target")] {
            assert!(!hides(&change(row, field), Some(&shown)), "{row} {field}");
        }
        let gone = Change { row: None, ..change(0, "current") };
        assert!(hides(&gone, Some(&shown)), "a row nobody can look at any more");
    }
}
