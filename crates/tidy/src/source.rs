//! A Rust text taken apart into code, literals and comments, so that a rule about one is not fooled by the others.

/// One Rust text in three views of equal shape: what does not belong to a view is blank there, so that lines agree.
#[derive(Debug)]
pub struct Source {
    /// Code without comments and without what stands in quotes.
    pub code: String,
    /// What stands in quotes, quotes included.
    pub literals: String,
    /// Comments of all kinds.
    pub comments: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Literal,
    Comment,
}

impl Source {
    /// Takes `text` apart.
    pub fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut source = Self { code: String::new(), literals: String::new(), comments: String::new() };
        let mut at = 0;
        while at < chars.len() {
            let (kind, end) = token(&chars, at);
            let end = end.min(chars.len());
            for &char in &chars[at..end] {
                let blank = if char == '\n' { '\n' } else { ' ' };
                source.code.push(if kind == Kind::Code { char } else { blank });
                source.literals.push(if kind == Kind::Literal { char } else { blank });
                source.comments.push(if kind == Kind::Comment { char } else { blank });
            }
            at = end;
        }
        source
    }

    /// The same without items under `#[cfg(test)]`.
    #[must_use]
    pub fn without_tests(mut self) -> Self {
        while let Some(start) = self.code.find("#[cfg(test)]") {
            let end = item_end(&self.code, start);
            let chars = start_and_count(&self.code, start, end);
            for view in [&mut self.code, &mut self.literals, &mut self.comments] {
                *view = blanked(view, chars);
            }
        }
        self
    }
}

/// The token that starts at `at`: its kind, and where the next one starts.
fn token(chars: &[char], at: usize) -> (Kind, usize) {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => (Kind::Comment, until(chars, at, '\n')),
        '/' if next == Some('*') => (Kind::Comment, block_comment_end(chars, at)),
        '"' => (Kind::Literal, string_end(chars, at)),
        '\'' => char_end(chars, at).map_or((Kind::Code, at + 1), |end| (Kind::Literal, end)),
        first if is_word(first) => {
            let end = (at..chars.len()).find(|&i| !is_word(chars[i])).unwrap_or(chars.len());
            let prefix = matches!(chars[at..end], ['r'] | ['b' | 'c', 'r']);
            let raw = if prefix { raw_string_end(chars, end) } else { None };
            raw.map_or((Kind::Code, end), |end| (Kind::Literal, end))
        }
        _ => (Kind::Code, at + 1),
    }
}

/// Whether `char` may stand in a name.
pub fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn until(chars: &[char], at: usize, stop: char) -> usize {
    (at..chars.len()).find(|&i| chars[i] == stop).unwrap_or(chars.len())
}

/// Block comments nest.
fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The end of a character's literal, or `None` for a lifetime.
fn char_end(chars: &[char], at: usize) -> Option<usize> {
    match (chars.get(at + 1)?, chars.get(at + 2)?) {
        ('\\', _) => Some(until(chars, at + 3, '\'') + 1),
        (_, '\'') => Some(at + 3),
        _ => None,
    }
}

/// The end of `#"…"#` at `at`, behind the `r`; `None` for a raw name such as `r#type`.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|&&char| char == '#').count();
    let open = at + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |i: usize| chars[i] == '"' && chars[i + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
    Some((open + 1..chars.len()).find(|&i| closes(i)).map_or(chars.len(), |i| i + 1 + hashes))
}

/// Where the item that starts at byte `start` of `code` ends: behind its block, or behind its `;`.
pub fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (i, char) in code[start..].char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && char == '}' {
                    return start + i + 1;
                }
            }
            ';' if depth == 0 => return start + i + 1,
            _ => {}
        }
    }
    code.len()
}

/// The bytes `start..end` of `text` counted in characters, which all views share.
fn start_and_count(text: &str, start: usize, end: usize) -> (usize, usize) {
    (text[..start].chars().count(), text[start..end].chars().count())
}

fn blanked(view: &str, (start, count): (usize, usize)) -> String {
    let inside = |i: usize| (start..start + count).contains(&i);
    view.chars().enumerate().map(|(i, char)| if inside(i) && char != '\n' { ' ' } else { char }).collect()
}

/// Where `word` stands in `view`, as lines from 1, not as a part of a longer name; a line counts once.
pub fn lines_with(view: &str, word: &str) -> Vec<usize> {
    let lines = view.lines().enumerate();
    lines.filter(|(_, line)| has_word(line, word)).map(|(i, _)| i + 1).collect()
}

/// Whether `word` stands in `line`, not as a part of a longer name.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(i, _)| {
        let before = line[..i].chars().next_back().is_some_and(is_word) && word.starts_with(is_word);
        let after = line[i + word.len()..].chars().next().is_some_and(is_word) && word.ends_with(is_word);
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::{Source, has_word, item_end};

    fn words(view: &str) -> Vec<&str> {
        view.split_whitespace().collect()
    }

    #[test]
    fn strings_and_comments_are_no_code() {
        let source = Source::of("a(\"b \\\" c\"); // d\ne /* f /* g */ h */ i");
        assert_eq!(words(&source.code), ["a(", ");", "e", "i"]);
        assert_eq!(words(&source.literals), ["\"b", "\\\"", "c\""]);
        assert_eq!(words(&source.comments), ["//", "d", "/*", "f", "/*", "g", "*/", "h", "*/"]);
    }

    #[test]
    fn raw_strings_end_at_their_own_hashes() {
        assert_eq!(words(&Source::of("r#\"a \" b\"# c br##\"x\"# \"## d r#type").code), ["c", "d", "r#type"]);
    }

    #[test]
    fn characters_are_not_lifetimes() {
        let code = Source::of("'{' '\\'' '\\u{7b}' b'\"' 'あ' <'a> 'static: loop").code;
        assert_eq!(words(&code), ["b", "<'a>", "'static:", "loop"]);
    }

    #[test]
    fn lines_agree_in_all_views() {
        let source = Source::of("a\n\"b\nc\" /* d\ne */ f\nあ 'い'\n");
        for view in [&source.code, &source.literals, &source.comments] {
            assert_eq!(view.matches('\n').count(), 5);
        }
        assert_eq!(source.code.lines().nth(3), Some("     f"));
    }

    #[test]
    fn test_modules_are_left_out() {
        let text = "fn 本() {}\n#[cfg(test)]\nmod tests {\n fn b() { \"}\"; }\n}\nfn c() {}\n#[cfg(test)]\nmod far;\nfn d() {}";
        let source = Source::of(text).without_tests();
        assert_eq!(words(&source.code), ["fn", "本()", "{}", "fn", "c()", "{}", "fn", "d()", "{}"]);
        assert_eq!(source.code.lines().nth(5), Some("fn c() {}"));
        assert_eq!(words(&source.literals), [""; 0]);
    }

    #[test]
    fn items_end_behind_their_block_or_semicolon() {
        assert_eq!(item_end("fn a(b: [u8; 2]) { { } } c", 0), 24);
        assert_eq!(item_end("use a::{b, c}; d", 0), 13);
        assert_eq!(item_end("mod a; d", 0), 6);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("x.unwrap()", ".unwrap()") && has_word("rand::random()", "rand"));
        assert!(!has_word("operand::x", "rand") && !has_word("randomly", "rand"));
    }
}
