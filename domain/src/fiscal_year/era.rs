//! Japanese eras (元号), and years counted within them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// An era since Meiji. Days before 1873 are counted in the Gregorian calendar throughout, although Japan still
/// used its lunisolar one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Era {
    /// 明治, from 25 January 1868.
    Meiji,
    /// 大正, from 30 July 1912.
    Taisho,
    /// 昭和, from 25 December 1926.
    Showa,
    /// 平成, from 8 January 1989.
    Heisei,
    /// 令和, from 1 May 2019.
    Reiwa,
}

impl Era {
    /// Every era, the first one first.
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The era a day lies in; `None` before Meiji.
    pub fn of(date: Date) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|era| era.start() <= date)
    }

    /// The first day of the era.
    pub const fn start(self) -> Date {
        match self {
            Self::Meiji => Date::constant(1868, 1, 25),
            Self::Taisho => Date::constant(1912, 7, 30),
            Self::Showa => Date::constant(1926, 12, 25),
            Self::Heisei => Date::constant(1989, 1, 8),
            Self::Reiwa => Date::constant(2019, 5, 1),
        }
    }

    /// The first day of the era after this one; `None` for the present one.
    pub const fn successor_start(self) -> Option<Date> {
        match self {
            Self::Meiji => Some(Self::Taisho.start()),
            Self::Taisho => Some(Self::Showa.start()),
            Self::Showa => Some(Self::Heisei.start()),
            Self::Heisei => Some(Self::Reiwa.start()),
            Self::Reiwa => None,
        }
    }

    /// The name in full.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Meiji => lang.t("明治", "Meiji"),
            Self::Taisho => lang.t("大正", "Taisho"),
            Self::Showa => lang.t("昭和", "Showa"),
            Self::Heisei => lang.t("平成", "Heisei"),
            Self::Reiwa => lang.t("令和", "Reiwa"),
        }
    }

    /// The letter of the short form, as in `R7`.
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The single-character form Unicode has for the name.
    const fn ligature(self) -> char {
        match self {
            Self::Meiji => '㍾',
            Self::Taisho => '㍽',
            Self::Showa => '㍼',
            Self::Heisei => '㍻',
            Self::Reiwa => '㋿',
        }
    }

    /// True where at least one of the days from `first` to `last` lies in the era.
    pub fn overlaps(self, first: Date, last: Date) -> bool {
        self.start() <= last && self.successor_start().is_none_or(|next| first < next)
    }

    /// The calendar year of the era's year `number`, counted from 1; numbers past the era's end are counted on,
    /// so that the caller can say what is wrong with them.
    pub fn calendar_year(self, number: i16) -> Option<i16> {
        self.start().year().checked_add(number)?.checked_sub(1)
    }

    /// Takes an era's name, ligature or letter from the front of a text. A letter counts only before a digit
    /// or 元, because many words begin with one.
    pub(super) fn strip(text: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|era| {
            let named = text.strip_prefix(era.name(Lang::Ja)).or_else(|| text.strip_prefix(era.ligature()));
            let short = || {
                text.strip_prefix([era.letter(), era.letter().to_ascii_lowercase()])
                    .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '元'))
            };
            named.or_else(short).map(|rest| (era, rest))
        })
    }
}

/// `令和7年`, `令和元年`, or `1867年` where there is no era.
pub(super) fn year_label(era: Option<Era>, year: i16) -> String {
    match era {
        None => format!("{year}年"),
        Some(era) => match year - era.start().year() + 1 {
            1 => format!("{}元年", era.name(Lang::Ja)),
            number => format!("{}{number}年", era.name(Lang::Ja)),
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_era_begins_on_its_first_day_and_ends_the_day_before_the_next() {
        for era in Era::ALL {
            assert_eq!(Era::of(era.start()), Some(era));
            assert_ne!(Era::of(era.start().yesterday().unwrap()), Some(era));
            if let Some(next) = era.successor_start() {
                assert!(era.overlaps(next.yesterday().unwrap(), next));
                assert!(!era.overlaps(next, next));
            }
        }
        assert_eq!(Era::of(date(1868, 1, 24)), None);
    }

    #[test]
    fn the_first_year_is_gannen() {
        assert_eq!(year_label(Some(Era::Reiwa), 2019), "令和元年");
        assert_eq!(year_label(Some(Era::Reiwa), 2025), "令和7年");
        assert_eq!(year_label(Some(Era::Showa), 1989), "昭和64年");
        assert_eq!(year_label(None, 1867), "1867年");
        assert_eq!(Era::Reiwa.calendar_year(1), Some(2019));
        assert_eq!(Era::Reiwa.calendar_year(i16::MAX), None);
    }

    #[test]
    fn names_ligatures_and_letters_are_stripped() {
        assert_eq!(Era::strip("令和7年"), Some((Era::Reiwa, "7年")));
        assert_eq!(Era::strip("㍻31年"), Some((Era::Heisei, "31年")));
        assert_eq!(Era::strip("s64"), Some((Era::Showa, "64")));
        assert_eq!(Era::strip("R元年"), Some((Era::Reiwa, "元年")));
        assert_eq!(Era::strip("Research"), None);
        assert_eq!(Era::strip("慶応3年"), None);
    }
}
