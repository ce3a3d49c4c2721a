//! The parts every page is made of. They are rendered on the server and run nothing in the browser; the class
//! names are styled in `style/`.

pub mod charts;
pub mod feedback;
pub mod forms;
pub mod icon;
pub mod layout;
pub mod paging;
pub mod process;
pub mod table;
pub mod value;

pub use crate::language::own_lang;
pub use charts::{
    DivergingBars, DivergingChart, DivergingRow, DivergingTable, Mark, Profile, ProfileKey, ProfileRow,
    RateBar, TrendChart, TrendPoint,
};
pub use feedback::{Badge, BadgeKind, EmptyState, Flash, FlashKind, ProgressBar, unsaved};
pub use forms::{
    ButtonKind, CheckField, DateTimeField, ErrorSummary, FileField, OptionGroup, RadioField, SelectField,
    SubmitButton, TextArea, TextField,
};
pub use icon::{Icon, Sign};
pub use layout::{AppLayout, Crumb, NavEntry, PageHeader, UserBadge};
pub use paging::{encoded, matches, page_of, pager};
pub use process::{Checklist, ChecklistStep, StepState};
pub use table::ScrollTable;
pub use value::{Figure, HiddenCell};
