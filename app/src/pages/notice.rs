//! The page that comes in place of what was asked for, when the request did not get as far as the pages themselves: too
//! large, from another site, without a sign-in. It is made without router, session and script.

use domain::text::{Lang, Text};
use leptos::prelude::*;

use crate::components::{AppLayout, PageHeader, SubmitButton};
use crate::shell;

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened, in a few words.
    pub title: Text,
    /// What happened, what was kept.
    pub text: Text,
    /// What to do.
    pub next: Next,
}

/// What there is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Go back to the page before.
    Back,
    /// Sign in, at this address, and go on from there.
    SignIn(String),
    /// Sign in in another tab, then send the form again from here.
    SendAgain(Form),
}

/// A form as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it was sent to.
    pub action: String,
    /// Its fields, in order.
    pub fields: Vec<(String, String)>,
}

/// The whole document. `back` is the page before, a path on this site.
pub fn document(notice: Notice, lang: Lang, back: &str) -> String {
    // Switching the language would leave the page, and with it what was typed.
    let path = if matches!(notice.next, Next::SendAgain(_)) { String::new() } else { back.to_owned() };
    let (title, text) = (notice.title.get(lang).to_owned(), notice.text.get(lang).to_owned());
    let head = view! { <title>{shell::title(&title, lang)}</title> };
    let next = next(notice.next, back, lang);
    let body = view! {
        <AppLayout lang=lang path=path>
            <PageHeader title=title lang=lang/>
            <p>{text}</p>
            {next}
        </AppLayout>
    };
    shell::document(lang, head.into_any(), body.into_any()).to_html()
}

fn next(next: Next, back: &str, lang: Lang) -> AnyView {
    match next {
        Next::Back => {
            let back = back.to_owned();
            view! { <p><a href=back>{lang.t("前のページへ戻る", "Back to the page before")}</a></p> }
                .into_any()
        }
        Next::SignIn(href) => {
            view! { <p><a href=href>{lang.t("ログインする", "Sign in")}</a></p> }.into_any()
        }
        Next::SendAgain(form) => {
            let hidden = form
                .fields
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view();
            view! {
                <p>
                    <a href="/sign-in" target="_blank" rel="noopener">
                        {lang.t("別のタブでログインする", "Sign in in another tab")}
                    </a>
                </p>
                <form class="form" method="post" action=form.action>
                    {hidden}
                    <SubmitButton label=lang.t("もう一度送信する", "Send again")/>
                </form>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(next: Next) -> Notice {
        Notice { title: Text::new("題", "Title"), text: Text::new("本文", "Text"), next }
    }

    #[test]
    fn it_is_a_page_in_the_language_of_the_reader() {
        let page = document(notice(Next::Back), Lang::En, "/hr/roster");
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        for part in ["lang=\"en\"", "<title>Title | Shirube", "<h1>Title", "Text", "href=\"/hr/roster\""] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
        assert!(document(notice(Next::Back), Lang::Ja, "/").contains("本文"));
        let page = document(notice(Next::SignIn("/sign-in?next=%2Fhr".into())), Lang::Ja, "/");
        assert!(page.contains("href=\"/sign-in?next=%2Fhr\""), "{page}");
    }

    #[test]
    fn what_was_typed_is_in_the_form_and_no_markup() {
        let typed = "灯台の\"声\" <script>";
        let form = Form {
            action: "/api/hr/campaigns/create".into(),
            fields: vec![("title_ja".into(), typed.into()), ("title_en".into(), String::new())],
        };
        let page = document(notice(Next::SendAgain(form)), Lang::Ja, "/hr/campaigns/new");
        assert!(page.contains("action=\"/api/hr/campaigns/create\""), "{page}");
        assert!(page.contains("name=\"title_ja\"") && page.contains("name=\"title_en\""), "{page}");
        assert!(page.contains("灯台の&quot;声&quot; &lt;script&gt;"), "{page}");
        assert!(!page.contains("/api/language"), "nothing leads away from what was typed: {page}");
    }
}
