//! The library over an operator's folder: edits are taken, broken ones refused, and nobody leaves it by a path.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch as stop;

use super::{
    super::{FILE_NAMES, Files, Library, library::follow},
    lamp,
};

/// A folder of guides, erased when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("tegata-guides-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        Folder(folder)
    }

    fn write(&self, guide: &str, files: &Files) {
        fs::create_dir_all(self.0.join(guide)).expect("a folder can be made");
        for (name, text) in FILE_NAMES.into_iter().zip(files.all()) {
            fs::write(self.0.join(guide).join(name), text).expect("a file can be written");
        }
    }

    fn open(&self) -> Library {
        Library::open(Some(&self.0)).expect("the folder can be read")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in the system's temporary folder hurts nobody.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// The lamp with another weight.
fn edited(weight: &str) -> Files {
    let Files { graph, ja, en } = lamp();
    Files { graph: graph.replace("weight = 5.0", &format!("weight = {weight}")), ja, en }
}

fn weight(library: &Library) -> Option<f64> {
    Some(library.get("lamp")?.guide.causes[0].weight)
}

#[test]
fn d7_guides_are_found_by_loaded_names_never_by_paths() {
    let folder = Folder::new("names");
    folder.write("inner/lamp", &lamp());
    folder.write("lamp", &lamp());
    let library = folder.open();
    assert_eq!(library.all().iter().map(|guide| guide.guide.id.as_str()).filter(|id| *id == "lamp").count(), 1);
    let absolute = folder.0.join("lamp").to_string_lossy().into_owned();
    for name in ["inner/lamp", "../lamp", "./lamp", "lamp/", "lamp/.", "LAMP", "", &absolute] {
        assert!(library.get(name).is_none(), "{name}");
        assert!(library.version(name, &lamp().version()).is_none(), "{name}");
    }
}

#[test]
fn a_good_edit_is_taken_and_a_broken_one_refused_with_its_line() {
    let folder = Folder::new("edits");
    folder.write("lamp", &lamp());
    let library = folder.open();
    let first = library.get("lamp").expect("it is there");
    let look = || library.take(library.look().expect("the folder can be read"));
    folder.write("lamp", &edited("6.0"));
    look();
    assert_eq!(weight(&library), Some(6.0));
    folder.write("lamp", &edited("-6.0"));
    look();
    assert_eq!(weight(&library), Some(6.0), "the one before stays in use");
    let trouble = library.troubles().pop().expect("it is told");
    let line = lamp().graph.lines().position(|line| line == "weight = 5.0").expect("it stands there") + 1;
    let told = trouble.faults[0].to_string();
    assert!(told.starts_with(&format!("lamp/guide.toml:{line}: causes.0.weight: ")), "{told}");
    let pinned = library.version("lamp", &first.guide.version).expect("an open session finds its version");
    assert!(Arc::ptr_eq(&pinned, &first));
    folder.write("lamp", &edited("7.0"));
    look();
    assert_eq!((weight(&library), library.troubles()), (Some(7.0), Vec::new()));
    fs::remove_file(folder.0.join("lamp/ja.ftl")).expect("it is there");
    look();
    assert_eq!(library.troubles()[0].faults[0].file, "lamp/ja.ftl");
    assert_eq!(weight(&library), Some(7.0));
    fs::remove_dir_all(folder.0.join("lamp")).expect("it is there");
    look();
    assert_eq!((weight(&library), library.troubles()), (None, Vec::new()));
}

#[test]
fn four_versions_are_kept() {
    let folder = Folder::new("versions");
    let library = folder.open();
    let versions: Vec<String> = (1..=5)
        .map(|weight| {
            folder.write("lamp", &edited(&format!("{weight}.0")));
            library.take(library.look().expect("the folder can be read"));
            library.get("lamp").expect("it is there").guide.version.clone()
        })
        .collect();
    let kept: Vec<bool> = versions.iter().map(|version| library.version("lamp", version).is_some()).collect();
    assert_eq!(kept, [false, true, true, true, true]);
}

#[test]
fn a_folder_of_another_name_and_files_that_are_no_text_are_refused() {
    let folder = Folder::new("refused");
    folder.write("A lamp", &lamp());
    folder.write("lamp", &lamp());
    fs::write(folder.0.join("lamp/en.ftl"), b"title = x\nintro = \xff\n").expect("a file can be written");
    fs::create_dir_all(folder.0.join(".git")).expect("a folder can be made");
    let library = folder.open();
    assert!(library.get("lamp").is_none());
    let told = library.troubles().iter().map(|trouble| trouble.faults[0].to_string()).collect::<Vec<_>>();
    assert_eq!(
        told,
        ["A lamp:1: a guide's name is 1 to 48 small letters, digits and -", "lamp/en.ftl:2: is not UTF-8 here"]
    );
    assert!(Library::open(Some(&folder.0.join("nowhere"))).is_err());
}

#[tokio::test]
async fn the_watch_takes_an_edit_while_the_server_runs() {
    let folder = Folder::new("watch");
    folder.write("lamp", &lamp());
    let library = Arc::new(folder.open());
    let (order, stopped) = stop::channel(false);
    let watching = tokio::spawn(follow(library.clone(), Duration::from_millis(10), stopped));
    folder.write("lamp", &edited("8.0"));
    for _ in 0..1_000 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if weight(&library) == Some(8.0) {
            break;
        }
    }
    assert_eq!(weight(&library), Some(8.0));
    order.send_replace(true);
    watching.await.expect("it ends");
}
