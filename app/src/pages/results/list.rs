//! The list of released results, and a wave in one sentence.

use domain::fiscal_year::date_label;
use domain::statistics::{Change, format as written, response_rate};
use domain::terms::{Content, Terms};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::clock::date_in;
use service::release::results::Release;
use service::{Result, Service};

use super::access::Viewer;
use super::compare::Compared;
use super::figures::Score;
use super::wave::Wave;
use crate::components::{EmptyState, RateBar};
use crate::pages::{Frame, page};

/// A released wave in short.
#[derive(Clone, Debug)]
pub struct Headline {
    /// Its title.
    pub title: Text,
    /// Its page.
    pub href: String,
    /// When it was published, seconds since 1970 UTC.
    pub released_at: i64,
    /// Sheets received over people who could answer, 0 to 1.
    pub rate: Option<f64>,
    /// What came out, in a sentence.
    pub sentence: Text,
}

/// The newest waves of surveys the viewer may see, at most `most`.
pub async fn headlines(service: &Service, viewer: &Viewer, most: usize) -> Result<Vec<Headline>> {
    list(service, viewer, most, |release| release.campaign.review.is_none()).await
}

async fn list(
    service: &Service,
    viewer: &Viewer,
    most: usize,
    which: impl Fn(&Release) -> bool,
) -> Result<Vec<Headline>> {
    let releases = service.registry.releases().await?;
    let mut list = Vec::new();
    for release in releases.iter().filter(|release| which(release)) {
        if list.len() == most {
            break;
        }
        let terms = service.registry.terms(&release.campaign.id).await?;
        let Some(href) = address(viewer, &terms, &release.campaign.id) else { continue };
        let now = score(service, viewer, release).await?;
        let before = match releases.iter().find(|r| is_before(r, release)) {
            Some(before) if now.is_some() => score(service, viewer, before).await?,
            _ => None,
        };
        let shows_totals = service.registry.shows_totals(&release.campaign).await?;
        list.push(Headline {
            title: release.campaign.title.clone(),
            href,
            released_at: release.released_at,
            rate: response_rate(release.received, release.eligible).filter(|_| shows_totals),
            sentence: if shows_totals {
                sentence(release, now.as_ref(), before.as_ref())
            } else {
                few_subjects()
            },
        });
    }
    Ok(list)
}

/// Where a wave's results are for this viewer; `None` where they see nothing of it.
fn address(viewer: &Viewer, terms: &Terms, campaign: &str) -> Option<String> {
    if viewer.sees(terms, Content::Whole) {
        return Some(format!("/results/{campaign}"));
    }
    viewer.oversees_units(terms).then(|| format!("/results/{campaign}/units"))
}

/// True for earlier waves of the same series; releases come newest first, so the first one found is the last wave.
fn is_before(earlier: &Release, release: &Release) -> bool {
    earlier.campaign.series == release.campaign.series
        && earlier.campaign.schedule.opens_at < release.campaign.schedule.opens_at
}

/// The engagement index of the whole organisation, where the viewer may see it.
async fn score(service: &Service, viewer: &Viewer, release: &Release) -> Result<Option<Score>> {
    let wave = Wave::of(service, release.clone()).await?;
    if !viewer.sees(&wave.terms, Content::Whole) {
        return Ok(None);
    }
    Ok(wave.figures(service, 0).await?.engagement())
}

/// In place of totals that would tell how many of one manager's raters answered.
fn few_subjects() -> Text {
    Text::new(
        "対象の管理職が少ないため、全体の数は示しません。",
        "There are too few managers in it to show totals.",
    )
}

fn sentence(release: &Release, now: Option<&Score>, before: Option<&Score>) -> Text {
    let Some(now) = now else {
        let received = release.received;
        return Text::new(
            format!("{received}人分の回答票を受け取りました。"),
            format!("{received} sheets were received."),
        );
    };
    let index = written::index(now.figures.index);
    let interval = written::interval(&now.figures.interval(Some(release.eligible)));
    let compared = Compared::scores(Some(now), before);
    let difference = compared.difference.map(written::difference).unwrap_or_default();
    let (ja, en) = match compared.change {
        Change::AboutTheSame => (
            format!("で、前回とほぼ同じです({difference})。"),
            format!(", about the same as last time ({difference})."),
        ),
        Change::Higher => (
            format!("で、前回より高くなりました({difference})。"),
            format!(", higher than last time ({difference})."),
        ),
        Change::Lower => (
            format!("で、前回より低くなりました({difference})。"),
            format!(", lower than last time ({difference})."),
        ),
        Change::Unknown => ("です。".to_owned(), ".".to_owned()),
    };
    Text::new(
        format!("エンゲージメント指数(0~100)は{index}(95%信頼区間 {interval}){ja}"),
        format!("The engagement index (0–100) is {index} (95% interval {interval}){en}"),
    )
}

/// All released results the person may see.
#[component]
pub fn ResultsPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let viewer = Viewer::of(&service, &person).await?;
        let surveys = headlines(&service, &viewer, usize::MAX).await?;
        let reviews =
            list(&service, &viewer, usize::MAX, |release| release.campaign.review.is_some()).await?;
        let lead = lang.t(
            "調査ごとに決めた実施条件の範囲で、公表された結果を見ることができます。",
            "Results that have been released, as far as each survey's terms share them with you.",
        );
        let frame = Frame::new(lang.t("調査結果", "Results")).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        let zone = &person.time_zone;
        let of_managers = (!reviews.is_empty()).then(|| reviews_view(reviews, zone, lang));
        Ok((frame, view! { {list_view(surveys, zone, lang)} {of_managers} }.into_any()))
    })
}

/// Reviews over all managers, for those whose terms show them.
fn reviews_view(reviews: Vec<Headline>, zone: &str, lang: Lang) -> AnyView {
    let cards: Vec<AnyView> = reviews.into_iter().map(|headline| card(headline, zone, lang)).collect();
    view! {
        <section class="section" id="reviews">
            <h2>{lang.t("管理者評価・360度評価", "Manager reviews")}</h2>
            <p class="section-lead">{lang.t(
                "管理職全体の平均です。一人ひとりの結果を読むのは本人です。ほかに読む人がいる評価では、だれが読むかを実施条件に示してあります。",
                "Averages over managers. Each manager's own results are read by that manager; where anybody else reads them, the terms of the review say who.",
            )}</p>
            <div class="stack">{cards}</div>
        </section>
    }
    .into_any()
}

fn list_view(list: Vec<Headline>, zone: &str, lang: Lang) -> AnyView {
    if list.is_empty() {
        let title = lang.t("公表された結果はまだありません", "No results have been released yet");
        let text = lang.t(
            "調査が締め切られ、集計と公表が終わると、ここに結果が並びます。回答できる調査は、ホームで確認できます。",
            "Once a survey has closed and its results are released, they are listed here. Surveys you can answer are on \
             the home page.",
        );
        let action = (lang.t("ホームを開く", "Go to the home page").to_owned(), "/".to_owned());
        return view! { <EmptyState title=title text=text action=Some(action)/> }.into_any();
    }
    let cards: Vec<AnyView> = list.into_iter().map(|headline| card(headline, zone, lang)).collect();
    view! { <div class="stack">{cards}</div> }.into_any()
}

/// One wave as a card.
pub fn card(headline: Headline, zone: &str, lang: Lang) -> AnyView {
    let date = date_label(date_in(headline.released_at, zone), lang);
    let released = match lang {
        Lang::Ja => format!("{date} 公表"),
        Lang::En => format!("Released on {date}"),
    };
    let rate = headline.rate.map(|rate| {
        view! { <p>{lang.t("回答率", "Response rate")} " " <RateBar rate=rate/></p> }
    });
    view! {
        <article class="card">
            <div class="card-head">
                <h2 class="card-title"><a href=headline.href>{headline.title.get(lang).to_owned()}</a></h2>
                <span class="muted">{released}</span>
            </div>
            <p>{headline.sentence.get(lang).to_owned()}</p>
            {rate}
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::campaign::{Schedule, State};
    use domain::disclosure::Thresholds;
    use service::registry::campaign::Campaign;

    use super::super::figures::Figures;
    use super::super::figures::tests::{cell, questionnaire};
    use super::*;

    fn release(opens_at: i64, series: &str) -> Release {
        Release {
            campaign: Campaign {
                id: "c".into(),
                series: series.into(),
                title: Text::new("調査", "Survey"),
                questionnaire_id: 1,
                state: State::Released,
                schedule: Schedule { opens_at, closes_at: opens_at + 1 },
                thresholds: Thresholds::default(),
                terms_hash: None,
                review: None,
            },
            released_at: opens_at + 2,
            eligible: 100,
            issued: 80,
            received: 70,
            counted: 69,
            spoiled: 1,
        }
    }

    #[test]
    fn a_wave_is_told_in_one_sentence() {
        let of = |counts: &[u32]| Figures::new(questionnaire(), &[cell("a", counts)]).engagement();
        let (high, low) = (of(&[0, 0, 2, 10, 48]), of(&[20, 20, 10, 5, 5]));
        let told = sentence(&release(0, "s"), high.as_ref(), low.as_ref());
        assert!(told.ja.contains("前回より高くなりました(+"), "{}", told.ja);
        assert!(told.en.starts_with("The engagement index (0–100) is 94.2 (95% interval"), "{}", told.en);
        let alone = sentence(&release(0, "s"), high.as_ref(), None);
        assert!(alone.ja.ends_with(")です。"), "{}", alone.ja);
        assert_eq!(sentence(&release(0, "s"), None, None).en, "70 sheets were received.");
    }

    #[test]
    fn only_earlier_waves_of_the_series_count_as_before() {
        assert!(is_before(&release(1, "s"), &release(2, "s")));
        assert!(!is_before(&release(2, "s"), &release(2, "s")));
        assert!(!is_before(&release(1, "t"), &release(2, "s")));
    }
}
