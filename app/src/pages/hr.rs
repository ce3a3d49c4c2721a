//! HR's pages: roster, questionnaires, campaigns.

pub mod campaign;
pub mod campaigns;
pub mod item_editor;
mod live;
pub mod metrics;
pub mod overtime;
pub mod questionnaires;
pub mod raters;
pub mod responses;
pub mod roster;

use std::collections::BTreeMap;

use domain::text::Lang;
use leptos::prelude::*;
use service::Service;
use service::registry::event::Event;

/// A part of a page under its own heading, which also names it for screen readers.
fn section(id: &str, heading: &str, content: AnyView) -> AnyView {
    let (id, heading) = (id.to_owned(), heading.to_owned());
    let named = format!("{id}-heading");
    let names = named.clone();
    view! {
        <section class="section" id=id aria-labelledby=names>
            <h2 id=named>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// A whole number with its thousands marked off: `12,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A form that is one button.
fn button_form(action: &str, hidden: Vec<(&'static str, String)>, button: AnyView) -> AnyView {
    let action = action.to_owned();
    let hidden = hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! { <form method="post" action=action>{hidden}{button}</form> }.into_any()
}

/// The names of those who acted. People who have left are not looked up, and the schedule is nobody.
async fn actors(service: &Service, events: &[Event], lang: Lang) -> service::Result<BTreeMap<i64, String>> {
    let mut names = BTreeMap::new();
    for id in events.iter().filter_map(|e| e.actor) {
        if names.contains_key(&id) {
            continue;
        }
        let name = match service.registry.person(id).await {
            Ok(person) => person.display_name(lang).to_owned(),
            Err(service::Error::NotFound) => lang.t("(退職者)", "(no longer on the roster)").to_owned(),
            Err(error) => return Err(error),
        };
        names.insert(id, name);
    }
    Ok(names)
}

/// Who did it, in words.
fn actor(event: &Event, names: &BTreeMap<i64, String>, lang: Lang) -> String {
    let nobody = lang.t("自動(日程による)", "By itself, on schedule");
    event.actor.and_then(|id| names.get(&id).cloned()).unwrap_or_else(|| nobody.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked_off() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
