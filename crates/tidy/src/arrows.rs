//! Who may know whom: crates by their `Cargo.toml`, the server's modules by what they name. Arrows only point down.

use crate::source::{Source, is_word};
use crate::{File, Violation};

/// Each crate with those of the workspace that it may use.
const CRATES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("smpp", &[]),
    ("store", &["domain"]),
    ("sim", &["domain", "smpp"]),
    ("server", &["domain", "smpp", "store"]),
    ("tegata", &["domain", "smpp", "store", "sim", "server"]),
    ("bench", &["domain", "smpp", "store", "sim", "server"]),
    ("hostile", &["domain", "smpp", "store", "server"]),
    ("tidy", &[]),
];

/// What tests may use besides: the server's conversations need a carrier.
const IN_TESTS: &[(&str, &[&str])] = &[("server", &["sim"])];

/// The crates from elsewhere that `domain` may use: values and arithmetic, nothing that does I/O.
const DOMAIN_USES: &[&str] = &[
    "base64",
    "hkdf",
    "hmac",
    "jiff",
    "rlibphonenumber",
    "serde",
    "sha2",
    "subtle",
    "unicode-normalization",
    "uuid",
    "zeroize",
];

/// The server's modules with those that they may name.
const MODULES: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("config", &[]),
    ("text", &[]),
    ("sms", &["text"]),
    ("call", &["sms", "text"]),
    ("guide", &["text"]),
    ("link", &[]),
    ("parts", &[]),
    ("picture", &[]),
    ("receipt", &[]),
    ("signature", &[]),
    ("telemetry", &["clock", "config"]),
    ("app", &["sms", "picture", "guide", "link", "signature", "clock", "config", "telemetry"]),
    ("send", &["sms", "link", "receipt", "signature", "clock", "config", "telemetry"]),
    ("work", &["app", "call", "send", "sms", "guide", "receipt", "signature", "clock", "config", "telemetry"]),
    ("web", &["app", "text", "receipt", "clock", "config", "telemetry"]),
    ("api", &["web", "app", "picture", "guide", "receipt", "signature", "clock", "config", "telemetry"]),
    ("pages", &["web", "app", "guide", "text", "clock", "config", "telemetry"]),
    ("console", &["pages", "web", "app", "guide", "text", "clock", "config", "telemetry"]),
];

/// The server's files that put the modules together and may name all.
const ROOTS: &[&str] = &["lib", "run"];

/// The arrows between crates, and `domain`'s few dependencies; versions stand in the workspace's `Cargo.toml` only.
pub fn crates(file: &File) -> Vec<Violation> {
    let Some(name) = file.path.strip_prefix("crates/").and_then(|path| path.strip_suffix("/Cargo.toml")) else {
        return Vec::new();
    };
    let Some(allowed) = lookup(CRATES, name) else {
        return vec![Violation::new(&file.path, 1, format!("`{name}` has no line in `tidy::arrows::CRATES`"))];
    };
    let tests = lookup(IN_TESTS, name).unwrap_or_default();
    let mut found = Vec::new();
    for Dependency { line, name: used, dev, inherited } in dependencies(&file.text) {
        let of_ours = lookup(CRATES, used).is_some();
        let may = if of_ours {
            allowed.contains(&used) || dev && tests.contains(&used)
        } else {
            name != "domain" || dev || DOMAIN_USES.contains(&used)
        };
        if !may {
            found.push(Violation::new(&file.path, line, format!("`{name}` may not use `{used}`")));
        }
        if !inherited {
            found.push(Violation::new(&file.path, line, format!("write `{used}.workspace = true`")));
        }
    }
    found
}

struct Dependency<'a> {
    line: usize,
    name: &'a str,
    dev: bool,
    inherited: bool,
}

fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut section = "";
    let mut found = Vec::new();
    for (i, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if section.ends_with("dependencies")
            && let Some((key, value)) = line.split_once('=')
        {
            let name = key.split('.').next().unwrap_or(key).trim();
            let inherited = key.trim().ends_with(".workspace") || value.contains("workspace = true");
            found.push(Dependency { line: i + 1, name, dev: section.contains("dev-"), inherited });
        }
    }
    found
}

/// The arrows between the server's modules.
pub fn modules(file: &File) -> Vec<Violation> {
    let Some(inner) = file.path.strip_prefix("crates/server/src/").and_then(|path| path.strip_suffix(".rs")) else {
        return Vec::new();
    };
    let here: Vec<&str> = inner.split('/').filter(|part| *part != "mod").collect();
    if here.len() == 1 && ROOTS.contains(&here[0]) {
        return Vec::new();
    }
    let Some(allowed) = lookup(MODULES, here[0]) else {
        return vec![Violation::new(&file.path, 1, format!("`{}` has no line in `tidy::arrows::MODULES`", here[0]))];
    };
    let code = Source::of(&file.text).without_tests().code;
    let named = named_modules(&code, here.len()).into_iter();
    let wrong = named
        .filter(|(_, used)| lookup(MODULES, used).is_some() && used != here[0] && !allowed.contains(&used.as_str()));
    wrong.map(|(line, used)| Violation::new(&file.path, line, format!("`{}` may not use `{used}`", here[0]))).collect()
}

/// The modules of the crate that `code`, itself `depth` modules deep, names from the root, with their lines.
fn named_modules(code: &str, depth: usize) -> Vec<(usize, String)> {
    let climb = "super::".repeat(depth);
    let mut found = Vec::new();
    for root in ["crate::", climb.as_str()] {
        for (at, _) in code.match_indices(root) {
            let line = code[..at].matches('\n').count() + 1;
            let names = first_names(&code[at + root.len()..]);
            found.extend(names.into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// The first names of a path, or of each path in a group: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| text.trim_start().chars().take_while(|&char| is_word(char)).collect::<String>();
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let (mut depth, mut names) = (0_usize, vec![name(group)]);
    for (i, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[i + 1..])),
            _ => {}
        }
    }
    names
}

fn lookup<'a>(table: &[(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::{File, crates, modules};

    fn manifest(name: &str, body: &str) -> usize {
        crates(&File::new(&format!("crates/{name}/Cargo.toml"), body)).len()
    }

    fn module(path: &str, text: &str) -> Vec<usize> {
        let found = modules(&File::new(&format!("crates/server/src/{path}"), text));
        found.into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_crate_that_looks_up_is_caught() {
        assert_eq!(manifest("store", "[dependencies]\ndomain.workspace = true\nrusqlite.workspace = true"), 0);
        assert_eq!(manifest("store", "[dependencies]\nserver.workspace = true"), 1);
        assert_eq!(manifest("sim", "[dev-dependencies]\nserver.workspace = true"), 1);
        assert_eq!(manifest("server", "[dependencies]\nsim.workspace = true"), 1);
        assert_eq!(manifest("server", "[dev-dependencies]\nsim.workspace = true"), 0);
    }

    #[test]
    fn a_domain_that_does_io_is_caught() {
        assert_eq!(
            manifest("domain", "[dependencies]\nserde.workspace = true\n[dev-dependencies]\nrstest.workspace = true"),
            0
        );
        assert_eq!(manifest("domain", "[dependencies]\ntokio.workspace = true"), 1);
    }

    #[test]
    fn versions_of_its_own_and_unknown_crates_are_caught() {
        assert_eq!(manifest("server", "[dependencies]\naxum = \"0.8\""), 1);
        assert_eq!(manifest("server", "[dependencies]\naxum = { workspace = true }"), 0);
        assert_eq!(manifest("helpers", ""), 1);
    }

    #[test]
    fn a_module_that_looks_up_or_aside_is_caught() {
        assert_eq!(module("api/verification.rs", "use crate::web::auth;\nuse crate::app;"), [0; 0]);
        assert_eq!(module("api/verification.rs", "use crate::pages::view;"), [1]);
        assert_eq!(module("pages/mod.rs", "\nlet x = crate::api::a();"), [2]);
        assert_eq!(module("work.rs", "use crate::{app::{self, web}, send,\n api};"), [1]);
        assert_eq!(module("app/mod.rs", "use super::web;"), [1]);
        assert_eq!(module("api/a/b.rs", "use super::super::super::pages;"), [1]);
        assert_eq!(module("api/a/b.rs", "use super::super::pages;"), [0; 0]);
    }

    #[test]
    fn the_root_may_name_all_and_a_new_module_needs_its_line() {
        assert_eq!(module("lib.rs", "use crate::api;\nuse crate::pages;"), [0; 0]);
        assert_eq!(module("run.rs", "use crate::{api, send};"), [0; 0]);
        assert_eq!(module("misc.rs", ""), [1]);
    }

    #[test]
    fn tests_within_a_module_may_look_anywhere() {
        assert_eq!(module("app.rs", "#[cfg(test)]\nmod tests {\nuse crate::api;\n}"), [0; 0]);
    }
}
