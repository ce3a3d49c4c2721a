//! A person: who they are to the pages, and which units they see.

use std::collections::{BTreeMap, BTreeSet};

use domain::role::Role;
use domain::text::{Lang, Text};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Registry;
use super::account::require_active;
use super::entity::{role_grant, staff, unit};
use crate::error::{Error, Result};

/// An active person on the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: i64,
    /// Staff number.
    pub number: String,
    /// Name, as on the roster.
    pub name: String,
    /// English name; may be empty.
    pub name_en: String,
    /// Mail address.
    pub mail: String,
    /// The unit they work in.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: Text,
    /// The IANA time zone of their post.
    pub time_zone: String,
    /// Language of their pages and mails.
    pub lang: Lang,
    /// Roles granted, and the unit below which each holds. Everybody is [`Role::Staff`] besides.
    pub roles: Vec<(Role, i64)>,
}

/// The name in a language: the English one where it is wanted and known.
pub(crate) fn display_name<'a>(name: &'a str, name_en: &'a str, lang: Lang) -> &'a str {
    match lang {
        Lang::En if !name_en.trim().is_empty() => name_en,
        _ => name,
    }
}

/// The name in both languages.
pub(crate) fn names(person: &staff::Model) -> Text {
    Text::new(&person.name, display_name(&person.name, &person.name_en, Lang::En))
}

impl Person {
    /// True where the person has the role; everybody is staff.
    pub fn has(&self, role: Role) -> bool {
        role == Role::Staff || self.roles.iter().any(|(granted, _)| *granted == role)
    }

    /// The name in a language: the English one where it is wanted and known.
    pub fn display_name(&self, lang: Lang) -> &str {
        display_name(&self.name, &self.name_en, lang)
    }
}

/// The given units and everything below them. `units` are pairs of id and parent.
fn below(units: &[(i64, Option<i64>)], roots: impl IntoIterator<Item = i64>) -> BTreeSet<i64> {
    let mut children: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (unit, parent) in units {
        if let Some(parent) = parent {
            children.entry(*parent).or_default().push(*unit);
        }
    }
    let mut found = BTreeSet::new();
    let mut waiting: Vec<i64> = roots.into_iter().collect();
    while let Some(unit) = waiting.pop() {
        // A unit already found is not followed again, so that a circle in stored data ends.
        if found.insert(unit)
            && let Some(below) = children.get(&unit)
        {
            waiting.extend(below);
        }
    }
    found
}

impl Registry {
    /// An active person.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for people who have left.
    pub async fn person(&self, id: i64) -> Result<Person> {
        let db = self.db.get();
        let found = require_active(db, id).await?;
        let unit = unit::Entity::find_by_id(found.unit_id).one(db).await?;
        let unit = unit.ok_or_else(|| Error::Damaged("a person without unit".into()))?;
        let grants = role_grant::Entity::find()
            .filter(role_grant::Column::StaffId.eq(id))
            .order_by_asc(role_grant::Column::UnitId)
            .all(db)
            .await?;
        let mut roles: Vec<(Role, i64)> =
            grants.iter().filter_map(|g| Some((Role::parse(&g.role)?, g.unit_id))).collect();
        roles.sort_unstable();
        Ok(Person {
            id,
            number: found.number,
            name: found.name,
            name_en: found.name_en,
            mail: found.mail,
            unit_id: unit.id,
            unit_name: Text::new(unit.name_ja, unit.name_en),
            time_zone: unit.time_zone,
            lang: Lang::from_tag(&found.lang).unwrap_or_default(),
            roles,
        })
    }

    /// The units a person's role reaches: those it was granted for and everything below them, so the whole
    /// organisation for a grant at its root. Being staff is not granted and reaches no unit.
    pub async fn scope(&self, person: &Person, role: Role) -> Result<BTreeSet<i64>> {
        let roots: Vec<i64> = person.roles.iter().filter(|g| g.0 == role).map(|g| g.1).collect();
        if roots.is_empty() {
            return Ok(BTreeSet::new());
        }
        Ok(below(&self.parents().await?, roots))
    }

    /// The unit and everything below it.
    pub(crate) async fn below(&self, unit: i64) -> Result<BTreeSet<i64>> {
        Ok(below(&self.parents().await?, [unit]))
    }

    /// Every unit with the one above it.
    async fn parents(&self) -> Result<Vec<(i64, Option<i64>)>> {
        let columns = [unit::Column::Id, unit::Column::ParentId];
        let query = unit::Entity::find().select_only().columns(columns);
        Ok(query.into_tuple().all(self.db.get()).await?)
    }

    /// The names of some people, those who have left included.
    pub(crate) async fn names_of(&self, ids: BTreeSet<i64>) -> Result<BTreeMap<i64, Text>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = staff::Entity::find().filter(staff::Column::Id.is_in(ids)).all(self.db.get()).await?;
        Ok(found.iter().map(|person| (person.id, names(person))).collect())
    }

    /// Sets the language of a person's pages and mails.
    pub async fn set_lang(&self, staff: i64, lang: Lang) -> Result<()> {
        let _writer = self.db.writer().await;
        let changed = staff::Entity::update_many()
            .col_expr(staff::Column::Lang, Expr::value(lang.tag()))
            .filter(staff::Column::Id.eq(staff))
            .filter(staff::Column::Active.eq(true))
            .exec(self.db.get())
            .await?;
        if changed.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(roles: Vec<(Role, i64)>) -> Person {
        Person {
            id: 1,
            number: "1001".into(),
            name: "見本 花子".into(),
            name_en: String::new(),
            mail: "n1001@example.org".into(),
            unit_id: 1,
            unit_name: Text::new("本省", "Headquarters"),
            time_zone: "Asia/Tokyo".into(),
            lang: Lang::Ja,
            roles,
        }
    }

    #[test]
    fn everybody_is_staff_and_nothing_else_by_itself() {
        let nobody_special = person(Vec::new());
        assert!(nobody_special.has(Role::Staff));
        assert!(Role::ALL.into_iter().filter(|r| *r != Role::Staff).all(|r| !nobody_special.has(r)));
        assert!(person(vec![(Role::Hr, 1)]).has(Role::Hr));
        assert!(!person(vec![(Role::Hr, 1)]).has(Role::Administrator));
    }

    #[test]
    fn the_english_name_stands_in_only_where_it_is_known() {
        let mut someone = person(Vec::new());
        assert_eq!(someone.display_name(Lang::En), "見本 花子");
        someone.name_en = "MIHON Hanako".into();
        assert_eq!(someone.display_name(Lang::En), "MIHON Hanako");
        assert_eq!(someone.display_name(Lang::Ja), "見本 花子");
    }

    #[test]
    fn a_scope_goes_down_and_not_up_or_sideways() {
        let units = [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(4))];
        assert_eq!(below(&units, [1]), BTreeSet::from([1, 2, 3, 4, 5]));
        assert_eq!(below(&units, [2]), BTreeSet::from([2, 4, 5]));
        assert_eq!(below(&units, [3, 5]), BTreeSet::from([3, 5]));
        assert_eq!(below(&units, []), BTreeSet::new());
    }

    #[test]
    fn a_circle_ends() {
        let units = [(1, Some(2)), (2, Some(1))];
        assert_eq!(below(&units, [1]), BTreeSet::from([1, 2]));
    }
}
