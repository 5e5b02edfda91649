//! The storms themselves, put to the test: each promise is broken in a copy of the tree, a line at a time, and the storms must
//! see it. All faults are built into one binary, which has the one that the environment names.

mod list;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use list::{Edit, MUTANTS, Mutant};

/// Names the fault that a mutated binary has.
const NAMED_BY: &str = "TEGATA_MUTANT";
/// What the copy consists of.
const COPIED: [&str; 3] = ["Cargo.toml", "Cargo.lock", "crates"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file with all its faults, none of which it has unless one is named.
fn mutated(file: &str, mut text: String) -> String {
    for (nth, mutant) in MUTANTS.iter().enumerate() {
        for Edit { from, to, .. } in mutant.edits.iter().filter(|edit| edit.file == file) {
            let is_named = format!("std::env::var(\"{NAMED_BY}\").is_ok_and(|named| named == \"{nth}\")");
            text = text.replacen(from, &to.replace("BROKEN", &is_named), 1);
        }
    }
    text
}

/// Copies what is there, mutated; files that stay the same keep their time, so that they are not built again.
fn copy(from: &Path, to: &Path, name: &str) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("the target folder can be written");
        for entry in fs::read_dir(from).expect("the tree can be read") {
            let part = entry.expect("the tree can be read").file_name().into_string().expect("names are plain");
            copy(&from.join(&part), &to.join(&part), &format!("{name}/{part}"));
        }
        return;
    }
    let bytes = fs::read(from).expect("the tree can be read");
    let bytes =
        String::from_utf8(bytes).map_or_else(|other| other.into_bytes(), |text| mutated(name, text).into_bytes());
    if fs::read(to).ok().as_ref() != Some(&bytes) {
        fs::write(to, bytes).expect("the target folder can be written");
    }
}

/// The binary that has all faults.
fn build() -> PathBuf {
    let folder = root().join("target/mutants");
    COPIED.iter().for_each(|name| {
        fs::create_dir_all(folder.join("tree")).expect("the target folder can be written");
        copy(&root().join(name), &folder.join("tree").join(name), name);
    });
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(folder.join("tree")).args(["build", "--package", "bench"]);
    let built = cargo.env("CARGO_TARGET_DIR", folder.join("target")).output().expect("cargo can be started");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    folder.join("target/debug/bench")
}

/// In how many seeds a fault is seen, and what was said of it first.
fn seen(bench: &Path, nth: usize, mutant: &Mutant) -> (usize, String) {
    let mut storm = Command::new(bench);
    storm.args(["storm", "--ground", mutant.ground, "--seeds", &mutant.seeds.to_string()]);
    let output = storm.env(NAMED_BY, nth.to_string()).output().expect("the binary can be started");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let broken: Vec<(&str, &str)> =
        said.lines().filter_map(|line| line.strip_prefix("seed ")?.split_once(": ")).collect();
    let seeds: BTreeSet<&str> = broken.iter().map(|(seed, _)| *seed).collect();
    (seeds.len(), broken.first().map_or(said.clone(), |(seed, what)| format!("{seed}: {what}")))
}

/// The list is of today's code.
#[test]
fn every_fault_has_its_place() {
    for Mutant { what, edits, .. } in MUTANTS {
        for Edit { file, from, to } in *edits {
            let text = fs::read_to_string(root().join(file)).expect("the file is there");
            assert_eq!(text.matches(from).count(), 1, "{what}: {file}: {from}");
            assert!(to.contains("BROKEN"), "{what}");
        }
    }
}

#[test]
#[ignore = "builds the tree once more, and holds storms for a quarter of an hour"]
fn storms_see_each_promise_that_is_broken() {
    let bench = build();
    let wanted = env::var(NAMED_BY).ok();
    let mut unseen = Vec::new();
    for (nth, mutant) in MUTANTS.iter().enumerate() {
        if wanted.as_ref().is_some_and(|wanted| !mutant.what.contains(wanted)) {
            continue;
        }
        let (seeds, first) = seen(&bench, nth, mutant);
        let line = format!("{seeds} of {} on {}: {} ({first})\n", mutant.seeds, mutant.ground, mutant.what);
        let told = root().join("target/mutants/seen.txt");
        let before = fs::read_to_string(&told).unwrap_or_default();
        fs::write(told, before + &line).expect("the target folder can be written");
        if seeds == 0 {
            unseen.push(mutant.what);
        }
    }
    assert!(unseen.is_empty(), "not seen: {unseen:#?}");
}
