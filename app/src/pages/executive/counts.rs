//! How many indicators stand how, in a sentence. Each of its numbers is a link that shows only those tiles.

use domain::indicator::Status;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::PlanRow;

use crate::components::encoded;
use crate::pages::indicators::filter::Filter;
use crate::pages::indicators::status_key;

/// The id of the heading above the tiles: the page is long, and a link that filters them leads to them.
pub(super) const HEADING: &str = "indicators-heading";

/// The sentence; nothing where no indicator has a status. The section and the owner that were chosen stay chosen,
/// and only their indicators are counted.
pub(super) fn sentence(rows: &[PlanRow], chosen: &Filter, lang: Lang) -> AnyView {
    let every = Filter { status: None, ..chosen.clone() };
    let stands: Vec<Option<Status>> = rows
        .iter()
        .filter(|row| every.shows(row))
        .map(|row| row.status.as_ref().map(|(status, _)| *status))
        .collect();
    let counts = counted(&stands, chosen.status);
    if counts.is_empty() {
        return ().into_any();
    }
    let all = link(all_words(stands.len(), lang), &every, chosen);
    let each: Vec<AnyView> = counts
        .into_iter()
        .enumerate()
        .map(|(at, (status, count))| {
            let joint = (at > 0).then(|| lang.t("、", ", "));
            let one = Filter { status: Some(status), ..chosen.clone() };
            let shown = link(words(status, count, lang), &one, chosen);
            view! { {joint}{shown} }.into_any()
        })
        .collect();
    let name = lang.t("指標の状況で絞り込む", "Show indicators by status");
    view! {
        <nav aria-label=name>
            <p>{all}{lang.t("のうち、", ": ")}{each}{lang.t("です。", ".")}</p>
        </nav>
    }
    .into_any()
}

/// A link to the tiles of `target`; in bold where they are the ones that are shown.
fn link(words: String, target: &Filter, chosen: &Filter) -> AnyView {
    let href = address(target);
    if target == chosen {
        view! { <a href=href aria-current="page"><strong>{words}</strong></a> }.into_any()
    } else {
        view! { <a href=href>{words}</a> }.into_any()
    }
}

/// How many there are of each status, the best first. The one that was chosen is told even where there is none.
fn counted(stands: &[Option<Status>], chosen: Option<Status>) -> Vec<(Status, usize)> {
    Status::ALL
        .into_iter()
        .map(|status| (status, stands.iter().filter(|found| **found == Some(status)).count()))
        .filter(|(status, count)| *count > 0 || chosen == Some(*status))
        .collect()
}

/// The address of the dashboard with what is chosen of the tiles.
fn address(chosen: &Filter) -> String {
    let parts = [
        ("section", chosen.section.as_str()),
        ("status", chosen.status.map(status_key).unwrap_or_default()),
        ("owner", chosen.owner.as_str()),
    ];
    let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<String> = parts.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mark = if parts.is_empty() { "" } else { "?" };
    format!("/executive{mark}{}#{HEADING}", parts.join("&"))
}

fn all_words(count: usize, lang: Lang) -> String {
    match (lang, count) {
        (Lang::Ja, _) => format!("指標 {count}件"),
        (Lang::En, 1) => "1 indicator".to_owned(),
        (Lang::En, _) => format!("{count} indicators"),
    }
}

/// `達成 6件`, `6 achieved`.
fn words(status: Status, count: usize, lang: Lang) -> String {
    let stand = match status {
        Status::Achieved => "achieved",
        Status::OnTrack => "on track",
        Status::Behind => "behind",
        Status::WorseThanBaseline => "worse than at the start",
        Status::NoTarget => "without a target",
        Status::NoData => "without data",
    };
    match lang {
        Lang::Ja => format!("{} {count}件", status.label(lang)),
        Lang::En => format!("{count} {stand}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_counted_the_best_first_and_the_chosen_one_is_always_told() {
        let stands =
            [Some(Status::Behind), None, Some(Status::Achieved), Some(Status::Behind), Some(Status::NoData)];
        assert_eq!(counted(&stands, None), [(Status::Achieved, 1), (Status::Behind, 2), (Status::NoData, 1)]);
        assert_eq!(counted(&stands[..2], Some(Status::OnTrack)), [(Status::OnTrack, 0), (Status::Behind, 1)]);
        assert!(counted(&[None], None).is_empty());
    }

    #[test]
    fn an_address_keeps_the_section_and_the_owner() {
        let chosen = Filter { section: "3".into(), status: Some(Status::Behind), owner: "none".into() };
        assert_eq!(address(&chosen), "/executive?section=3&status=behind&owner=none#indicators-heading");
        let every = Filter { status: None, ..chosen };
        assert_eq!(address(&every), "/executive?section=3&owner=none#indicators-heading");
        assert_eq!(address(&Filter::default()), "/executive#indicators-heading");
    }

    #[test]
    fn what_was_typed_into_the_address_stays_one_value() {
        let chosen = Filter { section: "1&status=behind".into(), ..Filter::default() };
        assert_eq!(address(&chosen), "/executive?section=1%26status%3Dbehind#indicators-heading");
    }

    #[test]
    fn counts_read_as_parts_of_a_sentence() {
        assert_eq!(words(Status::Achieved, 6, Lang::Ja), "達成 6件");
        assert_eq!(words(Status::OnTrack, 3, Lang::En), "3 on track");
        assert_eq!(all_words(1, Lang::En), "1 indicator");
        assert_eq!(all_words(9, Lang::En), "9 indicators");
        assert_eq!(all_words(9, Lang::Ja), "指標 9件");
    }
}
