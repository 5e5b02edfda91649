//! Rules and promises that documents make: each has a line that names its tests, and each test that is named is in the
//! tree.

use std::collections::BTreeSet;

use crate::{File, Violation};

/// Where the rules stand.
pub const DOCUMENT: &str = "docs/security.md";

/// The rules that hold from the first verification on; those of later work come with it.
const RULES: &[&str] = &[
    "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "M1", "M5", "M6", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8",
    "D9", "D10", "D11",
];

/// Rules without a line that names a test, and tests that are named and not there.
pub fn security(files: &[File], document: &str) -> Vec<Violation> {
    let tests: BTreeSet<&str> =
        files.iter().filter(|file| file.is_rust()).flat_map(|file| functions(&file.text)).collect();
    let mut found = Vec::new();
    let mut held = BTreeSet::new();
    for (i, line) in document.lines().enumerate() {
        let rule = line.strip_prefix("| ").and_then(|rest| rest.split_once(" |")).map(|(rule, _)| rule);
        for name in line.split('`').skip(1).step_by(2).filter(|name| is_test_of_a_rule(name)) {
            if !tests.contains(name) {
                found.push(Violation::new(DOCUMENT, i + 1, format!("there is no test `{name}`")));
            } else if let Some(rule) = rule.filter(|rule| name.starts_with(&format!("{}_", rule.to_lowercase()))) {
                held.insert(rule);
            }
        }
    }
    let missing = RULES.iter().filter(|rule| !held.contains(**rule));
    found.extend(missing.map(|rule| Violation::new(DOCUMENT, 1, format!("no line of {rule} names a test of it"))));
    found
}

/// Where the promises stand.
pub const PROMISES: &str = "docs/promises.md";

/// Rows of the promises' table, a promise each, without a test, and tests that are named there and not in the tree. What
/// stands in backquotes in a row's last column is a test.
pub fn promises(files: &[File], document: &str) -> Vec<Violation> {
    let tests: BTreeSet<&str> =
        files.iter().filter(|file| file.is_rust()).flat_map(|file| functions(&file.text)).collect();
    let mut found = Vec::new();
    let rows = document.lines().enumerate().filter(|(_, line)| line.starts_with("| **"));
    for (i, row) in rows {
        let last = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default();
        let named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        let mut tell = |what: String| found.push(Violation::new(PROMISES, i + 1, what));
        if named.is_empty() {
            tell("no test tries to break this promise".into());
        }
        named.iter().filter(|name| !tests.contains(*name)).for_each(|name| tell(format!("there is no test `{name}`")));
    }
    found
}

/// `v4_…`, `m1_…`, `d11_…`.
fn is_test_of_a_rule(name: &str) -> bool {
    let Some((rule, rest)) = name.split_once('_') else { return false };
    let number = rule.strip_prefix(['v', 'm', 'd']).unwrap_or("");
    !rest.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.split("fn ").skip(1).map(|rest| rest.split(['(', '<']).next().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::{File, RULES, promises, security};

    #[test]
    fn rules_without_a_test_and_tests_that_are_not_there_are_caught() {
        let names = || RULES.iter().map(|rule| (rule, format!("{}_holds", rule.to_lowercase())));
        let text: String = names().map(|(_, name)| format!("fn {name}() {{}}\n")).collect();
        let document: String = names().map(|(rule, name)| format!("| {rule} | it holds | `{name}` |\n")).collect();
        let files = [File::new("crates/a/tests/all/b.rs", &text)];
        assert_eq!(security(&files, &document), []);
        assert_eq!(security(&files, &document.replace("`d10_holds`", "`d1_holds`")).len(), 1, "another rule's");
        assert_eq!(security(&files, &document.replace("`v3_holds`", "`v3_gone`")).len(), 2, "gone, and none left");
        assert_eq!(security(&files, &format!("{document}`v9_x` `tegata` `V4`")).len(), 1, "wherever it is named");
    }

    #[test]
    fn promises_without_a_test_and_tests_that_are_not_there_are_caught() {
        let files = [File::new("crates/a/tests/all/b.rs", "fn it_holds() {}")];
        assert_eq!(
            promises(&files, "| promise | tests |\n| --- | --- |\n| **It holds** | `bench` | `it_holds` |\n"),
            []
        );
        let broken = "| **It holds** | `it_holds`, `gone` |\n| **So does this** | `it_holds` | none |";
        assert_eq!(promises(&files, broken).len(), 2);
    }
}
