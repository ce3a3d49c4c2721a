//! Dates and times: how much of them a format shows, and how that is written.

use domain::fiscal_year::{AsOf, YearMonth};
use jiff::Span;
use jiff::civil::Date;

use super::Token;

const SECONDS_PER_DAY: i64 = 86_400;
/// The first day number that is after 31 December 9999.
const DAYS_END: f64 = 2_958_466.0;

/// A date, a time, or both, in ISO 8601: `2025-04-01`, `2025-04`, `2025`, `2025-04-01 13:30`, `13:30`. A time of day
/// of 0:00 is left out behind a date, seconds where they are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spreadsheet) struct Moment {
    /// How much of the date is shown; `None` for a time alone.
    date: Option<Precision>,
    /// With the time of day.
    time: bool,
    /// With hours beyond a day.
    elapsed: bool,
}

/// How much of a date is shown, by its smallest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    /// The year, in whatever era.
    Year,
    /// The month, with or without its year.
    Month,
    /// The day or the weekday.
    Day,
}

impl Moment {
    /// What a format shows; `None` where it is one for numbers.
    pub(super) fn parse(tokens: &[Token]) -> Option<Self> {
        let letters: Vec<char> = tokens.iter().filter_map(letter).collect();
        let runs: Vec<&[char]> = letters.chunk_by(|a, b| a == b).collect();
        let kind = |at: usize| runs.get(at).and_then(|run| run.first().copied());
        let part = |at: usize| match kind(at)? {
            // e and g are for years of an era, a for weekdays.
            'y' | 'e' | 'g' => Some(Precision::Year),
            'd' | 'a' => Some(Precision::Day),
            // One or two m are minutes right behind hours and right before seconds.
            'm' => {
                let length = runs.get(at).map_or(0, |run| run.len());
                let by_time = at.checked_sub(1).and_then(kind) == Some('h') || kind(at + 1) == Some('s');
                (length > 2 || !by_time).then_some(Precision::Month)
            }
            _ => None,
        };
        let date = (0..runs.len()).filter_map(part).max();
        let time = letters.contains(&'h') || letters.contains(&'s');
        let elapsed = tokens.contains(&Token::Elapsed);
        (date.is_some() || time).then_some(Self { date, time, elapsed })
    }

    /// What a number of days stands for, counted from 1904 or 1900; `None` where there is no such day.
    pub(super) fn show(self, number: f64, date1904: bool) -> Option<String> {
        if !(0.0..DAYS_END).contains(&number) {
            return None;
        }
        let seconds = (number * SECONDS_PER_DAY as f64).round() as i64;
        let (days, second) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
        let hours = if self.elapsed { seconds / 3600 } else { second / 3600 };
        let mut clock = format!("{hours:02}:{:02}", second / 60 % 60);
        if second % 60 != 0 {
            clock.push_str(&format!(":{:02}", second % 60));
        }
        let Some(precision) = self.date else { return Some(clock) };
        let origin = match (date1904, days) {
            (true, _) => Date::constant(1904, 1, 1),
            // Excel has a 29 February 1900, day 60, which never was.
            (false, 61..) => Date::constant(1899, 12, 30),
            (false, 1..=59) => Date::constant(1899, 12, 31),
            _ => return None,
        };
        let date = precision.of(origin.checked_add(Span::new().try_days(days).ok()?).ok()?);
        Some(if self.time && second != 0 { format!("{date} {clock}") } else { date })
    }

    /// The month or year of a date that is stored in ISO 8601; `None` where more of it is shown.
    pub(super) fn shorten(self, iso: &str) -> Option<String> {
        let precision = self.date.filter(|precision| *precision < Precision::Day)?;
        let date: Date = iso.get(..10)?.parse().ok()?;
        Some(precision.of(date))
    }
}

impl Precision {
    /// As much of a date, and no more: no day is made up for a month.
    fn of(self, date: Date) -> String {
        let shown = match self {
            Self::Year => AsOf::Year(date.year()),
            Self::Month => AsOf::Month(YearMonth::of(date)),
            Self::Day => AsOf::Day(date),
        };
        shown.code()
    }
}

/// The letter of a part of a date or a time.
fn letter(token: &Token) -> Option<char> {
    match token {
        Token::Mark(mark) if "ygedamhs".contains(*mark) => Some(*mark),
        Token::Elapsed => Some('h'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::NumberFormat;
    use super::*;

    fn shown(code: &str, number: f64) -> String {
        NumberFormat::parse(code).show(number, false)
    }

    #[test]
    fn dates_and_times_are_shown_in_iso_form() {
        for (code, number, expected) in [
            ("yyyy/m/d", 45748.0, "2025-04-01"),
            ("yyyy/m/d", 45748.9, "2025-04-01"),
            ("yyyy/m/d h:mm", 45748.5625, "2025-04-01 13:30"),
            ("yyyy/m/d h:mm", 45748.0, "2025-04-01"),
            ("yyyy\"年\"m\"月\"d\"日\";@", 45748.0, "2025-04-01"),
            ("[$-411]ggge\"年\"m\"月\"d\"日\"", 45748.0, "2025-04-01"),
            ("[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", 45748.0, "2025-04-01"),
            ("[$-411]ge.m.d", 45748.0, "2025-04-01"),
            ("[$-411]ge-m-d", 45748.0, "2025-04-01"),
            ("d-mmm", 45748.0, "2025-04-01"),
            ("aaaa", 45748.0, "2025-04-01"),
            ("d", 1.0, "1900-01-01"),
            ("d", 59.0, "1900-02-28"),
            ("d", 61.0, "1900-03-01"),
            ("h:mm", 0.5625, "13:30"),
            ("h:mm AM/PM", 0.5625, "13:30"),
            ("h:mm:ss", 0.5625, "13:30"),
            ("h\"時\"mm\"分\"", 0.5625, "13:30"),
            ("mm:ss", 0.000011574074, "00:00:01"),
            ("mm:ss.0", 0.5625, "13:30"),
            ("[h]:mm", 1.5, "36:00"),
            ("[m]:ss", 0.5625, "13:30"),
            // No such day: as a number.
            ("d", 60.0, "60"),
            ("d", 0.0, "0"),
            ("d", -1.0, "-1"),
            ("d", 3e6, "3000000"),
        ] {
            assert_eq!(shown(code, number), expected, "{code} of {number}");
        }
        assert_eq!(NumberFormat::parse("d").show(44286.0, true), "2025-04-01");
        assert_eq!(NumberFormat::parse("d").show(0.0, true), "1904-01-01");
    }

    #[test]
    fn no_day_and_no_month_is_made_up() {
        for (code, expected) in [
            ("yyyy\"年\"m\"月\"", "2024-07"),
            ("yyyy年m月", "2024-07"),
            ("yyyy-mm", "2024-07"),
            ("yyyy/m;@", "2024-07"),
            ("mmm-yy", "2024-07"),
            ("[$-409]mmmm\\ yyyy", "2024-07"),
            ("[$-411]ggge\"年\"m\"月\"", "2024-07"),
            ("[$-ja-JP-x-gannen]ggge\"年\"m\"月\";@", "2024-07"),
            ("[$-411]ge.m", "2024-07"),
            ("[$-411]ge-m", "2024-07"),
            ("m\"月\"", "2024-07"),
            ("mmmmm", "2024-07"),
            ("yyyy", "2024"),
            ("yy\"年\"", "2024"),
            ("[$-411]ggge\"年\"", "2024"),
            // Neither words nor what is only measured count.
            ("yyyy\"day\"m", "2024-07"),
            ("yyyy\\d\\-m\\d", "2024-07"),
            ("[Red]yyyy_d", "2024"),
            // Months and minutes.
            ("yyyy/m h:mm", "2024-07"),
            ("yyyy/mm h", "2024-07"),
            ("h:mm yyyy/m", "2024-07"),
            ("yyyy h:mm", "2024"),
            ("yyyy mm:ss", "2024"),
            ("h:mmm", "2024-07"),
        ] {
            assert_eq!(shown(code, 45474.0), expected, "{code}");
        }
        assert_eq!(shown("yyyy/m h:mm", 45474.5), "2024-07 12:00");
        assert_eq!(NumberFormat::parse("yyyy/m").show(44012.0, true), "2024-07");
    }

    #[test]
    fn dates_in_iso_form_are_shortened() {
        for (code, iso, expected) in [
            ("yyyy/m", "2024-07-01T00:00:00", "2024-07"),
            ("yyyy", "2024-07-01", "2024"),
            ("yyyy/m/d", "2024-07-01T00:00:00", "2024-07-01"),
            ("yyyy/m/d h:mm", "2024-07-01T13:30:00", "2024-07-01 13:30:00"),
            ("General", "2024-07-01", "2024-07-01"),
            ("yyyy/m", "13:30:00", "13:30:00"),
            ("yyyy/m", "2024-02-30", "2024-02-30"),
        ] {
            assert_eq!(NumberFormat::parse(code).show_iso(iso), expected, "{code} of {iso}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_day_month_or_year(days in 61_i32..2_950_000) {
            let date = Date::constant(1899, 12, 30).checked_add(Span::new().days(days)).unwrap();
            for (code, time) in [
                ("yyyy/m/d", AsOf::Day(date)),
                ("[$-411]ggge\"年\"m\"月\"", AsOf::Month(YearMonth::of(date))),
                ("yyyy", AsOf::Year(date.year())),
            ] {
                prop_assert_eq!(AsOf::parse(&shown(code, f64::from(days))), Ok(time));
            }
        }
    }
}
