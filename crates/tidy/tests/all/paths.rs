//! The documents name what is there: each path in backticks leads to a file or folder of the tree, each test of a
//! security rule is a test.

use crate::{files, root};

/// The documents that point into the tree.
const POINTING: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/"];
/// How a path of the tree begins; addresses of the service (`/v1/…`) and files of an installation begin otherwise.
const BEGINNINGS: &[&str] = &["crates/", "contrib/", "docs/", "tests/", ".ci/", ".config/"];

/// What stands between backticks on one line.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What looks like a path of the tree.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    spans(line).filter(|span| BEGINNINGS.iter().any(|start| span.starts_with(start)))
}

/// What looks like a test of a security rule: `v4_a_stranger_cannot_lock_anybody_out`.
fn rules(line: &str) -> impl Iterator<Item = &str> {
    spans(line).filter(|span| {
        let rule = span.split_once('_').map_or("", |(rule, _)| rule);
        let number = rule.strip_prefix(['v', 'm', 'd']).unwrap_or("");
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[test]
fn paths_lead_somewhere() {
    let (root, files) = (root(), files());
    let documents = files.iter().filter(|file| POINTING.iter().any(|start| file.path.starts_with(start)));
    let lines = documents.flat_map(|file| file.text.lines().map(|line| (file.path.as_str(), line)));
    let dead: Vec<String> = lines
        .flat_map(|(document, line)| paths(line).map(move |path| (document, path)))
        .filter(|(_, path)| !root.join(path).exists())
        .map(|(document, path)| format!("{document}: {path} does not exist"))
        .collect();
    assert!(dead.is_empty(), "\n{}\n", dead.join("\n"));
}

#[test]
fn tests_of_security_rules_are_there() {
    let files = files();
    let security = files.iter().find(|file| file.path == "docs/security.md").expect("docs/security.md");
    let is_there = |name: &str| files.iter().any(|file| file.is_rust() && file.text.contains(&format!("fn {name}(")));
    let missing: Vec<&str> = security.text.lines().flat_map(rules).filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "no test is called {}", missing.join(", "));
}

#[test]
fn a_path_is_told_from_other_code() {
    let found: Vec<&str> = paths("`crates/tidy` and `/v1/flows`, `cargo run`, crates/x, `docs/a.md`").collect();
    assert_eq!(found, ["crates/tidy", "docs/a.md"]);
    let found: Vec<&str> = rules("`v4_x` and `d11_y`, `verify_phone`, `./test v4_`, `d_z`").collect();
    assert_eq!(found, ["v4_x", "d11_y"]);
}
