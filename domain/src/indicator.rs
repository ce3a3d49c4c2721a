//! Indicators (指標): what is measured, what is to be reached, and what was observed.
//!
//! An indicator is one figure of the plan for one group, such as the share of women among division directors.
//! It has an optional [`Target`] with a [`Deadline`], the value at the time the target was set (baseline,
//! 目標設定時), and observations (実績値) that say where they come from. [`status()`] judges it and says why.

mod decimal;
mod forecast;
mod rate;
mod small_rates;
mod status;
mod target;
mod value;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fiscal_year::{AsOf, Deadline, fold};
use crate::text::{Lang, Text};

pub use decimal::Decimal;
pub use forecast::{Forecast, Verdict, forecast};
pub use rate::{Rate, RateError, below_zero, exceeds_whole, is_share};
pub use small_rates::{Decision, GroupRate, Reason, hide_small_rates};
pub use status::{Status, line, status, yearly};
pub use target::{Level, Target};
pub use value::{Operator, Unit, UnitName, Value, ValueError};

/// One figure of the plan, for one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// What is measured.
    pub title: Text,
    /// The group it is measured for; empty where it is not broken down.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub group: Text,
    /// Which way is better, where the target's operator does not say so.
    pub direction: Direction,
    /// What is to be reached; absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// When it is to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// The value when the target was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Observation>,
    /// What was measured since, in any order.
    #[serde(default)]
    pub observations: Vec<Observation>,
}

impl Indicator {
    /// The observation that stands for the latest time. Of two for the same last day the later one in the list
    /// counts, because it was entered later; one without a time counts only where none has a time.
    pub fn latest(&self) -> Option<&Observation> {
        self.observations
            .iter()
            .enumerate()
            .max_by_key(|(index, o)| (o.as_of.map(AsOf::last_day), *index))
            .map(|(_, observation)| observation)
    }

    /// Where the value will be at the deadline if it goes on as it did, with an honest interval; `None` with fewer
    /// than three values at different times, without a deadline, or when that is over. The baseline is one of the
    /// values, unless there is an observation for its day. A percentage lies within 0 and 100 where `share` says that
    /// it is a share; what was never below zero and should not be is not forecast there. Values that are only bounded
    /// (1,000人超) are no points of a line.
    pub fn forecast(&self, share: bool, today: Date) -> Option<Forecast> {
        let level = self.target.as_ref().and_then(Target::level)?;
        let due = self.deadline.and_then(Deadline::last_day).filter(|due| *due >= today)?;
        // Of several points on one day the last one counts, so that the baseline gives way to an observation.
        let points: Vec<(Date, Decimal)> = self
            .baseline
            .iter()
            .chain(&self.observations)
            .filter(|o| o.value.unit == level.unit && o.value.operator.is_none())
            .filter_map(|o| Some((o.as_of?.last_day().min(today), o.value.number)))
            .collect();
        let whole = share && level.unit == Unit::Percent;
        let never_negative =
            level.number.to_f64() >= 0.0 && points.iter().all(|(_, value)| value.to_f64() >= 0.0);
        let low = (whole || never_negative).then_some(0.0);
        Some(forecast(&points, due)?.bounded(low, whole.then_some(100.0)))
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better, as for a satisfaction score.
    #[default]
    HigherIsBetter,
    /// Less is better, as for overtime hours.
    LowerIsBetter,
}

impl Direction {
    /// The direction that follows from a target and a baseline: the target's operator where it has one (35%以上
    /// asks for more, 45時間以下 for less); otherwise from the baseline towards the target; otherwise higher.
    pub fn infer(target: Option<&Target>, baseline: Option<&Value>) -> Self {
        let Some(level) = target.and_then(Target::level) else { return Self::default() };
        if let Some(operator) = level.operator {
            return operator.direction();
        }
        match baseline {
            Some(value) if value.unit == level.unit && value.number.to_f64() > level.number.to_f64() => {
                Self::LowerIsBetter
            }
            _ => Self::HigherIsBetter,
        }
    }

    /// True where `value` is as good as `mark` or better.
    pub fn reaches(self, value: f64, mark: f64) -> bool {
        match self {
            Self::HigherIsBetter => value >= mark,
            Self::LowerIsBetter => value <= mark,
        }
    }

    /// What the direction is called on screen.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::HigherIsBetter => lang.t("高いほど良い", "Higher is better"),
            Self::LowerIsBetter => lang.t("低いほど良い", "Lower is better"),
        }
    }
}

/// A measured value (実績値), when it holds, and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// What was measured.
    pub value: Value,
    /// The time it stands for; absent where it was never stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// Where it comes from.
    pub source: Source,
}

/// Where an observation comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// Typed by a person.
    Typed,
    /// Read from a follow-up table.
    Imported,
    /// A released figure of a survey.
    Survey {
        /// Id of the campaign.
        campaign: String,
        /// Which of its figures.
        measure: Measure,
    },
    /// A value of a metric series, such as monthly overtime.
    Metric {
        /// Key of the series.
        series: String,
    },
}

impl Source {
    /// What the source is called on screen.
    pub fn label(&self, lang: Lang) -> &'static str {
        match self {
            Self::Typed => lang.t("手入力", "Entered by hand"),
            Self::Imported => lang.t("表からの取込み", "Imported from a table"),
            Self::Survey { .. } => lang.t("調査の公表結果", "Released survey result"),
            Self::Metric { .. } => lang.t("統計系列", "Metric series"),
        }
    }
}

/// Which released figure of a survey an observation takes over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The index over all areas, 0 to 100.
    Index,
    /// The score of one area, by its key.
    Area(String),
    /// The score of one item, by its key.
    Item(String),
}

/// A figure or a date that is read from a table cell and printed for people.
pub trait Readable: Sized {
    /// The value a cell states; `None` for an empty cell, a dash, and anything that cannot be read.
    fn read(text: &str) -> Option<Self>;

    /// The value as people read it.
    fn label(&self, lang: Lang) -> String;
}

impl Readable for AsOf {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn label(&self, lang: Lang) -> String {
        AsOf::label(*self, lang)
    }
}

impl Readable for Deadline {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn label(&self, lang: Lang) -> String {
        Deadline::label(*self, lang)
    }
}

/// A cell as it was written, with what could be read from it. The text is what is printed back in Japanese, so
/// that a table leaves exactly as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// The cell, character for character.
    pub text: String,
    /// What it says; `None` where it is only a text, and where it is empty or a dash, unless the cell beside it
    /// says it ([`dated_cells`]).
    pub parsed: Option<T>,
}

impl<T: Readable> Written<T> {
    /// Reads a cell.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let parsed = T::read(&text);
        Self { text, parsed }
    }

    /// Nothing was written.
    pub fn is_absent(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// A dash was written: there is expressly no value.
    pub fn is_dash(&self) -> bool {
        is_dash(&self.text)
    }

    /// Nothing or a dash was written.
    pub fn states_nothing(&self) -> bool {
        self.is_absent() || self.is_dash()
    }

    /// For the screen: as written in Japanese; in English what was read, and the written text where nothing
    /// could be.
    pub fn label(&self, lang: Lang) -> String {
        match (lang, &self.parsed) {
            (Lang::En, Some(parsed)) => parsed.label(lang),
            _ => self.text.clone(),
        }
    }
}

/// The cells of a value and of its time, as written and as read. A time in parentheses behind the value is its time
/// where the other cell is empty or a dash: `42.3%(令和5年度)`. Anything else there (速報値) makes the cell a text.
pub fn dated_cells(value: &str, as_of: &str) -> (Written<Value>, Written<AsOf>) {
    let (mut value, mut as_of) = (Written::<Value>::new(value), Written::<AsOf>::new(as_of));
    if value.parsed.is_none()
        && let Some((number, time)) = value_with_time(&value.text)
    {
        value.parsed = Some(number);
        if as_of.states_nothing() {
            as_of.parsed = Some(time);
        }
    }
    (value, as_of)
}

fn value_with_time(text: &str) -> Option<(Value, AsOf)> {
    let folded = fold(text);
    let (number, time) = split_parenthesis(&folded)?;
    Some((Value::parse(number).ok()?, AsOf::parse(time).ok()?))
}

/// What stands before the parenthesis that a folded text ends in, and what stands in it. A weekday may stand in
/// parentheses of its own within.
fn split_parenthesis(folded: &str) -> Option<(&str, &str)> {
    folded.strip_suffix(')')?.split_once('(')
}

/// True for a lone dash in any of the forms Japanese tables use for "none".
pub fn is_dash(text: &str) -> bool {
    matches!(fold(text).as_str(), "-" | "−" | "‐" | "–" | "—" | "―" | "─" | "ー")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn observation(value: &str, as_of: &str) -> Observation {
        Observation {
            value: Value::parse(value).unwrap(),
            as_of: AsOf::parse(as_of).ok(),
            source: Source::Typed,
        }
    }

    #[test]
    fn the_latest_observation_is_the_one_for_the_latest_time() {
        let mut indicator = Indicator {
            title: Text::new("指数", "Index"),
            group: Text::default(),
            direction: Direction::default(),
            target: None,
            deadline: None,
            baseline: None,
            observations: Vec::new(),
        };
        assert_eq!(indicator.latest(), None);
        indicator.observations = vec![
            observation("1", "令和6年度"),
            observation("2", "令和6年7月"),
            observation("3", ""),
            observation("4", "2025-03-31"),
        ];
        assert_eq!(indicator.latest().map(|o| o.value.number.to_f64()), Some(4.0));
        indicator.observations.truncate(3);
        assert_eq!(indicator.latest().map(|o| o.value.number.to_f64()), Some(1.0));
        indicator.observations = indicator.observations.split_off(2);
        assert_eq!(indicator.latest().map(|o| o.value.number.to_f64()), Some(3.0));
    }

    #[test]
    fn the_direction_follows_the_operator_then_the_baseline() {
        let infer = |target: &str, baseline: &str| {
            Direction::infer(Target::read(target).as_ref(), Value::parse(baseline).ok().as_ref())
        };
        assert_eq!(infer("13%", "8.4%"), Direction::HigherIsBetter);
        assert_eq!(infer("30時間", "38.5時間"), Direction::LowerIsBetter);
        assert_eq!(infer("45時間以下", ""), Direction::LowerIsBetter);
        assert_eq!(infer("35%以上", "47.9%"), Direction::HigherIsBetter);
        assert_eq!(infer("30時間", "50%"), Direction::HigherIsBetter, "other units say nothing");
        assert_eq!(infer("-", "-"), Direction::HigherIsBetter);
    }

    #[test]
    fn a_written_cell_keeps_its_text_and_knows_what_it_says() {
        let cell = Written::<AsOf>::new("令和６年７月");
        assert_eq!(cell.label(Lang::Ja), "令和６年７月");
        assert_eq!(cell.label(Lang::En), "July 2024");
        let cell = Written::<Value>::new("集計中");
        assert_eq!(cell.label(Lang::En), "集計中");
        assert!(!cell.is_absent() && !cell.is_dash());
        assert!(Written::<Value>::new("").is_absent());
        let dash = Written::<Target>::new("－");
        assert!(dash.is_dash() && dash.states_nothing());
        assert_eq!(dash.parsed, None);
    }

    #[test]
    fn a_time_behind_a_value_is_its_time_where_no_other_is_stated() {
        let read = |value, as_of| {
            let (value, as_of) = dated_cells(value, as_of);
            (value.parsed.map(|v| v.label(Lang::Ja)), as_of.parsed.map(|t| t.label(Lang::Ja)))
        };
        let said = |value: &str, time: &str| (Some(value.to_owned()), Some(time.to_owned()));
        assert_eq!(read("42.3%(令和5年度)", ""), said("42.3%", "令和5年度"));
        assert_eq!(read("４２．３％（令和５年度）", "－"), said("42.3%", "令和5年度"));
        assert_eq!(read("約1,000人超 (令和7年4月1日(火)現在)", ""), said("約1,000人超", "令和7年4月1日"));
        assert_eq!(read("42.3%(令和5年度)", "令和6年度"), said("42.3%", "令和6年度"));
        assert_eq!(read("42.3%", "(令和6年度)"), said("42.3%", "令和6年度"));
        assert_eq!(read("42.3%(令和5年度)", "集計後"), (Some("42.3%".to_owned()), None));
        for text in
            ["42.3%(速報値)", "42.3%(平成32年度)", "42.3%(令和5年度)(令和6年度)", "(令和5年度)", "42.3%()"]
        {
            assert_eq!(read(text, ""), (None, None), "{text}");
        }
    }

    /// An indicator in per cent with a target at the end of FY2025.
    fn share(baseline: Option<Observation>, observations: Vec<Observation>) -> Indicator {
        Indicator {
            title: Text::new("割合", "Share"),
            group: Text::default(),
            direction: Direction::default(),
            target: Target::read("13%"),
            deadline: Deadline::parse("令和7年度末").ok(),
            baseline,
            observations,
        }
    }

    #[test]
    fn the_baseline_is_a_point_of_the_forecast_unless_its_day_has_a_value() {
        let values = |times: [&str; 2]| vec![observation("10.0%", times[0]), observation("11.0%", times[1])];
        let points = |baseline, times| {
            let forecast = share(baseline, values(times)).forecast(true, date(2025, 10, 1));
            forecast.map(|forecast| forecast.points)
        };
        let later = ["令和5年7月", "令和6年7月"];
        assert_eq!(points(Some(observation("8.4%", "令和2年")), later), Some(3));
        assert_eq!(points(None, later), None, "two values are no ground");
        assert_eq!(points(Some(observation("8.4%", "")), later), None, "it has no time");
        assert_eq!(points(Some(observation("8人", "令和2年")), later), None, "it has another unit");
        assert_eq!(points(Some(observation("8%以上", "令和2年")), later), None, "it is only bounded");
        assert_eq!(points(Some(observation("8.4%", "令和5年7月31日")), later), None, "its day has a value");
        let mut three = share(Some(observation("99.9%", "令和5年7月31日")), values(later));
        three.observations.push(observation("9.0%", "令和4年7月"));
        let with = three.forecast(true, date(2025, 10, 1));
        three.baseline = None;
        assert!(with.is_some());
        assert_eq!(with, three.forecast(true, date(2025, 10, 1)), "the observation counts");
    }

    proptest! {
        #[test]
        fn cells_keep_their_text_whatever_they_say(
            value in "[0-9.%人約以上(（)）令和5年度 -]{0,12}",
            as_of in "[令和5年度-]{0,6}",
        ) {
            let (read, time) = dated_cells(&value, &as_of);
            prop_assert_eq!((read.label(Lang::Ja), time.label(Lang::Ja)), (value, as_of));
        }

        #[test]
        fn a_value_and_a_time_are_read_from_one_cell_as_from_two(
            mantissa in -9_999i64..9_999,
            unit in prop::sample::select(vec!["", "%", "人", "時間/月"]),
            year in 1900i16..2100,
            month in 1i8..=12,
        ) {
            let value = format!("{}{unit}", Decimal::new(mantissa, 1).unwrap());
            let time = format!("{year}年{month}月");
            let (one, two) = (dated_cells(&format!("{value}({time})"), ""), dated_cells(&value, &time));
            prop_assert!(one.0.parsed.is_some() && one.1.parsed.is_some());
            prop_assert_eq!((one.0.parsed, one.1.parsed), (two.0.parsed, two.1.parsed));
        }
    }
}
