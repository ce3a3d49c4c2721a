//! The way to a released wave, and between its pages.

use domain::terms::Content;
use domain::text::Lang;
use leptos::prelude::*;

use super::access::Viewer;
use super::wave::Wave;
use crate::pages::Frame;

/// The pages of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The whole organisation in short.
    Overview,
    /// The whole organisation item by item.
    Items,
    /// Unit by unit.
    Units,
}

/// A page's frame with the way to the list of results.
pub fn frame(title: &str, lang: Lang) -> Frame {
    Frame::new(title).crumb(lang.t("ホーム", "Home"), "/").crumb(lang.t("調査結果", "Results"), "/results")
}

/// [`frame`] with the wave on the way.
pub fn frame_within(title: &str, wave: &Wave, lang: Lang) -> Frame {
    let name = wave.release.campaign.title.get(lang).to_owned();
    frame(title, lang).crumb(name, format!("/results/{}", wave.id()))
}

/// Links between the pages of a wave, those the viewer can open.
pub fn tabs(wave: &Wave, viewer: &Viewer, current: Option<Tab>, lang: Lang) -> AnyView {
    let id = wave.id();
    let (whole, units) = (viewer.sees(&wave.terms, Content::Whole), viewer.oversees_units(&wave.terms));
    let entries = [
        (Tab::Overview, whole, lang.t("全体の結果", "Whole organisation"), format!("/results/{id}")),
        (Tab::Items, whole, lang.t("設問ごとの結果", "Item by item"), format!("/results/{id}/items")),
        (Tab::Units, units, lang.t("部署ごとの結果", "Unit by unit"), format!("/results/{id}/units")),
    ];
    let links: Vec<AnyView> = entries
        .into_iter()
        .filter(|(_, open, _, _)| *open)
        .map(|(tab, _, label, href)| {
            let here = (current == Some(tab)).then_some("page");
            view! { <li><a href=href aria-current=here>{label}</a></li> }.into_any()
        })
        .collect();
    view! {
        <nav class="tabs" aria-label=lang.t("この調査の結果", "Results of this survey")>
            <ul class="tabs-list">{links}</ul>
        </nav>
    }
    .into_any()
}
