//! The GSM 03.38 default alphabet with its extension table, one septet an octet.

/// Septets 0x00 to 0x7F. 0x1B, the escape, stands for itself here and never encodes.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ESCAPE, 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// What follows the escape.
const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{0C}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

const ESCAPE: char = '\u{1B}';
const ESCAPE_SEPTET: u8 = 0x1B;

/// The septets of every character: one, or escape and one.
static SEPTETS: [[u8; 2]; 256] = {
    let mut table = [[ESCAPE_SEPTET, 0]; 256];
    let mut septet = 0;
    while septet < 128 {
        table[septet] = [septet as u8, 0];
        table[128 + septet] = [ESCAPE_SEPTET, septet as u8];
        septet += 1;
    }
    table
};

/// The septets of a character: one, or two with the escape; `None` if the alphabet lacks it.
pub(crate) fn encode(character: char) -> Option<&'static [u8]> {
    // Letters and digits have their ASCII codes; most texts need no search.
    if character.is_ascii_alphanumeric() || character == ' ' {
        return Some(&SEPTETS[character as usize][..1]);
    }
    if character == ESCAPE {
        return None;
    }
    if let Some(septet) = BASIC.iter().position(|basic| *basic == character) {
        return Some(&SEPTETS[septet][..1]);
    }
    let (septet, _) = EXTENSION.iter().find(|(_, extended)| *extended == character)?;
    Some(&SEPTETS[128 + usize::from(*septet)])
}

/// Reads septets. Octets above 0x7F read as U+FFFD; an escape before a septet that extends nothing reads as a space
/// before it (GSM 03.38, 6.2.1.1).
pub(crate) fn decode(septets: &[u8]) -> String {
    let mut text = String::with_capacity(septets.len());
    let mut escaped = false;
    for septet in septets {
        if *septet == ESCAPE_SEPTET && !escaped {
            escaped = true;
            continue;
        }
        let extended = EXTENSION.iter().find(|(code, _)| escaped && code == septet);
        match extended {
            Some((_, character)) => text.push(*character),
            None => {
                if escaped {
                    text.push(' ');
                }
                text.push(basic(*septet));
            }
        }
        escaped = false;
    }
    if escaped {
        text.push(' ');
    }
    text
}

/// The character of one septet, without the extension table.
pub(crate) fn basic(septet: u8) -> char {
    match BASIC.get(usize::from(septet)) {
        Some(&ESCAPE) => ' ',
        Some(character) => *character,
        None => char::REPLACEMENT_CHARACTER,
    }
}
