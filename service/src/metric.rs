//! Metric series: numbers by unit and month or year that come from other systems, in files or through the interface for
//! programs, and what is made of them: totals, values of indicators, overtime against its ceilings.

mod explanation;
mod feed;
mod intake;
mod overtime;
mod series;
mod store;
mod token;
mod total;
mod upload;
mod withhold;

pub(crate) use explanation::managers;
pub use explanation::{Asked, Explanation, ExplanationState, explanation_questions};
pub(crate) use feed::{Feeding, series_units};
pub use feed::{MetricChoice, MetricLink};
pub use intake::{ApiRow, Batch, KEYS_KEPT_DAYS, MAX_ROWS_PER_CALL, Posted, Taken};
pub use overtime::{CeilingRow, OvertimeMonth, OvertimeYears};
pub use series::NewSeries;
pub use token::{ApiToken, Holder, IssuedToken, Scope, TokenState};
pub use total::{BatchInfo, SeriesTotals, UnitQuantity};
pub use upload::{MAX_FILE, MetricPreview, SeriesPreview};
