//! The follow-up table as a file: CSV and workbook in the form it is imported in, and the Cabinet Office's open-data form.

use domain::csv_cell;
use domain::fiscal_year::{AsOf, YearMonth};
use domain::followup::open_data::{self, Category, Entry};
use domain::followup::{self, Column, Row, RowKind};
use domain::text::Lang;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::history::row_name;
use crate::Service;
use crate::error::{Error, Result};
use crate::work::work;

/// The number of the paper size A4 in a workbook (ECMA-376, part 1, 18.3.1.63).
const A4: u8 = 9;

/// Widths of the columns in characters, in the order of [`Column::ALL`]: together they fit A4 landscape.
const WIDTHS: [f64; 12] = [7.0, 6.0, 24.0, 14.0, 14.0, 12.0, 9.0, 13.0, 9.0, 13.0, 60.0, 60.0];

impl Service {
    /// The follow-up table of a fiscal year, or of the newest plan, as CSV (UTF-8 with a byte order mark). 現状 and
    /// 現状時点 are those of [`PlanRow::row`]; without observations the table leaves cell for cell as it came.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such plan.
    pub async fn export_followup(&self, fiscal_year: Option<i16>) -> Result<String> {
        Ok(followup::write(&self.shown_rows(fiscal_year).await?))
    }

    /// The same as a workbook: the twelve columns, texts as texts, ready to be printed on A4 landscape.
    ///
    /// # Errors
    /// As for [`Self::export_followup`].
    pub async fn followup_workbook(&self, fiscal_year: Option<i16>) -> Result<Vec<u8>> {
        let rows = self.shown_rows(fiscal_year).await?;
        let header = Column::ALL.map(|column| column.header().to_owned()).to_vec();
        let cells = rows.iter().map(|row| Column::ALL.map(|column| row.cell(column).into_owned()).to_vec());
        let cells = std::iter::once(header).chain(cells).collect();
        work(move || workbook("フォローアップ", &WIDTHS, cells)).await
    }

    /// The figures of a fiscal year in the Cabinet Office's open-data form, published in `published`, as rows of cells
    /// with their header.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a line for each figure that does not fit the form, such as with three initiatives or one of
    /// over 100 characters; [`Error::NotFound`] where there is no such plan.
    async fn open_data(&self, fiscal_year: Option<i16>, published: YearMonth) -> Result<Vec<Entry>> {
        let (_, rows) = self.plan_rows(fiscal_year).await?;
        let published = AsOf::Month(published).label(Lang::Ja);
        let mut entries = Vec::new();
        let mut faults: Vec<(String, String)> = Vec::new();
        for row in rows.iter().filter(|row| row.row.kind == RowKind::Figure) {
            match Entry::of(&row.row, category(row.settings.category, &row.row), &published) {
                Ok(entry) => entries.push(entry),
                Err(e) => {
                    let name = row_name(&row.row);
                    faults.push((
                        format!("{name}: {}", e.message(Lang::Ja)),
                        format!("{name}: {}", e.message(Lang::En)),
                    ));
                }
            }
        }
        if faults.is_empty() {
            entries.sort_by_key(|entry| Category::ALL.iter().position(|known| *known == entry.category));
            return Ok(entries);
        }
        let (ja, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
        Err(Error::invalid(ja.join("\n"), en.join("\n")))
    }

    /// The open-data form as CSV (UTF-8 with a byte order mark).
    ///
    /// # Errors
    /// [`Error::Invalid`] with a line for each figure that does not fit the form; [`Error::NotFound`] where there is no such
    /// plan.
    pub async fn open_data_csv(&self, fiscal_year: Option<i16>, published: YearMonth) -> Result<String> {
        Ok(open_data::csv(&self.open_data(fiscal_year, published).await?))
    }

    /// The open-data form as a workbook.
    ///
    /// # Errors
    /// As for [`Self::open_data_csv`].
    pub async fn open_data_workbook(
        &self,
        fiscal_year: Option<i16>,
        published: YearMonth,
    ) -> Result<Vec<u8>> {
        let rows = open_data::write(&self.open_data(fiscal_year, published).await?);
        let widths = [30.0, 34.0, 16.0, 14.0, 10.0, 14.0, 10.0, 14.0, 40.0, 40.0, 12.0];
        work(move || workbook("オープンデータ", &widths, rows)).await
    }

    async fn shown_rows(&self, fiscal_year: Option<i16>) -> Result<Vec<Row>> {
        let (_, rows) = self.plan_rows(fiscal_year).await?;
        Ok(rows.into_iter().map(|row| row.row).collect())
    }
}

/// The category HR chose, or the one the words of the item speak for.
pub(super) fn category(chosen: Option<Category>, row: &Row) -> Category {
    chosen.unwrap_or_else(|| Category::infer(&row.item))
}

/// A table as the bytes of a workbook: the first row is the header, repeated on every page. Every cell is a text, so that
/// nothing is evaluated and nothing is turned into a date.
fn workbook(name: &str, widths: &[f64], rows: Vec<Vec<String>>) -> Result<Vec<u8>> {
    write(name, widths, &rows).map_err(|error| Error::Damaged(format!("a workbook: {error}")))
}

fn write(name: &str, widths: &[f64], rows: &[Vec<String>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let text = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin);
    let head = text.clone().set_bold().set_align(FormatAlign::Center);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, *width)?;
    }
    for (number, row) in (0u32..).zip(rows) {
        let format = if number == 0 { &head } else { &text };
        for (column, cell) in (0u16..).zip(row) {
            write_cell(sheet, number, column, cell, format)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_footer("&C&P / &N");
    book.save_to_buffer()
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &str,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    if cell.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else {
        sheet.write_string_with_format(row, column, cell, format)?;
    }
    Ok(())
}

/// CSV with a byte order mark from rows of cells.
pub(crate) fn csv_of(rows: &[Vec<String>]) -> String {
    let mut csv = String::from(domain::csv_rows::BYTE_ORDER_MARK);
    for row in rows {
        csv_cell::push_record(&mut csv, row.iter().map(|cell| csv_cell::neutralise(cell)));
    }
    csv
}
