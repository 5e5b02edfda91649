//! References that a person reads out to support: letters and digits that cannot be taken for each other, read aloud or
//! written down. A reference finds something, and never opens it.

/// Without 0 and O, 1, I, L and U, S beside 5, Z beside 2.
const UNMISTAKABLE: &[u8; 28] = b"23456789ABCDEFGHJKMNPQRTVWXY";

/// How many letters and digits a reference has.
pub const LEN: usize = 8;

/// A reference of random bytes.
pub fn make(random: [u8; LEN]) -> String {
    random.iter().map(|byte| char::from(UNMISTAKABLE[usize::from(byte % 28)])).collect()
}

/// A reference as somebody typed it: in small letters, in groups. `None` if it cannot be one.
pub fn read(typed: &str) -> Option<String> {
    let bare = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let letters: Vec<u8> = bare.map(|letter| u8::try_from(letter.to_ascii_uppercase()).unwrap_or(0)).collect();
    let sound = letters.len() == LEN && letters.iter().all(|letter| UNMISTAKABLE.contains(letter));
    sound.then(|| letters.into_iter().map(char::from).collect())
}

/// In groups of four, as it is read out.
pub fn grouped(reference: &str) -> String {
    let mut grouped = String::with_capacity(reference.len() + 2);
    for (place, letter) in reference.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_however_it_is_typed() {
        let reference = make([0, 27, 28, 100, 200, 255, 7, 9]);
        assert_eq!(read(&reference).as_deref(), Some(reference.as_str()));
        assert_eq!(read(&format!(" {} ", grouped(&reference).to_lowercase())), Some(reference));
        for other in ["", "KX7M4TQ", "KX7M4TQ99", "KX7M4TQ0", "KX7M4TQ\u{0}", "ＫＸ７Ｍ４ＴＱ９"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
