//! Initiatives and indicators: the yearly follow-up table, one indicator with all that is known of it, and the pages
//! on which the table is edited, drafted for, compared and looked back on.

pub(super) mod chart;
mod compare;
mod detail;
mod draft;
mod edit;
pub(super) mod filter;
mod history;
mod new;
mod parts;
mod published;
mod state;
mod table;

pub use compare::ComparePage;
pub use draft::{DraftPage, DraftsPage};
pub use edit::EditRowPage;
pub use history::HistoryPage;
pub use new::NewRowPage;
pub use published::PublishedPage;

pub(super) use parts::{current_href, sourced, written_href};

use domain::fiscal_year::FiscalYear;
use domain::followup::Row;
use domain::indicator::Status;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{Plan, PlanRow};

use self::filter::Filter;
use self::state::Standing;
use super::{Frame, page, param};
use crate::components::{
    Badge, BadgeKind, EmptyState, FileField, SelectField, SubmitButton, TextField, encoded, unsaved,
};
use crate::context::Context;

/// The name of a status in the address of a page, such as `/indicators?status=behind`.
pub fn status_key(status: Status) -> &'static str {
    match status {
        Status::Achieved => "achieved",
        Status::OnTrack => "on_track",
        Status::Behind => "behind",
        Status::WorseThanBaseline => "worse_than_baseline",
        Status::NoTarget => "no_target",
        Status::NoData => "no_data",
    }
}

/// Reads [`status_key`].
fn status_from(key: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status_key(*status) == key)
}

/// A status in its word, with its sign.
pub(super) fn status_badge(status: Status, lang: Lang) -> AnyView {
    let kind = match status {
        Status::Achieved => BadgeKind::Success,
        Status::OnTrack => BadgeKind::Info,
        Status::Behind => BadgeKind::Warning,
        Status::WorseThanBaseline => BadgeKind::Danger,
        Status::NoTarget | Status::NoData => BadgeKind::Neutral,
    };
    view! { <Badge kind=kind label=status.label(lang)/> }.into_any()
}

/// 令和7年度, FY2025.
pub(super) fn year_label(year: i16, lang: Lang) -> String {
    FiscalYear::new(year).map_or_else(|| year.to_string(), |year| year.label(lang))
}

/// Texts of the table are Japanese whatever the language of the page; screen readers are told so.
pub(super) fn ja_text(lang: Lang) -> Option<&'static str> {
    match lang {
        Lang::Ja => None,
        Lang::En => Some(Lang::Ja.tag()),
    }
}

/// What a figure row is called: its item and, where it is broken down, the group.
pub(super) fn row_title(row: &PlanRow, lang: Lang) -> String {
    title_of(&row.row, lang)
}

fn title_of(row: &Row, lang: Lang) -> String {
    let (item, group) = (&row.item, &row.group);
    match (group.trim().is_empty(), lang) {
        (true, _) => item.clone(),
        (false, Lang::Ja) => format!("{item}({group})"),
        (false, Lang::En) => format!("{item} ({group})"),
    }
}

fn is_hr(context: &Context) -> bool {
    context.person().is_some_and(|person| person.has(Role::Hr))
}

/// The year in a parameter of the address, where there is one.
fn asked_year(context: &Context, name: &str) -> service::Result<Option<i16>> {
    let asked = context.query(name).filter(|year| !year.is_empty());
    asked.map(|year| year.parse().map_err(|_| service::Error::NotFound)).transpose()
}

/// The frame of a page below the table.
fn below_table(title: &str, lang: Lang) -> Frame {
    Frame::new(title)
        .crumb(lang.t("ホーム", "Home"), "/")
        .crumb(lang.t("取組と指標", "Initiatives and indicators"), "/indicators")
}

/// The frame of a page about a row of the table of a year, with the way back to its section.
fn below_row(title: String, year: i16, row: &Row, lang: Lang) -> Frame {
    let back = format!("/indicators?year={year}#{}", table::anchor(row.section));
    Frame::new(title)
        .crumb(lang.t("ホーム", "Home"), "/")
        .crumb(format!("{} {}", lang.t("取組と指標", "Indicators"), year_label(year, lang)), back)
}

/// The follow-up table of a fiscal year: `?year=2025`, the newest one by default; `?status=behind` shows only
/// indicators of that status.
#[component]
pub fn FollowupPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let year = asked_year(&context, "year")?;
        let chosen = Filter::of(&context);
        let years = service.followup_years().await?;
        let frame = Frame::new(lang.t("取組と指標", "Initiatives and indicators"))
            .crumb(lang.t("ホーム", "Home"), "/");
        let hr = is_hr(&context);
        if years.is_empty() && year.is_none() {
            let this_year = FiscalYear::of(service.clock.today()).year();
            let form = hr.then(|| import_form(&context, this_year));
            let view = view! { {nothing_yet(hr, lang)} {form} };
            return Ok((frame, view.into_any()));
        }
        let plan = service.followup(year).await?;
        let fiscal_year = FiscalYear::new(plan.fiscal_year).ok_or(service::Error::NotFound)?;
        let standing = Standing::read(&service, context.person().as_ref(), fiscal_year).await?;
        let remarks = standing.remarks(&service).await?;
        let lead = match lang {
            Lang::Ja => format!(
                "{}のフォローアップ表です。状況は、目標・目標設定時の値・期限までの進み方から判定し、理由を添えています。",
                year_label(plan.fiscal_year, lang)
            ),
            Lang::En => format!(
                "The follow-up table of {}. Each status is derived from target, baseline and the pace until the \
                 deadline, and says why. The table itself is kept in Japanese.",
                year_label(plan.fiscal_year, lang)
            ),
        };
        let strip = state::strip(&context, &standing, &remarks);
        let newest = years.first().copied().unwrap_or(plan.fiscal_year);
        let edition = hr.then(|| state::edition_form(&context, newest));
        let links = standing.links(years.len(), lang);
        let tools = toolbar(plan.fiscal_year, years, links, lang);
        let tabs = status_tabs(&plan, &chosen, lang);
        let rows: Vec<&PlanRow> = plan.sections.iter().flat_map(|section| &section.rows).collect();
        let filter = filter::form("/indicators", plan.fiscal_year, &chosen, &rows, lang);
        // A table that waits for its sign-off takes no file.
        let import = (hr && !standing.is_submitted()).then(|| import_form(&context, plan.fiscal_year));
        let sections = table::sections(plan, &chosen, &standing.row_links(), lang);
        let view = view! { {strip} {tools} {tabs} {filter} {sections} {edition} {import} };
        Ok((frame.lead(lead), view.into_any()))
    })
}

fn nothing_yet(hr: bool, lang: Lang) -> AnyView {
    let title = lang.t("フォローアップ表はまだありません", "There is no follow-up table yet");
    let text = if hr {
        lang.t(
            "下のフォームからCSVまたはExcelの表を取り込むと、項目ごとの取組・成果・数値目標と状況がここに表示されます。",
            "Import a table (CSV or Excel) with the form below; initiatives, results, targets and their status will be shown here.",
        )
    } else {
        lang.t(
            "人事担当が取り込むと、項目ごとの取組・成果・数値目標と状況がここに表示されます。",
            "Once the personnel division has imported it, initiatives, results, targets and their status will be \
             shown here.",
        )
    };
    view! { <EmptyState title=title text=text action=None/> }.into_any()
}

/// Other years, the file, and what else can be done with the table.
fn toolbar(year: i16, years: Vec<i16>, links: Vec<(String, String)>, lang: Lang) -> AnyView {
    let others = (years.len() > 1).then(|| {
        let links = years
            .into_iter()
            .map(|other| {
                let current = (other == year).then_some("page");
                let href = format!("/indicators?year={other}");
                view! { <li><a href=href aria-current=current>{year_label(other, lang)}</a></li> }
            })
            .collect_view();
        let name = lang.t("年度", "Fiscal year");
        view! { <nav class="tabs" aria-label=name><ul class="tabs-list">{links}</ul></nav> }
    });
    let file = |file: &str, words: &'static str| {
        let href = format!("/indicators/{file}?year={year}");
        view! { <a class="button button--secondary" href=href download="">{words}</a> }
    };
    let published = format!("/indicators/published?year={year}");
    let links = links
        .into_iter()
        .map(|(href, words)| view! { <a class="button button--secondary" href=href>{words}</a> })
        .collect_view();
    view! {
        {others}
        <div class="actions no-print">
            {links}
            <a class="button button--secondary" href=published>
                {lang.t("公表用の表・印刷", "Published form, print")}
            </a>
            {file("followup.csv", lang.t("CSVをダウンロード", "Download as CSV"))}
            {file("followup.xlsx", lang.t("Excelをダウンロード", "Download as Excel"))}
        </div>
    }
    .into_any()
}

/// Links that show the indicators of one status, with how many there are. The section and the owner that were chosen
/// stay chosen.
fn status_tabs(plan: &Plan, chosen: &Filter, lang: Lang) -> AnyView {
    let wanted = chosen.status;
    let every = Filter { status: None, ..chosen.clone() };
    let statuses: Vec<Status> = plan
        .sections
        .iter()
        .flat_map(|section| &section.rows)
        .filter(|row| every.shows(row))
        .filter_map(|row| row.status.as_ref().map(|(status, _)| *status))
        .collect();
    let year = plan.fiscal_year;
    let entry = |label: &str, count: usize, status: Option<Status>| {
        let href = chosen_address(year, &Filter { status, ..chosen.clone() });
        let current = (status == wanted).then_some("page");
        let words = match lang {
            Lang::Ja => format!("{label} {count}件"),
            Lang::En => format!("{label}: {count}"),
        };
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    };
    let all = entry(lang.t("すべて", "All indicators"), statuses.len(), None);
    let each = Status::ALL
        .into_iter()
        .filter_map(|status| {
            let count = statuses.iter().filter(|found| **found == status).count();
            (count > 0 || wanted == Some(status)).then(|| entry(status.label(lang), count, Some(status)))
        })
        .collect_view();
    let name = lang.t("指標の状況で絞り込む", "Show indicators by status");
    view! {
        <nav class="tabs" aria-label=name>
            <ul class="tabs-list">{all}{each}</ul>
        </nav>
    }
    .into_any()
}

/// The address of the table of a year with what is chosen of it.
fn chosen_address(year: i16, chosen: &Filter) -> String {
    let parts = [
        ("section", chosen.section.as_str()),
        ("status", chosen.status.map(status_key).unwrap_or_default()),
        ("owner", chosen.owner.as_str()),
    ];
    let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let parts: String = parts.map(|(name, value)| format!("&{name}={}", encoded(value))).collect();
    format!("/indicators?year={year}{parts}")
}

/// The form for a table, with what was chosen for one that was refused.
fn import_form(context: &Context, year: i16) -> AnyView {
    let lang = context.lang;
    let typed = context.kept("fiscal_year", "");
    let year = if typed.is_empty() { year_label(year, lang) } else { typed };
    let forms = vec![
        (String::new(), lang.t("フォローアップ表(12列)", "Follow-up table (twelve columns)").to_owned()),
        (
            "open_data".to_owned(),
            lang.t("内閣府オープンデータの様式", "The Cabinet Office's open-data form").to_owned(),
        ),
    ];
    let rules = lang.t(
        "同じ年度の表は置き換わります。項目番号・種別・項目・区分が同じ行は、調査との連携と実績値を引き継ぎます。表からなくなった行は、実績値とともに削除されます。誤りが1件でもあれば、何も変わりません。",
        "A table of the same fiscal year is replaced. Rows with the same section, kind, item and group keep their survey \
         link and values. Rows that are no longer in the table are deleted with their values. If anything is wrong, \
         nothing changes.",
    );
    view! {
        <section class="section no-print" id="import" aria-labelledby="import-heading">
            <h2 id="import-heading">{lang.t("表の取込み", "Import a table")}</h2>
            <p class="section-lead">{rules}</p>
            <form
                class="form"
                method="post"
                action="/api/hr/followup/import"
                enctype="multipart/form-data"
            >
                <TextField
                    name="fiscal_year"
                    label=lang.t("年度", "Fiscal year")
                    value=year
                    hint=lang.t("例: 令和7年度、2025", "For example 2025 or FY2025")
                    required=true
                    short=true
                    lang=lang
                />
                <FileField
                    name="file"
                    label=lang.t("フォローアップ表(CSVまたはExcel)", "Follow-up table (CSV or Excel)")
                    accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    hint=lang.t(
                        "CSV(UTF-8またはShift_JIS)またはExcelブック(.xlsx)、8 MB以内。ダウンロードしたCSVと同じ12列が必要です。",
                        "CSV (UTF-8 or Shift_JIS) or an Excel workbook (.xlsx), at most 8 MB, with the same twelve columns as the downloaded CSV.",
                    )
                    required=true
                    lang=lang
                />
                <SelectField
                    name="form"
                    label=lang.t("様式", "Form")
                    options=forms
                    selected=context.kept("form", "")
                    hint=lang.t(
                        "オープンデータの様式では、項目が同じ数値目標を更新し、ない項目を追加します。ほかの行は変わりません。",
                        "In the open-data form, figures of the same item are updated and others added; no other row changes.",
                    )
                    lang=lang
                />
                <SubmitButton label=lang.t("取り込む", "Import")/>
            </form>
        </section>
    }
    .into_any()
}

/// One indicator: its course, every known value with its source, and why it stands as it does.
#[component]
pub fn IndicatorPage() -> impl IntoView {
    let id = param("row");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let row = service.followup_row(id).await?;
        if row.indicator.is_none() {
            return Err(service::Error::NotFound);
        }
        let year = FiscalYear::new(row.fiscal_year).ok_or(service::Error::NotFound)?;
        let standing = Standing::read(&service, context.person().as_ref(), year).await?;
        let hr = is_hr(&context);
        let zone = context.person().map_or_else(|| "Asia/Tokyo".to_owned(), |person| person.time_zone);
        let reader = detail::Reader { hr, edit: hr && standing.is_open(), zone };
        let backing = detail::Backing::read(&service, &row).await?;
        // A value that was refused because the table is not open any more.
        let fields = detail::value_fields(lang);
        let unsaved = (hr && !reader.edit).then(|| unsaved(&context, &fields));
        let choices = if reader.edit { Some(detail::Choices::read(&service).await?) } else { None };
        let frame = below_row(row_title(&row, lang), row.fiscal_year, &row.row, lang);
        let view = view! {
            {unsaved}
            <div class="stack">
                {detail::links(&row, &standing, lang)}
                {detail::facts(&row, &backing, &reader, lang)}
            </div>
            {detail::course(&row, lang)}
            {detail::observations(&row, &backing, &reader, lang)}
            {choices.map(|choices| detail::forms(&context, &row, choices))}
        };
        Ok((frame, view.into_any()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_an_address_of_its_own() {
        for status in Status::ALL {
            assert_eq!(status_from(status_key(status)), Some(status));
        }
        assert_eq!(status_from("late"), None);
    }

    #[test]
    fn the_address_keeps_what_is_chosen() {
        let chosen = Filter { section: "5-2".into(), status: Some(Status::Behind), owner: "7".into() };
        assert_eq!(chosen_address(2025, &chosen), "/indicators?year=2025&section=5-2&status=behind&owner=7");
        assert_eq!(
            chosen_address(2025, &Filter { status: None, ..chosen }),
            "/indicators?year=2025&section=5-2&owner=7"
        );
        assert_eq!(chosen_address(2025, &Filter::default()), "/indicators?year=2025");
    }

    #[test]
    fn japanese_texts_are_marked_on_english_pages_only() {
        assert_eq!((ja_text(Lang::Ja), ja_text(Lang::En)), (None, Some("ja")));
        assert_eq!(year_label(2025, Lang::Ja), "令和7年度");
    }
}
