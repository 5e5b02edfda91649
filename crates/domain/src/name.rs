//! Names from outside that stand in messages (rule M5): what they may not carry, and why.
//!
//! A message is its reader's only page, and phones read it too: they offer digits as the code, make links of what looks
//! like one, and take `@host #code` at its word. So a name is looked at as its reader sees it: in the form of NFKC, where
//! full-width and circled letters are what they look like, and with lookalikes of dots and colons as such.

use unicode_normalization::UnicodeNormalization;

/// What a name must.
pub const MUST: &str = "be 1 to 20 letters on one line, without @, #, addresses, letters that nobody sees, 4 digits in a row \
                        or 6 in all";

/// The most UTF-16 units of a name: what a message has room for.
const UNITS_MAX: usize = 20;
/// Phones offer four digits as a code, whatever stands between them that is no letter. "7-Eleven" and "Bank 24" have fewer.
const ROW_DIGITS_MAX: usize = 3;
/// A code here has six at least; so many are one to a person, whatever stands between them.
const DIGITS_MAX: usize = 5;

/// Rule M5: a name carries no second code, address or line.
pub fn is_plain(name: &str) -> bool {
    let read: String = name.nfkc().filter(|c| !is_variant(*c)).map(as_read).collect();
    let sound = !name.chars().chain(read.chars()).any(|c| c.is_control() || is_unseen(c) || c == '@' || c == '#');
    let units = name.encode_utf16().count();
    (1..=UNITS_MAX).contains(&units) && name.trim() == name && sound && !has_code(&read) && !has_address(&read)
}

fn has_code(read: &str) -> bool {
    let (mut row, mut all) = (0, 0);
    for c in read.chars() {
        if is_digit(c) {
            (row, all) = (row + 1, all + 1);
        } else if c.is_alphabetic() {
            row = 0;
        }
        if row > ROW_DIGITS_MAX {
            return true;
        }
    }
    all > DIGITS_MAX
}

/// Of every script, and as they are written out one by one in Japanese and Chinese.
fn is_digit(c: char) -> bool {
    c.is_numeric() || "〇零一二三四五六七八九".contains(c)
}

/// A host anywhere, with a path or without: a dot within a word that goes on with a letter. Or a scheme with anything
/// after it, for which a phone looks for an app.
fn has_address(read: &str) -> bool {
    let is_host = |(before, after): (&str, &str)| {
        before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphabetic)
    };
    let is_scheme = |(before, after): (&str, &str)| {
        let letters = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let scheme = before.rsplit(|c| !letters(c)).next().unwrap_or("");
        // What stands before its first letter is none of it to whoever looks for one.
        scheme.contains(|c: char| c.is_ascii_alphabetic()) && after.starts_with(|c: char| !c.is_whitespace())
    };
    let around = |mark: char| read.match_indices(mark).map(|(at, mark)| (&read[..at], &read[at + mark.len()..]));
    around('.').any(is_host) || around(':').any(is_scheme)
}

/// Lookalikes that NFKC leaves alone; the first are dots in host names too (IDNA2008, RFC 5895 §2).
fn as_read(c: char) -> char {
    match c {
        '\u{3002}' | '\u{6d4}' | '\u{701}' | '\u{702}' | '\u{a4f8}' => '.',
        '\u{2236}' | '\u{a789}' | '\u{2d0}' => ':',
        other => other,
    }
}

/// Chooses between shapes of the letter before it, as some names' characters need.
fn is_variant(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// What shows as nothing, or turns what is around it: Unicode's `Default_Ignorable_Code_Point` but for variants, line ends,
/// annotations, and the empty braille cell.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m5_names_are_names() {
        for name in [
            "みなとペイ",
            "Minato Pay",
            "7-Eleven",
            "Bank 24",
            "Studio 54",
            "SHIBUYA109",
            "2.5次元カフェ",
            "No. 1 Taxi",
            "モーニング娘。",
            "七十七銀行",
            "Q・B・B",
            "Re: Zero",
            "A/B Store",
            "Café №5",
            "カード・ビーﾀ",
            "葛\u{e0100}城市",
            "❤\u{fe0f} Pay",
        ] {
            assert!(is_plain(name), "{name:?}");
        }
    }

    #[test]
    fn m5_names_carry_nothing_else() {
        for name in [
            // Lines, lengths, marks.
            "",
            " x",
            "x\u{3000}",
            "two\nlines",
            "a\u{2028}b",
            "とてもとてもとてもとてもとても長い名前の店",
            "pay@home",
            "＠evil",
            "﹫evil",
            "no #1",
            "＃1",
            "#\u{fe0f}\u{20e3}",
            // A second code.
            "code 1234567",
            "code 123456",
            "code 1234",
            "12 34",
            "1-2-3-4",
            "1・2・3・4",
            "１２３４５６７",
            "٣٣٣٣٣٣٣",
            "①②③④",
            "𝟏𝟐𝟑𝟒",
            "१२३४",
            "一二三四五六",
            "12a34b56",
            "1\u{20e3}2\u{20e3}3\u{20e3}4\u{20e3}",
            // An address.
            "see evil.example",
            "ａ.ｃｏｍ",
            "evil。jp",
            "evil．jp",
            "evil｡jp",
            "bit․ly/x",
            "bit.ly/x",
            "a b.c",
            "..a.jp",
            "店.みんな",
            "http:evil",
            "tel:110",
            "see tel：110",
            "mailto∶x",
            "-mailto:Y",
            "1.tel:110",
            // Letters that nobody sees.
            "\u{202e}yaP",
            "a\u{3164}",
            "a\u{2800}b",
            "a\u{200b}b",
            "12\u{ad}34",
            "a\u{ffa0}",
            "a\u{e0041}",
            "\u{1160}",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
