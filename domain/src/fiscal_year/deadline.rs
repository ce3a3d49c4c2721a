//! When a target is to be reached (目標時期).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::as_of::{AsOf, DateError, Flaw, read};
use super::{bare, fold, strip_word};
use crate::text::Lang;

/// How "every fiscal year" is written in Japanese.
pub(crate) const EVERY_FISCAL_YEAR_JA: &str = "毎年度";
/// How "every fiscal year" is written in English.
pub(crate) const EVERY_FISCAL_YEAR_EN: &str = "every fiscal year";

/// When a target is to be reached. Serialised as its Japanese label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Deadline {
    /// At a time, as in 令和7年度末.
    At(AsOf),
    /// Up to and including a time, as in 令和7年度まで.
    Until(AsOf),
    /// In every fiscal year anew: 毎年度.
    EveryFiscalYear,
}

impl Deadline {
    /// Reads whatever [`AsOf::parse`] reads, the same with まで after it (or `by` before it), and 毎年度 or
    /// `every fiscal year`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let folded = fold(text);
        let folded = bare(&folded);
        if folded.is_empty() {
            return Err(DateError::Empty);
        }
        if folded == EVERY_FISCAL_YEAR_JA || folded.eq_ignore_ascii_case(EVERY_FISCAL_YEAR_EN) {
            return Ok(Self::EveryFiscalYear);
        }
        let until = ["まで", "までに", "迄"]
            .into_iter()
            .find_map(|word| folded.strip_suffix(word))
            .or_else(|| strip_word(folded, "by"));
        let found = match until {
            Some("") => Err(Flaw::Unreadable),
            Some(time) => read(time).map(Self::Until),
            None => read(folded).map(Self::At),
        };
        found.map_err(|flaw| flaw.of(text))
    }

    /// The last day on which the target may be reached; `None` where it is due every year.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::At(time) | Self::Until(time) => Some(time.last_day()),
            Self::EveryFiscalYear => None,
        }
    }

    /// The deadline as people read it.
    pub fn label(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::At(time), _) => time.label(lang),
            (Self::Until(time), Lang::Ja) => format!("{}まで", time.label(lang)),
            (Self::Until(AsOf::FiscalYearEnd(year)), Lang::En) => {
                format!("by the end of {}", year.label(lang))
            }
            (Self::Until(time), Lang::En) => format!("by {}", time.label(lang)),
            (Self::EveryFiscalYear, _) => lang.t(EVERY_FISCAL_YEAR_JA, EVERY_FISCAL_YEAR_EN).to_owned(),
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label(Lang::Ja))
    }
}

impl From<Deadline> for String {
    fn from(deadline: Deadline) -> Self {
        deadline.label(Lang::Ja)
    }
}

impl TryFrom<String> for Deadline {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::fiscal_year::{Era, FiscalYear};

    fn fiscal(year: i16) -> FiscalYear {
        FiscalYear::new(year).unwrap()
    }

    #[test]
    fn every_deadline_on_a_follow_up_table_is_read_and_printed_back() {
        for (text, expected, last) in [
            ("令和7年度末", Deadline::At(AsOf::FiscalYearEnd(fiscal(2025))), Some(date(2026, 3, 31))),
            ("令和7年度まで", Deadline::Until(AsOf::FiscalYear(fiscal(2025))), Some(date(2026, 3, 31))),
            ("令和9年度末", Deadline::At(AsOf::FiscalYearEnd(fiscal(2027))), Some(date(2028, 3, 31))),
            ("毎年度", Deadline::EveryFiscalYear, None),
        ] {
            let read = Deadline::parse(text).unwrap();
            assert_eq!(read, expected);
            assert_eq!(read.last_day(), last);
            assert_eq!(read.label(Lang::Ja), text);
        }
    }

    #[test]
    fn english_and_variant_forms_are_read() {
        let until = Deadline::Until(AsOf::FiscalYear(fiscal(2025)));
        for text in ["by FY2025", "By FY 2025", "令和７年度 までに", "R7年度迄"] {
            assert_eq!(Deadline::parse(text), Ok(until), "{text}");
        }
        assert_eq!(until.label(Lang::En), "by FY2025");
        let end = Deadline::Until(AsOf::FiscalYearEnd(fiscal(2025)));
        assert_eq!(end.label(Lang::En), "by the end of FY2025");
        assert_eq!(Deadline::parse("Every fiscal year"), Ok(Deadline::EveryFiscalYear));
    }

    #[test]
    fn what_is_no_deadline_is_refused_with_the_text_as_typed() {
        assert_eq!(Deadline::parse(""), Err(DateError::Empty));
        for text in ["まで", "by", "できるだけ早く", "-"] {
            assert_eq!(Deadline::parse(text), Err(DateError::Unreadable { text: text.into() }));
        }
        let text = "平成32年度まで";
        assert_eq!(Deadline::parse(text), Err(DateError::OutsideEra { text: text.into(), era: Era::Heisei }));
    }

    proptest! {
        #[test]
        fn whatever_is_printed_can_be_read(year in 1800i16..=9998, until in any::<bool>(), end in any::<bool>()) {
            let time = if end { AsOf::FiscalYearEnd(fiscal(year)) } else { AsOf::Year(year) };
            let deadline = if until { Deadline::Until(time) } else { Deadline::At(time) };
            for lang in [Lang::Ja, Lang::En] {
                prop_assert_eq!(Deadline::parse(&deadline.label(lang)), Ok(deadline));
            }
        }
    }
}
