//! Results unit by unit, for those who look after units.

use domain::terms::Content;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::results::Unit;

use super::access::Viewer;
use super::tabs::{Tab, frame_within, tabs};
use super::unit_table::{self, Order, Row};
use super::wave::Wave;
use crate::components::EmptyState;
use crate::pages::{page, param};

/// The units of one wave that the viewer may see.
#[component]
pub fn UnitsPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let order = Order::parse(context.query("sort").as_deref());
        let viewer = Viewer::of(&service, &person).await?;
        let wave = Wave::read(&service, &campaign).await?;
        if !viewer.oversees_units(&wave.terms) {
            return Err(service::Error::NotFound);
        }
        let units = service.registry.release_units(wave.id()).await?;
        let chosen: Vec<&Unit> = units.iter().filter(|unit| viewer.sees_unit(&wave.terms, unit.id)).collect();
        let rows = unit_table::read(&service, &wave, &units, &chosen).await?;
        let lead = if viewer.sees(&wave.terms, Content::AllUnits) {
            lang.t("すべての部署の結果です。", "Results of every unit.")
        } else {
            lang.t("担当する範囲の部署の結果です。", "Results of the units you look after.")
        };
        let title = lang.t("部署ごとの結果", "Results by unit");
        let frame = frame_within(title, &wave, lang).lead(lead);
        let way = tabs(&wave, &viewer, Some(Tab::Units), lang);
        let list = list(rows, &wave, order, lang);
        Ok((frame, view! { {way} {list} }.into_any()))
    })
}

fn list(rows: Vec<Row>, wave: &Wave, order: Order, lang: Lang) -> AnyView {
    if rows.is_empty() {
        let title = lang.t("担当部署の結果はありません", "There are no results of your units");
        let text = lang.t(
            "この調査の名簿が固定された時点で、現在の担当部署に対象者がいなかったか、部署が置かれていませんでした。全体の結果は見ることができます。",
            "When the roster of this survey was frozen, the units you look after now had nobody in them or did not exist. \
             You can still see the results of the whole organisation.",
        );
        let action = (
            lang.t("全体の結果を見る", "See the whole organisation").to_owned(),
            format!("/results/{}", wave.id()),
        );
        return view! { <EmptyState title=title text=text action=Some(action)/> }.into_any();
    }
    let restore = (order != Order::Tree).then(|| {
        view! { <p><a href="?sort=tree">{lang.t("組織の順に戻す", "Back to the order of the organisation")}</a></p> }
    });
    let lead = lang.t(
        "人数の少ない部署は、近い部署とまとめた結果を示しています。部署名を選ぶと、詳しい結果が開きます。",
        "Small units show the results of the group they are counted in. Choose a unit to see more.",
    );
    view! {
        <p class="section-lead">{lead}</p>
        {restore}
        {unit_table::view(rows, wave, Some(order), lang)}
    }
    .into_any()
}
