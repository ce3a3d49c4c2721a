//! Statistics (集計): what is computed from counted answers, and how it is written.
//!
//! Everything starts from a [`Distribution`] of one item in one group. Nothing here knows about thresholds: what must
//! not be shown is decided by [`crate::disclosure`] and must not be asked for here. The one exception is
//! [`area_score`], which takes the state of each cell and leaves hidden items out.
//!
//! Sources are given with each formula:
//!
//! - Abramowitz, M., & Stegun, I. A. (1964). *Handbook of Mathematical Functions*. National Bureau of Standards.
//! - Cochran, W. G. (1977). *Sampling Techniques* (3rd ed.). Wiley.
//! - Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences* (2nd ed.). Erlbaum.
//! - Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. *Biometrics
//!   Bulletin*, 2(6), 110–114.
//! - Welch, B. L. (1947). The generalization of "Student's" problem when several different population variances are
//!   involved. *Biometrika*, 34(1–2), 28–35.

mod area;
mod change;
mod distribution;
pub mod format;
mod interval;
mod side;
mod student;

pub use area::{AreaScore, ENGAGEMENT_AREA, ItemResult, area_score, engagement_index};
pub use change::{Change, Comparison, EffectSize, change, compare};
pub use distribution::{Distribution, Sample, Shares, response_rate};
pub use interval::{Interval, confidence_interval, standard_error};
pub use side::Side;
pub use student::{t_cdf, t_quantile};
