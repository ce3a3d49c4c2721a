//! The home page: what waits for an answer, what came of the last survey, and the next step of those who run surveys.

mod duties;
mod reviews;

use domain::campaign::State;
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::ballot::Enrolment;
use service::registry::campaign::Campaign;
use service::registry::person::Person;
use service::{Result, Service};

use self::duties::Duties;
use self::reviews::Reviews;
use super::results::{Headline, Viewer, headlines};
use super::{Frame, page};
use crate::components::{Badge, BadgeKind, EmptyState, RateBar};
use crate::format;

/// A survey that takes answers from this person.
struct Waiting {
    place: Enrolment,
    /// About how long it takes.
    minutes: u32,
    /// People to rate, in a review.
    people: u32,
}

/// Cards for everybody, and more for those with a role.
#[component]
pub fn HomePage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let viewer = Viewer::of(&service, &person).await?;
        let waiting = waiting(&service, &person).await?;
        let newest = headlines(&service, &viewer, 1).await?.into_iter().next();
        let running = if person.has(Role::Hr) { Some(running(&service).await?) } else { None };
        let lead = match lang {
            Lang::Ja => format!("{}さん、こんにちは。", person.display_name(lang)),
            Lang::En => format!("Hello, {}.", person.display_name(lang)),
        };
        let reviews = Reviews::read(&service, person.id).await?;
        let duties = Duties::read(&service, &person).await?;
        let nothing = waiting.is_empty()
            && newest.is_none()
            && running.is_none()
            && reviews.is_empty()
            && duties.is_empty();
        let view = view! {
            {nothing.then(|| nothing_yet(lang))}
            {(!nothing).then(|| surveys(waiting, &person.time_zone, lang))}
            {(!duties.is_empty()).then(|| duties.view(lang))}
            {newest.map(|headline| last_results(headline, lang))}
            {(!reviews.is_empty()).then(|| reviews.view(lang))}
            {running.map(|campaigns| campaigns_of_hr(campaigns, &person.time_zone, lang))}
            {shortcuts(&person, lang)}
            {anonymity(lang)}
        };
        Ok((Frame::new(lang.t("ホーム", "Home")).lead(lead), view.into_any()))
    })
}

fn card(title: &str, text: String, href: String, action: &'static str) -> AnyView {
    let title = title.to_owned();
    view! {
        <article class="card">
            <h3 class="card-title">{title}</h3>
            <p>{text}</p>
            <div class="card-foot"><a class="button button--secondary" href=href>{action}</a></div>
        </article>
    }
    .into_any()
}

/// Surveys the person can answer now, the earliest deadline first.
async fn waiting(service: &Service, person: &Person) -> Result<Vec<Waiting>> {
    let now = service.clock.now();
    let mut list: Vec<Waiting> = Vec::new();
    for place in service.registry.enrolments(person.id).await? {
        if place.campaign.state != State::Open || now >= place.campaign.schedule.closes_at {
            continue;
        }
        let people = u32::from(place.campaign.review.is_some());
        // The places of one review follow one another.
        match list.last_mut().filter(|last| last.place.campaign.id == place.campaign.id) {
            Some(last) => {
                last.people += people;
                last.place.issued &= place.issued;
            }
            None => {
                let asked = service.registry.campaign_questionnaire(&place.campaign).await?;
                list.push(Waiting { place, minutes: asked.questionnaire.minutes(), people });
            }
        }
    }
    for waiting in list.iter_mut().filter(|waiting| waiting.people > 0) {
        // Whoever has left since is on the list of people to rate, but there is nothing to do about them.
        let here = service.registry.people_to_rate(&waiting.place.campaign.id, person.id).await?;
        waiting.people = u32::try_from(here).unwrap_or(u32::MAX).max(1);
    }
    list.sort_by_key(|waiting| waiting.place.campaign.schedule.closes_at);
    Ok(list)
}

/// Campaigns that are not yet released.
async fn running(service: &Service) -> Result<Vec<Campaign>> {
    let campaigns = service.registry.campaigns().await?;
    Ok(campaigns.into_iter().filter(|campaign| campaign.state != State::Released).collect())
}

fn nothing_yet(lang: Lang) -> AnyView {
    let title = lang.t("いまお願いしている調査はありません", "There is nothing to answer at the moment");
    let text = lang.t(
        "調査が始まるとメールでお知らせし、ここにも表示します。公表された結果も、このページから見ることができます。",
        "When a survey opens you get a mail, and it appears here. Released results can be found from this page, too.",
    );
    let action = (
        lang.t("匿名性の守られ方を見る", "How your answer stays anonymous").to_owned(),
        "/anonymity".to_owned(),
    );
    view! { <EmptyState title=title text=text action=Some(action)/> }.into_any()
}

fn surveys(waiting: Vec<Waiting>, zone: &str, lang: Lang) -> AnyView {
    let content: AnyView = if waiting.is_empty() {
        let none =
            lang.t("いまお願いしている調査はありません。", "There is nothing to answer at the moment.");
        view! { <p>{none}</p> }.into_any()
    } else {
        let cards: Vec<AnyView> = waiting.into_iter().map(|waiting| survey(waiting, zone, lang)).collect();
        view! { <div class="grid-2">{cards}</div> }.into_any()
    };
    view! {
        <section class="section">
            <h2>{lang.t("回答をお願いしている調査", "Surveys you can answer")}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn survey(waiting: Waiting, zone: &str, lang: Lang) -> AnyView {
    let Waiting { place, minutes, people } = waiting;
    let page = if people > 0 { "review" } else { "answer" };
    let href = format!("/{page}/{}", place.campaign.id);
    let terms = format!("/terms/{}", place.campaign.id);
    let deadline = format::deadline(place.campaign.schedule.closes_at, zone, lang);
    let minutes = match lang {
        Lang::Ja => format!("約{minutes}分"),
        Lang::En if minutes == 1 => "about a minute".to_owned(),
        Lang::En => format!("about {minutes} minutes"),
    };
    let asked = (people > 0).then(|| {
        let people = match lang {
            Lang::Ja => format!("{people}人"),
            Lang::En if people == 1 => "one person".to_owned(),
            Lang::En => format!("{people} people"),
        };
        view! { <dt>{lang.t("評価の対象", "To rate")}</dt><dd>{people}</dd> }
    });
    let minutes = match lang {
        _ if people < 2 => minutes,
        Lang::Ja => format!("一人につき{minutes}"),
        Lang::En => format!("{minutes} for each"),
    };
    let issued = (place.issued && people == 0).then(|| {
        view! {
            <p>{lang.t(
                "回答券は、この端末または別の端末で受け取り済みです。続きや出し直しは、受け取った端末で行うか、引き継ぎコードを使ってください。送信したかどうかは記録されません。",
                "Your ballot was received on this or another device. To go on or to replace your answer, use that device or \
                 its transfer code. Whether you have sent an answer is not recorded.",
            )}</p>
        }
    });
    let action = if people > 0 {
        lang.t("評価の対象となる方の一覧へ", "See whom to rate")
    } else if place.issued {
        lang.t("回答の画面を開く", "Open the survey")
    } else {
        lang.t("回答をはじめる", "Start")
    };
    view! {
        <article class="card card--key">
            <h3 class="card-title">{place.campaign.title.get(lang).to_owned()}</h3>
            <dl class="facts">
                <dt>{lang.t("締切", "Open until")}</dt>
                <dd>{deadline}</dd>
                {asked}
                <dt>{lang.t("所要時間", "Takes")}</dt>
                <dd>{minutes}</dd>
            </dl>
            {issued}
            <div class="card-foot">
                <a class="button" href=href>{action}</a>
                <a href=terms>{lang.t("実施条件", "Terms")}</a>
            </div>
        </article>
    }
    .into_any()
}

fn last_results(headline: Headline, lang: Lang) -> AnyView {
    let rate = headline.rate.map(|rate| {
        view! { <p>{lang.t("回答率", "Response rate")} " " <RateBar rate=rate/></p> }
    });
    view! {
        <section class="section">
            <h2>{lang.t("最近公表された結果", "The latest results")}</h2>
            <article class="card">
                <h3 class="card-title">{headline.title.get(lang).to_owned()}</h3>
                <p>{headline.sentence.get(lang).to_owned()}</p>
                {rate}
                <div class="card-foot">
                    <a class="button button--secondary" href=headline.href>{lang.t("結果を見る", "See the results")}</a>
                    <a href="/results">{lang.t("これまでの結果", "All results")}</a>
                </div>
            </article>
        </section>
    }
    .into_any()
}

/// What is to be done next in each state.
fn next_step(campaign: &Campaign, zone: &str, lang: Lang) -> String {
    let at = |seconds| format::deadline(seconds, zone, lang);
    let (opens, closes) = (campaign.schedule.opens_at, campaign.schedule.closes_at);
    match (campaign.state, lang) {
        (State::Draft, Lang::Ja) => "次の手順:内容を確かめて、実施条件を確定する".to_owned(),
        (State::Draft, Lang::En) => "Next: check everything and fix the terms".to_owned(),
        (State::Scheduled, Lang::Ja) => format!("{}に自動で始まります", at(opens)),
        (State::Scheduled, Lang::En) => format!("Opens by itself on {}", at(opens)),
        (State::Open, Lang::Ja) => format!("{}に締め切ります。回答状況を確かめられます", at(closes)),
        (State::Open, Lang::En) => format!("Closes on {}; response rates can be watched", at(closes)),
        (State::Closed, Lang::Ja) => "次の手順:回答票を集計する".to_owned(),
        (State::Closed, Lang::En) => "Next: count the sheets".to_owned(),
        (State::Counted, Lang::Ja) => "次の手順:結果を公表する".to_owned(),
        (State::Counted, Lang::En) => "Next: release the results".to_owned(),
        (State::Released, Lang::Ja) => "公表済みです".to_owned(),
        (State::Released, Lang::En) => "Released".to_owned(),
    }
}

fn campaigns_of_hr(campaigns: Vec<Campaign>, zone: &str, lang: Lang) -> AnyView {
    let content: AnyView = if campaigns.is_empty() {
        let title = lang.t("準備中・実施中の調査はありません", "No survey is being prepared or running");
        let text = lang.t(
            "調査票と日程を決めると、名簿の固定から公表までを順に進められます。",
            "Choose a questionnaire and dates; the steps from freezing the roster to the release follow one by one.",
        );
        let action = (lang.t("調査を作成する", "Create a survey").to_owned(), "/hr/campaigns/new".to_owned());
        view! { <EmptyState title=title text=text action=Some(action)/> }.into_any()
    } else {
        let items: Vec<AnyView> =
            campaigns.iter().map(|campaign| campaign_line(campaign, zone, lang)).collect();
        view! { <ul class="link-list">{items}</ul> }.into_any()
    };
    view! {
        <section class="section">
            <h2>{lang.t("調査の進み具合", "Surveys under way")}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn campaign_line(campaign: &Campaign, zone: &str, lang: Lang) -> AnyView {
    let kind = match campaign.state {
        State::Draft => BadgeKind::Neutral,
        State::Released => BadgeKind::Success,
        State::Scheduled | State::Open | State::Closed | State::Counted => BadgeKind::Info,
    };
    let href = format!("/hr/campaigns/{}", campaign.id);
    let title = campaign.title.get(lang).to_owned();
    let next = next_step(campaign, zone, lang);
    view! {
        <li>
            <a href=href>{title}</a>
            <span class="muted">{next}</span>
            <Badge kind=kind label=campaign.state.label(lang)/>
        </li>
    }
    .into_any()
}

/// Links to the pages that only some roles have.
fn shortcuts(person: &Person, lang: Lang) -> AnyView {
    let manager = person.has(Role::Manager).then(|| {
        let text = lang.t(
            "担当する部署の結果を、前回や全体と比べて見ることができます。",
            "The results of the unit you look after, compared with last time and with the whole.",
        );
        shortcut(lang.t("自部署の結果", "My unit"), text, "/unit", lang)
    });
    let executive = person.has(Role::Executive).then(|| {
        let text = lang.t(
            "エンゲージメントの推移と、指標の状況を1ページにまとめています。",
            "Engagement over the years and how the indicators stand, on one page.",
        );
        shortcut(lang.t("全体の状況", "Dashboard"), text, "/executive", lang)
    });
    let hr = person.has(Role::Hr).then(|| {
        let metrics = lang.t(
            "超過勤務、テレワーク、休暇などの数値を部署ごとに取り込み、指標に反映します。",
            "Numbers by unit, such as overtime, telework and leave, which feed the indicators.",
        );
        let overtime = lang.t(
            "課室ごとの上限と実績を見て、大きく上回る課室に説明を求めます。",
            "Ceilings and hours worked by unit; units far above are asked to explain.",
        );
        view! {
            {shortcut(lang.t("統計系列", "Metrics"), metrics, "/hr/metrics", lang)}
            {shortcut(lang.t("超過勤務", "Overtime"), overtime, "/hr/overtime", lang)}
        }
    });
    if manager.is_none() && executive.is_none() && hr.is_none() {
        return ().into_any();
    }
    view! {
        <section class="section">
            <h2>{lang.t("担当の方へ", "For your role")}</h2>
            <div class="grid-2">{manager} {executive} {hr}</div>
        </section>
    }
    .into_any()
}

fn shortcut(title: &str, text: &str, href: &'static str, lang: Lang) -> AnyView {
    view! {
        <article class="card">
            <h3 class="card-title">{title.to_owned()}</h3>
            <p>{text.to_owned()}</p>
            <div class="card-foot">
                <a class="button button--secondary" href=href>{lang.t("開く", "Open")}</a>
            </div>
        </article>
    }
    .into_any()
}

fn anonymity(lang: Lang) -> AnyView {
    let text = lang.t(
        "回答は、あなたの端末の中で封をしてから、だれのものかを示さずに送られます。人事担当者にもシステム管理者にも、一人ひとりの回答を見る画面はありません。守れること、守れないことを3分で読めるようにまとめました。",
        "Your answer is sealed on your own device and sent without anything that says whose it is. There is no page on \
         which HR or administrators could see anybody's answers. Three minutes on what is protected and what is not.",
    );
    view! {
        <section class="section">
            <div class="card card--quiet">
                <h2 class="card-title">{lang.t("回答の匿名性はどう守られるか", "How your answer stays anonymous")}</h2>
                <p>{text}</p>
                <div class="card-foot">
                    <a href="/anonymity">{lang.t("くわしく見る", "Read more")}</a>
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::campaign::Schedule;
    use domain::disclosure::Thresholds;
    use domain::text::Text;

    use super::*;

    #[test]
    fn the_next_step_names_the_moment_in_the_persons_time() {
        let mut campaign = Campaign {
            id: "c".into(),
            series: "s".into(),
            title: Text::new("調査", "Survey"),
            questionnaire_id: 1,
            state: State::Open,
            // 2025-10-01T08:00:00Z: 17:00 in Japan, 4:00 in Toronto.
            schedule: Schedule { opens_at: 0, closes_at: 1_759_305_600 },
            thresholds: Thresholds::default(),
            terms_hash: None,
            review: None,
        };
        assert!(
            next_step(&campaign, "Asia/Tokyo", Lang::Ja).starts_with("令和7年10月1日(水) 17時(日本時間)")
        );
        assert!(next_step(&campaign, "America/Toronto", Lang::En).contains("04:00 (local time, Toronto)"));
        campaign.state = State::Counted;
        assert_eq!(next_step(&campaign, "Asia/Tokyo", Lang::En), "Next: release the results");
    }
}
