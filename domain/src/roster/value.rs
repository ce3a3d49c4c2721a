//! How the text of one cell is read, whatever its column.

use jiff::civil::Date;

use crate::fiscal_year;
use crate::text;

use super::{MAX_LABEL, Problem};

/// The text without spaces around it. Only spaces: a line break or tab is left to be refused, because in a
/// mail address it would be an attempt to add mail headers.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\u{a0}', '\u{3000}'])
}

/// Full-width forms of ASCII characters (U+FF01 to U+FF5E) as their ASCII counterparts.
pub(crate) fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// One line of text, trimmed, not empty, and at most `max` characters.
pub(crate) fn line(text: &str, max: usize) -> Result<String, Problem> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Problem::Required);
    }
    text::check(text, max, false)?;
    Ok(text.to_owned())
}

/// Yes or no, in either language, as a number, or as the mark that Japanese lists use.
pub(crate) fn yes_or_no(cell: &str) -> Result<bool, Problem> {
    match half_width(&line(cell, MAX_LABEL)?).to_lowercase().as_str() {
        "はい" | "yes" | "true" | "1" | "廃止" | "retired" | "○" | "〇" => Ok(true),
        "いいえ" | "no" | "false" | "0" => Ok(false),
        _ => Err(Problem::YesOrNo),
    }
}

/// A date from 1900 on, written `YYYY-MM-DD`, `YYYY/M/D`, or with a Japanese era.
pub(crate) fn date(text: &str) -> Result<Date, Problem> {
    let text = half_width(&line(text, 100)?);
    let date = match western(&text) {
        Some(parts) => parts.to_date(),
        None => fiscal_year::parse_date(&text),
    };
    let date = date.ok_or(Problem::Date)?;
    if date.year() < 1900 { Err(Problem::DateTooEarly) } else { Ok(date) }
}

/// The parts of a date whose year has four digits, whether or not there is such a day.
struct Parts<'t> {
    year: &'t str,
    month: &'t str,
    day: &'t str,
}

impl Parts<'_> {
    fn to_date(&self) -> Option<Date> {
        Date::new(self.year.parse().ok()?, self.month.parse().ok()?, self.day.parse().ok()?).ok()
    }
}

/// Splits `YYYY-MM-DD` and `YYYY/M/D`; `None` for any other form.
fn western(text: &str) -> Option<Parts<'_>> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2 && parts.next().is_none();
    (fits && digits(year) && digits(month) && digits(day)).then_some(Parts { year, month, day })
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    #[test]
    fn full_width_forms_become_ascii() {
        assert_eq!(half_width("Ａ－０１２（英）漢字"), "A-012(英)漢字");
    }

    #[test]
    fn lines_are_trimmed_and_checked() {
        assert_eq!(line("　外務 花子 ", 10), Ok("外務 花子".into()));
        assert_eq!(line(" 　", 10), Err(Problem::Required));
        assert_eq!(line("あいう", 2), Err(Problem::TooLong { length: 3, max: 2 }));
        assert_eq!(line("a\u{7}", 10), Err(Problem::Control(7)));
        assert_eq!(line("a\n", 10), Err(Problem::Control(10)));
        assert_eq!(line("a\u{202e}b", 10), Err(Problem::Control(0x202e)));
        assert_eq!(line("<script>alert(1)</script>", 40), Ok("<script>alert(1)</script>".into()));
    }

    #[test]
    fn dates_are_read_in_every_form() {
        let day = Ok(civil::date(2025, 4, 1));
        for text in ["2025-04-01", "2025-4-1", "2025/4/1", "2025/04/01", "２０２５／４／１", "令和7年4月1日"]
        {
            assert_eq!(date(text), day, "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in [
            "2025-02-30",
            "2025-13-01",
            "2025-00-10",
            "2025/2/29",
            "2025-4",
            "4/1/2025",
            "2025-+4-1",
            "昨日",
            "0",
        ] {
            assert_eq!(date(text), Err(Problem::Date), "{text}");
        }
        assert_eq!(date("2024-02-29"), Ok(civil::date(2024, 2, 29)));
        assert_eq!(date("1899-12-31"), Err(Problem::DateTooEarly));
        assert_eq!(date("1900-01-01"), Ok(civil::date(1900, 1, 1)));
    }
}
