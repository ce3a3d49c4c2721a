use jiff::civil::date;
use proptest::prelude::*;

use super::super::{Source, Target};
use super::*;

/// The day on which the follow-up table of FY2025 is looked at.
const TODAY: Date = date(2025, 10, 1);

fn observation(value: &str, as_of: &str) -> Option<Observation> {
    let value = Value::parse(value).ok()?;
    Some(Observation { value, as_of: AsOf::parse(as_of).ok(), source: Source::Imported })
}

/// An indicator from cells: target and deadline, current value and its time, baseline and its time.
fn indicator(target: [&str; 2], current: [&str; 2], baseline: [&str; 2]) -> Indicator {
    let read = Target::read(target[0]);
    let baseline = observation(baseline[0], baseline[1]);
    Indicator {
        title: Text::new("指標", "Indicator"),
        group: Text::default(),
        direction: Direction::infer(read.as_ref(), baseline.as_ref().map(|b| &b.value)),
        target: read,
        deadline: Deadline::parse(target[1]).ok(),
        baseline,
        observations: observation(current[0], current[1]).into_iter().collect(),
    }
}

fn judged(target: [&str; 2], current: [&str; 2], baseline: [&str; 2]) -> (Status, Text) {
    status(&indicator(target, current, baseline), TODAY)
}

#[test]
fn every_figure_of_a_follow_up_table_has_its_status() {
    let end = "令和7年度末";
    for (target, current, baseline, expected) in [
        (["", ""], ["42.3%", "令和5年度"], ["", ""], Status::NoTarget),
        (
            ["両休暇合わせて5日以上取得率100%", end],
            ["42.3%", "令和5年度"],
            ["28.8%", "令和2年度"],
            Status::Behind,
        ),
        (["毎年度35%以上", ""], ["52.1%", "令和7年4月1日"], ["47.9%", "令和3年4月1日"], Status::Achieved),
        (["-", ""], ["37.1%", "令和7年4月1日"], ["-", ""], Status::NoTarget),
        (["30%", "令和7年度まで"], ["16.7%", "令和7年4月1日"], ["-", ""], Status::Behind),
        (["13%", end], ["11.4%", "令和6年7月"], ["8.4%", "令和2年"], Status::Behind),
        (["30%", end], ["31.3%", "令和6年7月"], ["24.6%", "令和2年"], Status::Achieved),
        (["50%", end], ["50.8%", "令和6年7月"], ["49.4%", "令和2年"], Status::Achieved),
        (["65以上", "令和9年度末"], ["", ""], ["58.0", "令和4年度"], Status::NoData),
    ] {
        assert_eq!(judged(target, current, baseline).0, expected, "{target:?} {current:?}");
    }
}

#[test]
fn the_reason_gives_the_numbers_in_both_languages() {
    let (_, reason) = judged(["13%", "令和7年度末"], ["11.4%", "令和6年7月"], ["8.4%", "令和2年"]);
    assert_eq!(
        reason.ja,
        "目標は13%(令和7年度末)、現状は11.4%(令和6年7月)です。\
         目標設定時の8.4%(令和2年)から期限まで一定の速さで進むとすると、この時点で11.54%となるところ、\
         それに届いていません。"
    );
    assert_eq!(
        reason.en,
        "The target is 13% (end of FY2025); the value is 11.4% (July 2024). A steady pace from 8.4% (2020) when \
         the target was set to the deadline would be at 11.54% by then; the value is short of that."
    );
    let (_, reason) = judged(["30%", "令和7年度まで"], ["16.7%", "令和7年4月1日"], ["-", ""]);
    assert!(reason.ja.contains("あと13.3ポイント") && reason.ja.contains("目標設定時の値"), "{}", reason.ja);
    assert!(reason.en.contains("13.3 percentage points") && reason.en.contains("by FY2025"), "{}", reason.en);
    let (_, reason) = judged(["毎年度35%以上", ""], ["52.1%", "令和7年4月1日"], ["", ""]);
    assert_eq!(reason.ja, "目標は毎年度35%以上、現状は52.1%(令和7年4月1日)です。目標を達成しています。");
    assert_eq!(
        reason.en,
        "The target is at least 35% every fiscal year; the value is 52.1% (1 April 2025). The target is met."
    );
}

#[test]
fn a_value_on_the_line_is_on_track_and_one_just_off_it_is_behind() {
    let on = |value| judged(["20%", "2026-01-01"], [value, "2025-01-01"], ["10%", "2024-01-01"]).0;
    // 2024 has 366 of the 731 days: the line stands at 10 + 10 · 366 / 731 = 15.0068…
    assert_eq!(on("15.01%"), Status::OnTrack);
    assert_eq!(on("15.00%"), Status::Behind);
    let half = |value| judged(["20", "2024-01-11"], [value, "2024-01-06"], ["10", "2024-01-01"]);
    assert_eq!(
        status(&indicator(["20", "2026-12-31"], ["10", "2026-01-01"], ["10", "2025-12-31"]), TODAY).0,
        Status::OnTrack
    );
    assert_eq!(half("15").0, Status::Behind, "the deadline is over");
    let then = indicator(["20", "2024-01-11"], ["15", "2024-01-06"], ["10", "2024-01-01"]);
    assert_eq!(status(&then, date(2024, 1, 6)).0, Status::OnTrack);
    assert_eq!(status(&then, date(2024, 1, 11)).0, Status::OnTrack, "the deadline's own day still counts");
    assert_eq!(status(&then, date(2024, 1, 12)).0, Status::Behind);
}

#[test]
fn lower_is_better_is_judged_the_other_way_round() {
    let hours =
        |value| judged(["30時間以下", "令和7年度末"], [value, "令和7年9月"], ["40時間", "令和4年度末"]).0;
    assert_eq!(hours("29.5時間"), Status::Achieved);
    assert_eq!(hours("30時間"), Status::Achieved);
    assert_eq!(hours("31時間"), Status::OnTrack);
    assert_eq!(hours("35時間"), Status::Behind);
    assert_eq!(hours("41時間"), Status::WorseThanBaseline);
}

#[test]
fn a_value_below_the_baseline_is_said_to_be_worse() {
    let (status, reason) = judged(["13%", "令和7年度末"], ["7.4%", "令和6年7月"], ["8.4%", "令和2年"]);
    assert_eq!(status, Status::WorseThanBaseline);
    assert!(reason.ja.contains("8.4%(令和2年)") && reason.ja.contains("1.0ポイント"), "{}", reason.ja);
    assert!(reason.en.contains("1.0 percentage points"), "{}", reason.en);
}

#[test]
fn other_units_texts_and_strict_bounds_are_explained() {
    let (status, reason) = judged(["30%", "令和7年度末"], ["12人", "令和7年4月"], ["", ""]);
    assert_eq!(status, Status::NoData);
    assert!(reason.ja.contains("%") && reason.ja.contains("人"));
    let (status, _) = judged(["検討中", ""], ["12人", "令和7年4月"], ["", ""]);
    assert_eq!(status, Status::NoTarget);
    let (status, reason) = judged(["65超", ""], ["65", "令和7年4月"], ["", ""]);
    assert_eq!(status, Status::Behind);
    assert!(reason.ja.contains("ちょうど") && reason.en.contains("equals"));
    let (status, reason) = judged(["65以上", ""], ["60", ""], ["58", ""]);
    assert_eq!(status, Status::Behind);
    assert!(reason.en.contains("without the baseline's time and the deadline and the latest value's time"));
}

#[test]
fn a_target_of_every_year_is_judged_year_by_year() {
    let mut yearly = indicator(["毎年度35%以上", ""], ["", ""], ["47.9%", "令和3年4月1日"]);
    let add =
        |values: &[[&str; 2]]| values.iter().filter_map(|[value, time]| observation(value, time)).collect();
    yearly.observations = add(&[["33.0%", "令和5年度"], ["36.0%", "令和6年6月"], ["34.0%", "令和6年度"]]);
    let years: Vec<(i16, bool)> =
        super::super::yearly(&yearly).into_iter().map(|(year, _, met)| (year.year(), met)).collect();
    assert_eq!(years, [(2023, false), (2024, false)], "the last value of each year");
    let (found, reason) = status(&yearly, TODAY);
    assert_eq!(found, Status::WorseThanBaseline);
    assert!(reason.ja.ends_with("年度別: 令和5年度 33.0%(未達)、令和6年度 34.0%(未達)。"), "{}", reason.ja);
    assert!(reason.en.ends_with("By year: FY2023 33.0% (not met), FY2024 34.0% (not met)."), "{}", reason.en);

    // What was reached two years ago says nothing of last year.
    yearly.observations = add(&[["52.1%", "令和5年度"]]);
    let (found, reason) = status(&yearly, TODAY);
    assert_eq!(found, Status::NoData);
    assert!(reason.ja.contains("令和6年度の値がまだない"), "{}", reason.ja);
    yearly.observations = add(&[["52.1%", "令和6年度"]]);
    assert_eq!(status(&yearly, TODAY).0, Status::Achieved);
}

#[test]
fn a_target_of_every_year_is_asked_for_no_year_after_its_end() {
    let judge = |deadline, time| judged(["毎年度35%以上", deadline], ["52.1%", time], ["", ""]);
    assert_eq!(judge("令和4年度末", "令和4年度").0, Status::Achieved);
    assert_eq!(judge("令和4年7月まで", "令和4年4月1日").0, Status::Achieved);
    let (found, reason) = judge("令和4年度末", "令和3年度");
    assert_eq!(found, Status::NoData);
    assert!(reason.ja.contains("令和4年度の値がまだない"), "{}", reason.ja);
    // The end is still to come: the last complete year is asked for.
    let (found, reason) = judge("令和9年度末", "令和5年度");
    assert_eq!(found, Status::NoData);
    assert!(reason.ja.contains("令和6年度の値がまだない"), "{}", reason.ja);
    assert_eq!(judge("令和9年度末", "令和6年度").0, Status::Achieved);
}

#[test]
fn a_target_of_every_year_has_no_line() {
    let (status, reason) = judged(["毎年度35%以上", ""], ["34%", "令和7年4月1日"], ["30%", "令和3年4月1日"]);
    assert_eq!(status, Status::Behind);
    assert!(reason.ja.contains("あと1ポイント"), "{}", reason.ja);
    assert_eq!(judged(["35%以上", "毎年度"], ["34%", "2025"], ["30%", "2021"]).0, Status::Behind);
}

#[test]
fn the_line_is_flat_outside_its_ends() {
    let (start, end) = ((10.0, date(2024, 1, 1)), (20.0, date(2024, 1, 11)));
    assert_eq!(line(start, end, date(2023, 1, 1)), 10.0);
    assert_eq!(line(start, end, date(2024, 1, 6)), 15.0);
    assert_eq!(line(start, end, date(2025, 1, 1)), 20.0);
    assert_eq!(line(end, start, date(2023, 1, 1)), 10.0, "a deadline before the baseline expects the target");
}

/// 0 for the worst status of a figure with target and value, 3 for the best.
fn rank(status: Status) -> usize {
    Status::ALL.iter().rev().skip(2).position(|s| *s == status).unwrap()
}

fn case(direction: Direction, numbers: [i64; 3], month: i8) -> Indicator {
    let value = |mantissa| Value::new(Decimal::new(mantissa, 1).unwrap(), Unit::Percent);
    let at = |number, as_of: &str| Observation {
        value: value(number),
        as_of: AsOf::parse(as_of).ok(),
        source: Source::Typed,
    };
    let [target, current, baseline] = numbers;
    Indicator {
        title: Text::default(),
        group: Text::default(),
        direction,
        target: Some(Target::Level(Level {
            operator: None,
            number: Decimal::new(target, 1).unwrap(),
            unit: Unit::Percent,
            every_fiscal_year: false,
        })),
        deadline: Deadline::parse("令和7年度末").ok(),
        baseline: Some(at(baseline, "令和5年4月1日")),
        observations: vec![at(current, &format!("令和6年{month}月"))],
    }
}

proptest! {
    #[test]
    fn a_better_value_never_has_a_worse_status(
        target in -500i64..500,
        baseline in -500i64..500,
        current in -500i64..500,
        better in 0i64..300,
        month in 1i8..=12,
    ) {
        let judge = |current| {
            rank(status(&case(Direction::HigherIsBetter, [target, current, baseline], month), TODAY).0)
        };
        prop_assert!(judge(current) <= judge(current + better));
    }

    #[test]
    fn turning_every_sign_and_the_direction_round_changes_nothing(
        target in -500i64..500,
        baseline in -500i64..500,
        current in -500i64..500,
        month in 1i8..=12,
    ) {
        let up = case(Direction::HigherIsBetter, [target, current, baseline], month);
        let down = case(Direction::LowerIsBetter, [-target, -current, -baseline], month);
        prop_assert_eq!(status(&up, TODAY).0, status(&down, TODAY).0);
    }
}
