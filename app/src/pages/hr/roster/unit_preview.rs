//! What a unit file would change, before anything is written.

use domain::roster::{UnitChange, UnitCode, UnitRow};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::roster::UnitPreview;
use service::registry::upload::Upload;

use super::preview::{LISTED, about, accept, more};
use crate::components::{Figure, ScrollTable, own_lang};
use crate::pages::hr::{grouped, section};

/// One unit in a list.
struct Line {
    code: String,
    name: String,
    parent: String,
    detail: String,
}

/// The file, how many units change in which way, and which.
pub(super) fn changes(upload: &Upload, preview: &UnitPreview, lang: Lang) -> AnyView {
    let found = preview.changes();
    let tiles = [
        (lang.t("新規", "New"), found.new.len()),
        (lang.t("変更", "Changed"), found.updated.len()),
        (lang.t("上位部署の変更", "Moved"), found.moved.len()),
        (lang.t("廃止", "Retired"), found.retired.len()),
        (lang.t("変更なし", "As before"), found.unchanged.len()),
        (lang.t("ファイルにないもの", "Not in the file"), found.absent),
    ]
    .into_iter()
    .map(|(label, count)| view! { <Figure label=label value=Some(grouped(count as u64)) lang=lang/> })
    .collect_view();
    let name = |code: &UnitCode| name_of(code, preview, lang);
    let plain =
        |row: &UnitRow| line(row, row.parent.as_ref().map(name).unwrap_or_default(), String::new(), lang);
    let changed = |change: &UnitChange<'_>| {
        let parent = |row: &UnitRow| row.parent.as_ref().map_or_else(|| "–".to_owned(), name);
        let (before, after) = (parent(change.before), parent(change.after));
        let parent = if change.before.parent == change.after.parent {
            change.after.parent.as_ref().map(name).unwrap_or_default()
        } else {
            format!("{before} → {after}")
        };
        line(change.after, parent, detail(change, lang), lang)
    };
    let lists = [
        list(
            "new",
            lang.t("新しい部署", "New units"),
            "is-added",
            found.new.iter().take(LISTED).map(|row| plain(row)).collect(),
            found.new.len(),
            lang,
        ),
        list(
            "moved",
            lang.t("上位部署が変わる部署", "Units that come under another one"),
            "is-changed",
            found.moved.iter().take(LISTED).map(changed).collect(),
            found.moved.len(),
            lang,
        ),
        list(
            "updated",
            lang.t("変更のある部署", "Units with other changes"),
            "is-changed",
            found.updated.iter().take(LISTED).map(changed).collect(),
            found.updated.len(),
            lang,
        ),
        list(
            "retired",
            lang.t("廃止する部署", "Units that are not used any more"),
            "is-removed",
            found.retired.iter().take(LISTED).map(|row| plain(row)).collect(),
            found.retired.len(),
            lang,
        ),
    ]
    .into_iter()
    .collect_view();
    let nothing_changes = found.unchanged.len() == preview.rows.len();
    view! {
        {about(upload, lang)}
        <div class="figures">{tiles}</div>
        {accept(upload, nothing_changes, false, lang)}
        {lists}
    }
    .into_any()
}

/// The name a unit has in the file or, where it is not in it, in the roster.
fn name_of(code: &UnitCode, preview: &UnitPreview, lang: Lang) -> String {
    let row = preview.rows.iter().find(|row| row.code == *code).or_else(|| preview.before.get(code));
    row.map_or_else(|| code.to_string(), |row| row.name.get(lang).to_owned())
}

fn line(row: &UnitRow, parent: String, detail: String, lang: Lang) -> Line {
    Line { code: row.code.to_string(), name: row.name.get(lang).to_owned(), parent, detail }
}

/// The columns that change, from what to what.
fn detail(change: &UnitChange<'_>, lang: Lang) -> String {
    let shown = |cell: String| if cell.is_empty() { "–".to_owned() } else { cell };
    let words = change.differences(lang).into_iter().map(|(column, before, after)| {
        format!("{}: {} → {}", column.label(lang), shown(before), shown(after))
    });
    words.collect::<Vec<_>>().join(lang.t("、", ", "))
}

fn list(id: &str, heading: &str, class: &'static str, lines: Vec<Line>, total: usize, lang: Lang) -> AnyView {
    if total == 0 {
        return ().into_any();
    }
    let more = more(total, lines.len(), lang);
    let rows = lines
        .into_iter()
        .map(|line| {
            let (name_lang, parent_lang) = (own_lang(&line.name, lang), own_lang(&line.parent, lang));
            view! {
                <tr class=class>
                    <td class="mono">{line.code}</td>
                    <th scope="row" lang=name_lang>{line.name}</th>
                    <td lang=parent_lang>{line.parent}</td>
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
                    <th scope="col">{lang.t("コード", "Code")}</th>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("上位部署", "Unit above")}</th>
                    <th scope="col">{lang.t("変わる列など", "What changes")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    };
    section(id, heading, content.into_any())
}
