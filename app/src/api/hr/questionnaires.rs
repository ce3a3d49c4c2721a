//! Making, importing, copying and editing questionnaires. Each change is stored at once, or refused with what was typed
//! kept.

use domain::questionnaire::editing::item_form::ItemForm;
use domain::questionnaire::editing::new_form::NewForm;
use domain::questionnaire::editing::section_form::{HeadForm, SectionForm};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use domain::questionnaire::editing::FieldError;

/// Where the list is.
#[cfg(feature = "ssr")]
const LIST: &str = "/hr/questionnaires";

#[cfg(feature = "ssr")]
fn editor(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// The faults of a form's fields as one message; the page shows each beside its field as well.
#[cfg(feature = "ssr")]
fn faults(errors: &[FieldError]) -> service::Error {
    let join = |pick: fn(&FieldError) -> &str| errors.iter().map(pick).collect::<Vec<_>>().join("\n");
    service::Error::invalid(join(|e| &e.message.ja), join(|e| &e.message.en))
}

/// Makes a questionnaire: `empty`, with what the form says, or from the template of that word.
#[server(prefix = "/api", endpoint = "hr/questionnaires/create")]
pub async fn create_questionnaire(
    from: String,
    #[server(flatten)] form: NewForm,
) -> Result<(), ServerFnError> {
    use service::registry::editing::Template;

    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let registry = &desk.service.registry;
    let (outcome, (ja, en)) = match (Template::parse(&from), from.as_str()) {
        (Some(template), _) => (
            registry.create_from_template(template, Some(desk.actor), desk.now).await,
            (
                "ひな形から調査票を作りました。自由に編集できます。",
                "The questionnaire has been made from the template. It can be edited freely.",
            ),
        ),
        (None, "empty") => (
            match form.parse() {
                Ok(beginning) => registry.create_questionnaire(beginning, Some(desk.actor), desk.now).await,
                Err(errors) => Err(faults(&errors)),
            },
            (
                "空の調査票を作りました。設問を加えてください。",
                "An empty questionnaire has been made. Please add items.",
            ),
        ),
        (None, _) => return Err(desk.context.refuse(&service::Error::NotFound)),
    };
    match outcome {
        Ok(id) => flash::done(ja, en, &editor(id)).await,
        Err(error) => {
            let fields = form.fields().into_iter().chain([("form", "create".to_owned())]);
            flash::refused(error, fields, LIST).await
        }
    }
}

/// Stores a questionnaire from its JSON file.
#[server(prefix = "/api", endpoint = "hr/questionnaires/import", input = MultipartFormData)]
pub async fn import_questionnaire(data: MultipartData) -> Result<(), ServerFnError> {
    use crate::api::hr::{Desk, read_upload};
    use crate::flash;
    use service::registry::questionnaire::parse;
    let desk = Desk::enter()?;
    let text = read_upload(data).await.and_then(|upload| json_text(&upload.bytes));
    let outcome = match text.and_then(|text| parse(&text)) {
        Ok(questionnaire) => {
            desk.service.registry.import_questionnaire(&questionnaire, Some(desk.actor), desk.now).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(id) => {
            flash::done("調査票を取り込みました。", "The questionnaire has been imported.", &editor(id)).await
        }
        Err(error) => flash::refused(error, [], LIST).await,
    }
}

/// The text of a JSON file.
#[cfg(feature = "ssr")]
fn json_text(bytes: &[u8]) -> service::Result<String> {
    use domain::text::Lang;
    use service::Error;
    use service::registry::questionnaire::MAX_FILE;
    if bytes.is_empty() {
        return Err(Error::invalid(
            "ファイルが選ばれていないか、空です。JSONファイルを選んでください。",
            "No file was chosen, or it is empty. Please choose a JSON file.",
        ));
    }
    match service::text_encoding::decode(bytes, MAX_FILE) {
        Ok(decoded) => Ok(decoded.text),
        Err(error) => Err(Error::invalid(error.message(Lang::Ja), error.message(Lang::En))),
    }
}

/// Copies a questionnaire: as a new version, or under another `key`.
#[server(prefix = "/api", endpoint = "hr/questionnaires/copy")]
pub async fn copy_questionnaire(id: i64, #[server(default)] key: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    match desk.service.registry.copy_questionnaire(id, &key, Some(desk.actor), desk.now).await {
        Ok(copy) => {
            flash::done(
                "写しを作りました。この版は自由に編集できます。",
                "A copy has been made. This version can be edited freely.",
                &editor(copy),
            )
            .await
        }
        Err(error) => {
            let fields = [("form", "copy".to_owned()), ("copy_key", key)];
            flash::refused(error, fields, &editor(id)).await
        }
    }
}

/// Removes a version that no campaign uses.
#[server(prefix = "/api", endpoint = "hr/questionnaires/delete")]
pub async fn delete_questionnaire(id: i64) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    match desk.service.registry.delete_questionnaire(id, Some(desk.actor), desk.now).await {
        Ok(()) => flash::done("調査票の版を削除しました。", "The version has been deleted.", LIST).await,
        Err(error) => flash::refused(error, [], LIST).await,
    }
}

/// Changes title, introduction and areas.
#[server(prefix = "/api", endpoint = "hr/questionnaires/title")]
pub async fn save_head(id: i64, #[server(flatten)] form: HeadForm) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let outcome = match form.parse() {
        Ok(head) => {
            let change = move |q: &mut domain::questionnaire::Questionnaire| {
                q.set_head(head);
                Ok(())
            };
            desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await
        }
        Err(errors) => Err(faults(&errors)),
    };
    match outcome {
        Ok(id) => {
            flash::done("題名と説明を保存しました。", "Title and introduction have been saved.", &editor(id))
                .await
        }
        Err(error) => {
            let fields = form.fields().into_iter().chain([("form", "head".to_owned())]);
            flash::refused(error, fields, &editor(id)).await
        }
    }
}

/// Changes the section with the key `old`, or adds one where `old` is empty.
#[server(prefix = "/api", endpoint = "hr/questionnaires/section")]
pub async fn save_section(
    id: i64,
    #[server(default)] old: String,
    #[server(flatten)] form: SectionForm,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let outcome = match form.parse() {
        Ok(head) => {
            let old = old.clone();
            let change = move |q: &mut domain::questionnaire::Questionnaire| {
                q.put_section(Some(old.as_str()).filter(|o| !o.is_empty()), head)
            };
            desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await
        }
        Err(errors) => Err(faults(&errors)),
    };
    match outcome {
        Ok(id) => flash::done("セクションを保存しました。", "The section has been saved.", &editor(id)).await,
        Err(error) => {
            let fields = form.fields().into_iter().chain([("form", format!("section/{old}"))]);
            flash::refused(error, fields, &editor(id)).await
        }
    }
}

/// Changes the item with the key `old`, or adds one to `section` where `old` is empty.
#[server(prefix = "/api", endpoint = "hr/questionnaires/item")]
pub async fn save_item(
    id: i64,
    #[server(default)] section: String,
    #[server(default)] old: String,
    #[server(flatten)] form: ItemForm,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    // Keys end up in an address below; anything else never was a key.
    let is_key = |text: &str| text.is_empty() || domain::questionnaire::is_key(text);
    if !is_key(&section) || !is_key(&old) {
        return Err(desk.context.refuse(&service::Error::NotFound));
    }
    let outcome = match (form.parse(), service::registry::editing::banks()) {
        (Ok(item), Ok(banks)) => {
            let (section, old) = (section.clone(), old.clone());
            let change = move |q: &mut domain::questionnaire::Questionnaire| {
                if let Some(area) = &item.area {
                    banks.iter().for_each(|bank| q.add_area(area, &bank.areas));
                }
                q.put_item(&section, Some(old.as_str()).filter(|o| !o.is_empty()), item)
            };
            desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await
        }
        (Err(errors), _) => Err(faults(&errors)),
        (_, Err(error)) => Err(error),
    };
    match outcome {
        Ok(id) => {
            // A key that was left out is known only to the questionnaire: its section is near enough.
            let anchor = match (form.key.trim(), old.as_str()) {
                ("", "") => format!("section-{section}"),
                ("", key) | (key, _) => format!("item-{key}"),
            };
            let to = format!("{}#{anchor}", editor(id));
            flash::done("設問を保存しました。", "The item has been saved.", &to).await
        }
        Err(error) => {
            let to = if old.is_empty() {
                let kind = if domain::questionnaire::is_key(&form.kind) { form.kind.as_str() } else { "" };
                format!("{}/items/new?section={section}&kind={kind}", editor(id))
            } else {
                format!("{}/items/{old}", editor(id))
            };
            flash::refused(error, form.fields(), &to).await
        }
    }
}

/// Moves a section or an item (`part`) one place `up` or `down`.
#[server(prefix = "/api", endpoint = "hr/questionnaires/move")]
pub async fn move_part(id: i64, part: String, key: String, direction: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    use domain::questionnaire::editing::{Direction, Part};
    let desk = Desk::enter()?;
    let (Some(kind), Some(direction)) = (Part::parse(&part), Direction::parse(&direction)) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    let change = |q: &mut domain::questionnaire::Questionnaire| q.shift(kind, &key, direction);
    match desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await {
        Ok(id) => {
            // The new place says what happened.
            desk.context.redirect(&format!("{}#{part}-{key}", editor(id)));
            Ok(())
        }
        Err(error) => flash::refused(error, [], &editor(id)).await,
    }
}

/// Removes a section with its items, or an item.
#[server(prefix = "/api", endpoint = "hr/questionnaires/remove")]
pub async fn remove_part(id: i64, part: String, key: String) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    use domain::questionnaire::editing::Part;
    let desk = Desk::enter()?;
    let Some(part) = Part::parse(&part) else {
        return Err(desk.context.refuse(&service::Error::NotFound));
    };
    let change = |q: &mut domain::questionnaire::Questionnaire| q.remove(part, &key);
    match desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await {
        Ok(id) => {
            flash::done(
                format!("「{key}」を削除しました。"),
                format!("“{key}” has been removed."),
                &editor(id),
            )
            .await
        }
        Err(error) => flash::refused(error, [], &editor(id)).await,
    }
}

/// Adds items of the banks to a section.
#[server(prefix = "/api", endpoint = "hr/questionnaires/bank")]
pub async fn add_from_bank(
    id: i64,
    section: String,
    #[server(default)] items: Vec<String>,
) -> Result<(), ServerFnError> {
    use crate::api::hr::Desk;
    use crate::flash;
    let desk = Desk::enter()?;
    let banks = match service::registry::editing::banks() {
        Ok(banks) => banks,
        Err(error) => return flash::refused(error, [], &editor(id)).await,
    };
    let chosen = banks.map(|mut bank| {
        bank.items.retain(|item| items.contains(&item.key));
        bank
    });
    let count: usize = chosen.iter().map(|bank| bank.items.len()).sum();
    if count == 0 {
        let error =
            service::Error::invalid("加える設問を選んでください。", "Please choose the items to add.");
        return flash::refused(error, [("form", "bank".to_owned())], &editor(id)).await;
    }
    let change = |q: &mut domain::questionnaire::Questionnaire| {
        chosen.iter().try_for_each(|bank| q.add_items(&section, &bank.items, &bank.areas).map(|_| ()))
    };
    match desk.service.registry.edit_questionnaire(id, change, Some(desk.actor), desk.now).await {
        Ok(id) => {
            flash::done(
                format!("設問バンクから{count}問を加えました(すでにある設問は除きます)。"),
                format!("{count} items have been added from the bank (those already there are left out)."),
                &editor(id),
            )
            .await
        }
        Err(error) => flash::refused(error, [("form", "bank".to_owned())], &editor(id)).await,
    }
}
