//! The lists of what a roster file would change: units or people, one kind of change to a list.

use domain::text::Lang;
use leptos::prelude::*;
use service::registry::upload::Kind;

use crate::components::{ScrollTable, own_lang};
use crate::pages::hr::{grouped, section};

/// Units or people listed of each kind of change.
const LISTED: usize = 50;

/// One unit or person in a list.
pub(super) struct Line {
    /// The unit's code or the person's number.
    pub key: String,
    pub name: String,
    /// The unit above, or the person's unit.
    pub place: String,
    pub detail: String,
}

/// A list of changes with its heading.
pub(super) struct List {
    pub id: &'static str,
    pub heading: &'static str,
    /// How its rows are marked.
    pub class: &'static str,
}

impl List {
    /// The first of `changes` as `line` puts them; nothing where there are none.
    pub fn show<T>(&self, kind: Kind, changes: &[T], line: impl Fn(&T) -> Line, lang: Lang) -> AnyView {
        if changes.is_empty() {
            return ().into_any();
        }
        let class = self.class;
        let rows = changes.iter().take(LISTED).map(|change| row(line(change), class, lang)).collect_view();
        let [key, name, place] = match kind {
            Kind::Units => {
                [lang.t("コード", "Code"), lang.t("部署", "Unit"), lang.t("上位部署", "Unit above")]
            }
            Kind::Staff => {
                [lang.t("職員番号", "Staff number"), lang.t("氏名", "Name"), lang.t("部署", "Unit")]
            }
        };
        let content = view! {
            {more(changes.len(), lang)}
            <ScrollTable caption=self.heading.to_owned() table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{key}</th>
                        <th scope="col">{name}</th>
                        <th scope="col">{place}</th>
                        <th scope="col">{lang.t("変わる列など", "What changes")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        };
        section(self.id, self.heading, content.into_any())
    }
}

fn row(line: Line, class: &'static str, lang: Lang) -> AnyView {
    let (name_lang, place_lang) = (own_lang(&line.name, lang), own_lang(&line.place, lang));
    view! {
        <tr class=class>
            <td class="mono">{line.key}</td>
            <th scope="row" lang=name_lang>{line.name}</th>
            <td lang=place_lang>{line.place}</td>
            <td class="text">{line.detail}</td>
        </tr>
    }
    .into_any()
}

/// Says that a list is cut short, where it is.
fn more(total: usize, lang: Lang) -> Option<AnyView> {
    (total > LISTED).then(|| {
        let rest = grouped((total - LISTED) as u64);
        let text = match lang {
            Lang::Ja => format!("はじめの{LISTED}件を示しています(ほかに{rest}件)。"),
            Lang::En => format!("The first {LISTED} are listed ({rest} more)."),
        };
        view! { <p class="muted">{text}</p> }.into_any()
    })
}
