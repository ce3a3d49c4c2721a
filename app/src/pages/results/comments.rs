//! Published comments, in the order they were shuffled into when they were published.

use domain::questionnaire::Item;
use domain::text::{Lang, Text};
use leptos::prelude::*;
use service::{Result, Service};

use super::report::Report;
use crate::components::own_lang;
use crate::context::Context;

/// Comments shown at once for an item.
const AT_ONCE: u32 = 50;

/// The comments to one item, as many as are shown at once.
pub struct Comments {
    item: String,
    text: Text,
    total: u32,
    from: u32,
    list: Vec<String>,
}

/// Which page of which item was asked for.
pub struct Turned {
    item: Option<String>,
    from: u32,
}

/// The query `comments=ITEM&from=N`, which turns the pages of one item.
pub fn turned(context: &Context) -> Turned {
    let from = context.query("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    Turned { item: context.query("comments"), from }
}

/// Reads the comments of a group; `None` where the viewer may not see any.
pub async fn read(service: &Service, report: &Report, turned: &Turned) -> Result<Option<Vec<Comments>>> {
    if !report.comments {
        return Ok(None);
    }
    let (campaign, group) = (report.wave.id(), report.group.number);
    let counts = service.registry.release_comment_counts(campaign, group).await?;
    let items: Vec<&Item> = report
        .figures
        .questionnaire()
        .items()
        .map(|(_, item)| item)
        .filter(|item| item.kind.is_text())
        .collect();
    let mut all = Vec::new();
    for item in items {
        let Some((_, total)) = counts.iter().find(|(key, _)| *key == item.key) else { continue };
        let from = if turned.item.as_ref() == Some(&item.key) { start(turned.from, *total) } else { 0 };
        let list = service.registry.release_comments_from(campaign, group, &item.key, from, AT_ONCE).await?;
        all.push(Comments { item: item.key.clone(), text: item.text.clone(), total: *total, from, list });
    }
    Ok(Some(all))
}

/// The first comment of the page that `wanted` is on, of `total`.
fn start(wanted: u32, total: u32) -> u32 {
    let last = total.saturating_sub(1);
    wanted.min(last) / AT_ONCE * AT_ONCE
}

/// The comments by item. `path` is the page's own address.
pub fn section(comments: Option<Vec<Comments>>, threshold: u32, path: &str, lang: Lang) -> AnyView {
    let Some(comments) = comments else { return ().into_any() };
    let content: Vec<AnyView> = if comments.is_empty() {
        vec![none(threshold, lang)]
    } else {
        comments.into_iter().map(|comments| item_view(comments, path, lang)).collect()
    };
    view! {
        <section class="section">
            <h2>{lang.t("自由記述", "Comments")}</h2>
            <p class="section-lead">{lang.t(
                "順番は入れ替えてあります。だれが書いたかを探したり推測したりせず、内容を受け止めてください。",
                "Shuffled. Please take in what is said, and do not try to find out or guess who wrote it.",
            )}</p>
            {content}
        </section>
    }
    .into_any()
}

fn none(threshold: u32, lang: Lang) -> AnyView {
    let words = match lang {
        Lang::Ja => format!(
            "自由記述は、回答者が{threshold}人以上で、人数の少ない集計の内容が分からない場合に限って表示します。この集計には表示できる自由記述がありません。"
        ),
        Lang::En => format!(
            "Comments are shown only from {threshold} respondents on, and only where they tell nothing about a smaller \
             group. There are none to show here."
        ),
    };
    view! { <p>{words}</p> }.into_any()
}

fn item_view(comments: Comments, path: &str, lang: Lang) -> AnyView {
    let id = format!("comments-{}", comments.item);
    let count = match lang {
        Lang::Ja => format!("{}件", comments.total),
        Lang::En if comments.total == 1 => "1 comment".to_owned(),
        Lang::En => format!("{} comments", comments.total),
    };
    let turn = turning(&comments, path, lang);
    let list = comments
        .list
        .into_iter()
        .map(|text| {
            let text_lang = own_lang(&text, lang);
            view! { <p class="comment" lang=text_lang>{text}</p> }
        })
        .collect_view();
    view! {
        <section class="section" id=id>
            <h3>{comments.text.get(lang).to_owned()}</h3>
            <p class="muted">{count}</p>
            <div>{list}</div>
            {turn}
        </section>
    }
    .into_any()
}

fn turning(comments: &Comments, path: &str, lang: Lang) -> AnyView {
    if comments.total <= AT_ONCE {
        return ().into_any();
    }
    let item = &comments.item;
    let to = |from: u32| format!("{path}?comments={item}&from={from}#comments-{item}");
    let (earlier, later) = match lang {
        Lang::Ja => (format!("前の{AT_ONCE}件"), format!("次の{AT_ONCE}件")),
        Lang::En => (format!("Previous {AT_ONCE}"), format!("Next {AT_ONCE}")),
    };
    let back = (comments.from > 0).then(|| {
        let href = to(comments.from.saturating_sub(AT_ONCE));
        view! { <a class="button button--secondary" href=href>{earlier}</a> }
    });
    let next = comments.from + AT_ONCE;
    let on = (next < comments.total).then(|| {
        view! { <a class="button button--secondary" href=to(next)>{later}</a> }
    });
    let range = format!("{}–{} / {}", comments.from + 1, next.min(comments.total), comments.total);
    view! {
        <nav class="pagination" aria-label=lang.t("自由記述のページ", "Pages of comments")>
            {back}
            <span>{range}</span>
            {on}
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_begin_at_whole_steps_and_never_behind_the_last_comment() {
        assert_eq!((start(0, 120), start(49, 120), start(50, 120), start(999, 120)), (0, 0, 50, 100));
        assert_eq!((start(50, 50), start(u32::MAX, 0)), (0, 0));
    }
}
