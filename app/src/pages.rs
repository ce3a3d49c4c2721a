//! The pages, by role. Each asks a service and shows what it gets.

pub mod account;
pub mod admin;
pub mod anonymity;
pub mod answer;
pub mod developers;
pub mod executive;
pub mod feedback;
pub mod home;
pub mod hr;
pub mod indicators;
pub mod nominations;
pub mod notice;
pub mod overtime;
pub mod results;
pub mod review;
pub mod sign_in;
pub mod terms;

use std::future::Future;

use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use leptos_meta::Title;
use service::registry::person::Person;

use crate::components::{
    AppLayout, Crumb, Flash as FlashMessage, FlashKind, NavEntry, PageHeader, UserBadge,
};
use crate::context::{Context, status_of};
use crate::flash::Mood;
use crate::shell;

/// What stands around a page's content.
pub struct Frame {
    /// The page's name: its `h1` and its title.
    pub title: String,
    /// A sentence under it, or nothing.
    pub lead: String,
    /// The way here, without the page itself.
    pub crumbs: Vec<Crumb>,
}

impl Frame {
    /// A page with a name only.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), lead: String::new(), crumbs: Vec::new() }
    }

    /// Adds a sentence under the name.
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = lead.into();
        self
    }

    /// Adds a step of the way here.
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }
}

/// A page: its content is fetched, then shown within the frame; an error becomes an error page with its status.
pub fn page<F, Fut>(body: F) -> AnyView
where
    F: FnOnce(Context) -> Fut,
    Fut: Future<Output = service::Result<(Frame, AnyView)>> + Send + 'static,
{
    let context = Context::now();
    let content = body(context.clone());
    view! {
        <Suspense>
            {Suspend::new(async move {
                match content.await {
                    Ok((frame, view)) => framed(&context, frame, view),
                    Err(error) => failed(&context, &error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Puts the frame around a page's content.
pub fn framed(context: &Context, frame: Frame, content: AnyView) -> AnyView {
    let lang = context.lang;
    let person = context.person();
    let user = person.as_ref().map(|p| UserBadge {
        name: p.display_name(lang).to_owned(),
        role_label: main_role(p).label(lang).to_owned(),
    });
    let nav = person.as_ref().map(|p| navigation(p, &context.path(), lang)).unwrap_or_default();
    let flash = context.flash().map(|f| {
        let kind = match f.mood {
            Mood::Success => FlashKind::Success,
            Mood::Error => FlashKind::Error,
        };
        view! { <FlashMessage kind=kind message=f.message.get(lang).to_owned() lang=lang/> }
    });
    view! {
        <Title text=shell::title(&frame.title, lang)/>
        <AppLayout lang=lang user=user nav=nav path=context.here()>
            <PageHeader title=frame.title lead=frame.lead crumbs=frame.crumbs lang=lang/>
            {flash}
            {content}
        </AppLayout>
    }
    .into_any()
}

/// The page for an error.
pub fn failed(context: &Context, error: &service::Error) -> AnyView {
    context.status(status_of(error));
    match error {
        service::Error::NotFound => missing(context),
        service::Error::Forbidden => denied(context),
        other => {
            let lang = context.lang;
            let title = lang.t("表示できませんでした", "This page could not be shown");
            let text = other.message(lang);
            framed(context, Frame::new(title), view! { <p>{text}</p> }.into_any())
        }
    }
}

/// The page that is not there.
pub fn missing(context: &Context) -> AnyView {
    context.status(404);
    let lang = context.lang;
    let text = lang.t(
        "アドレスが変わったか、すでに終わった内容かもしれません。",
        "The address may have changed, or what was here may be over.",
    );
    let back = lang.t("ホームへ戻る", "Back to the home page");
    let content = view! { <p>{text}</p><p><a href="/">{back}</a></p> }.into_any();
    framed(context, Frame::new(lang.t("ページが見つかりません", "Page not found")), content)
}

/// The page for people without the role.
pub fn denied(context: &Context) -> AnyView {
    context.status(403);
    let lang = context.lang;
    let text = lang.t(
        "このページは、あなたの権限では表示できません。必要な場合は人事担当またはシステム管理者に相談してください。",
        "Your role does not give access to this page. If you need it, please ask the personnel division or the administrator.",
    );
    let back = lang.t("ホームへ戻る", "Back to the home page");
    let content = view! { <p>{text}</p><p><a href="/">{back}</a></p> }.into_any();
    framed(context, Frame::new(lang.t("表示する権限がありません", "No access to this page")), content)
}

/// The role shown beside the name: the one with most to do here.
fn main_role(person: &Person) -> Role {
    [Role::Hr, Role::Executive, Role::Administrator, Role::Manager]
        .into_iter()
        .find(|role| person.has(*role))
        .unwrap_or(Role::Staff)
}

/// Most entries of the navigation.
const MOST_ENTRIES: usize = 6;

/// At most [`MOST_ENTRIES`] entries, only those the person's roles have.
fn navigation(person: &Person, path: &str, lang: Lang) -> Vec<NavEntry> {
    let mut entries = vec![(lang.t("ホーム", "Home"), "/")];
    if person.has(Role::Hr) {
        entries.extend([
            (lang.t("調査", "Campaigns"), "/hr/campaigns"),
            (lang.t("調査票", "Questionnaires"), "/hr/questionnaires"),
            (lang.t("名簿", "Roster"), "/hr/roster"),
        ]);
    }
    if person.has(Role::Executive) && !person.has(Role::Hr) {
        entries.push((lang.t("全体の状況", "Dashboard"), "/executive"));
    }
    if person.has(Role::Manager) && !person.has(Role::Hr) {
        entries.push((lang.t("自部署の結果", "My unit"), "/unit"));
    }
    // Executives have teams, too.
    if (person.has(Role::Manager) || person.has(Role::Executive)) && !person.has(Role::Hr) {
        entries.push((lang.t("フィードバック", "My feedback"), "/feedback"));
    }
    if person.has(Role::Manager) && !person.has(Role::Hr) {
        entries.push((lang.t("超過勤務", "Overtime"), "/overtime"));
    }
    if person.has(Role::Administrator) {
        entries.push((lang.t("システム管理", "Administration"), "/admin"));
    }
    entries.push((lang.t("調査結果", "Results"), "/results"));
    entries.push((lang.t("取組と指標", "Indicators"), "/indicators"));
    // Whoever has several roles finds questionnaires and roster on the page of campaigns, and a report on the home page.
    for spare in ["/hr/questionnaires", "/hr/roster", "/feedback", "/overtime"] {
        if entries.len() > MOST_ENTRIES {
            entries.retain(|(_, href)| *href != spare);
        }
    }
    entries
        .into_iter()
        .map(|(label, href)| NavEntry {
            label: label.to_owned(),
            href: href.to_owned(),
            current: match href {
                "/" => path == "/",
                // What feeds the indicators has no entry of its own for HR.
                "/indicators" => {
                    ["/indicators", "/hr/metrics", "/hr/overtime"].iter().any(|p| path.starts_with(p))
                }
                href => path.starts_with(href),
            },
        })
        .collect()
}

/// A parameter of the path.
pub fn param(name: &str) -> String {
    leptos_router::hooks::use_params_map().with_untracked(|map| map.get(name).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Text;

    fn person(roles: &[Role]) -> Person {
        Person {
            id: 1,
            number: "1001".into(),
            name: "見本 花子".into(),
            name_en: String::new(),
            mail: "n1001@example.org".into(),
            unit_id: 1,
            unit_name: Text::new("本省", "Headquarters"),
            time_zone: "Asia/Tokyo".into(),
            lang: Lang::Ja,
            roles: roles.iter().map(|role| (*role, 1)).collect(),
        }
    }

    #[test]
    fn six_entries_at_most_and_nothing_everybody_needs_is_left_out() {
        let roles = [Role::Manager, Role::Hr, Role::Executive, Role::Administrator];
        for chosen in 0..16usize {
            let held: Vec<Role> = roles
                .into_iter()
                .enumerate()
                .filter(|(at, _)| chosen >> at & 1 == 1)
                .map(|(_, role)| role)
                .collect();
            let entries = navigation(&person(&held), "/", Lang::En);
            assert!(entries.len() <= MOST_ENTRIES, "{held:?}: {}", entries.len());
            let has = |href: &str| entries.iter().any(|entry| entry.href == href);
            assert!(has("/") && has("/results") && has("/indicators"), "{held:?}");
            assert_eq!(has("/hr/campaigns"), held.contains(&Role::Hr));
            assert_eq!(has("/admin"), held.contains(&Role::Administrator));
        }
    }
}
