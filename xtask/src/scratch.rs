//! Folders that live as long as the work done in them.

use std::env;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::step::{Failure, OrFail};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A fresh temporary folder for its owner alone, deleted with everything in it when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// A folder in the system's temporary folder.
    pub fn new(purpose: &str) -> Result<Self, Failure> {
        Self::inside(&env::temp_dir(), purpose)
    }

    /// A folder in `parent`.
    pub fn inside(parent: &Path, purpose: &str) -> Result<Self, Failure> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("shirube-{purpose}-{}-{number}", process::id()));
        // A killed run with the same process number may have left one behind.
        if path.is_dir() {
            let _ = fs::remove_dir_all(&path);
        }
        DirBuilder::new().mode(0o700).create(&path).or_fail(
            || format!("could not create {}", path.display()),
            "Set TMPDIR to a folder with room that you may write to.",
        )?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_distinct_and_go_away_with_their_contents() {
        let one = Scratch::new("test").unwrap();
        let two = Scratch::new("test").unwrap();
        assert_ne!(one.path(), two.path());
        fs::write(one.path().join("file"), "x").unwrap();
        let path = one.path().to_path_buf();
        drop(one);
        assert!(!path.exists());
        assert!(two.path().is_dir());
    }
}
