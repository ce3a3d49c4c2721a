//! What was decided on explanations of overtime: unit, month and decision. Who explained, and how, is between the
//! unit and the personnel division; what managers mean to do after a report is theirs and their team's. Neither is
//! shown here.

use std::cmp::Reverse;

use domain::fiscal_year::{YearMonth, date_label};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::clock::date_in;
use service::metric::Explanation;

use crate::components::{EmptyState, own_lang};
use crate::pages::overtime::words::{month_label, quoted};

/// Most decisions shown.
const MOST: usize = 5;

/// A decision, without anybody's name or words but the decision's own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decision {
    unit: Text,
    month: YearMonth,
    text: String,
    /// When it was recorded, seconds since 1970 UTC.
    at: i64,
}

/// The newest decisions; `hr` for readers who can open the list of all of them.
pub(super) fn section(explanations: Vec<Explanation>, hr: bool, zone: &str, lang: Lang) -> AnyView {
    let (decisions, more) = newest(explanations);
    let body = if decisions.is_empty() {
        let title = lang.t("決まったことはまだありません", "Nothing has been decided yet");
        let text = lang.t(
            "超過勤務の説明を受けて人事担当が対応を記録すると、部署と月ごとに、新しいものからここに表示されます。",
            "Once the personnel division has recorded what follows from an explanation of overtime, it is shown \
             here by unit and month, the newest first.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let lead = lang.t(
            "超過勤務の説明を受けて決まった対応です。説明の内容と書いた人は、ここには表示されません。",
            "What follows from explanations of overtime. The explanations and their authors are not shown here.",
        );
        let items: Vec<AnyView> = decisions.into_iter().map(|one| entry(one, zone, lang)).collect();
        view! {
            <p class="section-lead">{lead}</p>
            <div class="stack">{items}</div>
            {rest(more, hr, lang)}
        }
        .into_any()
    };
    view! {
        <section class="section" id="decisions" aria-labelledby="decisions-heading">
            <h2 id="decisions-heading">{lang.t("決まったこと", "What was decided")}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// The decisions that were recorded last, the newest first, and how many more there are.
fn newest(explanations: Vec<Explanation>) -> (Vec<Decision>, usize) {
    let mut decisions: Vec<Decision> = explanations.into_iter().filter_map(decided).collect();
    decisions.sort_by_key(|one| Reverse(one.at));
    let more = decisions.len().saturating_sub(MOST);
    decisions.truncate(MOST);
    (decisions, more)
}

fn decided(one: Explanation) -> Option<Decision> {
    let (_, at) = one.decided?;
    let text = one.decision.trim();
    (!text.is_empty()).then(|| Decision { unit: one.unit_name, month: one.month, text: text.to_owned(), at })
}

fn entry(one: Decision, zone: &str, lang: Lang) -> AnyView {
    let unit = one.unit.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let month = month_label(one.month, lang);
    let date = date_label(date_in(one.at, zone), lang);
    let recorded = match lang {
        Lang::Ja => format!("超過勤務、{date}に記録"),
        Lang::En => format!("Overtime, recorded on {date}"),
    };
    view! {
        <article class="card">
            <h3 class="card-title"><span lang=unit_lang>{unit}</span>" "{month}</h3>
            <p class="muted small">{recorded}</p>
            {quoted(&one.text, lang)}
        </article>
    }
    .into_any()
}

/// How many more there are, and for HR where.
fn rest(more: usize, hr: bool, lang: Lang) -> AnyView {
    let Some(words) = more_words(more, lang) else { return ().into_any() };
    let link = hr.then(|| {
        let words = lang.t("説明の一覧を開く", "Open the list of explanations");
        view! { " " <a href="/hr/overtime/explanations">{words}</a> }
    });
    view! { <p>{words}{link}</p> }.into_any()
}

fn more_words(more: usize, lang: Lang) -> Option<String> {
    match (more, lang) {
        (0, _) => None,
        (_, Lang::Ja) => Some(format!("このほかに{more}件あります。")),
        (1, Lang::En) => Some("There is 1 more.".to_owned()),
        (_, Lang::En) => Some(format!("There are {more} more.")),
    }
}

#[cfg(test)]
mod tests {
    use domain::indicator::Decimal;
    use jiff::civil::date;
    use service::metric::ExplanationState;

    use super::*;

    fn explanation(id: i64, decided_at: Option<i64>, decision: &str) -> Explanation {
        Explanation {
            id,
            unit: id,
            unit_name: Text::new(format!("第{id}課"), format!("Division {id}")),
            month: YearMonth::new(2025, 10).expect("a month"),
            actual: Decimal::parse("31.5").expect("hours"),
            ceiling: Decimal::parse("30").expect("hours"),
            people: 12,
            question: "Why?".into(),
            asked_at: 1,
            due_on: date(2025, 12, 10),
            reply: "Because.".into(),
            replied: Some((Text::new("見本 花子", "MIHON Hanako"), 2)),
            decision: decision.into(),
            decided: decided_at.map(|at| (Text::new("見本 太郎", "MIHON Taro"), at)),
            state: if decided_at.is_some() { ExplanationState::Decided } else { ExplanationState::Replied },
        }
    }

    #[test]
    fn the_newest_five_are_shown_and_the_rest_is_counted() {
        let list = [40, 70, 10, 60, 30, 50, 20].map(|at| explanation(at, Some(at), "二人を増員する。"));
        let (shown, more) = newest(list.to_vec());
        let times: Vec<i64> = shown.iter().map(|one| one.at).collect();
        assert_eq!((times, more), (vec![70, 60, 50, 40, 30], 2));
    }

    #[test]
    fn only_what_was_decided_is_shown() {
        let list = vec![
            explanation(1, None, ""),
            explanation(2, Some(5), " 二人を増員する。\n"),
            explanation(3, Some(6), " "),
        ];
        let (shown, more) = newest(list);
        assert_eq!((shown.len(), more), (1, 0));
        assert_eq!((shown[0].text.as_str(), shown[0].unit.ja.as_str()), ("二人を増員する。", "第2課"));
    }

    #[test]
    fn neither_the_reply_nor_a_name_is_kept() {
        let (shown, _) = newest(vec![explanation(1, Some(5), "二人を増員する。")]);
        let kept = format!("{shown:?}");
        assert!(kept.contains("二人を増員する。"));
        for hidden in ["Because.", "Why?", "見本", "MIHON"] {
            assert!(!kept.contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn how_many_more_is_told_in_words() {
        assert_eq!(more_words(0, Lang::En), None);
        assert_eq!(more_words(1, Lang::En).as_deref(), Some("There is 1 more."));
        assert_eq!(more_words(3, Lang::En).as_deref(), Some("There are 3 more."));
        assert_eq!(more_words(3, Lang::Ja).as_deref(), Some("このほかに3件あります。"));
    }
}
