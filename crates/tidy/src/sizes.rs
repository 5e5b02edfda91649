//! Sizes that keep a file one room and a function one thought, and each file's first line.

use crate::source::{Source, is_word, item_end};
use crate::{File, Violation};

/// Lines of a file, tables and content aside.
pub const FILE_LINES_MAX: usize = 400;
/// Lines of a function, from `fn` to its closing brace.
pub const FUNCTION_LINES_MAX: usize = 60;

/// Files that may be longer, with the reason: tables and content only.
pub const LONG_FILES: &[(&str, &str)] = &[];

/// Code files up to [`FILE_LINES_MAX`] lines.
pub fn files(file: &File) -> Vec<Violation> {
    let code =
        ["rs", "js", "mjs", "css", "py", "sql", "html"].iter().any(|end| file.path.ends_with(&format!(".{end}")));
    let lines = file.text.lines().count();
    if !code || lines <= FILE_LINES_MAX || LONG_FILES.iter().any(|(path, _)| *path == file.path) {
        return Vec::new();
    }
    let why = format!("{lines} lines, at most {FILE_LINES_MAX}: split it by what changes together");
    vec![Violation::new(&file.path, FILE_LINES_MAX + 1, why)]
}

/// Functions up to [`FUNCTION_LINES_MAX`] lines.
pub fn functions(file: &File) -> Vec<Violation> {
    if !file.is_rust() {
        return Vec::new();
    }
    let code = Source::of(&file.text).code;
    let long = function_lengths(&code).into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX);
    let tell = |f: Function| format!("`{}` has {} lines, at most {FUNCTION_LINES_MAX}", f.name, f.lines);
    long.map(|function| Violation::new(&file.path, function.line, tell(function))).collect()
}

/// Each Rust file says in its first line what it is for.
pub fn first_line(file: &File) -> Vec<Violation> {
    let says = file.text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.len() > 12);
    if !file.is_rust() || says {
        return Vec::new();
    }
    vec![Violation::new(&file.path, 1, "the first line is `//!` and what the file is for")]
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

fn function_lengths(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let inside_a_name = code[..at].chars().next_back().is_some_and(is_word);
        let name: String = code[at + 3..].trim_start().chars().take_while(|&char| is_word(char)).collect();
        if inside_a_name || name.is_empty() {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let lines = code[at..item_end(code, at)].matches('\n').count() + 1;
        found.push(Function { name, line, lines });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{File, files, first_line, functions};

    #[test]
    fn long_files_are_caught() {
        assert_eq!(files(&File::new("a.rs", &"x\n".repeat(400))), []);
        assert_eq!(files(&File::new("a.rs", &"x\n".repeat(401))).len(), 1);
        assert_eq!(files(&File::new("a.md", &"x\n".repeat(401))), []);
    }

    #[test]
    fn long_functions_are_caught() {
        let body = |lines: usize| {
            format!("impl A {{\n    fn a<'b>(c: [u8; 2]) -> B {{\n{}    }}\n}}\n", "x();\n".repeat(lines))
        };
        assert_eq!(functions(&File::new("a.rs", &body(58))), []);
        let caught = functions(&File::new("a.rs", &body(59)));
        assert_eq!((caught.len(), caught[0].line), (1, 2));
        assert!(caught[0].why.starts_with("`a` has 61 lines"), "{}", caught[0].why);
    }

    #[test]
    fn braces_in_text_do_not_end_a_function() {
        let text = format!("fn a() {{\n\"}}\"; '}}'; r#\"}}\"#; // }}\n{}}}\n", "x();\n".repeat(60));
        assert_eq!(functions(&File::new("a.rs", &text)).len(), 1);
    }

    #[test]
    fn types_and_declarations_are_no_functions() {
        let text = format!("type A = fn (u8);\ntrait B {{ fn c(); }}\nconst D: &[u8] = &[\n{}];\n", "1,\n".repeat(70));
        assert_eq!(functions(&File::new("a.rs", &text)), []);
    }

    #[test]
    fn a_file_without_a_purpose_is_caught() {
        assert_eq!(first_line(&File::new("a.rs", "//! What an hour is.\n")), []);
        assert_eq!(first_line(&File::new("a.rs", "use b;\n")).len(), 1);
        assert_eq!(first_line(&File::new("a.rs", "//!\n")).len(), 1);
    }
}
