//! The whole organisation, item by item.

use domain::text::Lang;
use leptos::prelude::*;

use super::access::Viewer;
use super::report::Report;
use super::tabs::{Tab, frame_within, tabs};
use super::wave::Wave;
use super::{choices, comments, scales, summary};
use crate::pages::{page, param};

/// Every item of one wave.
#[component]
pub fn ItemsPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let (turned, path) = (comments::turned(&context), context.path());
        let viewer = Viewer::of(&service, &person).await?;
        let wave = Wave::read(&service, &campaign).await?;
        let report = Report::read(&service, &viewer, wave, 0).await?;
        let said = comments::read(&service, &report, &turned).await?;
        let threshold = report.wave.terms.thresholds.comments;
        let frame = frame_within(lang.t("設問ごとの結果", "Item by item"), &report.wave, lang)
            .lead(lang.t("全体の結果です。", "Results of the whole organisation."));
        let way = tabs(&report.wave, &viewer, Some(Tab::Items), lang);
        let said = comments::section(said, threshold, &path, lang);
        Ok((
            frame,
            view! { {way} {summary::comparison(&report, lang)} {section(&report, lang)} {said} }.into_any(),
        ))
    })
}

/// Everything that was asked of a group, without comments.
pub fn section(report: &Report, lang: Lang) -> AnyView {
    view! {
        <section class="section">
            <h2>{lang.t("設問ごとの回答", "Answers by item")}</h2>
            {scales::sections(report, lang)}
            {choices::sections(report, lang)}
        </section>
    }
    .into_any()
}
