//! What is to be reached (目標): a level with its operator, with its deadline behind it or without, or a text.

use serde::{Deserialize, Serialize};

use super::{Decimal, Direction, Operator, Readable, Unit, Value, is_dash, split_parenthesis};
use crate::fiscal_year::{Deadline, EVERY_FISCAL_YEAR_EN, EVERY_FISCAL_YEAR_JA, fold};
use crate::text::Lang;

/// Signs for the operators, as they may stand before a number. Longer ones first, so that `>=` is not read as
/// `>`.
const SIGNS: [(&str, Option<Operator>); 9] = [
    (">=", Some(Operator::AtLeast)),
    ("<=", Some(Operator::AtMost)),
    ("≥", Some(Operator::AtLeast)),
    ("≧", Some(Operator::AtLeast)),
    ("≤", Some(Operator::AtMost)),
    ("≦", Some(Operator::AtMost)),
    (">", Some(Operator::MoreThan)),
    ("<", Some(Operator::LessThan)),
    ("=", None),
];

/// What is to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A level that figures are compared with, as in 毎年度35%以上.
    Level(Level),
    /// A level with its deadline in parentheses behind it, as in 30%(令和7年度まで).
    Dated {
        /// What is compared.
        level: Level,
        /// The time by which it is to be reached. 毎年度 is said by the level, so it never stands here.
        deadline: Deadline,
    },
    /// A target stated in words.
    Text {
        /// As written.
        text: String,
        /// The level the words end in, where there is no doubt about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
    },
}

/// A number to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// 以上 and the like. Without one (13%) the level is reached by a value that is as good or better, in the
    /// indicator's direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// The number.
    pub number: Decimal,
    /// What it counts.
    #[serde(default)]
    pub unit: Unit,
    /// 毎年度: to be reached in every fiscal year anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub every_fiscal_year: bool,
}

impl Target {
    /// Reads a target. `None` for an empty cell and for a dash, which both mean that there is no target.
    ///
    /// A level may have its deadline behind it, in one pair of parentheses: `13%(令和7年度末)`. `35%以上(毎年度)`
    /// says the same as `毎年度35%以上`. With anything else in parentheses it is a text.
    ///
    /// Text that is not a level as a whole gets one only if it ends in a single percentage that 率 or 割合 stands
    /// directly before, as in 「5日以上の取得率100%」: then that percentage is what the figure is compared with. With two
    /// percentages, or with one that is a change (前年度比10%減), the text stays a text.
    pub fn read(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        if trimmed.is_empty() || is_dash(trimmed) {
            return None;
        }
        let level = Level::parse(trimmed).map(Self::Level).or_else(|| dated(trimmed));
        Some(level.unwrap_or_else(|| Self::Text { text: trimmed.to_owned(), level: level_of_text(trimmed) }))
    }

    /// What a figure is compared with; `None` where the words do not say.
    pub fn level(&self) -> Option<&Level> {
        match self {
            Self::Level(level) | Self::Dated { level, .. } => Some(level),
            Self::Text { level, .. } => level.as_ref(),
        }
    }

    /// The time by which it is to be reached, where the target itself says so: that in parentheses behind it, or else
    /// every fiscal year.
    pub fn deadline(&self) -> Option<Deadline> {
        match self {
            Self::Dated { deadline, .. } => Some(*deadline),
            Self::Level(_) | Self::Text { .. } => {
                self.level().filter(|level| level.every_fiscal_year).map(|_| Deadline::EveryFiscalYear)
            }
        }
    }

    /// The target as people read it. A text is the same in both languages.
    pub fn label(&self, lang: Lang) -> String {
        match self {
            Self::Level(level) => level.label(lang),
            Self::Dated { level, deadline } => {
                let (level, time) = (level.label(lang), deadline.label(lang));
                match lang {
                    Lang::Ja => format!("{level}({time})"),
                    Lang::En => format!("{level} ({time})"),
                }
            }
            Self::Text { text, .. } => text.clone(),
        }
    }
}

impl Readable for Target {
    fn read(text: &str) -> Option<Self> {
        Target::read(text)
    }

    fn label(&self, lang: Lang) -> String {
        Target::label(self, lang)
    }
}

impl Level {
    /// Reads `13%`, `毎年度35%以上`, `≧65`, `>= 65`, `at least 35% every fiscal year`. `None` for anything else, an
    /// approximate number included: nobody can say when "about 30%" is reached.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        let (every_fiscal_year, rest) = strip_every_fiscal_year(&folded);
        let sign = SIGNS.into_iter().find_map(|(sign, operator)| Some((operator, rest.strip_prefix(sign)?)));
        let value = Value::parse(sign.map_or(rest, |(_, number)| number)).ok()?;
        if value.approximate || (sign.is_some() && value.operator.is_some()) {
            return None;
        }
        let operator = match sign {
            Some((operator, _)) => operator,
            None => value.operator,
        };
        Some(Self { operator, number: value.number, unit: value.unit, every_fiscal_year })
    }

    /// True where `value` meets the level; both must have the same unit. Without an operator, `direction` says
    /// what counts as reaching it.
    ///
    /// `約` and the like are set aside: a value is compared by its number, except that `65超` meets 65超.
    pub fn is_met_by(&self, value: &Value, direction: Direction) -> bool {
        let (number, mark) = (value.number.to_f64(), self.number.to_f64());
        let beyond = number == mark && value.operator == self.operator;
        match self.operator {
            None => direction.reaches(number, mark),
            Some(Operator::AtLeast) => number >= mark,
            Some(Operator::AtMost) => number <= mark,
            Some(Operator::MoreThan) => number > mark || beyond,
            Some(Operator::LessThan) => number < mark || beyond,
        }
    }

    /// `毎年度35%以上`, `at least 35% every fiscal year`.
    pub fn label(&self, lang: Lang) -> String {
        let value = Value {
            number: self.number,
            unit: self.unit.clone(),
            approximate: false,
            operator: self.operator,
        };
        match (self.every_fiscal_year, lang) {
            (false, _) => value.label(lang),
            (true, Lang::Ja) => format!("{EVERY_FISCAL_YEAR_JA}{}", value.label(lang)),
            (true, Lang::En) => format!("{} {EVERY_FISCAL_YEAR_EN}", value.label(lang)),
        }
    }
}

/// Takes 毎年度 from the front, or `every fiscal year` from the end, of a folded text.
fn strip_every_fiscal_year(folded: &str) -> (bool, &str) {
    if let Some(rest) = folded.strip_prefix(EVERY_FISCAL_YEAR_JA) {
        return (true, rest);
    }
    let split = folded.len().checked_sub(EVERY_FISCAL_YEAR_EN.len());
    match split.and_then(|at| folded.split_at_checked(at)) {
        Some((rest, tail)) if tail.eq_ignore_ascii_case(EVERY_FISCAL_YEAR_EN) => (true, rest),
        _ => (false, folded),
    }
}

/// A level with its deadline in parentheses.
fn dated(text: &str) -> Option<Target> {
    let folded = fold(text);
    let (before, time) = split_parenthesis(&folded)?;
    let level = Level::parse(before)?;
    Some(match Deadline::parse(time).ok()? {
        Deadline::EveryFiscalYear => Target::Level(Level { every_fiscal_year: true, ..level }),
        deadline => Target::Dated { level, deadline },
    })
}

/// The percentage a text ends in, as [`Target::read`] describes.
fn level_of_text(text: &str) -> Option<Level> {
    let folded = fold(text);
    let (before, after) = folded.split_once('%')?;
    let (operator, "") = Operator::strip_behind(after) else { return None };
    let words = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let number = Decimal::parse(before.strip_prefix(words)?).ok()?;
    let subject = words.trim_end_matches(['を', 'は', 'が', ':']);
    (subject.ends_with('率') || subject.ends_with("割合")).then_some(Level {
        operator,
        number,
        unit: Unit::Percent,
        every_fiscal_year: folded.starts_with(EVERY_FISCAL_YEAR_JA),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level(text: &str) -> Level {
        Level::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn every_target_on_a_follow_up_table_is_read_and_printed_back() {
        for (text, operator, number, unit, every) in [
            ("毎年度35%以上", Some(Operator::AtLeast), 35.0, Unit::Percent, true),
            ("30%", None, 30.0, Unit::Percent, false),
            ("13%", None, 13.0, Unit::Percent, false),
            ("50%", None, 50.0, Unit::Percent, false),
            ("65以上", Some(Operator::AtLeast), 65.0, Unit::Plain, false),
        ] {
            let target = Target::read(text).unwrap();
            let level = target.level().unwrap();
            assert_eq!((level.operator, level.number.to_f64(), &level.unit), (operator, number, &unit));
            assert_eq!(level.every_fiscal_year, every);
            assert_eq!(target.label(Lang::Ja), text);
        }
        assert_eq!(level("毎年度35%以上").label(Lang::En), "at least 35% every fiscal year");
        assert_eq!(Target::read("-"), None);
        assert_eq!(Target::read("―"), None);
        assert_eq!(Target::read(" "), None);
    }

    #[test]
    fn signs_and_words_mean_the_same() {
        for text in ["≧35%", "≥ 35%", ">=35%", "＞＝３５％", "at least 35%", "35%以上"] {
            assert_eq!(level(text), level("35%以上"), "{text}");
        }
        assert_eq!(level("<45時間").operator, Some(Operator::LessThan));
        assert_eq!(level("=100%"), level("100%"));
        for text in ["約30%", ">=35%以上", "30%程度", "毎年度", "検討中", "45時間を超える", "5人増"]
        {
            assert_eq!(Level::parse(text), None, "{text}");
        }
        assert_eq!(level("45時間以内"), level("45時間以下"));
    }

    #[test]
    fn a_deadline_may_stand_behind_the_level() {
        for (text, read, time, ja, en) in [
            ("30%(令和7年度まで)", "30%", "令和7年度まで", "30%(令和7年度まで)", "30% (by FY2025)"),
            ("１３％（令和７年度末）", "13%", "令和7年度末", "13%(令和7年度末)", "13% (end of FY2025)"),
            ("45時間以内 (R8.3.31(火)まで)", "45時間以下", "令和8年3月31日まで", "", ""),
            ("毎年度35%以上(令和4年度末)", "毎年度35%以上", "令和4年度末", "", ""),
            ("at least 65 (by FY2025)", "65以上", "令和7年度まで", "65以上(令和7年度まで)", ""),
        ] {
            let target = Target::read(text).unwrap();
            assert_eq!(target.level(), Some(&level(read)), "{text}");
            assert_eq!(target.deadline(), Deadline::parse(time).ok(), "{text}");
            for (lang, label) in [(Lang::Ja, ja), (Lang::En, en)] {
                assert!(label.is_empty() || target.label(lang) == label, "{text}: {}", target.label(lang));
            }
        }
        let yearly = Target::read("35%以上(毎年度)");
        assert_eq!(yearly, Some(Target::Level(level("毎年度35%以上"))));
        assert_eq!(yearly.and_then(|target| target.deadline()), Some(Deadline::EveryFiscalYear));
        assert_eq!(Target::read("35%以上").and_then(|target| target.deadline()), None);
        for text in [
            "30%(速報値)",
            "30%(平成32年度まで)",
            "30%(令和7年度)(令和8年度)",
            "約30%(令和7年度まで)",
            "取得率の向上(令和7年度まで)",
            "(令和7年度まで)",
            "30%()",
        ] {
            let expected = Target::Text { text: text.to_owned(), level: None };
            assert_eq!(Target::read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_gives_a_level_only_where_it_is_unambiguous() {
        let text = "両休暇合わせて5日以上取得率100%";
        let target = Target::read(text).unwrap();
        assert_eq!(target.level(), Some(&level("100%")));
        assert_eq!(target.label(Lang::Ja), text);
        let read = |text: &str| Target::read(text).unwrap().level().cloned();
        assert_eq!(read("受講した職員の割合を90%以上"), Some(level("90%以上")));
        assert_eq!(read("毎年度、取得率５０％"), Some(level("毎年度50%")));
        assert_eq!(read("残業した職員の割合5%以内"), Some(level("5%以下")));
        for text in [
            "男性の取得率50%、女性の取得率100%",
            "前年度比10%",
            "取得率10%増",
            "取得率の向上",
            "取得率100%を目指す",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_level_is_met_by_its_operator_or_by_the_direction() {
        let (up, down) = (Direction::HigherIsBetter, Direction::LowerIsBetter);
        let met = |target: &str, value: &str, direction| {
            level(target).is_met_by(&Value::parse(value).unwrap(), direction)
        };
        assert!(met("毎年度35%以上", "52.1%", up) && met("30%", "31.3%", up) && met("50%", "50.8%", up));
        assert!(!met("13%", "11.4%", up) && !met("30%", "16.7%", up) && !met("100%", "42.3%", up));
        assert!(met("13%", "13.0%", up) && met("13%", "13.0%", down) && met("13%", "11.4%", down));
        assert!(!met("65超", "65", up) && met("65超", "65超", up) && met("65超", "65.1", up));
        assert!(met("45時間以下", "45時間", up), "the operator goes before the direction");
        assert!(!met("45時間未満", "45時間", down) && met("45時間未満", "45時間未満", down));
    }

    fn any_level() -> impl Strategy<Value = Level> {
        (
            prop::option::of(prop::sample::select(Operator::ALL.to_vec())),
            -999_999i64..999_999,
            0u8..=2,
            prop::sample::select(vec!["", "%", "人", "時間", "日", "件", "か国", "pt"]),
            any::<bool>(),
        )
            .prop_map(|(operator, mantissa, decimals, unit, every_fiscal_year)| Level {
                operator,
                number: Decimal::new(mantissa, decimals).unwrap(),
                unit: Unit::parse(unit).unwrap(),
                every_fiscal_year,
            })
    }

    proptest! {
        #[test]
        fn whatever_is_printed_can_be_read(level in any_level()) {
            for lang in [Lang::Ja, Lang::En] {
                prop_assert_eq!(Target::read(&level.label(lang)), Some(Target::Level(level.clone())));
            }
        }

        #[test]
        fn whatever_is_printed_with_its_deadline_can_be_read(
            level in any_level(),
            year in 1900i16..2100,
            month in 1i8..=12,
            form in 0usize..4,
            until in any::<bool>(),
        ) {
            let time = [
                format!("{year}年"),
                format!("{year}年度"),
                format!("{year}年度末"),
                format!("{year}年{month}月1日"),
            ][form].clone();
            let deadline = Deadline::parse(&if until { format!("{time}まで") } else { time }).unwrap();
            let target = Target::Dated { level, deadline };
            for lang in [Lang::Ja, Lang::En] {
                prop_assert_eq!(Target::read(&target.label(lang)), Some(target.clone()));
            }
        }

        #[test]
        fn whatever_is_read_can_be_printed_and_read_again(text in "[0-9%以上内(（令和7年度末毎まで)）]{1,14}") {
            if let Some(target) = Target::read(&text) {
                for lang in [Lang::Ja, Lang::En] {
                    prop_assert_eq!(Target::read(&target.label(lang)), Some(target.clone()));
                }
            }
        }

        #[test]
        fn words_are_printed_as_they_were_written(text in "[あ-ん率%0-9]{1,12}") {
            let target = Target::read(&text);
            if matches!(target, Some(Target::Text { .. })) {
                prop_assert_eq!(target.map(|t| t.label(Lang::Ja)), Some(text));
            }
        }
    }
}
