//! Fields that are chosen from.

use domain::text::Lang;
use leptos::prelude::*;

use super::{Around, required_mark};

/// Options of a list under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionGroup {
    /// The heading.
    pub label: String,
    /// Value and words of each option.
    pub options: Vec<(String, String)>,
}

/// One of many options, as a list that opens.
#[component]
pub fn SelectField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// Value and words of each option.
    options: Vec<(String, String)>,
    /// More options after them, under headings.
    #[prop(optional)]
    groups: Vec<OptionGroup>,
    /// Value of the option chosen already.
    #[prop(optional, into)]
    selected: String,
    /// How to choose.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the choice.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when something must be chosen.
    #[prop(optional)]
    required: bool,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let (id, label_for) = (around.id.clone(), around.id.clone());
    let (described_by, invalid) = (around.described_by(), around.invalid());
    let option = |(value, words): (String, String)| {
        let chosen = value == selected;
        view! { <option value=value selected=chosen>{words}</option> }
    };
    let options = options.into_iter().map(&option).collect_view();
    let groups = groups
        .into_iter()
        .map(|group| {
            let options = group.options.into_iter().map(&option).collect_view();
            view! { <optgroup label=group.label>{options}</optgroup> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=label_for>
                {label}
                {required_mark(required, lang)}
            </label>
            {around.hint_view()}
            <select id=id name=name required=required aria-describedby=described_by aria-invalid=invalid>
                {options}
                {groups}
            </select>
            {around.error_view()}
        </div>
    }
}

/// One of a few options, all in sight.
#[component]
pub fn RadioField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// Value and words of each option.
    options: Vec<(String, String)>,
    /// Value of the option chosen already.
    #[prop(optional, into)]
    selected: String,
    /// How to choose.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the choice.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when something must be chosen.
    #[prop(optional)]
    required: bool,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let (id, described_by) = (around.id.clone(), around.described_by());
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let chosen = value == selected;
            let name = name.clone();
            view! {
                <label class="choice">
                    <input type="radio" name=name value=value checked=chosen required=required/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field field-group" id=id tabindex="-1" aria-describedby=described_by>
            <legend class="field-label">
                {label}
                {required_mark(required, lang)}
            </legend>
            {around.hint_view()}
            <div class="choice-list">{options}</div>
            {around.error_view()}
        </fieldset>
    }
}

/// Yes or no.
#[component]
pub fn CheckField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What a tick says.
    #[prop(into)]
    label: String,
    /// What is sent when ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// True when ticked already.
    #[prop(optional)]
    checked: bool,
    /// What follows from it.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let id = around.id.clone();
    let (described_by, invalid) = (around.described_by(), around.invalid());
    view! {
        <div class="field">
            <label class="choice">
                <input
                    type="checkbox"
                    id=id
                    name=name
                    value=value
                    checked=checked
                    aria-describedby=described_by
                    aria-invalid=invalid
                />
                <span>{label}</span>
            </label>
            {around.hint_view()}
            {around.error_view()}
        </div>
    }
}
