//! What is wrong with a table, and where.

use super::Column;
use crate::indicator::Decimal;
use crate::metric::{Frequency, Measurement, PeriodError, QuantityError};
use crate::text::{Lang, is_forbidden};

/// Most characters of a cell that a fault repeats.
const MAX_EXCERPT: usize = 40;

/// What is wrong with a row, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {problem}")]
pub struct Fault {
    /// The row as a spreadsheet counts it: the first one is row 1.
    pub row: usize,
    /// The column, where one cell is at fault.
    pub column: Option<Column>,
    /// What stands there: at most 40 characters, with spaces for control characters.
    pub value: String,
    /// What is wrong with it, and what is expected.
    pub problem: Problem,
}

/// The faults of a table: the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{total} faults")]
pub struct Faults {
    /// The first [`Faults::MAX_LISTED`].
    pub listed: Vec<Fault>,
    /// All of them.
    pub total: usize,
}

/// What is wrong with a row or a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is no row at all.
    #[error("the file is empty")]
    NoHeader,
    /// More rows than are read at once.
    #[error("more than {most} rows")]
    TooManyRows {
        /// Rows that are read at once.
        most: usize,
    },
    /// The header lacks a column.
    #[error("the column {} is missing", .0.heading(Lang::En))]
    MissingColumn(Column),
    /// The header has a column of another name.
    #[error("the column is unknown")]
    UnknownColumn,
    /// The header has a column twice.
    #[error("the column stands twice")]
    DuplicateColumn,
    /// Text in a cell without a heading.
    #[error("cell {position} has no heading")]
    ExtraCell {
        /// The cell, counted from 1.
        position: usize,
    },
    /// An empty cell.
    #[error("the cell is empty")]
    Required,
    /// Text in a column that a series of this kind has no use for.
    #[error("the cell must be empty")]
    Unused(Measurement),
    /// A code that no unit has.
    #[error("the unit is unknown")]
    UnknownUnit,
    /// A key that no series has.
    #[error("the series is unknown")]
    UnknownSeries,
    /// Not a period, or not one there is.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// A month where a fiscal year is needed, or the other way round.
    #[error("the series has another frequency: {}", .0.as_str())]
    WrongFrequency(Frequency),
    /// A period in the future.
    #[error("the period has not begun")]
    NotBegun,
    /// Not a number.
    #[error("not a number")]
    Number,
    /// A number with more digits than are kept.
    #[error("too many digits")]
    TooLong,
    /// Not a whole number from 0.
    #[error("not a whole number")]
    Count,
    /// Not a word out of the list.
    #[error("not a state")]
    State,
    /// A number that cannot be.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    /// The same unit, series and period stand in an earlier row.
    #[error("the same as row {first}")]
    Duplicate {
        /// The earlier row.
        first: usize,
    },
}

impl Faults {
    /// Most faults that are listed; further ones are only counted.
    pub const MAX_LISTED: usize = 100;

    /// A single fault.
    pub(super) fn of(fault: Fault) -> Self {
        Self { listed: vec![fault], total: 1 }
    }

    pub(super) fn push(&mut self, fault: Fault) {
        self.total += 1;
        if self.listed.len() < Self::MAX_LISTED {
            self.listed.push(fault);
        }
    }

    /// One message per listed fault, and one more where not all are listed.
    pub fn messages(&self, lang: Lang) -> Vec<String> {
        let mut messages: Vec<String> = self.listed.iter().map(|fault| fault.message(lang)).collect();
        let others = self.total.saturating_sub(self.listed.len());
        if others > 0 {
            messages.push(match lang {
                Lang::Ja => format!("ほかに{others}件の誤りがあります。"),
                Lang::En => format!("And {others} more."),
            });
        }
        messages
    }
}

impl Fault {
    pub(super) fn new(row: usize, column: Option<Column>, value: &str, problem: Problem) -> Self {
        let visible = |c: char| if is_forbidden(c) { ' ' } else { c };
        let cut = value.chars().nth(MAX_EXCERPT).is_some();
        let kept = if cut { MAX_EXCERPT - 1 } else { MAX_EXCERPT };
        let mut excerpt: String = value.chars().take(kept).map(visible).collect();
        if cut {
            excerpt.push('…');
        }
        Self { row, column, value: excerpt, problem }
    }

    /// The message for the person who imports the table: row, column, what stands there, what is expected.
    pub fn message(&self, lang: Lang) -> String {
        let (row, problem) = (self.row, self.problem.message(lang));
        let column = self.column.map(|column| column.heading(lang));
        let value = match (self.value.is_empty(), lang) {
            (true, _) => String::new(),
            (false, Lang::Ja) => format!("「{}」: ", self.value),
            (false, Lang::En) => format!("\"{}\": ", self.value),
        };
        match (column, lang) {
            (Some(column), Lang::Ja) => format!("{row}行目・{column}列: {value}{problem}"),
            (Some(column), Lang::En) => format!("Row {row}, column \"{column}\": {value}{problem}"),
            (None, Lang::Ja) => format!("{row}行目: {value}{problem}"),
            (None, Lang::En) => format!("Row {row}: {value}{problem}"),
        }
    }
}

impl Problem {
    /// What is wrong and what is expected, without the place.
    pub fn message(self, lang: Lang) -> String {
        let plain = match self {
            Self::NoHeader => lang.t("ファイルに見出しの行がありません。", "The file has no header row."),
            Self::TooManyRows { most } => {
                return match lang {
                    Lang::Ja => format!("行が多すぎます。見出しを除いて{most}行までにしてください。"),
                    Lang::En => format!("There are too many rows; at most {most} are allowed."),
                };
            }
            Self::MissingColumn(column) => {
                let heading = column.heading(lang);
                return match lang {
                    Lang::Ja => format!("「{heading}」の列がありません。"),
                    Lang::En => format!("The column \"{heading}\" is missing."),
                };
            }
            Self::UnknownColumn => {
                let known = Column::ALL.map(|column| column.heading(lang));
                return match lang {
                    Lang::Ja => format!("使えない見出しです。使える見出し: {}。", known.join("、")),
                    Lang::En => format!("This heading is unknown. Known headings: {}.", known.join(", ")),
                };
            }
            Self::DuplicateColumn => {
                lang.t("同じ列の見出しが二つあります。", "There are two headings of this column.")
            }
            Self::ExtraCell { position } => {
                return match lang {
                    Lang::Ja => format!("{position}番目のセルの列には見出しがありません。空にしてください。"),
                    Lang::En => {
                        format!("Cell {position} stands under no heading. Please leave it empty.")
                    }
                };
            }
            Self::Required => lang.t("入力してください。", "Please fill this in."),
            Self::Unused(measurement) => {
                let kind = measurement.label(lang);
                return match lang {
                    Lang::Ja => format!("種類が「{kind}」の系列では使わない列です。空にしてください。"),
                    Lang::En => format!(
                        "A series of the kind \"{kind}\" has no use for this column. Please leave it empty."
                    ),
                };
            }
            Self::UnknownUnit => lang.t(
                "登録されていない部署コードです。部署一覧のコードをそのまま入力してください。",
                "No unit has this code. Please enter a code exactly as in the list of units.",
            ),
            Self::UnknownSeries => lang.t(
                "登録されていない系列です。系列キーを「overtime_hours」のように入力してください。",
                "There is no series with this key. Please enter a key such as \"overtime_hours\".",
            ),
            Self::Period(error) => return error.message(lang),
            Self::WrongFrequency(Frequency::Month) => lang.t(
                "この系列は月次です。「令和7年4月」「2025-04」のように月を入力してください。",
                "The series is monthly. Please enter a month like \"April 2025\" or \"2025-04\".",
            ),
            Self::WrongFrequency(Frequency::FiscalYear) => lang.t(
                "この系列は年度ごとです。「令和6年度」「FY2024」のように年度を入力してください。",
                "The series has one number a fiscal year. Please enter a fiscal year like \"FY2024\".",
            ),
            Self::NotBegun => lang.t(
                "まだ始まっていない期間です。今日までに始まった期間を入力してください。",
                "The period has not begun. Please enter one that has begun by today.",
            ),
            Self::Number => lang.t(
                "数値として読み取れません。「12.5」「1,234」のように単位を付けずに入力してください。",
                "This cannot be read as a number. Please write it like \"12.5\" or \"1,234\", without a unit.",
            ),
            Self::TooLong => {
                let (digits, decimals) = (Decimal::MAX_DIGITS, Decimal::MAX_DECIMALS);
                return match lang {
                    Lang::Ja => {
                        format!("桁数が多すぎます。全体で{digits}桁、小数点以下{decimals}桁までにしてください。")
                    }
                    Lang::En => format!(
                        "There are too many digits; at most {digits} in all and {decimals} after the point are kept."
                    ),
                };
            }
            Self::Count => lang.t(
                "0以上の整数を「48」のように入力してください。",
                "Please enter a whole number from 0, such as \"48\".",
            ),
            Self::State => lang.t(
                "「導入予定なし」「導入予定」「導入済み」のいずれかを入力してください。",
                "Please enter one of \"not_planned\", \"planned\" and \"introduced\".",
            ),
            Self::Quantity(error) => return error.message(lang),
            Self::Duplicate { first } => {
                return match lang {
                    Lang::Ja => format!(
                        "{first}行目と部署、系列、期間が同じです。どちらか1行にしてください。"
                    ),
                    Lang::En => format!(
                        "Row {first} has the same unit, series and period. Please keep only one of the rows."
                    ),
                };
            }
        };
        plain.to_owned()
    }
}
