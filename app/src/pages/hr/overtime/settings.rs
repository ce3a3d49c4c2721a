//! The formula of the ceilings in words, its numbers, and working the ceilings out anew.

use domain::fiscal_year::FiscalYear;
use domain::indicator::Decimal;
use domain::metric::overtime::{Formula, Settings};
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::components::{ButtonKind, SubmitButton, TextField};
use crate::context::Context;
use crate::pages::hr::section;

/// The formula with both forms.
pub(super) fn part(context: &Context, formula: Formula, today: Date) -> AnyView {
    let lang = context.lang;
    let content = view! {
        <p>{in_words(formula, lang)}</p>
        <p class="muted">{lang.t(
            "在庁時間は、系列「office_hours」の数値です。実績のない年は除いて平均します。1年も実績がない部署と月には、上限を設けません。",
            "Hours in the office are those of the series office_hours. Years without hours are left out of the mean; without any, no ceiling is set.",
        )}</p>
        {numbers(context, formula)}
        {ceilings(context, today)}
    };
    section("formula", lang.t("上限の計算式", "Formula of the ceilings"), content.into_any())
}

/// The formula with its present numbers.
fn in_words(formula: Formula, lang: Lang) -> String {
    let Settings { years, reduction_percent, max_hours, min_hours, step_tenths } = formula.settings();
    let step = step(step_tenths);
    match lang {
        Lang::Ja => format!(
            "部署ごと、月ごとに、過去{years}年度の同じ月の1人当たり在庁時間を平均し、{reduction_percent}%減らして、\
             {step}時間単位に丸めます(端数は四捨五入)。{min_hours}時間に満たないときは{min_hours}時間、\
             {max_hours}時間を超えるときは{max_hours}時間とします。"
        ),
        Lang::En => format!(
            "For each unit and month: the mean of the hours in the office per person in the same month of the {years} \
             fiscal years before, reduced by {reduction_percent}%, rounded to the nearest {step} h; at least \
             {min_hours} h and at most {max_hours} h."
        ),
    }
}

/// Tenths of an hour in hours: `0.5`.
fn step(tenths: u16) -> String {
    Decimal::new(i64::from(tenths), 1).map_or_else(String::new, |step| step.to_string())
}

fn numbers(context: &Context, formula: Formula) -> AnyView {
    let lang = context.lang;
    let refused = context.kept("form", "") == "formula";
    let Settings { years, reduction_percent, max_hours, min_hours, step_tenths } = formula.settings();
    view! {
        <details class="disclosure" open=refused>
            <summary>{lang.t("計算式の数値を変える", "Change the numbers of the formula")}</summary>
            <form class="form" method="post" action="/api/hr/overtime/formula">
                <TextField name="years" label=lang.t("過去の年数", "Past fiscal years") kind="number" short=true
                    min="1" max=Formula::MAX_YEARS.to_string() step="1" required=true
                    value=context.kept("years", &years.to_string()) lang=lang/>
                <TextField name="reduction_percent" label=lang.t("減らす割合(%)", "Reduction (%)") kind="number"
                    short=true min="0" max=Formula::MAX_REDUCTION.to_string() step="1" required=true
                    value=context.kept("reduction_percent", &reduction_percent.to_string()) lang=lang/>
                <TextField name="max_hours" label=lang.t("上限の最大値(時間)", "Greatest ceiling (hours)")
                    kind="number" short=true min="1" max=Formula::MAX_HOURS.to_string() step="1" required=true
                    value=context.kept("max_hours", &max_hours.to_string()) lang=lang/>
                <TextField name="min_hours" label=lang.t("上限の最小値(時間)", "Least ceiling (hours)")
                    kind="number" short=true min="0" max=Formula::MAX_HOURS.to_string() step="1" required=true
                    value=context.kept("min_hours", &min_hours.to_string()) lang=lang/>
                <TextField name="step" label=lang.t("丸めの単位(時間)", "Step (hours)") kind="number" short=true
                    min="0.1" max=step(Formula::MAX_STEP) step="0.1" required=true
                    value=context.kept("step", &step(step_tenths))
                    hint=lang.t(
                        "最大値と最小値は、この単位で割り切れる数にしてください。",
                        "Both the greatest and the least ceiling must be multiples of it.",
                    ) lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("計算式を保存する", "Save the formula") kind=ButtonKind::Secondary/>
                </div>
            </form>
        </details>
    }
    .into_any()
}

fn ceilings(context: &Context, today: Date) -> AnyView {
    let lang = context.lang;
    let year = context.kept("fiscal_year", &FiscalYear::of(today).label(lang));
    view! {
        <h3>{lang.t("上限を計算し直す", "Work the ceilings out anew")}</h3>
        <p>{lang.t(
            "選んだ年度の12か月について、すべての部署の上限を、今の計算式で置き換えます。すでに求めた説明の上限は変わりません。",
            "The ceilings of all units for the twelve months of a fiscal year are replaced, with the formula as it is now. Explanations asked for already keep theirs.",
        )}</p>
        <form class="form" method="post" action="/api/hr/overtime/ceilings">
            <TextField name="fiscal_year" label=lang.t("年度", "Fiscal year") value=year short=true required=true
                hint=lang.t("例: 令和7年度、2025", "For example FY2025 or 2025") lang=lang/>
            <div class="actions">
                <SubmitButton label=lang.t("上限を計算し直す", "Work the ceilings out") kind=ButtonKind::Secondary/>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_is_told_with_its_numbers() {
        let ja = in_words(Formula::default(), Lang::Ja);
        for part in ["過去3年度", "5%減らして", "0.5時間単位", "45時間"] {
            assert!(ja.contains(part), "{ja}");
        }
        assert!(in_words(Formula::default(), Lang::En).contains("at least 5 h and at most 45 h"));
        assert_eq!((step(5).as_str(), step(100).as_str()), ("0.5", "10.0"));
    }
}
