//! One question on the screen.

use std::collections::BTreeMap;

use domain::answer::{Answer, check_answer};
use domain::questionnaire::{Choice, Item, Kind};
use domain::text::{Lang, Text};
use leptos::prelude::*;

use super::state::State;
use crate::language::own_lang;

/// The key of an item, for the closures of its fields.
type Key = StoredValue<String>;

/// A question with its answer fields.
pub fn item_field(state: State, item: &Item) -> AnyView {
    let lang = state.lang;
    let key = StoredValue::new(item.key.clone());
    let field = match item.kind.clone() {
        Kind::Scale { labels, .. } => scale(state, key, labels),
        Kind::Single { options } => single(state, key, options),
        Kind::Multiple { options, max, .. } => multiple(state, key, options, max),
        Kind::Matrix { rows, labels, .. } => matrix(state, key, rows, &labels),
        Kind::Number { unit, min, max, decimals } => {
            number(state, key, &item.text, (unit, min, max, decimals))
        }
        Kind::Date { .. } => date(state, key, &item.text),
        Kind::ShortText { max_chars } => text(state, key, &item.text, max_chars, false),
        Kind::LongText { max_chars } => text(state, key, &item.text, max_chars, true),
    };
    let checked = item.clone();
    let label = if item.unobserved {
        lang.t("観察する機会がなかった", "No opportunity to observe")
    } else {
        lang.t("答えない", "Prefer not to say")
    };
    let decline = (item.may_decline || item.unobserved).then(|| {
        let decline = Pick {
            kind: "radio",
            class: "choice",
            label_class: None,
            name: Some(item.key.clone()),
            label: label.to_owned(),
            chosen: Box::new(|a: &Answer| *a == Answer::Declined),
            choose: Box::new(move |_| put(state, key, Some(Answer::Declined))),
        };
        view! { <div class="decline">{pick(state, key, decline)}</div> }.into_any()
    });
    let clear = (!item.required && !item.kind.is_text()).then(|| {
        view! {
            <button class="button button--quiet button--small" type="button"
                hidden=move || !answered(state, key, &|_| true) on:click=move |_| put(state, key, None)>
                {lang.t("この回答を取り消す", "Remove this answer")}
            </button>
        }
        .into_any()
    });
    let help = item.help.get(lang).to_owned();
    // In a pulse, the action in the words of whoever means to do it.
    let quoted = state.survey.with_value(|survey| survey.actions.contains(&help));
    let help_class = if quoted { "question-quote" } else { "question-help" };
    let help_lang = own_lang(&help, lang);
    let mark = if item.required { lang.t("必須", "Required") } else { lang.t("任意", "Optional") };
    view! {
        <fieldset class="question" id=format!("q-{}", item.key) tabindex="-1">
            <legend>
                {item.text.get(lang).to_owned()}
                <span class="question-mark">{mark}</span>
            </legend>
            {(!help.is_empty()).then(|| view! { <p class=help_class lang=help_lang>{help}</p> })}
            {field}
            {decline}
            {clear}
            // What is typed is judged at once, by the code that will judge the sheet when it is counted.
            <p class="field-error" role="alert">{move || {
                let answer = answer(state, key)?;
                check_answer(&checked, &answer).err().map(|problem| problem.message(lang))
            }}</p>
        </fieldset>
    }
    .into_any()
}

fn answer(state: State, key: Key) -> Option<Answer> {
    state.answers.with(|answers| key.with_value(|k| answers.get(k).cloned()))
}

fn answered(state: State, key: Key, test: &dyn Fn(&Answer) -> bool) -> bool {
    state.answers.with(|answers| key.with_value(|k| answers.get(k).is_some_and(test)))
}

/// Answers the item, or takes its answer back.
fn put(state: State, key: Key, answer: Option<Answer>) {
    state.answers.update(|answers| {
        match answer {
            Some(answer) => answers.insert(key.get_value(), answer),
            None => answers.remove(&key.get_value()),
        };
    });
}

/// What a radio button or a checkbox looks like, stands for and does.
struct Pick {
    kind: &'static str,
    class: &'static str,
    label_class: Option<&'static str>,
    name: Option<String>,
    label: String,
    chosen: Box<dyn Fn(&Answer) -> bool + Send>,
    choose: Box<dyn Fn(bool) + Send>,
}

/// The view of all that can be picked: one function for all, so that the browser package holds it once.
fn pick(state: State, key: Key, pick: Pick) -> AnyView {
    let Pick { kind, class, label_class, name, label, chosen, choose } = pick;
    view! {
        <label class=class>
            <input type=kind name=name prop:checked=move || answered(state, key, &*chosen)
                on:change=move |event| choose(event_target_checked(&event))/>
            <span class=label_class>{label}</span>
        </label>
    }
    .into_any()
}

fn scale(state: State, key: Key, labels: Vec<Text>) -> AnyView {
    let lang = state.lang;
    let cards: Vec<AnyView> = (1u8..)
        .zip(labels)
        .map(|(point, label)| {
            let option = Pick {
                kind: "radio",
                class: "scale-option",
                label_class: Some("scale-label"),
                name: Some(key.get_value()),
                label: label.get(lang).to_owned(),
                chosen: Box::new(move |a: &Answer| *a == Answer::Scale(point)),
                choose: Box::new(move |_| put(state, key, Some(Answer::Scale(point)))),
            };
            pick(state, key, option)
        })
        .collect();
    view! { <div class="scale">{cards}</div> }.into_any()
}

fn single(state: State, key: Key, options: Vec<Choice>) -> AnyView {
    let lang = state.lang;
    let cards: Vec<AnyView> = options
        .into_iter()
        .map(|option| {
            let (mine, chosen) = (option.key.clone(), option.key);
            let option = Pick {
                kind: "radio",
                class: "choice",
                label_class: None,
                name: Some(key.get_value()),
                label: option.label.get(lang).to_owned(),
                chosen: Box::new(move |a: &Answer| matches!(a, Answer::Single(k) if *k == mine)),
                choose: Box::new(move |_| put(state, key, Some(Answer::Single(chosen.clone())))),
            };
            pick(state, key, option)
        })
        .collect();
    view! { <div class="choice-list">{cards}</div> }.into_any()
}

fn multiple(state: State, key: Key, options: Vec<Choice>, max: Option<u32>) -> AnyView {
    let lang = state.lang;
    let all = StoredValue::new(options.clone());
    let toggle = move |mine: &str, on: bool| {
        let before = state.answers.with_untracked(|a| match a.get(&key.get_value()) {
            Some(Answer::Multiple(keys)) => keys.clone(),
            _ => Vec::new(),
        });
        let after = all.with_value(|options| toggled(options, &before, mine, on));
        put(state, key, (!after.is_empty()).then_some(Answer::Multiple(after)));
    };
    let boxes: Vec<AnyView> = options
        .into_iter()
        .map(|option| {
            let (mine, toggled) = (option.key.clone(), option.key);
            let option = Pick {
                kind: "checkbox",
                class: "choice",
                label_class: None,
                name: None,
                label: option.label.get(lang).to_owned(),
                chosen: Box::new(move |a: &Answer| matches!(a, Answer::Multiple(k) if k.contains(&mine))),
                choose: Box::new(move |on| toggle(&toggled, on)),
            };
            pick(state, key, option)
        })
        .collect();
    let limit = max.map(|max| match lang {
        Lang::Ja => format!("{max}つまで選べます。"),
        Lang::En => format!("Choose up to {max}."),
    });
    view! { <p class="question-help">{limit}</p><div class="choice-list">{boxes}</div> }.into_any()
}

/// The chosen options after `mine` was ticked or unticked, in the questionnaire's order. An exclusive option drives
/// the others out, and the other way round.
fn toggled(options: &[Choice], before: &[String], mine: &str, on: bool) -> Vec<String> {
    let exclusive = |key: &str| options.iter().any(|o| o.key == key && o.exclusive);
    options
        .iter()
        .map(|o| o.key.as_str())
        .filter(|key| {
            if *key == mine {
                return on;
            }
            let driven_out = on && (exclusive(mine) || exclusive(key));
            before.iter().any(|b| b == key) && !driven_out
        })
        .map(str::to_owned)
        .collect()
}

/// On a phone each row is a block of its own: a table of radio buttons cannot be read there.
fn matrix(state: State, key: Key, rows: Vec<Choice>, labels: &[Text]) -> AnyView {
    let lang = state.lang;
    let head: Vec<AnyView> =
        labels.iter().map(|l| view! { <span>{l.get(lang).to_owned()}</span> }.into_any()).collect();
    let cards: Vec<AnyView> = rows
        .into_iter()
        .map(|row| {
            let steps: Vec<AnyView> = (1u8..)
                .zip(labels)
                .map(|(point, label)| {
                    let (mine, chosen) = (row.key.clone(), row.key.clone());
                    let step = Pick {
                        kind: "radio",
                        class: "scale-option",
                        label_class: Some("scale-label"),
                        name: Some([key.get_value().as_str(), "/", row.key.as_str()].concat()),
                        label: label.get(lang).to_owned(),
                        chosen: Box::new(move |a: &Answer| {
                            matches!(a, Answer::Matrix(rows) if rows.get(&mine) == Some(&point))
                        }),
                        choose: Box::new(move |_| {
                            let mut rows =
                                state.answers.with_untracked(|a| match a.get(&key.get_value()) {
                                    Some(Answer::Matrix(rows)) => rows.clone(),
                                    _ => BTreeMap::new(),
                                });
                            rows.insert(chosen.clone(), point);
                            put(state, key, Some(Answer::Matrix(rows)));
                        }),
                    };
                    pick(state, key, step)
                })
                .collect();
            let label = row.label.get(lang).to_owned();
            let name = label.clone();
            view! {
                <div class="matrix-row" role="radiogroup" aria-label=name>
                    <p class="matrix-text">{label}</p>
                    {steps}
                </div>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="matrix">
            <div class="matrix-head" aria-hidden="true"><span class="matrix-text"></span>{head}</div>
            {cards}
        </div>
    }
    .into_any()
}

/// What stands in the field of a number, a date or a text.
fn shown(state: State, key: Key) -> String {
    match answer(state, key) {
        Some(Answer::Number(n)) if n.is_finite() => n.to_string(),
        Some(Answer::Date(text) | Answer::Text(text)) => text,
        _ => String::new(),
    }
}

fn number(state: State, key: Key, label: &Text, (unit, min, max, decimals): (Text, f64, f64, u8)) -> AnyView {
    let lang = state.lang;
    view! {
        <div class="field-row">
            <input class="input input--number" type="number" inputmode="decimal" min=min.to_string() max=max.to_string()
                step=if decimals == 0 { "1".to_owned() } else { format!("0.{}1", "0".repeat(usize::from(decimals) - 1)) }
                aria-label=label.get(lang).to_owned() prop:value=move || shown(state, key)
                on:change=move |event| {
                    let typed = parsed(half_width(&event_target_value(&event)).trim());
                    put(state, key, typed.map(Answer::Number));
                }/>
            <span>{unit.get(lang).to_owned()}</span>
            <span class="question-help">{format!("{min}–{max}")}</span>
        </div>
    }
    .into_any()
}

/// Reads a number. The browser's own reader is used in the browser: Rust's brings 10 kB of tables along, which do not
/// compress. Both read alike what a field for numbers can hold.
fn parsed(text: &str) -> Option<f64> {
    #[cfg(feature = "hydrate")]
    let number = js_sys::parse_float(text);
    #[cfg(not(feature = "hydrate"))]
    let number = text.parse().unwrap_or(f64::NAN);
    number.is_finite().then_some(number)
}

/// Full-width digits and signs as Japanese keyboards give them, in ASCII.
fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            '．' => '.',
            '－' | '−' => '-',
            c => c,
        })
        .collect()
}

fn date(state: State, key: Key, label: &Text) -> AnyView {
    view! {
        <input class="input" type="date" aria-label=label.get(state.lang).to_owned()
            prop:value=move || shown(state, key)
            on:change=move |event| {
                let text = event_target_value(&event);
                put(state, key, (!text.is_empty()).then_some(Answer::Date(text)));
            }/>
    }
    .into_any()
}

fn text(state: State, key: Key, label: &Text, max_chars: u32, long: bool) -> AnyView {
    let lang = state.lang;
    let label = label.get(lang).to_owned();
    let typed = move |text: String| put(state, key, (!text.is_empty()).then_some(Answer::Text(text)));
    let field = if long {
        view! {
            <textarea class="input" rows="5" aria-label=label prop:value=move || shown(state, key)
                on:input=move |event| typed(event_target_value(&event))></textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" type="text" aria-label=label prop:value=move || shown(state, key)
                on:input=move |event| typed(event_target_value(&event))/>
        }
        .into_any()
    };
    let note = lang.t(
        "お名前や、だれかを特定できることは書かないでください。",
        "Please do not write your name or anything that tells who somebody is.",
    );
    view! {
        <p class="question-help">{note}</p>
        {field}
        <p class="question-help num">{move || format!("{} / {max_chars}", shown(state, key).chars().count())}</p>
        // A calm warning where a comment seems to name somebody.
        <p role="status">
            {move || {
                answered(state, key, &|a| matches!(a, Answer::Text(t) if domain::text::may_identify(t)))
                    .then(|| view! {
                        <span class="comment-warning">{lang.t(
                            "名前・電話番号・メールアドレスなどが含まれているかもしれません。送信前に確かめてください。",
                            "This may contain a name, telephone number or mail address. Please check before sending.",
                        )}</span>
                    })
            }}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Vec<Choice> {
        let choice = |key: &str, exclusive| Choice { key: key.into(), label: Text::new(key, key), exclusive };
        vec![choice("a", false), choice("b", false), choice("none", true)]
    }

    #[test]
    fn an_exclusive_option_drives_the_others_out() {
        let before = ["a".to_owned(), "b".to_owned()];
        assert_eq!(toggled(&options(), &before, "none", true), ["none"]);
        assert_eq!(toggled(&options(), &["none".to_owned()], "b", true), ["b"]);
        assert_eq!(toggled(&options(), &["b".to_owned()], "a", true), ["a", "b"]);
        assert!(toggled(&options(), &["b".to_owned()], "b", false).is_empty());
    }

    #[test]
    fn full_width_numbers_are_read() {
        assert_eq!(parsed(&half_width("１２．５")), Some(12.5));
        assert_eq!(parsed(&half_width("−3")), Some(-3.0));
        assert_eq!(parsed(""), None);
    }
}
