//! The archive of parts that a workbook is, and the parts that tell how to read its first visible worksheet.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::number_format::NumberFormat;
use super::xml::{attribute, each_element, flag, rich_text, skip};
use super::{SheetError, damaged};

/// What is needed of a workbook.
pub(super) struct Book {
    /// The XML of the first visible worksheet.
    pub(super) sheet: String,
    /// The texts that cells point at.
    pub(super) strings: Vec<String>,
    /// The number formats of the cell styles, by style number.
    pub(super) formats: Vec<NumberFormat>,
    /// True where days are counted from 1 January 1904.
    pub(super) date1904: bool,
}

/// Reads the parts of a workbook, `max_unpacked` bytes in all.
pub(super) fn read(bytes: &[u8], max_unpacked: usize) -> Result<Book, SheetError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.decompressed_size().is_some_and(|size| size > max_unpacked as u128) {
        return Err(SheetError::Unpacked { max: max_unpacked });
    }
    let mut package = Package { archive, left: max_unpacked, max: max_unpacked };
    let relations = relations(&package.part("xl/_rels/workbook.xml.rels")?)?;
    let (sheet, date1904) = workbook(&package.part("xl/workbook.xml")?, &relations)?;
    let strings = match path_of(&relations, "/sharedStrings") {
        Some(path) => shared_strings(&package.part(path)?)?,
        None => Vec::new(),
    };
    let formats = match path_of(&relations, "/styles") {
        Some(path) => number_formats(&package.part(path)?)?,
        None => Vec::new(),
    };
    Ok(Book { sheet: package.part(&sheet)?, strings, formats, date1904 })
}

struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked: an archive can hold more than it declares.
    left: usize,
    max: usize,
}

impl Package<'_> {
    fn part(&mut self, path: &str) -> Result<String, SheetError> {
        let file = self.archive.by_name(path).map_err(damaged)?;
        let mut bytes = Vec::new();
        file.take(self.left as u64 + 1).read_to_end(&mut bytes).map_err(damaged)?;
        self.left = self.left.checked_sub(bytes.len()).ok_or(SheetError::Unpacked { max: self.max })?;
        String::from_utf8(bytes).map_err(damaged)
    }
}

/// A part that the workbook refers to.
struct Relation {
    id: String,
    /// An address that ends in what the part is, such as `/worksheet`.
    kind: String,
    path: String,
}

fn relations(xml: &str) -> Result<Vec<Relation>, SheetError> {
    let mut relations = Vec::new();
    each_element(xml, "Relationships", |_, element| {
        let id = attribute(element, "Id")?.unwrap_or_default().into_owned();
        let kind = attribute(element, "Type")?.unwrap_or_default().into_owned();
        let target = attribute(element, "Target")?.unwrap_or_default();
        let path = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("xl/{target}"),
        };
        relations.push(Relation { id, kind, path });
        Ok(())
    })?;
    Ok(relations)
}

fn path_of<'a>(relations: &'a [Relation], kind: &str) -> Option<&'a str> {
    relations.iter().find(|relation| relation.kind.ends_with(kind)).map(|relation| relation.path.as_str())
}

/// The path of the first visible worksheet, and whether days are counted from 1904.
fn workbook(xml: &str, relations: &[Relation]) -> Result<(String, bool), SheetError> {
    let mut sheet = None;
    let mut date1904 = false;
    each_element(xml, "workbook", |_, element| {
        match element.local_name().into_inner() {
            "workbookPr" => date1904 = flag(element, "date1904")?,
            "sheet" if sheet.is_none() => {
                let visible = attribute(element, "state")?.is_none_or(|state| state == "visible");
                let id = attribute(element, "id")?.unwrap_or_default();
                // Charts and macro sheets have tabs too.
                let is_it = |one: &&Relation| visible && one.id == id && one.kind.ends_with("/worksheet");
                sheet = relations.iter().find(is_it).map(|relation| relation.path.clone());
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok((sheet.ok_or(SheetError::NoSheet)?, date1904))
}

fn shared_strings(xml: &str) -> Result<Vec<String>, SheetError> {
    let mut strings = Vec::new();
    each_element(xml, "sst", |xml, element| match element.local_name().into_inner() {
        "si" => {
            strings.push(rich_text(xml)?);
            Ok(())
        }
        _ => skip(xml, element),
    })?;
    Ok(strings)
}

/// The number format of each cell style. Formats of one's own come before the built-in ones of the same number.
fn number_formats(xml: &str) -> Result<Vec<NumberFormat>, SheetError> {
    let mut own = HashMap::new();
    let mut formats = Vec::new();
    each_element(xml, "styleSheet", |xml, element| {
        match element.local_name().into_inner() {
            "numFmts" | "cellXfs" => {}
            "numFmt" => {
                let code = attribute(element, "formatCode")?.unwrap_or_default();
                own.insert(format_id(attribute(element, "numFmtId")?)?, NumberFormat::parse(&code));
            }
            "xf" => {
                let id = format_id(attribute(element, "numFmtId")?)?;
                formats.push(own.get(&id).cloned().unwrap_or_else(|| NumberFormat::builtin(id)));
            }
            // Among them the styles and differences that have formats too, but not for cells.
            _ => skip(xml, element)?,
        }
        Ok(())
    })?;
    Ok(formats)
}

/// The number of a number format; 0, which is General, where a style names none.
fn format_id(id: Option<Cow<'_, str>>) -> Result<u32, SheetError> {
    id.map_or(Ok(0), |id| id.parse().map_err(damaged))
}
