//! The areas as lines with a mark for each group of raters, over a table of the same figures.

use domain::questionnaire::Kind;
use domain::review::RaterGroup;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::report::Report;
use service::release::report::figures::Line;

use super::tables::line_table;
use crate::components::{Mark, Profile, ProfileKey, ProfileRow};

const fn mark(group: RaterGroup) -> Mark {
    match group {
        RaterGroup::Own => Mark::Ring,
        RaterGroup::Superior => Mark::Diamond,
        RaterGroup::Subordinates => Mark::Dot,
        RaterGroup::Peers => Mark::Triangle,
        RaterGroup::Others => Mark::Square,
    }
}

/// The section; nothing where no item has an area.
pub(super) fn section(report: &Report, lang: Lang) -> AnyView {
    let areas = report.areas();
    if areas.is_empty() {
        return ().into_any();
    }
    let shown = |group: &RaterGroup| areas.iter().any(|line| figure(line, *group).is_some());
    let groups: Vec<RaterGroup> = report.groups.iter().map(|raters| raters.group).filter(shown).collect();
    let mut keys: Vec<ProfileKey> = groups
        .iter()
        .map(|group| ProfileKey { mark: mark(*group), label: group.label(lang).to_owned() })
        .collect();
    if areas.iter().any(|line| line.average.is_some()) {
        let label = lang.t("全管理職の平均", "Average of all managers").to_owned();
        keys.push(ProfileKey { mark: Mark::Stroke, label });
    }
    let rows = areas
        .iter()
        .map(|line| {
            let average = line.average.map(|mean| (Mark::Stroke, mean));
            let of_groups = groups.iter().filter_map(|group| Some((mark(*group), figure(line, *group)?)));
            ProfileRow {
                label: line.text.get(lang).to_owned(),
                marks: average.into_iter().chain(of_groups).collect(),
            }
        })
        .collect();
    let labels = report.questionnaire.questionnaire.items().find_map(|(_, item)| match &item.kind {
        Kind::Scale { labels, reversed } => Some((labels.clone(), *reversed)),
        _ => None,
    });
    let (labels, reversed) = labels.unwrap_or_default();
    let words = |at: usize| labels.get(at).map(|label| label.get(lang).to_owned()).unwrap_or_default();
    let last = labels.len().saturating_sub(1);
    let (low, high) = if reversed { (last, 0) } else { (0, last) };
    let ends = (format!("1 {}", words(low)), format!("{} {}", labels.len(), words(high)));
    let most = labels.len().max(2) as f64;
    let caption = lang.t("領域ごとの平均", "Means by area");
    view! {
        <section class="section">
            <h2>{lang.t("領域ごとのプロフィール", "Profile by area")}</h2>
            <Profile rows=rows keys=keys least=1.0 most=most ends=ends/>
            {line_table(report, &areas, caption, lang.t("領域", "Area"), lang)}
        </section>
    }
    .into_any()
}

fn figure(line: &Line, group: RaterGroup) -> Option<f64> {
    line.groups.get(&group).and_then(service::release::report::figures::Shown::mean)
}
