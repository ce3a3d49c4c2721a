//! Up to three things the subject means to do.

use domain::fiscal_year::date_label;
use domain::review::pulse::MOST_ACTIONS;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::action::{Action, MAX_ACTION};
use service::registry::campaign::Campaign;

use crate::components::{CheckField, SubmitButton, TextField, own_lang};
use crate::context::Context;

/// The form, filled with what was written before.
pub(super) fn section(context: &Context, campaign: &Campaign, actions: &[Action]) -> AnyView {
    let lang = context.lang;
    let rows: Vec<AnyView> =
        (1..=MOST_ACTIONS).map(|place| row(context, place, actions.get(place - 1))).collect();
    let id = campaign.id.clone();
    let class = if actions.is_empty() { "section no-print" } else { "section" };
    view! {
        <section class=class id="actions">
            <h2>{lang.t("これから取り組むこと", "What you mean to do")}</h2>
            <p class="section-lead no-print">{lang.t(
                "三つまで選んで、期日とともに書き留めてください。「チームに示す」を選んだものだけが、あなたの部下のホームに表示されます。人事には示されません。",
                "Choose up to three things, each with a date. Only those you share are shown to your team, on their home page. HR does not see them.",
            )}</p>
            {on_paper(actions, lang)}
            <form class="form" method="post" action="/api/review/actions">
                <input type="hidden" name="campaign" value=id/>
                {rows}
                <SubmitButton label=lang.t("保存する", "Save")/>
            </form>
        </section>
    }
    .into_any()
}

/// What was saved, as it is printed in place of the form.
fn on_paper(actions: &[Action], lang: Lang) -> AnyView {
    let rows = actions
        .iter()
        .map(|action| {
            let due = date_label(action.due_on, lang);
            let shared = action.shared.then(|| lang.t("(チームに示す)", " (shared with the team)"));
            let until = match lang {
                Lang::Ja => format!("({due}まで)"),
                Lang::En => format!(", by {due}"),
            };
            let text_lang = own_lang(&action.text, lang);
            view! { <li><span lang=text_lang>{action.text.clone()}</span> {until} {shared}</li> }
        })
        .collect_view();
    view! { <ol class="print-only">{rows}</ol> }.into_any()
}

fn row(context: &Context, place: usize, action: Option<&Action>) -> AnyView {
    let lang = context.lang;
    let kept = |field: &str, stored: String| context.kept(&format!("{field}_{place}"), &stored);
    let text = kept("action", action.map(|a| a.text.clone()).unwrap_or_default());
    let due = kept("due", action.map(|a| a.due_on.to_string()).unwrap_or_default());
    let stored = if action.is_some_and(|a| a.shared) { "true".to_owned() } else { String::new() };
    let shared = !kept("shared", stored).is_empty();
    let (legend, what, when, share) = match lang {
        Lang::Ja => (format!("{place}つ目"), "取り組むこと", "期日", "チームに示す"),
        Lang::En => (format!("Number {place}"), "What", "By when", "Share with the team"),
    };
    let most = u32::try_from(MAX_ACTION).unwrap_or(u32::MAX);
    view! {
        <fieldset class="field-group">
            <legend class="field-label">{legend}</legend>
            <TextField name=format!("action_{place}") label=what value=text max_length=most lang=lang/>
            <TextField name=format!("due_{place}") label=when kind="date" value=due short=true lang=lang/>
            <CheckField name=format!("shared_{place}") label=share checked=shared/>
        </fieldset>
    }
    .into_any()
}
