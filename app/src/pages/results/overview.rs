//! The whole organisation in short, with the receipts of the campaign.

use domain::role::Role;
use domain::statistics::format as written;
use domain::terms::Content;
use domain::text::Lang;
use leptos::prelude::*;

use super::access::Viewer;
use super::demographics::Cut;
use super::report::Report;
use super::tabs::{Tab, frame, tabs};
use super::tree::{Coverage, coverage};
use super::wave::Wave;
use super::{demographics, managers, receipts, summary};
use crate::pages::{page, param};

/// The overview of one wave.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let viewer = Viewer::of(&service, &person).await?;
        let wave = Wave::read(&service, &campaign).await?;
        let report = Report::read(&service, &viewer, wave, 0).await?;
        let groups = service.registry.release_groups(report.wave.id()).await?;
        let covered = coverage(&report.units, &groups);
        let of_managers = managers::read(&service, &report.wave, &groups).await?;
        let single = if viewer.sees(&report.wave.terms, Content::EveryReport) {
            managers::reports(&context, &service.registry.reported_subjects(&campaign).await?, &campaign)
        } else {
            ().into_any()
        };
        let cuts = if viewer.sees(&report.wave.terms, Content::Demographics) {
            demographics::read(&service, &report.wave, &groups).await?
        } else {
            Vec::new()
        };
        let download = person.has(Role::Hr) || person.has(Role::Executive);
        let title = report.wave.release.campaign.title.get(lang).to_owned();
        let frame = frame(&title, lang);
        let way = tabs(&report.wave, &viewer, Some(Tab::Overview), lang);
        let receipts = if service.registry.shows_totals(&report.wave.release.campaign).await? {
            receipts::section(&report.wave.release, &groups, lang)
        } else {
            ().into_any()
        };
        let after = Parts { cuts, of_managers, single, receipts };
        Ok((frame, overview(&report, way, covered, after, download, lang)))
    })
}

/// What comes after the figures of the whole.
struct Parts {
    cuts: Vec<Cut>,
    of_managers: Vec<managers::Cut>,
    /// Links to single reports, for those whom the terms let read them.
    single: AnyView,
    receipts: AnyView,
}

fn overview(
    report: &Report,
    way: AnyView,
    covered: Coverage,
    parts: Parts,
    download: bool,
    lang: Lang,
) -> AnyView {
    let Parts { cuts, of_managers, single, receipts } = parts;
    let items = format!("/results/{}/items", report.wave.id());
    view! {
        {way}
        <section class="section">
            <h2>{lang.t("結果の概要", "In short")}</h2>
            {summary::tiles(report, lang)}
            {summary::comparison(report, lang)}
        </section>
        {summary::ranking(report, lang)}
        {summary::areas(report, lang)}
        <div class="actions">
            <a class="button button--secondary" href=items>{lang.t("設問ごとの結果を見る", "See every item")}</a>
        </div>
        {demographics::section(cuts, &report.wave, lang)}
        {managers::section(&of_managers, lang)}
        {single}
        {receipts}
        {basis(report, covered, download, lang)}
    }
    .into_any()
}

/// What the figures rest on: terms, coverage, file.
fn basis(report: &Report, covered: Coverage, download: bool, lang: Lang) -> AnyView {
    let campaign = &report.wave.release.campaign;
    let hash = campaign.terms_hash.clone().unwrap_or_default();
    let terms = format!("/terms/{}", campaign.id);
    let k = report.wave.terms.thresholds.scores;
    let review = campaign.review.is_some();
    let rule = match lang {
        Lang::Ja if review => format!(
            "報告書に示した結果だけを合計しています。評価者が{k}人に満たない結果は入っていません。一人の管理職の結果は、実施条件で約束した場合を除いて、だれにも示しません。"
        ),
        Lang::En if review => format!(
            "These are sums of what reports show, and of nothing else: results of fewer than {k} raters are not in them. No single manager's result is shown to anybody else, unless the terms said so."
        ),
        Lang::Ja => format!(
            "回答者が{k}人に満たない集計と、引き算でそれが分かってしまう集計は表示しません。人数の少ない部署は、近い部署とまとめて集計しています。"
        ),
        Lang::En => format!(
            "Results of fewer than {k} respondents are not shown, nor any from which they could be worked out. Small units \
             are counted together with near ones."
        ),
    };
    let file = download.then(|| {
        let href = format!("/results/{}/release.csv", campaign.id);
        view! {
            <p><a href=href download="">{lang.t("公表した数値をCSVで保存する", "Download the published figures as CSV")}</a></p>
        }
    });
    view! {
        <section class="section">
            <h2>{lang.t("この結果の前提", "What these results rest on")}</h2>
            <p>{rule}</p>
            {(!review).then(|| view! { <p>{covered_words(covered, lang)}</p> })}
            <dl class="facts">
                <dt>{lang.t("実施条件", "Terms")}</dt>
                <dd><a href=terms>{lang.t("回答者に約束した内容を見る", "See what respondents were promised")}</a></dd>
                <dt>{lang.t("実施条件のSHA-256", "SHA-256 of the terms")}</dt>
                <dd><code class="mono">{hash}</code></dd>
            </dl>
            {file}
        </section>
    }
    .into_any()
}

fn covered_words(covered: Coverage, lang: Lang) -> String {
    let Coverage { units, own, people, covered } = covered;
    let share = written::percent(f64::from(covered) / f64::from(people.max(1)));
    match lang {
        Lang::Ja => format!(
            "{units}部署のうち{own}部署に自部署の結果があります。職員の{share}が、その部署に所属しています。"
        ),
        Lang::En => {
            format!("{own} of {units} units have results of their own; {share} of staff work in one of them.")
        }
    }
}
