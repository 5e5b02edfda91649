//! What may be written only in some places: clocks, randomness, sockets, SQL, printing, giving up.

use crate::source::{Source, has_word, is_word, lines_with};
use crate::{File, Violation};

/// Words of code that belong to few places.
pub struct Place {
    /// What the words do.
    pub what: &'static str,
    words: &'static [&'static str],
    /// Whether the words stand in quotes (SQL) or in code.
    quoted: bool,
    /// Where they may stand: how a path begins, and why. Tests may always.
    allowed: &'static [(&'static str, &'static str)],
}

const MEASURES: &str = "it measures: time is its result";
const SEAM: &str = "the one file that reads it; everywhere else it is an argument";

/// All of them.
pub const PLACES: &[Place] = &[
    Place {
        what: "reading the time",
        words: &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "Utc::now", ".elapsed()"],
        quoted: false,
        allowed: &[
            ("crates/server/src/clock.rs", SEAM),
            ("crates/smpp/src/link/", "feeds the session with the time that its own timers run on"),
            ("crates/bench/", MEASURES),
        ],
    },
    Place {
        what: "randomness",
        words: &["getrandom", "rand", "fastrand", "OsRng", "thread_rng", "now_v7", "new_v4", "RandomState"],
        quoted: false,
        allowed: &[
            ("crates/server/src/clock.rs", SEAM),
            ("crates/sim/src/shop/token.rs", "the sample shop is an application of its own"),
        ],
    },
    Place {
        what: "an outgoing connection",
        words: &["TcpStream::connect", "TcpSocket", "UdpSocket", "UnixStream::connect", "reqwest"],
        quoted: false,
        allowed: &[
            ("crates/server/src/send/", "the one place that calls out"),
            ("crates/sim/", "a carrier of our own"),
            ("crates/bench/", "it is the client"),
        ],
    },
    Place {
        what: "axum",
        words: &["axum"],
        quoted: false,
        allowed: &[
            ("crates/server/src/web/", "the accept loop, extractors and rendering"),
            ("crates/server/src/api/", "handlers"),
            ("crates/server/src/pages/", "handlers"),
            ("crates/server/src/console/", "handlers"),
            ("crates/sim/", "its own small HTTP"),
            ("crates/bench/", "the bare ceiling, and a server of its own under load"),
            ("crates/hostile/", "asks the router as the accept loop does"),
            ("crates/server/src/run.rs", "puts the routers together"),
            ("crates/tegata/src/", "gives the server the demo's router, or none"),
        ],
    },
    Place {
        what: "SQL",
        words: &["SELECT", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA"],
        quoted: true,
        allowed: &[
            ("crates/store/", "the only crate that speaks to an engine"),
            ("crates/tidy/src/places.rs", "names the words"),
        ],
    },
    Place {
        what: "printing",
        words: &["println!", "eprintln!", "print!", "eprint!", "dbg!"],
        quoted: false,
        allowed: &[
            ("crates/tegata/src/output.rs", "what the commands say"),
            ("crates/bench/src/output.rs", "its table"),
        ],
    },
    Place {
        what: "giving up without a reason (say why it cannot fail by `expect`, or handle it)",
        words: &[".unwrap()", ".unwrap_err()", "todo!", "unimplemented!"],
        quoted: false,
        allowed: &[],
    },
];

/// The words of `place` outside their places.
pub fn misplaced(place: &Place, file: &File) -> Vec<Violation> {
    let allowed = place.allowed.iter().any(|(path, _)| file.path.starts_with(path));
    if !file.is_rust() || file.is_test() || allowed {
        return Vec::new();
    }
    let source = Source::of(&file.text).without_tests();
    let view = if place.quoted { source.literals } else { source.code };
    let tell = |line| Violation::new(&file.path, line, format!("{} has its place elsewhere", place.what));
    let words = place.words.iter().flat_map(|word| lines_with(&view, word));
    words.map(tell).collect()
}

/// Exceptions of `place` that no file under their path needs any more.
pub fn stale(place: &Place, files: &[File]) -> Vec<Violation> {
    let needed = |path: &str| {
        let mut of_it = files.iter().filter(|file| file.path.starts_with(path)).peekable();
        of_it.peek().is_none() || of_it.any(|file| place.words.iter().any(|word| has_word(&file.text, word)))
    };
    let stale = place.allowed.iter().filter(|(path, _)| path.ends_with(".rs") && !needed(path));
    stale
        .map(|(path, _)| Violation::new(path, 1, format!("no longer needs its exception for {}", place.what)))
        .collect()
}

/// A `_` arm beside an enum's variants in `domain`, where a new variant must be thought of everywhere.
pub fn wildcard_arms(file: &File) -> Vec<Violation> {
    if !file.path.starts_with("crates/domain/src/") || !file.is_rust() {
        return Vec::new();
    }
    let source = Source::of(&file.text).without_tests();
    let lines: Vec<&str> = source.code.lines().collect();
    let comments: Vec<&str> = source.comments.lines().collect();
    let excused = |i: usize| (i.saturating_sub(1)..=i).any(|line| comments[line].contains("// not our enum: "));
    let arms =
        (0..lines.len()).filter(|&i| is_wildcard_arm(lines[i]) && names_variants_before(&lines, i) && !excused(i));
    let why = "a `_` arm: name the variants, or say `// not our enum: …`";
    arms.map(|i| Violation::new(&file.path, i + 1, why)).collect()
}

fn is_wildcard_arm(line: &str) -> bool {
    line.match_indices("_ ").any(|(i, _)| {
        let alone = line[..i].trim_end().chars().next_back().is_none_or(|before| "{,}|".contains(before));
        let rest = line[i + 2..].trim_start();
        alone && (rest.starts_with("=>") || rest.starts_with("if "))
    })
}

/// Whether an arm of the same `match`, that is of the same indentation, has a variant in its pattern.
fn names_variants_before(lines: &[&str], at: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(lines[at]);
    let same_match = |line: &&&str| line.trim().is_empty() || indent(line) >= own;
    let arms = lines[..at].iter().rev().take_while(same_match).filter(|line| indent(line) == own);
    arms.chain([&lines[at]]).any(|line| {
        let pattern = line.split("=>").next().unwrap_or_default();
        pattern.split(|char| !is_word(char)).any(is_variant)
    })
}

/// A name in the case of variants; constants and the standard library's few are none.
fn is_variant(word: &str) -> bool {
    let constant = word.len() > 1 && !word.contains(char::is_lowercase);
    word.starts_with(char::is_uppercase) && !constant && !matches!(word, "Some" | "None" | "Ok" | "Err")
}

#[cfg(test)]
mod tests {
    use super::{File, PLACES, Place, misplaced, stale, wildcard_arms};

    fn caught(path: &str, text: &str) -> Vec<&'static str> {
        let file = File::new(path, text);
        PLACES.iter().filter(|place| !misplaced(place, &file).is_empty()).map(|place| place.what).collect()
    }

    #[test]
    fn each_place_is_guarded() {
        let samples = [
            ("let now = std::time::Instant::now();", "reading the time"),
            ("getrandom::fill(&mut bytes)?;", "randomness"),
            ("let s = TcpStream::connect(to).await?;", "an outgoing connection"),
            ("use axum::Router;", "axum"),
            ("let sql = \"SELECT 1\";", "SQL"),
            ("println!();", "printing"),
            ("x.unwrap();", PLACES[PLACES.len() - 1].what),
        ];
        assert_eq!(samples.len(), PLACES.len());
        for (text, what) in samples {
            assert_eq!(caught("crates/server/src/app/verification.rs", text), [what], "{text}");
            assert_eq!(caught("crates/server/tests/all/main.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn each_has_its_place() {
        assert_eq!(caught("crates/server/src/clock.rs", "Instant::now(); getrandom::fill()"), [""; 0]);
        assert_eq!(caught("crates/store/src/number.rs", "\"SELECT 1\""), [""; 0]);
        assert_eq!(caught("crates/server/src/web/listen.rs", "use axum::Router;"), [""; 0]);
    }

    #[test]
    fn words_in_prose_are_no_code() {
        let text = "// println! and SELECT\nfn a() { let operand = \"x.unwrap()\"; }\n#[cfg(test)]\nmod t { fn b() { x.unwrap(); } }";
        assert_eq!(caught("crates/server/src/app/a.rs", text), [""; 0]);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_caught() {
        let place = Place { what: "w", words: &["a!"], quoted: false, allowed: &[("b.rs", "why")] };
        assert_eq!(stale(&place, &[File::new("b.rs", "a!()")]), []);
        assert_eq!(stale(&place, &[File::new("b.rs", "c()")]).len(), 1);
    }

    #[test]
    fn wildcard_arms_are_caught() {
        let lines = |text: &str| wildcard_arms(&File::new("crates/domain/src/a.rs", text)).len();
        assert_eq!(lines("match a {\n    A::B => 1,\n    _ => 2,\n}"), 1);
        assert_eq!(lines("match a {\n    (Pending, B { .. }) => {\n        c()\n    }\n    _ if b => 2,\n}"), 1);
        assert_eq!(lines("match a {\n    Pending => 1,\n    // not our enum: a header\n    _ => 2,\n}"), 0);
    }

    #[test]
    fn other_underscores_are_free() {
        let lines = |text: &str| wildcard_arms(&File::new("crates/domain/src/a.rs", text)).len();
        assert_eq!(lines("match a {\n    1 => Pending,\n    Some(MAX) => Locked,\n    _ => Other,\n}"), 0);
        assert_eq!(lines("match a { (_, A) => 1, B(_) => 2 }\nlet _ = c;\n|_| 1;\nfor _ in d {}"), 0);
    }
}
