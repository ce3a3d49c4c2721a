//! A whole campaign through the real code: every simulated browser blinds, gets its ballot, seals and submits.

mod asked;
pub mod metrics;

use std::time::Instant;

use domain::answer::{Answers, Sheet};
use domain::ballot::{BallotRequest, Seed};
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::review::{Period, ReviewRules};
use domain::seal;
use domain::terms::Terms;
use domain::text::{Lang, Text};
use futures::{StreamExt, TryStreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

use self::asked::{of_review, questionnaire, say, scales};
use crate::Service;
use crate::browser::key;
use crate::collector::intake::{Refusal, Submission};
use crate::error::{Error, Result};
use crate::registry::campaign::Draft;
use crate::registry::editing::Template;
use crate::registry::roster::Refused;
use crate::secret::random;
use crate::work::work;

/// Peers of each manager of a simulated review.
const PEERS: u16 = 3;
/// Simulated browsers at work at the same time.
const BROWSERS: usize = 64;

/// What kind of campaign to simulate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A survey: everybody answers about their work.
    #[default]
    Survey,
    /// A 360-degree review with the items of the template: the first person of each unit is its manager, and is rated by the
    /// others in it, three managers beside them, the manager above, and themselves.
    Review,
}

/// What to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// A survey or a review.
    pub kind: Kind,
    /// People on the roster.
    pub staff: u32,
    /// Units; of a review, as many managers.
    pub units: u32,
    /// Scale items.
    pub items: u32,
    /// Share of people who answer, 0 to 1.
    pub rate: f64,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// Seconds and counts per phase.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// People on the roster.
    pub staff: u32,
    /// Strata they were frozen into.
    pub strata: usize,
    /// Items.
    pub items: u32,
    /// Sheets sent.
    pub sheets: usize,
    /// Sheets counted.
    pub counted: u32,
    /// Sheets spoiled.
    pub spoiled: u32,
    /// Importing units and staff.
    pub import_seconds: f64,
    /// Freezing roster and terms.
    pub schedule_seconds: f64,
    /// Blinding in the simulated browsers.
    pub blind_seconds: f64,
    /// Issuing ballots, through the registry.
    pub issue_seconds: f64,
    /// Ballots issued per second.
    pub issued_per_second: f64,
    /// Checking proofs, unblinding and sealing in the simulated browsers.
    pub seal_seconds: f64,
    /// Taking sheets in, through the collector.
    pub accept_seconds: f64,
    /// Sheets accepted per second.
    pub accepted_per_second: f64,
    /// Opening and counting.
    pub count_seconds: f64,
    /// Disclosure control and publishing.
    pub release_seconds: f64,
    /// Reports of a review, each read and written as a workbook.
    pub reports: usize,
    /// Reading and writing all of them.
    pub reports_seconds: f64,
}

/// One browser, between two phases.
struct Browser {
    staff: i64,
    stratum: u32,
    seed: Seed,
    answers: Answers,
}

/// Refuses databases that hold anything: the simulated roster would take the place of one that is there.
async fn require_empty(service: &Service) -> Result<()> {
    if service.registry.is_empty().await? {
        return Ok(());
    }
    Err(Error::invalid(
        "ここにはすでにデータがあります。模擬調査は名簿を置き換えるため、空のフォルダーでだけ実行できます(--data で指定してください)。",
        "There is data here already. A simulation replaces the roster, so it runs in an empty folder only; name one with --data.",
    ))
}

/// Runs the campaign and measures each phase, in databases that hold nothing yet: its roster would take the place of one
/// that is there.
///
/// # Errors
/// [`Error::Invalid`] where the plan makes no sense, or the registry holds anything.
pub async fn run(service: &Service, plan: Plan) -> Result<Figures> {
    if plan.staff < 10 || plan.units == 0 || plan.items == 0 || !(0.0..=1.0).contains(&plan.rate) {
        return Err(Error::invalid(
            "職員は10人以上、部署と設問は1以上、回答率は0から1までにしてください。",
            "Please give at least 10 staff, at least one unit and item, and a rate from 0 to 1.",
        ));
    }
    require_empty(service).await?;
    if plan.kind == Kind::Review && plan.items as usize > scales(&Template::Review.questionnaire()?) {
        return Err(Error::invalid("管理者評価の設問は24問までです。", "A review has at most 24 items."));
    }
    let mut figures = Figures {
        database: if service.registry.db.is_postgres() { "postgres" } else { "sqlite" },
        staff: plan.staff,
        items: plan.items,
        ..Figures::default()
    };
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let clock = Instant::now();
    import(service, plan).await?;
    figures.import_seconds = clock.elapsed().as_secs_f64();

    let clock = Instant::now();
    let id = schedule(service, plan).await?;
    service.open_campaign(&id, None).await?;
    figures.schedule_seconds = clock.elapsed().as_secs_f64();
    let campaign = service.registry.campaign(&id).await?;
    let (terms, digest) = (service.registry.terms(&id).await?, campaign.terms_digest()?);
    figures.strata = terms.strata.len();

    let browsers = browsers(service, &id, plan, &mut rng).await?;
    figures.sheets = browsers.len();
    answer(service, &id, &terms, digest, browsers, &mut figures).await?;

    let clock = Instant::now();
    service.close_campaign(&id, None).await?;
    service.count_campaign(&id, None).await?;
    figures.count_seconds = clock.elapsed().as_secs_f64();
    for stratum in service.collector.count_report(&id).await? {
        figures.counted += stratum.counted;
        figures.spoiled += stratum.spoiled;
    }
    let clock = Instant::now();
    service.release_campaign(&id, None).await?;
    figures.release_seconds = clock.elapsed().as_secs_f64();
    if plan.kind == Kind::Review {
        reports(service, &id, &mut figures).await?;
    }
    Ok(figures)
}

/// Reads the report of every subject as its page does, and writes it as a workbook.
async fn reports(service: &Service, id: &str, figures: &mut Figures) -> Result<()> {
    let clock = Instant::now();
    let subjects = service.registry.reported_subjects(id).await?;
    figures.reports = subjects.len();
    let workbook = |subject: i64| {
        let service = service.clone();
        async move {
            let reader = service.registry.person(subject).await?;
            let report = service.registry.review_report(id, subject, &reader).await?;
            work(move || report.workbook(Lang::Ja)).await
        }
    };
    stream::iter(subjects)
        .map(|subject| workbook(subject.id))
        .buffer_unordered(4)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    figures.reports_seconds = clock.elapsed().as_secs_f64();
    Ok(())
}

async fn import(service: &Service, plan: Plan) -> Result<()> {
    let refused = |refused: Refused| match refused {
        Refused::Fault(error) => error,
        other => Error::Damaged(format!("the simulated roster: {other:?}")),
    };
    let mut units = String::from("unit_code,name,name_en,parent_code,kind,region,time_zone\n");
    units.push_str("U0,全体,Whole,,headquarters,,\n");
    for unit in 1..=plan.units {
        // A tree of ten units below each, as ministries are. Of those below which there are none, some are missions.
        let parent = (unit - 1) / 10;
        let kind = if unit > plan.units / 10 && unit.is_multiple_of(10) { "mission" } else { "division" };
        units.push_str(&format!("U{unit},部署{unit},Unit {unit},U{parent},{kind},,\n"));
    }
    let mut staff = String::from("staff_number,name,mail,unit_code,supervisor_number,grade\n");
    for person in 0..plan.staff {
        let unit = person % plan.units + 1;
        // The managers of the first ten units report to the first.
        let above = ((unit - 1) / 10).max(1) - 1;
        let superior = match plan.kind {
            Kind::Survey => None,
            Kind::Review if person >= plan.units => Some(person % plan.units),
            Kind::Review => Some(above).filter(|above| *above != person),
        };
        let superior = superior.map(|number| (100_000 + number).to_string()).unwrap_or_default();
        let grade = match person {
            _ if person >= plan.units => "係員",
            0..10 => "局長",
            10..110 => "課長",
            _ => "室長",
        };
        staff.push_str(&format!(
            "{},職員{person},s{person}@example.org,U{unit},{superior},{grade}\n",
            100_000 + person
        ));
    }
    let (now, today) = (service.clock.now(), service.clock.today());
    service.registry.import_units(units.as_bytes(), None, now).await.map_err(refused)?;
    service.registry.import_roster(staff.as_bytes(), None, now, today).await.map_err(refused)?;
    Ok(())
}

async fn schedule(service: &Service, plan: Plan) -> Result<String> {
    let asked = match plan.kind {
        Kind::Survey => questionnaire(plan.items),
        Kind::Review => of_review(plan.items)?,
    };
    let questionnaire_id = service.registry.save_questionnaire(&asked).await?;
    let now = service.clock.now();
    let draft = Draft {
        title: Text::new("模擬調査", "Simulated survey"),
        questionnaire_id,
        schedule: Schedule { opens_at: now, closes_at: now + 86_400 },
        thresholds: match plan.kind {
            Kind::Survey => Thresholds::default(),
            Kind::Review => Thresholds { scores: 3, comments: 5, response_rate: 3 },
        },
        review: (plan.kind == Kind::Review).then(|| {
            let to = service.clock.today();
            let period = Period { from: to.saturating_sub(jiff::Span::new().days(364)), to };
            ReviewRules { most_peers: PEERS, nomination: false, ..ReviewRules::circle(period) }
        }),
    };
    let id = service.registry.create_campaign(&draft, None, now).await?;
    if plan.kind == Kind::Review {
        service.registry.propose_raters(&id, None, now).await?;
    }
    service.schedule_campaign(&id, None).await?;
    Ok(id)
}

async fn browsers(service: &Service, id: &str, plan: Plan, rng: &mut StdRng) -> Result<Vec<Browser>> {
    let asked = service.registry.campaign_questionnaire(&service.registry.campaign(id).await?).await?;
    let mut browsers = Vec::new();
    for (staff, stratum) in service.registry.enrolled(id).await? {
        if rng.random::<f64>() >= plan.rate {
            continue;
        }
        let answers = asked
            .questionnaire
            .items()
            .filter_map(|(_, item)| Some((item.key.clone(), say(item, rng)?)))
            .collect();
        browsers.push(Browser { staff, stratum, seed: Seed::new(rng.random()), answers });
    }
    Ok(browsers)
}

/// Blind, issue, seal, accept: each phase over all browsers before the next, so that each is measured by itself.
async fn answer(
    service: &Service,
    id: &str,
    terms: &Terms,
    digest: [u8; 32],
    browsers: Vec<Browser>,
    figures: &mut Figures,
) -> Result<()> {
    use rayon::prelude::*;
    let broken = |e: &dyn std::fmt::Display| Error::Damaged(e.to_string());
    let count = browsers.len() as f64;

    let clock = Instant::now();
    let requests: Vec<(Browser, BallotRequest)> = browsers
        .into_par_iter()
        .map(|b| {
            let request =
                BallotRequest::new(&b.seed, terms.binding(digest, b.stratum)).map_err(|e| broken(&e))?;
            Ok((b, request))
        })
        .collect::<Result<_>>()?;
    figures.blind_seconds = clock.elapsed().as_secs_f64();

    let clock = Instant::now();
    let issued: Vec<_> = stream::iter(requests)
        .map(|(browser, request)| {
            let service = service.clone();
            let id = id.to_owned();
            async move {
                let task = tokio::spawn(async move {
                    let now = service.clock.now();
                    let blinded = request.blinded();
                    let evaluation = service
                        .registry
                        .issue_ballot(&id, browser.stratum, browser.staff, &blinded, &service.master, now)
                        .await?;
                    Ok::<_, Error>((browser, request, evaluation))
                });
                task.await.map_err(|e| Error::Damaged(e.to_string()))?
            }
        })
        .buffer_unordered(BROWSERS)
        .try_collect()
        .await?;
    figures.issue_seconds = clock.elapsed().as_secs_f64();
    figures.issued_per_second = count / figures.issue_seconds;

    let clock = Instant::now();
    let ballot_key = key(&terms.ballot_key)?;
    let counting_key = key(&terms.counting_key)?;
    let size_class = service
        .registry
        .campaign_questionnaire(&service.registry.campaign(id).await?)
        .await?
        .questionnaire
        .size_class();
    let sheets: Vec<Submission> = issued
        .into_par_iter()
        .map(|(browser, request, evaluation)| {
            let binding = terms.binding(digest, browser.stratum);
            let ballot = request.finish(&evaluation, &ballot_key).map_err(|e| broken(&e))?;
            let sheet = Sheet { questionnaire: terms.questionnaire.clone(), answers: browser.answers };
            let aad = seal::aad(&binding, &ballot.key(&binding));
            let plain = serde_json::to_vec(&sheet)?;
            let sealed =
                seal::seal(&counting_key, &aad, &plain, size_class, random()?).map_err(|e| broken(&e))?;
            Ok(Submission { campaign: id.to_owned(), stratum: browser.stratum, ballot, sealed })
        })
        .collect::<Result<_>>()?;
    figures.seal_seconds = clock.elapsed().as_secs_f64();

    let clock = Instant::now();
    stream::iter(sheets)
        .map(Ok)
        .try_for_each_concurrent(BROWSERS, |sheet| {
            let service = service.clone();
            async move {
                let task = tokio::spawn(async move {
                    service.collector.accept(sheet, &service.master, service.clock.now()).await
                });
                task.await.map_err(|e| Error::Damaged(e.to_string()))?.map_err(|refusal| match refusal {
                    Refusal::Fault(error) => error,
                    other => Error::Damaged(other.to_string()),
                })
            }
        })
        .await?;
    figures.accept_seconds = clock.elapsed().as_secs_f64();
    figures.accepted_per_second = count / figures.accept_seconds;
    Ok(())
}
