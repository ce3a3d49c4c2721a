//! The raters of one subject, each with what HR can do about it.

use domain::campaign::State;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::assignment::Assignment;
use service::registry::campaign::Campaign;

use super::relation_field;
use crate::components::{Badge, BadgeKind, ButtonKind, ScrollTable, SubmitButton, TextField, own_lang};
use crate::context::Context;
use crate::pages::Frame;
use crate::pages::hr::section;

/// The page of one subject's raters.
pub(super) fn of_subject(
    frame: Frame,
    context: &Context,
    campaign: &Campaign,
    table: &[Assignment],
    number: &str,
) -> service::Result<(Frame, AnyView)> {
    let lang = context.lang;
    let pairs: Vec<&Assignment> = table.iter().filter(|one| one.subject.number == number).collect();
    let first = pairs.first().ok_or(service::Error::NotFound)?;
    // A page's title is seen by whoever looks over a shoulder: the name is under it.
    let title = lang.t("一人の評価者", "Raters of one person").to_owned();
    let subject = &first.subject;
    let lead = format!("{} {} {}", subject.name.get(lang), subject.unit.get(lang), subject.number);
    let drafting = campaign.state == State::Draft;
    let rows = pairs.iter().map(|one| row(campaign, one, drafting, lang)).collect_view();
    let change = drafting.then(|| view! { <th scope="col">{lang.t("修正", "Correct")}</th> });
    let view = view! {
        <ScrollTable caption=title.clone() table_class="table--compact table--stack">
            <thead>
                <tr>
                    <th scope="col">{lang.t("評価者", "Rater")}</th>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("関係", "Relation")}</th>
                    <th scope="col">{lang.t("依頼", "Asked")}</th>
                    <th scope="col">{lang.t("由来", "From")}</th>
                    {change}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {drafting.then(|| section("add", lang.t("評価者を加える", "Add a rater"), add(context, &campaign.id, number, lang)))}
    };
    Ok((Frame { title, lead, ..frame }, view.into_any()))
}

fn row(campaign: &Campaign, one: &Assignment, drafting: bool, lang: Lang) -> AnyView {
    let (name, unit) = (one.rater.name.get(lang).to_owned(), one.rater.unit.get(lang).to_owned());
    let (name_lang, unit_lang) = (own_lang(&name, lang), own_lang(&unit, lang));
    let number = one.rater.number.clone();
    let asked = if one.too_few {
        let reason = lang.t("人数が足りないため", "Too few in the group");
        view! {
            <Badge kind=BadgeKind::Warning label=lang.t("依頼しない", "Not asked")/>
            <span class="cell-note">{reason}</span>
        }
        .into_any()
    } else if one.asked {
        view! { <Badge kind=BadgeKind::Info label=lang.t("依頼する", "Asked")/> }.into_any()
    } else {
        let reason = one.reason_in(lang);
        let reason_lang = own_lang(&reason, lang);
        view! {
            <Badge kind=BadgeKind::Neutral label=lang.t("依頼しない", "Not asked")/>
            <span class="cell-note" lang=reason_lang>{reason}</span>
        }
        .into_any()
    };
    let change = drafting.then(|| view! { <td>{change(campaign, one, lang)}</td> });
    view! {
        <tr>
            <th scope="row" class="text"><span lang=name_lang>{name}</span> <span class="cell-note mono">{number}</span></th>
            <td class="text" lang=unit_lang>{unit}</td>
            <td data-label=lang.t("関係", "Relation")>{one.relation.label(lang)}</td>
            <td>{asked}</td>
            <td data-label=lang.t("由来", "From")>{one.origin.label(lang)}</td>
            {change}
        </tr>
    }
    .into_any()
}

fn hidden(campaign: &Campaign, one: &Assignment) -> AnyView {
    let (id, subject, rater) = (campaign.id.clone(), one.subject.number.clone(), one.rater.number.clone());
    view! {
        <input type="hidden" name="campaign" value=id/>
        <input type="hidden" name="subject" value=subject/>
        <input type="hidden" name="rater" value=rater/>
    }
    .into_any()
}

/// Leaving out, with a reason, or asking after all.
fn change(campaign: &Campaign, one: &Assignment, lang: Lang) -> AnyView {
    let about = one.rater.name.get(lang).to_owned();
    if !one.asked {
        let relation = one.relation.as_str();
        return view! {
            <form method="post" action="/api/hr/reviews/correct">
                {hidden(campaign, one)}
                <input type="hidden" name="relation" value=relation/>
                <SubmitButton label=lang.t("依頼する", "Ask") kind=ButtonKind::Secondary/>
            </form>
        }
        .into_any();
    }
    let id = format!("reason-{}", one.rater.id);
    let summary = match lang {
        Lang::Ja => format!("{about}さんに依頼しない"),
        Lang::En => format!("Do not ask {about}"),
    };
    view! {
        <details class="disclosure">
            <summary aria-label=summary>{lang.t("依頼しない", "Do not ask")}</summary>
            <form method="post" action="/api/hr/reviews/correct">
                {hidden(campaign, one)}
                <TextField name="reason" id=id label=lang.t("理由(任意。人事だけが見ます)", "Reason (optional; only HR sees it)")
                    max_length=100 lang=lang/>
                <SubmitButton label=lang.t("依頼しない", "Do not ask") kind=ButtonKind::Danger/>
            </form>
        </details>
    }
    .into_any()
}

/// The form that adds a pair; `subject` is filled in already where the page is about one.
pub(super) fn add(context: &Context, campaign: &str, subject: &str, lang: Lang) -> AnyView {
    let kept = |name: &str, stored: &str| context.kept(name, stored);
    let campaign = campaign.to_owned();
    let of = if subject.is_empty() {
        let value = kept("subject", "");
        view! {
            <TextField name="subject" label=lang.t("評価対象者の職員番号", "Subject's staff number") value=value required=true
                short=true lang=lang/>
        }
        .into_any()
    } else {
        let value = subject.to_owned();
        view! { <input type="hidden" name="subject" value=value/> }.into_any()
    };
    let hint = lang.t(
        "すでに表にある組を入れると、関係を変えて依頼します。",
        "A pair that is on the table already is asked in this relation.",
    );
    view! {
        <form class="form" method="post" action="/api/hr/reviews/correct">
            <input type="hidden" name="campaign" value=campaign/>
            {of}
            <TextField name="rater" label=lang.t("評価者の職員番号", "Rater's staff number") hint=hint value=kept("rater", "")
                required=true short=true lang=lang/>
            {relation_field("add-relation".into(), &kept("relation", "peer"), lang)}
            <SubmitButton label=lang.t("評価者に加える", "Add the rater") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}
