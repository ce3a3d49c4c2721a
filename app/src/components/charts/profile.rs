//! A profile: for each area a line from the least to the greatest mean, with one mark for each group of raters. Marks
//! differ in shape, so that they can be told apart without colour, and no mark is red for being low.

use leptos::prelude::*;

use super::{across, along};

/// Height of a row's drawing, in pixels.
const HEIGHT: f64 = 36.0;
/// Half the size of a mark, in pixels.
const HALF: f64 = 7.0;

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A hollow circle.
    Ring,
    /// A square on its side.
    Diamond,
    /// A filled circle.
    Dot,
    /// A triangle.
    Triangle,
    /// A square.
    Square,
    /// A vertical stroke.
    Stroke,
}

impl Mark {
    fn draw(self) -> AnyView {
        let h = HALF;
        match self {
            Self::Ring => view! { <circle class="mark mark--ring" r=across(h - 1.0)></circle> }.into_any(),
            Self::Dot => view! { <circle class="mark mark--dot" r=across(h)></circle> }.into_any(),
            Self::Diamond => {
                let points = format!("0,-{0} {0},0 0,{0} -{0},0", across(h + 1.0));
                view! { <polygon class="mark mark--diamond" points=points></polygon> }.into_any()
            }
            Self::Triangle => {
                let points = format!("0,-{0} {0},{0} -{0},{0}", across(h));
                view! { <polygon class="mark mark--triangle" points=points></polygon> }.into_any()
            }
            Self::Square => {
                let (from, size) = (across(1.0 - h), across(2.0 * h - 2.0));
                view! { <rect class="mark mark--square" x=from.clone() y=from width=size.clone() height=size></rect> }
                    .into_any()
            }
            Self::Stroke => {
                let (from, to) = (across(-2.0 * h), across(2.0 * h));
                view! { <line class="mark mark--stroke" x1="0" x2="0" y1=from y2=to></line> }.into_any()
            }
        }
    }
}

/// One kind of mark and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileKey {
    /// Its shape.
    pub mark: Mark,
    /// What it stands for.
    pub label: String,
}

/// One line with its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRow {
    /// What the line is about.
    pub label: String,
    /// Shape and mean of each mark that is shown.
    pub marks: Vec<(Mark, f64)>,
}

/// Lines of marks from `least` to `most`, over a table of the same figures.
#[component]
pub fn Profile(
    /// The lines.
    rows: Vec<ProfileRow>,
    /// What the marks stand for.
    keys: Vec<ProfileKey>,
    /// The least mean there can be.
    least: f64,
    /// The greatest.
    most: f64,
    /// The words for the two ends.
    ends: (String, String),
) -> impl IntoView {
    let legend = keys
        .into_iter()
        .map(|key| {
            let shape = key.mark.draw();
            view! {
                <li>
                    <svg class="profile-swatch" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false">{shape}</svg>
                    <span>{key.label}</span>
                </li>
            }
        })
        .collect_view();
    let rows = rows.into_iter().map(|row| line(row, least, most)).collect_view();
    let (low, high) = ends;
    view! {
        <div class="chart profile">
            <ul class="legend">{legend}</ul>
            <p class="profile-ends" aria-hidden="true"><span>{low}</span><span>{high}</span></p>
            <ul class="profile-rows">{rows}</ul>
        </div>
    }
}

fn line(row: ProfileRow, least: f64, most: f64) -> AnyView {
    let place = |mean: f64| along(((mean - least) / (most - least)).clamp(0.0, 1.0));
    let middle = across(HEIGHT / 2.0);
    let steps = (most - least).round().max(1.0) as u32;
    let ticks = (0..=steps)
        .map(|step| {
            let x = along(f64::from(step) / f64::from(steps));
            view! { <line class="profile-tick" x1=x.clone() x2=x y1="8" y2=across(HEIGHT - 8.0)></line> }
        })
        .collect_view();
    let marks = row
        .marks
        .into_iter()
        .filter(|(_, mean)| mean.is_finite())
        .map(|(mark, mean)| {
            view! { <svg x=place(mean) y=middle.clone() overflow="visible">{mark.draw()}</svg> }
        })
        .collect_view();
    view! {
        <li class="profile-row">
            <span class="profile-label">{row.label}</span>
            <svg class="profile-line" height=across(HEIGHT) aria-hidden="true" focusable="false">
                {ticks}
                <line class="profile-axis" x1="0" x2="100%" y1=middle.clone() y2=middle></line>
                {marks}
            </svg>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_where_their_means_are() {
        let row = ProfileRow { label: "A".into(), marks: vec![(Mark::Dot, 3.0), (Mark::Ring, f64::NAN)] };
        let html = line(row, 1.0, 5.0).to_html();
        assert!(html.contains(r#"x="50.00%""#), "{html}");
        assert!(!html.contains("mark--ring"), "a mean that is none is not drawn");
        assert_eq!(html.matches("profile-tick").count(), 5);
    }
}
