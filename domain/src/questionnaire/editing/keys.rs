//! Keys made from words, for those who would rather not invent them.
//!
//! A key says what was asked: results of two waves are compared where the keys are the same. So it is made from the
//! English words and not from a number, which the next item in the same place would get as well.

/// Longest key that is made; the number that tells two of them apart fits behind it.
const LONGEST: usize = 40;

/// The key that English `words` make: their letters and digits in lower case, whole words only, joined by `-`. Where
/// nothing is left of them it is `fallback`, and where it is taken a number follows.
pub fn key_from(words: &str, fallback: &str, taken: impl Fn(&str) -> bool) -> String {
    let words = words.replace(['\'', '’'], "").to_ascii_lowercase();
    let mut key = String::new();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if key.len() + word.len() >= LONGEST {
            break;
        }
        if !key.is_empty() {
            key.push('-');
        }
        key.push_str(word);
    }
    if key.is_empty() {
        fallback.clone_into(&mut key);
    }
    if !taken(&key) {
        return key;
    }
    let free = (2u32..).map(|number| format!("{key}-{number}")).find(|key| !taken(key));
    free.unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::questionnaire::is_key;

    #[test]
    fn keys_are_made_of_the_words() {
        let key = |words: &str| key_from(words, "q", |_| false);
        assert_eq!(key("I’m given time to rest."), "im-given-time-to-rest");
        assert_eq!(key("  Headquarters (Tokyo) "), "headquarters-tokyo");
        assert_eq!(
            key("My superior listens to what I have to say before deciding."),
            "my-superior-listens-to-what-i-have-to"
        );
        assert_eq!(key("日本語"), "q");
        assert_eq!(key(&"x".repeat(80)), "q");
        let taken = ["rest", "rest-2"];
        assert_eq!(key_from("Rest", "q", |key| taken.contains(&key)), "rest-3");
    }

    proptest! {
        #[test]
        fn whatever_is_made_is_a_key(words in ".{0,80}", taken in 0usize..4) {
            let seen = std::cell::Cell::new(0);
            let key = key_from(&words, "section", |_| { seen.set(seen.get() + 1); seen.get() <= taken });
            prop_assert!(is_key(&key), "{key}");
        }
    }
}
