//! Units and regions with their ballots and sheets.

use domain::disclosure::Standing;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::response::{RegionTurnout, Turnout, UnitTurnout};

use crate::components::{HiddenCell, RateBar, ScrollTable, own_lang};

/// One line of a table.
struct Line {
    label: String,
    /// Whose figures these are, where that is not plain.
    note: String,
    /// Steps from the top of the tree.
    depth: u32,
    turnout: Turnout,
    shown: bool,
}

/// Units, in the order they come in.
pub(super) fn units(units: Vec<UnitTurnout>, lang: Lang) -> AnyView {
    let lines = units.into_iter().map(|unit| unit_line(unit, lang)).collect();
    let caption = lang.t("部署ごとの回答状況", "Responses by unit");
    table(caption, lang.t("部署", "Unit"), lines, lang)
}

/// Regions of missions abroad.
pub(super) fn regions(regions: Vec<RegionTurnout>, lang: Lang) -> AnyView {
    let lines = regions.into_iter().map(|region| region_line(region, lang)).collect();
    let caption = lang.t("在外公館の地域ごとの回答状況", "Responses of missions abroad by region");
    table(caption, lang.t("地域", "Region"), lines, lang)
}

fn unit_line(unit: UnitTurnout, lang: Lang) -> Line {
    let people = unit.people;
    let note = match (unit.standing, unit.together.as_ref(), lang) {
        (Standing::Own, _, _) => String::new(),
        (Standing::Merged, Some(label), Lang::Ja) => {
            format!("「{}」としてまとめた数(この部署は{people}人)", label.get(lang))
        }
        (Standing::Merged, Some(label), Lang::En) => {
            format!("Counted together as “{}” ({people} people in this unit)", label.get(lang))
        }
        (standing, _, _) => standing.label(lang).to_owned(),
    };
    let label = unit.name.get(lang).to_owned();
    Line { label, note, depth: unit.depth, turnout: unit.turnout, shown: unit.shown }
}

fn region_line(region: RegionTurnout, lang: Lang) -> Line {
    let note = missions(region.missions, region.elsewhere, lang);
    let label = region.name.get(lang).to_owned();
    Line { label, note, depth: 0, turnout: region.turnout, shown: region.shown }
}

/// How many missions a region has, and how many of their people are counted elsewhere.
fn missions(missions: u32, elsewhere: u32, lang: Lang) -> String {
    match (lang, elsewhere) {
        (Lang::Ja, 0) => format!("{missions}公館"),
        (Lang::Ja, _) => {
            format!("{missions}公館(うち{elsewhere}人は、ほかの地域とまとめて集計するため含みません)")
        }
        (Lang::En, 0) => format!("{missions} missions"),
        (Lang::En, _) => {
            format!("{missions} missions, without {elsewhere} people counted together with other regions")
        }
    }
}

fn table(caption: &'static str, first: &'static str, lines: Vec<Line>, lang: Lang) -> AnyView {
    let rows: Vec<AnyView> = lines.into_iter().map(|line| row(line, lang)).collect();
    view! {
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{first}</th>
                    <th scope="col" class="num">{lang.t("対象者", "May answer")}</th>
                    <th scope="col" class="num">{lang.t("回答券の発行", "Ballots issued")}</th>
                    <th scope="col" class="num">{lang.t("回答票の受領", "Sheets received")}</th>
                    <th scope="col">{lang.t("回答率", "Response rate")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn row(line: Line, lang: Lang) -> AnyView {
    let Line { label, note, depth, turnout, shown } = line;
    let depth = match depth {
        0 => None,
        1 => Some("depth-1"),
        2 => Some("depth-2"),
        3 => Some("depth-3"),
        _ => Some("depth-4"),
    };
    let note = (!note.is_empty()).then(|| view! { <span class="cell-note">{note}</span> });
    let label_lang = own_lang(&label, lang);
    let figures = if shown {
        view! {
            <td class="num">{turnout.issued}</td>
            <td class="num">{turnout.received}</td>
            <td><RateBar rate=turnout.rate().unwrap_or(0.0)/></td>
        }
        .into_any()
    } else {
        let reason = lang.t("対象者が少ないため非表示", "Hidden: too few people");
        view! { <td colspan="3"><HiddenCell reason=reason/></td> }.into_any()
    };
    view! {
        <tr>
            <th scope="row" class=depth><span lang=label_lang>{label}</span>{note}</th>
            <td class="num">{turnout.eligible}</td>
            {figures}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_says_whom_its_figures_leave_out() {
        assert_eq!(missions(3, 0, Lang::En), "3 missions");
        assert!(missions(3, 4, Lang::Ja).contains("4人"));
        assert!(missions(3, 4, Lang::En).contains("4 people"));
    }

    #[test]
    fn hidden_figures_are_not_on_the_page() {
        let line = |shown| Line {
            label: "課".into(),
            note: String::new(),
            depth: 1,
            turnout: Turnout { eligible: 41, issued: 37, received: 29 },
            shown,
        };
        let shown = row(line(true), Lang::En).to_html();
        assert!(shown.contains("41") && shown.contains("37") && shown.contains("29"), "{shown}");
        let hidden = row(line(false), Lang::En).to_html();
        assert!(hidden.contains("41") && hidden.contains("too few people"), "{hidden}");
        assert!(!hidden.contains("37") && !hidden.contains("29"), "{hidden}");
    }
}
