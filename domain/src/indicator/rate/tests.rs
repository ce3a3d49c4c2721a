use proptest::prelude::*;

use super::*;

fn rate(numerator: u32, denominator: u32) -> Rate {
    Rate::new(numerator, denominator).unwrap()
}

fn value(text: &str) -> Value {
    Value::parse(text).unwrap()
}

#[test]
fn counts_are_read_in_every_usual_form() {
    for text in [
        "8/19",
        "８／１９",
        " 8 / 19 ",
        "19人中8人",
        "１９名中 ８名",
        "19人中8",
        "8人/19人",
        "8/19人",
        "8 of 19",
        "8 OF 19",
    ] {
        assert_eq!(Rate::parse(text), Ok(rate(8, 19)), "{text}");
    }
    assert_eq!(Rate::parse("1,234/10,000"), Ok(rate(1234, 10_000)));
    assert_eq!(Rate::parse("10,000人中1,234人"), Ok(rate(1234, 10_000)));
}

#[test]
fn what_is_no_share_is_refused() {
    let unreadable =
        ["8", "42.1%", "8/", "/19", "-8/19", "8.0/19", "2025/8/19", "8/19件", "8/1,90", "8/4294967296"];
    for text in unreadable {
        assert_eq!(Rate::parse(text), Err(RateError::Unreadable { text: text.into() }));
    }
    assert_eq!(Rate::parse("　"), Err(RateError::Empty));
    assert_eq!(Rate::parse("0/0"), Err(RateError::ZeroDenominator));
    let error = RateError::AboveWhole { numerator: 1900, denominator: 8 };
    assert_eq!(Rate::parse("8人中1,900人"), Err(error.clone()));
    assert!(error.message(Lang::Ja).contains("1,900人") && error.message(Lang::En).contains("100%"));
    assert!(serde_json::from_str::<Rate>("\"19/8\"").is_err());
}

#[test]
fn the_share_is_rounded_half_away_from_zero() {
    assert_eq!(rate(8, 19).value(1).label(Lang::Ja), "42.1%");
    assert_eq!(rate(8, 19).value(0).label(Lang::Ja), "42%");
    assert_eq!(rate(1, 8).value(0).label(Lang::En), "13%");
    // 57/200 = 28.5 %, and 23/800 = 2.875 %.
    assert_eq!(rate(57, 200).value(0).label(Lang::En), "29%");
    assert_eq!(rate(23, 800).value(2).label(Lang::En), "2.88%");
    assert_eq!(rate(u32::MAX, u32::MAX).value(200).label(Lang::En), "100.000000%");
    assert_eq!(rate(0, 3).percent(), 0.0);
}

#[test]
fn a_stated_percentage_agrees_with_its_counts_or_not() {
    for stated in ["42.1%", "42%", "42.11%", "約43%", "約42.0%", "42%以上", "42.2%未満"] {
        assert!(rate(8, 19).agrees_with(&value(stated)), "{stated}");
    }
    for stated in ["42.2%", "43%", "42.10%", "約40%", "43%以上", "42.1%以下", "42.1", "8人"] {
        assert!(!rate(8, 19).agrees_with(&value(stated)), "{stated}");
    }
    assert!(rate(1, 8).agrees_with(&value("13%")) && !rate(1, 8).agrees_with(&value("12%")));
    assert!(rate(1, 8).agrees_with(&value("約12%")));
    assert!(!rate(0, 8).agrees_with(&value("約-1%")));
}

#[test]
fn a_percentage_is_a_share_unless_its_name_compares() {
    for title in [
        "本省課室長に占める女性の割合",
        "男性の育児休業取得率",
        "女性比率",
        "職員の年齢構成比",
        "日比谷分室の女性割合",
        "Share of women",
        "Share of exchange officers",
    ] {
        assert!(is_share(title, "30%"), "{title}");
    }
    for title in [
        "応募者数(前年度比)",
        "応募者数の対前年増減",
        "採用者の男女比",
        "応募者の伸び率",
        "採用目標の達成率",
        "定員充足率",
        "応募倍率",
        "男女の賃金の差異",
        "Growth in applications",
        "Applications, year-on-year",
        "Rate of Attainment",
    ] {
        assert!(!is_share(title, "30%"), "{title}");
    }
    assert!(!is_share("超過勤務時間", "前年度比10%減"));
    assert!(!is_share("超過勤務時間", "令和2年度比９０％"));
}

#[test]
fn a_share_lies_within_nothing_and_the_whole() {
    for stated in ["100.1%", "約120%", "100%超", "101%以上"] {
        assert!(exceeds_whole(&value(stated), true) && !exceeds_whole(&value(stated), false), "{stated}");
    }
    for stated in ["100%", "100%以上", "120%以下", "120人", "120"] {
        assert!(!exceeds_whole(&value(stated), true), "{stated}");
    }
    assert!(below_zero(&value("▲3%"), true) && !below_zero(&value("▲3%"), false));
    assert!(below_zero(&value("0%未満"), true) && !below_zero(&value("0%"), true));
    assert!(!below_zero(&value("-3人"), true) && !below_zero(&value("-3%以上"), true));
}

fn any_rate() -> impl Strategy<Value = Rate> {
    let whole = prop_oneof![1u32..=60, 1u32..=u32::MAX];
    whole.prop_flat_map(|whole| (0..=whole, Just(whole))).prop_map(|(part, whole)| rate(part, whole))
}

proptest! {
    #[test]
    fn whatever_is_printed_can_be_read(rate in any_rate()) {
        prop_assert_eq!(Rate::parse(&rate.label(Lang::Ja)), Ok(rate));
        prop_assert_eq!(Rate::parse(&rate.label(Lang::En)), Ok(rate));
        let json = serde_json::to_string(&rate).unwrap();
        prop_assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
    }

    #[test]
    fn the_computed_percentage_agrees_with_its_counts(rate in any_rate(), places in 0u8..=6) {
        let value = rate.value(places);
        prop_assert!(rate.agrees_with(&value));
        let half = 0.5 * 10f64.powi(-i32::from(places));
        prop_assert!((value.number.to_f64() - rate.percent()).abs() <= half + 1e-12);
        prop_assert!(!exceeds_whole(&value, true) && !below_zero(&value, true));
    }
}
