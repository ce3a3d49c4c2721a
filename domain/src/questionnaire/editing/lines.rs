//! Options, rows and labels as people type them: one a line, parts separated by `|`.
//!
//! `日本語 | English` for the labels of a scale, and for options, rows and areas `key | 日本語 | English`, or without
//! the key, which is then made from the English words; an option of a multiple choice may end with `| exclusive`. The
//! full-width `｜` separates as well. Where a label itself has such a
//! sign, `\|` stands for it, `\n` for a line break and `\\` for a backslash, so that every label can be written.

use std::collections::BTreeSet;

use super::keys::key_from;
use crate::questionnaire::{Area, Choice, MAX_TEXT, is_key};
use crate::text::{self, Lang, Text, TextError};

/// The word that makes an option exclusive, and its Japanese counterpart.
const EXCLUSIVE: (&str, &str) = ("exclusive", "排他");

/// What is wrong with a line, and in which one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct LineError {
    /// Counts from 1; blank lines count.
    pub line: usize,
    /// What is wrong.
    pub problem: LineProblem,
}

/// One kind of fault of a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineProblem {
    /// Not as many parts as there should be.
    #[error("please write it as “{form}” (parts found: {found})")]
    Parts {
        /// Parts found.
        found: usize,
        /// The form asked for.
        form: &'static str,
    },
    /// The part before the first separator cannot be a key.
    #[error("“{0}” cannot be a key (lower-case letters, digits, - and _; at most 64)")]
    Key(String),
    /// The key stands in an earlier line.
    #[error("the key “{0}” is used twice")]
    Duplicate(String),
    /// The text in one language.
    #[error("{}: {}", language(.0, Lang::En), .1.message(Lang::En))]
    Label(Lang, TextError),
    /// The last part is not the word for an exclusive option.
    #[error("“{0}” is not known here; only “exclusive” can stand in the last place")]
    Flag(String),
}

const fn language(of: &Lang, lang: Lang) -> &'static str {
    match of {
        Lang::Ja => lang.t("日本語の文", "Japanese text"),
        Lang::En => lang.t("英語の文", "English text"),
    }
}

impl LineError {
    /// The message for the person who typed the lines.
    pub fn message(&self, lang: Lang) -> String {
        let line = self.line;
        match lang {
            Lang::Ja => format!("{line}行目: {}", self.problem.japanese()),
            Lang::En => format!("Line {line}: {}.", self.problem.to_string().trim_end_matches('.')),
        }
    }
}

impl LineProblem {
    fn japanese(&self) -> String {
        match self {
            Self::Parts { found, form } => {
                format!("「|」で区切った部分が{found}個あります。「{form}」の形で書いてください。")
            }
            Self::Key(key) => {
                format!("「{key}」はキーに使えません(半角英小文字、数字、-、_ で64文字まで)。")
            }
            Self::Duplicate(key) => format!("キー「{key}」が二度使われています。"),
            Self::Label(of, error) => format!("{}: {}", language(of, Lang::Ja), error.message(Lang::Ja)),
            Self::Flag(word) => {
                format!("「{word}」は使えません。最後の部分に書けるのは「exclusive」だけです。")
            }
        }
    }
}

/// Reads the labels of a scale.
///
/// # Errors
/// The first line that is not `日本語 | English`.
pub fn parse_labels(text: &str) -> Result<Vec<Text>, LineError> {
    let form = "日本語 | English";
    lines(text)
        .map(|(line, parts)| {
            let problem = match parts.as_slice() {
                [ja, en] => match label(ja, en) {
                    Ok(label) => return Ok(label),
                    Err(problem) => problem,
                },
                other => LineProblem::Parts { found: other.len(), form },
            };
            Err(LineError { line, problem })
        })
        .collect()
}

/// Reads options or rows. Only where `exclusive` is allowed may a line end with that word.
///
/// # Errors
/// The first line that is neither `key | 日本語 | English` nor `日本語 | English`, or repeats a key.
pub fn parse_choices(text: &str, exclusive: bool) -> Result<Vec<Choice>, LineError> {
    keyed(text, exclusive, "option")
}

/// Reads areas.
///
/// # Errors
/// As [`parse_choices`].
pub fn parse_areas(text: &str) -> Result<Vec<Area>, LineError> {
    let choices = keyed(text, false, "area")?;
    Ok(choices.into_iter().map(|c| Area { key: c.key, label: c.label }).collect())
}

/// Reads lines with or without a key; `fallback` is the key where the English words make none.
fn keyed(text: &str, exclusive: bool, fallback: &str) -> Result<Vec<Choice>, LineError> {
    let mut choices: Vec<Choice> = Vec::new();
    for (line, parts) in lines(text) {
        let known = |key: &str| choices.iter().any(|c| c.key == key);
        match choice(&parts, exclusive, known) {
            Ok(choice) => choices.push(choice),
            Err(problem) => return Err(LineError { line, problem }),
        }
    }
    // Only now, so that no key that is made is the one typed in a later line.
    let mut keys: BTreeSet<String> = choices.iter().map(|c| c.key.clone()).collect();
    for choice in choices.iter_mut().filter(|c| c.key.is_empty()) {
        choice.key = key_from(&choice.label.en, fallback, |key| keys.contains(key));
        keys.insert(choice.key.clone());
    }
    Ok(choices)
}

/// The lines that [`parse_labels`] reads as these labels.
pub fn write_labels(labels: &[Text]) -> String {
    let lines: Vec<String> =
        labels.iter().map(|l| format!("{} | {}", escape(&l.ja), escape(&l.en))).collect();
    lines.join("\n")
}

/// The lines that [`parse_choices`] reads as these choices.
pub fn write_choices(choices: &[Choice]) -> String {
    let line = |c: &Choice| {
        // A label that is the word itself must not be taken for the mark.
        let mark = if c.exclusive {
            " | exclusive"
        } else if is_exclusive(&c.label.en) {
            " |"
        } else {
            ""
        };
        format!("{} | {} | {}{mark}", c.key, escape(&c.label.ja), escape(&c.label.en))
    };
    let lines: Vec<String> = choices.iter().map(line).collect();
    lines.join("\n")
}

/// The lines that [`parse_areas`] reads as these areas.
pub fn write_areas(areas: &[Area]) -> String {
    let lines: Vec<String> = areas
        .iter()
        .map(|a| format!("{} | {} | {}", a.key, escape(&a.label.ja), escape(&a.label.en)))
        .collect();
    lines.join("\n")
}

/// One line; the key is empty where there is none.
fn choice(parts: &[String], exclusive: bool, known: impl Fn(&str) -> bool) -> Result<Choice, LineProblem> {
    let form = if exclusive { "key | 日本語 | English | exclusive" } else { "key | 日本語 | English" };
    let (key, ja, en, mark) = match parts {
        // "a | はい" is rather a key and one language than an English label in Japanese.
        [first, second] if !is_key(first) || second.is_ascii() => ("", first, second, ""),
        [ja, en, mark] if exclusive && is_exclusive(mark) => ("", ja, en, mark.as_str()),
        [key, ja, en] => (key.as_str(), ja, en, ""),
        [key, ja, en, mark] if exclusive || mark.is_empty() => (key.as_str(), ja, en, mark.as_str()),
        other => return Err(LineProblem::Parts { found: other.len(), form }),
    };
    if !key.is_empty() && !is_key(key) {
        return Err(LineProblem::Key(key.to_owned()));
    }
    if !key.is_empty() && known(key) {
        return Err(LineProblem::Duplicate(key.to_owned()));
    }
    let label = label(ja, en)?;
    if !mark.is_empty() && !is_exclusive(mark) {
        return Err(LineProblem::Flag(mark.to_owned()));
    }
    Ok(Choice { key: key.to_owned(), label, exclusive: !mark.is_empty() })
}

fn is_exclusive(word: &str) -> bool {
    word.eq_ignore_ascii_case(EXCLUSIVE.0) || word == EXCLUSIVE.1
}

fn label(ja: &str, en: &str) -> Result<Text, LineProblem> {
    for (lang, half) in [(Lang::Ja, ja), (Lang::En, en)] {
        let checked = if half.is_empty() { Err(TextError::Empty) } else { text::check(half, MAX_TEXT, true) };
        checked.map_err(|error| LineProblem::Label(lang, error))?;
    }
    Ok(Text::new(ja, en))
}

/// The lines that are not blank, with their number and their trimmed parts.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> + '_ {
    let numbered = (1..).zip(text.lines());
    numbered.filter(|(_, line)| !line.trim().is_empty()).map(|(number, line)| (number, parts(line)))
}

fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        match c {
            '|' | '｜' => parts.push(String::new()),
            '\\' => match chars.next() {
                Some(next @ ('|' | '｜' | '\\')) => parts[last].push(next),
                Some('n') => parts[last].push('\n'),
                Some(next) => parts[last].extend(['\\', next]),
                None => parts[last].push('\\'),
            },
            c => parts[last].push(c),
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

fn escape(label: &str) -> String {
    let mut escaped = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            '|' | '｜' | '\\' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(text: &str, exclusive: bool) -> Option<(usize, LineProblem)> {
        parse_choices(text, exclusive).err().map(|e| (e.line, e.problem))
    }

    #[test]
    fn options_are_read_line_by_line() {
        let text = "a | はい | Yes\r\n\n b｜いいえ｜No\nnone | どれもない | None of these | exclusive\n";
        let choices = parse_choices(text, true).expect("choices");
        let keys: Vec<(&str, bool)> = choices.iter().map(|c| (c.key.as_str(), c.exclusive)).collect();
        assert_eq!(keys, [("a", false), ("b", false), ("none", true)]);
        assert_eq!(choices[1].label, Text::new("いいえ", "No"));
        assert_eq!(parse_choices("x | 無 | None | 排他", true).map(|c| c[0].exclusive), Ok(true));
    }

    #[test]
    fn a_key_that_is_left_out_is_made_from_the_words() {
        let text = "本省 | Headquarters\nmission | 在外公館 | A mission\n公館 | Mission\n | 他 | その他\n";
        let keys: Vec<String> =
            parse_choices(text, false).expect("choices").into_iter().map(|c| c.key).collect();
        assert_eq!(keys, ["headquarters", "mission", "mission-2", "option"]);
        // What is written has the keys, so they stay when a line above is removed.
        let written = write_choices(&parse_choices(text, false).expect("choices"));
        assert!(written.contains("mission-2 | 公館 | Mission"), "{written}");

        let none = parse_choices("どれもない | None of these | exclusive", true).expect("choices");
        assert_eq!((none[0].key.as_str(), none[0].exclusive), ("none-of-these", true));
        let word = [Choice { key: "a".into(), label: Text::new("排他", "Exclusive"), exclusive: false }];
        for exclusive in [false, true] {
            assert_eq!(parse_choices(&write_choices(&word), exclusive).as_deref(), Ok(word.as_slice()));
        }
        assert_eq!(parse_areas("休息 | Rest").map(|a| a[0].key.clone()), Ok("rest".into()));
    }

    #[test]
    fn a_fault_names_its_line() {
        let parts = |found, form| LineProblem::Parts { found, form };
        assert_eq!(problem("a | はい", false), Some((1, parts(2, "key | 日本語 | English"))));
        assert_eq!(
            problem("a | はい | Yes | exclusive", false),
            Some((1, parts(4, "key | 日本語 | English")))
        );
        assert_eq!(
            problem("\na | はい | Yes\nA B | いいえ | No", false),
            Some((3, LineProblem::Key("A B".into())))
        );
        assert_eq!(
            problem("a | はい | Yes\na | いいえ | No", false),
            Some((2, LineProblem::Duplicate("a".into())))
        );
        assert_eq!(problem("a | | Yes", false), Some((1, LineProblem::Label(Lang::Ja, TextError::Empty))));
        assert_eq!(problem("a | はい | Yes | only", true), Some((1, LineProblem::Flag("only".into()))));
        let error = parse_labels("強くそう思う | Agree\nそう思わない").expect_err("a fault");
        assert_eq!(
            error.message(Lang::Ja),
            "2行目: 「|」で区切った部分が1個あります。「日本語 | English」の形で書いてください。"
        );
        assert_eq!(
            error.message(Lang::En),
            "Line 2: please write it as “日本語 | English” (parts found: 1)."
        );
    }

    #[test]
    fn separators_can_be_part_of_a_label() {
        let labels = [Text::new("A|B", "A｜B"), Text::new("二\n行", "C:\\names")];
        let text = write_labels(&labels);
        assert_eq!(text, "A\\|B | A\\｜B\n二\\n行 | C:\\\\names");
        assert_eq!(parse_labels(&text).as_deref(), Ok(labels.as_slice()));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            labels in prop::collection::vec(("[a-z|｜\\\\あ\n]{1,12}", "[a-z|｜\\\\n ]{1,12}"), 1..6)
        ) {
            let labels: Vec<Text> = labels
                .iter()
                .map(|(ja, en)| Text::new(ja.trim(), en.trim()))
                .filter(|l| !l.ja.is_empty() && !l.en.is_empty())
                .collect();
            prop_assert_eq!(parse_labels(&write_labels(&labels)), Ok(labels));
        }

        #[test]
        fn whatever_is_typed_never_panics(text in "[a-z|｜\\\\ \n\u{7}]{0,60}") {
            if let Err(error) = parse_choices(&text, true) {
                prop_assert!(error.line >= 1);
                prop_assert!(error.message(Lang::Ja).ends_with('。'));
            }
        }
    }
}
