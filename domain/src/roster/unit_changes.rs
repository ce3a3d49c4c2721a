//! What an accepted file of units would change: the preview before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, UNIT_COLUMNS, UnitCode, UnitRow, unit};
use crate::text::Lang;

/// The rows of a file by what they would do. Every row is in exactly one of the lists, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitChanges<'a> {
    /// Units not known so far.
    pub new: Vec<&'a UnitRow>,
    /// Units that come under another parent, whatever else changes.
    pub moved: Vec<UnitChange<'a>>,
    /// Units that stay where they are while something else changes.
    pub updated: Vec<UnitChange<'a>>,
    /// Units that are not in use from then on.
    pub retired: Vec<&'a UnitRow>,
    /// Units of which nothing changes.
    pub unchanged: Vec<&'a UnitRow>,
    /// How many units in use are not in the file; they stay as they are.
    pub absent: usize,
}

/// A unit before and after the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitChange<'a> {
    /// As stored.
    pub before: &'a UnitRow,
    /// As in the file.
    pub after: &'a UnitRow,
}

impl UnitChange<'_> {
    /// The columns in which the two differ, in the order of the file, each with its cell before and after as a file
    /// in `lang` has them.
    pub fn differences(&self, lang: Lang) -> Vec<(&'static Column, String, String)> {
        let cells = unit::cells(self.before, lang).into_iter().zip(unit::cells(self.after, lang));
        let all = UNIT_COLUMNS.iter().zip(cells).map(|(column, (before, after))| (column, before, after));
        all.filter(|(_, before, after)| before != after).collect()
    }
}

/// Compares the stored units with the rows of an accepted file.
pub fn diff_units<'a>(existing: &'a BTreeMap<UnitCode, UnitRow>, rows: &'a [UnitRow]) -> UnitChanges<'a> {
    let mut changes = UnitChanges::default();
    for after in rows {
        let Some(before) = existing.get(&after.code) else {
            changes.new.push(after);
            continue;
        };
        let change = UnitChange { before, after };
        if after.retired && !before.retired {
            changes.retired.push(after);
        } else if before.parent != after.parent {
            changes.moved.push(change);
        } else if before == after {
            changes.unchanged.push(after);
        } else {
            changes.updated.push(change);
        }
    }
    let in_file: BTreeSet<&UnitCode> = rows.iter().map(|row| &row.code).collect();
    changes.absent = existing.values().filter(|row| !row.retired && !in_file.contains(&row.code)).count();
    changes
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT_TIME_ZONE, UnitKind};
    use super::*;
    use crate::text::Text;

    fn code(text: &str) -> UnitCode {
        UnitCode::parse(text).expect("a code")
    }

    fn unit(text: &str) -> UnitRow {
        UnitRow {
            code: code(text),
            name: Text::new("課", "Division"),
            parent: Some(code("0")),
            kind: UnitKind::Division,
            region: Text::default(),
            time_zone: DEFAULT_TIME_ZONE.into(),
            retired: false,
        }
    }

    fn columns(change: &UnitChange<'_>) -> Vec<&'static str> {
        change.differences(Lang::En).into_iter().map(|(column, _, _)| column.en).collect()
    }

    #[test]
    fn every_row_is_in_one_list() {
        let gone = UnitRow { retired: true, ..unit("6") };
        let stored: BTreeMap<UnitCode, UnitRow> =
            [unit("1"), unit("2"), unit("3"), unit("4"), unit("5"), gone, unit("7")]
                .into_iter()
                .map(|row| (row.code.clone(), row))
                .collect();
        let rows = [
            unit("8"),
            UnitRow { parent: Some(code("1")), name: Text::new("新", "New"), ..unit("2") },
            UnitRow { name: Text::new("課", "Section"), ..unit("3") },
            UnitRow { retired: true, parent: None, ..unit("4") },
            unit("5"),
            unit("6"),
        ];
        let changes = diff_units(&stored, &rows);
        let codes = |rows: &[&UnitRow]| rows.iter().map(|row| row.code.to_string()).collect::<Vec<_>>();
        let changed = |of: &[UnitChange<'_>]| {
            let one = |c: &UnitChange<'_>| (c.after.code.to_string(), columns(c));
            of.iter().map(one).collect::<Vec<(String, Vec<&str>)>>()
        };
        assert_eq!(codes(&changes.new), ["8"]);
        assert_eq!(changed(&changes.moved), [("2".to_owned(), vec!["name", "name_en", "parent_code"])]);
        assert_eq!(
            changed(&changes.updated),
            [("3".to_owned(), vec!["name_en"]), ("6".to_owned(), vec!["retired"])],
            "a unit that is in use again is a change"
        );
        assert_eq!(codes(&changes.retired), ["4"]);
        assert_eq!(codes(&changes.unchanged), ["5"]);
        assert_eq!(changes.absent, 2);
    }

    #[test]
    fn each_column_is_compared_with_itself() {
        let before = unit("1");
        for (name, after) in [
            ("name", UnitRow { name: Text::new("局", "Division"), ..before.clone() }),
            ("name_en", UnitRow { name: Text::new("課", "Bureau"), ..before.clone() }),
            ("parent_code", UnitRow { parent: None, ..before.clone() }),
            ("kind", UnitRow { kind: UnitKind::Bureau, ..before.clone() }),
            ("region", UnitRow { region: Text::new("欧州", ""), ..before.clone() }),
            ("region_en", UnitRow { region: Text::new("", "Europe"), ..before.clone() }),
            ("time_zone", UnitRow { time_zone: "Europe/Paris".into(), ..before.clone() }),
            ("retired", UnitRow { retired: true, ..before.clone() }),
        ] {
            assert_eq!(columns(&UnitChange { before: &before, after: &after }), [name]);
        }
    }

    #[test]
    fn differences_are_told_as_a_file_would_have_them() {
        let (before, after) = (unit("1"), UnitRow { kind: UnitKind::Bureau, retired: true, ..unit("1") });
        let change = UnitChange { before: &before, after: &after };
        let told = |lang| {
            let cells = change.differences(lang).into_iter();
            cells.map(|(_, before, after)| format!("{before}>{after}")).collect::<Vec<_>>()
        };
        assert_eq!(told(Lang::Ja), ["課>局", ">はい"]);
        assert_eq!(told(Lang::En), ["division>bureau", ">yes"]);
    }
}
