//! The roster: who is on it, and importing it.

mod columns;
mod preview;
mod report;

pub use preview::RosterPreviewPage;

use domain::roster::UnitKind;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::event::Event;
use service::registry::headcount::UnitPeople;

use super::{button_form, grouped, page_of, pager, section};
use crate::components::{ButtonKind, EmptyState, Figure, FileField, RadioField, ScrollTable, SubmitButton};
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
        let last = service.registry.last_import().await?;
        let refused = report::read(&context.kept("report", ""));
        let asked = context.query("page");

        let figures = figures(people, units.len(), last, lang);
        let report = refused.map(|report| report::table(&report, lang));
        let view = view! {
            {figures}
            {report}
            {import(lang)}
            {activation(people, lang)}
            {unit_table(units, asked.as_deref(), lang)}
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

fn import(lang: Lang) -> AnyView {
    let kinds = vec![
        ("units".to_owned(), lang.t("部署(すぐに取り込みます)", "Units (imported at once)").to_owned()),
        (
            "staff".to_owned(),
            lang.t("職員(取り込む前に変更内容を確認します)", "Staff (changes are shown first)").to_owned(),
        ),
    ];
    let content = view! {
        <ol>
            <li>{lang.t(
                "部署のファイルを先に取り込みます。職員のファイルは、部署コードで部署を指します。",
                "Import the units first: the staff file refers to them by code.",
            )}</li>
            <li>{lang.t(
                "職員のファイルを選ぶと、新規、変更、異動、転出・退職の一覧が表示されます。",
                "Choose the staff file to see who is new, changed, moved, or leaving.",
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

fn unit_table(units: Vec<UnitPeople>, asked: Option<&str>, lang: Lang) -> AnyView {
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
    let content = view! {
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
        {pager("/hr/roster", current, pages, lang)}
    };
    section("units", heading, content.into_any())
}

fn unit_row(unit: UnitPeople, lang: Lang) -> AnyView {
    let kind = UnitKind::parse(&unit.kind).map_or_else(|_| unit.kind.clone(), |k| k.label(lang).to_owned());
    let name = unit.name.get(lang).to_owned();
    let depth = match unit.depth {
        0 => None,
        1 => Some("depth-1"),
        2 => Some("depth-2"),
        3 => Some("depth-3"),
        _ => Some("depth-4"),
    };
    view! {
        <tr>
            <th scope="row" class=depth>{name}</th>
            <td class="mono">{unit.code}</td>
            <td>{kind}</td>
            <td>{unit.region}</td>
            <td>{unit.time_zone}</td>
            <td class="num">{unit.people}</td>
        </tr>
    }
    .into_any()
}
