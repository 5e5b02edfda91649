//! Message texts: GSM-7 where it can, UCS-2 where it must, and how many segments a text takes.
//!
//! `data_coding` 0 is the SMSC's default alphabet; it is written as most take it, GSM 03.38 with one septet an octet.

use std::fmt;

use bytes::Bytes;

use crate::gsm7;

/// `data_coding` of the SMSC's default alphabet (GSM-7).
pub const GSM7: u8 = 0;
/// `data_coding` of UCS-2, which is sent and read as UTF-16, big end first.
pub const UCS2: u8 = 8;

/// An alphabet with its limits, in its own units: septets or UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// 160 septets in one segment, 153 in each of several; `^{}\[]~|€` take two.
    Gsm7,
    /// 70 code units in one segment, 67 in each of several; characters beyond the BMP (emoji) take two.
    Ucs2,
}

impl Alphabet {
    /// The most units that fit into one segment.
    pub fn units_max(self) -> usize {
        match self {
            Alphabet::Gsm7 => 160,
            Alphabet::Ucs2 => 70,
        }
    }

    /// The most units in each segment of several, with an 8-bit reference.
    pub fn part_units_max(self) -> usize {
        match self {
            Alphabet::Gsm7 => 153,
            Alphabet::Ucs2 => 67,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Alphabet::Gsm7 => gsm7::encode(character).map_or(1, <[u8]>::len),
            Alphabet::Ucs2 => character.len_utf16(),
        }
    }
}

/// What a text takes to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub alphabet: Alphabet,
    /// Septets or UTF-16 code units.
    pub units: usize,
    pub segments: usize,
}

/// A text ready for one segment.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    pub data_coding: u8,
    pub bytes: Bytes,
    /// Septets or UTF-16 code units.
    pub units: usize,
}

/// The text does not fit into one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    pub alphabet: Alphabet,
    pub units: usize,
    pub units_max: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TooLong { alphabet, units, units_max } = self;
        write!(f, "the text takes {units} units of {alphabet:?}; one segment holds {units_max}")
    }
}

impl std::error::Error for TooLong {}

/// The smallest alphabet that can write the text.
pub fn alphabet(text: &str) -> Alphabet {
    let gsm7 = text.chars().all(|character| gsm7::encode(character).is_some());
    if gsm7 { Alphabet::Gsm7 } else { Alphabet::Ucs2 }
}

/// Counts units and segments. An escape sequence or a surrogate pair is never split between segments, so a part may
/// stay a unit short. The empty text is one segment.
pub fn size(text: &str) -> Size {
    let alphabet = alphabet(text);
    let units = text.chars().map(|character| alphabet.units(character)).sum();
    if units <= alphabet.units_max() {
        return Size { alphabet, units, segments: 1 };
    }
    let (mut segments, mut used) = (1, 0);
    for character in text.chars() {
        let more = alphabet.units(character);
        if used + more > alphabet.part_units_max() {
            (segments, used) = (segments + 1, 0);
        }
        used += more;
    }
    Size { alphabet, units, segments }
}

/// Encodes a text for one segment.
pub fn one_segment(text: &str) -> Result<Encoded, TooLong> {
    let Size { alphabet, units, .. } = size(text);
    let units_max = alphabet.units_max();
    if units > units_max {
        return Err(TooLong { alphabet, units, units_max });
    }
    Ok(encode(text, alphabet, units))
}

fn encode(text: &str, alphabet: Alphabet, units: usize) -> Encoded {
    match alphabet {
        Alphabet::Gsm7 => {
            let septets = text.chars().filter_map(gsm7::encode).flatten();
            Encoded { data_coding: GSM7, bytes: septets.copied().collect(), units }
        }
        Alphabet::Ucs2 => {
            let octets = text.encode_utf16().flat_map(u16::to_be_bytes);
            Encoded { data_coding: UCS2, bytes: octets.collect(), units }
        }
    }
}

/// Reads a text: `data_coding` 0 (GSM-7), 1 (ASCII), 3 (Latin-1), 8 (UCS-2). `None` for any other. What has no meaning
/// in the alphabet reads as U+FFFD.
pub fn decode(data_coding: u8, bytes: &[u8]) -> Option<String> {
    match data_coding {
        GSM7 => Some(gsm7::decode(bytes)),
        1 => Some(bytes.iter().map(|octet| ascii(*octet)).collect()),
        3 => Some(bytes.iter().map(|octet| char::from(*octet)).collect()),
        UCS2 => Some(utf16(bytes)),
        _ => None,
    }
}

/// ASCII, or what some libraries (the npm package smpp among them) send under its name: GSM-7. The two agree on most
/// characters; a control character, which no message has, can only be meant as GSM-7's (`@`, `_`, `$` and letters).
pub(crate) fn ascii(octet: u8) -> char {
    match octet {
        b'\t' | b'\n' | b'\r' | b' '..=b'~' => char::from(octet),
        _ => gsm7::basic(octet),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
    let text = char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.chain((!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER)).collect()
}
