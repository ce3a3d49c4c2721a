//! Where the faults of a roster file stand, and the report that lists them.

use serde::{Deserialize, Serialize};

use crate::text::{Lang, is_forbidden};

use super::Problem;

/// Most faults that a [`Report`] lists; the rest are only counted.
pub const MAX_LISTED: usize = 200;

/// Longest value or column name quoted in a report, in characters.
const MAX_QUOTED: usize = 40;

/// One fault of a file: where it stands and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The row as a spreadsheet numbers it: the first row of the file is 1, blank rows count, and a line
    /// break inside a quoted cell does not.
    pub line: u64,
    /// The heading of the column as it stands in the file; `None` where the whole row or file is meant.
    pub column: Option<String>,
    /// The value found, at most 40 characters, with unprintable characters replaced.
    pub value: String,
    /// What is wrong.
    pub problem: Problem,
}

impl RowError {
    pub(crate) fn new(line: u64, column: Option<&str>, value: &str, problem: Problem) -> Self {
        Self { line, column: column.map(quoted), value: quoted(value), problem }
    }

    /// One sentence with the place, the fault and the value found.
    pub fn message(&self, lang: Lang) -> String {
        let Self { line, column, value, problem } = self;
        let problem = problem.message(lang);
        match lang {
            Lang::Ja => {
                let column = column.as_ref().map(|c| format!("「{c}」")).unwrap_or_default();
                let value = if value.is_empty() { String::new() } else { format!("(入力値: {value})") };
                format!("{line}行目{column}: {problem}{value}")
            }
            Lang::En => {
                let column = column.as_ref().map(|c| format!(", “{c}”")).unwrap_or_default();
                let value = if value.is_empty() { String::new() } else { format!(" (value: {value})") };
                format!("Row {line}{column}: {problem}{value}")
            }
        }
    }
}

/// A text short and printable enough to be quoted in a report.
pub(crate) fn quoted(text: &str) -> String {
    let printable = |c: char| if is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c };
    if text.chars().nth(MAX_QUOTED).is_none() {
        text.chars().map(printable).collect()
    } else {
        text.chars().take(MAX_QUOTED - 1).map(printable).chain(['…']).collect()
    }
}

/// Why a file was refused: its faults in the order of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the file has {} faults; nothing was imported", .rows.len() + .more)]
pub struct Report {
    /// At most [`MAX_LISTED`] faults, by row.
    pub rows: Vec<RowError>,
    /// How many more there are.
    pub more: usize,
}

impl Report {
    pub(crate) fn new(mut rows: Vec<RowError>) -> Self {
        rows.sort_by_key(|row| row.line);
        let more = rows.len().saturating_sub(MAX_LISTED);
        rows.truncate(MAX_LISTED);
        Self { rows, more }
    }

    /// A report of a single fault.
    pub(crate) fn of(row: RowError) -> Self {
        Self { rows: vec![row], more: 0 }
    }

    /// All faults, the unlisted ones included.
    pub fn total(&self) -> usize {
        self.rows.len().saturating_add(self.more)
    }

    /// The sentence above the list: how many faults, and that nothing was stored.
    pub fn message(&self, lang: Lang) -> String {
        let total = self.total();
        let mut text = match (lang, total) {
            (Lang::Ja, _) => {
                format!(
                    "{total}件の誤りがあるため、何も取り込んでいません。直してから、もう一度取り込んでください。"
                )
            }
            (Lang::En, 1) => {
                "There is 1 fault, so nothing was imported. Please correct it and import again.".into()
            }
            (Lang::En, _) => {
                format!(
                    "There are {total} faults, so nothing was imported. Please correct them and import again."
                )
            }
        };
        if self.more > 0 {
            text.push_str(&match lang {
                Lang::Ja => format!("はじめの{}件を示しています(ほかに{}件)。", self.rows.len(), self.more),
                Lang::En => format!(" The first {} are listed ({} more).", self.rows.len(), self.more),
            });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_row_column_and_value() {
        let row = RowError::new(5, Some("メール"), "a\r\nb", Problem::Mail);
        assert_eq!(row.value, "a\u{fffd}\u{fffd}b");
        assert!(row.message(Lang::Ja).starts_with("5行目「メール」: "));
        assert!(row.message(Lang::En).starts_with("Row 5, “メール”: "));
        assert!(row.message(Lang::En).ends_with("(value: a\u{fffd}\u{fffd}b)"));
        let row = RowError::new(1, None, "", Problem::EmptyFile);
        assert!(row.message(Lang::Ja).starts_with("1行目: "));
    }

    #[test]
    fn quoted_values_are_at_most_forty_characters() {
        assert_eq!(quoted(&"あ".repeat(40)), "あ".repeat(40));
        assert_eq!(quoted(&"あ".repeat(41)), format!("{}…", "あ".repeat(39)));
    }

    #[test]
    fn a_report_lists_two_hundred_and_counts_the_rest() {
        let rows = (0..250).rev().map(|line| RowError::new(line, None, "", Problem::Required)).collect();
        let report = Report::new(rows);
        assert_eq!((report.rows.len(), report.more, report.total()), (200, 50, 250));
        assert!(report.rows.is_sorted_by_key(|row| row.line));
        assert!(report.message(Lang::Ja).contains("ほかに50件"));
        assert!(report.message(Lang::En).contains("50 more"));
        assert!(
            Report::of(RowError::new(1, None, "", Problem::NoRows)).message(Lang::En).contains("1 fault,")
        );
    }
}
