//! The Cabinet Office's open-data form for the yearly follow-up of a ministry's numeric targets.
//!
//! Under the Act on the Promotion of Women's Active Engagement in Professional Life (女性活躍推進法) ministries publish
//! every year how they stand against the targets of their action plans (特定事業主行動計画). The Gender Equality Bureau
//! of the Cabinet Office collects this in one form, ten columns under five categories, and shows it on its site
//! 女性活躍推進法「見える化」サイト, <https://www.gender.go.jp/policy/suishin_law/search_torikumi/list/kuni/kuni.html>.
//! The names of the categories and columns, and the limit of two actions of 100 characters each, are those of
//! that page.
//!
//! The page sets the categories side by side. Here, as open data needs it, the table is flat: a first column 分類
//! names the category, then come the ten columns. [`write()`] and [`read()`] know cells only, so that CSV and XLSX
//! share them; [`csv()`] is the CSV form.

mod category;
mod column;
mod entry;
mod fault;
mod read;

pub use category::{Category, default_section};
pub use column::Column;
pub use entry::{Actions, Entry, csv, write};
pub use fault::{OpenDataError, OpenDataFault, Problem};
pub use read::read;

#[cfg(test)]
mod tests;
