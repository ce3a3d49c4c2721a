//! The table behind diverging bars, and both together.

use domain::text::Lang;
use leptos::prelude::*;

use super::diverging::{DivergingBars, DivergingRow, favourable};
use super::percent;
use crate::components::table::ScrollTable;
use crate::components::value::HiddenCell;

/// The rows of [`DivergingBars`] as a table, folded away until asked for.
#[component]
pub fn DivergingTable(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// The items.
    rows: Vec<DivergingRow>,
    /// The points of the scale, from the least favourable one.
    labels: Vec<String>,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let columns = labels.len() + 2;
    let heads =
        labels.into_iter().map(|label| view! { <th scope="col" class="num">{label}</th> }).collect_view();
    let lines = rows.into_iter().map(|row| line(row, columns, lang)).collect_view();
    view! {
        <details class="disclosure">
            <summary>{lang.t("表で見る", "Show as table")}</summary>
            <ScrollTable caption=caption>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("設問", "Item")}</th>
                        {heads}
                        <th scope="col" class="num">{lang.t("肯定的", "Favourable")}</th>
                        <th scope="col" class="num">"n"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        </details>
    }
}

/// One item; `columns` are those after its words.
fn line(row: DivergingRow, columns: usize, lang: Lang) -> AnyView {
    let cells = match row.shares() {
        Some(shares) => {
            let points =
                shares.iter().map(|share| view! { <td class="num">{percent(*share)}</td> }).collect_view();
            view! {
                {points}
                <td class="num">{percent(favourable(&shares))}</td>
                <td class="num">{row.total()}</td>
            }
            .into_any()
        }
        None => {
            let reason = row.absence(lang);
            view! { <td class="num" colspan=columns.to_string()><HiddenCell reason=reason/></td> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row" class="text">{row.label}</th>
            {cells}
        </tr>
    }
    .into_any()
}

/// [`DivergingBars`] with their [`DivergingTable`].
#[component]
pub fn DivergingChart(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What the chart shows; the caption of the table.
    #[prop(into)]
    caption: String,
    /// The items.
    rows: Vec<DivergingRow>,
    /// The points of the scale, from the least favourable one.
    labels: Vec<String>,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    view! {
        <DivergingBars id=id rows=rows.clone() labels=labels.clone() lang=lang/>
        <DivergingTable caption=caption rows=rows labels=labels lang=lang/>
    }
}
