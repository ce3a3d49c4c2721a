//! Making a questionnaire: from a template, or an empty one.

use domain::questionnaire::Questionnaire;
use domain::questionnaire::editing::new_form::NewForm;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::editing::Template;
use service::registry::questionnaire::Stored;

use super::fields::Errors;
use crate::components::{Badge, BadgeKind, ButtonKind, ErrorSummary, SubmitButton, TextField};
use crate::context::Context;
use crate::pages::hr::{button_form, section};

/// Where both forms go.
const ACTION: &str = "/api/hr/questionnaires/create";

/// Both ways to a new questionnaire. `list` is what there is already.
pub(super) fn part(context: &Context, list: &[Stored]) -> service::Result<AnyView> {
    let lang = context.lang;
    let templates = Template::ALL
        .into_iter()
        .map(|one| from_template(one, list, lang))
        .collect::<service::Result<Vec<_>>>()?;
    let content = view! {
        <p class="section-lead">{lang.t(
            "ひな形から作った調査票は、自由に編集できます。",
            "What is made from a template can be edited freely.",
        )}</p>
        <ul class="link-list">{templates}</ul>
        {any_taken(list).then(|| view! { <p class="muted">{another_survey(lang)}</p> })}
        {empty(context)}
    };
    Ok(section("create", lang.t("新しい調査票を作る", "Make a questionnaire"), content.into_any()))
}

/// True where a template would get another key than its own.
fn any_taken(list: &[Stored]) -> bool {
    Template::ALL.into_iter().filter_map(|one| one.questionnaire().ok()).any(|one| is_taken(&one, list))
}

fn is_taken(template: &Questionnaire, list: &[Stored]) -> bool {
    list.iter().any(|stored| stored.questionnaire.key == template.key)
}

const fn another_survey(lang: Lang) -> &'static str {
    lang.t(
        "「使用中」のひな形から作ると、別のキーの、別の調査になります。前回と比べるときは、今ある調査票の新しい版を作ってください。",
        "What is made from a template “in use” becomes another survey under another key. To compare with the last wave, make a new version of the one there is.",
    )
}

fn from_template(which: Template, list: &[Stored], lang: Lang) -> service::Result<AnyView> {
    let template = which.questionnaire()?;
    let (title, items, minutes) =
        (template.title.get(lang).to_owned(), template.items().count(), template.minutes());
    let for_what = match which {
        Template::Engagement => lang.t("職員調査に使います。", "For a staff survey."),
        Template::Review => lang.t(
            "部下による管理者評価と360度評価に使います。",
            "For upward and 360-degree reviews of managers.",
        ),
        Template::ActionPulse => lang.t(
            "管理者がチームに示した行動の進み具合を尋ねます。",
            "Asks how far the actions that managers shared with their teams have come.",
        ),
        Template::TeleworkMonth => lang.t(
            "テレワークの日数と頻度を尋ねます。週1回以上の割合と平均日数は、指標の実績値になります。",
            "Asks how much people telework. The share of once a week or more and the mean of days feed indicators.",
        ),
        Template::TrainingFeedback => lang.t(
            "受講した研修の評価を尋ねます。研修の指数などは、指標の実績値になります。",
            "Asks what people think of a training. Its index and other figures feed indicators.",
        ),
    };
    let size = match lang {
        Lang::Ja => format!("{items}問、約{minutes}分。"),
        Lang::En => format!("{items} items, about {minutes} minutes. "),
    };
    let taken = is_taken(&template, list)
        .then(|| view! { <Badge kind=BadgeKind::Neutral label=lang.t("使用中", "In use")/> });
    let label = match lang {
        Lang::Ja => format!("「{title}」をひな形から作る"),
        Lang::En => format!("Make “{title}” from the template"),
    };
    let button = view! { <SubmitButton label=label kind=ButtonKind::Secondary/> };
    let form = button_form(ACTION, vec![("from", which.as_str().to_owned())], button.into_any());
    Ok(view! {
        <li class="rating">
            <div>
                <strong>{title}</strong> " " {taken}
                <p class="small">{for_what} {size}</p>
            </div>
            <div class="rating-way">{form}</div>
        </li>
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
