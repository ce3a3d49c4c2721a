//! What HR's forms do: roster, questionnaires, campaigns.

pub mod campaigns;
pub mod metrics;
pub mod overtime;
pub mod questionnaires;
pub mod reviews;
pub mod roster;

#[cfg(feature = "ssr")]
pub(crate) use desk::{Desk, read_upload};

/// Rows of a refused file told with the message; the rest are counted.
#[cfg(feature = "ssr")]
const TOLD: usize = 10;

/// Why a file is refused, with its first rows, where no preview lists them.
#[cfg(feature = "ssr")]
fn listed(refused: service::registry::roster::Refused) -> service::Error {
    use domain::text::{Lang, Text};
    use service::registry::roster::Refused;
    match refused {
        Refused::File(text) => service::Error::Invalid(text),
        Refused::Fault(error) => error,
        Refused::Rows(report) => {
            let told = |lang: Lang| {
                let rows = report.rows.iter().take(TOLD).map(|row| row.message(lang));
                let mut parts = vec![report.message(lang)];
                parts.extend(rows);
                let more = report.total().saturating_sub(TOLD);
                if more > 0 {
                    parts.push(match lang {
                        Lang::Ja => format!("ほか{more}件。"),
                        Lang::En => format!("And {more} more."),
                    });
                }
                parts.join(lang.t("", " "))
            };
            service::Error::Invalid(Text::new(told(Lang::Ja), told(Lang::En)))
        }
    }
}

/// What every form of HR begins with. The server's table of endpoints has let the person in already; asking for the
/// role here as well costs nothing.
#[cfg(feature = "ssr")]
mod desk {
    use std::collections::BTreeMap;

    use domain::role::Role;
    use leptos::prelude::ServerFnError;
    use leptos::server_fn::codec::MultipartData;
    use service::{Error, Service};

    use crate::context::Context;

    /// Longest text field beside a file, in bytes.
    const MAX_FIELD: usize = 1_000;

    /// Who acts, when, and on what.
    pub(crate) struct Desk {
        pub(crate) context: Context,
        pub(crate) service: Service,
        /// The id of the person who acts.
        pub(crate) actor: i64,
        /// Seconds since 1970 UTC.
        pub(crate) now: i64,
    }

    impl Desk {
        /// The desk of the request at hand.
        pub(crate) fn enter() -> Result<Self, ServerFnError> {
            let context = Context::now();
            let person = context.require(&[Role::Hr]).map_err(|error| context.refuse(&error))?;
            let service = context.service();
            let now = service.clock.now();
            Ok(Self { context, service, actor: person.id, now })
        }
    }

    /// A form with one file.
    #[derive(Default)]
    pub(crate) struct Upload {
        /// The other fields by name.
        pub(crate) fields: BTreeMap<String, String>,
        /// The file's name on the person's machine.
        pub(crate) name: String,
        /// Its content; empty where none was chosen.
        pub(crate) bytes: Vec<u8>,
    }

    /// Reads a form with one file. The server limits the size of the whole.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the connection broke or the form is too large.
    pub(crate) async fn read_upload(data: MultipartData) -> service::Result<Upload> {
        let broken = || {
            Error::invalid(
                "ファイルを最後まで受け取れませんでした。大きさ(16 MBまで)と接続を確かめて、もう一度送ってください。",
                "The file did not arrive completely. Please check its size (at most 16 MB) and the connection, then send it again.",
            )
        };
        let mut parts = data.into_inner().ok_or_else(broken)?;
        let mut upload = Upload::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            let field = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|_| broken())?;
            if let Some(file) = file {
                upload.name = file;
                upload.bytes = bytes.to_vec();
            } else if bytes.len() <= MAX_FIELD {
                upload.fields.insert(field, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(upload)
    }
}
