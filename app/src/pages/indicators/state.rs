//! Where a year's table stands, and what those who work on it and sign it off can do next.

use std::collections::BTreeSet;

use domain::fiscal_year::FiscalYear;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{PlanState, Remark};
use service::registry::person::Person;
use service::{Result, Service};

use super::ja_text;
use super::parts::RowLinks;
use crate::api::followup::plan::TAKE_BACK;
use crate::components::{Badge, BadgeKind, ButtonKind, SubmitButton, TextArea, TextField, own_lang};
use crate::context::Context;
use crate::format;

/// Remarks in sight at once; more of them open under their number.
const IN_SIGHT: usize = 3;

/// Longest comment or reason, in characters.
const MAX_COMMENT: u32 = 1_000;

/// Where a table stands, as far as the reader has to do with it.
pub(super) struct Standing {
    /// The fiscal year of the table.
    pub(super) year: FiscalYear,
    /// Where it stands.
    pub(super) state: PlanState,
    /// Drafts that wait for HR; `None` for anybody else.
    pub(super) drafts: Option<usize>,
    /// Rows of units the reader manages.
    pub(super) own: BTreeSet<i64>,
    hr: bool,
    executive: bool,
}

impl Standing {
    /// Reads what a person may know of the table of a fiscal year.
    ///
    /// # Errors
    /// [`service::Error::NotFound`] where there is no such table.
    pub(super) async fn read(service: &Service, person: Option<&Person>, year: FiscalYear) -> Result<Self> {
        let has = |role: Role| person.is_some_and(|person| person.has(role));
        let (hr, executive) = (has(Role::Hr), has(Role::Executive));
        let state = service.followup_state(year).await?;
        let drafts = if hr { Some(service.submitted_drafts().await?.len()) } else { None };
        let own = match person.filter(|person| person.has(Role::Manager)) {
            Some(person) => service.own_followup_rows(person).await?.into_iter().map(|row| row.id).collect(),
            None => BTreeSet::new(),
        };
        Ok(Self { year, state, drafts, own, hr, executive })
    }

    /// What should be settled before the sign-off, for those who ask for it or decide on it.
    pub(super) async fn remarks(&self, service: &Service) -> Result<Vec<Remark>> {
        let concerned = match &self.state {
            PlanState::Open { .. } => self.hr,
            PlanState::Submitted { .. } => self.executive,
            PlanState::Signed { .. } => false,
        };
        if concerned { service.followup_remarks(self.year).await } else { Ok(Vec::new()) }
    }

    /// True where the table can be changed: neither signed off nor waiting for that.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, PlanState::Open { .. })
    }

    /// True where the table waits for its sign-off.
    pub(super) fn is_submitted(&self) -> bool {
        matches!(self.state, PlanState::Submitted { .. })
    }

    /// True where the reader can write a draft for a row now.
    fn drafts_for(&self, row: i64) -> bool {
        !self.is_submitted() && self.own.contains(&row)
    }

    /// What the reader can do with each row.
    pub(super) fn row_links(&self) -> RowLinks {
        let own = if self.is_submitted() { BTreeSet::new() } else { self.own.clone() };
        RowLinks { edit: self.hr && self.is_open(), own }
    }

    /// Links to what else can be done with one row: addresses and words.
    pub(super) fn links_of(&self, row: i64, lang: Lang) -> Vec<(String, String)> {
        let year = self.year.year();
        let edit = (self.hr && self.is_open())
            .then(|| (format!("/indicators/{row}/edit"), lang.t("行を編集", "Edit the row")));
        let draft = self
            .drafts_for(row)
            .then(|| (format!("/indicators/{row}/draft"), lang.t("下書きを書く", "Write a draft")));
        let history = (self.hr || self.executive).then(|| {
            (
                format!("/indicators/history?year={year}&row={row}"),
                lang.t("この行の変更履歴", "Record of changes"),
            )
        });
        let links = [edit, draft, history].into_iter().flatten();
        links.map(|(href, words)| (href, words.to_owned())).collect()
    }

    /// Links to what else can be done with the table: addresses and words.
    pub(super) fn links(&self, years: usize, lang: Lang) -> Vec<(String, String)> {
        let year = self.year.year();
        let mut links: Vec<(String, String)> = Vec::new();
        if self.hr && self.is_open() {
            let words = lang.t("行を追加", "Add a row").to_owned();
            links.push((format!("/indicators/new?year={year}"), words));
        }
        let drafts = match (self.drafts, self.own.len()) {
            (Some(waiting), _) => Some(match lang {
                Lang::Ja => format!("下書き(確認待ち{waiting}件)"),
                Lang::En => format!("Drafts ({waiting} waiting)"),
            }),
            (None, 0) => None,
            (None, _) if self.is_submitted() => None,
            (None, own) => Some(match lang {
                Lang::Ja => format!("自部署の下書き({own}行)"),
                Lang::En => format!("Drafts of my units ({own} rows)"),
            }),
        };
        links.extend(drafts.map(|words| ("/indicators/drafts".to_owned(), words)));
        if self.hr || self.executive {
            let words = lang.t("変更履歴", "Record of changes").to_owned();
            links.push((format!("/indicators/history?year={year}"), words));
        }
        if self.hr {
            links.push(("/hr/metrics".to_owned(), lang.t("統計系列", "Metric series").to_owned()));
            links.push(("/hr/overtime".to_owned(), lang.t("超過勤務", "Overtime").to_owned()));
        }
        if years > 1 {
            let words = lang.t("年度比較", "Compare two years").to_owned();
            links.push(("/indicators/compare".to_owned(), words));
        }
        links
    }
}

/// The state in a word and a sentence, and the next step of those whose turn it is.
pub(super) fn strip(context: &Context, standing: &Standing, remarks: &[Remark]) -> AnyView {
    let lang = context.lang;
    let zone = context.person().map_or_else(|| "Asia/Tokyo".to_owned(), |person| person.time_zone);
    let moment = |at: i64| format::moment(at, &zone, lang);
    let (kind, word, text) = match &standing.state {
        PlanState::Open { .. } => (
            BadgeKind::Info,
            lang.t("作成中", "In preparation"),
            lang.t("内容はこれから変わることがあります。", "The content may still change.").to_owned(),
        ),
        PlanState::Submitted { at } => (
            BadgeKind::Warning,
            lang.t("確定依頼中", "Waiting for the sign-off"),
            match lang {
                Lang::Ja => format!("{}から、幹部の確定を待っています。", moment(*at)),
                Lang::En => format!("With the executives since {}.", moment(*at)),
            },
        ),
        PlanState::Signed { at, by } => {
            let by = by.get(lang);
            let text = match (lang, by.is_empty()) {
                (Lang::Ja, true) => format!("{}に確定しました。内容は変わりません。", moment(*at)),
                (Lang::Ja, false) => format!("{}に{by}が確定しました。内容は変わりません。", moment(*at)),
                (Lang::En, true) => format!("Signed off on {}; it does not change any more.", moment(*at)),
                (Lang::En, false) => {
                    format!("Signed off by {by} on {}; it does not change any more.", moment(*at))
                }
            };
            (BadgeKind::Success, lang.t("確定", "Signed off"), text)
        }
    };
    let said = match &standing.state {
        PlanState::Open { comment } if standing.hr || standing.executive => said(comment, lang),
        _ => ().into_any(),
    };
    let step = match &standing.state {
        PlanState::Open { .. } if standing.hr => {
            let submission = submission(standing, remarks, lang);
            view! { {submission}{removal(context, standing.year)} }.into_any()
        }
        PlanState::Submitted { at } => {
            let decision = standing.executive.then(|| decision(context, standing, *at, remarks));
            let back = standing.hr.then(|| taking_back(standing, lang));
            view! { {decision}{back} }.into_any()
        }
        PlanState::Signed { .. } if standing.hr => reopening(context, standing.year),
        _ => ().into_any(),
    };
    view! {
        <section class="section" id="state" aria-labelledby="state-heading">
            <h2 id="state-heading">{lang.t("表の状態", "State of the table")}</h2>
            <p><Badge kind=kind label=word/>" "{text}</p>
            {said}
            {step}
        </section>
    }
    .into_any()
}

/// Why the table was returned or reopened.
fn said(comment: &str, lang: Lang) -> AnyView {
    let comment = comment.trim().to_owned();
    if comment.is_empty() {
        return ().into_any();
    }
    let comment_lang = own_lang(&comment, lang);
    view! {
        <p>{lang.t("差戻しまたは確定取消しの理由:", "Why it was returned or reopened:")}</p>
        <blockquote class="comment" lang=comment_lang>{comment}</blockquote>
    }
    .into_any()
}

/// What should be settled before the sign-off, each with the row it is about: a link to its form where the reader can
/// `edit` it.
fn checklist(remarks: &[Remark], edit: bool, lang: Lang) -> AnyView {
    let heading = lang.t("確定の前に確認すること", "To check before the sign-off");
    if remarks.is_empty() {
        let text = lang.t(
            "確認待ちの下書き、過ぎた目標時期、前年度のままの値はありません。",
            "No draft waits, no deadline is over, and no value is still that of the last table.",
        );
        return view! { <h3>{heading}</h3><p>{text}</p> }.into_any();
    }
    let line = |remark: &Remark| {
        let name = remark.name.clone();
        let what = remark.what.get(lang).to_owned();
        let named = if edit {
            let href = format!("/indicators/{}/edit", remark.row);
            view! { <a href=href lang=ja_text(lang)>{name}</a> }.into_any()
        } else {
            view! { <strong lang=ja_text(lang)>{name}</strong> }.into_any()
        };
        view! { <li>{named}<span>{what}</span></li> }
    };
    let first = remarks.iter().take(IN_SIGHT).map(line).collect_view();
    let more = remarks.len().saturating_sub(IN_SIGHT);
    let more = (more > 0).then(|| {
        let words = match lang {
            Lang::Ja => format!("ほか{more}件"),
            Lang::En => format!("{more} more"),
        };
        let rest = remarks.iter().skip(IN_SIGHT).map(line).collect_view();
        view! {
            <details class="disclosure">
                <summary>{words}</summary>
                <ul class="link-list">{rest}</ul>
            </details>
        }
    });
    let count = remarks.len();
    let heading = match lang {
        Lang::Ja => format!("{heading}({count}件)"),
        Lang::En => format!("{heading} ({count})"),
    };
    view! {
        <h3>{heading}</h3>
        <ul class="link-list">{first}</ul>
        {more}
    }
    .into_any()
}

/// HR asks for the sign-off.
fn submission(standing: &Standing, remarks: &[Remark], lang: Lang) -> AnyView {
    let year = standing.year.year().to_string();
    view! {
        <div class="stack no-print">
            {checklist(remarks, standing.hr, lang)}
            <p class="section-lead">{lang.t(
                "依頼すると、幹部が表全体を確認し、確定するか差し戻します。上の点が残っていても依頼できます。",
                "An executive then looks through the whole table and signs it off or returns it. What is listed above is no obstacle.",
            )}</p>
            <form method="post" action="/api/hr/followup/submit">
                <input type="hidden" name="year" value=year/>
                <SubmitButton label=lang.t("確定を依頼する", "Ask for the sign-off")/>
            </form>
        </div>
    }
    .into_any()
}

/// HR removes the whole table.
fn removal(context: &Context, year: FiscalYear) -> AnyView {
    let lang = context.lang;
    let (number, label) = (year.year().to_string(), year.label(lang));
    let typed = context.kept("removed_year", "");
    let refused = context.flash().is_some_and(|flash| flash.fields.contains_key("removed_year"));
    let hint = match lang {
        Lang::Ja => format!("確認のため「{label}」と入力してください。"),
        Lang::En => format!("To be sure, please type {label}."),
    };
    view! {
        <details class="disclosure no-print" open=refused>
            <summary>{lang.t("この年度の表を削除する", "Remove the table of this year")}</summary>
            <form class="form" method="post" action="/api/hr/followup/remove-table">
                <p>{lang.t(
                    "年度を間違えて作った表などを、行・実績値・下書きごと削除します。元に戻せません。",
                    "For a table of a wrong year, for example: its rows, values and drafts go with it. This cannot be undone.",
                )}</p>
                <input type="hidden" name="year" value=number/>
                <TextField name="removed_year" label=lang.t("削除する表の年度", "Year of the table to be removed")
                    value=typed hint=hint required=true short=true autocomplete="off" lang=lang/>
                <SubmitButton label=lang.t("表を削除する", "Remove the table") kind=ButtonKind::Danger/>
            </form>
        </details>
    }
    .into_any()
}

/// HR takes back what it has asked to be signed off.
fn taking_back(standing: &Standing, lang: Lang) -> AnyView {
    let year = standing.year.year().to_string();
    view! {
        <div class="stack no-print">
            <p class="section-lead">{lang.t(
                "確定を待つ間は、行の編集、表の取込み、下書きの採用ができません。変更するときは、依頼を取り下げてください。",
                "While the table waits, no row can be edited, no file imported and no draft accepted. To change it, take it back.",
            )}</p>
            <form method="post" action="/api/hr/followup/submit">
                <input type="hidden" name="year" value=year/>
                <input type="hidden" name="step" value=TAKE_BACK/>
                <SubmitButton label=lang.t("依頼を取り下げる", "Take it back") kind=ButtonKind::Secondary/>
            </form>
        </div>
    }
    .into_any()
}

/// An executive signs off what was submitted at this time, or returns the table with a comment.
fn decision(context: &Context, standing: &Standing, submitted: i64, remarks: &[Remark]) -> AnyView {
    let lang = context.lang;
    let year = standing.year.year().to_string();
    let again = year.clone();
    let comment = context.kept("comment", "");
    let refused = context.flash().is_some_and(|flash| flash.fields.contains_key("comment"));
    view! {
        <div class="stack no-print">
            {checklist(remarks, false, lang)}
            <form method="post" action="/api/executive/followup/sign">
                <input type="hidden" name="year" value=year/>
                <input type="hidden" name="submitted" value=submitted.to_string()/>
                <SubmitButton label=lang.t("この表を確定する", "Sign this table off")/>
            </form>
            <details class="disclosure" open=refused>
                <summary>{lang.t("差し戻す", "Return it")}</summary>
                <form class="form" method="post" action="/api/executive/followup/return">
                    <input type="hidden" name="year" value=again/>
                    <TextArea name="comment" label=lang.t("直してほしいこと", "What should be changed") value=comment
                        required=true max_length=MAX_COMMENT rows=4 lang=lang/>
                    <SubmitButton label=lang.t("コメントを付けて差し戻す", "Return it with this comment")
                        kind=ButtonKind::Secondary/>
                </form>
            </details>
        </div>
    }
    .into_any()
}

/// HR reopens a table that was signed off.
fn reopening(context: &Context, year: FiscalYear) -> AnyView {
    let lang = context.lang;
    let year = year.year().to_string();
    let reason = context.kept("reason", "");
    let refused = context.flash().is_some_and(|flash| flash.fields.contains_key("reason"));
    view! {
        <details class="disclosure no-print" open=refused>
            <summary>{lang.t("確定を取り消す", "Reopen the table")}</summary>
            <form class="form" method="post" action="/api/hr/followup/reopen">
                <input type="hidden" name="year" value=year/>
                <TextArea name="reason" label=lang.t("取り消す理由", "Why it is reopened") value=reason required=true
                    hint=lang.t(
                        "変更履歴に残ります。変更した後は、もう一度確定を依頼します。",
                        "It is kept in the record of changes. Once you are done, the sign-off is asked for again.",
                    )
                    max_length=MAX_COMMENT rows=4 lang=lang/>
                <SubmitButton label=lang.t("理由を付けて確定を取り消す", "Reopen it for this reason") kind=ButtonKind::Danger/>
            </form>
        </details>
    }
    .into_any()
}

/// The form that begins the next year's table; `newest` is the latest fiscal year that has one.
pub(super) fn edition_form(context: &Context, newest: i16) -> AnyView {
    let lang = context.lang;
    if newest > FiscalYear::of(context.service().clock.today()).year() {
        // Next year's is there, and none is begun for a later year.
        return ().into_any();
    }
    let next = FiscalYear::new(newest).and_then(FiscalYear::next).map(|year| year.label(lang));
    let value = context.kept("edition_year", &next.unwrap_or_default());
    view! {
        <section class="section no-print" id="edition" aria-labelledby="edition-heading">
            <h2 id="edition-heading">{lang.t("新しい年度の版", "A new edition")}</h2>
            <p class="section-lead">{lang.t(
                "その年度より前のいちばん新しい表から、行・担当部署・設定・連携・実績値を引き継いで新しい表を作ります。元の表は変わりません。",
                "A new table goes on from the newest one before that year, with its rows, owners, settings, links and values. The last table stays as it is.",
            )}</p>
            <form class="form" method="post" action="/api/hr/followup/edition">
                <TextField name="edition_year" label=lang.t("新しい版", "New edition") value=value
                    hint=lang.t("年度を入力します。例: 令和8年度、2026", "Its year, for example 2026 or FY2026") required=true short=true lang=lang/>
                <SubmitButton label=lang.t("新しい版を作る", "Begin the edition") kind=ButtonKind::Secondary/>
            </form>
        </section>
    }
    .into_any()
}
