//! Charts as SVG, drawn on the server. Lengths along the page are percentages and lengths across it are pixels, so
//! that words keep their size at every width and no style attribute is needed. Each chart has a table behind it.

pub mod axis;
pub mod diverging;
pub mod diverging_table;
pub mod profile;
pub mod rate;
pub mod segment;
pub mod trend;

pub use diverging::{DivergingBars, DivergingRow};
pub use diverging_table::{DivergingChart, DivergingTable};
pub use profile::{Mark, Profile, ProfileKey, ProfileRow};
pub use rate::RateBar;
pub use trend::{TrendChart, TrendPoint};

/// A share from 0 to 1 as a whole percentage, such as `62%`.
fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A length along the page: a share from 0 to 1 as an SVG percentage.
fn along(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// A length across the page, in pixels.
fn across(pixels: f64) -> String {
    format!("{pixels:.1}")
}

/// A number with at most two decimals and no trailing zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The share that `count` is of `total`; 0 of nothing.
fn share_of(count: u32, total: u32) -> f64 {
    if total == 0 { 0.0 } else { f64::from(count) / f64::from(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_no_idle_zeros() {
        assert_eq!(number(46.50), "46.5");
        assert_eq!(number(70.0), "70");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(100.0), "100");
        assert_eq!(percent(0.616), "62%");
        assert_eq!(along(0.5), "50.00%");
        assert_eq!(share_of(1, 0), 0.0);
    }
}
