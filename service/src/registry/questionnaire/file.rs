//! The questionnaire file, and what is said where it cannot be read.

use domain::questionnaire::Questionnaire;
use domain::text::{Text, is_forbidden};
use serde_json::error::Category;

use super::check;
use crate::error::{Error, Result};

/// Longest questionnaire file accepted, in bytes.
pub const MAX_FILE: usize = 1 << 20;

/// Longest name of a field that is quoted from the file, in characters.
const MAX_QUOTED: usize = 40;

/// Reads a questionnaire file; every fault is named.
///
/// # Errors
/// [`Error::Invalid`].
pub fn parse(json: &str) -> Result<Questionnaire> {
    if json.len() > MAX_FILE {
        return Err(Error::invalid(
            "ファイルが大きすぎます。1 MB以内にしてください。",
            "The file is too large; at most 1 MB is allowed.",
        ));
    }
    let json = json.trim_start_matches('\u{feff}');
    let questionnaire: Questionnaire = serde_json::from_str(json).map_err(|error| {
        let (line, column, problem) = (error.line(), error.column(), problem(&error));
        Error::invalid(
            format!("調査票の形式が正しくありません({line}行{column}列): {}", problem.ja),
            format!("This is not a questionnaire file (line {line}, column {column}): {}", problem.en),
        )
    })?;
    check(&questionnaire)?;
    Ok(questionnaire)
}

/// What is wrong at that place.
fn problem(error: &serde_json::Error) -> Text {
    match error.classify() {
        Category::Data => misfit(&error.to_string()),
        Category::Eof => Text::new("ファイルが途中で終わっています。", "the file ends too early."),
        Category::Syntax | Category::Io => Text::new(
            "JSONとして読めません。コンマ、引用符、かっこを確かめてください。",
            "it cannot be read as JSON. Please check commas, quotation marks and brackets.",
        ),
    }
}

/// JSON that is no questionnaire, from serde's English words for it.
fn misfit(message: &str) -> Text {
    let name = quoted(message);
    let begins = |words: &str| message.starts_with(words);
    if begins("missing field") {
        Text::new(format!("「{name}」がありません。"), format!("“{name}” is missing."))
    } else if begins("unknown field") {
        Text::new(format!("「{name}」という項目は使えません。"), format!("there is no field “{name}” here."))
    } else if begins("duplicate field") {
        Text::new(format!("「{name}」が二度書かれています。"), format!("“{name}” is written twice."))
    } else if begins("unknown variant") {
        Text::new(
            format!("設問の種類に「{name}」はありません。"),
            format!("there is no kind of item “{name}”."),
        )
    } else {
        let (ja, en) = wanted(message);
        Text::new(
            format!("値の形が違います。{ja}を書いてください。"),
            format!("the value does not fit; {en} is needed."),
        )
    }
}

/// The first name in backquotes, cut short and without characters that turn the message around.
fn quoted(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or_default();
    let shown = |c: char| if is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c };
    let mut short: String = name.chars().take(MAX_QUOTED).map(shown).collect();
    if name.chars().nth(MAX_QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// What should stand there, from the words after the last "expected".
fn wanted(message: &str) -> (&'static str, &'static str) {
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
    if begins(&["a string", "string"]) {
        ("\"…\"で囲んだ文字列", "a text in quotation marks")
    } else if begins(&["a sequence", "sequence"]) {
        ("[…]で囲んだ一覧", "a list in square brackets")
    } else if begins(&["a boolean", "boolean"]) {
        ("trueかfalse", "true or false")
    } else if begins(&["u8", "u32"]) {
        ("0以上の整数", "a whole number that is not negative")
    } else if begins(&["f64"]) {
        ("数値", "a number")
    } else {
        ("説明のとおりの項目を{…}で囲んだもの", "an object with the fields described")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Lang;

    fn said(json: &str, lang: Lang) -> String {
        parse(json).expect_err("refused").message(lang)
    }

    /// A sound questionnaire with one part exchanged.
    fn changed(old: &str, new: &str) -> String {
        let json = r#"{"format":"shirube-questionnaire/1","key":"k","version":1,"title":{"ja":"題","en":"T"},
            "sections":[{"key":"s","title":{"ja":"節","en":"S"},"items":[
            {"key":"q","text":{"ja":"問","en":"Q"},"kind":{"type":"long_text","max_chars":10}}]}]}"#;
        assert!(json.contains(old), "{old}");
        assert!(parse(json).is_ok());
        json.replacen(old, new, 1)
    }

    #[test]
    fn what_is_wrong_is_told_in_both_languages() {
        for (old, new, ja, en) in [
            (r#""version":1,"#, "", "「version」がありません", "“version” is missing"),
            (
                r#""version":1"#,
                r#""version":1,"colour":2"#,
                "「colour」という項目は使えません",
                "no field “colour”",
            ),
            (r#""key":"k""#, r#""key":"k","key":"l""#, "「key」が二度", "“key” is written twice"),
            ("long_text", "riddle", "「riddle」はありません", "no kind of item “riddle”"),
            (r#""version":1"#, r#""version":-1"#, "0以上の整数", "whole number"),
            (r#""version":1"#, r#""version":"one""#, "0以上の整数", "whole number"),
            (r#""key":"k""#, r#""key":7"#, "文字列", "quotation marks"),
            (r#""items":["#, r#""items":5,"help":["#, "一覧", "square brackets"),
            (r#"{"ja":"題","en":"T"}"#, r#""T""#, "項目を", "an object"),
            (r#""version":1,"#, r#""version":1,,"#, "JSONとして読めません", "cannot be read as JSON"),
            (r#"}]}]}"#, "", "途中で終わっています", "ends too early"),
        ] {
            let json = changed(old, new);
            let (japanese, english) = (said(&json, Lang::Ja), said(&json, Lang::En));
            assert!(japanese.contains(ja) && japanese.contains('行'), "{new}: {japanese}");
            assert!(english.contains(en) && english.contains("line "), "{new}: {english}");
            assert!(!japanese.contains("expected"), "{japanese}");
        }
    }

    #[test]
    fn a_name_from_the_file_is_cut_short_and_cannot_turn_the_message_around() {
        let long = changed(r#""version":1"#, &format!(r#""version":1,"{}":2"#, "あ".repeat(500_000)));
        assert!(long.len() > MAX_FILE);
        assert!(said(&long, Lang::En).contains("1 MB"));
        let long = changed(r#""version":1"#, &format!(r#""version":1,"{}":2"#, "あ".repeat(50_000)));
        assert!(said(&long, Lang::Ja).chars().count() < 200);
        let turned = changed(r#""version":1"#, "\"version\":1,\"a\u{202e}b\":2");
        assert!(!said(&turned, Lang::En).contains('\u{202e}'));
    }
}
