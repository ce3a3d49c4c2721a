//! Indicators and the yearly follow-up table (フォローアップ): imported, exported, read with their status, edited row by
//! row, and fed by released surveys.
//!
//! A row keeps the cells of its table as they were written. Beside them stand observations: values typed since, figures
//! taken over from a survey, and cells that a later import superseded. What a row shows as its current value follows
//! from both, see [`PlanRow::row`].

mod digest;
mod draft;
mod edit;
mod edition;
mod export;
mod figure;
mod history;
mod import;
mod inherit;
mod open_data;
mod plan;
mod stored;
mod supersede;
mod survey;
mod value;

pub use draft::{DRAFTED, Decision, Draft, DraftState, OwnRow};
pub use edit::{Cells, Edit, Edits, RowSettings, edits_of};
pub use edition::{Compared, PlanState, Remark, Step};
pub use figure::{Figure, FigureChoice};
pub use history::{Act, COUNTED, Change, PLACE, VALUE};
pub use import::{Imported, MAX_FILE, TableFile};
pub use open_data::OpenDataImported;
pub use plan::{HIDDEN, ObservedSource, Plan, PlanRow, PlanSection, WrittenBy};
pub use survey::{SurveyChoice, SurveyLink};
pub use value::NewValue;

pub(crate) use edit::{figure, is_open};
pub(crate) use export::csv_of;
pub(crate) use history::{Doing, row_name, write as write_changes};
pub(crate) use import::{file_name, table_rows};
pub(crate) use stored::{METRIC, SURVEY, row as row_of, year as year_of};
pub(crate) use survey::{check_units, end_link, observe_release};
