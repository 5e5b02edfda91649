//! Reading the tree: every text file that belongs to the project, in a fixed order.

use std::{fs, io, path::Path};

/// Folders that hold what is built, downloaded or found by tools, not what is written.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "shots", "corpus", "found", "artifacts"];
/// What is read; everything else (pictures, fonts, archives) has no rule.
const TEXTS: &[&str] =
    &["rs", "toml", "md", "sql", "html", "css", "js", "mjs", "py", "sh", "ftl", "json", "yml", "yaml"];
/// Written by tools.
const GENERATED: &[&str] = &["Cargo.lock", "package-lock.json"];

/// One text file.
#[derive(Debug)]
pub struct File {
    /// Relative to the workspace's root, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl File {
    /// A file as a rule sees it; the unit tests' way to make one.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Rust of any kind.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Rust that only runs in tests: a test binary, or a file of unit tests.
    pub fn is_test(&self) -> bool {
        self.is_rust() && self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }
}

/// Every text file under `root`, sorted by path.
///
/// # Errors
/// When a folder or file cannot be read, or a text is not UTF-8.
pub fn read(root: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_symlink() || NOT_OURS.contains(&name.as_str()) {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else if is_text(&name) {
                let shown = path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
                files.push(File { path: shown, text: fs::read_to_string(&path)? });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A name with an extension that is read, or none at all (`test`, `run`, `LICENSE`).
fn is_text(name: &str) -> bool {
    if GENERATED.contains(&name) {
        return false;
    }
    match name.rsplit_once('.') {
        Some((_, extension)) => TEXTS.contains(&extension),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{File, is_text};

    #[test]
    fn texts_are_told_by_their_names() {
        assert!(is_text("lib.rs") && is_text("test") && is_text("quickstart.md"));
        assert!(!is_text("Cargo.lock") && !is_text("shot.png"));
    }

    #[test]
    fn tests_are_told_by_their_paths() {
        assert!(File::new("crates/a/tests/all/main.rs", "").is_test());
        assert!(File::new("crates/a/src/number/tests.rs", "").is_test());
        assert!(!File::new("crates/a/src/attests.rs", "").is_test());
    }
}
