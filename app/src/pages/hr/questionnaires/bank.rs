//! Adding items from the banks.

use domain::questionnaire::{Item, Questionnaire};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::editing::Bank;

use crate::components::{SelectField, SubmitButton};
use crate::pages::hr::section;

/// The items of the banks that the questionnaire does not have yet, by area, and the section they go to.
pub(super) fn part(id: i64, q: &Questionnaire, banks: &[Bank; 2], open: bool, lang: Lang) -> AnyView {
    let heading = lang.t("設問バンクから加える", "Add from the item bank");
    if q.sections.is_empty() {
        return ().into_any();
    }
    let names = [
        lang.t("職員調査の設問", "Items of staff surveys"),
        lang.t("管理者評価の設問", "Items of manager reviews"),
    ];
    let parts: Vec<AnyView> =
        names.into_iter().zip(banks).filter_map(|(name, bank)| of_bank(name, q, bank, lang)).collect();
    if parts.is_empty() {
        let text = lang.t(
            "バンクの設問は、すべてこの調査票に入っています。",
            "All items of the bank are in this questionnaire already.",
        );
        return section("bank", heading, view! { <p>{text}</p> }.into_any());
    }
    let sections: Vec<(String, String)> =
        q.sections.iter().map(|s| (s.key.clone(), s.title.get(lang).to_owned())).collect();
    let last = q.sections.last().map(|s| s.key.clone()).unwrap_or_default();
    let content = view! {
        <p class="section-lead">{lang.t(
            "あらかじめ用意した設問です。同じ設問を使い続けると、前回と比べられます。",
            "Items made in advance. Keeping the same items lets waves be compared.",
        )}</p>
        <details class="disclosure" open=open>
            <summary>{lang.t("設問を選ぶ", "Choose items")}</summary>
            <form class="form" method="post" action="/api/hr/questionnaires/bank">
                <input type="hidden" name="id" value=id.to_string()/>
                {parts}
                <SelectField name="section" id="bank-section" label=lang.t("加えるセクション", "Section they go to")
                    options=sections selected=last required=true lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("選んだ設問を加える", "Add the chosen items")/>
                </div>
            </form>
        </details>
    };
    section("bank", heading, content.into_any())
}

/// What one bank still has to offer, by area.
fn of_bank(name: &'static str, q: &Questionnaire, bank: &Bank, lang: Lang) -> Option<AnyView> {
    let missing: Vec<&Item> = bank.items.iter().filter(|i| q.item(&i.key).is_none()).collect();
    if missing.is_empty() {
        return None;
    }
    let groups: Vec<AnyView> = bank
        .areas
        .iter()
        .map(|area| (Some(area.key.as_str()), area.label.get(lang)))
        .chain([(None, lang.t("属性・自由記述など", "Demographics, comments and others"))])
        .map(|(area, label)| group(area, label, &missing, lang))
        .collect();
    Some(view! { <h3>{name}</h3> {groups} }.into_any())
}

fn group(area: Option<&str>, label: &str, missing: &[&Item], lang: Lang) -> AnyView {
    let items: Vec<&&Item> = missing.iter().filter(|i| i.area.as_deref() == area).collect();
    if items.is_empty() {
        return ().into_any();
    }
    let boxes = items
        .into_iter()
        .map(|item| {
            let (key, text) = (item.key.clone(), item.text.get(lang).to_owned());
            view! {
                <label class="choice">
                    <input type="checkbox" name="items[]" value=key/>
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();
    let label = label.to_owned();
    view! {
        <fieldset class="field field-group">
            <legend class="field-label">{label}</legend>
            <div class="choice-list">{boxes}</div>
        </fieldset>
    }
    .into_any()
}
