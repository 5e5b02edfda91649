//! Guides read, refused, shown and reloaded; with a small one of their own.

mod drawing;
mod faults;
mod library;
mod texts;

use super::{Fault, Files, Loaded};

/// A guide in which nothing is wrong.
fn lamp() -> Files {
    Files {
        graph: include_str!("lamp/guide.toml").to_owned(),
        ja: include_str!("lamp/ja.ftl").to_owned(),
        en: include_str!("lamp/en.ftl").to_owned(),
    }
}

fn read(files: &Files) -> Result<Loaded, Vec<Fault>> {
    Loaded::read("lamp", files)
}
