//! One question on the screen.

use domain::answer::{Answer, check_answer};
use domain::questionnaire::{Choice, Item, Kind};
use domain::text::{Lang, Text};
use leptos::prelude::*;
use std::collections::BTreeMap;

use super::island::State;

/// A question with its answer fields.
#[component]
pub fn ItemField(state: State, item: Item) -> impl IntoView {
    let lang = state.lang;
    let key = StoredValue::new(item.key.clone());
    let field = match item.kind.clone() {
        Kind::Scale { labels, .. } => scale(state, key, labels),
        Kind::Single { options } => single(state, key, options),
        Kind::Multiple { options, max, .. } => multiple(state, key, options, max),
        Kind::Matrix { rows, labels, .. } => matrix(state, key, rows, labels),
        Kind::Number { unit, min, max, decimals } => {
            number(state, key, &item.text, (unit, min, max, decimals))
        }
        Kind::Date { .. } => date(state, key, &item.text),
        Kind::ShortText { max_chars } => text(state, key, &item.text, max_chars, false),
        Kind::LongText { max_chars } => text(state, key, &item.text, max_chars, true),
    };
    let checked_item = item.clone();
    // What is typed is judged at once, by the code that will judge the sheet when it is counted.
    let problem = move || {
        let answer = state.answers.with(|a| key.with_value(|k| a.get(k).cloned()))?;
        check_answer(&checked_item, &answer).err().map(|p| p.message(lang))
    };
    let decline = item.may_decline.then(|| {
        let chosen = move || answered(state, key, |a| *a == Answer::Declined);
        view! {
            <div class="decline"><label class="choice">
                <input type="radio" name=key.get_value() prop:checked=chosen
                    on:change=move |_| put(state, key, Answer::Declined)/>
                <span>{lang.t("答えない", "Prefer not to say")}</span>
            </label></div>
        }
    });
    let some = move || answered(state, key, |_| true);
    let clear = (!item.required && !item.kind.is_text()).then(|| {
        view! {
            <button class="button button--quiet button--small" type="button" hidden=move || !some()
                on:click=move |_| state.answers.update(|a| { a.remove(&key.get_value()); })>
                {lang.t("この回答を取り消す", "Remove this answer")}
            </button>
        }
    });
    let help = item.help.get(lang).to_owned();
    let mark = if item.required { lang.t("必須", "Required") } else { lang.t("任意", "Optional") };
    view! {
        <fieldset class="question" id=format!("q-{}", item.key) tabindex="-1">
            <legend>
                {item.text.get(lang).to_owned()}
                <span class="question-mark">{mark}</span>
            </legend>
            {(!help.is_empty()).then(|| view! { <p class="question-help">{help}</p> })}
            {field}
            {decline}
            {clear}
            <p class="field-error" role="alert">{problem}</p>
        </fieldset>
    }
}

fn answered(state: State, key: StoredValue<String>, test: impl Fn(&Answer) -> bool) -> bool {
    state.answers.with(|answers| key.with_value(|k| answers.get(k).is_some_and(&test)))
}

fn put(state: State, key: StoredValue<String>, answer: Answer) {
    state.answers.update(|answers| {
        answers.insert(key.get_value(), answer);
    });
}

fn drop_answer(state: State, key: StoredValue<String>) {
    state.answers.update(|answers| {
        answers.remove(&key.get_value());
    });
}

fn scale(state: State, key: StoredValue<String>, labels: Vec<Text>) -> AnyView {
    let lang = state.lang;
    let cards = (1u8..)
        .zip(labels)
        .map(|(point, label)| {
            let chosen = move || answered(state, key, |a| *a == Answer::Scale(point));
            view! {
                <label class="scale-option">
                    <input type="radio" name=key.get_value() prop:checked=chosen
                        on:change=move |_| put(state, key, Answer::Scale(point))/>
                    <span class="scale-label">{label.get(lang).to_owned()}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="scale">{cards}</div> }.into_any()
}

fn single(state: State, key: StoredValue<String>, options: Vec<Choice>) -> AnyView {
    let lang = state.lang;
    let cards = options
        .into_iter()
        .map(|option| {
            let mine = StoredValue::new(option.key);
            let chosen = move || {
                answered(state, key, |a| mine.with_value(|m| matches!(a, Answer::Single(k) if k == m)))
            };
            view! {
                <label class="choice">
                    <input type="radio" name=key.get_value() prop:checked=chosen
                        on:change=move |_| put(state, key, Answer::Single(mine.get_value()))/>
                    <span>{option.label.get(lang).to_owned()}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="choice-list">{cards}</div> }.into_any()
}

fn multiple(state: State, key: StoredValue<String>, options: Vec<Choice>, max: Option<u32>) -> AnyView {
    let lang = state.lang;
    let all = StoredValue::new(options.clone());
    let toggle = move |mine: &str, on: bool| {
        let before = state.answers.with_untracked(|a| match a.get(&key.get_value()) {
            Some(Answer::Multiple(keys)) => keys.clone(),
            _ => Vec::new(),
        });
        let after = all.with_value(|options| toggled(options, &before, mine, on));
        if after.is_empty() { drop_answer(state, key) } else { put(state, key, Answer::Multiple(after)) }
    };
    let boxes = options
        .into_iter()
        .map(|option| {
            let mine = StoredValue::new(option.key);
            let chosen = move || {
                answered(state, key, |a| {
                    mine.with_value(|m| matches!(a, Answer::Multiple(k) if k.contains(m)))
                })
            };
            view! {
                <label class="choice">
                    <input type="checkbox" prop:checked=chosen
                        on:change=move |event| toggle(&mine.get_value(), event_target_checked(&event))/>
                    <span>{option.label.get(lang).to_owned()}</span>
                </label>
            }
        })
        .collect_view();
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
fn matrix(state: State, key: StoredValue<String>, rows: Vec<Choice>, labels: Vec<Text>) -> AnyView {
    let lang = state.lang;
    let head = labels.iter().map(|l| view! { <span>{l.get(lang).to_owned()}</span> }).collect_view();
    let cards = rows
        .into_iter()
        .map(|row| {
            let mine = StoredValue::new(row.key);
            let name = format!("{}/{}", key.get_value(), mine.get_value());
            let steps = (1u8..)
                .zip(labels.clone())
                .map(|(point, label)| {
                    let chosen = move || {
                        answered(state, key, |a| {
                            mine.with_value(
                                |m| matches!(a, Answer::Matrix(rows) if rows.get(m) == Some(&point)),
                            )
                        })
                    };
                    let choose = move |_| {
                        let mut rows = state.answers.with_untracked(|a| match a.get(&key.get_value()) {
                            Some(Answer::Matrix(rows)) => rows.clone(),
                            _ => BTreeMap::new(),
                        });
                        rows.insert(mine.get_value(), point);
                        put(state, key, Answer::Matrix(rows));
                    };
                    view! {
                        <label class="scale-option">
                            <input type="radio" name=name.clone() prop:checked=chosen on:change=choose/>
                            <span class="scale-label">{label.get(lang).to_owned()}</span>
                        </label>
                    }
                })
                .collect_view();
            let row_label = row.label.get(lang).to_owned();
            let row_text = row_label.clone();
            view! {
                <div class="matrix-row" role="radiogroup" aria-label=row_label>
                    <p class="matrix-text">{row_text}</p>
                    {steps}
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="matrix">
            <div class="matrix-head" aria-hidden="true"><span class="matrix-text"></span>{head}</div>
            {cards}
        </div>
    }
    .into_any()
}

fn number(
    state: State,
    key: StoredValue<String>,
    label: &Text,
    (unit, min, max, decimals): (Text, f64, f64, u8),
) -> AnyView {
    let lang = state.lang;
    let value = move || {
        state.answers.with(|a| match key.with_value(|k| a.get(k).cloned()) {
            Some(Answer::Number(n)) if n.is_finite() => n.to_string(),
            _ => String::new(),
        })
    };
    let typed = move |event| {
        let text = half_width(&event_target_value(&event));
        match text.trim().parse::<f64>() {
            Ok(n) => put(state, key, Answer::Number(n)),
            Err(_) => drop_answer(state, key),
        }
    };
    view! {
        <div class="field-row">
            <input class="input input--number" type="number" inputmode="decimal" min=min.to_string() max=max.to_string()
                step=if decimals == 0 { "1".to_owned() } else { format!("0.{}1", "0".repeat(usize::from(decimals) - 1)) }
                aria-label=label.get(lang).to_owned() prop:value=value on:change=typed/>
            <span>{unit.get(lang).to_owned()}</span>
            <span class="question-help">{format!("{min}–{max}")}</span>
        </div>
    }
    .into_any()
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

fn date(state: State, key: StoredValue<String>, label: &Text) -> AnyView {
    let value = move || {
        state.answers.with(|a| match key.with_value(|k| a.get(k).cloned()) {
            Some(Answer::Date(d)) => d,
            _ => String::new(),
        })
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        if text.is_empty() { drop_answer(state, key) } else { put(state, key, Answer::Date(text)) }
    };
    view! {
        <input class="input" type="date" aria-label=label.get(state.lang).to_owned() prop:value=value on:change=typed/>
    }
    .into_any()
}

fn text(state: State, key: StoredValue<String>, label: &Text, max_chars: u32, long: bool) -> AnyView {
    let lang = state.lang;
    let value = move || {
        state.answers.with(|a| match key.with_value(|k| a.get(k).cloned()) {
            Some(Answer::Text(t)) => t,
            _ => String::new(),
        })
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        if text.is_empty() { drop_answer(state, key) } else { put(state, key, Answer::Text(text)) }
    };
    let length = move || format!("{} / {max_chars}", value().chars().count());
    let label = label.get(lang).to_owned();
    let field = if long {
        view! { <textarea class="input" rows="5" aria-label=label prop:value=value on:input=typed></textarea> }.into_any()
    } else {
        view! { <input class="input" type="text" aria-label=label prop:value=value on:input=typed/> }
            .into_any()
    };
    let note = lang.t(
        "お名前や、だれかを特定できることは書かないでください。",
        "Please do not write your name or anything that tells who somebody is.",
    );
    view! {
        <p class="question-help">{note}</p>
        {field}
        <p class="question-help num">{length}</p>
        <Warning state=state key=key/>
    }
    .into_any()
}

/// A calm warning where a comment seems to name somebody.
#[component]
pub fn Warning(state: State, key: StoredValue<String>) -> impl IntoView {
    let names =
        move || answered(state, key, |a| matches!(a, Answer::Text(t) if domain::text::may_identify(t)));
    view! {
        <p class="comment-warning" role="status">
            {move || names().then(|| state.lang.t(
                "名前・電話番号・メールアドレスなどが含まれているかもしれません。送信前に確かめてください。",
                "This may contain a name, telephone number or mail address. Please check before sending.",
            ))}
        </p>
    }
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
        assert_eq!(half_width("１２．５"), "12.5");
        assert_eq!(half_width("−3"), "-3");
    }
}
