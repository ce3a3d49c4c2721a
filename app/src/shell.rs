//! The HTML document around every page.

use domain::text::Lang;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

use crate::context::Context;
use crate::routes::{Routes, has_islands};

/// The document. The browser package is named only on pages that have an island.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    provide_meta_context();
    let context = Context::now();
    let lang = context.lang;
    // In islands mode nothing outside an island is hydrated, so nothing needs to be serialised into the page.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let scripts = has_islands(&context.path()).then(|| {
        view! { <HydrationScripts options=options.clone() islands=true/> }
    });
    // Leptos writes a line of script into every page; only pages with islands load the browser package.
    if let Some(nonce) = use_nonce() {
        context.content_security_policy(&nonce.to_string());
    }
    let head = view! { {scripts} <MetaTags/> };
    document(lang, head.into_any(), view! { <Routes lang=lang/> }.into_any())
}

/// The document around `body`, with `head` at the end of its head.
pub(crate) fn document(lang: Lang, head: AnyView, body: AnyView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <link rel="stylesheet" href="/pkg/shirube.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// The title of a page: where you are, then the product.
pub fn title(page: &str, lang: Lang) -> String {
    format!("{page} | {}", lang.t("標 Shirube", "Shirube"))
}
