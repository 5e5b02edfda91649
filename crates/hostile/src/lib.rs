//! What must hold of bytes that anybody may send: one function a kind of them, which panics where it does not hold.
//!
//! Fuzzing calls these with whatever it makes up (`fuzz/README.md`); this crate's test calls them with what was kept of
//! that in `fuzz/corpus`.

mod door;
mod guide;
mod headers;
mod message;
mod number;
mod picture;
mod receipt;
mod request;
mod session;
mod words;

pub use door::Door;
pub use request::close;

/// Something that must hold of any bytes.
pub type Property = fn(&[u8]);

/// Each kind by its name: that of its target and of its folder in the corpus.
pub const ALL: &[(&str, Property)] = &[
    ("guide", guide::holds),
    ("headers", headers::holds),
    ("message", message::holds),
    ("number", number::holds),
    ("picture", picture::holds),
    ("receipt", receipt::holds),
    ("request", request::holds),
    ("session", session::holds),
    ("words", words::holds),
];

/// Holds the property of this name against some bytes.
///
/// # Panics
/// Where it does not hold, or where there is no such property.
pub fn hold(name: &str, bytes: &[u8]) {
    let (_, property) = ALL.iter().find(|(known, _)| *known == name).expect("it is in the list");
    property(bytes);
}
