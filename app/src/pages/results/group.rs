//! One group of a wave: a unit, a merged stratum, or an option of a demographic.

use domain::disclosure::Standing;
use domain::questionnaire::Kind;
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::release::results::Unit;
use service::{Error, Result, Service};

use super::access::Viewer;
use super::comments::{Comments, Turned};
use super::compare::{standing, units_of};
use super::report::Report;
use super::tabs::{frame_within, tabs};
use super::tree::below;
use super::unit_table::{Row, standing_words};
use super::wave::Wave;
use super::{comments, items, summary, unit_table};
use crate::pages::{page, param};

/// Everything the page of a group shows.
pub struct Detail {
    /// The group.
    pub report: Report,
    /// Its comments, where the viewer may see any.
    comments: Option<Vec<Comments>>,
    /// The units below it that the viewer may see.
    below: Vec<Row>,
}

impl Detail {
    /// Reads a group of a wave.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such group, or the viewer may not see it.
    pub async fn read(
        service: &Service,
        viewer: &Viewer,
        wave: Wave,
        number: u32,
        turned: &Turned,
    ) -> Result<Self> {
        let report = Report::read(service, viewer, wave, number).await?;
        let comments = comments::read(service, &report, turned).await?;
        let own = units_of(number, &report.units).into_iter().find(|unit| standing(unit) != Standing::Merged);
        let below: Vec<&Unit> = own
            .map(|own| below(own, &report.units))
            .unwrap_or_default()
            .into_iter()
            .filter(|unit| viewer.sees_unit(&report.wave.terms, unit.id))
            .collect();
        let below = if below.is_empty() {
            Vec::new()
        } else {
            unit_table::read(service, &report.wave, &report.units, &below).await?
        };
        Ok(Self { report, comments, below })
    }
}

/// One group.
#[component]
pub fn GroupPage() -> impl IntoView {
    let (campaign, group) = (param("campaign"), param("group"));
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(Error::Forbidden)?;
        let (turned, path) = (comments::turned(&context), context.path());
        let number: u32 = group.parse().map_err(|_| Error::NotFound)?;
        let viewer = Viewer::of(&service, &person).await?;
        let wave = Wave::read(&service, &campaign).await?;
        let detail = Detail::read(&service, &viewer, wave, number, &turned).await?;
        let report = &detail.report;
        // The title stays general: it ends up in histories and bookmarks, where a group's name does not belong.
        let title = match report.group.kind.as_str() {
            "whole" => lang.t("全体の結果", "Results of the whole organisation"),
            "unit" => lang.t("部署の結果", "Results of a unit"),
            "demographic" => lang.t("属性別の結果", "Results by demographic"),
            _ => lang.t("まとめて集計した部署の結果", "Results of units counted together"),
        };
        let frame = frame_within(title, &report.wave, lang).lead(name(report, lang));
        let way = tabs(&report.wave, &viewer, None, lang);
        let named = units_of(number, &report.units)
            .into_iter()
            .filter(|unit| viewer.sees_unit(&report.wave.terms, unit.id))
            .map(|unit| (unit.name.clone(), standing(unit)))
            .collect();
        let whose = whose(named, report, lang);
        Ok((frame, view! { {way} {whose} {view(detail, &path, lang)} }.into_any()))
    })
}

/// What the group is called; for a demographic with the question it answers.
fn name(report: &Report, lang: Lang) -> String {
    let label = report.group.label.get(lang);
    let asked = report.group.item.as_deref().and_then(|item| report.figures.questionnaire().item(item));
    let Some(item) = asked else { return label.to_owned() };
    let question = item.text.get(lang);
    // Beside one group for each option there is one for those who chose none.
    let options = match &item.kind {
        Kind::Single { options } => options.as_slice(),
        _ => &[],
    };
    let answered = options.iter().any(|option| option.label == report.group.label);
    match (answered, lang) {
        (true, Lang::Ja) => format!("「{question}」に「{label}」と答えた人"),
        (true, Lang::En) => format!("People who answered “{label}” to “{question}”"),
        (false, Lang::Ja) => format!("「{question}」に答えなかった人"),
        (false, Lang::En) => format!("People who did not answer “{question}”"),
    }
}

/// Says whose results these are, where they are not simply one unit's. `named` are the units the group is shown for.
pub fn whose(named: Vec<(Text, Standing)>, report: &Report, lang: Lang) -> AnyView {
    let special: Vec<String> = named
        .into_iter()
        .filter(|(_, standing)| *standing != Standing::Own)
        .map(|(name, standing)| {
            let words = standing_words(standing, &report.group.label, lang);
            match lang {
                Lang::Ja => format!("{}:{words}", name.get(lang)),
                Lang::En => format!("{}: {words}", name.get(lang)),
            }
        })
        .collect();
    if special.is_empty() {
        return ().into_any();
    }
    let k = report.wave.terms.thresholds.scores;
    let why = match lang {
        Lang::Ja => format!(
            "一人ひとりの回答が分からないように、対象者が{k}人に満たない部署は、近い部署とまとめて一つの集計区分にしています。区分は調査の開始前に固定され、あとから変えることはできません。"
        ),
        Lang::En => format!(
            "So that nobody's answer becomes known, units of fewer than {k} people are counted together with near ones. The \
             groups were fixed before the survey opened and cannot be changed."
        ),
    };
    let list = special.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
    view! {
        <div class="card card--quiet">
            <h2 class="card-title">{lang.t("だれの結果か", "Whose results these are")}</h2>
            <ul>{list}</ul>
            <p>{why}</p>
        </div>
    }
    .into_any()
}

/// The figures of a group from top to bottom. `path` is the page's own address.
pub fn view(detail: Detail, path: &str, lang: Lang) -> AnyView {
    let Detail { report, comments, below } = detail;
    let threshold = report.wave.terms.thresholds.comments;
    let below = (!below.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>{lang.t("下位の部署", "Units below")}</h2>
                {unit_table::view(below, &report.wave, None, lang)}
            </section>
        }
    });
    view! {
        <section class="section">
            <h2>{lang.t("結果の概要", "In short")}</h2>
            {summary::tiles(&report, lang)}
            {summary::comparison(&report, lang)}
        </section>
        {summary::ranking(&report, lang)}
        {summary::areas(&report, lang)}
        {below}
        {items::section(&report, lang)}
        {comments::section(comments, threshold, path, lang)}
    }
    .into_any()
}
