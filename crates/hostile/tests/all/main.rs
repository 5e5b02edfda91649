//! What fuzzing found worth keeping is held again, file by file, and each target has its property, its corpus and its line.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rstest::rstest;

/// The corpora together: they are looked at and copied by everybody who has the tree.
const CORPUS_BYTES_MAX: u64 = 1 << 20;

fn fuzz(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(path)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let listed = fs::read_dir(fuzz(folder)).unwrap_or_else(|why| panic!("{folder}: {why}"));
    let mut files: Vec<PathBuf> = listed.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    files
}

#[rstest]
#[case("guide")]
#[case("headers")]
#[case("message")]
#[case("number")]
#[case("picture")]
#[case("receipt")]
#[case("request")]
#[case("session")]
#[case("words")]
fn what_was_kept_holds(#[case] name: &str) {
    let kept = files(&format!("corpus/{name}"));
    assert!(!kept.is_empty(), "a corpus has something in it");
    for file in kept {
        let bytes = fs::read(&file).expect("it can be read");
        println!("{}", file.display());
        hostile::hold(name, &bytes);
    }
    hostile::close();
}

#[test]
fn each_property_has_its_target_and_its_corpus() {
    let manifest = fs::read_to_string(fuzz("Cargo.toml")).expect("it is there");
    let names: Vec<&str> = hostile::ALL.iter().map(|(name, _)| *name).collect();
    for name in &names {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name} has no target");
        assert!(include_str!("main.rs").contains(&format!("#[case({name:?})]")), "what was kept of {name} is not held");
    }
    let stem = |path: PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let targets: Vec<String> = files("targets").into_iter().map(stem).collect();
    let corpora: Vec<String> = files("corpus").into_iter().map(stem).collect();
    assert_eq!((&targets, &corpora), (&names.iter().map(ToString::to_string).collect(), &targets));
}

#[test]
fn the_corpora_are_small() {
    let bytes: u64 = hostile::ALL
        .iter()
        .flat_map(|(name, _)| files(&format!("corpus/{name}")))
        .map(|file| fs::metadata(file).expect("it is there").len())
        .sum();
    assert!(bytes <= CORPUS_BYTES_MAX, "{bytes} bytes");
}
