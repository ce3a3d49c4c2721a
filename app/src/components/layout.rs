//! The frame around every page: header, navigation, main, and the header of the page itself.

use domain::text::Lang;
use leptos::prelude::*;

use crate::language::own_lang;

/// A step of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The name of the page.
    pub label: String,
    /// Its address.
    pub href: String,
}

/// An entry of the main menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavEntry {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// True for the part of the site the page belongs to.
    pub current: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserBadge {
    /// The person's name.
    pub name: String,
    /// Their role in a word.
    pub role_label: String,
}

/// Everything inside `body`: skip link, header, menu and main. Without menu entries the page is one column.
#[component]
pub fn AppLayout(
    /// Language of the page.
    lang: Lang,
    /// Who is signed in, if anyone.
    #[prop(optional_no_strip)]
    user: Option<UserBadge>,
    /// The main menu, at most six entries.
    #[prop(optional)]
    nav: Vec<NavEntry>,
    /// Address of this page on the site, to come back to after the language was switched. Where it is empty and nobody
    /// is signed in, the language cannot be switched here.
    #[prop(into)]
    path: String,
    /// The page: a [`PageHeader`], then its content.
    children: Children,
) -> impl IntoView {
    let body_class = if nav.is_empty() { "app-body app-body--plain" } else { "app-body app-body--nav" };
    let menu_name = lang.t("主なメニュー", "Main menu");
    let side = (!nav.is_empty()).then(|| {
        let entries = nav.clone();
        view! { <nav class="app-nav" aria-label=menu_name><NavList entries=entries/></nav> }
    });
    let corner = match user {
        Some(user) => {
            let again = user.clone();
            let (path_again, menu) = (path.clone(), lang.t("メニュー", "Menu"));
            let list = (!nav.is_empty()).then(|| {
                view! { <nav aria-label=menu_name><NavList entries=nav/></nav> }
            });
            view! {
                <div class="app-user">
                    <UserCorner user=user path=path lang=lang/>
                </div>
                <details class="app-menu">
                    <summary>{menu}</summary>
                    <div class="app-menu-panel">
                        {list}
                        <div class="app-menu-foot">
                            <UserCorner user=again path=path_again lang=lang/>
                        </div>
                    </div>
                </details>
            }
            .into_any()
        }
        None => {
            let switch = (!path.is_empty()).then(|| view! { <LanguageSwitch path=path lang=lang/> });
            view! { <div class="app-user app-user--plain">{switch}</div> }.into_any()
        }
    };
    let home = lang.t("標 Shirube ホーム", "標 Shirube, home");
    view! {
        <a class="skip-link" href="#main">{lang.t("本文へ移動", "Skip to main content")}</a>
        <header class="app-header">
            <div class="app-header-inner">
                <a class="brand" href="/" aria-label=home>
                    <span class="brand-mark" lang="ja">"標"</span>
                    <span class="brand-name">"Shirube"</span>
                </a>
                {corner}
            </div>
        </header>
        <div class=body_class>
            {side}
            <main class="app-main" id="main" tabindex="-1">{children()}</main>
        </div>
    }
}

/// The entries of the main menu.
#[component]
fn NavList(entries: Vec<NavEntry>) -> impl IntoView {
    let items = entries
        .into_iter()
        .map(|entry| {
            let current = entry.current.then_some("page");
            view! { <li><a href=entry.href aria-current=current>{entry.label}</a></li> }
        })
        .collect_view();
    view! { <ul class="app-nav-list">{items}</ul> }
}

/// Name, role, language and sign-out.
#[component]
fn UserCorner(user: UserBadge, path: String, lang: Lang) -> impl IntoView {
    let name_lang = own_lang(&user.name, lang);
    view! {
        <a class="user-badge" href="/account">
            <span class="user-name" lang=name_lang>{user.name}</span>
            <span class="user-role">{user.role_label}</span>
        </a>
        <LanguageSwitch path=path lang=lang/>
        <form method="post" action="/api/sign-out">
            <button class="header-button" type="submit">{lang.t("ログアウト", "Sign out")}</button>
        </form>
    }
}

/// A button that names the other language, in that language.
#[component]
fn LanguageSwitch(path: String, lang: Lang) -> impl IntoView {
    let (other, name) = match lang {
        Lang::Ja => (Lang::En.tag(), "English"),
        Lang::En => (Lang::Ja.tag(), "日本語"),
    };
    view! {
        <form method="post" action="/api/language">
            <input type="hidden" name="next" value=path/>
            <input type="hidden" name="lang" value=other/>
            <button class="header-button" type="submit" lang=other>{name}</button>
        </form>
    }
}

/// Breadcrumb, the one `h1`, a sentence under it, and the page's own actions as children.
#[component]
pub fn PageHeader(
    /// The page's name.
    #[prop(into)]
    title: String,
    /// What the page is for, or nothing.
    #[prop(optional, into)]
    lead: String,
    /// The way here, without the page itself.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Language.
    lang: Lang,
    /// A badge, or `<div class="actions">` with buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let trail = (!crumbs.is_empty()).then(|| {
        let items = crumbs
            .into_iter()
            .map(|crumb| {
                let label_lang = own_lang(&crumb.label, lang);
                view! { <li><a href=crumb.href lang=label_lang>{crumb.label}</a></li> }
            })
            .collect_view();
        let name = lang.t("現在位置", "Breadcrumb");
        view! {
            <nav class="breadcrumb" aria-label=name>
                <ol class="breadcrumb-list">{items}</ol>
            </nav>
        }
    });
    let lead_lang = own_lang(&lead, lang);
    let lead = (!lead.is_empty()).then(|| view! { <p class="page-lead" lang=lead_lang>{lead}</p> });
    let title_lang = own_lang(&title, lang);
    view! {
        <div class="page-header">
            {trail}
            <div class="page-header-row">
                <div class="page-heading">
                    <h1 lang=title_lang>{title}</h1>
                    {lead}
                </div>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
