//! All explanations: what was asked, what came back, and what is overdue.

use domain::fiscal_year::YearMonth;
use domain::text::Lang;
use jiff::civil::Date;
use leptos::prelude::*;
use service::metric::{Explanation, ExplanationState};

use super::HERE as OVERTIME;
use crate::components::{EmptyState, Figure, own_lang, page_of, pager};
use crate::pages::hr::{grouped, section};
use crate::pages::overtime::words::{
    asked_month, badges, due, hours, month_code, month_form, month_label, quoted,
};
use crate::pages::{Frame, page};

/// Where the page is.
const HERE: &str = "/hr/overtime/explanations";
/// Explanations on one page.
const PER_PAGE: usize = 30;

/// The explanations of all months, or of one: `?month=2025-10`.
#[component]
pub fn ExplanationsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let month = asked_month(&context)?;
        let every = service.explanations(None).await?;
        let mut months: Vec<YearMonth> = every.iter().map(|one| one.month).collect();
        // The newest month comes first already.
        months.dedup();
        let list: Vec<Explanation> =
            every.into_iter().filter(|one| month.is_none_or(|month| one.month == month)).collect();
        let today = service.clock.today();
        let asked = context.query("page");
        let frame = Frame::new(lang.t("超過勤務の説明の一覧", "Explanations of overtime"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(lang.t("超過勤務", "Overtime"), OVERTIME);
        if months.is_empty() {
            return Ok((frame, nothing(lang)));
        }
        let view = view! {
            {month_form(HERE, &months, month, Some(lang.t("すべての月", "All months")), lang)}
            {summary(&list, today, lang)}
            {entries(list, month, asked.as_deref(), today, &person.time_zone, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("まだ説明を求めていません", "No explanation has been asked for yet")
            text=lang.t(
                "超過勤務のページで上限を超えた部署を選び、説明を求めると、回答がここに並びます。",
                "Tick units above their ceilings on the page of overtime and ask them; their replies are listed here.",
            )
            action=Some((lang.t("超過勤務のページへ", "To overtime").to_owned(), OVERTIME.to_owned()))
        />
    }
    .into_any()
}

fn summary(list: &[Explanation], today: Date, lang: Lang) -> AnyView {
    let count = |state: ExplanationState| {
        let found = list.iter().filter(|one| one.state == state).count();
        Some(grouped(found as u64))
    };
    let late = list.iter().filter(|one| one.is_overdue(today)).count();
    let note = (late > 0).then(|| match lang {
        Lang::Ja => format!("うち期限超過 {late}"),
        Lang::En => format!("overdue: {late}"),
    });
    let note = note.unwrap_or_default();
    let label = |state: ExplanationState| state.label(lang);
    let content = view! {
        <div class="figures">
            <Figure label=label(ExplanationState::Asked) value=count(ExplanationState::Asked) note=note lang=lang/>
            <Figure label=label(ExplanationState::Replied) value=count(ExplanationState::Replied) lang=lang/>
            <Figure label=label(ExplanationState::Decided) value=count(ExplanationState::Decided) lang=lang/>
        </div>
    };
    section("summary", lang.t("状況", "State"), content.into_any())
}

fn entries(
    list: Vec<Explanation>,
    month: Option<YearMonth>,
    asked: Option<&str>,
    today: Date,
    zone: &str,
    lang: Lang,
) -> AnyView {
    let heading = lang.t("説明と対応", "Explanations and decisions");
    if list.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("この月の説明はありません", "Nothing was asked about this month")
                text=lang.t("ほかの月を選んでください。", "Please choose another month.")
                action=None
            />
        };
        return section("list", heading, content.into_any());
    }
    let (current, pages) = page_of(asked, list.len(), PER_PAGE);
    let items = list
        .iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|one| entry(one, today, zone, lang))
        .collect_view();
    let path = month.map_or_else(|| HERE.to_owned(), |month| format!("{HERE}?month={}", month_code(month)));
    let content = view! {
        <div class="stack">{items}</div>
        {pager(&path, current, pages, "list", lang)}
    };
    section("list", heading, content.into_any())
}

fn entry(one: &Explanation, today: Date, zone: &str, lang: Lang) -> AnyView {
    let href = format!("/overtime/{}", one.id);
    let unit = one.unit_name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let month = month_label(one.month, lang);
    let (actual, ceiling) = (hours(one.actual.to_f64(), lang), hours(one.ceiling.to_f64(), lang));
    let (people, until) = (one.people, due(one.due_on, zone, lang));
    let numbers = match lang {
        Lang::Ja => format!("1人当たり{actual}(上限{ceiling}、{people}人)。回答期限 {until}"),
        Lang::En => format!("{actual} per person (ceiling {ceiling}, {people} people). Reply by {until}"),
    };
    let reply = if one.reply.is_empty() {
        let words = lang.t("まだ説明はありません。", "There is no explanation yet.");
        view! { <p class="muted">{words}</p> }.into_any()
    } else {
        quoted(&one.reply, lang)
    };
    let decision = (!one.decision.is_empty()).then(|| {
        view! {
            <p class="muted small">{lang.t("決まったこと", "What was decided")}</p>
            {quoted(&one.decision, lang)}
        }
    });
    let (of, action) = (
        unit.clone(),
        match one.state {
            ExplanationState::Asked => lang.t("開く", "Open"),
            ExplanationState::Replied => lang.t("対応を決める", "Decide"),
            ExplanationState::Decided => lang.t("対応を見直す", "Look at the decision"),
        },
    );
    view! {
        <article class="card">
            <div class="card-head">
                <h3 class="card-title"><span lang=unit_lang>{unit}</span>" "{month}</h3>
                <span>{badges(one, today, lang)}</span>
            </div>
            <p class="muted small">{numbers}</p>
            {reply}
            {decision}
            <div class="card-foot">
                <a class="button button--secondary button--small" href=href>
                    {action}<span class="visually-hidden">" "{of}</span>
                </a>
            </div>
        </article>
    }
    .into_any()
}
