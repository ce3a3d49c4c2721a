//! The browser's half: `target/site/pkg/shirube.{wasm,js,css}` and `live.js`, each with a `.br` beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::css;
use crate::stamp;
use crate::step::{Failure, OrFail, capture, run};
use crate::workspace::{OUTPUT_NAME, Workspace};

/// Whatever the site is made of; `Cargo.lock` also fixes the version of wasm-bindgen.
const INPUTS: [&str; 7] =
    ["app", "domain", "style", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "end2end/package-lock.json"];
/// A change in how it is made also makes it anew.
const RECIPE: [&str; 2] = [include_str!("site.rs"), include_str!("css.rs")];
/// The script of pages that keep themselves up to date; taken as it is.
const SCRIPT: &str = "live.js";
const TOKENS: &str = "node_modules/@digital-go-jp/design-tokens/dist/tokens.css";
/// What rustc emits for wasm32-unknown-unknown, and every browser in support has. Named, because
/// stripping the module removes the section that says so.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
const BROTLI: &str = r#"
const fs = require("node:fs");
const { brotliCompressSync, constants } = require("node:zlib");
for (const file of process.argv.slice(1)) {
    const text = fs.readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
    fs.writeFileSync(file + ".br", brotliCompressSync(text, { params }));
}
"#;

/// Where the pieces of one workspace's site are.
struct Site<'a> {
    workspace: &'a Workspace,
    pkg: PathBuf,
    stamps: PathBuf,
}

/// Builds the site; does nothing when nothing it is made of has changed.
pub fn build(workspace: &Workspace) -> Result<(), Failure> {
    workspace.create_site_folder()?;
    let site = Site {
        workspace,
        pkg: workspace.site().join("pkg"),
        stamps: workspace.artefacts().join("site-stamps"),
    };
    let compiler = capture(Command::new("rustc").arg("--version"), "Install Rust from https://rustup.rs.")?;
    let inputs = stamp::fingerprint(workspace.root(), &INPUTS, &[&compiler, RECIPE[0], RECIPE[1]])
        .or_fail(|| "could not read the sources of the site".into(), "Check out the repository whole.")?;
    if site.complete(&["wasm", "js", "css"])
        && site.has_script()
        && stamp::matches(&site.stamp("inputs"), &inputs)
    {
        println!("up to date");
        return Ok(());
    }
    site.module(&compiler)?;
    site.style()?;
    site.script()?;
    site.keep("inputs", &inputs)?;
    site.sizes();
    Ok(())
}

impl Site<'_> {
    /// WASM and JavaScript; the work after compiling is skipped when the compiler made the same module.
    fn module(&self, compiler: &str) -> Result<(), Failure> {
        let target = self.workspace.target().join("wasm32-unknown-unknown/wasm-release");
        run(
            self.workspace.cargo().args([
                "build",
                "--package",
                "app",
                "--lib",
                "--target",
                "wasm32-unknown-unknown",
                "--profile",
                "wasm-release",
                "--no-default-features",
                "--features",
                "hydrate",
            ]),
            "Read the compiler's message above.",
        )?;
        let lock = "end2end/package-lock.json";
        let compiled = target.join("app.wasm");
        let made = stamp::fingerprint(&target, &["app.wasm"], &[compiler, RECIPE[0], RECIPE[1]]).or_fail(
            || format!("could not read {}", compiled.display()),
            "Build again after `cargo clean`.",
        )?;
        let tools = stamp::fingerprint(self.workspace.root(), &["Cargo.lock", lock], &[])
            .or_fail(|| format!("could not read Cargo.lock or {lock}"), "Check out the repository whole.")?;
        let made = format!("{made}-{tools}");
        if self.complete(&["wasm", "js"]) && stamp::matches(&self.stamp("module"), &made) {
            return Ok(());
        }
        let staging = self.workspace.artefacts().join("site-staging");
        if staging.exists() {
            fs::remove_dir_all(&staging)
                .or_fail(|| format!("could not empty {}", staging.display()), FOLDER)?;
        }
        println!("binding to JavaScript");
        Bindgen::new()
            .input_path(&compiled)
            .out_name(OUTPUT_NAME)
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            // The page passes the path itself.
            .omit_default_module_path(true)
            .web(true)
            .and_then(|bindgen| bindgen.generate(&staging))
            .or_fail(
                || format!("wasm-bindgen could not read {}", compiled.display()),
                "The crates wasm-bindgen and wasm-bindgen-cli-support must have one version: run `cargo update wasm-bindgen wasm-bindgen-cli-support`.",
            )?;
        // wasm-bindgen writes NAME_bg.wasm, Leptos asks for NAME.wasm.
        let bound = staging.join(format!("{OUTPUT_NAME}_bg.wasm"));
        let module = staging.join(format!("{OUTPUT_NAME}.wasm"));
        println!("optimising for size");
        run(
            self.workspace
                .node_tool("binaryen/bin/wasm-opt")
                .arg("-Oz")
                .args(FEATURES)
                .arg(&bound)
                .arg("-o")
                .arg(&module),
            "Delete end2end/node_modules and run this again; it installs the npm packages anew.",
        )?;
        fs::remove_file(&bound).or_fail(|| format!("could not remove {}", bound.display()), FOLDER)?;
        compress(&[module, staging.join(format!("{OUTPUT_NAME}.js"))])?;
        self.publish(&staging)?;
        self.keep("module", &made)
    }

    /// Design tokens, then our own sheets.
    fn style(&self) -> Result<(), Failure> {
        let tokens = self.workspace.end2end().join(TOKENS);
        let mut sheet = fs::read_to_string(&tokens).or_fail(
            || format!("could not read {}", tokens.display()),
            "Delete end2end/node_modules and run this again; it installs the npm packages anew.",
        )?;
        sheet.push('\n');
        sheet.push_str(&css::bundle(&self.workspace.root().join("style/main.css"))?);
        let file = self.file("css");
        fs::write(&file, sheet).or_fail(|| format!("could not write {}", file.display()), FOLDER)?;
        compress(&[file])
    }

    /// The one script that is written by hand.
    fn script(&self) -> Result<(), Failure> {
        let source = self.workspace.root().join("app/script").join(SCRIPT);
        let file = self.pkg.join(SCRIPT);
        fs::copy(&source, &file).or_fail(
            || format!("could not copy {} to {}", source.display(), file.display()),
            "Check out the repository whole.",
        )?;
        compress(&[file])
    }

    fn has_script(&self) -> bool {
        [SCRIPT.to_owned(), format!("{SCRIPT}.br")].iter().all(|name| self.pkg.join(name).is_file())
    }

    /// Moves everything from the staging folder into the package.
    fn publish(&self, staging: &Path) -> Result<(), Failure> {
        let publish = || -> io::Result<()> {
            for entry in fs::read_dir(staging)? {
                let entry = entry?;
                let place = self.pkg.join(entry.file_name());
                if place.is_dir() {
                    fs::remove_dir_all(&place)?;
                }
                fs::rename(entry.path(), place)?;
            }
            fs::remove_dir_all(staging)
        };
        publish().or_fail(|| format!("could not write to {}", self.pkg.display()), FOLDER)
    }

    fn sizes(&self) {
        for kind in ["wasm", "js", "css"] {
            let size = |path: PathBuf| fs::metadata(path).map_or(0, |data| data.len()).div_ceil(1000);
            println!(
                "{OUTPUT_NAME}.{kind}: {} kB, {} kB in brotli",
                size(self.file(kind)),
                size(self.compressed(kind))
            );
        }
    }

    fn complete(&self, kinds: &[&str]) -> bool {
        kinds.iter().all(|kind| self.file(kind).is_file() && self.compressed(kind).is_file())
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.pkg.join(format!("{OUTPUT_NAME}.{kind}"))
    }

    fn compressed(&self, kind: &str) -> PathBuf {
        self.pkg.join(format!("{OUTPUT_NAME}.{kind}.br"))
    }

    fn stamp(&self, name: &str) -> PathBuf {
        self.stamps.join(name)
    }

    fn keep(&self, name: &str, fingerprint: &str) -> Result<(), Failure> {
        let stamp = self.stamp(name);
        stamp::store(&stamp, fingerprint).or_fail(|| format!("could not write {}", stamp.display()), FOLDER)
    }
}

const FOLDER: &str = "Check that you may write to the folder and that the disk has room.";

/// Writes `FILE.br` beside each file, at brotli's highest quality.
fn compress(files: &[PathBuf]) -> Result<(), Failure> {
    capture(Command::new("node").args(["-e", BROTLI]).args(files), "Check that Node.js is 20 or newer.")
        .map(drop)
}
