use std::io::{Cursor, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{FilterCondition, Format, Formula, Workbook, Worksheet};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LIMITS: Limits = Limits { max_bytes: 100_000, max_rows: 5, max_columns: 4 };

fn saved(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

fn read(fill: impl FnOnce(&mut Worksheet)) -> Result<Vec<SheetRow>, SheetError> {
    read_xlsx(&saved(fill), LIMITS)
}

fn row(number: usize, cells: &[&str]) -> SheetRow {
    SheetRow { number, cells: cells.iter().map(|cell| String::from(*cell)).collect() }
}

fn place(text: &str) -> Place {
    Place::parse(text).unwrap()
}

/// The tabs of a workbook written by hand.
const TABS: &str = r#"<sheets><sheet name="図" sheetId="1" r:id="rId9"/>
    <sheet name="表" sheetId="2" r:id="rId1"/></sheets>"#;

/// A workbook of one sheet, written by hand: what Excel can write and the library cannot.
fn raw(workbook: &str, strings: &str, sheet: &str) -> Vec<u8> {
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook =
        format!(r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="{KIND}">{workbook}</workbook>"#);
    let relations = format!(
        r#"<Relationships><Relationship Id="rId9" Type="{KIND}/chartsheet" Target="chartsheets/sheet1.xml"/>
           <Relationship Id="rId1" Type="{KIND}/worksheet" Target="/xl/worksheets/one.xml"/>
           <Relationship Id="rId2" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/>
           <Relationship Id="rId3" Type="{KIND}/styles" Target="styles.xml"/></Relationships>"#
    );
    let styles = r#"<styleSheet>
        <numFmts count="1"><numFmt numFmtId="164" formatCode="0&quot;人&quot;"/></numFmts>
        <cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>
        <cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"><alignment/></xf><xf numFmtId="164"/>
        <xf numFmtId="17"/></cellXfs>
        <dxfs><dxf><numFmt numFmtId="164" formatCode="0%"/></dxf></dxfs></styleSheet>"#;
    let parts = [
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/styles.xml", styles.to_owned()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/worksheets/one.xml", format!("<worksheet>{sheet}</worksheet>")),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn read_raw(strings: &str, sheet: &str) -> Result<Vec<SheetRow>, SheetError> {
    read_xlsx(&raw(TABS, strings, sheet), LIMITS)
}

/// The text of a single cell written by hand.
fn cell(cell: &str) -> Result<String, SheetError> {
    let rows = read_raw("", &format!("<sheetData><row>{cell}</row></sheetData>"))?;
    Ok(rows.first().map(|row| row.cells.concat()).unwrap_or_default())
}

#[test]
fn texts_are_read_as_they_are() {
    let rows = read(|sheet| {
        sheet.write_string(0, 0, "項目番号").unwrap();
        sheet.write_string(0, 1, "取組の内容\n(2行目)").unwrap();
        sheet.write_string(1, 0, "1-2").unwrap();
        sheet.write_string(1, 1, "'=SUM(A1)").unwrap();
        sheet.write_string(1, 2, " 前後の空白 & <記号> _x0041_ ").unwrap();
    });
    let expected = [
        row(1, &["項目番号", "取組の内容\n(2行目)"]),
        row(2, &["1-2", "'=SUM(A1)", " 前後の空白 & <記号> _x0041_ "]),
    ];
    assert_eq!(rows.unwrap(), expected);
}

#[test]
fn numbers_dates_and_booleans_are_read_as_they_are_shown() {
    let rows = read(|sheet| {
        let format = |code: &str| Format::new().set_num_format(code);
        sheet.write_number(0, 0, 42).unwrap();
        sheet.write_number(0, 1, 0.5).unwrap();
        sheet.write_boolean(0, 2, true).unwrap();
        sheet.write_boolean(0, 3, false).unwrap();
        sheet.write_number_with_format(1, 0, 0.521, &format("0.0%")).unwrap();
        sheet.write_number_with_format(1, 1, 1234, &format("#,##0\"人\"")).unwrap();
        sheet.write_number_with_format(1, 2, 45748, &format("[$-411]ggge\"年\"m\"月\"d\"日\"")).unwrap();
        sheet.write_number_with_format(1, 3, 7, &format("@")).unwrap();
        sheet.write_number_with_format(2, 0, 0.25, &Format::new().set_num_format_index(9)).unwrap();
        sheet.write_number_with_format(2, 1, 45748.5, &Format::new().set_num_format_index(22)).unwrap();
    });
    let expected = [
        row(1, &["42", "0.5", "TRUE", "FALSE"]),
        row(2, &["52.1%", "1,234人", "2025-04-01", "7"]),
        row(3, &["25%", "2025-04-01 12:00"]),
    ];
    assert_eq!(rows.unwrap(), expected);
}

#[test]
fn dates_are_read_as_far_as_they_are_shown() {
    let shown = |number: f64, format: Format| {
        let rows = read(|sheet| {
            sheet.write_number_with_format(0, 0, number, &format).unwrap();
        });
        rows.unwrap().iter().map(|row| row.cells.concat()).collect::<String>()
    };
    // 1 July 2024.
    for (code, expected) in [
        ("yyyy\"年\"m\"月\"", "2024-07"),
        ("mmm-yy", "2024-07"),
        ("yyyy-mm", "2024-07"),
        ("yyyy/m", "2024-07"),
        ("[$-411]ggge\"年\"m\"月\"", "2024-07"),
        ("[$-411]ge.m", "2024-07"),
        ("yyyy\\d\"day\"m", "2024-07"),
        ("yyyy\"年\"", "2024"),
        ("[$-411]ggge\"年\"", "2024"),
        ("yyyy/m/d", "2024-07-01"),
        ("yyyy/mm/dd hh:mm", "2024-07-01 12:00"),
        ("h:mm", "12:00"),
        ("mm:ss", "12:00"),
    ] {
        let number = if code.contains(':') { 45474.5 } else { 45474.0 };
        assert_eq!(shown(number, Format::new().set_num_format(code)), expected, "{code}");
    }
    for (id, expected) in [
        (14, "2024-07-01"),
        (17, "2024-07"),
        (22, "2024-07-01"),
        (31, "2024-07-01"),
        (34, "2024-07"),
        (55, "2024-07"),
        (58, "2024-07-01"),
    ] {
        assert_eq!(shown(45474.0, Format::new().set_num_format_index(id)), expected, "{id}");
    }
    // A date in ISO 8601, as in strict workbooks.
    assert_eq!(cell(r#"<c s="3" t="d"><v>2024-07-01T00:00:00</v></c>"#).unwrap(), "2024-07");
    assert_eq!(cell(r#"<c s="1" t="d"><v>2024-07-01T00:00:00</v></c>"#).unwrap(), "2024-07-01");
}

#[test]
fn formats_are_those_of_cells_and_not_of_styles_or_differences() {
    assert_eq!(cell(r#"<c s="2"><v>12</v></c>"#).unwrap(), "12人");
    assert_eq!(cell(r#"<c s="0"><v>0.5</v></c>"#).unwrap(), "0.5");
    assert_eq!(cell(r#"<c s="99"><v>0.5</v></c>"#).unwrap(), "0.5");
    assert_eq!(cell("<c><v>1.1000000000000001</v></c>").unwrap(), "1.1");
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let sheet = r#"<sheetData><row><c s="1"><v>44286</v></c></row></sheetData>"#;
    let workbook = format!(r#"<workbookPr date1904="1"/>{TABS}"#);
    let rows = read_xlsx(&raw(&workbook, "", sheet), LIMITS);
    assert_eq!(rows.unwrap(), [row(1, &["2025-04-01"])]);
}

#[test]
fn furigana_is_left_out_and_runs_are_joined() {
    let strings = r#"<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>
        <si><r><t>働き</t></r><r><rPr><b/></rPr><t xml:space="preserve">方 </t></r>
        <rPh sb="0" eb="1"><t>ハ</t></rPh></si>
        <si><t>一_x000D_&#10;二_x005F_x0041_</t></si><si/>"#;
    let cells = [0, 1, 2, 3].map(|index| format!(r#"<c t="s"><v>{index}</v></c>"#)).concat();
    let rows = read_raw(strings, &format!("<sheetData><row>{cells}</row></sheetData>"));
    assert_eq!(rows.unwrap(), [row(1, &["東京", "働き方 ", "一\n二_x0041_"])]);
    let inline = r#"<c t="inlineStr"><is><r><t>A&amp;B</t></r><rPh sb="0" eb="1"><t>ア</t></rPh></is></c>"#;
    assert_eq!(cell(inline).unwrap(), "A&B");
    assert_eq!(cell(r#"<c t="s"><v>0</v></c>"#), Err(SheetError::Damaged));
}

#[test]
fn cells_go_to_their_places_and_prefixes_do_not_matter() {
    let sheet = r#"<x:sheetData><x:row r="3"><x:c r="B3"><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>
        <x:row><x:c><x:v>3</x:v></x:c></x:row></x:sheetData>
        <controls><from><col>0</col><row>0</row></from></controls>"#;
    assert_eq!(read_raw("", sheet).unwrap(), [row(3, &["", "1", "2"]), row(4, &["3"])]);
}

#[test]
fn the_first_visible_sheet_is_read() {
    let mut workbook = Workbook::new();
    let texts = ["隠れたシート", "見えるシート", "次のシート"];
    for text in texts {
        workbook.add_worksheet().write_string(0, 0, text).unwrap();
    }
    workbook.worksheet_from_index(0).unwrap().set_hidden(true);
    workbook.worksheet_from_index(1).unwrap().set_active(true);
    let rows = read_xlsx(&workbook.save_to_buffer().unwrap(), LIMITS);
    assert_eq!(rows.unwrap(), [row(1, &["見えるシート"])]);
}

#[test]
fn empty_rows_are_left_out_and_trailing_empty_cells_are_cut() {
    let rows = read(|sheet| {
        sheet.write_string(1, 1, "B2").unwrap();
        sheet.write_string(1, 2, " \u{3000}").unwrap();
        sheet.write_blank(2, 0, &Format::new().set_bold()).unwrap();
        sheet.write_string(3, 0, "A4").unwrap();
        // Empty cells may stand beyond the last column.
        sheet.write_blank(3, 9, &Format::new().set_bold()).unwrap();
    });
    assert_eq!(rows.unwrap(), [row(2, &["", "B2"]), row(4, &["A4"])]);
    assert!(read(|_| {}).unwrap().is_empty());
}

#[test]
fn merged_cells_are_refused_where_the_table_is() {
    let merged = read(|sheet| {
        sheet.write_string(0, 0, "A").unwrap();
        sheet.merge_range(2, 1, 4, 1, "B", &Format::new()).unwrap();
    });
    let error = merged.unwrap_err();
    assert_eq!(error, SheetError::Merged { from: place("B3"), to: place("B5") });
    assert_eq!(
        error.message(Lang::Ja),
        "B3:B5のセルが結合されています。結合を解除し、それぞれの行に値を入れてください。"
    );
    let beside = read(|sheet| {
        sheet.write_string(0, 0, "A").unwrap();
        sheet.merge_range(2, 1, 4, 1, "", &Format::new()).unwrap();
    });
    assert_eq!(beside.unwrap(), [row(1, &["A"])]);
}

#[test]
fn hidden_rows_are_refused_where_they_hold_something() {
    let hidden = read(|sheet| {
        sheet.write_string(0, 0, "A").unwrap();
        sheet.write_formula(2, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.set_row_hidden(1).unwrap();
        sheet.set_row_hidden(2).unwrap();
    });
    assert_eq!(hidden, Err(SheetError::HiddenRow(3)));
}

#[test]
fn filtered_rows_are_refused() {
    let filtered = read(|sheet| {
        for (number, text) in (0..).zip(["種別", "取組", "調査"]) {
            sheet.write_string(number, 0, text).unwrap();
        }
        sheet.autofilter(0, 0, 2, 0).unwrap();
        sheet.filter_column(0, &FilterCondition::new().add_list_filter("調査")).unwrap();
    });
    assert_eq!(filtered, Err(SheetError::HiddenRow(2)));
}

#[test]
fn hidden_columns_are_refused_where_they_hold_something() {
    let write = |sheet: &mut Worksheet, column: u16| {
        sheet.write_string(0, 0, "A").unwrap();
        sheet.write_string(0, 2, "C").unwrap();
        sheet.set_column_hidden(column).unwrap();
    };
    assert_eq!(read(|sheet| write(sheet, 2)), Err(SheetError::HiddenColumn(3)));
    assert_eq!(read(|sheet| write(sheet, 1)).unwrap(), [row(1, &["A", "", "C"])]);
}

#[test]
fn error_values_are_refused() {
    let error = read(|sheet| {
        sheet.write_formula(3, 2, Formula::new("=#REF!").set_result("#REF!")).unwrap();
    });
    assert_eq!(error, Err(SheetError::ErrorValue { cell: place("C4"), value: "#REF!".to_owned() }));
}

#[test]
fn formulas_are_read_by_their_results() {
    let rows = read(|sheet| {
        sheet.write_formula(0, 0, Formula::new("=40+2").set_result("42")).unwrap();
        sheet.write_formula(0, 1, Formula::new("=\"a\"&\"b\"").set_result("ab")).unwrap();
        sheet.write_formula(0, 2, Formula::new("=1=1").set_result("TRUE")).unwrap();
    });
    assert_eq!(rows.unwrap(), [row(1, &["42", "ab", "TRUE"])]);
    assert_eq!(cell(r#"<c t="str"><f>""</f><v></v></c>"#).unwrap(), "");
    for never_calculated in ["<c><f>1+1</f></c>", "<c><f>1+1</f><v/></c>", r#"<c t="str"><f>A2</f></c>"#] {
        assert_eq!(cell(never_calculated), Err(SheetError::NotCalculated(place("A1"))));
    }
}

#[test]
fn limits_are_kept() {
    let rows = |count: u32| {
        read(|sheet| {
            for number in 0..count {
                sheet.write_number(2 * number, 0, number).unwrap();
            }
        })
    };
    assert_eq!(rows(5).unwrap().len(), 5);
    assert_eq!(rows(6), Err(SheetError::TooManyRows { row: 11, max: 5 }));
    let column = |column: u16| {
        read(|sheet| {
            sheet.write_string(0, column, "値").unwrap();
        })
    };
    assert!(column(3).is_ok());
    assert_eq!(column(4), Err(SheetError::TooManyColumns { cell: place("E1"), max: 4 }));
    let bytes = saved(|_| {});
    let limits = Limits { max_bytes: bytes.len() - 1, ..LIMITS };
    let error = SheetError::TooLarge { size: bytes.len(), max: bytes.len() - 1 };
    assert_eq!(read_xlsx(&bytes, limits), Err(error));
}

#[test]
fn a_small_file_that_unpacks_to_a_large_one_is_refused() {
    let sheet = format!("<sheetData>{}</sheetData>", " ".repeat(1_000_000));
    let mut bytes = raw(TABS, "", &sheet);
    let limits = Limits { max_bytes: 20_000, ..LIMITS };
    assert!(read_xlsx(&bytes, LIMITS).unwrap().is_empty());
    assert_eq!(read_xlsx(&bytes, limits), Err(SheetError::Unpacked { max: 400_000 }));
    // The archive says that every part has 100 bytes.
    let headers: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, mark)| mark == b"PK\x01\x02").map(|(at, _)| at).collect();
    for at in headers {
        bytes[at + 24..at + 28].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(read_xlsx(&bytes, limits).is_err());
}

#[test]
fn a_long_text_shared_by_many_cells_is_refused() {
    let strings = format!("<si><t>{}</t></si>", "あ".repeat(30_000));
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(4);
    let sheet = format!("<sheetData>{}</sheetData>", format!("<row>{cells}</row>").repeat(5));
    let limits = Limits { max_bytes: 20_000, ..LIMITS };
    assert_eq!(read_xlsx(&raw(TABS, &strings, &sheet), limits), Err(SheetError::Unpacked { max: 400_000 }));
}

#[test]
fn what_is_no_workbook_is_refused() {
    assert_eq!(read_xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", LIMITS), Err(SheetError::Encrypted));
    assert_eq!(read_xlsx(b"", LIMITS), Err(SheetError::Damaged));
    assert_eq!(read_xlsx("項目,値\n".as_bytes(), LIMITS), Err(SheetError::Damaged));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    let document = archive.finish().unwrap().into_inner();
    assert!(is_workbook(&document));
    assert_eq!(read_xlsx(&document, LIMITS), Err(SheetError::Damaged));
    for sheet in ["<sheetData><row><c>", "<sheetData></row>", "<sheetData><row r=\"0\"/></sheetData>"] {
        assert_eq!(read_raw("", sheet), Err(SheetError::Damaged), "{sheet}");
    }
    assert!(!is_workbook(b"a,b"));
}

#[test]
fn a_workbook_without_a_visible_sheet_is_refused() {
    let hidden = TABS.replace("sheetId=", "state=\"veryHidden\" sheetId=");
    for workbook in [hidden.as_str(), "<sheets/>"] {
        assert_eq!(read_xlsx(&raw(workbook, "", ""), LIMITS), Err(SheetError::NoSheet));
    }
}

#[test]
fn a_truncated_workbook_is_refused() {
    let bytes = saved(|sheet| {
        sheet.write_string(0, 0, "値").unwrap();
    });
    for length in (0..bytes.len()).step_by(53).chain([bytes.len() - 1]) {
        assert_eq!(read_xlsx(&bytes[..length], LIMITS), Err(SheetError::Damaged), "{length} bytes");
    }
}

#[test]
fn every_message_names_the_place_in_both_languages() {
    let cell = place("AB12");
    let errors = [
        (SheetError::TooLarge { size: 3_000_000, max: 2_097_152 }, "2.0 MB"),
        (SheetError::Damaged, ".xlsx"),
        (SheetError::Encrypted, ".xls"),
        (SheetError::Unpacked { max: 300_000_000 }, "300 MB"),
        (SheetError::NoSheet, ""),
        (SheetError::TooManyRows { row: 12, max: 10 }, "10"),
        (SheetError::TooManyColumns { cell, max: 27 }, "AB12"),
        (SheetError::Merged { from: place("B3"), to: place("B5") }, "B3:B5"),
        (SheetError::HiddenRow(7), "7"),
        (SheetError::HiddenColumn(28), "AB"),
        (SheetError::ErrorValue { cell, value: "#N/A".to_owned() }, "AB12"),
        (SheetError::NotCalculated(cell), "AB12"),
    ];
    for (error, part) in errors {
        let (ja, en) = (error.message(Lang::Ja), error.message(Lang::En));
        assert!(ja.contains(part) && ja.ends_with('。'), "{ja}");
        assert!(en.contains(part) && en.ends_with('.') && en.is_ascii() != en.contains('“'), "{en}");
    }
}

#[test]
fn places_are_written_as_they_are_read() {
    let last = ("XFD1048576", SHEET_ROWS, SHEET_COLUMNS);
    for (text, row, column) in [("A1", 1, 1), ("Z9", 9, 26), ("AA10", 10, 27), last] {
        assert_eq!(place(text), Place { row, column });
        assert_eq!(place(text).to_string(), text);
    }
    for text in ["", "A", "1", "A0", "a1", "A1B", "XFE1", "A1048577", "あ1", "$A$1", "ZZZZZZZZZZZZZZZZ1"] {
        assert_eq!(Place::parse(text), None, "{text}");
    }
}

/// A sheet with a bit of everything.
const SHEET: &str = r#"<cols><col min="2" max="3" hidden="1"/></cols>
    <sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="str"><f>A1</f><v>x</v></c>
    </row></sheetData><mergeCells><mergeCell ref="B1:C2"/></mergeCells>"#;

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        prop_assert!(read_xlsx(&bytes, LIMITS).is_err());
        prop_assert!(read_xlsx(&[ZIP_MARK, &bytes].concat(), LIMITS).is_err());
    }

    #[test]
    fn a_damaged_workbook_is_no_panic(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = raw(TABS, "<si><t>A</t></si>", SHEET);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = read_xlsx(&bytes, LIMITS);
    }

    #[test]
    fn a_damaged_sheet_is_no_panic(
        at in 0_usize..200,
        piece in "(<row r='[0-9]{1,20}'>|<c r='[A-Z]{1,9}[0-9]{1,9}'>|</?v>|<is>|&#[0-9]{1,9};|[<>/'\" ]){0,3}",
    ) {
        let mut sheet = String::from(SHEET);
        sheet.insert_str(at.min(sheet.len()), &piece);
        let _ = read_raw("", &sheet);
    }

    #[test]
    fn texts_written_to_a_workbook_are_read_back(text in "[a-z_0-9あ<>&\"' \n]{0,20}") {
        let rows = read(|sheet| {
            sheet.write_string(0, 0, text.as_str()).unwrap();
            sheet.write_string(0, 1, "end").unwrap();
        });
        let text = if text.trim().is_empty() { "" } else { text.as_str() };
        prop_assert_eq!(rows.unwrap(), [row(1, &[text, "end"])]);
    }
}
