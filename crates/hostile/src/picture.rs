//! Pictures from outside: what is taken becomes a small square PNG, which is taken as it is.

use server::picture;

/// The most bytes of what is shown: 160 pixels on a side, four bytes each, and a little for PNG's own.
const SHOWN_BYTES_MAX: usize = 160 * 160 * 4 + 4_096;

/// A file that may be a picture.
pub fn holds(bytes: &[u8]) {
    let Ok(drawn) = picture::logo(bytes) else { return };
    assert!(drawn.starts_with(b"\x89PNG\r\n\x1a\n") && drawn.len() <= SHOWN_BYTES_MAX, "{}", drawn.len());
    let side = |at: usize| u32::from_be_bytes(drawn[at..at + 4].try_into().expect("four bytes"));
    assert!(side(16) == side(20) && (40..=160).contains(&side(16)), "{} by {}", side(16), side(20));
    assert!(picture::logo(&drawn).is_ok_and(|again| again == drawn), "drawn once, it is drawn");
}
