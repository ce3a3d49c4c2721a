//! What a unit file would change, before anything is written.

use domain::roster::{UnitChange, UnitCode, UnitRow};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::roster::UnitPreview;
use service::registry::upload::{Kind, Upload};

use super::change_list::{Line, List};
use super::preview::{about, accept};
use crate::components::Figure;
use crate::pages::hr::grouped;

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
    let list = |id, heading, class| List { id, heading, class };
    let lists = [
        list("new", lang.t("新しい部署", "New units"), "is-added").show(
            Kind::Units,
            &found.new,
            |row| plain(row),
            lang,
        ),
        list("moved", lang.t("上位部署が変わる部署", "Units that come under another one"), "is-changed")
            .show(Kind::Units, &found.moved, changed, lang),
        list("updated", lang.t("変更のある部署", "Units with other changes"), "is-changed").show(
            Kind::Units,
            &found.updated,
            changed,
            lang,
        ),
        list("retired", lang.t("廃止する部署", "Units that are not used any more"), "is-removed").show(
            Kind::Units,
            &found.retired,
            |row| plain(row),
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
    Line { key: row.code.to_string(), name: row.name.get(lang).to_owned(), place: parent, detail }
}

/// The columns that change, from what to what.
fn detail(change: &UnitChange<'_>, lang: Lang) -> String {
    let shown = |cell: String| if cell.is_empty() { "–".to_owned() } else { cell };
    let words = change.differences(lang).into_iter().map(|(column, before, after)| {
        format!("{}: {} → {}", column.label(lang), shown(before), shown(after))
    });
    words.collect::<Vec<_>>().join(lang.t("、", ", "))
}
