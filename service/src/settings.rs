//! Settings. Every one has a default that runs.

use std::path::PathBuf;

use crate::error::Result;

/// Where things are and how mail leaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder for databases, keys and the outbox.
    pub data: PathBuf,
    /// Database of the registry: `sqlite://…` or `postgres://…`.
    pub registry_url: String,
    /// Database of the collector; another one than the registry's.
    pub collector_url: String,
    /// How people reach the site, without a slash at the end; used in mails.
    pub base_url: String,
    /// How browsers reach the collector, where it runs under another name than the pages.
    pub collector_public_url: Option<String>,
    /// `smtp://` or `smtps://` URL; without it, mail is written to `data/outbox/`.
    pub smtp_url: Option<String>,
    /// The sender of mails.
    pub mail_from: String,
}

impl Settings {
    /// SQLite below `data`, mail into files.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        let url = |name: &str| format!("sqlite://{}?mode=rwc", data.join(name).display());
        Self {
            registry_url: url("registry.sqlite"),
            collector_url: url("collector.sqlite"),
            base_url: "http://127.0.0.1:3000".into(),
            collector_public_url: None,
            smtp_url: None,
            mail_from: "標 Shirube <shirube@localhost>".into(),
            data,
        }
    }

    /// True where people reach the site by https: cookies are then for https only.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Folder that mail is written to without SMTP.
    pub fn outbox(&self) -> PathBuf {
        self.data.join("outbox")
    }

    /// Makes the data folder, readable by nobody else.
    pub fn prepare(&self) -> Result<()> {
        std::fs::create_dir_all(&self.data)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&self.data, std::fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }
}
