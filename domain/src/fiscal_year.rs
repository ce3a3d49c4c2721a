//! The fiscal year (年度), era years, and dates that keep the precision they were written with.
//!
//! A Japanese fiscal year runs from 1 April to 31 March and is named after the calendar year it begins in:
//! FY2025 is 令和7年度, 1 April 2025 to 31 March 2026.

mod as_of;
mod deadline;
mod era;
mod width;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::Lang;

pub use as_of::{AsOf, DateError, YearMonth};
pub use deadline::Deadline;
pub(crate) use deadline::{EVERY_FISCAL_YEAR_EN, EVERY_FISCAL_YEAR_JA};
pub use era::Era;
pub(crate) use width::{bare, fold, strip_word};

/// English month names, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Japanese weekday signs, Monday first.
pub(crate) const WEEKDAYS: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

/// A fiscal year, held as the calendar year it begins in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct FiscalYear(i16);

impl FiscalYear {
    /// The earliest fiscal year that begins on a date the calendar knows.
    pub const MIN: Self = Self(-9999);
    /// The latest fiscal year that ends on a date the calendar knows.
    pub const MAX: Self = Self(9998);

    /// The fiscal year that begins on 1 April of `year`; `None` outside [`Self::MIN`] to [`Self::MAX`].
    pub fn new(year: i16) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&year).then_some(Self(year))
    }

    /// The fiscal year a date falls in. The few months before [`Self::MIN`] and after [`Self::MAX`] count as
    /// part of these.
    pub fn of(date: Date) -> Self {
        let year = if date.month() >= 4 { date.year() } else { date.year() - 1 };
        Self(year.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Reads `令和7年度`, `R7年度`, `2025年度`, `FY2025`; a year without 年度 (`R7`, `令和7年`, `2025`) is taken
    /// as the fiscal year of that number, because that is what was asked for.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let unreadable = || DateError::Unreadable { text: text.trim().to_owned() };
        match AsOf::parse(text)? {
            AsOf::FiscalYear(year) => Ok(year),
            AsOf::Year(year) => Self::new(year).ok_or_else(unreadable),
            _ => Err(unreadable()),
        }
    }

    /// The calendar year it begins in.
    pub fn year(self) -> i16 {
        self.0
    }

    /// 1 April.
    pub fn start(self) -> Date {
        Date::constant(self.0, 4, 1)
    }

    /// 31 March of the next calendar year.
    pub fn end(self) -> Date {
        Date::constant(self.0 + 1, 3, 31)
    }

    /// The year after this one; [`Self::MAX`] has none.
    pub fn next(self) -> Option<Self> {
        Self::new(self.0 + 1)
    }

    /// The year before this one; [`Self::MIN`] has none.
    pub fn previous(self) -> Option<Self> {
        Self::new(self.0 - 1)
    }

    /// `令和7年度` or `FY2025`.
    ///
    /// The era is the one in force at the middle of the fiscal year, 1 October. For every change of era so far
    /// this gives the name the government's own accounts use: 平成元年度 for FY1989, 令和元年度 for FY2019, but
    /// 大正15年度 for FY1926.
    pub fn label(self, lang: Lang) -> String {
        match lang {
            Lang::Ja => {
                format!("{}度", era::year_label(Era::of(Date::constant(self.0, 10, 1)), self.0))
            }
            Lang::En => format!("FY{}", self.0),
        }
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FY{}", self.0)
    }
}

impl From<FiscalYear> for i16 {
    fn from(year: FiscalYear) -> Self {
        year.0
    }
}

/// A number that is not the year of any fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a fiscal year")]
pub struct NotAFiscalYear(i16);

impl TryFrom<i16> for FiscalYear {
    type Error = NotAFiscalYear;

    fn try_from(year: i16) -> Result<Self, Self::Error> {
        Self::new(year).ok_or(NotAFiscalYear(year))
    }
}

/// Reads a whole day in any form that [`AsOf::parse`] reads; `None` for anything else.
pub fn parse_date(text: &str) -> Option<Date> {
    match AsOf::parse(text) {
        Ok(AsOf::Day(date)) => Some(date),
        _ => None,
    }
}

/// A date as people read it: `令和7年10月1日(水)` or `1 October 2025`. Days before the Meiji era get the Western
/// year in Japanese too.
pub fn date_label(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{}({})", day_label(date, Lang::Ja), weekday(date)),
        Lang::En => day_label(date, Lang::En),
    }
}

/// A date without its weekday: `令和7年10月1日` or `1 October 2025`.
pub(crate) fn day_label(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Ja => {
            format!("{}{}月{}日", era::year_label(Era::of(date), date.year()), date.month(), date.day())
        }
        Lang::En => format!("{} {} {}", date.day(), month_name(date), date.year()),
    }
}

/// The English name of a date's month.
pub(crate) fn month_name(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default()
}

/// The Japanese sign of a date's weekday.
pub(crate) fn weekday(date: Date) -> char {
    usize::try_from(date.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|index| WEEKDAYS.get(index))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fiscal_year_runs_from_april_to_march() {
        let year = FiscalYear::of(date(2026, 3, 31));
        assert_eq!(year, FiscalYear(2025));
        assert_eq!(FiscalYear::of(date(2026, 4, 1)), FiscalYear(2026));
        assert_eq!((year.start(), year.end()), (date(2025, 4, 1), date(2026, 3, 31)));
        assert_eq!(year.next(), Some(FiscalYear(2026)));
        assert_eq!(year.previous(), Some(FiscalYear(2024)));
        assert_eq!(year.to_string(), "FY2025");
    }

    #[test]
    fn the_ends_of_the_calendar_are_fiscal_years_too() {
        assert_eq!(FiscalYear::of(Date::MAX), FiscalYear::MAX);
        assert_eq!(FiscalYear::of(Date::MIN), FiscalYear::MIN);
        assert_eq!(FiscalYear::MAX.end(), date(9999, 3, 31));
        assert_eq!(FiscalYear::MAX.next(), None);
        assert_eq!(FiscalYear::MIN.previous(), None);
        assert_eq!(FiscalYear::try_from(9999), Err(NotAFiscalYear(9999)));
    }

    #[test]
    fn labels_follow_the_governments_accounts_at_every_change_of_era() {
        for (year, label) in [
            (1867, "1867年度"),
            (1868, "明治元年度"),
            (1912, "大正元年度"),
            (1926, "大正15年度"),
            (1927, "昭和2年度"),
            (1988, "昭和63年度"),
            (1989, "平成元年度"),
            (2018, "平成30年度"),
            (2019, "令和元年度"),
            (2025, "令和7年度"),
        ] {
            assert_eq!(FiscalYear(year).label(Lang::Ja), label);
        }
        assert_eq!(FiscalYear(2025).label(Lang::En), "FY2025");
    }

    #[test]
    fn fiscal_years_are_read_in_every_usual_form() {
        for text in [
            "令和7年度",
            "R7年度",
            "r7年度",
            "２０２５年度",
            "令和 7 年度",
            "FY2025",
            "fy 2025",
            "R7",
            "令和7年",
            "2025",
        ] {
            assert_eq!(FiscalYear::parse(text), Ok(FiscalYear(2025)), "{text}");
        }
        assert_eq!(FiscalYear::parse("平成31年度"), Ok(FiscalYear(2019)));
        assert_eq!(FiscalYear::parse("昭和元年度"), Ok(FiscalYear(1926)));
        for text in ["令和7年4月", "令和7年度末", "昭和64年度", "平成32年度", "令和0年度", "年度", ""]
        {
            assert!(FiscalYear::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_printed_as_people_write_them() {
        assert_eq!(date_label(date(2025, 10, 1), Lang::Ja), "令和7年10月1日(水)");
        assert_eq!(date_label(date(2025, 10, 1), Lang::En), "1 October 2025");
        assert_eq!(date_label(date(2019, 4, 30), Lang::Ja), "平成31年4月30日(火)");
        assert_eq!(date_label(date(2019, 5, 1), Lang::Ja), "令和元年5月1日(水)");
        assert_eq!(date_label(date(1989, 1, 7), Lang::Ja), "昭和64年1月7日(土)");
        assert_eq!(date_label(date(1868, 1, 24), Lang::Ja), "1868年1月24日(金)");
    }

    proptest! {
        #[test]
        fn every_day_lies_within_its_fiscal_year(year in 1800i16..2200, month in 1i8..=12, day in 1i8..=28) {
            let day = date(year, month, day);
            let fiscal = FiscalYear::of(day);
            prop_assert!(fiscal.start() <= day && day <= fiscal.end());
        }

        #[test]
        fn a_printed_fiscal_year_can_be_read(year in 1800i16..=9998) {
            let fiscal = FiscalYear(year);
            prop_assert_eq!(FiscalYear::parse(&fiscal.label(Lang::Ja)), Ok(fiscal));
            prop_assert_eq!(FiscalYear::parse(&fiscal.label(Lang::En)), Ok(fiscal));
        }

        #[test]
        fn a_printed_date_can_be_read(year in 1800i16..=9998, month in 1i8..=12, day in 1i8..=28) {
            let day = date(year, month, day);
            for lang in [Lang::Ja, Lang::En] {
                prop_assert_eq!(AsOf::parse(&date_label(day, lang)), Ok(AsOf::Day(day)));
            }
        }
    }
}
