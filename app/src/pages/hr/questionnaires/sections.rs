//! The sections of a questionnaire and their items.

use domain::questionnaire::editing::item_form::{KINDS, kind_label};
use domain::questionnaire::editing::section_form::SectionForm;
use domain::questionnaire::{Condition, Item, Questionnaire, Section};
use domain::text::Lang;
use leptos::prelude::*;

use super::editor::section_form;
use super::fields::{Errors, condition_options};
use super::{LIST, small_button};
use crate::components::{
    ButtonKind, ErrorSummary, ScrollTable, SelectField, SubmitButton, TextArea, TextField,
};
use crate::context::Context;
use crate::pages::hr::{button_form, section};

/// All sections without any button.
pub(super) fn read_only(q: &Questionnaire, lang: Lang) -> AnyView {
    let one = |s: &Section| {
        let rows = s.items.iter().map(|item| item_row(item, None, lang)).collect_view();
        let title = s.title.get(lang);
        section(&format!("section-{}", s.key), title, items_table(title, rows.into_any(), false, lang))
    };
    q.sections.iter().map(one).collect_view().into_any()
}

/// All sections with what can be done to them, and the form for a new one. `refused` names the form whose input was
/// refused.
pub(super) fn editable(context: &Context, id: i64, q: &Questionnaire, refused: &str) -> AnyView {
    let lang = context.lang;
    let all = (0..q.sections.len()).map(|at| one(context, id, q, at, refused)).collect_view();
    let stored = SectionForm::default();
    let adding = refused == "section/";
    let (form, errors) = section_form(context, stored, adding);
    let options = condition_options(q.items().map(|(_, item)| item), lang);
    let content = view! {
        <details class="disclosure" open=adding>
            <summary>{lang.t("セクションを追加", "Add a section")}</summary>
            {edit_form(id, "", form, &errors, options, lang)}
        </details>
    };
    view! {
        {all}
        {section("new-section", lang.t("新しいセクション", "New section"), content.into_any())}
    }
    .into_any()
}

fn one(context: &Context, id: i64, q: &Questionnaire, at: usize, refused: &str) -> AnyView {
    let lang = context.lang;
    let Some(found) = q.sections.get(at) else {
        return ().into_any();
    };
    let title = found.title.get(lang).to_owned();
    let rows = found.items.iter().map(|item| item_row(item, Some(id), lang)).collect_view().into_any();
    let earlier = q.sections.iter().take(at).flat_map(|s| &s.items);
    let editing = refused == format!("section/{}", found.key);
    let (form, errors) = section_form(context, SectionForm::of(found), editing);
    let edit = edit_form(id, &found.key, form, &errors, condition_options(earlier, lang), lang);
    let shown_if = found.show_if.as_ref().map(|c| view! { <p class="muted">{condition_text(c, lang)}</p> });
    let table = if found.items.is_empty() {
        view! { <p class="muted">{lang.t("設問がまだありません。", "No items yet.")}</p> }.into_any()
    } else {
        items_table(&title, rows, true, lang)
    };
    let content = view! {
        {shown_if}
        {table}
        {add_item(id, found, lang)}
        <div class="actions">
            {moves(id, "section", &found.key, &title, lang)}
            {remove(id, "section", &found.key, &title, lang)}
        </div>
        <details class="disclosure" open=editing>
            <summary>{lang.t("見出しと表示条件を編集", "Edit heading and condition")}</summary>
            {edit}
        </details>
    };
    section(&format!("section-{}", found.key), &title, content.into_any())
}

fn items_table(caption: &str, rows: AnyView, actions: bool, lang: Lang) -> AnyView {
    let caption = match lang {
        Lang::Ja => format!("「{caption}」の設問"),
        Lang::En => format!("Items of “{caption}”"),
    };
    let actions = actions.then(|| view! { <th scope="col">{lang.t("操作", "Actions")}</th> });
    view! {
        <ScrollTable caption=caption>
            <thead>
                <tr>
                    <th scope="col">{lang.t("設問", "Item")}</th>
                    <th scope="col">{lang.t("種類", "Kind")}</th>
                    <th scope="col">{lang.t("回答", "Answer")}</th>
                    {actions}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

/// One item; with the questionnaire's id, also what can be done to it.
fn item_row(item: &Item, editable: Option<i64>, lang: Lang) -> AnyView {
    let text = item.text.get(lang).to_owned();
    let actions = editable.map(|id| {
        let (href, name) = (format!("{LIST}/{id}/items/{}", item.key), format!("{}: {text}", lang.t("編集", "Edit")));
        view! {
            <td>
                <div class="actions">
                    <a class="button button--quiet button--small" href=href aria-label=name>{lang.t("編集", "Edit")}</a>
                    {moves(id, "item", &item.key, &text, lang)}
                    {remove(id, "item", &item.key, &text, lang)}
                </div>
            </td>
        }
    });
    let mut marks =
        vec![if item.required { lang.t("必須", "Required") } else { lang.t("任意", "Optional") }];
    if item.may_decline {
        marks.push(lang.t("「答えない」可", "May decline"));
    }
    if item.unobserved {
        marks.push(lang.t("「観察機会なし」可", "May be unobserved"));
    }
    if item.demographic {
        marks.push(lang.t("属性", "Demographic"));
    }
    let condition =
        item.show_if.as_ref().map(|c| view! { <span class="cell-note">{condition_text(c, lang)}</span> });
    let (anchor, key, kind) = (format!("item-{}", item.key), item.key.clone(), item.kind.name(lang));
    view! {
        <tr id=anchor>
            <th scope="row" class="text">
                {text}
                <span class="cell-note mono">{key}</span>
                {condition}
            </th>
            <td class="nowrap">{kind}</td>
            <td>{marks.join(lang.t("、", ", "))}</td>
            {actions}
        </tr>
    }
    .into_any()
}

fn condition_text(condition: &Condition, lang: Lang) -> String {
    let values = condition.any_of.join(lang.t("、", ", "));
    match lang {
        Lang::Ja => format!("設問「{}」の回答が {values} のときに表示", condition.item),
        Lang::En => format!("Shown where the answer to “{}” is {values}", condition.item),
    }
}

fn moves(id: i64, part: &'static str, key: &str, about: &str, lang: Lang) -> AnyView {
    let form = |direction: &str, label: &str| {
        let hidden = vec![
            ("id", id.to_string()),
            ("part", part.to_owned()),
            ("key", key.to_owned()),
            ("direction", direction.to_owned()),
        ];
        button_form("/api/hr/questionnaires/move", hidden, small_button(label, about))
    };
    let (up, down) = (form("up", lang.t("上へ", "Up")), form("down", lang.t("下へ", "Down")));
    (up, down).into_any()
}

fn remove(id: i64, part: &'static str, key: &str, about: &str, lang: Lang) -> AnyView {
    let hidden = vec![("id", id.to_string()), ("part", part.to_owned()), ("key", key.to_owned())];
    let label = if part == "section" {
        lang.t("設問ごと削除する", "Remove it with its items")
    } else {
        lang.t("削除する", "Remove it")
    };
    let form = button_form("/api/hr/questionnaires/remove", hidden, small_button(label, about));
    let name = format!("{}: {about}", lang.t("削除", "Remove"));
    view! {
        <details class="disclosure">
            <summary aria-label=name>{lang.t("削除", "Remove")}</summary>
            {form}
        </details>
    }
    .into_any()
}

fn add_item(id: i64, found: &Section, lang: Lang) -> AnyView {
    let action = format!("{LIST}/{id}/items/new");
    let control = format!("kind.{}", found.key);
    let kinds = KINDS.iter().map(|k| ((*k).to_owned(), kind_label(k, lang).to_owned())).collect::<Vec<_>>();
    let key = found.key.clone();
    view! {
        <form class="toolbar" method="get" action=action>
            <input type="hidden" name="section" value=key/>
            <SelectField name="kind" id=control label=lang.t("設問の種類", "Kind of item") options=kinds lang=lang/>
            <SubmitButton label=lang.t("設問を追加", "Add an item") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}

fn edit_form(
    id: i64,
    old: &str,
    form: SectionForm,
    errors: &Errors,
    options: Vec<(String, String)>,
    lang: Lang,
) -> AnyView {
    let prefix = format!("section.{old}.");
    let named = |field: &str| format!("{prefix}{field}");
    let old = old.to_owned();
    let key_hint = lang.t(
        "空欄なら自動で付きます。半角英小文字、数字、-、_ が使えます。",
        "Left empty, it is made from the heading. Lower-case letters, digits, - and _ can be used.",
    );
    let values_hint = lang.t(
        "設問の後ろの[ ]にある、選択肢のキーか尺度の番号(一番上が1)を、コンマで区切って書きます。",
        "Keys of options or numbers of scale points (the first is 1), as they stand in [ ] behind the question, separated by commas.",
    );
    view! {
        <ErrorSummary errors=errors.summary(&prefix) lang=lang/>
        <form class="form" method="post" action="/api/hr/questionnaires/section">
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="old" value=old/>
            <TextField name="key" id=named("key") label=lang.t("キー", "Key") value=form.key error=errors.get("key")
                hint=key_hint max_length=64 lang=lang/>
            <TextField name="heading_ja" id=named("heading_ja") label=lang.t("見出し(日本語)", "Heading (Japanese)")
                value=form.heading_ja error=errors.get("heading_ja") required=true lang=lang/>
            <TextField name="heading_en" id=named("heading_en") label=lang.t("見出し(英語)", "Heading (English)")
                value=form.heading_en error=errors.get("heading_en") required=true lang=lang/>
            <TextArea name="lead_ja" id=named("lead_ja") label=lang.t("説明(日本語)", "Introduction (Japanese)")
                value=form.lead_ja error=errors.get("lead_ja") rows=2 lang=lang/>
            <TextArea name="lead_en" id=named("lead_en") label=lang.t("説明(英語)", "Introduction (English)")
                value=form.lead_en error=errors.get("lead_en") rows=2 lang=lang/>
            <SelectField name="show_item" id=named("show_item") label=lang.t("表示する条件", "Shown where")
                options=options selected=form.show_item error=errors.get("show_item") lang=lang/>
            <TextField name="show_values" id=named("show_values") label=lang.t("その回答", "The answer is one of")
                value=form.show_values hint=values_hint error=errors.get("show_values") lang=lang/>
            <div class="actions"><SubmitButton label=lang.t("保存する", "Save")/></div>
        </form>
    }
    .into_any()
}
