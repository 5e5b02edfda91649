//! Migrations: nodes of the version before go on beside steps that only add to the schema (*expand*). A step that takes away
//! what they use (*contract*) says so in its name, by which they know that they have to stop.

use crate::{File, Violation};

const FOLDER: &str = "crates/store/migrations/";
const CONTRACT: &str = "contract_";
/// From before there was a version that others could follow.
const BEFORE: [&str; 3] = ["0003_figures.sql", "0008_budget.sql", "0013_turn.sql"];

/// Statements that do more than add, in a step whose name does not say so.
pub fn contracts(file: &File) -> Vec<Violation> {
    let Some(name) = file.path.strip_prefix(FOLDER).filter(|name| !BEFORE.contains(name)) else { return Vec::new() };
    if name.split_once('_').is_some_and(|(_, what)| what.starts_with(CONTRACT)) {
        return Vec::new();
    }
    let why = format!("nodes that run have to stop for this: call the step NNNN_{CONTRACT}…, or only add");
    let (mut found, mut line) = (Vec::new(), 1);
    for statement in without_comments(&file.text).split_inclusive(';') {
        let before = statement.len() - statement.trim_start().len();
        if !only_adds(statement) {
            found.push(Violation::new(&file.path, line + statement[..before].matches('\n').count(), &why));
        }
        line += statement.matches('\n').count();
    }
    found
}

fn without_comments(text: &str) -> String {
    let code = |line: &str| line.split("--").next().unwrap_or("").to_owned();
    text.lines().map(code).collect::<Vec<String>>().join("\n")
}

/// Whether nodes that do not know of it go on as before: a row that they write has all that it must have, and nothing that
/// they read is gone.
fn only_adds(statement: &str) -> bool {
    let words = statement.trim_end_matches(';').replace("{move}", "");
    let words: Vec<&str> = words.split_whitespace().collect();
    match words.as_slice() {
        [] | ["CREATE", "TABLE" | "INDEX", ..] | ["INSERT" | "UPDATE", ..] => true,
        ["ALTER", "TABLE", _, "SET", storage, ..] => storage.starts_with("(fillfactor"),
        ["ALTER", "TABLE", _, "ADD", "COLUMN", column @ ..] => {
            let column = column.join(" ");
            !column.contains("NOT NULL") || column.contains("DEFAULT")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{File, contracts};

    fn caught(name: &str, text: &str) -> Vec<usize> {
        let file = File::new(&format!("crates/store/migrations/{name}.sql"), text);
        contracts(&file).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn what_takes_away_says_so() {
        for text in [
            "DROP TABLE a;",
            "DROP INDEX a;",
            "ALTER TABLE a DROP COLUMN b;",
            "ALTER TABLE a RENAME TO b;",
            "ALTER TABLE a RENAME COLUMN b TO c;",
            "ALTER TABLE a ALTER COLUMN b SET NOT NULL;",
            "ALTER TABLE a ADD COLUMN b {integer} NOT NULL;",
            "CREATE UNIQUE INDEX a ON b (c);",
            "DELETE FROM a;",
        ] {
            assert_eq!(caught("0042_less", text), [1], "{text}");
            assert!(caught("0042_contract_less", text).is_empty());
        }
        assert_eq!(caught("0042_less", "-- Fine.\nCREATE TABLE a (\n b {text}\n);\n\n-- Not.\nDROP TABLE\n c;\n"), [7]);
        assert!(contracts(&File::new("crates/other.sql", "DROP TABLE a;")).is_empty());
    }

    #[test]
    fn what_adds_need_not() {
        for text in [
            "-- DROP TABLE a;",
            "CREATE TABLE a (b {text} NOT NULL) {table};",
            "CREATE INDEX a ON b (c);",
            "INSERT INTO a (b) SELECT c FROM d;",
            "ALTER TABLE a ADD COLUMN b {text};",
            "ALTER TABLE a ADD COLUMN b {integer} NOT NULL DEFAULT 0;",
            "{move}ALTER TABLE a SET (fillfactor = 50);",
        ] {
            assert!(caught("0042_more", text).is_empty(), "{text}");
        }
    }
}
