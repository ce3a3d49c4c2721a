//! The demo's reviews: one of last winter with reports to read, one that is open now.

use domain::answer::{Answer, Answers};
use domain::ballot::Seed;
use domain::campaign::Schedule;
use domain::disclosure::Thresholds;
use domain::questionnaire::{Kind, Questionnaire};
use domain::review::{Period, RaterGroup, ReviewRules};
use domain::text::Text;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::Service;
use crate::browser::Known;
use crate::clock::date_in;
use crate::error::Result;
use crate::registry::action::Typed;
use crate::registry::campaign::Draft;
use crate::registry::entity::stratum;

/// The items of the review and of its half-year pulse.
pub const REVIEW: &str = include_str!("../../demo/review.json");
pub const PULSE: &str = include_str!("../../demo/pulse-actions.json");

/// What raters write, in our own words.
const CONTINUE: [&str; 8] = [
    "週の初めに優先順位を話してくれるので、迷わず仕事に入れます。",
    "相談すると、まず最後まで聞いてくれるところです。",
    "会議を減らして、資料の下書きを画面で一緒に直すやり方。",
    "休みの予定を先に聞いて、分担を早めに決めてくれること。",
    "任せたあとは口を出さず、困ったときだけ助けてくれるところ。",
    "定期的に一対一で話す時間を取ってくれること。",
    "判断の理由を説明してくれること。",
    "夕方以降の急な依頼をしないこと。",
];
const CHANGE: [&str; 8] = [
    "急ぎでない確認は、翌朝にまとめてもらえると助かります。",
    "担当ごとの仕事の量の差を、もう少し見てほしいです。",
    "資料の体裁の直しを減らせると思います。",
    "会議の前に目的を知らせてほしいです。",
    "よかった点も言葉にして伝えてほしいです。",
    "新しいシステムを使う時間を取れるようにしてほしいです。",
    "決まったことの背景を、もう少し早く共有してほしいです。",
    "面談の時間を、忙しい時期にも残してほしいです。",
];

/// What some managers mean to do, and shared.
const ACTIONS: [&str; 3] = [
    "月に一度、全員と15分ずつ面談する。",
    "翌週の優先順位を、金曜日のうちに書いて共有する。",
    "会議の三分の一を、文書での確認に置き換える。",
];

/// A review over a year that ends when it opens.
struct Plan {
    title: Text,
    opens: i64,
    closes: i64,
    rate: f64,
    circle: bool,
}

/// A review that is released, with reports and a few shared actions, before the newest survey; then one that is open.
pub async fn run(service: &Service, before: i64, opens: i64, closes: i64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(super::SEED);
    let asked = crate::registry::questionnaire::parse(REVIEW)?;
    let id = service.registry.save_questionnaire(&asked).await?;
    service.registry.save_questionnaire(&crate::registry::questionnaire::parse(PULSE)?).await?;
    let now = service.clock.now();

    let past = Plan {
        title: title(before, true),
        opens: before,
        closes: before + 14 * 86_400,
        rate: 0.85,
        circle: true,
    };
    let review = past.answer(service, id, &asked, &mut rng).await?;
    service.clock.set(past.closes + 60);
    service.close_campaign(&review, None).await?;
    service.count_campaign(&review, None).await?;
    service.clock.set(past.closes + 7 * 86_400);
    service.release_campaign(&review, None).await?;
    for (at, subject) in service.registry.reported_subjects(&review).await?.into_iter().enumerate() {
        if at % 3 == 0 {
            let today = date_in(service.clock.now(), "Asia/Tokyo");
            let due = today.saturating_add(jiff::Span::new().days(120)).to_string();
            let typed: Vec<Typed> = ACTIONS
                .iter()
                .map(|text| ((*text).to_owned(), due.clone(), true))
                .take(1 + at % 3 + at % 2)
                .collect();
            service.registry.save_actions(&review, subject.id, &typed, service.clock.now(), today).await?;
        }
    }

    let open = Plan { title: title(opens, false), opens, closes, rate: 0.3, circle: false };
    open.answer(service, id, &asked, &mut rng).await?;
    service.clock.set(now);
    Ok(())
}

fn title(opens: i64, circle: bool) -> Text {
    use domain::text::Lang;
    let year = domain::fiscal_year::FiscalYear::of(date_in(opens, "Asia/Tokyo"));
    let (ja, en) =
        if circle { ("360度評価", "360-degree review") } else { ("管理者評価", "Manager review") };
    Text::new(format!("{} {ja}", year.label(Lang::Ja)), format!("{en} {}", year.label(Lang::En)))
}

impl Plan {
    /// Prepares and opens the review, and answers it. Returns its id.
    async fn answer(
        &self,
        service: &Service,
        questionnaire_id: i64,
        asked: &Questionnaire,
        rng: &mut StdRng,
    ) -> Result<String> {
        service.clock.set(self.opens - 14 * 86_400);
        let to = date_in(self.opens, "Asia/Tokyo");
        let period = Period { from: to.saturating_sub(jiff::Span::new().days(364)), to };
        let rules = if self.circle { ReviewRules::circle(period) } else { ReviewRules::upward(period) };
        let draft = Draft {
            title: self.title.clone(),
            questionnaire_id,
            schedule: Schedule { opens_at: self.opens, closes_at: self.closes },
            thresholds: Thresholds { scores: 3, comments: 5, response_rate: 3 },
            review: Some(ReviewRules { nomination: false, ..rules }),
        };
        let now = service.clock.now();
        let id = service.registry.create_campaign(&draft, None, now).await?;
        service.registry.propose_raters(&id, None, now).await?;
        service.schedule_campaign(&id, None).await?;
        service.clock.set(self.opens);
        service.open_campaign(&id, None).await?;
        let known = Known::read(service, &id).await?;
        let strata = strata(service, &id).await?;
        for (staff, number) in service.registry.enrolled(&id).await? {
            let Some((subject, group)) = strata.get(number as usize).copied() else { continue };
            // Whoever reads a report in the demo has rated themselves, so that there is something to compare.
            let answers_anyway = self.circle && group == RaterGroup::Own;
            if rng.random::<f64>() < self.rate || answers_anyway {
                let answers = sheet(asked, subject, group, rng);
                known.answer_in(service, number, staff, &Seed::new(rng.random()), answers).await?;
            }
        }
        Ok(id)
    }
}

/// Subject and group of each stratum, by number.
async fn strata(service: &Service, id: &str) -> Result<Vec<(i64, RaterGroup)>> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let rows = stratum::Entity::find()
        .filter(stratum::Column::CampaignId.eq(id))
        .order_by_asc(stratum::Column::Number)
        .all(service.registry.db.get())
        .await?;
    let read = |row: stratum::Model| Some((row.subject_id?, RaterGroup::parse(row.rater_group.as_deref()?)?));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A sheet about a subject: each has strengths of their own, seen a little better by themselves.
fn sheet(asked: &Questionnaire, subject: i64, group: RaterGroup, rng: &mut StdRng) -> Answers {
    let mut answers = Answers::new();
    let mut area = (String::new(), 0.0);
    for (at, (_, item)) in asked.items().enumerate() {
        match &item.kind {
            Kind::Scale { .. } => {
                let key = item.area.clone().unwrap_or_default();
                if key != area.0 {
                    // The same for everybody who rates this subject in this area.
                    let mut of_area =
                        StdRng::seed_from_u64(super::SEED ^ subject.unsigned_abs() ^ (at as u64) << 20);
                    area = (key, of_area.random::<f64>() * 1.6 - 0.6);
                }
                if group != RaterGroup::Own && rng.random::<f64>() < 0.08 {
                    answers.insert(item.key.clone(), Answer::Declined);
                    continue;
                }
                let lift = if group == RaterGroup::Own { 0.35 } else { 0.0 };
                let mean = 3.3 + area.1 + lift + rng.random::<f64>() * 1.8 - 0.9;
                answers.insert(item.key.clone(), Answer::Scale(mean.round().clamp(1.0, 5.0) as u8));
            }
            Kind::LongText { .. } if rng.random::<f64>() < 0.45 => {
                let texts = if item.key == "continue" { CONTINUE } else { CHANGE };
                let text = texts[rng.random_range(0..texts.len())];
                answers.insert(item.key.clone(), Answer::Text(text.into()));
            }
            _ => {}
        }
    }
    answers
}
