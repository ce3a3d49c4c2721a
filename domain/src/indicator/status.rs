//! How an indicator stands against its target, and why.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Decimal, Direction, Indicator, Level, Observation, Operator, Target, Unit, Value};
use crate::fiscal_year::{AsOf, Deadline, FiscalYear};
use crate::text::{Lang, Text};

/// Slack for the comparison with the straight line, which is computed in floating point: far below any place a
/// figure is written with, far above rounding errors.
const SLACK: f64 = 1e-9;

/// How an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The latest value meets the target.
    Achieved,
    /// Not there yet, but at or beyond the straight line from baseline to target.
    OnTrack,
    /// Below that line, past the deadline, or short of a target that has no line.
    Behind,
    /// Further from the target than when it was set.
    WorseThanBaseline,
    /// There is nothing to compare with.
    NoTarget,
    /// There is a target, but nothing to compare with it.
    NoData,
}

impl Status {
    /// Every status, the best first.
    pub const ALL: [Self; 6] =
        [Self::Achieved, Self::OnTrack, Self::Behind, Self::WorseThanBaseline, Self::NoTarget, Self::NoData];

    /// What the status is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Achieved => lang.t("達成", "Achieved"),
            Self::OnTrack => lang.t("順調", "On track"),
            Self::Behind => lang.t("遅れ", "Behind"),
            Self::WorseThanBaseline => lang.t("目標設定時より後退", "Worse than at the start"),
            Self::NoTarget => lang.t("目標なし", "No target"),
            Self::NoData => lang.t("実績値なし", "No data"),
        }
    }
}

/// The value the straight line from baseline to target has on `day`:
///
/// ```text
/// line(t) = b + (T − b) · (t − t₀) / (t₁ − t₀),   the fraction held within 0 and 1
/// ```
///
/// with baseline `b` on day `t₀` and target `T` on day `t₁`. Days are calendar days. Where `t₁ ≤ t₀` there is no
/// time between, and the target itself is expected.
pub fn line(baseline: (f64, Date), target: (f64, Date), day: Date) -> f64 {
    let days = |from: Date, to: Date| (from.duration_until(to).as_hours() / 24) as f64;
    let whole = days(baseline.1, target.1);
    let fraction = if whole > 0.0 { (days(baseline.1, day) / whole).clamp(0.0, 1.0) } else { 1.0 };
    baseline.0 + (target.0 - baseline.0) * fraction
}

/// How the indicator stands on `today`, and the reason in words.
///
/// The first rule that applies decides:
///
/// 1. No target, or one in words that names no comparable level: [`Status::NoTarget`].
/// 2. No observation, or one in another unit than the target: [`Status::NoData`].
/// 3. The target is due in every fiscal year, and the last complete one has no value: [`Status::NoData`]. Where it is
///    due up to a deadline, no year after that one's is asked for.
/// 4. The latest value meets the level ([`Level::is_met_by`]): [`Status::Achieved`].
/// 5. The latest value is worse than the baseline: [`Status::WorseThanBaseline`].
/// 6. The target is due in every fiscal year, so there is no way towards it: [`Status::Behind`]. The reason says how each
///    year with a value stood ([`yearly()`]); the newest one decides.
/// 7. The deadline has passed: [`Status::Behind`].
/// 8. The value is at or beyond [`line()`] on the day it stands for: [`Status::OnTrack`], otherwise
///    [`Status::Behind`].
/// 9. Baseline, its time, the deadline or the value's time is missing, so there is no line:
///    [`Status::Behind`], and the reason says what is missing.
///
/// A time longer than a day stands for its last day (令和2年 for 31 December 2020), and a value never stands for a
/// day after `today`. The direction is the target's operator's, or else the indicator's.
pub fn status(indicator: &Indicator, today: Date) -> (Status, Text) {
    let Some(target) = &indicator.target else {
        return (Status::NoTarget, Text::new("目標は設定されていません。", "No target has been set."));
    };
    let Some(level) = target.level() else {
        let reason = Text::new(
            "目標が文章で示されているため、数値では判定していません。",
            "The target is stated in words, so no figure is compared with it.",
        );
        return (Status::NoTarget, reason);
    };
    let Some(latest) = indicator.latest() else {
        let reason = Text::new(
            format!("目標は{}です。実績値はまだありません。", level.label(Lang::Ja)),
            format!("The target is {}. No value has been recorded yet.", level.label(Lang::En)),
        );
        return (Status::NoData, reason);
    };
    if latest.value.unit != level.unit {
        return (Status::NoData, units_differ(level, latest));
    }
    let case = Case { indicator, level, latest, today };
    let (status, finding) = match case.missing_year() {
        Some(year) => (Status::NoData, missing(year)),
        None => case.judge(),
    };
    let (facts, years) = (case.facts(), case.years());
    (
        status,
        Text::new(facts.ja + &finding.ja + &years.ja, format!("{} {}{}", facts.en, finding.en, years.en)),
    )
}

fn missing(year: FiscalYear) -> Text {
    Text::new(
        format!("{}の値がまだないため、毎年度の目標をこの年度について判定できません。", year.label(Lang::Ja)),
        format!(
            "There is no value of {} yet, so the target of every fiscal year cannot be judged for it.",
            year.label(Lang::En)
        ),
    )
}

/// How a target that is due in every fiscal year stood in each year that has a value, the earliest first: the latest
/// value of each year against the level. Empty for any other target, and for values in another unit.
pub fn yearly(indicator: &Indicator) -> Vec<(FiscalYear, Value, bool)> {
    let Some(level) = indicator.target.as_ref().and_then(Target::level) else { return Vec::new() };
    if !is_yearly(level, indicator.deadline) {
        return Vec::new();
    }
    let direction = level.operator.map_or(indicator.direction, Operator::direction);
    let mut years: BTreeMap<FiscalYear, (Date, &Value)> = BTreeMap::new();
    for observation in indicator.observations.iter().filter(|o| o.value.unit == level.unit) {
        let Some(day) = observation.as_of.map(AsOf::last_day) else { continue };
        let newest = years.entry(FiscalYear::of(day)).or_insert((day, &observation.value));
        if day >= newest.0 {
            *newest = (day, &observation.value);
        }
    }
    let judged = |(year, (_, value)): (FiscalYear, (Date, &Value))| {
        (year, value.clone(), level.is_met_by(value, direction))
    };
    years.into_iter().map(judged).collect()
}

fn is_yearly(level: &Level, deadline: Option<Deadline>) -> bool {
    level.every_fiscal_year || deadline == Some(Deadline::EveryFiscalYear)
}

fn units_differ(level: &Level, latest: &Observation) -> Text {
    let units = |lang| (level.unit.name(lang), latest.value.unit.name(lang));
    let (ja, en) = (units(Lang::Ja), units(Lang::En));
    Text::new(
        format!("目標の単位({})と実績値の単位({})が異なるため、比べられません。", ja.0, ja.1),
        format!("The target is in {} and the value in {}, so they cannot be compared.", en.0, en.1),
    )
}

/// An indicator with a comparable target and value.
struct Case<'a> {
    indicator: &'a Indicator,
    level: &'a Level,
    latest: &'a Observation,
    today: Date,
}

impl<'a> Case<'a> {
    fn judge(&self) -> (Status, Text) {
        let direction = self.direction();
        let value = self.number();
        if self.level.is_met_by(&self.latest.value, direction) {
            return (Status::Achieved, Text::new("目標を達成しています。", "The target is met."));
        }
        if let Some(baseline) = self.baseline()
            && !direction.reaches(value, baseline.value.number.to_f64())
        {
            return (Status::WorseThanBaseline, self.worse_than(baseline));
        }
        let short = self.shortfall();
        let deadline = self.indicator.deadline;
        if is_yearly(self.level, deadline) {
            return (Status::Behind, short);
        }
        let due = deadline.and_then(Deadline::last_day);
        if let (Some(deadline), Some(due)) = (deadline, due)
            && self.today > due
        {
            let reason = Text::new(
                format!("期限({})を過ぎましたが、{}", deadline.label(Lang::Ja), short.ja),
                format!("The deadline ({}) has passed. {}", deadline.label(Lang::En), short.en),
            );
            return (Status::Behind, reason);
        }
        let start = self.baseline().and_then(|b| Some((b.value.number.to_f64(), b.as_of?.last_day())));
        match (start, due, self.latest.as_of) {
            (Some(start), Some(due), Some(as_of)) => {
                let day = as_of.last_day().min(self.today);
                self.against(line(start, (self.level.number.to_f64(), due), day))
            }
            _ => (Status::Behind, self.without_line(&short)),
        }
    }

    fn direction(&self) -> Direction {
        self.level.operator.map_or(self.indicator.direction, Operator::direction)
    }

    /// The last complete fiscal year, where the target is due in every year and no value is of that year or later: what
    /// was reached before says nothing of it. A target with an end is not due after the fiscal year of the deadline's
    /// last day.
    fn missing_year(&self) -> Option<FiscalYear> {
        if !is_yearly(self.level, self.indicator.deadline) {
            return None;
        }
        let complete = FiscalYear::of(self.today).previous()?;
        let due = self.indicator.deadline.and_then(Deadline::last_day).map(FiscalYear::of);
        let asked = due.map_or(complete, |due| due.min(complete));
        let newest = FiscalYear::of(self.latest.as_of?.last_day());
        (newest < asked).then_some(asked)
    }

    /// `年度別: 令和6年度 47.9%(未達)、令和7年度 52.1%(達成)。`, where there are several years to tell of.
    fn years(&self) -> Text {
        let years = yearly(self.indicator);
        if years.len() < 2 {
            return Text::default();
        }
        let told = |lang: Lang| -> Vec<String> {
            let one = |(year, value, met): &(FiscalYear, Value, bool)| {
                let word = if *met { lang.t("達成", "met") } else { lang.t("未達", "not met") };
                match lang {
                    Lang::Ja => format!("{} {}({word})", year.label(lang), value.label(lang)),
                    Lang::En => format!("{} {} ({word})", year.label(lang), value.label(lang)),
                }
            };
            years.iter().map(one).collect()
        };
        Text::new(
            format!("年度別: {}。", told(Lang::Ja).join("、")),
            format!(" By year: {}.", told(Lang::En).join(", ")),
        )
    }

    /// The baseline, where it can be compared with the target.
    fn baseline(&self) -> Option<&'a Observation> {
        self.indicator.baseline.as_ref().filter(|b| b.value.unit == self.level.unit)
    }

    fn number(&self) -> f64 {
        self.latest.value.number.to_f64()
    }

    fn facts(&self) -> Text {
        let target = |lang| match self.indicator.deadline {
            Some(deadline) if deadline != Deadline::EveryFiscalYear => {
                let at = deadline.label(lang);
                match lang {
                    Lang::Ja => format!("{}({at})", self.level.label(lang)),
                    Lang::En => format!("{} ({at})", self.level.label(lang)),
                }
            }
            _ => self.level.label(lang),
        };
        Text::new(
            format!("目標は{}、現状は{}です。", target(Lang::Ja), dated(self.latest, Lang::Ja)),
            format!("The target is {}; the value is {}.", target(Lang::En), dated(self.latest, Lang::En)),
        )
    }

    fn worse_than(&self, baseline: &Observation) -> Text {
        let change = |lang| {
            let places = self.latest.value.number.decimals().max(baseline.value.number.decimals());
            difference(self.number() - baseline.value.number.to_f64(), places, &self.level.unit, lang)
        };
        Text::new(
            format!(
                "目標設定時の{}より、{}目標から遠ざかっています。",
                dated(baseline, Lang::Ja),
                change(Lang::Ja)
            ),
            format!(
                "That is {} further from the target than when it was set: {}.",
                change(Lang::En),
                dated(baseline, Lang::En)
            ),
        )
    }

    /// How far the value is from the target.
    fn shortfall(&self) -> Text {
        let gap = self.number() - self.level.number.to_f64();
        if gap == 0.0 {
            return Text::new(
                "目標の値ちょうどで、まだ条件を満たしていません。",
                "It equals the target's number, which does not yet meet it.",
            );
        }
        let places = self.latest.value.number.decimals().max(self.level.number.decimals());
        let by = |lang| difference(gap, places, &self.level.unit, lang);
        Text::new(
            format!("目標まであと{}です。", by(Lang::Ja)),
            format!("It is {} short of the target.", by(Lang::En)),
        )
    }

    /// Judges the value against what the straight line expects.
    fn against(&self, expected: f64) -> (Status, Text) {
        let value = self.number();
        let on_track = match self.direction() {
            Direction::HigherIsBetter => value >= expected - SLACK,
            Direction::LowerIsBetter => value <= expected + SLACK,
        };
        // One place more than the figures have, so that a value just off the line does not look equal to it.
        let places = self.latest.value.number.decimals().max(self.level.number.decimals()) + 1;
        let mark = |lang| amount(expected, places, &self.level.unit, lang);
        let start = |lang| self.baseline().map_or_else(String::new, |b| dated(b, lang));
        let (status, ja, en) = if on_track {
            (
                Status::OnTrack,
                "それに届いているため、順調です",
                "the value is at or beyond that, so it is on track",
            )
        } else {
            (Status::Behind, "それに届いていません", "the value is short of that")
        };
        let reason = Text::new(
            format!(
                "目標設定時の{}から期限まで一定の速さで進むとすると、この時点で{}となるところ、{ja}。",
                start(Lang::Ja),
                mark(Lang::Ja)
            ),
            format!(
                "A steady pace from {} when the target was set to the deadline would be at {} by then; {en}.",
                start(Lang::En),
                mark(Lang::En)
            ),
        );
        (status, reason)
    }

    /// The reason where there is no line, naming what it would need.
    fn without_line(&self, short: &Text) -> Text {
        let baseline = self.baseline();
        let missing: Vec<(&str, &str)> = [
            (baseline.is_none(), ("目標設定時の値", "the baseline")),
            (baseline.is_some_and(|b| b.as_of.is_none()), ("目標設定時の時点", "the baseline's time")),
            (self.indicator.deadline.is_none(), ("目標時期", "the deadline")),
            (self.latest.as_of.is_none(), ("現状の時点", "the latest value's time")),
        ]
        .into_iter()
        .filter_map(|(absent, name)| absent.then_some(name))
        .collect();
        let ja: Vec<&str> = missing.iter().map(|name| name.0).collect();
        let en: Vec<&str> = missing.iter().map(|name| name.1).collect();
        Text::new(
            format!("{}進み具合は判断できません(記載のない項目: {})。", short.ja, ja.join("、")),
            format!("{} The pace cannot be judged without {}.", short.en, en.join(" and ")),
        )
    }
}

/// `11.4%(令和6年7月)`, `11.4% (July 2024)`.
fn dated(observation: &Observation, lang: Lang) -> String {
    let value = observation.value.label(lang);
    match (observation.as_of.map(|as_of: AsOf| as_of.label(lang)), lang) {
        (None, _) => value,
        (Some(time), Lang::Ja) => format!("{value}({time})"),
        (Some(time), Lang::En) => format!("{value} ({time})"),
    }
}

/// A computed number with its unit.
fn amount(number: f64, places: u8, unit: &Unit, lang: Lang) -> String {
    match Decimal::from_f64(number, places.min(Decimal::MAX_DECIMALS)) {
        Some(number) => Value::new(number, unit.clone()).label(lang),
        None => number.to_string(),
    }
}

/// The size of a difference. Between two percentages it is in percentage points, which is not the same as per
/// cent.
fn difference(change: f64, places: u8, unit: &Unit, lang: Lang) -> String {
    match unit {
        Unit::Percent | Unit::Plain => {
            let points = amount(change.abs(), places, &Unit::Plain, lang);
            match (unit, lang) {
                (_, Lang::Ja) => format!("{points}ポイント"),
                (Unit::Percent, Lang::En) => format!("{points} percentage points"),
                (_, Lang::En) => format!("{points} points"),
            }
        }
        _ => amount(change.abs(), places, unit, lang),
    }
}

#[cfg(test)]
mod tests;
