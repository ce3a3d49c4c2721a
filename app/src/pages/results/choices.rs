//! Items that are chosen from a list, and items answered with a number. Demographics are never themselves a result.

use std::collections::BTreeMap;

use domain::questionnaire::{Choice, Item, Kind};
use domain::statistics::format as written;
use domain::text::Lang;
use leptos::prelude::*;

use super::figures::Figures;
use super::report::Report;
use super::scales::hidden;
use crate::components::{HiddenCell, RateBar, ScrollTable};

/// How often an option was chosen: people, and their share of those who answered, 0 to 1.
type Chosen = (u32, f64);

/// All choices, then all numbers.
pub fn sections(report: &Report, lang: Lang) -> AnyView {
    let items = || report.figures.questionnaire().items().map(|(_, item)| item).filter(|i| !i.demographic);
    let choices: Vec<AnyView> = items()
        .filter_map(|item| match &item.kind {
            Kind::Single { options } => Some(choice(item, options, false, report, lang)),
            Kind::Multiple { options, .. } => Some(choice(item, options, true, report, lang)),
            _ => None,
        })
        .collect();
    let numbers: Vec<&Item> = items().filter(|item| matches!(item.kind, Kind::Number { .. })).collect();
    view! { <div>{choices} {number_table(&numbers, report, lang)}</div> }.into_any()
}

/// Per option of an item, how often it was chosen; `None` where that is hidden or nobody answered.
fn chosen(figures: &Figures, item: &str) -> Option<BTreeMap<String, Chosen>> {
    let cell = figures.cell(item, "").filter(|cell| cell.state.is_shown())?;
    let n = cell.n.filter(|n| *n > 0)?;
    let options = match &figures.questionnaire().item(item)?.kind {
        Kind::Single { options } | Kind::Multiple { options, .. } => options,
        _ => return None,
    };
    let share = |count: u32| f64::from(count) / f64::from(n);
    Some(
        options.iter().zip(&cell.counts).map(|(o, count)| (o.key.clone(), (*count, share(*count)))).collect(),
    )
}

fn choice(item: &Item, options: &[Choice], multiple: bool, report: &Report, lang: Lang) -> AnyView {
    let title = item.text.get(lang).to_owned();
    let Some(now) = chosen(&report.figures, &item.key) else {
        let none = || lang.t("回答がありません", "No answers").to_owned();
        let reason = hidden(&report.figures, &item.key, "", lang).unwrap_or_else(none);
        return view! {
            <section class="section">
                <h3>{title}</h3>
                <p><HiddenCell reason=reason/></p>
            </section>
        }
        .into_any();
    };
    let n = report.figures.cell(&item.key, "").and_then(|cell| cell.n).unwrap_or_default();
    let last = report.last.figures().map(|last| chosen(last, &item.key).unwrap_or_default());
    let whole = report.whole.as_ref().map(|whole| chosen(whole, &item.key).unwrap_or_default());
    let rows: Vec<AnyView> = options
        .iter()
        .map(|option| {
            let label = option.label.get(lang).to_owned();
            let (count, share) = now.get(&option.key).copied().unwrap_or_default();
            let last = last.as_ref().map(|last| other_share(last, &option.key));
            let whole = whole.as_ref().map(|whole| other_share(whole, &option.key));
            view! {
                <tr>
                    <th scope="row" class="text">{label}</th>
                    <td class="num">{count}</td>
                    <td class="num"><RateBar rate=share/></td>
                    {last}
                    {whole}
                </tr>
            }
            .into_any()
        })
        .collect();
    let note = match (multiple, lang) {
        (true, Lang::Ja) => format!("n={n}。複数回答のため、割合の合計は100%を超えることがあります。"),
        (true, Lang::En) => {
            format!("n={n}. More than one could be chosen, so the shares may add up to more than 100%.")
        }
        (false, _) => format!("n={n}"),
    };
    let last_head = last.is_some().then(|| {
        view! { <th scope="col" class="num">{lang.t("前回", "Last time")}</th> }
    });
    let whole_head = whole.is_some().then(|| {
        view! { <th scope="col" class="num">{lang.t("全体", "Whole")}</th> }
    });
    view! {
        <section class="section">
            <h3>{title}</h3>
            <ScrollTable caption=lang.t("選択肢ごとの人数と割合", "People and share by option")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("選択肢", "Option")}</th>
                        <th scope="col" class="num">{lang.t("人数", "People")}</th>
                        <th scope="col" class="num">{lang.t("割合", "Share")}</th>
                        {last_head}
                        {whole_head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
            <p class="chart-note">{note}</p>
        </section>
    }
    .into_any()
}

/// The share in another wave or in the whole; a dash where that was hidden or the option was not offered.
fn other_share(figures: &BTreeMap<String, Chosen>, option: &str) -> AnyView {
    let share = figures
        .get(option)
        .map_or_else(|| written::NO_NUMBER.to_owned(), |(_, share)| written::percent(*share));
    view! { <td class="num">{share}</td> }.into_any()
}

fn number_table(items: &[&Item], report: &Report, lang: Lang) -> AnyView {
    if items.is_empty() {
        return ().into_any();
    }
    let with_last = report.last.figures().is_some();
    let with_whole = report.whole.is_some();
    let rows: Vec<AnyView> = items.iter().map(|item| number_row(item, report, lang)).collect();
    let last = with_last.then(|| {
        view! { <th scope="col" class="num">{lang.t("前回の平均", "Mean last time")}</th> }
    });
    let whole = with_whole.then(|| {
        view! { <th scope="col" class="num">{lang.t("全体の平均", "Mean of the whole")}</th> }
    });
    view! {
        <section class="section">
            <h3>{lang.t("数値で答える設問", "Items answered with a number")}</h3>
            <ScrollTable caption=lang.t("平均とばらつき", "Mean and spread")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("設問", "Item")}</th>
                        <th scope="col" class="num">{lang.t("平均", "Mean")}</th>
                        <th scope="col" class="num">{lang.t("標準偏差", "Standard deviation")}</th>
                        <th scope="col" class="num">"n"</th>
                        {last}
                        {whole}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </section>
    }
    .into_any()
}

fn number_row(item: &Item, report: &Report, lang: Lang) -> AnyView {
    let label = item.text.get(lang).to_owned();
    let unit = match &item.kind {
        Kind::Number { unit, .. } if !unit.is_empty() => match lang {
            Lang::Ja => unit.get(lang).to_owned(),
            Lang::En => format!(" {}", unit.get(lang)),
        },
        _ => String::new(),
    };
    let other = |figures: &Figures| {
        let mean = mean_of(figures, &item.key).map(|(mean, _, _)| format!("{}{unit}", written::index(mean)));
        view! { <td class="num">{mean.unwrap_or_else(|| written::NO_NUMBER.to_owned())}</td> }
    };
    let last = report.last.figures().map(other);
    let whole = report.whole.as_ref().map(other);
    let Some((mean, sd, n)) = mean_of(&report.figures, &item.key) else {
        let columns = 3 + usize::from(last.is_some()) + usize::from(whole.is_some());
        let none = || lang.t("回答がありません", "No answers").to_owned();
        let reason = hidden(&report.figures, &item.key, "", lang).unwrap_or_else(none);
        return view! {
            <tr>
                <th scope="row" class="text">{label}</th>
                <td colspan=columns.to_string()><HiddenCell reason=reason/></td>
            </tr>
        }
        .into_any();
    };
    view! {
        <tr>
            <th scope="row" class="text">{label}</th>
            <td class="num">{format!("{}{unit}", written::index(mean))}</td>
            <td class="num">{written::index(sd)}</td>
            <td class="num">{n}</td>
            {last}
            {whole}
        </tr>
    }
    .into_any()
}

/// Mean, standard deviation and n of a number, where shown and answered.
fn mean_of(figures: &Figures, item: &str) -> Option<(f64, f64, u32)> {
    let cell = figures.cell(item, "").filter(|cell| cell.state.is_shown())?;
    let n = cell.n.filter(|n| *n > 0)?;
    let (mean, sd) = cell.number?;
    Some((mean, sd, n))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::disclosure::CellState;
    use domain::text::Text;
    use service::release::results::Cell;

    use super::super::figures::tests::questionnaire;
    use super::*;

    fn figures(state: CellState, counts: &[u32], number: Option<(f64, f64)>) -> Figures {
        let mut asked = (*questionnaire()).clone();
        let option = |key: &str| Choice { key: key.into(), label: Text::new(key, key), exclusive: false };
        let kind = Kind::Multiple { options: vec![option("x"), option("y")], min: 0, max: None };
        let item = Item { key: "m".into(), kind, ..asked.sections[0].items[0].clone() };
        asked.sections[0].items.push(item);
        let cell = Cell {
            item: "m".into(),
            part: String::new(),
            state,
            n: Some(8),
            counts: counts.to_vec(),
            number,
        };
        Figures::new(Arc::new(asked), &[cell])
    }

    #[test]
    fn shares_are_of_the_people_who_answered() {
        let found = chosen(&figures(CellState::Shown, &[6, 4], None), "m").expect("shown");
        assert_eq!((found["x"], found["y"]), ((6, 0.75), (4, 0.5)));
        assert!(chosen(&figures(CellState::Secondary, &[6, 4], None), "m").is_none());
        assert!(chosen(&figures(CellState::Shown, &[6, 4], None), "a").is_none());
    }

    #[test]
    fn a_mean_is_given_only_where_it_is_shown() {
        let with = |state| mean_of(&figures(state, &[], Some((2.5, 1.0))), "m");
        assert_eq!(with(CellState::Shown), Some((2.5, 1.0, 8)));
        assert_eq!(with(CellState::Primary), None);
        assert_eq!(mean_of(&figures(CellState::Shown, &[], None), "m"), None);
    }
}
