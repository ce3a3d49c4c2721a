//! Questionnaires: the list, the editor, and the preview as a respondent.

mod bank;
mod create;
mod editor;
mod fields;
mod preview;
mod sections;

pub(super) use fields::{Errors, condition_options};

pub use editor::EditorPage;
pub use preview::PreviewPage;

use domain::text::Lang;
use leptos::prelude::*;
use service::registry::questionnaire::Stored;

use super::{button_form, section};
use crate::components::{Badge, BadgeKind, EmptyState, FileField, ScrollTable, SubmitButton};
use crate::pages::{Frame, page};

/// Where the list is.
pub(super) const LIST: &str = "/hr/questionnaires";

/// The list of questionnaires.
pub(super) const fn list_name(lang: Lang) -> &'static str {
    lang.t("調査票", "Questionnaires")
}

/// All questionnaires in all versions, and the ways to a new one.
#[component]
pub fn QuestionnairesPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let list = context.service().registry.questionnaires().await?;
        let lead = lang.t(
            "調査で使う設問の集まりです。調査で使われた版は変わりません。直すときは新しい版を作ります。",
            "The questions of a survey. A version that was used never changes; to revise it, make a new version.",
        );
        let frame = Frame::new(list_name(lang)).lead(lead).crumb(lang.t("ホーム", "Home"), "/");
        let create = create::part(&context, &list)?;
        let view = view! {
            {overview(list, lang)}
            {create}
            {import(lang)}
        };
        Ok((frame, view.into_any()))
    })
}

fn overview(list: Vec<Stored>, lang: Lang) -> AnyView {
    if list.is_empty() {
        return view! {
            <EmptyState
                title=lang.t("調査票がまだありません", "There are no questionnaires yet")
                text=lang.t(
                    "ひな形から作るか、空の調査票を作るか、調査票のファイル(JSON)を取り込むと、ここに並びます。どれも画面で編集できます。",
                    "Make one from the template, begin with an empty one, or bring a questionnaire file (JSON): it is then listed here and can be edited on screen.",
                )
                action=Some((
                    lang.t("調査票を作る", "Make a questionnaire").to_owned(),
                    "#create".to_owned(),
                ))
            />
        }
        .into_any();
    }
    let rows = list.into_iter().map(|stored| row(stored, lang)).collect_view();
    view! {
        <ScrollTable caption=list_name(lang)>
            <thead>
                <tr>
                    <th scope="col">{lang.t("題名", "Title")}</th>
                    <th scope="col">{lang.t("版", "Version")}</th>
                    <th scope="col">{lang.t("状態", "State")}</th>
                    <th scope="col" class="num">{lang.t("設問数", "Items")}</th>
                    <th scope="col">{lang.t("操作", "Actions")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn row(stored: Stored, lang: Lang) -> AnyView {
    let Stored { id, frozen, questionnaire, .. } = stored;
    let items = questionnaire.items().count();
    let minutes = match lang {
        Lang::Ja => format!("約{}分", questionnaire.minutes()),
        Lang::En => format!("about {} minutes", questionnaire.minutes()),
    };
    let version = version_label(questionnaire.version, lang);
    let (href, title) = (format!("{LIST}/{id}"), questionnaire.title.get(lang).to_owned());
    let actions = actions(id, frozen, &format!("{title} {version}"), lang);
    view! {
        <tr>
            <th scope="row" class="text">
                <a href=href>{title}</a>
                <span class="cell-note mono">{questionnaire.key.clone()}</span>
            </th>
            <td class="nowrap">{version}</td>
            <td>{state_badge(frozen, lang)}</td>
            <td class="num">{items}<span class="cell-note">{minutes}</span></td>
            <td>{actions}</td>
        </tr>
    }
    .into_any()
}

/// "第2版".
pub(super) fn version_label(version: u32, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("第{version}版"),
        Lang::En => format!("Version {version}"),
    }
}

pub(super) fn state_badge(frozen: bool, lang: Lang) -> AnyView {
    let (kind, label) = if frozen {
        (BadgeKind::Neutral, lang.t("使用済み(変更不可)", "Used, unchangeable"))
    } else {
        (BadgeKind::Info, lang.t("編集可", "Can be edited"))
    };
    view! { <Badge kind=kind label=label/> }.into_any()
}

/// A small button whose name, for screen readers, says what it is about.
pub(super) fn small_button(label: &str, about: &str) -> AnyView {
    let (label, name) = (label.to_owned(), format!("{label}: {about}"));
    view! { <button class="button button--quiet button--small" type="submit" aria-label=name>{label}</button> }.into_any()
}

fn actions(id: i64, frozen: bool, about: &str, lang: Lang) -> AnyView {
    let preview = format!("{LIST}/{id}/preview");
    let json = format!("{LIST}/{id}/questionnaire.json");
    let copy = button_form(
        "/api/hr/questionnaires/copy",
        vec![("id", id.to_string())],
        small_button(lang.t("新しい版を作る", "Make a new version"), about),
    );
    let delete = (!frozen).then(|| {
        let form = button_form(
            "/api/hr/questionnaires/delete",
            vec![("id", id.to_string())],
            small_button(lang.t("この版を削除する", "Delete this version"), about),
        );
        view! {
            <details class="disclosure">
                <summary>{lang.t("削除", "Delete")}</summary>
                {form}
            </details>
        }
    });
    let (look, save) = (lang.t("プレビュー", "Preview"), lang.t("書き出し(JSON)", "Export (JSON)"));
    let (look_name, save_name) = (format!("{look}: {about}"), format!("{save}: {about}"));
    view! {
        <div class="actions">
            <a class="button button--quiet button--small" href=preview aria-label=look_name>{look}</a>
            <a class="button button--quiet button--small" href=json download="" aria-label=save_name>{save}</a>
            {copy}
            {delete}
        </div>
    }
    .into_any()
}

fn import(lang: Lang) -> AnyView {
    let content = view! {
        <form class="form" method="post" action="/api/hr/questionnaires/import" enctype="multipart/form-data">
            <FileField name="file" label=lang.t("調査票のファイル(JSON)", "Questionnaire file (JSON)")
                accept=".json,application/json" required=true
                hint=lang.t(
                    "1 MBまで。キーと版が同じで未使用の調査票があれば、その内容を置き換えます。",
                    "At most 1 MB. It takes the place of an unused questionnaire with the same key and version.",
                ) lang=lang/>
            <div class="actions"><SubmitButton label=lang.t("取り込む", "Import")/></div>
        </form>
        <p>
            <a href="/hr/questionnaire.schema.json">{lang.t("ファイル形式の定義(JSON Schema)", "The format of the file (JSON Schema)")}</a>
        </p>
    };
    section("import", lang.t("ファイルの取込み", "Import a file"), content.into_any())
}
