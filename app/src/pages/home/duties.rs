//! What waits for people with a part in the follow-up table and in overtime: replies, drafts, a sign-off.

use domain::fiscal_year::{AsOf, FiscalYear, date_label};
use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{DraftState, PlanState};
use service::metric::{Explanation, ExplanationState};
use service::registry::person::Person;
use service::{Result, Service};

use super::card;

/// What waits.
#[derive(Default)]
pub struct Duties {
    /// Explanations of overtime that the person owes.
    owed: Vec<Explanation>,
    /// Drafts of the person's units that came back.
    returned: usize,
    /// Drafts that HR has to look at.
    submitted: usize,
    /// Explanations HR has to decide on.
    replied: usize,
    /// The fiscal year of a table that waits for its sign-off.
    to_sign: Option<FiscalYear>,
}

impl Duties {
    /// Reads what waits for this person.
    pub async fn read(service: &Service, person: &Person) -> Result<Self> {
        let mut duties = Self::default();
        if person.has(Role::Manager) {
            let mine = service.my_explanations(person).await?;
            duties.owed = mine.into_iter().filter(|one| one.state == ExplanationState::Asked).collect();
            let rows = service.own_followup_rows(person).await?;
            let returned = |row: &&service::indicator::OwnRow| {
                row.draft.as_ref().is_some_and(|draft| draft.state == DraftState::Returned)
            };
            duties.returned = rows.iter().filter(returned).count();
        }
        if person.has(Role::Hr) {
            duties.submitted = service.submitted_drafts().await?.len();
            let all = service.explanations(None).await?;
            duties.replied = all.iter().filter(|one| one.state == ExplanationState::Replied).count();
        }
        if person.has(Role::Executive)
            && let Some(year) =
                service.followup_years().await?.first().and_then(|year| FiscalYear::new(*year))
            && matches!(service.followup_state(year).await?, PlanState::Submitted { .. })
        {
            duties.to_sign = Some(year);
        }
        Ok(duties)
    }

    /// True where nothing waits.
    pub fn is_empty(&self) -> bool {
        self.owed.is_empty() && self.returned + self.submitted + self.replied == 0 && self.to_sign.is_none()
    }

    /// A card for each.
    pub fn view(self, lang: Lang) -> AnyView {
        let owed = self.owed.into_iter().map(|one| {
            let (unit, month) = (one.unit_name.get(lang), AsOf::Month(one.month).label(lang));
            let due = date_label(one.due_on, lang);
            let text = match lang {
                Lang::Ja => format!("{unit}の{month}分。回答期限: {due}"),
                Lang::En => format!("{unit}, {month}. Reply by {due}."),
            };
            let title = lang.t("超過勤務の要因の説明", "Explain overtime");
            card(title, text, format!("/overtime/{}", one.id), lang.t("説明を書く", "Write the explanation"))
        });
        let count = |n: usize, ja: &str, en: &str| match lang {
            Lang::Ja => format!("{n}件{ja}"),
            Lang::En => format!("{n} {en}"),
        };
        let drafts = |n: usize, ja: &str, en: &str| {
            (n > 0).then(|| {
                let title = lang.t("フォローアップ表の下書き", "Drafts for the follow-up table");
                card(
                    title,
                    count(n, ja, en),
                    "/indicators/drafts".into(),
                    lang.t("下書きを開く", "Open the drafts"),
                )
            })
        };
        let returned = drafts(self.returned, "が差し戻されています。", "came back with a comment.");
        let submitted = drafts(self.submitted, "の確認が必要です。", "to look at.");
        let replied = (self.replied > 0).then(|| {
            let title = lang.t("超過勤務の説明", "Explanations of overtime");
            let text = count(
                self.replied,
                "の回答があり、対応の決定を待っています。",
                "replies wait for a decision.",
            );
            card(title, text, "/hr/overtime/explanations".into(), lang.t("回答を見る", "See the replies"))
        });
        let sign = self.to_sign.map(|year| {
            let title = lang.t("フォローアップ表の確定", "Sign-off of the follow-up table");
            let text = match lang {
                Lang::Ja => format!("{}の表が、確定を待っています。", year.label(lang)),
                Lang::En => format!("The table of {} waits for your sign-off.", year.label(lang)),
            };
            let href = format!("/indicators?year={}", year.year());
            card(title, text, href, lang.t("表を開く", "Open the table"))
        });
        let cards: Vec<AnyView> = owed.chain(returned).chain(submitted).chain(replied).chain(sign).collect();
        view! {
            <section class="section" aria-labelledby="duties-heading">
                <h2 id="duties-heading">{lang.t("お願いしていること", "Waiting for you")}</h2>
                <div class="grid-2">{cards}</div>
            </section>
        }
        .into_any()
    }
}
