//! What can be wrong with a row or a file of the form, in words.

use super::{Actions, Category, Column};
use crate::fiscal_year::DateError;
use crate::followup::MAX_ROWS;
use crate::followup::check::RowFault;
use crate::text::{Lang, TextError};

/// Most characters of a cell that an error repeats, an ellipsis included.
pub(super) const MAX_EXCERPT: usize = 40;

/// The first characters of a text, with spaces for control characters and an ellipsis for what is left out.
pub(super) fn excerpt(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    if text.chars().nth(MAX_EXCERPT).is_none() {
        return text.chars().map(visible).collect();
    }
    text.chars().take(MAX_EXCERPT - 1).map(visible).chain(['…']).collect()
}

/// Why a row cannot be an entry of the form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenDataError {
    /// The row states no figure.
    #[error("the row is not a figure")]
    NotAFigure,
    /// Nothing says what is measured.
    #[error("the item is empty")]
    EmptyItem,
    /// More actions than [`Actions::MAX`]: how many there are.
    #[error("{0} actions; at most {max} are allowed", max = Actions::MAX)]
    TooManyActions(usize),
    /// An action longer than [`Actions::MAX_CHARS`].
    #[error("the action \"{action}\" has {length} characters, more than {max}", max = Actions::MAX_CHARS)]
    ActionTooLong {
        /// How it begins: at most 40 characters.
        action: String,
        /// Its length in characters.
        length: usize,
    },
    /// The month of publication is empty or no month.
    #[error("the month of publication is not a month")]
    NotAMonth,
    /// A date that does not exist.
    #[error(transparent)]
    Date(#[from] DateError),
}

impl OpenDataError {
    /// The message for the person who publishes or imports the figures.
    pub fn message(&self, lang: Lang) -> String {
        let (count, chars) = (Actions::MAX, Actions::MAX_CHARS);
        match (self, lang) {
            (Self::NotAFigure, _) => {
                lang.t("種別が「数値」の行ではありません。", "This row is not a figure.").to_owned()
            }
            (Self::EmptyItem, _) => {
                lang.t("目標項目を入力してください。", "Please enter the item of the target.").to_owned()
            }
            (Self::TooManyActions(found), Lang::Ja) => {
                format!("取組内容が{found}つあります。1行に1つずつ、最大{count}つまでにしてください。")
            }
            (Self::TooManyActions(found), Lang::En) => {
                format!("There are {found} actions (one a line); at most {count} are allowed.")
            }
            (Self::ActionTooLong { action, length }, Lang::Ja) => {
                format!("取組内容「{action}」は{length}文字あります。{chars}文字以内にしてください。")
            }
            (Self::ActionTooLong { action, length }, Lang::En) => {
                format!("The action \"{action}\" has {length} characters; at most {chars} are allowed.")
            }
            (Self::NotAMonth, _) => lang
                .t(
                    "公表年月は「令和7年7月」または「2025-07」のように年と月で入力してください。",
                    "Please enter the month of publication like \"July 2025\" or \"2025-07\".",
                )
                .to_owned(),
            (Self::Date(error), _) => error.message(lang),
        }
    }
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {problem}")]
pub struct OpenDataFault {
    /// The row as a spreadsheet counts it.
    pub row: usize,
    /// The column, where one cell is at fault.
    pub column: Option<Column>,
    /// What stands there: at most 40 characters, with spaces for control characters.
    pub value: String,
    /// What is wrong with it, and what is expected.
    pub problem: Problem,
}

/// What is wrong with a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No row has the heading 目標項目.
    #[error("no header row")]
    NoHeader,
    /// The header lacks a column.
    #[error("the column \"{}\" is missing", .0.label(Lang::En))]
    MissingColumn(Column),
    /// The header has a column of another name.
    #[error("the column is unknown")]
    UnknownColumn,
    /// A column headed 時期 that does not stand to the right of one it can belong to.
    #[error("a column of times without a column it belongs to")]
    StrayWhen,
    /// The header has a column once too often.
    #[error("the column stands too often")]
    DuplicateColumn,
    /// A cell with text under no heading.
    #[error("a text under no heading")]
    OutsideColumns,
    /// More rows than [`MAX_ROWS`].
    #[error("more than {} rows", MAX_ROWS)]
    TooManyRows,
    /// Neither the row nor a heading above it names a category.
    #[error("no category")]
    NoCategory,
    /// Not one of the five categories.
    #[error("not one of the five categories")]
    UnknownCategory,
    /// The item stands in an earlier row of the same category.
    #[error("the same item as row {0}")]
    SameAs(usize),
    /// The cell does not fit the form.
    #[error(transparent)]
    Entry(#[from] OpenDataError),
    /// What the cell says cannot be.
    #[error(transparent)]
    Content(#[from] RowFault),
    /// Too long, or with a control character.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl From<DateError> for Problem {
    fn from(error: DateError) -> Self {
        Self::Entry(error.into())
    }
}

impl OpenDataFault {
    pub(super) fn new(row: usize, column: Option<Column>, value: &str, problem: Problem) -> Self {
        Self { row, column, value: excerpt(value), problem }
    }

    /// The message for the person who imports the file: row, column, what stands there, what is expected.
    pub fn message(&self, lang: Lang) -> String {
        let problem = self.problem.message(lang);
        let column = self.column.map(|column| column.label(lang));
        let value = match (self.value.is_empty(), lang) {
            (true, _) => String::new(),
            (false, Lang::Ja) => format!("「{}」: ", self.value),
            (false, Lang::En) => format!("\"{}\": ", self.value),
        };
        match (column, lang) {
            (Some(column), Lang::Ja) => format!("{}行目・{column}列: {value}{problem}", self.row),
            (Some(column), Lang::En) => format!("Row {}, column \"{column}\": {value}{problem}", self.row),
            (None, Lang::Ja) => format!("{}行目: {value}{problem}", self.row),
            (None, Lang::En) => format!("Row {}: {value}{problem}", self.row),
        }
    }
}

impl Problem {
    /// What is wrong and what is expected, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let plain = match self {
            Self::NoHeader => lang.t(
                "「目標項目」を含む見出しの行が見つかりません。",
                "No header row with the heading \"目標項目\" was found.",
            ),
            Self::MissingColumn(column) => {
                return match lang {
                    Lang::Ja => format!("{}の列(見出し「{}」)がありません。", column.label(lang), column.header()),
                    Lang::En => {
                        format!("The column \"{}\" ({}) is missing.", column.header(), column.label(lang))
                    }
                };
            }
            Self::UnknownColumn => {
                lang.t("この見出しの列は様式にありません。", "The form has no column with this heading.")
            }
            Self::StrayWhen => lang.t(
                "「時期」の列は、「数値目標」「最新値」「目標設定時最新値」のいずれかの右隣に置いてください。",
                "A column \"時期\" must stand to the right of 数値目標 (target), 最新値 (latest value) or \
                 目標設定時最新値 (value when the target was set).",
            ),
            Self::DuplicateColumn => lang.t(
                "同じ見出しの列が多すぎます(「取組内容」は2つまで、ほかは1つです)。",
                "This heading stands too often (取組内容 may stand twice, any other once).",
            ),
            Self::OutsideColumns => lang.t(
                "見出しのない列に文字があります。見出しを付けるか、削除してください。",
                "This text stands in a column without a heading. Please add the heading or delete the text.",
            ),
            Self::TooManyRows => {
                return match lang {
                    Lang::Ja => format!("行が多すぎます。{MAX_ROWS}行までにしてください。"),
                    Lang::En => format!("There are too many rows; at most {MAX_ROWS} are allowed."),
                };
            }
            Self::NoCategory => lang.t(
                "分類がありません。分類の列に入力するか、上の行に分類名だけを入れてください。",
                "There is no category. Please fill in the column 分類, or put the category alone in a row \
                 above.",
            ),
            Self::UnknownCategory => {
                let names = Category::ALL.map(|category| category.label(Lang::Ja));
                return match lang {
                    Lang::Ja => format!("分類は「{}」のいずれかにしてください。", names.join("」「")),
                    Lang::En => format!("The category must be one of: {}.", names.join(", ")),
                };
            }
            Self::SameAs(row) => {
                return match lang {
                    Lang::Ja => {
                        format!("{row}行目と分類・目標項目が同じです。どちらかを直すか、削除してください。")
                    }
                    Lang::En => format!(
                        "Category and item are the same as in row {row}. Please change or delete one of them."
                    ),
                };
            }
            Self::Entry(error) => return error.message(lang),
            Self::Content(fault) => return fault.message(lang),
            Self::Text(error) => return error.message(lang),
        };
        plain.to_owned()
    }
}
