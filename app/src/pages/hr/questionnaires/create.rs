//! Making a questionnaire: from the template, or an empty one.

use domain::questionnaire::editing::new_form::NewForm;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::editing::template;
use service::registry::questionnaire::Stored;

use super::fields::Errors;
use crate::components::{ButtonKind, ErrorSummary, SubmitButton, TextField};
use crate::context::Context;
use crate::pages::hr::{button_form, section};

/// Where both forms go.
const ACTION: &str = "/api/hr/questionnaires/create";

/// Both ways to a new questionnaire. `list` is what there is already.
pub(super) fn part(context: &Context, list: &[Stored]) -> service::Result<AnyView> {
    let lang = context.lang;
    let from_template = from_template(list, lang)?;
    let content = view! {
        {from_template}
        {empty(context)}
    };
    Ok(section("create", lang.t("新しい調査票を作る", "Make a questionnaire"), content.into_any()))
}

fn from_template(list: &[Stored], lang: Lang) -> service::Result<AnyView> {
    let template = template()?;
    let (title, items, minutes) = (template.title.get(lang), template.items().count(), template.minutes());
    let about = match lang {
        Lang::Ja => {
            format!("「{title}」({items}問、約{minutes}分)をひな形にします。作った後で自由に編集できます。")
        }
        Lang::En => format!(
            "The template is “{title}” ({items} items, about {minutes} minutes). What is made from it can be edited freely."
        ),
    };
    let taken = list.iter().any(|stored| stored.questionnaire.key == template.key).then(|| {
        let key = template.key.clone();
        let note = match lang {
            Lang::Ja => format!("キー「{key}」の調査票がすでにあるので、別のキーの、別の調査として作られます。前回と比べる調査には、今ある調査票の新しい版を作ってください。"),
            Lang::En => format!("There already is a questionnaire with the key “{key}”, so this becomes another survey under another key. To compare with the last wave, make a new version of the one there is."),
        };
        view! { <p class="muted">{note}</p> }
    });
    let kind = if taken.is_some() { ButtonKind::Secondary } else { ButtonKind::Primary };
    let button =
        view! { <SubmitButton label=lang.t("ひな形から作る", "Make it from the template") kind=kind/> };
    let form = button_form(ACTION, vec![("from", "template".to_owned())], button.into_any());
    Ok(view! {
        <p>{about}</p>
        {taken}
        {form}
    }
    .into_any())
}

fn empty(context: &Context) -> AnyView {
    let lang = context.lang;
    let refused = context.kept("form", "") == "create";
    let (form, errors) = if refused {
        let form = NewForm::default().kept(|name, text| context.kept(name, text));
        let errors = Errors::of(form.parse(), lang);
        (form, errors)
    } else {
        (NewForm::default(), Errors::default())
    };
    view! {
        <details class="disclosure" open=refused>
            <summary>{lang.t("空の調査票から始める", "Begin with an empty one")}</summary>
            <ErrorSummary errors=errors.summary("") lang=lang/>
            <form class="form" method="post" action=ACTION>
                <input type="hidden" name="from" value="empty"/>
                <TextField name="title_ja" label=lang.t("題名(日本語)", "Title (Japanese)") value=form.title_ja
                    error=errors.get("title_ja") required=true lang=lang/>
                <TextField name="title_en" label=lang.t("題名(英語)", "Title (English)") value=form.title_en
                    error=errors.get("title_en") required=true lang=lang/>
                <TextField name="key" label=lang.t("キー", "Key") value=form.key error=errors.get("key") max_length=64
                    hint=lang.t(
                        "空欄なら、英語の題名から自動で付きます。キーが同じ調査票どうしは、前回と比べられます。半角英小文字、数字、-、_ が使えます。",
                        "Left empty, it is made from the English title. Surveys with the same key are compared with each other. Lower-case letters, digits, - and _ can be used.",
                    ) lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("空の調査票を作る", "Make an empty one")/>
                </div>
            </form>
        </details>
    }
    .into_any()
}
