//! What the figures mean, in sentences.

use domain::review::RaterGroup;
use domain::review::report::{GAP, STRENGTH, Weight, step};
use domain::statistics::Sample;
use domain::text::Lang;
use leptos::prelude::*;
use service::release::report::Report;
use service::release::report::figures::Line;

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
    let why = match (nobody, lang) {
        (true, Lang::Ja) => format!(
            "評価者が{k}人に満たないため、だれにも回答を依頼していません。少ない人数の結果を示すと、だれがどう答えたかが分かってしまうからです。あなたの評価が低かったということではありません。"
        ),
        (true, Lang::En) => format!(
            "There were fewer than {k} raters, so nobody was asked. With so few, a result would tell who said what. It says nothing about how you are seen."
        ),
        (false, Lang::Ja) => format!(
            "回答した評価者が{k}人に満たないか、表示すると一人ひとりの回答が分かるおそれがあるため、結果を示していません。"
        ),
        (false, Lang::En) => format!(
            "Fewer than {k} raters answered, or showing the results could tell what single people said. So no result is shown."
        ),
    };
    let title = lang.t("示せる結果がありません", "There is no result to show");
    view! { <section class="section"><h2>{title}</h2><p>{why}</p></section> }.into_any()
}

/// What a pulse asked about, numbered as its questions are.
pub(super) fn asked_about(actions: &[String], lang: Lang) -> AnyView {
    let rows = actions.iter().cloned().map(|action| view! { <li>{action}</li> }).collect_view();
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
    let strength = mean(STRENGTH);
    let gap = mean(GAP);
    let rules = match lang {
        Lang::Ja => [
            format!("評価者の平均が{strength}以上の項目のうち、高い順に3つまで。"),
            format!("評価者の平均が{strength}に届かない項目のうち、低い順に3つまで。"),
            format!("本人の回答が、評価者の平均より{gap}以上高い項目を、差の大きい順に3つまで。"),
            format!("評価者の平均が、本人の回答より{gap}以上高い項目を、差の大きい順に3つまで。"),
        ],
        Lang::En => [
            format!("Items whose mean of the raters is {strength} or more; the three highest."),
            format!("Items whose mean of the raters is below {strength}; the three lowest."),
            format!(
                "Items on which you see yourself {gap} or more above the raters; the three largest differences."
            ),
            format!(
                "Items on which the raters see you {gap} or more above yourself; the three largest differences."
            ),
        ],
    };
    let [of_strengths, of_work, of_blind, of_hidden] = rules;
    let parts = vec![
        part(lang.t("強み", "Strengths"), of_strengths, &found.strengths, items, lang),
        part(lang.t("これから取り組めること", "To work on"), of_work, &found.to_work_on, items, lang),
        part(lang.t("自分では気づきにくい点", "Blind spots"), of_blind, &found.blind_spots, items, lang),
        part(
            lang.t("自分で思うより評価されている点", "Hidden strengths"),
            of_hidden,
            &found.hidden_strengths,
            items,
            lang,
        ),
    ];
    view! {
        <section class="section">
            <h2>{lang.t("目立つところ", "What stands out")}</h2>
            <div class="grid-2">{parts}</div>
        </section>
    }
    .into_any()
}

fn part(title: &str, rule: String, places: &[usize], items: &[Line], lang: Lang) -> AnyView {
    let title = title.to_owned();
    let rows: Vec<AnyView> =
        places.iter().filter_map(|place| items.get(*place)).map(|line| entry(line, lang)).collect();
    let content = if rows.is_empty() {
        view! { <p class="muted">{lang.t("当てはまる項目はありません。", "No item is of this kind.")}</p> }
            .into_any()
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
    let weight = line.rated().gap().map(|gap| Weight::of(gap, &sample).words(sample.n, lang));
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
