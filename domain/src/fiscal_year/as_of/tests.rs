use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn month(year: i16, month: i8) -> AsOf {
    AsOf::Month(YearMonth::new(year, month).unwrap())
}

fn fiscal(year: i16) -> FiscalYear {
    FiscalYear::new(year).unwrap()
}

#[test]
fn every_time_on_a_follow_up_table_is_read_with_its_precision() {
    for (text, expected) in [
        ("令和7年4月1日", AsOf::Day(date(2025, 4, 1))),
        ("令和6年3月31日", AsOf::Day(date(2024, 3, 31))),
        ("令和3年4月1日", AsOf::Day(date(2021, 4, 1))),
        ("令和6年7月", month(2024, 7)),
        ("令和2年", AsOf::Year(2020)),
        ("令和2年度", AsOf::FiscalYear(fiscal(2020))),
        ("令和5年度", AsOf::FiscalYear(fiscal(2023))),
        ("令和7年度末", AsOf::FiscalYearEnd(fiscal(2025))),
    ] {
        let read = AsOf::parse(text).unwrap();
        assert_eq!(read, expected);
        assert_eq!(read.label(Lang::Ja), text, "printed back as it was written");
    }
}

#[test]
fn other_forms_of_the_same_day_month_and_year_are_read() {
    for text in [
        "2025-04-01",
        "2025/4/1",
        "2025.4.1",
        "2025年4月1日",
        "R7.4.1",
        "r7/4/1",
        "Ｒ７．４．１",
        "㋿7年4月1日",
        "令和７年４月１日",
        " 令和 7年 4月 1日 ",
        "令和7年4月1日(火)",
        "令和7年4月1日(火曜日)",
        "令和7年4月1日現在",
        "1 April 2025",
        "1 apr 2025",
    ] {
        assert_eq!(AsOf::parse(text), Ok(AsOf::Day(date(2025, 4, 1))), "{text}");
    }
    for text in ["2024-07", "2024/7", "2024年7月", "R6.7", "July 2024", "令和6年7月時点"] {
        assert_eq!(AsOf::parse(text), Ok(month(2024, 7)), "{text}");
    }
    for text in ["2020", "2020年", "R2", "令和2年"] {
        assert_eq!(AsOf::parse(text), Ok(AsOf::Year(2020)), "{text}");
    }
    for text in ["FY2025末", "FY2025-end", "end of FY2025", "the end of FY2025", "R7年度末", "2025年度末"]
    {
        assert_eq!(AsOf::parse(text), Ok(AsOf::FiscalYearEnd(fiscal(2025))), "{text}");
    }
}

#[test]
fn years_of_two_eras_are_read_from_either_side() {
    for (text, expected) in [
        ("H31", AsOf::Year(2019)),
        ("平成31年", AsOf::Year(2019)),
        ("令和元年", AsOf::Year(2019)),
        ("令和1年", AsOf::Year(2019)),
        ("昭和64年", AsOf::Year(1989)),
        ("平成元年", AsOf::Year(1989)),
        ("昭和64年1月", month(1989, 1)),
        ("平成元年1月", month(1989, 1)),
        ("平成31年4月30日", AsOf::Day(date(2019, 4, 30))),
        ("令和元年5月1日", AsOf::Day(date(2019, 5, 1))),
        ("昭和64年1月7日", AsOf::Day(date(1989, 1, 7))),
        ("大正15年12月24日", AsOf::Day(date(1926, 12, 24))),
        ("昭和元年12月25日", AsOf::Day(date(1926, 12, 25))),
        ("明治45年7月29日", AsOf::Day(date(1912, 7, 29))),
        ("明治元年1月25日", AsOf::Day(date(1868, 1, 25))),
    ] {
        assert_eq!(AsOf::parse(text), Ok(expected), "{text}");
    }
}

#[test]
fn every_fiscal_year_and_its_end_is_read_as_it_is_printed() {
    let (end, label) = (AsOf::FiscalYearEnd(fiscal(1988)), "昭和63年度末");
    assert_eq!((end.label(Lang::Ja).as_str(), AsOf::parse(label).unwrap()), (label, end), "in 平成 by then");
    for year in (1868..2200).map(fiscal) {
        for time in [AsOf::FiscalYear(year), AsOf::FiscalYearEnd(year)] {
            for lang in [Lang::Ja, Lang::En] {
                assert_eq!(AsOf::parse(&time.label(lang)).unwrap(), time, "{}", time.label(lang));
            }
        }
    }
    for text in ["昭和64年度末", "大正16年度末", "令和0年度末"] {
        assert!(matches!(AsOf::parse(text), Err(DateError::OutsideEra { .. })), "{text}");
    }
}

#[test]
fn dates_outside_their_era_are_refused() {
    for (text, era) in [
        ("令和0年", Era::Reiwa),
        ("令和9999年", Era::Reiwa),
        ("昭和65年", Era::Showa),
        ("平成32年", Era::Heisei),
        ("平成31年5月", Era::Heisei),
        ("平成31年5月1日", Era::Heisei),
        ("令和元年4月30日", Era::Reiwa),
        ("令和元年4月", Era::Reiwa),
        ("昭和64年1月8日", Era::Showa),
        ("平成元年1月7日", Era::Heisei),
        ("大正15年12月25日", Era::Taisho),
        ("明治45年7月30日", Era::Meiji),
        ("明治元年1月24日", Era::Meiji),
        ("昭和64年度", Era::Showa),
    ] {
        let error = AsOf::parse(text).unwrap_err();
        assert_eq!(error, DateError::OutsideEra { text: text.into(), era }, "{text}");
        assert!(error.is_impossible_date());
        assert!(error.message(Lang::Ja).contains(era.name(Lang::Ja)));
        assert!(error.message(Lang::En).contains(era.name(Lang::En)));
    }
}

#[test]
fn days_that_do_not_exist_are_refused() {
    for text in
        ["令和7年2月29日", "令和7年13月", "令和7年4月0日", "2025-04-31", "2025/0/1", "30 February 2025"]
    {
        assert_eq!(AsOf::parse(text), Err(DateError::NotInCalendar { text: text.into() }), "{text}");
    }
    assert_eq!(AsOf::parse("令和6年2月29日"), Ok(AsOf::Day(date(2024, 2, 29))));
    assert_eq!(
        AsOf::parse("令和7年10月1日(木)"),
        Err(DateError::WrongWeekday { text: "令和7年10月1日(木)".into(), weekday: '水' })
    );
}

#[test]
fn texts_that_are_no_dates_are_refused_as_such() {
    for text in [
        "-",
        "未定",
        "令和",
        "令和年",
        "慶応3年",
        "25年",
        "12025年",
        "2025-4/1",
        "2025-",
        "2025年4",
        "令和7年4月1",
        "令和7年度初",
        "令和7年(水)",
        "4月1日",
        "April",
        "1 April",
        "end of 2025",
        "FY25",
        "FY2025-1",
        "<b>2025</b>",
        "=2025",
    ] {
        let error = AsOf::parse(text).unwrap_err();
        assert_eq!(error, DateError::Unreadable { text: text.into() }, "{text}");
        assert!(!error.is_impossible_date());
    }
    assert_eq!(AsOf::parse("　"), Err(DateError::Empty));
}

#[test]
fn the_days_meant_reach_from_the_first_to_the_last() {
    let days = |as_of: AsOf| (as_of.first_day(), as_of.last_day());
    assert_eq!(days(month(2024, 2)), (date(2024, 2, 1), date(2024, 2, 29)));
    assert_eq!(days(AsOf::Year(2020)), (date(2020, 1, 1), date(2020, 12, 31)));
    assert_eq!(days(AsOf::FiscalYear(fiscal(2023))), (date(2023, 4, 1), date(2024, 3, 31)));
    assert_eq!(days(AsOf::FiscalYearEnd(fiscal(2025))), (date(2026, 3, 31), date(2026, 3, 31)));
}

#[test]
fn labels_are_given_in_both_languages() {
    assert_eq!(month(2024, 7).label(Lang::En), "July 2024");
    assert_eq!(AsOf::Year(2020).label(Lang::En), "2020");
    assert_eq!(AsOf::FiscalYearEnd(fiscal(2025)).label(Lang::En), "end of FY2025");
    assert_eq!(AsOf::Year(2019).label(Lang::Ja), "令和元年");
    assert_eq!(month(2019, 4).label(Lang::Ja), "平成31年4月");
}

fn any_as_of() -> impl Strategy<Value = AsOf> {
    let year = 1800i16..=9998;
    prop_oneof![
        (year.clone(), 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| AsOf::Day(date(y, m, d))),
        (year.clone(), 1i8..=12).prop_map(|(y, m)| month(y, m)),
        year.clone().prop_map(AsOf::Year),
        year.clone().prop_map(|y| AsOf::FiscalYear(fiscal(y))),
        year.prop_map(|y| AsOf::FiscalYearEnd(fiscal(y))),
    ]
}

proptest! {
    #[test]
    fn whatever_is_printed_can_be_read(as_of in any_as_of()) {
        prop_assert_eq!(AsOf::parse(&as_of.label(Lang::Ja)), Ok(as_of));
        prop_assert_eq!(AsOf::parse(&as_of.label(Lang::En)), Ok(as_of));
        prop_assert_eq!(AsOf::parse(&as_of.code()), Ok(as_of));
    }

    #[test]
    fn changes_of_era_are_read_back_day_by_day(
        year in prop::sample::select(vec![1868i16, 1912, 1926, 1989, 2019]),
        month in 1i8..=12,
        day in 1i8..=28,
    ) {
        let as_of = AsOf::Day(date(year, month, day));
        prop_assert_eq!(AsOf::parse(&as_of.label(Lang::Ja)), Ok(as_of));
    }

    #[test]
    fn no_text_breaks_the_reader(text in "[令和平成昭元年度末月日R7H3120-9./()FYMay -]{0,14}") {
        if let Ok(as_of) = AsOf::parse(&text) {
            prop_assert!(as_of.first_day() <= as_of.last_day());
        }
    }
}
