//! What the JSON Schema says of texts, keys and dates. Only the schemas of these types are used, never a value.

use schemars::JsonSchema;

use super::MAX_TEXT;

/// As [`super::is_key`].
pub(super) const KEY: &str = "^[a-z0-9_-]{1,64}$";

/// As [`super::day`]; that there is such a day is checked on import.
pub(super) const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// A character that is not white space.
const SOMETHING: &str = r"\S";

/// A text in both languages; neither half is empty.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct RequiredText {
    /// Japanese.
    #[schemars(length(max = MAX_TEXT), regex(pattern = SOMETHING))]
    ja: String,
    /// English.
    #[schemars(length(max = MAX_TEXT), regex(pattern = SOMETHING))]
    en: String,
}

/// A text in both languages that may be empty.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct OptionalText {
    /// Japanese.
    #[schemars(length(max = MAX_TEXT))]
    ja: String,
    /// English.
    #[schemars(length(max = MAX_TEXT))]
    en: String,
}
