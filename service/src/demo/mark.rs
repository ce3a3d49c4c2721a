//! The mark the demo leaves in its data folder. What has no mark was not made by the demo, and the demo neither empties
//! it nor takes it for its own.

use std::io::ErrorKind;

use crate::error::{Error, Result};
use crate::secret::sha256_hex;
use crate::settings::Settings;

/// The mark's file in the data folder.
const FILE: &str = "demo";

/// What a demo of these databases has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Filling has begun: whatever is there was made by the demo, and nobody has used it.
    Begun,
    /// The demo is complete.
    Finished,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Finished => "finished",
        }
    }

    /// The mark of these databases, or `None`: a mark of others does not count.
    pub fn read(settings: &Settings) -> Result<Option<Self>> {
        let text = match std::fs::read_to_string(settings.data.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let databases = databases(settings);
        Ok([Self::Begun, Self::Finished].into_iter().find(|mark| text.trim() == mark.text(&databases)))
    }

    /// Leaves the mark.
    pub fn leave(self, settings: &Settings) -> Result<()> {
        settings.prepare()?;
        Ok(std::fs::write(settings.data.join(FILE), self.text(&databases(settings)))?)
    }

    fn text(self, databases: &str) -> String {
        format!("{} {databases}", self.word())
    }
}

/// True where both databases are the files of the data folder.
fn are_files(settings: &Settings) -> bool {
    let local = Settings::local(&settings.data);
    settings.registry_url == local.registry_url && settings.collector_url == local.collector_url
}

/// Which databases are meant, without a password: those in the folder, wherever it is moved to, or a hash.
fn databases(settings: &Settings) -> String {
    if are_files(settings) {
        return "sqlite".into();
    }
    sha256_hex(format!("{}\n{}", settings.registry_url, settings.collector_url).as_bytes())
}

/// Removes what the demo made, and only that. To be called only where there is a mark.
///
/// # Errors
/// [`Error::Invalid`] where the databases are not files of the data folder.
pub fn empty(settings: &Settings) -> Result<()> {
    if !are_files(settings) {
        return Err(Error::invalid(
            "デモを消せるのは、データフォルダーにあるSQLiteのファイルだけです。データベースを手で空にし、データフォルダーのファイル「demo」を削除してから、もう一度実行してください。",
            "Only SQLite files in the data folder can be emptied. Empty the databases by hand, delete the file `demo` in the data folder, and run this again.",
        ));
    }
    let names = ["registry.sqlite", "collector.sqlite"];
    let files = names.iter().flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")));
    // The mark goes last: cut off in between, the next run finishes this.
    for file in files.chain([FILE.to_owned()]) {
        match std::fs::remove_file(settings.data.join(file)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::random_id;

    fn folder() -> std::path::PathBuf {
        std::env::temp_dir().join(format!("shirube-mark-{}", random_id().expect("an id")))
    }

    #[test]
    fn a_mark_is_of_its_own_databases_only() {
        let settings = Settings::local(folder());
        assert_eq!(Mark::read(&settings).expect("none"), None);
        for mark in [Mark::Begun, Mark::Finished] {
            mark.leave(&settings).expect("left");
            assert_eq!(Mark::read(&settings).expect("a mark"), Some(mark));
        }
        let elsewhere = Settings { registry_url: "postgres://u:secret@h/r".into(), ..settings.clone() };
        assert_eq!(Mark::read(&elsewhere).expect("none"), None);
        Mark::Finished.leave(&elsewhere).expect("left");
        assert_eq!(Mark::read(&elsewhere).expect("a mark"), Some(Mark::Finished));
        assert_eq!(Mark::read(&settings).expect("none"), None);
        let text = std::fs::read_to_string(settings.data.join(FILE)).expect("the mark");
        assert!(!text.contains("secret"), "{text}");
        assert!(matches!(empty(&elsewhere), Err(Error::Invalid(_))));
        std::fs::remove_dir_all(&settings.data).expect("removed");
    }

    #[test]
    fn emptying_removes_the_demo_and_leaves_the_rest() {
        let settings = Settings::local(folder());
        Mark::Finished.leave(&settings).expect("left");
        for name in ["registry.sqlite", "registry.sqlite-wal", "collector.sqlite", "master.key", "notes.txt"]
        {
            std::fs::write(settings.data.join(name), "x").expect("a file");
        }
        empty(&settings).expect("emptied");
        let mut left: Vec<_> = std::fs::read_dir(&settings.data)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        left.sort();
        assert_eq!(left, ["master.key", "notes.txt"]);
        empty(&settings).expect("nothing is left to remove");
        std::fs::remove_dir_all(&settings.data).expect("removed");
    }
}
