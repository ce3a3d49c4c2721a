//! A manager's own unit in the newest release.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::results::Unit;
use service::{Result, Service};

use super::access::Viewer;
use super::comments;
use super::compare::standing;
use super::group::{self, Detail};
use super::tabs::{frame, tabs};
use super::tree::tops;
use super::unit_table::{self, Row};
use super::wave::Wave;
use crate::components::EmptyState;
use crate::pages::{Frame, page};

/// The newest wave with results of the person's units, and those units.
struct Found {
    wave: Wave,
    units: Arc<Vec<Unit>>,
    /// Positions in `units` of those the person looks after.
    own: Vec<usize>,
}

/// The results of the unit a manager looks after; of several, a list.
#[component]
pub fn MyUnitPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.require(&[Role::Manager])?;
        let (turned, path) = (comments::turned(&context), context.path());
        let viewer = Viewer::of(&service, &person).await?;
        let scope = service.registry.scope(&person, Role::Manager).await?;
        let title = lang.t("自部署の結果", "My unit");
        let Some(found) = newest(&service, &viewer, &scope).await? else {
            let frame = Frame::new(title).crumb(lang.t("ホーム", "Home"), "/");
            return Ok((frame, empty(lang)));
        };
        let Found { wave, units, own } = found;
        let own: Vec<&Unit> = own.iter().filter_map(|at| units.get(*at)).collect();
        let wave_title = wave.release.campaign.title.get(lang).to_owned();
        let frame = frame(title, lang);
        let highest = tops(&own);
        let [unit] = highest.as_slice() else {
            let rows = unit_table::read(&service, &wave, &units, &own).await?;
            let way = tabs(&wave, &viewer, None, lang);
            let list = several(rows, &wave, lang);
            return Ok((frame.lead(wave_title), view! { {way} {list} }.into_any()));
        };
        let detail = Detail::read(&service, &viewer, wave, unit.group, &turned).await?;
        let lead = match lang {
            Lang::Ja => format!("{}({wave_title})", unit.name.get(lang)),
            Lang::En => format!("{} ({wave_title})", unit.name.get(lang)),
        };
        let way = tabs(&detail.report.wave, &viewer, None, lang);
        let whose = group::whose(vec![(unit.name.clone(), standing(unit))], &detail.report, lang);
        let figures = group::view(detail, &path, lang);
        Ok((frame.lead(lead), view! { {way} {whose} {figures} }.into_any()))
    })
}

/// The newest wave in which the person may see at least one of their units.
async fn newest(service: &Service, viewer: &Viewer, scope: &BTreeSet<i64>) -> Result<Option<Found>> {
    for release in service.registry.releases().await? {
        let wave = Wave::of(service, release).await?;
        let units = service.registry.release_units(wave.id()).await?;
        let sees = |unit: &Unit| scope.contains(&unit.id) && viewer.sees_unit(&wave.terms, unit.id);
        let own: Vec<usize> =
            (0..).zip(units.iter()).filter(|(_, unit)| sees(unit)).map(|(at, _)| at).collect();
        if !own.is_empty() {
            return Ok(Some(Found { wave, units, own }));
        }
    }
    Ok(None)
}

fn several(rows: Vec<Row>, wave: &Wave, lang: Lang) -> AnyView {
    let lead = lang.t(
        "担当する部署が複数あります。部署名を選ぶと、詳しい結果が開きます。",
        "You look after several units. Choose one to see its results.",
    );
    view! {
        <p class="section-lead">{lead}</p>
        {unit_table::view(rows, wave, None, lang)}
    }
    .into_any()
}

fn empty(lang: Lang) -> AnyView {
    let title = lang.t("自部署の結果はまだありません", "There are no results of your unit yet");
    let text = lang.t(
        "調査の結果が公表されると、担当する部署の結果がここに表示されます。人数の少ない部署は、近い部署とまとめた結果になります。",
        "Once a survey is released, the results of the unit you look after appear here. A small unit shows the results of \
         the group it is counted in.",
    );
    let action = (lang.t("公表された結果の一覧", "All released results").to_owned(), "/results".to_owned());
    view! { <EmptyState title=title text=text action=Some(action)/> }.into_any()
}
