//! The administrator's page: health, mail, and the record of administrative acts.

pub(crate) mod acts;
mod tokens;

pub use tokens::TokensPage;

use std::collections::BTreeMap;

use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::mail::{Failure, MailCounts};
use service::registry::event::Event;
use service::{Error, Service};

use super::{Frame, page};
use crate::components::{
    Badge, BadgeKind, ButtonKind, EmptyState, Figure, ScrollTable, SubmitButton, own_lang,
};
use crate::format;

/// Most failed mails shown.
const MAX_FAILURES: u64 = 50;
/// Most acts shown.
const MAX_ACTS: u64 = 100;

/// Health, mail, acts.
#[component]
pub fn AdminPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let zone = context.person().map_or_else(|| "Asia/Tokyo".to_owned(), |person| person.time_zone);
        let ready = service.ready().await.is_ok();
        let counts = service.registry.mail_counts().await?;
        let failures = service.registry.mail_failures(MAX_FAILURES).await?;
        let events = service.registry.events(None, MAX_ACTS).await?;
        let names = Names::of(&service, &events, lang).await?;
        let health = health(&service, ready, lang);
        let mail = mail(counts, failures, &zone, lang);
        let record = record(events, &names, &zone, lang);
        let frame = Frame::new(lang.t("システム管理", "Administration"))
            .lead(lang.t(
                "サーバーの状態、メールの送信、管理操作の記録です。回答の内容や、だれが回答したかは、ここにも表示されません。",
                "The state of the server, mail, and the record of administrative acts. What was answered, and by whom, is \
                 not shown here either.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/");
        let tools = view! {
            <div class="actions">
                <a class="button button--secondary" href="/admin/tokens">{lang.t("APIトークン", "API tokens")}</a>
            </div>
        };
        let view = view! { {tools} {health} {mail} {record} };
        Ok((frame, view.into_any()))
    })
}

fn health(service: &Service, ready: bool, lang: Lang) -> AnyView {
    let state = if ready {
        view! { <Badge kind=BadgeKind::Success label=lang.t("応答しています", "Answering")/> }.into_any()
    } else {
        let words = lang.t("応答しないものがあります", "Not all are answering");
        view! { <Badge kind=BadgeKind::Danger label=words/> }.into_any()
    };
    let settings = &service.settings;
    let databases = match lang {
        Lang::Ja => {
            format!("登録側 {}、回答側 {}", engine(&settings.registry_url), engine(&settings.collector_url))
        }
        Lang::En => format!(
            "registry {}, collector {}",
            engine(&settings.registry_url),
            engine(&settings.collector_url)
        ),
    };
    let way = match &settings.smtp_url {
        Some(_) => lang.t("メールサーバー(SMTP)", "Mail server (SMTP)").to_owned(),
        None => match lang {
            Lang::Ja => format!("ファイルに保存({})", settings.outbox().display()),
            Lang::En => format!("Written to files ({})", settings.outbox().display()),
        },
    };
    let formats = format!("{} / {}", domain::questionnaire::FORMAT, domain::terms::FORMAT);
    let address = settings.base_url.clone();
    view! {
        <section class="section" aria-labelledby="health-heading">
            <h2 id="health-heading">{lang.t("状態", "Health")}</h2>
            <dl class="facts">
                <dt>{lang.t("データベース", "Databases")}</dt>
                <dd>{state}" "{databases}</dd>
                <dt>{lang.t("メールの送り方", "Way of mail")}</dt>
                <dd>{way}</dd>
                <dt>{lang.t("公開アドレス", "Public address")}</dt>
                <dd class="mono">{address}</dd>
                <dt>{lang.t("版", "Version")}</dt>
                <dd>"Shirube "{env!("CARGO_PKG_VERSION")}</dd>
                <dt>{lang.t("ファイル形式の版", "Versions of the file formats")}</dt>
                <dd class="mono">{formats}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// The engine a database URL names; the rest of the URL may hold a password.
fn engine(url: &str) -> &'static str {
    if url.starts_with("postgres") { "PostgreSQL" } else { "SQLite" }
}

fn mail(counts: MailCounts, failures: Vec<Failure>, zone: &str, lang: Lang) -> AnyView {
    let tile = |label: &'static str, count: u64| {
        view! { <Figure label=label value=Some(count.to_string()) lang=lang/> }
    };
    let list = if failures.is_empty() {
        let title = lang.t("送信できなかったメールはありません", "No mail has failed");
        let text = lang.t(
            "送信に失敗すると、理由と次に試す時刻がここに表示されます。",
            "When sending fails, the reason and the next attempt are shown here.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        failure_table(failures, zone, lang)
    };
    let retry_all = (counts.failed > 1).then(|| {
        view! {
            <form class="actions" method="post" action="/api/admin/mail/retry">
                <SubmitButton
                    label=lang.t("送信をあきらめたメールをすべて再送する", "Send all mails that failed for good again")
                    kind=ButtonKind::Secondary
                />
            </form>
        }
    });
    view! {
        <section class="section" aria-labelledby="mail-heading">
            <h2 id="mail-heading">{lang.t("メール", "Mail")}</h2>
            <div class="figures">
                {tile(lang.t("送信待ち", "Queued"), counts.queued)}
                {tile(lang.t("送信中", "Sending"), counts.sending)}
                {tile(lang.t("送信済み", "Sent"), counts.sent)}
                {tile(lang.t("送信をあきらめたもの", "Failed for good"), counts.failed)}
            </div>
            {list}
            {retry_all}
        </section>
    }
    .into_any()
}

fn failure_table(failures: Vec<Failure>, zone: &str, lang: Lang) -> AnyView {
    let lines = failures.into_iter().map(|failure| failure_row(failure, zone, lang)).collect_view();
    view! {
        <ScrollTable
            caption=lang.t("送信できなかったメール", "Mails that could not be sent")
            table_class="table--compact"
        >
            <thead>
                <tr>
                    <th scope="col">{lang.t("種類", "Kind")}</th>
                    <th scope="col">{lang.t("宛先(一部を伏せています)", "Recipient (masked)")}</th>
                    <th scope="col">{lang.t("理由", "Reason")}</th>
                    <th scope="col" class="num">{lang.t("試行回数", "Attempts")}</th>
                    <th scope="col">{lang.t("次の送信", "Next attempt")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn failure_row(failure: Failure, zone: &str, lang: Lang) -> AnyView {
    let unknown = lang.t("不明", "Unknown");
    let kind = failure.kind.map_or(unknown, |kind| kind.label(lang));
    let reason = failure.fault.map_or_else(|| unknown.to_owned(), |fault| fault.message(lang));
    let next = if failure.for_good {
        let label = match lang {
            Lang::Ja => format!("{}宛ての{kind}を再送する", failure.recipient),
            Lang::En => format!("Send again: {kind} to {}", failure.recipient),
        };
        view! {
            <form method="post" action="/api/admin/mail/retry">
                <input type="hidden" name="id" value=failure.id.to_string()/>
                <button class="button button--secondary button--small" type="submit" aria-label=label>
                    {lang.t("再送する", "Send again")}
                </button>
            </form>
        }
        .into_any()
    } else {
        view! { <span>{format::moment(failure.next_at, zone, lang)}</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{kind}</th>
            <td>{failure.recipient}</td>
            <td class="text">{reason}</td>
            <td class="num">{failure.attempts}</td>
            <td>{next}</td>
        </tr>
    }
    .into_any()
}

/// Names of the people and campaigns that acts are about.
struct Names {
    people: BTreeMap<i64, String>,
    campaigns: BTreeMap<String, Text>,
}

impl Names {
    async fn of(service: &Service, events: &[Event], lang: Lang) -> service::Result<Self> {
        let mut names = Self { people: BTreeMap::new(), campaigns: BTreeMap::new() };
        for event in events {
            if let Some(id) = event.actor
                && !names.people.contains_key(&id)
            {
                let name = match service.registry.person(id).await {
                    Ok(person) => person.display_name(lang).to_owned(),
                    Err(Error::NotFound) => lang.t("在籍していない職員", "A person who has left").to_owned(),
                    Err(error) => return Err(error),
                };
                names.people.insert(id, name);
            }
            if let Some(id) = &event.campaign
                && !names.campaigns.contains_key(id)
            {
                let title = match service.registry.campaign(id).await {
                    Ok(campaign) => campaign.title,
                    Err(Error::NotFound) => Text::new("削除された調査", "A deleted campaign"),
                    Err(error) => return Err(error),
                };
                names.campaigns.insert(id.clone(), title);
            }
        }
        Ok(names)
    }

    /// Who did it; without an actor, the schedule or the command line.
    fn actor(&self, event: &Event, lang: Lang) -> String {
        match event.actor.and_then(|id| self.people.get(&id)) {
            Some(name) => name.clone(),
            None => {
                lang.t("システム(日程またはコマンド)", "The system (schedule or command line)").to_owned()
            }
        }
    }

    fn campaign(&self, event: &Event, lang: Lang) -> String {
        let title = event.campaign.as_ref().and_then(|id| self.campaigns.get(id));
        title.map(|title| title.get(lang).to_owned()).unwrap_or_default()
    }
}

fn record(events: Vec<Event>, names: &Names, zone: &str, lang: Lang) -> AnyView {
    let heading = lang.t("管理操作の記録", "Record of administrative acts");
    let note = match lang {
        Lang::Ja => format!("新しい順に{MAX_ACTS}件までです。回答に関する操作は、はじめから記録しません。"),
        Lang::En => format!("The newest {MAX_ACTS}. Answering is never recorded in the first place."),
    };
    let body = if events.is_empty() {
        let title = lang.t("記録はまだありません", "Nothing has been recorded yet");
        let text = lang.t(
            "名簿の取込みや調査の開始などの操作が、ここに残ります。",
            "Acts such as importing the roster or opening a campaign are kept here.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let lines = events.iter().map(|event| act_row(event, names, zone, lang)).collect_view();
        view! {
            <ScrollTable caption=heading table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("日時", "When")}</th>
                        <th scope="col">{lang.t("操作", "Act")}</th>
                        <th scope="col">{lang.t("対象の調査", "Campaign")}</th>
                        <th scope="col">{lang.t("詳細", "Details")}</th>
                        <th scope="col">{lang.t("操作した人", "By")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="record-heading">
            <h2 id="record-heading">{heading}</h2>
            <p class="section-lead">{note}</p>
            {body}
        </section>
    }
    .into_any()
}

fn act_row(event: &Event, names: &Names, zone: &str, lang: Lang) -> AnyView {
    let when = format::moment(event.at, zone, lang);
    let campaign = names.campaign(event, lang);
    let detail = acts::detail(event, zone, lang);
    let actor = names.actor(event, lang);
    let (detail_lang, actor_lang) = (own_lang(&detail, lang), own_lang(&actor, lang));
    view! {
        <tr>
            <td class="nowrap">{when}</td>
            <th scope="row">{acts::what(event, lang)}</th>
            <td>{campaign}</td>
            <td class="text" lang=detail_lang>{detail}</td>
            <td lang=actor_lang>{actor}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_engine_of_a_database_is_shown() {
        assert_eq!(engine("postgres://user:secret@db/shirube"), "PostgreSQL");
        assert_eq!(engine("postgresql://user:secret@db/shirube"), "PostgreSQL");
        assert_eq!(engine("sqlite:///data/registry.sqlite?mode=rwc"), "SQLite");
    }
}
