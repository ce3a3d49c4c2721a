//! Who rates whom and who reports to whom, as files that HR corrects in a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Relation;
use super::proposal::LineKind;
use crate::roster;
use crate::roster::table::{Column, Row, Table};
use crate::roster::{Problem, Report, RowError, StaffNumber, value};
use crate::text::Lang;

/// Longest reason for leaving a pair out, in characters.
pub const MAX_REASON: usize = 100;

/// The columns of the file of raters. Names are for those who read it; only numbers are read back.
pub static RATER_COLUMNS: [Column; 7] = [
    Column::required("評価対象者の職員番号", "subject_number"),
    Column::optional("評価対象者", "subject_name"),
    Column::required("評価者の職員番号", "rater_number"),
    Column::optional("評価者", "rater_name"),
    Column::required("関係", "relation"),
    Column::optional("依頼する", "asked"),
    Column::optional("理由", "reason"),
];

const SUBJECT: usize = 0;
const RATER: usize = 2;
const RELATION: usize = 4;
const ASKED: usize = 5;
const REASON: usize = 6;

/// The columns of the file of reporting lines beside the roster's.
pub static LINE_COLUMNS: [Column; 5] = [
    Column::required("職員番号", "staff_number"),
    Column::required("上司職員番号", "supervisor_number"),
    Column::required("種類", "kind"),
    Column::optional("開始日", "since"),
    Column::optional("終了日", "until"),
];

const STAFF: usize = 0;
const SUPERIOR: usize = 1;
const KIND: usize = 2;
const SINCE: usize = 3;
const UNTIL: usize = 4;

/// One row of the file of raters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaterRow {
    /// The subject.
    pub subject: StaffNumber,
    /// The rater.
    pub rater: StaffNumber,
    /// How the rater stands to the subject.
    pub relation: Relation,
    /// False where the pair is left out.
    pub asked: bool,
    /// Why, where HR says so.
    pub reason: String,
}

/// One row of the file of reporting lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRow {
    /// Who reports.
    pub staff: StaffNumber,
    /// To whom.
    pub superior: StaffNumber,
    /// The kind of post.
    pub kind: LineKind,
    /// The first day; `None` for longer than is known.
    pub since: Option<Date>,
    /// The last day; `None` where it goes on.
    pub until: Option<Date>,
}

/// Reads a file of raters. `present` are the numbers of everybody in service, `asks` the relations that the review asks. It is
/// the whole table: pairs that are not in it are gone afterwards.
///
/// # Errors
/// Every fault found, by row.
pub fn read_raters(
    text: &str,
    present: &BTreeSet<StaffNumber>,
    asks: &BTreeSet<Relation>,
) -> Result<Vec<RaterRow>, Report> {
    let table = Table::read(text, &RATER_COLUMNS)?;
    let mut faults = Vec::new();
    let mut pairs: BTreeMap<(StaffNumber, StaffNumber), u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let Some(found) = rater_row(row, present, &mut faults) else { continue };
        if found.asked && !asks.contains(&found.relation) {
            faults.push(row.fault(RELATION, Problem::RelationNotAsked));
        }
        match pairs.insert((found.subject.clone(), found.rater.clone()), row.line()) {
            Some(first) => faults.push(row.fault(RATER, Problem::DuplicatePair(first))),
            None => rows.push(found),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(Report::new(faults)) }
}

fn rater_row(row: Row<'_>, present: &BTreeSet<StaffNumber>, faults: &mut Vec<RowError>) -> Option<RaterRow> {
    if let Some(fault) = row.wrong_count() {
        faults.push(fault);
        return None;
    }
    let subject = row.required(SUBJECT, faults, |cell| person(cell, present));
    let rater = row.required(RATER, faults, |cell| person(cell, present));
    let relation = row.required(RELATION, faults, relation);
    let asked = row.optional(ASKED, faults, value::yes_or_no).unwrap_or(true);
    let reason = row.optional(REASON, faults, |cell| value::line(cell, MAX_REASON)).unwrap_or_default();
    let (subject, rater, relation) = (subject?, rater?, relation?);
    if (subject == rater) != (relation == Relation::Own) {
        faults.push(row.fault(RELATION, Problem::RelationOfSelf));
        return None;
    }
    Some(RaterRow { subject, rater, relation, asked, reason })
}

/// Reads a file of reporting lines. `known` are the numbers of everybody there ever was: a line may be over.
///
/// # Errors
/// Every fault found, by row.
pub fn read_lines(text: &str, known: &BTreeSet<StaffNumber>) -> Result<Vec<LineRow>, Report> {
    let table = Table::read(text, &LINE_COLUMNS)?;
    let mut faults = Vec::new();
    let rows = table.rows().filter_map(|row| line_row(row, known, &mut faults)).collect();
    if faults.is_empty() { Ok(rows) } else { Err(Report::new(faults)) }
}

fn line_row(row: Row<'_>, known: &BTreeSet<StaffNumber>, faults: &mut Vec<RowError>) -> Option<LineRow> {
    if let Some(fault) = row.wrong_count() {
        faults.push(fault);
        return None;
    }
    let staff = row.required(STAFF, faults, |cell| person(cell, known));
    let superior = row.required(SUPERIOR, faults, |cell| person(cell, known));
    let kind = row.required(KIND, faults, line_kind);
    let since = row.optional(SINCE, faults, value::date);
    let until = row.optional(UNTIL, faults, value::date);
    if let (Some(since), Some(until)) = (since, until)
        && until < since
    {
        faults.push(row.fault(UNTIL, Problem::UntilBeforeSince(since)));
    }
    let (staff, superior, kind) = (staff?, superior?, kind?);
    if staff == superior {
        faults.push(row.fault(SUPERIOR, Problem::OwnSupervisor));
        return None;
    }
    Some(LineRow { staff, superior, kind, since, until })
}

fn person(cell: &str, known: &BTreeSet<StaffNumber>) -> Result<StaffNumber, Problem> {
    let number = StaffNumber::parse(cell)?;
    if known.contains(&number) { Ok(number) } else { Err(Problem::UnknownPerson) }
}

/// A relation by its name or by what it is called on either screen.
fn relation(cell: &str) -> Result<Relation, Problem> {
    let is = |relation: &Relation| {
        is_called(cell, relation.as_str(), relation.label(Lang::Ja), relation.label(Lang::En))
    };
    filled(cell)?;
    Relation::ALL.into_iter().find(is).ok_or(Problem::UnknownRelation)
}

fn line_kind(cell: &str) -> Result<LineKind, Problem> {
    let is = |kind: &LineKind| is_called(cell, kind.as_str(), kind.label(Lang::Ja), kind.label(Lang::En));
    filled(cell)?;
    LineKind::ALL.into_iter().find(is).ok_or(Problem::UnknownLineKind)
}

fn filled(cell: &str) -> Result<(), Problem> {
    if cell.is_empty() { Err(Problem::Required) } else { Ok(()) }
}

fn is_called(cell: &str, name: &str, ja: &str, en: &str) -> bool {
    let cell = value::half_width(cell).to_lowercase();
    cell == name || cell == ja || cell == en.to_lowercase()
}

/// A file of raters that [`read_raters`] reads back, with the names beside the numbers.
pub fn write_raters<'a>(
    rows: impl IntoIterator<Item = (&'a RaterRow, &'a str, &'a str)>,
    lang: Lang,
) -> String {
    let cells = rows.into_iter().map(|(row, subject, rater)| {
        [
            row.subject.as_str(),
            subject,
            row.rater.as_str(),
            rater,
            row.relation.label(lang),
            if row.asked { lang.t("はい", "yes") } else { lang.t("いいえ", "no") },
            &row.reason,
        ]
        .map(str::to_owned)
    });
    roster::write(&RATER_COLUMNS, cells, lang)
}

/// A file of reporting lines that [`read_lines`] reads back.
pub fn write_lines<'a>(rows: impl IntoIterator<Item = &'a LineRow>, lang: Lang) -> String {
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let cells = rows.into_iter().map(|row| {
        let (since, until) = (date(row.since), date(row.until));
        [row.staff.as_str(), row.superior.as_str(), row.kind.label(lang), &since, &until].map(str::to_owned)
    });
    roster::write(&LINE_COLUMNS, cells, lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn number(text: &str) -> StaffNumber {
        StaffNumber::parse(text).expect("a number")
    }

    fn people() -> BTreeSet<StaffNumber> {
        ["1001", "1002", "1003", "1004"].into_iter().map(number).collect()
    }

    fn all() -> BTreeSet<Relation> {
        Relation::ALL.into()
    }

    fn problems(report: Result<impl std::fmt::Debug, Report>) -> Vec<(u64, Problem)> {
        report.expect_err("faults").rows.into_iter().map(|row| (row.line, row.problem)).collect()
    }

    #[test]
    fn a_file_is_read_in_both_languages() {
        let rows = [
            RaterRow {
                subject: number("1001"),
                rater: number("1002"),
                relation: Relation::Subordinate,
                asked: true,
                reason: String::new(),
            },
            RaterRow {
                subject: number("1001"),
                rater: number("1003"),
                relation: Relation::Peer,
                asked: false,
                reason: "家族".into(),
            },
            RaterRow {
                subject: number("1001"),
                rater: number("1001"),
                relation: Relation::Own,
                asked: true,
                reason: String::new(),
            },
        ];
        for lang in [Lang::Ja, Lang::En] {
            let file = write_raters(rows.iter().map(|row| (row, "=1+1", "見本")), lang);
            assert!(file.contains("'=1+1"), "no formula leaves");
            assert_eq!(read_raters(&file, &people(), &all()).expect("rows"), rows);
        }
        let short = "subject_number,rater_number,relation\n1001,1002,部下\n";
        assert_eq!(read_raters(short, &people(), &all()).expect("a row"), rows[..1]);
    }

    #[test]
    fn every_fault_of_raters_is_told() {
        let file = "subject_number,rater_number,relation,asked\n\
                    1001,9999,部下,\n\
                    1001,1002,boss,\n\
                    1001,1001,部下,\n\
                    1001,1002,本人,\n\
                    1001,1002,部下,maybe\n\
                    1001,1003,部下,はい\n\
                    1001,1003,同僚,いいえ\n\
                    1001,1004,同僚,はい\n\
                    1001,1002\n";
        let upward = BTreeSet::from([Relation::Own, Relation::Subordinate]);
        assert_eq!(
            problems(read_raters(file, &people(), &upward)),
            [
                (2, Problem::UnknownPerson),
                (3, Problem::UnknownRelation),
                (4, Problem::RelationOfSelf),
                (5, Problem::RelationOfSelf),
                (6, Problem::YesOrNo),
                (8, Problem::DuplicatePair(7)),
                (9, Problem::RelationNotAsked),
                (10, Problem::WrongCellCount { found: 2, expected: 4 }),
            ]
        );
    }

    #[test]
    fn lines_are_read_and_their_faults_told() {
        let rows = [
            LineRow {
                staff: number("1002"),
                superior: number("1001"),
                kind: LineKind::Acting,
                since: Some(date(2025, 4, 1)),
                until: Some(date(2025, 6, 30)),
            },
            LineRow {
                staff: number("1003"),
                superior: number("1001"),
                kind: LineKind::Concurrent,
                since: None,
                until: None,
            },
        ];
        for lang in [Lang::Ja, Lang::En] {
            assert_eq!(read_lines(&write_lines(&rows, lang), &people()).expect("rows"), rows);
        }
        let file = "staff_number,supervisor_number,kind,since,until\n\
                    1002,1002,兼務,,\n\
                    1002,1001,,,\n\
                    1002,1001,補佐,,\n\
                    1002,1001,代行,令和7年5月1日,2025-04-30\n\
                    1002,1001,代行,2025-02-31,\n";
        assert_eq!(
            problems(read_lines(file, &people())),
            [
                (2, Problem::OwnSupervisor),
                (3, Problem::Required),
                (4, Problem::UnknownLineKind),
                (5, Problem::UntilBeforeSince(date(2025, 5, 1))),
                (6, Problem::Date),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_file_makes_reading_panic(text in ".{0,120}") {
            let _ = read_raters(&text, &people(), &all());
            let _ = read_lines(&text, &people());
            let _ = read_raters(&format!("subject_number,rater_number,relation\n{text}"), &people(), &all());
        }
    }
}
