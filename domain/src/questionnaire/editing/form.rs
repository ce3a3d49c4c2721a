//! What the editing forms have in common: fields of typed text, and the faults found in them.

use crate::questionnaire::{Condition, MAX_TEXT, day, is_key};
use crate::text::{self, Lang, Text, TextError};

use super::lines::LineError;

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong, in both languages.
    pub message: Text,
}

/// Reads the fields of one form and gathers what is wrong with them.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) errors: Vec<FieldError>,
}

impl Reader {
    pub(super) fn fault(&mut self, field: &'static str, ja: impl Into<String>, en: impl Into<String>) {
        self.errors.push(FieldError { field, message: Text::new(ja, en) });
    }

    /// One text, trimmed and with line feeds only.
    fn text(&mut self, field: &'static str, typed: &str, required: bool, multiline: bool) -> String {
        let text = plain(typed);
        let checked = if required && text.is_empty() {
            Err(TextError::Empty)
        } else {
            text::check(&text, MAX_TEXT, multiline)
        };
        if let Err(error) = checked {
            self.fault(field, error.message(Lang::Ja), error.message(Lang::En));
        }
        text
    }

    /// A text in both languages that may have several lines.
    pub(super) fn text_pair(&mut self, fields: [&'static str; 2], typed: [&str; 2], required: bool) -> Text {
        Text::new(
            self.text(fields[0], typed[0], required, true),
            self.text(fields[1], typed[1], required, true),
        )
    }

    /// One line in both languages.
    pub(super) fn line_pair(&mut self, fields: [&'static str; 2], typed: [&str; 2], required: bool) -> Text {
        Text::new(
            self.text(fields[0], typed[0], required, false),
            self.text(fields[1], typed[1], required, false),
        )
    }

    /// A key, or an empty text where it is left to be made from the words. What is none is named here, so that the
    /// message stands beside the field.
    pub(super) fn key(&mut self, field: &'static str, typed: &str) -> String {
        let key = typed.trim().to_owned();
        if !key.is_empty() && !is_key(&key) {
            self.fault(
                field,
                "半角英小文字、数字、-、_ だけで、64文字以内にしてください。空欄なら自動で付きます。",
                "Please use only lower-case letters, digits, - and _, at most 64. Left empty, it is made by itself.",
            );
        }
        key
    }

    /// A whole number, or `None` for an empty field.
    pub(super) fn count(&mut self, field: &'static str, typed: &str) -> Option<u32> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let found = typed.parse().ok();
        if found.is_none() {
            self.fault(field, "0以上の整数を半角数字で入力してください。", "Please enter a whole number.");
        }
        found
    }

    /// A number that must be there.
    pub(super) fn number(&mut self, field: &'static str, typed: &str) -> f64 {
        match typed.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            _ => {
                self.fault(field, "数値を半角で入力してください。", "Please enter a number.");
                0.0
            }
        }
    }

    /// A date, or `None` for an empty field.
    pub(super) fn date(&mut self, field: &'static str, typed: &str) -> Option<String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        if day(typed).is_none() {
            self.fault(
                field,
                "日付を2025-04-01のように入力してください。",
                "Please enter a date, such as 2025-04-01.",
            );
        }
        Some(typed.to_owned())
    }

    /// Lines, read by `parse`.
    pub(super) fn lines<T>(&mut self, field: &'static str, parsed: Result<Vec<T>, LineError>) -> Vec<T> {
        parsed.unwrap_or_else(|error| {
            self.fault(field, error.message(Lang::Ja), error.message(Lang::En));
            Vec::new()
        })
    }

    /// A condition: both fields, or neither.
    pub(super) fn condition(&mut self, item: &str, values: &str) -> Option<Condition> {
        let item = item.trim().to_owned();
        let any_of = split(values);
        match (item.is_empty(), any_of.is_empty()) {
            (true, true) => None,
            (false, false) => Some(Condition { item, any_of }),
            (true, false) => {
                self.fault(
                    "show_item",
                    "条件にする設問を選んでください。",
                    "Please choose the item that the condition looks at.",
                );
                None
            }
            (false, true) => {
                self.fault(
                    "show_values",
                    "表示する場合の回答(選択肢のキーか、尺度の番号)を入力してください。",
                    "Please enter the answers it takes: keys of options, or numbers of scale points.",
                );
                None
            }
        }
    }
}

/// A typed text with line feeds only and without white space around it. Browsers send line breaks as CR LF.
pub(super) fn plain(typed: &str) -> String {
    typed.replace("\r\n", "\n").trim().to_owned()
}

/// The values of a condition: separated by commas, Japanese ones included.
fn split(values: &str) -> Vec<String> {
    values
        .split([',', '，', '、'])
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_needs_both_halves() {
        let mut reader = Reader::default();
        assert_eq!(reader.condition(" ", ""), None);
        assert!(reader.errors.is_empty());
        let condition = reader.condition("telework", "1, 2、3，").expect("a condition");
        assert_eq!(condition.any_of, ["1", "2", "3"]);
        assert_eq!(reader.condition("telework", " , "), None);
        assert_eq!(reader.condition("", "1"), None);
        let fields: Vec<&str> = reader.errors.iter().map(|e| e.field).collect();
        assert_eq!(fields, ["show_values", "show_item"]);
    }

    #[test]
    fn numbers_and_dates_are_checked() {
        let mut reader = Reader::default();
        assert_eq!(reader.count("min", " 3 "), Some(3));
        assert_eq!(reader.count("min", ""), None);
        assert_eq!(reader.number("max", "2.5"), 2.5);
        assert_eq!(reader.date("min", "2025-04-01"), Some("2025-04-01".into()));
        assert!(reader.errors.is_empty());
        reader.count("min", "-1");
        reader.number("max", "inf");
        reader.date("min", "2025-02-30");
        assert_eq!(reader.errors.len(), 3);
    }

    #[test]
    fn line_breaks_of_browsers_become_line_feeds() {
        assert_eq!(plain(" a\r\nb \r\n"), "a\nb");
    }
}
