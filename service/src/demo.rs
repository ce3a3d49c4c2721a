//! The demo ministry: a fictional organisation, generated from a fixed seed in our own words and run through the real
//! code: two past waves released, one open, and a plan whose indicators they feed.

mod answers;
mod mark;
mod metrics;
mod people;
mod plan;
mod review;

use domain::ballot::Seed;
use domain::campaign::{Schedule, State};
use domain::disclosure::Thresholds;
use domain::questionnaire::Questionnaire;
use domain::role::Role;
use domain::text::{Lang, Text};
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::browser::Known;
use crate::clock::{date_in, zone};
use crate::error::{Error, Result};
use crate::registry::campaign::{Campaign, Draft};
use crate::registry::roster::Refused;
use crate::registry::{editing, questionnaire};
use crate::{Clock, Service, Settings};

use mark::Mark;

const SEED: u64 = 20_250_401;

const PULSE: &str = include_str!("../demo/pulse-telework.json");

/// Environment variable with the password of all demo accounts.
pub const PASSWORD_VARIABLE: &str = "SHIRUBE_DEMO_PASSWORD";

/// Days the open wave has been open, and days until it closes.
const OPEN_SINCE: i64 = 4;
const OPEN_FOR: i64 = 16;

fn password() -> String {
    std::env::var(PASSWORD_VARIABLE).unwrap_or_else(|_| "guidepost-demo-2025".into())
}

/// Opens the data folder, fills it when it is empty, and hears `say` for every step. `fresh` empties it first, if the
/// demo made what is in it.
///
/// # Errors
/// [`Error::Invalid`] where the databases hold what the demo did not make.
pub async fn prepare(settings: Settings, fresh: bool, say: impl Fn(&str)) -> Result<Service> {
    let mark = Mark::read(&settings)?;
    if mark == Some(Mark::Begun) && !fresh {
        say("The demo ministry was not finished last time. It is made anew.");
    }
    let made_anew = mark == Some(Mark::Begun) || (fresh && mark == Some(Mark::Finished));
    if made_anew {
        mark::empty(&settings)?;
    }
    let service = Service::start(settings.clone(), Clock::System).await?;
    if !service.registry.is_empty().await? {
        if mark != Some(Mark::Finished) || made_anew {
            return Err(not_ours());
        }
        say("The demo ministry is there already.");
        if !has_open_survey(&service).await? {
            say(
                "Its open survey has ended by now; `--fresh` makes the demo ministry anew, with one that is open.",
            );
        }
        return Ok(service);
    }
    drop(service);
    Mark::Begun.leave(&settings)?;
    let now = Clock::System.now();
    let service = Service::start(settings.clone(), Clock::manual(now)).await?;
    fill(&service, now, &say).await?;
    drop(service);
    Mark::Finished.leave(&settings)?;
    Service::start(settings, Clock::System).await
}

fn not_ours() -> Error {
    Error::invalid(
        "このデータフォルダーには、デモが作ったものではないデータがあります。デモには別のフォルダーを使ってください(--data で指定します)。ここにあるデータには何もしていません。",
        "This data folder holds data that the demo did not make. Please use another folder for the demo, named with --data. Nothing here was touched.",
    )
}

async fn has_open_survey(service: &Service) -> Result<bool> {
    let now = service.clock.now();
    let open = |c: &Campaign| c.state == State::Open && now < c.schedule.closes_at;
    Ok(service.registry.campaigns().await?.iter().any(open))
}

async fn fill(service: &Service, now: i64, say: &impl Fn(&str)) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let today = date_in(now, "Asia/Tokyo");
    say("Demo 1/6: units and staff");
    let ministry = people::Ministry::read()?;
    let roster = ministry.roster(&mut rng);
    service.clock.set(at(years_before(today, 3)));
    let refused = |refused: Refused| match refused {
        Refused::Fault(error) => error,
        other => Error::Damaged(format!("the demo roster: {other:?}")),
    };
    let then = service.clock.now();
    service.registry.import_units(ministry.units_csv().as_bytes(), None, then).await.map_err(refused)?;
    service.registry.import_roster(roster.as_bytes(), None, then, today).await.map_err(refused)?;
    let questionnaire = editing::Template::Engagement.questionnaire()?;
    let id = service.registry.save_questionnaire(&questionnaire).await?;
    service.registry.save_questionnaire(&questionnaire::parse(PULSE)?).await?;

    let moods = answers::Moods::draw(service, &mut rng).await?;
    for (step, years) in [(2, 2), (3, 1)] {
        let opens = at(years_before(today, years));
        let title = wave_title(opens);
        say(&format!("Demo {step}/6: {}", title.ja));
        let wave = Wave { title, opens, closes: opens + 21 * 86_400, rate: 0.66 - 0.04 * f64::from(years) };
        let campaign =
            wave.run(service, id, &questionnaire, &moods, 0.12 * f64::from(2 - years), &mut rng).await?;
        service.clock.set(wave.closes + 60);
        service.close_campaign(&campaign, None).await?;
        service.clock.set(wave.closes + 86_400);
        service.count_campaign(&campaign, None).await?;
        service.clock.set(wave.closes + 7 * 86_400);
        service.release_campaign(&campaign, None).await?;
    }

    say("Demo 4/6: the open survey");
    let opens = now - OPEN_SINCE * 86_400;
    let last_day = date_in(now + OPEN_FOR * 86_400, "Asia/Tokyo");
    // Five in the afternoon: deadlines are set by people.
    let wave = Wave { title: wave_title(opens), opens, closes: at(last_day) + 8 * 3_600, rate: 0.38 };
    wave.run(service, id, &questionnaire, &moods, 0.2, &mut rng).await?;
    service.clock.set(now);

    say("Demo 5/6: reviews of managers");
    review::run(service, at(years_before(today, 1)) + 90 * 86_400, opens, at(last_day) + 8 * 3_600).await?;

    say("Demo 6/6: metrics, plan, indicators and sign-ins");
    metrics::run(service, today).await?;
    plan::run(service, today).await?;
    let everyone = service.registry.active_staff().await?;
    service.registry.set_demo_password(&everyone, &password()).await
}

/// Nine in the morning in Japan.
fn at(day: Date) -> i64 {
    day.at(9, 0, 0, 0).to_zoned(zone("Asia/Tokyo")).map_or(0, |z| z.timestamp().as_second())
}

/// The same season some years ago; past waves opened on the first Monday of October of their fiscal year.
fn years_before(today: Date, years: i16) -> Date {
    let fiscal = domain::fiscal_year::FiscalYear::of(today).year();
    let first = date(fiscal - years, 10, 1);
    let offset = i64::from((8 - i32::from(first.weekday().to_monday_one_offset())) % 7);
    first.checked_add(jiff::Span::new().days(offset)).unwrap_or(first)
}

fn wave_title(opens: i64) -> Text {
    let year = domain::fiscal_year::FiscalYear::of(date_in(opens, "Asia/Tokyo"));
    Text::new(
        format!("{} 職員エンゲージメント調査", year.label(Lang::Ja)),
        format!("Staff engagement survey {}", year.label(Lang::En)),
    )
}

struct Wave {
    title: Text,
    opens: i64,
    closes: i64,
    rate: f64,
}

impl Wave {
    async fn run(
        &self,
        service: &Service,
        questionnaire_id: i64,
        questionnaire: &Questionnaire,
        moods: &answers::Moods,
        lift: f64,
        rng: &mut StdRng,
    ) -> Result<String> {
        service.clock.set(self.opens - 7 * 86_400);
        let draft = Draft {
            title: self.title.clone(),
            questionnaire_id,
            schedule: Schedule { opens_at: self.opens, closes_at: self.closes },
            thresholds: Thresholds::default(),
            review: None,
        };
        let id = service.registry.create_campaign(&draft, None, service.clock.now()).await?;
        service.schedule_campaign(&id, None).await?;
        service.clock.set(self.opens);
        service.open_campaign(&id, None).await?;
        let known = Known::read(service, &id).await?;
        for (staff, _) in service.registry.enrolled(&id).await? {
            let keen = moods.keenness(staff);
            if rng.random::<f64>() < self.rate * keen {
                let answers = moods.answers(staff, questionnaire, lift, rng);
                known.answer(service, staff, &Seed::new(rng.random()), answers).await?;
            }
        }
        Ok(id)
    }
}

/// One sign-in per role, as printed by `shirube demo`.
pub async fn sign_ins(service: &Service) -> Result<String> {
    let mut lines = String::new();
    for role in [Role::Staff, Role::Manager, Role::Hr, Role::Executive, Role::Administrator] {
        let number = service.registry.first_with_role(role).await?;
        lines.push_str(&format!(
            "{:<13} {:<7} {}   ({} / {})\n",
            role.as_str(),
            number,
            password(),
            role.label(Lang::Ja),
            role.label(Lang::En)
        ));
    }
    Ok(lines)
}
