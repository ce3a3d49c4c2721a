//! What an accepted file would change in the stored roster: the preview before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::staff::{GRADE, HIRED_ON, JOB_TYPE, LANG, LEFT_ON, MAIL, NAME, NAME_EN, ROLE, SUPERVISOR, UNIT};
use super::{Column, STAFF_COLUMNS, StaffNumber, StaffRow};
use crate::role::Role;

/// The rows of a file by what they would do. Every row is in exactly one of the first five lists, in file order, or
/// else it makes its person one of the leavers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// People not in the roster so far.
    pub new: Vec<&'a StaffRow>,
    /// People who had left and are back.
    pub returning: Vec<Change<'a>>,
    /// People who stay in their unit while something else changes.
    pub updated: Vec<Change<'a>>,
    /// People who change their unit, whatever else changes.
    pub moved: Vec<Change<'a>>,
    /// People of whom nothing changes, those who left before and stay away included.
    pub unchanged: Vec<&'a StaffRow>,
    /// People who have not left so far and are not in the file, or are in it with a last day that is past. As stored,
    /// by staff number.
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

/// Compares the stored roster, people who left included, with the rows of an accepted file, on the day of the import.
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
        let (left, leaves) = (before.has_left(today), after.has_left(today));
        if left && !leaves {
            changes.returning.push(change);
        } else if leaves && !left {
            changes.leavers.push(before);
        } else if !left && before.unit != after.unit {
            changes.moved.push(change);
        } else if change.columns().is_empty() {
            changes.unchanged.push(after);
        } else {
            changes.updated.push(change);
        }
    }
    let in_file: BTreeSet<&StaffNumber> = rows.iter().map(|row| &row.number).collect();
    let absent = existing.values().filter(|row| !row.has_left(today) && !in_file.contains(&row.number));
    changes.leavers.extend(absent);
    changes.leavers.sort_by_key(|row| &row.number);
    changes
}

/// Those of the stored roster who have a role and are active on the day.
pub fn holders(
    existing: &BTreeMap<StaffNumber, StaffRow>,
    role: Role,
    today: Date,
) -> BTreeSet<&StaffNumber> {
    let has = |row: &&StaffRow| row.roles.as_ref().is_some_and(|roles| roles.contains(&role));
    existing.values().filter(|row| row.is_active(today)).filter(has).map(|row| &row.number).collect()
}

/// Those who have a role and are active once the rows of an accepted file are imported. A file without a column for
/// roles leaves the stored ones.
pub fn holders_after<'a>(
    existing: &BTreeMap<StaffNumber, StaffRow>,
    rows: &'a [StaffRow],
    role: Role,
    today: Date,
) -> BTreeSet<&'a StaffNumber> {
    let stored = |row: &StaffRow| existing.get(&row.number).and_then(|before| before.roles.as_ref());
    let has = |row: &&StaffRow| {
        row.roles.as_ref().or_else(|| stored(row)).is_some_and(|roles| roles.contains(&role))
    };
    rows.iter().filter(|row| row.is_active(today)).filter(has).map(|row| &row.number).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Mail, UnitCode};
    use super::*;
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
    fn who_left_is_compared_as_well() {
        let today = date(2025, 10, 1);
        let past = Some(date(2025, 9, 30));
        let gone = |number: &str| StaffRow { left_on: past, ..person(number, "A") };
        let existing = stored(&[gone("1"), gone("2"), gone("3"), person("4", "A"), person("5", "A")]);
        let moved_away = StaffRow { unit: UnitCode::parse("B").expect("a code"), ..gone("2") };
        let rows = [gone("1"), moved_away, person("3", "A"), gone("5"), gone("6")];
        let changes = diff(&existing, &rows, today);
        assert_eq!(numbers(&changes.unchanged), ["1"], "away before and after");
        assert_eq!(changes.updated.iter().map(|c| c.after.number.as_str()).collect::<Vec<_>>(), ["2"]);
        assert_eq!(changes.returning.iter().map(|c| c.after.number.as_str()).collect::<Vec<_>>(), ["3"]);
        assert_eq!(numbers(&changes.leavers), ["4", "5"], "one is absent, one has a last day that is past");
        assert_eq!(numbers(&changes.new), ["6"]);
        assert!(changes.moved.is_empty());
        // Nothing is left to say about the same file once it is imported.
        let imported = stored(&rows);
        assert_eq!(diff(&imported, &rows, today).unchanged.len(), rows.len());
    }

    #[test]
    fn people_are_active_from_their_first_to_their_last_day() {
        use super::super::Standing;
        let (first, last) = (date(2025, 10, 1), date(2026, 3, 31));
        let row = StaffRow { hired_on: Some(first), left_on: Some(last), ..person("1", "A") };
        for (day, standing) in [
            (date(2025, 9, 30), Standing::Upcoming),
            (first, Standing::Active),
            (last, Standing::Active),
            (date(2026, 4, 1), Standing::Left),
        ] {
            assert_eq!(row.standing(day), standing, "{day}");
        }
        // Whoever is expected and not in the next file any more is a leaver as well.
        assert_eq!(diff(&stored(&[row]), &[person("2", "A")], date(2025, 9, 30)).leavers.len(), 1);
    }

    #[test]
    fn holders_of_a_role_are_active_people() {
        let today = date(2025, 10, 1);
        let hr = |number: &str| StaffRow { roles: Some([Role::Hr].into()), ..person(number, "A") };
        let expected = StaffRow { hired_on: Some(date(2025, 11, 1)), ..hr("3") };
        let existing = stored(&[hr("1"), person("2", "A"), expected.clone()]);
        let of =
            |set: BTreeSet<&StaffNumber>| set.into_iter().map(StaffNumber::to_string).collect::<Vec<_>>();
        assert_eq!(of(holders(&existing, Role::Hr, today)), ["1"]);
        let after = |rows: &[StaffRow]| of(holders_after(&existing, rows, Role::Hr, today));
        assert_eq!(after(&[person("1", "B"), hr("2")]), ["1", "2"], "a file without roles leaves them");
        let revoked = StaffRow { roles: Some(BTreeSet::new()), ..person("1", "A") };
        assert!(after(&[revoked, expected.clone()]).is_empty());
        let leaves = StaffRow { left_on: Some(date(2025, 9, 30)), ..hr("1") };
        assert!(after(&[leaves]).is_empty());
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
