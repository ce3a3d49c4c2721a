//! Typed figures and dates brought to one form before they are read: ７ and 7 mean the same.

/// Turns full-width ASCII (U+FF01 to U+FF5E) into ASCII and drops white space, except that one space stays
/// between two ASCII letters or digits: there it keeps words and numbers apart.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for typed in text.chars() {
        if typed.is_whitespace() {
            gap = true;
            continue;
        }
        let c = match typed {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(typed) - 0xfee0).unwrap_or(typed),
            _ => typed,
        };
        let after_word = folded.ends_with(|last: char| last.is_ascii_alphanumeric());
        if gap && after_word && c.is_ascii_alphanumeric() {
            folded.push(' ');
        }
        gap = false;
        folded.push(c);
    }
    folded
}

/// A folded cell without one pair of parentheses around it: the Cabinet Office prints times as `(2017年度)`.
pub(crate) fn bare(folded: &str) -> &str {
    folded.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(folded)
}

/// What follows `word` at the start of `text`, in any case and without leading spaces; `None` where the text
/// does not start with it.
pub(crate) fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then(|| tail.trim_start())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn full_width_forms_and_spaces_fold_away() {
        assert_eq!(fold("　令和 ７ 年　"), "令和7年");
        assert_eq!(fold("４２．３％"), "42.3%");
        assert_eq!(fold("1  October\t2025"), "1 October 2025");
        assert_eq!(fold("至 ～ 否"), "至~否");
    }

    #[test]
    fn a_word_is_stripped_whatever_its_case() {
        assert_eq!(strip_word("At least 35", "at least"), Some("35"));
        assert_eq!(strip_word("約35", "about"), None);
        assert_eq!(strip_word("約", "at"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
