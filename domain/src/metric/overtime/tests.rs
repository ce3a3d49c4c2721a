use proptest::prelude::*;

use super::*;

fn month(year: i16, month: i8) -> YearMonth {
    YearMonth::new(year, month).unwrap()
}

fn usual(past: &[(YearMonth, f64)]) -> Option<Ceiling> {
    ceiling(&Formula::default(), month(2026, 4), past)
}

#[test]
fn a_ceiling_is_the_reduced_mean_of_the_same_month() {
    // (24 + 22 + 21.5) / 3 = 22.5; 22.5 · 0.95 = 21.375, which is nearest to 21.5 in half hours.
    let past = [
        (month(2025, 4), 21.5),
        (month(2023, 4), 24.0),
        (month(2024, 4), 22.0),
        // Four years ago, another month, and the month itself do not count.
        (month(2022, 4), 90.0),
        (month(2025, 5), 90.0),
        (month(2026, 4), 90.0),
    ];
    let found = usual(&past).unwrap();
    assert_eq!((found.hours.to_string(), found.held), ("21.5".to_owned(), None));
    assert_eq!(found.basis, [(month(2023, 4), 24.0), (month(2024, 4), 22.0), (month(2025, 4), 21.5)]);
    assert_eq!(
        found.explain(Lang::Ja),
        "令和8年4月の上限は1人当たり21.5時間です。\
         過去3年度の同じ月のうち実績のある3か年(令和5年4月 24.00時間、令和6年4月 22.00時間、令和7年4月 21.50時間)\
         の1人当たり在庁時間の平均は22.50時間で、5%減らすと21.38時間になります。\
         これを0.5時間単位に丸めました(端数は四捨五入)。"
    );
}

#[test]
fn years_that_are_missing_do_not_count() {
    // 20 · 0.95 = 19.
    let found = usual(&[(month(2024, 4), 20.0), (month(2025, 4), f64::NAN), (month(2023, 4), -1.0)]).unwrap();
    assert_eq!(found.hours.to_string(), "19.0");
    assert_eq!(
        found.explain(Lang::En),
        "The ceiling for April 2026 is 19.0 h per person. Of the same month in the 3 fiscal years before, 1 can be \
         used (April 2024 20.00 h). Their mean is 20.00 h in the office per person, 19.00 h when reduced by 5%. That \
         is rounded to the nearest 0.5 h."
    );
    assert_eq!(usual(&[(month(2022, 4), 20.0), (month(2025, 3), 20.0)]), None);
    assert_eq!(usual(&[]), None);
}

#[test]
fn a_half_step_is_rounded_up() {
    // 25 · 0.95 = 23.75, halfway between 23.5 and 24.
    assert_eq!(usual(&[(month(2025, 4), 25.0)]).unwrap().hours.to_string(), "24.0");
}

#[test]
fn ceilings_are_held_between_the_bounds() {
    // 60 · 0.95 = 57 and 4 · 0.95 = 3.8.
    let high = usual(&[(month(2025, 4), 60.0)]).unwrap();
    assert_eq!((high.hours.to_string(), high.held), ("45.0".to_owned(), Some(Bound::Upper)));
    assert!(high.explain(Lang::Ja).ends_with("これは最大値の45時間を超えるため、45時間としました。"));
    assert!(high.explain(Lang::En).ends_with("That is above the greatest ceiling, so 45 h is set."));
    let low = usual(&[(month(2025, 4), 4.0)]).unwrap();
    assert_eq!((low.hours.to_string(), low.held), ("5.0".to_owned(), Some(Bound::Lower)));
    assert!(low.explain(Lang::Ja).ends_with("これは最小値の5時間に満たないため、5時間としました。"));
    assert!(low.explain(Lang::En).ends_with("That is below the least ceiling, so 5 h is set."));
    // 45 / 0.9 = 50: exactly at the bound is not held.
    let formula = Formula::new(Settings { reduction_percent: 10, ..Settings::default() }).unwrap();
    let exact = ceiling(&formula, month(2026, 4), &[(month(2025, 4), 50.0)]).unwrap();
    assert_eq!((exact.hours.to_string(), exact.held), ("45.0".to_owned(), None));
}

#[test]
fn the_settings_change_the_ceiling() {
    // One year back, 10 % less, whole hours: 22.5 · 0.9 = 20.25.
    let settings = Settings { years: 1, reduction_percent: 10, step_tenths: 10, ..Settings::default() };
    let formula = Formula::new(settings).unwrap();
    let past = [(month(2025, 1), 22.5), (month(2024, 1), 40.0)];
    let found = ceiling(&formula, month(2026, 1), &past).unwrap();
    assert_eq!((found.hours.to_string(), found.basis.len()), ("20.0".to_owned(), 1));
}

fn deviation(key: &str, actual: f64, ceiling: f64, people: u32) -> Deviation<&str> {
    Deviation { key, actual, ceiling, people }
}

#[test]
fn the_divisions_furthest_above_come_first() {
    let list = vec![
        deviation("below", 10.0, 20.0, 50),
        deviation("small", 24.5, 20.0, 3),
        deviation("at", 20.0, 20.0, 9),
        deviation("far", 40.0, 30.0, 1),
        deviation("large", 44.5, 40.0, 8),
        deviation("large, later", 30.3, 25.8, 8),
        deviation("little", 20.5, 20.0, 9),
        deviation("unknown", f64::NAN, 20.0, 9),
    ];
    let keys = |most| -> Vec<&str> {
        furthest_above(list.clone(), most).into_iter().map(|deviation| deviation.key).collect()
    };
    assert_eq!(keys(10), ["far", "large", "large, later", "small", "little"]);
    assert_eq!(keys(2), ["far", "large"]);
    assert_eq!(keys(0), Vec::<&str>::new());
    assert_eq!(deviation("below", 10.0, 20.0, 50).excess(), -10.0);
}

#[test]
fn hours_that_are_shown_as_the_ceiling_are_not_above_it() {
    // 363.2 hours of 11 people are 33.018 per person, which is shown as 33.0.
    let at = deviation("at", 363.2 / 11.0, 33.0, 11);
    assert_eq!(at.excess(), 0.0);
    let list = [
        at,
        deviation("just below", 33.049, 33.0, 2),
        deviation("above", 33.05, 33.0, 1),
        // In floating point 0.1 + 0.2 is a little more than 0.3.
        deviation("sum", 0.1 + 0.2, 0.3, 1),
        // Shown as 40.1 both, so the one with more people comes first.
        deviation("few", 40.14, 40.0, 1),
        deviation("many", 40.06, 40.0, 2),
    ];
    let above: Vec<&str> = furthest_above(list, 9).into_iter().map(|deviation| deviation.key).collect();
    assert_eq!(above, ["many", "above", "few"]);
}

proptest! {
    #[test]
    fn hours_are_compared_as_they_are_written(hours in 0.0f64..744.0, tenths in 0u32..7_440) {
        for hours in [hours, f64::from(tenths) / 10.0 + 0.05] {
            let shown = shown_hours(hours).unwrap();
            prop_assert_eq!(shown.to_string(), crate::statistics::format::index(hours));
        }
    }

    #[test]
    fn a_ceiling_lies_within_its_bounds_and_on_a_step(
        hours in prop::collection::vec(0.0f64..200.0, 1..4),
        step_tenths in prop::sample::select(vec![1u16, 2, 5, 10, 25, 50]),
        reduction_percent in 0u8..=50,
    ) {
        let settings = Settings { step_tenths, reduction_percent, ..Settings::default() };
        let formula = Formula::new(settings).unwrap();
        let past: Vec<_> = (2023i16..).zip(hours).map(|(year, hours)| (month(year, 4), hours)).collect();
        let found = ceiling(&formula, month(2026, 4), &past).unwrap();
        let tenths = (found.hours.to_f64() * 10.0).round() as u16;
        prop_assert!((50..=450).contains(&tenths));
        prop_assert_eq!(tenths % step_tenths, 0);
        prop_assert_eq!(found.basis.len(), past.len());
        // Without a bound, the ceiling is no further than half a step from what was computed.
        if found.held.is_none() {
            let computed = formula.reduced(mean(&past));
            let half = f64::from(step_tenths) / 20.0;
            prop_assert!((found.hours.to_f64() - computed).abs() <= half + 1e-6);
        }
    }
}
