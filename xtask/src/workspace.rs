//! Where things are: the checkout, the build output, the tools from npm.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Failure, OrFail};

/// Name of the browser package; pages ask for `/pkg/NAME.{js,wasm,css}`.
pub const OUTPUT_NAME: &str = "shirube";

/// How the server is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Cargo's `dev` profile.
    Dev,
    /// Cargo's `release` profile.
    Release,
}

impl Profile {
    /// `Release` where asked for, else `Dev`.
    pub fn new(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// The checkout this xtask belongs to.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the checkout by the manifest of xtask, and the build output by `CARGO_TARGET_DIR`.
    pub fn find() -> Result<Self, Failure> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
        let root = Path::new(&manifest)
            .parent()
            .ok_or_else(|| {
                Failure::new("xtask is not inside a workspace", "Run `cargo xtask` in a checkout.")
            })?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            // Cargo reads a relative one from where the command was given, not from the workspace.
            Some(given) => std::path::absolute(given)
                .or_fail(|| "CARGO_TARGET_DIR is no usable path".into(), "Give an absolute path.")?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The root of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's build output, wherever `CARGO_TARGET_DIR` puts it.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What is kept for people and for CI (reports, screenshots, figures): always `target/` of the checkout.
    pub fn artefacts(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The site the server embeds: always `target/site` of the checkout, since a path inside the
    /// server's source names it.
    pub fn site(&self) -> PathBuf {
        self.artefacts().join("site")
    }

    /// Creates the site folder, which must exist when the server is compiled.
    pub fn create_site_folder(&self) -> Result<(), Failure> {
        let pkg = self.site().join("pkg");
        fs::create_dir_all(&pkg)
            .or_fail(|| format!("could not create {}", pkg.display()), "Check the folder's permissions.")
    }

    /// The folder of the one npm project.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The binary `shirube`, once built.
    pub fn binary(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("shirube")
    }

    /// Cargo, in the checkout and with its build output.
    pub fn cargo(&self) -> Command {
        let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("LEPTOS_OUTPUT_NAME", OUTPUT_NAME);
        command
    }

    /// Node, running `script` of an installed npm package (`PACKAGE/PATH`) in `end2end/`.
    pub fn node_tool(&self, script: &str) -> Command {
        let mut command = Command::new("node");
        command.arg(self.end2end().join("node_modules").join(script)).current_dir(self.end2end());
        command
    }
}
