//! One explanation: what is asked, the reply, what was decided, and what the unit said before.

use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{Explanation, ExplanationState};

use super::HERE;
use super::words::{badges, difference, due, hours, month_label, quoted};
use crate::components::{ButtonKind, SubmitButton, TextArea, own_lang, unsaved};
use crate::context::Context;
use crate::format;
use crate::pages::{Frame, page, param};

/// Most earlier explanations shown.
const MOST_EARLIER: usize = 6;
/// Longest reply or decision, in characters.
const MOST_CHARS: u32 = 4_000;

/// One explanation, for HR and for managers of the unit.
#[component]
pub fn ExplanationPage() -> impl IntoView {
    let id = param("id");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let found = service.explanation(&person, id).await?;
        let hr = person.has(Role::Hr);
        let manages = service.registry.scope(&person, Role::Manager).await?.contains(&found.unit);
        let list =
            if hr { service.explanations(None).await? } else { service.my_explanations(&person).await? };
        let earlier: Vec<Explanation> = list
            .into_iter()
            .filter(|other| other.unit == found.unit && other.id != found.id && !other.reply.is_empty())
            .take(MOST_EARLIER)
            .collect();
        let today = service.clock.today();
        let zone = person.time_zone.clone();
        let frame = Frame::new(lang.t("超過勤務の説明", "Explanation of overtime"))
            .crumb(lang.t("ホーム", "Home"), "/");
        let frame = if hr {
            frame
                .crumb(lang.t("超過勤務", "Overtime"), "/hr/overtime")
                .crumb(lang.t("説明の一覧", "Explanations"), "/hr/overtime/explanations")
        } else {
            frame.crumb(lang.t("担当部署の超過勤務", "Overtime of my units"), HERE)
        };
        let state = badges(&found, today, lang);
        let form =
            (manages && found.state != ExplanationState::Decided).then(|| reply_form(&context, &found));
        let decide = hr.then(|| decision_form(&context, &found));
        let unsaved = form.is_none().then(|| unsaved(&context, &[("reply", reply_label(lang))]));
        let differs = form.is_some() && context.kept("reply", &found.reply) != found.reply;
        let view = view! {
            {unsaved}
            {facts(&found, state, &zone, lang)}
            {question(&found, lang)}
            {reply(&found, form, differs, &zone, lang)}
            {decision(&found, decide, &zone, lang)}
            {before(&earlier, lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn facts(found: &Explanation, state: AnyView, zone: &str, lang: Lang) -> AnyView {
    let unit = found.unit_name.get(lang).to_owned();
    let unit_lang = own_lang(&unit, lang);
    let (actual, ceiling) = (found.actual.to_f64(), found.ceiling.to_f64());
    let people = match lang {
        Lang::Ja => format!("({}人)", found.people),
        Lang::En => format!(" ({} people)", found.people),
    };
    view! {
        <dl class="facts">
            <dt>{lang.t("状態", "State")}</dt><dd>{state}</dd>
            <dt>{lang.t("部署", "Unit")}</dt><dd lang=unit_lang>{unit}</dd>
            <dt>{lang.t("月", "Month")}</dt><dd>{month_label(found.month, lang)}</dd>
            <dt>{lang.t("実績(1人当たり)", "Actual, per person")}</dt><dd>{hours(actual, lang)}{people}</dd>
            <dt>{lang.t("上限(1人当たり)", "Ceiling, per person")}</dt><dd>{hours(ceiling, lang)}</dd>
            <dt>{lang.t("差", "Difference")}</dt><dd>{difference(actual - ceiling, lang)}</dd>
            <dt>{lang.t("回答期限", "Reply by")}</dt><dd>{due(found.due_on, zone, lang)}</dd>
        </dl>
    }
    .into_any()
}

fn part(id: &'static str, heading: &'static str, content: AnyView) -> AnyView {
    let named = format!("{id}-heading");
    let names = named.clone();
    view! {
        <section class="section" aria-labelledby=names>
            <h2 id=named>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn question(found: &Explanation, lang: Lang) -> AnyView {
    part("question", lang.t("お聞きしたいこと", "What is asked"), quoted(&found.question, lang))
}

/// The reply that was given, and the form for another; `differs` where something else was typed into that and not kept.
fn reply(found: &Explanation, form: Option<AnyView>, differs: bool, zone: &str, lang: Lang) -> AnyView {
    let said = match &found.replied {
        Some((who, at)) => {
            let by = by(who.get(lang), *at, zone, lang);
            let by_lang = own_lang(&by, lang);
            // Where it can be written anew, it stands in the form already.
            let text = (form.is_none() || differs).then(|| quoted(&found.reply, lang));
            view! { <p class="muted small" lang=by_lang>{by}</p> {text} }.into_any()
        }
        None if form.is_some() => ().into_any(),
        None => {
            let words = lang.t("まだ説明はありません。", "There is no explanation yet.");
            view! { <p class="muted">{words}</p> }.into_any()
        }
    };
    part("reply", lang.t("説明", "Explanation"), view! { {said} {form} }.into_any())
}

const fn reply_label(lang: Lang) -> &'static str {
    lang.t("要因、見通し、取組", "Causes, outlook, and what you will do")
}

fn reply_form(context: &Context, found: &Explanation) -> AnyView {
    let lang = context.lang;
    let label = if found.reply.is_empty() {
        lang.t("説明を送る", "Send the explanation")
    } else {
        lang.t("説明を書き直して送る", "Send it anew")
    };
    view! {
        <form class="form" method="post" action="/api/overtime/reply">
            <input type="hidden" name="id" value=found.id.to_string()/>
            {found.replied.as_ref().map(|(_, at)| view! { <input type="hidden" name="seen" value=at.to_string()/> })}
            <TextArea name="reply" label=reply_label(lang)
                value=context.kept("reply", &found.reply) rows=8 max_length=MOST_CHARS required=true
                hint=lang.t(
                    "4,000文字まで。人事担当と、この部署の管理職が読みます。個人の事情や氏名は書かないでください。",
                    "At most 4,000 characters. Read by the personnel division and the managers of this unit. Please leave out names and personal circumstances.",
                ) lang=lang/>
            <div class="actions"><SubmitButton label=label/></div>
        </form>
    }
    .into_any()
}

fn decision(found: &Explanation, form: Option<AnyView>, zone: &str, lang: Lang) -> AnyView {
    let said = match &found.decided {
        Some((who, at)) => {
            let by = by(who.get(lang), *at, zone, lang);
            let by_lang = own_lang(&by, lang);
            let text = form.is_none().then(|| quoted(&found.decision, lang));
            view! { <p class="muted small" lang=by_lang>{by}</p> {text} }.into_any()
        }
        None => {
            let words = lang.t("対応はまだ決まっていません。", "Nothing has been decided yet.");
            view! { <p class="muted">{words}</p> }.into_any()
        }
    };
    part("decision", lang.t("決まったこと", "What was decided"), view! { {said} {form} }.into_any())
}

fn decision_form(context: &Context, found: &Explanation) -> AnyView {
    let lang = context.lang;
    let label = if found.decision.is_empty() {
        lang.t("対応を記録する", "Record the decision")
    } else {
        lang.t("対応を書き直す", "Record it anew")
    };
    view! {
        <form class="form" method="post" action="/api/hr/overtime/decide">
            <input type="hidden" name="id" value=found.id.to_string()/>
            <TextArea name="decision" label=lang.t("対応", "Decision") value=context.kept("decision", &found.decision)
                max_length=MOST_CHARS required=true
                hint=lang.t(
                    "部署の管理職と幹部に表示されます。氏名や個人の事情は書かないでください。記録すると、説明は書き直せなくなります。",
                    "Shown to the managers of the unit and to executives. Please leave out names and personal circumstances. Once it is recorded, the explanation cannot be changed any more.",
                ) lang=lang/>
            <div class="actions"><SubmitButton label=label kind=ButtonKind::Secondary/></div>
        </form>
    }
    .into_any()
}

/// Who wrote something, and when.
fn by(who: &str, at: i64, zone: &str, lang: Lang) -> String {
    let at = format::moment(at, zone, lang);
    match (who.is_empty(), lang) {
        (true, _) => at,
        (false, Lang::Ja) => format!("{who}、{at}"),
        (false, Lang::En) => format!("{who}, {at}"),
    }
}

/// What the same unit said about other months.
fn before(earlier: &[Explanation], lang: Lang) -> AnyView {
    if earlier.is_empty() {
        return ().into_any();
    }
    let items = earlier
        .iter()
        .map(|one| {
            let (href, month) = (format!("{HERE}/{}", one.id), month_label(one.month, lang));
            let decided = (!one.decision.is_empty()).then(|| {
                view! {
                    <p class="muted small">{lang.t("決まったこと", "What was decided")}</p>
                    {quoted(&one.decision, lang)}
                }
            });
            view! {
                <article class="stack-s">
                    <h3><a href=href>{month}</a></h3>
                    {quoted(&one.reply, lang)}
                    {decided}
                </article>
            }
        })
        .collect_view();
    let content = view! { <div class="stack">{items}</div> };
    part(
        "earlier",
        lang.t("この部署のこれまでの説明", "Earlier explanations of this unit"),
        content.into_any(),
    )
}
