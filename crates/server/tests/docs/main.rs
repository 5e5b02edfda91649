//! Documents that are written from the code. Each test fails when its file differs; with `UPDATE=1` it writes the file.

mod configuration;
mod metrics;
mod openapi;
mod problems;
mod services;
mod watching;

use std::{env, fs, path::Path};

/// Holds `docs/NAME.md` to what the code says.
fn held(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name).with_extension("md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, text).expect("the document can be written");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "docs/{name}.md differs: UPDATE=1 cargo test -p server --test docs");
}

/// A table in Markdown; bars in cells are escaped.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let escaped = |cells: Vec<String>| line(cells.into_iter().map(|cell| cell.replace('|', "\\|")).collect());
    let head = line(head.iter().map(|cell| (*cell).to_owned()).collect()) + &line(vec!["---".to_owned(); head.len()]);
    rows.into_iter().map(escaped).fold(head, |text, row| text + &row)
}

/// `text` as code.
fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}
