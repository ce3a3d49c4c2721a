//! What a roster file would change, before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use domain::fiscal_year::date_label;
use domain::role::Role;
use domain::roster::{Change, StaffRow, Standing};
use domain::text::Lang;
use leptos::prelude::*;
use service::Service;
use service::registry::roster::{Preview, Refused};
use service::registry::upload::{Kind, Upload};

use super::change_list::{Line, List};
use super::{report, unit_preview};
use crate::components::{CheckField, EmptyState, Figure, Flash, FlashKind, SubmitButton};
use crate::format;
use crate::pages::hr::grouped;
use crate::pages::{Frame, page};

/// A share of leavers from which the file is doubted, in per cent of those on the roster.
const MANY_LEAVERS: usize = 10;

/// The file that waits, compared with what is stored, or what is wrong with it.
#[component]
pub fn RosterPreviewPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let frame = Frame::new(lang.t("取込み内容の確認", "What the file would change"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(lang.t("名簿", "Roster"), "/hr/roster");
        let Some(upload) = service.registry.staged_roster(person.id, service.clock.now()).await? else {
            return Ok((frame, nothing(lang)));
        };
        let compared = match upload.kind {
            Kind::Units => units(&service, &upload, lang).await,
            Kind::Staff => staff(&service, &upload, &person.number, lang).await,
        };
        let view = match compared {
            Ok(view) => view,
            Err(Refused::Rows(report)) => refused(&upload, report::table(&report, lang), lang),
            Err(Refused::File(text)) => {
                let text = text.get(lang).to_owned();
                refused(&upload, view! { <p>{text}</p> }.into_any(), lang)
            }
            Err(Refused::Fault(error)) => return Err(error),
        };
        Ok((frame, view))
    })
}

async fn units(service: &Service, upload: &Upload, lang: Lang) -> Result<AnyView, Refused> {
    let preview = service.registry.preview_units(&upload.bytes, service.clock.now()).await?;
    Ok(unit_preview::changes(upload, &preview, lang))
}

/// `actor` is the staff number of whoever looks.
async fn staff(service: &Service, upload: &Upload, actor: &str, lang: Lang) -> Result<AnyView, Refused> {
    let preview = service.registry.preview_roster(&upload.bytes, service.clock.today()).await?;
    let names: Names = service
        .registry
        .headcount()
        .await?
        .into_iter()
        .map(|unit| (unit.code, unit.name.get(lang).to_owned()))
        .collect();
    Ok(changes(upload, &preview, &names, actor, lang))
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("確認を待つファイルはありません", "No file is waiting")
            text=lang.t(
                "部署または職員のファイルをアップロードすると、変更の内容がここに表示されます。ファイルは1日だけ保管します。",
                "After you upload a file of units or staff, its changes are shown here. A file is kept for one day.",
            )
            action=Some((lang.t("名簿へ", "To the roster").to_owned(), "/hr/roster#import".to_owned()))
        />
    }
    .into_any()
}

/// Which file this is.
pub(super) fn about(upload: &Upload, lang: Lang) -> AnyView {
    let (name, at) = (upload.name.clone(), format::moment(upload.uploaded_at, "Asia/Tokyo", lang));
    let kind = match upload.kind {
        Kind::Units => lang.t("部署", "Units"),
        Kind::Staff => lang.t("職員", "Staff"),
    };
    view! {
        <dl class="facts">
            <dt>{lang.t("ファイル", "File")}</dt><dd>{name}</dd>
            <dt>{lang.t("ファイルの種類", "What the file holds")}</dt><dd>{kind}</dd>
            <dt>{lang.t("アップロード", "Uploaded")}</dt><dd>{at}</dd>
        </dl>
    }
    .into_any()
}

fn refused(upload: &Upload, report: AnyView, lang: Lang) -> AnyView {
    view! {
        {about(upload, lang)}
        {report}
        <p><a class="button button--secondary" href="/hr/roster#import">
            {lang.t("直したファイルを選ぶ", "Choose a corrected file")}
        </a></p>
    }
    .into_any()
}

/// Unit names by code.
type Names = BTreeMap<String, String>;

fn changes(upload: &Upload, preview: &Preview, names: &Names, actor: &str, lang: Lang) -> AnyView {
    let found = preview.changes();
    let leavers = found.leavers.len();
    let tiles = [
        (lang.t("新規", "New"), found.new.len()),
        (lang.t("復帰", "Back again"), found.returning.len()),
        (lang.t("変更", "Changed"), found.updated.len()),
        (lang.t("異動", "Moved"), found.moved.len()),
        (lang.t("変更なし", "As before"), found.unchanged.len()),
        (lang.t("転出・退職", "Leavers"), leavers),
    ]
    .into_iter()
    .map(|(label, count)| view! { <Figure label=label value=Some(grouped(count as u64)) lang=lang/> })
    .collect_view();
    let arrival = |row: &StaffRow| arrival(row, preview, names, lang);
    let changed = |change: &Change<'_>| changed(change, names, lang);
    let list = |id, heading, class| List { id, heading, class };
    let lists = [
        list("new", lang.t("新規の人", "New people"), "is-added").show(
            Kind::Staff,
            &found.new,
            |row| arrival(row),
            lang,
        ),
        list("returning", lang.t("復帰する人", "People who are back"), "is-added").show(
            Kind::Staff,
            &found.returning,
            |change| arrival(change.after),
            lang,
        ),
        list("moved", lang.t("異動する人", "People who move"), "is-changed").show(
            Kind::Staff,
            &found.moved,
            changed,
            lang,
        ),
        list("updated", lang.t("変更のある人", "People with other changes"), "is-changed").show(
            Kind::Staff,
            &found.updated,
            changed,
            lang,
        ),
        list("leavers", lang.t("転出・退職する人", "Leavers"), "is-removed").show(
            Kind::Staff,
            &found.leavers,
            |row| leaver(row, names, lang),
            lang,
        ),
    ]
    .into_iter()
    .collect_view();
    let doubt = (leavers * 100 > preview.people() * MANY_LEAVERS).then(|| doubt(leavers, lang));
    let accept = match preview.refusal() {
        Some(text) => {
            let text = text.get(lang).to_owned();
            view! {
                <Flash kind=FlashKind::Error message=text lang=lang/>
                <p><a class="button button--secondary" href="/hr/roster#import">
                    {lang.t("直したファイルを選ぶ", "Choose a corrected file")}
                </a></p>
            }
            .into_any()
        }
        None => {
            let nothing_changes = found.unchanged.len() == preview.rows.len() && leavers == 0;
            accept(upload, nothing_changes, preview.shuts_out(actor), lang)
        }
    };
    view! {
        {about(upload, lang)}
        {doubt}
        <div class="figures">{tiles}</div>
        {accept}
        {lists}
    }
    .into_any()
}

fn doubt(leavers: usize, lang: Lang) -> AnyView {
    let message = match lang {
        Lang::Ja => {
            format!(
                "{leavers}人が転出・退職の扱いになります。名簿の一部だけのファイルではないか、ご確認ください。"
            )
        }
        Lang::En => {
            format!(
                "{leavers} people would become leavers. Please make sure that the file is the whole roster."
            )
        }
    };
    view! { <Flash kind=FlashKind::Warning message=message lang=lang/> }.into_any()
}

/// The button that imports. Whoever loses their own access by it has to tick that they know.
pub(super) fn accept(upload: &Upload, nothing_changes: bool, shuts_out: bool, lang: Lang) -> AnyView {
    let cancel = view! {
        <a class="button button--secondary" href="/hr/roster">{lang.t("取り込まずに戻る", "Back without importing")}</a>
    };
    if nothing_changes {
        let text = match upload.kind {
            Kind::Units => lang.t(
                "部署はこのファイルと同じ内容です。取り込む必要はありません。",
                "The units are as in this file already; there is nothing to import.",
            ),
            Kind::Staff => lang.t(
                "名簿はこのファイルと同じ内容です。取り込む必要はありません。",
                "The roster is as in this file already; there is nothing to import.",
            ),
        };
        return view! { <p>{text}</p><p>{cancel}</p> }.into_any();
    }
    let file = upload.digest();
    let confirm = shuts_out.then(|| {
        let message = lang.t(
            "このファイルでは、あなた自身が人事の権限を失います。取り込むと、人事のページに入れなくなります。",
            "This file ends your own access as HR. Once it is imported, these pages are closed to you.",
        );
        view! {
            <Flash kind=FlashKind::Warning message=message lang=lang/>
            <CheckField name="confirm" label=lang.t("承知して取り込む", "Import all the same")/>
        }
    });
    view! {
        <form class="form" method="post" action="/api/hr/roster/accept">
            <input type="hidden" name="file" value=file/>
            {confirm}
            <div class="actions">
                <SubmitButton label=lang.t("この内容で取り込む", "Import this")/>
                {cancel}
            </div>
        </form>
    }
    .into_any()
}

fn line(row: &StaffRow, names: &Names, lang: Lang) -> Line {
    Line {
        key: row.number.to_string(),
        name: row.name.get(lang).to_owned(),
        place: unit_name(row.unit.as_str(), names),
        detail: String::new(),
    }
}

/// Somebody who is new or back; the roles they would get are named, since they open doors.
fn arrival(row: &StaffRow, preview: &Preview, names: &Names, lang: Lang) -> Line {
    let mut detail: Vec<String> = Vec::new();
    match row.standing(preview.today) {
        Standing::Active => {}
        Standing::Upcoming => detail.extend(row.hired_on.map(|day| match lang {
            Lang::Ja => format!("{}から", date_label(day, lang)),
            Lang::En => format!("From {}", date_label(day, lang)),
        })),
        Standing::Left => detail.push(lang.t("退職日を過ぎています", "The last day is past").to_owned()),
    }
    if let Some(roles) = row.roles.as_ref().filter(|roles| !roles.is_empty()) {
        detail.push(match lang {
            Lang::Ja => format!("権限: {}", words(roles, lang)),
            Lang::En => format!("Roles: {}", words(roles, lang)),
        });
    }
    Line { detail: detail.join(lang.t("。", ". ")), ..line(row, names, lang) }
}

/// Somebody who leaves, with the roles that end.
fn leaver(row: &StaffRow, names: &Names, lang: Lang) -> Line {
    let roles = row.roles.as_ref().filter(|roles| !roles.is_empty());
    let detail = roles.map(|roles| match lang {
        Lang::Ja => format!("権限がなくなります: {}", words(roles, lang)),
        Lang::En => format!("Loses: {}", words(roles, lang)),
    });
    Line { detail: detail.unwrap_or_default(), ..line(row, names, lang) }
}

/// Roles in words.
fn words(roles: &BTreeSet<Role>, lang: Lang) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.label(lang)).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(lang.t("、", ", ")) }
}

fn changed(change: &Change<'_>, names: &Names, lang: Lang) -> Line {
    let columns: Vec<&str> = change.columns().iter().map(|column| column.label(lang)).collect();
    let mut detail = columns.join(lang.t("、", ", "));
    let after = line(change.after, names, lang);
    let unit = if change.before.unit == change.after.unit {
        after.place.clone()
    } else {
        format!("{} → {}", unit_name(change.before.unit.as_str(), names), after.place)
    };
    if let (Some(before), Some(after)) = (&change.before.roles, &change.after.roles)
        && before != after
    {
        detail.push_str(&format!(" ({} → {})", words(before, lang), words(after, lang)));
    }
    Line { place: unit, detail, ..after }
}

fn unit_name(code: &str, names: &Names) -> String {
    names.get(code).cloned().unwrap_or_else(|| code.to_owned())
}
