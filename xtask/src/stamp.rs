//! Fingerprints of files, so that a second run does only what changed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// Fingerprint of names and contents of files, and of folders whole, below `root`, and of `extra` words.
///
/// Contents rather than times, since a fresh checkout changes every time. Good for one machine and
/// compiler; a false difference only costs a rebuild.
pub fn fingerprint(root: &Path, inputs: &[&str], extra: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        file.strip_prefix(root).unwrap_or(file).hash(&mut hasher);
        fs::read(file)?.hash(&mut hasher);
    }
    extra.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// Whether the stamp file holds this fingerprint.
pub fn matches(stamp: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|stored| stored == fingerprint)
}

/// Stores a fingerprint, creating the folder.
pub fn store(stamp: &Path, fingerprint: &str) -> io::Result<()> {
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn contents_names_and_extra_words_count() {
        let scratch = Scratch::new("stamp").unwrap();
        let root = scratch.path();
        fs::create_dir_all(root.join("src/inner")).unwrap();
        fs::write(root.join("src/inner/a.rs"), "one").unwrap();
        fs::write(root.join("lock"), "two").unwrap();
        let take = |extra: &str| fingerprint(root, &["src", "lock"], &[extra]).unwrap();

        let first = take("rustc 1");
        assert_eq!(take("rustc 1"), first);
        assert_ne!(take("rustc 2"), first);

        fs::write(root.join("src/inner/a.rs"), "One").unwrap();
        let changed = take("rustc 1");
        assert_ne!(changed, first);

        fs::rename(root.join("src/inner/a.rs"), root.join("src/inner/b.rs")).unwrap();
        assert_ne!(take("rustc 1"), changed);
    }

    #[test]
    fn a_missing_input_is_an_error() {
        let scratch = Scratch::new("stamp").unwrap();
        assert!(fingerprint(scratch.path(), &["nothing"], &[]).is_err());
    }

    #[test]
    fn a_stored_stamp_matches_only_itself() {
        let scratch = Scratch::new("stamp").unwrap();
        let stamp = scratch.path().join("stamps/site");
        assert!(!matches(&stamp, "a"));
        store(&stamp, "a").unwrap();
        assert!(matches(&stamp, "a"));
        assert!(!matches(&stamp, "b"));
    }
}
