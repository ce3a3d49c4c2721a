//! The month or fiscal year a metric stands for (期間).

use std::cmp::Ordering;
use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Frequency;
use crate::fiscal_year::{AsOf, DateError, Era, FiscalYear, YearMonth};
use crate::text::Lang;

/// The years that can be written as four digits and read back; the same that [`AsOf::parse`] reads.
const YEARS: RangeInclusive<i16> = 1000..=9998;

/// One month or one fiscal year. Ordered by the first day; a month comes before the fiscal year that begins with it.
///
/// Serialised as [`Period::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// One month, as in 令和7年4月.
    Month(YearMonth),
    /// One fiscal year, as in 令和6年度.
    FiscalYear(FiscalYear),
}

impl Period {
    /// Reads a month (`令和7年4月`, `R7.4`, `2025-04`, `April 2025`) or a fiscal year (`令和6年度`, `FY2024`), in any form
    /// that [`AsOf::parse`] reads. Days, calendar years and the end of a fiscal year are refused.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        match AsOf::parse(text) {
            Ok(AsOf::Month(month)) => Ok(Self::Month(month)),
            Ok(AsOf::FiscalYear(year)) => Ok(Self::FiscalYear(year)),
            Ok(AsOf::Day(_)) | Err(DateError::WrongWeekday { .. }) => Err(PeriodError::Day),
            Ok(AsOf::Year(_)) => Err(PeriodError::CalendarYear),
            Ok(AsOf::FiscalYearEnd(_)) => Err(PeriodError::FiscalYearEnd),
            Err(DateError::Empty) => Err(PeriodError::Empty),
            Err(DateError::Unreadable { .. }) => Err(PeriodError::Unreadable),
            Err(DateError::NotInCalendar { .. }) => Err(PeriodError::NotInCalendar),
            Err(DateError::OutsideEra { era, .. }) => Err(PeriodError::OutsideEra(era)),
        }
    }

    /// The number it is stored as: year and month (202504) for a month, the year it begins in (2024) for a fiscal
    /// year. Periods of one frequency sort by it.
    pub fn number(self) -> i32 {
        match self {
            Self::Month(month) => i32::from(month.year()) * 100 + i32::from(month.month()),
            Self::FiscalYear(year) => i32::from(year.year()),
        }
    }

    /// The period of a [`Self::number`]; `None` where there is none, or its year has not four digits.
    pub fn from_number(frequency: Frequency, number: i32) -> Option<Self> {
        match frequency {
            Frequency::Month => {
                let year = i16::try_from(number.div_euclid(100)).ok()?;
                let month = i8::try_from(number.rem_euclid(100)).ok()?;
                Self::Month(YearMonth::new(year, month)?).kept()
            }
            Frequency::FiscalYear => Self::FiscalYear(FiscalYear::new(i16::try_from(number).ok()?)?).kept(),
        }
    }

    /// The form for storage and exchange: `2025-04`, `FY2024`. [`Period::parse`] reads it back.
    pub fn code(self) -> String {
        self.as_of().code()
    }

    /// The period as people read it: `令和7年4月`, `April 2025`.
    pub fn label(self, lang: Lang) -> String {
        self.as_of().label(lang)
    }

    /// The same time as that of a figure.
    pub fn as_of(self) -> AsOf {
        match self {
            Self::Month(month) => AsOf::Month(month),
            Self::FiscalYear(year) => AsOf::FiscalYear(year),
        }
    }

    /// How often there is such a period.
    pub fn frequency(self) -> Frequency {
        match self {
            Self::Month(_) => Frequency::Month,
            Self::FiscalYear(_) => Frequency::FiscalYear,
        }
    }

    /// The fiscal year it is or lies in.
    pub fn fiscal_year(self) -> FiscalYear {
        match self {
            Self::Month(month) => FiscalYear::of(month.first_day()),
            Self::FiscalYear(year) => year,
        }
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        self.as_of().first_day()
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.as_of().last_day()
    }

    /// The month or fiscal year after this one; `None` where its year has more than four digits.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Month(month) => Self::Month(YearMonth::of(month.last_day().tomorrow().ok()?)).kept(),
            Self::FiscalYear(year) => Self::FiscalYear(year.next()?).kept(),
        }
    }

    /// The month or fiscal year before this one; `None` where its year has fewer than four digits.
    pub fn previous(self) -> Option<Self> {
        match self {
            Self::Month(month) => Self::Month(YearMonth::of(month.first_day().yesterday().ok()?)).kept(),
            Self::FiscalYear(year) => Self::FiscalYear(year.previous()?).kept(),
        }
    }

    /// The period, where its code can be read back.
    fn kept(self) -> Option<Self> {
        let year = match self {
            Self::Month(month) => month.year(),
            Self::FiscalYear(year) => year.year(),
        };
        YEARS.contains(&year).then_some(self)
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.first_day(), self.frequency()).cmp(&(other.first_day(), other.frequency()))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.code()
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

/// Why a text is not a period. The text itself is known to whoever asked, so that a table can shorten it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Nothing was typed.
    #[error("the period is empty")]
    Empty,
    /// Not a time at all.
    #[error("not a month or a fiscal year")]
    Unreadable,
    /// The calendar has no such month: 13月.
    #[error("not in the calendar")]
    NotInCalendar,
    /// The era had not begun or was already over.
    #[error("outside the era {}", .0.name(Lang::En))]
    OutsideEra(Era),
    /// One day.
    #[error("a day instead of a month or a fiscal year")]
    Day,
    /// A year from January to December.
    #[error("a calendar year instead of a month or a fiscal year")]
    CalendarYear,
    /// The last day of a fiscal year.
    #[error("the end of a fiscal year instead of a month or a fiscal year")]
    FiscalYearEnd,
}

impl PeriodError {
    /// The message for the person who typed the period.
    pub fn message(self, lang: Lang) -> String {
        let problem = match self {
            Self::Empty => return lang.t("期間を入力してください。", "Please enter a period.").to_owned(),
            Self::Unreadable => lang.t("期間として読み取れません。", "This cannot be read as a period."),
            Self::NotInCalendar => {
                lang.t("暦にない月または年です。", "There is no such month or year in the calendar.")
            }
            Self::OutsideEra(era) => {
                let name = era.name(lang);
                return match lang {
                    Lang::Ja => format!("{name}の期間に含まれません。元号と年を確認してください。"),
                    Lang::En => {
                        format!("This lies outside the {name} era. Please check the era and the year.")
                    }
                };
            }
            Self::Day => lang.t(
                "日ではなく、月または年度が必要です(表計算ソフトが日付に変えていないか確認してください)。",
                "A month or a fiscal year is needed, not a day (please check that the spreadsheet has not turned it \
                 into a date).",
            ),
            Self::CalendarYear => lang.t(
                "暦年ではなく、月または年度が必要です。",
                "A month or a fiscal year is needed, not a calendar year.",
            ),
            Self::FiscalYearEnd => lang.t(
                "年度末ではなく、月または年度が必要です。",
                "A month or a fiscal year is needed, not the end of one.",
            ),
        };
        match lang {
            Lang::Ja => format!(
                "{problem}月は「令和7年4月」「2025-04」、年度は「令和6年度」「FY2024」のように入力してください。"
            ),
            Lang::En => format!(
                "{problem} Please write a month like \"April 2025\" or \"2025-04\", a fiscal year like \"FY2024\"."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn month(year: i16, month: i8) -> Period {
        Period::Month(YearMonth::new(year, month).unwrap())
    }

    fn fiscal(year: i16) -> Period {
        Period::FiscalYear(FiscalYear::new(year).unwrap())
    }

    #[test]
    fn months_and_fiscal_years_are_read_in_every_usual_form() {
        for text in [
            "令和7年4月",
            "R7.4",
            "2025-04",
            "2025/4",
            "2025年4月",
            "April 2025",
            "apr 2025",
            "２０２５－０４",
        ] {
            assert_eq!(Period::parse(text), Ok(month(2025, 4)), "{text}");
        }
        for text in ["令和6年度", "R6年度", "FY2024", "fy 2024", "2024年度"] {
            assert_eq!(Period::parse(text), Ok(fiscal(2024)), "{text}");
        }
    }

    #[test]
    fn other_times_are_refused_and_the_message_says_why() {
        for (text, error, ja, en) in [
            ("", PeriodError::Empty, "入力", "enter"),
            ("abc", PeriodError::Unreadable, "読み取れません", "cannot be read"),
            ("令和7年4月1日", PeriodError::Day, "日ではなく", "not a day"),
            ("2025-04-01", PeriodError::Day, "日ではなく", "not a day"),
            ("令和7年10月1日(木)", PeriodError::Day, "日ではなく", "not a day"),
            ("2025", PeriodError::CalendarYear, "暦年ではなく", "not a calendar year"),
            ("令和7年", PeriodError::CalendarYear, "暦年ではなく", "not a calendar year"),
            ("令和7年度末", PeriodError::FiscalYearEnd, "年度末ではなく", "not the end"),
            ("令和7年13月", PeriodError::NotInCalendar, "暦にない", "no such month"),
            ("2025-00", PeriodError::NotInCalendar, "暦にない", "no such month"),
            ("平成31年5月", PeriodError::OutsideEra(Era::Heisei), "平成", "Heisei"),
        ] {
            assert_eq!(Period::parse(text), Err(error), "{text}");
            assert!(error.message(Lang::Ja).contains(ja), "{text}");
            assert!(error.message(Lang::En).contains(en), "{text}");
        }
    }

    #[test]
    fn a_period_is_printed_and_stored_by_its_number() {
        assert_eq!((month(2025, 4).code(), fiscal(2024).code()), ("2025-04".into(), "FY2024".into()));
        assert_eq!(month(2025, 4).label(Lang::Ja), "令和7年4月");
        assert_eq!(fiscal(2024).label(Lang::En), "FY2024");
        assert_eq!((month(2025, 4).number(), fiscal(2024).number()), (202_504, 2024));
        assert_eq!(Period::from_number(Frequency::Month, 202_504), Some(month(2025, 4)));
        assert_eq!(Period::from_number(Frequency::FiscalYear, 2024), Some(fiscal(2024)));
        for (frequency, number) in [
            (Frequency::Month, 202_500),
            (Frequency::Month, 202_513),
            (Frequency::Month, -202_504),
            (Frequency::Month, i32::MAX),
            (Frequency::FiscalYear, 999),
            (Frequency::FiscalYear, 202_504),
        ] {
            assert_eq!(Period::from_number(frequency, number), None, "{number}");
        }
        assert_eq!(serde_json::to_string(&month(2025, 4)).unwrap(), "\"2025-04\"");
        assert!(serde_json::from_str::<Period>("\"2025\"").is_err());
    }

    #[test]
    fn periods_follow_each_other_over_the_turn_of_the_year() {
        assert_eq!(month(2024, 12).next(), Some(month(2025, 1)));
        assert_eq!(month(2025, 1).previous(), Some(month(2024, 12)));
        assert_eq!(fiscal(2024).next(), Some(fiscal(2025)));
        assert_eq!(month(9998, 12).next(), None);
        assert_eq!(fiscal(1000).previous(), None);
        let days = |period: Period| (period.first_day(), period.last_day());
        assert_eq!(days(month(2024, 2)), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(days(fiscal(2024)), (date(2024, 4, 1), date(2025, 3, 31)));
        assert_eq!(month(2025, 3).fiscal_year(), fiscal(2024).fiscal_year());
        assert_eq!(month(2025, 4).fiscal_year(), fiscal(2025).fiscal_year());
    }

    #[test]
    fn periods_are_ordered_by_their_first_day() {
        let mut periods = [fiscal(2025), month(2025, 5), month(2025, 4), fiscal(2024), month(2025, 3)];
        periods.sort();
        assert_eq!(periods, [fiscal(2024), month(2025, 3), month(2025, 4), fiscal(2025), month(2025, 5)]);
    }

    proptest! {
        #[test]
        fn whatever_is_printed_can_be_read(year in 1800i16..=9998, number in 1i8..=12) {
            for period in [month(year, number), fiscal(year)] {
                prop_assert_eq!(Period::parse(&period.code()), Ok(period));
                prop_assert_eq!(Period::parse(&period.label(Lang::Ja)), Ok(period));
                prop_assert_eq!(Period::parse(&period.label(Lang::En)), Ok(period));
                prop_assert_eq!(Period::from_number(period.frequency(), period.number()), Some(period));
            }
        }

        #[test]
        fn the_next_period_begins_the_day_after(year in 1800i16..9998, number in 1i8..=12) {
            for period in [month(year, number), fiscal(year)] {
                let next = period.next().unwrap();
                prop_assert_eq!(next.first_day(), period.last_day().tomorrow().unwrap());
                prop_assert_eq!(next.previous(), Some(period));
                prop_assert!(next > period);
            }
        }
    }
}
