//! The file of units (部署): bureaus, divisions, sections and missions abroad, each under its parent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::text::{Lang, Text};

use super::cycle::circles;
use super::table::{Column, Row, Table};
use super::{MAX_LABEL, MAX_NAME, MAX_TIME_ZONE, Problem, Report, RowError, UnitCode, value};

/// The time zone of a unit whose row names none.
pub const DEFAULT_TIME_ZONE: &str = "Asia/Tokyo";

/// The columns of the file, in the order of the template.
pub static UNIT_COLUMNS: [Column; 9] = [
    Column::required("部署コード", "unit_code"),
    Column::required("部署名", "name"),
    Column::optional("部署名(英)", "name_en"),
    Column::optional("上位部署コード", "parent_code"),
    Column::required("種別", "kind"),
    Column::optional("地域", "region"),
    Column::optional("地域(英)", "region_en"),
    Column::optional("タイムゾーン", "time_zone"),
    Column::optional("廃止", "retired"),
];

const CODE: usize = 0;
const NAME: usize = 1;
const NAME_EN: usize = 2;
const PARENT: usize = 3;
const KIND: usize = 4;
const REGION: usize = 5;
const REGION_EN: usize = 6;
const TIME_ZONE: usize = 7;
const RETIRED: usize = 8;

/// What sort of unit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// The ministry itself, at the top of the tree.
    Headquarters,
    /// A bureau or department.
    Bureau,
    /// A division.
    Division,
    /// An office or section within a division.
    Section,
    /// An embassy, consulate or permanent mission.
    Mission,
}

impl UnitKind {
    /// Every kind, from the top of the tree down.
    pub const ALL: [Self; 5] =
        [Self::Headquarters, Self::Bureau, Self::Division, Self::Section, Self::Mission];

    /// The kind as stored and as written in an English file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Headquarters => "headquarters",
            Self::Bureau => "bureau",
            Self::Division => "division",
            Self::Section => "section",
            Self::Mission => "mission",
        }
    }

    /// What the kind is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Headquarters => lang.t("本省", "Headquarters"),
            Self::Bureau => lang.t("局", "Bureau"),
            Self::Division => lang.t("課", "Division"),
            Self::Section => lang.t("室・係", "Section"),
            Self::Mission => lang.t("在外公館", "Mission abroad"),
        }
    }

    /// Reads a key or a Japanese label; 室 and 係 alone mean a section too.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = value::half_width(&value::line(text, MAX_LABEL)?).to_lowercase();
        if matches!(text.as_str(), "室" | "係") {
            return Ok(Self::Section);
        }
        let named = |kind: &Self| text == kind.key() || text == kind.label(Lang::Ja);
        Self::ALL.into_iter().find(named).ok_or(Problem::UnknownKind)
    }
}

/// One accepted row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// Unique in the file.
    pub code: UnitCode,
    /// Japanese and, where given, English name.
    pub name: Text,
    /// The unit it belongs to; `None` at the top.
    pub parent: Option<UnitCode>,
    /// What sort of unit it is.
    pub kind: UnitKind,
    /// The region of a mission, or any grouping of units the ministry uses; empty where there is none.
    pub region: Text,
    /// IANA name of the time zone in which deadlines are shown.
    pub time_zone: String,
    /// True where the unit is not in use any more: nobody works in it, and nothing in use belongs to it.
    pub retired: bool,
}

/// What is already known when a file of units is read.
#[derive(Clone, Debug)]
pub struct ExistingUnits {
    /// Every unit registered and the parent it has.
    pub parents: BTreeMap<UnitCode, Option<UnitCode>>,
    /// Those of them that are not in use any more.
    pub retired: BTreeSet<UnitCode>,
    /// Units in which somebody works, or will.
    pub occupied: BTreeSet<UnitCode>,
    /// True for a name in the IANA time zone database, which this crate does not carry.
    pub is_time_zone: fn(&str) -> bool,
}

/// A row on its way: what other rows may refer to, and the finished row if it has no fault of its own.
struct Draft<'t> {
    row: Row<'t>,
    code: Option<UnitCode>,
    parent: Option<UnitCode>,
    retired: bool,
    complete: Option<UnitRow>,
}

/// Reads a file of units. Rows come back in file order, and only if the whole file is sound.
///
/// # Errors
///
/// Every fault found, by row; see [`Problem`].
pub fn read_units(text: &str, existing: &ExistingUnits) -> Result<Vec<UnitRow>, Report> {
    let table = Table::read(text, &UNIT_COLUMNS)?;
    let mut faults = Vec::new();
    let drafts: Vec<Draft<'_>> = table.rows().map(|row| read_row(row, existing, &mut faults)).collect();
    check_together(&drafts, existing, &mut faults);
    if faults.is_empty() {
        Ok(drafts.into_iter().filter_map(|draft| draft.complete).collect())
    } else {
        Err(Report::new(faults))
    }
}

fn read_row<'t>(row: Row<'t>, existing: &ExistingUnits, faults: &mut Vec<RowError>) -> Draft<'t> {
    if let Some(fault) = row.wrong_count() {
        faults.push(fault);
        // The code is kept where it can be read, so that rows referring to it are not reported as well.
        let code = row.cell(CODE).and_then(|cell| UnitCode::parse(cell).ok());
        return Draft { row, code, parent: None, retired: false, complete: None };
    }
    let code = row.required(CODE, faults, UnitCode::parse);
    let name = row.required(NAME, faults, |cell| value::line(cell, MAX_NAME));
    let name_en = row.optional(NAME_EN, faults, |cell| value::line(cell, MAX_NAME)).unwrap_or_default();
    let parent = row.optional(PARENT, faults, UnitCode::parse);
    let kind = row.required(KIND, faults, UnitKind::parse);
    let region = row.optional(REGION, faults, |cell| value::line(cell, MAX_LABEL)).unwrap_or_default();
    let region_en = row.optional(REGION_EN, faults, |cell| value::line(cell, MAX_LABEL)).unwrap_or_default();
    let time_zone = row
        .optional(TIME_ZONE, faults, |cell| time_zone(cell, existing))
        .unwrap_or_else(|| DEFAULT_TIME_ZONE.to_owned());
    let retired = row.optional(RETIRED, faults, value::yes_or_no).unwrap_or(false);
    let complete = match (code.clone(), name, kind) {
        (Some(code), Some(name), Some(kind)) => Some(UnitRow {
            code,
            name: Text::new(name, name_en),
            parent: parent.clone(),
            kind,
            region: Text::new(region, region_en),
            time_zone,
            retired,
        }),
        _ => None,
    };
    Draft { row, code, parent, retired, complete }
}

/// The cells of a row in the order of [`UNIT_COLUMNS`], as [`read_units`] reads them.
pub(super) fn cells(row: &UnitRow, lang: Lang) -> [String; 9] {
    [
        row.code.to_string(),
        row.name.ja.clone(),
        row.name.en.clone(),
        row.parent.as_ref().map(UnitCode::to_string).unwrap_or_default(),
        lang.t(row.kind.label(Lang::Ja), row.kind.key()).to_owned(),
        row.region.ja.clone(),
        row.region.en.clone(),
        row.time_zone.clone(),
        if row.retired { lang.t("はい", "yes").to_owned() } else { String::new() },
    ]
}

fn time_zone(cell: &str, existing: &ExistingUnits) -> Result<String, Problem> {
    let name = value::line(cell, MAX_TIME_ZONE)?;
    if (existing.is_time_zone)(&name) { Ok(name) } else { Err(Problem::UnknownTimeZone) }
}

/// What can only be judged when every row is known: duplicates, parents, circles, units that retire.
fn check_together(drafts: &[Draft<'_>], existing: &ExistingUnits, faults: &mut Vec<RowError>) {
    let mut in_file: InFile<'_, '_> = BTreeMap::new();
    for draft in drafts {
        let Some(code) = &draft.code else { continue };
        match in_file.get(code) {
            Some(first) => faults.push(draft.row.fault(CODE, Problem::DuplicateUnit(first.row.line()))),
            None => {
                in_file.insert(code, draft);
            }
        }
    }
    for draft in drafts {
        let Some(parent) = &draft.parent else { continue };
        if draft.code.as_ref() == Some(parent) {
            faults.push(draft.row.fault(PARENT, Problem::OwnParent));
        } else if !in_file.contains_key(parent) && !existing.parents.contains_key(parent) {
            faults.push(draft.row.fault(PARENT, Problem::UnknownParent));
        } else if !draft.retired && is_retired(parent, &in_file, existing) {
            faults.push(draft.row.fault(PARENT, Problem::RetiredParent));
        }
    }
    check_retired(drafts, &in_file, existing, faults);
    let above = |code: &UnitCode| {
        let parent = match in_file.get(code) {
            Some(draft) => draft.parent.as_ref(),
            None => existing.parents.get(code).and_then(Option::as_ref),
        };
        parent.filter(|parent| *parent != code)
    };
    for circle in circles(drafts.iter().filter_map(|draft| draft.code.as_ref()), above) {
        if let Some(draft) = circle.first().and_then(|first| in_file.get(*first)) {
            let members = circle.iter().map(|code| code.to_string()).collect();
            faults.push(draft.row.fault(PARENT, Problem::CircularUnits(members)));
        }
    }
}

/// Rows by the code they state, each code by its first row.
type InFile<'d, 't> = BTreeMap<&'d UnitCode, &'d Draft<'t>>;

/// Whether a unit is out of use after the import.
fn is_retired(code: &UnitCode, in_file: &InFile<'_, '_>, existing: &ExistingUnits) -> bool {
    in_file.get(code).map_or_else(|| existing.retired.contains(code), |draft| draft.retired)
}

/// A unit retires only when nobody works in it and no unit in use is left below it. Units of the file below it are
/// told by their own rows.
fn check_retired(
    drafts: &[Draft<'_>],
    in_file: &InFile<'_, '_>,
    existing: &ExistingUnits,
    faults: &mut Vec<RowError>,
) {
    let untouched = |code: &UnitCode| !in_file.contains_key(code) && !existing.retired.contains(code);
    let above_others: BTreeSet<&UnitCode> =
        existing.parents.iter().filter(|(code, _)| untouched(code)).filter_map(|(_, p)| p.as_ref()).collect();
    for draft in drafts.iter().filter(|draft| draft.retired) {
        let Some(code) = &draft.code else { continue };
        if existing.occupied.contains(code) {
            faults.push(draft.row.fault(RETIRED, Problem::UnitHasPeople));
        } else if above_others.contains(code) {
            faults.push(draft.row.fault(RETIRED, Problem::UnitHasUnits));
        }
    }
}

/// A file to start from: the header in Japanese and one example row.
pub fn unit_template() -> String {
    let header: Vec<&str> = UNIT_COLUMNS.iter().map(|column| column.ja).collect();
    format!(
        "{}\r\n1000,大臣官房,Minister's Secretariat,,局,本省,Headquarters,{DEFAULT_TIME_ZONE},\r\n",
        header.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "unit_code,name,name_en,parent_code,kind,region,time_zone";

    fn existing() -> ExistingUnits {
        let code = |text: &str| UnitCode::parse(text).expect("a code");
        ExistingUnits {
            parents: [
                (code("HQ"), None),
                (code("OLD"), Some(code("HQ"))),
                (code("GONE"), Some(code("HQ"))),
                (code("EMPTY"), Some(code("HQ"))),
            ]
            .into(),
            retired: [code("GONE")].into(),
            occupied: [code("OLD")].into(),
            is_time_zone: |name| ["Asia/Tokyo", "America/Toronto"].contains(&name),
        }
    }

    fn read(rows: &str) -> Result<Vec<UnitRow>, Report> {
        read_units(&format!("{HEADER}\n{rows}"), &existing())
    }

    fn faults(rows: &str) -> Vec<(u64, Problem)> {
        match read(rows) {
            Ok(_) => Vec::new(),
            Err(report) => report.rows.into_iter().map(|row| (row.line, row.problem)).collect(),
        }
    }

    #[test]
    fn a_sound_file_is_read() {
        let rows =
            read("１０,総務課,General Affairs,HQ,課,,\n20,在カナダ大使館,,10,mission,北米,America/Toronto\n")
                .expect("sound");
        assert_eq!(rows[0].code.as_str(), "10");
        assert_eq!(rows[0].name, Text::new("総務課", "General Affairs"));
        assert_eq!(rows[0].kind, UnitKind::Division);
        assert_eq!(rows[0].time_zone, "Asia/Tokyo");
        assert_eq!(rows[1].parent.as_ref(), Some(&rows[0].code));
        assert_eq!(rows[1].region, Text::new("北米", ""));
        assert_eq!(rows[1].time_zone, "America/Toronto");
    }

    #[test]
    fn kinds_are_read_in_both_languages() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::parse(kind.key()), Ok(kind));
            assert_eq!(UnitKind::parse(kind.label(Lang::Ja)), Ok(kind));
        }
        assert_eq!(UnitKind::parse("室"), Ok(UnitKind::Section));
        assert_eq!(UnitKind::parse("係"), Ok(UnitKind::Section));
        assert_eq!(UnitKind::parse(" Bureau "), Ok(UnitKind::Bureau));
        assert_eq!(UnitKind::parse("部屋"), Err(Problem::UnknownKind));
    }

    #[test]
    fn faults_of_one_row_are_told() {
        assert_eq!(faults(",a,,,課,,"), [(2, Problem::Required)]);
        assert_eq!(faults("1,,,,課,,"), [(2, Problem::Required)]);
        assert_eq!(faults("1,a,,,,,"), [(2, Problem::Required)]);
        assert_eq!(faults("1,a,,,国,,"), [(2, Problem::UnknownKind)]);
        assert_eq!(faults("1,a,,,課,,Mars/Olympus"), [(2, Problem::UnknownTimeZone)]);
        assert_eq!(faults("1,a,,,課,"), [(2, Problem::WrongCellCount { found: 6, expected: 7 })]);
        assert_eq!(
            faults(&format!("1,{},,,課,,", "a".repeat(101))),
            [(2, Problem::TooLong { length: 101, max: 100 })]
        );
        assert_eq!(faults("1,a\u{1},,,課,,"), [(2, Problem::Control(1))]);
    }

    #[test]
    fn duplicates_and_parents_are_checked() {
        assert_eq!(faults("1,a,,,課,,\n１,b,,,課,,"), [(3, Problem::DuplicateUnit(2))]);
        assert_eq!(faults("1,a,,9,課,,"), [(2, Problem::UnknownParent)]);
        assert_eq!(faults("1,a,,1,課,,"), [(2, Problem::OwnParent)]);
        assert!(faults("1,a,,2,課,,\n2,b,,OLD,課,,").is_empty());
    }

    #[test]
    fn circles_are_told_once() {
        let circle = |codes: &[&str]| Problem::CircularUnits(codes.iter().map(|c| c.to_string()).collect());
        assert_eq!(
            faults("1,a,,2,課,,\n2,b,,3,課,,\n3,c,,1,課,,\n4,d,,3,課,,"),
            [(2, circle(&["1", "2", "3"]))]
        );
        assert_eq!(faults("HQ,本省,,OLD,本省,,"), [(2, circle(&["HQ", "OLD"]))]);
        assert!(faults("HQ,本省,,OLD,本省,,\nOLD,旧,,,局,,").is_empty());
    }

    #[test]
    fn regions_have_an_english_name() {
        let text = "unit_code,name,kind,地域,地域（英）\n1,在カナダ大使館,mission,北米,North America\n";
        let rows = read_units(text, &existing()).expect("sound");
        assert_eq!(rows[0].region, Text::new("北米", "North America"));
    }

    fn retiring(rows: &str) -> Vec<(u64, Problem)> {
        match read_units(&format!("unit_code,name,parent_code,kind,retired\n{rows}"), &existing()) {
            Ok(_) => Vec::new(),
            Err(report) => report.rows.into_iter().map(|row| (row.line, row.problem)).collect(),
        }
    }

    #[test]
    fn only_an_empty_unit_retires() {
        assert!(retiring("EMPTY,空,HQ,課,はい").is_empty());
        assert_eq!(retiring("OLD,旧,HQ,課,1"), [(2, Problem::UnitHasPeople)]);
        assert_eq!(retiring("HQ,本省,,本省,yes"), [(2, Problem::UnitHasUnits)]);
        assert_eq!(retiring("EMPTY,空,HQ,課,たぶん"), [(2, Problem::YesOrNo)]);
        // With what is below it, or once that has another parent.
        assert_eq!(retiring("EMPTY,空,HQ,課,○\n1,新,EMPTY,課,"), [(3, Problem::RetiredParent)]);
        assert!(retiring("EMPTY,空,HQ,課,○\n1,新,EMPTY,課,○").is_empty());
        assert!(retiring("EMPTY,空,HQ,課,\nGONE,旧,EMPTY,課,○").is_empty());
    }

    #[test]
    fn a_retired_unit_has_nothing_below_and_comes_back_by_its_row() {
        assert_eq!(faults("1,a,,GONE,課,,"), [(2, Problem::RetiredParent)]);
        assert!(faults("1,a,,GONE,課,,\nGONE,b,,HQ,局,,").is_empty());
        assert!(!read("GONE,b,,HQ,局,,").expect("sound")[0].retired);
    }

    #[test]
    fn a_row_of_the_wrong_length_does_not_orphan_its_children() {
        assert_eq!(faults("1,a\n2,b,,1,課,,"), [(2, Problem::WrongCellCount { found: 2, expected: 7 })]);
    }

    #[test]
    fn the_template_is_a_sound_file() {
        let rows = read_units(&unit_template(), &existing()).expect("sound");
        assert_eq!(rows.len(), 1);
    }
}
