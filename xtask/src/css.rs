//! One style sheet from many: `@import "./x.css";` lines replaced by what they name.

use std::fs;
use std::path::Path;

use crate::step::{Failure, OrFail};

/// Reads a style sheet with every file it imports in its place.
pub fn bundle(entry: &Path) -> Result<String, Failure> {
    let folder = entry.parent().unwrap_or(Path::new("."));
    let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    inline(&name, &mut read, &mut Vec::new())
        .or_fail(|| format!("could not put together {}", entry.display()), "Correct the style sheet named.")
}

/// Inlines imports of `file`, depth first; `open` are the files being inlined around it.
fn inline(
    file: &str,
    read: &mut impl FnMut(&str) -> Result<String, String>,
    open: &mut Vec<String>,
) -> Result<String, String> {
    if open.iter().any(|outer| outer == file) {
        return Err(format!("{} → {file} is a circle of imports", open.join(" → ")));
    }
    let text = read(file).map_err(|error| format!("{file}: {error}"))?;
    open.push(file.to_owned());
    let mut whole = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("@import") {
            let imported = import_of(line).ok_or_else(|| {
                format!(
                    "{file}:{}: only `@import \"./name.css\";` is understood, alone on its line",
                    index + 1
                )
            })?;
            whole.push_str(&inline(imported, read, open)?);
        } else {
            whole.push_str(line);
            whole.push('\n');
        }
    }
    open.pop();
    Ok(whole)
}

/// The file named by `@import "./name.css";`: one in the same folder.
fn import_of(line: &str) -> Option<&str> {
    let quoted = line.trim().strip_prefix("@import")?.trim_start().strip_suffix(';')?.trim_end();
    let name = quoted.strip_prefix('"')?.strip_suffix('"')?.strip_prefix("./")?;
    let plain = name.ends_with(".css") && !name.contains(['/', '"', '\\']);
    plain.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(files: &[(&str, &str)]) -> Result<String, String> {
        let mut read = |name: &str| {
            files
                .iter()
                .find(|(file, _)| *file == name)
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| "no such file".to_owned())
        };
        inline("main.css", &mut read, &mut Vec::new())
    }

    #[test]
    fn imports_are_inlined_in_order_and_in_depth() {
        let whole = bundled(&[
            ("main.css", "@import \"./a.css\";\n  @import \"./b.css\" ;\nmain {}\n"),
            ("a.css", "a {}"),
            ("b.css", "@import \"./c.css\";\nb {}\n"),
            ("c.css", "c {}\n"),
        ]);
        assert_eq!(whole.as_deref(), Ok("a {}\nc {}\nb {}\nmain {}\n"));
    }

    #[test]
    fn a_sheet_without_imports_stays_as_it_is() {
        assert_eq!(bundled(&[("main.css", "\na {\n\n  b: c;\n}\n")]).as_deref(), Ok("\na {\n\n  b: c;\n}\n"));
    }

    #[test]
    fn a_circle_is_refused() {
        let error = bundled(&[("main.css", "@import \"./a.css\";"), ("a.css", "@import \"./main.css\";")]);
        assert!(error.unwrap_err().contains("circle"));
    }

    #[test]
    fn other_hosts_folders_and_forms_are_refused_with_their_line() {
        for line in [
            "@import \"https://example.net/x.css\";",
            "@import \"../x.css\";",
            "@import \"./x/y.css\";",
            "@import url(./x.css);",
            "@import \"./x.css\" layer(base);",
            "@import \"./x.css\"",
        ] {
            let error = bundled(&[("main.css", &format!("a {{}}\n{line}\n"))]).unwrap_err();
            assert!(error.starts_with("main.css:2:"), "{line}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        assert_eq!(
            bundled(&[("main.css", "@import \"./gone.css\";")]).unwrap_err(),
            "gone.css: no such file"
        );
    }
}
