//! Months, hours and states of overtime in words.

use domain::fiscal_year::{AsOf, YearMonth};
use domain::metric::Period;
use domain::statistics::format as written;
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
// Mails say the same.
pub(in crate::pages) use service::mail::template::end_of_day as due;
use service::metric::{CeilingRow, Explanation, ExplanationState};

use crate::components::{Badge, BadgeKind, ButtonKind, SelectField, SubmitButton, own_lang};
use crate::context::Context;

/// `令和7年10月`, `October 2025`.
pub(in crate::pages) fn month_label(month: YearMonth, lang: Lang) -> String {
    AsOf::Month(month).label(lang)
}

/// `2025-10`, as in addresses.
pub(in crate::pages) fn month_code(month: YearMonth) -> String {
    AsOf::Month(month).code()
}

/// The month of the address, where it names one.
///
/// # Errors
/// [`service::Error::NotFound`] where it is no month.
pub(in crate::pages) fn asked_month(context: &Context) -> service::Result<Option<YearMonth>> {
    let Some(text) = context.query("month").filter(|text| !text.is_empty()) else { return Ok(None) };
    match Period::parse(&text) {
        Ok(Period::Month(month)) => Ok(Some(month)),
        _ => Err(service::Error::NotFound),
    }
}

/// Another month of the same page. `every` is the words for all months, where they can be shown together.
pub(in crate::pages) fn month_form(
    action: &'static str,
    months: &[YearMonth],
    chosen: Option<YearMonth>,
    every: Option<&str>,
    lang: Lang,
) -> AnyView {
    let mut list = months.to_vec();
    if let Some(chosen) = chosen
        && !list.contains(&chosen)
    {
        list.push(chosen);
        list.sort_by_key(|month| std::cmp::Reverse(*month));
    }
    let options: Vec<(String, String)> = every
        .map(|words| (String::new(), words.to_owned()))
        .into_iter()
        .chain(list.into_iter().map(|month| (month_code(month), month_label(month, lang))))
        .collect();
    let selected = chosen.map(month_code).unwrap_or_default();
    view! {
        <form class="toolbar" method="get" action=action>
            <SelectField name="month" label=lang.t("月", "Month") options=options selected=selected lang=lang/>
            <SubmitButton label=lang.t("表示する", "Show") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}

/// Hours with one place: `21.5時間`, `21.5 h`.
pub(in crate::pages) fn hours(hours: f64, lang: Lang) -> String {
    format!("{}{}", written::index(hours), lang.t("時間", " h"))
}

/// Hours, or a dash.
pub(in crate::pages) fn hours_or_dash(hours_found: Option<f64>, lang: Lang) -> String {
    hours_found.map_or_else(|| "–".to_owned(), |found| hours(found, lang))
}

/// How far actual hours are from the ceiling, in a sentence.
pub(in crate::pages) fn difference(excess: f64, lang: Lang) -> String {
    let by = written::index(excess.abs());
    match (by.as_str(), excess > 0.0, lang) {
        ("0.0", _, _) => lang.t("上限と同じです", "at the ceiling").to_owned(),
        (_, true, Lang::Ja) => format!("上限を{by}時間上回っています"),
        (_, true, Lang::En) => format!("{by} h above the ceiling"),
        (_, false, Lang::Ja) => format!("上限を{by}時間下回っています"),
        (_, false, Lang::En) => format!("{by} h below the ceiling"),
    }
}

/// The difference, or why there is none.
pub(in crate::pages) fn difference_of(row: &CeilingRow, lang: Lang) -> String {
    match (row.excess(), row.ceiling) {
        (Some(excess), _) => difference(excess, lang),
        (None, None) => lang.t("上限がまだありません", "no ceiling has been set").to_owned(),
        (None, Some(_)) => lang.t("実績がまだありません", "no hours yet").to_owned(),
    }
}

/// How an explanation stands, in a word with its sign.
pub(in crate::pages) fn state_badge(state: ExplanationState, lang: Lang) -> AnyView {
    let kind = match state {
        ExplanationState::Asked => BadgeKind::Info,
        ExplanationState::Replied => BadgeKind::Warning,
        ExplanationState::Decided => BadgeKind::Success,
    };
    view! { <Badge kind=kind label=state.label(lang)/> }.into_any()
}

/// The state of an explanation, and that it is overdue.
pub(in crate::pages) fn badges(found: &Explanation, today: Date, lang: Lang) -> AnyView {
    let late = found.is_overdue(today).then(|| {
        view! { " " <Badge kind=BadgeKind::Danger label=lang.t("期限超過", "Overdue")/> }
    });
    view! { {state_badge(found.state, lang)} {late} }.into_any()
}

/// A text that somebody typed, as a block.
pub(in crate::pages) fn quoted(text: &str, lang: Lang) -> AnyView {
    let (text, text_lang) = (text.to_owned(), own_lang(text, lang));
    view! { <p class="comment" lang=text_lang>{text}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_in_words() {
        assert_eq!(difference(3.24, Lang::Ja), "上限を3.2時間上回っています");
        assert_eq!(difference(-1.5, Lang::En), "1.5 h below the ceiling");
        assert_eq!(difference(0.01, Lang::En), "at the ceiling");
        assert_eq!(hours(21.5, Lang::Ja), "21.5時間");
        assert_eq!(hours_or_dash(None, Lang::Ja), "–");
    }

    #[test]
    fn months_are_named_and_coded() {
        let month = YearMonth::new(2025, 10).expect("a month");
        assert_eq!(
            (month_label(month, Lang::Ja).as_str(), month_code(month).as_str()),
            ("令和7年10月", "2025-10")
        );
    }
}
