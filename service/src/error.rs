//! The one error of the use cases, and what a person gets to read of it.

use domain::text::{Lang, Text};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input cannot be accepted; the text says why, in both languages, and never holds personal data.
    #[error("{}", .0.en)]
    Invalid(Text),
    /// Somebody, often the same person elsewhere, was faster; the text says what to do.
    #[error("{}", .0.en)]
    Conflict(Text),
    /// There is no such thing, or the person may not know of it.
    #[error("not found")]
    NotFound,
    /// The person may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The database said no.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// A file could not be read or written.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// Stored data is not what this software wrote.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
}

impl Error {
    /// An [`Error::Invalid`] from its two texts.
    pub fn invalid(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Invalid(Text::new(ja, en))
    }

    /// What the person reads. Faults of the system are told apart from faults of the input, without detail.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Invalid(text) | Self::Conflict(text) => text.get(lang).to_owned(),
            Self::NotFound => lang.t("見つかりません。", "Not found.").into(),
            Self::Forbidden => {
                lang.t("この操作を行う権限がありません。", "You are not allowed to do this.").into()
            }
            Self::Database(_) | Self::File(_) | Self::Damaged(_) => lang
                .t(
                    "システムの内部でエラーが起きました。時間をおいてもう一度お試しください。",
                    "Something went wrong on our side. Please try again in a moment.",
                )
                .into(),
        }
    }

    /// True where the person can mend it by other input.
    pub fn is_users(&self) -> bool {
        matches!(self, Self::Invalid(_) | Self::Conflict(_) | Self::NotFound | Self::Forbidden)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        // Only place and kind: the content may be an answer.
        Self::Damaged(format!("JSON, line {}, column {}", error.line(), error.column()))
    }
}
