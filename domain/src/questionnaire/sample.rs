//! Items for tests.

use super::{Item, Kind};
use crate::text::Text;

/// An optional item that nothing else is said of.
pub(crate) fn item(key: &str, kind: Kind) -> Item {
    Item {
        key: key.into(),
        text: Text::new("問", "Q"),
        help: Text::default(),
        area: None,
        required: false,
        may_decline: false,
        unobserved: false,
        demographic: false,
        show_if: None,
        kind,
    }
}
