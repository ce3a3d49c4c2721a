//! Peers as raters: whom a subject proposes, and what their superior says to it.

use domain::review::MOST_NOMINATED;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::campaign::Campaign;
use service::registry::nomination::{Nomination, Standing};

use super::{Frame, page};
use crate::components::{Badge, BadgeKind, ButtonKind, EmptyState, SubmitButton, TextField, own_lang};
use crate::context::Context;

/// A person's own proposals, and those that wait for them.
#[component]
pub fn NominationsPage() -> impl IntoView {
    page(|context| async move {
        let (lang, service) = (context.lang, context.service());
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let mut own = Vec::new();
        for campaign in service.registry.nominating(person.id).await? {
            let proposed = service.registry.nominations(&campaign.id, person.id).await?;
            own.push((campaign, proposed));
        }
        let waiting = service.registry.nominations_to_decide(person.id).await?;
        let frame =
            Frame::new(lang.t("評価者の推薦", "Proposing raters")).crumb(lang.t("ホーム", "Home"), "/");
        if own.is_empty() && waiting.is_empty() {
            let text = lang.t(
                "準備中の360度評価で推薦の受付があると、ここに表示されます。",
                "When a review in preparation takes proposals, it is shown here.",
            );
            let title = lang.t("いまは推薦の受付がありません", "There is nothing to propose now");
            return Ok((frame, view! { <EmptyState title=title text=text action=None/> }.into_any()));
        }
        let decide = (!waiting.is_empty()).then(|| to_decide(waiting, lang));
        let own = own
            .into_iter()
            .map(|(campaign, proposed)| of_review(&context, campaign, proposed, lang))
            .collect_view();
        Ok((frame, view! { {decide} {own} }.into_any()))
    })
}

fn of_review(context: &Context, campaign: Campaign, proposed: Vec<Nomination>, lang: Lang) -> AnyView {
    let full = proposed.len() >= MOST_NOMINATED;
    let rows = proposed.into_iter().map(|one| own_row(&campaign.id, one, lang)).collect_view();
    let lead = match lang {
        Lang::Ja => format!(
            "仕事ぶりをよく知る同僚を、{MOST_NOMINATED}人まで推薦できます。上司が承認した人が評価者に加わります。同僚の回答は、人数が足りないときは集計しません。"
        ),
        Lang::En => format!(
            "You can propose up to {MOST_NOMINATED} peers who know your work well. Those whom your superior approves join the raters. Where there are too few peers, their answers are not counted."
        ),
    };
    let id = campaign.id.clone();
    let form = (!full).then(|| {
        view! {
            <form class="form" method="post" action="/api/review/nominate">
                <input type="hidden" name="campaign" value=id/>
                <TextField name="number" label=lang.t("同僚の職員番号", "The peer's staff number")
                    value=context.kept("number", "") required=true short=true lang=lang/>
                <SubmitButton label=lang.t("推薦する", "Propose")/>
            </form>
        }
    });
    let title = campaign.title.get(lang).to_owned();
    view! {
        <section class="section">
            <h2>{title}</h2>
            <p>{lead}</p>
            <ul class="link-list">{rows}</ul>
            {form}
        </section>
    }
    .into_any()
}

fn own_row(campaign: &str, one: Nomination, lang: Lang) -> AnyView {
    let name = one.name.get(lang).to_owned();
    let name_lang = own_lang(&name, lang);
    let (kind, words) = match one.standing {
        Standing::Waiting => (BadgeKind::Neutral, lang.t("上司の承認待ち", "Waiting for your superior")),
        Standing::Approved => (BadgeKind::Success, lang.t("承認済み", "Approved")),
        Standing::Refused => (BadgeKind::Warning, lang.t("承認されませんでした", "Not approved")),
    };
    let back = (one.standing == Standing::Waiting).then(|| {
        let (campaign, rater) = (campaign.to_owned(), one.rater.to_string());
        view! {
            <form method="post" action="/api/review/withdraw">
                <input type="hidden" name="campaign" value=campaign/>
                <input type="hidden" name="rater" value=rater/>
                <SubmitButton label=lang.t("取り消す", "Take back") kind=ButtonKind::Secondary/>
            </form>
        }
    });
    view! {
        <li class="rating">
            <div><strong lang=name_lang>{name}</strong> " " <span class="muted mono">{one.number}</span></div>
            <div class="rating-way"><Badge kind=kind label=words/>{back}</div>
        </li>
    }
    .into_any()
}

fn to_decide(waiting: Vec<(Campaign, Nomination)>, lang: Lang) -> AnyView {
    let rows = waiting
        .into_iter()
        .map(|(campaign, one)| {
            let (subject, peer) = (one.subject_name.get(lang).to_owned(), one.name.get(lang).to_owned());
            let text = match lang {
                Lang::Ja => format!("{subject}さんが、{peer}さん({})を推薦", one.number),
                Lang::En => format!("{subject} proposes {peer} ({})", one.number),
            };
            let title = campaign.title.get(lang).to_owned();
            let button = |approve: &'static str, label: &'static str, kind| {
                let (campaign, subject, rater) =
                    (campaign.id.clone(), one.subject.to_string(), one.rater.to_string());
                view! {
                    <form method="post" action="/api/review/decide">
                        <input type="hidden" name="campaign" value=campaign/>
                        <input type="hidden" name="subject" value=subject/>
                        <input type="hidden" name="rater" value=rater/>
                        <input type="hidden" name="approve" value=approve/>
                        <SubmitButton label=label kind=kind/>
                    </form>
                }
            };
            view! {
                <li class="rating">
                    <div><strong>{text}</strong><p class="small muted">{title}</p></div>
                    <div class="rating-way">
                        {button("true", lang.t("承認する", "Approve"), ButtonKind::Secondary)}
                        {button("false", lang.t("承認しない", "Do not approve"), ButtonKind::Secondary)}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>{lang.t("あなたの承認を待つ推薦", "Waiting for your approval")}</h2>
            <ul class="link-list">{rows}</ul>
        </section>
    }
    .into_any()
}
