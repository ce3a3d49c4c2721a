//! Diverging stacked bars: how the answers to each item are spread over its scale.

use domain::statistics::Side;
use domain::text::Lang;
use leptos::prelude::*;

use super::segment::{Extent, Segment};
use super::{across, along, percent, share_of};
use crate::components::value::HiddenCell;

/// Height of a row's drawing, in pixels.
const HEIGHT: f64 = 32.0;
/// Height of the bar in it; what remains shows the mark of the middle.
const BAR: f64 = 24.0;
/// A segment narrower than this share of the width has no figure inside.
const LABELLED: f64 = 0.04;
/// A segment narrower than this share of the width has its figure on a wide page only.
const LABELLED_ON_A_PHONE: f64 = 0.08;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivergingRow {
    /// The item.
    pub label: String,
    /// How many people chose each point, from the least favourable one.
    pub counts: Vec<u32>,
    /// Why the counts are not shown. A hidden row's counts are never drawn.
    pub hidden: Option<String>,
}

impl DivergingRow {
    /// How many people answered.
    pub(super) fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The share of each point; nothing where the row is hidden or nobody answered.
    pub(super) fn shares(&self) -> Option<Vec<f64>> {
        let total = self.total();
        if self.hidden.is_some() || total == 0 {
            return None;
        }
        Some(self.counts.iter().map(|count| share_of(*count, total)).collect())
    }

    /// The words in place of a bar that is not drawn.
    pub(super) fn absence(&self, lang: Lang) -> String {
        let none = || lang.t("回答がありません", "No answers").to_owned();
        self.hidden.clone().unwrap_or_else(none)
    }
}

/// The share of favourable answers, given the share of each point; as [`domain::statistics::Distribution::shares`].
pub(super) fn favourable(shares: &[f64]) -> f64 {
    let points = shares.iter().enumerate();
    let good = points.filter(|(index, _)| Side::of(*index, shares.len()) == Side::Favourable);
    good.fold(0.0, |sum, (_, share)| sum + share)
}

/// Bars on one common middle, the neutral answers astride it. Meant to stand above a
/// [`DivergingTable`](super::DivergingTable) of the same rows.
#[component]
pub fn DivergingBars(
    /// Unique on the page; ids inside the drawing begin with it.
    #[prop(into)]
    id: String,
    /// The items. Each has as many counts as there are labels.
    rows: Vec<DivergingRow>,
    /// The points of the scale, from the least favourable one.
    labels: Vec<String>,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let widest = rows
        .iter()
        .filter_map(DivergingRow::shares)
        .map(|shares| Extent::of(&shares))
        .fold(Extent::default(), Extent::union);
    let legend = legend(&id, &labels);
    let items = rows.into_iter().map(|row| bar(row, &id, widest, &labels, lang)).collect_view();
    let note = match (labels.len() % 2 == 1, lang) {
        (true, Lang::Ja) => "棒の中の数字は割合(%)です。上下の小さな印は中央の選択肢の真ん中を示します。",
        (true, Lang::En) => {
            "Figures in the bars are percentages. The small marks show the centre of the middle answer."
        }
        (false, Lang::Ja) => "棒の中の数字は割合(%)です。上下の小さな印は肯定と否定の境を示します。",
        (false, Lang::En) => {
            "Figures in the bars are percentages. The small marks divide favourable from unfavourable answers."
        }
    };
    view! {
        <div class="chart diverging">
            {legend}
            <ul class="diverging-rows">{items}</ul>
            <p class="chart-note">{note}</p>
        </div>
    }
}

/// The points of the scale with their colours. The patterns of the whole chart are defined here.
fn legend(id: &str, labels: &[String]) -> AnyView {
    let points = labels.len();
    let (weak, strong) = (format!("{id}-weak"), format!("{id}-strong"));
    let items = labels
        .iter()
        .enumerate()
        .map(|(index, label)| {
            let segment = Segment::at(index, points);
            let hatch = segment.hatch().map(|end| {
                let fill = format!("url(#{id}-{end})");
                view! { <rect x="0" y="0" width="100%" height="100%" fill=fill></rect> }
            });
            view! {
                <li>
                    <svg class="legend-swatch" aria-hidden="true" focusable="false">
                        <rect class=segment.class() x="0" y="0" width="100%" height="100%"></rect>
                        {hatch}
                    </svg>
                    <span>{label.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <svg class="visually-hidden" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <pattern id=weak width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <line class="hatch-weak" x1="1" y1="0" x2="1" y2="6"></line>
                </pattern>
                <pattern id=strong width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <line class="hatch-strong" x1="1" y1="0" x2="1" y2="6"></line>
                </pattern>
            </defs>
        </svg>
        <ul class="legend">{items}</ul>
    }
    .into_any()
}

/// One item: its words, its bar, and what share was favourable.
fn bar(row: DivergingRow, id: &str, widest: Extent, labels: &[String], lang: Lang) -> AnyView {
    let Some(shares) = row.shares() else {
        let reason = row.absence(lang);
        return view! {
            <li>
                <p class="diverging-label">{row.label}</p>
                <HiddenCell reason=reason/>
            </li>
        }
        .into_any();
    };
    let total = row.total();
    let good = percent(favourable(&shares));
    let name = match lang {
        Lang::Ja => format!("{}:肯定的 {good}(n={total})", row.label),
        Lang::En => format!("{}: favourable {good} (n={total})", row.label),
    };
    let spread = labels.iter().zip(&shares).map(|(label, share)| format!("{label} {}", percent(*share)));
    let spread = spread.collect::<Vec<_>>().join(lang.t("、", ", "));

    let width = widest.width();
    let mut x = (widest.left - Extent::of(&shares).left) / width;
    let mut segments = Vec::with_capacity(shares.len());
    for (index, share) in shares.iter().enumerate() {
        let length = share / width;
        if length > 0.0 {
            let label = labels.get(index).map(String::as_str).unwrap_or_default();
            let count = row.counts.get(index).copied().unwrap_or_default();
            let tooltip = match lang {
                Lang::Ja => format!("{label}:{count}人({})", percent(*share)),
                Lang::En => format!("{label}: {count} ({})", percent(*share)),
            };
            segments.push(part(Segment::at(index, shares.len()), id, x, length, *share, tooltip));
        }
        x += length;
    }
    let zero = along(widest.left / width);
    let zero_too = zero.clone();
    let figure = match lang {
        Lang::Ja => ("肯定的 ", format!("(n={total})")),
        Lang::En => ("Favourable ", format!(" (n={total})")),
    };
    view! {
        <li>
            <p class="diverging-label">{row.label}</p>
            <svg class="diverging-bar" width="100%" height=across(HEIGHT) role="img">
                <title>{name}</title>
                <desc>{spread}</desc>
                <line class="zero" x1=zero x2=zero_too y1="0" y2=across(HEIGHT)></line>
                {segments}
            </svg>
            <p class="diverging-figure">{figure.0}<strong>{good}</strong>{figure.1}</p>
        </li>
    }
    .into_any()
}

/// One segment from `x` on, both as shares of the width.
fn part(segment: Segment, id: &str, x: f64, length: f64, share: f64, tooltip: String) -> AnyView {
    let top = (HEIGHT - BAR) / 2.0;
    let hatch = segment.hatch().map(|end| {
        let fill = format!("url(#{id}-{end})");
        view! { <rect x=along(x) y=across(top) width=along(length) height=across(BAR) fill=fill></rect> }
    });
    let figure = (length >= LABELLED).then(|| {
        let class = segment.label_class(length < LABELLED_ON_A_PHONE);
        let text = format!("{:.0}", share * 100.0);
        view! { <text class=class x=along(x + length / 2.0) y=across(HEIGHT / 2.0)>{text}</text> }
    });
    view! {
        <g>
            <title>{tooltip}</title>
            <rect
                class=segment.class()
                x=along(x)
                y=across(top)
                width=along(length)
                height=across(BAR)
            ></rect>
            {hatch}
            {figure}
        </g>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::statistics::Distribution;

    use super::*;

    fn row(counts: &[u32], hidden: Option<&str>) -> DivergingRow {
        DivergingRow { label: "項目".into(), counts: counts.to_vec(), hidden: hidden.map(str::to_owned) }
    }

    #[test]
    fn a_hidden_row_has_no_shares_whatever_its_counts() {
        assert_eq!(row(&[1, 2, 3], Some("few")).shares(), None);
        assert_eq!(row(&[0, 0, 0], None).shares(), None);
        assert_eq!(row(&[0, 0, 0], None).absence(Lang::En), "No answers");
        assert_eq!(row(&[], Some("few")).absence(Lang::En), "few");
    }

    #[test]
    fn charts_and_figures_agree_on_what_is_favourable() {
        for points in 2..=11u32 {
            let counts: Vec<u32> = (1..=points).map(|point| point * point).collect();
            let drawn = favourable(&row(&counts, None).shares().expect("shares"));
            let figure = Distribution { counts }.shares().expect("shares").favourable;
            assert!((drawn - figure).abs() < 1e-12, "{points} points: {drawn} and {figure}");
        }
    }

    #[test]
    fn favourable_is_everything_above_the_middle() {
        let five = row(&[10, 20, 30, 25, 15], None).shares().expect("shares");
        assert!((favourable(&five) - 0.40).abs() < 1e-12);
        let four = row(&[1, 1, 1, 1], None).shares().expect("shares");
        assert!((favourable(&four) - 0.5).abs() < 1e-12);
    }
}
