//! A line over time, with a dashed line where the target is.

use domain::text::Lang;
use leptos::prelude::*;

use super::axis::Axis;
use super::{across, along, number};
use crate::components::table::ScrollTable;
use crate::language::own_lang;

/// Height of the drawing and of its compact form, in pixels.
const HEIGHT: f64 = 208.0;
const COMPACT_HEIGHT: f64 = 128.0;
/// Room above the highest value for its figure, and below the lowest for the names of the points, in pixels.
const ABOVE: f64 = 28.0;
const BELOW: f64 = 26.0;
/// Where the first and the last point lie, as shares of the width; the marks of the axis stand before the first.
const FIRST: f64 = 0.14;
const LAST: f64 = 0.94;
/// The same of the compact drawing, which may stand in a narrow cell.
const COMPACT_FIRST: f64 = 0.26;
const COMPACT_LAST: f64 = 0.88;
/// With more points than this, only the first and the last have words.
const ALL_LABELLED: usize = 6;

/// A value in time.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// When, in a few characters.
    pub label: String,
    /// The value, in the chart's unit.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of its 95 % interval.
    pub high: Option<f64>,
}

/// Values over time, oldest first. Points whose value is not a number are left out.
#[component]
pub fn TrendChart(
    /// The values.
    points: Vec<TrendPoint>,
    /// The value to be reached.
    #[prop(optional_no_strip)]
    target: Option<f64>,
    /// Unit of all values, such as `%`.
    #[prop(into)]
    unit: String,
    /// What the values are.
    #[prop(into)]
    title: String,
    /// True for a low drawing without a table, beside figures that say the same.
    #[prop(optional)]
    compact: bool,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let points: Vec<TrendPoint> = points.into_iter().filter(|point| point.value.is_finite()).collect();
    let target = target.filter(|value| value.is_finite());
    let title_lang = own_lang(&title, lang);
    let values: Vec<f64> = points
        .iter()
        .flat_map(|point| [Some(point.value), point.low, point.high])
        .flatten()
        .chain(if points.is_empty() { None } else { target })
        .collect();
    let Some(axis) = Axis::over(&values, if compact { 2 } else { 3 }) else {
        let words = lang.t("まだ値がありません。", "There are no values yet.");
        return view! {
            <p class="chart-title" lang=title_lang>{title}</p>
            <p class="muted">{words}</p>
        }
        .into_any();
    };
    let plot = plot(&points, target, axis, &unit, &title, compact, lang);
    let legend = legend(&points, target, &unit, lang);
    let table = (!compact).then(|| table(points, title.clone(), &unit, lang));
    let class = if compact { "chart trend trend--compact" } else { "chart trend" };
    view! {
        <div class=class>
            <p class="chart-title" lang=title_lang>{title}</p>
            {plot}
            {legend}
            {table}
        </div>
    }
    .into_any()
}

/// The drawing.
fn plot(
    points: &[TrendPoint],
    target: Option<f64>,
    axis: Axis,
    unit: &str,
    title: &str,
    compact: bool,
    lang: Lang,
) -> AnyView {
    let height = if compact { COMPACT_HEIGHT } else { HEIGHT };
    let floor = height - BELOW;
    let y = |value: f64| floor - axis.position(value) * (floor - ABOVE);
    let last = points.len().saturating_sub(1);
    let (left, right) = if compact { (COMPACT_FIRST, COMPACT_LAST) } else { (FIRST, LAST) };
    let x = |index: usize| {
        if last == 0 { 0.5 } else { left + (right - left) * index as f64 / last as f64 }
    };
    let marks = axis
        .marks()
        .into_iter()
        .enumerate()
        .map(|(index, mark)| {
            let class = if index == 0 { "trend-axis" } else { "trend-grid" };
            let (at, above) = (across(y(mark)), across(y(mark) - 4.0));
            let at_too = at.clone();
            view! {
                <line class=class x1="0" x2="100%" y1=at y2=at_too></line>
                <text class="trend-tick" x="0" y=above>{number(mark)}</text>
            }
        })
        .collect_view();
    let goal = target.map(|value| {
        let at = across(y(value));
        let at_too = at.clone();
        view! { <line class="trend-target" x1="0" x2="100%" y1=at y2=at_too></line> }
    });
    let lines = points
        .windows(2)
        .enumerate()
        .map(|(index, pair)| {
            let (from, to) = (across(y(pair[0].value)), across(y(pair[1].value)));
            view! {
                <line class="trend-line" x1=along(x(index)) y1=from x2=along(x(index + 1)) y2=to></line>
            }
        })
        .collect_view();
    let dots = points
        .iter()
        .enumerate()
        .map(|(index, point)| {
            let labelled = points.len() <= ALL_LABELLED || index == 0 || index == last;
            let class = if index == last { "trend-point trend-point--last" } else { "trend-point" };
            let interval = point.low.zip(point.high).map(|(low, high)| {
                view! {
                    <line
                        class="trend-interval"
                        x1=along(x(index))
                        x2=along(x(index))
                        y1=across(y(low))
                        y2=across(y(high))
                    ></line>
                }
            });
            let top = y(point.high.map_or(point.value, |high| high.max(point.value)));
            let words = labelled.then(|| {
                let (value, label) = (number(point.value), point.label.clone());
                view! {
                    <text class="trend-value" x=along(x(index)) y=across(top - 10.0)>{value}</text>
                    <text class="trend-label" x=along(x(index)) y=across(height - 8.0)>{label}</text>
                }
            });
            view! {
                <g>
                    {interval}
                    <circle class=class cx=along(x(index)) cy=across(y(point.value)) r="4.5"></circle>
                    {words}
                </g>
            }
        })
        .collect_view();
    let course = points.iter().map(|point| format!("{} {}{unit}", point.label, number(point.value)));
    let mut course = course.collect::<Vec<_>>().join(lang.t("、", ", "));
    if let Some(value) = target {
        let value = number(value);
        course.push_str(&match lang {
            Lang::Ja => format!("。目標 {value}{unit}"),
            Lang::En => format!(". Target {value}{unit}"),
        });
    }
    let (name, name_lang) = (title.to_owned(), own_lang(title, lang));
    view! {
        <svg class="trend-plot" width="100%" height=across(height) role="img">
            <title lang=name_lang>{name}</title>
            <desc>{course}</desc>
            {marks}
            {goal}
            {lines}
            {dots}
        </svg>
    }
    .into_any()
}

/// What the lines are.
fn legend(points: &[TrendPoint], target: Option<f64>, unit: &str, lang: Lang) -> AnyView {
    let actual = match lang {
        Lang::Ja => format!("実績({unit})"),
        Lang::En => format!("Actual ({unit})"),
    };
    let goal = target.map(|value| {
        let words = format!("{} {}{unit}", lang.t("目標", "Target"), number(value));
        view! {
            <li>
                <svg class="legend-swatch" aria-hidden="true" focusable="false">
                    <line class="trend-target" x1="0" y1="7" x2="20" y2="7"></line>
                </svg>
                <span>{words}</span>
            </li>
        }
    });
    let interval = points.iter().any(|point| point.low.is_some() && point.high.is_some()).then(|| {
        view! {
            <li>
                <svg class="legend-swatch" aria-hidden="true" focusable="false">
                    <line class="trend-interval" x1="10" y1="0" x2="10" y2="14"></line>
                </svg>
                <span>{lang.t("95%信頼区間", "95% interval")}</span>
            </li>
        }
    });
    view! {
        <ul class="legend">
            <li>
                <svg class="legend-swatch" aria-hidden="true" focusable="false">
                    <line class="trend-line" x1="0" y1="7" x2="20" y2="7"></line>
                </svg>
                <span>{actual}</span>
            </li>
            {goal}
            {interval}
        </ul>
    }
    .into_any()
}

/// The same values as a table, folded away until asked for.
fn table(points: Vec<TrendPoint>, title: String, unit: &str, lang: Lang) -> AnyView {
    let with_interval = points.iter().any(|point| point.low.is_some() && point.high.is_some());
    let lines = points
        .into_iter()
        .map(|point| {
            let interval = with_interval.then(|| {
                let words = match (point.low, point.high) {
                    (Some(low), Some(high)) => format!("{}–{}", number(low), number(high)),
                    _ => "—".to_owned(),
                };
                view! { <td class="num">{words}</td> }
            });
            view! {
                <tr>
                    <th scope="row">{point.label}</th>
                    <td class="num">{format!("{}{unit}", number(point.value))}</td>
                    {interval}
                </tr>
            }
        })
        .collect_view();
    let interval = with_interval.then(|| {
        view! { <th scope="col" class="num">{lang.t("95%信頼区間", "95% interval")}</th> }
    });
    let title_lang = own_lang(&title, lang);
    view! {
        <details class="disclosure">
            <summary>{lang.t("表で見る", "Show as table")}</summary>
            <ScrollTable caption=title caption_lang=title_lang>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("時点", "When")}</th>
                        <th scope="col" class="num">{lang.t("実績", "Actual")}</th>
                        {interval}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}
