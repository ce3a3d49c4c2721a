//! Texts that people wrote in a language of their own choice: a name without an English form, a comment, a cell of the
//! follow-up table. Whatever the language of the page, screen readers are told how to read them.

use domain::text::Lang;

/// The `lang` attribute of such a text on a page in `lang`: `ja` where it has Japanese letters and the page is English.
pub fn own_lang(text: &str, lang: Lang) -> Option<&'static str> {
    (lang == Lang::En && text.chars().any(is_japanese)).then_some(Lang::Ja.tag())
}

/// True for kana and kanji.
fn is_japanese(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_texts_are_marked_on_english_pages_only() {
        for text in ["見本 花子", "カイロ", "ﾃｽﾄ", "FY2025 (令和7年度)", "々"] {
            assert_eq!((own_lang(text, Lang::En), own_lang(text, Lang::Ja)), (Some("ja"), None), "{text}");
        }
        for text in ["", "MIHON Hanako", "42.3%", "Café – “1”", "–"] {
            assert_eq!(own_lang(text, Lang::En), None, "{text}");
        }
    }
}
