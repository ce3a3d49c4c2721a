//! The terms of a campaign, and how anonymity works.

use domain::fiscal_year::date_label;
use domain::questionnaire::Questionnaire;
use domain::review::{LEAST_MANAGERS, Relation, ReviewRules};
use domain::terms::{Audience, Content, TableTerms, Terms};
use domain::text::Lang;
use leptos::prelude::*;

use super::{Frame, page, param};
use crate::components::{ScrollTable, own_lang};
use crate::format;

fn audience_name(audience: Audience, lang: Lang) -> &'static str {
    match audience {
        Audience::Staff => lang.t("すべての職員", "All staff"),
        Audience::Manager => lang.t("管理職", "Managers"),
        Audience::Subject => lang.t("評価を受ける本人", "The person rated"),
        Audience::Hr => lang.t("人事", "Personnel division"),
        Audience::Executive => lang.t("幹部", "Executives"),
    }
}

/// What can be seen; of a review, with its rules.
fn content_name(content: Content, rules: Option<&ReviewRules>, lang: Lang) -> &'static str {
    let review = rules.is_some();
    match content {
        Content::Whole if review => lang.t("管理職全体の平均", "Averages over all managers"),
        Content::Demographics if review => {
            lang.t("職級別、本省・在外公館別の平均", "Averages by grade, and by headquarters and missions")
        }
        Content::Whole => lang.t("全体の集計", "Results of the whole organisation"),
        Content::OwnUnits => lang.t("自分の担当部署の集計", "Results of their own units"),
        Content::AllUnits => lang.t("各部署の集計", "Results of every unit"),
        Content::Demographics => lang.t("全体の属性別の集計", "Results of the whole by demographic"),
        Content::Comments => lang.t("自由記述(順番を入れ替えたもの)", "Comments, shuffled"),
        Content::OwnReport if !rules.is_some_and(|rules| rules.asks(Relation::Superior)) => {
            lang.t("自分についての報告書", "The report about themselves")
        }
        Content::OwnReport => lang.t(
            "自分についての報告書(上司の回答は、上司のものとして示します)",
            "The report about themselves; answers of superiors are shown as theirs",
        ),
        Content::EveryReport => {
            lang.t("一人ひとりについての報告書", "The report about any single person rated")
        }
        Content::Indicators => lang.t(
            "取組の指標に使う、管理職全体の領域別の指数",
            "Scores of each area over all managers, where an indicator is made from them",
        ),
    }
}

/// The small table: audience × what × from how many people.
pub fn audience_table(terms: &Terms, lang: Lang) -> AnyView {
    let (scores, comments) = (terms.thresholds.scores, terms.thresholds.comments);
    let review = terms.review.is_some();
    let people = move |n: u32| match lang {
        Lang::Ja => format!("{n}人以上"),
        Lang::En => format!("{n} or more"),
    };
    let rows = terms
        .audiences
        .iter()
        .map(|a| {
            let (plain, free): (Vec<Content>, Vec<Content>) =
                a.sees.iter().partition(|c| **c != Content::Comments);
            let list: Vec<&str> =
                plain.iter().map(|c| content_name(*c, terms.review.as_ref(), lang)).collect();
            let single = a.sees.iter().any(|c| matches!(c, Content::OwnReport | Content::EveryReport));
            let results = match (review && !single, lang) {
                (false, _) => people(scores),
                (true, Lang::Ja) => format!("管理職{LEAST_MANAGERS}人以上"),
                (true, Lang::En) => format!("{LEAST_MANAGERS} managers or more"),
            };
            let own_only = plain.contains(&Content::OwnUnits) && !plain.contains(&Content::AllUnits);
            let free = match (free.is_empty(), own_only) {
                (true, _) => "–".to_owned(),
                (false, false) => people(comments),
                (false, true) => {
                    format!("{}{}", people(comments), lang.t("(担当部署だけ)", " (own units only)"))
                }
            };
            view! {
                <tr>
                    <th scope="row">{audience_name(a.audience, lang)}</th>
                    <td>{list.join(lang.t("、", "; "))}</td>
                    <td class="num" data-label=lang.t("集計", "Results")>{results}</td>
                    <td class="num" data-label=lang.t("自由記述", "Comments")>{free}</td>
                </tr>
            }
        })
        .collect_view();
    let administrators = if review {
        lang.t("見えるものはありません。", "Nothing.")
    } else {
        lang.t(
            "全体の集計だけ。一人ひとりの回答を表示する画面はありません。",
            "The whole only. There is no page that shows a single sheet.",
        )
    };
    let caption = lang.t("だれが、何を、何人以上の集計で見るか", "Who sees what, from how many people");
    view! {
        <ScrollTable caption=caption table_class="table--stack">
            <thead>
                <tr>
                    <th scope="col">{lang.t("見る人", "Who")}</th>
                    <th scope="col">{lang.t("見えるもの", "What")}</th>
                    <th scope="col" class="num">{lang.t("集計の人数", "People")}</th>
                    <th scope="col" class="num">{lang.t("自由記述", "Comments")}</th>
                </tr>
            </thead>
            <tbody>
                {rows}
                <tr>
                    <th scope="row">{lang.t("システム管理者", "Administrators")}</th>
                    <td>{administrators}</td>
                    <td class="num" data-label=lang.t("集計", "Results")>{if review { "–".to_owned() } else { people(scores) }}</td>
                    <td class="num" data-label=lang.t("自由記述", "Comments")>"–"</td>
                </tr>
            </tbody>
        </ScrollTable>
    }
    .into_any()
}

/// The terms of one campaign.
#[component]
pub fn TermsPage() -> impl IntoView {
    let campaign = param("campaign");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let zone = context.person().map_or_else(|| "Asia/Tokyo".into(), |p| p.time_zone);
        let found = service.registry.campaign(&campaign).await?;
        let terms = service.registry.terms(&campaign).await?;
        let asked = service.registry.campaign_questionnaire(&found).await?.questionnaire.clone();
        let hash = found.terms_hash.clone().unwrap_or_default();
        let lead = lang.t(
            "開始前に固定され、その後は変えられない約束です。締切だけは、遅らせることができます。",
            "Fixed before opening and unchangeable since. Only the closing date may be put later.",
        );
        let frame = Frame::new(lang.t("実施条件", "Terms")).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        Ok((frame, terms_view(&terms, &asked, &hash, &zone, found.schedule.closes_at, lang)))
    })
}

fn terms_view(
    terms: &Terms,
    asked: &Questionnaire,
    hash: &str,
    zone: &str,
    closes_at: i64,
    lang: Lang,
) -> AnyView {
    let question =
        |key: &str| asked.item(key).map_or_else(|| key.to_owned(), |i| i.text.get(lang).to_owned());
    let strata = terms
        .strata
        .iter()
        .map(|s| {
            let (label, size) = (s.label.get(lang).to_owned(), s.size);
            let label_lang = own_lang(&label, lang);
            view! { <tr><th scope="row" lang=label_lang>{label}</th><td class="num">{size}</td></tr> }
        })
        .collect_view();
    let tables: Vec<String> = terms
        .tables
        .iter()
        .map(|t| match t {
            TableTerms::Units => lang.t("部署別(全員)", "By unit, all respondents").to_owned(),
            TableTerms::Demographic { item } => match lang {
                Lang::Ja => format!("全体の属性別「{}」", question(item)),
                Lang::En => format!("The whole by “{}”", question(item)),
            },
            TableTerms::Subjects => {
                lang.t(
                    "評価を受ける人ごとの報告書(評価者区分別。見るのは、次の「だれが何を見るか」にある人だけです)",
                    "The report of each person rated, by group of raters; only those under “Who sees what” read it",
                )
                .to_owned()
            }
            TableTerms::Aggregates => lang
                .t(
                    "評価を受ける人の平均(全体・職位別・本省在外別)",
                    "Averages over the people rated: all, by grade, by headquarters and missions",
                )
                .to_owned(),
        })
        .collect();
    let moved = (closes_at > terms.closes_at).then(|| match lang {
        Lang::Ja => format!("(延長後: {})", format::deadline(closes_at, zone, lang)),
        Lang::En => format!(" (extended to {})", format::deadline(closes_at, zone, lang)),
    });
    let days = match lang {
        Lang::Ja => {
            format!(
                "一人ひとりの回答票と、だれが回答券を受け取ったかの記録は、集計の時点で消します。集計した数と自由記述は、公表すると公表分だけを残して消し、公表しないときも締切から{}日で消します。",
                terms.retention_days
            )
        }
        Lang::En => format!(
            "Answer sheets, and the record of who took a ballot, are erased when they are counted. Counts and comments are erased with the release, apart from what is published, and {} days after closing if nothing is released.",
            terms.retention_days
        ),
    };
    let caption = lang.t("集計区分と人数", "Groups and their sizes");
    view! {
        <dl class="facts">
            <dt>{lang.t("調査", "Survey")}</dt><dd>{terms.title.get(lang).to_owned()}</dd>
            <dt>{lang.t("開始", "Opens")}</dt><dd>{format::deadline(terms.opens_at, zone, lang)}</dd>
            <dt>{lang.t("締切", "Closes")}</dt><dd>{format::deadline(terms.closes_at, zone, lang)}{moved}</dd>
            <dt>{lang.t("公表する表", "Tables that will be published")}</dt>
            <dd><ul>{tables.into_iter().map(|t| view! { <li>{t}</li> }).collect_view()}</ul></dd>
            <dt>{lang.t("保存期間", "Kept for")}</dt><dd>{days}</dd>
            <dt>"SHA-256"</dt><dd><code class="mono small">{hash.to_owned()}</code></dd>
            <dt>{lang.t("調査票のSHA-256", "SHA-256 of the questionnaire")}</dt>
            <dd><code class="mono small">{terms.questionnaire.clone()}</code></dd>
        </dl>
        <h2>{lang.t("だれが何を見るか", "Who sees what")}</h2>
        {audience_table(terms, lang)}
        <h2>{caption}</h2>
        {terms.review.as_ref().map(|rules| rules_of(rules, lang))}
        <p>{if terms.review.is_some() {
            lang.t(
                "回答は、評価を受ける人ごとに、次の区分の一人として数えられます。「本人」と「上司」の回答は、名前とともに示されます。",
                "For each person rated, an answer counts as one of these groups. Answers of self and superior are shown by name.",
            )
        } else {
            lang.t(
                "回答は、次のいずれかの区分の一人として数えられます。人数の少ない部署は、近い部署とまとめてあります。",
                "An answer counts as one of these groups. Small units are put together with near ones.",
            )
        }}</p>
        <ScrollTable caption=caption label=caption>
            <thead><tr>
                <th scope="col">{lang.t("集計区分", "Group")}</th>
                <th scope="col" class="num">{lang.t("人数", "People")}</th>
            </tr></thead>
            <tbody>{strata}</tbody>
        </ScrollTable>
        <h2>{lang.t("自分で確かめるには", "Check it yourself")}</h2>
        <p>{lang.t(
            "次のファイルのSHA-256を計算し、招待メールとこのページにある値と比べてください。一致すれば、全員に同じ条件が示されています。",
            "Compute the SHA-256 of this file and compare it with the value in your invitation and on this page: if they agree, everybody was shown the same terms.",
        )}</p>
        <p><a href=format!("/terms/{}/terms.json", terms.campaign) download="terms.json">"terms.json"</a></p>
    }
    .into_any()
}

/// Who rates whom, as the terms fix it.
pub fn rules_of(rules: &ReviewRules, lang: Lang) -> AnyView {
    let asked: Vec<&str> = rules.relations.iter().map(|relation| relation.label(lang)).collect();
    let counted: Vec<&str> = [
        (rules.acting, lang.t("代行の上司", "acting superiors")),
        (rules.concurrent, lang.t("兼務先の上司", "superiors of concurrent posts")),
        (rules.former, lang.t("異動前の上司", "superiors before a move")),
    ]
    .into_iter()
    .filter_map(|(yes, whom)| yes.then_some(whom))
    .collect();
    let counted = if counted.is_empty() {
        lang.t("なし", "None").to_owned()
    } else {
        counted.join(lang.t("、", ", "))
    };
    let period = format!("{} – {}", date_label(rules.period.from, lang), date_label(rules.period.to, lang));
    let nomination = if rules.nomination {
        lang.t("本人が推薦し、上司が承認", "By the subject, approved by the superior")
    } else {
        lang.t("なし", "None")
    };
    let readers: Vec<&str> = std::iter::once(Audience::Subject)
        .chain(rules.individual.iter().copied())
        .map(|audience| audience_name(audience, lang))
        .collect();
    let days = match lang {
        Lang::Ja => format!("{}日以上", rules.least_days),
        Lang::En => format!("{} days or more", rules.least_days),
    };
    view! {
        <dl class="facts">
            <dt>{lang.t("評価者", "Raters")}</dt><dd>{asked.join(lang.t("、", ", "))}</dd>
            <dt>{lang.t("評価対象期間", "Period")}</dt><dd>{period}</dd>
            <dt>{lang.t("在籍の重なり", "Time together")}</dt><dd>{days}</dd>
            <dt>{lang.t("直属のほかに評価する上司", "Rated beside the direct superior")}</dt><dd>{counted}</dd>
            <dt>{lang.t("同僚の推薦", "Proposing peers")}</dt><dd>{nomination}</dd>
            <dt>{lang.t("個々の報告書を見る人", "Who reads single reports")}</dt><dd>{readers.join(lang.t("、", ", "))}</dd>
        </dl>
    }
    .into_any()
}
