//! The people somebody is asked to rate, with what this device knows of each: the server cannot tell who has answered.

use domain::text::Lang;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::store::{self, Kept};

/// One person to rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Where they are rated.
    pub href: String,
    /// Their name.
    pub name: String,
    /// The language of the name, where it is not the page's.
    pub name_lang: Option<String>,
    /// Their unit.
    pub unit: String,
    /// The language of the unit's name, where it is not the page's.
    pub unit_lang: Option<String>,
    /// In which group of how many people the answer counts.
    pub group: String,
    /// True where the ballot was given out, to this or another device.
    pub issued: bool,
    /// Under which name the device keeps the draft.
    pub device_key: String,
    /// Why there is nothing to answer; empty where there is.
    pub closed: String,
}

/// How far somebody is with a person, as the device knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// A sheet was sent from here.
    Sent,
    /// Answers are kept here, and none were sent.
    Started,
    /// The ballot is on another device.
    Elsewhere,
    /// Nothing was done yet.
    Open,
}

impl Standing {
    fn of(kept: &Kept, issued: bool) -> Self {
        match (kept.receipt.is_empty(), kept.started) {
            (false, _) => Self::Sent,
            (true, true) => Self::Started,
            (true, false) if issued && kept.seed.is_empty() => Self::Elsewhere,
            (true, false) => Self::Open,
        }
    }

    const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Sent => lang.t("送信済み(この端末から)", "Sent from this device"),
            Self::Started => lang.t("記入の途中(この端末に保存)", "Begun (saved on this device)"),
            Self::Elsewhere => lang.t("別の端末で回答券を受け取り済み", "Ballot taken on another device"),
            Self::Open => lang.t("これから", "To do"),
        }
    }

    const fn action(self, lang: Lang) -> &'static str {
        match self {
            Self::Sent => lang.t("見直す", "Look again"),
            Self::Started => lang.t("続ける", "Go on"),
            Self::Elsewhere | Self::Open => lang.t("評価する", "Rate"),
        }
    }
}

/// The list. Without the browser package every state is that of the server: who has a ballot.
#[island]
pub fn RatingList(lang: Lang, people: Vec<Listed>) -> impl IntoView {
    let standings: Vec<RwSignal<Standing>> =
        people.iter().map(|person| RwSignal::new(Standing::of(&Kept::default(), person.issued))).collect();
    let total = people.iter().filter(|person| person.closed.is_empty()).count();
    let done = {
        let standings = standings.clone();
        move || standings.iter().filter(|standing| standing.get() == Standing::Sent).count()
    };
    let keys: Vec<(String, bool, RwSignal<Standing>)> = people
        .iter()
        .zip(&standings)
        .map(|(person, standing)| (person.device_key.clone(), person.issued, *standing))
        .collect();
    Effect::new(move |_| {
        for (key, issued, standing) in &keys {
            standing.set(Standing::of(&store::load(key), *issued));
        }
    });
    let rows = people
        .into_iter()
        .zip(standings)
        .map(|(person, standing)| row(person, standing, lang))
        .collect_view();
    view! {
        <p role="status" id="rated">{move || match lang {
            Lang::Ja => format!("{total}人中{}人分の回答を送信しました(この端末の記録)。", done()),
            Lang::En => format!("Sent for {} of {total} (as this device knows).", done()),
        }}</p>
        <ul class="link-list">{rows}</ul>
    }
}

fn row(person: Listed, standing: RwSignal<Standing>, lang: Lang) -> AnyView {
    let Listed { href, name, name_lang, unit, unit_lang, group, closed, .. } = person;
    let label = name.clone();
    let way = if closed.is_empty() {
        view! {
            <span class="badge">{move || standing.get().label(lang)}</span>
            <a class="button button--secondary" href=href aria-label=move || format!("{}: {label}", standing.get().action(lang))>
                {move || standing.get().action(lang)}
            </a>
        }
        .into_any()
    } else {
        view! { <span class="muted">{closed}</span> }.into_any()
    };
    view! {
        <li class="rating">
            <div>
                <strong lang=name_lang>{name}</strong> " " <span class="muted" lang=unit_lang>{unit}</span>
                <p class="small">{group}</p>
            </div>
            <div class="rating-way">{way}</div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_device_knows_goes_before_what_the_server_knows() {
        let kept = |seed: &str, started, receipt: &str| Kept {
            seed: seed.into(),
            started,
            receipt: receipt.into(),
            ..Kept::default()
        };
        assert_eq!(Standing::of(&kept("", false, ""), false), Standing::Open);
        assert_eq!(Standing::of(&kept("", false, ""), true), Standing::Elsewhere);
        assert_eq!(Standing::of(&kept("s", false, ""), true), Standing::Open, "taken here, not begun");
        assert_eq!(Standing::of(&kept("s", true, ""), true), Standing::Started);
        assert_eq!(Standing::of(&kept("s", true, "r"), true), Standing::Sent);
    }
}
