//! What can be wrong with a roster file, and how the person who made the file is told.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::{Lang, TextError};

/// Members of a circle that a message names before it cuts the chain short.
const MAX_CHAIN: usize = 8;

/// One kind of fault. `Display` is the English message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Problem {
    /// The file has no text at all.
    #[error("The file is empty. Please give it a header row and data rows.")]
    EmptyFile,
    /// Nothing under the header.
    #[error("There is a header row, but no data row.")]
    NoRows,
    /// The header is one cell with tabs or semicolons.
    #[error("The file does not seem to be separated by commas. Please save it as CSV (comma separated).")]
    NotCommaSeparated,
    /// The file ends inside a quoted cell that begins in this row.
    #[error("A double quotation mark (\") is not closed.")]
    UnclosedQuote,
    /// The file cannot be taken apart into cells.
    #[error("This cannot be read as CSV.")]
    Unreadable,
    /// A required column is not in the header.
    #[error("This required column is missing. Please add it to the header row.")]
    MissingColumn,
    /// A column of the header that this file does not have.
    #[error("This column is not part of the import. Please correct its name or delete the column.")]
    UnknownColumn,
    /// A column without a name; counts from 1.
    #[error("Column {0} has no heading.")]
    UnnamedColumn(usize),
    /// Two columns of the header mean the same.
    #[error("This column stands in the header more than once. Please keep only one.")]
    DuplicateColumn,
    /// The row has more or fewer cells than the header.
    #[error("The row has {found} cells; it should have {expected}, like the header row.")]
    WrongCellCount {
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A required value is empty.
    #[error("Please fill this in.")]
    Required,
    /// Longer than allowed, counted in Unicode scalar values.
    #[error("This has {length} characters; at most {max} are allowed.")]
    TooLong {
        /// Length found.
        length: usize,
        /// Longest length allowed.
        max: usize,
    },
    /// A control character, a line break, or an invisible character that changes how a text reads.
    #[error("This contains a character (U+{0:04X}) that cannot be used, such as a line break.")]
    Control(u32),
    /// The staff number stands in an earlier row; its line.
    #[error("This staff number already stands in row {0}.")]
    DuplicateNumber(u64),
    /// The mail address stands in an earlier row; its line.
    #[error("This mail address already stands in row {0} (capital letters make no difference).")]
    DuplicateMail(u64),
    /// The mail address belongs to someone who is not in the file; their staff number.
    #[error("This mail address is already used by staff number {0}.")]
    MailTaken(String),
    /// Not a mail address.
    #[error("This is not a valid mail address. Please write it like name@example.jp.")]
    Mail,
    /// No such unit.
    #[error("There is no unit with this code. Please import the units first.")]
    UnknownUnit,
    /// The unit is not in use any more.
    #[error("This unit is not in use any more. Please enter the unit in which the person works now.")]
    RetiredUnit,
    /// The supervisor is neither in the file nor in the roster.
    #[error("This supervisor is neither in the file nor in the roster.")]
    UnknownSupervisor,
    /// The supervisor has left, or leaves by this file because they are not in it.
    #[error(
        "This supervisor has left, or is not in this file and so becomes a leaver. Please enter somebody else, or \
         leave it empty."
    )]
    SupervisorLeaves,
    /// A person is their own supervisor.
    #[error("This person is entered as their own supervisor.")]
    OwnSupervisor,
    /// Supervisors in a circle, as staff numbers in order, each followed by its supervisor.
    #[error("The supervisors form a circle ({}).", chain(.0))]
    CircularSupervisors(Vec<String>),
    /// The unit code stands in an earlier row; its line.
    #[error("This unit code already stands in row {0}.")]
    DuplicateUnit(u64),
    /// The parent is neither in the file nor among the units known.
    #[error("This parent unit is neither in the file nor among the units already registered.")]
    UnknownParent,
    /// The parent of a unit in use is not in use any more.
    #[error("This parent unit is not in use any more.")]
    RetiredParent,
    /// A unit is to retire in which somebody works.
    #[error("People work in this unit. Please import a staff file with their new units first.")]
    UnitHasPeople,
    /// A unit is to retire above a unit in use that is not in the file.
    #[error(
        "Units in use belong to this one. Please put them in this file, under another parent or retired as well."
    )]
    UnitHasUnits,
    /// Neither yes nor no.
    #[error("Please write yes or no, or leave it empty.")]
    YesOrNo,
    /// A unit is its own parent.
    #[error("This unit is entered as its own parent.")]
    OwnParent,
    /// Units in a circle, as codes in order, each followed by its parent.
    #[error("The parent units form a circle ({}).", chain(.0))]
    CircularUnits(Vec<String>),
    /// Not one of the kinds of unit.
    #[error("Please use headquarters, bureau, division, section or mission.")]
    UnknownKind,
    /// Not a time zone of the IANA database.
    #[error("This is not a known time zone. Please write it like Asia/Tokyo.")]
    UnknownTimeZone,
    /// Not a date, or a date that no calendar has.
    #[error("This is not a date, or there is no such day. Please write it like 2025-04-01 or 2025/4/1.")]
    Date,
    /// A date before 1900, almost always a mistyped one.
    #[error("This date is before 1900.")]
    DateTooEarly,
    /// Hired after the end of this year, almost always a mistyped date.
    #[error("This date is too far in the future; dates up to the end of {0} are accepted.")]
    HiredTooLate(i16),
    /// Left before being hired on this date.
    #[error("This date is before the date of hiring ({0}).")]
    LeftBeforeHired(Date),
    /// Not one of the roles; the part that is unknown.
    #[error("“{0}” is not a role. Please use manager, hr, executive or administrator, separated by ;.")]
    UnknownRole(String),
    /// Neither Japanese nor English.
    #[error("Please use ja or en.")]
    UnknownLang,
    /// Nobody in service has this staff number.
    #[error("Nobody on the roster has this staff number, or the person has left.")]
    UnknownPerson,
    /// The two people stand together in an earlier row; its line.
    #[error("These two people already stand together in row {0}.")]
    DuplicatePair(u64),
    /// Not one of the relations of rater and subject.
    #[error("Please use self, superior, subordinate or peer.")]
    UnknownRelation,
    /// The relation is "self" for two people, or another one for one person.
    #[error("The relation self is for people rating themselves, and for nobody else.")]
    RelationOfSelf,
    /// A rater asked in a relation that the review does not ask.
    #[error(
        "This review does not ask people in this relation. Write \"no\" under \"asked\", or delete the row."
    )]
    RelationNotAsked,
    /// Not one of the kinds of reporting line.
    #[error("Please use main, acting or concurrent.")]
    UnknownLineKind,
    /// The last day is before the first.
    #[error("This date is before the first day ({0}).")]
    UntilBeforeSince(Date),
}

impl Problem {
    /// The message for the person who made the file.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.japanese(),
            Lang::En => self.to_string(),
        }
    }

    fn japanese(&self) -> String {
        match self {
            Self::EmptyFile => "ファイルが空です。見出し行とデータ行を入れてください。".into(),
            Self::NoRows => "見出し行だけで、データ行がありません。".into(),
            Self::NotCommaSeparated => {
                "コンマ区切りのファイルではないようです。CSV(コンマ区切り)で保存し直してください。".into()
            }
            Self::UnclosedQuote => "二重引用符(\")が閉じられていません。".into(),
            Self::Unreadable => "CSVとして読み取れません。".into(),
            Self::MissingColumn => "必須の列がありません。見出し行に加えてください。".into(),
            Self::UnknownColumn => "取込みの対象にない列です。列名を直すか、列を削除してください。".into(),
            Self::UnnamedColumn(place) => format!("{place}列目に見出しがありません。"),
            Self::DuplicateColumn => "同じ列が2つ以上あります。1つだけ残してください。".into(),
            Self::WrongCellCount { found, expected } => {
                format!("セルが{found}個あります。見出し行と同じ{expected}個にしてください。")
            }
            Self::Required => "入力してください。".into(),
            Self::TooLong { length, max } => {
                format!("{length}文字あります。{max}文字以内にしてください。")
            }
            Self::Control(code) => {
                format!("改行などの使えない文字(U+{code:04X})が含まれています。")
            }
            Self::DuplicateNumber(line) => format!("この職員番号は{line}行目にもあります。"),
            Self::DuplicateMail(line) => {
                format!("このメールアドレスは{line}行目にもあります(大文字と小文字は区別しません)。")
            }
            Self::MailTaken(number) => {
                format!("このメールアドレスは、職員番号{number}の職員が既に使っています。")
            }
            Self::Mail => {
                "メールアドレスの形式が正しくありません。name@example.jp のように書いてください。".into()
            }
            Self::UnknownUnit => "この部署コードは登録されていません。先に部署を取り込んでください。".into(),
            Self::RetiredUnit => {
                "この部署は廃止されています。現在の所属の部署コードを入力してください。".into()
            }
            Self::SupervisorLeaves => {
                "この上司は退職しているか、このファイルにないため転出・退職の扱いになります。別の上司にするか、\
                 空欄にしてください。"
                    .into()
            }
            Self::UnknownSupervisor => "この上司は、ファイルにも登録済みの名簿にも見当たりません。".into(),
            Self::OwnSupervisor => "本人が自分の上司になっています。".into(),
            Self::CircularSupervisors(members) => {
                format!("上司の関係が循環しています({})。", chain(members))
            }
            Self::DuplicateUnit(line) => format!("この部署コードは{line}行目にもあります。"),
            Self::UnknownParent => "この上位部署は、ファイルにも登録済みの部署にも見当たりません。".into(),
            Self::RetiredParent => "この上位部署は廃止されています。".into(),
            Self::UnitHasPeople => {
                "この部署には職員がいます。先に、異動後の所属を入れた職員のファイルを取り込んでください。".into()
            }
            Self::UnitHasUnits => {
                "この部署の下に使用中の部署があります。上位部署を変えるか、同じく廃止とする行を、このファイルに\
                 入れてください。"
                    .into()
            }
            Self::YesOrNo => "「はい」か「いいえ」を入力するか、空欄にしてください。".into(),
            Self::OwnParent => "部署が自分自身の上位部署になっています。".into(),
            Self::CircularUnits(members) => {
                format!("上位部署の関係が循環しています({})。", chain(members))
            }
            Self::UnknownKind => "本省、局、課、室・係、在外公館のいずれかにしてください。".into(),
            Self::UnknownTimeZone => "登録のないタイムゾーンです。Asia/Tokyo のように書いてください。".into(),
            Self::Date => {
                "日付として読めないか、実在しない日付です。2025-04-01、2025/4/1、令和7年4月1日のように\
                 書いてください。"
                    .into()
            }
            Self::DateTooEarly => "1900年より前の日付になっています。".into(),
            Self::HiredTooLate(year) => {
                format!("遠い将来の日付になっています。{year}年末までの日付を受け付けます。")
            }
            Self::LeftBeforeHired(hired) => {
                format!("採用日({hired})より前の日付になっています。")
            }
            Self::UnknownRole(role) => format!(
                "「{role}」という権限はありません。管理職、人事、幹部、管理者を「;」で区切って書いてください。"
            ),
            Self::UnknownLang => "ja か en を入力してください。".into(),
            Self::UnknownPerson => "この職員番号の在籍者はいません。".into(),
            Self::DuplicatePair(line) => format!("この二人の組合せは{line}行目にもあります。"),
            Self::UnknownRelation => "本人、上司、部下、同僚のいずれかにしてください。".into(),
            Self::RelationNotAsked => {
                "この評価では、この関係の人には依頼しません。「依頼する」を「いいえ」にするか、行を削除してください。".into()
            }
            Self::RelationOfSelf => {
                "関係「本人」は、自分自身を評価する行にだけ使えます(自分自身の行は必ず「本人」です)。".into()
            }
            Self::UnknownLineKind => "本務、代行、兼務のいずれかにしてください。".into(),
            Self::UntilBeforeSince(since) => format!("開始日({since})より前の日付になっています。"),
        }
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Required,
            TextError::TooLong { length, max } => Self::TooLong { length, max },
            TextError::Control(code) => Self::Control(code),
        }
    }
}

/// A circle as text: `A → B → A`.
fn chain(members: &[String]) -> String {
    let mut names: Vec<&str> = members.iter().take(MAX_CHAIN).map(String::as_str).collect();
    if members.len() > MAX_CHAIN {
        names.push("…");
    }
    names.extend(members.first().map(String::as_str));
    names.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_in_both_languages() {
        let circle = || vec!["1".to_owned(), "2".to_owned()];
        for problem in [
            Problem::EmptyFile,
            Problem::NoRows,
            Problem::NotCommaSeparated,
            Problem::UnclosedQuote,
            Problem::Unreadable,
            Problem::MissingColumn,
            Problem::UnknownColumn,
            Problem::UnnamedColumn(3),
            Problem::DuplicateColumn,
            Problem::WrongCellCount { found: 2, expected: 5 },
            Problem::Required,
            Problem::TooLong { length: 101, max: 100 },
            Problem::Control(10),
            Problem::DuplicateNumber(2),
            Problem::DuplicateMail(2),
            Problem::MailTaken("7".into()),
            Problem::Mail,
            Problem::UnknownUnit,
            Problem::RetiredUnit,
            Problem::UnknownSupervisor,
            Problem::SupervisorLeaves,
            Problem::OwnSupervisor,
            Problem::CircularSupervisors(circle()),
            Problem::DuplicateUnit(2),
            Problem::UnknownParent,
            Problem::RetiredParent,
            Problem::UnitHasPeople,
            Problem::UnitHasUnits,
            Problem::YesOrNo,
            Problem::OwnParent,
            Problem::CircularUnits(circle()),
            Problem::UnknownKind,
            Problem::UnknownTimeZone,
            Problem::Date,
            Problem::DateTooEarly,
            Problem::HiredTooLate(2027),
            Problem::LeftBeforeHired(jiff::civil::date(2025, 4, 1)),
            Problem::UnknownRole("king".into()),
            Problem::UnknownLang,
            Problem::UnknownPerson,
            Problem::DuplicatePair(2),
            Problem::UnknownRelation,
            Problem::RelationOfSelf,
            Problem::RelationNotAsked,
            Problem::UnknownLineKind,
            Problem::UntilBeforeSince(jiff::civil::date(2025, 4, 1)),
        ] {
            let (ja, en) = (problem.message(Lang::Ja), problem.message(Lang::En));
            assert!(ja.ends_with('。'), "{ja}");
            assert!(en.ends_with('.'), "{en}");
        }
    }

    #[test]
    fn a_long_circle_is_cut_short() {
        let members: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        assert_eq!(chain(&members), "1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → … → 1");
        assert_eq!(chain(&members[..2]), "1 → 2 → 1");
    }
}
