//! Words that must not stand in the tree: marks of unfinished work, paths of one machine, names that say nothing.

use crate::source::{Source, has_word, is_word};
use crate::{File, Violation};

/// Split, so that this file does not hold them.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
const HOMES: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("C:", "\\")];
/// A type or module named so tells nothing about what it does. (`Service` alone is a word of the domain.)
const EMPTY_NAMES: &[&str] =
    &["Manager", "Helper", "Helpers", "Util", "Utils", "helper", "helpers", "util", "utils", "misc", "common"];

/// Marks of unfinished work, in any text.
pub fn unfinished(file: &File) -> Vec<Violation> {
    let lines = file.text.lines().enumerate();
    let marked = lines.filter(|(_, line)| UNFINISHED.iter().any(|mark| has_word(line, mark)));
    marked.map(|(i, _)| Violation::new(&file.path, i + 1, "finish it, or open an issue")).collect()
}

/// Paths that exist on one machine only: homes, and `checkout`, the folder where this tree happens to lie.
pub fn machine_paths(file: &File, checkout: &str) -> Vec<Violation> {
    let stands_alone = |line: &str, at: usize| {
        line[..at].chars().next_back().is_none_or(|before| !is_word(before) && !"./-}~".contains(before))
    };
    let names_one = |line: &str| {
        let mut homes = HOMES.iter().copied().chain((checkout.len() > 1).then_some(checkout));
        homes.any(|home| line.match_indices(home).any(|(at, _)| stands_alone(line, at)))
    };
    let lines = file.text.lines().enumerate().filter(|(_, line)| names_one(line));
    lines.map(|(i, _)| Violation::new(&file.path, i + 1, "a path of one machine")).collect()
}

/// Types and modules whose names end in a word that says nothing.
pub fn empty_names(file: &File) -> Vec<Violation> {
    if !file.is_rust() {
        return Vec::new();
    }
    let code = Source::of(&file.text).code;
    let mut found = Vec::new();
    for (i, line) in code.lines().enumerate() {
        let words: Vec<&str> = line.split(|char| !is_word(char)).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let defines = matches!(pair[0], "struct" | "enum" | "trait" | "type" | "mod");
            let says_nothing = |end: &&&str| {
                if end.starts_with(char::is_uppercase) { pair[1].ends_with(**end) } else { pair[1] == **end }
            };
            if defines && let Some(end) = EMPTY_NAMES.iter().find(says_nothing) {
                found.push(Violation::new(
                    &file.path,
                    i + 1,
                    format!("`{}`: say what it does instead of `{end}`", pair[1]),
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{File, HOMES, UNFINISHED, empty_names, machine_paths, unfinished};

    #[test]
    fn marks_of_unfinished_work_are_caught() {
        for mark in UNFINISHED {
            assert_eq!(unfinished(&File::new("a.md", &format!("a\n<!-- {mark}: b -->"))).len(), 1);
        }
        assert_eq!(unfinished(&File::new("a.rs", "+81XXXXXXXXXX mastodon HACKNEY")), []);
    }

    #[test]
    fn paths_of_one_machine_are_caught() {
        let caught = |text: &str| machine_paths(&File::new("a.md", text), "/build/tree").len();
        for home in HOMES {
            assert_eq!(caught(&format!("see `{home}jo/x`")), 1, "{home}");
        }
        assert_eq!(caught("cd /build/tree/target"), 1);
        assert_eq!(caught("see crates/build/tree and https://example.com/home/jo"), 0);
    }

    #[test]
    fn empty_names_are_caught() {
        let caught = |text: &str| empty_names(&File::new("a.rs", text)).len();
        assert_eq!(caught("pub struct SessionManager;\nmod utils;\ntrait StoreHelper {}"), 3);
        assert_eq!(caught("pub struct Service; // a Manager\nmod window; struct Utility;"), 0);
    }
}
