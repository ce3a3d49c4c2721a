//! The roster: who is on it, and importing it.

mod change_list;
mod columns;
mod people;
mod preview;
mod report;
mod unit_preview;

pub use people::PeoplePage;
pub use preview::RosterPreviewPage;

use domain::roster::UnitKind;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::event::Event;
use service::registry::headcount::UnitPeople;

use super::{button_form, grouped, section};
use crate::components::{
    ButtonKind, EmptyState, Figure, FileField, RadioField, ScrollTable, SubmitButton, own_lang, page_of,
    pager,
};
use crate::format;
use crate::pages::{Frame, page};

/// Units shown on one page.
const PER_PAGE: usize = 100;

/// How many people and units there are, the import, and the units.
#[component]
pub fn RosterPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let people = service.registry.staff_count().await?;
        let units = service.registry.headcount().await?;
        let retired = service.registry.retired_units().await?;
        let last = service.registry.last_import().await?;
        let asked = context.query("page");

        let figures = figures(people, units.len(), last, lang);
        let view = view! {
            {figures}
            {present(people, units.len(), lang)}
            {import(lang)}
            {activation(people, lang)}
            {unit_table(units, retired, asked.as_deref(), lang)}
        };
        let lead = lang.t(
            "調査の対象者と部署は、この名簿から決まります。",
            "Who may answer, and in which unit, follows from this roster.",
        );
        Ok((
            Frame::new(lang.t("名簿", "Roster")).lead(lead).crumb(lang.t("ホーム", "Home"), "/"),
            view.into_any(),
        ))
    })
}

fn figures(people: u64, units: usize, last: Option<Event>, lang: Lang) -> AnyView {
    let imported = last.map(|event| format::moment(event.at, "Asia/Tokyo", lang));
    let imported = imported.unwrap_or_else(|| lang.t("まだありません", "None so far").to_owned());
    let (people, units) = (grouped(people), grouped(units as u64));
    view! {
        <div class="figures">
            <Figure label=lang.t("在籍者", "People") value=Some(people) unit=lang.t("人", "") lang=lang/>
            <Figure label=lang.t("部署", "Units") value=Some(units) lang=lang/>
        </div>
        <dl class="facts">
            <dt>{lang.t("最後の取込み", "Last import")}</dt>
            <dd>{imported}</dd>
        </dl>
    }
    .into_any()
}

/// Looking people up, and the roster as files.
fn present(people: u64, units: usize, lang: Lang) -> AnyView {
    if units == 0 {
        return ().into_any();
    }
    let staff = (people > 0).then(|| {
        view! {
            <li><a href="/hr/roster/people">{lang.t("職員を探す(所属、権限、利用開始の状況)", "Look people up (unit, roles, whether they can sign in)")}</a></li>
            <li><a href="/hr/roster/staff.csv" download="">{lang.t("現在の職員のファイル(CSV)", "Present file of staff (CSV)")}</a></li>
        }
    });
    let content = view! {
        <p>{lang.t(
            "ファイルは、取込みと同じ形式です。直してから、そのまま取り込めます。",
            "The files have the form in which they are imported: correct them, and import them again.",
        )}</p>
        <ul class="link-list">
            {staff}
            <li><a href="/hr/roster/units.csv" download="">{lang.t("現在の部署のファイル(CSV)", "Present file of units (CSV)")}</a></li>
        </ul>
    };
    section("present", lang.t("現在の名簿", "The roster at present"), content.into_any())
}

fn import(lang: Lang) -> AnyView {
    let kinds = vec![
        ("units".to_owned(), lang.t("部署", "Units").to_owned()),
        ("staff".to_owned(), lang.t("職員(その時点の全員)", "Staff (everybody at the time)").to_owned()),
    ];
    let content = view! {
        <ol>
            <li>{lang.t(
                "部署のファイルを先に取り込みます。職員のファイルは、部署コードで部署を指します。",
                "Import the units first: the staff file refers to them by code.",
            )}</li>
            <li>{lang.t(
                "アップロードすると、まず、何が変わるかの一覧が表示されます。職員であれば、新規、変更、異動、転出・退職です。",
                "After the upload you see what would change: for staff, who is new, changed, moved, or leaving.",
            )}</li>
            <li>{lang.t(
                "内容を確認して取り込みます。一行でも誤りがあれば、何も取り込みません。",
                "Look through the list and accept it. If a single row is wrong, nothing is imported.",
            )}</li>
        </ol>
        <form class="form" method="post" action="/api/hr/roster/upload" enctype="multipart/form-data">
            <RadioField name="kind" label=lang.t("ファイルの種類", "What the file holds") options=kinds
                selected="staff" required=true lang=lang/>
            <FileField name="file" label=lang.t("CSVファイル", "CSV file") accept=".csv,text/csv" required=true
                hint=lang.t(
                    "UTF-8(BOMの有無は問いません)またはShift_JIS(ExcelのCSV)。16 MBまで。",
                    "UTF-8 (with or without a byte order mark) or Shift_JIS, as Japanese Excel saves it. At most 16 MB.",
                ) lang=lang/>
            <div class="actions"><SubmitButton label=lang.t("アップロードする", "Upload")/></div>
        </form>
        {columns::help(lang)}
    };
    section("import", lang.t("名簿の取込み", "Import"), content.into_any())
}

fn activation(people: u64, lang: Lang) -> AnyView {
    if people == 0 {
        return ().into_any();
    }
    let button = view! {
        <SubmitButton label=lang.t("利用開始の案内メールを送る", "Send activation mails") kind=ButtonKind::Secondary/>
    };
    let content = view! {
        <p>{lang.t(
            "まだ利用を始めていない職員に、パスワードを設定するためのリンク(72時間有効)をメールで送ります。すでに利用を始めた人や、有効なリンクを持つ人には送りません。",
            "Everybody who cannot sign in yet gets a mail with a link to set a password, valid for 72 hours. People who have started, or have a valid link, are left alone.",
        )}</p>
        {button_form("/api/hr/roster/invite", Vec::new(), button.into_any())}
    };
    section("activation", lang.t("利用開始の案内", "Letting people in"), content.into_any())
}

fn unit_table(units: Vec<UnitPeople>, retired: u64, asked: Option<&str>, lang: Lang) -> AnyView {
    let heading = lang.t("部署の一覧", "Units");
    if units.is_empty() {
        let content = view! {
            <EmptyState
                title=lang.t("部署がまだありません", "There are no units yet")
                text=lang.t(
                    "部署のファイルを取り込むと、ここに部署と人数が並びます。",
                    "Once a file of units is imported, they are listed here with their people.",
                )
                action=Some((
                    lang.t("部署の見本ファイルを受け取る", "Get the template for units").to_owned(),
                    "/hr/roster/units-template.csv".to_owned(),
                ))
            />
        };
        return section("units", heading, content.into_any());
    }
    let (current, pages) = page_of(asked, units.len(), PER_PAGE);
    let rows = units
        .into_iter()
        .skip((current - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|unit| unit_row(unit, lang))
        .collect_view();
    let retired = (retired > 0).then(|| {
        let count = grouped(retired);
        let text = match lang {
            Lang::Ja => {
                format!("ほかに、廃止した部署が{count}あります。現在の部署のファイルで確認できます。")
            }
            Lang::En => format!("Not listed: {count} retired. They are in the present file of units."),
        };
        view! { <p class="muted">{text}</p> }
    });
    let content = view! {
        {retired}
        <ScrollTable caption=heading table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("コード", "Code")}</th>
                    <th scope="col">{lang.t("種別", "Kind")}</th>
                    <th scope="col">{lang.t("地域", "Region")}</th>
                    <th scope="col">{lang.t("タイムゾーン", "Time zone")}</th>
                    <th scope="col" class="num">{lang.t("直属の人数", "People directly in it")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
        {pager("/hr/roster", current, pages, "", lang)}
    };
    section("units", heading, content.into_any())
}

fn unit_row(unit: UnitPeople, lang: Lang) -> AnyView {
    let kind = UnitKind::parse(&unit.kind).map_or_else(|_| unit.kind.clone(), |k| k.label(lang).to_owned());
    let (name, region) = (unit.name.get(lang).to_owned(), unit.region.get(lang).to_owned());
    let (name_lang, region_lang) = (own_lang(&name, lang), own_lang(&region, lang));
    let depth = match unit.depth {
        0 => None,
        1 => Some("depth-1"),
        2 => Some("depth-2"),
        3 => Some("depth-3"),
        _ => Some("depth-4"),
    };
    view! {
        <tr>
            <th scope="row" class=depth lang=name_lang>{name}</th>
            <td class="mono">{unit.code}</td>
            <td>{kind}</td>
            <td lang=region_lang>{region}</td>
            <td>{unit.time_zone}</td>
            <td class="num">{unit.people}</td>
        </tr>
    }
    .into_any()
}
