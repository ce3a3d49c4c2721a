//! Number formats: how a cell shows its number (ECMA-376 part 1, 18.8.30 and 18.8.31).
//!
//! Only the first section of a format is used, so a negative number has a minus sign however the cell marks it.
//! Formats beyond decimals, per cent, thousands separators, dates, times and words around them (fractions, scaling,
//! conditions) fall back to General.

mod moment;

use self::moment::Moment;

/// Significant digits of a number, as in Excel. Those beyond are noise of the binary form.
const SIGNIFICANT: i32 = 15;
/// Most characters of a format in Excel.
const MAX_CODE: usize = 255;

/// How a cell shows a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As a decimal number.
    Decimal(Decimal),
    /// As a date, a time, or both.
    Moment(Moment),
}

/// How a decimal number is shown. The default is General.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Power of ten to multiply by: 2 for per cent.
    scale: i32,
    /// With commas between thousands.
    grouped: bool,
    /// Least digits before the point.
    whole: usize,
    /// Least and most digits behind the point; `None` for as many as there are.
    decimals: Option<(usize, usize)>,
    prefix: String,
    suffix: String,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Text to be shown as it is.
    Literal(String),
    /// A sign with a meaning, in lower case.
    Mark(char),
    /// The word General.
    General,
    /// Hours, minutes or seconds in brackets.
    Elapsed,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self::Decimal(Decimal::default())
    }
}

impl NumberFormat {
    /// The built-in format of a number, in Japanese Excel where languages differ. Currency signs, which files do not
    /// tell, are left out.
    pub(super) fn builtin(id: u32) -> Self {
        Self::parse(match id {
            1 => "0",
            2 => "0.00",
            3 | 5 | 6 | 37 | 38 | 41 | 42 => "#,##0",
            4 | 7 | 8 | 39 | 40 | 43 | 44 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            14..=16 | 27..=31 | 35 | 36 | 50 | 51 | 53 | 54 | 56..=58 => "yyyy-mm-dd",
            17 | 34 | 52 | 55 => "yyyy-mm",
            18..=21 | 32 | 33 | 45 | 47 => "h:mm:ss",
            22 => "yyyy-mm-dd h:mm",
            46 => "[h]:mm:ss",
            _ => "General",
        })
    }

    /// Reads the code of a format such as `#,##0"人"`.
    pub(super) fn parse(code: &str) -> Self {
        let tokens = tokens(code).unwrap_or_default();
        if let Some(moment) = Moment::parse(&tokens) {
            return Self::Moment(moment);
        }
        Self::Decimal(Decimal::parse(&tokens).unwrap_or_default())
    }

    /// The number as the cell shows it. `date1904` is true where the workbook counts days from 1904.
    pub(super) fn show(&self, number: f64, date1904: bool) -> String {
        let shown = match self {
            Self::Decimal(decimal) => decimal.show(number),
            Self::Moment(moment) => moment.show(number, date1904),
        };
        shown.or_else(|| Decimal::default().show(number)).unwrap_or_else(|| number.to_string())
    }

    /// A date or time that is stored in ISO 8601 already, as the cell shows it.
    pub(super) fn show_iso(&self, iso: &str) -> String {
        let shortened = match self {
            Self::Decimal(_) => None,
            Self::Moment(moment) => moment.shorten(iso),
        };
        shortened.unwrap_or_else(|| iso.strip_suffix("T00:00:00").unwrap_or(iso).replace('T', " "))
    }
}

/// The pieces of the first section; `None` where it has conditions or is scientific.
fn tokens(code: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    loop {
        if let Some(after) = strip_word(rest, "General") {
            tokens.push(Token::General);
            rest = after;
            continue;
        }
        if let Some(after) = strip_word(rest, "AM/PM").or_else(|| strip_word(rest, "A/P")) {
            tokens.push(Token::Mark('h'));
            rest = after;
            continue;
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { return Some(tokens) };
        let tail = chars.as_str();
        rest = match c {
            ';' => return Some(tokens),
            '"' => {
                let (literal, after) = tail.split_once('"')?;
                tokens.push(Token::Literal(literal.to_owned()));
                after
            }
            '\\' => {
                tokens.extend(chars.next().map(|literal| Token::Literal(literal.to_string())));
                chars.as_str()
            }
            // The next character is only measured, or repeated to fill the cell.
            '_' | '*' => {
                chars.next();
                chars.as_str()
            }
            '[' => {
                let (inner, after) = tail.split_once(']')?;
                if let Some(currency) = inner.strip_prefix('$') {
                    let sign = currency.split('-').next().unwrap_or_default();
                    tokens.push(Token::Literal(sign.to_owned()));
                } else if inner.chars().all(|c| "hmsHMS".contains(c)) {
                    tokens.push(Token::Elapsed);
                } else if inner.starts_with(['<', '>', '=']) {
                    return None;
                }
                // Anything else is a colour or a way to write digits.
                after
            }
            // Behind a digit; elsewhere it is the year of an era, as in ge-m-d.
            'E' | 'e'
                if tail.starts_with(['+', '-'])
                    && matches!(tokens.last(), Some(Token::Mark('0' | '#' | '?' | '.'))) =>
            {
                return None;
            }
            _ => {
                tokens.push(Token::Mark(c.to_ascii_lowercase()));
                tail
            }
        };
    }
}

/// What follows `word` at the start of a text, in capitals or not.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

impl Decimal {
    /// `None` for anything but one number with literal text around it.
    fn parse(tokens: &[Token]) -> Option<Self> {
        let mut format = Self::default();
        let mut is_general = false;
        let mut digits = String::new();
        for token in tokens {
            let begun = is_general || !digits.is_empty();
            let open = !is_general && format.suffix.is_empty();
            let side = if begun { &mut format.suffix } else { &mut format.prefix };
            match token {
                Token::Literal(text) => side.push_str(text),
                Token::General if !begun => is_general = true,
                Token::Mark('%') => {
                    side.push('%');
                    format.scale += 2;
                }
                Token::Mark(mark @ ('0' | '#' | '?' | ',' | '.')) if open => digits.push(*mark),
                Token::Mark(mark) if !mark.is_ascii_alphanumeric() && !"#?,./@".contains(*mark) => {
                    side.push(*mark);
                }
                _ => return None,
            }
        }
        if is_general {
            return Some(format);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits.as_str(), ""));
        // A comma behind the last digit divides by a thousand.
        if digits.is_empty()
            || digits.len() > MAX_CODE
            || whole.ends_with(',')
            || fraction.contains([',', '.'])
        {
            return None;
        }
        format.grouped = whole.contains(',');
        format.whole = whole.matches('0').count();
        format.decimals = Some((fraction.matches('0').count(), fraction.len()));
        Some(format)
    }

    /// The number rounded half away from zero, on its first 15 decimal digits: 1.005 with two decimals is 1.01, as in
    /// Excel. `None` where it has too many digits.
    fn show(&self, number: f64) -> Option<String> {
        let scientific = format!("{:.*e}", SIGNIFICANT as usize - 1, number.abs());
        let (mantissa, exponent) = scientific.split_once('e')?;
        let significant: u128 = mantissa.replace('.', "").parse().ok()?;
        // The number is `significant` with this many of its digits behind the point.
        let behind = SIGNIFICANT - 1 - exponent.parse::<i32>().ok()? - self.scale;
        let (least, most) = self.decimals.unwrap_or_else(|| (0, usize::try_from(behind).unwrap_or(0)));
        let surplus = behind - i32::try_from(most).ok()?;
        let unit = 10_u128.checked_pow(surplus.unsigned_abs());
        let rounded = if surplus > 0 {
            unit.map_or(0, |unit| (significant + unit / 2) / unit)
        } else {
            significant.checked_mul(unit?)?
        };
        let digits = format!("{rounded:0>width$}", width = most + self.whole.max(1));
        let (whole, fraction) = digits.split_at_checked(digits.len().checked_sub(most)?)?;
        let fraction = fraction.get(..fraction.trim_end_matches('0').len().max(least))?;
        let sign = if number < 0.0 && rounded > 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        let whole = if self.grouped { grouped(whole) } else { whole.to_owned() };
        Some(format!("{sign}{}{whole}{point}{fraction}{}", self.prefix, self.suffix))
    }
}

/// Digits with commas between thousands.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(code: &str, number: f64) -> String {
        NumberFormat::parse(code).show(number, false)
    }

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (code, number, expected) in [
            ("General", 42.0, "42"),
            ("General", 0.5, "0.5"),
            ("General", -0.0, "0"),
            ("General", 0.1 + 0.2, "0.3"),
            ("General", 1e-7, "0.0000001"),
            ("General", 1e20, "100000000000000000000"),
            ("General\"人\"", 3.0, "3人"),
            ("@", 12.5, "12.5"),
            ("0", 2.5, "3"),
            ("0", -2.5, "-3"),
            ("0", -0.4, "0"),
            ("0000", 42.0, "0042"),
            ("0.0", 3.0, "3.0"),
            ("0.00", 1.005, "1.01"),
            ("0.00", 9.999, "10.00"),
            ("0.0#", 1.234, "1.23"),
            ("0.0#", 1.0, "1.0"),
            ("#,##0", 999.0, "999"),
            ("#,##0", 1000.0, "1,000"),
            ("#,##0", 1234567.4, "1,234,567"),
            ("#,##0.0", -1234.55, "-1,234.6"),
            ("0%", 0.5, "50%"),
            ("0.0%", 0.521, "52.1%"),
            ("0.00%", 0.28565, "28.57%"),
            ("0.0%", 1.0, "100.0%"),
            ("0\"人\"", 12.0, "12人"),
            ("#,##0\"人\"", 1200.0, "1,200人"),
            ("0.0\"時間\"", 6.25, "6.3時間"),
            ("0人", 12.0, "12人"),
            ("\"約\"0\\人", 12.0, "約12人"),
            ("[$¥-411]#,##0;[Red]-[$¥-411]#,##0", -1200.0, "-¥1,200"),
            ("#,##0_ ;[Red]\\-#,##0\\ ", 1200.0, "1,200"),
            ("_ * #,##0_ ;_ * \\-#,##0_ ;_ * \"-\"_ ;_ @_ ", 0.0, "0"),
        ] {
            assert_eq!(shown(code, number), expected, "{code} of {number}");
        }
    }

    #[test]
    fn formats_beyond_these_fall_back_to_general() {
        let plain = ["# ?/?", "0.00E+00", "#,##0,", "[>=1000]0.0;0", "000-0000", ";;;", "\"", "", "b"];
        for code in plain.into_iter().chain(["0\"時間\"00\"分\""]) {
            assert_eq!(shown(code, 1234.5), "1234.5", "{code}");
        }
    }

    #[test]
    fn built_in_formats_go_by_their_number() {
        for (id, number, expected) in [
            (0, 0.25, "0.25"),
            (3, 1000.0, "1,000"),
            (9, 0.25, "25%"),
            (10, 0.25, "25.00%"),
            (14, 45748.0, "2025-04-01"),
            (16, 45748.0, "2025-04-01"),
            (17, 45748.0, "2025-04"),
            (20, 0.5, "12:00"),
            (22, 45748.5, "2025-04-01 12:00"),
            (27, 45748.0, "2025-04-01"),
            (31, 45748.0, "2025-04-01"),
            (32, 0.5, "12:00"),
            (34, 45748.0, "2025-04"),
            (36, 45748.0, "2025-04-01"),
            (46, 2.0, "48:00"),
            (49, 7.0, "7"),
            (52, 45748.0, "2025-04"),
            (54, 45748.0, "2025-04-01"),
            (55, 45748.0, "2025-04"),
            (56, 45748.0, "2025-04-01"),
            (58, 45748.0, "2025-04-01"),
        ] {
            assert_eq!(NumberFormat::builtin(id).show(number, false), expected, "{id}");
        }
    }

    proptest! {
        #[test]
        fn general_loses_nothing_of_fifteen_digits(
            digits in -999_999_999_999_999_i64..=999_999_999_999_999,
            places in 0..20,
        ) {
            let number: f64 = format!("{digits}e-{places}").parse().unwrap();
            prop_assert_eq!(shown("General", number).parse::<f64>().unwrap(), number);
        }

        #[test]
        fn no_format_and_no_number_is_a_panic(
            code in "\\PC{0,12}|[0#?,.%;@\"\\\\_*ymdhsge\\[\\]$-]{0,12}",
            number in any::<f64>(),
        ) {
            shown(&code, number);
        }
    }
}
