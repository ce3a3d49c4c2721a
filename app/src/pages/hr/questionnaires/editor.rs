//! The editor of one questionnaire: its head, its sections, the bank.

use domain::questionnaire::Questionnaire;
use domain::questionnaire::editing::section_form::{HeadForm, SectionForm};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::editing::banks;
use service::registry::questionnaire::Stored;

use super::fields::Errors;
use super::{LIST, bank as bank_part, list_name, sections, state_badge, version_label};
use crate::components::{ButtonKind, ErrorSummary, Flash, FlashKind, SubmitButton, TextArea, TextField};
use crate::context::Context;
use crate::pages::hr::{button_form, section};
use crate::pages::{Frame, page, param};

/// Edits a questionnaire that no campaign uses; shows one that is used.
#[component]
pub fn EditorPage() -> impl IntoView {
    let id = param("id");
    page(|context| async move {
        let lang = context.lang;
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let stored = context.service().registry.questionnaire(id).await?;
        let frame = Frame::new(stored.questionnaire.title.get(lang))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(list_name(lang), LIST);
        let view = if stored.frozen { read_only(&stored, lang) } else { editable(&context, &stored)? };
        Ok((frame, view))
    })
}

fn facts(stored: &Stored, lang: Lang) -> AnyView {
    let q = &stored.questionnaire;
    let (items, sections) = (q.items().count(), q.sections.len());
    let counts = match lang {
        Lang::Ja => format!("{sections}セクション、{items}問(約{}分)", q.minutes()),
        Lang::En => format!("{sections} sections, {items} items (about {} minutes)", q.minutes()),
    };
    let (key, version) = (q.key.clone(), version_label(q.version, lang));
    let preview = format!("{LIST}/{}/preview", stored.id);
    let json = format!("{LIST}/{}/questionnaire.json", stored.id);
    view! {
        <dl class="facts">
            <dt>{lang.t("キーと版", "Key and version")}</dt>
            <dd><span class="mono">{key}</span> " " {version}</dd>
            <dt>{lang.t("状態", "State")}</dt><dd>{state_badge(stored.frozen, lang)}</dd>
            <dt>{lang.t("長さ", "Length")}</dt><dd>{counts}</dd>
        </dl>
        <div class="actions">
            <a class="button button--secondary" href=preview>{lang.t("回答者としてプレビュー", "Preview as a respondent")}</a>
            <a class="button button--secondary" href=json download="">{lang.t("書き出し(JSON)", "Export (JSON)")}</a>
        </div>
    }
    .into_any()
}

fn read_only(stored: &Stored, lang: Lang) -> AnyView {
    let message = lang.t(
        "この版は調査で使われているため、変更できません。直すには、写しから新しい版を作ってください。",
        "This version is used by a campaign and cannot be changed. To revise it, make a new version from a copy.",
    );
    let button = view! { <SubmitButton label=lang.t("新しい版として編集", "Edit as a new version")/> };
    let copy =
        button_form("/api/hr/questionnaires/copy", vec![("id", stored.id.to_string())], button.into_any());
    view! {
        <Flash kind=FlashKind::Info message=message lang=lang/>
        {copy}
        {facts(stored, lang)}
        {sections::read_only(&stored.questionnaire, lang)}
    }
    .into_any()
}

fn editable(context: &Context, stored: &Stored) -> service::Result<AnyView> {
    let lang = context.lang;
    let q = &stored.questionnaire;
    let refused = context.kept("form", "");
    let bank = bank_part::part(stored.id, q, &banks()?, refused == "bank", lang);
    Ok(view! {
        {lacking(q, lang)}
        {facts(stored, lang)}
        {head(context, stored.id, q, refused == "head")}
        {sections::editable(context, stored.id, q, &refused)}
        {bank}
        {copy(context, stored.id, refused == "copy")}
    }
    .into_any())
}

/// What is to be done before a campaign can use it.
fn lacking(q: &Questionnaire, lang: Lang) -> Option<AnyView> {
    let faults = q.unfinished();
    if faults.is_empty() {
        return None;
    }
    let before = lang.t("調査で使う前に:", "Before a campaign can use it: ");
    let all: Vec<&str> = faults.iter().map(|fault| fault.message.get(lang)).collect();
    let message = format!("{before}{}", all.join(lang.t("", " ")));
    Some(view! { <Flash kind=FlashKind::Info message=message lang=lang/> }.into_any())
}

fn head(context: &Context, id: i64, q: &Questionnaire, refused: bool) -> AnyView {
    let lang = context.lang;
    let stored = HeadForm::of(q);
    let (form, errors) = if refused {
        let form = stored.kept(|name, text| context.kept(name, text));
        let errors = Errors::of(form.parse(), lang);
        (form, errors)
    } else {
        (stored, Errors::default())
    };
    let content = view! {
        <details class="disclosure" open=refused>
            <summary>{lang.t("題名・説明・領域を編集", "Edit title, introduction and areas")}</summary>
            <ErrorSummary errors=errors.summary("") lang=lang/>
            <form class="form" method="post" action="/api/hr/questionnaires/title">
                <input type="hidden" name="id" value=id.to_string()/>
                <TextField name="title_ja" label=lang.t("題名(日本語)", "Title (Japanese)") value=form.title_ja
                    error=errors.get("title_ja") required=true lang=lang/>
                <TextField name="title_en" label=lang.t("題名(英語)", "Title (English)") value=form.title_en
                    error=errors.get("title_en") required=true lang=lang/>
                <TextArea name="introduction_ja" label=lang.t("説明(日本語)", "Introduction (Japanese)")
                    value=form.introduction_ja error=errors.get("introduction_ja") rows=3 lang=lang/>
                <TextArea name="introduction_en" label=lang.t("説明(英語)", "Introduction (English)")
                    value=form.introduction_en error=errors.get("introduction_en") rows=3 lang=lang/>
                <TextArea name="areas" label=lang.t("領域", "Areas") value=form.areas error=errors.get("areas")
                    hint=lang.t(
                        "まとめて一つの点数にする設問の集まりです。一行に一つ、「日本語 | English」か「キー | 日本語 | English」の形で書きます。",
                        "Groups of items that are reported as one score: one a line, written as “Japanese | English” or “key | Japanese | English”.",
                    ) rows=6 lang=lang/>
                <div class="actions"><SubmitButton label=lang.t("保存する", "Save")/></div>
            </form>
        </details>
    };
    section("head", lang.t("題名と説明", "Title and introduction"), content.into_any())
}

fn copy(context: &Context, id: i64, refused: bool) -> AnyView {
    let lang = context.lang;
    let typed = context.kept("copy_key", "");
    let new_version = button_form(
        "/api/hr/questionnaires/copy",
        vec![("id", id.to_string())],
        view! { <SubmitButton label=lang.t("新しい版として写す", "Copy as a new version") kind=ButtonKind::Secondary/> }
            .into_any(),
    );
    let content = view! {
        <p>{lang.t(
            "新しい版は、同じ調査の続きとして前回と比べられます。別の調査にするときは、キーを変えて写します。",
            "A new version continues the same survey, and its waves are compared. For another survey, copy it under another key.",
        )}</p>
        {new_version}
        <details class="disclosure" open=refused>
            <summary>{lang.t("別の調査票として写す", "Copy as another questionnaire")}</summary>
            <form class="form" method="post" action="/api/hr/questionnaires/copy">
                <input type="hidden" name="id" value=id.to_string()/>
                <TextField name="key" id="copy_key" label=lang.t("新しいキー", "New key") value=typed required=true
                    max_length=64
                    hint=lang.t("半角英小文字、数字、-、_", "Lower-case letters, digits, - and _") lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("写す", "Copy") kind=ButtonKind::Secondary/>
                </div>
            </form>
        </details>
    };
    section("copy", lang.t("写しを作る", "Copy"), content.into_any())
}

/// The form of a section as stored, or as typed where it was refused.
pub(super) fn section_form(context: &Context, stored: SectionForm, refused: bool) -> (SectionForm, Errors) {
    if !refused {
        return (stored, Errors::default());
    }
    let form = stored.kept(|name, text| context.kept(name, text));
    let errors = Errors::of(form.parse(), context.lang);
    (form, errors)
}
