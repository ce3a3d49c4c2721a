//! What is done with the follow-up table: HR imports, edits and links it, units draft for it, executives sign it off.

pub mod draft;
pub mod edit;
pub mod import;
pub mod plan;
pub mod value;

use std::collections::BTreeMap;

use domain::fiscal_year::FiscalYear;
use domain::followup::Column;
use domain::text::Lang;
use service::indicator::Cells;

/// Where the table is.
const TABLE: &str = "/indicators";

/// A part of the table of a fiscal year, by its id on the page.
fn table(year: i16, place: &str) -> String {
    format!("{TABLE}?year={year}#{place}")
}

/// The cells in a form, whose fields are named by [`Column::key`]. What is no column is left out.
fn cells_in(form: &BTreeMap<String, String>) -> Cells {
    form.iter().filter_map(|(key, text)| Some((Column::from_key(key)?, text.clone()))).collect()
}

/// What was typed into the cells, to be kept for the form.
fn typed(cells: Cells) -> Vec<(&'static str, String)> {
    cells.into_iter().map(|(column, text)| (column.key(), text)).collect()
}

/// A fiscal year as people type it.
///
/// # Errors
/// [`service::Error::Invalid`] where it cannot be read.
fn read_year(typed: &str) -> service::Result<FiscalYear> {
    FiscalYear::parse(typed).map_err(|e| {
        service::Error::invalid(
            format!("年度: {}", e.message(Lang::Ja)),
            format!("Fiscal year: {}", e.message(Lang::En)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_the_cells_it_has_and_no_others() {
        let form = BTreeMap::from([
            ("target".to_owned(), "30%".to_owned()),
            ("outcome".to_owned(), String::new()),
            ("captcha".to_owned(), "x".to_owned()),
        ]);
        let cells = cells_in(&form);
        assert_eq!(cells.len(), 2);
        assert_eq!(typed(cells), [("target", "30%".to_owned()), ("outcome", String::new())]);
    }

    #[test]
    fn a_year_is_read_in_either_form() {
        assert_eq!(read_year("令和7年度").ok().map(FiscalYear::year), Some(2025));
        assert_eq!(read_year("2025").ok().map(FiscalYear::year), Some(2025));
        assert!(matches!(read_year("来年"), Err(service::Error::Invalid(_))));
    }
}
