//! Documents that must exist, be reachable, and name what the tree holds.

use crate::{File, Violation};

/// What a newcomer looks for.
pub const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/dependencies.md",
    "docs/quickstart.md",
];

/// Documents that do not exist.
pub fn missing(files: &[File]) -> Vec<Violation> {
    let absent = DOCUMENTS.iter().filter(|path| !files.iter().any(|file| file.path == **path));
    absent.map(|path| Violation::new(path, 1, "does not exist")).collect()
}

/// Dependencies of the workspace's `manifest` without a line in `docs/dependencies.md`, given as `document`.
pub fn dependencies(manifest: &str, document: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut inside = false;
    for (i, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if inside
            && let Some((name, value)) = line.split_once(" = ")
            && !value.contains("path = ")
            && !document.lines().any(|text| text.contains(&format!("`{name}`")))
        {
            found.push(Violation::new("Cargo.toml", i + 1, format!("`{name}` has no line in docs/dependencies.md")));
        }
    }
    found
}

/// Folders of `crates` that ARCHITECTURE.md, given as `document`, does not name.
pub fn code_map(files: &[File], document: &str) -> Vec<Violation> {
    let manifests = files.iter().filter_map(|file| file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
    let unnamed = manifests
        .filter(|name| !document.contains(&format!("`{name}`")) && !document.contains(&format!("crates/{name}")));
    unnamed.map(|name| Violation::new("ARCHITECTURE.md", 1, format!("does not name `crates/{name}`"))).collect()
}

/// Links of Markdown file `file` that lead to no file of the tree; `exists` is asked with a path from the root.
pub fn links(file: &File, exists: impl Fn(&str) -> bool) -> Vec<Violation> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (i, line) in file.text.lines().enumerate() {
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
            let path = resolved(&file.path, target);
            if !target.is_empty() && !target.contains(':') && !target.starts_with('/') && !exists(&path) {
                found.push(Violation::new(&file.path, i + 1, format!("{path} does not exist")));
            }
        }
    }
    found
}

/// `target` as seen from `from`, as a path from the root.
fn resolved(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENTS, File, code_map, dependencies, links, missing};

    #[test]
    fn a_missing_document_is_caught() {
        let all: Vec<File> = DOCUMENTS.iter().map(|path| File::new(path, "")).collect();
        assert_eq!(missing(&all), []);
        assert_eq!(missing(&all[1..]).len(), 1);
    }

    #[test]
    fn a_dependency_without_a_reason_is_caught() {
        let manifest = "[workspace.dependencies]\nserde = \"1\"\ntokio = { version = \"1\" }\nstore = { path = \"x\" }\n[profile.dev]\ndebug = 1";
        assert_eq!(dependencies(manifest, "- `serde`: …\n- `tokio`: …"), []);
        let caught = dependencies(manifest, "- `serde`: …; `tokio-rustls`: …");
        assert_eq!((caught.len(), caught[0].line), (1, 3));
    }

    #[test]
    fn a_crate_off_the_map_is_caught() {
        let files = [File::new("crates/store/Cargo.toml", ""), File::new("crates/sim/Cargo.toml", "")];
        assert_eq!(code_map(&files, "`store` and [sim](crates/sim)"), []);
        assert_eq!(code_map(&files, "`store`").len(), 1);
    }

    #[test]
    fn a_dead_link_is_caught() {
        let caught =
            |text: &str| links(&File::new("docs/a.md", text), |path| path == "docs/b.md" || path == "README.md").len();
        assert_eq!(caught("[b](b.md#c) [r](../README.md) [w](https://x.y) [h](#here) [s](/docs)"), 0);
        assert_eq!(caught("a\n[b](c.md) [d](../b.md)"), 2);
    }
}
