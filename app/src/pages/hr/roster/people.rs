//! Looking people up: unit, roles, and whether they can sign in.

use domain::fiscal_year::date_label;
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::roster::{Access, Listed, Search, Show};

use crate::components::{
    Badge, BadgeKind, ButtonKind, EmptyState, ScrollTable, SelectField, SubmitButton, TextField, encoded,
    own_lang, page_of, pager,
};
use crate::pages::hr::grouped;
use crate::pages::{Frame, page};

/// Where the page is.
const HERE: &str = "/hr/roster/people";
/// People on one page.
const PER_PAGE: usize = 50;

/// A search, and the people it finds.
#[component]
pub fn PeoplePage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let search = Search {
            text: context.query("q").unwrap_or_default(),
            show: Show::parse(&context.query("show").unwrap_or_default()),
            today: service.clock.today(),
        };
        let found = service.registry.people_count(&search).await?;
        let entries = usize::try_from(found).unwrap_or(usize::MAX);
        let (current, pages) = page_of(context.query("page").as_deref(), entries, PER_PAGE);
        let skip = ((current - 1) * PER_PAGE) as u64;
        let people = service.registry.people(&search, skip, PER_PAGE as u64, service.clock.now()).await?;

        let count = match lang {
            Lang::Ja => format!("{}人", grouped(found)),
            Lang::En => format!("{} found", grouped(found)),
        };
        let view = view! {
            {form(&search, lang)}
            <p role="status">{count}</p>
            {table(people, lang)}
            {pager(&address(&search), current, pages, "", lang)}
        };
        let frame = Frame::new(lang.t("職員を探す", "Look people up"))
            .lead(lang.t(
                "名簿に載っている人の所属、権限、利用開始の状況です。変更は、職員のファイルの取込みで行います。",
                "Unit, roles and state of sign-in of everybody on the roster. Changes are made by importing a file of staff.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(lang.t("名簿", "Roster"), "/hr/roster");
        Ok((frame, view.into_any()))
    })
}

fn show_words(show: Show, lang: Lang) -> &'static str {
    match show {
        Show::Everybody => lang.t("全員", "Everybody"),
        Show::WithRole => lang.t("権限のある人", "People with a role"),
        Show::WithoutPassword => lang.t("まだ利用を始めていない人", "People who have not started yet"),
    }
}

fn form(search: &Search, lang: Lang) -> AnyView {
    let options =
        Vec::from(Show::ALL.map(|show| (show.as_str().to_owned(), show_words(show, lang).to_owned())));
    let (text, show) = (search.text.clone(), search.show.as_str());
    view! {
        <form class="toolbar" method="get" action=HERE role="search">
            <TextField name="q" label=lang.t("番号、氏名、メール、部署", "Number, name, mail or unit") value=text
                kind="search" max_length=100 lang=lang/>
            <SelectField name="show" label=lang.t("対象", "Whom") options=options selected=show lang=lang/>
            <SubmitButton label=lang.t("探す", "Search") kind=ButtonKind::Secondary/>
        </form>
    }
    .into_any()
}

fn table(people: Vec<Listed>, lang: Lang) -> AnyView {
    if people.is_empty() {
        let title = lang.t("該当する人はいません", "Nobody fits");
        let text = lang.t(
            "言葉を減らすか、対象を「全員」にして探してください。転出・退職した人は表示されません。",
            "Try fewer words, or everybody. People who have left are not listed.",
        );
        return view! { <EmptyState title=title text=text action=None/> }.into_any();
    }
    let rows = people.into_iter().map(|person| row(person, lang)).collect_view();
    view! {
        <ScrollTable caption=lang.t("見つかった人", "People found") table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("職員番号", "Staff number")}</th>
                    <th scope="col">{lang.t("氏名", "Name")}</th>
                    <th scope="col">{lang.t("部署", "Unit")}</th>
                    <th scope="col">{lang.t("メール", "Mail")}</th>
                    <th scope="col">{lang.t("権限", "Roles")}</th>
                    <th scope="col">{lang.t("ログイン", "Signing in")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn row(person: Listed, lang: Lang) -> AnyView {
    let (name, unit) = (person.name.get(lang).to_owned(), person.unit.get(lang).to_owned());
    let (name_lang, unit_lang) = (own_lang(&name, lang), own_lang(&unit, lang));
    let roles: Vec<&str> = person.roles.iter().map(|role| role.label(lang)).collect();
    let roles = if roles.is_empty() { "–".to_owned() } else { roles.join(lang.t("、", ", ")) };
    view! {
        <tr>
            <td class="mono">{person.number}</td>
            <th scope="row" lang=name_lang>{name}</th>
            <td lang=unit_lang>{unit}</td>
            <td>{person.mail}</td>
            <td>{roles}</td>
            <td>{access(person.access, lang)}</td>
        </tr>
    }
    .into_any()
}

fn access(access: Access, lang: Lang) -> AnyView {
    let (kind, label) = match access {
        Access::Password => (BadgeKind::Success, lang.t("できる", "Possible").to_owned()),
        Access::Invited => (BadgeKind::Info, lang.t("案内済み", "Link sent").to_owned()),
        Access::Nothing => (BadgeKind::Neutral, lang.t("未案内", "Not yet").to_owned()),
        Access::From(day) => {
            let label = match lang {
                Lang::Ja => format!("{}から", date_label(day, lang)),
                Lang::En => format!("From {}", date_label(day, lang)),
            };
            (BadgeKind::Neutral, label)
        }
    };
    view! { <Badge kind=kind label=label/> }.into_any()
}

/// The address of this search, without the page.
fn address(search: &Search) -> String {
    format!("{HERE}?q={}&show={}", encoded(&search.text), search.show.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_keeps_its_words_from_page_to_page() {
        assert_eq!(encoded("a b&c=外"), "a%20b%26c%3D%E5%A4%96");
        let search =
            Search { text: "外務".into(), show: Show::WithRole, today: jiff::civil::date(2025, 10, 1) };
        assert_eq!(address(&search), "/hr/roster/people?q=%E5%A4%96%E5%8B%99&show=role");
    }

    #[test]
    fn every_state_of_sign_in_has_words_in_both_languages() {
        let day = jiff::civil::date(2026, 4, 1);
        for state in [Access::Password, Access::Invited, Access::Nothing, Access::From(day)] {
            assert_ne!(access(state, Lang::Ja).to_html(), access(state, Lang::En).to_html());
        }
    }
}
