//! Looking people up on the roster: where they work, what they may do, and whether they can sign in.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::role::Role;
use domain::roster::StaffNumber;
use domain::text::Text;
use jiff::civil::Date;
use sea_orm::sea_query::{self, Expr, Func, LikeExpr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use crate::error::Result;
use crate::registry::Registry;
use crate::registry::entity::{account, one_time_link, role_grant, staff, unit};
use crate::registry::link::Purpose;

/// Longest text searched for, in characters; the rest is left out.
const MAX_TEXT: usize = 100;
/// Stands before a character of a pattern that means itself.
const ESCAPE: char = '!';

/// Which people to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everybody on the roster.
    #[default]
    Everybody,
    /// Those who have a role besides being staff.
    WithRole,
    /// Those who have not set a password yet.
    WithoutPassword,
}

impl Show {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Everybody, Self::WithRole, Self::WithoutPassword];

    /// The name in a query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "all",
            Self::WithRole => "role",
            Self::WithoutPassword => "waiting",
        }
    }

    /// Reads [`Show::as_str`]; anything else is everybody.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.as_str() == name).unwrap_or_default()
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Part of a staff number, name, mail address, or of the name or code of a unit; capital letters make no
    /// difference. Everything fits an empty text.
    pub text: String,
    /// Whom.
    pub show: Show,
    /// The day on which people are on the roster.
    pub today: Date,
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// They have set a password.
    Password,
    /// They have a mailed link to set one.
    Invited,
    /// Neither.
    Nothing,
    /// Not before their first day.
    From(Date),
}

/// Somebody on the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Staff number.
    pub number: String,
    /// Japanese and, where known, English name.
    pub name: Text,
    /// Mail address.
    pub mail: String,
    /// Their unit.
    pub unit: Text,
    /// Their roles besides being staff.
    pub roles: Vec<Role>,
    /// Whether they can sign in.
    pub access: Access,
}

/// The text without what no name has, and not too long.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect();
    text.trim().to_lowercase()
}

fn pattern(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape(ESCAPE)
}

fn contains(column: staff::Column, text: &str) -> Expr {
    let column = Func::lower(Expr::col(column.as_column_ref()));
    // By its full name: the trait has the names of `ColumnTrait` for expressions.
    sea_query::ExprTrait::like(column, pattern(text))
}

fn holders() -> SelectStatement {
    role_grant::Entity::find().select_only().column(role_grant::Column::StaffId).into_query()
}

fn with_password() -> SelectStatement {
    account::Entity::find()
        .select_only()
        .column(account::Column::StaffId)
        .filter(account::Column::PasswordHash.is_not_null())
        .into_query()
}

impl Registry {
    /// How many people a search finds.
    pub async fn people_count(&self, search: &Search) -> Result<u64> {
        Ok(self.found(search).await?.count(self.db.get()).await?)
    }

    /// The people a search finds, by staff number: so many after the first few.
    pub async fn people(&self, search: &Search, skip: u64, limit: u64, now: i64) -> Result<Vec<Listed>> {
        let db = self.db.get();
        let query = self.found(search).await?.order_by_asc(staff::Column::Number).offset(skip).limit(limit);
        let people = query.all(db).await?;
        let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
        let units: HashMap<i64, unit::Model> = unit::Entity::find()
            .filter(unit::Column::Id.is_in(people.iter().map(|person| person.unit_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|unit| (unit.id, unit))
            .collect();
        let mut roles: BTreeMap<i64, Vec<Role>> = BTreeMap::new();
        let granted = role_grant::Entity::find().filter(role_grant::Column::StaffId.is_in(ids.clone()));
        for grant in granted.all(db).await? {
            roles.entry(grant.staff_id).or_default().extend(Role::parse(&grant.role));
        }
        let set: HashSet<i64> = account::Entity::find()
            .filter(account::Column::StaffId.is_in(ids.clone()))
            .filter(account::Column::PasswordHash.is_not_null())
            .all(db)
            .await?
            .into_iter()
            .map(|account| account.staff_id)
            .collect();
        let invited: HashSet<i64> = one_time_link::Entity::find()
            .filter(one_time_link::Column::StaffId.is_in(ids))
            .filter(one_time_link::Column::Purpose.eq(Purpose::Activate.as_str()))
            .filter(one_time_link::Column::ExpiresAt.gt(now))
            .all(db)
            .await?
            .into_iter()
            .map(|link| link.staff_id)
            .collect();
        let listed = |person: staff::Model| {
            let first_day = person.hired_on.as_deref().and_then(|day| day.parse::<Date>().ok());
            let access = match first_day.filter(|day| *day > search.today) {
                Some(day) => Access::From(day),
                None if set.contains(&person.id) => Access::Password,
                None if invited.contains(&person.id) => Access::Invited,
                None => Access::Nothing,
            };
            let mut roles = roles.get(&person.id).cloned().unwrap_or_default();
            roles.sort_unstable();
            roles.dedup();
            Listed {
                unit: units
                    .get(&person.unit_id)
                    .map(|u| Text::new(&u.name_ja, &u.name_en))
                    .unwrap_or_default(),
                number: person.number,
                name: Text::new(person.name, person.name_en),
                mail: person.mail,
                roles,
                access,
            }
        };
        Ok(people.into_iter().map(listed).collect())
    }

    async fn found(&self, search: &Search) -> Result<Select<staff::Entity>> {
        let here = Condition::any()
            .add(staff::Column::LeftOn.is_null())
            .add(staff::Column::LeftOn.gte(search.today.to_string()));
        let mut query = staff::Entity::find().filter(here);
        query = match search.show {
            Show::Everybody => query,
            Show::WithRole => query.filter(staff::Column::Id.in_subquery(holders())),
            Show::WithoutPassword => query.filter(staff::Column::Id.not_in_subquery(with_password())),
        };
        let text = plain(&search.text);
        if text.is_empty() {
            return Ok(query);
        }
        let mut any = Condition::any()
            .add(contains(staff::Column::Name, &text))
            .add(contains(staff::Column::NameEn, &text))
            .add(contains(staff::Column::Mail, &text));
        // A number may be typed in full-width digits.
        if let Ok(number) = StaffNumber::parse(&text) {
            any = any.add(contains(staff::Column::Number, &number.as_str().to_lowercase()));
        }
        let fits = |part: &str| part.to_lowercase().contains(&text);
        let units: Vec<i64> = unit::Entity::find()
            .all(self.db.get())
            .await?
            .into_iter()
            .filter(|u| fits(&u.name_ja) || fits(&u.name_en) || fits(&u.code))
            .map(|u| u.id)
            .collect();
        if !units.is_empty() {
            any = any.add(staff::Column::UnitId.is_in(units));
        }
        Ok(query.filter(any))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_harmless() {
        assert_eq!(plain(" 外務\u{0}\u{7} ABC "), "外務 abc");
        assert_eq!(plain(&"長".repeat(500)).chars().count(), MAX_TEXT);
    }
}
