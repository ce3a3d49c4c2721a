//! The file of staff: who works where, under whom, since when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::role::Role;
use crate::text::{Lang, Text};

use super::cycle::circles;
use super::report::quoted;
use super::table::{Column, Row, Table};
use super::{MAX_LABEL, MAX_NAME, Mail, Problem, Report, RowError, StaffNumber, UnitCode, value};

/// The columns of the file, in the order of the template.
pub static STAFF_COLUMNS: [Column; 12] = [
    Column::required("職員番号", "staff_number"),
    Column::required("氏名", "name"),
    Column::optional("氏名(英)", "name_en"),
    Column::required("メール", "mail"),
    Column::required("部署コード", "unit_code"),
    Column::optional("上司職員番号", "supervisor_number"),
    Column::optional("職級", "grade"),
    Column::optional("職種", "job_type"),
    Column::optional("採用日", "hired_on"),
    Column::optional("退職日", "left_on"),
    Column::optional("権限", "role"),
    Column::optional("言語", "lang"),
];

pub(super) const NUMBER: usize = 0;
pub(super) const NAME: usize = 1;
pub(super) const NAME_EN: usize = 2;
pub(super) const MAIL: usize = 3;
pub(super) const UNIT: usize = 4;
pub(super) const SUPERVISOR: usize = 5;
pub(super) const GRADE: usize = 6;
pub(super) const JOB_TYPE: usize = 7;
pub(super) const HIRED_ON: usize = 8;
pub(super) const LEFT_ON: usize = 9;
pub(super) const ROLE: usize = 10;
pub(super) const LANG: usize = 11;

/// Years after the present one in which a date of hiring is still plausible.
const HIRED_AHEAD: i16 = 2;

/// The roles that a file may give, and the Japanese word for each. Everyone in the roster is staff, so that
/// role is not given.
const GIVEN_ROLES: [(Role, &str); 4] = [
    (Role::Manager, "管理職"),
    (Role::Hr, "人事"),
    (Role::Executive, "幹部"),
    (Role::Administrator, "管理者"),
];

/// One accepted row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    /// Unique in the roster.
    pub number: StaffNumber,
    /// Japanese and, where given, English name.
    pub name: Text,
    /// Unique in the roster.
    pub mail: Mail,
    /// The unit the person works in.
    pub unit: UnitCode,
    /// The direct superior; `None` at the top.
    pub supervisor: Option<StaffNumber>,
    /// Grade (職級), as the ministry calls it.
    pub grade: Option<String>,
    /// Job type (職種), as the ministry calls it.
    pub job_type: Option<String>,
    /// First day of service; nobody is active before it.
    pub hired_on: Option<Date>,
    /// Last day of service; nobody is active after it.
    pub left_on: Option<Date>,
    /// Roles beside being staff; `None` where the file has no such column, and stored roles stay.
    pub roles: Option<BTreeSet<Role>>,
    /// Language of screens and mail; `None` where the file does not say, and the stored choice stays.
    pub lang: Option<Lang>,
}

/// Where somebody stands on a day, by their first and last day of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The first day is yet to come.
    Upcoming,
    /// In service.
    Active,
    /// The last day is past.
    Left,
}

impl StaffRow {
    /// Where the person stands on a day.
    pub fn standing(&self, today: Date) -> Standing {
        if self.left_on.is_some_and(|last_day| last_day < today) {
            Standing::Left
        } else if self.hired_on.is_some_and(|first_day| first_day > today) {
            Standing::Upcoming
        } else {
            Standing::Active
        }
    }

    /// True from the first to the end of the last day of service.
    pub fn is_active(&self, today: Date) -> bool {
        self.standing(today) == Standing::Active
    }

    /// True once the last day of service is past.
    pub fn has_left(&self, today: Date) -> bool {
        self.standing(today) == Standing::Left
    }
}

/// What is already known when a file of staff is read.
#[derive(Clone, Debug)]
pub struct Existing {
    /// Every unit in use.
    pub units: BTreeSet<UnitCode>,
    /// Units that are not in use any more.
    pub retired: BTreeSet<UnitCode>,
    /// Everyone in the stored roster, people who left included: their mail addresses stay theirs.
    pub staff: BTreeMap<StaffNumber, Mail>,
    /// The day of the import, against which dates are judged.
    pub today: Date,
}

/// A row on its way: what other rows may refer to, and the finished row if it has no fault of its own.
struct Draft<'t> {
    row: Row<'t>,
    number: Option<StaffNumber>,
    mail: Option<Mail>,
    supervisor: Option<StaffNumber>,
    left: bool,
    complete: Option<StaffRow>,
}

/// Reads a file of staff. Rows come back in file order, and only if the whole file is sound.
///
/// The state after the import is what must be sound: two people who exchange mail addresses within one file
/// are accepted, an address of someone who is not in the file is not; nor is a supervisor who leaves by it. People
/// who have left come back without supervisor and roles, whatever their rows say.
///
/// # Errors
///
/// Every fault found, by row; see [`Problem`].
pub fn read_staff(text: &str, existing: &Existing) -> Result<Vec<StaffRow>, Report> {
    let table = Table::read(text, &STAFF_COLUMNS)?;
    let mut faults = Vec::new();
    let drafts: Vec<Draft<'_>> = table.rows().map(|row| read_row(row, existing, &mut faults)).collect();
    check_together(&drafts, existing, &mut faults);
    if faults.is_empty() {
        Ok(drafts.into_iter().filter_map(|draft| draft.complete).collect())
    } else {
        Err(Report::new(faults))
    }
}

fn read_row<'t>(row: Row<'t>, existing: &Existing, faults: &mut Vec<RowError>) -> Draft<'t> {
    if let Some(fault) = row.wrong_count() {
        faults.push(fault);
        // The number is kept where it can be read, so that people under it are not reported as well.
        let number = row.cell(NUMBER).and_then(|cell| StaffNumber::parse(cell).ok());
        return Draft { row, number, mail: None, supervisor: None, left: false, complete: None };
    }
    let last_day = row.cell(LEFT_ON).and_then(|cell| value::date(cell).ok());
    let left = last_day.is_some_and(|last_day| last_day < existing.today);
    let number = row.required(NUMBER, faults, StaffNumber::parse);
    let name = row.required(NAME, faults, |cell| value::line(cell, MAX_NAME));
    let name_en = row.optional(NAME_EN, faults, |cell| value::line(cell, MAX_NAME)).unwrap_or_default();
    let mail = row.required(MAIL, faults, Mail::parse);
    let unit = row.required(UNIT, faults, |cell| known_unit(cell, left, existing));
    let supervisor = row.optional(SUPERVISOR, faults, StaffNumber::parse).filter(|_| !left);
    let grade = row.optional(GRADE, faults, |cell| value::line(cell, MAX_LABEL));
    let job_type = row.optional(JOB_TYPE, faults, |cell| value::line(cell, MAX_LABEL));
    let hired_on = row.optional(HIRED_ON, faults, |cell| hired_date(cell, existing.today));
    let left_on = row.optional(LEFT_ON, faults, value::date);
    if let (Some(hired), Some(left)) = (hired_on, left_on)
        && left < hired
    {
        faults.push(row.fault(LEFT_ON, Problem::LeftBeforeHired(hired)));
    }
    let roles = row.cell(ROLE).and_then(|_| row.required(ROLE, faults, roles));
    let roles = roles.map(|roles| if left { BTreeSet::new() } else { roles });
    let lang = row.optional(LANG, faults, |cell| Lang::from_tag(cell).ok_or(Problem::UnknownLang));
    let complete = match (number.clone(), name, mail.clone(), unit) {
        (Some(number), Some(name), Some(mail), Some(unit)) => Some(StaffRow {
            number,
            name: Text::new(name, name_en),
            mail,
            unit,
            supervisor: supervisor.clone(),
            grade,
            job_type,
            hired_on,
            left_on,
            roles,
            lang,
        }),
        _ => None,
    };
    Draft { row, number, mail, supervisor, left, complete }
}

/// A unit in use or, for somebody who has left, any unit there ever was.
fn known_unit(cell: &str, left: bool, existing: &Existing) -> Result<UnitCode, Problem> {
    let unit = UnitCode::parse(cell)?;
    match (existing.units.contains(&unit), existing.retired.contains(&unit)) {
        (true, _) => Ok(unit),
        (false, true) if left => Ok(unit),
        (false, true) => Err(Problem::RetiredUnit),
        (false, false) => Err(Problem::UnknownUnit),
    }
}

fn hired_date(cell: &str, today: Date) -> Result<Date, Problem> {
    let hired = value::date(cell)?;
    let last_year = today.year().saturating_add(HIRED_AHEAD);
    if hired.year() > last_year { Err(Problem::HiredTooLate(last_year)) } else { Ok(hired) }
}

/// Roles separated by `;`, full-width or not; an empty cell means none.
fn roles(cell: &str) -> Result<BTreeSet<Role>, Problem> {
    cell.split([';', '；']).filter(|part| !value::trim(part).is_empty()).map(role).collect()
}

/// One role: its name, its Japanese word, or what it is called on the Japanese screen.
fn role(text: &str) -> Result<Role, Problem> {
    let text = value::half_width(value::trim(text)).to_lowercase();
    GIVEN_ROLES
        .into_iter()
        .find(|(role, word)| text == role.as_str() || text == *word || text == role.label(Lang::Ja))
        .map(|(role, _)| role)
        .ok_or_else(|| Problem::UnknownRole(quoted(&text)))
}

/// The cells of a row in the order of [`STAFF_COLUMNS`], as [`read_staff`] reads them.
pub(super) fn cells(row: &StaffRow, lang: Lang) -> [String; 12] {
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let has = |role: &Role| row.roles.as_ref().is_some_and(|roles| roles.contains(role));
    let given = GIVEN_ROLES.into_iter().filter(|(role, _)| has(role));
    let words: Vec<&str> = given.map(|(role, word)| lang.t(word, role.as_str())).collect();
    [
        row.number.to_string(),
        row.name.ja.clone(),
        row.name.en.clone(),
        row.mail.to_string(),
        row.unit.to_string(),
        row.supervisor.as_ref().map(StaffNumber::to_string).unwrap_or_default(),
        row.grade.clone().unwrap_or_default(),
        row.job_type.clone().unwrap_or_default(),
        date(row.hired_on),
        date(row.left_on),
        words.join(";"),
        row.lang.map(Lang::tag).unwrap_or_default().to_owned(),
    ]
}

/// What can only be judged when every row is known: duplicates, supervisors, circles.
fn check_together(drafts: &[Draft<'_>], existing: &Existing, faults: &mut Vec<RowError>) {
    let mut in_file: BTreeMap<&StaffNumber, &Draft<'_>> = BTreeMap::new();
    for draft in drafts {
        let Some(number) = &draft.number else { continue };
        match in_file.get(number) {
            Some(first) => faults.push(draft.row.fault(NUMBER, Problem::DuplicateNumber(first.row.line()))),
            None => {
                in_file.insert(number, draft);
            }
        }
    }
    check_mails(drafts, &in_file, existing, faults);
    for draft in drafts {
        let Some(supervisor) = &draft.supervisor else { continue };
        let problem = match in_file.get(supervisor) {
            _ if draft.number.as_ref() == Some(supervisor) => Problem::OwnSupervisor,
            Some(superior) if superior.left => Problem::SupervisorLeaves,
            Some(_) => continue,
            // The file is the whole roster: whoever is not in it leaves, if they have not left before.
            None if existing.staff.contains_key(supervisor) => Problem::SupervisorLeaves,
            None => Problem::UnknownSupervisor,
        };
        faults.push(draft.row.fault(SUPERVISOR, problem));
    }
    let above = |number: &StaffNumber| {
        let supervisor = in_file.get(number).and_then(|draft| draft.supervisor.as_ref());
        supervisor.filter(|supervisor| *supervisor != number)
    };
    for circle in circles(drafts.iter().filter_map(|draft| draft.number.as_ref()), above) {
        if let Some(draft) = circle.first().and_then(|first| in_file.get(*first)) {
            let members = circle.iter().map(|number| number.to_string()).collect();
            faults.push(draft.row.fault(SUPERVISOR, Problem::CircularSupervisors(members)));
        }
    }
}

/// Mail addresses that two rows share, or that someone outside the file has.
fn check_mails(
    drafts: &[Draft<'_>],
    in_file: &BTreeMap<&StaffNumber, &Draft<'_>>,
    existing: &Existing,
    faults: &mut Vec<RowError>,
) {
    let taken: BTreeMap<&Mail, &StaffNumber> = existing
        .staff
        .iter()
        .filter(|(number, _)| !in_file.contains_key(*number))
        .map(|(number, mail)| (mail, number))
        .collect();
    let mut first_line: BTreeMap<&Mail, u64> = BTreeMap::new();
    for draft in drafts {
        let Some(mail) = &draft.mail else { continue };
        if let Some(line) = first_line.get(mail) {
            faults.push(draft.row.fault(MAIL, Problem::DuplicateMail(*line)));
            continue;
        }
        first_line.insert(mail, draft.row.line());
        if let Some(owner) = taken.get(mail) {
            faults.push(draft.row.fault(MAIL, Problem::MailTaken(owner.to_string())));
        }
    }
}

/// A file to start from: the header in Japanese and one example row.
pub fn template() -> String {
    let header: Vec<&str> = STAFF_COLUMNS.iter().map(|column| column.ja).collect();
    format!(
        "{}\r\n10001,見本 花子,MIHON Hanako,hanako.mihon@example.jp,1000,,係員,一般職,2020-04-01,,,ja\r\n",
        header.join(",")
    )
}
