//! Passwords: what a new one must be like, and how one is hashed and compared.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use domain::text::Lang;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::registry::entity::staff;

/// Fewest characters of a new password.
pub const SHORTEST: usize = 12;
/// Most characters of a new password.
pub const LONGEST: usize = 128;
/// Fewest different characters of a new password.
const FEWEST_DIFFERENT: usize = 5;

/// argon2id with 19 MiB, two passes, one lane: the least memory the OWASP Password Storage Cheat Sheet lists for it
/// with two passes.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes computed at a time: each takes a core and 19 MiB, and many sign-ins at once must not take the server.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// Compared with where there is no such person, so that the answer takes as long as for one who exists. No password
/// is known to give it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Long passwords that everybody tries first, in lower case without spaces.
const COMMON: [&str; 36] = [
    "0123456789ab",
    "098765432109",
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789abc",
    "1234567890ab",
    "1234567890qwerty",
    "1234qwerasdf",
    "1234qwerasdfzxcv",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abcdefghijkl",
    "abcdefghijklmn",
    "administrator",
    "administrator1",
    "asdfghjkl123",
    "asdfghjklqwerty",
    "changeme1234",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmein12345",
    "p@ssw0rd1234",
    "passw0rd1234",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "qazwsxedcrfv",
    "qwerty123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdfghjkl",
    "zaq12wsxcde3",
];

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Shorter than [`SHORTEST`] or longer than [`LONGEST`].
    #[error("the password has a wrong length")]
    Length,
    /// It has a control character.
    #[error("the password has a control character")]
    Control,
    /// It is the person's own number, mail address or name.
    #[error("the password is the person's own number, mail address or name")]
    Own,
    /// It is one that everybody tries first, or has few different characters.
    #[error("the password is easily guessed")]
    Common,
}

impl Unfit {
    /// The message for the person who typed it.
    pub fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Length, Lang::Ja) => {
                format!("パスワードは{SHORTEST}文字以上、{LONGEST}文字以内にしてください。")
            }
            (Self::Length, Lang::En) => {
                format!("A password must have from {SHORTEST} to {LONGEST} characters.")
            }
            (Self::Control, _) => lang
                .t(
                    "パスワードに使えない文字(制御文字)が含まれています。",
                    "The password contains a control character that cannot be used.",
                )
                .into(),
            (Self::Own, _) => lang
                .t(
                    "職員番号、メールアドレス、氏名と同じものはパスワードに使えません。",
                    "Your staff number, mail address or name cannot be your password.",
                )
                .into(),
            (Self::Common, _) => lang
                .t(
                    "推測されやすいパスワードです。別のパスワードにしてください。",
                    "This password is easy to guess. Please choose another one.",
                )
                .into(),
        }
    }
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        Self::invalid(unfit.message(Lang::Ja), unfit.message(Lang::En))
    }
}

/// Lower case, half width, without white space: what makes two passwords the same to a guesser.
fn folded(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).flat_map(char::to_lowercase).collect()
}

/// Checks a new password of a person.
pub(in crate::registry) fn check(new: &str, person: &staff::Model) -> Result<(), Unfit> {
    if !(SHORTEST..=LONGEST).contains(&new.chars().count()) {
        return Err(Unfit::Length);
    }
    if new.chars().any(char::is_control) {
        return Err(Unfit::Control);
    }
    let guess = folded(new);
    let own = [&person.number, &person.mail, &person.name, &person.name_en];
    if own.into_iter().any(|text| folded(text) == guess) {
        return Err(Unfit::Own);
    }
    let mut different: Vec<char> = guess.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < FEWEST_DIFFERENT || COMMON.contains(&guess.as_str()) {
        return Err(Unfit::Common);
    }
    Ok(())
}

fn fault(error: impl std::fmt::Display) -> Error {
    Error::Damaged(format!("password hash: {error}"))
}

fn argon2id() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(fault)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Does slow work away from the threads that answer requests. The permit goes with the work: a request given up in
/// the middle does not free a core that is still busy.
async fn slowly<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let permit = PERMITS.acquire().await.map_err(fault)?;
    let task = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    task.await.map_err(fault)?
}

/// The hash of a password in the PHC string format.
pub(in crate::registry) async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    slowly(move || {
        let hash: PasswordHash = argon2id()?.hash_password(password.as_bytes()).map_err(fault)?;
        Ok(hash.to_string())
    })
    .await
}

/// True where the password gives the stored hash. Without a hash it takes as long and is false.
pub(super) async fn matches(password: &str, stored: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let known = stored.is_some();
    let stored = stored.unwrap_or(NOBODY).to_owned();
    slowly(move || match argon2id()?.verify_password(password.as_bytes(), stored.as_str()) {
        Ok(()) => Ok(known),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(fault(error)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person() -> staff::Model {
        staff::Model {
            id: 1,
            number: "ABC-00012345".into(),
            name: "見本 花子".into(),
            name_en: "MIHON Hanako Maria".into(),
            mail: "hanako.mihon@example.org".into(),
            unit_id: 1,
            supervisor_id: None,
            grade: String::new(),
            job_type: String::new(),
            hired_on: None,
            left_on: None,
            lang: "ja".into(),
            active: true,
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check("みじかいあいことばです", &person()), Err(Unfit::Length));
        assert_eq!(check("みじかくないあいことばです", &person()), Ok(()));
        let long: String = "abcdefgh".repeat(16);
        assert_eq!(check(&long, &person()), Ok(()));
        assert_eq!(check(&format!("{long}i"), &person()), Err(Unfit::Length));
    }

    #[test]
    fn ones_own_data_is_refused_however_it_is_written() {
        for own in [
            "abc-00012345",
            "ＡＢＣ－０００１２３４５",
            "Hanako.Mihon@Example.org",
            "mihon hanako maria",
            "MihonHanakoMaria",
        ] {
            assert_eq!(check(own, &person()), Err(Unfit::Own), "{own}");
        }
        assert_eq!(check("mihon hanako maria, and more", &person()), Ok(()));
    }

    #[test]
    fn easily_guessed_ones_are_refused() {
        for common in
            ["Password1234", "pass word 1234", "aaaaaaaaaaaa", "121212121212", "１２３４５６７８９０１２"]
        {
            assert_eq!(check(common, &person()), Err(Unfit::Common), "{common}");
        }
    }

    #[test]
    fn the_list_can_be_met_at_all() {
        for common in COMMON {
            assert_eq!(folded(common), common);
            assert!((SHORTEST..=LONGEST).contains(&common.chars().count()), "{common}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(check("long enough\u{0}for this", &person()), Err(Unfit::Control));
        assert_eq!(check("long enough\nfor this", &person()), Err(Unfit::Control));
    }

    #[test]
    fn a_refusal_never_repeats_the_password() {
        for unfit in [Unfit::Length, Unfit::Control, Unfit::Own, Unfit::Common] {
            assert_ne!(unfit.message(Lang::Ja), unfit.message(Lang::En));
        }
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_salted_and_opened_by_its_password_only() {
        let first = hash("a rather long pass phrase").await.expect("a hash");
        let second = hash("a rather long pass phrase").await.expect("a hash");
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
        assert!(matches("a rather long pass phrase", Some(&first)).await.expect("compared"));
        assert!(!matches("a rather long pass phrase ", Some(&first)).await.expect("compared"));
    }

    #[tokio::test]
    async fn nobody_has_a_well_formed_hash_that_no_password_gives() {
        assert!(!matches("", None).await.expect("compared"));
        assert!(!matches("password1234", None).await.expect("compared"));
        assert!(matches("x", Some("no hash")).await.is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_has_the_right_length(text in "\\PC{0,140}") {
            if check(&text, &person()).is_ok() {
                prop_assert!((SHORTEST..=LONGEST).contains(&text.chars().count()));
                prop_assert!(!text.chars().any(char::is_control));
            }
        }
    }
}
