//! What reviews bring to the home page.

use domain::fiscal_year::date_label;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::action::{TeamActions, is_report};
use service::registry::campaign::Campaign;
use service::{Result, Service};

use super::card;
use crate::components::own_lang;

/// What reviews have brought for a person: a report to read, peers to propose or to decide on, what a superior means to do.
pub(super) struct Reviews {
    report: Option<Campaign>,
    /// True where peers can be proposed.
    proposing: bool,
    /// Proposals that wait for the person.
    to_decide: usize,
    team: Option<TeamActions>,
}

impl Reviews {
    pub(super) async fn read(service: &Service, person: i64) -> Result<Self> {
        let registry = &service.registry;
        Ok(Self {
            report: registry.reports_of(person).await?.into_iter().next(),
            proposing: !registry.nominating(person).await?.is_empty(),
            to_decide: registry.nominations_to_decide(person).await?.len(),
            team: registry.team_actions(person).await?,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.report.is_none() && !self.proposing && self.to_decide == 0 && self.team.is_none()
    }

    pub(super) fn view(self, lang: Lang) -> AnyView {
        let report = self.report.map(|campaign| {
            let text = if is_report(&campaign) {
                lang.t(
                    "あなたへの評価の報告書を読めます。読んだあとに、取り組むことを三つまで書き留められます。",
                    "The report about you is there to read. Afterwards you can note down up to three things to do.",
                )
            } else {
                lang.t(
                    "チームに示した行動が、この半年でどのくらい進んだと見られているかを読めます。",
                    "Read how far your team thinks the actions you shared have come.",
                )
            };
            let title = campaign.title.get(lang).to_owned();
            card(&title, text.to_owned(), format!("/feedback/{}", campaign.id), lang.t("報告書を読む", "Read the report"))
        });
        let proposing = self.proposing.then(|| {
            let text = lang.t(
                "準備中の評価で、あなたの仕事ぶりを知る同僚を評価者に推薦できます。",
                "A review is being prepared. You can propose peers who know your work.",
            );
            let title = lang.t("評価者の推薦", "Proposing raters");
            card(title, text.to_owned(), "/nominations".to_owned(), lang.t("推薦する", "Propose peers"))
        });
        let to_decide = (self.to_decide > 0).then(|| {
            let text = match lang {
                Lang::Ja => {
                    format!("部下が推薦した評価者が{}人、あなたの承認を待っています。", self.to_decide)
                }
                Lang::En if self.to_decide == 1 => "One proposed rater waits for your approval.".to_owned(),
                Lang::En => format!("{} proposed raters wait for your approval.", self.to_decide),
            };
            let title = lang.t("推薦の承認", "Proposals to approve");
            card(title, text, "/nominations".to_owned(), lang.t("確かめる", "Look at them"))
        });
        let team = self.team.map(|team| team_card(team, lang));
        view! {
            <section class="section">
                <h2>{lang.t("管理者評価・360度評価", "Reviews of managers")}</h2>
                <div class="grid-2">{report} {to_decide} {proposing} {team}</div>
            </section>
        }
        .into_any()
    }
}

/// What a superior told the team.
fn team_card(team: TeamActions, lang: Lang) -> AnyView {
    let name = team.superior.get(lang).to_owned();
    let title = match lang {
        Lang::Ja => format!("{name}さんが取り組むこと"),
        Lang::En => format!("What {name} means to do"),
    };
    let rows = team
        .actions
        .into_iter()
        .map(|action| {
            let by = date_label(action.due_on, lang);
            let due = match lang {
                Lang::Ja => format!("{by}まで"),
                Lang::En => format!("by {by}"),
            };
            let text_lang = own_lang(&action.text, lang);
            view! { <li><span lang=text_lang>{action.text.clone()}</span> " " <span class="muted">{due}</span></li> }
        })
        .collect_view();
    view! {
        <article class="card">
            <h3 class="card-title">{title}</h3>
            <ul>{rows}</ul>
        </article>
    }
    .into_any()
}
