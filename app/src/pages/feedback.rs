//! The report of a review that its subject reads alone: profile, what stands out, items, comments, and up to three things
//! to do.

mod actions;
mod profile;
mod tables;
mod words;

use domain::text::Lang;
use leptos::prelude::*;
use service::registry::action::{Action, is_report};
use service::release::report::{Raters, Report, of_comments};

use super::{Frame, page, param};
use crate::components::{EmptyState, own_lang};
use crate::context::Context;

/// Where a person's reports are listed.
const LIST: &str = "/feedback";

/// What the pages are called.
const fn name(lang: Lang) -> &'static str {
    lang.t("わたしへのフィードバック", "My feedback")
}

/// The reviews in which the person was a subject.
#[component]
pub fn FeedbackListPage() -> impl IntoView {
    page(|context| async move {
        let (lang, service) = (context.lang, context.service());
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let reports = service.registry.reports_of(person.id).await?;
        let frame = Frame::new(name(lang)).crumb(lang.t("ホーム", "Home"), "/");
        if reports.is_empty() {
            let text = lang.t(
                "あなたが評価対象者になった評価が公表されると、報告書がここに並びます。",
                "When a review in which you are rated is released, your report is listed here.",
            );
            let title = lang.t("報告書はまだありません", "There are no reports yet");
            return Ok((frame, view! { <EmptyState title=title text=text action=None/> }.into_any()));
        }
        let rows = reports
            .into_iter()
            .map(|campaign| {
                let href = format!("{LIST}/{}", campaign.id);
                let title = campaign.title.get(lang).to_owned();
                view! { <li><a href=href>{title}</a></li> }
            })
            .collect_view();
        Ok((frame, view! { <ul class="link-list">{rows}</ul> }.into_any()))
    })
}

/// A person's own report.
#[component]
pub fn FeedbackPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let service = context.service();
        let report = service.registry.review_report(&campaign, person.id, &person).await?;
        let actions = service.registry.actions(&campaign, person.id).await?;
        service.registry.note_seen(&campaign, person.id).await?;
        let pulse = (!report.actions.is_empty()).then(|| words::asked_about(&report.actions, context.lang));
        let (frame, view) = shown(&context, &report, Some(actions));
        Ok((frame, view! { {pulse} {view} }.into_any()))
    })
}

/// Somebody else's report, for those of whom the terms said beforehand that they read it.
#[component]
pub fn SubjectFeedbackPage() -> impl IntoView {
    let (campaign, subject) = (param("campaign"), param("subject"));
    page(|context| async move {
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let service = context.service();
        let subject: i64 = subject.parse().map_err(|_| service::Error::NotFound)?;
        let report = service.registry.review_report(&campaign, subject, &person).await?;
        Ok(shown(&context, &report, None))
    })
}

/// The page. Actions are there on one's own report only.
fn shown(context: &Context, report: &Report, actions: Option<Vec<Action>>) -> (Frame, AnyView) {
    let lang = context.lang;
    let own = actions.is_some();
    let subject = &report.subject;
    let lead = format!("{} {}", subject.name.get(lang), subject.unit.get(lang));
    let mut frame =
        Frame::new(report.campaign.title.get(lang)).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
    if own {
        frame = frame.crumb(name(lang), LIST);
    }
    if !report.has_results() {
        // What a superior answered was promised to be shown as it is.
        let superior = report.has_superior().then(|| {
            let items = report.items();
            view! { {tables::items(report, &items, lang)} {comments(report, lang)} }
        });
        let view = view! { {words::nothing(report, lang)} {tables::groups(report, lang)} {superior} };
        return (frame, view.into_any());
    }
    let items = report.items();
    let file = own.then(|| {
        let href = format!("{LIST}/{}/report.xlsx", report.campaign.id);
        view! {
            <p class="section-lead no-print">
                <a href=href download="">{lang.t("報告書をExcel形式(XLSX)で保存する", "Save the report as a workbook (XLSX)")}</a>
                " · "
                {lang.t("印刷するとA4にまとまります。", "Prints on A4.")}
            </p>
        }
    });
    let view = view! {
        {words::how_to_read(report, lang)}
        {file}
        {tables::groups(report, lang)}
        {profile::section(report, lang)}
        {is_report(&report.campaign).then(|| words::stands_out(report, &items, lang))}
        {tables::items(report, &items, lang)}
        {comments(report, lang)}
        {actions
            .filter(|_| is_report(&report.campaign))
            .map(|actions| actions::section(context, &report.campaign, &actions))}
    };
    (frame, view.into_any())
}

/// Comments by item; whose they are is said only of those who are named.
fn comments(report: &Report, lang: Lang) -> AnyView {
    let questionnaire = &report.questionnaire.questionnaire;
    let items: Vec<AnyView> = questionnaire
        .items()
        .filter(|(_, item)| item.kind.is_text())
        .map(|(_, item)| {
            let lists: Vec<AnyView> =
                report.groups.iter().filter_map(|raters| of_group(report, raters, &item.key, lang)).collect();
            let text = item.text.get(lang).to_owned();
            let none = lists.is_empty().then(|| {
                view! { <p class="muted">{lang.t("表示できる自由記述はありません。", "There are no comments that can be shown.")}</p> }
            });
            view! { <h3>{text}</h3> {lists} {none} }.into_any()
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    let k = report.campaign.thresholds.comments;
    let lead = match lang {
        Lang::Ja => {
            format!("部下・同僚の自由記述は、{k}人以上が回答したときだけ、順序を入れ替えて示します。")
        }
        Lang::En => {
            format!("Comments of subordinates and peers are shown from {k} raters on, in random order.")
        }
    };
    view! {
        <section class="section">
            <h2>{lang.t("自由記述", "Comments")}</h2>
            <p class="section-lead">{lead}</p>
            {items}
        </section>
    }
    .into_any()
}

fn of_group(report: &Report, raters: &Raters, item: &str, lang: Lang) -> Option<AnyView> {
    let rows: Vec<AnyView> = raters
        .comments
        .iter()
        .filter(|(of, _)| of == item)
        .map(|(_, comment)| {
            let comment_lang = own_lang(comment, lang);
            view! { <li class="comment" lang=comment_lang>{comment.clone()}</li> }.into_any()
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let label = of_comments(raters.group, report.campaign.review.as_ref(), lang);
    Some(view! { <h4>{label}</h4> <ul class="comments">{rows}</ul> }.into_any())
}
