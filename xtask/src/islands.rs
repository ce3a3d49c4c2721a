//! Server and browser package must be of one build: Leptos names each island after its place in the source, and a
//! page whose islands the package does not know stays dead without a word.

use std::fs;

use crate::step::{Failure, OrFail};
use crate::workspace::{OUTPUT_NAME, Profile, Workspace};

/// Fails unless the server knows every island of the browser package.
pub fn check(workspace: &Workspace, profile: Profile) -> Result<(), Failure> {
    let script = workspace.site().join(format!("pkg/{OUTPUT_NAME}.js"));
    let text = fs::read_to_string(&script)
        .or_fail(|| format!("could not read {}", script.display()), "Run `cargo xtask site`.")?;
    let binary = workspace.binary(profile);
    let server = fs::read(&binary)
        .or_fail(|| format!("could not read {}", binary.display()), "Run `cargo xtask build`.")?;
    match names(&text).into_iter().find(|name| !contains(&server, name.as_bytes())) {
        None => Ok(()),
        Some(name) => Err(Failure::new(
            format!("the server does not know the island {name} of the browser package"),
            "Both must be built from the same source: touch app/src/lib.rs and run `cargo xtask build` again.",
        )),
    }
}

/// The islands that the package exports: `NAME_HASH`.
fn names(script: &str) -> Vec<String> {
    let exported = script.split("export function ").skip(1).filter_map(|rest| rest.split('(').next());
    let is_island = |name: &&str| {
        name.rsplit_once('_').is_some_and(|(name, hash)| {
            name.starts_with(char::is_uppercase) && hash.len() > 8 && hash.bytes().all(|b| b.is_ascii_digit())
        })
    };
    exported.filter(is_island).map(str::to_owned).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn islands_are_told_from_other_functions() {
        let script = "export function AnswerSheet_4059824960792132611(a) {}\nexport function hydrate() {}\n\
                      export function init_4059824960792132611() {}";
        assert_eq!(names(script), ["AnswerSheet_4059824960792132611"]);
    }

    #[test]
    fn a_name_is_found_anywhere_in_a_binary() {
        assert!(contains(b"\0\xffAnswerSheet_12\0", b"AnswerSheet_12"));
        assert!(!contains(b"\0\xffAnswerSheet_13\0", b"AnswerSheet_12"));
    }
}
