//! Holds the tree to ARCHITECTURE.md, "Rules that are tests": one test a rule.

mod paths;

use std::path::{Path, PathBuf};

use tidy::{File, Violation, arrows, calls, documents, migrations, places, rules, sizes, tree, words};

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this crate lies two folders below the root").to_owned()
}

fn files() -> Vec<File> {
    let files = tree::read(&root()).expect("the tree can be read");
    assert!(files.iter().any(|file| file.path == "crates/tidy/src/lib.rs"), "the tree was not found");
    files
}

/// Fails with every violation, one a line.
fn none(found: Vec<Violation>) {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "\n{}\n", lines.join("\n"));
}

fn in_every_file(rule: impl Fn(&File) -> Vec<Violation>) {
    none(files().iter().flat_map(rule).collect());
}

/// A document that a rule compares the tree with. Until it is written there is nothing to compare, and the test says so.
#[expect(clippy::print_stdout, reason = "what was left out is the test's to say")]
fn document<'a>(files: &'a [File], path: &str) -> Option<&'a str> {
    let found = files.iter().find(|file| file.path == path);
    if found.is_none() {
        println!("not checked: {path} is not written yet");
    }
    found.map(|file| file.text.as_str())
}

#[test]
fn files_are_short() {
    in_every_file(sizes::files);
}

#[test]
fn functions_are_short() {
    in_every_file(sizes::functions);
}

#[test]
fn rust_files_say_what_they_are_for() {
    in_every_file(sizes::first_line);
}

#[test]
fn crates_look_down() {
    in_every_file(arrows::crates);
}

#[test]
fn modules_look_down() {
    in_every_file(arrows::modules);
}

#[test]
fn everything_is_in_its_place() {
    in_every_file(|file| places::PLACES.iter().flat_map(|place| places::misplaced(place, file)).collect());
}

#[test]
fn d2_only_configured_or_checked_addresses_are_called() {
    in_every_file(calls::outgoing);
}

#[test]
fn migrations_only_add_or_say_so() {
    in_every_file(migrations::contracts);
}

#[test]
fn every_security_rule_has_its_test() {
    let files = files();
    let document = document(&files, rules::DOCUMENT).expect("the rules are written down").to_owned();
    none(rules::security(&files, &document));
}

#[test]
fn every_promise_has_its_test() {
    let files = files();
    let document = document(&files, rules::PROMISES).expect("the promises are written down").to_owned();
    assert!(document.lines().filter(|line| line.starts_with("| **")).count() >= 8, "a promise is missing");
    none(rules::promises(&files, &document));
}

#[test]
fn exceptions_are_needed() {
    let files = files();
    none(places::PLACES.iter().flat_map(|place| places::stale(place, &files)).collect());
}

#[test]
fn the_domain_names_its_variants() {
    in_every_file(places::wildcard_arms);
}

#[test]
fn nothing_is_marked_as_unfinished() {
    in_every_file(words::unfinished);
}

#[test]
fn no_path_belongs_to_one_machine() {
    let checkout = root().to_string_lossy().into_owned();
    in_every_file(|file| words::machine_paths(file, &checkout));
}

#[test]
fn names_say_something() {
    in_every_file(words::empty_names);
}

#[test]
fn documents_exist() {
    let files = files();
    if document(&files, "README.md").is_some() {
        none(documents::missing(&files));
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let files = files();
    let manifest = document(&files, "Cargo.toml").expect("the workspace has a manifest");
    if let Some(reasons) = document(&files, "docs/dependencies.md") {
        none(documents::dependencies(manifest, reasons));
    }
}

#[test]
fn the_code_map_names_every_crate() {
    let files = files();
    if let Some(map) = document(&files, "ARCHITECTURE.md") {
        none(documents::code_map(&files, map));
    }
}

#[test]
fn links_lead_somewhere() {
    let root = root();
    in_every_file(|file| documents::links(file, |path| root.join(path).exists()));
}
