//! Languages, bilingual texts, and the rules every text typed by a person must keep.

use serde::{Deserialize, Serialize};

/// A language of the user interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese, the first language of every screen.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Picks one of two texts. Writing both side by side makes a missing translation a compile error.
    pub const fn t<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// The BCP 47 tag, as used in the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// Reads a BCP 47 tag such as `ja`, `en-GB`; `None` for any other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "ja" => Some(Lang::Ja),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its two halves.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The text in `lang`; where that half is empty, the other one, so that nothing is ever blank on screen.
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::Ja => (&self.ja, &self.en),
            Lang::En => (&self.en, &self.ja),
        };
        if first.is_empty() { second } else { first }
    }

    /// True when neither language has a text.
    pub fn is_empty(&self) -> bool {
        self.ja.is_empty() && self.en.is_empty()
    }
}

/// Why a typed text is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// Longer than allowed, counted in Unicode scalar values.
    #[error("the text has {length} characters; at most {max} are allowed")]
    TooLong {
        /// Length found.
        length: usize,
        /// Longest length allowed.
        max: usize,
    },
    /// A control character that cannot be used here or, in one line, an invisible character; see [`check`].
    #[error("the text has a control character (U+{0:04X})")]
    Control(u32),
}

impl TextError {
    /// The message for the person who typed the text.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, Lang::Ja) => "入力してください。".into(),
            (Self::Empty, Lang::En) => "Please fill this in.".into(),
            (Self::TooLong { length, max }, Lang::Ja) => {
                format!("{length}文字あります。{max}文字以内にしてください。")
            }
            (Self::TooLong { length, max }, Lang::En) => {
                format!("This has {length} characters; at most {max} are allowed.")
            }
            (Self::Control(code), Lang::Ja) => {
                format!("使えない制御文字(U+{code:04X})が含まれています。")
            }
            (Self::Control(code), Lang::En) => {
                format!("This contains a control character (U+{code:04X}) that cannot be used.")
            }
        }
    }
}

/// True for control characters, and for the invisible ones that make two texts look alike or turn their
/// direction around: zero-width space, word joiner, byte order mark, line and paragraph separators,
/// directional embeddings, overrides and isolates. None of them can stand in one line of text.
pub fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// True where there is nothing to read: only white space and invisible characters, or no character at all.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_forbidden(c))
}

/// Checks a text that may be empty: length in characters, and characters that cannot be used. One line has none that
/// [`is_forbidden`]. A `multiline` text, which may be pasted from anywhere, is refused for control characters only,
/// and line feed, carriage return and tab are allowed in it.
pub fn check(text: &str, max: usize, multiline: bool) -> Result<(), TextError> {
    let length = text.chars().count();
    if length > max {
        return Err(TextError::TooLong { length, max });
    }
    let bad = text.chars().find(|c| {
        if multiline { c.is_control() && !matches!(c, '\n' | '\r' | '\t') } else { is_forbidden(*c) }
    });
    match bad {
        Some(c) => Err(TextError::Control(c as u32)),
        None => Ok(()),
    }
}

/// Trims a one-line text and checks it; an empty one is refused.
pub fn required_line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    check(text, max, false)?;
    Ok(text.to_owned())
}

/// True where a comment seems to hold a name, a telephone number or a mail address, for a warning before sending.
///
/// A simple rule that errs towards warning: an at sign between letters, four digits in a row (hyphens ignored), or an
/// honorific after a Japanese word.
pub fn may_identify(comment: &str) -> bool {
    let chars: Vec<char> = comment.chars().filter(|c| !matches!(c, '-' | '‐' | 'ー')).collect();
    let digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    let number = chars.windows(4).any(|w| w.iter().all(digit));
    let mail = chars
        .windows(3)
        .any(|w| matches!(w[1], '@' | '＠') && w[0].is_alphanumeric() && w[2].is_alphanumeric());
    let kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let honorific =
        chars.windows(3).any(|w| kanji(w[0]) && (w[1..] == ['さ', 'ん'] || w[1..] == ['く', 'ん']));
    let titled = comment.split(['、', '。', ' ', '\n']).any(|part| {
        ["氏", "課長", "室長", "部長", "局長", "大使", "Mr ", "Mr.", "Ms ", "Ms.", "Mrs"].iter().any(|t| {
            part.find(t).is_some_and(|at| part[..at].chars().next_back().is_some_and(kanji) || t.is_ascii())
        })
    });
    number || mail || honorific || titled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_the_other_language() {
        let text = Text::new("日本語", "");
        assert_eq!(text.get(Lang::En), "日本語");
        assert_eq!(Text::new("あ", "a").get(Lang::En), "a");
    }

    #[test]
    fn control_characters_and_long_texts_are_refused() {
        assert_eq!(check("a\u{0}b", 10, true), Err(TextError::Control(0)));
        assert_eq!(check("a\nb", 10, false), Err(TextError::Control(10)));
        assert_eq!(check("a\nb", 10, true), Ok(()));
        assert_eq!(check("あいう", 2, false), Err(TextError::TooLong { length: 3, max: 2 }));
        assert_eq!(required_line("  ", 5), Err(TextError::Empty));
        assert_eq!(required_line(" a ", 5), Ok("a".into()));
    }

    #[test]
    fn invisible_characters_cannot_stand_in_one_line() {
        // A right-to-left override would show "gnp.exe" as "exe.png"; a zero-width space makes two titles look alike.
        for c in
            ['\u{200b}', '\u{2060}', '\u{feff}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{85}']
        {
            let text = format!("title {c}txt");
            assert_eq!(check(&text, 20, false), Err(TextError::Control(c as u32)));
            assert_eq!(required_line(&text, 20), Err(TextError::Control(c as u32)));
        }
        assert_eq!(check("pasted\u{200b} text", 20, true), Ok(()));
        // Joiners make up emoji and are part of some scripts.
        assert_eq!(check("👩\u{200d}💻", 20, false), Ok(()));
    }

    #[test]
    fn a_text_of_which_nothing_can_be_read_is_blank() {
        for text in ["", " ", "\n\t", "\u{3000}", "\u{200b}\u{feff} "] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank(" . "));
    }

    #[test]
    fn a_comment_that_names_somebody_is_noticed() {
        for named in ["田中さんが良い", "03-1234-5678", "a@b.jp まで", "鈴木課長に相談", "電話は１２３４"]
        {
            assert!(may_identify(named), "{named}");
        }
        for plain in ["会議が多い", "課長との面談が少ない", "毎日3時間", "皆で考えたい"]
        {
            assert!(!may_identify(plain), "{plain}");
        }
    }

    #[test]
    fn tags_are_read_whatever_the_region() {
        assert_eq!(Lang::from_tag("en-GB"), Some(Lang::En));
        assert_eq!(Lang::from_tag("JA"), Some(Lang::Ja));
        assert_eq!(Lang::from_tag("fr"), None);
    }
}
