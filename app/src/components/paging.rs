//! Long lists in pages, by links that need no script.

use domain::text::Lang;
use leptos::prelude::*;

/// The page of a paged list that was asked for, from 1, and how many there are.
pub fn page_of(asked: Option<&str>, entries: usize, per_page: usize) -> (usize, usize) {
    let pages = entries.div_ceil(per_page).max(1);
    let asked = asked.and_then(|p| p.parse().ok()).unwrap_or(1);
    (usize::clamp(asked, 1, pages), pages)
}

/// True where any of the texts has what was searched for, in whatever case; everything is found where nothing was.
pub fn matches(wanted: &str, texts: &[&str]) -> bool {
    let wanted = wanted.trim().to_lowercase();
    wanted.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&wanted))
}

/// Links to the pages before and after; nothing where all is on one page. `path` may have a query; `place` is
/// the id of the list on its page, or empty where the page is the list.
pub fn pager(path: &str, current: usize, pages: usize, place: &str, lang: Lang) -> AnyView {
    if pages <= 1 {
        return ().into_any();
    }
    let joint = if path.contains('?') { '&' } else { '?' };
    let anchor = if place.is_empty() { String::new() } else { format!("#{place}") };
    let link = |to: usize, words: &str| {
        let (href, words) = (format!("{path}{joint}page={to}{anchor}"), words.to_owned());
        view! { <a class="button button--secondary button--small" href=href>{words}</a> }
    };
    let before = (current > 1).then(|| link(current - 1, lang.t("前へ", "Previous")));
    let after = (current < pages).then(|| link(current + 1, lang.t("次へ", "Next")));
    let here = match lang {
        Lang::Ja => format!("{pages}ページ中{current}ページ目"),
        Lang::En => format!("Page {current} of {pages}"),
    };
    let name = lang.t("ページの移動", "Pages");
    view! { <nav class="pagination" aria-label=name>{before}<span>{here}</span>{after}</nav> }.into_any()
}

/// A text as the value of a parameter (RFC 3986, section 2).
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_there_becomes_the_nearest() {
        assert_eq!(page_of(None, 0, 100), (1, 1));
        assert_eq!(page_of(Some("2"), 250, 100), (2, 3));
        assert_eq!(page_of(Some("9"), 250, 100), (3, 3));
        assert_eq!(page_of(Some("0"), 250, 100), (1, 3));
        assert_eq!(page_of(Some("-1"), 250, 100), (1, 3));
        assert_eq!(page_of(Some("x"), 100, 100), (1, 1));
    }
}
