//! Which indicators are shown: those of a section, of a status, of an owner. The choice is in the address, so that it can
//! be sent to somebody.

use std::collections::BTreeSet;

use domain::followup::SectionNumber;
use domain::indicator::Status;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::PlanRow;

use super::{status_from, status_key};
use crate::components::{ButtonKind, SelectField, SubmitButton};
use crate::context::Context;

/// What was chosen; nothing for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The number of a section.
    pub section: String,
    /// A status.
    pub status: Option<Status>,
    /// The id of the owning unit; `none` for rows without one.
    pub owner: String,
}

/// In the address, rows that no unit owns.
const NOBODY: &str = "none";

impl Filter {
    /// Reads the address.
    pub fn of(context: &Context) -> Self {
        let asked = |name: &str| context.query(name).unwrap_or_default();
        Self { section: asked("section"), status: status_from(&asked("status")), owner: asked("owner") }
    }

    /// True where nothing was chosen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// True where a row is among those chosen.
    pub fn shows(&self, row: &PlanRow) -> bool {
        let status = row.status.as_ref().map(|(status, _)| *status);
        self.fits(row.row.section, status, row.settings.owner)
    }

    fn fits(&self, section: SectionNumber, status: Option<Status>, owner: Option<i64>) -> bool {
        let owner = owner.map_or_else(|| NOBODY.to_owned(), |id| id.to_string());
        (self.section.is_empty() || section.to_string() == self.section)
            && (self.owner.is_empty() || owner == self.owner)
            && (self.status.is_none() || status == self.status)
    }
}

/// The form, with only such choices as there are among `rows`. `year` is kept.
pub fn form(action: &'static str, year: i16, filter: &Filter, rows: &[&PlanRow], lang: Lang) -> AnyView {
    let all = || (String::new(), lang.t("すべて", "All").to_owned());
    let sections: BTreeSet<_> = rows.iter().map(|row| row.row.section).collect();
    let sections = sections.into_iter().map(|number| (number.to_string(), number.to_string()));
    let statuses = Status::ALL
        .into_iter()
        .filter(|status| rows.iter().any(|row| row.status.as_ref().is_some_and(|(found, _)| found == status)))
        .map(|status| (status_key(status).to_owned(), status.label(lang).to_owned()));
    let mut owners: Vec<(String, String)> = Vec::new();
    for row in rows {
        let (id, name) = match (&row.owner, row.settings.owner) {
            (Some(name), Some(id)) => (id.to_string(), name.get(lang).to_owned()),
            _ => (NOBODY.to_owned(), lang.t("未設定", "None").to_owned()),
        };
        if !owners.iter().any(|(known, _)| *known == id) {
            owners.push((id, name));
        }
    }
    let select =
        |name: &'static str, label: &'static str, options: Vec<(String, String)>, selected: String| {
            let options: Vec<(String, String)> = std::iter::once(all()).chain(options).collect();
            view! { <SelectField name=name label=label options=options selected=selected lang=lang/> }
        };
    let status = filter.status.map(status_key).unwrap_or_default().to_owned();
    let reset = (!filter.is_empty()).then(|| {
        let href = format!("{action}?year={year}");
        view! { <a class="button button--quiet" href=href>{lang.t("絞込みを解除", "Show all")}</a> }
    });
    view! {
        <form class="toolbar" method="get" action=action>
            <input type="hidden" name="year" value=year.to_string()/>
            {select("section", lang.t("項目番号", "Section"), sections.collect(), filter.section.clone())}
            {select("status", lang.t("状況", "Status"), statuses.collect(), status)}
            {select("owner", lang.t("担当部署", "Owner"), owners, filter.owner.clone())}
            <SubmitButton label=lang.t("絞り込む", "Apply") kind=ButtonKind::Secondary/>
            {reset}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_everything_that_was_chosen() {
        let section = |number: &str| SectionNumber::parse(number).expect("a number");
        let rows = [
            (section("1-1"), Some(Status::Behind), Some(7)),
            (section("1-1"), Some(Status::Achieved), None),
            (section("1-2"), Some(Status::Behind), Some(8)),
            (section("2"), None, Some(7)),
        ];
        let shown = |section: &str, status: Option<Status>, owner: &str| -> Vec<usize> {
            let filter = Filter { section: section.into(), status, owner: owner.into() };
            (0..rows.len()).filter(|at| filter.fits(rows[*at].0, rows[*at].1, rows[*at].2)).collect()
        };
        assert_eq!(shown("", None, ""), [0, 1, 2, 3]);
        assert_eq!(shown("1-1", None, ""), [0, 1]);
        assert_eq!(shown("1", None, ""), [0_usize; 0], "1 is not 1-1");
        assert_eq!(shown("", Some(Status::Behind), ""), [0, 2]);
        assert_eq!(shown("", None, "7"), [0, 3]);
        assert_eq!(shown("", None, NOBODY), [1]);
        assert_eq!(shown("1-1", Some(Status::Behind), "7"), [0]);
        assert_eq!(shown("2", Some(Status::Behind), "7"), [0_usize; 0]);
    }
}
