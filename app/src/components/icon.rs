//! Signs that stand beside words, so that no meaning hangs on colour alone.

use leptos::prelude::*;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A tick: done, achieved.
    Check,
    /// An "i" in a circle: good to know.
    Info,
    /// An exclamation mark in a triangle: needs attention.
    Warning,
    /// An exclamation mark in an octagon: went wrong.
    Error,
    /// A filled dot: going on.
    Dot,
    /// A ring: not begun, nothing known.
    Ring,
    /// A padlock: kept closed.
    Lock,
}

impl Sign {
    /// The outline, drawn in a square of 20 units.
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "M8.3 16.6 3 11.3l1.9-1.9 3.4 3.4 6.9-6.9L17 7.8z",
            Self::Info => "M10 1.7a8.3 8.3 0 1 0 0 16.6 8.3 8.3 0 0 0 0-16.6zm-1 4h2v2H9zm0 3.6h2v5H9z",
            Self::Warning => "M10 1.5.8 17.5h18.4zM9 7.5h2v5H9zm0 6h2v2H9z",
            Self::Error => "M6.5 1.7h7l4.8 4.8v7l-4.8 4.8h-7l-4.8-4.8v-7zM9 5.2h2v6H9zm0 7.4h2v2H9z",
            Self::Dot => "M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8z",
            Self::Ring => {
                "M10 4.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm0 2a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z"
            }
            Self::Lock => {
                "M10 1.7a4.2 4.2 0 0 0-4.2 4.2v2.4H4.2v10h11.6v-10h-1.6V5.9A4.2 4.2 0 0 0 10 1.7zm0 2a2.2 2.2 0 \
                 0 1 2.2 2.2v2.4H7.8V5.9A2.2 2.2 0 0 1 10 3.7z"
            }
        }
    }
}

/// A sign in the colour and size of the words beside it; hidden from screen readers, which read the words.
#[component]
pub fn Icon(
    /// Which sign.
    sign: Sign,
) -> impl IntoView {
    let path = sign.path();
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path fill-rule="evenodd" d=path></path>
        </svg>
    }
}
