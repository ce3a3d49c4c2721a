//! Indicators and the yearly follow-up table (フォローアップ): imported, exported, read with their status, edited row by
//! row, and fed by released surveys.
//!
//! A row keeps the cells of its table as they were written. Beside them stand observations: values typed since, figures
//! taken over from a survey, and cells that a later import superseded. What a row shows as its current value follows
//! from both, see [`PlanRow::row`].

mod edit;
mod import;
mod inherit;
mod plan;
mod stored;
mod survey;

pub use import::{Imported, MAX_FILE};
pub use plan::{ObservedSource, Plan, PlanRow, PlanSection};
pub use survey::{SurveyArea, SurveyChoice};

pub(crate) use survey::observe_release;
