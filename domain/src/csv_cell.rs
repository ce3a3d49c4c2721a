//! Cells that a spreadsheet would run as a formula, made harmless in exported CSV and restored on import.
//!
//! A spreadsheet evaluates a cell that begins with `=`, `+`, `-` or `@` even when it came out of a plain CSV
//! file, so a name typed as `=HYPERLINK(…)` would act on the machine of whoever opens the export. OWASP, "CSV
//! Injection", <https://owasp.org/www-community/attacks/CSV_Injection>, lists the leading characters (tab,
//! carriage return, line feed and the full-width forms included) and advises a leading apostrophe, which
//! spreadsheets take as "this is text".
//!
//! Unlike that advice, the apostrophe here can be taken off again without loss: for every text,
//! `restore(neutralise(text)) == text`.

use std::borrow::Cow;

/// The character put in front of a cell that must be read as text.
const APOSTROPHE: char = '\'';

/// The cell as it may stand in an exported file: with an apostrophe in front where a spreadsheet would
/// otherwise evaluate it, unchanged in every other case.
///
/// A lone `-` (the usual sign for "no value") and plain numbers such as `-3.5`, `+12` or `-1,234` stay. A
/// cell that already looks neutralised gets one more apostrophe, so that [`restore`] returns exactly this
/// text.
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if needs_apostrophe(cell) { Cow::Owned(format!("{APOSTROPHE}{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell as it was before [`neutralise`]. A text whose apostrophe protects nothing keeps it.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix(APOSTROPHE) {
        Some(rest) if needs_apostrophe(rest) => rest,
        _ => cell,
    }
}

/// Adds a record to a CSV text: cells quoted where they must be, and the line ending of RFC 4180.
pub fn push_record<C: AsRef<str>>(csv: &mut String, cells: impl IntoIterator<Item = C>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            csv.push(',');
        }
        let cell = cell.as_ref();
        if cell.contains([',', '"', '\r', '\n']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(cell);
        }
    }
    csv.push_str("\r\n");
}

/// True for a formula, and for a formula behind any number of apostrophes. The second half is what makes
/// the two functions exact inverses.
fn needs_apostrophe(cell: &str) -> bool {
    is_formula(cell.trim_start_matches(APOSTROPHE))
}

/// True where a spreadsheet might evaluate the cell.
fn is_formula(cell: &str) -> bool {
    let mut chars = cell.chars();
    match chars.next() {
        Some('=' | '＝' | '@' | '＠' | '\t' | '\r' | '\n') => true,
        Some('+' | '＋') => !is_plain_number(cell),
        Some('-' | '－') => chars.next().is_some() && !is_plain_number(cell),
        _ => false,
    }
}

/// True for an optional ASCII sign, digits (which commas may group), an optional decimal part, an optional
/// per cent sign, and nothing else: no formula can be written with these.
fn is_plain_number(cell: &str) -> bool {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let number = unsigned.strip_suffix('%').unwrap_or(unsigned);
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    whole.split(',').all(all_digits) && decimals.is_none_or(all_digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_get_an_apostrophe() {
        for cell in [
            "=1+1",
            "=",
            "+",
            "+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\tx",
            "\r=1",
            "\n=1",
            "-2+3",
            "-cmd",
            "--1",
            "-3.5.1",
            "-1e5",
            "-.5",
            "-,1",
            "＝1+1",
            "＋1",
            "＠SUM(A1)",
            "－A1",
        ] {
            assert_eq!(neutralise(cell), format!("'{cell}"), "{cell:?}");
            assert_eq!(restore(&neutralise(cell)), cell);
        }
    }

    #[test]
    fn numbers_dashes_and_ordinary_texts_stay() {
        for cell in [
            "",
            "-",
            "－",
            "-3",
            "-3.5",
            "+12",
            "-1,234.5",
            "-12.5%",
            "0",
            "外務 花子",
            "a=b",
            " =1",
            "'",
            "'a",
        ] {
            assert_eq!(neutralise(cell), cell, "{cell:?}");
            assert_eq!(restore(cell), cell, "{cell:?}");
        }
    }

    #[test]
    fn a_record_quotes_what_would_end_a_cell() {
        let mut csv = String::new();
        push_record(&mut csv, ["a", "b,c", "say \"hi\"", "two\nlines", ""]);
        assert_eq!(csv, "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
    }

    #[test]
    fn a_text_with_its_own_apostrophe_survives() {
        assert_eq!(neutralise("'=1"), "''=1");
        assert_eq!(restore("''=1"), "'=1");
        assert_eq!(restore("'=1"), "=1");
        assert_eq!(restore("'-3.5"), "'-3.5");
    }

    proptest! {
        #[test]
        fn restoring_undoes_neutralising(chars in prop::collection::vec(any::<char>(), 0..40)) {
            let cell: String = chars.into_iter().collect();
            let safe = neutralise(&cell);
            prop_assert_eq!(restore(&safe), cell.as_str());
        }

        #[test]
        fn restoring_undoes_neutralising_near_the_edges(cell in "['=+@＝＋＠－\t\r\n\\-0-9.,%a]{0,6}") {
            let safe = neutralise(&cell);
            prop_assert!(!is_formula(&safe));
            prop_assert_eq!(restore(&safe), cell.as_str());
        }
    }
}
