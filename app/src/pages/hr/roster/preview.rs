//! What a staff file would change, before anything is written.

use std::collections::BTreeMap;

use domain::roster::{Change, StaffRow};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::roster::{Preview, Refused};
use service::registry::upload::Upload;

use super::report;
use crate::components::{EmptyState, Figure, Flash, FlashKind, ScrollTable, SubmitButton};
use crate::format;
use crate::pages::hr::{grouped, section};
use crate::pages::{Frame, page};

/// People listed of each kind of change.
const LISTED: usize = 50;
/// A share of leavers from which the file is doubted, in per cent of those on the roster.
const MANY_LEAVERS: usize = 10;

/// The staff file that waits, compared with the roster, or what is wrong with it.
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
        let names: BTreeMap<String, String> = service
            .registry
            .headcount()
            .await?
            .into_iter()
            .map(|unit| (unit.code, unit.name.get(lang).to_owned()))
            .collect();
        let view = match service.registry.preview_roster(&upload.bytes, service.clock.today()).await {
            Ok(preview) => changes(&upload, &preview, &names, lang),
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

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("確認を待つファイルはありません", "No file is waiting")
            text=lang.t(
                "職員のファイルをアップロードすると、変更の内容がここに表示されます。ファイルは1日だけ保管します。",
                "After you upload a file of staff, its changes are shown here. A file is kept for one day.",
            )
            action=Some((lang.t("名簿へ", "To the roster").to_owned(), "/hr/roster#import".to_owned()))
        />
    }
    .into_any()
}

fn about(upload: &Upload, lang: Lang) -> AnyView {
    let (name, at) = (upload.name.clone(), format::moment(upload.uploaded_at, "Asia/Tokyo", lang));
    view! {
        <dl class="facts">
            <dt>{lang.t("ファイル", "File")}</dt><dd>{name}</dd>
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

/// One person in a list.
struct Line {
    number: String,
    name: String,
    unit: String,
    detail: String,
}

/// Unit names by code.
type Names = BTreeMap<String, String>;

fn changes(upload: &Upload, preview: &Preview, names: &Names, lang: Lang) -> AnyView {
    let found = preview.changes();
    let leavers = found.leavers.len();
    let tiles = [
        (lang.t("新規", "New"), found.new.len()),
        (lang.t("変更", "Changed"), found.updated.len()),
        (lang.t("異動", "Moved"), found.moved.len()),
        (lang.t("変更なし", "As before"), found.unchanged.len()),
        (lang.t("転出・退職", "Leavers"), leavers),
    ]
    .into_iter()
    .map(|(label, count)| view! { <Figure label=label value=Some(grouped(count as u64)) lang=lang/> })
    .collect_view();
    let lists = [
        list(
            "new",
            lang.t("新規の人", "New people"),
            "is-added",
            found.new.iter().take(LISTED).map(|row| arrival(row, names, lang)).collect(),
            found.new.len(),
            lang,
        ),
        list(
            "moved",
            lang.t("異動する人", "People who move"),
            "is-changed",
            found.moved.iter().take(LISTED).map(|change| changed(change, names, lang)).collect(),
            found.moved.len(),
            lang,
        ),
        list(
            "updated",
            lang.t("変更のある人", "People with other changes"),
            "is-changed",
            found.updated.iter().take(LISTED).map(|change| changed(change, names, lang)).collect(),
            found.updated.len(),
            lang,
        ),
        list(
            "leavers",
            lang.t("転出・退職する人", "Leavers"),
            "is-removed",
            found.leavers.iter().take(LISTED).map(|row| line(row, names, lang)).collect(),
            leavers,
            lang,
        ),
    ]
    .into_iter()
    .collect_view();
    let doubt = (leavers * 100 > preview.before.len() * MANY_LEAVERS).then(|| doubt(leavers, lang));
    let nothing_changes =
        found.new.is_empty() && found.updated.is_empty() && found.moved.is_empty() && leavers == 0;
    view! {
        {about(upload, lang)}
        {doubt}
        <div class="figures">{tiles}</div>
        {accept(upload, nothing_changes, lang)}
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

fn accept(upload: &Upload, nothing_changes: bool, lang: Lang) -> AnyView {
    let cancel = view! {
        <a class="button button--secondary" href="/hr/roster">{lang.t("取り込まずに戻る", "Back without importing")}</a>
    };
    if nothing_changes {
        let text = lang.t(
            "名簿はこのファイルと同じ内容です。取り込む必要はありません。",
            "The roster is as in this file already; there is nothing to import.",
        );
        return view! { <p>{text}</p><p>{cancel}</p> }.into_any();
    }
    let at = upload.uploaded_at.to_string();
    view! {
        <form class="actions" method="post" action="/api/hr/roster/accept">
            <input type="hidden" name="uploaded_at" value=at/>
            <SubmitButton label=lang.t("この内容で取り込む", "Import this")/>
            {cancel}
        </form>
    }
    .into_any()
}

fn line(row: &StaffRow, names: &Names, lang: Lang) -> Line {
    Line {
        number: row.number.to_string(),
        name: row.name.get(lang).to_owned(),
        unit: unit_name(row.unit.as_str(), names),
        detail: String::new(),
    }
}

/// A new person; the roles they would get are named, since they open doors.
fn arrival(row: &StaffRow, names: &Names, lang: Lang) -> Line {
    let roles: Vec<&str> = row.roles.iter().flatten().map(|role| role.label(lang)).collect();
    let detail = match (roles.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Ja) => format!("権限: {}", roles.join("、")),
        (false, Lang::En) => format!("Roles: {}", roles.join(", ")),
    };
    Line { detail, ..line(row, names, lang) }
}

fn changed(change: &Change<'_>, names: &Names, lang: Lang) -> Line {
    let columns: Vec<&str> = change.columns().iter().map(|column| column.label(lang)).collect();
    let mut detail = columns.join(lang.t("、", ", "));
    let after = line(change.after, names, lang);
    let unit = if change.before.unit == change.after.unit {
        after.unit
    } else {
        format!("{} → {}", unit_name(change.before.unit.as_str(), names), after.unit)
    };
    if let (Some(before), Some(after)) = (&change.before.roles, &change.after.roles)
        && before != after
    {
        let words = |roles: &std::collections::BTreeSet<domain::role::Role>| {
            let words: Vec<&str> = roles.iter().map(|role| role.label(lang)).collect();
            if words.is_empty() { "–".to_owned() } else { words.join(lang.t("、", ", ")) }
        };
        detail.push_str(&format!(" ({} → {})", words(before), words(after)));
    }
    Line { unit, detail, ..after }
}

fn unit_name(code: &str, names: &Names) -> String {
    names.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

fn list(id: &str, heading: &str, class: &'static str, lines: Vec<Line>, total: usize, lang: Lang) -> AnyView {
    if total == 0 {
        return ().into_any();
    }
    let more = (total > lines.len()).then(|| {
        let rest = grouped((total - lines.len()) as u64);
        let text = match lang {
            Lang::Ja => format!("はじめの{LISTED}人を示しています(ほかに{rest}人)。"),
            Lang::En => format!("The first {LISTED} are listed ({rest} more)."),
        };
        view! { <p class="muted">{text}</p> }
    });
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <tr class=class>
                    <td class="mono">{line.number}</td>
                    <th scope="row">{line.name}</th>
                    <td>{line.unit}</td>
                    <td class="text">{line.detail}</td>
                </tr>
            }
        })
        .collect_view();
    let caption = heading.to_owned();
    let content = view! {
        {more}
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("職員番号", "Staff number")}</th>
                    <th scope="col">{lang.t("氏名", "Name")}</th>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("変わる列など", "What changes")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    section(id, heading, content.into_any())
}
