//! What the figures mean, in sentences.

use domain::disclosure::CellState;
use domain::review::RaterGroup;
use domain::review::report::{Listed, Weight, step};
use domain::statistics::Sample;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::report::Report;
use service::release::report::figures::Line;

use crate::components::own_lang;

/// A mean with one decimal.
pub(super) fn mean(value: f64) -> String {
    format!("{value:.1}")
}

/// A small figure with two decimals.
fn precise(value: f64) -> String {
    format!("{value:.2}")
}

/// A difference with its sign.
pub(super) fn difference(value: f64) -> String {
    let text = format!("{value:+.1}");
    if text == "-0.0" || text == "+0.0" { "0.0".to_owned() } else { text.replace('-', "−") }
}

/// Why there is no result.
pub(super) fn nothing(report: &Report, lang: Lang) -> AnyView {
    let k = report.campaign.thresholds.scores;
    let nobody = report.groups.is_empty();
    let few = report
        .groups
        .iter()
        .filter(|raters| !raters.group.is_named())
        .all(|raters| raters.state == CellState::Primary);
    let why = match (nobody, lang) {
        (true, Lang::Ja) => format!(
            "評価者が{k}人に満たないため、だれにも回答を依頼していません。少ない人数の結果を示すと、だれがどう答えたかが分かってしまうからです。あなたの評価が低かったということではありません。"
        ),
        (true, Lang::En) => format!(
            "There were fewer than {k} raters, so nobody was asked. With so few, a result would tell who said what. It says nothing about how you are seen."
        ),
        (false, Lang::Ja) if few => {
            format!("回答した評価者が{k}人に満たないため、結果を示していません。あなたの評価が低かったということではありません。")
        }
        (false, Lang::En) if few => {
            format!("Fewer than {k} raters answered, so no result is shown. It says nothing about how you are seen.")
        }
        (false, Lang::Ja) => {
            "表示すると一人ひとりの回答が分かるおそれがあるため、結果を示していません。あなたの評価が低かったということではありません。".to_owned()
        }
        (false, Lang::En) => {
            "Showing the results could tell what single people said, so no result is shown. It says nothing about how you are seen.".to_owned()
        }
    };
    let title = lang.t("示せる結果がありません", "There is no result to show");
    view! { <section class="section"><h2>{title}</h2><p>{why}</p></section> }.into_any()
}

/// What a pulse asked about, numbered as its questions are.
pub(super) fn asked_about(actions: &[String], lang: Lang) -> AnyView {
    let row = |action: &String| {
        let text_lang = own_lang(action, lang);
        view! { <li lang=text_lang>{action.clone()}</li> }
    };
    let rows = actions.iter().map(row).collect_view();
    view! {
        <section class="section">
            <h2>{lang.t("尋ねた行動", "What was asked about")}</h2>
            <ol>{rows}</ol>
        </section>
    }
    .into_any()
}

/// How to read the page, with what one rater weighs.
pub(super) fn how_to_read(report: &Report, lang: Lang) -> AnyView {
    let widest =
        report.groups.iter().rev().find(|raters| !raters.group.is_named() && raters.respondents.is_some());
    let n = widest.and_then(|raters| raters.respondents).unwrap_or(0);
    let weight = match lang {
        Lang::Ja => format!(
            "回答した評価者は{n}人です。一人の回答が1段階違うだけで、平均は{}動きます。小さな差よりも、繰り返し現れる傾向を見てください。",
            precise(step(n))
        ),
        Lang::En => format!(
            "{n} raters answered. If one of them had answered one step higher or lower, the mean would differ by {}. Look for what recurs rather than for small differences.",
            precise(step(n))
        ),
    };
    view! {
        <section class="section">
            <h2>{lang.t("この報告書の読み方", "How to read this report")}</h2>
            <p>{lang.t(
                "この報告書は、あなたの仕事ぶりが周りにどう見えているかを示すものです。点数をつけるためではなく、続けることと変えることを選ぶために使ってください。",
                "This report shows how your work is seen by those around you. It is not a mark: use it to choose what to go on doing and what to change.",
            )}</p>
            <p>{weight}</p>
        </section>
    }
    .into_any()
}

/// Strengths, what to work on, blind spots and hidden strengths, by the stated rule.
pub(super) fn stands_out(report: &Report, items: &[Line], lang: Lang) -> AnyView {
    let found = report.highlights();
    let own = items.iter().any(|line| line.own().is_some());
    let parts: Vec<AnyView> = found
        .listed(lang)
        .into_iter()
        .enumerate()
        .map(|(at, listed)| part(listed, at >= 2 && !own, items, lang))
        .collect();
    view! {
        <section class="section">
            <h2>{lang.t("目立つところ", "What stands out")}</h2>
            <div class="grid-2">{parts}</div>
        </section>
    }
    .into_any()
}

/// One card. `no_self` is true where it compares with a view of oneself that there is not.
fn part(listed: Listed<'_>, no_self: bool, items: &[Line], lang: Lang) -> AnyView {
    let Listed { title, rule, items: places } = listed;
    let rows: Vec<AnyView> =
        places.iter().filter_map(|place| items.get(*place)).map(|line| entry(line, lang)).collect();
    let content = if rows.is_empty() {
        let why = if no_self {
            lang.t("本人の回答がないため、示せません。", "Not known: you did not rate yourself.")
        } else {
            lang.t("当てはまる項目はありません。", "No item is of this kind.")
        };
        view! { <p class="muted">{why}</p> }.into_any()
    } else {
        view! { <ul class="stands-out">{rows}</ul> }.into_any()
    };
    view! {
        <div class="card">
            <h3>{title}</h3>
            <p class="small muted">{rule}</p>
            {content}
        </div>
    }
    .into_any()
}

/// An item with its figures, and what a difference to one's own answer says with so few raters.
fn entry(line: &Line, lang: Lang) -> AnyView {
    let text = line.text.get(lang).to_owned();
    let Some((group, sample)) = line.raters else { return ().into_any() };
    let figures = figures(group, &sample, line.own(), lang);
    let weight = line.gap.map(|gap| Weight::of(gap, &sample).words(sample.n, lang));
    view! {
        <li>
            <strong>{text}</strong>
            <span class="cell-note">{figures}</span>
            {weight.map(|words| view! { <span class="cell-note">{words}</span> })}
        </li>
    }
    .into_any()
}

fn figures(group: RaterGroup, sample: &Sample, own: Option<f64>, lang: Lang) -> String {
    let (label, n, raters) = (group.label(lang), sample.n, mean(sample.mean));
    let own = own.map(mean);
    match (own, lang) {
        (Some(own), Lang::Ja) => format!("{label} {raters}({n}人)・本人 {own}"),
        (None, Lang::Ja) => format!("{label} {raters}({n}人)"),
        (Some(own), Lang::En) => format!("{label} {raters} (n={n}), self {own}"),
        (None, Lang::En) => format!("{label} {raters} (n={n})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_and_nothing_is_nothing() {
        assert_eq!(difference(0.25), "+0.2");
        assert_eq!(difference(-1.0), "−1.0");
        assert_eq!(difference(-0.04), "0.0");
        assert_eq!(mean(3.25), "3.2");
    }
}
