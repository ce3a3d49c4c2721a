//! The upper part of a group's page: turnout, engagement index, areas, strengths and things to work on.

use domain::questionnaire::Area;
use domain::statistics::{ENGAGEMENT_AREA, format as written, response_rate};
use domain::text::Lang;
use leptos::prelude::*;

use super::compare::Compared;
use super::figures::Score;
use super::ranking::{NAMED, Ranked, rank};
use super::report::{Last, Report};
use crate::components::{Figure, HiddenCell, ScrollTable};

/// Tiles: response rate, respondents, engagement index.
pub fn tiles(report: &Report, lang: Lang) -> AnyView {
    let group = &report.group;
    // Of a review, what is counted in a group are managers with a result.
    let review = report.wave.release.campaign.review.is_some();
    let (counted, unit) = if review {
        (lang.t("結果のある管理職", "Managers with a result"), lang.t("人", ""))
    } else {
        (lang.t("集計した回答", "Sheets counted"), lang.t("人分", ""))
    };
    let respondents = group.respondents.map(|n| n.to_string());
    let reason = group.state.label(lang).to_owned();
    view! {
        <div class="figures">
            {rate_tile(report, lang)}
            <Figure
                label=counted
                value=respondents
                unit=unit
                hidden_reason=Some(reason)
                lang=lang
            />
            {engagement_tile(report, lang)}
        </div>
    }
    .into_any()
}

/// How many people of a demographic group there are, nobody asks the roster: it has no rate.
fn rate_tile(report: &Report, lang: Lang) -> AnyView {
    let group = &report.group;
    if group.kind == "demographic" || report.wave.release.campaign.review.is_some() {
        return ().into_any();
    }
    let people = group.received.zip(group.eligible);
    let rate = people.and_then(|(received, eligible)| response_rate(received, eligible));
    let note = match (people, lang) {
        (None, _) => String::new(),
        (Some((received, eligible)), Lang::Ja) => format!("対象者{eligible}人のうち{received}人分を受領"),
        (Some((received, eligible)), Lang::En) => {
            format!("{received} sheets received; {eligible} people could answer")
        }
    };
    let reason = lang.t("対象者が少ないため非表示", "Hidden: too few people");
    view! {
        <Figure
            label=lang.t("回答率", "Response rate")
            value=rate.map(written::percent)
            note=note
            hidden_reason=Some(reason.to_owned())
            lang=lang
        />
    }
    .into_any()
}

fn engagement_tile(report: &Report, lang: Lang) -> AnyView {
    let now = &report.figures;
    if !now.asks_engagement() {
        return ().into_any();
    }
    let score = now.engagement();
    let reason = now.reason(ENGAGEMENT_AREA).label(lang).to_owned();
    let note = score.as_ref().map(|score| engagement_note(report, score, lang)).unwrap_or_default();
    let n = score.as_ref().map(|score| score.figures.n);
    view! {
        <Figure
            label=lang.t("エンゲージメント指数(0~100)", "Engagement index (0–100)")
            value=score.map(|score| written::index(score.figures.index))
            n=n
            note=note
            hidden_reason=Some(reason)
            lang=lang
        />
    }
    .into_any()
}

/// Interval, change and difference from the whole, in words.
fn engagement_note(report: &Report, score: &Score, lang: Lang) -> String {
    let interval = written::interval(&score.figures.interval(report.group.eligible));
    let mut notes = vec![match lang {
        Lang::Ja => format!("95%信頼区間 {interval}"),
        Lang::En => format!("95% interval {interval}"),
    }];
    if let Some(last) = report.last.figures() {
        notes.push(Compared::scores(Some(score), last.engagement().as_ref()).words(lang));
    }
    if let Some(whole) = report.whole.as_ref().and_then(|whole| whole.engagement()) {
        notes.push(from_whole(score.figures.index - whole.figures.index, lang));
    }
    if score.figures.hidden > 0 {
        notes.push(left_out(score.figures.hidden, lang));
    }
    notes.join(lang.t("、", "; "))
}

fn from_whole(difference: f64, lang: Lang) -> String {
    let difference = written::difference(difference);
    match lang {
        Lang::Ja => format!("全体との差 {difference}"),
        Lang::En => format!("{difference} from the whole"),
    }
}

fn left_out(hidden: u32, lang: Lang) -> String {
    match (lang, hidden) {
        (Lang::Ja, _) => format!("非表示の{hidden}問を除く"),
        (Lang::En, 1) => "without 1 hidden item".to_owned(),
        (Lang::En, _) => format!("without {hidden} hidden items"),
    }
}

/// A sentence on what the figures are compared with.
pub fn comparison(report: &Report, lang: Lang) -> AnyView {
    let review = report.wave.release.campaign.review.is_some();
    let words = match (&report.last, lang) {
        (Last::None, Lang::Ja) if review => "初回の評価です。前回との比較はありません。".to_owned(),
        (Last::None, Lang::En) if review => {
            "This is the first review of its kind; there is none to compare with.".to_owned()
        }
        (Last::None, Lang::Ja) => "この調査の初回の結果です。前回との比較はありません。".to_owned(),
        (Last::None, Lang::En) => {
            "This is the first wave of this survey; there is none to compare with.".to_owned()
        }
        (Last::Other(title), Lang::Ja) => format!(
            "前回(「{}」)には、同じ範囲の集計がないか、見られる範囲にありません。そのため、前回との比較は表示していません。",
            title.get(lang)
        ),
        (Last::Other(title), Lang::En) => format!(
            "The last wave (“{}”) has no results of the same group that you may see, so nothing is compared with it.",
            title.get(lang)
        ),
        (Last::Same(title, _), Lang::Ja) => format!(
            "前回は「{}」です。前回との差は指数(0~100)の差です。偶然のばらつきでは説明しにくいときだけ「高い」「低い」と記しています。",
            title.get(lang)
        ),
        (Last::Same(title, _), Lang::En) => format!(
            "Last time means “{}”. Changes are in points of the index (0–100); “higher” and “lower” are said only where \
             chance alone would hardly explain the difference.",
            title.get(lang)
        ),
    };
    view! { <p class="section-lead">{words}</p> }.into_any()
}

/// The score of each area as a table.
pub fn areas(report: &Report, lang: Lang) -> AnyView {
    let rows: Vec<AnyView> = report.figures.areas().map(|area| area_row(area, report, lang)).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let change = report.last.figures().map(|_| {
        view! { <th scope="col">{lang.t("前回との比較", "Compared with last time")}</th> }
    });
    let whole = report.whole.as_ref().map(|_| {
        view! { <th scope="col" class="num">{lang.t("全体との差", "From the whole")}</th> }
    });
    let lead = lang.t(
        "指数は、領域に属する設問の回答を0(最も否定的)から100(最も肯定的)に置き換えて平均した値です。",
        "The index is the mean of the answers to an area's items, from 0 (least favourable) to 100 (most favourable).",
    );
    view! {
        <section class="section">
            <h2>{lang.t("領域ごとの結果", "Results by area")}</h2>
            <p class="section-lead">{lead}</p>
            <ScrollTable caption=lang.t("領域ごとの指数", "Index by area")>
                <thead>
                    <tr>
                        <th scope="col">{lang.t("領域", "Area")}</th>
                        <th scope="col" class="num">{lang.t("指数", "Index")}</th>
                        <th scope="col" class="num">{lang.t("95%信頼区間", "95% interval")}</th>
                        <th scope="col" class="num">"n"</th>
                        {change}
                        {whole}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        </section>
    }
    .into_any()
}

fn area_row(area: &Area, report: &Report, lang: Lang) -> AnyView {
    let label = area.label.get(lang).to_owned();
    let (last, whole) = (report.last.figures(), report.whole.as_ref());
    let Some(score) = report.figures.score(&area.key) else {
        let columns = 3 + usize::from(last.is_some()) + usize::from(whole.is_some());
        let reason = report.figures.reason(&area.key).label(lang);
        return view! {
            <tr>
                <th scope="row">{label}</th>
                <td colspan=columns.to_string()><HiddenCell reason=reason/></td>
            </tr>
        }
        .into_any();
    };
    let note = (score.figures.hidden > 0).then(|| {
        view! { <span class="cell-note">{left_out(score.figures.hidden, lang)}</span> }
    });
    let change = last.map(|last| {
        let words = Compared::scores(Some(&score), last.score(&area.key).as_ref()).words(lang);
        view! { <td>{words}</td> }
    });
    let from_whole = whole.map(|whole| {
        let all = whole.score(&area.key);
        let difference = all.map(|all| written::difference(score.figures.index - all.figures.index));
        view! { <td class="num">{difference.unwrap_or_else(|| written::NO_NUMBER.to_owned())}</td> }
    });
    view! {
        <tr>
            <th scope="row">{label} {note}</th>
            <td class="num">{written::index(score.figures.index)}</td>
            <td class="num">{written::interval(&score.figures.interval(report.group.eligible))}</td>
            <td class="num">{score.figures.n}</td>
            {change}
            {from_whole}
        </tr>
    }
    .into_any()
}

/// Strengths and things to work on, at most [`NAMED`] of each.
pub fn ranking(report: &Report, lang: Lang) -> AnyView {
    let ranking = rank(&report.figures, report.last.figures(), report.whole.as_ref());
    if ranking.strengths.is_empty() {
        return ().into_any();
    }
    let rule = match lang {
        Lang::Ja => format!(
            "段階で答える設問のうち結果を表示できるものを、肯定的な回答(5段階では上位2段階)の割合の順に並べ、上位と下位から{NAMED}問まで示しています。"
        ),
        Lang::En => format!(
            "Of the scale items whose results can be shown, these have the highest and the lowest share of favourable \
             answers (with five points, the top two); at most {NAMED} each."
        ),
    };
    let compared = report.last.figures().is_some();
    view! {
        <section class="section">
            <h2>{lang.t("強みと、これから取り組みたいこと", "Strengths, and what to work on")}</h2>
            <p class="section-lead">{rule}</p>
            <div class="grid-2">
                <div>
                    <h3>{lang.t("強み", "Strengths")}</h3>
                    {ranked(ranking.strengths, compared, lang)}
                </div>
                <div>
                    <h3>{lang.t("取り組みたいこと", "To work on")}</h3>
                    {ranked(ranking.to_work_on, compared, lang)}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn ranked(list: Vec<Ranked>, compared: bool, lang: Lang) -> AnyView {
    let items = list
        .into_iter()
        .map(|item| {
            let mut notes = vec![format!("n={}", item.n)];
            if compared {
                notes.push(item.compared.words(lang));
            }
            if let Some(difference) = item.from_whole {
                let difference = written::difference(difference);
                notes.push(match lang {
                    Lang::Ja => format!("全体との差 {difference}ポイント"),
                    Lang::En => format!("{difference} percentage points from the whole"),
                });
            }
            let name = lang.t("肯定的な回答 ", "Favourable answers: ");
            view! {
                <li>
                    <span>{item.text.get(lang).to_owned()}</span>
                    <span class="rank-value">
                        <span class="visually-hidden">{name}</span>
                        {written::percent(item.favourable)}
                    </span>
                    <span class="rank-note">{notes.join(lang.t("、", "; "))}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="rank-list">{items}</ol> }.into_any()
}
