//! What identifies a person or a unit in the roster: staff numbers, mail addresses, unit codes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{MAX_CODE, MAX_MAIL, MAX_NUMBER, Problem, value};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $read:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads and normalises the text of a cell or a form field.
            pub fn parse(text: &str) -> Result<Self, Problem> {
                $read(text).map(Self)
            }

            /// The normalised text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Problem;

            fn try_from(text: String) -> Result<Self, Problem> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

identifier! {
    /// A staff number (職員番号): 1 to [`MAX_NUMBER`] characters, any script, full-width ASCII made half-width.
    /// Letters and leading zeros count, so it is a text and not a number.
    StaffNumber, staff_number
}

identifier! {
    /// A unit code (部署コード): 1 to [`MAX_CODE`] characters, otherwise like [`StaffNumber`].
    UnitCode, unit_code
}

identifier! {
    /// A mail address in lower case, so that equal addresses are equal texts: a dot-atom and a host name (RFC
    /// 5321 section 4.1.2), ASCII only. Quoted local parts and address literals, which no ministry uses, are
    /// refused.
    Mail, mail
}

fn staff_number(text: &str) -> Result<String, Problem> {
    value::line(&value::half_width(text), MAX_NUMBER)
}

fn unit_code(text: &str) -> Result<String, Problem> {
    value::line(&value::half_width(text), MAX_CODE)
}

fn mail(text: &str) -> Result<String, Problem> {
    let text = value::line(text, MAX_MAIL)?;
    let (local, host) = text.split_once('@').ok_or(Problem::Mail)?;
    let qualified = host.contains('.') || host.eq_ignore_ascii_case("localhost");
    if local.len() <= 64 && local.split('.').all(is_atom) && qualified && host.split('.').all(is_label) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Problem::Mail)
    }
}

/// An atom of RFC 5322 section 3.2.3.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
}

/// A label of a host name (RFC 1123 section 2.1).
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_and_codes_are_normalised() {
        assert_eq!(StaffNumber::parse(" ００１２Ａ ").map(String::from), Ok("0012A".into()));
        assert_eq!(UnitCode::parse("総務－１").map(String::from), Ok("総務-1".into()));
        assert_eq!(StaffNumber::parse(""), Err(Problem::Required));
        assert_eq!(StaffNumber::parse(&"1".repeat(33)), Err(Problem::TooLong { length: 33, max: 32 }));
        assert!(StaffNumber::parse(&"1".repeat(32)).is_ok());
        assert_eq!(UnitCode::parse("A\u{0}1"), Err(Problem::Control(0)));
    }

    #[test]
    fn mail_addresses_are_lower_case() {
        assert_eq!(
            Mail::parse("Hanako.Gaimu+x@Example.JP").map(String::from),
            Ok("hanako.gaimu+x@example.jp".into())
        );
        assert!(Mail::parse("root@localhost").is_ok());
        assert!(Mail::parse("o'brien@mail.example.go.jp").is_ok());
    }

    #[test]
    fn malformed_mail_addresses_are_refused() {
        for text in [
            "plain",
            "@example.jp",
            "a@",
            "a@b",
            "a@@b.jp",
            "a@b@c.jp",
            "a b@c.jp",
            "a@c .jp",
            "a..b@c.jp",
            ".a@c.jp",
            "a@c..jp",
            "a@-c.jp",
            "a@c-.jp",
            "a@c_d.jp",
            "\"a\"@c.jp",
            "a@[127.0.0.1]",
            "外務@example.jp",
            "a＠example.jp",
            "a,b@c.jp",
            "<a@c.jp>",
        ] {
            assert_eq!(Mail::parse(text), Err(Problem::Mail), "{text}");
        }
        assert_eq!(Mail::parse(&format!("{}@c.jp", "a".repeat(65))), Err(Problem::Mail));
        assert_eq!(
            Mail::parse(&format!("a@{}", "b.".repeat(150))),
            Err(Problem::TooLong { length: 302, max: 254 })
        );
    }

    #[test]
    fn a_mail_address_cannot_carry_headers() {
        for text in ["a@c.jp\r\nBcc: b@c.jp", "a@c.jp\n", "a@c.jp\r", "a\t@c.jp", "\na@c.jp"] {
            assert!(matches!(Mail::parse(text), Err(Problem::Control(_))), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_once_reads_the_same_again(chars in prop::collection::vec(any::<char>(), 0..40)) {
            let text: String = chars.into_iter().collect();
            if let Ok(number) = StaffNumber::parse(&text) {
                prop_assert_eq!(StaffNumber::parse(number.as_str()), Ok(number));
            }
            if let Ok(mail) = Mail::parse(&text) {
                prop_assert_eq!(Mail::parse(mail.as_str()), Ok(mail));
            }
        }

        #[test]
        fn a_sound_mail_address_has_one_at_and_no_space(text in "[a-z.@ \r\n-]{1,12}") {
            if let Ok(mail) = Mail::parse(&text) {
                prop_assert_eq!(mail.as_str().matches('@').count(), 1);
                prop_assert!(!mail.as_str().contains(char::is_whitespace));
            }
        }
    }
}
