//! What an accepted file would change in the stored roster: the preview before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::staff::{GRADE, HIRED_ON, JOB_TYPE, LANG, LEFT_ON, MAIL, NAME, NAME_EN, ROLE, SUPERVISOR, UNIT};
use super::{Column, STAFF_COLUMNS, StaffNumber, StaffRow};

/// The rows of a file by what they would do. Every row of the file is in exactly one of the first four lists,
/// in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// People not in the roster so far.
    pub new: Vec<&'a StaffRow>,
    /// People who stay in their unit while something else changes.
    pub updated: Vec<Change<'a>>,
    /// People who change their unit, whatever else changes.
    pub moved: Vec<Change<'a>>,
    /// People of whom nothing changes.
    pub unchanged: Vec<&'a StaffRow>,
    /// Active people of the roster who are not in the file, by staff number.
    pub leavers: Vec<&'a StaffRow>,
}

/// A person before and after the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// As stored.
    pub before: &'a StaffRow,
    /// As in the file.
    pub after: &'a StaffRow,
}

impl Change<'_> {
    /// The columns in which the two differ, in the order of the file. A role or language that the file does
    /// not state differs from nothing, because the stored one stays.
    pub fn columns(&self) -> Vec<&'static Column> {
        let (before, after) = (self.before, self.after);
        let differing = [
            (NAME, before.name.ja != after.name.ja),
            (NAME_EN, before.name.en != after.name.en),
            (MAIL, before.mail != after.mail),
            (UNIT, before.unit != after.unit),
            (SUPERVISOR, before.supervisor != after.supervisor),
            (GRADE, before.grade != after.grade),
            (JOB_TYPE, before.job_type != after.job_type),
            (HIRED_ON, before.hired_on != after.hired_on),
            (LEFT_ON, before.left_on != after.left_on),
            (ROLE, self.changes_roles()),
            (LANG, after.lang.is_some() && before.lang != after.lang),
        ];
        differing.into_iter().filter(|(_, differs)| *differs).map(|(at, _)| &STAFF_COLUMNS[at]).collect()
    }

    /// True where the file states roles and they are not those stored; no stored roles are the same as none.
    fn changes_roles(&self) -> bool {
        match (&self.before.roles, &self.after.roles) {
            (_, None) => false,
            (None, Some(after)) => !after.is_empty(),
            (Some(before), Some(after)) => before != after,
        }
    }
}

/// Compares the stored roster with the rows of an accepted file, on the day of the import.
pub fn diff<'a>(
    existing: &'a BTreeMap<StaffNumber, StaffRow>,
    rows: &'a [StaffRow],
    today: Date,
) -> Changes<'a> {
    let mut changes = Changes::default();
    for after in rows {
        let Some(before) = existing.get(&after.number) else {
            changes.new.push(after);
            continue;
        };
        let change = Change { before, after };
        if before.unit != after.unit {
            changes.moved.push(change);
        } else if change.columns().is_empty() {
            changes.unchanged.push(after);
        } else {
            changes.updated.push(change);
        }
    }
    let in_file: BTreeSet<&StaffNumber> = rows.iter().map(|row| &row.number).collect();
    changes.leavers =
        existing.values().filter(|row| row.is_active(today) && !in_file.contains(&row.number)).collect();
    changes
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Mail, UnitCode};
    use super::*;
    use crate::role::Role;
    use crate::text::{Lang, Text};

    fn person(number: &str, unit: &str) -> StaffRow {
        StaffRow {
            number: StaffNumber::parse(number).expect("a number"),
            name: Text::new("見本", ""),
            mail: Mail::parse(&format!("p{number}@example.jp")).expect("a mail address"),
            unit: UnitCode::parse(unit).expect("a code"),
            supervisor: None,
            grade: None,
            job_type: None,
            hired_on: None,
            left_on: None,
            roles: None,
            lang: None,
        }
    }

    fn stored(rows: &[StaffRow]) -> BTreeMap<StaffNumber, StaffRow> {
        rows.iter().map(|row| (row.number.clone(), row.clone())).collect()
    }

    fn numbers(rows: &[&StaffRow]) -> Vec<String> {
        rows.iter().map(|row| row.number.to_string()).collect()
    }

    #[test]
    fn every_row_is_in_one_list() {
        let today = date(2025, 10, 1);
        let gone = StaffRow { left_on: Some(date(2025, 9, 30)), ..person("6", "A") };
        let last_day = StaffRow { left_on: Some(today), ..person("7", "A") };
        let existing =
            stored(&[person("1", "A"), person("2", "A"), person("3", "A"), person("5", "A"), gone, last_day]);
        let promoted = StaffRow { grade: Some("課長".into()), ..person("2", "A") };
        let moved = StaffRow { grade: Some("室長".into()), ..person("3", "B") };
        let rows = [person("4", "A"), moved, promoted, person("1", "A")];
        let changes = diff(&existing, &rows, today);
        assert_eq!(numbers(&changes.new), ["4"]);
        assert_eq!(numbers(&changes.unchanged), ["1"]);
        assert_eq!(numbers(&changes.leavers), ["5", "7"]);
        assert_eq!(changes.updated.len(), 1);
        assert_eq!(changes.updated[0].after.number.as_str(), "2");
        assert_eq!(changes.moved.len(), 1);
        assert_eq!(changes.moved[0].before.unit.as_str(), "A");
        let names: Vec<&str> = changes.moved[0].columns().iter().map(|column| column.en).collect();
        assert_eq!(names, ["unit_code", "grade"]);
    }

    #[test]
    fn each_column_is_compared_with_itself() {
        let before = person("1", "A");
        let number = |text: &str| StaffNumber::parse(text).ok();
        let cases = [
            ("name", StaffRow { name: Text::new("別名", ""), ..before.clone() }),
            ("name_en", StaffRow { name: Text::new("見本", "MIHON"), ..before.clone() }),
            ("mail", StaffRow { mail: Mail::parse("new@example.jp").expect("a mail"), ..before.clone() }),
            ("supervisor_number", StaffRow { supervisor: number("9"), ..before.clone() }),
            ("grade", StaffRow { grade: Some("係長".into()), ..before.clone() }),
            ("job_type", StaffRow { job_type: Some("専門職".into()), ..before.clone() }),
            ("hired_on", StaffRow { hired_on: Some(date(2020, 4, 1)), ..before.clone() }),
            ("left_on", StaffRow { left_on: Some(date(2020, 4, 1)), ..before.clone() }),
            ("role", StaffRow { roles: Some([Role::Hr].into()), ..before.clone() }),
            ("lang", StaffRow { lang: Some(Lang::En), ..before.clone() }),
        ];
        for (name, after) in cases {
            let change = Change { before: &before, after: &after };
            let names: Vec<&str> = change.columns().iter().map(|column| column.en).collect();
            assert_eq!(names, [name]);
        }
    }

    #[test]
    fn what_the_file_does_not_state_stays() {
        let before =
            StaffRow { roles: Some([Role::Administrator].into()), lang: Some(Lang::En), ..person("1", "A") };
        let silent = person("1", "A");
        assert!(Change { before: &before, after: &silent }.columns().is_empty());
        let revoked = StaffRow { roles: Some(BTreeSet::new()), ..person("1", "A") };
        assert_eq!(Change { before: &before, after: &revoked }.columns(), [&STAFF_COLUMNS[ROLE]]);
        assert!(Change { before: &silent, after: &revoked }.columns().is_empty());
    }
}
