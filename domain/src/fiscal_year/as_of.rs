//! The time a figure stands for (時点), with the precision it was written with.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::era::{Era, year_label};
use super::{FiscalYear, MONTHS, bare, day_label, fold, month_name, strip_word, weekday};
use crate::text::Lang;

/// The earliest and the latest year that can be read: four digits, and a fiscal year that ends in time.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9998;

/// One month of one calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth(Date);

impl YearMonth {
    /// The month `month` (1 to 12) of `year`; `None` where there is no such month.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).ok().map(Self)
    }

    /// The month a day lies in.
    pub fn of(date: Date) -> Self {
        Self(date.first_of_month())
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// 1 for January.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The first day of the month.
    pub fn first_day(self) -> Date {
        self.0
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        self.0.last_of_month()
    }
}

/// The time a figure stands for. `令和6年7月` stays a month: no day is made up for it.
///
/// Serialised as [`AsOf::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AsOf {
    /// One day, as in 令和7年4月1日.
    Day(Date),
    /// One month, as in 令和6年7月.
    Month(YearMonth),
    /// One calendar year, as in 令和2年.
    Year(i16),
    /// One fiscal year, as in 令和5年度.
    FiscalYear(FiscalYear),
    /// The end of a fiscal year, as in 令和7年度末.
    FiscalYearEnd(FiscalYear),
}

impl AsOf {
    /// Reads an era date (`令和7年4月1日`, `令和6年7月`, `令和2年`, `令和5年度`, `令和7年度末`, `R7.4.1`, `平成元年`), a
    /// Western one (`2025-04-01`, `2025/4/1`, `2025年4月`, `2025`) or an English one (`1 April 2025`, `April 2025`,
    /// `FY2025`, `end of FY2025`). Full-width digits and spaces are accepted; so are a weekday that is right,
    /// and 時点 or 現在 at the end, and a pair of parentheses around it all.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let folded = fold(text);
        let folded = bare(&folded);
        if folded.is_empty() {
            return Err(DateError::Empty);
        }
        read(folded).map_err(|flaw| flaw.of(text))
    }

    /// The first day of the time meant.
    pub fn first_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(month) => month.first_day(),
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
            Self::FiscalYear(year) => year.start(),
            Self::FiscalYearEnd(year) => year.end(),
        }
    }

    /// The last day of the time meant: the day by which all of it is over.
    pub fn last_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Month(month) => month.last_day(),
            Self::Year(year) => Date::new(year, 12, 31).unwrap_or(Date::MAX),
            Self::FiscalYear(year) | Self::FiscalYearEnd(year) => year.end(),
        }
    }

    /// The time as people read it. A month or year in which the era changed carries the later era's name.
    pub fn label(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Day(day), _) => day_label(day, lang),
            (Self::Month(month), Lang::Ja) => {
                format!("{}{}月", year_label(Era::of(month.last_day()), month.year()), month.month())
            }
            (Self::Month(month), Lang::En) => format!("{} {}", month_name(month.first_day()), month.year()),
            (Self::Year(year), Lang::Ja) => year_label(Era::of(self.last_day()), year),
            (Self::Year(year), Lang::En) => year.to_string(),
            (Self::FiscalYear(year), _) => year.label(lang),
            (Self::FiscalYearEnd(year), Lang::Ja) => format!("{}末", year.label(lang)),
            (Self::FiscalYearEnd(year), Lang::En) => format!("end of {}", year.label(lang)),
        }
    }

    /// The form for storage and exchange: `2025-04-01`, `2024-07`, `2020`, `FY2023`, `FY2025-end`.
    /// [`AsOf::parse`] reads it back.
    pub fn code(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Month(month) => format!("{:04}-{:02}", month.year(), month.month()),
            Self::Year(year) => format!("{year:04}"),
            Self::FiscalYear(year) => year.to_string(),
            Self::FiscalYearEnd(year) => format!("{year}-end"),
        }
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl From<AsOf> for String {
    fn from(as_of: AsOf) -> Self {
        as_of.code()
    }
}

impl TryFrom<String> for AsOf {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// Why a text is not a date, or not one that exists. Each carries the text as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was typed.
    #[error("the date is empty")]
    Empty,
    /// Not a form this software reads.
    #[error("\"{text}\" cannot be read as a date")]
    Unreadable {
        /// As typed.
        text: String,
    },
    /// A date form, but the calendar has no such day, month or year: 2月30日, 13月.
    #[error("\"{text}\" is not in the calendar")]
    NotInCalendar {
        /// As typed.
        text: String,
    },
    /// The era had not begun or was already over: 令和0年, 昭和65年, 平成31年5月1日.
    #[error("\"{text}\" lies outside the era {}", .era.name(Lang::En))]
    OutsideEra {
        /// As typed.
        text: String,
        /// The era that was named.
        era: Era,
    },
    /// The day exists, but on another weekday.
    #[error("\"{text}\" names the wrong weekday; it is {weekday}")]
    WrongWeekday {
        /// As typed.
        text: String,
        /// The sign of the right weekday, such as 水.
        weekday: char,
    },
}

impl DateError {
    /// True where the text was meant as a date and states one that does not exist, as opposed to a text that
    /// is no date at all.
    pub fn is_impossible_date(&self) -> bool {
        matches!(self, Self::NotInCalendar { .. } | Self::OutsideEra { .. } | Self::WrongWeekday { .. })
    }

    /// The message for the person who typed the date.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, _) => lang.t("日付を入力してください。", "Please enter a date.").to_owned(),
            (Self::Unreadable { text }, Lang::Ja) => format!(
                "「{text}」を日付として読み取れません。「令和7年4月1日」「令和7年度末」「2025-04-01」のように入力してください。"
            ),
            (Self::Unreadable { text }, Lang::En) => format!(
                "\"{text}\" cannot be read as a date. Please write it like \"1 April 2025\", \"end of FY2025\" or \
                 \"2025-04-01\"."
            ),
            (Self::NotInCalendar { text }, Lang::Ja) => format!("「{text}」は暦にない日付です。"),
            (Self::NotInCalendar { text }, Lang::En) => {
                format!("\"{text}\" does not exist in the calendar.")
            }
            (Self::OutsideEra { text, era }, Lang::Ja) => {
                format!("「{text}」は{}の期間に含まれません。元号と年を確認してください。", era.name(lang))
            }
            (Self::OutsideEra { text, era }, Lang::En) => format!(
                "\"{text}\" lies outside the {} era. Please check the era and the year.",
                era.name(lang)
            ),
            (Self::WrongWeekday { text, weekday }, Lang::Ja) => {
                format!("「{text}」の曜日が合いません。この日は{weekday}曜日です。")
            }
            (Self::WrongWeekday { text, weekday }, Lang::En) => {
                format!("The weekday of \"{text}\" is wrong; that day has the sign {weekday}.")
            }
        }
    }
}

/// What is wrong with a text, before the text itself is attached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flaw {
    Unreadable,
    NotInCalendar,
    OutsideEra(Era),
    WrongWeekday(char),
}

impl Flaw {
    pub(super) fn of(self, text: &str) -> DateError {
        let text = text.trim().to_owned();
        match self {
            Self::Unreadable => DateError::Unreadable { text },
            Self::NotInCalendar => DateError::NotInCalendar { text },
            Self::OutsideEra(era) => DateError::OutsideEra { text, era },
            Self::WrongWeekday(weekday) => DateError::WrongWeekday { text, weekday },
        }
    }
}

/// Reads a folded, non-empty text.
pub(super) fn read(folded: &str) -> Result<AsOf, Flaw> {
    let text = ["時点", "現在"].into_iter().find_map(|word| folded.strip_suffix(word)).unwrap_or(folded);
    let (text, sign) = strip_weekday(text)?;
    let as_of = match english(text) {
        Some(found) => found?,
        None => japanese(text)?,
    };
    match (sign, as_of) {
        (None, _) => Ok(as_of),
        (Some(sign), AsOf::Day(day)) if sign == weekday(day) => Ok(as_of),
        (Some(_), AsOf::Day(day)) => Err(Flaw::WrongWeekday(weekday(day))),
        (Some(_), _) => Err(Flaw::Unreadable),
    }
}

/// Splits `(水)`, `(水曜)` or `(水曜日)` off the end.
fn strip_weekday(text: &str) -> Result<(&str, Option<char>), Flaw> {
    let Some((date, inner)) = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) else {
        return Ok((text, None));
    };
    let mut chars = inner.chars();
    match (chars.next(), chars.as_str()) {
        (Some(sign), "" | "曜" | "曜日") if super::WEEKDAYS.contains(&sign) => Ok((date, Some(sign))),
        _ => Err(Flaw::Unreadable),
    }
}

/// `FY2025`, `end of FY2025`, `April 2025`, `1 April 2025`; `None` where the text has none of these forms.
fn english(text: &str) -> Option<Result<AsOf, Flaw>> {
    let article = strip_word(text, "the").unwrap_or(text);
    let (text, end) = match strip_word(article, "end of") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if let Some(rest) = strip_word(text, "FY") {
        let (year, tail) = western_year(rest)?;
        let Some(year) = FiscalYear::new(year) else { return Some(Err(Flaw::NotInCalendar)) };
        return match tail {
            "" if end => Some(Ok(AsOf::FiscalYearEnd(year))),
            "" => Some(Ok(AsOf::FiscalYear(year))),
            "-end" | "末" if !end => Some(Ok(AsOf::FiscalYearEnd(year))),
            _ => None,
        };
    }
    if end {
        return None;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let (day, name, year) = match words.as_slice() {
        [day, name, year] => (Some(*day), *name, *year),
        [name, year] => (None, *name, *year),
        _ => return None,
    };
    let month = (1i16..).zip(MONTHS).find(|(_, full)| names_month(name, full))?.0;
    let (year, "") = western_year(year)? else { return None };
    match day {
        None => Some(month_of(year, month)),
        Some(day) => match number(day)? {
            (day, "") => Some(day_of(year, month, day)),
            _ => None,
        },
    }
}

/// True for the full name of a month or its first three letters.
fn names_month(word: &str, full: &str) -> bool {
    word.eq_ignore_ascii_case(full)
        || full.split_at_checked(3).is_some_and(|(short, _)| word.eq_ignore_ascii_case(short))
}

/// Era and Western years, followed by 年 and what comes after it, or by numbers with `-`, `/` or `.` between.
fn japanese(text: &str) -> Result<AsOf, Flaw> {
    let (era, year, tail) = match Era::strip(text) {
        Some((era, rest)) => {
            let (count, tail) = match rest.strip_prefix('元') {
                Some(tail) => (1, tail),
                None => number(rest).ok_or(Flaw::Unreadable)?,
            };
            let year = era.calendar_year(count).filter(|year| YEARS.contains(year));
            (Some(era), year.ok_or(Flaw::OutsideEra(era))?, tail)
        }
        None => {
            let (year, tail) = western_year(text).ok_or(Flaw::Unreadable)?;
            (None, year, tail)
        }
    };
    let as_of = match tail.strip_prefix('年') {
        Some(tail) => after_year_sign(year, tail)?,
        None => separated(year, tail)?,
    };
    // The era is that of the fiscal year, not of its last day: 昭和63年度末 was in 平成.
    let (first, last) = match as_of {
        AsOf::FiscalYearEnd(year) => (year.start(), year.end()),
        _ => (as_of.first_day(), as_of.last_day()),
    };
    match era {
        Some(era) if !era.overlaps(first, last) => Err(Flaw::OutsideEra(era)),
        _ => Ok(as_of),
    }
}

/// What may follow 年: nothing, 度, 度末, a month, a month and a day.
fn after_year_sign(year: i16, tail: &str) -> Result<AsOf, Flaw> {
    let fiscal = || FiscalYear::new(year).ok_or(Flaw::NotInCalendar);
    match tail {
        "" => return Ok(AsOf::Year(year)),
        "度" => return fiscal().map(AsOf::FiscalYear),
        "度末" => return fiscal().map(AsOf::FiscalYearEnd),
        _ => {}
    }
    let (month, tail) = number(tail).ok_or(Flaw::Unreadable)?;
    let tail = tail.strip_prefix('月').ok_or(Flaw::Unreadable)?;
    if tail.is_empty() {
        return month_of(year, month);
    }
    match number(tail).ok_or(Flaw::Unreadable)? {
        (day, "日") => day_of(year, month, day),
        _ => Err(Flaw::Unreadable),
    }
}

/// `-7`, `-7-1`, or the same with `/` or `.`; both separators alike. Nothing at all leaves the year alone.
fn separated(year: i16, tail: &str) -> Result<AsOf, Flaw> {
    let Some(separator) = tail.chars().next() else { return Ok(AsOf::Year(year)) };
    if !matches!(separator, '-' | '/' | '.') {
        return Err(Flaw::Unreadable);
    }
    let rest = tail.strip_prefix(separator).ok_or(Flaw::Unreadable)?;
    let (month, tail) = number(rest).ok_or(Flaw::Unreadable)?;
    if tail.is_empty() {
        return month_of(year, month);
    }
    let rest = tail.strip_prefix(separator).ok_or(Flaw::Unreadable)?;
    match number(rest).ok_or(Flaw::Unreadable)? {
        (day, "") => day_of(year, month, day),
        _ => Err(Flaw::Unreadable),
    }
}

fn month_of(year: i16, month: i16) -> Result<AsOf, Flaw> {
    let month = i8::try_from(month).map_err(|_| Flaw::NotInCalendar)?;
    YearMonth::new(year, month).map(AsOf::Month).ok_or(Flaw::NotInCalendar)
}

fn day_of(year: i16, month: i16, day: i16) -> Result<AsOf, Flaw> {
    let month = i8::try_from(month).map_err(|_| Flaw::NotInCalendar)?;
    let day = i8::try_from(day).map_err(|_| Flaw::NotInCalendar)?;
    Date::new(year, month, day).map(AsOf::Day).map_err(|_| Flaw::NotInCalendar)
}

/// A year of exactly four digits at the start of a text.
fn western_year(text: &str) -> Option<(i16, &str)> {
    number(text).filter(|(year, tail)| YEARS.contains(year) && text.len() - tail.len() == 4)
}

/// The one to four digits a text begins with, and the rest.
fn number(text: &str) -> Option<(i16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, tail) = text.split_at(end);
    if digits.len() > 4 {
        return None;
    }
    digits.parse().ok().map(|number| (number, tail))
}

#[cfg(test)]
mod tests;
