//! Overtime: the formula of the ceilings, the ceilings of a year, asking for explanations, and deciding on them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use domain::fiscal_year::{FiscalYear, YearMonth};
#[cfg(feature = "ssr")]
use domain::indicator::Decimal;
#[cfg(feature = "ssr")]
use domain::metric::Period;
#[cfg(feature = "ssr")]
use domain::metric::overtime::{Formula, Settings};
#[cfg(feature = "ssr")]
use domain::text::Lang;
#[cfg(feature = "ssr")]
use service::metric::Asked;

#[cfg(feature = "ssr")]
use super::Desk;
#[cfg(feature = "ssr")]
use crate::flash;

/// Where the formula and the ceilings are.
#[cfg(feature = "ssr")]
const SETTINGS: &str = "/hr/overtime#formula";

/// The numbers of a formula as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormulaForm {
    /// Fiscal years looked back on.
    pub years: String,
    /// By how many per cent the mean is reduced.
    pub reduction_percent: String,
    /// The greatest ceiling, in hours.
    pub max_hours: String,
    /// The least ceiling, in hours.
    pub min_hours: String,
    /// What ceilings are rounded to, in hours.
    pub step: String,
}

#[cfg(feature = "ssr")]
impl FormulaForm {
    fn formula(&self) -> service::Result<Formula> {
        let settings = Settings {
            years: whole(&self.years, "過去の年数", "Past fiscal years")?,
            reduction_percent: whole(&self.reduction_percent, "減らす割合", "Reduction")?,
            max_hours: whole(&self.max_hours, "上限の最大値", "Greatest ceiling")?,
            min_hours: whole(&self.min_hours, "上限の最小値", "Least ceiling")?,
            step_tenths: tenths(&self.step)?,
        };
        let refused = |error: domain::metric::overtime::FormulaError| {
            service::Error::invalid(error.message(Lang::Ja), error.message(Lang::En))
        };
        Formula::new(settings).map_err(refused)
    }

    fn fields(self) -> [(&'static str, String); 6] {
        [
            ("form", "formula".to_owned()),
            ("years", self.years),
            ("reduction_percent", self.reduction_percent),
            ("max_hours", self.max_hours),
            ("min_hours", self.min_hours),
            ("step", self.step),
        ]
    }
}

/// A whole number of one field.
#[cfg(feature = "ssr")]
fn whole<T: TryFrom<i64>>(typed: &str, ja: &str, en: &str) -> service::Result<T> {
    let number = Decimal::parse(typed).ok().filter(|number| number.decimals() == 0);
    number.and_then(|number| T::try_from(number.mantissa()).ok()).ok_or_else(|| {
        service::Error::invalid(
            format!("{ja}: 0以上の整数を入力してください。"),
            format!("{en}: please enter a whole number from 0."),
        )
    })
}

/// Hours as tenths of an hour.
#[cfg(feature = "ssr")]
fn tenths(typed: &str) -> service::Result<u16> {
    let read = || {
        let hours = Decimal::parse(typed).ok()?;
        let (scaled, whole) = (hours.mantissa().checked_mul(10)?, 10i64.pow(u32::from(hours.decimals())));
        let exact = scaled.checked_rem(whole)? == 0;
        exact.then(|| u16::try_from(scaled / whole).ok()).flatten()
    };
    read().ok_or_else(|| {
        service::Error::invalid(
            "丸めの単位: 「0.5」のように、0.1時間刻みの数を入力してください。",
            "Step: please enter hours with at most one place, such as 0.5.",
        )
    })
}

/// Sets another formula of the ceilings.
#[server(prefix = "/api", endpoint = "hr/overtime/formula")]
pub async fn set_overtime_formula(#[server(flatten)] form: FormulaForm) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let outcome = match form.formula() {
        Ok(formula) => desk.service.set_overtime_formula(formula, Some(desk.actor)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            flash::done(
                "計算式を保存しました。すでにある上限は、計算し直すまで変わりません。",
                "The formula has been saved. Ceilings that are set stay until they are worked out anew.",
                SETTINGS,
            )
            .await
        }
        Err(error) => flash::refused(error, form.fields(), SETTINGS).await,
    }
}

/// Works out the ceilings of a fiscal year anew.
#[server(prefix = "/api", endpoint = "hr/overtime/ceilings")]
pub async fn set_overtime_ceilings(fiscal_year: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let year = match FiscalYear::parse(&fiscal_year) {
        Ok(year) => year,
        Err(e) => {
            let error = service::Error::invalid(
                format!("年度: {}", e.message(Lang::Ja)),
                format!("Fiscal year: {}", e.message(Lang::En)),
            );
            return flash::refused(error, [("fiscal_year", fiscal_year)], SETTINGS).await;
        }
    };
    match desk.service.set_ceilings(year, Some(desk.actor)).await {
        Ok(ceilings) => {
            flash::done(
                format!("{}の上限を計算しました(部署と月の組合せで{ceilings}件)。", year.label(Lang::Ja)),
                format!("The ceilings of {} have been worked out: {ceilings} in all.", year.label(Lang::En)),
                SETTINGS,
            )
            .await
        }
        Err(error) => flash::refused(error, [("fiscal_year", fiscal_year)], SETTINGS).await,
    }
}

/// Asks the ticked units for an explanation of a month's overtime. `month` is `2025-10`.
#[server(prefix = "/api", endpoint = "hr/overtime/ask")]
pub async fn ask_explanations(
    month: String,
    #[server(default)] units: Vec<i64>,
    question: String,
    due_on: String,
) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let Some(month) = read_month(&month) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    let page = format!("/hr/overtime?month={}", Period::Month(month).code());
    match desk.service.ask_explanations(month, &units, &due_on, &question, desk.actor).await {
        Ok(asked) => {
            let (ja, en) = asked_words(asked);
            flash::done(ja, en, &page).await
        }
        Err(error) => {
            let ticked: Vec<String> = units.iter().map(i64::to_string).collect();
            let kept = [
                ("form", "ask".to_owned()),
                ("units", ticked.join(",")),
                ("question", question),
                ("due_on", due_on),
            ];
            flash::refused(error, kept, &format!("{page}#furthest")).await
        }
    }
}

#[cfg(feature = "ssr")]
fn read_month(code: &str) -> Option<YearMonth> {
    match Period::parse(code) {
        Ok(Period::Month(month)) => Some(month),
        _ => None,
    }
}

/// What an asking did.
#[cfg(feature = "ssr")]
fn asked_words(asked: Asked) -> (String, String) {
    let Asked { units, mails, without_manager } = asked;
    if units == 0 {
        return (
            "選んだ部署には、すでに説明を求めています。新しい依頼はありません。".to_owned(),
            "The chosen units have been asked already; nobody was asked again.".to_owned(),
        );
    }
    let mut ja = format!("{units}部署に説明を求めました。{mails}通のメールを順に送ります。");
    let mut en =
        format!("Asked {units} units for an explanation; {mails} mails will leave one after another.");
    if without_manager > 0 {
        ja.push_str(&format!(
            "管理職が登録されていない部署が{without_manager}あり、メールは送られません。名簿の権限を確認してください。"
        ));
        en.push_str(&format!(
            " {without_manager} of them have no manager to write to: please check the roles on the roster."
        ));
    }
    (ja, en)
}

/// Notes what follows from an explanation.
#[server(prefix = "/api", endpoint = "hr/overtime/decide")]
pub async fn decide_explanation(id: i64, decision: String) -> Result<(), ServerFnError> {
    let desk = Desk::enter()?;
    let page = format!("/overtime/{id}");
    match desk.service.decide_explanation(id, &decision, desk.actor).await {
        Ok(()) => flash::done("対応を記録しました。", "The decision has been recorded.", &page).await,
        Err(error) => flash::refused(error, [("decision", decision)], &page).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> FormulaForm {
        FormulaForm {
            years: "3".into(),
            reduction_percent: "5".into(),
            max_hours: "45".into(),
            min_hours: "5".into(),
            step: "0.5".into(),
        }
    }

    #[test]
    fn a_formula_is_read_as_it_is_typed() {
        assert_eq!(usual().formula().ok(), Some(Formula::default()));
        let wide = FormulaForm { years: "３".into(), step: "0.50".into(), ..usual() };
        assert_eq!(wide.formula().ok(), Some(Formula::default()));
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for wrong in ["", "x", "-1", "2.5", "300"] {
            assert!(FormulaForm { years: wrong.into(), ..usual() }.formula().is_err(), "{wrong}");
        }
        for wrong in ["", "0.25", "0.05", "-0.5", "0"] {
            assert!(FormulaForm { step: wrong.into(), ..usual() }.formula().is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_asks_is_told_of_units_without_a_manager() {
        let (ja, en) = asked_words(Asked { units: 3, mails: 2, without_manager: 1 });
        assert!(ja.contains("3部署") && ja.contains("登録されていない"), "{ja}");
        assert!(en.contains("no manager"), "{en}");
        let (ja, _) = asked_words(Asked { units: 0, mails: 0, without_manager: 0 });
        assert!(ja.contains("すでに"), "{ja}");
    }
}
