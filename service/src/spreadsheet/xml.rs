//! The little of XML that the parts of a workbook need. Elements and attributes go by their local names, because
//! programs choose the prefixes.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{SheetError, damaged};

/// A reader that gives an empty element as a start and an end.
pub(super) type Xml<'a> = Reader<&'a [u8]>;

/// Calls `visit` for every element within `root`. What `visit` reads from the reader is not visited again.
///
/// # Errors
///
/// Where the text is no XML or ends before `root` does, and the errors of `visit`.
pub(super) fn each_element(
    text: &str,
    root: &str,
    mut visit: impl FnMut(&mut Xml<'_>, &BytesStart<'_>) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let mut xml = Reader::from_str(text);
    xml.config_mut().expand_empty_elements = true;
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Start(element) if element.local_name().into_inner() != root => visit(&mut xml, &element)?,
            Event::End(element) if element.local_name().into_inner() == root => return Ok(()),
            Event::Eof => return Err(SheetError::Damaged),
            _ => {}
        }
    }
}

/// The attributes of an element: local names and values.
pub(super) fn attributes<'a>(
    element: &'a BytesStart<'_>,
) -> impl Iterator<Item = Result<(&'a str, Cow<'a, str>), SheetError>> {
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    attributes.map(|attribute| -> Result<(&'a str, Cow<'a, str>), SheetError> {
        let attribute = attribute.map_err(damaged)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(damaged)?;
        Ok((attribute.key.local_name().into_inner(), value))
    })
}

/// The value of one attribute.
pub(super) fn attribute<'a>(
    element: &'a BytesStart<'_>,
    name: &str,
) -> Result<Option<Cow<'a, str>>, SheetError> {
    for attribute in attributes(element) {
        let (key, value) = attribute?;
        if key == name {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// True where an attribute is there and says yes.
pub(super) fn flag(element: &BytesStart<'_>, name: &str) -> Result<bool, SheetError> {
    Ok(attribute(element, name)?.is_some_and(|value| matches!(&*value, "1" | "true")))
}

/// Passes over the rest of `element`.
pub(super) fn skip(xml: &mut Xml<'_>, element: &BytesStart<'_>) -> Result<(), SheetError> {
    xml.read_to_end(element.name()).map_err(damaged)?;
    Ok(())
}

/// The text of the element that has just begun, without that of elements within.
pub(super) fn text(xml: &mut Xml<'_>) -> Result<String, SheetError> {
    let mut out = String::new();
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Text(part) => out.push_str(&part.xml10_content()),
            Event::CData(part) => out.push_str(&part.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(damaged)? {
                Some(c) => out.push(c),
                None => out.push_str(resolve_predefined_entity(&name).ok_or(SheetError::Damaged)?),
            },
            Event::Start(element) => skip(xml, &element)?,
            Event::End(_) => return Ok(out),
            Event::Eof => return Err(SheetError::Damaged),
            _ => {}
        }
    }
}

/// The text of the `si` or `is` element that has just begun: of its `t`, or of the `t` of all its runs `r`. The
/// reading aids `rPh` are left out: Japanese Excel keeps the furigana of kanji there.
pub(super) fn rich_text(xml: &mut Xml<'_>) -> Result<String, SheetError> {
    let mut out = String::new();
    let mut in_run = false;
    loop {
        match xml.read_event().map_err(damaged)? {
            Event::Start(element) => match element.local_name().into_inner() {
                "t" => {
                    let preserved = attribute(&element, "space")?.is_some_and(|space| space == "preserve");
                    let part = text(xml)?;
                    let trimmed = part.trim_matches(|c: char| c.is_ascii_whitespace());
                    out.push_str(if preserved { &part } else { trimmed });
                }
                "r" => in_run = true,
                _ => skip(xml, &element)?,
            },
            Event::End(_) if in_run => in_run = false,
            Event::End(_) => return Ok(unescape(&out)),
            Event::Eof => return Err(SheetError::Damaged),
            _ => {}
        }
    }
}

/// Undoes the escapes `_xHHHH_` of characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19), and ends lines with
/// `\n` alone.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        match escaped(after) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    if out.contains('\r') { out.replace("\r\n", "\n").replace('\r', "\n") } else { out }
}

/// The character that `HHHH_` at the start of a text stands for, and what comes after it.
fn escaped(text: &str) -> Option<(char, &str)> {
    let (digits, tail) = text.split_at_checked(4)?;
    let tail = tail.strip_prefix('_')?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    Some((c, tail))
}
