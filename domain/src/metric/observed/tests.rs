use super::*;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn amount(value: &str, people: Option<u32>) -> Quantity {
    Quantity::Amount { value: decimal(value), people }
}

fn rate(numerator: u32, denominator: u32) -> Quantity {
    Quantity::Rate { numerator, denominator }
}

fn series(key: &str) -> Series {
    Series::standard().into_iter().find(|series| series.key.as_str() == key).unwrap()
}

#[test]
fn states_are_read_by_code_and_by_label() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
        assert_eq!(State::parse(state.label(Lang::Ja)), Some(state));
        assert_eq!(State::parse(&state.label(Lang::En).to_uppercase()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    assert_eq!(State::parse("導入"), None);
    assert_eq!(State::parse(""), None);
}

#[test]
fn amounts_per_person_need_people_and_must_not_be_negative() {
    let hours = series("overtime_hours");
    assert_eq!(amount("120.5", Some(10)).check(&hours), Ok(()));
    assert_eq!(amount("0", Some(1)).check(&hours), Ok(()));
    assert_eq!(amount("-0.5", Some(10)).check(&hours), Err(QuantityError::Negative));
    assert_eq!(amount("120.5", None).check(&hours), Err(QuantityError::PeopleMissing));
    assert_eq!(amount("120.5", Some(0)).check(&hours), Err(QuantityError::NoPeople));
    let plain = Series { per_person: false, ..hours };
    assert_eq!(amount("120.5", None).check(&plain), Ok(()));
    assert_eq!(amount("-1", None).check(&plain), Err(QuantityError::Negative));
}

#[test]
fn nobody_works_more_hours_than_a_month_has() {
    let hours = series("office_hours");
    // Two people: 2 · 744 = 1,488 hours.
    assert_eq!(amount("1488", Some(2)).check(&hours), Ok(()));
    assert_eq!(amount("1488.000", Some(2)).check(&hours), Ok(()));
    let error = Err(QuantityError::TooManyHours { limit: 744 });
    assert_eq!(amount("1488.000001", Some(2)).check(&hours), error);
    assert_eq!(amount("1489", Some(2)).check(&hours), error);
    let yearly = Series { frequency: Frequency::FiscalYear, ..hours };
    assert_eq!(amount("8784", Some(1)).check(&yearly), Ok(()));
    assert_eq!(amount("8785", Some(1)).check(&yearly), Err(QuantityError::TooManyHours { limit: 8784 }));
}

#[test]
fn nobody_takes_more_days_than_a_month_has() {
    let days = series("telework_days");
    assert_eq!(amount("93", Some(3)).check(&days), Ok(()));
    assert_eq!(amount("93.5", Some(3)).check(&days), Err(QuantityError::TooManyDays { limit: 31 }));
}

#[test]
fn a_share_above_the_whole_or_of_nobody_is_refused() {
    let leave = series("childcare_leave_men");
    assert_eq!(rate(3, 4).check(&leave), Ok(()));
    assert_eq!(rate(4, 4).check(&leave), Ok(()));
    assert_eq!(rate(0, 4).check(&leave), Ok(()));
    assert_eq!(rate(5, 4).check(&leave), Err(QuantityError::AboveWhole { numerator: 5, denominator: 4 }));
    let error = rate(0, 0).check(&leave).unwrap_err();
    assert_eq!(error, QuantityError::NoDenominator);
    assert!(error.message(Lang::Ja).contains("この行を除いて"));
    assert!(error.message(Lang::En).contains("leave the row out"));
}

#[test]
fn a_quantity_of_another_kind_is_refused() {
    let expected = Measurement::State;
    let rollout = series("system_rollout");
    assert_eq!(Quantity::State(State::Planned).check(&rollout), Ok(()));
    assert_eq!(
        rate(1, 2).check(&rollout),
        Err(QuantityError::WrongKind { expected, found: Measurement::Rate })
    );
    let error = amount("1", Some(1)).check(&rollout).unwrap_err();
    assert_eq!(error, QuantityError::WrongKind { expected, found: Measurement::Amount });
    assert_eq!(error.message(Lang::Ja), "この系列の種類は「状態」です。「量」は登録できません。");
}

#[test]
fn quantities_are_printed_for_people() {
    assert_eq!(amount("1234.5", Some(9)).label(&series("overtime_hours"), Lang::Ja), "1,234.5時間");
    assert_eq!(amount("1", Some(9)).label(&series("leave_days"), Lang::En), "1 day");
    // 25 / 48 = 52.083… %.
    assert_eq!(rate(25, 48).label(&series("recruits_women"), Lang::Ja), "52.1%(25/48)");
    assert_eq!(rate(25, 48).label(&series("recruits_women"), Lang::En), "52.1% (25/48)");
    assert_eq!(rate(0, 0).label(&series("recruits_women"), Lang::En), "0/0");
    assert_eq!(Quantity::State(State::Planned).label(&series("system_rollout"), Lang::Ja), "導入予定");
}

#[test]
fn quantities_are_stored_and_read_back() {
    for (quantity, json) in [
        (amount("1234.50", Some(9)), r#"{"amount":{"value":"1,234.50","people":9}}"#),
        (amount("1", None), r#"{"amount":{"value":"1"}}"#),
        (rate(3, 4), r#"{"rate":{"numerator":3,"denominator":4}}"#),
        (Quantity::State(State::NotPlanned), r#"{"state":"not_planned"}"#),
    ] {
        assert_eq!(serde_json::to_string(&quantity).unwrap(), json);
        assert_eq!(serde_json::from_str::<Quantity>(json).unwrap(), quantity);
    }
}
